//! Files from the web on their way into VoxBurst's media library: registered, then waited for until they are ready.
//!
//! Each takes up to two steps of the write that needs it. What an earlier step brought is read from its receipt, so
//! that the steps that follow are the same after a restart.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::wire;
use crate::domain::ids::IntentId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::write::{Prepared, Receipt, Submission};
use crate::provider::address::segment;
use crate::provider::http::Answer;
use crate::provider::tolerant::text;
use crate::provider::{Again, Kind, ProviderError, Reach, Result, words};

/// How often to ask whether a file is ready; the vendor's guide says every two seconds.
const ASK_AGAIN: TimeDelta = TimeDelta::seconds(2);

/// How far the files of a submission have come.
pub enum Library<'a> {
    /// This has to be sent before the post can be.
    Needs(Prepared),
    /// Every file is there: its ids in order, and the receipts that are about the post itself.
    Complete(Vec<String>, &'a [Receipt]),
}

/// Whether an attachment is an address on the web and not an id of VoxBurst's.
pub fn is_address(media: &Media) -> bool {
    media.source.contains("://")
}

/// What `submission` still needs before its post can be sent, after the answers `so_far`.
pub fn library<'a>(submission: &Submission, key: IntentId, so_far: &'a [Receipt]) -> Result<Library<'a>> {
    let mut left = so_far;
    let mut ids = Vec::with_capacity(submission.media.len());
    for (number, media) in submission.media.iter().enumerate() {
        if !is_address(media) {
            ids.push(media.source.clone());
            continue;
        }
        let Some((registered, rest)) = left.split_first() else {
            return register(media, number, key).map(Library::Needs);
        };
        left = rest;
        let (id, ready) = registered_as(registered)?;
        if !ready {
            let Some((_, rest)) = left.split_first() else {
                let path = format!("/media/{}", segment(&id)?);
                return Ok(Library::Needs(Prepared { method: "GET".into(), path, headers: Vec::new(), body: None }));
            };
            left = rest;
        }
        ids.push(id);
    }
    Ok(Library::Complete(ids, left))
}

fn register(media: &Media, number: usize, key: IntentId) -> Result<Prepared> {
    let (_, file) = media.source.rsplit_once('/').unwrap_or_default();
    let file = file.split(['?', '#']).next().unwrap_or_default();
    let filename = [media.name.as_str(), file, "file"].into_iter().find(|name| !name.is_empty()).unwrap_or("file");
    let body = wire::Register { url: &media.source, content_type: content_type(media.kind, file), filename };
    let headers = vec![
        ("content-type".to_owned(), "application/json".to_owned()),
        ("idempotency-key".to_owned(), format!("media-{number}-{key}")),
    ];
    let body = Some(super::frozen(&body)?);
    Ok(Prepared { method: "POST".into(), path: "/media/register".into(), headers, body })
}

/// The media type that a file's name and kind suggest, among those VoxBurst takes.
fn content_type(kind: MediaKind, file: &str) -> &'static str {
    let ending = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    match (ending.as_str(), kind) {
        ("png", _) => "image/png",
        ("webp", _) => "image/webp",
        ("gif", _) | (_, MediaKind::Gif) => "image/gif",
        ("mov", _) => "video/quicktime",
        ("avi", _) => "video/x-msvideo",
        ("webm", _) => "video/webm",
        ("mp4", _) | (_, MediaKind::Video) => "video/mp4",
        ("pdf", _) | (_, MediaKind::Document) => "application/pdf",
        _ => "image/jpeg",
    }
}

/// The id a registration brought, and whether the file was ready at once.
fn registered_as(receipt: &Receipt) -> Result<(String, bool)> {
    let body: Value = serde_json::from_str(&receipt.raw).unwrap_or_default();
    let body = super::unwrapped(&body);
    let id = text(body, &["id"]).or_else(|| text(body, &["mediaId"])).ok_or_else(|| {
        let words = "the answer to the registration of a file names no media";
        ProviderError::new(Kind::Malformed, Reach::NotSent, Again::Never, words)
    })?;
    Ok((id.to_owned(), is_ready(body)))
}

fn is_ready(body: &Value) -> bool {
    text(body, &["status"]).is_some_and(|status| status.eq_ignore_ascii_case("READY"))
}

/// The headers that an upload has to carry: those the answer names, and the declared type.
pub fn headers(told: &Value, mime: &str) -> Vec<(String, String)> {
    let named = told.get("uploadHeaders").and_then(Value::as_object).into_iter().flatten();
    let named = named.filter_map(|(name, value)| Some((name.to_lowercase(), value.as_str()?.to_owned())));
    let mut headers: Vec<_> = named.filter(|(name, _)| name != "content-type").collect();
    headers.push(("content-type".to_owned(), mime.to_owned()));
    headers
}

/// The receipt for a step about a file. One that is not ready yet is an error that says when to ask again; one that
/// never will be is a refusal.
pub fn receipt(asked: bool, answer: &Answer, now: DateTime<Utc>) -> Result<Receipt> {
    let body = super::unwrapped(&answer.json);
    let status = text(body, &["status"]).unwrap_or_default().to_uppercase();
    let refused = |kind, again, words: String| {
        let mut error = ProviderError::new(kind, Reach::Answered, again, words);
        error.status = Some(answer.status);
        error.request_id.clone_from(&answer.request_id);
        error
    };
    if status == "FAILED" {
        let why = body.get("validationResults").filter(|why| !why.is_null()).map(Value::to_string);
        let words = format!("VoxBurst cannot use the media file: {}", why.as_deref().unwrap_or("no reason given"));
        return Err(refused(Kind::Invalid, Again::Never, words::name(&words)));
    }
    if asked && status != "READY" {
        let words = "VoxBurst is still preparing the media file".to_owned();
        return Err(refused(Kind::InProgress, Again::At(now + ASK_AGAIN), words));
    }
    Ok(Receipt { status: answer.status, remote: None, post: None, raw: answer.record.clone() })
}
