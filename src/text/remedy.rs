//! What can be done about a problem without asking anybody: a text that no longer has it.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use super::compose::Variant;
use super::entities::{Entity, EntityKind, by_grammar};
use super::measure::measure_with;
use super::rules::NetworkRules;
use super::trackers::untracked;
use crate::domain::media::Media;
use crate::domain::problem::{Place, Problem};

/// Stands where a text was cut.
const CUT: &str = "…";

/// A way out that loses nothing unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// What was done, as a past participle: `cut at a word`.
    pub words: &'static str,
    /// The text without the problem.
    pub text: String,
}

/// The remedy for `problem` of a text that is one, where there is a safe one.
fn remedy(problem: &Problem, variant: &Variant, rules: &NetworkRules) -> Option<Remedy> {
    let (text, media) = (variant.text.as_str(), variant.media.as_slice());
    let done = |words, text: Option<String>| text.map(|text| Remedy { words, text });
    match problem.code.as_str() {
        // What loses no word comes first, even where it is not enough: the next press cuts.
        "too-long" => done("links shortened (tracking left out)", shortened(text, rules, media))
            .or_else(|| done("cut at a word", cut(text, rules, media))),
        "hashtags-many" => {
            // Those of the first comment count too and stay; where they alone are too many, none of the text's help.
            let most = rules.hashtags.max.or(rules.hashtags.warn)?.checked_sub(beside(variant, rules))?;
            done("the last hashtags dropped", without(text, rules, EntityKind::Hashtag, most))
        }
        "forbidden-character" => {
            let kept: String = text.chars().filter(|c| !rules.forbidden.contains(c)).collect();
            done("deleted", (kept != text).then_some(kept))
        }
        "hash-is-heading" => done("written as \\#", Some(escaped(text))),
        _ => None,
    }
}

/// The remedy for `problem` of a variant: of a thread in the part that it is about, the others as they are.
pub fn remedy_in(problem: &Problem, variant: &Variant, rules: &NetworkRules) -> Option<Remedy> {
    let spans = variant.parts(rules);
    if spans.len() < 2 {
        return remedy(problem, variant, rules);
    }
    let Place::Text(range) = &problem.place else { return None };
    let (at, span) = spans.into_iter().enumerate().find(|(_, span)| range.start <= span.end)?;
    let part = variant.part(at, span.clone());
    let mended = remedy(problem, &part, rules)?;
    let mut text = variant.text.clone();
    text.replace_range(span, &mended.text);
    Some(Remedy { text, ..mended })
}

/// The longest beginning that fits with a mark of the cut behind it, ending at a word; inside a word only where no word
/// fits. Never inside a link, a mention or a tag.
pub fn cut(text: &str, rules: &NetworkRules, media: &[Media]) -> Option<String> {
    let over = measure_with(text, rules, media).overflow_at?;
    let found = by_grammar(text, rules.grammar);
    let whole = |at: &usize| !found.iter().any(|entity| entity.span.start < *at && *at < entity.span.end);
    let head = text.get(..over)?;
    let fits = |at: usize| {
        let shown = format!("{}{CUT}", text.get(..at)?.trim_end());
        measure_with(&shown, rules, media).overflow_at.is_none().then_some(shown)
    };
    let words = head.unicode_word_indices().rev().map(|(at, word)| at + word.len());
    let at_word =
        words.filter(|at| *at < over || text.get(*at..).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)));
    let inside = head.grapheme_indices(true).rev().map(|(at, _)| at);
    // A word may end where its last letter does not: at an accent that no longer fits.
    let boundary = |at: &usize| {
        let shown = text.get(..*at).map_or(0, |head| head.trim_end().len());
        GraphemeCursor::new(shown, text.len(), true).is_boundary(text, 0).unwrap_or(false)
    };
    at_word.chain(inside).filter(whole).filter(|at| *at > 0).filter(boundary).take(400).find_map(fits)
}

/// The text with its links freed of tracking, where the network counts it shorter for that: where links have a fixed
/// cost it would gain nothing.
fn shortened(text: &str, rules: &NetworkRules, media: &[Media]) -> Option<String> {
    let count = |text: &str| {
        let measured = measure_with(text, rules, media);
        (measured.count, measured.bytes.map_or(0, |(bytes, _)| bytes))
    };
    let shorter = untracked(text, rules.grammar)?;
    let ((now, bytes_now), (then, bytes_then)) = (count(text), count(&shorter));
    let by_bytes = bytes_then < bytes_now && measure_with(text, rules, media).bytes.is_some_and(|(n, most)| n > most);
    (then < now || by_bytes).then_some(shorter)
}

/// How many hashtags the first comment has.
fn beside(variant: &Variant, rules: &NetworkRules) -> usize {
    let found = variant.first_comment.as_ref().map(|comment| by_grammar(&comment.text, rules.grammar));
    found.into_iter().flatten().filter(|entity| entity.kind == EntityKind::Hashtag).count()
}

/// The text without what of `kind` comes after the first `most`, and without the blanks before it.
fn without(text: &str, rules: &NetworkRules, kind: EntityKind, most: usize) -> Option<String> {
    let found = by_grammar(text, rules.grammar);
    let dropped: Vec<&Entity> = found.iter().filter(|entity| entity.kind == kind).skip(most).collect();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    for entity in &dropped {
        kept.push_str(text.get(at..entity.span.start)?.trim_end_matches([' ', '\t']));
        at = entity.span.end;
    }
    kept.push_str(text.get(at..)?);
    (!dropped.is_empty()).then(|| kept.trim_end().to_owned())
}

/// Lines that begin with # begin with \# instead.
fn escaped(text: &str) -> String {
    let line = |line: &str| if line.starts_with('#') { format!("\\{line}") } else { line.to_owned() };
    text.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::channel::Network;
    use crate::domain::options::FirstComment;
    use crate::text::check::check;
    use crate::text::compose::compose;
    use crate::text::rules::Rules;

    fn rules(network: &str) -> &'static NetworkRules {
        Rules::shipped().network(&Network::from_word(network)).unwrap()
    }

    fn mended(network: &str, text: &str, code: &str) -> Remedy {
        let variant = compose(&Network::from_word(network), text, None, None, &[]);
        let problems = check(&variant, rules(network));
        let problem = problems.iter().find(|problem| problem.code == code).unwrap_or_else(|| panic!("{problems:?}"));
        remedy_in(problem, &variant, rules(network)).unwrap_or_else(|| panic!("{problem:?}"))
    }

    #[test]
    fn of_a_thread_only_the_part_that_is_too_long_is_cut() {
        let text = format!("First\n\n---\n\n{}\n\n---\n\nLast", "word ".repeat(70).trim_end());
        let variant = compose(&Network::from_word("x"), &text, None, None, &[]);
        let problem = check(&variant, rules("x")).into_iter().find(|problem| problem.code == "too-long").unwrap();
        let mended = remedy_in(&problem, &variant, rules("x")).unwrap().text;
        assert!(mended.starts_with("First\n\n---\n\nword") && mended.ends_with("…\n\n---\n\nLast"), "{mended}");
        let again = compose(&Network::from_word("x"), &mended, None, None, &[]);
        assert_eq!(check(&again, rules("x")), []);
    }

    #[test]
    fn a_text_is_cut_at_a_word_and_never_inside_a_link() {
        let text = format!("{} end", "word ".repeat(70));
        let cut = mended("x", &text, "too-long").text;
        assert!(cut.ends_with("word…") && cut.chars().count() <= 280 && cut.chars().count() > 270, "{cut}");
        let link = format!("{} https://acme.dev/a/long/way", "x".repeat(270));
        assert_eq!(mended("x", &link, "too-long").text, format!("{}…", "x".repeat(270)));
        assert!(mended("x", &"y".repeat(300), "too-long").text.ends_with("y…"));
    }

    #[test]
    fn a_link_is_shortened_where_that_counts_and_before_a_word_is_lost() {
        let link = "https://www.acme.dev/v2?utm_source=social&utm_medium=post&utm_campaign=launch&id=7";
        let text = format!("{}{link}", "word ".repeat(48));
        let kept = mended("bluesky", &text, "too-long");
        assert_eq!(kept.text, format!("{}https://www.acme.dev/v2?id=7", "word ".repeat(48)));
        assert_eq!(kept.words, "links shortened (tracking left out)");
        // Not enough by itself: what is still too long is cut by the next press.
        let long = format!("{link} {}", "word ".repeat(70));
        let shorter = mended("bluesky", &long, "too-long").text;
        assert!(shorter.starts_with("https://www.acme.dev/v2?id=7 word") && shorter.ends_with("word "), "{shorter}");
        assert!(mended("bluesky", &shorter, "too-long").text.ends_with("word…"));
        // On X and Mastodon every link costs the same.
        for network in ["x", "mastodon"] {
            let mended = mended(network, &format!("{link} {}", "word ".repeat(120)), "too-long");
            assert_eq!((mended.words, mended.text.contains("utm_source")), ("cut at a word", true), "{network}");
        }
    }

    #[test]
    fn tags_beyond_the_limit_go_and_a_hash_stays_a_hash() {
        let tags: String = (0..35).map(|n| format!(" #tag{n}")).collect();
        let kept = mended("instagram", &format!("Look{tags}"), "hashtags-many").text;
        assert!(kept.ends_with("#tag29") && !kept.contains("tag30"), "{kept}");
        let reddit = mended("reddit", "#one\ntwo\n#three", "hash-is-heading").text;
        assert_eq!(reddit, "\\#one\ntwo\n\\#three");
    }

    #[test]
    fn tags_of_the_first_comment_count_too() {
        let tags = |many: usize| (0..many).map(|n| format!(" #tag{n}")).collect::<String>();
        let mended = |own: usize, beside: usize| {
            let mut variant = compose(&Network::from_word("instagram"), &format!("Look{}", tags(own)), None, None, &[]);
            variant.first_comment = Some(FirstComment { text: tags(beside), delay: 0 });
            let problems = check(&variant, rules("instagram"));
            let problem = problems.into_iter().find(|problem| problem.code == "hashtags-many").unwrap();
            remedy_in(&problem, &variant, rules("instagram")).map(|mended| mended.text)
        };
        let kept = mended(25, 10).unwrap();
        assert!(kept.ends_with("#tag19"), "{kept}");
        assert_eq!(mended(5, 31), None);
    }

    proptest! {
        #[test]
        fn a_cut_text_fits_and_is_a_beginning(text in "(\\PC|[a-z ]{8}|#a |https://a.example/b ){0,200}") {
            for network in ["x", "bluesky", "mastodon", "threads", "pinterest"] {
                if let Some(cut) = cut(&text, rules(network), &[]) {
                    prop_assert!(measure_with(&cut, rules(network), &[]).overflow_at.is_none(), "{} {:?}", network, cut);
                    prop_assert!(text.starts_with(cut.strip_suffix(CUT).unwrap()), "{:?}", cut);
                }
            }
        }
    }
}
