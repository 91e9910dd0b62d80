//! The facts the screen shows: loaded from the store, replaced whole, never changed by a pane.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId, IntentId, PostId};
use crate::domain::post::Post;
use crate::domain::write::OutboxState;

/// How many days a channel's sparkline looks ahead.
pub const SPARK_DAYS: usize = 14;

/// What was last loaded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// Every channel, gone ones too, by account, then network, then handle.
    pub channels: Vec<Channel>,
    /// The posts of `range`, by moment.
    pub posts: Vec<Arc<Post>>,
    /// Which span `posts` covers; empty before the first load.
    pub range: Range<DateTime<Utc>>,
    /// Posts without any moment, newest change first.
    pub drafts: Vec<Arc<Post>>,
    /// Posts that need a person.
    pub failed: Vec<Arc<Post>>,
    /// Per channel: how many posts on each of the next [`SPARK_DAYS`] days, today first.
    pub ahead: HashMap<ChannelId, [u16; SPARK_DAYS]>,
    /// One light per account, in the order of the configuration.
    pub lights: Vec<Light>,
    /// Writes that have not come to an end.
    pub outbox: Vec<Waiting>,
    /// What the background did, newest first, bounded.
    pub activity: Vec<ActivityLine>,
    /// What stands above everything: the demo's banner, or what is wrong with the configuration.
    pub banner: Option<String>,
    /// Where `o` leads when a channel has to be connected again: account to web address.
    pub dashboards: HashMap<AccountName, String>,
}

impl Board {
    /// A loaded post, wherever it is listed.
    pub fn post(&self, id: PostId) -> Option<&Arc<Post>> {
        [&self.posts, &self.failed, &self.drafts].into_iter().flatten().find(|post| post.id == id)
    }

    /// A channel by id.
    pub fn channel(&self, id: &ChannelId) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == *id)
    }
}

/// How one account is doing.
#[derive(Clone, Debug, PartialEq)]
pub struct Light {
    /// The account.
    pub account: AccountName,
    /// The provider's name on screen.
    pub provider: String,
    /// What it is doing.
    pub state: LightState,
    /// When everything was last in order; the age of what is shown.
    pub fresh_at: Option<DateTime<Utc>>,
    /// When it will try next.
    pub next_at: Option<DateTime<Utc>>,
    /// Writes that wait for it.
    pub pending: usize,
}

/// What an account's background task is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LightState {
    /// Not started yet.
    Starting,
    /// In order.
    Ok,
    /// Fetching: posts so far, and of how many where the provider says.
    Fetching {
        /// Seen so far.
        seen: u64,
        /// In all, where known.
        total: Option<u64>,
    },
    /// Sending a write.
    Sending,
    /// The provider asked for a pause.
    Limited,
    /// It cannot be reached.
    Offline {
        /// Why, in words.
        words: String,
    },
    /// The key is refused.
    Unauthorised {
        /// Why, in words.
        words: String,
    },
    /// Its answers make no sense.
    Trouble {
        /// Why, in words.
        words: String,
    },
    /// It cannot start: no key, bad address.
    Off {
        /// Why, in words.
        words: String,
    },
}

/// A write that waits.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The write.
    pub intent: IntentId,
    /// Who carries it out.
    pub account: AccountName,
    /// The post.
    pub post: PostId,
    /// `create`, `update`, `delete`, `retry`, `publish`.
    pub verb: &'static str,
    /// How far it is.
    pub state: OutboxState,
    /// Not before this instant.
    pub not_before: Option<DateTime<Utc>>,
    /// How often it left.
    pub attempts: u32,
    /// What last went wrong.
    pub last_error: Option<String>,
}

/// One line of what happened in the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityLine {
    /// When.
    pub at: DateTime<Utc>,
    /// Whose.
    pub account: Option<AccountName>,
    /// The post it is about.
    pub post: Option<PostId>,
    /// What, as a sentence.
    pub words: String,
    /// Whether a person should look.
    pub urgent: bool,
}

/// A span as people say it: `12 s`, `5 min`, `2 h 5 min`, `3 d 4 h`. Sign is dropped.
pub fn span_words(span: TimeDelta) -> String {
    let seconds = span.num_seconds().abs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let with = |big: i64, unit: &str, rest: i64, small: &str| match rest {
        0 => format!("{big} {unit}"),
        rest => format!("{big} {unit} {rest} {small}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        3600..86_400 => with(hours, "h", minutes % 60, "min"),
        _ => with(days, "d", hours % 24, "h"),
    }
}

/// A distance from now: `in 2 h 5 min`, `12 s ago`, `now`.
pub fn distance_words(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let span = at - now;
    match span.num_seconds() {
        -4..=4 => "now".into(),
        5.. => format!("in {}", span_words(span)),
        _ => format!("{} ago", span_words(span)),
    }
}
