//! Two accounts that serve the same channels: what the first certainly did not take, and nothing else, goes to the next.

use std::sync::Arc;

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::desk::gauge::Gauge;
use runsheet::domain::ids::AccountName;
use runsheet::domain::media::Uploads;
use runsheet::domain::outcome::Outcome;
use runsheet::domain::post::Post;
use runsheet::domain::write::Submission;
use runsheet::provider::{Provider, ProviderExt};
use runsheet::store::Store;
use runsheet::sync::{Line, Worker};

use crate::stage::{Stage, connect, in_hours, limits};

/// The two accounts, and a post that waits to leave through the first.
struct Pair {
    store: Store,
    workers: Vec<Worker>,
    post: Post,
}

impl Pair {
    /// `first` is how the first account reaches the provider; the second does as it should.
    async fn waiting(stage: &Stage, first: Arc<dyn Provider>, body: &str) -> Self {
        Self::with(stage, first, stage.submission(body, in_hours(20))).await
    }

    async fn with(stage: &Stage, first: Arc<dyn Provider>, submission: Submission) -> Self {
        let store = Store::memory().unwrap();
        let accounts = [("first", first), ("second", Arc::clone(&stage.provider))];
        let accounts = accounts.map(|(name, provider)| (AccountName::new(name), provider));
        let channels = stage.provider.all_channels().await.unwrap().items;
        for (account, _) in &accounts {
            store.see_channels(account, channels.clone()).await.unwrap();
        }
        let line = Line { accounts: accounts.to_vec(), patience: TimeDelta::minutes(10) };
        let common = stage.common(&store, vec![line]);
        let workers = accounts.map(|(name, provider)| Worker::new(name, provider, common.clone())).into();
        let post = stage.waiting(&store, "first", submission).await;
        Self { store, workers, post }
    }

    async fn push(&mut self) {
        for worker in &mut self.workers {
            worker.push_all().await.unwrap();
        }
    }

    /// It went out through the second account, once and without a trace of doubt, and its story says why.
    async fn went_on(&self, stage: &Stage, made: usize, why: &str) {
        let (account, outcome) = self.target().await;
        assert_eq!((account.as_str(), outcome), ("second", Outcome::Accepted), "{why}");
        assert_eq!((stage.posts().len(), stage.created()), (made, made), "exactly one post more: {why}");
        assert!(self.store.outbox().await.unwrap().is_empty());
        let story = self.store.attempts_of(self.post.id).await.unwrap();
        assert!(story.iter().any(|told| told.words.contains(why)), "{why}: {story:?}");
    }

    async fn now(&self) -> Post {
        self.store.post(self.post.id).await.unwrap().unwrap()
    }

    /// Through which account the post goes, and what came of it.
    async fn target(&self) -> (String, Outcome) {
        let target = self.now().await.targets.remove(0);
        (target.account().to_string(), target.outcome)
    }
}

pub async fn what_an_account_did_not_take_goes_out_through_the_next_once(stage: &Stage) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let firsts = [
        stage.with(Some(&stage.wrong_key()), limits()),
        connect(stage.name, &nowhere, stage.key(), limits(), &stage.clock),
    ];
    for (number, first) in firsts.into_iter().enumerate() {
        let mut pair = Pair::waiting(stage, first, &format!("Handed on {number}")).await;
        pair.push().await;
        let (account, outcome) = pair.target().await;
        assert_eq!((account.as_str(), outcome), ("second", Outcome::Accepted), "case {number}");
        assert_eq!(stage.posts().len(), number + 1, "exactly one post more");
        assert!(pair.store.outbox().await.unwrap().is_empty());
        let journal = pair.store.journal_of(pair.post.id).await.unwrap();
        assert!(journal[0].words.starts_with("handed on to second"), "{}", journal[0].words);
        let story = pair.store.attempts_of(pair.post.id).await.unwrap();
        assert!(story.iter().any(|told| told.words.contains("first did not take it")), "{story:?}");
    }
}

pub async fn what_may_have_happened_is_never_handed_on(stage: &Stage) {
    let first = Arc::clone(&stage.provider);
    let mut pair = Pair::waiting(stage, first, "Perhaps").await;
    // The step that makes the post, whatever came before it.
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
    pair.push().await;
    let (account, _) = pair.target().await;
    assert_eq!((account.as_str(), stage.posts().len()), ("first", 1));
    assert!(pair.store.outbox().await.unwrap().iter().all(|row| row.account.as_str() == "first"));
}

pub async fn a_no_that_lies_with_the_account_goes_to_the_next_by_its_kind(stage: &Stage) {
    let hour = FaultKind::RateLimited { retry_after: Some(3_600) };
    for (number, no) in [FaultKind::Status(402), FaultKind::Status(403), hour].into_iter().enumerate() {
        let first = stage.with(None, limits());
        let mut pair = Pair::waiting(stage, first, &format!("Not through this one {number}")).await;
        stage.demo.world.fault(Fault::once(no.clone()).at(stage.name).on("POST", stage.posts_path()));
        pair.push().await;
        pair.went_on(stage, number + 1, "first did not take it").await;
        stage.rest();
    }
}

pub async fn a_pause_that_the_person_allows_is_waited_for(stage: &Stage) {
    // Where calls are counted here, passing a limit is a block of a quarter of an hour, whatever was asked for.
    if stage.provider.spending().is_some() {
        return;
    }
    let mut pair = Pair::waiting(stage, stage.with(None, limits()), "In a moment").await;
    let pause = FaultKind::RateLimited { retry_after: Some(300) };
    stage.demo.world.fault(Fault::once(pause).at(stage.name).on("POST", stage.posts_path()));
    pair.push().await;
    assert_eq!((pair.target().await.0.as_str(), stage.posts().len()), ("first", 0));
    stage.pass(TimeDelta::seconds(301));
    pair.push().await;
    assert_eq!((pair.target().await, stage.posts().len()), (("first".to_owned(), Outcome::Accepted), 1));
}

pub async fn a_file_that_broke_off_goes_through_the_next_once(stage: &Stage) {
    // Where a file is prepared for a while first, somebody would have to turn the clock in the middle of the push.
    if stage.provider.capabilities().uploads == Uploads::Addresses || stage.name == "voxburst" {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roast.png");
    std::fs::write(&path, crate::doors::picture()).unwrap();
    let media = vec![Gauge::default().named(path.to_str().unwrap(), folder.path()).await.unwrap()];
    let submission = Submission { media, ..stage.submission("With a picture", in_hours(20)) };
    let mut pair = Pair::with(stage, stage.with(None, limits()), submission).await;
    let (method, path) = if stage.name == "posto" { ("POST", "/media") } else { ("PUT", "/storage/") };
    stage.demo.world.fault(Fault::once(FaultKind::CutBefore).on(method, path));
    pair.push().await;
    pair.went_on(stage, 1, "first did not get all of it, and nothing of it can go out there").await;
}

pub async fn a_step_that_broke_off_before_the_post_goes_through_the_next_once(stage: &Stage) {
    // The words are a thing of their own there, and made before the post.
    if !stage.one_network() {
        return;
    }
    for (number, cut) in [FaultKind::CutBefore, FaultKind::CutAfter].into_iter().enumerate() {
        let mut pair = Pair::waiting(stage, stage.with(None, limits()), &format!("Words apart {number}")).await;
        stage.demo.world.fault(Fault::once(cut).at(stage.name).on("POST", "/message"));
        pair.push().await;
        pair.went_on(stage, number + 1, "first did not get all of it, and nothing of it can go out there").await;
        stage.rest();
    }
}

pub async fn a_refusal_that_lies_with_the_post_stays(stage: &Stage) {
    let first = Arc::clone(&stage.provider);
    let mut pair = Pair::waiting(stage, first, "Not like this").await;
    stage.demo.world.fault(Fault::once(FaultKind::Status(400)).at(stage.name).on("POST", ""));
    pair.push().await;
    let (account, outcome) = pair.target().await;
    assert_eq!(account, "first");
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert_eq!(stage.posts().len(), 0);
}
