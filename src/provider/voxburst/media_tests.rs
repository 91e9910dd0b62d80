//! The recorded answers about files, and what a hook would bring of a post.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::tests::{noon, voxburst};
use super::{map, media};
use crate::domain::outcome::Outcome;
use crate::domain::remote::RemoteState;
use crate::provider::http::{Answer, Purpose};
use crate::provider::{Again, Kind};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/conformance/fixtures/voxburst/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn answer(recorded: &Value) -> Answer {
    let status = recorded["status"].as_u64().unwrap() as u16;
    let body = recorded["body"].to_string();
    voxburst().http.verdict(Purpose::Read, status, &HeaderMap::new(), body.as_bytes()).unwrap()
}

#[test]
fn a_file_is_waited_for_until_it_is_ready_or_cannot_be_used() {
    let receipt = |recorded: &Value| media::receipt(true, &answer(recorded), noon());
    let waiting = receipt(&fixture!("media_processing")).unwrap_err();
    assert_eq!(waiting.kind, Kind::InProgress);
    assert!(matches!(waiting.again, Again::At(at) if at > noon()), "{waiting}");
    assert!(receipt(&fixture!("media_ready")).unwrap().raw.contains("READY"));
    let failed = receipt(&fixture!("media_failed")).unwrap_err();
    assert_eq!((failed.kind, failed.again), (Kind::Invalid, Again::Never));
    assert!(failed.words.contains("Video track could not be decoded"), "{failed}");
}

#[test]
fn an_upload_is_told_its_headers_and_its_type_once() {
    let told = &fixture!("media_upload")["body"];
    assert_eq!(media::headers(told, "image/png"), [("content-type".to_owned(), "image/png".to_owned())]);
    let more = json!({"uploadHeaders": {"X-Amz-Acl": "private", "content-type": "image/jpeg", "odd": 7}});
    let headers = media::headers(&more, "image/jpeg");
    assert_eq!(headers, [("x-amz-acl".into(), "private".into()), ("content-type".into(), "image/jpeg".into())]);
}

#[test]
fn a_sign_of_life_needs_no_body() {
    assert_eq!(answer(&fixture!("health")).status, 200);
}

/// A terminal has no address for hooks; what they tell of a post is read as any post is.
#[test]
fn what_a_hook_tells_of_a_post_is_read_too() {
    let post = map::post(&fixture!("webhook_post_published_partial")["body"]["data"], None).unwrap();
    assert_eq!(post.state, RemoteState::Settled);
    assert!(matches!(&post.targets[0].outcome, Outcome::Published { url: Some(_), at: Some(_) }));
    assert!(matches!(&post.targets[1].outcome, Outcome::Refused(refusal) if refusal.words.contains("expired")));
}
