//! A field of one line: for times, commands and searches.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::cells;
use crate::tui::msg::{Key, KeyCode, KeyModifiers};

/// Stands for the end of a line where a text of several is edited on one.
const BREAK: &str = " ⏎ ";

/// A text of several lines on one, otherwise as it is: [`unfolded`] has it back.
pub fn folded(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', BREAK)
}

/// What was typed, on as many lines as it has, without blanks around it.
pub fn unfolded(typed: &str) -> String {
    typed.replace(BREAK, "\n").trim().to_owned()
}

/// A line of text with a cursor, moved and deleted by grapheme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    /// Byte offset, always between graphemes.
    cursor: usize,
    /// Earlier lines, oldest first.
    history: Vec<String>,
    /// Which of them is shown, and what was typed before.
    recalled: Option<(usize, String)>,
}

impl Input {
    /// A field with `text`, the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = first_line(&text.into());
        Self { cursor: text.len(), text, ..Self::default() }
    }

    /// The same field, with earlier lines to be had by Up and Down; oldest first.
    pub fn with_history(mut self, history: Vec<String>) -> Self {
        self.history = history;
        self
    }

    /// What stands in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces what stands in it; the cursor goes behind it.
    pub fn set_text(&mut self, text: &str) {
        self.text = first_line(text);
        self.cursor = self.text.len();
    }

    /// Takes a key; answers whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('a') if ctrl => self.go(0),
            KeyCode::Char('e') if ctrl => self.go(self.text.len()),
            KeyCode::Char('w') if ctrl => self.delete(cells::blank_before(&self.text, self.cursor), self.cursor),
            KeyCode::Char('u') if ctrl => self.delete(0, self.cursor),
            KeyCode::Char('k') if ctrl => self.delete(self.cursor, self.text.len()),
            KeyCode::Char('b') if alt => self.go(cells::word_before(&self.text, self.cursor)),
            KeyCode::Char('f') if alt => self.go(cells::word_after(&self.text, self.cursor)),
            KeyCode::Char('d') if alt => self.delete(self.cursor, cells::word_after(&self.text, self.cursor)),
            // AltGr arrives as Ctrl with Alt on some systems: that is typing.
            KeyCode::Char(c) if ctrl == alt => self.paste(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if ctrl || alt => self.delete(cells::word_before(&self.text, self.cursor), self.cursor),
            KeyCode::Backspace => self.delete(cells::before(&self.text, self.cursor), self.cursor),
            KeyCode::Delete => self.delete(self.cursor, cells::after(&self.text, self.cursor)),
            KeyCode::Left if ctrl || alt => self.go(cells::word_before(&self.text, self.cursor)),
            KeyCode::Right if ctrl || alt => self.go(cells::word_after(&self.text, self.cursor)),
            KeyCode::Left => self.go(cells::before(&self.text, self.cursor)),
            KeyCode::Right => self.go(cells::after(&self.text, self.cursor)),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(self.text.len()),
            KeyCode::Up => self.recall(-1),
            KeyCode::Down => self.recall(1),
            _ => false,
        }
    }

    /// Inserts the first line of `text`; answers whether anything was inserted.
    pub fn paste(&mut self, text: &str) -> bool {
        let line = first_line(text);
        let (Some(head), Some(tail)) = (self.text.get(..self.cursor), self.text.get(self.cursor..)) else {
            return false;
        };
        let joined = format!("{head}{line}");
        self.cursor = joined.len();
        self.text = joined + tail;
        // A combining mark joins the character before it: stay between graphemes.
        while self.cursor < self.text.len()
            && cells::after(&self.text, cells::before(&self.text, self.cursor)) > self.cursor
        {
            self.cursor = cells::after(&self.text, cells::before(&self.text, self.cursor));
        }
        self.recalled = None;
        !line.is_empty()
    }

    /// Draws the field on the first line of `area`, scrolled so that the cursor shows; the cursor is an inverted cell.
    pub fn view(&self, area: Rect, buf: &mut Buffer, style: Style) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        buf.set_style(Rect { height: 1, ..area }, style);
        let columns = usize::from(area.width);
        let start = self.first_shown(columns);
        let shown = self.text.get(start..).unwrap_or("");
        cells::put(buf, area.x, area.y, shown, columns, style);
        let ahead = cells::width(self.text.get(start..self.cursor).unwrap_or(""));
        if let Ok(ahead) = u16::try_from(ahead)
            && ahead < area.width
            && let Some(cell) = buf.cell_mut((area.x + ahead, area.y))
        {
            cell.set_style(style.add_modifier(Modifier::REVERSED));
        }
    }

    /// The byte offset the drawn part begins at: as much as fits before the cursor, with a cell for the cursor.
    fn first_shown(&self, columns: usize) -> usize {
        let mut start = self.cursor;
        let mut taken = 1;
        while start > 0 {
            let previous = cells::before(&self.text, start);
            taken += cells::width_of(self.text.get(previous..start).unwrap_or(""));
            if taken > columns {
                break;
            }
            start = previous;
        }
        start
    }

    fn go(&mut self, to: usize) -> bool {
        self.cursor = to;
        false
    }

    fn delete(&mut self, from: usize, to: usize) -> bool {
        let (Some(head), Some(tail)) = (self.text.get(..from), self.text.get(to..)) else { return false };
        self.text = format!("{head}{tail}");
        self.cursor = from;
        from < to
    }

    fn recall(&mut self, step: isize) -> bool {
        let (at, typed) = self.recalled.take().unwrap_or((self.history.len(), self.text.clone()));
        let to = at.saturating_add_signed(step).min(self.history.len());
        let changed = to != at;
        if changed {
            let line = self.history.get(to).unwrap_or(&typed).clone();
            self.set_text(&line);
        }
        self.recalled = (to < self.history.len()).then_some((to, typed));
        changed
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation;

    fn typed(text: &str) -> Input {
        let mut input = Input::default();
        for c in text.chars() {
            input.key(Key::plain(KeyCode::Char(c)));
        }
        input
    }

    #[test]
    fn letters_words_and_ends_are_deleted_as_a_shell_does() {
        let mut input = typed("fri 14:30 👩‍👧");
        assert!(input.key(Key::plain(KeyCode::Backspace)));
        assert_eq!(input.text(), "fri 14:30 ");
        assert!(input.key(Key::ctrl('w')));
        assert_eq!(input.text(), "fri ");
        assert!(!input.key(Key::ctrl('a')));
        assert!(input.key(Key::plain(KeyCode::Delete)));
        assert_eq!(input.text(), "ri ");
        assert!(input.key(Key::ctrl('k')));
        assert_eq!(input.text(), "");
        assert!(!input.key(Key::ctrl('u')));
    }

    #[test]
    fn only_the_first_line_of_a_paste_arrives() {
        let mut input = typed("at ");
        assert!(input.paste("noon\r\nrm -rf"));
        assert_eq!((input.text(), input.cursor), ("at noon", 7));
    }

    #[test]
    fn several_lines_fit_on_one_and_come_back() {
        let text = "\u{200f}one  two\n\n three";
        assert_eq!(unfolded(Input::new(folded(text)).text()), text.trim());
        assert_eq!(unfolded(&folded("one\r\ntwo\n")), "one\ntwo");
    }

    #[test]
    fn history_goes_back_and_returns_to_what_was_typed() {
        let mut input = typed("mine").with_history(vec!["old".into(), "new".into()]);
        let mut seen = Vec::new();
        for code in [KeyCode::Up, KeyCode::Up, KeyCode::Up, KeyCode::Down, KeyCode::Down, KeyCode::Down] {
            input.key(Key::plain(code));
            seen.push(input.text().to_owned());
        }
        assert_eq!(seen, ["new", "old", "old", "new", "mine", "mine"]);
    }

    #[test]
    fn the_cursor_stays_between_graphemes_and_in_view() {
        let mut input = typed("日本語とemoji🏳️‍🌈e\u{301}\u{1b}");
        let area = Rect::new(2, 0, 6, 1);
        for _ in 0..20 {
            let mut buf = Buffer::empty(Rect::new(0, 0, 10, 1));
            input.view(area, &mut buf, Style::new());
            let inverted = (0..10).filter(|x| buf[(*x, 0)].modifier.contains(Modifier::REVERSED)).collect::<Vec<_>>();
            assert_eq!(inverted.len(), 1, "{input:?}");
            let bounds: Vec<usize> = input.text().grapheme_indices(true).map(|(at, _)| at).collect();
            assert!(bounds.contains(&input.cursor) || input.cursor == input.text().len());
            input.key(Key::plain(KeyCode::Left));
        }
    }
}
