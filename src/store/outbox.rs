//! Writes that were asked for: who may carry one out when, and what is known about each.

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::Store;
use super::error::{Fault, StoreError};
use super::posts::{self, id_at};
use super::rows::{
    instant, intent_id, intent_key, json, json_list, maybe_instant, millis, parse, parse_list, post_key, state,
    state_word,
};
use crate::domain::ids::{AccountName, IntentId, PostId};
use crate::domain::outcome::Outcome;
use crate::domain::post::Target;
use crate::domain::write::{Attempt, OutboxRow, OutboxState, Prepared, Write};

/// What `claim` and `next_due` agree on: a row that may be worked on, its moment aside. Rows of one post and account
/// leave in the order they were asked for, so one that is open holds back those after it.
const CLAIMABLE: &str = "account = ?1 AND open = 1 AND state IN ('ready', 'waiting', 'verifying')
    AND NOT EXISTS (SELECT 1 FROM outbox AS older
                    WHERE older.post = mine.post AND older.account = mine.account AND older.open = 1
                      AND older.seq < mine.seq)";

/// What stands in the story of a write that was found in the middle.
const STOPPED: &str = "the program stopped while this was being sent; whether it arrived is not known";

impl Store {
    /// Gives `owner` the oldest write of `account` whose moment has come, until `now + lease` or until it is settled.
    /// Never one that another owner holds a living lease on, and never one behind an older open write of the same post
    /// and account. Asked again before settling, the same owner is given the same write.
    pub async fn claim(
        &self,
        account: &AccountName,
        now: DateTime<Utc>,
        owner: &str,
        lease: TimeDelta,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let (account, owner) = (account.clone(), owner.to_owned());
        self.write(move |db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT seq FROM outbox AS mine WHERE {CLAIMABLE}
                   AND (not_before IS NULL OR not_before <= ?2)
                   AND (lease_until IS NULL OR lease_until <= ?2 OR lease_owner = ?3)
                 ORDER BY seq LIMIT 1"
            ))?;
            let found = statement.query_row(params![account.as_str(), millis(now), owner], |row| row.get::<_, i64>(0));
            let Some(seq) = found.optional()? else {
                return Ok(None);
            };
            db.prepare_cached("UPDATE outbox SET lease_owner = ?2, lease_until = ?3 WHERE seq = ?1")?
                .execute(params![seq, owner, millis(now + lease)])?;
            Ok(query(db, "WHERE seq = ?1", [seq])?.pop())
        })
        .await
    }

    /// Notes that the request `frozen` is about to leave: state [`OutboxState::InFlight`], one attempt more. On the
    /// disk when this returns. [`StoreError::Withdrawn`] when the write was replaced, dropped or finished since it was
    /// claimed: then nothing may be sent.
    pub async fn freeze(&self, intent: IntentId, frozen: Prepared, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write(move |db| {
            let changed = db
                .prepare_cached(
                    "UPDATE outbox SET state = 'in_flight', frozen = ?2, attempts = attempts + 1,
                                       first_sent_at = coalesce(first_sent_at, ?3)
                     WHERE intent = ?1 AND open = 1",
                )?
                .execute(params![intent_key(intent), json(&frozen)?, millis(now)])?;
            if changed == 1 {
                return Ok(());
            }
            require(db, intent)?;
            Err(StoreError::Withdrawn { intent }.into())
        })
        .await
    }

    /// Finds writes that stopped in the middle: in flight, and held by nobody, by `owner` (from an earlier life), or
    /// by a lease that ended. They are to be verified, and their targets are unknown since `now`. Called when an
    /// engine starts, before its first claim; later only with a name that holds no leases.
    pub async fn recover(&self, now: DateTime<Utc>, owner: &str) -> Result<Vec<IntentId>, StoreError> {
        let owner = owner.to_owned();
        self.write(move |db| {
            let tail = "WHERE open = 1 AND state = 'in_flight'
                          AND (lease_until IS NULL OR lease_until <= ?1 OR lease_owner = ?2) ORDER BY seq";
            let stopped = query(db, tail, params![millis(now), owner])?;
            for row in &stopped {
                db.prepare_cached(
                    "UPDATE outbox SET state = 'verifying', unknown_since = ?2, not_before = NULL, last_error = ?3,
                                       lease_owner = NULL, lease_until = NULL
                     WHERE intent = ?1",
                )?
                .execute(params![intent_key(row.intent), millis(now), STOPPED])?;
                add_attempt(db, row.post, &Attempt { intent: row.intent, at: now, words: STOPPED.into() })?;
                change_targets(db, row, |target| {
                    if !target.is_out() {
                        target.outcome = Outcome::Unknown { since: now, words: STOPPED.into() };
                    }
                })?;
            }
            Ok(stopped.into_iter().map(|row| row.intent).collect())
        })
        .await
    }

    /// Every write that is not over, oldest first.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(|db| query(db, "WHERE open = 1 ORDER BY seq", [])).await
    }

    /// Every write that a post ever asked for, oldest first.
    pub async fn outbox_of(&self, post: PostId) -> Result<Vec<OutboxRow>, StoreError> {
        self.read(move |db| query(db, "WHERE post = ?1 ORDER BY seq", [post_key(post)])).await
    }

    /// The story of a post's writes, oldest first.
    pub async fn attempts_of(&self, post: PostId) -> Result<Vec<Attempt>, StoreError> {
        self.read(move |db| {
            let mut statement =
                db.prepare_cached("SELECT intent, at, words FROM attempt WHERE post = ?1 ORDER BY id")?;
            let mut rows = statement.query([post_key(post)])?;
            let mut attempts = Vec::new();
            while let Some(row) = rows.next()? {
                attempts.push(Attempt { intent: intent_at(row, 0)?, at: instant(row.get(1)?)?, words: row.get(2)? });
            }
            Ok(attempts)
        })
        .await
    }

    /// The earliest moment, `now` or later, at which [`Store::claim`] could yield something.
    pub async fn next_due(
        &self,
        account: &AccountName,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let account = account.clone();
        self.read(move |db| {
            let mut statement = db.prepare_cached(&format!(
                "SELECT min(max(coalesce(not_before, ?2), coalesce(lease_until, ?2), ?2))
                 FROM outbox AS mine WHERE {CLAIMABLE}"
            ))?;
            maybe_instant(statement.query_row(params![account.as_str(), millis(now)], |row| row.get(0))?)
        })
        .await
    }

    /// Lets writes of `account` that wait after a failure be claimed at once: the way to the provider is open again, or
    /// a person wants to try.
    pub async fn hurry(&self, account: &AccountName) -> Result<(), StoreError> {
        let account = account.clone();
        self.write(move |db| {
            db.prepare_cached(
                "UPDATE outbox SET not_before = NULL WHERE account = ?1 AND open = 1 AND state = 'waiting'",
            )?
            .execute([account.as_str()])?;
            Ok(())
        })
        .await
    }

    /// A person's decision on a write, in `words` for its story: [`OutboxState::Ready`] sends it (again, at their own
    /// risk), [`OutboxState::Superseded`] drops it, [`OutboxState::Verifying`] looks it up once more. After the first
    /// two its targets are no longer unknown: accepted where the provider had them before, otherwise not sent. One that
    /// is over, or being sent just now, is [`StoreError::Settled`]: it is never revived.
    pub async fn decide(
        &self,
        intent: IntentId,
        state: OutboxState,
        not_before: Option<DateTime<Utc>>,
        words: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let words = words.to_owned();
        self.write(move |db| decide(db, intent, state, not_before, &words, now).map(|_| ())).await
    }
}

/// Carries out a person's decision on a write; answers its post.
pub(super) fn decide(
    db: &Connection,
    intent: IntentId,
    state: OutboxState,
    not_before: Option<DateTime<Utc>>,
    words: &str,
    now: DateTime<Utc>,
) -> Result<PostId, Fault> {
    let row = require(db, intent)?;
    let decided = db
        .prepare_cached(
            "UPDATE outbox SET state = ?2, not_before = ?3, lease_owner = NULL, lease_until = NULL,
                               unknown_since = CASE WHEN ?2 = 'verifying' THEN coalesce(unknown_since, ?4) END
             WHERE intent = ?1 AND open = 1 AND state <> 'in_flight'",
        )?
        .execute(params![intent_key(intent), state_word(state), not_before.map(millis), millis(now)])?;
    if decided == 0 {
        return Err(StoreError::Settled { intent }.into());
    }
    add_attempt(db, row.post, &Attempt { intent, at: now, words: words.to_owned() })?;
    if matches!(state, OutboxState::Ready | OutboxState::Superseded) {
        change_targets(db, &row, |target| {
            if matches!(target.outcome, Outcome::Unknown { .. }) {
                let there = target.remote.is_some();
                target.outcome = if there { Outcome::Accepted } else { Outcome::NotSent };
            }
        })?;
    }
    Ok(row.post)
}

/// The row of a write, or the words for its absence.
pub(super) fn require(db: &Connection, intent: IntentId) -> Result<OutboxRow, Fault> {
    let row = query(db, "WHERE intent = ?1", [intent_key(intent)])?.pop();
    row.ok_or_else(|| StoreError::NoSuchWrite { intent }.into())
}

/// Whether a post has an open write at an account.
pub(super) fn has_open(db: &Connection, post: PostId, account: &AccountName) -> Result<bool, Fault> {
    let mut statement = db.prepare_cached("SELECT 1 FROM outbox WHERE post = ?1 AND account = ?2 AND open = 1")?;
    Ok(statement.exists(params![post_key(post), account.as_str()])?)
}

/// Whether a write can be read.
pub(super) fn is_readable(db: &Connection, intent: &[u8]) -> bool {
    query(db, "WHERE intent = ?1", [intent]).is_ok_and(|rows| rows.len() == 1)
}

/// Makes the outcome of every open write unknown, for a person to look up: nothing is sent of them before.
pub(super) fn hold_open(db: &Connection, now: DateTime<Utc>, words: &str) -> Result<(), Fault> {
    for row in query(db, "WHERE open = 1 ORDER BY seq", [])? {
        db.prepare_cached(
            "UPDATE outbox SET state = 'unknown', unknown_since = coalesce(unknown_since, ?2), not_before = NULL,
                               first_sent_at = coalesce(first_sent_at, created_at), last_error = ?3,
                               lease_owner = NULL, lease_until = NULL
             WHERE intent = ?1",
        )?
        .execute(params![intent_key(row.intent), millis(now), words])?;
        add_attempt(db, row.post, &Attempt { intent: row.intent, at: now, words: words.to_owned() })?;
        if matches!(row.write, Write::Create { .. }) {
            change_targets(db, &row, |target| {
                if !target.is_out() {
                    target.outcome = Outcome::Unknown { since: now, words: words.to_owned() };
                }
            })?;
        }
    }
    Ok(())
}

/// Adds a row as it is.
pub(super) fn insert(db: &Connection, row: &OutboxRow) -> Result<(), Fault> {
    db.prepare_cached(
        "INSERT INTO outbox (intent, account, post, asked, receipts, frozen, state, attempts, not_before,
                             unknown_since, last_error, created_at, first_sent_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        intent_key(row.intent),
        row.account.as_str(),
        post_key(row.post),
        json(&row.write)?,
        json_list(&row.receipts)?,
        row.frozen.as_ref().map(json).transpose()?,
        state_word(row.state),
        row.attempts,
        row.not_before.map(millis),
        row.unknown_since.map(millis),
        row.last_error,
        millis(row.created_at),
        row.first_sent_at.map(millis),
    ])?;
    Ok(())
}

/// Adds a line to the story of a post.
pub(super) fn add_attempt(db: &Connection, post: PostId, attempt: &Attempt) -> Result<(), Fault> {
    db.prepare_cached("INSERT INTO attempt (intent, post, at, words) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        intent_key(attempt.intent),
        post_key(post),
        millis(attempt.at),
        attempt.words
    ])?;
    Ok(())
}

/// Changes the targets that a write is about: those it carries, else those that its post at the provider carries.
fn change_targets(db: &Connection, row: &OutboxRow, change: impl Fn(&mut Target)) -> Result<(), Fault> {
    let Some(mut post) = posts::find(db, row.post)? else {
        return Ok(());
    };
    post.targets.iter_mut().filter(|target| concerns(row, target)).for_each(change);
    posts::put_quietly(db, &post)
}

/// Whether a write is about a target.
fn concerns(row: &OutboxRow, target: &Target) -> bool {
    if let Some(submission) = row.write.submission() {
        return submission.targets.iter().any(|each| each.channel == target.channel);
    }
    target.account() == row.account && target.remote.is_some() && target.remote.as_ref() == row.write.remote()
}

fn query(db: &Connection, tail: &str, params: impl Params) -> Result<Vec<OutboxRow>, Fault> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT intent, account, post, asked, receipts, frozen, state, attempts, not_before, unknown_since, last_error,
                created_at, first_sent_at
         FROM outbox {tail}"
    ))?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn intent_at(row: &Row<'_>, at: usize) -> Result<IntentId, Fault> {
    intent_id(row.get_ref(at)?.as_blob().map_err(|error| Fault::unreadable("an id", error))?)
}

fn read(row: &Row<'_>) -> Result<OutboxRow, Fault> {
    let frozen: Option<String> = row.get(5)?;
    Ok(OutboxRow {
        intent: intent_at(row, 0)?,
        account: AccountName::new(row.get::<_, String>(1)?),
        post: id_at(row, 2)?,
        write: parse("a write of the outbox", &row.get::<_, String>(3)?)?,
        receipts: parse_list("the receipts of a write", &row.get::<_, String>(4)?)?,
        frozen: frozen.map(|text| parse("a frozen request", &text)).transpose()?,
        state: state(&row.get::<_, String>(6)?)?,
        attempts: row.get(7)?,
        not_before: maybe_instant(row.get(8)?)?,
        unknown_since: maybe_instant(row.get(9)?)?,
        last_error: row.get(10)?,
        created_at: instant(row.get(11)?)?,
        first_sent_at: maybe_instant(row.get(12)?)?,
    })
}
