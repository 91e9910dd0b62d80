//! Writing: variants that part from the base and follow it again, remedies, versions, commands, and far too much text.

use crate::stage::{LATE, MIDDLE, SIZES, Stage};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";

/// 36 words, over X's limit and under Bluesky's.
fn between_the_limits() -> String {
    format!("Ship it: {}", "version two is out ".repeat(15))
}

fn a_variant_parts_from_the_base_and_follows_it_again(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    stage.compose("Ship it: v2.0 is out today", &[BLUESKY, X], "fri 14");
    // The second tab is the second channel's; typing there gives it a text of its own.
    stage.keys("l l i").typed(" for everybody").keys("Esc").snapshot("variant_detached");
    let own: Vec<bool> = stage.pause().only("Ship it").targets.iter().map(|target| target.text.is_some()).collect();
    assert_eq!(own.iter().filter(|own| **own).count(), 1, "{own:?}");
    stage.keys("b").snapshot("variant_relinked");
    assert!(stage.pause().only("Ship it").targets.iter().all(|target| target.text.is_none()));
    // What it said is not forgotten.
    stage.keys("b");
    let post = stage.pause().only("Ship it");
    let own = post.targets.iter().find_map(|target| target.text.as_deref());
    assert_eq!(own, Some("Ship it: v2.0 is out today for everybody"));
}

fn a_remedy_is_one_key_and_every_version_comes_back(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    let text = between_the_limits();
    stage.compose(text.trim_end(), &[BLUESKY, X], "fri 14").keys("n").snapshot("writing_too_long");
    stage.pause().keys("x").snapshot("writing_remedied");
    let post = stage.pause().only("Ship it");
    assert_eq!(post.body, text.trim_end(), "the base keeps every word");
    let own: Vec<&str> = post.targets.iter().filter_map(|target| target.text.as_deref()).collect();
    assert!(
        matches!(own.as_slice(), [own] if own.ends_with("out…") || own.ends_with("is…") || own.ends_with('…')),
        "{own:?}"
    );
    // Another pause, another version: the sheet shows how each differs, and brings one back.
    stage.keys("h h i Ctrl-End").typed(" The end.").pause();
    stage.keys("Esc H").until("Earlier versions of this draft").snapshot("writing_versions");
    stage.keys("Enter").gone("Earlier versions of this draft");
    assert!(!stage.pause().only("Ship it").body.ends_with("The end."));
}

#[test]
fn at_every_size() {
    for size in SIZES {
        a_variant_parts_from_the_base_and_follows_it_again(size);
        a_remedy_is_one_key_and_every_version_comes_back(size);
        five_megabytes_are_pasted_in_one_step_kept_and_refused_in_words(size);
    }
}

#[cfg(unix)]
#[test]
fn a_text_goes_through_a_command_and_is_taken_after_a_look() {
    let mut stage = Stage::late(SIZES[1]);
    stage.compose("three\none\ntwo", &[X], "fri 14").keys("|").until("Through a command");
    stage.typed("sort").keys("Enter").until("take it");
    assert!(stage.screen().contains("- three") && stage.screen().contains("+ three"), "{}", stage.screen());
    stage.keys("Enter").gone("Through a command");
    assert_eq!(stage.pause().only("one").body, "one\nthree\ntwo");
    // One that does not end is stopped, and the text is as it was.
    stage.keys("|").until("Through a command").typed("sleep 600").starts("Enter").keys("Esc").until("stopped");
    stage.rest().keys("Esc").gone("Through a command");
    assert_eq!(stage.pause().only("one").body, "one\nthree\ntwo");
}

#[test]
fn what_is_found_is_counted_while_it_is_typed_and_after_each_replacement() {
    let mut stage = Stage::late(SIZES[0]);
    stage.compose("A cup, a bean, a cup and a bean", &[X], "fri 14").keys("i Ctrl-f").until("Find and replace");
    stage.typed("b").until("1 of 2").typed("ean").until("1 of 2").keys("Enter").until("2 of 2").typed("s");
    stage.until("not in this text").keys("Backspace").until("2 of 2").keys("Tab").typed("cup").until("2 of 2");
    stage.keys("Ctrl-r").until("1 of 1").keys("Ctrl-r").until("replaced; none is left");
    // All at once is one step.
    stage.keys("Tab Ctrl-u").paste("cup").until("3 of 4").keys("Tab Ctrl-u").typed("mug").keys("Ctrl-o");
    stage.until("4 replaced; undo takes all of them back").keys("Esc").until("A mug, a mug, a mug and a mug");
    stage.keys("Ctrl-_").until("A cup, a cup, a cup and a cup");
}

#[test]
fn what_is_found_stands_clear_of_the_sheet() {
    let mut stage = Stage::late(SIZES[0]);
    let text: String = (1..=24).map(|line| format!("line {line} has a bean\n")).collect();
    stage.keys("c").paste(text.trim_end()).keys("Ctrl-f").until("Find and replace").typed("bean");
    for line in [7, 12, 21, 24, 3] {
        let found = format!("{line} of 24");
        while !stage.screen().contains(&found) {
            stage.keys("Enter");
        }
        stage.until(&format!("line {line} has a bean"));
    }
}

#[test]
fn the_form_leads_back_into_the_text_as_vi_does() {
    let mut stage = Stage::late(SIZES[0]);
    stage.keys("c").typed("one").keys("Enter").typed("two").keys("Up Home Esc a").typed("X").keys("Esc A").typed("!");
    stage.keys("Esc I").typed(">").keys("Esc o").typed("below").keys("Esc O").typed("above").pause();
    assert_eq!(stage.only(">oXne").body, ">oXne!\nabove\nbelow\ntwo");
    // A new line is a step of its own.
    stage.keys("Ctrl-_ Ctrl-_").pause();
    assert_eq!(stage.only(">oXne").body, ">oXne!\nbelow\ntwo");
}

#[test]
fn what_may_be_meant_is_offered_while_it_is_typed() {
    let mut stage = Stage::late(SIZES[0]);
    stage.phrases("[hashtags]\nlaunch = [\"new\", \"v2\"]\n");
    stage
        .schedule("Come #later", &[X], "fri 14")
        .keys("c")
        .typed("Ship it :tad")
        .until("tada")
        .snapshot("writing_offered")
        .keys("Tab")
        .until("Ship it 🎉");
    // Declined, it stays away from that word; of the next one the second is taken.
    stage.typed(" #lau").until("#new #v2").keys("Esc").gone("#new #v2").typed("n").pause().until("TEXT");
    assert!(!stage.screen().contains("#new #v2"), "{}", stage.screen());
    stage.typed(" #l").until("#new #v2").keys("Down").pause().keys("Tab").until("#laun #later");
    // Enter is a new line whatever is offered, an address offers nothing, and Tab leads on then.
    stage.typed(" #l").until("#new #v2").keys("Enter").typed("https://acme.example/:tad").pause();
    assert!(!stage.screen().contains("tada"), "{}", stage.screen());
    assert_eq!(stage.only("Ship it").body, "Ship it 🎉 #laun #later #l\nhttps://acme.example/:tad");
    stage.keys("Tab").until("FORM");
}

#[test]
fn what_one_key_mends_is_said_while_writing() {
    let mut stage = Stage::late(MIDDLE);
    stage.compose(between_the_limits().trim_end(), &[BLUESKY, X], "fri 14").keys("i");
    stage.until("Alt-x fix").until("Alt-i insert");
    let row = |stage: &Stage| stage.screen().lines().any(|line| line.contains("over") && line.contains("Alt-x"));
    assert!(row(&stage), "{}", stage.screen());
    stage.keys("Alt-x").gone("Alt-x fix");
    assert!(!row(&stage), "{}", stage.screen());
}

#[test]
fn what_writing_can_do_is_told_by_the_help() {
    let mut stage = Stage::late(SIZES[1]);
    stage.keys("c").typed("Words").keys("F1").until("in the text").typed("select").until("Shift-Left, Shift-Right");
    // It is told, not run.
    stage.keys("Enter").until("Keys that work here").keys("Ctrl-u").typed("undo").until("Ctrl-_");
    stage.keys("Esc").gone("Keys that work here").until("Words");
}

fn five_megabytes_are_pasted_in_one_step_kept_and_refused_in_words(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    let huge = "A line of the longest post there ever was, pasted by mistake.\n".repeat(80_000);
    stage.compose("Before", &[X], "fri 14").keys("i").paste(&huge).until("more than any network takes");
    stage.snapshot("writing_five_megabytes");
    assert_eq!(stage.pause().only("Before").body.len(), "Before".len() + huge.len(), "nothing of it is lost");
    stage.keys("Ctrl-_").gone("more than any network takes");
    assert_eq!(stage.pause().only("Before").body, "Before", "and undo takes it back whole");
}

#[test]
fn what_was_typed_of_a_planned_post_and_not_sent_is_said_wherever_the_post_is() {
    let mut stage = Stage::open(MIDDLE, &[LATE]);
    stage.schedule("Doors open at ten", &[X], "fri 14").keys("g p e").until("Compose").typed(", or at nine");
    stage.keys("Esc Esc").until("kept aside").keys("3").until("changes to it were not sent; e opens them");
    stage.keys("2 P").until("It goes out as it was scheduled").keys("n");
    assert_eq!(stage.posts(LATE)[0].content, "Doors open at ten");
    stage.keys("e").until("at ten, or at nine");
}

#[test]
fn two_posts_too_near_to_each_other_are_named_before_the_second_is_sent() {
    let mut stage = Stage::open(MIDDLE, &[LATE]);
    stage.schedule("Doors open at ten", &[X], "fri 14");
    stage.compose("And the bar at five past", &[X], "fri 14:05").until("clash with");
    stage.keys("Ctrl-s").until("x clash with \"Doors open at ten\" 14:00").until("1 warning");
}
