//! The screen for a model. Reads, and nothing else.

use std::ops::Range;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::continuations;
use super::dispatch::screen;
use super::header;
use super::hints;
use super::keys;
use super::layout::{Regions, Room};
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
/// Rows above the status line that a notice may take.
const MOST_ROWS: usize = 3;
/// Rows that the banner may take.
const MOST_BANNER: usize = 2;

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
            let counted = regions.panes.iter().any(|(pane, _)| *pane == Pane::Failed);
            header::draw(model, !counted, regions.header, buf);
            banner(model, regions.banner, buf);
            for (pane, area) in &regions.panes {
                draw_pane(model, *pane, *area, buf);
            }
        }
    }
    status(model, &regions, buf);
    hint_line(model, regions.hints, buf);
    for sheet in &model.sheets {
        sheets::view(sheet, &model.shared, &model.board, &model.theme, area, buf);
    }
    if model.show_continuations {
        continuations::draw(model, regions.tool, buf);
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
    let failed = failed::counts(&model.shared, &model.board, &model.theme.glyphs);
    let mut words: Vec<String> = Some(failed).filter(|words| !words.is_empty()).into_iter().collect();
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
    let rows = prose::paragraph(&one_line(words), Role::Banner, &[], banner_room(area.width), usize::from(area.height));
    for (row, y) in rows.iter().zip(area.y..area.bottom()) {
        row.draw(&model.theme, style, area.x + 1, y, area.width.saturating_sub(2), buf);
    }
}

/// How many rows the banner takes to be read in full.
pub fn banner_rows(model: &Model) -> u16 {
    let Some(words) = &model.board.banner else { return 0 };
    let rows = prose::paragraph(&one_line(words), Role::Banner, &[], banner_room(model.shared.size.0), MOST_BANNER);
    u16::try_from(rows.len().max(1)).unwrap_or(1)
}

/// The cells of a row of the banner: a blank at either end.
fn banner_room(width: u16) -> usize {
    usize::from(width.saturating_sub(2)).max(1)
}

/// What is most worth saying: in the status line, and before it in the rows above, where it is too long for one.
struct Said {
    above: Vec<String>,
    words: String,
    role: Role,
}

/// How many rows above the status line are taken by what has no room in it.
pub fn rows_above(model: &Model) -> u16 {
    u16::try_from(said(model, model.shared.size.0).above.len()).unwrap_or(0)
}

/// What stands left of it: the mode.
fn mode_words(model: &Model, width: u16) -> String {
    let margin = if width >= 60 { " " } else { "" };
    format!("{margin}{} ", model.mode().word())
}

fn said(model: &Model, width: u16) -> Said {
    let after = standing(model);
    let after_wide = cells(&after) + usize::from(!after.is_empty()) * 2;
    let room = usize::from(width).saturating_sub(cells(&mode_words(model, width)) + after_wide + 1);
    let own = own_words(model, room);
    let Some(notice) = model.shared.notices.last() else {
        let (words, role) = own.unwrap_or((String::new(), Role::Text));
        return Said { above: Vec::new(), words: truncate(&words, room), role };
    };
    let (words, tone) = (told(model, notice), tone_role(notice.tone));
    match own {
        // What is being done keeps its line.
        Some((own, role)) => {
            let (above, _) = split(&words, 0, width);
            Said { above, words: truncate(&own, room), role }
        }
        None => {
            let (above, rest) = split(&words, room, width);
            Said { above, words: truncate(&rest, room), role: tone }
        }
    }
}

/// The rows that `words` need above a line with so much `room`, and what is left for that line.
fn split(words: &str, room: usize, width: u16) -> (Vec<String>, String) {
    let rest_after = |end: usize| words.get(end..).unwrap_or("").trim_start();
    let mut taken: Vec<Range<usize>> = Vec::new();
    for row in prose::wrap(words, usize::from(width).saturating_sub(2), MOST_ROWS) {
        if cells(rest_after(taken.last().map_or(0, |row| row.end))) <= room {
            break;
        }
        taken.push(row);
    }
    let above = taken.iter().map(|row| words.get(row.clone()).unwrap_or("").to_owned()).collect();
    (above, rest_after(taken.last().map_or(0, |row| row.end)).to_owned())
}

/// Mode, then what is most worth saying; filter and marks at the right end.
fn status(model: &Model, regions: &Regions, buf: &mut Buffer) {
    let (theme, area) = (&model.theme, regions.status);
    let role = if model.mode() == Mode::Normal { Role::Muted } else { Role::Title };
    let said = said(model, area.width);
    let tone = model.shared.notices.last().map_or(Role::Text, |notice| tone_role(notice.tone));
    for (row, words) in (0..).zip(&said.above) {
        panel::line(regions.told, row, buf, &[(" ", theme.style(tone)), (words, theme.style(tone))]);
    }
    let head = mode_words(model, area.width);
    let end = panel::line(area, 0, buf, &[(&head, theme.style(role)), (&said.words, theme.style(said.role))]);
    let margin = if area.width >= 60 { " " } else { "" };
    panel::right(area, 0, buf, &format!("{}{margin}", standing(model)), theme.style(Role::Muted), end);
}

/// The words of a notice; bad news begin with the post they are about.
fn told(model: &Model, notice: &Notice) -> String {
    let words = one_line(&model.shared.keys.of(&notice.words));
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
fn own_words(model: &Model, room: usize) -> Option<(String, Role)> {
    if !model.pending.is_empty() {
        return Some((format!("{} {}", keys::write_sequence(&model.pending), model.theme.glyphs.more), Role::Key));
    }
    if let Some(count) = model.count {
        return Some((format!("{count} ×"), Role::Key));
    }
    let moving = match model.builder.as_deref().filter(|_| model.composer.is_none()) {
        Some(open) => builder::move_status(open, &model.shared, room),
        None => calendar::move_status(&model.calendar, &model.shared, &model.board, room),
    }?;
    Some((one_line(&model.shared.keys.of(&moving)), Role::Text))
}

fn standing(model: &Model) -> String {
    let filter = model.shared.filter.as_ref().map(|filter| format!("/{}", truncate(&one_line(filter.text()), 32)));
    let marks = match model.shared.marks.len() {
        // What moves is counted where it is said.
        _ if calendar::is_moving(&model.calendar) => None,
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
