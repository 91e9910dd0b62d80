//! VoxBurst's posts: checked, made, read, changed, published, tried again, deleted.

use chrono::{DateTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::{detailed, id_of, invalid, media, refusal, shape};
use crate::clock::Instant;
use crate::demo::network;
use crate::demo::publish::MOMENT;
use crate::demo::records::{Health, SimPost, SimTarget, Status};
use crate::demo::wire::{self, Answer, Call, Effect, Field, Kind};
use crate::demo::world::Site;

/// The longest text of any post, in characters.
const LONGEST: usize = 10_000;

/// How often a target may be tried again.
const MOST_RETRIES: u32 = 5;

const BODY: &[Field] = &[
    ("content", Kind::Text, false),
    ("accountIds", Kind::Texts, false),
    ("scheduledFor", Kind::Text, true),
    ("saveAsDraft", Kind::Flag, false),
    ("contentType", Kind::Text, true),
    ("media", Kind::Texts, false),
    ("platformOverrides", Kind::Object, true),
    ("platformMetadata", Kind::Object, true),
    ("firstComment", Kind::Text, true),
    ("firstCommentDelay", Kind::Number, false),
    ("threadPosts", Kind::List, true),
    ("queue", Kind::Flag, false),
    ("tags", Kind::Texts, false),
    ("personaId", Kind::Text, true),
    ("metadata", Kind::Object, true),
];

const ECHOED: &[&str] =
    &["contentType", "platformMetadata", "firstComment", "firstCommentDelay", "threadPosts", "tags", "personaId"];

const TYPES: &[&str] = &["TEXT", "IMAGE", "VIDEO", "CAROUSEL", "THREAD", "STORY", "REEL"];

pub(super) fn create(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = call.object().map_err(|words| refusal(400, "BAD_REQUEST", &words))?;
    wire::check(&body, BODY, "").map_err(wire::Flaw::into_voxburst)?;
    if !body.contains_key("content") {
        return Err(invalid("content", "content is required"));
    }
    if wire::texts(&body, "accountIds").is_empty() {
        return Err(invalid("accountIds", "At least one account is required"));
    }
    let mut post = SimPost::blank(site.id("post"), call.now);
    fill(site, &mut post, &body, call.now)?;
    let draft = wire::flag(&body, "saveAsDraft") || post.scheduled_for.is_none();
    if draft {
        post.status = Status::Draft;
    } else {
        sound(&post)?;
        future(&post, call.now)?;
        post.status = Status::Scheduled;
    }
    let shown = shape::post(site, &post, call.now);
    let id = post.id.clone();
    site.posts.push(post);
    Ok(Answer::json(201, shown).because(Effect::Created(id)))
}

/// Puts the fields of a body into a post.
fn fill(site: &mut Site, post: &mut SimPost, body: &Map<String, Value>, now: Instant) -> Result<(), Answer> {
    if let Some(text) = wire::text(body, "content") {
        let long = text.chars().count();
        if long == 0 || long > LONGEST {
            let details = json!({"field": "content", "maxLength": LONGEST, "actualLength": long});
            return Err(detailed(400, "VALIDATION_ERROR", "content must have 1 to 10000 characters", details));
        }
        post.content = text.to_owned();
    }
    match body.get("scheduledFor") {
        None => {}
        Some(Value::String(text)) => {
            let at = DateTime::parse_from_rfc3339(text)
                .map_err(|_| refusal(400, "INVALID_DATE", "scheduledFor must be an ISO date with an offset"))?;
            post.scheduled_for = Some(at.to_utc());
        }
        Some(_) => post.scheduled_for = None,
    }
    if wire::flag(body, "queue") {
        if body.contains_key("scheduledFor") {
            return Err(invalid("queue", "queue excludes scheduledFor"));
        }
        post.scheduled_for = Some(place(site, now));
    }
    if let Some(kind) = wire::text(body, "contentType").filter(|kind| !TYPES.contains(kind)) {
        return Err(invalid("contentType", &format!("{kind} is not a content type")));
    }
    if body.contains_key("media") {
        post.media = media::attach(site, &wire::texts(body, "media"), now)?;
    }
    if body.contains_key("accountIds") {
        post.targets = targets(site, post, &wire::texts(body, "accountIds"))?;
    }
    if let Some(own) = body.get("platformOverrides") {
        override_texts(post, own)?;
    }
    if wire::text(body, "firstComment").is_some_and(|text| text.chars().count() > 2_200) {
        return Err(invalid("firstComment", "firstComment can have 2200 characters at most"));
    }
    if body.get("firstCommentDelay").and_then(Value::as_u64).is_some_and(|delay| delay > 60) {
        return Err(invalid("firstCommentDelay", "firstCommentDelay must be between 0 and 60"));
    }
    if let Some(parts) = body.get("threadPosts").and_then(Value::as_array) {
        thread(parts, &post.targets)?;
    }
    if let Some(metadata) = body.get("metadata") {
        check_metadata(metadata)?;
        post.metadata = (!metadata.is_null()).then(|| metadata.clone());
    }
    for name in ECHOED {
        if let Some(value) = body.get(*name) {
            post.extra.insert((*name).to_owned(), value.clone());
        }
    }
    Ok(())
}

/// The next full hour that no post stands at: nobody states where the queue's places are.
fn place(site: &Site, now: Instant) -> Instant {
    let hour = TimeDelta::hours(1).num_seconds();
    let mut place = now + TimeDelta::seconds(hour - now.timestamp().rem_euclid(hour));
    while site.posts.iter().any(|post| post.scheduled_for == Some(place)) {
        place += TimeDelta::hours(1);
    }
    place
}

/// One target per account; what a target that stays had lived through is kept.
fn targets(site: &mut Site, post: &SimPost, accounts: &[String]) -> Result<Vec<SimTarget>, Answer> {
    if accounts.is_empty() {
        return Err(invalid("accountIds", "At least one account is required"));
    }
    let mut targets: Vec<SimTarget> = Vec::new();
    for account in accounts {
        id_of("acc", account)?;
        let row = site.id("pp");
        let Some(channel) = site.channel(account) else {
            return Err(refusal(404, "NOT_FOUND", &format!("Account {account} not found")));
        };
        if channel.health == Health::Disconnected {
            let words = format!("{} is disconnected and cannot post", channel.username);
            return Err(invalid("accountIds", &words));
        }
        if targets.iter().any(|target| target.account == *account) {
            return Err(invalid("accountIds", &format!("Account {account} appears twice")));
        }
        let former = post.targets.iter().find(|target| target.account == *account);
        targets.push(former.cloned().unwrap_or_else(|| SimTarget::new(row, channel)));
    }
    Ok(targets)
}

/// Overrides replace the earlier ones as a whole; their keys are platforms in capitals.
fn override_texts(post: &mut SimPost, own: &Value) -> Result<(), Answer> {
    for target in &mut post.targets {
        target.content = None;
    }
    for (platform, entry) in own.as_object().into_iter().flatten() {
        let field = format!("platformOverrides.{platform}");
        let slug = platform.to_lowercase();
        if *platform != platform.to_uppercase() || !network::slugs().any(|known| known == slug) {
            return Err(invalid(&field, &format!("{platform} is not a platform; use capitals, as in TWITTER")));
        }
        let Some(map) = entry.as_object() else { return Err(invalid(&field, "An override must be an object")) };
        wire::check(map, &[("content", Kind::Text, false)], &field).map_err(wire::Flaw::into_voxburst)?;
        let mut used = false;
        for target in post.targets.iter_mut().filter(|target| target.network == slug) {
            target.content = wire::text(map, "content").map(str::to_owned);
            used = true;
        }
        if !used {
            return Err(invalid(&field, &format!("The post has no {platform} account")));
        }
    }
    Ok(())
}

fn thread(parts: &[Value], targets: &[SimTarget]) -> Result<(), Answer> {
    if let Some(other) = targets.iter().find(|target| !matches!(target.network.as_str(), "twitter" | "threads")) {
        let words = format!("{} has no threads", network::name(&other.network));
        return Err(invalid("threadPosts", &words));
    }
    if parts.len() > 25 {
        return Err(invalid("threadPosts", "A thread can have 25 posts at most"));
    }
    for (place, part) in parts.iter().enumerate() {
        let field = format!("threadPosts[{place}]");
        let Some(map) = part.as_object() else { return Err(invalid(&field, "A thread post must be an object")) };
        let fields: &[Field] =
            &[("sequence", Kind::Number, false), ("content", Kind::Text, false), ("mediaIds", Kind::Texts, false)];
        wire::check(map, fields, &field).map_err(wire::Flaw::into_voxburst)?;
        if map.get("sequence").and_then(Value::as_u64) != Some(place as u64 + 1) {
            return Err(invalid(&format!("{field}.sequence"), "sequence counts from 1 without gaps"));
        }
        let text = wire::text(map, "content").unwrap_or_default();
        let long = |target: &&SimTarget| network::length(&target.network, text) > network::limit(&target.network);
        if let Some(target) = targets.iter().find(long) {
            let words = format!("The text is too long for {}", network::name(&target.network));
            return Err(invalid(&format!("{field}.content"), &words));
        }
    }
    Ok(())
}

fn check_metadata(metadata: &Value) -> Result<(), Answer> {
    for (name, value) in metadata.as_object().into_iter().flatten() {
        let long = |text: &str, most: usize| text.chars().count() > most;
        let fits = !long(name, 100)
            && value.as_str().is_none_or(|text| !long(text, 1_000))
            && value.as_array().is_none_or(|items| {
                items.len() <= 100 && items.iter().all(|item| item.as_str().is_none_or(|text| !long(text, 200)))
            });
        if !fits {
            return Err(detailed(422, "VALIDATION_ERROR", "metadata is too large", json!({"field": "metadata"})));
        }
    }
    Ok(())
}

/// Refuses what a network would not take. Drafts may be anything.
fn sound(post: &SimPost) -> Result<(), Answer> {
    for target in &post.targets {
        let text = post.text_for(target);
        let (most, long) = (network::limit(&target.network), network::length(&target.network, text));
        let platform = target.network.to_uppercase();
        if long > most {
            let words = format!("The text is too long for {}", network::name(&target.network));
            let details = json!({"field": "content", "platform": platform, "maxLength": most, "actualLength": long});
            return Err(detailed(400, "VALIDATION_ERROR", &words, details));
        }
        if network::needs_media(&target.network) && post.media.is_empty() {
            let words = format!("{} needs an image or a video", network::name(&target.network));
            let details = json!({"field": "media", "platform": platform});
            return Err(detailed(400, "VALIDATION_ERROR", &words, details));
        }
        if target.network == "instagram" && !post.extra.get("contentType").is_some_and(Value::is_string) {
            return Err(invalid("contentType", "Instagram needs a contentType"));
        }
    }
    Ok(())
}

fn future(post: &SimPost, now: Instant) -> Result<(), Answer> {
    match post.scheduled_for {
        Some(at) if at <= now => Err(invalid("scheduledFor", "scheduledFor must be in the future")),
        _ => Ok(()),
    }
}

fn find<'a>(site: &'a Site, id: &str) -> Result<&'a SimPost, Answer> {
    let id = id_of("post", id)?;
    site.post(id).ok_or_else(|| refusal(404, "NOT_FOUND", "Post not found"))
}

/// A post that can still be changed.
fn open<'a>(site: &'a Site, id: &str, deed: &str) -> Result<&'a SimPost, Answer> {
    let post = find(site, id)?;
    match post.status {
        Status::Draft | Status::Scheduled => Ok(post),
        other => {
            let words = format!("A post that is {} cannot be {deed}", other.word());
            Err(refusal(409, "CONFLICT", &words))
        }
    }
}

pub(super) fn show(site: &Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    Ok(Answer::json(200, shape::post(site, find(site, id)?, now)))
}

pub(super) fn update(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let former = open(site, id, "changed")?.clone();
    let body = call.object().map_err(|words| refusal(400, "BAD_REQUEST", &words))?;
    wire::check(&body, BODY, "").map_err(wire::Flaw::into_voxburst)?;
    let mut post = former.clone();
    fill(site, &mut post, &body, call.now)?;
    let draft = body.get("saveAsDraft").and_then(Value::as_bool).unwrap_or(former.status == Status::Draft);
    // A time given to a draft schedules it, unless it says that it stays one.
    let wanted = body.get("scheduledFor").is_some_and(Value::is_string) && !wire::flag(&body, "saveAsDraft");
    post.status = if (draft && !wanted) || post.scheduled_for.is_none() { Status::Draft } else { Status::Scheduled };
    if post.status == Status::Scheduled {
        sound(&post)?;
        future(&post, call.now)?;
    }
    if post.content != former.content || post.media != former.media || body.contains_key("platformOverrides") {
        for target in &mut post.targets {
            target.trouble = target.trouble.take().filter(|trouble| !trouble.lasting);
        }
    }
    post.updated_at = call.now;
    let shown = shape::post(site, &post, call.now);
    if let Some(place) = site.posts.iter_mut().find(|known| known.id == id) {
        *place = post;
    }
    Ok(Answer::json(200, shown).because(Effect::Changed(id.to_owned())))
}

pub(super) fn remove(site: &mut Site, id: &str) -> Result<Answer, Answer> {
    open(site, id, "deleted")?;
    site.posts.retain(|post| post.id != id);
    Ok(Answer::json(200, json!({"success": true})).because(Effect::Removed(id.to_owned())))
}

pub(super) fn cancel(site: &mut Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    open(site, id, "cancelled")?;
    for post in site.posts.iter_mut().filter(|post| post.id == id) {
        post.status = Status::Cancelled;
        post.updated_at = now;
        for target in &mut post.targets {
            target.status = Status::Cancelled;
        }
    }
    Ok(show(site, id, now)?.because(Effect::Changed(id.to_owned())))
}

pub(super) fn publish(site: &mut Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    sound(open(site, id, "published")?)?;
    begin(site, id, now, |_| true);
    Ok(show(site, id, now)?.because(Effect::Changed(id.to_owned())))
}

fn begin(site: &mut Site, id: &str, now: Instant, which: impl Fn(&SimTarget) -> bool) {
    site.begin(id, now + MOMENT, which);
    for post in site.posts.iter_mut().filter(|post| post.id == id) {
        post.updated_at = now;
    }
}

pub(super) fn retry(site: &mut Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    let post = find(site, id)?;
    if !matches!(post.status, Status::Failed | Status::Partial) {
        let words = format!("A post that is {} cannot be retried", post.status.word());
        return Err(refusal(409, "CONFLICT", &words));
    }
    let (mut retried, mut skipped) = (Vec::new(), Vec::new());
    for target in post.targets.iter().filter(|target| target.status == Status::Failed) {
        let mut row = json!({"platform": target.network, "accountId": target.account, "retryCount": target.attempts});
        if target.attempts > MOST_RETRIES {
            row["reason"] = json!("MAX_RETRIES_EXCEEDED");
            skipped.push(row);
        } else {
            row["nextRetryAt"] = json!(shape::time(now));
            retried.push(row);
        }
    }
    begin(site, id, now, |target| target.status == Status::Failed && target.attempts <= MOST_RETRIES);
    let status = find(site, id)?.status.word();
    let body = json!({"id": id, "status": status, "retriedPlatforms": retried, "skippedPlatforms": skipped});
    Ok(Answer::json(202, body).because(Effect::Changed(id.to_owned())))
}

/// `POST /posts/validate`: always 200 for content, good or bad; every platform under both casings, as the service.
pub(super) fn validate(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let body = call.object().map_err(|words| refusal(400, "BAD_REQUEST", &words))?;
    let fields: &[Field] = &[
        ("content", Kind::Text, false),
        ("platforms", Kind::Texts, false),
        ("mediaIds", Kind::Texts, false),
        ("media", Kind::List, false),
        ("firstComment", Kind::Text, true),
        ("platformMetadata", Kind::Object, true),
    ];
    wire::check(&body, fields, "").map_err(wire::Flaw::into_voxburst)?;
    let content = wire::text(&body, "content").ok_or_else(|| invalid("content", "content is required"))?;
    let platforms = wire::texts(&body, "platforms");
    if platforms.is_empty() {
        return Err(invalid("platforms", "At least one platform is required"));
    }
    let ids = wire::texts(&body, "mediaIds");
    media::attach(site, &ids, call.now)?;
    let media = ids.len() + body.get("media").and_then(Value::as_array).map_or(0, Vec::len);
    let mut all_valid = true;
    let mut rows = Map::new();
    for platform in platforms {
        let slug = platform.to_lowercase();
        if platform != platform.to_uppercase() || !network::slugs().any(|known| known == slug) {
            return Err(invalid("platforms", &format!("{platform} is not a platform; use capitals, as in TWITTER")));
        }
        let errors: Vec<Value> = network::objection(&slug, content, media)
            .map(|error| {
                let field = if error.code == "MEDIA_REQUIRED" { "media" } else { "content" };
                json!({"code": error.code, "message": error.message, "field": field})
            })
            .into_iter()
            .collect();
        let mut warnings = Vec::new();
        if slug == "twitter" && content.contains("https://") {
            let words = "Links count as 23 characters";
            warnings.push(json!({"code": "LINK_COUNTS_23", "message": words, "field": "content"}));
        }
        all_valid &= errors.is_empty();
        let row = json!({"valid": errors.is_empty(), "errors": errors, "warnings": warnings});
        rows.insert(platform, row.clone());
        rows.insert(slug, row);
    }
    Ok(Answer::json(200, json!({"valid": all_valid, "platforms": rows})))
}
