//! The journeys with snapshots: every one at every size.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Fault, FaultKind, Status};
use runsheet::domain::outcome::{Outcome, State};
use std::time::Duration;

use crate::stage::{LATE, Stage, VOXBURST};

const BLUESKY: &str = "acme.bsky.social";
const X: &str = "@acme";
const MASTODON: &str = "@northwind@coffee.example";

/// The journeys, each at every size.
macro_rules! journeys {
    ($($journey:ident),+ $(,)?) => {
        $(mod $journey {
            #[test]
            fn at_80x24() {
                super::$journey(crate::stage::SIZES[0]);
            }

            #[test]
            fn at_120x40() {
                super::$journey(crate::stage::SIZES[1]);
            }

            #[test]
            fn at_200x60() {
                super::$journey(crate::stage::SIZES[2]);
            }
        })+
    };
}

journeys! {
    first_run,
    compose_to_scheduled,
    move_and_undo,
    failed_fixed_and_published,
    failed_and_retried,
    unknown_and_verified,
    offline_and_back,
    every_view,
}

fn friday(hour: u32) -> DateTime<Utc> {
    let berlin = format!("2026-09-18T{hour:02}:00:00+02:00");
    berlin.parse::<DateTime<Utc>>().unwrap()
}

fn minutes_until(at: DateTime<Utc>, stage: &Stage) -> i64 {
    (at - stage.outside.clock.now()).num_minutes()
}

fn first_run(size: (u16, u16)) {
    let mut stage = Stage::first_run(size);
    stage.until("nothing leaves this machine").until(":connect").snapshot("first_run");
    stage.keys(":").typed("connect").keys("Enter").until("Address").snapshot("first_run_connect");
    stage.keys("Esc").gone("Connect an account").until("nothing leaves this machine");

    // Connected from within the demo, which goes on until one leaves it.
    let (url, key) = stage.outside.account(LATE);
    stage.keys(":").typed("connect").keys("Enter").until("Address").paste("sk_wrong_0123456789abc");
    stage.keys("Tab").typed(&url).keys("Enter").until("Invalid API key");
    stage.keys("Shift-Tab Ctrl-u").typed(&key).keys("Enter").until("ok: ");
    assert!(!stage.screen().contains(&key));
    let config = stage.outside.config();
    assert!(config.contains(&format!("name = \"late\"\nprovider = \"late\"\nbase_url = \"{url}\"")), "{config}");
    assert!(!config.contains(&key) && !config.contains("key_env"), "{config}");
    stage.keys("Esc").gone("Connect an account").until("nothing leaves this machine");
}

fn compose_to_scheduled(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("Ship it: v2.0 is out today", &[BLUESKY, X], "fri 14").until("Fri 18 Sep");
    stage.snapshot("compose");
    stage.keys("Ctrl-s").until("nothing is sent yet").snapshot("compose_review");
    assert!(stage.writes().is_empty(), "nothing is sent before the review is answered");

    let world = stage.outside.world.clone();
    world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(600))).on("POST", "/posts"));
    stage.keys("s").until_outside("the create to arrive", |world| !world.posts(LATE).is_empty());
    assert!(stage.only("Ship it").pending, "hollow until it is confirmed");
    stage.snapshot_in_the_middle("compose_hollow");

    world.release();
    stage.until_outside("nothing", |_| true).rest().snapshot("compose_confirmed");
    let post = stage.only("Ship it");
    assert_eq!((post.state(stage.outside.clock.now()), post.pending), (State::Scheduled, false));
    let writes = stage.writes();
    assert_eq!((writes.len(), stage.created()), (1, 1), "{writes:#?}");
    assert!(
        stage
            .intents_of(&post)
            .contains(writes[0].idempotency_key.as_deref().or(writes[0].request_id.as_deref()).unwrap_or_default()),
        "{writes:#?}"
    );
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(14)));

    stage.turn(minutes_until(friday(14), &stage) + 1).snapshot("compose_published");
    let post = stage.only("Ship it");
    for target in &post.targets {
        let Outcome::Published { url: Some(url), .. } = &target.outcome else { panic!("{target:?}") };
        assert!(url.starts_with("https://"), "{url}");
    }
    assert_eq!(stage.writes().len(), 1, "going live takes no further write");
}

fn move_and_undo(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Meet us on Friday", &[X], "fri 14").keys("g p m").until("MOVE");
    stage.keys("h J J").until("→ Thu 17 16:00").snapshot("move_held");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(14)), "held, not moved");

    stage.keys("Enter").rest();
    let moved = friday(16) - TimeDelta::days(1);
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(moved));
    assert_eq!(stage.only("Meet us").instant(), Some(moved));
    stage.snapshot("move_dropped");

    stage.keys("u").rest().snapshot("move_undone");
    assert_eq!(stage.posts(LATE)[0].scheduled_for, Some(friday(14)), "the provider follows");
    assert_eq!(stage.only("Meet us").instant(), Some(friday(14)));
    assert_eq!((stage.created(), stage.posts(LATE).len()), (1, 1));
    assert_eq!(stage.writes().len(), 3, "a create, the move, and the move back");
}

/// The same posts as a week, a day, a month and a list; found by a few letters; a view kept and shown again.
fn every_view(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.schedule("Meet us on Friday", &[X], "fri 14").schedule("Ship it: v2.0", &[BLUESKY, X], "fri 14:30");
    stage.schedule("Next month", &[X], "2026-10-01 9:15").keys("g t g p").rest();
    let friday = stage.only("Meet us").id;
    stage.keys("Space + ").until("30 min rows").snapshot("view_rows");
    for (keys, name) in [("z d", "view_day"), ("z m", "view_month"), ("z a", "view_agenda")] {
        stage.keys(keys).rest().snapshot(name);
        assert_eq!((stage.cursor(), stage.marked()), (Some(friday), vec![friday]), "{name}");
    }
    stage.keys("Ctrl-p").until("· 3 posts").typed("nxet mnth").until("Next month").snapshot("find");
    let next = stage.only("Next month").id;
    // What can be done comes first among equals.
    stage.keys("Down Enter").rest();
    assert_eq!(stage.cursor(), Some(next), "found far beyond what was loaded");

    stage.keys("z m /").typed("#none").keys("Enter z k").typed("4 nothing").keys("Enter").rest();
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g 4").rest().until("September 2026").until("/#none");
}

fn failed_fixed_and_published(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("Open house on Friday", &[BLUESKY, X], "fri 14");
    // X gets a text of its own, with a word that no network takes.
    stage.keys("l l b i End").typed(" #refuseme").keys("Esc Ctrl-s").until("nothing is sent yet").keys("s").rest();
    stage.turn(minutes_until(friday(14), &stage) + 1).keys("4").until("Open house").snapshot("failed");
    let now = stage.outside.clock.now();
    assert_eq!(stage.only("Open house").state(now), State::Partial);

    stage
        .keys("e")
        .until("Compose")
        .keys("Esc l l i End")
        .until("#refuseme")
        .keys(&"Backspace ".repeat(10))
        .gone("#refuseme");
    stage.keys("Esc Ctrl-s").until("nothing is sent yet").snapshot("failed_fixed");
    stage.keys("P P").rest().turn(1).turn(1).snapshot("failed_published");
    let post = stage.only("Open house");
    assert_eq!(post.state(stage.outside.clock.now()), State::Published, "{post:#?}");
    let published: Vec<_> = stage.posts(LATE).into_iter().flat_map(|post| post.targets).collect();
    let out =
        |network: &str| published.iter().filter(|t| t.network == network && t.status == Status::Published).count();
    assert_eq!((out("bluesky"), out("twitter")), (1, 1), "{published:#?}");
    let attempts: u32 = published.iter().filter(|t| t.network == "bluesky").map(|t| t.attempts).sum();
    assert_eq!(attempts, 1, "what was live was not sent again");
}

fn failed_and_retried(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("Office hours", &[BLUESKY, X], "fri 14");
    stage.keys("l l b i End").typed(" #hiccup").keys("Esc Ctrl-s").until("nothing is sent yet").keys("s").rest();
    stage.turn(minutes_until(friday(14), &stage) + 1);
    assert_eq!(stage.only("Office hours").state(stage.outside.clock.now()), State::Partial);
    let before = stage.writes().len();
    stage.keys("4").until("Office hours").keys("r").until("Retry 1 post?").snapshot("retry_asks");
    stage.keys("y").until("u takes it back").rest();
    assert_eq!(stage.writes().len(), before, "it can be taken back for a moment");
    stage.turn(1).turn(1).snapshot("retried");
    assert_eq!(stage.only("Office hours").state(stage.outside.clock.now()), State::Published);
    assert_eq!(stage.writes().len(), before + 1, "{:#?}", stage.writes());
    let there = stage.posts(LATE);
    assert_eq!(there.len(), 1);
    let attempts = |network| there[0].targets.iter().find(|t| t.network == network).map(|t| t.attempts);
    assert_eq!((attempts("bluesky"), attempts("twitter")), (Some(1), Some(2)), "only what failed is sent again");
}

fn unknown_and_verified(size: (u16, u16)) {
    let mut stage = Stage::open(size, &[VOXBURST]);
    let cut = Fault::once(FaultKind::CutAfter).at(VOXBURST).on("POST", "/posts").times(50);
    stage.outside.world.fault(cut);
    stage.schedule("Saturday cupping", &[MASTODON], "fri 14").keys("4").until("Saturday cupping");
    assert_eq!(stage.only("Saturday").state(stage.outside.clock.now()), State::Unknown);
    stage.snapshot("unknown");

    let before = stage.writes().len();
    stage.keys("r").until("own risk").snapshot("unknown_retry_asks");
    stage.keys("Enter").gone("own risk").rest();
    assert_eq!(stage.writes().len(), before, "the safe answer sends nothing");

    stage.outside.world.clear_faults();
    stage.keys("V").until("Nothing failed").rest().snapshot("unknown_verified");
    let post = stage.only("Saturday");
    assert_eq!(post.state(stage.outside.clock.now()), State::Scheduled, "{post:#?}");
    stage.turn(30);
    assert_eq!((stage.created(), stage.posts(VOXBURST).len()), (1, 1), "exactly one post there");
    assert_eq!(post.targets[0].remote.as_ref().unwrap().as_str(), stage.posts(VOXBURST)[0].id);
    assert_eq!(stage.only("Saturday").state(stage.outside.clock.now()), State::Scheduled);
}

fn offline_and_back(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.unplug().schedule("Written on a train", &[X], "fri 14").turn(10).snapshot("offline");
    assert!(stage.only("Written").pending);
    stage.keys("g p e").until("Written on a train").typed(", sent later").keys("Esc Ctrl-s");
    stage.until("nothing is sent yet").keys("s").rest().snapshot("offline_edited");
    assert!(stage.writes().is_empty());

    stage.plug().turn(10).turn(10).gone("offline").snapshot("online_again");
    let post = stage.only("Written");
    assert_eq!((post.state(stage.outside.clock.now()), post.pending), (State::Scheduled, false), "{post:#?}");
    assert_eq!((stage.writes().len(), stage.created()), (1, 1), "{:#?}", stage.writes());
    assert_eq!(stage.posts(LATE)[0].content, "Written on a train, sent later");
}
