//! How a person is used to reading a calendar: where weeks begin, how the clock is written, which second zone they
//! keep in mind.

use std::ops::Range;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::schedule::Schedule;

/// Two posts of one channel nearer than this are a clash, unless the configuration says otherwise.
const NEAR: TimeDelta = TimeDelta::minutes(10);
/// Where weeks begin on Sunday, and on Saturday, by territory (CLDR, supplemental data, weekData).
const SUNDAY: &[&str] = &[
    "AG", "AS", "AU", "BD", "BR", "BS", "BT", "BW", "BZ", "CA", "CO", "DM", "DO", "ET", "GT", "GU", "HK", "HN", "ID",
    "IL", "IN", "JM", "JP", "KE", "KH", "KR", "LA", "MH", "MM", "MO", "MT", "MX", "MZ", "NI", "NP", "PA", "PE", "PH",
    "PK", "PR", "PT", "PY", "SA", "SG", "SV", "TH", "TT", "TW", "UM", "US", "VE", "VI", "WS", "YE", "ZA", "ZW",
];
const SATURDAY: &[&str] = &["AE", "AF", "BH", "DJ", "DZ", "EG", "IQ", "IR", "JO", "KW", "LY", "OM", "QA", "SD", "SY"];
/// Where the clock is written with twelve hours (CLDR, timeData).
const TWELVE: &[&str] = &["AU", "BD", "CA", "CO", "EG", "IN", "JO", "KR", "MY", "NZ", "PH", "PK", "SA", "US"];

/// The habits of whoever reads the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// The day weeks begin on.
    pub first: Weekday,
    /// Whether the clock has twelve hours.
    pub twelve: bool,
    /// The zone beside the one everything is shown in.
    pub second: Option<Tz>,
    /// Two posts of one channel nearer than this are a clash.
    pub near: TimeDelta,
}

impl Default for Habits {
    fn default() -> Self {
        Self { first: Weekday::Mon, twelve: false, second: None, near: NEAR }
    }
}

impl Habits {
    /// The habits of a locale's territory, such as `en_US.UTF-8`; without one, those of most of the world.
    pub fn of_locale(locale: &str) -> Self {
        let name = locale.split(['.', '@']).next().unwrap_or_default();
        let territory = name.split(['_', '-']).nth(1).unwrap_or_default().to_ascii_uppercase();
        let among = |list: &[&str]| list.contains(&territory.as_str());
        let first = match (among(SUNDAY), among(SATURDAY)) {
            (true, _) => Weekday::Sun,
            (_, true) => Weekday::Sat,
            _ => Weekday::Mon,
        };
        Self { first, twelve: among(TWELVE), ..Self::default() }
    }

    /// The first day of a date's week.
    pub fn week_start(&self, date: NaiveDate) -> NaiveDate {
        let back = u64::from(date.weekday().days_since(self.first));
        date.checked_sub_days(Days::new(back)).unwrap_or(date)
    }

    /// The week of `now` in `zone`, from its first midnight to the next week's: what a calendar shows first.
    pub fn week(&self, now: DateTime<Utc>, zone: Tz) -> Range<DateTime<Utc>> {
        let first = self.week_start(now.with_timezone(&zone).date_naive());
        let next = first.checked_add_days(Days::new(7)).unwrap_or(first);
        Schedule::midnight(first, zone)..Schedule::midnight(next, zone)
    }

    /// A time of day to the second: `09:05:12`, or `9:05:12a`.
    pub fn exact_time(&self, time: NaiveTime) -> String {
        if !self.twelve {
            return time.format("%H:%M:%S").to_string();
        }
        let (after_noon, hour) = time.hour12();
        format!("{hour}:{:02}:{:02}{}", time.minute(), time.second(), if after_noon { 'p' } else { 'a' })
    }

    /// `at` in `zone` by `form`, in which `{}` is the time of day and `{s}` the same to the second.
    pub fn moment(&self, at: DateTime<Utc>, zone: Tz, form: &str) -> String {
        let here = at.with_timezone(&zone);
        let form = form.replace("{s}", &self.exact_time(here.time()));
        here.format(&form.replace("{}", &self.time(here.time()))).to_string()
    }

    /// The hour of a time of day alone: `09`, or `9a`.
    pub fn hour(&self, time: NaiveTime) -> String {
        if !self.twelve {
            return format!("{:02}", time.hour());
        }
        let (after_noon, hour) = time.hour12();
        format!("{hour}{}", if after_noon { 'p' } else { 'a' })
    }

    /// A time of day: `09:05`, or `9:05a`. Never wider than five or six cells.
    pub fn time(&self, time: NaiveTime) -> String {
        if !self.twelve {
            // A screen is full of these.
            return format!("{:02}:{:02}", time.hour(), time.minute());
        }
        let (after_noon, hour) = time.hour12();
        format!("{hour}:{:02}{}", time.minute(), if after_noon { 'p' } else { 'a' })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_territory_says_where_weeks_begin_and_how_the_clock_is_written() {
        for (locale, first, twelve) in [
            ("en_US.UTF-8", Weekday::Sun, true),
            ("de_DE.UTF-8", Weekday::Mon, false),
            ("en_GB", Weekday::Mon, false),
            ("ar_EG@calendar=x", Weekday::Sat, true),
            ("pt-BR", Weekday::Sun, false),
            ("C.UTF-8", Weekday::Mon, false),
            ("POSIX", Weekday::Mon, false),
            ("", Weekday::Mon, false),
        ] {
            let habits = Habits::of_locale(locale);
            assert_eq!((habits.first, habits.twelve), (first, twelve), "{locale}");
        }
    }

    #[test]
    fn twelve_hours_have_no_zero() {
        let habits = Habits { twelve: true, ..Habits::default() };
        let written = |h, m| habits.time(NaiveTime::from_hms_opt(h, m, 0).unwrap());
        assert_eq!(
            [written(0, 5), written(9, 0), written(12, 30), written(23, 59)],
            ["12:05a", "9:00a", "12:30p", "11:59p"]
        );
        assert_eq!(Habits::default().time(NaiveTime::from_hms_opt(9, 5, 0).unwrap()), "09:05");
    }
}
