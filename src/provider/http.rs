//! The one HTTP client: authorisation, time limits, request ids, redaction, and how far a request came.
//!
//! It follows no redirect and repeats nothing by itself. When a request may leave is decided in `spending`; what an
//! answer means in `verdict`, once for every provider; a [`Dialect`] only says how a provider spells its errors.

mod certificate;
mod fetch;
mod files;
mod mend;
mod spending;
mod verdict;

use verdict::{deepest, kind_of, unclear};

use std::sync::{Mutex, Once, OnceLock, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, Method, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::timeout;

use super::address::{Base, check_key};
use super::pace::{Allowance, Budget, LONGEST_WAIT, Share, Tally, Turns};
use super::{Again, Connection, Kind, ProviderError, Reach, Result};
use super::{tolerant, words};
use crate::clock::Clock;
use crate::domain::ids::RemoteId;
use crate::domain::problem::Problem;
use crate::trip;

/// How long to wait for a provider, and how much to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The connection stands within this.
    pub connect: Duration,
    /// The answer begins within this.
    pub silence: Duration,
    /// The answer is complete within this.
    pub whole: Duration,
    /// A file on its way moves within this.
    pub upload: Duration,
    /// The largest answer that is read, in bytes, after decompression.
    pub page_bytes: usize,
    /// The longest wait that is believed when the provider asks for one.
    pub wait: TimeDelta,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            whole: Duration::from_secs(120),
            upload: Duration::from_secs(30),
            page_bytes: 32 * 1024 * 1024,
            wait: LONGEST_WAIT,
        }
    }
}

/// Whether a request changes something: a lost answer to a read is only lost time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It changes nothing.
    Read,
    /// It is part of a write, and makes nothing that anyone sees or that matters twice.
    Step,
    /// It changes something.
    Write,
    /// The same, and publishing happens inside the request: minutes are normal.
    SlowWrite,
}

/// A request as an adapter means it.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method.
    pub method: &'a str,
    /// The path below the base, with its leading slash.
    pub path: &'a str,
    /// The query.
    pub query: &'a [(&'a str, String)],
    /// Headers beside authorisation.
    pub headers: &'a [(String, String)],
    /// The body: JSON.
    pub body: Option<&'a str>,
    /// What it is for.
    pub purpose: Purpose,
}

impl<'a> Call<'a> {
    /// A plain read of `path`.
    pub fn get(path: &'a str, query: &'a [(&'a str, String)]) -> Self {
        Self { method: "GET", path, query, headers: &[], body: None, purpose: Purpose::Read }
    }

    /// A question that has to be posted but changes nothing.
    pub fn ask(path: &'a str, body: &'a str) -> Self {
        Self { method: "POST", path, query: &[], headers: &[], body: Some(body), purpose: Purpose::Read }
    }
}

/// A success, as it came.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status: 2xx.
    pub status: u16,
    /// The body; `Null` when it was empty.
    pub json: Value,
    /// The body for the record: bounded, without secrets.
    pub record: String,
    /// The provider's id of the request.
    pub request_id: Option<String>,
    purpose: Purpose,
}

impl Answer {
    /// The error for a success that lacks what it had to bring.
    pub fn unreadable(&self, words: &str) -> ProviderError {
        let words = self.said().map_or_else(|| words.to_owned(), |said| format!("{words}; it says: {said}"));
        let mut error = unclear(self.purpose, Kind::Malformed, &words);
        error.status = Some(self.status);
        error.request_id.clone_from(&self.request_id);
        error
    }

    /// The words of an error that came as a success; of the record, which has no secrets.
    fn said(&self) -> Option<String> {
        let record: Value = serde_json::from_str(&self.record).ok()?;
        let places: [&[&str]; 3] = [&["error", "message"], &["error"], &["message"]];
        places.into_iter().find_map(|place| tolerant::text(&record, place)).map(|said| words::tidy(said, ""))
    }
}

/// What an error body says, in a provider's own spelling.
#[derive(Debug, Default)]
pub struct Said {
    /// The words for people.
    pub words: String,
    /// The code.
    pub code: Option<String>,
    /// The kind, where the code tells more than the status.
    pub kind: Option<Kind>,
    /// The post that is there already.
    pub existing: Option<RemoteId>,
    /// What is wrong with the submission.
    pub problems: Vec<Problem>,
    /// When to come back, where the body says it.
    pub until: Option<DateTime<Utc>>,
    /// The contract promises that nothing happened, whatever the status.
    pub settled: bool,
}

/// Reads a provider's error body.
pub type Dialect = fn(status: u16, body: &Value) -> Said;

/// A client for one account.
#[derive(Debug)]
pub struct Http {
    /// Built when first needed: reading the system's certificates takes longer than painting the first screen.
    client: OnceLock<Client>,
    base: Base,
    key: SecretString,
    limits: Limits,
    clock: Clock,
    dialect: Dialect,
    budget: Mutex<Option<Budget>>,
    /// How far this machine's clock is ahead of the provider's, as its last answer said.
    ahead: Mutex<Option<TimeDelta>>,
    turns: Mutex<Turns>,
    hides_secrets: bool,
    scheme: Scheme,
    /// Whether something may be printed before the JSON of a success.
    chatty: bool,
    /// What may be spent where no header says it, and what was.
    allowance: Option<(Allowance, Mutex<Tally>)>,
}

/// How the key travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scheme {
    /// As it is.
    Bearer,
    /// As it is: the token made of a user name and a password.
    Token,
    /// As the token that is made of it: it is `user:password`.
    Basic,
}

impl Http {
    /// The client for `connection`; `home` is the provider's own address, `path` what every address of it ends in.
    pub fn new(connection: Connection, home: &str, path: &str, dialect: Dialect, clock: Clock) -> Result<Self> {
        let base = Base::read(connection.base_url.as_deref().unwrap_or(home), path)?;
        check_key(connection.key.expose_secret())?;
        let Connection { key, limits, .. } = connection;
        Ok(Self {
            client: OnceLock::new(),
            base,
            key,
            limits,
            clock,
            dialect,
            budget: Mutex::new(None),
            ahead: Mutex::new(None),
            turns: Mutex::default(),
            hides_secrets: false,
            scheme: Scheme::Bearer,
            chatty: false,
            allowance: None,
        })
    }

    /// The same client, which keeps to `shares` by itself: for providers whose good answers do not count along.
    pub fn within(mut self, shares: &'static [Share]) -> Self {
        self.turns = Mutex::new(Turns::within(shares));
        self
    }

    /// The same client, which forgets the secrets of others (tokens of the networks, passwords) that a provider puts
    /// into its answers, before anybody reads them.
    pub fn hiding_secrets(mut self) -> Self {
        self.hides_secrets = true;
        self
    }

    /// The same client, whose key is the token made of a user name and a password.
    pub fn with_token(self) -> Self {
        Self { scheme: Scheme::Token, ..self }
    }

    /// The same client, for a provider whose successes may begin with something printed before the JSON.
    pub fn past_chatter(self) -> Self {
        Self { chatty: true, ..self }
    }

    /// The key is `user:password`, and travels as that.
    pub fn basic(self) -> Self {
        Self { scheme: Scheme::Basic, ..self }
    }

    /// Spends no more than `allowance`.
    pub fn allowed(self, allowance: Allowance) -> Self {
        Self { allowance: Some((allowance, Mutex::default())), ..self }
    }

    fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = build_client(&self.base, self.limits)?;
        Ok(self.client.get_or_init(|| client))
    }

    /// Whether the provider is on this machine: the demo.
    pub fn is_at_home(&self) -> bool {
        self.base.is_loopback()
    }

    /// The present instant, on the clock that waits are counted on.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// `text` on one line, fit for a message.
    pub fn tidy(&self, text: &str) -> String {
        words::tidy(text, self.secret())
    }

    /// What must never show: of `user:password` the password, which may be quoted alone.
    fn secret(&self) -> &str {
        let key = self.key.expose_secret();
        match (self.scheme, key.split_once(':')) {
            (Scheme::Basic, Some((_, password))) => password,
            _ => key,
        }
    }

    /// Sends `call` once and reads the answer.
    pub async fn call(&self, call: Call<'_>) -> Result<Answer> {
        let request = self.request(&call)?;
        let client = self.client()?;
        self.take_turn(call.purpose).await;
        self.keep_pace().await?;
        self.spend(call.purpose).await?;
        let (silence, whole) = self.patience(call.purpose);
        let exchange = async {
            trip::at("send");
            let response = match timeout(silence, client.execute(request)).await {
                Ok(response) => response.map_err(|error| self.lost(call.purpose, error))?,
                Err(_) => return Err(self.silent(call.purpose, silence)),
            };
            trip::at("answered");
            self.read(call.purpose, response).await
        };
        timeout(whole, exchange).await.unwrap_or_else(|_| Err(self.silent(call.purpose, whole)))
    }

    fn patience(&self, purpose: Purpose) -> (Duration, Duration) {
        let Limits { silence, whole, .. } = self.limits;
        match purpose {
            Purpose::Read | Purpose::Step | Purpose::Write => (silence, whole),
            Purpose::SlowWrite => (silence.saturating_mul(10), whole.saturating_mul(3)),
        }
    }

    fn request(&self, call: &Call<'_>) -> Result<reqwest::Request> {
        let unfit = |what: &str| {
            ProviderError::new(
                Kind::Invalid,
                Reach::NotSent,
                Again::Never,
                format!("the request has an unusable {what}"),
            )
        };
        let method = Method::from_bytes(call.method.as_bytes()).map_err(|_| unfit("method"))?;
        let mut request = reqwest::Request::new(method, self.base.join(call.path, call.query)?);
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in call.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unfit("header"))?;
            headers.insert(name, HeaderValue::from_str(value).map_err(|_| unfit("header"))?);
        }
        let shown = match self.scheme {
            Scheme::Bearer => format!("Bearer {}", self.key.expose_secret()),
            Scheme::Token => format!("Basic {}", self.key.expose_secret()),
            Scheme::Basic => format!("Basic {}", BASE64_STANDARD.encode(self.key.expose_secret())),
        };
        let mut shown = HeaderValue::from_str(&shown).map_err(|_| unfit("key"))?;
        shown.set_sensitive(true);
        headers.insert(AUTHORIZATION, shown);
        if let Some(body) = call.body {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
            *request.body_mut() = Some(body.to_owned().into());
        }
        Ok(request)
    }

    async fn read(&self, purpose: Purpose, response: Response) -> Result<Answer> {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        self.compare_clocks(&headers);
        let body = self.body(purpose, status, response).await?;
        if (200..300).contains(&status) {
            let told = Budget::read(&headers);
            *self.budget.lock().unwrap_or_else(PoisonError::into_inner) = told;
        }
        self.verdict(purpose, status, &headers, &body).map_err(|mut error| {
            self.blocked(&mut error);
            error
        })
    }

    /// How far this machine's clock is ahead of the provider's (behind, where it is negative), to the second, as the
    /// last answer said. Nothing before there was one, or where the clock is turned by hand.
    pub fn clock_ahead(&self) -> Option<TimeDelta> {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compare_clocks(&self, headers: &HeaderMap) {
        if !self.clock.follows_the_world() {
            return;
        }
        let theirs = headers.get(DATE).and_then(|date| date.to_str().ok());
        let theirs = theirs.and_then(|date| httpdate::parse_http_date(date).ok()).map(DateTime::<Utc>::from);
        if let Some(theirs) = theirs {
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(self.clock.now() - theirs);
        }
    }

    /// Reads at most `page_bytes`, while they stream in.
    async fn body(&self, purpose: Purpose, status: u16, mut response: Response) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let chunk = response.chunk().await.map_err(|error| {
                let mut error = self.lost(purpose, error);
                error.status = Some(status);
                error
            })?;
            let Some(chunk) = chunk else { return Ok(body) };
            if body.len() + chunk.len() > self.limits.page_bytes {
                let words = format!("the answer is larger than {} bytes", self.limits.page_bytes);
                let mut error = unclear(purpose, Kind::Malformed, words);
                error.status = Some(status);
                return Err(error);
            }
            body.extend_from_slice(&chunk);
        }
    }
}

/// Whether a base address leads to this machine: the demo.
pub fn is_at_home(base_url: &str) -> bool {
    Base::read(base_url, "").is_ok_and(|base| base.is_loopback())
}

/// What every client has in common: it names itself, follows nothing, and repeats nothing.
fn builder(limits: Limits) -> reqwest::ClientBuilder {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        // Somebody else may have installed one already; any of them will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .user_agent(concat!("runsheet/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(limits.connect)
}

fn build_client(base: &Base, limits: Limits) -> Result<Client> {
    let mut builder = builder(limits);
    if base.is_loopback() {
        builder = builder.no_proxy();
    }
    if base.is_plain() {
        // No redirect is followed, so no certificate will ever be looked at.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let words = format!("no connection can be made from here: {}", deepest(error));
        ProviderError::new(Kind::Unavailable, Reach::NotSent, Again::Never, words)
    })
}

/// What is said of a web page where the API should be.
pub(super) const WEB_PAGE: &str = "the address answered a web page, not the API: check base_url";

/// How many places in a body are tried for the beginning of its JSON.
const BEGINNINGS: usize = 64;

/// What a body turned out to be.
enum Form {
    Json(Value),
    Page,
    Garbage,
}

impl Form {
    fn of(content_type: &str, body: &[u8]) -> Self {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
        match first {
            None => Self::Json(Value::Null),
            Some(b'<') => Self::Page,
            Some(_) if content_type.to_ascii_lowercase().contains("html") => Self::Page,
            Some(_) => match serde_json::from_slice(body) {
                Ok(json) => Self::Json(json),
                // One broken character must not hide the page it is on.
                Err(_) => mend::mended(body)
                    .and_then(|body| serde_json::from_str(&body).ok())
                    .map_or(Self::Garbage, Self::Json),
            },
        }
    }

    /// The JSON behind whatever was printed before it: warnings of PHP, say.
    fn past_chatter(self, body: &[u8]) -> Self {
        if matches!(self, Self::Json(_)) {
            return self;
        }
        let opens = body.iter().enumerate().filter(|(_, byte)| matches!(byte, b'{' | b'['));
        let mut tails = opens.take(BEGINNINGS).filter_map(|(at, _)| body.get(at..));
        tails.find_map(|tail| serde_json::from_slice(tail).ok()).map_or(self, Self::Json)
    }

    fn words(&self) -> &'static str {
        match self {
            Self::Page => WEB_PAGE,
            Self::Json(_) | Self::Garbage => "the answer is not the JSON that the API promises",
        }
    }
}

pub use fetch::{Piece, Web};
pub use files::Destination;

#[cfg(test)]
mod tests;
