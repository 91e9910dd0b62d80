//! The campaigns there are: how far each has come, and what is still open of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::{Board, Campaign};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 100;
/// Rows it takes for the border and the line of keys.
const CHROME: u16 = 4;
/// The cells of a name.
const NAMES: usize = 36;
/// How far a page goes.
const PAGE: usize = 10;

const FOOT: [panel::Foot<'static>; 2] = [("Enter", "opens it", Action::Open), ("Esc", "closes", Action::Back)];

/// The sheet's state: which campaign the cursor is on.
#[derive(Clone, Debug, Default)]
pub struct State {
    at: usize,
}

/// Carries out one action: Enter opens the campaign in its builder.
pub fn update(state: &mut State, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let campaigns = board.campaigns();
    let last = campaigns.len().saturating_sub(1);
    state.at = match action {
        Action::Down => state.at.saturating_add(1),
        Action::Up => state.at.saturating_sub(1),
        Action::Top => 0,
        Action::Bottom => last,
        Action::PageDown | Action::HalfDown => state.at.saturating_add(PAGE),
        Action::PageUp | Action::HalfUp => state.at.saturating_sub(PAGE),
        Action::Open => {
            let chosen = campaigns.get(state.at).map(|campaign| campaign.name.clone());
            return (Vec::new(), chosen.map_or(Flow::Close, Flow::Campaign));
        }
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => state.at,
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(board.campaigns().len().max(1)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click chooses a campaign; a click on the chosen one opens it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &FOOT, x, y) {
        return Some(action);
    }
    let all = board.campaigns().len();
    let at = offset(state, all, inside) + usize::from(y.checked_sub(inside.y)?);
    if at >= all {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::Open)
}

fn offset(state: &State, all: usize, inside: Rect) -> usize {
    scroll::window(state.at, state.at + 1, usize::from(inside.height.saturating_sub(2)), all, None).0
}

/// Draws the sheet.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let campaigns = board.campaigns();
    let inside = panel::sheet(place(board, area), buf, theme, "Campaigns", &campaigns.len().to_string());
    if campaigns.is_empty() {
        panel::line(inside, 0, buf, &[(&shared.keys.of("no campaign yet; C begins one"), theme.style(Role::Muted))]);
    }
    let offset = offset(state, campaigns.len(), inside);
    for (row, (at, campaign)) in (0..inside.height.saturating_sub(2)).zip(campaigns.iter().enumerate().skip(offset)) {
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
        let name = panel::padded(&truncate(&one_line(&campaign.name), NAMES), NAMES + 2);
        let parts = [(name.as_str(), theme.style(Role::Text)), (&told(campaign, shared), theme.style(Role::Muted))];
        panel::line(inside, row, buf, &parts);
    }
    panel::foot(inside, buf, theme, &shared.keys, &FOOT);
}

/// `3/8 published · 27 Jul – 3 Aug · 2 not scheduled yet`.
fn told(campaign: &Campaign, shared: &Shared) -> String {
    let mut words = Vec::new();
    if campaign.posts > 0 {
        words.push(format!("{}/{} published", campaign.published, campaign.posts));
    }
    if let (Some(first), Some(last)) = (campaign.first, campaign.last) {
        let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&shared.zone).format("%-d %b").to_string();
        words.push(format!("{} – {}", day(first), day(last)));
    }
    if campaign.rest > 0 {
        words.push(format!("{} not scheduled yet", campaign.rest));
    }
    words.join(" · ")
}
