//! Connecting social channels: the provider's link, and waiting until the channel is there.

use super::{Desk, DeskError};
use crate::domain::authorise::{Connects, Door, Joining, Opened, PATIENCE};
use crate::domain::channel::{Channel, Network};
use crate::domain::connect::NotConnected;
use crate::domain::ids::{AccountName, ChannelId};
use crate::provider::{Kind, Provider, ProviderError, ProviderExt};

impl Desk {
    /// Where channels can be connected: every account that is reached.
    pub fn doors(&self) -> Vec<Door> {
        let door = |seat: &super::Seat| {
            let can = seat.provider.capabilities();
            let networks = match can.connects {
                Connects::Link(networks) => networks.iter().map(|word| Network::from_word(word)).collect(),
                Connects::Dashboard => Vec::new(),
            };
            Door {
                account: seat.account.clone(),
                provider: can.provider.to_owned(),
                name: can.name.to_owned(),
                networks,
                dashboard: can.dashboard.to_owned(),
            }
        };
        self.seats.iter().map(door).collect()
    }

    /// Has the provider make the link at which a person lets it speak. Nothing is connected by it yet.
    pub async fn authorise(&self, wanted: &Joining) -> Result<Opened, NotConnected> {
        let provider = self.provider_of(&wanted.account)?;
        // Asked for first: what is there now tells afterwards what has come.
        let before = provider.all_channels().await.map_err(|error| refused(&error))?.items;
        let link = provider.authorise(&wanted.network, wanted.renews.as_ref()).await;
        let link = link.map_err(|error| refused(&error))?;
        Ok(Opened { wanted: wanted.clone(), link, before, until: self.now() + PATIENCE })
    }

    /// Looks once whether the channel has come: it is stored with all the others then.
    pub async fn arrived(&self, opened: &Opened) -> Result<Option<Channel>, NotConnected> {
        let account = &opened.wanted.account;
        let listed = self.provider_of(account)?.all_channels().await.map_err(|error| refused(&error))?;
        let Some(found) = opened.arrived(&listed.items) else { return Ok(None) };
        let (id, name) = (ChannelId::of(account, &found.id), found.handle.clone());
        // What could not be read whole must not make other channels seem gone.
        let whole = listed.next.is_none() && listed.spoiled.is_empty();
        let lost = |error: DeskError| NotConnected::refused(format!("{name} is connected, but not stored: {error}"));
        if whole {
            self.store.see_channels(account, listed.items).await.map_err(|error| lost(error.into()))?;
        }
        let all = self.store.channels().await.map_err(|error| lost(error.into()))?;
        self.order(Some(account), &crate::sync::Order::Now);
        let stored = all.into_iter().find(|channel| channel.id == id);
        stored.map(Some).ok_or_else(|| NotConnected {
            words: format!("{name} is connected; it is shown here with the next sync"),
            unreachable: true,
        })
    }

    fn provider_of(&self, account: &AccountName) -> Result<&dyn Provider, NotConnected> {
        let seat = self.seats.iter().find(|seat| seat.account == *account);
        let seat = seat.ok_or_else(|| NotConnected::refused(format!("account \"{account}\" is off")))?;
        Ok(seat.provider.as_ref())
    }
}

fn refused(error: &ProviderError) -> NotConnected {
    let unreachable = matches!(error.kind, Kind::Unavailable | Kind::RateLimited);
    let after = if unreachable { "; try again later" } else { "" };
    NotConnected { words: format!("{error}{after}"), unreachable }
}
