//! A long text as the parts of a thread: as it was cut by hand, or cut at sentences by itself, with numbers that count.

use unicode_segmentation::UnicodeSegmentation;

pub use crate::domain::thread::{is_thread, join, parts, spans};

use super::measure::measure;
use super::rules::NetworkRules;

/// More parts than anybody reads, and than any provider takes.
const MOST_PARTS: usize = 999;

/// `text` cut into a thread whose parts all fit every one of the networks, each with its number (`1/3`) behind it. Parts
/// cut by hand stay apart; numbers of an earlier cut make way for the new ones. None when it needs no cut, or none helps.
pub fn automatic(text: &str, rules: &[&NetworkRules]) -> Option<String> {
    let by_hand = parts(text);
    if by_hand.iter().all(|part| fits(part, rules)) {
        return None;
    }
    let by_hand = unnumbered(&by_hand).unwrap_or(by_hand);
    // How many digits the numbers have decides how much fits, and that how many there are.
    for digits in 1..=3 {
        let widest = "8".repeat(digits);
        let number = format!(" {widest}/{widest}");
        let mut cut = Vec::new();
        for part in &by_hand {
            cut_up(part, &number, rules, &mut cut)?;
        }
        let total = cut.len();
        if total.to_string().len() <= digits {
            let numbered: Vec<String> =
                cut.iter().enumerate().map(|(at, part)| format!("{part} {}/{total}", at + 1)).collect();
            let joined = join(&numbered);
            let sound = parts(&joined) == numbered && numbered.iter().all(|part| fits(part, rules));
            return sound.then_some(joined);
        }
    }
    None
}

fn fits(part: &str, rules: &[&NetworkRules]) -> bool {
    rules.iter().all(|rules| measure(part, rules).overflow_at.is_none())
}

/// The parts without their numbers, where every one has its own.
fn unnumbered<'t>(parts: &[&'t str]) -> Option<Vec<&'t str>> {
    let total = parts.len();
    let bare = |(at, part): (usize, &&'t str)| part.trim_end().strip_suffix(&format!(" {}/{total}", at + 1));
    (total > 1).then(|| parts.iter().enumerate().map(bare).collect())?
}

/// Pushes pieces of `text` that fit together with `number`: as many sentences as go into each, else words, else
/// characters as people see them.
fn cut_up<'t>(text: &'t str, number: &str, rules: &[&NetworkRules], pieces: &mut Vec<&'t str>) -> Option<()> {
    let mut rest = text.trim();
    while !rest.is_empty() {
        let goes_in = |end: usize| {
            let piece = rest.get(..end).unwrap_or_default().trim_end();
            // A line of hyphens at its head would be taken for a cut.
            let next = rest.get(end..).unwrap_or_default().trim_start().lines().next().unwrap_or_default();
            (fits(&format!("{piece}{number}"), rules), !piece.is_empty() && next.trim_end() != "---")
        };
        let end = last_that(rest.split_sentence_bound_indices(), rest.len(), goes_in)
            .or_else(|| last_that(rest.split_word_bound_indices(), rest.len(), goes_in))
            .or_else(|| last_that(rest.grapheme_indices(true), rest.len(), goes_in))?;
        if pieces.len() == MOST_PARTS {
            return None;
        }
        pieces.push(rest.get(..end)?.trim_end());
        rest = rest.get(end..)?.trim_start();
    }
    Some(())
}

/// The last end of a segment that still fits and where a cut may be, up to the first that does not fit.
fn last_that<'t>(
    segments: impl Iterator<Item = (usize, &'t str)>,
    whole: usize,
    goes_in: impl Fn(usize) -> (bool, bool),
) -> Option<usize> {
    let mut last = None;
    for (at, segment) in segments {
        let end = (at + segment.len()).min(whole);
        match goes_in(end) {
            (false, _) => break,
            (true, true) => last = Some(end),
            (true, false) => {}
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::text::rules::Rules;

    fn rules(network: &str) -> &'static NetworkRules {
        Rules::shipped().network(&Network::from_word(network)).unwrap()
    }

    #[test]
    fn a_text_is_cut_at_sentences_and_its_numbers_count() {
        let sentence = "We are opening the new roastery on Friday, and everybody is welcome to have a cup. ";
        let text = sentence.repeat(8);
        let cut = automatic(&text, &[rules("x")]).unwrap();
        let found = parts(&cut);
        assert_eq!(found.len(), 3);
        assert!(found[0].ends_with("have a cup. 1/3") && found[2].ends_with("have a cup. 3/3"), "{cut}");
        assert!(found.iter().all(|part| measure(part, rules("x")).count <= 280));
        assert_eq!(automatic(sentence, &[rules("x")]), None, "it fits as it is");
    }

    #[test]
    fn several_networks_get_one_cut_and_another_cut_numbers_anew() {
        let text = "We are opening the new roastery on Friday, and everybody is welcome to have a cup. ".repeat(6);
        let both = [rules("bluesky"), rules("x")];
        let cut = automatic(&text, &both).unwrap();
        assert_eq!(cut.matches('/').count(), parts(&cut).len(), "one number for each part: {cut}");
        assert!(parts(&cut).iter().all(|part| fits(part, &both)));
        // A part that grew is cut again, and every number is new.
        let grown = cut.replacen("cup. 1/", &format!("cup. {}1/", "And more of it, of every kind. ".repeat(4)), 1);
        let again = automatic(&grown, &both).unwrap();
        let total = parts(&again).len();
        assert!(total > parts(&cut).len() && again.matches('/').count() == total, "{again}");
        assert!(parts(&again).iter().enumerate().all(|(at, part)| part.ends_with(&format!(" {}/{total}", at + 1))));
    }

    #[test]
    fn words_and_characters_are_cut_where_no_sentence_fits() {
        let words = "word ".repeat(100);
        assert!(automatic(&words, &[rules("bluesky")]).is_some_and(|cut| parts(&cut)[0].ends_with("word 1/2")));
        let endless = "é".repeat(1_000);
        let cut = automatic(&endless, &[rules("bluesky")]).unwrap();
        assert_eq!(cut.matches('é').count(), 1_000);
    }

    #[test]
    fn what_was_cut_by_hand_stays_apart() {
        let text = format!("Short.\n\n---\n\n{}", "A sentence of some length. ".repeat(15));
        let cut = automatic(&text, &[rules("x")]).unwrap();
        assert!(parts(&cut)[0] == "Short. 1/3", "{cut}");
    }
}
