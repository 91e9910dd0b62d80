//! Keys, pastes and the mouse in the text.

use ratatui::layout::{Position, Rect};

use super::form;
use super::regions::regions;
use super::state::{Field, State};
use super::suggest;
use crate::domain::tags;
use crate::text::phrases::emoji_at_end;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode, Mouse, MouseKind};
use crate::tui::sheets::Flow;

/// How many rows one turn of the wheel is.
const WHEEL: isize = 3;

/// A key nothing is bound to: typing, where there is something to type in.
pub fn key(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> Vec<Effect> {
    match (state.typing, state.field) {
        (true, Field::Title | Field::Tags) if matches!(key.code, KeyCode::Enter | KeyCode::Esc) => {
            state.typing = false;
            Vec::new()
        }
        (true, Field::Title) if state.title.key(key) => title_changed(state, shared, board),
        (true, Field::Tags) if state.tags.key(key) => tags_changed(state, shared, board),
        (_, Field::Title | Field::Tags) | (false, _) => Vec::new(),
        _ if suggest::key(state, key) => Vec::new(),
        _ => {
            let changed = state.editor_mut().key(key);
            if changed && key.code == KeyCode::Char(':') {
                name_to_emoji(state);
            }
            let effects = if changed { state.text_changed(shared, board) } else { Vec::new() };
            suggest::typed(state, board, key);
            effects
        }
    }
}

/// `:tada:` becomes what it names, as a step of its own: undo brings the name back.
fn name_to_emoji(state: &mut State) {
    let editor = state.editor_mut();
    let cursor = editor.cursor();
    let named = editor.text().get(..cursor).and_then(emoji_at_end);
    if let Some((typed, emoji)) = named {
        editor.put(cursor - typed..cursor, emoji);
    }
}

/// A pasted block: one step; in the form it goes into the text.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    if state.typing && state.field == Field::Title {
        return if state.title.paste(text) { title_changed(state, shared, board) } else { Vec::new() };
    }
    if state.typing && state.field == Field::Tags {
        return if state.tags.paste(text) { tags_changed(state, shared, board) } else { Vec::new() };
    }
    state.suggestions = None;
    (state.typing, state.field) = (true, Field::Text);
    if state.editor_mut().paste(text) { state.text_changed(shared, board) } else { Vec::new() }
}

/// The mouse: places the cursor, selects, chooses tabs, channels and problems.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> (Vec<Effect>, Flow) {
    let places = regions(state, area);
    let at = Position::new(mouse.x, mouse.y);
    let inside = |rect: Rect| (mouse.x.saturating_sub(rect.x), mouse.y.saturating_sub(rect.y));
    let over_text = places.text.contains(at);
    if matches!(mouse.kind, MouseKind::Press | MouseKind::Double) {
        if let Some(index) = super::view::suggestion_at(state, places.text, area, at) {
            if let Some(open) = &mut state.suggestions {
                open.at = index;
            }
            return form::update(state, shared, board, Action::NextField);
        }
        state.suggestions = None;
    }
    let (x, y) = inside(places.text);
    match mouse.kind {
        MouseKind::WheelUp if over_text => state.editor_mut().scroll(-WHEEL),
        MouseKind::WheelDown if over_text => state.editor_mut().scroll(WHEEL),
        MouseKind::Press if over_text => {
            (state.typing, state.field) = (true, Field::Text);
            state.settle(shared, area);
            state.editor_mut().click(x, y);
        }
        MouseKind::Double if over_text => state.editor_mut().select_word(x, y),
        MouseKind::Drag if state.typing && state.field == Field::Text => state.editor_mut().drag(x, y),
        MouseKind::Press if places.tabs.contains(at) => {
            if let Some(tab) = super::view::tab_at(state, places.tabs, mouse.x) {
                state.go_tab(tab, shared);
            }
        }
        MouseKind::WheelUp if places.channels.contains(at) => {
            state.channel_at = state.channel_at.saturating_sub(1);
        }
        MouseKind::WheelDown if places.channels.contains(at) => {
            state.channel_at = (state.channel_at + 1).min(state.facts.channels.len().saturating_sub(1));
        }
        MouseKind::Press if places.header.contains(at) && mouse.x >= places.header.width / 2 => {
            return form::update(state, shared, board, Action::ComposerWhen);
        }
        MouseKind::Press if places.fields.contains(at) => {
            let field = super::view::field_at(state, places.fields, mouse.y);
            if let Some(field) = field {
                (state.typing, state.field) = (false, field);
                return form::update(state, shared, board, Action::Open);
            }
        }
        MouseKind::Press if places.summary.contains(at) => {
            return form::update(state, shared, board, Action::Targets);
        }
        MouseKind::Press if places.preview_box.contains(at) => {
            return form::update(state, shared, board, Action::NextVariant);
        }
        MouseKind::Press | MouseKind::Double if places.channels.contains(at) => {
            if let Some(index) = super::view::channel_at(state, places.channels, mouse.y) {
                (state.typing, state.field, state.channel_at) = (false, Field::Channels, index);
                return form::update(state, shared, board, Action::Mark);
            }
        }
        MouseKind::Press | MouseKind::Double if places.checks.contains(at) => {
            let index = super::view::problem_at(state, places.checks, mouse.y);
            if let Some(index) = index {
                (state.typing, state.field, state.problem_at) = (false, Field::Problems, index);
                return form::update(state, shared, board, Action::Open);
            }
        }
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

fn tags_changed(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let tags = tags::read(state.tags.text());
    if tags == state.post.tags {
        return Vec::new();
    }
    state.post.tags = tags;
    state.changed(shared, board)
}

fn title_changed(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    state.post.title = Some(state.title.text().to_owned()).filter(|title| !title.is_empty());
    state.changed(shared, board)
}
