//! What finding anything needs to know of every post, and how the calendar was shown when a view was kept.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, PostId};

/// How much of a text is searched, in characters: what one remembers of a post is how it begins.
pub const SEARCHED: usize = 120;

/// One post, as far as it can be found by its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// The post.
    pub id: PostId,
    /// How its text begins, on one line.
    pub head: String,
    /// Its moment, if it has one.
    pub at: Option<DateTime<Utc>>,
    /// Whether it is a draft.
    pub draft: bool,
    /// Its campaign.
    pub campaign: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
}

impl AsRef<str> for Indexed {
    fn as_ref(&self) -> &str {
        &self.head
    }
}

/// A way of looking at the calendar, kept under a digit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// What the person calls it.
    pub name: String,
    /// The filter, as text; empty for none.
    pub filter: String,
    /// The view's word.
    pub view: String,
    /// Minutes per row.
    pub step: u32,
    /// Channels shown alone.
    pub only: Vec<ChannelId>,
    /// What the colours of posts tell, by its word.
    #[serde(default)]
    pub colouring: String,
    /// Whether bars tell how full days are.
    #[serde(default)]
    pub heat: bool,
    /// Whether what is past and done is out of sight.
    #[serde(default)]
    pub no_past: bool,
}

impl SavedView {
    /// What to call it where it has no name.
    pub fn label(&self) -> String {
        match (self.name.as_str(), self.filter.as_str()) {
            ("", "") => self.view.clone(),
            ("", filter) => format!("{} {filter}", self.view),
            (name, _) => name.to_owned(),
        }
    }
}
