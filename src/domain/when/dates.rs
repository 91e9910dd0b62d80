//! Dates with a month in letters, and times that say their zone: as this program writes them, and people.

use chrono::{Datelike, Month, NaiveDate, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};

/// Numbers of four digits that are a year after a date, and no time.
const YEARS: std::ops::Range<i32> = 1970..2100;

/// `31 dec`, `dec 31`, `thu 31 dec`, `31st december 2026`: the date, and what follows it. Without a year it is the next
/// one from `today` on; a weekday before it is passed over, as the date says it all.
pub(super) fn month_day(text: &str, today: NaiveDate) -> Option<(NaiveDate, &str)> {
    let (first, rest) = word(text);
    let (first, rest) = if first.parse::<Weekday>().is_ok() { word(rest) } else { (first, rest) };
    let (second, rest) = word(rest);
    let (day, month) = match (number(first), number(second)) {
        (Some(day), None) => (day, second.parse::<Month>().ok()?),
        (None, Some(day)) => (day, first.parse::<Month>().ok()?),
        _ => return None,
    };
    let date = |year| NaiveDate::from_ymd_opt(year, month.number_from_month(), day);
    let (third, after) = word(rest);
    let year = third.parse().ok().filter(|year| third.len() == 4 && YEARS.contains(year));
    if let Some(year) = year {
        return Some((date(year)?, after));
    }
    // The 29th of February comes every four years, or every eight.
    let next = (today.year()..today.year() + 9).filter_map(date).find(|date| *date >= today)?;
    Some((next, rest))
}

/// The words before a zone that ends `text`, and that zone: by its IANA name, whatever its case, or `utc`.
pub(super) fn zone_at_end(text: &str) -> Option<(&str, Tz)> {
    let (before, name) = text.rsplit_once(' ')?;
    let zone = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?;
    Some((before.trim(), *zone))
}

/// The first word, without the comma or the dot behind it, and the rest.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.trim_start().split_once(' ').unwrap_or((text.trim_start(), ""));
    (word.trim_end_matches([',', '.']), rest.trim_start())
}

/// `31`, `31st`.
fn number(word: &str) -> Option<u32> {
    let digits = ["st", "nd", "rd", "th"].into_iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    digits.parse().ok().filter(|_| digits.len() <= 2)
}
