//! Two accounts that serve the same channels: what the first certainly did not take, and nothing else, goes to the next.

use std::sync::Arc;

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::AccountName;
use runsheet::domain::outcome::Outcome;
use runsheet::domain::post::Post;
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
        let post = stage.waiting(&store, "first", stage.submission(body, in_hours(20))).await;
        Self { store, workers, post }
    }

    async fn push(&mut self) {
        for worker in &mut self.workers {
            worker.push().await.unwrap();
        }
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
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", ""));
    pair.push().await;
    let (account, _) = pair.target().await;
    assert_eq!(account, "first");
    assert!(pair.store.outbox().await.unwrap().iter().all(|row| row.account.as_str() == "first"));
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
