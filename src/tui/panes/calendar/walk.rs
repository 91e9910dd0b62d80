//! The cursor's ways through the week: by hour and post, by day, by week, from post to post.

use chrono::{DateTime, Days, Months, Utc};

use super::grid::{DAYS, Spot, resolve};
use super::layout::{self, Layout};
use super::{MOST, STEPS, State, View, in_reach, moving, rebuild, seek};
use crate::domain::ids::PostId;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Tone;
use ratatui::layout::Rect;

/// Carries out one action outside of move mode; answers a load that has to come first.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Option<Effect> {
    let count = count.clamp(1, MOST);
    let page = u32::from(region(state, shared).height / 3).max(3);
    let days = |count: u32| Days::new(u64::from(count));
    match action {
        Action::Down => step(state, shared, count, true),
        Action::Up => step(state, shared, count, false),
        Action::HalfDown => step(state, shared, count.saturating_mul(page / 2).min(MOST), true),
        Action::HalfUp => step(state, shared, count.saturating_mul(page / 2).min(MOST), false),
        Action::PageDown if state.view == View::Agenda => {
            step(state, shared, count.saturating_mul(page).min(MOST), true)
        }
        Action::PageUp if state.view == View::Agenda => {
            step(state, shared, count.saturating_mul(page).min(MOST), false)
        }
        Action::Top => end(state, shared, false),
        Action::Bottom => end(state, shared, true),
        Action::Left => to_date(state, state.spot().date.checked_sub_days(days(count))),
        Action::Right => to_date(state, state.spot().date.checked_add_days(days(count))),
        Action::PreviousWeek => to_date(state, state.spot().date.checked_sub_days(days(7 * count))),
        Action::NextWeek => to_date(state, state.spot().date.checked_add_days(days(7 * count))),
        // Where days stand beside each other: { and } are out of reach on many keyboards.
        Action::PreviousMonth | Action::PageUp => {
            to_date(state, state.spot().date.checked_sub_months(Months::new(count)))
        }
        Action::NextMonth | Action::PageDown => {
            to_date(state, state.spot().date.checked_add_months(Months::new(count)))
        }
        Action::Today => state.at = Some(Spot::of(shared.now.with_timezone(&shared.zone).naive_local())),
        Action::NextPost | Action::PreviousPost => return jump(state, shared, board, (action, count)),
        Action::Mark => mark(state, shared),
        Action::MarkAll => mark_all(state, shared),
        Action::ToggleFold => state.fold = !state.fold,
        Action::ToggleSlots => state.no_slots = !state.no_slots,
        Action::ToggleSecondZone => state.one_zone = !state.one_zone,
        Action::NextSlot | Action::PreviousSlot => return to_slot(state, shared, board, (action, count)),
        Action::NextClash => to_clash(state, shared),
        _ => {}
    }
    None
}

/// The view and the minutes per row that an action asks for.
pub fn other_view(state: &State, action: Action) -> Option<(View, u32)> {
    let rows = |by: isize| {
        let at = STEPS.iter().position(|step| *step == state.step).unwrap_or(0);
        STEPS.get(at.saturating_add_signed(by)).copied().unwrap_or(state.step)
    };
    // Rows are those of a week or a day: where there are none, the first key leads to them.
    let rowed = if state.view == View::Day { View::Day } else { View::Week };
    Some(match action {
        Action::ViewWeek => (View::Week, state.step),
        Action::ViewDay => (View::Day, state.step),
        Action::ViewMonth => (View::Month, state.step),
        Action::ViewAgenda => (View::Agenda, state.step),
        Action::ShorterRows => (rowed, rows(1)),
        Action::LongerRows => (rowed, rows(-1)),
        _ => return None,
    })
}

/// Puts the cursor on the next post that is still to come, so that the first screen shows something; what is due this
/// very moment is on its way already.
pub fn land(state: &mut State, shared: &Shared) {
    let next = state.grid.entries().iter().find(|entry| entry.instant > shared.now);
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
            Layout::Week(week) => row_step(state, &week, down),
            Layout::Month(_) => week_step(state, down),
            Layout::Agenda(agenda) => line_step(state, &agenda, down),
        };
        match next {
            Some(spot) if in_reach(spot.date) => state.at = Some(spot),
            _ => return,
        }
    }
}

/// To the next post of a crowded cell.
fn cell_step(state: &State, down: bool) -> Option<Spot> {
    let spot = state.spot();
    let index = if down { spot.index.checked_add(1) } else { spot.index.checked_sub(1) }?;
    (index < state.grid.around(spot).len()).then_some(Spot { index, ..spot })
}

/// To the next post of a crowded cell, else to the next row; at the edge of the day into the folded hours.
fn row_step(state: &State, week: &layout::Week, down: bool) -> Option<Spot> {
    if let Some(next) = cell_step(state, down) {
        return Some(next);
    }
    let (spot, here) = (state.spot(), state.grid.row(state.spot()));
    let row = if down {
        week.shown().find(|row| *row > here).or(Some(here + 1)).filter(|row| *row < state.grid.rows())
    } else {
        week.shown().filter(|row| *row < here).last().or(here.checked_sub(1))
    }?;
    let to = Spot { minute: row * state.grid.step(), index: 0, ..spot };
    let last = state.grid.around(to).len().saturating_sub(1);
    Some(Spot { index: if down { 0 } else { last }, ..to })
}

/// To the next post of a crowded day, else to the same weekday of the next week.
fn week_step(state: &State, down: bool) -> Option<Spot> {
    if let Some(next) = cell_step(state, down) {
        return Some(next);
    }
    let (spot, week) = (state.spot(), Days::new(DAYS as u64));
    let date = if down { spot.date.checked_add_days(week) } else { spot.date.checked_sub_days(week) }?;
    let to = Spot { date, index: 0, ..spot };
    let last = state.grid.around(to).len().saturating_sub(1);
    Some(Spot { index: if down { 0 } else { last }, ..to })
}

/// To the next post of the list, or the next day without any.
fn line_step(state: &State, agenda: &layout::Agenda, down: bool) -> Option<Spot> {
    let at = layout::cursor_line(state, &agenda.lines)?;
    let is_own = |line: &layout::Line| match line {
        layout::Line::Post(_) | layout::Line::Slot => true,
        // In a row with posts the cursor is always on one of them.
        layout::Line::Open(number) => layout::is_free(state, *number),
        layout::Line::Day(..) | layout::Line::Ghost(_) => false,
    };
    // The heading of a day stands for it where nothing else does.
    let is_day = |line: &layout::Line| matches!(line, layout::Line::Day(..));
    let alone = |at: usize| !agenda.lines.iter().skip(at + 1).take_while(|line| !is_day(line)).any(is_own);
    let stops = |(at, line): &(usize, &layout::Line)| is_own(line) || (is_day(line) && alone(*at));
    let stops = |each: &(usize, &layout::Line)| stops(each) && *each.1 != layout::Line::Slot;
    let mut lines = agenda.lines.iter().enumerate();
    let (_, line) = if down { lines.skip(at + 1).find(stops) } else { lines.by_ref().take(at).filter(stops).last() }?;
    Some(layout::spot_of_line(state, *line))
}

fn end(state: &mut State, shared: &Shared, bottom: bool) {
    match layout::of(state, region(state, shared)) {
        Layout::Week(week) => {
            let row = if bottom { week.shown().last() } else { week.shown().next() };
            let spot = Spot { minute: row.unwrap_or(0) * state.grid.step(), index: 0, ..state.spot() };
            let last = state.grid.around(spot).len().saturating_sub(1);
            state.at = Some(Spot { index: if bottom { last } else { 0 }, ..spot });
        }
        Layout::Month(_) => {
            let day = if bottom { state.grid.days().saturating_sub(1) } else { 0 };
            to_date(state, Some(state.grid.date(day)));
        }
        Layout::Agenda(_) => step(state, shared, MOST, bottom),
    }
}

/// To the next or previous post by the clock, also in weeks that have to be loaded first.
fn jump(state: &mut State, shared: &mut Shared, board: &Board, (action, count): (Action, u32)) -> Option<Effect> {
    let forward = action == Action::NextPost;
    for left in (1..=count).rev() {
        let here = place(state, shared);
        let shown = board.posts.iter().filter(|post| shared.shows(board, post));
        let keyed = shown.filter_map(|post| Some((post.instant()?, Some(post.id))));
        let next = if forward { keyed.filter(|key| *key > here).min() } else { keyed.filter(|key| *key < here).max() };
        let Some((instant, Some(id))) = next else {
            let further = seek::further(state, shared, board, (action, left), forward);
            if further.is_none() {
                let way = if forward { "later" } else { "earlier" };
                let words = format!("no {way} post within {} weeks; Ctrl-p finds any", seek::FURTHEST);
                moving::tell(shared, Tone::Plain, words, None);
            }
            return further;
        };
        let spot = Spot::of(instant.with_timezone(&shared.zone).naive_local());
        state.at = Some(spot);
        if state.window(shared, spot.date) != state.grid.window() {
            rebuild(state, shared, board);
        }
        state.at = state.grid.find(id).or(state.at);
    }
    state.seek = None;
    None
}

/// To the next or the previous slot that is free, also in weeks that have to be loaded first.
fn to_slot(state: &mut State, shared: &mut Shared, board: &Board, (action, count): (Action, u32)) -> Option<Effect> {
    let forward = action == Action::NextSlot;
    for left in (1..=count).rev() {
        let here = resolve(state.wall(), shared.zone).instant();
        let span = shared.now.max(board.range.start)..board.range.end.max(shared.now);
        let open = board.plan.openings(&board.channels, &board.posts, span, shared.zone, shared.habits.near);
        let next = if forward {
            open.iter().map(|open| open.at).find(|at| *at > here)
        } else {
            open.iter().map(|open| open.at).rfind(|at| *at < here)
        };
        let Some(at) = next else {
            // Before now no slot is free.
            let ends = board.plan.slots.is_empty() || (!forward && board.range.start <= shared.now);
            let further = if ends { None } else { seek::further(state, shared, board, (action, left), forward) };
            if further.is_none() {
                let way = if forward { "later" } else { "earlier" };
                moving::tell(
                    shared,
                    Tone::Plain,
                    format!("no {way} slot is free within {} weeks", seek::FURTHEST),
                    None,
                );
            }
            return further;
        };
        state.at = Some(Spot::of(at.with_timezone(&shared.zone).naive_local()));
        rebuild(state, shared, board);
    }
    state.seek = None;
    None
}

/// To the next post that clashes with another, among what is shown and round again.
fn to_clash(state: &mut State, shared: &mut Shared) {
    let here = place(state, shared);
    let clashing = || state.grid.entries().iter().filter(|entry| entry.clash.is_some());
    let later = clashing().find(|entry| (entry.instant, Some(entry.post.id)) > here);
    match later.or_else(|| clashing().next()).and_then(|entry| state.grid.find(entry.post.id)) {
        Some(spot) => state.at = Some(spot),
        None => moving::tell(shared, Tone::Plain, "nothing clashes among what is shown".into(), None),
    }
}

/// The cursor's place in the order of posts; an empty hour stands before every post of its moment.
fn place(state: &State, shared: &Shared) -> (DateTime<Utc>, Option<PostId>) {
    let spot = state.spot();
    match state.grid.at(spot) {
        Some(entry) => (entry.instant, Some(entry.post.id)),
        None => (resolve(spot.wall(state.step), shared.zone).instant(), None),
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

/// Marks every post that is shown; when they all are, unmarks them.
fn mark_all(state: &State, shared: &mut Shared) {
    let whole = || 0..state.grid.entries().len();
    let one = |day| if state.view == View::Day { state.grid.day(day) } else { whole() };
    let range = state.grid.day_of(state.spot().date).map_or(whole(), one);
    let shown = || range.clone().filter_map(|at| state.grid.entries().get(at));
    let all = shown().all(|entry| shared.marks.contains(&entry.post.id));
    for entry in shown() {
        if all {
            shared.marks.remove(&entry.post.id);
        } else {
            shared.marks.insert(entry.post.id);
        }
    }
}
