//! VoxBurst's media: an address for the bytes, a little processing, then ready.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::shape::time;
use super::{id_of, invalid, refusal};
use crate::clock::Instant;
use crate::demo::records::SimMedia;
use crate::demo::wire::{self, Answer, Call, Field, Kind};
use crate::demo::world::Site;

/// How long processing takes.
const PROCESSING: TimeDelta = TimeDelta::seconds(2);

/// How long an upload address lives.
const LIFE: TimeDelta = TimeDelta::minutes(15);

const MEGABYTE: u64 = 1024 * 1024;

/// The largest file of a type, in bytes; none for types that are not taken.
fn largest(content_type: &str) -> Option<u64> {
    match content_type {
        "image/jpeg" | "image/png" | "image/gif" | "image/webp" => Some(20 * MEGABYTE),
        "video/mp4" | "video/quicktime" | "video/x-msvideo" | "video/webm" => Some(500 * MEGABYTE),
        "application/pdf" => Some(100 * MEGABYTE),
        "application/x-subrip" | "text/vtt" | "text/plain" => Some(5 * MEGABYTE),
        _ => None,
    }
}

fn status(media: &SimMedia, now: Instant) -> &'static str {
    match media.received_at {
        None => "PENDING",
        Some(at) if now < at + PROCESSING => "PROCESSING",
        // A name that says so lets a test see what a refused file looks like.
        Some(_) if media.filename.contains("broken") => "FAILED",
        Some(_) => "READY",
    }
}

fn shape(media: &SimMedia, now: Instant) -> Value {
    let word = status(media, now);
    let ready = word == "READY";
    let converted = ready && matches!(media.content_type.as_str(), "image/png" | "image/webp");
    let url = ready.then(|| format!("https://media.voxburst.example/{}", media.id));
    let wrong =
        (word == "FAILED").then(|| json!([{"code": "UNSUPPORTED_CODEC", "message": "The file could not be decoded"}]));
    json!({
        "id": media.id, "filename": media.filename,
        "contentType": if converted { "image/jpeg" } else { media.content_type.as_str() },
        "sizeBytes": media.size, "status": word, "url": url, "publicUrl": url, "thumbnailUrl": null, "variants": {},
        "dimensions": if ready { json!({"width": 1600, "height": 1200}) } else { Value::Null },
        "validationResults": wrong, "metadata": {}, "createdAt": time(media.created_at),
    })
}

fn address(media: &SimMedia, call: &Call) -> Value {
    json!({
        "mediaId": media.id,
        "uploadUrl": format!("{}/storage/{}?signature=demo", call.origin, media.id),
        "uploadHeaders": {"Content-Type": media.content_type},
        "expiresAt": time(call.now + LIFE),
    })
}

pub(super) fn upload(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = call.object().map_err(|words| refusal(400, "BAD_REQUEST", &words))?;
    let fields: &[Field] =
        &[("filename", Kind::Text, false), ("contentType", Kind::Text, false), ("sizeBytes", Kind::Number, false)];
    wire::check(&body, fields, "").map_err(wire::Flaw::into_voxburst)?;
    let filename = wire::text(&body, "filename").ok_or_else(|| invalid("filename", "filename is required"))?;
    let kind = wire::text(&body, "contentType").ok_or_else(|| invalid("contentType", "contentType is required"))?;
    let size = body.get("sizeBytes").and_then(Value::as_u64);
    let size = size.ok_or_else(|| invalid("sizeBytes", "sizeBytes is required"))?;
    match largest(kind) {
        None => return Err(invalid("contentType", &format!("{kind} is not a supported type"))),
        Some(most) if size > most => {
            return Err(invalid("sizeBytes", &format!("{kind} can have {most} bytes at most")));
        }
        Some(_) => {}
    }
    let media = SimMedia {
        id: site.id("media"),
        filename: filename.to_owned(),
        content_type: kind.to_owned(),
        size,
        created_at: call.now,
        offered_at: call.now,
        received_at: None,
    };
    let answer = Answer::json(201, address(&media, call));
    site.media.push(media);
    Ok(answer)
}

/// Takes a file by its public address.
pub(super) fn register(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = call.object().map_err(|words| refusal(400, "BAD_REQUEST", &words))?;
    let fields: &[Field] =
        &[("url", Kind::Text, false), ("contentType", Kind::Text, false), ("filename", Kind::Text, false)];
    wire::check(&body, fields, "").map_err(wire::Flaw::into_voxburst)?;
    if !wire::text(&body, "url").is_some_and(|url| url.starts_with("https://")) {
        return Err(invalid("url", "url must be https"));
    }
    let kind = wire::text(&body, "contentType").unwrap_or("image/jpeg");
    if largest(kind).is_none() {
        return Err(invalid("contentType", &format!("{kind} is not a supported type")));
    }
    let media = SimMedia {
        id: site.id("media"),
        filename: wire::text(&body, "filename").unwrap_or("file").to_owned(),
        content_type: kind.to_owned(),
        size: 0,
        created_at: call.now,
        offered_at: call.now,
        received_at: Some(call.now),
    };
    let answer = Answer::json(201, shape(&media, call.now));
    site.media.push(media);
    Ok(answer)
}

fn find<'a>(site: &'a Site, id: &str) -> Result<&'a SimMedia, Answer> {
    let id = id_of("media", id)?;
    site.media.iter().find(|media| media.id == id).ok_or_else(|| refusal(404, "NOT_FOUND", "Media not found"))
}

pub(super) fn show(site: &Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    Ok(Answer::json(200, shape(find(site, id)?, now)))
}

/// A new address for the same file.
pub(super) fn refresh(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let answer = Answer::json(200, address(find(site, id)?, call));
    for media in site.media.iter_mut().filter(|media| media.id == id) {
        media.offered_at = call.now;
    }
    Ok(answer)
}

/// The media of a post as reads show them; only ready ones can be attached.
pub(super) fn attach(site: &Site, ids: &[String], now: Instant) -> Result<Vec<Value>, Answer> {
    ids.iter()
        .map(|id| {
            let media = find(site, id)?;
            match status(media, now) {
                "READY" => {
                    let kind = if media.content_type.starts_with("video/") { "video" } else { "image" };
                    Ok(json!({"id": id, "url": format!("https://media.voxburst.example/{id}"), "type": kind}))
                }
                word => Err(invalid("media", &format!("{id} is {word}, not READY"))),
            }
        })
        .collect()
}

/// The object store behind the upload address: raw bytes, no key.
pub(super) fn store(site: &mut Site, call: &Call) -> Answer {
    let xml =
        |status, code: &str| Answer::text(status, "application/xml", format!("<Error><Code>{code}</Code></Error>"));
    let id = call.path.trim_start_matches("/storage/");
    let Some(media) = site.media.iter_mut().find(|media| media.id == id) else { return xml(404, "NoSuchKey") };
    if call.header("authorization").is_some() {
        return xml(400, "InvalidArgument");
    }
    if call.header("content-length").is_none() {
        return xml(411, "MissingContentLength");
    }
    if call.header("content-type") != Some(media.content_type.as_str()) || call.query("signature").is_none() {
        return xml(403, "SignatureDoesNotMatch");
    }
    if media.offered_at + LIFE < call.now {
        return xml(403, "AccessDenied");
    }
    if call.length != media.size {
        return xml(400, "EntityTooSmall");
    }
    media.received_at = Some(call.now);
    Answer::text(200, "text/plain", "")
}
