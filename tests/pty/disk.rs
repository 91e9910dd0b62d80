//! A disk that is full, or breaks, while somebody writes: nothing is called saved that is not, and when it is well again
//! work goes on without a restart.

use std::ffi::OsStr;

use crate::disk;
use crate::home::Home;

fn trouble_with(kind: &str, words: &str) {
    let home = Home::settled();
    let (library, trouble) = (disk::library(), home.folder.path().join("trouble"));
    let env = [("LD_PRELOAD", library.as_os_str()), ("DISK_TROUBLE", trouble.as_os_str())];
    let mut tty = home.open(120, 40, &env);
    tty.shows("1 account ok");
    tty.press("c", "Compose");
    tty.press("Before the disk was full", "draft saved");
    tty.hides("and typing");
    std::fs::write(&trouble, kind).unwrap();
    tty.keys(", and after");
    tty.shows(words);
    assert!(!tty.contents().contains("draft saved"), "{}", tty.contents());
    std::fs::remove_file(&trouble).unwrap();
    tty.press(" it", "draft saved");
    tty.hides("and typing");
    tty.kill();
    let bodies: Vec<_> = home.posts().into_iter().map(|post| post["body"].clone()).collect();
    assert_eq!(bodies, ["Before the disk was full, and after it"]);
    let mut tty = home.open(120, 40, &[("OF_NO_CONCERN", OsStr::new("1"))]);
    tty.press("gD", "Before the disk was full, and after it");
    let doctor: serde_json::Value =
        serde_json::from_slice(&home.run(&["doctor", "--offline", "--json"]).stdout).unwrap();
    assert_eq!(doctor["store"]["ok"], true, "{doctor}");
    tty.keys("q");
}

#[test]
fn a_full_disk_is_named_and_what_is_typed_is_kept_when_there_is_room_again() {
    trouble_with("full", "is full");
}

#[test]
fn what_cannot_be_forced_to_the_disk_is_not_called_saved() {
    trouble_with("sync", "was not saved");
}
