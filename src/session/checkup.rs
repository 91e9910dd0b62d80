//! How everything is: what `runsheet doctor` tells. It looks, and changes nothing; no key is in what it finds.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use tempfile::TempDir;

use crate::clock::{Clock, Instant};
use crate::config::{self, AccountConfig, Config};
use crate::domain::background::Spent;
use crate::domain::ids::{AccountName, IdSource, PostId};
use crate::domain::post::Post;
use crate::domain::schedule::Schedule;
use crate::paths::{Paths, private};
use crate::provider::{self, Connection, Kind, Provider};
use crate::secrets::{Source, Vault};
use crate::store::backup::{self, Copy};
use crate::store::{Integrity, Store, StoreError, rescue};
use crate::sync::spending;

use super::{Options, Purpose, SessionError, limits, open, resort, standbys, vault, wanted};

/// How an installation is.
#[derive(Debug)]
pub struct Checkup {
    /// Where files live.
    pub paths: Paths,
    /// When everything had been looked at.
    pub at: Instant,
    /// Whether this is the demo.
    pub demo: bool,
    /// Mistakes in the configuration.
    pub mistakes: Vec<String>,
    /// How the system's keyring is: `none`, `there`, `not used`, or why it does not answer.
    pub keyring: String,
    /// The encrypted file: what opens it, or why nothing does. `None` where there is none.
    pub key_file: Option<Result<String, String>>,
    /// Accounts whose keys are in that file although they are not configured.
    pub left_over: Vec<String>,
    /// Files of ours that others than their owner can read.
    pub shared: Vec<String>,
    /// Whether there is a store already; where there is none, the rest of `store` tells how one would be.
    pub stored: bool,
    /// The store, or why it cannot be opened.
    pub store: Result<Integrity, String>,
    /// The newest copy of the store, and how many there are.
    pub copies: (Option<Copy>, usize),
    /// Posts to come whose zone has other rules now than when they were made: text, and the time that was meant.
    pub shifted: Vec<(PostId, String, Schedule)>,
    /// The accounts, in the order of the configuration.
    pub accounts: Vec<AccountCheck>,
    /// Each account that others stand in for, and who, in words.
    pub standbys: BTreeMap<AccountName, String>,
}

/// How an account is.
#[derive(Debug)]
pub struct AccountCheck {
    /// Its name.
    pub account: AccountName,
    /// The word for its provider.
    pub provider: String,
    /// Its address, where it is not the provider's own.
    pub base_url: Option<String>,
    /// Where its key comes from, or why there is none.
    pub source: Result<Source, String>,
    /// Whether the key works.
    pub works: Works,
    /// How far this machine's clock is ahead of the provider's, where it was asked.
    pub clock_ahead: Option<TimeDelta>,
    /// What was spent of the calls that its provider allows, this look included; where they are counted on this side.
    pub spent: Option<Spent>,
}

/// Whether a key works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Works {
    /// The provider was not asked.
    NotAsked,
    /// It does: whose key it is.
    Yes(String),
    /// The provider refuses it, or answers what cannot be right.
    No(String),
    /// The provider cannot be reached.
    Unreachable(String),
}

/// Looks at everything. `offline`: no provider is asked.
pub async fn examine(options: &Options, clock: Clock, offline: bool) -> Result<Checkup, SessionError> {
    if options.demo {
        return demo(options, clock, offline).await;
    }
    let paths = options.paths()?;
    let (config, mistakes) = config::load(&paths.config, provider::WORDS);
    let vault = vault(&paths, &config, options.lookup());
    let mut accounts = Vec::new();
    let kept = if paths.store().exists() { kept(&paths) } else { None };
    // After them the ones that keys in the environment are a last resort as.
    let resorts = resort::resorts(&config, &vault);
    for account in config.accounts.iter().chain(resort::unknown(&resorts)) {
        accounts.push(examined(account, &config, &vault, &clock, (offline, kept.as_ref())).await);
    }
    let stored = paths.store().exists();
    let is_configured = |name: &String| config.accounts.iter().any(|account| account.name.as_str() == name);
    Ok(Checkup {
        at: clock.now(),
        demo: false,
        mistakes: mistakes.iter().map(ToString::to_string).collect(),
        // Asked above, so that it is known whether it answers.
        keyring: if config.keys == config::Keeping::File { "not used".into() } else { vault.keyring_words() },
        key_file: vault.file_words().map(|words| words.map_err(|error| error.to_string())),
        left_over: vault.in_file().into_iter().filter(|name| !is_configured(name)).collect(),
        shared: shared(&paths),
        store: store(&paths, stored).await,
        shifted: shifted_in(&paths, stored, clock.now()).await,
        copies: newest(&paths),
        stored,
        accounts,
        standbys: standbys(&config, &resorts),
        paths,
    })
}

async fn examined(
    account: &AccountConfig,
    config: &Config,
    vault: &Vault,
    clock: &Clock,
    (offline, kept): (bool, Option<&Store>),
) -> AccountCheck {
    let found = vault.find(&wanted(account));
    let (mut clock_ahead, mut spent) = (None, None);
    let (source, works) = match found {
        Err(error) => (Err(error.to_string()), Works::NotAsked),
        Ok(found) => {
            let connection = Connection {
                provider: account.provider.clone(),
                base_url: account.base_url.clone(),
                key: found.key,
                limits: limits(config),
            };
            let works = match provider::build(connection, clock) {
                Ok(provider) => {
                    if let Some(store) = kept {
                        // What cannot be read is told with the store.
                        let _ = spending::recall(store, &account.name, provider.as_ref()).await;
                    }
                    let works = if offline { Works::NotAsked } else { asked(provider.as_ref()).await };
                    clock_ahead = provider.clock_ahead();
                    spent = spending::spent(provider.as_ref(), clock.now());
                    works
                }
                Err(error) => Works::No(error.to_string()),
            };
            (Ok(found.source), works)
        }
    };
    AccountCheck {
        account: account.name.clone(),
        provider: account.provider.clone(),
        base_url: account.base_url.clone(),
        source,
        works,
        clock_ahead,
        spent,
    }
}

async fn asked(provider: &dyn Provider) -> Works {
    match provider.identity().await {
        Ok(identity) => Works::Yes(identity.name),
        Err(error) if matches!(error.kind, Kind::Unavailable | Kind::RateLimited) => {
            Works::Unreachable(error.to_string())
        }
        Err(error) => Works::No(error.to_string()),
    }
}

/// The store as far as it can be looked into: how it is otherwise is told apart from it.
fn kept(paths: &Paths) -> Option<Store> {
    let sound = rescue::emptied(&paths.store(), &paths.backups()).is_none();
    if sound { Store::open(&paths.store()).ok() } else { None }
}

/// How the store is. Where there is none, one in a temporary folder tells what this program would make.
async fn store(paths: &Paths, stored: bool) -> Result<Integrity, String> {
    let folder = TempDir::with_prefix("runsheet-doctor-").map_err(|error| error.to_string())?;
    let path = if stored { paths.store() } else { folder.path().join("runsheet.db") };
    if let Some(error) = rescue::emptied(&path, &paths.backups()) {
        return Err(error.to_string());
    }
    let store = Store::open(&path).map_err(|error| error.to_string())?;
    store.integrity().await.map_err(|error| error.to_string())
}

/// Posts to come whose instant shows another time in their zone than the one that was meant.
pub(super) async fn shifted(store: &Store, now: Instant) -> Result<Vec<(PostId, String, Schedule)>, StoreError> {
    let posts = store.every_post(Some(now), None).await?;
    let shifted = |post: Arc<Post>| {
        let own = post.targets.iter().filter_map(|target| target.schedule);
        let schedule = post.schedule.into_iter().chain(own).find(Schedule::is_shifted)?;
        Some((post.id, post.headline().to_owned(), schedule))
    };
    Ok(posts.into_iter().filter_map(shifted).collect())
}

/// The same of a store that may not open: that is said elsewhere. One that is not whole is not touched.
async fn shifted_in(paths: &Paths, stored: bool, now: Instant) -> Vec<(PostId, String, Schedule)> {
    if !stored || rescue::emptied(&paths.store(), &paths.backups()).is_some() {
        return Vec::new();
    }
    let Ok(store) = Store::open(&paths.store()) else { return Vec::new() };
    shifted(&store, now).await.unwrap_or_default()
}

fn newest(paths: &Paths) -> (Option<Copy>, usize) {
    let copies = backup::copies(&paths.backups());
    (copies.first().cloned(), copies.len())
}

fn shared(paths: &Paths) -> Vec<String> {
    let ours = [paths.data.clone(), paths.store(), paths.keys(), paths.master(), paths.log(), paths.config.clone()];
    ours.iter().filter(|path| private::is_shared(path)).map(|path| path.display().to_string()).collect()
}

/// The demo has its own store, and keys that are nobody's.
async fn demo(options: &Options, clock: Clock, offline: bool) -> Result<Checkup, SessionError> {
    let session = open(options, clock, IdSource::random(), Purpose::Reads).await?;
    let mut accounts = Vec::new();
    for seat in session.desk.seats() {
        spending::recall(&session.desk.store, &seat.account, seat.provider.as_ref()).await?;
        let works = if offline { Works::NotAsked } else { asked(seat.provider.as_ref()).await };
        accounts.push(AccountCheck {
            account: seat.account.clone(),
            provider: seat.provider.capabilities().provider.to_owned(),
            base_url: None,
            source: Err("the demo's own key".into()),
            works,
            clock_ahead: None,
            spent: spending::spent(seat.provider.as_ref(), session.desk.now()),
        });
    }
    Ok(Checkup {
        at: session.desk.now(),
        paths: session.paths.clone(),
        demo: true,
        mistakes: Vec::new(),
        keyring: "not used".into(),
        key_file: None,
        left_over: Vec::new(),
        shared: Vec::new(),
        stored: true,
        shifted: Vec::new(),
        copies: (None, 0),
        store: session.desk.store.integrity().await.map_err(|error| error.to_string()),
        accounts,
        standbys: BTreeMap::new(),
    })
}
