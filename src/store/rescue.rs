//! What is done for a store that cannot be opened: it is kept aside as it is, and a new one is made of what can still be
//! read, of a copy, or of nothing. Nothing that waits in a rescued outbox leaves before a person has looked.

use std::fmt;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params, params_from_iter};

use super::error::{Fault, StoreError};
use super::{backup, channels, doubt, migrate, outbox, posts};
use crate::domain::ids::PostId;
use crate::domain::words::count;

/// What stands in the story of a write that came out of a rescue.
const RESCUED: &str = "it waited in a store that was damaged: V looks whether it went out before anything is sent";

/// The files SQLite keeps beside a store.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// How often reading goes on behind a place that cannot be read, before a table is given up.
const MOST_LEAPS: u32 = 80;

/// What was found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Posts.
    pub posts: usize,
    /// Writes that had not come to their end.
    pub writes: usize,
    /// What could not be read, in words; empty when everything could.
    pub lost: Vec<String>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (posts, writes) = (count(self.posts, "post"), count(self.writes, "write"));
        write!(f, "{posts}, {writes} that had not come to an end")?;
        if self.lost.is_empty() { Ok(()) } else { write!(f, "; lost: {}", self.lost.join(", ")) }
    }
}

/// Why an empty file, or none, is no new store: there are copies of what it was.
pub fn emptied(path: &Path, backups: &Path) -> Option<StoreError> {
    if !path.exists() && !backup::copies(backups).is_empty() {
        let words = "it is not there, although there are copies of it; `runsheet repair` shows them".to_owned();
        return Some(StoreError::Damaged { path: path.to_owned(), words });
    }
    let empty = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() == 0);
    let was_full = || !backup::copies(backups).is_empty() || beside(path, "-wal").exists();
    let words = "it is empty, and was not before".to_owned();
    (empty && was_full()).then(|| StoreError::Damaged { path: path.to_owned(), words })
}

/// Copies what is at `path`, whatever it is, to a dated name beside it, with what SQLite keeps beside it; says where. A
/// file that was kept before is not kept twice.
pub fn keep_aside(path: &Path, now: DateTime<Utc>) -> Result<PathBuf, StoreError> {
    let refuse = |error: io::Error| StoreError::of_io(path, &error);
    let prefix = format!("{}.damaged-", path.file_name().unwrap_or_default().to_string_lossy());
    if let Some(folder) = path.parent() {
        for entry in fs::read_dir(folder).map_err(refuse)?.flatten() {
            let name = entry.file_name();
            let is_kept = name.to_string_lossy().starts_with(&prefix)
                && !BESIDE.iter().any(|suffix| name.to_string_lossy().ends_with(suffix));
            if is_kept && same(path, &entry.path()).unwrap_or(false) {
                return Ok(entry.path());
            }
        }
    }
    let mut place = path.with_file_name(format!("{prefix}{}", now.format("%Y-%m-%dT%H%M%SZ")));
    while place.exists() {
        place.as_mut_os_string().push("+");
    }
    for suffix in ["-wal", ""] {
        let (from, to) = (beside(path, suffix), beside(&place, suffix));
        // A log without anything in it was left by whoever tried to open the store.
        if fs::metadata(&from).is_ok_and(|meta| suffix.is_empty() || meta.len() > 0) {
            copy(&from, &to).map_err(refuse)?;
        }
    }
    Ok(place)
}

/// Makes a new store at `to` of what can be read of the file at `from`, which is left as it is.
pub fn salvage(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<Found, StoreError> {
    let folder = tempfile::tempdir_in(to.parent().unwrap_or(Path::new(".")));
    let folder = folder.map_err(|error| StoreError::of_io(to, &error))?;
    let work = folder.path().join("damaged.db");
    for suffix in ["-wal", ""] {
        if beside(from, suffix).exists() {
            copy(&beside(from, suffix), &beside(&work, suffix)).map_err(|error| StoreError::of_io(to, &error))?;
        }
    }
    let new = migrate::open(to)?;
    let found = read_all(&work, &new, now).map_err(|fault| fault.at(from))?;
    fold(new).map_err(|fault| fault.at(to))?;
    Ok(found)
}

/// Makes a new store at `to` of the copy at `from`.
pub fn restore(from: &Path, to: &Path, now: DateTime<Utc>) -> Result<Found, StoreError> {
    copy(from, to).map_err(|error| StoreError::of_io(to, &error))?;
    let new = migrate::open(to)?;
    let found = counted(&new).and_then(|found| hold_outbox(&new, now).map(|()| found)).map_err(|fault| fault.at(to))?;
    fold(new).map_err(|fault| fault.at(to))?;
    Ok(found)
}

/// Makes an empty store at `to`.
pub fn begin_anew(to: &Path) -> Result<(), StoreError> {
    migrate::open(to).and_then(|new| fold(new).map_err(|fault| fault.at(to)))
}

/// Puts the store at `new` in the place of the one at `path`, which was kept aside.
pub fn replace(path: &Path, new: &Path) -> Result<(), StoreError> {
    let place = || -> io::Result<()> {
        // Before the new one comes: it must never be read together with what stood beside the old one.
        for suffix in BESIDE {
            match fs::remove_file(beside(path, suffix)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        File::open(new)?.sync_all()?;
        fs::rename(new, path)?;
        doubt::forget(path);
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    place().map_err(|error| StoreError::of_io(path, &error))
}

/// Everything in the connection's log goes into the one file.
fn fold(connection: Connection) -> Result<(), Fault> {
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    connection.close().map_err(|(_, error)| error.into())
}

/// A file for its owner only, on the disk when this returns.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut target = migrate::owner_only_file().open(to)?;
    io::copy(&mut File::open(from)?, &mut target)?;
    target.sync_all()
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn same(one: &Path, other: &Path) -> io::Result<bool> {
    let lengths = [one, other].map(|path| fs::metadata(path).map(|meta| meta.len()));
    let [one_length, other_length] = lengths;
    Ok(one_length? == other_length? && fs::read(one)? == fs::read(other)?)
}

/// What is carried over, in an order in which what is referred to comes first. What a sweep fetches anyway is left out.
const TABLES: [&str; 12] = [
    "channel",
    "post",
    "target",
    "draft_version",
    "outbox",
    "attempt",
    "upload",
    "setting",
    "remote_post",
    "remote_base",
    "journal",
    "journal_post",
];

fn read_all(from: &Path, new: &Connection, now: DateTime<Utc>) -> Result<Found, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let old = Connection::open_with_flags(from, flags)?;
    // Tables whose description is in order are read although another's is not.
    old.execute_batch("PRAGMA writable_schema = ON; PRAGMA trusted_schema = OFF;")?;
    new.execute_batch("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE;")?;
    let mut lost = Vec::new();
    for table in TABLES {
        if let Err(words) = carry_over(&old, new, table)? {
            lost.push(words);
        }
    }
    new.execute_batch(
        "DELETE FROM target WHERE post NOT IN (SELECT id FROM post);
         DELETE FROM remote_base WHERE key NOT IN (SELECT key FROM remote_post);
         DELETE FROM journal_post WHERE entry NOT IN (SELECT id FROM journal);",
    )?;
    if channels::query(new, None).is_err() {
        // The next sweep brings them.
        new.execute("DELETE FROM channel", [])?;
    }
    lost.extend(drop_unreadable(new)?);
    hold_outbox(new, now)?;
    new.execute_batch("COMMIT; PRAGMA foreign_keys = ON;")?;
    Ok(Found { lost, ..counted(new)? })
}

fn counted(db: &Connection) -> Result<Found, Fault> {
    let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    Ok(Found {
        posts: number(count("SELECT count(*) FROM post")?),
        writes: number(count("SELECT count(*) FROM outbox WHERE open = 1")?),
        lost: Vec::new(),
    })
}

/// Reads one table as far as it goes; words for what could not be read.
fn carry_over(old: &Connection, new: &Connection, table: &str) -> Result<Result<(), String>, Fault> {
    let columns = |db: &Connection| -> rusqlite::Result<Vec<String>> {
        let mut statement = db.prepare(&format!("PRAGMA table_info({table})"))?;
        statement.query_map([], |row| row.get(1))?.collect()
    };
    let theirs = columns(old).unwrap_or_default();
    let shared: Vec<String> = columns(new)?.into_iter().filter(|name| theirs.contains(name)).collect();
    if shared.is_empty() {
        return Ok(Err(format!("{table}: nothing of it can be read")));
    }
    let names = shared.join(", ");
    let marks = vec!["?"; shared.len()].join(", ");
    let mut insert = new.prepare(&format!("INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"))?;
    let mut reader = Reader { old, table, names: &names, width: shared.len(), insert: &mut insert };
    let whole = match old.prepare(&format!("SELECT rowid FROM {table} LIMIT 0")).is_ok() {
        true => reader.by_rowid(),
        false => reader.both_ways(),
    };
    Ok(if whole { Ok(()) } else { Err(format!("{table}: a part of it cannot be read")) })
}

struct Reader<'a, 'c> {
    old: &'a Connection,
    table: &'a str,
    names: &'a str,
    width: usize,
    insert: &'a mut rusqlite::Statement<'c>,
}

impl Reader<'_, '_> {
    /// Row after row; behind a place that cannot be read it goes on further and further away. Whether nothing was.
    fn by_rowid(&mut self) -> bool {
        let (mut after, mut leap, mut leaps) = (i64::MIN, 1_i64, 0);
        loop {
            let sql = format!("SELECT rowid, {} FROM {} WHERE rowid > {after} ORDER BY rowid", self.names, self.table);
            let (last, ended) = self.run(&sql, 1);
            if ended {
                return leaps == 0;
            }
            leaps += 1;
            if leaps > MOST_LEAPS {
                return false;
            }
            match last {
                Some(last) => (after, leap) = (last, 1),
                None => leap = leap.saturating_mul(2),
            }
            after = after.max(0).saturating_add(leap);
        }
    }

    /// From the first row on as far as it goes, then from the last one back. Whether the first way led to the end.
    fn both_ways(&mut self) -> bool {
        let (_, whole) = self.run(&format!("SELECT {} FROM {}", self.names, self.table), 0);
        if !whole {
            let key = if self.table == "target" { "post DESC, position DESC" } else { "1 DESC, 2 DESC" };
            self.run(&format!("SELECT {} FROM {} ORDER BY {key}", self.names, self.table), 0);
        }
        whole
    }

    /// Takes over the rows of `sql`, whose own columns stand behind `skipped` others; the last rowid, and whether the
    /// end was reached. A row that the new store refuses is left out.
    fn run(&mut self, sql: &str, skipped: usize) -> (Option<i64>, bool) {
        let mut last = None;
        let Ok(mut statement) = self.old.prepare(sql) else { return (last, false) };
        let Ok(mut rows) = statement.query([]) else { return (last, false) };
        loop {
            let row = match rows.next() {
                Ok(Some(row)) => row,
                Ok(None) => return (last, true),
                Err(_) => return (last, false),
            };
            if skipped == 1 {
                last = row.get::<_, i64>(0).ok().or(last);
            }
            let values: rusqlite::Result<Vec<Value>> =
                (skipped..skipped + self.width).map(|column| row.get(column)).collect();
            if let Ok(values) = values {
                let _ = self.insert.execute(params_from_iter(values));
            }
        }
    }
}

/// Takes out what was read but makes no sense, so that the rest can be shown; words for it.
fn drop_unreadable(db: &Connection) -> Result<Vec<String>, Fault> {
    let keys = |sql: &str| -> Result<Vec<Vec<u8>>, Fault> {
        let mut statement = db.prepare(sql)?;
        let keys = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        Ok(keys)
    };
    let (mut lost_posts, mut lost_writes) = (0, 0);
    for key in keys("SELECT id FROM post")? {
        let id = uuid::Uuid::from_slice(&key).ok().map(PostId::from_uuid);
        match id.and_then(|id| posts::find(db, id).ok().flatten()) {
            // What follows from the rest of it may be damaged too, or unknown to the store it comes from.
            Some(post) => posts::put_quietly(db, &post)?,
            None => {
                db.execute("DELETE FROM target WHERE post = ?1", [&key])?;
                db.execute("DELETE FROM post WHERE id = ?1", [&key])?;
                lost_posts += 1;
            }
        }
    }
    for key in keys("SELECT intent FROM outbox")? {
        if !outbox::is_readable(db, &key) {
            db.execute("DELETE FROM outbox WHERE intent = ?1", params![key])?;
            lost_writes += 1;
        }
    }
    let words = |lost: usize, what: &str| (lost > 0).then(|| format!("{} made no sense", count(lost, what)));
    Ok([words(lost_posts, "post"), words(lost_writes, "write")].into_iter().flatten().collect())
}

/// Every write that is not over becomes one whose outcome a person has to look up: while the store lay damaged, or since
/// the copy was made, it may have gone out.
fn hold_outbox(db: &Connection, now: DateTime<Utc>) -> Result<(), Fault> {
    outbox::hold_open(db, now, RESCUED)
}
