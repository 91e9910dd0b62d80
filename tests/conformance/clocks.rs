//! A machine whose clock is wrong, at a provider whose clock is right.

use chrono::TimeDelta;
use runsheet::clock::Clock;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::AccountName;
use runsheet::domain::outcome::Outcome;
use runsheet::provider::capability::Repeat;
use runsheet::store::Store;
use runsheet::sync::{Common, Worker};

use crate::stage::{Stage, connect, in_hours, limits};

pub async fn what_is_there_already_is_adopted_whatever_this_machine_s_clock_says(stage: &Stage) {
    if !matches!(stage.provider.capabilities().repeat, Repeat::KeyOrConflict { .. }) {
        return;
    }
    // An older host knows no keys, and says of a repeat that its words are there.
    stage.demo.world.set_older(stage.name, true);
    let there = stage.demo.account(stage.name).unwrap();
    for (number, minutes) in [20, -20].into_iter().enumerate() {
        let clock = Clock::standing_at(stage.clock.now() + TimeDelta::minutes(minutes));
        let provider = connect(stage.name, &there.base_url, &there.key, limits(), &clock);
        let store = Store::memory().unwrap();
        let common = Common { clock: clock.clone(), ..stage.common(&store, Vec::new()) };
        let mut worker = Worker::new(AccountName::new("account"), provider, common);
        let post = stage.waiting(&store, "account", stage.submission(&format!("Once {number}"), in_hours(20))).await;
        stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
        worker.push().await.unwrap();
        assert_eq!(stage.posts().len(), number + 1, "it was made, and the answer is lost");
        for clock in [&clock, &stage.clock] {
            clock.turn(TimeDelta::minutes(2));
        }
        worker.forgive().await.unwrap();
        worker.push().await.unwrap();
        assert_eq!(stage.posts().len(), number + 1, "{minutes} min");
        let outcome = store.post(post.id).await.unwrap().unwrap().targets.remove(0).outcome;
        assert_eq!(outcome, Outcome::Accepted, "{minutes} min");
    }
}
