//! A file whose rows are sorted out on the screen: only those with problems are shown.

use std::path::Path;

use crate::stage::{SIZES, Stage};

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
    stage
        .keys("j j")
        .until("row 6, line 7")
        .keys("f")
        .gone("plan.csv · problems only")
        .until("We are live")
        .until("row 6, line 7");
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
