//! From an action to whoever carries it out: the topmost sheet, the composer, the post being moved, a pane, or the
//! shell itself.

use super::action::Action;
use super::availability::availability;
use super::campaigns;
use super::effect::Effect;
use super::flow::{Layer, follow};
use super::kept;
use super::layout::{Regions, regions};
use super::model::{Deed, Model, Pane};
use super::msg::{Key, Tone};
use super::narrow;
use super::notice;
use super::panes::{activity, calendar, channels, failed, post};
use super::range;
use super::sheets::{self, Flow, Sheet, command, help, palette, question, when};
use super::tools::{builder, composer};
use super::verbs;
use super::view;
use crate::domain::words::count;
use crate::domain::write::OutboxState;

/// The regions of the screen as it is.
pub fn screen(model: &Model) -> Regions {
    let told = view::rows_above(model);
    regions(model.shared.size, model.focus, model.zoom, view::banner_rows(model), told)
}

/// Runs an action as if its key had been pressed.
pub fn run(model: &mut Model, action: Action) -> Vec<Effect> {
    model.dirty = true;
    let count = model.count.take().unwrap_or(1).clamp(1, 999);
    match action {
        Action::Suspend => return vec![Effect::Suspend],
        Action::Redraw => return vec![Effect::Redraw],
        Action::Mouse => return toggle_mouse(model),
        Action::Cancel => return cancel(model),
        _ => {}
    }
    if let Some(sheet) = model.sheets.pop() {
        return on_sheet(model, sheet, action);
    }
    if let Err(why) = availability(action, model) {
        notice::tell(model, Tone::Plain, why);
        return Vec::new();
    }
    match action {
        Action::Help => {
            let state = help::open(model);
            model.sheets.push(Sheet::Help(state));
            Vec::new()
        }
        Action::Command => {
            let state = command::commands(model);
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::Palette
            if model.composer.is_none() && model.builder.is_none() && !calendar::is_moving(&model.calendar) =>
        {
            let (state, effects) = palette::open(model);
            model.sheets.push(Sheet::Palette(Box::new(state)));
            effects
        }
        Action::Connect | Action::Defaults => verbs::run(model, action).unwrap_or_default(),
        Action::Quit if model.composer.is_none() && model.builder.is_none() => quit(model),
        Action::Quit if model.composer.is_none() => campaigns::run(model, Action::Close, 1),
        Action::Quit => on_composer(model, Action::Close),
        _ if model.composer.is_some() => on_composer(model, action),
        _ if model.builder.is_some() => campaigns::run(model, action, count),
        _ if calendar::is_moving(&model.calendar) => {
            let action = if action == Action::Close { Action::Back } else { action };
            let distance = calendar::held_distance(&model.calendar);
            let effects = on_pane(model, Pane::Calendar, action, count);
            if let Some(distance) = distance.filter(|_| effects.iter().any(|it| matches!(it, Effect::Move(_)))) {
                model.last_deed = Some(Deed::Moved(distance));
            } else {
                forget_deed(model, &effects);
            }
            effects
        }
        Action::Repeat => repeat(model),
        _ => {
            let effects = on_panes(model, action, count);
            if repeats(action) {
                model.last_deed = Some(Deed::Did(action));
            }
            effects
        }
    }
}

/// What can be done again with one key.
fn repeats(action: Action) -> bool {
    matches!(
        action,
        Action::Hold
            | Action::Duplicate
            | Action::Retry
            | Action::Verify
            | Action::Dismiss
            | Action::Remedy
            | Action::Delete
            | Action::PublishNow
            | Action::Paste
    )
}

/// After a move that cannot be done again elsewhere (on one channel, into a queue) nothing is repeated: an older deed is
/// not what was done last.
pub fn forget_deed(model: &mut Model, effects: &[Effect]) {
    let moves =
        |it: &Effect| matches!(it, Effect::Move(_) | Effect::MoveTarget(..) | Effect::Enqueue(..) | Effect::Repeat(..));
    if effects.iter().any(moves) {
        model.last_deed = None;
    }
}

/// Does the last deed again: what asked asks again, what was moved moves as far.
fn repeat(model: &mut Model) -> Vec<Effect> {
    match model.last_deed.clone() {
        Some(Deed::Did(action)) => run(model, action),
        Some(Deed::Moved(distance)) => verbs::move_by(model, distance),
        Some(Deed::Timed(words)) => {
            let mut sheet = Sheet::When(verbs::when_sheet(model, &words));
            let (effects, flow) = sheets::update(&mut sheet, &mut model.shared, &model.board, Action::Accept);
            after_sheet(model, sheet, effects, flow)
        }
        None => Vec::new(),
    }
}

fn on_sheet(model: &mut Model, mut sheet: Sheet, action: Action) -> Vec<Effect> {
    if action == Action::Help && !matches!(sheet, Sheet::Help(_)) {
        model.sheets.push(sheet);
        let state = help::open(model);
        model.sheets.push(Sheet::Help(state));
        return Vec::new();
    }
    let (effects, flow) = sheets::update(&mut sheet, &mut model.shared, &model.board, action);
    after_sheet(model, sheet, effects, flow)
}

/// Gives an unbound key to the topmost sheet.
pub fn sheet_input(model: &mut Model, mut sheet: Sheet, key: Key) -> Vec<Effect> {
    let (effects, flow) = sheets::input(&mut sheet, &mut model.shared, &model.board, key);
    after_sheet(model, sheet, effects, flow)
}

/// Puts the sheet back where it belongs and does what it asked for.
pub fn after_sheet(model: &mut Model, sheet: Sheet, effects: Vec<Effect>, flow: Flow) -> Vec<Effect> {
    model.dirty = true;
    if let Sheet::When(open) = &sheet {
        forget_deed(model, &effects);
        if effects.iter().any(|effect| matches!(effect, Effect::Move(_))) {
            model.last_deed = Some(Deed::Timed(when::typed(open).to_owned()));
        }
    }
    let stays = matches!(
        flow,
        Flow::Stay
            | Flow::Push(_)
            | Flow::Verb(_)
            | Flow::ComposerMedia(_)
            | Flow::ComposerFind(_)
            | Flow::ComposerOptions(_)
    );
    if let Sheet::Command(state) = &sheet {
        // The filter narrows while it is typed.
        refresh(model);
        if !stays {
            command::remember(&mut model.history, state);
        }
    }
    if stays {
        model.sheets.push(sheet);
    }
    follow(model, Layer::Sheet, effects, flow)
}

/// Gives an action to the composer.
fn on_composer(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(open) = &mut model.composer else { return Vec::new() };
    let (effects, flow) = composer::update(open, &mut model.shared, &model.board, action);
    follow(model, Layer::Composer, effects, flow)
}

fn on_panes(model: &mut Model, action: Action, count: u32) -> Vec<Effect> {
    match action {
        Action::Filter => {
            let state = command::filter(model);
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::GoToDate => {
            let state = command::date(model);
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::DayNote => {
            let state = command::day_note(model);
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        Action::KeepView => {
            let state = command::keep(model);
            model.sheets.push(Sheet::Command(state));
            Vec::new()
        }
        _ if action.kept_view().is_some() => kept::show(model, action),
        _ if narrow::is_narrowing(action) => {
            narrow::run(model, action);
            Vec::new()
        }
        Action::Back => back(model),
        Action::Close if model.zoom => {
            model.zoom = false;
            Vec::new()
        }
        Action::Close => quit(model),
        Action::PaneChannels => focus(model, Pane::Channels, true),
        Action::PaneCalendar => focus(model, Pane::Calendar, true),
        Action::PanePost => focus(model, Pane::Post, true),
        Action::PaneFailed => focus(model, Pane::Failed, true),
        Action::PaneActivity => focus(model, Pane::Activity, true),
        Action::NextPane => turn_focus(model, 1),
        Action::PreviousPane => turn_focus(model, Pane::ALL.len() - 1),
        Action::NextMatch | Action::PreviousMatch => {
            let forward = action == Action::NextMatch;
            let (pane, step) = match (model.focus, forward) {
                (Pane::Failed, true) => (Pane::Failed, Action::Down),
                (Pane::Failed, false) => (Pane::Failed, Action::Up),
                (_, true) => (Pane::Calendar, Action::NextPost),
                (_, false) => (Pane::Calendar, Action::PreviousPost),
            };
            on_pane(model, pane, step, count)
        }
        Action::Mark | Action::MarkAll => mark(model, action, count),
        Action::MarkRange => {
            range::turn(model);
            Vec::new()
        }
        Action::Open => open(model, count),
        Action::ShowTold => show_told(model),
        Action::Browse if model.focus == Pane::Channels => {
            let effects = on_pane(model, Pane::Channels, action, count);
            if effects.is_empty() { verbs::run(model, action).unwrap_or_default() } else { effects }
        }
        _ => match home(action) {
            Some(pane) => {
                if pane == Pane::Calendar && model.focus != Pane::Failed {
                    model.focus = pane;
                }
                on_pane(model, pane, action, count)
            }
            None => match verbs::run(model, action) {
                Some(effects) => effects,
                None => on_pane(model, model.focus, action, count),
            },
        },
    }
}

/// The pane that carries an action out wherever the focus is.
fn home(action: Action) -> Option<Pane> {
    match action {
        Action::Today
        | Action::PreviousWeek
        | Action::NextWeek
        | Action::PreviousMonth
        | Action::NextMonth
        | Action::NextPost
        | Action::PreviousPost
        | Action::ToggleFold
        | Action::ViewWeek
        | Action::ViewDay
        | Action::ViewMonth
        | Action::ViewAgenda
        | Action::ShorterRows
        | Action::LongerRows
        | Action::ToggleSlots
        | Action::ToggleSecondZone
        | Action::TurnColours
        | Action::ToggleHeat
        | Action::TogglePast
        | Action::NextSlot
        | Action::PreviousSlot
        | Action::NextClash => Some(Pane::Calendar),
        Action::ScrollPostDown | Action::ScrollPostUp | Action::NextVariant | Action::PreviousVariant => {
            Some(Pane::Post)
        }
        Action::HideChannel | Action::OnlyChannel => Some(Pane::Channels),
        _ => None,
    }
}

/// Carries out again what had to wait for more weeks, unless something else has begun meanwhile.
pub fn resume(model: &mut Model) -> Vec<Effect> {
    let Some((action, count)) = calendar::sought(&model.calendar, &model.board) else { return Vec::new() };
    match action {
        _ if !model.sheets.is_empty() || model.composer.is_some() => Vec::new(),
        Action::Duplicate => verbs::run(model, action).unwrap_or_default(),
        _ => on_pane(model, Pane::Calendar, action, count),
    }
}

/// Gives an action to a pane.
fn on_pane(model: &mut Model, pane: Pane, action: Action, count: u32) -> Vec<Effect> {
    let Model { shared, board, channels, calendar, post, failed, activity, .. } = model;
    let effects = match pane {
        Pane::Channels => channels::update(channels, shared, board, action, count),
        Pane::Calendar => calendar::update(calendar, shared, board, action, count),
        Pane::Post => post::update(post, shared, board, action, count),
        Pane::Failed => failed::update(failed, shared, board, action, count),
        Pane::Activity => activity::update(activity, shared, board, action, count),
    };
    if matches!(action, Action::HideChannel | Action::OnlyChannel) {
        refresh(model);
    }
    effects
}

fn focus(model: &mut Model, pane: Pane, again_zooms: bool) -> Vec<Effect> {
    if model.focus == pane {
        model.zoom ^= again_zooms;
        return Vec::new();
    }
    model.focus = pane;
    model.zoom = false;
    model.opened_from = None;
    if pane == Pane::Failed {
        failed::enter(&mut model.failed, &mut model.shared, &model.board);
    }
    Vec::new()
}

fn turn_focus(model: &mut Model, by: usize) -> Vec<Effect> {
    let zoom = model.zoom;
    let here = Pane::ALL.iter().position(|pane| *pane == model.focus).unwrap_or(0);
    if let Some(pane) = Pane::ALL.get((here + by) % Pane::ALL.len()) {
        focus(model, *pane, false);
    }
    model.zoom = zoom;
    Vec::new()
}

/// Enter: the pane opens what is its own; on a post it leads to the post in full.
fn open(model: &mut Model, count: u32) -> Vec<Effect> {
    let from = model.focus;
    let leads = match from {
        Pane::Calendar => true,
        Pane::Failed => !failed::on_heading(&model.failed, &model.shared, &model.board),
        Pane::Activity => activity::cursor_post(&model.activity, &model.board).is_some(),
        Pane::Channels | Pane::Post => false,
    };
    let effects = on_pane(model, from, Action::Open, count);
    if leads && effects.is_empty() && model.cursor_post().is_some() {
        focus(model, Pane::Post, false);
        model.opened_from = Some(from);
    }
    effects
}

/// Leads to the post the last notice was about: among the failed where it needs a person, else in full.
fn show_told(model: &mut Model) -> Vec<Effect> {
    let Some(id) = model.told_about.take() else { return Vec::new() };
    notice::clear(model);
    let Some(post) = model.board.post(id) else { return vec![Effect::LoadPost(id)] };
    let pane = if post.needs_a_person(model.shared.now) { Pane::Failed } else { Pane::Post };
    model.shared.cursor = Some(id);
    focus(model, pane, false);
    Vec::new()
}

/// A pane that knows better what is marked does it; else it is the cursor post, or all that is shown.
fn mark(model: &mut Model, action: Action, count: u32) -> Vec<Effect> {
    let before = model.shared.marks.clone();
    let effects = on_pane(model, model.focus, action, count);
    if model.shared.marks != before {
        return effects;
    }
    if action == Action::MarkAll {
        let Model { shared, board, .. } = model;
        let shown: Vec<_> = board.posts.iter().filter(|post| shared.shows(board, post)).map(|post| post.id).collect();
        shared.marks.extend(shown);
    } else if let Some(id) = model.shared.cursor
        && !model.shared.marks.remove(&id)
    {
        model.shared.marks.insert(id);
    }
    effects
}

/// One step back, never losing text: a range, filter, marks, channels shown alone, zoom, the pane one came from. (Sheets, the composer, a move and a pending key come first.)
fn back(model: &mut Model) -> Vec<Effect> {
    if range::leave(model) {
        return Vec::new();
    }
    if model.shared.filter.take().is_some() {
        refresh(model);
    } else if !model.shared.marks.is_empty() {
        model.shared.marks.clear();
    } else if !model.shared.only.is_empty() {
        model.shared.only.clear();
        refresh(model);
    } else if model.zoom {
        model.zoom = false;
    } else if let Some(pane) = model.opened_from {
        focus(model, pane, false);
    }
    Vec::new()
}

/// Whether Esc would change anything among the panes.
pub fn can_go_back(model: &Model) -> bool {
    !model.sheets.is_empty()
        || model.composer.is_some()
        || model.builder.is_some()
        || calendar::is_moving(&model.calendar)
        || model.shared.filter.is_some()
        || !model.shared.marks.is_empty()
        || !model.shared.only.is_empty()
        || model.zoom
        || model.opened_from.is_some()
}

/// Ends the program, at once unless a write waits.
fn quit(model: &mut Model) -> Vec<Effect> {
    let waits = |state: OutboxState| {
        matches!(state, OutboxState::Ready | OutboxState::InFlight | OutboxState::Waiting | OutboxState::Verifying)
    };
    let waiting = model.board.outbox.iter().filter(|row| waits(row.state)).count();
    if waiting == 0 || model.board.demo {
        return vec![Effect::Quit];
    }
    let title = format!("Quit with {} waiting?", count(waiting, "write"));
    let lines = vec![
        "Nothing is lost: what waits is kept and sent when the program runs again.".into(),
        "Until then, no provider knows about it.".into(),
    ];
    model.sheets.push(Sheet::Question(question::State::ask(title, lines, "quit", vec![Effect::Quit])));
    Vec::new()
}

/// Ctrl-c: first takes back whatever is under way, the second time it ends the program, keeping the draft.
fn cancel(model: &mut Model) -> Vec<Effect> {
    if model.cancelled_once {
        return leave(model);
    }
    model.cancelled_once = true;
    let mut effects = Vec::new();
    if let Some(sheet) = model.sheets.pop() {
        match &sheet {
            _ if sheet.holds_typing() => effects = on_sheet(model, sheet, Action::Cancel),
            Sheet::Command(state) => command::restore(state, &mut model.shared),
            _ => {}
        }
        refresh(model);
    } else if calendar::is_moving(&model.calendar) {
        effects = on_pane(model, Pane::Calendar, Action::Back, 1);
    }
    notice::tell(model, Tone::Plain, "Ctrl-c again quits");
    effects
}

/// Ends the program without asking; what is in the composer is kept first.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    // What is typed in a field over the composer is the post's first.
    let mut effects = match model.sheets.pop() {
        Some(sheet) if sheet.holds_typing() => on_sheet(model, sheet, Action::Cancel),
        _ => Vec::new(),
    };
    let draft = model.composer.as_ref().and_then(|open| composer::kept(open));
    let recipe = model.builder.as_deref_mut().map(builder::leave).unwrap_or_default();
    effects.extend(draft.into_iter().chain(recipe).chain([Effect::Quit]));
    effects
}

fn toggle_mouse(model: &mut Model) -> Vec<Effect> {
    model.mouse_on = !model.mouse_on;
    let words = if model.mouse_on {
        "the mouse works here again"
    } else {
        "the mouse is the terminal's: select and copy as usual; F12 takes it back"
    };
    notice::tell(model, Tone::Plain, words);
    vec![Effect::Mouse(model.mouse_on)]
}

/// After what panes show has changed: computed parts are computed anew.
pub fn refresh(model: &mut Model) {
    let Model { calendar, shared, board, .. } = model;
    calendar::refresh(calendar, shared, board);
}

/// Tells panes and the composer how much room they have, before the next frame is drawn.
pub fn settle(model: &mut Model) {
    let regions = screen(model);
    let Model { channels, calendar, post, shared, board, composer, builder, .. } = model;
    if let Some(open) = composer {
        composer::settle(open, shared, regions.tool);
        return;
    }
    if let Some(open) = builder {
        builder::settle(open, regions.tool);
        return;
    }
    if let Some(area) = regions.pane(Pane::Channels) {
        channels::settle(channels, board, area);
    }
    calendar::screen(calendar, shared.size);
    if let Some(area) = regions.pane(Pane::Calendar) {
        calendar::fit(calendar, area);
    }
    if let Some(area) = regions.pane(Pane::Post) {
        post::refresh(post, shared, board, area.width);
        post::resize(post, area.height);
    }
}
