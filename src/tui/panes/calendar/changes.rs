//! Where the clocks change in the shown days: rows that some day lacks or has twice, whole or in part. Pure.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::grid::{DAY_MINUTES, HOUR, Window, at_minute, later};
use crate::domain::habits::Habits;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::cells;

/// Changes begin and end on these minutes, in every zone since there is standard time.
const QUARTER: usize = 15;

/// A row in which the clocks change, on one day.
#[derive(Clone, Debug)]
pub struct Change {
    /// The day, counted from the first that is shown.
    pub day: usize,
    /// The row.
    pub row: u32,
    /// Whether the whole row is skipped or comes twice.
    is_whole: bool,
    /// The first minute that does, and the end of the last.
    span: (NaiveTime, NaiveTime),
    /// What that minute means.
    means: Resolved,
}

/// The rows of a window in which the clocks change.
pub fn of(window: Window, zone: Tz) -> Vec<Change> {
    let is_odd = |date: NaiveDate| {
        Schedule::midnight(later(date, 1), zone) - Schedule::midnight(date, zone) != TimeDelta::days(1)
    };
    let days = (0..window.days).map(|day| (day, later(window.first, day))).filter(|(_, date)| is_odd(*date));
    let rows = if window.step > HOUR { 0 } else { DAY_MINUTES / window.step };
    days.flat_map(|(day, date)| (0..rows).filter_map(move |row| change((day, date), row, window.step, zone))).collect()
}

fn change((day, date): (usize, NaiveDate), row: u32, step: u32, zone: Tz) -> Option<Change> {
    let minutes = (row * step..(row + 1) * step).step_by(QUARTER);
    let all = minutes.len();
    let odd = minutes.filter_map(|minute| match Schedule::resolve(at_minute(date, minute), zone) {
        Resolved::At(_) => None,
        means => Some((minute, means)),
    });
    let odd: Vec<(u32, Resolved)> = odd.collect();
    let ((first, means), (last, _)) = (odd.first().copied()?, odd.last()?);
    let span = (at_minute(date, first).time(), at_minute(date, last + QUARTER as u32).time());
    Some(Change { day, row, is_whole: odd.len() == all, span, means })
}

impl Change {
    /// Whether the clocks skip it.
    pub fn is_gap(&self) -> bool {
        matches!(self.means, Resolved::Gap { .. })
    }

    /// What is said of it in `width` cells, with the offsets of a row that comes twice.
    pub fn words(&self, habits: &Habits, width: u16) -> String {
        let (from, to) = (habits.time(self.span.0), habits.time(self.span.1));
        let said = match &self.means {
            Resolved::Twice { first, second } => {
                let at = if self.is_whole { String::new() } else { format!("{from} ") };
                let (long, short) = (|at: &Schedule| offset(at, true), |at: &Schedule| offset(at, false));
                vec![
                    format!("{at}twice {} {}", long(first), long(second)),
                    format!("{at}twice {} {}", short(first), short(second)),
                    format!("2x {} {}", short(first), short(second)),
                    format!("{at}twice"),
                    "twice".to_owned(),
                ]
            }
            _ if self.is_whole => vec![format!("no {from} ")],
            _ => vec![format!("no {from} to {to} "), format!("no {from}–{to} "), format!("no {from} ")],
        };
        let fits = said.iter().find(|words| cells(words.trim_end()) <= usize::from(width));
        fits.or(said.last()).cloned().unwrap_or_default()
    }
}

/// `+02:00`, or `+2` where it may be short.
fn offset(at: &Schedule, whole: bool) -> String {
    let said = at.instant().with_timezone(&at.zone()).format("%:z").to_string();
    let Some(hours) = said.strip_suffix(":00").filter(|_| !whole) else { return said };
    let (sign, hours) = hours.split_at_checked(1).unwrap_or(("", hours));
    format!("{sign}{}", hours.strip_prefix('0').unwrap_or(hours))
}
