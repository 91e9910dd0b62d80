//! What went wrong at a provider: what kind, whether the request arrived, and when to try again.

use chrono::{DateTime, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::outcome::Cause;
use crate::domain::problem::{Place, Problem};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The key is missing, unknown, revoked or expired.
    Unauthorised,
    /// The key may not do this, or the channel cannot post.
    Forbidden,
    /// It is not there.
    NotFound,
    /// Its state does not allow this.
    Conflict,
    /// The same request is still being worked on.
    InProgress,
    /// The same idempotency key came with another body.
    KeyReused,
    /// The content is there already.
    Duplicate,
    /// The request breaks a rule.
    Invalid,
    /// The plan does not allow more.
    PlanLimit,
    /// Too many requests or posts.
    RateLimited,
    /// The provider or the way to it is down.
    Unavailable,
    /// The provider cannot do this at all.
    Unsupported,
    /// The answer could not be understood.
    Malformed,
}

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It never arrived: nothing happened.
    NotSent,
    /// It may have arrived, but nothing goes out by it: a question, a file, or a step that only prepares a post.
    Harmless,
    /// It was answered, and the answer says what happened.
    Answered,
    /// It may have arrived; what happened is not known.
    Unknown,
}

/// When trying again makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Not without a change.
    Never,
    /// At this instant, as the provider asked.
    At(DateTime<Utc>),
    /// After a growing wait.
    Backoff,
}

/// An error from a provider, or on the way to it. Its words are the provider's, free of secrets.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.sentence())]
pub struct ProviderError {
    /// What happened.
    pub kind: Kind,
    /// How far the request came.
    pub reach: Reach,
    /// When to try again.
    pub again: Again,
    /// What the provider said, or what happened on the way.
    pub words: String,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// The provider's code for it.
    pub code: Option<String>,
    /// The provider's id of the request, for its support.
    pub request_id: Option<String>,
    /// The post that is there already, when the provider names it.
    pub existing: Option<RemoteId>,
    /// What the provider minds in the submission.
    pub problems: Vec<Problem>,
    /// The whole answer as it came, for the record: free of secrets, cut to a readable length.
    pub answer: Option<Box<str>>,
}

impl ProviderError {
    /// An error with nothing but words.
    pub fn new(kind: Kind, reach: Reach, again: Again, words: impl Into<String>) -> Self {
        Self {
            kind,
            reach,
            again,
            words: words.into(),
            status: None,
            code: None,
            request_id: None,
            existing: None,
            problems: Vec::new(),
            answer: None,
        }
    }

    /// Something no provider of this kind can do; nothing was sent.
    pub fn unsupported(words: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, Reach::NotSent, Again::Never, words)
    }

    /// What it minds in the submission; where it only has words for the whole, those.
    pub fn into_problems(self) -> Vec<Problem> {
        if !self.problems.is_empty() {
            return self.problems;
        }
        let remedy = "change it, or leave this channel out";
        vec![Problem::blocker("provider-refuses", Place::Post, self.words, remedy)]
    }

    /// The cause under which the failed queue shows it.
    pub fn cause(&self) -> Cause {
        match self.kind {
            Kind::Unauthorised => Cause::Reconnect,
            Kind::Forbidden => match Cause::from_words(&self.words) {
                Cause::Reconnect => Cause::Reconnect,
                Cause::PlanLimit => Cause::PlanLimit,
                _ => Cause::Forbidden,
            },
            Kind::NotFound | Kind::Conflict | Kind::KeyReused | Kind::InProgress => Cause::Conflict,
            Kind::Duplicate => Cause::Duplicate,
            Kind::Invalid => match self.told() {
                Cause::Other => match Cause::from_words(&self.words) {
                    Cause::Other => Cause::Content,
                    cause => cause,
                },
                cause => cause,
            },
            Kind::PlanLimit => Cause::PlanLimit,
            Kind::RateLimited => Cause::RateLimit,
            Kind::Unavailable => Cause::Outage,
            Kind::Unsupported | Kind::Malformed => Cause::Other,
        }
    }

    /// What the provider's own code says, as far as it says anything.
    fn told(&self) -> Cause {
        self.code.as_deref().map_or(Cause::Other, Cause::from_words)
    }

    /// Whether the cause is no more than what the words look like.
    pub fn guesses(&self) -> bool {
        let by_words = Cause::from_words(&self.words) != Cause::Other;
        match self.kind {
            Kind::Invalid => self.told() == Cause::Other && by_words,
            Kind::Forbidden => self.cause() != Cause::Forbidden,
            _ => false,
        }
    }

    fn sentence(&self) -> String {
        let mut sentence = self.words.clone();
        if let Some(status) = self.status {
            sentence.push_str(&format!(" (HTTP {status}"));
            if let Some(code) = &self.code {
                sentence.push_str(&format!(" {code}"));
            }
            if let Some(id) = &self.request_id {
                sentence.push_str(&format!(", request {id}"));
            }
            sentence.push(')');
        }
        sentence
    }
}
