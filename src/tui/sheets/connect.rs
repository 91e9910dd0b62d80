//! Connecting an account: provider, name, key, address; the answer of the provider; and then the calendar with it.

#[cfg(test)]
mod tests;
mod view;

use super::Flow;
use crate::domain::connect::{Connected, KeyWish, NotConnected, Offer, Wish};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode};
use crate::tui::widgets::hidden::Hidden;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

pub use view::{click, place, view};

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Provider,
    Name,
    Key,
    Address,
}

impl Field {
    const ALL: [Self; 4] = [Self::Provider, Self::Name, Self::Key, Self::Address];
}

/// How the key is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// The usual variable is set: whether to use it is the question.
    Asked,
    /// It stays in that variable.
    Variable,
    /// It is typed.
    Typed,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// The fields are filled in; with why the last try failed.
    Filling(Option<String>),
    /// The provider is being asked.
    Trying,
    /// It is connected.
    Done(Connected),
}

/// The sheet's state. The key in it is silent in `Debug`.
#[derive(Clone, Debug)]
pub struct State {
    at: Field,
    provider: usize,
    name: Input,
    /// Nobody typed a name: it follows the provider.
    untouched: bool,
    key: Hidden,
    given: Given,
    address: Input,
    stage: Stage,
}

/// Opens the sheet.
pub fn open(board: &Board) -> State {
    let mut state = State {
        at: Field::Provider,
        provider: 0,
        name: Input::default(),
        untouched: true,
        key: Hidden::default(),
        given: Given::Typed,
        address: Input::default(),
        stage: Stage::Filling(None),
    };
    state.choose(0, board);
    state
}

/// Takes the provider's answer.
pub fn answered(state: &mut State, answer: Result<Connected, NotConnected>) {
    state.stage = match answer {
        Ok(connected) => {
            state.key.clear();
            Stage::Done(connected)
        }
        Err(error) => Stage::Filling(Some(error.words)),
    };
}

impl State {
    /// What Enter does now, for the hints.
    pub fn accepts(&self) -> &'static str {
        match self.stage {
            Stage::Filling(_) => "try and keep",
            Stage::Trying => "wait",
            Stage::Done(_) => "open the calendar with it",
        }
    }

    /// Whether there are fields to go through.
    pub fn has_fields(&self) -> bool {
        matches!(self.stage, Stage::Filling(_))
    }

    /// Whether it waits for an answer.
    pub fn is_trying(&self) -> bool {
        self.stage == Stage::Trying
    }

    fn offer<'a>(&self, board: &'a Board) -> Option<&'a Offer> {
        board.offers.get(self.provider)
    }

    fn choose(&mut self, at: usize, board: &Board) {
        self.provider = at.min(board.offers.len().saturating_sub(1));
        let Some(offer) = self.offer(board) else { return };
        if self.untouched {
            self.name.set_text(&offer.provider);
        }
        self.given = if offer.set && self.key.is_empty() { Given::Asked } else { Given::Typed };
    }

    fn go(&mut self, by: isize) {
        let here = Field::ALL.iter().position(|field| *field == self.at).unwrap_or(0);
        let to = here.saturating_add_signed(by).min(Field::ALL.len() - 1);
        self.at = Field::ALL.get(to).copied().unwrap_or(Field::Provider);
    }

    fn turn(&mut self, by: isize) {
        let here = Field::ALL.iter().position(|field| *field == self.at).unwrap_or(0);
        let count = Field::ALL.len();
        let to = here.saturating_add_signed(if by < 0 { count as isize - 1 } else { 1 }) % count;
        self.at = Field::ALL.get(to).copied().unwrap_or(Field::Provider);
    }

    fn vertical(&mut self, by: isize, board: &Board) {
        let last = board.offers.len().saturating_sub(1);
        match self.at {
            Field::Provider if by < 0 => self.choose(self.provider.saturating_sub(1), board),
            Field::Provider if self.provider < last => self.choose(self.provider + 1, board),
            _ => self.go(by),
        }
    }

    /// Asks the provider, once everything is there; else goes to what is missing.
    fn accept(&mut self, board: &Board) -> Vec<Effect> {
        let Some(offer) = self.offer(board) else { return Vec::new() };
        let missing = match self.given {
            Given::Asked => Some(format!("{} is set: y uses it, n asks for another key", offer.variable)),
            Given::Typed if self.key.is_empty() => {
                Some(format!("{} needs {}; type or paste it", offer.name, offer.needs))
            }
            Given::Typed | Given::Variable => None,
        };
        if let Some(words) = missing {
            // Enter walks through the form; only where the key belongs is its absence worth words.
            self.stage = Stage::Filling((self.at == Field::Key).then_some(words));
            self.at = Field::Key;
            return Vec::new();
        }
        let key = match self.given {
            Given::Variable => KeyWish::Variable(offer.variable.clone()),
            Given::Asked | Given::Typed => KeyWish::Typed(self.key.secret()),
        };
        let address = self.address.text().trim();
        let wish = Wish {
            provider: offer.provider.clone(),
            account: self.name.text().trim().to_owned(),
            base_url: (!address.is_empty()).then(|| address.to_owned()),
            key,
        };
        self.stage = Stage::Trying;
        vec![Effect::Connect(Box::new(wish))]
    }

    fn key_input(&mut self, key: Key, board: &Board) {
        let set = self.offer(board).is_some_and(|offer| offer.set);
        match (self.given, key.code) {
            (Given::Asked, KeyCode::Char('y' | 'Y')) => self.given = Given::Variable,
            (Given::Asked | Given::Variable, KeyCode::Char('n' | 'N')) => self.given = Given::Typed,
            (Given::Asked | Given::Variable, _) => {}
            // Where nothing is left to take back, the question comes back.
            (Given::Typed, KeyCode::Backspace) if set && self.key.is_empty() => self.given = Given::Asked,
            (Given::Typed, _) => {
                self.key.key(key);
            }
        }
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        let back = ("Esc", if matches!(self.stage, Stage::Done(_)) { "stay here" } else { "back" }, Action::Back);
        match self.stage {
            Stage::Filling(_) => {
                vec![("Enter", self.accepts(), Action::Accept), ("Tab", "next field", Action::NextField), back]
            }
            Stage::Trying => vec![back],
            Stage::Done(_) => vec![("Enter", self.accepts(), Action::Accept), back],
        }
    }
}

/// Carries out one action.
pub fn update(state: &mut State, _shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match (&state.stage, action) {
        (_, Action::Back | Action::Close | Action::Cancel | Action::No) => return (Vec::new(), Flow::Close),
        (Stage::Done(_), Action::Accept | Action::Open | Action::Yes) => return (Vec::new(), Flow::OpenAnew),
        (Stage::Done(_) | Stage::Trying, _) => {}
        (Stage::Filling(_), Action::Accept | Action::Open | Action::Yes) => {
            return (state.accept(board), Flow::Stay);
        }
        (Stage::Filling(_), Action::NextField | Action::NextPane) => state.turn(1),
        (Stage::Filling(_), Action::PreviousField | Action::PreviousPane) => state.turn(-1),
        (Stage::Filling(_), Action::Up | Action::PageUp) => state.vertical(-1, board),
        (Stage::Filling(_), Action::Down | Action::PageDown) => state.vertical(1, board),
        (Stage::Filling(_), _) => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, _shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    if matches!(state.stage, Stage::Filling(_)) {
        match state.at {
            Field::Provider => {}
            Field::Name => state.untouched &= !state.name.key(key),
            Field::Key => state.key_input(key, board),
            Field::Address => {
                state.address.key(key);
            }
        }
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a pasted text: a key, unless the focus is in another field of text.
pub fn paste(state: &mut State, text: &str) {
    if !matches!(state.stage, Stage::Filling(_)) {
        return;
    }
    match state.at {
        Field::Name => state.untouched &= !state.name.paste(text),
        Field::Address => {
            state.address.paste(text);
        }
        Field::Provider | Field::Key => {
            state.at = Field::Key;
            state.given = Given::Typed;
            state.key.paste(text);
        }
    }
}
