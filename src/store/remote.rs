//! What each provider last showed us, which post of ours it is, and taking over what changed there.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::error::{Fault, StoreError};
use super::journal::{self, Actor};
use super::rows::{as_stored, json, millis, parse, post_id, post_key};
use super::{Store, posts};
use crate::domain::change::Change;
use crate::domain::ids::{AccountName, PostId, RemoteId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target, Wish};
use crate::domain::remote::RemotePost;

/// A post at the provider that is new to us, or looks different from last time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// As the provider shows it now.
    pub theirs: RemotePost,
    /// As it showed it last time.
    pub base: Option<RemotePost>,
    /// Our post behind it, if there is one.
    pub ours: Option<Post>,
}

/// A sighting after the comparison: what our post shall be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// What the provider shows: the base of the next comparison.
    pub theirs: RemotePost,
    /// The post this was merged from, as [`Sighting::ours`] gave it. When a person has changed it since, the whole is
    /// left out, and sighted again by the next sweep: an edit is never overwritten by an older view of it.
    pub ours: Option<Post>,
    /// Our post from now on.
    pub post: Post,
    /// What happened, as a past participle for the journal (`moved at the provider`); `None` writes no entry.
    pub journal: Option<String>,
}

impl Store {
    /// Takes over what was merged, all of one call together; `sweep` is the number of the sweep that saw it, if one
    /// did. What was overtaken meanwhile is left out: its post was edited, or it is another post's by now (listings
    /// that shift show a post twice). Says which posts look different now.
    pub async fn apply(
        &self,
        account: &AccountName,
        sweep: Option<u64>,
        merged: Vec<Merged>,
        now: DateTime<Utc>,
    ) -> Result<Vec<PostId>, StoreError> {
        let account = account.clone();
        self.write(move |db| {
            let mut touched = Vec::new();
            for each in merged {
                let stored = posts::find(db, each.post.id)?;
                let before = stored.as_ref().map(as_stored);
                if before != each.ours.as_ref().map(as_stored) || belongs_elsewhere(db, &account, &each)? {
                    continue;
                }
                put(db, &account, &each.theirs, Some(each.post.id), sweep)?;
                if before.as_ref() == Some(&as_stored(&each.post)) {
                    continue;
                }
                posts::put(db, &each.post, now)?;
                touched.push(each.post.id);
                if let Some(verb) = each.journal {
                    let change = Change { before: stored.map(Box::new), after: Some(Box::new(each.post)), verb };
                    journal::add(db, now, Actor::Sync, &[change])?;
                }
            }
            Ok(touched)
        })
        .await
    }

    /// What the provider last showed of one of its posts, and our post behind it.
    pub async fn remote(
        &self,
        account: &AccountName,
        id: &RemoteId,
    ) -> Result<Option<(RemotePost, Option<PostId>)>, StoreError> {
        let (account, id) = (account.clone(), id.clone());
        self.read(move |db| {
            let Some(known) = find(db, &account, &id)? else {
                return Ok(None);
            };
            Ok(base(db, known.key)?.map(|shown| (shown, known.post)))
        })
        .await
    }

    /// A post is gone at the provider. Where it was not out yet, our targets lose it; a post that came from the
    /// provider and is nowhere else is removed; one of ours that is nowhere else becomes a draft again, keeping its
    /// time; one that other accounts still carry only has these targets cancelled. Journaled by [`Actor::Sync`]. Says
    /// which posts look different now.
    pub async fn forget(
        &self,
        account: &AccountName,
        id: &RemoteId,
        now: DateTime<Utc>,
    ) -> Result<Vec<PostId>, StoreError> {
        let (account, id) = (account.clone(), id.clone());
        self.write(move |db| {
            let ours = ours(db, &account, &id, None, None)?;
            drop_row(db, &account, &id)?;
            let Some(before) = ours else {
                return Ok(Vec::new());
            };
            let change = without(&account, &id, &before);
            match &change.after {
                Some(after) if **after == before => return Ok(Vec::new()),
                Some(after) => posts::put(db, after, now)?,
                None => posts::remove(db, before.id)?,
            }
            journal::add(db, now, Actor::Sync, &[change])?;
            Ok(vec![before.id])
        })
        .await
    }
}

/// Whether what seemed new when it was sighted has become the other side of another post of ours since.
fn belongs_elsewhere(db: &Connection, account: &AccountName, merged: &Merged) -> Result<bool, Fault> {
    if merged.ours.is_some() {
        return Ok(false);
    }
    let owner = ours(db, account, &merged.theirs.id, merged.theirs.at, None)?;
    Ok(owner.is_some_and(|post| post.id != merged.post.id))
}

/// What becomes of `before` when the provider's post `id` is gone.
fn without(account: &AccountName, id: &RemoteId, before: &Post) -> Change {
    let mut after = before.clone();
    let mut lost = Vec::new();
    for (at, target) in after.targets.iter_mut().enumerate() {
        let waited = matches!(target.outcome, Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted);
        if waited && target.remote.as_ref() == Some(id) && target.account() == *account {
            target.remote = None;
            target.outcome = Outcome::NotSent;
            lost.push(at);
        }
    }
    // What failed of it stays failed, and is made anew when it is tried again.
    let failed = |target: &&mut Target| {
        let refused = matches!(target.outcome, Outcome::Refused(_));
        refused && target.remote.as_ref() == Some(id) && target.account() == *account
    };
    let mut stays = after.is_remote();
    for target in after.targets.iter_mut().filter(failed) {
        target.remote = None;
        stays = true;
    }
    if lost.is_empty() {
        return Change::edit(before.clone(), after, "removed at the provider, kept as failed:");
    }
    if stays {
        for (_, target) in after.targets.iter_mut().enumerate().filter(|(at, _)| lost.contains(at)) {
            target.outcome = Outcome::Cancelled;
        }
        return Change::edit(before.clone(), after, "removed at one provider:");
    }
    if after.source == Source::Provider {
        return Change::remove(before.clone(), "removed at the provider:");
    }
    after.wish = Wish::Draft;
    Change::edit(before.clone(), after, "removed at the provider, kept as a draft:")
}

/// What is known of one post at a provider, its text aside.
pub(super) struct Known {
    /// The row.
    pub(super) key: i64,
    /// Our post behind it.
    pub(super) post: Option<PostId>,
    /// The hash of what was shown last; none when nothing was shown yet.
    pub(super) hash: Option<Vec<u8>>,
}

/// The row of a post at a provider.
pub(super) fn find(db: &Connection, account: &AccountName, id: &RemoteId) -> Result<Option<Known>, Fault> {
    let mut statement = db.prepare_cached("SELECT key, post, hash FROM remote_post WHERE account = ?1 AND id = ?2")?;
    let mut rows = statement.query([account.as_str(), id.as_str()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let post = row.get::<_, Option<Vec<u8>>>(1)?.map(|bytes| post_id(&bytes)).transpose()?;
    Ok(Some(Known { key: row.get(0)?, post, hash: row.get(2)? }))
}

/// What was shown last.
pub(super) fn base(db: &Connection, key: i64) -> Result<Option<RemotePost>, Fault> {
    let mut statement = db.prepare_cached("SELECT shown FROM remote_base WHERE key = ?1")?;
    let shown: Option<String> = statement.query_row([key], |row| row.get(0)).optional()?;
    shown.map(|text| parse("what a provider showed", &text)).transpose()
}

/// Our post behind one at a provider: by the mapping, by a target that names it, else by the reference it carries. Of
/// several that name it (a refused duplicate may be linked to its twin) it is the one nearest to its moment, `at`.
pub(super) fn ours(
    db: &Connection,
    account: &AccountName,
    id: &RemoteId,
    at: Option<DateTime<Utc>>,
    reference: Option<PostId>,
) -> Result<Option<Post>, Fault> {
    let mapped = find(db, account, id)?.and_then(|known| known.post);
    let named = match mapped {
        Some(_) => None,
        None => by_target(db, account, id, at)?,
    };
    for post in [mapped, named, reference].into_iter().flatten() {
        if let Some(post) = posts::find(db, post)? {
            return Ok(Some(post));
        }
    }
    Ok(None)
}

fn by_target(
    db: &Connection,
    account: &AccountName,
    id: &RemoteId,
    at: Option<DateTime<Utc>>,
) -> Result<Option<PostId>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT target.post FROM target JOIN post ON post.id = target.post
         WHERE target.account = ?1 AND target.remote = ?2 ORDER BY abs(coalesce(post.sort_at - ?3, 0)), post.id LIMIT 1",
    )?;
    let mut rows = statement.query(params![account.as_str(), id.as_str(), at.map(millis)])?;
    rows.next()?.map(|row| posts::id_at(row, 0)).transpose()
}

/// The post as JSON, and the hash by which it is recognised: the first half of its SHA-256.
pub(super) fn digest(theirs: &RemotePost) -> Result<(String, Vec<u8>), Fault> {
    let shown = json(theirs)?;
    let hash = Sha256::digest(shown.as_bytes()).iter().copied().take(16).collect();
    Ok((shown, hash))
}

/// Keeps what a provider shows and which post of ours it is. Without the number of a sweep, one under way counts as
/// having seen it: what we have just been shown is not missing from a listing that began before.
pub(super) fn put(
    db: &Connection,
    account: &AccountName,
    theirs: &RemotePost,
    post: Option<PostId>,
    sweep: Option<u64>,
) -> Result<(), Fault> {
    let (shown, hash) = digest(theirs)?;
    let key: i64 = db
        .prepare_cached(
            "INSERT INTO remote_post (account, id, post, hash, at, sweep)
             VALUES (?1, ?2, ?3, ?4, ?5, coalesce(?6, (SELECT sweep FROM sync WHERE account = ?1), 0))
             ON CONFLICT (account, id) DO UPDATE SET
               post = coalesce(?3, post), hash = ?4, at = ?5, sweep = max(sweep, excluded.sweep)
             RETURNING key",
        )?
        .query_row(
            params![
                account.as_str(),
                theirs.id.as_str(),
                post.map(post_key),
                hash,
                theirs.at.map(millis),
                sweep.map(|number| i64::try_from(number).unwrap_or(i64::MAX)),
            ],
            |row| row.get(0),
        )?;
    db.prepare_cached(
        "INSERT INTO remote_base (key, shown) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET shown = ?2",
    )?
    .execute(params![key, shown])?;
    Ok(())
}

/// Notes which post of ours one at a provider is, before anything of it was shown.
pub(super) fn map(db: &Connection, account: &AccountName, id: &RemoteId, post: PostId) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO remote_post (account, id, post, sweep)
         VALUES (?1, ?2, ?3, coalesce((SELECT sweep FROM sync WHERE account = ?1), 0))
         ON CONFLICT (account, id) DO UPDATE SET post = ?3",
    )?
    .execute(params![account.as_str(), id.as_str(), post_key(post)])?;
    Ok(())
}

/// Drops what is known of a post at a provider.
pub(super) fn drop_row(db: &Connection, account: &AccountName, id: &RemoteId) -> Result<(), Fault> {
    db.prepare_cached("DELETE FROM remote_post WHERE account = ?1 AND id = ?2")?
        .execute([account.as_str(), id.as_str()])?;
    Ok(())
}
