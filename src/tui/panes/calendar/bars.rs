//! Bars of campaigns: a thin line above the days a campaign spans, with its name and how much of it is published.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::grid::{Grid, later};
use super::layout::Week;
use super::paint::{is_ascii, put};
use super::view::Scene;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::theme::Role;

/// The most lines that bars take.
const LANES: usize = 2;

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
        });
    }
    bars
}

/// How many lines they take.
pub fn lines(bars: &[Bar]) -> u16 {
    bars.iter().map(|bar| bar.lane + 1).max().and_then(|lines| u16::try_from(lines).ok()).unwrap_or(0)
}

/// Draws them above the week.
pub fn draw(scene: &Scene<'_>, week: &Week, buf: &mut Buffer) {
    let glyphs = &scene.theme.glyphs;
    let (line, ends) = if is_ascii(glyphs) { ('=', ['<', '>']) } else { ('━', ['╺', '╸']) };
    for bar in &scene.state.bars {
        let mut spanned = week.columns.iter().filter(|column| (bar.days.0..=bar.days.1).contains(&column.day));
        let Some(first) = spanned.next() else { continue };
        let last = spanned.next_back().unwrap_or(first);
        let Some(y) = u16::try_from(bar.lane).ok().filter(|lane| *lane < week.bars.height) else { continue };
        let at = Rect { x: first.x, y: week.bars.y + y, width: last.x + last.width - first.x, height: 1 };
        let name = truncate(&bar.name, usize::from(at.width).saturating_sub(cells(&bar.told) + 5));
        let words = if name.is_empty() { format!(" {} ", bar.told) } else { format!(" {name} {} ", bar.told) };
        let begin = if bar.open.0 { line } else { ends[0] };
        let style = scene.style(Role::Title);
        let mut x = put(buf, at, (at.x, at.y), 1, &begin.to_string(), style);
        x = put(buf, at, (x, at.y), at.width, &words, style);
        let rest = usize::from(at.right().saturating_sub(x + 1));
        x = put(buf, at, (x, at.y), at.width, &line.to_string().repeat(rest), style);
        let end = if bar.open.1 { line } else { ends[1] };
        put(buf, at, (x, at.y), 1, &end.to_string(), style);
    }
}
