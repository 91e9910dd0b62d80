//! VoxBurst: cursor listings, one text per network, idempotency keys on every write.

mod map;
mod media;
mod wire;

use async_trait::async_trait;
use chrono::TimeDelta;
use serde::Serialize;
use serde_json::Value;

use self::media::Library;
use super::address::segment;
use super::capability::{
    Alt, Capabilities, Carries, Check, Connects, Keeps, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads,
};
use super::http::{Answer, Call, Destination, Http, Purpose};
use super::tolerant::{page, text, wire_time};
use super::{
    Again, Connection, Identity, Kind, LocalFile, Page, PageToken, Progress, Provider, ProviderError, Query, Reach,
    Result, Step, Uploaded,
};
use crate::clock::Clock;
use crate::domain::ids::{IntentId, RemoteId};
use crate::domain::outline::Errand;
use crate::domain::problem::Problem;
use crate::domain::queue::{Next, Queue};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState};
use crate::domain::write::{Prepared, Receipt, Submission, Timing, Write};

const HOME: &str = "https://api.voxburst.io/v1";

/// Entries per page: the most that is allowed.
const PER_PAGE: &str = "100";

/// The kind of a post is stated there; other options of networks have a place whose names nobody states (contract,
/// section 7): those are not sent.
const CARRIES: Carries = Carries {
    options: map::KINDS,
    never: &[],
    first_comment: map::COMMENTED,
    one_comment: true,
    comment_delay: 60,
    threads: &["x", "threads"],
    thread_parts: 25,
    thread_alone: true,
    one_kind: true,
    target_media: false,
    alt: Alt::None,
};

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    provider: "voxburst",
    name: "VoxBurst",
    paging: Paging::Cursor,
    revise: Revise::Fields,
    retry: Retry::PostWithKey,
    // How long keys live is not stated; a day is assumed, and an hour taken off it.
    repeat: Repeat::Key { kept: TimeDelta::hours(23) },
    check: Check::PerNetwork,
    overrides: Overrides::PerNetwork,
    uploads: Uploads::Both,
    keeps: Keeps::Shared(TimeDelta::days(3)),
    // There is a call, but its answer is nowhere stated (contract, section 5).
    connects: Connects::Dashboard,
    hides_sending: None,
    due_every: TimeDelta::seconds(5),
    target_time: false,
    drafts: true,
    removes_failed: false,
    settings: false,
    numbers: false,
    reference: true,
    tags: true,
    campaigns: false,
    refuses_equal: false,
    // The contract names it for new posts only, and no call that shows its places (section 7).
    queues: Queues::New,
    bulk: false,
    carries: CARRIES,
    key_env: "VOXBURST_API_KEY",
    key_words: "an API key that may read accounts and write posts",
    dashboard: "https://app.voxburst.io",
};

/// The adapter.
#[derive(Debug)]
pub struct VoxBurst {
    http: Http,
}

impl VoxBurst {
    /// The adapter for `connection`.
    pub fn new(connection: Connection, clock: Clock) -> Result<Self> {
        Ok(Self { http: Http::new(connection, HOME, "/v1", map::said, clock)? })
    }
}

#[async_trait]
impl Provider for VoxBurst {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn clock_ahead(&self) -> Option<TimeDelta> {
        self.http.clock_ahead()
    }

    async fn identity(&self) -> Result<Identity> {
        match self.http.call(Call::get("/auth/me", &[])).await {
            Ok(answer) => {
                if let Some(name) = workspace(&answer.json) {
                    return Ok(Identity { name });
                }
            }
            Err(error) if !matches!(error.status, Some(403 | 404)) => return Err(error),
            Err(_) => {}
        }
        // The call is not documented and may want a scope that a scheduling key lacks: the accounts prove the key too.
        let answer = self.http.call(Call::get("/accounts", &[("limit", "1".to_owned())])).await?;
        list(&answer)?;
        Ok(Identity { name: "VoxBurst workspace".into() })
    }

    async fn channels(&self, at: Option<PageToken>) -> Result<Page<RemoteChannel>> {
        let mut query = vec![("status", "all".to_owned()), ("limit", PER_PAGE.to_owned())];
        query.extend(at.as_ref().map(|PageToken(cursor)| ("cursor", cursor.clone())));
        let answer = self.http.call(Call::get("/accounts", &query)).await?;
        let mut page = page(list(&answer)?, "channel", map::channel);
        go_on(&mut page, &answer.json, at.as_ref());
        Ok(page)
    }

    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        let mut asked = vec![("status", "all".to_owned()), ("limit", PER_PAGE.to_owned())];
        // A day more on each side: which date is compared is not stated. A host that compares when posts were made shows
        // in no window what was made long before its time: what a look-up must find is looked for among all of them.
        if query.write.is_none() {
            asked.extend(query.from.map(|from| ("from", wire_time(from - TimeDelta::days(1)))));
            asked.extend(query.to.map(|to| ("to", wire_time(to + TimeDelta::days(1)))));
        }
        asked.extend(at.as_ref().map(|PageToken(cursor)| ("cursor", cursor.clone())));
        let answer = self.http.call(Call::get("/posts", &asked)).await?;
        let mut page = page(list(&answer)?, "post", |item| map::post(item, None));
        go_on(&mut page, &answer.json, at.as_ref());
        Ok(page)
    }

    async fn post(&self, id: &RemoteId) -> Result<RemotePost> {
        let path = format!("/posts/{}", segment(id.as_str())?);
        let answer = self.http.call(Call::get(&path, &[])).await.map_err(|mut error| {
            if is_gone(&error) {
                error.kind = Kind::NotFound;
            }
            error
        })?;
        map::post(unwrapped(&answer.json), None)
            .map_err(|why| answer.unreadable(&format!("the post could not be read: {why}")))
    }

    async fn check(&self, draft: &Submission) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        for question in map::validations(draft) {
            let body = frozen(&question)?;
            let answer = self.http.call(Call::ask("/posts/validate", &body)).await?;
            problems.extend(map::problems(&answer.json, question.content.len()));
        }
        Ok(problems)
    }

    fn next(&self, write: &Write, key: IntentId, so_far: &[Receipt]) -> Result<Step> {
        let at = |remote: &RemoteId| segment(remote.as_str()).map(|id| format!("/posts/{id}"));
        let (files, so_far) = match write.submission() {
            None => (Vec::new(), so_far),
            Some(submission) => {
                // What no post can carry is said before its files travel.
                map::new_post(submission, &[])?;
                match media::library(submission, key, so_far)? {
                    Library::Needs(prepared) => return Ok(Step::Send(prepared)),
                    Library::Complete(files, so_far) => (files, so_far),
                }
            }
        };
        let publishes = write.submission().is_some_and(|submission| submission.timing == Timing::Now);
        match (so_far, publishes) {
            ([], _) => {}
            // A post for at once is made or changed first, and published by a second request with a key of its own.
            ([first], true) if !is_going_out(first) => {
                let remote = first.remote.as_ref().or(write.remote()).ok_or_else(|| {
                    let words = "the answer to the first step names no post to publish";
                    ProviderError::new(Kind::Malformed, Reach::NotSent, Again::Never, words)
                })?;
                return Ok(send("POST", format!("{}/publish", at(remote)?), None, format!("publish-{key}")));
            }
            _ => return Ok(Step::Done),
        }
        Ok(match write {
            Write::Create { submission } => {
                let body = frozen(&map::new_post(submission, &files)?)?;
                send("POST", "/posts".into(), Some(body), key.to_string())
            }
            Write::Revise { remote, submission } => {
                let body = frozen(&map::changed_post(submission, &files)?)?;
                send("PATCH", at(remote)?, Some(body), key.to_string())
            }
            Write::Remove { remote } => send("DELETE", at(remote)?, None, key.to_string()),
            Write::Retry { remote, .. } => send("POST", format!("{}/retry", at(remote)?), None, format!("retry-{key}")),
            Write::Publish { remote } => {
                send("POST", format!("{}/publish", at(remote)?), None, format!("publish-{key}"))
            }
        })
    }

    fn beside(&self, write: &Write) -> Vec<Errand> {
        let Some(submission) = write.submission() else { return Vec::new() };
        let registered = submission.media.iter().filter(|media| media::is_address(media)).map(|_| Errand::Upload);
        let publish = (submission.timing == Timing::Now).then_some(Errand::Publish);
        registered.chain(publish).collect()
    }

    async fn queues(&self, _: &[RemoteId]) -> Result<Vec<Queue>> {
        let (place, name) = ("queue".to_owned(), "VoxBurst".to_owned());
        Ok(vec![Queue { place, name, usual: true, slots: Vec::new(), zone: String::new(), next: Next::Untold }])
    }

    async fn upload(&self, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded> {
        let asked = wire::NewFile { filename: &file.name, content_type: &file.mime, size_bytes: file.bytes };
        let answer = self.http.call(Call::ask("/media/upload", &frozen(&asked)?)).await?;
        let told = unwrapped(&answer.json);
        let named = |name: &str| text(told, &[name]).map(str::to_owned);
        let to = named("uploadUrl").ok_or_else(|| answer.unreadable("the answer names no address to upload to"))?;
        let id = named("mediaId").ok_or_else(|| answer.unreadable("the answer names no media"))?;
        let headers = media::headers(told, &file.mime);
        self.http.send_file("PUT", Destination::Signed(&to), &headers, file, progress).await?;
        self.uploaded(&id).await
    }

    async fn uploaded(&self, source: &str) -> Result<Uploaded> {
        let answer = self.http.call(Call::get(&format!("/media/{}", segment(source)?), &[])).await?;
        match media::receipt(true, &answer, self.http.now()) {
            Ok(_) => Ok(Uploaded { source: source.to_owned(), ready: true }),
            Err(error) if error.kind == Kind::InProgress => Ok(Uploaded { source: source.to_owned(), ready: false }),
            Err(error) => Err(error),
        }
    }

    async fn send(&self, request: &Prepared) -> Result<Receipt> {
        let asks = request.method == "GET";
        let call = Call {
            method: &request.method,
            path: &request.path,
            query: &[],
            headers: &request.headers,
            body: request.body.as_deref(),
            purpose: if asks { Purpose::Read } else { Purpose::Write },
        };
        match self.http.call(call).await {
            Ok(answer) if request.path.starts_with("/media/") => media::receipt(asks, &answer, self.http.now()),
            Ok(answer) => receipt(request, &answer),
            Err(error) if request.method == "DELETE" && is_gone(&error) => {
                Ok(Receipt { status: error.status.unwrap_or(404), remote: None, post: None, raw: error.words })
            }
            Err(error) => Err(error),
        }
    }
}

fn send(method: &str, path: String, body: Option<String>, key: String) -> Step {
    let mut headers = Vec::new();
    if body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    headers.push(("idempotency-key".to_owned(), key));
    Step::Send(Prepared { method: method.to_owned(), path, headers, body })
}

/// Whether the post is past the point where it needs to be published.
fn is_going_out(receipt: &Receipt) -> bool {
    let state = receipt.post.as_ref().map(|post| &post.state);
    matches!(state, Some(RemoteState::Publishing | RemoteState::Settled))
}

/// An id of ours that is unknown there, or no longer even read as one, is gone.
fn is_gone(error: &ProviderError) -> bool {
    let malformed =
        error.status == Some(400) && error.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("BAD_REQUEST"));
    error.kind == Kind::NotFound || malformed
}

/// What a success says of the post. A retry that retried nothing is a refusal in a success's clothes.
fn receipt(request: &Prepared, answer: &Answer) -> Result<Receipt> {
    let body = unwrapped(&answer.json);
    let rows = |name: &str| body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let skipped = rows("skippedPlatforms");
    if !skipped.is_empty() && rows("retriedPlatforms").is_empty() {
        let why = skipped.iter().map(|row| {
            let platform = text(row, &["platform"]).unwrap_or("a channel");
            format!("{platform}: {}", text(row, &["reason"]).unwrap_or("no reason given"))
        });
        let words = super::words::name(&format!("nothing was sent again ({})", why.collect::<Vec<_>>().join("; ")));
        let mut error = ProviderError::new(Kind::Conflict, Reach::Answered, Again::Never, words);
        error.status = Some(answer.status);
        error.request_id.clone_from(&answer.request_id);
        return Err(error);
    }
    let remote = text(body, &["id"]).map(RemoteId::new);
    // Some answers name the post without showing it.
    let shown = body.get("platforms").is_some() && body.get("content").is_some();
    let post = shown.then(|| map::post(body, answer.request_id.as_deref())).transpose();
    let post = post.map_err(|why| answer.unreadable(&format!("the answer's post could not be read: {why}")))?;
    if request.method == "POST" && request.path == "/posts" && remote.is_none() {
        return Err(answer.unreadable("the answer names no post"));
    }
    let remote = if request.method == "DELETE" { None } else { remote };
    Ok(Receipt { status: answer.status, remote, post, raw: answer.record.clone() })
}

fn frozen(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body)
        .map_err(|_| ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, "the post has no JSON form"))
}

/// The thing itself, where an answer wraps it in `data`.
fn unwrapped(body: &Value) -> &Value {
    body.get("data").filter(|data| data.is_object()).unwrap_or(body)
}

/// The workspace's name, or its id; none where the answer is about something else.
fn workspace(body: &Value) -> Option<String> {
    let body = unwrapped(body);
    let places: [&[&str]; 6] =
        [&["workspaceName"], &["workspace", "name"], &["name"], &["workspaceId"], &["workspace", "id"], &["id"]];
    places.into_iter().find_map(|place| text(body, place)).map(super::words::name)
}

fn list(answer: &Answer) -> Result<&[Value]> {
    let named = ["data", "accounts", "posts"].iter().find_map(|name| answer.json.get(*name)?.as_array());
    let found = named.or(answer.json.as_array()).map(Vec::as_slice);
    found.ok_or_else(|| answer.unreadable("the answer holds no list"))
}

/// Finds where the listing goes on, in either spelling; a cursor that leads back to itself ends it.
fn go_on<T>(page: &mut Page<T>, body: &Value, at: Option<&PageToken>) {
    let told = body.get("pagination").unwrap_or(&Value::Null);
    let more = told.get("has_more").or_else(|| told.get("hasMore")).and_then(Value::as_bool);
    let cursor = text(told, &["next_cursor"]).or_else(|| text(told, &["nextCursor"]));
    page.total = told.get("total").and_then(Value::as_u64);
    page.next = match cursor {
        _ if more == Some(false) => None,
        Some(cursor) if at.is_some_and(|token| token.0 == cursor) => {
            page.spoiled.push("the listing leads back to the same page; what follows it could not be read".into());
            None
        }
        cursor => cursor.map(|cursor| PageToken(cursor.to_owned())),
    };
}

#[cfg(test)]
mod media_tests;
#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;
