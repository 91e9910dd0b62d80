//! A failed post is mended in the composer: what is live already stands in nobody's way, what was typed is not passed
//! over, and the queue goes on to the next.

use chrono::{DateTime, Utc};
use runsheet::demo::{Health, SimPost, SimTarget, Status, Trouble};
use runsheet::domain::outcome::State;

use crate::stage::{LATE, MIDDLE, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

fn pass_two(stage: &mut Stage) {
    let at = "2026-09-18T14:00:00+02:00".parse::<DateTime<Utc>>().unwrap();
    let left = (at - stage.outside.clock.now()).num_minutes();
    stage.turn(left + 1).turn(1).turn(1).rest();
}

fn there(stage: &Stage, text: &str) -> SimPost {
    let posts = stage.posts(LATE);
    posts.iter().find(|post| post.content.starts_with(text)).unwrap_or_else(|| panic!("{posts:#?}")).clone()
}

/// Makes `text` fail on `network` when its time comes.
fn will_fail(stage: &Stage, text: &str, network: &str, trouble: &str) {
    let post = there(stage, text);
    let target = post.targets.iter().find(|target| target.network == network).unwrap();
    let trouble = Trouble::named(trouble, network).unwrap();
    assert!(stage.outside.world.set_trouble(LATE, &post.id, &target.account, trouble));
}

#[test]
fn what_is_live_already_does_not_stand_in_the_way_of_the_rest() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Half of it", &[X, BLUESKY], "fri 14");
    will_fail(&stage, "Half of it", "bluesky", "outage");
    pass_two(&mut stage);
    assert_eq!(stage.only("Half of it").state(stage.outside.clock.now()), State::Partial);
    // The channel that it is live on is taken off since.
    let x =
        there(&stage, "Half of it").targets.iter().find(|target| target.network != "bluesky").unwrap().account.clone();
    assert!(stage.outside.world.set_health(LATE, &x, Health::Disconnected));
    stage.turn(40).keys("R").rest().turn(6).rest();
    stage.keys("4 G e").until("Compose").typed("Now ").pause().keys("Ctrl-s").until("nothing is sent yet").rest();
    assert!(!stage.screen().contains("does not post"), "{}", stage.screen());
    stage.keys("P P").rest().seconds(11).rest().turn(2).turn(2).rest();
    let live = |network: &str| -> usize {
        let on = |target: &SimTarget| (target.network == "bluesky") == (network == "bluesky");
        let targets = stage.posts(LATE).into_iter().flat_map(|post| post.targets);
        targets.filter(|target| on(target) && target.status == Status::Published).count()
    };
    assert_eq!((live("x"), live("bluesky")), (1, 1), "{:#?}", stage.posts(LATE));
    assert_eq!(stage.only("Half of it").state(stage.outside.clock.now()), State::Published);
}

#[test]
fn a_retry_says_what_it_leaves_behind() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Said in haste", &[X], "fri 14");
    will_fail(&stage, "Said in haste", "twitter", "outage");
    pass_two(&mut stage);
    stage.keys("4 G e").until("Compose").typed(", said better").pause().keys("Esc Esc").rest();
    stage.keys("4 G r").until("Retry 1 post?").until("what was typed since is sent from the composer");
}

#[test]
fn the_next_failed_post_is_under_the_cursor_of_every_pane() {
    let mut stage = Stage::late(MIDDLE);
    for (text, when) in [("First of two", "fri 14"), ("Second of two", "fri 13:30")] {
        stage.schedule(text, &[X], when);
        will_fail(&stage, text, "twitter", "outage");
    }
    pass_two(&mut stage);
    stage.keys("4 g g j").rest();
    let first = stage.cursor().unwrap();
    stage.keys("e").until("Compose").typed(", mended").pause().keys("Ctrl-s").until("nothing is sent yet");
    stage.keys("P P").rest();
    let next = stage.cursor().unwrap();
    assert_ne!(next, first, "{}", stage.screen());
    let words = if stage.only("First of two").id == next { "First of two" } else { "Second of two" };
    stage.keys("d").until(&format!("“{words}")).keys("n");
    stage.keys("3").until(words);
}

#[test]
fn the_bell_rings_once_for_what_comes_to_need_a_person() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Goes well", &[X], "fri 13");
    stage.schedule("Goes wrong", &[X], "fri 14");
    will_fail(&stage, "Goes wrong", "twitter", "outage");
    stage.turn(60).turn(60).rest();
    assert_eq!(stage.rings(), 0);
    pass_two(&mut stage);
    stage.turn(1).turn(1).keys("4 j k 2").rest();
    assert_eq!(stage.rings(), 1);
}

#[test]
fn keys_for_posts_do_nothing_beside_posts() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14");
    stage.keys("2 g d").typed("fri 14").keys("Enter").until("Doors open").rest();
    let before = stage.stored("");
    for keys in ["1 W", "1 d", "1 m", "1 s", "5 W", "5 d"] {
        stage.keys(keys).until("no post is under the cursor here").rest().keys("Esc");
    }
    assert_eq!(stage.stored(""), before);
    stage.keys("2 Space 1 W").until("held").rest();
    assert_eq!(stage.only("Doors open").state(stage.outside.clock.now()), State::Held, "what is marked is meant");
}
