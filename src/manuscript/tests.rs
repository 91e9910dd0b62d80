use proptest::prelude::*;

use super::*;
use crate::domain::options::Value;

fn faults(text: &str) -> Vec<String> {
    read(text).unwrap_err().iter().map(Fault::to_string).collect()
}

const WHOLE: &str = "\
---
# where
to: [x:@acme, \"linkedin:ACME, Inc\"]
when: tomorrow 9
title: Launch: the day
tags: launch, spring
media:
  - file: roast.png
    alt: A cup of coffee
  - https://a.example/b.png
variants:
  x: |
    Short.

    Two lines.
  \"linkedin:ACME, Inc\":
    text: Longer
    when: fri 14
---

One.
---
Two.
";

#[test]
fn everything_a_post_has_is_read() {
    let Read { manuscript, spots, is_post } = read(WHOLE).unwrap();
    assert!(is_post);
    assert_eq!(manuscript.to, ["x:@acme", "linkedin:ACME, Inc"]);
    assert_eq!(
        (manuscript.when.as_deref(), manuscript.title.as_deref()),
        (Some("tomorrow 9"), Some("Launch: the day"))
    );
    assert_eq!(manuscript.tags, ["launch", "spring"]);
    let media: Vec<_> = manuscript.media.iter().map(|media| (media.source.as_str(), media.alt.as_str())).collect();
    assert_eq!(media, [("roast.png", "A cup of coffee"), ("https://a.example/b.png", "")]);
    let [x, li] = manuscript.variants.as_slice() else { panic!("{manuscript:?}") };
    assert_eq!((x.of.as_str(), x.text.as_deref(), x.when.as_deref()), ("x", Some("Short.\n\nTwo lines."), None));
    assert_eq!((li.text.as_deref(), li.when.as_deref()), (Some("Longer"), Some("fri 14")));
    assert_eq!(manuscript.body, "One.\n---\nTwo.");
    assert_eq!((spots.body, spots.to[1]), (Spot { line: 21, column: 1 }, Spot { line: 3, column: 15 }));
}

#[test]
fn options_and_a_first_comment_are_read_with_dots_or_below_each_other() {
    let file = "---\noptions:\n  tiktok.privacy: public\n  tiktok:\n    consent: yes\n    title: \"yes\"\n  youtube.tags: [a, b]\n\
                first_comment:\n  text: More below.\n  delay: 5m\nvariants:\n  x:\n    first_comment: \"\"\n    media: []\n---\n";
    let manuscript = read(file).unwrap().manuscript;
    let options: Vec<_> = manuscript.options.iter().map(|(key, value)| (key, value.clone())).collect();
    assert_eq!(
        options,
        [
            ("tiktok.consent", Value::Flag(true)),
            ("tiktok.privacy", Value::Text("public".into())),
            ("tiktok.title", Value::Text("yes".into())),
            ("youtube.tags", Value::List(vec!["a".into(), "b".into()])),
        ]
    );
    assert_eq!(manuscript.first_comment, Some(FirstComment { text: "More below.".into(), delay: 300 }));
    let own = &manuscript.variants[0];
    assert!(own.first_comment.as_ref().is_some_and(FirstComment::is_blank) && own.media == Some(Vec::new()));
    let toml = read("+++\n[options.tiktok]\nconsent = true\ntitle = \"yes\"\n+++\n").unwrap().manuscript.options;
    assert_eq!((toml.flag("tiktok.consent"), toml.text("tiktok.title")), (Some(true), Some("yes")));
    assert!(faults("---\nfirst_comment:\n  delay: soon\n---\n")[0].contains("write seconds"));
    assert!(faults("---\noptions:\n  a.b: x\n  a:\n    b: y\n---\n")[0].contains("`a.b` is given twice"));
}

#[test]
fn toml_says_the_same() {
    let toml = "+++\nto = [\"x:@acme\"]\nwhen = 2026-12-01T09:30:00Z\n[[media]]\nfile = \"a.png\"\nalt = \"A\"\n[variants]\nx = \"\"\"\nShort.\nTwo.\"\"\"\n+++\nText";
    for text in [toml.to_owned(), toml.replace("+++", "---")] {
        let Read { manuscript, .. } = read(&text).unwrap();
        assert_eq!((manuscript.to, manuscript.body.as_str()), (vec!["x:@acme".to_owned()], "Text"));
        assert_eq!(manuscript.when.as_deref(), Some("2026-12-01T09:30:00Z"));
        assert_eq!(manuscript.media, [Attached { source: "a.png".into(), alt: "A".into() }]);
        assert_eq!(manuscript.variants[0].text.as_deref(), Some("Short.\nTwo."));
    }
    assert_eq!(faults("+++\nto = [\n+++\n").len(), 1);
    assert!(faults("+++\nto = \"a\"\nbody = 1\n+++\n")[0].starts_with("line 3, column 1: `body`"));
}

#[test]
fn a_text_without_front_matter_is_just_text() {
    for text in
        ["plain", "one\n---\ntwo", "\n---\nto: x\n---\n", "---\nnever closed", "--- \n x", "----\nto: x\n----", ""]
    {
        let read = read(text).unwrap();
        let body = text.strip_suffix('\n').unwrap_or(text);
        assert_eq!((read.manuscript.body.as_str(), read.is_post), (body, false), "{text:?}");
    }
    // A file ends with a line end that nobody wrote, and begins with a mark that nobody sees.
    assert_eq!(read("\u{feff}one\r\n").unwrap().manuscript.body, "one");
    assert_eq!(read("one\n\n").unwrap().manuscript.body, "one\n");
}

#[test]
fn front_matter_that_does_not_close_is_a_fault_and_never_text() {
    for text in [
        "---\nto: x:@acme\n\nHello",
        "\u{feff}---\r\n# where\r\n\r\nwhen: fri 9\r\n--\r\nHello",
        "+++\nto = [\"x\"]\n---\nHello",
        "+++\n[[media]]\nfile = \"a.png\"\nHello",
        "---\noptions:",
    ] {
        let said = faults(text);
        assert!(said[0].starts_with("line 1, column 1: the front matter is not closed; write `"), "{said:?}");
    }
    for text in
        ["---\ntomorrow: great news", "---\nto all of you: hello", "+++\n[link](https://a.example)", "---\n", "---"]
    {
        assert!(!read(text).unwrap().is_post, "{text:?}");
    }
}

#[test]
fn line_ends_of_windows_and_a_mark_at_the_start_change_nothing() {
    let windows = format!("\u{feff}{}", WHOLE.replace('\n', "\r\n"));
    let (here, there) = (read(WHOLE).unwrap(), read(&windows).unwrap());
    assert_eq!(there.manuscript.body, "One.\r\n---\r\nTwo.", "the text stays as it is written");
    let front = |read: &Read| Manuscript { body: String::new(), ..read.manuscript.clone() };
    assert_eq!((front(&there), there.spots), (front(&here), here.spots));
}

#[test]
fn faults_name_line_column_and_a_way_out() {
    for (front, said) in [
        ("titel: x", "line 2, column 1: `titel` means nothing here; did you mean `title`?"),
        ("zzz: x", "line 2, column 1: `zzz` means nothing here; say to, when, as, title"),
        ("to: x\nto: y", "line 3, column 1: `to` is given twice; keep one of them"),
        ("when: [a, b]", "line 2, column 7: `when` is one text; write `when: …` on one line"),
        ("as: daft", "line 2, column 5: this is nothing that a post can be kept as; say draft or held"),
        ("title: now #1", "line 2, column 12: a # after a space"),
        ("title: \"open", "line 2, column 8: the quote is not closed on its line"),
        ("title: \"a\" b", "line 2, column 12: something stands behind the closing quote"),
        ("title: \"\\q\"", "line 2, column 9: this escape means nothing"),
        ("to: [a, b", "line 2, column 5: the list is not closed on its line"),
        ("to:\n\t- x", "line 3, column 1: a tab indents this line; indent with spaces"),
        ("title: a\n  b", "line 3, column 3: this line goes on from a value that was complete"),
        ("media:\n  - alt: x", "line 3, column 5: this attachment names no file"),
        ("media:\n  - file: a\n    atl: x", "line 4, column 5: `atl` means nothing here; did you mean `alt`?"),
        ("variants: x", "line 2, column 11: `variants` names networks or channels"),
        ("Hello there", "line 2, column 1: this line is not `key: value`"),
        ("  to: x", "line 2, column 3: this line is indented, and nothing stands above it"),
        ("- x", "line 2, column 1: a list stands where `key: value` belongs"),
    ] {
        let found = faults(&format!("---\n{front}\n---\ntext"));
        assert!(found[0].starts_with(said), "{front:?}: {found:?}");
    }
    let several = faults("---\ntoo: x\nwehn: y\n---\n");
    assert_eq!(several.len(), 2, "all at once: {several:?}");
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_place() {
    let of = |bytes: &[u8]| decode(bytes.to_vec()).unwrap_err().to_string();
    assert!(of(b"one\ntwo \xFF").starts_with("line 2, column 5: the byte 0xFF there is no UTF-8"));
    assert!(of(b"a\xED\xA0\x80").contains("half of a surrogate pair"));
    assert!(of(b"a\xF0\x9F\x98").contains("0xF0"));
    assert!(of(b"\xFF\xFEa\0").contains("UTF-16"));
}

#[test]
fn hostile_front_matter_is_answered_at_once() {
    let deep = "- ".repeat(50_000);
    let braces = format!("to: {}", "[".repeat(500_000));
    let wide = format!("to: [{}]", "a, ".repeat(300_000));
    let keys: String = (0..200_000).map(|n| format!("k{n}: x\n")).collect();
    let nested: String = (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    for front in [deep, braces, wide, keys, nested, format!("title: {}", "e\u{301}".repeat(400_000))] {
        let began = std::time::Instant::now();
        let _ = read(&format!("---\n{front}\n---\ntext"));
        // Seconds on a busy machine; work that grows with the square would take many minutes.
        assert!(began.elapsed().as_secs() < 60, "{}", front.get(..20).unwrap_or(""));
    }
    let huge = "x".repeat(5_000_000);
    assert_eq!(read(&huge).unwrap().manuscript.body.len(), 5_000_000);
}

/// Texts of the kinds that break formats: quotes, colons, dashes, blanks, line ends, controls and whatever else.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,6}",
        1 => prop::sample::select(vec![
            "\n", "\n\n", " ", "  ", "\t", "\r\n", "\r", ": ", ":", " #", "#", "---", "+++", "- ", "|", "\"", "'", "\\",
            "[", "]", "{", ",", "@", "\0", "\u{1b}", "\u{feff}", "\u{202e}", "\u{85}", "\u{2028}", "é", "👩‍🚀", "key: value",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn values() -> impl Strategy<Value = Value> {
    let items = prop::collection::vec(text(), 1..3).prop_map(Value::List);
    let words = prop::sample::select(vec!["yes", "no", "true", "public"]).prop_map(|word| Value::Text(word.into()));
    prop_oneof![any::<bool>().prop_map(Value::Flag), text().prop_map(Value::Text), words, items]
}

fn options() -> impl Strategy<Value = Options> {
    prop::collection::vec(("[a-z]{1,6}(\\.[a-z_]{1,6})?", values()), 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

fn comments() -> impl Strategy<Value = Option<FirstComment>> {
    prop::option::of((text(), 0u32..3).prop_map(|(text, delay)| FirstComment { text, delay }))
}

fn media() -> impl Strategy<Value = Vec<Attached>> {
    prop::collection::vec((text(), text()), 0..3).prop_map(|media| {
        let named = media.into_iter().filter(|(source, _)| !source.trim().is_empty());
        named.map(|(source, alt)| Attached { source, alt }).collect()
    })
}

fn variants() -> impl Strategy<Value = Vec<Variant>> {
    let one = (prop::option::of(text()), prop::option::of(text()), options(), comments(), prop::option::of(media()));
    prop::collection::btree_map(text(), one, 0..3).prop_map(|all| {
        let variant = |(of, (text, when, options, first_comment, media))| Variant {
            of,
            text,
            when,
            options,
            first_comment,
            media,
        };
        all.into_iter().map(variant).collect()
    })
}

prop_compose! {
    fn manuscripts()(
        to in prop::collection::vec(text(), 0..4),
        when in prop::option::of(text()),
        wish in prop::option::of(prop::sample::select(vec![Wish::Draft, Wish::Hold])),
        title in prop::option::of(text()),
        campaign in prop::option::of(text()),
        tags in prop::collection::vec(text(), 0..3),
        style in prop::option::of(text()),
        link in prop::option::of(text()),
        media in media(),
        options in options(),
        first_comment in comments(),
        variants in variants(),
        body in text(),
    ) -> Manuscript {
        Manuscript { to, when, wish, title, campaign, tags, style, link, body, media, options, first_comment, variants }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_it_was(manuscript in manuscripts()) {
        let file = write(&manuscript);
        match read(&file) {
            Ok(read) => prop_assert_eq!(read.manuscript, manuscript, "{}", file),
            Err(faults) => prop_assert!(false, "{:?}\n{}", faults, file),
        }
    }

    #[test]
    fn no_file_is_too_odd_to_be_answered(front in text(), body in text()) {
        let _ = read(&format!("---\n{front}\n---\n{body}"));
        let _ = read(&format!("+++\n{front}\n+++\n{body}"));
        let _ = read(&body);
    }
}
