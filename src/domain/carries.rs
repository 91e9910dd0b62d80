//! What a provider carries beside text, time and media, as values; and what is said where it does not.

use super::channel::Network;
use super::options::Options;

/// What a provider carries to the networks. Networks and options go by their keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carries {
    /// The options, by full key (`tiktok.privacy`).
    pub options: &'static [&'static str],
    /// Values that it has no word for, of options that it carries otherwise: the key, and the value.
    pub never: &'static [(&'static str, &'static str)],
    /// The networks that take a first comment through it.
    pub first_comment: &'static [&'static str],
    /// Whether the first comment belongs to the whole post there, not to single channels.
    pub one_comment: bool,
    /// The longest delay of a first comment, in seconds; 0 where it follows at once.
    pub comment_delay: u32,
    /// The networks that take a thread through it.
    pub threads: &'static [&'static str],
    /// The most parts of a thread; 0 where none is stated.
    pub thread_parts: usize,
    /// Whether a post with a thread there holds one thread and nothing else.
    pub thread_alone: bool,
    /// Whether a post there is of one kind for all of its channels: a story, a reel, or an ordinary one.
    pub one_kind: bool,
    /// Whether a channel may have attachments of its own in a post with others.
    pub target_media: bool,
    /// Which texts for people who cannot see an attachment go through.
    pub alt: Alt,
}

/// Which attachments are described to the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Alt {
    /// None: the provider has no place for it.
    #[default]
    None,
    /// The first one.
    First,
    /// Each.
    Each,
}

impl Alt {
    /// Whether the text of the attachment at this place, from 0, goes through.
    pub fn goes(self, at: usize) -> bool {
        match self {
            Self::None => false,
            Self::First => at == 0,
            Self::Each => true,
        }
    }
}

/// The way of a channel: its provider's name on screen, and what goes that way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The provider.
    pub provider: String,
    /// What it carries.
    pub carries: Carries,
    /// Whether it keeps queues for posts.
    pub queues: bool,
}

impl Carries {
    /// Whether it carries the option `key`.
    pub fn option(&self, key: &str) -> bool {
        self.options.contains(&key)
    }

    /// Whether it has a word for `value` of the option `key`.
    pub fn says(&self, key: &str, value: &str) -> bool {
        !self.never.contains(&(key, value))
    }

    /// Whether `network` takes a first comment through it.
    pub fn comments_on(&self, network: &Network) -> bool {
        self.first_comment.contains(&network.key())
    }

    /// Whether `network` takes a thread through it.
    pub fn threads_on(&self, network: &Network) -> bool {
        self.threads.contains(&network.key())
    }

    /// Those of `options` that it carries.
    pub fn carried(&self, options: &Options) -> Options {
        let kept = options.iter().filter(|(key, _)| self.option(key));
        kept.map(|(key, value)| (key.to_owned(), value.clone())).collect()
    }

    /// The networks of which it carries any option, in the order of their keys.
    pub fn networks(&self) -> Vec<&'static str> {
        let mut networks: Vec<&str> =
            self.options.iter().filter_map(|key| key.split_once('.')).map(|(network, _)| network).collect();
        networks.sort_unstable();
        networks.dedup();
        networks
    }
}
