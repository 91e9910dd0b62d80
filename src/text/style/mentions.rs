//! One name for somebody, and the handle that they have on each network: `@{anna}`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::template::Woven;
use crate::domain::channel::Network;
use crate::domain::nearest::{ALIKE, nearest};

/// People by the name they are typed with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions(pub BTreeMap<String, Person>);

/// Somebody who can be mentioned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// What stands where they have no handle.
    pub name: String,
    /// Handles by network, without their @.
    pub handles: BTreeMap<Network, String>,
}

/// A mention of nobody who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Nobody {
    pub word: String,
    /// Where it stands in the text.
    pub at: Range<usize>,
}

impl Mentions {
    /// What stands for `name` on `network`.
    pub fn on(&self, name: &str, network: &Network) -> Option<String> {
        let person = self.0.get(&name.to_lowercase())?;
        Some(person.handles.get(network).map_or_else(|| person.name.clone(), |handle| format!("@{handle}")))
    }

    /// What is known of somebody who is being typed: each name, and what it becomes.
    pub fn matching(&self, typed: &str, most: usize) -> Vec<(&str, &Person)> {
        let typed = typed.to_lowercase();
        let takes = |(name, person): &(&String, &Person)| {
            name.starts_with(&typed) || person.name.to_lowercase().starts_with(&typed)
        };
        self.0.iter().filter(takes).take(most).map(|(name, person)| (name.as_str(), person)).collect()
    }

    /// `text` with every `@{name}` as `network` has it. One that is known nowhere stays, and is told.
    pub(super) fn woven(&self, text: &str, network: &Network) -> (Woven, Vec<Nobody>) {
        let (mut woven, mut unknown, mut at) = (Woven::default(), Vec::new(), 0);
        for (span, name) in spans(text) {
            woven.push_own(text.get(at..span.start).unwrap_or_default(), at);
            match self.on(name, network) {
                Some(shown) => woven.push(&shown),
                None => {
                    let start = woven.text.len();
                    woven.push_own(text.get(span.clone()).unwrap_or_default(), span.start);
                    unknown.push(Nobody { word: name.to_owned(), at: start..woven.text.len() });
                }
            }
            at = span.end;
        }
        woven.push_own(text.get(at..).unwrap_or_default(), at);
        (woven, unknown)
    }

    /// What to do about a name that is not known.
    pub(super) fn remedy(&self, word: &str) -> String {
        match nearest(word, self.0.keys().map(String::as_str), ALIKE) {
            Some(near) => format!("did you mean @{{{near}}}?"),
            None => format!("give it a table [{word}] in mentions.toml, or write the handle itself"),
        }
    }
}

/// Where mentions stand, and their names: `@{`, letters, digits, `_`, `-` and `.`, `}`.
fn spans(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("@{") {
        let Some(rest) = text.get(at + 2..) else { continue };
        let length = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(rest.len());
        if length > 0 && rest.get(length..).is_some_and(|after| after.starts_with('}')) {
            found.push((at..at + length + 3, rest.get(..length).unwrap_or_default()));
        }
    }
    found
}

/// A mention that is being typed at the end of `text`: what stands behind `@{`.
pub fn typed_at_end(text: &str) -> Option<&str> {
    let (_, typed) = text.rsplit_once("@{")?;
    typed.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')).then_some(typed)
}
