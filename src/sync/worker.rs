//! The state of one account's task, and the words it spreads.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::background::{ActivityLine, Light, LightState};
use crate::domain::ids::{AccountName, IntentId, PostId, RemoteId};
use crate::provider::pace::Tally;
use crate::provider::{Again, Kind, Provider, ProviderError, Reach, pace};
use crate::store::StoreError;

use super::carry::Carrier;
use super::{Common, News, spending};

/// The pause after a refusal for too many requests that names none: budgets are counted per minute.
const LIMIT_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// One account's hands: pushes, pulls, verifies.
pub struct Worker {
    pub(super) account: AccountName,
    pub(super) provider: Arc<dyn Provider>,
    pub(super) common: Common,
    light: Light,
    key_refused: bool,
    pub(super) pause_until: Option<DateTime<Utc>>,
    /// The pause is the provider's wish, not ours.
    pause_asked: bool,
    pub(super) failures: u32,
    /// A write whose bytes left while the store could not note what came of it.
    pub(super) in_doubt: Option<IntentId>,
    /// What the provider answered to the write whose failure is being settled.
    pub(super) answer: Option<Box<str>>,
    /// Whether the cause of that failure is read from its words alone.
    pub(super) guessed: bool,
    unreachable: bool,
    /// The provider was not asked yet what it has.
    pub(super) unread: bool,
    /// The last sweep met nobody who is known here: the key may be one of another workspace.
    pub(super) estranged: bool,
    /// Posts that are gone at the provider, whatever our targets say; seen again they are not.
    pub(super) gone: BTreeSet<RemoteId>,
    /// The trouble people were last told of; told once, until things are in order again.
    told: Option<String>,
    /// Files on their way.
    pub(super) carrier: Carrier,
    /// Rests that were not told because a file was on its way.
    withheld: usize,
    /// What the store remembers of the calls that were spent; nothing before it was asked.
    tally: Option<Tally>,
    /// By how many minutes this machine's clock was said to be wrong.
    wrong_by: i64,
    /// When the provider was last asked what it publishes of limits.
    pub(super) limits_asked: Option<DateTime<Utc>>,
}

/// A clock that is off by less is as good as right: the provider tells its own to the second only.
const CLOCK_SLACK: TimeDelta = TimeDelta::seconds(60);

impl Worker {
    /// A worker that has not done anything yet.
    pub fn new(account: AccountName, provider: Arc<dyn Provider>, common: Common) -> Self {
        let light = Light {
            account: account.clone(),
            provider: provider.capabilities().name.to_owned(),
            state: LightState::Starting,
            fresh_at: None,
            next_at: None,
            pending: 0,
            spent: None,
        };
        Self {
            account,
            provider,
            common,
            light,
            key_refused: false,
            pause_until: None,
            pause_asked: false,
            failures: 0,
            in_doubt: None,
            answer: None,
            guessed: false,
            unreachable: false,
            unread: true,
            estranged: false,
            gone: BTreeSet::new(),
            told: None,
            carrier: Carrier::default(),
            withheld: 0,
            tally: None,
            wrong_by: 0,
            limits_asked: None,
        }
    }

    /// Whose hands these are.
    pub fn account(&self) -> &AccountName {
        &self.account
    }

    /// The present instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.common.clock.now()
    }

    pub(super) async fn sleep_until(&self, until: DateTime<Utc>) {
        self.common.clock.sleep_until(until).await;
    }

    /// How the account is doing.
    pub fn state(&self) -> &LightState {
        &self.light.state
    }

    /// Whether the provider could not be reached the last time.
    pub fn is_unreachable(&self) -> bool {
        self.unreachable
    }

    /// Tries a refused key and an unreachable provider again: a person asked for it. A pause that the provider itself
    /// asked for stands.
    pub async fn forgive(&mut self) -> Result<(), StoreError> {
        self.key_refused = false;
        if self.asked_to_wait() {
            return Ok(());
        }
        self.pause_until = None;
        self.common.store.hurry(&self.account).await
    }

    /// Whether what the provider has must be read before anything is sent: it may have been changed there while nobody
    /// looked.
    pub(super) fn must_read_first(&self) -> bool {
        self.unread || self.unreachable
    }

    /// From now on this instance sends, under the name in leases of the one that does.
    pub(super) fn take_over(&mut self, owner: String) {
        self.common.owner = owner;
        self.common.sends = true;
    }

    fn asked_to_wait(&self) -> bool {
        self.pause_asked && self.pause_until.is_some_and(|until| until > self.now())
    }

    pub(super) fn may_call(&self) -> bool {
        !self.key_refused && self.pause_until.is_none_or(|until| until <= self.now())
    }

    pub(super) fn tell(&self, news: News) {
        // Nobody listens any more while the program ends.
        let _ = self.common.news.send(news);
    }

    pub(super) fn changed(&self) {
        self.tell(News::Changed);
    }

    pub(super) fn line(&self, post: Option<PostId>, words: impl Into<String>, urgent: bool) {
        let words = words.into();
        tracing::info!(account = %self.account, "{words}");
        let line = ActivityLine { at: self.now(), account: Some(self.account.clone()), post, words, urgent };
        self.tell(News::Line(line));
    }

    pub(super) fn light(&mut self, state: LightState) {
        if self.light.state != state {
            self.light.state = state;
            self.tell(News::Light(self.light.clone()));
        }
    }

    /// A write of this account has another state now.
    pub(super) fn outbox_changed(&self) {
        self.tell(News::Light(self.light.clone()));
    }

    /// Before the first call: what was spent before this program began counts too, and a block still stands.
    pub(super) async fn recall_spending(&mut self) -> Result<(), StoreError> {
        if self.tally.is_some() || self.provider.spending().is_none() {
            return Ok(());
        }
        let kept = spending::recall(&self.common.store, &self.account, &*self.provider).await?;
        self.tally = Some(kept);
        self.show_spending();
        Ok(())
    }

    /// After calls: keeps what was spent over a restart, because the provider counts on.
    pub(super) async fn keep_spending(&mut self) -> Result<(), StoreError> {
        let Some((_, tally)) = self.provider.spending() else { return Ok(()) };
        self.show_spending();
        if self.tally.as_ref() != Some(&tally) {
            spending::keep(&self.common.store, &self.account, &tally).await?;
            self.tally = Some(tally);
        }
        Ok(())
    }

    fn show_spending(&mut self) {
        let now = self.now();
        let shown = self.light.spent.take();
        self.light.spent = spending::spent(&*self.provider, now);
        if self.light.spent != shown {
            self.tell(News::Light(self.light.clone()));
        }
    }

    /// What the world's clocks show: this machine's, unless the provider's says that it is wrong.
    pub(super) fn world_time(&self) -> DateTime<Utc> {
        self.by_world_time(self.now())
    }

    /// What the world's clocks showed when this machine's showed `then`, if it is as wrong now as it was.
    pub(super) fn by_world_time(&self, then: DateTime<Utc>) -> DateTime<Utc> {
        let ahead = self.provider.clock_ahead().filter(|ahead| ahead.abs() > CLOCK_SLACK);
        then - ahead.unwrap_or_else(TimeDelta::zero)
    }

    /// Says once that this machine's clock is wrong, and again when that changes by minutes.
    fn compare_clocks(&mut self) {
        let Some(ahead) = self.provider.clock_ahead() else { return };
        let off = if ahead.abs() > CLOCK_SLACK { ahead.num_minutes() } else { 0 };
        if (off - self.wrong_by).abs() < 2 && (off == 0) == (self.wrong_by == 0) {
            return;
        }
        self.wrong_by = off;
        let minutes = off.abs();
        let words = match off {
            0 => "this machine's clock agrees with the provider's again".to_owned(),
            1.. => format!("this machine's clock is {minutes} min ahead of the provider's: set it right"),
            _ => format!("this machine's clock is {minutes} min behind the provider's: set it right"),
        };
        self.line(None, words, off != 0);
    }

    /// The provider answered as it should. A pause it asked for stands, and so does trouble that another question met:
    /// the next pull or write shows whether it is over.
    pub(super) fn in_order(&mut self) {
        self.compare_clocks();
        self.failures = 0;
        self.unreachable = false;
        self.light.fresh_at = Some(self.now());
        if !self.asked_to_wait() && !matches!(self.light.state, LightState::Trouble { .. }) {
            self.told = None;
            self.pause_until = None;
            self.light.state = LightState::Ok;
        }
        self.tell(News::Light(self.light.clone()));
    }

    /// Whether this account was ever read to the end.
    pub(super) fn has_read_before(&self) -> bool {
        self.light.fresh_at.is_some()
    }

    pub(super) fn remember_fresh(&mut self, at: Option<DateTime<Utc>>) {
        self.light.fresh_at = self.light.fresh_at.max(at);
    }

    /// Tells of something wrong on our own side.
    pub fn trouble(&mut self, words: String) {
        self.line(None, words.clone(), true);
        self.light(LightState::Trouble { words });
    }

    /// The worker sleeps until `wake`. While a file is on its way it does not rest: that is told when it has arrived.
    pub(super) fn rested(&mut self, wake: DateTime<Utc>) {
        self.light.next_at = Some(wake);
        if self.is_carrying() {
            self.withheld += 1;
            return;
        }
        if matches!(self.light.state, LightState::Sending | LightState::Fetching { .. } | LightState::Starting) {
            self.light.state = LightState::Ok;
        }
        self.tell(News::Light(self.light.clone()));
        for _ in 0..=std::mem::take(&mut self.withheld) {
            self.tell(News::Rested(self.account.clone()));
        }
    }

    /// When to try again after `error`: as the provider asks, else after a growing wait.
    pub(super) fn until(&mut self, error: &ProviderError) -> DateTime<Utc> {
        if let Again::At(at) = error.again {
            return at;
        }
        self.failures += 1;
        let wait = pace::backoff(self.failures, self.common.ids.chance(), self.common.bounds.backoff);
        self.now() + if error.kind == Kind::RateLimited { wait.max(LIMIT_PAUSE) } else { wait }
    }

    /// Takes note of an error that concerns the account as a whole, and pauses where that is called for.
    pub(super) fn note(&mut self, error: &ProviderError, until: DateTime<Utc>) {
        let words = error.to_string();
        let state = match error.kind {
            Kind::Unauthorised => {
                self.key_refused = true;
                LightState::Unauthorised { words: words.clone() }
            }
            Kind::RateLimited => LightState::Limited,
            Kind::Malformed => LightState::Trouble { words: words.clone() },
            _ if matches!(error.reach, Reach::NotSent | Reach::Harmless) || error.kind == Kind::Unavailable => {
                LightState::Offline { words: words.clone() }
            }
            // Only one write waits.
            Kind::InProgress => return,
            _ => LightState::Trouble { words: words.clone() },
        };
        // An answer that makes sense and says no to one question does not speak for the others.
        let pauses = matches!(state, LightState::Limited | LightState::Offline { .. }) || error.kind == Kind::Malformed;
        self.unreachable = matches!(state, LightState::Offline { .. });
        let news = self.told.as_ref() != Some(&words);
        self.told = Some(words.clone());
        if pauses {
            self.pause_until = Some(until);
            self.pause_asked = error.kind == Kind::RateLimited || matches!(error.again, Again::At(_));
            self.light.next_at = Some(until);
        }
        self.light(state);
        if news {
            let words = match error.kind {
                Kind::Unauthorised => format!(
                    "the key is refused: {words}; nothing is sent until there is another key; a sync then tries it"
                ),
                Kind::RateLimited => format!("the provider asks for a pause: {words}"),
                _ => words,
            };
            self.line(None, words, error.kind == Kind::Unauthorised);
        }
    }

    /// When a provider that failed is tried again.
    pub(super) fn next_try(&self) -> Option<DateTime<Utc>> {
        self.pause_until.map(|until| until.max(self.now() + TimeDelta::seconds(1)))
    }

    /// When the outbox wants to be looked at again.
    pub async fn next_write(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        if self.key_refused || !self.common.sends {
            return Ok(None);
        }
        let due = self.common.store.next_due(&self.account, self.now()).await?;
        // Never spin: a row that could be claimed now was just looked at.
        let soon = self.now() + TimeDelta::milliseconds(200);
        Ok(due.map(|due| due.max(self.pause_until.unwrap_or(due)).max(soon)))
    }
}
