//! Keys, pastes and the mouse.

use ratatui::layout::{Position, Rect};

use super::regions::regions;
use super::state::{Field, Part, State};
use super::update::{self, Answer, after_calendar, stay, toggle};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode, Mouse, MouseKind};
use crate::tui::panes::calendar;

/// How many rows one turn of the wheel is.
const WHEEL: isize = 3;

/// A key nothing is bound to: typing, where there is something to type in.
pub fn key(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> Vec<Effect> {
    if !state.typing {
        return Vec::new();
    }
    if state.field == Field::Texts {
        return if state.texts.key(key) { state.typed(shared, board) } else { Vec::new() };
    }
    match key.code {
        KeyCode::Enter | KeyCode::Down => next(state, true),
        KeyCode::Up => next(state, false),
        _ => {
            let changed = match state.field {
                Field::Name => state.name.key(key),
                Field::Start => state.start.key(key),
                Field::Every => state.every.key(key),
                Field::Times => state.times.key(key),
                _ => false,
            };
            if changed {
                return state.typed(shared, board);
            }
        }
    }
    Vec::new()
}

/// The next field; typing goes on where there is something to type in.
fn next(state: &mut State, down: bool) {
    let here = Field::ALL.iter().position(|field| *field == state.field).unwrap_or(0);
    let to = if down { here + 1 } else { here.saturating_sub(1) };
    if let Some(field) = Field::ALL.get(to) {
        state.field = *field;
        state.typing = field.is_typed();
    }
}

/// Begins another text behind the last one.
pub fn begin_another(state: &mut State) {
    (state.part, state.field, state.typing) = (Part::Recipe, Field::Texts, true);
    let text = state.texts.text().to_owned();
    let apart = match text.as_str() {
        "" => "",
        text if text.contains("\n===") => "\n===\n",
        text if text.ends_with('\n') => "",
        _ => "\n",
    };
    state.texts.put(text.len()..text.len(), apart);
}

/// A pasted block: into the field that is open, else it is texts; and several lines are never meant for a field of one.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    let several = text.trim().lines().count() > 1;
    let pasted = match (state.typing && (!several || state.field == Field::Texts), state.field) {
        (true, Field::Name) => state.name.paste(text),
        (true, Field::Start) => state.start.paste(text),
        (true, Field::Every) => state.every.paste(text),
        (true, Field::Times) => state.times.paste(text),
        (true, _) => state.texts.paste(text),
        (false, _) => {
            begin_another(state);
            state.texts.paste(text)
        }
    };
    if pasted { state.typed(shared, board) } else { Vec::new() }
}

/// The texts of a file follow those that are there.
pub fn take_file(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    let (typing, field) = (state.typing, state.field);
    state.typing = false;
    let effects = paste(state, shared, board, text);
    (state.typing, state.field) = (typing, field);
    effects
}

/// The mouse: chooses fields, channels and rows, moves ghosts.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Answer {
    let answer = follow(state, shared, board, mouse, area);
    state.settle(state.area);
    answer
}

fn follow(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Answer {
    let places = regions(state, area);
    let at = Position::new(mouse.x, mouse.y);
    let held = state.pressed && matches!(mouse.kind, MouseKind::Drag | MouseKind::Release);
    if mouse.kind == MouseKind::Release {
        state.pressed = false;
    }
    if held || (places.calendar.contains(at) && !matches!(mouse.kind, MouseKind::Drag | MouseKind::Release)) {
        let press = matches!(mouse.kind, MouseKind::Press | MouseKind::Double | MouseKind::Menu);
        if press {
            (state.part, state.typing, state.pressed) = (Part::Calendar, false, mouse.kind == MouseKind::Press);
        }
        let effects = calendar::mouse(&mut state.calendar, shared, &state.board, mouse, places.calendar);
        let effects = after_calendar(state, shared, board, effects);
        let opens = matches!(mouse.kind, MouseKind::Double | MouseKind::Menu);
        if opens && effects.is_empty() && !calendar::is_moving(&state.calendar) {
            return update::update(state, shared, board, Action::Open, 1);
        }
        return stay(effects);
    }
    match mouse.kind {
        MouseKind::Press if places.tabs.contains(at) => {
            if let Some(part) = super::view::part_at(places.tabs, mouse.x) {
                update::go(state, shared, part);
            }
        }
        MouseKind::Press if places.texts.contains(at) => {
            (state.part, state.field, state.typing) = (Part::Recipe, Field::Texts, true);
            state.texts.click(mouse.x - places.texts.x, mouse.y - places.texts.y);
        }
        MouseKind::Drag if state.typing && state.field == Field::Texts && places.texts.contains(at) => {
            state.texts.drag(mouse.x - places.texts.x, mouse.y - places.texts.y);
        }
        MouseKind::WheelUp if places.texts.contains(at) => state.texts.scroll(-WHEEL),
        MouseKind::WheelDown if places.texts.contains(at) => state.texts.scroll(WHEEL),
        MouseKind::Press | MouseKind::Double if places.channels.contains(at) => {
            let row = usize::from(mouse.y - places.channels.y);
            let index = super::view::first_channel(state, places.channels.height) + row;
            if index < state.offers {
                (state.part, state.field, state.typing, state.channel_at) =
                    (Part::Recipe, Field::Channels, false, index);
                return stay(toggle(state, shared, board));
            }
        }
        MouseKind::Press if places.fields.contains(at) => {
            if let Some(field) = Field::ALL.get(usize::from(mouse.y - places.fields.y)).copied() {
                (state.part, state.field, state.typing) = (Part::Recipe, field, false);
                return update::update(state, shared, board, Action::Open, 1);
            }
        }
        MouseKind::Press | MouseKind::Double if places.posts.contains(at) => {
            let row = state.top + usize::from(mouse.y - places.posts.y);
            if row < state.ghosts.len() {
                state.at = row;
                update::go(state, shared, Part::Posts);
                if mouse.kind == MouseKind::Double {
                    return update::update(state, shared, board, Action::Open, 1);
                }
            }
        }
        MouseKind::WheelUp | MouseKind::WheelDown if places.posts_box.contains(at) => {
            let by = if mouse.kind == MouseKind::WheelUp { -WHEEL } else { WHEEL };
            state.at = state.at.saturating_add_signed(by).min(state.ghosts.len().saturating_sub(1));
        }
        _ => {}
    }
    stay(Vec::new())
}
