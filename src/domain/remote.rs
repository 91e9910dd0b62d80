//! What a provider shows us, in our words: the far side of every comparison.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::channel::{Health, Network};
use super::ids::{PostId, RemoteId};
use super::media::Media;
use super::options::Extras;
use super::outcome::Outcome;

/// A channel as the provider lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteChannel {
    /// The provider's id.
    pub id: RemoteId,
    /// The network.
    pub network: Network,
    /// The handle; may be empty.
    pub handle: String,
    /// The name; may be empty.
    pub name: String,
    /// Whether it can post.
    pub health: Health,
}

/// A post's state in the provider's vocabulary, folded into ours where it fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemoteState {
    /// Not on the schedule (drafts, and what waits for approval).
    Draft,
    /// On the schedule.
    Scheduled,
    /// Going out.
    Publishing,
    /// Out: published, partial or failed; the targets say which.
    Settled,
    /// Taken off.
    Cancelled,
    /// A word we do not know, kept as it came.
    Other(String),
}

/// A post as the provider shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemotePost {
    /// The provider's id.
    pub id: RemoteId,
    /// Our post that it says it came from, where the provider keeps such a reference.
    pub reference: Option<PostId>,
    /// The base text.
    pub body: String,
    /// The title, where there is one.
    pub title: Option<String>,
    /// When it goes or went out.
    pub at: Option<DateTime<Utc>>,
    /// Its state.
    pub state: RemoteState,
    /// Its channels.
    pub targets: Vec<RemoteTarget>,
    /// Attachments.
    pub media: Vec<Media>,
    /// Tags.
    pub tags: Vec<String>,
    /// The campaign there by its name; empty for none, `None` where it is not shown.
    #[serde(default)]
    pub campaign: Option<String>,
    /// Since when it exists there.
    pub created_at: Option<DateTime<Utc>>,
    /// When it last changed there.
    pub updated_at: Option<DateTime<Utc>>,
    /// What in the answer could not be understood, in words.
    #[serde(default)]
    pub oddities: Vec<String>,
}

/// What is said where a provider uses a word that is not in its contract.
pub fn unheard(word: &str) -> String {
    match word {
        "" => "the provider does not say how far it is".into(),
        word => format!("the provider says \"{word}\", a word runsheet does not know"),
    }
}

impl RemotePost {
    /// What in it a person cannot see elsewhere and was not understood, in words, each once: a status that is told by no
    /// channel's outcome, networks without a name here, and its oddities.
    pub fn strange(&self) -> Vec<String> {
        let mut strange = Vec::new();
        if let RemoteState::Other(word) = &self.state {
            strange.push(unheard(word));
        }
        let unnamed = self.targets.iter().filter(|target| !target.network.is_known());
        strange.extend(unnamed.map(|target| {
            format!("the provider says \"{}\" for a network, a word runsheet does not know", target.network)
        }));
        strange.extend(self.oddities.iter().cloned());
        let told = |words: &String| {
            self.targets
                .iter()
                .any(|target| matches!(&target.outcome, Outcome::Unknown { words: said, .. } if said == words))
        };
        let mut once = std::collections::BTreeSet::new();
        strange.retain(|words| !told(words) && once.insert(words.clone()));
        strange
    }
}

/// One channel of a post at the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteTarget {
    /// The provider's id of the channel.
    pub channel: RemoteId,
    /// The network.
    pub network: Network,
    /// A text of its own.
    pub text: Option<String>,
    /// A time of its own.
    pub at: Option<DateTime<Utc>>,
    /// Its options, its first comment and its own attachments, as far as the provider shows them.
    #[serde(default, skip_serializing_if = "Extras::is_empty")]
    pub extras: Extras,
    /// What became of it.
    pub outcome: Outcome,
}
