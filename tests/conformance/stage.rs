//! A provider, its simulated other side, and a clock that is turned by hand.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, Effect, Request, Seed, SimPost, WebPost};
use runsheet::domain::channel::Network;
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, IntentId, RemoteId};
use runsheet::domain::write::{Prepared, Receipt, Submission, SubmissionTarget, Timing, Write};
use runsheet::provider::capability::Overrides;
use runsheet::provider::http::Limits;
use runsheet::provider::{self, Connection, Provider, Result, Step};

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
        page_bytes: 2 * 1024 * 1024,
    }
}

impl Stage {
    pub async fn open(name: &'static str) -> Self {
        let clock = Clock::standing_at(noon());
        let demo = demo::start(Seed::Empty, clock.clone()).await.unwrap();
        let account = demo.account(name).unwrap();
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
        self.target(if self.name == "late" { "linkedin" } else { "mastodon" })
    }

    /// Whether a post goes to one network, with one text.
    pub fn one_network(&self) -> bool {
        self.provider.capabilities().overrides == Overrides::SameNetwork
    }

    /// How long "at once" takes until it is out: where there is no call for it, the provider waits a minute.
    pub fn at_once(&self) -> TimeDelta {
        TimeDelta::seconds(if self.name == "oktopost" { 75 } else { 10 })
    }

    /// The last part of the path under which posts are listed and made.
    pub fn posts_path(&self) -> &'static str {
        if self.name == "oktopost" { "/post" } else { "/posts" }
    }

    /// A key of the right form that opens nothing.
    pub fn wrong_key(&self) -> &'static str {
        if self.name == "oktopost" { "001wrong:sk_wrong_0123456789abcdef" } else { "sk_wrong_0123456789abcdef" }
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
            zone: "Europe/Berlin".into(),
            media: Vec::new(),
            tags: Vec::new(),
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
            if prepared.method == "POST" && prepared.path == self.posts_path() {
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

    /// Carries out a create and returns the post's id.
    pub async fn create(&self, submission: Submission) -> RemoteId {
        let receipts = self.carry_out(&Write::Create { submission }, self.intent()).await.unwrap();
        receipts.iter().find_map(|receipt| receipt.remote.clone()).unwrap()
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
