//! Pieces of a text → lines of a width in cells: broken at spaces, or inside a word that is longer than a line.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{PreviewLine, PreviewSpan, Role};
use crate::text::clean::clean;

/// A stretch of one role, and where in the source it begins.
pub(super) struct Piece<'t> {
    text: Cow<'t, str>,
    role: Role,
    source: usize,
    /// Shown instead of its source, so that every place in it comes from its first byte.
    replaced: bool,
}

impl<'t> Piece<'t> {
    /// Shown as written.
    pub(super) fn written(text: &'t str, role: Role, source: usize) -> Self {
        Self { text: Cow::Borrowed(text), role, source, replaced: false }
    }

    /// Shown instead of what was written.
    pub(super) fn instead(text: String, role: Role, source: usize) -> Self {
        Self { text: Cow::Owned(text), role, source, replaced: true }
    }
}

/// Lines, and where in the source each begins.
#[derive(Default)]
pub(super) struct Wrapped {
    pub(super) lines: Vec<PreviewLine>,
    pub(super) starts: Vec<usize>,
}

/// One grapheme, ready to draw.
struct Atom<'p> {
    text: Cow<'p, str>,
    cells: usize,
    role: Role,
    source: usize,
}

pub(super) fn wrap(pieces: &[Piece<'_>], width: usize) -> Wrapped {
    let mut wrapped = Wrapped::default();
    let mut line = Line::default();
    for piece in pieces {
        for (at, grapheme) in piece.text.grapheme_indices(true) {
            let source = if piece.replaced { piece.source } else { piece.source + at };
            if matches!(grapheme, "\n" | "\r\n" | "\r") {
                line.flush(&mut wrapped);
                line.start = source + grapheme.len();
                continue;
            }
            let text = if at == 0 { line.continued(grapheme) } else { clean(grapheme) };
            let cells = text.as_ref().width();
            line.add(Atom { text, cells, role: piece.role, source }, width, &mut wrapped);
        }
    }
    line.flush(&mut wrapped);
    wrapped
}

/// The line being filled.
#[derive(Default)]
struct Line<'p> {
    atoms: Vec<Atom<'p>>,
    cells: usize,
    /// The atom after the last space: where the line may break.
    after_space: usize,
    start: usize,
}

impl<'p> Line<'p> {
    /// The first grapheme of a piece, cleaned. Where a piece begins with marks, they stand on what the piece before it
    /// ended with, and pile up there.
    fn continued(&self, grapheme: &'p str) -> Cow<'p, str> {
        let base = self.atoms.iter().rposition(|atom| atom.cells > 0).unwrap_or(0);
        let before: String = self.atoms.iter().skip(base).map(|atom| atom.text.as_ref()).collect();
        let alone = clean(grapheme);
        if before.is_empty() || alone.width() > 0 {
            return alone;
        }
        let both = clean(&format!("{before}{grapheme}")).into_owned();
        both.strip_prefix(&before).map_or(alone, |rest| Cow::Owned(rest.to_owned()))
    }

    fn add(&mut self, atom: Atom<'p>, width: usize, wrapped: &mut Wrapped) {
        let is_space = atom.text.as_ref() == " ";
        if self.cells + atom.cells > width && !self.atoms.is_empty() {
            if is_space {
                // A space at the end of a line is not carried over.
                let next = atom.source + 1;
                self.flush(wrapped);
                self.start = next;
                return;
            }
            let at = if self.after_space > 0 { self.after_space } else { self.atoms.len() };
            self.break_at(at, atom.source, wrapped);
        }
        self.cells += atom.cells;
        self.atoms.push(atom);
        if is_space {
            self.after_space = self.atoms.len();
        }
    }

    /// Ends the line before atom number `at`; the rest begins the next one, which else begins at `next`.
    fn break_at(&mut self, at: usize, next: usize, wrapped: &mut Wrapped) {
        let carried = self.atoms.split_off(at.min(self.atoms.len()));
        while self.atoms.last().is_some_and(|atom| atom.text.as_ref() == " ") {
            self.atoms.pop();
        }
        self.flush(wrapped);
        self.start = carried.first().map_or(next, |atom| atom.source);
        self.cells = carried.iter().map(|atom| atom.cells).sum();
        self.atoms = carried;
    }

    fn flush(&mut self, wrapped: &mut Wrapped) {
        let mut spans: Vec<PreviewSpan> = Vec::new();
        for atom in self.atoms.drain(..) {
            match spans.last_mut().filter(|span| span.role == atom.role) {
                Some(span) => span.text.push_str(&atom.text),
                None => spans.push(PreviewSpan { text: atom.text.into_owned(), role: atom.role }),
            }
        }
        wrapped.lines.push(PreviewLine { spans });
        wrapped.starts.push(self.start);
        (self.cells, self.after_space) = (0, 0);
    }
}
