//! Files that were brought to a provider, and what it calls them.

use chrono::{DateTime, Utc};
use rusqlite::{OptionalExtension, params};

use super::error::{Fault, StoreError};
use super::rows::{instant, intent_key, json, millis, post_key};
use super::{Store, outbox};
use crate::domain::ids::{AccountName, IntentId, PostId, RemoteId};
use crate::domain::write::Write;

/// A file at a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// What the provider calls it: an address, or an id.
    pub source: String,
    /// Whether a post may carry it already.
    pub ready: bool,
    /// When it was brought there.
    pub at: DateTime<Utc>,
}

impl Store {
    /// What `account`'s provider calls the file that is known by `print`: as brought for `post` after `own_since`,
    /// else as brought for any post after `since`, the latest first.
    pub async fn upload(
        &self,
        account: &AccountName,
        post: PostId,
        print: &str,
        own_since: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<Option<Upload>, StoreError> {
        let (account, print) = (account.clone(), print.to_owned());
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT source, ready, at FROM upload
                 WHERE account = ?1 AND print = ?2 AND (at >= ?5 OR (post = ?3 AND at >= ?4))
                 ORDER BY post = ?3 DESC, at DESC LIMIT 1",
            )?;
            let columns = params![account.as_str(), print, post_key(post), millis(own_since), millis(since)];
            let found = statement.query_row(columns, |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?)));
            let Some((source, ready, at)) = found.optional()? else { return Ok(None) };
            Ok(Some(Upload { source, ready, at: instant(at)? }))
        })
        .await
    }

    /// Keeps what the provider calls a file that `post` carries.
    pub async fn keep_upload(
        &self,
        account: &AccountName,
        post: PostId,
        print: &str,
        upload: Upload,
    ) -> Result<(), StoreError> {
        let (account, print) = (account.clone(), print.to_owned());
        self.write(move |db| {
            db.prepare_cached(
                "INSERT OR REPLACE INTO upload (account, post, print, source, ready, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                account.as_str(),
                post_key(post),
                print,
                upload.source,
                upload.ready,
                millis(upload.at)
            ])?;
            Ok(())
        })
        .await
    }

    /// Forgets a file that the provider does not have any more, for whichever post it was brought.
    pub async fn forget_upload(&self, account: &AccountName, source: &str) -> Result<(), StoreError> {
        let (account, source) = (account.clone(), source.to_owned());
        self.write(move |db| {
            db.prepare_cached("DELETE FROM upload WHERE account = ?1 AND source = ?2")?
                .execute(params![account.as_str(), source])?;
            Ok(())
        })
        .await
    }

    /// Files that were brought for the write `intent`, and known by it, are those of the post `remote` that it made.
    pub async fn hand_over_uploads(
        &self,
        account: &AccountName,
        post: PostId,
        intent: IntentId,
        remote: &RemoteId,
    ) -> Result<(), StoreError> {
        let (account, before, after) = (account.clone(), format!("{intent} "), format!("{remote} "));
        self.write(move |db| {
            db.prepare_cached(
                "UPDATE OR REPLACE upload SET print = ?4 || substr(print, length(?3) + 1)
                 WHERE account = ?1 AND post = ?2 AND substr(print, 1, length(?3)) = ?3",
            )?
            .execute(params![account.as_str(), post_key(post), before, after])?;
            Ok(())
        })
        .await
    }

    /// Forgets the files of a post that was deleted at the provider: some delete them with it.
    pub async fn forget_uploads_of(&self, account: &AccountName, post: PostId) -> Result<(), StoreError> {
        let account = account.clone();
        self.write(move |db| {
            let theirs = "SELECT source FROM upload WHERE account = ?1 AND post = ?2";
            db.prepare_cached(&format!("DELETE FROM upload WHERE account = ?1 AND source IN ({theirs})"))?
                .execute(params![account.as_str(), post_key(post)])?;
            Ok(())
        })
        .await
    }

    /// Puts `write` in the place of one that has not left: the same, with its files named as the provider names them.
    /// [`StoreError::Withdrawn`] when it was replaced, dropped or begun meanwhile.
    pub async fn resolve(&self, intent: IntentId, write: Write) -> Result<(), StoreError> {
        self.write(move |db| {
            let changed = db
                .prepare_cached(
                    "UPDATE outbox SET asked = ?2
                     WHERE intent = ?1 AND open = 1 AND frozen IS NULL AND state IN ('ready', 'waiting')",
                )?
                .execute(params![intent_key(intent), json(&write)?])?;
            withdrawn_unless(db, changed == 1, intent)
        })
        .await
    }

    /// Lets go of a write until `not_before`: its files are on their way.
    pub async fn put_off(&self, intent: IntentId, not_before: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| {
            db.prepare_cached(
                "UPDATE outbox SET state = 'waiting', not_before = ?2, lease_owner = NULL, lease_until = NULL
                 WHERE intent = ?1 AND open = 1 AND state IN ('ready', 'waiting')",
            )?
            .execute(params![intent_key(intent), millis(not_before)])?;
            Ok(())
        })
        .await
    }
}

fn withdrawn_unless(db: &rusqlite::Connection, changed: bool, intent: IntentId) -> Result<(), Fault> {
    if changed {
        return Ok(());
    }
    outbox::require(db, intent)?;
    Err(StoreError::Withdrawn { intent }.into())
}
