//! Mastodon's links, mentions (`@user`, `@user@server`) and hashtags.

use std::ops::Range;

use super::plain::is_word;
use super::{Entity, EntityKind, entity, links};
use crate::text::chars::{before, rest};

/// The longest server name, in bytes.
const LONGEST_SERVER: usize = 253;

pub(super) fn all(text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> =
        links::find(text, &links::MASTODON).into_iter().map(|span| entity(EntityKind::Link, span)).collect();
    found.extend(mentions(text).map(|span| entity(EntityKind::Mention, span)));
    found.extend(hashtags(text));
    found
}

/// How much of a mention counts and shows: `@user`, without its server.
pub(in crate::text) fn local_length(mention: &str) -> usize {
    mention.char_indices().skip(1).find(|(_, c)| *c == '@').map_or(mention.len(), |(at, _)| at)
}

fn mentions(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut done = 0;
    text.match_indices('@').filter_map(move |(at, _)| {
        if at < done || before(text, at).is_some_and(|c| matches!(c, '/' | '=') || is_word(c)) {
            return None;
        }
        let user = chained(rest(text, at + 1), |c| c.is_ascii_alphanumeric() || c == '_');
        let mut end = at + 1 + user;
        if user > 0
            && let Some(behind) = rest(text, end).strip_prefix('@')
        {
            let server = chained(behind, is_word);
            if server > LONGEST_SERVER {
                done = end + 1 + server;
                return None;
            }
            end += if server > 0 { 1 + server } else { 0 };
        }
        done = end;
        (user > 0).then_some(at..end)
    })
}

/// The length of words joined by dots and hyphens, ending with a word.
fn chained(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    let mut good = 0;
    for (at, c) in text.char_indices() {
        if is_part(c) {
            good = at + c.len_utf8();
        } else if at == 0 || !matches!(c, '.' | '-') {
            break;
        }
    }
    good
}

fn hashtags(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices(['#', '＃']).filter_map(|(at, sign)| {
        if before(text, at).is_some_and(|c| matches!(c, '=' | '/' | ')') || c.is_alphanumeric()) {
            return None;
        }
        let word = rest(text, at + sign.len());
        let joins = |c: char| matches!(c, '\u{B7}' | '\u{30FB}' | '\u{200C}');
        let run = word.find(|c| !is_word(c) && !joins(c)).unwrap_or(word.len());
        let tag = word.get(..run)?.trim_end_matches(joins);
        let named = tag.starts_with(is_word) && tag.chars().any(|c| c == '_' || c.is_alphabetic());
        named.then(|| entity(EntityKind::Hashtag, at..at + sign.len() + tag.len()))
    })
}
