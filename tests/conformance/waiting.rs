//! What waits here for a provider that will not have it: it stays, with the reason, and nothing is sent.

use chrono::TimeDelta;
use runsheet::demo::Health;
use runsheet::domain::ids::AccountName;
use runsheet::domain::media::{Media, MediaKind, Uploads};
use runsheet::domain::outcome::{Cause, Outcome};
use runsheet::domain::post::Post;
use runsheet::domain::write::Submission;
use runsheet::provider::ProviderExt;
use runsheet::store::Store;
use runsheet::sync::Worker;

use crate::stage::{Stage, in_hours};

/// One account with a post that waits in its store.
struct Desk {
    store: Store,
    worker: Worker,
    post: Post,
}

impl Desk {
    async fn with(stage: &Stage, submission: Submission) -> Self {
        let (store, account) = (Store::memory().unwrap(), AccountName::new("account"));
        store.see_channels(&account, stage.provider.all_channels().await.unwrap().items).await.unwrap();
        let worker = Worker::new(account, stage.provider.clone(), stage.common(&store, Vec::new()));
        let post = stage.waiting(&store, "account", submission).await;
        stage.demo.world.forget_requests();
        Self { store, worker, post }
    }

    /// The post is refused for `cause`, in words, and whole.
    async fn refused_for(&self, cause: Cause) {
        let post = self.store.post(self.post.id).await.unwrap().unwrap();
        let Outcome::Refused(refusal) = &post.targets[0].outcome else { panic!("{post:?}") };
        assert_eq!(refusal.cause, cause, "{}", refusal.words);
        assert!(!refusal.words.is_empty());
        assert_eq!((&post.body, post.instant()), (&self.post.body, self.post.instant()), "nothing is lost");
    }

    async fn outcome(&self) -> Outcome {
        self.store.post(self.post.id).await.unwrap().unwrap().targets.remove(0).outcome
    }
}

pub async fn a_file_of_this_machine_stays_here_where_only_addresses_go(stage: &Stage) {
    if stage.provider.capabilities().uploads != Uploads::Addresses {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roast.png");
    std::fs::write(&path, [7; 4_000]).unwrap();
    let media = vec![Media::of_file(&path, MediaKind::Image).unwrap()];
    let mut desk = Desk::with(stage, Submission { media, ..stage.submission("With a picture", in_hours(20)) }).await;
    desk.worker.push().await.unwrap();
    let Outcome::Refused(refusal) = desk.outcome().await else { panic!("{:?}", desk.outcome().await) };
    assert_eq!(refusal.cause, Cause::Media);
    let name = stage.provider.capabilities().name;
    for part in ["roast.png", name, "https"] {
        assert!(refusal.words.contains(part), "no {part} in {}", refusal.words);
    }
    assert!(stage.requests().is_empty() && stage.posts().is_empty(), "{:#?}", stage.requests());
    // Another look sends nothing either.
    desk.worker.push().await.unwrap();
    assert!(stage.requests().is_empty());
}

pub async fn a_post_whose_channel_is_cut_off_says_so_and_is_kept(stage: &Stage) {
    let mut desk = Desk::with(stage, stage.submission("Waiting for its channel", in_hours(20))).await;
    let target = stage.target("x");
    assert!(stage.demo.world.set_health(stage.name, target.remote.as_str(), Health::Disconnected));
    desk.worker.push().await.unwrap();
    if desk.outcome().await == Outcome::Accepted {
        // Some take it all the same, and find out when it is due.
        stage.pass(TimeDelta::hours(20) + TimeDelta::minutes(5));
        stage.rest();
        desk.worker.pull().await.unwrap();
    } else {
        assert_eq!(stage.posts().len(), 0, "nothing was made there");
    }
    desk.refused_for(Cause::Reconnect).await;
    let live = stage.posts().into_iter().flat_map(|post| post.targets).filter(|target| target.url.is_some());
    assert_eq!(live.count(), 0, "nothing went out");
}

pub async fn a_post_whose_channel_is_gone_stays_here(stage: &Stage) {
    let mut desk = Desk::with(stage, stage.submission("Waiting for its channel", in_hours(20))).await;
    let target = stage.target("x");
    assert!(stage.demo.world.lose_channel(stage.name, target.remote.as_str()));
    desk.worker.push().await.unwrap();
    let Outcome::Refused(refusal) = desk.outcome().await else { panic!("{:?}", desk.outcome().await) };
    assert!(!refusal.words.is_empty());
    assert_eq!(stage.posts().len(), 0, "nothing was made there");
    // The channel goes from the list, and takes the post with it nowhere.
    desk.worker.pull().await.unwrap();
    let channels = desk.store.channels().await.unwrap();
    assert!(channels.iter().find(|channel| channel.remote == target.remote).is_none_or(|channel| channel.gone));
    desk.refused_for(refusal.cause).await;
}
