//! What a provider keeps: channels, posts, their targets, media, and why something failed.

use serde_json::{Map, Value};

use crate::clock::Instant;

/// The words both providers use for the state of a post or of one of its targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    Draft,
    PendingApproval,
    Scheduled,
    /// Of a target only: its time has not come.
    Pending,
    Publishing,
    Published,
    Partial,
    Failed,
    Cancelled,
}

impl Status {
    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::PendingApproval => "pending_approval",
            Self::Scheduled => "scheduled",
            Self::Pending => "pending",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of a post behind a word, in any case.
    pub fn of_post(word: &str) -> Option<Self> {
        let all = [
            Self::Draft,
            Self::PendingApproval,
            Self::Scheduled,
            Self::Publishing,
            Self::Published,
            Self::Partial,
            Self::Failed,
            Self::Cancelled,
        ];
        all.into_iter().find(|status| status.word().eq_ignore_ascii_case(word))
    }
}

/// How well a channel's connection to its network is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Good,
    /// Works, but its token ends at this instant.
    Expiring(Instant),
    /// The token is dead: posts are refused, or fail when their time comes.
    Expired,
    /// Taken off by its owner: nothing can be posted.
    Disconnected,
    /// The network asked for a pause until this instant.
    CoolingDown(Instant),
}

impl Health {
    /// Whether a post can go out at this instant.
    pub fn works(self, at: Instant) -> bool {
        match self {
            Self::Good | Self::CoolingDown(_) => true,
            Self::Expiring(end) => at < end,
            Self::Expired | Self::Disconnected => false,
        }
    }
}

/// An account on a network, connected at a provider.
#[derive(Clone, Debug, PartialEq)]
pub struct SimChannel {
    pub id: String,
    /// The network's word on the wire: X is `twitter`.
    pub network: String,
    pub username: String,
    pub display_name: Option<String>,
    pub connected_at: Instant,
    pub health: Health,
    /// Its person pays the network for longer posts.
    pub premium: bool,
}

/// A post as the provider keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct SimPost {
    pub id: String,
    pub content: String,
    pub status: Status,
    pub scheduled_for: Option<Instant>,
    pub published_at: Option<Instant>,
    pub created_at: Instant,
    pub updated_at: Instant,
    pub targets: Vec<SimTarget>,
    /// Media as the provider shows them.
    pub media: Vec<Value>,
    /// What the client asked to be kept with the post.
    pub metadata: Option<Value>,
    /// Other fields of the request that reads echo.
    pub extra: Map<String, Value>,
}

impl SimPost {
    /// An empty draft, made now.
    pub(super) fn blank(id: String, now: Instant) -> Self {
        Self {
            id,
            content: String::new(),
            status: Status::Draft,
            scheduled_for: None,
            published_at: None,
            created_at: now,
            updated_at: now,
            targets: Vec::new(),
            media: Vec::new(),
            metadata: None,
            extra: Map::new(),
        }
    }

    /// The ids of the channels it goes to.
    pub fn accounts(&self) -> Vec<&str> {
        self.targets.iter().map(|target| target.account.as_str()).collect()
    }

    /// What this target says: its own text, or the post's.
    pub fn text_for<'a>(&'a self, target: &'a SimTarget) -> &'a str {
        target.content.as_deref().unwrap_or(&self.content)
    }

    /// How many media this target carries: its own, or the post's.
    pub(super) fn media_for(&self, target: &SimTarget) -> usize {
        target.media.as_ref().map_or(self.media.len(), Vec::len)
    }
}

/// One channel of a post.
#[derive(Clone, Debug, PartialEq)]
pub struct SimTarget {
    /// The id of this row.
    pub row: String,
    /// The channel's id.
    pub account: String,
    pub network: String,
    pub status: Status,
    /// Its own text.
    pub content: Option<String>,
    /// Its own media.
    pub media: Option<Vec<Value>>,
    /// Its own time.
    pub scheduled_for: Option<Instant>,
    /// While publishing: when the network will have answered.
    pub busy_until: Option<Instant>,
    pub published_at: Option<Instant>,
    pub platform_id: Option<String>,
    pub url: Option<String>,
    pub error: Option<SimError>,
    pub attempts: u32,
    /// Bad luck that waits for the next attempt.
    pub trouble: Option<Trouble>,
    /// Options the client sent for the network.
    pub options: Option<Value>,
}

impl SimTarget {
    pub(super) fn new(row: String, channel: &SimChannel) -> Self {
        Self {
            row,
            account: channel.id.clone(),
            network: channel.network.clone(),
            status: Status::Pending,
            content: None,
            media: None,
            scheduled_for: None,
            busy_until: None,
            published_at: None,
            platform_id: None,
            url: None,
            error: None,
            attempts: 0,
            trouble: None,
            options: None,
        }
    }
}

/// Why a target failed, in the provider's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimError {
    /// Late's `errorCategory`.
    pub category: String,
    /// Who can do something about it: `user`, `platform` or `system`.
    pub source: String,
    pub code: String,
    pub message: String,
}

impl SimError {
    pub(super) fn new(category: &str, source: &str, code: &str, message: impl Into<String>) -> Self {
        Self {
            category: category.to_owned(),
            source: source.to_owned(),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

/// A failure that is going to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub error: SimError,
    /// Stays until the post is edited; otherwise the next attempt after it succeeds.
    pub lasting: bool,
}

/// A media file as VoxBurst keeps it.
#[derive(Clone, Debug)]
pub(super) struct SimMedia {
    pub id: String,
    pub filename: String,
    pub content_type: String,
    pub size: u64,
    pub created_at: Instant,
    /// When its upload address was last given out.
    pub offered_at: Instant,
    /// When the bytes arrived.
    pub received_at: Option<Instant>,
}

/// A post made on the provider's own site.
#[derive(Clone, Debug, Default)]
pub struct WebPost {
    pub content: String,
    /// Ids of channels.
    pub accounts: Vec<String>,
    /// Absent: a draft.
    pub scheduled_for: Option<Instant>,
}
