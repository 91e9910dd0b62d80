//! Between Post for Me's words and ours. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{options, wire};
use crate::domain::channel::{Health, Network};
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::{Extras, Options};
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::problem::{Place, Problem};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::provider::Kind;
use crate::provider::http::Said;
use crate::provider::tolerant::{Times, instant, text, unknown_word};
use crate::provider::words;

/// How long before the end of an authorisation a person is told.
const EXPIRY_NOTICE: TimeDelta = TimeDelta::days(7);

/// Reads one post; `results` may be those of any posts, and decide about a processed one (contract, section 9).
pub fn post(value: &Value, results: &[wire::Outcome]) -> Result<RemotePost, String> {
    let post: wire::Post = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let id = post.id.0.ok_or("it has no id")?;
    let accounts = post.social_accounts.ok_or("it has no social_accounts")?;
    let status = post.status.ok_or("it has no status")?.trim().to_lowercase();
    let mut times = Times::default();
    let scheduled = times.read("scheduled_at", post.scheduled_at.as_deref());
    let created_at = times.read("created_at", post.created_at.as_deref());
    let updated_at = times.read("updated_at", post.updated_at.as_deref());
    let state = state(&status);
    // A draft without a time shows its creation time instead (contract, section 8).
    let at = scheduled.filter(|at| state != RemoteState::Draft || Some(*at) != created_at);
    let mut targets = Vec::new();
    for account in accounts {
        let network = Network::from_word(&account.platform);
        let channel = account.id.0.unwrap_or_else(|| {
            times.oddities.push(format!("the provider does not say which {network} channel this post is for"));
            format!("?{}", network.key())
        });
        let own: Vec<&wire::Outcome> = results
            .iter()
            .filter(|result| result.post_id.0.as_deref() == Some(&id))
            .filter(|result| result.social_account_id.0.as_deref() == Some(&channel))
            .collect();
        if own.iter().any(|result| result.details.get("trimmed") == Some(&Value::Bool(true))) {
            times.oddities.push(format!("the text was cut to what {network} takes"));
        }
        let own_options = own_options(
            &network,
            &post.platform_configurations,
            &post.account_configurations,
            &account.platform,
            &channel,
        );
        targets.push(RemoteTarget {
            extras: Extras { options: own_options, ..Extras::default() },
            text: own_text(&post.platform_configurations, &post.account_configurations, &account.platform, &channel),
            outcome: outcome(&state, &own, at.or(created_at)),
            channel: RemoteId::new(channel),
            network,
            at: None,
        });
    }
    Ok(RemotePost {
        id: RemoteId::new(id),
        reference: post.external_id.as_deref().and_then(reference),
        body: post.caption.ok_or("it has no caption")?,
        title: title(&post.platform_configurations).map(str::to_owned),
        at,
        state,
        targets,
        media: post.media.iter().filter_map(media).collect(),
        tags: Vec::new(),
        campaign: None,
        created_at,
        updated_at,
        oddities: times.oddities,
    })
}

fn state(status: &str) -> RemoteState {
    match status {
        "draft" => RemoteState::Draft,
        "scheduled" => RemoteState::Scheduled,
        "processing" => RemoteState::Publishing,
        "processed" | "posted" => RemoteState::Settled,
        other => RemoteState::Other(words::name(other)),
    }
}

/// Whether the post has results to ask for.
pub fn is_processed(value: &Value) -> bool {
    text(value, &["status"]).is_some_and(|status| state(&status.trim().to_lowercase()) == RemoteState::Settled)
}

/// Our post behind an external id of ours: the part before the point.
fn reference(external_id: &str) -> Option<crate::domain::ids::PostId> {
    external_id.split('.').next()?.parse().ok()
}

/// What an account says instead of the caption: account before platform (contract, section 5.1).
fn own_text(platforms: &Value, accounts: &[Value], platform: &str, account: &str) -> Option<String> {
    let mine = accounts.iter().find(|row| text(row, &["social_account_id"]) == Some(account));
    let own = mine.and_then(|row| text(row, &["configuration", "caption"]));
    own.or_else(|| text(platforms, &[platform, "caption"])).map(str::to_owned)
}

/// The options of an account: platform options merged under account options (contract, section 5.1). The title of a
/// platform is that of the post.
fn own_options(network: &Network, platforms: &Value, accounts: &[Value], platform: &str, account: &str) -> Options {
    let mine = accounts.iter().find(|row| text(row, &["social_account_id"]) == Some(account));
    let own = mine.and_then(|row| row.get("configuration")).map(|own| options::shown(network, own)).unwrap_or_default();
    let mut shared = platforms.get(platform).map(|all| options::shown(network, all)).unwrap_or_default();
    shared.unset(&format!("{}.title", network.key()));
    shared.overlaid(&own)
}

/// The title that one of the platforms has.
pub fn title(platforms: &Value) -> Option<&str> {
    platforms.as_object()?.values().find_map(|platform| text(platform, &["title"]))
}

/// Reads what became of a post on one account; nothing where it cannot be read.
pub fn result(value: &Value) -> Option<wire::Outcome> {
    let read: wire::Outcome = serde_json::from_value(value.clone()).ok()?;
    // The dumps of other requests are not kept (contract, section 9).
    let said = |value: &Value| {
        let fields = value.as_object()?.iter().filter(|(name, _)| *name != "details");
        words::part(&fields.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    let part = if read.success { None } else { said(value) };
    Some(wire::Outcome { part, ..read })
}

/// What became of one account: `processed` alone says nothing, a missing result is not a failed one. One account can
/// have several results: a story per picture.
fn outcome(state: &RemoteState, results: &[&wire::Outcome], since: Option<DateTime<Utc>>) -> Outcome {
    match state {
        RemoteState::Publishing => return Outcome::Publishing,
        RemoteState::Settled => {}
        RemoteState::Other(word) => return unknown_word(word, since),
        _ => return Outcome::Accepted,
    }
    let unknown = |words: String| Outcome::Unknown { since: since.unwrap_or(DateTime::UNIX_EPOCH), words };
    if let Some(failed) = results.iter().find(|result| !result.success) {
        let words =
            words::name(failed.error.as_str().or_else(|| text(&failed.error, &["message"])).unwrap_or_default());
        // Theirs for "nobody knows" (contract, section 9).
        if words.to_lowercase().contains("post status unavailable") {
            return unknown(words);
        }
        let quotes = words.to_lowercase().contains("status code ");
        let refusal = Refusal::new(cause(&words), words, None).guessed(!quotes);
        return Outcome::Refused(refusal.read_from(failed.part.clone()));
    }
    match results.first() {
        Some(result) => Outcome::Published { url: text(&result.platform_data, &["url"]).map(str::to_owned), at: None },
        None => unknown("the provider is through with it and does not say what became of it".into()),
    }
}

/// The cause behind a result's error.
fn cause(words: &str) -> Cause {
    let folded = words.to_lowercase();
    if folded.contains("api key is invalid") {
        return Cause::PlanLimit;
    }
    if folded.contains("credentials found") {
        return Cause::Forbidden;
    }
    Cause::from_words(words)
}

/// The answer gives no type: the address's ending tells, where it has one.
fn media(item: &Value) -> Option<Media> {
    let source = text(item, &["url"])?.to_owned();
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let kind = match ending.as_str() {
        "jpg" | "jpeg" | "png" | "webp" => MediaKind::Image,
        "gif" => MediaKind::Gif,
        "mp4" | "mov" | "webm" | "avi" => MediaKind::Video,
        _ => MediaKind::Other,
    };
    Some(Media { name, ..Media::bare(source, kind) })
}

/// Reads one account.
pub fn channel(value: &Value, now: DateTime<Utc>) -> Result<RemoteChannel, String> {
    let account: wire::Account = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let health = health(&account, now);
    Ok(RemoteChannel {
        id: RemoteId::new(account.id.0.ok_or("it has no id")?),
        network: Network::from_word(&account.platform),
        handle: words::name(account.username.as_deref().unwrap_or_default()),
        name: String::new(),
        health,
    })
}

/// Access tokens end all the time and are renewed there; only the end of what renews them needs a person.
fn health(account: &wire::Account, now: DateTime<Utc>) -> Health {
    match account.status.as_deref().unwrap_or_default().trim().to_lowercase().as_str() {
        "connected" | "" => {}
        "disconnected" => return Health::Reconnect { words: "it is disconnected".into() },
        other => return Health::Disabled { words: format!("the provider calls it {}", words::name(other)) },
    }
    if account.metadata.get("is_sandbox") == Some(&Value::Bool(true)) {
        return Health::Degraded { words: "connected to the network's test world: nobody sees what it posts".into() };
    }
    match account.refresh_token_expires_at.as_deref().and_then(instant) {
        Some(at) if at <= now => Health::Reconnect { words: "its authorisation has ended".into() },
        Some(at) if at < now + EXPIRY_NOTICE => Health::Expiring { at },
        _ => Health::Ok,
    }
}

/// Their word for a network.
pub fn platform(network: &Network) -> &str {
    network.key()
}

/// What an error body says: `errors`, else `message`, which is a sentence or a list (contract, section 13).
pub fn said(status: u16, body: &Value) -> Said {
    let list = |field: &str| -> Vec<String> {
        let rows = body.get(field).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let minded = ["errors", "error", "message"].into_iter().map(list).find(|list| !list.is_empty());
    let minded = minded.unwrap_or_default();
    let words = match minded.as_slice() {
        [] => text(body, &["message"]).unwrap_or_default().to_owned(),
        minded => minded.join("; "),
    };
    let folded = words.to_lowercase();
    let kind = match status {
        400 if folded.contains("can only delete") || folded.contains("already been processed") => Some(Kind::Conflict),
        // A route that is not there says nothing about a post.
        404 if words.starts_with("Cannot ") => Some(Kind::Malformed),
        _ => None,
    };
    let words = if kind == Some(Kind::Malformed) { format!("{words}: check base_url") } else { words };
    Said { problems: minded.iter().map(|words| problem(words)).collect(), words, kind, ..Said::default() }
}

fn problem(said: &str) -> Problem {
    let words = words::name(said);
    let folded = words.to_lowercase();
    let place = match &folded {
        words if words.contains("media") => Place::Media(None),
        words if words.contains("scheduled_at") => Place::When,
        words if words.contains("account") && !words.starts_with("account ") => Place::Channels,
        _ => Place::Post,
    };
    let about = folded.split_once(": ").map(|(word, _)| Network::from_word(word)).filter(Network::is_known);
    let problem = Problem::blocker("provider-refuses", place, words, "change it, then send it again");
    match about {
        Some(network) => problem.on(&network),
        None => problem,
    }
}
