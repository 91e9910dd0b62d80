//! What a person can do to the files of styles and defaults. Pure: each deed makes the new text of one file.

use super::edit;
use super::keys::ValueKey;
use super::read;
use crate::domain::channel::{Channel, Network};
use crate::domain::naming;

/// Whose default is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Every channel of a network.
    Network(Network),
    /// One channel.
    Channel {
        /// Its network.
        network: Network,
        /// The words that mean this channel and no other.
        words: String,
        /// The channel itself: a file may name it in other words.
        channel: Box<Channel>,
    },
}

/// One deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Give a default a value, as it was typed; nothing typed clears it.
    Set {
        /// Whose.
        whose: Whose,
        /// Which, by its name.
        name: String,
        /// The value.
        typed: String,
    },
    /// Clear a default, or all of them of a network or channel.
    Clear {
        /// Whose.
        whose: Whose,
        /// Which; all without one.
        name: Option<String>,
    },
    /// Keep the defaults in force as a profile of that name.
    SaveProfile(String),
    /// Put a profile in the place of the defaults in force.
    ApplyProfile(String),
    /// Forget a profile.
    DropProfile(String),
    /// Keep a style: its name, and its file.
    SaveStyle(String, String),
    /// Forget a style of the user's own.
    DropStyle(String),
    /// Nothing but reading the files again.
    Reread,
}

impl Whose {
    /// The network or channel that `typed` means.
    pub fn named(typed: &str, channels: &[Channel]) -> Result<Self, String> {
        let network = Network::from_word(typed);
        if network.is_known() {
            return Ok(Self::Network(network));
        }
        let channel = naming::find(channels, typed)?;
        Ok(Self::of(channel, channels))
    }

    /// One channel, among all of them.
    pub fn of(channel: &Channel, channels: &[Channel]) -> Self {
        let words = naming::words_for(channel, channels);
        // An id says no network, and a file has to.
        let words = if naming::network_in(&words).is_some() { words } else { naming::full_name(channel) };
        Self::Channel { network: channel.network.clone(), words, channel: Box::new(channel.clone()) }
    }

    /// Its network.
    pub fn network(&self) -> &Network {
        match self {
            Self::Network(network) | Self::Channel { network, .. } => network,
        }
    }

    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Network(network) => network.to_string(),
            Self::Channel { words, .. } => words.clone(),
        }
    }

    /// Its tables in the file: which part, and the names that stand for it there; of a channel the one that is its own
    /// here last, there or not, so that what is written there holds.
    fn tables(&self, file: &str) -> Result<(&'static str, Vec<String>), String> {
        match self {
            Self::Network(network) => Ok(("networks", vec![network.key().to_owned()])),
            Self::Channel { words, channel, .. } => {
                let its = |name: &String| naming::find(std::slice::from_ref(channel.as_ref()), name).is_ok();
                let mut names: Vec<String> = edit::names(file, "channels")?.into_iter().filter(its).collect();
                names.retain(|name| name != words);
                names.push(words.clone());
                Ok(("channels", names))
            }
        }
    }
}

impl Deed {
    /// The file of defaults after a [`Deed::Set`] or [`Deed::Clear`], and what was done; `None` for any other deed.
    pub fn on_defaults(&self, file: &str) -> Option<Result<(String, String), String>> {
        match self {
            Self::Set { whose, name, typed } => Some(set(file, whose, name, typed)),
            Self::Clear { whose, name } => Some(cleared(file, whose, name.as_deref())),
            _ => None,
        }
    }
}

fn set(file: &str, whose: &Whose, name: &str, typed: &str) -> Result<(String, String), String> {
    let key = ValueKey::named(name, whose.network())?;
    let value = key.read(typed)?;
    if value.is_blank() {
        return cleared(file, whose, Some(name));
    }
    let (part, names) = whose.tables(file)?;
    let Some((own, others)) = names.split_last() else { return Err("there is no table for it".into()) };
    // Under another name of the channel it would win over this one, or lose to it.
    let mut text = file.to_owned();
    for name in others {
        text = edit::cleared(&text, (part, name), Some(key.name()))?.0;
    }
    let text = edit::set(&text, (part, own), key.name(), &value)?;
    Ok((text, format!("{} is {} for {} from now on", key.name(), value.words().replace('\n', " ⏎ "), whose.words())))
}

fn cleared(file: &str, whose: &Whose, name: Option<&str>) -> Result<(String, String), String> {
    let key = name.map(|name| ValueKey::named(name, whose.network())).transpose()?;
    let (part, names) = whose.tables(file)?;
    let (mut text, mut was) = (file.to_owned(), false);
    for name in &names {
        let (without, there) = edit::cleared(&text, (part, name), key.map(|key| key.name()))?;
        (text, was) = (without, was || there);
    }
    let what = key.map_or("nothing", |key| key.name());
    match (was, key) {
        (false, _) => Err(format!("{what} was no default of {}; nothing was changed", whose.words())),
        (true, None) => Ok((text, format!("{} has no defaults any more", whose.words()))),
        (true, Some(_)) => Ok((text, format!("{what} is no default of {} any more", whose.words()))),
    }
}

/// A style's file, held against what a style can say; the first fault in words.
pub fn checked_style(text: &str, file: &str) -> Result<(), String> {
    match read::style(text, file).1.first() {
        Some(words) => Err(words.clone()),
        None => Ok(()),
    }
}
