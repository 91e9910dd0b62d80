//! Soft wrapping: which part of a text stands on which row. Depends on text and width only.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::cells;

/// The rows of a text at one width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// Bytes of each row, without the newline that ends it. A row that ends where the next begins is a soft break.
    rows: Vec<Range<usize>>,
    columns: usize,
}

impl Rows {
    /// Wraps all of `text`. One of the `columns` is kept free for a cursor behind the last character.
    pub fn new(text: &str, columns: usize) -> Self {
        let columns = columns.saturating_sub(1).max(1);
        let mut rows = Vec::new();
        wrap_lines(text, 0..text.len(), columns, &mut rows);
        Self { rows, columns }
    }

    /// Whether it was wrapped for this width.
    pub fn fits(&self, columns: usize) -> bool {
        !self.rows.is_empty() && self.columns == columns.saturating_sub(1).max(1)
    }

    /// Follows an edit: in the text that is now `text`, `inserted` bytes stand at `at` instead of `removed`. Only the
    /// lines touched are wrapped anew.
    pub fn edit(&mut self, text: &str, at: usize, removed: usize, inserted: usize) {
        let bytes = text.as_bytes();
        let first = bytes.get(..at).and_then(|head| head.iter().rposition(|b| *b == b'\n')).map_or(0, |nl| nl + 1);
        let tail = bytes.get(at + inserted..).unwrap_or_default();
        let last = at + inserted + tail.iter().position(|b| *b == b'\n').unwrap_or(tail.len());
        let old_last = last + removed - inserted;
        let from = self.rows.partition_point(|row| row.start < first);
        let to = self.rows.partition_point(|row| row.start <= old_last);
        let mut fresh = Vec::new();
        wrap_lines(text, first..last, self.columns, &mut fresh);
        for row in self.rows.get_mut(to..).unwrap_or_default() {
            *row = row.start + inserted - removed..row.end + inserted - removed;
        }
        self.rows.splice(from..to, fresh);
    }

    /// How many there are; never 0.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was wrapped yet.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The bytes of one row.
    pub fn get(&self, row: usize) -> Option<Range<usize>> {
        self.rows.get(row).cloned()
    }

    /// The row a byte offset is on.
    pub fn row_of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// Row and column of a byte offset.
    pub fn place(&self, text: &str, at: usize) -> (usize, usize) {
        let row = self.row_of(at);
        let start = self.get(row).map_or(0, |row| row.start);
        (row, cells::width(text.get(start..at).unwrap_or("")).min(self.columns))
    }

    /// The byte offset shown at a row and column, or the nearest one on that row.
    pub fn offset(&self, text: &str, row: usize, column: usize) -> usize {
        let row = row.min(self.rows.len().saturating_sub(1));
        let Some(range) = self.get(row) else { return 0 };
        let soft = self.get(row + 1).is_some_and(|next| next.start == range.end);
        let (mut at, mut taken) = (range.start, 0);
        for grapheme in text.get(range.clone()).unwrap_or("").graphemes(true) {
            taken += cells::width_of(grapheme);
            // The end of a row that goes on below is the start of the next one.
            if taken > column || (soft && at + grapheme.len() == range.end) {
                return at;
            }
            at += grapheme.len();
        }
        at
    }
}

/// The first `most` rows of a text, at most `columns` wide. Blanks at the end of a row hang over its edge.
pub fn first_rows(text: &str, columns: usize, most: usize) -> Vec<Range<usize>> {
    let (mut rows, mut start) = (Vec::new(), 0);
    for line in text.split('\n') {
        if rows.len() >= most {
            break;
        }
        wrap_line(line, start, columns.max(1), &mut rows);
        start += line.len() + 1;
    }
    rows.truncate(most);
    rows
}

/// Wraps the lines of `text` within `range`, which begins and ends at line ends.
fn wrap_lines(text: &str, range: Range<usize>, columns: usize, rows: &mut Vec<Range<usize>>) {
    let mut start = range.start;
    for line in text.get(range).unwrap_or("").split('\n') {
        wrap_line(line, start, columns, rows);
        start += line.len() + 1;
    }
}

fn wrap_line(line: &str, offset: usize, columns: usize, rows: &mut Vec<Range<usize>>) {
    // A byte is at least as wide as what it shows, so a short line needs no measuring.
    if line.len() <= columns {
        rows.push(offset..offset + line.len());
    } else if line.is_ascii() {
        let steps = line.bytes().enumerate().map(|(at, byte)| (at, 1, byte == b' '));
        wrap_steps(steps, line.len(), offset, columns, rows);
    } else {
        let graphemes = line.grapheme_indices(true);
        let steps = graphemes.map(|(at, text)| (at, cells::width_of(text), text.trim().is_empty()));
        wrap_steps(steps, line.len(), offset, columns, rows);
    }
}

/// Breaks after the last blank that fits, else in the word. Blanks at the end of a row hang over its edge.
fn wrap_steps(
    steps: impl Iterator<Item = (usize, usize, bool)>,
    length: usize,
    offset: usize,
    columns: usize,
    rows: &mut Vec<Range<usize>>,
) {
    let (mut start, mut taken) = (0, 0);
    // Where the word at hand begins, and how much of the row is taken before it.
    let (mut word, mut before_word) = (0, 0);
    let mut after_blank = false;
    for (at, width, blank) in steps {
        if after_blank && !blank {
            (word, before_word) = (at, taken);
        }
        after_blank = blank;
        if !blank && taken + width > columns && at > start {
            let broken = if word > start { (word, before_word) } else { (at, taken) };
            rows.push(offset + start..offset + broken.0);
            start = broken.0;
            taken = taken.saturating_sub(broken.1);
            (word, before_word) = (start, 0);
            // The word alone may be wider than a row: it is broken where it stands.
            if taken + width > columns && at > start {
                rows.push(offset + start..offset + at);
                (start, taken) = (at, 0);
                (word, before_word) = (at, 0);
            }
        }
        taken += width;
    }
    rows.push(offset + start..offset + length);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, columns: usize) -> Vec<&str> {
        let rows = Rows::new(text, columns + 1);
        (0..rows.len()).map(|row| &text[rows.get(row).unwrap()]).collect()
    }

    #[test]
    fn words_go_to_the_next_row_and_long_ones_are_broken() {
        for (text, columns, expected) in [
            ("", 5, vec![""]),
            ("one two three", 7, vec!["one two ", "three"]),
            ("one two three", 8, vec!["one two ", "three"]),
            ("abcdefghij", 4, vec!["abcd", "efgh", "ij"]),
            ("ab abcdefghij", 4, vec!["ab ", "abcd", "efgh", "ij"]),
            ("a\n\nb\n", 4, vec!["a", "", "b", ""]),
            ("日本語日本語", 5, vec!["日本", "語日", "本語"]),
            ("日", 1, vec!["日"]),
            ("日\u{3000}本語", 4, vec!["日\u{3000}", "本語"]),
            ("a    b", 2, vec!["a    ", "b"]),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3, vec!["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
        ] {
            let got = rows(text, columns);
            assert_eq!(got, expected, "{text:?} at {columns}");
            assert_eq!(got.concat(), text.replace('\n', ""), "nothing is lost of {text:?}");
        }
    }

    #[test]
    fn an_edit_wraps_as_if_all_were_new() {
        let base = "one two three\nfour five\n\nsix seven eight nine ten";
        for at in 0..=base.len() {
            for removed in 0..=(base.len() - at).min(16) {
                for insert in ["", "x", "\n", "long words in\nmany lines\n", "日 本"] {
                    let mut rows = Rows::new(base, 9);
                    let mut text = base.to_owned();
                    text.replace_range(at..at + removed, insert);
                    rows.edit(&text, at, removed, insert.len());
                    assert_eq!(rows, Rows::new(&text, 9), "{at} -{removed} +{insert:?}");
                }
            }
        }
    }

    #[test]
    fn places_lead_back_to_their_offsets() {
        let text = "héllo 日本語 wörld👩‍👧 and more text\nnext";
        let rows = Rows::new(text, 8);
        for (at, _) in text.grapheme_indices(true) {
            let (row, column) = rows.place(text, at);
            let back = rows.offset(text, row, column);
            assert!(back <= at && at - back <= 1, "{at} → {row},{column} → {back}");
        }
    }
}
