//! Drawing words straight into the buffer, never outside of it; and the border every pane of the week has.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::widgets::{Block, Widget};

use crate::text::clean::{cells, truncate};
use crate::tui::model::Pane;
use crate::tui::theme::{Glyphs, Role, Theme};

/// The border where Unicode is not wanted.
const ASCII: border::Set<'static> = border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};

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
    buf.set_stringn(x, y, text, room, style).0
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

/// Draws a pane's border with its title at the left and `right` at the right; answers the region inside.
pub fn frame(pane: Pane, right: &str, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) -> Rect {
    let area = area.intersection(buf.area);
    if !has_border(area) {
        return area;
    }
    let set = if is_ascii(&theme.glyphs) { ASCII } else { border::PLAIN };
    let style = theme.style(if focused { Role::BorderFocus } else { Role::Border });
    Block::bordered().border_set(set).border_style(style).render(area, buf);
    let title = theme.style(if focused { Role::Title } else { Role::Muted });
    let room = area.width - 4;
    let end = put(buf, area, (area.x + 2, area.y), room, &format!(" {} ", pane.title()), title);
    let width = cells(right) as u16 + 2;
    if !right.is_empty() && end + 2 + width < area.right() {
        let at = (area.right() - 2 - width, area.y);
        put(buf, area, at, width, &format!(" {right} "), theme.style(Role::Muted));
    }
    inside(area)
}
