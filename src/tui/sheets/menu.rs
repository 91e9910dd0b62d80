//! What can be done with the thing under the pointer: its actions with their keys, and why one of them cannot run now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::availability::availability;
use crate::tui::effect::Effect;
use crate::tui::keys;
use crate::tui::model::{Model, Pane};
use crate::tui::msg::Key;
use crate::tui::panes::{activity, calendar, channels};
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;

/// The widest the menu gets.
const WIDEST: usize = 72;
/// The cells of what the title quotes.
const QUOTE: usize = 36;
/// Columns of the border and the air inside it.
const BORDER: u16 = 4;
/// Rows below the menu that stay in sight: the status line and the hints.
const BELOW: u16 = 2;

/// A post, wherever it is seen.
const POST: &[Action] = &[
    Action::Open,
    Action::Edit,
    Action::Move,
    Action::When,
    Action::Mark,
    Action::Duplicate,
    Action::Hold,
    Action::PublishNow,
    Action::Retry,
    Action::Verify,
    Action::Browse,
    Action::RawAnswer,
    Action::KeepOurs,
    Action::TakeTheirs,
    Action::CopyPost,
    Action::CopyText,
    Action::CopyLink,
    Action::CopyId,
    Action::CopyJson,
    Action::CopyMarkdown,
    Action::Delete,
];
/// A post that failed, in the failed queue.
const FAILED: &[Action] = &[
    Action::Open,
    Action::Remedy,
    Action::Retry,
    Action::Verify,
    Action::Edit,
    Action::When,
    Action::RawAnswer,
    Action::Dismiss,
    Action::Mark,
    Action::Browse,
    Action::CopyPost,
    Action::CopyText,
    Action::CopyId,
    Action::Delete,
    Action::RetryAll,
];
/// A place of the calendar, beside the post that may be there.
const PLACE: &[Action] = &[Action::Compose, Action::Paste, Action::DayNote];
/// A place of the calendar where nothing is.
const EMPTY: &[Action] = &[Action::GoToDate, Action::Today, Action::Drafts];
const CHANNEL: &[Action] = &[
    Action::OnlyChannel,
    Action::HideChannel,
    Action::RenewChannel,
    Action::Limits,
    Action::Browse,
    Action::Settings,
    Action::Defaults,
    Action::Sync,
    Action::Connect,
];
const ACTIVITY: &[Action] = &[Action::Open, Action::RawAnswer, Action::DropWrite, Action::Sync];
/// A post that is held over the calendar.
const MOVING: &[Action] = &[Action::Drop, Action::MoveChannel, Action::NextSlot, Action::PreviousSlot, Action::Back];

/// The menu's state.
#[derive(Clone, Debug)]
pub struct State {
    title: String,
    entries: Vec<Entry>,
    /// The entry under the cursor.
    at: usize,
    /// The cell of the screen it was asked for at.
    pointer: (u16, u16),
    /// Keys of an entry that were begun.
    begun: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Entry {
    action: Action,
    keys: Vec<Key>,
    /// Why it cannot run now.
    reason: Option<String>,
}

/// The menu of what is under the cursor, asked for at that cell of the screen.
pub fn open(model: &Model, pointer: (u16, u16)) -> State {
    let (title, actions) = subject(model);
    let bindings = model.keymap.bindings(&model.contexts());
    let keys = |action: Action| bindings.iter().filter(move |(_, each, _)| *each == action).map(|(keys, ..)| keys);
    let entry = |action: Action| Entry {
        action,
        keys: keys(action).min_by_key(|keys| keys.len()).cloned().unwrap_or_default(),
        reason: availability(action, model).err(),
    };
    let entries =
        actions.into_iter().map(entry).filter(|entry| entry.reason.is_none() || !rare(entry.action)).collect();
    State { title, entries, at: 0, pointer, begun: Vec::new() }
}

/// What is only of use in a state that few things are in: it is left out where it cannot run.
fn rare(action: Action) -> bool {
    matches!(action, Action::KeepOurs | Action::TakeTheirs | Action::Paste | Action::RetryAll)
}

/// What the menu is about, in words, and what can be done with such a thing.
fn subject(model: &Model) -> (String, Vec<Action>) {
    let Model { shared, board, .. } = model;
    if calendar::is_moving(&model.calendar) {
        return ("Held".into(), MOVING.to_vec());
    }
    if model.focus == Pane::Channels {
        let channel = channels::cursor_channel(&model.channels, board).and_then(|id| board.channel(&id));
        let words = match channel {
            Some(channel) => format!("{} {}", one_line(channel.network.mark()), one_line(channel.label())),
            None => channels::cursor_account(&model.channels, board)
                .map_or("Channels".into(), |name| one_line(name.as_str())),
        };
        return (truncate(&words, QUOTE), CHANNEL.to_vec());
    }
    let posts = model.chosen_posts();
    let words = match posts.as_slice() {
        _ if !shared.marks.is_empty() => format!("{} marked", posts.len()),
        [] => match (model.focus, calendar::cursor_slot(&model.calendar, shared)) {
            (Pane::Calendar, Some(slot)) => {
                let wall = slot.wall();
                format!("{} {}", wall.format("%a %-d %b"), shared.habits.time(wall.time()))
            }
            _ => model.focus.title().to_owned(),
        },
        [post] => format!("{} {}", post.state(shared.now).word(), one_line(&post.body)),
        several => format!("{} posts", several.len()),
    };
    let mut actions = match (model.focus, posts.is_empty()) {
        (Pane::Activity, _) if activity::cursor_write(&model.activity, board).is_some() => ACTIVITY.to_vec(),
        (Pane::Activity, true) => ACTIVITY.to_vec(),
        (Pane::Failed, _) => FAILED.to_vec(),
        (Pane::Calendar, true) => Vec::new(),
        _ => POST.to_vec(),
    };
    if model.focus == Pane::Calendar {
        actions.extend(PLACE);
        actions.extend(if posts.is_empty() { EMPTY } else { &[] });
    }
    (truncate(&words, QUOTE), actions)
}

impl State {
    fn step(&mut self, by: isize) {
        let last = self.entries.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(by).min(last);
        self.begun.clear();
    }

    /// What the entry under the cursor comes to: nothing where it cannot run.
    fn chosen(&self) -> Flow {
        let entry = self.entries.get(self.at).filter(|entry| entry.reason.is_none());
        entry.map_or(Flow::Stay, |entry| Flow::Run(entry.action))
    }
}

/// Carries out one action: Enter does what the cursor is on.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    let page = isize::try_from(state.entries.len() / 2).unwrap_or(1);
    match action {
        Action::Down => state.step(1),
        Action::Up => state.step(-1),
        Action::Top => state.step(isize::MIN),
        Action::Bottom => state.step(isize::MAX),
        Action::PageDown | Action::HalfDown => state.step(page),
        Action::PageUp | Action::HalfUp => state.step(-page),
        Action::Open => return (Vec::new(), state.chosen()),
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to: those that an entry shows do what they do without the menu.
pub fn input(state: &mut State, key: Key) -> (Vec<Effect>, Flow) {
    state.begun.push(keys::normal(key));
    let begins = |entry: &Entry| entry.keys.starts_with(&state.begun);
    let Some(at) = state.entries.iter().position(begins) else {
        state.begun.clear();
        return (Vec::new(), Flow::Stay);
    };
    if state.entries.get(at).is_some_and(|entry| entry.keys.len() > state.begun.len()) {
        return (Vec::new(), Flow::Stay);
    }
    state.begun.clear();
    state.at = at;
    (Vec::new(), state.chosen())
}

/// The cells of an entry up to its reason, with the gaps: the widest keys, the widest title.
fn columns(state: &State) -> (usize, usize) {
    let keys = state.entries.iter().map(|entry| cells(&keys::write_sequence(&entry.keys))).max().unwrap_or(0) + 2;
    let titles = state.entries.iter().map(|entry| cells(entry.action.title())).max().unwrap_or(0) + 2;
    (keys, titles)
}

/// The rows below the entries: one, where a reason is too long to stand beside its entry.
fn foot(state: &State, width: usize) -> u16 {
    let (keys, titles) = columns(state);
    let cut = |entry: &Entry| entry.reason.as_ref().is_some_and(|words| keys + titles + cells(words) > width);
    u16::from(state.entries.iter().any(cut))
}

/// Where the menu stands on the screen `area`: beside the pointer, above it where there is no room below.
pub fn place(state: &State, area: Rect) -> Rect {
    let (keys, titles) = columns(state);
    let reason = |entry: &Entry| entry.reason.as_ref().map_or(0, |words| cells(words));
    let reasons = state.entries.iter().map(reason).max().unwrap_or(0);
    let wide = (keys + titles + reasons).max(cells(&state.title) + 4).min(WIDEST);
    let width = u16::try_from(wide).unwrap_or(u16::MAX).saturating_add(BORDER).min(area.width);
    let most = area.height.saturating_sub(BELOW).max(area.height.min(3));
    let rows = u16::try_from(state.entries.len()).unwrap_or(u16::MAX);
    let foot = foot(state, usize::from(width.saturating_sub(BORDER)));
    let height = rows.saturating_add(2 + foot).min(most);
    let (x, y) = state.pointer;
    let x = x.min(area.right().saturating_sub(width)).max(area.x);
    let below = y.saturating_add(1);
    let y = match below.saturating_add(height) <= area.y + most {
        true => below,
        false if y >= area.y + height => y.min(area.y + most) - height,
        false => area.y + most - height,
    };
    Rect { x, y, width, height }
}

/// The rows of the entries in what is `inside` the border, and the first entry that is shown.
fn list(state: &State, inside: Rect) -> (u16, usize) {
    let height = inside.height.saturating_sub(foot(state, usize::from(inside.width)));
    (height, scroll::follow(0, state.at, usize::from(height), state.entries.len()))
}

/// A click does what it is on; of what cannot run it shows why.
pub fn click(state: &mut State, area: Rect, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    let (height, offset) = list(state, inside);
    let row = y.checked_sub(inside.y).filter(|row| *row < height)?;
    state.begun.clear();
    state.at = Some(usize::from(row) + offset).filter(|at| *at < state.entries.len())?;
    Some(Action::Open)
}

/// Draws the menu over what it is about.
pub fn view(state: &State, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let inside = panel::sheet(place(state, area), buf, theme, &state.title, "");
    if inside.is_empty() {
        return;
    }
    let style = |role| theme.style(role);
    let (keys, titles) = columns(state);
    let fill = |text: &str, to: usize| format!("{text}{}", " ".repeat(to.saturating_sub(cells(text))));
    let (height, offset) = list(state, inside);
    for (row, (at, entry)) in (0..height).zip(state.entries.iter().enumerate().skip(offset)) {
        let (key, title) = (fill(&keys::write_sequence(&entry.keys), keys), fill(entry.action.title(), titles));
        let parts = match &entry.reason {
            None => [(key.as_str(), style(Role::Key)), (title.as_str(), style(Role::Text)), ("", style(Role::Text))],
            Some(reason) => [key.as_str(), title.as_str(), reason.as_str()].map(|text| (text, style(Role::Muted))),
        };
        panel::line(inside, row, buf, &parts);
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, style(Role::Cursor));
        }
    }
    // A reason that is cut beside its entry is said in full below.
    let reason = state.entries.get(state.at).and_then(|entry| entry.reason.as_deref()).unwrap_or_default();
    if height < inside.height && keys + titles + cells(reason) > usize::from(inside.width) {
        panel::line(inside, height, buf, &[(reason, style(Role::Text))]);
    }
}
