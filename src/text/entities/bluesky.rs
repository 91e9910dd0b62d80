//! Bluesky's facets: links, mentions, tags and cashtags, each after the start, a space or `(`.

use unicode_segmentation::UnicodeSegmentation;

use super::{Entity, EntityKind, entity};
use crate::text::chars::{before, is_web_space, rest};
use crate::text::tlds::is_tld;

/// The longest tag, in graphemes.
const LONGEST_TAG: usize = 64;
/// The longest handle and the longest part of one, in bytes.
const LONGEST_HANDLE: usize = 253;
const LONGEST_LABEL: usize = 63;

pub(super) fn all(text: &str) -> Vec<Entity> {
    links(text).chain(mentions(text)).chain(tags(text)).chain(cashtags(text)).collect()
}

/// Whether something may begin at `at`.
fn is_free(text: &str, at: usize) -> bool {
    before(text, at).is_none_or(|c| c == '(' || is_web_space(c))
}

/// Links: `http(s)://` and anything, or a host with a known top-level domain and anything.
pub(super) fn links(text: &str) -> impl Iterator<Item = Entity> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at;
            let here = rest(text, start);
            let first = here.chars().next()?;
            // Asked first: what follows looks ahead, and may do so only where something can begin.
            if !is_free(text, start) {
                at += first.len_utf8();
                continue;
            }
            let domain = host_length(here);
            let has_scheme = scheme_length(here)
                .is_some_and(|length| rest(here, length).chars().next().is_some_and(|c| !is_web_space(c)));
            if !has_scheme && domain.is_none() {
                at += first.len_utf8();
                continue;
            }
            let run = here.find(is_web_space).unwrap_or(here.len());
            at = start + run;
            let known = domain.is_some_and(|length| here.get(..length).is_some_and(ends_in_tld));
            if has_scheme || known {
                return Some(entity(EntityKind::Link, start..start + trimmed(here.get(..run).unwrap_or(""))));
            }
        }
    })
}

fn scheme_length(text: &str) -> Option<usize> {
    let begins = |scheme: &&str| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme));
    ["https://", "http://"].into_iter().find(begins).map(str::len)
}

/// The length of the bare host with which `text` begins: a letter, and at least one dot between letters and digits.
fn host_length(text: &str) -> Option<usize> {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let word = |from: usize| rest(text, from).bytes().take_while(u8::is_ascii_alphanumeric).count();
    let mut end = word(0);
    let mut dots = 0;
    while rest(text, end).starts_with('.') {
        match word(end + 1) {
            0 => break,
            length => end += 1 + length,
        }
        dots += 1;
    }
    (dots > 0).then_some(end)
}

fn ends_in_tld(host: &str) -> bool {
    host.rsplit_once('.').is_some_and(|(name, last)| !name.is_empty() && is_tld(last))
}

/// Without one trailing sign of the sentence, and then without a `)` that belongs to it.
fn trimmed(link: &str) -> usize {
    let link = link.strip_suffix(['.', ',', ';', ':', '!', '?']).unwrap_or(link);
    let link = link.strip_suffix(')').filter(|_| !link.contains('(')).unwrap_or(link);
    link.len()
}

fn mentions(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices('@').filter(|(at, _)| is_free(text, *at)).filter_map(|(at, _)| {
        let handle = rest(text, at + 1);
        let run = handle.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')).count();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let bytes = handle.as_bytes();
        let word_at = |index: usize| bytes.get(index).copied().is_some_and(is_word);
        let end = (1..=run).rev().find(|end| word_at(end - 1) != word_at(*end))?;
        let handle = handle.get(..end)?;
        let known = ends_in_tld(handle) || handle.ends_with(".test");
        (known && is_handle(handle)).then(|| entity(EntityKind::Mention, at..at + 1 + end))
    })
}

/// Whether a text is a handle by its form: labels of letters, digits and inner hyphens, at least two, the last of which
/// does not begin with a digit.
pub fn is_handle(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LONGEST_LABEL).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last_is_name =
        text.rsplit_once('.').is_some_and(|(_, last)| last.starts_with(|c: char| c.is_ascii_alphabetic()));
    text.len() <= LONGEST_HANDLE && last_is_name && text.split('.').all(is_label)
}

fn tags(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices(['#', '＃']).filter_map(|(at, sign)| {
        if !before(text, at).is_none_or(is_web_space) {
            return None;
        }
        let word = rest(text, at + sign.len());
        let word = word.get(..word.find(ends_tag).unwrap_or(word.len()))?;
        let named = word.chars().any(|c| !c.is_ascii_digit() && !is_punctuation(c));
        let tag = word.trim_end_matches(is_punctuation);
        let fits = !tag.is_empty() && tag.graphemes(true).take(LONGEST_TAG + 1).count() <= LONGEST_TAG;
        let good = named && fits && !word.starts_with('\u{FE0F}');
        good.then(|| entity(EntityKind::Hashtag, at..at + sign.len() + tag.len()))
    })
}

fn ends_tag(c: char) -> bool {
    is_web_space(c) || matches!(c, '\u{AD}' | '\u{2060}' | '\u{200A}'..='\u{200D}' | '\u{20E2}')
}

/// Punctuation of any script (Unicode's category P).
fn is_punctuation(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_punctuation() && !"$+<=>^`|~".contains(c);
    }
    super::plain::is_punctuation(c)
}

fn cashtags(text: &str) -> impl Iterator<Item = Entity> {
    text.match_indices('$').filter(|(at, _)| is_free(text, *at)).filter_map(|(at, _)| {
        let word = rest(text, at + 1);
        let length = word.bytes().take(5).take_while(u8::is_ascii_alphanumeric).count();
        let behind = rest(word, length).chars().next();
        let ends = behind.is_none_or(|c| is_web_space(c) || ".,;:!?)\"'\u{2019}".contains(c));
        let named = word.starts_with(|c: char| c.is_ascii_alphabetic());
        (named && ends).then(|| entity(EntityKind::Cashtag, at..at + 1 + length))
    })
}
