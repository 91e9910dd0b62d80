//! A table in a provider's own form, handed to it as it is: judged first, then made into posts there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Desk, Result};
use crate::domain::batch::Batch;
use crate::domain::ids::AccountName;
use crate::provider::{Kind, Provider, ProviderError, Reach};

/// What is remembered of a file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the answer arrived.
    pub answered: bool,
}

/// Why a table was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// It was refused, or cannot be asked; nothing was made.
    Refused(String),
    /// The provider was not reached; nothing was made.
    Unreachable(String),
    /// No certain answer: posts may have been made.
    Unknown(String),
}

impl Desk {
    /// Has the provider of `account` judge `csv`; nothing is made.
    pub async fn judge_batch(&self, account: &AccountName, csv: &str) -> std::result::Result<Batch, NotTaken> {
        let provider = self.takes_batches(account)?;
        provider.bulk(csv, true).await.map_err(|error| not_taken(&error))
    }

    /// Has the provider of `account` make the rows of `csv` posts. Once: nothing there makes a repeat safe, so the file
    /// is remembered before it leaves, and a lost answer is said to be one.
    pub async fn hand_over_batch(&self, account: &AccountName, csv: &str) -> std::result::Result<Batch, NotTaken> {
        let provider = self.takes_batches(account)?;
        let key = key(account, csv);
        let stored = |error: crate::store::StoreError| NotTaken::Refused(error.to_string());
        self.note_batch(&key, false).await.map_err(stored)?;
        match provider.bulk(csv, false).await {
            Ok(batch) => {
                // It went through; that the note stays as it was only makes the next try more careful.
                let _ = self.note_batch(&key, true).await;
                Ok(batch)
            }
            Err(error) if error.reach == Reach::Unknown => Err(NotTaken::Unknown(error.to_string())),
            Err(error) => {
                self.store.forget_setting(&key).await.map_err(stored)?;
                Err(not_taken(&error))
            }
        }
    }

    /// What is remembered of this very file at this account.
    pub async fn handed(&self, account: &AccountName, csv: &str) -> Result<Option<Handed>> {
        let kept = self.store.setting(&key(account, csv)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }

    async fn note_batch(&self, key: &str, answered: bool) -> std::result::Result<(), crate::store::StoreError> {
        // Two plain fields always have a JSON form.
        let note = serde_json::to_string(&Handed { at: self.now(), answered }).unwrap_or_default();
        self.store.set_setting(key, &note).await
    }

    fn takes_batches(&self, account: &AccountName) -> std::result::Result<&dyn Provider, NotTaken> {
        let seat = self.seats.iter().find(|seat| seat.account == *account);
        match seat.map(|seat| seat.provider.as_ref()) {
            Some(provider) if provider.capabilities().bulk => Ok(provider),
            Some(provider) => {
                let name = provider.capabilities().name;
                Err(NotTaken::Refused(format!("{name} takes no tables; without --through, runsheet makes the posts")))
            }
            None => Err(NotTaken::Refused(format!(
                "there is no account \"{account}\" that works; `runsheet doctor` lists them"
            ))),
        }
    }
}

fn not_taken(error: &ProviderError) -> NotTaken {
    match error.kind {
        Kind::Unavailable | Kind::RateLimited => NotTaken::Unreachable(error.to_string()),
        _ => NotTaken::Refused(error.to_string()),
    }
}

/// Under which setting a file is remembered: by account and the first half of its SHA-256.
fn key(account: &AccountName, csv: &str) -> String {
    let hash: String = Sha256::digest(csv.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("batch:{account}:{hash}")
}
