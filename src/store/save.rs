//! Edits: posts, journal and outbox in one transaction, or not at all.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, params};

use super::error::{Fault, StoreError};
use super::journal::{self, Actor};
use super::rows::{as_stored, intent_id, post_key};
use super::{Store, outbox, posts, prefs, remote};
use crate::domain::change::Change;
use crate::domain::ids::{AccountName, IntentId, PostId, RemoteId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::write::{OutboxRow, OutboxState};

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

/// What happens together with an edit, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alongside {
    /// Writes that a person drops, with the words for their story.
    pub drops: Vec<(IntentId, String)>,
    /// The journal entry that the edit takes back (`true`), or does again.
    pub retraces: Option<(i64, bool)>,
    /// Settings that are of no use afterwards.
    pub forgets: Vec<String>,
    /// Settings that must not be there yet, and are afterwards: key and value.
    pub claims: Vec<(String, String)>,
    /// Settings that must say something still, and what they say afterwards: key, before and after.
    pub replaces: Vec<(String, String, String)>,
    /// Posts at providers, and the post of ours that they are from now on.
    pub carries: Vec<(AccountName, RemoteId, PostId)>,
}

impl Store {
    /// [`Store::save_with`] nothing alongside.
    pub async fn save(
        &self,
        now: DateTime<Utc>,
        actor: Actor,
        changes: Vec<Change>,
        writes: Vec<OutboxRow>,
    ) -> Result<Saved, StoreError> {
        self.save_with(now, actor, changes, writes, Alongside::default()).await
    }

    /// Carries out `changes`, queues `writes`, and does what stands `alongside`, all or nothing.
    ///
    /// A post that is not any more what its change was made from (`pending` and fractions of milliseconds left aside)
    /// is [`StoreError::Changed`]. One whose wishes change, or that is given writes, while another write of it is on
    /// its way or of unknown outcome is [`StoreError::UnderWay`].
    ///
    /// Of writes that never reached anybody these are superseded: creates, by any change of wishes and by a new create
    /// (whoever asks plans every target that is not sent anew); those that name a post at the provider, by a new one
    /// that names the same; all but removals, when the post is removed, or was wanted out and is now a draft or held.
    ///
    /// A write to be dropped that is over already, or being sent just now, is [`StoreError::Settled`]; a setting to be
    /// claimed that is there already is [`StoreError::Taken`], and one that says something else than it must is
    /// [`StoreError::Replaced`].
    pub async fn save_with(
        &self,
        now: DateTime<Utc>,
        actor: Actor,
        changes: Vec<Change>,
        writes: Vec<OutboxRow>,
        alongside: Alongside,
    ) -> Result<Saved, StoreError> {
        self.write(move |db| {
            let mut saved = Saved::default();
            for (key, value) in &alongside.claims {
                prefs::claim(db, key, value)?;
            }
            for (key, before, after) in &alongside.replaces {
                prefs::replace(db, key, before, after)?;
            }
            for (intent, words) in &alongside.drops {
                saved.posts.push(outbox::decide(db, *intent, OutboxState::Superseded, None, words, now)?);
            }
            for change in &changes {
                carry_out(db, now, change)?;
                let Some(post) = change.post() else { continue };
                saved.posts.push(post);
                if changes_wishes(change) {
                    nothing_under_way(db, post)?;
                    supersede(db, post, CREATES, None, &mut saved.superseded)?;
                }
                if calls_back(change) {
                    supersede(db, post, ALL_BUT_REMOVALS, None, &mut saved.superseded)?;
                }
            }
            saved.entry = journal::add(db, now, actor, &changes)?;
            for row in &writes {
                saved.posts.push(row.post);
                nothing_under_way(db, row.post)?;
                match row.write.remote() {
                    None => supersede(db, row.post, CREATES, None, &mut saved.superseded)?,
                    Some(remote) => {
                        supersede(db, row.post, OF_REMOTE, Some((&row.account, remote)), &mut saved.superseded)?;
                    }
                }
            }
            for row in &writes {
                outbox::insert(db, row)?;
            }
            if let Some((entry, back)) = alongside.retraces {
                journal::retrace(db, entry, back, saved.entry)?;
            }
            for (account, remote, post) in &alongside.carries {
                remote::map(db, account, remote, *post)?;
            }
            for setting in &alongside.forgets {
                prefs::forget(db, setting)?;
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
    if let (Some(before), Some(after)) = (&change.before, &change.after)
        && says_otherwise(before, after)
    {
        posts::keep_version(db, before, None)?;
    }
    match &change.after {
        Some(after) => posts::put(db, after, now),
        None => posts::remove(db, post),
    }
}

/// Whether another text, title or attachment took the place of an earlier one: that one stays as a version.
fn says_otherwise(before: &Post, after: &Post) -> bool {
    let own = |post: &Post| post.targets.iter().any(|target| target.text.is_some() || target.extras.media.is_some());
    let of_targets = |one: &Post, other: &Post| {
        one.targets.iter().any(|target| {
            let there = other.targets.iter().find(|each| each.channel == target.channel);
            let says = |target: &Target| (target.text.clone(), target.extras.media.clone());
            there.map(says).unwrap_or_default() != says(target)
        })
    };
    before.body != after.body
        || before.title != after.title
        || before.media != after.media
        || ((own(before) || own(after)) && (of_targets(before, after) || of_targets(after, before)))
}

/// Whether a change is about more than facts (outcomes, ids at the provider, dismissals) and our own filing.
fn changes_wishes(change: &Change) -> bool {
    change.before.as_deref().map(wishes) != change.after.as_deref().map(wishes)
}

fn wishes(post: &Post) -> Post {
    let mut post = Post { conflict: None, campaign: None, number: None, ..as_stored(post) };
    post.updated_at = post.created_at;
    for target in &mut post.targets {
        target.outcome = Outcome::NotSent;
        target.remote = None;
    }
    post
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

/// A write that may have arrived, or that has a step behind it, must come to its end before the next is asked for.
fn nothing_under_way(db: &Connection, post: PostId) -> Result<(), Fault> {
    let mut statement = db.prepare_cached(
        "SELECT 1 FROM outbox
         WHERE post = ?1 AND open = 1
           AND (state IN ('in_flight', 'verifying', 'unknown') OR unknown_since IS NOT NULL OR receipts <> '[]')",
    )?;
    if statement.exists([post_key(post)])? { Err(StoreError::UnderWay { post }.into()) } else { Ok(()) }
}

const CREATES: &str = "json_extract(asked, '$.write') = 'create'";
const ALL_BUT_REMOVALS: &str = "json_extract(asked, '$.write') <> 'remove'";
const OF_REMOTE: &str = "account = ?2 AND json_extract(asked, '$.remote') = ?3";

/// Supersedes what never reached anybody of a post, as far as `which` holds. A write that was tried and is known to
/// have made nothing (nobody was there, or the provider asked for a pause) never left; one that may have arrived, or
/// that has a step behind it, stays.
fn supersede(
    db: &Connection,
    post: PostId,
    which: &str,
    at: Option<(&AccountName, &RemoteId)>,
    gone: &mut Vec<IntentId>,
) -> Result<(), Fault> {
    let mut statement = db.prepare_cached(&format!(
        "UPDATE outbox SET state = 'superseded', lease_owner = NULL, lease_until = NULL
         WHERE post = ?1 AND open = 1 AND {which}
           AND state IN ('ready', 'waiting') AND unknown_since IS NULL AND receipts = '[]'
         RETURNING intent",
    ))?;
    let mut rows = match at {
        Some((account, remote)) => statement.query(params![post_key(post), account.as_str(), remote.as_str()])?,
        None => statement.query([post_key(post)])?,
    };
    while let Some(row) = rows.next()? {
        gone.push(intent_id(&row.get::<_, Vec<u8>>(0)?)?);
    }
    Ok(())
}
