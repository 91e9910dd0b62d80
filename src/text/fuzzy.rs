//! Which of many names a few typed letters mean.
//!
//! The published matchers are either unmaintained or under the MPL; what is needed here is a subsequence that likes
//! the beginnings of words, and fits in a page.

/// Bytes of a name that are looked at.
const MOST: usize = 1_000;
/// What a letter is worth: anywhere, right behind the one before it, at the beginning of a word.
const HIT: i64 = 1;
const NEXT: i64 = 8;
const BEGINNING: i64 = 6;
/// What a whole word of the query is worth where it stands as it was typed.
const WHOLE: i64 = 20;

/// How well `typed` fits `name`; none when it does not. Every word of what is typed has to be in the name, its letters
/// in their order; case does not matter. What is behind the last `/` counts more.
pub fn score(typed: &str, name: &str) -> Option<i64> {
    let name = name.get(..name.floor_char_boundary(MOST)).unwrap_or(name);
    let folded: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let last = folded.iter().rposition(|c| *c == '/').map_or(0, |at| at + 1);
    let mut total = 0;
    for word in typed.split_whitespace() {
        let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
        // In the name of the file itself where that works, else anywhere in its path.
        let in_file = folded.get(last..).and_then(|file| one(&word, file)).map(|score| score * 2);
        total += in_file.or_else(|| one(&word, &folded))?;
    }
    Some(total)
}

fn one(word: &[char], name: &[char]) -> Option<i64> {
    if let Some(at) = name.windows(word.len().max(1)).position(|window| window == word) {
        let begins = at == 0 || name.get(at - 1).is_some_and(|c| !c.is_alphanumeric());
        return Some(WHOLE + word.len() as i64 * NEXT + if begins { BEGINNING } else { 0 });
    }
    let (mut score, mut before) = (0, None);
    let mut from = 0;
    for letter in word {
        let at = from + name.get(from..)?.iter().position(|c| c == letter)?;
        let begins = at == 0 || name.get(at - 1).is_some_and(|c| !c.is_alphanumeric());
        let next = before.is_some_and(|before| before + 1 == at);
        score += HIT + if next { NEXT } else { 0 } + if begins { BEGINNING } else { 0 };
        (before, from) = (Some(at), at + 1);
    }
    Some(score)
}

/// The names that fit, the best first, equals by length and then by name; at most so many. Their places in `names`.
pub fn best(typed: &str, names: &[String], most: usize) -> Vec<usize> {
    let mut found: Vec<(i64, usize)> =
        names.iter().enumerate().filter_map(|(at, name)| Some((score(typed, name)?, at))).collect();
    let length = |at: usize| names.get(at).map_or(0, String::len);
    found.sort_by(|(one, a), (two, b)| two.cmp(one).then_with(|| length(*a).cmp(&length(*b))).then(a.cmp(b)));
    found.into_iter().take(most).map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(typed: &str, names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        best(typed, &names, 10).into_iter().filter_map(|at| names.get(at).cloned()).collect()
    }

    #[test]
    fn the_file_that_is_meant_comes_first() {
        let names = ["pics/roast/cup.png", "pics/roast.png", "pics/coast.png", "r/o/a/s/t.txt", "docs/ROAST final.pdf"];
        assert_eq!(found("roast", &names)[0], "pics/roast.png");
        assert_eq!(found("roast cup", &names), ["pics/roast/cup.png"]);
        assert_eq!(found("rfin", &names), ["docs/ROAST final.pdf"]);
        assert_eq!(found("zzz", &names), [""; 0]);
        assert_eq!(found("", &names).len(), names.len(), "nothing typed: all of them");
    }

    proptest! {
        #[test]
        fn a_name_is_found_by_any_of_its_letters_in_order(name in "\\PC{0,40}", keep in prop::collection::vec(any::<bool>(), 40)) {
            let typed: String = name.chars().zip(keep).filter(|(c, keep)| *keep && !c.is_whitespace()).map(|(c, _)| c).collect();
            prop_assert!(score(&typed, &name).is_some());
        }
    }
}
