//! What a provider publishes of what networks and single channels take, and since when that is known.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::channel::{Channel, Network};
use super::ids::{ChannelId, RemoteId};

/// One limit, of a network or of a single channel there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Whose limit it is alone, by the provider's id; of every channel on the network where there is none.
    pub channel: Option<RemoteId>,
    /// The network.
    pub network: Network,
    /// The limit.
    pub most: Most,
    /// Who published it, where that is not the provider: the server that the channel is on.
    #[serde(default)]
    pub by: Option<String>,
}

/// The most of something, at least 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Most {
    /// Of a text, by the network's own count.
    Text(usize),
    /// Of a video, in seconds.
    VideoSeconds(usize),
    /// What a link counts, however long it is.
    Link(usize),
    /// Of images in one post.
    Images(usize),
    /// Of what an option can be set to: nothing but these, as people type them.
    Values {
        /// The option's key: `tiktok.privacy`.
        option: String,
        /// What it can be.
        values: Vec<String>,
    },
}

/// Everything that the provider of one account published, as it was heard last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulletin {
    /// The provider's name on screen.
    pub by: String,
    /// When it was heard, UTC.
    pub at: DateTime<Utc>,
    /// The limits.
    pub limits: Vec<Published>,
}

/// What holds for one channel by what its provider published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The channel.
    pub channel: ChannelId,
    /// Its network.
    pub network: Network,
    /// Who said the most that a text may count: the provider's name on screen, or the channel's own server.
    pub by: String,
    /// When it was heard, UTC.
    pub at: DateTime<Utc>,
    /// The most that a text may count.
    pub text: Option<usize>,
    /// The most seconds of a video.
    pub video_seconds: Option<usize>,
    /// What a link counts.
    pub link: Option<usize>,
    /// The most images of a post.
    pub images: Option<usize>,
    /// Options that cannot be set to everything there, and what they can be.
    pub values: Vec<(String, Vec<String>)>,
}

impl Bulletin {
    /// What it means for `channels` of its account; what is said of a channel itself goes before what is said of its
    /// network. Channels of which nothing is said are left out.
    pub fn stated<'a>(&self, channels: impl Iterator<Item = &'a Channel>) -> Vec<Stated> {
        channels.filter_map(|channel| self.of(channel)).collect()
    }

    fn of(&self, channel: &Channel) -> Option<Stated> {
        let of = |whose: Option<&RemoteId>| {
            let whose = whose.cloned();
            self.limits.iter().filter(move |limit| limit.network == channel.network && limit.channel == whose)
        };
        let find = |pick: fn(&Most) -> Option<usize>| {
            let said = |limit: &Published| Some((pick(&limit.most).filter(|most| *most > 0)?, limit.by.clone()));
            of(Some(&channel.remote)).chain(of(None)).find_map(said)
        };
        let most = |pick| find(pick).map(|(most, _)| most);
        let text = find(|most| if let Most::Text(count) = most { Some(*count) } else { None });
        let video_seconds = most(|most| if let Most::VideoSeconds(seconds) = most { Some(*seconds) } else { None });
        let link = most(|most| if let Most::Link(count) = most { Some(*count) } else { None });
        let images = most(|most| if let Most::Images(count) = most { Some(*count) } else { None });
        let mut values: Vec<(String, Vec<String>)> = Vec::new();
        for limit in of(Some(&channel.remote)).chain(of(None)) {
            let Most::Values { option, values: those } = &limit.most else { continue };
            // An option that can be nothing at all is a mistake of whoever says so.
            if !those.is_empty() && !values.iter().any(|(known, _)| known == option) {
                values.push((option.clone(), those.clone()));
            }
        }
        let figures = text.is_some() || video_seconds.is_some() || link.is_some() || images.is_some();
        let is_news = figures || !values.is_empty();
        is_news.then(|| Stated {
            channel: channel.id.clone(),
            network: channel.network.clone(),
            by: text.as_ref().and_then(|(_, by)| by.clone()).unwrap_or_else(|| self.by.clone()),
            at: self.at,
            text: text.map(|(count, _)| count),
            video_seconds,
            link,
            images,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Health;
    use crate::domain::ids::AccountName;

    #[test]
    fn a_channel_s_own_limit_goes_before_that_of_its_network() {
        let account = AccountName::new("acme");
        let channel = |remote: &str, network: &str| Channel {
            id: ChannelId::of(&account, &RemoteId::new(remote)),
            account: account.clone(),
            remote: RemoteId::new(remote),
            network: Network::from_word(network),
            handle: String::new(),
            name: String::new(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        };
        let limit = |channel: Option<&str>, network: &str, most| Published {
            channel: channel.map(RemoteId::new),
            network: Network::from_word(network),
            most,
            by: None,
        };
        let privacy = |values: &[&str]| Most::Values {
            option: "tiktok.privacy".into(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let limits = vec![
            limit(None, "x", Most::Text(280)),
            limit(Some("b"), "x", Most::Text(25_000)),
            limit(Some("t"), "tiktok", Most::VideoSeconds(600)),
            limit(None, "threads", Most::Text(0)),
            limit(None, "tiktok", privacy(&["public", "private"])),
            limit(Some("t"), "tiktok", privacy(&["private"])),
            limit(None, "threads", privacy(&[])),
        ];
        let bulletin = Bulletin { by: "Late".into(), at: DateTime::UNIX_EPOCH, limits };
        let channels = [channel("a", "x"), channel("b", "x"), channel("t", "tiktok"), channel("h", "threads")];
        let stated = bulletin.stated(channels.iter());
        let said: Vec<_> = stated.iter().map(|it| (it.text, it.video_seconds)).collect();
        assert_eq!(said, [(Some(280), None), (Some(25_000), None), (None, Some(600))], "0 is no limit");
        let values: Vec<_> = stated.iter().flat_map(|it| it.values.clone()).collect();
        assert_eq!(values, [("tiktok.privacy".to_owned(), vec!["private".to_owned()])]);
    }
}
