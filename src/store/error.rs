//! What can go wrong with the store, in words for people; and how SQLite's own words become those.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::domain::ids::{IntentId, PostId};

/// Why an operation of the store did not happen. Each says what is safe and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be written.
    #[error(
        "the store {} cannot be written: {why}. Nothing was changed; make the file and its folder writable for you, \
         or choose another place for it",
        path.display()
    )]
    ReadOnly {
        /// The store's file.
        path: PathBuf,
        /// What exactly was refused.
        why: String,
    },
    /// The disk is full.
    #[error(
        "the disk that holds the store {} is full. The last change was not saved, everything before it is safe; \
         free some space, then repeat it",
        path.display()
    )]
    Full {
        /// The store's file.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not a runsheet store: {why}. It was left untouched; choose another place for the store", path.display())]
    NotAStore {
        /// The file.
        path: PathBuf,
        /// How that was noticed.
        why: String,
    },
    /// The file is a store, and broken.
    #[error(
        "the store {} is damaged: {words}. It was left as it is; `runsheet repair` keeps it aside and shows what can be \
         saved",
        path.display()
    )]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What SQLite says about it.
        words: String,
    },
    /// The file was written by a newer program.
    #[error(
        "this store was written by a newer runsheet (schema {found}, this program knows {known}): {}. It was left \
         untouched; use the newer program",
        path.display()
    )]
    Newer {
        /// The store's file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// Someone else holds the file for longer than we wait.
    #[error("the store {} is busy: another program has been writing to it for too long. Nothing was saved; try again", path.display())]
    Busy {
        /// The store's file.
        path: PathBuf,
    },
    /// A post is not any more what the change was made from.
    #[error(
        "the post {post} was changed elsewhere meanwhile. Nothing was saved; look at it as it is now, then repeat the edit"
    )]
    Changed {
        /// The post.
        post: PostId,
    },
    /// A write was replaced, dropped or finished before it could leave.
    #[error("the write {intent} was replaced or dropped meanwhile. It was not sent, and need not be")]
    Withdrawn {
        /// The write.
        intent: IntentId,
    },
    /// A write of the post is on its way, or nobody knows yet what became of it.
    #[error(
        "the post {post} is being sent just now, or its outcome is not known yet. Nothing was saved; V verifies, then \
         repeat the edit"
    )]
    UnderWay {
        /// The post.
        post: PostId,
    },
    /// A write that nobody can decide about any more, or not just now.
    #[error("the write {intent} is over, or is being sent just now. Nothing was changed")]
    Settled {
        /// The write.
        intent: IntentId,
    },
    /// A write that the outbox does not have.
    #[error("the outbox has no write {intent}. Nothing was changed")]
    NoSuchWrite {
        /// The write.
        intent: IntentId,
    },
    /// A key that was to be new is there already.
    #[error("\"{key}\" was taken by another program meanwhile. Nothing was saved; try again")]
    Taken {
        /// The key.
        key: String,
    },
    /// A setting that was to be replaced says something else by now.
    #[error("\"{key}\" was changed by another program meanwhile. Nothing was saved; try again")]
    Replaced {
        /// The key.
        key: String,
    },
    /// Something stored does not make sense to this program.
    #[error("the store holds {what} that cannot be read ({words}). The file was left as it is")]
    Unreadable {
        /// What was being read, with its article.
        what: String,
        /// Why it cannot be.
        words: String,
    },
    /// Anything else between us and the file.
    #[error("the store {}: {words}. The last change was not saved, everything before it is safe", path.display())]
    Trouble {
        /// The store's file.
        path: PathBuf,
        /// What the system or SQLite says.
        words: String,
    },
    /// The store's thread has ended.
    #[error("the store has stopped working. What was saved is safe; start runsheet again")]
    Stopped,
}

impl StoreError {
    /// What the file system's refusal means for the store at `path`.
    pub(super) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path, why: error.to_string() }
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Trouble { path, words: error.to_string() },
        }
    }
}

/// What goes wrong inside an operation, before it is known which file it was about.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite says no.
    Sql(rusqlite::Error),
    /// It already has words.
    Words(StoreError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Words(error)
    }
}

impl Fault {
    /// Something stored that cannot be read.
    pub(super) fn unreadable(what: &str, words: impl ToString) -> Self {
        Self::Words(StoreError::Unreadable { what: what.into(), words: words.to_string() })
    }

    /// The same in words, about the store at `path`.
    pub(super) fn at(self, path: &Path) -> StoreError {
        let error = match self {
            Self::Words(error) => return error,
            Self::Sql(error) => error,
        };
        let (path, words) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnly { path, why: words },
            Some(ErrorCode::CannotOpen) => {
                StoreError::ReadOnly { path, why: format!("its working files beside it cannot be opened ({words})") }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, words },
            Some(ErrorCode::NotADatabase) => StoreError::NotAStore { path, why: words },
            _ => StoreError::Trouble { path, words },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    #[test]
    fn a_full_disk_is_named_with_its_path() {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch("PRAGMA max_page_count = 3; CREATE TABLE heap (x BLOB);").unwrap();
        let error = conn.execute("INSERT INTO heap VALUES (zeroblob(100000))", []).unwrap_err();
        let error = Fault::from(error).at(Path::new("/data/store.db"));
        assert_eq!(error, StoreError::Full { path: "/data/store.db".into() });
        assert!(error.to_string().starts_with("the disk that holds the store /data/store.db is full"), "{error}");
    }

    #[test]
    fn the_file_system_s_refusals_have_words_too() {
        let path = Path::new("/data/store.db");
        let full = StoreError::of_io(path, &io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(full, StoreError::Full { path: path.into() });
        let shut = StoreError::of_io(path, &io::Error::from(io::ErrorKind::ReadOnlyFilesystem));
        assert!(shut.to_string().contains("/data/store.db cannot be written"), "{shut}");
    }
}
