//! What the body of a post may say, and reading it into a post.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::{Map, Value, json};
use url::{Host, Url};

use super::shape;
use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget, Status};
use crate::demo::wire::{self, Answer, Field, Kind};
use crate::demo::world::Site;

/// The fields of `POST` and `PUT /social-posts`.
const BODY: &[Field] = &[
    ("caption", Kind::Text, false),
    ("social_accounts", Kind::Texts, false),
    ("scheduled_at", Kind::Text, true),
    ("media", Kind::List, true),
    ("platform_configurations", Kind::Object, true),
    ("account_configurations", Kind::List, true),
    ("external_id", Kind::Text, true),
    ("isDraft", Kind::Flag, true),
];

const MEDIUM: &[Field] = &[
    ("url", Kind::Text, false),
    ("thumbnail_url", Kind::Text, true),
    ("thumbnail_timestamp_ms", Kind::Number, true),
    ("tags", Kind::List, true),
    ("skip_processing", Kind::Flag, true),
];

/// The options a platform has, beside its own caption and media.
fn options(platform: &str) -> Option<&'static [&'static str]> {
    const TIKTOK: &[&str] = &[
        "title",
        "privacy_status",
        "allow_comment",
        "allow_duet",
        "allow_stitch",
        "disclose_your_brand",
        "disclose_branded_content",
        "is_ai_generated",
        "is_draft",
        "auto_add_music",
    ];
    let options: &[&str] = match platform {
        "x" => &["poll", "community_id", "quote_tweet_id", "reply_settings"],
        "instagram" => &["placement", "collaborators", "share_to_feed", "location", "trial_reel_type", "audio_name"],
        "facebook" => &["placement", "location", "collaborators", "set_caption_for_each_image"],
        "threads" => &["placement"],
        "linkedin" => &["reshare_post_id"],
        "bluesky" => &[],
        "pinterest" => &["title", "board_ids", "link"],
        "tiktok" => TIKTOK,
        "tiktok_business" => &TIKTOK[..7],
        "youtube" => &[
            "title",
            "description",
            "tags",
            "category_id",
            "default_language",
            "localizations",
            "privacy_status",
            "embeddable",
            "license",
            "public_stats_viewable",
            "publish_at",
            "made_for_kids",
            "contains_synthetic_media",
            "recording_date",
        ],
        _ => return None,
    };
    Some(options)
}

pub(super) const PLATFORMS: &[&str] = &[
    "bluesky",
    "facebook",
    "instagram",
    "linkedin",
    "pinterest",
    "threads",
    "tiktok",
    "tiktok_business",
    "x",
    "youtube",
];

/// How far in the past a time may lie.
const GRACE: TimeDelta = TimeDelta::seconds(59);

/// 400 with everything that is wrong.
fn invalid(errors: Vec<String>) -> Answer {
    Answer::json(400, json!({"statusCode": 400, "message": "Invalid Request", "errors": errors}))
}

/// Reads a body into `post`, whose former content goes: everything that is not said is lost.
pub(super) fn fill(site: &mut Site, post: &mut SimPost, body: &Map<String, Value>, now: Instant) -> Result<(), Answer> {
    wire::check(body, BODY, "").map_err(super::flawed)?;
    let mut errors = Vec::new();
    post.content = wire::text(body, "caption").unwrap_or_default().to_owned();
    if post.content.is_empty() {
        errors.push("caption is required".to_owned());
    }
    let accounts = wire::texts(body, "social_accounts");
    if !body.contains_key("social_accounts") {
        errors.push("at least one social_account is required".to_owned());
    }
    let repeated = accounts.iter().enumerate().any(|(at, id)| accounts.iter().take(at).any(|other| other == id));
    if repeated || accounts.iter().any(|id| site.channel(id).is_none()) {
        errors.push("invalid social accounts, not owned by user".to_owned());
    }
    post.scheduled_for = match wire::text(body, "scheduled_at") {
        None => None,
        // Garbage makes the service fall over.
        Some(text) => Some(moment(text).ok_or_else(|| super::error(500))?),
    };
    if post.scheduled_for.is_some_and(|at| at + GRACE < now) {
        errors.push("scheduled_at must be in the future".to_owned());
    }
    post.media = body.get("media").and_then(Value::as_array).cloned().unwrap_or_default();
    for item in &post.media {
        errors.extend(medium(item)?);
    }
    errors.extend(configurations(body, &accounts)?);
    if !errors.is_empty() {
        return Err(invalid(errors));
    }
    post.metadata = body.get("external_id").filter(|id| !id.is_null()).cloned();
    for name in ["platform_configurations", "account_configurations"] {
        post.extra.insert(name.to_owned(), body.get(name).cloned().unwrap_or_else(|| json!({})));
    }
    if !post.extra.get("account_configurations").is_some_and(Value::is_array) {
        post.extra.insert("account_configurations".to_owned(), json!([]));
    }
    post.targets = accounts.iter().filter_map(|id| target(site, id, body)).collect();
    post.status = if wire::flag(body, "isDraft") { Status::Draft } else { Status::Scheduled };
    if post.scheduled_for.is_none() && post.status == Status::Scheduled {
        post.scheduled_for = Some(now);
    }
    (post.created_at, post.updated_at) = (now, now);
    Ok(())
}

fn target(site: &mut Site, id: &str, body: &Map<String, Value>) -> Option<SimTarget> {
    let row = site.id("result");
    let channel = site.channel(id)?;
    let mut target = SimTarget::new(row, channel);
    let rows = body.get("account_configurations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let own = rows.iter().find(|row| row["social_account_id"] == id).map(|row| &row["configuration"]);
    let platform = body.get("platform_configurations").map(|all| &all[shape::platform(&channel.network)]);
    let said =
        |name: &str| [own, platform].into_iter().flatten().map(|each| &each[name]).find(|value| !value.is_null());
    target.content = said("caption").and_then(Value::as_str).map(str::to_owned);
    let media = said("media").and_then(Value::as_array).filter(|media| !media.is_empty());
    target.media = media.cloned();
    Some(target)
}

/// What is wrong with one medium.
fn medium(item: &Value) -> Result<Option<String>, Answer> {
    let Some(map) = item.as_object() else { return Err(super::bad("each value in media must be an object")) };
    wire::check(map, MEDIUM, "media").map_err(super::flawed)?;
    let url = wire::text(map, "url").unwrap_or_default();
    let Ok(read) = Url::parse(url) else { return Ok(Some(format!("invalid media URL: {url}"))) };
    if !matches!(read.scheme(), "http" | "https") {
        return Ok(Some(format!("media URL must use http or https protocol: {url}")));
    }
    Ok(match read.host() {
        Some(Host::Domain(host)) if host == "localhost" || host.ends_with(".localhost") => {
            Some(format!("media URL cannot point to localhost: {url}"))
        }
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => Some(format!("media URL cannot use IP addresses: {url}")),
        _ => None,
    })
}

/// What is wrong with the settings of platforms and accounts.
fn configurations(body: &Map<String, Value>, accounts: &[String]) -> Result<Vec<String>, Answer> {
    let mut errors = Vec::new();
    for (platform, settings) in body.get("platform_configurations").and_then(Value::as_object).into_iter().flatten() {
        let Some(options) = options(platform) else {
            return Err(super::bad(&format!("property {platform} should not exist")));
        };
        // A null crashes the service.
        let Some(settings) = settings.as_object() else { return Err(super::error(500)) };
        errors.extend(known(settings, options, platform)?);
    }
    let union: Vec<&str> = PLATFORMS.iter().filter_map(|name| options(name)).flatten().copied().collect();
    for row in body.get("account_configurations").and_then(Value::as_array).into_iter().flatten() {
        let Some(row) = row.as_object() else { return Err(super::bad("account_configurations must hold objects")) };
        wire::check(row, &[("social_account_id", Kind::Text, false), ("configuration", Kind::Object, false)], "")
            .map_err(super::flawed)?;
        let id = wire::text(row, "social_account_id").unwrap_or_default();
        if !accounts.iter().any(|account| account == id) {
            return Err(super::bad(&format!("account {id} is not an account of this post")));
        }
        let settings = row.get("configuration").and_then(Value::as_object).cloned().unwrap_or_default();
        errors.extend(known(&settings, &union, &format!("account {id}"))?);
    }
    Ok(errors)
}

/// Whether an option has the form that the contract gives it (section 6).
fn fits(name: &str, value: &Value) -> bool {
    match name {
        "poll" | "localizations" => value.is_object(),
        "collaborators" | "board_ids" | "tags" => {
            value.as_array().is_some_and(|items| items.iter().all(Value::is_string))
        }
        "share_to_feed"
        | "set_caption_for_each_image"
        | "allow_comment"
        | "allow_duet"
        | "allow_stitch"
        | "disclose_your_brand"
        | "disclose_branded_content"
        | "is_ai_generated"
        | "is_draft"
        | "auto_add_music"
        | "embeddable"
        | "public_stats_viewable"
        | "made_for_kids"
        | "contains_synthetic_media" => value.is_boolean(),
        "placement" => matches!(value.as_str(), Some("reels" | "stories" | "timeline")),
        "privacy_status" => matches!(value.as_str(), Some("public" | "private" | "unlisted")),
        "reply_settings" => {
            matches!(value.as_str(), Some("following" | "mentionedUsers" | "subscribers" | "verified"))
        }
        _ => value.is_string(),
    }
}

fn known(settings: &Map<String, Value>, options: &[&str], place: &str) -> Result<Vec<String>, Answer> {
    let mut errors = Vec::new();
    for (name, value) in settings {
        match name.as_str() {
            "caption" if value.is_string() => {}
            "media" if value.is_array() => {
                for item in value.as_array().into_iter().flatten() {
                    errors.extend(medium(item)?.map(|words| format!("{place}: {words}")));
                }
            }
            "caption" | "media" => return Err(super::bad(&format!("{place}.{name} has the wrong type"))),
            // Null in place of an option breaks the service where it reads it.
            name if options.contains(&name) && fits(name, value) => {}
            name => return Err(super::bad(&format!("property {place}.{name} should not exist"))),
        }
    }
    Ok(errors)
}

/// A time with its offset; without one it is read as UTC.
fn moment(text: &str) -> Option<Instant> {
    let naive = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.and_utc());
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc()).or_else(naive)
}
