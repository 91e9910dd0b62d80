//! Oktopost's words into ours and back. Pure.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use super::wire;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::{Extras, FirstComment};
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::problem::{Place, Problem};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::provider::http::Said;
use crate::provider::tolerant::unknown_word;
use crate::provider::words;

/// How Oktopost writes an instant, in UTC and without saying so (contract, section 2).
const TIME: &str = "%Y-%m-%d %H:%M:%S";

/// What a draft without a time of its own is given as one: a post without any would go out in a minute once it stops
/// being a draft. The last instant of 2037 that every count of seconds can hold.
pub const NO_TIME: i64 = 2_145_916_799;

/// An instant as lists take it.
pub fn written(at: DateTime<Utc>) -> String {
    at.format(TIME).to_string()
}

/// The instant a text names; `None` for nothing, none and never, the text itself when it is no time.
pub fn time(text: Option<&str>) -> Result<Option<DateTime<Utc>>, String> {
    let text = text.unwrap_or_default().trim();
    if text.is_empty() || text.starts_with("0000-00-00") || text.starts_with("3999-") {
        return Ok(None);
    }
    NaiveDateTime::parse_from_str(text, TIME).map(|at| Some(at.and_utc())).map_err(|_| text.to_owned())
}

/// Reads one post of a list, a calendar or an answer, without its message.
pub fn bare(value: &Value) -> Result<wire::Post, String> {
    let post: wire::Post = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    if post.id.0.is_none() {
        return Err("it has no id".into());
    }
    if profiles(&post).is_none() {
        return Err("its Credentials are neither a text nor a list".into());
    }
    Ok(post)
}

fn profiles(post: &wire::Post) -> Option<Vec<String>> {
    let (listed, calendar) = (wire::ids(&post.credentials)?, wire::ids(&post.credential_ids)?);
    Some(if listed.is_empty() { calendar } else { listed })
}

/// The campaign a post lies in: its own, which may be another than that of its message.
pub fn campaign_id<'a>(post: &'a wire::Post, message: Option<&'a wire::Message>) -> Option<&'a str> {
    let own = post.campaign_id.0.as_deref();
    own.or(message.and_then(|message| message.campaign_id.0.as_deref())).filter(|id| !id.is_empty())
}

/// What a campaign's name says of a post in it: empty for the one that holds whatever is in no campaign here.
pub fn filed(name: &str) -> String {
    if name.eq_ignore_ascii_case(super::steps::CAMPAIGN) { String::new() } else { name.to_owned() }
}

/// How far a post has come, from its one status word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It will not go out as it is.
    Draft,
    /// It will go out.
    Waiting,
    /// It is going out, or nobody knows: the word is one that nobody has explained.
    Running,
    /// Out everywhere.
    Complete,
    /// Out on some profiles; the log says which.
    Incomplete,
    /// Out nowhere.
    Failed,
}

/// The stage of a post. An unknown word counts as running, and is read again later.
pub fn stage(post: &wire::Post) -> Stage {
    match post.status.as_deref().unwrap_or_default().trim().to_lowercase().as_str() {
        "draft" | "inqueue-draft" => Stage::Draft,
        "pending" | "inqueue" => Stage::Waiting,
        "complete" => Stage::Complete,
        "incomplete" => Stage::Incomplete,
        "error" => Stage::Failed,
        _ => Stage::Running,
    }
}

impl Stage {
    /// Whether it is out, or will never be: the log of results says how, as soon as it is written.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Complete | Self::Incomplete | Self::Failed)
    }
}

/// A post with its message and, where it went out, its results per profile as far as they are known.
pub fn post(post: &wire::Post, message: Option<&wire::Message>, logs: Option<&[wire::Log]>) -> RemotePost {
    let mut oddities = Vec::new();
    let mut read = |field: &str, text: Option<&str>| {
        time(text).unwrap_or_else(|text| {
            oddities.push(words::name(&format!("{field} is \"{text}\", which is not a time")));
            None
        })
    };
    let at = read("StartDateTime", post.start_date_time.as_deref());
    let (created_at, updated_at) =
        (read("Created", post.created.as_deref()), read("Modified", post.modified.as_deref()));
    let stage = stage(post);
    let at = at.filter(|at| stage != Stage::Draft || at.timestamp() != NO_TIME);
    let word = post.network.as_deref().or(message.and_then(|message| message.network.as_deref()));
    let network = Network::from_word(word.unwrap_or_default());
    let unheard = match state(post, stage) {
        RemoteState::Other(word) if !word.is_empty() => Some(unknown_word(&word, updated_at.or(created_at))),
        _ => None,
    };
    let on = Scene { stage, at, logs, unheard };
    let comment = post.first_comment.get("Text").and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let comment = comment.map(|text| FirstComment { text: text.to_owned(), delay: 0 });
    let target = |profile: String| {
        let outcome = on.outcome(&profile);
        let extras = Extras { first_comment: comment.clone(), ..Extras::default() };
        let channel = RemoteId::new(profile);
        RemoteTarget { channel, network: network.clone(), text: None, at: None, extras, outcome }
    };
    let targets = profiles(post).unwrap_or_default().into_iter().map(target).collect();
    if message.is_none() {
        oddities.push("the message with its text is not there any more".into());
    }
    RemotePost {
        id: RemoteId::new(post.id.0.clone().unwrap_or_default()),
        reference: None,
        body: message.and_then(|message| message.message.clone()).unwrap_or_default(),
        title: None,
        at,
        state: state(post, stage),
        targets,
        media: message.map(media).unwrap_or_default(),
        tags: Vec::new(),
        campaign: None,
        created_at,
        updated_at,
        oddities,
    }
}

fn state(post: &wire::Post, stage: Stage) -> RemoteState {
    match stage {
        Stage::Draft => RemoteState::Draft,
        Stage::Waiting => RemoteState::Scheduled,
        Stage::Complete | Stage::Incomplete | Stage::Failed => RemoteState::Settled,
        Stage::Running => match post.status.as_deref().unwrap_or_default().trim() {
            word if word.eq_ignore_ascii_case("running") => RemoteState::Publishing,
            word => RemoteState::Other(words::name(word)),
        },
    }
}

/// What decides the outcome on one profile.
struct Scene<'a> {
    stage: Stage,
    at: Option<DateTime<Utc>>,
    logs: Option<&'a [wire::Log]>,
    /// What is said of every profile where the status is a word that nobody has explained.
    unheard: Option<Outcome>,
}

impl Scene<'_> {
    fn outcome(&self, profile: &str) -> Outcome {
        let mut logs = self.logs.unwrap_or_default().iter();
        let log = logs.find(|log| log.credential_id.0.as_deref() == Some(profile));
        if let Some(unheard) = &self.unheard {
            return unheard.clone();
        }
        match (self.stage, log) {
            (Stage::Draft | Stage::Waiting, _) => Outcome::Accepted,
            (Stage::Running, _) => Outcome::Publishing,
            (_, Some(log)) => logged(log),
            (Stage::Complete, None) => Outcome::Published { url: None, at: self.at },
            (Stage::Failed, None) => Outcome::Refused(Refusal::new(Cause::Other, "", self.at)),
            // Sent here or not: nothing says it, and guessing wrong would send it twice.
            (Stage::Incomplete, None) => Outcome::Unknown {
                since: self.at.unwrap_or_default(),
                words: "the post went out in part, and the log of results says nothing about this channel".into(),
            },
        }
    }
}

/// Reads one row of the log of results; nothing where it cannot be read.
pub fn log(row: Value) -> Option<wire::Log> {
    let mut log: wire::Log = serde_json::from_value(row.clone()).ok()?;
    let failed = log.status.as_deref().is_some_and(|status| status.trim().eq_ignore_ascii_case("failed"));
    log.part = if failed { words::part(&row) } else { None };
    Some(log)
}

/// Whether the log of results says of each profile what became of it there.
pub fn is_whole(post: &wire::Post, logs: &[wire::Log]) -> bool {
    let settled = |log: &&wire::Log| {
        let status = log.status.as_deref().unwrap_or_default().trim().to_lowercase();
        matches!(status.as_str(), "success" | "failed")
    };
    let told = |profile: &String| logs.iter().filter(settled).any(|log| log.credential_id.0.as_ref() == Some(profile));
    profiles(post).unwrap_or_default().iter().all(told)
}

fn logged(log: &wire::Log) -> Outcome {
    let at = time(log.created.as_deref()).unwrap_or_default();
    match log.status.as_deref().unwrap_or_default().trim().to_lowercase().as_str() {
        "success" => Outcome::Published { url: log.remote_url.clone().filter(|url| !url.trim().is_empty()), at },
        "failed" => {
            let said = words::name(log.error.as_deref().unwrap_or_default());
            // Networks say "could not authenticate you" for what others call an expired token.
            let cause = match Cause::from_words(&said) {
                Cause::Other if said.to_lowercase().contains("authenticat") => Cause::Reconnect,
                cause => cause,
            };
            Outcome::Refused(Refusal::new(cause, said, at).guessed(true).read_from(log.part.clone()))
        }
        other => Outcome::Unknown {
            since: at.unwrap_or_default(),
            words: format!("the log of results calls it \"{}\"", words::name(other)),
        },
    }
}

/// Attachments by their ids. What sort they are is read from the message's type alone, which the calendar shows too,
/// so that a post looks the same wherever it is read.
fn media(message: &wire::Message) -> Vec<Media> {
    let kind = match message.kind.as_deref().unwrap_or_default().trim().to_lowercase().as_str() {
        "image" => MediaKind::Image,
        "gif" => MediaKind::Gif,
        "video" => MediaKind::Video,
        "pdf" | "document" => MediaKind::Document,
        _ => MediaKind::Other,
    };
    media_ids(message).into_iter().map(|source| Media::bare(source, kind)).collect()
}

/// The ids of a message's attachments.
pub fn media_ids(message: &wire::Message) -> Vec<String> {
    let objects = wire::entries(&message.media);
    let named = objects.iter().filter_map(|media| media.get("Id")?.as_str().map(str::to_owned));
    let listed = wire::ids(&message.media_ids).unwrap_or_default();
    if listed.is_empty() { named.collect() } else { listed }
}

/// Reads one social profile.
pub fn channel(value: &Value) -> Result<RemoteChannel, String> {
    let profile: wire::Profile = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let health = match profile.status.as_deref().unwrap_or_default().trim().to_lowercase().as_str() {
        "valid" | "" => Health::Ok,
        "invalid" => {
            Health::Reconnect { words: "the connection is no longer valid: connect it again in Oktopost".into() }
        }
        other => Health::Disabled { words: format!("the provider calls it {}", words::name(other)) },
    };
    let shown = profile.display_name.filter(|name| !name.trim().is_empty()).or(profile.name);
    Ok(RemoteChannel {
        id: RemoteId::new(profile.id.0.ok_or("it has no id")?),
        network: Network::from_word(&profile.network),
        handle: words::name(profile.network_username.as_deref().unwrap_or_default()),
        name: words::name(shown.as_deref().unwrap_or_default()),
        health,
    })
}

/// Oktopost's word for a network, where there is just one spelling; the others are asked of the profile.
pub fn spelling(network: &Network) -> Option<&'static str> {
    Some(match network.key() {
        "x" => "Twitter",
        "linkedin" => "LinkedIn",
        "facebook" => "Facebook",
        "instagram" => "Instagram",
        "tiktok" => "TikTok",
        _ => return None,
    })
}

/// What an error body says: every text in `Errors`, with the field it is about.
pub fn said(_status: u16, body: &Value) -> Said {
    let mut found = Vec::new();
    leaves(body.get("Errors").unwrap_or(&Value::Null), &mut Vec::new(), &mut found);
    let sentences: Vec<String> = found
        .iter()
        .map(|(field, text)| match field {
            Some(field) => format!("{field}: {text}"),
            None => text.clone(),
        })
        .collect();
    let problems = found.iter().filter_map(|(field, text)| {
        let place = match field.as_deref()? {
            "message" => Place::Text(0..0),
            "media" | "resource" | "source" => Place::Media(None),
            "startDateTime" => Place::When,
            "credentialIds" => Place::Channels,
            _ => Place::Post,
        };
        Some(Problem::blocker("provider-refuses", place, words::name(text), "change it, then send it again"))
    });
    Said { words: sentences.join("; "), problems: problems.collect(), ..Said::default() }
}

/// Texts at any depth, each with the last key on the way that names a field and not merely a place for words.
fn leaves(value: &Value, path: &mut Vec<String>, found: &mut Vec<(Option<String>, String)>) {
    const PLACES: &[&str] = &["api", "error", "errors", "param", "get", "post", "message"];
    match value {
        Value::String(text) if !text.trim().is_empty() => {
            // A place's name is a field's only where it holds something of its own: `{"message": {"Error": …}}`.
            let (last, above) = path.split_last().map_or((None, &[][..]), |(last, above)| (Some(last), above));
            let place = |key: &&String| !PLACES.contains(&key.to_lowercase().as_str());
            let own = above.iter().rev().find(|key| place(key) || (key.as_str() == "message" && !above.is_empty()));
            found.push((own.or(last.filter(place)).cloned(), text.clone()));
        }
        Value::Object(map) => {
            for (key, value) in map {
                path.push(key.clone());
                leaves(value, path, found);
                path.pop();
            }
        }
        Value::Array(list) => list.iter().for_each(|value| leaves(value, path, found)),
        _ => {}
    }
}
