//! How fast to go: waits that grow, waits a provider asks for, and what is left of its budget. Pure.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::HeaderMap;

/// The longest wait that is believed when a provider names one; after it we ask again.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// The longest that a write waits after failures of the way to the provider.
pub const LONGEST_BACKOFF: TimeDelta = TimeDelta::minutes(15);

/// Budgets are counted per minute, so an empty one is full again after that at the latest.
const LONGEST_EMPTY: TimeDelta = TimeDelta::minutes(1);

/// The longest pause between two requests while a budget runs low.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(1);

/// How long to wait before attempt number `attempt + 1`, after `attempt` failures (1 for the first): one second,
/// doubling up to a quarter of an hour, shortened by up to a quarter by `chance` (`0.0..1.0`) so that many writers
/// do not come back at once.
pub fn backoff(attempt: u32, chance: f64) -> TimeDelta {
    let doublings = attempt.saturating_sub(1).min(10);
    let whole = TimeDelta::seconds(1 << doublings).min(LONGEST_BACKOFF);
    let share = 1.0 - 0.25 * chance.clamp(0.0, 1.0);
    TimeDelta::milliseconds((whole.num_milliseconds() as f64 * share) as i64)
}

/// When the provider asks us to come back: `Retry-After` in seconds or as an HTTP date, else `X-RateLimit-Reset`.
/// Never more than [`LONGEST_WAIT`] away; `None` when nothing usable was said.
pub fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let asked = text(headers, "retry-after").and_then(|value| spoken_wait(value, now));
    let until = asked.or_else(|| {
        // A limiter with something left is not the one that refused, so its reset says nothing.
        let spare = number(headers, "x-ratelimit-remaining").is_some_and(|left| left > 0);
        reset(headers).filter(|reset| !spare && *reset > now)
    })?;
    Some(until.clamp(now, now + LONGEST_WAIT))
}

fn spoken_wait(value: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if let Ok(seconds) = value.parse::<f64>() {
        let capped = seconds.clamp(0.0, LONGEST_WAIT.num_seconds() as f64);
        return seconds.is_finite().then(|| now + TimeDelta::milliseconds((capped * 1000.0).ceil() as i64));
    }
    httpdate::parse_http_date(value).ok().map(DateTime::from)
}

/// What is left of a request budget, as the headers of the last good answer said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    limit: Option<u64>,
    remaining: u64,
    reset: DateTime<Utc>,
}

impl Budget {
    /// Reads `X-RateLimit-*`; `None` without both what remains and when it resets.
    pub fn read(headers: &HeaderMap) -> Option<Self> {
        Some(Self {
            limit: number(headers, "x-ratelimit-limit"),
            remaining: number(headers, "x-ratelimit-remaining")?,
            reset: reset(headers)?,
        })
    }

    /// Until when there is nothing left, or `None` when there is.
    pub fn empty_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        (self.remaining == 0 && self.reset > now).then(|| self.reset.min(now + LONGEST_EMPTY))
    }

    /// How long to pause before the next request: nothing while there is plenty, then what is left of the window
    /// spread over what is left of the budget, at most a second.
    pub fn pause(&self, now: DateTime<Utc>) -> TimeDelta {
        let plenty = self.limit.map_or(5, |limit| (limit / 20).max(3));
        if self.remaining > plenty || self.reset <= now {
            return TimeDelta::zero();
        }
        let window = (self.reset - now).min(LONGEST_EMPTY).num_milliseconds();
        let share = window / (i64::try_from(self.remaining).unwrap_or(i64::MAX - 1) + 1);
        TimeDelta::milliseconds(share).min(LONGEST_PAUSE)
    }
}

/// So many requests within a span of time, of which reads leave some to writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Requests of any kind within the span; at least 1.
    pub most: usize,
    /// How many of them reads leave to writes; less than all.
    pub kept_for_writes: usize,
    /// The span.
    pub span: TimeDelta,
}

/// Keeps to a provider's limits where its answers do not count along: every request takes a turn, and the turn says
/// when it may leave.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    shares: &'static [Share],
    /// When requests left or will, oldest first; as many as the largest share needs to remember.
    taken: VecDeque<DateTime<Utc>>,
}

impl Turns {
    /// Turns within all of `shares`; without any, every request leaves at once.
    pub fn within(shares: &'static [Share]) -> Self {
        Self { shares, taken: VecDeque::new() }
    }

    /// Takes the next turn: when it comes, `now` where nothing stands in the way. Turns come in the order they were
    /// taken in.
    pub fn take(&mut self, now: DateTime<Utc>, writes: bool) -> DateTime<Utc> {
        let Some(longest) = self.shares.iter().map(|share| share.most).max() else { return now };
        let mut turn = self.taken.back().map_or(now, |last| now.max(*last));
        for share in self.shares {
            let most = if writes { share.most } else { share.most.saturating_sub(share.kept_for_writes) };
            // The one that has to be out of the span before this one may leave.
            let before = self.taken.len().checked_sub(most.max(1)).and_then(|at| self.taken.get(at));
            if let Some(before) = before {
                turn = turn.max(*before + share.span);
            }
        }
        self.taken.push_back(turn);
        while self.taken.len() > longest {
            self.taken.pop_front();
        }
        turn
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    text(headers, name)?.parse().ok()
}

/// `X-RateLimit-Reset`: unix seconds; a number too large for that is read as milliseconds.
fn reset(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    const NO_SECONDS: i64 = 100_000_000_000;
    let value: i64 = text(headers, "x-ratelimit-reset")?.parse().ok()?;
    if value >= NO_SECONDS { DateTime::from_timestamp_millis(value) } else { DateTime::from_timestamp(value, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn noon() -> DateTime<Utc> {
        "2026-10-27T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds = |attempt| backoff(attempt, 0.0).num_seconds();
        assert_eq!([0, 1, 2, 3, 4, 10, 11, 4_000_000_000].map(seconds), [1, 1, 2, 4, 8, 512, 900, 900]);
        assert_eq!(backoff(3, 1.0), TimeDelta::seconds(3));
        assert!(backoff(3, 0.5) < backoff(3, 0.1));
    }

    #[test]
    fn every_spelling_of_a_wait_is_understood_and_none_is_believed_for_days() {
        let reset = (noon().timestamp() + 40).to_string();
        let reset_ms = format!("{reset}000");
        let far = (noon().timestamp() + 900_000).to_string();
        let past = (noon().timestamp() - 5).to_string();
        type Pairs<'a> = &'a [(&'static str, &'a str)];
        let cases: &[(Pairs<'_>, Option<i64>)] = &[
            (&[("retry-after", "17")], Some(17)),
            (&[("retry-after", " 17 ")], Some(17)),
            (&[("retry-after", "1.5")], Some(2)),
            (&[("retry-after", "0")], Some(0)),
            (&[("retry-after", "-3")], Some(0)),
            (&[("retry-after", "99999999999999999999")], Some(3600)),
            (&[("retry-after", "Tue, 27 Oct 2026 12:00:30 GMT")], Some(30)),
            (&[("retry-after", "Tue, 27 Oct 2026 11:00:30 GMT")], Some(0)),
            (&[("retry-after", "Mon, 27 Oct 2036 12:00:30 GMT")], Some(3600)),
            (&[("retry-after", "soon"), ("x-ratelimit-reset", &reset)], Some(40)),
            (&[("retry-after", "NaN")], None),
            (&[("retry-after", "soon")], None),
            (&[("x-ratelimit-reset", &reset)], Some(40)),
            (&[("x-ratelimit-reset", &reset_ms)], Some(40)),
            (&[("x-ratelimit-reset", &reset), ("x-ratelimit-remaining", "0")], Some(40)),
            (&[("x-ratelimit-reset", &reset), ("x-ratelimit-remaining", "597")], None),
            (&[("x-ratelimit-reset", &far)], Some(3600)),
            (&[("x-ratelimit-reset", &past)], None),
            (&[("retry-after", "5"), ("x-ratelimit-reset", &reset)], Some(5)),
            (&[], None),
        ];
        for (pairs, expected) in cases {
            let wait =
                retry_after(&headers(pairs), noon()).map(|until| (until - noon()).as_seconds_f64().ceil() as i64);
            assert_eq!(wait, *expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_budget_that_runs_low_slows_down_and_an_empty_one_stops() {
        let reset = (noon().timestamp() + 30).to_string();
        let left = |left: &str| {
            let pairs =
                [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", left), ("x-ratelimit-reset", reset.as_str())];
            Budget::read(&headers(&pairs)).unwrap()
        };
        assert_eq!(left("50").pause(noon()), TimeDelta::zero());
        assert_eq!(left("2").pause(noon()), TimeDelta::seconds(1));
        assert_eq!(left("2").pause(noon() + TimeDelta::seconds(29)), TimeDelta::milliseconds(333));
        assert_eq!(left("2").empty_until(noon()), None);
        assert_eq!(left("0").empty_until(noon()), Some(noon() + TimeDelta::seconds(30)));
        assert_eq!(left("0").empty_until(noon() + TimeDelta::seconds(30)), None);
        assert_eq!(Budget::read(&headers(&[("x-ratelimit-remaining", "3")])), None);
    }

    #[test]
    fn turns_keep_to_every_share_and_leave_room_for_writes() {
        const SHARES: &[Share] = &[
            Share { most: 2, kept_for_writes: 0, span: TimeDelta::seconds(1) },
            Share { most: 5, kept_for_writes: 2, span: TimeDelta::seconds(60) },
        ];
        let second = |turn: DateTime<Utc>| (turn - noon()).num_seconds();
        let mut turns = Turns::within(SHARES);
        let reads: Vec<i64> = (0..4).map(|_| second(turns.take(noon(), false))).collect();
        assert_eq!(reads, [0, 0, 1, 60], "two a second, three a minute");
        let mut turns = Turns::within(SHARES);
        let mixed: Vec<i64> =
            [false, false, false, true, true, true].map(|writes| second(turns.take(noon(), writes))).to_vec();
        assert_eq!(mixed, [0, 0, 1, 1, 2, 60], "a write finds room that reads have left");
        assert_eq!(second(turns.take(noon() + TimeDelta::hours(1), false)), 3600);
        assert_eq!(Turns::default().take(noon(), false), noon());
    }
}
