//! Which rows of a file are shown, and which of them is under the cursor: it stays on its row while others come and go.

use super::State;
use crate::domain::intake::{Line, Verdict};

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    All,
    /// Those with something wrong, or worth a look.
    Problems,
    Of(Kind),
}

/// A verdict without what it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Good,
    Known,
    Refused,
    Skipped,
}

impl Kind {
    pub(super) fn of(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Good => Self::Good,
            Verdict::Known(_) => Self::Known,
            Verdict::Refused => Self::Refused,
            Verdict::Skipped => Self::Skipped,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Known => "known",
            Self::Refused => "refused",
            Self::Skipped => "skipped",
        }
    }
}

impl Shown {
    fn has(self, line: &Line) -> bool {
        match self {
            Self::All => true,
            Self::Problems => line.has_problem(),
            Self::Of(kind) => Kind::of(line.verdict) == kind,
        }
    }

    /// What a filter that goes round shows after it.
    pub(super) fn next(self) -> Self {
        match self {
            Self::All | Self::Problems => Self::Of(Kind::Refused),
            Self::Of(Kind::Refused) => Self::Of(Kind::Good),
            Self::Of(Kind::Good) => Self::Of(Kind::Known),
            Self::Of(Kind::Known) => Self::Of(Kind::Skipped),
            Self::Of(Kind::Skipped) => Self::All,
        }
    }

    /// Rows with problems, and from them back to all.
    pub(super) fn problems(self) -> Self {
        if self == Self::Problems { Self::All } else { Self::Problems }
    }

    /// What is said where no row is like that.
    pub(super) fn nothing(self) -> &'static str {
        if self == Self::Problems { "no row has a problem" } else { "no row is like that" }
    }
}

impl State {
    /// The rows that are shown.
    pub(super) fn rows(&self) -> Vec<&Line> {
        self.look.rows.iter().filter(|row| self.only.has(row)).collect()
    }

    /// The row under the cursor.
    pub(super) fn row(&self) -> Option<&Line> {
        self.rows().get(self.row_at).copied()
    }

    /// Shows other rows.
    pub(super) fn show(&mut self, only: Shown) {
        self.columns = false;
        self.staying(|state| state.only = only);
    }

    /// Changes which rows are there or shown. The cursor stays on its row, or goes to the next that is left.
    pub(super) fn staying(&mut self, change: impl FnOnce(&mut Self)) {
        self.on = self.row().map_or(self.on, |row| row.number);
        change(self);
        let rows = self.rows();
        let at = rows.iter().position(|row| row.number >= self.on);
        self.row_at = at.unwrap_or(rows.len().saturating_sub(1));
    }

    pub(super) fn move_to(&mut self, by: impl Fn(usize) -> usize) {
        let last = |len: usize| len.saturating_sub(1);
        if self.columns {
            self.column_at = by(self.column_at).min(last(self.look.columns.len()));
        } else {
            self.row_at = by(self.row_at).min(last(self.rows().len()));
        }
    }
}
