//! Pane 4: what needs a person.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Mouse;
use crate::tui::theme::Theme;

/// The pane's own state.
#[derive(Clone, Debug, Default)]
pub struct State {}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(_state: &mut State, _shared: &mut Shared, _board: &Board, _action: Action, _count: u32) -> Vec<Effect> {
    Vec::new()
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(_state: &mut State, _shared: &mut Shared, _board: &Board, _mouse: Mouse, _area: Rect) -> Vec<Effect> {
    Vec::new()
}

/// Draws the pane with its border.
pub fn view(
    _state: &State,
    _shared: &Shared,
    _board: &Board,
    _theme: &Theme,
    _focused: bool,
    _area: Rect,
    _buf: &mut Buffer,
) {
}
