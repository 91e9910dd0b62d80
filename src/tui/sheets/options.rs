//! What the networks of the post in the composer are told beside text, time and media: a form made from
//! `assets/options.toml`, and the first comment. On a channel's own tab it is that channel's exceptions.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::Flow;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::ChannelId;
use crate::domain::options::{FirstComment, Value};
use crate::domain::post::Post;
use crate::domain::problem::{Place, Problem, Severity};
use crate::text::clean::one_line;
use crate::text::measure::measure;
use crate::text::options::{Catalog, Form, OptionRule};
use crate::text::style::{Told, dressed};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, KeyCode};
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::tools::composer;
use crate::tui::widgets::input::{Input, folded, unfolded};
use crate::tui::widgets::panel;
use crate::tui::widgets::prose::paragraph;

/// The widest the sheet gets.
const WIDTH: u16 = 100;
/// Rows below the list: a free one, what is told of the row, a free one, the keys.
const BELOW: u16 = 6;
/// The cells of an option's name.
const NAMES: usize = 26;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    /// As the composer has it.
    post: Post,
    /// The channel whose exceptions these are; none for the whole post.
    only: Option<ChannelId>,
    rows: Vec<Row>,
    problems: Vec<(Option<ChannelId>, Problem)>,
    /// What holds for channels where the post says nothing itself.
    told: Vec<(ChannelId, Vec<Told>)>,
    at: usize,
    /// Where a text is being typed.
    input: Option<Input>,
    /// What stood there before anything was typed.
    before: String,
    said: Option<String>,
}

/// A row of the form.
#[derive(Clone, Debug)]
enum Row {
    /// A network, and its channels.
    Network(String),
    Option(&'static OptionRule),
    /// The words of the first comment.
    Comment,
    /// How many seconds later it follows.
    Delay,
}

impl State {
    /// The options of `post`, of the channel `only` where one is named; the cursor on the row that `place` is about.
    pub fn new(post: Post, only: Option<ChannelId>, place: Option<&Place>, shared: &Shared, board: &Board) -> Self {
        let rows = rows(&post, only.as_ref(), board);
        let mut state = Self {
            post,
            only,
            rows,
            problems: Vec::new(),
            told: Vec::new(),
            at: 0,
            input: None,
            before: String::new(),
            said: None,
        };
        state.refresh(shared, board);
        let about = |row: &Row| match (row, place) {
            (Row::Option(rule), Some(Place::Option(key))) => rule.key == *key,
            (Row::Comment, Some(Place::FirstComment)) => true,
            _ => false,
        };
        let first = || state.rows.iter().position(|row| !matches!(row, Row::Network(_)));
        state.at = state.rows.iter().position(about).or_else(first).unwrap_or(0);
        state
    }

    /// Whether keys are text.
    pub fn is_typing(&self) -> bool {
        self.input.is_some()
    }

    /// Opens the field of the first comment, where the sheet stands on it: whoever asks for it wants to write.
    pub fn type_comment(&mut self) {
        if matches!(self.row(), Some(Row::Comment)) {
            self.edit(&self.comment().0.text);
        }
    }

    fn refresh(&mut self, shared: &Shared, board: &Board) {
        self.told = dressed(&self.post, &board.channels, &board.book, &shared.rules).told;
        self.problems = composer::option_problems(&self.post, shared, board);
    }

    fn row(&self) -> Option<&Row> {
        self.rows.get(self.at)
    }

    /// What an option is set to here, and whether that comes from the whole post.
    fn value(&self, key: &str) -> (Option<&Value>, bool) {
        let own = self.target().and_then(|at| self.post.targets.get(at)).and_then(|it| it.extras.options.get(key));
        match (&self.only, own) {
            (Some(_), Some(own)) => (Some(own), false),
            (Some(_), None) => (self.post.options.get(key), true),
            (None, _) => (self.post.options.get(key), false),
        }
    }

    /// What holds for an option that nobody set here.
    fn told(&self, key: &str) -> Option<&Told> {
        let here = |id: &ChannelId| self.only.as_ref().is_none_or(|only| only == id);
        let told = self.told.iter().filter(|(id, _)| here(id)).flat_map(|(_, told)| told);
        told.into_iter().find(|told| told.key == key)
    }

    /// What an option can be set to on every channel it is about, where that is not everything, and whose word that is.
    fn allowed(&self, rule: &OptionRule, shared: &Shared, board: &Board) -> Option<(Vec<String>, String)> {
        let here = |id: &ChannelId| self.only.as_ref().is_none_or(|only| only == id);
        let channels = self.post.targets.iter().filter(|target| here(&target.channel));
        let known = channels.filter_map(|target| board.channel(&target.channel));
        let mut said = known.filter_map(|channel| shared.rules.of(&channel.id, &channel.network)?.allowed(&rule.key));
        let first = said.next()?;
        let mut values = first.values.clone();
        for other in said {
            values.retain(|value| other.values.contains(value));
        }
        // Where no value suits all of them, each is told its own: the problems say which.
        (!values.is_empty()).then(|| (values, first.from.words()))
    }

    fn target(&self) -> Option<usize> {
        let only = self.only.as_ref()?;
        self.post.targets.iter().position(|target| target.channel == *only)
    }

    fn comment(&self) -> (FirstComment, bool) {
        let own = self.target().and_then(|at| self.post.targets.get(at)).and_then(|it| it.extras.first_comment.clone());
        let inherited = self.only.is_some() && own.is_none();
        (own.or_else(|| self.post.first_comment.clone()).unwrap_or_default(), inherited)
    }

    fn set(&mut self, key: &str, value: Value) {
        let at = self.target();
        let options = match at.and_then(|at| self.post.targets.get_mut(at)) {
            Some(target) => &mut target.extras.options,
            None => &mut self.post.options,
        };
        options.set(key, value);
    }

    fn set_comment(&mut self, comment: FirstComment) {
        match self.target().and_then(|at| self.post.targets.get_mut(at)) {
            Some(target) => target.extras.first_comment = Some(comment),
            None => self.post.first_comment = Some(comment).filter(|comment| !comment.is_blank()),
        }
    }

    fn changed(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        self.refresh(shared, board);
        (Vec::new(), Flow::ComposerOptions(Box::new(self.post.clone())))
    }

    /// Enter or Space: the next choice, or the text is typed.
    fn turn(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        self.said = None;
        let Some(row) = self.row().cloned() else { return stay() };
        match row {
            Row::Network(_) => stay(),
            Row::Comment => self.edit(&self.comment().0.text),
            Row::Delay => self.edit(&self.comment().0.delay.to_string()),
            Row::Option(rule) => match rule.form() {
                Form::Text(_) | Form::List(_) => {
                    self.edit(&self.value(&rule.key).0.map(Value::words).unwrap_or_default())
                }
                Form::Choice(_) | Form::Flag | Form::Consent => {
                    let allowed = self.allowed(rule, shared, board);
                    let offered =
                        |word: &str| allowed.as_ref().is_none_or(|(values, _)| values.iter().any(|v| v == word));
                    let next = rule.next(self.value(&rule.key).0, offered);
                    self.set(&rule.key, next.unwrap_or_else(|| Value::Text(String::new())));
                    self.changed(shared, board)
                }
            },
        }
    }

    fn edit(&mut self, text: &str) -> (Vec<Effect>, Flow) {
        let input = Input::new(folded(text));
        input.text().clone_into(&mut self.before);
        self.input = Some(input);
        stay()
    }

    /// What was typed, where it can be taken.
    fn accept(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        let Some(input) = &self.input else { return self.turn(shared, board) };
        // Where nothing was typed nothing changes, and a channel goes on following the post.
        if input.text() == self.before {
            self.input = None;
            return stay();
        }
        let typed = unfolded(input.text());
        let taken = match self.row().cloned() {
            Some(Row::Option(rule)) => rule.read(&typed).map(|value| self.set(&rule.key, value)),
            Some(Row::Comment) => {
                let (comment, _) = self.comment();
                self.set_comment(FirstComment { text: typed, ..comment });
                Ok(())
            }
            Some(Row::Delay) => match typed.parse() {
                Ok(delay) => {
                    let (comment, _) = self.comment();
                    self.set_comment(FirstComment { delay, ..comment });
                    Ok(())
                }
                Err(_) => Err(format!("\"{typed}\" is no number of seconds; 0 is at once")),
            },
            Some(Row::Network(_)) | None => Ok(()),
        };
        match taken {
            Ok(()) => {
                self.input = None;
                self.changed(shared, board)
            }
            Err(words) => {
                self.said = Some(words);
                stay()
            }
        }
    }

    /// Nothing is said any more; on a channel's own tab the post's word holds again.
    fn clear(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        match self.row().cloned() {
            Some(Row::Option(rule)) => self.set(&rule.key, Value::Text(String::new())),
            Some(Row::Comment | Row::Delay) => {
                match self.target().and_then(|at| self.post.targets.get_mut(at)) {
                    Some(target) => target.extras.first_comment = None,
                    None => self.post.first_comment = None,
                };
            }
            Some(Row::Network(_)) | None => return stay(),
        }
        self.changed(shared, board)
    }

    fn step(&mut self, by: isize) {
        self.said = None;
        let mut at = self.at;
        while let Some(next) = at.checked_add_signed(by).filter(|next| *next < self.rows.len()) {
            at = next;
            if !matches!(self.rows.get(at), Some(Row::Network(_))) {
                self.at = at;
                return;
            }
        }
    }

    /// Esc: out of the field with what was typed, then out of the sheet. What cannot be taken is said once, and given
    /// up by the next press.
    fn back(&mut self, shared: &Shared, board: &Board) -> (Vec<Effect>, Flow) {
        if self.said.take().is_some() && self.input.take().is_some() {
            return stay();
        }
        if self.is_typing() { self.accept(shared, board) } else { (Vec::new(), Flow::Close) }
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        if self.is_typing() {
            return vec![("Enter", "keep it", Action::Accept), ("Esc", "back", Action::Back)];
        }
        let turn = match self.row() {
            Some(Row::Option(rule)) if !matches!(rule.form(), Form::Text(_) | Form::List(_)) => "next choice",
            _ => "type it",
        };
        vec![
            ("Enter", turn, Action::Open),
            ("d", if self.only.is_some() { "as the post" } else { "take back" }, Action::Delete),
            ("Esc", "done", Action::Back),
        ]
    }

    /// The worst that is said of a row, and the words.
    fn problem_of(&self, row: &Row) -> Option<&Problem> {
        let about = |problem: &&Problem| match (&problem.place, row) {
            (Place::Option(key), Row::Option(rule)) => *key == rule.key,
            (Place::FirstComment, Row::Comment | Row::Delay) => true,
            _ => false,
        };
        let here = |channel: &Option<ChannelId>| self.only.is_none() || *channel == self.only;
        let said = self.problems.iter().filter(|(channel, _)| here(channel)).map(|(_, problem)| problem);
        said.filter(about).max_by_key(|problem| problem.severity)
    }
}

/// The networks of a post with their options, and the first comment where one of them takes it.
fn rows(post: &Post, only: Option<&ChannelId>, board: &Board) -> Vec<Row> {
    let concerned: Vec<&Channel> = post
        .targets
        .iter()
        .filter(|target| only.is_none_or(|only| target.channel == *only))
        .filter_map(|target| board.channel(&target.channel))
        .collect();
    let mut networks: Vec<&Network> = Vec::new();
    for channel in &concerned {
        if !networks.contains(&&channel.network) {
            networks.push(&channel.network);
        }
    }
    let carried =
        |channel: &&&Channel, key: &str| board.ways.get(&channel.account).is_none_or(|way| way.carries.option(key));
    let mut rows = Vec::new();
    for network in networks {
        let own: Vec<&&Channel> = concerned.iter().filter(|channel| channel.network == *network).collect();
        let goes = |rule: &&'static OptionRule| {
            let set = post.options.get(&rule.key).is_some();
            set || own.iter().any(|channel| carried(channel, &rule.key))
        };
        let options: Vec<&OptionRule> = Catalog::shipped().of(network).iter().filter(goes).collect();
        if options.is_empty() {
            continue;
        }
        let labels: Vec<String> = own.iter().map(|channel| one_line(channel.label())).collect();
        rows.push(Row::Network(format!("{network} · {}", labels.join(", "))));
        rows.extend(options.into_iter().map(Row::Option));
    }
    let comments = |channel: &&Channel| {
        board.ways.get(&channel.account).is_none_or(|way| way.carries.comments_on(&channel.network))
    };
    let takers: Vec<&str> = concerned.iter().copied().filter(comments).map(|it| it.network.name()).collect();
    if !takers.is_empty() || post.first_comment.is_some() {
        let mut named = takers;
        named.dedup();
        let on = if named.is_empty() { String::new() } else { format!(" · {}", named.join(", ")) };
        rows.push(Row::Network(format!("First comment{on}")));
        rows.push(Row::Comment);
        let waits =
            |channel: &&Channel| board.ways.get(&channel.account).is_some_and(|way| way.carries.comment_delay > 0);
        if concerned.iter().copied().filter(comments).any(|channel| waits(&channel)) {
            rows.push(Row::Delay);
        }
    }
    rows
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return state.back(shared, board),
        Action::Accept | Action::Yes => return state.accept(shared, board),
        _ if state.is_typing() => {}
        Action::Open | Action::Mark => return state.turn(shared, board),
        Action::Delete => return state.clear(shared, board),
        Action::Down => state.step(1),
        Action::Up => state.step(-1),
        Action::Top => {
            state.at = 0;
            if matches!(state.row(), Some(Row::Network(_))) {
                state.step(1);
            }
        }
        Action::Bottom => state.at = state.rows.len().saturating_sub(1),
        _ => {}
    }
    stay()
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &mut Shared, board: &Board, key: Key) -> (Vec<Effect>, Flow) {
    match key.code {
        KeyCode::Enter => state.accept(shared, board),
        KeyCode::Esc => state.back(shared, board),
        _ => {
            if state.input.as_mut().is_some_and(|input| input.key(key)) {
                state.said = None;
            }
            stay()
        }
    }
}

/// Takes pasted text into the field that is open.
pub fn paste(state: &mut State, text: &str) {
    if let Some(input) = &mut state.input {
        input.paste(&one_line(&folded(text.trim())));
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let rows = u16::try_from(state.rows.len().max(1)).unwrap_or(u16::MAX);
    panel::middle(area, (WIDTH, rows.saturating_add(BELOW + 2).min(area.height.saturating_sub(2))))
}

/// What a click there runs; on a row it chooses that one, on the chosen one it turns it.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    let list = list_area(inside);
    if !list.contains(Position { x, y }) || state.is_typing() {
        return panel::foot_at(inside, &shared.keys, &state.foot(), x, y);
    }
    let at = first_shown(state, list) + usize::from(y - list.y);
    match state.rows.get(at) {
        None | Some(Row::Network(_)) => None,
        Some(_) => {
            let again = state.at == at;
            state.at = at;
            again.then_some(Action::Open)
        }
    }
}

fn list_area(inside: Rect) -> Rect {
    Rect { height: inside.height.saturating_sub(BELOW), ..inside }
}

fn first_shown(state: &State, list: Rect) -> usize {
    scroll::window(state.at, state.at, usize::from(list.height), state.rows.len(), None).0
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let whose = match state.only.as_ref().and_then(|only| board.channel(only)) {
        Some(channel) => format!("{} {} only", channel.network.mark(), one_line(channel.label())),
        None => {
            let key = |shipped| shared.keys.key(shipped, "composer.form");
            format!("for every channel; a channel's own: {} and {}, then {}", key("h"), key("l"), key(","))
        }
    };
    let inside = panel::sheet(place(state, area), buf, theme, "Options", &whose);
    if inside.is_empty() {
        return;
    }
    let list = list_area(inside);
    if state.rows.is_empty() {
        let words = if state.post.targets.is_empty() {
            "choose a channel first: t chooses it"
        } else {
            "the networks of this post have no options that their providers carry"
        };
        panel::line(list, 0, buf, &[(&shared.keys.of(words), theme.style(Role::Muted))]);
    }
    for (y, (at, row)) in (0..list.height).zip(state.rows.iter().enumerate().skip(first_shown(state, list))) {
        draw(state, theme, at, row, Rect { y: list.y + y, height: 1, ..list }, buf);
    }
    about(state, shared, board, theme, Rect { y: list.bottom() + 1, height: BELOW - 2, ..inside }, buf);
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

fn draw(state: &State, theme: &Theme, at: usize, row: &Row, area: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    if let Row::Network(name) = row {
        panel::line(area, 0, buf, &[(name, style(Role::Title))]);
        return;
    }
    let (mark, role) = match state.problem_of(row).map(|problem| problem.severity) {
        Some(Severity::Blocker) => (theme.glyphs.cross, Role::Bad),
        Some(Severity::Warning) => (theme.glyphs.warn, Role::Warn),
        _ => (' ', Role::Muted),
    };
    let (name, shown, inherited) = match row {
        Row::Network(_) => return,
        Row::Option(rule) => {
            let (value, inherited) = state.value(&rule.key);
            (rule.words.as_str(), value.map(|value| rule.shown(value)), inherited)
        }
        Row::Comment => {
            let (comment, inherited) = state.comment();
            ("text", Some(comment.text).filter(|text| !text.is_empty()), inherited)
        }
        Row::Delay => {
            let (comment, inherited) = state.comment();
            let words = if comment.delay == 0 { "at once".into() } else { format!("{} s later", comment.delay) };
            ("follows", Some(words), inherited)
        }
    };
    let parts = [(&*format!("  {mark} "), style(role)), (&panel::padded(name, NAMES), style(Role::Text))];
    let after = panel::line(area, 0, buf, &parts);
    let rest = Rect { x: after, width: area.right().saturating_sub(after), ..area };
    if let Some(input) = state.input.as_ref().filter(|_| at == state.at) {
        input.view(rest, buf, style(Role::Field));
        return;
    }
    let told = match row {
        Row::Option(rule) => state.told(&rule.key),
        Row::Comment => state.told("first_comment_text"),
        Row::Network(_) | Row::Delay => None,
    };
    let (words, role) = match (&shown, told) {
        (None, Some(told)) => {
            let value = Catalog::shipped().find(&told.key).map(|rule| rule.shown(&told.value));
            (one_line(&value.unwrap_or_else(|| told.value.words())), Role::Muted)
        }
        (None, None) => ("not said".to_owned(), Role::Muted),
        (Some(words), _) => (one_line(words), if inherited { Role::Muted } else { Role::Good }),
    };
    let tail = match (&shown, told) {
        (Some(_), _) if inherited => "  as the post".to_owned(),
        (None, Some(told)) => format!("  {}", told.origin.words()),
        _ => String::new(),
    };
    panel::line(rest, 0, buf, &[(&words, style(role)), (&tail, style(Role::Muted))]);
    if at == state.at {
        buf.set_style(area, style(Role::Cursor));
    }
}

/// What the row under the cursor means, what it can be, and what is wrong with it.
fn about(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let Some(row) = state.row() else { return };
    let width = usize::from(area.width);
    let help = match row {
        Row::Network(_) => String::new(),
        Row::Option(rule) => match (rule.form(), state.allowed(rule, shared, board)) {
            (Form::Choice(_) | Form::Flag, Some((values, whose))) => {
                format!("{}, {whose} · {}", rule.named_values(&values).replace(", ", " / "), rule.help)
            }
            (Form::Choice(choices), None) => {
                let words: Vec<&str> = choices.iter().map(|(_, words)| words.as_str()).collect();
                format!("{} · {}", words.join(" / "), rule.help)
            }
            _ => rule.help.clone(),
        },
        Row::Comment => "a comment of yours that follows by itself".into(),
        Row::Delay => "seconds after the post; 0 is at once".into(),
    };
    let mut rows = paragraph(&one_line(&help), Role::Muted, &[], width, 2);
    if let Some(words) = &state.said {
        rows.extend(paragraph(&one_line(words), Role::Bad, &[], width, 2));
    } else if let Some(problem) = state.problem_of(row) {
        let role = if problem.severity == Severity::Blocker { Role::Bad } else { Role::Warn };
        let words = format!("{} · {}", one_line(&problem.words), one_line(&problem.remedy));
        rows.extend(paragraph(&words, role, &[], width, 2));
    }
    for (y, row) in (area.y..area.bottom()).zip(&rows) {
        row.draw(theme, Style::new(), area.x, y, area.width, buf);
    }
    let Some(figures) = counter(state, row, shared, board) else { return };
    panel::right(area, area.height.saturating_sub(1), buf, &figures, theme.style(Role::Text), area.x);
}

/// How much of its limit the text that is being typed takes.
fn counter(state: &State, row: &Row, shared: &Shared, board: &Board) -> Option<String> {
    let typed = unfolded(state.input.as_ref()?.text());
    match row {
        Row::Option(rule) => match rule.form() {
            Form::Text(Some(most)) => Some(format!("{}/{most}", typed.encode_utf16().count())),
            Form::List(Some(most)) => {
                Some(format!("{}/{most}", typed.split(',').filter(|item| !item.trim().is_empty()).count()))
            }
            _ => None,
        },
        Row::Comment => {
            // The strictest of the networks that take one.
            let takers = state.post.targets.iter().filter_map(|target| {
                let channel = board.channel(&target.channel)?;
                let way = board.ways.get(&channel.account);
                let rules = shared.rules.of(&channel.id, &channel.network)?;
                way.is_none_or(|way| way.carries.comments_on(&channel.network)).then_some(rules)
            });
            let figures = takers.map(|rules| {
                let limit = rules.comment.max.or(rules.comment.warn).unwrap_or(rules.limit);
                (limit, measure(&typed, rules).count)
            });
            figures.min().map(|(limit, count)| format!("{count}/{limit}"))
        }
        Row::Network(_) | Row::Delay => None,
    }
}

fn stay() -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

#[cfg(test)]
#[path = "options_tests.rs"]
mod tests;
