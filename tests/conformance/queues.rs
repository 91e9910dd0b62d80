//! Queues, where a provider keeps them: it gives the place, and the place it gave is the time.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::outcome::Outcome;
use runsheet::domain::queue::{Next, Queue};
use runsheet::domain::remote::RemoteState;
use runsheet::domain::write::{Submission, Timing, Write};
use runsheet::provider::capability::Queues;
use runsheet::provider::{Kind, Reach};
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::stage::{Stage, in_hours};

/// The usual queue there; none where the provider keeps none, which says so.
async fn usual(stage: &Stage) -> Option<Queue> {
    let queues = stage.provider.queues(&[stage.target("x").remote]).await;
    if stage.provider.capabilities().queues == Queues::No {
        let error = queues.unwrap_err();
        assert_eq!(error.kind, Kind::Unsupported, "{error}");
        assert!(error.words.contains("give a time"), "{error}");
        return None;
    }
    Some(queues.unwrap().remove(0))
}

fn waiting(stage: &Stage, body: &str, queue: &Queue) -> Submission {
    let timing = Timing::At(queue.next.at().unwrap_or(stage.clock.now()));
    Submission { queue: Some(queue.place.clone()), ..stage.submission(body, timing) }
}

pub async fn a_queue_gives_each_post_a_place_of_its_own(stage: &Stage) {
    let Some(queue) = usual(stage).await else { return };
    assert!(queue.usual && queue.slots.is_empty() == (queue.next == Next::Untold), "{queue:?}");
    let first = stage.create(waiting(stage, "First in line", &queue)).await;
    // Both were asked for while the same place was shown as next.
    let second = stage.create(waiting(stage, "Second in line", &queue)).await;
    let at = async |id| stage.provider.post(id).await.unwrap().at.unwrap();
    assert!(queue.next.at().is_none_or(|next| Some(next) == stage.posts()[0].scheduled_for));
    assert!(at(&second).await > at(&first).await);
    for request in stage.requests().iter().filter(|request| request.created().is_some()) {
        assert!(!request.body.contains("scheduledFor"), "a time of ours would go past it: {}", request.body);
    }
    // The next look shows a later place, and a revision with a time leaves the queue.
    let second_at = at(&second).await;
    assert!(usual(stage).await.unwrap().next.at().is_none_or(|next| next > second_at));
    let submission = stage.submission("Second in line", in_hours(7));
    stage.carry_out(&Write::Revise { remote: second.clone(), submission }, stage.intent()).await.unwrap();
    assert_eq!(stage.posts()[1].scheduled_for, Some(stage.clock.now() + TimeDelta::hours(7)));
    assert!(!stage.posts()[1].extra.contains_key("queueId"), "{:?}", stage.posts()[1].extra);
    // And back into it, where that can be: the place that it left is free.
    let back = Write::Revise { remote: second.clone(), submission: waiting(stage, "Second in line", &queue) };
    let done = stage.carry_out(&back, stage.intent()).await;
    if stage.provider.capabilities().queues == Queues::New {
        let error = done.unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::NotSent), "{error}");
        return;
    }
    done.unwrap();
    let read = stage.provider.post(&second).await.unwrap();
    assert_eq!(read.state, RemoteState::Scheduled);
    assert!(read.at.unwrap() > at(&first).await);
}

/// The same through the outbox, whatever happens to the answer: one post, and its time is the place it was given.
pub async fn a_place_in_the_queue_is_taken_over_under_any_fault(stage: &Stage) {
    let Some(_) = usual(stage).await else { return };
    let kinds = [
        None,
        Some(FaultKind::CutBefore),
        Some(FaultKind::CutAfter),
        Some(FaultKind::Status(503)),
        Some(FaultKind::MalformedAfter),
    ];
    for (number, kind) in kinds.into_iter().enumerate() {
        let queue = usual(stage).await.unwrap();
        let store = Store::memory().unwrap();
        let account = runsheet::domain::ids::AccountName::new("account");
        let channels = stage.provider.channels(None).await.unwrap().items;
        store.see_channels(&account, channels).await.unwrap();
        let post = stage.waiting(&store, "account", waiting(stage, &format!("Place {number}"), &queue)).await;
        if let Some(kind) = kind {
            stage.demo.world.fault(Fault::once(kind).at(stage.name).on("POST", stage.posts_path()));
        }
        let mut worker = Worker::new(account, stage.provider.clone(), stage.common(&store, Vec::new()));
        for _ in 0..6 {
            worker.push().await.unwrap();
            stage.pass(TimeDelta::minutes(3));
        }
        let kept = store.post(post.id).await.unwrap().unwrap();
        let there: Vec<_> = stage.posts().into_iter().filter(|it| it.content == post.body).collect();
        assert_eq!(there.len(), 1, "case {number}: {:?}", store.outbox().await.unwrap());
        assert_eq!(kept.targets[0].outcome, Outcome::Accepted, "case {number}");
        assert_eq!((kept.schedule.map(|at| at.instant()), kept.queue), (there[0].scheduled_for, None), "case {number}");
    }
}

/// What waits here while its expected place goes by is not missed: the queue gives the next one.
pub async fn a_post_that_waits_for_its_queue_is_never_late(stage: &Stage) {
    let Some(queue) = usual(stage).await else { return };
    let store = Store::memory().unwrap();
    let account = runsheet::domain::ids::AccountName::new("account");
    store.see_channels(&account, stage.provider.channels(None).await.unwrap().items).await.unwrap();
    let post = stage.waiting(&store, "account", waiting(stage, "No hurry", &queue)).await;
    let expected = queue.next.at().unwrap_or(stage.clock.now());
    stage.pass(expected - stage.clock.now() + TimeDelta::hours(1));
    let kept = store.post(post.id).await.unwrap().unwrap();
    assert_eq!(kept.cause(stage.clock.now()), None, "it waits");
    let mut worker = Worker::new(account, stage.provider.clone(), stage.common(&store, Vec::new()));
    worker.push().await.unwrap();
    let kept = store.post(post.id).await.unwrap().unwrap();
    let at = kept.schedule.unwrap().instant();
    assert!(at > stage.clock.now() && kept.queue.is_none(), "{kept:?}");
}
