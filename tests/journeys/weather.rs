//! The journeys through bad weather, at one size: what must hold is in the store and at the providers.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Effect, Fault, FaultKind};
use runsheet::domain::outcome::State;

use crate::stage::{LATE, MIDDLE, Stage, VOXBURST, morning};

const X: &str = "@acme";
const MASTODON: &str = "@northwind@coffee.example";

fn state(stage: &Stage, text: &str) -> State {
    stage.only(text).state(stage.outside.clock.now())
}

/// Kills the program after the provider has made the post and before it has said so.
fn killed_in_the_middle(provider: &'static str, handle: &str) {
    let mut stage = Stage::open(MIDDLE, &[provider]);
    let hold = Fault::once(FaultKind::Slow(Duration::from_secs(600))).at(provider).on("POST", "/posts");
    stage.outside.world.fault(hold);
    stage.compose("Sent just now", &[handle], "fri 14").keys("Ctrl-s").until("nothing is sent yet").keys("s");
    stage.until_outside("the create to arrive", |world| !world.posts(provider).is_empty());
    stage.keys("c").typed("An idea, half wr").pause_without_rest();

    let mut stage = stage.kill_and_restart();
    assert_eq!(stage.only("An idea").body, "An idea, half wr", "the draft was on the disk");
    for _ in 0..6 {
        stage.turn(2);
    }
    assert_eq!(state(&stage, "Sent just now"), State::Scheduled);
    assert_eq!((stage.created(), stage.posts(provider).len()), (1, 1), "{:#?}", stage.writes());
    let keys: Vec<_> = stage.writes().into_iter().map(|request| (request.idempotency_key, request.body)).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "the same key and the same bytes: {keys:#?}");
}

#[test]
fn killed_in_the_middle_of_a_create_at_late() {
    killed_in_the_middle(LATE, X);
}

#[test]
fn killed_in_the_middle_of_a_create_at_voxburst() {
    killed_in_the_middle(VOXBURST, MASTODON);
}

/// A post that was changed here, offline, and meanwhile on the provider's own site.
fn in_conflict(provider: &'static str, handle: &str) -> Stage {
    let mut stage = Stage::open(MIDDLE, &[provider]);
    stage.schedule("Doors open at ten", &[handle], "fri 14").unplug();
    stage
        .keys("g p e")
        .until("Compose")
        .typed(", here")
        .keys("Esc Ctrl-s")
        .until("nothing is sent yet")
        .keys("s")
        .rest();
    let id = stage.posts(provider)[0].id.clone();
    assert!(stage.outside.world.edit_post(provider, &id, |post| post.content = "Doors open at eleven".into()));
    stage.plug().turn(10).turn(10);
    let post = stage.only("Doors");
    assert_eq!(post.body, "Doors open at ten, here", "our version is kept");
    let theirs = post.conflict.as_ref().map(|theirs| theirs.body.as_str());
    assert_eq!(theirs, Some("Doors open at eleven"), "and theirs: {post:#?}");
    assert_eq!(stage.posts(provider)[0].content, "Doors open at eleven", "nothing there was overwritten");
    stage.keys("g p 3").until("Doors open at eleven");
    stage
}

fn ours_is_kept(provider: &'static str, handle: &str) {
    let mut stage = in_conflict(provider, handle);
    stage.keys("M o").rest().turn(10);
    let post = stage.only("Doors");
    assert_eq!((post.body.as_str(), post.conflict.is_none(), post.pending), ("Doors open at ten, here", true, false));
    let there = stage.posts(provider);
    assert_eq!((there.len(), there[0].content.as_str()), (1, "Doors open at ten, here"));
}

fn theirs_is_taken(provider: &'static str, handle: &str) {
    let mut stage = in_conflict(provider, handle);
    let before = stage.writes().len();
    stage.keys("M t").rest().turn(10);
    let post = stage.only("Doors");
    assert_eq!((post.body.as_str(), post.conflict.is_none(), post.pending), ("Doors open at eleven", true, false));
    assert_eq!(stage.writes().len(), before, "nothing has to be sent");
    assert_eq!(stage.posts(provider)[0].content, "Doors open at eleven");
}

#[test]
fn a_conflict_at_late_can_be_settled_for_ours() {
    ours_is_kept(LATE, X);
}

#[test]
fn a_conflict_at_late_can_be_settled_for_theirs() {
    theirs_is_taken(LATE, X);
}

#[test]
fn a_conflict_at_voxburst_can_be_settled_for_ours() {
    ours_is_kept(VOXBURST, MASTODON);
}

#[test]
fn a_conflict_at_voxburst_can_be_settled_for_theirs() {
    theirs_is_taken(VOXBURST, MASTODON);
}

#[test]
fn two_writes_of_one_post_leave_in_their_order() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Reading list", &[X], "fri 14");
    let world = stage.outside.world.clone();
    world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(600))).on("PUT", "/posts"));
    stage.keys("g p m J Enter");
    stage.until_outside("the move to arrive", |world| world.posts(LATE)[0].scheduled_for == Some(friday(15)));
    stage.keys("m J Enter").until("being sent just now");
    world.release();
    stage.rest().keys("Esc m J Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(16)));
    assert_eq!(stage.only("Reading").instant(), Some(friday(16)));
    let kinds: Vec<_> = stage.writes().into_iter().map(|request| request.method).collect();
    assert_eq!(kinds, ["POST", "PUT", "PUT"]);
}

#[test]
fn of_two_edits_that_waited_only_the_last_is_sent() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Reading list", &[X], "fri 14").unplug();
    stage.keys("g p m J Enter").turn(10).keys("m J Enter").turn(10);
    stage.plug().turn(10).turn(10);
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(16)));
    assert_eq!((stage.writes().len(), stage.only("Reading").pending), (2, false), "{:#?}", stage.writes());
}

#[test]
fn what_was_deleted_offline_before_it_left_never_leaves() {
    let mut stage = Stage::late(MIDDLE);
    stage.unplug().schedule("Too hasty", &[X], "fri 14").turn(10).keys("g p d").until("Delete").keys("y").rest();
    assert!(stage.stored("Too hasty").is_empty());
    stage.plug().turn(10).turn(10);
    assert!(stage.writes().is_empty(), "{:#?}", stage.writes());
}

#[test]
fn a_draft_is_kept_at_every_pause_and_found_again() {
    let mut stage = Stage::late(MIDDLE);
    stage.keys("c").typed("First line\nsecond").pause();
    assert_eq!(stage.only("First").body, "First line\nsecond");
    stage.typed(" and more").pause();
    let mut stage = stage.kill_and_restart();
    let draft = stage.only("First");
    assert_eq!(draft.body, "First line\nsecond and more");
    assert!(stage.writes().is_empty());
    // It had the time of the cursor, so it stands on the calendar.
    stage.keys("g p e").until("second and more");
}

#[test]
fn a_change_to_a_planned_post_that_was_not_reviewed_is_found_again() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Opening soon", &[X], "fri 14");
    stage.keys("g p e").until("Compose").typed(", at ten").pause();
    let mut stage = stage.kill_and_restart();
    assert_eq!(stage.only("Opening").body, "Opening soon", "what is planned changes when it is reviewed");
    assert_eq!(stage.posts(LATE)[0].content, "Opening soon");
    stage.keys("g p e").until("Opening soon, at ten");
}

#[test]
fn a_paste_is_one_step_for_undo() {
    let mut stage = Stage::late(MIDDLE);
    stage.keys("c").typed("before ").paste("one\ntwo\nthree q d :").until("three q d :");
    stage.keys("Esc u").gone("three").until("before");
    stage.keys("U").until("three q d :");
    assert!(stage.stored("before").is_empty() || stage.only("before").targets.is_empty());
}

#[test]
fn a_pause_that_the_provider_asks_for_is_kept_to_the_second() {
    let mut stage = Stage::late(MIDDLE);
    let limited = FaultKind::RateLimited { retry_after: Some(90) };
    stage.outside.world.fault(Fault::once(limited).on("POST", "/posts"));
    stage.schedule("Hold your horses", &[X], "fri 14").until("1 waiting");
    let asked = stage.outside.clock.now();
    let seen = stage.outside.world.requests().len();
    for seconds in [30, 30, 29] {
        stage.pass(TimeDelta::seconds(seconds)).keys("g p");
    }
    assert_eq!(stage.outside.world.requests().len(), seen, "nothing at all is asked before the pause is over");
    stage.pass(TimeDelta::seconds(2));
    assert_eq!(state(&stage, "Hold"), State::Scheduled);
    let creates: Vec<_> = stage.writes();
    assert_eq!((creates.len(), stage.created()), (2, 1));
    assert!(creates[1].at >= asked + TimeDelta::seconds(90));
    assert_eq!((&creates[0].idempotency_key, &creates[0].body), (&creates[1].idempotency_key, &creates[1].body));
}

#[test]
fn a_refused_key_is_not_tried_again_until_a_person_asks() {
    let mut stage = Stage::late(MIDDLE);
    stage.outside.world.set_key_valid(LATE, false);
    stage.turn(6).until("key refused");
    let seen = stage.outside.world.requests().len();
    stage.schedule("Waiting for a key", &[X], "fri 14");
    for _ in 0..10 {
        stage.turn(30);
    }
    assert_eq!(stage.outside.world.requests().len(), seen, "no storm");
    assert!(stage.only("Waiting").pending);
    stage.outside.world.set_key_valid(LATE, true);
    stage.keys("R").rest();
    assert_eq!((state(&stage, "Waiting"), stage.created()), (State::Scheduled, 1));
    stage.gone("key refused");
}

#[test]
fn what_was_made_on_the_web_appears_and_what_went_there_goes() {
    let mut stage = Stage::late(MIDDLE);
    let channel = stage.outside.world.channels(LATE)[0].id.clone();
    let content = "Made on the web".to_owned();
    let new = runsheet::demo::WebPost { content, accounts: vec![channel], scheduled_for: Some(friday(11)) };
    let id = stage.outside.world.add_post(LATE, new).unwrap();
    stage.turn(6).until("Made on");
    assert_eq!(stage.only("Made on the web").instant(), Some(friday(11)));
    stage.outside.world.delete_post(LATE, &id);
    stage.turn(6).gone("Made on");
    assert!(stage.writes().is_empty());
}

#[test]
fn a_post_is_dragged_by_the_mouse_to_another_hour() {
    use runsheet::tui::msg::MouseKind::{Drag, Press, Release};
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Drag me", &[X], "fri 14");
    stage.mouse(Press, "● x ").mouse(Drag, "16:00").mouse(Release, "16:00").rest();
    let moved = stage.only("Drag me").instant().unwrap();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(moved));
    assert_ne!(moved, friday(14));
    assert_eq!(stage.writes().iter().filter(|r| matches!(r.effect, Effect::Created(_))).count(), 1);
}

fn friday(hour: u32) -> DateTime<Utc> {
    let berlin = format!("2026-09-18T{hour:02}:00:00+02:00");
    let at = berlin.parse().unwrap();
    assert!(at > morning());
    at
}

#[test]
fn a_write_that_is_not_taken_while_lists_are_read_is_tried_ever_less_often() {
    for provider in [LATE, VOXBURST] {
        let mut stage = Stage::open(MIDDLE, &[provider]);
        let handle = if provider == LATE { X } else { MASTODON };
        stage.outside.world.fault(Fault::once(FaultKind::Status(503)).on("POST", "/posts").times(10_000));
        stage.compose("Nobody takes this", &[handle], "fri 14").keys("Ctrl-s").until("nothing is sent yet").keys("s");
        let tries = stage.an_hour().writes().len();
        assert!((5..=20).contains(&tries), "{provider}: {tries} times");
    }
}
