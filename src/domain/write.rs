//! What is asked of a provider: a write is a short conversation whose requests are frozen before they leave.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::channel::Network;
use super::ids::{AccountName, ChannelId, IntentId, PostId, RemoteId};
use super::media::Media;
use super::options::Extras;
use super::remote::RemotePost;

/// When the provider shall publish; always said explicitly, because providers read silence differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// Keep it as a draft.
    Draft,
    /// At this instant.
    At(DateTime<Utc>),
    /// At once.
    Now,
}

/// What one provider shall carry of a post: the targets that one of its own posts can hold together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submission {
    /// Our post; providers that keep a reference are given it.
    pub post: PostId,
    /// The base text, line ends normalised.
    pub body: String,
    /// The title.
    pub title: Option<String>,
    /// The channels.
    pub targets: Vec<SubmissionTarget>,
    /// When.
    pub timing: Timing,
    /// The provider's queue that gives the time, by its adapter's name for it; `timing` is then what it showed as
    /// next, or when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// The zone the time was meant in, by IANA name; for providers that show it.
    pub zone: String,
    /// Attachments the provider can fetch or already has.
    pub media: Vec<Media>,
    /// Tags.
    pub tags: Vec<String>,
    /// The campaign by its name, for providers that have campaigns; empty where it shall be in none, `None` where it
    /// stays wherever it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
}

/// One channel of a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionTarget {
    /// Our name for the channel.
    pub channel: ChannelId,
    /// The provider's name for it.
    pub remote: RemoteId,
    /// The network.
    pub network: Network,
    /// A text of its own.
    pub text: Option<String>,
    /// A time of its own.
    pub at: Option<DateTime<Utc>>,
    /// Its options, its first comment and its own attachments, as far as the provider carries them.
    #[serde(default, skip_serializing_if = "Extras::is_empty")]
    pub extras: Extras,
}

impl Submission {
    /// The text that `target` carries.
    pub fn text_for<'a>(&'a self, target: &'a SubmissionTarget) -> &'a str {
        target.text.as_deref().unwrap_or(&self.body)
    }

    /// The title that `target` carries: its network's own, else the post's.
    pub fn title_for<'a>(&'a self, target: &'a SubmissionTarget) -> Option<&'a str> {
        let own = target.extras.options.text(&format!("{}.title", target.network.key()));
        own.or(self.title.as_deref())
    }

    /// Every attachment: those of all channels, then those of single ones.
    pub fn all_media(&self) -> impl Iterator<Item = &Media> {
        let own = self.targets.iter().filter_map(|target| target.extras.media.as_deref()).flatten();
        self.media.iter().chain(own)
    }

    /// The same, to be changed.
    pub fn all_media_mut(&mut self) -> impl Iterator<Item = &mut Media> {
        let own = self.targets.iter_mut().filter_map(|target| target.extras.media.as_deref_mut()).flatten();
        self.media.iter_mut().chain(own)
    }
}

/// A write someone asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "write")]
pub enum Write {
    /// Make a post.
    Create {
        /// What it carries.
        submission: Submission,
    },
    /// Change a post that is there.
    Revise {
        /// The post at the provider.
        remote: RemoteId,
        /// What it shall carry.
        submission: Submission,
    },
    /// Take a post away.
    Remove {
        /// The post at the provider.
        remote: RemoteId,
    },
    /// Send what failed of a post again.
    Retry {
        /// The post at the provider.
        remote: RemoteId,
        /// Counts the retries of this post, from 1; some providers want a key per attempt.
        attempt: u32,
    },
    /// Publish a post that is there at once.
    Publish {
        /// The post at the provider.
        remote: RemoteId,
    },
}

impl Write {
    /// The post at the provider, when the write is about one that exists.
    pub fn remote(&self) -> Option<&RemoteId> {
        match self {
            Self::Create { .. } => None,
            Self::Revise { remote, .. }
            | Self::Remove { remote }
            | Self::Retry { remote, .. }
            | Self::Publish { remote } => Some(remote),
        }
    }

    /// What the write carries, when it carries anything.
    pub fn submission(&self) -> Option<&Submission> {
        match self {
            Self::Create { submission } | Self::Revise { submission, .. } => Some(submission),
            Self::Remove { .. } | Self::Retry { .. } | Self::Publish { .. } => None,
        }
    }

    /// The verb, for Activity and messages.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Revise { .. } => "update",
            Self::Remove { .. } => "delete",
            Self::Retry { .. } => "retry",
            Self::Publish { .. } => "publish",
        }
    }
}

/// A request whose bytes will not change any more. Holds no key: that is added as it leaves.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The HTTP method, upper case.
    pub method: String,
    /// The path below the account's base URL, with a leading slash; no query.
    pub path: String,
    /// Headers beside authorisation, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte; JSON unless a header says otherwise.
    pub body: Option<String>,
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({} bytes)", self.method, self.path, self.body.as_ref().map_or(0, String::len))
    }
}

/// What came back for one step of a write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The HTTP status.
    pub status: u16,
    /// The post at the provider that the answer names.
    pub remote: Option<RemoteId>,
    /// The post, where the answer shows it.
    pub post: Option<RemotePost>,
    /// The answer as it came, cut to a readable size; no secrets.
    pub raw: String,
}

/// How far a write in the outbox has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// May be sent when its moment comes.
    Ready,
    /// Being sent; found like this at start, it is unknown.
    InFlight,
    /// Waits until `not_before`, then is sent again.
    Waiting,
    /// Its outcome is unknown; to be looked up before anything else.
    Verifying,
    /// The look-up could not tell: a person decides.
    Unknown,
    /// Done.
    Done,
    /// Refused.
    Failed,
    /// Replaced by a newer edit before it left.
    Superseded,
}

impl OutboxState {
    /// Whether something is still to come of it.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Done | Self::Failed | Self::Superseded)
    }
}

/// One row of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRow {
    /// The write's name and idempotency key.
    pub intent: IntentId,
    /// The account that shall carry it out.
    pub account: AccountName,
    /// The post it is about.
    pub post: PostId,
    /// What is asked.
    pub write: Write,
    /// The answers so far, one per step.
    pub receipts: Vec<Receipt>,
    /// The request of the present step, once frozen.
    pub frozen: Option<Prepared>,
    /// How far it has come.
    pub state: OutboxState,
    /// How often a request left.
    pub attempts: u32,
    /// Not before this instant.
    pub not_before: Option<DateTime<Utc>>,
    /// Since when its outcome is unknown.
    pub unknown_since: Option<DateTime<Utc>>,
    /// What last went wrong, in words.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When its first request left: idempotency keys are only kept for a time.
    pub first_sent_at: Option<DateTime<Utc>>,
}

/// One attempt, for the story of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The write.
    pub intent: IntentId,
    /// When.
    pub at: DateTime<Utc>,
    /// What was asked and what came of it, as a sentence.
    pub words: String,
}
