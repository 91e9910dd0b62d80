//! A life at a WordPress site: without idempotency keys, without a reference of ours, and with rows that change their
//! ids under every edit.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Fault, FaultKind, Habits, Status, Trouble};
use runsheet::domain::outcome::{Outcome, State};

use crate::stage::{MIDDLE, POSTO, Stage};

const X: &str = "Kontor";
const MASTODON: &str = "Kontor on Mastodon";

fn state(stage: &Stage, text: &str) -> State {
    stage.only(text).state(stage.outside.clock.now())
}

fn friday(hour: u32) -> DateTime<Utc> {
    format!("2026-09-18T{hour:02}:00:00+02:00").parse().unwrap()
}

#[test]
fn a_post_is_scheduled_moved_published_and_retried_where_it_failed() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.schedule("Three ways to number invoices", &[X, MASTODON], "fri 14");
    let made = stage.posts(POSTO).remove(0);
    assert_eq!((made.targets.len(), made.scheduled_for), (2, Some(friday(14))));
    assert_eq!(state(&stage, "Three ways"), State::Scheduled);

    stage.keys("g p m J Enter").rest().turn(6);
    let moved = stage.posts(POSTO).remove(0);
    assert_eq!((moved.id.as_str(), moved.scheduled_for), (made.id.as_str(), Some(friday(15))));
    assert_ne!(moved.targets[0].row, made.targets[0].row, "the rows are new");
    assert_eq!((stage.created(), stage.posts(POSTO).len()), (1, 1), "{:#?}", stage.writes());
    let post = stage.only("Three ways");
    assert_eq!((post.instant(), post.pending, post.conflict.is_none()), (Some(friday(15)), false, true));

    let mastodon = moved.targets[1].account.clone();
    let trouble = Trouble::named("outage", "mastodon").unwrap();
    assert!(stage.outside.world.set_trouble(POSTO, &moved.id, &mastodon, trouble));
    let ahead = friday(15) - stage.outside.clock.now();
    stage.pass(ahead + TimeDelta::minutes(4)).pass(TimeDelta::minutes(6));
    let post = stage.only("Three ways");
    assert_eq!(post.instant(), Some(friday(15)), "the plan stands, whatever second it went out at");
    assert!(matches!(&post.targets[0].outcome, Outcome::Published { url: Some(_), .. }), "{post:#?}");
    let Outcome::Refused(refusal) = &post.targets[1].outcome else { panic!("{post:#?}") };
    assert!(refusal.words.contains("Mastodon") && !refusal.words.contains('<'), "{}", refusal.words);
    assert_eq!(post.state(stage.outside.clock.now()), State::Partial);

    stage.keys("4 r").until("Retry 1 post?").keys("y").rest().turn(2).turn(6);
    assert_eq!(state(&stage, "Three ways"), State::Published, "{:#?}", stage.only("Three ways"));
    let attempts: Vec<u32> = stage.posts(POSTO)[0].targets.iter().map(|target| target.attempts).collect();
    assert_eq!(attempts, [1, 2], "only what had failed went again");
    assert!(stage.writes().iter().all(|write| !write.body.contains("\"include_all\":true")));
}

/// A create whose answer is lost: looked up by channels, time and words, adopted, and not made a second time. The
/// listing shows the post before the look-up does, and takes it for nobody's.
fn lost(fault: FaultKind, habits: Habits) -> Stage {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.outside.world.set_habits(POSTO, habits);
    stage.outside.world.fault(Fault::once(fault).at(POSTO).on("POST", "/composer"));
    stage.schedule("Said once", &[X], "fri 14");
    assert_eq!(state(&stage, "Said once"), State::Unknown);
    stage.turn(1).turn(6).turn(6);
    stage
}

#[test]
fn a_create_whose_answer_was_lost_is_found_and_not_repeated() {
    let stage = lost(FaultKind::CutAfter, Habits::default());
    assert_eq!(state(&stage, "Said once"), State::Scheduled, "{:#?}", stage.only("Said once"));
    assert_eq!((stage.created(), stage.posts(POSTO).len()), (1, 1));
}

#[test]
fn a_create_that_never_arrived_is_proven_absent_and_sent_again() {
    let stage = lost(FaultKind::CutBefore, Habits::default());
    assert_eq!(state(&stage, "Said once"), State::Scheduled, "{:#?}", stage.only("Said once"));
    assert_eq!((stage.created(), stage.posts(POSTO).len()), (1, 1));
}

#[test]
fn a_create_that_the_site_put_off_is_left_to_a_person_and_not_repeated() {
    let stage = lost(FaultKind::CutAfter, Habits { delay: 600, ..Habits::default() });
    assert_eq!(state(&stage, "Said once"), State::Unknown, "{:#?}", stage.only("Said once"));
    assert_eq!((stage.created(), stage.posts(POSTO).len()), (1, 1), "and taken for nobody else's");
}

#[test]
fn killed_in_the_middle_of_a_create() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    let hold = Fault::once(FaultKind::Slow(Duration::from_secs(600))).at(POSTO).on("POST", "/composer");
    stage.outside.world.fault(hold);
    stage.compose("Sent just now", &[X], "fri 14").keys("Ctrl-s").until("nothing is sent yet").keys("s");
    stage.until_outside("the create to arrive", |world| !world.posts(POSTO).is_empty());
    let mut stage = stage.kill_and_restart();
    for _ in 0..6 {
        stage.turn(2);
    }
    assert_eq!(state(&stage, "Sent just now"), State::Scheduled, "{:#?}", stage.only("Sent just now"));
    assert_eq!((stage.created(), stage.posts(POSTO).len()), (1, 1), "{:#?}", stage.writes());
}

#[test]
fn a_post_that_an_older_site_hides_while_it_goes_out_is_not_taken_for_deleted() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.outside.world.set_habits(POSTO, Habits { older: true, ..Habits::default() });
    stage.schedule("Out of sight", &[X], "fri 14").turn(6);
    let id = stage.posts(POSTO)[0].id.clone();
    stage.pass(friday(14) - stage.outside.clock.now() - TimeDelta::minutes(3));
    // It goes out, and the network takes its time.
    let until = friday(14) + TimeDelta::minutes(20);
    stage.outside.world.edit_post(POSTO, &id, |post| {
        for target in &mut post.targets {
            (target.status, target.busy_until) = (Status::Publishing, Some(until));
        }
        post.status = Status::Publishing;
    });
    stage.turn(5).turn(6);
    let post = stage.only("Out of sight");
    assert_eq!((post.targets.len(), &post.targets[0].outcome), (1, &Outcome::Publishing), "{post:#?}");
    stage.turn(20).turn(6);
    assert_eq!(state(&stage, "Out of sight"), State::Published);
    assert_eq!(stage.created(), 1);
}

#[test]
fn several_are_retried_and_deleted_with_their_count_first_and_never_by_the_site_s_own_all() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    for (text, when) in [
        ("First #hiccup", "fri 14"),
        ("Second #hiccup", "fri 14:20"),
        ("Third #refuseme", "fri 14:40"),
        ("Fourth", "sat 9"),
        ("Fifth", "sat 10"),
    ] {
        stage.schedule(text, &[X], when);
    }
    stage.pass(friday(14) - stage.outside.clock.now() + TimeDelta::minutes(45)).turn(6).turn(6);
    stage.keys("4").until("3 posts").keys("A").until("Retry 3 posts?").keys("y").rest();
    stage.seconds(21).rest().seconds(21).rest().turn(6).turn(6);
    assert_eq!((state(&stage, "First"), state(&stage, "Second")), (State::Published, State::Published));
    assert_eq!((state(&stage, "Third"), stage.created()), (State::Failed, 5), "refused again, and nothing made anew");

    stage.keys(":").typed("delete status:failed").keys("Enter").until("1 post would be deleted").rest();
    assert_eq!(stage.posts(POSTO).len(), 5, "the count first");
    stage.keys("y").rest().turn(1);
    assert_eq!(stage.posts(POSTO).len(), 4);
    stage.keys(":").typed("delete Fo status:scheduled").keys("Enter").until("1 post would be deleted").keys("y").rest();
    stage
        .turn(1)
        .keys(":")
        .typed("delete all")
        .keys("Enter")
        .until("3 posts would be deleted")
        .keys("y")
        .rest()
        .turn(1);
    assert!(stage.stored("").is_empty());
    let deletes: Vec<String> =
        stage.writes().iter().filter(|it| it.method == "DELETE").map(|it| it.body.clone()).collect();
    assert!(!deletes.is_empty() && deletes.iter().all(|body| body.contains("\"include_all\":false")), "{deletes:?}");
}
