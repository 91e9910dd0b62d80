//! A WordPress site: where its API answers, in which spelling of addresses, and when a success is none.

use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{key, map};
use crate::clock::Clock;
use crate::provider::http::{Answer, Call, Destination, Http, Purpose, WEB_PAGE};
use crate::provider::tolerant::text;
use crate::provider::{Again, Connection, Kind, LocalFile, Progress, ProviderError, Reach, Result};

/// How a site's addresses are spelt (contract, section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// `/wp-json/route`.
    Path,
    /// `/?rest_route=/route`: sites without pretty permalinks.
    Query,
}

/// One question to a site.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    pub method: &'a str,
    /// The route, with its leading slash: `/fs-poster/v1/channels`.
    pub route: &'a str,
    pub query: &'a [(&'a str, String)],
    pub body: Option<&'a str>,
    pub purpose: Purpose,
}

impl<'a> Ask<'a> {
    /// A plain read.
    pub fn get(route: &'a str, query: &'a [(&'a str, String)]) -> Self {
        Self { method: "GET", route, query, body: None, purpose: Purpose::Read }
    }

    /// A write.
    pub fn write(method: &'a str, route: &'a str, body: &'a str) -> Self {
        Self { method, route, query: &[], body: Some(body), purpose: Purpose::Write }
    }
}

/// A site and the key to it.
#[derive(Debug)]
pub struct Site {
    http: Http,
    user: String,
    password: SecretString,
    /// Known from the first answer that came in it.
    spelling: OnceLock<Spelling>,
}

impl Site {
    /// The site of `connection`. Fails without an address: every site is somebody's own.
    pub fn new(connection: Connection, clock: Clock) -> Result<Self> {
        let Some(given) = connection.base_url.as_deref().map(str::trim).filter(|given| !given.is_empty()) else {
            let words = "Posto lives on a WordPress site of your own: say where with base_url = \"https://…\"";
            return Err(ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words));
        };
        let key = key::read(&connection.key)?;
        let connection = Connection { base_url: Some(address(given)), key: key.token, ..connection };
        let http = Http::new(connection, "", "", map::said, clock)?.with_token().past_chatter();
        Ok(Self { http, user: key.user, password: key.password, spelling: OnceLock::new() })
    }

    /// The name of the user whose key this is.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The present instant, on the clock that waits are counted on.
    pub fn now(&self) -> DateTime<Utc> {
        self.http.now()
    }

    /// How far this machine's clock is ahead of the site's.
    pub fn clock_ahead(&self) -> Option<TimeDelta> {
        self.http.clock_ahead()
    }

    /// Asks once, in the spelling the site answers in.
    pub async fn call(&self, ask: Ask<'_>) -> Result<Answer> {
        let answer = match self.spelling.get() {
            Some(known) => self.spelt(*known, &ask).await,
            None => self.in_either(&ask).await,
        };
        answer.and_then(believed).map_err(|error| self.masked(error))
    }

    /// Sends a file to `route`.
    pub async fn send_file(
        &self,
        route: &str,
        headers: &[(String, String)],
        file: &LocalFile,
        progress: Progress<'_>,
    ) -> Result<Answer> {
        if self.spelling.get().is_none() {
            // A small question finds the way for a large file.
            self.call(Ask::get("/", &[])).await?;
        }
        let path = match self.spelling.get() {
            Some(Spelling::Query) => format!("/?rest_route={route}"),
            Some(Spelling::Path) | None => format!("/wp-json{route}"),
        };
        let answer = self.http.send_file("POST", Destination::Below(&path), headers, file, progress).await;
        answer.and_then(believed).map_err(|error| self.masked(error))
    }

    /// Fetches something from the web, which knows nothing of the site.
    pub async fn fetch(&self, address: &str, file: tokio::fs::File) -> Result<u64> {
        self.http.fetch(address, file).await
    }

    async fn spelt(&self, spelling: Spelling, ask: &Ask<'_>) -> Result<Answer> {
        let mut query = ask.query.to_vec();
        let path = match spelling {
            Spelling::Path => format!("/wp-json{}", ask.route),
            Spelling::Query => {
                query.insert(0, ("rest_route", ask.route.to_owned()));
                "/".to_owned()
            }
        };
        let Ask { method, body, purpose, .. } = *ask;
        self.http.call(Call { method, path: &path, query: &query, headers: &[], body, purpose }).await
    }

    /// Tries the common spelling, and where no API is behind it, the other one.
    async fn in_either(&self, ask: &Ask<'_>) -> Result<Answer> {
        let error = match self.spelt(Spelling::Path, ask).await {
            Ok(answer) => {
                self.spelling.get_or_init(|| Spelling::Path);
                return Ok(answer);
            }
            Err(error) => error,
        };
        if !leads_nowhere(&error, ask.purpose) {
            return Err(error);
        }
        // A write leaves in the other spelling only once a question has shown that an API is there.
        if ask.purpose != Purpose::Read {
            let index = self.spelt(Spelling::Query, &Ask::get("/", &[])).await;
            if !index.is_ok_and(|index| index.json.get("namespaces").is_some_and(Value::is_array)) {
                return Err(error);
            }
        }
        let other = self.spelt(Spelling::Query, ask).await;
        if let Err(second) = &other
            && (second.kind == Kind::Malformed || second.status.is_none())
        {
            return Err(error);
        }
        self.spelling.get_or_init(|| Spelling::Query);
        other
    }

    /// The error without the password, should an answer have repeated it.
    fn masked(&self, mut error: ProviderError) -> ProviderError {
        let password = self.password.expose_secret();
        if !password.is_empty() {
            error.words = error.words.replace(password, "…");
            error.answer = error.answer.map(|answer| answer.replace(password, "…").into());
        }
        error
    }
}

/// The address of the site itself: people paste that of its API, too.
fn address(given: &str) -> String {
    let bare = given.trim_end_matches('/');
    let site = ["/wp-json/fs-poster/v1", "/wp-json/wp/v2", "/wp-json"].iter().find_map(|end| bare.strip_suffix(end));
    site.unwrap_or(bare).trim_end_matches('/').to_owned()
}

/// Whether a web page answered where the API would have: nothing was carried out. A write that a page answers with a
/// success may have been, for all we know.
fn leads_nowhere(error: &ProviderError, purpose: Purpose) -> bool {
    let told = match error.status {
        Some(404) => true,
        Some(200..300) => purpose == Purpose::Read,
        _ => false,
    };
    told && error.words == WEB_PAGE
}

/// A success that says it is none: errors of FS Poster come with status 200 (contract, section 2).
fn believed(answer: Answer) -> Result<Answer> {
    match ["error_msg", "error"].iter().find_map(|name| text(&answer.json, &[name])) {
        None => Ok(answer),
        Some(words) => Err(map::refused(words, &answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_found_behind_what_people_paste() {
        for (given, site) in [
            ("https://blog.example", "https://blog.example"),
            ("https://blog.example/", "https://blog.example"),
            ("https://host.example/blog/wp-json/", "https://host.example/blog"),
            ("https://host.example/wp-json/fs-poster/v1", "https://host.example"),
        ] {
            assert_eq!(address(given), site);
        }
    }
}
