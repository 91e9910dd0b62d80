//! The composer: one text, its variants, its channels and its time.
//!
//! `state` holds what is written, `text` and `form` carry out keys, `suggest` offers what is being typed, `networks` says
//! which channels share a text, `problems` and `facts` compute after each change what `view` then only draws, in the places
//! that `regions` gives.

mod facts;
mod file;
mod find;
mod form;
mod networks;
mod problems;
mod regions;
mod state;
mod suggest;
mod text;
mod view;

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::domain::queue::Queued;
use crate::domain::schedule::{Resolved, Schedule};
use crate::domain::tags;
use crate::domain::when::Reading;
use crate::text::compose::of_target;
use crate::text::measure::{Measure, measure_of};
use crate::text::style;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, Mouse, Notice, Tone};
use crate::tui::pictures::Tile;
use crate::tui::sheets::find::Search;
use crate::tui::sheets::{Flow, Sheet, review};
use crate::tui::theme::Theme;

pub use problems::Found;
pub use state::State;

/// Opens the composer on `post` (new or stored).
pub fn open(post: Post, shared: &Shared, board: &Board) -> State {
    State::new(post.as_written(), shared, board)
}

/// The keymap context: `composer.text` while typing, `composer.form` around the fields.
pub fn context(state: &State) -> &'static str {
    if state.typing { "composer.text" } else { "composer.form" }
}

/// Whether keys are text.
pub fn is_typing(state: &State) -> bool {
    state.typing
}

/// The post as typed so far.
pub fn post(state: &State) -> Post {
    state.post.clone()
}

/// What keeps the post where the program ends at once; nothing where there is nothing of it.
pub fn kept(state: &State) -> Option<Effect> {
    let said = !state.post.body.trim().is_empty() || !state.post.targets.is_empty();
    said.then(|| state.kept())
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    form::update(state, shared, board, action)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> Vec<Effect> {
    text::key(state, shared, board, key)
}

/// Takes pasted text as one step.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) -> Vec<Effect> {
    text::paste(state, shared, board, text)
}

/// Follows the mouse.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> (Vec<Effect>, Flow) {
    text::mouse(state, shared, board, mouse, area)
}

/// What was typed at `revision` is as old as a pause is long: keep the draft, unless it was kept since.
pub fn typing_paused(state: &mut State, _shared: &Shared, revision: u64) -> Vec<Effect> {
    state.autosave(revision)
}

/// The time chosen in the when sheet.
pub fn set_when(state: &mut State, shared: &mut Shared, board: &Board, reading: Reading) -> Vec<Effect> {
    let schedule = match reading {
        Reading::Now => None,
        Reading::At(Resolved::At(schedule)) => Some(schedule),
        // The sheet asks which one; whoever did not ask gets the moment most people mean.
        Reading::At(Resolved::Gap { after, .. }) => Some(after),
        Reading::At(Resolved::Twice { first, .. }) => Some(first),
    };
    let whole = state.post.schedule;
    match state.target_mut() {
        // "now" on a channel's own tab takes its own time away: it follows the post again.
        Some(target) => target.schedule = schedule.filter(|own| Some(*own) != whole),
        None => {
            state.at_once = schedule.is_none();
            state.post.schedule = schedule;
        }
    }
    // A queue places whole posts, and gives the time itself.
    state.post.queue = None;
    state.changed(shared, board)
}

/// The free slot chosen in the review: the whole post stands there, and channels keep their distance to it.
pub fn set_slot(state: &mut State, shared: &Shared, board: &Board, slot: Schedule) -> Vec<Effect> {
    state.at_once = false;
    state.post.move_to(slot);
    state.changed(shared, board)
}

/// The review of the post as typed.
pub fn review(state: &State, shared: &Shared, board: &Board) -> review::State {
    form::reviewed(state, shared, board)
}

/// Whether some problem can be mended with one key.
pub fn can_mend(state: &State) -> bool {
    state.facts.problems.iter().any(|found| found.mends)
}

/// The queue chosen in the when sheet; it places the whole post.
pub fn set_queue(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    queued: Queued,
    next: Option<Schedule>,
) -> Vec<Effect> {
    state.at_once = false;
    (state.post.schedule, state.post.queue) = (next, Some(queued));
    for target in &mut state.post.targets {
        target.schedule = None;
    }
    state.changed(shared, board)
}

/// What the media sheet made of the attachments.
pub fn set_media(state: &mut State, shared: &mut Shared, board: &Board, media: Vec<Media>) -> Vec<Effect> {
    let whole = state.post.media.clone();
    match state.target_mut() {
        Some(target) => target.extras.media = Some(media).filter(|own| *own != whole),
        None => state.post.media = media,
    }
    state.changed(shared, board)
}

/// The attachments of the open tab: a channel's own, or those of the post.
pub fn media(state: &State) -> Vec<Media> {
    state.media().to_vec()
}

/// What the options sheet made of the options and first comments; the rest of `post` is left aside.
pub fn set_options(state: &mut State, shared: &mut Shared, board: &Board, post: Post) -> Vec<Effect> {
    state.post.options = post.options;
    state.post.first_comment = post.first_comment;
    for told in post.targets {
        if let Some(target) = state.post.targets.iter_mut().find(|target| target.channel == told.channel) {
            target.extras.options = told.extras.options;
            target.extras.first_comment = told.extras.first_comment;
        }
    }
    state.changed(shared, board)
}

/// Dresses the post in that style, or in none.
pub fn set_style(state: &mut State, shared: &Shared, board: &Board, style: Option<String>) -> Vec<Effect> {
    state.post.styling.style = style;
    let effects = state.changed(shared, board);
    state.go_tab(state.tab, shared);
    effects
}

/// Puts tags on the post, or takes them off where it has them all.
pub fn turn_tags(state: &mut State, shared: &Shared, board: &Board, those: &[String]) -> Vec<Effect> {
    let on = !those.iter().all(|tag| tags::has(&state.post.tags, tag));
    tags::turn(&mut state.post.tags, those, on);
    state.show_tags();
    state.changed(shared, board)
}

/// Whether something is offered for what is being typed.
pub fn suggests(state: &State) -> bool {
    state.suggestions.is_some()
}

/// Gives the post its link, or takes it away.
pub fn set_link(state: &mut State, shared: &Shared, board: &Board, link: Option<String>) -> Vec<Effect> {
    state.post.styling.link = link;
    let effects = state.changed(shared, board);
    state.go_tab(state.tab, shared);
    effects
}

/// Styles and defaults changed: what follows from them is computed anew.
pub fn redress(state: &mut State, shared: &Shared, board: &Board) {
    state.refresh(shared, board);
    state.go_tab(state.tab, shared);
}

/// What is wrong with the options and first comments of a post, and which channel minds; the worst first.
pub fn option_problems(post: &Post, shared: &Shared, board: &Board) -> Vec<(Option<ChannelId>, Problem)> {
    problems::of_options(post, shared, board)
}

/// How one channel counts a post, and what it minds about it, time apart.
pub fn of_channel(post: &Post, target: &Target, shared: &Shared, board: &Board) -> (Option<Measure>, Vec<Problem>) {
    let alone = Post { targets: vec![target.clone()], ..post.clone() };
    let dressed = style::dressed(&alone, &board.channels, &board.book, &shared.rules);
    let post = &dressed.post;
    let target = post.targets.first().unwrap_or(target);
    let network = board.channel(&target.channel).map(|channel| channel.network.clone());
    let variant = network.map(|network| of_target(post, target, &network, board.ways.get(&target.account())));
    let rules = variant.as_ref().and_then(|variant| Some((variant, shared.rules.of_variant(variant)?)));
    let measure = rules.map(|(variant, rules)| measure_of(variant, rules));
    let mut found: Vec<Problem> = dressed.problems.iter().map(|(_, problem)| problem.clone()).collect();
    found.extend(problems::of_channel(post, target, variant.as_ref(), shared, board));
    found.extend(board.foresight.of(post, &board.channels, shared.now).into_iter().map(|(_, problem)| problem));
    (measure, found)
}

/// The worst that each channel minds of a post that is not live there yet, time apart; what minds nothing is left out.
pub fn minded(post: &Post, shared: &Shared, board: &Board) -> Vec<(ChannelId, Severity)> {
    let waiting: Vec<Target> = post.targets.iter().filter(|target| !target.is_out()).cloned().collect();
    if waiting.is_empty() {
        return Vec::new();
    }
    let dressed =
        style::dressed(&Post { targets: waiting, ..post.clone() }, &board.channels, &board.book, &shared.rules);
    let post = &dressed.post;
    let of_target = |target: &Target| {
        let network = &board.channel(&target.channel)?.network;
        Some(of_target(post, target, network, board.ways.get(&target.account())))
    };
    let of_channels = post.targets.iter().flat_map(|target| {
        let problems = problems::of_channel(post, target, of_target(target).as_ref(), shared, board);
        problems.into_iter().map(|problem| (target.channel.clone(), problem))
    });
    // What its provider is to publish as it is here was not refused; of a draft there that is not known yet.
    let is_same = post.wish == Wish::Schedule && !post.pending && post.conflict.is_none();
    let is_there = is_same && post.targets.iter().all(|target| target.outcome == Outcome::Accepted);
    let foreseen = if is_there { Vec::new() } else { board.foresight.of(post, &board.channels, shared.now) };
    let mut minded: Vec<(ChannelId, Severity)> = Vec::new();
    for (channel, problem) in of_channels.chain(foreseen).chain(dressed.problems.iter().cloned()) {
        match minded.iter_mut().find(|(id, _)| *id == channel) {
            Some((_, worst)) => *worst = problem.severity.max(*worst),
            None => minded.push((channel, problem.severity)),
        }
    }
    minded
}

/// The post as the media sheet sees it: on a channel's own tab with that channel alone and its attachments.
pub fn for_media(state: &State) -> Post {
    state.for_media()
}

/// What is wrong with the attachments of a post, and which channel minds; the worst first.
pub fn media_problems(post: &Post, shared: &Shared, board: &Board) -> Vec<(Option<ChannelId>, Problem)> {
    problems::of_media(post, shared, board)
}

/// What was typed before and kept aside comes back, unless something else was typed meanwhile.
pub fn recall(state: &mut State, shared: &mut Shared, board: &Board, typed: Post) {
    if !state.is_changed() {
        state.recall(typed, shared, board);
        let words = "what you had typed before is here again; nothing of it was sent".into();
        shared.notices.push(Notice { words, tone: Tone::Plain, post: None });
    }
}

/// Goes on with `typed`, compared with what is open.
pub fn retype(state: &mut State, shared: &Shared, board: &Board, typed: Post) {
    if typed != state.original {
        state.recall(typed, shared, board);
    }
}

/// The draft was kept at that moment, or why not.
pub fn autosaved(state: &mut State, result: Result<chrono::DateTime<chrono::Utc>, String>) {
    state.kept = Some(result);
}

/// The typing rested since `revision`: where some provider of it can check a post, it is asked in the background.
pub fn typing_rested(state: &mut State, board: &Board, revision: u64) -> Vec<Effect> {
    state.ask_by_itself(revision, board)
}

/// What the providers think of it as it was at `revision`.
pub fn checked(state: &mut State, revision: u64, result: Result<Vec<Problem>, String>) {
    state.checked(revision, result);
}

/// The pictures of the preview, each with its place on the screen.
pub fn pictures(state: &State) -> Vec<Tile> {
    state.pictures()
}

/// Hands the whole post to `$EDITOR`, as a file.
pub fn hand_out(state: &State, shared: &Shared, board: &Board) -> Vec<Effect> {
    file::hand_out(state, shared, board)
}

/// The file as `$EDITOR` left it, or why there is none. A file that cannot be read changes nothing and is kept; the
/// sheet says what is wrong with it.
pub fn edited_externally(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    text: Result<String, String>,
) -> (Vec<Effect>, Option<Sheet>) {
    match text {
        Ok(text) => file::take_back(state, shared, board, text),
        Err(words) => {
            shared.notices.push(Notice { words, tone: Tone::Bad, post: Some(state.post.id) });
            (Vec::new(), None)
        }
    }
}

/// Looks for words in the text that is open, and replaces them; answers what was found, in words.
pub fn find(state: &mut State, shared: &mut Shared, board: &Board, search: Search) -> (Vec<Effect>, String) {
    let answer = find::run(state, shared, board, search);
    find::clear(state, shared);
    answer
}

/// Puts something in at the cursor, instead of so many bytes before it.
pub fn insert(state: &mut State, shared: &mut Shared, board: &Board, instead: usize, text: &str) -> Vec<Effect> {
    (state.typing, state.field) = (true, state::Field::Text);
    let at = state.editor().cursor();
    let range = state.editor().selection().unwrap_or(at.saturating_sub(instead)..at);
    if state.editor_mut().put(range, text) { state.text_changed(shared, board) } else { Vec::new() }
}

/// What a command made of a stretch of the text takes its place, as one step.
pub fn take_text(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    range: Range<usize>,
    text: &str,
) -> Vec<Effect> {
    if state.editor_mut().put(range, text) { state.text_changed(shared, board) } else { Vec::new() }
}

/// What a file named as attachments, measured: each goes to its place.
pub fn attached_named(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    outcomes: Vec<(usize, Result<Media, String>)>,
) -> Vec<Effect> {
    for (at, outcome) in outcomes {
        match outcome {
            Ok(media) => state.post.media.insert(at.min(state.post.media.len()), media),
            Err(words) => shared.notices.push(Notice { words, tone: Tone::Bad, post: None }),
        }
    }
    state.changed(shared, board)
}

/// Brings an earlier version back: what was wished then, with the facts of today.
pub fn restore(state: &mut State, shared: &mut Shared, board: &Board, version: Post) -> Vec<Effect> {
    let mut post = Post { id: state.post.id, created_at: state.post.created_at, ..version };
    post.updated_at = state.post.updated_at;
    (post.wish, post.source, post.pending) = (state.post.wish, state.post.source, state.post.pending);
    post.conflict.clone_from(&state.post.conflict);
    for target in &mut post.targets {
        let today = state.post.targets.iter().find(|each| each.channel == target.channel);
        (target.outcome, target.remote) =
            today.map_or((Outcome::NotSent, None), |today| (today.outcome.clone(), today.remote.clone()));
    }
    let words = "the version is back; what was there before is kept as a version too".into();
    shared.notices.push(Notice { words, tone: Tone::Good, post: None });
    state.replaced(post, state.at_once, shared, board)
}

/// Somebody else, in another window, wrote the draft that is open: their version is kept beside what is written here.
pub fn overwritten(state: &State, shared: &mut Shared) {
    let words = "another window wrote this draft meanwhile; both are kept, and Alt-v shows the difference";
    let known = shared.notices.iter().any(|notice| notice.words == words);
    if !known {
        shared.notices.push(Notice { words: words.into(), tone: Tone::Bad, post: Some(state.post.id) });
    }
}

/// The terminal or the layout changed: widths and wrapping are computed anew.
pub fn settle(state: &mut State, shared: &Shared, area: Rect) {
    state.settle(shared, area);
}

/// The board was loaded anew: channels may have changed their health, other posts their time.
pub fn reload(state: &mut State, shared: &Shared, board: &Board) {
    state.refresh(shared, board);
    state.settle(shared, state.area);
}

/// Draws the composer over the whole of `area`.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    view::draw(state, shared, board, theme, area, buf);
}

#[cfg(test)]
mod networks_tests;

#[cfg(test)]
mod places_tests;

#[cfg(test)]
mod tests;

#[cfg(test)]
mod journey;
