//! Everything a person can do, whichever door they came through: the screen and the shell call the same operations.

pub mod accounts;
mod authorise;
pub mod batch;
pub mod campaign;
mod check;
mod days;
pub mod embargo;
pub mod export;
pub mod failed;
mod foresight;
mod fresh;
pub mod gauge;
mod glance;
pub mod intake;
#[cfg(test)]
mod intake_tests;
pub mod judge;
mod media;
mod numbers;
pub mod origin;
mod outline;
pub mod part;
pub mod plan;
pub mod posts;
mod propose;
mod queue;
pub mod rebase;
pub mod record;
pub mod removal;
pub mod repeat;
#[cfg(test)]
mod repeat_tests;
mod retrace;
mod said;
pub mod settings;
pub mod slots;
#[cfg(test)]
mod sorting_tests;
mod strange;
pub mod styles;
mod tags;
#[cfg(test)]
mod tests;
pub mod transfer;
mod twins;
mod typing;
mod unlike;
mod unrepeat;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use crate::clock::Clock;
use crate::domain::authorise::ends;
use crate::domain::campaign::Progress;
use crate::domain::carries::Way;
use crate::domain::change::Change;
use crate::domain::channel::Channel;
use crate::domain::habits::Habits;
use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId, RemoteId};
use crate::domain::numbers::AHEAD_DAYS;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::published::Stated;
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::provider::{Capabilities, Provider};
use crate::store::{Actor, Alongside, Shown, Store, StoreError};
use crate::sync::{Engine, Order};
use crate::text::style::Book;

use styles::{Closet, Shelf};

pub use accounts::Connector;

/// How many days [`Snapshot::risk`] looks ahead.
pub const RISK_DAYS: u64 = 90;

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
    connector: Option<Arc<dyn Connector>>,
    actor: Actor,
    /// When each draft was last kept from here while it is typed.
    kept: Mutex<HashMap<PostId, DateTime<Utc>>>,
    /// The journal's entries that could not be undone or done again for a reason that may go, and said so.
    put_off: Mutex<BTreeSet<i64>>,
    closet: Closet,
    slots: slots::Habit,
    habits: Habits,
    gauge: gauge::Gauge,
    standbys: BTreeMap<AccountName, String>,
    glance: glance::Glance,
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
    /// Per channel whose authorisation is gone or ends: how many posts it would keep from going out, of the next
    /// [`RISK_DAYS`] days.
    pub risk: HashMap<ChannelId, usize>,
    /// Per channel, how many posts on each of the next days, today first.
    pub ahead: HashMap<ChannelId, [u16; AHEAD_DAYS]>,
    /// How far each campaign has come, by name.
    pub campaigns: Vec<Progress>,
    /// Posts that a series made: the series, and its rule in words.
    pub repeats: BTreeMap<PostId, (PostId, String)>,
    /// The rules by which posts that are being written shall come again.
    pub rules_asked: BTreeMap<PostId, String>,
    /// What providers published of what channels take.
    pub stated: Vec<Stated>,
}

/// One post's way through an edit: what it is, what it shall be, and from what its writes are planned.
struct Edit {
    before: Option<Post>,
    after: Option<Post>,
    planned_from: Option<Post>,
    extra: Vec<(AccountName, Write)>,
    plan: Planning,
}

/// How much of an edit the planner sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Planning {
    /// What differs from the post before.
    Differences,
    /// Everything that is at a provider, whether it seems to differ or not.
    Everything,
    /// Nothing: the edit brings its own writes, or none.
    Nothing,
}

impl Edit {
    fn new(before: Option<Post>, after: Option<Post>) -> Self {
        Self { planned_from: before.clone(), before, after, extra: Vec::new(), plan: Planning::Differences }
    }

    /// An edit of which no provider hears, but by `extra`.
    fn unplanned(before: Post, after: Post, extra: Vec<(AccountName, Write)>) -> Self {
        Self { extra, plan: Planning::Nothing, ..Self::new(Some(before), Some(after)) }
    }

    fn post(&self) -> Option<PostId> {
        self.after.as_ref().or(self.before.as_ref()).map(|post| post.id)
    }
}

impl Desk {
    /// A desk over `store`, with the accounts that can be reached. `actor` is who the journal names.
    pub fn new(store: Store, clock: Clock, ids: IdSource, zone: Tz, seats: Vec<Seat>, actor: Actor) -> Self {
        let accounts = seats.iter().map(|seat| (seat.account.clone(), seat.provider.capabilities().clone())).collect();
        Self {
            store,
            clock,
            ids,
            zone,
            seats,
            accounts,
            engine: None,
            connector: None,
            actor,
            kept: Mutex::default(),
            put_off: Mutex::default(),
            closet: Closet::default(),
            slots: slots::Habit::default(),
            habits: Habits::default(),
            gauge: gauge::Gauge::default(),
            standbys: BTreeMap::new(),
            glance: glance::Glance::default(),
        }
    }

    /// Lets `engine` carry out what is decided here.
    pub fn employ(&mut self, engine: Engine) {
        self.engine = Some(engine);
    }

    /// Lets `connector` connect accounts.
    pub fn connects_with(&mut self, connector: Arc<dyn Connector>) {
        self.connector = Some(connector);
    }

    /// Lets `shelf` keep the files that dress posts, which say `book`.
    pub fn dresses_with(&mut self, shelf: Arc<dyn Shelf>, book: Book) {
        self.closet = Closet::new(shelf, book);
    }

    /// Tells who stands in for each account, in words.
    pub fn stands_in(&mut self, standbys: BTreeMap<AccountName, String>) {
        self.standbys = standbys;
    }

    /// Who is given what `account` certainly did not take, in words; nothing where nobody is.
    pub fn standby(&self, account: &AccountName) -> Option<&str> {
        self.standbys.get(account).map(String::as_str)
    }

    /// Whom the journal names from now on; answers whom it named before.
    pub fn act_as(&mut self, actor: Actor) -> Actor {
        std::mem::replace(&mut self.actor, actor)
    }

    /// The accounts that can be reached.
    pub fn seats(&self) -> &[Seat] {
        &self.seats
    }

    /// The way of an account's channels: its provider's name, and what that carries.
    pub fn way(&self, account: &AccountName) -> Option<Way> {
        self.capabilities(account).map(Capabilities::way)
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

    /// How times are written where a person is told of them.
    pub fn habits(&self) -> &Habits {
        &self.habits
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
        let Shown { channels, posts, drafts, failed, remembered, coming, campaigns } = self.shown(range).await?;
        let aside = posts::kept_aside(remembered).into_iter().map(Arc::new).collect();
        let risk = self.at_risk(&channels).await?;
        let repeats = self.repeated_posts().await?;
        let rules_asked = self.rules_asked().await?;
        let stated = self.store.stated().await?;
        let ahead = ahead(coming);
        Ok(Snapshot { channels, posts, drafts, failed, aside, risk, ahead, campaigns, repeats, rules_asked, stated })
    }

    /// How many posts each channel would keep from going out, of those whose authorisation is gone or ends.
    async fn at_risk(&self, channels: &[Channel]) -> Result<HashMap<ChannelId, usize>> {
        let now = self.now();
        let shown = channels.iter().filter(|channel| !channel.gone);
        let until: HashMap<_, _> =
            shown.filter_map(|channel| Some((channel.id.clone(), ends(&channel.health, now)?))).collect();
        if until.is_empty() {
            return Ok(HashMap::new());
        }
        let last = now.checked_add_days(Days::new(RISK_DAYS)).unwrap_or(now);
        Ok(self.store.at_risk(until, now, last).await?)
    }

    /// One post, or words that say it is not there.
    async fn current(&self, id: PostId) -> Result<Post> {
        let post = self.store.post(id).await?;
        post.ok_or_else(|| DeskError::Refused("that post is not there any more; nothing was done".into()))
    }

    /// Stores edits, with the writes they call for, in one go; then wakes the background. `not_before` delays the
    /// writes.
    async fn commit(&self, edits: Vec<Edit>, verb: &str, not_before: Option<DateTime<Utc>>) -> Result<()> {
        self.commit_with(edits, verb, not_before, Alongside::default()).await
    }

    /// The same, together with what stands `alongside`.
    async fn commit_with(
        &self,
        edits: Vec<Edit>,
        verb: &str,
        not_before: Option<DateTime<Utc>>,
        alongside: Alongside,
    ) -> Result<()> {
        self.commit_as(self.actor, edits, verb, not_before, alongside).await
    }

    /// The same in the name of `actor`.
    async fn commit_as(
        &self,
        actor: Actor,
        edits: Vec<Edit>,
        verb: &str,
        not_before: Option<DateTime<Utc>>,
        alongside: Alongside,
    ) -> Result<()> {
        let now = self.now();
        let channels = self.store.channels().await?;
        let unsent = self.unsent(&edits, &alongside).await?;
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now };
        let (mut changes, mut rows) = (Vec::new(), Vec::new());
        for edit in edits {
            let Some(id) = edit.post() else { continue };
            let mut writes = Vec::new();
            if edit.plan != Planning::Nothing {
                self.within_reach(&edit)?;
                still_changes(&edit)?;
                writes = plan::writes(edit.planned_from.as_ref(), edit.after.as_ref(), &on);
            }
            writes.extend(edit.extra);
            for (account, write) in &writes {
                self.reached(account)?;
                self.queue_takes(account, write)?;
                self.carries(account, write, &channels)?;
            }
            rows.extend(writes.into_iter().map(|(account, write)| self.row(id, account, write, now, not_before)));
            let after = edit.after.map(|mut post| {
                post.updated_at = now;
                Box::new(post)
            });
            changes.push(Change { before: edit.before.map(Box::new), after, verb: verb.into() });
        }
        match self.store.save_with(now, actor, changes, rows, alongside).await {
            Err(StoreError::UnderWay { post }) => {
                self.nothing_under_way(post).await?;
                return Err(StoreError::UnderWay { post }.into());
            }
            saved => saved?,
        };
        self.order(None, &Order::Push);
        Ok(())
    }

    /// The posts at the providers that need not be as the posts before say: open writes name them, or an edit asks to
    /// plan everything. What is dropped alongside will not be out.
    async fn unsent(&self, edits: &[Edit], alongside: &Alongside) -> Result<BTreeSet<(AccountName, RemoteId)>> {
        let mut unsent = BTreeSet::new();
        for edit in edits {
            let Some(id) = edit.post() else { continue };
            let rows = self.store.outbox_of(id).await?;
            let dropped = |row: &OutboxRow| alongside.drops.iter().any(|(intent, _)| *intent == row.intent);
            unsent.extend(rows.into_iter().filter(|row| row.state.is_open() && !dropped(row)).filter_map(|row| {
                let remote = row.write.remote().cloned()?;
                Some((row.account, remote))
            }));
            if edit.plan == Planning::Everything {
                let targets = edit.planned_from.iter().flat_map(|post| &post.targets);
                unsent.extend(targets.filter_map(|target| Some((target.account(), target.remote.clone()?))));
            }
        }
        Ok(unsent)
    }

    /// Whether everybody who has to hear of an edit can be told.
    fn within_reach(&self, edit: &Edit) -> Result<()> {
        if let (Some(before), Some(after)) = (&edit.before, &edit.after)
            && *before == (Post { campaign: before.campaign.clone(), number: before.number, ..after.clone() })
        {
            return Ok(());
        }
        let there = |target: &&Target| target.outcome.can_change() && target.remote.is_some();
        let before = edit.before.iter().flat_map(|post| &post.targets).filter(there);
        let wanted = edit.after.iter().flat_map(|post| {
            let goes_out = matches!(post.wish, Wish::Schedule | Wish::Now);
            post.targets.iter().filter(move |target| there(target) || (goes_out && target.outcome.can_change()))
        });
        before.chain(wanted).try_for_each(|target| self.reached(&target.account()))
    }

    fn reached(&self, account: &AccountName) -> Result<()> {
        if self.accounts.contains_key(account) {
            return Ok(());
        }
        Err(DeskError::Refused(format!(
            "account \"{account}\" is off: its provider could not be told, and nothing was done; switch the account on \
             first, or choose other channels"
        )))
    }

    fn row(
        &self,
        post: PostId,
        account: AccountName,
        write: Write,
        now: DateTime<Utc>,
        not_before: Option<DateTime<Utc>>,
    ) -> OutboxRow {
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

/// Refuses what would change here only: the part of a post that waits beside one that is out already, in the same
/// post at the provider, cannot be changed there any more.
fn still_changes(edit: &Edit) -> Result<()> {
    let Some(before) = &edit.before else { return Ok(()) };
    let says = |post: &Post, target: &Target| {
        let target = post.targets.iter().find(|each| each.channel == target.channel)?;
        Some((post.text_for(target).to_owned(), post.schedule_for(target), post.wish))
    };
    let stuck = |target: &&Target| {
        let beside = |other: &Target| other.account() == target.account() && other.remote == target.remote;
        let settled = |other: &Target| matches!(other.outcome, Outcome::Published { .. } | Outcome::Publishing);
        target.outcome.can_change()
            && target.remote.is_some()
            && before.targets.iter().any(|other| beside(other) && settled(other))
    };
    let changed = |target: &Target| edit.after.as_ref().and_then(|after| says(after, target)) != says(before, target);
    if before.targets.iter().filter(stuck).any(changed) {
        return Err(DeskError::Refused(format!(
            "\"{}\" is out in part, and the rest of it cannot be changed at the provider any more; nothing was done",
            before.headline()
        )));
    }
    Ok(())
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
