//! Reconciling with the providers, in the background: one task per account, orders in, news out.
//!
//! A [`Worker`] carries out what the outbox allows and walks the provider's pages; the [`Engine`] keeps one running
//! per account. The shell uses workers directly, until nothing is left to do.

pub mod decide;
pub mod merge;
pub mod spending;
pub mod verify;

mod bounds;
pub mod carry;
mod failover;
mod hidden;
mod limits;
mod lookup;
mod pull;
mod push;
mod seek;
mod twins;
mod worker;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::domain::background::{ActivityLine, Light, Uploading};
use crate::domain::habits::Habits;
use crate::domain::ids::{AccountName, IdSource, PostId};
use crate::provider::Provider;
use crate::provider::http::Web;
use crate::store::{Store, StoreError};

pub use bounds::Bounds;
pub use failover::Line;
pub use seek::twins_of;
pub use worker::Worker;

/// How long between two whole pulls when nothing is due.
const PULL_EVERY: TimeDelta = TimeDelta::minutes(5);
/// How often a resting task looks whether another instance queued a write.
const LOOK_EVERY: TimeDelta = TimeDelta::seconds(60);
/// How long an account rests after its task met an error of the store.
const STORE_REST: TimeDelta = TimeDelta::seconds(10);

/// What the background tells.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// How an account is doing.
    Light(Light),
    /// Something happened.
    Line(ActivityLine),
    /// How far a file of a post is; nothing once none is on its way.
    Uploading(AccountName, PostId, Option<Uploading>),
    /// Posts or channels changed in the store.
    Changed,
    /// The store is damaged, in these words; nothing more is sent from it.
    Damaged(String),
    /// A worker has nothing left to do for now: what was ordered before is done.
    Rested(AccountName),
}

/// What can be asked of the background.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Push what is ready.
    Push,
    /// Push and pull now, also after a refused key.
    Now,
    /// Read these posts again now.
    Read(Vec<PostId>),
    /// Read all of it now, and answer when that is done, whether it could be read or not.
    Fetch(Done),
    /// Send from now on, under this name in leases: the instance that did has closed.
    TakeOver(String),
    /// Send and fetch nothing any more: the store is damaged.
    Rest,
}

/// Where it is told that an order was carried out.
#[derive(Clone, Debug)]
pub struct Done(pub mpsc::UnboundedSender<()>);

impl PartialEq for Done {
    fn eq(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}

impl Eq for Done {}

/// What all workers share.
#[derive(Clone)]
pub struct Common {
    /// The store.
    pub store: Store,
    /// The clock.
    pub clock: Clock,
    /// New ids, and chance for spreading retries.
    pub ids: IdSource,
    /// The zone that posts from providers are shown in.
    pub zone: Tz,
    /// How times are written where a person is told of them.
    pub habits: Habits,
    /// This instance, in leases.
    pub owner: String,
    /// Whether this instance sends; a second one only reads, until it takes over.
    pub sends: bool,
    /// Where news go.
    pub news: mpsc::UnboundedSender<News>,
    /// Which accounts stand in for which.
    pub failover: Arc<Vec<Line>>,
    /// How patient it is.
    pub bounds: Bounds,
    /// The web, where the servers that channels are on may be asked for their limits.
    pub web: Option<Web>,
    /// Rung when a write was queued for another account, and when all are to rest.
    pub bell: Arc<Notify>,
    /// Set once the store was found damaged: nothing leaves after that.
    pub damaged: Arc<AtomicBool>,
}

impl Common {
    /// A moment as people are told of it: `Wed 29 Jul 09:00 CEST`.
    fn moment(&self, at: DateTime<Utc>) -> String {
        self.habits.moment(at, self.zone, "%a %-d %b {} %Z")
    }

    /// Passes on something a person should look at.
    pub fn tell(&self, account: Option<AccountName>, words: String) {
        let line = ActivityLine { at: self.clock.now(), account, post: None, words, urgent: true };
        // Nobody listens any more while the program ends.
        let _ = self.news.send(News::Line(line));
    }

    /// The store is damaged, as `words` say: everybody who shares it rests from now on, also between two sends. The
    /// first one to notice tells.
    pub fn rest(&self, words: String) {
        if !self.damaged.swap(true, Ordering::SeqCst) {
            // Nobody listens any more while the program ends.
            let _ = self.news.send(News::Damaged(words));
        }
        self.bell.notify_waiters();
    }

    /// Whether the store was found damaged.
    pub fn rests(&self) -> bool {
        self.damaged.load(Ordering::SeqCst)
    }
}

/// The running background.
pub struct Engine {
    mailboxes: BTreeMap<AccountName, mpsc::UnboundedSender<Order>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Engine {
    /// Starts one task per provider.
    pub fn start(providers: Vec<(AccountName, Arc<dyn Provider>)>, common: &Common) -> Self {
        let engine = Self::waiting(providers, common);
        engine.order(None, &Order::Push);
        engine
    }

    /// One task per provider, each of which begins with its first order, whichever that is.
    pub fn waiting(providers: Vec<(AccountName, Arc<dyn Provider>)>, common: &Common) -> Self {
        let mut engine = Self { mailboxes: BTreeMap::new(), tasks: Vec::new() };
        for (account, provider) in providers {
            let (mailbox, orders) = mpsc::unbounded_channel();
            let worker = Worker::new(account.clone(), provider, common.clone());
            engine.mailboxes.insert(account, mailbox);
            engine.tasks.push(tokio::spawn(run(worker, orders)));
        }
        engine
    }

    /// Where all accounts take orders, for someone who outlives a borrow of the engine.
    pub fn mailboxes(&self) -> Vec<mpsc::UnboundedSender<Order>> {
        self.mailboxes.values().cloned().collect()
    }

    /// Gives an order to one account, or to all.
    pub fn order(&self, account: Option<&AccountName>, order: &Order) {
        for (name, mailbox) in &self.mailboxes {
            if account.is_none_or(|wanted| wanted == name) {
                // A task that ended has nothing to be ordered any more.
                let _ = mailbox.send(order.clone());
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn run(mut worker: Worker, mut orders: mpsc::UnboundedReceiver<Order>) {
    let mut next_pull = worker.now();
    let Some(first) = orders.recv().await else { return };
    let mut obeyed = obey(&mut worker, first, &mut next_pull).await;
    loop {
        let done = match obeyed {
            Ok(()) if !worker.common.rests() => round(&mut worker, &mut next_pull).await,
            obeyed => obeyed.map(|()| worker.now()),
        };
        if let Err(error @ StoreError::Damaged { .. }) = &done {
            worker.common.rest(error.to_string());
        }
        if worker.common.rests() {
            return worker.trouble("it rests: the store is damaged".into());
        }
        let wake = match done {
            Ok(wake) => wake,
            Err(error) => {
                worker.trouble(format!("the store does not answer: {error}"));
                worker.now() + STORE_REST
            }
        };
        worker.rested(wake);
        obeyed = Ok(());
        let (arrival, bell) = (worker.arrival(), Arc::clone(&worker.common.bell));
        tokio::select! {
            () = rest(&worker, wake) => {}
            () = arrival.notified() => {}
            () = bell.notified() => {}
            order = orders.recv() => match order {
                None => return,
                Some(order) => obeyed = obey(&mut worker, order, &mut next_pull).await,
            }
        }
    }
}

/// Sleeps until `wake`, or until a write is due that another instance queued meanwhile. Quietly: where nothing
/// happens, nothing is told.
async fn rest(worker: &Worker, mut wake: DateTime<Utc>) {
    while worker.now() < wake {
        worker.sleep_until(wake.min(worker.now() + LOOK_EVERY)).await;
        // A store that does not answer is the next round's business.
        if let Ok(Some(due)) = worker.next_write().await {
            wake = wake.min(due);
        }
    }
}

/// Pushes what is ready, pulls what is due, and says when to wake next.
async fn round(worker: &mut Worker, next_pull: &mut DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
    let read_first = worker.must_read_first();
    if !read_first {
        worker.push().await?;
    }
    if read_first || worker.now() >= *next_pull {
        worker.pull().await?;
        *next_pull = worker.next_try().unwrap_or(worker.now() + PULL_EVERY);
        worker.push().await?;
    }
    let due = worker.follow_due().await?;
    let write = worker.next_write().await?;
    Ok([Some(*next_pull), due, write].into_iter().flatten().min().unwrap_or(*next_pull))
}

async fn obey(worker: &mut Worker, order: Order, next_pull: &mut DateTime<Utc>) -> Result<(), StoreError> {
    match order {
        Order::Push => {}
        Order::Now => {
            *next_pull = worker.now();
            worker.forgive().await?;
        }
        Order::Read(posts) => worker.read(&posts).await?,
        Order::Fetch(done) => {
            worker.forgive().await?;
            worker.pull().await?;
            // Whoever asked may have left.
            let _ = done.0.send(());
        }
        Order::TakeOver(owner) => worker.take_over(owner),
        Order::Rest => worker.common.damaged.store(true, Ordering::SeqCst),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::provider::{Connection, build, http};

    #[tokio::test]
    async fn damage_that_one_account_meets_ends_all_and_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runsheet.db");
        drop(Store::open(&path).unwrap());
        let store = Store::open(&path).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.iter_mut().skip(4096).for_each(|byte| *byte = 0xaa);
        std::fs::write(&path, bytes).unwrap();
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let (news, mut told) = mpsc::unbounded_channel();
        let common = Common {
            store,
            clock: clock.clone(),
            ids: IdSource::seeded(1),
            zone: Tz::UTC,
            habits: Default::default(),
            owner: "here".into(),
            sends: true,
            news,
            failover: Default::default(),
            bounds: Default::default(),
            web: None,
            bell: Default::default(),
            damaged: Default::default(),
        };
        let provider = |name: &str| {
            let connection = Connection {
                provider: "late".into(),
                base_url: Some("http://127.0.0.1:1".into()),
                key: "k0123456789".into(),
                limits: http::Limits::default(),
            };
            let provider: Arc<dyn Provider> = build(connection, &clock).unwrap();
            (AccountName::new(name), provider)
        };
        let mut engine = Engine::start(vec![provider("one"), provider("other")], &common);
        for task in &mut engine.tasks {
            tokio::time::timeout(Duration::from_secs(60), task).await.expect("it ends").unwrap();
        }
        let mut damages = 0;
        while let Ok(news) = told.try_recv() {
            damages += usize::from(matches!(news, News::Damaged(_)));
        }
        assert_eq!(damages, 1);
        assert!(common.rests());
    }
}
