//! How alike two texts are: by the pairs of neighbouring words that they share. Networks refuse, and readers mind, what
//! was only touched up.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Of all the pairs of two texts, the part they must share to be called nearly the same: about one word in eight may be
/// another.
pub const ALIKE: f64 = 0.6;
/// A text of fewer letters than this is too short to be called like another.
const SHORTEST: usize = 12;
/// As much of a text is read, in bytes; more than most networks take.
const READ: usize = 1_200;
/// Texts of fewer words are compared by their letters: some scripts write no blanks.
const FEW_WORDS: usize = 4;
/// How many letters stand for a word then.
const LETTERS: usize = 3;
/// How many of the latest texts a pair of words leads back to. Many posts that say the same are found by the first of
/// them; what all posts of a channel say leads nowhere.
const REMEMBERED: usize = 16;

/// A text as what is compared of it: its words apart from links, numbers, case and marks, in pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// Sorted, each once.
    pairs: Vec<u32>,
}

impl Sketch {
    /// The sketch of `text`; nothing for one with hardly any words.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.get(..text.floor_char_boundary(READ)).unwrap_or_default();
        let (mut words, mut letters) = (Vec::new(), 0);
        for word in told(text) {
            let (mut mixed, before) = (BASIS, letters);
            for letter in lowered(word) {
                mixed = mix(mixed, u64::from(letter));
                letters += 1;
            }
            if letters > before {
                words.push(spread(mixed));
            }
        }
        if letters < SHORTEST {
            return None;
        }
        let mut pairs: Vec<u32> = match words.len() {
            ..FEW_WORDS => {
                let letters: Vec<u64> = told(text).flat_map(lowered).map(u64::from).collect();
                letters.windows(LETTERS).map(print).collect()
            }
            _ => words.windows(2).map(print).collect(),
        };
        pairs.sort_unstable();
        pairs.dedup();
        Some(Self { pairs })
    }

    /// Of all their pairs, the part that two texts share: 1 where they say the same.
    pub fn likeness(&self, other: &Self) -> f64 {
        let (mut one, mut two) = (self.pairs.iter().peekable(), other.pairs.iter().peekable());
        let (mut shared, mut all) = (0u32, 0u32);
        while let (Some(a), Some(b)) = (one.peek(), two.peek()) {
            let (a, b) = (**a, **b);
            all += 1;
            shared += u32::from(a == b);
            if a <= b {
                one.next();
            }
            if b <= a {
                two.next();
            }
        }
        let rest = u32::try_from(one.count() + two.count()).unwrap_or(u32::MAX);
        f64::from(shared) / f64::from(all.saturating_add(rest).max(1))
    }

    /// So many of the first pairs that two texts that are alike share at least one of them.
    fn telling(&self) -> &[u32] {
        let needed = (self.pairs.len() as f64 * ALIKE).ceil() as usize;
        self.pairs.get(..self.pairs.len() - needed.min(self.pairs.len()) + 1).unwrap_or(&self.pairs)
    }
}

/// The words of a text, links apart.
fn told(text: &str) -> impl Iterator<Item = &str> {
    let is_link = |word: &&str| word.as_bytes().contains(&b':') && word.contains("://");
    text.split_whitespace().filter(move |word| !is_link(word))
}

/// The letters of a word, in lower case.
fn lowered(word: &str) -> impl Iterator<Item = char> {
    word.chars().filter(|c| c.is_alphabetic()).flat_map(|c| {
        // Asked first, because most letters are these and cost nothing then.
        let plain = c.is_ascii().then(|| c.to_ascii_lowercase());
        let other = (!c.is_ascii()).then(|| c.to_lowercase());
        plain.into_iter().chain(other.into_iter().flatten())
    })
}

/// Texts that came before, found again by what they share with the next one, and not one by one.
#[derive(Debug)]
pub struct Earlier<'a, T> {
    kept: Vec<(&'a Sketch, T)>,
    /// The latest of [`Earlier::links`] for each pair.
    by_pair: HashMap<u32, usize, Mixed>,
    /// Which text a pair was found in, and the link before it of the same pair.
    links: Vec<(usize, Option<usize>)>,
}

/// Pairs are spread well enough already to be looked up as they are.
type Mixed = BuildHasherDefault<AsItIs>;

#[derive(Clone, Copy, Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |mixed, byte| mix(mixed, u64::from(*byte)));
    }

    fn write_u32(&mut self, pair: u32) {
        // Tables choose by the low bits and compare by the high ones.
        self.0 = u64::from(pair) << 32 | u64::from(pair);
    }
}

impl<T> Default for Earlier<'_, T> {
    fn default() -> Self {
        Self { kept: Vec::new(), by_pair: HashMap::default(), links: Vec::new() }
    }
}

impl<'a, T> Earlier<'a, T> {
    /// Whose text is most like `sketch`, of those that `fit`, the latest of equals; and how like it is.
    pub fn most_alike(&self, sketch: &Sketch, fits: impl Fn(&T) -> bool) -> Option<(&T, f64)> {
        // Whoever says the same has the same first pair, and nobody can be more alike.
        let mut first = sketch.pairs.first().into_iter().flat_map(|pair| self.latest(*pair));
        let same = first.find_map(|at| self.kept.get(at).filter(|(other, whose)| *other == sketch && fits(whose)));
        if let Some((_, whose)) = same {
            return Some((whose, 1.0));
        }
        let mut near: Vec<usize> = sketch.telling().iter().flat_map(|pair| self.latest(*pair)).collect();
        near.sort_unstable();
        near.dedup();
        let near = near.into_iter().rev().filter_map(|at| self.kept.get(at)).filter(|(_, whose)| fits(whose));
        let mut best: Option<(&T, f64)> = None;
        for (other, whose) in near {
            let likeness = sketch.likeness(other);
            if likeness >= best.map_or(ALIKE, |(_, best)| best) && best.is_none_or(|(_, best)| likeness > best) {
                best = Some((whose, likeness));
            }
            if likeness >= 1.0 {
                break;
            }
        }
        best
    }

    /// The latest texts in which `pair` was found.
    fn latest(&self, pair: u32) -> impl Iterator<Item = usize> {
        let first = self.by_pair.get(&pair).and_then(|at| self.links.get(*at));
        let links = std::iter::successors(first, |(_, before)| before.and_then(|at| self.links.get(at)));
        links.take(REMEMBERED).map(|(text, _)| *text)
    }

    /// Keeps a text for those after it.
    pub fn keep(&mut self, sketch: &'a Sketch, whose: T) {
        for pair in sketch.telling() {
            let before = self.by_pair.insert(*pair, self.links.len());
            self.links.push((self.kept.len(), before));
        }
        self.kept.push((sketch, whose));
    }
}

/// Where FNV-1a begins.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// A step of FNV-1a: the same in every run.
fn mix(mixed: u64, part: u64) -> u64 {
    (mixed ^ part).wrapping_mul(0x0100_0000_01b3)
}

/// Spread well enough to stand for chance: the high bits come late, and a sketch is ordered by them.
fn spread(mixed: u64) -> u64 {
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

/// What stands for neighbours.
fn print(parts: &[u64]) -> u32 {
    (spread(parts.iter().fold(BASIS, |mixed, part| mix(mixed, *part))) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NEWS: &str =
        "We are hiring two people for the support desk in Berlin, and one more for the night shift in Zurich";

    fn alike(one: &str, other: &str) -> f64 {
        Sketch::of(one).unwrap().likeness(&Sketch::of(other).unwrap())
    }

    #[test]
    fn what_was_only_touched_up_is_alike_and_what_says_something_else_is_not() {
        assert_eq!(alike(NEWS, &format!("{}!! https://jobs.example/2 2026", NEWS.to_uppercase())), 1.0);
        let touched = NEWS.replace("two people", "three people").replace("Zurich", "Vienna");
        assert!((ALIKE..1.0).contains(&alike(NEWS, &touched)), "{}", alike(NEWS, &touched));
        let longer = format!("Good news: {NEWS}. Apply now!");
        assert!((ALIKE..1.0).contains(&alike(NEWS, &longer)), "{}", alike(NEWS, &longer));
        let other =
            "We are hiring nobody this year, but the support desk in Berlin has a new coffee machine to show you";
        assert!(alike(NEWS, other) < ALIKE, "{}", alike(NEWS, other));
        let (tea, late) = ("新しいお茶が今日から店頭に並びます", "新しいお茶が明日から店頭に並びます");
        assert!(alike(tea, late) >= ALIKE, "no blanks: {}", alike(tea, late));
        assert_eq!(Sketch::of("Monday! 12 34 https://a.example"), None);
    }

    #[test]
    fn what_differs_only_late_in_a_long_text_is_seen_to_differ() {
        let begins = "the same beginning of everything goes on and on ".repeat(7);
        let tail = |word: &str| (0..60).map(|n| format!("{word}{} ", char::from(b'a' + n % 26))).collect::<String>();
        let (one, other) = (format!("{begins}{}", tail("north")), format!("{begins}{}", tail("south")));
        assert!(alike(&one, &other) < ALIKE, "{}", alike(&one, &other));
    }

    #[test]
    fn a_thousand_equal_texts_are_found_by_few_comparisons() {
        let sketches: Vec<Sketch> = (0..1_000).map(|_| Sketch::of(NEWS).unwrap()).collect();
        let mut earlier = Earlier::default();
        for (at, sketch) in sketches.iter().enumerate() {
            let asked = std::cell::Cell::new(0);
            let found = earlier.most_alike(sketch, |_| {
                asked.set(asked.get() + 1);
                true
            });
            assert_eq!(found.map(|(at, _)| *at), at.checked_sub(1));
            assert!(asked.get() <= 1, "the latest one is as good as any");
            earlier.keep(sketch, at);
        }
    }

    proptest! {
        #[test]
        fn whoever_is_alike_is_found(words in prop::collection::vec("[a-z]{3,8}", 8..40), at in any::<prop::sample::Index>()) {
            let (text, mut touched) = (words.join(" "), words.clone());
            let at = at.index(touched.len());
            touched[at] = "quite".into();
            let (one, other) = (Sketch::of(&text).unwrap(), Sketch::of(&touched.join(" ")).unwrap());
            let mut earlier = Earlier::default();
            earlier.keep(&one, ());
            let likeness = one.likeness(&other);
            prop_assert!((likeness - other.likeness(&one)).abs() < f64::EPSILON);
            prop_assert_eq!(earlier.most_alike(&other, |()| true).map(|(_, found)| found), Some(likeness).filter(|it| *it >= ALIKE));
        }
    }
}
