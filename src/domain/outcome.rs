//! What became of a target, and the words for it.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long after its moment a post without a result counts as missed.
pub const OVERDUE: TimeDelta = TimeDelta::minutes(3);

/// How far retries of several posts on one channel are apart, so that no feed is flooded.
pub const RETRY_SPACING: TimeDelta = TimeDelta::seconds(20);

/// How long what goes out at once can be taken back.
pub const TAKE_BACK: TimeDelta = TimeDelta::seconds(10);

/// The latest thing known about one target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The provider does not have it, as far as we are concerned.
    NotSent,
    /// The provider asked us to come back.
    Deferred {
        /// Not before this instant.
        until: DateTime<Utc>,
    },
    /// The provider has it and will publish it.
    Accepted,
    /// The provider is publishing it.
    Publishing,
    /// It is live.
    Published {
        /// The published post, where the provider tells.
        url: Option<String>,
        /// When it went live, where the provider tells.
        at: Option<DateTime<Utc>>,
    },
    /// It was refused, by the provider or the network.
    Refused(Refusal),
    /// It may or may not have happened.
    Unknown {
        /// Since when we do not know.
        since: DateTime<Utc>,
        /// What happened instead of an answer, in words.
        words: String,
    },
    /// Someone took it off the schedule at the provider.
    Cancelled,
}

impl Outcome {
    /// Whether the target can still be changed at the provider.
    pub fn can_change(&self) -> bool {
        matches!(self, Self::NotSent | Self::Deferred { .. } | Self::Accepted | Self::Cancelled)
    }

    /// Whether nothing went out and nothing will.
    pub fn came_to_nothing(&self) -> bool {
        matches!(self, Self::Refused(_) | Self::Cancelled)
    }
}

/// A refusal: the cause in our words, the reason in theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// What it comes down to.
    pub cause: Cause,
    /// The provider's own words; never empty (a provider that gives no reason is quoted as giving none).
    pub words: String,
    /// When, where known.
    pub at: Option<DateTime<Utc>>,
    /// Whether the cause is no more than what the words look like: no code or status came with them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
    /// Put away by the person; kept as a record.
    #[serde(default)]
    pub dismissed: bool,
    /// What it was read from, where a provider's post said it: that part of the answer as it came, for the record. Short,
    /// and free of secrets. What a write was answered stands with its attempt instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Box<str>>,
}

impl Refusal {
    /// A refusal at `at` for `cause`; an empty reason becomes a sentence that says so.
    pub fn new(cause: Cause, words: impl Into<String>, at: Option<DateTime<Utc>>) -> Self {
        let words = words.into();
        let words = if words.trim().is_empty() { "the provider gave no reason".into() } else { words };
        Self { cause, words, at, guessed: false, dismissed: false, answer: None }
    }

    /// A refusal of which nothing but words is known.
    pub fn in_words(words: impl Into<String>, at: Option<DateTime<Utc>>) -> Self {
        let words = words.into();
        Self::new(Cause::from_words(&words), words, at).guessed(true)
    }

    /// The same refusal, its cause known, or only guessed from the words.
    pub fn guessed(self, guessed: bool) -> Self {
        Self { guessed: guessed && self.cause != Cause::Other, ..self }
    }

    /// The cause in words that claim no more than is known.
    pub fn likely(&self) -> String {
        let title = self.cause.title();
        if self.guessed { format!("looks like: {}", title.to_lowercase()) } else { title.to_owned() }
    }

    /// The same refusal, with what it was read from.
    pub fn read_from(self, answer: Option<Box<str>>) -> Self {
        Self { answer, ..self }
    }
}

/// Why posts fail: what the failed queue is grouped by. Ordered by how urgently a person is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// We do not know whether it is live.
    UnknownOutcome,
    /// It was due and nothing happened.
    Missed,
    /// The channel has to be connected again.
    Reconnect,
    /// The text is too long for the network.
    TooLong,
    /// The attachments are missing or not accepted.
    Media,
    /// The network has this text already.
    Duplicate,
    /// The content was refused for another reason.
    Content,
    /// The plan at the provider does not allow more.
    PlanLimit,
    /// Too many posts or requests.
    RateLimit,
    /// The key is not allowed to do this.
    Forbidden,
    /// Its state at the provider does not allow this.
    Conflict,
    /// The provider or the network was down.
    Outage,
    /// Anything else.
    Other,
}

impl Cause {
    /// The cause as a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::UnknownOutcome => "Outcome unknown",
            Self::Missed => "Due, and not out",
            Self::Reconnect => "Reconnect the channel",
            Self::TooLong => "Text too long",
            Self::Media => "Media missing or refused",
            Self::Duplicate => "Duplicate content",
            Self::Content => "Content refused",
            Self::PlanLimit => "Plan limit reached",
            Self::RateLimit => "Rate limited",
            Self::Forbidden => "Not allowed",
            Self::Conflict => "Changed at the provider",
            Self::Outage => "Provider or network was down",
            Self::Other => "Other reasons",
        }
    }

    /// What to do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::UnknownOutcome => "V verifies: looks for it at the provider before anything is sent again",
            Self::Missed => "V asks the provider; then P publishes it or s gives it a new time",
            Self::Reconnect => "a connects the channel again, then r retries",
            Self::TooLong => "e opens it where it is too long; shorten it and send it from there",
            Self::Media => "e opens it; change the media and send it from there",
            Self::Duplicate => "it may be live already: V looks; or e changes the text",
            Self::Content => "e opens it; change it and send it from there",
            Self::PlanLimit => "the plan at the provider has to allow more; then r retries",
            Self::RateLimit => "wait a little, then r retries",
            Self::Forbidden => "the key needs another permission at the provider; then r retries",
            Self::Conflict => "R fetches the present state; then decide",
            Self::Outage => "r retries",
            Self::Other => "read the reason; e edits, r retries",
        }
    }

    /// What a reason given in words looks like, when no code beside it says better. Reads an HTTP status that is quoted,
    /// else whole words that the providers' contracts and fixtures show.
    pub fn from_words(words: &str) -> Self {
        super::reasons::cause(words)
    }
}

/// The state of a post or a target: derived from its outcomes, never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Written, not on any schedule.
    Draft,
    /// On the schedule.
    Scheduled,
    /// Kept back by the person.
    Held,
    /// Going out just now.
    Publishing,
    /// Live everywhere.
    Published,
    /// Live on some channels, refused on others.
    Partial,
    /// Refused everywhere.
    Failed,
    /// It may or may not be live.
    Unknown,
    /// Due, and nothing happened.
    Missed,
}

impl State {
    /// Whether something asked for may still have to be confirmed in it. The others are facts, or nobody knows.
    pub fn can_wait(self) -> bool {
        matches!(self, Self::Draft | Self::Scheduled | Self::Held | Self::Publishing)
    }

    /// Every state, in the order of a legend.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Scheduled,
        Self::Held,
        Self::Publishing,
        Self::Published,
        Self::Partial,
        Self::Failed,
        Self::Unknown,
        Self::Missed,
    ];

    /// The word: on screen, in filters, in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Held => "held",
            Self::Publishing => "publishing",
            Self::Published => "published",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Missed => "missed",
        }
    }

    /// The state a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word().eq_ignore_ascii_case(word))
    }

    /// Whether it belongs in the failed queue.
    pub fn needs_a_person(self) -> bool {
        matches!(self, Self::Partial | Self::Failed | Self::Unknown | Self::Missed)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
