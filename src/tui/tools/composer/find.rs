//! Finding and replacing in the text that is open.

use std::ops::Range;

use regex::RegexBuilder;

use super::state::State;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::sheets::find::Search;

/// Does what was asked, and says how many there are.
pub fn run(state: &mut State, shared: &mut Shared, board: &Board, search: Search) -> (Vec<Effect>, String) {
    let words = match &search {
        Search::Next(words) | Search::Previous(words) | Search::Replace(words, _) | Search::All(words, _) => words,
    };
    let found = places(state.editor().text(), words);
    if found.is_empty() {
        let said = if words.is_empty() { "type what to find" } else { "not in this text" };
        return (Vec::new(), said.into());
    }
    let selected = state.editor().selection();
    match &search {
        Search::Next(_) => (Vec::new(), select(state, &found, true)),
        Search::Previous(_) => (Vec::new(), select(state, &found, false)),
        Search::Replace(words, with) => {
            let Some(here) = selected.filter(|here| found.contains(here)) else {
                return (Vec::new(), select(state, &found, true));
            };
            let changed = state.editor_mut().put(here.clone(), with);
            let effects = if changed { state.text_changed(shared, board) } else { Vec::new() };
            state.editor_mut().set_cursor(here.start + with.len());
            let rest = places(state.editor().text(), words);
            (effects, if rest.is_empty() { "that was the last one".into() } else { select(state, &rest, true) })
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
            (effects, format!("{} replaced; undo takes all of them back", found.len()))
        }
    }
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

/// Selects the next or the previous one, around the end; answers which it is.
fn select(state: &mut State, found: &[Range<usize>], forward: bool) -> String {
    let cursor = state.editor().cursor();
    let selected = state.editor().selection();
    let at = match forward {
        true => found.iter().position(|range| range.start >= cursor).unwrap_or(0),
        false => {
            let before = selected.map_or(cursor, |range| range.start);
            found.iter().rposition(|range| range.end <= before).unwrap_or(found.len().saturating_sub(1))
        }
    };
    if let Some(range) = found.get(at) {
        state.editor_mut().select(range);
    }
    format!("{} of {}", at + 1, found.len())
}
