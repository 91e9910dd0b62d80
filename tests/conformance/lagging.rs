//! What comes later than it was prepared for, where a provider counts calls and names moments in its requests: results
//! behind their status, and writes behind a block.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Fault, FaultKind, Trouble};
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

/// The moments that requests to make or change a post named, and when they arrived.
fn moments(stage: &Stage) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let named = |body: &str| {
        let (_, seconds) = url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "startDateTime")?;
        DateTime::from_timestamp(seconds.parse().ok()?, 0)
    };
    stage.requests().iter().filter_map(|request| Some((named(&request.body)?, request.at))).collect()
}

pub async fn at_once_is_a_moment_ahead_whenever_it_leaves(stage: &Stage) {
    if !is_theirs(stage) {
        return;
    }
    let mut office = Office::open(stage).await;
    let post = office.schedule(stage, "Sooner than planned").await;
    office.desk.publish_now(&[post.id]).await.unwrap();
    stage.pass(TimeDelta::minutes(1));
    stage.demo.world.forget_requests();
    // It is read, and what follows meets a block of a quarter of an hour.
    let blocked = FaultKind::RateLimited { retry_after: None };
    stage.demo.world.fault(Fault::once(blocked).at(stage.name).on("POST", "/post/"));
    office.worker.push().await.unwrap();
    assert_eq!(moments(stage).len(), 1);
    stage.pass(TimeDelta::minutes(16));
    office.worker.push().await.unwrap();
    let asked = moments(stage);
    assert_eq!(asked.len(), 2, "{asked:?}");
    let (start, arrived) = asked[1];
    let ahead = start - arrived;
    assert!(TimeDelta::seconds(30) <= ahead && ahead <= TimeDelta::seconds(60), "{ahead}");
    stage.pass(stage.at_once());
    office.worker.read(&[post.id]).await.unwrap();
    let out = office.load(&post).await;
    assert_eq!((out.state(office.desk.now()), stage.posts().len()), (State::Published, 1), "{out:?}");
}

pub async fn a_moment_that_passes_on_the_way_is_given_up(stage: &Stage) {
    if !is_theirs(stage) {
        return;
    }
    let mut office = Office::open(stage).await;
    let blocked = FaultKind::RateLimited { retry_after: None };
    stage.demo.world.fault(Fault::once(blocked).at(stage.name).on("POST", "/v2/post"));
    let post = office.schedule_in(stage, TimeDelta::minutes(12), "Too late by a little").await;
    assert_eq!(moments(stage).len(), 1, "all was ready but the post itself");
    stage.pass(TimeDelta::minutes(15));
    office.worker.push().await.unwrap();
    assert_eq!((moments(stage).len(), stage.posts().len()), (1, 0), "what is past does not leave");
    let kept = office.load(&post).await;
    let Outcome::Refused(refusal) = second(&kept) else { panic!("{kept:?}") };
    assert!(refusal.words.contains("time has passed"), "{refusal:?}");
}
