//! Late: strictness, pages, keys, publishing, retries.

use serde_json::{Value, json};

use super::super::{Health, Status, WebPost};
use super::*;

async fn stage() -> Stage {
    Stage::empty("late").await
}

fn planned(stage: &Stage, text: &str, minutes: i64) -> Value {
    json!({"content": text, "scheduledFor": wire(noon() + TimeDelta::minutes(minutes)),
           "platforms": [{"platform": "twitter", "accountId": stage.channel("twitter")}]})
}

#[tokio::test]
async fn bodies_are_read_strictly() {
    let stage = stage().await;
    let (x, bluesky) = (stage.channel("twitter"), stage.channel("bluesky"));
    let instagram = stage.channel("instagram");
    let to_x = json!([{"platform": "twitter", "accountId": x}]);
    let cases = [
        ("unknown field", json!({"content": "a", "scheduled_for": "2026-08-01T10:00:00Z", "platforms": to_x}), 400),
        (
            "unknown field of a target",
            json!({"content": "a", "publishNow": true,
            "platforms": [{"platform": "twitter", "accountId": x, "text": "b"}]}),
            400,
        ),
        ("wrong type", json!({"content": 7, "platforms": to_x}), 400),
        ("wrong type of a flag", json!({"content": "a", "publishNow": "yes", "platforms": to_x}), 400),
        ("no platforms", json!({"content": "a", "publishNow": true}), 400),
        ("no content", json!({"publishNow": true, "platforms": to_x}), 400),
        ("unknown zone", json!({"content": "a", "timezone": "Mars/Base", "platforms": to_x}), 400),
        ("unreadable time", json!({"content": "a", "scheduledFor": "tomorrow", "platforms": to_x}), 400),
        (
            "not ours",
            json!({"content": "a", "publishNow": true,
            "platforms": [{"platform": "twitter", "accountId": "000000000000000000000000"}]}),
            403,
        ),
        (
            "another platform",
            json!({"content": "a", "publishNow": true,
            "platforms": [{"platform": "twitter", "accountId": bluesky}]}),
            400,
        ),
        ("x is called twitter", json!({"content": "a", "platforms": [{"platform": "x", "accountId": x}]}), 400),
        (
            "no media",
            json!({"content": "a", "publishNow": true,
            "platforms": [{"platform": "instagram", "accountId": instagram}]}),
            400,
        ),
        ("media not https", json!({"content": "a", "mediaItems": [{"url": "http://a.example/b.png"}]}), 400),
        ("a draft needs little", json!({"content": "a"}), 201),
    ];
    for (what, body, status) in cases {
        assert_eq!(stage.call("POST", "/posts", body).await.status, status, "{what}");
    }
    assert_eq!(stage.demo.world.posts("late").len(), 1);
    let raw = stage.request("POST", "/posts").header("content-type", "application/json").body("{\"content\":");
    assert_eq!(stage.send(raw).await.unwrap().status, 400, "broken JSON");
    let untyped = stage.request("POST", "/posts").body("{\"content\":\"a\"}");
    assert_eq!(stage.send(untyped).await.unwrap().status, 400, "no Content-Type");
}

#[tokio::test]
async fn keys_and_queries_are_read_strictly() {
    let stage = stage().await;
    let bare = stage.client.get(format!("{}/posts", stage.account().base_url));
    let reply = stage.send(bare.try_clone().unwrap()).await.unwrap();
    assert_eq!((reply.status, reply.body["code"].as_str()), (401, Some("missing_credentials")));
    let reply = stage.send(bare.bearer_auth("sk_other")).await.unwrap();
    assert_eq!((reply.status, reply.body["code"].as_str()), (401, Some("invalid_credentials")));
    for (path, status) in [
        ("/posts?limit=501", 400),
        ("/posts?limit=0", 400),
        ("/posts?limit=500", 200),
        ("/posts?colour=red", 400),
        ("/posts?platform=", 400),
        ("/posts?profileId=", 200),
        ("/posts?status=sent", 400),
        ("/posts?status=pending_approval", 200),
        ("/posts?cursor=zz", 400),
        ("/posts?dateFrom=2026-07-01&dateTo=2026-07-31", 200),
        ("/posts?fromDate=July", 400),
        ("/posts/short", 400),
        ("/posts/65f1c0a9e2b5afffffffffff", 404),
        ("/accounts?limit=900", 400),
        ("/auth/verify", 200),
        ("/nowhere", 404),
    ] {
        assert_eq!(stage.get(path).await.status, status, "{path}");
    }
    stage.demo.world.set_key_valid("late", false);
    assert_eq!(stage.get("/auth/verify").await.status, 401);
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let stage = stage().await;
    let reply = stage.send(stage.request("GET", "/accounts").header("x-request-id", "mine-1")).await.unwrap();
    assert_eq!(reply.header("x-request-id"), Some("mine-1"));
    assert_eq!(reply.header("x-ratelimit-limit"), Some("600"));
    assert!(reply.header("x-ratelimit-remaining").is_some() && reply.header("x-ratelimit-reset").is_some());
    assert_eq!(reply.body["accounts"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn a_time_without_a_zone_is_read_in_the_zone_that_was_named() {
    let stage = stage().await;
    let mut body = planned(&stage, "In Madrid", 1);
    body["scheduledFor"] = json!("2026-11-01T11:00:00");
    body["timezone"] = json!("Europe/Madrid");
    let reply = stage.call("POST", "/posts", body).await;
    assert_eq!(reply.body["post"]["scheduledFor"], "2026-11-01T10:00:00.000Z");
    assert_eq!(reply.body["post"]["status"], "scheduled");
}

#[tokio::test]
async fn nothing_said_is_a_draft_and_the_past_is_now() {
    let stage = stage().await;
    let mut body = planned(&stage, "No time", 1);
    body.as_object_mut().unwrap().remove("scheduledFor");
    let reply = stage.call("POST", "/posts", body).await;
    assert_eq!((reply.status, reply.body["post"]["status"].as_str()), (201, Some("draft")));
    let reply = stage.call("POST", "/posts", planned(&stage, "Long ago", -90)).await;
    assert_eq!((reply.status, reply.body["post"]["status"].as_str()), (201, Some("published")));
}

#[tokio::test]
async fn the_same_key_makes_one_post() {
    let stage = stage().await;
    let body = planned(&stage, "Once", 60);
    let first = stage.keyed("key-1", "/posts", &body).await.unwrap();
    let again = stage.keyed("key-1", "/posts", &json!({"content": "another body"})).await.unwrap();
    assert_eq!((first.status, again.status), (201, 200));
    assert_eq!(first.body["post"]["_id"], again.body["post"]["_id"]);
    assert_eq!(stage.demo.world.posts("late").len(), 1);
    let created = stage.demo.world.requests().iter().filter(|request| request.created().is_some()).count();
    assert_eq!(created, 1);
    let long = "k".repeat(256);
    assert_eq!(stage.keyed(&long, "/posts", &body).await.unwrap().status, 400);
    stage.clock.turn(TimeDelta::hours(25));
    assert_eq!(stage.keyed("key-1", "/posts", &json!({"content": "a day later"})).await.unwrap().status, 201);
}

#[tokio::test]
async fn the_same_text_on_the_same_account_is_refused_with_the_post_that_has_it() {
    let stage = stage().await;
    let first = stage.call("POST", "/posts", planned(&stage, "Twice", 60)).await;
    let again = stage.call("POST", "/posts", planned(&stage, "Twice", 120)).await;
    assert_eq!(again.status, 409);
    assert_eq!(again.body["details"]["existingPostId"], first.body["post"]["_id"]);
    let mut draft = planned(&stage, "Twice", 120);
    draft["isDraft"] = json!(true);
    assert_eq!(stage.call("POST", "/posts", draft).await.status, 201, "drafts are not compared");
}

#[tokio::test]
async fn pages_and_cursors_reach_the_end_while_posts_arrive() {
    let stage = Stage::new("late", Seed::Bulk { posts: 57 }).await;
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let tail = cursor.as_ref().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let reply = stage.get(&format!("/posts?limit=10&sortBy=scheduled-desc{tail}")).await;
        let rows = reply.body["posts"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["_id"].as_str().unwrap().to_owned()));
        let x = stage.channel("twitter");
        let scheduled_for = Some(noon() + TimeDelta::days(300 + seen.len() as i64));
        let new = WebPost { content: format!("New {}", seen.len()), accounts: vec![x], scheduled_for };
        stage.demo.world.add_post("late", new).unwrap();
        match reply.body["pagination"]["nextCursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen.len(), 57, "the cursor neither skips nor repeats");
    let total = stage.demo.world.posts("late").len();
    let mut by_page = std::collections::BTreeSet::new();
    for page in 1.. {
        let reply = stage.get(&format!("/posts?limit=20&sortBy=created-asc&page={page}")).await;
        assert_eq!(reply.body["pagination"]["total"], total);
        by_page.extend(reply.body["posts"].as_array().unwrap().iter().map(|row| row["_id"].to_string()));
        if page >= reply.body["pagination"]["pages"].as_u64().unwrap() {
            break;
        }
    }
    assert_eq!(by_page.len(), total);
}

#[tokio::test]
async fn a_post_is_publishing_for_a_moment_and_then_published() {
    let stage = stage().await;
    let made = stage.call("POST", "/posts", planned(&stage, "Soon", 5)).await;
    let path = format!("/posts/{}", made.body["post"]["_id"].as_str().unwrap());
    let status = async || stage.get(&path).await.body["post"]["status"].as_str().unwrap().to_owned();
    assert_eq!(status().await, "scheduled");
    stage.turn(301);
    assert_eq!(status().await, "publishing");
    assert_eq!(stage.call("PUT", &path, json!({"content": "Too late"})).await.status, 400);
    stage.turn(4);
    assert_eq!(status().await, "published");
    let post = stage.get(&path).await;
    assert!(post.body["post"]["platforms"][0]["platformPostUrl"].as_str().unwrap().starts_with("https://x.example/"));
    assert_eq!(stage.call("DELETE", &path, json!({})).await.status, 400);
}

#[tokio::test]
async fn the_world_moves_by_itself_when_the_clock_does() {
    let stage = stage().await;
    stage.call("POST", "/posts", planned(&stage, "Alone", 5)).await;
    stage.turn(400);
    for _ in 0..2_000 {
        if stage.demo.world.lock().site("late").unwrap().posts[0].status == Status::Published {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("nobody published the post");
}

#[tokio::test]
async fn a_failed_target_is_tried_again_alone_and_fails_while_its_cause_lasts() {
    let stage = stage().await;
    let (x, bluesky) = (stage.channel("twitter"), stage.channel("bluesky"));
    let long = "b".repeat(301);
    let body = json!({"content": "Short here", "publishNow": true, "platforms": [
        {"platform": "twitter", "accountId": x},
        {"platform": "bluesky", "accountId": bluesky, "customContent": long}]});
    let made = stage.call("POST", "/posts", body).await;
    assert_eq!((made.status, made.body["post"]["status"].as_str()), (207, Some("partial")));
    assert_eq!(
        made.body["post"]["platforms"][1]["errorMessage"],
        "Post text exceeds the 300 character limit for Bluesky."
    );
    let path = format!("/posts/{}", made.body["post"]["_id"].as_str().unwrap());
    let retry = format!("{path}/retry");
    assert_eq!(stage.call("POST", &retry, json!({})).await.status, 207, "still too long");
    let shorter = json!({"platforms": [{"platform": "twitter", "accountId": x},
                                       {"platform": "bluesky", "accountId": bluesky, "customContent": "Shorter"}]});
    assert_eq!(stage.call("PUT", &path, shorter).await.status, 200);
    let done = stage.call("POST", &retry, json!({})).await;
    assert_eq!((done.status, done.body["post"]["status"].as_str()), (200, Some("published")));
    assert_eq!(done.body["post"]["platforms"][0]["publishAttempts"], 1, "what was published is not sent again");
    assert_eq!(stage.call("POST", &retry, json!({})).await.status, 400);
}

#[tokio::test]
async fn an_expired_channel_refuses_new_posts_and_fails_planned_ones() {
    let stage = stage().await;
    stage.call("POST", "/posts", planned(&stage, "Before", 5)).await;
    let x = stage.channel("twitter");
    stage.demo.world.set_health("late", &x, Health::Expired);
    let reply = stage.call("POST", "/posts", planned(&stage, "After", 10)).await;
    assert_eq!((reply.status, reply.body["code"].as_str()), (403, Some("ACCOUNT_DISCONNECTED")));
    stage.turn(310);
    let post = stage.demo.world.posts("late").remove(0);
    assert_eq!(post.targets[0].error.as_ref().unwrap().category, "auth_expired");
    let health = stage.get("/accounts/health?status=error").await;
    assert_eq!(health.body["accounts"][0]["accountId"], x);
    stage.demo.world.set_health("late", &x, Health::Good);
    let retried = stage.call("POST", &format!("/posts/{}/retry", post.id), json!({})).await;
    assert_eq!(retried.body["post"]["status"], "published");
}

#[tokio::test]
async fn a_draft_stays_one_until_it_is_told_otherwise() {
    let stage = stage().await;
    let x = stage.channel("twitter");
    let body = json!({"content": "Idea", "isDraft": true, "platforms": [{"platform": "twitter", "accountId": x}]});
    let made = stage.call("POST", "/posts", body).await;
    let path = format!("/posts/{}", made.body["post"]["_id"].as_str().unwrap());
    let at = wire(noon() + TimeDelta::hours(2));
    let timed = stage.call("PUT", &path, json!({"scheduledFor": at})).await;
    assert_eq!((timed.status, timed.body["post"]["status"].as_str()), (200, Some("draft")));
    let planned = stage.call("PUT", &path, json!({"scheduledFor": at, "isDraft": false})).await;
    assert_eq!(planned.body["post"]["status"], "scheduled");
    assert_eq!(stage.call("DELETE", &path, json!({})).await.status, 200);
    assert_eq!(stage.call("DELETE", &path, json!({})).await.status, 404);
}

#[tokio::test]
async fn texts_are_checked_without_making_anything() {
    let stage = stage().await;
    let body = json!({"content": "c".repeat(290), "platforms": [{"platform": "twitter"}, {"platform": "bluesky"}]});
    let reply = stage.call("POST", "/tools/validate/post", body).await;
    assert_eq!((reply.status, reply.body["valid"].as_bool()), (200, Some(false)));
    assert_eq!(reply.body["errors"].as_array().unwrap().len(), 1);
    let reply = stage.call("POST", "/tools/validate/post-length", json!({"text": "Salut ☕️"})).await;
    assert_eq!(reply.body["platforms"]["twitter"], json!({"count": 8, "limit": 280, "valid": true}));
    assert!(stage.demo.world.posts("late").is_empty());
}

#[tokio::test]
async fn an_upload_goes_to_the_storage_without_the_key() {
    let stage = stage().await;
    let refused =
        stage.call("POST", "/media/presign", json!({"filename": "a.bin", "contentType": "application/octet-stream"}));
    assert_eq!(refused.await.status, 400);
    let reply = stage.call("POST", "/media/presign", json!({"filename": "a b.png", "contentType": "image/png"})).await;
    let url = reply.body["uploadUrl"].as_str().unwrap();
    let put = || stage.client.put(url).header("content-type", "image/png").body("bytes");
    assert_eq!(stage.send(put()).await.unwrap().status, 200);
    assert_eq!(stage.send(put().bearer_auth("sk")).await.unwrap().status, 400);
    assert!(reply.body["publicUrl"].as_str().unwrap().starts_with("https://"));
}

#[tokio::test]
async fn a_disconnected_channel_cancels_what_waits_and_a_cooling_one_asks_to_wait() {
    let stage = stage().await;
    let x = stage.channel("twitter");
    stage.call("POST", "/posts", planned(&stage, "Waiting", 30)).await;
    stage.demo.world.set_health("late", &x, Health::Disconnected);
    assert_eq!(stage.demo.world.posts("late")[0].status, Status::Cancelled);
    stage.demo.world.set_health("late", &x, Health::CoolingDown(noon() + TimeDelta::minutes(10)));
    assert_eq!(stage.call("POST", "/posts", planned(&stage, "Too eager", 40)).await.status, 429);
    stage.turn(600);
    assert_eq!(stage.call("POST", "/posts", planned(&stage, "Patient", 40)).await.status, 201);
}

#[tokio::test]
async fn a_moved_post_goes_out_at_its_new_time() {
    let stage = stage().await;
    let made = stage.call("POST", "/posts", planned(&stage, "Moved", 5)).await;
    let path = format!("/posts/{}", made.body["post"]["_id"].as_str().unwrap());
    let later = wire(noon() + TimeDelta::minutes(30));
    let moved = stage.call("PUT", &path, json!({"scheduledFor": later})).await;
    assert_eq!((moved.status, moved.body["post"]["status"].as_str()), (200, Some("scheduled")));
    assert_eq!(stage.call("PUT", &path, json!({"scheduled_for": later})).await.status, 400);
    stage.turn(600);
    assert_eq!(stage.get(&path).await.body["post"]["status"], "scheduled");
    stage.turn(1_210);
    assert_eq!(stage.get(&path).await.body["post"]["status"], "published");
}

#[tokio::test]
async fn one_post_can_go_out_at_two_times() {
    let stage = stage().await;
    let mut body = planned(&stage, "Twice in a day", 5);
    let later = wire(noon() + TimeDelta::minutes(60));
    let bluesky = json!({"platform": "bluesky", "accountId": stage.channel("bluesky"), "scheduledFor": later});
    body["platforms"].as_array_mut().unwrap().push(bluesky);
    let made = stage.call("POST", "/posts", body).await;
    let path = format!("/posts/{}", made.body["post"]["_id"].as_str().unwrap());
    stage.turn(310);
    let half = stage.get(&path).await.body["post"].clone();
    assert_eq!((half["status"].as_str(), half["platforms"][1]["status"].as_str()), (Some("partial"), Some("pending")));
    stage.turn(3_600);
    assert_eq!(stage.get(&path).await.body["post"]["status"], "published");
}

#[tokio::test]
async fn linkedin_does_not_take_a_text_twice_in_a_week() {
    let stage = stage().await;
    let linkedin = stage.channel("linkedin");
    let body = json!({"content": "Again", "publishNow": true,
                      "platforms": [{"platform": "linkedin", "accountId": linkedin}]});
    assert_eq!(stage.call("POST", "/posts", body.clone()).await.status, 201);
    stage.clock.turn(TimeDelta::hours(30));
    let second = stage.call("POST", "/posts", body.clone()).await;
    assert_eq!((second.status, second.body["post"]["status"].as_str()), (207, Some("failed")));
    assert_eq!(second.body["post"]["platforms"][0]["errorCategory"], "platform_rejected");
    stage.clock.turn(TimeDelta::days(7));
    assert_eq!(stage.call("POST", "/posts", body).await.status, 201);
}
