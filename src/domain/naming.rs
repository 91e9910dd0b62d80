//! Channels by the names people give them. Pure.

use super::channel::{Channel, Network};

/// The channel that `words` name: a handle, `network:handle`, `account/network:handle`, or an id. A name that fits
/// several is refused with the candidates.
pub fn find<'a>(channels: &'a [Channel], words: &str) -> Result<&'a Channel, String> {
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
        [] => Err(match nearest(channels, handle) {
            Some(near) => format!("there is no channel \"{words}\"; did you mean {}?", full_name(near)),
            None => format!("there is no channel \"{words}\"; `runsheet channels` lists them"),
        }),
        several => {
            let names: Vec<String> = several.iter().map(|channel| full_name(channel)).collect();
            Err(format!("\"{words}\" is {} channels: say {}", names.len(), names.join(" or ")))
        }
    }
}

/// The name that is never ambiguous for people: `account/network:handle`.
pub fn full_name(channel: &Channel) -> String {
    format!("{}/{}:{}", channel.account, channel.network.mark(), channel.label())
}

/// The shortest words that mean this channel and no other of `channels`; its id, where no words do.
pub fn words_for(channel: &Channel, channels: &[Channel]) -> String {
    let short = format!("{}:{}", channel.network.mark(), channel.label());
    let means_it = |words: &String| find(channels, words).is_ok_and(|found| found.id == channel.id);
    let words = [short, full_name(channel)].into_iter().find(means_it);
    words.unwrap_or_else(|| channel.id.as_str().to_owned())
}

/// The channels among `channels` that `words` mean: all of a network, or the one that is named.
pub fn meant<'a>(channels: &'a [Channel], words: &str) -> Vec<&'a Channel> {
    if let Ok(channel) = find(channels, words) {
        return vec![channel];
    }
    let network = Network::from_word(words);
    channels.iter().filter(|channel| channel.network == network).collect()
}

/// The network that a channel's words name by themselves; none for a bare handle or an id.
pub fn network_in(words: &str) -> Option<Network> {
    let rest = words.split_once('/').map_or(words, |(_, rest)| rest);
    let network = Network::from_word(rest.split_once(':').map_or(rest, |(network, _)| network));
    network.is_known().then_some(network)
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
        let ambiguous = find(&channels, "@acme").unwrap_err();
        assert!(ambiguous.contains("work/x:@acme") && ambiguous.contains("home/x:@acme"), "{ambiguous}");
        let unknown = find(&channels, "x:acmee").unwrap_err();
        assert!(unknown.contains("did you mean"), "{unknown}");
    }

    #[test]
    fn the_words_for_a_channel_lead_back_to_it_and_a_network_means_all_of_its_channels() {
        let channels = [
            channel("work", "1", "x", "@acme"),
            channel("home", "3", "x", "@acme"),
            channel("home", "4", "bluesky", "acme.bsky.social"),
            channel("home", "5", "mastodon", "@twin"),
            channel("home", "6", "mastodon", "@twin"),
        ];
        let words: Vec<String> = channels.iter().map(|channel| words_for(channel, &channels)).collect();
        assert_eq!(words, ["work/x:@acme", "home/x:@acme", "bs:acme.bsky.social", "home/5", "home/6"]);
        assert!(words.iter().zip(&channels).all(|(words, channel)| find(&channels, words).unwrap() == channel));
        assert_eq!((meant(&channels, "x").len(), meant(&channels, "work/x:@acme").len()), (2, 1));
        assert_eq!(network_in("home/twitter:@acme"), Some(Network::from_word("x")));
        assert_eq!((network_in("@acme"), network_in("late/3")), (None, None));
    }
}
