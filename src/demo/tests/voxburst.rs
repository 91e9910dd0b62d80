//! VoxBurst: strictness, cursors, keys, publishing, retries, media.

use serde_json::{Value, json};

use super::super::{Health, Status, WebPost};
use super::*;

async fn stage() -> Stage {
    Stage::empty("voxburst").await
}

fn planned(stage: &Stage, text: &str, minutes: i64) -> Value {
    json!({"content": text, "scheduledFor": wire(noon() + TimeDelta::minutes(minutes)),
           "accountIds": [stage.channel("twitter")]})
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let stage = stage().await;
    let (x, instagram) = (stage.channel("twitter"), stage.channel("instagram"));
    let with = |more: Value| {
        let mut body = planned(&stage, "Strict", 30);
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let cases = [
        ("unknown field", with(json!({"overrides": {}})), 400, "VALIDATION_ERROR"),
        ("wrong type", with(json!({"accountIds": "acc_a1"})), 400, "VALIDATION_ERROR"),
        ("no content", json!({"accountIds": [x]}), 400, "VALIDATION_ERROR"),
        ("no account", json!({"content": "a", "accountIds": []}), 400, "VALIDATION_ERROR"),
        ("no offset", with(json!({"scheduledFor": "2026-08-01T10:00:00"})), 400, "INVALID_DATE"),
        ("the past", with(json!({"scheduledFor": "2026-07-01T10:00:00Z"})), 400, "VALIDATION_ERROR"),
        ("unknown account", with(json!({"accountIds": ["acc_zz99"]})), 404, "NOT_FOUND"),
        ("malformed account", with(json!({"accountIds": ["7"]})), 400, "BAD_REQUEST"),
        (
            "lower-case override",
            with(json!({"platformOverrides": {"twitter": {"content": "b"}}})),
            400,
            "VALIDATION_ERROR",
        ),
        ("idle override", with(json!({"platformOverrides": {"FACEBOOK": {"content": "b"}}})), 400, "VALIDATION_ERROR"),
        ("too long", with(json!({"content": "c".repeat(281)})), 400, "VALIDATION_ERROR"),
        ("no media", with(json!({"accountIds": [instagram], "contentType": "IMAGE"})), 400, "VALIDATION_ERROR"),
        ("gap in a thread", with(json!({"threadPosts": [{"sequence": 2, "content": "b"}]})), 400, "VALIDATION_ERROR"),
        ("unknown media", with(json!({"media": ["media_zz99"]})), 404, "NOT_FOUND"),
    ];
    for (what, body, status, code) in cases {
        let reply = stage.call("POST", "/posts", body).await;
        assert_eq!((reply.status, reply.body["error"]["code"].as_str()), (status, Some(code)), "{what}");
    }
    assert!(stage.demo.world.posts("voxburst").is_empty());
    let fine = with(json!({"platformOverrides": {"TWITTER": {"content": "Back!"}}, "metadata": {"uid": "8d2f"}}));
    let reply = stage.call("POST", "/posts", fine).await;
    assert_eq!((reply.status, reply.body["status"].as_str()), (201, Some("scheduled")));
    assert_eq!(reply.body["platformOverrides"]["TWITTER"]["content"], "Back!");
    assert_eq!(reply.body["metadata"]["uid"], "8d2f");
    let bad_key = stage.client.get(format!("{}/auth/me", stage.account().base_url)).bearer_auth("vb_other");
    assert_eq!(stage.send(bad_key).await.unwrap().status, 401);
    assert_eq!(stage.send(stage.client.get(format!("{}/health", stage.account().base_url))).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_key_belongs_to_one_body() {
    let stage = stage().await;
    let body = planned(&stage, "Once", 60);
    let first = stage.keyed("key-0123456789abcdef", "/posts", &body).await.unwrap();
    let again = stage.keyed("key-0123456789abcdef", "/posts", &body).await.unwrap();
    assert_eq!((first.status, again.status), (201, 201), "the first answer is given again");
    assert_eq!(first.body, again.body);
    let other = stage.keyed("key-0123456789abcdef", "/posts", &planned(&stage, "Other", 60)).await.unwrap();
    assert_eq!((other.status, other.body["error"]["code"].as_str()), (409, Some("IDEMPOTENCY_CONFLICT")));
    assert_eq!(stage.demo.world.posts("voxburst").len(), 1);
}

#[tokio::test]
async fn the_cursor_reaches_the_end_while_posts_arrive() {
    let stage = stage().await;
    let x = stage.channel("twitter");
    let add = |number: usize| {
        let new = WebPost { content: format!("Cup {number}"), accounts: vec![x.clone()], scheduled_for: None };
        stage.demo.world.add_post("voxburst", new).unwrap()
    };
    let old: std::collections::BTreeSet<String> = (0..45).map(add).collect();
    stage.turn(60);
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let tail = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let reply = stage.get(&format!("/posts?status=all&limit=10{tail}")).await;
        let rows = reply.body["data"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        add(100 + seen.len());
        assert_eq!(reply.body["pagination"]["limit"], 10);
        match reply.body["pagination"]["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen.len(), 45);
    assert_eq!(seen.into_iter().collect::<std::collections::BTreeSet<_>>(), old);
    assert_eq!(stage.get("/posts?limit=101").await.status, 400);
    assert_eq!(stage.get("/posts?offset=3").await.status, 400);
    assert_eq!(stage.get("/posts?from=2026-07-01T00:00:00").await.status, 400);
    assert_eq!(stage.get("/posts?status=DRAFT&limit=100").await.body["data"].as_array().unwrap().len(), 50);
}

#[tokio::test]
async fn drafts_are_changed_published_and_then_closed() {
    let stage = stage().await;
    let mut body = planned(&stage, "Draft", 60);
    body["saveAsDraft"] = json!(true);
    let made = stage.call("POST", "/posts", body).await;
    assert_eq!(made.body["status"], "draft");
    let path = format!("/posts/{}", made.body["id"].as_str().unwrap());
    let changed = stage.call("PATCH", &path, json!({"content": "Draft, better"})).await;
    assert_eq!((changed.status, changed.body["status"].as_str()), (200, Some("draft")));
    let sent = stage.call("POST", &format!("{path}/publish"), json!({})).await;
    assert_eq!((sent.status, sent.body["status"].as_str()), (200, Some("publishing")));
    let late = stage.call("PATCH", &path, json!({"content": "No"})).await;
    assert_eq!((late.status, late.body["error"]["code"].as_str()), (409, Some("CONFLICT")));
    stage.turn(4);
    let done = stage.get(&path).await;
    assert_eq!(done.body["status"], "published");
    assert!(done.body["platforms"][0]["platformPostUrl"].is_string());
    assert_eq!(stage.call("DELETE", &path, json!({})).await.status, 409);
}

#[tokio::test]
async fn a_retry_sends_failed_rows_and_its_key_counts() {
    let stage = stage().await;
    let (x, mastodon) = (stage.channel("twitter"), stage.channel("mastodon"));
    let mut body = planned(&stage, "Two places", 5);
    body["accountIds"] = json!([x, mastodon]);
    let made = stage.call("POST", "/posts", body).await;
    let path = format!("/posts/{}", made.body["id"].as_str().unwrap());
    stage.demo.world.set_health("voxburst", &mastodon, Health::Expired);
    stage.turn(310);
    let partial = stage.get(&path).await;
    assert_eq!(partial.body["status"], "partial");
    assert_eq!(partial.body["platforms"][1]["accountStatus"], "expired");
    let retry = format!("{path}/retry");
    let sent = stage.keyed("retry-1-abcdefghijkl", &retry, &json!({})).await.unwrap();
    assert_eq!((sent.status, sent.body["status"].as_str()), (202, Some("publishing")));
    stage.turn(4);
    assert_eq!(stage.get(&path).await.body["status"], "partial", "the token is still dead");
    stage.demo.world.set_health("voxburst", &mastodon, Health::Good);
    stage.keyed("retry-1-abcdefghijkl", &retry, &json!({})).await.unwrap();
    stage.turn(4);
    assert_eq!(stage.get(&path).await.body["status"], "partial", "a key used before only repeats its answer");
    stage.keyed("retry-2-abcdefghijkl", &retry, &json!({})).await.unwrap();
    stage.turn(4);
    assert_eq!(stage.get(&path).await.body["status"], "published");
    assert_eq!(stage.call("POST", &retry, json!({})).await.status, 409);
}

#[tokio::test]
async fn accounts_are_paged_and_the_disconnected_left_out() {
    let stage = stage().await;
    let reply = stage.get("/accounts?limit=3").await;
    assert_eq!(reply.body["pagination"]["has_more"], true);
    stage.demo.world.set_health("voxburst", &stage.channel("facebook"), Health::Disconnected);
    assert_eq!(stage.get("/accounts").await.body["data"].as_array().unwrap().len(), 3);
    assert_eq!(stage.get("/accounts?status=all").await.body["data"].as_array().unwrap().len(), 4);
    assert_eq!(stage.get("/accounts?status=active").await.status, 400);
}

#[tokio::test]
async fn content_is_checked_under_both_casings() {
    let stage = stage().await;
    let body = json!({"content": "See https://northwind.example/a", "platforms": ["INSTAGRAM", "TWITTER"]});
    let reply = stage.call("POST", "/posts/validate", body).await;
    assert_eq!((reply.status, reply.body["valid"].as_bool()), (200, Some(false)));
    assert_eq!(reply.body["platforms"]["INSTAGRAM"], reply.body["platforms"]["instagram"]);
    assert_eq!(reply.body["platforms"]["INSTAGRAM"]["errors"][0]["code"], "MEDIA_REQUIRED");
    assert_eq!(reply.body["platforms"]["TWITTER"]["warnings"][0]["code"], "LINK_COUNTS_23");
    let lower = json!({"content": "a", "platforms": ["twitter"]});
    assert_eq!(stage.call("POST", "/posts/validate", lower).await.status, 400);
}

#[tokio::test]
async fn media_is_uploaded_processed_and_attached() {
    let stage = stage().await;
    let wish = json!({"filename": "roast.png", "contentType": "image/png", "sizeBytes": 5});
    let reply = stage.call("POST", "/media/upload", wish).await;
    assert_eq!(reply.status, 201);
    let id = reply.body["mediaId"].as_str().unwrap().to_owned();
    let status = async || stage.get(&format!("/media/{id}")).await.body["status"].as_str().unwrap().to_owned();
    assert_eq!(status().await, "PENDING");
    let put = stage.client.put(reply.body["uploadUrl"].as_str().unwrap()).header("content-type", "image/png");
    assert_eq!(stage.send(put.body("bytes")).await.unwrap().status, 200);
    assert_eq!(status().await, "PROCESSING");
    let mut post = planned(&stage, "With a picture", 60);
    post["media"] = json!([id]);
    post["contentType"] = json!("IMAGE");
    post["accountIds"] = json!([stage.channel("instagram")]);
    assert_eq!(stage.call("POST", "/posts", post.clone()).await.status, 400, "not ready yet");
    stage.turn(2);
    assert_eq!(status().await, "READY");
    let made = stage.call("POST", "/posts", post).await;
    assert_eq!((made.status, made.body["media"][0]["id"].as_str()), (201, Some(id.as_str())));
    assert_eq!(stage.demo.world.posts("voxburst")[0].status, Status::Scheduled);
}

#[tokio::test]
async fn a_moved_post_goes_out_at_its_new_time_and_a_cancelled_one_never() {
    let stage = stage().await;
    let made = stage.call("POST", "/posts", planned(&stage, "Moved", 5)).await;
    let gone = stage.call("POST", "/posts", planned(&stage, "Cancelled", 5)).await;
    let path = format!("/posts/{}", made.body["id"].as_str().unwrap());
    let cancelled = format!("/posts/{}", gone.body["id"].as_str().unwrap());
    let later = json!({"scheduledFor": wire(noon() + TimeDelta::minutes(30))});
    assert_eq!(stage.call("PATCH", &path, later.clone()).await.body["scheduledFor"], later["scheduledFor"]);
    assert_eq!(stage.call("PATCH", &path, json!({"scheduledAt": "2026-08-01T10:00:00Z"})).await.status, 400);
    assert_eq!(stage.call("POST", &format!("{cancelled}/cancel"), json!({})).await.body["status"], "cancelled");
    stage.turn(600);
    assert_eq!(stage.get(&path).await.body["status"], "scheduled");
    stage.turn(1_210);
    assert_eq!(stage.get(&path).await.body["status"], "published");
    assert_eq!(stage.get(&cancelled).await.body["status"], "cancelled");
}

#[tokio::test]
async fn a_post_edited_on_the_web_shows_a_newer_version() {
    let stage = stage().await;
    let made = stage.call("POST", "/posts", planned(&stage, "Before", 60)).await;
    let id = made.body["id"].as_str().unwrap();
    stage.turn(30);
    assert!(stage.demo.world.edit_post("voxburst", id, |post| post.content = "After".to_owned()));
    let read = stage.get(&format!("/posts/{id}")).await;
    assert_eq!(read.body["content"], "After");
    assert_ne!(read.body["updatedAt"], made.body["updatedAt"]);
    assert!(stage.demo.world.delete_post("voxburst", id));
    assert_eq!(stage.get(&format!("/posts/{id}")).await.status, 404);
    assert!(!stage.demo.world.delete_post("voxburst", id));
}
