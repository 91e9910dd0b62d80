//! Where posts go: accounts at providers, and the channels that speak on networks through them.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{AccountName, ChannelId, RemoteId};

/// A network, by its key in `assets/networks.toml` (`x`, `linkedin`, `google_business`…). A network this program does
/// not know keeps the provider's word.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Network(Arc<str>);

/// key, name on screen, two-letter mark, other spellings seen on the wire or typed by people.
const KNOWN: &[(&str, &str, &str, &[&str])] = &[
    ("x", "X", "x", &["twitter"]),
    ("linkedin", "LinkedIn", "li", &[]),
    ("instagram", "Instagram", "ig", &[]),
    ("facebook", "Facebook", "fb", &[]),
    ("tiktok", "TikTok", "tt", &[]),
    ("threads", "Threads", "th", &[]),
    ("bluesky", "Bluesky", "bs", &["bsky"]),
    ("youtube", "YouTube", "yt", &[]),
    ("pinterest", "Pinterest", "pi", &[]),
    ("reddit", "Reddit", "rd", &[]),
    ("google_business", "Google Business", "gb", &["googlebusiness", "gmb", "google"]),
    ("mastodon", "Mastodon", "ma", &[]),
    ("telegram", "Telegram", "tg", &[]),
    ("discord", "Discord", "dc", &[]),
    ("snapchat", "Snapchat", "sc", &[]),
    ("slack", "Slack", "sl", &[]),
];

impl Network {
    /// The network that a provider's or a person's word means; folded to lower case, known by key, mark or alias.
    pub fn from_word(word: &str) -> Self {
        let folded = word.trim().to_lowercase().replace(['-', ' '], "_");
        let known = KNOWN
            .iter()
            .find(|(key, _, mark, others)| *key == folded || *mark == folded || others.contains(&folded.as_str()));
        Self(known.map_or(folded.as_str(), |(key, ..)| key).into())
    }

    /// The key in the rules.
    pub fn key(&self) -> &str {
        &self.0
    }

    /// The name on screen; an unknown network shows the provider's word.
    pub fn name(&self) -> &str {
        self.row().map_or(&self.0, |(_, name, ..)| name)
    }

    /// The mark on a chip: two letters, or what fits of an unknown word.
    pub fn mark(&self) -> &str {
        let cut = self.0.char_indices().nth(2).map_or(self.0.len(), |(at, _)| at);
        self.row().map_or(self.0.get(..cut).unwrap_or("?"), |(_, _, mark, _)| mark)
    }

    /// The known networks that a word could still become one of: by key, mark or alias.
    pub fn begun(word: &str) -> Vec<Self> {
        let folded = word.trim().to_lowercase().replace(['-', ' '], "_");
        let begins = |(key, _, mark, others): &&(&str, &str, &str, &[&str])| {
            [*key, *mark].iter().chain(others.iter()).any(|each| each.starts_with(&folded))
        };
        KNOWN.iter().filter(begins).map(|(key, ..)| Self((*key).into())).collect()
    }

    /// The keys of all networks that are known.
    pub fn all_keys() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|(key, ..)| *key)
    }

    /// Whether this program has rules for it.
    pub fn is_known(&self) -> bool {
        self.row().is_some()
    }

    fn row(&self) -> Option<&'static (&'static str, &'static str, &'static str, &'static [&'static str])> {
        KNOWN.iter().find(|(key, ..)| *key == &*self.0)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Network({})", &*self.0)
    }
}

/// Whether `text` is what `pattern` says, in which `*` stands for anything, also for nothing. Case is the caller's.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(mut rest) = pieces.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// An account at a provider, as configured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its name in the configuration and on screen.
    pub name: AccountName,
    /// The provider's key: `late`, `voxburst`…
    pub provider: String,
}

/// Whether a channel can post just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It can.
    Ok,
    /// It can, until its authorisation ends.
    Expiring {
        /// When it ends.
        at: DateTime<Utc>,
    },
    /// It can, with something amiss, in the provider's words.
    Degraded {
        /// What is amiss.
        words: String,
    },
    /// It cannot before that instant: the network or the provider makes it wait.
    Cooling {
        /// When it may post again.
        until: DateTime<Utc>,
    },
    /// Its authorisation is gone: someone has to connect it again.
    Reconnect {
        /// Why, in the provider's words.
        words: String,
    },
    /// It is connected but not for posting.
    Disabled {
        /// Why, in the provider's words.
        words: String,
    },
}

impl Health {
    /// Whether a post sent now could go out.
    pub fn can_post(&self) -> bool {
        matches!(self, Self::Ok | Self::Expiring { .. } | Self::Degraded { .. })
    }
}

/// A channel: one identity on one network, reached through one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channel {
    /// Our name for it.
    pub id: ChannelId,
    /// The account it belongs to.
    pub account: AccountName,
    /// The provider's name for it.
    pub remote: RemoteId,
    /// The network it speaks on.
    pub network: Network,
    /// The handle, as the network writes it (`@acme`, `acme.bsky.social`); may be empty.
    pub handle: String,
    /// The name people know; may be empty.
    pub name: String,
    /// Whether it can post.
    pub health: Health,
    /// Hidden from the calendar by the person.
    pub hidden: bool,
    /// No longer listed by the provider; kept for the posts that name it.
    pub gone: bool,
}

impl Channel {
    /// What to call it in one word: handle, else name, else the provider's id.
    pub fn label(&self) -> &str {
        [self.handle.as_str(), self.name.as_str()]
            .into_iter()
            .find(|text| !text.trim().is_empty())
            .unwrap_or_else(|| self.remote.as_str())
    }
}

#[cfg(test)]
impl Channel {
    /// One that can post and that nobody has hidden, for tests.
    pub fn sample(account: &str, remote: &str, network: &str, handle: &str) -> Self {
        let (account, remote) = (AccountName::new(account), RemoteId::new(remote));
        Self {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_people_and_providers_meet_in_one_key() {
        for (word, key) in [
            ("TWITTER", "x"),
            ("twitter", "x"),
            ("li", "linkedin"),
            ("GOOGLE_BUSINESS", "google_business"),
            ("googlebusiness", "google_business"),
            ("Google Business", "google_business"),
            ("bsky", "bluesky"),
            ("whatsapp", "whatsapp"),
        ] {
            assert_eq!(Network::from_word(word).key(), key, "{word}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, takes, leaves) in [
            ("*berlin*", &["berlin", "acme-berlin", "berlin.acme"][..], &["bern", ""][..]),
            ("acme*", &["acme", "acme.berlin"], &["the acme"]),
            ("*gmbh", &["acme gmbh", "gmbh"], &["gmbh & co"]),
            ("a*b*c", &["abc", "a-b-b-c"], &["ab", "acb", "abcd"]),
            ("*", &["", "anything"], &[]),
            ("acme", &["acme"], &["acme2", "acm"]),
            ("aa*aa", &["aaaa", "aa-aa"], &["aaa"]),
        ] {
            assert!(takes.iter().all(|text| matches(pattern, text)), "{pattern}");
            assert!(!leaves.iter().any(|text| matches(pattern, text)), "{pattern}");
        }
    }

    #[test]
    fn an_unknown_network_is_shown_by_its_own_word() {
        let network = Network::from_word("ёжик");
        assert_eq!((network.name(), network.mark(), network.is_known()), ("ёжик", "ёж", false));
    }
}
