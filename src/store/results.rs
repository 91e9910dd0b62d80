//! What became of posts, counted by channel and day. Reads no post.

use chrono::{DateTime, Utc};

use super::Store;
use super::error::{Fault, StoreError};
use super::rows::millis;
use crate::domain::ids::ChannelId;

/// A channel, the day, how many went out and how many were refused.
type Row = (ChannelId, u16, u16, u16);

/// What never had a schedule stands where the calendar shows it: at the moment it went out.
const OVER: &str = "SELECT channel, (COALESCE(target.instant, post.instant, sort_at) - ?1) / 86400000 AS day,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::change::Change;
    use crate::domain::ids::IdSource;
    use crate::domain::outcome::Outcome;
    use crate::domain::post::{Post, Target, Wish};
    use crate::store::Actor;
    use chrono::TimeDelta;

    #[tokio::test]
    async fn what_went_out_without_a_schedule_counts_on_its_day_and_hides_nothing() {
        let store = Store::memory().unwrap();
        let (from, ids) = (DateTime::UNIX_EPOCH, IdSource::seeded(1));
        let days = TimeDelta::days;
        for at in [from + days(1), from + days(2)] {
            let mut post = Post::draft(ids.post(at), at);
            post.wish = Wish::Now;
            let mut target = Target::new(ChannelId::new("acme/1"));
            target.outcome = Outcome::Published { url: None, at: Some(at) };
            post.targets.push(target);
            let change = Change { before: None, after: Some(Box::new(post)), verb: "took".into() };
            store.save(at, Actor::Sync, vec![change], Vec::new()).await.unwrap();
        }
        let found = store.results(from, from + days(14)).await.unwrap();
        let acme = ChannelId::new("acme/1");
        assert_eq!(found, [(acme.clone(), 1, 1, 0), (acme, 2, 1, 0)]);
    }
}
