//! What the board is made of, read at once: everything on the screen is of one moment.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use rusqlite::Connection;

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

/// What tells one state of the store from a later one: see [`Store::foreign_commits`], and how much was written here.
type Witness = (i64, u64);

impl Store {
    /// [`Store::board`] for a first screen that everybody waits for: the connection that writes has nothing to do yet, and
    /// reads the later half of the posts meanwhile. Where something was written in between, all is read again.
    pub async fn first_board(&self, asked: Asked) -> Result<Shown, StoreError> {
        let before = self.witness().await?;
        let Range { start, end } = asked.posts;
        let middle = start + (end - start) / 2;
        let later = self.0.writer.run(move |connection| posts::weeks(&*connection.transaction()?, middle, end));
        let (shown, later) = tokio::join!(self.board(Asked { posts: start..middle, ..asked.clone() }), later);
        let (mut shown, later) = (shown?, later.map_err(|fault| self.name(fault))?);
        if self.witness().await? != before {
            return self.board(asked).await;
        }
        shown.posts.extend(later);
        Ok(shown)
    }

    async fn witness(&self) -> Result<Witness, StoreError> {
        let job = |connection: &mut Connection| {
            let commits = connection.pragma_query_value(None, "data_version", |row| row.get(0))?;
            Ok((commits, connection.total_changes()))
        };
        self.0.writer.run(job).await.map_err(|fault| self.name(fault))
    }

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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use chrono_tz::UTC;

    use super::*;
    use crate::domain::ids::IdSource;
    use crate::domain::post::Wish;
    use crate::domain::schedule::Schedule;

    #[tokio::test]
    async fn read_in_two_halves_it_is_the_same_board() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store.db");
        let (store, ids, now) = (Store::open(&path).unwrap(), IdSource::seeded(4), DateTime::UNIX_EPOCH);
        let add = async |store: &Store, hours: i64| {
            let mut post = Post::draft(ids.post(now), now);
            (post.wish, post.schedule) = (Wish::Hold, Some(Schedule::at(now + TimeDelta::hours(hours), UTC)));
            store.autosave(now, post).await.unwrap();
        };
        // Both halves begin and end with a post, and two share the moment between them.
        for hours in [0, 83, 84, 84, 85, 167, 168] {
            add(&store, hours).await;
        }
        let asked = Asked {
            posts: now..now + TimeDelta::days(7),
            ahead: now..now + TimeDelta::days(14),
            remembered: "aside:",
            now,
        };
        let (whole, halves) =
            (store.board(asked.clone()).await.unwrap(), store.first_board(asked.clone()).await.unwrap());
        assert_eq!((whole.posts.len(), &whole.posts), (6, &halves.posts));

        let mut seen = vec![store.witness().await.unwrap()];
        add(&store, 1).await;
        seen.push(store.witness().await.unwrap());
        add(&Store::open(&path).unwrap(), 2).await;
        seen.push(store.witness().await.unwrap());
        seen.dedup();
        assert_eq!(seen.len(), 3, "a commit went unseen: {seen:?}");
        let memory = Store::memory().unwrap();
        add(&memory, 90).await;
        assert_eq!(memory.first_board(asked).await.unwrap().posts.len(), 1);
    }
}
