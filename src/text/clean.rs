//! The one sanitiser for drawing: whatever a provider or a person wrote, what comes out cannot move the cursor, turn
//! the line around, hide words or pile up marks.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::chars::is_directional;

/// What stands where something was taken out; one cell.
const REMOVED: char = '\u{2426}';
/// What a tab becomes.
const TAB: &str = "    ";
/// How many characters without a width may follow one with.
const MARKS: usize = 4;
/// What stands for what did not fit.
const ELLIPSIS: &str = "…";

/// What to do with one character.
enum Fate {
    Keep,
    Mark,
    Drop,
    Tab,
    Line,
}

/// The text without anything that could disturb a terminal. Line feeds stay, tabs become spaces, each control, bidi or
/// separator character becomes `␦`, invisible tags go, and so do marks beyond the fourth on one base.
pub fn clean(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut state = Cleaner::default();
    let untouched = text.chars().all(|c| matches!(state.fate(c), Fate::Keep));
    if untouched {
        return Cow::Borrowed(text);
    }
    let mut state = Cleaner::default();
    let mut cleaned = String::with_capacity(text.len());
    for c in text.chars() {
        match state.fate(c) {
            Fate::Keep => cleaned.push(c),
            Fate::Mark => cleaned.push(REMOVED),
            Fate::Tab => cleaned.push_str(TAB),
            Fate::Line => cleaned.push('\n'),
            Fate::Drop => {}
        }
    }
    Cow::Owned(cleaned)
}

/// Whether all of it is ASCII that prints: the most of what is drawn, and nothing to be looked at closely.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[derive(Default)]
struct Cleaner {
    marks: usize,
    after_return: bool,
    after_tag: bool,
}

impl Cleaner {
    fn fate(&mut self, c: char) -> Fate {
        let (after_return, after_tag) = (self.after_return, self.after_tag);
        self.after_return = c == '\r';
        self.after_tag = is_tag(c);
        if c.is_ascii_graphic() || c == ' ' {
            self.marks = 0;
            return Fate::Keep;
        }
        match c {
            '\n' if after_return => return Fate::Drop,
            '\n' => {
                self.marks = 0;
                return Fate::Keep;
            }
            '\r' => return Fate::Line,
            '\t' => return Fate::Tab,
            _ if is_tag(c) && after_tag => return Fate::Drop,
            _ if is_harmful(c) => return Fate::Mark,
            _ => {}
        }
        if is_combining_mark(c) || c.width().unwrap_or(0) == 0 {
            self.marks += 1;
            return if self.marks > MARKS { Fate::Drop } else { Fate::Keep };
        }
        self.marks = 0;
        Fate::Keep
    }
}

/// Invisible copies of ASCII: they can carry a text that nobody sees.
fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Whether a character could move the cursor, turn a line around or hide words: controls, bidi and invisible ones.
pub fn is_harmful(c: char) -> bool {
    c.is_control()
        || is_directional(c)
        || is_tag(c)
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{206A}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FEFF}')
        || matches!(u32::from(c) & 0xFFFF, 0xFFFE | 0xFFFF)
}

/// Cleaned, and on one line: all white space, line feeds included, becomes single spaces.
pub fn one_line(text: &str) -> String {
    if is_plain(text) && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ") {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len());
    for word in clean(text).split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// How many cells a text takes, drawn grapheme by grapheme as the screen does.
pub fn cells(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text in at most so many cells; what is cut ends with `…`. Never cuts inside a grapheme.
pub fn truncate(text: &str, cells: usize) -> String {
    if text.len() <= cells && is_plain(text) {
        return text.to_owned();
    }
    // Where one letter more is plain too, nothing hangs on the last one that stays.
    if let Some(kept) = cells.checked_sub(1)
        && let Some(head) = text.get(..=cells)
        && is_plain(head)
    {
        return format!("{}{ELLIPSIS}", head.get(..kept).unwrap_or(""));
    }
    let (mut used, mut room_for_sign) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme.width();
        if used > cells {
            let sign = if cells > 0 { ELLIPSIS } else { "" };
            return format!("{}{sign}", text.get(..room_for_sign).unwrap_or(""));
        }
        if used < cells {
            room_for_sign = at + grapheme.len();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_terminal_comes_through() {
        for (text, shown) in [
            ("plain — text 日本 👍🏽", "plain — text 日本 👍🏽"),
            ("\u{1b}[31mred\u{1b}[0m", "␦[31mred␦[0m"),
            ("a\tb\r\nc\rd", "a    b\nc\nd"),
            ("\u{9b}2J", "␦2J"),
            ("abc\u{202e}def", "abc␦def"),
            ("a\u{2028}b", "a␦b"),
            ("hi\u{e0041}\u{e0042}\u{e0043}!", "hi␦!"),
            ("z\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}!", "z\u{301}\u{302}\u{303}\u{304}!"),
            ("x\u{feff}y\u{ffff}", "x␦y␦"),
        ] {
            assert_eq!(clean(text), shown, "{text:?}");
        }
        assert!(matches!(clean("as it is"), Cow::Borrowed(_)));
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(one_line("  a\n\n b\t\u{a0}c\u{7} \r\n"), "a b c␦");
        for (text, line) in [("as it is", "as it is"), (" a", "a"), ("a ", "a"), ("a  b", "a b"), ("", ""), (" ", "")] {
            assert_eq!(one_line(text), line, "{text:?}");
        }
    }

    #[test]
    fn what_is_cut_says_so_and_fits() {
        for (text, width, shown) in [
            ("hello", 5, "hello"),
            ("hello", 4, "hel…"),
            ("日本語", 5, "日本…"),
            ("日本語", 4, "日…"),
            ("日本語", 1, "…"),
            ("👨‍👩‍👧‍👧👨‍👩‍👧‍👧", 3, "👨‍👩‍👧‍👧…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(truncate(text, width), shown);
            assert!(cells(shown) <= width);
        }
    }
}
