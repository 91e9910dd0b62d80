//! Mastodon's status length.

use runsheet::text::measure::{count, measure};
use runsheet::text::rules::Count;
use serde_json::Value;

use crate::vectors::{file, none_wrong, rules};

fn joined(parts: &Value) -> String {
    let parts = parts.as_array().expect("a list of parts");
    parts
        .iter()
        .map(|part| {
            let times = usize::try_from(part[1].as_u64().expect("a number")).expect("small");
            part[0].as_str().expect("a text").repeat(times)
        })
        .collect()
}

#[test]
fn lengths_are_those_of_the_network() {
    let vectors: Value = serde_json::from_str(&file("mastodon/status-length.json")).expect("status-length.json");
    let rules = rules("mastodon");
    assert_eq!(
        (rules.limit as u64, rules.link_cost.map(|cost| cost as u64)),
        (vectors["limit"].as_u64().expect("a limit"), vectors["urlCost"].as_u64())
    );
    let cases = vectors["cases"].as_array().expect("cases");
    let mut wrong = Vec::new();
    for case in cases {
        // A content warning counts in full, unsubstituted.
        let counted =
            measure(&joined(&case["text"]), rules).count + count(&joined(&case["spoilerText"]), &Count::Graphemes);
        let got = (counted as u64, counted > rules.limit);
        let want = (case["count"].as_u64().expect("a count"), case["over"].as_bool().expect("a flag"));
        if got != want {
            wrong.push(format!("{}: {got:?} instead of {want:?}", case["id"]));
        }
    }
    none_wrong(cases.len(), &wrong);
}

#[test]
fn the_place_of_the_overflow_is_in_the_text_as_written() {
    let text = format!("@alice@example.social https://example.com/{} {}", "p".repeat(100), "b".repeat(500));
    let measured = measure(&text, rules("mastodon"));
    assert_eq!(measured.count, 6 + 1 + 23 + 1 + 500);
    let over = measured.overflow_at.expect("too long");
    assert_eq!(text.len() - over, measured.count - 500);
    assert_eq!(measured.note.as_deref(), Some("the link counts 23; servers of mentions do not count"));
}

#[test]
fn what_is_no_link_costs_its_length() {
    for (text, length) in
        [("example.com", 11), ("http://localhost", 16), ("https://t.co", 23), ("https://example.com/x日本", 23)]
    {
        assert_eq!(measure(text, rules("mastodon")).count, length, "{text}");
    }
}
