//! Steps of undo: which single edits a person takes back together.

use std::collections::VecDeque;

/// How many single edits can be undone.
pub const HISTORY: usize = 10_000;

/// What can be undone and redone: groups of the document's single edits.
#[derive(Clone, Debug, Default)]
pub struct Steps {
    pub done: VecDeque<Step>,
    pub undone: Vec<Step>,
    /// Single edits in `done`.
    pub edits: usize,
    /// Whether the next edit may join the last step.
    pub open: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub kind: Kind,
    pub edits: usize,
    pub before: usize,
    pub after: usize,
}

/// What an edit is, for deciding which ones belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Blank,
    Erase,
    Alone,
}

impl Steps {
    /// Records a step, or lets it join the last one: letters to their word, blanks to the word before them,
    /// deletions to each other.
    pub fn push(&mut self, step: Step, joins: bool) {
        self.undone.clear();
        self.edits += step.edits;
        let belongs = |last: &Step| match step.kind {
            Kind::Word => last.kind == Kind::Word,
            Kind::Blank => matches!(last.kind, Kind::Word | Kind::Blank),
            Kind::Erase => last.kind == Kind::Erase,
            Kind::Alone => false,
        };
        match self.done.back_mut().filter(|last| joins && belongs(last)) {
            Some(last) => *last = Step { edits: last.edits + step.edits, before: last.before, ..step },
            None => self.done.push_back(step),
        }
        self.open = true;
        // The document forgets its oldest single edits; a step that lost some of its own cannot be undone whole.
        while self.edits > HISTORY {
            let Some(oldest) = self.done.pop_front() else { break };
            self.edits -= oldest.edits;
        }
    }
}
