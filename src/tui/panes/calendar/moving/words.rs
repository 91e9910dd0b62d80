//! What is said of posts in the air: from when to when, how far, and what speaks against it.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Moving, State, short};
use crate::domain::ids::ChannelId;
use crate::domain::post::Post;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// A headline of fewer cells than this says nothing.
const SHORTEST: usize = 8;

/// Old time, new time, distance, channels, and what speaks against it, in `room` cells where that is possible: the
/// headline gives way, because the post is on the screen.
pub fn status(state: &State, shared: &Shared, board: &Board, room: usize) -> Option<String> {
    let moving = state.moving.as_ref()?;
    let leader = moving.held.first()?;
    let rest = rest(moving, shared, board)?;
    let count = match moving.held.len() {
        1 => String::new(),
        many => format!("{many} posts, "),
    };
    let left = room.saturating_sub(cells(&rest) + cells(&count) + 2);
    if left < SHORTEST {
        return Some(format!("{}{rest}", count.trim_end_matches(", ")).trim_start().to_owned());
    }
    Some(format!("{count}\"{}\"{rest}", truncate(&short(&leader.headline), left)))
}

/// What is said after the headline.
fn rest(moving: &Moving, shared: &Shared, board: &Board) -> Option<String> {
    let (leader, place) = (moving.held.first()?, moving.places.first()?);
    let mut words = String::new();
    let zone = place.instant().with_timezone(&shared.zone).format("%Z");
    let old = if leader.at.is_some() { moment(leader.from, place.wall(), shared) } else { "no time".into() };
    words += &format!(" {old} → {} {zone}", moment(place.wall(), leader.from, shared));
    if leader.at.is_some() && moving.has_moved() {
        words += &format!(" ({})", distance(place.wall() - leader.from));
    }
    if let Some(second) = shared.habits.second {
        let there = place.instant().with_timezone(&second);
        words += &format!(" = {} {}", shared.habits.time(there.time()), there.format("%Z"));
    }
    if let Some(only) = &moving.only {
        let mark = board.channel(only).map_or("one channel", |channel| channel.network.mark());
        words += &format!(" · {} only", one_line(mark));
    } else if !leader.marks.is_empty() {
        words += &format!(" · {}", leader.marks);
    }
    if let Some(change) = moving.clock_change(shared.zone) {
        words += &format!(" · {change}");
    }
    let past = moving.places.iter().any(|place| place.instant() <= shared.now);
    words += &match (moving.has_moved(), past) {
        (false, _) => " · not moved yet".into(),
        (true, true) => " · in the past".into(),
        (true, false) => {
            let against = moving.asks().then(|| "Enter takes it, Tab the other".to_owned());
            let against = against.filter(|_| matches!(moving.unclear(shared.zone), Some((_, Resolved::Twice { .. }))));
            let embargo = moving.places.iter().find_map(|place| board.plan.embargo(place.wall().date()));
            let against = against.or_else(|| embargo.map(|note| format!("embargo: {}", one_line(&note.words))));
            let against = against.or_else(|| clash(moving, shared, board));
            format!(" · {}", against.unwrap_or_else(|| "no clash".into()))
        }
    };
    Some(words)
}

impl Moving {
    /// What the clocks do at the leader's new time, else at another's.
    fn clock_change(&self, zone: Tz) -> Option<String> {
        let distance = self.distance();
        self.held.iter().find_map(|held| {
            let wall = held.from.checked_add_signed(distance)?;
            match Schedule::resolve(wall, zone) {
                Resolved::At(_) => None,
                Resolved::Gap { after, .. } => Some(format!(
                    "no {} that day: the clocks jump, so {}",
                    wall.format("%H:%M"),
                    after.wall().format("%H:%M")
                )),
                Resolved::Twice { first, second } => {
                    let (which, at) = if self.second { ("second", second) } else { ("first", first) };
                    let offset = at.instant().with_timezone(&zone).format("%Z %:z").to_string();
                    Some(format!("{} comes twice: the {which}, {offset}", wall.format("%H:%M")))
                }
            }
        })
    }
}

fn clash(moving: &Moving, shared: &Shared, board: &Board) -> Option<String> {
    let others = board.posts.iter().filter(|post| !moving.holds(post.id));
    let mut others: Vec<(DateTime<Utc>, &Post)> = others.filter_map(|post| Some((post.instant()?, &**post))).collect();
    others.sort_by_key(|(at, post)| (*at, post.id));
    let near = shared.habits.near;
    moving.held.iter().zip(&moving.places).find_map(|(held, place)| {
        let first = others.partition_point(|(at, _)| *at <= place.instant() - near);
        let around = others.iter().skip(first).take_while(|(at, _)| *at < place.instant() + near);
        around.into_iter().find_map(|(at, other)| {
            let theirs = |channel: &ChannelId| other.targets.iter().any(|each| each.channel == *channel);
            let shares = held.post.targets.iter().map(|target| &target.channel).find(|id| theirs(id))?;
            let on = board.channel(shares).map_or("one channel", |channel| channel.network.mark());
            let time = shared.habits.time(at.with_timezone(&shared.zone).time());
            Some(format!("clash on {} with \"{}\" {time}", one_line(on), short(other.headline())))
        })
    })
}

/// `Wed 29 09:00`, with month and year where the other time is in another.
pub(super) fn moment(wall: NaiveDateTime, other: NaiveDateTime, shared: &Shared) -> String {
    let format = match (wall.year() == other.year(), wall.month() == other.month()) {
        (false, _) => "%a %-d %b %Y",
        (true, false) => "%a %-d %b",
        (true, true) => "%a %-d",
    };
    format!("{} {}", wall.format(format), shared.habits.time(wall.time()))
}

/// A distance on the clock: `+2 d`, `-31 h 5 min`, `+12 d 3 h`.
fn distance(span: TimeDelta) -> String {
    let minutes = span.num_minutes().abs();
    let (days, hours, rest) = match minutes {
        whole if whole % 1440 == 0 => (whole / 1440, 0, 0),
        near if near < 72 * 60 => (0, near / 60, near % 60),
        far => (far / 1440, far % 1440 / 60, far % 60),
    };
    let parts = [(days, "d"), (hours, "h"), (rest, "min")];
    let words: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number} {unit}")).collect();
    let sign = if span < TimeDelta::zero() { '-' } else { '+' };
    if words.is_empty() { "same time".into() } else { format!("{sign}{}", words.join(" ")) }
}
