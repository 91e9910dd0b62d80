//! VoxBurst's words into ours and back. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::media::is_address;
use super::wire;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::RemoteId;
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::{Extras, FirstComment, Value as OptionValue};
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::problem::{Place, Problem, Severity};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::domain::thread::{is_thread, join, parts};
use crate::domain::write::{Submission, SubmissionTarget, Timing};
use crate::provider::http::Said;
use crate::provider::tolerant::{Times, keep_part, text, unknown_word, wire_time};
use crate::provider::words;
use crate::provider::{Again, Kind, ProviderError, Reach, Result as ProviderResult};

/// The networks that take a first comment there (contract, section 7).
pub(super) const COMMENTED: &[&str] = &["instagram", "linkedin", "facebook", "youtube"];

/// The kinds of posts that are stated there, for the networks that have them.
pub(super) const KINDS: &[&str] = &["instagram.kind", "facebook.kind"];

/// Reads one post. `request_id` names the answer in the words of a failure without a reason.
pub fn post(value: &Value, request_id: Option<&str>) -> Result<RemotePost, String> {
    let post: wire::Post = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let id = post.id.0.ok_or("it has no id")?;
    let mut times = Times::default();
    let scheduled = times.read("scheduledFor", post.scheduled_for.as_deref());
    let published = times.read("publishedAt", post.published_at.as_deref());
    let created_at = times.read("createdAt", post.created_at.as_deref());
    let updated_at = times.read("updatedAt", post.updated_at.as_deref());
    let status = fold(post.status.as_deref());
    let whole = Whole { status: &status, since: updated_at.or(created_at), request_id };
    let mut targets = Vec::new();
    let comment = post.first_comment.filter(|text| !text.trim().is_empty());
    let comment = comment.map(|text| FirstComment { text, delay: post.first_comment_delay.unwrap_or_default() });
    for (at, row) in post.platforms.unwrap_or_default().into_iter().enumerate() {
        let row = match row {
            wire::Row::Full(row) => *row,
            wire::Row::Name(platform) => wire::FullRow { platform, ..wire::FullRow::default() },
        };
        let mut read = target(&row, &whole, &post.platform_overrides, &mut times);
        keep_part(&mut read.outcome, value.get("platforms").and_then(|all| all.get(at)));
        read.extras.first_comment = comment.clone().filter(|_| COMMENTED.contains(&read.network.key()));
        let kind = match fold(post.content_type.as_deref()).as_str() {
            "story" => Some("story"),
            "reel" => Some("reel"),
            _ => None,
        };
        let key = format!("{}.kind", read.network.key());
        if let Some(kind) = kind.filter(|_| KINDS.contains(&key.as_str())) {
            read.extras.options.set(&key, OptionValue::Text(kind.into()));
        }
        targets.push(read);
    }
    Ok(RemotePost {
        id: RemoteId::new(id),
        reference: text(&post.metadata, &["runsheet"]).and_then(|id| id.parse().ok()),
        body: thread_text(&post.thread_posts).or(post.content).unwrap_or_default(),
        title: None,
        at: scheduled.or(published),
        state: state(&status),
        targets,
        media: post.media.iter().filter_map(media).collect(),
        tags: post.tags,
        campaign: None,
        created_at,
        updated_at,
        oddities: times.oddities,
    })
}

/// The text of a thread, its parts cut as ours are; none where there is no thread.
fn thread_text(posts: &[Value]) -> Option<String> {
    let parts: Vec<&str> = posts.iter().filter_map(|post| text(post, &["content"])).collect();
    (parts.len() > 1).then(|| join(&parts))
}

fn fold(status: Option<&str>) -> String {
    status.unwrap_or_default().trim().to_lowercase()
}

/// Whether the contract does not have this word; none is no word.
fn is_unheard(status: &str) -> bool {
    !status.is_empty() && matches!(state(status), RemoteState::Other(_))
}

fn state(status: &str) -> RemoteState {
    match status {
        "draft" | "pending_approval" | "approved" => RemoteState::Draft,
        "scheduled" => RemoteState::Scheduled,
        "publishing" => RemoteState::Publishing,
        "published" | "partial" | "failed" => RemoteState::Settled,
        "cancelled" | "unpublished" | "archived" => RemoteState::Cancelled,
        other => RemoteState::Other(words::name(other)),
    }
}

/// What a row's own words are read beside.
struct Whole<'a> {
    status: &'a str,
    /// When it last changed there.
    since: Option<DateTime<Utc>>,
    /// Names the answer in the words of a failure without a reason.
    request_id: Option<&'a str>,
}

fn target(row: &wire::FullRow, whole: &Whole, overrides: &Value, times: &mut Times) -> RemoteTarget {
    let network = Network::from_word(&row.platform);
    let channel = row.account_id.0.clone().unwrap_or_else(|| {
        times.oddities.push(format!("the provider does not say which {network} channel this post is for"));
        format!("?{}", network.key())
    });
    let published_at = times.read("a platform's publishedAt", row.published_at.as_deref());
    let given = fold(row.status.as_deref());
    let outcome = match given.as_str() {
        "published" => {
            let url = row.platform_post_url.clone().filter(|url| !url.is_empty());
            Outcome::Published { url, at: published_at }
        }
        "failed" => Outcome::Refused(refusal(&row.error, whole.request_id)),
        "publishing" | "processing" => Outcome::Publishing,
        "cancelled" | "unpublished" => Outcome::Cancelled,
        "" | "pending" | "scheduled" | "draft" => waiting(&given, &row.error, whole),
        other => unknown_word(other, whole.since),
    };
    let (channel, text) = (RemoteId::new(channel), own_text(overrides, &network));
    RemoteTarget { channel, text, network, at: None, extras: Extras::default(), outcome }
}

/// What a row without a result of its own is doing, from the post it belongs to.
fn waiting(given: &str, error: &Value, whole: &Whole) -> Outcome {
    match (whole.status, given) {
        ("publishing", _) => Outcome::Publishing,
        ("cancelled" | "unpublished" | "archived", _) => Outcome::Cancelled,
        ("published", "") => Outcome::Published { url: None, at: None },
        ("failed", "") => Outcome::Refused(refusal(error, whole.request_id)),
        (status, _) if is_unheard(status) => unknown_word(status, whole.since),
        _ => Outcome::Accepted,
    }
}

/// The text of a network's own; keys come in either case.
fn own_text(overrides: &Value, network: &Network) -> Option<String> {
    let mut own = overrides.as_object()?.iter().filter(|(key, _)| Network::from_word(key) == *network);
    own.find_map(|(_, value)| text(value, &["content"]).or_else(|| value.as_str())).map(str::to_owned)
}

/// A row's error is nothing, words, or a code with words.
fn refusal(error: &Value, request_id: Option<&str>) -> Refusal {
    let code = text(error, &["code"]).unwrap_or_default();
    let said = text(error, &["message"]).or_else(|| error.as_str()).unwrap_or(code);
    let words = words::name(said);
    // A code says it for certain, as far as it says anything.
    let told = Cause::from_words(code);
    let cause = if told == Cause::Other { Cause::from_words(&words) } else { told };
    let words = match request_id {
        Some(id) if words.is_empty() => format!("the provider gave no reason (request {id})"),
        _ => words,
    };
    Refusal::new(cause, words, None).guessed(told == Cause::Other)
}

/// Attachments are named by the provider's own id, which is what requests take.
fn media(item: &Value) -> Option<Media> {
    let source = item.as_str().or_else(|| text(item, &["id"])).or_else(|| text(item, &["url"]))?.to_owned();
    let word = text(item, &["type"]).or_else(|| text(item, &["contentType"])).unwrap_or_default().to_lowercase();
    let kind = match word.split('/').next().unwrap_or_default() {
        _ if word == "image/gif" => MediaKind::Gif,
        "image" => MediaKind::Image,
        "gif" => MediaKind::Gif,
        "video" => MediaKind::Video,
        "document" | "application" => MediaKind::Document,
        _ => MediaKind::Other,
    };
    let name = text(item, &["filename"]).unwrap_or_default().to_owned();
    let bytes = item.get("sizeBytes").and_then(Value::as_u64);
    Some(Media { name, bytes, ..Media::bare(source, kind) })
}

/// Reads one account.
pub fn channel(value: &Value) -> Result<RemoteChannel, String> {
    let account: wire::Account = serde_json::from_value(value.clone()).map_err(|error| error.to_string())?;
    let health = channel_health(&account);
    Ok(RemoteChannel {
        id: RemoteId::new(account.id.0.ok_or("it has no id")?),
        network: Network::from_word(&account.platform),
        handle: words::name(account.username.as_deref().unwrap_or_default()),
        name: words::name(account.display_name.as_deref().unwrap_or_default()),
        health,
    })
}

fn channel_health(account: &wire::Account) -> Health {
    match fold(account.status.as_deref()).as_str() {
        "active" | "" => {}
        "expired" | "revoked" | "error" => {
            return Health::Reconnect { words: "the network no longer accepts the connection".into() };
        }
        "disconnected" => return Health::Reconnect { words: "it is disconnected".into() },
        other => return Health::Disabled { words: format!("the provider calls it {}", words::name(other)) },
    }
    if account.needs_org_scope_reauth == Some(true) {
        return Health::Degraded { words: "connect it again to post for the organisation".into() };
    }
    match text(&account.scope_health, &["status"]) {
        Some(status) if status.eq_ignore_ascii_case("degraded") => {
            let said = text(&account.scope_health, &["message"]).unwrap_or("some permissions are missing");
            Health::Degraded { words: words::name(said) }
        }
        _ => Health::Ok,
    }
}

/// VoxBurst's word for a network.
pub fn platform(network: &Network) -> String {
    match network.key() {
        "x" => "TWITTER".into(),
        key => key.to_uppercase(),
    }
}

/// The body of a new post; `media` are the ids of its files.
pub fn new_post<'a>(submission: &'a Submission, media: &'a [String]) -> ProviderResult<wire::NewPost<'a>> {
    let (body, thread) = (body(submission)?, thread(submission)?);
    let content = thread.as_ref().and_then(|parts| parts.first().copied()).unwrap_or(body);
    let platform_overrides = if thread.is_some() { BTreeMap::new() } else { overrides(submission, body)? };
    let comment = comment(submission)?;
    Ok(wire::NewPost {
        content,
        account_ids: submission.targets.iter().map(|target| target.remote.as_str()).collect(),
        scheduled_for: match submission.timing {
            // The queue excludes a time of ours (contract, section 7).
            _ if submission.queue.is_some() => None,
            Timing::At(at) => Some(wire::Time::At(wire_time(at))),
            Timing::Draft | Timing::Now => None,
        },
        // Without a time this has to be said: sources disagree on what silence means. A post for at once is made as
        // a draft, then published.
        save_as_draft: match submission.timing {
            Timing::At(_) => None,
            Timing::Draft | Timing::Now => Some(true),
        },
        queue: submission.queue.is_some().then_some(true),
        content_type: match (&thread, kind(submission)?) {
            (Some(_), _) => Some("THREAD"),
            (None, Some(kind)) => Some(kind),
            (None, None) => content_type(&submission.media),
        },
        media: media.iter().map(String::as_str).collect(),
        platform_overrides,
        first_comment: comment.map(|comment| Some(comment.text.as_str())),
        first_comment_delay: comment.map(|comment| comment.delay),
        thread_posts: thread.map(|parts| Some(thread_posts(&parts, media))),
        tags: &submission.tags,
        metadata: wire::Reference { runsheet: submission.post.to_string() },
    })
}

/// The kind of the whole post, where it is no ordinary one.
fn kind(submission: &Submission) -> ProviderResult<Option<&'static str>> {
    let of = |target: &SubmissionTarget| {
        let key = format!("{}.kind", target.network.key());
        match target.extras.options.text(&key).filter(|_| KINDS.contains(&key.as_str())) {
            Some("story") => Some("STORY"),
            Some("reel") => Some("REEL"),
            _ => None,
        }
    };
    let mut kinds = submission.targets.iter().map(of);
    let first = kinds.next().flatten();
    if kinds.any(|other| other != first) {
        let words = "VoxBurst has one kind of post for all its channels: a story or reel needs a post of its own";
        return Err(invalid("one-kind-per-post", Place::Channels, words.into()));
    }
    Ok(first)
}

/// The body of a change: every field, so that what was taken away here goes away there.
pub fn changed_post<'a>(submission: &'a Submission, media: &'a [String]) -> ProviderResult<wire::NewPost<'a>> {
    if submission.queue.is_some() {
        let words = "VoxBurst takes only new posts into its queue: give this one a time".to_owned();
        return Err(invalid("queue-for-new-posts", Place::When, words));
    }
    let mut post = new_post(submission, media)?;
    match submission.timing {
        Timing::At(_) => post.save_as_draft = Some(false),
        Timing::Draft => post.scheduled_for = Some(wire::Time::Cleared(())),
        Timing::Now => post.save_as_draft = None,
    }
    post.first_comment.get_or_insert(None);
    post.thread_posts.get_or_insert(None);
    Ok(post)
}

/// The parts of a thread; it is alone in its post.
fn thread(submission: &Submission) -> ProviderResult<Option<Vec<&str>>> {
    let mut texts = submission.targets.iter().map(|target| submission.text_for(target));
    let Some(first) = texts.next() else { return Ok(None) };
    let alike = texts.all(|text| text == first);
    if alike {
        return Ok(Some(parts(first)).filter(|parts| parts.len() > 1));
    }
    if submission.targets.iter().any(|target| is_thread(submission.text_for(target))) {
        let words = "VoxBurst has one thread per post and nothing beside it: its channels need posts of their own";
        return Err(invalid("one-thread-per-post", Place::Channels, words.into()));
    }
    Ok(None)
}

/// The parts as posts. The first of them is the post itself, so it has the files.
fn thread_posts<'a>(parts: &[&'a str], media: &'a [String]) -> Vec<wire::ThreadPost<'a>> {
    let files = |at: usize| if at == 0 { media.iter().map(String::as_str).collect() } else { Vec::new() };
    let post =
        |(at, part): (usize, &&'a str)| wire::ThreadPost { sequence: at + 1, content: part, media_ids: files(at) };
    parts.iter().enumerate().map(post).collect()
}

/// The one first comment of a post.
fn comment(submission: &Submission) -> ProviderResult<Option<&FirstComment>> {
    let takes = submission.targets.iter().filter(|target| COMMENTED.contains(&target.network.key()));
    let mut comments = takes.map(|target| target.extras.first_comment.as_ref().filter(|comment| !comment.is_blank()));
    let first = comments.next().flatten();
    if comments.any(|other| other != first) {
        let words = "VoxBurst has one first comment per post: its channels need posts of their own";
        return Err(invalid("one-comment-per-post", Place::Channels, words.into()));
    }
    Ok(first)
}

/// The default text. It may not be empty, so where every channel has a text of its own the first of them serves.
fn body(submission: &Submission) -> ProviderResult<&str> {
    if let Some(target) =
        submission.targets.iter().find(|target| target.at.is_some_and(|at| submission.timing != Timing::At(at)))
    {
        let words = format!("VoxBurst has one time per post: {} needs a post of its own", target.network);
        return Err(invalid("own-time", Place::When, words));
    }
    let own = submission.targets.iter().find_map(|target| target.text.as_deref());
    Ok(if submission.body.trim().is_empty() { own.unwrap_or(&submission.body) } else { &submission.body })
}

/// One text per network; two channels of a network with different texts cannot share a post.
fn overrides<'a>(submission: &'a Submission, body: &'a str) -> ProviderResult<BTreeMap<String, wire::Override<'a>>> {
    let mut texts: BTreeMap<String, &str> = BTreeMap::new();
    for target in &submission.targets {
        let own = target.text.as_deref().unwrap_or(body);
        let known = texts.entry(platform(&target.network)).or_insert(own);
        if *known != own {
            let words =
                format!("VoxBurst has one text per network: the {} channels need posts of their own", target.network);
            return Err(invalid("one-text-per-network", Place::Channels, words));
        }
    }
    texts.retain(|_, text| *text != body);
    Ok(texts.into_iter().map(|(platform, content)| (platform, wire::Override { content })).collect())
}

fn content_type(media: &[Media]) -> Option<&'static str> {
    match media {
        [] => Some("TEXT"),
        [one] => match one.kind {
            MediaKind::Image | MediaKind::Gif => Some("IMAGE"),
            MediaKind::Video => Some("VIDEO"),
            MediaKind::Document | MediaKind::Other => None,
        },
        _ => Some("CAROUSEL"),
    }
}

/// Something VoxBurst has no words for: found before anything is sent.
fn invalid(code: &str, place: Place, words: String) -> ProviderError {
    let mut error = ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words.clone());
    error.problems.push(Problem::blocker(code, place, words, "split it into posts of their own, or change it"));
    error
}

/// The questions to ask about `submission`: one per distinct text, each for the networks that would receive it.
pub fn validations(submission: &Submission) -> Vec<wire::Validate<'_>> {
    let mut questions: Vec<wire::Validate<'_>> = Vec::new();
    for target in &submission.targets {
        let platform = platform(&target.network);
        for content in parts(submission.text_for(target)) {
            match questions.iter_mut().find(|question| question.content == content) {
                Some(question) if question.platforms.contains(&platform) => {}
                Some(question) => question.platforms.push(platform.clone()),
                None => questions.push(validation(submission, content, platform.clone())),
            }
        }
    }
    questions
}

fn validation<'a>(submission: &'a Submission, content: &'a str, platform: String) -> wire::Validate<'a> {
    let (web, own): (Vec<&Media>, Vec<&Media>) = submission.media.iter().partition(|media| is_address(media));
    let web_file = |media: &'a Media| wire::WebFile { kind: media.kind.word(), url: &media.source };
    wire::Validate {
        content,
        platforms: vec![platform],
        media_ids: own.into_iter().map(|media| media.source.as_str()).collect(),
        media: web.into_iter().map(web_file).collect(),
        // What is wrong with it comes back with a field of its own; a check minds the rest in any case.
        first_comment: comment(submission).ok().flatten().map(|comment| comment.text.as_str()),
    }
}

/// What a validation minds. The same platform may come under both casings: said once.
pub fn problems(body: &Value, text_len: usize) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (key, verdict) in body.get("platforms").and_then(Value::as_object).into_iter().flatten() {
        let network = Network::from_word(key);
        for (list, severity) in [("errors", Severity::Blocker), ("warnings", Severity::Warning)] {
            for row in verdict.get(list).and_then(Value::as_array).into_iter().flatten() {
                let Some(found) = problem(row, severity, text_len) else { continue };
                let found = found.on(&network);
                if !problems.contains(&found) {
                    problems.push(found);
                }
            }
        }
    }
    problems
}

fn problem(row: &Value, severity: Severity, text_len: usize) -> Option<Problem> {
    let code = text(row, &["code"]).unwrap_or("provider-refuses").to_lowercase().replace('_', "-");
    let words = words::name(text(row, &["message"]).or_else(|| row.as_str())?);
    let place = place(text(row, &["field"]).unwrap_or_default(), text_len);
    let mut problem = Problem::blocker(&code, place, words, "change it, then check again");
    problem.severity = severity;
    Some(problem)
}

fn place(field: &str, text_len: usize) -> Place {
    match field.split(['.', '[']).next().unwrap_or_default() {
        "content" => Place::Text(0..text_len),
        "media" | "mediaIds" => Place::Media(None),
        "scheduledFor" => Place::When,
        "accountIds" | "platforms" => Place::Channels,
        _ => Place::Post,
    }
}

/// What an error body says.
pub fn said(_status: u16, body: &Value) -> Said {
    let error = body.get("error").unwrap_or(body);
    let said = text(error, &["message"]).or_else(|| error.as_str()).or_else(|| text(body, &["message"]));
    let code = text(error, &["code"]).map(str::to_owned);
    let details = error.get("details").unwrap_or(&Value::Null);
    let kind = match code.as_deref().unwrap_or_default().to_uppercase().as_str() {
        "IDEMPOTENCY_IN_PROGRESS" => Some(Kind::InProgress),
        "IDEMPOTENCY_CONFLICT" => Some(Kind::KeyReused),
        "LIMIT_EXCEEDED" => Some(Kind::PlanLimit),
        _ => None,
    };
    let mut words = said.unwrap_or_default().to_owned();
    let number = |field: &str| details.get(field).and_then(Value::as_u64);
    let mut problems = Vec::new();
    if let Some(field) = text(details, &["field"]) {
        let lengths = number("actualLength").zip(number("maxLength"));
        if let Some((actual, longest)) = lengths {
            words = format!("{words} ({actual} of {longest})");
        }
        let name = if lengths.is_some() { "too-long" } else { "provider-refuses" };
        let place = place(field, 0);
        let problem = Problem::blocker(name, place, words::name(&words), "change it, then send it again");
        problems.push(match text(details, &["platform"]) {
            Some(platform) => problem.on(&Network::from_word(platform)),
            None => problem,
        });
    }
    Said { words, code, kind, problems, ..Said::default() }
}
