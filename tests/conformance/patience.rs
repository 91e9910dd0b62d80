//! How long a provider may ask to be left alone.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::provider::http::Limits;
use runsheet::provider::{Again, Query};

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
