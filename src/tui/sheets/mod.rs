//! What lies over the panes until it is answered: questions, prompts, help, the review.

use chrono::NaiveDate;

use crate::domain::filter::Filter;
use crate::domain::when::Reading;

use super::action::Action;

pub mod command;
pub mod help;
pub mod question;
pub mod review;
pub mod story;
pub mod when;

/// One sheet.
#[derive(Clone, Debug)]
pub enum Sheet {
    /// Keys that work here, searchable.
    Help(help::State),
    /// The command line (`:`), the filter (`/`), a date to go to.
    Command(command::State),
    /// Yes or no.
    Question(question::State),
    /// A time in words.
    When(when::State),
    /// The last look before something is sent.
    Review(review::State),
    /// A post's attempts and edits.
    Story(story::State),
}

/// What becomes of the sheet, or the composer, after it handled something.
#[derive(Clone, Debug)]
pub enum Flow {
    /// It stays.
    Stay,
    /// It closes.
    Close,
    /// Another sheet opens over it.
    Push(Box<Sheet>),
    /// It closes, and another takes its place.
    Replace(Box<Sheet>),
    /// It closes, and this action runs as if its key had been pressed.
    Run(Action),
    /// It closes, and the composer takes this time.
    ComposerWhen(Reading),
    /// It closes, and the composer closes with it (its draft is kept or handed over).
    CloseComposer,
    /// It closes, and the panes are narrowed to this filter, or to nothing.
    Filter(Option<Filter>),
    /// It closes, and the calendar goes to this day.
    GoTo(NaiveDate),
}
