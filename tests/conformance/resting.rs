//! The store is found damaged while a write is on its way.

use std::time::Duration;

use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::AccountName;
use runsheet::domain::write::OutboxState;
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::stage::{Stage, in_hours};

pub async fn what_finds_the_store_damaged_stops_before_the_next_send(stage: &Stage) {
    let store = Store::memory().unwrap();
    let common = stage.common(&store, Vec::new());
    let mut worker = Worker::new(AccountName::new("account"), stage.provider.clone(), common.clone());
    for body in ["The first", "The second"] {
        stage.waiting(&store, "account", stage.submission(body, in_hours(20))).await;
    }
    let slow = FaultKind::Slow(Duration::from_secs(20));
    stage.demo.world.fault(Fault::once(slow).at(stage.name).on("POST", ""));
    let push = async {
        worker.push().await.unwrap();
    };
    let meanwhile = async {
        while stage.requests().iter().all(|request| request.method != "POST") {
            tokio::task::yield_now().await;
        }
        common.rest("its pages are torn".into());
        stage.demo.world.release();
    };
    tokio::join!(push, meanwhile);
    let writes = stage.requests().iter().filter(|request| request.method == "POST").count();
    assert_eq!(writes, 1, "not another step of the first, and nothing of the second: {:#?}", stage.requests());
    let states: Vec<OutboxState> = store.outbox().await.unwrap().iter().map(|row| row.state).collect();
    assert!(states.contains(&OutboxState::Ready), "{states:?}");
    worker.push().await.unwrap();
    assert_eq!(stage.requests().iter().filter(|request| request.method == "POST").count(), 1);
}
