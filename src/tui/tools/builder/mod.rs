//! The campaign builder: a recipe, the calendar with its posts as ghosts, and the posts with what they meet.
//!
//! `state` holds the recipe and what was loaded, `fields` reads what is typed, `ghosts` computes the posts after each
//! change, `update`, `typing` and `deeds` carry out what a person does, and `view` only draws.

mod deeds;
mod fields;
mod ghosts;
mod regions;
mod state;
mod typing;
mod update;
mod view;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::campaign::Shift;
use crate::domain::ids::PostId;
use crate::domain::media::Media;
use crate::domain::post::Post;
use crate::domain::problem::Problem;
use crate::domain::recipe::Recipe;
use crate::domain::schedule::Resolved;
use crate::domain::when::Reading;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, Mouse, OfCampaign};
use crate::tui::panes::calendar;
use crate::tui::sheets::Flow;
use crate::tui::theme::Theme;

pub use state::State;

/// Opens the builder on a recipe, and asks for what the store has of it.
pub fn open(recipe: Recipe, shared: &mut Shared, board: &Board) -> (State, Vec<Effect>) {
    let mut state = State::new(recipe, shared, board);
    let load = state.load(shared);
    (state, vec![load])
}

/// Closes it: the panes have again what they had.
pub fn close(state: State, shared: &mut Shared) {
    state.hand_back(shared);
}

/// The keymap contexts, the topmost first.
pub fn contexts(state: &State) -> Vec<&'static str> {
    match state.part {
        _ if calendar::is_moving(&state.calendar) => vec!["move"],
        _ if state.typing => vec!["builder.text"],
        state::Part::Recipe => vec!["builder.form", "builder"],
        state::Part::Calendar => vec!["builder.calendar", "builder.posts", "builder"],
        state::Part::Posts => vec!["builder.posts", "builder"],
    }
}

/// Why an action would do nothing here just now, in words.
pub fn refused(state: &State, shared: &Shared, action: Action) -> Option<String> {
    deeds::refused(state, shared, action)
}

/// Whether holding would release the campaign.
pub fn releases(state: &State, shared: &Shared) -> bool {
    deeds::releases(state, shared)
}

/// Whether a ghost is being moved.
pub fn is_moving(state: &State) -> bool {
    calendar::is_moving(&state.calendar)
}

/// While a ghost is moved: old time, new time, distance, and what speaks against it.
pub fn move_status(state: &State, shared: &Shared, room: usize) -> Option<String> {
    calendar::move_status(&state.calendar, shared, &state.board, room)
}

/// A digit typed while moving.
pub fn move_digit(state: &mut State, shared: &Shared, digit: char) -> Vec<Effect> {
    calendar::move_digit(&mut state.calendar, shared, digit)
}

/// The recipe as it is.
pub fn recipe(state: &State) -> &Recipe {
    &state.recipe
}

/// Carries out one action.
pub fn update(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    action: Action,
    count: u32,
) -> (Vec<Effect>, Flow) {
    update::update(state, shared, board, action, count)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> Vec<Effect> {
    let effects = typing::key(state, shared, board, key);
    state.settle(state.area);
    effects
}

/// Takes pasted text: as texts, unless another field is open.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    let effects = typing::paste(state, shared, board, text);
    state.settle(state.area);
    effects
}

/// Takes the texts of a file.
pub fn take_file(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    typing::take_file(state, shared, board, text)
}

/// Follows the mouse.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> (Vec<Effect>, Flow) {
    typing::mouse(state, shared, board, mouse, area)
}

/// The typing paused since `revision`: keep the recipe when that is still the newest.
pub fn typing_paused(state: &mut State, revision: u64) -> Vec<Effect> {
    if state.recipe.is_blank() { Vec::new() } else { state.keep(revision) }
}

/// The recipe was kept at that moment, or why not.
pub fn kept(state: &mut State, result: Result<DateTime<Utc>, String>) {
    state.kept = Some(result);
}

/// Takes in the campaign's posts and those round about.
pub fn loaded(state: &mut State, shared: &mut Shared, board: &Board, of: OfCampaign) {
    state.take_in(of, shared, board);
}

/// The board was loaded anew: channels may have changed, and the campaign's posts with them.
pub fn reload(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    state.refresh(shared, board);
    vec![state.load(shared)]
}

/// The minute changed.
pub fn tick(state: &mut State, shared: &mut Shared, board: &Board) {
    state.refresh(shared, board);
}

/// Its posts are being handed over, until [`launched`] says what came of it: none of them is given away twice meanwhile.
pub fn launching(state: &mut State) {
    state.launching = true;
}

/// What came of scheduling, post by post.
pub fn launched(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    answers: Vec<(PostId, Result<(), String>)>,
) -> Vec<Effect> {
    deeds::launched(state, shared, board, answers)
}

/// What the providers think of posts.
pub fn checked(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    answers: Vec<(PostId, Result<Vec<Problem>, String>)>,
) {
    deeds::checked(state, shared, board, answers);
}

/// The composer was closed on this post.
pub fn edited(state: &mut State, shared: &mut Shared, board: &Board, post: Post) -> Vec<Effect> {
    deeds::edited(state, shared, board, post)
}

/// The time chosen for the post under the cursor; "now" puts it back into the rhythm.
pub fn set_when(state: &mut State, shared: &mut Shared, board: &Board, reading: Reading) -> Vec<Effect> {
    let schedule = match reading {
        Reading::Now => None,
        Reading::At(Resolved::At(schedule)) => Some(schedule),
        // The sheet asks which one; whoever did not ask gets the moment most people mean.
        Reading::At(Resolved::Gap { after, .. }) => Some(after),
        Reading::At(Resolved::Twice { first, .. }) => Some(first),
    };
    deeds::set_time(state, shared, board, schedule)
}

/// The post that something is attached to by its id: a row's that is not scheduled yet, or the one that stands for all.
pub fn attachable(state: &State, shared: &Shared, id: PostId) -> Option<Post> {
    if id == state.recipe.id { Some(state.template(shared)) } else { deeds::open_row(state, id) }
}

/// What the media sheet made of the attachments.
pub fn set_media(state: &mut State, shared: &mut Shared, board: &Board, media: Vec<Media>) -> Vec<Effect> {
    let id = state.meant.unwrap_or(state.recipe.id);
    set_media_of(state, shared, board, id, media)
}

/// The same for the post with this id, or for every post.
pub fn set_media_of(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    id: PostId,
    media: Vec<Media>,
) -> Vec<Effect> {
    if id == state.recipe.id {
        state.step();
        state.recipe.media = media;
        return state.changed(shared, board);
    }
    match deeds::open_row(state, id) {
        Some(post) => deeds::give(state, shared, board, Post { media, ..post }),
        None => Vec::new(),
    }
}

/// What the options sheet made of the options and the first comment.
pub fn set_options(state: &mut State, shared: &mut Shared, board: &Board, post: Post) -> Vec<Effect> {
    if state.meant.is_some() {
        return deeds::give(state, shared, board, post);
    }
    state.step();
    (state.recipe.options, state.recipe.first_comment) = (post.options, post.first_comment);
    state.changed(shared, board)
}

/// The style that was chosen; none takes it away.
pub fn set_style(state: &mut State, shared: &mut Shared, board: &Board, style: Option<String>) -> Vec<Effect> {
    state.step();
    state.recipe.style = style;
    state.changed(shared, board)
}

/// Moves the whole campaign.
pub fn shift(state: &mut State, shared: &mut Shared, board: &Board, shift: Shift) -> Vec<Effect> {
    deeds::shift(state, shared, board, shift)
}

/// Leaves it: what is to be kept.
pub fn leave(state: &mut State) -> Vec<Effect> {
    deeds::leave(state)
}

/// Tells the parts how much room they have.
pub fn settle(state: &mut State, area: Rect) {
    state.settle(area);
}

/// Draws the builder over the whole of `area`.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    view::draw(state, shared, board, theme, area, buf);
}

#[cfg(test)]
mod tests;
