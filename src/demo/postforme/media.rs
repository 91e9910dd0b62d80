//! Post for Me's storage: an address to put a file to, once, and the address it is then found at.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{PROJECT, bad};
use crate::clock::Instant;
use crate::demo::records::{SimMedia, SimPost, Status};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

/// Types the service is known to work with.
const TYPES: &[&str] = &[
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/x-msvideo",
];

/// How long a file is kept that no scheduled post carries.
const KEPT: TimeDelta = TimeDelta::hours(24);
/// Where the storage shows what it has.
const SHOWN: &str = "https://data.postforme.example/storage/v1/object/public/post-media/";

/// The keys of the files that a post refers to.
fn hosted(post: &SimPost) -> Vec<String> {
    let own = post.targets.iter().filter_map(|target| target.media.as_deref()).flatten();
    let all = post.media.iter().chain(own);
    all.filter_map(|media| key(media).map(str::to_owned)).collect()
}

fn key(media: &Value) -> Option<&str> {
    media["url"].as_str()?.strip_prefix(SHOWN)?.rsplit('/').next()
}

/// Whether the storage has everything of its own among `media`.
pub(in crate::demo) fn has(site: &Site, media: &[Value]) -> bool {
    let there = |key: &str| site.media.iter().any(|file| file.id == key && file.received_at.is_some());
    media.iter().filter_map(key).all(there)
}

/// A post was processed: its files go.
pub(in crate::demo) fn drop_published(site: &mut Site, post: usize) {
    let gone = site.posts.get(post).map(hosted).unwrap_or_default();
    site.media.retain(|file| !gone.contains(&file.id));
}

/// What no scheduled post carries goes when its day is over; a draft protects nothing.
pub(in crate::demo) fn drop_unused(site: &mut Site, now: Instant) {
    let waits = |post: &&SimPost| matches!(post.status, Status::Scheduled | Status::Publishing);
    let carried: Vec<String> = site.posts.iter().filter(waits).flat_map(hosted).collect();
    site.media.retain(|file| file.received_at.is_none_or(|at| now < at + KEPT) || carried.contains(&file.id));
}

/// `POST /media/create-upload-url`: takes no body.
pub(super) fn offer(site: &mut Site, call: &Call) -> Answer {
    if !call.body.is_empty() {
        return bad("create-upload-url takes no body");
    }
    let key = site.id("media");
    site.media.push(SimMedia {
        id: key.clone(),
        filename: String::new(),
        content_type: String::new(),
        size: 0,
        created_at: call.now,
        offered_at: call.now,
        received_at: None,
    });
    let upload =
        format!("{}/storage/v1/object/upload/sign/post-media/{PROJECT}/{key}?token={}", call.origin, token(&key));
    let media = format!("{SHOWN}{PROJECT}/{key}");
    Answer::json(201, json!({"upload_url": upload, "media_url": media}))
}

fn token(key: &str) -> String {
    format!("jwt-{key}")
}

/// An error of the storage, which spells its status as text.
fn refusal(status: &str, error: &str, words: &str) -> Answer {
    Answer::json(400, json!({"statusCode": status, "error": error, "message": words}))
}

/// `PUT /storage/…`: the bytes of an upload.
pub(super) fn store(site: &mut Site, call: &Call) -> Answer {
    if call.header("authorization").is_some() {
        return refusal("400", "InvalidRequest", "the key of the API has no business here");
    }
    let key = call.path.rsplit('/').next().unwrap_or_default().to_owned();
    let Some(media) = site.media.iter_mut().find(|media| media.id == key) else {
        return refusal("404", "not_found", "Object not found");
    };
    if call.query("token") != Some(token(&key).as_str()) {
        return refusal("400", "InvalidJWT", "jwt malformed");
    }
    if media.received_at.is_some() {
        return refusal("409", "Duplicate", "The resource already exists");
    }
    let kind = call.header("content-type").unwrap_or_default();
    if !TYPES.contains(&kind) {
        return refusal("415", "invalid_mime_type", "mime type is not supported");
    }
    media.content_type = kind.to_owned();
    media.size = call.length;
    media.received_at = Some(call.now);
    Answer::json(200, json!({"Key": format!("post-media/{PROJECT}/{key}")}))
}
