//! Whatever arrives is read or refused in words: nothing of it ends the program.

use proptest::prelude::*;
use serde_json::Value;

use super::super::odd::{answers, cases, objects};
use super::map;

fn recorded() -> Vec<Value> {
    let posts = include_str!("../../../tests/conformance/fixtures/posto/schedules_list.json");
    let channels = include_str!("../../../tests/conformance/fixtures/posto/channels_list.json");
    [objects(posts, &["group_id"]), objects(channels, &["social_network"])].concat()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_arrives_is_read_or_refused(answer in answers(recorded()), status in 100u16..600) {
        if let Ok(row) = map::row(&answer) {
            let _ = (map::post(std::slice::from_ref(&row)), map::due(std::slice::from_ref(&row)), map::is_hidden(&row));
        }
        let _ = (map::group_of(&answer), map::channel(&answer));
        let _ = map::said(status, &answer);
    }
}
