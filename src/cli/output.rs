//! Printing: JSON that is stable, and lines that are safe to show.

use std::io::{self, IsTerminal, Write};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::domain::channel::{Channel, Health};
use crate::domain::media::{Media, size_words};
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Target};
use crate::domain::schedule::Schedule;
use crate::text::clean;

pub use crate::exchange::{instant, object as post};

use super::{Result, Stop};

/// Where results go.
pub struct Output {
    json: bool,
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

/// A moment as its zone shows it, with its day and the zone: `Wed 2030-01-02 09:00 CET`.
pub fn day_and_moment(at: Schedule) -> String {
    format!("{} {}", at.instant().with_timezone(&at.zone()).format("%a"), at.told())
}

/// An attachment in a line: `image roast.png 1600×1200 412 kB alt: A cup of coffee`.
pub fn media(media: &Media) -> String {
    let mut words = vec![media.kind.word().to_owned(), media.called().to_owned()];
    words.extend(media.pixels.map(|(width, height)| format!("{width}×{height}")));
    words.extend(media.millis.map(|millis| format!("{}:{:02}", millis / 60_000, millis / 1000 % 60)));
    words.extend(media.bytes.map(size_words));
    let measured = media.looked.as_ref().filter(|looked| looked.trouble.is_none());
    words.extend(measured.map(|looked| format!("(measured {} UTC)", looked.at.format("%Y-%m-%d %H:%M"))));
    words.extend(media.unmeasured().map(|words| format!("({words})")));
    words.push(if media.alt.is_empty() { "no alt text".into() } else { format!("alt: {}", media.alt) });
    words.join(" ")
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
