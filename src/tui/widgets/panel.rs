//! Boxes with titles, and sheets in the middle of the screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::cells;
use super::frame::frame;
use super::prose::Row;
use crate::text::clean::truncate;
use crate::tui::theme::{Role, Theme};

/// Draws a box with a title on the left and words on the right; answers what is inside, with a column of air.
pub fn boxed(area: Rect, buf: &mut Buffer, theme: &Theme, title: &str, right: &str, focused: bool) -> Rect {
    frame(title, &Row::of(right, Role::Muted), theme, focused, area, buf)
}

/// A box of that size in the middle of `area`, over whatever was drawn there.
pub fn sheet(area: Rect, buf: &mut Buffer, theme: &Theme, title: &str, right: &str, size: (u16, u16)) -> Rect {
    let (width, height) = (size.0.min(area.width), size.1.min(area.height));
    let at = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 3, width, height };
    let at = at.intersection(buf.area);
    Clear.render(at, buf);
    boxed(at, buf, theme, title, right, true)
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

/// Draws `key words` pairs on one row, dropping from the end what does not fit.
pub fn hints(area: Rect, row: u16, buf: &mut Buffer, theme: &Theme, pairs: &[(&str, &str)]) {
    let mut x = area.x;
    for (key, words) in pairs {
        let wide = cells::width(key) + 1 + cells::width(words);
        let left = usize::from(area.right().saturating_sub(x));
        if row >= area.height || wide > left {
            return;
        }
        x = cells::put(buf, x, area.y + row, key, left, theme.style(Role::Key));
        x = cells::put(buf, x + 1, area.y + row, words, left, theme.style(Role::Muted)) + 2;
    }
}

/// The text cut or filled to so many columns, the last two of them free.
pub fn padded(text: &str, columns: usize) -> String {
    let text = truncate(text, columns.saturating_sub(2));
    let missing = columns.saturating_sub(cells::width(&text));
    text + &" ".repeat(missing)
}
