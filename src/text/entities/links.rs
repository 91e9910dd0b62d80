//! Links as X's grammar has them, and Mastodon's wider reading of it: a scanner that looks at each character a bounded
//! number of times.
//!
//! A text is cut into labels: what stands between dots in a run of characters that a host may hold. For each label it is
//! worked out once, from the right, how far a host beginning there would reach. A link is then a place where one may
//! begin, plus port, path and query.

use std::ops::Range;

use crate::text::chars::{before, is_accented_latin, is_directional, is_domain_char, is_invalid, rest};
use crate::text::tlds::tld_end;

/// The longest address, in UTF-16 units, its scheme included.
const LONGEST_LINK: usize = 4096;
/// The longest part of a host between dots, in its encoded form.
const LONGEST_LABEL: usize = 63;
/// The longest name of a shortened link; a longer one is not X's.
const LONGEST_SLUG: usize = 40;
/// What a link without a scheme is taken to begin with.
const DEFAULT_SCHEME: &str = "https://";

/// What differs between two readings of the same grammar.
pub(super) struct LinkGrammar {
    schemes: &'static [&'static str],
    bare: bool,
    slugs: bool,
    path: fn(char) -> bool,
    path_end: fn(char) -> bool,
    query: fn(char) -> bool,
    query_end: fn(char) -> bool,
}

/// X: `http(s)://` or a bare host with a known top-level domain.
pub(super) const X: LinkGrammar = LinkGrammar {
    schemes: &["https://", "http://"],
    bare: true,
    slugs: true,
    path: |c| is_path_letter(c) || is_path_end_mark(c) || "!*';:,.$%[]\u{2013}~@|&".contains(c),
    path_end: |c| is_path_letter(c) || is_path_end_mark(c),
    query: |c| c.is_ascii_alphanumeric() || "!?*'@();:&=+$/%#[]-_.,~|".contains(c),
    query_end: |c| c.is_ascii_alphanumeric() || "-_&=#/".contains(c),
};

/// Mastodon: a scheme is needed, and letters of any script continue a path.
pub(super) const MASTODON: LinkGrammar = LinkGrammar {
    schemes: &["https://", "http://", "dat://", "dweb://", "ipfs://", "ipns://", "ssb://", "gopher://", "gemini://"],
    bare: false,
    slugs: false,
    path: |c| !"()?".contains(c) && !ends_wide(c),
    path_end: |c| !"()?!*\"'「」<>;:=,.$%[]~&|@".contains(c) && !ends_wide(c),
    query: |c| !"()".contains(c) && !ends_wide(c),
    query_end: |c| !"()?!*\"'「」<>;:=,.$%[]~&|".contains(c) && !ends_wide(c),
};

fn is_path_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{400}'..='\u{4FF}') || is_accented_latin(c)
}

fn is_path_end_mark(c: char) -> bool {
    "+-=_#/".contains(c)
}

fn ends_wide(c: char) -> bool {
    c.is_whitespace() || is_directional(c) || c == '\u{200B}'
}

/// What stands between two dots.
struct Label {
    start: usize,
    end: usize,
    /// Its first and last characters may be first and last.
    begins: bool,
    ends: bool,
    /// Its last `_`, which a host's main name may not hold.
    underscore: Option<usize>,
    /// Where the top-level domain ends that it begins with.
    tld: Option<usize>,
    /// A dot, and then another label.
    goes_on: bool,
    /// Where a host ends that begins with this whole label.
    reach: Option<usize>,
}

/// Cuts a text into labels, each knowing how far a host reaches from it.
fn labels(text: &str) -> Vec<Label> {
    let mut found: Vec<Label> = Vec::new();
    let mut open: Option<Label> = None;
    let fresh = |start| Label {
        start,
        end: start,
        begins: false,
        ends: false,
        underscore: None,
        tld: None,
        goes_on: false,
        reach: None,
    };
    for (at, c) in text.char_indices() {
        if c == '.' {
            let mut label = open.take().unwrap_or_else(|| fresh(at));
            label.goes_on = true;
            found.push(label);
            open = Some(fresh(at + 1));
        } else if is_domain_char(c) || matches!(c, '-' | '_') {
            let label = open.get_or_insert_with(|| fresh(at));
            label.ends = is_domain_char(c);
            label.begins |= label.start == at && label.ends;
            label.underscore = if c == '_' { Some(at) } else { label.underscore };
            label.end = at + c.len_utf8();
        } else if let Some(label) = open.take() {
            found.push(label);
        }
    }
    found.extend(open);
    // From the right, so that each label can ask the one behind it.
    let mut next: Option<(Option<usize>, Option<usize>)> = None;
    for index in (0..found.len()).rev() {
        let after_dot = index > 0 && found.get(index - 1).is_some_and(|label| label.goes_on);
        let Some(label) = found.get_mut(index) else { continue };
        if after_dot && label.start < label.end {
            label.tld = tld_end(rest(text, label.start)).map(|length| label.start + length);
        }
        let following = next.filter(|_| label.goes_on);
        label.reach = label.begins.then(|| reach(label, label.start, following)).flatten();
        next = Some((label.reach, label.tld));
    }
    found
}

/// Where a host ends that begins at `from` inside `label`; `following` is the next label's reach and top-level domain.
fn reach(label: &Label, from: usize, following: Option<(Option<usize>, Option<usize>)>) -> Option<usize> {
    let (reach, tld) = following.filter(|_| label.ends)?;
    let main_name = label.underscore.is_none_or(|at| at < from);
    reach.or(tld.filter(|_| main_name))
}

/// All links, in order.
pub(super) fn find(text: &str, grammar: &LinkGrammar) -> Vec<Range<usize>> {
    if !text.contains('.') {
        return Vec::new();
    }
    let labels = labels(text);
    let mut found = Vec::new();
    let mut done = 0;
    for (index, label) in labels.iter().enumerate() {
        let mut from = label.start.max(done);
        while let Some(start) = next_start(text, label, from, done) {
            let Some(host) = host_at(text, grammar, &labels, index, start) else {
                from = start + rest(text, start).chars().next().map_or(1, char::len_utf8);
                continue;
            };
            let tail = tail(text, grammar, host.end);
            done = tail.end;
            from = tail.end;
            emit(text, grammar, start, host, tail, &mut found);
        }
    }
    found
}

/// The first place in `label`, from `from` on, where a link may begin; `done` is where the last one ended.
fn next_start(text: &str, label: &Label, from: usize, done: usize) -> Option<usize> {
    let mut previous = before(text, from);
    for (offset, c) in text.get(from..label.end)?.char_indices() {
        let at = from + offset;
        let free = match previous {
            None => true,
            Some(p) => {
                at > done
                    && (is_directional(p) || !(p.is_ascii_alphanumeric() || is_invalid(p) || "@＠$#＃".contains(p)))
            }
        };
        if free && is_domain_char(c) {
            return Some(at);
        }
        previous = Some(c);
    }
    None
}

/// The host of a link that begins at `start`, in label number `index`: after a scheme, or bare.
fn host_at(text: &str, grammar: &LinkGrammar, labels: &[Label], index: usize, start: usize) -> Option<Range<usize>> {
    let here = rest(text, start);
    let scheme = grammar.schemes.iter().find(|scheme| {
        here.as_bytes().get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme.as_bytes()))
    });
    let (index, from) = match scheme {
        Some(scheme) => (index + 1, start + scheme.len()),
        None => (index, start),
    };
    let label = labels.get(index).filter(|label| label.start <= from && from < label.end)?;
    let first_fits = from != label.start || label.begins;
    let following = labels.get(index + 1).filter(|_| label.goes_on).map(|next| (next.reach, next.tld));
    reach(label, from, following).filter(|_| first_fits).map(|end| from..end)
}

/// What follows a host.
struct Tail {
    /// Where port, path and query end.
    end: usize,
    has_path: bool,
}

fn tail(text: &str, grammar: &LinkGrammar, host_end: usize) -> Tail {
    let mut end = host_end;
    if let Some(port) = rest(text, end).strip_prefix(':') {
        let digits = port.bytes().take_while(u8::is_ascii_digit).count();
        end += if digits > 0 { 1 + digits } else { 0 };
    }
    let has_path = rest(text, end).starts_with('/');
    if has_path {
        end += 1 + path_length(rest(text, end + 1), grammar);
    }
    if let Some(query) = rest(text, end).strip_prefix('?') {
        let run = query.find(|c| !(grammar.query)(c)).unwrap_or(query.len());
        let last = query.get(..run).unwrap_or("").char_indices().rev().find(|(_, c)| (grammar.query_end)(*c));
        end += last.map_or(0, |(at, c)| 1 + at + c.len_utf8());
    }
    Tail { end, has_path }
}

/// How much of `text` is a path: up to the last character that may end one, or the last `(…)` that closes.
fn path_length(text: &str, grammar: &LinkGrammar) -> usize {
    let (mut at, mut good) = (0, 0);
    while let Some(c) = rest(text, at).chars().next() {
        if (grammar.path)(c) {
            at += c.len_utf8();
            good = if (grammar.path_end)(c) { at } else { good };
        } else if let Some(length) = balanced(rest(text, at), grammar) {
            at += length;
            good = at;
        } else {
            break;
        }
    }
    good
}

/// The length of the `(…)` with which `text` begins: not empty, and at most one pair inside.
fn balanced(text: &str, grammar: &LinkGrammar) -> Option<usize> {
    let run = |from: usize| {
        let tail = rest(text, from);
        from + tail.find(|c| !(grammar.path)(c)).unwrap_or(tail.len())
    };
    let inside = text.strip_prefix('(').map(|_| run(1))?;
    if rest(text, inside).starts_with(')') {
        return (inside > 1).then_some(inside + 1);
    }
    let inner = rest(text, inside).strip_prefix('(').map(|_| run(inside + 1))?;
    if inner == inside + 1 || !rest(text, inner).starts_with(')') {
        return None;
    }
    let outer = run(inner + 1);
    rest(text, outer).starts_with(')').then_some(outer + 1)
}

/// Adds the link, or the links, that a match turns out to be.
fn emit(
    text: &str,
    grammar: &LinkGrammar,
    start: usize,
    host: Range<usize>,
    tail: Tail,
    found: &mut Vec<Range<usize>>,
) {
    let end = tail.end;
    let has_scheme = host.start > start;
    let name = text.get(host.clone()).unwrap_or("");
    let extra = if has_scheme { 0 } else { DEFAULT_SCHEME.len() };
    if !is_host(name) || utf16(text.get(start..end).unwrap_or("")) + extra > LONGEST_LINK {
        return;
    }
    if has_scheme {
        found.extend(slug_end(text, grammar, &host, end).map(|end| start..end));
        return;
    }
    if !grammar.bare || before(text, start).is_some_and(|c| "-_./".contains(c)) {
        return;
    }
    // Without a scheme only the parts in Latin letters are links, so that none swallows the sentence before it.
    let first = found.len();
    found.extend(latin_hosts(name).into_iter().map(|part| host.start + part.start..host.start + part.end));
    if tail.has_path
        && let Some(last) = found.get_mut(first..).and_then(|added| added.last_mut())
    {
        last.end = end;
    }
}

/// Where a link ends: X's own short links end with their name. None when that name is too long to be one.
fn slug_end(text: &str, grammar: &LinkGrammar, host: &Range<usize>, end: usize) -> Option<usize> {
    let short = grammar.slugs && text.get(host.clone()).is_some_and(|name| name.eq_ignore_ascii_case("t.co"));
    let Some(tail) = text.get(host.end..end).and_then(|tail| tail.strip_prefix('/')).filter(|_| short) else {
        return Some(end);
    };
    let length = tail.bytes().take_while(u8::is_ascii_alphanumeric).count();
    match length {
        0 => Some(end),
        1..=LONGEST_SLUG => {
            let slug = host.end + 1 + length;
            let query = rest(tail, length).starts_with('?');
            Some(if query { end } else { slug })
        }
        _ => None,
    }
}

/// Whether a host's labels are of a length that can be encoded.
fn is_host(name: &str) -> bool {
    let labels_fit = name.split('.').all(|label| (1..=LONGEST_LABEL).contains(&encoded_length(label)));
    let encoded_honestly = !name.starts_with("xn--") || !latin_hosts(name).is_empty();
    labels_fit && encoded_honestly
}

/// The length of a label in its ASCII form; too long ones are not worked out.
fn encoded_length(label: &str) -> usize {
    let too_long = LONGEST_LABEL + 1;
    if label.is_ascii() {
        return label.len();
    }
    // Full stops of East Asian scripts separate labels too.
    let parts = label.split(['\u{3002}', '\u{FF0E}', '\u{FF61}']).map(|part| match part {
        _ if part.is_ascii() => part.len(),
        _ if part.chars().take(too_long).count() == too_long => too_long,
        _ => idna::punycode::encode_str(part).map_or(too_long, |encoded| "xn--".len() + encoded.len()),
    });
    parts.fold(0, |sum, length| sum + length + 1) - 1
}

/// The parts of a host that are hosts by themselves, in Latin letters up to a known top-level domain.
fn latin_hosts(name: &str) -> Vec<Range<usize>> {
    let is_label = |c: char| c == '-' || c.is_ascii_alphanumeric() || is_accented_latin(c);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = rest(name, at).find(is_label).map(|offset| at + offset) {
        let (mut cursor, mut end) = (start, None);
        loop {
            let tail = rest(name, cursor);
            cursor += tail.find(|c| !is_label(c)).unwrap_or(tail.len());
            let Some(after) = rest(name, cursor).strip_prefix('.') else { break };
            cursor += 1;
            end = tld_end(after).map(|length| cursor + length).or(end);
            if !after.starts_with(is_label) {
                break;
            }
        }
        found.extend(end.map(|end| start..end));
        at = end.unwrap_or(cursor).max(start + 1);
    }
    found
}

fn utf16(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
