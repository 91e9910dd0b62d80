//! From which place a value comes: style, network, channel, post.

use std::collections::BTreeMap;

use super::{Book, Options};
use crate::domain::channel::{Channel, Network};
use crate::domain::options::Value;

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the style of that name.
    Style(String),
    /// From the defaults of the network.
    Network(Network),
    /// From the defaults of the channel.
    Channel,
    /// From the post itself.
    Post,
}

impl Origin {
    /// The place in words.
    pub fn words(&self) -> String {
        match self {
            Self::Style(name) => format!("style {name}"),
            Self::Network(network) => format!("default of {network}"),
            Self::Channel => "default of this channel".into(),
            Self::Post => "this post".into(),
        }
    }
}

/// The values that hold for one channel, below what the post says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain(BTreeMap<String, (Value, Origin)>);

/// A value that is in force, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its name: `post_text`, `privacy`.
    pub name: String,
    /// Its full key, where it is an option.
    pub key: String,
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

impl Book {
    /// What holds for `channel` with that style; a style that is not there says nothing.
    pub fn chain(&self, style: Option<&str>, channel: &Channel) -> Chain {
        let mut chain = Chain::default();
        let network = &channel.network;
        if let Some((name, style)) = style.and_then(|name| self.styles.get_key_value(name))
            && let Some(values) = style.networks.get(network)
        {
            chain.lay(values, &Origin::Style(name.clone()));
        }
        if let Some(values) = self.defaults.networks.get(network) {
            chain.lay(values, &Origin::Network(network.clone()));
        }
        chain.lay(&self.defaults.of_channel(channel), &Origin::Channel);
        chain
    }
}

impl Chain {
    fn lay(&mut self, values: &Options, origin: &Origin) {
        self.0.extend(values.iter().map(|(key, value)| (key.to_owned(), (value.clone(), origin.clone()))));
    }

    /// A value with its origin.
    pub fn get(&self, key: &str) -> Option<(&Value, &Origin)> {
        self.0.get(key).map(|(value, origin)| (value, origin))
    }

    /// The text that `key` is set to.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some((Value::Text(text), _)) if !text.trim().is_empty() => Some(text),
            _ => None,
        }
    }

    /// The yes or no that `key` is set to.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.0.get(key) {
            Some((Value::Flag(flag), _)) => Some(*flag),
            _ => None,
        }
    }

    /// The options of networks among the values.
    pub fn options(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().filter(|(key, _)| key.contains('.')).map(|(key, (value, _))| (key.as_str(), value))
    }

    /// One value as it is told.
    pub(super) fn told(&self, key: &str) -> Option<Told> {
        let (value, origin) = self.0.get(key)?;
        let name = key.split_once('.').map_or(key, |(_, name)| name).to_owned();
        Some(Told { name, key: key.to_owned(), value: value.clone(), origin: origin.clone() })
    }
}

/// Values and where they come from, in one line: `post_text: style announcement · privacy: default of TikTok`.
pub fn told(values: &[Told]) -> String {
    let mut by_origin: Vec<(&Origin, Vec<&str>)> = Vec::new();
    for value in values {
        match by_origin.iter_mut().find(|(origin, _)| **origin == value.origin) {
            Some((_, names)) => names.push(&value.name),
            None => by_origin.push((&value.origin, vec![&value.name])),
        }
    }
    let words = by_origin.into_iter().map(|(origin, names)| format!("{}: {}", names.join(", "), origin.words()));
    words.collect::<Vec<_>>().join(" · ")
}
