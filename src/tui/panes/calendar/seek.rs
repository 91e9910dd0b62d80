//! Looking further than the loaded weeks, so that nobody meets the edge of a load: what was looked for is looked for
//! again when more has come.

use std::ops::Range;

use chrono::{DateTime, TimeDelta, Utc};

use super::{State, wanted_range};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;

/// How far is looked beyond the shown days, step by step, in weeks.
const REACHES: [i64; 3] = [8, 26, FURTHEST];
/// And no further than this, in weeks.
pub const FURTHEST: i64 = 60;

/// What is looked for further away.
#[derive(Clone, Debug)]
pub struct Seek {
    action: Action,
    count: u32,
    reach: usize,
    range: Range<DateTime<Utc>>,
}

/// Asks for more weeks in the direction of `action`, which is to be carried out again `count` times when they have come;
/// nothing when the furthest were looked at.
pub fn further(
    state: &mut State,
    shared: &Shared,
    board: &Board,
    (action, count): (Action, u32),
    forward: bool,
) -> Option<Effect> {
    let before = state.seek.take().filter(|seek| seek.action == action);
    let wanted = wanted_range(state, shared);
    let from = before.map_or(0, |seek| seek.reach + 1);
    let (reach, range) = REACHES.iter().enumerate().skip(from).find_map(|(reach, weeks)| {
        let span = TimeDelta::try_weeks(*weeks)?;
        let range = match forward {
            true => wanted.start..wanted.end.checked_add_signed(span)?,
            false => wanted.start.checked_sub_signed(span)?..wanted.end,
        };
        (!covers(&board.range, &range)).then_some((reach, range))
    })?;
    state.asked = Some(range.clone());
    state.seek = Some(Seek { action, count, reach, range: range.clone() });
    Some(Effect::Load(range))
}

/// Nothing is looked for any more, unless it is what `action` looks for.
pub fn forget_others(state: &mut State, action: Action) {
    state.seek.take_if(|seek| seek.action != action);
}

/// What is to be carried out again, now that more has come.
pub fn sought(state: &State, board: &Board) -> Option<(Action, u32)> {
    let seek = state.seek.as_ref().filter(|seek| covers(&board.range, &seek.range))?;
    Some((seek.action, seek.count))
}

/// `range`, and what is looked through for something further away.
pub(super) fn widened(state: &State, range: Range<DateTime<Utc>>) -> Range<DateTime<Utc>> {
    match &state.seek {
        Some(seek) => range.start.min(seek.range.start)..range.end.max(seek.range.end),
        None => range,
    }
}

pub(super) fn covers(held: &Range<DateTime<Utc>>, range: &Range<DateTime<Utc>>) -> bool {
    held.start <= range.start && range.end <= held.end
}
