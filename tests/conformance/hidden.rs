//! A site that lists nothing of what it is sending: such a post is neither gone nor never made, whichever run of the
//! program asks, and however fresh it is.

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind, Habits, Status, Trouble};
use runsheet::desk::{Desk, Seat};
use runsheet::domain::ids::AccountName;
use runsheet::domain::outcome::State;
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::OutboxState;
use runsheet::store::{Actor, Store};
use runsheet::sync::Worker;

use crate::stage::{Stage, limits};

/// One store, and a site that hides what it is sending.
struct House {
    stage: Stage,
    store: Store,
}

async fn house() -> House {
    let stage = Stage::open("posto").await;
    stage.demo.world.set_habits("posto", Habits { older: true, ..Habits::default() });
    let house = House { stage, store: Store::memory().unwrap() };
    house.run().1.pull().await.unwrap();
    house
}

impl House {
    /// A program that was just started.
    fn run(&self) -> (Desk, Worker) {
        let (stage, account) = (&self.stage, AccountName::new("account"));
        let provider = stage.with(None, limits());
        let worker = Worker::new(account.clone(), provider.clone(), stage.common(&self.store, Vec::new()));
        let seats = vec![Seat { account, provider }];
        let (clock, ids) = (stage.clock.clone(), stage.ids.clone());
        (Desk::new(self.store.clone(), clock, ids, chrono_tz::UTC, seats, Actor::You), worker)
    }

    fn post(&self, body: &str) -> Post {
        let now = self.stage.clock.now();
        let mut post = Post::draft(self.stage.ids.post(now), now);
        post.body = body.into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(now + TimeDelta::hours(1), chrono_tz::UTC));
        post.targets = vec![Target::new(self.stage.target("x").channel)];
        post
    }

    /// A post that waits at the site for an hour.
    async fn scheduled(&self, body: &str) -> Post {
        let (desk, mut worker) = self.run();
        let post = self.post(body);
        desk.save(post.clone(), "scheduled").await.unwrap();
        self.stage.clock.turn(TimeDelta::seconds(11));
        worker.push().await.unwrap();
        let post = self.store.post(post.id).await.unwrap().unwrap();
        assert_eq!((self.there(), post.state(self.stage.clock.now())), (Status::Pending, State::Scheduled));
        post
    }

    fn there(&self) -> Status {
        self.stage.posts()[0].targets[0].status
    }

    /// Turns the clock to the moment at which `post` is being sent.
    fn comes(&self, post: &Post) {
        let due = post.instant().unwrap();
        self.stage.pass(due - self.stage.clock.now() + TimeDelta::seconds(1));
        assert_eq!(self.there(), Status::Publishing);
    }

    /// What a run that was just started makes of it, in passing and after a whole look.
    async fn seen(&self, post: &Post) -> State {
        let (_, mut worker) = self.run();
        worker.follow_due().await.unwrap();
        self.run().1.pull().await.unwrap();
        self.state(post).await
    }

    async fn state(&self, post: &Post) -> State {
        let now = self.stage.clock.now();
        let all = self.store.weeks(now - TimeDelta::days(9), now + TimeDelta::days(9)).await.unwrap();
        let drafts = self.store.drafts().await.unwrap();
        assert_eq!((all.len(), drafts.len()), (1, 0), "one post, and no draft of it: {all:#?} {drafts:#?}");
        self.store.post(post.id).await.unwrap().unwrap().state(now)
    }

    async fn ends_well(&self, post: &Post) {
        self.stage.pass(TimeDelta::seconds(5));
        assert_eq!((self.seen(post).await, self.stage.posts().len()), (State::Published, 1));
        assert_eq!(self.stage.created(), 1);
    }
}

#[tokio::test]
async fn a_post_that_is_being_sent_is_not_gone_for_a_program_that_just_started() {
    let house = house().await;
    let post = house.scheduled("Sent while nobody looked").await;
    house.comes(&post);
    assert_eq!(house.seen(&post).await, State::Publishing);
    house.ends_well(&post).await;
}

#[tokio::test]
async fn a_post_that_is_being_sent_cannot_be_taken_back_by_a_program_that_just_started() {
    let house = house().await;
    let mut post = house.scheduled("Held too late").await;
    house.stage.clock.turn(post.instant().unwrap() - house.stage.clock.now() - TimeDelta::seconds(15));
    let (desk, _) = house.run();
    post.wish = Wish::Hold;
    desk.save(post.clone(), "held").await.unwrap();
    house.comes(&post);
    house.run().1.push().await.unwrap();
    let rows = house.store.outbox_of(post.id).await.unwrap();
    assert_eq!(rows.last().unwrap().state, OutboxState::Failed, "{rows:#?}");
    assert!(rows.last().unwrap().last_error.as_deref().unwrap().contains("going out"), "{rows:#?}");
    house.stage.pass(TimeDelta::seconds(5));
    house.run().1.pull().await.unwrap();
    assert_eq!(house.state(&post).await, State::Published);
}

#[tokio::test]
async fn what_was_told_to_go_out_at_once_is_not_gone_meanwhile() {
    let house = house().await;
    let post = house.scheduled("Rather now").await;
    let (desk, mut worker) = house.run();
    desk.publish_now(&[post.id]).await.unwrap();
    house.stage.clock.turn(TimeDelta::seconds(11));
    worker.push().await.unwrap();
    assert_eq!(house.there(), Status::Publishing);
    worker.follow_due().await.unwrap();
    assert_eq!(house.seen(&post).await, State::Publishing);
    house.ends_well(&post).await;
}

#[tokio::test]
async fn what_was_made_at_once_and_never_listed_is_not_gone_meanwhile() {
    let house = house().await;
    let (desk, mut worker) = house.run();
    let mut post = house.post("Now, and new");
    post.wish = Wish::Now;
    desk.save(post.clone(), "published").await.unwrap();
    house.stage.clock.turn(TimeDelta::seconds(11));
    worker.push().await.unwrap();
    assert_eq!(house.there(), Status::Publishing);
    worker.follow_due().await.unwrap();
    house.seen(&post).await;
    house.ends_well(&post).await;
}

#[tokio::test]
async fn what_is_tried_again_is_not_gone_meanwhile() {
    let house = house().await;
    let post = house.scheduled("Tried again").await;
    let (id, channel) = (house.stage.posts()[0].id.clone(), house.stage.target("x").remote);
    let trouble = Trouble::named("outage", "twitter").unwrap();
    assert!(house.stage.demo.world.set_trouble("posto", &id, channel.as_str(), trouble));
    house.stage.pass(TimeDelta::hours(2));
    assert_eq!(house.seen(&post).await, State::Failed);
    let (desk, mut worker) = house.run();
    desk.retry(&[post.id]).await.unwrap();
    house.stage.clock.turn(TimeDelta::seconds(11));
    worker.push().await.unwrap();
    assert_eq!(house.there(), Status::Publishing);
    assert_eq!(house.seen(&post).await, State::Publishing);
    house.ends_well(&post).await;
}

#[tokio::test]
async fn what_may_be_going_out_unseen_is_not_sent_a_second_time() {
    // When it leaves the site, which takes its time, and when it is looked for while it is being sent.
    for (wish, out, looked_for) in [(Wish::Schedule, 240, 200), (Wish::Now, 900, 600)] {
        let house = house().await;
        let began = house.stage.clock.now();
        let mut post = house.post("The answer was lost");
        post.wish = wish;
        post.schedule = Some(Schedule::at(began + TimeDelta::seconds(180), chrono_tz::UTC));
        let (desk, mut worker) = house.run();
        desk.save(post.clone(), "scheduled").await.unwrap();
        house.stage.demo.world.fault(Fault::once(FaultKind::CutAfter).on("POST", "/composer"));
        house.stage.clock.turn(TimeDelta::seconds(11));
        worker.push().await.unwrap();
        let id = house.stage.posts()[0].id.clone();
        house.stage.demo.world.edit_post("posto", &id, |there| {
            there.status = Status::Publishing;
            there.targets[0].status = Status::Publishing;
            there.targets[0].busy_until = Some(began + TimeDelta::seconds(out));
        });
        while house.stage.clock.now() < began + TimeDelta::seconds(looked_for) {
            house.stage.pass(TimeDelta::seconds(30));
            house.run().1.push().await.unwrap();
        }
        let rows = house.store.outbox().await.unwrap();
        assert!(matches!(rows[..], [ref row] if row.state == OutboxState::Verifying), "{wish:?}: {rows:#?}");
        assert!(rows[0].last_error.as_deref().unwrap().contains("may be going out"), "{wish:?}: {rows:#?}");
        assert_eq!((house.there(), house.stage.created()), (Status::Publishing, 1));
        while house.stage.clock.now() < began + TimeDelta::seconds(out + 150) {
            house.stage.pass(TimeDelta::seconds(30));
            house.run().1.push().await.unwrap();
        }
        assert_eq!(house.state(&post).await, State::Published, "{wish:?}");
        assert_eq!((house.stage.created(), house.store.outbox().await.unwrap().len()), (1, 0), "{wish:?}");
    }
}
