//! Where everything stands in a region: columns, rows and scroll of the week, or the lines of the agenda. Shared by
//! drawing, moving the cursor and the mouse, so that they agree.

use chrono::Timelike;
use ratatui::layout::Rect;

use super::State;
use super::grid::{DAYS, Entry, HOURS, Spot};
use super::paint::inside;
use super::plan::{self, Demand, Item, Row, Slot, Strip, Thing};

/// Below this width or height a week is a list.
const GRID_WIDTH: u16 = 58;
const GRID_HEIGHT: u16 = 6;
/// The column of the hours: `▶11:42`.
const TIMES: u16 = 6;
/// From this many lines on, the legend has one.
const LEGEND_FROM: u16 = 14;

/// No chip makes use of more lines than this.
const MOST_LINES: u16 = 4;

/// How the pane is laid out.
#[derive(Clone, Debug)]
pub enum Layout {
    /// The week grid.
    Week(Week),
    /// The agenda list.
    Agenda(Agenda),
}

/// The week grid in its region.
#[derive(Clone, Debug)]
pub struct Week {
    /// Day names.
    pub header: Rect,
    /// The rows.
    pub body: Rect,
    /// What the marks mean; without height when there is no room.
    pub legend: Rect,
    /// First cell and width of each day; the cell between two days belongs to none.
    pub columns: [(u16, u16); DAYS],
    /// All rows.
    pub rows: Vec<Strip>,
    /// Lines scrolled away.
    pub top: u16,
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
    /// A post being moved.
    Ghost(usize),
}

/// The layout of `state` in `area`, border included.
pub fn of(state: &State, area: Rect) -> Layout {
    let inner = inside(area);
    if inner.width < GRID_WIDTH || inner.height < GRID_HEIGHT {
        Layout::Agenda(agenda(state, inner))
    } else {
        Layout::Week(week(state, inner))
    }
}

impl Layout {
    /// Lines scrolled away.
    pub fn top(&self) -> u16 {
        match self {
            Self::Week(week) => week.top,
            Self::Agenda(agenda) => agenda.top,
        }
    }
}

fn week(state: &State, inner: Rect) -> Week {
    let legend = u16::from(inner.height >= LEGEND_FROM);
    let header = Rect { height: 1, ..inner };
    let body = Rect { y: inner.y + 1, height: inner.height - 1 - legend, ..inner };
    let legend = Rect { y: body.bottom(), height: legend, ..inner };
    let columns = columns(inner);
    let rows = plan::plan(&demand(state, columns), body.height);
    let cursor = rows.iter().find(|strip| strip.row == Row::Hour(state.spot().hour));
    let total = rows.last().map_or(0, |last| last.y + last.height);
    let top = scrolled(state, total, body.height, cursor.map(|strip| (strip.y, strip.height)));
    Week { header, body, legend, columns, rows, top }
}

fn columns(inner: Rect) -> [(u16, u16); DAYS] {
    let room = inner.width.saturating_sub(TIMES + 1);
    let edge = |day: usize| inner.x + TIMES + 1 + (u32::from(room) * day as u32 / DAYS as u32) as u16;
    std::array::from_fn(|day| (edge(day), (edge(day + 1) - edge(day)).saturating_sub(1)))
}

fn demand(state: &State, columns: [(u16, u16); DAYS]) -> Demand {
    let mut demand = Demand { fold: state.fold, cursor: state.spot().hour, ..Demand::default() };
    for (hour, at) in (0..HOURS as u32).zip(0..) {
        let (mut want, mut most) = (0, 0);
        for (day, (_, width)) in columns.into_iter().enumerate() {
            let things = things(state, day, hour, width);
            want = want.max(things.iter().map(|thing| thing.want).fold(0, u16::saturating_add));
            most = most.max(things.iter().map(|thing| thing.most).fold(0, u16::saturating_add));
        }
        for (lines, wish) in [(&mut demand.want, want), (&mut demand.most, most)] {
            if let Some(lines) = lines.get_mut(at) {
                *lines = wish;
            }
        }
        if let Some(kept) = demand.kept.get_mut(at) {
            *kept = want > 0;
        }
    }
    demand
}

/// What stands in a cell of `width`, by the clock.
fn things(state: &State, day: usize, hour: u32, width: u16) -> Vec<Thing> {
    let chip = |(at, entry): (usize, &Entry)| {
        let most = (1 + entry.cells.div_ceil(width.max(1))).clamp(2, MOST_LINES);
        (entry.wall, Thing { item: Item::Post(at), want: 2, most })
    };
    let mut things: Vec<_> = state.grid.range(day, hour).zip(state.grid.cell(day, hour)).map(chip).collect();
    if let Some(now) = state.grid.now().filter(|now| Spot::of(*now).day() == day && now.hour() == hour) {
        let at = things.partition_point(|(wall, _)| *wall <= now);
        things.insert(at, (now, Thing { item: Item::Now, want: 1, most: 1 }));
    }
    if let Some(moving) = &state.moving {
        for (number, wall) in moving.walls().enumerate() {
            let spot = Spot::of(wall);
            if spot.monday() == state.grid.monday() && spot.day() == day && spot.hour == hour {
                let at = things.partition_point(|(other, _)| *other <= wall);
                let lines = if number == 0 { 3 } else { 2 };
                things.insert(at, (wall, Thing { item: Item::Ghost(number), want: lines, most: lines }));
            }
        }
    }
    things.into_iter().map(|(_, thing)| thing).collect()
}

/// The things of a cell of `width` on its lines.
pub fn slots(state: &State, day: usize, hour: u32, width: u16, height: u16) -> Vec<Slot> {
    let things = things(state, day, hour, width);
    let spot = state.spot();
    let here = spot.monday() == state.grid.monday() && spot.day() == day && spot.hour == hour;
    let wanted = match &state.moving {
        Some(_) => Item::Ghost(0),
        None => Item::Post(state.grid.range(day, hour).start + spot.index),
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
    /// The hours that have a row, from the top.
    pub fn hours(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().filter_map(|strip| if let Row::Hour(hour) = strip.row { Some(hour) } else { None })
    }

    /// The row at a line of the screen, and the line within it.
    pub fn row_at(&self, y: u16) -> Option<(Strip, u16)> {
        let line = y.checked_sub(self.body.y).filter(|_| y < self.body.bottom())? + self.top;
        let strip = self.rows.iter().find(|strip| (strip.y..strip.y + strip.height).contains(&line))?;
        Some((*strip, line - strip.y))
    }

    /// The day at a column of the screen.
    pub fn day_at(&self, x: u16) -> Option<usize> {
        self.columns.iter().position(|(from, width)| (*from..from + width + 1).contains(&x))
    }
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
    for day in 0..DAYS {
        let here = empty_hour && spot.day() == day;
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
        let slot = here && !posts.is_empty();
        if slot {
            posts.push((spot.wall(), Line::Slot));
        }
        posts.sort_by_key(|(wall, _)| *wall);
        lines.push(Line::Day(day, here && !slot));
        lines.extend(posts.into_iter().map(|(_, line)| line));
    }
    lines
}

/// Which line the cursor is on.
pub fn cursor_line(state: &State, lines: &[Line]) -> Option<usize> {
    let spot = state.spot();
    let post = state.grid.range(spot.day(), spot.hour).start + spot.index;
    let on_post = state.grid.at(spot).is_some();
    lines.iter().position(|line| match line {
        Line::Day(_, here) => *here,
        Line::Post(at) => state.moving.is_none() && on_post && *at == post,
        Line::Slot => true,
        Line::Ghost(number) => *number == 0,
    })
}

/// The spot a line of the agenda stands for.
pub fn spot_of_line(state: &State, line: Line) -> Spot {
    match line {
        Line::Day(day, _) => Some(Spot { date: state.grid.date(day), index: 0, ..state.spot() }),
        Line::Post(at) => state.grid.entries().get(at).and_then(|entry| state.grid.find(entry.post.id)),
        Line::Slot | Line::Ghost(_) => None,
    }
    .unwrap_or(state.spot())
}
