//! What the body of a Late post may say, and reading it into a post.

use chrono::{DateTime, NaiveDateTime, TimeZone as _};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

use super::{invalid, missing, options, queue, refusal, shape};
use crate::clock::Instant;
use crate::demo::network;
use crate::demo::records::{Health, SimPost, SimTarget};
use crate::demo::wire::{self, Answer, Field, Kind};
use crate::demo::world::Site;

/// The fields of `POST /posts` and `PUT /posts/{id}`.
pub(super) const BODY: &[Field] = &[
    ("content", Kind::Text, false),
    ("platforms", Kind::List, false),
    ("mediaItems", Kind::List, false),
    ("scheduledFor", Kind::Text, true),
    ("timezone", Kind::Text, false),
    ("publishNow", Kind::Flag, false),
    ("isDraft", Kind::Flag, false),
    ("requiresApproval", Kind::Flag, false),
    ("queuedFromProfile", Kind::Text, true),
    ("queueId", Kind::Text, true),
    ("dryRun", Kind::Flag, false),
    ("tags", Kind::Texts, false),
    ("hashtags", Kind::Texts, false),
    ("mentions", Kind::Texts, false),
    ("title", Kind::Text, false),
    ("tiktokSettings", Kind::Object, false),
    ("facebookSettings", Kind::Object, false),
    ("crosspostingEnabled", Kind::Flag, false),
    ("metadata", Kind::Object, true),
    ("recycling", Kind::Object, true),
    ("visibility", Kind::Text, false),
];

const PLATFORM: &[Field] = &[
    ("platform", Kind::Text, false),
    ("accountId", Kind::Text, false),
    ("customContent", Kind::Text, true),
    ("customMedia", Kind::List, true),
    ("scheduledFor", Kind::Text, true),
    ("platformSpecificData", Kind::Object, true),
    // Read by nobody; older clients send it.
    ("profileId", Kind::Text, false),
];

const MEDIA: &[Field] = &[
    ("url", Kind::Text, false),
    ("type", Kind::Text, false),
    ("title", Kind::Text, false),
    ("altText", Kind::Text, false),
    ("thumbnail", Kind::Text, false),
    ("filename", Kind::Text, false),
    ("size", Kind::Number, false),
    ("mimeType", Kind::Text, false),
    ("instagramThumbnail", Kind::Text, false),
];

/// Fields that are kept as they came and shown in every read.
const ECHOED: &[&str] = &[
    "timezone",
    "tags",
    "hashtags",
    "mentions",
    "title",
    "tiktokSettings",
    "facebookSettings",
    "queueId",
    "queuedFromProfile",
    "crosspostingEnabled",
    "recycling",
    "visibility",
];

/// Puts the fields of a body into a post.
pub(super) fn fill(site: &mut Site, post: &mut SimPost, body: &Map<String, Value>, now: Instant) -> Result<(), Answer> {
    let zone = match wire::text(body, "timezone") {
        None => post.extra.get("timezone").and_then(Value::as_str).and_then(|name| name.parse().ok()),
        Some(name) => {
            let zone = name.parse::<Tz>();
            Some(zone.map_err(|_| invalid("timezone", &format!("{name} is not a known zone")))?)
        }
    };
    let zone = zone.unwrap_or(Tz::UTC);
    if let Some(text) = wire::text(body, "content") {
        post.content = text.to_owned();
    }
    if let Some(items) = body.get("mediaItems") {
        post.media = media(items, "mediaItems")?;
    }
    if let Some(text) = wire::text(body, "scheduledFor") {
        let before = post.scheduled_for;
        let at = moment(text, zone, "scheduledFor")?;
        post.scheduled_for = Some(at);
        // A target's own time follows the post's when it was only a copy of it.
        for target in post.targets.iter_mut().filter(|target| target.scheduled_for == before) {
            target.scheduled_for = None;
        }
    }
    if let Some(Value::Array(rows)) = body.get("platforms") {
        let mut targets = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            targets.push(self::target(site, post, row, place, zone, now)?);
        }
        post.targets = targets;
    } else if body.contains_key("tiktokSettings") && post.targets.is_empty() {
        return Err(invalid("tiktokSettings", "tiktokSettings needs platforms"));
    }
    if let Some(profile) = wire::text(body, "queuedFromProfile") {
        if profile != super::PROFILE {
            return Err(Answer::json(403, json!({"error": format!("Profile {profile} does not belong to you")})));
        }
        let id = post.id.clone();
        post.scheduled_for = Some(queue::next(site, Some(&id), wire::text(body, "queueId"), now)?);
    }
    if let Some(metadata) = body.get("metadata") {
        post.metadata = (!metadata.is_null()).then(|| metadata.clone());
    }
    for name in ECHOED {
        if body.get(*name).is_some_and(Value::is_null) {
            post.extra.remove(*name);
            // Who leaves a queue leaves its profile's too.
            post.extra.remove("queuedFromProfile");
        } else if let Some(value) = body.get(*name) {
            post.extra.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(())
}

/// Reads one entry of `platforms`; what a replaced target had already lived through is kept.
fn target(
    site: &mut Site,
    post: &SimPost,
    row: &Value,
    place: usize,
    zone: Tz,
    now: Instant,
) -> Result<SimTarget, Answer> {
    let at = format!("platforms[{place}]");
    let Some(map) = row.as_object() else { return Err(invalid(&at, &format!("{at} must be an object"))) };
    wire::check(map, PLATFORM, &at)?;
    let platform =
        wire::text(map, "platform").ok_or_else(|| missing(&format!("{at}.platform"), "platform is required"))?;
    let account =
        wire::text(map, "accountId").ok_or_else(|| missing(&format!("{at}.accountId"), "accountId is required"))?;
    if !network::slugs().any(|slug| slug == platform) {
        return Err(invalid(&format!("{at}.platform"), &format!("{platform} is not a supported platform")));
    }
    let row_id = site.id("row");
    let Some(channel) = site.channel(account) else {
        return Err(Answer::json(403, json!({"error": format!("Account {account} does not belong to you")})));
    };
    if channel.network != platform {
        let words = format!("Account {account} is a {} account, not {platform}", channel.network);
        return Err(invalid(&format!("{at}.platform"), &words));
    }
    if site.refuses(account) {
        let words = format!(
            "Account {account} ({platform} \"{}\") is disconnected and cannot be posted to. Please reconnect it.",
            channel.username
        );
        return Err(Answer::json(403, json!({"error": words, "code": "ACCOUNT_DISCONNECTED"})));
    }
    if let Health::CoolingDown(until) = channel.health
        && now < until
    {
        let words = format!("{} is cooling down until {}", channel.username, shape::time(until));
        return Err(refusal(429, "rate_limit_error", "account_cooldown", &words));
    }
    let former = post.targets.iter().find(|target| target.account == account);
    let mut target = former.cloned().unwrap_or_else(|| SimTarget::new(row_id, channel));
    target.content = wire::text(map, "customContent").map(str::to_owned);
    target.media = match map.get("customMedia") {
        None | Some(Value::Null) => None,
        Some(items) => Some(media(items, &format!("{at}.customMedia"))?),
    };
    if let Some(Value::Object(data)) = map.get("platformSpecificData") {
        options::check(platform, data, &at)?;
        for (name, items) in data.get("threadItems").and_then(Value::as_array).into_iter().flatten().enumerate() {
            media(items.get("mediaItems").unwrap_or(&Value::Null), &format!("{at}.threadItems[{name}].mediaItems"))?;
        }
    }
    target.options = map.get("platformSpecificData").filter(|value| !value.is_null()).cloned();
    target.scheduled_for = match wire::text(map, "scheduledFor") {
        None => None,
        Some(text) => Some(moment(text, zone, &format!("{at}.scheduledFor"))?),
    };
    Ok(target)
}

/// Reads media items; one without a url is dropped silently, as the service does.
fn media(items: &Value, at: &str) -> Result<Vec<Value>, Answer> {
    let mut kept = Vec::new();
    for (place, item) in items.as_array().into_iter().flatten().enumerate() {
        let here = format!("{at}[{place}]");
        let Some(map) = item.as_object() else { return Err(invalid(&here, &format!("{here} must be an object"))) };
        wire::check(map, MEDIA, &here)?;
        let Some(url) = wire::text(map, "url") else { continue };
        if !url.starts_with("https://") {
            return Err(invalid(&format!("{here}.url"), "Media must be https"));
        }
        let ending = url.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let inferred = match ending.as_str() {
            "mp4" | "mov" | "webm" | "avi" | "m4v" | "mpeg" => "video",
            "gif" => "gif",
            "pdf" => "document",
            _ => "image",
        };
        let mut item = map.clone();
        match wire::text(map, "type") {
            None => {
                item.insert("type".to_owned(), json!(inferred));
            }
            Some(kind @ ("image" | "video" | "gif" | "document")) => {
                let known = matches!(ending.as_str(), "mp4" | "mov" | "pdf" | "jpg" | "jpeg" | "png");
                if known && kind != inferred {
                    let words = format!("type {kind} contradicts the extension .{ending}");
                    return Err(invalid(&format!("{here}.type"), &words));
                }
            }
            Some(kind) => return Err(invalid(&format!("{here}.type"), &format!("{kind} is not a media type"))),
        }
        kept.push(Value::Object(item));
    }
    Ok(kept)
}

/// Reads a time: absolute with an offset, otherwise local to the zone.
fn moment(text: &str, zone: Tz, field: &str) -> Result<Instant, Answer> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let local = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    let at = local.and_then(|local| zone.from_local_datetime(&local).earliest());
    at.map(|at| at.to_utc()).ok_or_else(|| invalid(field, &format!("{field} is not a valid date")))
}
