//! The journeys with snapshots of a queue that empties, of days that are marked, of views that are kept, and of marked
//! posts that move together.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::domain::ids::PostId;

use crate::stage::{LATE, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

journeys! {
    a_queue_that_empties,
    days_that_are_marked,
    views_that_are_kept,
    marked_posts_move_together,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// What failed is listed before it is deleted, one post is kept out of it, and the queue says that it is empty.
fn a_queue_that_empties(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    for (text, when) in [("First #refuseme", "fri 14"), ("Second #refuseme", "fri 14:20"), ("Third one", "fri 17")] {
        stage.schedule(text, &[X], when);
    }
    let left = at("2026-09-18T12:00:00Z") - stage.outside.clock.now();
    stage.turn(left.num_minutes() + 21);
    stage.turn(1).keys("4").until("First").until("Second").snapshot("queue_grouped");
    stage.keys(":").typed("delete status:failed").keys("Enter").until("2 posts would be deleted").rest();
    stage.snapshot("delete_listed");
    stage.keys("Space").until("1 post would be deleted").keys("y").rest();
    assert_eq!(stage.stored("").len(), 2, "the one that was kept, and the one that waits");
    stage.keys("4 g g j x").rest().until("Nothing failed").snapshot("queue_calm");
    assert_eq!(stage.stored("").len(), 2, "what is put away is not deleted");
}

/// A note, and an embargo that refuses a drop, in the calendar's ways.
fn days_that_are_marked(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Doors open", &[X], "thu 14").keys("g t g p a").typed("Open house").keys("Enter").rest();
    stage.keys("l a").typed("! press embargo").keys("Enter").rest().keys("g t g p").snapshot("marked_week");
    stage.keys("m l Enter").until("nothing goes out on Fri 18 Sep").snapshot("marked_refuses");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(at("2026-09-17T12:00:00Z")), "it was not dropped");
    stage.keys("Esc z m").rest().snapshot("marked_month");
    stage.keys("2 z a").rest().snapshot("marked_agenda");
}

/// A view is kept under a digit, shown again by it, and the keys that follow say its name.
fn views_that_are_kept(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Meet us on Friday", &[X], "fri 14").schedule("Ship it: v2.0", &[BLUESKY], "fri 16:30");
    stage.keys("z m /").typed("net:bluesky").keys("Enter z k").rest().snapshot("view_kept_asks");
    stage.typed("4 bluesky month").keys("Enter").rest().keys("z w /").keys("Ctrl-u Enter").rest();
    stage.until("Meet us").keys("g").pass(TimeDelta::milliseconds(400)).until("bluesky month");
    stage.snapshot("view_kept_listed");
    stage.keys("4").rest().until("September 2026").gone("Meet us").snapshot("view_kept_shown");
}

/// Two of three posts are marked and moved by one distance; the third stays, and one `u` takes all of it back.
fn marked_posts_move_together(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    for (text, when) in [("First", "thu 9:05"), ("Second", "thu 14:20"), ("Third", "fri 16")] {
        stage.schedule(text, &[X], when);
    }
    stage.keys("g t g p").rest();
    let ids: Vec<PostId> = ["First", "Second"].map(|text| stage.only(text).id).into();
    for _ in 0..8 {
        if stage.cursor().is_some_and(|id| ids.contains(&id) && !stage.marked().contains(&id)) {
            stage.keys("Space");
        }
        stage.keys("g p").rest();
    }
    assert_eq!(stage.marked().len(), 2);
    stage.keys("m l J").until("2 posts").snapshot("marks_lifted");
    stage.keys("Enter").rest().snapshot("marks_dropped");
    let times = |stage: &Stage| {
        ["First", "Second", "Third"].map(|text| stage.only(text).instant().unwrap().format("%d %H:%M").to_string())
    };
    assert_eq!(times(&stage), ["18 08:05", "18 13:20", "18 14:00"], "a day and an hour on, minutes kept");
    stage.keys("u").rest();
    assert_eq!(times(&stage), ["17 07:05", "17 12:20", "18 14:00"]);
}
