//! stub
use super::rules::NetworkRules;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Graphemes,
}
impl Unit {
    pub fn word(self) -> &'static str {
        "graphemes"
    }
}
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    pub count: usize,
    pub limit: usize,
    pub unit: Unit,
    pub bytes: Option<(usize, usize)>,
    pub valid: bool,
    pub overflow_at: Option<usize>,
    pub note: Option<String>,
}
pub fn measure(text: &str, rules: &NetworkRules) -> Measure {
    let count = text.chars().count();
    Measure {
        count,
        limit: rules.limit,
        unit: Unit::Graphemes,
        bytes: None,
        valid: count <= rules.limit,
        overflow_at: text.char_indices().nth(rules.limit).map(|(i, _)| i),
        note: None,
    }
}
