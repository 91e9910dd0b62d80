//! The table of the hours that clocks skip or show twice: asked, never guessed, wherever somebody plans.

#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use runsheet::domain::schedule::{Resolved, Schedule};
use runsheet::domain::when::{self, Reading};

/// Zone and wall time, and what they mean: one instant, or two that it might be.
const TABLE: &[(&str, &str, &[&str])] = &[
    // Spring: an hour is skipped.
    ("Europe/Berlin", "2026-03-29T01:59", &["2026-03-29T00:59"]),
    ("Europe/Berlin", "2026-03-29T02:00", &["gap", "2026-03-29T00:59", "2026-03-29T01:00"]),
    ("Europe/Berlin", "2026-03-29T02:59", &["gap", "2026-03-29T00:59", "2026-03-29T01:00"]),
    ("Europe/Berlin", "2026-03-29T03:00", &["2026-03-29T01:00"]),
    ("America/New_York", "2026-03-08T02:30", &["gap", "2026-03-08T06:59", "2026-03-08T07:00"]),
    ("Europe/Dublin", "2026-03-29T01:30", &["gap", "2026-03-29T00:59", "2026-03-29T01:00"]),
    // Autumn: an hour comes twice.
    ("Europe/Berlin", "2026-10-25T01:59", &["2026-10-24T23:59"]),
    ("Europe/Berlin", "2026-10-25T02:30", &["2026-10-25T00:30", "2026-10-25T01:30"]),
    ("Europe/Berlin", "2026-10-25T03:00", &["2026-10-25T02:00"]),
    ("America/New_York", "2026-11-01T01:30", &["2026-11-01T05:30", "2026-11-01T06:30"]),
    // The south, where spring is in October.
    ("Australia/Sydney", "2026-10-04T02:30", &["gap", "2026-10-03T15:59", "2026-10-03T16:00"]),
    ("Australia/Sydney", "2026-04-05T02:30", &["2026-04-04T15:30", "2026-04-04T16:30"]),
    // Half an hour only.
    ("Australia/Lord_Howe", "2026-10-04T02:15", &["gap", "2026-10-03T15:29", "2026-10-03T15:30"]),
    ("Australia/Lord_Howe", "2026-04-05T01:45", &["2026-04-04T14:45", "2026-04-04T15:15"]),
    // Two hours.
    ("Antarctica/Troll", "2026-03-29T02:30", &["gap", "2026-03-29T00:59", "2026-03-29T01:00"]),
    // Midnight itself is skipped, or comes twice.
    ("America/Santiago", "2026-09-06T00:30", &["gap", "2026-09-06T03:59", "2026-09-06T04:00"]),
    ("Asia/Beirut", "2026-03-29T00:30", &["gap", "2026-03-28T21:59", "2026-03-28T22:00"]),
    ("America/Havana", "2026-11-01T00:30", &["2026-11-01T04:30", "2026-11-01T05:30"]),
    // A whole day was skipped.
    ("Pacific/Apia", "2011-12-30T12:00", &["gap", "2011-12-30T09:59", "2011-12-30T10:00"]),
    // No change at all, and odd minutes.
    ("UTC", "2026-03-29T02:30", &["2026-03-29T02:30"]),
    ("Asia/Kolkata", "2026-03-29T02:30", &["2026-03-28T21:00"]),
    ("Asia/Kathmandu", "2026-03-29T02:30", &["2026-03-28T20:45"]),
    ("Pacific/Kiritimati", "2026-03-29T02:30", &["2026-03-28T12:30"]),
    ("America/Phoenix", "2026-03-08T02:30", &["2026-03-08T09:30"]),
];

fn show(schedule: Schedule) -> String {
    schedule.instant().format("%Y-%m-%dT%H:%M").to_string()
}

fn meaning(resolved: Resolved) -> Vec<String> {
    match resolved {
        Resolved::At(at) => vec![show(at)],
        Resolved::Twice { first, second } => vec![show(first), show(second)],
        Resolved::Gap { before, after, .. } => vec!["gap".into(), show(before), show(after)],
    }
}

#[test]
fn every_row_of_the_table_is_read_as_it_stands() {
    for (zone, wall, expected) in TABLE {
        let (parsed, time): (Tz, NaiveDateTime) = (zone.parse().unwrap(), format!("{wall}:00").parse().unwrap());
        assert_eq!(meaning(Schedule::resolve(time, parsed)), *expected, "{wall} in {zone}");
        // The words a person types come to the same.
        let now: DateTime<Utc> = "2010-01-01T00:00:00Z".parse().unwrap();
        match when::read(&wall.replace('T', " "), now, parsed).unwrap() {
            Reading::At(resolved) => assert_eq!(meaning(resolved), *expected, "“{wall}” in {zone}"),
            Reading::Now => panic!("{wall} is not now"),
        }
    }
}

#[test]
fn days_keep_the_wall_time_over_a_change_and_hours_are_hours() {
    for (zone, now, words, expected) in [
        ("Europe/Berlin", "2026-03-28T08:00:00Z", "tomorrow 09:00", "2026-03-29T07:00"),
        ("Europe/Berlin", "2026-03-27T08:00:00Z", "tomorrow 09:00", "2026-03-28T08:00"),
        ("Europe/Berlin", "2026-03-28T08:00:00Z", "24h", "2026-03-29T08:00"),
        ("Europe/Berlin", "2026-03-28T08:00:00Z", "1d", "2026-03-29T07:00"),
        ("Europe/Berlin", "2026-03-26T08:00:00Z", "+1w", "2026-04-02T07:00"),
        ("Europe/Berlin", "2026-10-24T07:00:00Z", "1d", "2026-10-25T08:00"),
        ("Europe/Berlin", "2026-10-24T07:00:00Z", "24h", "2026-10-25T07:00"),
        ("America/New_York", "2026-03-07T14:00:00Z", "tomorrow 9", "2026-03-08T13:00"),
        ("America/New_York", "2026-10-31T13:00:00Z", "+1w", "2026-11-07T14:00"),
    ] {
        let (zone, now): (Tz, DateTime<Utc>) = (zone.parse().unwrap(), now.parse().unwrap());
        match when::read(words, now, zone).unwrap() {
            Reading::At(resolved) => assert_eq!(meaning(resolved), [expected], "{words} in {zone}"),
            Reading::Now => panic!("{words} is not now"),
        }
    }
}

#[test]
fn zone_data_is_inside_and_says_which_it_is() {
    assert!(chrono_tz::IANA_TZDB_VERSION >= "2025a", "{}", chrono_tz::IANA_TZDB_VERSION);
    assert!(chrono_tz::TZ_VARIANTS.len() > 500);
}
