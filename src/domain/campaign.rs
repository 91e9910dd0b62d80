//! The rhythm of a campaign: when each of its posts goes out. Wall times are kept over a change of the clocks, hours
//! are elapsed time, and what the clocks skip or show twice is left to be asked.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::schedule::{Resolved, Schedule};

/// How far a rhythm looks for its next day or hour before it gives up: some four years of days.
const PATIENCE: usize = 1_500;

/// The longest distance, in days: beyond a year nobody plans, and what is typed has a slip in it.
const LONGEST: u32 = 366;

/// The distance between the posts of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Every {
    /// Elapsed time, at least a minute.
    Elapsed(TimeDelta),
    /// Whole days, at the same wall time.
    Days(u32),
    /// These days of the week.
    Weekdays(BTreeSet<u8>),
}

/// When the posts of a campaign go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rhythm {
    /// The first post.
    pub start: Schedule,
    /// The distance.
    pub every: Every,
    /// Several times a day instead of the start's own; for days and weekdays.
    pub times: Vec<NaiveTime>,
    /// Whether Saturday and Sunday are left out.
    pub skip_weekends: bool,
}

/// When the posts of a campaign go out: by a rhythm, or in the posting slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At a distance from each other.
    Rhythm(Rhythm),
    /// In the free posting slots of the channels, from a moment on.
    Slots(Schedule),
}

/// Whether the words for a distance mean the posting slots.
pub fn asks_slots(words: &str) -> bool {
    matches!(words.trim().to_lowercase().as_str(), "slot" | "slots")
}

/// What becomes of a post whose channel has another one nearby.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnClash {
    /// It stays, and the clash is said.
    #[default]
    Keep,
    /// It is put off by half an hour until there is room.
    Shift,
    /// It is not scheduled.
    Refuse,
}

/// How far a campaign has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Its name.
    pub name: String,
    /// Its posts.
    pub posts: u32,
    /// Those that are live on every channel.
    pub published: u32,
    /// When the first one goes out, or went.
    pub first: Option<DateTime<Utc>>,
    /// When the last one does.
    pub last: Option<DateTime<Utc>>,
}

/// How far a campaign is shifted as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Elapsed time.
    Elapsed(TimeDelta),
    /// On the clock: days and weeks keep the time of day.
    Clock(TimeDelta),
}

impl Shift {
    /// What words mean: `+1d`, `-2h`, `+1w`.
    pub fn read(words: &str) -> Result<Self, NoRhythm> {
        let words = words.trim();
        let no = || NoRhythm(format!("\"{words}\" is no distance; try +1d, -2h, +1w"));
        let (sign, span) = match (words.strip_prefix('+'), words.strip_prefix(['-', '−'])) {
            (Some(span), _) => (1, span),
            (_, Some(span)) => (-1, span),
            (None, None) => return Err(no()),
        };
        match spaced(&span.trim().to_lowercase()).ok_or_else(no)? {
            Every::Elapsed(span) => Ok(Self::Elapsed(span * sign)),
            Every::Days(days) => Ok(Self::Clock(TimeDelta::days(i64::from(days) * i64::from(sign)))),
            Every::Weekdays(_) => Err(no()),
        }
    }

    /// Where a moment goes; nothing beyond the calendar. A time that the clocks skip or show twice stays a question.
    pub fn of(self, at: Schedule) -> Option<Resolved> {
        match self {
            Self::Elapsed(span) => Some(Resolved::At(Schedule::at(at.instant().checked_add_signed(span)?, at.zone()))),
            Self::Clock(span) => Some(Schedule::resolve(at.wall().checked_add_signed(span)?, at.zone())),
        }
    }
}

/// A rhythm that makes no sense. The words say what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoRhythm(pub String);

impl Every {
    /// The distance that words mean: `90m`, `24h`, `1d`, `2w`, `mon,wed,fri`, `weekdays`.
    pub fn read(words: &str) -> Result<Self, NoRhythm> {
        let folded = words.trim().to_lowercase();
        let no = || NoRhythm(format!("\"{}\" is no interval; try 24h, 1d, 1w, weekdays, mon,wed,fri", words.trim()));
        if matches!(folded.as_str(), "weekday" | "weekdays") {
            return Ok(Self::Weekdays((0..5).collect()));
        }
        if let Some(every) = spaced(&folded) {
            return match every {
                Self::Elapsed(span) if span < TimeDelta::minutes(1) => {
                    Err(NoRhythm("an interval of 0 puts every post on one moment; try 1h or 1d".into()))
                }
                Self::Days(0) => Err(NoRhythm("an interval of 0 days puts every post on one moment; try 1d".into())),
                every if every.is_too_long() => {
                    Err(NoRhythm(format!("\"{}\" is longer than a year; {LONGEST}d is the most", words.trim())))
                }
                every => Ok(every),
            };
        }
        let mut days = BTreeSet::new();
        for word in folded.split([',', ' ']).filter(|word| !word.is_empty()) {
            let day: Weekday = word.parse().map_err(|_| no())?;
            days.insert(u8::try_from(day.num_days_from_monday()).unwrap_or_default());
        }
        if days.is_empty() { Err(no()) } else { Ok(Self::Weekdays(days)) }
    }

    fn is_too_long(&self) -> bool {
        match self {
            Self::Elapsed(span) => *span > TimeDelta::days(LONGEST.into()),
            Self::Days(days) => *days > LONGEST,
            Self::Weekdays(_) => false,
        }
    }
}

fn spaced(words: &str) -> Option<Every> {
    let digits = words.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = words.split_at_checked(digits)?;
    let number: u32 = number.parse().ok()?;
    match unit.trim() {
        "m" | "min" | "minutes" => Some(Every::Elapsed(TimeDelta::minutes(number.into()))),
        "h" | "hour" | "hours" => Some(Every::Elapsed(TimeDelta::hours(number.into()))),
        "d" | "day" | "days" => Some(Every::Days(number)),
        "w" | "week" | "weeks" => number.checked_mul(7).map(Every::Days),
        _ => None,
    }
}

impl Rhythm {
    /// The moments of `count` posts, in order. A wall time that the clocks skip or show twice stays a question.
    pub fn moments(&self, count: usize) -> Result<Vec<Resolved>, NoRhythm> {
        match &self.every {
            Every::Elapsed(span) => self.elapsed(*span, count),
            Every::Days(step) => self.days(count, |day, start| {
                let apart = day.signed_duration_since(start).num_days();
                apart % i64::from((*step).max(1)) == 0
            }),
            Every::Weekdays(days) => self.days(count, |day, _| {
                u8::try_from(day.weekday().num_days_from_monday()).is_ok_and(|day| days.contains(&day))
            }),
        }
    }

    fn elapsed(&self, span: TimeDelta, count: usize) -> Result<Vec<Resolved>, NoRhythm> {
        let zone = self.start.zone();
        let mut at = self.start.instant();
        let mut moments = Vec::with_capacity(count);
        let mut left = PATIENCE;
        while moments.len() < count {
            let moment = Schedule::at(at, zone);
            if self.takes(moment.wall().date()) {
                moments.push(Resolved::At(moment));
                left = PATIENCE;
            } else {
                left -= 1;
                if left == 0 {
                    return Err(never());
                }
            }
            at = at.checked_add_signed(span).ok_or_else(too_far)?;
        }
        Ok(moments)
    }

    fn days(&self, count: usize, fits: impl Fn(NaiveDate, NaiveDate) -> bool) -> Result<Vec<Resolved>, NoRhythm> {
        let (zone, start) = (self.start.zone(), self.start.wall());
        let times = self.times_of_day();
        let mut day = start.date();
        let mut moments = Vec::with_capacity(count);
        let mut left = PATIENCE;
        while moments.len() < count {
            if self.takes(day) && fits(day, start.date()) {
                left = PATIENCE;
                for time in times.iter().filter(|time| day > start.date() || **time >= start.time()) {
                    if moments.len() < count {
                        moments.push(self.resolve(day, *time, zone));
                    }
                }
            } else {
                left -= 1;
                if left == 0 {
                    return Err(never());
                }
            }
            day = day.checked_add_days(Days::new(1)).ok_or_else(too_far)?;
        }
        Ok(moments)
    }

    /// The start is certain, also where the clocks show its time twice.
    fn resolve(&self, day: NaiveDate, time: NaiveTime, zone: Tz) -> Resolved {
        let wall = day.and_time(time);
        if wall == self.start.wall() { Resolved::At(self.start) } else { Schedule::resolve(wall, zone) }
    }

    fn times_of_day(&self) -> Vec<NaiveTime> {
        let mut times = if self.times.is_empty() { vec![self.start.wall().time()] } else { self.times.clone() };
        times.sort();
        times.dedup();
        times
    }

    fn takes(&self, day: NaiveDate) -> bool {
        !(self.skip_weekends && matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }
}

fn never() -> NoRhythm {
    NoRhythm("this rhythm falls on weekends only, and those are skipped; choose another start or interval".into())
}

fn too_far() -> NoRhythm {
    NoRhythm("this rhythm runs beyond the calendar; choose a shorter interval".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;
    use chrono_tz::Europe::Berlin;
    use proptest::prelude::*;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn rhythm(start: &str, every: &str, skip_weekends: bool) -> Rhythm {
        let start = Schedule::resolve(wall(start), Berlin).certain().unwrap();
        Rhythm { start, every: Every::read(every).unwrap(), times: Vec::new(), skip_weekends }
    }

    fn shown(rhythm: &Rhythm, count: usize) -> Vec<String> {
        let show = |moment: Resolved| moment.certain().map(|at| at.wall().format("%a %d %H:%M").to_string());
        rhythm.moments(count).unwrap().into_iter().map(|moment| show(moment).unwrap_or("?".into())).collect()
    }

    #[test]
    fn days_keep_the_wall_time_and_hours_do_not() {
        // The clocks go back on Sun 25 Oct 2026.
        assert_eq!(
            shown(&rhythm("2026-10-24 09:00", "1d", false), 3),
            ["Sat 24 09:00", "Sun 25 09:00", "Mon 26 09:00"]
        );
        assert_eq!(
            shown(&rhythm("2026-10-24 09:00", "24h", false), 3),
            ["Sat 24 09:00", "Sun 25 08:00", "Mon 26 08:00"]
        );
    }

    #[test]
    fn weekends_are_skipped_and_weekdays_chosen() {
        assert_eq!(shown(&rhythm("2026-11-26 09:00", "1d", true), 3), ["Thu 26 09:00", "Fri 27 09:00", "Mon 30 09:00"]);
        assert_eq!(
            shown(&rhythm("2026-11-26 09:00", "mon,wed", false), 3),
            ["Mon 30 09:00", "Wed 02 09:00", "Mon 07 09:00"]
        );
        let mut several = rhythm("2026-11-26 12:00", "weekdays", false);
        several.times = ["09:00", "17:00"].iter().map(|time| time.parse().unwrap()).collect();
        assert_eq!(shown(&several, 3), ["Thu 26 17:00", "Fri 27 09:00", "Fri 27 17:00"]);
        assert!(rhythm("2026-11-28 09:00", "1w", true).moments(1).unwrap_err().0.contains("weekends only"));
    }

    #[test]
    fn a_skipped_and_a_repeated_time_stay_questions() {
        let moments = rhythm("2027-03-27 02:30", "1d", false).moments(3).unwrap();
        assert!(matches!(moments[1], Resolved::Gap { .. }), "{moments:?}");
        let moments = rhythm("2026-10-24 02:30", "1d", false).moments(3).unwrap();
        assert!(matches!(moments[1], Resolved::Twice { .. }), "{moments:?}");
    }

    #[test]
    fn words_that_are_no_interval_are_answered() {
        for words in ["0h", "0d", "soon", "", "1y"] {
            assert!(Every::read(words).is_err(), "{words}");
        }
    }

    #[test]
    fn an_interval_beyond_a_year_is_said_to_be_that() {
        for words in ["2000d", "99999999h", "53w"] {
            assert!(Every::read(words).unwrap_err().0.contains("longer than a year"), "{words}");
        }
        for words in ["366d", "8784h", "52w"] {
            assert!(Every::read(words).is_ok(), "{words}");
        }
    }

    #[test]
    fn a_shift_by_days_keeps_the_time_of_day_and_one_by_hours_does_not() {
        // The clocks go back on Sun 25 Oct 2026.
        let at = Schedule::resolve(wall("2026-10-24 09:00"), Berlin).certain().unwrap();
        let shifted = |words: &str| Shift::read(words).unwrap().of(at).unwrap().certain().unwrap().wall();
        assert_eq!(shifted("+1d"), wall("2026-10-25 09:00"));
        assert_eq!(shifted("+24h"), wall("2026-10-25 08:00"));
        assert_eq!(shifted("-1w"), wall("2026-10-17 09:00"));
        for words in ["1d", "", "+", "+soon", "-mon"] {
            assert!(Shift::read(words).is_err(), "{words}");
        }
        assert!(Shift::read("+4000000000w").is_err());
    }

    /// Zones whose clocks change by an hour, by half of one, or by a whole day; and one with an odd offset.
    fn zones() -> impl Strategy<Value = Tz> {
        let names = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"];
        prop::sample::select(names.map(|name| name.parse::<Tz>().unwrap()).to_vec())
    }

    proptest! {
        #[test]
        fn a_campaign_keeps_its_wall_time_in_every_zone_over_every_change_of_the_clocks(
            // From 2005: the year 2011 has no 30 December in Apia.
            day in 0_u64..9000, minute in 0_u32..1440, zone in zones(),
            (every, days) in prop::sample::select(vec![("1d", 1), ("3d", 3), ("1w", 7), ("weekdays", 0), ("90m", 0)]),
            skip in any::<bool>(), count in 1_usize..60,
        ) {
            let wall = wall("2005-01-03 00:00") + Days::new(day) + TimeDelta::minutes(minute.into());
            let Some(start) = Schedule::resolve(wall, zone).certain() else { return Ok(()) };
            let rhythm = Rhythm { start, every: Every::read(every).unwrap(), times: Vec::new(), skip_weekends: skip };
            let is_weekend = |at: NaiveDateTime| matches!(at.weekday(), Weekday::Sat | Weekday::Sun);
            let Ok(moments) = rhythm.moments(count) else {
                prop_assert!(skip && days == 7 && is_weekend(wall), "only such a one falls on weekends for ever");
                return Ok(());
            };
            prop_assert_eq!(moments.len(), count);
            // What the clocks skip or show twice is asked, and is no moment yet: in Apia that may be a whole day.
            let certain: Vec<Schedule> = moments.iter().filter_map(|moment| moment.certain()).collect();
            prop_assert!(certain.windows(2).all(|pair| pair[0].instant() < pair[1].instant()), "{moments:?}");
            prop_assert!(certain.iter().all(|at| at.instant() >= start.instant()));
            if skip || every == "weekdays" {
                prop_assert!(certain.iter().all(|at| !is_weekend(at.wall())), "{moments:?}");
            }
            for moment in certain {
                prop_assert_eq!(moment.zone(), zone);
                if every == "90m" {
                    continue;
                }
                prop_assert_eq!(moment.wall().time(), wall.time(), "{:?}", moment);
                if days > 0 {
                    prop_assert_eq!((moment.wall().date() - wall.date()).num_days() % days, 0);
                }
            }
        }

        #[test]
        fn moments_are_in_order_and_off_the_weekends(
            day in 0_u64..1500, hour in 4_u32..24, every in prop::sample::select(vec!["90m", "7h", "24h", "1d", "3d", "weekdays", "tue,sat"]), count in 1_usize..40,
        ) {
            let wall = wall("2026-01-05 00:00") + Days::new(day) + TimeDelta::hours(hour.into());
            let Some(start) = Schedule::resolve(wall, Berlin).certain() else { return Ok(()) };
            let rhythm = Rhythm { start, every: Every::read(every).unwrap(), times: Vec::new(), skip_weekends: true };
            let moments = rhythm.moments(count).unwrap();
            prop_assert_eq!(moments.len(), count);
            let certain: Vec<Schedule> = moments.iter().filter_map(|moment| moment.certain()).collect();
            prop_assert!(certain.windows(2).all(|pair| pair[0].instant() < pair[1].instant()));
            prop_assert!(certain.iter().all(|at| !matches!(at.wall().weekday(), Weekday::Sat | Weekday::Sun)));
            prop_assert!(certain.iter().all(|at| at.instant() >= start.instant()));
        }
    }
}
