//! Moments as people read them, always in a zone.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;

/// `Wed 29 Jul 09:00 CEST`; with the year when it is not this one.
pub fn moment(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = if at.year() == now.year() { "%a %-d %b %H:%M %Z" } else { "%a %-d %b %Y %H:%M %Z" };
    at.format(form).to_string()
}

/// `Wed 29 Jul 09:00:12 CEST`, for records.
pub fn exact(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = if at.year() == now.year() { "%a %-d %b %H:%M:%S %Z" } else { "%a %-d %b %Y %H:%M:%S %Z" };
    at.format(form).to_string()
}

/// `Mon 27 17:00` this month, `27 Jun 17:00` this year, else `27 Jun 2025`: at most twelve cells.
pub fn short(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = match (at.year() == now.year(), at.month() == now.month()) {
        (true, true) => "%a %-d %H:%M",
        (true, false) => "%-d %b %H:%M",
        (false, _) => "%-d %b %Y",
    };
    at.format(form).to_string()
}

/// `11:42:01`, and `Mon 11:42:01` on another day.
pub fn clock(at: DateTime<Utc>, now: DateTime<Utc>, zone: Tz) -> String {
    let (at, now) = (at.with_timezone(&zone), now.with_timezone(&zone));
    let form = if at.date_naive() == now.date_naive() { "%H:%M:%S" } else { "%a %H:%M:%S" };
    at.format(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{TimeDelta, TimeZone};
    use chrono_tz::Europe::Berlin;

    #[test]
    fn every_form_names_what_the_reader_cannot_guess() {
        let now = Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 1).unwrap();
        let ago = |days| now - TimeDelta::days(days);
        assert_eq!(moment(now, now, Berlin), "Tue 28 Jul 11:42 CEST");
        assert_eq!(moment(ago(300), now, Berlin), "Wed 1 Oct 2025 11:42 CEST");
        assert_eq!(exact(ago(200), now, Berlin), "Fri 9 Jan 10:42:01 CET");
        assert_eq!(short(ago(1), now, Berlin), "Mon 27 11:42");
        assert_eq!(short(ago(40), now, Berlin), "18 Jun 11:42");
        assert_eq!(short(ago(400), now, Berlin), "23 Jun 2025");
        assert_eq!(clock(now, now, Berlin), "11:42:01");
        assert_eq!(clock(ago(1), now, Berlin), "Mon 11:42:01");
    }
}
