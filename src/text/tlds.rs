//! The top-level domains that turn `name.tld` into a link.

use std::collections::HashSet;
use std::sync::LazyLock;

const LIST: &str = include_str!("../../assets/tlds.txt");

static TLDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| LIST.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect());

/// Code points of the longest one, and then some.
const LONGEST: usize = 24;

/// Whether `word`, in lower case, is one.
pub fn is_tld(word: &str) -> bool {
    TLDS.contains(word)
}

/// Where the top-level domain ends with which `text` begins, if it begins with one that stands for itself: not glued to
/// more Latin letters, to `@`, `+` or `-`. Encoded names (`xn--…`) count as known.
pub(super) fn tld_end(text: &str) -> Option<usize> {
    if let Some(encoded) = text.get(4..).filter(|_| text.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("xn--")))
    {
        let length = encoded.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
        return (length > 0).then_some(4 + length);
    }
    let ends: Vec<usize> = text
        .char_indices()
        .take(LONGEST)
        .take_while(|(_, c)| !c.is_ascii() || c.is_ascii_alphanumeric())
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    ends.into_iter().rev().find(|end| {
        stands_alone(text, *end) && text.get(..*end).is_some_and(|word| is_tld(word) || is_tld(&word.to_lowercase()))
    })
}

fn stands_alone(text: &str, end: usize) -> bool {
    let next = text.get(end..).and_then(|rest| rest.chars().next());
    next.is_none_or(|c| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '+' | '-'))
}
