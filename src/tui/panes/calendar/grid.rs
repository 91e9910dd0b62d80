//! The week as a table of cells: which posts stand in which hour of which day. Pure; built once per change of input.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::State;
use crate::domain::post::Post;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{cells, one_line};
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// Days in a week.
pub const DAYS: usize = 7;
/// Hours on a clock: rows of the grid, also on days that have more or fewer.
pub const HOURS: usize = 24;
/// The headline is cut here before it is cleaned, so that a pasted book costs nothing.
const HEADLINE_CHARS: usize = 160;

/// A place in the grid: a day and an hour by the wall clock, and which post of that cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The day.
    pub date: NaiveDate,
    /// The hour, 0 to 23.
    pub hour: u32,
    /// The post within the cell; 0 in an empty one.
    pub index: usize,
}

impl Spot {
    /// The start of the hour that `wall` is in.
    pub fn of(wall: NaiveDateTime) -> Self {
        Self { date: wall.date(), hour: wall.hour(), index: 0 }
    }

    /// The Monday of its week.
    pub fn monday(self) -> NaiveDate {
        monday(self.date)
    }

    /// Days after Monday, 0 to 6.
    pub fn day(self) -> usize {
        self.date.weekday().num_days_from_monday() as usize
    }

    /// The wall time the cell begins at.
    pub fn wall(self) -> NaiveDateTime {
        self.date.and_time(NaiveTime::from_hms_opt(self.hour, 0, 0).unwrap_or(NaiveTime::MIN))
    }
}

/// A post as the grid shows it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The post.
    pub post: Arc<Post>,
    /// Its moment.
    pub instant: DateTime<Utc>,
    /// Its moment in the shown zone.
    pub wall: NaiveDateTime,
    /// Its state at the last refresh.
    pub state: State,
    /// Whether something asked for here is not confirmed yet.
    pub hollow: bool,
    /// The marks of its networks, each once, in the order of its targets.
    pub marks: Vec<String>,
    /// The first line of its text, safe to draw.
    pub headline: String,
    /// The cells of the headline.
    pub cells: u16,
}

/// A time given to a post here, shown until the board brings that post anew.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The post as it was on the board.
    pub post: Arc<Post>,
    /// Where it was dropped.
    pub at: Schedule,
}

/// The posts of one week, by cell.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    monday: NaiveDate,
    entries: Vec<Entry>,
    starts: Vec<usize>,
    now: Option<NaiveDateTime>,
}

impl Grid {
    /// The grid of the week that begins at `monday`.
    pub fn build(monday: NaiveDate, board: &Board, shared: &Shared, placed: &[Placed]) -> Self {
        let span = week_instants(monday, shared.zone);
        let marks: HashMap<&ChannelId, &str> = board.channels.iter().map(|c| (&c.id, c.network.mark())).collect();
        let moved: HashMap<PostId, DateTime<Utc>> =
            placed.iter().map(|placed| (placed.post.id, placed.at.instant())).collect();
        let settled = board.posts.iter().filter(|post| !moved.contains_key(&post.id));
        let settled = settled.filter_map(|post| Some((post, post.instant()?, post.pending)));
        let placed = placed.iter().map(|placed| (&placed.post, placed.at.instant(), true));
        let mut entries: Vec<Entry> = settled
            .chain(placed)
            .filter(|(post, instant, _)| span.contains(instant) && shared.shows(board, post))
            .map(|(post, instant, hollow)| entry(post, instant, hollow, &marks, shared))
            .collect();
        entries.sort_by_key(|entry| (entry.wall.date(), entry.wall.hour(), entry.instant, entry.post.id));
        let place = |entry: &Entry| cell_number(Spot::of(entry.wall).day(), entry.wall.hour());
        let starts = (0..=DAYS * HOURS).map(|cell| entries.partition_point(|entry| place(entry) < cell)).collect();
        let now = shared.now.with_timezone(&shared.zone).naive_local();
        Self { monday, entries, starts, now: Some(now) }
    }

    /// The first day.
    pub fn monday(&self) -> NaiveDate {
        self.monday
    }

    /// Everything it shows, by moment.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The date of a day, 0 to 6.
    pub fn date(&self, day: usize) -> NaiveDate {
        self.monday.checked_add_days(Days::new(day as u64)).unwrap_or(self.monday)
    }

    /// Where the entries of a cell are among all.
    pub fn range(&self, day: usize, hour: u32) -> Range<usize> {
        let cell = cell_number(day, hour);
        let start = self.starts.get(cell).copied().unwrap_or(0);
        start..self.starts.get(cell + 1).copied().unwrap_or(start)
    }

    /// The entries of a cell.
    pub fn cell(&self, day: usize, hour: u32) -> &[Entry] {
        self.entries.get(self.range(day, hour)).unwrap_or_default()
    }

    /// The entries of a day.
    pub fn day(&self, day: usize) -> Range<usize> {
        self.range(day, 0).start..self.range(day, HOURS as u32 - 1).end
    }

    /// The entry at a spot of this week.
    pub fn at(&self, spot: Spot) -> Option<&Entry> {
        if spot.monday() != self.monday {
            return None;
        }
        self.cell(spot.day(), spot.hour).get(spot.index)
    }

    /// Where a post is.
    pub fn find(&self, id: PostId) -> Option<Spot> {
        let at = self.entries.iter().position(|entry| entry.post.id == id)?;
        let spot = Spot::of(self.entries.get(at)?.wall);
        Some(Spot { index: at - self.range(spot.day(), spot.hour).start, ..spot })
    }

    /// The present wall time, where it falls into this week.
    pub fn now(&self) -> Option<NaiveDateTime> {
        self.now.filter(|now| monday(now.date()) == self.monday)
    }

    /// Whether a day is over.
    pub fn is_past(&self, day: usize) -> bool {
        self.now.is_some_and(|now| self.date(day) < now.date())
    }

    /// Whether a day is the present one.
    pub fn is_today(&self, day: usize) -> bool {
        self.now.is_some_and(|now| self.date(day) == now.date())
    }
}

fn entry(
    post: &Arc<Post>,
    instant: DateTime<Utc>,
    pending: bool,
    known: &HashMap<&ChannelId, &str>,
    shared: &Shared,
) -> Entry {
    let state = post.state(shared.now);
    let hollow = pending && matches!(state, State::Draft | State::Scheduled | State::Held | State::Publishing);
    let head = post.headline();
    let end = head.char_indices().nth(HEADLINE_CHARS).map_or(head.len(), |(at, _)| at);
    let wall = instant.with_timezone(&shared.zone).naive_local();
    let headline = one_line(head.get(..end).unwrap_or_default());
    let cells = u16::try_from(cells(&headline)).unwrap_or(u16::MAX);
    Entry { post: Arc::clone(post), instant, wall, state, hollow, marks: marks_of(post, known), headline, cells }
}

fn marks_of(post: &Post, known: &HashMap<&ChannelId, &str>) -> Vec<String> {
    let mut marks: Vec<String> = Vec::new();
    for target in &post.targets {
        let mark = one_line(known.get(&target.channel).copied().unwrap_or("?"));
        if !marks.contains(&mark) {
            marks.push(mark);
        }
    }
    marks
}

/// The marks of a post's networks, each once.
pub fn network_marks(post: &Post, board: &Board) -> Vec<String> {
    let known = board.channels.iter().map(|channel| (&channel.id, channel.network.mark())).collect();
    marks_of(post, &known)
}

/// The Monday of a date's week.
pub fn monday(date: NaiveDate) -> NaiveDate {
    let back = Days::new(u64::from(date.weekday().num_days_from_monday()));
    date.checked_sub_days(back).unwrap_or(date)
}

/// The instants of the week that begins at `monday`.
pub fn week_instants(monday: NaiveDate, zone: Tz) -> Range<DateTime<Utc>> {
    midnight(monday, zone)..midnight(monday.checked_add_days(Days::new(DAYS as u64)).unwrap_or(monday), zone)
}

/// When a day begins.
pub fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    resolve(date.and_time(NaiveTime::MIN), zone).instant()
}

/// The moment a wall time means here: after a skipped one, the first of a repeated one.
pub fn resolve(wall: NaiveDateTime, zone: Tz) -> Schedule {
    match Schedule::resolve(wall, zone) {
        Resolved::At(schedule) | Resolved::Gap { after: schedule, .. } | Resolved::Twice { first: schedule, .. } => {
            schedule
        }
    }
}

/// `now` and a little, on a round five minutes: the soonest a new post may go out.
pub fn soonest(now: DateTime<Utc>) -> DateTime<Utc> {
    let later = now + TimeDelta::minutes(5);
    let over = later.timestamp().rem_euclid(300);
    if over == 0 { later } else { later + TimeDelta::seconds(300 - over) }
}

fn cell_number(day: usize, hour: u32) -> usize {
    day * HOURS + hour as usize
}
