//! Posts as the objects of our JSON, which [`super::read_json`] reads again.

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::domain::channel::Channel;
use crate::domain::media::Media;
use crate::domain::naming::full_name;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target, Wish};

/// The list of `posts`.
pub fn json_list(posts: &[&Post], channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> String {
    let values = posts.iter().map(|post| written(post, channels, now, zone)).collect();
    // Texts, numbers and lists of them have always a JSON form.
    serde_json::to_string_pretty(&Value::Array(values)).unwrap_or_default() + "\n"
}

/// The same, an object a line.
pub fn json_lines(posts: &[&Post], channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> String {
    posts.iter().map(|post| written(post, channels, now, zone).to_string() + "\n").collect()
}

/// A single one, as text.
pub fn json_one(post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> String {
    serde_json::to_string_pretty(&written(post, channels, now, zone)).unwrap_or_default() + "\n"
}

/// A style fills texts in again where they are read: what is written down is what somebody wrote.
fn written(post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> Value {
    object(&post.as_written(), channels, now, zone)
}

/// An instant as RFC 3339 with the offset of `zone`, to the second.
pub fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// A post as JSON: what is wanted of it, and what became of it.
pub fn object(post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> Value {
    let targets: Vec<Value> = post.targets.iter().map(|each| target(post, each, channels, now, zone)).collect();
    let mut remotes: Vec<&str> = Vec::new();
    for remote in post.targets.iter().filter_map(|target| target.remote.as_ref()) {
        if !remotes.contains(&remote.as_str()) {
            remotes.push(remote.as_str());
        }
    }
    let media: Vec<Value> = post.media.iter().map(attachment).collect();
    json!({
        "id": post.id.to_string(),
        "status": post.state(now).word(),
        // What is asked for, where the state tells only what became of it.
        "wish": match post.wish {
            Wish::Draft => "draft",
            Wish::Hold => "held",
            Wish::Schedule | Wish::Now => "scheduled",
        },
        "body": post.body,
        "title": post.title,
        "when": post.instant().map(|at| instant(at, zone)),
        "instant": post.instant().map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        "zone": post.schedule.map(|schedule| schedule.zone().name()),
        "queue": post.queue.as_ref().map(|queued| &queued.name),
        "remote_id": remotes.first(),
        "remote_ids": remotes,
        "targets": targets,
        "media": media,
        "tags": post.tags,
        "options": post.options,
        "first_comment": post.first_comment,
        "campaign": post.campaign,
        "campaign_number": post.number,
        "style": post.styling.style,
        "link": post.styling.link,
        "source": match post.source { Source::Runsheet => "runsheet", Source::Provider => "provider" },
        "pending": post.pending,
        "conflict": post.conflict.as_ref().map(|theirs| json!({
            "body": theirs.body,
            "when": theirs.at.map(|at| instant(at, zone)),
        })),
        "created_at": instant(post.created_at, zone),
        "updated_at": instant(post.updated_at, zone),
    })
}

fn attachment(media: &Media) -> Value {
    json!({
        "source": media.source,
        "kind": media.kind.word(),
        "name": media.name,
        "alt": media.alt,
        "bytes": media.bytes,
        "width": media.pixels.map(|(width, _)| width),
        "height": media.pixels.map(|(_, height)| height),
        "milliseconds": media.millis,
    })
}

fn target(post: &Post, target: &Target, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> Value {
    let channel = channels.iter().find(|channel| channel.id == target.channel);
    let (url, published_at) = match &target.outcome {
        Outcome::Published { url, at } => (url.clone(), at.map(|at| instant(at, zone))),
        _ => (None, None),
    };
    let error = match &target.outcome {
        Outcome::Refused(refusal) => Some(json!({"cause": refusal.cause, "words": refusal.words})),
        Outcome::Unknown { words, .. } => Some(json!({"cause": "unknown_outcome", "words": words})),
        _ => None,
    };
    json!({
        "channel": target.channel.as_str(),
        "name": channel.map(full_name),
        "network": channel.map(|channel| channel.network.key()),
        "status": post.target_state(target, now).word(),
        "text": target.text,
        "when": target.schedule.map(|schedule| instant(schedule.instant(), zone)),
        "zone": target.schedule.map(|schedule| schedule.zone().name()),
        "media": target.extras.media.as_ref().map(|media| media.iter().map(attachment).collect::<Vec<_>>()),
        "options": target.extras.options,
        "first_comment": target.extras.first_comment,
        "remote_id": target.remote.as_ref().map(|remote| remote.as_str()),
        "url": url,
        "published_at": published_at,
        "error": error,
    })
}
