//! What is wrong with a rules file: where, what was expected, and the nearest word that would do.

use thiserror::Error;

/// A rules file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{file}:{line}: {words}{}", .nearest.as_ref().map_or(String::new(), |word| format!("; did you mean `{word}`?")))]
pub struct RulesError {
    /// The file, as it was named.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what was expected.
    pub words: String,
    /// The nearest valid word, when one is near.
    pub nearest: Option<String>,
}

/// How alike two words must be, from 0 to 1, before one is offered for the other.
const NEAR: f64 = 0.7;

/// The valid word nearest to `word`, when one is near.
pub(super) fn nearest(word: &str, valid: &[&str]) -> Option<String> {
    let folded = word.to_lowercase();
    valid
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&folded, candidate), *candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate.to_owned())
}
