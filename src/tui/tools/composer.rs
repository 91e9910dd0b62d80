//! The composer: one text, its variants, its channels and its time.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::post::Post;
use crate::domain::problem::Problem;
use crate::domain::when::Reading;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, Mouse};
use crate::tui::sheets::Flow;
use crate::tui::theme::Theme;

/// The composer's state.
#[derive(Clone, Debug)]
pub struct State {
    post: Post,
}

/// Opens the composer on `post` (new or stored).
pub fn open(post: Post, _shared: &Shared, _board: &Board) -> State {
    State { post }
}

/// The keymap context: `composer.text` while typing, `composer.form` around the fields.
pub fn context(_state: &State) -> &'static str {
    "composer.text"
}

/// The post as typed so far.
pub fn post(state: &State) -> Post {
    state.post.clone()
}

/// Carries out one action.
pub fn update(_state: &mut State, _shared: &mut Shared, _board: &Board, _action: Action) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(_state: &mut State, _shared: &mut Shared, _board: &Board, _key: Key) -> Vec<Effect> {
    Vec::new()
}

/// Takes pasted text as one step.
pub fn paste(_state: &mut State, _shared: &mut Shared, _board: &Board, _text: &str) -> Vec<Effect> {
    Vec::new()
}

/// Follows the mouse.
pub fn mouse(
    _state: &mut State,
    _shared: &mut Shared,
    _board: &Board,
    _mouse: Mouse,
    _area: Rect,
) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

/// The typing paused since `revision`: keep the draft when that is still the newest.
pub fn typing_paused(_state: &mut State, _shared: &Shared, _revision: u64) -> Vec<Effect> {
    Vec::new()
}

/// The time chosen in the when sheet.
pub fn set_when(_state: &mut State, _shared: &mut Shared, _board: &Board, _reading: Reading) -> Vec<Effect> {
    Vec::new()
}

/// The draft was kept at that moment, or why not.
pub fn autosaved(_state: &mut State, _result: Result<chrono::DateTime<chrono::Utc>, String>) {}

/// What the providers think of it.
pub fn checked(_state: &mut State, _result: Result<Vec<Problem>, String>) {}

/// The text as `$EDITOR` left it, or why there is none.
pub fn edited_externally(
    _state: &mut State,
    _shared: &mut Shared,
    _board: &Board,
    _text: Result<String, String>,
) -> Vec<Effect> {
    Vec::new()
}

/// The terminal or the layout changed: widths and wrapping are computed anew.
pub fn settle(_state: &mut State, _shared: &Shared, _area: Rect) {}

/// Draws the composer over the whole of `area`.
pub fn view(_state: &State, _shared: &Shared, _board: &Board, _theme: &Theme, _area: Rect, _buf: &mut Buffer) {}
