//! The CSV upload: its form, and every recorded answer of both generations.

use serde_json::{Value, json};

use super::bulk;
use super::tests::late;
use crate::domain::batch::Batch;
use crate::domain::ids::RemoteId;
use crate::provider::http::Purpose;
use crate::provider::{Kind, Reach};

fn recorded() -> Value {
    serde_json::from_str(include_str!("../../../tests/conformance/fixtures/late/bulk_upload.json")).unwrap()
}

fn case(name: &str) -> Value {
    recorded()["cases"].as_array().unwrap().iter().find(|case| case["name"] == name).unwrap().clone()
}

fn read(name: &str) -> Batch {
    bulk::read(&case(name)["body"]).unwrap()
}

fn faults(batch: &Batch) -> Vec<(u64, String)> {
    batch.faulty().map(|row| (row.number, row.faults.join("; "))).collect()
}

#[test]
fn current_answers_say_row_by_row_what_is_wrong() {
    let mixed = read("dry_run_mixed");
    assert_eq!((mixed.total, mixed.rows.len(), mixed.made()), (Some(3), 3, 0));
    let second = "there is no profile 693ae023a552465131f3bdca; its profile has no channel on TikTok";
    let third = "it says no time: fill in schedule_time, publish_now, use_queue or is_draft";
    assert_eq!(faults(&mixed), [(2, second.into()), (3, third.into())]);
    assert_eq!(mixed.remarks, ["these columns are not read: foo"]);
    assert_eq!(faults(&read("dry_run_all_bad")), [(1, "@acme on X has to rest before it takes more".into())]);
    let created = read("created");
    assert_eq!(created.rows[0].made, Some(RemoteId::new("65f1c0a9e2b5af0012ab34cd")));
    assert_eq!(faults(&created), []);
}

#[test]
fn older_answers_name_only_what_is_wrong() {
    let trial = read("old_dry_run");
    assert_eq!((trial.total, trial.made()), (Some(3), 0));
    assert_eq!(faults(&trial), [(2, "Account not found".into()), (3, "Invalid date format".into())]);
    assert_eq!(trial.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(faults(&read("old_message_key")), [(1, "Invalid date format".into())]);
    let made = json!({"success": false, "totalRows": 3, "created": 2, "failed": 1, "errors": [{"row": 2, "error": "no"}],
                      "posts": [{"_id": "a"}, {"_id": "b"}]});
    let made = bulk::read(&made).unwrap();
    let ids: Vec<_> = made.rows.iter().map(|row| row.made.as_ref().map(RemoteId::as_str)).collect();
    assert_eq!(ids, [Some("a"), None, Some("b")]);
}

#[test]
fn what_is_no_answer_about_rows_is_none() {
    for body in [json!({}), json!([]), json!("<html>"), json!({"errors": []}), json!(null)] {
        assert_eq!(bulk::read(&body), None, "{body}");
    }
    let odd = json!({"results": [{"ok": false}, 7, {"ok": true, "rowIndex": "x", "errors": "none"}], "total": "?"});
    let odd = bulk::read(&odd).unwrap();
    assert_eq!((odd.total, odd.rows.len()), (None, 3));
    assert_eq!(faults(&odd), [(1, "the provider gave no reason".into())]);
    let endless = bulk::read(&json!({"totalRows": u64::MAX})).unwrap();
    assert_eq!(endless.rows.len(), 5000, "a count is not believed without end");
}

#[test]
fn a_file_that_is_no_table_is_refused_in_the_provider_s_words() {
    let case = case("not_a_csv");
    let body = case["body"].to_string();
    let error = late().http.verdict(Purpose::Read, 400, &Default::default(), body.as_bytes()).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::Answered));
    assert!(error.words.contains("Missing required columns: platforms, profiles"), "{error}");
}

#[test]
fn the_form_holds_the_file_as_it_is_and_ends_where_it_ends() {
    let csv = recorded()["csv"].as_str().unwrap().to_owned();
    let (kind, body) = bulk::form(&csv);
    assert_eq!(kind, "multipart/form-data; boundary=runsheet-rows");
    assert!(body.starts_with("--runsheet-rows\r\n") && body.ends_with("\r\n--runsheet-rows--\r\n"));
    assert!(body.contains(&format!("\r\n\r\n{csv}\r\n")) && body.contains("name=\"file\""));
    let (kind, _) = bulk::form("a,runsheet-rows\n--runsheet-rows--");
    assert_eq!(kind, "multipart/form-data; boundary=runsheet-rows---");
}
