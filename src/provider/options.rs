//! Network options on the wire: a table per provider says which of ours is which field there, and how it is written.

use serde_json::{Map, Value as Json};

use crate::domain::channel::Network;
use crate::domain::options::{Options, Value};

/// One of our options as a field there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Our key.
    pub option: &'static str,
    /// The names that lead to the field, from outside in.
    pub at: &'static [&'static str],
    /// How its value is written.
    pub form: Form,
}

/// How a value is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Form {
    /// A text as it is.
    Text,
    /// True or false.
    Flag,
    /// True or false, the other way round.
    Not,
    /// A list of texts.
    List,
    /// A list of the one text.
    Only,
    /// A choice by their word for it: ours, theirs. A choice without a word there is left out.
    Words(&'static [(&'static str, &'static str)]),
}

/// A field of the table.
pub(super) const fn field(option: &'static str, at: &'static [&'static str], form: Form) -> Field {
    Field { option, at, form }
}

/// The fields that `options` set.
pub(super) fn write(table: &[Field], options: &Options) -> Map<String, Json> {
    let mut fields = Map::new();
    for field in table {
        let value = options.get(field.option).and_then(|value| field.form.write(value));
        if let Some(value) = value {
            put(&mut fields, field.at, value);
        }
    }
    fields
}

fn put(fields: &mut Map<String, Json>, at: &[&str], value: Json) {
    match at {
        [] => {}
        [name] => {
            fields.insert((*name).to_owned(), value);
        }
        [name, inner @ ..] => {
            let below = fields.entry((*name).to_owned()).or_insert_with(|| Json::Object(Map::new()));
            if let Some(below) = below.as_object_mut() {
                put(below, inner, value);
            }
        }
    }
}

/// The options of `network` that `from` shows.
pub(super) fn read(table: &[Field], network: &Network, from: &Json) -> Options {
    let mut options = Options::default();
    let prefix = format!("{}.", network.key());
    for field in table.iter().filter(|field| field.option.starts_with(&prefix)) {
        let value = field.at.iter().try_fold(from, |value, name| value.get(*name));
        if let Some(value) = value.and_then(|value| field.form.read(value)) {
            options.set(field.option, value);
        }
    }
    options
}

impl Form {
    fn write(self, value: &Value) -> Option<Json> {
        match (self, value) {
            (Self::Text, Value::Text(text)) => Some(text.as_str().into()),
            (Self::Only, Value::Text(text)) => Some(vec![text.as_str()].into()),
            (Self::Flag, Value::Flag(flag)) => Some((*flag).into()),
            (Self::Not, Value::Flag(flag)) => Some((!flag).into()),
            (Self::List, Value::List(items)) => Some(items.clone().into()),
            (Self::Words(words), Value::Text(text)) => {
                words.iter().find(|(ours, _)| ours == text).map(|(_, theirs)| (*theirs).into())
            }
            _ => None,
        }
    }

    fn read(self, value: &Json) -> Option<Value> {
        match self {
            Self::Text => value.as_str().map(|text| Value::Text(text.to_owned())),
            Self::Only => value.get(0)?.as_str().map(|text| Value::Text(text.to_owned())),
            Self::Flag => value.as_bool().map(Value::Flag),
            Self::Not => value.as_bool().map(|flag| Value::Flag(!flag)),
            Self::List => {
                let items = value.as_array()?.iter().filter_map(Json::as_str).map(str::to_owned);
                Some(Value::List(items.collect()))
            }
            Self::Words(words) => {
                let word = value.as_str()?;
                let known = words.iter().find(|(_, theirs)| theirs.eq_ignore_ascii_case(word));
                known.map(|(ours, _)| Value::Text((*ours).to_owned()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NAMES, capabilities};
    use super::*;
    use serde_json::json;

    const TABLE: &[Field] = &[
        field("x.replies", &["replySettings"], Form::Words(&[("mentioned", "mentionedUsers")])),
        field("x.link", &["button", "url"], Form::Text),
        field("x.kind", &["button", "kind"], Form::Only),
        field("x.comments", &["noComments"], Form::Not),
        field("x.tags", &["tags"], Form::List),
    ];

    #[test]
    fn what_is_written_is_read_again() {
        let options: Options = [
            ("x.replies", Value::Text("mentioned".into())),
            ("x.link", Value::Text("https://a.example".into())),
            ("x.kind", Value::Text("k".into())),
            ("x.comments", Value::Flag(true)),
            ("x.tags", Value::List(vec!["a".into(), "b".into()])),
        ]
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
        let wire = Json::Object(write(TABLE, &options));
        let expected = json!({"replySettings": "mentionedUsers", "button": {"url": "https://a.example", "kind": ["k"]},
                              "noComments": false, "tags": ["a", "b"]});
        assert_eq!(wire, expected);
        assert_eq!(read(TABLE, &Network::from_word("x"), &wire), options);
        assert!(read(TABLE, &Network::from_word("bluesky"), &wire).is_empty());
        assert!(read(TABLE, &Network::from_word("x"), &json!({"replySettings": 3, "button": []})).is_empty());
    }

    #[test]
    fn what_a_provider_carries_has_one_network_and_no_twin() {
        for name in NAMES {
            let carries = capabilities(name).unwrap().carries;
            let mut seen = std::collections::BTreeSet::new();
            for key in carries.options {
                let (network, _) = key.split_once('.').unwrap();
                assert!(Network::from_word(network).key() == network && seen.insert(key), "{name}: {key}");
            }
        }
    }
}
