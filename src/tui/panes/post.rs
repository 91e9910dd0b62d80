//! Pane 3: the post under the cursor, in full.

mod compact;
mod rows;
mod targets;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::PostId;
use crate::domain::words::count;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::{Pane, Shared};
use crate::tui::msg::{Mouse, MouseKind};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::frame::{frame, inner_width, note_fits};
use crate::tui::widgets::prose::{Bit, Row, paragraph};

/// A pane of at most so many rows shows the short form, without a border.
const COMPACT_ROWS: u16 = 4;
/// How far the wheel goes.
const WHEEL: i32 = 3;

/// The pane's own state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// 0: the base text; else the target after that many.
    variant: usize,
    /// The first row shown.
    offset: usize,
    /// Rows inside the border, as last told; 0 while nobody told.
    height: usize,
    /// The pane's width, as last told.
    width: u16,
    /// What was computed for the post; nothing without one.
    facts: Option<Facts>,
}

/// Everything the view needs, computed when the post, its variant or the width changes.
#[derive(Clone, Debug)]
struct Facts {
    post: PostId,
    headline: Row,
    rows: Vec<Row>,
    compact: [Row; 3],
    /// The row of the tabs, and where each of them ends, in cells.
    tabs: Option<(usize, Vec<usize>)>,
}

/// Computes what the pane shows. To be called after loads and cursor, size and minute changes. `width` is that of the
/// pane's region, including its border.
pub fn refresh(state: &mut State, shared: &Shared, board: &Board, width: u16) {
    state.width = width;
    let Some(post) = shared.cursor.and_then(|id| board.post(id)) else {
        state.facts = None;
        return;
    };
    if state.facts.as_ref().is_none_or(|facts| facts.post != post.id) {
        (state.variant, state.offset) = (0, 0);
    }
    state.variant = state.variant.min(post.targets.len());
    let scene = rows::Scene::new(post, shared, board, inner_width(width).max(1));
    let headline = rows::headline(&scene);
    let mut rows = rows::all(&scene, state.variant);
    if !note_fits(Pane::Post.title(), headline.cells(), width) {
        rows.insert(0, headline.clone());
    }
    let compact = compact::lines(&scene, state.variant);
    let tabs_row = rows::tabs(&scene, state.variant).and_then(|tabs| rows.iter().position(|row| *row == tabs));
    let ends = rows::tab_names(&scene).into_iter().scan(0, |end, name| {
        *end += rows::tab_cells(&name);
        Some(*end)
    });
    let tabs = tabs_row.map(|row| (row, ends.collect()));
    state.facts = Some(Facts { post: post.id, headline, rows, compact, tabs });
    scroll(state, 0);
}

/// Tells how many rows the pane's region has, border included, so that scrolling stops where the post ends.
pub fn resize(state: &mut State, height: u16) {
    state.height = usize::from(height.saturating_sub(2));
    scroll(state, 0);
}

/// Scrolls by rows, down when positive, as far as there is something to see.
pub fn scroll(state: &mut State, by: i32) {
    let rows = state.facts.as_ref().map_or(0, |facts| facts.rows.len());
    let last = rows.saturating_sub(state.height.max(1));
    let by = isize::try_from(by).unwrap_or(0);
    state.offset = state.offset.saturating_add_signed(by).min(last);
}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    let count = i32::try_from(count.max(1)).unwrap_or(i32::MAX);
    let page = i32::try_from(state.height.max(2)).unwrap_or(i32::MAX);
    match action {
        Action::Left | Action::PreviousVariant => turn(state, shared, board, -1),
        Action::Right | Action::NextVariant => turn(state, shared, board, 1),
        Action::Down | Action::ScrollPostDown => scroll(state, count),
        Action::Up | Action::ScrollPostUp => scroll(state, -count),
        Action::HalfDown => scroll(state, page / 2),
        Action::HalfUp => scroll(state, -(page / 2)),
        Action::PageDown => scroll(state, page),
        Action::PageUp => scroll(state, -page),
        Action::Top => scroll(state, i32::MIN + 1),
        Action::Bottom => scroll(state, i32::MAX),
        Action::KeepOurs | Action::TakeTheirs => return settle(shared, board, action == Action::KeepOurs),
        _ => {}
    }
    Vec::new()
}

/// Turns to the next variant, round and round: the base text, then one per target.
fn turn(state: &mut State, shared: &Shared, board: &Board, by: isize) {
    let Some(post) = shared.cursor.and_then(|id| board.post(id)) else { return };
    let variants = post.targets.len() + 1;
    let by = if by < 0 { variants - 1 } else { 1 };
    show(state, shared, board, (state.variant + by) % variants);
}

fn show(state: &mut State, shared: &Shared, board: &Board, variant: usize) {
    (state.variant, state.offset) = (variant, 0);
    refresh(state, shared, board, state.width);
}

/// The variant whose tab is at that place of the screen.
fn tab_at(state: &State, mouse: Mouse, area: Rect) -> Option<usize> {
    let (row, ends) = state.facts.as_ref()?.tabs.as_ref()?;
    let y = usize::from(mouse.y.checked_sub(area.y + 1)?) + state.offset;
    let x = usize::from(mouse.x.checked_sub(area.x + 2)?);
    if y != *row || mouse.y + 1 >= area.bottom() || area.height <= COMPACT_ROWS {
        return None;
    }
    ends.iter().position(|end| x < *end)
}

fn settle(shared: &Shared, board: &Board, ours: bool) -> Vec<Effect> {
    let conflicted = shared.cursor.filter(|id| board.post(*id).is_some_and(|post| post.conflict.is_some()));
    conflicted.map(|id| Effect::SettleConflict(id, ours)).into_iter().collect()
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    resize(state, area.height);
    match mouse.kind {
        MouseKind::WheelDown => scroll(state, WHEEL),
        MouseKind::WheelUp => scroll(state, -WHEEL),
        MouseKind::Press => {
            if let Some(variant) = tab_at(state, mouse, area) {
                show(state, shared, board, variant);
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Draws the pane with its border; in four rows or fewer, three lines without one.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let facts = state.facts.as_ref().filter(|facts| Some(facts.post) == shared.cursor);
    if area.height <= COMPACT_ROWS {
        return view_compact(facts, theme, focused, area, buf);
    }
    let title = Pane::Post.title();
    let headline = facts
        .map(|facts| &facts.headline)
        .filter(|headline| note_fits(title, headline.cells(), area.width))
        .cloned()
        .unwrap_or_default();
    let inner = frame(title, &headline, theme, focused, area, buf);
    let empty = empty(shared, board.read_only, inner.width.into());
    let rows = facts.map_or(empty.as_slice(), |facts| &facts.rows);
    let height = usize::from(inner.height);
    let offset = state.offset.min(rows.len().saturating_sub(1));
    for (y, row) in (inner.y..inner.bottom()).zip(rows.iter().skip(offset)) {
        row.draw(theme, theme.style(Role::Text), inner.x, y, inner.width, buf);
    }
    let below = rows.len().saturating_sub(offset + height);
    if below > 0 && inner.width > 30 {
        let more = Row::of(format!(" {}  J ", count(below, "more row")), Role::Muted);
        let cells = u16::try_from(more.cells()).unwrap_or(0);
        more.draw(theme, theme.style(Role::Text), inner.right() - cells, inner.bottom(), cells, buf);
    }
}

fn view_compact(facts: Option<&Facts>, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let mut y = area.y;
    if area.height == COMPACT_ROWS {
        let role = if focused { Role::BorderFocus } else { Role::Border };
        Row::new().bit(Bit::Rule(area.width.into()), role).draw(theme, theme.style(role), area.x, y, area.width, buf);
        y += 1;
    }
    let empty = [empty_line(), Row::new(), Row::new()];
    let lines = facts.map_or(&empty, |facts| &facts.compact);
    for (y, row) in (y..area.bottom()).zip(lines) {
        row.draw(theme, theme.style(Role::Text), area.x, y, area.width, buf);
    }
}

fn empty(shared: &Shared, read_only: bool, width: usize) -> Vec<Row> {
    let words =
        "The post under the cursor is shown here in full: its text, every channel, and what became of it there.";
    let mut rows = vec![empty_line(), Row::new()];
    rows.extend(paragraph(words, Role::Muted, &[], width, 4));
    rows.push(Row::new());
    let composes = match read_only {
        true => Row::new(),
        false => Row::of(shared.keys.key("c", "post"), Role::Key).text(" composes a post   ", Role::Muted),
    };
    rows.push(composes.text(shared.keys.key("/", "post"), Role::Key).text(" finds", Role::Muted));
    rows
}

fn empty_line() -> Row {
    Row::of("No post under the cursor.", Role::Text)
}
