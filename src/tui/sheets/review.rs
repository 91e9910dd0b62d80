//! The last look before something is sent.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::theme::Theme;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {}

impl State {
    pub fn new(
        _post: crate::domain::post::Post,
        _problems: Vec<crate::domain::problem::Problem>,
        _shared: &Shared,
        _board: &Board,
    ) -> Self {
        Self {}
    }
    pub fn at_once(self) -> Self {
        self
    }
}

/// Carries out one action.
pub fn update(_state: &mut State, _shared: &mut Shared, _board: &Board, _action: Action) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Close)
}

/// Takes a key that no action is bound to.
pub fn input(_state: &mut State, _shared: &mut Shared, _board: &Board, _key: Key) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(_state: &State, _shared: &Shared, _board: &Board, _theme: &Theme, _area: Rect, _buf: &mut Buffer) {}
