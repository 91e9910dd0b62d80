//! What was found out about the last texts, kept for the next one: a key changes a word, and the rest of a long text is
//! as it was.
//!
//! A text may be parted at its seams, and what holds for the whole is what holds for the parts together: links, mentions
//! and tags reach over no blank, and neither do graphemes nor composed letters where a plain letter or digit follows it.
//! A law in `tests/text` holds that what comes from here is what would be found by looking anew.

use std::ops::Range;
use std::rc::Rc;

/// Lengths in bytes of texts that are kept: shorter ones are quickly read again, longer ones are not worth their memory.
pub(super) const KEPT: Range<usize> = 1_000..256_000;
/// How many texts are kept for each way of looking at them: a base and variants of it.
const TEXTS: usize = 4;

/// The last texts, latest last, each with what was found out about it.
pub(super) struct Memo<T>(Vec<Rc<(String, T)>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What is known of a text.
pub(super) enum Known<T> {
    /// All of it.
    Same(Rc<(String, T)>),
    /// What is known of one that differs from it in a stretch.
    Near(Rc<(String, T)>, Change),
    /// Nothing that helps.
    Nothing,
}

impl<T> Memo<T> {
    /// What is known of `text`.
    pub fn look(&self, text: &str) -> Known<T> {
        if let Some(same) = self.0.iter().rev().find(|kept| kept.0 == text) {
            return Known::Same(same.clone());
        }
        let near = self.0.iter().map(|kept| (kept, Change::between(&kept.0, text)));
        match near.min_by_key(|(_, change)| change.cost()) {
            // Where most of it is new, looking anew is as quick.
            Some((kept, change)) if change.cost() * 2 < text.len() => Known::Near(kept.clone(), change),
            _ => Known::Nothing,
        }
    }

    /// Keeps what was found out about `text`, in the place of what was known of it, or of the text that was left alone
    /// for longest.
    pub fn keep(&mut self, text: &str, found: T) {
        self.0.retain(|kept| kept.0 != text);
        if self.0.len() >= TEXTS {
            self.0.remove(0);
        }
        self.0.push(Rc::new((text.to_owned(), found)));
    }
}

/// The stretch in which two texts differ, from seam to seam.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// Where it begins, in both.
    pub from: usize,
    /// Where it ends in the one before.
    pub was_to: usize,
    /// Where it ends in the new one.
    pub to: usize,
}

impl Change {
    fn between(before: &str, after: &str) -> Self {
        let (old, new) = (before.as_bytes(), after.as_bytes());
        let same = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        // The byte behind a seam is part of it, so it has to be the same as well.
        let from = (1..same).rev().find(|at| is_seam(new, *at)).unwrap_or(0);
        let room = old.len().min(new.len()) - from;
        let tail = old.iter().rev().zip(new.iter().rev()).take(room).take_while(|(old, new)| old == new).count();
        let left = (1..tail).rev().find(|left| is_seam(new, new.len() - left)).unwrap_or(0);
        Self { from, was_to: old.len() - left, to: new.len() - left }
    }

    /// How much there is to look at.
    fn cost(&self) -> usize {
        (self.was_to - self.from).max(self.to - self.from)
    }

    /// Where a place behind the stretch is now.
    pub fn moved(&self, at: usize) -> usize {
        (at + self.to).saturating_sub(self.was_to)
    }
}

/// Whether a text can be parted before the byte at `at`.
fn is_seam(text: &[u8], at: usize) -> bool {
    let blank = at.checked_sub(1).and_then(|before| text.get(before)).is_some_and(|byte| matches!(byte, b' ' | b'\n'));
    blank && text.get(at).is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_reaches_from_seam_to_seam() {
        let stretch = |before: &str, after: &str| {
            let change = Change::between(before, after);
            assert_eq!(before[..change.from], after[..change.from]);
            assert_eq!(before[change.was_to..], after[change.to..]);
            (before[change.from..change.was_to].to_owned(), after[change.from..change.to].to_owned())
        };
        let said = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        assert_eq!(stretch("one two three", "one twofold three"), said("two ", "twofold "));
        assert_eq!(stretch("one two three", "one two threes"), said("three", "threes"));
        assert_eq!(stretch("one", "none"), said("one", "none"));
        assert_eq!(stretch("a b b c", "a b c"), said("b b ", "b "), "what is taken away twice is found once");
        assert_eq!(
            stretch("one @two three", "one @too three"),
            said("one @two ", "one @too "),
            "no seam before a sign"
        );
        assert_eq!(stretch("x é y", "x è y"), said("x é ", "x è "));
    }

    #[test]
    fn the_texts_used_last_are_kept() {
        let mut memo = Memo::default();
        for (at, text) in ["one two", "b", "c", "d"].into_iter().enumerate() {
            memo.keep(text, at);
        }
        memo.keep("one two", 7);
        memo.keep("e", 8);
        assert!(matches!(memo.look("one two"), Known::Same(kept) if kept.1 == 7));
        assert!(matches!(memo.look("b"), Known::Nothing));
        assert!(matches!(memo.look("one two three four five six seven"), Known::Nothing));
    }
}
