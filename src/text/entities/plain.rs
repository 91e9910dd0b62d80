//! What most networks do: links, `@name`, `#tag`, `$TAG`; and Reddit's `u/name` and `r/name`.

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::char::is_combining_mark;

use super::{Entity, EntityKind, entity, links, x};
use crate::text::chars::{before, rest};

/// The longest name after `@`, in characters; Instagram's, the longest in use.
const NAME: usize = 30;

static PUNCTUATION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{P}").ok());

/// Unicode's category P.
pub(super) fn is_punctuation(c: char) -> bool {
    PUNCTUATION.as_ref().is_some_and(|expression| expression.is_match(c.encode_utf8(&mut [0; 4])))
}

/// A character of a word, in any script.
pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_combining_mark(c)
}

pub(super) fn all(text: &str) -> Vec<Entity> {
    let mut found = link_entities(text);
    found.extend(x::hashtags(text));
    found.extend(x::cashtags(text));
    found.extend(mentions(text));
    found
}

pub(super) fn reddit(text: &str) -> Vec<Entity> {
    let mut found = link_entities(text);
    found.extend(["u/", "r/"].into_iter().flat_map(|sign| {
        text.match_indices(sign).filter_map(move |(at, _)| {
            let outside = text.get(..at).map(|head| head.strip_suffix('/').unwrap_or(head))?;
            let length = name_length(rest(text, at + sign.len()), |c| matches!(c, '_' | '-'));
            let free = !outside.ends_with(|c| is_word(c) || matches!(c, '/' | '.'));
            (free && length > 0).then(|| entity(EntityKind::Mention, outside.len()..at + sign.len() + length))
        })
    }));
    found
}

fn link_entities(text: &str) -> Vec<Entity> {
    links::find(text, &links::X).into_iter().map(|span| entity(EntityKind::Link, span)).collect()
}

fn mentions(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices('@').filter_map(|(at, _)| {
        let length = name_length(rest(text, at + 1), |c| matches!(c, '_' | '.'));
        let free = !before(text, at).is_some_and(|c| is_word(c) || c == '@');
        (free && length > 0).then(|| entity(EntityKind::Mention, at..at + 1 + length))
    })
}

/// The length of a name: letters, digits and the signs `also`, not ending with a dot.
fn name_length(text: &str, also: impl Fn(char) -> bool) -> usize {
    let run = text.chars().take(NAME).take_while(|c| c.is_ascii_alphanumeric() || also(*c)).count();
    text.get(..run).map_or(0, |name| name.trim_end_matches('.').len())
}
