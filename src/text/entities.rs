//! Where links, mentions, hashtags and cashtags are, each by the grammar of its network. One pass, never quadratic.

mod bluesky;
mod links;
mod mastodon;
mod plain;
mod x;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::rules::{Grammar, NetworkRules};
pub use bluesky::is_handle;
pub(super) use mastodon::local_length;

/// What sort of thing a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
    /// An address.
    Link,
    /// Someone.
    Mention,
    /// A topic.
    Hashtag,
    /// A share or a coin.
    Cashtag,
    /// A list of someone's.
    List,
}

/// A span of the text that a network makes something of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// Where, in bytes; always on character boundaries.
    pub span: Range<usize>,
}

/// The entities that the network marks, in order and without overlaps: of two that overlap the one that starts first
/// stands.
pub fn entities(text: &str, network_rules: &NetworkRules) -> Vec<Entity> {
    let mut found = by_grammar(text, network_rules.grammar);
    found.retain(|entity| network_rules.marks(entity.kind));
    found
}

/// Lengths in bytes of texts whose entities are remembered: shorter ones are quickly read again, longer ones are not
/// worth their memory.
const REMEMBERED: Range<usize> = 1_000..256_000;

thread_local! {
    /// The last text that each grammar was asked about, and what was found. Many networks share a grammar, and each of
    /// them asks about the same text, to check it and to show it, with every key that is typed.
    static LAST: RefCell<HashMap<Grammar, (String, Vec<Entity>)>> = RefCell::default();
}

/// All entities that a grammar knows.
pub(super) fn by_grammar(text: &str, grammar: Grammar) -> Vec<Entity> {
    if !REMEMBERED.contains(&text.len()) {
        return found_by(text, grammar);
    }
    let known = |last: &HashMap<Grammar, (String, Vec<Entity>)>| {
        last.get(&grammar).filter(|(before, _)| before == text).map(|(_, found)| found.clone())
    };
    LAST.with_borrow(known).unwrap_or_else(|| {
        let found = found_by(text, grammar);
        LAST.with_borrow_mut(|last| last.insert(grammar, (text.to_owned(), found.clone())));
        found
    })
}

fn found_by(text: &str, grammar: Grammar) -> Vec<Entity> {
    let mut found = match grammar {
        Grammar::X => x::all(text),
        Grammar::Bluesky => bluesky::all(text),
        Grammar::Mastodon => mastodon::all(text),
        Grammar::Plain => plain::all(text),
        Grammar::Reddit => plain::reddit(text),
    };
    found.sort_by_key(|entity| entity.span.start);
    let mut end = 0;
    found.retain(|entity| {
        let stands = entity.span.start >= end && !entity.span.is_empty();
        end = if stands { entity.span.end } else { end };
        stands
    });
    found
}

/// The links of a text by a grammar, for counting.
pub(super) fn links_by(text: &str, grammar: Grammar) -> Vec<Range<usize>> {
    match grammar {
        Grammar::X | Grammar::Plain | Grammar::Reddit => links::find(text, &links::X),
        Grammar::Mastodon => links::find(text, &links::MASTODON),
        Grammar::Bluesky => bluesky::links(text).map(|entity| entity.span).collect(),
    }
}

fn entity(kind: EntityKind, span: Range<usize>) -> Entity {
    Entity { kind, span }
}
