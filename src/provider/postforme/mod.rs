//! Post for Me: listings by offset, whole-post changes, results per account, and no memory for what was asked twice.

mod check;
mod compose;
mod listing;
mod map;
mod options;
mod wire;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::TimeDelta;
use serde::Serialize;
use serde_json::Value;

use self::listing::{Part, Place};
use self::options::CARRIES;
use super::address::{link, segment};
use super::capability::{
    Capabilities, Check, Connects, Keeps, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads,
};
use super::http::{Answer, Call, Destination, Http, Purpose};
use super::pace::Share;
use super::tolerant::{page, text};
use super::{
    Again, Connection, Identity, Kind, LocalFile, Page, PageToken, Progress, Provider, ProviderError, Query, Reach,
    Result, Step, Uploaded,
};
use crate::clock::Clock;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::{IntentId, RemoteId};
use crate::domain::outline::Errand;
use crate::domain::problem::Problem;
use crate::domain::published::Published;
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::secret::Secret;
use crate::domain::write::{Prepared, Receipt, Submission, Write};

const HOME: &str = "https://api.postforme.dev/v1";

/// Five a second and forty a minute (contract, section 14), and a little below: what leaves at even distances does not
/// arrive so. Reads leave a few of each minute to writes.
const SHARES: &[Share] = &[
    Share { most: 4, kept_for_writes: 0, span: TimeDelta::seconds(1) },
    Share { most: 38, kept_for_writes: 6, span: TimeDelta::seconds(60) },
];

/// Networks whose channels are connected through a link; Bluesky wants an app password instead (contract, section 3).
const LINKED: &[&str] =
    &["x", "linkedin", "instagram", "facebook", "tiktok", "threads", "youtube", "pinterest", "tiktok_business"];

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    provider: "postforme",
    name: "Post for Me",
    paging: Paging::Offset,
    revise: Revise::Whole,
    retry: Retry::Anew,
    repeat: Repeat::Reference,
    check: Check::Preview,
    overrides: Overrides::PerTarget,
    uploads: Uploads::Both,
    // About 24 hours, unless a scheduled post refers to it (contract, section 4).
    keeps: Keeps::Once(TimeDelta::hours(20)),
    connects: Connects::Link(LINKED),
    hides_sending: None,
    // Every 15 to 30 seconds at most (contract, section 10).
    due_every: TimeDelta::seconds(15),
    target_time: false,
    drafts: true,
    removes_failed: false,
    settings: false,
    numbers: false,
    reference: true,
    tags: false,
    campaigns: false,
    refuses_equal: false,
    queues: Queues::No,
    bulk: false,
    carries: CARRIES,
    key_env: "POSTFORME_API_KEY",
    key_words: "an API key from its dashboard, under API keys",
    dashboard: "https://app.postforme.dev",
};

/// The adapter.
#[derive(Debug)]
pub struct PostForMe {
    http: Http,
    /// The accounts that may write more, of those that were listed.
    paying: Mutex<BTreeSet<String>>,
}

impl PostForMe {
    /// The adapter for `connection`.
    pub fn new(connection: Connection, clock: Clock) -> Result<Self> {
        let http = Http::new(connection, HOME, "/v1", map::said, clock)?;
        Ok(Self { http: http.within(SHARES).hiding_secrets(), paying: Mutex::default() })
    }

    /// What became of these posts, account by account.
    async fn results(&self, posts: &[&str]) -> Result<Vec<wire::Outcome>> {
        if posts.is_empty() {
            return Ok(Vec::new());
        }
        // The limit counts posts, so a page of posts has a page of results (contract, section 9).
        let mut asked: Vec<_> = posts.iter().map(|id| ("post_id", (*id).to_owned())).collect();
        asked.push(("limit", listing::PER_PAGE.to_string()));
        let answer = self.http.call(Call::get("/social-post-results", &asked)).await?;
        let rows = list(&answer)?.iter();
        Ok(rows.filter_map(map::result).collect())
    }

    /// One post as it is shown, with its results where it has any.
    async fn shown(&self, value: &Value) -> Result<std::result::Result<RemotePost, String>> {
        let id = text(value, &["id"]).filter(|_| map::is_processed(value));
        let results = self.results(id.as_slice()).await?;
        Ok(map::post(value, &results))
    }

    /// The post as it is now, for a change that replaces it; refused where it is on its way or out.
    async fn keep(&self, request: &Prepared) -> Result<Receipt> {
        let answer = self.http.call(Call::get(&request.path, &[])).await?;
        let status = text(&answer.json, &["status"]).unwrap_or_default();
        if !matches!(status, "draft" | "scheduled") {
            // A change while it is processed can publish twice or never (contract, section 8).
            let words = format!("nothing was changed: the post is {} there already", super::words::name(status));
            let mut error = ProviderError::new(Kind::Conflict, Reach::Answered, Again::Never, words);
            error.status = Some(answer.status);
            return Err(error);
        }
        Ok(Receipt { status: answer.status, remote: None, post: None, raw: compose::keepsake(&answer.json)? })
    }

    /// What a success says of the post.
    async fn receipt(&self, request: &Prepared, answer: &Answer) -> Result<Receipt> {
        let (status, raw) = (answer.status, answer.record.clone());
        if request.method == "DELETE" {
            if answer.json.get("success") == Some(&Value::Bool(false)) {
                let words = "it was not deleted, and the provider does not say why";
                let mut error = ProviderError::new(Kind::Conflict, Reach::Answered, Again::Never, words);
                error.status = Some(status);
                return Err(error);
            }
            return Ok(Receipt { status, remote: None, post: None, raw });
        }
        let shown = unwrapped(&answer.json);
        let Some(id) = text(shown, &["id"]) else { return Err(answer.unreadable("the answer names no post")) };
        // Just made or changed, so there are no results yet.
        let post = shown.get("status").map(|_| map::post(shown, &[])).transpose();
        let post = post.map_err(|why| answer.unreadable(&format!("the answer's post could not be read: {why}")))?;
        Ok(Receipt { status, remote: Some(RemoteId::new(id)), post, raw })
    }
}

#[async_trait]
impl Provider for PostForMe {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn clock_ahead(&self) -> Option<TimeDelta> {
        self.http.clock_ahead()
    }

    async fn identity(&self) -> Result<Identity> {
        // A key is one project, which no call names (contract, section 1).
        let answer = self.http.call(Call::get("/social-accounts", &[("limit", "1".to_owned())])).await?;
        list(&answer)?;
        Ok(Identity { name: "Post for Me project".into() })
    }

    async fn channels(&self, at: Option<PageToken>) -> Result<Page<RemoteChannel>> {
        let place = at.as_ref().and_then(Place::read).unwrap_or_else(|| Place::start(Part::Whole));
        let answer = self.http.call(Call::get("/social-accounts", &place.asked())).await?;
        let fresh = listing::fresh(list(&answer)?, &place, &Query::default());
        let now = self.http.now();
        let mut paying = self.paying.lock().unwrap_or_else(PoisonError::into_inner);
        paying.retain(|id| !fresh.items.iter().any(|item| text(item, &["id"]) == Some(id)));
        paying.extend(check::premium(fresh.items));
        drop(paying);
        let mut page = page(fresh.items, "channel", |item| map::channel(item, now));
        page.next = fresh.next;
        page.spoiled.extend(fresh.doubt.map(str::to_owned));
        Ok(page)
    }

    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        let part = if query.write.is_some() { Part::Whole } else { Part::Coming };
        let place = at.as_ref().and_then(Place::read).unwrap_or_else(|| Place::start(part));
        let mut asked = place.asked();
        asked.extend(query.write.map(|(post, key)| ("external_id", compose::external_id(post, key))));
        let answer = self.http.call(Call::get("/social-posts", &asked)).await?;
        // What carries our reference is ours, wherever it was moved to.
        let everywhere = Query::default();
        let query = if query.write.is_some() { &everywhere } else { query };
        let fresh = listing::fresh(list(&answer)?, &place, query);
        let wanted = |item: &&Value| map::post(item, &[]).is_ok_and(|post| listing::within(query, post.at));
        let over = fresh.items.iter().filter(|item| map::is_processed(item)).filter(wanted);
        let over: Vec<&str> = over.filter_map(|item| text(item, &["id"])).collect();
        let results = self.results(&over).await?;
        let mut page = page(fresh.items, "post", |item| map::post(item, &results));
        page.items.retain(|post| listing::within(query, post.at));
        page.next = fresh.next;
        page.spoiled.extend(fresh.doubt.map(str::to_owned));
        Ok(page)
    }

    async fn post(&self, id: &RemoteId) -> Result<RemotePost> {
        let path = format!("/social-posts/{}", segment(id.as_str())?);
        let answer = self.http.call(Call::get(&path, &[])).await?;
        let post = self.shown(unwrapped(&answer.json)).await?;
        post.map_err(|why| answer.unreadable(&format!("the post could not be read: {why}")))
    }

    async fn limits(&self, channels: &[Channel]) -> Result<Option<Vec<Published>>> {
        // The listing tells, which was asked for just before: no call of its own.
        let paying = self.paying.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let here = |account: &String| channels.iter().any(|channel| channel.remote.as_str() == account);
        let paying = paying.into_iter().filter(here);
        Ok(Some(paying.map(check::published).collect()))
    }

    async fn check(&self, draft: &Submission) -> Result<Vec<Problem>> {
        let asked = match compose::preview(draft) {
            Ok(asked) => frozen(&asked)?,
            // What it has no words for is minded without asking.
            Err(error) if !error.problems.is_empty() => return Ok(error.problems),
            Err(error) => return Err(error),
        };
        let answer = self.http.call(Call::ask("/social-post-previews", &asked)).await?;
        let Some(previews) = answer.json.as_array() else {
            return Err(answer.unreadable("the answer holds no list of previews"));
        };
        let long = check::asks_for_premium(previews);
        let mut premium = Vec::new();
        if !long.is_empty() {
            let asked: Vec<_> = long.iter().map(|id| ("id", (*id).to_owned())).collect();
            let answer = self.http.call(Call::get("/social-accounts", &asked)).await?;
            premium = check::premium(list(&answer)?);
        }
        Ok(check::problems(previews, &premium))
    }

    fn next(&self, write: &Write, key: IntentId, so_far: &[Receipt]) -> Result<Step> {
        let at = |remote: &RemoteId| segment(remote.as_str()).map(|id| format!("/social-posts/{id}"));
        let kept = || so_far.first().and_then(|kept| serde_json::from_str::<Value>(&kept.raw).ok());
        Ok(match (write, so_far) {
            (Write::Create { submission }, []) => {
                send("POST", "/social-posts".into(), Some(frozen(&compose::new_post(submission, key)?)?))
            }
            (Write::Remove { remote }, []) => send("DELETE", at(remote)?, None),
            (Write::Retry { .. }, _) => {
                let words = "Post for Me sends nothing again: what failed has to become a new post";
                return Err(ProviderError::unsupported(words));
            }
            // A change replaces the whole post, so what is there is read first.
            (Write::Revise { remote, submission }, []) => {
                // What no post can carry is said before anything is asked.
                compose::whole_post(submission, key, &Value::Null)?;
                send("GET", at(remote)?, None)
            }
            (Write::Publish { remote }, []) => send("GET", at(remote)?, None),
            (Write::Revise { remote, submission }, [_]) => {
                let kept = kept().ok_or_else(forgotten)?;
                send("PUT", at(remote)?, Some(frozen(&compose::whole_post(submission, key, &kept)?)?))
            }
            (Write::Publish { remote }, [_]) => {
                let kept = kept().ok_or_else(forgotten)?;
                send("PUT", at(remote)?, Some(frozen(&compose::same_post_now(&kept))?))
            }
            _ => Step::Done,
        })
    }

    fn beside(&self, write: &Write) -> Vec<Errand> {
        // A change replaces the whole post: what is there is read first.
        match write {
            Write::Revise { .. } | Write::Publish { .. } => vec![Errand::LookUp],
            _ => Vec::new(),
        }
    }

    async fn upload(&self, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded> {
        let call = Call { body: None, ..Call::ask("/media/create-upload-url", "") };
        let answer = self.http.call(call).await?;
        let to = text(&answer.json, &["upload_url"]);
        let to = to.ok_or_else(|| answer.unreadable("the answer names no address to upload to"))?;
        let source = text(&answer.json, &["media_url"]);
        let source = source.ok_or_else(|| answer.unreadable("the answer does not say where the file will be"))?;
        // The addresses have no ending: the type that is told here decides what the networks are given.
        let headers = [("content-type".to_owned(), file.mime.clone())];
        self.http.send_file("PUT", Destination::Signed(to), &headers, file, progress).await?;
        Ok(Uploaded { source: source.to_owned(), ready: true })
    }

    async fn uploaded(&self, source: &str) -> Result<Uploaded> {
        // Usable at once (contract, section 4).
        Ok(Uploaded { source: source.to_owned(), ready: true })
    }

    /// A renewed authorisation is the same link: what is connected again keeps its id by network and user.
    async fn authorise(&self, network: &Network, _renews: Option<&RemoteId>) -> Result<Secret> {
        let asked = frozen(&wire::AuthUrl { platform: map::platform(network), permissions: &["posts"] })?;
        let answer = self.http.call(Call::ask("/social-accounts/auth-url", &asked)).await?;
        let shapes = [text(&answer.json, &["url"]), text(&answer.json, &["data", "url"])];
        let given = shapes.into_iter().flatten().next().or_else(|| text(&answer.json, &["data", "auth_url"]));
        link(given.unwrap_or_default(), self.http.is_at_home())
    }

    async fn send(&self, request: &Prepared) -> Result<Receipt> {
        if request.method == "GET" {
            return self.keep(request).await;
        }
        let call = Call {
            method: &request.method,
            path: &request.path,
            query: &[],
            headers: &request.headers,
            body: request.body.as_deref(),
            purpose: Purpose::Write,
        };
        match self.http.call(call).await {
            Ok(answer) => self.receipt(request, &answer).await,
            Err(error) if request.method == "DELETE" && error.kind == Kind::NotFound => {
                Ok(Receipt { status: 404, remote: None, post: None, raw: error.words })
            }
            Err(error) => Err(named(error, request)),
        }
    }
}

/// Adds which channels were asked for to a refusal that says only that one of them is not theirs.
fn named(mut error: ProviderError, request: &Prepared) -> ProviderError {
    if error.kind == Kind::Invalid && error.words.contains("not owned") {
        let body: Value = request.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
        let asked = body.get("social_accounts").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let asked: Vec<&str> = asked.iter().filter_map(Value::as_str).collect();
        error.words = super::words::name(&format!("{} (asked for {})", error.words, asked.join(", ")));
    }
    error
}

fn send(method: &str, path: String, body: Option<String>) -> Step {
    let headers = body.iter().map(|_| ("content-type".to_owned(), "application/json".to_owned())).collect();
    Step::Send(Prepared { method: method.to_owned(), path, headers, body })
}

fn frozen(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body)
        .map_err(|_| ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, "the post has no JSON form"))
}

fn forgotten() -> ProviderError {
    let words = "what the post holds there was not kept between two steps; nothing was changed";
    ProviderError::new(Kind::Malformed, Reach::NotSent, Again::Never, words)
}

/// The thing itself, where an answer wraps it in `data` (contract, section 16).
fn unwrapped(body: &Value) -> &Value {
    body.get("data").filter(|data| data.is_object()).unwrap_or(body)
}

fn list(answer: &Answer) -> Result<&[Value]> {
    let found = answer.json.get("data").and_then(Value::as_array).map(Vec::as_slice);
    found.ok_or_else(|| answer.unreadable("the answer holds no list"))
}

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;
