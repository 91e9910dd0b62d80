//! What the board is made of: read when it is asked for, or begun before, while the rest of the program is put together.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Days, Utc};
use tokio::task::JoinHandle;

use super::{Desk, Result, posts};
use crate::domain::numbers::AHEAD_DAYS;
use crate::domain::schedule::Schedule;
use crate::store::{Asked, Shown, StoreError};

type Span = Range<DateTime<Utc>>;
type Reading = JoinHandle<std::result::Result<Shown, StoreError>>;

/// A reading that was begun before anybody asked for it, of these posts.
#[derive(Default)]
pub(super) struct Glance(Mutex<Option<(Span, Reading)>>);

impl Glance {
    /// What was begun, if it is of `range`: once, as the store may be another one afterwards.
    fn take(&self, range: &Span) -> Option<Reading> {
        let mut begun = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun.take().filter(|(span, _)| span == range).map(|(_, reading)| reading)
    }
}

impl Desk {
    /// Begins to read the week of now, which a calendar asks for first. Whoever calls it looks out for what is written
    /// to the store from before on, or the first screen could show what is no longer so.
    pub fn begin_to_look(&self) {
        let week = self.habits.week(self.now(), self.zone);
        let (store, asked) = (self.store.clone(), self.asked(week.clone()));
        let reading = tokio::spawn(async move { store.board(asked).await });
        *self.glance.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((week, reading));
    }

    /// What the board is made of, with the posts of `range`.
    pub(super) async fn shown(&self, range: Span) -> Result<Shown> {
        if let Some(reading) = self.glance.take(&range)
            && let Ok(shown) = reading.await
        {
            return Ok(shown?);
        }
        Ok(self.store.board(self.asked(range)).await?)
    }

    fn asked(&self, posts: Span) -> Asked {
        let now = self.now();
        let midnight = Schedule::midnight(now.with_timezone(&self.zone).date_naive(), self.zone);
        let end = midnight.checked_add_days(Days::new(AHEAD_DAYS as u64)).unwrap_or(midnight);
        Asked { posts, ahead: midnight..end, remembered: posts::ASIDE, now }
    }
}

#[cfg(test)]
mod tests {
    use crate::desk::tests::{desk_at, stored};
    use crate::domain::outcome::Outcome;

    #[tokio::test]
    async fn what_was_begun_is_given_once_and_only_to_who_asks_for_that_week() {
        let desk = desk_at("late").await;
        let week = desk.habits.week(desk.now(), desk.zone);
        let later = week.end..week.end + (week.end - week.start);
        let channels = [("acme/1", Outcome::NotSent, None)];
        desk.begin_to_look();
        // It reads before what is written now.
        while desk.glance.0.lock().unwrap().as_ref().is_some_and(|(_, reading)| !reading.is_finished()) {
            tokio::task::yield_now().await;
        }
        stored(&desk, &channels).await;
        assert!(desk.shown(week.clone()).await.unwrap().posts.is_empty(), "it was read again");
        assert_eq!(desk.shown(week.clone()).await.unwrap().posts.len(), 1, "what is old was given twice");
        desk.begin_to_look();
        assert!(desk.shown(later).await.unwrap().posts.is_empty(), "it was given the week of now");
        stored(&desk, &channels).await;
        assert_eq!(desk.shown(week).await.unwrap().posts.len(), 2, "what was begun for nobody stays");
    }
}
