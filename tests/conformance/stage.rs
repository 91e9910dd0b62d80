//! A provider, its simulated other side, and a clock that is turned by hand.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::UTC;
use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, Effect, Request, Seed, SimPost, WebPost};
use runsheet::domain::change::Change;
use runsheet::domain::channel::Network;
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, IntentId, RemoteId};
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::queue::Queued;
use runsheet::domain::remote::RemotePost;
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::{OutboxRow, OutboxState, Prepared, Receipt, Submission, SubmissionTarget, Timing, Write};
use runsheet::provider::capability::{Overrides, Repeat};
use runsheet::provider::http::Limits;
use runsheet::provider::{self, Connection, Provider, ProviderExt, Query, Result, Step};
use runsheet::store::{Actor, Store};
use runsheet::sync::verify::{self, Verdict};
use runsheet::sync::{Common, Line};
use tokio::sync::mpsc;

pub struct Stage {
    pub name: &'static str,
    pub demo: Demo,
    pub clock: Clock,
    pub provider: Arc<dyn Provider>,
    pub ids: IdSource,
}

pub fn noon() -> DateTime<Utc> {
    "2026-10-20T12:00:00Z".parse().unwrap()
}

pub fn in_hours(hours: i64) -> Timing {
    Timing::At(noon() + TimeDelta::hours(hours))
}

pub fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(10),
        silence: Duration::from_secs(20),
        whole: Duration::from_secs(20),
        upload: Duration::from_secs(20),
        page_bytes: 2 * 1024 * 1024,
        ..Limits::default()
    }
}

impl Stage {
    pub async fn open(name: &'static str) -> Self {
        let clock = Clock::standing_at(noon());
        let demo = demo::start(Seed::Empty, clock.clone()).await.unwrap();
        let account = demo.account(name).unwrap();
        // A provider that keeps to limits by itself pauses, and nobody here has a minute to spare.
        tokio::spawn({
            let clock = clock.clone();
            async move { clock.follow_pauses().await }
        });
        let provider = connect(name, &account.base_url, &account.key, limits(), &clock);
        Self { name, provider, demo, clock, ids: IdSource::seeded(7) }
    }

    /// The same account by another way.
    pub fn with(&self, key: Option<&str>, limits: Limits) -> Arc<dyn Provider> {
        let account = self.demo.account(self.name).unwrap();
        connect(self.name, &account.base_url, key.unwrap_or(&account.key), limits, &self.clock)
    }

    pub fn key(&self) -> &str {
        &self.demo.account(self.name).unwrap().key
    }

    /// Where posts are listed, as a part of the path.
    pub fn list_path(&self) -> &'static str {
        if self.name == "posto" { "/schedules" } else { self.posts_path() }
    }

    /// The most posts that one page lists.
    pub fn per_page(&self) -> usize {
        if self.name == "posto" { 50 } else { 100 }
    }

    /// The post an answer is about: shown in it, or read after it where answers only name it.
    pub async fn shown(&self, receipt: &Receipt) -> RemotePost {
        match &receipt.post {
            Some(post) => post.clone(),
            None => self.provider.post(receipt.remote.as_ref().unwrap()).await.unwrap(),
        }
    }

    pub fn intent(&self) -> IntentId {
        self.ids.intent(self.clock.now())
    }

    /// The target for the channel on `network`.
    pub fn target(&self, network: &str) -> SubmissionTarget {
        let network = Network::from_word(network);
        let channels = self.demo.world.channels(self.name);
        let channel = channels.iter().find(|channel| Network::from_word(&channel.network) == network).unwrap();
        let remote = RemoteId::new(channel.id.as_str());
        SubmissionTarget {
            channel: ChannelId::of(&AccountName::new("account"), &remote),
            remote,
            network,
            text: None,
            at: None,
            extras: runsheet::domain::options::Extras::default(),
        }
    }

    /// Another channel for the post that goes to X, which every text suits: on another network where one post has room
    /// for two.
    pub fn other(&self) -> SubmissionTarget {
        if self.one_network() {
            let first = self.target("x");
            let channels = self.demo.world.channels(self.name);
            let second = channels.iter().filter(|channel| Network::from_word(&channel.network) == first.network).nth(1);
            let remote = RemoteId::new(second.unwrap().id.as_str());
            let channel = ChannelId::of(&AccountName::new("account"), &remote);
            return SubmissionTarget { channel, remote, ..first };
        }
        self.elsewhere()
    }

    /// A channel on another network than X, which every text suits.
    pub fn elsewhere(&self) -> SubmissionTarget {
        self.target(if matches!(self.name, "posto" | "voxburst") { "mastodon" } else { "linkedin" })
    }

    /// How the path ends at which posts are made.
    pub fn posts_path(&self) -> &'static str {
        match self.name {
            "oktopost" => "/post",
            "postforme" => "/social-posts",
            "posto" => "/composer",
            _ => "/posts",
        }
    }

    /// Whether it tells when a target went live.
    pub fn tells_when(&self) -> bool {
        self.name != "postforme"
    }

    /// Whether a post goes to one network, with one text.
    pub fn one_network(&self) -> bool {
        self.provider.capabilities().overrides == Overrides::SameNetwork
    }

    /// How long "at once" takes until it is out: where there is no call for it, the provider waits a minute.
    pub fn at_once(&self) -> TimeDelta {
        TimeDelta::seconds(if self.name == "oktopost" { 75 } else { 10 })
    }

    /// A key of the right form that opens nothing.
    pub fn wrong_key(&self) -> String {
        format!("{}x", self.key())
    }

    /// Turns the clock past the budget of calls, where one is kept: the minute's on both sides.
    pub fn rest(&self) {
        if self.provider.spending().is_some() {
            self.clock.turn(TimeDelta::seconds(61));
        }
    }

    /// A post for X alone.
    pub fn submission(&self, body: &str, timing: Timing) -> Submission {
        Submission {
            post: self.ids.post(self.clock.now()),
            body: body.into(),
            title: None,
            targets: vec![self.target("x")],
            timing,
            queue: None,
            zone: "Europe/Berlin".into(),
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
        }
    }

    /// The frozen first request of `write`.
    pub fn freeze(&self, write: &Write, key: IntentId) -> Prepared {
        match self.provider.next(write, key, &[]).unwrap() {
            Step::Send(prepared) => prepared,
            Step::Done => panic!("{write:?} needs at least one request"),
        }
    }

    /// The frozen request of `write` that makes the post, after every step that comes before it.
    pub async fn creating(&self, write: &Write, key: IntentId) -> Prepared {
        let mut receipts = Vec::new();
        loop {
            let Step::Send(prepared) = self.provider.next(write, key, &receipts).unwrap() else {
                panic!("{write:?} makes no post");
            };
            if prepared.method == "POST" && prepared.path.ends_with(self.posts_path()) {
                return prepared;
            }
            receipts.push(self.provider.send(&prepared).await.unwrap());
        }
    }

    /// Every step of `write`, one after the other.
    pub async fn carry_out(&self, write: &Write, key: IntentId) -> Result<Vec<Receipt>> {
        let mut receipts = Vec::new();
        while let Step::Send(prepared) = self.provider.next(write, key, &receipts)? {
            receipts.push(self.provider.send(&prepared).await?);
        }
        Ok(receipts)
    }

    /// What the look-up finds of the create `key` about `submission`: by our reference where the provider keeps it, else
    /// by channels, time and text.
    pub async fn found(&self, submission: &Submission, key: IntentId) -> Option<RemoteId> {
        let mut query = Query { write: Some((submission.post, key)), ..Query::default() };
        if let (Repeat::Never, Timing::At(at)) = (self.provider.capabilities().repeat, submission.timing) {
            (query.from, query.to) = (Some(at - TimeDelta::days(1)), Some(at + TimeDelta::days(1)));
        }
        let listed = self.provider.all_posts(&query).await.unwrap();
        let whole = listed.next.is_none() && listed.spoiled.is_empty();
        match verify::find(submission, &listed.items, &[], whole, true, self.clock.now()) {
            Verdict::Found(post) => Some(post.id),
            Verdict::Absent => None,
            Verdict::CannotTell => panic!("the listing tells: {listed:?}"),
        }
    }

    /// Whether a request whose answer was lost is sent again at all before it was looked up.
    pub fn repeats(&self) -> bool {
        !matches!(self.provider.capabilities().repeat, Repeat::Never | Repeat::Reference)
    }

    /// Carries out a create and returns the post's id.
    pub async fn create(&self, submission: Submission) -> RemoteId {
        let receipts = self.carry_out(&Write::Create { submission }, self.intent()).await.unwrap();
        receipts.iter().find_map(|receipt| receipt.remote.clone()).unwrap()
    }

    /// What the workers of a program share.
    pub fn common(&self, store: &Store, failover: Vec<Line>) -> Common {
        let (news, _told) = mpsc::unbounded_channel();
        Common {
            store: store.clone(),
            clock: self.clock.clone(),
            ids: self.ids.clone(),
            zone: UTC,
            habits: Default::default(),
            owner: "runsheet".into(),
            sends: true,
            news,
            failover: Arc::new(failover),
            bounds: Default::default(),
            web: None,
            bell: Arc::default(),
            damaged: Arc::default(),
        }
    }

    /// Lets a post wait in `store` that goes out through `account` as `submission` says.
    pub async fn waiting(&self, store: &Store, account: &str, submission: Submission) -> Post {
        let account = AccountName::new(account);
        let now = self.clock.now();
        let own =
            |target: SubmissionTarget| SubmissionTarget { channel: ChannelId::of(&account, &target.remote), ..target };
        let submission = Submission { targets: submission.targets.iter().cloned().map(own).collect(), ..submission };
        let Timing::At(at) = submission.timing else { panic!("{submission:?} has no time") };
        let post = Post {
            id: submission.post,
            body: submission.body.clone(),
            media: submission.media.clone(),
            wish: Wish::Schedule,
            schedule: Some(Schedule::at(at, UTC)),
            queue: submission.queue.clone().map(|place| Queued {
                account: account.clone(),
                place,
                name: "queue".into(),
            }),
            targets: submission.targets.iter().map(|target| Target::new(target.channel.clone())).collect(),
            ..Post::draft(submission.post, now)
        };
        let row = OutboxRow {
            intent: self.intent(),
            account,
            post: post.id,
            write: Write::Create { submission },
            receipts: Vec::new(),
            frozen: None,
            state: OutboxState::Ready,
            attempts: 0,
            not_before: None,
            unknown_since: None,
            last_error: None,
            created_at: now,
            first_sent_at: None,
        };
        let change = Change::create(post.clone(), "scheduled");
        store.save(now, Actor::You, vec![change], vec![row]).await.unwrap();
        post
    }

    pub fn posts(&self) -> Vec<SimPost> {
        self.demo.world.posts(self.name)
    }

    pub fn requests(&self) -> Vec<Request> {
        self.demo.world.requests()
    }

    /// How many requests brought a post into being.
    pub fn created(&self) -> usize {
        self.requests().iter().filter(|request| matches!(request.effect, Effect::Created(_))).count()
    }

    /// Makes `count` posts on the provider's own site, a minute apart in age.
    pub fn fill(&self, count: usize) -> Vec<String> {
        let account = self.target("x").remote.as_str().to_owned();
        (0..count)
            .map(|number| {
                let scheduled_for = Some(noon() + TimeDelta::days(3) + TimeDelta::minutes(number as i64));
                let content = format!("Post number {number}");
                let post = WebPost { content, accounts: vec![account.clone()], scheduled_for };
                self.clock.turn(TimeDelta::seconds(1));
                self.demo.world.add_post(self.name, post).unwrap()
            })
            .collect()
    }

    /// Lets time pass, and the networks answer.
    pub fn pass(&self, span: TimeDelta) {
        self.clock.turn(span);
        self.demo.world.tick();
    }
}

pub fn connect(name: &str, base_url: &str, key: &str, limits: Limits, clock: &Clock) -> Arc<dyn Provider> {
    let connection = Connection { provider: name.into(), base_url: Some(base_url.into()), key: key.into(), limits };
    provider::build(connection, clock).unwrap()
}
