//! Everything a person can do, whichever door they came through: the screen and the shell call the same operations.

pub mod accounts;
pub mod failed;
pub mod plan;
pub mod posts;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::clock::Clock;
use crate::domain::change::Change;
use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId};
use crate::domain::post::Post;
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::provider::{Capabilities, Provider};
use crate::store::{Actor, Store, StoreError};
use crate::sync::{Engine, Order};

/// How many days [`Snapshot::ahead`] looks ahead.
pub const AHEAD_DAYS: usize = 14;

/// Why something was not done. Nothing was changed; the words say what to do next.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// The store could not.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// It makes no sense as things are.
    #[error("{0}")]
    Refused(String),
}

/// What a desk operation answers.
pub type Result<T> = std::result::Result<T, DeskError>;

/// An account that can be reached.
#[derive(Clone)]
pub struct Seat {
    /// Its name.
    pub account: AccountName,
    /// Its provider.
    pub provider: Arc<dyn Provider>,
}

/// The desk: store, providers, clock, and whoever carries writes out.
pub struct Desk {
    /// The store.
    pub store: Store,
    clock: Clock,
    ids: IdSource,
    zone: Tz,
    seats: Vec<Seat>,
    accounts: BTreeMap<AccountName, Capabilities>,
    engine: Option<Engine>,
    actor: Actor,
}

/// What the board shows of the store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Every channel of a configured account.
    pub channels: Vec<Channel>,
    /// The posts of the range, by moment.
    pub posts: Vec<Arc<Post>>,
    /// Posts without a moment.
    pub drafts: Vec<Arc<Post>>,
    /// Posts that need a person.
    pub failed: Vec<Arc<Post>>,
    /// What was typed on posts with a schedule and not saved yet.
    pub aside: Vec<Arc<Post>>,
    /// Per channel, how many posts on each of the next days, today first.
    pub ahead: HashMap<ChannelId, [u16; AHEAD_DAYS]>,
}

/// One post's way through an edit: what it is, what it shall be, and from what its writes are planned.
struct Edit {
    before: Option<Post>,
    after: Option<Post>,
    planned_from: Option<Post>,
    extra: Vec<(AccountName, Write)>,
}

impl Edit {
    fn new(before: Option<Post>, after: Option<Post>) -> Self {
        Self { planned_from: before.clone(), before, after, extra: Vec::new() }
    }
}

impl Desk {
    /// A desk over `store`, with the accounts that can be reached. `actor` is who the journal names.
    pub fn new(store: Store, clock: Clock, ids: IdSource, zone: Tz, seats: Vec<Seat>, actor: Actor) -> Self {
        let accounts = seats.iter().map(|seat| (seat.account.clone(), seat.provider.capabilities().clone())).collect();
        Self { store, clock, ids, zone, seats, accounts, engine: None, actor }
    }

    /// Lets `engine` carry out what is decided here.
    pub fn employ(&mut self, engine: Engine) {
        self.engine = Some(engine);
    }

    /// Whom the journal names from now on; answers whom it named before.
    pub fn act_as(&mut self, actor: Actor) -> Actor {
        std::mem::replace(&mut self.actor, actor)
    }

    /// The accounts that can be reached.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// How an account's provider differs from others.
    pub fn capabilities(&self, account: &AccountName) -> Option<&Capabilities> {
        self.accounts.get(account)
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Returns after `span` has passed on this desk's clock.
    pub async fn sleep(&self, span: chrono::TimeDelta) {
        self.clock.sleep(span).await;
    }

    /// The zone times are shown and typed in.
    pub fn zone(&self) -> Tz {
        self.zone
    }

    /// New ids.
    pub fn ids(&self) -> &IdSource {
        &self.ids
    }

    /// Gives the background an order.
    pub fn order(&self, account: Option<&AccountName>, order: &Order) {
        if let Some(engine) = &self.engine {
            engine.order(account, order);
        }
    }

    /// Everything the board shows, with the posts of `range`.
    pub async fn snapshot(&self, range: Range<DateTime<Utc>>) -> Result<Snapshot> {
        let now = self.now();
        let today = now.with_timezone(&self.zone).date_naive();
        let midnight = match Schedule::resolve(today.and_time(NaiveTime::MIN), self.zone) {
            Resolved::At(schedule)
            | Resolved::Gap { after: schedule, .. }
            | Resolved::Twice { first: schedule, .. } => schedule.instant(),
        };
        let end = midnight.checked_add_days(Days::new(AHEAD_DAYS as u64)).unwrap_or(midnight);
        Ok(Snapshot {
            channels: self.store.channels().await?,
            posts: self.store.weeks(range.start, range.end).await?,
            drafts: self.store.drafts().await?,
            failed: self.store.failed(now).await?,
            aside: self.aside().await?.into_iter().map(Arc::new).collect(),
            ahead: ahead(self.store.coming(midnight, end, now).await?),
        })
    }

    /// One post, or words that say it is not there.
    async fn current(&self, id: PostId) -> Result<Post> {
        let post = self.store.post(id).await?;
        post.ok_or_else(|| DeskError::Refused("that post is not there any more; nothing was done".into()))
    }

    /// Stores edits, with the writes they call for, in one go; then wakes the background. `after` delays the writes.
    async fn commit(&self, edits: Vec<Edit>, verb: &str, not_before: Option<DateTime<Utc>>) -> Result<()> {
        let now = self.now();
        let channels = self.store.channels().await?;
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, now };
        let (mut changes, mut rows) = (Vec::new(), Vec::new());
        for edit in edits {
            let Some(id) = edit.after.as_ref().or(edit.before.as_ref()).map(|post| post.id) else { continue };
            let writes = plan::writes(edit.planned_from.as_ref(), edit.after.as_ref(), &on);
            let writes: Vec<_> = writes.into_iter().chain(edit.extra).collect();
            if !writes.is_empty() {
                self.nothing_under_way(id).await?;
            }
            rows.extend(writes.into_iter().map(|(account, write)| self.row(id, account, write, not_before)));
            let after = edit.after.map(|mut post| {
                post.updated_at = now;
                Box::new(post)
            });
            changes.push(Change { before: edit.before.map(Box::new), after, verb: verb.into() });
        }
        self.store.save(now, self.actor, changes, rows).await?;
        self.order(None, &Order::Push);
        Ok(())
    }

    fn row(&self, post: PostId, account: AccountName, write: Write, not_before: Option<DateTime<Utc>>) -> OutboxRow {
        let now = self.now();
        OutboxRow {
            intent: self.ids.intent(now),
            account,
            post,
            write,
            receipts: Vec::new(),
            frozen: None,
            state: OutboxState::Ready,
            attempts: 0,
            not_before,
            unknown_since: None,
            last_error: None,
            created_at: now,
            first_sent_at: None,
        }
    }

    /// A post whose write is on its way, or of unknown outcome, cannot be given another one.
    async fn nothing_under_way(&self, post: PostId) -> Result<()> {
        for row in self.store.outbox_of(post).await? {
            let words = match row.state {
                OutboxState::InFlight => "this post is being sent just now; try again in a moment",
                OutboxState::Verifying | OutboxState::Unknown => {
                    "it is not known whether the last write went through; V verifies it first, then edit"
                }
                OutboxState::Ready | OutboxState::Waiting if row.unknown_since.is_some() => {
                    "the last write may have gone through and is being repeated; try again when it is settled"
                }
                OutboxState::Ready | OutboxState::Waiting if !row.receipts.is_empty() => {
                    "the last write is half done and waits for the provider; try again when it is complete"
                }
                _ => continue,
            };
            return Err(DeskError::Refused(words.into()));
        }
        Ok(())
    }
}

/// Per channel, what each day brings.
fn ahead(coming: Vec<(ChannelId, u16, u16)>) -> HashMap<ChannelId, [u16; AHEAD_DAYS]> {
    let mut ahead: HashMap<ChannelId, [u16; AHEAD_DAYS]> = HashMap::new();
    for (channel, day, count) in coming {
        if let Some(day) = ahead.entry(channel).or_default().get_mut(usize::from(day)) {
            *day = count;
        }
    }
    ahead
}
