//! How fast to go: waits that grow, waits a provider asks for, and what is left of its budget. Pure.

use std::collections::VecDeque;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

/// The longest wait that is believed when a provider names one, where nobody set another; after it we ask again.
pub const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// The longest that a write waits after failures of the way to the provider, where nobody set another.
pub const LONGEST_BACKOFF: TimeDelta = TimeDelta::minutes(15);

/// Budgets are counted per minute, so an empty one is full again after that at the latest.
const LONGEST_EMPTY: TimeDelta = TimeDelta::minutes(1);

/// The longest pause between two requests while a budget runs low.
const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(1);

/// How long to wait before attempt number `attempt + 1`, after `attempt` failures (1 for the first): one second,
/// doubling up to `longest`, shortened by up to a quarter by `chance` (`0.0..1.0`) so that many writers do not come
/// back at once.
pub fn backoff(attempt: u32, chance: f64, longest: TimeDelta) -> TimeDelta {
    let doublings = attempt.saturating_sub(1).min(16);
    let whole = TimeDelta::seconds(1 << doublings).min(longest);
    let share = 1.0 - 0.25 * chance.clamp(0.0, 1.0);
    TimeDelta::milliseconds((whole.num_milliseconds() as f64 * share) as i64)
}

/// When the provider asks us to come back: `Retry-After` in seconds or as an HTTP date, else `X-RateLimit-Reset`.
/// Never more than `longest` away; `None` when nothing usable was said.
pub fn retry_after(headers: &HeaderMap, now: DateTime<Utc>, longest: TimeDelta) -> Option<DateTime<Utc>> {
    let asked = text(headers, "retry-after").and_then(|value| spoken_wait(value, now, longest));
    let until = asked.or_else(|| {
        // A limiter with something left is not the one that refused, so its reset says nothing.
        let spare = number(headers, "x-ratelimit-remaining").is_some_and(|left| left > 0);
        reset(headers).filter(|reset| !spare && *reset > now)
    })?;
    Some(until.clamp(now, now + longest))
}

fn spoken_wait(value: &str, now: DateTime<Utc>, longest: TimeDelta) -> Option<DateTime<Utc>> {
    if let Ok(seconds) = value.parse::<f64>() {
        let capped = seconds.clamp(0.0, longest.num_seconds() as f64);
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

/// What a contract allows where no header says it, with room left for other programs that use the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// Calls in any minute.
    pub minute: usize,
    /// Calls between two midnights, UTC.
    pub day: u32,
    /// How many of a minute's and of a day's calls are kept for writes: reading in the background never uses the last.
    pub for_writes: (usize, u32),
    /// How long every call is refused after a limit was passed.
    pub block: TimeDelta,
    /// What the provider itself allows in a minute and in a day, other programs with the same key included.
    pub stated: (u32, u32),
}

/// What was spent of an [`Allowance`]: outlives the program, because the other side counts on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// The day that `today` counts, UTC.
    day: Option<NaiveDate>,
    today: u32,
    /// The calls of the last minute, oldest first.
    recent: VecDeque<DateTime<Utc>>,
    blocked_until: Option<DateTime<Utc>>,
}

/// Why a call may not leave yet, and when it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The minute's calls are used up.
    Minute(DateTime<Utc>),
    /// The day's calls are used up.
    Day(DateTime<Utc>),
    /// The provider blocks every call; asking meanwhile would prolong it.
    Blocked(DateTime<Utc>),
}

impl Tally {
    /// What keeps a call from leaving at `now`; `write` says that it is one.
    pub fn hold(&self, allowance: &Allowance, write: bool, now: DateTime<Utc>) -> Option<Hold> {
        if let Some(until) = self.blocked(now) {
            return Some(Hold::Blocked(until));
        }
        let (minute, day) = match write {
            true => (allowance.minute, allowance.day),
            false => (
                allowance.minute.saturating_sub(allowance.for_writes.0),
                allowance.day.saturating_sub(allowance.for_writes.1),
            ),
        };
        if self.today(now) >= day {
            return Some(Hold::Day(midnight_after(now)));
        }
        let mut counted = self.recent.iter().rev().take_while(|at| **at > now - LONGEST_EMPTY);
        let last_one_in_the_way = counted.nth(minute.saturating_sub(1));
        last_one_in_the_way.map(|at| Hold::Minute(*at + LONGEST_EMPTY))
    }

    /// Counts a call that leaves at `now`.
    pub fn count(&mut self, now: DateTime<Utc>) {
        self.today = self.today(now) + 1;
        self.day = Some(now.date_naive());
        // What seems to lie ahead was counted before the clock was set back.
        self.recent.retain(|at| *at > now - LONGEST_EMPTY && *at <= now);
        self.recent.push_back(now);
    }

    /// Notes that every call is refused until then.
    pub fn block(&mut self, until: DateTime<Utc>) {
        self.blocked_until = self.blocked_until.max(Some(until));
    }

    /// Until when every call is refused, where that lies ahead of `now`.
    pub fn blocked(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.blocked_until.filter(|until| *until > now)
    }

    /// How many calls have left since the last midnight, UTC.
    pub fn today(&self, now: DateTime<Utc>) -> u32 {
        if self.day == Some(now.date_naive()) { self.today } else { 0 }
    }

    /// How many calls have left within the last minute.
    pub fn minute(&self, now: DateTime<Utc>) -> u32 {
        let counted = self.recent.iter().filter(|at| **at > now - LONGEST_EMPTY && **at <= now);
        u32::try_from(counted.count()).unwrap_or(u32::MAX)
    }

    /// When the last call left, as far as that is remembered.
    pub fn last(&self) -> Option<DateTime<Utc>> {
        self.recent.back().copied()
    }

    /// This tally together with one that was kept: whatever of either asks for more patience.
    pub fn with(mut self, kept: Self) -> Self {
        match self.day.cmp(&kept.day) {
            std::cmp::Ordering::Less => (self.day, self.today) = (kept.day, kept.today),
            std::cmp::Ordering::Equal => self.today = self.today.max(kept.today),
            std::cmp::Ordering::Greater => {}
        }
        if self.recent.len() < kept.recent.len() {
            self.recent = kept.recent;
        }
        self.blocked_until = self.blocked_until.max(kept.blocked_until);
        self
    }
}

fn midnight_after(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = now.date_naive().checked_add_days(Days::new(1));
    tomorrow.map_or(now + TimeDelta::days(1), |day| day.and_time(NaiveTime::MIN).and_utc())
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

    const FEW: Allowance =
        Allowance { minute: 3, day: 10, for_writes: (1, 2), block: TimeDelta::minutes(15), stated: (4, 12) };

    #[test]
    fn a_minute_s_calls_come_free_one_by_one_and_writes_get_the_last() {
        let at = |seconds: i64| noon() + TimeDelta::seconds(seconds);
        let mut tally = Tally::default();
        tally.count(at(0));
        assert_eq!(tally.hold(&FEW, false, at(1)), None);
        tally.count(at(10));
        assert_eq!(tally.hold(&FEW, false, at(11)), Some(Hold::Minute(at(60))));
        assert_eq!(tally.hold(&FEW, true, at(11)), None);
        tally.count(at(11));
        assert_eq!(tally.hold(&FEW, true, at(12)), Some(Hold::Minute(at(60))));
        assert_eq!(tally.hold(&FEW, false, at(12)), Some(Hold::Minute(at(70))));
        assert_eq!(tally.hold(&FEW, true, at(60)), None);
        assert_eq!(tally.hold(&FEW, false, at(60)), Some(Hold::Minute(at(70))));
    }

    #[test]
    fn a_day_s_calls_are_counted_until_midnight_in_utc() {
        let mut tally = Tally::default();
        for minute in 0..8 {
            tally.count(noon() + TimeDelta::minutes(minute));
        }
        let later = noon() + TimeDelta::hours(1);
        let midnight = "2026-10-28T00:00:00Z".parse().unwrap();
        assert_eq!(tally.hold(&FEW, false, later), Some(Hold::Day(midnight)));
        assert_eq!((tally.hold(&FEW, true, later), tally.today(later)), (None, 8));
        assert_eq!((tally.hold(&FEW, false, midnight), tally.today(midnight)), (None, 0));
    }

    #[test]
    fn a_block_holds_everything_and_survives_being_kept() {
        let mut tally = Tally::default();
        tally.count(noon());
        let until = noon() + FEW.block;
        tally.block(until);
        tally.block(noon() + TimeDelta::seconds(5));
        let kept: Tally = serde_json::from_str(&serde_json::to_string(&tally).unwrap()).unwrap();
        assert_eq!(kept, tally);
        let mut after_a_restart = Tally::default();
        after_a_restart.count(noon() + TimeDelta::minutes(1));
        let both = after_a_restart.with(kept);
        for write in [false, true] {
            assert_eq!(both.hold(&FEW, write, noon() + TimeDelta::minutes(14)), Some(Hold::Blocked(until)));
            assert_eq!(both.hold(&FEW, write, until), None);
        }
        assert_eq!(both.today(until), 1);
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let seconds = |attempt| backoff(attempt, 0.0, LONGEST_BACKOFF).num_seconds();
        assert_eq!([0, 1, 2, 3, 4, 10, 11, 4_000_000_000].map(seconds), [1, 1, 2, 4, 8, 512, 900, 900]);
        assert_eq!(backoff(3, 1.0, LONGEST_BACKOFF), TimeDelta::seconds(3));
        assert!(backoff(3, 0.5, LONGEST_BACKOFF) < backoff(3, 0.1, LONGEST_BACKOFF));
        assert_eq!(backoff(9, 0.0, TimeDelta::seconds(20)), TimeDelta::seconds(20));
        assert_eq!(backoff(99, 0.0, TimeDelta::hours(2)), TimeDelta::hours(2));
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
            let wait = retry_after(&headers(pairs), noon(), LONGEST_WAIT)
                .map(|until| (until - noon()).as_seconds_f64().ceil() as i64);
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
