//! A damaged store, met on the screen: the question comes first, the original stays, and nothing that waited leaves.

use std::fs;
use std::path::PathBuf;

use rustix::process::Signal;

use crate::home::Home;

const PAGE: usize = 4096;

/// Two posts: one is at the provider, one waits for the train to arrive.
fn home() -> Home {
    let home = Home::settled();
    home.write("First");
    home.configure(Some("http://127.0.0.1:9/api/v1"));
    home.write("Waits for the train to arrive");
    home.configure(None);
    assert_eq!(home.at_late(), ["First"]);
    home
}

/// Makes noise of the page in which `words` stand; the file as it is then.
fn spoil(home: &Home, words: &str) -> Vec<u8> {
    let mut bytes = fs::read(home.store()).unwrap();
    let words = words.as_bytes();
    let page = bytes.windows(words.len()).position(|window| window == words).unwrap() / PAGE * PAGE;
    for (at, byte) in bytes[page..page + PAGE].iter_mut().enumerate() {
        *byte = (at * 31 % 251) as u8;
    }
    fs::write(home.store(), &bytes).unwrap();
    bytes
}

fn kept(home: &Home) -> Vec<PathBuf> {
    let files = fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("runsheet.db.damaged-");
    files.filter(|path| named(path) && !path.to_str().unwrap().ends_with("-wal")).collect()
}

#[test]
fn what_can_be_read_is_saved_on_one_key_and_what_waited_stays_until_somebody_looked() {
    let home = home();
    let bytes = spoil(&home, "scheduled “First”");
    let mut tty = home.open(120, 40, &[]);
    tty.shows("The store is damaged");
    tty.is_taken();
    tty.shows("s  what can still be read: 2 posts, 1 write");
    tty.shows("c  the copy of");
    tty.shows("runsheet.db.damaged-");
    tty.keys("xZ5");
    assert_eq!(fs::read(home.store()).unwrap(), bytes, "nothing is done before the answer");
    tty.press("s", "the store was made anew with 2 posts; 1 write to look at in the failed queue (4)");
    tty.shows("1 account ok");
    assert_eq!(home.at_late(), ["First"], "nothing leaves before somebody has looked");
    assert_eq!(kept(&home).iter().map(|path| fs::read(path).unwrap()).collect::<Vec<_>>(), [bytes]);
    tty.press("4", "Waits for the train");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
    assert_eq!(home.posts().len(), 2);
    let failed: serde_json::Value = serde_json::from_slice(&home.run(&["failed", "--json"]).stdout).unwrap();
    assert_eq!(failed[0]["status"], "unknown", "{failed}");
}

#[test]
fn leaving_leaves_everything_as_it_is() {
    for key in ["q", "\r", "\x1b", "\x03"] {
        let home = Home::settled();
        home.write("First");
        let bytes = spoil(&home, "scheduled “First”");
        let mut tty = home.open(80, 24, &[]);
        tty.shows("q  nothing");
        tty.keys(key);
        assert_eq!(tty.ended(), 1);
        tty.is_given_back();
        assert!(tty.contents().contains("runsheet repair"), "{}", tty.contents());
        assert_eq!(fs::read(home.store()).unwrap(), bytes);
        assert_eq!(kept(&home).len(), 1, "and beside it, under a dated name");
    }
}

#[test]
fn where_nothing_can_be_read_the_newest_copy_is_offered() {
    let home = home();
    fs::write(home.store(), vec![0; 3 * PAGE]).unwrap();
    let mut tty = home.open(80, 24, &[]);
    tty.shows("c  the copy of");
    assert!(!tty.contents().contains("what can still be read"), "{}", tty.contents());
    tty.press("c", "the store was made anew");
    tty.shows("1 account ok");
    tty.until("the providers' posts to be fetched", |_| home.posts().len() == 1);
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    assert_eq!(home.at_late(), ["First"]);
}

#[test]
fn damage_far_inside_a_large_store_is_noticed_soon_and_dealt_with_by_opening_anew() {
    let home = Home::settled();
    home.write("First");
    home.write("Second");
    let store = rusqlite::Connection::open(home.store()).unwrap();
    let padding = "padding ".repeat(400_000);
    store.execute("INSERT INTO setting VALUES ('padding', ?1)", [&padding]).unwrap();
    store.close().unwrap();
    // One page of many, which nothing reads.
    let mut bytes = fs::read(home.store()).unwrap();
    assert!(bytes.len() > 600 * PAGE, "too large to be looked through before the first screen");
    let word = b"padding padding";
    let first = bytes.windows(word.len()).position(|window| window == word).unwrap();
    let page = (first / PAGE + 300) * PAGE;
    bytes[page..page + PAGE].fill(0);
    fs::write(home.store(), &bytes).unwrap();

    let mut tty = home.open(120, 40, &[]);
    tty.shows("acme");
    tty.shows("The store is damaged");
    tty.shows("Nothing is sent or fetched any more");
    tty.press("y", "what can still be read: 2 posts, 0 writes");
    tty.press("s", "the store was made anew with 2 posts");
    tty.shows("1 account ok");
    tty.signal(Signal::TERM);
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
    let doctor: serde_json::Value =
        serde_json::from_slice(&home.run(&["doctor", "--offline", "--json"]).stdout).unwrap();
    assert_eq!(doctor["store"]["ok"], true, "{doctor}");
    assert_eq!(home.at_late(), ["First", "Second"]);
}
