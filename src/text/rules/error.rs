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
