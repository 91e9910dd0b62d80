//! Where links, mentions, hashtags and cashtags are, each by the grammar of its network. One pass, never quadratic.

mod bluesky;
mod links;
mod mastodon;
mod plain;
mod x;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::memo::{self, Change, Known, Memo};
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

thread_local! {
    /// What each grammar found in the last texts. Many networks share a grammar, and each of them asks about the same
    /// text, to check it and to show it, with every key that is typed.
    static FOUND: RefCell<HashMap<Grammar, Memo<Vec<Entity>>>> = RefCell::default();
}

/// All entities that a grammar knows.
pub(super) fn by_grammar(text: &str, grammar: Grammar) -> Vec<Entity> {
    if !memo::KEPT.contains(&text.len()) {
        return found_by(text, grammar);
    }
    let known = FOUND.with_borrow(|found| found.get(&grammar).map_or(Known::Nothing, |memo| memo.look(text)));
    let found = match known {
        Known::Same(kept) => return kept.1.clone(),
        Known::Near(kept, change) => changed(&kept.1, text, &change, grammar),
        Known::Nothing => found_by(text, grammar),
    };
    FOUND.with_borrow_mut(|all| all.entry(grammar).or_default().keep(text, found.clone()));
    found
}

/// What was found in a text, with what is in the stretch that changed looked for anew.
fn changed(found: &[Entity], text: &str, change: &Change, grammar: Grammar) -> Vec<Entity> {
    let before = found.iter().take_while(|entity| entity.span.end <= change.from).cloned();
    let stretch = text.get(change.from..change.to).unwrap_or_default();
    let within = found_by(stretch, grammar).into_iter().map(|Entity { kind, span }| {
        let span = span.start + change.from..span.end + change.from;
        Entity { kind, span }
    });
    let after = found.iter().filter(|entity| entity.span.start >= change.was_to).map(|Entity { kind, span }| {
        let span = change.moved(span.start)..change.moved(span.end);
        Entity { kind: *kind, span }
    });
    before.chain(within).chain(after).collect()
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
