//! The site's habits: errors that look like successes, filters that are ignored, rows that come back under other ids.

use super::super::{Effect, Habits, Status};
use super::*;
use serde_json::json;

const API: &str = "/wp-json/fs-poster/v1";

async fn site() -> Stage {
    Stage::empty("posto").await
}

fn key(stage: &Stage) -> (String, String) {
    let account = stage.account();
    let (user, password) = account.key.split_once(':').unwrap();
    (user.to_owned(), password.to_owned())
}

async fn ask(stage: &Stage, method: &str, path: &str, body: Option<Value>) -> Reply {
    let (user, password) = key(stage);
    let url = format!("{}{path}", stage.account().base_url);
    let request = stage.client.request(method.parse().unwrap(), url).basic_auth(user, Some(password));
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    stage.send(request).await.unwrap()
}

async fn call(stage: &Stage, method: &str, path: &str, body: Value) -> Reply {
    ask(stage, method, &format!("{API}{path}"), Some(body)).await
}

async fn get(stage: &Stage, path: &str) -> Reply {
    ask(stage, "GET", &format!("{API}{path}"), None).await
}

fn entry(stage: &Stage, network: &str, text: &str) -> Value {
    let id: u64 = stage.channel(network).parse().unwrap();
    json!({"channel_id": id, "custom_post_data": {"post_content": text, "attach_link": false, "upload_media": false}})
}

fn in_an_hour(stage: &Stage) -> i64 {
    (stage.clock.now() + TimeDelta::hours(1)).timestamp()
}

async fn made(stage: &Stage, networks: &[&str]) -> String {
    let schedules: Vec<Value> = networks.iter().map(|network| entry(stage, network, "Hello")).collect();
    let body = json!({"schedules": schedules, "share_at": in_an_hour(stage)});
    let reply = call(stage, "POST", "/composer", body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["schedule_group_id"].as_str().unwrap().to_owned()
}

async fn rows(stage: &Stage, query: &str) -> Vec<Value> {
    get(stage, &format!("/schedules?rows_count=50{query}")).await.body["schedules"].as_array().unwrap().clone()
}

#[tokio::test]
async fn credentials_are_a_user_and_an_application_password() {
    let stage = site().await;
    let url = format!("{}{API}/channels", stage.account().base_url);
    let (user, password) = key(&stage);
    let bare: String = password.split(' ').collect();
    for (request, status, code) in [
        (stage.client.get(&url), 401, "rest_forbidden"),
        (stage.client.get(&url).bearer_auth(&stage.account().key), 401, "rest_forbidden"),
        (stage.client.get(&url).basic_auth("nobody", Some(&password)), 401, "invalid_username"),
        (stage.client.get(&url).basic_auth(&user, Some("wrong")), 401, "incorrect_password"),
        (stage.client.get(&url).basic_auth(&user, Some(&bare)), 200, ""),
        (stage.client.get(format!("{}/wp-json/", stage.account().base_url)), 200, ""),
    ] {
        let reply = stage.send(request).await.unwrap();
        assert_eq!((reply.status, reply.body["code"].as_str().unwrap_or_default()), (status, code));
    }
}

#[tokio::test]
async fn bodies_are_refused_for_what_is_unknown_or_of_another_type() {
    let stage = site().await;
    let (good, at) = (entry(&stage, "twitter", "Hello"), in_an_hour(&stage));
    let strange = json!({"channel_id": good["channel_id"], "custom_post_data": {"post_text": "x"}});
    let text = json!({"channel_id": "10", "custom_post_data": {}});
    for body in [
        json!({"schedules": [good], "share_at": at, "share": true}),
        json!({"schedules": [good], "share_at": "2030-01-01"}),
        json!({"schedules": [good], "share_at": at, "wp_post_id": "12"}),
        json!({"schedules": [strange], "share_at": at}),
        json!({"schedules": [text], "share_at": at}),
    ] {
        let reply = call(&stage, "POST", "/composer", body.clone()).await;
        assert_eq!((reply.status, reply.body["code"].as_str()), (400, Some("rest_invalid_param")), "{body}");
    }
    let url = format!("{}{API}/composer", stage.account().base_url);
    let (user, password) = key(&stage);
    let broken = stage.client.post(url).basic_auth(user, Some(password)).header("content-type", "application/json");
    assert_eq!(stage.send(broken.body("log_ids[]=1")).await.unwrap().body["code"], "rest_invalid_json");
    assert_eq!(call(&stage, "DELETE", "/schedules", json!({"ids": [1]})).await.status, 400);
    assert_eq!(call(&stage, "POST", "/schedules/retry", json!({"log_ids": [1]})).await.status, 400);
    assert_eq!(get(&stage, "/schedules?per_page=50").await.status, 400);
    assert_eq!(get(&stage, "/networks").await.body["code"], "rest_no_route");
    assert!(stage.demo.world.posts("posto").is_empty());
}

#[tokio::test]
async fn errors_of_the_plugin_come_as_successes_and_do_nothing() {
    let stage = site().await;
    let good = entry(&stage, "twitter", "Hello");
    let foreign = json!({"channel_id": 999, "custom_post_data": {}});
    for (body, words) in [
        (json!({"schedules": []}), "can't be empty"),
        (json!({"schedules": [foreign]}), "access to all the selected channels"),
        (json!({"schedules": [good, good]}), "access to all the selected channels"),
        (json!({"schedules": [good], "schedule_group_id": "none", "wp_post_id": 1}), "No schedules found"),
    ] {
        let reply = call(&stage, "POST", "/composer", body).await;
        assert_eq!(reply.status, 200);
        assert!(reply.body["error_msg"].as_str().unwrap().contains(words), "{}", reply.body);
    }
    let retry = call(&stage, "POST", "/schedules/retry", json!({"ids": []})).await;
    assert_eq!(retry.body["error_msg"], "Please select logs to retry");
    assert!(get(&stage, "/schedules/calendar?end=1").await.body["error_msg"].is_string());
    assert!(stage.demo.world.posts("posto").is_empty());
}

#[tokio::test]
async fn filters_that_are_no_arrays_or_know_no_word_filter_nothing() {
    let stage = site().await;
    made(&stage, &["twitter", "fb"]).await;
    for (query, count) in [
        ("", 2),
        ("&statuses=error,draft", 2),
        ("&statuses[]=error", 0),
        ("&statuses[]=sending", 2),
        ("&social_networks[]=facebook", 2),
        ("&social_networks[]=fb", 1),
        ("&social_networks[]=fb&statuses[]=not_sent", 1),
    ] {
        assert_eq!(rows(&stage, query).await.len(), count, "{query}");
    }
    for _ in 0..12 {
        made(&stage, &["mastodon"]).await;
    }
    let count = async |count: u32| {
        let reply = get(&stage, &format!("/schedules?rows_count={count}")).await;
        (reply.body["schedules"].as_array().unwrap().len(), reply.body["total"].clone())
    };
    assert_eq!((count(9).await, count(51).await, count(12).await), ((10, json!(14)), (10, json!(14)), (12, json!(14))));
}

#[tokio::test]
async fn an_edit_gives_rows_new_ids_and_is_refused_once_it_goes_out() {
    let stage = site().await;
    let group = made(&stage, &["twitter", "fb"]).await;
    let before = rows(&stage, "").await;
    let edit = |origin: Value| {
        json!({"schedules": [entry(&stage, "twitter", "Edited")], "share_at": in_an_hour(&stage),
               "schedule_group_id": group, "wp_post_id": origin})
    };
    let origin = before[0]["wp_post"]["id"].clone();
    assert_eq!(call(&stage, "POST", "/composer", edit(json!(7))).await.body["error_msg"], "Post not found");
    assert_eq!(call(&stage, "POST", "/composer", edit(origin.clone())).await.body["schedule_group_id"], group.as_str());
    let after = rows(&stage, "").await;
    assert_eq!((before.len(), after.len()), (2, 1));
    assert!(before.iter().all(|row| row["id"] != after[0]["id"]));
    assert_eq!(after[0]["customization_data"]["post_content"], "Edited");
    assert!(matches!(stage.demo.world.requests().iter().rev().nth(1).unwrap().effect, Effect::Changed(_)));
    stage.turn(3_601);
    assert_eq!(call(&stage, "POST", "/composer", edit(origin)).await.body["error_msg"], "Something went wrong!");
    // Without the post behind it, an edit is a second group.
    let again = json!({"schedules": [entry(&stage, "twitter", "Twice")], "schedule_group_id": group});
    assert_ne!(call(&stage, "POST", "/composer", again).await.body["schedule_group_id"], group.as_str());
}

#[tokio::test]
async fn rows_being_sent_are_listed_by_newer_versions_without_a_filter_only() {
    let stage = site().await;
    made(&stage, &["twitter"]).await;
    stage.turn(3_601);
    assert_eq!(rows(&stage, "").await[0]["status"], "sending");
    assert!(rows(&stage, "&statuses[]=not_sent").await.is_empty());
    let id = rows(&stage, "").await[0]["id"].clone();
    let delete = json!({"include_all": false, "include_ids": [id], "exclude_ids": [], "filters": {}});
    assert_eq!(call(&stage, "DELETE", "/schedules", delete).await.body, json!([]), "well, and nothing went");
    stage.demo.world.set_habits("posto", Habits { older: true, ..Habits::default() });
    assert!(rows(&stage, "").await.is_empty());
    assert_eq!(call(&stage, "POST", "/composer/reschedule", json!({})).await.body["code"], "rest_no_route");
    stage.turn(4);
    let sent = rows(&stage, "").await;
    assert_eq!(sent[0]["status"], "success");
    assert!(!sent[0]["remote_post_link"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_delete_always_succeeds_and_all_means_all() {
    let stage = site().await;
    for network in ["twitter", "fb", "mastodon"] {
        made(&stage, &[network]).await;
    }
    let delete = async |body: Value| {
        assert_eq!(call(&stage, "DELETE", "/schedules", body).await.body, json!([]));
        stage.demo.world.posts("posto").len()
    };
    assert_eq!(delete(json!({"include_all": false, "include_ids": [], "exclude_ids": [], "filters": {}})).await, 3);
    assert_eq!(delete(json!({"include_all": false, "include_ids": [4_711]})).await, 3);
    let first = rows(&stage, "&social_networks[]=fb").await[0]["id"].clone();
    assert_eq!(delete(json!({"include_all": false, "include_ids": [first]})).await, 2);
    assert_eq!(delete(json!({"include_all": true, "filters": {"statuses": ["error"]}})).await, 2);
    assert_eq!(delete(json!({"include_all": true, "filters": {"status": "error", "created_before": 1}})).await, 0);
}

#[tokio::test]
async fn only_what_failed_is_tried_again() {
    let stage = site().await;
    let at_once =
        json!({"schedules": [entry(&stage, "fb", &format!("Oops {}", super::super::HICCUP_MARK))], "share_at": null});
    call(&stage, "POST", "/composer", at_once).await;
    stage.turn(5);
    let row = rows(&stage, "").await.remove(0);
    assert_eq!(row["status"], "error");
    assert!(row["error_msg"].as_str().unwrap().contains("<a href"), "words are HTML");
    assert_eq!(call(&stage, "POST", "/schedules/retry", json!({"ids": [row["id"]]})).await.body, json!([]));
    stage.turn(5);
    assert_eq!(stage.demo.world.posts("posto")[0].status, Status::Published);
    let again = call(&stage, "POST", "/schedules/retry", json!({"ids": [row["id"]]})).await;
    assert_eq!(again.body["error_msg"], "You don't have access to all the selected logs");
}

#[tokio::test]
async fn settings_left_out_are_reset_for_everybody() {
    let stage = site().await;
    let path = "/social-networks/twitter/settings";
    assert_eq!(get(&stage, path).await.body["post_text"], "{post_title}");
    assert_eq!(call(&stage, "POST", path, json!({"cut_post_text": true})).await.body, json!([]));
    let now = get(&stage, path).await.body;
    assert_eq!(
        (&now["cut_post_text"], &now["post_text"], &now["attach_link"]),
        (&json!(true), &json!(""), &json!(true))
    );
    assert_eq!(call(&stage, "POST", path, json!({"no_such": true})).await.status, 400);
    let comment = call(&stage, "POST", path, json!({"share_to_first_comment": true})).await;
    assert!(comment.body["error_msg"].is_string());
    let id: u64 = stage.channel("twitter").parse().unwrap();
    call(&stage, "POST", "/channels/settings", json!({"id": id, "proxy": "p"})).await;
    let channel = get(&stage, &format!("/channels/settings?id={id}")).await.body;
    assert_eq!((&channel["labels"], &channel["custom_settings"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn the_library_wants_a_type_a_name_and_an_ending_that_fits() {
    let stage = site().await;
    let (user, password) = key(&stage);
    let send = async |kind: &str, name: &str, body: &'static str| {
        let url = format!("{}/wp-json/wp/v2/media", stage.account().base_url);
        let request = stage.client.post(url).basic_auth(&user, Some(&password)).header("content-type", kind);
        let request = if name.is_empty() { request } else { request.header("content-disposition", name) };
        let reply = stage.send(request.body(body)).await.unwrap();
        (reply.status, reply.body["code"].as_str().unwrap_or_default().to_owned())
    };
    let named = "attachment; filename=\"a.png\"";
    assert_eq!(send("image/png", named, "bytes").await.0, 201);
    for (kind, name, body, code) in [
        ("image/png", named, "", "rest_upload_no_data"),
        ("image/png", "", "bytes", "rest_upload_no_content_disposition"),
        ("image/png", "inline", "bytes", "rest_upload_invalid_disposition"),
        ("image/tiff", "attachment; filename=\"a.tiff\"", "bytes", "rest_upload_sideload_error"),
        ("image/jpeg", named, "bytes", "rest_upload_sideload_error"),
    ] {
        assert_eq!(send(kind, name, body).await.1, code);
    }
}
