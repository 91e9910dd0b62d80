//! Answers that no honest provider gives: doctored fixtures, redirects, web pages, floods.

use std::sync::{Arc, Mutex};

use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::channel::Health;
use runsheet::domain::ids::RemoteId;
use runsheet::domain::write::Write;
use runsheet::provider::{Again, Kind, ProviderExt, Query, Reach};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::stage::{Stage, connect, in_hours, limits};

/// Answers every request with the same bytes; keeps what came in.
async fn server(answer: String) -> (String, Arc<Mutex<Vec<String>>>) {
    routed(move |_| answer.clone()).await
}

/// Answers every request as `route` says of its first line; keeps what came in.
async fn routed(route: impl Fn(&str) -> String + Send + 'static) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = vec![0; 64 * 1024];
            let read = socket.read(&mut buffer).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
            let answer = route(request.lines().next().unwrap_or_default());
            kept.lock().unwrap().push(request);
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    (address, seen)
}

fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} Said\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

/// The messages that the recorded posts name, where texts are kept apart from posts.
fn recorded_messages() -> String {
    let text = include_str!("fixtures/oktopost/messages_by_ids.json");
    serde_json::from_str::<Value>(text).unwrap()["body"].to_string()
}

/// A recorded page of posts, the list in it, and where a post lists its channels.
fn recorded_page(provider: &str) -> (Value, &'static str, &'static str) {
    if provider == "postforme" {
        let text = include_str!("fixtures/postforme/social_posts_list_page.json");
        return (serde_json::from_str(text).unwrap(), "data", "social_accounts");
    }
    let (text, list) = match provider {
        "late" => (include_str!("fixtures/late/posts_list_page2.json"), "posts"),
        "oktopost" => (include_str!("fixtures/oktopost/posts_page.json"), "Items"),
        "posto" => return (recorded_groups(), "schedules", "platforms"),
        _ => (include_str!("fixtures/voxburst/posts_page.json"), "data"),
    };
    (serde_json::from_str::<Value>(text).unwrap()["body"].take(), list, "platforms")
}

/// The recorded rows, one of each group: as many posts as rows.
fn recorded_groups() -> Value {
    let mut body: Value = serde_json::from_str(include_str!("fixtures/posto/schedules_list.json")).unwrap();
    let rows = body["schedules"].as_array_mut().unwrap();
    rows.dedup_by(|one, other| one["group_id"] == other["group_id"]);
    body
}

pub async fn a_malformed_item_spoils_only_itself(stage: &Stage) {
    let (mut body, list, channels) = recorded_page(stage.name);
    let good = body[list].as_array().unwrap().len();
    let mut broken = body[list][0].clone();
    broken[channels] = json!({"not": "a list"});
    broken["Credentials"] = json!({"not": "a list"});
    // Where a row is only a part of a post, a broken one spoils that post and no other.
    broken["channel"] = json!("not a channel");
    broken["group_id"] = json!("another");
    let rows = body[list].as_array_mut().unwrap();
    rows.insert(0, broken);
    rows.insert(1, json!("junk"));
    rows.push(json!({"content": "without an id", "platforms": []}));
    body["pagination"] = json!({"has_more": false});
    let [page, none, messages, logs] = [
        body.to_string(),
        json!({ list: [] }).to_string(),
        recorded_messages(),
        json!({"Result": true, "Postlogs": []}).to_string(),
    ]
    .map(|body| answer(200, "content-type: application/json\r\n", &body));
    let (address, _) = routed(move |line| {
        let said = match line.split([' ', '?']).nth(1).unwrap_or_default() {
            path if path.ends_with("/message") => &messages,
            path if path.ends_with("/postlog") => &logs,
            // What is to come, where it is asked for apart, is nothing here.
            _ if line.contains("status=scheduled") => &none,
            _ => &page,
        };
        said.clone()
    })
    .await;
    let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
    let listed = provider.all_posts(&Query::default()).await.unwrap();
    assert_eq!((listed.items.len(), listed.spoiled.len()), (good, 3), "{:?}", listed.spoiled);
    let why = ["platforms", "sequence", "channel", "Credentials"];
    assert!(why.iter().any(|why| listed.spoiled[0].contains(why)), "{:?}", listed.spoiled);
}

pub async fn a_redirect_is_not_followed_and_the_key_stays_here(stage: &Stage) {
    let (elsewhere, leaked) = server(answer(200, "", "{}")).await;
    let location = format!("location: {elsewhere}/posts?token=t0p\r\n");
    for status in [301, 302, 303, 307, 308] {
        let (address, seen) = server(answer(status, &location, "")).await;
        let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
        let write = Write::Create { submission: stage.submission("Where to?", in_hours(20)) };
        let written = provider.send(&stage.freeze(&write, stage.intent())).await.unwrap_err();
        let read = provider.posts(&Query::default(), None).await.unwrap_err();
        for error in [written, read] {
            assert_eq!((error.kind, error.reach, error.again), (Kind::Malformed, Reach::Answered, Again::Never));
            assert!(error.words.contains("base_url") && !error.words.contains("t0p"), "{error}");
        }
        assert_eq!(seen.lock().unwrap().len(), 2, "{status}");
    }
    assert!(leaked.lock().unwrap().is_empty(), "nothing reached the other host");
}

pub async fn a_web_page_instead_of_the_api_points_at_the_address(stage: &Stage) {
    let page = "<!doctype html><html><title>Welcome</title></html>";
    for status in [200, 404] {
        let (address, _) = server(answer(status, "content-type: text/html\r\n", page)).await;
        let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
        for error in [
            provider.identity().await.unwrap_err(),
            provider.all_channels().await.unwrap_err(),
            provider.all_posts(&Query::default()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind, Kind::Malformed, "{error}");
            assert!(error.words.contains("web page") && error.words.contains("base_url"), "{error}");
        }
        // A page that says "not found" does not mean that the post is gone.
        let remove = Write::Remove { remote: stage.target("x").remote };
        let error = provider.send(&stage.freeze(&remove, stage.intent())).await.unwrap_err();
        assert_eq!(error.kind, Kind::Malformed, "{error}");
    }
}

pub async fn a_refusal_of_something_on_the_way_does_not_make_a_post_gone(stage: &Stage) {
    let id = RemoteId::new(stage.fill(1).remove(0));
    let json = "content-type: application/json\r\n";
    for said in [
        answer(400, "content-type: text/html\r\n", "<html><h1>400 Bad Request</h1></html>"),
        answer(400, "content-type: text/plain\r\n", "Bad request"),
        answer(400, "", ""),
        answer(400, json, r#"{"statusCode":400,"error":"Bad Request","message":"Invalid header"}"#),
        answer(400, json, r#"{"error":{"code":"INVALID_DATE","message":"not about an id"}}"#),
    ] {
        let (address, seen) = server(said.clone()).await;
        let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
        let error = provider.post(&id).await.unwrap_err();
        assert_ne!(error.kind, Kind::NotFound, "{said}: {error}");
        assert!(!seen.lock().unwrap().is_empty());
    }
}

pub async fn a_huge_answer_is_bounded(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("Drowned", in_hours(20)) };
    let creating = stage.creating(&write, stage.intent()).await;
    stage.demo.world.fault(Fault::once(FaultKind::Huge).at(stage.name).times(2));
    let error = stage.provider.posts(&Query::default(), None).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Malformed, Reach::Answered));
    assert!(error.words.contains("larger"), "{error}");
    let error = stage.provider.send(&creating).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Malformed, Reach::Unknown));
}

pub async fn a_host_without_the_newer_calls_still_proves_the_key(stage: &Stage) {
    let (accounts, users) = match stage.name {
        "late" => {
            (r#"{"accounts":[{"_id":"a1","platform":"twitter","isActive":true}]}"#, r#"{"users":[{"name":"Ada"}]}"#)
        }
        "postforme" => (r#"{"data":[{"id":"spc_1","platform":"x","status":"connected"}]}"#, "{}"),
        "posto" => (r#"{"channels":[{"id":1,"name":"Ada","social_network":"twitter","status":true}]}"#, "{}"),
        _ => (r#"{"accounts":[{"id":"acc_1","platform":"twitter"}]}"#, "{}"),
    };
    let (address, _) = routed(move |line| match line.split([' ', '?']).nth(1).unwrap_or_default() {
        path if path.ends_with("accounts") || path.ends_with("/channels") => answer(200, "", accounts),
        path if path.ends_with("/users") => answer(200, "", users),
        _ => answer(404, "content-type: text/html\r\n", "<html>Not here</html>"),
    })
    .await;
    let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
    if stage.name == "oktopost" {
        // All its hosts have the one call that proves a key: without it, it is another address.
        assert_eq!(provider.identity().await.unwrap_err().kind, Kind::Malformed);
        return;
    }
    assert!(!provider.identity().await.unwrap().name.is_empty());
    let channels = provider.all_channels().await.unwrap();
    assert_eq!((channels.items.len(), &channels.items[0].health), (1, &Health::Ok));
}
