//! FS Poster's composer: groups made, and edited by making their rows anew.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};
use serde_json::{Map, Value, json};

use super::{failed, media, object, refusal, shape};
use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget, Status};
use crate::demo::wire::{self, Answer, Call, Effect, Field, Flaw, Kind};
use crate::demo::world::Site;

const BODY: &[Field] = &[
    ("schedules", Kind::List, false),
    ("share_at", Kind::Number, true),
    ("schedule_group_id", Kind::Text, true),
    ("wp_post_id", Kind::Number, true),
];

const ENTRY: &[Field] = &[("channel_id", Kind::Number, false), ("custom_post_data", Kind::Object, false)];

/// The keys that the plugin reads of a channel's content (contract, section 5.1).
const CONTENT: &[Field] = &[
    ("post_content", Kind::Text, false),
    ("attach_link", Kind::Flag, false),
    ("custom_link", Kind::Text, false),
    ("upload_media", Kind::Flag, false),
    ("upload_media_type", Kind::Text, false),
    ("media_list_to_upload", Kind::List, false),
    ("first_comment", Kind::Text, false),
    ("post_title", Kind::Text, false),
    ("alt_text", Kind::Text, false),
    ("pin_the_post", Kind::Flag, false),
    ("privacy_level", Kind::Text, false),
    ("disable_duet", Kind::Flag, false),
    ("disable_comment", Kind::Flag, false),
    ("disable_stitch", Kind::Flag, false),
    ("auto_add_music_to_photo", Kind::Flag, false),
    ("silent_notifications", Kind::Flag, false),
];

pub(super) fn compose(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = object(call)?;
    wire::check(&body, BODY, "").map_err(Flaw::into_wordpress)?;
    let Some(entries) = body.get("schedules").and_then(Value::as_array).filter(|entries| !entries.is_empty()) else {
        return Err(failed("Schedules can't be empty"));
    };
    let at = when(site, &body, call.now)?;
    let targets = targets(site, entries)?;
    let content = targets.first().and_then(|target| target.content.clone()).unwrap_or_default();
    let numbers = (wire::text(&body, "schedule_group_id"), body.get("wp_post_id").and_then(Value::as_u64));
    let (id, effect) = match numbers {
        (Some(group), Some(origin)) => {
            let group = group.to_owned();
            edited(site, &group, origin)?;
            (group.clone(), Effect::Changed(group))
        }
        // Without both of them nothing is edited: there is one more.
        _ => {
            let mut post = SimPost::blank(site.id("post"), call.now);
            let origin = 500 + site.number();
            post.extra.insert(shape::ORIGIN.into(), json!(origin));
            let id = post.id.clone();
            site.posts.push(post);
            (id.clone(), Effect::Created(id))
        }
    };
    if let Some(post) = site.posts.iter_mut().find(|post| post.id == id) {
        post.content = content;
        post.targets = targets;
        post.scheduled_for = Some(at);
        post.status = Status::Scheduled;
        post.updated_at = call.now;
    }
    Ok(Answer::json(200, json!({"schedule_group_id": id})).because(effect))
}

/// When a group goes out: at once without a time, and later than asked where the site delays.
fn when(site: &Site, body: &Map<String, Value>, now: Instant) -> Result<Instant, Answer> {
    let delay = TimeDelta::seconds(site.blog.habits.delay);
    let Some(seconds) = body.get("share_at").and_then(Value::as_i64) else { return Ok(now) };
    let at = DateTime::from_timestamp(seconds, 0);
    at.map(|at| at + delay).ok_or_else(|| refusal(400, "rest_invalid_param", "Invalid parameter(s): share_at"))
}

/// Whether a group can be edited: it waits in every row.
fn edited(site: &Site, group: &str, origin: u64) -> Result<(), Answer> {
    let post = site.post(group).ok_or_else(|| failed("No schedules found"))?;
    if shape::origin(post).id != origin {
        return Err(failed("Post not found"));
    }
    let waits = |target: &SimTarget| matches!(shape::status(post, target), "not_sent" | "draft");
    if post.targets.iter().all(waits) { Ok(()) } else { Err(failed("Something went wrong!")) }
}

/// One row per entry, each with a new id.
fn targets(site: &mut Site, entries: &[Value]) -> Result<Vec<SimTarget>, Answer> {
    let no_access = || failed("You don't have access to all the selected channels. Please refresh the page.");
    let (mut targets, mut seen) = (Vec::new(), BTreeSet::new());
    for (place, entry) in entries.iter().enumerate() {
        let field = format!("schedules[{place}]");
        let map = entry.as_object().ok_or_else(|| Flaw::new(&field, "must be an object").into_wordpress())?;
        wire::check(map, ENTRY, &field).map_err(Flaw::into_wordpress)?;
        let id = map.get("channel_id").and_then(Value::as_u64).ok_or_else(|| failed("Please select channels"))?;
        let content = map.get("custom_post_data").and_then(Value::as_object).cloned().unwrap_or_default();
        wire::check(&content, CONTENT, &format!("{field}.custom_post_data")).map_err(Flaw::into_wordpress)?;
        let row = site.id("pp");
        let channel = site.channel(&id.to_string()).filter(|_| seen.insert(id)).ok_or_else(no_access)?;
        let mut target = SimTarget::new(row, channel);
        target.content = Some(wire::text(&content, "post_content").unwrap_or_default().to_owned());
        target.media = Some(media::attached(site, &content)?);
        target.options = Some(Value::Object(content));
        targets.push(target);
    }
    Ok(targets)
}

/// Another time for a group, in newer versions.
pub(super) fn reschedule(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = object(call)?;
    wire::check(&body, &[("schedule_group_id", Kind::Text, false), ("share_at", Kind::Number, false)], "")
        .map_err(Flaw::into_wordpress)?;
    let group = wire::text(&body, "schedule_group_id").unwrap_or_default().to_owned();
    let origin = site.post(&group).map(|post| shape::origin(post).id).unwrap_or_default();
    edited(site, &group, origin)?;
    let at = when(site, &body, call.now)?;
    for post in site.posts.iter_mut().filter(|post| post.id == group) {
        post.scheduled_for = Some(at);
        post.updated_at = call.now;
    }
    Ok(super::done().because(Effect::Changed(group)))
}
