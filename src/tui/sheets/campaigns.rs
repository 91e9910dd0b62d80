//! The campaigns there are: how far each has come, and what is still open of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Flow, Sheet, question};
use crate::domain::recipe::Recipe;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::{Board, Campaign};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Notice, Tone};
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

/// The sheet's state: which campaign the cursor is on, and what was taken out last.
#[derive(Clone, Debug, Default)]
pub struct State {
    at: usize,
    taken_out: Option<Recipe>,
}

impl State {
    /// What was taken out and can be brought back.
    fn lost<'a>(&'a self, board: &Board) -> Option<&'a Recipe> {
        self.taken_out.as_ref().filter(|recipe| board.recipes.iter().all(|known| known.id != recipe.id))
    }

    /// Whether it does something with `action` just now.
    pub fn offers(&self, board: &Board, action: Action) -> bool {
        self.foot(board).iter().any(|(_, _, each)| *each == action)
    }

    fn foot(&self, board: &Board) -> Vec<panel::Foot<'static>> {
        let campaigns = board.campaigns();
        let under = campaigns.get(self.at);
        [
            under.map(|_| ("Enter", "opens it", Action::Open)),
            under.filter(|it| it.posts == 0).map(|_| ("d", "takes it out", Action::Delete)),
            self.lost(board).map(|_| ("u", "brings it back", Action::Undo)),
            Some(("Esc", "closes", Action::Back)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Asks before a recipe goes whose posts nobody has stored: its texts go with it.
pub fn ask_to_forget(recipe: &Recipe, after: &str) -> Sheet {
    let rest = match recipe.rest() {
        0 => "It holds no text.".to_owned(),
        texts => format!("Its {} kept nowhere else.", if texts == 1 { "text is" } else { "texts are" }),
    };
    let title = format!("Take out \"{}\"?", truncate(&one_line(recipe.name.trim()), NAMES));
    let deed = vec![Effect::ForgetCampaign(recipe.id)];
    Sheet::Question(question::State::ask(title, vec![format!("{rest}{after}")], "take it out", deed))
}

/// Carries out one action: Enter opens the campaign in its builder, d takes out one that has no posts.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let campaigns = board.campaigns();
    match (action, campaigns.get(state.at.min(campaigns.len().saturating_sub(1)))) {
        (Action::Delete, Some(under)) => return take_out(state, shared, board, under),
        (Action::Undo, _) => {
            let kept = state.lost(board).map(|recipe| Effect::KeepCampaign(Box::new(recipe.clone())));
            return (kept.into_iter().collect(), Flow::Stay);
        }
        _ => {}
    }
    let last = campaigns.len().saturating_sub(1);
    state.at = match action {
        Action::Open => {
            let opens = |campaign: &Campaign| match campaign.recipe {
                Some(id) => Flow::Recipe(id),
                None => Flow::Campaign(campaign.name.clone()),
            };
            return (Vec::new(), campaigns.get(state.at).map_or(Flow::Close, opens));
        }
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => scroll::moved(state.at, last, PAGE, action),
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

fn take_out(state: &mut State, shared: &mut Shared, board: &Board, under: &Campaign) -> (Vec<Effect>, Flow) {
    let recipe = board.recipes.iter().find(|recipe| Some(recipe.id) == under.recipe);
    match recipe.filter(|_| under.posts == 0) {
        Some(recipe) => {
            state.taken_out = Some(recipe.clone());
            let sheet = ask_to_forget(recipe, " u brings it back into the list.");
            (Vec::new(), Flow::Push(Box::new(sheet)))
        }
        None => {
            let stored = count(usize::try_from(under.posts).unwrap_or(usize::MAX), "post");
            let words = format!("{stored} of it in the store: Enter opens it, and X there deletes what waits");
            shared.notices.push(Notice { words, tone: Tone::Plain, post: None });
            (Vec::new(), Flow::Stay)
        }
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(board.campaigns().len().max(1)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click chooses a campaign; a click on the chosen one opens it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(board), x, y) {
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
    panel::foot(inside, buf, theme, &shared.keys, &state.foot(board));
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
