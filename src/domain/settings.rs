//! What a provider's own site has set for its networks and channels: named values that can be read and changed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::channel::Network;
use super::ids::RemoteId;

/// Whose settings they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// Of a network, for everybody at the site.
    Network(Network),
    /// Of one channel, by the provider's name for it.
    Channel(RemoteId),
}

/// One value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name, as the provider spells it; a value inside a set of values is named `set.value`.
    pub name: String,
    /// What it is now.
    pub value: Value,
    /// What it falls back to, where that is known.
    pub default: Option<Value>,
    /// What it can be, where there is a list of that.
    pub choices: Vec<Value>,
}

/// What is set now, as a question or a change was answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Served {
    /// The values, by name.
    pub rows: Vec<Setting>,
    /// When they were read.
    pub at: DateTime<Utc>,
    /// Whether a change of them was saved.
    pub saved: bool,
}

/// Why settings were not read or not saved. Nothing was changed, unless the words say so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct NotServed {
    /// What happened, and what to do.
    pub words: String,
    /// Whether the provider could not be reached: the same may work later.
    pub unreachable: bool,
}

impl NotServed {
    /// Refused, with these words.
    pub fn refused(words: impl Into<String>) -> Self {
        Self { words: words.into(), unreachable: false }
    }
}

impl Setting {
    /// What kind of value it is, as a noun.
    pub fn kind(&self) -> &'static str {
        kind(&self.value)
    }

    /// The value that `typed` means here: of the kind that is there, and among the choices where there are some.
    pub fn read(&self, typed: &str) -> Result<Value, String> {
        let wrong = || format!("{} has to be {}, not \"{typed}\"", self.name, self.kind());
        let folded = typed.trim().to_lowercase();
        let value = match &self.value {
            Value::Bool(_) => match folded.as_str() {
                "yes" | "true" | "on" | "1" => Value::Bool(true),
                "no" | "false" | "off" | "0" => Value::Bool(false),
                _ => return Err(wrong()),
            },
            Value::String(_) | Value::Null => Value::String(typed.to_owned()),
            Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                let read: Value = serde_json::from_str(typed.trim()).map_err(|_| wrong())?;
                if kind(&read) != self.kind() {
                    return Err(wrong());
                }
                read
            }
        };
        if !self.choices.is_empty() && !self.choices.contains(&value) {
            let choices: Vec<String> = self.choices.iter().map(shown).collect();
            return Err(format!("{} cannot be {}; it is one of {}", self.name, shown(&value), choices.join(", ")));
        }
        Ok(value)
    }
}

/// What kind of value it is, as a noun.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "yes or no",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a set of values",
        Value::Null => "nothing",
    }
}

/// A value as it is shown, and typed.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn setting(value: Value, choices: Vec<Value>) -> Setting {
        Setting { name: "s".into(), value, default: None, choices }
    }

    #[test]
    fn what_is_typed_takes_the_kind_that_is_there() {
        for (there, typed, read) in [
            (json!(true), "no", json!(false)),
            (json!(false), " Yes ", json!(true)),
            (json!(30), "12", json!(12)),
            (json!("a"), "30", json!("30")),
            (json!("a"), "", json!("")),
            (json!([1]), "[2, 3]", json!([2, 3])),
            (json!({"a": 1}), "{\"b\": 2}", json!({"b": 2})),
            (json!(null), "x", json!("x")),
        ] {
            assert_eq!(setting(there, Vec::new()).read(typed), Ok(read), "{typed}");
        }
        for (there, typed) in [(json!(true), "perhaps"), (json!(30), "many"), (json!([1]), "{}"), (json!({}), "[")] {
            assert!(setting(there, Vec::new()).read(typed).unwrap_err().contains("has to be"), "{typed}");
        }
        let chosen = setting(json!("last_week"), vec![json!("last_week"), json!("last_month")]);
        assert_eq!(chosen.read("last_month"), Ok(json!("last_month")));
        assert!(chosen.read("never").unwrap_err().contains("one of last_week, last_month"));
    }
}
