//! Bluesky's own expectations of facets, handles and graphemes.

use runsheet::text::entities::{EntityKind, entities, is_handle};
use runsheet::text::measure::measure;
use serde_json::Value;

use crate::vectors::{file, none_wrong, overlaid, rules, texts};

fn facets() -> Value {
    serde_json::from_str(&file("bluesky/facets.json")).expect("facets.json")
}

fn cases<'f>(facets: &'f Value, name: &str) -> &'f Vec<Value> {
    facets[name].as_array().expect("a list of cases")
}

#[test]
fn links_and_mentions_cut_a_text_into_segments() {
    let facets = facets();
    let mut wrong = Vec::new();
    for case in cases(&facets, "segments") {
        let text = case["text"].as_str().expect("a text");
        let found = entities(text, rules("bluesky"));
        let marked = found.iter().filter(|entity| matches!(entity.kind, EntityKind::Link | EntityKind::Mention));
        let got: Vec<(&str, String)> = marked
            .map(|entity| {
                let shown = &text[entity.span.clone()];
                let target = match entity.kind {
                    EntityKind::Mention => shown.replacen('@', "did:fake:", 1),
                    _ if shown.starts_with("http") => shown.to_owned(),
                    _ => format!("https://{shown}"),
                };
                (shown, target)
            })
            .collect();
        let want: Vec<(&str, String)> = case["segments"]
            .as_array()
            .expect("segments")
            .iter()
            .filter_map(|part| Some((part["text"].as_str()?, part["target"].as_str()?.to_owned())))
            .collect();
        if got != want {
            wrong.push(format!("{text:?}: {got:?} instead of {want:?}"));
        }
    }
    none_wrong(cases(&facets, "segments").len(), &wrong);
}

fn placed(section: &str, kind: EntityKind, name: impl Fn(&str) -> String) {
    let facets = facets();
    let mut wrong = Vec::new();
    for case in cases(&facets, section) {
        let text = case["text"].as_str().expect("a text");
        let found = entities(text, rules("bluesky"));
        let kept = found.iter().filter(|entity| entity.kind == kind);
        let got: Vec<_> = kept.map(|e| (name(&text[e.span.clone()]), e.span.start, e.span.end)).collect();
        let names = case["tags"].as_array().expect("tags").iter().map(|tag| tag.as_str().expect("a tag").to_owned());
        let places = case["indices"].as_array().expect("indices").iter();
        let index = |place: &Value, key: &str| usize::try_from(place[key].as_u64().expect("an index")).expect("small");
        let want: Vec<_> =
            names.zip(places).map(|(name, place)| (name, index(place, "byteStart"), index(place, "byteEnd"))).collect();
        if got != want {
            wrong.push(format!("{text:?}: {got:?} instead of {want:?}"));
        }
    }
    none_wrong(cases(&facets, section).len(), &wrong);
}

#[test]
fn tags_by_byte_range() {
    placed("tags", EntityKind::Hashtag, |tag| tag.chars().skip(1).collect());
}

#[test]
fn cashtags_by_byte_range() {
    placed("cashtags", EntityKind::Cashtag, str::to_uppercase);
}

#[test]
fn graphemes_are_what_is_counted() {
    let facets = facets();
    for case in cases(&facets, "graphemes") {
        let text = case["text"].as_str().expect("a text");
        assert_eq!(
            measure(text, rules("bluesky")).count as u64,
            case["graphemes"].as_u64().expect("a number"),
            "{text}"
        );
    }
}

#[test]
fn both_limits_hold() {
    let family = "👨‍👩‍👧‍👧".repeat(300);
    let measured = measure(&family, rules("bluesky"));
    assert_eq!((measured.count, measured.bytes, measured.valid), (300, Some((7500, 3000)), false));
    assert_eq!(measured.overflow_at, Some(3000));
}

/// The figures are those of the app's source, as the rules tell them: a tail above 15 keeps 13 and three dots.
#[test]
fn links_count_as_written_unless_the_way_of_the_app_is_wanted() {
    let text = "see https://example.com/a/path/that/is/long?and=more ok";
    assert_eq!(measure(text, rules("bluesky")).count, text.chars().count());
    let short = overlaid("bluesky", "shorten_links = true");
    let shown = "see example.com/a/path/that/... ok";
    assert_eq!(measure(text, &short).count, shown.chars().count());
    assert_eq!(measure("https://example.com/123456789012345", &short).count, "example.com/123456789012...".len());
    assert_eq!(measure("https://example.com/12345678901234", &short).count, "example.com/12345678901234".len());
}

fn handles(name: &str) -> Vec<String> {
    let lines = file(name);
    lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn handles_by_their_form() {
    let (valid, invalid) = (handles("bluesky/handle_syntax_valid.txt"), handles("bluesky/handle_syntax_invalid.txt"));
    assert!(valid.len() > 50 && invalid.len() > 30);
    for handle in valid {
        assert!(is_handle(&handle), "{handle:?} is one");
    }
    for handle in invalid {
        assert!(!is_handle(&handle), "{handle:?} is none");
    }
}

#[test]
fn a_name_without_a_dot_is_no_mention() {
    let text = "@alice and @alice.bsky.social";
    assert_eq!(texts(text, &entities(text, rules("bluesky")), EntityKind::Mention), ["@alice.bsky.social"]);
}
