//! Bad luck: a write happens at most once, and what we say about it is true.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Effect, Fault, FaultKind};
use runsheet::domain::ids::RemoteId;
use runsheet::domain::remote::RemoteState;
use runsheet::domain::write::{Prepared, Timing, Write};
use runsheet::provider::capability::Repeat;
use runsheet::provider::http::Limits;
use runsheet::provider::{Again, Kind, ProviderError, ProviderExt, Query, Reach, Step};
use runsheet::sync::verify::{self, Verdict};

use crate::stage::{Stage, connect, in_hours, limits};

/// Every fault that can strike a create, and what is said of it.
fn create_faults(stage: &Stage) -> [(FaultKind, Kind, Reach, Again); 9] {
    [
        (FaultKind::CutBefore, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::CutAfter, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Status(500), Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Status(503), Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (FaultKind::Html, Kind::Unavailable, Reach::Unknown, Again::Backoff),
        (
            FaultKind::RateLimited { retry_after: Some(2) },
            Kind::RateLimited,
            Reach::Answered,
            Again::At(stage.clock.now() + TimeDelta::seconds(2)),
        ),
        (FaultKind::Malformed, Kind::Malformed, Reach::Unknown, Again::Backoff),
        (FaultKind::MalformedAfter, Kind::Malformed, Reach::Unknown, Again::Backoff),
        (FaultKind::Slow(Duration::from_secs(30)), Kind::Unavailable, Reach::Unknown, Again::Backoff),
    ]
}

pub async fn a_create_under_any_fault_happens_once(stage: &Stage) {
    let hasty = stage.with(None, Limits { silence: Duration::from_millis(300), ..limits() });
    for number in 0..create_faults(stage).len() {
        stage.rest();
        stage.demo.world.forget_requests();
        let (fault, kind, reach, again) = create_faults(stage)[number].clone();
        let write = Write::Create { submission: stage.submission(&format!("Unlucky {number}"), in_hours(20)) };
        let sent_at = stage.clock.now();
        let request = stage.creating(&write, stage.intent()).await;
        stage.demo.world.fault(Fault::once(fault.clone()).at(stage.name).on("POST", stage.posts_path()));
        let sender = if matches!(fault, FaultKind::Slow(_)) { &hasty } else { &stage.provider };
        let error = sender.send(&request).await.unwrap_err();
        assert_eq!((error.kind, error.reach, error.again), (kind, reach, again), "{fault:?}: {error}");
        stage.demo.world.release();
        let made = match stage.provider.capabilities().repeat {
            // Nothing would be recognised: it is looked up, and sent again only where it is not there.
            Repeat::Never | Repeat::Reference => looked_up(stage, &write, &request, &error, sent_at).await,
            Repeat::Key { .. } | Repeat::KeyOrConflict { .. } => settled(stage, &request).await.remote.unwrap(),
        };
        assert_eq!(stage.posts().len(), number + 1, "{fault:?}");
        assert_eq!(stage.created(), 1, "{fault:?}");
        assert_eq!(made.as_str(), stage.posts().pop().unwrap().id, "{fault:?}");
        if let Repeat::Never | Repeat::Reference = stage.provider.capabilities().repeat {
            continue;
        }
        let journal = stage.requests();
        let first = &journal[0];
        assert!(journal.len() >= 2 && first.idempotency_key.is_some());
        assert!(journal.iter().all(|again| again.body == first.body && again.idempotency_key == first.idempotency_key));
    }
}

/// What the background does where a provider recognises nothing: it looks for the post by channel, time and text, and
/// sends the same bytes again only when it is absent.
async fn looked_up(
    stage: &Stage,
    write: &Write,
    request: &Prepared,
    error: &ProviderError,
    sent_at: DateTime<Utc>,
) -> RemoteId {
    if let Again::At(until) = error.again {
        stage.clock.turn_to(until);
    }
    let submission = write.submission().unwrap();
    if error.reach == Reach::Unknown {
        let around = match submission.timing {
            Timing::At(at) => Query { from: Some(at - TimeDelta::days(1)), to: Some(at + TimeDelta::days(1)) },
            Timing::Now | Timing::Draft => Query::default(),
        };
        let listed = stage.provider.all_posts(&around).await.unwrap();
        let complete = listed.next.is_none() && listed.spoiled.is_empty();
        match verify::find(submission, &listed.items, &[], complete, true, sent_at) {
            Verdict::Found(post) => return post.id,
            Verdict::Absent => {}
            Verdict::CannotTell => panic!("the listing does not tell: {listed:?}"),
        }
    }
    stage.provider.send(request).await.unwrap().remote.unwrap()
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
    if let Repeat::Never | Repeat::Reference = stage.provider.capabilities().repeat {
        // Nothing tells the second request from a new one, which is why nothing is ever repeated unseen.
        assert_eq!(stage.provider.capabilities().repeat.kept(), TimeDelta::zero());
        return;
    }
    let write = Write::Create { submission: stage.submission("Slowly", in_hours(20)) };
    let request = stage.freeze(&write, stage.intent());
    stage.demo.world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(15))).at(stage.name).on("POST", "/posts"));
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
    let (key, sent_at) = (stage.intent(), stage.clock.now());
    let recognised = stage.provider.capabilities().repeat.kept() > TimeDelta::zero();
    let mut receipts = Vec::new();
    let mut made = None;
    while let Step::Send(request) = stage.provider.next(&write, key, &receipts).unwrap() {
        let is_post = request.path.starts_with(stage.posts_path());
        if !is_post {
            receipts.push(stage.provider.send(&request).await.unwrap());
            continue;
        }
        stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
        let error = stage.provider.send(&request).await.unwrap_err();
        assert_eq!(error.reach, Reach::Unknown);
        if !recognised {
            made = Some(looked_up(stage, &write, &request, &error, sent_at).await);
            break;
        }
        receipts.push(stage.provider.send(&request).await.unwrap());
    }
    let made = made.or_else(|| receipts.iter().find_map(|receipt| receipt.remote.clone())).unwrap();
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
