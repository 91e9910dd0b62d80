//! The border of a pane: digit and title on the left, what it holds on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Widget};

use super::prose::Row;
use crate::tui::theme::{Role, Theme};

/// Draws the border and answers the room inside, one blank column left and right.
pub fn frame(title: &str, note: &Row, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) -> Rect {
    let area = area.intersection(buf.area);
    if area.width < 4 || area.height < 3 {
        return Rect { width: 0, height: 0, ..area };
    }
    let border = theme.style(if focused { Role::BorderFocus } else { Role::Border });
    Block::bordered().border_style(border).render(area, buf);
    let heading = Row::of(format!(" {title} "), if focused { Role::BorderFocus } else { Role::Muted });
    let after = heading.draw(theme, border, area.x + 2, area.y, area.width - 4, buf);
    // The note needs itself, a blank on both sides, and a piece of line before and behind it.
    let room = area.right().saturating_sub(after).saturating_sub(4);
    let note_cells = u16::try_from(note.cells()).unwrap_or(u16::MAX);
    if note_cells > 0 && room >= note_cells.min(16) {
        let shown = note_cells.min(room);
        let x = area.right() - 3 - shown;
        Row::of(" ", Role::Text).draw(theme, border, x, area.y, 1, buf);
        let end = note.draw(theme, theme.style(Role::Muted), x + 1, area.y, shown, buf);
        Row::of(" ", Role::Text).draw(theme, border, end, area.y, 1, buf);
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

/// How many cells [`frame`] leaves for text in a pane of `width` cells.
pub fn inner_width(width: u16) -> usize {
    usize::from(width.saturating_sub(4))
}

/// Whether a note of `cells` fits whole beside `title` in a pane of `width` cells.
pub fn note_fits(title: &str, cells: usize, width: u16) -> bool {
    title.len() + 2 + cells + 9 <= usize::from(width)
}
