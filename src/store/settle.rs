//! What came of a write: its row, the story, the targets and what the provider has, in one transaction.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use rusqlite::{Connection, params};

use super::error::{Fault, StoreError};
use super::rows::{intent_key, json_list, millis, state_word};
use super::{Store, outbox, posts, remote};
use crate::domain::ids::{ChannelId, IntentId, PostId, RemoteId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Theirs};
use crate::domain::remote::RemotePost;
use crate::domain::write::{Attempt, OutboxRow, OutboxState, Receipt};

/// What came of a write, or of one step of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The row's new state.
    pub state: OutboxState,
    /// An answer to keep beside the earlier ones.
    pub receipt: Option<Receipt>,
    /// The frozen request is over: the next step freezes another.
    pub clear_frozen: bool,
    /// So far it was only read: the write begins anew, without what was answered.
    pub anew: bool,
    /// Not before this instant from now on.
    pub not_before: Option<DateTime<Utc>>,
    /// Since when the outcome is unknown; `None` when it is known.
    pub unknown_since: Option<DateTime<Utc>>,
    /// What went wrong, in words; `None` when nothing did.
    pub last_error: Option<String>,
    /// A line for the story.
    pub attempt: Option<Attempt>,
    /// New outcomes by channel; a remote id given here is taken over, none leaves what is there.
    pub outcomes: Vec<(ChannelId, Outcome, Option<RemoteId>)>,
    /// The post as the provider shows it now: kept as the base of the next comparison, and as ours.
    pub theirs: Option<RemotePost>,
    /// Their side of a conflict, where the provider answered well and keeps another moment than was asked for.
    pub conflict: Option<Theirs>,
    /// The post at the provider that this write names is gone: its targets lose it.
    pub removed: bool,
    /// The zone that a place in a queue is shown in, where the post has none.
    pub zone: Tz,
}

impl Settlement {
    /// Only a new state.
    pub fn new(state: OutboxState) -> Self {
        Self {
            state,
            receipt: None,
            clear_frozen: false,
            anew: false,
            not_before: None,
            unknown_since: None,
            last_error: None,
            attempt: None,
            outcomes: Vec::new(),
            theirs: None,
            conflict: None,
            removed: false,
            zone: Tz::UTC,
        }
    }
}

impl Store {
    /// Notes what came of a write and releases its lease. Says which posts look different now.
    /// [`StoreError::Withdrawn`] when the write is over already: what replaced it since it was claimed stays as it is.
    pub async fn settle(&self, intent: IntentId, settlement: Settlement) -> Result<Vec<PostId>, StoreError> {
        self.write(move |db| {
            let row = outbox::require(db, intent)?;
            if !row.state.is_open() {
                return Err(StoreError::Withdrawn { intent }.into());
            }
            update_row(db, &row, &settlement)?;
            if let Some(attempt) = &settlement.attempt {
                outbox::add_attempt(db, row.post, attempt)?;
            }
            if let Some(mut post) = posts::find(db, row.post)? {
                update_targets(&mut post, &row, &settlement);
                take_place(&mut post, &row, &settlement);
                // A newer edit may have asked for that very moment meanwhile.
                let differs = |theirs: &&Theirs| post.instant().is_some() && post.instant() != theirs.at;
                if let Some(theirs) = settlement.conflict.as_ref().filter(differs) {
                    post.conflict = Some(Box::new(theirs.clone()));
                }
                posts::put_quietly(db, &post)?;
            }
            update_remotes(db, &row, &settlement)?;
            Ok(vec![row.post])
        })
        .await
    }
}

fn update_row(db: &Connection, row: &OutboxRow, settlement: &Settlement) -> Result<(), Fault> {
    let before = if settlement.anew { &[] } else { row.receipts.as_slice() };
    let receipts: Vec<&Receipt> = before.iter().chain(&settlement.receipt).collect();
    db.prepare_cached(
        "UPDATE outbox SET state = ?2, receipts = ?3, frozen = CASE WHEN ?4 THEN NULL ELSE frozen END, not_before = ?5,
                           unknown_since = ?6, last_error = ?7, lease_owner = NULL, lease_until = NULL
         WHERE intent = ?1",
    )?
    .execute(params![
        intent_key(row.intent),
        state_word(settlement.state),
        json_list(&receipts)?,
        settlement.clear_frozen || settlement.anew,
        settlement.not_before.map(millis),
        settlement.unknown_since.map(millis),
        settlement.last_error,
    ])?;
    Ok(())
}

fn update_targets(post: &mut Post, row: &OutboxRow, settlement: &Settlement) {
    let removed = if settlement.removed { row.write.remote() } else { None };
    for target in &mut post.targets {
        if removed.is_some() && target.remote.as_ref() == removed && target.account() == row.account {
            lose_remote(target);
        }
        let news = settlement.outcomes.iter().find(|(channel, ..)| *channel == target.channel);
        if let Some((_, outcome, remote)) = news {
            target.outcome = outcome.clone();
            if remote.is_some() {
                target.remote = remote.clone();
            }
        }
    }
}

/// The place that a queue gave the post, unless a newer edit took it out of that queue meanwhile.
fn take_place(post: &mut Post, row: &OutboxRow, settlement: &Settlement) {
    let asked = row.write.submission().and_then(|submission| submission.queue.as_ref());
    let waits = asked.is_some() && post.queue.as_ref().map(|queue| &queue.place) == asked;
    if let Some(at) = settlement.theirs.as_ref().and_then(|theirs| theirs.at).filter(|_| waits) {
        post.take_place(at, settlement.zone);
    }
}

/// What stays of a target when the provider's post is gone: what was live or refused remains so.
fn lose_remote(target: &mut Target) {
    target.remote = None;
    if !matches!(target.outcome, Outcome::Published { .. } | Outcome::Refused(_)) {
        target.outcome = Outcome::NotSent;
    }
}

fn update_remotes(db: &Connection, row: &OutboxRow, settlement: &Settlement) -> Result<(), Fault> {
    if let (true, Some(gone)) = (settlement.removed, row.write.remote()) {
        remote::drop_row(db, &row.account, gone)?;
    }
    for (channel, _, id) in &settlement.outcomes {
        if let Some(id) = id {
            remote::map(db, &Target::new(channel.clone()).account(), id, row.post)?;
        }
    }
    if let Some(theirs) = &settlement.theirs {
        remote::put(db, &row.account, theirs, Some(row.post), None)?;
    }
    Ok(())
}
