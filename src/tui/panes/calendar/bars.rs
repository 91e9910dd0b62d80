//! Bars of campaigns: a thin line over the days a campaign spans, with its name and how much of it is published. In the
//! list, where days are headings, a piece of the line at the end of each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Colouring;
use super::grid::{DAYS, Grid, later};
use super::layout::{Month, Week};
use super::paint::{is_ascii, put};
use super::view::Scene;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::theme::{Hue, Role};

/// The most lines that bars take.
const LANES: usize = 2;
/// Cells of a name in the heading of a day, at most and at least.
const LONGEST_NAME: usize = 24;
const SHORTEST_NAME: usize = 6;

/// One campaign over the shown days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its name.
    name: String,
    /// `1/3`: how many are published.
    told: String,
    /// The first and the last shown day of it, counted from the first of the grid.
    days: (usize, usize),
    /// Whether it begins before what is shown, and ends after it.
    open: (bool, bool),
    /// Its line.
    lane: usize,
    /// Its hue.
    hue: Hue,
}

/// The bars over the days of `grid`: the earliest campaign first, as many as find room.
pub fn over(grid: &Grid, shared: &Shared, board: &Board) -> Vec<Bar> {
    let count = grid.days();
    let (from, until) = (grid.first(), later(grid.first(), count.saturating_sub(1)));
    let mut bars: Vec<Bar> = Vec::new();
    let mut campaigns: Vec<_> = board.progress.iter().filter(|it| it.posts > 1).collect();
    campaigns.sort_by_key(|campaign| campaign.first);
    for campaign in campaigns {
        let (Some(first), Some(last)) = (campaign.first, campaign.last) else { continue };
        let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&shared.zone).date_naive();
        let (first, last) = (day(first), day(last));
        if last < from || first > until {
            continue;
        }
        let days = (grid.day_of(first.max(from)).unwrap_or(0), grid.day_of(last.min(until)).unwrap_or(count - 1));
        let free = |lane: &usize| !bars.iter().any(|bar| bar.lane == *lane && bar.days.1 >= days.0);
        let Some(lane) = (0..LANES).find(free) else { continue };
        bars.push(Bar {
            name: one_line(&campaign.name),
            told: format!("{}/{}", campaign.published, campaign.posts),
            days,
            open: (first < from, last > until),
            lane,
            hue: Hue::of_name(&campaign.name),
        });
    }
    bars
}

/// How many lines they take.
pub fn lines(bars: &[Bar]) -> u16 {
    bars.iter().map(|bar| bar.lane + 1).max().and_then(|lines| u16::try_from(lines).ok()).unwrap_or(0)
}

/// The bars over the days from `first` to `last`, the upper line first.
fn between(bars: &[Bar], first: usize, last: usize) -> Vec<&Bar> {
    let mut bars: Vec<&Bar> = bars.iter().filter(|bar| bar.days.0 <= last && first <= bar.days.1).collect();
    bars.sort_by_key(|bar| bar.lane);
    bars
}

/// How many lines they take in a week of a month that is so high: the number of the day and a post come first.
pub fn lines_of_week(bars: &[Bar], week: usize, height: u16) -> u16 {
    let most = match height {
        0..=2 => 0,
        3..=5 => 1,
        _ => LANES,
    };
    u16::try_from(between(bars, week * DAYS, week * DAYS + DAYS - 1).len().min(most)).unwrap_or(0)
}

/// Draws them above the week.
pub fn draw(scene: &Scene<'_>, week: &Week, buf: &mut Buffer) {
    for bar in &scene.state.bars {
        let mut spanned = week.columns.iter().filter(|column| (bar.days.0..=bar.days.1).contains(&column.day));
        let Some(first) = spanned.next() else { continue };
        let last = spanned.next_back().unwrap_or(first);
        let Some(y) = u16::try_from(bar.lane).ok().filter(|lane| *lane < week.bars.height) else { continue };
        let at = Rect { x: first.x, y: week.bars.y + y, width: last.x + last.width - first.x, height: 1 };
        bar.draw(scene, at, bar.open, buf);
    }
}

/// Draws them in a month, each under the numbers of the days it spans; a bar goes on at the edges of a week. A low week
/// has its line beside the numbers, without words.
pub fn draw_month(scene: &Scene<'_>, month: &Month, buf: &mut Buffer) {
    for (week, (y, _)) in month.weeks.iter().enumerate() {
        let days = (week * DAYS, week * DAYS + DAYS - 1);
        if month.bars_of(week) == 0 {
            for (column, day) in month.columns.iter().zip(days.0..) {
                let bars = between(&scene.state.bars, day, day);
                if let Some(bar) = bars.first().filter(|_| !scene.is_marked(scene.state.grid.date(day))) {
                    let at = Rect { x: column.x, y: month.body.y + y, width: column.width, height: 1 };
                    let name = super::month::name_cells(scene.state.grid.date(day));
                    let line = marks(scene).0.to_string().repeat(usize::from(at.width.saturating_sub(name + 1)));
                    put(buf, at, (at.x + name, at.y), at.width, &line, bar.style(scene));
                }
            }
        }
        for (bar, line) in between(&scene.state.bars, days.0, days.1).into_iter().zip(0..month.bars_of(week)) {
            let shown = (bar.days.0.max(days.0), bar.days.1.min(days.1));
            let column = |day: usize| month.columns.get(day - days.0);
            let (Some(first), Some(last)) = (column(shown.0), column(shown.1)) else { continue };
            let y = month.body.y + y + 1 + line;
            let at = Rect { x: first.x, y, width: (last.x + last.width).saturating_sub(first.x), height: 1 };
            let open = (bar.open.0 || bar.days.0 < days.0, bar.open.1 || bar.days.1 > days.1);
            bar.draw(scene, at, open, buf);
        }
    }
}

/// Draws the pieces of a day at the right end of its heading in the list, as many as have room; answers the cells they
/// take.
pub fn draw_heading(scene: &Scene<'_>, day: usize, at: Rect, buf: &mut Buffer) -> u16 {
    let (line, ends) = marks(scene);
    let mut room = usize::from(at.width);
    for bar in between(&scene.state.bars, day, day) {
        let begin = if bar.days.0 == day && !bar.open.0 { ends[0] } else { line };
        let end = if bar.days.1 == day && !bar.open.1 { ends[1] } else { line };
        let fits = room.saturating_sub(cells(&bar.told) + 5);
        // A few letters of a name tell nobody which campaign it is.
        if fits < SHORTEST_NAME.min(cells(&bar.name)) {
            break;
        }
        let words = format!("{begin} {} {} {end}", truncate(&bar.name, fits.min(LONGEST_NAME)), bar.told);
        let x = at.x + u16::try_from(room.saturating_sub(cells(&words))).unwrap_or(0);
        put(buf, at, (x, at.y), at.width, &words, bar.style(scene));
        room = room.saturating_sub(cells(&words) + 2);
    }
    at.width.saturating_sub(u16::try_from(room).unwrap_or(0))
}

/// The line, and what it begins and ends with.
fn marks(scene: &Scene<'_>) -> (char, [char; 2]) {
    if is_ascii(&scene.theme.glyphs) { ('=', ['<', '>']) } else { ('━', ['╺', '╸']) }
}

impl Bar {
    /// Its hue where colours tell campaigns.
    fn style(&self, scene: &Scene<'_>) -> Style {
        let title = scene.style(Role::Title);
        if scene.shared.lens.colouring == Colouring::Campaign {
            title.patch(scene.style(Role::Hue(self.hue)))
        } else {
            title
        }
    }

    /// Draws it over the whole of `at`; `open` where it goes on beyond.
    fn draw(&self, scene: &Scene<'_>, at: Rect, open: (bool, bool), buf: &mut Buffer) {
        let (line, ends) = marks(scene);
        let name = truncate(&self.name, usize::from(at.width).saturating_sub(cells(&self.told) + 5));
        let words = if name.is_empty() { format!(" {} ", self.told) } else { format!(" {name} {} ", self.told) };
        let begin = if open.0 { line } else { ends[0] };
        let style = self.style(scene);
        let mut x = put(buf, at, (at.x, at.y), 1, &begin.to_string(), style);
        x = put(buf, at, (x, at.y), at.width, &words, style);
        let rest = usize::from(at.right().saturating_sub(x + 1));
        x = put(buf, at, (x, at.y), at.width, &line.to_string().repeat(rest), style);
        let end = if open.1 { line } else { ends[1] };
        put(buf, at, (x, at.y), 1, &end.to_string(), style);
    }
}
