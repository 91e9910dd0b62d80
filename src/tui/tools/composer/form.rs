//! The actions of the composer, in the text and around its fields.

use super::file;
use super::networks;
use super::regions::regions;
use super::state::{Field, State};
use super::suggest;
use crate::domain::ids::ChannelId;
use crate::domain::post::{Target, Wish};
use crate::domain::problem::Place;
use crate::text::measure::measure;
use crate::text::phrases::name_at_end;
use crate::text::rules::NetworkRules;
use crate::text::split::{automatic, parts};
use crate::text::style::typed_at_end;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
use crate::tui::sheets::{Flow, Sheet, find, insert, media, options, pipe, review, styles, versions, when};
use crate::tui::widgets::editor::Entry;

type Answer = (Vec<Effect>, Flow);

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Answer {
    let answer = act(state, shared, board, action);
    state.settle(shared, state.area);
    answer
}

fn act(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Answer {
    if let Some(effects) = suggest::act(state, shared, board, action) {
        return stay(effects);
    }
    match action {
        Action::Review => {
            let review = reviewed(state, shared, board);
            return (vec![review.outline()], Flow::Push(Box::new(Sheet::Review(review))));
        }
        Action::ComposerWhen | Action::When => return push_when(state, shared, board),
        Action::ComposerMedia => return push_media(state, shared, board, None),
        Action::ComposerOptions => return push_options(state, shared, board, None),
        Action::ComposerStyle => {
            let sheet = styles::State::new(state.post.clone(), shared, board);
            return stay_or_push(Sheet::Styles(Box::new(sheet)));
        }
        Action::ComposerTags | Action::Tag => (state.typing, state.field) = (true, Field::Tags),
        Action::ComposerComment => return push_options(state, shared, board, Some(&Place::FirstComment)),
        Action::ComposerSplit => return stay(split(state, shared, board)),
        Action::EditExternally => return stay(file::hand_out(state, shared, board)),
        Action::FileAsText | Action::FileDrop => return stay(file::settle(state, shared, board, action)),
        Action::Versions => return versions(state, board),
        Action::Find => {
            let words = selected(state).to_owned();
            super::find::clear(state, shared);
            return stay_or_push(Sheet::Find(find::open(&words, super::find::told(state, &words))));
        }
        Action::Insert => return push_insert(state, board),
        Action::Pipe => return push_pipe(state),
        Action::CopyText => {
            let selected = selected(state);
            let text = if selected.is_empty() { state.editor().text() } else { selected };
            say(shared, "copied", Tone::Plain);
            return stay(vec![Effect::Copy(text.to_owned())]);
        }
        Action::Fix => return stay(fix(state, shared, board)),
        Action::NextVariant => state.turn_tab(1, shared),
        Action::PreviousVariant => state.turn_tab(-1, shared),
        Action::TogglePreview => toggle_preview(state),
        Action::Undo => return stay(turn_back(state, shared, board, true)),
        Action::Redo => return stay(turn_back(state, shared, board, false)),
        Action::NextField if state.typing && state.field == Field::Text && mention(state, board).is_some() => {
            return stay(complete_mention(state, shared, board));
        }
        Action::NextField => next_field(state, 1),
        Action::PreviousField => next_field(state, -1),
        Action::NextProblem | Action::NextMatch => next_problem(state, shared, 1),
        Action::PreviousProblem | Action::PreviousMatch => next_problem(state, shared, -1),
        Action::ServerCheck | Action::Verify => return stay(state.ask()),
        Action::Targets => (state.typing, state.field) = (false, Field::Channels),
        Action::Cancel => return leave(state, shared),
        _ if state.typing => typing(state, action),
        _ => return around(state, shared, board, action),
    }
    stay(Vec::new())
}

/// Actions while typing that lead out of it.
fn typing(state: &mut State, action: Action) {
    if matches!(action, Action::ComposerForm | Action::Back | Action::Close | Action::Accept) {
        state.typing = false;
    }
}

/// Actions around the fields.
fn around(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> Answer {
    match action {
        Action::ComposerText => type_in(state),
        Action::TextAfter => return stay(enter(state, shared, board, Entry::After)),
        Action::TextStart => return stay(enter(state, shared, board, Entry::Start)),
        Action::TextEnd => return stay(enter(state, shared, board, Entry::End)),
        Action::TextBelow => return stay(enter(state, shared, board, Entry::Below)),
        Action::TextAbove => return stay(enter(state, shared, board, Entry::Above)),
        Action::Left => state.turn_tab(-1, shared),
        Action::Right => state.turn_tab(1, shared),
        Action::Up => up_down(state, -1),
        Action::Down => up_down(state, 1),
        Action::Detach => return stay(detach(state, shared, board)),
        Action::DetachNetwork => return stay(detach_network(state, shared, board)),
        Action::Mark if state.field == Field::Channels => return stay(toggle(state, shared, board)),
        Action::Open | Action::Accept => return open(state, shared, board),
        Action::Back | Action::Close => return leave(state, shared),
        _ => {}
    }
    stay(Vec::new())
}

/// Enter: what the field is for.
fn open(state: &mut State, shared: &mut Shared, board: &Board) -> Answer {
    match state.field {
        Field::Text | Field::Title | Field::Tags => state.typing = true,
        Field::Channels => return stay(toggle(state, shared, board)),
        Field::When => return push_when(state, shared, board),
        Field::Media => return push_media(state, shared, board, None),
        Field::Options => return push_options(state, shared, board, None),
        Field::Problems => {
            let place = state.facts.problems.get(state.problem_at).map(|found| found.problem.place.clone());
            match place {
                Some(Place::Media(at)) => {
                    let minds = state.facts.problems.get(state.problem_at).and_then(|found| found.channel.clone());
                    face_media(state, minds.as_ref(), shared);
                    return push_media(state, shared, board, at);
                }
                Some(place @ (Place::Option(_) | Place::FirstComment)) => {
                    return push_options(state, shared, board, Some(&place));
                }
                _ => {}
            }
            jump(state, shared);
            state.typing = matches!(state.field, Field::Text | Field::Title);
        }
    }
    stay(Vec::new())
}

/// Shows the preview or hides it. Where a list has its room, the list makes way.
fn toggle_preview(state: &mut State) {
    state.preview = !state.preview;
    if state.preview && !state.typing && regions(state, state.area).preview.is_empty() {
        state.field = Field::Text;
    }
}

fn type_in(state: &mut State) {
    if !matches!(state.field, Field::Title | Field::Tags) {
        state.field = Field::Text;
    }
    state.typing = true;
}

/// Back into the text, there; a title and tags have one line and no such places.
fn enter(state: &mut State, shared: &Shared, board: &Board, entry: Entry) -> Vec<Effect> {
    type_in(state);
    let in_text = state.field == Field::Text;
    if in_text && state.editor_mut().enter(entry) { state.text_changed(shared, board) } else { Vec::new() }
}

fn toggle(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let channel = state.facts.channels.get(state.channel_at).map(|offer| offer.channel.clone());
    channel.map(|channel| state.toggle(&channel, shared, board)).unwrap_or_default()
}

fn detach(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    if state.target().is_none() {
        say(shared, "this is the base; l goes to a channel's own text", Tone::Plain);
    }
    state.detach(shared, board)
}

/// Gives the network of the open tab a text of its own, or lets all of it follow the base again.
fn detach_network(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let Some(target) = state.target() else {
        say(shared, "this is the base; l goes to a channel, and B is about the network of one", Tone::Plain);
        return Vec::new();
    };
    let (others, network) = networks::beside(&state.post, &target.channel, board);
    if others.is_empty() {
        say(shared, &format!("{network} has one channel here: b gives it a text of its own"), Tone::Plain);
        return Vec::new();
    }
    state.detach_network(shared, board)
}

fn turn_back(state: &mut State, shared: &mut Shared, board: &Board, back: bool) -> Vec<Effect> {
    let editor = state.editor_mut();
    if if back { editor.undo() } else { editor.redo() } {
        return state.text_changed(shared, board);
    }
    say(shared, if back { "nothing to undo in this text" } else { "nothing to redo in this text" }, Tone::Plain);
    Vec::new()
}

fn next_field(state: &mut State, by: isize) {
    state.typing = false;
    let fields = state.fields();
    let at = fields.iter().position(|field| *field == state.field).unwrap_or(0) + fields.len();
    if let Some(field) = fields.get(at.saturating_add_signed(by) % fields.len()) {
        state.field = *field;
    }
}

/// Up and Down go through the rows of a list, then to the next field.
fn up_down(state: &mut State, by: isize) {
    let (at, rows) = match state.field {
        Field::Channels => (&mut state.channel_at, state.facts.channels.len()),
        Field::Problems => (&mut state.problem_at, state.facts.problems.len()),
        _ => return next_field(state, by),
    };
    match at.checked_add_signed(by) {
        Some(to) if to < rows => *at = to,
        _ => next_field(state, by),
    }
}

/// Opens the tab whose attachments `channel` gets: its own, or those of the post.
fn face_media(state: &mut State, channel: Option<&ChannelId>, shared: &Shared) {
    let own = |target: &Target| target.extras.media.is_some();
    let owner = state.post.targets.iter().position(|target| Some(&target.channel) == channel && own(target));
    if let Some(at) = owner {
        state.go_tab(at + 1, shared);
    } else if state.target().is_some_and(own) {
        state.go_tab(0, shared);
    }
}

/// Goes to the next problem and to the place it is about.
fn next_problem(state: &mut State, shared: &mut Shared, by: isize) {
    let rows = state.facts.problems.len();
    if rows == 0 {
        say(shared, "no problems found", Tone::Good);
        return;
    }
    // The first press goes to the first problem, whichever field was in focus.
    if state.jumped {
        state.problem_at = (state.problem_at + rows).saturating_add_signed(by) % rows;
    }
    jump(state, shared);
}

fn jump(state: &mut State, shared: &Shared) {
    let Some(found) = state.facts.problems.get(state.problem_at).cloned() else { return };
    state.jumped = true;
    match &found.problem.place {
        Place::Text(range) => {
            state.show(found.channel.as_ref(), range, shared);
            state.field = Field::Text;
        }
        Place::Title => state.field = if state.facts.wants_title { Field::Title } else { Field::Problems },
        Place::When => state.field = Field::When,
        Place::Channels => {
            state.field = Field::Channels;
            let row = |id: &ChannelId| state.facts.channels.iter().position(|offer| offer.channel == *id);
            if let Some(row) = found.channel.as_ref().and_then(row) {
                state.channel_at = row;
            }
        }
        Place::Media(_) => {
            face_media(state, found.channel.as_ref(), shared);
            state.field = Field::Media;
        }
        // Where no row stands for them, the list of problems leads there.
        Place::Option(_) | Place::FirstComment => {
            state.field = if state.facts.options.is_some() { Field::Options } else { Field::Problems };
        }
        Place::Post => state.field = Field::Problems,
    }
}

/// Does what is safe about the problem under the cursor, else about the first one that has a remedy. On a channel that
/// follows the base, the text becomes its own.
fn fix(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let rows = state.facts.problems.len();
    let from = if state.jumped || (!state.typing && state.field == Field::Problems) { state.problem_at } else { 0 };
    let found = (0..rows).map(|step| (from + step) % rows).find_map(|at| {
        let found = state.facts.problems.get(at)?;
        let (variant, mended) = state.facts.mended(found, shared)?;
        Some((found.channel.clone()?, variant.network.name().to_owned(), mended))
    });
    let Some((channel, network, mended)) = found else {
        let words = "no problem here has a remedy that is safe without asking; its words say what helps";
        say(shared, words, Tone::Plain);
        return Vec::new();
    };
    let tab = state.post.targets.iter().position(|target| target.channel == channel).map_or(0, |at| at + 1);
    state.go_tab(tab, shared);
    state.field = Field::Text;
    if !state.editor_mut().set_text(&mended.text) {
        return Vec::new();
    }
    say(shared, &format!("{} for {network}; undo takes it back", mended.words), Tone::Good);
    state.text_changed(shared, board)
}

/// The name in the table of mentions that is being typed, and what of it stands there already.
pub fn mention<'a>(state: &State, board: &'a Board) -> Option<(String, &'a str)> {
    let editor = state.editor();
    let typed = typed_at_end(editor.text().get(..editor.cursor()).unwrap_or(""))?;
    let (name, _) = board.book.mentions.matching(typed, 1).into_iter().next()?;
    Some((typed.to_owned(), name))
}

fn complete_mention(state: &mut State, shared: &Shared, board: &Board) -> Vec<Effect> {
    let Some((typed, name)) = mention(state, board) else { return Vec::new() };
    let cursor = state.editor().cursor();
    let name = format!("{name}}}");
    if state.editor_mut().put(cursor - typed.len()..cursor, &name) {
        return state.text_changed(shared, board);
    }
    Vec::new()
}

/// What is selected; empty when nothing is.
fn selected(state: &State) -> &str {
    let editor = state.editor();
    editor.selection().and_then(|range| editor.text().get(range)).unwrap_or("")
}

fn push_insert(state: &State, board: &Board) -> Answer {
    let editor = state.editor();
    let before = editor.text().get(..editor.cursor()).unwrap_or("");
    let mention = || Some(before.get(before.len() - typed_at_end(before)?.len() - 2..).unwrap_or_default());
    let typed = name_at_end(before).or_else(mention).filter(|_| editor.selection().is_none()).unwrap_or("");
    stay_or_push(Sheet::Insert(insert::open(typed, board)))
}

/// The selection goes through the command, else the whole text.
fn push_pipe(state: &State) -> Answer {
    let editor = state.editor();
    let range = editor.selection().unwrap_or(0..editor.text().len());
    let text = editor.text().get(range.clone()).unwrap_or("").to_owned();
    stay_or_push(Sheet::Pipe(pipe::open(text, range)))
}

fn versions(state: &State, board: &Board) -> Answer {
    let (sheet, effects) = versions::open(state.post.clone(), board);
    (effects, Flow::Push(Box::new(Sheet::Versions(Box::new(sheet)))))
}

fn push_when(state: &State, shared: &Shared, board: &Board) -> Answer {
    let schedule = state.target().map_or(state.post.schedule, |target| state.post.schedule_for(target));
    stay_or_push(Sheet::When(when::for_composer(&state.post, schedule, shared, board)))
}

fn push_media(state: &State, shared: &Shared, board: &Board, at: Option<usize>) -> Answer {
    stay_or_push(Sheet::Media(Box::new(media::State::new(state.for_media(), at, shared, board))))
}

fn push_options(state: &State, shared: &Shared, board: &Board, place: Option<&Place>) -> Answer {
    let only = state.target().map(|target| target.channel.clone());
    let mut sheet = options::State::new(state.post.clone(), only, place, shared, board);
    if place == Some(&Place::FirstComment) {
        sheet.type_comment();
    }
    stay_or_push(Sheet::Options(Box::new(sheet)))
}

/// Cuts the open text into a thread for the strictest network that has threads.
fn split(state: &mut State, shared: &mut Shared, board: &Board) -> Vec<Effect> {
    let text = state.editor().text().to_owned();
    let mut networks: Vec<&NetworkRules> = Vec::new();
    for (at, target) in state.post.targets.iter().enumerate() {
        let open = if state.tab == 0 { target.text.is_none() } else { state.tab == at + 1 };
        let variant = state.facts.variants.iter().find(|(id, _)| *id == target.channel).map(|(_, variant)| variant);
        let rules = variant.and_then(|variant| Some((variant, shared.rules.of_variant(variant)?)));
        networks.extend(rules.filter(|(variant, rules)| open && variant.can_thread(rules)).map(|(_, rules)| rules));
    }
    let fits = |part: &&str| networks.iter().all(|rules| measure(part, rules).overflow_at.is_none());
    let cut = if parts(&text).iter().all(fits) { Some(text.clone()) } else { automatic(&text, &networks) };
    match cut {
        _ if networks.is_empty() => say(shared, "no channel here takes a thread", Tone::Plain),
        Some(cut) if cut == text => say(shared, "it fits as it is; a line of --- cuts it by hand", Tone::Plain),
        Some(cut) => {
            state.editor_mut().set_text(&cut);
            return state.text_changed(shared, board);
        }
        None => say(shared, "it cannot be cut so that every part fits", Tone::Bad),
    }
    Vec::new()
}

/// The review of the post as typed.
pub fn reviewed(state: &State, shared: &Shared, board: &Board) -> review::State {
    let found = state.facts.problems.clone();
    let review = review::State::new(state.post.clone(), found, shared, board).opened_as(&state.original);
    if state.at_once { review.at_once() } else { review }
}

/// Leaves, keeping what was written: a draft is saved, a change to a planned post stays aside until it is reviewed.
fn leave(state: &mut State, shared: &mut Shared) -> Answer {
    // A file that could not be read is decided about first: leaving would lose it.
    if let Some(flow) = file::sheet(state) {
        return (Vec::new(), flow);
    }
    if !state.is_changed() {
        // Undone to the last step: nothing needs to be kept aside any more.
        let undone = (state.aside || state.sent_revision > 0).then(|| state.kept());
        return (undone.into_iter().collect(), Flow::Close);
    }
    if state.post.wish == Wish::Draft {
        let (post, base) = (Box::new(state.post.clone()), Some(Box::new(state.original.clone())));
        return (vec![Effect::Save { post, base, verb: "saved" }], Flow::Close);
    }
    say(shared, "the changes are kept aside and not sent; e opens them again", Tone::Plain);
    (vec![state.kept()], Flow::Close)
}

fn say(shared: &mut Shared, words: &str, tone: Tone) {
    shared.notices.push(Notice { words: words.into(), tone, post: None });
}

fn stay(effects: Vec<Effect>) -> Answer {
    (effects, Flow::Stay)
}

fn stay_or_push(sheet: Sheet) -> Answer {
    (Vec::new(), Flow::Push(Box::new(sheet)))
}
