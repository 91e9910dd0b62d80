//! When a request may leave: turns, budgets that answers announce, and allowances that are counted here.

use std::sync::PoisonError;

use super::{Http, Purpose};
use crate::provider::pace::{Allowance, Hold, Tally};
use crate::provider::{Again, Kind, ProviderError, Reach, Result};

impl Http {
    /// What may be spent, and what was, where calls are counted.
    pub fn spending(&self) -> Option<(Allowance, Tally)> {
        let (allowance, tally) = self.allowance.as_ref()?;
        Some((*allowance, tally.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }

    /// Whether a read could leave at once, without waiting for its minute.
    pub fn has_room(&self) -> bool {
        let now = self.clock.now();
        let spending = self.spending();
        spending.is_none_or(|(allowance, tally)| tally.hold(&allowance, false, now).is_none())
    }

    /// What was spent before this program began.
    pub fn recall(&self, kept: Tally) {
        if let Some((_, tally)) = &self.allowance {
            let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
            *tally = std::mem::take(&mut *tally).with(kept);
        }
    }

    /// Waits until it is this request's turn.
    pub(super) async fn take_turn(&self, purpose: Purpose) {
        let writes = purpose != Purpose::Read;
        let turn = self.turns.lock().unwrap_or_else(PoisonError::into_inner).take(self.clock.now(), writes);
        if turn > self.clock.now() {
            self.clock.pause_until(turn).await;
        }
    }

    /// Pauses while the budget runs low; refuses at once, unsent, when it is empty.
    pub(super) async fn keep_pace(&self) -> Result<()> {
        let Some(budget) = *self.budget.lock().unwrap_or_else(PoisonError::into_inner) else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Some(until) = budget.empty_until(now) {
            let words = format!("{} allows no more requests just now", self.base.host());
            return Err(ProviderError::new(Kind::RateLimited, Reach::NotSent, Again::At(until), words));
        }
        // Sockets keep real time, also where the clock is turned by hand.
        if let Ok(pause) = budget.pause(now).to_std()
            && !pause.is_zero()
        {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    /// Counts the call, or holds it: a read waits for its minute, a write is told when to come back, so that it does not
    /// leave long after it was asked for.
    pub(super) async fn spend(&self, purpose: Purpose) -> Result<()> {
        let Some((allowance, tally)) = &self.allowance else { return Ok(()) };
        let write = purpose != Purpose::Read;
        loop {
            let now = self.clock.now();
            let hold = {
                let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
                let hold = tally.hold(allowance, write, now);
                if hold.is_none() {
                    tally.count(now);
                }
                hold
            };
            let host = self.base.host();
            let (until, words) = match hold {
                None => return Ok(()),
                Some(Hold::Minute(until)) if !write => {
                    self.clock.sleep_until(until).await;
                    continue;
                }
                Some(Hold::Minute(until)) => (until, format!("this minute's calls to {host} are used up")),
                Some(Hold::Day(until)) => {
                    let day = allowance.day;
                    // What is kept for writes must not wait for midnight behind a read.
                    let until = if write { until } else { until.min(now + allowance.block) };
                    (until, format!("today's {day} calls to {host} are used up; it counts anew at midnight UTC"))
                }
                Some(Hold::Blocked(until)) => {
                    let minutes = (until - now).num_minutes() + 1;
                    (until, format!("{host} blocks every call, for {minutes} min yet"))
                }
            };
            return Err(ProviderError::new(Kind::RateLimited, Reach::NotSent, Again::At(until), words));
        }
    }

    /// A refusal for too many calls blocks all of them, for as long as it says or as the contract does.
    pub(super) fn blocked(&self, error: &mut ProviderError) {
        let Some((allowance, tally)) = self.allowance.as_ref().filter(|_| error.kind == Kind::RateLimited) else {
            return;
        };
        let until = match error.again {
            Again::At(until) => until,
            Again::Backoff | Again::Never => self.clock.now() + allowance.block,
        };
        tally.lock().unwrap_or_else(PoisonError::into_inner).block(until);
        error.again = Again::At(until);
    }
}
