//! Moments in words: always with their zone, mostly with their distance.

use chrono::{DateTime, Offset, Utc};
use chrono_tz::Tz;

use crate::tui::board::distance_words;

/// `Sat 1 Aug 2026 14:00 CEST (UTC+2)`; zones without an abbreviation show the offset alone.
pub fn full(at: DateTime<Utc>, zone: Tz) -> String {
    let here = at.with_timezone(&zone);
    let date = here.format("%a %-d %b %Y %H:%M");
    let offset = offset_words(here.offset().fix().local_minus_utc());
    match here.format("%Z").to_string() {
        name if name.starts_with(|c: char| c.is_ascii_alphabetic()) && name != "UTC" => {
            format!("{date} {name} ({offset})")
        }
        _ => format!("{date} {offset}"),
    }
}

/// `Sat 1 Aug 14:00 CEST`.
pub fn short(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%a %-d %b %H:%M %Z").to_string()
}

/// [`full`] and how far away that is.
pub fn with_distance(at: DateTime<Utc>, zone: Tz, now: DateTime<Utc>) -> String {
    format!("{} · {}", full(at, zone), distance_words(at, now))
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
    use chrono::TimeZone;

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
}
