//! The journal, latest first: who did what when, here, in the shell and at the providers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Logged;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::moment::{brief, exact};
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 120;
/// Rows it has at least for entries.
const LEAST: u16 = 6;
/// Rows it takes for the border and the line of keys.
const CHROME: u16 = 4;
/// How far a page goes.
const PAGE: usize = 10;
/// From so many cells on the moment stands beside the words with its day.
const WIDE: u16 = 70;

/// The sheet's state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Nothing before it was read.
    entries: Option<Result<Vec<Logged>, String>>,
    at: usize,
}

/// Opens the sheet, and asks for the journal.
pub fn open() -> (State, Vec<Effect>) {
    (State::default(), vec![Effect::LoadLog])
}

/// Takes the journal that was asked for.
pub fn loaded(state: &mut State, entries: Result<Vec<Logged>, String>) {
    state.entries = Some(entries);
}

impl State {
    fn entries(&self) -> &[Logged] {
        self.entries.as_ref().and_then(|entries| entries.as_deref().ok()).unwrap_or_default()
    }
}

/// Carries out one action: Enter leads to the post that the entry is about.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.entries().len().saturating_sub(1);
    state.at = match action {
        Action::Open => {
            let post = state.entries().get(state.at).and_then(|entry| entry.post);
            return match post {
                Some(post) => (vec![Effect::LoadPost(post)], Flow::Close),
                None => (Vec::new(), Flow::Stay),
            };
        }
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => scroll::moved(state.at, last, PAGE, action),
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let rows = u16::try_from(state.entries().len()).unwrap_or(u16::MAX).max(LEAST).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// The rows of the list inside the sheet.
fn list(inside: Rect) -> u16 {
    inside.height.saturating_sub(2)
}

fn offset(state: &State, inside: Rect) -> usize {
    scroll::window(state.at, state.at + 1, list(inside).into(), state.entries().len(), None).0
}

/// A click chooses an entry; a click on the chosen one opens it.
pub fn click(state: &mut State, area: Rect, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    let row = y.checked_sub(inside.y).filter(|row| *row < list(inside))?;
    let at = offset(state, inside) + usize::from(row);
    (at < state.entries().len()).then_some(())?;
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::Open)
}

/// Draws the sheet.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let inside = panel::sheet(place(state, area), buf, theme, "Log", "latest first");
    let muted = theme.style(Role::Muted);
    let told = match &state.entries {
        None => Some("reading the journal".to_owned()),
        Some(Err(why)) => Some(one_line(why)),
        Some(Ok(entries)) if entries.is_empty() => Some("nothing was done here yet".to_owned()),
        Some(Ok(_)) => None,
    };
    if let Some(words) = told {
        panel::line(inside, 0, buf, &[(&words, muted)]);
    }
    let entries = state.entries().iter().enumerate().skip(offset(state, inside));
    for (row, (at, entry)) in (0..list(inside)).zip(entries) {
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
        let moment = match inside.width {
            WIDE.. => exact(entry.at, shared.now, shared),
            _ => brief(entry.at, shared.now, shared),
        };
        let back = if entry.undone { "  taken back" } else { "" };
        let head = format!("{moment}  {:<9}  ", entry.who);
        let room = usize::from(inside.width).saturating_sub(cells(&head) + cells(back));
        let words = truncate(&one_line(&entry.words), room);
        let text = theme.style(if entry.undone { Role::Muted } else { Role::Text });
        panel::line(inside, row, buf, &[(&head, muted), (&words, text), (back, muted)]);
    }
    let leads = state.entries().get(state.at).is_some_and(|entry| entry.post.is_some());
    let keys = [("Enter", "shows the post", Action::Open), ("Esc", "closes", Action::Back)];
    panel::foot(inside, buf, theme, &shared.keys, keys.get(usize::from(!leads)..).unwrap_or_default());
}
