//! Styles, defaults and mentions: another text on each network, where each value comes from, and the same text wherever
//! it is looked at.

use chrono::{Datelike, Weekday};
use runsheet::domain::outcome::State;
use runsheet::domain::post::Wish;

use crate::stage::{LATE, MIDDLE, SIZES, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";
const LINKEDIN: &str = "acme-gmbh";

const MENTIONS: (&str, &str) =
    ("mentions.toml", "[anna]\nname = \"Anna Berg\"\nx = \"@anna\"\nbluesky = \"anna.bsky.social\"\n");
const BROKEN: (&str, &str) = ("styles/broken.toml", "about = \"Misspelt\"\n[x]\npost_text = \"New: {post_titel}\"\n");
const DEFAULTS: (&str, &str) = ("defaults.toml", "[networks.bluesky]\npost_text = \"{text} – on {network}\"\n");

fn a_style_says_it_otherwise_on_each_network(size: (u16, u16)) {
    let mut stage = Stage::with_files(size, &[LATE], &[MENTIONS, DEFAULTS]);
    stage.compose("v2 is out, thanks to @{anna}", &[BLUESKY, X, LINKEDIN], "fri 14");
    stage.keys("=").until("announcement").keys("j").snapshot("style_chosen").keys("Enter").gone("Learn more");
    stage.snapshot("style_taken");
    // The texts as they will go out stand on the channels' own tabs and in the review, each with its origin.
    while !stage.screen().contains("style announcement; typing") {
        stage.keys("l");
    }
    stage.snapshot("style_on_x");
    stage.keys("Ctrl-s").until("nothing is sent yet").snapshot("style_review").keys("s").rest();
    let text = |network: &str| {
        let there = stage.posts(LATE);
        assert_eq!(there.len(), 1, "{there:#?}");
        let target = there[0].targets.iter().find(|target| target.network == network).unwrap();
        target.content.clone().unwrap_or_else(|| there[0].content.clone())
    };
    assert_eq!(text("twitter"), "🚨 v2 is out, thanks to @anna 🚨");
    assert_eq!(text("bluesky"), "v2 is out, thanks to @anna.bsky.social – on Bluesky");
    assert_eq!(text("linkedin"), "v2 is out, thanks to Anna Berg");
    // Fetched again, nothing has changed: what was written can still be edited.
    stage.keys("R").rest();
    let post = stage.stored("").into_iter().find(|post| post.wish == Wish::Schedule).unwrap();
    assert_eq!(post.state(stage.outside.clock.now()), State::Scheduled);
    let written = post.as_written();
    assert_eq!(written.body, "v2 is out, thanks to @{anna}");
    assert_eq!(written.styling.style.as_deref(), Some("announcement"));
    assert!(written.targets.iter().all(|target| target.text.is_none()), "{written:#?}");
}

#[test]
fn a_style_says_it_otherwise_on_each_network_80x24() {
    a_style_says_it_otherwise_on_each_network(SIZES[0]);
}

#[test]
fn a_style_says_it_otherwise_on_each_network_120x40() {
    a_style_says_it_otherwise_on_each_network(SIZES[1]);
}

#[test]
fn a_style_says_it_otherwise_on_each_network_200x60() {
    a_style_says_it_otherwise_on_each_network(SIZES[2]);
}

fn an_unknown_placeholder_or_name_stops_the_post(size: (u16, u16)) {
    let mut stage = Stage::with_files(size, &[LATE], &[MENTIONS, BROKEN]);
    stage.compose("Thanks, @{ana}", &[X], "fri 14");
    stage.keys(":").typed("style broken").keys("Enter").until("post_titel").keys("n").snapshot("style_unknown_word");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").until("scheduling waits");
    stage.keys("Esc :").typed("style brokn").keys("Enter").until("did you mean broken");
    assert!(stage.writes().is_empty(), "{:#?}", stage.writes());
}

#[test]
fn an_unknown_placeholder_or_name_stops_the_post_80x24() {
    an_unknown_placeholder_or_name_stops_the_post(SIZES[0]);
}

#[test]
fn an_unknown_placeholder_or_name_stops_the_post_120x40() {
    an_unknown_placeholder_or_name_stops_the_post(SIZES[1]);
}

#[test]
fn an_unknown_placeholder_or_name_stops_the_post_200x60() {
    an_unknown_placeholder_or_name_stops_the_post(SIZES[2]);
}

fn defaults_are_set_and_cleared_and_kept_as_a_profile(size: (u16, u16)) {
    let mut stage = Stage::with_files(size, &[LATE], &[]);
    stage.keys(":").typed("defaults").keys("Enter").until("Defaults of networks").snapshot("defaults");
    // The first network, and its habits from the top.
    stage.keys("Enter").until("post_text").keys("j Enter").until("cut_post_text is yes").snapshot("defaults_set");
    assert!(stage.file("defaults.toml").contains("cut_post_text = true"), "{}", stage.file("defaults.toml"));
    stage.keys("k Enter").paste("{post_titel}").keys("Enter").until("did you mean {post_title}");
    stage.erase().paste("{post_title} – {network}").keys("Enter").until("post_text is");
    stage.keys("Esc Esc :").typed("profile save launch").keys("Enter").until("profile launch");
    stage.keys(":").typed("defaults").keys("Enter").until("profile").snapshot("defaults_profile");
    stage.keys("Enter").until("post_text").keys("d").until("no default of");
    assert!(!stage.file("defaults.toml").contains("post_text = \"{post_title} – {network}\""));
    stage.keys("Esc Esc :").typed("profile apply launch").keys("Enter").until("in force");
    assert!(stage.file("defaults.toml").contains("{post_title} – {network}"), "{}", stage.file("defaults.toml"));
}

#[test]
fn defaults_are_set_and_cleared_and_kept_as_a_profile_80x24() {
    defaults_are_set_and_cleared_and_kept_as_a_profile(SIZES[0]);
}

#[test]
fn defaults_are_set_and_cleared_and_kept_as_a_profile_120x40() {
    defaults_are_set_and_cleared_and_kept_as_a_profile(SIZES[1]);
}

#[test]
fn defaults_are_set_and_cleared_and_kept_as_a_profile_200x60() {
    defaults_are_set_and_cleared_and_kept_as_a_profile(SIZES[2]);
}

#[test]
fn a_name_is_completed_while_it_is_typed() {
    let mut stage = Stage::with_files(MIDDLE, &[LATE], &[MENTIONS]);
    stage.keys("c").typed("Thanks, @{an").until("Tab: @{anna}").keys("Tab").typed("!").until("Thanks, @{anna}!");
    // The list of things to put in knows people too.
    stage.typed(" and @{A").keys("Alt-i").until("Anna Berg").keys("Enter").until("and @{anna}");
}

#[test]
fn a_planned_post_is_edited_as_it_was_written_and_goes_out_filled_again() {
    let mut stage = Stage::with_files(MIDDLE, &[LATE], &[MENTIONS]);
    stage.compose("The roast of @{anna}", &[X], "fri 14");
    stage.keys(":").typed("style announcement").keys("Enter").keys("Ctrl-s").until("nothing is sent yet").keys("s");
    stage.rest();
    assert_eq!(stage.posts(LATE)[0].content, "🚨 The roast of @anna 🚨");
    stage.keys("e").until("The roast of @{anna}").typed(" is here");
    stage.keys("Esc Ctrl-s").until("nothing is sent yet").keys("s").rest();
    assert_eq!(stage.posts(LATE)[0].content, "🚨 The roast of @anna is here 🚨");
    assert_eq!(stage.posts(LATE).len(), 1);
}

#[test]
fn what_was_changed_at_the_provider_is_not_dressed_when_it_is_edited() {
    let mut stage = Stage::with_files(MIDDLE, &[LATE], &[DEFAULTS]);
    stage.schedule("The roast", &[BLUESKY], "fri 14").rest();
    let there = stage.posts(LATE).remove(0);
    assert_eq!(there.content, "The roast – on Bluesky");
    assert!(stage.outside.world.edit_post(LATE, &there.id, |post| post.content = "Theirs – on Bluesky".into()));
    stage.keys("R").until("Theirs").rest();
    stage.keys("e").until("Theirs").typed(" now");
    stage.keys("Esc Ctrl-s").until("nothing is sent yet").keys("s").rest();
    assert_eq!(stage.posts(LATE)[0].content, "Theirs – on Bluesky now");
}

#[test]
fn what_was_scheduled_bare_is_not_dressed_by_defaults_set_later() {
    let mut stage = Stage::with_files(MIDDLE, &[LATE], &[]);
    stage.schedule("The roast", &[X], "fri 14").rest();
    stage.write("defaults.toml", &DEFAULTS.1.replace("bluesky", "x"));
    let mut stage = stage.kill_and_restart();
    stage.rest().keys("g p m l Enter").rest();
    assert_eq!(stage.only("The roast").instant().map(|at| at.weekday()), Some(Weekday::Sat));
    stage.schedule("The second", &[X], "fri 15");
    let mut said: Vec<String> = stage.posts(LATE).into_iter().map(|post| post.content).collect();
    said.sort();
    assert_eq!(said, ["The roast", "The second – on X"]);
}
