//! The journeys with snapshots of what the program tells of itself: clocks that jump, what became of a post, which keys
//! there are and why one does nothing.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::domain::outcome::State;

use crate::stage::{LATE, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

journeys! {
    an_hour_that_is_missing,
    an_hour_that_comes_twice,
    the_story_of_a_post,
    keys_that_go_on,
    what_cannot_be_done,
    a_campaign_in_every_view,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Lets time pass until Friday, 14 o'clock, and so many minutes.
fn friday_at_two(stage: &mut Stage, minutes: i64) {
    let left = (at("2026-09-18T12:00:00Z") - stage.outside.clock.now()).num_minutes() + minutes;
    stage.turn(left);
}

/// The last Sunday of March, from two to three in the night.
fn an_hour_that_is_missing(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Night owls", &[X], "2027-03-27 02:30").keys("g t g p m l").until("no 02:30");
    stage.snapshot("time_gap");
    stage.keys("Enter").until("does not exist").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(at("2027-03-27T01:30:00Z")), "a proposal, and nothing else");
    stage.snapshot("time_gap_proposed");
    stage.keys("Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(at("2027-03-28T01:00:00Z")), "the first minute there is");
    assert_eq!(stage.created(), 1);
}

/// The last Sunday of October, from two to three in the night.
fn an_hour_that_comes_twice(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Night owls", &[X], "2026-10-24 02:30").keys("g t g p m l Enter").until("which 02:30?").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(at("2026-10-24T00:30:00Z")), "asked first");
    stage.snapshot("time_twice");
    stage.keys("Enter").rest().snapshot("time_twice_chosen");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(at("2026-10-25T00:30:00Z")), "the first of them");
}

/// A failure with the provider's answer, its remedy, and the numbers of what went out in the end.
fn the_story_of_a_post(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Office hours #hiccup", &[X], "fri 14");
    friday_at_two(&mut stage, 1);
    stage.turn(1).keys("4").until("Office hours").keys("i").until("What was said").until("answer: {").rest();
    stage.snapshot("story_failed");
    stage.keys("Esc r").until("Retry 1 post?").keys("y").rest().turn(1).turn(1);
    assert_eq!(stage.only("Office hours").state(stage.outside.clock.now()), State::Published);
    stage.turn(600).keys("2 g t g P 3 3").until("likes ").turn(4).rest().snapshot("story_numbers");
    stage.keys("i").until("Attempts and edits").rest().snapshot("story_published");
    stage.keys("Esc 3 1 1 G").rest().snapshot("story_channel");
}

/// What follows a key that begins others, after a moment.
fn keys_that_go_on(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t g p g").rest();
    let at_once = stage.screen();
    assert!(!at_once.contains("next clash"), "{at_once}");
    stage.pass(TimeDelta::milliseconds(400)).until("next clash").snapshot("prefix_goto");
    stage.keys("Esc z").pass(TimeDelta::milliseconds(400)).until("month").snapshot("prefix_view");
    stage.keys("Esc ?").until("Keys that work here").snapshot("keys_here");
}

/// What is out does not lift, and says so; what is not there cannot be retried.
fn what_cannot_be_done(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Doors open", &[X], "fri 14");
    friday_at_two(&mut stage, 1);
    stage.turn(1).keys("2 g t g P").rest();
    let published = stage.cursor();
    stage.keys("m").until("D ").rest().snapshot("cannot_move");
    stage.keys(":").typed("post.retry").rest().snapshot("cannot_retry");
    stage.keys("Enter Esc Esc").rest();
    assert_eq!((stage.cursor(), stage.writes().len()), (published, 1));
}

/// A campaign over the end of a week, seen in each of the calendar's ways.
fn a_campaign_in_every_view(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.keys("C").until("Recipe").typed("Autumn launch").keys("Enter Ctrl-u").typed("fri 9").keys("Esc");
    stage.choose(BLUESKY).paste("We open\nCome in\nMeet the roaster\nTaste it\nThe last bags\nThank you\n").pause();
    stage.keys("Ctrl-s").until("Schedule 6 posts").keys("y").rest().until("6 scheduled").keys("q").gone("Recipe");
    stage.keys("2 g t g p").rest();
    for (keys, name) in [("z w", "bars_week"), ("2 z m", "bars_month"), ("2 z a", "bars_agenda")] {
        stage.keys(keys).until("/6").snapshot(name);
    }
}
