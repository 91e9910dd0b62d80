//! Where clocks jump: each zone has its own way, and the calendar tells every one of them.

use chrono_tz::Tz;

use super::*;

/// A post the day before a change, moved onto it.
struct Change {
    zone: Tz,
    /// The wall time on the day before, as a text.
    before: &'static str,
    /// What the calendar says about that time on the next day.
    says: &'static str,
    /// Where it goes when Enter is pressed until it is dropped, in UTC.
    lands: &'static str,
}

fn wall_of(text: &str) -> chrono::NaiveDateTime {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
}

fn stage(zone: Tz, from: chrono::NaiveDateTime) -> (Stage, PostId) {
    let at = resolve(from, zone).instant();
    let mut stage = Stage::empty(at - TimeDelta::days(2));
    stage.shared.zone = zone;
    stage.state = State::default();
    stage.board.range = wanted_range(&stage.state, &stage.shared);
    let id = scheduled(&mut stage, at, "night owl");
    stage.edit(id, |post| post.schedule = Some(Schedule::at(at, zone)));
    stage.refresh();
    follow(&mut stage.state, &mut stage.shared, &stage.board, id);
    (stage, id)
}

#[test]
fn every_zone_tells_what_its_clocks_do_and_nothing_is_guessed() {
    use chrono_tz::{America, Asia, Australia, Europe, Pacific};
    for Change { zone, before, says, lands } in [
        // Forward: the hour from two to three is missing.
        Change {
            zone: Europe::Berlin,
            before: "2027-03-27 02:30",
            says: "does not exist",
            lands: "2027-03-28T01:00:00Z",
        },
        // Back: the hour from two to three comes twice.
        Change {
            zone: Europe::Berlin,
            before: "2026-10-24 02:30",
            says: "which 02:30?",
            lands: "2026-10-25T00:30:00Z",
        },
        Change {
            zone: America::New_York,
            before: "2027-03-13 02:15",
            says: "does not exist",
            lands: "2027-03-14T07:00:00Z",
        },
        Change {
            zone: America::New_York,
            before: "2026-10-31 01:15",
            says: "which 01:15?",
            lands: "2026-11-01T05:15:00Z",
        },
        // Midnight itself was missing where summer began at midnight, until 2018.
        Change {
            zone: America::Sao_Paulo,
            before: "2018-11-03 00:20",
            says: "does not exist",
            lands: "2018-11-04T03:00:00Z",
        },
        Change {
            zone: America::Sao_Paulo,
            before: "2018-02-16 23:20",
            says: "which 23:20?",
            lands: "2018-02-18T01:20:00Z",
        },
        // Half an hour only.
        Change {
            zone: Australia::Lord_Howe,
            before: "2026-10-03 02:15",
            says: "does not exist",
            lands: "2026-10-03T15:30:00Z",
        },
        Change {
            zone: Australia::Lord_Howe,
            before: "2027-04-03 01:45",
            says: "which 01:45?",
            lands: "2027-04-03T14:45:00Z",
        },
        // A quarter of an hour off, and never any change.
        Change { zone: Asia::Kathmandu, before: "2026-10-24 02:30", says: "", lands: "2026-10-24T20:45:00Z" },
        // A whole day was left out.
        Change {
            zone: Pacific::Apia,
            before: "2011-12-29 12:00",
            says: "does not exist",
            lands: "2011-12-30T10:00:00Z",
        },
    ] {
        let from = wall_of(before);
        let (mut stage, id) = stage(zone, from);
        fit(&mut stage.state, Rect::new(0, 0, 144, 40));
        stage.start_move(vec![id]).unwrap();
        stage.act(Action::Right);
        let dropped = stage.act(Action::Drop);
        let said = stage.shared.notices.last().map(|notice| notice.words.clone()).unwrap_or_default();
        let dropped = if says.is_empty() {
            dropped
        } else {
            assert!(dropped.is_empty() && said.contains(says), "{zone} {before}: {said}");
            stage.act(Action::Drop)
        };
        let place = moves(dropped)[0].1;
        assert_eq!(place.instant(), lands.parse::<DateTime<Utc>>().unwrap(), "{zone} {before}: {said}");
        assert_eq!(place.zone(), zone);
    }
}

#[test]
fn the_day_of_a_change_shows_it_in_every_grid() {
    use chrono_tz::{America, Australia, Europe, Pacific};
    for (zone, day, step, words) in [
        (Europe::Berlin, "2027-03-28 08:00", 60, "no 02:00 ╱"),
        (Europe::Berlin, "2026-10-25 08:00", 60, "twice +02:00 +01:00"),
        (America::New_York, "2027-03-14 08:00", 30, "no 02:30 ╱"),
        (America::Sao_Paulo, "2018-11-04 08:00", 60, "no 00:00 ╱"),
        (Australia::Lord_Howe, "2026-10-04 08:00", 30, "no 02:00 ╱"),
        (Australia::Lord_Howe, "2027-04-04 08:00", 30, "twice +11:00 +10:30"),
        (Australia::Lord_Howe, "2026-10-04 08:00", 60, "no 02:00 to 02:30 ╱"),
        (Australia::Lord_Howe, "2027-04-04 08:00", 60, "01:30 twice +11 +10:30"),
        (Pacific::Apia, "2011-12-30 08:00", 60, "no 12:00 ╱"),
    ] {
        let (mut stage, _) = stage(zone, wall_of(day));
        // A day that is not there at all keeps no row of the others.
        stage.state.fold = zone != Pacific::Apia;
        let date = wall_of(day).date();
        go_to(&mut stage.state, &mut stage.shared, &stage.board, (date, None));
        show_as(&mut stage.state, &mut stage.shared, &stage.board, View::Week, step);
        fit(&mut stage.state, Rect::new(0, 0, 170, 78));
        let screen = stage.screen(170, 78);
        assert!(screen.contains(words), "{zone} {day}: {words}\n{screen}");
        if step == 60 && stage.state.fold {
            fit(&mut stage.state, Rect::new(0, 0, 80, 18));
            let small = stage.screen(80, 18);
            // Both offsets, where half of an hour does not make them too long.
            let short = match words.split(' ').next().unwrap() {
                "twice" => "2x +2 +1",
                "01:30" => " twice ",
                other => other,
            };
            assert!(small.contains(short), "{zone} {day}: {short}\n{small}");
        }
        for view in View::ALL {
            show_as(&mut stage.state, &mut stage.shared, &stage.board, view, step);
            stage.screen(92, 26);
        }
    }
}

#[test]
fn the_week_that_the_store_reads_before_it_is_asked_is_the_one_the_calendar_asks_for() {
    let mut shared = crate::tui::panes::sample::shared((120, 40));
    let start = shared.now;
    for zone in [chrono_tz::UTC, Tz::Europe__Berlin, Tz::Pacific__Apia, Tz::Asia__Kathmandu, Tz::Africa__Cairo] {
        for first in [chrono::Weekday::Mon, chrono::Weekday::Sat, chrono::Weekday::Sun] {
            for hours in (0..24 * 400).step_by(7) {
                (shared.zone, shared.habits.first) = (zone, first);
                shared.now = start + TimeDelta::hours(hours);
                let asked = first_range(&State::default(), &shared);
                assert_eq!(shared.habits.week(shared.now, zone), asked, "{zone} {first} {}", shared.now);
            }
        }
    }
}
