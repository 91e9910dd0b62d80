//! The outermost layer: bytes → text → front matter and body.

use super::error::{Fault, Spot, spot};
use super::fields::KEYS;

/// What stands at the start of some files to say that they are UTF-8.
const MARK: char = '\u{feff}';

/// A file's parts, as slices of it.
pub(super) struct Parts<'t> {
    pub front: Option<Front<'t>>,
    pub body: &'t str,
    /// Where the body begins, in bytes.
    pub body_at: usize,
}

/// The front matter between its fences.
pub(super) struct Front<'t> {
    pub text: &'t str,
    /// Where it begins, in bytes.
    pub at: usize,
    pub is_toml: bool,
}

/// The text of a file. Bytes that are no UTF-8 are named with their place; nothing is replaced, so nothing is lost.
pub fn decode(bytes: Vec<u8>) -> Result<String, Fault> {
    let remedy = "save the file as UTF-8; nothing was changed";
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let words = "the file is UTF-16".to_owned();
        return Err(Fault { spot: Spot { line: 1, column: 1 }, words, remedy: remedy.into() });
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let place = spot(&String::from_utf8_lossy(bytes.get(..valid).unwrap_or_default()), valid);
        let words = match bytes.get(valid..) {
            // Half of a pair, written as if it were a character: other programs make these.
            Some([0xED, 0xA0..=0xBF, ..]) => "half of a surrogate pair stands there, which is no character".to_owned(),
            Some([byte, ..]) => format!("the byte 0x{byte:02X} there is no UTF-8"),
            _ => "the file ends in the middle of a character".to_owned(),
        };
        Fault { spot: place, words, remedy: remedy.into() }
    })
}

/// Takes a file apart.
pub(super) fn parts(text: &str) -> Parts<'_> {
    let skipped = text.len() - text.strip_prefix(MARK).unwrap_or(text).len();
    let whole = Parts { front: None, body: text.get(skipped..).unwrap_or(""), body_at: skipped };
    let mut lines = lines(text, skipped);
    let Some((_, first)) = lines.next() else { return whole };
    let fence = first.trim_end();
    if !matches!(fence, "---" | "+++") {
        return whole;
    }
    let start = skipped + first.len();
    let Some((end, close)) = lines.find(|(_, line)| line.trim_end() == fence) else { return whole };
    let front = text.get(start..end).unwrap_or("");
    let after = end + close.len();
    // One empty line between the fence and the text belongs to neither.
    let rest = text.get(after..).unwrap_or("");
    let air = if rest.starts_with("\r\n") { 2 } else { usize::from(rest.starts_with('\n')) };
    let is_toml = fence == "+++" || looks_like_toml(front);
    Parts {
        front: Some(Front { text: front, at: start, is_toml }),
        body: rest.get(air..).unwrap_or(""),
        body_at: after + air,
    }
}

/// The fence of front matter that begins and does not end: below it stands a word that only front matter says. A text
/// may begin with `---` too, and goes on with words of its own.
pub(super) fn unclosed(text: &str) -> Option<&str> {
    let mut lines = text.strip_prefix(MARK).unwrap_or(text).lines();
    let fence = lines.next()?.trim_end();
    let mut said = lines.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    (matches!(fence, "---" | "+++") && says_a_key(said.next()?)).then_some(fence)
}

/// Whether a line says something of a post: `to: …`, `when = …` or `[options]`.
fn says_a_key(line: &str) -> bool {
    let bare = line.trim_start_matches('[');
    let is_table = bare.len() < line.len();
    let end = bare.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(bare.len());
    let (key, rest) = bare.split_at(end);
    let goes_on = match is_table {
        true => rest.trim_end().ends_with(']') && rest.starts_with([']', '.']),
        false => rest.trim_start().starts_with([':', '=']),
    };
    goes_on && KEYS.contains(&key)
}

/// The lines from `at` on, each with its place and its line end.
fn lines(text: &str, at: usize) -> impl Iterator<Item = (usize, &str)> {
    let mut next = at;
    text.get(at..).unwrap_or("").split_inclusive('\n').map(move |line| {
        let place = next;
        next += line.len();
        (place, line)
    })
}

/// The text of a body: files end with a line end that nobody wrote.
pub(super) fn body(text: &str) -> String {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text).to_owned()
}

/// Whether the first line that says something says it as TOML does: `key = …` or `[table]`.
fn looks_like_toml(front: &str) -> bool {
    let mut said = front.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let Some(line) = said.next() else { return false };
    if line.starts_with('[') {
        return true;
    }
    let key = line.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '"'));
    key.len() < line.len() && key.trim_start().starts_with('=')
}
