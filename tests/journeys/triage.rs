//! After the fact: all that failed is sent again without flooding a feed, what came of a post is read with its numbers,
//! and what was marked on a day is taken back.

use chrono::{DateTime, Utc};
use runsheet::demo::Status;
use runsheet::domain::outcome::State;

use crate::stage::{LATE, MIDDLE, Stage};

const X: &str = "@acme";

/// Lets time pass until Friday, 14 o'clock, and so many minutes.
fn friday_at_two(stage: &mut Stage, minutes: i64) {
    let at = "2026-09-18T14:00:00+02:00".parse::<DateTime<Utc>>().unwrap();
    let left = (at - stage.outside.clock.now()).num_minutes() + minutes;
    stage.turn(left);
}

#[test]
fn all_that_failed_is_sent_again_and_no_feed_is_flooded() {
    let mut stage = Stage::late(MIDDLE);
    for (text, when) in [("First #hiccup", "fri 14"), ("Second #hiccup", "fri 14:20"), ("Third #hiccup", "fri 14:40")] {
        stage.schedule(text, &[X], when);
    }
    friday_at_two(&mut stage, 41);
    stage.turn(1).keys("4").until("3 posts");
    let before = stage.writes().len();
    stage.keys("A").until("Retry 3 posts?").until("20 s apart").keys("n").rest();
    assert_eq!(stage.writes().len(), before, "asked first");
    stage.keys("A").until("Retry 3 posts?").keys("y").until("the last in 40 s").rest();
    assert_eq!(stage.writes().len(), before, "each can be taken back for a moment");
    stage.seconds(11).rest();
    assert_eq!(stage.writes().len(), before + 1, "one after it");
    stage.seconds(21).rest();
    assert_eq!(stage.writes().len(), before + 2, "the next one 20 s later");
    stage.seconds(21).rest();
    assert_eq!(stage.writes().len(), before + 3);
    stage.turn(1).turn(1);
    let there = stage.posts(LATE);
    assert_eq!((there.len(), stage.created()), (3, 3), "nothing was made anew");
    let targets = || there.iter().flat_map(|post| &post.targets);
    assert!(targets().all(|target| target.status == Status::Published && target.attempts == 2), "{there:#?}");
    stage.until("Nothing failed");
}

#[test]
fn the_composer_says_why_a_post_failed_until_that_is_changed() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Is this #refuseme to anybody?", &[X], "fri 14");
    friday_at_two(&mut stage, 1);
    stage.turn(1).rest().keys("4 e").until("Compose").until("it failed: ");
    // It stands above what holds it back now.
    let screen = stage.screen();
    let (why, past) = (screen.find("it failed: ").unwrap(), screen.find("is in the past").unwrap());
    assert!(why < past, "{screen}");
    stage.typed("!").gone("it failed: ").keys("Backspace").until("it failed: ");
}

#[test]
fn numbers_are_fetched_when_a_post_is_read_and_at_no_other_time() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14");
    friday_at_two(&mut stage, 1);
    stage.turn(1).turn(600).rest();
    assert_eq!(stage.only("Doors open").state(stage.outside.clock.now()), State::Published);
    let asked = |stage: &Stage| {
        stage.outside.world.requests().iter().filter(|request| request.path.contains("/analytics")).count()
    };
    assert_eq!(asked(&stage), 0, "nobody looked");
    stage.keys("3").until("likes ").rest();
    assert_eq!(asked(&stage), 1);
    stage.keys("j k i Esc 2 3").rest();
    assert_eq!(asked(&stage), 1, "not twice within minutes");
    stage.turn(11).keys("i").rest();
    assert_eq!(asked(&stage), 2, "older numbers are asked for again");
    stage.keys("Esc 1 G").until("Last 14 days");
}

#[test]
fn what_was_marked_on_a_day_is_taken_back_and_marked_again() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t g p a").typed("Open house").keys("Enter").until("Open hou");
    stage.rest().keys("u").until("undone: the note on").rest().gone("✎ Open hou");
    stage.keys("U").until("done again: the note on").rest();
    stage.keys("g p m l Enter").rest().keys("u").until("undone: moved").rest();
    stage.keys("u").until("undone: the note on").rest();
    assert_eq!(stage.posts(LATE).len(), 1, "the post was left alone");
}

#[test]
fn whoever_verifies_is_told_what_is_true() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t g p V").until("verified: the provider has it");
    friday_at_two(&mut stage, 1);
    stage.turn(1).rest().keys("V").until("verified: it is published");
}
