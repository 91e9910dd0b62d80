//! Keys of one's own: whatever the program says of a key is said of the one in force.

use chrono::{DateTime, Utc};

use crate::stage::{MIDDLE, Stage};

const X: &str = "@acme";

/// Verify, retry, edit, undo and the suggested remedy lie elsewhere, as do moving and the way out of sheets; a post is
/// published by no key at all.
const MINE: &str = r#"
[global]
"r" = "none"
"Ctrl-e" = "post.retry"
"V" = "none"
"Q" = "post.verify"
"e" = "none"
"i" = "post.edit"
"u" = "none"
"Z" = "undo"
"m" = "none"
"x" = "post.move"
"P" = "none"
"s" = "none"
"T" = "post.when"
[failed]
"a" = "none"
"b" = "failed.remedy"
"x" = "none"
"i" = "none"
"o" = "post.edit"
[sheet]
"Esc" = "none"
"q" = "none"
"Backspace" = "back"
[question]
"y" = "none"
"j" = "yes"
"#;

journeys! {
    keys_of_ones_own_in_the_failed_queue,
}

/// Lets time pass until Friday, 14 o'clock, and so many minutes.
fn friday_at_two(stage: &mut Stage, minutes: i64) {
    let at = "2026-09-18T14:00:00+02:00".parse::<DateTime<Utc>>().unwrap();
    let left = (at - stage.outside.clock.now()).num_minutes() + minutes;
    stage.turn(left);
}

fn keys_of_ones_own_in_the_failed_queue(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    for (text, when) in [("First #refuseme", "fri 14"), ("Second #hiccup", "fri 14:20")] {
        stage.schedule(text, &[X], when);
    }
    friday_at_two(&mut stage, 41);
    stage.turn(1).remap(MINE).keys("4").until("First").until("Second").snapshot("own_keys_queue");
    stage.keys("?").until("Keys that work here").snapshot("own_keys_help");
    stage.keys("Esc").rest();
    // The remedy is true: its key opens the post, and its key sends it again after a question.
    let mut screen = stage.screen();
    assert!(screen.contains("o opens it") || screen.contains("Ctrl-e retries"), "{screen}");
    stage.keys("A").until("Retry 2 posts?").until("j retry").snapshot("own_keys_question").keys("n").rest();
    stage.keys("j j Ctrl-e").rest();
    screen = stage.screen();
    assert!(!screen.contains("r retries") && !screen.contains("e opens"), "{screen}");
}

#[test]
fn what_is_told_names_the_keys_in_force() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "thu 14").schedule("Already there", &[X], "thu 9");
    stage.remap(MINE).keys("g t g p x l").until("MOVE").keys("Enter").until("Z takes it back").rest();
    stage.keys("Z").rest();
    // What cannot be done says what to do instead, and no key that does nothing any more.
    stage.keys("g p Ctrl-e").until("it has not failed");
    // The foot of a sheet names the way out that is in force, and it leads out.
    stage.keys("i").rest().keys("Esc =").until("Backspace back").keys("Backspace").gone("Backspace back");
}

#[test]
fn what_was_told_of_a_search_ends_where_a_move_begins() {
    let mut stage = Stage::late(MIDDLE);
    stage
        .schedule("Doors open", &[X], "thu 14")
        .keys("g t g p")
        .rest()
        .keys("g p")
        .until("no later post within")
        .rest();
    stage.keys("m").until("MOVE").gone("no later post");
    stage.keys("Esc").rest();
}
