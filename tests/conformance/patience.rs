//! How long a provider may ask to be left alone.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::AccountName;
use runsheet::provider::http::Limits;
use runsheet::provider::{Again, Query};
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::stage::{Stage, limits};

pub async fn a_provider_that_asks_for_days_is_asked_again_after_the_longest_wait(stage: &Stage) {
    let usual = TimeDelta::hours(1);
    for (wait, expected) in [(None, usual), (Some(TimeDelta::seconds(60)), TimeDelta::seconds(60))] {
        let provider = stage.with(None, Limits { wait: wait.unwrap_or(limits().wait), ..limits() });
        let days = FaultKind::RateLimited { retry_after: Some(10 * 86_400) };
        stage.demo.world.fault(Fault::once(days).at(stage.name));
        let error = provider.posts(&Query::default(), None).await.unwrap_err();
        assert_eq!(error.again, Again::At(stage.clock.now() + expected), "{error}");
        stage.rest();
    }
}

/// Also one that answers, with the error of a gateway: what waits here is hurried once its lists are read again.
pub async fn a_provider_that_fails_is_out_of_reach_until_it_is_read_again(stage: &Stage) {
    let store = Store::memory().unwrap();
    let common = stage.common(&store, Vec::new());
    let mut worker = Worker::new(AccountName::new("account"), stage.provider.clone(), common);
    for fault in [FaultKind::Status(502), FaultKind::CutBefore] {
        let name = format!("{fault:?}");
        stage.demo.world.fault(Fault::once(fault).at(stage.name).on("GET", ""));
        worker.pull().await.unwrap();
        assert!(worker.is_unreachable(), "{name}: {:?}", worker.state());
        stage.clock.turn(TimeDelta::seconds(61));
        worker.pull().await.unwrap();
        assert!(!worker.is_unreachable(), "{name}: {:?}", worker.state());
    }
}
