//! With `--read-only`: everything can be looked at, and nothing a person does changes or sends anything.

use runsheet::tui::msg::MouseKind;

use crate::stage::{LATE, MIDDLE, SIZES, Stage};

const X: &str = "@acme";

/// A week with a post that is scheduled, one that failed, and a draft, looked at.
fn looking(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(size);
    stage.schedule("Doors open", &[X], "fri 14");
    stage.schedule("Nobody hears this #hiccup", &[X], "10:00");
    stage.turn(31).turn(1).rest();
    stage.look_only();
    stage
}

#[test]
fn no_key_of_the_panes_changes_or_sends_anything() {
    let mut stage = looking(MIDDLE);
    let before = (stage.stored(""), stage.writes().len());
    stage.keys("2 g d").typed("fri 14").keys("Enter").until("Doors open");
    for keys in ["c", "e", "E", "m", "s", "D", "d", "W", "P", "r", "V", "u", "U", ".", "a", "C", "M o", "M t"] {
        stage.keys(keys).until("read-only: nothing is changed").rest();
        stage.keys("Esc");
    }
    stage.keys("4");
    for keys in ["a", "A", "x", "X", "r", "e"] {
        stage.keys(keys).until("read-only: nothing is changed").rest();
        stage.keys("Esc");
    }
    assert_eq!((stage.stored(""), stage.writes().len()), before, "nothing was changed, nothing was sent");
}

#[test]
fn what_comes_another_way_is_held_back_too() {
    let mut stage = looking(MIDDLE);
    let before = (stage.stored(""), stage.writes().len());
    stage.keys("2 g d").typed("fri 14").keys("Enter").until("Doors open");
    for line in ["delete all", "import posts.csv", "campaign Launch", "post.delete", "undo", "defaults save mine"] {
        stage.keys(":").typed(line).keys("Enter").until("read-only").rest();
        for _ in 0..3 {
            stage.keys("Esc");
        }
    }
    stage.mouse(MouseKind::Press, "Doors open").mouse(MouseKind::Drag, "Sat 19").until("read-only");
    stage.mouse(MouseKind::Release, "Sat 19").rest();
    assert_eq!((stage.stored(""), stage.writes().len()), before, "nothing was changed, nothing was sent");
}

#[test]
fn what_changes_at_the_provider_is_seen() {
    let mut stage = looking(MIDDLE);
    let there = stage.posts(LATE).into_iter().find(|post| post.content == "Doors open").unwrap();
    stage.outside.world.edit_post(LATE, &there.id, |post| post.content = "Doors stay shut".into());
    stage.keys("2 R").rest();
    stage.turn(6).keys("g d").typed("fri 14").keys("Enter").until("Doors stay shut");
}

#[test]
fn the_screen_says_so_all_the_time() {
    for size in SIZES {
        let mut stage = looking(size);
        stage.keys("2").until("read-only");
        assert!(!stage.screen().contains("compose"), "no hint leads to what is refused:\n{}", stage.screen());
        stage.keys("g D").until("no drafts").rest();
        assert!(!stage.screen().contains("begins one"), "{}", stage.screen());
    }
}

#[test]
fn the_limits_of_a_channel_are_read_with_what_its_way_carries() {
    for size in SIZES {
        let mut stage = Stage::late(size);
        stage.keys("1 j i").until("accepts").rest().snapshot("limits");
        stage.keys("Esc").gone("accepts");
    }
}
