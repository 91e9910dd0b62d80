//! Where everything stands in a region: columns, rows and scroll of the week, or the lines of the agenda. Shared by
//! drawing, moving the cursor and the mouse, so that they agree.

use chrono::{Datelike, Months, NaiveDate, NaiveDateTime};
use ratatui::layout::Rect;

use super::grid::{DAYS, Entry, Spot, minute_of};
use super::paint::inside;
use super::plan::{self, Demand, Item, Row, Slot, Strip, Thing};
use super::{State, View};

/// Below this width or height a week is a list, and below this height a month is.
const GRID_WIDTH: u16 = 58;
const GRID_HEIGHT: u16 = 6;
const MONTH_HEIGHT: u16 = 13;
/// The column of the hours: `▶11:42`.
const TIMES: u16 = 6;
/// A past day of which nothing is in sight: `Mon`.
const FOLDED: u16 = 3;
/// The column of the week numbers: `31`.
const NUMBERS: u16 = 3;
/// From this many lines on, the legend has one.
const LEGEND_FROM: u16 = 14;
/// Lines of a week that bars of campaigns leave free.
const BARS_FROM: u16 = 8;
/// From this width on, a chip has its headline beside it.
pub const BESIDE: u16 = 40;

/// No chip makes use of more lines than this.
const MOST_LINES: u16 = 4;

/// How the pane is laid out.
#[derive(Clone, Debug)]
pub enum Layout {
    /// Days in columns, hours in rows: the week, or one day of it.
    Week(Week),
    /// A month, one cell per day.
    Month(Month),
    /// The agenda list.
    Agenda(Agenda),
}

/// One day's column; the cell between two of them belongs to none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The day, counted from the first of the grid.
    pub day: usize,
    /// The first cell.
    pub x: u16,
    /// How many.
    pub width: u16,
}

/// The week grid in its region.
#[derive(Clone, Debug)]
pub struct Week {
    /// Day names.
    pub header: Rect,
    /// Campaigns over the days; without height where there are none.
    pub bars: Rect,
    /// What is marked on the days; without height when nothing is.
    pub notes: Rect,
    /// The rows.
    pub body: Rect,
    /// What the marks mean; without height when there is no room.
    pub legend: Rect,
    /// The shown days.
    pub columns: Vec<Column>,
    /// All rows.
    pub rows: Vec<Strip>,
    /// Lines scrolled away.
    pub top: u16,
}

/// The month in its region.
#[derive(Clone, Debug)]
pub struct Month {
    /// Names of weekdays.
    pub header: Rect,
    /// The weeks.
    pub body: Rect,
    /// What the marks mean; without height when there is no room.
    pub legend: Rect,
    /// The weekdays, as days of the first week.
    pub columns: Vec<Column>,
    /// First line and height of each week, counted from the top of the body.
    pub weeks: Vec<(u16, u16)>,
    /// Lines of each week, under its numbers, that bars of campaigns take.
    pub bars: Vec<u16>,
}

/// The agenda in its region.
#[derive(Clone, Debug)]
pub struct Agenda {
    /// The lines.
    pub body: Rect,
    /// All lines.
    pub lines: Vec<Line>,
    /// Lines scrolled away.
    pub top: u16,
}

/// One line of the agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A day's heading, and whether it is where the cursor is.
    Day(usize, bool),
    /// An entry of the grid.
    Post(usize),
    /// The cursor's empty hour.
    Slot,
    /// A free posting slot, by its number in the grid.
    Open(usize),
    /// A post being moved.
    Ghost(usize),
}

/// The layout of `state` in `area`, border included.
pub fn of(state: &State, area: Rect) -> Layout {
    let inner = inside(area);
    let cramped = state.small || inner.width < GRID_WIDTH || inner.height < GRID_HEIGHT;
    match state.view {
        View::Week | View::Day if !cramped => Layout::Week(week(state, inner)),
        View::Month if !cramped && inner.height >= MONTH_HEIGHT => Layout::Month(month(state, inner)),
        _ => Layout::Agenda(agenda(state, inner)),
    }
}

impl Layout {
    /// Lines scrolled away.
    pub fn top(&self) -> u16 {
        match self {
            Self::Week(week) => week.top,
            Self::Month(_) => 0,
            Self::Agenda(agenda) => agenda.top,
        }
    }
}

/// Header, body and legend.
fn parts(inner: Rect) -> (Rect, Rect, Rect) {
    let legend = u16::from(inner.height >= LEGEND_FROM);
    let header = Rect { height: 1, ..inner };
    let body = Rect { y: inner.y + 1, height: inner.height - 1 - legend, ..inner };
    let legend = Rect { y: body.bottom(), height: legend, ..inner };
    (header, body, legend)
}

fn week(state: &State, inner: Rect) -> Week {
    let (header, mut body, legend) = parts(inner);
    // A low grid has no line to spare for them.
    let lines = super::bars::lines(&state.bars).min(body.height.saturating_sub(BARS_FROM));
    let bars = Rect { height: lines, ..body };
    (body.y, body.height) = (body.y + bars.height, body.height - bars.height);
    let notes = Rect { height: u16::from(state.noted && body.height > 2), ..body };
    (body.y, body.height) = (body.y + notes.height, body.height - notes.height);
    let spot = state.spot();
    let days = match state.view {
        View::Day => state.grid.day_of(spot.date).into_iter().collect(),
        _ => (0..state.grid.days().min(DAYS)).collect::<Vec<_>>(),
    };
    let columns = columns(inner, times(state), &days, &|day| folds(state, day));
    let rows = plan::plan(&demand(state, &columns), body.height);
    let cursor = rows.iter().find(|strip| strip.row == Row::Shown(state.grid.row(spot)));
    let total = rows.last().map_or(0, |last| last.y + last.height);
    let top = scrolled(state, total, body.height, cursor.map(|strip| (strip.y, strip.height)));
    Week { header, bars, notes, body, legend, columns, rows, top }
}

/// How wide the times beside the rows are.
pub fn times(state: &State) -> u16 {
    TIMES + u16::from(state.twelve)
}

fn month(state: &State, inner: Rect) -> Month {
    let (header, body, legend) = parts(inner);
    let days: Vec<usize> = (0..DAYS).collect();
    let columns = columns(inner, NUMBERS, &days, &|_| false);
    let count = (state.grid.days() / DAYS).max(1) as u16;
    let weeks = weeks(state, count, body.height);
    let lines = |(week, (_, height)): (usize, &(u16, u16))| super::bars::lines_of_week(&state.bars, week, *height);
    let bars = weeks.iter().enumerate().map(lines).collect();
    Month { header, body, legend, columns, weeks, bars }
}

/// Whether a day is past and nothing of it is in sight, where such days fold.
fn folds(state: &State, day: usize) -> bool {
    state.folded.get(day).copied().unwrap_or(false)
}

/// First line and height of the weeks of a month: a folded one has the line of its numbers, the others share the rest.
fn weeks(state: &State, count: u16, height: u16) -> Vec<(u16, u16)> {
    let folded = |week: &u16| (0..DAYS).all(|day| folds(state, usize::from(*week) * DAYS + day));
    let low = (0..count).filter(folded).count() as u16;
    // Where none is left, the room is for all of them.
    let low = if low < count { low } else { 0 };
    let (high, room) = (u32::from(count - low).max(1), u32::from(height.saturating_sub(low)));
    let (mut y, mut number) = (0, 0);
    let mut place = |week: u16| {
        let edge = |number: u32| (room * number / high) as u16;
        let lines = if low > 0 && folded(&week) { 1 } else { edge(number + 1) - edge(number) };
        number += u32::from(low == 0 || !folded(&week));
        y += lines;
        (y - lines, lines)
    };
    (0..count).map(&mut place).collect()
}

/// The columns of `days`: those that fold have room for a name, the others share the rest.
fn columns(inner: Rect, left: u16, days: &[usize], folds: &dyn Fn(usize) -> bool) -> Vec<Column> {
    let narrow = days.iter().filter(|day| folds(**day)).count();
    // Where none is left, the room is for all of them.
    let narrow = if narrow < days.len() { narrow } else { 0 };
    let wide = (days.len() - narrow).max(1) as u32;
    let room = u32::from(inner.width.saturating_sub(left + 1 + narrow as u16 * (FOLDED + 1)));
    let edge = |at: u32| (room * at / wide) as u16;
    let (mut x, mut number) = (inner.x + left + 1, 0);
    let mut column = |day: &usize| {
        let is_narrow = narrow > 0 && folds(*day);
        let taken = if is_narrow { FOLDED + 1 } else { edge(number + 1) - edge(number) };
        number += u32::from(!is_narrow);
        x += taken;
        Column { day: *day, x: x - taken, width: taken.saturating_sub(1) }
    };
    days.iter().map(&mut column).collect()
}

fn demand(state: &State, columns: &[Column]) -> Demand {
    let rows = state.grid.rows() as usize;
    let of_day = |day: usize| state.grid.changes().iter().filter(move |change| change.day == day);
    let changes: Vec<_> = columns
        .iter()
        .filter(|column| of_day(column.day).count() < rows)
        .flat_map(|column| of_day(column.day))
        .collect();
    let mut demand = Demand { fold: state.fold, cursor: state.grid.row(state.spot()), ..Demand::default() };
    for row in 0..state.grid.rows() {
        let (mut want, mut most): (u16, u16) = (0, 0);
        for column in columns {
            let add = |sum: (u16, u16), (_, thing): (NaiveDateTime, Thing)| {
                (sum.0.saturating_add(thing.want), sum.1.saturating_add(thing.most))
            };
            let posts = posts_of(state, column.day, row, column.width);
            let sum = posts.chain(others_of(state, column.day, row)).fold((0, 0), add);
            (want, most) = (want.max(sum.0), most.max(sum.1));
        }
        // Hours that are not there, or twice, are told; of a day that is not there at all the others tell enough.
        let changed = changes.iter().any(|change| change.row == row);
        demand.kept.push(want > 0 || changed);
        demand.want.push(want);
        demand.most.push(most);
    }
    demand
}

/// What stands in a cell of `width`, by the clock.
fn things(state: &State, day: usize, row: u32, width: u16) -> Vec<Thing> {
    let mut things: Vec<_> = posts_of(state, day, row, width).collect();
    for (wall, thing) in others_of(state, day, row) {
        let at = things.partition_point(|(other, _)| *other <= wall);
        things.insert(at, (wall, thing));
    }
    things.into_iter().map(|(_, thing)| thing).collect()
}

/// The posts of a cell of `width`, in their order.
fn posts_of(state: &State, day: usize, row: u32, width: u16) -> impl Iterator<Item = (NaiveDateTime, Thing)> {
    let chip = move |(at, entry): (usize, &Entry)| {
        let most = (1 + entry.cells.div_ceil(width.max(1))).clamp(2, MOST_LINES);
        let (want, most) = match state.view {
            View::Month => (1, 1),
            _ if width >= BESIDE => (1, 1),
            _ => (2, most),
        };
        (entry.wall, Thing { item: Item::Post(at), want, most })
    };
    state.grid.range(day, row).zip(state.grid.cell(day, row)).map(chip)
}

/// What stands in a cell beside its posts: free slots, the present, what is being moved.
fn others_of(state: &State, day: usize, row: u32) -> impl Iterator<Item = (NaiveDateTime, Thing)> {
    let grid = &state.grid;
    let here =
        move |wall: NaiveDateTime| grid.day_of(wall.date()) == Some(day) && minute_of(wall.time()) / grid.step() == row;
    let open = grid.open().iter().enumerate().filter(move |(_, open)| !state.no_slots && here(open.wall));
    let open = open.map(|(number, open)| (open.wall, Thing { item: Item::Open(number), want: 1, most: 1 }));
    let now = grid.now().filter(|now| state.view != View::Month && here(*now));
    let now = now.map(|now| (now, Thing { item: Item::Now, want: 1, most: 1 }));
    let ghost = move |(number, wall): (usize, NaiveDateTime)| {
        let lines = match (state.view, number) {
            (View::Month, _) => 1,
            (_, 0) => 3,
            _ => 2,
        };
        (wall, Thing { item: Item::Ghost(number), want: lines, most: lines })
    };
    let walls = state.moving.iter().flat_map(|moving| moving.walls().enumerate());
    open.chain(now).chain(walls.filter(move |(_, wall)| here(*wall)).map(ghost))
}

/// The things of a cell of `width` on its lines.
pub fn slots(state: &State, day: usize, row: u32, width: u16, height: u16) -> Vec<Slot> {
    let mut things = things(state, day, row, width);
    // What is there comes before what could be.
    let is_open = |thing: &Thing| matches!(thing.item, Item::Open(_));
    let mut spare = usize::from(height).saturating_sub(things.iter().filter(|thing| !is_open(thing)).count());
    things.retain(|thing| {
        !is_open(thing)
            || spare.checked_sub(1).is_some_and(|left| {
                spare = left;
                true
            })
    });
    let spot = state.spot();
    let here = state.grid.day_of(spot.date) == Some(day) && state.grid.row(spot) == row;
    let wanted = match &state.moving {
        Some(_) => Item::Ghost(0),
        None => Item::Post(state.grid.range(day, row).start + spot.index),
    };
    let focus = things.iter().position(|thing| here && thing.item == wanted).unwrap_or(0);
    plan::fit(&things, focus, height)
}

/// The lines scrolled away, so that `cursor` (first line, lines) is seen unless the wheel went elsewhere.
fn scrolled(state: &State, total: u16, height: u16, cursor: Option<(u16, u16)>) -> u16 {
    let mut top = state.top;
    if let Some((y, lines)) = cursor.filter(|_| !state.adrift) {
        top = top.max((y + lines).saturating_sub(height)).min(y);
    }
    top.min(total.saturating_sub(height))
}

impl Week {
    /// The rows that are not folded away, from the top.
    pub fn shown(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().filter_map(|strip| if let Row::Shown(row) = strip.row { Some(row) } else { None })
    }

    /// The row at a line of the screen, and the line within it.
    pub fn row_at(&self, y: u16) -> Option<(Strip, u16)> {
        let line = y.checked_sub(self.body.y).filter(|_| y < self.body.bottom())? + self.top;
        let strip = self.rows.iter().find(|strip| (strip.y..strip.y + strip.height).contains(&line))?;
        Some((*strip, line - strip.y))
    }

    /// The day at a column of the screen.
    pub fn day_at(&self, x: u16) -> Option<usize> {
        day_at(&self.columns, x)
    }

    /// The width of a day's column.
    pub fn width_of(&self, day: usize) -> u16 {
        self.columns.iter().find(|column| column.day == day).map_or(0, |column| column.width)
    }
}

fn day_at(columns: &[Column], x: u16) -> Option<usize> {
    let holds = |column: &&Column| (column.x..column.x + column.width + 1).contains(&x);
    columns.iter().find(holds).map(|column| column.day)
}

impl Month {
    /// The day at a cell of the screen, and the line within it; the first line has its number.
    pub fn day_at(&self, x: u16, y: u16) -> Option<(usize, u16)> {
        let line = y.checked_sub(self.body.y)?;
        let week = self.weeks.iter().position(|(first, height)| (*first..first + height).contains(&line))?;
        let day = day_at(&self.columns, x)? + week * DAYS;
        Some((day, line - self.weeks.get(week)?.0))
    }

    /// Lines of a week that bars of campaigns take.
    pub fn bars_of(&self, week: usize) -> u16 {
        self.bars.get(week).copied().unwrap_or(0)
    }

    /// Lines of a day above its posts: its number, and bars of campaigns.
    pub fn head_of(&self, day: usize) -> u16 {
        1 + self.bars_of(day / DAYS)
    }

    /// The weekday at a column of the screen.
    pub fn weekday_at(&self, x: u16) -> Option<usize> {
        day_at(&self.columns, x)
    }

    /// First line, height and column of every day; a month has no more days than lines times columns.
    pub fn cells(&self) -> impl Iterator<Item = (Column, u16, u16)> + '_ {
        self.weeks.iter().enumerate().flat_map(move |(week, (y, height))| {
            let of_week = move |column: &Column| Column { day: column.day + week * DAYS, ..*column };
            self.columns.iter().map(move |column| (of_week(column), *y, *height))
        })
    }
}

/// How many weeks a month touches, where they begin on the weekday of `first`, its first shown day.
pub fn weeks_of(month: NaiveDate, first: NaiveDate) -> usize {
    let begin = month.with_day(1).unwrap_or(month);
    let end = begin.checked_add_months(Months::new(1)).unwrap_or(begin);
    let days = end.signed_duration_since(first).num_days();
    usize::try_from(days).unwrap_or(0).div_ceil(DAYS).clamp(4, 6)
}

fn agenda(state: &State, inner: Rect) -> Agenda {
    let lines = lines(state);
    let cursor = cursor_line(state, &lines).map(|at| {
        // The heading stays in sight when it is the line before.
        let heading = at.checked_sub(1).and_then(|before| lines.get(before));
        match heading {
            Some(Line::Day(..)) if inner.height > 1 => (at as u16 - 1, 2),
            _ => (at as u16, 1),
        }
    });
    let top = scrolled(state, lines.len() as u16, inner.height, cursor);
    Agenda { body: inner, lines, top }
}

fn lines(state: &State) -> Vec<Line> {
    let spot = state.spot();
    let empty_hour = state.grid.at(spot).is_none() && state.moving.is_none();
    let mut lines = Vec::new();
    for day in 0..state.grid.days() {
        let here = empty_hour && state.grid.day_of(spot.date) == Some(day);
        let range = state.grid.day(day);
        let mut posts: Vec<_> = range
            .clone()
            .zip(state.grid.entries().get(range.clone()).unwrap_or_default())
            .map(|(at, entry)| (entry.wall, Line::Post(at)))
            .collect();
        if let Some(moving) = &state.moving {
            let ghosts = moving.walls().enumerate().filter(|(_, wall)| wall.date() == state.grid.date(day));
            posts.extend(ghosts.map(|(number, wall)| (wall, Line::Ghost(number))));
        }
        let cursor = state.wall();
        let is_shown = |wall: NaiveDateTime| wall.date() == state.grid.date(day) && !(here && wall == cursor);
        let open = state.grid.open().iter().enumerate().filter(|(_, open)| !state.no_slots && is_shown(open.wall));
        let slot = here && (!posts.is_empty() || cursor != spot.wall(state.step) || open.clone().next().is_some());
        posts.extend(open.map(|(number, open)| (open.wall, Line::Open(number))));
        if slot {
            posts.push((cursor, Line::Slot));
        }
        posts.sort_by_key(|(wall, _)| *wall);
        // The cursor keeps its day.
        let cursor_here = state.grid.day_of(spot.date) == Some(day);
        if cursor_here || !folds(state, day) {
            lines.push(Line::Day(day, here && !slot));
        }
        lines.extend(posts.into_iter().map(|(_, line)| line));
    }
    lines
}

/// Which line the cursor is on.
pub fn cursor_line(state: &State, lines: &[Line]) -> Option<usize> {
    let spot = state.spot();
    let post = state.grid.number(spot);
    lines.iter().position(|line| match line {
        Line::Day(_, here) => *here,
        Line::Post(at) => state.moving.is_none() && Some(*at) == post,
        Line::Slot => true,
        Line::Open(_) => false,
        Line::Ghost(number) => *number == 0,
    })
}

/// The spot a line of the agenda stands for.
pub fn spot_of_line(state: &State, line: Line) -> Spot {
    match line {
        Line::Day(day, _) => Some(Spot { date: state.grid.date(day), index: 0, ..state.spot() }),
        Line::Post(at) => state.grid.entries().get(at).and_then(|entry| state.grid.find(entry.post.id)),
        Line::Open(number) => state.grid.open().get(number).map(|open| Spot::of(open.wall)),
        Line::Slot | Line::Ghost(_) => None,
    }
    .unwrap_or(state.spot())
}

/// Whether no post stands in the row of a free slot.
pub fn is_free(state: &State, number: usize) -> bool {
    state.grid.open().get(number).is_some_and(|open| state.grid.around(Spot::of(open.wall)).is_empty())
}
