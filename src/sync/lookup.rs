//! Looking up what became of a write whose outcome is unknown: found and adopted, proven absent and sent again, or
//! left to a person.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::outcome::{Cause, Outcome};
use crate::domain::remote::RemotePost;
use crate::domain::write::{OutboxRow, OutboxState, Submission, Timing, Write};
use crate::provider::{Kind, PageToken, ProviderError, Query};
use crate::store::StoreError;

use super::decide;
use super::push::{all_targets, made_or_named, unknown};
use super::verify::{self, Verdict};
use super::worker::Worker;

/// How many pages a look-up walks before it cannot tell.
const LOOKUP_PAGES: usize = 200;

impl Worker {
    /// Looks up a write whose outcome is unknown.
    pub(super) async fn look_up(&mut self, row: OutboxRow) -> Result<(), StoreError> {
        let began = self.now();
        let settled = row.unknown_since.is_none_or(|since| began >= self.absence_counts_from(&row, since));
        let verdict = match (&row.write, made_or_named(&row)) {
            (Write::Create { submission }, None) => self.search(&row, submission, began).await?,
            (write, remote) => match remote {
                None => Ok(Verdict::CannotTell),
                Some(remote) => match self.provider.post(&remote).await {
                    Ok(post) => match verify::changed(write, &post) {
                        // Sent again now, the change could publish a second time.
                        Verdict::Absent if settled && verify::too_late(write, &post) => {
                            let words = "it went out before the change arrived";
                            return self.refused(&row, Cause::Conflict, words).await;
                        }
                        // The provider may still be at it: that nothing shows yet proves nothing.
                        Verdict::Absent if !settled => Ok(Verdict::CannotTell),
                        verdict => Ok(verdict),
                    },
                    Err(error) if error.kind == Kind::NotFound && matches!(write, Write::Remove { .. }) => {
                        return self.complete(&row, None, None, "it is gone").await;
                    }
                    Err(error) if error.kind == Kind::NotFound => {
                        return self.refused(&row, Cause::Conflict, "the post is gone at the provider").await;
                    }
                    Err(error) => Err(error),
                },
            },
        };
        match verdict {
            Ok(Verdict::Found(post)) => {
                self.in_order();
                self.line(Some(row.post), "verified: it is there, and adopted", false);
                self.complete(&row, None, Some(*post), "verified: found").await
            }
            Ok(Verdict::Absent) => self.absent(&row).await,
            // The key is still known: asking again with the same bytes is quicker than waiting for proof of absence.
            Ok(Verdict::CannotTell) if self.may_repeat(&row, began) => self.carry_out(row).await,
            Ok(Verdict::CannotTell) => self.still_unknown(&row, began).await,
            Err(error) => {
                let until = self.until(&error);
                self.note(&error, until);
                self.uncertain(&row, OutboxState::Verifying, until, &error.to_string(), true).await
            }
        }
    }

    /// Not once its moment has passed: if the first request never arrived, this one would publish it late, unasked.
    fn may_repeat(&self, row: &OutboxRow, now: DateTime<Utc>) -> bool {
        let safe = decide::repeats_safely(row, self.provider.capabilities(), now);
        row.frozen.is_some() && row.attempts <= 1 && safe && self.too_late(row).is_none()
    }

    async fn search(
        &self,
        row: &OutboxRow,
        submission: &Submission,
        began: DateTime<Utc>,
    ) -> Result<Result<Verdict, ProviderError>, StoreError> {
        let mut around = Query { write: Some((row.post, row.intent)), ..Query::default() };
        match submission.timing {
            // A queue may have given any place from then on.
            _ if submission.queue.is_some() => {
                around.from = Some(row.first_sent_at.unwrap_or(row.created_at) - TimeDelta::days(1));
            }
            Timing::At(at) => (around.from, around.to) = (Some(at - TimeDelta::days(1)), Some(at + TimeDelta::days(1))),
            Timing::Draft | Timing::Now => {}
        }
        let (listed, complete) = match self.list(&around).await {
            Ok(listing) => listing,
            Err(error) => return Ok(Err(error)),
        };
        // The provider says by its own clock when posts were made; the listing has just shown what that one says.
        let sent_at = self.by_world_time(row.first_sent_at.unwrap_or(row.created_at));
        let mut taken = Vec::new();
        let alike = |post: &&RemotePost| verify::twin(submission, post) || verify::put_off(submission, post, sent_at);
        for post in listed.iter().filter(alike) {
            let owner = self.common.store.remote(&self.account, &post.id).await?.and_then(|(_, owner)| owner);
            if owner.is_some_and(|owner| owner != row.post) && post.reference != Some(row.post) {
                taken.push(post.id.clone());
            }
        }
        let settled = row.unknown_since.is_none_or(|since| began >= self.absence_counts_from(row, since));
        let verdict = verify::find(submission, &listed, &taken, complete, settled, sent_at);
        // Only a reference of ours could tell it from another one in the same words: neither it nor absent for certain.
        let put_off = !self.provider.capabilities().reference
            && listed.iter().any(|post| !taken.contains(&post.id) && verify::put_off(submission, post, sent_at));
        Ok(Ok(if put_off && verdict == Verdict::Absent { Verdict::CannotTell } else { verdict }))
    }

    async fn list(&self, query: &Query) -> Result<(Vec<RemotePost>, bool), ProviderError> {
        let (mut listed, mut at, mut seen): (Vec<RemotePost>, Option<PageToken>, Vec<PageToken>) = Default::default();
        for _ in 0..LOOKUP_PAGES.min(self.common.bounds.pages) {
            let page = self.provider.posts(query, at.take()).await?;
            let whole = page.spoiled.is_empty();
            listed.extend(page.items);
            match page.next {
                None => return Ok((listed, whole)),
                Some(next) if seen.contains(&next) || !whole => return Ok((listed, false)),
                Some(next) => {
                    seen.push(next.clone());
                    at = Some(next);
                }
            }
        }
        Ok((listed, false))
    }

    /// Proven not to have happened: it may be sent again, with the same bytes.
    async fn absent(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        let mut settlement = self.settlement(row, OutboxState::Ready, "verified: it did not go through; sent again");
        settlement.unknown_since = None;
        settlement.anew = self.only_read(row);
        settlement.outcomes = all_targets(row, &Outcome::NotSent, row.write.remote());
        self.common.store.settle(row.intent, settlement).await?;
        self.line(Some(row.post), "verified: it did not go through; it is sent again", false);
        Ok(())
    }

    async fn still_unknown(&mut self, row: &OutboxRow, began: DateTime<Utc>) -> Result<(), StoreError> {
        let since = row.unknown_since.unwrap_or(began);
        let waits = began < self.absence_counts_from(row, since);
        let (again, waiting) = self.look_again(row, since);
        let (state, words) = if waits {
            (OutboxState::Verifying, waiting)
        } else {
            (OutboxState::Unknown, "the provider's listing does not tell; V looks again, r asks before sending")
        };
        let mut settlement = self.settlement(row, state, words);
        settlement.not_before = waits.then_some(again);
        // Said once, however often it is looked for.
        let told = row.last_error.as_deref() == Some(words);
        settlement.attempt = settlement.attempt.filter(|_| !told);
        settlement.unknown_since = Some(since);
        settlement.last_error = Some(words.to_owned());
        settlement.outcomes = unknown(row, since, words);
        self.common.store.settle(row.intent, settlement).await?;
        if !told {
            self.line(Some(row.post), words, state == OutboxState::Unknown);
        }
        Ok(())
    }
}
