//! Posts that come again: a rule in words, its next dates, one of them left out, all of it stopped.

use chrono::{NaiveTime, TimeDelta, Weekday};
use runsheet::domain::plan::SlotRule;
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
    stage.keys("Enter j Space").until("Leave out Tue 22 Sep 2026?").snapshot("repeat_leaves_out");
    // Enter is no yes: nothing is deleted on one key, and not on two by accident.
    stage.keys("Enter").gone("Leave out Tue").rest();
    assert_eq!(stage.stored("Open house").len(), 10);
    stage.keys("Space").until("Leave out Tue 22").keys("y").until("left out, and its post deleted").rest();
    stage.snapshot("repeat_dates");
    assert_eq!((stage.stored("Open house").len(), stage.posts(VOXBURST).len()), (9, 9));

    stage.keys("Esc Esc u").rest();
    assert_eq!(
        (stage.stored("Open house").len(), stage.posts(VOXBURST).len()),
        (10, 10),
        "taken back, and made again there"
    );
    stage.keys("U").rest();

    let mut stage = stage.kill_and_restart();
    stage.rest();
    assert_eq!((stage.stored("Open house").len(), stage.created()), (9, 11), "nothing is made twice");
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

/// A post with a rule in the composer, which is left open.
fn ruled(stage: &mut Stage) {
    stage.compose("Open house this week", &[X], "thu 8").keys("Ctrl-t").typed("every tue and thu 9:00");
    stage.until("Thu 17").keys("Enter").until("every tue and thu 9:00").pause();
}

#[test]
fn a_rule_comes_back_with_its_text_where_the_save_is_refused() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    ruled(&mut stage);
    // Another window closes the first day meanwhile, and the review does not know of it yet.
    stage.keys("Ctrl-s").until("again").rest();
    stage.other_window().rest().keys("2 g t l a").typed("! closed").keys("Enter").rest();
    stage.other_window().keys("s").until("not saved: ").until("Compose").rest();
    stage.until("every tue and thu 9:00");
    assert!(stage.stored("Open house").iter().all(|post| post.wish == Wish::Draft), "all of it, or nothing");
    assert_eq!(stage.created(), 0);
    // The day is opened again: the rule is still what is asked for.
    stage.other_window().keys("2 g t l a Ctrl-u Enter").rest();
    stage.other_window().rest().keys("Ctrl-s").until("again").keys("s").rest();
    assert_eq!((stage.stored("Open house").len(), stage.posts(VOXBURST).len()), (10, 10));
    // It is in force now, and asked for no more.
    stage.keys("g t g p e").until("Compose").gone("· every tue");
}

#[test]
fn a_rule_is_kept_with_its_draft_over_leaving_and_a_kill() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    ruled(&mut stage);
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g t g p e").until("Compose").until("every tue and thu 9:00");
    stage.keys("Esc Esc").gone("Compose").rest();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g t g p e").until("every tue and thu 9:00");
    stage.keys("Ctrl-s").until("again").keys("s").rest();
    assert_eq!(stage.stored("Open house").len(), 10);
}

#[test]
fn a_time_of_its_own_ends_the_rule_that_was_asked_for() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    ruled(&mut stage);
    stage.keys("Ctrl-t Ctrl-u").typed("fri 10").keys("Enter").gone("every tue").pause();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g t g p e").until("Compose").keys("Ctrl-s").until("checks");
    assert!(!stage.screen().contains("again"), "{}", stage.screen());
    stage.keys("s").rest();
    assert_eq!(stage.stored("Open house").len(), 1);
}

#[test]
fn a_free_slot_taken_in_the_review_ends_the_rule_too() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    let eleven = NaiveTime::from_hms_opt(11, 0, 0).unwrap();
    let slot = SlotRule { channel: None, days: vec![Weekday::Fri], times: vec![eleven], zone: None };
    stage.plan(|plan| plan.slots = vec![slot]);
    ruled(&mut stage);
    stage.keys("Ctrl-s").until("again").keys("n").until("it stands in a free slot").gone("again  ").keys("s").rest();
    assert_eq!(stage.stored("Open house").len(), 1, "one post, which does not come again");
    // Nor is the rule asked for any more.
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g t g p e").until("Compose").keys("Ctrl-s").until("checks");
    assert!(!stage.screen().contains("every tue"), "{}", stage.screen());
}

#[test]
fn whether_the_others_follow_is_asked_when_the_save_is_answered() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    stage.schedule("Open house this week", &[X], "fri 14").keys("g t g p s").typed("every fri 14:00 3 times");
    stage.until("Fri 25").keys("Enter").rest();
    stage.keys("e").until("Open house").keys("End").typed(" with cake").keys("Ctrl-s").until("reschedule").rest();
    stage.other_window().rest().keys("2 g t g p e").until("Open house").keys("End").typed(" with tea").keys("Ctrl-s");
    stage.until("reschedule").keys("s").until("Also the posts after it?").keys("n").rest();
    stage.other_window().keys("s").until("not saved: ").rest();
    assert!(!stage.screen().contains("Also the posts after it?"), "{}", stage.screen());
    stage.until("with cake");
}
