//! Answers that no provider gives on purpose: recorded ones with something changed, and values that mean nothing. For the
//! tests of what is decoded; `PROPTEST_CASES=1000000 cargo test --lib odd` is the long run.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// As many cases as `PROPTEST_CASES` says, else `usual`.
pub fn cases(usual: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(usual), failure_persistence: None, ..ProptestConfig::default() }
}

/// Any JSON, with texts that are almost times, numbers, addresses and ids.
fn anything() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        ".{0,12}",
        Just("2026-03-01T10:00:00Z".to_owned()),
        Just("2026-02-30T25:61:00+99:00".to_owned()),
        Just("9999999999999999999".to_owned()),
        Just("\u{202e}\u{1b}[2J\u{0}".to_owned()),
        Just("https://".to_owned()),
        Just(String::new()),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-zA-Z_]{1,9}", inner), 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// `recorded` with some of its values replaced by anything, or taken away; or anything at all.
pub fn answers(recorded: Vec<Value>) -> impl Strategy<Value = Value> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), prop::option::weighted(0.8, anything())), 0..5);
    let changed = (prop::sample::select(recorded), changes).prop_map(|(mut value, changes)| {
        for (at, change) in changes {
            let mut places = 0;
            count(&value, &mut places);
            alter(&mut value, &mut at.index(places.max(1)), &change);
        }
        value
    });
    prop_oneof![9 => changed, 1 => anything()]
}

fn count(value: &Value, places: &mut usize) {
    *places += 1;
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, places)),
        Value::Object(fields) => fields.values().for_each(|item| count(item, places)),
        _ => {}
    }
}

/// Changes the value `left` places on; whether that is behind us.
fn alter(value: &mut Value, left: &mut usize, change: &Option<Value>) -> bool {
    if *left == 0 {
        *value = change.clone().unwrap_or(Value::Null);
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|item| alter(item, left, change)),
        Value::Object(fields) => {
            let keys: Vec<String> = fields.keys().cloned().collect();
            for key in keys {
                if *left == 0 && change.is_none() {
                    fields.remove(&key);
                    return true;
                }
                if fields.get_mut(&key).is_some_and(|item| alter(item, left, change)) {
                    return true;
                }
            }
            false
        }
        _ => false,
    }
}

/// Every object below `value` that has one of `keys`: the posts and channels of a recorded answer.
pub fn objects(text: &str, keys: &[&str]) -> Vec<Value> {
    fn gather(value: &Value, keys: &[&str], found: &mut Vec<Value>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| gather(item, keys, found)),
            Value::Object(fields) => {
                if keys.iter().any(|key| fields.contains_key(*key)) {
                    found.push(value.clone());
                }
                fields.values().for_each(|item| gather(item, keys, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    gather(&serde_json::from_str(text).unwrap(), keys, &mut found);
    assert!(!found.is_empty(), "the recorded answer has none of {keys:?}");
    found
}
