//! What stands between a text and a network: found while writing, listed as an editor lists errors.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::channel::Network;
use super::ids::ChannelId;

/// How bad a problem is. Ordered: the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// May go wrong; does not stop scheduling.
    Warning,
    /// The network would refuse it: stops scheduling, never a draft.
    Blocker,
}

/// Which part of the post a problem is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// A byte range of the text that the network would receive.
    Text(Range<usize>),
    /// The title.
    Title,
    /// The attachments, or one of them by index.
    Media(Option<usize>),
    /// The time.
    When,
    /// An option of the network, by its full key.
    Option(String),
    /// The first comment.
    FirstComment,
    /// The choice of channels.
    Channels,
    /// The post as a whole.
    Post,
}

/// One problem: a stable code for code, words and a remedy for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable, kebab-case: `too-long`, `media-required`.
    pub code: String,
    /// How bad.
    pub severity: Severity,
    /// The network that minds, when it is one network's rule.
    pub network: Option<Network>,
    /// The channel that minds, where not every channel of the network does; what providers say is of channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelId>,
    /// Where.
    pub place: Place,
    /// What is wrong, as a sentence without a full stop.
    pub words: String,
    /// What to do about it.
    pub remedy: String,
}

impl Problem {
    /// A blocker.
    pub fn blocker(code: &str, place: Place, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Severity::Blocker, code, place, words, remedy)
    }

    /// A warning.
    pub fn warning(code: &str, place: Place, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, words, remedy)
    }

    /// A hint.
    pub fn hint(code: &str, place: Place, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Severity::Hint, code, place, words, remedy)
    }

    fn new(severity: Severity, code: &str, place: Place, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (words, remedy) = (words.into(), remedy.into());
        Self { code: code.into(), severity, network: None, channel: None, place, words, remedy }
    }

    /// The same problem, said of one channel.
    pub fn of(mut self, channel: &ChannelId) -> Self {
        self.channel = Some(channel.clone());
        self
    }

    /// The same problem, said of one network.
    pub fn on(mut self, network: &Network) -> Self {
        self.network = Some(network.clone());
        self
    }
}
