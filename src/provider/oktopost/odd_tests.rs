//! Whatever arrives is read or refused in words: nothing of it ends the program.

use proptest::prelude::*;
use serde_json::Value;

use super::super::odd::{answers, cases, objects};
use super::{map, wire};

fn recorded() -> Vec<Value> {
    let posts = include_str!("../../../tests/conformance/fixtures/oktopost/posts_page.json");
    let channels = include_str!("../../../tests/conformance/fixtures/oktopost/credentials.json");
    [objects(posts, &["MessageId"]), objects(channels, &["Network"])].concat()
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn whatever_arrives_is_read_or_refused(answer in answers(recorded()), status in 100u16..600) {
        if let Ok(post) = map::bare(&answer) {
            let _ = (map::stage(&post), map::post(&post, None, None));
        }
        if let Ok(message) = serde_json::from_value::<wire::Message>(answer.clone()) {
            let _ = map::media_ids(&message);
        }
        let _ = map::channel(&answer);
        let _ = map::said(status, &answer);
    }
}
