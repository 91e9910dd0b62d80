//! What the program remembers of the person's habits: small texts by key.

use rusqlite::{Connection, OptionalExtension, params};

use super::Store;
use super::error::{Fault, StoreError};

impl Store {
    /// The settings whose keys begin with `prefix`, by what is left of their keys.
    pub async fn settings_beginning(&self, prefix: String) -> Result<Vec<(String, String)>, StoreError> {
        self.read(move |db| beginning_with(db, &prefix)).await
    }

    /// A remembered text.
    pub async fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let key = key.to_owned();
        self.read(move |db| {
            let mut statement = db.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
            Ok(statement.query_row([key], |row| row.get(0)).optional()?)
        })
        .await
    }

    /// Forgets a text.
    pub async fn forget_setting(&self, key: &str) -> Result<(), StoreError> {
        let key = key.to_owned();
        self.write(move |db| forget(db, &key)).await
    }

    /// Remembers a text.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(move |db| {
            db.prepare_cached(
                "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
            )?
            .execute(params![key, value])?;
            Ok(())
        })
        .await
    }
}

/// Forgets a text.
pub(super) fn forget(db: &Connection, key: &str) -> Result<(), Fault> {
    db.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// Remembers a text under a key that nobody has yet.
pub(super) fn claim(db: &Connection, key: &str, value: &str) -> Result<(), Fault> {
    let added = db
        .prepare_cached("INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING")?
        .execute(params![key, value])?;
    if added == 1 { Ok(()) } else { Err(StoreError::Taken { key: key.to_owned() }.into()) }
}

/// Remembers `after` where it was `before` until now.
pub(super) fn replace(db: &Connection, key: &str, before: &str, after: &str) -> Result<(), Fault> {
    let replaced = db
        .prepare_cached("UPDATE setting SET value = ?3 WHERE key = ?1 AND value = ?2")?
        .execute(params![key, before, after])?;
    if replaced == 1 { Ok(()) } else { Err(StoreError::Replaced { key: key.to_owned() }.into()) }
}

/// Every remembered text whose key begins with `prefix`, without it.
pub(super) fn beginning_with(db: &Connection, prefix: &str) -> Result<Vec<(String, String)>, Fault> {
    let mut statement = db.prepare_cached(
        // The first condition is for the index; it is not enough by itself.
        "SELECT substr(key, length(?1) + 1), value FROM setting
         WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1 ORDER BY key",
    )?;
    let rows = statement.query_map([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
