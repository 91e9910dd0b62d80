//! Laws on random input: nothing panics, places are places, clean is clean.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use runsheet::domain::channel::Network;
use runsheet::domain::problem::Place;
use runsheet::text::check::check;
use runsheet::text::clean::{cells, clean, one_line, truncate};
use runsheet::text::compose::compose;
use runsheet::text::entities::entities;
use runsheet::text::measure::measure;
use runsheet::text::preview::preview;
use runsheet::text::remedy::cut;
use runsheet::text::rules::{NetworkRules, Rules};
use runsheet::text::split::{automatic, join, parts, spans};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Texts made of what trips parsers, between arbitrary ones.
fn texts() -> impl Strategy<Value = String> {
    let trap = prop::sample::select(vec![
        "http://",
        "https://",
        "a.com",
        "日本",
        ".みんな",
        "@",
        "＠",
        "#",
        "＃",
        "$AB",
        "/",
        "(",
        ")",
        "?",
        ".",
        "-",
        "_",
        "&",
        "\n",
        " ",
        "\u{FE0F}",
        "\u{200D}",
        "\u{20E3}",
        "👩",
        "🇫🇷",
        "🇪",
        "é",
        "e\u{301}",
        "1",
        "xn--",
        "t.co/",
        "rt",
        "€",
        "“",
        "\u{FEFF}",
        "\u{1b}",
        "\u{202E}",
        "…",
        "a@b.com",
        "ｱ",
        "\u{E0041}",
        "각",
        "\u{1100}\u{1161}\u{11A8}",
        "u/",
        "r/x",
    ]);
    let piece =
        prop_oneof![4 => trap.prop_map(str::to_owned), 1 => ".{0,3}", 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// How often each law is tried; `PROPTEST_CASES=1000000 cargo test --release --test text laws` tries a million.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(400)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_any_network(text in texts(), width in 0u16..90) {
        for (network, rules) in Rules::shipped().networks() {
            let mut end = 0;
            for entity in entities(&text, rules) {
                prop_assert!(entity.span.start >= end && entity.span.start < entity.span.end);
                prop_assert!(text.get(entity.span.clone()).is_some(), "{:?} in {:?}", entity, text);
                end = entity.span.end;
            }
            let measured = measure(&text, rules);
            prop_assert!(measured.overflow_at.is_none_or(|at| text.is_char_boundary(at) && at < text.len()));
            prop_assert_eq!(measured.count > measured.limit || measured.bytes.is_some_and(|(n, most)| n > most), measured.overflow_at.is_some());
            let variant = compose(network, &text, None, Some(&text), &[]);
            for problem in check(&variant, rules) {
                if let Place::Text(range) = problem.place {
                    prop_assert!(variant.text.get(range).is_some());
                }
            }
            let shown = preview(&variant, rules, width);
            prop_assert!(shown.folded_after.is_none_or(|line| line < shown.lines.len()));
            for line in &shown.lines {
                let drawn: String = line.spans.iter().map(|span| span.text.as_str()).collect();
                prop_assert!(!drawn.contains('\n'));
                prop_assert_eq!(clean(&drawn).replace('\u{2426}', ""), drawn.replace('\u{2426}', ""));
            }
        }
    }

    #[test]
    fn an_overflow_is_where_the_text_stops_fitting(text in "[a-z日é👩 ]{0,40}", limit in 1usize..30) {
        for network in ["x", "linkedin", "threads", "bluesky", "pinterest"] {
            let rules = runsheet::text::rules::NetworkRules { limit, ..crate::vectors::rules(network).clone() };
            let measured = measure(&text, &rules);
            if let Some(at) = measured.overflow_at {
                prop_assert!(measure(&text[..at], &rules).count <= limit);
                let next = at + text[at..].chars().next().map_or(0, char::len_utf8);
                prop_assert!(measure(&text[..next], &rules).count > limit);
            } else {
                prop_assert!(measured.count <= limit);
            }
        }
    }

    /// A line feed parts everything that counts as one.
    #[test]
    fn what_two_lines_count_is_what_each_counts(one in texts(), other in texts()) {
        let (one, other) = (one.replace('\r', " "), other.replace('\r', " "));
        let both = format!("{one}\n{other}");
        for (network, rules) in Rules::shipped().networks() {
            let count = |text: &str| measure(text, rules).count;
            prop_assert_eq!(count(&both), count(&one) + 1 + count(&other), "{}", network);
        }
    }

    /// X counts the composed form, and composing by grapheme is composing the whole.
    #[test]
    fn a_text_weighs_the_same_however_it_was_typed(text in texts(), marks in "[a-zé가-힣ᄀ-하-ᅵᆨ-ᇂ\u{300}-\u{345}\u{9BE}\u{9C7}]{0,20}") {
        let text = format!("{text} {marks}");
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        let weight = |text: &str| measure(text, crate::vectors::rules("x")).count;
        prop_assert_eq!((weight(&text), weight(&decomposed)), (weight(&composed), weight(&composed)));
    }

    #[test]
    fn clean_is_clean(text in texts()) {
        let shown = clean(&text);
        let again = clean(&shown);
        prop_assert_eq!(&again, &shown);
        for c in shown.chars() {
            prop_assert!(c == '\n' || !c.is_control());
            let point = u32::from(c);
            prop_assert!(!(0x202A..=0x202E).contains(&point) && !(0x2066..=0x2069).contains(&point));
            prop_assert!(!(0x2028..=0x2029).contains(&point) && !(0xE0000..=0xE007F).contains(&point));
        }
        prop_assert!(!one_line(&text).contains('\n'));
    }

    #[test]
    fn what_is_cut_fits(text in texts(), most in 0usize..30) {
        let text = one_line(&text);
        let cut = truncate(&text, most);
        prop_assert!(cells(&cut) <= most, "{:?} in {}", cut, most);
    }

    #[test]
    fn parts_lose_no_word(words in prop::collection::vec("[a-z]{1,5}", 1..8)) {
        let text = words.join("\n---\n");
        prop_assert_eq!(parts(&text), words);
    }

    /// What is remembered of the texts before is what would be found anew: a thread of its own remembers nothing.
    #[test]
    fn what_is_remembered_is_what_is_found(
        start in prop::collection::vec(texts(), 12..30),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0usize..30, texts()), 1..4),
    ) {
        // Plain words between the traps, so that there is something to part the text at.
        let mut text = start.join(" and then something ordinary followed ");
        let look = |text: &str| {
            let found = |(_, rules)| {
                let measured = measure(text, rules);
                (measured.count, measured.overflow_at, measured.note, entities(text, rules))
            };
            Rules::shipped().networks().map(found).collect::<Vec<_>>()
        };
        look(&text);
        for (at, less, more) in edits {
            let from = text.floor_char_boundary(at.index(text.len()));
            let to = text.floor_char_boundary((from + less).min(text.len())).max(from);
            text.replace_range(from..to, &more);
            let anew = std::thread::scope(|scope| scope.spawn(|| look(&text)).join());
            prop_assert_eq!(look(&text), anew.unwrap(), "{:?}", text);
        }
    }

    /// A cut text fits by its network's own count, is a beginning of what was written, and ends where a letter does:
    /// never inside a link, a mention or a tag.
    #[test]
    fn a_cut_never_exceeds_and_ends_between_letters(pieces in prop::collection::vec(texts(), 1..8), limit in 4usize..90) {
        let text = pieces.join(" ");
        for (network, rules) in Rules::shipped().networks() {
            let limited = NetworkRules { limit, limit_with_media: None, limit_with_images: None, ..rules.clone() };
            let Some(shown) = cut(&text, &limited, &[]) else { continue };
            let measured = measure(&shown, &limited);
            prop_assert!(measured.overflow_at.is_none() && measured.count <= limit, "{} {:?}", network, shown);
            let kept = shown.strip_suffix('…');
            prop_assert!(kept.is_some_and(|kept| text.starts_with(kept)), "{} {:?}", network, shown);
            let end = kept.map_or(0, str::len);
            let boundary = end == text.len() || text.grapheme_indices(true).any(|(at, _)| at == end);
            prop_assert!(boundary, "{} cut {:?} to {:?}", network, text, shown);
            let inside = entities(&text, &limited).into_iter().find(|it| it.span.start < end && end < it.span.end);
            prop_assert!(inside.is_none(), "{} {:?} in {:?}", network, inside, shown);
        }
    }

    /// Split then join is the identity, up to the blank lines around the cuts; joined then split, exactly.
    #[test]
    fn parts_come_together_again(pieces in prop::collection::vec(texts(), 1..5)) {
        let text = pieces.join("\n---\n");
        let found = parts(&text);
        let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let joined = join(&found);
        prop_assert_eq!(parts(&joined), if found.is_empty() { vec![""] } else { found.clone() });
        prop_assert_eq!(spans(&text).into_iter().map(|span| &text[span]).collect::<Vec<_>>(), found);
        let lines = text.lines().filter(|line| pieces.len() == 1 || line.trim_end() != "---");
        if parts(&text).len() > 1 {
            prop_assert_eq!(kept(&joined.replace("\n\n---\n\n", "")), kept(&lines.collect::<Vec<_>>().join("\n")));
        }
    }

    /// However a text is cut by itself, no part is too long and nothing is lost.
    #[test]
    fn a_thread_cut_by_itself_fits_and_loses_nothing(pieces in prop::collection::vec(texts(), 1..12), limit in 12usize..90) {
        let text = pieces.join(" ");
        for network in ["x", "threads", "bluesky", "mastodon"] {
            let rules = runsheet::text::rules::NetworkRules { limit, ..crate::vectors::rules(network).clone() };
            let Some(cut) = automatic(&text, &[&rules]) else { continue };
            let found = parts(&cut);
            let total = found.len();
            let mut said = String::new();
            for (at, part) in found.iter().enumerate() {
                prop_assert!(measure(part, &rules).overflow_at.is_none(), "{} in {:?}", network, part);
                let bare = part.strip_suffix(&format!(" {}/{total}", at + 1));
                prop_assert!(bare.is_some(), "{:?}", part);
                said.push_str(bare.unwrap_or_default());
            }
            let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let by_hand: String = parts(&text).concat();
            prop_assert_eq!(kept(&said), kept(&by_hand));
        }
    }
}

/// Not a benchmark: a guard against work that grows with the square of the length, which would take minutes. The room
/// is for machines that are busy with something else.
#[test]
fn long_texts_cost_little() {
    let long = |piece: &str| piece.repeat(25_000 / piece.chars().count());
    let hostile = [
        long("a"),
        long("日"),
        long("a."),
        long("a.com"),
        long("日a.com/("),
        long("@"),
        long("#a"),
        long("("),
        long("a.com/(("),
        long("http://"),
        long("👩\u{200D}"),
        long("e\u{301}\u{302}"),
        long("-_."),
        long("a@b."),
        long("$"),
        long("1\u{FE0F}"),
        format!("{}.com", long("日")),
        long("t.co/a?!"),
        long("u/"),
        long("a.b-"),
    ];
    for text in &hostile {
        let begun = Instant::now();
        for (network, rules) in Rules::shipped().networks() {
            let _ = measure(text, rules);
            let _ = check(&compose(network, text, None, None, &[]), rules);
        }
        let spent = begun.elapsed();
        let start: String = text.chars().take(12).collect();
        assert!(spent < Duration::from_secs(20), "{start}… took {spent:?}");
    }
    assert!(Rules::shipped().network(&Network::from_word("x")).is_some());
}
