//! Times as people write them: `now`, `30m`, `tomorrow`, `fri 14`, `+1w`, `31 dec noon`, `2026-12-01 09:30`, unix seconds.

mod dates;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::schedule::{Resolved, Schedule};

/// The hour a day without a time stands for.
const MORNING: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// What `tonight` stands for.
const EVENING: NaiveTime = match NaiveTime::from_hms_opt(20, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
/// The last year that every format writes, and reads again.
const LAST_YEAR: i32 = 9999;
/// Numbers from here on are unix seconds; below, a year or a time is more likely (this is 2001-09-09).
const FIRST_UNIX_SECONDS: i64 = 1_000_000_000;

/// The words that are written out, for what was meant by one that is not among them. `now` is offered to nobody: a
/// month cut short comes near it, and it publishes at once.
const WORDS: [&str; 17] = [
    "today",
    "tonight",
    "tomorrow",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Bytes of what is looked through for a slip: nobody writes a time with more.
const LONGEST: usize = 64;

/// What someone's words mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// At once.
    Now,
    /// At a moment, or at one of two when the clocks change just then.
    At(Resolved),
}

/// Words that mean no time. Says what would.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}; try now, 30m, 2d, tomorrow 9, fri 14:30, +1w, 2026-12-01 09:30")]
pub struct WhenError {
    /// What could not be read.
    pub words: String,
}

/// Reads `text` as a time, as meant at `now` by someone in `zone`.
///
/// Spans of hours and less are elapsed time; days and weeks keep the wall time. A weekday is the next one, never
/// today; a time alone is the next time the clock shows it.
pub fn read(text: &str, now: DateTime<Utc>, zone: Tz) -> Result<Reading, WhenError> {
    let folded = text.trim().to_lowercase();
    let fail = || {
        let meant = meant(&folded, now, zone).map(|words| format!("; did you mean \"{words}\"?")).unwrap_or_default();
        WhenError { words: format!("\"{}\" is not a time{meant}", text.trim()) }
    };
    if folded == "now" {
        return Ok(Reading::Now);
    }
    let far = || WhenError { words: format!("\"{}\" is beyond the year {LAST_YEAR}", text.trim()) };
    let near = |resolved: Resolved| if is_written(&resolved) { Ok(Reading::At(resolved)) } else { Err(far()) };
    // A zone may not reach as far as an instant does.
    let at = |instant: DateTime<Utc>| match has_four_digits(&instant) {
        true => near(Resolved::At(Schedule::at(instant, zone))),
        false => Err(far()),
    };
    if let Some(instant) = absolute(&folded) {
        return at(instant);
    }
    let here = now.with_timezone(&zone).naive_local();
    if let Some(span) = elapsed(&folded) {
        return at(now.checked_add_signed(span).ok_or_else(fail)?);
    }
    if let Some(wall) = wall_time(&folded, here) {
        return if has_four_digits(&wall) { near(Schedule::resolve(wall, zone)) } else { Err(far()) };
    }
    zoned(&folded, now, zone).ok_or_else(fail).and_then(near)
}

/// Whether a moment can be written down everywhere: in UTC as files have it, and as its zone shows it.
fn is_written(resolved: &Resolved) -> bool {
    let is_near = |at: &Schedule| has_four_digits(&at.instant()) && has_four_digits(&at.wall());
    match resolved {
        Resolved::At(at) => is_near(at),
        Resolved::Gap { before, after, moved } => is_near(before) && is_near(after) && is_near(moved),
        Resolved::Twice { first, second } => is_near(first) && is_near(second),
    }
}

fn has_four_digits(date: &impl Datelike) -> bool {
    (0..=LAST_YEAR).contains(&date.year())
}

/// A date and time with its zone behind it, as lists show them: `2026-12-01 09:30 CET`, `31 dec 9:00 europe/berlin`.
fn zoned(text: &str, now: DateTime<Utc>, zone: Tz) -> Option<Resolved> {
    let there = |words: &str, zone: Tz| {
        let wall = wall_time(words, now.with_timezone(&zone).naive_local())?;
        Some(Schedule::resolve(wall, zone))
    };
    // What the zone itself is called at that moment tells an hour that comes twice apart, too.
    let (before, name) = text.rsplit_once(' ')?;
    let called = |at: &Schedule| at.instant().with_timezone(&zone).format("%Z").to_string().to_lowercase() == name;
    match there(before, zone) {
        Some(Resolved::At(at)) if called(&at) => return Some(Resolved::At(at)),
        Some(Resolved::Twice { first, second }) => {
            if let Some(at) = [first, second].into_iter().find(called) {
                return Some(Resolved::At(at));
            }
        }
        _ => {}
    }
    let (before, other) = dates::zone_at_end(text)?;
    match there(before, other)? {
        Resolved::At(at) => Some(Resolved::At(Schedule::at(at.instant(), zone))),
        doubtful => Some(doubtful),
    }
}

/// Whether `text` is a day and says no time of it: `fri`, `2d`, `2026-12-01`.
pub fn is_day(text: &str) -> bool {
    let folded = text.trim().to_lowercase();
    // Which day it is does not matter here.
    let any = NaiveDate::default();
    let next = folded.strip_prefix("next ").filter(|rest| !rest.trim().contains(' '));
    let dated = next.is_some_and(|rest| of_next_week(rest, any).is_some())
        || date(&folded, any).is_some()
        || dates::month_day(&folded, any).is_some_and(|(_, time)| time.is_empty());
    dated || span_of_days(&folded).is_some_and(|(_, time)| time.is_empty())
}

/// The same words with those that are nearly one of ours written right, where they mean a time then.
fn meant(folded: &str, now: DateTime<Utc>, zone: Tz) -> Option<String> {
    if folded.len() > LONGEST {
        return None;
    }
    // A letter too many, one too few, or two that changed places.
    let near = |word: &str| {
        let far = |each: &str| strsim::osa_distance(word, each);
        WORDS.into_iter().filter(|each| far(each) <= each.len() / 3).min_by_key(|each| far(each))
    };
    let right = |word| if word == "at" { word } else { near(word).unwrap_or(word) };
    let words = folded.split_whitespace().map(right).collect::<Vec<_>>().join(" ");
    (words != folded && read(&words, now, zone).is_ok()).then_some(words)
}

/// RFC 3339 with an offset, or unix seconds, with or without `@`.
fn absolute(text: &str) -> Option<DateTime<Utc>> {
    let upper = text.to_uppercase();
    if let Ok(at) = DateTime::parse_from_rfc3339(&upper) {
        return Some(at.to_utc());
    }
    if let Ok(at) = DateTime::parse_from_str(&upper.replace('Z', "+00:00"), "%Y-%m-%dT%H:%M%:z") {
        return Some(at.to_utc());
    }
    let (digits, marked) = text.strip_prefix('@').map_or((text, false), |digits| (digits, true));
    let seconds: i64 = digits.parse().ok()?;
    (marked || seconds >= FIRST_UNIX_SECONDS).then(|| DateTime::from_timestamp(seconds, 0))?
}

/// `30m`, `90 min`, `1h`, `1h30m`: time that passes, whatever the clocks do.
fn elapsed(text: &str) -> Option<TimeDelta> {
    let mut rest = text.strip_prefix("in ").unwrap_or(text);
    rest = rest.strip_prefix('+').unwrap_or(rest).trim();
    let mut total = TimeDelta::zero();
    let mut any = false;
    while !rest.is_empty() {
        let (number, unit, after) = number_and_unit(rest)?;
        total = total.checked_add(&match unit {
            "m" | "min" | "mins" | "minute" | "minutes" => TimeDelta::try_minutes(number)?,
            "h" | "hour" | "hours" => TimeDelta::try_hours(number)?,
            _ => return None,
        })?;
        any = true;
        rest = after.trim_start();
    }
    any.then_some(total)
}

fn number_and_unit(text: &str) -> Option<(i64, &str, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(digits)?;
    let rest = rest.trim_start();
    let letters = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (unit, after) = rest.split_at_checked(letters)?;
    Some((number.parse().ok()?, unit, after))
}

fn wall_time(text: &str, here: NaiveDateTime) -> Option<NaiveDateTime> {
    if let Some(time) = clock_time(text) {
        let today = here.date().and_time(time);
        return Some(if today > here { today } else { today.checked_add_days(Days::new(1))? });
    }
    if let Some(wall) = days_on(text, here) {
        return Some(wall);
    }
    if text == "tonight" {
        return Some(here.date().and_time(EVENING));
    }
    if let Some((date, time)) = dates::month_day(text, here.date()) {
        return Some(date.and_time(time_after_day(time)?));
    }
    if let Some(rest) = text.strip_prefix("next ") {
        return of_next_week(rest, here.date());
    }
    let (day, time) = match text.split_once([' ', 't']).filter(|(day, _)| day.contains('-')) {
        Some((day, time)) => (day, time),
        None => text.split_once(' ').unwrap_or((text, "")),
    };
    let date = date(day, here.date())?;
    Some(date.and_time(time_after_day(time)?))
}

/// `week`, `fri`, `tue 14`: of the week after this one, which begins on a Monday. A week alone is its Monday.
fn of_next_week(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    let (day, time) = text.split_once(' ').unwrap_or((text, ""));
    let ahead = match day {
        "week" => 0,
        day => u64::from(day.parse::<Weekday>().ok()?.num_days_from_monday()),
    };
    let monday = today.week(Weekday::Mon).checked_first_day()?.checked_add_days(Days::new(7))?;
    Some(monday.checked_add_days(Days::new(ahead))?.and_time(time_after_day(time)?))
}

/// What follows a day: a time, or nothing.
fn time_after_day(text: &str) -> Option<NaiveTime> {
    let time = text.trim().trim_start_matches("at ").trim();
    if time.is_empty() { Some(MORNING) } else { time_of_day(time) }
}

/// `2d`, `+1w`: whole days on, at the same wall time.
fn days_on(text: &str, here: NaiveDateTime) -> Option<NaiveDateTime> {
    let (days, time) = span_of_days(text)?;
    let wall = here.checked_add_days(Days::new(u64::try_from(days).ok()?))?;
    match time {
        "" => Some(wall),
        time => Some(wall.date().and_time(time_of_day(time)?)),
    }
}

/// The days of `2d` or `+1w`, and the time that follows them.
fn span_of_days(text: &str) -> Option<(i64, &str)> {
    let text = text.strip_prefix("in ").unwrap_or(text);
    let (number, unit, after) = number_and_unit(text.strip_prefix('+').unwrap_or(text))?;
    let days = match unit {
        "d" | "day" | "days" => number,
        "w" | "week" | "weeks" => number.checked_mul(7)?,
        _ => return None,
    };
    Some((days, after.trim()))
}

fn date(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    match word {
        "today" => return Some(today),
        "tomorrow" => return today.succ_opt(),
        _ => {}
    }
    if let Ok(date) = NaiveDate::parse_from_str(word, "%Y-%m-%d") {
        return Some(date);
    }
    let weekday: Weekday = word.parse().ok()?;
    let ahead = (7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(u64::from(if ahead == 0 { 7 } else { ahead })))
}

/// A time of day: `14:30`, `2pm`, `9h`, or just `9`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    clock_time(text).or_else(|| bare_hour(text))
}

/// `14:30`, `9:05`, `09:30:00`, `2pm`, `0930`, `noon`.
fn clock_time(text: &str) -> Option<NaiveTime> {
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if compact == "noon" {
        return NaiveTime::from_hms_opt(12, 0, 0);
    }
    // To the second, as machines write it.
    if let Ok(time) = NaiveTime::parse_from_str(&compact, "%H:%M:%S") {
        return Some(time);
    }
    for (suffix, afternoon) in [("am", false), ("pm", true)] {
        if let Some(number) = compact.strip_suffix(suffix) {
            let (hour, minute) = number.split_once(':').unwrap_or((number, "0"));
            let hour: u32 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
            return NaiveTime::from_hms_opt(hour % 12 + if afternoon { 12 } else { 0 }, minute.parse().ok()?, 0);
        }
    }
    if let Some((hour, minute)) = compact.split_once(':') {
        let exact = (1..=2).contains(&hour.len()) && minute.len() == 2;
        return exact.then(|| NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0))?;
    }
    if compact.len() == 4 && compact.bytes().all(|b| b.is_ascii_digit()) {
        let (hour, minute) = compact.split_at_checked(2)?;
        return NaiveTime::from_hms_opt(hour.parse().ok()?, minute.parse().ok()?, 0);
    }
    None
}

/// `14` after a day.
fn bare_hour(text: &str) -> Option<NaiveTime> {
    let hour: u32 = text.strip_suffix('h').unwrap_or(text).parse().ok()?;
    NaiveTime::from_hms_opt(hour, 0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;
    use chrono_tz::Europe::Berlin;

    /// Tue 28 Jul 2026, 11:42 in Berlin.
    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 0).unwrap()
    }

    #[test]
    fn words_mean_what_people_mean() {
        for (text, wall) in [
            ("30m", "2026-07-28 12:12"),
            ("1h", "2026-07-28 12:42"),
            ("1h30m", "2026-07-28 13:12"),
            ("in 90 minutes", "2026-07-28 13:12"),
            ("2d", "2026-07-30 11:42"),
            ("+1w", "2026-08-04 11:42"),
            ("+1w 9:00", "2026-08-04 09:00"),
            ("tomorrow", "2026-07-29 09:00"),
            ("next fri", "2026-08-07 09:00"),
            ("next mon 14:30", "2026-08-03 14:30"),
            ("next week", "2026-08-03 09:00"),
            ("tomorrow 9", "2026-07-29 09:00"),
            ("Tomorrow at 17:05", "2026-07-29 17:05"),
            ("tonight", "2026-07-28 20:00"),
            ("today 18", "2026-07-28 18:00"),
            ("fri 14", "2026-07-31 14:00"),
            ("friday 2:30pm", "2026-07-31 14:30"),
            ("tue", "2026-08-04 09:00"),
            ("14:30", "2026-07-28 14:30"),
            ("0930", "2026-07-29 09:30"),
            ("2026-12-01 09:30", "2026-12-01 09:30"),
            ("2026-12-01t09:30", "2026-12-01 09:30"),
            ("2026-12-01", "2026-12-01 09:00"),
            ("1785400000", "2026-07-30 10:26"),
            ("@1785400000", "2026-07-30 10:26"),
            ("2026-08-01T12:00:00Z", "2026-08-01 14:00"),
            ("2026-08-01T12:00Z", "2026-08-01 14:00"),
            ("2026-12-01 09:30:00", "2026-12-01 09:30"),
            ("31 dec", "2026-12-31 09:00"),
            ("dec 31 23:59", "2026-12-31 23:59"),
            ("Thu 31 Dec 23:59", "2026-12-31 23:59"),
            ("3 jan at 9", "2027-01-03 09:00"),
            ("jul 28", "2026-07-28 09:00"),
            ("May 1st, 2028 noon", "2028-05-01 12:00"),
            ("29 feb 8:15", "2028-02-29 08:15"),
            ("noon", "2026-07-28 12:00"),
            ("tomorrow noon", "2026-07-29 12:00"),
            ("2026-12-28 02:29 CET", "2026-12-28 02:29"),
            ("2026-07-30 02:29 cest", "2026-07-30 02:29"),
            ("2026-12-28 02:29 UTC", "2026-12-28 03:29"),
            ("dec 28 02:29 America/New_York", "2026-12-28 08:29"),
        ] {
            let Ok(Reading::At(Resolved::At(schedule))) = read(text, now(), Berlin) else { panic!("{text}") };
            assert_eq!(schedule.wall().format("%Y-%m-%d %H:%M").to_string(), wall, "{text}");
        }
        assert_eq!(read(" NOW ", now(), Berlin), Ok(Reading::Now));
    }

    #[test]
    fn nonsense_is_refused_with_examples() {
        for text in [
            "",
            "soon",
            "25:00",
            "fri 99",
            "tomorrow never",
            "2026-13-01",
            "99999999999999999999",
            "9d 9d",
            "1x",
            "é",
            "31 feb",
            "dec",
            "dec 31 32 33",
            "2026-12-28 02:29 CEST",
            "2026-12-28 02:29 nowhere",
            "30 nov 99:00",
            "+3000000d",
            "3000000d 9:00",
            "100000000h",
            "@999999999999",
            "+10000-01-01 09:00",
            "10000-01-01T09:00:00Z",
            "@-99999999999",
        ] {
            let error = read(text, now(), Berlin).unwrap_err();
            assert!(error.to_string().contains("tomorrow 9"), "{text}");
        }
    }

    #[test]
    fn a_time_has_a_year_of_four_digits_wherever_it_is_written() {
        for (text, zone) in [("9999-12-31 23:00", Berlin), ("9999-12-31T23:59:59Z", chrono_tz::UTC)] {
            assert!(read(text, now(), zone).is_ok(), "{text}");
        }
        // It is written in UTC, and shown where somebody is.
        for (text, zone) in [("9999-12-31T23:30:00Z", Berlin), ("9999-12-31 23:00", chrono_tz::America::New_York)] {
            let error = read(text, now(), zone).unwrap_err();
            assert!(error.words.contains("beyond the year 9999"), "{error}");
        }
    }

    #[test]
    fn a_word_that_is_nearly_right_is_offered_right() {
        let words = |text| read(text, now(), Berlin).unwrap_err().words;
        assert_eq!(words("Tomorow 9"), "\"Tomorow 9\" is not a time; did you mean \"tomorrow 9\"?");
        assert_eq!(words("firday at 14"), "\"firday at 14\" is not a time; did you mean \"friday at 14\"?");
        let long = "tomorow".repeat(100_000);
        for none in ["soon", "nov", "no", &long] {
            assert_eq!(words(none), format!("\"{none}\" is not a time"));
        }
        assert_eq!(words("tomorow never"), "\"tomorow never\" is not a time", "what means no time then is not offered");
    }

    #[test]
    fn a_day_that_says_no_time_is_told_from_one_that_does() {
        for text in ["fri", "Tomorrow", "2026-12-01", "31 dec", "dec 31 2026", "2d", "+1w", "in 3 days", "today"] {
            assert!(is_day(text), "{text}");
        }
        for text in ["fri 14", "tomorrow 9", "2026-12-01 09:30", "+1w 9:00", "30m", "9:00", "tonight", "now", ""] {
            assert!(!is_day(text), "{text}");
        }
    }

    #[test]
    fn hours_pass_and_days_keep_the_wall_time_over_a_change_of_clocks() {
        let eve = Utc.with_ymd_and_hms(2026, 10, 24, 10, 0, 0).unwrap();
        let at = |text: &str| match read(text, eve, Berlin) {
            Ok(Reading::At(Resolved::At(schedule))) => schedule.instant() - eve,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(at("24h"), TimeDelta::hours(24));
        assert_eq!(at("1d"), TimeDelta::hours(25));
    }

    #[test]
    fn a_skipped_or_repeated_hour_is_a_question() {
        let spring = Utc.with_ymd_and_hms(2027, 3, 27, 10, 0, 0).unwrap();
        assert!(matches!(read("tomorrow 2:30", spring, Berlin), Ok(Reading::At(Resolved::Gap { .. }))));
        let autumn = Utc.with_ymd_and_hms(2026, 10, 24, 10, 0, 0).unwrap();
        assert!(matches!(read("tomorrow 2:30", autumn, Berlin), Ok(Reading::At(Resolved::Twice { .. }))));
        // What the list shows of either is no question.
        for (text, utc) in [("2026-10-25 02:30 CEST", 0), ("2026-10-25 02:30 CET", 1)] {
            let Ok(Reading::At(Resolved::At(at))) = read(text, autumn, Berlin) else { panic!("{text}") };
            assert_eq!(at.instant(), Utc.with_ymd_and_hms(2026, 10, 25, utc, 30, 0).unwrap(), "{text}");
        }
    }
}
