//! The mouse over the week: click selects, drag carries a post, the wheel scrolls.

use ratatui::layout::{Position, Rect};

use super::grid::{Spot, at_minute, minute_of};
use super::layout::{self, Agenda, Layout, Month, Week};
use super::plan::{Item, Row};
use super::{State, View, moving, settle, start_move};
use crate::domain::ids::PostId;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Mouse, MouseKind, Tone};

/// Lines per notch of the wheel.
const NOTCH: u16 = 2;

/// A button held down on a post.
#[derive(Clone, Copy, Debug)]
pub struct Drag {
    post: PostId,
    from: (u16, u16),
    /// Past the left or right edge: the week turns once, not at every cell of the way.
    beyond: bool,
    /// The post cannot be moved, and that was said.
    refused: bool,
}

/// What is at a place of the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hit {
    Header(Option<usize>),
    /// A place in the week, and the post there.
    Spot(Spot, Option<PostId>),
    Nothing,
}

/// Follows the mouse.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    let layout = layout::of(state, area);
    let at = (mouse.x, mouse.y);
    match mouse.kind {
        MouseKind::Press | MouseKind::Double | MouseKind::Menu => press(state, shared, board, &layout, mouse),
        MouseKind::Drag => drag(state, shared, board, &layout, at, area),
        MouseKind::Release => release(state, shared, board),
        MouseKind::WheelUp | MouseKind::WheelDown => {
            let down = mouse.kind == MouseKind::WheelDown;
            if matches!(hit(state, &layout, at), Hit::Header(_)) {
                let action = match (state.view, down) {
                    (View::Month, true) => Action::NextMonth,
                    (View::Month, false) => Action::PreviousMonth,
                    (_, true) => Action::NextWeek,
                    (_, false) => Action::PreviousWeek,
                };
                return super::update(state, shared, board, action, 1);
            }
            scroll(state, &layout, down, area);
            Vec::new()
        }
    }
}

fn press(state: &mut State, shared: &mut Shared, board: &Board, layout: &Layout, mouse: Mouse) -> Vec<Effect> {
    let at = (mouse.x, mouse.y);
    state.drag = None;
    let (spot, post) = match hit(state, layout, at) {
        Hit::Spot(spot, post) => (spot, post),
        Hit::Header(Some(day)) if state.view != View::Month => {
            (Spot { date: state.grid.date(day), index: 0, ..state.spot() }, None)
        }
        Hit::Header(_) | Hit::Nothing => return Vec::new(),
    };
    if state.moving.is_some() {
        carry(state, shared, spot);
        return settle(state, shared, board);
    }
    // The row under the pointer stays where it is: the second click of a double one means the same place.
    state.top = layout.top();
    state.adrift = false;
    state.at = Some(spot);
    if mouse.kind == MouseKind::Press {
        state.drag = post.map(|post| Drag { post, from: at, beyond: false, refused: false });
    }
    settle(state, shared, board)
}

fn drag(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    layout: &Layout,
    at: (u16, u16),
    area: Rect,
) -> Vec<Effect> {
    let Some(mut drag) = state.drag.filter(|drag| !drag.refused && drag.from != at) else { return Vec::new() };
    if state.moving.is_none() {
        let together = shared.marks.contains(&drag.post);
        let ids = if together { shared.marks.iter().copied().collect() } else { vec![drag.post] };
        if let Err(words) = start_move(state, shared, board, ids) {
            moving::tell(shared, Tone::Bad, words, Some(drag.post));
            state.drag = Some(Drag { refused: true, ..drag });
            return Vec::new();
        }
        if let Some(moving) = &mut state.moving {
            moving.by_mouse = true;
        }
    }
    let weeks = match at.0 {
        x if x <= area.x => -1,
        x if x + 1 >= area.right() => 1,
        _ => 0,
    };
    let turns = weeks != 0 && !drag.beyond;
    drag.beyond = weeks != 0;
    state.drag = Some(drag);
    if turns {
        let action = if weeks < 0 { Action::PreviousWeek } else { Action::NextWeek };
        return super::update(state, shared, board, action, 1);
    }
    // Over the border above and below, the rows that are out of sight come into it.
    if weeks == 0 && (at.1 + 1 >= area.bottom() || (at.1 <= area.y && layout.top() > 0)) {
        let action = if at.1 <= area.y { Action::Up } else { Action::Down };
        return super::update(state, shared, board, action, 1);
    }
    match hit(state, layout, at) {
        Hit::Spot(spot, _) if weeks == 0 => carry(state, shared, spot),
        Hit::Header(Some(day)) if state.view != View::Month => {
            let date = state.grid.date(day);
            carry(state, shared, Spot { date, ..state.spot() });
        }
        _ => return Vec::new(),
    }
    settle(state, shared, board)
}

/// Holds what is carried over a cell; the minutes within a row stay, and so does the time where a row is a day.
fn carry(state: &mut State, shared: &Shared, spot: Spot) {
    let step = state.grid.step();
    if let Some(moving) = &mut state.moving {
        let within = minute_of(moving.target().time()) % step;
        moving.aim(at_minute(spot.date, spot.minute / step * step + within), shared.zone);
    }
}

fn release(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    state.drag = None;
    if !state.moving.as_ref().is_some_and(|moving| moving.by_mouse) {
        return Vec::new();
    }
    let effects = super::update(state, shared, board, Action::Drop, 1);
    if state.moving.as_ref().is_some_and(|moving| !moving.asks()) {
        // Refused: what was let go cannot stay in the air.
        moving::cancel(state, shared, board);
    }
    effects
}

fn scroll(state: &mut State, layout: &Layout, down: bool, area: Rect) {
    let top = layout.top();
    state.adrift = true;
    state.top = if down { top.saturating_add(NOTCH) } else { top.saturating_sub(NOTCH) };
    state.top = layout::of(state, area).top();
}

fn hit(state: &State, layout: &Layout, at: (u16, u16)) -> Hit {
    match layout {
        Layout::Week(week) => hit_week(state, week, at),
        Layout::Month(month) => hit_month(state, month, at),
        Layout::Agenda(agenda) => hit_agenda(state, agenda, at),
    }
}

fn hit_week(state: &State, week: &Week, (x, y): (u16, u16)) -> Hit {
    let day = week.day_at(x);
    if week.header.contains(Position { x, y }) || y.checked_add(1) == Some(week.header.y) {
        return Hit::Header(day);
    }
    if !week.body.contains(Position { x, y }) {
        return Hit::Nothing;
    }
    let Some((strip, line)) = week.row_at(y) else { return Hit::Nothing };
    let here = state.grid.day_of(state.spot().date).unwrap_or(0);
    let (day, step) = (day.unwrap_or(here), state.grid.step());
    match strip.row {
        Row::Fold(first, _) => Hit::Spot(Spot { date: state.grid.date(day), minute: first * step, index: 0 }, None),
        Row::Shown(row) => hit_cell(state, (day, row), (week.width_of(day), strip.height), line),
    }
}

fn hit_month(state: &State, month: &Month, (x, y): (u16, u16)) -> Hit {
    if month.header.contains(Position { x, y }) || y.checked_add(1) == Some(month.header.y) {
        return Hit::Header(month.weekday_at(x));
    }
    let Some((day, line)) = month.day_at(x, y).filter(|_| month.body.contains(Position { x, y })) else {
        return Hit::Nothing;
    };
    let cell = month.cells().find(|(column, ..)| column.day == day);
    let head = month.head_of(day);
    let (width, height) = cell.map_or((0, 0), |(column, _, height)| (column.width, height.saturating_sub(head)));
    match line.checked_sub(head) {
        Some(line) => hit_cell(state, (day, 0), (width, height), line),
        None => Hit::Spot(Spot { date: state.grid.date(day), index: 0, ..state.spot() }, None),
    }
}

/// The post on a line of a cell of so many columns and lines.
fn hit_cell(state: &State, (day, row): (usize, u32), (width, height): (u16, u16), line: u16) -> Hit {
    let slots = layout::slots(state, day, row, width, height);
    let item = slots.iter().find(|slot| (slot.y..slot.y + slot.lines).contains(&line)).map(|slot| slot.item);
    let range = state.grid.range(day, row);
    let number = match item {
        Some(Item::Post(number)) => Some(number),
        // "+3 more" leads to the first one that is hidden below, else above.
        Some(Item::More(_)) => {
            let shown = |at: &usize| slots.iter().any(|slot| slot.item == Item::Post(*at));
            let last = range.clone().rfind(|at| shown(at));
            let mut hidden = range.clone().filter(|at| !shown(at));
            hidden.clone().find(|at| Some(*at) > last).or_else(|| hidden.next_back())
        }
        _ => None,
    };
    let entry = number.and_then(|at| state.grid.entries().get(at));
    let index = number.map_or(0, |at| at - range.start);
    let open = match item {
        Some(Item::Open(number)) => state.grid.open().get(number),
        _ => None,
    };
    // A row of a whole day has the time of its post, or keeps the one the cursor had.
    let minute = match (entry, state.view) {
        (Some(entry), View::Month) => minute_of(entry.wall.time()),
        _ if open.is_some_and(|_| range.is_empty()) => open.map_or(0, |open| minute_of(open.wall.time())),
        (None, View::Month) => state.spot().minute,
        _ => row * state.grid.step(),
    };
    Hit::Spot(Spot { date: state.grid.date(day), minute, index }, entry.map(|entry| entry.post.id))
}

fn hit_agenda(state: &State, agenda: &Agenda, (x, y): (u16, u16)) -> Hit {
    if !agenda.body.contains(Position { x, y }) {
        return Hit::Nothing;
    }
    let line = usize::from(y - agenda.body.y + agenda.top);
    let Some(line) = agenda.lines.get(line) else { return Hit::Nothing };
    let spot = layout::spot_of_line(state, *line);
    let post = match line {
        layout::Line::Post(at) => state.grid.entries().get(*at).map(|entry| entry.post.id),
        _ => None,
    };
    Hit::Spot(spot, post)
}
