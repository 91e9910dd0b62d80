//! The editor of many lines: the only file that names the textarea.
//!
//! The textarea keeps the document and its history of single edits. What a person sees and does lies on top of it:
//! steps of undo that make sense, movement by grapheme and word, wrapping, selection, and drawing.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use tui_textarea::{CursorMove, TextArea};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::cells;
use super::steps::{HISTORY, Kind, Step, Steps};
use super::wrap::Rows;
use crate::tui::msg::{Key, KeyCode, KeyModifiers};
use crate::tui::theme::{Role, Theme};

/// The textarea is told positions as `u16`.
const REACH: usize = u16::MAX as usize;

/// The keys that writing has of its own, and what each of them does: see [`Editor::key`].
pub const KEYS: &[(&[&str], &str)] = &[
    (&["Shift-Left", "Shift-Right", "Shift-Up", "Shift-Down"], "select; with Ctrl by words"),
    (&["Ctrl-Left", "Alt-b"], "to the word before"),
    (&["Ctrl-Right", "Alt-f"], "behind the word"),
    (&["Home", "Ctrl-a"], "start of the line"),
    (&["End", "Ctrl-e"], "end of the line"),
    (&["Ctrl-Home"], "start of the text"),
    (&["Ctrl-End"], "end of the text"),
    (&["Ctrl-w"], "delete back to a blank"),
    (&["Alt-Backspace", "Ctrl-Backspace"], "delete the word before"),
    (&["Alt-d", "Ctrl-Del"], "delete the word after"),
    (&["Ctrl-u"], "delete to the start of the line"),
    (&["Ctrl-k"], "delete to the end of the line"),
    (&["Ctrl-_"], "undo"),
    (&["Ctrl-y"], "redo"),
];

/// Where typing goes on, as vi has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Behind the letter under the cursor.
    After,
    /// At the start of the line.
    Start,
    /// At its end.
    End,
    /// On a new line below it.
    Below,
    /// On a new line above it.
    Above,
}

/// A text being written.
#[derive(Clone, Debug)]
pub struct Editor {
    document: TextArea<'static>,
    /// The document in one piece: offsets into it are what everything else speaks.
    text: String,
    /// Byte offset, always between graphemes.
    cursor: usize,
    /// Where the selection began.
    anchor: Option<usize>,
    steps: Steps,
    rows: Rows,
    size: (u16, u16),
    /// The first row shown.
    top: usize,
    /// The column that Up and Down keep to.
    column: Option<usize>,
}

impl Editor {
    /// An editor on `text`, the cursor behind it.
    pub fn new(text: &str) -> Self {
        let text = normal(text);
        let mut document = TextArea::new(text.split('\n').map(str::to_owned).collect());
        document.set_max_histories(HISTORY);
        Self {
            document,
            cursor: text.len(),
            text,
            anchor: None,
            steps: Steps::default(),
            rows: Rows::default(),
            size: (0, 0),
            top: 0,
            column: None,
        }
    }

    /// The text; lines end with `\n`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the whole text as one step of undo; answers whether it differs.
    pub fn set_text(&mut self, text: &str) -> bool {
        let text = normal(text);
        let changed = text != self.text;
        if changed {
            self.anchor = None;
            self.replace(0..self.text.len(), &text, Kind::Alone);
        }
        changed
    }

    /// The cursor's byte offset.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Puts the cursor at or behind a byte offset, between graphemes, without a selection.
    pub fn set_cursor(&mut self, at: usize) {
        self.anchor = None;
        self.go(self.snapped(at), false);
    }

    /// The selected bytes.
    pub fn selection(&self) -> Option<Range<usize>> {
        self.anchor
            .filter(|anchor| *anchor != self.cursor)
            .map(|anchor| anchor.min(self.cursor)..anchor.max(self.cursor))
    }

    /// Selects a stretch; the cursor stands behind it.
    pub fn select(&mut self, range: &Range<usize>) {
        let (start, end) = (self.snapped(range.start), self.snapped(range.end));
        self.go(start, false);
        self.go(end, true);
    }

    /// Puts `text` in the place of a stretch, as one step; answers whether the text changed.
    pub fn put(&mut self, range: Range<usize>, text: &str) -> bool {
        let text = normal(text);
        let whole = self.text.get(range.clone());
        if whole.is_none_or(|there| there == text) {
            return false;
        }
        self.anchor = None;
        self.replace(range, &text, Kind::Alone);
        true
    }

    /// Goes to where typing goes on; answers whether the text changed.
    pub fn enter(&mut self, entry: Entry) -> bool {
        let (start, end) = (self.line_start(), self.line_end());
        match entry {
            Entry::After => self.go(cells::after(&self.text, self.cursor).min(end), false),
            Entry::Start => self.go(start, false),
            Entry::End => self.go(end, false),
            Entry::Below => {
                self.go(end, false);
                self.type_char('\n')
            }
            Entry::Above => {
                self.go(start, false);
                self.type_char('\n');
                self.go(start, false);
                true
            }
        }
    }

    /// Takes a key; answers whether the text changed.
    pub fn key(&mut self, key: Key) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        let keep = key.modifiers.contains(KeyModifiers::SHIFT);
        let word = ctrl || alt;
        match key.code {
            KeyCode::Char('a') if ctrl && !alt => self.go(self.line_start(), false),
            KeyCode::Char('e') if ctrl && !alt => self.go(self.line_end(), false),
            KeyCode::Char('w') if ctrl && !alt => self.erase(cells::blank_before(&self.text, self.cursor)),
            KeyCode::Char('u') if ctrl && !alt => self.erase(self.line_start()),
            KeyCode::Char('k') if ctrl && !alt => self.erase_to_line_end(),
            KeyCode::Char('_' | '7' | '/') if ctrl && !alt => self.undo(),
            KeyCode::Char('y') if ctrl && !alt => self.redo(),
            KeyCode::Char('b') if alt && !ctrl => self.go(cells::word_before(&self.text, self.cursor), false),
            KeyCode::Char('f') if alt && !ctrl => self.go(cells::word_after(&self.text, self.cursor), false),
            KeyCode::Char('d') if alt && !ctrl => self.erase(cells::word_after(&self.text, self.cursor)),
            // AltGr arrives as Ctrl with Alt on some systems: that is typing.
            KeyCode::Char(c) if ctrl == alt => self.type_char(c),
            KeyCode::Enter => self.type_char('\n'),
            KeyCode::Backspace if word => self.erase(cells::word_before(&self.text, self.cursor)),
            KeyCode::Backspace => self.erase(cells::before(&self.text, self.cursor)),
            KeyCode::Delete if word => self.erase(cells::word_after(&self.text, self.cursor)),
            KeyCode::Delete => self.erase(cells::after(&self.text, self.cursor)),
            KeyCode::Left if word => self.go(cells::word_before(&self.text, self.cursor), keep),
            KeyCode::Right if word => self.go(cells::word_after(&self.text, self.cursor), keep),
            KeyCode::Left => self.step_left(keep),
            KeyCode::Right => self.step_right(keep),
            KeyCode::Up => self.go_rows(-1, keep),
            KeyCode::Down => self.go_rows(1, keep),
            KeyCode::PageUp => self.go_rows(-self.page(), keep),
            KeyCode::PageDown => self.go_rows(self.page(), keep),
            KeyCode::Home if ctrl => self.go(0, keep),
            KeyCode::End if ctrl => self.go(self.text.len(), keep),
            KeyCode::Home => self.go(self.line_start(), keep),
            KeyCode::End => self.go(self.line_end(), keep),
            _ => false,
        }
    }

    /// Inserts a block as one step; it replaces the selection. Answers whether the text changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = normal(text);
        let at = self.selection().unwrap_or(self.cursor..self.cursor);
        if text.is_empty() && at.is_empty() {
            return false;
        }
        self.replace(at, &text, Kind::Alone);
        true
    }

    /// Takes back the last step; answers whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(step) = self.steps.done.pop_back() else { return false };
        for _ in 0..step.edits {
            self.document.undo();
        }
        self.steps.edits -= step.edits;
        self.steps.undone.push(step);
        self.reread(step.before);
        true
    }

    /// Does the last undone step again; answers whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(step) = self.steps.undone.pop() else { return false };
        for _ in 0..step.edits {
            self.document.redo();
        }
        self.steps.edits += step.edits;
        self.steps.done.push_back(step);
        self.reread(step.after);
        true
    }

    /// Puts the cursor where the mouse pressed: cells from the top left of the editor.
    pub fn click(&mut self, x: u16, y: u16) {
        self.anchor = None;
        let at = self.rows.offset(&self.text, self.top + usize::from(y), usize::from(x));
        self.go(at, false);
    }

    /// Selects from where the mouse pressed to where it is now.
    pub fn drag(&mut self, x: u16, y: u16) {
        let at = self.rows.offset(&self.text, self.top + usize::from(y), usize::from(x));
        self.go(at, true);
    }

    /// Selects the word at a cell.
    pub fn select_word(&mut self, x: u16, y: u16) {
        self.click(x, y);
        let at = self.cursor;
        let word = self.text.split_word_bound_indices().find(|(start, word)| at < start + word.len());
        if let Some((start, word)) = word {
            let end = start + word.len();
            self.anchor = Some(start);
            self.cursor = end;
            self.follow();
        }
    }

    /// Where the byte offset `at` is shown: the column and row from the top left, where it is in view.
    pub fn cell_of(&self, at: usize) -> Option<(u16, u16)> {
        let (row, column) = self.rows.place(&self.text, at.min(self.text.len()));
        let row = row.checked_sub(self.top).filter(|row| *row < usize::from(self.size.1))?;
        Some((u16::try_from(column).ok()?, u16::try_from(row).ok()?))
    }

    /// Scrolls by rows without moving the cursor.
    pub fn scroll(&mut self, rows: isize) {
        let last = self.rows.len().saturating_sub(usize::from(self.size.1));
        self.top = self.top.saturating_add_signed(rows).min(last);
    }

    /// Brings the cursor into the first `rows` rows of what is shown: something lies over the others.
    pub fn reveal(&mut self, rows: u16) {
        let (row, _) = self.rows.place(&self.text, self.cursor);
        self.top = self.top.max((row + 1).saturating_sub(usize::from(rows.max(1))));
    }

    /// Computes wrapping for this size and brings the cursor into view when the size is new.
    pub fn settle(&mut self, width: u16, height: u16) {
        if self.size == (width, height) && !self.rows.is_empty() {
            return;
        }
        self.size = (width, height);
        if !self.rows.fits(usize::from(width)) {
            self.rows = Rows::new(&self.text, usize::from(width));
            self.column = None;
        }
        self.follow();
    }

    /// Draws the rows in view. `highlights` are byte ranges; a later one covers an earlier one.
    pub fn view(
        &self,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        focused: bool,
        highlights: &[(Range<usize>, Role)],
    ) {
        let area = area.intersection(buf.area);
        for line in 0..area.height {
            let Some(row) = self.rows.get(self.top + usize::from(line)) else { break };
            self.view_row(row, Rect { y: area.y + line, height: 1, ..area }, buf, theme, highlights);
        }
        let (row, column) = self.rows.place(&self.text, self.cursor);
        let seen = row.checked_sub(self.top).filter(|row| *row < usize::from(area.height));
        if let (true, Some(row), true) = (focused, seen, area.width > 0) {
            let x = area.x + u16::try_from(column).unwrap_or(u16::MAX).min(area.width - 1);
            let y = area.y + u16::try_from(row).unwrap_or(0);
            if let Some(cell) = buf.cell_mut((x, y)) {
                let turned = cell.style().add_modifier.symmetric_difference(Modifier::REVERSED);
                cell.modifier = turned;
            }
        }
    }

    fn view_row(
        &self,
        row: Range<usize>,
        area: Rect,
        buf: &mut Buffer,
        theme: &Theme,
        highlights: &[(Range<usize>, Role)],
    ) {
        let selection = self.selection();
        let near: Vec<_> =
            highlights.iter().filter(|(range, _)| range.start < row.end && range.end > row.start).collect();
        let (mut x, mut at) = (area.x, row.start);
        for grapheme in self.text.get(row).unwrap_or("").graphemes(true) {
            let mut style = theme.style(Role::Text);
            if let Some((_, role)) = near.iter().rev().find(|(range, _)| range.contains(&at)) {
                style = style.patch(theme.style(*role));
            }
            if selection.as_ref().is_some_and(|range| range.contains(&at)) {
                style = style.patch(theme.style(Role::Selection));
            }
            let left = usize::from(area.right().saturating_sub(x));
            if left == 0 {
                break;
            }
            x = cells::put(buf, x, area.y, grapheme, left, style);
            at += grapheme.len();
        }
    }

    fn type_char(&mut self, c: char) -> bool {
        if c.is_control() && c != '\n' {
            return false;
        }
        let kind = match c {
            '\n' => Kind::Alone,
            c if c.is_whitespace() => Kind::Blank,
            _ => Kind::Word,
        };
        let at = self.selection().unwrap_or(self.cursor..self.cursor);
        self.replace(at, c.encode_utf8(&mut [0; 4]), kind);
        true
    }

    /// Deletes the selection, else from the cursor to `to`.
    fn erase(&mut self, to: usize) -> bool {
        let range = self.selection().unwrap_or(self.cursor.min(to)..self.cursor.max(to));
        let any = !range.is_empty();
        if any {
            self.replace(range, "", Kind::Erase);
        }
        any
    }

    /// At the end of a line its newline goes, as in emacs.
    fn erase_to_line_end(&mut self) -> bool {
        let end = self.line_end();
        self.erase(if end == self.cursor { cells::after(&self.text, end) } else { end })
    }

    fn line_start(&self) -> usize {
        self.text.get(..self.cursor).and_then(|head| head.rfind('\n')).map_or(0, |newline| newline + 1)
    }

    fn line_end(&self) -> usize {
        let tail = self.text.get(self.cursor..).unwrap_or("");
        self.cursor + tail.find('\n').unwrap_or(tail.len())
    }

    fn page(&self) -> isize {
        isize::try_from(self.size.1).unwrap_or(1).max(2) - 1
    }

    fn step_left(&mut self, keep: bool) -> bool {
        match self.selection().filter(|_| !keep) {
            Some(range) => self.go(range.start, false),
            None => self.go(cells::before(&self.text, self.cursor), keep),
        }
    }

    fn step_right(&mut self, keep: bool) -> bool {
        match self.selection().filter(|_| !keep) {
            Some(range) => self.go(range.end, false),
            None => self.go(cells::after(&self.text, self.cursor), keep),
        }
    }

    /// Moves over wrapped rows; beyond the first or last one, to the start or end of the text.
    fn go_rows(&mut self, by: isize, keep: bool) -> bool {
        let (row, column) = self.rows.place(&self.text, self.cursor);
        let column = self.column.unwrap_or(column);
        let to = match row.checked_add_signed(by) {
            None => 0,
            Some(to) if to >= self.rows.len() => self.text.len(),
            Some(to) => self.rows.offset(&self.text, to, column),
        };
        self.go(to, keep);
        self.column = Some(column);
        false
    }

    /// Moves the cursor; with `keep` the selection grows. Never changes the text.
    fn go(&mut self, to: usize, keep: bool) -> bool {
        self.anchor = if keep { self.anchor.or(Some(self.cursor)) } else { None };
        self.cursor = to;
        self.column = None;
        self.steps.open = false;
        self.follow();
        false
    }

    fn follow(&mut self) {
        let height = usize::from(self.size.1).max(1);
        let row = self.rows.row_of(self.cursor);
        let last = self.rows.len().saturating_sub(height);
        self.top =
            self.top.clamp((row + 1).saturating_sub(height), row).min(last.max((row + 1).saturating_sub(height)));
    }

    /// The nearest place between graphemes at or after `at`.
    fn snapped(&self, at: usize) -> usize {
        let at = self.text.ceil_char_boundary(at.min(self.text.len()));
        let mut grapheme = GraphemeCursor::new(at, self.text.len(), true);
        match grapheme.is_boundary(&self.text, 0) {
            Ok(false) => grapheme.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len()),
            _ => at,
        }
    }

    /// The one way in which the text changes, apart from undo and redo.
    fn replace(&mut self, range: Range<usize>, with: &str, kind: Kind) {
        let before = self.cursor;
        let edits = self.edit_document(&range, with);
        self.text.replace_range(range.clone(), with);
        if !self.rows.is_empty() {
            self.rows.edit(&self.text, range.start, range.len(), with.len());
        }
        let joins = self.steps.open && (range.start == before || range.end == before) && self.anchor.is_none();
        self.anchor = None;
        self.column = None;
        self.cursor = self.snapped(range.start + with.len());
        self.steps.push(Step { kind, edits, before, after: self.cursor }, joins);
        self.follow();
    }

    /// Makes the same change in the document; answers how many single edits it took there.
    fn edit_document(&mut self, range: &Range<usize>, with: &str) -> usize {
        let head = self.text.get(..range.start).unwrap_or("");
        let line_start = head.rfind('\n').map_or(0, |newline| newline + 1);
        let line_head = head.get(line_start..).unwrap_or("");
        let row = head.bytes().filter(|byte| *byte == b'\n').count();
        let column = line_head.chars().count();
        // A place further right than the textarea can be told: the line's beginning is written again with the change.
        let (column, range, with) = match column > REACH {
            true => (0, line_start..range.end, format!("{line_head}{with}")),
            false => (column, range.clone(), with.to_owned()),
        };
        self.place_in_document(row, column);
        let removed = self.text.get(range).unwrap_or("").chars().count();
        let deleted = removed > 0 && self.document.delete_str(removed);
        let inserted = !with.is_empty() && self.document.insert_str(&with);
        usize::from(deleted) + usize::from(inserted)
    }

    fn place_in_document(&mut self, row: usize, column: usize) {
        let jump = |row: usize, column: usize| {
            CursorMove::Jump(u16::try_from(row).unwrap_or(u16::MAX), u16::try_from(column).unwrap_or(u16::MAX))
        };
        self.document.cancel_selection();
        if row <= REACH {
            self.document.move_cursor(jump(row, column));
            return;
        }
        // Rows that far down are walked to, from where the cursor was or from the end, whichever is nearer.
        let last = self.document.lines().len().saturating_sub(1);
        let here = self.document.cursor().0;
        if last.abs_diff(row) < here.abs_diff(row) {
            self.document.move_cursor(CursorMove::Bottom);
        } else if here < REACH {
            self.document.move_cursor(jump(REACH, 0));
        }
        self.document.move_cursor(CursorMove::Head);
        while self.document.cursor().0 != row {
            let down = self.document.cursor().0 < row;
            self.document.move_cursor(if down { CursorMove::Down } else { CursorMove::Up });
        }
        for _ in 0..column {
            self.document.move_cursor(CursorMove::Forward);
        }
    }

    /// Reads the document again after undo or redo.
    fn reread(&mut self, cursor: usize) {
        self.text = self.document.lines().join("\n");
        self.rows =
            if self.rows.is_empty() { Rows::default() } else { Rows::new(&self.text, usize::from(self.size.0)) };
        self.anchor = None;
        self.column = None;
        self.steps.open = false;
        self.cursor = self.snapped(cursor);
        self.follow();
    }
}

/// Line ends as `\n`, whatever they were.
fn normal(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

#[cfg(test)]
#[path = "editor_tests.rs"]
mod tests;
