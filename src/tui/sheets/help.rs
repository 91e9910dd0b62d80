//! The keys that work here: searched by typing, run by Enter.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::{cells, truncate};
use crate::tui::action::Action;
use crate::tui::availability::availability;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::hints;
use crate::tui::keys;
use crate::tui::model::{Model, Shared};
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::editor;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDTH: u16 = 84;
/// The widest the column of keys gets.
const KEYS: usize = 24;
/// What is written rather than pressed.
const TYPED: &[(&str, &str)] = &[
    (":name:", "an emoji by its name; from two letters on some are offered"),
    ("@{name}", "somebody, by their handle on each network; @ offers them"),
    ("#", "offers groups of hashtags, and those used before"),
    ("---", "on a line of its own: the next part of a thread"),
];
const WRITING: &str = "in the text";
/// Rows a page has on a screen of ordinary size.
const PAGE: usize = 12;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    search: Input,
    entries: Vec<Entry>,
    /// Among the entries that the search leaves.
    cursor: usize,
}

#[derive(Clone, Debug)]
struct Entry {
    group: &'static str,
    keys: String,
    /// What Enter runs; none for what is typed, which has words of its own.
    does: Result<Action, &'static str>,
    /// Why it cannot run now.
    reason: Option<String>,
}

/// The keys of the contexts in force, and what the command line alone reaches.
pub fn open(model: &Model) -> State {
    let at_root = model.sheets.is_empty();
    let reason = |action| if at_root { availability(action, model).err() } else { None };
    let mut entries: Vec<Entry> = Vec::new();
    let leads = |action: Action| hints::leads(model, action);
    for (sequence, action, context) in model.keymap.bindings(&model.contexts()).into_iter().filter(|it| leads(it.1)) {
        let keys = keys::write_sequence(&sequence);
        match entries.iter_mut().find(|entry| entry.does == Ok(action)) {
            Some(entry) => entry.keys = format!("{}, {keys}", entry.keys),
            None => entries.push(Entry { group: context, keys, does: Ok(action), reason: reason(action) }),
        }
    }
    if at_root && model.contexts().contains(&"composer.text") {
        write(&mut entries, model);
    }
    if at_root {
        for action in [Action::Quit, Action::Connect] {
            if !entries.iter().any(|entry| entry.does == Ok(action)) {
                let keys = format!(":{}", action.name());
                entries.push(Entry { group: "command line", keys, does: Ok(action), reason: reason(action) });
            }
        }
    }
    State { search: Input::default(), entries, cursor: 0 }
}

/// The keys of writing, behind those of its context; one that a keymap gave something else to do is left out.
fn write(entries: &mut Vec<Entry>, model: &Model) {
    let bound: Vec<String> =
        model.keymap.bindings(&model.contexts()).iter().map(|(sequence, ..)| keys::write_sequence(sequence)).collect();
    let free = |key: &&&str| !bound.iter().any(|taken| taken == **key);
    let own = editor::KEYS.iter().filter_map(|(written, words)| {
        let written: Vec<&str> = written.iter().filter(free).copied().collect();
        (!written.is_empty()).then(|| (written.join(", "), *words))
    });
    let typed = TYPED.iter().map(|(typed, words)| ((*typed).to_owned(), *words));
    let rows = own.chain(typed).map(|(keys, words)| Entry { group: WRITING, keys, does: Err(words), reason: None });
    let at = entries.iter().rposition(|entry| entry.group == "composer.text").map_or(0, |at| at + 1);
    entries.splice(at..at, rows.collect::<Vec<_>>());
}

impl Entry {
    fn title(&self) -> &'static str {
        match self.does {
            Ok(action) => action.title(),
            Err(words) => words,
        }
    }

    fn name(&self) -> &'static str {
        self.does.map_or("", Action::name)
    }
}

impl State {
    fn found(&self) -> Vec<&Entry> {
        let words = self.search.text().to_lowercase();
        let takes = |entry: &&Entry| {
            let text = format!("{} {} {}", entry.keys.to_lowercase(), entry.title(), entry.name());
            words.split_whitespace().all(|word| text.contains(word))
        };
        self.entries.iter().filter(takes).collect()
    }

    fn step(&mut self, by: isize) {
        let last = self.found().len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
    }
}

/// Carries out one action.
pub fn update(state: &mut State, _shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let page = isize::try_from(PAGE).unwrap_or(1);
    match action {
        Action::Accept => {
            let chosen = state.found().get(state.cursor).and_then(|entry| entry.does.ok());
            return (Vec::new(), chosen.map_or(Flow::Stay, Flow::Run));
        }
        Action::Down | Action::NextField => state.step(1),
        Action::Up | Action::PreviousField => state.step(-1),
        Action::PageDown => state.step(page),
        Action::PageUp => state.step(-page),
        Action::Back | Action::Close | Action::Help => return (Vec::new(), Flow::Close),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, _shared: &mut Shared, _board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    if state.search.key(key) {
        state.cursor = 0;
    }
    (Vec::new(), Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, text: &str) {
    if state.search.paste(text) {
        state.cursor = 0;
    }
}

/// A row of the list: the heading of a group, or an entry with its place among those found.
enum Listed<'a> {
    Group(&'static str),
    Entry(usize, &'a Entry),
}

/// The rows of the list, and the first one shown in `height` of them.
fn listed<'a>(state: &'a State, height: u16) -> (Vec<Listed<'a>>, usize) {
    let mut rows = Vec::new();
    let mut group = "";
    for (at, entry) in state.found().into_iter().enumerate() {
        if entry.group != group {
            group = entry.group;
            rows.push(Listed::Group(group));
        }
        rows.push(Listed::Entry(at, entry));
    }
    let here = |row: &Listed<'_>| matches!(row, Listed::Entry(at, _) if *at == state.cursor);
    let at = rows.iter().position(here).unwrap_or(0);
    let offset = scroll::follow(0, at, usize::from(height), rows.len());
    (rows, offset)
}

/// Why the entry under the cursor cannot run, where its own row has no room for it, and the rows that takes.
fn in_full(state: &State, width: u16) -> (String, u16) {
    let found = state.found();
    let column = found.iter().map(|entry| cells(&entry.keys)).max().unwrap_or(0).min(KEYS);
    let Some(entry) = found.get(state.cursor) else { return (String::new(), 0) };
    let Some(reason) = &entry.reason else { return (String::new(), 0) };
    match column + 6 + cells(entry.title()) + cells(reason) > usize::from(width) {
        true => (reason.clone(), 1),
        false => (String::new(), 0),
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let wanted = u16::try_from(state.entries.len() + 12).unwrap_or(u16::MAX);
    // A strip of what lies below is of no use beside the sheet.
    let width = if area.width < WIDTH + 12 { area.width } else { WIDTH };
    panel::middle(area, (width, wanted.min(area.height.saturating_sub(2))))
}

/// The first click chooses an entry, the second one runs it.
pub fn click(state: &mut State, area: Rect, double: bool, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    let row = usize::from(y.checked_sub(inside.y + 1)?);
    let (rows, offset) = listed(state, inside.height.saturating_sub(1 + in_full(state, inside.width).1));
    let Some(Listed::Entry(at, _)) = rows.get(offset + row) else { return None };
    state.cursor = *at;
    double.then_some(Action::Accept)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, _shared: &Shared, _board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let found = state.found();
    let note = format!("{} of {}", found.len(), state.entries.len());
    let inside = panel::sheet(place(state, area), buf, theme, "Keys that work here", &note);
    if inside.is_empty() {
        return;
    }
    let style = |role| theme.style(role);
    let prompt = panel::line(inside, 0, buf, &[("search ", style(Role::Muted))]);
    let field = Rect { x: prompt, width: inside.right().saturating_sub(prompt), height: 1, ..inside };
    state.search.view(field, buf, style(Role::Field));
    let (words, taken) = in_full(state, inside.width);
    let list = Rect { y: inside.y + 1, height: (inside.height - 1).saturating_sub(taken), ..inside };
    panel::line(Rect { height: inside.height, ..inside }, inside.height - 1, buf, &[(&words, style(Role::Text))]);
    let (rows, offset) = listed(state, list.height);
    let column = found.iter().map(|entry| cells(&entry.keys)).max().unwrap_or(0).min(KEYS);
    for (row, entry) in (0..list.height).zip(rows.iter().skip(offset)) {
        let (at, entry) = match entry {
            Listed::Group(group) => {
                panel::line(list, row, buf, &[(group, style(Role::Muted))]);
                continue;
            }
            Listed::Entry(at, entry) => (at, entry),
        };
        let keys = format!("  {:<column$}  ", truncate(&entry.keys, column));
        let (text, note) = match &entry.reason {
            Some(reason) => (Role::Muted, format!("  {reason}")),
            None => (Role::Text, String::new()),
        };
        let parts = [(keys.as_str(), style(Role::Key)), (entry.title(), style(text)), (&note, style(Role::Muted))];
        panel::line(list, row, buf, &parts);
        if *at == state.cursor {
            buf.set_style(Rect { y: list.y + row, height: 1, ..list }, style(Role::Cursor));
        }
    }
}
