//! Opening a store's file: refusing what is not ours before anything is written, then bringing it up to date.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::doubt;
use super::error::{Fault, StoreError};
use crate::trip;

/// Marks a SQLite file as ours: `runs`.
const APPLICATION: u32 = 0x7275_6e73;

/// The migrations in order; only ever added to. A store's schema is how many of them it has seen.
const MIGRATIONS: &[&str] = &[
    include_str!("../../assets/migrations/0001_first.sql"),
    include_str!("../../assets/migrations/0002_uploads.sql"),
    include_str!("../../assets/migrations/0003_options.sql"),
    include_str!("../../assets/migrations/0004_campaigns.sql"),
    include_str!("../../assets/migrations/0005_styles.sql"),
    include_str!("../../assets/migrations/0006_queue.sql"),
    include_str!("../../assets/migrations/0007_going.sql"),
];

/// How long to wait for another program that is writing.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where two windows make the same file at the same moment, SQLite turns one away at once instead of having it wait
/// (each would wait for the other). So opening waits little at a time and comes again, as long as patience lasts.
const ATTEMPTS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(50);

/// Files up to this many pages are checked whole when opened; larger ones in the background soon afterwards, and when
/// `doctor` asks.
const CHECKED_PAGES: i64 = 512;

/// The newest schema this program knows.
pub(super) fn known() -> i64 {
    MIGRATIONS.len() as i64
}

/// Opens the store at `path` for writing, making it when there is none.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    make_place(path)?;
    look_at_header(path)?;
    for _ in 1..ATTEMPTS {
        match open_checked(path).map_err(|fault| fault.at(path)) {
            Err(StoreError::Busy { .. }) => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
    open_checked(path).map_err(|fault| fault.at(path))
}

/// A second connection to a store that is open already; it can only read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        set_manners(&connection)?;
        // The board is read in long strides, each page about once, and the system keeps the file's pages anyway.
        connection.pragma_update(None, "cache_size", -400)?;
        Ok(connection)
    };
    open().map_err(|fault: Fault| fault.at(path))
}

/// A store that lives as long as its connection.
pub(super) fn open_memory() -> Result<Connection, StoreError> {
    let open = || {
        let mut connection = Connection::open_in_memory()?;
        migrate(&mut connection, Path::new(""))?;
        set_manners(&connection)?;
        Ok(connection)
    };
    open().map_err(|fault: Fault| fault.at(Path::new("in memory")))
}

/// Whether the file behind `connection` lets readers read while someone writes.
pub(super) fn is_wal(connection: &Connection) -> bool {
    connection
        .pragma_query_value(None, "journal_mode", |row| row.get::<_, String>(0))
        .is_ok_and(|mode| mode.eq_ignore_ascii_case("wal"))
}

/// Makes folder and file where they are missing, readable by their owner only.
fn make_place(path: &Path) -> Result<(), StoreError> {
    let refuse = |error: &io::Error| StoreError::of_io(path, error);
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            return Err(StoreError::NotAStore { path: path.to_owned(), why: "it is a folder".into() });
        }
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(refuse(&error)),
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        owner_only_folder().create(folder).map_err(|error| refuse(&error))?;
    }
    match owner_only_file().open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(refuse(&error)),
        _ => Ok(()),
    }
}

pub(super) fn owner_only_folder() -> fs::DirBuilder {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

pub(super) fn owner_only_file() -> fs::OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Reads the first hundred bytes, without SQLite: a file that is not ours is not even opened for writing.
fn look_at_header(path: &Path) -> Result<(), StoreError> {
    let mut header = Vec::new();
    let file = File::open(path).map_err(|error| StoreError::of_io(path, &error))?;
    file.take(100).read_to_end(&mut header).map_err(|error| StoreError::of_io(path, &error))?;
    // With a journal left by a crash, the file's own bytes mean nothing until SQLite has rolled them back.
    if header.is_empty() || beside(path, "-journal").exists() {
        return Ok(());
    }
    let not_ours = |why: &str| StoreError::NotAStore { path: path.to_owned(), why: why.into() };
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(not_ours("it does not begin like a SQLite database"));
    }
    if number_at(&header, 68) != Some(APPLICATION) {
        return Err(not_ours("it is the database of another program"));
    }
    match number_at(&header, 60).map(i64::from) {
        Some(found) if found > known() => Err(newer(path, found)),
        _ => Ok(()),
    }
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn number_at(header: &[u8], at: usize) -> Option<u32> {
    let bytes = header.get(at..at + 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

fn newer(path: &Path, found: i64) -> StoreError {
    StoreError::Newer { path: path.to_owned(), found, known: known() }
}

fn open_checked(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PAUSE)?;
    // What turns out to be damaged is left as it is: its log is not folded into it at the end.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    if connection.is_readonly("main")? {
        let why = "it may only be read".into();
        return Err(StoreError::ReadOnly { path: path.to_owned(), why }.into());
    }
    check_small(&connection, path)?;
    migrate(&mut connection, path)?;
    // Answers with the mode that came of it: where the file system cannot do it, SQLite stays with its own.
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    set_manners(&connection)?;
    Ok(connection)
}

/// Refuses a damaged file where looking costs next to nothing, and where there is a doubt.
fn check_small(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let doubtful = doubt::is_noted(path);
    if !doubtful && !is_small(connection) {
        return Ok(());
    }
    whole(connection, path)?;
    if doubtful {
        doubt::forget(path);
    }
    Ok(())
}

/// Whether looking at all of it costs next to nothing.
fn is_small(connection: &Connection) -> bool {
    connection
        .pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))
        .is_ok_and(|pages| pages <= CHECKED_PAGES)
}

/// Refuses a damaged file.
pub(super) fn whole(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let words: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if words == "ok" {
        return Ok(());
    }
    let words = words.trim_start_matches("*** in database main ***").trim().to_owned();
    Err(StoreError::Damaged { path: path.to_owned(), words }.into())
}

/// How every connection behaves.
fn set_manners(connection: &Connection) -> Result<(), Fault> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(96);
    // Otherwise SQLite plans a kept statement anew for every value bound to it, which costs more than most of them do.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8000;",
    )?;
    connection.pragma_update_and_check(None, "journal_size_limit", 16 << 20, |_| Ok(()))?;
    Ok(())
}

/// Runs the migrations that the file has not seen, all in one transaction. Made before the file becomes a WAL one, so
/// that the mark and the schema are in the file itself from the first moment.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), Fault> {
    if version(connection)? == known() {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&tx)?;
    if found > known() {
        return Err(newer(path, found).into());
    }
    for sql in MIGRATIONS.iter().skip(usize::try_from(found).unwrap_or_default()) {
        trip::at("migrate");
        tx.execute_batch(sql)?;
    }
    trip::at("migrate");
    tx.pragma_update(None, "application_id", APPLICATION)?;
    tx.pragma_update(None, "user_version", known())?;
    trip::at("migrate");
    tx.commit()?;
    trip::at("migrate");
    Ok(())
}

/// The schema of the file.
pub(super) fn version(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::open_memory;

    #[test]
    fn a_kept_statement_is_planned_once() {
        let db = open_memory().unwrap();
        let mut statement = db.prepare("SELECT outcome FROM target WHERE post = ?1 ORDER BY position").unwrap();
        for byte in 0..4 {
            assert!(!statement.exists([[byte; 16]]).unwrap());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
