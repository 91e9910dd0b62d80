//! The simulated Post for Me: what it refuses, counts, and gives away.

use serde_json::{Value, json};

use super::super::{Seed, Trouble, WebPost};
use super::*;

async fn stage() -> Stage {
    Stage::empty("postforme").await
}

fn a_post(stage: &Stage) -> Value {
    json!({"caption": "Open again", "social_accounts": [stage.channel("twitter")], "isDraft": false,
           "scheduled_at": wire(stage.clock.now() + TimeDelta::hours(1)), "external_id": "cal-1"})
}

#[tokio::test]
async fn it_takes_five_requests_a_second_and_forty_a_minute() {
    let stage = stage().await;
    for _ in 0..5 {
        assert_eq!(stage.get("/social-accounts").await.status, 200);
    }
    let sixth = stage.call("POST", "/social-posts", a_post(&stage)).await;
    assert_eq!((sixth.status, sixth.header("retry-after")), (429, Some("1")));
    assert_eq!(sixth.header("x-rate-limit-name"), Some("per_second_use"));
    assert!(stage.demo.world.posts("postforme").is_empty(), "nothing is stored");
    for _ in 0..7 {
        stage.turn(1);
        for _ in 0..5 {
            assert_eq!(stage.get("/social-accounts").await.status, 200);
        }
    }
    stage.turn(1);
    let beyond = stage.get("/social-accounts").await;
    assert_eq!((beyond.status, beyond.header("x-rate-limit-name")), (429, Some("per_minute_use")));
    assert_eq!(beyond.header("retry-after"), Some("52"));
    stage.turn(52);
    let good = stage.get("/social-accounts").await;
    assert!(good.status == 200 && good.header("x-ratelimit-remaining").is_none(), "good answers do not count along");
}

#[tokio::test]
async fn what_the_contract_does_not_know_is_refused() {
    let stage = stage().await;
    let refused = async |field: &str, value: Value| {
        stage.turn(1);
        let mut body = a_post(&stage);
        body[field] = value;
        let reply = stage.call("POST", "/social-posts", body).await;
        (reply.status, reply.body.to_string())
    };
    for (field, value, status, words) in [
        ("is_draft", json!(true), 400, "is_draft"),
        ("caption", json!(7), 400, "caption"),
        ("caption", json!(""), 400, "caption is required"),
        ("social_accounts", json!(["spc_nobody"]), 400, "not owned by user"),
        ("scheduled_at", json!(wire(noon() - TimeDelta::hours(1))), 400, "must be in the future"),
        ("scheduled_at", json!("tomorrow"), 500, "Internal"),
        ("media", json!([{"url": "http://localhost/a.png"}]), 400, "cannot point to localhost"),
        ("media", json!([{"url": "https://192.0.2.7/a.png"}]), 400, "cannot use IP addresses"),
        ("media", json!([{"address": "https://a.example/a.png"}]), 400, "address"),
        ("platform_configurations", json!({"twitter": {}}), 400, "twitter"),
        ("platform_configurations", json!({"x": null}), 500, "Internal"),
        ("platform_configurations", json!({"x": {"placement": "reels"}}), 400, "placement"),
        ("account_configurations", json!([{"social_account_id": "spc_other", "configuration": {}}]), 400, "spc_other"),
    ] {
        let (said, body) = refused(field, value).await;
        assert!(said == status && body.contains(words), "{field}: {said} {body}");
    }
    stage.turn(1);
    let bare = stage.client.post(format!("{}/social-posts", stage.account().base_url)).bearer_auth("pfm_live_wrong");
    assert_eq!(stage.send(bare).await.unwrap().status, 401);
    let typeless = stage.request("POST", "/social-posts").body(a_post(&stage).to_string());
    assert!(stage.send(typeless).await.unwrap().body.to_string().contains("caption is required"));
    let many = stage.get("/social-posts?status=draft,scheduled").await;
    assert_eq!(many.status, 400);
    let strange = stage.get("/social-posts?from=2026-01-01").await;
    assert!(strange.status == 400 && stage.demo.world.posts("postforme").is_empty());
}

#[tokio::test]
async fn a_post_lives_from_draft_to_results() {
    let stage = stage().await;
    let made = stage.call("POST", "/social-posts", a_post(&stage)).await;
    assert_eq!((made.status, made.body["status"].as_str()), (201, Some("scheduled")));
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert!(made.body["social_accounts"][0]["access_token"].as_str().is_some_and(|token| token.starts_with("fake-")));
    assert_eq!(stage.get("/social-posts?external_id=cal-1").await.body["meta"]["total"], 1);
    assert_eq!(stage.get("/social-posts?external_id=cal-2").await.body["meta"]["total"], 0);
    assert_eq!(stage.get("/social-posts?offset=1").await.status, 500, "beyond the end");

    // What is left out is lost: without a time it goes out.
    stage.turn(1);
    let body = json!({"caption": "Now", "social_accounts": [stage.channel("linkedin"), stage.channel("instagram")]});
    let now = stage.call("PUT", &format!("/social-posts/{id}"), body).await;
    assert_eq!(
        (now.status, now.body["status"].as_str(), &now.body["external_id"]),
        (200, Some("processing"), &Value::Null)
    );
    assert_eq!(stage.get(&format!("/social-post-results?post_id={id}")).await.body["data"], json!([]));
    assert_eq!(stage.call("DELETE", &format!("/social-posts/{id}"), json!({})).await.status, 400);
    stage.turn(10);
    let results = stage.get(&format!("/social-post-results?post_id={id}")).await.body["data"].take();
    let said: Vec<_> = results.as_array().unwrap().iter().map(|result| result["success"].as_bool().unwrap()).collect();
    assert_eq!(said, [true, false]);
    assert_eq!((&results[1]["error"], &results[1]["platform_data"]), (&json!("No media files found"), &Value::Null));
    let again = stage.call("PUT", &format!("/social-posts/{id}"), a_post(&stage)).await;
    assert!(again.status == 400 && again.body["message"].as_str().unwrap().contains("already been processed"));
}

#[tokio::test]
async fn a_text_that_is_too_long_is_cut_and_other_troubles_are_told_in_results() {
    let stage = stage().await;
    let x = stage.channel("twitter");
    let put = |content: String| {
        let scheduled_for = Some(stage.clock.now() + TimeDelta::minutes(1));
        stage.demo.world.add_post("postforme", WebPost { content, accounts: vec![x.clone()], scheduled_for }).unwrap()
    };
    let (long, unlucky) = (put("a".repeat(300)), put("Fine".into()));
    let trouble = Trouble::named("expired", "twitter").unwrap();
    assert!(stage.demo.world.set_trouble("postforme", &unlucky, &x, trouble));
    stage.turn(70);
    let result = async |id: &str| stage.get(&format!("/social-post-results?post_id={id}")).await.body["data"][0].take();
    let cut = result(&long).await;
    assert_eq!((&cut["success"], &cut["details"]["trimmed"]), (&json!(true), &json!(true)));
    assert_eq!(result(&unlucky).await["error"], format!("Failed to refresh x token for account {x}"));
}

#[tokio::test]
async fn a_file_is_put_once_to_an_address_that_wants_no_key() {
    let stage = stage().await;
    let offer = stage.send(stage.request("POST", "/media/create-upload-url")).await.unwrap();
    assert_eq!(offer.status, 201);
    let to = offer.body["upload_url"].as_str().unwrap().to_owned();
    let put = || stage.client.put(&to).header("content-type", "image/png").body(vec![1, 2, 3]);
    assert_eq!(stage.send(put().bearer_auth(&stage.account().key)).await.unwrap().status, 400, "the key stays at home");
    assert_eq!(stage.send(put()).await.unwrap().status, 200);
    let second = stage.send(put()).await.unwrap();
    assert_eq!(
        (second.status, &second.body["statusCode"], &second.body["error"]),
        (400, &json!("409"), &json!("Duplicate"))
    );
    let elsewhere = to.replace("token=jwt", "token=jwx");
    let wrong = stage.client.put(elsewhere).header("content-type", "image/png").body(vec![1]);
    assert_eq!(stage.send(wrong).await.unwrap().body["error"], "InvalidJWT");
}

#[tokio::test]
async fn its_weeks_have_posts_of_every_kind() {
    let stage = Stage::new("postforme", Seed::Week { zone: chrono_tz::Europe::Oslo }).await;
    let listed = stage.get("/social-posts?limit=100").await.body["data"].take();
    let posts = listed.as_array().unwrap();
    assert!(posts.len() > 10);
    for status in ["draft", "scheduled", "processed"] {
        assert!(posts.iter().any(|post| post["status"] == status), "{status}");
    }
    let results = stage.get("/social-post-results?limit=100").await.body["data"].take();
    assert!(results.as_array().unwrap().iter().any(|result| result["success"] == false));
}
