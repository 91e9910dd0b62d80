//! What the board is made of, read at once: everything on the screen is of one moment.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

use super::error::{Fault, StoreError};
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
#[derive(Clone, Debug, PartialEq)]
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

/// What stands in the calendar.
struct Placed {
    channels: Vec<Channel>,
    posts: Vec<Arc<Post>>,
    campaigns: Vec<Progress>,
}

/// What stands beside it.
struct Beside {
    drafts: Vec<Arc<Post>>,
    failed: Vec<Arc<Post>>,
    remembered: Vec<(String, String)>,
    coming: Vec<(ChannelId, u16, u16)>,
}

fn placed(db: &Connection, asked: &Asked) -> Result<Placed, Fault> {
    let channels = channels::query(db, None)?;
    let posts = posts::weeks(db, asked.posts.start, asked.posts.end)?;
    Ok(Placed { channels, posts, campaigns: campaigns::progress(db)? })
}

fn beside(db: &Connection, asked: &Asked) -> Result<Beside, Fault> {
    let (drafts, failed) = (posts::drafts(db)?, posts::failed(db, asked.now)?);
    let remembered = prefs::beginning_with(db, asked.remembered)?;
    Ok(Beside { drafts, failed, remembered, coming: posts::coming(db, asked.ahead.start, asked.ahead.end, asked.now)? })
}

fn shown(Placed { channels, posts, campaigns }: Placed, beside: Beside) -> Shown {
    let Beside { drafts, failed, remembered, coming } = beside;
    Shown { channels, posts, drafts, failed, remembered, coming, campaigns }
}

impl Store {
    /// What the board is made of, on one unchanging view of the store.
    pub async fn board(&self, asked: Asked) -> Result<Shown, StoreError> {
        self.read(move |db| Ok(shown(placed(db, &asked)?, beside(db, &asked)?))).await
    }

    /// The same while the program starts and has nothing to write: both connections read, each a part. What others
    /// write between the two is told as all they write ([`Store::foreign_commits`]), and then read again.
    pub async fn first_board(&self, asked: Asked) -> Result<Shown, StoreError> {
        let week = asked.clone();
        let placed = self.read(move |db| placed(db, &week));
        let beside = self.read_beside(move |db| beside(db, &asked));
        let (placed, beside) = tokio::try_join!(placed, beside)?;
        Ok(shown(placed, beside))
    }
}
