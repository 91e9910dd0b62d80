//! What became of posts, counted by channel and day. Reads no post.

use chrono::{DateTime, Utc};

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::millis;
use crate::domain::ids::ChannelId;

/// A channel, the day, how many went out and how many were refused.
type Row = (ChannelId, u16, u16, u16);

const OVER: &str = "SELECT channel, (COALESCE(target.instant, post.instant) - ?1) / 86400000 AS day,
                           sum(outcome LIKE '{\"published\"%'), sum(outcome LIKE '{\"refused\"%')
                    FROM post JOIN target ON target.post = post.id
                    WHERE sort_at >= ?1 AND sort_at < ?2
                      AND (outcome LIKE '{\"published\"%' OR outcome LIKE '{\"refused\"%')
                    GROUP BY channel, day ORDER BY channel, day";

impl Store {
    /// Per channel and day of 24 hours after `from`: how many targets due until `to` went out and how many were refused.
    pub async fn results(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<Row>, StoreError> {
        self.read(move |db| {
            let mut statement = db.prepare_cached(OVER)?;
            let mut rows = statement.query([millis(from), millis(to)])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let Ok(day) = u16::try_from(row.get::<_, i64>(1)?) else { continue };
                let channel = row.get_ref(0)?.as_str().map_err(|error| Fault::unreadable("a channel", error))?;
                let count =
                    |at: usize| -> Result<u16, Fault> { Ok(u16::try_from(row.get::<_, i64>(at)?).unwrap_or(u16::MAX)) };
                found.push((ChannelId::new(channel), day, count(2)?, count(3)?));
            }
            Ok(found)
        })
        .await
    }
}
