//! Yes or no, with the safe answer on every key but one; and words that only want to be read.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::cells;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{panel, prose};

/// Rows that one line of a question may take.
const LONGEST: usize = 6;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    title: String,
    lines: Vec<String>,
    /// What y does; nothing for words that are only read.
    question: Option<Question>,
    /// The first line shown.
    offset: usize,
}

#[derive(Clone, Debug)]
struct Question {
    yes: String,
    effects: Vec<Effect>,
}

impl State {
    /// What it is about.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Asks `title`, explains with `lines`; `y` is called `yes` and carries out `effects`, anything else does not.
    pub fn ask(title: String, lines: Vec<String>, yes: &str, effects: Vec<Effect>) -> Self {
        Self { title, lines, question: Some(Question { yes: yes.into(), effects }), offset: 0 }
    }

    /// Shows words.
    pub fn guide(title: &str, lines: &[&str]) -> Self {
        Self::reading(title.into(), lines.iter().map(|line| (*line).to_owned()).collect())
    }

    /// Shows words that were put together.
    pub fn reading(title: String, lines: Vec<String>) -> Self {
        Self { title, lines, question: None, offset: 0 }
    }

    /// Whether something is decided here.
    pub fn is_question(&self) -> bool {
        self.question.is_some()
    }

    /// The question's word for yes.
    pub fn yes(&self) -> &str {
        self.question.as_ref().map_or("", |question| &question.yes)
    }

    fn foot<'a>(&'a self, no: &'a str) -> Vec<panel::Foot<'a>> {
        self.question
            .as_ref()
            .map_or_else(Vec::new, |question| vec![("y", question.yes.as_str(), Action::Yes), ("n", no, Action::No)])
    }

    fn scroll(&mut self, by: isize, size: (u16, u16)) {
        let (_, hidden) = fitted(self, Rect::new(0, 0, size.0, size.1));
        self.offset = self.offset.saturating_add_signed(by).min(hidden);
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match (action, &state.question) {
        (Action::Yes, Some(question)) => {
            shared.marks.clear();
            return (question.effects.clone(), Flow::Close);
        }
        (Action::Down, _) => state.scroll(1, shared.size),
        (Action::Up, _) => state.scroll(-1, shared.size),
        (Action::HalfDown | Action::PageDown, _) => state.scroll(8, shared.size),
        (Action::HalfUp | Action::PageUp, _) => state.scroll(-8, shared.size),
        (Action::Top, _) => state.offset = 0,
        (Action::Bottom, _) => state.scroll(isize::MAX, shared.size),
        (Action::No | Action::Accept | Action::Back | Action::Close | Action::Open, _) => {
            return (Vec::new(), Flow::Close);
        }
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(_state: &mut State, _shared: &mut Shared, _board: &Board, _key: Key) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let widest = state.lines.iter().map(|line| cells(line)).chain([cells(&state.title) + 4]).max().unwrap_or(0);
    let width = u16::try_from(widest + 4).unwrap_or(u16::MAX).clamp(36, 90).min(area.width);
    let rows = rows(state, width.saturating_sub(4)).len() + if state.is_question() { 4 } else { 2 };
    panel::middle(area, (width, u16::try_from(rows).unwrap_or(u16::MAX)))
}

/// The lines as `width` cells hold them. What a line begins with stands before its next rows too.
fn rows(state: &State, width: u16) -> Vec<String> {
    let wrapped = |line: &String| {
        let text = line.trim_start();
        let indent = " ".repeat(line.len() - text.len());
        let room = usize::from(width).saturating_sub(indent.len()).max(1);
        let rows = prose::wrap(text, room, LONGEST);
        let rows: Vec<String> =
            rows.into_iter().filter_map(|row| Some(format!("{indent}{}", text.get(row)?.trim_end()))).collect();
        if rows.is_empty() { vec![String::new()] } else { rows }
    };
    state.lines.iter().flat_map(wrapped).collect()
}

/// The rows of the sheet on the screen `area`, and how many of them do not fit.
fn fitted(state: &State, area: Rect) -> (Vec<String>, usize) {
    let inside = panel::inside(place(state, area));
    let kept = if state.is_question() { 2 } else { 0 };
    let rows = rows(state, inside.width);
    let hidden = rows.len().saturating_sub(usize::from(inside.height).saturating_sub(kept));
    (rows, hidden)
}

/// What else says no: the safe answer has the keys that are pressed without a thought.
fn no(shared: &Shared) -> String {
    format!("no ({}, {})", shared.keys.key("Enter", "question"), shared.keys.key("Esc", "question"))
}

/// What a click there runs.
pub fn click(state: &State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    panel::foot_at(panel::inside(place(state, area)), &shared.keys, &state.foot(&no(shared)), x, y)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, _board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (rows, hidden) = fitted(state, area);
    let offset = state.offset.min(hidden);
    let more = hidden.saturating_sub(offset);
    let below = if more > 0 { format!("{more} more below") } else { String::new() };
    // A question has a free row above its answers; words that are only read fill the sheet.
    let (beside, under) = if state.is_question() { ("", below.as_str()) } else { (below.as_str(), "") };
    let inside = panel::sheet(place(state, area), buf, theme, &state.title, beside);
    let no = no(shared);
    let foot = state.foot(&no);
    let room = rows.len().saturating_sub(hidden);
    for (row, line) in (0..).zip(rows.iter().skip(offset).take(room)) {
        panel::line(inside, row, buf, &[(&shared.keys.of(line), theme.style(Role::Text))]);
    }
    panel::line(inside, u16::try_from(room).unwrap_or(u16::MAX), buf, &[(under, theme.style(Role::Muted))]);
    panel::foot(inside, buf, theme, &shared.keys, &foot);
}
