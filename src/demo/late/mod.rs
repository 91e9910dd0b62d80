//! A simulated Late (today called Zernio): routes, key check, and the words of its errors.
//!
//! One deliberate difference to the service: it ignores fields it does not know in the bodies of posts, so that a
//! misspelt time makes a draft; this simulator refuses them, so that a misspelling is found.

mod accounts;
mod body;
mod bulk;
mod list;
mod options;
mod posts;
mod queue;
mod shape;
mod tools;

use serde_json::json;

use super::server::Dialect;
use super::wire::{Answer, Call, Flaw};
use super::world::Site;

pub(super) static DIALECT: Dialect =
    Dialect { provider: "late", base: "/api/v1", rate: 600, answer, store: tools::store, error };

/// The profile all accounts of the demo belong to.
const PROFILE: &str = "64f0a1b2c3d4e5f6a7b8c9d0";
const USER: &str = "6507a1b2c3d4e5f6a7b8c9d0";

fn answer(site: &mut Site, call: &Call) -> Answer {
    match call.bearer() {
        None => {
            let words = "Missing API key. Send it as Authorization: Bearer <your API key>.";
            return refusal(401, "authentication_error", "missing_credentials", words);
        }
        Some(key) if key != site.key || !site.key_valid => return error(401),
        Some(_) => {}
    }
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["accounts"]) => accounts::list(site, call),
        ("GET", ["accounts", "health"]) => accounts::health(site, call),
        ("GET", ["accounts", id, "tiktok", "creator-info"]) => accounts::creator(site, id, call),
        ("GET", ["accounts", id, "health"]) => accounts::health_of(site, id, call.now),
        ("GET", ["auth", "verify"]) => Answer::json(
            200,
            json!({"valid": true, "userId": USER, "name": "Mara Lindt", "email": "mara@acme.example",
                   "authType": "api_key", "scope": "full"}),
        ),
        ("GET", ["users"]) => Answer::json(
            200,
            json!({"currentUserId": USER,
                   "users": [{"_id": USER, "name": "Mara Lindt", "email": "mara@acme.example", "role": "owner"}]}),
        ),
        ("GET", ["profiles"]) => Answer::json(200, json!({"profiles": [accounts::profile(site)]})),
        ("GET", ["connect", platform]) => accounts::connect(site, call, platform),
        ("GET", ["queue", "slots"]) => either(queue::slots(call)),
        ("GET", ["queue", "next-slot"]) => either(queue::next_slot(site, call)),
        ("GET", ["queue", "preview"]) => either(queue::preview(call)),
        ("POST", ["posts", "bulk-upload"]) => either(bulk::upload(site, call)),
        ("GET", ["analytics"]) => posts::analytics(site, call),
        ("GET", ["posts"]) => list::list(site, call),
        ("POST", ["posts"]) => posts::create(site, call),
        ("GET", ["posts", id]) => posts::show(site, id),
        ("PUT", ["posts", id]) => posts::update(site, id, call),
        ("DELETE", ["posts", id]) => posts::remove(site, id),
        ("POST", ["posts", id, "retry"]) => posts::retry(site, id, call),
        ("POST", ["media", "presign"]) => tools::presign(site, call),
        ("POST", ["tools", "validate", "media"]) => tools::look(site, call),
        ("POST", ["tools", "validate", "post"]) => tools::validate(call),
        ("POST", ["tools", "validate", "post-length"]) => tools::lengths(call),
        _ => Answer::json(404, json!({"error": "Not found"})),
    }
}

fn either(answer: Result<Answer, Answer>) -> Answer {
    answer.unwrap_or_else(|refused| refused)
}

/// The error body for a status, when nothing more is known.
fn error(status: u16) -> Answer {
    let (kind, code, words) = match status {
        401 => ("authentication_error", "invalid_credentials", "Invalid API key"),
        402 => ("invalid_request_error", "PAYMENT_REQUIRED", "Add a payment method to go on."),
        403 => return Answer::json(403, json!({"error": "You do not have access to this resource"})),
        404 => return Answer::json(404, json!({"error": "Not found"})),
        409 => ("invalid_request_error", "invalid_resource_state", "The post is in another state"),
        429 => ("rate_limit_error", "rate_limit_exceeded", "Too many requests, slow down"),
        503 => ("api_error", "temporarily_unavailable", "The service is temporarily unavailable"),
        _ => ("api_error", "internal_error", "Internal server error"),
    };
    refusal(status, kind, code, words)
}

fn refusal(status: u16, kind: &str, code: &str, words: &str) -> Answer {
    Answer::json(
        status,
        json!({"error": words, "type": kind, "code": code, "docUrl": "https://docs.zernio.com/guides/error-handling"}),
    )
}

/// 400 about one field.
fn invalid(field: &str, words: &str) -> Answer {
    field_error("invalid_field_value", field, words)
}

/// 400 about a field that should be there.
fn missing(field: &str, words: &str) -> Answer {
    field_error("missing_required_field", field, words)
}

fn field_error(code: &str, field: &str, words: &str) -> Answer {
    Answer::json(
        400,
        json!({"error": words, "type": "invalid_request_error", "code": code, "param": field,
               "docUrl": "https://docs.zernio.com/guides/error-handling"}),
    )
}

impl From<Flaw> for Answer {
    fn from(flaw: Flaw) -> Self {
        invalid(&flaw.field, &flaw.words)
    }
}

/// Reads a whole number of a query between two ends; out of range is refused, not clamped.
fn number(call: &Call, name: &str, from: u64, to: u64) -> Result<Option<u64>, Answer> {
    let Some(text) = call.query(name) else { return Ok(None) };
    match text.parse::<u64>() {
        Ok(value) if (from..=to).contains(&value) => Ok(Some(value)),
        _ => Err(invalid(name, &format!("{name} must be between {from} and {to}"))),
    }
}

/// Refuses query names nobody knows and values that are empty where they may not be.
fn known_query(call: &Call, names: &[&str], may_be_empty: &[&str]) -> Result<(), Answer> {
    for (name, value) in &call.query {
        if !names.contains(&name.as_str()) {
            let words = format!("Unknown query parameter: {name}. Accepted: {}", names.join(", "));
            return Err(invalid(name, &words));
        }
        if value.is_empty() && !may_be_empty.contains(&name.as_str()) {
            return Err(invalid(name, &format!("{name} must not be empty")));
        }
    }
    Ok(())
}

/// Whether an id could be one of Late's: 24 lower-case hex digits.
fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}
