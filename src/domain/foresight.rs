//! What is bound to be refused, told while a post is written: by a rule that the screen is handed, and cannot look into.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::channel::Channel;
use super::ids::ChannelId;
use super::post::Post;
use super::problem::Problem;

/// A rule over a post as it would go out, the channels that are known, and the present instant.
type Rule = dyn Fn(&Post, &[Channel], DateTime<Utc>) -> Vec<(ChannelId, Problem)> + Send + Sync;

/// Says at once what the ways to the networks cannot carry of a post. Asks nobody; without a rule, minds nothing.
#[derive(Clone, Default)]
pub struct Foresight(Option<Arc<Rule>>);

impl Foresight {
    /// One that goes by `rule`.
    pub fn new(
        rule: impl Fn(&Post, &[Channel], DateTime<Utc>) -> Vec<(ChannelId, Problem)> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(rule)))
    }

    /// What is bound to be refused of `post`, and on which of its channels.
    pub fn of(&self, post: &Post, channels: &[Channel], now: DateTime<Utc>) -> Vec<(ChannelId, Problem)> {
        self.0.as_ref().map(|rule| rule(post, channels, now)).unwrap_or_default()
    }
}

impl fmt::Debug for Foresight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Foresight(by a rule)" } else { "Foresight(none)" })
    }
}

impl PartialEq for Foresight {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        }
    }
}
