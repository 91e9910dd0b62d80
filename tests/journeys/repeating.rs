//! Posts that come again: a rule in words, its next dates, one of them left out, all of it stopped.

use chrono::TimeDelta;
use runsheet::domain::post::Wish;

use crate::stage::{MIDDLE, SIZES, Stage, VOXBURST};

const X: &str = "@northwind";

fn a_repetition_is_made_a_date_skipped_and_it_is_stopped(size: (u16, u16)) {
    let mut stage = Stage::open(size, &[VOXBURST]);
    stage.compose("Open house this week", &[X], "thu 8").keys("Ctrl-t").typed("every tue and thu 9:00");
    stage.until("Thu 17").until("Tue 22").snapshot("repeat_rule");
    stage.keys("Enter").until("every tue and thu 9:00").keys("Ctrl-s").until("again").snapshot("repeat_review");
    stage.keys("s").rest();
    let all = stage.stored("Open house");
    assert_eq!(all.len(), 10, "five weeks of two: {:?}", all.iter().map(|post| post.instant()).collect::<Vec<_>>());
    assert!(all.iter().all(|post| post.wish == Wish::Schedule));
    assert_eq!(stage.posts(VOXBURST).len(), 10);

    stage.keys("g t g p 3").until("every tue and thu").keys("2 :").typed("repeat").keys("Enter").until("5 weeks ahead");
    stage.keys("Enter j Space").until("left out").snapshot("repeat_dates");
    assert_eq!((stage.stored("Open house").len(), stage.posts(VOXBURST).len()), (9, 9));

    let mut stage = stage.kill_and_restart();
    stage.rest();
    assert_eq!((stage.stored("Open house").len(), stage.created()), (9, 10), "nothing is made twice");
    // A week on, two more come into reach.
    stage.pass(TimeDelta::days(7)).rest();
    assert_eq!(stage.stored("Open house").len(), 11);
    stage.keys(":").typed("repeat").keys("Enter").until("5 weeks ahead").keys("x").until("Stop “Open house");
    stage.snapshot("repeat_stop").keys("y").until("stopped").rest();
    let waiting =
        stage.stored("Open house").into_iter().filter(|post| post.instant().unwrap() > stage.outside.clock.now());
    assert_eq!(waiting.count(), 0);
}

#[test]
fn a_repetition_on_a_small_screen() {
    a_repetition_is_made_a_date_skipped_and_it_is_stopped(SIZES[0]);
}

#[test]
fn a_repetition_on_a_middling_screen() {
    a_repetition_is_made_a_date_skipped_and_it_is_stopped(SIZES[1]);
}

#[test]
fn a_repetition_on_a_large_screen() {
    a_repetition_is_made_a_date_skipped_and_it_is_stopped(SIZES[2]);
}

#[test]
fn a_stored_post_repeats_and_an_edit_is_for_all_after_it() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    stage.schedule("Open house this week", &[X], "fri 14").keys("g t g p s").typed("every fri 14:00 3 times");
    stage.until("Fri 25").keys("Enter").rest();
    assert_eq!(stage.stored("Open house").len(), 3);
    stage.keys("e").until("Open house").keys("End").typed(" with cake").keys("Ctrl-s").until("reschedule").keys("s");
    stage.until("Also the posts after it?").keys("y").rest();
    let all = stage.stored("Open house");
    assert!(all.len() == 3 && all.iter().all(|post| post.body.ends_with(" with cake")), "{all:#?}");
}

#[test]
fn a_far_date_is_made_early_to_say_something_else() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    stage.schedule("Open house this week", &[X], "fri 14").keys("g t g p s").typed("every month at 14:00 6 times");
    stage.until("repeat it").keys("Enter").rest();
    assert_eq!(stage.stored("Open house").len(), 2, "five weeks of one a month");
    stage.keys("2 :").typed("repeat").keys("Enter").until("5 weeks ahead").keys("Enter j j j").until("make it now");
    stage.keys("Enter").rest();
    assert_eq!((stage.stored("Open house").len(), stage.posts(VOXBURST).len()), (3, 3));
    stage.until("show its post").keys("Enter").until("Open house").rest();
}
