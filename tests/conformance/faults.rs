//! Bad luck: a write happens at most once, and what we say about it is true.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use runsheet::demo::{Effect, Fault, FaultKind};
use runsheet::domain::ids::RemoteId;
use runsheet::domain::remote::RemoteState;
use runsheet::domain::write::{Prepared, Receipt, Timing, Write};
use runsheet::provider::capability::Repeat;
use runsheet::provider::http::Limits;
use runsheet::provider::{Again, Kind, ProviderExt, Query, Reach, Step};
use runsheet::sync::verify::{self, Verdict};

use crate::stage::{Stage, connect, in_hours, limits};

pub async fn a_create_under_any_fault_happens_once(stage: &Stage) {
    let wait = TimeDelta::seconds(2);
    let cases = [
        (FaultKind::CutBefore, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::CutAfter, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Status(500), Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Status(503), Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Html, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (
            FaultKind::RateLimited { retry_after: Some(2) },
            Kind::RateLimited,
            Reach::Answered,
            Again::At(stage.clock.now() + wait),
        ),
        (FaultKind::Malformed, Kind::Malformed, Reach::Unknown, Again::Backoff),
        (FaultKind::MalformedAfter, Kind::Malformed, Reach::Unknown, Again::Backoff),
        (FaultKind::Slow(Duration::from_secs(30)), Kind::Unavailable, Reach::Unknown, Again::Backoff),
    ];
    let hasty = stage.with(None, Limits { silence: Duration::from_millis(300), ..limits() });
    for (number, (fault, kind, reach, again)) in cases.into_iter().enumerate() {
        stage.demo.world.forget_requests();
        let write = Write::Create { submission: stage.submission(&format!("Unlucky {number}"), in_hours(20)) };
        let request = stage.freeze(&write, stage.intent());
        stage.demo.world.fault(Fault::once(fault.clone()).at(stage.name).on("POST", stage.create_path()));
        let sender = if matches!(fault, FaultKind::Slow(_)) { &hasty } else { &stage.provider };
        let error = sender.send(&request).await.unwrap_err();
        assert_eq!((error.kind, error.reach, error.again), (kind, reach, again), "{fault:?}: {error}");
        stage.demo.world.release();
        if is_looked_up(stage) {
            let made = looked_up(stage, &write, &request, error.reach).await;
            assert_eq!((stage.posts().len(), stage.created()), (number + 1, 1), "{fault:?}");
            assert_eq!(stage.posts().pop().unwrap().id, made.as_str(), "{fault:?}");
            continue;
        }
        let receipt = settled(stage, &request).await;
        assert_eq!(stage.posts().len(), number + 1, "{fault:?}");
        assert_eq!(stage.created(), 1, "{fault:?}");
        let last = stage.posts().pop().unwrap();
        assert_eq!(receipt.remote.unwrap().as_str(), last.id, "{fault:?}");
        let journal = stage.requests();
        let first = &journal[0];
        assert!(journal.len() >= 2 && first.idempotency_key.is_some());
        assert!(journal.iter().all(|again| again.body == first.body && again.idempotency_key == first.idempotency_key));
    }
}

/// Whether nothing makes repeating a create safe: then it is looked up.
fn is_looked_up(stage: &Stage) -> bool {
    matches!(stage.provider.capabilities().repeat, Repeat::Never | Repeat::Reference)
}

/// What the outbox does after a lost answer: looks for the post, and sends it again only where it is proven absent.
async fn looked_up(stage: &Stage, write: &Write, request: &Prepared, reach: Reach) -> RemoteId {
    let submission = write.submission().unwrap();
    let mut around = Query::default();
    if let Timing::At(at) = submission.timing {
        (around.from, around.to) = (Some(at - TimeDelta::days(1)), Some(at + TimeDelta::days(1)));
    }
    let listed = stage.provider.all_posts(&around).await.unwrap();
    let whole = listed.next.is_none() && listed.spoiled.is_empty();
    match verify::find(submission, &listed.items, &[], whole, true, stage.clock.now()) {
        Verdict::Found(post) => {
            assert_eq!(reach, Reach::Unknown, "a refusal is believed");
            post.id
        }
        Verdict::Absent => stage.provider.send(request).await.unwrap().remote.unwrap(),
        Verdict::CannotTell => panic!("the listing tells: {listed:?}"),
    }
}

/// Sends the same request again until it is no longer said to be running.
async fn settled(stage: &Stage, request: &runsheet::domain::write::Prepared) -> runsheet::domain::write::Receipt {
    for _ in 0..200 {
        match stage.provider.send(request).await {
            Ok(receipt) => return receipt,
            // The server notices only a moment later that nobody waits for its answer any more.
            Err(error) if error.kind == Kind::InProgress => tokio::time::sleep(Duration::from_millis(5)).await,
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the request never settled");
}

pub async fn a_create_that_is_still_running_asks_us_to_wait(stage: &Stage) {
    if is_looked_up(stage) {
        return; // Nothing is recognised, so that nobody could say so: the look-up waits until it must have ended.
    }
    let write = Write::Create { submission: stage.submission("Slowly", in_hours(20)) };
    let request = stage.freeze(&write, stage.intent());
    stage
        .demo
        .world
        .fault(Fault::once(FaultKind::Slow(Duration::from_secs(15))).at(stage.name).on("POST", stage.create_path()));
    let first = tokio::spawn({
        let (provider, request) = (Arc::clone(&stage.provider), request.clone());
        async move { provider.send(&request).await }
    });
    while stage.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let error = stage.provider.send(&request).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.status), (Kind::InProgress, Reach::Answered, Some(409)), "{error}");
    assert_ne!(error.again, Again::Never);
    stage.demo.world.release();
    let receipt = first.await.unwrap().unwrap();
    let again = settled(stage, &request).await;
    assert_eq!(again.remote, receipt.remote);
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
}

pub async fn publishing_at_once_under_a_cut_happens_once(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("At once, whatever happens", Timing::Now) };
    let key = stage.intent();
    let mut receipts = Vec::new();
    while let Step::Send(request) = stage.provider.next(&write, key, &receipts).unwrap() {
        stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.create_path()));
        let error = stage.provider.send(&request).await.unwrap_err();
        assert_eq!(error.reach, Reach::Unknown);
        if is_looked_up(stage) {
            let remote = Some(looked_up(stage, &write, &request, error.reach).await);
            receipts.push(Receipt { status: 200, remote, post: None, raw: String::new() });
            continue;
        }
        receipts.push(stage.provider.send(&request).await.unwrap());
    }
    stage.pass(TimeDelta::seconds(10));
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
    assert_eq!(stage.posts()[0].targets[0].attempts, 1);
    let read = stage.provider.post(receipts[0].remote.as_ref().unwrap()).await.unwrap();
    assert_eq!(read.state, RemoteState::Settled);
}

pub async fn a_key_is_good_for_one_body(stage: &Stage) {
    let key = stage.intent();
    let create = |body: &str| Write::Create { submission: stage.submission(body, in_hours(20)) };
    let first = stage.provider.send(&stage.freeze(&create("First"), key)).await.unwrap();
    let second = stage.provider.send(&stage.freeze(&create("Second"), key)).await;
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
        Repeat::Key { .. } | Repeat::Never | Repeat::Reference => assert_ne!(second.unwrap()[0].remote, Some(first)),
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
        assert_eq!(stage.provider.all_posts(&Query::default()).await.unwrap().items.len(), 3, "{fault:?}");
    }
}

pub async fn a_revoked_key_stops_a_write(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("Locked out", in_hours(20)) };
    let request = stage.freeze(&write, stage.intent());
    stage.demo.world.set_key_valid(stage.name, false);
    let error = stage.provider.send(&request).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Unauthorised, Reach::Answered, Again::Never));
    stage.demo.world.set_key_valid(stage.name, true);
    stage.provider.send(&request).await.unwrap();
    assert_eq!(stage.posts().len(), 1);
    assert!(matches!(stage.requests()[1].effect, Effect::Created(_)));
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
