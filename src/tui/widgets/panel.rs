//! Boxes with titles, and sheets in the middle of the screen.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::cells;
use super::frame::frame;
use super::prose::Row;
use crate::text::clean::truncate;
use crate::tui::action::Action;
use crate::tui::named::Named;
use crate::tui::theme::{Role, Theme};

/// Draws a box with a title on the left and words on the right; answers what is inside, with a column of air.
pub fn boxed(area: Rect, buf: &mut Buffer, theme: &Theme, title: &str, right: &str, focused: bool) -> Rect {
    frame(title, &Row::of(right, Role::Muted), theme, focused, area, buf)
}

/// Where a sheet of that size stands: in the middle of `area`, a little above it.
pub fn middle(area: Rect, size: (u16, u16)) -> Rect {
    let (width, height) = (size.0.min(area.width), size.1.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height }
}

/// Draws a box at `place` over whatever was drawn there; answers what is inside.
pub fn sheet(place: Rect, buf: &mut Buffer, theme: &Theme, title: &str, right: &str) -> Rect {
    let place = place.intersection(buf.area);
    Clear.render(place, buf);
    buf.set_style(place, theme.style(Role::Text));
    boxed(place, buf, theme, title, right, true)
}

/// What [`sheet`] leaves inside.
pub fn inside(place: Rect) -> Rect {
    if place.width < 4 || place.height < 3 {
        return Rect { width: 0, height: 0, ..place };
    }
    Rect { x: place.x + 2, y: place.y + 1, width: place.width - 4, height: place.height - 2 }
}

/// Draws stretches one after the other on one row of `area`; answers the column after them.
pub fn line(area: Rect, row: u16, buf: &mut Buffer, parts: &[(&str, Style)]) -> u16 {
    let mut x = area.x;
    if row >= area.height {
        return x;
    }
    for (text, style) in parts {
        let left = usize::from(area.right().saturating_sub(x));
        x = cells::put(buf, x, area.y + row, &truncate(text, left), left, *style);
    }
    x
}

/// Draws text at the right end of one row of `area`, if it fits behind `after`.
pub fn right(area: Rect, row: u16, buf: &mut Buffer, text: &str, style: Style, after: u16) {
    let wide = u16::try_from(cells::width(text)).unwrap_or(u16::MAX);
    if row < area.height && after.saturating_add(wide) < area.right() {
        cells::put(buf, area.right() - wide, area.y + row, text, usize::from(wide), style);
    }
}

/// A key, what it does in words, and the action, at the foot of a sheet.
pub type Foot<'a> = (&'a str, &'a str, Action);

/// Draws the foot of a sheet on the last row of `area`, dropping from the end what does not fit.
pub fn foot(area: Rect, buf: &mut Buffer, theme: &Theme, named: &Named, pairs: &[Foot<'_>]) {
    let row = area.height.saturating_sub(1);
    for (x, _, key, (_, words, _)) in placed(area, named, pairs) {
        let at = Rect { x, width: area.right().saturating_sub(x), ..area };
        line(at, row, buf, &[(&key, theme.style(Role::Key)), (" ", Style::new()), (words, theme.style(Role::Muted))]);
    }
}

/// What a click at that place of the foot runs.
pub fn foot_at(area: Rect, named: &Named, pairs: &[Foot<'_>], x: u16, y: u16) -> Option<Action> {
    if area.is_empty() || y + 1 != area.bottom() {
        return None;
    }
    placed(area, named, pairs).find(|(from, end, ..)| (*from..*end).contains(&x)).map(|(.., (.., action))| *action)
}

/// Where each pair stands: first column, column behind it, and the key in force.
fn placed<'a, 'b>(
    area: Rect,
    named: &'a Named,
    pairs: &'a [Foot<'b>],
) -> impl Iterator<Item = (u16, u16, Cow<'a, str>, &'a Foot<'b>)> {
    let mut x = area.x;
    pairs.iter().map_while(move |pair| {
        let key = named.here(pair.0);
        let wide = u16::try_from(cells::width(&key) + 1 + cells::width(pair.1)).unwrap_or(u16::MAX);
        let (from, end) = (x, x.saturating_add(wide));
        x = end.saturating_add(2);
        (area.height > 0 && end <= area.right()).then_some((from, end, key, pair))
    })
}

/// The text cut or filled to so many columns, the last two of them free.
pub fn padded(text: &str, columns: usize) -> String {
    let text = truncate(text, columns.saturating_sub(2));
    let missing = columns.saturating_sub(cells::width(&text));
    text + &" ".repeat(missing)
}
