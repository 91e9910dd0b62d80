//! How providers differ, as values that code, tests and documentation read.

use chrono::TimeDelta;

use crate::domain::write::{Timing, Write};

/// What one provider can do, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The provider's key.
    pub provider: &'static str,
    /// Its name on screen.
    pub name: &'static str,
    /// How listings are walked.
    pub paging: Paging,
    /// How a post that is there is changed.
    pub revise: Revise,
    /// How a failed post is sent again.
    pub retry: Retry,
    /// What makes sending a create again safe.
    pub repeat: Repeat,
    /// What it can say about a submission before it is made.
    pub check: Check,
    /// Which targets one post can carry with texts of their own.
    pub overrides: Overrides,
    /// Whether a target may have a time of its own.
    pub target_time: bool,
    /// Whether it keeps drafts.
    pub drafts: bool,
    /// Whether it keeps our reference with a post and shows it in listings.
    pub reference: bool,
    /// The environment variable people usually keep its key in.
    pub key_env: &'static str,
    /// Where a person gets a key and connects channels.
    pub dashboard: &'static str,
}

impl Capabilities {
    /// Whether the frozen request of `write` may be sent again while its outcome is unknown, within
    /// [`Repeat::kept`]. Where it may not, the post is read first: its state tells whether the write happened.
    pub fn repeats_safely(&self, write: &Write) -> bool {
        let keyed = matches!(self.repeat, Repeat::Key { .. });
        match write {
            Write::Create { .. } | Write::Remove { .. } => true,
            // Sending the whole post again changes nothing more, unless it publishes.
            Write::Revise { submission, .. } => keyed || submission.timing != Timing::Now,
            Write::Retry { .. } => self.retry == Retry::PostWithKey,
            Write::Publish { .. } => keyed,
        }
    }
}

/// How listings are walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// By cursor only.
    Cursor,
    /// By page number, or by cursor where the host has one.
    PageOrCursor,
}

/// How a post that is there is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revise {
    /// By sending it whole.
    Whole,
    /// By sending the fields that changed; drafts and scheduled posts only.
    Fields,
}

/// How a failed post is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// One post at a time; only its failed targets go out. Repeating the request is not safe.
    Post,
    /// The same, with a key that makes repeating safe.
    PostWithKey,
}

/// What makes sending a create again safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// An idempotency key, kept for this long.
    Key {
        /// How long the provider keeps it, with a margin.
        kept: TimeDelta,
    },
    /// A key on current hosts; elsewhere a conflict answer may mean that the first try succeeded.
    KeyOrConflict {
        /// How long the provider keeps it, with a margin.
        kept: TimeDelta,
    },
}

impl Repeat {
    /// How long a repeated request is recognised.
    pub fn kept(self) -> TimeDelta {
        match self {
            Self::Key { kept } | Self::KeyOrConflict { kept } => kept,
        }
    }
}

/// What a provider can say about a submission before it is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Text, media and options, per target.
    PerTarget,
    /// Per network.
    PerNetwork,
}

/// Which targets one post can carry with texts of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overrides {
    /// Every target may have its own.
    PerTarget,
    /// Targets of one network share one; differing texts need posts of their own.
    PerNetwork,
}
