//! The provider's queue, asked for where a time is asked for.

use crate::stage::{LATE, MIDDLE, SIZES, Stage, VOXBURST};

fn a_post_waits_for_the_queue_and_gets_its_place(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.keys("c").typed("The roastery opens its doors").keys("Esc t").choose("@acme");
    stage
        .keys("s")
        .erase()
        .typed("queue")
        .until("Mon 09:00, Wed 09:00, Fri 09:00 (Europe/Berlin)")
        .snapshot("queue_asked");
    stage.keys("Enter").gone("Mon 09:00, Wed").snapshot("queue_chosen");
    stage.keys("Ctrl-s").until("nothing is sent yet").snapshot("queue_review").keys("s").rest();
    let there = stage.posts(LATE);
    assert_eq!(there.len(), 1, "{:#?}", stage.writes());
    // Wednesday at nine has passed by half an hour: Friday is next.
    assert_eq!(there[0].scheduled_for, Some("2026-09-18T07:00:00Z".parse().unwrap()));
    let post = stage.only("The roastery");
    assert_eq!((post.instant(), post.queue), (there[0].scheduled_for, None));
    stage.snapshot("queue_placed");
}

#[test]
fn a_post_waits_for_the_queue_and_gets_its_place_80x24() {
    a_post_waits_for_the_queue_and_gets_its_place(SIZES[0]);
}

#[test]
fn a_post_waits_for_the_queue_and_gets_its_place_120x40() {
    a_post_waits_for_the_queue_and_gets_its_place(SIZES[1]);
}

#[test]
fn a_post_waits_for_the_queue_and_gets_its_place_200x60() {
    a_post_waits_for_the_queue_and_gets_its_place(SIZES[2]);
}

#[test]
fn a_planned_post_goes_into_another_queue_and_back_to_its_time() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("A thought for the weekend", &["@acme"], "fri 14");
    let planned = stage.only("A thought").instant();
    stage.keys("s").erase().typed("queue week").until("Weekend: ").keys("Enter").rest();
    let there = stage.posts(LATE).remove(0);
    assert_eq!(there.scheduled_for, Some("2026-09-19T09:00:00Z".parse().unwrap()), "Saturday at eleven");
    assert_eq!(stage.only("A thought").instant(), there.scheduled_for);
    stage.keys("u").rest();
    assert_eq!((stage.only("A thought").instant(), stage.posts(LATE).len()), (planned, 1));
    assert_eq!(stage.posts(LATE)[0].scheduled_for, planned);
}

#[test]
fn a_queue_that_shows_no_places_gives_one_on_arrival() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    stage.keys("c").typed("No place is shown").keys("Esc t").choose("@northwind");
    stage.keys("s").erase().typed("queue").until("the place is given on arrival").keys("Enter");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").rest();
    let there = stage.posts(VOXBURST).remove(0);
    let post = stage.only("No place");
    assert_eq!((post.instant(), post.queue), (there.scheduled_for, None));
    assert_eq!(post.schedule.unwrap().zone(), chrono_tz::Europe::Berlin, "it shows as every other time here");
    // What is there already cannot go back into it: said before anything is sent.
    let writes = stage.writes().len();
    stage.keys("s").erase().typed("queue").until("on arrival").keys("Enter").until("takes only new posts");
    assert_eq!(stage.writes().len(), writes);
}

#[test]
fn what_keeps_no_queue_says_so_where_the_time_is_asked_for() {
    let mut stage = Stage::open(MIDDLE, &["postforme"]);
    stage.keys("c").typed("No line to wait in").keys("Esc t").keys("Space");
    stage.keys("s").erase().typed("queue").until("keeps no queues: give a time");
    assert!(stage.writes().is_empty());
}
