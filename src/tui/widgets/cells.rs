//! Graphemes on the grid: how many cells each takes, and what stands for one that must not reach the terminal.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::text::clean::clean;

/// Stands for what has no width of its own.
const MARK: &str = "\u{2426}";

/// What is drawn for one grapheme: itself, a blank for a tab, or what the sanitiser leaves of it.
pub fn shown(grapheme: &str) -> Cow<'_, str> {
    match grapheme {
        "\t" => Cow::Borrowed(" "),
        "\n" => Cow::Borrowed(MARK),
        _ => {
            let cleaned = clean(grapheme);
            if cleaned.width() == 0 { Cow::Borrowed(MARK) } else { cleaned }
        }
    }
}

/// The cells one grapheme takes, at least one.
pub fn width_of(grapheme: &str) -> usize {
    if grapheme.len() == 1 { 1 } else { shown(grapheme).width().max(1) }
}

/// The cells a text takes on one line.
pub fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.graphemes(true).map(width_of).sum() }
}

/// Draws `text` from `x` on, within `cells` columns; answers the column after it.
pub fn put(buf: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) -> u16 {
    let mut at = x;
    let end = usize::from(x) + cells;
    for grapheme in text.graphemes(true) {
        let wide = width_of(grapheme);
        if usize::from(at) + wide > end || at >= buf.area.right() || y >= buf.area.bottom() {
            break;
        }
        at = buf.set_stringn(at, y, &*shown(grapheme), wide, style).0;
    }
    at
}

/// The start of the grapheme before `at`, or 0.
pub fn before(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or(text);
    head.grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
}

/// The end of the grapheme at `at`, or the end of the text.
pub fn after(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or("");
    tail.graphemes(true).next().map_or(text.len(), |grapheme| at + grapheme.len())
}

/// The start of what stands between blanks before `at`: what Ctrl-w deletes in a shell.
pub fn blank_before(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or(text).trim_end();
    let blank = head.char_indices().rev().find(|(_, c)| c.is_whitespace());
    blank.map_or(0, |(start, c)| start + c.len_utf8())
}

/// The start of the word before `at`: blanks are passed first.
pub fn word_before(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or(text);
    head.split_word_bound_indices().rfind(|(_, word)| !word.trim().is_empty()).map_or(0, |(start, _)| start)
}

/// The end of the word after `at`: blanks are passed first.
pub fn word_after(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or("");
    let word = tail.split_word_bound_indices().find(|(_, word)| !word.trim().is_empty());
    word.map_or(text.len(), |(start, word)| at + start + word.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_the_terminal_is_shown() {
        for text in ["\u{1b}", "\u{202e}", "\u{200b}", "\u{7}", "\u{9b}", "\n"] {
            assert_eq!((&*shown(text), width_of(text)), (MARK, 1), "{text:?}");
        }
        assert_eq!((&*shown("\t"), width("a\té")), (" ", 3));
    }

    #[test]
    fn a_family_is_one_step_and_two_cells() {
        let text = "a👩‍👩‍👧‍👦e\u{301}";
        assert_eq!(width(text), 4);
        assert_eq!(after(text, 1), text.len() - "e\u{301}".len());
        assert_eq!(before(text, text.len()), text.len() - "e\u{301}".len());
    }

    #[test]
    fn words_are_taken_with_the_blanks_before_or_after() {
        assert_eq!(word_before("ship it now  ", 13), 8);
        assert_eq!(word_after("ship  it", 4), 8);
        assert_eq!(blank_before("see https://acme.dev ", 21), 4);
        assert_eq!((word_before("", 0), word_after("", 0)), (0, 0));
    }
}
