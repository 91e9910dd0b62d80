//! A file whose rows are sorted out on the screen: only those with problems are shown, and some are skipped.

use std::path::Path;

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
