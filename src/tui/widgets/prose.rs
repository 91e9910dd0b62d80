//! Rows of text that carry meaning instead of colour, so that they can be computed ahead and drawn by any theme; and
//! the wrapping of foreign text into them.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use super::cells::put_clean;
use super::wrap;
use crate::domain::outcome::State;
use crate::text::clean::{cells, truncate};
use crate::tui::theme::{Glyphs, Role, Theme};

/// One piece of a row: words, or a mark whose look the theme decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bit {
    /// Words, clean already.
    Text(String),
    /// The mark of a state.
    State(State),
    /// Asked for and not confirmed.
    Hollow,
    /// A check mark.
    Check,
    /// A cross.
    Cross,
    /// A warning.
    Warn,
    /// Something waits.
    Waiting,
    /// Something is being fetched or sent.
    Synced,
    /// A marked row.
    Marked,
    /// A group that is folded.
    Folded,
    /// A group that is open.
    Unfolded,
    /// A horizontal line of so many cells.
    Rule(usize),
    /// A meter: filled cells of all cells.
    Meter {
        /// Filled.
        filled: usize,
        /// In all.
        of: usize,
    },
}

impl Bit {
    fn words(&self, glyphs: &Glyphs) -> Cow<'_, str> {
        let mark = match self {
            Self::Text(text) => return Cow::Borrowed(text),
            Self::Rule(cells) => return Cow::Owned(glyphs.line.to_string().repeat(*cells)),
            Self::Meter { filled, of } => {
                let [full, empty] = glyphs.meter.map(|glyph| glyph.to_string());
                let filled = (*filled).min(*of);
                return Cow::Owned(full.repeat(filled) + &empty.repeat(of - filled));
            }
            Self::State(state) => glyphs.state(*state),
            Self::Hollow => glyphs.hollow,
            Self::Check => glyphs.check,
            Self::Cross => glyphs.cross,
            Self::Warn => glyphs.warn,
            Self::Waiting => glyphs.waiting,
            Self::Synced => glyphs.synced,
            Self::Marked => glyphs.marked,
            Self::Folded => glyphs.folded,
            Self::Unfolded => glyphs.unfolded,
        };
        Cow::Owned(mark.to_string())
    }

    /// Cells on screen; every mark of a theme takes one.
    fn cells(&self) -> usize {
        match self {
            Self::Text(text) => cells(text),
            Self::Rule(cells) => *cells,
            Self::Meter { of, .. } => *of,
            _ => 1,
        }
    }
}

/// One row on screen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pieces: Vec<(Bit, Role)>,
}

impl Row {
    /// An empty row.
    pub fn new() -> Self {
        Self::default()
    }

    /// A row of words.
    pub fn of(text: impl Into<String>, role: Role) -> Self {
        Self::new().text(text, role)
    }

    /// Adds words, which must be clean.
    pub fn text(mut self, text: impl Into<String>, role: Role) -> Self {
        self.pieces.push((Bit::Text(text.into()), role));
        self
    }

    /// Adds a mark.
    pub fn bit(mut self, bit: Bit, role: Role) -> Self {
        self.pieces.push((bit, role));
        self
    }

    /// Adds mark and word of a state, hollow while what was asked for waits to be confirmed. What came to an end, or to
    /// nobody knows what, has its own mark whatever waits.
    pub fn state(self, state: State, pending: bool) -> Self {
        let role = Role::State(state);
        let mark = if pending && state.can_wait() { Bit::Hollow } else { Bit::State(state) };
        self.bit(mark, role).text(format!(" {}", state.word()), role)
    }

    /// Adds another row's pieces.
    pub fn then(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Adds blanks up to `column`, at least one when something stands there already.
    pub fn to_column(self, column: usize) -> Self {
        let used = self.cells();
        let blanks = column.saturating_sub(used).max(usize::from(used > 0));
        self.text(" ".repeat(blanks), Role::Text)
    }

    /// Cells it takes.
    pub fn cells(&self) -> usize {
        self.pieces.iter().map(|(bit, _)| bit.cells()).sum()
    }

    /// Draws it into at most `width` cells from `x`, ending in an ellipsis when it is longer. `ground` lies under
    /// every piece. Answers the column after it.
    pub fn draw(&self, theme: &Theme, ground: Style, x: u16, y: u16, width: u16, buf: &mut Buffer) -> u16 {
        let area = buf.area;
        if y < area.top() || y >= area.bottom() || x < area.left() {
            return x;
        }
        let end = x.saturating_add(width).min(area.right());
        let mut at = x;
        if end <= x {
            return x;
        }
        for (bit, role) in &self.pieces {
            let room = usize::from(end.saturating_sub(at));
            if room == 0 && !is_blank(bit) {
                let more = theme.glyphs.more.to_string();
                buf.set_stringn(end - 1, y, more, 1, ground.patch(theme.style(*role)));
                break;
            }
            let words = bit.words(&theme.glyphs);
            let cut = if cells(&words) > room { Cow::Owned(truncate(&words, room)) } else { words };
            at = put_clean(buf, at, y, &cut, room, ground.patch(theme.style(*role)));
        }
        at
    }

    /// The words and marks as one string, in Unicode marks.
    #[cfg(test)]
    pub fn plain(&self) -> String {
        let glyphs = Glyphs::unicode();
        self.pieces.iter().map(|(bit, _)| bit.words(&glyphs).into_owned()).collect()
    }
}

fn is_blank(bit: &Bit) -> bool {
    matches!(bit, Bit::Text(text) if text.trim().is_empty())
}

/// Breaks `text` into lines of at most `width` cells, between words where it can, never inside a grapheme (one that
/// is wider than `width` stands alone). Byte ranges without the blanks at their ends, in order, at most `most` of them.
pub fn wrap(text: &str, width: usize, most: usize) -> Vec<Range<usize>> {
    let mut rows = wrap::first_rows(text, width, most);
    for row in &mut rows {
        row.end = row.start + text.get(row.clone()).unwrap_or_default().trim_end().len();
    }
    rows
}

/// `text`, wrapped: ordinary pieces in `role`, the given spans (in order, apart) in roles of their own.
pub fn paragraph(text: &str, role: Role, spans: &[(Range<usize>, Role)], width: usize, most: usize) -> Vec<Row> {
    let mut first = 0;
    wrap(text, width, most)
        .into_iter()
        .map(|line| {
            while spans.get(first).is_some_and(|(span, _)| span.end <= line.start) {
                first += 1;
            }
            let mut row = Row::new();
            let mut at = line.start;
            for (span, own) in spans.iter().skip(first).take_while(|(span, _)| span.start < line.end) {
                let (from, to) = (span.start.max(at), span.end.min(line.end));
                row = row.text(slice(text, at..from), role).text(slice(text, from..to), *own);
                at = to.max(at);
            }
            row.text(slice(text, at..line.end), role)
        })
        .collect()
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

/// `rows` behind a label of `indent` cells; the rows after the first stand under the first.
pub fn hang(label: Row, indent: usize, rows: Vec<Row>) -> Vec<Row> {
    let mut label = Some(label);
    let blank = || Row::of(" ".repeat(indent), Role::Text);
    rows.into_iter()
        .map(|row| match label.take() {
            Some(label) if indent > 0 => label.to_column(indent).then(row),
            Some(label) => label.then(row),
            None => blank().then(row),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;

    fn lines(text: &str, width: usize) -> Vec<&str> {
        wrap(text, width, usize::MAX).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn breaks_between_words_and_inside_only_when_it_must() {
        assert_eq!(lines("offline mode, twice the speed", 13), ["offline mode,", "twice the", "speed"]);
        assert_eq!(lines("a\n\nb", 5), ["a", "", "b"]);
        assert_eq!(lines("", 5), [""]);
        assert_eq!(lines("see abcdefghij", 4), ["see", "abcd", "efgh", "ij"]);
        assert_eq!(lines("日本語です", 4), ["日本", "語で", "す"]);
    }

    #[test]
    fn spans_keep_their_role_over_a_break() {
        let rows = paragraph("go https://a.example/long now", Role::Text, &[(3..24, Role::Link)], 12, 9);
        let links: String = rows
            .iter()
            .flat_map(|row| &row.pieces)
            .filter(|(_, role)| *role == Role::Link)
            .map(|(bit, _)| bit.words(&Glyphs::unicode()).into_owned())
            .collect();
        assert_eq!(links, "https://a.example/long".get(..21).unwrap());
    }

    #[test]
    fn a_hanging_label_stands_once() {
        let rows = hang(Row::of("li", Role::Text), 4, paragraph("one two", Role::Text, &[], 3, 9));
        assert_eq!(rows.iter().map(Row::plain).collect::<Vec<_>>(), ["li  one", "    two"]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_spaces_and_keeps_the_width(text in "\\PC{0,80}", width in 2_usize..20) {
            let rows = wrap(&text, width, usize::MAX);
            let kept: String = rows.iter().flat_map(|range| text[range.clone()].chars()).collect();
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&kept), solid(&text));
            for range in rows {
                let line = &text[range];
                prop_assert!(cells(line) <= width || line.graphemes(true).count() == 1, "{:?}", line);
            }
        }
    }
}
