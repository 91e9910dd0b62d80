//! Move mode: posts are held over the grid, with their old and new time in view, until they are dropped or let go.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::{DateTime, Days, Months, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use super::grid::{Placed, Spot, network_marks, resolve, soonest};
use super::{MOST, State, View, in_reach, seek, settle};
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::naming::full_name;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
use crate::tui::widgets::moment::zone_short;

mod words;

use words::moment;
pub use words::status;

/// How much of a headline a sentence carries.
const HEADLINE: usize = 28;

/// Posts in the air.
#[derive(Clone, Debug)]
pub struct Moving {
    /// What is held; the first one leads, the others keep their distance to it. Never empty.
    held: Vec<Held>,
    /// The same by their ids: every post on the screen is asked for.
    ids: HashSet<PostId>,
    /// The wall time wanted for the leader: what the clock would show if it never jumped.
    target: NaiveDateTime,
    /// Where each one would land.
    places: Vec<Schedule>,
    /// Digits of a time being typed.
    digits: String,
    /// Where the cursor was before.
    back: Spot,
    /// Whether letting the mouse button go drops them.
    pub by_mouse: bool,
    /// Only this channel of the leader moves; the others stay.
    only: Option<ChannelId>,
    /// Of a doubled hour, the second one is meant.
    second: bool,
    /// It was asked what is meant by a time that the clocks skip or show twice.
    asked: bool,
}

/// One post in the air.
#[derive(Clone, Debug)]
pub struct Held {
    /// The post, kept because the board may show other weeks meanwhile.
    pub post: Arc<Post>,
    /// The wall time it came from; for a draft without one, where it was picked up.
    from: NaiveDateTime,
    /// Its moment before, if it had one.
    at: Option<DateTime<Utc>>,
    /// Marks of its networks.
    marks: String,
    /// Its headline, safe to draw.
    pub headline: String,
}

impl Moving {
    /// What is held, the leader first.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// Whether a post is among those held.
    pub fn holds(&self, id: PostId) -> bool {
        self.ids.contains(&id)
    }

    /// The wall time each one would land on.
    pub fn walls(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        self.places.iter().map(Schedule::wall)
    }

    /// The wall time wanted for the leader.
    pub fn target(&self) -> NaiveDateTime {
        self.target
    }

    /// How far the leader is from where it was.
    pub fn distance(&self) -> TimeDelta {
        self.held.first().map_or(TimeDelta::zero(), |leader| self.target - leader.from)
    }

    /// Holds the leader over `target`, the others as far from where they were. A time beyond the calendar is ignored.
    pub fn aim(&mut self, target: NaiveDateTime, zone: Tz) {
        if !in_reach(target.date()) {
            return;
        }
        if target != self.target {
            (self.second, self.asked) = (false, false);
        }
        self.target = target;
        self.places = self.wanted().map(|wall| place(wall, self.second, zone)).collect();
    }

    /// The wall time wanted for each one: what the clock would show if it never jumped.
    fn wanted(&self) -> impl Iterator<Item = NaiveDateTime> + '_ {
        let distance = self.distance();
        self.held.iter().map(move |held| held.from.checked_add_signed(distance).unwrap_or(held.from))
    }

    /// The first wanted time that the clocks skip or show twice.
    fn unclear(&self, zone: Tz) -> Option<(NaiveDateTime, Resolved)> {
        let mut changes = self.wanted().map(|wall| (wall, Schedule::resolve(wall, zone)));
        changes.find(|(_, resolved)| !matches!(resolved, Resolved::At(_)))
    }

    /// Whether a question about the clocks is open.
    pub fn asks(&self) -> bool {
        self.asked
    }

    /// Where the cursor is meanwhile: over the leader.
    pub fn spot(&self) -> Option<Spot> {
        self.walls().next().map(Spot::of)
    }

    /// What speaks against the times that channels of `post` have of their own, were all of it moved to `place`.
    fn against_own(&self, post: &Post, place: Schedule, shared: &Shared, board: &Board) -> Option<String> {
        // One channel alone leaves the others where they are, and only what goes out can go out too early.
        if self.only.is_some() || post.wish != Wish::Schedule {
            return None;
        }
        let mut there = post.clone();
        there.move_to(place);
        let waits = |target: &&Target| !target.is_out();
        there.targets.iter().filter(waits).find_map(|target| {
            let own = target.schedule?;
            let name = board.channel(&target.channel).map_or_else(|| target.channel.to_string(), full_name);
            let whose = format!("{} has a time of its own", one_line(&name));
            if own.instant() <= shared.now {
                return Some(format!("{whose}, which would be in the past"));
            }
            let date = own.instant().with_timezone(&shared.zone).date_naive();
            let words = one_line(&board.plan.embargo(date)?.words);
            Some(format!("{whose}, and nothing goes out on {}: {words}", date.format("%a %-d %b")))
        })
    }

    fn has_moved(&self) -> bool {
        let same = |(held, place): (&Held, &Schedule)| held.at == Some(place.instant());
        !self.held.iter().zip(&self.places).all(same)
    }
}

/// The moment a wanted wall time stands for: after a skipped one; of a doubled one the first, or the `second`.
fn place(wall: NaiveDateTime, second: bool, zone: Tz) -> Schedule {
    match Schedule::resolve(wall, zone) {
        Resolved::Twice { second: later, .. } if second => later,
        _ => resolve(wall, zone),
    }
}

/// Holds what is in the air at a distance from where it was.
pub fn by(state: &mut State, shared: &Shared, distance: TimeDelta) {
    if let Some(moving) = &mut state.moving
        && let Some(target) = moving.held.first().and_then(|leader| leader.from.checked_add_signed(distance))
    {
        moving.aim(target, shared.zone);
    }
}

/// Picks posts up. Refuses when one of them cannot move, and says why.
pub fn start_move(state: &mut State, shared: &mut Shared, board: &Board, ids: Vec<PostId>) -> Result<(), String> {
    let mut posts = Vec::new();
    for id in ids {
        let absent =
            || shared.out_of_reach(board).unwrap_or_else(|| "the post is not loaded: go to its week first".into());
        let post = board.post(id).ok_or_else(absent)?;
        let headline = short(post.headline());
        if let Some(words) = post.fixed(shared.now) {
            return Err(format!("\"{headline}\" stays: {words}"));
        }
        posts.push(Arc::clone(post));
    }
    posts.sort_by_key(|post| (Some(post.id) != shared.cursor, post.instant(), post.id));
    let leader = posts.first().ok_or("no post to move: put the cursor on one, or mark some")?;
    let back = state.spot();
    if leader.instant().is_some() {
        super::follow(state, shared, board, leader.id);
    }
    let lifted = resolve(state.spot().wall(state.step), shared.zone).instant().max(soonest(shared.now));
    let hold = |post: Arc<Post>| {
        let at = post.instant();
        let from = at.unwrap_or(lifted).with_timezone(&shared.zone).naive_local();
        let marks = network_marks(&post, board).join(" ");
        Held { from, at, marks, headline: one_line(post.headline()), post }
    };
    let held: Vec<Held> = posts.into_iter().map(hold).collect();
    let Some(target) = held.first().map(|leader| leader.from) else { return Ok(()) };
    let mut moving = Moving {
        ids: held.iter().map(|held| held.post.id).collect(),
        held,
        target,
        places: Vec::new(),
        digits: String::new(),
        back,
        by_mouse: false,
        only: None,
        second: false,
        asked: false,
    };
    moving.aim(target, shared.zone);
    state.moving = Some(moving);
    settle(state, shared, board);
    // Nobody hears here what would have to be loaded: the next action asks again.
    state.asked = None;
    Ok(())
}

/// Carries out one action of move mode.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    match action {
        Action::Drop | Action::Open => return drop_here(state, shared, board),
        Action::Back | Action::Close | Action::Cancel => {
            cancel(state, shared, board);
            return Vec::new();
        }
        Action::MoveChannel => return turn(state, shared, board),
        Action::NextSlot | Action::PreviousSlot => return to_slot(state, shared, board, action),
        _ => {}
    }
    let Some(moving) = &mut state.moving else { return Vec::new() };
    let (count, at) = (count.clamp(1, MOST), moving.target);
    let times = i64::from(count);
    let months = Months::new(count);
    let row = match state.view {
        View::Month => TimeDelta::days(7),
        _ => TimeDelta::minutes(i64::from(state.step)),
    };
    let target = match action {
        Action::Left => at.checked_sub_days(Days::new(u64::from(count))),
        Action::Right => at.checked_add_days(Days::new(u64::from(count))),
        Action::Up => at.checked_sub_signed(row * count as i32),
        Action::Down => at.checked_add_signed(row * count as i32),
        Action::MoveHourEarlier => at.checked_sub_signed(TimeDelta::hours(times)),
        Action::MoveHourLater => at.checked_add_signed(TimeDelta::hours(times)),
        Action::MoveEarlier => at.checked_sub_signed(TimeDelta::minutes(5 * times)),
        Action::MoveLater => at.checked_add_signed(TimeDelta::minutes(5 * times)),
        Action::PreviousWeek => at.checked_sub_days(Days::new(7 * u64::from(count))),
        Action::NextWeek => at.checked_add_days(Days::new(7 * u64::from(count))),
        Action::PreviousMonth => at.checked_sub_months(months),
        Action::NextMonth => at.checked_add_months(months),
        Action::Today => Some(shared.now.with_timezone(&shared.zone).date_naive().and_time(at.time())),
        _ => return Vec::new(),
    };
    moving.digits.clear();
    if let Some(target) = target {
        moving.aim(target, shared.zone);
    }
    settle(state, shared, board)
}

/// Tab: the other of two times that look alike, where that was asked; else this channel only, the next one, all.
fn turn(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Some(moving) = &mut state.moving else { return Vec::new() };
    if moving.asked {
        moving.second = !moving.second;
        moving.aim(moving.target, shared.zone);
        return settle(state, shared, board);
    }
    let [leader] = moving.held.as_slice() else {
        tell(shared, Tone::Plain, "several posts move as they are; one alone can leave a channel behind".into(), None);
        return Vec::new();
    };
    // What is out on one channel does not move, and a single channel is the whole post.
    let waits = |target: &&Target| !matches!(target.outcome, Outcome::Published { .. } | Outcome::Publishing);
    let channels: Vec<&ChannelId> = leader.post.targets.iter().filter(waits).map(|target| &target.channel).collect();
    if channels.len() < 2 {
        tell(shared, Tone::Plain, "it has one channel: that is all of it".into(), None);
        return Vec::new();
    }
    let next = match &moving.only {
        None => channels.first(),
        Some(only) => channels.iter().skip_while(|id| *id != &only).nth(1),
    };
    moving.only = next.map(|id| (*id).clone());
    settle(state, shared, board)
}

/// Over the next or the previous slot that is free for a channel of the leader.
fn to_slot(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Vec<Effect> {
    let forward = action == Action::NextSlot;
    let Some(moving) = &mut state.moving else { return Vec::new() };
    let Some(leader) = moving.held.first() else { return Vec::new() };
    let here = moving.places.first().map_or(shared.now, |place| place.instant());
    let others: Vec<Arc<Post>> = board.posts.iter().filter(|post| !moving.holds(post.id)).cloned().collect();
    let span = shared.now.max(board.range.start)..board.range.end.max(shared.now);
    let open = board.plan.openings(&board.channels, &others, span, shared.zone, shared.habits.near);
    let wanted = |id: &ChannelId| match &moving.only {
        Some(only) => id == only,
        None => leader.post.targets.is_empty() || leader.post.targets.iter().any(|target| target.channel == *id),
    };
    let mut fitting = open.iter().filter(|open| open.channels.iter().any(wanted)).map(|open| open.at);
    let next = if forward { fitting.find(|at| *at > here) } else { fitting.rfind(|at| *at < here) };
    match next {
        Some(at) => {
            moving.aim(at.with_timezone(&shared.zone).naive_local(), shared.zone);
            state.seek = None;
        }
        None => {
            // Before now no slot is free.
            let ends = board.plan.slots.is_empty() || (!forward && board.range.start <= shared.now);
            let further = if ends { None } else { seek::further(state, shared, board, (action, 1), forward) };
            if let Some(effect) = further {
                return vec![effect];
            }
            let way = if forward { "later" } else { "earlier" };
            let words = format!("no {way} slot is free for its channels within {} weeks", seek::FURTHEST);
            tell(shared, Tone::Plain, words, None);
        }
    }
    settle(state, shared, board)
}

/// A digit of a time: `0930`, or `930`. Every digit takes effect at once; those that make no time are ignored.
pub fn digit(state: &mut State, shared: &Shared, digit: char) {
    let Some(moving) = &mut state.moving else { return };
    if !digit.is_ascii_digit() {
        return;
    }
    let mut typed = if moving.digits.len() < 4 { moving.digits.clone() } else { String::new() };
    typed.push(digit);
    if typed.len() == 1 && digit > '2' {
        typed.insert(0, '0');
    }
    let part = |from: usize, until: usize| typed.get(from..until).and_then(|digits| digits.parse::<u32>().ok());
    let (now_hour, now_minute) = (moving.target.hour(), moving.target.minute());
    let time = match typed.len() {
        1 => Some((now_hour, now_minute)),
        2 => part(0, 2).map(|hour| (hour, now_minute)),
        3 => part(2, 3).map(|tens| (now_hour, tens * 10)),
        _ => part(2, 4).map(|minute| (now_hour, minute)),
    };
    let Some(time) = time.and_then(|(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0)) else { return };
    moving.digits = typed;
    moving.aim(moving.target.date().and_time(time), shared.zone);
}

/// Lets go without moving anything.
pub fn cancel(state: &mut State, shared: &mut Shared, board: &Board) {
    if let Some(moving) = state.moving.take() {
        state.at = Some(moving.back);
        state.drag = None;
        settle(state, shared, board);
    }
}

fn drop_here(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Some(moving) = &state.moving else { return Vec::new() };
    if !moving.has_moved() {
        cancel(state, shared, board);
        tell(shared, Tone::Plain, "left where it was".into(), None);
        return Vec::new();
    }
    if let Some((wall, change)) = moving.unclear(shared.zone).filter(|_| !moving.asked) {
        return ask(state, shared, board, wall, change);
    }
    for (held, place) in moving.held.iter().zip(&moving.places) {
        let current = board.post(held.post.id).unwrap_or(&held.post);
        let words = if let Some(words) = current.fixed(shared.now) {
            format!("\"{}\" stays: {words}", short(&held.headline))
        } else if place.instant() <= shared.now {
            let at = moment(place.wall(), place.wall(), shared);
            format!("\"{}\" cannot go to {at}: that is in the past", short(&held.headline))
        } else if let Some(note) = board.plan.embargo(place.wall().date()) {
            let date = place.wall().format("%a %-d %b");
            format!("nothing goes out on {date}: {} (a on that day lifts the embargo)", one_line(&note.words))
        } else if let Some(words) = moving.against_own(current, *place, shared, board) {
            format!(
                "\"{}\" cannot go to {}: {words}",
                short(&held.headline),
                moment(place.wall(), place.wall(), shared)
            )
        } else {
            continue;
        };
        let post = held.post.id;
        tell(shared, Tone::Bad, words, Some(post));
        return Vec::new();
    }
    let Some(moving) = state.moving.take() else { return Vec::new() };
    if let (Some(only), Some(leader), Some(place)) = (&moving.only, moving.held.first(), moving.places.first()) {
        let (post, only, place) = (leader.post.id, only.clone(), *place);
        state.drag = None;
        let mut effects = vec![Effect::MoveTarget(post, only, place)];
        effects.extend(settle(state, shared, board));
        return effects;
    }
    let spot = moving.spot();
    let held = moving.held.iter().zip(&moving.places);
    let moves: Vec<(PostId, Schedule)> = held.clone().map(|(held, place)| (held.post.id, *place)).collect();
    state.placed.retain(|placed| !moving.holds(placed.post.id));
    state.placed.extend(held.map(|(held, place)| Placed {
        post: board.post(held.post.id).map_or_else(|| Arc::clone(&held.post), Arc::clone),
        at: *place,
    }));
    state.drag = None;
    state.at = spot.or(state.at);
    let leader = moves.first().map(|(id, _)| *id);
    super::rebuild(state, shared, board);
    if let Some(spot) = leader.and_then(|id| state.grid.find(id)) {
        state.at = Some(spot);
    }
    let mut effects = vec![Effect::Move(moves)];
    effects.extend(settle(state, shared, board));
    effects
}

/// Says what the clocks do at a wanted time; the next Enter is the answer.
fn ask(state: &mut State, shared: &mut Shared, board: &Board, wall: NaiveDateTime, change: Resolved) -> Vec<Effect> {
    let Some(moving) = &mut state.moving else { return Vec::new() };
    (moving.asked, moving.by_mouse) = (true, false);
    let zone = shared.zone;
    let habits = shared.habits;
    let offset = |at: &Schedule| {
        let at = at.instant();
        // A zone without an abbreviation is told by its offset alone.
        let form = if zone_short(at, zone).starts_with("UTC") { "{} UTC%:z" } else { "{} %Z (UTC%:z)" };
        habits.moment(at, zone, form)
    };
    let time = habits.time(wall.time());
    let words = match change {
        Resolved::Gap { after, .. } => format!(
            "{time} does not exist on {}: the clocks jump; Enter again takes {}",
            wall.format("%a %-d %b"),
            offset(&after)
        ),
        Resolved::Twice { first, second } => {
            format!("which {time}? Enter takes {}, Tab turns to {}", offset(&first), offset(&second))
        }
        Resolved::At(_) => return Vec::new(),
    };
    let post = moving.held.first().map(|held| held.post.id);
    tell(shared, Tone::Plain, words, post);
    settle(state, shared, board)
}

pub(super) fn tell(shared: &mut Shared, tone: Tone, words: String, post: Option<PostId>) {
    shared.notices.push(Notice { words, tone, post });
}

fn short(headline: &str) -> String {
    let end = headline.char_indices().nth(HEADLINE * 4).map_or(headline.len(), |(at, _)| at);
    truncate(&one_line(headline.get(..end).unwrap_or_default()), HEADLINE)
}
