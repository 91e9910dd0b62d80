//! Edits: posts, journal and outbox in one transaction, or not at all.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::error::{Fault, StoreError};
use super::journal::{self, Actor};
use super::rows::{as_stored, intent_id, post_key};
use super::{Store, outbox, posts};
use crate::domain::change::Change;
use crate::domain::ids::{AccountName, IntentId, PostId};
use crate::domain::post::{Post, Wish};
use crate::domain::write::OutboxRow;

/// What a save did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The journal entry; none when only writes were added.
    pub entry: Option<i64>,
    /// The posts whose rows or writes changed.
    pub posts: Vec<PostId>,
    /// Writes that never left and never will: newer ones took their place, or nobody wants them any more.
    pub superseded: Vec<IntentId>,
}

impl Store {
    /// Carries out `changes` and queues `writes`, all or nothing.
    ///
    /// A post that is not any more what its change was made from (`pending` and fractions of milliseconds left aside)
    /// is [`StoreError::Changed`]. Writes of the same post and account of which nothing can have been made are superseded by the new ones;
    /// so are those of a post that is removed, or that was wanted out and is now a draft or held.
    pub async fn save(
        &self,
        now: DateTime<Utc>,
        actor: Actor,
        changes: Vec<Change>,
        writes: Vec<OutboxRow>,
    ) -> Result<Saved, StoreError> {
        self.write(move |db| {
            let mut saved = Saved::default();
            for change in &changes {
                carry_out(db, now, change)?;
                saved.posts.extend(change.post());
                if calls_back(change) {
                    let post = change.post();
                    post.map(|post| supersede(db, post, None, &mut saved.superseded)).transpose()?;
                }
            }
            saved.entry = journal::add(db, now, actor, &changes)?;
            for row in &writes {
                saved.posts.push(row.post);
                supersede(db, row.post, Some(&row.account), &mut saved.superseded)?;
            }
            for row in &writes {
                outbox::insert(db, row)?;
            }
            saved.posts.sort_unstable();
            saved.posts.dedup();
            Ok(saved)
        })
        .await
    }
}

fn carry_out(db: &Connection, now: DateTime<Utc>, change: &Change) -> Result<(), Fault> {
    let Some(post) = change.post() else {
        return Ok(());
    };
    let stored = posts::find(db, post)?.as_ref().map(as_stored);
    if stored != change.before.as_deref().map(as_stored) {
        return Err(StoreError::Changed { post }.into());
    }
    match &change.after {
        Some(after) => posts::put(db, after, now),
        None => posts::remove(db, post),
    }
}

/// Whether a change takes back the wish to send.
fn calls_back(change: &Change) -> bool {
    let wanted_out = |post: &Post| matches!(post.wish, Wish::Schedule | Wish::Now);
    match (&change.before, &change.after) {
        (Some(_), None) => true,
        (Some(before), Some(after)) => wanted_out(before) && !wanted_out(after),
        (None, _) => false,
    }
}

/// Supersedes what never reached anybody of a post, at one account or at all. A write that was tried and is known to
/// have made nothing (nobody was there, or the provider asked for a pause) never left; one that may have arrived, or
/// that has a step behind it, stays.
fn supersede(
    db: &Connection,
    post: PostId,
    account: Option<&AccountName>,
    gone: &mut Vec<IntentId>,
) -> Result<(), Fault> {
    let mut statement = db.prepare_cached(
        "UPDATE outbox SET state = 'superseded', lease_owner = NULL, lease_until = NULL
         WHERE post = ?1 AND open = 1 AND (?2 IS NULL OR account = ?2)
           AND state IN ('ready', 'waiting') AND unknown_since IS NULL AND receipts = '[]'
         RETURNING intent",
    )?;
    let mut rows = statement.query(params![post_key(post), account.map(AccountName::as_str)])?;
    while let Some(row) = rows.next()? {
        gone.push(intent_id(&row.get::<_, Vec<u8>>(0)?)?);
    }
    Ok(())
}
