//! What the fields of the recipe say: a rhythm, or what is wrong with which field and what would do.

use chrono::NaiveTime;

use super::state::{Field, State};
use crate::domain::campaign::{Every, Pace, Rhythm, asks_slots};
use crate::domain::recipe::Recipe;
use crate::domain::schedule::Schedule;
use crate::domain::when::{self, Reading};
use crate::text::campaign::{MOST_POSTS, certain};
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::widgets::moment;

/// What is wrong with a field, and what would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub field: Field,
    pub words: String,
}

/// What the fields say.
#[derive(Clone, Debug, Default)]
pub struct Read {
    pub pace: Option<Pace>,
    pub starts_at: Option<Schedule>,
    pub faults: Vec<Fault>,
}

/// Reads every field.
pub fn read(recipe: &Recipe, shared: &Shared, board: &Board) -> Read {
    let mut read = Read::default();
    let mut wrong = |field, words: String| read.faults.push(Fault { field, words });
    if recipe.name.trim().is_empty() {
        wrong(Field::Name, "a name is needed: the posts carry it".into());
    }
    let start = start(recipe, shared).map_err(|words| wrong(Field::Start, words)).ok();
    let every = every(recipe, board).map_err(|words| wrong(Field::Every, words)).ok();
    let times = times(&recipe.times).map_err(|words| wrong(Field::Times, words)).ok();
    if times.as_ref().is_some_and(|times| !times.is_empty()) && matches!(every, Some(None | Some(Every::Elapsed(_)))) {
        wrong(Field::Times, "times go with days: say every 1d, weekdays or mon,wed".into());
    }
    if let Some(Err(words)) = recipe.style.as_deref().map(|name| board.book.style(name)) {
        wrong(Field::Style, words);
    }
    if recipe.to.is_empty() {
        wrong(Field::Channels, "no channel is chosen; Space chooses".into());
    }
    match recipe.rows.len() {
        0 => wrong(Field::Texts, "no texts yet: one per line, or blocks apart by ===".into()),
        many if many > MOST_POSTS => wrong(Field::Texts, format!("{many} texts are too many; {MOST_POSTS} fit")),
        _ => {}
    }
    read.starts_at = start;
    read.pace = match (start, every, times) {
        (Some(start), Some(Some(every)), Some(times)) => {
            Some(Pace::Rhythm(Rhythm { start, every, times, skip_weekends: recipe.skip_weekends }))
        }
        (Some(start), Some(None), _) => Some(Pace::Slots(start)),
        _ => None,
    };
    read
}

fn start(recipe: &Recipe, shared: &Shared) -> Result<Schedule, String> {
    let at = match recipe.starts_at {
        Some(at) => at,
        None => typed_start(recipe, shared)?,
    };
    // Where some of it is out already, the rhythm goes on from where it began.
    if at.instant() <= shared.now && !recipe.rows.iter().any(|row| row.sent) {
        let at = moment::plain(at.instant(), shared.now, shared);
        return Err(format!("{at} is in the past; try tomorrow 9, mon 9"));
    }
    Ok(at)
}

/// What the words of the start mean now. They are asked once, when they are typed: "tomorrow" is another day tomorrow.
fn typed_start(recipe: &Recipe, shared: &Shared) -> Result<Schedule, String> {
    let reading = when::read(&recipe.start, shared.now, shared.zone).map_err(|error| error.to_string())?;
    let Reading::At(resolved) = reading else {
        return Err("a campaign starts later than now; try 30m, tomorrow 9, mon 9".into());
    };
    match certain(resolved, &shared.habits) {
        (at, None) => Ok(at),
        (_, Some(question)) => Err(question),
    }
}

/// The distance; nothing for the posting slots.
fn every(recipe: &Recipe, board: &Board) -> Result<Option<Every>, String> {
    if asks_slots(&recipe.every) {
        return match board.plan.slots.is_empty() {
            true => Err("no posting slots are set; [[slots]] in the configuration names them".into()),
            false => Ok(None),
        };
    }
    Every::read(&recipe.every).map(Some).map_err(|error| error.to_string())
}

fn times(text: &str) -> Result<Vec<NaiveTime>, String> {
    let read = |word: &str| {
        NaiveTime::parse_from_str(word, "%H:%M")
            .map_err(|_| format!("\"{word}\" is no time of day; write it like 09:30"))
    };
    text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty()).map(read).collect()
}

impl State {
    /// What is wrong with a field.
    pub(super) fn fault(&self, field: Field) -> Option<&Fault> {
        self.faults.iter().find(|fault| fault.field == field)
    }
}
