//! Printing: JSON that is stable, and lines that are safe to show.

use std::io::{self, IsTerminal, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::domain::channel::{Channel, Health};
use crate::domain::media::{Media, size_words};
use crate::domain::naming::full_name;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target};
use crate::text::clean;

use super::{Result, Stop};

/// Where results go.
pub struct Output {
    json: bool,
}

/// `1 post`, `2 posts`.
pub fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

impl Output {
    /// JSON, or lines for people.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Prints one JSON value.
    pub fn value(&self, value: &Value) -> Result<()> {
        let text = serde_json::to_string_pretty(value).map_err(|error| Stop::Words(error.to_string()))?;
        print(&escaped(&text))
    }

    /// Prints a file's text: as it is, or cleaned where it would meet a terminal.
    pub fn text(text: &str) -> Result<()> {
        let mut out = io::stdout().lock();
        let written = match out.is_terminal() {
            true => out.write_all(clean::clean(text).as_bytes()),
            false => out.write_all(text.as_bytes()),
        };
        written.and_then(|()| out.flush()).map_err(|error| unwritten(&error))
    }

    /// Prints one line of words, cleaned of what could harm a terminal.
    pub fn line(&self, text: &str) -> Result<()> {
        print(&clean::clean(text))
    }
}

/// The same JSON, with what could disturb a terminal written as escapes: they are allowed wherever such characters can
/// stand, so no reader sees a difference.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && clean::is_harmful(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(c);
        }
    }
    safe
}

fn print(text: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).map_err(|error| unwritten(&error))
}

/// A reader that has seen enough is no failure; a disk without room is.
fn unwritten(error: &io::Error) -> Stop {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::Closed,
        _ => Stop::Words(format!("the output is not complete: {error}")),
    }
}

/// An instant as RFC 3339 with the offset of `zone`, to the second.
pub fn instant(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// An attachment in a line: `image roast.png 1600×1200 412 kB alt: A cup of coffee`.
pub fn media(media: &Media) -> String {
    let mut words = vec![media.kind.word().to_owned(), media.called().to_owned()];
    words.extend(media.pixels.map(|(width, height)| format!("{width}×{height}")));
    words.extend(media.millis.map(|millis| format!("{}:{:02}", millis / 60_000, millis / 1000 % 60)));
    words.extend(media.bytes.map(size_words));
    words.extend(media.unmeasured().map(|words| format!("({words})")));
    words.push(if media.alt.is_empty() { "no alt text".into() } else { format!("alt: {}", media.alt) });
    words.join(" ")
}

/// A post as JSON.
pub fn post(post: &Post, channels: &[Channel], now: DateTime<Utc>, zone: Tz) -> Value {
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
        "body": post.body,
        "title": post.title,
        "when": post.instant().map(|at| instant(at, zone)),
        "instant": post.instant().map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true)),
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

/// A channel as JSON.
pub fn channel(channel: &Channel, zone: Tz) -> Value {
    let (word, words, until) = health(&channel.health);
    json!({
        "id": channel.id.as_str(),
        "account": channel.account.as_str(),
        "network": channel.network.key(),
        "handle": channel.handle,
        "name": channel.name,
        "full_name": full_name(channel),
        "health": word,
        "health_words": words,
        "health_until": until.map(|at| instant(at, zone)),
        "hidden": channel.hidden,
        "gone": channel.gone,
    })
}

/// The word for a health, with the provider's words and the moment it is about.
pub fn health(health: &Health) -> (&'static str, Option<&str>, Option<DateTime<Utc>>) {
    match health {
        Health::Ok => ("ok", None, None),
        Health::Expiring { at } => ("expiring", None, Some(*at)),
        Health::Degraded { words } => ("degraded", Some(words), None),
        Health::Cooling { until } => ("cooling", None, Some(*until)),
        Health::Reconnect { words } => ("reconnect", Some(words), None),
        Health::Disabled { words } => ("disabled", Some(words), None),
    }
}

/// The networks of a post, as marks.
pub fn marks(post: &Post, channels: &[Channel]) -> String {
    let mark = |target: &Target| {
        let channel = channels.iter().find(|channel| channel.id == target.channel);
        channel.map_or_else(|| "?".to_owned(), |channel| channel.network.mark().to_owned())
    };
    post.targets.iter().map(mark).collect::<Vec<_>>().join(" ")
}
