//! A store that is damaged: kept aside as it is, refused by every command, and made anew of what a person chooses.

use std::fs;
use std::path::PathBuf;

use crate::home::{Home, Said};

const LATER: &[&str] = &["post", "-", "--to", "x:@acme", "--when", "2030-01-02 09:00", "--json"];

/// A home with a copy of the store, two posts that are at the provider, and one write that has not left.
fn home() -> Home {
    let home = Home::settled();
    home.pipe("First", LATER).ended(0);
    home.pipe("Second", LATER).ended(0);
    home.configure(Some("http://127.0.0.1:9/api/v1"));
    home.pipe("Waits for the train to arrive", LATER).ended(3);
    home.configure(None);
    home
}

fn kept(home: &Home) -> Vec<PathBuf> {
    let files = fs::read_dir(home.data()).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with("runsheet.db.damaged-");
    files.filter(|path| named(path)).collect()
}

fn copies(home: &Home) -> Vec<PathBuf> {
    fs::read_dir(home.data().join("backups")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn damage(home: &Home, how: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = fs::read(home.store()).unwrap();
    how(&mut bytes);
    fs::write(home.store(), &bytes).unwrap();
    bytes
}

/// Every command refuses, and what was there is kept under a dated name, once.
fn is_refused(home: &Home, bytes: &[u8]) -> Said {
    home.run(&["list"]).ended(1).says(&["runsheet repair"]);
    let said = home.run(&["sync"]).ended(1).says(&["runsheet repair", "put aside"]);
    assert_eq!(fs::read(home.store()).unwrap(), bytes, "left untouched");
    let kept = kept(home);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(fs::read(&kept[0]).unwrap(), bytes);
    assert!(home.creates().iter().all(|request| !request.body.contains("Waits")));
    said
}

#[test]
fn a_copy_a_day_is_made_and_opens() {
    let home = home();
    let copies = copies(&home);
    assert_eq!(copies.len(), 1, "one a day");
    home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "90000")]).ended(0);
    assert_eq!(self::copies(&home).len(), 2);
    for copy in self::copies(&home) {
        let store = runsheet::store::Store::open(&copy).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        assert!(runtime.block_on(store.integrity()).unwrap().problems.is_empty());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    let doctor = home.run(&["doctor", "--offline", "--json"]).ended(0).json();
    assert_eq!(doctor["copies"]["count"], 2);
    let version: Vec<u32> =
        doctor["store"]["sqlite"].as_str().unwrap().split('.').map(|n| n.parse().unwrap()).collect();
    assert!(version >= vec![3, 51, 3], "{version:?}");
    let pragmas = &doctor["store"]["pragmas"];
    let is = |name: &str, value: &str| assert_eq!(pragmas[name], value, "{name}");
    is("journal_mode", "wal");
    is("synchronous", "2");
    is("foreign_keys", "1");
    is("busy_timeout", "5000");
}

#[test]
fn what_can_be_read_is_offered_and_nothing_of_it_leaves_before_somebody_looked() {
    let home = home();
    // The page with the journal is noise.
    let bytes = damage(&home, |bytes| {
        let words = "scheduled “First”".as_bytes();
        let page = bytes.windows(words.len()).position(|window| window == words).unwrap() / 4096 * 4096;
        for (at, byte) in bytes[page..page + 4096].iter_mut().enumerate() {
            *byte = (at * 31 % 251) as u8;
        }
    });
    is_refused(&home, &bytes).says(&["damaged"]);
    let offers = home.run(&["repair", "--json"]).ended(1).json();
    assert_eq!(offers["salvage"]["posts"], 3, "{offers}");
    assert_eq!(offers["salvage"]["lost"][0], "journal: a part of it cannot be read");
    assert_eq!((&offers["salvage"]["writes"], &offers["copies"][0]["found"]["posts"]), (&1.into(), &0.into()));
    assert_eq!(fs::read(home.store()).unwrap(), bytes, "looking changes nothing");

    home.run(&["repair", "--from", "salvage"])
        .ended(0)
        .says(&["nothing that waited is sent before somebody has looked"]);
    let doctor = home.run(&["doctor", "--offline", "--json"]).ended(0).json();
    assert_eq!(doctor["store"]["ok"], true);
    // However often it is synchronised: a person looks first.
    home.run(&["sync"]).ended(4).says(&["runsheet failed"]);
    home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "1000")]).ended(4);
    assert_eq!(home.at_late().len(), 2);
    let failed = home.run(&["failed", "--json"]).ended(0).rows();
    assert_eq!((failed.len(), &failed[0]["status"]), (1, &"unknown".into()));
    let id = failed[0]["id"].as_str().unwrap();
    home.run_with(&["failed", "verify", id], &[("RUNSHEET_CLOCK", "1000")]).ended(0);
    assert_eq!(home.at_late().len(), 3, "it was not there, and is sent");
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (3, 3));
    assert_eq!(fs::read(&kept(&home)[0]).unwrap(), bytes, "still as it was");
    home.run(&["repair"]).ended(0);
}

#[test]
fn where_nothing_can_be_read_there_is_the_copy_and_the_beginning() {
    for how in [
        (|bytes: &mut Vec<u8>| bytes.fill(0)) as fn(&mut Vec<u8>),
        |bytes| bytes.truncate(0),
        |bytes| bytes.truncate(2000),
        |bytes| *bytes = b"Dear diary, ".repeat(500),
        // Another program's, and a newer one's.
        |bytes| bytes[68..72].fill(0),
        |bytes| bytes[60..64].copy_from_slice(&77_u32.to_be_bytes()),
    ] {
        let home = home();
        let bytes = damage(&home, how);
        is_refused(&home, &bytes);
        home.run(&["repair", "--from", "copy", "--copy", "nonsense"]).ended(1).says(&["no such copy"]);
        assert_eq!(fs::read(home.store()).unwrap(), bytes);
        home.run(&["repair", "--from", "copy"]).ended(0);
        home.run(&["sync"]).ended(0);
        assert_eq!((home.at_late().len(), home.posts().len()), (2, 2), "nothing twice");
        assert_eq!(fs::read(&kept(&home)[0]).unwrap(), bytes);
    }
}

#[test]
fn a_newer_store_is_not_read_by_an_older_program() {
    let home = home();
    let bytes = damage(&home, |bytes| bytes[60..64].copy_from_slice(&77_u32.to_be_bytes()));
    is_refused(&home, &bytes).says(&["written by a newer runsheet (schema 77"]);
    home.run(&["repair", "--from", "salvage"]).ended(1).says(&["only the newer program can read it"]);
    assert_eq!(fs::read(home.store()).unwrap(), bytes);
}

#[test]
fn a_copy_of_yesterday_never_sends_again_what_went_out_since() {
    let home = home();
    // The copy is made while a write waits; then that write goes out, and the store is lost.
    home.configure(Some("http://127.0.0.1:9/api/v1"));
    home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "90000")]).ended(3);
    home.configure(None);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 3);
    damage(&home, |bytes| bytes.fill(0));
    home.run(&["repair", "--from", "copy"]).ended(0).says(&["before somebody has looked"]);
    // Late shows whose post it is: the listing alone tells, and nobody need look.
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (3, 3), "found and adopted");

    damage(&home, |bytes| bytes.truncate(3));
    home.run(&["repair", "--from", "nothing"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (3, 3), "the providers have it all");
}

#[test]
fn damage_far_inside_a_large_store_is_found_by_the_daily_copy_and_refused_from_then_on() {
    let home = home();
    let store = rusqlite::Connection::open(home.store()).unwrap();
    store.execute("INSERT INTO setting VALUES ('padding', ?1)", ["padding ".repeat(400_000)]).unwrap();
    store.close().unwrap();
    let bytes = damage(&home, |bytes| {
        let word = b"padding padding";
        let first = bytes.windows(word.len()).position(|window| window == word).unwrap();
        let page = (first / 4096 + 300) * 4096;
        bytes[page..page + 4096].fill(0);
    });
    home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "90000")]).ended(1).says(&[
        "damaged",
        "runsheet repair",
        "put aside",
    ]);
    assert_eq!(copies(&home).len(), 1, "and the good one stays");
    home.run(&["sync"]).ended(1).says(&["damaged", "runsheet repair", "put aside"]);
    assert_eq!(home.at_late().len(), 2, "nothing more is sent from it");
    assert_eq!(bytes.len() as u64, fs::metadata(&kept(&home)[0]).unwrap().len());
    home.run(&["repair", "--from", "salvage"]).ended(0).says(&["before somebody has looked"]);
    home.run(&["sync"]).ended(4);
    assert_eq!(home.at_late().len(), 2);
}

#[test]
fn a_store_that_vanished_is_offered_its_copies() {
    let home = home();
    fs::remove_file(home.store()).unwrap();
    home.run(&["repair"]).ended(1).says(&["nothing was changed"]);
    home.run(&["repair", "--from", "copy"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.posts().len(), 2);
}
