//! Reading what providers really send: fields that come as text or object, go missing, or change their type.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::Page;
use crate::domain::outcome::Outcome;
use crate::domain::remote::unheard;

/// An id that comes as text, as a number, or as an object around it; `None` where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ref(pub Option<String>);

impl<'de> Deserialize<'de> for Ref {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Value::deserialize(from).map(|value| Self(id_of(&value)))
    }
}

fn id_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(fields) => ["_id", "id"].iter().find_map(|name| fields.get(*name).and_then(id_of)),
        _ => None,
    }
}

/// A field that is nice to have: anything but the expected form counts as absent.
pub fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned + Default>(from: D) -> Result<T, D::Error> {
    let value = Value::deserialize(from)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// The text at a path of object keys; empty text counts as absent.
pub fn text<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    let found = path.iter().try_fold(value, |value, key| value.get(key))?;
    found.as_str().filter(|text| !text.trim().is_empty())
}

/// An instant in any RFC 3339 form.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
}

/// An instant as every provider reads it: UTC, with a `Z`.
pub fn wire_time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Reads optional times, keeping words about those that are none.
#[derive(Debug, Default)]
pub struct Times {
    /// What could not be read.
    pub oddities: Vec<String>,
}

impl Times {
    /// The instant in `given`; says so in `oddities` when it is not one.
    pub fn read(&mut self, field: &str, given: Option<&str>) -> Option<DateTime<Utc>> {
        let given = given.filter(|text| !text.trim().is_empty())?;
        let at = instant(given);
        if at.is_none() {
            self.oddities
                .push(super::words::name(&format!("{field} is \"{given}\", which is not a time with its offset")));
        }
        at
    }
}

/// The outcome behind a word that the contract does not have: neither out nor waiting can be read from it. `since` is a
/// moment of the answer itself, so that the same answer reads the same again.
pub fn unknown_word(word: &str, since: Option<DateTime<Utc>>) -> Outcome {
    Outcome::Unknown { since: since.unwrap_or_default(), words: unheard(&super::words::name(word)) }
}

/// Keeps with a refusal the part of the answer that it was read from.
pub fn keep_part(outcome: &mut Outcome, part: Option<&Value>) {
    if let (Outcome::Refused(refusal), Some(part)) = (outcome, part) {
        refusal.answer = super::words::part(part);
    }
}

/// Decodes `items` one by one: what cannot be read is named in words and hides nothing else.
pub fn page<T>(items: &[Value], what: &str, read: impl Fn(&Value) -> Result<T, String>) -> Page<T> {
    let mut page = Page { items: Vec::with_capacity(items.len()), next: None, total: None, spoiled: Vec::new() };
    for item in items {
        match read(item) {
            Ok(item) => page.items.push(item),
            Err(why) => {
                let id = id_of(item).filter(|_| item.is_object()).unwrap_or_else(|| "without an id".into());
                page.spoiled.push(super::words::name(&format!("{what} {id} could not be read: {why}")));
            }
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_id_is_found_in_whatever_holds_it() {
        for (given, expected) in [
            (json!("a1"), Some("a1")),
            (json!({"_id": "a1", "name": "x"}), Some("a1")),
            (json!({"id": 7}), Some("7")),
            (json!({"_id": {"_id": "a1"}}), Some("a1")),
            (json!(null), None),
            (json!(""), None),
            (json!([]), None),
        ] {
            let read: Ref = serde_json::from_value(given.clone()).unwrap();
            assert_eq!(read.0.as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn times_with_and_without_fractions_are_the_same_moment() {
        let whole = instant("2026-03-01T10:00:00Z").unwrap();
        assert_eq!(instant("2026-03-01T10:00:00.000Z"), Some(whole));
        assert_eq!(instant("2026-03-01T05:00:00-05:00"), Some(whole));
        assert_eq!(wire_time(whole), "2026-03-01T10:00:00Z");
        let mut times = Times::default();
        assert_eq!(times.read("scheduledFor", Some("2026-03-01T10:00:00")), None);
        assert_eq!(times.oddities.len(), 1);
    }

    #[test]
    fn one_bad_item_spoils_only_itself() {
        let items = [json!({"_id": "a"}), json!("junk"), json!({"_id": "b", "bad": true})];
        let read = |item: &Value| match (item.get("bad"), item.get("_id")) {
            (None, Some(id)) => Ok(id.clone()),
            _ => Err("no".to_owned()),
        };
        let page = page(&items, "post", read);
        assert_eq!(page.items, [json!("a")]);
        assert_eq!(page.spoiled, ["post without an id could not be read: no", "post b could not be read: no"]);
    }
}
