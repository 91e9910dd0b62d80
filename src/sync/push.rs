//! Carrying out the outbox: one row at a time, frozen before it leaves, settled after it came back.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::background::LightState;
use crate::domain::ids::{ChannelId, RemoteId};
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::post::{Target, Theirs};
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::words::count;
use crate::domain::write::{Attempt, OutboxRow, OutboxState, Prepared, Receipt, Submission, Timing, Write};
use crate::provider::{Kind, ProviderError, Step, pace};
use crate::store::{Settlement, StoreError};

use super::decide::{self, Next};
use super::verify;
use super::worker::Worker;

/// How late a scheduled post may still leave: every provider would publish it at once.
const GRACE: TimeDelta = TimeDelta::minutes(5);

/// How much of an answer stands in a post's story, in characters.
const LONGEST_ANSWER: usize = 1_000;

impl Worker {
    /// Sends what is ready, until nothing is, or the provider asks for a pause. Answers how many rows came to an end.
    pub async fn push(&mut self) -> Result<usize, StoreError> {
        self.recall_spending().await?;
        self.remind().await?;
        let pushed = self.push_ready().await;
        self.keep_spending().await?;
        pushed
    }

    async fn push_ready(&mut self) -> Result<usize, StoreError> {
        self.resolve_doubt().await?;
        self.take_carried().await?;
        let mut done = 0;
        while self.common.sends && !self.common.rests() && self.may_call() {
            let now = self.now();
            let (owner, lease) = (self.common.owner.clone(), self.common.bounds.lease());
            let Some(row) = self.common.store.claim(&self.account, now, &owner, lease).await? else { break };
            self.light(LightState::Sending);
            let settled =
                if self.must_look_up(&row) { self.look_up(row).await } else { self.with_what_it_needs(row).await };
            if settled.is_ok() {
                self.in_doubt = None;
            }
            match settled {
                // Replaced or dropped between the claim and the freeze: nothing left, nothing to do.
                Ok(()) | Err(StoreError::Withdrawn { .. }) => {}
                Err(error) => return Err(error),
            }
            self.changed();
            done += 1;
        }
        Ok(done)
    }

    /// The store could not note what came of a request: once it can, the write is looked up like any unknown one.
    async fn resolve_doubt(&mut self) -> Result<(), StoreError> {
        let Some(intent) = self.in_doubt else { return Ok(()) };
        let rows = self.common.store.outbox().await?;
        if let Some(row) = rows.iter().find(|row| row.intent == intent && row.state == OutboxState::InFlight) {
            let words = "what came of it could not be noted here; it is looked up";
            self.uncertain(row, OutboxState::Verifying, self.now(), words, false).await?;
        }
        self.in_doubt = None;
        Ok(())
    }

    /// Whether asking again could make a second post, or one at the wrong time: then it is looked up first.
    fn must_look_up(&self, row: &OutboxRow) -> bool {
        let unknown = row.unknown_since.is_some();
        let now = self.now();
        row.state == OutboxState::Verifying
            || (unknown && !decide::repeats_safely(row, self.provider.capabilities(), now))
            || (unknown && self.too_late(row).is_some())
    }

    async fn with_what_it_needs(&mut self, row: OutboxRow) -> Result<(), StoreError> {
        match self.with_files(row).await? {
            Some(row) => self.carry_out(row).await,
            None => Ok(()),
        }
    }

    /// All steps of one row, as far as they go.
    pub(super) async fn carry_out(&mut self, mut row: OutboxRow) -> Result<(), StoreError> {
        match self.contested(&row).await? {
            Ok(false) => {}
            Ok(true) => return self.set_aside(&row).await,
            Err(error) => return self.failed_with(row, error).await,
        }
        loop {
            // What may have happened is only ever repeated byte for byte.
            let frozen = row.frozen.take();
            let good = |frozen: &Prepared| row.unknown_since.is_some() || !self.provider.overtaken(frozen);
            let step = match frozen.filter(good) {
                Some(frozen) => Ok(Step::Send(frozen)),
                None => self.provider.next(&row.write, row.intent, &row.receipts),
            };
            let request = match step {
                Ok(Step::Send(request)) => request,
                Ok(Step::Done) => return self.done(&row, None).await,
                Err(error) => return self.refused(&row, error.cause(), &error.to_string()).await,
            };
            if let Some(words) = self.missed(&row) {
                return self.refused(&row, Cause::Missed, &words).await;
            }
            // Its lease keeps it from others; whoever opens the store next looks it up.
            if self.common.rests() {
                return Ok(());
            }
            match self.send(&mut row, request).await? {
                Ok(receipt) => {
                    row.receipts.push(receipt.clone());
                    if matches!(self.provider.next(&row.write, row.intent, &row.receipts), Ok(Step::Done)) {
                        return self.done(&row, Some(receipt)).await;
                    }
                    self.step_done(&row, receipt).await?;
                }
                Err(error) => return self.failed_with(row, error).await,
            }
        }
    }

    /// What the provider answered goes into the story beside what came of it.
    async fn failed_with(&mut self, row: OutboxRow, error: ProviderError) -> Result<(), StoreError> {
        (self.answer, self.guessed) = (error.answer.clone(), error.guesses());
        let failed = self.failed(row, error).await;
        (self.answer, self.guessed) = (None, false);
        failed
    }

    /// Words for a write whose moment passed while it waited here.
    pub(super) fn missed(&self, row: &OutboxRow) -> Option<String> {
        let due = self.too_late(row).filter(|_| row.unknown_since.is_none())?;
        Some(format!(
            "its time, {}, passed while it waited here; nothing was sent: P publishes it now, s gives it a new time, x \
             drops it",
            self.common.moment(due)
        ))
    }

    /// Whether an edit that nobody has received yet must not leave: the post was changed at the provider too since we
    /// last saw it, or was before, and nobody has chosen between the two versions.
    async fn contested(&mut self, row: &OutboxRow) -> Result<Result<bool, ProviderError>, StoreError> {
        let Write::Revise { remote, .. } = &row.write else { return Ok(Ok(false)) };
        if row.unknown_since.is_some() || !row.receipts.is_empty() {
            return Ok(Ok(false));
        }
        match self.provider.post(remote).await {
            Ok(theirs) => self.merge_one(theirs).await?,
            // Sending says so in the provider's own words.
            Err(error) if error.kind == Kind::NotFound => return Ok(Ok(false)),
            Err(error) => return Ok(Err(error)),
        }
        Ok(Ok(self.common.store.post(row.post).await?.is_some_and(|post| post.conflict.is_some())))
    }

    /// Nothing is sent; both versions are kept until someone chooses, and choosing ours sends it anew.
    async fn set_aside(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        let words = "not sent: it was changed at the provider too; M o keeps ours, M t takes theirs";
        let mut settlement = self.settlement(row, OutboxState::Superseded, words);
        settlement.clear_frozen = true;
        self.common.store.settle(row.intent, settlement).await?;
        self.line(Some(row.post), words, true);
        Ok(())
    }

    async fn send(
        &mut self,
        row: &mut OutboxRow,
        request: Prepared,
    ) -> Result<Result<Receipt, ProviderError>, StoreError> {
        let now = self.now();
        // On the disk before the first byte leaves: a stop from here on is an unknown outcome, never a second post.
        self.common.store.freeze(row.intent, request.clone(), now).await?;
        self.in_doubt = Some(row.intent);
        self.outbox_changed();
        row.frozen = Some(request.clone());
        row.attempts += 1;
        row.first_sent_at.get_or_insert(now);
        let answer = self.provider.send(&request).await;
        if answer.is_ok() {
            row.frozen = None;
        }
        Ok(answer)
    }

    /// The moment that has passed too long ago for a request to leave: every provider would publish at once. What was
    /// to happen at once is late when it has waited here for as long.
    pub(super) fn too_late(&self, row: &OutboxRow) -> Option<DateTime<Utc>> {
        let at_once = Some(row.not_before.unwrap_or(row.created_at).max(row.created_at));
        let due = match &row.write {
            Write::Remove { .. } => None,
            Write::Retry { .. } | Write::Publish { .. } => at_once,
            Write::Create { submission } | Write::Revise { submission, .. } => match submission.timing {
                // A queue gives a place whenever it is asked.
                _ if submission.queue.is_some() => None,
                Timing::Draft => None,
                Timing::Now => at_once,
                Timing::At(at) => submission.targets.iter().filter_map(|target| target.at).chain([at]).min(),
            },
        };
        // A step that made the post is behind us: what is left must not be given up in the middle.
        let begun = row.receipts.iter().any(|receipt| receipt.remote.is_some());
        due.filter(|due| !begun && *due + GRACE < self.world_time())
    }

    pub(super) fn settlement(&self, row: &OutboxRow, state: OutboxState, words: &str) -> Settlement {
        Settlement {
            state,
            receipt: None,
            clear_frozen: false,
            anew: false,
            not_before: None,
            unknown_since: row.unknown_since,
            last_error: None,
            attempt: Some(Attempt {
                intent: row.intent,
                at: self.now(),
                words: match &self.answer {
                    Some(answer) => {
                        let answer: String = answer.chars().take(LONGEST_ANSWER).collect();
                        format!("{}: {words}\nanswer: {answer}", row.write.verb())
                    }
                    None => format!("{}: {words}", row.write.verb()),
                },
            }),
            outcomes: Vec::new(),
            theirs: None,
            conflict: None,
            removed: false,
            zone: self.common.zone,
        }
    }

    async fn step_done(&self, row: &OutboxRow, receipt: Receipt) -> Result<(), StoreError> {
        let mut settlement = self.settlement(row, OutboxState::InFlight, "a step was taken");
        settlement.outcomes = receipt.remote.as_ref().map(|remote| known_there(row, remote)).unwrap_or_default();
        settlement.receipt = Some(receipt);
        settlement.clear_frozen = true;
        self.common.store.settle(row.intent, settlement).await?;
        Ok(())
    }

    /// The write is complete.
    async fn done(&mut self, row: &OutboxRow, receipt: Option<Receipt>) -> Result<(), StoreError> {
        let last = receipt.as_ref().or(row.receipts.last());
        let theirs = row.receipts.iter().rev().chain(last).find_map(|receipt| receipt.post.clone());
        let theirs = match (last.and_then(|receipt| receipt.post.clone()), self.worth_reading(row, last)) {
            (Some(post), _) => Some(post),
            (None, Some(remote)) => self.provider.post(&remote).await.ok().or(theirs),
            (None, None) => theirs,
        };
        self.in_order();
        self.complete(row, receipt, theirs, "done").await
    }

    /// The post to read again when the last answer did not show it.
    fn worth_reading(&self, row: &OutboxRow, last: Option<&Receipt>) -> Option<RemoteId> {
        match row.write {
            Write::Remove { .. } => None,
            _ => last.and_then(|receipt| receipt.remote.clone()).or_else(|| row.write.remote().cloned()),
        }
    }

    /// Words for a post that should be on its way, and stands at the provider as something else.
    fn not_on_its_way(row: &OutboxRow, theirs: Option<&RemotePost>) -> Option<&'static str> {
        let meant_to = row.write.submission().is_some_and(|submission| submission.timing != Timing::Draft);
        match theirs.map(|post| &post.state).filter(|_| meant_to)? {
            RemoteState::Draft => Some("the provider answered well but keeps it as a draft: it would not go out"),
            RemoteState::Cancelled => Some("the provider answered well but shows it as cancelled: it would not go out"),
            _ => None,
        }
    }

    pub(super) async fn complete(
        &mut self,
        row: &OutboxRow,
        receipt: Option<Receipt>,
        theirs: Option<RemotePost>,
        words: &str,
    ) -> Result<(), StoreError> {
        let mut settlement = self.settlement(row, OutboxState::Done, words);
        settlement.unknown_since = None;
        settlement.clear_frozen = true;
        settlement.removed = matches!(row.write, Write::Remove { .. });
        settlement.outcomes = match &theirs {
            Some(theirs) => self.outcomes(theirs),
            None => receipt
                .as_ref()
                .and_then(|receipt| receipt.remote.as_ref())
                .map(|remote| accepted(row, remote))
                .unwrap_or_default(),
        };
        if let Some(words) = Self::not_on_its_way(row, theirs.as_ref()) {
            for (_, outcome, _) in &mut settlement.outcomes {
                *outcome = Outcome::Refused(Refusal::new(Cause::Conflict, words, Some(self.now())));
            }
            self.line(Some(row.post), words, true);
        }
        settlement.receipt = receipt;
        settlement.conflict = Self::other_time(row, theirs.as_ref())
            .zip(theirs.as_ref())
            .map(|((_, echo), theirs)| Theirs { body: theirs.body.clone(), at: Some(echo), seen_at: self.now() });
        settlement.theirs = theirs.clone();
        let made =
            theirs.as_ref().map(|theirs| theirs.id.clone()).or_else(|| settlement.receipt.as_ref()?.remote.clone());
        self.common.store.settle(row.intent, settlement).await?;
        if let (Write::Create { .. }, Some(made)) = (&row.write, made) {
            self.common.store.hand_over_uploads(&self.account, row.post, row.intent, &made).await?;
        }
        if matches!(row.write, Write::Remove { .. }) {
            self.common.store.forget_uploads_of(&self.account, row.post).await?;
        }
        self.tell_done(row, theirs.as_ref());
        Ok(())
    }

    /// The moment that was asked for and the one the provider answered with, where they differ.
    fn other_time(row: &OutboxRow, theirs: Option<&RemotePost>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let submission = row.write.submission().filter(|submission| submission.queue.is_none())?;
        match (submission.timing, theirs?.at?) {
            (Timing::At(asked), echo) if (echo - asked).abs() > TimeDelta::seconds(60) => Some((asked, echo)),
            _ => None,
        }
    }

    /// Says what was done, and raises the alarm when the provider echoes another moment than was asked for.
    fn tell_done(&self, row: &OutboxRow, theirs: Option<&RemotePost>) {
        if let Some((asked, echo)) = Self::other_time(row, theirs) {
            let show = |at: DateTime<Utc>| self.common.moment(at);
            let words = format!("asked for {}, but the provider says {}: check this post", show(asked), show(echo));
            return self.line(Some(row.post), words, true);
        }
        let placed = theirs.and_then(|theirs| theirs.at);
        let words = match &row.write {
            Write::Create { submission } | Write::Revise { submission, .. } if submission.queue.is_some() => {
                let show = |at: DateTime<Utc>| self.common.moment(at);
                format!("in the queue: it goes out {}", placed.map_or_else(|| "when its turn comes".into(), show))
            }
            Write::Create { submission } => match submission.timing {
                Timing::Now => "published at once".to_owned(),
                _ => format!("scheduled on {}", count(submission.targets.len(), "channel")),
            },
            Write::Revise { .. } => "updated at the provider".into(),
            Write::Remove { .. } => "deleted at the provider".into(),
            Write::Retry { .. } => "retried; only what had failed".into(),
            Write::Publish { .. } => "told to publish now".into(),
        };
        self.line(Some(row.post), words, false);
    }

    fn outcomes(&self, theirs: &RemotePost) -> Vec<(ChannelId, Outcome, Option<RemoteId>)> {
        let outcome = |target: &crate::domain::remote::RemoteTarget| {
            let channel = ChannelId::of(&self.account, &target.channel);
            (channel, target.outcome.clone(), Some(theirs.id.clone()))
        };
        theirs.targets.iter().map(outcome).collect()
    }

    /// The request failed: what now is the decision table's business.
    async fn failed(&mut self, row: OutboxRow, error: ProviderError) -> Result<(), StoreError> {
        let now = self.now();
        let words = error.to_string();
        let can = self.provider.capabilities();
        let next = decide::after(&error, &row, can, &self.common.bounds, now, self.common.ids.chance());
        tracing::warn!(account = %self.account, intent = %row.intent, "{words}");
        if self.hand_on(&row, &error).await? {
            if error.kind == Kind::Unauthorised || error.kind == Kind::RateLimited {
                self.note(&error, now);
            }
            return Ok(());
        }
        match next {
            Next::Wait { until } => {
                self.note(&error, until);
                let mut settlement = self.settlement(&row, OutboxState::Waiting, &words);
                settlement.anew = row.unknown_since.is_none() && self.only_read(&row);
                settlement.not_before = Some(until);
                settlement.last_error = Some(words);
                self.common.store.settle(row.intent, settlement).await?;
                Ok(())
            }
            Next::KeyRefused => {
                self.note(&error, now);
                let mut settlement = self.settlement(&row, OutboxState::Waiting, &words);
                settlement.anew = row.unknown_since.is_none() && self.only_read(&row);
                settlement.last_error = Some(words);
                self.common.store.settle(row.intent, settlement).await?;
                Ok(())
            }
            Next::Repeat { until } => {
                // While the provider still works on the first request nothing is lost: no alarm yet.
                let quiet = error.kind == Kind::InProgress;
                self.uncertain(&row, OutboxState::Waiting, until, &words, quiet).await
            }
            Next::Verify { at } => self.uncertain(&row, OutboxState::Verifying, at, &words, false).await,
            Next::Adopt { existing } => self.adopt(&row, &existing, &words).await,
            Next::Refused { cause } => self.refused(&row, cause, &words).await,
        }
    }

    /// Whether the steps of a change that were taken did nothing but read. What they read grows old while it waits: it
    /// may be going out by then.
    pub(super) fn only_read(&self, row: &OutboxRow) -> bool {
        let step =
            |taken: usize| self.provider.next(&row.write, row.intent, row.receipts.get(..taken).unwrap_or_default());
        let reads = |taken: usize| matches!(step(taken), Ok(Step::Send(request)) if request.method == "GET");
        let changes = matches!(row.write, Write::Revise { .. } | Write::Publish { .. });
        changes && !row.receipts.is_empty() && (0..row.receipts.len()).all(reads)
    }

    pub(super) async fn uncertain(
        &mut self,
        row: &OutboxRow,
        state: OutboxState,
        at: DateTime<Utc>,
        words: &str,
        quiet: bool,
    ) -> Result<(), StoreError> {
        let since = row.unknown_since.unwrap_or_else(|| self.now());
        let mut settlement = self.settlement(row, state, &format!("no certain answer: {words}"));
        settlement.not_before = Some(at);
        settlement.unknown_since = Some(since);
        settlement.last_error = Some(words.to_owned());
        if !quiet {
            settlement.outcomes = unknown(row, since, words);
        }
        self.common.store.settle(row.intent, settlement).await?;
        if !quiet && row.unknown_since.is_none() {
            self.line(Some(row.post), format!("it is not known whether this went through: {words}"), true);
        }
        Ok(())
    }

    /// The provider says it has this already: believed only when the post there says the same.
    async fn adopt(&mut self, row: &OutboxRow, existing: &RemoteId, words: &str) -> Result<(), StoreError> {
        // The provider says by its own clock when posts were made.
        let sent_at = self.by_world_time(row.first_sent_at.unwrap_or(row.created_at));
        let same = |submission: &Submission, post: &RemotePost| verify::same(submission, post, sent_at);
        let other_owner = self.common.store.remote(&self.account, existing).await?.and_then(|(_, post)| post);
        let free = other_owner.is_none_or(|post| post == row.post);
        match (self.provider.post(existing).await, row.write.submission()) {
            (Ok(post), Some(submission)) if free && same(submission, &post) => {
                self.complete(row, None, Some(post), "it was there already: adopted").await
            }
            (Err(error), _) if error.kind != Kind::NotFound => {
                self.uncertain(
                    row,
                    OutboxState::Verifying,
                    self.now() + self.common.bounds.settling(&row.write),
                    words,
                    false,
                )
                .await
            }
            _ => {
                // Words that name it lead a person there.
                let named = match words.contains(existing.as_str()) {
                    true => words.to_owned(),
                    false => format!("{words} (it names the post {existing})"),
                };
                self.refused(row, Cause::Duplicate, &named).await
            }
        }
    }

    /// A definite no: the failed queue gets it, or both versions are kept where the provider still has the old one.
    pub(super) async fn refused(&mut self, row: &OutboxRow, cause: Cause, words: &str) -> Result<(), StoreError> {
        let mut settlement = self.settlement(row, OutboxState::Failed, words);
        settlement.last_error = Some(words.to_owned());
        settlement.unknown_since = None;
        let there = match made_or_named(row) {
            None => None,
            Some(remote) => match self.provider.post(&remote).await {
                Ok(post) => Some(post),
                Err(error) if error.kind == Kind::NotFound => None,
                // Refused, but what is there now could not be read: it is looked up before anything is said of it.
                Err(error) => {
                    let until =
                        self.now() + pace::backoff(row.attempts, self.common.ids.chance(), self.common.bounds.backoff);
                    self.note(&error, until);
                    return self.uncertain(row, OutboxState::Verifying, until, words, true).await;
                }
            },
        };
        let refusal = Refusal::new(cause, words, Some(self.now())).guessed(self.guessed);
        match (&row.write, &there) {
            (Write::Create { .. }, there) => {
                let made = there.as_ref().map(|post| &post.id);
                settlement.outcomes = all_targets(row, &Outcome::Refused(refusal), made);
            }
            (_, Some(there)) => {
                settlement.outcomes = self.outcomes(there);
                settlement.theirs = Some(there.clone());
            }
            (Write::Revise { .. }, None) => {
                settlement.outcomes = all_targets(row, &Outcome::Refused(refusal), row.write.remote())
            }
            // It is nowhere any more, so sending it again makes a new one.
            (Write::Retry { remote, .. } | Write::Publish { remote }, None) => {
                settlement.outcomes = self.not_live(row, remote, &refusal).await?;
                settlement.removed = true;
            }
            (Write::Remove { .. }, None) => {}
        }
        self.common.store.settle(row.intent, settlement).await?;
        if let (Write::Revise { .. }, Some(there)) = (&row.write, there) {
            self.keep_both(row, &there).await?;
        }
        self.line(Some(row.post), format!("{} refused: {words}", row.write.verb()), true);
        Ok(())
    }

    /// The targets that a post carried which is gone, as refused: all that had not gone out.
    async fn not_live(
        &self,
        row: &OutboxRow,
        gone: &RemoteId,
        refusal: &Refusal,
    ) -> Result<Vec<(ChannelId, Outcome, Option<RemoteId>)>, StoreError> {
        let mut targets = self.common.store.post(row.post).await?.map(|post| post.targets).unwrap_or_default();
        targets.retain(|target| target.remote.as_ref() == Some(gone) && target.account() == self.account);
        targets.retain(|target| !matches!(target.outcome, Outcome::Published { .. } | Outcome::Refused(_)));
        let refused = |target: Target| (target.channel, Outcome::Refused(refusal.clone()), None);
        Ok(targets.into_iter().map(refused).collect())
    }
}

/// The post at the provider that a write is about: named by it, or made by an earlier step of it.
pub(super) fn made_or_named(row: &OutboxRow) -> Option<RemoteId> {
    let made = || row.receipts.iter().rev().find_map(|receipt| receipt.remote.clone());
    row.write.remote().cloned().or_else(made)
}

pub(super) fn all_targets(
    row: &OutboxRow,
    outcome: &Outcome,
    remote: Option<&RemoteId>,
) -> Vec<(ChannelId, Outcome, Option<RemoteId>)> {
    let targets = row.write.submission().map(|submission| submission.targets.as_slice()).unwrap_or_default();
    targets.iter().map(|target| (target.channel.clone(), outcome.clone(), remote.cloned())).collect()
}

/// Where a step already made the post, its targets know where it is.
fn known_there(row: &OutboxRow, remote: &RemoteId) -> Vec<(ChannelId, Outcome, Option<RemoteId>)> {
    all_targets(row, &Outcome::NotSent, Some(remote))
}

fn accepted(row: &OutboxRow, remote: &RemoteId) -> Vec<(ChannelId, Outcome, Option<RemoteId>)> {
    all_targets(row, &Outcome::Accepted, Some(remote))
}

/// Only a create leaves its targets without a known state; what is there already keeps the last one seen.
pub(super) fn unknown(
    row: &OutboxRow,
    since: DateTime<Utc>,
    words: &str,
) -> Vec<(ChannelId, Outcome, Option<RemoteId>)> {
    match row.write {
        Write::Create { .. } => all_targets(row, &Outcome::Unknown { since, words: words.to_owned() }, None),
        _ => Vec::new(),
    }
}
