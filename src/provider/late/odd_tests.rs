//! Whatever arrives is read or refused in words: nothing of it ends the program.

use proptest::prelude::*;
use serde_json::Value;

use super::super::odd::{answers, cases, objects};
use super::map;

fn recorded() -> Vec<Value> {
    let posts = include_str!("../../../tests/conformance/fixtures/late/posts_list_page1.json");
    let channels = include_str!("../../../tests/conformance/fixtures/late/accounts_list.json");
    [objects(posts, &["platforms"]), objects(channels, &["platform"])].concat()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_arrives_is_read_or_refused(answer in answers(recorded()), status in 100u16..600) {
        let _ = map::post(&answer, Some("id"));
        let _ = map::answered_post(&answer, &answer, None);
        let _ = map::channel(&answer, &[], chrono::DateTime::UNIX_EPOCH);
        let _ = map::problems(&answer);
        let _ = map::said(status, &answer);
    }
}
