//! Planning: slots, notes on days, one channel alone, and everything taken back again.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc, Weekday};
use runsheet::domain::ids::PostId;
use runsheet::domain::plan::SlotRule;
use runsheet::domain::post::Wish;
use runsheet::tui::msg::MouseKind;

use crate::stage::{LATE, MIDDLE, POSTO, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

fn friday(hour: u32, minute: u32) -> DateTime<Utc> {
    format!("2026-09-18T{hour:02}:{minute:02}:00+02:00").parse::<DateTime<Utc>>().unwrap()
}

fn weekdays_at(hours: &[u32]) -> SlotRule {
    let times = hours.iter().map(|hour| NaiveTime::from_hms_opt(*hour, 0, 0).unwrap()).collect();
    let days = vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
    SlotRule { channel: None, days, times, zone: None }
}

#[test]
fn from_slot_to_slot_once_more_copied_and_pasted() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 9:30").plan(|plan| plan.slots = vec![weekdays_at(&[11, 16])]);
    stage.keys("g t g p").until("+ bs ig").keys("m n").until("→ Fri 18 11:00").keys("n").until("→ Fri 18 16:00");
    stage.keys("Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(16, 0)));

    // The same distance once more would be half past ten in the evening: from the new place, as far again.
    stage.keys(".").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(22, 30)));
    stage.keys("u").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(16, 0)));

    // A duplicate goes to the next free slot, as a draft; the one it came from keeps its own.
    stage.keys("g p D").rest();
    let drafts: Vec<_> = stage.stored("Doors open").into_iter().filter(|post| post.wish == Wish::Draft).collect();
    assert_eq!(
        drafts.iter().map(|post| post.instant()).collect::<Vec<_>>(),
        [Some(friday(11, 0) + TimeDelta::days(3))]
    );

    stage.keys("y y l l p").rest();
    assert_eq!(stage.stored("Doors open").len(), 3);
    assert_eq!((stage.posts(LATE).len(), stage.created()), (1, 1), "drafts of ours stay here");
}

#[test]
fn one_channel_moves_alone_and_comes_back() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[BLUESKY, X], "fri 14").keys("g t g p m J").until("→ Fri 18 15:00").keys("Tab");
    stage.until(" only").keys("Enter").rest();
    let post = stage.only("Doors open");
    let times: BTreeSet<_> = post.targets.iter().map(|t| post.schedule_for(t).unwrap().instant()).collect();
    assert_eq!(times, BTreeSet::from([friday(14, 0), friday(15, 0)]));
    assert_eq!(stage.posts(LATE).len(), 1, "one post there, with a time for each: {:#?}", stage.posts(LATE));
    stage.keys("u").rest();
    let post = stage.only("Doors open");
    assert!(post.targets.iter().all(|target| post.schedule_for(target).unwrap().instant() == friday(14, 0)));
}

#[test]
fn a_day_that_is_marked_stays_marked_and_an_embargo_refuses() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t g p a").typed("! press embargo").keys("Enter").rest();
    stage.keys("l a").typed("Open house").keys("Enter").rest();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g p").until("press em").until("Open hou");
    stage.keys("m J Enter").until("nothing goes out on Fri 18 Sep: press embargo").keys("Esc");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(14, 0)));
    stage.keys("s").typed("fri 18").until("press embargo").keys("Esc");
    stage.keys("a Ctrl-u Enter").rest().gone("press em").keys("m J Enter").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(15, 0)), "the embargo is lifted");
}

#[test]
fn the_mouse_plans_in_every_view() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "fri 14").keys("g t g p z m").until("September 2026");
    stage.mouse(MouseKind::Press, "Doors op").mouse(MouseKind::Drag, "25 ").mouse(MouseKind::Release, "25 ").rest();
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(14, 0) + TimeDelta::days(7)), "a week on, at its time");
    stage.keys("z a").until("Agenda").mouse(MouseKind::Press, "Doors op").mouse(MouseKind::Release, "Doors op");
    assert_eq!(stage.cursor(), Some(stage.only("Doors open").id));
    stage.keys("z d").until("week 39").mouse(MouseKind::Double, "Doors op").until("3 Post");
}

#[test]
fn the_review_and_the_prompt_for_a_time_know_the_next_free_slots() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("Doors open", &[X], "2026-09-16 11:00");
    stage.compose("And the bar", &[X], "fri 9:30").keys("Ctrl-s").until("nothing is sent yet");
    assert!(!stage.screen().contains("free slot"), "none is offered where there is none:\n{}", stage.screen());
    stage.keys("n").until("no posting slots are set").keys("e Esc").rest();
    stage.keys("g d").typed("thu").keys("Enter a").typed("! press").keys("Enter").rest();
    stage.plan(|plan| plan.slots = vec![weekdays_at(&[11, 16])]);

    // Not where another post of the channel stands, nor on a day on which nothing goes out.
    stage.keys("g t g p g p e").until("And the bar").keys("Ctrl-t");
    stage.until("free slots: Wed 16 16:00, Fri 18 11:00, Fri 18 16:00").keys("Esc Ctrl-s").until("n next free slot");
    stage
        .keys("n")
        .until("Wed 16 Sep 2026 16:00 CEST (UTC+2)")
        .until("in 6 h 30 min")
        .until("it stands in a free slot");
    stage.keys("n").until("Fri 18 Sep 2026 11:00 CEST (UTC+2)").keys("s").rest();
    let post = stage.only("And the bar");
    assert_eq!((post.instant(), post.wish), (Some(friday(11, 0)), Wish::Schedule));
    assert!(stage.posts(LATE).iter().any(|post| post.scheduled_for == Some(friday(11, 0))));
}

#[test]
fn drafts_without_a_time_take_the_verbs_of_everywhere() {
    let mut stage = Stage::late(MIDDLE);
    // Beside the channels, where a verb works on marks alone.
    for text in ["First thought", "Second thought", "Third thought"] {
        stage.seconds(1).keys("1 c").typed(text).keys("Esc Esc").rest();
    }
    stage.keys("g D").until("d delete").keys("s").until("When").typed("fri 14").keys("Enter").rest();
    stage.until("Drafts without a time");
    let post = stage.only("Third thought");
    assert_eq!((post.instant(), post.wish), (Some(friday(14, 0)), Wish::Draft));
    stage.seconds(1).keys("D").rest().until("Drafts without a time");
    assert_eq!(stage.stored("Second thought").len(), 2);
    stage.keys("Space j Space").until("2 marked").keys("d").until("Delete 2 posts?").keys("n");
    stage.until("2 marked").keys("d").until("Delete 2 posts?").keys("y").rest().until("Drafts without a time");
    assert_eq!((stage.stored("Second thought").len(), stage.stored("First thought").len()), (0, 1));
    stage.keys("u").rest();
    assert_eq!(stage.stored("Second thought").len(), 2);
    stage.keys("G e").until("Compose").until("First thought");
}

/// The tags that the posts at the provider have.
fn tags_there(stage: &Stage) -> Vec<String> {
    let posts = stage.posts(LATE);
    let tags = posts.iter().filter_map(|post| post.extra.get("tags")?.as_array().cloned()).flatten();
    let mut tags: Vec<String> = tags.filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
    tags.sort();
    tags
}

#[test]
fn tags_are_written_in_the_composer_and_put_on_marked_posts_as_one_edit() {
    let mut stage = Stage::late(MIDDLE);
    stage
        .compose("Doors open", &[X], "fri 14")
        .keys("#")
        .typed("launch, autumn")
        .keys("Enter")
        .until("#launch #autumn");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").rest().schedule("And the bar", &[X], "fri 16");
    assert_eq!(stage.only("Doors open").tags, ["launch", "autumn"]);
    assert_eq!(tags_there(&stage), ["autumn", "launch"]);

    stage.keys("Space g P Space #").until("tag ").typed("#webinar Launch").keys("Enter").rest();
    let tags = |stage: &Stage| (stage.only("Doors open").tags, stage.only("And the bar").tags);
    let words = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
    assert_eq!(tags(&stage), (words(&["launch", "autumn", "webinar"]), words(&["webinar", "Launch"])));
    assert!(stage.marked().is_empty());
    stage.rest().keys("u").rest();
    assert_eq!(tags(&stage), (words(&["launch", "autumn"]), Vec::new()), "both at once");
    stage.keys("U").rest();
    assert_eq!(tags_there(&stage), ["Launch", "autumn", "launch", "webinar", "webinar"]);
    // What all of them have is taken off.
    stage.keys("g p g p Space g P Space :").typed("tag launch").keys("Enter").rest();
    assert_eq!(tags(&stage), (words(&["autumn", "webinar"]), words(&["webinar"])));
    stage.keys("/").typed("#autumn").keys("Enter").rest().until("Doors op").gone("And the");
}

#[test]
fn nothing_is_sent_of_tags_where_they_are_not_kept() {
    let mut stage = Stage::open(MIDDLE, &[POSTO]);
    stage.schedule("Doors open", &["Kontor"], "fri 14");
    let before = stage.writes().len();
    stage.keys("g t g p #").typed("launch").keys("Enter").rest().rest();
    assert_eq!((stage.only("Doors open").tags, stage.writes().len()), (vec!["launch".to_owned()], before));
}

/// What a person sees of every post: which, what, when and whether it goes out.
fn told(stage: &Stage) -> Vec<(PostId, String, Option<DateTime<Utc>>, Wish)> {
    let mut told: Vec<_> =
        stage.stored("").into_iter().map(|post| (post.id, post.body.clone(), post.instant(), post.wish)).collect();
    told.sort_by_key(|(id, ..)| *id);
    told
}

#[test]
fn taking_everything_back_leads_to_where_one_began() {
    let deeds =
        ["m l Enter", "m J J Enter", "W", "D", "m L Enter", "d y", "Space j Space m l Enter Esc", "s 6 0 m Enter"];
    for seed in [3_usize, 7, 11] {
        let mut stage = Stage::late(MIDDLE);
        stage.schedule("Doors open", &[X], "fri 14").schedule("Ship it", &[BLUESKY, X], "fri 16");
        stage.schedule("Thank you", &[BLUESKY], "2026-09-21 10").keys("g t g p").rest();
        let (before, mut number, mut edits) = (told(&stage), seed, 0);
        for _ in 0..8 {
            // A sequence that looks random, and is the same in every run.
            number = (number * 31 + 17) % 1009;
            let was = told(&stage);
            stage.keys(deeds[number % deeds.len()]).rest().keys("Esc Esc");
            edits += usize::from(told(&stage) != was);
            stage.keys(if number % 3 == 0 { "g p" } else { "g P" }).rest();
        }
        assert!(edits >= 3, "seed {seed} does something: {edits}");
        for _ in 0..edits {
            stage.keys("u").rest();
        }
        assert_eq!(told(&stage), before, "seed {seed}");
        stage.rest();
        let there: Vec<_> = stage.posts(LATE).into_iter().filter_map(|post| post.scheduled_for).collect();
        let here: BTreeSet<_> = before.iter().filter_map(|(_, _, at, _)| *at).collect();
        assert_eq!(there.iter().copied().collect::<BTreeSet<_>>(), here, "seed {seed}: the provider follows");
        assert_eq!(there.len(), 3, "seed {seed}: nothing is there twice");
    }
}
