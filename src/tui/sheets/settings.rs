//! Settings of a provider's own site: whose, which value, and a new one, which is checked and saved at once.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::AccountName;
use crate::domain::settings::{NotServed, Served, Setting, Whose, shown};
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words};
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDEST: u16 = 100;
/// Rows it takes for the border, the words and the line of keys.
const CHROME: u16 = 7;
/// The widest a name gets, in cells.
const NAME: usize = 40;
/// How far a page goes.
const PAGE: usize = 10;

/// Something that has settings.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    account: AccountName,
    whose: Whose,
    title: String,
}

/// What is shown.
#[derive(Clone, Debug)]
enum Stage {
    /// Which networks and channels there are.
    Places,
    /// The values of one of them.
    Values {
        place: Place,
        rows: Vec<Setting>,
        read: Option<DateTime<Utc>>,
        at: usize,
        busy: bool,
        typed: Option<Input>,
    },
}

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    at: usize,
    stage: Stage,
    /// What was said last: the words, and whether it was a refusal.
    words: Option<(String, bool)>,
}

/// Opens the sheet.
pub fn open() -> State {
    State { at: 0, stage: Stage::Places, words: None }
}

/// Takes what was read or saved.
pub fn served(state: &mut State, account: &AccountName, whose: &Whose, answer: Result<Served, NotServed>) {
    let Stage::Values { place, rows, read, at, busy, typed } = &mut state.stage else { return };
    if place.account != *account || place.whose != *whose {
        return;
    }
    *busy = false;
    match answer {
        Ok(Served { rows: fresh, at: when, saved }) => {
            *at = (*at).min(fresh.len().saturating_sub(1));
            (*rows, *read) = (fresh, Some(when));
            if saved {
                *typed = None;
            }
            state.words = saved.then(|| ("saved at the site".to_owned(), false));
        }
        // What was typed stays, so that it can be mended.
        Err(error) => state.words = Some((error.words, true)),
    }
}

impl State {
    /// Whether a value is being typed.
    pub fn is_typing(&self) -> bool {
        matches!(&self.stage, Stage::Values { typed: Some(_), .. })
    }

    fn load(place: Place, fresh: bool) -> (Stage, Vec<Effect>) {
        let effect = Effect::LoadSettings { account: place.account.clone(), whose: place.whose.clone(), fresh };
        (Stage::Values { place, rows: Vec::new(), read: None, at: 0, busy: true, typed: None }, vec![effect])
    }

    fn vertical(&mut self, by: isize, board: &Board) {
        match &mut self.stage {
            Stage::Places => {
                let last = places(board).len().saturating_sub(1);
                self.at = self.at.saturating_add_signed(by).min(last);
            }
            Stage::Values { rows, at, .. } => {
                *at = at.saturating_add_signed(by).min(rows.len().saturating_sub(1));
            }
        }
    }

    /// Enter: opens what has settings, opens a value, saves what was typed.
    fn accept(&mut self, board: &Board) -> Vec<Effect> {
        self.words = None;
        match &mut self.stage {
            Stage::Places => {
                let Some(place) = places(board).into_iter().nth(self.at) else { return Vec::new() };
                let (stage, effects) = Self::load(place, false);
                self.stage = stage;
                effects
            }
            Stage::Values { busy: true, .. } => Vec::new(),
            Stage::Values { place, rows, at, busy, typed, .. } => {
                let Some(row) = rows.get(*at) else { return Vec::new() };
                let Some(input) = typed else {
                    if matches!(&row.value, serde_json::Value::String(text) if text.contains('\n')) {
                        let words = "it has several lines, and a field has one: `runsheet settings … --set` changes it";
                        self.words = Some((words.into(), true));
                        return Vec::new();
                    }
                    *typed = Some(Input::new(first_word(row)));
                    return Vec::new();
                };
                let text = input.text().to_owned();
                // The same check is made again where it is saved, against what is there then.
                if let Err(words) = row.read(&text) {
                    self.words = Some((words, true));
                    return Vec::new();
                }
                *busy = true;
                vec![Effect::SaveSetting {
                    account: place.account.clone(),
                    whose: place.whose.clone(),
                    name: row.name.clone(),
                    typed: text,
                }]
            }
        }
    }

    /// Esc: from the field to the values, from there to what has any; `false` when there is nothing to go back to.
    fn back(&mut self) -> bool {
        self.words = None;
        match &mut self.stage {
            Stage::Values { typed: typed @ Some(_), .. } => *typed = None,
            Stage::Values { .. } => self.stage = Stage::Places,
            Stage::Places => return false,
        }
        true
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        match &self.stage {
            Stage::Places => vec![("Enter", "its settings", Action::Open), ("Esc", "close", Action::Back)],
            Stage::Values { typed: Some(_), .. } => {
                vec![("Enter", "save", Action::Accept), ("Esc", "leave it as it is", Action::Back)]
            }
            Stage::Values { .. } => vec![
                ("Enter", "change", Action::Open),
                ("R", "ask the site anew", Action::Sync),
                ("Esc", "back", Action::Back),
            ],
        }
    }
}

/// What a field begins with: of a yes-or-no the other one, else what is there.
fn first_word(row: &Setting) -> String {
    match &row.value {
        serde_json::Value::Bool(on) => shown(&serde_json::Value::Bool(!on)),
        value => shown(value),
    }
}

/// What has settings: the networks of each account, then its channels.
fn places(board: &Board) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for account in &board.settled {
        let own = || board.channels.iter().filter(|channel| channel.account == *account && !channel.gone);
        for channel in own() {
            let whose = Whose::Network(channel.network.clone());
            if !places.iter().any(|place| place.account == *account && place.whose == whose) {
                places.push(Place { account: account.clone(), whose, title: format!("all of {}", channel.network) });
            }
        }
        places.extend(own().map(|channel| Place {
            account: account.clone(),
            whose: Whose::Channel(channel.remote.clone()),
            title: one_line(&format!("{} {}", channel.network.mark(), channel.label())),
        }));
    }
    places
}

/// Carries out one action.
pub fn update(state: &mut State, _shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let page = isize::try_from(PAGE).unwrap_or(10);
    match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => {
            let flow = if state.back() { Flow::Stay } else { Flow::Close };
            return (Vec::new(), flow);
        }
        Action::Accept | Action::Open | Action::Yes => return (state.accept(board), Flow::Stay),
        _ if state.is_typing() => {}
        Action::Sync => {
            if let Stage::Values { place, .. } = &state.stage {
                let (stage, effects) = State::load(place.clone(), true);
                (state.stage, state.words) = (stage, None);
                return (effects, Flow::Stay);
            }
        }
        Action::Down => state.vertical(1, board),
        Action::Up => state.vertical(-1, board),
        Action::PageDown | Action::HalfDown => state.vertical(page, board),
        Action::PageUp | Action::HalfUp => state.vertical(-page, board),
        Action::Top => state.vertical(isize::MIN, board),
        Action::Bottom => state.vertical(isize::MAX, board),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, key: Key) {
    if let Stage::Values { typed: Some(input), .. } = &mut state.stage {
        input.key(key);
    }
}

/// Takes a pasted text into the field.
pub fn paste(state: &mut State, text: &str) {
    if let Stage::Values { typed: Some(input), .. } = &mut state.stage {
        input.paste(text);
    }
}

fn count(state: &State, board: &Board) -> usize {
    match &state.stage {
        Stage::Places => places(board).len(),
        Stage::Values { rows, .. } => rows.len(),
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(count(state, board).max(3)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
}

/// A click chooses; a click on what is chosen opens it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(), x, y) {
        return Some(action);
    }
    let row = usize::from(y.checked_sub(inside.y + 2)?);
    let (at, many) = (offset(state, board, inside) + row, count(state, board));
    if at >= many || row >= usize::from(listed(inside)) || state.is_typing() {
        return None;
    }
    let cursor = match &mut state.stage {
        Stage::Places => &mut state.at,
        Stage::Values { at, .. } => at,
    };
    let again = *cursor == at;
    *cursor = at;
    again.then_some(Action::Open)
}

fn listed(inside: Rect) -> u16 {
    inside.height.saturating_sub(CHROME - 2)
}

fn offset(state: &State, board: &Board, inside: Rect) -> usize {
    let at = match &state.stage {
        Stage::Places => state.at,
        Stage::Values { at, .. } => *at,
    };
    scroll::follow(0, at, usize::from(listed(inside)), count(state, board))
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let title = match &state.stage {
        Stage::Places => "Settings of networks and channels".to_owned(),
        Stage::Values { place, .. } => one_line(&format!("Settings · {} at {}", place.title, place.account)),
    };
    let inside = panel::sheet(place(state, board, area), buf, theme, &title, "");
    panel::line(inside, 0, buf, &[(&heading(state, shared, board), style(Role::Muted))]);
    let offset = offset(state, board, inside);
    let line = |row: u16| Rect { y: inside.y + 2 + row, height: 1, ..inside };
    match &state.stage {
        Stage::Places => {
            for (row, (at, place)) in (0..listed(inside)).zip(places(board).iter().enumerate().skip(offset)) {
                if at == state.at {
                    buf.set_style(line(row), style(Role::Cursor));
                }
                let account = one_line(place.account.as_str());
                let parts = [(place.title.as_str(), style(Role::Text)), ("  ", style(Role::Text))];
                let after = panel::line(line(row), 0, buf, &parts);
                panel::right(line(row), 0, buf, &account, style(Role::Muted), after);
            }
        }
        Stage::Values { rows, at: cursor, typed, .. } => {
            let widest = rows.iter().map(|row| cells(&row.name)).max().unwrap_or(0).min(NAME);
            for (row, (at, setting)) in (0..listed(inside)).zip(rows.iter().enumerate().skip(offset)) {
                let area = line(row);
                let here = at == *cursor;
                if here && typed.is_none() {
                    buf.set_style(area, style(Role::Cursor));
                }
                let name = panel::padded(&one_line(&setting.name), widest + 2);
                let after = panel::line(area, 0, buf, &[(&name, style(Role::Text))]);
                let rest = Rect { x: after, width: area.right().saturating_sub(after), ..area };
                match typed.as_ref().filter(|_| here) {
                    Some(input) => input.view(rest, buf, style(Role::Field)),
                    None => draw_value(setting, theme, rest, buf),
                }
            }
        }
    }
    if let Some((words, refused)) = &state.words {
        let row = inside.height.saturating_sub(2);
        panel::line(inside, row, buf, &[(&one_line(words), style(if *refused { Role::Bad } else { Role::Good }))]);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

/// The value, and beside it what it falls back to where it differs from that.
fn draw_value(setting: &Setting, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let value = match shown(&setting.value) {
        empty if empty.is_empty() => "(empty)".to_owned(),
        value => one_line(&value),
    };
    let differs = setting.default.as_ref().filter(|default| **default != setting.value);
    let note = differs.map(|default| match shown(default) {
        empty if empty.is_empty() => "  default: empty".to_owned(),
        default => format!("  default: {}", one_line(&default)),
    });
    let note = note.unwrap_or_default();
    let room = usize::from(area.width).saturating_sub(cells(&note));
    let parts = [(truncate(&value, room), Role::Link), (note, Role::Muted)];
    let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), theme.style(*role))).collect();
    panel::line(area, 0, buf, &parts);
}

fn heading(state: &State, shared: &Shared, board: &Board) -> String {
    match &state.stage {
        Stage::Places if board.settled.is_empty() => {
            "no account has settings that can be changed from here; the provider's own pages may have some".into()
        }
        Stage::Places => "set at the provider's own site, for everybody who uses it".into(),
        Stage::Values { busy: true, typed: Some(_), .. } => "saving…".into(),
        Stage::Values { busy: true, .. } => "asking the site…".into(),
        Stage::Values { rows, typed: Some(_), at, .. } => {
            let row = rows.get(*at);
            let choices: Vec<String> = row.iter().flat_map(|row| &row.choices).map(shown).collect();
            match (row, choices.is_empty()) {
                (Some(_), false) => format!("one of {}", choices.join(", ")),
                (Some(row), true) => format!("{}; saved whole with everything else that is set there", row.kind()),
                (None, _) => String::new(),
            }
        }
        Stage::Values { read: Some(at), .. } => format!("as read {}", distance_words(*at, shared.now)),
        Stage::Values { .. } => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::{Channel, Health, Network};
    use crate::domain::ids::{ChannelId, RemoteId};
    use crate::tui::panes::calendar::demo::text;
    use crate::tui::panes::sample;
    use serde_json::json;

    fn board() -> Board {
        let (account, remote) = (AccountName::new("blog"), RemoteId::new("2"));
        let channel = Channel {
            id: ChannelId::of(&account, &remote),
            account: account.clone(),
            remote,
            network: Network::from_word("x"),
            handle: "@acme".into(),
            name: String::new(),
            health: Health::Ok,
            hidden: false,
            gone: false,
        };
        Board { channels: vec![channel], settled: vec![account], ..sample::board() }
    }

    fn screen(state: &State, shared: &Shared, board: &Board) -> String {
        let area = Rect::new(0, 0, 80, 24);
        let mut buf = Buffer::empty(area);
        view(state, shared, board, &Theme::default(), area, &mut buf);
        text(&buf)
    }

    fn setting(name: &str, value: serde_json::Value, default: serde_json::Value) -> Setting {
        Setting { name: name.into(), value, default: Some(default), choices: Vec::new() }
    }

    #[test]
    fn one_value_is_opened_checked_and_saved() {
        let (mut shared, board) = (sample::shared((80, 24)), board());
        let mut state = open();
        assert!(screen(&state, &shared, &board).contains("all of X"));
        let mut press = |state: &mut State, action| update(state, &mut shared, &board, action).0;
        let effects = press(&mut state, Action::Open);
        let (account, whose) = (AccountName::new("blog"), Whose::Network(Network::from_word("x")));
        let load = Effect::LoadSettings { account: account.clone(), whose: whose.clone(), fresh: false };
        assert_eq!(effects, [load]);
        let rows = vec![
            setting("cut_post_text", json!(false), json!(false)),
            setting("opacity", json!(30), json!(30)),
            setting("post_text", json!("{post_title}"), json!("")),
        ];
        let now = sample::shared((80, 24)).now;
        served(&mut state, &account, &Whose::Channel(RemoteId::new("2")), Err(NotServed::refused("not ours")));
        served(&mut state, &account, &whose, Ok(Served { rows: rows.clone(), at: now, saved: false }));
        press(&mut state, Action::Down);
        press(&mut state, Action::Open);
        assert!(state.is_typing());
        paste(&mut state, "many");
        assert!(press(&mut state, Action::Accept).is_empty(), "a text is no number");
        press(&mut state, Action::Back);
        press(&mut state, Action::Top);
        press(&mut state, Action::Open);
        let effects = press(&mut state, Action::Accept);
        let [Effect::SaveSetting { name, typed, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!((name.as_str(), typed.as_str()), ("cut_post_text", "yes"), "the other one is offered");
        served(&mut state, &account, &whose, Err(NotServed::refused("the site minds")));
        assert!(state.is_typing(), "what was typed stays");
        let shown = screen(&state, &shared, &board);
        assert!(shown.contains("the site minds") && shown.contains("default: empty"), "{shown}");
        served(&mut state, &account, &whose, Ok(Served { rows, at: now, saved: true }));
        assert!(screen(&state, &shared, &board).contains("saved at the site") && !state.is_typing());
        let effects = update(&mut state, &mut shared, &board, Action::Sync).0;
        assert!(matches!(effects.as_slice(), [Effect::LoadSettings { fresh: true, .. }]));
    }

    #[test]
    fn where_no_account_has_any_it_says_so() {
        let shared = sample::shared((80, 24));
        assert!(screen(&open(), &shared, &sample::board()).contains("no account has settings"));
    }
}
