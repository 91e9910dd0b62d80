//! Looking for a few letters among all posts. With very many of them it takes longer than a key may, so that it can be
//! done beside the keys.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use frizbee::{CaseMatching, Config, Match, Matcher, Pattern};

use super::{LISTED, Only};
use crate::domain::found::Indexed;
use crate::domain::ids::PostId;

/// One letter in so many may be wrong.
const LETTERS_PER_TYPO: usize = 4;

/// What is looked for, and among what.
#[derive(Clone, PartialEq, Eq)]
pub struct Seek {
    pub(super) only: Only,
    pub(super) words: String,
    pub(super) posts: Arc<Vec<Indexed>>,
    pub(super) failed: Arc<BTreeSet<PostId>>,
}

/// A place in a list, and how well it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub(super) score: u16,
    pub(super) at: usize,
}

impl fmt::Debug for Seek {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seek({:?} among {} posts)", self.words, self.posts.len())
    }
}

impl From<Match> for Hit {
    fn from(found: Match) -> Self {
        Self { score: found.score, at: found.index as usize }
    }
}

impl Seek {
    /// The posts that fit, the best first: the very words before others, and the latest before others.
    pub fn run(&self) -> Vec<Hit> {
        if matches!(self.only, Only::Actions | Only::Channels | Only::Tags) {
            return Vec::new();
        }
        let takes = |post: &Indexed| match self.only {
            Only::Failed => self.failed.contains(&post.id),
            Only::Drafts => post.draft,
            _ => true,
        };
        let posts = self.posts.as_slice();
        let hits = matcher(&self.words).match_list(posts).into_iter().map(Hit::from);
        let taken = hits.filter(|hit| posts.get(hit.at).is_some_and(takes));
        let says_so = |hit: &Hit| posts.get(hit.at).is_some_and(|post| post.head.contains(&self.words));
        let (exact, near): (Vec<Hit>, Vec<Hit>) = taken.partition(says_so);
        exact.into_iter().chain(near).take(LISTED).collect()
    }
}

/// Those of `things` that fit, the best first.
pub(super) fn among<T: AsRef<str>>(things: &[T], words: &str) -> Vec<Hit> {
    matcher(words).match_list(things).into_iter().map(Hit::from).collect()
}

/// The least that a thing scores which has `words` by more than chance: three quarters of what they score as they stand
/// inside a sentence, so that a slip or a letter in between does no harm.
pub(super) fn least(words: &str) -> u32 {
    let plain = among(&[format!("- {words}")], words);
    plain.first().map_or(0, |hit| u32::from(hit.score) * 3 / 4)
}

/// Every word has to be there, in any order, each with a few letters wrong or missing.
fn matcher(words: &str) -> Matcher {
    let config = Config::default().casing(CaseMatching::Ignore);
    let pattern = |word: &str| {
        let typos = word.chars().count() / LETTERS_PER_TYPO;
        Pattern::from(word).max_typos(Some(u16::try_from(typos.min(3)).unwrap_or(0)))
    };
    let patterns: Vec<Pattern> = words.split_whitespace().map(pattern).collect();
    Matcher::from_patterns(&patterns, &config)
}
