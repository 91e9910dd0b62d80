//! Late's queues, as recorded and as asked for.

use chrono::{NaiveTime, Weekday};
use serde_json::{Value, json};

use super::queue;
use crate::domain::ids::RemoteId;
use crate::provider::tolerant::{instant, text};

fn case(name: &str) -> Value {
    let recorded = include_str!("../../../tests/conformance/fixtures/late/queue_and_besttime.json");
    let recorded: Value = serde_json::from_str(recorded).unwrap();
    let cases = recorded["cases"].as_array().unwrap();
    cases.iter().find(|case| case["name"] == name).unwrap()["body"].clone()
}

#[test]
fn a_queue_is_read_alone_and_among_all_of_them() {
    let (alone, all) = (queue::read(&case("slots"), "p1"), queue::read(&case("all"), "p1"));
    let [alone] = alone.as_slice() else { panic!("{alone:?}") };
    let [listed] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!(
        (&alone.place, &alone.name, alone.usual),
        (&"p1/64f0a1b2c3d4e5f6a7b8c9e1".into(), &"Morning".into(), true)
    );
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    let evening = NaiveTime::from_hms_opt(18, 30, 0).unwrap();
    assert_eq!(alone.slots, [(Weekday::Mon, nine), (Weekday::Sun, evening)], "days count from Sunday");
    assert_eq!(alone.slots_words(&crate::domain::habits::Habits::default()), "Mon 09:00, Sun 18:30 (America/New_York)");
    assert_eq!((&listed.place, &listed.slots), (&alone.place, &vec![(Weekday::Mon, nine)]));
    assert!(queue::read(&case("no_queue"), "p1").is_empty());
    assert_eq!(queue::parts(&alone.place), ("p1", "64f0a1b2c3d4e5f6a7b8c9e1"));
}

#[test]
fn the_next_place_is_an_instant() {
    let next = case("next");
    assert_eq!(text(&next, &["nextSlot"]).and_then(instant), Some("2026-11-01T23:30:00Z".parse().unwrap()));
}

#[test]
fn what_is_strange_in_a_queue_is_left_out_and_the_rest_is_read() {
    let slots = json!([{"dayOfWeek": 6, "time": "23:59"}, {"dayOfWeek": 7, "time": "09:00"}, {"dayOfWeek": 1}, 4,
                       {"dayOfWeek": 2, "time": "25:00"}, {"dayOfWeek": -1, "time": "09:00"}]);
    let body = json!({"queues": [7, {"_id": "a", "active": false}, {"_id": "b", "slots": slots, "name": "B\u{7}"},
                                 {"_id": "c", "isDefault": true, "slots": "none"}]});
    let queues = queue::read(&body, "p");
    let names: Vec<_> = queues.iter().map(|queue| (queue.place.as_str(), queue.slots.len(), queue.usual)).collect();
    assert_eq!(names, [("p/c", 0, true), ("p/b", 1, false)], "the usual one first");
    assert_eq!(queues[1].name, "B");
    assert!(queue::read(&json!("<html>"), "p").is_empty());
}

#[test]
fn channels_of_two_profiles_have_no_queue_in_common() {
    let accounts = json!([{"_id": "a", "profileId": {"_id": "p1", "name": "Acme"}}, {"_id": "b", "profileId": "p1"},
                          {"_id": "c", "profileId": {"_id": "p2", "name": "Beta"}}, {"_id": "d"}]);
    let shared = |channels: &[&str]| {
        let channels: Vec<RemoteId> = channels.iter().map(|id| RemoteId::new(*id)).collect();
        queue::shared_profile(accounts.as_array().unwrap(), &channels)
    };
    assert_eq!(shared(&["a", "b"]), Ok("p1".into()));
    assert!(shared(&["a", "c"]).unwrap_err().contains("Acme and Beta"));
    assert!(shared(&["d"]).unwrap_err().contains("which profile"));
    assert!(shared(&["gone"]).unwrap_err().contains("not there any more"));
    assert!(shared(&[]).unwrap_err().contains("choose a channel"));
}
