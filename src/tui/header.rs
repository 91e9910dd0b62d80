//! The first line: which week, which zone, how fresh, how the accounts are doing, what waits.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::board::{Light, LightState, distance_words};
use super::model::Model;
use super::panes::{calendar, failed};
use super::theme::Role;
use super::widgets::{moment, panel};
use crate::domain::words::count;
use crate::text::clean::{cells, one_line, truncate};

/// A stretch of the line.
type Part = (String, Role);

/// Draws the header over one row; it `counts` what failed where nothing else on the screen does.
pub fn draw(model: &Model, counts: bool, area: Rect, buf: &mut Buffer) {
    let (left, right) = parts(model, counts, usize::from(area.width));
    let style = |(text, role): &Part| (text.clone(), model.theme.style(*role));
    let drawn: Vec<_> = left.iter().map(style).collect();
    let drawn: Vec<_> = drawn.iter().map(|(text, style)| (text.as_str(), *style)).collect();
    panel::line(area, 0, buf, &drawn);
    let wide = u16::try_from(total(&right)).unwrap_or(u16::MAX).min(area.width);
    let end = Rect { x: area.right() - wide, width: wide, ..area };
    let drawn: Vec<_> = right.iter().map(style).collect();
    let drawn: Vec<_> = drawn.iter().map(|(text, style)| (text.as_str(), *style)).collect();
    panel::line(end, 0, buf, &drawn);
}

/// What stands at either end, in so many columns; what matters least goes first.
fn parts(model: &Model, counts: bool, width: usize) -> (Vec<Part>, Vec<Part>) {
    let title = match model.loaded {
        true => calendar::title(&model.calendar, &model.shared),
        false => format!("{} · loading{}", calendar::title(&model.calendar, &model.shared), model.theme.glyphs.more),
    };
    let zone = format!("   {}", moment::zone_words(model.shared.now, model.shared.zone));
    let abbreviation = format!("   {}", moment::zone_short(model.shared.now, model.shared.zone));
    let second = model.shared.habits.second.filter(|_| calendar::shows_second(&model.calendar));
    let both =
        second.map(|second| format!("{zone} · {}", moment::elsewhere(model.shared.now, &model.shared.habits, second)));
    let failed = if counts { failed::counts(&model.shared, &model.board, &model.theme.glyphs) } else { String::new() };
    let mut right: Vec<Part> = Some((failed, Role::Bad)).filter(|(words, _)| !words.is_empty()).into_iter().collect();
    right.extend(model.board.read_only.then(|| ("read-only".into(), Role::Warn)));
    right.extend(waiting(model));
    right.extend(troubles(model));
    let calm = calm(model);
    let margin = if width >= 60 { " " } else { "" };
    let title = format!("{margin}{title}");
    let week = title.split_once(" · ").map_or(title.as_str(), |(week, _)| week);
    let all = |title: &str, zone: &str, calm: &[Part]| {
        let left = vec![(title.to_owned(), Role::Title), (zone.to_owned(), Role::Muted)];
        let mut line: Vec<Part> = Vec::new();
        for part in calm.iter().chain(&right).cloned() {
            if !line.is_empty() {
                line.push((" · ".into(), Role::Muted));
            }
            line.push(part);
        }
        line.push((margin.into(), Role::Text));
        (left, line)
    };
    let short_calm = calm.get(..1).unwrap_or_default();
    let fits = |candidate: &(Vec<Part>, Vec<Part>)| total(&candidate.0) + 2 + total(&candidate.1) <= width;
    let both = both.iter().flat_map(|both| [all(&title, both, &calm), all(&title, both, short_calm)]);
    for candidate in both.chain([
        all(&title, &zone, &calm),
        all(&title, &zone, short_calm),
        all(&title, &abbreviation, short_calm),
        all(&title, &abbreviation, &[]),
        all(week, &abbreviation, &[]),
        all(&title, "", &[]),
        all(week, "", &[]),
    ]) {
        if fits(&candidate) {
            return candidate;
        }
    }
    // Trouble outranks the week: it keeps at least half of the line.
    let room = (width / 2).max(width.saturating_sub(cells(week) + 2));
    let mut line = Vec::new();
    let mut used = 0;
    for (text, role) in &right {
        let text = truncate(text, room.saturating_sub(used));
        used += cells(&text) + 1;
        line.extend([(text, *role), (" ".into(), Role::Text)]);
        if used >= room {
            break;
        }
    }
    let left = truncate(week, width.saturating_sub(total(&line) + 1));
    (vec![(left, Role::Title)], line)
}

fn total(parts: &[Part]) -> usize {
    parts.iter().map(|(text, _)| cells(text)).sum()
}

/// How fresh, and that all is well.
fn calm(model: &Model) -> Vec<Part> {
    let lights = &model.board.lights;
    let oldest = lights.iter().filter_map(|light| light.fresh_at).min();
    let age = oldest.map(|at| (format!("{} {}", model.theme.glyphs.synced, age(model, at)), Role::Muted));
    let well = lights.iter().filter(|light| trouble(model, light).is_none()).count();
    let well = match (well, lights.len()) {
        (0, _) => None,
        (some, all) if some == all => Some(format!("{} ok", count(all, "account"))),
        (some, all) => Some(format!("{some} of {all} accounts ok")),
    };
    age.into_iter().chain(well.map(|words| (words, Role::Good))).collect()
}

fn age(model: &Model, at: chrono::DateTime<chrono::Utc>) -> String {
    if at > model.shared.now { "now".into() } else { distance_words(at, model.shared.now) }
}

/// One part per account that is not as it should be.
fn troubles(model: &Model) -> Vec<Part> {
    model.board.lights.iter().filter_map(|light| trouble(model, light)).collect()
}

fn trouble(model: &Model, light: &Light) -> Option<Part> {
    let name = one_line(light.account.as_str());
    let again = light.next_at.filter(|at| *at > model.shared.now);
    let again = again.map(|at| format!(", again {}", distance_words(at, model.shared.now))).unwrap_or_default();
    let part = match &light.state {
        LightState::Ok => return None,
        LightState::Starting => (format!("{name} starting"), Role::Muted),
        LightState::Fetching { seen, total: Some(total) } => (format!("{name} fetching {seen}/{total}"), Role::Muted),
        LightState::Fetching { seen, total: None } => (format!("{name} fetching {seen}"), Role::Muted),
        LightState::Sending => (format!("{name} sending"), Role::Muted),
        LightState::Limited => (format!("{name} limited{again}"), Role::Warn),
        LightState::Offline { .. } => (format!("{name} offline{again}"), Role::Warn),
        LightState::Unauthorised { .. } => (format!("{name} key refused"), Role::Bad),
        LightState::Trouble { .. } => (format!("{name} in trouble{again}"), Role::Bad),
        LightState::Off { .. } => (format!("{name} off"), Role::Bad),
    };
    Some(part)
}

/// Writes that have not reached their provider.
fn waiting(model: &Model) -> Vec<Part> {
    let pending = model.board.lights.iter().map(|light| light.pending).sum::<usize>().max(model.board.outbox.len());
    let words = |pending| (format!("{pending} waiting {}", model.theme.glyphs.waiting), Role::Warn);
    (pending > 0).then(|| words(pending)).into_iter().collect()
}
