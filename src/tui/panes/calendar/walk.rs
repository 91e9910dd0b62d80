//! The cursor's ways through the week: by hour and post, by day, by week, from post to post.

use chrono::{DateTime, Days, Months, Utc};

use super::grid::{DAYS, HOURS, Spot, monday, resolve};
use super::layout::{self, Layout};
use super::{MOST, State, in_reach, moving, rebuild};
use crate::domain::ids::PostId;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::msg::Tone;
use ratatui::layout::Rect;

/// Carries out one action outside of move mode.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) {
    let count = count.clamp(1, MOST);
    let page = u32::from(region(state, shared).height / 3).max(3);
    let days = |count: u32| Days::new(u64::from(count));
    match action {
        Action::Down => step(state, shared, count, true),
        Action::Up => step(state, shared, count, false),
        Action::HalfDown => step(state, shared, count.saturating_mul(page / 2).min(MOST), true),
        Action::HalfUp => step(state, shared, count.saturating_mul(page / 2).min(MOST), false),
        Action::PageDown => step(state, shared, count.saturating_mul(page).min(MOST), true),
        Action::PageUp => step(state, shared, count.saturating_mul(page).min(MOST), false),
        Action::Top => end(state, shared, false),
        Action::Bottom => end(state, shared, true),
        Action::Left => to_date(state, state.spot().date.checked_sub_days(days(count))),
        Action::Right => to_date(state, state.spot().date.checked_add_days(days(count))),
        Action::PreviousWeek => to_date(state, state.spot().date.checked_sub_days(days(7 * count))),
        Action::NextWeek => to_date(state, state.spot().date.checked_add_days(days(7 * count))),
        Action::PreviousMonth => to_date(state, state.spot().date.checked_sub_months(Months::new(count))),
        Action::NextMonth => to_date(state, state.spot().date.checked_add_months(Months::new(count))),
        Action::Today => state.at = Some(Spot::of(shared.now.with_timezone(&shared.zone).naive_local())),
        Action::NextPost => jump(state, shared, board, count, true),
        Action::PreviousPost => jump(state, shared, board, count, false),
        Action::Mark => mark(state, shared),
        Action::MarkAll => mark_all(state, shared),
        Action::ToggleFold => state.fold = !state.fold,
        _ => {}
    }
}

/// Puts the cursor on the next post that is still to come, so that the first screen shows something.
pub fn land(state: &mut State, shared: &Shared) {
    let next = state.grid.entries().iter().find(|entry| entry.instant >= shared.now);
    if let Some(spot) = next.and_then(|entry| state.grid.find(entry.post.id)) {
        state.at = Some(spot);
    }
}

/// The region the pane has, or a guess.
fn region(state: &State, shared: &Shared) -> Rect {
    let (width, height) = shared.size;
    state.area.unwrap_or(Rect::new(0, 0, width, height / 5 * 3))
}

fn to_date(state: &mut State, date: Option<chrono::NaiveDate>) {
    if let Some(date) = date.filter(|date| in_reach(*date)) {
        state.at = Some(Spot { date, index: 0, ..state.spot() });
    }
}

fn step(state: &mut State, shared: &Shared, count: u32, down: bool) {
    for _ in 0..count {
        let next = match layout::of(state, region(state, shared)) {
            Layout::Week(week) => hour_step(state, &week, down),
            Layout::Agenda(agenda) => line_step(state, &agenda, down),
        };
        match next {
            Some(spot) => state.at = Some(spot),
            None => return,
        }
    }
}

/// To the next post of a crowded cell, else to the next row; at the edge of the day into the folded hours.
fn hour_step(state: &State, week: &layout::Week, down: bool) -> Option<Spot> {
    let spot = state.spot();
    let posts = |hour: u32| state.grid.cell(spot.day(), hour).len();
    if down && spot.index + 1 < posts(spot.hour) {
        return Some(Spot { index: spot.index + 1, ..spot });
    }
    if !down && spot.index > 0 {
        return Some(Spot { index: spot.index - 1, ..spot });
    }
    let hour = if down {
        week.hours().find(|hour| *hour > spot.hour).or(Some(spot.hour + 1)).filter(|hour| *hour < HOURS as u32)
    } else {
        week.hours().filter(|hour| *hour < spot.hour).last().or(spot.hour.checked_sub(1))
    }?;
    let index = if down { 0 } else { posts(hour).saturating_sub(1) };
    Some(Spot { hour, index, ..spot })
}

/// To the next post of the list, or the next day without any.
fn line_step(state: &State, agenda: &layout::Agenda, down: bool) -> Option<Spot> {
    let at = layout::cursor_line(state, &agenda.lines)?;
    let empty = |day: usize| state.grid.day(day).is_empty();
    let stops = |line: &&layout::Line| match line {
        layout::Line::Day(day, _) => empty(*day),
        layout::Line::Post(_) => true,
        layout::Line::Slot | layout::Line::Ghost(_) => false,
    };
    let line = if down {
        agenda.lines.iter().skip(at + 1).find(stops)
    } else {
        agenda.lines.iter().take(at).rev().find(stops)
    }?;
    Some(layout::spot_of_line(state, *line))
}

fn end(state: &mut State, shared: &Shared, bottom: bool) {
    match layout::of(state, region(state, shared)) {
        Layout::Week(week) => {
            let hour = if bottom { week.hours().last() } else { week.hours().next() };
            let spot = Spot { hour: hour.unwrap_or(0), index: 0, ..state.spot() };
            let last = state.grid.cell(spot.day(), spot.hour).len().saturating_sub(1);
            state.at = Some(Spot { index: if bottom { last } else { 0 }, ..spot });
        }
        Layout::Agenda(_) => step(state, shared, MOST, bottom),
    }
}

/// To the next or previous post by the clock, also in another loaded week.
fn jump(state: &mut State, shared: &mut Shared, board: &Board, count: u32, forward: bool) {
    for _ in 0..count {
        let here = place(state, shared);
        let shown = board.posts.iter().filter(|post| shared.shows(board, post));
        let keyed = shown.filter_map(|post| Some((post.instant()?, Some(post.id))));
        let next = if forward { keyed.filter(|key| *key > here).min() } else { keyed.filter(|key| *key < here).max() };
        let Some((instant, Some(id))) = next else {
            let words =
                if forward { "no later post in the loaded weeks" } else { "no earlier post in the loaded weeks" };
            moving::tell(shared, Tone::Plain, words.into(), None);
            return;
        };
        let spot = Spot::of(instant.with_timezone(&shared.zone).naive_local());
        state.at = Some(spot);
        if monday(spot.date) != state.grid.monday() {
            rebuild(state, shared, board);
        }
        state.at = state.grid.find(id).or(state.at);
    }
}

/// The cursor's place in the order of posts; an empty hour stands before every post of its moment.
fn place(state: &State, shared: &Shared) -> (DateTime<Utc>, Option<PostId>) {
    let spot = state.spot();
    match state.grid.at(spot) {
        Some(entry) => (entry.instant, Some(entry.post.id)),
        None => (resolve(spot.wall(), shared.zone).instant(), None),
    }
}

fn mark(state: &State, shared: &mut Shared) {
    if let Some(entry) = state.grid.at(state.spot()) {
        let id = entry.post.id;
        if !shared.marks.remove(&id) {
            shared.marks.insert(id);
        }
    }
}

/// Marks every post of the week; when they all are, unmarks them.
fn mark_all(state: &State, shared: &mut Shared) {
    let shown = || (0..DAYS).flat_map(|day| state.grid.day(day)).filter_map(|at| state.grid.entries().get(at));
    let all = shown().all(|entry| shared.marks.contains(&entry.post.id));
    for entry in shown() {
        if all {
            shared.marks.remove(&entry.post.id);
        } else {
            shared.marks.insert(entry.post.id);
        }
    }
}
