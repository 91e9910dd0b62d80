//! The clock on the wall: where it jumps, where it comes round twice, where it has twelve hours, and days on which nothing
//! goes out.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{America, Asia, Australia, Europe, Pacific, Tz};
use runsheet::demo::Status;
use runsheet::domain::habits::Habits;
use runsheet::domain::outcome::{Outcome, State};

use crate::stage::{LATE, MIDDLE, Stage, morning};

const X: &str = "@acme";

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A post a day before the clocks change, moved to that day at the same time of day.
fn on_the_day_before(zone: Tz, now: &str, wall: &str) -> Stage {
    let mut stage = Stage::elsewhere(MIDDLE, utc(now), zone, Habits::default());
    stage.schedule("Doors open", &[X], wall).keys("g t g p m l");
    stage
}

/// The clocks skip the time: that is said, nothing is moved, and one more Enter takes the first moment after the jump.
fn skipped(name: &str, zone: Tz, now: &str, wall: &str, lands: &str) {
    let mut stage = on_the_day_before(zone, now, wall);
    stage.until("the clocks jump");
    let before = stage.posts(LATE)[0].scheduled_for;
    stage.keys("Enter").until("does not exist on").snapshot(&format!("hours_{name}_skipped"));
    assert_eq!(stage.posts(LATE)[0].scheduled_for, before, "asked first");
    stage.keys("Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(utc(lands)));
    assert_eq!(stage.only("Doors open").instant(), Some(utc(lands)));
    stage.keys("u").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, before, "and back over the jump");
}

/// The clocks show the time twice: which one is asked, and the other one is taken.
fn twice(name: &str, zone: Tz, now: &str, wall: &str, [first, second]: [&str; 2]) {
    let mut stage = on_the_day_before(zone, now, wall);
    stage.until("comes twice: the first");
    stage.keys("Enter").until("which ").snapshot(&format!("hours_{name}_twice"));
    stage.keys("Tab").until("comes twice: the second").keys("Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(utc(second)));
    stage.keys("u").rest().keys("g p m l Enter").until("which ").keys("Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(utc(first)));
}

#[test]
fn in_berlin_the_clocks_change() {
    skipped("berlin", Europe::Berlin, "2026-03-26T09:00:00Z", "2026-03-28 02:30", "2026-03-29T01:00:00Z");
    let both = ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"];
    twice("berlin", Europe::Berlin, "2026-10-22T09:00:00Z", "2026-10-24 02:30", both);
}

#[test]
fn in_new_york_the_clocks_change() {
    skipped("new_york", America::New_York, "2026-03-05T15:00:00Z", "2026-03-07 02:30", "2026-03-08T07:00:00Z");
    let both = ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"];
    twice("new_york", America::New_York, "2026-10-29T15:00:00Z", "2026-10-31 01:30", both);
}

/// Where summer time began at midnight, as long as there was one.
#[test]
fn in_sao_paulo_the_clocks_changed_at_midnight() {
    skipped("sao_paulo", America::Sao_Paulo, "2018-11-01T15:00:00Z", "2018-11-03 00:30", "2018-11-04T03:00:00Z");
    let both = ["2018-02-18T01:30:00Z", "2018-02-18T02:30:00Z"];
    twice("sao_paulo", America::Sao_Paulo, "2018-02-14T15:00:00Z", "2018-02-16 23:30", both);
}

/// Where the clocks change by half an hour.
#[test]
fn on_lord_howe_the_clocks_change_by_half_an_hour() {
    skipped("lord_howe", Australia::Lord_Howe, "2026-10-01T00:00:00Z", "2026-10-03 02:15", "2026-10-03T15:30:00Z");
    let both = ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"];
    twice("lord_howe", Australia::Lord_Howe, "2026-04-02T00:00:00Z", "2026-04-04 01:45", both);
}

/// Where the clocks are three quarters of an hour off, and were put forward by a quarter once.
#[test]
fn in_kathmandu_a_quarter_of_an_hour_is_missing() {
    skipped("kathmandu", Asia::Kathmandu, "1985-12-29T06:00:00Z", "1985-12-31 00:05", "1985-12-31T18:30:00Z");
    let mut stage = Stage::elsewhere(MIDDLE, morning(), Asia::Kathmandu, Habits::default());
    stage.schedule("Doors open", &[X], "fri 14:15").keys("g t g p").rest().snapshot("hours_kathmandu");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(utc("2026-09-18T08:30:00Z")));
}

/// Where a whole day was left out.
#[test]
fn in_apia_a_day_is_missing() {
    skipped("apia", Pacific::Apia, "2011-12-27T20:00:00Z", "2011-12-29 09:00", "2011-12-30T10:00:00Z");
    let both = ["2021-04-03T13:30:00Z", "2021-04-03T14:30:00Z"];
    twice("apia", Pacific::Apia, "2021-03-31T20:00:00Z", "2021-04-03 03:30", both);
}

/// The times on a screen that are written with twenty-four hours; offsets from UTC are none.
fn of_twenty_four_hours(screen: &str) -> Vec<String> {
    let letters: Vec<char> = screen.chars().collect();
    let digit = |at: usize| letters.get(at).is_some_and(char::is_ascii_digit);
    let mut found = Vec::new();
    for (at, _) in letters.iter().enumerate().filter(|(_, letter)| **letter == ':') {
        let is_time = at > 0 && digit(at - 1) && digit(at + 1) && digit(at + 2) && !digit(at + 3);
        let begins = (0..at).rev().take_while(|before| digit(*before)).last().unwrap_or(at);
        let before = begins.checked_sub(1).and_then(|before| letters.get(before)).copied().unwrap_or(' ');
        let after = letters.get(at + 3).copied().unwrap_or(' ');
        // The rest of a time to the second is looked at with its end.
        if is_time && !matches!(before, '+' | '-' | ':') && !matches!(after, 'a' | 'p') {
            let to_the_second = after == ':' && matches!(letters.get(at + 6), Some('a' | 'p'));
            if !to_the_second {
                found.push(letters.get(begins..(at + 6).min(letters.len())).unwrap_or_default().iter().collect());
            }
        }
    }
    found
}

#[test]
fn whoever_reads_twelve_hours_reads_no_other_clock() {
    assert_eq!(of_twenty_four_hours("at 14:00 "), ["14:00 "]);
    assert_eq!(of_twenty_four_hours("at 2:00p 2:00:01p UTC+5:45 :15").len(), 0);
    let habits = Habits { twelve: true, second: Some(America::New_York), ..Habits::default() };
    let mut stage = Stage::elsewhere(MIDDLE, utc("2026-10-22T09:00:00Z"), Europe::Berlin, habits);
    let mut seen = 0;
    let mut look = |stage: &mut Stage, what: &str| {
        stage.rest();
        let screen = stage.screen();
        assert_eq!(of_twenty_four_hours(&screen), Vec::<String>::new(), "{what}\n{screen}");
        seen += usize::from(screen.contains("0p"));
    };
    stage.schedule("Doors open", &[X], "2026-10-24 14:30").schedule("Late #refuseme", &[X], "2026-10-23 15:10");
    stage.schedule("In the night", &[X], "2026-10-24 02:30").keys("g t g p");
    look(&mut stage, "week");
    for keys in ["z d", "z m", "z a", "z w"] {
        stage.keys(keys);
        look(&mut stage, keys);
    }
    stage.compose("Another one", &[X], "2026-10-24 14:35");
    look(&mut stage, "composer");
    stage.keys("Ctrl-s").until("nothing is sent yet");
    look(&mut stage, "review");
    stage.keys("Esc Esc Esc").keys("g t g p g p m J");
    look(&mut stage, "move");
    stage.keys("Esc g t g p g p m l Enter").until("which ");
    look(&mut stage, "a time that comes twice");
    stage.keys("Esc Esc");
    stage.turn((utc("2026-10-23T13:10:00Z") - stage.outside.clock.now()).num_minutes() + 1).turn(1);
    stage.keys("4").until("Late #refuseme");
    look(&mut stage, "failed");
    stage.keys("i");
    look(&mut stage, "story");
    stage.keys("Esc 5");
    look(&mut stage, "activity");
    stage.keys("3");
    look(&mut stage, "post");
    assert!(seen >= 5, "times are on these screens: {seen}");
}

#[test]
fn what_becomes_due_where_nobody_looks_is_in_the_queue_and_still_there_after_a_start() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").unplug();
    // Far away, so that the week of the post is not loaded any more.
    stage.keys(&"} ".repeat(12)).rest();
    let due = utc("2026-09-18T12:00:00Z");
    stage.turn((due - stage.outside.clock.now()).num_minutes() + 3);
    assert!(!stage.screen().contains("1 failed"), "three minutes are no delay\n{}", stage.screen());
    stage.turn(1).until("was due and there is no result");
    stage.keys("4").until("Doors open");
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("4").until("Due, and not out (1)").until("Doors open");
}

#[test]
fn publishing_at_once_on_a_day_on_which_nothing_goes_out_is_asked_with_the_reason() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t a").typed("! press embargo").keys("Enter").rest();
    let writes = stage.writes().len();
    stage.keys("g p P").until("Publish 1 post now?").until("nothing goes out on Wed 16 Sep: press embargo");
    stage.keys("Enter").rest();
    assert_eq!(stage.writes().len(), writes, "the safe answer");
    stage.compose("Another one", &[X], "fri 15").keys("Ctrl-s").until("nothing is sent yet").keys("P");
    stage.until("nothing goes out on Wed 16 Sep: press embargo · P again publishes").keys("Esc Esc Esc Esc").rest();
    assert_eq!(stage.writes().len(), writes);
    stage.keys("g t g p P y").rest().pass(TimeDelta::seconds(11)).rest();
    assert_eq!(stage.writes().len(), writes + 1, "who says yes has said so");
}

#[test]
fn what_failed_before_it_went_out_stays_in_the_story() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Office hours #hiccup", &[X], "fri 14");
    stage.turn((utc("2026-09-18T12:00:00Z") - stage.outside.clock.now()).num_minutes() + 1);
    stage.turn(1).keys("4").until("Office hours").keys("r").until("Retry 1 post?").keys("y").rest();
    stage.turn(1).turn(1).until("Nothing failed");
    stage.keys("3 i").until("Attempts and edits").until("Refused before");
    stage.snapshot("story_after_a_retry");
}

#[test]
fn what_the_provider_sent_again_by_itself_keeps_its_refusal_in_the_story() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Office hours #hiccup", &[X], "fri 14");
    stage.turn((utc("2026-09-18T12:00:00Z") - stage.outside.clock.now()).num_minutes() + 1);
    stage.turn(1).keys("4").until("Office hours").rest();
    let Outcome::Refused(refusal) = &stage.only("Office hours").targets[0].outcome else { panic!("it was refused") };
    let words = refusal.words.clone();
    let id = stage.posts(LATE)[0].id.clone();
    let again = stage.outside.world.edit_post(LATE, &id, |post| {
        for target in &mut post.targets {
            (target.status, target.error, target.attempts) = (Status::Published, None, 2);
            target.url = Some("https://x.example/1".into());
        }
    });
    assert!(again);
    stage.keys("R").rest().until("Nothing failed").keys("2 g t g P").rest();
    assert_eq!(stage.only("Office hours").state(stage.outside.clock.now()), State::Published);
    stage.keys("3 i").until("Attempts and edits").until("Refused before").until("sent again at the provider");
    let start: String = words.chars().take(24).collect();
    assert!(stage.screen().contains(&start), "{words}\n{}", stage.screen());
}
