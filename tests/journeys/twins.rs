//! A post that a network refused as a duplicate: what is live is found and linked, at every size; and what is to be done
//! where nothing is.

use chrono::{DateTime, Utc};
use runsheet::demo::{Status, Trouble, WebPost};
use runsheet::domain::ids::RemoteId;
use runsheet::domain::outcome::{Outcome, State};

use crate::stage::{LATE, MIDDLE, Stage};

const LINKEDIN: &str = "acme-gmbh";
const TEXT: &str = "Q3 note: why we rewrote the importer";

journeys! { found_and_linked }

fn friday(time: &str) -> DateTime<Utc> {
    format!("2026-09-18T{time}:00+02:00").parse().unwrap()
}

fn to(stage: &mut Stage, at: DateTime<Utc>) {
    let left = (at - stage.outside.clock.now()).num_minutes();
    stage.turn(left).turn(1).rest();
}

/// Somebody publishes `text` on the provider's site on Friday at that time; the post's id there.
fn on_the_web(stage: &mut Stage, text: &str, time: &str) -> String {
    let channels = stage.outside.world.channels(LATE);
    let channel = channels.iter().find(|channel| channel.username == LINKEDIN).unwrap().id.clone();
    let post = WebPost { content: text.into(), accounts: vec![channel], scheduled_for: Some(friday(time)) };
    stage.outside.world.add_post(LATE, post).unwrap()
}

fn found_and_linked(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule(TEXT, &[LINKEDIN], "fri 17");
    let refused = stage.only(TEXT).id;
    let twin = on_the_web(&mut stage, TEXT, "10:30");
    to(&mut stage, friday("17:01"));
    stage.keys("4").until("Duplicate content").keys("4").rest();
    let before = stage.writes().len();
    stage.keys("V").until("links it").rest().snapshot("twin_found");
    stage.keys("a").until("nothing was sent, and u takes it back").rest().snapshot("twin_linked");
    stage.until("Nothing failed");
    let stored = |stage: &Stage| {
        let posts = stage.stored(TEXT);
        assert_eq!(posts.len(), 2, "{posts:#?}");
        posts.into_iter().find(|post| post.id == refused).unwrap()
    };
    let linked = stored(&stage);
    assert_eq!(linked.targets[0].remote, Some(RemoteId::new(twin.as_str())));
    assert!(matches!(&linked.targets[0].outcome, Outcome::Published { url: Some(_), .. }));
    // It stands whatever is read, and both are in the calendar, each at its time.
    stage.keys("R").rest().turn(30).rest();
    assert_eq!(stored(&stage).targets, linked.targets);
    stage.keys("u").until("undone: linked to the live post").rest();
    assert_eq!(stored(&stage).state(stage.outside.clock.now()), State::Failed);
    stage.keys("U").until("done again: linked").rest();
    assert_eq!(stored(&stage).targets, linked.targets);
    assert_eq!(stage.writes().len(), before, "nothing was sent for any of it");
}

#[test]
fn where_nothing_is_live_it_says_so_and_the_text_is_changed() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Said once, so we thought", &[LINKEDIN], "fri 17");
    let there = stage.posts(LATE)[0].clone();
    let trouble = Trouble { lasting: false, ..Trouble::named("duplicate", "linkedin").unwrap() };
    assert!(stage.outside.world.set_trouble(LATE, &there.id, &there.targets[0].account, trouble));
    to(&mut stage, friday("17:01"));
    stage.keys("4 V").until("no live post with this text was found").until("e changes the text, or x dismisses it");
    // What the cause suggests is to look again, and links nothing.
    stage.keys("a").until("asking the provider").rest().until("no live post with this text was found");
    assert_eq!(stage.posts(LATE)[0].targets[0].status, Status::Failed);
    stage.keys(": ").typed("failed.link").keys("Enter").until("V looks for one");
}

#[test]
fn what_is_planned_to_say_the_same_is_told_and_not_linked() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule(TEXT, &[LINKEDIN], "fri 10");
    let there = stage.posts(LATE)[0].clone();
    let trouble = Trouble::named("duplicate", "linkedin").unwrap();
    assert!(stage.outside.world.set_trouble(LATE, &there.id, &there.targets[0].account, trouble));
    on_the_web(&mut stage, TEXT, "18:00");
    to(&mut stage, friday("10:01"));
    stage.keys("4 V").until("the same text is still to go out").until("x dismisses this one");
    stage.keys("x").until("dismissed").rest().until("Nothing failed");
}
