//! `--read-only`: the calendar is looked at. What is planned stays as it is, and nothing is sent.
//!
//! Keys that would change something say so before anything opens ([`refuses`]); whatever asks for a change all the same
//! (a drag, a line of `:`, a sheet that is looked at) is held back on its way out ([`hold_back`]).

use super::action::Action;
use super::answers::store_changed;
use super::effect::Effect;
use super::model::Model;
use super::msg::Tone;
use super::notice;

/// What is answered to whoever wants to change something.
pub const WORDS: &str = "read-only: nothing is changed or sent from here; start runsheet without --read-only for that";

/// Whether an action is there to change something.
pub fn refuses(action: Action) -> bool {
    matches!(
        action,
        Action::Compose
            | Action::Edit
            | Action::EditExternally
            | Action::Move
            | Action::When
            | Action::Duplicate
            | Action::Delete
            | Action::DeleteMany
            | Action::Hold
            | Action::Tag
            | Action::PublishNow
            | Action::Retry
            | Action::RetryAll
            | Action::Verify
            | Action::Remedy
            | Action::LinkTwin
            | Action::Dismiss
            | Action::DropWrite
            | Action::Paste
            | Action::Repeat
            | Action::Undo
            | Action::Redo
            | Action::KeepOurs
            | Action::TakeTheirs
            | Action::DayNote
            | Action::Import
            | Action::Campaign
            | Action::Connect
            | Action::RenewChannel
    )
}

/// Leaves out of `effects` what changes something, and says so where a person asked for it.
pub fn hold_back(model: &mut Model, mut effects: Vec<Effect>) -> Vec<Effect> {
    if !model.board.read_only {
        return effects;
    }
    let held = effects.extract_if(.., |effect| effect.touches().is_a_change());
    // What the program does by itself is nothing to be told about.
    if held.filter(|effect| *effect != Effect::KeepRepeating).count() > 0 {
        notice::tell(model, Tone::Plain, WORDS);
        // What was shown as done already is shown as it is.
        effects.extend(store_changed(model));
        effects.push(Effect::LoadRecipes);
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::shell_tests;

    #[test]
    fn what_changes_something_is_held_back_and_shown_as_it_is() {
        let mut model = shell_tests::model((120, 40));
        let asked = || vec![Effect::Undo, Effect::LoadNotes, Effect::KeepRepeating];
        assert_eq!(hold_back(&mut model, asked()), asked());
        model.board.read_only = true;
        let left = hold_back(&mut model, asked());
        assert!(left.iter().all(|effect| !effect.touches().is_a_change()), "{left:?}");
        assert!(left.contains(&Effect::LoadRecipes) && left.iter().any(|it| matches!(it, Effect::Load(_))), "{left:?}");
        assert_eq!(model.shared.notices.last().map(|notice| &*notice.words), Some(WORDS));
        assert_eq!(hold_back(&mut model, vec![Effect::KeepRepeating]), [], "by itself, and without a word");
    }
}
