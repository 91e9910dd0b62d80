//! Posts that are going out where lists leave out what is being sent: neither gone nor never made. Another run of the
//! program, which has not seen them wait, learns of them from the store.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::RemoteId;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Wish};
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::write::{OutboxRow, Timing, Write};
use crate::store::StoreError;

use super::worker::Worker;

/// How long before its moment a post may be going out: the other side has a clock of its own.
const EARLY: TimeDelta = TimeDelta::minutes(2);
/// How long after its moment a post may still wait there: some sites send only when somebody visits.
const OVERDUE: TimeDelta = TimeDelta::days(1);
/// How long between two looks for a create that may be going out unseen.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(2);

impl Worker {
    /// Tells the provider's adapter what the store knows of posts that may be going out unseen.
    pub(super) async fn remind(&self) -> Result<(), StoreError> {
        if self.provider.capabilities().hides_sending.is_none() {
            return Ok(());
        }
        let now = self.now();
        let mut named: BTreeMap<RemoteId, Option<DateTime<Utc>>> = BTreeMap::new();
        for post in self.common.store.weeks(now - OVERDUE, now + EARLY).await? {
            // What is to be out at once is due, whatever time it was given before.
            let at_once = post.instant().filter(|_| post.wish == Wish::Now);
            let mine = post.targets.iter().filter(|target| target.account() == self.account);
            named.extend(mine.filter_map(|target| Some((target.remote.clone()?, at_once))));
        }
        // What is changed or deleted here may go out before that arrives.
        for row in self.common.store.outbox().await? {
            if let Some(remote) = row.write.remote().filter(|_| row.account == self.account) {
                named.entry(remote.clone()).or_default();
            }
        }
        let seen = self.common.store.sync_state(&self.account).await?.last_ok;
        for (remote, at_once) in named {
            let Some((shown, _)) = self.common.store.remote(&self.account, &remote).await? else { continue };
            if let Some(due) = due(&shown, seen, now) {
                self.provider.remind(shown, at_once.unwrap_or(due));
            }
        }
        Ok(())
    }

    /// Whether a post that the provider has no trace of was made just now and never listed since: it is going out.
    pub(super) async fn goes_out_unseen(&self, remote: &RemoteId) -> Result<bool, StoreError> {
        let Some(span) = self.provider.capabilities().hides_sending else { return Ok(false) };
        if self.common.store.remote(&self.account, remote).await?.is_some() {
            return Ok(false);
        }
        let now = self.now();
        let mine = |post: &Post| {
            let carries = |outcome: &Outcome| matches!(outcome, Outcome::Accepted | Outcome::Publishing);
            post.targets.iter().any(|target| {
                target.remote.as_ref() == Some(remote) && target.account() == self.account && carries(&target.outcome)
            })
        };
        Ok(self.common.store.weeks(now - span, now + EARLY).await?.iter().any(|post| mine(post)))
    }

    /// From when on it is believed that a write did not happen where nothing shows it.
    pub(super) fn absence_counts_from(&self, row: &OutboxRow, since: DateTime<Utc>) -> DateTime<Utc> {
        let settled = since + self.common.bounds.settling(&row.write);
        let Some(span) = self.provider.capabilities().hides_sending else { return settled };
        let moment = match &row.write {
            Write::Create { submission } => match submission.timing {
                Timing::Now => Some(since),
                Timing::At(at) => Some(at),
                Timing::Draft => None,
            },
            _ => None,
        };
        let comes = moment.filter(|moment| *moment - EARLY <= self.now());
        comes.map_or(settled, |moment| settled.max(moment + span))
    }

    /// When to look again for what was not found, and the words for it, while its absence is not believed.
    pub(super) fn look_again(&self, row: &OutboxRow, since: DateTime<Utc>) -> (DateTime<Utc>, &'static str) {
        let counts = self.absence_counts_from(row, since);
        let settled = since + self.common.bounds.settling(&row.write);
        match counts > settled && settled <= self.now() {
            true => (
                counts.min(self.now() + LOOK_AGAIN),
                "not found; it may be going out, which this provider lists only afterwards: it is looked for again",
            ),
            false => (settled, "not found yet; absence is believed once the request must have ended"),
        }
    }
}

/// When the last of a post was due that was seen waiting, `seen` being when everything was last listed. Nothing where
/// nothing of it waits.
fn due(shown: &RemotePost, seen: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let at = shown.at.filter(|_| !matches!(shown.state, RemoteState::Draft | RemoteState::Cancelled))?;
    let any = |outcome: &Outcome| shown.targets.iter().any(|target| target.outcome == *outcome);
    match (any(&Outcome::Accepted), any(&Outcome::Publishing)) {
        // Late, and listed as waiting until then.
        (true, _) => Some(seen.map_or(at, |seen| at.max(seen.min(now)))),
        (false, true) => Some(at),
        (false, false) => None,
    }
}
