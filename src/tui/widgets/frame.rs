//! The one border there is: a title on the left, what it holds on the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::symbols::border;
use ratatui::widgets::{Block, Borders, Widget};

use super::prose::Row;
use crate::tui::theme::{Role, Theme};

/// The border for terminals that draw ASCII only.
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

/// Draws the border and answers the room inside, one blank column left and right.
pub fn frame(title: &str, note: &Row, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) -> Rect {
    let area = area.intersection(buf.area);
    if area.width < 4 || area.height < 3 {
        return Rect { width: 0, height: 0, ..area };
    }
    let border = theme.style(if focused { Role::BorderFocus } else { Role::Border });
    let set = if theme.glyphs.line.is_ascii() { ASCII } else { border::PLAIN };
    // Side by side: a block gives a style to every cell within, which costs more than all of its lines.
    let side = |sides: Borders, area: Rect, buf: &mut Buffer| {
        Block::new().borders(sides).border_set(set).border_style(border).render(area, buf);
    };
    let across = Borders::LEFT | Borders::RIGHT;
    side(across | Borders::TOP, Rect { height: 1, ..area }, buf);
    side(across | Borders::BOTTOM, Rect { y: area.bottom() - 1, height: 1, ..area }, buf);
    let down = Rect { y: area.y + 1, width: 1, height: area.height - 2, ..area };
    side(Borders::LEFT, down, buf);
    side(Borders::RIGHT, Rect { x: area.right() - 1, ..down }, buf);
    let heading = Row::of(format!(" {title} "), if focused { Role::Title } else { Role::Muted });
    let after = heading.draw(theme, border, area.x + 2, area.y, area.width - 4, buf);
    // Beside the note: a blank on both sides, a piece of line before and behind it, and the corner.
    let room = area.right().saturating_sub(after).saturating_sub(5);
    let note_cells = u16::try_from(note.cells()).unwrap_or(u16::MAX);
    if note_cells > 0 && room >= note_cells.min(16) {
        let shown = note_cells.min(room);
        let x = area.right() - 4 - shown;
        Row::of(" ", Role::Text).draw(theme, border, x, area.y, 1, buf);
        // The border has a colour, and is bold where the focus is; what the note says is neither unless it means to be.
        let ground = Style::new().fg(Color::Reset).remove_modifier(Modifier::BOLD | Modifier::DIM);
        let end = note.draw(theme, ground, x + 1, area.y, shown, buf);
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
    title.len() + 2 + cells + 7 <= usize::from(width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::Glyphs;

    fn top(width: u16, note: &str, glyphs: Glyphs) -> String {
        let area = Rect { x: 0, y: 0, width, height: 4 };
        let mut buf = Buffer::empty(area);
        let theme = Theme { glyphs, ..Theme::default() };
        frame("3 Post", &Row::of(note, Role::Muted), &theme, true, area, &mut buf);
        (0..width).map(|x| buf[(x, 0)].symbol().to_owned()).collect()
    }

    #[test]
    fn a_note_that_fits_is_shown_whole() {
        for width in 12..60 {
            let fits = note_fits("3 Post", 16, width);
            assert_eq!(top(width, "sixteen cells...", Glyphs::unicode()).contains("sixteen cells..."), fits, "{width}");
        }
    }

    #[test]
    fn the_note_stands_right_and_goes_before_the_title_does() {
        assert_eq!(top(30, "2 causes", Glyphs::unicode()), "┌─ 3 Post ──────── 2 causes ─┐");
        assert_eq!(top(31, "a note that is cut short here", Glyphs::unicode()), "┌─ 3 Post ─ a note that is … ─┐");
        assert_eq!(top(14, "a note of some length", Glyphs::unicode()), "┌─ 3 Post ───┐");
        assert_eq!(top(14, "", Glyphs::ascii()), "+- 3 Post ---+");
    }
}
