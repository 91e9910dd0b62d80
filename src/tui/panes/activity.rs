//! Pane 5: what the background does: one light per account, the writes that wait, and what happened.

mod rows;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::{AccountName, IntentId, PostId};
use crate::tui::action::Action;
use crate::tui::board::{ActivityLine, Board};
use crate::tui::effect::Effect;
use crate::tui::model::{Pane, Shared};
use crate::tui::msg::{Mouse, MouseKind};
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::frame::{frame, inner_width};
use crate::tui::widgets::prose::{Bit, Row};

/// A pane of at most so many rows shows its most important lines only, without a border.
const COMPACT_ROWS: u16 = 3;
/// How far the wheel goes.
const WHEEL: usize = 3;

/// The pane's own state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// What the cursor is on, and the index it had: the thing may be gone the next time.
    cursor: Option<(Spot, usize)>,
    /// Rows scrolled by the wheel; nothing while the pane follows its cursor.
    wheel: Option<usize>,
}

/// A row that the cursor can stand on.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spot {
    Light(AccountName),
    Write(IntentId),
    Line(Box<ActivityLine>),
}

/// The waiting write under the cursor.
pub fn cursor_write(state: &State, board: &Board) -> Option<IntentId> {
    let at = index(state, board)?;
    let at = at.checked_sub(board.lights.len())?;
    board.outbox.get(at).map(|waiting| waiting.intent)
}

fn count_of_spots(board: &Board) -> usize {
    board.lights.len() + board.outbox.len() + board.activity.len()
}

fn spot_at(board: &Board, at: usize) -> Option<Spot> {
    let (lights, writes) = (board.lights.len(), board.outbox.len());
    if let Some(light) = board.lights.get(at) {
        return Some(Spot::Light(light.account.clone()));
    }
    if let Some(waiting) = at.checked_sub(lights).and_then(|at| board.outbox.get(at)) {
        return Some(Spot::Write(waiting.intent));
    }
    at.checked_sub(lights + writes).and_then(|at| board.activity.get(at)).map(|line| Spot::Line(Box::new(line.clone())))
}

/// Where the cursor is: on what it was put on, else on what took its place.
fn index(state: &State, board: &Board) -> Option<usize> {
    let (spot, was) = state.cursor.as_ref()?;
    let (lights, writes) = (board.lights.len(), board.outbox.len());
    let found = match spot {
        Spot::Light(account) => board.lights.iter().position(|light| light.account == *account),
        Spot::Write(intent) => board.outbox.iter().position(|row| row.intent == *intent).map(|at| at + lights),
        Spot::Line(line) => board.activity.iter().position(|each| each == &**line).map(|at| at + lights + writes),
    };
    found.or_else(|| Some((*was).min(count_of_spots(board).checked_sub(1)?)))
}

/// The post that a row is about.
fn post_at(board: &Board, at: usize) -> Option<PostId> {
    let at = at.checked_sub(board.lights.len())?;
    match board.outbox.get(at) {
        Some(waiting) => Some(waiting.post),
        None => board.activity.get(at - board.outbox.len())?.post,
    }
}

/// The post that the row under the cursor is about.
pub fn cursor_post(state: &State, board: &Board) -> Option<PostId> {
    post_at(board, index(state, board)?)
}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    let count = isize::try_from(count.max(1)).unwrap_or(isize::MAX);
    let page = isize::try_from(usize::from(shared.size.1 / 4).max(4)).unwrap_or(4);
    match action {
        Action::Down => step(state, board, count),
        Action::Up => step(state, board, -count),
        Action::PageDown => step(state, board, page),
        Action::PageUp => step(state, board, -page),
        Action::HalfDown => step(state, board, page / 2),
        Action::HalfUp => step(state, board, -(page / 2)),
        Action::Top => go(state, board, 0),
        Action::Bottom => step(state, board, isize::MAX),
        Action::Open => return open(state, shared, board),
        _ => {}
    }
    Vec::new()
}

fn step(state: &mut State, board: &Board, by: isize) {
    let last = count_of_spots(board).saturating_sub(1);
    let to = match index(state, board) {
        Some(at) => at.saturating_add_signed(by).min(last),
        None if by < 0 => last,
        None => 0,
    };
    go(state, board, to);
}

fn go(state: &mut State, board: &Board, to: usize) {
    state.wheel = None;
    state.cursor = spot_at(board, to).map(|spot| (spot, to));
}

/// Makes the post of the row the cursor post; one that is not on the board is loaded.
fn open(state: &State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Some(id) = cursor_post(state, board) else { return Vec::new() };
    if board.post(id).is_none() {
        return vec![Effect::LoadPost(id)];
    }
    shared.cursor = Some(id);
    Vec::new()
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    if area.height <= COMPACT_ROWS {
        return Vec::new();
    }
    let page = page(state, shared, board, area);
    match mouse.kind {
        MouseKind::WheelDown => state.wheel = Some((page.offset + WHEEL).min(page.last_offset)),
        MouseKind::WheelUp => state.wheel = Some(page.offset.saturating_sub(WHEEL)),
        MouseKind::Press | MouseKind::Menu | MouseKind::Double => {
            let row = usize::from(mouse.y.saturating_sub(area.y + 1)) + page.offset;
            let inside = mouse.y > area.y && mouse.y + 1 < area.bottom();
            if let Some(at) = page.lines.get(row).filter(|_| inside).and_then(|line| line.spot) {
                go(state, board, at);
                if mouse.kind == MouseKind::Double {
                    return open(state, shared, board);
                }
            }
        }
        _ => {}
    }
    Vec::new()
}

/// The rows of the pane, and which of them is the first on screen.
struct Page {
    lines: Vec<rows::Line>,
    offset: usize,
    last_offset: usize,
    here: Option<usize>,
}

fn page(state: &State, shared: &Shared, board: &Board, area: Rect) -> Page {
    let here = index(state, board);
    let lines = rows::all(shared, board, here, inner_width(area.width));
    let height = usize::from(area.height.saturating_sub(2)).max(1);
    let at = |line: &rows::Line| here.is_some() && line.spot == here;
    let cursor = lines.iter().position(at).unwrap_or(0);
    let end = lines.iter().rposition(at).unwrap_or(cursor);
    let (offset, last_offset) = scroll::window(cursor, end, height, lines.len(), state.wheel);
    Page { lines, offset, last_offset, here }
}

/// Draws the pane with its border; in three rows or fewer, what matters most without one.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let ground = theme.style(Role::Text);
    if area.height <= COMPACT_ROWS {
        let mut y = area.y;
        if area.height > 1 {
            let role = if focused { Role::BorderFocus } else { Role::Border };
            let rule = Row::new().bit(Bit::Rule(area.width.into()), role);
            rule.draw(theme, theme.style(role), area.x, y, area.width, buf);
            y += 1;
        }
        for (y, row) in (y..area.bottom()).zip(rows::compact(shared, board)) {
            row.draw(theme, ground, area.x, y, area.width, buf);
        }
        return;
    }
    let inner = frame(Pane::Activity.title(), &rows::note(board), theme, focused, area, buf);
    let page = page(state, shared, board, area);
    for (y, line) in (inner.y..inner.bottom()).zip(page.lines.iter().skip(page.offset)) {
        let under_cursor = focused && line.first && line.spot.is_some() && line.spot == page.here;
        line.row.draw(theme, ground, inner.x, y, inner.width, buf);
        if under_cursor {
            buf.set_style(Rect { y, height: 1, ..inner }, theme.style(Role::Cursor));
        }
    }
}
