//! How full days and hours are: a small bar with the count beside the name of a day, and one beside each hour. The bars
//! are read without colour, and stand where nothing else does.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::View;
use super::grid::Grid;
use super::layout::{self, Week};
use super::paint::put;
use super::view::Scene;
use crate::text::clean::cells;
use crate::tui::theme::Role;

/// How many posts there are where most are: what the bars are measured by.
#[derive(Clone, Debug, Default)]
pub struct Heat {
    /// On the fullest day.
    day: usize,
    /// In each row of the shown days together.
    rows: Vec<usize>,
    /// In the fullest of these rows.
    row: usize,
    /// In the fullest row of one day.
    cell: usize,
}

impl Heat {
    /// What is in `grid`.
    pub fn of(grid: &Grid) -> Self {
        let days = || 0..grid.days();
        let rows: Vec<usize> = (0..grid.rows()).map(|row| days().map(|day| grid.range(day, row).len()).sum()).collect();
        let cells = days().flat_map(|day| (0..grid.rows()).map(move |row| grid.range(day, row).len()));
        Self {
            day: days().map(|day| grid.day(day).len()).max().unwrap_or(0),
            row: rows.iter().copied().max().unwrap_or(0),
            cell: cells.max().unwrap_or(0),
            rows,
        }
    }
}

impl Scene<'_> {
    /// `▃4` in `room`, which is what the name of a day leaves, a blank before it and its count as they fit. Nothing on an
    /// empty day, or where it is not asked for. Answers the column after it.
    pub fn day_heat(&self, day: usize, room: Rect, buf: &mut Buffer) -> u16 {
        let posts = self.state.grid.day(day).len();
        if !self.shared.lens.heat || posts == 0 {
            return room.x;
        }
        let bar = self.theme.glyphs.level(posts, self.state.heat.day).to_string();
        let count = posts.to_string();
        let (all, wide) = (1 + cells(&count), usize::from(room.width));
        // The count is worth more than the blank.
        let blank = wide > all || (wide > 1 && wide < all);
        let x = put(buf, room, (room.x + u16::from(blank), room.y), 1, &bar, self.style(Role::Heat));
        if wide < all {
            return x;
        }
        put(buf, room, (x, room.y), room.width, &count, self.style(Role::Muted))
    }

    /// The bar of a row, between its time and the first day: of all shown days together, or of the one day.
    pub fn row_heat(&self, week: &Week, row: u32, y: u16, buf: &mut Buffer) {
        let heat = &self.state.heat;
        let (posts, most) = match (self.state.view, week.columns.first()) {
            _ if !self.shared.lens.heat => return,
            (View::Day, Some(column)) => (self.state.grid.range(column.day, row).len(), heat.cell),
            _ => (heat.rows.get(row as usize).copied().unwrap_or(0), heat.row),
        };
        if posts > 0 {
            let bar = self.theme.glyphs.level(posts, most).to_string();
            put(buf, week.body, (week.body.x + layout::times(self.state), y), 1, &bar, self.style(Role::Heat));
        }
    }
}
