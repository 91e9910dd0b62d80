//! Drawing a month: one cell per day, with its number, how its posts stand, and as many of them as fit.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::grid::{DAYS, later};
use super::layout::{self, Column, Month};
use super::paint::put;
use super::view::{Scene, is_weekend};
use crate::domain::outcome::State as PostState;
use crate::text::clean::cells;
use crate::tui::theme::Role;

/// Draws the month.
pub fn draw(scene: &Scene<'_>, month: &Month, buf: &mut Buffer) {
    let grid = &scene.state.grid;
    for column in &month.columns {
        let name = grid.date(column.day).format("%a").to_string();
        let role = if is_weekend(grid.date(column.day)) { Role::Muted } else { Role::Text };
        put(buf, month.header, (column.x, month.header.y), column.width, &name, scene.style(role));
    }
    for (week, (y, _)) in month.weeks.iter().enumerate() {
        // Wherever weeks begin: their Thursday says which one it is.
        let number = later(grid.date(week * DAYS), 3).iso_week().week().to_string();
        put(buf, month.body, (month.body.x, month.body.y + y), 3, &number, scene.style(Role::Border));
    }
    super::bars::draw_month(scene, month, buf);
    for (column, y, height) in month.cells() {
        day(scene, month, column, (month.body.y + y, height), buf);
    }
    scene.legend(month.legend, buf);
}

fn day(scene: &Scene<'_>, month: &Month, column: Column, (y, height): (u16, u16), buf: &mut Buffer) {
    let (grid, spot) = (&scene.state.grid, scene.state.spot());
    let date = grid.date(column.day);
    let here = spot.date == date;
    if here && scene.state.moving.is_none() && grid.at(spot).is_none() {
        buf.set_style(Rect::new(column.x, y, column.width, 1), scene.cursor_style());
    }
    let name = if date.day() == 1 { date.format("%-d %b") } else { date.format("%-d") };
    let end = scene.day_name(name.to_string(), column, y, buf);
    if date.month() != later(grid.first(), DAYS - 1).month() {
        buf.set_style(Rect::new(column.x, y, column.width, 1), scene.style(Role::Muted));
    }
    let rest = |x: u16| Rect { x, y, width: (column.x + column.width).saturating_sub(x), height: 1 };
    let heat = Some(scene.day_heat(column.day, rest(end), buf)).filter(|after| *after > end);
    if scene.is_marked(date) {
        let x = (column.x + name_cells(date)).max(heat.map_or(0, |after| after + 1));
        scene.day_note(date, rest(x.min(column.x + column.width)), buf);
    } else {
        count(scene, column, (y, heat), buf);
    }
    let head = month.head_of(column.day);
    let slots = layout::slots(scene.state, column.day, 0, column.width, height.saturating_sub(head));
    let line = |line: u16| Some(y + head + line).filter(|y| *y < month.body.bottom());
    scene.slots(&slots, (column.x, column.width), &line, buf);
}

/// The cells that the number of a day takes, with the blank after it: the first of a month has its name as well.
pub fn name_cells(date: NaiveDate) -> u16 {
    if date.day() == 1 { 6 } else { 3 }
}

/// How many posts of the day are in which state, at the right end of its first line; `after` what stands behind its
/// number, if anything does.
fn count(scene: &Scene<'_>, column: Column, (y, after): (u16, Option<u16>), buf: &mut Buffer) {
    let grid = &scene.state.grid;
    let entries = grid.entries().get(grid.day(column.day)).unwrap_or_default();
    let parts = PostState::ALL.into_iter().filter_map(|state| {
        let count = entries.iter().filter(|entry| entry.state == state).count();
        (count > 0).then(|| (format!("{}{count}", scene.theme.glyphs.state(state)), state))
    });
    let parts: Vec<_> = parts.collect();
    let width = parts.iter().map(|(text, _)| cells(text) as u16 + 1).sum::<u16>();
    // The number of the day comes first; where both have no room, the chips below say enough.
    let fits = match after {
        Some(after) => after + width <= column.x + column.width,
        None => width + 8 <= column.width || (parts.len() <= 1 && width + 3 <= column.width),
    };
    if !fits {
        return;
    }
    let mut x = (column.x + column.width).saturating_sub(width.saturating_sub(1));
    let at = Rect::new(column.x, y, column.width, 1);
    for (text, state) in parts {
        x = put(buf, at, (x, y), column.width, &text, scene.state_style(state)) + 1;
    }
}
