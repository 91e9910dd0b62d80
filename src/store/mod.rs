//! SQLite behind operations named after what is meant. No SQL and no type of rusqlite leaves this room.
//!
//! A [`Store`] is a handle that is cheap to clone. One thread owns the connection that writes; a second one reads, so
//! that storing a long page from a provider does not keep the board waiting. A write is on the disk when its operation
//! returns. Instants are kept to the millisecond.

pub mod backup;
mod board;
mod campaigns;
mod channels;
mod doubt;
mod error;
mod found;
mod identity;
mod journal;
mod migrate;
mod outbox;
mod posts;
mod prefs;
mod published;
mod remote;
pub mod rescue;
mod results;
mod rows;
mod save;
mod settle;
mod sweep;
mod twins;
mod uploads;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior};

pub use board::{Asked, Shown};
pub use error::StoreError;
pub use journal::{Actor, JournalEntry};
pub use prefs::Exchange;
pub use remote::{Merged, Sighting};
pub use save::{Alongside, Saved};
pub use settle::Settlement;
pub use sweep::SyncState;
pub use uploads::Upload;

use crate::trip;
use error::Fault;
use identity::Identity;
use worker::Worker;

/// A handle on the store; clones share it. When the last one is dropped, what was asked for is finished and the file
/// is closed before the drop returns.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

/// The reader stands first because fields are dropped in order: the writer, closing last, folds the log into the file.
struct Inner {
    reader: Option<Worker>,
    writer: Worker,
    path: Option<PathBuf>,
    /// The file that was opened.
    opened: Option<Identity>,
}

/// How the store is, for `doctor`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integrity {
    /// The file; `None` in memory.
    pub path: Option<PathBuf>,
    /// The version of SQLite.
    pub sqlite: String,
    /// The schema of the file.
    pub schema: i64,
    /// Names and values of the settings that matter: journal mode, synchronous, foreign keys, busy timeout in
    /// milliseconds.
    pub pragmas: Vec<(String, String)>,
    /// What a full check found; empty when all is well.
    pub problems: Vec<String>,
    /// Pages in the file.
    pub pages: i64,
    /// Pages that are free.
    pub free_pages: i64,
    /// Bytes in a page.
    pub page_bytes: i64,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.path()).finish()
    }
}

impl Store {
    /// Opens the store at `path`, making file and folder (for their owner only) where there are none. A file that is
    /// not a store, is damaged, or was written by a newer program is refused in words and left untouched.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = migrate::open(path)?;
        // Without a write-ahead log a reader and a writer would lock each other out.
        let reader = if migrate::is_wal(&connection) { Some(migrate::open_reader(path)?) } else { None };
        Self::start(connection, reader, Some(path.to_owned()))
    }

    /// A store that is gone with its last handle.
    pub fn memory() -> Result<Self, StoreError> {
        Self::start(migrate::open_memory()?, None, None)
    }

    fn start(writer: Connection, reader: Option<Connection>, path: Option<PathBuf>) -> Result<Self, StoreError> {
        let start = |name: &str, connection| {
            let place = path.as_deref().unwrap_or(Path::new("in memory"));
            Worker::start(name, connection).map_err(|error| StoreError::of_io(place, &error))
        };
        let reader = reader.map(|connection| start("store-reader", connection)).transpose()?;
        let writer = start("store-writer", writer)?;
        let opened = path.as_deref().and_then(|path| Identity::of(path).ok());
        Ok(Self(Arc::new(Inner { reader, writer, path, opened })))
    }

    /// The file; `None` in memory.
    pub fn path(&self) -> Option<&Path> {
        self.0.path.as_deref()
    }

    /// The folder of the store; the system's temporary one for a store in memory.
    pub fn folder(&self) -> PathBuf {
        self.path().and_then(Path::parent).map_or_else(std::env::temp_dir, Path::to_owned)
    }

    /// A number that is another one as soon as somebody else has committed something: another instance, or a command of
    /// the shell. Commits of this store leave it alone.
    pub async fn foreign_commits(&self) -> Result<i64, StoreError> {
        // Only one connection here writes, so all that this one did not commit came from elsewhere.
        let job =
            |connection: &mut Connection| Ok(connection.pragma_query_value(None, "data_version", |row| row.get(0))?);
        self.0.writer.run(job).await.map_err(|fault| self.name(fault))
    }

    /// How the store is. Reads the whole file, which takes a moment for a large one.
    pub async fn integrity(&self) -> Result<Integrity, StoreError> {
        let path = self.0.path.clone();
        let pragmas =
            self.write(|db| pragmas(db, &["journal_mode", "synchronous", "foreign_keys", "busy_timeout"])).await?;
        self.read(move |db| {
            let number = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
            Ok(Integrity {
                path,
                sqlite: rusqlite::version().to_owned(),
                schema: migrate::version(db)?,
                pragmas,
                problems: problems(db)?,
                pages: number("page_count")?,
                free_pages: number("freelist_count")?,
                page_bytes: number("page_size")?,
            })
        })
        .await
    }

    /// Runs `job` in a transaction that may write; it is on the disk when this returns.
    async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let done = self.0.writer.run(move |connection| transact(connection, job)).await;
        done.map_err(|fault| self.name(fault))
    }

    /// Runs `job` in a transaction that may write, and that a power cut may take back whole. Only for what the next
    /// sweep would write again.
    async fn write_lightly<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let lightly = move |connection: &mut Connection| {
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            let done = transact(connection, job);
            connection.pragma_update(None, "synchronous", "FULL")?;
            done
        };
        self.0.writer.run(lightly).await.map_err(|fault| self.name(fault))
    }

    /// Runs `job` on one unchanging view of the store.
    async fn read<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let worker = self.0.reader.as_ref().unwrap_or(&self.0.writer);
        let view = move |connection: &mut Connection| job(&*connection.transaction()?);
        worker.run(view).await.map_err(|fault| self.name(fault))
    }

    fn name(&self, fault: Fault) -> StoreError {
        let error = fault.at(self.path().unwrap_or(Path::new("in memory")));
        if let (StoreError::Damaged { .. }, Some(path)) = (&error, self.path()) {
            doubt::note(path);
        }
        error
    }
}

fn transact<T>(connection: &mut Connection, job: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    // Asking for the write lock at once means waiting for it at once, and never losing it half-way.
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = job(&tx)?;
    trip::at("commit");
    tx.commit()?;
    trip::at("committed");
    Ok(done)
}

fn pragmas(db: &Connection, names: &[&str]) -> Result<Vec<(String, String)>, Fault> {
    let value = |name: &&str| {
        let value = db.pragma_query_value(None, name, |row| row.get::<_, rusqlite::types::Value>(0))?;
        let value = match value {
            rusqlite::types::Value::Text(text) => text,
            rusqlite::types::Value::Integer(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        Ok(((*name).to_owned(), value))
    };
    names.iter().map(value).collect()
}

fn problems(db: &Connection) -> Result<Vec<String>, Fault> {
    let mut statement = db.prepare("PRAGMA integrity_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line != "ok").collect())
}
