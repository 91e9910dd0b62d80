//! What goes on in the background, as people are told.

use chrono::{DateTime, Utc};

use super::ids::{AccountName, IntentId, PostId};
use super::media::size_words;
use super::write::{OutboxRow, OutboxState};

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
    /// What was spent of the calls that the provider allows, where they are counted on this side.
    pub spent: Option<Spent>,
}

/// Calls to a provider that allows only so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Calls within the last minute.
    pub minute: u32,
    /// How many of them the provider allows.
    pub per_minute: u32,
    /// Calls since the last midnight, UTC.
    pub today: u32,
    /// How many of them the provider allows.
    pub per_day: u32,
    /// When the last one left, as far as that is remembered.
    pub last: Option<DateTime<Utc>>,
    /// Until when the provider refuses every call, for having been asked too often.
    pub blocked_until: Option<DateTime<Utc>>,
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

/// A file on its way to a provider, or being prepared there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploading {
    /// Whose provider.
    pub account: AccountName,
    /// The post that carries it.
    pub post: PostId,
    /// The file's name.
    pub name: String,
    /// Bytes that have left.
    pub sent: u64,
    /// Bytes in all.
    pub bytes: u64,
    /// All of it is there, and the provider works on it.
    pub preparing: bool,
}

impl Uploading {
    /// `uploading roast.png 42 % of 3 MB`.
    pub fn words(&self) -> String {
        if self.preparing {
            return format!("{} is being prepared at the provider", self.name);
        }
        let percent = self.sent.saturating_mul(100) / self.bytes.max(1);
        format!("uploading {} {percent} % of {}", self.name, size_words(self.bytes))
    }
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

impl Waiting {
    /// What people are told of an outbox row.
    pub fn of(row: &OutboxRow) -> Self {
        Self {
            intent: row.intent,
            account: row.account.clone(),
            post: row.post,
            verb: row.write.verb(),
            state: row.state,
            not_before: row.not_before,
            attempts: row.attempts,
            last_error: row.last_error.clone(),
        }
    }
}
