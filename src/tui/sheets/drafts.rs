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

/// The foot of the list.
const FOOT: &[panel::Foot<'static>] = &[
    ("Enter", "write on", Action::Open),
    ("s", "time", Action::When),
    ("d", "delete", Action::Delete),
    ("D", "duplicate", Action::Duplicate),
    ("Space", "mark", Action::Mark),
    ("Esc", "close", Action::Back),
];

/// The foot where nothing is to be changed.
const FOOT_TO_LOOK: &[panel::Foot<'static>] = &[("Esc", "close", Action::Back)];

fn foot(board: &Board) -> &'static [panel::Foot<'static>] {
    if board.read_only { FOOT_TO_LOOK } else { FOOT }
}

/// The sheet's state: which draft the cursor is on.
#[derive(Clone, Debug, Default)]
pub struct State {
    at: usize,
}

/// Carries out one action: Enter opens the draft in the composer, verbs work on it or on the marked ones.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = board.drafts.len().saturating_sub(1);
    state.at = match action {
        Action::Open | Action::Edit => {
            let Some(draft) = cursor(state, board) else { return (Vec::new(), Flow::Close) };
            unmark(shared, board);
            shared.cursor = Some(draft);
            return (Vec::new(), Flow::Run(Action::Edit));
        }
        Action::When | Action::Delete | Action::Duplicate | Action::Undo => {
            shared.cursor = cursor(state, board);
            return (Vec::new(), Flow::Verb(action));
        }
        Action::Mark => {
            if let Some(id) = cursor(state, board)
                && !shared.marks.remove(&id)
            {
                shared.marks.insert(id);
            }
            state.at
        }
        Action::MarkAll => {
            shared.marks.extend(board.drafts.iter().map(|draft| draft.id));
            state.at
        }
        Action::Back | Action::Close | Action::Cancel => {
            unmark(shared, board);
            return (Vec::new(), Flow::Close);
        }
        _ => scroll::moved(state.at, last, PAGE, action),
    }
    .min(last);
    shared.cursor = cursor(state, board);
    (Vec::new(), Flow::Stay)
}

/// What a verb works on while the list is open: its marked drafts, else the one under its cursor.
pub fn chosen(state: &State, shared: &Shared, board: &Board) -> Vec<PostId> {
    let marked: Vec<_> = marked(shared, board).collect();
    if marked.is_empty() { cursor(state, board).into_iter().collect() } else { marked }
}

fn marked<'a>(shared: &'a Shared, board: &'a Board) -> impl Iterator<Item = PostId> + 'a {
    board.drafts.iter().map(|draft| draft.id).filter(|id| shared.marks.contains(id))
}

/// Nowhere else are these marks seen: they go with the list.
fn unmark(shared: &mut Shared, board: &Board) {
    shared.marks.retain(|id| board.drafts.iter().all(|draft| draft.id != *id));
}

/// The row of the cursor: what stood there may be gone.
fn at(state: &State, board: &Board) -> usize {
    state.at.min(board.drafts.len().saturating_sub(1))
}

fn cursor(state: &State, board: &Board) -> Option<PostId> {
    board.drafts.get(at(state, board)).map(|draft| draft.id)
}

/// Where the sheet stands on the screen `area`.
pub fn place(board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(board.drafts.len().max(1)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click chooses a draft; a click on the chosen one opens it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, foot(board), x, y) {
        return Some(action);
    }
    let row = usize::from(y.checked_sub(inside.y)?);
    let clicked = offset(state, board, inside) + row;
    if clicked >= board.drafts.len() {
        return None;
    }
    let again = at(state, board) == clicked;
    state.at = clicked;
    again.then_some(Action::Open)
}

fn offset(state: &State, board: &Board, inside: Rect) -> usize {
    let (at, height) = (at(state, board), usize::from(inside.height.saturating_sub(2)));
    scroll::window(at, at + 1, height, board.drafts.len(), None).0
}

/// Draws the sheet.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let place = place(board, area);
    let many = marked(shared, board).count();
    let many = if many > 0 { format!("{many} marked · ") } else { String::new() };
    let right = format!("{many}{}", board.drafts_counted());
    let inside = panel::sheet(place, buf, theme, "Drafts without a time", &right);
    if board.drafts.is_empty() {
        let words = if board.read_only { "no drafts" } else { "no drafts; c begins one" };
        panel::line(inside, 0, buf, &[(&shared.keys.of(words), theme.style(Role::Muted))]);
        return;
    }
    let offset = offset(state, board, inside);
    let rows = inside.height.saturating_sub(2);
    let glyph = theme.glyphs.state(PostState::Draft).to_string();
    let mark = theme.glyphs.marked.to_string();
    for (row, (index, draft)) in (0..rows).zip(board.drafts.iter().enumerate().skip(offset)) {
        if index == at(state, board) {
            let line = Rect { y: inside.y + row, height: 1, ..inside };
            buf.set_style(line, theme.style(Role::Cursor));
        }
        let age = distance_words(draft.updated_at, shared.now);
        let width = usize::from(inside.width).saturating_sub(age.len() + marks(board, draft).len() + 7);
        let headline = truncate(&one_line(draft.headline()), width);
        let marked = if shared.marks.contains(&draft.id) { mark.as_str() } else { " " };
        let parts = [
            (marked, theme.style(Role::Marked)),
            (glyph.as_str(), theme.style(Role::State(PostState::Draft))),
            (" ", theme.style(Role::Text)),
            (headline.as_str(), theme.style(Role::Text)),
            ("  ", theme.style(Role::Text)),
            (&marks(board, draft), theme.style(Role::Muted)),
        ];
        let after = panel::line(inside, row, buf, &parts);
        panel::right(inside, row, buf, &age, theme.style(Role::Muted), after);
    }
    panel::foot(inside, buf, theme, &shared.keys, foot(board));
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
