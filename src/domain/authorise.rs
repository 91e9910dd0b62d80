//! Connecting social channels at a provider: through a link that a person opens in a browser, or in the provider's own
//! pages.

use chrono::{DateTime, TimeDelta, Utc};

use super::channel::{Channel, Health, Network};
use super::ids::{AccountName, RemoteId};
use super::remote::RemoteChannel;
use super::secret::Secret;

/// How long somebody is waited for after a link was made, and how long between two looks whether the channel is there.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(15);
/// See [`PATIENCE`].
pub const LOOK_EVERY: TimeDelta = TimeDelta::seconds(5);

/// How channels are connected at a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connects {
    /// Through a link that the provider makes, on these networks; on others in its own pages.
    Link(&'static [&'static str]),
    /// In its own pages only.
    Dashboard,
}

/// An account, as far as channels can be connected at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Its name.
    pub account: AccountName,
    /// The word for its provider in the configuration.
    pub provider: String,
    /// Its provider's name on screen.
    pub name: String,
    /// The networks it makes links for; none where it makes no links.
    pub networks: Vec<Network>,
    /// Where everything else is connected.
    pub dashboard: String,
}

/// A channel that somebody wants connected, or authorised anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// At which account.
    pub account: AccountName,
    /// On which network.
    pub network: Network,
    /// The channel whose authorisation is renewed; nothing for a new one.
    pub renews: Option<RemoteId>,
}

/// A link that was made, and what was connected before anybody opened it.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// What is wanted.
    pub wanted: Joining,
    /// Where a person grants it: a web address that may hold a secret.
    pub link: Secret,
    /// The channels of the account at that moment.
    pub before: Vec<RemoteChannel>,
    /// Until when the channel is waited for.
    pub until: DateTime<Utc>,
}

impl Opened {
    /// The channel that came of it, among those there are `now`: a new one on the network, or one that works again.
    pub fn arrived<'a>(&self, now: &'a [RemoteChannel]) -> Option<&'a RemoteChannel> {
        let Joining { network, renews, .. } = &self.wanted;
        let came = |channel: &&RemoteChannel| {
            let before = self.before.iter().find(|known| known.id == channel.id);
            match before {
                None => channel.network == *network,
                Some(before) => {
                    let meant = renews.as_ref().is_none_or(|id| channel.id == *id);
                    meant && channel.network == *network && is_better(&channel.health, &before.health)
                }
            }
        };
        now.iter().find(came)
    }
}

/// Whether an authorisation was renewed between two looks.
fn is_better(now: &Health, before: &Health) -> bool {
    match (before, now) {
        (Health::Expiring { at: before }, Health::Expiring { at: now }) => now > before,
        (Health::Expiring { .. }, now) => matches!(now, Health::Ok),
        (before, now) => !before.can_post() && now.can_post(),
    }
}

/// Whether a channel waits for somebody to authorise it: its authorisation is gone, refused, or ends soon.
pub fn is_due(channel: &Channel) -> bool {
    matches!(channel.health, Health::Reconnect { .. } | Health::Expiring { .. } | Health::Disabled { .. })
}

/// From when on a channel cannot post, where its authorisation is gone or has an end.
pub fn ends(health: &Health, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match health {
        Health::Reconnect { .. } | Health::Disabled { .. } => Some(now),
        Health::Expiring { at } => Some(*at),
        Health::Ok | Health::Degraded { .. } | Health::Cooling { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(id: &str, network: &str, health: Health) -> RemoteChannel {
        let network = Network::from_word(network);
        RemoteChannel { id: RemoteId::new(id), network, handle: format!("@{id}"), name: String::new(), health }
    }

    fn opened(renews: Option<&str>, before: Vec<RemoteChannel>) -> Opened {
        let wanted = Joining {
            account: AccountName::new("work"),
            network: Network::from_word("x"),
            renews: renews.map(RemoteId::new),
        };
        Opened { wanted, link: Secret::new("https://a.example".into()), before, until: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn only_what_was_asked_for_has_arrived() {
        let gone = || Health::Reconnect { words: "expired".into() };
        let at = |days| Health::Expiring { at: DateTime::UNIX_EPOCH + TimeDelta::days(days) };
        let new = opened(None, vec![channel("a", "x", Health::Ok), channel("b", "x", gone())]);
        let there = |opened: &Opened, now: &[RemoteChannel]| opened.arrived(now).map(|found| found.id.to_string());
        assert_eq!(there(&new, &new.before), None);
        assert_eq!(there(&new, &[channel("a", "x", Health::Ok), channel("c", "li", Health::Ok)]), None);
        assert_eq!(there(&new, &[channel("c", "x", Health::Ok)]), Some("c".into()));
        assert_eq!(there(&new, &[channel("b", "x", Health::Ok)]), Some("b".into()), "a known one works again");

        let renewed = opened(Some("b"), vec![channel("a", "x", gone()), channel("b", "x", at(2))]);
        assert_eq!(there(&renewed, &[channel("a", "x", Health::Ok), channel("b", "x", at(2))]), None);
        assert_eq!(there(&renewed, &[channel("b", "x", at(60))]), Some("b".into()));
        assert_eq!(there(&renewed, &[channel("b", "x", gone())]), None);
        assert_eq!(there(&renewed, &[channel("n", "x", Health::Ok)]), Some("n".into()), "under a new id");
    }

    #[test]
    fn what_is_opened_shows_no_link() {
        assert!(!format!("{:?}", opened(None, Vec::new())).contains("a.example"));
    }
}
