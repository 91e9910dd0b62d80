//! X's mentions, lists, hashtags and cashtags.

use std::sync::LazyLock;

use regex::Regex;

use super::{Entity, EntityKind, entity, links};
use crate::text::chars::{before, is_accented_latin, is_directional, is_space, rest};

/// What a hashtag consists of: letters and marks of any script, digits, and the joiners of some.
const TAG: &str = concat!(
    r"\p{L}\p{M}\p{Nd}_\x{200C}\x{200D}\x{A67E}\x{05BE}\x{05F3}\x{05F4}\x{FF5E}\x{301C}",
    r"\x{309B}\x{309C}\x{30A0}\x{30FB}\x{3003}\x{0F0B}\x{0F0C}\x{00B7}"
);

/// Expressions over fixed text; that they compile is proven by the first test that uses them.
fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// What a hashtag begins with.
const SIGNS: [char; 2] = ['#', '＃'];

static HASHTAG: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(&format!("[#＃][{TAG}]+")));
static TAG_LETTER: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(r"[\p{L}\p{M}]"));
static TAG_ONLY: LazyLock<Option<Regex>> = LazyLock::new(|| compiled(&format!("^[{TAG}]$")));

/// The longest name and the longest name of a list.
const NAME: usize = 20;
const LIST: usize = 25;

pub(super) fn all(text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> =
        links::find(text, &links::X).into_iter().map(|span| entity(EntityKind::Link, span)).collect();
    found.extend(hashtags(text));
    found.extend(mentions(text));
    found.extend(cashtags(text));
    found
}

/// Hashtags: at least one letter, not glued to a word before or to a `#` or `://` behind.
pub(super) fn hashtags(text: &str) -> impl Iterator<Item = Entity> {
    // Making the expression takes longer than reading many texts: not for one that has no hashtag.
    let expression = if text.contains(SIGNS) { HASHTAG.as_ref() } else { None };
    let matches = expression.map(|tag| tag.find_iter(text));
    matches
        .into_iter()
        .flatten()
        .filter(|tag| is_hashtag(text, tag.start(), tag.end()))
        .map(|tag| entity(EntityKind::Hashtag, tag.range()))
}

fn is_hashtag(text: &str, start: usize, end: usize) -> bool {
    let glued = match before(text, start) {
        None | Some('\u{FE0E}' | '\u{FE0F}') => false,
        Some('&') => true,
        Some(c) => is(&TAG_ONLY, c.encode_utf8(&mut [0; 4])),
    };
    let mut word = text.get(start..end).unwrap_or("").chars();
    word.next();
    let word = word.as_str();
    let keycap = word.starts_with(['\u{FE0F}', '\u{20E3}']);
    let behind = rest(text, end);
    !glued && !keycap && is(&TAG_LETTER, word) && !behind.starts_with(['#', '＃']) && !behind.starts_with("://")
}

fn is(expression: &LazyLock<Option<Regex>>, text: &str) -> bool {
    expression.as_ref().is_some_and(|expression| expression.is_match(text))
}

/// Mentions and lists.
fn mentions(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices(['@', '＠']).filter_map(|(at, sign)| {
        let name = rest(text, at + sign.len());
        let length = name.bytes().take(NAME).take_while(|byte| is_name(*byte)).count();
        let end = at + sign.len() + length;
        if length == 0 || !may_precede(text, at) {
            return None;
        }
        let list = list_length(rest(text, end));
        let behind = rest(text, end + list);
        let glued =
            behind.starts_with(['@', '＠']) || behind.starts_with("://") || behind.starts_with(is_accented_latin);
        let kind = if list > 0 { EntityKind::List } else { EntityKind::Mention };
        (!glued).then(|| entity(kind, at..end + list))
    })
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A mention may follow anything but a word and a few signs; `RT` is no word here.
fn may_precede(text: &str, at: usize) -> bool {
    let Some(c) = before(text, at) else { return true };
    if !(c.is_ascii_alphanumeric() || "_!#$%&*@＠".contains(c)) {
        return true;
    }
    let retweet = text.get(at.saturating_sub(2)..at).is_some_and(|word| word.eq_ignore_ascii_case("rt"));
    let word_before = before(text, at.saturating_sub(2));
    retweet && word_before.is_none_or(|c| !c.is_ascii_alphanumeric() && !"_+~.-".contains(c))
}

fn list_length(text: &str) -> usize {
    let Some(name) = text.strip_prefix('/').filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) else {
        return 0;
    };
    1 + name.bytes().take(LIST).take_while(|byte| is_name(*byte) || *byte == b'-').count()
}

/// Cashtags: after a space, up to six letters, perhaps `.` or `_` and two more, and then no other word.
pub(super) fn cashtags(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices('$').filter_map(|(at, _)| {
        if !before(text, at).is_none_or(|c| is_space(c) || is_directional(c)) {
            return None;
        }
        let letters =
            |from: usize, most: usize| rest(text, from).bytes().take(most).take_while(u8::is_ascii_alphabetic).count();
        let word = at + 1 + letters(at + 1, 6);
        let class = if rest(text, word).starts_with(['.', '_']) { letters(word + 1, 2) } else { 0 };
        let longest = if class > 0 { word + 1 + class } else { word };
        let end = [longest, word].into_iter().find(|end| ends_cashtag(rest(text, *end)))?;
        (word > at + 1).then(|| entity(EntityKind::Cashtag, at..end))
    })
}

fn ends_cashtag(behind: &str) -> bool {
    behind.chars().next().is_none_or(|c| c.is_whitespace() || (c.is_ascii_punctuation() && !matches!(c, '"' | '`')))
}
