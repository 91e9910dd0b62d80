//! Pane 2: the calendar, as a week, a day, a month or a list. One cursor over days and hours, posts as chips in their
//! cells, and posts held over it while they are being moved.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::PostId;
use crate::domain::schedule::Schedule;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Mouse;
use crate::tui::read_only;
use crate::tui::theme::Theme;

mod agenda;
mod bars;
mod changes;
mod chip;
mod clash;
mod grid;
mod heat;
mod layout;
mod lens;
mod month;
mod mouse;
mod moving;
pub(super) mod paint;
mod plan;
mod seek;
mod view;
mod walk;

#[cfg(test)]
pub(in crate::tui) mod demo;
#[cfg(test)]
mod tests;

pub use clash::{REMEMBERED, near};
use grid::{DAY_MINUTES, DAYS, Grid, HOUR, Placed, Spot, Window, later, resolve, soonest};
use heat::Heat;
pub use lens::{Colouring, Lens};
use moving::Moving;

/// No motion repeats more often than this.
const MOST: u32 = 1000;

/// How many days the list has.
const LISTED: usize = 4 * DAYS;
/// What rows of a week or a day may stand for, in minutes, the longest first.
const STEPS: [u32; 3] = [HOUR, 30, 15];

/// The smallest screen with a grid, in columns and rows.
const LEAST: (u16, u16) = (80, 24);

/// How the calendar is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// Seven days in columns.
    #[default]
    Week,
    /// One day.
    Day,
    /// A month, one cell per day.
    Month,
    /// A list, day by day.
    Agenda,
}

impl View {
    /// Every view.
    pub const ALL: [Self; 4] = [Self::Week, Self::Day, Self::Month, Self::Agenda];

    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Day => "day",
            Self::Month => "month",
            Self::Agenda => "agenda",
        }
    }
}

/// The pane's own state.
#[derive(Clone, Debug)]
pub struct State {
    /// How it is shown where there is room; where there is none, it is a list.
    view: View,
    /// Minutes per row of a week or a day.
    step: u32,
    /// Whether the mouse is at work: the month does not turn under it.
    pinned: bool,
    /// The cursor; none before the first refresh.
    at: Option<Spot>,
    /// The post under the cursor when it last moved.
    post: Option<PostId>,
    /// Whether the cursor was put on something worth seeing after the first load.
    landed: bool,
    /// Whether empty hours fold.
    fold: bool,
    /// Whether anything is marked on the shown days.
    noted: bool,
    /// Whether times are written with twelve hours, which takes a cell more.
    twelve: bool,
    /// Campaigns over the shown days.
    bars: Vec<bars::Bar>,
    /// Whether past days fold where nothing of them is in sight.
    folded: Vec<bool>,
    /// How full the shown days are at most.
    heat: Heat,
    /// Whether free slots are kept out of sight.
    no_slots: bool,
    /// Whether the second zone is kept out of sight.
    one_zone: bool,
    /// Lines scrolled away.
    top: u16,
    /// Whether the wheel scrolled away from the cursor.
    adrift: bool,
    /// Whether the screen is too small for any grid.
    small: bool,
    /// The region it was last given, border included.
    area: Option<Rect>,
    /// The shown days, by cell.
    grid: Grid,
    /// Posts in the air.
    moving: Option<Moving>,
    /// What the mouse button is held down on.
    drag: Option<mouse::Drag>,
    /// Dropped posts the board does not show at their new place yet.
    placed: Vec<Placed>,
    /// The span last asked for.
    asked: Option<Range<DateTime<Utc>>>,
    /// What is looked for beyond the loaded weeks.
    seek: Option<seek::Seek>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            view: View::Week,
            step: HOUR,
            pinned: false,
            at: None,
            post: None,
            landed: false,
            fold: true,
            noted: false,
            twelve: false,
            bars: Vec::new(),
            folded: Vec::new(),
            heat: Heat::default(),
            no_slots: false,
            one_zone: false,
            top: 0,
            adrift: false,
            small: false,
            area: None,
            grid: Grid::default(),
            moving: None,
            drag: None,
            placed: Vec::new(),
            asked: None,
            seek: None,
        }
    }
}

impl State {
    /// The cursor.
    fn spot(&self) -> Spot {
        self.at.unwrap_or(Spot { date: self.grid.first(), minute: 9 * HOUR, index: 0 })
    }

    /// What has to be shown so that `date` is.
    fn window(&self, shared: &Shared, date: NaiveDate) -> Window {
        let (first, step) = (shared.habits.week_start(date), self.step);
        match self.view {
            View::Week | View::Day => Window { first, days: DAYS, step },
            // A click on a day of the month beside it leaves everything where it is.
            View::Month if self.pinned && self.grid.step() == DAY_MINUTES && self.grid.day_of(date).is_some() => {
                self.grid.window()
            }
            View::Month => {
                let first = shared.habits.week_start(date.with_day(1).unwrap_or(date));
                Window { first, days: layout::weeks_of(date, first) * DAYS, step: DAY_MINUTES }
            }
            // The list stays where it is while the cursor is in it.
            View::Agenda => {
                let listed = Window { first, days: LISTED, step };
                let now = self.grid.window();
                let stays = now.day_of(date).is_some() && Window { first, ..now } == listed;
                if stays { now } else { listed }
            }
        }
    }

    /// The wall time that the cursor stands for: its row's beginning, or the free slot that it was put on.
    fn wall(&self) -> NaiveDateTime {
        let spot = self.spot();
        let exact = grid::at_minute(spot.date, spot.minute);
        let is_slot = !self.no_slots && self.grid.open().iter().any(|open| open.wall == exact);
        if is_slot { exact } else { spot.wall(self.step) }
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
    (state.adrift, state.pinned) = (false, false);
    seek::forget_others(state, action);
    if state.moving.is_some() {
        return moving::update(state, shared, board, action, count);
    }
    if let Some((view, step)) = walk::other_view(state, action) {
        return show_as(state, shared, board, view, step);
    }
    if lens::turn(shared, action) {
        let (view, step) = shown_as(state);
        return show_as(state, shared, board, view, step);
    }
    match walk::update(state, shared, board, action, count) {
        Some(effect) => {
            // The load that is under way covers what the cursor needs.
            settle(state, shared, board);
            vec![effect]
        }
        None => settle(state, shared, board),
    }
}

/// What was looked for beyond the loaded weeks and can be looked for again, how many times over.
pub fn sought(state: &State, board: &Board) -> Option<(Action, u32)> {
    seek::sought(state, board)
}

/// Asks for later weeks, after which `action` is carried out again; nothing when the furthest were looked at.
pub fn look_further(state: &mut State, shared: &Shared, board: &Board, action: Action) -> Option<Effect> {
    seek::further(state, shared, board, (action, 1), true)
}

/// What was looked for further away is found: the next look begins near by again.
pub fn found(state: &mut State) {
    state.seek = None;
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    if state.at.is_none() {
        refresh(state, shared, board);
    }
    state.area = Some(area);
    state.pinned = true;
    mouse::update(state, shared, board, mouse, area)
}

/// Draws the pane with its border.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    view::draw(&view::Scene { state, shared, board, theme, focused }, area, buf);
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
    let own = shared.cursor == state.post;
    if !own {
        lens::let_see(shared, board);
    }
    rebuild(state, shared, board);
    if let Some(moving) = &mut state.moving {
        let target = moving.target();
        moving.aim(target, shared.zone);
        settle(state, shared, board);
        return;
    }
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
    // Where the shown days are still on their way, nothing says yet that the post is not among them.
    let is_elsewhere = board.range.start < board.range.end && !has_shown(state, shared, &board.range);
    if !is_elsewhere {
        state.post = state.grid.at(state.spot()).map(|entry| entry.post.id);
        if own {
            shared.cursor = state.post;
        }
    }
    hold_scroll(state);
}

/// Tells the region the pane has, border included, so that pages and hidden hours are known between two frames.
/// Optional: without it the size of the terminal stands in.
pub fn fit(state: &mut State, area: Rect) {
    state.area = Some(area);
    hold_scroll(state);
}

/// Tells the size of the screen: on a small one every view is a list.
pub fn screen(state: &mut State, (columns, rows): (u16, u16)) {
    state.small = columns < LEAST.0 || rows < LEAST.1;
}

/// Whether posts are being moved.
pub fn is_moving(state: &State) -> bool {
    state.moving.is_some()
}

/// The span the board should hold: the shown days with a week on either side.
pub fn wanted_range(state: &State, shared: &Shared) -> Range<DateTime<Utc>> {
    let window = state.window(shared, state.spot_or_now(shared).date);
    let from = window.first.checked_sub_days(Days::new(DAYS as u64)).unwrap_or(window.first);
    Schedule::midnight(from, shared.zone)..Schedule::midnight(later(window.first, window.days + DAYS), shared.zone)
}

/// The span to load again when something has changed: with the weeks that are being looked through.
pub fn reload_range(state: &State, shared: &Shared) -> Range<DateTime<Utc>> {
    seek::widened(state, wanted_range(state, shared))
}

/// Whether what lies in `range` has the shown days.
pub fn has_shown(state: &State, shared: &Shared, range: &Range<DateTime<Utc>>) -> bool {
    seek::covers(range, &first_range(state, shared))
}

/// The span the board should hold first: the shown days, so that nobody waits for their neighbours.
pub fn first_range(state: &State, shared: &Shared) -> Range<DateTime<Utc>> {
    state.window(shared, state.spot_or_now(shared).date).instants(shared.zone)
}

/// What is still to be loaded of the span the board should hold.
pub fn load_rest(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    load(state, shared, board)
}

/// The shown days in words: `Week 31 · 27 Jul – 2 Aug 2026`. Weeks are numbered as ISO 8601 does it.
pub fn title(state: &State, shared: &Shared) -> String {
    let date = state.spot_or_now(shared).date;
    let window = state.window(shared, date);
    // Wherever weeks begin: their Thursday says which one it is.
    let number = |first: NaiveDate| later(first, 3).iso_week().week();
    match state.view {
        View::Week => format!("Week {} · {}", number(window.first), span_words(&window)),
        View::Day => format!("{} · week {}", date.format("%a %-d %b %Y"), date.iso_week().week()),
        View::Month => {
            // The last day of the first week is always of the month itself.
            let (month, last) = (later(window.first, DAYS - 1), later(window.first, window.days.saturating_sub(DAYS)));
            format!("{} · weeks {}–{}", month.format("%B %Y"), number(window.first), number(last))
        }
        View::Agenda => format!("Agenda · {}", span_words(&window)),
    }
}

/// `27 Jul – 2 Aug 2026`.
fn span_words(window: &Window) -> String {
    let (first, last) = (window.first, later(window.first, window.days.saturating_sub(1)));
    let from = match (first.year() == last.year(), first.month() == last.month()) {
        (false, _) => first.format("%-d %b %Y"),
        (true, false) => first.format("%-d %b"),
        (true, true) => first.format("%-d"),
    };
    format!("{from} – {}", last.format("%-d %b %Y"))
}

/// How the calendar is shown, and in rows of how many minutes.
pub fn shown_as(state: &State) -> (View, u32) {
    (state.view, state.step)
}

/// Shows the calendar in another way, around the same cursor.
pub fn show_as(state: &mut State, shared: &mut Shared, board: &Board, view: View, step: u32) -> Vec<Effect> {
    state.view = view;
    state.step = if STEPS.contains(&step) { step } else { HOUR };
    state.adrift = false;
    rebuild(state, shared, board);
    // The post under the cursor may stand at another place of its new row.
    state.at = state.post.and_then(|id| state.grid.find(id)).or(state.at);
    settle(state, shared, board)
}

/// When a post composed at the cursor would go out: the cursor's hour, after a skipped one, and today never sooner than
/// in a few minutes. `None` on a day that is over.
pub fn cursor_slot(state: &State, shared: &Shared) -> Option<Schedule> {
    let spot = state.spot_or_now(shared);
    if spot.date < shared.now.with_timezone(&shared.zone).date_naive() {
        return None;
    }
    let wall = if state.at.is_some() { state.wall() } else { spot.wall(state.step) };
    let slot = resolve(wall, shared.zone);
    let soonest = Schedule::at(soonest(shared.now), shared.zone);
    Some(if slot.instant() < soonest.instant() { soonest } else { slot })
}

/// The day of the cursor.
pub fn cursor_date(state: &State, shared: &Shared) -> NaiveDate {
    state.spot_or_now(shared).date
}

/// Shows a day, at that time or else at the cursor's hour.
pub fn go_to(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    (date, time): (NaiveDate, Option<NaiveTime>),
) -> Vec<Effect> {
    if state.moving.is_some() || !in_reach(date) {
        return Vec::new();
    }
    state.adrift = false;
    state.at = Some(match time {
        Some(time) => Spot::of(date.and_time(time)),
        None => Spot { date, index: 0, ..state.spot_or_now(shared) },
    });
    settle(state, shared, board)
}

/// What speaks against the loaded posts, each in words: kept on the board, as it takes a while.
pub fn clashes(shared: &Shared, board: &Board) -> HashMap<PostId, String> {
    clash::all(shared, board)
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
    if board.read_only {
        return Err(read_only::WORDS.into());
    }
    if state.at.is_none() {
        refresh(state, shared, board);
    }
    moving::start_move(state, shared, board, ids)
}

/// How far posts in the air are from where they were, on the clock.
pub fn held_distance(state: &State) -> Option<TimeDelta> {
    state.moving.as_ref().map(Moving::distance)
}

/// Moves posts by a distance on the clock at once, as if they had been picked up and dropped there.
pub fn move_by(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    ids: Vec<PostId>,
    distance: TimeDelta,
) -> Result<Vec<Effect>, String> {
    start_move(state, shared, board, ids)?;
    moving::by(state, shared, distance);
    let effects = update(state, shared, board, Action::Drop, 1);
    // What was refused has been told; a question about the clocks stays open.
    if state.moving.as_ref().is_some_and(|moving| !moving.asks()) {
        moving::cancel(state, shared, board);
    }
    Ok(effects)
}

/// Whether the second zone is shown.
pub fn shows_second(state: &State) -> bool {
    !state.one_zone
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

/// While moving: old time, new time, distance, and what speaks against it, for `room` cells.
pub fn move_status(state: &State, shared: &Shared, board: &Board, room: usize) -> Option<String> {
    moving::status(state, shared, board, room)
}

/// After the cursor went somewhere: the right days, a valid index, the shared cursor, the scroll; and what to load.
fn settle(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    if let Some(spot) = state.moving.as_ref().and_then(Moving::spot) {
        state.at = Some(spot);
    }
    if state.window(shared, state.spot_or_now(shared).date) != state.grid.window() {
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
    let window = state.window(shared, state.spot_or_now(shared).date);
    state.grid = Grid::build(window, board, shared, &state.placed);
    state.bars = bars::over(&state.grid, shared, board);
    let days = (0..window.days).map(|day| state.grid.date(day));
    // A day that says something of itself does not fold, and none does while a post is carried over them.
    let folds = |day: usize| {
        let date = state.grid.date(day);
        let says = board.plan.notes.contains_key(&date) || board.plan.holidays.contains_key(&date);
        state.grid.is_past(day) && state.grid.day(day).is_empty() && !says
    };
    let may_fold = shared.lens.no_past && state.moving.is_none();
    state.folded = (0..window.days).map(|day| may_fold && folds(day)).collect();
    state.heat = if shared.lens.heat { Heat::of(&state.grid) } else { Heat::default() };
    state.twelve = shared.habits.twelve;
    state.noted =
        days.into_iter().any(|date| board.plan.notes.contains_key(&date) || board.plan.holidays.contains_key(&date));
}

fn clamp(state: &mut State) {
    let spot = state.spot();
    let last = state.grid.around(spot).len().saturating_sub(1);
    state.at = Some(Spot { index: spot.index.min(last), ..spot });
}

fn hold_scroll(state: &mut State) {
    if let Some(area) = state.area {
        state.top = layout::of(state, area).top();
    }
}

fn load(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let wanted = wanted_range(state, shared);
    if seek::covers(&board.range, &wanted) || state.asked.as_ref() == Some(&wanted) {
        return Vec::new();
    }
    state.asked = Some(wanted.clone());
    vec![Effect::Load(wanted)]
}

/// Whether a date is one the calendar goes to: far enough for every post, near enough for every calculation.
fn in_reach(date: NaiveDate) -> bool {
    (1950..=2200).contains(&date.year())
}
