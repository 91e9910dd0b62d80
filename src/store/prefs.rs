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

    /// Remembers one text in the place of another. Where that one is not what is remembered by then, it is
    /// [`StoreError::Taken`].
    pub async fn exchange_setting(&self, exchange: Exchange) -> Result<(), StoreError> {
        self.write(move |db| exchange.carry_out(db)).await
    }

    /// Remembers a text.
    pub async fn set_setting(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(move |db| put(db, &key, Some(&value))).await
    }
}

/// A remembered text that takes the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Under which key.
    pub key: String,
    /// What is remembered so far, if anything.
    pub was: Option<String>,
    /// What is remembered from then on, if anything.
    pub now: Option<String>,
}

impl Exchange {
    pub(super) fn carry_out(&self, db: &Connection) -> Result<(), Fault> {
        let mut statement = db.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
        let kept: Option<String> = statement.query_row([&self.key], |row| row.get(0)).optional()?;
        if kept != self.was {
            return Err(StoreError::Taken { key: self.key.clone() }.into());
        }
        put(db, &self.key, self.now.as_deref())
    }
}

/// Remembers a text, or forgets it.
pub(super) fn put(db: &Connection, key: &str, value: Option<&str>) -> Result<(), Fault> {
    let Some(value) = value else { return forget(db, key) };
    db.prepare_cached("INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
        .execute(params![key, value])?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_text_takes_the_place_of_the_one_that_was_seen_and_of_no_other() {
        let store = Store::memory().unwrap();
        let put = async |was: Option<&str>, now: Option<&str>| {
            let (was, now) = (was.map(str::to_owned), now.map(str::to_owned));
            let done = store.exchange_setting(Exchange { key: "k".into(), was, now }).await;
            assert!(matches!(done, Ok(()) | Err(StoreError::Taken { .. })), "{done:?}");
            (done.is_ok(), store.setting("k").await.unwrap())
        };
        assert_eq!(put(Some("a"), Some("b")).await, (false, None));
        assert_eq!(put(None, Some("a")).await, (true, Some("a".into())));
        assert_eq!(put(None, Some("b")).await, (false, Some("a".into())));
        assert_eq!(put(Some("a"), Some("b")).await, (true, Some("b".into())));
        assert_eq!(put(Some("a"), None).await, (false, Some("b".into())));
        assert_eq!(put(Some("b"), None).await, (true, None));
    }
}
