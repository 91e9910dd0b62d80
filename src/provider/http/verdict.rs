//! What an answer means, and how far a request came that got none.

use std::error::Error as _;
use std::time::Duration;

use url::Url;

use super::{Answer, Form, HeaderMap, Http, LOCATION, Purpose, Said, certificate};
use crate::provider::{Again, Kind, ProviderError, Reach, Result, pace, words};

impl Http {
    /// What an answer means: a success with JSON (or with nothing), or an error with kind, reach and when to try again.
    pub(in crate::provider) fn verdict(
        &self,
        purpose: Purpose,
        status: u16,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Answer> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let request_id = header("x-request-id").map(|id| self.tidy(&id)).filter(|id| !id.is_empty());
        let mut form = Form::of(header("content-type").as_deref().unwrap_or_default(), body);
        if self.chatty && (200..300).contains(&status) {
            form = form.past_chatter(body);
        }
        // What cannot be read cannot be freed of secrets either, and is kept nowhere. What can be is written anew: an
        // address or a key is found in it however the provider escapes them.
        let said = match &mut form {
            Form::Json(json) => {
                if self.hides_secrets {
                    words::hide_secrets(json);
                }
                json.to_string()
            }
            _ => String::new(),
        };
        let mut error = match (status, form) {
            (200..300, Form::Json(json)) => {
                let record = words::record(&said, self.secret());
                return Ok(Answer { status, json, record, request_id, purpose });
            }
            (200..300, form) => unclear(purpose, Kind::Malformed, form.words()),
            (300..400, _) => self.redirected(header(LOCATION.as_str()).as_deref()),
            (_, Form::Json(json)) if !json.is_null() => {
                self.refused(purpose, status, headers, (self.dialect)(status, &json))
            }
            (400 | 403 | 404 | 405 | 410, form @ Form::Page) => {
                ProviderError::new(Kind::Malformed, Reach::Answered, Again::Never, form.words())
            }
            (_, form) => {
                let words = bare_words(status).unwrap_or_else(|| form.words()).into();
                self.refused(purpose, status, headers, Said { words, ..Said::default() })
            }
        };
        error.status = Some(status);
        error.request_id = request_id;
        let answer = words::record(&said, self.secret());
        error.answer = (!answer.trim().is_empty()).then(|| answer.into_boxed_str());
        Err(error)
    }

    /// A readable refusal: the kind follows from the status unless the dialect knows better.
    fn refused(&self, purpose: Purpose, status: u16, headers: &HeaderMap, said: Said) -> ProviderError {
        let now = self.clock.now();
        let kind = said.kind.unwrap_or_else(|| kind_of(status));
        let reach = match status {
            _ if said.settled => Reach::Answered,
            408 | 500.. if matches!(purpose, Purpose::Write | Purpose::SlowWrite) => Reach::Unknown,
            _ => Reach::Answered,
        };
        let longest = self.limits.wait;
        let told = pace::retry_after(headers, now, longest).or(said.until.map(|until| until.clamp(now, now + longest)));
        let again = match kind {
            Kind::RateLimited | Kind::Unavailable | Kind::InProgress => told.map_or(Again::Backoff, Again::At),
            _ => Again::Never,
        };
        let mut words = self.tidy(&said.words);
        if words.is_empty() {
            words = format!("{} refused it without a reason", self.base.host());
        }
        let mut error = ProviderError::new(kind, reach, again, words);
        error.code = said.code.map(|code| self.tidy(&code)).filter(|code| !code.is_empty());
        error.existing = said.existing;
        error.problems = said.problems;
        error
    }

    fn redirected(&self, location: Option<&str>) -> ProviderError {
        let to = location.and_then(|to| Url::parse(to).ok()).and_then(|url| url.host_str().map(str::to_owned));
        let to = to.unwrap_or_else(|| "elsewhere".into());
        let words =
            format!("{} sends us on to {to}, which is not followed with the key: check base_url", self.base.host());
        ProviderError::new(Kind::Malformed, Reach::Answered, Again::Never, self.tidy(&words))
    }

    /// A request that got no answer, or only a part of one.
    pub(super) fn lost(&self, purpose: Purpose, error: reqwest::Error) -> ProviderError {
        let host = self.base.host();
        if error.is_connect() || error.is_builder() {
            let words = certificate::refusal(host, &error)
                .unwrap_or_else(|| format!("{host} cannot be reached: {}", self.tidy(&deepest(error))));
            return ProviderError::new(Kind::Unavailable, Reach::NotSent, Again::Backoff, words);
        }
        let words =
            format!("the connection to {host} broke before the answer was complete: {}", self.tidy(&deepest(error)));
        unclear(purpose, Kind::Unavailable, words)
    }

    pub(super) fn silent(&self, purpose: Purpose, after: Duration) -> ProviderError {
        let words = format!("{} gave no complete answer within {} s", self.base.host(), after.as_secs_f32().ceil());
        unclear(purpose, Kind::Unavailable, words)
    }
}

/// An exchange whose end is not known: for a write it may have happened, a read is simply asked again.
pub(super) fn unclear(purpose: Purpose, kind: Kind, words: impl Into<String>) -> ProviderError {
    let reach = match (purpose, kind) {
        (Purpose::Write | Purpose::SlowWrite, _) => Reach::Unknown,
        (Purpose::Read | Purpose::Step, Kind::Malformed) => Reach::Answered,
        (Purpose::Read | Purpose::Step, _) => Reach::Harmless,
    };
    ProviderError::new(kind, reach, Again::Backoff, words)
}

pub(super) fn kind_of(status: u16) -> Kind {
    match status {
        401 => Kind::Unauthorised,
        402 => Kind::PlanLimit,
        403 => Kind::Forbidden,
        404 | 410 => Kind::NotFound,
        405 | 501 => Kind::Unsupported,
        408 | 500.. => Kind::Unavailable,
        409 => Kind::Conflict,
        429 => Kind::RateLimited,
        _ => Kind::Invalid,
    }
}

/// The words for a refusal that brought none that can be read.
fn bare_words(status: u16) -> Option<&'static str> {
    match status {
        401 => Some("the key was not accepted"),
        408 => Some("the provider waited too long for the request"),
        413 => Some("the request is too large for the provider"),
        429 => Some("too many requests"),
        500.. => Some("the provider, or the way to it, is down"),
        _ => None,
    }
}

/// The innermost reason of a failure; the outer layers repeat the address.
pub(super) fn deepest(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        words = inner.to_string();
        source = inner.source();
    }
    words
}
