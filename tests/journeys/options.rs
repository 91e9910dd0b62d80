//! Beside the text: what a network needs said, and threads.

use runsheet::domain::outcome::State;
use serde_json::json;

use crate::stage::{LATE, MIDDLE, SIZES, Stage, VOXBURST};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";
const LINKEDIN: &str = "acme-gmbh";
const FILMS: &str = "@acme.films";

/// A stage whose account at Late has a channel on TikTok too.
fn with_tiktok(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(size);
    stage.outside.world.add_channel(LATE, "tiktok", FILMS).unwrap();
    stage.keys("R").rest();
    stage
}

fn a_missing_consent_blocks_scheduling_until_it_is_given(size: (u16, u16)) {
    let mut stage = with_tiktok(size);
    stage.compose("The film about the roastery is out", &[FILMS], "fri 14");
    stage.keys("m").until("Media").paste("https://media.example/film.mp4").until("1 file").keys("Esc");
    stage.snapshot("options_missing");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").until("scheduling waits").snapshot("options_blocked");
    assert!(stage.writes().is_empty(), "{:#?}", stage.writes());

    // Nothing is chosen before; each answer is one key.
    stage.keys("Esc ,").until("Options").snapshot("options_form");
    stage.keys("Enter j").until("everyone");
    stage.keys("Ctrl-s Esc").gone("Options");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").until("scheduling waits: TikTok needs an answer");
    stage.keys("Esc ,").until("Options").keys("j Enter").until("yes").snapshot("options_set");
    stage.keys("Esc Ctrl-s").until("nothing is sent yet").snapshot("options_review").keys("s").rest();
    stage.snapshot("options_scheduled");

    let there = stage.posts(LATE);
    assert_eq!(there.len(), 1, "{:#?}", stage.writes());
    let told = json!({"privacyLevel": "PUBLIC_TO_EVERYONE", "contentPreviewConfirmed": true, "expressConsentGiven": true,
                      "allowComment": false, "allowDuet": false, "allowStitch": false});
    assert_eq!(there[0].targets[0].options, Some(told));
    let post = stage.only("The film");
    assert_eq!(post.state(stage.outside.clock.now()), State::Scheduled);
    assert_eq!(post.options.text("tiktok.privacy"), Some("public"));
}

#[test]
fn a_missing_consent_blocks_scheduling_until_it_is_given_80x24() {
    a_missing_consent_blocks_scheduling_until_it_is_given(SIZES[0]);
}

#[test]
fn a_missing_consent_blocks_scheduling_until_it_is_given_120x40() {
    a_missing_consent_blocks_scheduling_until_it_is_given(SIZES[1]);
}

#[test]
fn a_missing_consent_blocks_scheduling_until_it_is_given_200x60() {
    a_missing_consent_blocks_scheduling_until_it_is_given(SIZES[2]);
}

#[test]
fn only_what_an_account_allows_is_offered_and_the_rest_is_a_problem() {
    let mut stage = with_tiktok(MIDDLE);
    stage.pass(chrono::TimeDelta::hours(25)).keys("R").rest();
    stage.compose("The film about the roastery is out", &[FILMS], "fri 14");
    stage.keys("m").until("Media").paste("https://media.example/film.mp4").until("1 file").keys("Esc ,");
    stage.until("everyone / friends / only you, as Late (Zernio) said on 17 Sep 2026");
    // Followers alone are passed over, and so is every other way to say it.
    for level in ["everyone", "friends", "only you", "not said"] {
        stage.keys("Enter");
        let row = stage.screen().lines().find(|row| row.contains("who can see it  ")).unwrap().to_owned();
        assert!(row.contains(level), "{level}: {row}");
    }
    // A post that says it all the same, from a file or made elsewhere, is held back in words.
    stage
        .keys("Esc")
        .keys("E")
        .edited(|file| file.replace("\n---\n\n", "\noptions:\n  tiktok.privacy: followers\n---\n\n"));
    stage.until("TikTok does not let this account set");
    let words: Vec<String> = stage.screen().split_whitespace().map(str::to_owned).collect();
    let said = words.join(" ");
    for part in ["who can see it\" to", "it takes everyone, friends, only you, as"] {
        assert!(said.contains(part), "{part}: {}", stage.screen());
    }
}

fn a_thread_is_cut_shown_and_sent_in_its_parts(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    let text = "The roastery opens on Friday.\n---\nCome by from nine: the first cup is on us.";
    stage.compose(text, &[BLUESKY, X, LINKEDIN], "fri 14").until("has no threads").snapshot("thread_impossible");
    // LinkedIn says it in one.
    stage.choose(LINKEDIN).gone("has no threads").keys("v").snapshot("thread");
    stage.keys("Ctrl-s").until("a thread of 2").snapshot("thread_review").keys("s").rest();
    let there = stage.posts(LATE);
    assert_eq!(there.len(), 1, "{:#?}", stage.writes());
    for target in &there[0].targets {
        let items = &target.options.as_ref().unwrap()["threadItems"];
        assert_eq!(items[0]["content"], "The roastery opens on Friday.", "{target:?}");
        assert_eq!(items[1]["content"], "Come by from nine: the first cup is on us.");
        assert_eq!(items.as_array().unwrap().len(), 2);
    }
    // What comes back is what was written, to the letter.
    stage.keys("R").rest();
    let post = stage.only("The roastery");
    assert_eq!((post.body.as_str(), post.targets.iter().any(|target| target.text.is_some())), (text, false));
}

#[test]
fn a_thread_is_cut_shown_and_sent_in_its_parts_80x24() {
    a_thread_is_cut_shown_and_sent_in_its_parts(SIZES[0]);
}

#[test]
fn a_thread_is_cut_shown_and_sent_in_its_parts_120x40() {
    a_thread_is_cut_shown_and_sent_in_its_parts(SIZES[1]);
}

#[test]
fn a_thread_is_cut_shown_and_sent_in_its_parts_200x60() {
    a_thread_is_cut_shown_and_sent_in_its_parts(SIZES[2]);
}

#[test]
fn a_long_text_becomes_a_thread_by_one_key_and_undo_brings_it_back() {
    let mut stage = Stage::late(MIDDLE);
    let text = "We are opening the new roastery on Friday, and everybody is welcome to have a cup. ".repeat(5);
    stage.compose(text.trim(), &[X], "fri 14").keys("S").until("── 2/2");
    let cut = stage.keys("Ctrl-s").until("a thread of 2").keys("s").rest().only("We are opening").body;
    assert!(cut.contains("have a cup. 1/2\n\n---\n\nWe are"), "{cut}");
    let items = stage.posts(LATE)[0].targets[0].options.clone().unwrap();
    assert!(items["threadItems"][1]["content"].as_str().unwrap().ends_with(" 2/2"));
}

#[test]
fn a_first_comment_follows_where_it_can_and_is_said_where_it_cannot() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    let page = "Northwind Coffee";
    stage.outside.world.add_channel(VOXBURST, "linkedin", page).unwrap();
    stage.keys("R").rest();
    stage.compose("Autumn roast is back", &[page], "fri 14").keys("w").until("First comment");
    stage.typed("Recipe: https://northwind.example").keys("Enter j Enter").keys("Ctrl-u").typed("30");
    stage.keys("Enter").until("30 s later").keys("Esc").until("first comment, 30 s later");
    stage.keys("Ctrl-s").until("first comment after 30 s").keys("s").rest();
    let post = &stage.posts(VOXBURST)[0];
    assert_eq!(
        (&post.extra["firstComment"], &post.extra["firstCommentDelay"]),
        (&json!("Recipe: https://northwind.example"), &json!(30))
    );
}

#[test]
fn a_channel_has_a_time_and_media_of_its_own() {
    let mut stage = Stage::late(MIDDLE);
    stage.compose("Two times, two pictures", &[BLUESKY, X], "fri 14");
    // On its own tab, a channel's time and attachments are its own.
    stage.keys("l s").erase().typed("fri 16").keys("Enter").until("only here");
    let picture = stage.picture("own.png", (800, 600), 90_000);
    stage.attach(&picture, "A cup").until("only here: own.png");
    stage.keys("Ctrl-s").until("its own media").until("at Fri 18 Sep 16:00").keys("s").rest();
    let there = stage.posts(LATE);
    let own: Vec<_> = there[0].targets.iter().filter(|target| target.media.is_some()).collect();
    assert_eq!((there.len(), own.len(), there[0].media.len()), (1, 1, 0), "{:#?}", stage.writes());
    assert!(own[0].scheduled_for.is_some() && own[0].scheduled_for != there[0].scheduled_for);
    let post = stage.only("Two times");
    assert_eq!(post.targets.iter().filter(|target| target.extras.media.is_some()).count(), 1);
    stage.keys("2 g p 3").until("attaches own.png");
}
