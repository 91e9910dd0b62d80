//! Who may send what when, and what a stop in the middle leaves behind.

use chrono::TimeDelta;
use runsheet::domain::found::SavedView;
use runsheet::domain::outcome::{Outcome, State};
use runsheet::domain::plan::DayNote;
use runsheet::domain::post::Theirs;
use runsheet::domain::write::{OutboxState, Write};
use runsheet::store::{Exchange, Settlement, StoreError};

use crate::world::{Stage, acme, at, other, request};

const LEASE: TimeDelta = TimeDelta::minutes(5);

#[tokio::test]
async fn the_oldest_leaves_first_and_holds_back_the_rest_of_its_post() {
    let stage = Stage::memory();
    let store = &stage.store;
    let (one, two) = (stage.post("one", 60, &["acme/x1"]), stage.post("two", 60, &["acme/x1"]));
    let (a, mut b) = (stage.create(&one, &acme(), 0), stage.create(&two, &acme(), 0));
    b.not_before = Some(at(10));
    let revise = Write::Remove { remote: runsheet::domain::ids::RemoteId::new("r") };
    let after_a = stage.row(&one, &acme(), 0, revise);
    stage.keep(&one, vec![a.clone(), after_a.clone()]).await;
    stage.keep(&two, vec![b.clone()]).await;
    let claim = async |minute| store.claim(&acme(), at(minute), "me", LEASE).await.unwrap().map(|row| row.intent);

    assert_eq!(store.claim(&other(), at(0), "me", LEASE).await.unwrap(), None);
    assert_eq!(store.next_due(&other(), at(0)).await.unwrap(), None);
    assert_eq!(claim(0).await, Some(a.intent));
    for state in [OutboxState::Verifying, OutboxState::Unknown] {
        let later = Settlement { not_before: Some(at(20)), ..Settlement::new(state) };
        store.settle(a.intent, later).await.unwrap();
        assert_eq!(claim(5).await, None, "{state:?} holds back what follows it");
    }
    assert_eq!(store.next_due(&acme(), at(5)).await.unwrap(), Some(at(10)));
    assert_eq!(claim(10).await, Some(b.intent), "another post is not held back");
    store.settle(b.intent, Settlement::new(OutboxState::Done)).await.unwrap();

    let waiting = Settlement { not_before: Some(at(30)), ..Settlement::new(OutboxState::Waiting) };
    store.settle(a.intent, waiting).await.unwrap();
    assert_eq!(store.next_due(&acme(), at(12)).await.unwrap(), Some(at(30)));
    assert_eq!((claim(29).await, claim(30).await), (None, Some(a.intent)));
    store.settle(a.intent, Settlement::new(OutboxState::Failed)).await.unwrap();
    assert_eq!(claim(31).await, Some(after_a.intent));
}

#[tokio::test]
async fn an_echo_of_another_time_is_kept_as_a_conflict_until_someone_chooses() {
    let stage = Stage::memory();
    let store = &stage.store;
    let post = stage.post("one", 60, &["acme/x1"]);
    let row = stage.create(&post, &acme(), 0);
    stage.keep(&post, vec![row.clone()]).await;
    let echo = |minute| Theirs { body: "one".into(), at: Some(at(minute)), seen_at: at(1) };
    let settled = |state, minute| Settlement { conflict: Some(echo(minute)), ..Settlement::new(state) };
    store.settle(row.intent, settled(OutboxState::InFlight, 60)).await.unwrap();
    assert_eq!(store.post(post.id).await.unwrap().unwrap().conflict, None, "asked for meanwhile: no difference");
    store.settle(row.intent, settled(OutboxState::Done, 120)).await.unwrap();
    let kept = store.post(post.id).await.unwrap().unwrap();
    assert_eq!(kept.conflict.as_deref(), Some(&echo(120)));
    assert_eq!(kept.instant(), Some(at(60)), "ours stays until someone chooses");
}

#[tokio::test]
async fn kept_views_and_marked_days_are_there_again_and_nonsense_is_left_out() {
    let stage = Stage::file();
    let store = &stage.store;
    let view = SavedView { name: "triage".into(), filter: "status:failed".into(), ..SavedView::default() };
    store.keep_view(3, &view).await.unwrap();
    store.set_setting("view.4", "{not json").await.unwrap();
    let (day, note) = (at(0).date_naive(), DayNote { words: "press".into(), embargo: true });
    let kept =
        |was: Option<&str>, now: &str| Exchange { key: "k".into(), was: was.map(str::to_owned), now: Some(now.into()) };
    store.mark_day(day, Some(&note), kept(None, "one")).await.unwrap();
    let late = store.mark_day(day, None, kept(None, "two")).await;
    assert!(matches!(late, Err(StoreError::Taken { .. })), "a mark and its record are one: {late:?}");
    store.set_setting("day.someday", "{}").await.unwrap();
    let again = stage.again();
    assert_eq!(again.saved_views().await.unwrap(), [(3, view)]);
    assert_eq!(again.day_notes().await.unwrap(), [(day, note)]);
    again.mark_day(day, None, kept(Some("one"), "two")).await.unwrap();
    assert_eq!(store.day_notes().await.unwrap(), []);
}

#[tokio::test]
async fn every_post_can_be_found_by_its_words() {
    let stage = Stage::memory();
    let mut post = stage.post("two\n\nlines  of\ttext", 60, &["acme/x1"]);
    (post.title, post.campaign, post.tags) = (Some("A title".into()), Some("spring".into()), vec!["launch".into()]);
    stage.keep(&post, Vec::new()).await;
    let index = stage.store.index().await.unwrap();
    let [found] = index.as_slice() else { panic!("{index:?}") };
    assert_eq!((found.id, found.head.as_str()), (post.id, "A title two lines of text"));
    assert_eq!(
        (found.at, found.draft, found.tags.as_slice()),
        (post.instant(), false, ["launch".to_owned()].as_slice())
    );
    assert_eq!(found.campaign.as_deref(), Some("spring"));
}

#[tokio::test]
async fn two_windows_share_one_outbox() {
    let stage = Stage::file();
    let window = stage.again();
    let (one, two) = (stage.post("one", 60, &["acme/x1"]), stage.post("two", 60, &["acme/x1"]));
    let (a, b) = (stage.create(&one, &acme(), 0), stage.create(&two, &acme(), 0));
    stage.keep(&one, vec![a.clone()]).await;
    stage.keep(&two, vec![b.clone()]).await;
    let left = async |minute| stage.store.claim(&acme(), at(minute), "left", LEASE).await.unwrap().map(|r| r.intent);
    let right = async |minute| window.claim(&acme(), at(minute), "right", LEASE).await.unwrap().map(|r| r.intent);

    assert_eq!((left(0).await, right(0).await), (Some(a.intent), Some(b.intent)));
    assert_eq!(left(1).await, Some(a.intent), "one's own claim is given again");
    assert_eq!(right(5).await, Some(b.intent), "renewed in time");
    assert_eq!(window.next_due(&acme(), at(5)).await.unwrap(), Some(at(6)), "when the first lease ends");
    assert_eq!(right(6).await, Some(a.intent), "a lease that ended frees its row");
    window.settle(a.intent, Settlement::new(OutboxState::Done)).await.unwrap();
    assert_eq!(left(6).await, None);
    assert_eq!(left(10).await, Some(b.intent));
}

#[tokio::test]
async fn a_race_for_one_row_has_one_winner() {
    let stage = Stage::file();
    let windows: Vec<_> = (0..4).map(|_| stage.again()).collect();
    for round in 0..10 {
        let post = stage.post("one", 60, &["acme/x1"]);
        let row = stage.create(&post, &acme(), 0);
        stage.keep(&post, vec![row.clone()]).await;
        let claims: Vec<_> = windows
            .iter()
            .cloned()
            .enumerate()
            .map(|(n, store)| {
                tokio::spawn(async move { store.claim(&acme(), at(round), &format!("w{n}"), LEASE).await })
            })
            .collect();
        let mut winners = 0;
        for claim in claims {
            winners += usize::from(claim.await.unwrap().unwrap().is_some());
        }
        assert_eq!(winners, 1);
        stage.store.settle(row.intent, Settlement::new(OutboxState::Done)).await.unwrap();
    }
}

#[tokio::test]
async fn what_was_in_flight_when_the_program_stopped_is_unknown() {
    let stage = Stage::file();
    let mut post = stage.post("one", 60, &["acme/x1", "acme/x2", "other/x9"]);
    post.targets[1].outcome = Outcome::Published { url: None, at: None };
    let (row, elsewhere) = (stage.create(&post, &acme(), 0), stage.create(&post, &other(), 0));
    stage.keep(&post, vec![row.clone(), elsewhere.clone()]).await;
    stage.store.claim(&acme(), at(1), "one", LEASE).await.unwrap().unwrap();
    stage.store.freeze(row.intent, request("same bytes"), at(1)).await.unwrap();
    stage.store.claim(&other(), at(1), "two", LEASE).await.unwrap().unwrap();
    stage.store.freeze(elsewhere.intent, request("x"), at(1)).await.unwrap();

    let stage = stage.restart();
    let store = &stage.store;
    assert_eq!(
        store.claim(&acme(), at(2), "one", LEASE).await.unwrap(),
        None,
        "never sent again as if nothing had been"
    );
    assert_eq!(store.recover(at(2), "one").await.unwrap(), [row.intent], "its own; the other's lease still lives");
    assert_eq!(store.recover(at(2), "one").await.unwrap(), []);
    let found = store.claim(&acme(), at(2), "one", LEASE).await.unwrap().unwrap();
    assert_eq!((found.state, found.attempts), (OutboxState::Verifying, 1));
    assert_eq!((found.unknown_since, found.first_sent_at), (Some(at(2)), Some(at(1))));
    assert_eq!(found.frozen, Some(request("same bytes")));

    let stored = stage.load(&post).await;
    assert!(matches!(stored.targets[0].outcome, Outcome::Unknown { since, .. } if since == at(2)));
    assert!(matches!(stored.targets[1].outcome, Outcome::Published { .. }), "what is live stays live");
    assert_eq!(stored.targets[2].outcome, Outcome::NotSent);
    assert_eq!(store.failed(at(2)).await.unwrap().len(), 1);
    assert!(store.attempts_of(post.id).await.unwrap()[0].words.contains("stopped"));

    assert_eq!(store.recover(at(6), "three").await.unwrap(), [elsewhere.intent], "its lease ended");
    store.freeze(row.intent, request("same bytes"), at(7)).await.unwrap();
    let again = &store.outbox_of(post.id).await.unwrap()[0];
    assert_eq!((again.attempts, again.first_sent_at), (2, Some(at(1))));
}

#[tokio::test]
async fn a_write_withdrawn_between_claim_and_sending_is_not_sent() {
    let stage = Stage::memory();
    let post = stage.post("one", 60, &["acme/x1"]);
    let row = stage.create(&post, &acme(), 0);
    stage.keep(&post, vec![row.clone()]).await;
    stage.store.claim(&acme(), at(1), "me", LEASE).await.unwrap().unwrap();
    let newer = stage.create(&post, &acme(), 2);
    stage.store.save(at(2), runsheet::store::Actor::You, vec![], vec![newer.clone()]).await.unwrap();
    let refused = stage.store.freeze(row.intent, request("old"), at(2)).await;
    assert_eq!(refused, Err(StoreError::Withdrawn { intent: row.intent }));
    let nobody = stage.ids.intent(at(3));
    assert_eq!(stage.store.freeze(nobody, request("?"), at(3)).await, Err(StoreError::NoSuchWrite { intent: nobody }));
    let next = stage.store.claim(&acme(), at(3), "me", LEASE).await.unwrap().unwrap();
    assert_eq!(next.intent, newer.intent);
}

#[tokio::test]
async fn a_person_decides_what_nobody_can_tell() {
    for (decision, state) in [(OutboxState::Ready, State::Scheduled), (OutboxState::Superseded, State::Scheduled)] {
        let stage = Stage::memory();
        let store = &stage.store;
        let post = stage.post("one", 60, &["acme/x1"]);
        let row = stage.create(&post, &acme(), 0);
        stage.keep(&post, vec![row.clone()]).await;
        store.claim(&acme(), at(1), "me", LEASE).await.unwrap().unwrap();
        let unknown = Outcome::Unknown { since: at(1), words: "cut off".into() };
        let cannot_tell = Settlement {
            unknown_since: Some(at(1)),
            last_error: Some("cut off".into()),
            outcomes: vec![(post.targets[0].channel.clone(), unknown, None)],
            ..Settlement::new(OutboxState::Unknown)
        };
        store.settle(row.intent, cannot_tell).await.unwrap();
        assert_eq!(store.claim(&acme(), at(2), "me", LEASE).await.unwrap(), None);

        store.decide(row.intent, OutboxState::Verifying, None, "look again", at(3)).await.unwrap();
        assert_eq!(stage.load(&post).await.state(at(3)), State::Unknown);
        assert_eq!(store.outbox().await.unwrap()[0].unknown_since, Some(at(1)));
        store.decide(row.intent, decision, Some(at(5)), "at my own risk", at(4)).await.unwrap();
        let stored = stage.load(&post).await;
        assert_eq!((stored.state(at(4)), stored.pending), (state, decision == OutboxState::Ready));
        let claimed = store.claim(&acme(), at(5), "me", LEASE).await.unwrap();
        assert_eq!(claimed.is_some(), decision == OutboxState::Ready);
        if decision == OutboxState::Superseded {
            let revived = store.decide(row.intent, OutboxState::Ready, None, "again", at(6)).await;
            assert_eq!(revived, Err(StoreError::Settled { intent: row.intent }), "what is over stays over");
        } else {
            store.freeze(row.intent, request("again"), at(6)).await.unwrap();
            let dropped = store.decide(row.intent, OutboxState::Superseded, None, "drop", at(6)).await;
            assert_eq!(dropped, Err(StoreError::Settled { intent: row.intent }), "what is leaving cannot be dropped");
        }
        let words: Vec<_> = store.attempts_of(post.id).await.unwrap().into_iter().map(|line| line.words).collect();
        assert_eq!(words, ["look again", "at my own risk"]);
    }
}
