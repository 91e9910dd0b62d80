//! What holds for every simulator: bad luck, the journal, the demo week.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Effect, Fault, FaultKind, HICCUP_MARK, REFUSED_MARK, Status, Trouble, WebPost};
use super::*;

fn a_post(stage: &Stage) -> Value {
    let at = wire(noon() + TimeDelta::hours(1));
    let x = stage.channel("twitter");
    match stage.provider {
        "late" => {
            json!({"content": "Lucky", "scheduledFor": at, "platforms": [{"platform": "twitter", "accountId": x}]})
        }
        _ => json!({"content": "Lucky", "scheduledFor": at, "accountIds": [x]}),
    }
}

#[tokio::test]
async fn a_cut_connection_gives_no_answer_and_stores_only_when_it_says_so() {
    for provider in ["late", "voxburst"] {
        for (kind, posts) in [(FaultKind::CutBefore, 0), (FaultKind::CutAfter, 1)] {
            let stage = Stage::empty(provider).await;
            let body = a_post(&stage);
            // On a connection that was used before, too, nothing may be repeated behind the caller's back.
            assert_eq!(stage.get("/accounts").await.status, 200);
            stage.demo.world.forget_requests();
            stage.demo.world.fault(Fault::once(kind.clone()).at(provider).on("POST", "/posts"));
            assert!(stage.keyed("key-0123456789abcdef", "/posts", &body).await.is_err(), "{provider} {kind:?}");
            assert_eq!(stage.demo.world.posts(provider).len(), posts, "{provider} {kind:?}");
            let again = stage.keyed("key-0123456789abcdef", "/posts", &body).await.unwrap();
            assert!((200..300).contains(&again.status), "{provider} {kind:?}");
            assert_eq!(stage.demo.world.posts(provider).len(), 1, "{provider} {kind:?}");
            let journal = stage.demo.world.requests();
            assert_eq!(journal.len(), 2);
            assert_eq!(journal[0].fault, Some(kind));
            assert_eq!(journal[0].body, journal[1].body);
            assert_eq!(journal[0].idempotency_key.as_deref(), Some("key-0123456789abcdef"));
            assert_eq!(matches!(journal[1].effect, Effect::Replayed(_)), posts == 1);
        }
    }
}

#[tokio::test]
async fn other_bad_luck_is_answered_and_stores_nothing() {
    for provider in ["late", "voxburst"] {
        let stage = Stage::empty(provider).await;
        let body = a_post(&stage);
        for (kind, status) in [
            (FaultKind::Status(500), 500),
            (FaultKind::RateLimited { retry_after: Some(17) }, 429),
            (FaultKind::RateLimited { retry_after: None }, 429),
            (FaultKind::Malformed, 200),
            (FaultKind::Html, 502),
            (FaultKind::Redirect, 302),
            (FaultKind::Huge, 200),
            (FaultKind::Unauthorised, 401),
        ] {
            stage.demo.world.fault(Fault::once(kind.clone()));
            let reply = stage.call("POST", "/posts", body.clone()).await;
            assert_eq!(reply.status, status, "{provider} {kind:?}");
            let waits = matches!(kind, FaultKind::RateLimited { retry_after: Some(_) });
            assert_eq!(reply.header("retry-after"), waits.then_some("17"));
            if kind == FaultKind::Huge {
                assert!(reply.body.to_string().len() > 10_000_000);
            }
        }
        assert!(stage.demo.world.posts(provider).is_empty());
        stage.demo.world.fault(Fault::once(FaultKind::MalformedAfter));
        let reply = stage.call("POST", "/posts", body).await;
        assert!(reply.status == 200 && reply.body.is_string(), "an unreadable success");
        assert_eq!(stage.demo.world.posts(provider).len(), 1);
    }
}

#[tokio::test]
async fn a_held_answer_keeps_its_key_running_until_it_is_released() {
    for (provider, code) in [("late", "idempotency_conflict"), ("voxburst", "IDEMPOTENCY_IN_PROGRESS")] {
        let stage = Stage::empty(provider).await;
        let body = a_post(&stage);
        stage.demo.world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(60))));
        let slow = stage.keyed("key-0123456789abcdef", "/posts", &body);
        let quick = async {
            while stage.demo.world.requests().is_empty() {
                tokio::task::yield_now().await;
            }
            let reply = stage.keyed("key-0123456789abcdef", "/posts", &body).await.unwrap();
            assert_eq!(reply.status, 409);
            assert!(reply.body["code"] == code || reply.body["error"]["code"] == code);
            stage.demo.world.release();
        };
        let (slow, ()) = tokio::join!(slow, quick);
        assert_eq!(slow.unwrap().status, 201);
        assert!(stage.keyed("key-0123456789abcdef", "/posts", &body).await.unwrap().status < 300, "released");
        assert_eq!(stage.demo.world.posts(provider).len(), 1);
    }
}

#[tokio::test]
async fn a_list_can_repeat_its_last_page() {
    let stage = Stage::new("late", Seed::Bulk { posts: 30 }).await;
    let first = stage.get("/posts?limit=10").await;
    let next = first.body["pagination"]["nextCursor"].as_str().unwrap();
    stage.demo.world.fault(Fault::once(FaultKind::RepeatPage));
    let path = format!("/posts?limit=10&cursor={next}");
    assert_eq!(stage.get(&path).await.body, first.body);
    assert_ne!(stage.get(&path).await.body, first.body);
}

#[tokio::test]
async fn words_in_a_text_bring_bad_luck_on_purpose() {
    let stage = Stage::empty("voxburst").await;
    let send = async |text: String| {
        let mut body = a_post(&stage);
        body["content"] = json!(text);
        let made = stage.call("POST", "/posts", body).await;
        let id = made.body["id"].as_str().unwrap().to_owned();
        stage.call("POST", &format!("/posts/{id}/publish"), json!({})).await;
        stage.turn(4);
        let first = stage.get(&format!("/posts/{id}")).await.body["status"].clone();
        stage.call("POST", &format!("/posts/{id}/retry"), json!({})).await;
        stage.turn(4);
        (first, stage.get(&format!("/posts/{id}")).await.body["status"].clone())
    };
    assert_eq!(send(format!("Oops {HICCUP_MARK}")).await, (json!("failed"), json!("published")));
    assert_eq!(send(format!("No {REFUSED_MARK}")).await, (json!("failed"), json!("failed")));
}

#[tokio::test]
async fn servers_stop_when_the_demo_is_dropped() {
    let stage = Stage::empty("late").await;
    let base = stage.account().base_url.clone();
    let Stage { demo, client, .. } = stage;
    drop(demo);
    drop(client);
    let fresh = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..2_000 {
        if fresh.get(&base).send().await.is_err() {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("the server still answers");
}

#[tokio::test]
async fn trouble_that_lasts_stays_until_the_post_is_edited() {
    let stage = Stage::empty("late").await;
    let bluesky = stage.channel("bluesky");
    let fail = |kind: &str| {
        let scheduled_for = Some(stage.clock.now() + TimeDelta::minutes(1));
        let new = WebPost { content: format!("With {kind}"), accounts: vec![bluesky.clone()], scheduled_for };
        let id = stage.demo.world.add_post("late", new).unwrap();
        let trouble = Trouble::named(kind, "bluesky").unwrap();
        assert!(stage.demo.world.set_trouble("late", &id, &bluesky, trouble));
        stage.turn(70);
        id
    };
    let status = |id: &str| stage.demo.world.posts("late").into_iter().find(|post| post.id == id).unwrap().status;
    let retry = async |id: &str| stage.call("POST", &format!("/posts/{id}/retry"), json!({})).await.status;

    let passing = fail("outage");
    assert_eq!(status(&passing), Status::Failed);
    assert_eq!(retry(&passing).await, 200);

    let lasting = fail("duplicate");
    assert_eq!(status(&lasting), Status::Failed);
    assert_eq!(retry(&lasting).await, 207);
    let edited = stage.call("PUT", &format!("/posts/{lasting}"), json!({"content": "In other words"})).await;
    assert_eq!(edited.body["post"]["status"], "failed", "an edit alone sends nothing");
    assert_eq!(retry(&lasting).await, 200);
    assert_eq!(status(&lasting), Status::Published);
}
