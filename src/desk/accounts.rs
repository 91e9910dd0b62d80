//! Connecting accounts, and channels by the names people give them.

use async_trait::async_trait;

use crate::domain::channel::{Channel, Network};

use super::{Desk, DeskError, Result};
use crate::domain::connect::{Connected, NotConnected, Offer, Wish};

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

    /// Tries an account, and keeps it when it works. It is reached from the next start on.
    pub async fn connect(&self, wish: &Wish) -> std::result::Result<Connected, NotConnected> {
        match &self.connector {
            Some(connector) => connector.connect(wish).await,
            None => Err(NotConnected::refused("accounts are connected from the shell here: `runsheet connect`")),
        }
    }

    /// The channel that `words` name: a handle, `network:handle`, `account/network:handle`, or an id. A name that fits
    /// several is refused with the candidates.
    pub async fn channel(&self, words: &str) -> Result<Channel> {
        let channels = self.store.channels().await?;
        find(&channels, words).cloned()
    }
}

/// See [`Desk::channel`].
pub fn find<'a>(channels: &'a [Channel], words: &str) -> Result<&'a Channel> {
    let alive = || channels.iter().filter(|channel| !channel.gone);
    if let Some(channel) = channels.iter().find(|channel| channel.id.as_str() == words) {
        return Ok(channel);
    }
    let (account, rest) = match words.split_once('/') {
        Some((account, rest)) if alive().any(|channel| channel.account.as_str() == account) => (Some(account), rest),
        _ => (None, words),
    };
    let (network, handle) = match rest.split_once(':') {
        Some((network, handle)) => (Some(Network::from_word(network)), handle),
        None => (None, rest),
    };
    let fits = |channel: &&Channel| {
        account.is_none_or(|account| channel.account.as_str() == account)
            && network.as_ref().is_none_or(|network| channel.network == *network)
            && (bare(&channel.handle) == bare(handle) || channel.name.to_lowercase() == handle.to_lowercase())
    };
    let found: Vec<&Channel> = alive().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(DeskError::Refused(match nearest(channels, handle) {
            Some(near) => format!("there is no channel \"{words}\"; did you mean {}?", full_name(near)),
            None => format!("there is no channel \"{words}\"; `runsheet channels` lists them"),
        })),
        several => {
            let names: Vec<String> = several.iter().map(|channel| full_name(channel)).collect();
            Err(DeskError::Refused(format!("\"{words}\" is {} channels: say {}", names.len(), names.join(" or "))))
        }
    }
}

/// The name that is never ambiguous for people: `account/network:handle`.
pub fn full_name(channel: &Channel) -> String {
    format!("{}/{}:{}", channel.account, channel.network.mark(), channel.label())
}

fn bare(handle: &str) -> String {
    handle.trim_start_matches('@').to_lowercase()
}

fn nearest<'a>(channels: &'a [Channel], handle: &str) -> Option<&'a Channel> {
    let score = |channel: &Channel| strsim::jaro_winkler(&bare(&channel.handle), &bare(handle));
    let best = channels.iter().filter(|channel| !channel.gone).max_by(|a, b| score(a).total_cmp(&score(b)))?;
    (score(best) > 0.75).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Health;
    use crate::domain::ids::{AccountName, ChannelId, RemoteId};

    fn channel(account: &str, remote: &str, network: &str, handle: &str) -> Channel {
        let (account, remote) = (AccountName::new(account), RemoteId::new(remote));
        Channel {
            id: ChannelId::of(&account, &remote),
            account,
            remote,
            network: Network::from_word(network),
            handle: handle.into(),
            name: String::new(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        }
    }

    #[test]
    fn a_name_is_found_and_an_ambiguous_one_lists_its_candidates() {
        let channels = [
            channel("work", "1", "x", "@acme"),
            channel("work", "2", "threads", "@acme"),
            channel("home", "3", "x", "@acme"),
            channel("home", "4", "bluesky", "acme.bsky.social"),
        ];
        for (words, remote) in [
            ("acme.bsky.social", "4"),
            ("bs:acme.bsky.social", "4"),
            ("th:acme", "2"),
            ("home/x:@acme", "3"),
            ("work/twitter:acme", "1"),
            ("home/3", "3"),
        ] {
            assert_eq!(find(&channels, words).unwrap().remote.as_str(), remote, "{words}");
        }
        let ambiguous = find(&channels, "@acme").unwrap_err().to_string();
        assert!(ambiguous.contains("work/x:@acme") && ambiguous.contains("home/x:@acme"), "{ambiguous}");
        let unknown = find(&channels, "x:acmee").unwrap_err().to_string();
        assert!(unknown.contains("did you mean"), "{unknown}");
    }
}
