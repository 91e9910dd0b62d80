//! On which networks posts of a campaign are published at once; then it is asked.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Flow, Sheet, question};
use crate::domain::channel::Network;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::recipe::Recipe;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;

/// The size of the sheet without its rows.
const SIZE: (u16, u16) = (72, 6);
/// How much of a text the question quotes, in cells.
const QUOTE: usize = 40;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    posts: Vec<Arc<Post>>,
    networks: Vec<(Network, bool)>,
    recipe: Recipe,
    at: usize,
}

/// Asks for the networks of these posts; all of them are chosen at first.
pub fn open(posts: Vec<Arc<Post>>, networks: Vec<Network>, recipe: Recipe) -> State {
    State { posts, networks: networks.into_iter().map(|network| (network, true)).collect(), recipe, at: 0 }
}

impl State {
    fn takes(&self, target: &Target, board: &Board) -> bool {
        let network = board.channel(&target.channel).map(|channel| &channel.network);
        self.networks.iter().any(|(each, chosen)| *chosen && Some(each) == network)
    }

    /// What yes carries out: a post that goes out whole goes out itself; of any other, its chosen channels become a post
    /// of their own, and the rest stays as it is.
    fn effects(&self, board: &Board) -> Vec<Effect> {
        let (mut launched, mut planned, mut effects) = (Vec::new(), Vec::new(), Vec::new());
        for post in &self.posts {
            let (now, later): (Vec<Target>, Vec<Target>) =
                post.targets.iter().cloned().partition(|target| self.takes(target, board));
            match (now.is_empty(), later.is_empty(), post.wish) {
                (true, ..) => {}
                (false, true, Wish::Draft) => launched.push(Post { wish: Wish::Now, ..Post::clone(post) }),
                (false, true, _) => planned.push(post.id),
                (false, false, _) => {
                    let channels = now.into_iter().map(|target| target.channel).collect();
                    let (recipe, post) = (Box::new(self.recipe.clone()), Box::new(Post::clone(post)));
                    effects.push(Effect::PublishPart { recipe, post, channels });
                }
            }
        }
        if !planned.is_empty() {
            effects.push(Effect::PublishNow(planned));
        }
        if !launched.is_empty() {
            effects.push(Effect::Launch { recipe: Box::new(self.recipe.clone()), posts: launched });
        }
        effects
    }

    fn ask(&self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        let effects = self.effects(board);
        if effects.is_empty() {
            return (Vec::new(), Flow::Stay);
        }
        let mut lines: Vec<String> = board.embargo_at(shared.now, shared.zone).into_iter().collect();
        if let Some(first) = self.posts.first() {
            let quote = truncate(&one_line(first.headline()), QUOTE);
            let more = self.posts.len() - 1;
            lines.push(if more == 0 { format!("“{quote}”") } else { format!("“{quote}” and {more} more") });
        }
        for target in self.posts.iter().flat_map(|post| &post.targets).filter(|target| self.takes(target, board)) {
            if let Some(channel) = board.channel(&target.channel) {
                let label = one_line(channel.label());
                let line = format!("  {} {label} (account {})", channel.network, channel.account);
                if !lines.contains(&line) {
                    lines.push(line);
                }
            }
        }
        let title = format!("Publish {} now?", count(self.posts.len(), "post"));
        let sheet = Sheet::Question(question::State::ask(title, lines, "publish", effects));
        (Vec::new(), Flow::Replace(Box::new(sheet)))
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.networks.len().saturating_sub(1);
    match action {
        Action::Down => state.at = (state.at + 1).min(last),
        Action::Up => state.at = state.at.saturating_sub(1),
        Action::Mark => {
            if let Some((_, chosen)) = state.networks.get_mut(state.at) {
                *chosen ^= true;
            }
        }
        Action::Open | Action::Accept => return state.ask(shared, board),
        Action::Back | Action::Close | Action::Cancel => return (Vec::new(), Flow::Close),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let rows = u16::try_from(state.networks.len()).unwrap_or(u16::MAX).saturating_add(SIZE.1);
    panel::middle(area, (SIZE.0.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

const FOOT: [panel::Foot<'static>; 3] =
    [("Enter", "asks once more", Action::Open), ("Space", "choose", Action::Mark), ("Esc", "back", Action::Back)];

/// A click chooses a network, or gives it up.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &FOOT, x, y) {
        return Some(action);
    }
    let row = usize::from(y.checked_sub(inside.y + 2)?);
    state.at = Some(row).filter(|row| *row < state.networks.len())?;
    Some(Action::Mark)
}

/// Draws the sheet.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = format!("Publish {} at once, on", count(state.posts.len(), "post"));
    let inside = panel::sheet(place(state, area), buf, theme, &title, "");
    let words = "What is not chosen keeps its time.";
    panel::line(inside, 0, buf, &[(words, theme.style(Role::Muted))]);
    for (row, (at, (network, chosen))) in (2..inside.height).zip(state.networks.iter().enumerate()) {
        let check = if *chosen { "[x] " } else { "[ ] " };
        let role = if *chosen { Role::Text } else { Role::Muted };
        panel::line(inside, row, buf, &[(check, theme.style(Role::Good)), (network.name(), theme.style(role))]);
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
    }
    panel::foot(inside, buf, theme, &shared.keys, &FOOT);
}
