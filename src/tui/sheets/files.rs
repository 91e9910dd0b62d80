//! Choosing files to attach by a few letters of their names.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::PostId;
use crate::text::clean::one_line;
use crate::text::fuzzy;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, Nearby};
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// How many are listed at once.
const MOST: usize = 500;
const ROWS: u16 = 14;
const FOOT: &[panel::Foot<'static>] =
    &[("Enter", "attach it", Action::Accept), ("Up Down", "choose", Action::Down), ("Esc", "back", Action::Back)];

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    post: PostId,
    search: Input,
    /// None while the folder is looked through.
    nearby: Option<Nearby>,
    /// Places in it, the best first.
    found: Vec<usize>,
    at: usize,
}

/// Opens the sheet for the post in the composer, and asks what there is.
pub fn open(post: PostId) -> (State, Vec<Effect>) {
    let state = State { post, search: Input::default(), nearby: None, found: Vec::new(), at: 0 };
    (state, vec![Effect::LookAround])
}

/// Takes what was found.
pub fn loaded(state: &mut State, nearby: Nearby) {
    state.nearby = Some(nearby);
    state.search();
}

impl State {
    fn search(&mut self) {
        let names = self.nearby.as_ref().map_or(&[][..], |nearby| nearby.files.as_slice());
        self.found = fuzzy::best(self.search.text(), names, MOST);
        self.at = 0;
    }

    fn name(&self, place: usize) -> Option<&str> {
        self.nearby.as_ref()?.files.get(place).map(String::as_str)
    }

    fn accept(&self) -> (Vec<Effect>, Flow) {
        let chosen = self.found.get(self.at).and_then(|place| self.name(*place));
        let (Some(nearby), Some(name)) = (&self.nearby, chosen) else { return (Vec::new(), Flow::Stay) };
        let typed = format!("{}/{name}", nearby.folder.trim_end_matches('/'));
        (vec![Effect::Attach { post: self.post, typed }], Flow::Close)
    }
}

/// Carries out one action.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    let last = state.found.len().saturating_sub(1);
    state.at = match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Accept | Action::Open => return state.accept(),
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
pub fn input(state: &mut State, key: Key) -> (Vec<Effect>, Flow) {
    if state.search.key(key) {
        state.search();
    }
    (Vec::new(), Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, text: &str) {
    if state.search.paste(text) {
        state.search();
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(area: Rect) -> Rect {
    panel::middle(area, (90, ROWS + 5))
}

/// A click chooses; a click on what is chosen attaches it.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, FOOT, x, y) {
        return Some(action);
    }
    let row = y.checked_sub(inside.y + 2).filter(|row| *row < ROWS)?;
    let at = offset(state) + usize::from(row);
    if at >= state.found.len() {
        return None;
    }
    let again = state.at == at;
    state.at = at;
    again.then_some(Action::Accept)
}

fn offset(state: &State) -> usize {
    scroll::window(state.at, state.at + 1, usize::from(ROWS), state.found.len(), None).0
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let count = state.nearby.as_ref().map_or(String::new(), |nearby| {
        let more = if nearby.more { "+" } else { "" };
        format!("{} of {}{more}", state.found.len(), nearby.files.len())
    });
    let inside = panel::sheet(place(area), buf, theme, "Files to attach", &count);
    if inside.height == 0 || inside.width == 0 {
        return;
    }
    state.search.view(Rect { height: 1, ..inside }, buf, theme.style(Role::Field));
    let (muted, text) = (theme.style(Role::Muted), theme.style(Role::Text));
    let words = match &state.nearby {
        None => Some("looking through the folder…".to_owned()),
        Some(nearby) if nearby.files.is_empty() => {
            Some(format!("no picture, film or document below {}", one_line(&nearby.folder)))
        }
        Some(_) if state.found.is_empty() => Some("nothing of that name".to_owned()),
        Some(_) => None,
    };
    if let Some(words) = words {
        panel::line(inside, 2, buf, &[(&words, muted)]);
    }
    let rows = ROWS.min(inside.height.saturating_sub(3));
    for (row, (at, place)) in (2..2 + rows).zip(state.found.iter().enumerate().skip(offset(state))) {
        if at == state.at {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, theme.style(Role::Cursor));
        }
        let name = one_line(state.name(*place).unwrap_or(""));
        let (folder, file) = name.rsplit_once('/').map_or(("", name.as_str()), |(folder, file)| (folder, file));
        panel::line(inside, row, buf, &[(file, text), ("  ", muted), (folder, muted)]);
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tools::stage;

    #[test]
    fn a_few_letters_and_enter_attach_a_file() {
        let shared = stage::shared();
        let post = shared.ids.post(shared.now);
        let (mut state, effects) = open(post);
        assert_eq!(effects, [Effect::LookAround]);
        let screen = |state: &State| {
            stage::drawn(90, 24, |area, buf| view(state, &stage::shared(), &Theme::default(), area, buf))
        };
        assert!(screen(&state).contains("looking through the folder"));
        let files = ["a/roast.png", "a/coast.png", "b/cup.mp4"].map(str::to_owned).into();
        loaded(&mut state, Nearby { folder: "/shelf".into(), files, more: false });
        assert!(screen(&state).contains("3 of 3") && screen(&state).contains("roast.png  a"), "{}", screen(&state));
        stage::letters("cup").into_iter().for_each(|key| drop(input(&mut state, key)));
        assert!(screen(&state).contains("1 of 3") && !screen(&state).contains("roast"));
        let (effects, flow) = update(&mut state, Action::Accept);
        assert_eq!(effects, [Effect::Attach { post, typed: "/shelf/b/cup.mp4".into() }]);
        assert!(matches!(flow, Flow::Close));
        stage::letters("zzz").into_iter().for_each(|key| drop(input(&mut state, key)));
        assert!(screen(&state).contains("nothing of that name"));
        assert!(update(&mut state, Action::Accept).0.is_empty());
    }
}
