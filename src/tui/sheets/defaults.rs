//! Defaults of networks and channels: whose, which value, a new one; and the profiles they are kept as.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Flow, Sheet, question};
use crate::domain::options::{Options, Value};
use crate::text::clean::{one_line, truncate};
use crate::text::style::{Deed, ValueKey, Whose, keys_of};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// The widest the sheet gets.
const WIDTH: u16 = 100;
/// Rows for the border, the words and the line of keys.
const CHROME: u16 = 8;
/// The cells of a value's name.
const NAMES: usize = 22;
/// How far a page goes.
const PAGE: isize = 10;
/// Stands for the end of a line where a template is shown on one.
const BREAK: &str = " ⏎ ";
/// The end of a line while a template is edited on one.
const END: char = '⏎';

/// What is shown.
#[derive(Clone, Debug)]
enum Stage {
    /// Networks, channels and profiles.
    Places,
    /// The values of one network or channel.
    Values { whose: Whose, at: usize, typed: Option<Typed> },
}

/// A value that is being typed.
#[derive(Clone, Debug)]
struct Typed {
    input: Input,
    /// What stood there when it was opened.
    began: String,
}

impl Typed {
    fn at(value: &str) -> Self {
        let input = Input::new(on_one_line(value));
        Self { began: input.text().to_owned(), input }
    }
}

/// A text on one line, so that [`in_lines`] brings back exactly it.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => line.push(END),
            '\r' => line.push_str("\\r"),
            '\\' | END => line.extend(['\\', c]),
            c => line.push(c),
        }
    }
    line
}

/// The text that stands on one line.
fn in_lines(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek()) {
            (END, _) => text.push('\n'),
            ('\\', Some('r')) => {
                rest.next();
                text.push('\r');
            }
            ('\\', Some('\\' | &END)) => text.extend(rest.next()),
            (c, _) => text.push(c),
        }
    }
    text
}

/// A row of the first stage.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Whose(Whose, usize),
    Profile(String, bool),
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

/// What came of a change.
pub fn changed(state: &mut State, answer: &Result<String, String>) {
    match answer {
        Ok(words) => {
            if let Stage::Values { typed, .. } = &mut state.stage {
                *typed = None;
            }
            state.words = Some((words.clone(), false));
        }
        // What was typed stays, so that it can be mended.
        Err(words) => state.words = Some((words.clone(), true)),
    }
}

impl State {
    /// Whether a value is being typed.
    pub fn is_typing(&self) -> bool {
        matches!(&self.stage, Stage::Values { typed: Some(_), .. })
    }

    fn vertical(&mut self, by: isize, board: &Board) {
        let last = count(self, board).saturating_sub(1);
        let at = match &mut self.stage {
            Stage::Places => &mut self.at,
            Stage::Values { at, .. } => at,
        };
        *at = at.saturating_add_signed(by).min(last);
    }

    /// Enter: opens a place, opens or turns a value, keeps what was typed.
    fn accept(&mut self, board: &Board) -> (Vec<Effect>, Flow) {
        self.words = None;
        let stay = |effects| (effects, Flow::Stay);
        match &mut self.stage {
            Stage::Places => match places(board).into_iter().nth(self.at) {
                Some(Place::Whose(whose, _)) => {
                    self.stage = Stage::Values { whose, at: 0, typed: None };
                    stay(Vec::new())
                }
                Some(Place::Profile(name, _)) => {
                    let title = format!("Put profile {} in force?", one_line(&name));
                    let words = "What holds now is gone, unless it is kept as a profile too: :profile save NAME.";
                    ask(title, words, "put it in force", Deed::ApplyProfile(name))
                }
                None => stay(Vec::new()),
            },
            Stage::Values { whose, at, typed } => {
                let Some(key) = keys_of(whose.network()).into_iter().nth(*at) else { return stay(Vec::new()) };
                let own = own(board, whose).get(key.key()).cloned();
                let set = |typed: String| {
                    vec![Effect::ChangeBook(Deed::Set { whose: whose.clone(), name: key.name().to_owned(), typed })]
                };
                if let Some(Typed { input, began }) = typed {
                    if input.text() == began.as_str() {
                        *typed = None;
                        return stay(Vec::new());
                    }
                    return stay(set(in_lines(input.text())));
                }
                match turned(key, own.as_ref()) {
                    Some(next) => stay(set(next)),
                    None => {
                        *typed = Some(Typed::at(&own.map(|value| value.words()).unwrap_or_default()));
                        stay(Vec::new())
                    }
                }
            }
        }
    }

    /// `d`: the value, all values of a place, or a profile. What takes more than one value away asks first.
    fn clear(&mut self, board: &Board) -> (Vec<Effect>, Flow) {
        self.words = None;
        match &self.stage {
            Stage::Places => match places(board).into_iter().nth(self.at) {
                Some(Place::Whose(whose, 0)) => {
                    self.words = Some((format!("nothing is set for {}", whose.words()), true));
                    (Vec::new(), Flow::Stay)
                }
                Some(Place::Whose(whose, many)) => {
                    let title = format!("Clear all {many} of {}?", one_line(&whose.words()));
                    ask(
                        title,
                        "Nothing brings them back but a profile.",
                        "clear them",
                        Deed::Clear { whose, name: None },
                    )
                }
                Some(Place::Profile(name, _)) => {
                    let title = format!("Forget profile {}?", one_line(&name));
                    ask(title, "What is in force stays in force.", "forget it", Deed::DropProfile(name))
                }
                None => (Vec::new(), Flow::Stay),
            },
            Stage::Values { whose, at, .. } => {
                let Some(key) = keys_of(whose.network()).into_iter().nth(*at) else { return (Vec::new(), Flow::Stay) };
                let deed = Deed::Clear { whose: whose.clone(), name: Some(key.name().to_owned()) };
                (vec![Effect::ChangeBook(deed)], Flow::Stay)
            }
        }
    }

    /// Esc; `false` when there is nothing to go back to.
    fn back(&mut self) -> bool {
        self.words = None;
        match &mut self.stage {
            Stage::Values { typed: typed @ Some(_), .. } => *typed = None,
            Stage::Values { .. } => self.stage = Stage::Places,
            Stage::Places => return false,
        }
        true
    }

    fn foot(&self, board: &Board) -> Vec<panel::Foot<'static>> {
        match &self.stage {
            Stage::Places => {
                let (enter, clear) = match places(board).get(self.at) {
                    Some(Place::Profile(..)) => ("put it in force", Some("forget it")),
                    Some(Place::Whose(_, many)) => ("its values", Some("clear all").filter(|_| *many > 0)),
                    None => return vec![("Esc", "close", Action::Back)],
                };
                let clear = clear.map(|words| ("d", words, Action::Delete));
                let foot = std::iter::once(("Enter", enter, Action::Open)).chain(clear);
                foot.chain([("Esc", "close", Action::Back)]).collect()
            }
            Stage::Values { typed: Some(_), .. } => {
                vec![("Enter", "keep it", Action::Accept), ("Esc", "leave it as it is", Action::Back)]
            }
            Stage::Values { whose, at, .. } => {
                let key = keys_of(whose.network()).into_iter().nth(*at);
                let set = key.is_some_and(|key| own(board, whose).get(key.key()).is_some());
                let clear = set.then_some(("d", "clear", Action::Delete));
                let foot = std::iter::once(("Enter", "change", Action::Open)).chain(clear);
                foot.chain([("Esc", "back", Action::Back)]).collect()
            }
        }
    }
}

/// What an action does just now, in the words of the sheet's own foot.
pub fn says(state: &State, board: &Board, action: Action) -> Option<&'static str> {
    state.foot(board).into_iter().find(|(_, _, each)| *each == action).map(|(_, words, _)| words)
}

fn ask(title: String, words: &str, yes: &str, deed: Deed) -> (Vec<Effect>, Flow) {
    let asked = question::State::ask(title, vec![words.to_owned()], yes, vec![Effect::ChangeBook(deed)]);
    (Vec::new(), Flow::Push(Box::new(Sheet::Question(asked))))
}

/// The next value of something that has few: a yes or no, a choice. None for what is typed.
fn turned(key: ValueKey, value: Option<&Value>) -> Option<String> {
    match key {
        ValueKey::Habit(_) if key.is_flag() => Some(match value {
            None => "yes".into(),
            Some(Value::Flag(true)) => "no".into(),
            Some(_) => String::new(),
        }),
        ValueKey::Habit(_) => None,
        ValueKey::Option(rule) => match rule.form() {
            crate::text::options::Form::Text(_) | crate::text::options::Form::List(_) => None,
            _ => Some(rule.next(value, |_| true).map(|value| value.words()).unwrap_or_default()),
        },
    }
}

fn own(board: &Board, whose: &Whose) -> Options {
    board.book.defaults.of(whose)
}

/// The networks that have channels here, the channels, then the profiles.
fn places(board: &Board) -> Vec<Place> {
    let mut whose: Vec<Whose> = Vec::new();
    for channel in board.channels.iter().filter(|channel| !channel.gone) {
        let network = Whose::Network(channel.network.clone());
        if !whose.contains(&network) {
            whose.push(network);
        }
    }
    let channels = board.channels.iter().filter(|channel| !channel.gone);
    whose.extend(channels.map(|channel| Whose::of(channel, &board.channels)));
    let set = |whose: Whose| {
        let many = own(board, &whose).iter().count();
        Place::Whose(whose, many)
    };
    let profiles = board.book.profiles.iter();
    let profiles = profiles.map(|(name, profile)| Place::Profile(name.clone(), *profile == board.book.defaults));
    whose.into_iter().map(set).chain(profiles).collect()
}

fn count(state: &State, board: &Board) -> usize {
    match &state.stage {
        Stage::Places => places(board).len(),
        Stage::Values { whose, .. } => keys_of(whose.network()).len(),
    }
}

/// Carries out one action.
pub fn update(state: &mut State, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => {
            return (Vec::new(), if state.back() { Flow::Stay } else { Flow::Close });
        }
        Action::Accept | Action::Open | Action::Yes => return state.accept(board),
        _ if state.is_typing() => {}
        Action::Mark => return state.accept(board),
        Action::Delete => return state.clear(board),
        Action::Down => state.vertical(1, board),
        Action::Up => state.vertical(-1, board),
        Action::PageDown | Action::HalfDown => state.vertical(PAGE, board),
        Action::PageUp | Action::HalfUp => state.vertical(-PAGE, board),
        Action::Top => state.vertical(isize::MIN, board),
        Action::Bottom => state.vertical(isize::MAX, board),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, key: Key) {
    if let Stage::Values { typed: Some(Typed { input, .. }), .. } = &mut state.stage {
        input.key(key);
    }
}

/// Takes a pasted text into the field.
pub fn paste(state: &mut State, text: &str) {
    if let Stage::Values { typed: Some(Typed { input, .. }), .. } = &mut state.stage {
        input.paste(&on_one_line(&text.trim().replace("\r\n", "\n")));
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, board: &Board, area: Rect) -> Rect {
    let rows = u16::try_from(count(state, board).max(3)).unwrap_or(u16::MAX).saturating_add(CHROME);
    panel::middle(area, (WIDTH.min(area.width.saturating_sub(4)), rows.min(area.height.saturating_sub(2))))
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

/// A click chooses; a click on what is chosen opens it.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(board), x, y) {
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

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let title = match &state.stage {
        Stage::Places => "Defaults of networks and channels".to_owned(),
        Stage::Values { whose, .. } => one_line(&format!("Defaults · {}", whose.words())),
    };
    let inside = panel::sheet(place(state, board, area), buf, theme, &title, "");
    let head = "what holds where a post says nothing; a channel's own values win";
    panel::line(inside, 0, buf, &[(head, style(Role::Muted))]);
    let offset = offset(state, board, inside);
    let line = |row: u16| Rect { y: inside.y + 2 + row, height: 1, ..inside };
    match &state.stage {
        Stage::Places => {
            for (row, (at, place)) in (0..listed(inside)).zip(places(board).iter().enumerate().skip(offset)) {
                draw_place(place, theme, line(row), buf);
                if at == state.at {
                    buf.set_style(line(row), style(Role::Cursor));
                }
            }
        }
        Stage::Values { whose, at: cursor, typed } => {
            let keys = keys_of(whose.network());
            for (row, (at, key)) in (0..listed(inside)).zip(keys.iter().enumerate().skip(offset)) {
                let area = line(row);
                let after = panel::line(area, 0, buf, &[(&panel::padded(key.name(), NAMES), style(Role::Text))]);
                let rest = Rect { x: after, width: area.right().saturating_sub(after), ..area };
                match typed.as_ref().filter(|_| at == *cursor) {
                    Some(Typed { input, .. }) => input.view(rest, buf, style(Role::Field)),
                    None => draw_value(*key, whose, board, theme, rest, buf),
                }
                if at == *cursor && typed.is_none() {
                    buf.set_style(area, style(Role::Cursor));
                }
            }
            let help = keys.get(*cursor).map(ValueKey::help).unwrap_or_default();
            let below = inside.height.saturating_sub(3);
            panel::line(inside, below, buf, &[(&truncate(help, usize::from(inside.width)), style(Role::Muted))]);
        }
    }
    if let Some((words, refused)) = &state.words {
        let role = if *refused { Role::Bad } else { Role::Good };
        panel::line(inside, inside.height.saturating_sub(2), buf, &[(&one_line(words), style(role))]);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot(board));
}

fn draw_place(place: &Place, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let (name, told, role) = match place {
        Place::Whose(whose @ Whose::Network(_), many) => (format!("all of {}", whose.words()), *many, Role::Title),
        Place::Whose(whose, many) => (whose.words(), *many, Role::Text),
        Place::Profile(name, in_force) => {
            let after =
                panel::line(area, 0, buf, &[("profile ", style(Role::Muted)), (&one_line(name), style(Role::Text))]);
            panel::right(area, 0, buf, if *in_force { "in force " } else { "" }, style(Role::Good), after);
            return;
        }
    };
    let after = panel::line(area, 0, buf, &[(&one_line(&name), style(role))]);
    let told = if told == 0 { "nothing set ".to_owned() } else { format!("{told} set ") };
    panel::right(area, 0, buf, &told, style(Role::Muted), after);
}

/// A value: of one's own, of the network, or none.
fn draw_value(key: ValueKey, whose: &Whose, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let mine = own(board, whose).get(key.key()).map(|value| (value.words(), Role::Good, String::new()));
    let above = || {
        let network = Whose::Network(whose.network().clone());
        let value = own(board, &network).get(key.key())?.words();
        Some((value, Role::Muted, format!("  default of {}", whose.network())))
    };
    let is_channel = matches!(whose, Whose::Channel { .. });
    let shown = mine.or_else(|| above().filter(|_| is_channel));
    let (words, role, tail) = shown.unwrap_or(("not set".into(), Role::Muted, String::new()));
    let words = one_line(&words.replace('\n', BREAK));
    panel::line(area, 0, buf, &[(&words, style(role)), (&tail, style(Role::Muted))]);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::channel::Network;
    use crate::text::style::{Book, Defaults};
    use crate::tui::msg::{KeyCode, KeyModifiers};
    use crate::tui::tools::stage;

    /// A board with a template for X, and a profile.
    fn board(template: &str) -> Board {
        let mut board = stage::board();
        let values: Options = [("post_text".to_owned(), Value::Text(template.into()))].into_iter().collect();
        let mut book = Book::shipped();
        book.defaults.networks.insert(Network::from_word("x"), values);
        book.profiles.insert("calm".into(), Defaults::default());
        board.book = Arc::new(book);
        board
    }

    /// The sheet on the place that `is` takes.
    fn at(board: &Board, is: impl Fn(&Place) -> bool) -> State {
        State { at: places(board).iter().position(is).unwrap(), ..open() }
    }

    fn is_x(place: &Place) -> bool {
        matches!(place, Place::Whose(Whose::Network(network), _) if network.key() == "x")
    }

    #[test]
    fn opening_a_template_and_enter_change_nothing() {
        for template in ["  a \n\n b⏎c \\ {text}  d", "{text}\n", "\t{text}"] {
            let board = board(template);
            let mut state = at(&board, is_x);
            update(&mut state, &board, Action::Open);
            update(&mut state, &board, Action::Open);
            assert!(state.is_typing());
            let (effects, _) = update(&mut state, &board, Action::Accept);
            assert_eq!((effects, state.is_typing()), (vec![], false), "{template:?}");
        }
        let board = board("  a \n\n b⏎c \\ {text}");
        let mut state = at(&board, is_x);
        update(&mut state, &board, Action::Open);
        update(&mut state, &board, Action::Open);
        input(&mut state, Key { code: KeyCode::Char('!'), modifiers: KeyModifiers::NONE });
        let (effects, _) = update(&mut state, &board, Action::Accept);
        let [Effect::ChangeBook(Deed::Set { typed, .. })] = effects.as_slice() else { panic!("{effects:?}") };
        assert_eq!(typed, "  a \n\n b⏎c \\ {text}!");
    }

    #[test]
    fn what_takes_more_than_one_value_away_asks_first() {
        let board = board("{text}");
        let profile = |place: &Place| matches!(place, Place::Profile(..));
        for (mut state, action) in [
            (at(&board, is_x), Action::Delete),
            (at(&board, profile), Action::Delete),
            (at(&board, profile), Action::Open),
        ] {
            let (effects, flow) = update(&mut state, &board, action);
            assert_eq!(effects, [], "{action:?}");
            assert!(matches!(flow, Flow::Push(sheet) if matches!(*sheet, Sheet::Question(_))), "{action:?}");
        }
    }

    #[test]
    fn a_channel_shows_what_is_set_under_any_of_its_names() {
        let mut board = stage::board();
        let channel = board.channels[0].clone();
        let mut book = Book::shipped();
        let values: Options = [("cut_post_text".to_owned(), Value::Flag(true))].into_iter().collect();
        book.defaults.channels.insert(crate::domain::naming::full_name(&channel), values.clone());
        board.book = Arc::new(book);
        assert_eq!(own(&board, &Whose::of(&channel, &board.channels)), values);
    }

    proptest! {
        #[test]
        fn a_text_on_one_line_leads_back_to_it(text in "[a-z ⏎\\\\\n\rr{}]{0,30}") {
            let line = on_one_line(&text);
            prop_assert!(!line.contains(['\n', '\r']));
            prop_assert_eq!(in_lines(&line), text);
        }
    }
}
