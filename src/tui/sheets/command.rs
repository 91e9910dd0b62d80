//! One line of typing at the bottom: `:` commands, `/` filters, a date to go to.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::{Clear, Widget};

use super::Flow;
use crate::domain::campaign::Shift;
use crate::domain::channel::Channel;
use crate::domain::filter::{Filter, FilterError, KEYS, Meanwhile, Typing};
use crate::domain::outcome::State as PostState;
use crate::domain::plan::DayNote;
use crate::domain::schedule::Resolved;
use crate::domain::when::{self, Reading};
use crate::text::clean::{cells, one_line, truncate};
use crate::text::style::Deed;
use crate::tui::action::Action;
use crate::tui::availability::{availability, is_motion};
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::keys;
use crate::tui::model::{Model, Shared};
use crate::tui::msg::{Key, KeyCode, Notice, Tone};
use crate::tui::panes::calendar;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;

/// The command that takes a filter for what it deletes.
const DELETE: &str = "delete ";
/// The command that takes a campaign's name.
const CAMPAIGN: &str = "campaign ";
/// How many completions are listed at most.
const LISTED: usize = 10;
/// The widest the list of them gets.
const LIST_WIDTH: u16 = 84;
/// How many lines are remembered.
const REMEMBERED: usize = 100;
/// How much of a kept view's name is kept, in cells.
const KEPT_NAME: usize = 40;

/// Times that a filter is mostly given.
const TIMES: &[(&str, &str)] = &[
    ("today", "midnight"),
    ("tomorrow", "midnight"),
    ("-7d", "a week ago"),
    ("-30d", "thirty days ago"),
    ("+7d", "in a week"),
    ("mon", "next Monday"),
];

/// Short names that hands know from elsewhere.
const ALIASES: &[(&str, Action)] = &[
    ("q", Action::Quit),
    ("q!", Action::Quit),
    ("wq", Action::Quit),
    ("x", Action::Quit),
    ("h", Action::Help),
    ("e", Action::Edit),
    ("new", Action::Compose),
    ("move", Action::Move),
    ("retry", Action::Retry),
    ("verify", Action::Verify),
    ("today", Action::Today),
    ("log", Action::PaneActivity),
    ("styles", Action::ComposerStyle),
    ("profiles", Action::Defaults),
];

/// How alike a mistyped command must be to one that it is asked about: another one may do something that is meant by
/// nobody.
const MISTYPED: f64 = 0.85;

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
            Kind::Command(commands) => match text.strip_prefix(DELETE) {
                // What it deletes is said as a filter is.
                Some(rest) => {
                    let prefixed = |one: Completion| Completion { line: format!("{DELETE}{}", one.line), ..one };
                    complete_filter(rest, board).into_iter().map(prefixed).collect()
                }
                None => complete_command(text, commands),
            },
            Kind::Filter(_) => complete_filter(text, board),
            Kind::Date | Kind::Day(_) | Kind::Shift | Kind::Texts => Vec::new(),
            Kind::Keep => complete_kept(text, board),
        };
        match &self.kind {
            Kind::Filter(_) => {
                let (typing, told) = self.meant(shared, board);
                self.error = typing.error.as_ref().map(at_column);
                let taken = taken(&typing.filter, shared, board);
                self.echo = format!("{taken} of {} posts{told}", board.posts.len());
            }
            Kind::Date if !text.trim().is_empty() => match day(text, shared) {
                Ok(day) => self.echo = day.format("%a %-d %b %Y").to_string(),
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
            Kind::Command(_) | Kind::Date | Kind::Keep => {}
        }
    }

    /// After typing: a filter narrows at once; one that cannot be read leaves things as they are.
    fn typed(&mut self, shared: &mut Shared, board: &Board) {
        (self.chosen, self.recalling) = (None, false);
        self.read_again(shared, board);
        if matches!(self.kind, Kind::Filter(_)) {
            let filter = self.meant(shared, board).0.filter;
            shared.filter = Some(filter).filter(|filter| !filter.is_empty());
        }
    }

    /// What the filter means as far as it is typed, and what is to be said of a word that is not whole: what could
    /// become a key is no word to look for where no post has it.
    fn meant(&self, shared: &Shared, board: &Board) -> (Typing, String) {
        let mut typing = Filter::typing(self.input.text());
        if let Some(word) = typing.begins_a_key()
            && taken(&typing.filter, shared, board) == 0
        {
            typing.filter = typing.filter.without_last();
            typing.meanwhile = Some(Meanwhile::LeftOut(word));
        }
        let told = match &typing.meanwhile {
            None => String::new(),
            Some(Meanwhile::Any(words)) => format!(": {}", words.join(", ")),
            Some(Meanwhile::LeftOut(word)) => format!(", without {word}"),
        };
        (typing, told)
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
            Kind::Date => day(&text, shared).map(Flow::GoTo),
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

/// How many posts at hand a filter takes.
fn taken(filter: &Filter, shared: &Shared, board: &Board) -> usize {
    board.posts.iter().filter(|post| filter.takes(post, &board.channels, shared.now, shared.zone)).count()
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

/// What a command line means.
fn run(text: &str, completions: &[Completion], shared: &mut Shared, board: &Board) -> Result<Flow, String> {
    let (word, rest) = text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()));
    match (word, rest) {
        ("", _) => return Ok(Flow::Close),
        ("w" | "write", "") => {
            let words = "everything is kept as it changes; there is nothing to write".into();
            shared.notices.push(Notice { words, tone: Tone::Plain, post: None });
            return Ok(Flow::Close);
        }
        ("date" | "go", rest) if !rest.is_empty() => return day(rest, shared).map(Flow::GoTo),
        ("date", _) => return Ok(Flow::Run(Action::GoToDate)),
        ("campaign", rest) if !rest.is_empty() => return Ok(Flow::Campaign(rest.to_owned())),
        ("import", rest) if !rest.is_empty() => return Ok(Flow::Import(rest.to_owned())),
        ("export", rest) if !rest.is_empty() => return export(rest),
        ("delete", rest) if !rest.is_empty() => return Ok(Flow::Doomed(rest.to_owned())),
        ("style", "none") => return Ok(Flow::ComposerStyle(None)),
        ("style", rest) if !rest.is_empty() => return styled(rest, board),
        ("style", _) => return Ok(Flow::Run(Action::ComposerStyle)),
        ("link", rest) => return Ok(Flow::ComposerLink(Some(rest.to_owned()).filter(|link| !link.is_empty()))),
        ("profile", rest) => return profile(rest),
        ("filter", rest) if !rest.is_empty() => {
            return Filter::parse(rest).map(|filter| Flow::Filter(Some(filter))).map_err(|error| at_column(&error));
        }
        _ => {}
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == text).map(|(_, action)| *action);
    if let Some(action) = Action::from_name(text).or(alias) {
        return Ok(Flow::Run(action));
    }
    if let [only] = completions
        && let Some(action) = Action::from_name(&only.line)
    {
        return Ok(Flow::Run(action));
    }
    if word == "delete" {
        return Err("say what to delete: delete status:draft, delete ch:@acme until:-30d, delete all".into());
    }
    Err(format!("\"{word}\" is not a command{}", meant(word)))
}

/// The command that is probably meant: by its name, or the last part of it.
fn meant(word: &str) -> String {
    let words = Action::ALL.iter().map(|action| action.name()).chain(ALIASES.iter().map(|(alias, _)| *alias));
    let score = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or(name);
        strsim::jaro_winkler(name, word).max(strsim::jaro_winkler(last, word))
    };
    let best = words.map(|name| (score(name), name)).max_by(|a, b| a.0.total_cmp(&b.0));
    let best = best.filter(|(score, _)| *score >= MISTYPED);
    best.map(|(_, name)| format!("; did you mean \"{name}\"?")).unwrap_or_default()
}

/// `export week.csv status:scheduled`: a file, in quotes where its name has blanks, and a filter after it.
fn export(words: &str) -> Result<Flow, String> {
    let (path, rest) = match words.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').ok_or("the file's name has a quote that never ends")?,
        None => words.split_once(' ').unwrap_or((words, "")),
    };
    let filter = Filter::parse(rest.trim()).map_err(|error| format!("the filter, {}", at_column(&error)))?;
    Ok(Flow::Export(path.to_owned(), filter))
}

/// `style blog`: a style that is there.
fn styled(name: &str, board: &Board) -> Result<Flow, String> {
    board.book.style(name).map(|_| Flow::ComposerStyle(Some(name.to_owned())))
}

/// `profile save NAME`, `apply NAME`, `delete NAME`; without words, the sheet that lists them.
fn profile(words: &str) -> Result<Flow, String> {
    let (verb, name) = words.split_once(' ').unwrap_or((words, ""));
    let name = name.trim().to_owned();
    match verb {
        "" | "list" => Ok(Flow::Run(Action::Defaults)),
        "save" if !name.is_empty() => Ok(Flow::Book(Deed::SaveProfile(name))),
        "apply" if !name.is_empty() => Ok(Flow::Book(Deed::ApplyProfile(name))),
        "delete" if !name.is_empty() => Ok(Flow::Book(Deed::DropProfile(name))),
        _ => Err("say profile save NAME, profile apply NAME or profile delete NAME".into()),
    }
}

/// The day that words mean.
fn day(text: &str, shared: &Shared) -> Result<NaiveDate, String> {
    match when::read(text, shared.now, shared.zone).map_err(|error| error.to_string())? {
        Reading::Now => Ok(shared.now.with_timezone(&shared.zone).date_naive()),
        Reading::At(Resolved::At(at) | Resolved::Gap { before: at, .. } | Resolved::Twice { first: at, .. }) => {
            Ok(at.wall().date())
        }
    }
}

/// The campaigns whose names have what was typed.
fn complete_campaign(text: &str, board: &Board) -> Vec<Completion> {
    let typed = text.strip_prefix(CAMPAIGN).unwrap_or_default().trim().to_lowercase();
    let fitting = board.campaigns().into_iter().filter(|campaign| campaign.name.to_lowercase().contains(&typed));
    let completion = |campaign: crate::tui::board::Campaign| Completion {
        line: format!("{CAMPAIGN}{}", campaign.name),
        shown: one_line(&campaign.name),
        note: format!("{} posts", campaign.posts),
        muted: false,
    };
    fitting.map(completion).collect()
}

fn complete_command(text: &str, commands: &[Command]) -> Vec<Completion> {
    let folded = text.to_lowercase();
    let words: Vec<&str> = folded.split_whitespace().collect();
    let score = |command: &Command| {
        let name = command.action.name();
        let all = format!("{name} {}", command.action.title());
        let takes = words.iter().all(|word| all.contains(word));
        takes.then_some((!name.starts_with(&folded), command.reason.is_some()))
    };
    let mut found: Vec<_> = commands.iter().filter_map(|command| Some((score(command)?, command))).collect();
    found.sort_by_key(|(score, _)| *score);
    let completion = |command: &Command| Completion {
        line: command.action.name().to_owned(),
        shown: command.action.name().to_owned(),
        note: match (&command.reason, command.keys.as_str()) {
            (Some(reason), _) => reason.clone(),
            (None, "") => command.action.title().to_owned(),
            (None, keys) => format!("{}  ({keys})", command.action.title()),
        },
        muted: command.reason.is_some(),
    };
    found.into_iter().map(|(_, command)| completion(command)).collect()
}

/// What the last word of a filter could become: a key, or a value of its key.
fn complete_filter(text: &str, board: &Board) -> Vec<Completion> {
    let (before, last) = text.split_at_checked(last_word(text)).unwrap_or((text, ""));
    let (minus, word) = last.strip_prefix('-').map_or(("", last), |word| ("-", word));
    let values: Vec<(String, String)> = match word.split_once(':') {
        None if word.starts_with('#') => {
            tags(board).into_iter().map(|tag| (format!("#{tag}"), String::new())).collect()
        }
        None => KEYS.iter().map(|key| (format!("{key}:"), key_words(key).to_owned())).collect(),
        Some(("status" | "state", _)) => {
            PostState::ALL.iter().map(|state| (format!("status:{}", state.word()), String::new())).collect()
        }
        Some(("net" | "network", _)) => {
            let networks: BTreeSet<_> = board.channels.iter().map(|channel| &channel.network).collect();
            networks.iter().map(|network| (format!("net:{}", network.mark()), network.name().to_owned())).collect()
        }
        Some(("account", _)) => {
            board.lights.iter().map(|light| (format!("account:{}", light.account), light.provider.clone())).collect()
        }
        Some(("source", _)) => {
            vec![("source:runsheet".into(), String::new()), ("source:provider".into(), String::new())]
        }
        Some(("ch" | "channel", _)) => {
            let value =
                |channel: &Channel| (format!("ch:{}", quoted(channel.label())), channel.network.name().to_owned());
            board.channels.iter().filter(|channel| !channel.gone).map(value).collect()
        }
        Some(("campaign", _)) => {
            let names: BTreeSet<_> = board.posts.iter().filter_map(|post| post.campaign.as_deref()).collect();
            names.iter().map(|name| (format!("campaign:{}", quoted(name)), String::new())).collect()
        }
        Some(("tag", _)) => tags(board).into_iter().map(|tag| (format!("tag:{tag}"), String::new())).collect(),
        Some((key @ ("since" | "after" | "until" | "before"), _)) => {
            TIMES.iter().map(|(time, words)| (format!("{key}:{time}"), (*words).to_owned())).collect()
        }
        Some(_) => Vec::new(),
    };
    let folded = word.to_lowercase().replace('"', "");
    let fits = |(value, _): &(String, String)| {
        let plain = value.to_lowercase().replace('"', "");
        plain.starts_with(&folded) && plain != folded
    };
    let completion = |(value, note): (String, String)| Completion {
        line: format!("{before}{minus}{value}"),
        shown: value,
        note,
        muted: false,
    };
    values.into_iter().filter(fits).map(completion).collect()
}

/// Where the last word begins; quotes keep words together.
fn last_word(text: &str) -> usize {
    let (mut start, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

/// A value as it has to be written: in quotes where it has blanks.
fn quoted(value: &str) -> String {
    let value = one_line(value).replace('"', "");
    if value.contains(char::is_whitespace) { format!("\"{value}\"") } else { value }
}

/// The tags of the posts at hand, each once.
fn tags(board: &Board) -> BTreeSet<String> {
    let tags = board.posts.iter().flat_map(|post| &post.tags);
    tags.map(|tag| one_line(tag.trim_start_matches('#'))).filter(|tag| !tag.contains(char::is_whitespace)).collect()
}

fn key_words(key: &str) -> &'static str {
    match key {
        "status" => "draft, scheduled, failed…; several apart by commas",
        "net" => "network: x, li, bs…",
        "ch" => "part of a channel's handle or name",
        "account" => "account, as configured",
        "campaign" => "part of a campaign's name",
        "tag" => "hashtag; #word does the same",
        "source" => "runsheet or provider",
        "since" => "-7d, today, fri, 2026-12-01",
        "until" => "+3d, fri, 2026-12-01",
        _ => "",
    }
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
