//! FS Poster's words into ours. Pure. What goes the other way is in `compose`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::text::{bare, typed};
use super::{options, wire};
use crate::domain::channel::{Health, Network};
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::Extras;
use crate::domain::outcome::{Outcome, Refusal};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::provider::http::{Answer, Said};
use crate::provider::tolerant::{text, unknown_word};
use crate::provider::{Again, Kind, ProviderError, Reach, words};

/// The kind of WordPress post that the composer makes and hides.
const HIDDEN: &str = "fsp_post";

/// Reads one row of a list.
pub fn row(value: &Value) -> Result<wire::Row, String> {
    let mut row: wire::Row = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    row.part = if row.status == "error" { words::part(value) } else { None };
    match (&row.id.0, &row.group_id.0, &row.channel.id.0) {
        (None, ..) => Err("it has no id".into()),
        (_, None, _) => Err("it belongs to no group".into()),
        (.., None) => Err("its channel has no id".into()),
        _ => Ok(row),
    }
}

/// The group of a value that may be a row, readable or not.
pub fn group_of(value: &Value) -> Option<String> {
    let group = value.get("group_id")?;
    group.as_str().map(str::to_owned).or_else(|| group.as_u64().map(|number| number.to_string()))
}

/// One post of ours: all the rows of a group. `None` without a row.
pub fn post(rows: &[wire::Row]) -> Option<RemotePost> {
    let mut rows: Vec<&wire::Row> = rows.iter().collect();
    // In the order the channels were given in.
    rows.sort_by_key(|row| row.id.0.as_deref().and_then(|id| id.parse::<u64>().ok()));
    let first = rows.first()?;
    let mut oddities = Vec::new();
    let texts: Vec<String> = rows.iter().map(|row| said_text(row)).collect();
    let body = most_said(&texts);
    let times: Vec<DateTime<Utc>> = rows.iter().filter_map(|row| moment(row, &mut oddities)).collect();
    let mut targets: Vec<RemoteTarget> = rows.iter().zip(texts).map(|(row, text)| target(row, text, &body)).collect();
    let attached = |row: &wire::Row| row.posting_data.media.iter().filter_map(media).collect::<Vec<Media>>();
    let shared = attached(first);
    for (row, target) in rows.iter().zip(&mut targets) {
        target.extras.media = Some(attached(row)).filter(|own| *own != shared);
    }
    Some(RemotePost {
        id: RemoteId::new(first.group_id.0.clone()?),
        reference: None,
        title: None,
        // The rows of a group may be spread by the site; the first says when the post goes out.
        at: times.into_iter().min(),
        state: state(&rows),
        targets,
        media: shared,
        tags: Vec::new(),
        campaign: None,
        created_at: None,
        updated_at: None,
        body,
        oddities,
    })
}

/// When the last row is due that waits or is being sent.
pub fn due(rows: &[wire::Row]) -> Option<DateTime<Utc>> {
    let waits = rows.iter().filter(|row| matches!(row.status.as_str(), "not_sent" | "sending"));
    waits.filter_map(sent_at).max()
}

fn sent_at(row: &wire::Row) -> Option<DateTime<Utc>> {
    row.send_time.0.and_then(|seconds| DateTime::from_timestamp(seconds, 0))
}

/// What a row says. Of a post made by the composer its source, which is what was typed; of a WordPress post what its
/// template comes to.
fn said_text(row: &wire::Row) -> String {
    let source = row.customization_data.0.get("post_content").and_then(Value::as_str).filter(|_| is_hidden(row));
    typed(source.or(row.posting_data.content.as_deref()).unwrap_or_default())
}

/// Whether the WordPress post behind a row is one that the composer made.
pub fn is_hidden(row: &wire::Row) -> bool {
    row.wp_post.post_type.as_deref() == Some(HIDDEN)
}

/// The text that most rows share, the first of them where several do.
fn most_said(texts: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts {
        *counts.entry(text).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or_default();
    texts.iter().find(|text| counts.get(text.as_str()) == Some(&most)).cloned().unwrap_or_default()
}

fn moment(row: &wire::Row, oddities: &mut Vec<String>) -> Option<DateTime<Utc>> {
    let at = sent_at(row);
    if at.is_none() {
        oddities.push("a channel of it has no time".into());
    }
    at
}

fn state(rows: &[&wire::Row]) -> RemoteState {
    let count = |wanted: &str| rows.iter().filter(|row| row.status == wanted).count();
    let (all, waiting, out) = (rows.len(), count("not_sent"), count("success") + count("error"));
    match rows.iter().find(|row| !is_known(&row.status)) {
        Some(row) => RemoteState::Other(words::name(&row.status)),
        None if count("draft") == all => RemoteState::Draft,
        None if out == all => RemoteState::Settled,
        None if count("sending") > 0 || (out > 0 && waiting > 0) => RemoteState::Publishing,
        None => RemoteState::Scheduled,
    }
}

fn is_known(status: &str) -> bool {
    matches!(status, "draft" | "not_sent" | "sending" | "success" | "error")
}

fn target(row: &wire::Row, text: String, body: &str) -> RemoteTarget {
    let network = network(&row.channel.social_network);
    let at = sent_at(row);
    let outcome = match row.status.as_str() {
        "draft" | "not_sent" => Outcome::Accepted,
        "sending" => Outcome::Publishing,
        "success" => {
            let url = row.remote_post_link.clone().filter(|url| !url.trim().is_empty());
            Outcome::Published { url, at }
        }
        "error" => {
            let said = refusal(row.error_msg.as_deref().unwrap_or_default(), at);
            Outcome::Refused(said.read_from(row.part.clone()))
        }
        other => unknown_word(other, at),
    };
    RemoteTarget {
        channel: RemoteId::new(row.channel.id.0.clone().unwrap_or_default()),
        // Of a WordPress post it is the site's own templates that say it.
        extras: if is_hidden(row) { options::shown(&network, &row.customization_data.0) } else { Extras::default() },
        network,
        text: Some(text).filter(|text| text != body),
        at: None,
        outcome,
    }
}

/// Why a network did not take it; the site's words are HTML.
fn refusal(said: &str, at: Option<DateTime<Utc>>) -> Refusal {
    let words = words::name(&bare(said));
    Refusal::in_words(words, at)
}

/// An attachment, named by its id in the site's library, which is what requests take.
fn media(item: &Value) -> Option<Media> {
    let source = match item.get("id")? {
        Value::Number(id) => id.to_string(),
        Value::String(id) => id.clone(),
        _ => return None,
    };
    let path = text(item, &["path"]).or_else(|| text(item, &["url"])).unwrap_or_default();
    let kind = match text(item, &["type"]).unwrap_or_default() {
        "video" => MediaKind::Video,
        _ if path.to_ascii_lowercase().ends_with(".gif") => MediaKind::Gif,
        "image" => MediaKind::Image,
        _ => MediaKind::Other,
    };
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Some(Media { name, ..Media::bare(source, kind) })
}

/// Reads one channel.
pub fn channel(value: &Value) -> Result<RemoteChannel, String> {
    let channel: wire::Channel = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let id = channel.id.0.ok_or("it has no id")?;
    let kind = channel.channel_type.unwrap_or_default();
    let name = words::name(&bare(channel.name.as_deref().unwrap_or_default()));
    let health = match channel.status {
        Some(false) => Health::Reconnect { words: "the site's session with the network has expired".into() },
        _ => Health::Ok,
    };
    Ok(RemoteChannel {
        id: RemoteId::new(id),
        network: network(&channel.social_network),
        // A page and its stories are two channels of one name.
        handle: if kind.ends_with("_story") { format!("{name} (story)") } else { name },
        name: String::new(),
        health,
    })
}

/// FS Poster's word for a network, as ours.
pub fn network(slug: &str) -> Network {
    Network::from_word(if slug == "google_b" { "google_business" } else { slug })
}

/// A network in FS Poster's words.
pub fn slug(network: &Network) -> &str {
    match network.key() {
        "facebook" => "fb",
        "x" => "twitter",
        "google_business" => "google_b",
        key => key,
    }
}

/// What an error of WordPress says; its words may be HTML.
pub fn said(status: u16, body: &Value) -> Said {
    let told = ["message", "error_msg", "error"].iter().find_map(|name| text(body, &[name]));
    let mut words = bare(told.unwrap_or_default());
    let code = text(body, &["code"]).map(str::to_owned);
    let (kind, settled) = match (status, code.as_deref()) {
        // Posts are not gone because the plugin is: it may be back in a minute.
        (404, Some("rest_no_route")) => {
            words.push_str(" Is the FS Poster plugin active at this site?");
            (Some(Kind::Unavailable), false)
        }
        // The type or the name of the file is not allowed there, whatever the status suggests (contract, section 6).
        (500, Some("rest_upload_sideload_error" | "rest_upload_unknown_error")) => (Some(Kind::Invalid), true),
        _ => (None, false),
    };
    Said { words, code, kind, settled, ..Said::default() }
}

/// The error behind a success that says it is none: nothing was done.
pub fn refused(said: &str, answer: &Answer) -> ProviderError {
    let words = words::name(&bare(said));
    let says = |part: &str| words.contains(part);
    let kind = if says("the selected channels") {
        Kind::Forbidden
    } else if says("the selected logs") || says("Something went wrong") {
        Kind::Conflict
    } else if says("No schedules found") || says("Post not found") {
        Kind::NotFound
    } else {
        Kind::Invalid
    };
    let mut error = ProviderError::new(kind, Reach::Answered, Again::Never, words);
    error.status = Some(answer.status);
    error.request_id.clone_from(&answer.request_id);
    error
}
