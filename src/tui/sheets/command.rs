//! One line of typing at the bottom: `:` commands, `/` filters, a date to go to.

mod filter;
mod run;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

use self::run::{complete_campaign, complete_command, complete_tag, day, run};
use super::Flow;
use crate::domain::campaign::Shift;
use crate::domain::filter::{Filter, FilterError};
use crate::domain::plan::DayNote;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::availability::{availability, is_motion};
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::keys;
use crate::tui::model::{Model, Shared};
use crate::tui::msg::{Key, KeyCode};
use crate::tui::panes::calendar;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// The command that takes a filter for what it deletes.
const DELETE: &str = "delete ";
/// The command that takes a campaign's name.
const CAMPAIGN: &str = "campaign ";
/// The command that takes tags.
const TAG: &str = "tag ";
/// How many completions are listed at most.
const LISTED: usize = 10;
/// The widest the list of them gets.
const LIST_WIDTH: u16 = 84;
/// How many lines are remembered.
const REMEMBERED: usize = 100;
/// How much of a kept view's name is kept, in cells.
const KEPT_NAME: usize = 40;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    kind: Kind,
    input: Input,
    completions: Vec<Completion>,
    /// The completion that was stepped to.
    chosen: Option<usize>,
    /// Whether earlier lines are being shown.
    recalling: bool,
    error: Option<String>,
    /// What the line means so far.
    echo: String,
}

#[derive(Clone, Debug)]
enum Kind {
    Command(Vec<Command>),
    /// With the filter that was in force before.
    Filter(Option<Filter>),
    Date,
    /// The digit a view is kept under, and what to call it.
    Keep,
    /// What is marked on this day.
    Day(NaiveDate),
    /// How far the campaign is shifted.
    Shift,
    /// A file with the texts of a campaign.
    Texts,
}

#[derive(Clone, Debug)]
struct Command {
    action: Action,
    keys: String,
    reason: Option<String>,
}

/// One line of the list above the field.
#[derive(Clone, Debug)]
struct Completion {
    /// The whole line with the completion taken.
    line: String,
    shown: String,
    note: String,
    /// Said in a muted voice: it cannot run now.
    muted: bool,
}

/// `:`, with every action.
pub fn commands(model: &Model) -> State {
    typed(model, "")
}

/// The same with the beginning of a line typed already.
pub fn typed(model: &Model, text: &str) -> State {
    let bindings = model.keymap.bindings(&model.contexts());
    // A motion by name is of no use to a person; one who types it all the same gets it.
    let is_command = |action: &Action| {
        let answer = matches!(action, Action::Yes | Action::No | Action::Accept | Action::Command);
        let leads = action.kept_view().is_none_or(|at| model.board.views.contains_key(&at));
        leads && !answer && !is_motion(*action) && !matches!(action, Action::Back | Action::Close | Action::Cancel)
    };
    let command = |action: Action| Command {
        action,
        keys: bindings
            .iter()
            .find(|(_, each, _)| *each == action)
            .map(|(keys, ..)| keys::write_sequence(keys))
            .unwrap_or_default(),
        reason: availability(action, model).err(),
    };
    let all = Action::ALL.iter().copied().filter(is_command).map(command).collect();
    State::new(Kind::Command(all), Input::new(text).with_history(model.history.clone()), &model.shared, &model.board)
}

/// `/`, with the filter in force.
pub fn filter(model: &Model) -> State {
    let before = model.shared.filter.clone();
    let text = before.as_ref().map(|filter| filter.text().to_owned()).unwrap_or_default();
    State::new(Kind::Filter(before), Input::new(text), &model.shared, &model.board)
}

/// `g d`.
pub fn date(model: &Model) -> State {
    State::new(Kind::Date, Input::default(), &model.shared, &model.board)
}

/// `z k`.
pub fn keep(model: &Model) -> State {
    State::new(Kind::Keep, Input::default(), &model.shared, &model.board)
}

/// `S` in the campaign builder.
pub fn shift(model: &Model) -> State {
    State::new(Kind::Shift, Input::default(), &model.shared, &model.board)
}

/// `f` in the campaign builder.
pub fn texts(model: &Model) -> State {
    State::new(Kind::Texts, Input::default(), &model.shared, &model.board)
}

/// `a` in the calendar, with what is marked on the day.
pub fn day_note(model: &Model) -> State {
    let date = calendar::cursor_date(&model.calendar, &model.shared);
    let text = model.board.plan.notes.get(&date).map(|note| match note.embargo {
        true => format!("! {}", note.words),
        false => note.words.clone(),
    });
    State::new(Kind::Day(date), Input::new(text.unwrap_or_default()), &model.shared, &model.board)
}

/// Keeps what was typed on the command line.
pub fn remember(history: &mut Vec<String>, state: &State) {
    let line = state.input.text().trim();
    if matches!(state.kind, Kind::Command(_)) && !line.is_empty() && history.last().is_none_or(|last| last != line) {
        history.push(line.to_owned());
        let surplus = history.len().saturating_sub(REMEMBERED);
        history.drain(..surplus);
    }
}

/// Takes back what typing has changed so far.
pub fn restore(state: &State, shared: &mut Shared) {
    if let Kind::Filter(before) = &state.kind {
        shared.filter = before.clone();
    }
}

impl State {
    fn new(kind: Kind, input: Input, shared: &Shared, board: &Board) -> Self {
        let (completions, echo) = (Vec::new(), String::new());
        let mut state = Self { kind, input, completions, chosen: None, recalling: false, error: None, echo };
        state.read_again(shared, board);
        state
    }

    fn prompt(&self) -> &'static str {
        match self.kind {
            Kind::Command(_) => ":",
            Kind::Filter(_) => "/",
            Kind::Date => "go to ",
            Kind::Keep => "keep this view under g ",
            Kind::Day(_) => "note ",
            Kind::Shift => "shift the campaign by ",
            Kind::Texts => "texts from the file ",
        }
    }

    /// The line has changed: what it means, and what could follow.
    fn read_again(&mut self, shared: &Shared, board: &Board) {
        (self.error, self.echo) = (None, String::new());
        let text = self.input.text();
        self.completions = match &self.kind {
            Kind::Command(_) if text.starts_with(CAMPAIGN) => complete_campaign(text, board),
            Kind::Command(_) if text.starts_with(TAG) => complete_tag(text, &filter::tags(board)),
            Kind::Command(commands) => match text.strip_prefix(DELETE) {
                // What it deletes is said as a filter is.
                Some(rest) => {
                    let prefixed = |one: Completion| Completion { line: format!("{DELETE}{}", one.line), ..one };
                    filter::complete(rest, board).into_iter().map(prefixed).collect()
                }
                None => complete_command(text, commands),
            },
            Kind::Filter(_) => filter::complete(text, board),
            Kind::Date | Kind::Day(_) | Kind::Shift | Kind::Texts => Vec::new(),
            Kind::Keep => complete_kept(text, board),
        };
        match &self.kind {
            Kind::Filter(_) => {
                let (typing, told) = filter::as_typed(self.input.text(), shared, board);
                self.error = typing.error.as_ref().map(at_column);
                let taken = filter::taken(&typing.filter, shared, board);
                self.echo = format!("{taken} of {} posts{told}", board.posts.len());
            }
            Kind::Date if !text.trim().is_empty() => match day(text, shared) {
                Ok((day, time)) => {
                    let time = time.map(|time| format!(" {}", shared.habits.time(time))).unwrap_or_default();
                    self.echo = format!("{}{time}", day.format("%a %-d %b %Y"));
                }
                Err(words) => self.error = Some(words),
            },
            Kind::Keep if !text.trim().is_empty() => match kept_as(text) {
                Ok((digit, _)) => match board.views.get(&digit) {
                    Some(view) => self.echo = format!("in the place of \"{}\"", view.label()),
                    None => self.echo = "1 to 9, and a name if you like".into(),
                },
                Err(words) => self.error = Some(words),
            },
            Kind::Day(date) => {
                let embargo = text.trim_start().starts_with('!');
                let words = if embargo { "an embargo: nothing is moved there" } else { "! first makes it an embargo" };
                self.echo = format!("{} · {words}", date.format("%a %-d %b"));
            }
            Kind::Shift if text.trim().is_empty() => self.echo = "+1d  -2h  +1w; days keep the time of day".into(),
            Kind::Shift => {
                if let Err(error) = Shift::read(text) {
                    self.error = Some(error.to_string());
                }
            }
            Kind::Texts => self.echo = "one text per line, or blocks apart by ===".into(),
            Kind::Command(_) if text.starts_with(TAG) => {
                self.echo = "put on what is chosen; taken off where all of it has them".into();
            }
            Kind::Command(_) | Kind::Date | Kind::Keep => {}
        }
    }

    /// After typing: a filter narrows at once; one that cannot be read leaves things as they are.
    fn typed(&mut self, shared: &mut Shared, board: &Board) {
        (self.chosen, self.recalling) = (None, false);
        self.read_again(shared, board);
        if matches!(self.kind, Kind::Filter(_)) {
            let filter = filter::as_typed(self.input.text(), shared, board).0.filter;
            shared.filter = Some(filter).filter(|filter| !filter.is_empty());
        }
    }

    /// Whether there is something that Tab completes.
    pub fn completes(&self) -> bool {
        !self.completions.is_empty()
    }

    fn step(&mut self, by: isize) {
        let last = self.completions.len().saturating_sub(1);
        self.chosen = match (self.chosen, self.completions.is_empty()) {
            (_, true) => None,
            (None, _) if by > 0 => Some(0),
            (None, _) => Some(last),
            (Some(at), _) => Some(at.saturating_add_signed(by).min(last)),
        };
    }

    fn complete(&mut self, shared: &mut Shared, board: &Board) {
        let Some(completion) = self.completions.get(self.chosen.unwrap_or(0)) else { return };
        let line = completion.line.clone();
        self.input.set_text(&line);
        self.typed(shared, board);
    }

    fn accept(&mut self, shared: &mut Shared, board: &Board) -> Flow {
        let text = match (&self.kind, self.chosen.and_then(|at| self.completions.get(at))) {
            (Kind::Command(_), Some(completion)) => completion.line.clone(),
            _ => self.input.text().trim().to_owned(),
        };
        let outcome = match self.kind {
            Kind::Command(_) => run(&text, &self.completions, shared, board),
            Kind::Filter(_) => Filter::parse(&text).map(|filter| Flow::Filter(Some(filter))).map_err(|e| at_column(&e)),
            Kind::Date if text.is_empty() => Ok(Flow::Close),
            Kind::Date => day(&text, shared).map(|(date, time)| Flow::GoTo(date, time)),
            Kind::Day(date) => Ok(Flow::MarkDay(date, noted(&text))),
            Kind::Keep | Kind::Shift | Kind::Texts if text.is_empty() => Ok(Flow::Close),
            Kind::Shift => Shift::read(&text).map(Flow::CampaignShift).map_err(|error| error.to_string()),
            Kind::Texts => Ok(Flow::CampaignFile(text.clone())),
            Kind::Keep => kept_as(&text).map(|(digit, name)| Flow::KeepView(digit, name)),
        };
        outcome.unwrap_or_else(|words| {
            self.error = Some(words);
            Flow::Stay
        })
    }
}

/// `! launch day` is an embargo, anything else a note, nothing takes the mark away.
fn noted(text: &str) -> Option<DayNote> {
    let (embargo, words) = match text.trim().strip_prefix('!') {
        Some(words) => (true, words.trim()),
        None => (false, text.trim()),
    };
    let words = match words {
        "" if embargo => "embargo".to_owned(),
        words => truncate(&one_line(words), KEPT_NAME),
    };
    (!words.is_empty()).then_some(DayNote { words, embargo })
}

/// `3 launch week`: the digit, and the name after it.
fn kept_as(text: &str) -> Result<(u8, String), String> {
    let text = text.trim();
    let digit = text.chars().next().and_then(|c| c.to_digit(10)).filter(|digit| *digit > 0);
    let name = text.get(1..).unwrap_or_default();
    match digit.and_then(|digit| u8::try_from(digit).ok()) {
        Some(digit) if name.is_empty() || name.starts_with(' ') => Ok((digit, truncate(name.trim(), KEPT_NAME))),
        _ => Err("a view is kept under a digit, 1 to 9; a name may follow: 3 launch week".into()),
    }
}

fn complete_kept(text: &str, board: &Board) -> Vec<Completion> {
    if !text.trim().is_empty() {
        return Vec::new();
    }
    let kept = |digit: u8| Completion {
        line: digit.to_string(),
        shown: format!("g {digit}"),
        note: board.views.get(&digit).map_or_else(|| "free".into(), |view| view.label()),
        muted: false,
    };
    (1..=9).map(kept).collect()
}

fn at_column(error: &FilterError) -> String {
    format!("column {}: {}", error.column, error.words)
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let flow = match action {
        Action::Accept => state.accept(shared, board),
        Action::Back | Action::Close | Action::Cancel => match &state.kind {
            Kind::Filter(before) => Flow::Filter(before.clone()),
            Kind::Command(_) | Kind::Date | Kind::Keep | Kind::Day(_) | Kind::Shift | Kind::Texts => Flow::Close,
        },
        Action::NextField => {
            state.complete(shared, board);
            Flow::Stay
        }
        Action::Up if state.recalling || state.input.text().is_empty() => {
            recall(state, shared, board, KeyCode::Up);
            Flow::Stay
        }
        Action::Down if state.recalling => {
            recall(state, shared, board, KeyCode::Down);
            Flow::Stay
        }
        Action::Down => {
            state.step(1);
            Flow::Stay
        }
        Action::Up | Action::PreviousField => {
            state.step(-1);
            Flow::Stay
        }
        _ => Flow::Stay,
    };
    (Vec::new(), flow)
}

fn recall(state: &mut State, shared: &Shared, board: &Board, code: KeyCode) {
    if state.input.key(Key::plain(code)) {
        state.read_again(shared, board);
        state.recalling = true;
    }
}

/// Takes a key that no action is bound to. Backspace on an empty line leaves it.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    if key.code == KeyCode::Backspace && state.input.text().is_empty() {
        return update(state, shared, board, Action::Back);
    }
    if state.input.key(key) {
        state.typed(shared, board);
    }
    (Vec::new(), Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, shared: &mut Shared, board: &Board, text: &str) {
    if state.input.paste(text) {
        state.typed(shared, board);
    }
}

/// Draws the field on the last row but one of `area`, the whole screen, and what could follow above it.
pub fn view(state: &State, shared: &Shared, _board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let Some(row) = area.height.checked_sub(2) else { return };
    let line = Rect { y: area.y + row, height: 1, ..area };
    Clear.render(line, buf);
    buf.set_style(line, style(Role::Field));
    let start = panel::line(line, 0, buf, &[(state.prompt(), style(Role::Key))]);
    let note = truncate(&state.echo, usize::from(line.width / 2));
    let wide = u16::try_from(cells(&note)).unwrap_or(0);
    let field = Rect { x: start, width: line.right().saturating_sub(start + wide + 2), ..line };
    state.input.view(field, buf, style(Role::Field));
    let at = Rect { x: line.right().saturating_sub(wide + 1), width: wide + 1, ..line };
    panel::line(at.intersection(line), 0, buf, &[(&note, style(Role::Muted))]);
    let above = above(state, area);
    if let Some(words) = &state.error
        && above.height < row
    {
        let line = Rect { y: above.bottom(), height: 1, ..area };
        Clear.render(line, buf);
        panel::line(line, 0, buf, &[(words, style(Role::Bad))]);
    }
    list(state, shared, theme, above, buf);
}

/// Where the list of completions stands above the field, when there is any.
fn list_place(state: &State, above: Rect) -> Option<Rect> {
    let shown = state.completions.len().min(LISTED);
    let high = u16::try_from(shown + 2).unwrap_or(0).min(above.height);
    let place = Rect { y: above.bottom() - high, height: high, width: above.width.min(LIST_WIDTH), ..above };
    (shown > 0 && high >= 3).then_some(place)
}

fn first_shown(state: &State, height: u16) -> usize {
    scroll::follow(0, state.chosen.unwrap_or(0), usize::from(height), state.completions.len())
}

/// The rows above the field, and the one that an error takes of them.
fn above(state: &State, area: Rect) -> Rect {
    let taken = 2 + u16::from(state.error.is_some());
    Rect { height: area.height.saturating_sub(taken), ..area }
}

/// What a click at that place of the screen `area` runs: one on a completion takes it, one elsewhere leaves.
pub fn click(
    state: &mut State,
    shared: &mut Shared,
    board: &Board,
    area: Rect,
    double: bool,
    at: Position,
) -> Option<Action> {
    let field = area.height.checked_sub(2).map(|row| area.y + row);
    if field.is_some_and(|row| at.y >= row) {
        return None;
    }
    let list = list_place(state, above(state, area)).filter(|place| place.contains(at));
    let Some(inside) = list.map(panel::inside) else { return (!double).then_some(Action::Back) };
    let row = usize::from(at.y.checked_sub(inside.y)?);
    let chosen = first_shown(state, inside.height) + row;
    if !inside.contains(at) || chosen >= state.completions.len() {
        return None;
    }
    state.chosen = Some(chosen);
    state.complete(shared, board);
    match state.kind {
        Kind::Command(_) => Some(Action::Accept),
        Kind::Filter(_) | Kind::Date | Kind::Keep | Kind::Day(_) | Kind::Shift | Kind::Texts => None,
    }
}

fn list(state: &State, shared: &Shared, theme: &Theme, above: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let Some(place) = list_place(state, above) else { return };
    let note = state.completions.len().to_string();
    let inside = panel::sheet(place, buf, theme, &shared.keys.of("Tab completes"), &note);
    let offset = first_shown(state, inside.height);
    for (row, (at, completion)) in (0..inside.height).zip(state.completions.iter().enumerate().skip(offset)) {
        let role = if completion.muted { Role::Muted } else { Role::Text };
        let name = format!("{:<26}", completion.shown);
        panel::line(inside, row, buf, &[(&name, style(role)), (&completion.note, style(Role::Muted))]);
        if state.chosen == Some(at) {
            buf.set_style(Rect { y: inside.y + row, height: 1, ..inside }, style(Role::Cursor));
        }
    }
}
