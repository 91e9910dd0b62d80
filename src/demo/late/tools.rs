//! Late's helpers: checking a text before it is sent, and addresses for uploads.

use serde_json::{Value, json};

use super::{invalid, missing};
use crate::demo::network;
use crate::demo::records::SimMedia;
use crate::demo::wire::{self, Answer, Call, Field, Kind};
use crate::demo::world::Site;

/// The largest upload, in bytes.
const LARGEST: u64 = 5 * 1024 * 1024 * 1024;

const TYPES: &[&str] = &[
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/webp",
    "image/gif",
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/avi",
    "video/x-msvideo",
    "video/webm",
    "video/x-m4v",
    "application/pdf",
    "audio/mpeg",
    "audio/mp4",
    "audio/aac",
    "audio/ogg",
    "audio/wav",
    "audio/webm",
    "audio/x-m4a",
    "application/x-subrip",
    "text/vtt",
];

/// `POST /tools/validate/post`: always 200; looks at text and media, not at accounts or times.
pub(super) fn validate(call: &Call) -> Answer {
    let body = match call.object() {
        Ok(body) => body,
        Err(words) => return invalid("body", &words),
    };
    let fields: &[Field] =
        &[("platforms", Kind::List, false), ("content", Kind::Text, false), ("mediaItems", Kind::List, false)];
    if let Err(flaw) = wire::check(&body, fields, "") {
        return flaw.into();
    }
    let rows = body.get("platforms").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if rows.is_empty() {
        return missing("platforms", "At least one platform is required");
    }
    let count = |list: Option<&Value>| list.and_then(Value::as_array).map(Vec::len);
    let mut errors = Vec::new();
    for row in rows {
        let Some(platform) = row["platform"].as_str() else {
            return missing("platforms[].platform", "platform is required");
        };
        let text = row["customContent"].as_str().or_else(|| wire::text(&body, "content")).unwrap_or_default();
        let media = count(row.get("customMedia")).or_else(|| count(body.get("mediaItems"))).unwrap_or(0);
        if text.is_empty() && media == 0 {
            errors.push(json!({"platform": platform, "error": "Content is required when there is no media"}));
        } else if let Some(error) = network::objection(platform, text, media) {
            errors.push(json!({"platform": platform, "error": error.message}));
        }
    }
    if errors.is_empty() {
        Answer::json(200, json!({"valid": true, "message": "No validation issues found."}))
    } else {
        Answer::json(200, json!({"valid": false, "errors": errors}))
    }
}

/// `POST /tools/validate/post-length`.
pub(super) fn lengths(call: &Call) -> Answer {
    let body = match call.object() {
        Ok(body) => body,
        Err(words) => return invalid("body", &words),
    };
    if let Err(flaw) = wire::check(&body, &[("text", Kind::Text, false)], "") {
        return flaw.into();
    }
    let Some(text) = wire::text(&body, "text") else { return missing("text", "text is required") };
    let row = |count: usize, limit: usize| json!({"count": count, "limit": limit, "valid": count <= limit});
    let mut rows: serde_json::Map<String, Value> = network::slugs()
        // Fifteen rows in all (contract, section 6.8).
        .filter(|slug| !matches!(*slug, "mastodon" | "google_business" | "slack"))
        .map(|slug| (slug.to_owned(), row(network::length(slug, text), network::limit(slug))))
        .collect();
    rows.insert("twitterPremium".into(), row(network::length("twitter", text), 25_000));
    Answer::json(200, json!({"text": text, "platforms": rows}))
}

/// `POST /media/presign`.
pub(super) fn presign(site: &mut Site, call: &Call) -> Answer {
    let body = match call.object() {
        Ok(body) => body,
        Err(words) => return invalid("body", &words),
    };
    let fields: &[Field] =
        &[("filename", Kind::Text, false), ("contentType", Kind::Text, false), ("size", Kind::Number, false)];
    if let Err(flaw) = wire::check(&body, fields, "") {
        return flaw.into();
    }
    let Some(filename) = wire::text(&body, "filename") else { return missing("filename", "filename is required") };
    let Some(kind) = wire::text(&body, "contentType") else {
        return missing("contentType", "contentType is required");
    };
    if !TYPES.contains(&kind) {
        return invalid("contentType", &format!("{kind} is not a supported type"));
    }
    if body.get("size").and_then(Value::as_u64).is_some_and(|size| size > LARGEST) {
        return invalid("size", "Files can have 5 GiB at most");
    }
    let plain: String =
        filename.chars().map(|sign| if sign.is_ascii_alphanumeric() || sign == '.' { sign } else { '-' }).collect();
    let key = format!("temp/{}_{:06x}_{plain}", call.now.timestamp(), site.number());
    let address = format!("https://media.late.example/{key}");
    site.media.push(SimMedia {
        id: address.clone(),
        filename: filename.to_owned(),
        content_type: kind.to_owned(),
        size: body.get("size").and_then(Value::as_u64).unwrap_or(0),
        created_at: call.now,
        offered_at: call.now,
        received_at: None,
    });
    Answer::json(
        200,
        json!({"uploadUrl": format!("{}/storage/{key}?signature=demo", call.origin),
               "publicUrl": address, "key": key, "expiresIn": 3600}),
    )
}

/// The largest image and the largest video by network, in millions of bytes (contract, section 5).
const LARGEST_BY_NETWORK: &[(&str, u64, u64)] = &[
    ("twitter", 5, 512),
    ("instagram", 8, 300),
    ("threads", 8, 1_000),
    ("facebook", 10, 4_000),
    ("linkedin", 8, 5_000),
    ("tiktok", 20, 4_000),
    ("pinterest", 32, 2_000),
    ("reddit", 20, 1_000),
    ("snapchat", 20, 500),
    ("telegram", 10, 50),
    ("bluesky", 1, 50),
];

/// `POST /tools/validate/media`: what was uploaded is known by its size. Nothing is fetched from anywhere else, so an
/// address of the web is judged by its ending.
pub(super) fn look(site: &Site, call: &Call) -> Answer {
    let body = match call.object() {
        Ok(body) => body,
        Err(words) => return invalid("body", &words),
    };
    if let Err(flaw) = wire::check(&body, &[("url", Kind::Text, false)], "") {
        return flaw.into();
    }
    let Some(url) = wire::text(&body, "url") else { return missing("url", "url is required") };
    let (kind, size) = match site.media.iter().find(|known| known.id == url) {
        Some(known) => (known.content_type.clone(), known.size),
        None => {
            let path = url.split(['?', '#']).next().unwrap_or(url).to_lowercase();
            let ending = path.rsplit('.').next().unwrap_or_default();
            let kind = match ending {
                "jpg" => "image/jpeg".to_owned(),
                "mov" => "video/quicktime".to_owned(),
                "pdf" => "application/pdf".to_owned(),
                "jpeg" | "png" | "webp" | "gif" => format!("image/{ending}"),
                "mp4" | "webm" => format!("video/{ending}"),
                _ => return Answer::json(200, json!({"valid": false, "error": "Unsupported media type"})),
            };
            (kind, 120_000)
        }
    };
    let is_video = kind.starts_with("video/");
    let limits: serde_json::Map<String, Value> = LARGEST_BY_NETWORK
        .iter()
        .map(|(platform, image, video)| {
            let limit = if is_video { video } else { image } * 1_000_000;
            ((*platform).to_owned(), json!({"limit": limit, "withinLimit": size <= limit}))
        })
        .collect();
    let group = kind.split('/').next().unwrap_or_default();
    Answer::json(
        200,
        json!({"valid": true, "url": url, "contentType": kind, "size": size, "type": group, "platformLimits": limits}),
    )
}

/// The object store behind the upload address: raw bytes, no key.
pub(super) fn store(_site: &mut Site, call: &Call) -> Answer {
    let xml =
        |status, code: &str| Answer::text(status, "application/xml", format!("<Error><Code>{code}</Code></Error>"));
    if call.header("authorization").is_some() {
        return xml(400, "InvalidArgument");
    }
    if call.header("content-length").is_none() {
        return xml(411, "MissingContentLength");
    }
    if call.header("content-type").is_none_or(|kind| !TYPES.contains(&kind)) || call.query("signature").is_none() {
        return xml(403, "SignatureDoesNotMatch");
    }
    Answer::text(200, "text/plain", "")
}
