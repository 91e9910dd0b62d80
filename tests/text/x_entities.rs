//! X's own expectations of links, mentions, lists, hashtags and cashtags.

use std::collections::BTreeMap;

use runsheet::text::entities::{Entity, EntityKind, entities};
use serde_json::Value;

use crate::vectors::{file, none_wrong, points, rules, texts};

type Sections = BTreeMap<String, Vec<Value>>;

fn sections(name: &str) -> Sections {
    let mut whole: BTreeMap<String, Sections> = serde_saphyr::from_str(&file(name)).expect("a vector file");
    whole.remove("tests").expect("its tests")
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

/// Compares what `read` makes of each text of the sections that begin with `prefix`.
fn hold(prefix: &str, least: usize, read: impl Fn(&str, &[Entity], &Value) -> (String, String)) {
    let sections = sections("twitter-text/extract.yml");
    let cases: Vec<&Value> =
        sections.iter().filter(|(name, _)| name.starts_with(prefix)).flat_map(|(_, cases)| cases).collect();
    assert!(cases.len() >= least, "only {} cases in {prefix}", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        let (got, want) = read(text, &entities(text, rules("x")), &case["expected"]);
        if got != want {
            wrong.push(format!("{}: {got} instead of {want}", case["description"]));
        }
    }
    none_wrong(cases.len(), &wrong);
}

/// Names, or names with places, of one kind; `sign` is how many characters stand before the name.
fn named(
    text: &str,
    found: &[Entity],
    expected: &Value,
    kinds: &[EntityKind],
    key: &str,
    sign: usize,
) -> (String, String) {
    let kept: Vec<&Entity> = found.iter().filter(|entity| kinds.contains(&entity.kind)).collect();
    let name = |entity: &Entity| text[entity.span.clone()].chars().skip(sign).collect::<String>();
    let with_places = expected.as_array().is_some_and(|all| all.iter().any(Value::is_object));
    if !with_places {
        return (
            format!("{:?}", kept.iter().map(|entity| name(entity)).collect::<Vec<_>>()),
            format!("{:?}", strings(expected)),
        );
    }
    let got = kept.iter().map(|entity| (name(entity), points(text, entity.span.start), points(text, entity.span.end)));
    let want = expected.as_array().expect("a list").iter().map(|case| {
        let index = |at: usize| usize::try_from(case["indices"][at].as_u64().expect("an index")).expect("small");
        let slug = case.get("list_slug").and_then(Value::as_str).unwrap_or("");
        (format!("{}{slug}", case[key].as_str().expect("a name")), index(0), index(1))
    });
    (format!("{:?}", got.collect::<Vec<_>>()), format!("{:?}", want.collect::<Vec<_>>()))
}

#[test]
fn links() {
    hold("urls", 95, |text, found, expected| named(text, found, expected, &[EntityKind::Link], "url", 0));
    hold("tco_urls", 5, |text, found, expected| named(text, found, expected, &[EntityKind::Link], "url", 0));
}

#[test]
fn hashtags() {
    hold("hashtags", 75, |text, found, expected| named(text, found, expected, &[EntityKind::Hashtag], "hashtag", 1));
}

#[test]
fn mentions_and_lists() {
    let kinds = [EntityKind::Mention, EntityKind::List];
    hold("mentions", 30, |text, found, expected| named(text, found, expected, &kinds, "screen_name", 1));
}

#[test]
fn cashtags() {
    hold("cashtags", 9, |text, found, expected| named(text, found, expected, &[EntityKind::Cashtag], "cashtag", 1));
}

#[test]
fn replies() {
    hold("replies", 12, |text, found, expected| {
        let first = found.iter().find(|entity| entity.kind == EntityKind::Mention);
        let leading = first.filter(|mention| text[..mention.span.start].trim().is_empty());
        (
            format!("{:?}", leading.map(|mention| &text[mention.span.start + 1..mention.span.end])),
            format!("{:?}", expected.as_str()),
        )
    });
}

#[test]
fn a_bare_host_keeps_its_port_only_before_a_path() {
    for (text, link) in
        [("at example.com:8080/a now", "example.com:8080/a"), ("at example.com:8080 now", "example.com")]
    {
        assert_eq!(texts(text, &entities(text, rules("x")), EntityKind::Link), [link]);
    }
}

#[test]
fn every_known_top_level_domain() {
    let cases: Vec<Value> = sections("twitter-text/tlds.yml").into_values().flatten().collect();
    assert!(cases.len() > 1500);
    let mut wrong = Vec::new();
    for case in &cases {
        let text = case["text"].as_str().expect("a text");
        let found = entities(text, rules("x"));
        if texts(text, &found, EntityKind::Link) != strings(&case["expected"]) {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    none_wrong(cases.len(), &wrong);
}

#[test]
fn the_shipped_list_of_top_level_domains_is_complete() {
    let lists: BTreeMap<String, Vec<String>> =
        serde_saphyr::from_str(&file("twitter-text/tld_lib.yml")).expect("lists");
    for name in lists.into_values().flatten() {
        let text = format!("see example.{name}/x");
        let found = entities(&text, rules("x"));
        assert_eq!(found.len(), 1, "{text}");
    }
}
