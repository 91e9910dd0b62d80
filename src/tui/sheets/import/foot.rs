//! What the keys do just now, for the foot of the sheet and the line of hints.

use super::mend::Typing;
use super::shown::Shown;
use super::{Stage, State};
use crate::domain::intake::Verdict;
use crate::domain::words::count;
use crate::tui::action::Action;
use crate::tui::widgets::panel::Foot;

impl State {
    /// The word for Tab where several fields are typed in turn.
    pub fn turns_to(&self) -> Option<&'static str> {
        self.typed.as_ref().filter(|typed| typed.turns()).map(Typing::turns_to)
    }

    /// The word for Enter, for the hints.
    pub fn accepts(&self) -> String {
        if let Some(typed) = &self.typed {
            return typed.accepts().into();
        }
        match &self.stage {
            Stage::Dropped => "look into it".into(),
            Stage::Shown if self.proposal().is_some() => "take the proposed time".into(),
            Stage::Shown if self.good() > 0 => format!("take {}", count(self.good(), "good row")),
            Stage::Shown => "nothing to take yet".into(),
            _ => "close".into(),
        }
    }

    /// Whether Enter does something just now.
    pub fn takes_enter(&self) -> bool {
        let rests = self.has_rows() && self.typed.is_none() && self.rests && self.proposal().is_none();
        !rests && !matches!(self.stage, Stage::Looking(..) | Stage::Taking)
    }

    /// Whether only the key for it takes the good rows, as Enter does something else.
    pub fn is_taken_by_key(&self) -> bool {
        self.has_rows() && self.good() > 0 && (self.rests || self.proposal().is_some())
    }

    /// Whether rows are shown, and not what the columns hold.
    pub fn lists_rows(&self) -> bool {
        self.has_rows() && !self.columns
    }

    /// What the key for rows with problems shows next.
    pub fn shows_next(&self) -> &'static str {
        if self.only == Shown::Problems { "all rows" } else { "problems only" }
    }

    /// What the key for skipping does to the row under the cursor; nothing where it does nothing.
    pub fn skips(&self) -> Option<&'static str> {
        match self.row().filter(|_| !self.columns)?.verdict {
            Verdict::Known(_) => None,
            Verdict::Skipped => Some("take in"),
            Verdict::Good | Verdict::Refused => Some("skip"),
        }
    }

    /// What stands at the foot.
    pub(super) fn foot(&self) -> Vec<Foot<'static>> {
        match &self.stage {
            Stage::Dropped => {
                vec![("Enter", "look into it; nothing is taken yet", Action::Open), ("Esc", "leave it", Action::Back)]
            }
            Stage::Looking(..) | Stage::Taking => vec![("Esc", "leave", Action::Back)],
            Stage::Taken(_) | Stage::Failed(_) => vec![("Esc", "close", Action::Back)],
            Stage::Shown => match &self.typed {
                Some(typed) => typed.foot(),
                None => self.foot_of_rows(),
            },
        }
    }

    fn foot_of_rows(&self) -> Vec<Foot<'static>> {
        let row = self.row().filter(|_| !self.columns);
        let with_row = |foot: Foot<'static>| row.map(|_| foot);
        let with_rows = |foot: Foot<'static>| Some(foot).filter(|_| !self.columns);
        let is_changed = row.is_some_and(|row| self.asking.mended.contains_key(&row.number));
        let asks_order = self.look.two_ways > 0 || self.asking.order.is_some();
        let take = match self.is_taken_by_key() {
            true => ("Ctrl-s", "take the good rows", Action::ImportTake),
            false => ("Enter", "take the good rows", Action::Open),
        };
        let turn = if self.columns { "rows" } else { "columns" };
        [
            self.proposal().map(|_| ("Enter", "take the proposed time", Action::Open)),
            Some(take).filter(|_| self.good() > 0),
            Some(("Esc", "leave it", Action::Back)),
            with_row(("e", "text", Action::ImportBody)),
            with_row(("s", "time", Action::ImportWhen)),
            with_row(("t", "channels", Action::ImportChannels)),
            self.skips().map(|words| ("x", words, Action::ImportSkip)),
            with_rows(("f", self.shows_next(), Action::ImportProblems)),
            Some(("u", "as it was", Action::Undo)).filter(|_| is_changed),
            Some(("z", "zone", Action::ImportZone)),
            Some(("D", "which is the day", Action::ImportDates)).filter(|_| asks_order),
            Some(("h l", "holds", Action::Right)).filter(|_| self.columns),
            Some(("Tab", turn, Action::NextField)).filter(|_| !self.look.columns.is_empty()),
            with_rows(("/", "filter", Action::Filter)),
            Some(("a", "else to", Action::ImportTo)),
            Some(("V", "ask providers", Action::ServerCheck)),
            Some(("F", "files", Action::ImportFiles)),
            Some(("w", "drafts", Action::ImportDrafts)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
