//! Walking a provider's listing: what is new or different, what was not seen, and how reconciling stands.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, params};

use super::error::{Fault, StoreError};
use super::remote::{self, Sighting};
use super::rows::{maybe_instant, millis};
use super::{Store, outbox, posts};
use crate::domain::ids::{AccountName, RemoteId};
use crate::domain::remote::{RemotePost, RemoteState};

/// How reconciling with an account stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncState {
    /// When it last worked.
    pub last_ok: Option<DateTime<Utc>>,
    /// When a sweep last reached its end.
    pub last_full: Option<DateTime<Utc>>,
    /// Whose key it is, as the provider says.
    pub identity: Option<String>,
    /// What is wrong just now, in words.
    pub error: Option<String>,
}

impl Store {
    /// Begins a sweep and says its number. An earlier one that never ended counts for nothing.
    pub async fn sweep_begin(&self, account: &AccountName, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let account = account.clone();
        self.write(move |db| {
            let mut statement = db.prepare_cached(
                "INSERT INTO sync (account, sweep, sweep_started) VALUES (?1, 1, ?2)
                 ON CONFLICT (account) DO UPDATE SET sweep = sweep + 1, sweep_started = ?2
                 RETURNING sweep",
            )?;
            let number: i64 = statement.query_row(params![account.as_str(), millis(now)], |row| row.get(0))?;
            Ok(u64::try_from(number).unwrap_or_default())
        })
        .await
    }

    /// Stamps what a page shows as seen, and gives back what is new or looks different, in the page's order. What it
    /// gives back is remembered by [`Store::apply`]; until then it is given back again. A post that was removed here,
    /// and whose removal is still on its way, is not news.
    pub async fn sweep_see(
        &self,
        account: &AccountName,
        sweep: u64,
        page: Vec<RemotePost>,
    ) -> Result<Vec<Sighting>, StoreError> {
        let account = account.clone();
        self.write_lightly(move |db| {
            let mut sightings = Vec::new();
            for theirs in page {
                sightings.extend(see(db, &account, number(sweep), theirs)?);
            }
            Ok(sightings)
        })
        .await
    }

    /// What the sweep did not see of what it should have listed: posts with a moment in `from..=to`, and those without
    /// one when there is no bound at all.
    pub async fn sweep_unseen(
        &self,
        account: &AccountName,
        sweep: u64,
        from: impl Into<Option<DateTime<Utc>>>,
        to: impl Into<Option<DateTime<Utc>>>,
    ) -> Result<Vec<RemoteId>, StoreError> {
        let (account, from, to) = (account.clone(), from.into().map(millis), to.into().map(millis));
        self.read(move |db| {
            let mut statement = db.prepare_cached(
                "SELECT id FROM remote_post
                 WHERE account = ?1 AND sweep < ?2 AND (?3 IS NULL OR at >= ?3) AND (?4 IS NULL OR at <= ?4)
                 ORDER BY key",
            )?;
            let unseen = statement
                .query_map(params![account.as_str(), number(sweep), from, to], |row| row.get::<_, String>(0))?;
            Ok(unseen.map(|id| id.map(RemoteId::new)).collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The sweep reached its end: the account is well as of `now`. A sweep that a newer one has overtaken says nothing.
    pub async fn sweep_end(&self, account: &AccountName, sweep: u64, now: DateTime<Utc>) -> Result<(), StoreError> {
        let account = account.clone();
        self.write(move |db| {
            db.prepare_cached(
                "UPDATE sync SET last_ok = ?3, last_full = ?3, error = NULL WHERE account = ?1 AND sweep = ?2",
            )?
            .execute(params![account.as_str(), number(sweep), millis(now)])?;
            Ok(())
        })
        .await
    }

    /// How reconciling with `account` stands; all empty before the first time.
    pub async fn sync_state(&self, account: &AccountName) -> Result<SyncState, StoreError> {
        let account = account.clone();
        self.read(move |db| {
            let mut statement =
                db.prepare_cached("SELECT last_ok, last_full, identity, error FROM sync WHERE account = ?1")?;
            let columns = statement
                .query_row([account.as_str()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                .optional()?;
            let Some((last_ok, last_full, identity, error)) = columns else {
                return Ok(SyncState::default());
            };
            let (last_ok, last_full) = (maybe_instant(last_ok)?, maybe_instant(last_full)?);
            Ok(SyncState { last_ok, last_full, identity, error })
        })
        .await
    }

    /// Notes how reconciling with `account` stands; replaces what was noted before.
    pub async fn set_sync_state(&self, account: &AccountName, state: SyncState) -> Result<(), StoreError> {
        let account = account.clone();
        self.write(move |db| {
            db.prepare_cached(
                "INSERT INTO sync (account, last_ok, last_full, identity, error) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (account) DO UPDATE SET last_ok = ?2, last_full = ?3, identity = ?4, error = ?5",
            )?
            .execute(params![
                account.as_str(),
                state.last_ok.map(millis),
                state.last_full.map(millis),
                state.identity,
                state.error,
            ])?;
            Ok(())
        })
        .await
    }
}

fn number(sweep: u64) -> i64 {
    i64::try_from(sweep).unwrap_or(i64::MAX)
}

fn see(db: &Connection, account: &AccountName, sweep: i64, theirs: RemotePost) -> Result<Option<Sighting>, Fault> {
    let Some(known) = remote::find(db, account, &theirs.id)? else {
        let ours = remote::ours(db, account, &theirs.id, theirs.at, theirs.reference)?;
        return Ok(Some(Sighting { theirs, base: None, ours }));
    };
    db.prepare_cached("UPDATE remote_post SET sweep = max(sweep, ?2) WHERE key = ?1")?.execute([known.key, sweep])?;
    let (_, hash) = remote::digest(&theirs)?;
    let same = known.hash == Some(hash);
    match known.post {
        // Removed here, and there it still is: news unless its removal is on its way, or it is only history.
        Some(post) if !posts::exists(db, post)? => {
            let lives = matches!(theirs.state, RemoteState::Scheduled | RemoteState::Draft | RemoteState::Publishing);
            if outbox::has_open(db, post, account)? || (same && !lives) {
                return Ok(None);
            }
        }
        _ if same => return Ok(None),
        _ => {}
    }
    let ours = remote::ours(db, account, &theirs.id, theirs.at, theirs.reference)?;
    Ok(Some(Sighting { base: remote::base(db, known.key)?, theirs, ours }))
}
