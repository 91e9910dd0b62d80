//! Connecting accounts, and channels by the names people give them.

use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::domain::channel::Channel;
use crate::domain::connect::{Connected, NotConnected, Offer, Wish};
use crate::domain::ids::AccountName;
use crate::domain::naming;
use crate::provider::capability::Check;

use super::{Desk, DeskError, Result, Seat};

/// Whoever knows where keys and accounts are kept.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What can be connected.
    fn offers(&self) -> Vec<Offer>;
    /// Tries an account, and keeps it when it works.
    async fn connect(&self, wish: &Wish) -> std::result::Result<Connected, NotConnected>;
}

impl Desk {
    /// What can be connected from here.
    pub fn offers(&self) -> Vec<Offer> {
        self.connector.as_ref().map(|connector| connector.offers()).unwrap_or_default()
    }

    /// The accounts whose provider says of a post what is wrong with it, before it is made.
    pub fn checking_accounts(&self) -> BTreeSet<AccountName> {
        let checks = |seat: &&Seat| seat.provider.capabilities().check != Check::Nothing;
        self.seats.iter().filter(checks).map(|seat| seat.account.clone()).collect()
    }

    /// Tries an account, and keeps it when it works. It is reached from the next start on.
    pub async fn connect(&self, wish: &Wish) -> std::result::Result<Connected, NotConnected> {
        match &self.connector {
            Some(connector) => connector.connect(wish).await,
            None => Err(NotConnected::refused("accounts are connected from the shell here: `runsheet connect`")),
        }
    }

    /// The channel that `words` name: a handle, `network:handle`, `account/network:handle`, or an id. A name that fits
    /// several is refused with the candidates, and so is a part of a name: a post that went out elsewhere than meant
    /// does not come back.
    pub async fn channel(&self, words: &str) -> Result<Channel> {
        let channels = self.store.channels().await?;
        naming::find(&channels, words).cloned().map_err(DeskError::Refused)
    }

    /// Every channel that can post now and is not hidden, through an account that is configured.
    pub async fn active_channels(&self) -> Result<Vec<Channel>> {
        let mut channels = self.store.channels().await?;
        channels.retain(|channel| {
            let reached = self.capabilities(&channel.account).is_some();
            reached && channel.health.can_post() && !channel.gone && !channel.hidden
        });
        Ok(channels)
    }

    /// The channels that `words` name: as [`Desk::channel`], or, where a `*` says that a part of a name is meant, every
    /// channel whose handle or name has it.
    pub async fn channels(&self, words: &str) -> Result<Vec<Channel>> {
        let channels = self.store.channels().await?;
        let found = naming::several(&channels, words).map_err(DeskError::Refused)?;
        Ok(found.into_iter().cloned().collect())
    }
}
