//! Moments in words, always in a zone: one form per amount of room.

use chrono::{DateTime, Datelike, Offset, Utc};
use chrono_tz::Tz;

use crate::domain::habits::Habits;
use crate::tui::board::distance_words;
use crate::tui::model::Shared;

/// For whom a moment is written: in which zone, and with how many hours on the clock.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    zone: Tz,
    habits: Habits,
}

impl From<Tz> for Reader {
    fn from(zone: Tz) -> Self {
        Self { zone, habits: Habits::default() }
    }
}

impl From<&Shared> for Reader {
    fn from(shared: &Shared) -> Self {
        Self { zone: shared.zone, habits: shared.habits }
    }
}

impl From<&mut Shared> for Reader {
    fn from(shared: &mut Shared) -> Self {
        Self::from(&*shared)
    }
}

impl Reader {
    /// `at` in this reader's zone by `form`, in which `{}` is the time of day and `{s}` the same to the second.
    fn write(self, at: DateTime<Utc>, form: &str) -> String {
        self.habits.moment(at, self.zone, &form.replace("%Z", &zone_short(at, self.zone)))
    }
}

/// `Sat 1 Aug 2026 14:00 CEST (UTC+2)`; zones without an abbreviation show the offset alone.
pub fn full(at: DateTime<Utc>, reader: impl Into<Reader>) -> String {
    let reader = reader.into();
    let here = at.with_timezone(&reader.zone);
    let date = reader.write(at, "%a %-d %b %Y {}");
    let offset = offset_words(here.offset().fix().local_minus_utc());
    match here.format("%Z").to_string() {
        name if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name != "UTC" => {
            format!("{date} {name} ({offset})")
        }
        _ => format!("{date} {offset}"),
    }
}

/// [`full`] and how far away that is.
pub fn with_distance(at: DateTime<Utc>, reader: impl Into<Reader>, now: DateTime<Utc>) -> String {
    format!("{} · {}", full(at, reader), distance_words(at, now))
}

/// `Wed 29 Jul 09:00 CEST`; with the year when it is not this one.
pub fn plain(at: DateTime<Utc>, now: DateTime<Utc>, reader: impl Into<Reader>) -> String {
    let reader = reader.into();
    let year = |at: DateTime<Utc>| at.with_timezone(&reader.zone).year();
    reader.write(at, if year(at) == year(now) { "%a %-d %b {} %Z" } else { "%a %-d %b %Y {} %Z" })
}

/// `Wed 29 Jul 09:00:12 CEST`, for records.
pub fn exact(at: DateTime<Utc>, now: DateTime<Utc>, reader: impl Into<Reader>) -> String {
    let reader = reader.into();
    let year = |at: DateTime<Utc>| at.with_timezone(&reader.zone).year();
    reader.write(at, if year(at) == year(now) { "%a %-d %b {s} %Z" } else { "%a %-d %b %Y {s} %Z" })
}

/// `Mon 27 17:00` this month, `27 Jun 17:00` this year, else `27 Jun 2025`: at most twelve cells, thirteen with a clock
/// of twelve hours.
pub fn brief(at: DateTime<Utc>, now: DateTime<Utc>, reader: impl Into<Reader>) -> String {
    let reader = reader.into();
    let (here, now) = (at.with_timezone(&reader.zone), now.with_timezone(&reader.zone));
    let form = match (here.year() == now.year(), here.month() == now.month()) {
        (true, true) => "%a %-d {}",
        (true, false) => "%-d %b {}",
        (false, _) => "%-d %b %Y",
    };
    reader.write(at, form)
}

/// `11:42:01`, and `Mon 11:42:01` on another day.
pub fn clock(at: DateTime<Utc>, now: DateTime<Utc>, reader: impl Into<Reader>) -> String {
    let reader = reader.into();
    let day = |at: DateTime<Utc>| at.with_timezone(&reader.zone).date_naive();
    reader.write(at, if day(at) == day(now) { "{s}" } else { "%a {s}" })
}

/// The time somewhere else, by the name of the place: `New York 05:42 EDT`.
pub fn elsewhere(at: DateTime<Utc>, habits: &Habits, zone: Tz) -> String {
    let place = zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ");
    let time = habits.time(at.with_timezone(&zone).time());
    match zone_short(at, zone) {
        short if short == place => format!("{time} {short}"),
        short => format!("{place} {time} {short}"),
    }
}

/// The same moment where it is another day too: `08:00 EDT`, or `Fri 23:00 EDT`.
pub fn there(at: DateTime<Utc>, here: impl Into<Reader>, zone: Tz) -> String {
    let here = here.into();
    let same_day = at.with_timezone(&here.zone).date_naive() == at.with_timezone(&zone).date_naive();
    let there = Reader { zone, ..here };
    format!("{} {}", there.write(at, if same_day { "{}" } else { "%a {}" }), zone_short(at, zone))
}

/// The zone as people call it at that moment: `Europe/Berlin CEST`, `Asia/Kathmandu UTC+5:45`, but `UTC` alone.
pub fn zone_words(at: DateTime<Utc>, zone: Tz) -> String {
    let (name, short) = (zone.name(), zone_short(at, zone));
    if name.rsplit('/').next() == Some(&short) { short } else { format!("{name} {short}") }
}

/// The zone's abbreviation at that moment, or its offset where it has none.
pub fn zone_short(at: DateTime<Utc>, zone: Tz) -> String {
    let here = at.with_timezone(&zone);
    match here.format("%Z").to_string() {
        name if name.starts_with(|c: char| c.is_ascii_alphabetic()) => name,
        _ => offset_words(here.offset().fix().local_minus_utc()),
    }
}

fn offset_words(seconds: i32) -> String {
    let (sign, seconds) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    match (seconds / 3600, seconds % 3600 / 60) {
        (0, 0) => "UTC".into(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};
    use chrono_tz::Europe::Berlin;

    #[test]
    fn a_moment_names_its_zone_and_offset() {
        let at = Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap();
        for (zone, words) in [
            (chrono_tz::Europe::Berlin, "Sat 1 Aug 2026 14:00 CEST (UTC+2)"),
            (chrono_tz::Asia::Kathmandu, "Sat 1 Aug 2026 17:45 UTC+5:45"),
            (chrono_tz::America::St_Johns, "Sat 1 Aug 2026 09:30 NDT (UTC-2:30)"),
            (chrono_tz::UTC, "Sat 1 Aug 2026 12:00 UTC"),
        ] {
            assert_eq!(full(at, zone), words);
        }
    }

    #[test]
    fn every_form_names_what_the_reader_cannot_guess() {
        let now = Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 1).unwrap();
        let ago = |days| now - TimeDelta::days(days);
        assert_eq!(plain(now, now, Berlin), "Tue 28 Jul 11:42 CEST");
        assert_eq!(plain(ago(300), now, Berlin), "Wed 1 Oct 2025 11:42 CEST");
        assert_eq!(exact(ago(200), now, Berlin), "Fri 9 Jan 10:42:01 CET");
        assert_eq!(brief(ago(1), now, Berlin), "Mon 27 11:42");
        assert_eq!(brief(ago(40), now, Berlin), "18 Jun 11:42");
        assert_eq!(brief(ago(400), now, Berlin), "23 Jun 2025");
        assert_eq!(clock(now, now, Berlin), "11:42:01");
        assert_eq!(clock(ago(1), now, Berlin), "Mon 11:42:01");
    }

    #[test]
    fn a_clock_of_twelve_hours_is_written_as_one() {
        let now = Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 1).unwrap();
        let reader = Reader { zone: Berlin, habits: Habits { twelve: true, ..Habits::default() } };
        let later = now + TimeDelta::hours(3);
        assert_eq!(plain(later, now, reader), "Tue 28 Jul 2:42p CEST");
        assert_eq!(brief(later, now, reader), "Tue 28 2:42p");
        assert_eq!(full(now, reader), "Tue 28 Jul 2026 11:42a CEST (UTC+2)");
        assert_eq!(there(later, reader, chrono_tz::America::New_York), "8:42a EDT");
        assert_eq!(exact(later, now, reader), "Tue 28 Jul 2:42:01p CEST");
        assert_eq!(clock(later, now, reader), "2:42:01p");
    }

    #[test]
    fn another_place_has_its_own_time_and_sometimes_its_own_day() {
        let at = Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap();
        assert_eq!(elsewhere(at, &Habits::default(), chrono_tz::America::New_York), "New York 08:00 EDT");
        assert_eq!(elsewhere(at, &Habits::default(), chrono_tz::Asia::Kathmandu), "Kathmandu 17:45 UTC+5:45");
        assert_eq!(elsewhere(at, &Habits::default(), chrono_tz::UTC), "12:00 UTC");
        assert_eq!(there(at, Berlin, chrono_tz::America::New_York), "08:00 EDT");
        assert_eq!(there(at, Berlin, chrono_tz::Pacific::Apia), "Sun 01:00 UTC+13");
    }

    #[test]
    fn a_zone_is_not_named_twice() {
        let at = Utc.with_ymd_and_hms(2026, 8, 1, 12, 0, 0).unwrap();
        for (zone, words) in [
            (Berlin, "Europe/Berlin CEST"),
            (chrono_tz::Etc::UTC, "UTC"),
            (chrono_tz::UTC, "UTC"),
            (chrono_tz::Asia::Kathmandu, "Asia/Kathmandu UTC+5:45"),
        ] {
            assert_eq!(zone_words(at, zone), words);
        }
    }
}
