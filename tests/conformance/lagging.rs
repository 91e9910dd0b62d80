//! What comes later than it is expected, where a provider counts calls: results behind their status.

use chrono::TimeDelta;
use runsheet::demo::Trouble;
use runsheet::domain::outcome::{Outcome, State};
use runsheet::domain::post::Post;

use crate::retrying::Office;
use crate::stage::Stage;

/// Whether posts have a log of results and moments of their own there.
fn is_theirs(stage: &Stage) -> bool {
    stage.one_network()
}

/// What became of the post on its second channel.
fn second(post: &Post) -> &Outcome {
    &post.targets[1].outcome
}

pub async fn a_log_that_is_written_late_is_asked_for_again(stage: &Stage) {
    if !is_theirs(stage) {
        return;
    }
    let mut office = Office::open(stage).await;
    for (lag, again) in [(TimeDelta::minutes(5), "a sync"), (TimeDelta::hours(3), "a person")] {
        stage.demo.world.set_log_lag(stage.name, lag);
        let post = office.schedule(stage, &format!("Asked for by {again}")).await;
        let there = stage.posts().pop().unwrap().id;
        let trouble = Trouble::named("outage", "twitter").unwrap();
        assert!(stage.demo.world.set_trouble(stage.name, &there, stage.other().remote.as_str(), trouble));
        stage.pass(TimeDelta::minutes(61));
        office.worker.pull().await.unwrap();
        let early = office.load(&post).await;
        assert!(
            matches!(second(&early), Outcome::Unknown { .. }),
            "half of it is out, and nothing says which: {early:?}"
        );
        stage.pass(lag);
        match again {
            "a sync" => office.worker.pull().await.unwrap(),
            _ => office.worker.read(&[post.id]).await.unwrap(),
        }
        let told = office.load(&post).await;
        assert_eq!(told.state(office.desk.now()), State::Partial, "{again}: {told:?}");
        assert!(matches!(second(&told), Outcome::Refused(refusal) if refusal.words.contains("503")), "{told:?}");
        // What is whole costs no call any more.
        stage.rest();
        stage.demo.world.forget_requests();
        office.worker.pull().await.unwrap();
        office.worker.read(&[post.id]).await.unwrap();
        let asked = stage.requests().iter().filter(|request| request.path.ends_with("/postlog")).count();
        assert_eq!(asked, 0, "{again}");
    }
}
