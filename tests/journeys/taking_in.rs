//! A file taken in on the screen: five kinds of bad rows, their remedies in place, only the good ones kept.

use std::path::Path;

use runsheet::demo::WebPost;

use crate::stage::{LATE, MIDDLE, SIZES, Stage};

/// Good rows, and five that are not; a column that is not known, and a date that can be read two ways.
fn plan(folder: &Path) -> String {
    let long = "Nobody reads all of this. ".repeat(20);
    let text = format!(
        "key,Texte,to,when,Budget\n\
         a,We are live,x:@acme,2026-09-18 09:00,5\n\
         b,{long},x:@acme,2026-09-19 09:00,\n\
         c,No such channel,x:@acmee,2026-09-20 09:00,\n\
         d,Which day,x:@acme,03/04/2027 09:00,\n\
         e,Skipped hour,x:@acme,2027-03-28 02:30,\n\
         f,Long gone,x:@acme,2020-01-01 09:00,\n\
         g,An idea for later,,,\n"
    );
    let path = folder.join("plan.csv");
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn a_table_is_looked_into_and_its_good_rows_taken(size: (u16, u16)) {
    let folder = tempfile::tempdir().unwrap();
    let path = plan(folder.path());
    let mut stage = Stage::late(size);
    stage.keys(":").typed(&format!("import {path}")).keys("Enter").until("no column holds the text");
    stage.snapshot("import_columns");
    // The column is named by keys; nothing else has to be typed.
    stage.keys("j l").until("ok").keys("Tab").until("2 ok");
    stage.snapshot("import_rows");
    assert!(stage.stored("").is_empty(), "a look keeps nothing");
    stage.keys("D").until("3 ok").keys("/ j j").until("only refused").snapshot("import_refused");
    // Two of them are mended where they stand, and judged again at once: a text that is too long, a time that is none.
    stage.keys("g g e").until("row 2: its text").keys("Ctrl-Home").keys("Ctrl-k").typed("Read all of this");
    stage.until("16/280").snapshot("import_mending").keys("Enter").until("4 ok");
    stage.keys("j").until("the clocks skip").keys("s").until("row 5 goes out").keys("Backspace Backspace Backspace");
    stage.keys("Backspace Backspace").typed("03:30").snapshot("import_time").keys("Enter").until("5 ok");
    // The zone that times are read in is another one, and back: all rows are judged in it.
    stage.keys("z").until("times are read in").keys("Ctrl-u").typed("new york").keys("Enter").until("America/New_York");
    stage.keys("z").keys("Ctrl-u").typed("berlin").keys("Enter").until("times are read in Europe/Berlin");
    stage.until("5 ok").keys("/ g g").until("only ok").snapshot("import_mended");
    stage.keys("Enter").until("5 posts taken").until("plan.leftovers.csv").keys("Esc").rest();
    assert_eq!((stage.stored("").len(), stage.posts(LATE).len()), (5, 4));
    let there: Vec<String> = stage.posts(LATE).iter().map(|post| post.content.clone()).collect();
    assert!(there.contains(&"Read all of this".to_owned()), "{there:?}");
    let skipped = stage.posts(LATE).into_iter().find(|post| post.content == "Skipped hour").unwrap();
    assert_eq!(skipped.scheduled_for, Some("2027-03-28T01:30:00Z".parse().unwrap()), "03:30 in Berlin");
    let left = std::fs::read_to_string(folder.path().join("plan.leftovers.csv")).unwrap();
    assert_eq!(left.lines().count(), 3, "{left}");

    // Again: nothing is made twice.
    stage
        .paste(&path)
        .until("nothing is taken yet")
        .keys("Enter")
        .until("no column holds")
        .keys("j l")
        .until("5 known");
    stage.keys("Esc").rest();
    assert_eq!(stage.created(), 4);
}

#[test]
fn a_table_on_a_small_screen() {
    a_table_is_looked_into_and_its_good_rows_taken(SIZES[0]);
}

#[test]
fn a_table_on_a_middling_screen() {
    a_table_is_looked_into_and_its_good_rows_taken(SIZES[1]);
}

#[test]
fn a_table_on_a_large_screen() {
    a_table_is_looked_into_and_its_good_rows_taken(SIZES[2]);
}

#[test]
fn what_cannot_be_read_says_why_and_a_folder_of_posts_is_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let mut stage = Stage::late(MIDDLE);
    stage.keys(":").typed("import /nowhere/plan.csv").keys("Enter").until("No such file").keys("Esc");
    let huge = folder.path().join("huge.csv");
    std::fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    stage.keys(":").typed(&format!("import {}", huge.display())).keys("Enter").until("larger than 64 MB").keys("Esc");
    let posts = folder.path().join("posts");
    std::fs::create_dir(&posts).unwrap();
    std::fs::write(posts.join("one.md"), "---\nto: x:@acme\nwhen: 2026-10-01 09:00\n---\n\nFrom a file\n").unwrap();
    stage.keys(":").typed(&format!("import {}", posts.display())).keys("Enter").until("1 ok");
    stage.keys("Enter").until("1 post taken").keys("Esc").rest();
    assert_eq!(stage.posts(LATE)[0].content, "From a file");
}

#[test]
fn an_account_that_was_not_read_lately_is_read_before_a_folder_is_taken_in() {
    let folder = tempfile::tempdir().unwrap();
    let posts = folder.path().join("posts");
    std::fs::create_dir(&posts).unwrap();
    std::fs::write(posts.join("one.md"), "---\nto: x:@acme\nwhen: 2026-10-01 09:00\n---\n\nFrom a file\n").unwrap();
    std::fs::write(posts.join("two.md"), "---\nto: x:@acme\nwhen: 2026-10-02 09:00\n---\n\nFrom here\n").unwrap();
    let mut stage = Stage::late(MIDDLE);
    stage.unplug().turn(20);
    stage.keys(":").typed(&format!("import {}", posts.display())).keys("Enter").until("2 ok");
    // One is given other words; nothing of it is lost while the account cannot be read.
    stage.keys("j e").until("row 2: its text").typed(", now").keys("Enter").until("1 row mended");
    stage.keys("Enter").until("cannot be read just now").until("what was mended here is kept").until("2 ok");
    stage.keys("Esc").gone("Import").rest();
    // Another machine has made one of them meanwhile.
    stage.plug();
    let channels = stage.outside.world.channels(LATE);
    let account = channels.into_iter().find(|channel| channel.network == "twitter").unwrap().id;
    let scheduled_for = Some("2026-10-01T07:00:00Z".parse().unwrap());
    let made = WebPost { content: "From a file".into(), accounts: vec![account], scheduled_for };
    stage.outside.world.add_post(LATE, made).unwrap();
    stage.keys(":").typed(&format!("import {}", posts.display())).keys("Enter").until("1 row mended").until("2 ok");
    stage.keys("Enter").until("1 post taken").keys("Esc").rest();
    let mut there: Vec<String> = stage.posts(LATE).into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["From a file", "From here, now"], "the one that was there is known");
}

#[test]
fn posts_are_written_to_files_as_the_shell_writes_them_and_nothing_is_written_over_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let mut stage = Stage::late(MIDDLE);
    stage.schedule("We are live", &["@acme"], "fri 9").schedule("Thank you all", &["@acme"], "sat 9");
    let export = |stage: &mut Stage, words: &str| {
        stage.keys(":").typed(&format!("export {words}")).keys("Enter");
    };
    export(&mut stage, &format!("{} until:2026-09-19", place("plan.csv")));
    stage.until("1 post written to");
    assert!(read("plan.csv").contains("We are live") && !read("plan.csv").contains("Thank you"));
    // It is there now: asked, and left alone.
    let before = read("plan.csv");
    export(&mut stage, &place("plan.csv"));
    stage.until("is there already").until("n no (Enter, Esc)");
    stage.keys("n").gone("Write over it").rest();
    assert_eq!(read("plan.csv"), before);
    export(&mut stage, &place("plan.csv"));
    stage.until("Write over it").keys("y").until("2 posts written to");
    assert!(read("plan.csv").contains("Thank you"));
    for name in ["plan.json", "plan.jsonl", "plan.ics"] {
        export(&mut stage, &place(name));
        stage.until(name).rest();
    }
    assert_eq!(read("plan.jsonl").lines().count(), 2);
    assert!(read("plan.json").starts_with('[') && read("plan.ics").contains("BEGIN:VEVENT"));
    export(&mut stage, &place("posts/"));
    stage.until("posts/").rest();
    assert!(read("posts/2026-09-18-we-are-live.md").contains("when:"), "{}", read("posts/2026-09-18-we-are-live.md"));
    export(&mut stage, &place("plan.xlsx"));
    stage.until("nothing that is written");
    export(&mut stage, &format!("{} since:someday", place("x.csv")));
    stage.until("the filter");
}
