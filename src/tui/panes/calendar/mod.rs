//! Pane 2: the week. A cursor over days and hours, posts as chips in their cells, and posts held over it while they
//! are being moved.

use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::PostId;
use crate::domain::schedule::Schedule;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Mouse;
use crate::tui::theme::Theme;

mod agenda;
mod grid;
mod layout;
mod mouse;
mod moving;
pub(super) mod paint;
mod plan;
mod view;
mod walk;

#[cfg(test)]
pub(in crate::tui) mod demo;
#[cfg(test)]
mod tests;

use grid::{Grid, Placed, Spot, midnight, resolve, soonest};
use moving::Moving;

/// No motion repeats more often than this.
const MOST: u32 = 1000;

/// The pane's own state.
#[derive(Clone, Debug)]
pub struct State {
    /// The cursor; none before the first refresh.
    at: Option<Spot>,
    /// The post under the cursor when it last moved.
    post: Option<PostId>,
    /// Whether the cursor was put on something worth seeing after the first load.
    landed: bool,
    /// Whether empty hours fold.
    fold: bool,
    /// Lines scrolled away.
    top: u16,
    /// Whether the wheel scrolled away from the cursor.
    adrift: bool,
    /// The region it was last given, border included.
    area: Option<Rect>,
    /// The shown week, by cell.
    grid: Grid,
    /// Posts in the air.
    moving: Option<Moving>,
    /// What the mouse button is held down on.
    drag: Option<mouse::Drag>,
    /// Dropped posts the board does not show at their new place yet.
    placed: Vec<Placed>,
    /// The span last asked for.
    asked: Option<Range<DateTime<Utc>>>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            at: None,
            post: None,
            landed: false,
            fold: true,
            top: 0,
            adrift: false,
            area: None,
            grid: Grid::default(),
            moving: None,
            drag: None,
            placed: Vec::new(),
            asked: None,
        }
    }
}

impl State {
    /// The cursor.
    fn spot(&self) -> Spot {
        self.at.unwrap_or(Spot { date: self.grid.monday(), hour: 9, index: 0 })
    }

    fn spot_or_now(&self, shared: &Shared) -> Spot {
        self.at.unwrap_or_else(|| Spot::of(shared.now.with_timezone(&shared.zone).naive_local()))
    }
}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    if state.at.is_none() {
        refresh(state, shared, board);
    }
    state.adrift = false;
    if state.moving.is_some() {
        return moving::update(state, shared, board, action, count);
    }
    walk::update(state, shared, board, action, count);
    settle(state, shared, board)
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    if state.at.is_none() {
        refresh(state, shared, board);
    }
    state.area = Some(area);
    mouse::update(state, shared, board, mouse, area)
}

/// Draws the pane with its border.
pub fn view(
    state: &State,
    shared: &Shared,
    _board: &Board,
    theme: &Theme,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    view::draw(state, shared, theme, focused, area, buf);
}

/// Builds the grid anew after anything it shows has changed: a load, the filter, shown channels, the minute, the zone.
/// The cursor stays on its post; a post that another pane chose is followed when it is in the shown week.
pub fn refresh(state: &mut State, shared: &mut Shared, board: &Board) {
    state.at.get_or_insert_with(|| Spot::of(shared.now.with_timezone(&shared.zone).naive_local()));
    state.asked = None;
    state.placed.retain(|placed| match board.post(placed.post.id) {
        // A load brings new allocations: the same one means that nothing was loaded since.
        Some(post) => Arc::ptr_eq(post, &placed.post),
        None => !board.range.contains(&placed.at.instant()),
    });
    rebuild(state, shared, board);
    if let Some(moving) = &mut state.moving {
        let target = moving.target();
        moving.aim(target, shared.zone);
        settle(state, shared, board);
        return;
    }
    let own = shared.cursor == state.post;
    if !state.landed && board.range.start < board.range.end {
        state.landed = true;
        if own && state.post.is_none() {
            walk::land(state, shared);
        }
    }
    if let Some(spot) = shared.cursor.or(state.post).and_then(|id| state.grid.find(id)) {
        state.at = Some(spot);
    }
    clamp(state);
    state.post = state.grid.at(state.spot()).map(|entry| entry.post.id);
    if own {
        shared.cursor = state.post;
    }
    hold_scroll(state);
}

/// Tells the region the pane has, border included, so that pages and hidden hours are known between two frames.
/// Optional: without it the size of the terminal stands in.
pub fn fit(state: &mut State, area: Rect) {
    state.area = Some(area);
    hold_scroll(state);
}

/// Whether posts are being moved.
pub fn is_moving(state: &State) -> bool {
    state.moving.is_some()
}

/// The span the board should hold: the shown week with one on either side.
pub fn wanted_range(state: &State, shared: &Shared) -> Range<DateTime<Utc>> {
    let first = state.spot_or_now(shared).monday();
    let from = first.checked_sub_days(Days::new(7)).unwrap_or(first);
    let until = first.checked_add_days(Days::new(14)).unwrap_or(first);
    midnight(from, shared.zone)..midnight(until, shared.zone)
}

/// The span the board should hold first: the shown week, so that nobody waits for its neighbours.
pub fn first_range(state: &State, shared: &Shared) -> Range<DateTime<Utc>> {
    grid::week_instants(state.spot_or_now(shared).monday(), shared.zone)
}

/// What is still to be loaded of the span the board should hold.
pub fn load_rest(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    load(state, shared, board)
}

/// The shown week in words: `Week 31 · 27 Jul – 2 Aug 2026`.
pub fn title(state: &State, shared: &Shared) -> String {
    let first = state.spot_or_now(shared).monday();
    let last = first.checked_add_days(Days::new(6)).unwrap_or(first);
    let from = match (first.year() == last.year(), first.month() == last.month()) {
        (false, _) => first.format("%-d %b %Y"),
        (true, false) => first.format("%-d %b"),
        (true, true) => first.format("%-d"),
    };
    format!("Week {} · {from} – {}", first.iso_week().week(), last.format("%-d %b %Y"))
}

/// When a post composed at the cursor would go out: the cursor's hour, after a skipped one, and today never sooner than
/// in a few minutes. `None` on a day that is over.
pub fn cursor_slot(state: &State, shared: &Shared) -> Option<Schedule> {
    let spot = state.spot_or_now(shared);
    if spot.date < shared.now.with_timezone(&shared.zone).date_naive() {
        return None;
    }
    let slot = resolve(spot.wall(), shared.zone);
    let soonest = Schedule::at(soonest(shared.now), shared.zone);
    Some(if slot.instant() < soonest.instant() { soonest } else { slot })
}

/// Shows a day, at the cursor's hour.
pub fn go_to(state: &mut State, shared: &mut Shared, board: &Board, date: NaiveDate) -> Vec<Effect> {
    if state.moving.is_some() || !in_reach(date) {
        return Vec::new();
    }
    state.adrift = false;
    state.at = Some(Spot { date, index: 0, ..state.spot_or_now(shared) });
    settle(state, shared, board)
}

/// Brings the calendar to a post that the board has, and the cursor onto it.
pub fn follow(state: &mut State, shared: &mut Shared, board: &Board, id: PostId) -> Vec<Effect> {
    let Some(instant) = board.post(id).and_then(|post| post.instant()).filter(|_| state.moving.is_none()) else {
        return Vec::new();
    };
    let spot = Spot::of(instant.with_timezone(&shared.zone).naive_local());
    if !in_reach(spot.date) {
        return Vec::new();
    }
    state.adrift = false;
    state.at = Some(spot);
    rebuild(state, shared, board);
    state.at = state.grid.find(id).or(state.at);
    let effects = settle(state, shared, board);
    shared.cursor = Some(id);
    effects
}

/// Picks posts up to move them; the one under the cursor leads. Refuses, with the reason, when one cannot be moved.
pub fn start_move(state: &mut State, shared: &mut Shared, board: &Board, ids: Vec<PostId>) -> Result<(), String> {
    if state.at.is_none() {
        refresh(state, shared, board);
    }
    moving::start_move(state, shared, board, ids)
}

/// A digit typed while moving: `0930` sets the time.
pub fn move_digit(state: &mut State, shared: &Shared, digit: char) -> Vec<Effect> {
    moving::digit(state, shared, digit);
    if let Some(spot) = state.moving.as_ref().and_then(Moving::spot) {
        state.at = Some(spot);
    }
    hold_scroll(state);
    Vec::new()
}

/// While moving: old time, new time, distance, and what speaks against it.
pub fn move_status(state: &State, shared: &Shared, board: &Board) -> Option<String> {
    moving::status(state, shared, board)
}

/// The post at a place of the screen.
pub fn post_at(state: &State, _shared: &Shared, _board: &Board, x: u16, y: u16, area: Rect) -> Option<PostId> {
    mouse::post_at(state, x, y, area)
}

/// After the cursor went somewhere: the right week, a valid index, the shared cursor, the scroll; and what to load.
fn settle(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    if let Some(spot) = state.moving.as_ref().and_then(Moving::spot) {
        state.at = Some(spot);
    }
    if state.spot_or_now(shared).monday() != state.grid.monday() {
        rebuild(state, shared, board);
    }
    clamp(state);
    if state.moving.is_none() {
        state.post = state.grid.at(state.spot()).map(|entry| entry.post.id);
        shared.cursor = state.post;
    }
    hold_scroll(state);
    load(state, shared, board)
}

fn rebuild(state: &mut State, shared: &Shared, board: &Board) {
    state.grid = Grid::build(state.spot_or_now(shared).monday(), board, shared, &state.placed);
}

fn clamp(state: &mut State) {
    let spot = state.spot();
    let last = state.grid.cell(spot.day(), spot.hour).len().saturating_sub(1);
    state.at = Some(Spot { index: spot.index.min(last), ..spot });
}

fn hold_scroll(state: &mut State) {
    if let Some(area) = state.area {
        state.top = layout::of(state, area).top();
    }
}

fn load(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let wanted = wanted_range(state, shared);
    let covered = board.range.start <= wanted.start && wanted.end <= board.range.end;
    if covered || state.asked.as_ref() == Some(&wanted) {
        return Vec::new();
    }
    state.asked = Some(wanted.clone());
    vec![Effect::Load(wanted)]
}

/// Whether a date is one the calendar goes to: far enough for every post, near enough for every calculation.
fn in_reach(date: NaiveDate) -> bool {
    (1990..=2200).contains(&date.year())
}
