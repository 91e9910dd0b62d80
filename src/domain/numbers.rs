//! What networks count of a published post, as far as its provider tells.

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::{AccountName, ChannelId, RemoteId};

/// Numbers younger than this are not asked for again.
pub const FRESH: TimeDelta = TimeDelta::minutes(10);

/// How many days back the results of channels are counted.
pub const RESULT_DAYS: usize = 14;

/// On how many days from today on a channel's posts are counted.
pub const AHEAD_DAYS: usize = 14;

/// What was counted of one post: on one channel, or on all of its channels together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// The channel, by its id at the provider; nothing where all of them are counted together.
    pub channel: Option<RemoteId>,
    /// What was counted, in the order the provider tells it: `likes` and 12.
    pub counts: Vec<(String, u64)>,
    /// When it was counted (UTC), where the provider says.
    pub at: Option<DateTime<Utc>>,
}

impl Counted {
    /// `likes 12 · comments 3`: what is not nothing.
    pub fn words(&self) -> String {
        let told: Vec<String> =
            self.counts.iter().filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name} {count}")).collect();
        if told.is_empty() { "nothing counted yet".into() } else { told.join(" · ") }
    }
}

/// The numbers of one post at one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whose provider.
    pub account: AccountName,
    /// The post there.
    pub remote: RemoteId,
    /// What was counted, or why nothing, in words.
    pub counted: Result<Vec<Counted>, String>,
}

/// The numbers of one post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// When they were asked for (UTC).
    pub read_at: DateTime<Utc>,
    /// One per post at a provider.
    pub parts: Vec<Part>,
}

/// What became of a channel's posts on each of the last [`RESULT_DAYS`] days, today last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    /// The channel.
    pub channel: ChannelId,
    /// How many went out.
    pub out: [u16; RESULT_DAYS],
    /// How many were refused, all days together.
    pub refused: u16,
}
