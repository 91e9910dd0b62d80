//! Limits that a provider publishes: a channel that may write more, counted so wherever it is counted.

use chrono::TimeDelta;

use crate::stage::{LATE, MIDDLE, Stage};

const POSTFORME: &str = "postforme";

/// How often it was asked at paths that contain `path`.
fn asked(stage: &Stage, path: &str) -> usize {
    stage.outside.world.requests().iter().filter(|request| request.path.contains(path)).count()
}

#[test]
fn a_channel_that_may_write_more_is_counted_against_its_own_limit() {
    let mut stage = Stage::open(MIDDLE, &[POSTFORME]);
    let world = stage.outside.world.clone();
    world.add_channel(POSTFORME, "twitter", "fjord.plus").unwrap();
    let paying = world.channels(POSTFORME).into_iter().find(|channel| channel.username == "fjord.plus").unwrap();
    assert!(world.set_premium(POSTFORME, &paying.id, true));
    // What is published is asked for once a day.
    stage.pass(TimeDelta::hours(25)).keys("R").rest();
    let text = "Plenty to say. ".repeat(40);
    stage.keys("c").paste(text.trim_end()).keys("Esc").choose("fjord.plus").until("599/2200");
    assert!(!stage.screen().contains("over: X takes"), "{}", stage.screen());
    stage.keys("Esc").keys("c").paste(&"Plenty to say. ".repeat(150)).keys("Esc").choose("fjord.plus");
    stage.until("50 over: X takes 2,200 characters").until("as Post for Me said on 17 Sep 2026");
}

#[test]
fn what_is_published_is_asked_for_once_a_day() {
    let mut stage = Stage::late(MIDDLE);
    assert_eq!(asked(&stage, "post-length"), 1);
    stage.keys("R").rest().turn(30).keys("R").rest();
    assert_eq!(asked(&stage, "post-length"), 1);
    stage.pass(TimeDelta::hours(25)).keys("R").rest();
    assert_eq!(asked(&stage, "post-length"), 2);
    // What could not be heard is not asked for in every round.
    stage.outside.world.forget_requests();
    let fault = runsheet::demo::Fault::once(runsheet::demo::FaultKind::Status(500)).on("POST", "post-length").at(LATE);
    stage.outside.world.fault(fault);
    stage.pass(TimeDelta::hours(25)).keys("R").rest().turn(10).keys("R").rest();
    assert!((1..=4).contains(&asked(&stage, "post-length")), "one question, with its repeats");
}
