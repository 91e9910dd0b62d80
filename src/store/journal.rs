//! Who did what when: written with the change itself, read by undo and by Activity.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, Row, params};

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::{as_stored, instant, json, millis, parse, post_key};
use crate::domain::change::Change;
use crate::domain::ids::PostId;

/// Who made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The person at the screen.
    You,
    /// Reconciling with a provider.
    Sync,
    /// A command in the shell.
    Cli,
}

impl Actor {
    /// The word for it, as Activity and JSON show it.
    pub fn word(self) -> &'static str {
        match self {
            Self::You => "you",
            Self::Sync => "sync",
            Self::Cli => "cli",
        }
    }

    fn from_word(word: &str) -> Result<Self, Fault> {
        [Self::You, Self::Sync, Self::Cli]
            .into_iter()
            .find(|actor| actor.word() == word)
            .ok_or_else(|| Fault::unreadable("an actor", word))
    }
}

/// One entry: edits that were made together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number; later entries have greater ones.
    pub id: i64,
    /// When it was made.
    pub at: DateTime<Utc>,
    /// Who made it.
    pub actor: Actor,
    /// The edits.
    pub changes: Vec<Change>,
    /// The edits in a few words: `moved “Autumn sale”`, `scheduled 12 posts`.
    pub words: String,
    /// Taken back since.
    pub undone: bool,
}

impl Store {
    /// The latest entries, latest first.
    pub async fn journal(&self, limit: usize) -> Result<Vec<JournalEntry>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(move |db| query(db, "ORDER BY id DESC LIMIT ?1", [limit])).await
    }

    /// The entries about one post, latest first.
    pub async fn journal_of(&self, post: PostId) -> Result<Vec<JournalEntry>, StoreError> {
        let tail = "WHERE id IN (SELECT entry FROM journal_post WHERE post = ?1) ORDER BY id DESC";
        self.read(move |db| query(db, tail, [post_key(post)])).await
    }

    /// Those of `ids` that are not there any more: each with the change that removed it, where the journal tells.
    pub async fn gone(&self, ids: Vec<PostId>) -> Result<HashMap<PostId, Option<Change>>, StoreError> {
        self.read(move |db| {
            let mut gone = HashMap::new();
            // One entry may have removed many: each is read once.
            let mut entries: BTreeMap<i64, HashSet<PostId>> = BTreeMap::new();
            let mut there = db.prepare_cached("SELECT EXISTS (SELECT 1 FROM post WHERE id = ?1)")?;
            let mut last = db.prepare_cached("SELECT max(entry) FROM journal_post WHERE post = ?1")?;
            for id in ids {
                if there.query_row([post_key(id)], |row| row.get(0))? {
                    continue;
                }
                gone.insert(id, None);
                if let Some(entry) = last.query_row([post_key(id)], |row| row.get::<_, Option<i64>>(0))? {
                    entries.entry(entry).or_default().insert(id);
                }
            }
            for (entry, ids) in entries {
                let changes = query(db, "WHERE id = ?1", [entry])?.into_iter().flat_map(|entry| entry.changes);
                for change in changes.filter(|change| change.after.is_none()) {
                    if let Some(id) = change.post().filter(|id| ids.contains(id)) {
                        gone.insert(id, Some(change));
                    }
                }
            }
            Ok(gone)
        })
        .await
    }

    /// What undo would take back: the latest entry of [`Actor::You`] that stands.
    pub async fn undoable(&self) -> Result<Option<JournalEntry>, StoreError> {
        self.undoable_before(i64::MAX).await
    }

    /// The same, of the entries before `entry`.
    pub async fn undoable_before(&self, entry: i64) -> Result<Option<JournalEntry>, StoreError> {
        let tail = "WHERE actor = 'you' AND retraces IS NULL AND undone = 0 AND id < ?1 ORDER BY id DESC LIMIT 1";
        self.read(move |db| Ok(query(db, tail, [entry])?.pop())).await
    }

    /// Takes an entry out of what undo and redo go through: it is too late for it, and others come before or after it.
    pub async fn pass_over(&self, id: i64) -> Result<(), StoreError> {
        self.write(move |db| {
            // It names itself: nothing else took it back, and it stays in the journal.
            db.execute("UPDATE journal SET retraces = id WHERE id = ?1", [id])?;
            Ok(())
        })
        .await
    }

    /// What redo would do again: the first of the undone entries, unless the person made a new edit since.
    pub async fn redoable(&self) -> Result<Option<JournalEntry>, StoreError> {
        self.redoable_after(0).await
    }

    /// The same, of the entries after `entry`.
    pub async fn redoable_after(&self, entry: i64) -> Result<Option<JournalEntry>, StoreError> {
        // What took an entry back names it; whatever the person did after that leaves it behind.
        let tail = "WHERE actor = 'you' AND retraces IS NULL AND undone = 1 AND id > ?1
                      AND (id = (SELECT max(id) FROM journal WHERE actor = 'you' AND retraces IS NULL)
                           OR id IN (SELECT retraces FROM journal WHERE id >
                                      (SELECT max(id) FROM journal WHERE actor = 'you' AND retraces IS NULL)))
                    ORDER BY id LIMIT 1";
        self.read(move |db| Ok(query(db, tail, [entry])?.pop())).await
    }
}

/// Says that entry `id` was taken back, or done again, by the edit that was just noted as `by`: that edit's own entry
/// stays in the journal, and is nothing that undo would take back in its turn.
pub(super) fn retrace(db: &Connection, id: i64, undone: bool, by: Option<i64>) -> Result<(), Fault> {
    db.execute("UPDATE journal SET undone = ?2 WHERE id = ?1", params![id, undone])?;
    db.execute("UPDATE journal SET retraces = ?1 WHERE id = ?2", params![id, by])?;
    Ok(())
}

/// Writes one entry and says its number; without changes there is nothing to write.
pub(super) fn add(db: &Connection, now: DateTime<Utc>, actor: Actor, changes: &[Change]) -> Result<Option<i64>, Fault> {
    if changes.is_empty() {
        return Ok(None);
    }
    db.prepare_cached("INSERT INTO journal (at, actor, words, changes) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        millis(now),
        actor.word(),
        words(changes),
        json(changes)?
    ])?;
    let entry = db.last_insert_rowid();
    let mut link = db.prepare_cached("INSERT OR IGNORE INTO journal_post (post, entry) VALUES (?1, ?2)")?;
    for post in changes.iter().filter_map(Change::post) {
        link.execute(params![post_key(post), entry])?;
    }
    Ok(Some(entry))
}

fn words(changes: &[Change]) -> String {
    let [first, rest @ ..] = changes else {
        return String::new();
    };
    if !rest.is_empty() {
        let verb = if rest.iter().all(|change| change.verb == first.verb) { &first.verb } else { "changed" };
        return format!("{verb} {} posts", changes.len());
    }
    let headline = first.after.as_ref().or(first.before.as_ref()).map_or("", |post| post.headline());
    let short: String = headline.chars().take(60).collect();
    let more = if short.len() < headline.len() { "…" } else { "" };
    format!("{} “{short}{more}”", first.verb)
}

fn query(db: &Connection, tail: &str, params: impl Params) -> Result<Vec<JournalEntry>, Fault> {
    let mut statement =
        db.prepare_cached(&format!("SELECT id, at, actor, changes, words, undone FROM journal {tail}"))?;
    let mut rows = statement.query(params)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(row)?);
    }
    Ok(entries)
}

/// The posts of a change are told as the store has them, so that they can be held against what is there now.
fn read(row: &Row<'_>) -> Result<JournalEntry, Fault> {
    let mut changes: Vec<Change> = parse("an entry of the journal", &row.get::<_, String>(3)?)?;
    for post in changes.iter_mut().flat_map(|change| [&mut change.before, &mut change.after]).flatten() {
        **post = as_stored(post);
    }
    Ok(JournalEntry {
        id: row.get(0)?,
        at: instant(row.get(1)?)?,
        actor: Actor::from_word(&row.get::<_, String>(2)?)?,
        changes,
        words: row.get(4)?,
        undone: row.get(5)?,
    })
}
