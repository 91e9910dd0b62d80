//! Channels and providers by the names people give them. Pure.

use super::channel::{Channel, Network, matches};
use super::nearest::{NAMED, nearest};

/// How many channels are suggested at most.
const SUGGESTED: usize = 5;

/// The words for providers.
#[derive(Clone, Copy, Debug)]
pub struct ProviderWords<'a> {
    /// One for each, as configuration and data have it.
    pub words: &'a [&'a str],
    /// What else some of them are called, with the word for them.
    pub also: &'a [(&'a str, &'a str)],
}

impl ProviderWords<'_> {
    /// The word for what somebody calls a provider; what is unknown stays as it is.
    pub fn word<'s>(&'s self, typed: &'s str) -> &'s str {
        let meant = self.also.iter().find(|(other, _)| typed.eq_ignore_ascii_case(other));
        meant.map_or(typed, |(_, word)| word)
    }
}

/// A channel, or several, as somebody names them.
struct Named<'a> {
    account: Option<&'a str>,
    network: Option<Network>,
    handle: &'a str,
}

impl<'a> Named<'a> {
    /// `handle`, `network:handle`, `account:handle`, `account/handle`, `account/network:handle`.
    fn read(words: &'a str, channels: &[Channel]) -> Self {
        let is_account = |word: &str| alive(channels).any(|channel| channel.account.as_str() == word);
        let (account, rest) = match words.split_once('/') {
            Some((account, rest)) if is_account(account) => (Some(account), rest),
            _ => (None, words),
        };
        match rest.split_once(':') {
            Some((account, handle)) if is_account(account) && !Network::from_word(account).is_known() => {
                Self { account: Some(account), network: None, handle }
            }
            Some((network, handle)) => Self { account, network: Some(Network::from_word(network)), handle },
            None => Self { account, network: None, handle: rest },
        }
    }

    fn is_there(&self, channel: &Channel) -> bool {
        self.account.is_none_or(|account| channel.account.as_str() == account)
            && self.network.as_ref().is_none_or(|network| channel.network == *network)
    }

    /// Whether it is this channel's whole name, or the provider's id for it.
    fn is(&self, channel: &Channel) -> bool {
        let names = [bare(&channel.handle), channel.name.to_lowercase()];
        // A channel may have no name of its own; that is no reason to take it for one that nobody named.
        !bare(self.handle).is_empty()
            && self.is_there(channel)
            && (names[0] == bare(self.handle)
                || names[1] == self.handle.to_lowercase()
                || channel.remote.as_str() == self.handle)
    }

    /// Whether its pattern takes one of this channel's names.
    fn takes(&self, channel: &Channel) -> bool {
        let pattern = bare(self.handle);
        let names = [bare(&channel.handle), channel.name.to_lowercase()];
        self.is_there(channel) && names.iter().any(|name| !name.is_empty() && matches(&pattern, name))
    }

    /// Whether it is a part of one of this channel's names.
    fn is_part_of(&self, channel: &Channel) -> bool {
        let part = bare(self.handle);
        let names = [bare(&channel.handle), channel.name.to_lowercase()];
        self.is_there(channel) && !part.is_empty() && names.iter().any(|name| name.contains(&part))
    }
}

fn alive(channels: &[Channel]) -> impl Iterator<Item = &Channel> {
    channels.iter().filter(|channel| !channel.gone)
}

/// The channel that `words` name: a handle, `network:handle`, `account/network:handle`, or an id. A name that fits
/// several is refused with the candidates, and so is a part of a name: a post that went out elsewhere than meant does
/// not come back.
pub fn find<'a>(channels: &'a [Channel], words: &str) -> Result<&'a Channel, String> {
    if let Some(channel) = channels.iter().find(|channel| channel.id.as_str() == words) {
        return Ok(channel);
    }
    let named = Named::read(words, channels);
    let found: Vec<&Channel> = alive(channels).filter(|channel| named.is(channel)).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => Err(unknown(channels, words, &named)),
        several => Err(format!("\"{words}\" is {} channels: say {}", several.len(), names(several))),
    }
}

/// Whether `words` mean `channel`, alone or among others: its id, its network, or any name that [`find`] takes.
pub fn is_meant(words: &str, channel: &Channel) -> bool {
    let of_network = Network::from_word(words) == channel.network;
    of_network || channel.id.as_str() == words || Named::read(words, std::slice::from_ref(channel)).is(channel)
}

/// Why `words` mean no channel at all, if so.
pub fn nobody(channels: &[Channel], words: &str) -> Option<String> {
    let anybody = alive(channels).any(|channel| is_meant(words, channel));
    (!anybody).then(|| unknown(channels, words, &Named::read(words, channels)))
}

fn names(channels: &[&Channel]) -> String {
    channels.iter().map(|channel| full_name(channel)).collect::<Vec<_>>().join(" or ")
}

/// Words for a name that no channel has.
fn unknown(channels: &[Channel], words: &str, named: &Named<'_>) -> String {
    if alive(channels).next().is_none() {
        return format!("no channels are known here yet, and so not \"{words}\"; `runsheet sync` fetches them");
    }
    if bare(named.handle).is_empty() {
        let there: Vec<&Channel> = alive(channels).filter(|channel| named.is_there(channel)).take(SUGGESTED).collect();
        if !there.is_empty() {
            return format!("\"{words}\" names no channel: say {}", names(&there));
        }
    }
    let parts: Vec<&Channel> = alive(channels).filter(|channel| named.is_part_of(channel)).take(SUGGESTED).collect();
    if !parts.is_empty() {
        let before = words.strip_suffix(named.handle).unwrap_or_default();
        let pattern = format!("{before}*{}*", named.handle.trim_start_matches('@'));
        return format!("no channel is called \"{words}\": say {}, or '{pattern}' for all of them", names(&parts));
    }
    match meant_by(channels, named) {
        Some(near) => format!("there is no channel \"{words}\"; did you mean {}?", full_name(near)),
        None => format!("there is no channel \"{words}\"; `runsheet channels` lists them"),
    }
}

/// The channels that `words` name: as [`find`], or, where a `*` says that a part of a name is meant, every channel whose
/// handle or name has it.
pub fn several<'a>(channels: &'a [Channel], words: &str) -> Result<Vec<&'a Channel>, String> {
    if !words.contains('*') {
        return find(channels, words).map(|channel| vec![channel]);
    }
    let named = Named::read(words, channels);
    let found: Vec<&Channel> = alive(channels).filter(|channel| named.takes(channel)).collect();
    if found.is_empty() {
        return Err(format!("no channel has a name like \"{words}\"; `runsheet channels` lists them"));
    }
    Ok(found)
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

/// The channel whose handle is nearest to what was typed: on the network and account that were named, else anywhere.
fn meant_by<'a>(channels: &'a [Channel], named: &Named<'_>) -> Option<&'a Channel> {
    let wanted = bare(named.handle);
    let nearest_of = |among: &[&'a Channel]| {
        let near = nearest(&wanted, among.iter().map(|channel| channel.handle.trim_start_matches('@')), NAMED)?;
        among.iter().rfind(|channel| channel.handle.trim_start_matches('@') == near).copied()
    };
    let all: Vec<&Channel> = alive(channels).collect();
    let there: Vec<&Channel> = all.iter().filter(|channel| named.is_there(channel)).copied().collect();
    nearest_of(&there).or_else(|| nearest_of(&all))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(account: &str, remote: &str, network: &str, handle: &str) -> Channel {
        Channel::sample(account, remote, network, handle)
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
        let elsewhere = find(&channels, "th:acmee").unwrap_err();
        assert!(elsewhere.contains("did you mean work/th:@acme?"), "the network that was named: {elsewhere}");
        let by_id = find(&channels, "work/2").unwrap();
        assert_eq!((by_id.remote.as_str(), find(&channels, "4").unwrap().remote.as_str()), ("2", "4"));
        assert!(find(&[], "x:@acme").unwrap_err().contains("`runsheet sync` fetches them"));
        // An empty handle is nobody's, also where only one channel there has no other name than its handle.
        let nobody = find(&channels, "bs:").unwrap_err();
        assert_eq!(nobody, "\"bs:\" names no channel: say home/bs:acme.bsky.social");
        assert!(find(&channels, "").is_err() && find(&channels, "home/x:@").is_err());
        assert!(!is_meant("threads:", &channels[0]) && !is_meant("th:", &channels[1]));
        // A part of a name is never taken for the whole: it could be another channel tomorrow.
        let part = find(&channels, "home/bsky").unwrap_err();
        assert!(part.contains("home/bs:acme.bsky.social") && part.contains("'home/*bsky*'"), "{part}");
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

    #[test]
    fn a_star_names_every_channel_that_has_it() {
        let mut channels = vec![
            channel("site", "1", "x", "@acme_berlin"),
            channel("site", "2", "linkedin", "ACME"),
            channel("site", "3", "facebook", ""),
            channel("work", "4", "x", "@berlin"),
        ];
        (channels[1].name, channels[2].name) = ("ACME Berlin GmbH".into(), "Bern".into());
        for (words, remotes) in [
            ("*berlin*", &["1", "2", "4"][..]),
            ("site:*berlin*", &["1", "2"]),
            ("site/*", &["1", "2", "3"]),
            ("x:*", &["1", "4"]),
            ("site/x:@acme*", &["1"]),
            ("*GMBH", &["2"]),
            ("work:b*n", &["4"]),
            ("*hamburg*", &[]),
        ] {
            let named = Named::read(words, &channels);
            let found: Vec<&str> =
                alive(&channels).filter(|each| named.takes(each)).map(|each| each.remote.as_str()).collect();
            assert_eq!(found, remotes, "{words}");
        }
    }
}
