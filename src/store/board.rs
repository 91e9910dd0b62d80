//! What the board is made of, read at once: everything on the screen is of one moment.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::error::StoreError;
use super::{Store, campaigns, channels, posts, prefs};
use crate::domain::campaign::Progress;
use crate::domain::channel::Channel;
use crate::domain::ids::ChannelId;
use crate::domain::post::Post;

/// What the board asks for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The span of the posts.
    pub posts: Range<DateTime<Utc>>,
    /// The span of what is ahead of the channels.
    pub ahead: Range<DateTime<Utc>>,
    /// What the keys of the remembered texts begin with.
    pub remembered: &'static str,
    /// The present.
    pub now: DateTime<Utc>,
}

/// What the board is made of.
#[derive(Clone, Debug)]
pub struct Shown {
    /// See [`Store::channels`].
    pub channels: Vec<Channel>,
    /// See [`Store::weeks`].
    pub posts: Vec<Arc<Post>>,
    /// See [`Store::drafts`].
    pub drafts: Vec<Arc<Post>>,
    /// See [`Store::failed`].
    pub failed: Vec<Arc<Post>>,
    /// The remembered texts, by what is left of their keys.
    pub remembered: Vec<(String, String)>,
    /// Per channel and day ahead: how many targets are still to go out.
    pub coming: Vec<(ChannelId, u16, u16)>,
    /// How far each campaign has come, by name.
    pub campaigns: Vec<Progress>,
}

impl Store {
    /// What the board is made of, on one unchanging view of the store.
    pub async fn board(&self, asked: Asked) -> Result<Shown, StoreError> {
        let Asked { posts, ahead, remembered, now } = asked;
        self.read(move |db| {
            Ok(Shown {
                channels: channels::query(db, None)?,
                posts: posts::weeks(db, posts.start, posts.end)?,
                drafts: posts::drafts(db)?,
                failed: posts::failed(db, now)?,
                remembered: prefs::beginning_with(db, remembered)?,
                coming: posts::coming(db, ahead.start, ahead.end, now)?,
                campaigns: campaigns::progress(db)?,
            })
        })
        .await
    }
}
