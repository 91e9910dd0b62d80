//! What failed, and what nobody answered for, through desk, outbox and sync: sent again at most once, and one post
//! here whatever it is there.

use std::sync::Arc;

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind, SimError, Trouble};
use runsheet::desk::{Desk, Seat};
use runsheet::domain::change::Change;
use runsheet::domain::ids::{AccountName, ChannelId};
use runsheet::domain::outcome::{Outcome, State, TAKE_BACK};
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::Write;
use runsheet::provider::capability::{Repeat, Retry};
use runsheet::provider::{ProviderExt, Query, Step};
use runsheet::store::{Actor, Store};
use runsheet::sync::{Common, Worker};
use tokio::sync::mpsc;

use crate::stage::{Stage, in_hours, noon};

/// A desk with the stage's provider at its one seat, and the worker that carries out what is decided there.
pub struct Office {
    pub desk: Desk,
    pub worker: Worker,
    pub account: AccountName,
}

impl Office {
    pub async fn open(stage: &Stage) -> Self {
        let account = AccountName::new("account");
        let store = Store::memory().unwrap();
        // Nobody listens to its news.
        let (news, _) = mpsc::unbounded_channel();
        let common = Common {
            store: store.clone(),
            clock: stage.clock.clone(),
            ids: stage.ids.clone(),
            zone: chrono_tz::Europe::Oslo,
            habits: Default::default(),
            owner: "here".into(),
            sends: true,
            news,
            failover: Arc::default(),
            bounds: Default::default(),
            web: None,
            bell: Arc::default(),
            damaged: Arc::default(),
        };
        let seat = Seat { account: account.clone(), provider: Arc::clone(&stage.provider) };
        let (clock, ids) = (stage.clock.clone(), stage.ids.clone());
        let desk = Desk::new(store, clock, ids, chrono_tz::Europe::Oslo, vec![seat], Actor::You);
        let mut worker = Worker::new(account.clone(), Arc::clone(&stage.provider), common);
        worker.pull().await.unwrap();
        Self { desk, worker, account }
    }

    /// A new post for X and another network, scheduled an hour from now; sent as far as luck allows.
    pub async fn schedule(&mut self, stage: &Stage, body: &str) -> Post {
        self.schedule_in(stage, TimeDelta::hours(1), body).await
    }

    /// The same, scheduled that far from now.
    pub async fn schedule_in(&mut self, stage: &Stage, ahead: TimeDelta, body: &str) -> Post {
        let post = self.keep_in(stage, ahead, body).await;
        self.worker.push().await.unwrap();
        post
    }

    /// The same, of which nothing is sent yet.
    async fn keep_in(&self, stage: &Stage, ahead: TimeDelta, body: &str) -> Post {
        let now = self.desk.now();
        let mut post = Post::draft(self.desk.ids().post(now), now);
        post.body = body.into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(now + ahead, chrono_tz::Europe::Oslo));
        let channels = [stage.target("x"), stage.other()];
        post.targets =
            channels.iter().map(|target| Target::new(ChannelId::of(&self.account, &target.remote))).collect();
        self.desk.save(post.clone(), "scheduled").await.unwrap();
        post
    }

    pub async fn load(&self, post: &Post) -> Post {
        self.desk.store.post(post.id).await.unwrap().unwrap()
    }

    /// How many posts there are here, whatever their time.
    pub async fn count(&self) -> usize {
        let now = self.desk.now();
        let dated = self.desk.store.weeks(now - TimeDelta::days(90), now + TimeDelta::days(90)).await.unwrap();
        dated.len() + self.desk.store.drafts().await.unwrap().len()
    }
}

/// What a network says once, and not when it is tried again.
fn network_down() -> Trouble {
    let error = SimError {
        category: "platform_error".into(),
        source: "platform".into(),
        code: "503".into(),
        message: "The network is down".into(),
    };
    Trouble { error, lasting: false }
}

pub async fn what_failed_goes_out_again_and_no_sync_makes_two_of_it(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let post = office.schedule(stage, "Half of it goes wrong").await;
    let failing = stage.other().remote;
    let first = stage.posts()[0].id.clone();
    assert!(stage.demo.world.set_trouble(stage.name, &first, failing.as_str(), network_down()));
    stage.pass(TimeDelta::hours(2));
    office.worker.pull().await.unwrap();
    assert_eq!(office.load(&post).await.state(office.desk.now()), State::Partial);

    let anew = stage.provider.capabilities().retry == Retry::Anew;
    let retried = office.desk.retry(&[post.id]).await.unwrap();
    assert_eq!((retried.posts, retried.words().is_some()), (1, anew));
    stage.clock.turn(TAKE_BACK);
    office.worker.pull().await.unwrap();
    let waiting = office.load(&post).await;
    let mine = |post: &Post| {
        let channel = ChannelId::of(&office.account, &failing);
        post.targets.iter().find(|target| target.channel == channel).unwrap().clone()
    };
    assert!(!matches!(mine(&waiting).outcome, Outcome::Refused(_)), "a look in between does not undo it");
    office.worker.push().await.unwrap();
    stage.pass(stage.at_once().max(TimeDelta::minutes(1)));
    office.worker.pull().await.unwrap();

    assert_eq!(stage.posts().len(), if anew { 2 } else { 1 });
    let attempts =
        |number: usize| stage.posts()[number].targets.iter().map(|target| target.attempts).collect::<Vec<_>>();
    assert_eq!(attempts(0), if anew { [1, 1] } else { [1, 2] });
    let out = office.load(&post).await;
    assert_eq!(out.state(office.desk.now()), State::Published, "{out:?}");
    assert_eq!(mine(&out).remote.unwrap().as_str() != first, anew, "it moved to the new post");
    assert_eq!(office.count().await, 1);

    // The first post changes once more over there: it stays a record, and becomes no post of its own here.
    stage.demo.world.edit_post(stage.name, &first, |post| {
        for error in post.targets.iter_mut().filter_map(|target| target.error.as_mut()) {
            error.message = "The network was down for an hour".into();
        }
    });
    office.worker.pull().await.unwrap();
    assert_eq!((office.count().await, office.load(&post).await.targets), (1, out.targets));
}

/// The look-up that decides whether a create is sent again goes by our reference alone, where there is one.
pub async fn what_was_moved_meanwhile_is_still_found_by_our_reference(stage: &Stage) {
    let submission = stage.submission("Moved while nobody answered", in_hours(20));
    let key = stage.intent();
    stage.carry_out(&Write::Create { submission: submission.clone() }, key).await.unwrap();
    let there = stage.posts()[0].id.clone();
    stage.demo.world.edit_post(stage.name, &there, |post| post.scheduled_for = Some(noon() + TimeDelta::days(9)));
    let (from, to) = (Some(noon() - TimeDelta::days(1)), Some(noon() + TimeDelta::days(2)));
    let query = Query { from, to, write: Some((submission.post, key)), ..Query::default() };
    let listed = stage.provider.all_posts(&query).await.unwrap().items;
    let found = listed.iter().any(|post| post.id.as_str() == there);
    assert!(found || stage.provider.capabilities().repeat != Repeat::Reference);
}

pub async fn a_lost_answer_is_settled_without_a_second_post(stage: &Stage) {
    for (number, fault) in
        [FaultKind::CutAfter, FaultKind::CutBefore, FaultKind::MalformedAfter].into_iter().enumerate()
    {
        let mut office = Office::open(stage).await;
        stage.demo.world.fault(Fault::once(fault.clone()).at(stage.name).on("POST", stage.posts_path()));
        let post = office.schedule(stage, &format!("Lost on the way, number {number}")).await;
        for _ in 0..10 {
            stage.pass(TimeDelta::minutes(1));
            office.worker.push().await.unwrap();
        }
        assert_eq!(stage.posts().len(), number + 1, "{fault:?}");
        let settled = office.load(&post).await;
        assert!(settled.targets.iter().all(|target| target.outcome == Outcome::Accepted), "{fault:?}: {settled:?}");
        assert_eq!(settled.targets[0].remote.as_ref().unwrap().as_str(), stage.posts()[number].id);
    }
}

/// Deleted on the provider's own site after it had failed: it stays failed here, and becomes a new post in the end.
pub async fn what_failed_and_is_gone_there_is_made_anew(stage: &Stage) {
    for known in [false, true] {
        let mut office = Office::open(stage).await;
        let post = office.schedule(stage, if known { "Gone, and seen to be" } else { "Gone behind our back" }).await;
        let there = stage.posts().last().unwrap().id.clone();
        for target in &post.targets {
            let (_, channel) = target.channel.as_str().split_once('/').unwrap();
            assert!(stage.demo.world.set_trouble(stage.name, &there, channel, network_down()));
        }
        stage.pass(TimeDelta::hours(2));
        office.worker.pull().await.unwrap();
        assert_eq!(office.load(&post).await.state(office.desk.now()), State::Failed);
        assert!(stage.demo.world.delete_post(stage.name, &there));
        let left = stage.posts().len();
        if known {
            stage.pass(TimeDelta::hours(2));
            office.worker.pull().await.unwrap();
        }
        // Whether the first try finds that it is gone, or makes it anew already: the second one is always possible.
        for _ in 0..2 {
            if office.load(&post).await.state(office.desk.now()) == State::Failed {
                office.desk.retry(&[post.id]).await.unwrap();
                stage.clock.turn(TAKE_BACK);
                office.worker.push().await.unwrap();
            }
        }
        stage.pass(stage.at_once().max(TimeDelta::minutes(1)));
        office.worker.pull().await.unwrap();
        let out = office.load(&post).await;
        assert_eq!(out.state(office.desk.now()), State::Published, "{known}: {out:#?}");
        assert_eq!(stage.posts().len(), left + 1, "{known}");
    }
}

/// What failed on two channels, and was put away on one: only the other one is sent again.
pub async fn what_was_put_away_stays_so_when_the_rest_is_tried_again(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let post = office.schedule(stage, "Posted by hand on one of them").await;
    let there = stage.posts()[0].id.clone();
    let channels: Vec<String> =
        post.targets.iter().map(|target| target.channel.as_str().split_once('/').unwrap().1.to_owned()).collect();
    for channel in &channels {
        assert!(stage.demo.world.set_trouble(stage.name, &there, channel, network_down()));
    }
    stage.pass(TimeDelta::hours(2));
    office.worker.pull().await.unwrap();
    let mut away = office.load(&post).await;
    let Outcome::Refused(refusal) = &mut away.targets[0].outcome else { panic!("{away:?}") };
    refusal.dismissed = true;
    let change = Change::edit(office.load(&post).await, away, "put away");
    office.desk.store.save(office.desk.now(), Actor::You, vec![change], vec![]).await.unwrap();

    office.desk.retry(&[post.id]).await.unwrap();
    stage.clock.turn(TAKE_BACK);
    office.worker.push().await.unwrap();
    stage.pass(stage.at_once().max(TimeDelta::minutes(1)));
    office.worker.pull().await.unwrap();
    let attempts = |channel: &str| -> u32 {
        let all = stage.posts();
        let mine = all.iter().flat_map(|post| &post.targets).filter(|target| target.account == channel);
        mine.map(|target| target.attempts).sum()
    };
    assert_eq!((attempts(&channels[0]), attempts(&channels[1])), (1, 2));
    let out = office.load(&post).await;
    assert!(matches!(out.targets[1].outcome, Outcome::Published { .. }), "{out:#?}");
    assert!(matches!(&out.targets[0].outcome, Outcome::Refused(refusal) if refusal.dismissed), "{out:#?}");
}

/// The program stopped as the request left, and is opened again hours after the post's time: the provider would
/// publish at once what it has never seen, so nothing leaves.
pub async fn what_may_have_left_is_not_sent_again_once_its_time_has_passed(stage: &Stage) {
    let mut office = Office::open(stage).await;
    let post = office.keep_in(stage, TimeDelta::hours(1), "For nine o'clock").await;
    let row = office.desk.store.outbox_of(post.id).await.unwrap().remove(0);
    // As the disk has it after a power cut in the middle of the sending.
    let Ok(Step::Send(request)) = stage.provider.next(&row.write, row.intent, &[]) else { panic!("{row:?}") };
    office.desk.store.freeze(row.intent, request, office.desk.now()).await.unwrap();
    stage.pass(TimeDelta::hours(5));
    office.desk.store.recover(office.desk.now(), "here").await.unwrap();
    for _ in 0..10 {
        office.worker.push().await.unwrap();
        stage.pass(TimeDelta::minutes(2));
    }
    assert!(stage.posts().is_empty(), "{:?}", stage.posts());
    let state = office.load(&post).await.state(office.desk.now());
    assert!(matches!(state, State::Failed | State::Unknown), "{state:?}");
}

/// Keys are forgotten by then, and which date a window of the listing compares is stated by few.
pub async fn what_was_made_a_day_ago_for_weeks_ahead_is_found(stage: &Stage) {
    stage.demo.world.set_windows_by_creation(stage.name, true);
    let mut office = Office::open(stage).await;
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at(stage.name).on("POST", stage.posts_path()));
    let post = office.schedule_in(stage, TimeDelta::weeks(3), "Planned long before").await;
    stage.pass(TimeDelta::hours(26));
    for _ in 0..10 {
        office.worker.push().await.unwrap();
        stage.pass(TimeDelta::minutes(1));
    }
    assert_eq!((stage.posts().len(), stage.created()), (1, 1), "{:#?}", stage.requests());
    let settled = office.load(&post).await;
    assert!(settled.targets.iter().all(|target| target.outcome == Outcome::Accepted), "{settled:?}");
    assert_eq!(settled.targets[0].remote.as_ref().unwrap().as_str(), stage.posts()[0].id);
}
