//! A simulated VoxBurst: routes, key check, idempotency, and the words of its errors.

mod accounts;
mod list;
mod media;
mod posts;
mod shape;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::server::Dialect;
use super::wire::{Answer, Call, Effect, Flaw};
use super::world::{Replay, Site};

pub(super) static DIALECT: Dialect =
    Dialect { provider: "voxburst", base: "/v1", rate: 200, answer, store: media::store, error };

const WORKSPACE: &str = "ws_cm4a1b2c3d4e5f6g7h8i9j0k";

/// How long an idempotency key is kept.
const MEMORY: TimeDelta = TimeDelta::hours(24);

fn answer(site: &mut Site, call: &Call) -> Answer {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    if (call.method.as_str(), segments.as_slice()) == ("GET", ["health"].as_slice()) {
        return Answer::json(200, json!({"status": "ok"}));
    }
    if !site.key_valid || call.bearer() != Some(site.key.as_str()) {
        return error(401);
    }
    if call.method == "GET" {
        return route(site, call, &segments);
    }
    match call.header("idempotency-key").map(str::to_owned) {
        None => route(site, call, &segments),
        Some(key) => once(site, call, &key, &segments),
    }
}

/// Carries a write out unless its key was used before.
fn once(site: &mut Site, call: &Call, key: &str, segments: &[&str]) -> Answer {
    let sound = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if !sound {
        return refusal(400, "IDEMPOTENCY_INVALID_KEY", "The idempotency key has wrong characters or length");
    }
    if site.running.contains(key) {
        let details = json!({"key": key});
        return detailed(409, "IDEMPOTENCY_IN_PROGRESS", "A request with this key is still running", details);
    }
    let request = (call.method.to_string(), call.path.clone(), call.body.to_vec());
    if let Some(known) = site.replays.get(key).filter(|replay| call.now - replay.at < MEMORY) {
        if known.request != request {
            let words = "Idempotency key was used with a different request";
            return detailed(409, "IDEMPOTENCY_CONFLICT", words, json!({"key": key}));
        }
        return known.answer.clone().because(Effect::Replayed(known.post.clone()));
    }
    let answer = route(site, call, segments);
    if let (200..=299, Effect::Created(post) | Effect::Changed(post) | Effect::Removed(post)) =
        (answer.status, &answer.effect)
    {
        let replay = Replay { at: call.now, post: post.clone(), request, answer: answer.clone() };
        site.replays.insert(key.to_owned(), replay);
    }
    answer
}

fn route(site: &mut Site, call: &Call, segments: &[&str]) -> Answer {
    let result = match (call.method.as_str(), segments) {
        ("GET", ["auth", "me"]) => Ok(Answer::json(
            200,
            json!({"workspaceId": WORKSPACE, "workspaceName": "Northwind Coffee", "plan": "Starter"}),
        )),
        ("GET", ["accounts"]) => accounts::list(site, call),
        ("GET", ["accounts", id]) => accounts::show(site, id, call.now),
        ("POST", ["accounts", id, "test"]) => accounts::test(site, id, call.now),
        ("POST", ["accounts", id, "refresh"]) => accounts::refresh(site, id),
        ("GET", ["posts"]) => list::list(site, call),
        ("POST", ["posts"]) => posts::create(site, call),
        ("POST", ["posts", "validate"]) => posts::validate(site, call),
        ("GET", ["posts", id]) => posts::show(site, id, call.now),
        ("PATCH", ["posts", id]) => posts::update(site, id, call),
        ("DELETE", ["posts", id]) => posts::remove(site, id),
        ("POST", ["posts", id, "publish"]) => posts::publish(site, id, call.now),
        ("POST", ["posts", id, "retry"]) => posts::retry(site, id, call.now),
        ("POST", ["posts", id, "cancel"]) => posts::cancel(site, id, call.now),
        ("POST", ["media", "upload"]) => media::upload(site, call),
        ("POST", ["media", "register"]) => media::register(site, call),
        ("GET", ["media", id]) => media::show(site, id, call.now),
        ("POST", ["media", id, "refresh-presign"]) => media::refresh(site, id, call),
        _ => Err(refusal(404, "NOT_FOUND", "There is nothing here")),
    };
    result.unwrap_or_else(|refused| refused)
}

/// The error body for a status, when nothing more is known.
fn error(status: u16) -> Answer {
    let (code, words) = match status {
        400 => ("BAD_REQUEST", "The request is malformed"),
        401 => ("UNAUTHORIZED", "The API key is missing or unknown"),
        402 => ("LIMIT_EXCEEDED", "Your plan's limit is reached"),
        403 => ("AUTHORIZATION_ERROR", "This key lacks the scope posts:write"),
        404 => ("NOT_FOUND", "There is nothing here"),
        409 => ("CONFLICT", "The post is in another state"),
        429 => ("RATE_LIMITED", "Rate limit exceeded"),
        503 => ("SERVICE_UNAVAILABLE", "A service we depend on is down"),
        _ => ("INTERNAL_ERROR", "Something went wrong"),
    };
    refusal(status, code, words)
}

fn refusal(status: u16, code: &str, words: &str) -> Answer {
    Answer::json(status, json!({"error": {"code": code, "message": words}}))
}

fn detailed(status: u16, code: &str, words: &str, details: Value) -> Answer {
    Answer::json(status, json!({"error": {"code": code, "message": words, "details": details}}))
}

/// 400 about one field.
fn invalid(field: &str, words: &str) -> Answer {
    detailed(400, "VALIDATION_ERROR", words, json!({"field": field}))
}

impl Flaw {
    fn into_voxburst(self) -> Answer {
        invalid(&self.field, &self.words)
    }
}

/// Refuses ids that cannot be one: a prefix, an underscore, and lower-case letters and digits.
fn id_of<'a>(kind: &str, id: &'a str) -> Result<&'a str, Answer> {
    let tail = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix('_'));
    let sound = tail.is_some_and(|tail| {
        tail.len() >= 2 && tail.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    });
    if sound { Ok(id) } else { Err(refusal(400, "BAD_REQUEST", &format!("{id} is not a valid id"))) }
}

/// Refuses query names nobody knows.
fn known_query(call: &Call, names: &[&str]) -> Result<(), Answer> {
    match call.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        Some((name, _)) => Err(invalid(name, &format!("Unknown query parameter: {name}"))),
        None => Ok(()),
    }
}

/// The page size of a query: 20 unless told, 100 at most.
fn limit(call: &Call) -> Result<usize, Answer> {
    match call.query("limit") {
        None => Ok(20),
        Some(text) => match text.parse() {
            Ok(limit @ 1..=100) => Ok(limit),
            _ => Err(invalid("limit", "limit must be between 1 and 100")),
        },
    }
}

/// A page behind an opaque cursor, which names the last item seen; `items` are in order.
fn page<T>(call: &Call, items: Vec<T>, mark: impl Fn(&T) -> String) -> Result<(Vec<T>, Value), Answer> {
    let limit = limit(call)?;
    let from = match call.query("cursor").filter(|cursor| !cursor.is_empty()) {
        None => 0,
        Some(cursor) => {
            let last = cursor.strip_prefix("after-").ok_or_else(|| invalid("cursor", "The cursor is not valid"))?;
            items.iter().position(|item| mark(item) == last).map_or(items.len(), |place| place + 1)
        }
    };
    let more = items.len() > from + limit;
    let shown: Vec<T> = items.into_iter().skip(from).take(limit).collect();
    let next = shown.last().filter(|_| more).map(|item| format!("after-{}", mark(item)));
    Ok((shown, json!({"has_more": more, "next_cursor": next, "limit": limit})))
}
