//! Settings of networks and channels at a provider's own site: read, kept for a while, changed with care.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Desk;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::AccountName;
use crate::domain::naming;
use crate::domain::nearest::{NAMED, nearest};
use crate::domain::settings::{NotServed, Setting, Whose};
use crate::provider::{Kind, Provider, ProviderError};

/// How long what was read is believed.
const KEPT: TimeDelta = TimeDelta::minutes(15);

/// What a site has set, and when that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Read {
    /// The values, by name.
    pub rows: Vec<Setting>,
    /// When they were read.
    pub at: DateTime<Utc>,
}

impl Desk {
    /// The accounts whose site has settings that can be read and changed.
    pub fn settled_accounts(&self) -> Vec<AccountName> {
        let has = |seat: &&super::Seat| seat.provider.capabilities().settings;
        self.seats.iter().filter(has).map(|seat| seat.account.clone()).collect()
    }

    /// Whose settings `words` mean at `account`: a network that it has channels on, or one of its channels.
    pub async fn whose(&self, account: &AccountName, words: &str) -> Result<Whose, NotServed> {
        let all = self.store.channels().await.map_err(|error| NotServed::refused(error.to_string()))?;
        let own: Vec<Channel> =
            all.into_iter().filter(|channel| channel.account == *account && !channel.gone).collect();
        let network = Network::from_word(words);
        if own.iter().any(|channel| channel.network == network) {
            return Ok(Whose::Network(network));
        }
        match naming::find(&own, words) {
            Ok(channel) => Ok(Whose::Channel(channel.remote.clone())),
            Err(words) => {
                let networks = own.iter().map(|channel| channel.network.key());
                let near =
                    nearest(network.key(), networks, NAMED).map(|near| format!("; did you mean the network {near}?"));
                Err(NotServed::refused(words + near.as_deref().unwrap_or_default()))
            }
        }
    }

    /// The settings, as read lately; asked for anew when that is long ago, or `fresh` is wanted.
    pub async fn settings(&self, account: &AccountName, whose: &Whose, fresh: bool) -> Result<Read, NotServed> {
        let provider = self.with_settings(account)?;
        let key = key(account, whose);
        if !fresh
            && let Ok(Some(kept)) = self.store.setting(&key).await
            && let Ok(read) = serde_json::from_str::<Read>(&kept)
            && self.now() - read.at < KEPT
        {
            return Ok(read);
        }
        let rows = provider.settings(whose).await.map_err(|error| not_served(&error))?;
        Ok(self.keep(&key, rows).await)
    }

    /// Changes settings: each value is read for what is there now, checked, and all of them are saved at once. Answers
    /// what is set then.
    pub async fn change_settings(
        &self,
        account: &AccountName,
        whose: &Whose,
        typed: &[(String, String)],
    ) -> Result<Read, NotServed> {
        let provider = self.with_settings(account)?;
        // Not what was kept: somebody else may have changed it at the site meanwhile.
        let there = self.settings(account, whose, true).await?;
        let mut changes: BTreeMap<String, Value> = BTreeMap::new();
        for (name, text) in typed {
            let row = there.rows.iter().find(|row| row.name == *name);
            let row = row.ok_or_else(|| NotServed::refused(unknown(name, &there.rows)))?;
            changes.insert(name.clone(), row.read(text).map_err(NotServed::refused)?);
        }
        let rows = provider.save_settings(whose, &changes).await.map_err(|error| not_served(&error))?;
        Ok(self.keep(&key(account, whose), rows).await)
    }

    /// Forgets what was read of the settings of `account`; answers how many networks and channels that was.
    pub async fn forget_settings(&self, account: &AccountName) -> super::Result<usize> {
        let prefix = format!("settings:{account}:");
        let kept = self.store.settings_beginning(prefix.clone()).await?;
        for (rest, _) in &kept {
            self.store.forget_setting(&format!("{prefix}{rest}")).await?;
        }
        Ok(kept.len())
    }

    async fn keep(&self, key: &str, rows: Vec<Setting>) -> Read {
        let read = Read { rows, at: self.now() };
        // What cannot be kept is read again the next time.
        if let Ok(text) = serde_json::to_string(&read) {
            let _ = self.store.set_setting(key, &text).await;
        }
        read
    }

    fn with_settings(&self, account: &AccountName) -> Result<&dyn Provider, NotServed> {
        let seat = self.seats.iter().find(|seat| seat.account == *account);
        match seat.map(|seat| seat.provider.as_ref()) {
            Some(provider) if provider.capabilities().settings => Ok(provider),
            Some(provider) => {
                let name = provider.capabilities().name;
                let words =
                    format!("{name} has no settings that can be changed from here; its own pages may have some");
                Err(NotServed::refused(words))
            }
            None => Err(NotServed::refused(format!("there is no account \"{account}\" that works"))),
        }
    }
}

fn key(account: &AccountName, whose: &Whose) -> String {
    match whose {
        Whose::Network(network) => format!("settings:{account}:network:{}", network.key()),
        Whose::Channel(channel) => format!("settings:{account}:channel:{channel}"),
    }
}

fn unknown(name: &str, rows: &[Setting]) -> String {
    match nearest(name, rows.iter().map(|row| row.name.as_str()), NAMED) {
        Some(near) => format!("there is no setting called {name}; did you mean {near}?"),
        None => format!("there is no setting called {name} here; nothing was changed"),
    }
}

fn not_served(error: &ProviderError) -> NotServed {
    NotServed { words: error.to_string(), unreachable: matches!(error.kind, Kind::Unavailable | Kind::RateLimited) }
}
