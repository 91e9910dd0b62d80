//! Choosing the style of the post in the composer, with what each would make of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::post::Post;
use crate::text::clean::one_line;
use crate::text::style;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDTH: u16 = 100;
/// The most styles shown at once.
const ROWS: u16 = 8;
/// The most channels whose text is shown.
const SHOWN: usize = 6;
/// Rows for the border, the air and the line of keys.
const CHROME: u16 = 6;
/// The cells of a style's name.
const NAMES: usize = 18;
const FOOT: &[panel::Foot<'static>] =
    &[("Enter", "take it", Action::Accept), ("j k", "look at another", Action::Down), ("Esc", "back", Action::Back)];

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    post: Post,
    /// The styles by name; the first is none.
    names: Vec<Option<String>>,
    at: usize,
    /// What the chosen one makes of the post: the channel, its text on one line, and where that comes from.
    made: Vec<(String, String, String)>,
}

impl State {
    /// The styles there are, the cursor on the one that `post` has.
    pub fn new(post: Post, shared: &Shared, board: &Board) -> Self {
        let names: Vec<Option<String>> =
            std::iter::once(None).chain(board.book.styles.keys().cloned().map(Some)).collect();
        let at = names.iter().position(|name| *name == post.styling.style).unwrap_or(0);
        let mut state = Self { post, names, at, made: Vec::new() };
        state.look(shared, board);
        state
    }

    fn look(&mut self, shared: &Shared, board: &Board) {
        let mut post = self.post.clone();
        post.styling.style = self.names.get(self.at).cloned().flatten();
        let dressed = style::dressed(&post, &board.channels, &board.book, &shared.rules);
        let one = |target: &crate::domain::post::Target| {
            let channel = board.channel(&target.channel)?;
            let text = dressed.text(&target.channel).map(|woven| woven.text.trim().replace('\n', " ⏎ "))?;
            let name = format!("{} {}", channel.network.mark(), one_line(channel.label()));
            Some((name, one_line(&text), style::told(dressed.told(&target.channel))))
        };
        self.made = post.targets.iter().filter_map(one).collect();
    }

    fn listed(&self) -> u16 {
        u16::try_from(self.names.len()).unwrap_or(u16::MAX).min(ROWS)
    }

    fn first(&self) -> usize {
        scroll::window(self.at, self.at + 1, usize::from(self.listed()), self.names.len(), None).0
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.names.len().saturating_sub(1);
    state.at = match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Accept | Action::Open | Action::Mark | Action::Yes => {
            let chosen = state.names.get(state.at).cloned().flatten();
            return (Vec::new(), Flow::ComposerStyle(chosen));
        }
        Action::Down => state.at + 1,
        Action::Up => state.at.saturating_sub(1),
        Action::Top => 0,
        Action::Bottom => last,
        _ => return (Vec::new(), Flow::Stay),
    }
    .min(last);
    state.look(shared, board);
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let made = u16::try_from(state.made.len().clamp(1, SHOWN) * 2).unwrap_or(u16::MAX);
    let rows = state.listed().saturating_add(made).saturating_add(CHROME);
    panel::middle(area, (WIDTH, rows.min(area.height.saturating_sub(2))))
}

/// A click looks at a style; a click on the one that is looked at takes it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, FOOT, x, y) {
        return Some(action);
    }
    let row = y.checked_sub(inside.y).filter(|row| *row < state.listed())?;
    let at = state.first() + usize::from(row);
    if at >= state.names.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    state.look(shared, board);
    again.then_some(Action::Accept)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let inside =
        panel::sheet(place(state, area), buf, theme, "Style", "style · network · channel · post: the last wins");
    if inside.is_empty() {
        return;
    }
    let rows = state.listed().min(inside.height.saturating_sub(2));
    for (row, (at, name)) in (0..rows).zip(state.names.iter().enumerate().skip(state.first())) {
        let line = Rect { y: inside.y + row, height: 1, ..inside };
        let found = name.as_ref().and_then(|name| board.book.styles.get(name));
        let (about, ships) = found.map_or(("the text as it is, with the defaults", true), |it| (&it.about, it.ships));
        let parts = [
            (&*panel::padded(name.as_deref().unwrap_or("none"), NAMES), style(Role::Text)),
            (about, style(Role::Muted)),
        ];
        let after = panel::line(line, 0, buf, &parts);
        if !ships {
            panel::right(line, 0, buf, "yours ", style(Role::Muted), after);
        }
        if at == state.at {
            buf.set_style(line, style(Role::Cursor));
        }
    }
    let top = rows + 1;
    if state.made.is_empty() {
        panel::line(inside, top, buf, &[("choose a channel to see what comes of it", style(Role::Muted))]);
    }
    let widest = state.made.iter().map(|(name, ..)| crate::text::clean::cells(name)).max().unwrap_or(0).min(22);
    let below = inside.height.saturating_sub(2);
    for (row, (name, text, told)) in (top..below).step_by(2).zip(&state.made) {
        let name = panel::padded(name, widest + 2);
        panel::line(inside, row, buf, &[(&name, style(Role::Title)), (text, style(Role::Text))]);
        if row + 1 < below {
            let told = if told.is_empty() { "as the post says it" } else { told };
            panel::line(
                inside,
                row + 1,
                buf,
                &[(&panel::padded("", widest + 2), style(Role::Muted)), (told, style(Role::Muted))],
            );
        }
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}
