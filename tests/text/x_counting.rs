//! X's own expectations of length and validity.

use runsheet::text::entities::{EntityKind, entities};
use runsheet::text::measure::measure;
use runsheet::text::rules::NetworkRules;
use serde::Deserialize;
use serde_json::Value;

use crate::vectors::{file, none_wrong, overlaid, rules, texts, utf16};

#[derive(Deserialize)]
struct File {
    tests: Sections,
}

#[derive(Deserialize)]
#[allow(non_snake_case)]
struct Sections {
    tweets: Vec<Tweet>,
    WeightedTweetsCounterTest: Vec<Weighted>,
    WeightedTweetsWithDiscountedEmojiCounterTest: Vec<Weighted>,
    UnicodeDirectionalMarkerCounterTest: Vec<Weighted>,
}

#[derive(Deserialize)]
struct Tweet {
    description: String,
    text: String,
    expected: bool,
}

#[derive(Deserialize)]
struct Weighted {
    description: String,
    text: String,
    expected: Expected,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expected {
    weighted_length: usize,
    valid: bool,
    permillage: usize,
    display_range_end: usize,
    valid_range_end: usize,
}

fn sections() -> Sections {
    serde_saphyr::from_str::<File>(&file("twitter-text/validate.yml")).expect("validate.yml").tests
}

/// The table of a vector configuration, laid over the shipped one.
fn configured(version: &str) -> NetworkRules {
    let config: Value = serde_json::from_str(&file(&format!("twitter-text/config/{version}.json"))).expect("a config");
    let ranges: Vec<String> = config["ranges"]
        .as_array()
        .expect("ranges")
        .iter()
        .map(|range| format!("[{}, {}, {}]", range["start"], range["end"], range["weight"]))
        .collect();
    let default = &config["defaultWeight"];
    let emoji = if config["emojiParsingEnabled"] == true { format!(", emoji = {default}") } else { String::new() };
    overlaid(
        "x",
        &format!(
            "count = {{ kind = \"weighted\", scale = {}, default = {default}, ranges = [{}]{emoji} }}\nlimit = {}\nlink = {}",
            config["scale"],
            ranges.join(", "),
            config["maxWeightedTweetLength"],
            config["transformedURLLength"],
        ),
    )
}

#[test]
fn the_shipped_table_is_the_one_in_force() {
    let (shipped, configured) = (rules("x"), configured("v3"));
    assert_eq!(
        (&shipped.count, shipped.limit, shipped.link_cost),
        (&configured.count, configured.limit, configured.link_cost)
    );
}

#[test]
fn short_texts_of_old_are_valid_or_not() {
    let old = configured("v1");
    let sections = sections();
    assert!(sections.tweets.len() >= 8);
    let wrong: Vec<String> = sections
        .tweets
        .iter()
        .filter(|case| measure(&case.text, &old).valid != case.expected)
        .map(|case| format!("{}: {:?}", case.description, measure(&case.text, &old)))
        .collect();
    none_wrong(sections.tweets.len(), &wrong);
}

fn weigh(cases: &[Weighted], rules: &NetworkRules, wrong: &mut Vec<String>) {
    for case in cases {
        let (text, expected) = (&case.text, &case.expected);
        let measured = measure(text, rules);
        let first_bad = text.char_indices().find(|(_, c)| rules.forbidden.contains(c)).map(|(at, _)| at);
        let stop = [measured.overflow_at, first_bad].into_iter().flatten().min().unwrap_or(text.len());
        let got = (
            measured.count,
            measured.valid,
            measured.permille(),
            utf16(text, text.len()).saturating_sub(1),
            utf16(text, stop).saturating_sub(1),
        );
        let want = (
            expected.weighted_length,
            expected.valid,
            expected.permillage,
            expected.display_range_end,
            expected.valid_range_end,
        );
        if got != want {
            wrong.push(format!("{}: {got:?} instead of {want:?}", case.description));
        }
    }
}

#[test]
fn weighted_lengths_are_those_of_the_reference() {
    let sections = sections();
    let (v2, v3) = (configured("v2"), configured("v3"));
    let mut wrong = Vec::new();
    weigh(&sections.WeightedTweetsCounterTest, &v2, &mut wrong);
    weigh(&sections.WeightedTweetsWithDiscountedEmojiCounterTest, &v3, &mut wrong);
    weigh(&sections.UnicodeDirectionalMarkerCounterTest, &v3, &mut wrong);
    let total = sections.WeightedTweetsCounterTest.len()
        + sections.WeightedTweetsWithDiscountedEmojiCounterTest.len()
        + sections.UnicodeDirectionalMarkerCounterTest.len();
    assert_eq!(total, 25);
    none_wrong(total, &wrong);
}

/// If the reader of YAML lost one of these, a case about them would prove nothing.
#[test]
fn the_reader_keeps_characters_that_are_no_text() {
    let sections = sections();
    let text = &sections.UnicodeDirectionalMarkerCounterTest[0].text;
    assert!(text.contains('\u{FFFE}') && text.contains('\u{FFFF}') && text.contains('\u{202A}'));
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extra {
    id: String,
    text: String,
    weighted_length: usize,
    valid: bool,
    permillage: usize,
    urls: Vec<String>,
}

#[test]
fn cases_that_the_reference_suite_lacks() {
    let rules = rules("x");
    let cases: Vec<Extra> =
        file("extra/x.jsonl").lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    assert_eq!(cases.len(), 35);
    let mut wrong = Vec::new();
    for case in &cases {
        let measured = measure(&case.text, rules);
        let found = entities(&case.text, rules);
        let links = texts(&case.text, &found, EntityKind::Link);
        let got = (measured.count, measured.valid, measured.permille(), links);
        let want = (case.weighted_length, case.valid, case.permillage, case.urls.iter().map(String::as_str).collect());
        if got != want {
            wrong.push(format!("{}: {got:?} instead of {want:?}", case.id));
        }
    }
    none_wrong(cases.len(), &wrong);
}
