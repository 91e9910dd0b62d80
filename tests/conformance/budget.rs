//! Calls are counted where the contract allows only so many and no header tells: kept, waited for, remembered.

use std::sync::Arc;

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::background::Light;
use runsheet::domain::ids::AccountName;
use runsheet::domain::write::Write;
use runsheet::provider::{Again, Kind, Reach};
use runsheet::store::Store;
use runsheet::sync::{Common, News, Worker};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::stage::{Stage, in_hours, limits};

pub async fn a_minute_s_calls_are_kept_and_waited_for(stage: &Stage) {
    let Some((allowance, _)) = stage.provider.spending() else { return };
    let write = Write::Create { submission: stage.submission("In between", in_hours(20)) };
    let creating = stage.creating(&write, stage.intent()).await;
    let reads = allowance.minute - allowance.for_writes.0 - stage.requests().len();
    for _ in 0..reads {
        stage.provider.identity().await.unwrap();
    }
    let waiting = tokio::spawn({
        let provider = Arc::clone(&stage.provider);
        async move { provider.identity().await }
    });
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished(), "a read waits for its minute");
    assert_eq!(stage.requests().len(), allowance.minute - allowance.for_writes.0);
    // The last calls of a minute are for writes; where they are gone too, a write is told when to come back.
    stage.provider.send(&creating).await.unwrap();
    let mut remove = None;
    for _ in 0..=allowance.for_writes.0 {
        let gone = Write::Remove { remote: stage.target("x").remote };
        remove = stage.provider.send(&stage.freeze(&gone, stage.intent())).await.err();
    }
    let error = remove.unwrap();
    assert_eq!((error.kind, error.reach), (Kind::RateLimited, Reach::NotSent), "{error}");
    assert_eq!(error.again, Again::At(stage.clock.now() + TimeDelta::minutes(1)));
    assert_eq!(stage.requests().len(), allowance.minute, "not one more left");
    stage.clock.turn(TimeDelta::minutes(1));
    waiting.await.unwrap().unwrap();
}

/// A worker on `store`, with a provider of its own, as after a restart.
fn worker(stage: &Stage, store: &Store) -> (Worker, UnboundedReceiver<News>) {
    let (news, told) = tokio::sync::mpsc::unbounded_channel();
    let common = Common {
        store: store.clone(),
        clock: stage.clock.clone(),
        ids: stage.ids.clone(),
        zone: chrono_tz::UTC,
        habits: Default::default(),
        owner: "runsheet".into(),
        sends: true,
        news,
        failover: Arc::default(),
        bounds: Default::default(),
        web: None,
        bell: Arc::default(),
        damaged: Arc::default(),
    };
    (Worker::new(AccountName::new("account"), stage.with(None, limits()), common), told)
}

fn last_light(told: &mut UnboundedReceiver<News>) -> Light {
    let mut last = None;
    while let Ok(news) = told.try_recv() {
        if let News::Light(light) = news {
            last = Some(light);
        }
    }
    last.unwrap()
}

pub async fn a_block_outlives_the_program(stage: &Stage) {
    if stage.provider.spending().is_none() {
        return;
    }
    let store = Store::memory().unwrap();
    let (mut first, mut told) = worker(stage, &store);
    first.pull().await.unwrap();
    let spent = last_light(&mut told).spent.unwrap();
    assert_eq!((spent.today as usize, spent.blocked_until), (stage.requests().len(), None));
    stage.demo.world.fault(Fault::once(FaultKind::RateLimited { retry_after: None }).at(stage.name));
    let blocked_until = stage.clock.now() + TimeDelta::minutes(15);
    first.pull().await.unwrap();
    drop(first);

    let asked = stage.requests().len();
    stage.clock.turn(TimeDelta::minutes(14));
    let (mut second, mut told) = worker(stage, &store);
    second.pull().await.unwrap();
    assert_eq!(stage.requests().len(), asked, "asking during a block would prolong it");
    let light = last_light(&mut told);
    assert_eq!(light.spent.unwrap().blocked_until, Some(blocked_until));
    assert_eq!(light.spent.unwrap().today as usize, asked, "the day is counted on");

    stage.clock.turn(TimeDelta::minutes(1));
    second.pull().await.unwrap();
    assert!(stage.requests().len() > asked);
    assert!(stage.requests().iter().all(|request| request.status != 429 || request.fault.is_some()));
}
