//! Oktopost's posts: made, read, changed, deleted, and what became of them.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

use super::form::{self, Form, Holds};
use super::{Message, api, field, messages, missing, ok, shape};
use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget, Status};
use crate::demo::wire::{Answer, Call, Effect};
use crate::demo::world::Site;

const STATUSES: &[&str] = &["pending", "inqueue", "draft", "inqueue-draft"];

const FIELDS: &[(&str, Holds)] = &[
    ("messageId", Holds::Id("005")),
    ("credentialIds", Holds::Profiles),
    ("startDateTime", Holds::Seconds),
    ("status", Holds::OneOf(STATUSES)),
    ("workflowId", Holds::Id("cwf")),
    ("targetingPresetId", Holds::Text),
    ("firstComment", Holds::OneOf(&["null"])),
    ("firstComment[text]", Holds::Text),
    ("firstComment[media]", Holds::Text),
];

pub(super) fn create(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let form = form::read(call, FIELDS)?;
    let message = messages::wanted(site, &form)?;
    let mut post = SimPost::blank(site.id("post"), call.now);
    take(&mut post, &message);
    post.targets = targets(site, &message, form::required(&form, "credentialIds")?)?;
    settle(&mut post, &form, call.now + TimeDelta::minutes(1), call.now)?;
    comment(&mut post, &form)?;
    let shown = shape::post(site, &post);
    let id = post.id.clone();
    site.posts.push(post);
    Ok(ok(json!({"Post": shown})).because(Effect::Created(id)))
}

/// Puts the content of a message into a post.
fn take(post: &mut SimPost, message: &Message) {
    post.content.clone_from(&message.text);
    post.media.clone_from(&message.media);
    post.extra.insert("MessageId".to_owned(), json!(message.id));
}

fn targets(site: &mut Site, message: &Message, profiles: &str) -> Result<Vec<SimTarget>, Answer> {
    let mut targets: Vec<SimTarget> = Vec::new();
    for id in form::ids(profiles) {
        let row = site.id("log");
        let Some(channel) = site.channel(id) else {
            return Err(field("credentialIds", format!("Social profile {id} was not found")));
        };
        if site.refuses(id) {
            return Err(field("credentialIds", format!("Social profile {id} is invalid, please reconnect it")));
        }
        if channel.network != message.network {
            return Err(field("credentialIds", format!("Social profile {id} is not on the message's network")));
        }
        if targets.iter().all(|target| target.account != id) {
            targets.push(SimTarget::new(row, channel));
        }
    }
    if targets.is_empty() { Err(missing("post", "credentialIds")) } else { Ok(targets) }
}

/// Time and status of a form; without a time it is `otherwise`.
fn settle(post: &mut SimPost, form: &Form, otherwise: Instant, now: Instant) -> Result<(), Answer> {
    let told = form.get("startDateTime").and_then(|text| DateTime::from_timestamp(text.parse().ok()?, 0));
    let at = told.unwrap_or(otherwise);
    post.scheduled_for = Some(at);
    match form.get("status").map(String::as_str) {
        Some("draft" | "inqueue-draft") => post.status = Status::Draft,
        Some(_) => post.status = Status::Scheduled,
        None if post.created_at == now => post.status = Status::Scheduled,
        None => {}
    }
    if post.status == Status::Scheduled && at <= now {
        return Err(field("startDateTime", "The start time is in the past"));
    }
    Ok(())
}

/// A first comment is for LinkedIn; `null` takes it away.
fn comment(post: &mut SimPost, form: &Form) -> Result<(), Answer> {
    let asked = form.contains_key("firstComment[text]") || form.contains_key("firstComment[media]");
    if asked && shape::slug_of(post) != "linkedin" {
        return Err(field("firstComment", "A first comment needs a LinkedIn profile"));
    }
    if let Some(text) = form.get("firstComment[text]") {
        if text.chars().count() > 3_000 {
            return Err(field("firstComment[text]", "Must be 3000 characters at most"));
        }
        let shown = json!({"Network": "LinkedIn", "Status": "pending", "Text": text, "Media": []});
        post.extra.insert("FirstComment".to_owned(), shown);
    }
    if form.contains_key("firstComment") {
        post.extra.remove("FirstComment");
    }
    Ok(())
}

fn place(site: &Site, id: &str) -> Result<usize, Answer> {
    form::sound("004", "postId", id)?;
    site.position(id).ok_or_else(|| api(404, "Post was not found"))
}

/// Only what has not been sent can be changed.
fn unsent(post: &SimPost) -> Result<(), Answer> {
    match post.status {
        Status::Draft | Status::PendingApproval | Status::Scheduled | Status::Pending | Status::Cancelled => Ok(()),
        _ => Err(api(400, "The post was sent already and cannot be changed")),
    }
}

pub(super) fn show(site: &Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    form::known(call, &["stats"])?;
    let place = place(site, id)?;
    let Some(post) = site.posts.get(place) else { return Err(api(404, "Post was not found")) };
    let shown = shape::post(site, post);
    if call.query("stats") != Some("1") {
        return Ok(ok(json!({"Post": shown})));
    }
    let counted = post.targets.iter().filter_map(|target| crate::demo::numbers::counted(post, target, call.now));
    let [likes, comments, shares, clicks, _] = counted.fold([0; 5], |sum: [u64; 5], each| {
        std::array::from_fn(|at| sum.get(at).copied().unwrap_or(0) + each.get(at).copied().unwrap_or(0))
    });
    // No network of the demo gives the number of impressions.
    let stats = json!({"LinkClicks": clicks, "Conversions": 0, "Comments": comments, "Likes": likes,
        "Shares": shares, "ImpressionsAdded": -1});
    Ok(ok(json!({"Post": shown, "Stats": stats})))
}

pub(super) fn update(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let fields: Vec<_> = FIELDS.iter().filter(|(name, _)| *name != "workflowId").copied().collect();
    let form = form::read(call, &fields)?;
    let place = place(site, id)?;
    let Some(mut post) = site.posts.get(place).cloned() else { return Err(api(404, "Post was not found")) };
    unsent(&post)?;
    let old = messages::find(site, &messages::id_of(&post)).ok_or_else(|| api(400, "The message is gone"))?;
    let message = if form.contains_key("messageId") { messages::wanted(site, &form)? } else { old.clone() };
    if message.network != old.network {
        return Err(field("messageId", "The message is for another network"));
    }
    take(&mut post, &message);
    if let Some(profiles) = form.get("credentialIds") {
        post.targets = targets(site, &message, profiles)?;
    }
    let otherwise = post.scheduled_for.unwrap_or(call.now + TimeDelta::minutes(1));
    settle(&mut post, &form, otherwise, call.now)?;
    comment(&mut post, &form)?;
    post.updated_at = call.now;
    let shown = shape::post(site, &post);
    if let Some(known) = site.posts.get_mut(place) {
        *known = post;
    }
    // A message that was only a post's own is kept from now on.
    if site.shelf.messages.iter().all(|known| known.id != message.id) {
        site.shelf.messages.push(message);
    }
    Ok(ok(json!({"Post": shown})).because(Effect::Changed(id.to_owned())))
}

pub(super) fn change_campaign(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let place = place(site, id)?;
    messages::change_campaign(site, place, call)?;
    let shown = site.posts.get(place).map(|post| shape::post(site, post));
    Ok(ok(json!({"Post": shown})).because(Effect::Changed(id.to_owned())))
}

pub(super) fn remove(site: &mut Site, id: &str) -> Result<Answer, Answer> {
    let place = place(site, id)?;
    if let Some(post) = site.posts.get(place) {
        unsent(post)?;
    }
    site.posts.remove(place);
    Ok(ok(json!({})).because(Effect::Removed(id.to_owned())))
}

pub(super) fn logs(site: &Site, call: &Call) -> Result<Answer, Answer> {
    form::known(call, &["postId"])?;
    let id = call.query("postId").ok_or_else(|| missing("get", "postId"))?;
    let place = place(site, id)?;
    let post = site.posts.get(place);
    // A status may turn before its reasons are written.
    let written = |post: &&SimPost| post.updated_at + site.shelf.log_lag <= call.now;
    let post = post.filter(written);
    let rows = post.into_iter().flat_map(|post| post.targets.iter().filter_map(|row| shape::log(site, post, row)));
    Ok(ok(json!({"Postlogs": rows.collect::<Vec<_>>()})))
}

const FILTERS: &[&str] =
    &["_page", "_count", "_order", "messageId", "campaignId", "status", "createdBy", "source", "after", "before"];

pub(super) fn list(site: &Site, call: &Call) -> Result<Answer, Answer> {
    form::known(call, FILTERS)?;
    let (page, count) = form::page(call)?;
    let order = call.query("_order").unwrap_or("created");
    let key = |post: &SimPost| match order {
        "created" => Ok(post.created_at),
        "modified" => Ok(post.updated_at),
        "startDateTime" => Ok(post.scheduled_for.unwrap_or_default()),
        other => Err(field("_order", format!("{other} is not an order"))),
    };
    let (after, before) = (instant(call, "after")?, instant(call, "before")?);
    let mut found: Vec<(Instant, &SimPost)> = Vec::new();
    for post in &site.posts {
        let at = key(post)?;
        let fits = call.query("messageId").is_none_or(|id| messages::id_of(post) == id)
            && call.query("campaignId").is_none_or(|id| messages::campaign_of(site, post) == id)
            && call.query("status").is_none_or(|status| shape::status(post) == status)
            && call.query("source").is_none_or(|source| source == "API")
            && after.is_none_or(|after| at >= after)
            && before.is_none_or(|before| at < before);
        if fits {
            found.push((at, post));
        }
    }
    found.sort_by(|one, other| (other.0, &other.1.id).cmp(&(one.0, &one.1.id)));
    let total = found.len();
    let shown: Vec<Value> =
        found.into_iter().skip(page * count).take(count).map(|(_, post)| shape::post(site, post)).collect();
    Ok(ok(json!({"Items": shown, "Total": total.to_string()})))
}

fn instant(call: &Call, name: &str) -> Result<Option<Instant>, Answer> {
    match call.query(name) {
        None => Ok(None),
        Some(text) => match NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S") {
            Ok(at) => Ok(Some(at.and_utc())),
            Err(_) => Err(field(name, "Must be a time like 2026-01-31 12:00:00")),
        },
    }
}
