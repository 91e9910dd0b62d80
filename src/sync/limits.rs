//! What providers, and the servers that channels are on, publish of what they take: asked for once a day, after
//! everything else was fetched.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::domain::channel::{Channel, Network};
use crate::domain::published::{Bulletin, Most, Published};
use crate::provider::instance;
use crate::store::StoreError;

use super::worker::Worker;

/// How long what was heard is as good as new.
const FRESH: TimeDelta = TimeDelta::days(1);
/// How many servers are asked.
const MOST_SERVERS: usize = 20;

impl Worker {
    /// Asks what the provider and the servers of its channels publish, unless that was heard, or asked in vain, within
    /// the last day. What they do not tell is no trouble: the figures that were known stand.
    pub(super) async fn learn_limits(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        let by = self.provider.capabilities().name;
        let kept = self.common.store.bulletin(&self.account).await?.filter(|kept| kept.by == by);
        let last = self.limits_asked.max(kept.as_ref().map(|kept| kept.at));
        if last.is_some_and(|last| now - last < FRESH) {
            return Ok(());
        }
        self.limits_asked = Some(now);
        let mut channels = self.common.store.channels().await?;
        channels.retain(|channel| channel.account == self.account && !channel.gone);
        let Ok(theirs) = self.provider.limits(&channels).await else { return Ok(()) };
        let known = kept.as_ref().map_or(&[][..], |kept| kept.limits.as_slice());
        let of_servers = self.limits_of_servers(&channels, known).await;
        if theirs.is_none() && of_servers.is_empty() {
            return Ok(());
        }
        let limits = joined(theirs.unwrap_or_default(), of_servers);
        let news = kept.is_none_or(|kept| kept.limits != limits);
        self.common.store.keep_bulletin(&self.account, &Bulletin { by: by.to_owned(), at: now, limits }).await?;
        if news {
            self.changed();
        }
        Ok(())
    }

    /// What the servers of these channels publish; of one that cannot be heard, what is `known`.
    async fn limits_of_servers(&self, channels: &[Channel], known: &[Published]) -> Vec<Published> {
        let Some(web) = &self.common.web else { return Vec::new() };
        let mut limits = Vec::new();
        let servers = by_server(channels).into_iter().take(MOST_SERVERS);
        // All at once: together they keep the account waiting no longer than the slowest.
        let asking = servers.map(async |(server, channels)| (instance::limits(web, server).await, server, channels));
        for (heard, server, channels) in join_all(asking).await {
            for channel in channels {
                match &heard {
                    Ok(heard) => limits.extend(heard.iter().map(|most| Published {
                        channel: Some(channel.remote.clone()),
                        network: channel.network.clone(),
                        most: most.clone(),
                        by: Some(server.to_owned()),
                    })),
                    Err(_) => {
                        let of_it = |limit: &&Published| {
                            limit.channel.as_ref() == Some(&channel.remote) && limit.by.as_deref() == Some(server)
                        };
                        limits.extend(known.iter().filter(of_it).cloned());
                    }
                }
            }
        }
        limits
    }
}

/// The channels that are on servers with limits of their own, by server.
fn by_server(channels: &[Channel]) -> BTreeMap<&str, Vec<&Channel>> {
    let mastodon = Network::from_word("mastodon");
    let mut servers: BTreeMap<&str, Vec<&Channel>> = BTreeMap::new();
    for channel in channels.iter().filter(|channel| channel.network == mastodon) {
        if let Some(server) = instance::server(&channel.handle) {
            servers.entry(server).or_default().push(channel);
        }
    }
    servers
}

/// Both: of a text that the provider takes shorter than the server does, the provider's limit holds.
fn joined(theirs: Vec<Published>, mut of_servers: Vec<Published>) -> Vec<Published> {
    of_servers.retain(|own| {
        let Most::Text(most) = own.most else { return true };
        let is_less = |limit: &Published| matches!(limit.most, Most::Text(less) if less < most);
        !theirs.iter().any(|limit| limit.channel.is_none() && limit.network == own.network && is_less(limit))
    });
    theirs.into_iter().chain(of_servers).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::RemoteId;

    #[test]
    fn what_a_provider_takes_shorter_than_a_server_is_the_limit() {
        let limit = |channel: Option<&str>, most, by: Option<&str>| Published {
            channel: channel.map(RemoteId::new),
            network: Network::from_word("mastodon"),
            most: Most::Text(most),
            by: by.map(str::to_owned),
        };
        let own = limit(Some("1"), 5_000, Some("social.example"));
        let (short, long) = (limit(None, 500, None), limit(None, 10_000, None));
        assert_eq!(joined(vec![short.clone()], vec![own.clone()]), std::slice::from_ref(&short));
        assert_eq!(joined(vec![long.clone()], vec![own.clone()]), [long, own.clone()]);
        assert_eq!(joined(Vec::new(), vec![own.clone()]), [own]);
    }
}
