//! A simulated Post for Me: routes, key check, limits, and the words of its errors.
//!
//! One deliberate difference to the service: it ignores fields and query names it does not know, so that a misspelt
//! `isDraft` publishes; this simulator refuses them, so that a misspelling is found.

mod accounts;
mod body;
mod limits;
pub(super) mod media;
mod posts;
mod results;
mod shape;

use serde_json::{Value, json};

use super::server::Dialect;
use super::wire::{Answer, Call, Flaw};
use super::world::Site;

pub(super) static DIALECT: Dialect =
    Dialect { provider: "postforme", base: "/v1", rate: 0, answer, store: media::store, error };

/// The project all accounts of the demo belong to.
const PROJECT: &str = "proj_1kWq8ZtYb3nVxR6mCfHsJ";

/// The longest JSON body, in bytes.
const LARGEST_BODY: usize = 100 * 1024;

fn answer(site: &mut Site, call: &Call) -> Answer {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let open = segments.as_slice() == ["social-post-previews"];
    match call.bearer() {
        _ if open => {}
        None => return unauthorised("Authorization token not found."),
        Some(key) if key != site.key || !site.key_valid => return error(401),
        Some(_) => {}
    }
    if let Some(refused) = limits::refused(site, call.now) {
        return refused;
    }
    if call.body.len() > LARGEST_BODY {
        return plain(413, "request entity too large");
    }
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["social-accounts"]) => accounts::list(site, call),
        ("POST", ["social-accounts", "auth-url"]) => accounts::connect(site, call),
        ("GET", ["social-accounts", id]) => accounts::show(site, id),
        ("POST", ["media", "create-upload-url"]) => media::offer(site, call),
        ("GET", ["social-posts"]) => posts::list(site, call),
        ("POST", ["social-posts"]) => posts::create(site, call),
        ("GET", ["social-posts", id]) => posts::show(site, id),
        ("PUT", ["social-posts", id]) => posts::replace(site, id, call),
        ("DELETE", ["social-posts", id]) => posts::remove(site, id),
        ("GET", ["social-post-results"]) => results::list(site, call),
        ("POST", ["social-post-previews"]) => posts::preview(call),
        _ => {
            let words = format!("Cannot {} {}", call.method, call.path);
            Answer::json(404, json!({"message": words, "error": "Not Found", "statusCode": 404}))
        }
    }
}

/// The error body for a status, when nothing more is known.
fn error(status: u16) -> Answer {
    match status {
        401 => unauthorised("Invalid or expired token"),
        404 => plain(404, "Post not found"),
        429 => plain(429, "Too many requests, please try again later"),
        500.. => plain(status, "Internal server error"),
        _ => plain(status, "Bad Request"),
    }
}

fn unauthorised(words: &str) -> Answer {
    Answer::json(401, json!({"message": words, "error": "Unauthorized", "statusCode": 401}))
}

/// An error with one sentence.
fn plain(status: u16, words: &str) -> Answer {
    Answer::json(status, json!({"statusCode": status, "message": words}))
}

/// 400 about the query, or about a body that cannot be read.
fn bad(words: &str) -> Answer {
    Answer::json(400, json!({"message": [words], "error": "Bad Request", "statusCode": 400}))
}

/// 400 about a field that should not be there, or holds something else.
fn flawed(flaw: Flaw) -> Answer {
    bad(&flaw.words)
}

/// One page of a listing: what to skip, and how many to show.
struct Window {
    offset: usize,
    limit: usize,
}

impl Window {
    fn read(call: &Call, names: &[&str]) -> Result<Self, Answer> {
        if let Some((name, _)) = call.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
            return Err(bad(&format!("property {name} should not exist")));
        }
        let number = |name: &str, least: usize, most: usize, default: usize| match call.query(name) {
            None => Ok(default),
            Some(text) => match text.parse() {
                Ok(number) if number > most => Err(bad(&format!("{name} must not be greater than {most}"))),
                Ok(number) if number >= least => Ok(number),
                _ => Err(bad(&format!("{name} must not be less than {least}"))),
            },
        };
        Ok(Self { offset: number("offset", 0, usize::MAX, 0)?, limit: number("limit", 1, 100, 50)? })
    }

    /// Where the page ends.
    fn end(&self) -> usize {
        self.offset.saturating_add(self.limit)
    }

    /// The answer to a listing of `total`, of which `data` is the page. Beyond the end the service breaks.
    fn answer(&self, call: &Call, data: Vec<Value>, total: usize) -> Answer {
        if self.offset > 0 && self.offset >= total {
            return error(500);
        }
        let next = (self.end() < total)
            .then(|| format!("{}{}?limit={}&offset={}", call.origin, call.path, self.limit, self.end()));
        let meta = json!({"total": total, "offset": self.offset, "limit": self.limit, "next": next});
        Answer::json(200, json!({"data": data, "meta": meta}))
    }
}

/// Every value of a filter that may be repeated or joined with commas.
fn values<'a>(call: &'a Call, name: &str) -> Vec<&'a str> {
    let given = call.query.iter().filter(|(known, _)| known == name);
    given.flat_map(|(_, value)| value.split(',')).collect()
}
