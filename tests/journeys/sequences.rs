//! Laws over sequences of deeds that nobody thought of: whatever is done, in whatever order, nothing breaks, everything
//! can be taken back, and nothing goes out twice.
//!
//! A few sequences by default. `RUNSHEET_SEQUENCES=500 cargo test --test journeys sequences` tries as many of each kind.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::sample::select;
use runsheet::demo::{Fault, FaultKind, Status};
use runsheet::domain::ids::PostId;

use crate::stage::{LATE, SIZES, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";
/// How often somebody is ready to press `u` again.
const MOST_UNDONE: usize = 60;

fn config() -> ProptestConfig {
    let asked = std::env::var("RUNSHEET_SEQUENCES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(2),
        failure_persistence: None,
        max_shrink_iters: 60,
        ..ProptestConfig::default()
    }
}

/// Ways through the calendar: nothing changes by them.
fn way() -> impl Strategy<Value = &'static str> {
    select(vec![
        "g p",
        "g P",
        "g t",
        "j",
        "k",
        "h",
        "l",
        "H",
        "L",
        "z w",
        "z d",
        "z m",
        "z a",
        "z f",
        "z s",
        "+",
        "-",
        "Space",
        "v j v",
        "Ctrl-a",
        "Esc",
        "4",
        "2",
        "3",
        "1",
        "G",
        "g g",
        "g n",
        "n",
        "} {",
        "J",
        "K",
        "Tab",
        "Shift-Tab",
        "?",
        "Ctrl-p",
        "Enter",
        "i",
        "g f",
        "0",
        "5 j",
    ])
}

/// Deeds on what is under the cursor or marked. What they ask is left by Esc.
fn deed() -> impl Strategy<Value = &'static str> {
    select(vec![
        "m l Enter",
        "m h Enter",
        "m J J Enter",
        "m L Enter",
        "m n Enter",
        "m 0 9 3 0 Enter",
        "m + + Tab Enter",
        "m Esc",
        "W",
        "D",
        "d y",
        "d n",
        "y y p",
        "y y l p",
        ".",
        "s 6 0 m Enter",
        "s Esc",
        "Space g P Space m l Enter",
        "Ctrl-a m J Enter",
        "Ctrl-a W",
        "u",
        "U",
        "P y",
        "u u U",
    ])
}

/// A way and a deed, one after the other.
fn deeds(longest: usize) -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    prop::collection::vec((way(), deed()), 1..longest)
}

/// The sizes of the journeys, and those under which there is only a list, or one line.
fn size() -> impl Strategy<Value = (u16, u16)> {
    select([SIZES.as_slice(), &[(60, 20), (39, 10), (30, 8)]].concat())
}

/// Three posts on their way, on two channels, seen at `size`. They are planned where there is room to type.
fn planned(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(SIZES[1]);
    stage.schedule("Doors open", &[X], "fri 14").schedule("Ship it", &[BLUESKY, X], "fri 16");
    stage.schedule("Thank you", &[BLUESKY], "2026-09-21 10").rest();
    // Planned elsewhere, so that nothing before the first deed can be taken back.
    let mut stage = stage.on_a_screen_of(size).on_another_machine();
    stage.rest().keys("g t g p").rest();
    stage
}

/// What a person wants of every post, as far as they can say it: text, times, channels, whether it goes out.
fn told(stage: &Stage) -> BTreeMap<PostId, String> {
    let told = |post: runsheet::domain::post::Post| {
        let targets: Vec<_> =
            post.targets.iter().map(|target| (&target.channel, &target.text, target.schedule)).collect();
        let words = format!("{:?} {:?} {:?} {:?} {targets:?}", post.body, post.schedule, post.wish, post.campaign);
        (post.id, words)
    };
    stage.stored("").into_iter().map(told).collect()
}

/// The posts the screen points at are there.
fn points_at_posts(stage: &Stage) -> Result<(), TestCaseError> {
    let there: BTreeSet<PostId> = stage.stored("").into_iter().map(|post| post.id).collect();
    let pointed: Vec<PostId> = stage.cursor().into_iter().chain(stage.marked()).collect();
    prop_assert!(pointed.iter().all(|id| there.contains(id)), "{:?} of {:?}\n{}", pointed, there, stage.screen());
    Ok(())
}

/// How often each text is out on each network.
fn out(stage: &Stage) -> BTreeMap<(String, String), usize> {
    let mut out = BTreeMap::new();
    for post in stage.posts(LATE) {
        for target in post.targets.iter().filter(|target| target.status == Status::Published) {
            *out.entry((post.content.clone(), target.network.clone())).or_default() += 1;
        }
    }
    out
}

fn instants(stage: &Stage) -> Vec<DateTime<Utc>> {
    let mut at: Vec<_> = stage.posts(LATE).into_iter().filter_map(|post| post.scheduled_for).collect();
    at.sort();
    at
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn taking_everything_back_leads_to_where_one_began(size in size(), deeds in deeds(9)) {
        let mut stage = planned(size);
        let (before, at) = (told(&stage), instants(&stage));
        for (way, deed) in deeds {
            stage.keys(way).keys("Esc Esc Esc 2").keys(deed).rest().keys("Esc Esc Esc").rest();
            points_at_posts(&stage)?;
        }
        for _ in 0..MOST_UNDONE {
            if stage.undoable().is_none() {
                break;
            }
            stage.keys("u").rest();
            points_at_posts(&stage)?;
        }
        prop_assert_eq!(stage.undoable(), None, "not taken back:\n{}", stage.screen());
        prop_assert_eq!(told(&stage), before);
        stage.rest();
        prop_assert_eq!(instants(&stage), at, "the provider follows");
    }

    #[test]
    fn whatever_happens_nothing_goes_out_twice(
        size in size(),
        deeds in deeds(7),
        troubles in prop::collection::vec(select(vec!["P y", "g p P y", "4 x", "4 r", "r", "s 6 0 m Enter", "V", "A y", "hiccup", "cut", "slow", "turn", "day", "none"]),
            1..9,
        ),
    ) {
        let mut stage = planned(size);
        let mut troubles = troubles.into_iter().cycle();
        for (way, deed) in deeds {
            // A duplicate is meant to say the same once more.
            let deed = if deed.contains('D') || deed.contains('p') || deed == "." { "m l Enter" } else { deed };
            let cut = Fault::once(FaultKind::CutAfter).at(LATE);
            match troubles.next().unwrap_or("none") {
                "cut" => stage.outside.world.fault(cut.on("POST", "/posts")),
                "slow" => stage.outside.world.fault(cut.on("PUT", "/posts")),
                "turn" => { stage.turn(40); }
                "day" => { stage.turn(26 * 60); }
                // What goes out next is refused once, so that there is something to retry and to put away.
                "hiccup" => {
                    let once = Fault::once(FaultKind::Status(422)).at(LATE);
                    stage.outside.world.fault(once.on("POST", "/posts"));
                }
                "none" => {}
                keys => { stage.keys("2").keys(keys).rest().keys("Esc Esc Esc"); }
            }
            stage.keys(way).keys("Esc Esc Esc 2").keys(deed).rest().keys("Esc Esc Esc").rest();
            points_at_posts(&stage)?;
        }
        stage.outside.world.clear_faults();
        for days in [1, 1, 7, 30] {
            stage.turn(TimeDelta::days(days).num_minutes());
        }
        let twice: Vec<_> = out(&stage).into_iter().filter(|(_, times)| *times > 1).collect();
        prop_assert!(twice.is_empty(), "{:?}\n{:#?}", twice, stage.posts(LATE));
    }
}
