//! Rough handling: texts that harm terminals, a provider that minds while one writes, planned posts typed over.

use crate::stage::{LATE, MIDDLE, Stage};

const X: &str = "@acme";
const LINKEDIN: &str = "acme-gmbh";

#[test]
fn whatever_is_pasted_is_stored_and_sent_as_it_is() {
    let zalgo = format!("Z{}", "\u{310}\u{320}".repeat(20));
    for (name, text) in [
        ("controls", "bell\u{7} escape\u{1b}[2J nothing\u{0} delete\u{7f}"),
        ("directions", "\u{202e}gnol\u{202c} \u{2066}שלום\u{2069} עולם"),
        ("marks", zalgo.as_str()),
        ("emoji of tomorrow", "🫩\u{1FAEF} 👩\u{200D}\u{1FAEF} \u{1F1E6}\u{1F1E6}\u{1F1E6}"),
        ("tabs", "a\tb\t\tc"),
    ] {
        let mut stage = Stage::late(MIDDLE);
        let whole = format!("Rough: {text}");
        stage.compose("Rough: ", &[X], "fri 14").keys("i").paste(text);
        assert_eq!(stage.pause().only("Rough").body, whole, "{name}");
        let harm =
            |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert_eq!(stage.screen().chars().find(harm), None, "{name}: {}", stage.screen());
        stage.keys("Ctrl-s").until("nothing is sent yet");
        stage.keys("s").rest();
        let there = stage.posts(LATE);
        assert_eq!(there.iter().map(|post| post.content.as_str()).collect::<Vec<_>>(), [whole.as_str()], "{name}");
        assert_eq!(stage.only("Rough").body, whole, "{name}");
    }
}

#[test]
fn where_the_typing_rests_the_provider_is_asked_in_the_background() {
    let mut stage = Stage::late(MIDDLE);
    let asked = |stage: &Stage| {
        stage.outside.world.requests().iter().filter(|request| request.path.ends_with("/validate/post")).count()
    };
    stage.compose("Is that in order?", &[X], "fri 14").pause();
    assert_eq!(asked(&stage), 0, "the draft is kept first");
    stage.seconds(2).until("the providers agree");
    let once = asked(&stage);
    assert!(once > 0);
    stage.seconds(30).rest();
    assert_eq!(asked(&stage), once, "what was answered is not asked again");
    // Everything typed in one go is one question.
    stage.keys("i").typed(" And this?").pause().seconds(2).until("the providers agree");
    assert_eq!(asked(&stage), 2 * once);
}

#[test]
fn a_planned_post_that_is_typed_over_keeps_what_it_said() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("The first thought", &[X], "fri 14");
    stage.keys("g p e").until("Compose").typed(", and a second one").pause().typed(", and a third").pause();
    stage.keys("Esc H").until("Earlier versions").until("a second one").keys("Esc").gone("Earlier versions");
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").rest();
    assert_eq!(stage.posts(LATE)[0].content, "The first thought, and a second one, and a third");
    // What was planned before is there, and comes back.
    stage
        .keys("g p e")
        .until("Compose")
        .keys("Esc H")
        .until("Earlier versions")
        .keys("j j j j Enter")
        .gone("Earlier versions");
    stage.until("The first thought").keys("Ctrl-s").until("nothing is sent yet").keys("s").rest();
    assert_eq!(stage.posts(LATE)[0].content, "The first thought");
    assert_eq!(stage.only("The first").targets.len(), 1);
}

#[test]
fn a_variant_of_a_planned_post_is_a_version_too() {
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("One text for both", &[X, LINKEDIN], "fri 14");
    stage.keys("g p e").until("Compose").keys("Esc l i").typed(", but not here").keys("Esc Ctrl-s");
    stage.until("nothing is sent yet").keys("s").rest();
    let versions = stage.versions("One text");
    assert!(versions.iter().any(|post| post.targets.iter().all(|target| target.text.is_none())), "{versions:#?}");
}
