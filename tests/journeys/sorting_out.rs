//! A file whose rows are sorted out on the screen: only those with problems are shown, some are skipped, and times that
//! are proposed are taken.

use std::path::Path;

use chrono::{NaiveTime, Weekday};
use runsheet::domain::plan::SlotRule;

use crate::stage::{LATE, SIZES, Stage};

/// Good rows; one that is too long, one at an hour that the clocks skip, one that is to be scheduled and says no time;
/// and a draft that is too long, which is warned of.
fn plan(folder: &Path) -> String {
    let long = "Nobody reads all of this. ".repeat(20);
    let text = format!(
        "key,text,to,when,as\n\
         a,We are live,x:@acme,2026-09-18 09:00,\n\
         b,{long},x:@acme,2026-09-19 09:00,\n\
         c,Thank you all,x:@acme,2026-09-20 09:00,\n\
         d,Night owl special,x:@acme,2027-03-28 02:30,\n\
         e,We are hiring,x:@acme,,scheduled\n\
         f,Some day: {long},x:@acme,,\n\
         g,See you there,x:@acme,2026-09-21 09:00,\n"
    );
    let path = folder.join("plan.csv");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn rows_are_sorted_out(size: (u16, u16)) {
    let folder = tempfile::tempdir().unwrap();
    let path = plan(folder.path());
    let mut stage = Stage::late(size);
    stage.keys(":").typed(&format!("import {path}")).keys("Enter").until("4 ok · 0 known · 3 refused");
    // Only rows with problems: the cursor's own has none, so it goes to the next that has.
    stage.keys("j j").until("row 3, line 4").keys("f").until("plan.csv · problems only").until("row 4, line 5");
    assert!(!stage.screen().contains("We are live"), "{}", stage.screen());
    stage.snapshot("import_problems");
    stage.keys("j j").until("row 6, line 7").keys("f").gone("plan.csv · problems only").until("We are live");
    // Two are skipped and one is taken in again; what is taken and left is said before it is done.
    stage.until("row 6, line 7").keys("x").until("3 refused · 1 skipped").until("row 6, line 7, skipped");
    stage.keys("k x").until("2 refused · 2 skipped").keys("j x").until("2 refused · 1 skipped").keys("x");
    stage.until("3 ok").until("takes 3 rows, leaves 2 refused, 2 skipped in plan.leftovers.csv");
    stage.snapshot("import_skipped");
    stage.keys("Ctrl-s").until("3 posts taken; 4 rows left").keys("Esc").rest();
    assert_eq!(stage.posts(LATE).len(), 3);
    let left = std::fs::read_to_string(folder.path().join("plan.leftovers.csv")).unwrap();
    let reasons: Vec<bool> =
        left.lines().skip(1).map(|row| row.contains(",skipped") || row.contains("\"skipped; ")).collect();
    assert_eq!(reasons, [false, false, true, true], "{left}");

    // Again: nothing is made twice, and nothing is skipped any more. What was skipped comes from what was left.
    stage.keys(":").typed(&format!("import {path}")).keys("Enter").until("1 ok · 3 known · 3 refused").keys("Esc");
    let left = folder.path().join("plan.leftovers.csv").display().to_string();
    stage
        .paste(&left)
        .until("nothing is taken yet")
        .keys("Enter")
        .until("1 ok · 0 known · 3 refused")
        .keys("Esc")
        .rest();
    assert_eq!(stage.created(), 3);
}

fn proposed_times_are_taken(size: (u16, u16)) {
    let folder = tempfile::tempdir().unwrap();
    let path = plan(folder.path());
    let times = [11, 16].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap()).into();
    let days = vec![Weekday::Wed, Weekday::Thu, Weekday::Fri];
    let mut stage = Stage::with_slots(size, vec![SlotRule { channel: None, days, times, zone: None }]);
    stage.keys(":").typed(&format!("import {path}")).keys("Enter").until("4 ok · 0 known · 3 refused");
    stage.keys("f j").until("no 02:30").until("→ 03:30?").until("Row 4: Enter takes Sun 28 Mar 2027 03:30 CEST");
    stage.snapshot("import_proposed");
    // With the problem its row leaves the list, and the next is under the cursor.
    stage
        .keys("Enter")
        .until("5 ok · 0 known · 2 refused")
        .until("Row 5: Enter takes Wed 16 Sep 11:00 CEST (free slot)");
    stage.keys("Enter").until("6 ok · 0 known · 1 refused").gone("Enter takes");
    // One Enter too many takes nothing in.
    stage
        .keys("Enter")
        .rest()
        .until("takes 6 rows, leaves 1 refused in plan.leftovers.csv")
        .snapshot("import_accepted");
    assert!(stage.stored("").is_empty());
    stage.keys("Ctrl-s").until("6 posts taken; 1 row left").keys("Esc").rest();
    let at = |text: &str| stage.posts(LATE).iter().find(|post| post.content == text).unwrap().scheduled_for;
    assert_eq!(at("Night owl special"), Some("2027-03-28T01:30:00Z".parse().unwrap()));
    assert_eq!(at("We are hiring"), Some("2026-09-16T09:00:00Z".parse().unwrap()));

    // Again: nothing is proposed any more, and nothing made twice.
    stage.paste(&path).until("nothing is taken yet").keys("Enter").until("0 ok · 6 known · 1 refused");
    assert!(!stage.screen().contains("→ 03:30?") && !stage.screen().contains("no time →"), "{}", stage.screen());
    stage.keys("Esc").rest();
    assert_eq!(stage.created(), 5);
}

#[test]
fn proposals_on_a_small_screen() {
    proposed_times_are_taken(SIZES[0]);
}

#[test]
fn proposals_on_a_middling_screen() {
    proposed_times_are_taken(SIZES[1]);
}

#[test]
fn proposals_on_a_large_screen() {
    proposed_times_are_taken(SIZES[2]);
}

#[test]
fn rows_on_a_small_screen() {
    rows_are_sorted_out(SIZES[0]);
}

#[test]
fn rows_on_a_middling_screen() {
    rows_are_sorted_out(SIZES[1]);
}

#[test]
fn rows_on_a_large_screen() {
    rows_are_sorted_out(SIZES[2]);
}
