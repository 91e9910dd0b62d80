//! Late, since March 2026 called Zernio: the same API under two names.

mod bulk;
mod limits;
mod looks;
mod map;
mod numbers;
mod options;
mod queue;
mod wire;

use async_trait::async_trait;
use chrono::{NaiveTime, TimeDelta};
use serde::Serialize;
use serde_json::Value;

use self::options::CARRIES;
use super::address::{link, segment};
use super::capability::{
    Capabilities, Check, Connects, Keeps, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads,
};
use super::http::{Answer, Call, Destination, Dialect, Http, Purpose};
use super::tolerant::{page, text};
use super::{
    Again, Connection, Identity, Kind, LocalFile, Page, PageToken, Progress, Provider, ProviderError, Query, Reach,
    Result, Step, Uploaded,
};
use crate::clock::Clock;
use crate::domain::batch::Batch;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::{IntentId, RemoteId};
use crate::domain::numbers::Counted;
use crate::domain::problem::Problem;
use crate::domain::published::Published;
use crate::domain::queue::Queue;
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::secret::Secret;
use crate::domain::write::{Prepared, Receipt, Submission, Write};

/// Where it lives; the older `https://getlate.dev/api/v1` speaks the same.
const HOME: &str = "https://zernio.com/api/v1";

/// Posts per page: the most that every generation of hosts allows.
const PER_PAGE: &str = "100";

/// Networks whose channels are connected through a link. Bluesky wants an app password and Telegram a code instead
/// (contract, section 4).
const LINKED: &[&str] = &[
    "x",
    "linkedin",
    "instagram",
    "facebook",
    "tiktok",
    "threads",
    "youtube",
    "pinterest",
    "reddit",
    "google_business",
];

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    provider: "late",
    name: "Late (Zernio)",
    paging: Paging::PageOrCursor,
    revise: Revise::Whole,
    retry: Retry::Post,
    // Kept for 24 hours on current hosts; an hour less, so that no repeat comes too late.
    repeat: Repeat::KeyOrConflict { kept: TimeDelta::hours(23) },
    check: Check::PerTarget,
    overrides: Overrides::PerTarget,
    uploads: Uploads::Both,
    // Seven days are stated (contract, section 5).
    keeps: Keeps::Shared(TimeDelta::days(3)),
    connects: Connects::Link(LINKED),
    hides_sending: None,
    due_every: TimeDelta::seconds(5),
    target_time: true,
    drafts: true,
    // Older hosts delete only what waits, and say so (contract, section 6.6).
    removes_failed: true,
    settings: false,
    numbers: true,
    reference: true,
    tags: true,
    campaigns: false,
    // contracts: late, section 6.3.
    refuses_equal: true,
    queues: Queues::Any,
    bulk: true,
    carries: CARRIES,
    key_env: "LATE_API_KEY",
    key_words: "an API key from its dashboard, under API keys",
    dashboard: "https://zernio.com/dashboard",
};

/// The adapter.
#[derive(Debug)]
pub struct Late {
    http: Http,
    looks: looks::Looks,
}

impl Late {
    /// The adapter for `connection`.
    pub fn new(connection: Connection, clock: Clock) -> Result<Self> {
        let dialect: Dialect = map::said;
        let http = Http::new(connection, HOME, "/api/v1", dialect, clock)?;
        Ok(Self { http, looks: looks::Looks::default() })
    }

    /// The profile a channel belongs to: its own, else the default one.
    async fn profile(&self, channel: Option<&RemoteId>) -> Result<String> {
        if let Some(id) = channel {
            let answer = self.http.call(Call::get("/accounts", &[])).await?;
            let rows = list(&answer, "accounts")?;
            let row = rows.iter().find(|row| text(row, &["_id"]) == Some(id.as_str())).unwrap_or(&Value::Null);
            if let Some(own) = text(row, &["profileId", "_id"]).or_else(|| text(row, &["profileId"])) {
                return Ok(own.to_owned());
            }
        }
        let answer = self.http.call(Call::get("/profiles", &[])).await?;
        let rows = list(&answer, "profiles")?;
        let default = rows.iter().find(|row| row.get("isDefault") == Some(&Value::Bool(true)));
        let id = default.or(rows.first()).and_then(|row| text(row, &["_id"]));
        id.map(str::to_owned).ok_or_else(|| answer.unreadable("the answer names no profile to connect a channel in"))
    }

    /// The health report by account; a host without one, or a hiccup, costs only the details.
    async fn health(&self) -> Vec<wire::HealthRow> {
        let Ok(answer) = self.http.call(Call::get("/accounts/health", &[])).await else {
            return Vec::new();
        };
        let rows = answer.json.get("accounts").and_then(Value::as_array).cloned().unwrap_or_default();
        rows.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect()
    }
}

#[async_trait]
impl Provider for Late {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn clock_ahead(&self) -> Option<TimeDelta> {
        self.http.clock_ahead()
    }

    async fn identity(&self) -> Result<Identity> {
        match self.http.call(Call::get("/auth/verify", &[])).await {
            Ok(answer) if answer.json.get("valid") == Some(&Value::Bool(false)) => {
                Err(ProviderError::new(Kind::Unauthorised, Reach::Answered, Again::Never, "the key is not valid"))
            }
            Ok(answer) => identity(&answer.json, &answer),
            // Older hosts do not know that call.
            Err(error) if error.status == Some(404) => {
                let answer = self.http.call(Call::get("/users", &[])).await?;
                identity(current_user(&answer.json), &answer)
            }
            Err(error) => Err(error),
        }
    }

    async fn channels(&self, at: Option<PageToken>) -> Result<Page<RemoteChannel>> {
        // Without paging words every host answers with all of them.
        let query = match &at {
            Some(PageToken(token)) => vec![("limit", PER_PAGE.to_owned()), cursor_or_page(token)],
            None => Vec::new(),
        };
        let answer = self.http.call(Call::get("/accounts", &query)).await?;
        let items = list(&answer, "accounts")?;
        let health = self.health().await;
        let now = self.http.now();
        let mut page = page(items, "channel", |item| map::channel(item, &health, now));
        go_on(&mut page, &answer.json, at.as_ref(), items.len(), false);
        Ok(page)
    }

    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        // Oldest first, so that posts made meanwhile come last instead of shifting the pages.
        let mut asked = vec![("limit", PER_PAGE.to_owned()), ("sortBy", "created-asc".to_owned())];
        asked.push(at.as_ref().map_or(("page", "1".to_owned()), |PageToken(token)| cursor_or_page(token)));
        // Whole days, one more on each side: hosts differ in which date they compare, and to what precision.
        let day = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d").to_string();
        asked.extend(query.from.map(|from| ("dateFrom", day(from - TimeDelta::days(1)))));
        asked.extend(query.to.map(|to| ("dateTo", day(after_midnight(to)))));
        let answer = self.http.call(Call::get("/posts", &asked)).await?;
        let items = list(&answer, "posts")?;
        let mut page = page(items, "post", |item| map::post(item, None));
        go_on(&mut page, &answer.json, at.as_ref(), items.len(), true);
        Ok(page)
    }

    async fn post(&self, id: &RemoteId) -> Result<RemotePost> {
        let path = format!("/posts/{}", segment(id.as_str())?);
        let answer = self.http.call(Call::get(&path, &[])).await.map_err(|mut error| {
            if is_no_id(id, &error) {
                error.kind = Kind::NotFound;
            }
            error
        })?;
        let post = answer.json.get("post").unwrap_or(&answer.json);
        map::post(post, None).map_err(|why| answer.unreadable(&format!("the post could not be read: {why}")))
    }

    async fn numbers(&self, id: &RemoteId) -> Result<Vec<Counted>> {
        self.counted(id).await
    }

    async fn limits(&self, channels: &[Channel]) -> Result<Option<Vec<Published>>> {
        self.published(channels).await.map(Some)
    }

    async fn check(&self, draft: &Submission) -> Result<Vec<Problem>> {
        let body = frozen(&map::validation(draft))?;
        let answer = self.http.call(Call::ask("/tools/validate/post", &body)).await;
        match answer {
            Ok(answer) => {
                let mut problems = map::problems(&answer.json);
                problems.extend(self.minded_media(draft).await);
                Ok(problems)
            }
            Err(error) if error.status == Some(404) => {
                Err(ProviderError::unsupported("this host has no validation; the local checks stand"))
            }
            Err(error) => Err(error),
        }
    }

    fn next(&self, write: &Write, key: IntentId, so_far: &[Receipt]) -> Result<Step> {
        if !so_far.is_empty() {
            return Ok(Step::Done);
        }
        let at = |remote: &RemoteId| segment(remote.as_str()).map(|id| format!("/posts/{id}"));
        let (method, path, body) = match write {
            Write::Create { submission } => ("POST", "/posts".to_owned(), Some(frozen(&map::new_post(submission))?)),
            Write::Revise { remote, submission } => ("PUT", at(remote)?, Some(frozen(&map::whole_post(submission))?)),
            Write::Remove { remote } => ("DELETE", at(remote)?, None),
            Write::Retry { remote, .. } => ("POST", format!("{}/retry", at(remote)?), None),
            Write::Publish { remote } => {
                ("PUT", at(remote)?, Some(frozen(&wire::PublishNow { is_draft: false, publish_now: true })?))
            }
        };
        let mut headers = Vec::new();
        if body.is_some() {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        if matches!(write, Write::Create { .. }) {
            headers.push(("idempotency-key".to_owned(), key.to_string()));
        }
        headers.push(("x-request-id".to_owned(), key.to_string()));
        Ok(Step::Send(Prepared { method: method.to_owned(), path, headers, body }))
    }

    async fn upload(&self, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded> {
        let asked = wire::Presign { filename: &file.name, content_type: &file.mime, size: file.bytes };
        let answer = self.http.call(Call::ask("/media/presign", &frozen(&asked)?)).await?;
        let (to, source) = places(&answer)?;
        let headers = [("content-type".to_owned(), file.mime.clone())];
        self.http.send_file("PUT", Destination::Signed(to), &headers, file, progress).await?;
        Ok(Uploaded { source: source.to_owned(), ready: true })
    }

    async fn uploaded(&self, source: &str) -> Result<Uploaded> {
        // Usable at once (contract, section 5).
        Ok(Uploaded { source: source.to_owned(), ready: true })
    }

    async fn authorise(&self, network: &Network, renews: Option<&RemoteId>) -> Result<Secret> {
        let mut query = vec![("profileId", self.profile(renews).await?)];
        query.extend(renews.map(|id| ("reconnectAccountId", id.to_string())));
        let path = format!("/connect/{}", segment(map::platform(network))?);
        let answer = self.http.call(Call::get(&path, &query)).await?;
        // `url` in older notes (contract, section 4).
        let given = text(&answer.json, &["authUrl"]).or_else(|| text(&answer.json, &["url"]));
        link(given.unwrap_or_default(), self.http.is_at_home())
    }

    async fn queues(&self, channels: &[RemoteId]) -> Result<Vec<Queue>> {
        self.queues_of(channels).await
    }

    async fn bulk(&self, csv: &str, trial: bool) -> Result<Batch> {
        self.upload_rows(csv, trial).await
    }

    async fn send(&self, request: &Prepared) -> Result<Receipt> {
        let call = Call {
            method: &request.method,
            path: &request.path,
            query: &[],
            headers: &request.headers,
            body: request.body.as_deref(),
            purpose: purpose(request),
        };
        match self.http.call(call).await {
            Ok(answer) => receipt(request, &answer),
            Err(error) if request.method == "DELETE" && error.kind == Kind::NotFound => {
                Ok(Receipt { status: 404, remote: None, post: None, raw: error.words })
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether the host says that it cannot even read `id`, in its own form and words (contract, sections 1 and 6.4): no post
/// has it then. A 400 of something on the way says nothing, and neither does one about an id of the form that every id has.
fn is_no_id(id: &RemoteId, error: &ProviderError) -> bool {
    let form = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let well_formed = id.as_str().len() == 24 && id.as_str().bytes().all(form);
    let answer = error.answer.as_deref().and_then(|answer| serde_json::from_str::<Value>(answer).ok());
    let its_own = answer.is_some_and(|answer| answer.get("error").is_some_and(Value::is_string));
    let code = error.code.as_deref().is_none_or(|code| code.eq_ignore_ascii_case("invalid_field_value"));
    error.status == Some(400) && !well_formed && its_own && code
}

/// Where a file goes, and where it will be; older notes call the latter `fileUrl` (contract, section 5).
fn places(answer: &Answer) -> Result<(&str, &str)> {
    let address = |names: &[&str]| names.iter().find_map(|name| text(&answer.json, &[name]));
    let to = address(&["uploadUrl"]).ok_or_else(|| answer.unreadable("the answer names no address to upload to"))?;
    let source = address(&["publicUrl", "fileUrl"]);
    let source = source.ok_or_else(|| answer.unreadable("the answer does not say where the file will be"))?;
    Ok((to, source))
}

/// Publishing inside the request takes minutes.
fn purpose(request: &Prepared) -> Purpose {
    let publishes = request.body.as_deref().is_some_and(|body| body.contains("\"publishNow\":true"));
    if publishes || request.path.ends_with("/retry") { Purpose::SlowWrite } else { Purpose::Write }
}

/// What a success says of the post: created, replayed, still being saved, or published in part.
fn receipt(request: &Prepared, answer: &Answer) -> Result<Receipt> {
    let body = &answer.json;
    let shown = body.get("post").or_else(|| body.get("existingPost")).filter(|post| post.is_object());
    let post = shown.map(|post| map::answered_post(post, body, answer.request_id.as_deref()));
    let post = match post {
        Some(Err(why)) => return Err(answer.unreadable(&format!("the answer's post could not be read: {why}"))),
        Some(Ok(post)) => Some(post),
        None => None,
    };
    let named = || text(body, &["postId"]).map(RemoteId::new);
    let remote = post.as_ref().map(|post| post.id.clone()).or_else(named);
    if request.method == "POST" && request.path == "/posts" && remote.is_none() {
        return Err(answer.unreadable("the answer names no post"));
    }
    Ok(Receipt { status: answer.status, remote, post, raw: answer.record.clone() })
}

fn frozen(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body)
        .map_err(|_| ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, "the post has no JSON form"))
}

fn identity(user: &Value, answer: &Answer) -> Result<Identity> {
    let known = ["name", "email", "userId", "_id"].iter().find_map(|field| text(user, &[field]));
    let name = known.ok_or_else(|| answer.unreadable("the answer names no user"))?;
    Ok(Identity { name: super::words::name(name) })
}

fn current_user(body: &Value) -> &Value {
    let current = text(body, &["currentUserId"]);
    let users = body.get("users").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    users.iter().find(|user| text(user, &["_id"]) == current).or(users.first()).unwrap_or(body)
}

fn list<'a>(answer: &'a Answer, name: &str) -> Result<&'a [Value]> {
    let found = answer.json.get(name).and_then(Value::as_array);
    found.map(Vec::as_slice).ok_or_else(|| answer.unreadable(&format!("the answer holds no list of {name}")))
}

fn cursor_or_page(token: &str) -> (&'static str, String) {
    match token.split_once(':') {
        Some(("page", number)) => ("page", number.to_owned()),
        _ => ("cursor", token.strip_prefix("cursor:").unwrap_or(token).to_owned()),
    }
}

/// Finds where the listing goes on: by cursor where one is offered, else by page where pages are counted.
fn go_on<T>(page: &mut Page<T>, body: &Value, at: Option<&PageToken>, read: usize, always_paged: bool) {
    let told: wire::Pagination =
        body.get("pagination").cloned().and_then(|told| serde_json::from_value(told).ok()).unwrap_or_default();
    page.total = told.total;
    let here = told.page.or_else(|| at?.0.strip_prefix("page:")?.parse().ok()).unwrap_or(1);
    let next = match told.next_cursor.filter(|cursor| !cursor.is_empty()) {
        Some(cursor) => Some(format!("cursor:{cursor}")),
        // The last page of a walk by cursor has none, and counts pages only for show.
        None if at.is_some_and(|token| token.0.starts_with("cursor:")) => None,
        None if read == 0 => None,
        None => match told.pages {
            Some(pages) => (here < pages).then(|| format!("page:{}", here + 1)),
            None => (always_paged && read >= 100).then(|| format!("page:{}", here + 1)),
        },
    };
    if next.is_some() && next.as_ref() == at.map(|token| &token.0) {
        page.spoiled.push("the listing leads back to the same page; what follows it could not be read".into());
        return;
    }
    page.next = next.map(PageToken);
}

/// The day after the one `to` falls on.
fn after_midnight(to: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    to.date_naive().and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(1)
}

#[cfg(test)]
mod bulk_tests;
#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod queue_tests;
#[cfg(test)]
mod tests;
