//! The shown days as a table of cells: which posts stand in which row of which day. Pure; built once per change of input.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::changes::{self, Change};
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::State;
use crate::domain::post::Post;
use crate::domain::schedule::Schedule;
use crate::text::clean::{cells, one_line};
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::theme::Hue;

/// Days in a week.
pub const DAYS: usize = 7;
/// Minutes on a clock, also on days that have more or fewer.
pub const DAY_MINUTES: u32 = 1440;
/// Minutes in an hour.
pub const HOUR: u32 = 60;
/// The headline is cut here before it is cleaned, so that a pasted book costs nothing.
const HEADLINE_CHARS: usize = 160;
/// Campaigns that a legend names at most.
const CAMPAIGNS: usize = 8;

/// A place in the calendar: a day and a minute by the wall clock, and which post of the row that minute is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// The day.
    pub date: NaiveDate,
    /// The minute of the day, 0 to 1439.
    pub minute: u32,
    /// The post within the row; 0 in an empty one.
    pub index: usize,
}

impl Spot {
    /// The first post at `wall`.
    pub fn of(wall: NaiveDateTime) -> Self {
        Self { date: wall.date(), minute: minute_of(wall.time()), index: 0 }
    }

    /// The wall time its row begins at, in rows of `step` minutes; no row is longer than an hour here.
    pub fn wall(self, step: u32) -> NaiveDateTime {
        let step = step.clamp(1, HOUR);
        at_minute(self.date, self.minute / step * step)
    }
}

/// The minute of the day.
pub fn minute_of(time: NaiveTime) -> u32 {
    time.hour() * HOUR + time.minute()
}

/// A minute of a day; the last one for anything beyond it.
pub fn at_minute(date: NaiveDate, minute: u32) -> NaiveDateTime {
    let minute = minute.min(DAY_MINUTES - 1);
    date.and_time(NaiveTime::from_hms_opt(minute / HOUR, minute % HOUR, 0).unwrap_or(NaiveTime::MIN))
}

/// Which days are shown, in rows of how many minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub first: NaiveDate,
    /// How many.
    pub days: usize,
    /// Minutes per row: 60, 30, 15, or the whole day.
    pub step: u32,
}

impl Default for Window {
    fn default() -> Self {
        Self { first: NaiveDate::default(), days: 0, step: HOUR }
    }
}

impl Window {
    /// The number of a day in it.
    pub fn day_of(&self, date: NaiveDate) -> Option<usize> {
        let day = usize::try_from(date.signed_duration_since(self.first).num_days()).ok()?;
        (day < self.days).then_some(day)
    }

    /// The instants it spans.
    pub fn instants(&self, zone: Tz) -> Range<DateTime<Utc>> {
        Schedule::midnight(self.first, zone)..Schedule::midnight(later(self.first, self.days), zone)
    }
}

/// So many days later, or the same day at the end of time.
pub fn later(date: NaiveDate, days: usize) -> NaiveDate {
    date.checked_add_days(Days::new(days as u64)).unwrap_or(date)
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
    /// The hues of these networks.
    pub hues: Vec<Hue>,
    /// The hue of its campaign, where it is of one.
    pub campaign: Option<Hue>,
    /// The first line of its text, safe to draw.
    pub headline: String,
    /// The cells of the headline.
    pub cells: u16,
    /// What another post says or stands against it, in words.
    pub clash: Option<String>,
    /// Whether changes to it were typed that do not go out.
    pub aside: bool,
}

/// A posting slot that is still free.
#[derive(Clone, Debug)]
pub struct Open {
    /// Its moment in the shown zone.
    pub wall: NaiveDateTime,
    /// The marks of the networks it is for, each once.
    pub marks: Vec<String>,
}

/// A time given to a post here, shown until the board brings that post anew.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The post as it was on the board.
    pub post: Arc<Post>,
    /// Where it was dropped.
    pub at: Schedule,
}

/// The posts of the shown days, by cell.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    window: Window,
    entries: Vec<Entry>,
    starts: Vec<usize>,
    open: Vec<Open>,
    changes: Vec<Change>,
    campaigns: Vec<(String, Hue)>,
    hidden: Vec<usize>,
    now: Option<NaiveDateTime>,
}

impl Grid {
    /// The grid of a window.
    pub fn build(window: Window, board: &Board, shared: &Shared, placed: &[Placed]) -> Self {
        let span = window.instants(shared.zone);
        let marks = known(board);
        let moved: HashMap<PostId, DateTime<Utc>> =
            placed.iter().map(|placed| (placed.post.id, placed.at.instant())).collect();
        let settled = board.posts.iter().filter(|post| !moved.contains_key(&post.id));
        let settled = settled.filter_map(|post| Some((post, post.instant()?, post.pending)));
        let placed = placed.iter().map(|placed| (&placed.post, placed.at.instant(), true));
        let mut hidden = vec![0; window.days];
        let mut entries: Vec<Entry> = settled
            .chain(placed)
            .filter(|(post, instant, _)| span.contains(instant) && shared.takes(board, post))
            .filter(|(post, instant, _)| {
                if !shared.lens.hides(post, shared.now) {
                    return true;
                }
                let day = window.day_of(instant.with_timezone(&shared.zone).date_naive());
                if let Some(count) = day.and_then(|day| hidden.get_mut(day)) {
                    *count += 1;
                }
                false
            })
            .map(|(post, instant, hollow)| entry(post, instant, hollow, &marks, shared))
            .collect();
        let row = |entry: &Entry| minute_of(entry.wall.time()) / window.step;
        entries.sort_by_key(|entry| (entry.wall.date(), row(entry), entry.instant, entry.post.id));
        let rows = (DAY_MINUTES / window.step) as usize;
        let place = |entry: &Entry| window.day_of(entry.wall.date()).unwrap_or(0) * rows + row(entry) as usize;
        let starts =
            (0..=window.days * rows).map(|cell| entries.partition_point(|entry| place(entry) < cell)).collect();
        for entry in &mut entries {
            entry.clash = board.clashes.get(&entry.post.id).cloned();
            entry.aside = board.is_aside(entry.post.id);
        }
        let ahead = span.start.max(shared.now)..span.end.max(shared.now);
        let open = board.plan.openings(&board.channels, &board.posts, ahead, shared.zone, shared.habits.near);
        let open = open.into_iter().map(|each| Open {
            wall: each.at.with_timezone(&shared.zone).naive_local(),
            marks: named(each.channels.iter(), &marks).0,
        });
        let open = open.collect();
        let now = shared.now.with_timezone(&shared.zone).naive_local();
        let changes = changes::of(window, shared.zone);
        let campaigns = campaigns(&entries);
        Self { window, entries, starts, open, changes, campaigns, hidden, now: Some(now) }
    }

    /// The rows in which the clocks change.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// What the clocks do in a row of a day.
    pub fn change(&self, day: usize, row: u32) -> Option<&Change> {
        self.changes.iter().find(|change| (change.day, change.row) == (day, row))
    }

    /// The campaigns of the first posts it shows, each with its hue.
    pub fn campaigns(&self) -> &[(String, Hue)] {
        &self.campaigns
    }

    /// How many posts of each day are out of sight, as past and done.
    pub fn hidden(&self) -> &[usize] {
        &self.hidden
    }

    /// The posting slots that are still free, by moment.
    pub fn open(&self) -> &[Open] {
        &self.open
    }

    /// What it shows.
    pub fn window(&self) -> Window {
        self.window
    }

    /// The first day.
    pub fn first(&self) -> NaiveDate {
        self.window.first
    }

    /// How many days it has.
    pub fn days(&self) -> usize {
        self.window.days
    }

    /// Minutes per row.
    pub fn step(&self) -> u32 {
        self.window.step
    }

    /// Rows per day.
    pub fn rows(&self) -> u32 {
        DAY_MINUTES / self.window.step
    }

    /// The row of a spot.
    pub fn row(&self, spot: Spot) -> u32 {
        spot.minute / self.window.step
    }

    /// The number of a date, when it is shown.
    pub fn day_of(&self, date: NaiveDate) -> Option<usize> {
        self.window.day_of(date)
    }

    /// Everything it shows, by moment.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The date of a day, counted from the first.
    pub fn date(&self, day: usize) -> NaiveDate {
        later(self.window.first, day)
    }

    /// Where the entries of a cell are among all.
    pub fn range(&self, day: usize, row: u32) -> Range<usize> {
        let cell = day * self.rows() as usize + row as usize;
        let start = self.starts.get(cell).copied().unwrap_or(self.entries.len());
        start..self.starts.get(cell + 1).copied().unwrap_or(start)
    }

    /// The entries of a cell.
    pub fn cell(&self, day: usize, row: u32) -> &[Entry] {
        self.entries.get(self.range(day, row)).unwrap_or_default()
    }

    /// The entries of a day.
    pub fn day(&self, day: usize) -> Range<usize> {
        self.range(day, 0).start..self.range(day, self.rows() - 1).end
    }

    /// Where the entries of a spot's cell are; empty outside of what is shown.
    pub fn around(&self, spot: Spot) -> Range<usize> {
        self.day_of(spot.date).map_or(0..0, |day| self.range(day, self.row(spot)))
    }

    /// The number of the entry at a spot.
    pub fn number(&self, spot: Spot) -> Option<usize> {
        let around = self.around(spot);
        (spot.index < around.len()).then(|| around.start + spot.index)
    }

    /// The entry at a spot.
    pub fn at(&self, spot: Spot) -> Option<&Entry> {
        self.entries.get(self.number(spot)?)
    }

    /// Where a post is.
    pub fn find(&self, id: PostId) -> Option<Spot> {
        let at = self.entries.iter().position(|entry| entry.post.id == id)?;
        let spot = Spot::of(self.entries.get(at)?.wall);
        Some(Spot { index: at.saturating_sub(self.around(spot).start), ..spot })
    }

    /// The present wall time, where it is shown.
    pub fn now(&self) -> Option<NaiveDateTime> {
        self.now.filter(|now| self.day_of(now.date()).is_some())
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

fn entry(post: &Arc<Post>, instant: DateTime<Utc>, pending: bool, known: &Known<'_>, shared: &Shared) -> Entry {
    let state = post.state(shared.now);
    let hollow = pending && state.can_wait();
    let head = post.headline();
    let end = head.char_indices().nth(HEADLINE_CHARS).map_or(head.len(), |(at, _)| at);
    let headline = one_line(head.get(..end).unwrap_or_default());
    let (marks, hues) = named(post.targets.iter().map(|target| &target.channel), known);
    Entry {
        post: Arc::clone(post),
        instant,
        wall: instant.with_timezone(&shared.zone).naive_local(),
        state,
        hollow,
        marks,
        hues,
        campaign: post.campaign.as_deref().map(Hue::of_name),
        cells: u16::try_from(cells(&headline)).unwrap_or(u16::MAX),
        headline,
        clash: None,
        aside: false,
    }
}

/// The campaigns of posts in their order, as many as a legend could ever have room for.
fn campaigns(entries: &[Entry]) -> Vec<(String, Hue)> {
    let mut names: Vec<&str> = Vec::new();
    for name in entries.iter().filter_map(|entry| entry.post.campaign.as_deref()) {
        if names.len() < CAMPAIGNS && !names.contains(&name) {
            names.push(name);
        }
    }
    names.into_iter().map(|name| (one_line(name), Hue::of_name(name))).collect()
}

/// Mark and hue of the network of every channel.
type Known<'a> = HashMap<&'a ChannelId, (&'a str, Hue)>;

fn known(board: &Board) -> Known<'_> {
    board.channels.iter().map(|it| (&it.id, (it.network.mark(), Hue::of_network(&it.network)))).collect()
}

/// Marks and hues of the networks of channels, each mark once.
fn named<'a>(channels: impl Iterator<Item = &'a ChannelId>, known: &Known<'_>) -> (Vec<String>, Vec<Hue>) {
    let (mut marks, mut hues): (Vec<String>, Vec<Hue>) = Default::default();
    for channel in channels {
        let (mark, hue) = known.get(channel).copied().unwrap_or_else(|| ("?", Hue::of_name("?")));
        let mark = one_line(mark);
        if !marks.contains(&mark) {
            marks.push(mark);
            hues.push(hue);
        }
    }
    (marks, hues)
}

/// The marks of a post's networks, each once.
pub fn network_marks(post: &Post, board: &Board) -> Vec<String> {
    named(post.targets.iter().map(|target| &target.channel), &known(board)).0
}

/// The moment a wall time means here: after a skipped one, the first of a repeated one.
pub fn resolve(wall: NaiveDateTime, zone: Tz) -> Schedule {
    Schedule::resolve(wall, zone).nearest()
}

/// `now` and a little, on a round five minutes: the soonest a new post may go out.
pub fn soonest(now: DateTime<Utc>) -> DateTime<Utc> {
    let later = now + TimeDelta::minutes(5);
    let over = later.timestamp().rem_euclid(300);
    if over == 0 { later } else { later + TimeDelta::seconds(300 - over) }
}
