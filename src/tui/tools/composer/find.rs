//! Finding and replacing in the text that is open.

use std::ops::Range;

use ratatui::layout::Rect;
use regex::RegexBuilder;

use super::regions::regions;
use super::state::State;
use crate::text::check::grouped;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::sheets::find::{self, Search};

/// Does what was asked, and says how many there are.
pub fn run(state: &mut State, shared: &mut Shared, board: &Board, search: Search) -> (Vec<Effect>, String) {
    let words = match &search {
        Search::Typed(words)
        | Search::Next(words)
        | Search::Previous(words)
        | Search::Replace(words, _)
        | Search::All(words, _) => words,
    };
    let found = places(state.editor().text(), words);
    let selected = state.editor().selection();
    let here = selected.as_ref().map_or(state.editor().cursor(), |range| range.start);
    if found.is_empty() {
        // What the words were a moment ago is not what is found any more.
        state.editor_mut().set_cursor(here);
        let said = if words.is_empty() { "type what to find" } else { "not in this text" };
        return (Vec::new(), said.into());
    }
    match &search {
        // Where the cursor is, so that one more letter stays with the place that was found.
        Search::Typed(_) => (Vec::new(), select(state, &found, found.iter().position(|range| range.start >= here))),
        Search::Next(_) => (Vec::new(), next(state, &found)),
        Search::Previous(_) => {
            let before = found.iter().rposition(|range| range.end <= here).unwrap_or(found.len().saturating_sub(1));
            (Vec::new(), select(state, &found, Some(before)))
        }
        Search::Replace(words, with) => {
            let Some(here) = selected.filter(|here| found.contains(here)) else {
                return (Vec::new(), next(state, &found));
            };
            let changed = state.editor_mut().put(here.clone(), with);
            let effects = if changed { state.text_changed(shared, board) } else { Vec::new() };
            state.editor_mut().set_cursor(here.start + with.len());
            let rest = places(state.editor().text(), words);
            let said = if rest.is_empty() { "replaced; none is left".into() } else { next(state, &rest) };
            (effects, said)
        }
        Search::All(_, with) => {
            let text = state.editor().text();
            let mut replaced = String::with_capacity(text.len());
            let mut at = 0;
            for range in &found {
                replaced.push_str(text.get(at..range.start).unwrap_or(""));
                replaced.push_str(with);
                at = range.end;
            }
            replaced.push_str(text.get(at..).unwrap_or(""));
            let changed = state.editor_mut().set_text(&replaced);
            let effects = if changed { state.text_changed(shared, board) } else { Vec::new() };
            (effects, format!("{} replaced; undo takes all of them back", grouped(found.len())))
        }
    }
}

/// How many there are of `words` in the text that is open, and which of them is selected; nothing where there are none.
pub fn told(state: &State, words: &str) -> String {
    let found = places(state.editor().text(), words);
    let at = found.iter().position(|range| state.editor().selection().as_ref() == Some(range));
    at.map(|at| which(at, found.len())).unwrap_or_default()
}

/// Keeps what is selected clear of the sheet that lies over the text.
pub fn clear(state: &mut State, shared: &Shared) {
    let (width, height) = shared.size;
    let sheet = find::place(Rect::new(0, 0, width, height));
    let text = regions(state, state.area).text;
    let rows = sheet.y.saturating_sub(text.y).min(text.height);
    state.editor_mut().reveal(rows);
}

/// Where the words stand. Small letters find capitals too; with a capital in them, words are meant as they are.
fn places(text: &str, words: &str) -> Vec<Range<usize>> {
    if words.is_empty() {
        return Vec::new();
    }
    let exact = words.chars().any(char::is_uppercase);
    let pattern = RegexBuilder::new(&regex::escape(words)).case_insensitive(!exact).build();
    pattern.map(|pattern| pattern.find_iter(text).map(|found| found.range()).collect()).unwrap_or_default()
}

/// Selects the one behind the cursor, around the end.
fn next(state: &mut State, found: &[Range<usize>]) -> String {
    let cursor = state.editor().cursor();
    select(state, found, found.iter().position(|range| range.start >= cursor))
}

/// Selects one of them, else the first; answers which it is.
fn select(state: &mut State, found: &[Range<usize>], at: Option<usize>) -> String {
    let at = at.unwrap_or(0);
    if let Some(range) = found.get(at) {
        state.editor_mut().select(range);
    }
    which(at, found.len())
}

fn which(at: usize, of: usize) -> String {
    format!("{} of {}", grouped(at + 1), grouped(of))
}
