//! What must hold between an edit and its writes, on a desk whose providers are never reached.

use chrono_tz::UTC;

use super::*;
use crate::domain::change::Change;
use crate::domain::channel::{Health, Network};
use crate::domain::outcome::{Cause, Refusal, State, TAKE_BACK};
use crate::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use crate::domain::schedule::Schedule;
use crate::domain::write::{Prepared, Receipt, Timing};
use crate::provider::{Connection, build, http};
use crate::store::Settlement;

fn acme() -> AccountName {
    AccountName::new("acme")
}

async fn desk() -> Desk {
    desk_at("late").await
}

pub(super) async fn desk_at(provider: &str) -> Desk {
    let clock = Clock::standing_at(DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000));
    let store = Store::memory().unwrap();
    let channel = |id: &str| RemoteChannel {
        id: RemoteId::new(id),
        network: Network::from_word("x"),
        handle: id.into(),
        name: String::new(),
        health: Health::Ok,
    };
    store.see_channels(&acme(), ["1", "2", "3"].map(channel).into()).await.unwrap();
    let connection = Connection {
        provider: provider.into(),
        base_url: None,
        key: "k0123456789".into(),
        limits: http::Limits::default(),
    };
    let seats = vec![Seat { account: acme(), provider: build(connection, &clock).unwrap() }];
    Desk::new(store, clock, IdSource::seeded(5), UTC, seats, Actor::You)
}

/// A post on the schedule in two hours, stored without any write.
pub(super) async fn stored(desk: &Desk, channels: &[(&str, Outcome, Option<&str>)]) -> Post {
    let now = desk.now();
    let mut post = Post::draft(desk.ids.post(now), now);
    post.body = "old".into();
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(now + chrono::TimeDelta::hours(2), UTC));
    for (channel, outcome, remote) in channels {
        let mut target = Target::new(ChannelId::new(*channel));
        target.outcome = outcome.clone();
        target.remote = remote.map(RemoteId::new);
        post.targets.push(target);
    }
    let change = Change::create(post.clone(), "found");
    desk.store.save(now, Actor::Sync, vec![change], vec![]).await.unwrap();
    post
}

fn live() -> Outcome {
    Outcome::Published { url: None, at: None }
}

fn refused() -> Outcome {
    Outcome::Refused(Refusal::new(Cause::Outage, "down", None))
}

async fn open(desk: &Desk) -> Vec<Write> {
    desk.store.outbox().await.unwrap().into_iter().map(|row| row.write).collect()
}

fn shown(post: &Post, remote: &str) -> RemotePost {
    RemotePost {
        id: RemoteId::new(remote),
        reference: None,
        body: post.body.clone(),
        title: None,
        at: post.instant(),
        state: RemoteState::Scheduled,
        targets: vec![RemoteTarget {
            channel: RemoteId::new("1"),
            network: Network::from_word("x"),
            text: None,
            at: None,
            outcome: Outcome::Accepted,
            extras: crate::domain::options::Extras::default(),
        }],
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
        created_at: None,
        updated_at: None,
        oddities: Vec::new(),
    }
}

#[tokio::test]
async fn undoing_the_deletion_of_what_is_out_sends_nothing() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", live(), Some("r"))]).await;
    desk.delete(&[post.id]).await.unwrap();
    desk.undo().await.unwrap();
    let back = desk.current(post.id).await.unwrap();
    assert_eq!((back.state(desk.now()), open(&desk).await), (State::Published, vec![]));
}

#[tokio::test]
async fn undoing_a_deletion_that_has_not_left_takes_the_removal_back() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await;
    desk.delete(&[post.id]).await.unwrap();
    assert!(matches!(&open(&desk).await[..], [Write::Remove { .. }]));
    desk.undo().await.unwrap();
    let writes = open(&desk).await;
    assert!(matches!(&writes[..], [Write::Revise { remote, .. }] if remote.as_str() == "r"), "{writes:?}");
    assert_eq!(desk.current(post.id).await.unwrap().targets, post.targets);
}

#[tokio::test]
async fn publishing_at_once_can_be_undone_while_it_waits_and_stands_at_now() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    desk.publish_now(&[post.id]).await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().instant(), Some(desk.now()));
    desk.undo().await.unwrap();
    let writes = open(&desk).await;
    let [Write::Create { submission }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!(submission.timing, Timing::At(post.instant().unwrap()));
    assert!(desk.redo().await.is_err(), "publishing never comes back by itself");
    assert_eq!(open(&desk).await, writes);
}

#[tokio::test]
async fn what_is_too_late_to_take_back_is_said_and_passed_over() {
    let desk = desk().await;
    let first = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    let out = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    let later = |hours| Schedule::at(desk.now() + chrono::TimeDelta::hours(hours), UTC);
    desk.move_posts(vec![(first.id, later(9))]).await.unwrap();
    desk.move_posts(vec![(first.id, later(20)), (out.id, later(20))]).await.unwrap();
    desk.move_posts(vec![(out.id, later(30))]).await.unwrap();
    let before = desk.current(out.id).await.unwrap();
    let mut after = before.clone();
    after.targets[0].outcome = live();
    let went = Change::edit(before, after.clone(), "published");
    desk.store.save(desk.now(), Actor::Sync, vec![went], Vec::new()).await.unwrap();

    let refused = desk.undo().await.unwrap_err().to_string();
    assert!(refused.contains("was not undone: it is published") && refused.contains("the edit before it"), "{refused}");
    let said = desk.undo().await.unwrap();
    assert!(said.contains("moved 2 posts; 1 post of it stays as it is: it is published"), "{said}");
    assert_eq!(desk.current(first.id).await.unwrap().schedule, Some(later(9)));
    desk.undo().await.unwrap();
    assert_eq!(desk.current(first.id).await.unwrap().schedule, first.schedule);
    assert_eq!(desk.current(out.id).await.unwrap().schedule, after.schedule);
    desk.redo().await.unwrap();
    assert_eq!(desk.current(first.id).await.unwrap().schedule, Some(later(9)));
    desk.redo().await.unwrap();
    assert_eq!(desk.current(first.id).await.unwrap().schedule, Some(later(20)));
    assert!(desk.redo().await.unwrap_err().to_string().contains("nothing to redo"));
}

/// What the shell or a provider makes of a post between an edit at the screen and its undoing.
async fn meanwhile(desk: &Desk, id: PostId, change: impl FnOnce(&mut Post)) -> Post {
    let before = desk.current(id).await.unwrap();
    let mut after = before.clone();
    change(&mut after);
    let edit = Change::edit(before, after, "changed");
    desk.store.save(desk.now(), Actor::Sync, vec![edit], Vec::new()).await.unwrap();
    desk.current(id).await.unwrap()
}

#[tokio::test]
async fn undoing_leaves_what_others_changed_since() {
    let later = |desk: &Desk, hours| Schedule::at(desk.now() + chrono::TimeDelta::hours(hours), UTC);
    let moved = || async {
        let desk = desk().await;
        let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
        desk.move_posts(vec![(post.id, later(&desk, 9))]).await.unwrap();
        (desk, post)
    };
    // The text: only the move is taken back.
    let (desk, post) = moved().await;
    meanwhile(&desk, post.id, |post| post.body = "corrected elsewhere".into()).await;
    desk.undo().await.unwrap();
    let back = desk.current(post.id).await.unwrap();
    assert_eq!((back.body.as_str(), back.schedule, back.wish), ("corrected elsewhere", post.schedule, Wish::Schedule));
    // It was taken off the schedule: it stays off.
    let (desk, post) = moved().await;
    meanwhile(&desk, post.id, |post| post.wish = Wish::Draft).await;
    desk.undo().await.unwrap();
    let back = desk.current(post.id).await.unwrap();
    assert_eq!((back.schedule, back.wish), (post.schedule, Wish::Draft));
    assert_eq!(open(&desk).await, vec![], "nothing goes out");
    // The time itself: the later word stands.
    let (desk, post) = moved().await;
    let theirs = later(&desk, 30);
    let there = meanwhile(&desk, post.id, |post| post.schedule = Some(theirs)).await;
    let said = desk.undo().await.unwrap_err().to_string();
    assert!(said.contains("its time changed since"), "{said}");
    assert_eq!(desk.current(post.id).await.unwrap(), there);
}

#[tokio::test]
async fn what_went_out_while_the_question_stood_is_not_deleted() {
    let desk = desk().await;
    let (out, waits) = (
        stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await,
        stored(&desk, &[("acme/2", Outcome::NotSent, None)]).await,
    );
    let seen = [(out.id, State::Scheduled), (waits.id, State::Scheduled)];
    meanwhile(&desk, out.id, |post| post.targets[0].outcome = live()).await;
    let (count, spared) = desk.delete_seen(&seen).await.unwrap();
    assert_eq!(count, 1);
    assert!(spared.contains("is published by now and stays"), "{spared}");
    assert!(desk.store.post(out.id).await.unwrap().is_some() && desk.store.post(waits.id).await.unwrap().is_none());
    // Asked again, now that it is known to be out.
    assert_eq!(desk.delete_seen(&[(out.id, State::Published)]).await.unwrap(), (1, String::new()));
}

#[tokio::test]
async fn what_a_provider_refused_to_delete_is_not_made_a_second_time_by_undoing() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await;
    desk.delete(&[post.id]).await.unwrap();
    let [row] = desk.store.outbox().await.unwrap().try_into().unwrap();
    desk.store.decide(row.intent, OutboxState::Failed, None, "refused", desk.now()).await.unwrap();
    desk.undo().await.unwrap();
    assert_eq!(open(&desk).await, vec![], "it is there still");
    let back = desk.current(post.id).await.unwrap();
    assert_eq!(back.targets[0].remote, Some(RemoteId::new("r")));
}

#[tokio::test]
async fn typing_over_a_draft_that_was_scheduled_elsewhere_takes_nothing_off_the_schedule() {
    let desk = desk().await;
    let mut draft = Post::draft(desk.ids.post(desk.now()), desk.now());
    draft.body = "a thought".into();
    draft.targets = vec![Target::new(ChannelId::new("acme/1"))];
    desk.autosave(draft.clone()).await.unwrap();
    let opened = desk.current(draft.id).await.unwrap();
    let at = Schedule::at(desk.now() + chrono::TimeDelta::hours(9), UTC);
    let theirs = Post { body: "theirs".into(), wish: Wish::Schedule, schedule: Some(at), ..opened.clone() };
    desk.save_onto(Some(&opened), theirs, "scheduled").await.unwrap();
    let there = desk.current(draft.id).await.unwrap();
    let typed = Post { body: "mine".into(), ..opened.clone() };
    let said = desk.save_onto(Some(&opened), typed.clone(), "saved").await.unwrap_err().to_string();
    assert!(said.contains("it is scheduled since it was opened here"), "{said}");
    assert_eq!(desk.current(draft.id).await.unwrap(), there);
    assert_eq!(desk.typed(draft.id).await.unwrap().unwrap().body, "mine", "what was typed is kept aside");
    // One that stays a draft is saved as it was typed.
    let mut other = Post { id: desk.ids.post(desk.now()), ..opened };
    desk.autosave(other.clone()).await.unwrap();
    let opened = desk.current(other.id).await.unwrap();
    other.body = "typed on".into();
    desk.autosave_onto(Some(&opened), other.clone()).await.unwrap();
    other.body = "typed to the end".into();
    desk.save_onto(Some(&opened), other.clone(), "saved").await.unwrap();
    assert_eq!(desk.current(other.id).await.unwrap().body, "typed to the end");
}

#[tokio::test]
async fn what_is_typed_on_a_planned_post_does_not_bring_its_old_time_back() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    let opened = desk.current(post.id).await.unwrap();
    let moved = Schedule::at(desk.now() + chrono::TimeDelta::hours(30), UTC);
    desk.move_posts(vec![(post.id, moved)]).await.unwrap();
    let typed = Post { body: "typed".into(), ..opened.clone() };
    desk.autosave_onto(Some(&opened), typed).await.unwrap();
    let again = desk.typed(post.id).await.unwrap().unwrap();
    assert_eq!((again.body.as_str(), again.schedule), ("typed", Some(moved)));
    let now = desk.current(post.id).await.unwrap();
    desk.save_onto(Some(&now), again, "edited").await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().schedule, Some(moved));
    // Nothing typed after all: nothing is kept aside, although it is another post by now.
    desk.autosave_onto(Some(&opened), opened.clone()).await.unwrap();
    assert_eq!(desk.typed(post.id).await.unwrap(), None);
}

#[tokio::test]
async fn undoing_a_creation_deletes_nothing_that_was_written_since() {
    let desk = desk().await;
    let mut post = Post::draft(desk.ids.post(desk.now()), desk.now());
    post.body = "a thought".into();
    let id = desk.save(post, "duplicated").await.unwrap();
    let typed = Post { body: "a thought, typed on".into(), ..desk.current(id).await.unwrap() };
    desk.autosave(typed).await.unwrap();
    let said = desk.undo().await.unwrap_err().to_string();
    assert!(said.contains("it changed since it was made"), "{said}");
    // A provider that knows whole minutes only has changed nothing.
    let mut post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    post.id = desk.ids.post(desk.now());
    post.schedule = Some(Schedule::at(desk.now() + chrono::TimeDelta::seconds(7_230), UTC));
    let other = desk.save(post, "scheduled").await.unwrap();
    let whole = Schedule::at(desk.now() + chrono::TimeDelta::seconds(7_200), UTC);
    meanwhile(&desk, other, |post| post.schedule = Some(whole)).await;
    desk.undo().await.unwrap();
    assert!(desk.store.post(other).await.unwrap().is_none());
    assert_eq!(desk.current(id).await.unwrap().body, "a thought, typed on");
}

#[tokio::test]
async fn a_retry_is_not_undone_where_that_would_change_nothing() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", refused(), None)]).await;
    let moved = Schedule::at(desk.now() + chrono::TimeDelta::hours(9), UTC);
    let mut kept = post.clone();
    kept.schedule = Some(moved);
    let edit = Change::edit(desk.current(post.id).await.unwrap(), kept, "moved");
    desk.store.save(desk.now(), Actor::You, vec![edit], Vec::new()).await.unwrap();
    desk.retry(&[post.id]).await.unwrap();
    let waiting = desk.current(post.id).await.unwrap();
    send(&desk).await;
    let words = desk.undo().await.unwrap_err().to_string();
    assert!(words.contains("was not undone: it was sent again"), "{words}");
    assert_eq!(desk.current(post.id).await.unwrap(), waiting);
}

/// Lets what waits begin to be sent.
async fn send(desk: &Desk) {
    let minute = chrono::TimeDelta::minutes(1);
    let claimed = desk.store.claim(&acme(), desk.now() + minute, "engine", minute).await.unwrap().unwrap();
    let frozen = Prepared { method: "POST".into(), path: "/".into(), headers: Vec::new(), body: None };
    desk.store.freeze(claimed.intent, frozen, desk.now()).await.unwrap();
}

#[tokio::test]
async fn a_retry_is_taken_back_until_it_is_sent() {
    let both = [("acme/1", refused(), Some("r")), ("acme/2", refused(), None)];
    for (provider, channels) in [("late", &both[..1]), ("late", &both[1..]), ("late", &both[..]), ("postforme", &both)]
    {
        let desk = desk_at(provider).await;
        let post = stored(&desk, channels).await;
        desk.retry(&[post.id]).await.unwrap();
        let asked = desk.store.outbox().await.unwrap();
        let moment = Some(desk.now() + TAKE_BACK);
        assert!(!asked.is_empty() && asked.iter().all(|row| row.not_before == moment), "{asked:?}");
        let said = desk.undo().await.unwrap();
        assert!(said.starts_with("undone: retried"), "{said}");
        assert_eq!(open(&desk).await, vec![], "{provider}");
        let back = desk.current(post.id).await.unwrap();
        assert_eq!((back.targets, back.wish, back.schedule), (post.targets, post.wish, post.schedule), "{provider}");
        let said = desk.redo().await.unwrap_err().to_string();
        assert!(said.contains("r sends it again"), "{said}");
        desk.retry(&[post.id]).await.unwrap();
        assert_eq!(open(&desk).await.len(), asked.len(), "{provider}");
    }
}

#[tokio::test]
async fn taking_a_retry_back_keeps_what_has_its_turn_later() {
    let desk = desk().await;
    let later = |hours| Schedule::at(desk.now() + chrono::TimeDelta::hours(hours), UTC);
    let mut post = Post::draft(desk.ids.post(desk.now()), desk.now());
    (post.body, post.wish, post.schedule) = ("old".into(), Wish::Schedule, Some(later(3)));
    post.targets = ["acme/1", "acme/2"].map(|channel| Target::new(ChannelId::new(channel))).into();
    desk.save(post.clone(), "scheduled").await.unwrap();
    let mut failed = desk.current(post.id).await.unwrap();
    let before = failed.clone();
    failed.targets[0].outcome = refused();
    let change = Change::edit(before, failed.clone(), "found");
    desk.store.save(desk.now(), Actor::Sync, vec![change], vec![]).await.unwrap();
    desk.retry(&[post.id]).await.unwrap();
    let channels = |writes: Vec<Write>| -> Vec<String> {
        let submissions = writes.iter().filter_map(Write::submission);
        submissions.flat_map(|it| it.targets.iter().map(|each| each.channel.to_string())).collect()
    };
    assert_eq!(channels(open(&desk).await), ["acme/1", "acme/2"]);
    desk.undo().await.unwrap();
    assert_eq!(channels(open(&desk).await), ["acme/2"], "the other one still goes out");
    assert_eq!(desk.current(post.id).await.unwrap().targets, failed.targets);
}

#[tokio::test]
async fn publishing_after_an_edit_that_has_not_left_publishes_the_new_text() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await;
    desk.save(Post { body: "new".into(), ..post.clone() }, "edited").await.unwrap();
    desk.publish_now(&[post.id]).await.unwrap();
    let writes = open(&desk).await;
    let [Write::Revise { submission, .. }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!((submission.body.as_str(), submission.timing), ("new", Timing::Now));
}

#[tokio::test]
async fn an_account_that_is_off_is_named_and_nothing_is_done() {
    let desk = desk().await;
    let post = stored(&desk, &[("closed/1", Outcome::Accepted, Some("r"))]).await;
    let before = desk.current(post.id).await.unwrap();
    let later = Schedule::at(desk.now() + chrono::TimeDelta::hours(9), UTC);
    for said in [desk.move_posts(vec![(post.id, later)]).await, desk.delete(&[post.id]).await] {
        assert!(said.unwrap_err().to_string().contains("account \"closed\" is off"));
    }
    assert_eq!(desk.current(post.id).await.unwrap(), before);
    let draft = stored(&desk, &[("closed/1", Outcome::NotSent, None)]).await;
    desk.save(Post { wish: Wish::Draft, body: "typed".into(), ..draft }, "edited").await.unwrap();
}

#[tokio::test]
async fn a_post_whose_write_is_on_its_way_is_not_edited() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    desk.save(Post { body: "new".into(), ..post.clone() }, "edited").await.unwrap();
    let row = desk.store.outbox().await.unwrap().remove(0);
    let request = crate::domain::write::Prepared {
        method: "POST".into(),
        path: "/posts".into(),
        headers: Vec::new(),
        body: None,
    };
    desk.store.freeze(row.intent, request, desk.now()).await.unwrap();
    for said in [desk.delete(&[post.id]).await, desk.hold(&[post.id], true).await, desk.undo().await.map(|_| ())] {
        assert!(said.unwrap_err().to_string().contains("being sent just now"));
    }
    assert!(desk.drop_write(row.intent).await.is_err());
    let half = Receipt { status: 200, remote: None, post: None, raw: String::new() };
    let waits = Settlement { receipt: Some(half), ..Settlement::new(OutboxState::Waiting) };
    desk.store.settle(row.intent, waits).await.unwrap();
    assert!(desk.drop_write(row.intent).await.unwrap_err().to_string().contains("half done"));
}

#[tokio::test]
async fn what_is_dropped_is_not_claimed_any_more() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    desk.save(Post { body: "new".into(), ..post.clone() }, "edited").await.unwrap();
    desk.drop_write(desk.store.outbox().await.unwrap()[0].intent).await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().state(desk.now()), State::Draft);

    let post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await;
    let theirs =
        crate::store::Merged { theirs: shown(&post, "r"), ours: Some(post.clone()), post: post.clone(), journal: None };
    desk.store.apply(&acme(), None, vec![theirs], desk.now()).await.unwrap();
    desk.save(Post { body: "new".into(), ..post.clone() }, "edited").await.unwrap();
    desk.drop_write(desk.store.outbox().await.unwrap()[0].intent).await.unwrap();
    let back = desk.current(post.id).await.unwrap();
    assert_eq!((back.body.as_str(), back.instant(), back.targets), ("old", post.instant(), post.targets));
    assert_eq!(open(&desk).await, vec![]);
}

#[tokio::test]
async fn a_retry_sends_what_failed_and_nothing_else() {
    let desk = desk().await;
    let now = desk.now();
    let mut post = stored(&desk, &[("acme/1", refused(), None), ("acme/2", Outcome::NotSent, None)]).await;
    let before = desk.current(post.id).await.unwrap();
    post.schedule = Some(Schedule::at(now, UTC));
    post.targets[1].schedule = Some(Schedule::at(now + chrono::TimeDelta::hours(3), UTC));
    let change = Change::edit(before, post.clone(), "moved");
    desk.store.save(now, Actor::Sync, vec![change], vec![]).await.unwrap();
    desk.retry(&[post.id]).await.unwrap();
    let writes = open(&desk).await;
    let [Write::Create { submission }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!((submission.timing, submission.targets.len()), (Timing::Now, 1));
    assert_eq!(submission.targets[0].channel.as_str(), "acme/1");
    assert_eq!(desk.current(post.id).await.unwrap().wish, Wish::Schedule);
}

#[tokio::test]
async fn where_nothing_is_sent_twice_a_retry_is_a_new_post_of_what_failed() {
    let there = &[("acme/1", live(), Some("r")), ("acme/2", refused(), Some("r"))];
    let again = desk().await;
    let post = stored(&again, there).await;
    let retried = again.retry(&[post.id]).await.unwrap();
    assert_eq!((retried.posts, retried.anew, retried.words()), (1, 0, None));
    assert!(matches!(&open(&again).await[..], [Write::Retry { .. }]));

    let anew = desk_at("postforme").await;
    let post = stored(&anew, there).await;
    let retried = anew.retry(&[post.id]).await.unwrap();
    assert!(retried.words().is_some_and(|words| words.contains("new post")), "{retried:?}");
    let writes = open(&anew).await;
    let [Write::Create { submission }] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!(submission.targets.len(), 1);
    assert_eq!(submission.targets[0].channel.as_str(), "acme/2");
    let after = anew.current(post.id).await.unwrap();
    assert_eq!(after.targets[0], post.targets[0], "what is out stays as it is");
    assert_eq!((&after.targets[1].outcome, &after.targets[1].remote), (&Outcome::NotSent, &None));
}

#[tokio::test]
async fn what_the_provider_does_not_know_is_sent_again_only_at_the_persons_own_risk() {
    let desk = desk_at("postforme").await;
    let unknown = Outcome::Unknown { since: desk.now(), words: "nobody knows".into() };
    let post = stored(&desk, &[("acme/1", unknown, Some("r"))]).await;
    assert!(desk.retry(&[post.id]).await.unwrap_err().to_string().contains("may be live"));
    desk.retry_at_own_risk(post.id).await.unwrap();
    assert!(matches!(&open(&desk).await[..], [Write::Create { .. }]));
}

#[tokio::test]
async fn keeping_ours_is_sent_even_where_nothing_seems_to_differ() {
    let desk = desk().await;
    let mut post = stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await;
    let before = desk.current(post.id).await.unwrap();
    let (body, at) = (post.body.clone(), post.instant());
    post.conflict = Some(Box::new(crate::domain::post::Theirs { body, at, seen_at: desk.now() }));
    let change = Change::edit(before, post.clone(), "merged");
    desk.store.save(desk.now(), Actor::Sync, vec![change], vec![]).await.unwrap();
    desk.settle_conflict(post.id, true).await.unwrap();
    assert!(matches!(&open(&desk).await[..], [Write::Revise { .. }]));
}

#[tokio::test]
async fn taking_theirs_is_sent_only_where_others_carry_the_post_too() {
    for (second, writes) in [("r", 0), ("other", 2)] {
        let desk = desk().await;
        let mut post =
            stored(&desk, &[("acme/1", Outcome::Accepted, Some("r")), ("acme/2", Outcome::Accepted, Some(second))])
                .await;
        let before = desk.current(post.id).await.unwrap();
        let theirs = crate::domain::post::Theirs { body: "theirs".into(), at: post.instant(), seen_at: desk.now() };
        post.conflict = Some(Box::new(theirs));
        let change = Change::edit(before, post.clone(), "merged");
        desk.store.save(desk.now(), Actor::Sync, vec![change], vec![]).await.unwrap();
        desk.settle_conflict(post.id, false).await.unwrap();
        assert_eq!(desk.current(post.id).await.unwrap().body, "theirs");
        let open = open(&desk).await;
        assert_eq!(open.len(), writes, "{open:?}");
        let says = |write: &Write| matches!(write, Write::Revise { submission, .. } if submission.body == "theirs");
        assert!(open.iter().all(says), "{open:?}");
    }
}

#[tokio::test]
async fn what_waits_beside_what_is_out_says_that_it_cannot_be_moved() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", live(), Some("r")), ("acme/2", Outcome::Accepted, Some("r"))]).await;
    let later = Schedule::at(desk.now() + chrono::TimeDelta::hours(9), UTC);
    let said = desk.move_posts(vec![(post.id, later)]).await.unwrap_err().to_string();
    assert!(said.contains("out in part"), "{said}");
}

#[tokio::test]
async fn what_changed_elsewhere_stays_and_what_was_typed_over_it_is_kept_aside() {
    let desk = desk().await;
    let channels = [("acme/1", Outcome::Accepted, Some("r")), ("acme/2", Outcome::Accepted, Some("r"))];
    let opened = stored(&desk, &channels).await;
    let mut there = opened.clone();
    there.schedule = Some(Schedule::at(desk.now() + chrono::TimeDelta::hours(7), UTC));
    there.targets[1].text = Some("theirs".into());
    let change = Change::edit(opened.clone(), there.clone(), "changed at the provider");
    desk.store.save(desk.now(), Actor::Sync, vec![change], vec![]).await.unwrap();

    // Another field than theirs: both stand.
    let typed = Post { title: Some("typed".into()), ..opened.clone() };
    desk.save_onto(Some(&opened), typed, "edited").await.unwrap();
    let both = desk.current(opened.id).await.unwrap();
    assert_eq!((both.title.as_deref(), both.schedule), (Some("typed"), there.schedule));
    assert_eq!(both.targets[1].text.as_deref(), Some("theirs"));
    let writes = open(&desk).await;

    // The same field: nothing is done, nothing is lost, and saving once more after a look goes through.
    let mut typed = opened.clone();
    typed.targets[1].text = Some("ours".into());
    let refused = desk.save_onto(Some(&opened), typed, "edited").await.unwrap_err().to_string();
    assert!(refused.starts_with("its text changed elsewhere"), "{refused}");
    assert_eq!((desk.current(opened.id).await.unwrap(), open(&desk).await), (both.clone(), writes));
    let aside = desk.typed(opened.id).await.unwrap().unwrap();
    assert_eq!(aside.targets[1].text.as_deref(), Some("ours"));
    assert_eq!(aside.schedule, there.schedule, "what was not typed over is as it is now");
    desk.save_onto(Some(&both), aside, "edited").await.unwrap();
    assert_eq!(desk.current(opened.id).await.unwrap().targets[1].text.as_deref(), Some("ours"));
    assert_eq!(desk.typed(opened.id).await.unwrap(), None);
}

#[tokio::test]
async fn what_waits_beside_a_refusal_does_not_go_out_when_its_post_is_deleted() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", refused(), Some("r")), ("acme/2", Outcome::Accepted, Some("r"))]).await;
    desk.delete(&[post.id]).await.unwrap();
    assert_eq!(open(&desk).await, [Write::Remove { remote: RemoteId::new("r") }]);
}

/// Another window on the same store.
fn beside(desk: &Desk) -> Desk {
    Desk::new(desk.store.clone(), desk.clock.clone(), IdSource::seeded(6), UTC, desk.seats.clone(), Actor::You)
}

#[tokio::test]
async fn a_draft_written_in_two_windows_is_noticed_and_both_texts_are_kept() {
    let here = desk().await;
    let there = beside(&here);
    let mut mine = Post::draft(here.ids.post(here.now()), here.now());
    mine.body = "one".into();
    assert!(!here.was_overwritten(&mine).await, "nothing is stored yet");
    here.autosave(mine.clone()).await.unwrap();
    let mut theirs = here.store.post(mine.id).await.unwrap().unwrap();
    here.clock.turn(chrono::TimeDelta::seconds(2));
    mine.body = "one, here".into();
    assert!(!here.was_overwritten(&mine).await, "what was kept from here is no surprise");
    here.autosave(mine.clone()).await.unwrap();
    here.clock.turn(chrono::TimeDelta::seconds(2));
    theirs.body = "one, there".into();
    assert!(there.was_overwritten(&theirs).await);
    there.autosave(theirs).await.unwrap();
    mine.body = "one, here again".into();
    assert!(here.was_overwritten(&mine).await);
    here.clock.turn(chrono::TimeDelta::seconds(2));
    here.autosave(mine.clone()).await.unwrap();
    let versions = here.store.versions(mine.id).await.unwrap();
    let texts: Vec<&str> = versions.iter().map(|(_, post)| post.body.as_str()).collect();
    assert_eq!(texts, ["one, there", "one, here", "one"], "nobody's text is lost");
}

#[tokio::test]
async fn a_draft_left_in_the_middle_is_told_once_and_one_that_was_left_is_not() {
    let desk = desk().await;
    let mut draft = Post::draft(desk.ids.post(desk.now()), desk.now());
    draft.body = "half a sen".into();
    desk.autosave(draft.clone()).await.unwrap();
    let again = beside(&desk);
    assert_eq!(again.stopped_while_typing().await.unwrap().map(|post| post.body), Some("half a sen".into()));
    assert_eq!(again.stopped_while_typing().await.unwrap(), None, "once");
    desk.autosave(Post { body: "half a sentence".into(), ..draft.clone() }).await.unwrap();
    desk.left(draft.id).await.unwrap();
    assert_eq!(again.stopped_while_typing().await.unwrap(), None);
    desk.autosave(Post { body: "a sentence".into(), ..draft.clone() }).await.unwrap();
    desk.save(draft, "saved").await.unwrap();
    assert_eq!(again.stopped_while_typing().await.unwrap(), None, "saving it ends it too");
}

#[tokio::test]
async fn typing_in_one_go_is_one_version_and_a_pause_makes_another() {
    let desk = desk().await;
    let mut draft = Post::draft(desk.ids.post(desk.now()), desk.now());
    for (body, pause) in [("S", 400), ("Sh", 400), ("Ship", 400), ("Ship it", 5000), ("Ship it!", 400)] {
        draft.body = body.into();
        desk.autosave(draft.clone()).await.unwrap();
        desk.clock.turn(chrono::TimeDelta::milliseconds(pause));
    }
    let versions = desk.store.versions(draft.id).await.unwrap();
    assert_eq!(versions.iter().map(|(_, post)| post.body.as_str()).collect::<Vec<_>>(), ["Ship it"]);
    // What another window wrote is kept however shortly ago that was.
    let there = beside(&desk);
    let theirs = Post { body: "Theirs".into(), ..desk.store.post(draft.id).await.unwrap().unwrap() };
    there.autosave(theirs).await.unwrap();
    draft.body = "Mine".into();
    desk.autosave(draft.clone()).await.unwrap();
    let versions = desk.store.versions(draft.id).await.unwrap();
    assert!(versions.iter().any(|(_, post)| post.body == "Theirs"), "{versions:#?}");
}

#[tokio::test]
async fn retries_on_one_channel_are_spread_and_others_need_not_wait() {
    use crate::domain::outcome::RETRY_SPACING;
    let desk = desk().await;
    let on = |channel: &'static str| [(channel, refused(), None)];
    let mut ids = Vec::new();
    for channel in ["acme/1", "acme/1", "acme/2", "acme/1"] {
        ids.push(stored(&desk, &on(channel)).await.id);
    }
    let retried = desk.retry(&ids).await.unwrap();
    assert_eq!((retried.posts, retried.spread), (4, RETRY_SPACING * 2));
    let rows = desk.store.outbox().await.unwrap();
    let waits: Vec<_> = ids
        .iter()
        .map(|id| rows.iter().find(|row| row.post == *id).unwrap().not_before.unwrap() - desk.now())
        .collect();
    let first = TAKE_BACK;
    assert_eq!(waits, [first, first + RETRY_SPACING, first, first + RETRY_SPACING * 2]);
}

#[tokio::test]
async fn a_post_on_two_channels_waits_for_both_and_makes_the_next_one_wait() {
    use crate::domain::outcome::RETRY_SPACING;
    use crate::domain::turns::Turns;
    let desk = desk().await;
    let mut waits = Vec::new();
    let mut turns = Turns::default();
    for channels in [&["acme/1"][..], &["acme/1", "acme/2"], &["acme/2"]] {
        let on: Vec<_> = channels.iter().map(|channel| (*channel, refused(), None)).collect();
        waits.push(turns.wait(&stored(&desk, &on).await, desk.now()));
    }
    assert_eq!(waits, [chrono::TimeDelta::zero(), RETRY_SPACING, RETRY_SPACING * 2]);
}

#[tokio::test]
async fn a_note_on_a_day_is_taken_back_in_the_order_of_time() {
    use crate::domain::plan::DayNote;
    let desk = desk().await;
    let day = |day: u32| chrono::NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
    let note = |words: &str, embargo| Some(DayNote { words: words.into(), embargo });
    let notes = async || desk.store.day_notes().await.unwrap();
    let later = || desk.clock.turn(chrono::TimeDelta::seconds(1));
    desk.mark_day(day(1), note("Open house", false)).await.unwrap();
    later();
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    desk.save(Post { body: "new".into(), ..post.clone() }, "edited").await.unwrap();
    later();
    desk.mark_day(day(1), note("press", true)).await.unwrap();
    later();
    assert_eq!(desk.undo().await.unwrap(), "undone: the embargo on Tue 1 Sep");
    assert_eq!(notes().await, [(day(1), note("Open house", false).unwrap())]);
    assert!(desk.undo().await.unwrap().contains("edited"), "the post was changed between the two");
    assert_eq!(desk.undo().await.unwrap(), "undone: the note on Tue 1 Sep");
    assert!(notes().await.is_empty());
    assert!(desk.undo().await.is_err());
    for _ in 0..3 {
        desk.redo().await.unwrap();
    }
    assert_eq!(notes().await, [(day(1), note("press", true).unwrap())]);
    assert!(desk.redo().await.is_err());
    // A new edit leaves behind what was taken back.
    desk.undo().await.unwrap();
    later();
    desk.mark_day(day(2), note("fair", false)).await.unwrap();
    assert!(desk.redo().await.is_err());
}

#[tokio::test]
async fn a_queue_takes_no_channel_of_another_account() {
    let desk = desk().await;
    let now = desk.now();
    let mut post = Post::draft(desk.ids.post(now), now);
    post.body = "in line".into();
    post.wish = Wish::Schedule;
    post.queue = Some(crate::domain::queue::Queued { account: acme(), place: "q".into(), name: "Morning".into() });
    post.targets = ["acme/1", "other/7"].map(|id| Target::new(ChannelId::new(id))).into();
    let refused = desk.save(post.clone(), "scheduled").await.unwrap_err().to_string();
    assert!(
        ["other/7", "queue of acme", "take that channel out"].iter().all(|part| refused.contains(part)),
        "{refused}"
    );
    assert!(desk.store.post(post.id).await.unwrap().is_none() && open(&desk).await.is_empty());
    post.targets.pop();
    desk.save(post, "scheduled").await.unwrap();
    assert_eq!(open(&desk).await.len(), 1);
}

#[tokio::test]
async fn what_was_put_away_is_taken_out_again_even_beside_what_is_out() {
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", live(), Some("r")), ("acme/2", refused(), Some("r"))]).await;
    let waits = async || desk.current(post.id).await.unwrap().needs_a_person(desk.now());
    desk.dismiss(&[post.id]).await.unwrap();
    assert!(!waits().await);
    desk.undo().await.unwrap();
    assert!(waits().await);
    desk.redo().await.unwrap();
    assert!(!waits().await && open(&desk).await.is_empty());
}

#[tokio::test]
async fn what_one_retry_is_refused_keeps_no_other_back() {
    let desk = desk().await;
    let unknown = Outcome::Unknown { since: desk.now(), words: "nobody knows".into() };
    let mut ids = Vec::new();
    for outcome in [refused(), unknown.clone(), refused()] {
        ids.push(stored(&desk, &[("acme/1", outcome, None)]).await.id);
    }
    let retried = desk.retry(&ids).await.unwrap();
    assert_eq!((retried.posts, retried.refused.len()), (2, 1));
    assert!(retried.left_out().unwrap().contains("may be live already"), "{retried:?}");
    assert_eq!(open(&desk).await.len(), 2);
}

#[tokio::test]
async fn nothing_is_moved_or_scheduled_to_a_day_on_which_nothing_goes_out() {
    use crate::domain::plan::DayNote;
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None), ("acme/2", Outcome::NotSent, None)]).await;
    let later = Schedule::at(desk.now() + chrono::TimeDelta::days(3), UTC);
    let press = DayNote { words: "press".into(), embargo: true };
    for at in [later, post.schedule.unwrap()] {
        desk.mark_day(at.wall().date(), Some(press.clone())).await.unwrap();
    }
    let moved = Post { schedule: Some(later), ..post.clone() };
    for done in [
        desk.move_posts(vec![(post.id, later)]).await,
        desk.move_target(post.id, &ChannelId::new("acme/1"), later).await,
        desk.save(moved, "edited").await.map(|_| ()),
    ] {
        let words = done.unwrap_err().to_string();
        assert!(words.contains("nothing goes out on") && words.contains("press"), "{words}");
    }
    // It stood there before: its text can still be corrected.
    desk.save(Post { body: "new".into(), ..post }, "edited").await.unwrap();
}

/// A post on two channels, the first of which has a time of its own.
async fn with_own(desk: &Desk, whole: Schedule, own: Schedule) -> Post {
    let mut post = Post::draft(desk.ids.post(desk.now()), desk.now());
    (post.body, post.wish, post.schedule) = ("both".into(), Wish::Schedule, Some(whole));
    post.targets = ["acme/1", "acme/2"].map(|channel| Target::new(ChannelId::new(channel))).into();
    post.targets[0].schedule = Some(own);
    desk.save(post.clone(), "scheduled").await.unwrap();
    desk.current(post.id).await.unwrap()
}

#[tokio::test]
async fn a_channel_s_own_time_moves_into_no_past_and_onto_no_embargo() {
    use crate::domain::plan::DayNote;
    let desk = desk().await;
    let hours = |hours: i64| Schedule::at(desk.now() + chrono::TimeDelta::hours(hours), UTC);
    let post = with_own(&desk, hours(15), hours(9)).await;
    let writes = open(&desk).await;
    for to in [hours(2), Schedule::at(hours(6).instant() - chrono::TimeDelta::minutes(1), UTC)] {
        let words = desk.move_posts(vec![(post.id, to)]).await.unwrap_err().to_string();
        assert!(words.contains("\"both\" was not moved: ") && words.contains("x:1"), "{words}");
        assert_eq!((desk.current(post.id).await.unwrap(), open(&desk).await), (post.clone(), writes.clone()));
    }
    // Whole on the day after tomorrow, and on one channel on the day of embargo before it.
    let press = DayNote { words: "press".into(), embargo: true };
    desk.mark_day(hours(24).wall().date(), Some(press)).await.unwrap();
    let words = desk.move_posts(vec![(post.id, hours(50))]).await.unwrap_err().to_string();
    assert!(words.contains("nothing goes out on") && words.contains("press"), "{words}");
    desk.move_posts(vec![(post.id, hours(60))]).await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().targets[0].schedule, Some(hours(54)));
    // A draft goes nowhere, and may lie anywhere.
    let draft = Post { wish: Wish::Draft, id: desk.ids.post(desk.now()), ..post };
    desk.save(draft.clone(), "saved").await.unwrap();
    desk.move_posts(vec![(draft.id, hours(2))]).await.unwrap();
}

#[tokio::test]
async fn a_channel_s_own_time_keeps_its_place_on_the_wall_over_a_change_of_the_clocks() {
    let desk = desk().await;
    let berlin = chrono_tz::Europe::Berlin;
    let at = |date: &str| {
        let wall = date.parse::<chrono::NaiveDate>().unwrap().and_hms_opt(12, 0, 0).unwrap();
        Schedule::resolve(wall, berlin).certain().unwrap()
    };
    // The clocks go back on 27 October 2024: the post moves over that, its channel does not.
    let post = with_own(&desk, at("2024-10-25"), at("2024-10-28")).await;
    desk.move_posts(vec![(post.id, at("2024-11-01"))]).await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().targets[0].schedule, Some(at("2024-11-04")));
}

/// A draft without a channel, stored by somebody else.
async fn drafted(desk: &Desk) -> Post {
    let now = desk.now();
    let post = Post { body: "old".into(), ..Post::draft(desk.ids.post(now), now) };
    desk.store.save(now, Actor::Sync, vec![Change::create(post.clone(), "found")], vec![]).await.unwrap();
    post
}

/// The desk after its account was switched off: the same store, and nobody to tell.
fn switched_off(desk: &Desk) -> Desk {
    Desk::new(desk.store.clone(), desk.clock.clone(), IdSource::seeded(6), UTC, Vec::new(), Actor::You)
}

#[tokio::test]
async fn an_edit_that_cannot_be_taken_back_just_now_stays_to_be_taken_back() {
    let desk = desk().await;
    let (own, planned) = (drafted(&desk).await, stored(&desk, &[("acme/1", Outcome::Accepted, Some("r"))]).await);
    let own = Post { body: "first".into(), ..own };
    desk.save(own.clone(), "edited").await.unwrap();
    let later = Schedule::at(desk.now() + chrono::TimeDelta::days(3), UTC);
    desk.move_posts(vec![(planned.id, later)]).await.unwrap();
    let body = async || desk.current(own.id).await.unwrap().body;
    let at = async || desk.current(planned.id).await.unwrap().schedule;

    let off = switched_off(&desk);
    let words = off.undo().await.unwrap_err().to_string();
    for part in ["was not undone", "account \"acme\" is off", "it stays to be tried again"] {
        assert!(words.contains(part), "{words}");
    }
    assert_eq!((body().await.as_str(), at().await), ("first", Some(later)));
    assert!(off.undo().await.unwrap().contains("edited"), "the one before it is not kept back");
    assert_eq!((body().await.as_str(), at().await), ("old", Some(later)));
    let words = off.undo().await.unwrap_err().to_string();
    assert!(words.contains("account \"acme\" is off") && !words.contains("nothing to undo"), "{words}");

    assert!(desk.undo().await.unwrap().contains("moved"), "the account is on again");
    assert_eq!(at().await, planned.schedule);
    assert!(desk.undo().await.is_err());
    for _ in 0..2 {
        desk.redo().await.unwrap();
    }
    assert_eq!((body().await.as_str(), at().await), ("first", Some(later)));
    assert!(desk.redo().await.is_err());
}

#[tokio::test]
async fn nothing_is_done_again_onto_a_day_of_embargo_until_that_is_lifted() {
    use crate::domain::plan::DayNote;
    let desk = desk().await;
    let post = stored(&desk, &[("acme/1", Outcome::NotSent, None)]).await;
    let later = Schedule::at(desk.now() + chrono::TimeDelta::days(3), UTC);
    let at = async || desk.current(post.id).await.unwrap().schedule;
    desk.move_posts(vec![(post.id, later)]).await.unwrap();
    desk.undo().await.unwrap();
    let day = later.wall().date();
    desk.mark_day(day, Some(DayNote { words: "press".into(), embargo: true })).await.unwrap();
    for _ in 0..2 {
        let words = desk.redo().await.unwrap_err().to_string();
        assert!(words.contains("was not done again: nothing goes out on") && words.contains("press"), "{words}");
        assert_eq!(at().await, post.schedule);
    }
    desk.mark_day(day, None).await.unwrap();
    assert!(desk.redo().await.unwrap().contains("moved"));
    assert_eq!(at().await, Some(later));
}

#[tokio::test]
async fn what_was_taken_back_before_a_later_edit_is_not_done_again_after_it() {
    let desk = desk().await;
    let post = drafted(&desk).await;
    let say = async |words: &str| {
        let current = desk.current(post.id).await.unwrap();
        desk.save(Post { body: words.into(), ..current }, "edited").await.unwrap();
    };
    say("one").await;
    desk.undo().await.unwrap();
    say("two").await;
    desk.undo().await.unwrap();
    desk.redo().await.unwrap();
    assert_eq!(desk.current(post.id).await.unwrap().body, "two");
    assert!(desk.redo().await.is_err());
}
