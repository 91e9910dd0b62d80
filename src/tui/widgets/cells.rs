//! Graphemes on the grid: how many cells each takes, and what stands for one that must not reach the terminal.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::style::Style;
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};
use unicode_width::UnicodeWidthStr;

use crate::text::clean::clean;

/// Stands for what has no width of its own.
const MARK: &str = "\u{2426}";

/// Letters that stand in one cell each as long as all their neighbours are of them: ASCII, Latin, dots and dashes, frames
/// and shapes, which is most of a screen. What hangs on to its neighbour, joins, or takes two cells is none.
fn is_plain(letter: char) -> bool {
    let is_latin = matches!(letter, '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{24f}');
    is_latin || matches!(letter, ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{2500}'..='\u{25fc}')
}

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
    match text.is_ascii() {
        true => text.len(),
        false if text.chars().all(is_plain) => text.chars().count(),
        false => text.graphemes(true).map(width_of).sum(),
    }
}

/// Draws a text that is clean from `x` on, within `cells` columns; answers the column after it.
pub fn put_clean(buf: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) -> u16 {
    // Most of a screen is of this kind, and needs no look at how its letters hang together.
    if !text.chars().all(is_plain) {
        return buf.set_stringn(x, y, text, cells, style).0;
    }
    let mut at = x;
    for letter in text.chars().take(cells) {
        let Some(cell) = buf.cell_mut((at, y)) else { break };
        cell.set_char(letter).set_style(style);
        at += 1;
    }
    at
}

/// Draws `text` from `x` on, within `cells` columns; answers the column after it.
pub fn put(buf: &mut Buffer, x: u16, y: u16, text: &str, cells: usize, style: Style) -> u16 {
    if text.chars().all(is_plain) {
        return put_clean(buf, x, y, text, cells, style);
    }
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
    between(text, blank.map_or(0, |(start, c)| start + c.len_utf8()), false)
}

/// The start of the word before `at`: blanks are passed first.
pub fn word_before(text: &str, at: usize) -> usize {
    let head = text.get(..at).unwrap_or(text);
    let word = head.split_word_bound_indices().rfind(|(_, word)| !word.trim().is_empty());
    between(text, word.map_or(0, |(start, _)| start), false)
}

/// The end of the word after `at`: blanks are passed first.
pub fn word_after(text: &str, at: usize) -> usize {
    let tail = text.get(at..).unwrap_or("");
    let word = tail.split_word_bound_indices().find(|(_, word)| !word.trim().is_empty());
    between(text, word.map_or(text.len(), |(start, word)| at + start + word.len()), true)
}

/// The place between graphemes at `at`, else the next one after it or before it: words may end inside of one, as in two
/// letters of flags that a joiner ties to a third.
fn between(text: &str, at: usize, after: bool) -> usize {
    let mut grapheme = GraphemeCursor::new(at, text.len(), true);
    if grapheme.is_boundary(text, 0) != Ok(false) {
        return at;
    }
    match after {
        true => grapheme.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        false => grapheme.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    }
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
    fn what_is_drawn_letter_by_letter_is_drawn_as_graphemes_would_be() {
        let plain = ('\0'..='\u{ffff}').filter(|letter| is_plain(*letter));
        let mut count = 0;
        for letter in plain {
            count += 1;
            for text in [format!("{letter}"), format!("a{letter}b"), format!("{letter}{letter}·")] {
                let one_each: Vec<String> = text.chars().map(String::from).collect();
                assert_eq!(text.graphemes(true).collect::<Vec<_>>(), one_each, "{letter:?}");
                let area = ratatui::layout::Rect::new(0, 0, 4, 1);
                let (mut ours, mut theirs) = (Buffer::empty(area), Buffer::empty(area));
                let next = put(&mut ours, 0, 0, &text, 4, Style::default());
                assert_eq!(theirs.set_stringn(0, 0, &text, 4, Style::default()).0, next, "{letter:?}");
                assert_eq!((ours, width(&text)), (theirs, usize::from(next)), "{letter:?}");
            }
        }
        assert!(count > 700, "{count}");
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
        // Flags pair up otherwise in words than in graphemes, and a mark may hang on a blank.
        let flags = "a 🇩\u{200d}🇩🇩";
        assert_eq!(word_before(flags, flags.len()), flags.len() - "🇩🇩".len());
        assert_eq!(word_after(flags, 2), flags.len());
        assert_eq!(blank_before("a \u{301}b", 5), 1);
    }
}
