//! The shared memory of all simulators: what exists at each provider, who asked for what, and what will go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::faults::{Fault, FaultKind, Queue};
use super::records::{Health, SimChannel, SimMedia, SimPost, SimTarget, Status, Trouble, WebPost};
use super::wire::{Answer, Effect};
use crate::clock::{Clock, Instant};

/// A handle on the simulated outside world. Clones see the same world.
#[derive(Clone, Debug)]
pub struct World {
    pub(super) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(super) struct Shared {
    pub clock: Clock,
    state: Mutex<State>,
    /// Something changed: the next due moment may be another one.
    pub changed: Notify,
    /// Held answers may go.
    pub released: Notify,
}

/// Everything behind the lock.
#[derive(Debug, Default)]
pub(super) struct State {
    pub sites: Vec<Site>,
    pub journal: Vec<Request>,
    pub faults: Queue,
    /// The list answer each path gave last, for [`FaultKind::RepeatPage`].
    pub last_pages: BTreeMap<(&'static str, String), Answer>,
}

/// One request that arrived at a simulator, and what became of it.
#[derive(Clone, Debug)]
pub struct Request {
    /// When it arrived, on the world's clock.
    pub at: Instant,
    pub provider: &'static str,
    pub method: String,
    /// The whole path, without the query.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: String,
    /// Its `Idempotency-Key`.
    pub idempotency_key: Option<String>,
    /// Its `X-Request-Id`.
    pub request_id: Option<String>,
    pub body: String,
    /// The status that was answered, or would have been had the connection not been cut.
    pub status: u16,
    /// What it did to the world.
    pub effect: Effect,
    /// The bad luck it had.
    pub fault: Option<FaultKind>,
}

impl Request {
    /// The id of the post this request brought into being.
    pub fn created(&self) -> Option<&str> {
        match &self.effect {
            Effect::Created(id) => Some(id),
            _ => None,
        }
    }
}

/// What a provider remembers of one customer.
#[derive(Debug)]
pub(super) struct Site {
    pub provider: &'static str,
    pub key: String,
    pub key_valid: bool,
    pub channels: Vec<SimChannel>,
    /// In the order of their creation.
    pub posts: Vec<SimPost>,
    pub media: Vec<SimMedia>,
    /// Answers by idempotency key.
    pub replays: BTreeMap<String, Replay>,
    /// Idempotency keys whose first answer has not left yet.
    pub running: BTreeSet<String>,
    /// When requests arrived lately, oldest first, where the provider counts them.
    pub calls: Vec<Instant>,
    /// Whether it answers as hosts did some generations ago, where its contract tells of a difference.
    pub older: bool,
    /// Whether windows of listings are about when posts were made, where its contract does not say.
    pub windows_by_creation: bool,
    /// What only a WordPress site keeps.
    pub blog: super::posto::Blog,
    /// What only Oktopost keeps.
    pub shelf: super::oktopost::Shelf,
    /// Who was sent to a network's page to connect a channel.
    pub asked: Vec<super::authorise::Asked>,
    serial: u64,
}

/// What an idempotency key stands for.
#[derive(Clone, Debug)]
pub(super) struct Replay {
    pub at: Instant,
    pub post: String,
    /// Method, path and body of the first request.
    pub request: (String, String, Vec<u8>),
    pub answer: Answer,
}

impl Site {
    pub fn new(provider: &'static str, key: &str) -> Self {
        Self {
            provider,
            key: key.to_owned(),
            key_valid: true,
            channels: Vec::new(),
            posts: Vec::new(),
            media: Vec::new(),
            replays: BTreeMap::new(),
            running: BTreeSet::new(),
            calls: Vec::new(),
            older: false,
            windows_by_creation: false,
            blog: super::posto::Blog::default(),
            shelf: super::oktopost::Shelf::default(),
            asked: Vec::new(),
            serial: 0,
        }
    }

    /// The next number nobody has had.
    pub fn number(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A new id in the provider's fashion; `what` is VoxBurst's prefix, Oktopost's sort, and a word for the prefix of
    /// others.
    pub fn id(&mut self, what: &str) -> String {
        let number = self.number();
        match self.provider {
            "late" => format!("65f1c0a9e2b5af{number:010x}"),
            "postforme" if what == "post" => format!("sp_suFoOd6v1VR{number:010x}"),
            "postforme" if what == "media" => format!("a643e569e3b09f{number:010x}"),
            "postforme" if what == "account" => format!("spc_kLmN2pQrStu{number:010x}"),
            "postforme" => format!("spr_WTzepwmYSAm{number:010x}"),
            "posto" => super::posto::id(what, number),
            "oktopost" => super::oktopost::id(what, number),
            _ => format!("{what}_cm9x7h2k{number:010x}r5w8m3"),
        }
    }

    pub fn channel(&self, id: &str) -> Option<&SimChannel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    pub fn post(&self, id: &str) -> Option<&SimPost> {
        self.posts.iter().find(|post| post.id == id)
    }

    pub fn position(&self, id: &str) -> Option<usize> {
        self.posts.iter().position(|post| post.id == id)
    }
}

impl State {
    pub fn site(&mut self, provider: &str) -> Option<&mut Site> {
        self.sites.iter_mut().find(|site| site.provider == provider)
    }

    pub fn tick(&mut self, now: Instant) {
        for site in &mut self.sites {
            site.tick(now);
        }
    }
}

impl World {
    pub(super) fn new(clock: Clock, sites: Vec<Site>) -> Self {
        let state = Mutex::new(State { sites, ..State::default() });
        Self { shared: Arc::new(Shared { clock, state, changed: Notify::new(), released: Notify::new() }) }
    }

    /// The world stays usable when a test thread died holding the lock: its state is plain data.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn at_site<T>(&self, provider: &str, deed: impl FnOnce(&mut Site) -> T) -> Option<T> {
        let result = self.lock().site(provider).map(deed);
        self.shared.changed.notify_one();
        result
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().journal.clone()
    }

    /// Forgets the requests so far.
    pub fn forget_requests(&self) {
        self.lock().journal.clear();
    }

    /// The posts that exist at a provider now, oldest first.
    pub fn posts(&self, provider: &str) -> Vec<SimPost> {
        self.tick();
        self.lock().site(provider).map(|site| site.posts.clone()).unwrap_or_default()
    }

    /// The channels connected at a provider.
    pub fn channels(&self, provider: &str) -> Vec<SimChannel> {
        self.lock().site(provider).map(|site| site.channels.clone()).unwrap_or_default()
    }

    /// Queues bad luck.
    pub fn fault(&self, fault: Fault) {
        self.lock().faults.push(fault);
    }

    /// Takes back all bad luck that has not struck yet.
    pub fn clear_faults(&self) {
        self.lock().faults.clear();
    }

    /// Lets every held answer go.
    pub fn release(&self) {
        self.shared.released.notify_waiters();
    }

    /// Publishes what is due on the clock.
    pub fn tick(&self) {
        let now = self.shared.clock.now();
        self.lock().tick(now);
    }

    /// When something will happen next.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.lock().sites.iter().filter_map(Site::next_due).min()
    }

    /// Makes a post on the provider's site; its id, or `None` when provider or channel are unknown.
    pub fn add_post(&self, provider: &str, new: WebPost) -> Option<String> {
        let now = self.shared.clock.now();
        self.at_site(provider, |site| {
            let mut post = SimPost::blank(site.id("post"), now);
            for account in &new.accounts {
                let channel = site.channel(account)?.clone();
                post.targets.push(SimTarget::new(site.id("pp"), &channel));
            }
            post.content = new.content;
            post.scheduled_for = new.scheduled_for;
            if new.scheduled_for.is_some() {
                post.status = Status::Scheduled;
            }
            let id = post.id.clone();
            site.posts.push(post);
            Some(id)
        })
        .flatten()
    }

    /// Connects one more channel, as on the provider's site; its id, or `None` when the provider is unknown. `network`
    /// is the provider's word.
    pub fn add_channel(&self, provider: &str, network: &str, username: &str) -> Option<String> {
        let now = self.shared.clock.now();
        self.at_site(provider, |site| {
            let channel = super::seed::connected(provider, network, username, site.channels.len() + 0x40, now);
            let id = channel.id.clone();
            site.channels.push(channel);
            id
        })
    }

    /// Edits a post on the provider's site; false when there is none.
    pub fn edit_post(&self, provider: &str, id: &str, edit: impl FnOnce(&mut SimPost)) -> bool {
        let now = self.shared.clock.now();
        let edited = self.at_site(provider, |site| {
            let post = site.posts.iter_mut().find(|post| post.id == id)?;
            edit(post);
            post.updated_at = now;
            Some(())
        });
        edited.flatten().is_some()
    }

    /// Deletes a post on the provider's site; false when there is none.
    pub fn delete_post(&self, provider: &str, id: &str) -> bool {
        let gone = self.at_site(provider, |site| site.position(id).map(|at| site.posts.remove(at)));
        gone.flatten().is_some()
    }

    /// Sets how well a channel is; false when there is none. Disconnecting one at Late cancels what waits for it.
    pub fn set_health(&self, provider: &str, channel: &str, health: Health) -> bool {
        let now = self.shared.clock.now();
        let set = self.at_site(provider, |site| {
            site.channels.iter_mut().find(|known| known.id == channel)?.health = health;
            if site.provider == "late" && health == Health::Disconnected {
                site.cancel_pending(channel, now);
            }
            Some(())
        });
        set.flatten().is_some()
    }

    /// Sets whether the person of a channel pays its network for longer posts; false when there is none.
    pub fn set_premium(&self, provider: &str, channel: &str, premium: bool) -> bool {
        let set = self.at_site(provider, |site| {
            site.channels.iter_mut().find(|known| known.id == channel)?.premium = premium;
            Some(())
        });
        set.flatten().is_some()
    }

    /// Takes a channel away from an account, as its owner does on the provider's site; false when there is none.
    pub fn lose_channel(&self, provider: &str, channel: &str) -> bool {
        let now = self.shared.clock.now();
        let lost = self.at_site(provider, |site| {
            let at = site.channels.iter().position(|known| known.id == channel)?;
            site.channels.remove(at);
            if site.provider == "late" {
                site.cancel_pending(channel, now);
            }
            Some(())
        });
        lost.flatten().is_some()
    }

    /// Makes the next attempt of a target fail; false when there is no such target.
    pub fn set_trouble(&self, provider: &str, post: &str, channel: &str, trouble: Trouble) -> bool {
        self.edit_post(provider, post, |post| {
            for target in post.targets.iter_mut().filter(|target| target.account == channel) {
                target.trouble = Some(trouble.clone());
            }
        })
    }

    /// Makes a WordPress site another one, or an older one.
    pub fn set_habits(&self, provider: &str, habits: super::Habits) {
        self.at_site(provider, |site| site.blog.habits = habits);
    }

    /// Makes a provider's host an older one, or a current one.
    pub fn set_older(&self, provider: &str, older: bool) {
        self.at_site(provider, |site| site.older = older);
    }

    /// Makes the windows of a provider's listings ones of when posts were made, or of when they go out.
    pub fn set_windows_by_creation(&self, provider: &str, by_creation: bool) {
        self.at_site(provider, |site| site.windows_by_creation = by_creation);
    }

    /// Makes Oktopost write its log of results this long after a post went out.
    pub fn set_log_lag(&self, provider: &str, lag: chrono::TimeDelta) {
        self.at_site(provider, |site| site.shelf.log_lag = lag);
    }

    /// Revokes the key of an account, or makes it valid again.
    pub fn set_key_valid(&self, provider: &str, valid: bool) {
        self.at_site(provider, |site| site.key_valid = valid);
    }
}
