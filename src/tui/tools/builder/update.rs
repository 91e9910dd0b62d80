//! The actions of the builder, part by part.

use std::sync::Arc;

use super::ghosts::Standing;
use super::state::{Field, Part, State, is_planned};
use super::{deeds, typing};
use crate::domain::campaign::OnClash;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::post::Post;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
use crate::tui::panes::calendar;
use crate::tui::scroll;
use crate::tui::sheets::{Flow, Sheet, media, options, styles, when};

pub type Answer = (Vec<Effect>, Flow);

/// How far a page goes in the list of posts.
const PAGE: usize = 10;

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Answer {
    let answer = act(state, shared, board, action, count);
    state.settle(state.area);
    answer
}

fn act(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Answer {
    if calendar::is_moving(&state.calendar) {
        let action = if action == Action::Close { Action::Back } else { action };
        return stay(in_calendar(state, shared, board, action, count));
    }
    match action {
        Action::Review => return deeds::review(state, shared, board),
        Action::NextPane => turn_part(state, shared, 1),
        Action::PreviousPane => turn_part(state, shared, Part::ALL.len() - 1),
        Action::Undo => return stay(turn_back(state, shared, board, true)),
        Action::Redo => return stay(turn_back(state, shared, board, false)),
        Action::ComposerMedia => {
            let Some(post) = deeds::asked_about(state, shared) else { return stay(Vec::new()) };
            let sheet = media::State::new(post, None, shared, board);
            return push(Sheet::Media(Box::new(sheet)));
        }
        Action::ComposerOptions => {
            let Some(post) = deeds::asked_about(state, shared) else { return stay(Vec::new()) };
            let sheet = options::State::new(post, None, None, shared, board);
            return push(Sheet::Options(Box::new(sheet)));
        }
        Action::ComposerStyle => {
            let sheet = styles::State::new(state.template(shared), shared, board);
            return push(Sheet::Styles(Box::new(sheet)));
        }
        Action::ServerCheck | Action::Verify => return stay(deeds::check(state, shared, board)),
        Action::CampaignAdd => typing::begin_another(state),
        Action::CampaignHold => return stay(deeds::hold(state, shared)),
        Action::CampaignDelete => return deeds::delete(state, shared),
        Action::PublishNow => return deeds::publish(state, shared, board),
        Action::NextProblem | Action::NextMatch => next_problem(state, shared, true),
        Action::PreviousProblem | Action::PreviousMatch => next_problem(state, shared, false),
        Action::Back if state.typing => state.typing = false,
        Action::Back if !shared.marks.is_empty() => shared.marks.clear(),
        Action::Back | Action::Close => return (deeds::leave(state), Flow::Close),
        _ if state.typing => {}
        _ => {
            return match state.part {
                Part::Recipe => in_recipe(state, shared, board, action),
                Part::Calendar | Part::Posts => on_posts(state, shared, board, action, count),
            };
        }
    }
    stay(Vec::new())
}

fn in_recipe(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Answer {
    match action {
        Action::Up => up_down(state, false),
        Action::Down => up_down(state, true),
        Action::NextField => turn_field(state, 1),
        Action::PreviousField => turn_field(state, Field::ALL.len() - 1),
        Action::Top => state.field = Field::Name,
        Action::Bottom => state.field = Field::Texts,
        Action::ComposerText => {
            state.typing = true;
            if !state.field.is_typed() {
                state.field = Field::Texts;
            }
        }
        Action::Targets => state.field = Field::Channels,
        Action::Open | Action::Mark | Action::Right | Action::Left => return choose(state, shared, board, action),
        _ => {}
    }
    stay(Vec::new())
}

/// What a field is for.
fn choose(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Answer {
    match state.field {
        field if field.is_typed() => state.typing |= action == Action::Open,
        Field::Weekends => {
            state.step();
            state.recipe.skip_weekends ^= true;
            return stay(state.changed(shared, board));
        }
        Field::Clash => {
            state.step();
            state.recipe.on_clash = match (state.recipe.on_clash, action) {
                (OnClash::Keep, Action::Left) | (OnClash::Shift, Action::Open | Action::Mark | Action::Right) => {
                    OnClash::Refuse
                }
                (OnClash::Refuse, Action::Left) | (OnClash::Keep, _) => OnClash::Shift,
                (OnClash::Shift, _) | (OnClash::Refuse, _) => OnClash::Keep,
            };
            return stay(state.changed(shared, board));
        }
        Field::Channels if matches!(action, Action::Open | Action::Mark) => {
            return stay(toggle(state, shared, board));
        }
        Field::Style if action == Action::Open => return act(state, shared, board, Action::ComposerStyle, 1),
        Field::Media if action == Action::Open => return act(state, shared, board, Action::ComposerMedia, 1),
        Field::Options if action == Action::Open => return act(state, shared, board, Action::ComposerOptions, 1),
        _ => {}
    }
    stay(Vec::new())
}

/// Takes the channel under the cursor into the campaign, or out of it.
pub fn toggle(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Some(channel) = state.offered(board).get(state.channel_at).map(|channel| channel.id.clone()) else {
        return Vec::new();
    };
    state.step();
    match state.recipe.to.iter().position(|id| *id == channel) {
        Some(at) => {
            state.recipe.to.remove(at);
        }
        None => {
            state.recipe.to.push(channel);
            let rank = |id: &ChannelId| board.channels.iter().position(|known| known.id == *id).unwrap_or(usize::MAX);
            state.recipe.to.sort_by_key(rank);
        }
    }
    state.changed(shared, board)
}

fn turn_field(state: &mut State, by: usize) {
    let here = Field::ALL.iter().position(|field| *field == state.field).unwrap_or(0);
    if let Some(field) = Field::ALL.get((here + by) % Field::ALL.len()) {
        state.field = *field;
    }
}

/// Up and Down go through the channels, then to the next field.
fn up_down(state: &mut State, down: bool) {
    if state.field == Field::Channels {
        let to = if down { state.channel_at.checked_add(1) } else { state.channel_at.checked_sub(1) };
        if let Some(to) = to.filter(|to| *to < state.offers) {
            state.channel_at = to;
            return;
        }
    }
    turn_field(state, if down { 1 } else { Field::ALL.len() - 1 });
    if state.field == Field::Channels {
        state.channel_at = if down { 0 } else { state.offers.saturating_sub(1) };
    }
}

fn turn_part(state: &mut State, shared: &mut Shared, by: usize) {
    let here = Part::ALL.iter().position(|part| *part == state.part).unwrap_or(0);
    if let Some(part) = Part::ALL.get((here + by) % Part::ALL.len()) {
        go(state, shared, *part);
    }
}

/// Goes to a part; the list and the calendar have one cursor.
pub fn go(state: &mut State, shared: &mut Shared, part: Part) {
    (state.part, state.typing) = (part, false);
    if part != Part::Recipe {
        state.follow_row(shared);
    }
}

fn turn_back(state: &mut State, shared: &mut Shared, board: &Board, back: bool) -> Vec<Effect> {
    let in_text = state.part == Part::Recipe && state.field == Field::Texts;
    if in_text && if back { state.texts.undo() } else { state.texts.redo() } {
        return state.typed(shared, board);
    }
    if let Some(mut effects) = state.turn_back(back, shared.now) {
        effects.extend(state.changed(shared, board));
        return effects;
    }
    let words = if back { "nothing here to undo" } else { "nothing here to redo" };
    say(shared, words, Tone::Plain);
    Vec::new()
}

/// In the calendar and in the list: what is done to single posts.
fn on_posts(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Answer {
    match action {
        Action::Edit => return deeds::edit(state, shared),
        Action::Open if under(state, shared).is_some() => return deeds::edit(state, shared),
        Action::Move => take_up(state, shared),
        Action::When => {
            let Some(post) = under(state, shared) else { return stay(Vec::new()) };
            return push(Sheet::When(when::for_campaign(post.schedule, shared, board)));
        }
        Action::CampaignDrop => return stay(deeds::drop(state, shared, board)),
        Action::Mark => {
            if let Some(id) = under(state, shared).map(|post| post.id)
                && !shared.marks.remove(&id)
            {
                shared.marks.insert(id);
            }
            if state.part == Part::Posts {
                step_rows(state, shared, Action::Down);
            }
        }
        Action::MarkAll => shared.marks.extend(state.ghosts.iter().map(|ghost| ghost.post.id)),
        _ if state.part == Part::Calendar => return stay(in_calendar(state, shared, board, action, count)),
        _ => (0..count.max(1)).for_each(|_| step_rows(state, shared, action)),
    }
    stay(Vec::new())
}

fn step_rows(state: &mut State, shared: &mut Shared, action: Action) {
    let last = state.ghosts.len().saturating_sub(1);
    let to = scroll::moved(state.at, last, PAGE, action);
    if to == state.at {
        return;
    }
    state.at = to;
    state.follow_row(shared);
}

/// The next post that something stands in the way of.
fn next_problem(state: &mut State, shared: &mut Shared, forward: bool) {
    let refused = |at: &usize| state.ghosts.get(*at).is_some_and(|ghost| ghost.standing == Standing::Refused);
    let many = state.ghosts.len();
    let steps = (1..=many).map(|step| if forward { state.at + step } else { state.at + many - step });
    match steps.map(|at| at % many.max(1)).find(refused) {
        Some(at) => {
            (state.at, state.part, state.typing) = (at, Part::Posts, false);
            state.follow_row(shared);
        }
        None => say(shared, "nothing stands in the way of any post", Tone::Good),
    }
}

/// The post under the cursor: in the calendar any, else the row's.
pub fn under(state: &State, shared: &Shared) -> Option<Arc<Post>> {
    match state.part {
        Part::Calendar => state.board.post(shared.cursor?).cloned(),
        _ => state.ghosts.get(state.at).map(|ghost| ghost.post.clone()),
    }
}

/// The marked rows, else the one under the cursor.
pub fn chosen(state: &State, shared: &Shared) -> Vec<PostId> {
    if shared.marks.is_empty() {
        return under(state, shared).map(|post| post.id).into_iter().collect();
    }
    state.ghosts.iter().map(|ghost| ghost.post.id).filter(|id| shared.marks.contains(id)).collect()
}

/// Picks up what is chosen, to be dropped elsewhere in the calendar.
fn take_up(state: &mut State, shared: &mut Shared) {
    let ids = chosen(state, shared);
    if state.part == Part::Posts {
        state.follow_row(shared);
    }
    match calendar::start_move(&mut state.calendar, shared, &state.board, ids) {
        Ok(()) => state.part = Part::Calendar,
        Err(why) => say(shared, &why, Tone::Plain),
    }
}

/// Gives an action to the calendar.
fn in_calendar(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    let effects = calendar::update(&mut state.calendar, shared, &state.board, action, count);
    after_calendar(state, shared, board, effects)
}

/// What the calendar asked for: a ghost that was moved has its own time from now on, a post that is scheduled is moved
/// as ever.
pub fn after_calendar(state: &mut State, shared: &mut Shared, board: &Board, effects: Vec<Effect>) -> Vec<Effect> {
    if let Some(at) = shared.cursor.and_then(|id| state.row_of(id)) {
        state.at = at;
    }
    let mut done = Vec::new();
    for effect in effects {
        match effect {
            Effect::Move(moves) => {
                let is_ghost = |id: &PostId| state.recipe.rows.iter().any(|row| row.id == *id && !row.sent);
                let (ghosts, planned): (Vec<_>, Vec<_>) = moves.into_iter().partition(|(id, _)| is_ghost(id));
                state.step_moving(&planned);
                if !planned.is_empty() {
                    done.push(Effect::Move(planned));
                }
                if !ghosts.is_empty() {
                    for (id, schedule) in ghosts {
                        deeds::give_time(state, id, schedule);
                    }
                    done.extend(state.changed(shared, board));
                }
            }
            Effect::MoveTarget(id, ..) if !is_stored_plan(state, id) => {
                say(
                    shared,
                    "here a post moves as a whole; e, then s on a channel's tab gives one its own time",
                    Tone::Plain,
                );
                state.refresh(shared, board);
            }
            // The weeks beyond what was asked for.
            Effect::Load(span) => {
                state.span = state.span.start.min(span.start)..state.span.end.max(span.end);
                let span = state.span.clone();
                let Effect::LoadCampaign { id, name, posts, .. } = state.load(shared) else { continue };
                let span = span.start.min(state.span.start)..span.end.max(state.span.end);
                state.span = span.clone();
                done.push(Effect::LoadCampaign { id, name, posts, span });
            }
            other => done.push(other),
        }
    }
    done
}

fn is_stored_plan(state: &State, id: PostId) -> bool {
    state.row_of(id).is_none() || state.stored.get(&id).is_some_and(|post| is_planned(post))
}

pub fn say(shared: &mut Shared, words: &str, tone: Tone) {
    shared.notices.push(Notice { words: words.into(), tone, post: None });
}

pub fn stay(effects: Vec<Effect>) -> Answer {
    (effects, Flow::Stay)
}

pub fn push(sheet: Sheet) -> Answer {
    (Vec::new(), Flow::Push(Box::new(sheet)))
}
