//! The library of a WordPress site.

use serde_json::{Map, Value, json};

use super::refusal;
use crate::demo::records::SimMedia;
use crate::demo::wire::{Answer, Call, Flaw};
use crate::demo::world::Site;

/// Types a stock WordPress takes, and the endings their names may have.
const TYPES: &[(&str, &[&str])] = &[
    ("image/jpeg", &["jpg", "jpeg", "jpe"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("video/mp4", &["mp4", "m4v"]),
    ("video/quicktime", &["mov", "qt"]),
];

pub(super) fn upload(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let missing = |code: &str, words: &str| Err(refusal(400, code, words));
    if call.length == 0 {
        return missing("rest_upload_no_data", "No data supplied.");
    }
    let Some(kind) = call.header("content-type") else {
        return missing("rest_upload_no_content_type", "No Content-Type supplied.");
    };
    let Some(disposition) = call.header("content-disposition") else {
        return missing("rest_upload_no_content_disposition", "No Content-Disposition supplied.");
    };
    let name = disposition.strip_prefix("attachment; filename=\"").and_then(|rest| rest.strip_suffix('"'));
    let Some(name) = name.filter(|name| !name.is_empty() && !name.contains(['"', '/', '\\'])) else {
        let words = "Invalid Content-Disposition supplied. Content-Disposition needs to be formatted as \
                     `attachment; filename=\"image.png\"` or similar.";
        return missing("rest_upload_invalid_disposition", words);
    };
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if !TYPES.iter().any(|(known, endings)| *known == kind && endings.contains(&ending.as_str())) {
        let words = "Sorry, you are not allowed to upload this file type.";
        return Err(refusal(500, "rest_upload_sideload_error", words));
    }
    let id = (900 + site.number()).to_string();
    let media = SimMedia {
        id: id.clone(),
        filename: name.to_owned(),
        content_type: kind.to_owned(),
        size: call.length,
        created_at: call.now,
        offered_at: call.now,
        received_at: Some(call.now),
    };
    let answer = Answer::json(201, shown(&media)).with("location", format!("{}/wp-json/wp/v2/media/{id}", call.origin));
    site.media.push(media);
    Ok(answer)
}

pub(super) fn show(site: &Site, id: &str) -> Result<Answer, Answer> {
    Ok(Answer::json(200, shown(find(site, id)?)))
}

pub(super) fn remove(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let shown = shown(find(site, id)?);
    if call.query("force") != Some("true") {
        let words = "Posts of this type do not support trashing. Set 'force=true' to delete.";
        return Err(refusal(501, "rest_trash_not_supported", words));
    }
    site.media.retain(|media| media.id != id);
    Ok(Answer::json(200, json!({"deleted": true, "previous": shown})))
}

fn find<'a>(site: &'a Site, id: &str) -> Result<&'a SimMedia, Answer> {
    let found = site.media.iter().find(|media| media.id == id);
    found.ok_or_else(|| refusal(404, "rest_post_invalid_id", "Invalid post ID."))
}

fn is_video(media: &SimMedia) -> bool {
    media.content_type.starts_with("video/")
}

fn shown(media: &SimMedia) -> Value {
    let id: u64 = media.id.parse().unwrap_or(0);
    json!({
        "id": id, "slug": media.filename, "status": "inherit", "type": "attachment",
        "media_type": if is_video(media) { "file" } else { "image" },
        "mime_type": media.content_type,
        "media_details": {"filesize": media.size},
        "source_url": address(media),
    })
}

fn address(media: &SimMedia) -> String {
    format!("https://kontor.example/blog/wp-content/uploads/{}", media.filename)
}

/// What a row shows of the media it names. Numbers that are none in the library are taken, and come to nothing.
pub(super) fn attached(site: &Site, content: &Map<String, Value>) -> Result<Vec<Value>, Answer> {
    let named = content.get("media_list_to_upload").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let custom = content.get("upload_media") == Some(&Value::Bool(true))
        && content.get("upload_media_type").and_then(Value::as_str) == Some("custom");
    let mut shown = Vec::new();
    for id in named {
        let id = id.as_u64().ok_or_else(|| Flaw::new("media_list_to_upload", "must hold numbers").into_wordpress())?;
        let media = site.media.iter().find(|media| media.id == id.to_string());
        shown.extend(media.filter(|_| custom).map(entry));
    }
    Ok(shown)
}

/// A medium as rows show it.
pub(in crate::demo) fn entry(media: &SimMedia) -> Value {
    let id: u64 = media.id.parse().unwrap_or(0);
    json!({
        "id": id,
        "type": if is_video(media) { "video" } else { "image" },
        "path": format!("wp-content/uploads/{}", media.filename),
        "url": address(media),
    })
}
