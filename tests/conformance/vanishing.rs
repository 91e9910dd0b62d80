//! Posts that a listing leaves out: gone only when asking for them by id says so, and never all at once.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::background::LightState;
use runsheet::domain::ids::{AccountName, RemoteId};
use runsheet::provider::Query;
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::retrying::Office;
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

pub async fn a_key_of_another_workspace_makes_nothing_gone(stage: &Stage) {
    let ids = stage.fill(8);
    let store = Store::memory().unwrap();
    let account = AccountName::new("account");
    let worker = |stage_of_key: &Stage| {
        Worker::new(account.clone(), stage_of_key.provider.clone(), stage.common(&store, Vec::new()))
    };
    worker(stage).pull().await.unwrap();
    assert_eq!(known(&store).await, 8);
    // The same name, another workspace: its posts have other ids.
    let elsewhere = Stage::open(stage.name).await;
    let others = elsewhere.fill(30);
    for id in &others[..20] {
        assert!(elsewhere.demo.world.delete_post(stage.name, id));
    }
    let mut wrong = worker(&elsewhere);
    for _ in 0..3 {
        elsewhere.rest();
        wrong.pull().await.unwrap();
        elsewhere.rest();
        assert_eq!(wrong.glance(&Query::default()).await.unwrap(), None, "a look by hand does neither");
        assert_eq!(known(&store).await, 8, "ours are kept, and theirs are not mixed with them");
    }
    let LightState::Trouble { words } = wrong.state() else { panic!("{:?}", wrong.state()) };
    for part in ["none of the 8 posts", "another workspace", "it opens", "connect account", "delete them here"] {
        assert!(words.contains(part), "{words}");
    }
    let told = store.sync_state(&account).await.unwrap().error;
    assert_eq!(told.as_deref().map(|told| told.contains("another workspace")), Some(true), "{told:?}");
    // Their time comes.
    stage.clock.turn_to(noon() + TimeDelta::days(3) + TimeDelta::minutes(1));
    elsewhere.rest();
    wrong.follow_due().await.unwrap();
    for id in &ids {
        let kept = store.remote(&account, &RemoteId::new(id.as_str())).await.unwrap();
        assert!(kept.is_some_and(|(_, ours)| ours.is_some()), "{id}");
    }
    // With its own key all is well, and what the provider deletes is gone.
    assert!(stage.demo.world.delete_post(stage.name, &ids[7]));
    let mut right = worker(stage);
    right.pull().await.unwrap();
    assert_eq!((known(&store).await, right.state()), (7, &LightState::Ok));
    assert_eq!(store.sync_state(&account).await.unwrap().error, None);
}

/// They are deleted here too, as the words say, and the account is in order again.
pub async fn what_was_all_deleted_there_is_deleted_here_by_a_person(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let mut posts = Vec::new();
    for number in 0..6 {
        stage.rest();
        posts.push(office.schedule(stage, &format!("Number {number}")).await.id);
    }
    for post in stage.posts() {
        assert!(stage.demo.world.delete_post(stage.name, &post.id));
    }
    stage.rest();
    office.worker.pull().await.unwrap();
    assert!(matches!(office.worker.state(), LightState::Trouble { .. }), "{:?}", office.worker.state());
    office.desk.delete(&posts).await.unwrap();
    stage.rest();
    stage.pass(TimeDelta::seconds(30));
    office.worker.push().await.unwrap();
    stage.rest();
    office.worker.pull().await.unwrap();
    assert_eq!(office.worker.state(), &LightState::Ok);
    assert_eq!(known(&office.desk.store).await, 0);
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
