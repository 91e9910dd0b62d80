//! What a network is told beside text, time and media: options, a first comment, media of one channel's own.
//!
//! An option's key is its network's key, a dot and a name (`tiktok.privacy`): `assets/options.toml` lists them. A post
//! has options for every channel, and a target may have others instead ([`Post::options_for`]).
//!
//! [`Post::options_for`]: super::post::Post::options_for

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::channel::Network;
use super::media::Media;

/// What one option is set to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A choice by its word, or a text.
    Text(String),
    /// Several texts, in order.
    List(Vec<String>),
}

impl Value {
    /// Whether it says nothing: an option set to this is as good as not set.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Flag(_) => false,
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.iter().all(|item| item.trim().is_empty()),
        }
    }

    /// The value as people read and type it: `yes`, `public`, `one, two`.
    pub fn words(&self) -> String {
        match self {
            Self::Flag(true) => "yes".into(),
            Self::Flag(false) => "no".into(),
            Self::Text(text) => text.clone(),
            Self::List(items) => items.join(", "),
        }
    }
}

/// Options by key. What is not set is left to the network or the provider.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Options(BTreeMap<String, Value>);

impl Options {
    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What `key` is set to.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// The text or choice that `key` is set to.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key)? {
            Value::Text(text) => Some(text.as_str()).filter(|text| !text.trim().is_empty()),
            Value::Flag(_) | Value::List(_) => None,
        }
    }

    /// The yes or no that `key` is set to.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.0.get(key)? {
            Value::Flag(flag) => Some(*flag),
            Value::Text(_) | Value::List(_) => None,
        }
    }

    /// The list that `key` is set to; empty when it is not.
    pub fn list(&self, key: &str) -> &[String] {
        match self.0.get(key) {
            Some(Value::List(items)) => items,
            _ => &[],
        }
    }

    /// Sets `key`; a blank value unsets it.
    pub fn set(&mut self, key: &str, value: Value) {
        if value.is_blank() {
            self.0.remove(key);
        } else {
            self.0.insert(key.to_owned(), value);
        }
    }

    /// Unsets `key`.
    pub fn unset(&mut self, key: &str) {
        self.0.remove(key);
    }

    /// Keys and values, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Those of one network.
    pub fn of(&self, network: &Network) -> Self {
        let of_it = |key: &str| key.strip_prefix(network.key()).is_some_and(|rest| rest.starts_with('.'));
        Self(self.0.iter().filter(|(key, _)| of_it(key)).map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    /// These with what `over` sets in their place.
    pub fn overlaid(mut self, over: &Self) -> Self {
        self.0.extend(over.iter().map(|(key, value)| (key.to_owned(), value.clone())));
        self
    }

    /// Sets `key` where nothing is set yet; answers whether it is set to `value` now.
    pub fn agree(&mut self, key: &str, value: &Value) -> bool {
        match self.0.entry(key.to_owned()) {
            Entry::Vacant(free) => {
                free.insert(value.clone());
                true
            }
            Entry::Occupied(set) => set.get() == value,
        }
    }
}

impl FromIterator<(String, Value)> for Options {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(pairs: I) -> Self {
        let mut options = Self::default();
        pairs.into_iter().for_each(|(key, value)| options.set(&key, value));
        options
    }
}

/// A comment that follows the post by itself, where network and provider have that.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FirstComment {
    /// What it says.
    pub text: String,
    /// How long after the post, in seconds; 0 is at once.
    #[serde(default)]
    pub delay: u32,
}

impl FirstComment {
    /// Whether it says nothing: then there is none.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// What one channel is told beside text and time. On a [`Target`](super::post::Target) these are its exceptions from
/// the post; on the way to a provider and back they are all that holds for the channel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Extras {
    /// Options of its network.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// A first comment. A blank one on a target means none there; on the way to a provider, that it was taken away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<FirstComment>,
    /// Attachments of its own, in order, instead of the post's; an empty list means none there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media: Option<Vec<Media>>,
}

impl Extras {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn a_network_s_options_are_told_by_their_keys_and_blank_ones_are_none() {
        let mut options: Options =
            [("tiktok.privacy".into(), text("public")), ("tiktoken.a".into(), text("b"))].into_iter().collect();
        options.set("youtube.title", text(" "));
        let of_tiktok = options.of(&Network::from_word("tiktok"));
        assert_eq!(of_tiktok.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["tiktok.privacy"]);
        assert_eq!((options.text("youtube.title"), options.iter().count()), (None, 2));
        options.set("tiktok.privacy", text(""));
        assert!(options.of(&Network::from_word("tiktok")).is_empty());
    }

    #[test]
    fn values_are_stored_as_people_write_them() {
        let stored = r#"{"a.consent":true,"a.tags":["one","two"],"a.title":"T"}"#;
        let options: Options = serde_json::from_str(stored).unwrap();
        assert_eq!((options.flag("a.consent"), options.list("a.tags").len()), (Some(true), 2));
        assert_eq!(serde_json::to_string(&options).unwrap(), stored);
        assert_eq!(options.get("a.tags").unwrap().words(), "one, two");
    }
}
