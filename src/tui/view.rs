//! The screen for a model. Reads, and nothing else.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dispatch::screen;
use super::header;
use super::hints;
use super::keys;
use super::layout::Room;
use super::model::{Mode, Model, Pane};
use super::msg::Tone;
use super::panes::{activity, calendar, channels, failed, post};
use super::sheets;
use super::theme::Role;
use super::tools::composer;
use super::widgets::panel;
use crate::text::clean::{cells, one_line, truncate};

/// Draws the whole screen.
pub fn view(model: &Model, frame: &mut Frame) {
    let area = frame.area();
    let buf = frame.buffer_mut();
    buf.set_style(area, model.theme.style(Role::Text));
    // The terminal may have shrunk since the last message: what no longer fits is not drawn.
    let mut drawn = model.shared.size;
    drawn = (drawn.0.min(area.width), drawn.1.min(area.height));
    if drawn != model.shared.size {
        let mut smaller = model.clone();
        smaller.shared.size = drawn;
        return draw(&smaller, Rect::new(area.x, area.y, drawn.0, drawn.1), buf);
    }
    draw(model, Rect::new(area.x, area.y, drawn.0, drawn.1), buf);
}

fn draw(model: &Model, area: Rect, buf: &mut Buffer) {
    let regions = screen(model);
    if area.is_empty() {
        return;
    }
    if regions.room == Room::Line {
        return line(model, regions.header, buf);
    }
    match &model.composer {
        Some(open) => composer::view(open, &model.shared, &model.board, &model.theme, regions.tool, buf),
        None => {
            header::draw(model, regions.header, buf);
            banner(model, regions.banner, buf);
            for (pane, area) in &regions.panes {
                draw_pane(model, *pane, *area, buf);
            }
        }
    }
    status(model, regions.status, buf);
    hint_line(model, regions.hints, buf);
    for sheet in &model.sheets {
        sheets::view(sheet, &model.shared, &model.board, &model.theme, area, buf);
    }
    if model.show_continuations {
        continuations(model, regions.tool, buf);
    }
}

fn draw_pane(model: &Model, pane: Pane, area: Rect, buf: &mut Buffer) {
    let Model { shared, board, theme, .. } = model;
    let focused = model.focus == pane && model.sheets.is_empty();
    match pane {
        Pane::Channels => channels::view(&model.channels, shared, board, theme, focused, area, buf),
        Pane::Calendar => calendar::view(&model.calendar, shared, board, theme, focused, area, buf),
        Pane::Post => post::view(&model.post, shared, board, theme, focused, area, buf),
        Pane::Failed => failed::view(&model.failed, shared, board, theme, focused, area, buf),
        Pane::Activity => activity::view(&model.activity, shared, board, theme, focused, area, buf),
    }
}

/// All there is room for on a very small screen: how things stand.
fn line(model: &Model, area: Rect, buf: &mut Buffer) {
    let mut words = Vec::new();
    if !model.board.failed.is_empty() {
        words.push(format!("{} failed", model.board.failed.len()));
    }
    if !model.board.outbox.is_empty() {
        words.push(format!("{} waiting", model.board.outbox.len()));
    }
    words.push("runsheet needs 40×10".into());
    panel::line(
        area,
        0,
        buf,
        &[(&truncate(&words.join(" · "), usize::from(area.width)), model.theme.style(Role::Text))],
    );
}

fn banner(model: &Model, area: Rect, buf: &mut Buffer) {
    let Some(words) = &model.board.banner else { return };
    if area.is_empty() {
        return;
    }
    let style = model.theme.style(Role::Banner);
    buf.set_style(area, style);
    panel::line(area, 0, buf, &[(" ", style), (&one_line(words), style)]);
}

/// Mode, then what is most worth saying; filter and marks at the right end.
fn status(model: &Model, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let mode = model.mode();
    let margin = if area.width >= 60 { " " } else { "" };
    let role = if mode == Mode::Normal { Role::Muted } else { Role::Title };
    let (words, tone) = saying(model);
    let after = standing(model);
    let after_wide = cells(&after) + usize::from(!after.is_empty()) * 2;
    let head = format!("{margin}{} ", mode.word());
    let room = usize::from(area.width).saturating_sub(cells(&head) + after_wide + 1);
    let words = truncate(&words, room);
    let end = panel::line(area, 0, buf, &[(&head, theme.style(role)), (&words, theme.style(tone))]);
    panel::right(area, 0, buf, &format!("{after}{margin}"), theme.style(Role::Muted), end);
}

fn saying(model: &Model) -> (String, Role) {
    if !model.pending.is_empty() {
        return (format!("{} {}", keys::write_sequence(&model.pending), model.theme.glyphs.more), Role::Key);
    }
    if let Some(count) = model.count {
        return (format!("{count} ×"), Role::Key);
    }
    let moving = calendar::move_status(&model.calendar, &model.shared, &model.board);
    // Where a post would land is never covered, unless by the reason why it cannot.
    let notice = model.shared.notices.last().filter(|notice| moving.is_none() || notice.tone == Tone::Bad);
    if let Some(notice) = notice {
        let role = match notice.tone {
            Tone::Good => Role::Good,
            Tone::Plain => Role::Text,
            Tone::Bad => Role::Bad,
        };
        return (one_line(&notice.words), role);
    }
    (moving.map(|words| one_line(&words)).unwrap_or_default(), Role::Text)
}

fn standing(model: &Model) -> String {
    let filter = model.shared.filter.as_ref().map(|filter| format!("/{}", truncate(&one_line(filter.text()), 32)));
    let marks = match model.shared.marks.len() {
        0 => None,
        some => Some(format!("{some} marked")),
    };
    filter.into_iter().chain(marks).collect::<Vec<_>>().join(" · ")
}

fn hint_line(model: &Model, area: Rect, buf: &mut Buffer) {
    for hint in hints::line(model, area.width) {
        let x = area.x.saturating_add(hint.x);
        let at = Rect { x, width: area.right().saturating_sub(x), ..area };
        let (key, label) = (model.theme.style(Role::Key), model.theme.style(Role::Muted));
        panel::line(at, 0, buf, &[(&hint.keys, key), (" ", label), (&hint.label, label)]);
    }
}

/// The keys that may follow a pending prefix, in a box at the bottom.
fn continuations(model: &Model, area: Rect, buf: &mut Buffer) {
    let following = model.keymap.continuations(&model.contexts(), &model.pending);
    let rows: Vec<(String, String)> = following
        .iter()
        .map(|each| (keys::write(each.key), each.action.map_or("…", |action| action.title()).to_owned()))
        .collect();
    let wide = rows.iter().map(|(key, title)| cells(key) + cells(title) + 2).max().unwrap_or(0) + 4;
    let wide = u16::try_from(wide).unwrap_or(u16::MAX).min(area.width);
    let high = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let corner = Rect { x: area.right() - wide, y: area.bottom() - high, width: wide, height: high };
    let title = keys::write_sequence(&model.pending);
    let inside = panel::sheet(corner, buf, &model.theme, &title, "", (wide, high));
    for (row, (key, title)) in (0..).zip(&rows) {
        let style = |role| model.theme.style(role);
        panel::line(
            inside,
            row,
            buf,
            &[(key, style(Role::Key)), ("  ", style(Role::Text)), (title, style(Role::Text))],
        );
    }
}
