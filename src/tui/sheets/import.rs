//! A file on its way in: what each column was read as, what each row comes to and why. Rows are mended in place, and
//! nothing is kept until Enter takes the good ones; the others go to a file whose path is shown.

mod foot;
mod mend;
mod shown;
mod view;

use std::collections::BTreeMap;

use ratatui::layout::Rect;

use super::Flow;
use crate::domain::ids::AccountName;
use crate::domain::intake::{Asking, HOLDS, Line, Look, Mend, Proposal, Said, Taken, Verdict};
use crate::domain::words::count;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::scroll;
use crate::tui::widgets::panel;

use mend::{Typing, What};
use shown::Shown;
pub use view::view;

/// How far a page goes.
const PAGE: usize = 10;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    asking: Asking,
    stage: Stage,
    look: Look,
    /// The columns are shown, and not the rows.
    columns: bool,
    /// Which rows are shown.
    only: Shown,
    /// Which of them is under the cursor.
    row_at: usize,
    /// The number of the row that was under it last.
    on: usize,
    column_at: usize,
    /// Whether the providers were asked for what is shown.
    asked: bool,
    /// What is being typed.
    typed: Option<Typing>,
    /// What rows that were mended or skipped said before that, by their numbers.
    before: BTreeMap<usize, Said>,
    /// What was decided of rows that are still to be found: they are known by what they said.
    again: Vec<(Said, Mend)>,
    /// A proposed time was taken just now: the next Enter on the same spot does not take all good rows by accident.
    rests: bool,
    /// Why nothing was taken, or what became of what was mended.
    fault: Option<String>,
    /// The account that is read before posts are taken in.
    reads: Option<AccountName>,
}

/// A file that was left before its rows were taken, with what was mended of them: kept until it is opened again.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    asking: Asking,
    mended: Vec<(Said, Mend)>,
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Somebody dropped a file: whether it is meant to be read.
    Dropped,
    /// It is being read: rows judged so far, and of how many.
    Looking(usize, usize),
    Shown,
    Taking,
    Taken(Taken),
    /// It could not be read, or not be taken.
    Failed(String),
}

/// Opens the sheet for a file, and looks into it.
pub fn open(path: &str, shared: &Shared) -> (State, Vec<Effect>) {
    let mut state = State::new(path, Stage::Shown);
    state.go_on(shared);
    let effects = state.look_again(shared);
    (state, effects)
}

/// Opens the sheet for a file that was dropped, and asks first.
pub fn dropped(path: &str) -> State {
    State::new(path, Stage::Dropped)
}

/// The path of a file with posts, where that is what `text` is and nothing else.
pub fn is_drop(text: &str) -> Option<String> {
    let line = text.trim();
    let bare = line.strip_prefix("file://").unwrap_or(line).trim_matches(['\'', '"']).replace("\\ ", " ");
    let ending = bare.rsplit_once('.').map(|(_, ending)| ending.to_lowercase())?;
    let is_path = bare.starts_with('/') || bare.starts_with("~/");
    let known = ["csv", "tsv", "json", "jsonl"].contains(&ending.as_str());
    (is_path && known && !line.contains('\n')).then_some(bare)
}

/// How many rows are judged so far, of a file.
pub fn judged(state: &mut State, path: &str, done: usize, total: usize) {
    if let Stage::Looking(..) = state.stage
        && state.asking.path == path
    {
        state.stage = Stage::Looking(done, total);
    }
}

/// Takes what a look showed. One that was asked otherwise meanwhile is of no use any more.
pub fn looked(state: &mut State, shared: &Shared, asked: &Asking, answer: Result<Look, String>) -> Vec<Effect> {
    if !matches!(state.stage, Stage::Looking(..)) || state.asking != *asked {
        return Vec::new();
    }
    match answer {
        // Rows are mended by their numbers, and those of another file are others.
        Ok(look) if !asked.mended.is_empty() && look.print != state.look.print => {
            state.again = state.mended();
            (state.asking.mended, state.before) = Default::default();
            return state.look_again(shared);
        }
        Ok(look) if !state.again.is_empty() => {
            state.mend_again(&look);
            state.look = look;
            return state.look_again(shared);
        }
        Ok(look) => {
            state.columns = look.stop.is_some() || (state.columns && !look.columns.is_empty());
            state.column_at = match &look.stop {
                Some(_) => state.column_at,
                None => state.column_at.min(look.columns.len().saturating_sub(1)),
            };
            state.staying(|state| (state.look, state.stage) = (look, Stage::Shown));
            // Providers are asked once, and not with every look after that.
            (state.asked, state.asking.ask) = (asked.ask, false);
        }
        Err(words) => state.stage = Stage::Failed(words),
    }
    Vec::new()
}

/// Takes what became of the good rows. Where nothing was taken, the rows stay with all that was mended, as they are now.
pub fn taken(state: &mut State, shared: &mut Shared, answer: Result<Taken, String>) -> Vec<Effect> {
    if state.stage != Stage::Taking {
        return Vec::new();
    }
    state.reads = None;
    match answer {
        Ok(taken) => {
            state.stage = Stage::Taken(taken);
            shared.unfinished = None;
            Vec::new()
        }
        Err(words) => {
            state.fault = Some(words);
            state.look_again(shared)
        }
    }
}

/// An account is read before posts are taken in.
pub fn reads_first(state: &mut State, account: AccountName) {
    state.reads = Some(account).filter(|_| state.stage == Stage::Taking);
}

impl State {
    fn new(path: &str, stage: Stage) -> Self {
        let asking = Asking { path: path.to_owned(), ..Asking::default() };
        Self {
            asking,
            stage,
            look: Look::default(),
            columns: false,
            only: Shown::All,
            row_at: 0,
            on: 0,
            column_at: 0,
            asked: false,
            typed: None,
            before: BTreeMap::new(),
            again: Vec::new(),
            rests: false,
            fault: None,
            reads: None,
        }
    }

    /// What was decided of rows, with what those said before.
    fn mended(&self) -> Vec<(Said, Mend)> {
        let mended = self.asking.mended.iter();
        let mended = mended.filter_map(|(row, mend)| Some((self.before.get(row)?.clone(), mend.clone())));
        mended.chain(self.again.iter().cloned()).collect()
    }

    /// Goes on where the same file was left.
    fn go_on(&mut self, shared: &Shared) {
        if let Some(left) = shared.unfinished.as_deref().filter(|left| left.asking.path == self.asking.path) {
            self.asking = left.asking.clone();
            self.again.clone_from(&left.mended);
        }
    }

    /// Keeps what was mended for the next time, as nothing was taken yet.
    fn leave(&self, shared: &mut Shared) {
        let is_this = |left: &Unfinished| left.asking.path == self.asking.path;
        let mended = self.mended();
        if !mended.is_empty() {
            let asking = Asking { mended: BTreeMap::new(), ask: false, ..self.asking.clone() };
            shared.unfinished = Some(Box::new(Unfinished { asking, mended }));
        } else if self.stage == Stage::Shown && shared.unfinished.as_deref().is_some_and(is_this) {
            shared.unfinished = None;
        }
    }

    /// Decides the same of rows of a look that say what those said before; those that none is like any more are told.
    fn mend_again(&mut self, look: &Look) {
        let again = std::mem::take(&mut self.again);
        let done = match again.iter().filter(|(_, mend)| mend.skip).count() {
            0 => "mended",
            skipped if skipped == again.len() => "skipped",
            _ => "mended or skipped",
        };
        let (all, mut lost) = (again.len(), 0);
        for (said, mend) in again {
            let row = look.rows.iter().find(|row| row.said == said && !self.asking.mended.contains_key(&row.number));
            match row {
                Some(row) => {
                    self.before.insert(row.number, said);
                    self.asking.mended.insert(row.number, mend);
                }
                None => lost += 1,
            }
        }
        if lost > 0 {
            let words = format!(
                "{lost} of {} that {} {done} say something else in the file now",
                count(all, "row"),
                if all == 1 { "was" } else { "were" }
            );
            let told = self.fault.take().map(|fault| format!("{fault} · {words}"));
            self.fault = Some(told.unwrap_or(words));
        }
    }

    /// Whether keys are text.
    pub fn is_typing(&self) -> bool {
        self.typed.is_some()
    }

    /// Whether there are rows to look at and to mend.
    pub fn has_rows(&self) -> bool {
        matches!(self.stage, Stage::Shown)
    }

    fn look_again(&mut self, shared: &Shared) -> Vec<Effect> {
        self.stage = Stage::Looking(0, 0);
        let rules = shared.rules.clone();
        vec![Effect::LookInto { asking: Box::new(self.asking.clone()), rules }]
    }

    /// Whether somebody mended that row.
    fn is_mended(&self, row: &Line) -> bool {
        self.asking.mended.get(&row.number).is_some_and(Mend::says_else)
    }

    fn good(&self) -> usize {
        self.look.totals().0
    }

    /// What is inside of the sheet.
    fn inside(&self, shared: &Shared) -> Rect {
        panel::inside(place(self, Rect::new(0, 0, shared.size.0, shared.size.1)))
    }

    /// Reads the column under the cursor as the next thing that a column can hold, or the one before.
    fn map(&mut self, forward: bool, shared: &Shared) -> Vec<Effect> {
        let Some(column) = self.look.columns.get(self.column_at) else { return Vec::new() };
        let now = column.holds.as_deref().and_then(|holds| HOLDS.iter().position(|word| *word == holds));
        let next = match (now, forward) {
            (None, true) => 0,
            (None, false) => HOLDS.len() - 1,
            (Some(at), true) => (at + 1) % HOLDS.len(),
            (Some(at), false) => (at + HOLDS.len() - 1) % HOLDS.len(),
        };
        let word = HOLDS.get(next).copied().unwrap_or("ignore");
        self.asking.named.insert(column.title.clone(), word.to_owned());
        self.look_again(shared)
    }

    /// Skips the row under the cursor, or takes it in again.
    fn skip(&mut self, shared: &Shared) -> Vec<Effect> {
        let Some(row) = self.row() else { return Vec::new() };
        if matches!(row.verdict, Verdict::Known(_)) {
            self.fault = Some("it is there already: nothing is made of it in any case".into());
            return Vec::new();
        }
        let (number, said) = (row.number, row.said.clone());
        let mend = self.asking.mended.entry(number).or_default();
        mend.skip = !mend.skip;
        if *mend == Mend::default() {
            self.asking.mended.remove(&number);
            self.before.remove(&number);
        } else {
            self.before.entry(number).or_insert(said);
        }
        self.look_again(shared)
    }

    /// What is proposed for the row under the cursor.
    fn proposal(&self) -> Option<&Proposal> {
        self.row().filter(|_| !self.columns)?.proposal.as_ref()
    }

    /// Takes what is proposed for the row under the cursor, else all good rows.
    fn enter(&mut self, shared: &Shared) -> (Vec<Effect>, Flow) {
        let Some((row, proposal)) = self.row().cloned().zip(self.proposal().cloned()) else {
            return if self.rests { (Vec::new(), Flow::Stay) } else { self.take(shared) };
        };
        proposal.accept(self.asking.mended.entry(row.number).or_default());
        self.before.entry(row.number).or_insert(row.said);
        self.rests = true;
        (self.look_again(shared), Flow::Stay)
    }

    fn take(&mut self, shared: &Shared) -> (Vec<Effect>, Flow) {
        if self.good() == 0 {
            return (Vec::new(), Flow::Stay);
        }
        self.stage = Stage::Taking;
        let why = |row: &Line| (row.number, row.messages.join("; "));
        let refused = self.look.rows.iter().filter(|row| row.verdict == Verdict::Refused);
        let without: BTreeMap<usize, String> = refused.map(why).collect();
        let (asking, rules) = (Box::new(self.asking.clone()), shared.rules.clone());
        (vec![Effect::TakeIn { asking, print: self.look.print, without, rules }], Flow::Stay)
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, action: Action) -> (Vec<Effect>, Flow) {
    if let Some(typed) = &mut state.typed {
        match action {
            Action::Accept | Action::Open => {
                if typed.accept(&mut state.asking) {
                    if let Some((row, said)) = typed.said() {
                        state.before.entry(row).or_insert(said);
                    }
                    (state.typed, state.fault) = (None, None);
                    return (state.look_again(shared), Flow::Stay);
                }
            }
            Action::Back | Action::Close | Action::Cancel => state.typed = None,
            action => {
                let inside = state.inside(shared);
                state.typed.iter_mut().for_each(|typed| typed.walk(action, inside));
            }
        }
        return (Vec::new(), Flow::Stay);
    }
    if matches!(action, Action::Back | Action::Close | Action::Cancel | Action::No) {
        if !matches!(state.stage, Stage::Taken(_)) {
            state.leave(shared);
        }
        return (Vec::new(), Flow::Close);
    }
    match (&state.stage, action) {
        (Stage::Dropped, Action::Open | Action::Accept | Action::Yes) => {
            state.go_on(shared);
            return (state.look_again(shared), Flow::Stay);
        }
        (Stage::Taken(_) | Stage::Failed(_), Action::Open | Action::Accept) => {
            if matches!(state.stage, Stage::Failed(_)) {
                state.leave(shared);
            }
            return (Vec::new(), Flow::Close);
        }
        (Stage::Shown, action) => {
            state.fault = None;
            state.rests &= matches!(action, Action::Open | Action::Accept);
        }
        _ => return (Vec::new(), Flow::Stay),
    }
    let effects = match action {
        Action::Open | Action::Accept => return state.enter(shared),
        Action::ImportTake => return state.take(shared),
        Action::ImportSkip if !state.columns => state.skip(shared),
        Action::Down => return moved(state, |at| at.saturating_add(1)),
        Action::Up => return moved(state, |at| at.saturating_sub(1)),
        Action::Top => return moved(state, |_| 0),
        Action::Bottom => return moved(state, |_| usize::MAX),
        Action::PageDown | Action::HalfDown => return moved(state, |at| at.saturating_add(PAGE)),
        Action::PageUp | Action::HalfUp => return moved(state, |at| at.saturating_sub(PAGE)),
        Action::NextField | Action::PreviousField => {
            state.columns = !state.columns && !state.look.columns.is_empty();
            Vec::new()
        }
        Action::Right | Action::Mark if state.columns => state.map(true, shared),
        Action::Left if state.columns => state.map(false, shared),
        Action::Filter => return only(state, Shown::next),
        Action::ImportProblems => return only(state, Shown::problems),
        Action::ImportDates => {
            let other = if state.asking.order.as_deref() == Some("dmy") { "mdy" } else { "dmy" };
            state.asking.order = Some(other.into());
            state.look_again(shared)
        }
        Action::ImportFiles => {
            let folder = state.asking.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            state.asking.files = if state.asking.files.is_none() { Some(folder.to_owned()) } else { None };
            state.look_again(shared)
        }
        Action::ImportDrafts => {
            state.asking.drafts = !state.asking.drafts;
            state.look_again(shared)
        }
        Action::ServerCheck => {
            state.asking.ask = true;
            state.look_again(shared)
        }
        Action::Undo if !state.columns => {
            let row = state.row().map(|row| row.number);
            row.map(|row| state.before.remove(&row));
            match row.and_then(|row| state.asking.mended.remove(&row)) {
                Some(_) => state.look_again(shared),
                None => Vec::new(),
            }
        }
        Action::ImportTo => return typing(state, What::To),
        Action::ImportZone => return typing(state, What::Zone),
        Action::ImportBody => return typing(state, What::Body),
        Action::ImportWhen => return typing(state, What::When),
        Action::ImportChannels => return typing(state, What::Channels),
        _ => Vec::new(),
    };
    (effects, Flow::Stay)
}

fn moved(state: &mut State, by: impl Fn(usize) -> usize) -> (Vec<Effect>, Flow) {
    state.move_to(by);
    (Vec::new(), Flow::Stay)
}

fn only(state: &mut State, change: impl Fn(Shown) -> Shown) -> (Vec<Effect>, Flow) {
    state.show(change(state.only));
    (Vec::new(), Flow::Stay)
}

fn typing(state: &mut State, what: What) -> (Vec<Effect>, Flow) {
    mend::open(state, what);
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, shared: &Shared, key: Key) {
    let inside = state.inside(shared);
    if let Some(typed) = &mut state.typed {
        typed.key(key, inside);
    }
}

/// Takes a pasted text: a field of one line its first.
pub fn paste(state: &mut State, text: &str) {
    if let Some(typed) = &mut state.typed {
        typed.paste(text);
    }
}

/// Where the sheet stands on the screen `area`: all of it but the lines around the panes.
pub fn place(state: &State, area: Rect) -> Rect {
    let (width, height) = (area.width.saturating_sub(4).min(150), area.height.saturating_sub(2));
    match state.stage {
        Stage::Dropped | Stage::Taken(_) | Stage::Failed(_) => panel::middle(area, (width.min(96), height.min(10))),
        _ => panel::middle(area, (width, height.min(40))),
    }
}

/// A click chooses a row, or runs what stands at the foot.
pub fn click(state: &mut State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(), x, y) {
        return Some(action);
    }
    let list = view::list(state, inside);
    let row = y.checked_sub(list.y).filter(|row| *row < list.height)?;
    let at = view::offset(state, list) + usize::from(row);
    state.move_to(|_| at);
    state.rests = false;
    None
}

/// What is first shown of a list.
fn window(at: usize, height: u16, len: usize) -> usize {
    scroll::follow(0, at, usize::from(height), len)
}

#[cfg(test)]
mod tests;
