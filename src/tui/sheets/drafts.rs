//! Drafts without a time: the calendar has no place for them, so they are listed here.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::PostId;
use crate::domain::outcome::State as PostState;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 100;
/// Rows it takes for the border and the line of keys.
const CHROME: u16 = 4;
/// How far a page goes.
const PAGE: usize = 10;

/// The sheet's state: which draft the cursor is on.
#[derive(Clone, Debug, Default)]
pub struct State {
    at: usize,
}

/// Carries out one action: Enter opens the draft in the composer.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = board.drafts.len().saturating_sub(1);
    state.at = match action {
        Action::Down => state.at.saturating_add(1),
        Action::Up => state.at.saturating_sub(1),
        Action::Top => 0,
        Action::Bottom => last,
        Action::PageDown | Action::HalfDown => state.at.saturating_add(PAGE),
        Action::PageUp | Action::HalfUp => state.at.saturating_sub(PAGE),
        Action::Open => {
            let Some(draft) = chosen(state, board) else { return (Vec::new(), Flow::Close) };
            shared.cursor = Some(draft);
            return (Vec::new(), Flow::Run(Action::Edit));
        }
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => state.at,
    }
    .min(last);
    shared.cursor = chosen(state, board);
    (Vec::new(), Flow::Stay)
}

fn chosen(state: &State, board: &Board) -> Option<PostId> {
    board.drafts.get(state.at).map(|draft| draft.id)
}

/// Where the sheet stands on the screen `area`.
pub fn place(board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(board.drafts.len().max(1)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click chooses a draft; a click on the chosen one opens it.
pub fn click(state: &mut State, board: &Board, area: Rect, y: u16) -> Option<Action> {
    let inside = panel::inside(place(board, area));
    let row = usize::from(y.checked_sub(inside.y)?);
    let at = offset(state, board, inside) + row;
    if at >= board.drafts.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::Open)
}

fn offset(state: &State, board: &Board, inside: Rect) -> usize {
    let height = usize::from(inside.height.saturating_sub(2));
    scroll::window(state.at, state.at + 1, height, board.drafts.len(), None).0
}

/// Draws the sheet.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let place = place(board, area);
    let inside = panel::sheet(place, buf, theme, "Drafts without a time", &board.drafts_counted());
    if board.drafts.is_empty() {
        panel::line(inside, 0, buf, &[(&shared.keys.of("no drafts; c begins one"), theme.style(Role::Muted))]);
        return;
    }
    let offset = offset(state, board, inside);
    let rows = inside.height.saturating_sub(2);
    let glyph = theme.glyphs.state(PostState::Draft).to_string();
    for (row, (at, draft)) in (0..rows).zip(board.drafts.iter().enumerate().skip(offset)) {
        let here = at == state.at;
        if here {
            let line = Rect { y: inside.y + row, height: 1, ..inside };
            buf.set_style(line, theme.style(Role::Cursor));
        }
        let age = distance_words(draft.updated_at, shared.now);
        let width = usize::from(inside.width).saturating_sub(age.len() + marks(board, draft).len() + 6);
        let headline = truncate(&one_line(draft.headline()), width);
        let parts = [
            (glyph.as_str(), theme.style(Role::State(PostState::Draft))),
            (" ", theme.style(Role::Text)),
            (headline.as_str(), theme.style(Role::Text)),
            ("  ", theme.style(Role::Text)),
            (&marks(board, draft), theme.style(Role::Muted)),
        ];
        let after = panel::line(inside, row, buf, &parts);
        panel::right(inside, row, buf, &age, theme.style(Role::Muted), after);
    }
    let (enter, esc) = (shared.keys.key("Enter", "sheet"), shared.keys.key("Esc", "sheet"));
    let keys = [
        (&*enter, theme.style(Role::Key)),
        (" writes on   ", theme.style(Role::Muted)),
        (&*esc, theme.style(Role::Key)),
        (" closes", theme.style(Role::Muted)),
    ];
    panel::line(inside, inside.height.saturating_sub(1), buf, &keys);
}

fn marks(board: &Board, draft: &crate::domain::post::Post) -> String {
    let mark =
        |target: &crate::domain::post::Target| board.channel(&target.channel).map(|channel| channel.network.mark());
    draft.targets.iter().filter_map(mark).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::post::MOST_DRAFTS;
    use crate::tui::panes::sample;
    use std::sync::Arc;

    #[test]
    fn enter_opens_the_draft_under_the_cursor() {
        let (mut shared, mut board) = (sample::shared((80, 24)), sample::board());
        board.drafts = [1, 2].map(|n| Arc::new(sample::post(n, "a thought", 0, Vec::new()))).into();
        let mut state = State::default();
        update(&mut state, &mut shared, &board, Action::Down);
        let (_, flow) = update(&mut state, &mut shared, &board, Action::Open);
        assert!(matches!(flow, Flow::Run(Action::Edit)));
        assert_eq!(shared.cursor, Some(board.drafts[1].id));
    }

    #[test]
    fn of_more_drafts_than_are_at_hand_no_wrong_number_is_told() {
        let mut board = sample::board();
        for (there, told) in [(0, "0"), (MOST_DRAFTS - 1, "499"), (MOST_DRAFTS, "500+")] {
            board.drafts = (0..there).map(|_| Arc::new(sample::post(1, "a thought", 0, Vec::new()))).collect();
            assert_eq!(board.drafts_counted(), told);
        }
    }
}
