//! Finding words in the text that is open, and replacing them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

const FOOT: &[panel::Foot<'static>] = &[
    ("Enter", "next", Action::Accept),
    ("Up", "previous", Action::Up),
    ("Tab", "field", Action::NextField),
    ("^r", "replace", Action::ReplaceOne),
    ("^o", "replace all", Action::ReplaceAll),
    ("Esc", "done", Action::Back),
];

/// What is looked for in the text, and what is to be done there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Search {
    /// The words as typed so far: select the one at hand.
    Typed(String),
    /// Select the next one.
    Next(String),
    /// Select the one before.
    Previous(String),
    /// Replace the one that is selected and select the next.
    Replace(String, String),
    /// Replace all of them, as one step.
    All(String, String),
}

/// The sheet's state.
#[derive(Clone, Debug, Default)]
pub struct State {
    words: Input,
    with: Input,
    /// Whether the second field has the cursor.
    replacing: bool,
    /// What came of the last search.
    said: String,
}

/// Opens the sheet; what is selected is looked for, and `said` is what came of it.
pub fn open(selected: &str, said: String) -> State {
    State { words: Input::new(selected), said, ..State::default() }
}

/// Takes the words for what a search found.
pub fn answered(state: &mut State, said: String) {
    state.said = said;
}

/// Carries out one action.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    let (words, with) = (state.words.text().to_owned(), state.with.text().to_owned());
    let search = match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::NextField | Action::PreviousField => {
            state.replacing = !state.replacing;
            return (Vec::new(), Flow::Stay);
        }
        Action::Accept | Action::Open | Action::Down | Action::NextMatch => Search::Next(words),
        Action::Up | Action::PreviousMatch => Search::Previous(words),
        Action::ReplaceOne => Search::Replace(words, with),
        Action::ReplaceAll => Search::All(words, with),
        _ => return (Vec::new(), Flow::Stay),
    };
    (Vec::new(), Flow::ComposerFind(search))
}

/// Takes a key that no action is bound to: typing in one of the fields. What is looked for is looked for at once.
pub fn input(state: &mut State, key: Key) -> (Vec<Effect>, Flow) {
    let field = if state.replacing { &mut state.with } else { &mut state.words };
    let changed = field.key(key);
    (Vec::new(), sought(state, changed))
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, text: &str) -> (Vec<Effect>, Flow) {
    let field = if state.replacing { &mut state.with } else { &mut state.words };
    let changed = field.paste(text);
    (Vec::new(), sought(state, changed))
}

fn sought(state: &State, changed: bool) -> Flow {
    match changed && !state.replacing {
        true => Flow::ComposerFind(Search::Typed(state.words.text().to_owned())),
        false => Flow::Stay,
    }
}

/// Where the sheet stands on the screen `area`: at the bottom, so that the text stays in view.
pub fn place(area: Rect) -> Rect {
    let height = 6.min(area.height);
    let width = 100.min(area.width);
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.bottom().saturating_sub(height + 1).max(area.y),
        width,
        height,
    }
}

/// What a click there runs.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(area));
    if (inside.y..inside.y + 2).contains(&y) {
        state.replacing = y > inside.y;
        return None;
    }
    panel::foot_at(inside, &shared.keys, FOOT, x, y)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let inside = panel::sheet(place(area), buf, theme, "Find and replace", &state.said);
    for (row, (name, field, here)) in
        (0..2).zip([("find     ", &state.words, !state.replacing), ("replace  ", &state.with, state.replacing)])
    {
        let role = if here { Role::Key } else { Role::Muted };
        panel::line(inside, row, buf, &[(name, theme.style(role))]);
        let x = inside.x + 9.min(inside.width);
        let place = Rect { x, y: inside.y + row, width: inside.right().saturating_sub(x), height: 1 };
        if place.width > 0 && row < inside.height {
            match here {
                true => field.view(place, buf, theme.style(Role::Field)),
                false => drop(buf.set_stringn(
                    place.x,
                    place.y,
                    crate::text::clean::one_line(field.text()),
                    usize::from(place.width),
                    theme.style(Role::Muted),
                )),
            }
        }
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}
