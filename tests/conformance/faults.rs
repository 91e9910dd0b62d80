//! Bad luck: a write happens at most once, and what we say about it is true.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use runsheet::demo::{Effect, Fault, FaultKind};
use runsheet::domain::ids::{IntentId, RemoteId};
use runsheet::domain::remote::RemoteState;
use runsheet::domain::write::{Prepared, Receipt, Submission, Timing, Write};
use runsheet::provider::capability::Repeat;
use runsheet::provider::http::Limits;
use runsheet::provider::{Again, Kind, ProviderExt, Query, Reach, Step};

use crate::stage::{Stage, connect, in_hours, limits};

/// Every fault that can strike a create, and what is said of it.
const CREATE_FAULTS: [(FaultKind, Kind, Reach, Again); 9] = [
    (FaultKind::CutBefore, Kind::Unavailable, Reach::Unknown, Again::Backoff),
    (FaultKind::CutAfter, Kind::Unavailable, Reach::Unknown, Again::Backoff),
    (FaultKind::Status(500), Kind::Unavailable, Reach::Unknown, Again::Backoff),
    (FaultKind::Status(503), Kind::Unavailable, Reach::Unknown, Again::Backoff),
    (FaultKind::Html, Kind::Unavailable, Reach::Unknown, Again::Backoff),
    // Filled in when it has struck: the clock may have been turned by then.
    (FaultKind::RateLimited { retry_after: Some(2) }, Kind::RateLimited, Reach::Answered, Again::Never),
    (FaultKind::Malformed, Kind::Malformed, Reach::Unknown, Again::Backoff),
    (FaultKind::MalformedAfter, Kind::Malformed, Reach::Unknown, Again::Backoff),
    (FaultKind::Slow(Duration::from_secs(30)), Kind::Unavailable, Reach::Unknown, Again::Backoff),
];

pub async fn a_create_under_any_fault_happens_once(stage: &Stage) {
    let hasty = stage.with(None, Limits { silence: Duration::from_millis(300), ..limits() });
    for (number, (fault, kind, reach, again)) in CREATE_FAULTS.into_iter().enumerate() {
        stage.rest();
        stage.demo.world.forget_requests();
        let submission = stage.submission(&format!("Unlucky {number}"), in_hours(20));
        let write = Write::Create { submission: submission.clone() };
        let key = stage.intent();
        let request = stage.creating(&write, key).await;
        stage.demo.world.fault(Fault::once(fault.clone()).at(stage.name).on("POST", stage.posts_path()));
        let sender = if matches!(fault, FaultKind::Slow(_)) { &hasty } else { &stage.provider };
        let error = sender.send(&request).await.unwrap_err();
        let limited = matches!(fault, FaultKind::RateLimited { .. });
        let again = if limited { Again::At(stage.clock.now() + TimeDelta::seconds(2)) } else { again };
        assert_eq!((error.kind, error.reach, error.again), (kind, reach, again), "{fault:?}: {error}");
        stage.demo.world.release();
        if reach == Reach::Answered {
            assert_eq!(stage.posts().len(), number, "a refusal is believed: {fault:?}");
        }
        if let Again::At(until) = error.again {
            stage.clock.turn_to(until);
        }
        let there = settled(stage, &request, &submission, key).await;
        assert_eq!(stage.posts().len(), number + 1, "{fault:?}");
        assert_eq!(stage.created(), 1, "{fault:?}");
        let last = stage.posts().pop().unwrap();
        assert_eq!(there.as_str(), last.id, "{fault:?}");
        let mut journal = stage.requests();
        assert!(journal.len() >= 2);
        journal.retain(|request| request.method == "POST" && request.path.ends_with(stage.posts_path()));
        let first = &journal[0];
        let known_again = match stage.provider.capabilities().repeat {
            Repeat::Key { .. } | Repeat::KeyOrConflict { .. } => first.idempotency_key.is_some(),
            Repeat::Reference => first.body.contains(&key.to_string()),
            // The message that was made for it tells.
            Repeat::Never if stage.one_network() => first.body.contains("messageId="),
            // A site keeps nothing of ours: channels, time and text tell.
            Repeat::Never => true,
        };
        assert!(known_again);
        assert!(journal.iter().all(|again| again.body == first.body && again.idempotency_key == first.idempotency_key));
    }
}

/// What came of a create whose answer was lost: where repeating is recognised, by the same request again until it is
/// no longer said to be running; elsewhere it is looked up, and only sent again when it is not there.
async fn settled(stage: &Stage, request: &Prepared, submission: &Submission, key: IntentId) -> RemoteId {
    if !stage.repeats()
        && let Some(there) = stage.found(submission, key).await
    {
        return there;
    }
    for _ in 0..200 {
        match stage.provider.send(request).await {
            Ok(receipt) => return receipt.remote.unwrap(),
            // The server notices only a moment later that nobody waits for its answer any more.
            Err(error) if error.kind == Kind::InProgress => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the request never settled");
}

pub async fn a_create_that_is_still_running_asks_us_to_wait(stage: &Stage) {
    let submission = stage.submission("Slowly", in_hours(20));
    let write = Write::Create { submission: submission.clone() };
    let key = stage.intent();
    let request = stage.creating(&write, key).await;
    stage.demo.world.forget_requests();
    let slow = Fault::once(FaultKind::Slow(Duration::from_secs(15)));
    stage.demo.world.fault(slow.at(stage.name).on("POST", stage.posts_path()));
    let first = tokio::spawn({
        let (provider, request) = (Arc::clone(&stage.provider), request.clone());
        async move { provider.send(&request).await }
    });
    while stage.requests().iter().all(|request| request.method != "POST") {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    if !stage.repeats() {
        // It would make a second one: it is looked up instead, and found while its answer is still on the way.
        let there = stage.found(&submission, key).await;
        stage.demo.world.release();
        assert_eq!(first.await.unwrap().unwrap().remote, there);
        assert!(there.is_some());
        assert_eq!((stage.posts().len(), stage.created()), (1, 1));
        return;
    }
    let error = stage.provider.send(&request).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.status), (Kind::InProgress, Reach::Answered, Some(409)), "{error}");
    assert_ne!(error.again, Again::Never);
    stage.demo.world.release();
    let receipt = first.await.unwrap().unwrap();
    let again = settled(stage, &request, &submission, key).await;
    assert_eq!(Some(again), receipt.remote);
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
}

pub async fn publishing_at_once_under_a_cut_happens_once(stage: &Stage) {
    let submission = stage.submission("At once, whatever happens", Timing::Now);
    let write = Write::Create { submission: submission.clone() };
    let key = stage.intent();
    let mut receipts = Vec::new();
    while let Step::Send(request) = stage.provider.next(&write, key, &receipts).unwrap() {
        if !request.path.ends_with(stage.posts_path()) {
            receipts.push(stage.provider.send(&request).await.unwrap());
            continue;
        }
        stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
        let error = stage.provider.send(&request).await.unwrap_err();
        assert_eq!(error.reach, Reach::Unknown);
        if !stage.repeats() {
            let remote = Some(settled(stage, &request, &submission, key).await);
            receipts.push(Receipt { status: 201, remote, post: None, raw: String::new() });
            continue;
        }
        receipts.push(stage.provider.send(&request).await.unwrap());
    }
    let made = receipts.iter().find_map(|receipt| receipt.remote.clone()).unwrap();
    stage.pass(stage.at_once());
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
    assert_eq!(stage.posts()[0].targets[0].attempts, 1);
    let read = stage.provider.post(&made).await.unwrap();
    assert_eq!(read.state, RemoteState::Settled);
}

pub async fn a_stop_between_two_steps_makes_no_second_post(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("Interrupted", in_hours(20)) };
    let (key, mut receipts) = (stage.intent(), Vec::new());
    loop {
        // Each step is taken by a program that knows nothing but what the one before it kept.
        let provider = stage.with(None, limits());
        let kept = serde_json::to_string(&receipts).unwrap();
        match provider.next(&write, key, &serde_json::from_str::<Vec<_>>(&kept).unwrap()).unwrap() {
            Step::Done => break,
            Step::Send(request) => receipts.push(provider.send(&request).await.unwrap()),
        }
    }
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
    assert_eq!(stage.posts()[0].content, "Interrupted");
    // What was made for the post was made once.
    let sent: Vec<String> = stage.requests().iter().map(|request| format!("{request:?}")).collect();
    let made = stage.requests().iter().filter(|request| request.method == "POST").count();
    assert!(made <= receipts.len(), "{sent:?}");
}

pub async fn the_same_request_twice_makes_one_post_where_a_message_tells(stage: &Stage) {
    if !stage.one_network() {
        return;
    }
    let write = Write::Create { submission: stage.submission("Sent twice", in_hours(20)) };
    let request = stage.creating(&write, stage.intent()).await;
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
    assert_eq!(stage.provider.send(&request).await.unwrap_err().reach, Reach::Unknown);
    // Whether by this program or by the next one, and whatever a listing showed.
    for provider in [stage.provider.clone(), stage.with(None, limits())] {
        let receipt = provider.send(&request).await.unwrap();
        assert_eq!(receipt.remote.unwrap().as_str(), stage.posts()[0].id);
    }
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
}

pub async fn a_key_is_good_for_one_body(stage: &Stage) {
    let key = stage.intent();
    let create = |body: &str| Write::Create { submission: stage.submission(body, in_hours(20)) };
    let first = stage.provider.send(&stage.creating(&create("First"), key).await).await.unwrap();
    let second = stage.provider.send(&stage.creating(&create("Second"), key).await).await;
    match stage.provider.capabilities().repeat {
        Repeat::Key { .. } => {
            let error = second.unwrap_err();
            assert_eq!((error.kind, error.reach, error.again), (Kind::KeyReused, Reach::Answered, Again::Never));
        }
        // This one goes by the key alone and shows the first post.
        Repeat::KeyOrConflict { .. } => assert_eq!(second.unwrap().remote, first.remote),
        // Nothing is recognised here: two requests are two posts.
        Repeat::Never | Repeat::Reference => {
            assert_ne!(second.unwrap().remote, first.remote);
            assert_eq!(stage.posts().len(), 2);
            return;
        }
    }
    assert_eq!(stage.posts().len(), 1);
}

pub async fn the_same_words_twice_are_told_apart_from_a_repeat(stage: &Stage) {
    let first = stage.create(stage.submission("Said before", in_hours(20))).await;
    let write = Write::Create { submission: stage.submission("Said before", in_hours(40)) };
    let second = stage.carry_out(&write, stage.intent()).await;
    match stage.provider.capabilities().repeat {
        Repeat::KeyOrConflict { .. } => {
            let error = second.unwrap_err();
            assert_eq!((error.kind, error.reach, error.again), (Kind::Duplicate, Reach::Answered, Again::Never));
            assert_eq!(error.existing, Some(first));
        }
        Repeat::Key { .. } | Repeat::Never | Repeat::Reference => {
            let made = second.unwrap().iter().find_map(|receipt| receipt.remote.clone());
            assert!(made.is_some_and(|made| made != first));
        }
    }
}

pub async fn a_read_under_any_fault_is_only_lost_time(stage: &Stage) {
    stage.fill(3);
    for (fault, kind) in [
        (FaultKind::CutBefore, Kind::Unavailable),
        (FaultKind::CutAfter, Kind::Unavailable),
        (FaultKind::Status(500), Kind::Unavailable),
        (FaultKind::Html, Kind::Unavailable),
        (FaultKind::Malformed, Kind::Malformed),
        (FaultKind::Redirect, Kind::Malformed),
        (FaultKind::Unauthorised, Kind::Unauthorised),
        (FaultKind::RateLimited { retry_after: None }, Kind::RateLimited),
    ] {
        // A cut before anything is accepted is repeated by nobody but us.
        stage.demo.world.forget_requests();
        stage.demo.world.fault(Fault::once(fault.clone()).at(stage.name));
        let error = stage.provider.posts(&Query::default(), None).await.unwrap_err();
        assert_eq!(error.kind, kind, "{fault:?}: {error}");
        assert_ne!(error.reach, Reach::Unknown, "{fault:?}");
        assert!(!error.words.is_empty());
        assert_eq!(stage.requests().len(), 1, "{fault:?}");
        if let Again::At(until) = error.again {
            stage.clock.turn_to(until);
        }
        assert_eq!(stage.provider.all_posts(&Query::default()).await.unwrap().items.len(), 3, "{fault:?}");
    }
}

pub async fn a_revoked_key_stops_a_write(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("Locked out", in_hours(20)) };
    let key = stage.intent();
    let request = stage.freeze(&write, key);
    stage.demo.world.set_key_valid(stage.name, false);
    let error = stage.provider.send(&request).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Unauthorised, Reach::Answered, Again::Never));
    stage.demo.world.set_key_valid(stage.name, true);
    stage.carry_out(&write, key).await.unwrap();
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
    assert!(matches!(stage.requests()[0].effect, Effect::None));
}

pub async fn nobody_listening_means_not_sent(stage: &Stage) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let provider = connect(stage.name, &address, stage.key(), limits(), &stage.clock);
    let write = Write::Create { submission: stage.submission("Into the void", in_hours(20)) };
    let error = provider.send(&stage.freeze(&write, stage.intent())).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Unavailable, Reach::NotSent, Again::Backoff));
}
