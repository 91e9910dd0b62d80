//! What became of a folder's files, as a file that is committed with them: per file which post it is on each channel,
//! and what of it was applied. Other machines, and this one without its store, know the posts again by it. Pure.
//!
//! ```text
//! version = 1
//!
//! ["spring/one.md"]
//! applied = "0123456789abcdef"
//! "acme/ch_17" = "p_204"
//! ```
//!
//! A post is called by the id its provider gave it, its channel by `account/id`. Nothing of a damaged record is guessed:
//! whoever believed half of one would make posts twice.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::error::{Fault, Found, Spot, spot};
use super::node::{Entry, Node, What};
use super::toml;
use crate::domain::ids::{ChannelId, RemoteId};

/// Where the record is, below the folder.
pub const RECORD: &str = ".runsheet/applied.toml";

/// The version this program reads and writes.
const VERSION: &str = "1";

/// Letters of a fingerprint: half of what a SHA-256 has would still be plenty.
const PRINT: usize = 16;

/// What begins the lines that git leaves where two sides of a merge differ.
const MARKERS: [&str; 3] = ["<<<<<<< ", ">>>>>>> ", "||||||| "];

const HEAD: &str = "\
# Kept by `runsheet apply`: which posts the files of this folder became, and where. Commit it with them; it is not made
# to be edited by hand.
";

const REMEDY: &str = "take the record back as it was (git), or delete it: then files are known by their posts' words";

/// What became of the files of a folder, by their names below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// What was applied of each.
    pub files: BTreeMap<String, Applied>,
}

/// What was applied of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The [`fingerprint`] of the file as it was.
    pub print: String,
    /// The post on each channel, as its provider calls it; none where nothing was sent yet.
    pub there: BTreeMap<ChannelId, RemoteId>,
}

/// Tells one content of a file from another, however its lines end.
pub fn fingerprint(text: &str) -> String {
    let mut print = String::with_capacity(PRINT);
    for byte in Sha256::digest(text.replace("\r\n", "\n").as_bytes()).iter().take(PRINT / 2) {
        // Writing to a string does not fail.
        let _ = write!(print, "{byte:02x}");
    }
    print
}

impl Record {
    /// What became of `file` as it is now, if that is known: by its name, else by a file that said the same and is
    /// none of `names` any more.
    pub fn of(&self, file: &str, print: &str, names: &[&str]) -> Option<&Applied> {
        self.files.get(file).or_else(|| {
            let mut renamed = self.files.iter().filter(|(name, applied)| {
                applied.print == print && !applied.there.is_empty() && !names.contains(&name.as_str())
            });
            let (first, others) = (renamed.next(), renamed.next());
            first.filter(|_| others.is_none()).map(|(_, applied)| applied)
        })
    }

    /// Reads a record; each fault with its line.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let at = |offset: usize| spot(text, offset);
        if let Some(fault) = conflicted(text) {
            return Err(vec![fault]);
        }
        let root = toml::tree(text).map_err(|found| vec![Found { remedy: REMEDY.into(), ..found }.at(&at)])?;
        let mut reader = Reader::default();
        reader.root(&root);
        match reader.faults.is_empty() {
            true => Ok(reader.record),
            false => Err(reader.faults.into_iter().map(|found| found.at(&at)).collect()),
        }
    }

    /// As it is written: always in the same order, so that two versions differ in what changed.
    pub fn written(&self) -> String {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        let mut text = format!("{HEAD}version = {VERSION}\n");
        for (file, applied) in &self.files {
            let _ = write!(text, "\n[{}]\napplied = {}\n", named(file), quoted(&applied.print));
            for (channel, remote) in &applied.there {
                let _ = writeln!(text, "{} = {}", named(channel.as_str()), quoted(remote.as_str()));
            }
        }
        text
    }
}

/// A name as TOML takes it; in quotes whenever it is more than a word.
fn named(name: &str) -> String {
    toml_edit::Key::new(name).display_repr().into_owned()
}

fn conflicted(text: &str) -> Option<Fault> {
    let line = text.lines().position(|line| MARKERS.iter().any(|marker| line.starts_with(marker)))?;
    Some(Fault {
        spot: Spot { line: line + 1, column: 1 },
        words: "git left both sides of a merge here".into(),
        remedy: "keep the lines of both sides, each file's once, and take the marks out; nothing was changed".into(),
    })
}

#[derive(Default)]
struct Reader {
    record: Record,
    /// Whose a post is.
    taken: BTreeMap<(String, RemoteId), String>,
    faults: Vec<Found>,
}

impl Reader {
    fn fault(&mut self, offset: usize, words: String) {
        self.faults.push(Found::new(offset, words, REMEDY));
    }

    fn root(&mut self, root: &Node) {
        let What::Table(entries) = &root.what else { return self.fault(root.at, "this is no record".into()) };
        let version = entries.iter().find(|entry| entry.key == "version");
        match version.map(|entry| (entry.at, entry.node.text().unwrap_or_default())) {
            Some((_, VERSION)) => {}
            Some((at, other)) => {
                let words = format!("this record has version {other}, and this program reads version {VERSION}");
                let remedy = "use the runsheet that wrote it, or a newer one; nothing was changed";
                return self.faults.push(Found::new(at, words, remedy));
            }
            None => return self.fault(0, "the record does not say its version".into()),
        }
        for entry in entries.iter().filter(|entry| entry.key != "version") {
            self.file(entry);
        }
    }

    fn file(&mut self, Entry { key: file, at, node }: &Entry) {
        let What::Table(entries) = &node.what else {
            return self.fault(*at, format!("\"{file}\" is no file with its posts"));
        };
        let mut applied = Applied::default();
        for Entry { key, at, node } in entries {
            let Some(said) = node.text().filter(|said| !said.is_empty()) else {
                self.fault(*at, format!("\"{key}\" of {file} is no text"));
                continue;
            };
            match key.split_once('/') {
                None if key == "applied" => applied.print = said.to_owned(),
                Some((account, channel)) if !account.is_empty() && !channel.is_empty() => {
                    let remote = RemoteId::new(said);
                    match self.taken.insert((account.to_owned(), remote.clone()), file.clone()) {
                        Some(other) if other != *file => {
                            self.fault(*at, format!("{other} and {file} are the same post, {said} at {account}"));
                        }
                        _ => _ = applied.there.insert(ChannelId::new(key.as_str()), remote),
                    }
                }
                _ => self.fault(*at, format!("\"{key}\" of {file} is no channel (account/id)")),
            }
        }
        let is_print = applied.print.len() == PRINT && applied.print.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_print {
            self.fault(*at, format!("what was applied of {file} is not told"));
        }
        self.record.files.insert(file.clone(), applied);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Record::read(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    fn one(file: &str, post: &str) -> String {
        format!("[\"{file}\"]\napplied = \"0123456789abcdef\"\n\"acme/c\" = \"{post}\"\n")
    }

    #[test]
    fn what_is_wrong_with_a_record_stands_at_its_line() {
        let good = format!("version = 1\n\n{}\n{}", one("a.md", "1"), one("b.md", "2"));
        assert_eq!(Record::read(&good).unwrap().files.len(), 2);
        for (text, words) in [
            (good.replace("\"2\"", "\"1\""), "line 9, column 1: a.md and b.md are the same post, 1 at acme"),
            (good.replace("\"2\"", "2.5.1"), "line 9, column"),
            (good.replace("\"2\"", "[]"), "line 9, column 1: \"acme/c\" of b.md is no text"),
            (good.replace("\"2\"", "\"\""), "line 9, column 1: \"acme/c\" of b.md is no text"),
            (good.replace("b.md", "a.md"), "line 7, column"),
            (good.replace("acme/c\" = \"2", "acme\" = \"2"), "line 9, column 1: \"acme\" of b.md is no channel"),
            (good.replace("0123456789abcdef\"\n\"acme/c\" = \"2", "\"\n\"acme/c\" = \"2"), "line 8, column"),
            (good.replace("version = 1", ""), "line 1, column 1: the record does not say its version"),
            (good.replace("version = 1", "version = 2"), "line 1, column 1: this record has version 2"),
            (good.replace("\n\n[", "\n<<<<<<< HEAD\n["), "line 2, column 1: git left both sides of a merge"),
            (good.replace("\n\n[\"a", "\nx = 1\n[\"a"), "line 2, column 1: \"x\" is no file"),
        ] {
            assert!(faults(&text)[0].starts_with(words), "{text}\n{words}: {:?}", faults(&text));
        }
    }

    #[test]
    fn a_renamed_file_is_known_by_what_it_says_where_only_one_said_it() {
        let record = Record::read(&format!("version = 1\n{}{}", one("a.md", "1"), one("b.md", "2"))).unwrap();
        let print = "0123456789abcdef";
        let of = |file, names: &[&str]| record.of(file, print, names).and_then(|it| it.there.values().next()).cloned();
        assert_eq!(of("a.md", &["a.md"]), Some(RemoteId::new("1")));
        assert_eq!(of("c.md", &["a.md", "c.md"]), Some(RemoteId::new("2")));
        assert_eq!(of("c.md", &["c.md"]), None, "either may be meant");
        assert_eq!(record.of("c.md", "f", &["c.md"]), None);
    }

    #[test]
    fn the_way_lines_end_makes_no_other_print() {
        assert_eq!(fingerprint("a\r\nb"), fingerprint("a\nb"));
        assert_ne!(fingerprint("a\nb"), fingerprint("a b"));
        assert_eq!(fingerprint("").len(), PRINT);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_it_was(
            files in prop::collection::btree_map(
                "\\PC{1,12}\\.md",
                prop::collection::btree_map("[a-z]{1,5}", "\\PC{1,8}", 0..3),
                0..5,
            )
        ) {
            // Posts are of one file each.
            let applied = |(at, (file, there)): (usize, (String, BTreeMap<String, String>))| {
                let there = there.into_iter();
                let there = there.map(|(channel, post)| (ChannelId::new(format!("{channel}/1")), RemoteId::new(format!("{at}{post}"))));
                (file, Applied { print: fingerprint("x"), there: there.collect() })
            };
            let record = Record { files: files.into_iter().enumerate().map(applied).collect() };
            let written = record.written();
            let read = Record::read(&written);
            prop_assert_eq!(read.as_ref().map(Record::written), Ok(written.clone()));
            prop_assert_eq!(read, Ok(record));
        }
    }
}
