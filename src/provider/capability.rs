//! How providers differ, as values that code, tests and documentation read.

use chrono::TimeDelta;

pub use crate::domain::authorise::Connects;
pub use crate::domain::carries::{Alt, Carries, Way};
pub use crate::domain::media::Uploads;
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
    /// How attachments reach it.
    pub uploads: Uploads,
    /// How long it keeps the files it was brought.
    pub keeps: Keeps,
    /// How a person connects channels at it.
    pub connects: Connects,
    /// How long after its moment a post may be missing from every list because it is being sent; `None` where lists
    /// show what is being sent.
    pub hides_sending: Option<TimeDelta>,
    /// How long to leave between two looks at a post that is due or going out.
    pub due_every: TimeDelta,
    /// Whether a target may have a time of its own.
    pub target_time: bool,
    /// Whether it keeps drafts.
    pub drafts: bool,
    /// Whether a post that failed can be deleted there too, and not only one that waits.
    pub removes_failed: bool,
    /// Whether its site has settings of networks and channels that can be read and changed.
    pub settings: bool,
    /// Whether it tells what networks counted of a published post.
    pub numbers: bool,
    /// Whether it keeps our reference with a post and shows it in listings.
    pub reference: bool,
    /// Whether it keeps our tags with a post and shows them again.
    pub tags: bool,
    /// Whether it has campaigns, that a post lies in one of.
    pub campaigns: bool,
    /// Whether it refuses a text that the same channel has waiting, or had within a day.
    pub refuses_equal: bool,
    /// Whether it keeps queues: weekly places, of which it gives a post the next free one.
    pub queues: Queues,
    /// Whether it takes a table of many posts in one go.
    pub bulk: bool,
    /// What it carries beside text, time and media.
    pub carries: Carries,
    /// The environment variable people usually keep its key in.
    pub key_env: &'static str,
    /// What is needed to connect an account, as a noun: `an API key from …`.
    pub key_words: &'static str,
    /// Where a person gets a key and connects channels.
    pub dashboard: &'static str,
}

impl Capabilities {
    /// The way of a channel through it, as people are told.
    pub fn way(&self) -> Way {
        Way { provider: self.name.to_owned(), carries: self.carries, queues: self.queues != Queues::No }
    }

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
    /// By page number.
    Page,
    /// By offset.
    Offset,
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
    /// By making it anew: what was there goes, and what comes has other ids.
    Replace,
}

/// How a failed post is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// One post at a time; only its failed targets go out. Repeating the request is not safe.
    Post,
    /// The same, with a key that makes repeating safe.
    PostWithKey,
    /// Not at all: what failed is sent as a new post.
    Anew,
}

/// What makes sending a create again safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing: a create whose answer was lost is looked up by channel, time and text.
    Never,
    /// Nothing, but the post carries our reference: a create whose answer was lost is looked up by it.
    Reference,
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
    /// How long a repeated request is recognised; no time at all where it never is.
    pub fn kept(self) -> TimeDelta {
        match self {
            Self::Never | Self::Reference => TimeDelta::zero(),
            Self::Key { kept } | Self::KeyOrConflict { kept } => kept,
        }
    }
}

/// Which posts a provider's queues take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queues {
    /// It keeps none.
    No,
    /// Only new ones; what is there already keeps its time.
    New,
    /// New ones, and those that are there.
    Any,
}

/// How long a provider keeps a file that it was brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// For as long as any post is there that carries it; one that none carries for this long, with a margin.
    Shared(TimeDelta),
    /// For one post, until that is published; one that only a draft carries, or nothing, for this long, with a margin.
    Once(TimeDelta),
}

impl Keeps {
    /// How long a file is there for certain that no post carries yet.
    pub fn unused(self) -> TimeDelta {
        match self {
            Self::Shared(span) | Self::Once(span) => span,
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
    /// What the post would look like, with what is wrong with it.
    Preview,
    /// Only whether settings fit a channel.
    Settings,
    /// Nothing.
    Nothing,
}

/// Which targets one post can carry with texts of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overrides {
    /// Every target may have its own.
    PerTarget,
    /// Targets of one network share one; differing texts need posts of their own.
    PerNetwork,
    /// A post has one network and one text: other networks and other texts need posts of their own.
    SameNetwork,
}
