//! Drawing words straight into the buffer, never outside of it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::text::clean::truncate;
use crate::tui::theme::Glyphs;
use crate::tui::widgets::cells::put_clean;

/// Whether the marks are plain ASCII, so that borders and dashes are too.
pub fn is_ascii(glyphs: &Glyphs) -> bool {
    glyphs.line.is_ascii()
}

/// Draws `text` from `x` on at most `width` cells of line `y`, inside `clip`; answers the column after it.
pub fn put(buf: &mut Buffer, clip: Rect, (x, y): (u16, u16), width: u16, text: &str, style: Style) -> u16 {
    let clip = clip.intersection(buf.area);
    if !clip.contains(Position { x, y }) || width == 0 {
        return x;
    }
    let room = usize::from(width.min(clip.right() - x));
    put_clean(buf, x, y, text, room, style)
}

/// As [`put`], with an ellipsis where it is cut.
pub fn put_cut(buf: &mut Buffer, clip: Rect, at: (u16, u16), width: u16, text: &str, style: Style) -> u16 {
    let room = width.min(clip.right().saturating_sub(at.0));
    put(buf, clip, at, room, &truncate(text, usize::from(room)), style)
}

/// Whether a region is large enough for a border.
pub fn has_border(area: Rect) -> bool {
    area.height >= 3 && area.width >= 12
}

/// What a border leaves of a region.
pub fn inside(area: Rect) -> Rect {
    if has_border(area) { Rect::new(area.x + 1, area.y + 1, area.width - 2, area.height - 2) } else { area }
}
