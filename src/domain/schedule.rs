//! When a post goes out: wall time, zone and instant together, never guessed.

use chrono::{DateTime, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A moment as a person meant it. Only [`Schedule::resolve`] and [`Schedule::at`] make one, so the three parts agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Schedule {
    instant: DateTime<Utc>,
    wall: NaiveDateTime,
    zone: Tz,
}

/// What a wall time means in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// One moment.
    At(Schedule),
    /// The clocks skip it: the nearest moments on either side.
    Gap {
        /// The last whole minute before the clocks jump.
        before: Schedule,
        /// The first moment after they did.
        after: Schedule,
        /// The moment that clocks show which nobody has set on: where they skip an hour, an hour later than was said.
        moved: Schedule,
    },
    /// The clocks show it twice.
    Twice {
        /// With the offset before the change.
        first: Schedule,
        /// With the offset after it.
        second: Schedule,
    },
}

/// No zone skips more than this at once; Apia skipped a day.
const WIDEST_GAP_MINUTES: i64 = 25 * 60;

impl Schedule {
    /// What `wall` means in `zone`.
    pub fn resolve(wall: NaiveDateTime, zone: Tz) -> Resolved {
        match zone.from_local_datetime(&wall) {
            LocalResult::Single(at) => Resolved::At(Self::at(at.to_utc(), zone)),
            LocalResult::Ambiguous(first, second) => Resolved::Twice {
                first: Self::at(first.to_utc().min(second.to_utc()), zone),
                second: Self::at(first.to_utc().max(second.to_utc()), zone),
            },
            LocalResult::None => {
                let (before, after) = around_gap(wall, zone);
                let moved = before.instant.checked_add_signed(wall - before.wall).unwrap_or(after.instant);
                Resolved::Gap { before, after, moved: Self::at(moved, zone) }
            }
        }
    }

    /// The moment `instant`, as `zone` shows it.
    pub fn at(instant: DateTime<Utc>, zone: Tz) -> Self {
        Self { instant, wall: instant.with_timezone(&zone).naive_local(), zone }
    }

    /// The moment a date begins in `zone`: where its midnight is skipped, the first one after it; where it comes twice,
    /// the first of both.
    pub fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
        Self::resolve(date.and_time(NaiveTime::MIN), zone).nearest().instant
    }

    /// The moment that the clock of its zone shows `by` later: of a skipped one the first after it, of a doubled one the
    /// first. Nothing beyond the calendar.
    pub fn shifted(&self, by: TimeDelta) -> Option<Self> {
        if by.is_zero() {
            return Some(*self);
        }
        Some(Self::resolve(self.wall.checked_add_signed(by)?, self.zone).nearest())
    }

    /// The moment as its zone shows it, with the zone beside it: `2030-01-02 09:00 CET`.
    pub fn told(self) -> String {
        self.instant.with_timezone(&self.zone).format("%Y-%m-%d %H:%M %Z").to_string()
    }

    /// The instant.
    pub fn instant(&self) -> DateTime<Utc> {
        self.instant
    }

    /// The wall time in [`Schedule::zone`].
    pub fn wall(&self) -> NaiveDateTime {
        self.wall
    }

    /// Whether the zone's rules have changed since it was made: the wall time that was meant, and the one that the instant
    /// shows now, are not the same.
    pub fn is_shifted(&self) -> bool {
        self.instant.with_timezone(&self.zone).naive_local() != self.wall
    }

    /// The zone the wall time is meant in.
    pub fn zone(&self) -> Tz {
        self.zone
    }
}

fn around_gap(wall: NaiveDateTime, zone: Tz) -> (Schedule, Schedule) {
    let find = |direction: i64| {
        (1..=WIDEST_GAP_MINUTES).find_map(|minutes| {
            let probe = wall.checked_add_signed(TimeDelta::minutes(direction * minutes))?;
            zone.from_local_datetime(&probe).earliest()
        })
    };
    // Beyond the end of the calendar there is no neighbour; the wall time read as UTC is then as good as any.
    let fallback = wall.and_utc();
    let before = find(-1).map_or(fallback, |at| at.to_utc());
    let after = find(1).map_or(fallback, |at| at.to_utc());
    // The wall times between `before` and `after` do not exist, so the first moment after is the very next minute.
    let after = if after - before > TimeDelta::minutes(1) { before + TimeDelta::minutes(1) } else { after };
    (Schedule::at(before, zone), Schedule::at(after, zone))
}

impl Resolved {
    /// A moment in any case: after a skipped one, the first of a repeated one.
    pub fn nearest(self) -> Schedule {
        match self {
            Self::At(schedule) | Self::Gap { after: schedule, .. } | Self::Twice { first: schedule, .. } => schedule,
        }
    }

    /// The moment, when there is no question about it.
    pub fn certain(self) -> Option<Schedule> {
        match self {
            Self::At(schedule) => Some(schedule),
            Self::Gap { .. } | Self::Twice { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;
    use chrono_tz::{Australia::Lord_Howe, Europe::Berlin, Pacific::Apia};

    fn wall(y: i32, mo: u32, d: u32, h: u32, mi: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(y, mo, d).unwrap().and_hms_opt(h, mi, 0).unwrap()
    }

    #[test]
    fn a_skipped_hour_names_both_neighbours() {
        let Resolved::Gap { before, after, moved } = Schedule::resolve(wall(2027, 3, 28, 2, 30), Berlin) else {
            panic!("02:30 does not exist that day");
        };
        assert_eq!(before.wall(), wall(2027, 3, 28, 1, 59));
        assert_eq!(after.wall(), wall(2027, 3, 28, 3, 0));
        assert_eq!(after.instant() - before.instant(), TimeDelta::minutes(1));
        assert_eq!(moved.wall(), wall(2027, 3, 28, 3, 30));
    }

    #[test]
    fn a_repeated_hour_names_both_moments() {
        let Resolved::Twice { first, second } = Schedule::resolve(wall(2026, 10, 25, 2, 30), Berlin) else {
            panic!("02:30 comes twice that day");
        };
        assert_eq!(second.instant() - first.instant(), TimeDelta::hours(1));
        assert_eq!(first.wall(), second.wall());
    }

    #[test]
    fn half_hours_and_whole_days_are_skipped_too() {
        let Resolved::Gap { after, moved, .. } = Schedule::resolve(wall(2026, 10, 4, 2, 15), Lord_Howe) else {
            panic!()
        };
        assert_eq!((after.wall(), moved.wall()), (wall(2026, 10, 4, 2, 30), wall(2026, 10, 4, 2, 45)));
        let Resolved::Gap { before, after, moved } = Schedule::resolve(wall(2011, 12, 30, 12, 0), Apia) else {
            panic!()
        };
        assert_eq!(before.wall(), wall(2011, 12, 29, 23, 59));
        assert_eq!((after.wall(), moved.wall()), (wall(2011, 12, 31, 0, 0), wall(2011, 12, 31, 12, 0)));
    }
}
