//! Late's words into ours and back. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{options, queue, wire};
use crate::domain::channel::{Health, Network};
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::Extras;
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::domain::thread::{is_thread, parts};
use crate::domain::write::{Submission, SubmissionTarget, Timing};
use crate::provider::Kind;
use crate::provider::http::Said;
use crate::provider::tolerant::{Times, instant, keep_part, text, unknown_word, wire_time};
use crate::provider::words;

/// An authorisation that ends within this is worth a mark.
const EXPIRY_NOTICE: TimeDelta = TimeDelta::days(7);

/// Reads one post. `request_id` names the answer in the words of a failure without a reason.
pub fn post(value: &Value, request_id: Option<&str>) -> Result<RemotePost, String> {
    let post: wire::Post = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let id = post.key.0.or(post.id.0).ok_or("it has no id")?;
    let mut times = Times::default();
    let scheduled = times.read("scheduledFor", post.scheduled_for.as_deref());
    let published = times.read("publishedAt", post.published_at.as_deref());
    let updated_at = times.read("updatedAt", post.updated_at.as_deref());
    let created_at = times.read("createdAt", post.created_at.as_deref());
    let status = post.status.unwrap_or_default().trim().to_lowercase();
    let whole = Whole { status: &status, at: scheduled, since: updated_at.or(created_at), request_id };
    let title = post.title.filter(|title| !title.trim().is_empty());
    let mut body = post.content.unwrap_or_default();
    let mut targets = Vec::new();
    for (at, target) in post.platforms.unwrap_or_default().into_iter().enumerate() {
        let (network, data) = (Network::from_word(&target.platform), target.platform_specific_data.clone());
        let own_media: Vec<Media> = target.custom_media.iter().filter_map(media).collect();
        let mut read = read_target(target, &whole, &mut times);
        read.extras = options::shown(&network, &data, title.as_deref());
        read.extras.media = Some(own_media).filter(|media| !media.is_empty());
        read.text = options::thread(&data).or(read.text);
        keep_part(&mut read.outcome, value.get("platforms").and_then(|all| all.get(at)));
        targets.push(read);
    }
    unravel(&mut body, &mut targets);
    let media = post.media_items.iter().filter_map(media).collect();
    Ok(RemotePost {
        id: RemoteId::new(id),
        reference: text(&post.metadata, &["runsheet"]).and_then(|id| id.parse().ok()),
        body,
        title,
        at: scheduled.or(published),
        state: state(&status),
        targets,
        media,
        tags: post.tags,
        campaign: None,
        created_at,
        updated_at,
        oddities: times.oddities,
    })
}

/// A thread is said per channel, and the text of the post is its first part: the whole thread is what was written, and
/// who says only the first part says it as a text of its own.
fn unravel(body: &mut String, targets: &mut [RemoteTarget]) {
    let first = |text: &str| parts(text).first().is_some_and(|part| *part == body.as_str());
    let thread = targets.iter().filter_map(|target| target.text.as_deref());
    let Some(thread) = thread.filter(|text| is_thread(text)).find(|text| first(text)).map(str::to_owned) else {
        return;
    };
    for target in targets.iter_mut() {
        let said = target.text.take().unwrap_or_else(|| body.clone());
        target.text = Some(said).filter(|said| *said != thread);
    }
    *body = thread;
}

/// Reads the post of an answer to a write: where a failed entry gives no reason, the answer's `platformResults` may.
pub fn answered_post(post: &Value, answer: &Value, request_id: Option<&str>) -> Result<RemotePost, String> {
    let mut post = post.clone();
    let results = answer.get("platformResults").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let entries = post.get_mut("platforms").and_then(Value::as_array_mut).into_iter().flatten();
    for entry in entries.filter_map(Value::as_object_mut).filter(|entry| !entry.contains_key("errorMessage")) {
        let same = |result: &&Value| result.get("platform") == entry.get("platform");
        if let Some(words) = results.iter().find(same).and_then(|result| text(result, &["error"])) {
            entry.insert("errorMessage".into(), words.into());
        }
    }
    self::post(&post, request_id)
}

/// Whether the contract does not have this word; none is no word.
fn is_unheard(status: &str) -> bool {
    !status.is_empty() && matches!(state(status), RemoteState::Other(_))
}

fn state(status: &str) -> RemoteState {
    match status {
        "draft" | "pending_approval" => RemoteState::Draft,
        "scheduled" => RemoteState::Scheduled,
        "publishing" => RemoteState::Publishing,
        "published" | "partial" | "failed" => RemoteState::Settled,
        "cancelled" => RemoteState::Cancelled,
        other => RemoteState::Other(words::name(other)),
    }
}

/// What a target's own words are read beside.
struct Whole<'a> {
    status: &'a str,
    at: Option<DateTime<Utc>>,
    /// When it last changed there.
    since: Option<DateTime<Utc>>,
    /// Names the answer in the words of a failure without a reason.
    request_id: Option<&'a str>,
}

fn read_target(target: wire::Target, whole: &Whole, times: &mut Times) -> RemoteTarget {
    let network = Network::from_word(&target.platform);
    let channel = target.account_id.0.clone().unwrap_or_else(|| {
        times.oddities.push(format!("the {network} channel of this post is gone at the provider"));
        format!("?{}", network.key())
    });
    let at = times.read("a target's scheduledFor", target.scheduled_for.as_deref());
    let published_at = times.read("a target's publishedAt", target.published_at.as_deref());
    let given = target.status.as_deref().unwrap_or_default().trim().to_lowercase();
    let outcome = match given.as_str() {
        "published" => {
            let url = target.platform_post_url.clone().filter(|url| !url.is_empty());
            Outcome::Published { url, at: published_at }
        }
        "failed" => Outcome::Refused(refusal(&target, whole.request_id)),
        "publishing" | "processing" | "uploading" => Outcome::Publishing,
        "cancelled" => Outcome::Cancelled,
        "" | "pending" | "scheduled" | "draft" => waiting(&target, &given, whole),
        other => unknown_word(other, whole.since),
    };
    RemoteTarget {
        channel: RemoteId::new(channel),
        network,
        text: target.custom_content.filter(|text| !text.is_empty()),
        at: at.filter(|at| Some(*at) != whole.at),
        extras: Extras::default(),
        outcome,
    }
}

/// What a target without a result of its own is doing, from the post it belongs to.
fn waiting(target: &wire::Target, given: &str, whole: &Whole) -> Outcome {
    match (whole.status, given) {
        ("publishing", _) => Outcome::Publishing,
        ("cancelled", _) => Outcome::Cancelled,
        // An entry may still be pending in a post that is settled: the provider holds it back and sends it later.
        ("published", "") => Outcome::Published { url: None, at: None },
        ("failed", "") => Outcome::Refused(refusal(target, whole.request_id)),
        (status, _) if is_unheard(status) => unknown_word(status, whole.since),
        _ => Outcome::Accepted,
    }
}

fn refusal(target: &wire::Target, request_id: Option<&str>) -> Refusal {
    let said = [
        target.error_message.as_deref(),
        target.error.as_str(),
        text(&target.error, &["message"]),
        text(&target.platform_error, &["message"]),
        target.platform_error.as_str(),
    ];
    let words = said.into_iter().flatten().map(words::name).find(|words| !words.is_empty()).unwrap_or_default();
    let category = target.error_category.as_deref().unwrap_or_default();
    let cause = cause(category, &words);
    Refusal::new(cause, reason(words, request_id), None).guessed(!tells(category, cause))
}

/// `words`, or where there are none, a sentence that says so and names the request for the provider's support.
fn reason(words: String, request_id: Option<&str>) -> String {
    match request_id {
        Some(id) if words.is_empty() => format!("the provider gave no reason (request {id})"),
        _ => words,
    }
}

/// Whether the category alone says `cause`.
fn tells(category: &str, said: Cause) -> bool {
    cause(category, "") == said
}

/// The cause behind a failed target: by category first, by its words where the category is broad or unknown.
fn cause(category: &str, words: &str) -> Cause {
    let spoken = Cause::from_words(words);
    match category.trim().to_lowercase().as_str() {
        "auth_expired" | "account_issue" => Cause::Reconnect,
        "platform_rate_limit" | "quota_exhausted" => Cause::RateLimit,
        "platform_error" | "system_error" => Cause::Outage,
        "user_abuse" => Cause::Content,
        "user_content" | "platform_rejected" => match spoken {
            Cause::TooLong | Cause::Media | Cause::Duplicate => spoken,
            _ => Cause::Content,
        },
        _ => spoken,
    }
}

fn media(item: &Value) -> Option<Media> {
    let source = text(item, &["url"])?.to_owned();
    let kind = match text(item, &["type"]).unwrap_or_default().to_lowercase().as_str() {
        "image" => MediaKind::Image,
        "gif" => MediaKind::Gif,
        "video" => MediaKind::Video,
        "document" => MediaKind::Document,
        _ => MediaKind::Other,
    };
    let own = |field: &str| text(item, &[field]).unwrap_or_default().to_owned();
    let bytes = item.get("size").and_then(Value::as_u64);
    Some(Media { name: own("filename"), alt: own("altText"), bytes, ..Media::bare(source, kind) })
}

/// Reads one account. `health` is its row in the health report, where there is one.
pub fn channel(value: &Value, health: &[wire::HealthRow], now: DateTime<Utc>) -> Result<RemoteChannel, String> {
    let account: wire::Account = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let id = account.key.0.clone().or_else(|| account.id.0.clone()).ok_or("it has no id")?;
    let row = health.iter().find(|row| row.account_id.0.as_deref() == Some(&id));
    Ok(RemoteChannel {
        network: Network::from_word(&account.platform),
        handle: words::name(account.username.as_deref().unwrap_or_default()),
        name: words::name(account.display_name.as_deref().unwrap_or_default()),
        health: channel_health(&account, row, now),
        id: RemoteId::new(id),
    })
}

fn channel_health(account: &wire::Account, row: Option<&wire::HealthRow>, now: DateTime<Utc>) -> Health {
    let platform = account.platform.to_lowercase();
    if platform.ends_with("ads") || matches!(platform.as_str(), "whatsapp" | "shopify" | "sms") {
        return Health::Disabled { words: "this connection is not for posts".into() };
    }
    if account.enabled == Some(false) {
        return Health::Disabled { words: "connected for advertising only".into() };
    }
    let reason = row.and_then(row_words);
    if account.is_active == Some(false) || account.needs_reconnection == Some(true) {
        return Health::Reconnect {
            words: reason.unwrap_or_else(|| "the network no longer accepts the connection".into()),
        };
    }
    if let Some(until) = account.rate_limited_until.as_deref().and_then(instant).filter(|until| *until > now) {
        return Health::Cooling { until };
    }
    let Some(row) = row else { return Health::Ok };
    if row.can_post == Some(false) {
        return Health::Reconnect { words: reason.unwrap_or_else(|| "it cannot post".into()) };
    }
    match row.token_expires_at.as_deref().and_then(instant) {
        Some(at) if at < now + EXPIRY_NOTICE => Health::Expiring { at },
        _ if row.status.as_deref() == Some("warning") => {
            Health::Degraded { words: reason.unwrap_or_else(|| "the provider warns about it".into()) }
        }
        _ => Health::Ok,
    }
}

fn row_words(row: &wire::HealthRow) -> Option<String> {
    let said = row.disconnect_reason.clone().unwrap_or_else(|| row.issues.join("; "));
    Some(words::name(&said)).filter(|words| !words.is_empty())
}

/// Late's word for a network.
pub fn platform(network: &Network) -> &str {
    match network.key() {
        "x" => "twitter",
        "google_business" => "googlebusiness",
        key => key,
    }
}

/// The body that makes a post there carry what `submission` says and nothing else: what is left out would stay.
pub fn whole_post(submission: &Submission) -> wire::NewPost<'_> {
    let title = Some(submission.title.as_deref().unwrap_or_default());
    let new = new_post(submission);
    // A time of its own takes it out of a queue that may hold it there (contract, section 6.6).
    let queue_id = if submission.queue.is_some() { new.queue_id } else { Some(None) };
    wire::NewPost { title, queue_id, ..new }
}

/// The body that makes a new post of `submission`.
pub fn new_post(submission: &Submission) -> wire::NewPost<'_> {
    let queued = submission.queue.as_deref().map(queue::parts);
    let scheduled_for = match submission.timing {
        // The place is given there: a time of ours would go past it (contract, section 6.1).
        _ if queued.is_some() => None,
        Timing::At(at) => Some(wire_time(at)),
        Timing::Draft | Timing::Now => None,
    };
    wire::NewPost {
        content: first_part(&submission.body),
        title: submission.title.as_deref(),
        platforms: submission.targets.iter().map(|target| new_target(submission, target)).collect(),
        media_items: submission.media.iter().map(new_media).collect(),
        timezone: scheduled_for.as_ref().map(|_| submission.zone.as_str()),
        scheduled_for,
        publish_now: (submission.timing == Timing::Now).then_some(true),
        is_draft: submission.timing == Timing::Draft,
        queued_from_profile: queued.map(|(profile, _)| profile),
        queue_id: queued.map(|(_, id)| Some(id)).filter(|id| *id != Some("")),
        tags: options::tags(submission),
        metadata: wire::Reference { runsheet: submission.post.to_string() },
    }
}

fn new_target<'a>(submission: &'a Submission, target: &'a SubmissionTarget) -> wire::NewTarget<'a> {
    let item = |media: &Media| serde_json::to_value(new_media(media)).unwrap_or_default();
    wire::NewTarget {
        platform: platform(&target.network),
        account_id: target.remote.as_str(),
        custom_content: target.text.as_deref().map(first_part),
        custom_media: target.extras.media.as_ref().map(|media| media.iter().map(new_media).collect()),
        scheduled_for: target.at.map(wire_time),
        platform_specific_data: options::specific(submission, target, item),
    }
}

/// What stands for a thread where its items are not read; they replace it where they are.
fn first_part(text: &str) -> &str {
    parts(text).first().copied().unwrap_or(text)
}

fn new_media(media: &Media) -> wire::NewMedia<'_> {
    let kind = match media.kind {
        MediaKind::Image => Some("image"),
        MediaKind::Gif => Some("gif"),
        MediaKind::Video => Some("video"),
        MediaKind::Document => Some("document"),
        MediaKind::Other => None,
    };
    wire::NewMedia { kind, url: &media.source, alt_text: &media.alt, filename: &media.name }
}

/// The body that asks the validation tool about `submission`.
pub fn validation(submission: &Submission) -> wire::Validate<'_> {
    let plain = |target| wire::NewTarget { scheduled_for: None, ..new_target(submission, target) };
    wire::Validate {
        content: first_part(&submission.body),
        platforms: submission.targets.iter().map(plain).collect(),
        media_items: submission.media.iter().map(new_media).collect(),
    }
}

/// What the validation tool minds.
pub fn problems(body: &Value) -> Vec<Problem> {
    let rows = |list: &str| body.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
    let read = |row: &Value, field: &str, severity| problem(row, field, severity);
    let errors = rows("errors");
    let warnings = rows("warnings");
    let errors = errors.iter().filter_map(|row| read(row, "error", Severity::Blocker));
    errors.chain(warnings.iter().filter_map(|row| read(row, "warning", Severity::Warning))).collect()
}

fn problem(row: &Value, field: &str, severity: Severity) -> Option<Problem> {
    let words = words::name(row.as_str().or_else(|| text(row, &[field]))?);
    let place = match Cause::from_words(&words) {
        Cause::Media => Place::Media(None),
        _ => Place::Post,
    };
    let mut problem = Problem::blocker("provider-refuses", place, words, "change it, then check again");
    if severity != Severity::Blocker {
        problem.severity = severity;
        problem.code = "provider-warns".into();
    }
    problem.network = text(row, &["platform"]).map(Network::from_word);
    Some(problem)
}

/// What an error body says: the flat envelope of current hosts, and what older ones sent.
pub fn said(status: u16, body: &Value) -> Said {
    let words = [text(body, &["error"]), text(body, &["error", "message"]), text(body, &["message"])];
    let words = words.into_iter().flatten().next().unwrap_or_default().to_owned();
    let code = text(body, &["code"]).or_else(|| text(body, &["error", "code"])).map(str::to_owned);
    let folded = code.as_deref().unwrap_or_default().to_lowercase();
    let details = body.get("details").unwrap_or(&Value::Null);
    let existing = [
        text(details, &["existingPostId"]),
        text(body, &["existingPostId"]),
        text(body, &["existingPost", "_id"]),
        text(details, &["existingPost", "_id"]),
    ];
    let existing = existing.into_iter().flatten().next().map(RemoteId::new);
    let names_an_account = text(details, &["accountId"]).or_else(|| text(body, &["accountId"])).is_some();
    let kind = match (status, folded.as_str()) {
        (409, _) if existing.is_some() => Some(Kind::Duplicate),
        (409, "idempotency_conflict") => Some(Kind::InProgress),
        (409, "") if names_an_account => Some(Kind::Duplicate),
        (400, "invalid_resource_state") => Some(Kind::Conflict),
        (403, "profile_over_limit") => Some(Kind::PlanLimit),
        (403, _) if body.get("planName").is_some() => Some(Kind::PlanLimit),
        (422, code) if code.contains("idempotency") => Some(Kind::KeyReused),
        (503, "platform_disabled") => Some(Kind::Unsupported),
        _ => None,
    };
    let minded = details.get("errors").and_then(Value::as_array).cloned().unwrap_or_default();
    Said {
        problems: minded.iter().filter_map(|row| problem(row, "error", Severity::Blocker)).collect(),
        until: text(details, &["rateLimitedUntil"]).and_then(instant),
        settled: kind == Some(Kind::Unsupported),
        words,
        code,
        kind,
        existing,
    }
}
