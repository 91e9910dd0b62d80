//! The disk: what stands in the way of the store is named with its place and a way out, and whatever is made is its
//! owner's alone from its first byte.

use std::path::Path;

use crate::disk;
use crate::home::Home;

/// The variables with which a command meets this trouble below the home's folder.
fn trouble(home: &Home, kind: &str) -> Vec<(&'static str, String)> {
    let says = home.folder.path().join("trouble");
    std::fs::write(&says, kind).unwrap();
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    vec![
        ("LD_PRELOAD", text(disk::library())),
        ("DISK_TROUBLE", text(&says)),
        ("DISK_FOLDER", text(home.folder.path())),
    ]
}

fn borrowed<'a>(env: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    env.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn a_folder_in_the_place_of_the_store_is_named_with_a_way_out() {
    let home = Home::new();
    std::fs::create_dir_all(home.store()).unwrap();
    let store = home.store().display().to_string();
    let said = home.run(&["list"]).ended(1);
    said.says(&[&store, "it is a folder", "choose another place"]);
    assert!(home.store().is_dir(), "left as it was");
}

#[test]
fn a_disk_that_may_only_be_read_is_named_with_a_way_out_and_nothing_is_lost() {
    let home = Home::settled();
    home.pipe("Kept before", &["post", "-", "--draft"]).ended(0);
    let before = std::fs::read(home.store()).unwrap();
    let env = trouble(&home, "shut");
    for args in [&["list"][..], &["sync"]] {
        let said = home.run_with(args, &borrowed(&env)).ended(1);
        let said = said.says(&[home.data().to_str().unwrap()]);
        assert!(said.err.contains("writable") || said.err.contains("cannot be written"), "{said:?}");
        assert!(said.err.contains("make ") && said.err.contains("choose another place"), "{said:?}");
    }
    assert_eq!(std::fs::read(home.store()).unwrap(), before);
    assert_eq!(home.posts().len(), 1);
    // Where nothing was ever made, too.
    let fresh = Home::new();
    let env = trouble(&fresh, "shut");
    let said = fresh.run_with(&["list"], &borrowed(&env)).ended(1);
    let said = said.says(&[fresh.data().to_str().unwrap()]);
    assert!(said.err.contains("--data-dir"), "{said:?}");
}

#[test]
fn what_cannot_be_forced_to_the_disk_is_neither_sent_nor_called_saved() {
    let home = Home::settled();
    let env = trouble(&home, "sync");
    let args = ["post", "-", "--to", "x:@acme", "--when", "2030-01-02 09:00"];
    let said = home.pipe_with("On sand", &args, &borrowed(&env)).ended(1);
    let said = said.says(&[home.store().to_str().unwrap(), "was not saved"]);
    assert!(said.out.is_empty(), "{said:?}");
    assert!(home.creates().is_empty(), "nothing leaves before it is on the disk");
    home.pipe("On stone", &args).ended(0);
    assert_eq!(home.at_late().len(), 1);
}

#[test]
fn whatever_is_made_is_its_owner_s_alone_from_its_first_byte() {
    let home = Home::new();
    home.write_config("# mine\n");
    let made = home.folder.path().join("made");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    let env = [("LD_PRELOAD", text(disk::library())), ("DISK_MADE", text(&made)), ("DISK_UMASK", "0".into())];
    let url = home.demo.accounts[0].base_url.clone();
    let connect = ["connect", "late", "--base-url", &url, "--name", "work"];
    home.pipe_with(home.late_key(), &connect, &borrowed(&env)).ended(0);
    home.run_with(&["sync"], &borrowed(&env)).ended(0);
    home.run_with(&["post", "-", "--draft"], &borrowed(&env));
    // A damaged one is kept aside, and repaired.
    let mut bytes = std::fs::read(home.store()).unwrap();
    bytes.truncate(2000);
    std::fs::write(home.store(), bytes).unwrap();
    home.run_with(&["sync"], &borrowed(&env)).ended(1);
    home.run_with(&["repair", "--from", "copy"], &borrowed(&env)).ended(0);
    let said = std::fs::read_to_string(&made).unwrap();
    let ours = said.lines().filter(|line| line.contains(home.data().to_str().unwrap()));
    let ours: Vec<&str> = ours.collect();
    for name in ["runsheet.db", "runsheet.db-wal", "keys.lock", ".runsheet-", ".damaged-", "backups"] {
        assert!(ours.iter().any(|line| line.contains(name)), "no {name} in {said}");
    }
    for line in ours {
        let mode = line.split(' ').next().unwrap();
        assert!(matches!(mode, "600" | "700" | "400"), "{line}");
    }
    for file in walk(&home.data()) {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{}", file.display());
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below =
        |path: std::path::PathBuf| if path.is_dir() { [vec![path.clone()], walk(&path)].concat() } else { vec![path] };
    [vec![folder.to_owned()], paths.flat_map(below).collect()].concat()
}
