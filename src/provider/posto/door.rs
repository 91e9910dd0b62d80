//! The settings of networks and channels as everybody sees them: one row per value, with what it falls back to.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ChannelSettings, Posto, Settings};
use crate::domain::settings::{Setting, Whose};
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// What falls back to yes when it is left out; every other yes-or-no falls back to no, and every text to nothing
/// (contract, section 4.1).
const YES: &[&str] = &["attach_link", "auto_add_music_to_photo"];

impl Posto {
    /// The settings of a network or a channel, value by value.
    pub(super) async fn rows_of(&self, whose: &Whose) -> Result<Vec<Setting>> {
        match whose {
            Whose::Network(network) => Ok(of_network(self.network_settings(network).await?)),
            Whose::Channel(channel) => Ok(of_channel(self.channel_settings(channel).await?)),
        }
    }

    /// Changes some of them: each is laid over what is there now, and everything is saved whole.
    pub(super) async fn change_rows(&self, whose: &Whose, changes: &BTreeMap<String, Value>) -> Result<Vec<Setting>> {
        match whose {
            Whose::Network(network) => Ok(of_network(self.save_network_settings(network, changes).await?)),
            Whose::Channel(channel) => {
                let there = self.channel_settings(channel).await?.custom;
                let changes = nested(changes, &there)?;
                Ok(of_channel(self.save_channel_settings(channel, &changes).await?))
            }
        }
    }
}

fn of_network(settings: Settings) -> Vec<Setting> {
    let Settings { values, mut choices } = settings;
    let row = |(name, value): (String, Value)| {
        let default = match &value {
            Value::Bool(_) => Some(Value::Bool(YES.contains(&name.as_str()))),
            Value::String(_) => Some(Value::String(String::new())),
            _ => None,
        };
        let choices = choices.remove(&name).unwrap_or_default();
        Setting { name, value, default, choices }
    };
    values.into_iter().map(row).collect()
}

/// What is inside a set of values gets a row of its own.
fn of_channel(settings: ChannelSettings) -> Vec<Setting> {
    let plain = |name: String, value: Value| Setting { name, value, default: None, choices: Vec::new() };
    let rows = settings.custom.into_iter().flat_map(|(name, value)| match value {
        Value::Object(inside) => {
            inside.into_iter().map(|(inner, value)| plain(format!("{name}.{inner}"), value)).collect::<Vec<_>>()
        }
        value => vec![plain(name, value)],
    });
    rows.collect()
}

/// Changes of `set.value` as changes of whole sets, over what is `there`.
fn nested(changes: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>) -> Result<BTreeMap<String, Value>> {
    let mut whole: BTreeMap<String, Value> = BTreeMap::new();
    for (name, value) in changes {
        let Some((set, inner)) = name.split_once('.') else {
            whole.insert(name.clone(), value.clone());
            continue;
        };
        let known = whole.get(set).or_else(|| there.get(set)).and_then(Value::as_object);
        let mut fields: Map<String, Value> = known.cloned().unwrap_or_default();
        let fits = fields
            .get(inner)
            .is_some_and(|was| was.is_null() || std::mem::discriminant(was) == std::mem::discriminant(value));
        if !fits {
            let words =
                format!("there is no setting called {name} here, or it is of another kind; nothing was changed");
            return Err(ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words));
        }
        fields.insert(inner.to_owned(), value.clone());
        whole.insert(set.to_owned(), Value::Object(fields));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn map(value: Value) -> BTreeMap<String, Value> {
        value.as_object().cloned().unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn a_value_inside_a_set_is_changed_with_the_rest_of_the_set() {
        let there = map(json!({"auto_share": true, "custom_post_data": {"post_content": "", "attach_link": true}}));
        let changes = map(json!({"custom_post_data.post_content": "{post_title}", "auto_share": false,
                                 "custom_post_data.attach_link": false}));
        let whole = nested(&changes, &there).unwrap();
        let set = json!({"post_content": "{post_title}", "attach_link": false});
        assert_eq!(whole, map(json!({"auto_share": false, "custom_post_data": set})));
        for (name, value) in [
            ("custom_post_data.nope", json!("x")),
            ("custom_post_data.attach_link", json!("yes")),
            ("nope.inner", json!(true)),
        ] {
            let changes = BTreeMap::from([(name.to_owned(), value)]);
            assert!(nested(&changes, &there).unwrap_err().words.contains(name));
        }
    }

    #[test]
    fn each_value_says_what_it_falls_back_to() {
        let values = map(json!({"attach_link": false, "upload_media": true, "post_text": "x", "opacity": 30}));
        let choices = BTreeMap::from([("post_text".to_owned(), vec![json!("x"), json!("y")])]);
        let rows = of_network(Settings { values, choices });
        let default = |name: &str| rows.iter().find(|row| row.name == name).unwrap().default.clone();
        assert_eq!((default("attach_link"), default("upload_media")), (Some(json!(true)), Some(json!(false))));
        assert_eq!((default("post_text"), default("opacity")), (Some(json!("")), None));
        assert!(rows.iter().any(|row| row.name == "post_text" && row.choices.len() == 2));
    }
}
