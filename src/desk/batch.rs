//! A table in a provider's own form, handed to it as it is: judged first, then made into posts there.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Desk, Result};
use crate::domain::batch::Batch;
use crate::domain::ids::AccountName;
use crate::provider::{Kind, Provider, ProviderError, Reach};
use crate::store::{Exchange, StoreError};

/// What is remembered of a file that was handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    /// When.
    pub at: DateTime<Utc>,
    /// Whether the answer arrived.
    pub answered: bool,
}

impl Handed {
    /// As it is remembered.
    fn note(&self) -> String {
        // Two plain fields always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }
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
    /// Has the provider of `account` judge `csv`, and holds its rows against the days of embargo here; nothing is made.
    /// A provider that makes posts all the same has the file.
    pub async fn judge_batch(&self, account: &AccountName, csv: &str) -> std::result::Result<Batch, NotTaken> {
        let provider = self.takes_batches(account)?;
        let mut judged = provider.bulk(csv, true).await.map_err(|error| not_taken(&error))?;
        if judged.made() == 0 {
            let heeded = self.heed_in_batch(csv, &mut judged).await;
            heeded.map_err(|error| NotTaken::Refused(error.to_string()))?;
        } else {
            let note = self.handed_now(true).note();
            self.store.set_setting(&key(account, csv), &note).await.map_err(|error| unkept(&error))?;
        }
        Ok(judged)
    }

    /// Has the provider of `account` make the rows of `csv` posts. Once: nothing there makes a repeat safe, so the file
    /// is remembered before it leaves, and a lost answer is said to be one. `seen` is what was remembered when it was
    /// decided on: of several at once, in whichever runsheet, one goes on. What was remembered outlives a refusal.
    pub async fn hand_over_batch(
        &self,
        account: &AccountName,
        csv: &str,
        seen: Option<&Handed>,
    ) -> std::result::Result<Batch, NotTaken> {
        let provider = self.takes_batches(account)?;
        let key = key(account, csv);
        let (seen, leaving) = (seen.map(Handed::note), self.handed_now(false).note());
        let note = |was: Option<String>, now: Option<String>| Exchange { key: key.clone(), was, now };
        match self.store.exchange_setting(note(seen.clone(), Some(leaving.clone()))).await {
            Ok(()) => {}
            Err(StoreError::Taken { .. }) => {
                let words = "this very file was handed over meanwhile; `runsheet sync` shows what is there";
                return Err(NotTaken::Refused(words.into()));
            }
            Err(error) => return Err(NotTaken::Refused(error.to_string())),
        }
        match provider.bulk(csv, false).await {
            Ok(batch) => {
                // It went through; that the note stays as it was only makes the next try more careful.
                let _ = self.store.set_setting(&key, &self.handed_now(true).note()).await;
                Ok(batch)
            }
            Err(error) if error.reach == Reach::Unknown => Err(NotTaken::Unknown(error.to_string())),
            Err(error) => {
                // The same is true of a note that stands; and one that somebody else made meanwhile has to.
                let _ = self.store.exchange_setting(note(Some(leaving), seen)).await;
                Err(not_taken(&error))
            }
        }
    }

    /// What is remembered of this very file at this account.
    pub async fn handed(&self, account: &AccountName, csv: &str) -> Result<Option<Handed>> {
        let kept = self.store.setting(&key(account, csv)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }

    fn handed_now(&self, answered: bool) -> Handed {
        Handed { at: self.now(), answered }
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

/// Posts were made that only were to be judged, and it could not be noted.
fn unkept(error: &StoreError) -> NotTaken {
    NotTaken::Unknown(format!("it was only asked to judge the file, and made posts; that could not be noted: {error}"))
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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{SocketAddr, TcpListener};

    use chrono::TimeDelta;
    use chrono_tz::UTC;

    use super::*;
    use crate::clock::Clock;
    use crate::desk::Seat;
    use crate::domain::ids::IdSource;
    use crate::provider::{Connection, build, http};
    use crate::store::{Actor, Store};

    const CSV: &str = "post_content,platforms,profiles\nOne,twitter,Acme\n";
    const MADE: &str = r#"{"results": [{"rowIndex": 1, "ok": true, "createdPostId": "p1"}]}"#;

    fn acme() -> AccountName {
        AccountName::new("acme")
    }

    fn desk(store: &Store, clock: &Clock, there: SocketAddr) -> Desk {
        let connection = Connection {
            provider: "late".into(),
            base_url: Some(format!("http://{there}")),
            key: "k0123456789".into(),
            limits: http::Limits::default(),
        };
        let seats = vec![Seat { account: acme(), provider: build(connection, clock).unwrap() }];
        Desk::new(store.clone(), clock.clone(), IdSource::seeded(5), UTC, seats, Actor::Cli)
    }

    /// A provider that answers each request in turn, or closes the connection without a word; then it is gone.
    fn provider(answers: &'static [Option<&'static str>]) -> (SocketAddr, std::thread::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let there = listener.local_addr().unwrap();
        let served = std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let (mut heard, mut part) = (Vec::new(), [0; 4096]);
                while !String::from_utf8_lossy(&heard).ends_with("--\r\n") {
                    let read = stream.read(&mut part).unwrap();
                    assert!(read > 0, "the form ends before the connection does");
                    heard.extend(part.iter().take(read));
                }
                if let Some(body) = answer {
                    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
                    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
                }
            }
        });
        (there, served)
    }

    #[tokio::test]
    async fn a_file_that_somebody_handed_over_does_not_leave_by_itself() {
        let (store, clock) = (Store::memory().unwrap(), Clock::standing_at(DateTime::UNIX_EPOCH));
        let (there, served) = provider(&[None]);
        let (one, other) = (desk(&store, &clock, there), desk(&store, &clock, there));
        let lost = one.hand_over_batch(&acme(), CSV, None).await;
        assert!(matches!(lost, Err(NotTaken::Unknown(_))), "{lost:?}");
        served.join().unwrap();
        let noted = one.handed(&acme(), CSV).await.unwrap();
        assert_eq!(noted, Some(Handed { at: clock.now(), answered: false }));
        // Nobody answers there any more: what reached out would say so.
        let earlier = Handed { at: clock.now() - TimeDelta::hours(1), answered: true };
        for seen in [None, Some(&earlier)] {
            let second = other.hand_over_batch(&acme(), CSV, seen).await.unwrap_err();
            assert!(matches!(&second, NotTaken::Refused(words) if words.contains("meanwhile")), "{second:?}");
        }
        clock.turn(TimeDelta::hours(1));
        let again = other.hand_over_batch(&acme(), CSV, noted.as_ref()).await;
        assert!(matches!(again, Err(NotTaken::Unreachable(_))), "{again:?}");
        assert_eq!(other.handed(&acme(), CSV).await.unwrap(), noted, "the earlier time is not forgotten");
        let first = other.hand_over_batch(&acme(), "other\n", None).await;
        assert!(matches!(first, Err(NotTaken::Unreachable(_))), "{first:?}");
        assert_eq!(other.handed(&acme(), "other\n").await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_trial_that_made_posts_is_remembered() {
        let (store, clock) = (Store::memory().unwrap(), Clock::standing_at(DateTime::UNIX_EPOCH));
        let (there, served) = provider(&[Some(MADE)]);
        let desk = desk(&store, &clock, there);
        assert_eq!(desk.judge_batch(&acme(), CSV).await.unwrap().made(), 1);
        served.join().unwrap();
        assert_eq!(desk.handed(&acme(), CSV).await.unwrap(), Some(Handed { at: clock.now(), answered: true }));
    }
}
