//! The filter menu, and what is copied for others.

use runsheet::tui::msg::MouseKind;

use crate::stage::{MIDDLE, SIZES, Stage};

const X: &str = "@acme";

fn week(size: (u16, u16)) -> Stage {
    let mut stage = Stage::late(size);
    stage.schedule("Doors open", &[X], "fri 14");
    stage.schedule("Nobody hears this #hiccup", &[X], "10:00");
    stage.turn(31).turn(1).rest();
    stage
}

#[test]
fn one_key_narrows_another_narrows_further_and_the_same_one_widens() {
    for size in SIZES {
        let mut stage = week(size);
        stage.keys("2 f");
        stage.outside.clock.turn(chrono::TimeDelta::seconds(1));
        stage.until("only what needs a person").rest().snapshot("filter-menu");
        stage.mouse(MouseKind::Press, "only what is held").until("/status:held");
        stage.keys("f x").gone("/status:").keys("f");
        stage.keys("f").until("/status:failed,partial,").gone("Doors o");
        stage.keys("f f").gone("/status:").until("Doors o");
        stage.keys("f s").until("/status:scheduled").gone("Nobody hears");
        stage.keys("f h").until("/status:held");
        stage.keys("f x").gone("/status:").until("Doors o");
    }
}

#[test]
fn the_network_and_the_account_come_from_the_cursor() {
    let mut stage = week(MIDDLE);
    stage.keys("2 g d").typed("fri 14").keys("Enter").until("Doors open").rest();
    stage.keys("f n").until("/net:x").until("Doors open");
    stage.keys("f a").until("/net:x account:acme");
    stage.keys("f n").until("/account:acme");
    stage.keys("f c").until("/account:acme ch:@acme").keys("f c").gone("ch:@acme");
    stage.keys("f C").until("is of no campaign").until("/account:acme");
    stage.keys("Esc Esc").gone("/account:acme");
}

#[test]
fn a_post_is_copied_as_others_read_it() {
    let mut stage = week(MIDDLE);
    stage.keys("2 g d").typed("fri 14").keys("Enter").until("Doors open").rest();
    stage.keys("y j").rest();
    let json: serde_json::Value = serde_json::from_str(&stage.copied()).unwrap();
    assert_eq!((&json["body"], &json["status"]), (&"Doors open".into(), &"scheduled".into()), "{json}");
    stage.keys("y m").rest();
    let text = stage.copied();
    assert!(text.contains("2026-09-18") && text.trim_end().ends_with("Doors open"), "{text}");
}

#[test]
fn a_file_is_taken_in_by_one_key() {
    let mut stage = week(MIDDLE);
    stage.keys("2 I").until(":import ");
}

#[test]
fn the_log_tells_who_did_what_and_leads_to_the_post() {
    for size in SIZES {
        let mut stage = week(size);
        stage.keys("2 g l").until("Log ─").until("you ").rest().snapshot("log");
        stage.keys("G Enter").gone("Log ─").rest();
        let first = stage.only("Doors open").id;
        assert_eq!(stage.cursor(), Some(first), "the first thing that was done");
    }
}
