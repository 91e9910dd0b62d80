//! Whatever arrives is read or refused in words: nothing of it ends the program.

use proptest::prelude::*;
use serde_json::Value;

use super::super::odd::{answers, cases, objects};
use super::map;

fn recorded() -> Vec<Value> {
    let posts = include_str!("../../../tests/conformance/fixtures/voxburst/posts_page.json");
    let channels = include_str!("../../../tests/conformance/fixtures/voxburst/accounts_list.json");
    [objects(posts, &["platforms"]), objects(channels, &["platform"])].concat()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_arrives_is_read_or_refused(answer in answers(recorded()), status in 100u16..600) {
        let _ = map::post(&answer, Some("id"));
        let _ = map::channel(&answer);
        let _ = map::problems(&answer, 280);
        let _ = map::said(status, &answer);
    }
}
