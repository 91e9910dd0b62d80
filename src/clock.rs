//! What time it is, and waiting for a moment: the only room where the system's clock is read.
//!
//! Everything else takes the instant as an argument or holds a [`Clock`]. A test holds one that stands still until
//! it is turned by hand, so that a week passes without waiting; sockets keep real time all the same.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

/// An instant: UTC, to the precision of the system's clock.
pub type Instant = DateTime<Utc>;

/// The longest single sleep on the system's clock. A machine that was suspended wakes with a wall clock that jumped;
/// looking again at least once a minute is what notices it.
const LONGEST_NAP: std::time::Duration = std::time::Duration::from_secs(60);

/// A source of time: the system's, or one that is turned by hand. Clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock(Face);

#[derive(Clone, Debug)]
enum Face {
    System,
    Turned(Arc<watch::Sender<Instant>>),
}

impl Clock {
    /// The system's wall clock.
    pub fn system() -> Self {
        Self(Face::System)
    }

    /// A clock that stands at `start` until it is turned.
    pub fn standing_at(start: Instant) -> Self {
        Self(Face::Turned(Arc::new(watch::Sender::new(start))))
    }

    /// The present instant on this clock.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Face::System => Utc::now(),
            Face::Turned(hands) => *hands.borrow(),
        }
    }

    /// Turns a standing clock forward; sleepers whose moment has come wake. The system's clock cannot be turned.
    pub fn turn(&self, by: TimeDelta) {
        self.turn_to(self.now() + by);
    }

    /// Turns a standing clock to `to`. The system's clock cannot be turned.
    pub fn turn_to(&self, to: Instant) {
        if let Face::Turned(hands) = &self.0 {
            hands.send_replace(to);
        }
    }

    /// Returns once this clock shows `until` or later.
    pub async fn sleep_until(&self, until: Instant) {
        match &self.0 {
            Face::System => {
                while let Ok(left) = (until - Utc::now()).to_std() {
                    if left.is_zero() {
                        return;
                    }
                    tokio::time::sleep(left.min(LONGEST_NAP)).await;
                }
            }
            Face::Turned(hands) => {
                // The sender lives as long as this clock, so the wait can only end by the hands moving.
                let _ = hands.subscribe().wait_for(|now| *now >= until).await;
            }
        }
    }

    /// Returns after `span` has passed on this clock.
    pub async fn sleep(&self, span: TimeDelta) {
        self.sleep_until(self.now() + span).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleepers_wake_when_the_hands_pass_their_moment() {
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move {
                clock.sleep(TimeDelta::hours(2)).await;
                clock.now()
            }
        });
        tokio::task::yield_now().await;
        clock.turn(TimeDelta::hours(1));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.turn(TimeDelta::hours(1));
        assert_eq!(sleeper.await.unwrap(), DateTime::UNIX_EPOCH + TimeDelta::hours(2));
    }
}
