//! In which order posts that are retried together go out: those that share a channel one after another.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::ChannelId;
use super::outcome::{RETRY_SPACING, State};
use super::post::Post;

/// Gives out turns.
#[derive(Clone, Debug, Default)]
pub struct Turns(BTreeMap<ChannelId, i32>);

impl Turns {
    /// How long the retry of `post` waits: until every channel it failed on has room again.
    pub fn wait(&mut self, post: &Post, now: DateTime<Utc>) -> TimeDelta {
        let failed = post
            .targets
            .iter()
            .filter(|target| matches!(post.target_state(target, now), State::Failed | State::Missed));
        let channels: Vec<&ChannelId> = failed.map(|target| &target.channel).collect();
        let turn = channels.iter().filter_map(|channel| self.0.get(*channel)).max().copied().unwrap_or(0);
        self.0.extend(channels.into_iter().map(|channel| (channel.clone(), turn.saturating_add(1))));
        RETRY_SPACING * turn
    }
}
