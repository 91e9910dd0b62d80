//! The calendar as a list, chosen or because a grid would not be readable: day headings and one line per post.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::chip::fitting;
use super::layout::{Agenda, Line};
use super::paint::{put, put_cut};
use super::view::Scene;
use crate::tui::theme::Role;

/// Cells for the marks of networks.
const MARKS: u16 = 9;
/// Below this width the state's word gives way to the headline.
const WORDS_FROM: u16 = 40;

/// Draws the list.
pub fn draw(scene: &Scene<'_>, agenda: &Agenda, buf: &mut Buffer) {
    let body = agenda.body;
    let lines = agenda.lines.iter().skip(usize::from(agenda.top)).take(usize::from(body.height));
    for (line, y) in lines.zip(body.y..) {
        let at = Rect::new(body.x, y, body.width, 1);
        match line {
            Line::Day(day, here) => heading(scene, *day, *here, at, buf),
            Line::Post(number) => post(scene, *number, at, buf),
            Line::Slot => slot(scene, at, buf),
            Line::Open(number) => open(scene, *number, at, buf),
            Line::Ghost(number) => ghost(scene, *number, at, buf),
        }
    }
}

fn heading(scene: &Scene<'_>, day: usize, here: bool, at: Rect, buf: &mut Buffer) {
    let grid = &scene.state.grid;
    let role = match (grid.is_today(day), grid.is_past(day)) {
        (true, _) => Role::Today,
        (_, true) => Role::Muted,
        _ => Role::Title,
    };
    if here {
        buf.set_style(at.intersection(buf.area), scene.cursor_style());
    }
    let mut text = grid.date(day).format("%a %-d %b").to_string();
    if grid.is_today(day) {
        text = format!("{text} {}", scene.theme.glyphs.today);
    }
    let end = put(buf, at, (at.x, at.y), at.width, &text, scene.style(role));
    let (date, plan) = (grid.date(day), &scene.board.plan);
    let end = scene.day_heat(day, Rect { x: end, width: at.right().saturating_sub(end), ..at }, buf);
    let x = (end + 2).min(at.right());
    let rest = Rect { x, width: at.right() - x, ..at };
    if plan.notes.contains_key(&date) || plan.holidays.contains_key(&date) {
        // What was written on a day comes before what spans it.
        let half = rest.width / 2;
        let bars = super::bars::draw_heading(scene, day, Rect { x: x + rest.width - half, width: half, ..rest }, buf);
        scene.day_note(date, Rect { width: rest.width - bars, ..rest }, buf);
        return;
    }
    let mut said = 0;
    if grid.day(day).is_empty() {
        let words = if here { format!("nothing at {}", slot_time(scene)) } else { "nothing".into() };
        said = put(buf, rest, (x, at.y), rest.width, &words, scene.style(Role::Muted)).saturating_sub(x) + 2;
    }
    let said = said.min(rest.width);
    super::bars::draw_heading(scene, day, Rect { x: x + said, width: rest.width - said, ..rest }, buf);
}

fn post(scene: &Scene<'_>, number: usize, at: Rect, buf: &mut Buffer) {
    let Some(entry) = scene.state.grid.entries().get(number) else { return };
    let look = scene.look(entry, number);
    let mark = if look.marked { scene.theme.glyphs.marked } else { ' ' };
    put(buf, at, (at.x, at.y), 1, &mark.to_string(), scene.style(Role::Marked));
    put(buf, at, (at.x + 1, at.y), 6, &scene.shared.habits.time(entry.wall.time()), look.time);
    let mut x = put(buf, at, (at.x + 7, at.y), 1, &look.glyph.to_string(), look.state) + 1;
    if at.width >= WORDS_FROM {
        put(buf, at, (x, at.y), 10, entry.state.word(), scene.state_style(entry.state));
        x += 11;
    }
    let marks = fitting(&entry.marks, usize::from(MARKS));
    scene.put_marks(&marks, entry, &look, at, (x, at.y), buf);
    x += MARKS + 1;
    put_cut(buf, at, (x, at.y), at.right().saturating_sub(x), &entry.headline, look.text);
    if let Some(ground) = look.ground {
        buf.set_style(at.intersection(buf.area), ground);
    }
}

fn slot(scene: &Scene<'_>, at: Rect, buf: &mut Buffer) {
    buf.set_style(at.intersection(buf.area), scene.cursor_style());
    let grid = &scene.state.grid;
    let open = grid.open().iter().position(|open| open.wall == scene.state.wall());
    match open {
        Some(number) => self::open(scene, number, at, buf),
        None => {
            let text = format!(" {}  free", slot_time(scene));
            put(buf, at, (at.x, at.y), at.width, &text, scene.style(Role::Muted));
        }
    }
}

/// ` 09:30 + slot    x bs`
fn open(scene: &Scene<'_>, number: usize, at: Rect, buf: &mut Buffer) {
    let Some(open) = scene.state.grid.open().get(number) else { return };
    let style = scene.style(Role::Muted);
    put(buf, at, (at.x + 1, at.y), 6, &scene.shared.habits.time(open.wall.time()), style);
    let mut x = put(buf, at, (at.x + 7, at.y), 1, "+", style) + 1;
    if at.width >= WORDS_FROM {
        put(buf, at, (x, at.y), 10, "slot", style);
        x += 11;
    }
    put(buf, at, (x, at.y), MARKS, &fitting(&open.marks, usize::from(MARKS)), style);
}

/// The time the cursor stands for where no post is.
fn slot_time(scene: &Scene<'_>) -> String {
    scene.shared.habits.time(scene.state.wall().time())
}

fn ghost(scene: &Scene<'_>, number: usize, at: Rect, buf: &mut Buffer) {
    let Some(moving) = &scene.state.moving else { return };
    let (Some(held), Some(wall)) = (moving.held().get(number), moving.walls().nth(number)) else { return };
    buf.set_style(at.intersection(buf.area), scene.cursor_style());
    let text = format!("{}{}  {}", scene.theme.glyphs.now, scene.shared.habits.time(wall.time()), held.headline);
    put_cut(buf, at, (at.x, at.y), at.width, &text, scene.style(Role::Ghost));
}
