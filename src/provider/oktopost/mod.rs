//! Oktopost: campaigns, messages and posts; forms instead of JSON; a budget of calls that no header tells.

mod folders;
mod listing;
mod map;
mod numbers;
mod steps;
mod wire;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use serde_json::Value;

use self::folders::Folders;
use self::listing::Place;
use self::map::Stage;
use self::steps::{Brought, Known};
use super::address::segment;
use super::capability::{
    Alt, Capabilities, Carries, Check, Connects, Keeps, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads,
};
use super::http::{Answer, Call, Http, Purpose};
use super::pace::{Allowance, Tally};
use super::tolerant::{page, text};
use super::{
    Again, Connection, Identity, Kind, LocalFile, Page, PageToken, Progress, Provider, ProviderError, Query, Reach,
    Result, Step, Uploaded, words,
};
use crate::clock::Clock;
use crate::domain::ids::{IntentId, RemoteId};
use crate::domain::numbers::Counted;
use crate::domain::outline::Errand;
use crate::domain::problem::Problem;
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::write::{Prepared, Receipt, Submission, Timing, Write};

/// The data centres; an account lives in one of them only (contract, section 1).
const US: &str = "https://api.oktopost.com/v2";
const EU: &str = "https://eu-api.oktopost.com/v2";

/// 60 a minute, 20,000 a day, and a quarter of an hour of silence for passing either (contract, section 4). Other
/// programs may use the same key: some of it stays theirs.
const ALLOWANCE: Allowance =
    Allowance { minute: 50, day: 19_000, for_writes: (5, 500), block: TimeDelta::minutes(15), stated: (60, 20_000) };

/// How many published posts a page of a listing asks their links of; the others are asked the next time.
const LINKS_AT_ONCE: usize = 25;

/// How many results are remembered; whole ones never change any more, and asking costs a call per post.
const MOST_RESULTS: usize = 10_000;

/// How long after a post went out its log of results may still be written. What it lacks later is asked for when a person
/// asks about the post.
const LOG_GROWS: TimeDelta = TimeDelta::hours(1);

/// How often to ask whether the service has fetched a file.
const ASK_AGAIN: TimeDelta = TimeDelta::seconds(5);

const CARRIES: Carries = Carries {
    options: &["youtube.title"],
    never: &[],
    first_comment: &["linkedin"],
    one_comment: true,
    comment_delay: 0,
    threads: &[],
    thread_parts: 0,
    thread_alone: false,
    one_kind: false,
    target_media: false,
    alt: Alt::None,
};

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    provider: "oktopost",
    name: "Oktopost",
    paging: Paging::Page,
    revise: Revise::Fields,
    retry: Retry::Anew,
    repeat: Repeat::Never,
    check: Check::Nothing,
    overrides: Overrides::SameNetwork,
    uploads: Uploads::Addresses,
    keeps: Keeps::Shared(TimeDelta::days(3)),
    connects: Connects::Dashboard,
    hides_sending: None,
    // Each look is a call, and a day has only so many.
    due_every: TimeDelta::seconds(30),
    target_time: false,
    drafts: true,
    removes_failed: false,
    settings: false,
    numbers: true,
    reference: false,
    // Tags there are ids from a list that the account keeps; our words are none of them.
    tags: false,
    campaigns: true,
    refuses_equal: false,
    queues: Queues::No,
    bulk: false,
    carries: CARRIES,
    key_env: "OKTOPOST_API_KEY",
    key_words: "account id and API key as ACCOUNT:KEY, from the settings under API",
    dashboard: "https://app.oktopost.com",
};

/// The adapter.
#[derive(Debug)]
pub struct Oktopost {
    http: Http,
    /// The campaigns there, as far as they are known.
    folders: Mutex<Folders>,
    /// Messages made by this run that no post uses yet.
    fresh: Mutex<BTreeSet<String>>,
    /// The results of posts that are out, as far as they were there.
    results: Mutex<HashMap<String, Vec<wire::Log>>>,
}

impl Oktopost {
    /// The adapter for `connection`; its base address may be `us` or `eu`. Fails on a key that is not `ACCOUNT:KEY`.
    pub fn new(mut connection: Connection, clock: Clock) -> Result<Self> {
        match connection.base_url.as_deref().map(str::trim) {
            Some(region) if region.eq_ignore_ascii_case("us") => connection.base_url = Some(US.into()),
            Some(region) if region.eq_ignore_ascii_case("eu") => connection.base_url = Some(EU.into()),
            _ => {}
        }
        let whole = connection.key.expose_secret().split_once(':');
        let whole = whole.is_some_and(|(account, key)| !account.is_empty() && !key.is_empty());
        let http = Http::new(connection, US, "/v2", map::said, clock)?.basic().allowed(ALLOWANCE);
        if !whole {
            let words = "Oktopost wants account id and key together, as ACCOUNT:KEY; both are in your profile there";
            return Err(ProviderError::new(Kind::Unauthorised, Reach::NotSent, Again::Never, words));
        }
        Ok(Self { http, folders: Mutex::default(), fresh: Mutex::default(), results: Mutex::default() })
    }

    /// Sends `call`. A success whose `Result` is false is a refusal in a success's clothes.
    async fn call(&self, call: Call<'_>) -> Result<Answer> {
        let answer = self.http.call(call).await?;
        if !wire::says_no(&answer.json) {
            return Ok(answer);
        }
        let said = map::said(answer.status, &answer.json);
        let mut words = self.http.tidy(&said.words);
        if words.is_empty() {
            words = "Oktopost refused it without a reason".into();
        }
        let mut error = ProviderError::new(Kind::Invalid, Reach::Answered, Again::Never, words);
        error.problems = said.problems;
        error.status = Some(answer.status);
        error.request_id = answer.request_id;
        Err(error)
    }

    async fn get(&self, path: &str, query: &[(&str, String)]) -> Result<Answer> {
        self.call(Call::get(path, query)).await
    }

    /// A post as `GET /post/:id` shows it.
    async fn bare(&self, id: &RemoteId) -> Result<wire::Post> {
        let path = format!("/post/{}", segment(id.as_str())?);
        let answer = self.get(&path, &[]).await.map_err(|mut error| {
            // What is no id of theirs is refused before any look-up: that post is not there either.
            let said = error.words.to_lowercase();
            if error.kind == Kind::Invalid && (said.contains("parse id") || said.contains("characters long")) {
                error.kind = Kind::NotFound;
            }
            error
        })?;
        let post = map::bare(answer.json.get("Post").unwrap_or(&Value::Null));
        post.map_err(|why| answer.unreadable(&format!("the post could not be read: {why}")))
    }

    /// The messages of `posts` that are not among `messages` yet: a hundred in one call.
    async fn fetch_messages(&self, posts: &[wire::Post], messages: &mut HashMap<String, wire::Message>) -> Result<()> {
        let wanted: BTreeSet<&str> = posts.iter().filter_map(|post| post.message_id.0.as_deref()).collect();
        let wanted: Vec<&str> = wanted.into_iter().filter(|id| !messages.contains_key(*id)).collect();
        for some in wanted.chunks(100) {
            let query = [("ids", some.join(",")), ("_count", "100".to_owned())];
            let answer = self.get("/message", &query).await?;
            take_messages(answer.json.get("Items").unwrap_or(&Value::Null), messages);
        }
        Ok(())
    }

    fn known_results<T>(&self, deed: impl FnOnce(&mut HashMap<String, Vec<wire::Log>>) -> T) -> T {
        deed(&mut self.results.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether there is nothing left to ask about what became of a post: a result for each profile, which stays so, or
    /// none that is still to be written.
    fn knows_results(&self, post: &wire::Post) -> bool {
        let id = post.id.0.as_deref().unwrap_or_default();
        let Some(whole) = self.known_results(|known| known.get(id).map(|logs| map::is_whole(post, logs))) else {
            return false;
        };
        let times = [&post.start_date_time, &post.modified].map(|text| map::time(text.as_deref()).ok().flatten());
        whole || times.into_iter().flatten().max().is_none_or(|out| out + LOG_GROWS < self.http.now())
    }

    /// What became of a post on each profile. Its status turns before its log is written: asked until that is whole.
    async fn results(&self, post: &wire::Post) -> Result<()> {
        if self.knows_results(post) {
            return Ok(());
        }
        let post = post.id.0.as_deref().unwrap_or_default();
        let answer = self.get("/postlog", &[("postId", post.to_owned())]).await?;
        let rows = wire::entries(answer.json.get("Postlogs").unwrap_or(&Value::Null));
        let logs: Vec<wire::Log> = rows.into_iter().filter_map(map::log).collect();
        self.known_results(|known| {
            if known.len() >= MOST_RESULTS {
                known.clear();
            }
            known.insert(post.to_owned(), logs);
        });
        Ok(())
    }

    /// Posts whole: with their messages, and with results where they are out. Which profile failed is always asked;
    /// links of posts that are out everywhere for the latest of them.
    async fn whole(
        &self,
        posts: Vec<wire::Post>,
        mut messages: HashMap<String, wire::Message>,
    ) -> Result<Vec<RemotePost>> {
        self.fetch_messages(&posts, &mut messages).await?;
        let message = |post: &wire::Post| post.message_id.0.as_ref().and_then(|id| messages.get(id));
        self.learn_names(&posts.iter().filter_map(|post| map::campaign_id(post, message(post))).collect()).await?;
        let id = |post: &wire::Post| post.id.0.clone().unwrap_or_default();
        let of = |stages: &[Stage]| posts.iter().filter(|post| stages.contains(&map::stage(post))).collect::<Vec<_>>();
        let failed = of(&[Stage::Incomplete, Stage::Failed]);
        let mut out = of(&[Stage::Complete]);
        out.retain(|post| !self.knows_results(post));
        out.sort_by(|one, other| other.start_date_time.cmp(&one.start_date_time));
        for post in failed.into_iter().chain(out.into_iter().take(LINKS_AT_ONCE)) {
            self.results(post).await?;
        }
        let read = |post: &wire::Post| {
            let campaign = self.filed(post, message(post));
            self.known_results(|known| {
                let logs = known.get(&id(post)).filter(|_| map::stage(post).is_settled());
                RemotePost { campaign, ..map::post(post, message(post), logs.map(Vec::as_slice)) }
            })
        };
        Ok(posts.iter().map(read).collect())
    }

    /// The posts that start in `from..until`, or in as much of it as one call may ask for; and up to where that was.
    async fn calendar(
        &self,
        from: DateTime<Utc>,
        mut until: DateTime<Utc>,
    ) -> Result<(Page<RemotePost>, DateTime<Utc>)> {
        let day = TimeDelta::days(1);
        let answer = loop {
            // A day more on each side: neither zone nor end of a day are stated.
            let dates = [("fromDate", from - day), ("toDate", until + day)];
            let body = wire::form(&dates.map(|(name, at)| (name, at.format("%Y-%m-%d").to_string())));
            let headers = [("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned())];
            let call = Call { headers: &headers, ..Call::ask("/calendar", &body) };
            match self.call(call).await {
                // The longest range is not stated.
                Err(error) if error.kind == Kind::Invalid && until - from > day => until = from + (until - from) / 2,
                answer => break answer?,
            }
        };
        let part = |name: &str| answer.json.get(name).unwrap_or(&Value::Null);
        if part("Posts").is_null() {
            return Err(answer.unreadable("the answer holds no calendar"));
        }
        let mut messages = HashMap::new();
        take_messages(part("Messages"), &mut messages);
        self.note_campaigns(part("Campaigns"));
        let mut read = page(&wire::entries(part("Posts")), "post", map::bare);
        read.items.retain(|post| match map::time(post.start_date_time.as_deref()) {
            Ok(Some(at)) => from <= at && at < until,
            Ok(None) | Err(_) => true,
        });
        let items = self.whole(std::mem::take(&mut read.items), messages).await?;
        Ok((Page { items, next: None, total: None, spoiled: read.spoiled }, until))
    }

    /// One page of the list.
    async fn list(&self, at: &listing::Page) -> Result<Page<RemotePost>> {
        let mut query = vec![("_page", at.number.to_string()), ("_count", listing::PER_PAGE.to_string())];
        match at.after {
            Some(after) => query.extend([("_order", "startDateTime".to_owned()), ("after", map::written(after))]),
            None => query.push(("_order", "created".to_owned())),
        }
        let answer = self.get("/post", &query).await?;
        let rows = wire::entries(items(&answer)?);
        let first = rows.first().and_then(|row| text(row, &["Id"])).unwrap_or_default();
        let total = answer.json.get("Total").and_then(wire::count);
        let mut read = page(&rows, "post", map::bare);
        let (next, odd) = match listing::after_page(at, rows.len(), first, total) {
            Ok(next) => (next, None),
            Err(words) => (None, Some(words.to_owned())),
        };
        read.spoiled.extend(odd);
        let items = self.whole(std::mem::take(&mut read.items), HashMap::new()).await?;
        Ok(Page { items, next: next.map(|place| place.token()), total, spoiled: read.spoiled })
    }

    /// The answer to a question of a write.
    async fn ask(&self, request: &Prepared) -> Result<Brought> {
        let path = request.path.as_str();
        let (what, id) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
        match what {
            "campaign" => self.find_campaign(request.body.as_deref().unwrap_or(steps::CAMPAIGN)).await,
            "credential" => {
                let answer = self.get(path, &[]).await?;
                let network = text(&answer.json, &["Credential", "Network"]);
                let network = network.ok_or_else(|| answer.unreadable("the answer names no network"))?;
                Ok(Brought::Profile { network: network.to_owned() })
            }
            "upload" => {
                let answer = self.get(path, &[]).await?;
                self.fetched(&answer, true)
            }
            _ => self.known(&RemoteId::new(id)).await,
        }
    }

    /// What has to be known of a post to change it.
    async fn known(&self, id: &RemoteId) -> Result<Brought> {
        let post = self.bare(id).await?;
        let mut messages = HashMap::new();
        self.fetch_messages(std::slice::from_ref(&post), &mut messages).await?;
        let message = post.message_id.0.as_ref().and_then(|id| messages.remove(id)).unwrap_or_default();
        let media = map::media_ids(&message);
        let or_empty = Option::unwrap_or_default;
        let mut known = Known { media, ..Known::default() };
        known.comment = post.first_comment.is_object();
        let campaign = map::campaign_id(&post, Some(&message)).map(str::to_owned);
        self.learn_names(&campaign.as_deref().into_iter().collect()).await?;
        known.folder = self.filed(&post, Some(&message));
        known.campaign = or_empty(campaign);
        known.network = or_empty(post.network.or(message.network));
        known.text = or_empty(message.message);
        // Each question may have waited for its minute.
        known.read_at = self.http.now();
        known.card = [message.link_url, message.link_title, message.description, message.image_url].map(or_empty);
        Ok(Brought::Post(Box::new(known)))
    }

    /// How far the service is with a file that it fetches.
    fn fetched(&self, answer: &Answer, asked: bool) -> Result<Brought> {
        let upload = answer.json.get("Upload").unwrap_or(&Value::Null);
        let id = text(upload, &["Id"]).ok_or_else(|| answer.unreadable("the answer names no upload"))?;
        let status = text(upload, &["Status"]).unwrap_or_default().to_lowercase();
        match (status.as_str(), text(upload, &["MediaId"])) {
            (_, Some(media)) => Ok(Brought::Media { id: media.to_owned() }),
            ("failed", None) => {
                let why = text(upload, &["LastError"]).unwrap_or("no reason given");
                let words = format!("Oktopost cannot fetch the media file: {}", self.http.tidy(why));
                Err(ProviderError::new(Kind::Invalid, Reach::Answered, Again::Never, words))
            }
            _ if asked => {
                let again = Again::At(self.http.now() + ASK_AGAIN);
                Err(ProviderError::new(
                    Kind::InProgress,
                    Reach::Answered,
                    again,
                    "Oktopost is still fetching the media file",
                ))
            }
            _ => Ok(Brought::Upload { id: id.to_owned() }),
        }
    }

    /// A step that makes something no one sees: nothing is lost when it is made twice, so a lost answer is merely asked
    /// for again.
    async fn prepare(&self, request: &Prepared) -> Result<Receipt> {
        let call = Call {
            method: &request.method,
            path: &request.path,
            query: &[],
            headers: &request.headers,
            body: request.body.as_deref(),
            purpose: Purpose::Step,
        };
        let answer = self.call(call).await.inspect_err(|error| {
            // A campaign that was archived meanwhile takes no messages: the next write looks for one again.
            if error.kind == Kind::Invalid || error.kind == Kind::NotFound {
                self.doubt_campaigns();
            }
        })?;
        let named = |what: &str| {
            let id = text(&answer.json, &[what, "Id"]).map(str::to_owned);
            id.ok_or_else(|| answer.unreadable(&format!("the answer names no {}", what.to_lowercase())))
        };
        let brought = match request.path.as_str() {
            "/campaign" => {
                let id = Some(named("Campaign")?);
                let body = request.body.as_deref().unwrap_or_default();
                let name = url::form_urlencoded::parse(body.as_bytes()).find(|(field, _)| field == "name");
                self.remember_campaign(&name.unwrap_or_default().1, id.clone());
                Brought::Campaign { id }
            }
            path if path.ends_with(steps::CHANGE_CAMPAIGN) => Brought::Filed {},
            "/media" => Brought::Media { id: named("Media")? },
            "/upload" => self.fetched(&answer, false)?,
            _ => {
                let id = named("Message")?;
                self.fresh(|fresh| fresh.insert(id.clone()));
                Brought::Message { id }
            }
        };
        Ok(Receipt { status: answer.status, remote: None, post: None, raw: brought.record() })
    }

    fn fresh<T>(&self, deed: impl FnOnce(&mut BTreeSet<String>) -> T) -> T {
        deed(&mut self.fresh.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The post that an earlier try of `request` made, where there may have been one. Each post we make has a message of
    /// its own, so whatever uses it is ours (contract, section 9). Costs nothing for a message that was made just now.
    async fn made_before(&self, request: &Prepared) -> Result<Option<Receipt>> {
        let body = request.body.as_deref().unwrap_or_default();
        let fields = url::form_urlencoded::parse(body.as_bytes());
        let message = fields.into_owned().find(|(name, _)| name == "messageId").map(|(_, id)| id);
        let Some(message) = message.filter(|_| request.path == "/post") else { return Ok(None) };
        if self.fresh(|fresh| fresh.remove(&message)) {
            return Ok(None);
        }
        let answer = self.get("/post", &[("messageId", message), ("_count", "25".to_owned())]).await?;
        let Some(row) = wire::entries(items(&answer)?).into_iter().next() else { return Ok(None) };
        let post = map::bare(&row).map_err(|why| answer.unreadable(&format!("the post could not be read: {why}")))?;
        self.receipt(post, answer).await.map(Some)
    }

    /// The step that makes, changes or deletes a post.
    async fn post_step(&self, request: &Prepared) -> Result<Receipt> {
        if let Some(receipt) = self.made_before(request).await? {
            return Ok(receipt);
        }
        let call = Call {
            method: &request.method,
            path: &request.path,
            query: &[],
            headers: &request.headers,
            body: request.body.as_deref(),
            purpose: Purpose::Write,
        };
        let answer = self.call(call).await?;
        if request.method == "DELETE" {
            return Ok(Receipt { status: answer.status, remote: None, post: None, raw: answer.record });
        }
        let post = map::bare(answer.json.get("Post").unwrap_or(&Value::Null));
        let post = post.map_err(|why| answer.unreadable(&format!("the answer's post could not be read: {why}")))?;
        self.receipt(post, answer).await
    }

    async fn receipt(&self, post: wire::Post, answer: Answer) -> Result<Receipt> {
        let remote = post.id.0.clone().map(RemoteId::new);
        // The answer lacks the text. That it cannot be read just now does not undo what was done, and what was done must
        // not wait for it.
        let shown = match self.http.has_room() {
            true => self.whole(vec![post], HashMap::new()).await.ok().and_then(|mut posts| posts.pop()),
            false => None,
        };
        Ok(Receipt { status: answer.status, remote, post: shown, raw: answer.record })
    }
}

#[async_trait]
impl Provider for Oktopost {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn clock_ahead(&self) -> Option<TimeDelta> {
        self.http.clock_ahead()
    }

    async fn identity(&self) -> Result<Identity> {
        let answer = self.get("/me", &[]).await?;
        let name = |path: &[&str]| text(&answer.json, path).map(words::name);
        let user = name(&["User", "Name"]).or_else(|| name(&["User", "Id"]));
        match (name(&["Account", "Name"]).or_else(|| name(&["Account", "Id"])), user) {
            (Some(account), Some(user)) => Ok(Identity { name: format!("{account} ({user})") }),
            (Some(name), None) | (None, Some(name)) => Ok(Identity { name }),
            (None, None) => Err(answer.unreadable("the answer does not say whose key this is")),
        }
    }

    async fn channels(&self, _: Option<PageToken>) -> Result<Page<RemoteChannel>> {
        let answer = self.get("/credential", &[("includeInvalid", "1".to_owned())]).await?;
        let mut page = page(&wire::entries(items(&answer)?), "channel", map::channel);
        page.total = answer.json.get("Total").and_then(wire::count);
        Ok(page)
    }

    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        match Place::of(query, at.as_ref()) {
            Place::List(page) => self.list(&page).await,
            Place::Calendar(from) => {
                let (mut page, until) = self.calendar(from, listing::end_of_span(query, from)).await?;
                page.next = listing::after_calendar(query, until).map(|place| place.token());
                Ok(page)
            }
        }
    }

    async fn post(&self, id: &RemoteId) -> Result<RemotePost> {
        let post = self.bare(id).await?;
        // Somebody wants to know: what the log lacked is asked for again, however old the post is.
        self.known_results(|known| {
            if known.get(id.as_str()).is_some_and(|logs| !map::is_whole(&post, logs)) {
                known.remove(id.as_str());
            }
        });
        let mut whole = self.whole(vec![post], HashMap::new()).await?;
        whole.pop().ok_or_else(|| ProviderError::new(Kind::NotFound, Reach::Answered, Again::Never, "it is not there"))
    }

    async fn numbers(&self, id: &RemoteId) -> Result<Vec<Counted>> {
        self.counted(id).await
    }

    async fn check(&self, _: &Submission) -> Result<Vec<Problem>> {
        Ok(Vec::new())
    }

    fn next(&self, write: &Write, _: IntentId, so_far: &[Receipt]) -> Result<Step> {
        let now = self.http.now();
        let step = steps::next(write, so_far, now)?;
        let starts = match (&step, write) {
            (Step::Done, _) => None,
            // A new post that is late is not even prepared.
            (Step::Send(_), Write::Create { submission }) => match submission.timing {
                Timing::At(at) => Some(at),
                Timing::Draft | Timing::Now => None,
            },
            (Step::Send(request), _) => steps::start(request),
        };
        if starts.is_some_and(|at| at <= now) {
            // The contract does not say what becomes of it (section 6).
            let words = "its time has passed, and Oktopost may publish it at once; nothing was sent: \
                         give it a new time, or publish it now";
            return Err(ProviderError::unsupported(words));
        }
        Ok(step)
    }

    fn overtaken(&self, request: &Prepared) -> bool {
        steps::start(request).is_some_and(|at| at < self.http.now() + steps::FRESH)
    }

    fn beside(&self, write: &Write) -> Vec<Errand> {
        steps::beside(write)
    }

    async fn upload(&self, file: &LocalFile, _: Progress<'_>) -> Result<Uploaded> {
        let words = format!(
            "Oktopost takes no files, it fetches them: give {} an https address that everyone can reach",
            words::name(&file.name)
        );
        Err(ProviderError::unsupported(words))
    }

    async fn uploaded(&self, source: &str) -> Result<Uploaded> {
        Ok(Uploaded { source: source.to_owned(), ready: true })
    }

    fn spending(&self) -> Option<(Allowance, Tally)> {
        self.http.spending()
    }

    fn recall(&self, kept: Tally) {
        self.http.recall(kept);
    }

    async fn send(&self, request: &Prepared) -> Result<Receipt> {
        if request.method == "GET" {
            let brought = self.ask(request).await?;
            return Ok(Receipt { status: 200, remote: None, post: None, raw: brought.record() });
        }
        let files = request.path.ends_with(steps::CHANGE_CAMPAIGN);
        if files || (request.path != "/post" && !request.path.starts_with("/post/")) {
            return self.prepare(request).await;
        }
        match self.post_step(request).await {
            Err(error) if request.method == "DELETE" && error.kind == Kind::NotFound => {
                Ok(Receipt { status: error.status.unwrap_or(404), remote: None, post: None, raw: error.words })
            }
            Err(mut error) if request.method == "DELETE" && error.kind == Kind::Invalid => {
                // There is nothing in a deletion to find fault with but the state of the post.
                error.kind = Kind::Conflict;
                Err(error)
            }
            result => result,
        }
    }
}

fn items(answer: &Answer) -> Result<&Value> {
    answer.json.get("Items").ok_or_else(|| answer.unreadable("the answer holds no list"))
}

fn take_messages(list: &Value, messages: &mut HashMap<String, wire::Message>) {
    for entry in wire::entries(list) {
        // One that cannot be read is missed by its post, which says so.
        if let Ok(message) = serde_json::from_value::<wire::Message>(entry)
            && let Some(id) = message.id.0.clone()
        {
            messages.insert(id, message);
        }
    }
}

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;
