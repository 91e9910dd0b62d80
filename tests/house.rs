//! The house has rooms, and doors between some of them: held here on the sources themselves.

#![allow(clippy::unwrap_used)] // A source that cannot be read fails a test as it should: loudly.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Which rooms each room may use, beside itself. Only `main` may use everything.
const DOORS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("domain", &[]),
    ("text", &["domain"]),
    // Plans as tables: reads and writes them, and judges nothing.
    ("exchange", &["domain"]),
    // Measures files of this machine; knows nothing of where they go.
    ("files", &["domain"]),
    // A stop on cue, for proofs.
    ("trip", &[]),
    // A post as a file; nothing is looked up here.
    ("manuscript", &["domain"]),
    ("provider", &["domain", "clock", "trip"]),
    ("store", &["domain", "clock", "trip"]),
    ("sync", &["domain", "files", "provider", "store", "clock"]),
    ("desk", &["domain", "exchange", "files", "manuscript", "text", "store", "sync", "provider", "clock"]),
    ("tui", &["domain", "manuscript", "text"]),
    ("demo", &["clock"]),
    ("config", &["domain"]),
    ("paths", &[]),
    ("secrets", &["domain", "paths"]),
    // What the desk and the engine answer goes through here into the screen's words; `store` names who did what in
    // the journal, `sync` what the engine tells.
    ("runtime", &["tui", "desk", "domain", "clock", "config", "sync", "store"]),
    // The shell opens a session as the screen does, says where its files are, and prints what the store answers when
    // it refuses; it waits on the same clock.
    ("cli", &["desk", "domain", "exchange", "manuscript", "text", "config", "session", "paths", "store", "clock"]),
    // Puts one run of the program together, whichever door it came through; it never draws.
    (
        "session",
        &["clock", "config", "demo", "desk", "domain", "paths", "provider", "secrets", "store", "sync", "text"],
    ),
];

/// One source file: its room, its path below `src`, and its lines with comments and test modules left out.
struct Source {
    room: String,
    path: String,
    lines: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 100, "the sources were not found below {}", root.display());
    files.sort();
    files.iter().filter_map(|file| read(file, &root)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Tests may reach further than the code they prove; `main` and `lib` are the doors of the house.
fn read(file: &Path, root: &Path) -> Option<Source> {
    let below = file.strip_prefix(root).unwrap();
    let path = below.to_string_lossy().replace('\\', "/");
    let is_test = path.split('/').any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"));
    // Made for the tests of the tools and panes, in files of their own.
    let is_scenery =
        matches!(path.as_str(), "tui/tools/stage.rs" | "tui/panes/sample.rs" | "tui/panes/calendar/demo.rs");
    if is_test || is_scenery || matches!(path.as_str(), "main.rs" | "lib.rs") {
        return None;
    }
    let room = path.split(['/', '.']).next()?.to_owned();
    let text = std::fs::read_to_string(file).unwrap();
    let body = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = body.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    Some(Source { room, path, lines: code.map(|(at, line)| (at + 1, line.to_owned())).collect() })
}

/// The rooms a line names: `use crate::room::…`, `use crate::{room, …}` and `crate::room::…` in between.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect::<String>();
    let mut found = Vec::new();
    for after in line.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => {
                let top = list.split('}').next().unwrap_or_default();
                found.extend(top.split(',').map(|item| word(item.trim())));
            }
            None => found.push(word(after)),
        }
    }
    found.retain(|room| !room.is_empty());
    found
}

#[test]
fn doors_are_where_the_plan_has_them() {
    let rooms: BTreeSet<&str> = DOORS.iter().map(|(room, _)| *room).collect();
    let mut wrong = Vec::new();
    for source in sources() {
        let Some((_, doors)) = DOORS.iter().find(|(room, _)| *room == source.room) else {
            wrong.push(format!("src/{}: the room {} is not in the plan", source.path, source.room));
            continue;
        };
        for (at, line) in &source.lines {
            if line.trim_end().ends_with("crate::{") {
                wrong.push(format!("src/{}:{at}: one `use` per room, so that this table can be read", source.path));
            }
            for other in named(line) {
                if rooms.contains(other.as_str()) && other != source.room && !doors.contains(&other.as_str()) {
                    wrong.push(format!("src/{}:{at}: {} may not use {other}", source.path, source.room));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_shell_names_of_the_store_only_how_it_refuses() {
    let of_the_store = |line: &str| line.contains("crate::store") && !line.contains("crate::store::StoreError");
    let found: Vec<String> = sources()
        .iter()
        .filter(|source| source.room == "cli")
        .flat_map(|source| {
            let lines = source.lines.iter().filter(|(_, line)| of_the_store(line));
            lines.map(|(at, line)| format!("src/{}:{at}: {}", source.path, line.trim()))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_readme_s_map_shows_the_doors_there_are() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let map = readme.split("## A map of the house").nth(1).unwrap();
    let cells = |row: &str| row.split('|').map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
    let rows = map.lines().filter(|line| line.starts_with("| `")).map(cells);
    let shown: BTreeSet<(String, BTreeSet<String>)> = rows
        .map(|row: Vec<String>| {
            let knows = row[2].split(", ").filter(|word| *word != "nothing").map(str::to_owned).collect();
            (row[0].trim_matches('`').to_owned(), knows)
        })
        .collect();
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let there = DOORS.iter().map(|(room, doors)| ((*room).to_owned(), owned(doors))).collect();
    assert_eq!(shown, there);
}

#[test]
fn what_is_pure_reaches_neither_the_disk_nor_the_network() {
    let pure = ["domain", "text", "manuscript", "exchange", "tui"];
    let ways = ["std::fs", "tokio::fs", "File::", "reqwest", "std::net", "tokio::net", "TcpStream"];
    let found = found_outside(&ways, |source| !pure.contains(&source.room.as_str()));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_plan_itself_never_lets_the_screen_and_the_world_meet() {
    let doors = |room: &str| DOORS.iter().find(|(each, _)| *each == room).map(|(_, doors)| *doors).unwrap_or_default();
    assert!(!doors("demo").contains(&"provider") && !doors("provider").contains(&"demo"));
    assert!(!doors("session").contains(&"tui") && !doors("cli").contains(&"tui"));
    for room in ["store", "sync", "provider", "clock", "desk"] {
        assert!(!doors("tui").contains(&room), "the screen does not know {room}");
    }
}

/// Every line outside `allowed` in which one of `words` begins.
fn found_outside(words: &[&str], allowed: impl Fn(&Source) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !allowed(source)) {
        for (at, line) in &source.lines {
            let begins = |(at, _): (usize, &str)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            if words.iter().any(|word| line.match_indices(word).any(begins)) {
                found.push(format!("src/{}:{at}: {}", source.path, line.trim()));
            }
        }
    }
    found
}

#[test]
fn time_is_told_in_one_place() {
    let clocks = ["Utc::now", "Local::now", "SystemTime::now", "Instant::now"];
    let found = found_outside(&clocks, |source| source.path == "clock.rs");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn chance_is_in_one_place() {
    let dice = ["now_v7", "new_v4", "rand::", "RandomState", "getrandom", "fastrand"];
    let found = found_outside(&dice, |source| source.path == "domain/ids.rs");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_store_speaks_sql() {
    let found = found_outside(&["rusqlite"], |source| source.room == "store");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_editor_names_the_text_area() {
    let found = found_outside(&["tui_textarea", "ratatui_textarea"], |source| source.path == "tui/widgets/editor.rs");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn only_the_terminal_s_own_files_name_the_terminal() {
    // Keys and mouse arrive as messages; `msg` passes on two types of keys, the rest is drawn or done elsewhere.
    let found = found_outside(&["crossterm"], |source| source.room == "runtime" || source.path == "tui/msg.rs");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn providers_differ_by_capability_and_not_by_name() {
    // The demo's seed is about two certain accounts, and the guide tells people what to write in their file.
    let may = |source: &Source| {
        matches!(source.room.as_str(), "provider" | "demo")
            || matches!(source.path.as_str(), "session/seeding.rs" | "tui/guide.rs")
    };
    let found = found_outside(&["\"late\"", "\"posto\"", "oktopost", "postforme", "voxburst", "zernio"], may);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_line_s_rooms_are_found_however_they_are_written() {
    assert_eq!(named("use crate::domain::post::Post;"), ["domain"]);
    assert_eq!(named("use crate::{clock::Clock, store};"), ["clock", "store"]);
    assert_eq!(named("    fn at(&self) -> crate::clock::Instant { crate::text::x() }"), ["clock", "text"]);
    assert!(named("use super::post; use std::sync::Arc;").is_empty());
}
