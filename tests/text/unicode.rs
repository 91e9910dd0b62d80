//! Graphemes, cells and emoji, against Unicode's own files.

use runsheet::text::clean::cells;
use runsheet::text::measure::{count, measure};
use runsheet::text::rules::Count;

use crate::vectors::{file, none_wrong, rules};

fn text(points: &str) -> String {
    let point = |hex: &str| char::from_u32(u32::from_str_radix(hex, 16).expect("hex")).expect("a code point");
    points.split_whitespace().map(point).collect()
}

#[test]
fn graphemes_break_where_unicode_says() {
    let lines = file("unicode/grapheme-break-17.0.txt");
    let cases: Vec<&str> = lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(cases.len() > 700);
    let wrong: Vec<String> = cases
        .iter()
        .filter(|case| count(&text(&case.replace('/', " ")), &Count::Graphemes) != case.split('/').count())
        .map(|case| (*case).to_owned())
        .collect();
    none_wrong(cases.len(), &wrong);
}

#[test]
fn an_emoji_is_one_grapheme_two_cells_and_weighs_two() {
    let lines = file("unicode/emoji-15.0.txt");
    let cases: Vec<&str> = lines.lines().filter_map(|line| line.strip_prefix("F ")).collect();
    assert!(cases.len() > 3600);
    let mut wrong = Vec::new();
    for case in &cases {
        let emoji = text(case);
        let got = (count(&emoji, &Count::Graphemes), cells(&emoji), measure(&emoji, rules("x")).count);
        if got != (1, 2, 2) {
            wrong.push(format!("{emoji} {case}: {got:?}"));
        }
    }
    none_wrong(cases.len(), &wrong);
}
