//! One post, every network right: a text for a whole network, links made shorter, the round trip through an editor, and
//! a draft that is there again after a kill.

use runsheet::demo::{Fault, FaultKind};

use crate::stage::{LATE, MIDDLE, SIZES, Stage, VOXBURST};

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

/// One draft in two windows: what was written in either is kept, and each can be compared with the other.
#[test]
fn two_windows_on_one_draft_lose_neither_text() {
    let mut stage = Stage::late((120, 40));
    stage.compose("A draft of two", &[X], "fri 14").pause();
    stage.other_window().keys("g m e").until("Compose").typed(", there").pause();
    assert_eq!(stage.only("A draft of two").body, "A draft of two, there");
    stage.other_window().keys("i Ctrl-End").typed(", here").pause();
    stage.until("another window wrote this draft meanwhile");
    assert_eq!(stage.only("A draft of two").body, "A draft of two, here");
    let earlier: Vec<String> = stage.versions("A draft of two").into_iter().map(|post| post.body).collect();
    assert!(earlier.iter().any(|text| text == "A draft of two, there"), "{earlier:?}");
    // The difference is shown, and what the other window wrote comes back by one key.
    stage.keys("Esc H").until("Earlier versions").until("there");
    assert!(stage.screen().contains("here"), "{}", stage.screen());
    stage.keys("Enter").gone("Earlier versions").pause();
    assert_eq!(stage.only("A draft of two").body, "A draft of two, there");
    let earlier: Vec<String> = stage.versions("A draft of two").into_iter().map(|post| post.body).collect();
    assert!(earlier.iter().any(|text| text == "A draft of two, here"), "{earlier:?}");
}

/// Whoever leaves a draft that another window went on with is told, although nothing was typed since.
#[test]
fn leaving_a_draft_over_what_another_window_wrote_is_said() {
    let mut stage = Stage::late((120, 40));
    stage.compose("A draft of two", &[X], "fri 14").pause();
    stage.other_window().keys("g m e").until("Compose").typed(", there").pause();
    stage.other_window().keys("q").until("another window wrote this draft meanwhile");
    assert_eq!(stage.only("A draft of two").body, "A draft of two");
    let earlier: Vec<String> = stage.versions("A draft of two").into_iter().map(|post| post.body).collect();
    assert!(earlier.iter().any(|text| text == "A draft of two, there"), "{earlier:?}");
}

/// What one provider says is kept where another cannot be asked.
#[test]
fn a_provider_that_cannot_be_asked_takes_nothing_from_what_the_other_says() {
    let mut stage = Stage::open((120, 40), &[LATE, VOXBURST]);
    let mastodon = stage.outside.world.channels(VOXBURST).into_iter().find(|channel| channel.network == "mastodon");
    let handle = mastodon.unwrap().username;
    let fault = Fault::once(FaultKind::Status(403)).on("POST", "/validate").at(LATE).times(9);
    stage.outside.world.fault(fault);
    let handle = if handle.starts_with('@') { handle } else { format!("@{handle}") };
    stage.compose("Is this #refuseme to anybody?", &[X, &handle], "fri 14").keys("V").rest();
    stage.until("acme was not asked").until("content rules");
}

#[test]
fn the_post_pane_says_of_a_channel_what_the_composer_says() {
    let mut stage = Stage::late(MIDDLE);
    stage.compose("Come and see", &["acme.studio"], "fri 9").until("ig  12/2200  █░░░░░░░░░  ✗");
    stage.keys("Esc Esc").gone("Compose").rest().keys("g t g p 3").until("acme.studio   12/2200 █░░░░░░░░░ ✗");
}
