//! Changes that replace a whole post, and files that a provider keeps for one post and for a day: what was true when
//! it was looked at is looked at again before anything leaves.

use chrono::TimeDelta;
use runsheet::demo::{Effect, Fault, FaultKind, Status};
use runsheet::desk::{Desk, Seat};
use runsheet::domain::ids::AccountName;
use runsheet::domain::media::Media;
use runsheet::domain::outcome::State;
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::files;
use runsheet::store::{Actor, Store};
use runsheet::sync::Worker;
use tempfile::TempDir;

use crate::stage::Stage;

/// A person with one account at Post for Me, and a folder with a picture.
struct House {
    stage: Stage,
    desk: Desk,
    worker: Worker,
    folder: TempDir,
}

async fn house() -> House {
    let stage = Stage::open("postforme").await;
    let store = Store::memory().unwrap();
    let account = AccountName::new("account");
    let mut worker = Worker::new(account.clone(), stage.provider.clone(), stage.common(&store, Vec::new()));
    worker.pull().await.unwrap();
    let seat = Seat { account, provider: stage.provider.clone() };
    let desk = Desk::new(store, stage.clock.clone(), stage.ids.clone(), chrono_tz::UTC, vec![seat], Actor::You);
    House { stage, desk, worker, folder: tempfile::tempdir().unwrap() }
}

impl House {
    fn picture(&self) -> Media {
        let path = self.folder.path().join("roast.png");
        std::fs::write(&path, crate::doors::picture()).unwrap();
        files::measure(&path).unwrap()
    }

    /// A post for X that goes out `after` from now, with what `say` adds.
    async fn save(&mut self, body: &str, after: TimeDelta, say: impl Fn(&mut Post)) -> Post {
        let now = self.desk.now();
        let mut post = Post::draft(self.desk.ids().post(now), now);
        post.body = body.into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(now + after, chrono_tz::UTC));
        post.targets = vec![Target::new(self.stage.target("x").channel)];
        say(&mut post);
        self.desk.save(post.clone(), "scheduled").await.unwrap();
        self.push().await;
        self.load(&post).await
    }

    /// Once a person can take nothing back any more.
    async fn push(&mut self) {
        self.stage.clock.turn(TimeDelta::seconds(11));
        self.worker.push_all().await.unwrap();
    }

    async fn pass(&mut self, span: TimeDelta) {
        self.stage.pass(span);
        self.worker.pull().await.unwrap();
    }

    async fn load(&self, post: &Post) -> Post {
        self.desk.store.post(post.id).await.unwrap().unwrap()
    }

    async fn state(&self, post: &Post) -> State {
        self.load(post).await.state(self.desk.now())
    }

    fn uploads(&self) -> usize {
        self.stage.requests().iter().filter(|request| request.path.contains("/storage/")).count()
    }
}

#[tokio::test]
async fn a_change_that_waited_looks_again_before_it_leaves() {
    for (number, fault) in
        [FaultKind::RateLimited { retry_after: Some(5) }, FaultKind::Unauthorised].into_iter().enumerate()
    {
        let mut house = house().await;
        let mut post = house.save("Moved at the last moment", TimeDelta::minutes(10), |_| {}).await;
        let due = post.instant().unwrap();
        house.stage.clock.turn(due - house.desk.now() - TimeDelta::seconds(20));
        post.schedule = Some(Schedule::at(house.desk.now() + TimeDelta::hours(4), chrono_tz::UTC));
        house.desk.save(post.clone(), "moved").await.unwrap();
        house.stage.demo.world.fault(Fault::once(fault).on("PUT", "/social-posts/"));
        house.push().await;
        // Its old time has come meanwhile.
        house.stage.pass(due - house.desk.now() + TimeDelta::seconds(2));
        assert_eq!(house.stage.posts()[0].status, Status::Publishing);
        house.stage.demo.world.forget_requests();
        house.worker.forgive().await.unwrap();
        house.worker.push_all().await.unwrap();
        let changed = |request: &runsheet::demo::Request| matches!(request.effect, Effect::Changed(_));
        assert!(!house.stage.requests().iter().any(changed), "{number}: {:#?}", house.stage.requests());
        house.pass(TimeDelta::minutes(1)).await;
        assert_eq!(house.state(&post).await, State::Published, "{number}");
        house.pass(TimeDelta::hours(5)).await;
        assert_eq!((house.stage.posts().len(), house.state(&post).await), (1, State::Published), "{number}");
    }
}

#[tokio::test]
async fn a_file_is_brought_for_each_post_that_carries_it() {
    let mut house = house().await;
    let picture = house.picture();
    let first = house.save("First with it", TimeDelta::hours(1), |post| post.media = vec![picture.clone()]).await;
    let second = house.save("Second with it", TimeDelta::hours(2), |post| post.media = vec![picture.clone()]).await;
    assert_eq!(house.uploads(), 2);
    house.pass(TimeDelta::minutes(90)).await;
    let third = house.save("Third with it", TimeDelta::hours(2), |post| post.media = vec![picture.clone()]).await;
    house.pass(TimeDelta::hours(4)).await;
    for post in [first, second, third] {
        assert_eq!(house.state(&post).await, State::Published, "{}", post.body);
    }
}

#[tokio::test]
async fn a_scheduled_post_keeps_its_file_and_one_that_was_a_draft_too_long_gets_it_anew() {
    let mut house = house().await;
    let picture = house.picture();
    let mut post = house.save("Long before", TimeDelta::days(5), |post| post.media = vec![picture.clone()]).await;
    house.pass(TimeDelta::days(2)).await;
    post = house.load(&post).await;
    post.body = "Long before, and said better".into();
    house.desk.save(post.clone(), "reworded").await.unwrap();
    house.push().await;
    assert_eq!(house.uploads(), 1, "it is there still");
    for wish in [Wish::Schedule, Wish::Now] {
        let before = house.uploads();
        let mut draft = house
            .save(&format!("Put aside, then {wish:?}"), TimeDelta::days(5), |post| {
                post.media = vec![picture.clone()];
                post.wish = Wish::Draft;
            })
            .await;
        // A draft is kept there too once it was scheduled and put back.
        draft.wish = Wish::Schedule;
        house.desk.save(draft.clone(), "scheduled").await.unwrap();
        house.push().await;
        draft = house.load(&draft).await;
        draft.wish = Wish::Hold;
        house.desk.save(draft.clone(), "held").await.unwrap();
        house.push().await;
        assert_eq!(house.uploads(), before + 1);
        house.pass(TimeDelta::hours(30)).await;
        draft = house.load(&draft).await;
        draft.wish = wish;
        draft.schedule = Some(Schedule::at(house.desk.now() + TimeDelta::hours(1), chrono_tz::UTC));
        house.desk.save(draft.clone(), "released").await.unwrap();
        house.push().await;
        assert_eq!(house.uploads(), before + 2, "{wish:?}");
        house.pass(TimeDelta::hours(2)).await;
        assert_eq!(house.state(&draft).await, State::Published, "{wish:?}");
    }
    house.pass(TimeDelta::days(4)).await;
    assert_eq!(house.state(&post).await, State::Published);
}
