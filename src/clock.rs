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
    /// The system's, shown so far ahead.
    System(TimeDelta),
    Turned(Arc<Hands>),
}

/// What a standing clock shows, and what was asked of whoever turns it.
#[derive(Debug)]
struct Hands {
    shown: watch::Sender<Instant>,
    /// The latest moment that a pause waits for.
    wanted: watch::Sender<Instant>,
}

impl Clock {
    /// The system's wall clock.
    pub fn system() -> Self {
        Self(Face::System(TimeDelta::zero()))
    }

    /// The system's wall clock as it would be on a machine that is so far ahead (behind, where it is negative).
    pub fn system_ahead_by(span: TimeDelta) -> Self {
        Self(Face::System(span))
    }

    /// Whether it follows the world's time, rightly or wrongly, and not somebody's hand.
    pub fn follows_the_world(&self) -> bool {
        matches!(self.0, Face::System(_))
    }

    /// A clock that stands at `start` until it is turned.
    pub fn standing_at(start: Instant) -> Self {
        Self(Face::Turned(Arc::new(Hands { shown: watch::Sender::new(start), wanted: watch::Sender::new(start) })))
    }

    /// The present instant on this clock.
    pub fn now(&self) -> Instant {
        match &self.0 {
            Face::System(ahead) => Utc::now() + *ahead,
            Face::Turned(hands) => *hands.shown.borrow(),
        }
    }

    /// Turns a standing clock forward; sleepers whose moment has come wake. The system's clock cannot be turned.
    pub fn turn(&self, by: TimeDelta) {
        self.turn_to(self.now() + by);
    }

    /// Turns a standing clock to `to`. The system's clock cannot be turned.
    pub fn turn_to(&self, to: Instant) {
        if let Face::Turned(hands) = &self.0 {
            hands.shown.send_replace(to);
        }
    }

    /// Like [`Clock::sleep_until`], for the pauses a program makes of its own accord while it works. Whoever turns a
    /// standing clock by hand can leave them to [`Clock::follow_pauses`].
    pub async fn pause_until(&self, until: Instant) {
        if let Face::Turned(hands) = &self.0 {
            hands.wanted.send_if_modified(|wanted| {
                let later = until > *wanted;
                *wanted = (*wanted).max(until);
                later
            });
        }
        self.sleep_until(until).await;
    }

    /// Turns a standing clock to the end of every pause as it is made, for good; other sleepers wait for the hand as
    /// before. On the system's clock there is nothing to do, and this never returns either.
    pub async fn follow_pauses(&self) {
        let Face::Turned(hands) = &self.0 else { return std::future::pending().await };
        let mut wanted = hands.wanted.subscribe();
        loop {
            let until = *wanted.borrow_and_update();
            if until > self.now() {
                self.turn_to(until);
            }
            if wanted.changed().await.is_err() {
                return;
            }
        }
    }

    /// Returns once this clock shows `until` or later.
    pub async fn sleep_until(&self, until: Instant) {
        match &self.0 {
            Face::System(ahead) => {
                while let Ok(left) = (until - Utc::now() - *ahead).to_std() {
                    if left.is_zero() {
                        return;
                    }
                    tokio::time::sleep(left.min(LONGEST_NAP)).await;
                }
            }
            Face::Turned(hands) => {
                // The sender lives as long as this clock, so the wait can only end by the hands moving.
                let _ = hands.shown.subscribe().wait_for(|now| *now >= until).await;
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

    #[tokio::test]
    async fn pauses_can_be_followed_and_other_sleepers_still_wait() {
        let clock = Clock::standing_at(DateTime::UNIX_EPOCH);
        let sleeper = tokio::spawn({
            let clock = clock.clone();
            async move { clock.sleep(TimeDelta::minutes(2)).await }
        });
        let follower = tokio::spawn({
            let clock = clock.clone();
            async move { clock.follow_pauses().await }
        });
        clock.pause_until(DateTime::UNIX_EPOCH + TimeDelta::minutes(1)).await;
        clock.pause_until(DateTime::UNIX_EPOCH + TimeDelta::seconds(5)).await;
        tokio::task::yield_now().await;
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::minutes(1));
        assert!(!sleeper.is_finished());
        follower.abort();
        sleeper.abort();
    }
}
