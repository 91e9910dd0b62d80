//! Keys as sentences name them. A sentence, wherever it is written, names the key that ships; before it is shown the
//! key in force takes that one's place, so that no advice is wrong after `keymap.toml` changed a key.
//!
//! Rooms below the screen know no keymap, and what they say is stored and printed in the shell as well. So a sentence
//! has no placeholders: a key is recognised by what is said of it (`V verifies`), by the table `SAID`, and a test
//! holds that every sentence in the sources keeps to that table.

use std::borrow::Cow;
use std::sync::Arc;

use super::action::Action;
use super::keymap::{Keymap, PLACES};
use super::keys;
use super::msg::Key;

/// What is said of a key: the key that ships, the place it works in, and the words that follow it.
struct Said(&'static str, &'static str, &'static [&'static str]);

/// The first entry that fits is taken.
const SAID: &[Said] = &[
    Said("a", "failed", &["connects", "does", "links"]),
    Said("a", "post", &["renews"]),
    Said("b", "composer.form", &["detaches", "follows", "gives", "parts"]),
    Said("B", "composer.form", &["follows", "for all", "is"]),
    Said("c", "calendar", &["begins", "composes"]),
    Said("C", "calendar", &["begins", "opens"]),
    Said("d", "builder.posts", &["takes it out"]),
    Said("d", "calendar", &["asks", "deletes"]),
    Said("D", "calendar", &["makes"]),
    Said("D", "import", &["reads", "says"]),
    Said("e", "review", &["goes back"]),
    Said("e", "calendar", &["changes", "edits", "mends", "on it", "on them", "opens", "shows", "writes"]),
    Said("F", "import", &["allows"]),
    Said("g C", "calendar", &["leads", "lists"]),
    Said("g m", "calendar", &["shows"]),
    Said("i", "composer.form", &["writes"]),
    Said("l", "composer.form", &["goes"]),
    Said("l", "import", &["says"]),
    Said("m", "calendar", &["keeps", "takes"]),
    Said("m", "composer.form", &["attaches", "from", "opens"]),
    Said("M o", "calendar", &["keeps"]),
    Said("M t", "calendar", &["takes"]),
    Said("n", "builder.posts", &["leads"]),
    Said("n", "review", &["goes on"]),
    Said("o", "authorise", &["opens"]),
    Said("p", "calendar", &["pastes"]),
    Said("P", "review", &["sends it now"]),
    Said("P", "calendar", &["does", "publishes"]),
    Said("r", "calendar", &["asks", "retries", "sends", "tries"]),
    Said("R", "calendar", &["fetches"]),
    Said("s", "review", &["asks", "schedules"]),
    Said("s", "builder.posts", &["in the list"]),
    Said("s", "calendar", &["gives", "on", "reschedules", "sets", "spreads"]),
    Said("t", "composer.form", &["chooses"]),
    Said("u", "campaigns", &["brings it back into"]),
    Said("u", "calendar", &["brings", "goes on", "takes"]),
    Said("U", "calendar", &["goes on"]),
    Said("v", "calendar", &["keeps"]),
    Said("V", "calendar", &["asks", "looks", "verifies"]),
    Said("W", "builder.posts", &["releases all", "releases the whole"]),
    Said("W", "calendar", &["releases"]),
    Said("x", "activity", &["drops"]),
    Said("x", "failed", &["dismisses"]),
    Said("X", "builder.posts", &["deletes"]),
    Said("y y", "calendar", &["copies"]),
    Said("y", "authorise", &["copies"]),
    Said("y", "question", &["gives"]),
    Said("z k", "calendar", &["keeps"]),
    Said("1", "calendar", &["lists"]),
    Said("2", "calendar", &["goes"]),
    Said("5", "calendar", &["lists"]),
    Said("+", "builder.posts", &["adds"]),
    Said("/", "calendar", &["sets"]),
    Said("Alt-v", "composer.text", &["shows"]),
    Said("Ctrl-c", "calendar", &["again quits"]),
    Said("Ctrl-n", "builder.posts", &["begins"]),
    Said("Ctrl-p", "calendar", &["finds"]),
    Said("Ctrl-s", "builder.posts", &["schedules"]),
    Said("Ctrl-s", "composer.form", &["opens"]),
    Said("Ctrl-t", "composer.form", &["on its tab", "sets"]),
    Said("Enter", "authorise", &["connects", "makes"]),
    Said("Enter", "calendar", &["shows"]),
    Said("Enter", "field", &["leaves", "opens"]),
    Said("Enter", "move", &["again", "drops", "takes"]),
    Said("Enter", "review", &["sends"]),
    Said("Esc", "composer.form", &["leaves"]),
    Said("Esc", "move", &["puts"]),
    Said("Esc", "calendar", &["lets", "shows", "takes"]),
    Said("F12", "calendar", &["takes"]),
    Said("Space", "composer.form", &["chooses"]),
    Said("Tab", "field", &["completes"]),
    Said("Tab", "move", &["the other", "turns"]),
];

/// The keys in force, as sentences and the feet of sheets name them.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Nothing while all keys are those that ship: then every sentence is true as it is written.
    changed: Option<Arc<Changed>>,
    /// The place the person is in: its topmost context.
    here: &'static str,
}

#[derive(Debug)]
struct Changed {
    /// Place by place, every sequence that ships there and the one in force for the same action.
    places: Vec<(&'static str, Vec<Shipped>)>,
}

#[derive(Debug)]
struct Shipped {
    keys: Vec<Key>,
    action: Action,
    /// Nothing where no key leads to the action any more.
    now: Option<Vec<Key>>,
}

impl Named {
    /// The keys of `keymap`.
    pub fn new(keymap: &Keymap) -> Self {
        let shipped = Keymap::shipped();
        if *keymap == shipped {
            return Self::default();
        }
        let place = |stack: &&'static [&'static str]| {
            let (was, is) = (shipped.bindings(stack), keymap.bindings(stack));
            let now = |keys: &Vec<Key>, action: Action| {
                let first = |action| is.iter().find(|(_, each, _)| *each == action).map(|(keys, ..)| keys.clone());
                let stays = is.iter().any(|(each, does, _)| each == keys && *does == action);
                // Where nothing leads back any more, closing does.
                let other = || (action == Action::Back).then(|| first(Action::Close)).flatten();
                if stays { Some(keys.clone()) } else { first(action).or_else(other) }
            };
            let each = |(keys, action, _)| Shipped { now: now(&keys, action), keys, action };
            (stack.first().copied().unwrap_or_default(), was.into_iter().map(each).collect())
        };
        Self { changed: Some(Arc::new(Changed { places: PLACES.iter().map(place).collect() })), here: "" }
    }

    /// The person is in the place of that topmost context now.
    pub fn stand(&mut self, context: &'static str) {
        self.here = context;
    }

    /// A sentence of the program, with the keys in force.
    pub fn of<'a>(&self, words: &'a str) -> Cow<'a, str> {
        if self.changed.is_none() {
            return Cow::Borrowed(words);
        }
        let mut told = String::new();
        let (mut rest, mut before) = (words, None);
        while let Some(first) = rest.chars().next() {
            let begins = before.is_none_or(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '“'));
            let found = if begins { said(rest) } else { None };
            let (piece, taken) = match found {
                Some(Said(key, place, _)) => (self.nearest(key, place), key.len()),
                None => (Cow::Borrowed(rest.get(..first.len_utf8()).unwrap_or("")), first.len_utf8()),
            };
            told.push_str(&piece);
            before = words.get(..words.len() - rest.len() + taken).and_then(|so_far| so_far.chars().next_back());
            rest = rest.get(taken..).unwrap_or("");
        }
        Cow::Owned(told)
    }

    /// The key in force for one that ships, in the place of that topmost context. Keys apart by spaces that are no
    /// sequence there are each taken for themselves. An action without any key goes by its name on the command line.
    pub fn key<'a>(&self, shipped: &'a str, place: &str) -> Cow<'a, str> {
        if self.changed.is_none() {
            return Cow::Borrowed(shipped);
        }
        let one = |written: &'a str| {
            let each = self.shipped(written, place).filter(|each| each.now.as_ref() != Some(&each.keys))?;
            Some(match &each.now {
                Some(now) => keys::write_sequence(now),
                None => format!(":{}", each.action.name()),
            })
        };
        if let Some(whole) = one(shipped) {
            return Cow::Owned(whole);
        }
        let each: Vec<Cow<'a, str>> =
            shipped.split(' ').map(|key| one(key).map_or(Cow::Borrowed(key), Cow::Owned)).collect();
        if each.iter().all(|key| matches!(key, Cow::Borrowed(_))) {
            return Cow::Borrowed(shipped);
        }
        Cow::Owned(each.join(" "))
    }

    /// The key in force for one that ships, where the person is.
    pub fn here<'a>(&self, shipped: &'a str) -> Cow<'a, str> {
        self.key(shipped, self.here)
    }

    /// The key in force where the person is, if what is said of it holds there as well, else in its own place.
    fn nearest<'a>(&self, shipped: &'a str, place: &str) -> Cow<'a, str> {
        let action = |place| self.shipped(shipped, place).map(|each| each.action);
        let same = action(place).is_some() && action(place) == action(self.here);
        self.key(shipped, if same { self.here } else { place })
    }

    fn shipped(&self, written: &str, place: &str) -> Option<&Shipped> {
        let keys = keys::parse_sequence(written).ok()?;
        let (_, all) = self.changed.as_ref()?.places.iter().find(|(each, _)| *each == place)?;
        all.iter().find(|each| each.keys == keys)
    }
}

/// The entry of the table with which `words` begin.
fn said(words: &str) -> Option<&'static Said> {
    SAID.iter().find(|Said(key, _, follows)| {
        let rest = words.strip_prefix(key).and_then(|rest| rest.strip_prefix(' '));
        rest.is_some_and(|rest| follows.iter().any(|word| begins(rest, word)))
    })
}

fn begins(words: &str, word: &str) -> bool {
    let rest = words.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '\'')))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use regex::Regex;

    use super::*;
    use crate::tui::keymap::Resolution;

    fn named(mine: &str) -> Named {
        Named::new(&Keymap::shipped().overlaid(mine, "keys.toml").unwrap())
    }

    const MINE: &str = "[global]\n\"V\" = \"none\"\n\"v\" = \"post.verify\"\n\"r\" = \"none\"\n\"u\" = \"none\"\n\
                        \"Ctrl-o\" = \"undo\"\n[failed]\n\"e\" = \"post.hold\"\n\
                        \"w\" = \"post.edit\"\n\"a\" = \"none\"\n\"f\" = \"failed.remedy\"\n\
                        [sheet]\n\"j\" = \"none\"\n\"Esc\" = \"none\"\n";

    #[test]
    fn a_sentence_names_the_keys_in_force() {
        let named = named(MINE);
        for (shipped, mine) in [
            ("V verifies first", "v verifies first"),
            ("moved; u takes it back", "moved; Ctrl-o takes it back"),
            ("a connects the channel again, then r retries", "f connects the channel again, then :post.retry retries"),
            ("V asks the provider; then r sends it", "v asks the provider; then :post.retry sends it"),
            // A letter of which something else is said is no key, nor is the end of a word.
            ("plan V for u and me", "plan V for u and me"),
            ("menu takes", "menu takes"),
            ("", ""),
            ("“V verifies” · é u takes", "“v verifies” · é Ctrl-o takes"),
        ] {
            assert_eq!(named.of(shipped), mine);
            assert_eq!(Named::default().of(shipped), shipped);
            assert_eq!(Named::new(&Keymap::shipped()).of(shipped), shipped);
        }
    }

    #[test]
    fn keys_that_stand_alone_are_those_of_their_place() {
        let mut named = named(MINE);
        assert_eq!((&*named.key("V", "calendar"), &*named.key("V", "composer.form")), ("v", "V"));
        assert_eq!((&*named.key("j k", "sheet"), &*named.key("Esc", "sheet")), ("Down k", "q"));
        assert_eq!(named.key(":connect", "calendar"), ":connect");
        assert_eq!(named.here("Esc"), "Esc");
        // A verb has the key of the pane one is in.
        assert_eq!(named.of("e opens it"), "e opens it");
        named.stand("failed");
        assert_eq!((&*named.of("e opens it"), &*named.of("V verifies")), ("w opens it", "v verifies"));
        named.stand("review");
        assert_eq!(named.of("e opens it"), "e opens it");
        assert_eq!((&*named.here("Esc"), &*named.here("s")), ("q", "s"));
    }

    #[test]
    fn every_entry_is_a_key_that_ships() {
        let shipped = Keymap::shipped();
        for Said(key, place, follows) in SAID {
            let stack = PLACES.iter().find(|stack| stack.first() == Some(place)).unwrap();
            let keys = keys::parse_sequence(key).unwrap();
            let (last, before) = keys.split_last().unwrap();
            let meant = shipped.resolve(stack, before, *last);
            assert!(matches!(meant, Resolution::Action(_)), "{key} in {place}: {meant:?}");
            assert!(!follows.is_empty());
        }
    }

    /// What a sentence may say of a single letter that is no key, or of a key no keymap changes.
    const NO_KEY: &[&str] = &[
        // Of connecting an account, where both are typed.
        "y uses",
        "n asks",
        // The editor's own, which no file changes.
        "Ctrl-_ in",
        // Seconds, and a piece of code between two quotes.
        "s after",
        "s later",
        "s with",
        "c if",
    ];

    #[test]
    fn every_sentence_that_names_a_key_keeps_to_the_table() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        for room in ["tui", "desk", "sync", "store", "session", "runtime", "domain", "text", "provider"] {
            sources(&root.join(room), &mut files);
        }
        let literal = Regex::new(r#""((?:[^"\\]|\\(?s:.))*)""#).unwrap();
        // A key, then a word in small letters: `V verifies`, `Ctrl-s schedules`, `Esc leaves`, `g m shows`.
        let names = Regex::new(
            r"(?:^|[\s(“])((?:[gzyM] )?(?:[b-zB-HJ-WYZ]|(?:Ctrl|Alt)-\S|Esc|Enter|Tab|Space|F\d+)) ([a-z][a-z]+)",
        )
        .unwrap();
        let mut strange = Vec::new();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            let told = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let told = told.collect::<Vec<_>>().join("\n").replace("\\\n", "");
            for literal in literal.captures_iter(&told) {
                let words = literal[1].split_whitespace().collect::<Vec<_>>().join(" ");
                for found in names.captures_iter(&words) {
                    let at = found.get(1).unwrap().start();
                    let known = said(&words[at..]).is_some() || NO_KEY.iter().any(|each| words[at..].starts_with(each));
                    if !known {
                        strange.push(format!("{}: {words}", file.strip_prefix(&root).unwrap().display()));
                    }
                }
            }
        }
        assert!(strange.is_empty(), "keys named outside of the table:\n{}", strange.join("\n"));
    }

    /// Tests, what they play on, and this table.
    const SAMPLES: &[&str] = &["tests.rs", "sample.rs", "demo.rs", "journey.rs", "stage.rs", "named.rs"];

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && name != "tests" {
                sources(&path, found);
            } else if name.ends_with(".rs") && !SAMPLES.iter().any(|end| name.ends_with(end)) {
                found.push(path);
            }
        }
    }
}
