//! What is wrong with a file, and where: line, column, words, remedy.

/// A place in a file: line and column, both from 1; columns are characters. 0 where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// Something that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {}, column {}: {words}; {remedy}", spot.line, spot.column)]
pub struct Fault {
    /// Where.
    pub spot: Spot,
    /// What is wrong.
    pub words: String,
    /// What to do about it.
    pub remedy: String,
}

/// A fault whose place is still a byte offset into the front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub offset: usize,
    pub words: String,
    pub remedy: String,
}

impl Found {
    pub fn new(offset: usize, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { offset, words: words.into(), remedy: remedy.into() }
    }

    /// The same fault with its line and column.
    pub fn at(self, spot: &dyn Fn(usize) -> Spot) -> Fault {
        Fault { spot: spot(self.offset), words: self.words, remedy: self.remedy }
    }
}

/// Line and column of a byte offset; of the end, when it lies behind it.
pub(super) fn spot(text: &str, offset: usize) -> Spot {
    let head = text.get(..text.floor_char_boundary(offset)).unwrap_or(text);
    let line = head.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = head.rfind('\n').map_or(0, |newline| newline + 1);
    Spot { line, column: head.get(start..).unwrap_or("").chars().filter(|c| *c != '\u{feff}').count() + 1 }
}

/// Several words as people list them: `to, when or title`.
pub fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
