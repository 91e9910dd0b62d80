//! Posts that a listing leaves out: gone only when asking for them by id says so, and never all at once.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::AccountName;
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::stage::{Stage, noon};

/// How many posts the store has around the moment for which the stage plans them.
async fn known(store: &Store) -> usize {
    let from = noon() - TimeDelta::days(1);
    store.weeks(from, from + TimeDelta::days(10)).await.unwrap().len()
}

pub async fn a_list_that_shrinks_to_nothing_is_questioned(stage: &Stage) {
    let ids = stage.fill(8);
    let store = Store::memory().unwrap();
    let mut worker = Worker::new(AccountName::new("account"), stage.provider.clone(), stage.common(&store, Vec::new()));
    worker.pull().await.unwrap();
    assert_eq!(known(&store).await, 8);
    for id in &ids[..2] {
        assert!(stage.demo.world.delete_post(stage.name, id));
    }
    stage.rest();
    worker.pull().await.unwrap();
    assert_eq!(known(&store).await, 6, "asked for by id, they are gone");
    for id in &ids[2..] {
        assert!(stage.demo.world.delete_post(stage.name, id));
    }
    stage.rest();
    worker.pull().await.unwrap();
    assert_eq!(known(&store).await, 6, "that nothing is left is not believed");
}

pub async fn a_page_of_something_on_the_way_makes_nothing_gone(stage: &Stage) {
    let id = stage.fill(1).remove(0);
    let store = Store::memory().unwrap();
    let mut worker = Worker::new(AccountName::new("account"), stage.provider.clone(), stage.common(&store, Vec::new()));
    worker.pull().await.unwrap();
    let from = noon();
    let post = store.weeks(from, from + TimeDelta::days(10)).await.unwrap()[0].id;
    for status in [400, 404] {
        stage.rest();
        stage.demo.world.fault(Fault::once(FaultKind::Page(status)).at(stage.name).times(1_000));
        // Asked by a person, who is told that there was no answer.
        worker.read(&[post]).await.unwrap();
        stage.demo.world.clear_faults();
        let kept = store.post(post).await.unwrap().unwrap();
        assert_eq!(kept.targets[0].remote.as_ref().map(|remote| remote.as_str()), Some(id.as_str()), "{status}");
        worker.forgive().await.unwrap();
        stage.rest();
        worker.pull().await.unwrap();
    }
    assert_eq!(known(&store).await, 1);
    assert!(stage.demo.world.delete_post(stage.name, &id));
    worker.read(&[post]).await.unwrap();
    assert_eq!(known(&store).await, 0, "the provider itself is believed");
}
