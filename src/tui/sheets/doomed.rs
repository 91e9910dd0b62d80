//! Posts that a person wants deleted, all of them shown with their count; what is taken out stays; y deletes the rest.

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::PostId;
use crate::domain::post::Post;
use crate::domain::words::count;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::moment::plain;
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 104;
/// Rows it takes for the border, the words and the line of keys.
const CHROME: u16 = 6;
/// How far a page goes.
const PAGE: usize = 10;

/// What a search for posts to delete found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// What was asked for, as typed.
    pub asked: String,
    /// The posts, by moment.
    pub posts: Vec<Arc<Post>>,
    /// Posts that cannot be deleted just now, with why.
    pub spared: Vec<(Arc<Post>, String)>,
}

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    asked: String,
    /// Nothing while it is being looked for; else what was found, or why nothing was.
    found: Option<Result<Found, String>>,
    at: usize,
    kept: BTreeSet<PostId>,
}

/// Opens the sheet and looks for what `asked` means.
pub fn open(asked: &str) -> (State, Vec<Effect>) {
    let state = State { asked: asked.to_owned(), found: None, at: 0, kept: BTreeSet::new() };
    (state, vec![Effect::FindDoomed(asked.to_owned())])
}

/// Opens the sheet on posts that are known already.
pub fn of_posts(found: Found) -> State {
    State { asked: found.asked.clone(), found: Some(Ok(found)), at: 0, kept: BTreeSet::new() }
}

/// Takes what was found.
pub fn found(state: &mut State, asked: &str, found: Result<Found, String>) {
    if state.asked == asked && state.found.is_none() {
        state.found = Some(found);
    }
}

impl State {
    fn posts(&self) -> &[Arc<Post>] {
        match &self.found {
            Some(Ok(found)) => &found.posts,
            _ => &[],
        }
    }

    /// What y would delete.
    fn chosen(&self) -> Vec<PostId> {
        self.posts().iter().map(|post| post.id).filter(|id| !self.kept.contains(id)).collect()
    }

    /// The word for y, for the hints.
    pub fn yes(&self) -> String {
        match self.chosen().len() {
            0 => "nothing to delete".to_owned(),
            number => format!("delete {}", count(number, "post")),
        }
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        let close = ("Esc", "leave all of it", Action::Back);
        if self.chosen().is_empty() {
            return vec![("Space", "keep or not", Action::Mark), close];
        }
        vec![("y", "deletes", Action::Yes), ("Space", "keep or not", Action::Mark), close]
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.posts().len().saturating_sub(1);
    let to = match action {
        Action::Yes => {
            let chosen = state.chosen();
            if chosen.is_empty() {
                return (Vec::new(), Flow::Stay);
            }
            shared.marks.clear();
            return (vec![Effect::Delete(chosen)], Flow::Close);
        }
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Mark => {
            if let Some(id) = state.posts().get(state.at).map(|post| post.id)
                && !state.kept.remove(&id)
            {
                state.kept.insert(id);
            }
            state.at.saturating_add(1)
        }
        _ => scroll::moved(state.at, last, PAGE, action),
    };
    state.at = to.min(last);
    (Vec::new(), Flow::Stay)
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let rows = u16::try_from(state.posts().len().max(2)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click keeps a post, or gives it up again.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(), x, y) {
        return Some(action);
    }
    let row = usize::from(y.checked_sub(inside.y + 2)?);
    let at = offset(state, inside) + row;
    if at >= state.posts().len() || y + 2 >= inside.bottom() {
        return None;
    }
    state.at = at;
    Some(Action::Mark)
}

fn listed(inside: Rect) -> u16 {
    inside.height.saturating_sub(CHROME - 2)
}

fn offset(state: &State, inside: Rect) -> usize {
    scroll::follow(0, state.at, usize::from(listed(inside)), state.posts().len())
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let inside = panel::sheet(place(state, area), buf, theme, "Delete posts", &state.posts().len().to_string());
    let (words, role) = words(state, shared);
    panel::line(inside, 0, buf, &[(&words, style(role))]);
    let offset = offset(state, inside);
    for (row, (at, post)) in (0..listed(inside)).zip(state.posts().iter().enumerate().skip(offset)) {
        let line = Rect { y: inside.y + 2 + row, height: 1, ..inside };
        if at == state.at {
            buf.set_style(line, style(Role::Cursor));
        }
        let kept = state.kept.contains(&post.id);
        let post_state = post.state(shared.now);
        let when = post.instant().map_or_else(|| "no time".to_owned(), |at| plain(at, shared.now, shared));
        let marks = marks(board, post);
        let mark = if kept { "keep  ".to_owned() } else { format!("{}     ", theme.glyphs.cross) };
        let tail = format!("  {marks}");
        let room = usize::from(line.width).saturating_sub(6 + 12 + cells(&when) + cells(&tail) + 2);
        let (quiet, text) = if kept { (Role::Muted, Role::Muted) } else { (Role::Bad, Role::Text) };
        let parts = [
            (mark.as_str(), style(quiet)),
            (&panel::padded(post_state.word(), 12), style(Role::State(post_state))),
            (&truncate(&one_line(post.headline()), room), style(text)),
            (&tail, style(Role::Muted)),
        ];
        let after = panel::line(line, 0, buf, &parts);
        panel::right(line, 0, buf, &when, style(Role::Muted), after);
    }
    if let Some(words) = spared(state) {
        let row = inside.height.saturating_sub(2);
        panel::line(inside, row, buf, &[(&words, style(Role::Warn))]);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

/// What stands above the list.
fn words(state: &State, shared: &Shared) -> (String, Role) {
    let live = |post: &&Arc<Post>| {
        use crate::domain::outcome::State as PostState;
        matches!(post.state(shared.now), PostState::Published | PostState::Partial)
    };
    match &state.found {
        None => ("looking…".into(), Role::Muted),
        Some(Err(words)) => (one_line(words), Role::Bad),
        Some(Ok(found)) if found.posts.is_empty() => ("nothing that could be deleted".into(), Role::Text),
        Some(Ok(found)) => {
            let chosen = state.chosen();
            let out = found.posts.iter().filter(live).filter(|post| chosen.contains(&post.id)).count();
            let tail = if out > 0 { format!("; {out} of them stay live on their networks") } else { String::new() };
            (
                format!(
                    "{} would be deleted, here and, where they can be, at the provider{tail}.",
                    count(chosen.len(), "post")
                ),
                Role::Text,
            )
        }
    }
}

fn spared(state: &State) -> Option<String> {
    let Some(Ok(found)) = &state.found else { return None };
    let (post, why) = found.spared.first()?;
    let first = format!("left alone: “{}”: {why}", truncate(&one_line(post.headline()), 30));
    Some(match found.spared.len() {
        1 => first,
        more => format!("{first}; and {} more", more - 1),
    })
}

fn marks(board: &Board, post: &Post) -> String {
    let mark =
        |target: &crate::domain::post::Target| board.channel(&target.channel).map(|channel| channel.network.mark());
    post.targets.iter().filter_map(mark).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::panes::calendar::demo::text;
    use crate::tui::panes::sample;

    fn shown(state: &State, shared: &Shared, size: (u16, u16)) -> String {
        let area = Rect::new(0, 0, size.0, size.1);
        let mut buf = Buffer::empty(area);
        view(state, shared, &sample::board(), &Theme::default(), area, &mut buf);
        text(&buf)
    }

    #[test]
    fn the_list_stands_with_its_count_before_anything_is_deleted() {
        let (mut shared, board) = (sample::shared((80, 24)), sample::board());
        let (mut state, effects) = open("status:failed");
        assert_eq!(effects, [Effect::FindDoomed("status:failed".into())]);
        assert!(shown(&state, &shared, (80, 24)).contains("looking"));
        let (none, _) = update(&mut state, &mut shared, &board, Action::Yes);
        assert!(none.is_empty(), "nothing is deleted unseen");

        let posts: Vec<_> =
            (1..=40).map(|n| Arc::new(sample::post(n, &format!("post {n} of many"), 0, Vec::new()))).collect();
        let spared =
            vec![(Arc::new(sample::post(99, "on its way", 0, Vec::new())), "it is being published".to_owned())];
        let ids: Vec<_> = posts.iter().map(|post| post.id).collect();
        found(&mut state, "another question", Err("not for us".into()));
        found(&mut state, "status:failed", Ok(Found { asked: "status:failed".into(), posts, spared }));
        let screen = shown(&state, &shared, (80, 24));
        assert!(screen.contains("40 posts would be deleted") && screen.contains("post 1 of many"), "{screen}");
        assert!(screen.contains("left alone: “on its way”"), "{screen}");

        update(&mut state, &mut shared, &board, Action::Mark);
        update(&mut state, &mut shared, &board, Action::Bottom);
        let screen = shown(&state, &shared, (80, 24));
        assert!(screen.contains("39 posts would") && screen.contains("post 40 of many"), "{screen}");
        let (effects, flow) = update(&mut state, &mut shared, &board, Action::Yes);
        assert_eq!(effects, [Effect::Delete(ids[1..].to_vec())]);
        assert!(matches!(flow, Flow::Close));
    }

    #[test]
    fn what_cannot_be_found_is_said() {
        let mut shared = sample::shared((80, 24));
        let (mut state, _) = open("stauts:x");
        found(&mut state, "stauts:x", Err("column 1: \"stauts:\" is not a key".into()));
        assert!(shown(&state, &shared, (80, 24)).contains("is not a key"));
        let (effects, flow) = update(&mut state, &mut shared, &sample::board(), Action::Back);
        assert!(effects.is_empty() && matches!(flow, Flow::Close));
    }
}
