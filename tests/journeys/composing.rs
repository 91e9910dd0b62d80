//! One post, every network right: a text for a whole network, links made shorter, the round trip through an editor, and
//! a draft that is there again after a kill.

use crate::stage::{LATE, SIZES, Stage};

const X: &str = "@acme";
const DEV: &str = "@acme.dev";
const BLUESKY: &str = "acme.bsky.social";

/// A stage whose account at Late has two channels on X.
fn with_two_of_x(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(size);
    stage.outside.world.add_channel(LATE, "twitter", DEV).unwrap();
    stage.keys("R").rest();
    stage
}

/// What each channel says instead of the base; the channel by its handle.
fn own_texts(stage: &mut Stage, headline: &str) -> Vec<String> {
    stage.pause().only(headline).targets.into_iter().filter_map(|target| target.text).collect()
}

fn a_network_has_a_text_of_its_own_and_follows_the_base_again(size: (u16, u16)) {
    let mut stage = with_two_of_x(size);
    stage.compose("Ship it: v2.0 is out today", &[BLUESKY, X, DEV], "fri 14");
    while !stage.screen().contains("B for all X") {
        stage.keys("l");
    }
    stage.keys("B i Ctrl-End").typed(" for everybody").keys("Esc").snapshot("network_detached");
    let both = "Ship it: v2.0 is out today for everybody";
    assert_eq!(own_texts(&mut stage, "Ship it"), [both, both]);
    // One of them says a little more, and then what the network says again.
    stage.keys("b i Ctrl-End").typed("!").keys("Esc").snapshot("network_parted");
    let mut own = own_texts(&mut stage, "Ship it");
    own.sort();
    assert_eq!(own, [both.to_owned(), format!("{both}!")]);
    stage.keys("b");
    assert_eq!(own_texts(&mut stage, "Ship it"), [both, both]);
    // In a file it stands under the network's name.
    stage.keys("E").edited(|file| {
        assert!(file.contains("variants:\n  x:"), "{file}");
        file.replace("for everybody", "for everyone")
    });
    assert_eq!(own_texts(&mut stage, "Ship it"), ["Ship it: v2.0 is out today for everyone"; 2]);
    stage.keys("B").snapshot("network_relinked");
    assert_eq!(own_texts(&mut stage, "Ship it"), [""; 0]);
    // What is scheduled is what each channel says.
    stage.keys("B Ctrl-s").until("nothing is sent yet").snapshot("network_review").keys("s").rest();
    let there = stage.posts(LATE);
    assert!(!there.is_empty(), "{}\n{:#?}", stage.screen(), stage.writes());
    let said: Vec<_> = there[0].targets.iter().filter_map(|target| target.content.as_deref()).collect();
    assert_eq!((there.len(), said), (1, vec!["Ship it: v2.0 is out today for everyone"; 2]), "{there:#?}");
}

fn a_link_is_shortened_by_one_key_where_that_counts(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    let (words, page) = ("The second version is out. ".repeat(9), "https://www.acme.dev/v2");
    let tracked = format!("{page}?utm_source=social&utm_medium=post&utm_campaign=launch");
    stage.compose("Out: ", &[BLUESKY, X], "fri 14").keys("i").paste(&format!("{words}{tracked}")).keys("Esc n");
    stage.until("over: Bluesky takes").snapshot("link_too_long");
    stage.keys("x").until("links shortened").snapshot("link_shortened");
    assert_eq!(own_texts(&mut stage, "Out"), [format!("Out: {words}{page}")]);
    stage.keys("u");
    assert_eq!(own_texts(&mut stage, "Out"), [format!("Out: {words}{tracked}")]);
}

fn the_whole_post_goes_through_an_editor(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("The long text", &[BLUESKY, X], "fri 14").keys("Ctrl-g");
    // A mistake is shown at its line, and nothing of the file is lost.
    stage.edited(|file| file.replace("when:", "wehn:").replace("The long text", "A better text"));
    stage.until("did you mean `when`?").snapshot("editor_refused").keys("e");
    stage.edited(|file| {
        assert!(file.contains("wehn:") && file.contains("A better text"), "as it was left: {file}");
        file.replace("wehn:", "when:").replace("\n---\n\n", "\nvariants:\n  x: A short text\n---\n\n")
    });
    stage.until("the post is as the file says").snapshot("editor_taken");
    assert_eq!(own_texts(&mut stage, "A better text"), ["A short text"]);
    // As it went, so it comes back.
    let before = stage.only("A better text");
    stage.keys("Ctrl-g").edited(str::to_owned).pause();
    assert_eq!(stage.only("A better text"), before);
}

fn a_draft_is_announced_after_a_kill_and_is_as_it_was(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("Wombats, whatever happens", &[BLUESKY, X], "fri 14").keys("i").typed(" today").pause();
    let before = stage.only("Wombats");
    let mut stage = stage.kill_and_restart();
    stage.until("was being written when runsheet stopped").snapshot("recovered_announced");
    stage.keys("g m e").until("Compose").snapshot("recovered_opened");
    assert_eq!((stage.only("Wombats"), before.body.as_str()), (before.clone(), "Wombats, whatever happens today"));
}

#[test]
fn at_80x24() {
    at(SIZES[0]);
}

#[test]
fn at_120x40() {
    at(SIZES[1]);
}

#[test]
fn at_200x60() {
    at(SIZES[2]);
}

fn at(size: (u16, u16)) {
    a_network_has_a_text_of_its_own_and_follows_the_base_again(size);
    a_link_is_shortened_by_one_key_where_that_counts(size);
    the_whole_post_goes_through_an_editor(size);
    a_draft_is_announced_after_a_kill_and_is_as_it_was(size);
}
