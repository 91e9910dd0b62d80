//! What lies over the panes until it is answered: questions, prompts, help, the review.

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
