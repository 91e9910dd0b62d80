//! The screen for a model. Reads, and nothing else.

use std::ops::Range;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget};

use super::action::Action;
use super::dispatch::screen;
use super::header;
use super::hints;
use super::keys;
use super::layout::Room;
use super::model::{Mode, Model, Pane};
use super::msg::{Notice, Tone};
use super::panes::{activity, calendar, channels, failed, post};
use super::sheets;
use super::theme::{Glyphs, Role};
use super::tools::{builder, composer};
use super::widgets::{panel, prose};
use crate::text::clean::{cells, one_line, truncate};

/// How much of a post a notice quotes, in cells.
const QUOTE: usize = 28;
/// How much of a kept view's name is shown, in cells.
const KEPT: usize = 24;
/// Rows above the status line that a notice may take.
const MOST_ROWS: usize = 3;

/// Draws the whole screen.
pub fn view(model: &Model, frame: &mut Frame) {
    let area = frame.area();
    let buf = frame.buffer_mut();
    let ground = model.theme.style(Role::Text);
    // Mostly it is what every cell has anyway, and there are many cells.
    if ground != Style::default() {
        buf.set_style(area, ground);
    }
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
    match (&model.composer, &model.builder) {
        (Some(open), _) => composer::view(open, &model.shared, &model.board, &model.theme, regions.tool, buf),
        (None, Some(open)) => builder::view(open, &model.shared, &model.board, &model.theme, regions.tool, buf),
        (None, None) => {
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
    if model.theme.glyphs.is_ascii() {
        in_ascii(buf);
    }
}

/// Puts ASCII in the place of the symbols that stand in the program's own words.
fn in_ascii(buf: &mut Buffer) {
    for cell in &mut buf.content {
        if let Some(plain) = Glyphs::stand_in(cell.symbol()) {
            cell.set_symbol(plain);
        }
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
    while words.len() > 1 && cells(&words.join(" · ")) > usize::from(area.width) {
        words.pop();
    }
    let words = truncate(&words.join(" · "), usize::from(area.width));
    panel::line(area, 0, buf, &[(&words, model.theme.style(Role::Text))]);
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
    let after = standing(model);
    let after_wide = cells(&after) + usize::from(!after.is_empty()) * 2;
    let head = format!("{margin}{} ", mode.word());
    let room = usize::from(area.width).saturating_sub(cells(&head) + after_wide + 1);
    let own = own_words(model);
    let (words, tone) = match (model.shared.notices.last(), own) {
        (None, own) => own.unwrap_or((String::new(), Role::Text)),
        (Some(notice), own) => {
            let (said, tone) = (told(model, notice), tone_role(notice.tone));
            // What is being done keeps its line, and bad news are told in full.
            let room = if own.is_some() { 0 } else { room };
            let goes_on = own.is_some() || notice.tone == Tone::Bad;
            let rest = if goes_on && area.y > 0 { above(model, &said, tone, room, area, buf) } else { said };
            own.unwrap_or((rest, tone))
        }
    };
    let words = truncate(&words, room);
    let end = panel::line(area, 0, buf, &[(&head, theme.style(role)), (&words, theme.style(tone))]);
    panel::right(area, 0, buf, &format!("{after}{margin}"), theme.style(Role::Muted), end);
}

/// What of a notice has no room in the status line stands in the lines above it; answers what is left to say.
fn above(model: &Model, words: &str, role: Role, room: usize, status: Rect, buf: &mut Buffer) -> String {
    let rest_after = |end: usize| words.get(end..).unwrap_or("").trim_start();
    let mut taken = Vec::new();
    for row in prose::wrap(words, usize::from(status.width).saturating_sub(2), MOST_ROWS) {
        if cells(rest_after(taken.last().map_or(0, |row: &Range<usize>| row.end))) <= room {
            break;
        }
        taken.push(row);
    }
    let style = model.theme.style(role);
    for (up, row) in (1..=status.y).zip(taken.iter().rev()) {
        let at = Rect { y: status.y - up, ..status };
        Clear.render(at, buf);
        panel::line(at, 0, buf, &[(" ", style), (words.get(row.clone()).unwrap_or(""), style)]);
    }
    rest_after(taken.last().map_or(0, |row| row.end)).to_owned()
}

/// The words of a notice; bad news begin with the post they are about.
fn told(model: &Model, notice: &Notice) -> String {
    let words = one_line(&notice.words);
    let post = notice.post.filter(|_| notice.tone == Tone::Bad).and_then(|id| model.board.post(id));
    match post.map(|post| one_line(post.headline())) {
        Some(headline) if !headline.is_empty() && !words.contains(['"', '“']) => {
            format!("\"{}\": {words}", truncate(&headline, QUOTE))
        }
        _ => words,
    }
}

fn tone_role(tone: Tone) -> Role {
    match tone {
        Tone::Good => Role::Good,
        Tone::Plain => Role::Text,
        Tone::Bad => Role::Bad,
    }
}

/// What is under way: a sequence of keys, a count, a move.
fn own_words(model: &Model) -> Option<(String, Role)> {
    if !model.pending.is_empty() {
        return Some((format!("{} {}", keys::write_sequence(&model.pending), model.theme.glyphs.more), Role::Key));
    }
    if let Some(count) = model.count {
        return Some((format!("{count} ×"), Role::Key));
    }
    let moving = match model.builder.as_deref().filter(|_| model.composer.is_none()) {
        Some(open) => builder::move_status(open, &model.shared),
        None => calendar::move_status(&model.calendar, &model.shared, &model.board),
    }?;
    Some((one_line(&moving), Role::Text))
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
    // A digit without a view leads nowhere.
    let leads = |action: Action| action.kept_view().is_none_or(|at| model.board.views.contains_key(&at));
    let rows: Vec<(String, String)> = following
        .iter()
        .filter(|each| each.action.is_none_or(leads))
        .map(|each| {
            let more = || model.theme.glyphs.more.to_string();
            let title = |action: Action| {
                let kept = action.kept_view().and_then(|at| model.board.views.get(&at));
                kept.map_or_else(|| action.title().to_owned(), |view| truncate(&one_line(&view.label()), KEPT))
            };
            (keys::write(each.key), each.action.map_or_else(more, title))
        })
        .collect();
    let wide = rows.iter().map(|(key, title)| cells(key) + cells(title) + 2).max().unwrap_or(0) + 4;
    let wide = u16::try_from(wide).unwrap_or(u16::MAX).min(area.width);
    let high = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX).min(area.height);
    let corner = Rect { x: area.right() - wide, y: area.bottom() - high, width: wide, height: high };
    let title = keys::write_sequence(&model.pending);
    let inside = panel::sheet(corner, buf, &model.theme, &title, "");
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
