//! Something to put into the text by its name: an emoji, a snippet, a group of hashtags.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::{one_line, truncate};
use crate::text::phrases::{self, Offer, OfferKind};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// How many are offered at once.
const MOST: usize = 200;
const ROWS: u16 = 12;
const FOOT: &[panel::Foot<'static>] =
    &[("Enter", "put it in", Action::Accept), ("Up Down", "choose", Action::Down), ("Esc", "back", Action::Back)];

/// The sheet's state.
#[derive(Clone, Debug, Default)]
pub struct State {
    search: Input,
    /// Bytes before the cursor of the text that were typed of the name: they go when it is put in.
    typed: usize,
    /// Whether somebody of the table of mentions is meant.
    mentions: bool,
    offers: Vec<Offer>,
    /// Whether there are only emoji: nobody wrote snippets or groups yet.
    bare: bool,
    at: usize,
}

/// Opens the sheet. `typed` is what stands before the cursor and looks like the beginning of a name: `:smi`.
pub fn open(typed: &str, board: &Board) -> State {
    let named = typed.strip_prefix("@{");
    let search = Input::new(named.unwrap_or_else(|| typed.trim_start_matches(':')));
    let mut state = State {
        search,
        typed: typed.len(),
        mentions: named.is_some(),
        bare: board.phrases.is_empty(),
        ..State::default()
    };
    state.search(board);
    state
}

impl State {
    fn search(&mut self, board: &Board) {
        let typed = self.search.text();
        let people = board.book.mentions.matching(typed, MOST).into_iter();
        let people = people.map(|(name, person)| Offer {
            name: person.name.clone(),
            text: format!("@{{{name}}}"),
            kind: OfferKind::Mention,
        });
        self.offers = if typed.is_empty() && !self.mentions { Vec::new() } else { people.collect() };
        if !self.mentions {
            self.offers.extend(phrases::matching(&board.phrases, typed, MOST));
        }
        self.at = 0;
    }
}

/// Carries out one action.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.offers.len().saturating_sub(1);
    state.at = match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Accept | Action::Open => {
            let chosen = state.offers.get(state.at).map(|offer| offer.text.clone());
            let flow = chosen.map(|text| Flow::ComposerInsert { instead: state.typed, text });
            return (Vec::new(), flow.unwrap_or(Flow::Stay));
        }
        Action::Down | Action::NextField => state.at + 1,
        Action::Up | Action::PreviousField => state.at.saturating_sub(1),
        Action::PageDown => state.at + usize::from(ROWS),
        Action::PageUp => state.at.saturating_sub(usize::from(ROWS)),
        _ => state.at,
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to: typing searches.
pub fn input(state: &mut State, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    if state.search.key(key) {
        state.search(board);
    }
    (Vec::new(), Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, board: &Board, text: &str) {
    if state.search.paste(text) {
        state.search(board);
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(area: Rect) -> Rect {
    panel::middle(area, (72, ROWS + 5))
}

/// A click chooses; a click on what is chosen puts it in.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, FOOT, x, y) {
        return Some(action);
    }
    let row = y.checked_sub(inside.y + 2).filter(|row| *row < ROWS)?;
    let at = offset(state) + usize::from(row);
    if at >= state.offers.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::Accept)
}

fn offset(state: &State) -> usize {
    scroll::window(state.at, state.at + 1, usize::from(ROWS), state.offers.len(), None).0
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = "Emoji, snippets, hashtag groups";
    let inside = panel::sheet(place(area), buf, theme, title, &state.offers.len().to_string());
    if inside.height == 0 || inside.width == 0 {
        return;
    }
    state.search.view(Rect { height: 1, ..inside }, buf, theme.style(Role::Field));
    let (muted, text) = (theme.style(Role::Muted), theme.style(Role::Text));
    if state.bare && !state.offers.is_empty() {
        panel::line(inside, 1, buf, &[("own snippets and hashtag groups: phrases.toml beside config.toml", muted)]);
    }
    if state.offers.is_empty() {
        panel::line(
            inside,
            2,
            buf,
            &[("nothing of that name; phrases.toml beside the configuration adds some", muted)],
        );
    }
    let rows = ROWS.min(inside.height.saturating_sub(3));
    for (row, (at, offer)) in (2..2 + rows).zip(state.offers.iter().enumerate().skip(offset(state))) {
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
        let shown = panel::padded(&one_line(&offer.text), 30);
        let name = truncate(&offer.name, usize::from(inside.width).saturating_sub(44));
        panel::line(inside, row, buf, &[(&shown, text), (&name, text), ("  ", muted), (offer.kind.word(), muted)]);
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}
