//! The failed queue: retry what failed, verify what is unknown, put away what is settled.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use crate::domain::change::Change;
use crate::domain::ids::{AccountName, ChannelId, IntentId, PostId, RemoteId};
use crate::domain::outcome::{Outcome, State};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::turns::Turns;
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::provider::capability::Retry;
use crate::store::JournalEntry;
use crate::sync::Order;

use super::{Desk, DeskError, Edit, Result, plan};

/// What the journal says of a retry, and of one that makes a new post.
const RETRIED: &str = "retried";
const RETRIED_ANEW: &str = "retried as a new post";

/// What a retry came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Retried {
    /// How many posts are sent again.
    pub posts: usize,
    /// Of how many of them a part becomes a new post at its provider, because that sends nothing twice.
    pub anew: usize,
    /// How long after the first one the last one goes out.
    pub spread: TimeDelta,
    /// Why others of them are not sent again, in words.
    pub refused: Vec<String>,
}

impl Retried {
    /// What became of it, for people; nothing where every retry goes out in the post it failed in.
    pub fn words(&self) -> Option<String> {
        Some(match (self.anew, self.posts) {
            (0, _) => return None,
            (1, 1) => "sent again as a new post at the provider; the failed one stays there as a record".into(),
            (1, _) => {
                "one of them is sent again as a new post at its provider; the failed one stays there as a record".into()
            }
            (anew, posts) if anew < posts => {
                format!(
                    "{anew} of them are sent again as new posts at their providers; the failed ones stay there as a record"
                )
            }
            _ => "sent again as new posts at the provider; the failed ones stay there as a record".into(),
        })
    }

    /// How many of them were left out and why, for people.
    pub fn left_out(&self) -> Option<String> {
        let count = self.refused.len();
        (count > 0).then(|| format!("{count} left out: {}", self.refused.join("; ")))
    }
}

impl Desk {
    /// Sends what failed of these posts again, and nothing else: posts on one channel one after another ([`Turns`]), and
    /// a person at the screen has a moment ([`TAKE_BACK`](crate::domain::outcome::TAKE_BACK)) to take each of them back.
    ///
    /// Each is stored by itself: what is refused of one keeps none of the others back, and both are told.
    pub async fn retry(&self, ids: &[PostId]) -> Result<Retried> {
        let mut retried = Retried::default();
        let mut turns = Turns::default();
        let mut errors = Vec::new();
        for id in ids {
            match self.retry_one(*id, &mut turns).await {
                Ok(Some((delay, anew))) => {
                    retried.spread = retried.spread.max(delay);
                    retried.posts += 1;
                    retried.anew += usize::from(anew);
                }
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        if retried.posts > 0 {
            retried.refused = errors.iter().map(ToString::to_string).collect();
            return Ok(retried);
        }
        Err(match errors.len() {
            0 => DeskError::Refused("nothing here has failed".into()),
            1 => errors.remove(0),
            _ => DeskError::Refused(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        })
    }

    /// Sends what failed of one post again; after which delay, and whether as a new post.
    async fn retry_one(&self, id: PostId, turns: &mut Turns) -> Result<Option<(TimeDelta, bool)>> {
        let now = self.now();
        let current = self.current(id).await?;
        let why = match current.state(now) {
            State::Unknown => "may be live already: V verifies it first",
            State::Missed if !has_refusal(&current) && current.is_remote() => {
                "was due and the provider has it: V asks what became of it; then P publishes it or s gives it a new time"
            }
            _ => "",
        };
        if !why.is_empty() {
            return Err(DeskError::Refused(format!("\"{}\" {why}", current.headline())));
        }
        let Some((edit, anew)) = self.retry_edit(current.clone(), false).await? else { return Ok(None) };
        let delay = turns.wait(&current, now);
        self.commit(vec![edit], verb(anew), Some(self.take_back().unwrap_or(now) + delay)).await?;
        Ok(Some((delay, anew)))
    }

    /// What takes a retry back while nothing that it asked for has left: the edit after which the post has failed as
    /// before, and the writes that are dropped for it. Nothing where it is too late.
    pub(super) async fn retry_taken_back(
        &self,
        entry: &JournalEntry,
        change: &Change,
        current: Post,
        open: &[OutboxRow],
    ) -> Result<Option<(Edit, Vec<IntentId>)>> {
        let asked = || open.iter().filter(|row| row.created_at == entry.at);
        let waits = |row: &OutboxRow| row.state == OutboxState::Ready && row.first_sent_at.is_none();
        let (Some(before), Some(after)) = (&change.before, &change.after) else { return Ok(None) };
        let Some(back) = as_before(before, after, &current).filter(|_| asked().next().is_some() && asked().all(waits))
        else {
            return Ok(None);
        };
        // The creates of the retry took the place of those of channels that have their turn later.
        let mut others = back.clone();
        others.targets.retain(|target| {
            let carries = |row: &OutboxRow| {
                let submission = row.write.submission().filter(|_| row.write.remote().is_none());
                submission.is_some_and(|it| it.targets.iter().any(|each| each.channel == target.channel))
            };
            let due = before.target_state(target, entry.at) == State::Missed;
            target.outcome.can_change() && target.remote.is_none() && !due && asked().any(carries)
        });
        let (channels, unsent) = (self.store.channels().await?, BTreeSet::new());
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now: self.now() };
        let writes = plan::writes(None, Some(&others), &on);
        Ok(Some((Edit::unplanned(current, back, writes), asked().map(|row| row.intent).collect())))
    }

    /// Whether this account's provider sends nothing a second time: what failed there is sent as a new post.
    pub fn retries_anew(&self, account: &AccountName) -> bool {
        self.accounts.get(account).is_some_and(|can| can.retry == Retry::Anew)
    }

    /// The edit that sends what failed again, and whether a part of it becomes a new post. At the person's own `risk`
    /// that includes what the provider itself does not know to be live.
    async fn retry_edit(&self, current: Post, risk: bool) -> Result<Option<(Edit, bool)>> {
        let rows = self.store.outbox_of(current.id).await?;
        let mut after = current.clone();
        let mut there: BTreeMap<(AccountName, RemoteId), ()> = BTreeMap::new();
        let mut anew: BTreeSet<ChannelId> = BTreeSet::new();
        let left_behind = self.left_behind(&current).await?;
        let (now, mut made_anew) = (self.now(), false);
        for target in &mut after.targets {
            let overdue = current.target_state(target, now) == State::Missed;
            let never_left = overdue && target.outcome == Outcome::NotSent && target.remote.is_none();
            let failed = match &target.outcome {
                Outcome::Refused(refusal) => !refusal.dismissed,
                Outcome::Unknown { .. } => risk,
                _ => false,
            };
            if !failed && !never_left {
                continue;
            }
            self.reached(&target.account())?;
            match target.remote.clone() {
                // The provider would send all that failed of it, also what the person has put away, or settled otherwise.
                Some(remote)
                    if self.retries_anew(&target.account())
                        || put_away(&current, target, &remote)
                        || left_behind.contains(&(target.account(), remote.clone())) =>
                {
                    (target.outcome, target.remote) = (Outcome::NotSent, None);
                    anew.insert(target.channel.clone());
                    made_anew = true;
                }
                Some(remote) => {
                    there.insert((target.account(), remote), ());
                    target.outcome = Outcome::Publishing;
                }
                None => {
                    target.outcome = Outcome::NotSent;
                    anew.insert(target.channel.clone());
                }
            }
        }
        if there.is_empty() && anew.is_empty() {
            return Ok(None);
        }
        let mut writes = self.creates_anew(&mut after, &anew, &rows).await?;
        let retries = |(account, remote): (AccountName, RemoteId)| {
            let attempt = attempts(&rows, &remote) + 1;
            (account, Write::Retry { remote, attempt })
        };
        writes.extend(there.into_keys().map(retries));
        Ok(Some((Edit::unplanned(current, after, writes), made_anew)))
    }

    /// The posts at providers that carry `post` and have a failure on record which is not about it any more: that part was
    /// linked to its twin, or went out as a post of its own.
    async fn left_behind(&self, post: &Post) -> Result<BTreeSet<(AccountName, RemoteId)>> {
        let carried = |target: &Target| Some((target.account(), target.remote.clone()?));
        let mut carrying: BTreeSet<(AccountName, RemoteId)> = post.targets.iter().filter_map(carried).collect();
        for (account, remote) in carrying.clone() {
            let shown = self.store.remote(&account, &remote).await?;
            let mut failed = shown.iter().flat_map(|(shown, _)| &shown.targets);
            let left = failed.any(|seen| {
                let channel = ChannelId::of(&account, &seen.channel);
                let ours = |target: &Target| target.channel == channel && target.remote.as_ref() == Some(&remote);
                matches!(seen.outcome, Outcome::Refused(_)) && !post.targets.iter().any(ours)
            });
            if !left {
                carrying.remove(&(account, remote));
            }
        }
        Ok(carrying)
    }

    /// The writes that make `anew` again, at once where their time has passed, and nothing else. New creates take the
    /// place of all that have not left, so those of the other channels are asked for again, as they were.
    async fn creates_anew(
        &self,
        after: &mut Post,
        anew: &BTreeSet<ChannelId>,
        rows: &[OutboxRow],
    ) -> Result<Vec<(AccountName, Write)>> {
        if anew.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.now();
        let passed =
            |target: &Target| after.queue.is_none() && after.schedule_for(target).is_none_or(|at| at.instant() <= now);
        let waiting = |target: &Target| {
            let carries = |row: &OutboxRow| {
                let submission = row.write.submission().filter(|_| row.write.remote().is_none());
                submission.is_some_and(|it| it.targets.iter().any(|each| each.channel == target.channel))
            };
            target.remote.is_none() && rows.iter().any(|row| row.state.is_open() && carries(row))
        };
        let (mut due, mut later) = (after.clone(), after.clone());
        due.wish = Wish::Now;
        due.targets.retain(|target| anew.contains(&target.channel) && passed(target));
        for target in &mut due.targets {
            target.schedule = None;
        }
        later.targets.retain(|target| {
            if anew.contains(&target.channel) {
                !passed(target)
            } else {
                target.outcome.can_change() && waiting(target)
            }
        });
        let others = after.targets.iter().any(|target| target.outcome.can_change() && !passed(target));
        if !due.targets.is_empty() && !others {
            after.wish = Wish::Now;
        }
        let (channels, unsent) = (self.store.channels().await?, BTreeSet::new());
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now };
        let mut writes = plan::writes(None, Some(&due), &on);
        writes.extend(plan::writes(None, Some(&later), &on));
        Ok(writes)
    }

    /// Sends an unknown post again although it may be live: the person said so in words.
    pub async fn retry_at_own_risk(&self, id: PostId) -> Result<()> {
        let mut any = false;
        for row in self.store.outbox_of(id).await?.into_iter().filter(is_unknown) {
            let words = "sent again at the person's own risk, without knowing whether it is live";
            self.store.decide(row.intent, OutboxState::Ready, None, words, self.now()).await?;
            any = true;
        }
        if !any {
            let current = self.current(id).await?;
            let unknown = current.targets.iter().any(|target| matches!(target.outcome, Outcome::Unknown { .. }));
            let edit = if unknown { self.retry_edit(current, true).await? } else { None };
            let Some((edit, anew)) = edit else {
                return Err(DeskError::Refused("nothing of this post is unknown; r retries what failed".into()));
            };
            return self.commit(vec![edit], verb(anew), None).await;
        }
        self.order(None, &Order::Push);
        Ok(())
    }

    /// Asks the providers what is true of these posts.
    pub async fn verify(&self, ids: &[PostId]) -> Result<()> {
        for id in ids {
            for row in self.store.outbox_of(*id).await?.into_iter().filter(is_unknown) {
                let words = "a person asked to verify";
                self.store.decide(row.intent, OutboxState::Verifying, None, words, self.now()).await?;
            }
        }
        self.order(None, &Order::Read(ids.to_vec()));
        Ok(())
    }

    /// Puts failures away; the record stays.
    pub async fn dismiss(&self, ids: &[PostId]) -> Result<()> {
        let mut edits = Vec::new();
        for id in ids {
            let current = self.current(*id).await?;
            let mut after = current.clone();
            for target in &mut after.targets {
                if let Outcome::Refused(refusal) = &mut target.outcome {
                    refusal.dismissed = true;
                }
            }
            if after == current {
                let words = match current.state(self.now()) {
                    State::Unknown => "an unknown outcome cannot be put away: V verifies it",
                    State::Missed => "what was due and is not out cannot be put away: s gives it a time, d deletes it",
                    _ => "nothing here has failed",
                };
                return Err(DeskError::Refused(words.into()));
            }
            edits.push(Edit::unplanned(current, after, Vec::new()));
        }
        self.commit(edits, "dismissed", None).await
    }
}

fn verb(anew: bool) -> &'static str {
    if anew { RETRIED_ANEW } else { RETRIED }
}

/// Whether a change is a retry.
pub(super) fn is_retry(change: &Change) -> bool {
    change.verb == RETRIED || change.verb == RETRIED_ANEW
}

/// What became of the target of `post` on `channel`, and its id at the provider.
fn facts<'a>(post: &'a Post, channel: &ChannelId) -> Option<(&'a Outcome, &'a Option<RemoteId>)> {
    let target = post.targets.iter().find(|target| target.channel == *channel)?;
    Some((&target.outcome, &target.remote))
}

/// `current` with what became of its parts as it was in `before`, where an edit had made `after` of that; nothing where
/// something else became of them since.
pub(super) fn as_before(before: &Post, after: &Post, current: &Post) -> Option<Post> {
    let mut back = current.clone();
    for target in &mut back.targets {
        let (Some(was), Some(retried)) = (facts(before, &target.channel), facts(after, &target.channel)) else {
            continue;
        };
        if was != retried {
            ((&target.outcome, &target.remote) == retried).then_some(())?;
            (target.outcome, target.remote) = (was.0.clone(), was.1.clone());
        }
    }
    if before.wish != after.wish && current.wish == after.wish {
        back.wish = before.wish;
    }
    Some(back)
}

fn has_refusal(post: &Post) -> bool {
    post.targets.iter().any(|target| matches!(target.outcome, Outcome::Refused(_)))
}

/// Whether the post at the provider that carries `target` carries a failed one too that the person has put away.
fn put_away(post: &Post, target: &Target, remote: &RemoteId) -> bool {
    let with_it = |other: &&Target| other.remote.as_ref() == Some(remote) && other.account() == target.account();
    let away = |other: &Target| matches!(&other.outcome, Outcome::Refused(refusal) if refusal.dismissed);
    post.targets.iter().filter(with_it).any(away)
}

fn is_unknown(row: &OutboxRow) -> bool {
    matches!(row.state, OutboxState::Verifying | OutboxState::Unknown)
        || (row.state == OutboxState::Waiting && row.unknown_since.is_some())
}

fn attempts(rows: &[OutboxRow], remote: &RemoteId) -> u32 {
    let before = rows.iter().filter_map(|row| match &row.write {
        Write::Retry { remote: each, attempt } if each == remote => Some(*attempt),
        _ => None,
    });
    before.max().unwrap_or(0)
}
