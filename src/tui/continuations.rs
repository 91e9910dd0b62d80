//! The box of keys that may follow a prefix: drawn after a pause, and clicked.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::hints;
use super::keymap::Continuation;
use super::keys;
use super::layout::contains;
use super::model::Model;
use super::theme::Role;
use super::widgets::panel;
use crate::text::clean::{cells, one_line, truncate};

/// How much of a kept view's name is shown, in cells.
const KEPT: usize = 24;
/// Columns of the border and the air inside it.
const BORDER: usize = 4;

/// Where the rows of the box stand.
struct Placed {
    corner: Rect,
    /// The columns of one row.
    wide: u16,
    /// The rows side by side in each of them.
    lines: usize,
}

impl Placed {
    fn of(rows: &[(String, String)], area: Rect) -> Self {
        let wide = rows.iter().map(|(key, title)| cells(key) + cells(title) + 2).max().unwrap_or(0) + BORDER;
        let wide = u16::try_from(wide).unwrap_or(u16::MAX).min(area.width).max(1);
        // As many columns side by side as it takes to show all of them, and as there is room for.
        let most = usize::from(area.height.saturating_sub(2)).max(1);
        let columns = rows.len().div_ceil(most).min(usize::from(area.width / wide)).max(1);
        let lines = rows.len().div_ceil(columns).clamp(1, most);
        let height = u16::try_from(lines + 2).unwrap_or(u16::MAX).min(area.height);
        let width = wide.saturating_mul(u16::try_from(columns).unwrap_or(1)).min(area.width);
        let corner = Rect { x: area.right() - width, y: area.bottom() - height, width, height };
        Self { corner, wide, lines }
    }

    /// Where the rows of a column stand inside the box.
    fn column(&self, inside: Rect, column: u16) -> Rect {
        let x = inside.x.saturating_add(self.wide.saturating_mul(column)).min(inside.right());
        Rect { x, width: (inside.right() - x).min(self.wide.saturating_sub(2)), ..inside }
    }
}

/// What may follow the keys pressed so far and leads somewhere.
fn following(model: &Model) -> Vec<Continuation> {
    let mut following = model.keymap.continuations(&model.contexts(), &model.pending);
    following.retain(|each| each.action.is_none_or(|action| hints::leads(model, action)));
    following
}

/// A key, and what it does.
fn row(model: &Model, each: &Continuation) -> (String, String) {
    let title = match each.action {
        None => model.theme.glyphs.more.to_string(),
        Some(action) => {
            let kept = action.kept_view().and_then(|at| model.board.views.get(&at));
            kept.map_or_else(|| action.title().to_owned(), |view| truncate(&one_line(&view.label()), KEPT))
        }
    };
    (keys::write(each.key), title)
}

/// Draws the box into the lower right corner of `area`.
pub fn draw(model: &Model, area: Rect, buf: &mut Buffer) {
    let rows: Vec<_> = following(model).iter().map(|each| row(model, each)).collect();
    let placed = Placed::of(&rows, area);
    let inside = panel::sheet(placed.corner, buf, &model.theme, &keys::write_sequence(&model.pending), "");
    for (column, rows) in (0..).zip(rows.chunks(placed.lines)) {
        let place = placed.column(inside, column);
        for (row, (key, title)) in (0..).zip(rows) {
            let style = |role| model.theme.style(role);
            let parts = [(&**key, style(Role::Key)), ("  ", style(Role::Text)), (title, style(Role::Text))];
            panel::line(place, row, buf, &parts);
        }
    }
}

/// What a click there means while the box is shown: the key of a row, nothing on its border; `None` beside it.
pub fn click(model: &Model, area: Rect, x: u16, y: u16) -> Option<Option<Continuation>> {
    let following = following(model);
    let rows: Vec<_> = following.iter().map(|each| row(model, each)).collect();
    let placed = Placed::of(&rows, area);
    if !contains(placed.corner, x, y) {
        return None;
    }
    let inside = panel::inside(placed.corner);
    let line = usize::from(y.saturating_sub(inside.y));
    let columns = (0..).zip(following.chunks(placed.lines));
    let hit = columns.filter(|_| y >= inside.y).find(|(column, _)| contains(placed.column(inside, *column), x, y));
    Some(hit.and_then(|(_, rows)| rows.get(line).cloned()))
}
