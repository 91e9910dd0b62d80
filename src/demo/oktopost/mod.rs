//! A simulated Oktopost: account and key check, the budget of calls, routes, and the shapes of its errors.

mod calendar;
mod form;
mod messages;
mod posts;
mod shape;

use std::collections::VecDeque;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::server::Dialect;
use super::wire::{Answer, Call};
use super::world::Site;
use crate::clock::Instant;

pub(super) static DIALECT: Dialect =
    Dialect { provider: "oktopost", base: "/v2", rate: 0, answer, store: no_storage, error };

/// The account whose profiles and posts these are.
pub(super) const ACCOUNT: &str = "001lumen0demo01";

const USER: &str = "00Alumen0demo01";

/// What opens it: account and key.
pub(super) const KEY: &str = "001lumen0demo01:okto_demo_lumen_0000000000000000";

/// Calls in any minute, and how long passing that blocks all of them.
const A_MINUTE: usize = 60;
const BLOCK: TimeDelta = TimeDelta::minutes(15);

/// What only this provider keeps: folders, contents and files, and how often it was called.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    campaigns: Vec<Campaign>,
    messages: Vec<Message>,
    media: Vec<Value>,
    uploads: Vec<Upload>,
    calls: VecDeque<Instant>,
    blocked_until: Option<Instant>,
    /// How long after a result it stands in the log.
    pub log_lag: TimeDelta,
}

#[derive(Clone, Debug)]
struct Campaign {
    id: String,
    name: String,
    status: String,
    created: Instant,
}

/// Content for one network; posts may share one.
#[derive(Clone, Debug)]
struct Message {
    id: String,
    campaign: String,
    /// The slug: `twitter`.
    network: String,
    text: String,
    media: Vec<Value>,
    /// Address, title, description and picture of the link card.
    card: [String; 4],
    created: Instant,
    modified: Instant,
}

/// A file that the service fetches.
#[derive(Clone, Debug)]
struct Upload {
    id: String,
    name: String,
    mime: String,
    source: String,
    begun: Instant,
    media: Option<String>,
}

/// A new id in this provider's fashion: 15 characters, the first three say of what.
pub(super) fn id(what: &str, number: u64) -> String {
    let prefix = match what {
        "campaign" => "002",
        "post" => "004",
        "message" => "005",
        "media" => "026",
        "upload" => "0up",
        // A row of a post is the log of its profile.
        _ => "007",
    };
    format!("{prefix}{number:012}")
}

fn answer(site: &mut Site, call: &Call) -> Answer {
    if !site.key_valid || key_of(call).as_deref() != Some(site.key.as_str()) {
        return error(401);
    }
    if let Some(refused) = over_budget(&mut site.shelf, call.now) {
        return refused;
    }
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    let result = match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["me"]) => form::known(call, &[]).map(|()| me(call)),
        ("GET", ["credential"]) => credentials(site, call),
        ("GET", ["credential", id]) => credential(site, id),
        ("GET", ["campaign"]) => messages::campaigns(site, call),
        ("GET", ["campaign", id]) => messages::campaign(site, id, call),
        ("POST", ["campaign"]) => messages::new_campaign(site, call),
        ("GET", ["message"]) => messages::list(site, call),
        ("GET", ["message", id]) => messages::show(site, id),
        ("POST", ["message"]) => messages::create(site, call),
        ("POST", ["message", id]) => messages::update(site, id, call),
        ("DELETE", ["message", id]) => messages::remove(site, id),
        ("POST", ["media"]) => messages::new_media(site, call),
        ("POST", ["upload"]) => messages::new_upload(site, call),
        ("GET", ["upload", id]) => messages::upload(site, id, call),
        ("GET", ["post"]) => posts::list(site, call),
        ("POST", ["post"]) => posts::create(site, call),
        ("GET", ["post", id]) => posts::show(site, id, call),
        ("POST", ["post", id]) => posts::update(site, id, call),
        ("POST", ["post", id, "change-campaign"]) => posts::change_campaign(site, id, call),
        ("DELETE", ["post", id]) => posts::remove(site, id),
        ("GET", ["postlog"]) => posts::logs(site, call),
        ("POST", ["calendar"]) => calendar::calendar(site, call),
        // A path that does not exist is refused without a word.
        _ => Err(Answer::json(404, json!({"Result": false, "Errors": []}))),
    };
    result.unwrap_or_else(|refused| refused)
}

/// What stands behind `Authorization: Basic`.
fn key_of(call: &Call) -> Option<String> {
    let given = call.header("authorization")?.strip_prefix("Basic ")?;
    String::from_utf8(BASE64_STANDARD.decode(given).ok()?).ok()
}

/// Counts the call; too many in a minute are answered by a block, which no call shortens.
fn over_budget(shelf: &mut Shelf, now: Instant) -> Option<Answer> {
    if shelf.blocked_until.is_some_and(|until| now < until) {
        return Some(error(429));
    }
    shelf.calls.retain(|at| now - *at < TimeDelta::minutes(1));
    shelf.calls.push_back(now);
    if shelf.calls.len() <= A_MINUTE {
        return None;
    }
    shelf.blocked_until = Some(now + BLOCK);
    Some(error(429))
}

fn me(call: &Call) -> Answer {
    ok(json!({
        "User": {"Id": USER, "Name": "Lu Doe", "Email": "lu@lumen.example", "LastLogin": shape::time(call.now)},
        "Account": {"Id": ACCOUNT, "Name": "Lumen"},
    }))
}

fn credentials(site: &Site, call: &Call) -> Result<Answer, Answer> {
    form::known(call, &["network", "includeInvalid", "_count"])?;
    let invalid_too = call.query("includeInvalid") == Some("1");
    let network = call.query("network").map(str::to_lowercase);
    let shown: Vec<Value> = site
        .channels
        .iter()
        .filter(|channel| invalid_too || !site.refuses(&channel.id))
        .filter(|channel| network.as_deref().is_none_or(|network| network == channel.network))
        .map(|channel| shape::profile(site, channel))
        .collect();
    let total = shown.len();
    Ok(ok(json!({"Items": shown, "Total": total})))
}

fn credential(site: &Site, id: &str) -> Result<Answer, Answer> {
    let channel = site.channel(id).ok_or_else(|| api(404, "Social profile was not found"))?;
    Ok(ok(json!({"Credential": shape::profile(site, channel)})))
}

/// There is no byte upload.
fn no_storage(_: &mut Site, _: &Call) -> Answer {
    error(404)
}

/// A success: what it holds, and the word for it.
fn ok(mut body: Value) -> Answer {
    if let Some(map) = body.as_object_mut() {
        map.insert("Result".to_owned(), Value::Bool(true));
    }
    Answer::json(200, body)
}

/// The error body for a status, when nothing more is known.
fn error(status: u16) -> Answer {
    let words = match status {
        400 => "The request is not valid",
        401 => "Invalid account or API key",
        403 => "You are not allowed to do this",
        404 => "The object was not found",
        429 => "Rate limit exceeded",
        _ => "Something went wrong",
    };
    api(status, words)
}

/// A general failure.
fn api(status: u16, words: &str) -> Answer {
    Answer::json(status, json!({"Result": false, "Errors": {"API": {"Error": words}}}))
}

/// A rule of a field is broken: an error inside a success.
fn field(name: &str, words: impl Into<String>) -> Answer {
    Answer::json(200, json!({"Result": false, "Errors": {name: {"Error": words.into()}}}))
}

/// A parameter is not there; `how` is `get` or `post`.
fn missing(how: &str, name: &str) -> Answer {
    let words = format!("Missing value for parameter {name}");
    Answer::json(400, json!({"Result": false, "Errors": {"Param": {how: words}}}))
}
