//! One week, told once: the same story for a store in memory and one on a disk.

use chrono::TimeDelta;
use runsheet::domain::change::Change;
use runsheet::domain::ids::{ChannelId, RemoteId};
use runsheet::domain::outcome::{Cause, Outcome, Refusal, State};
use runsheet::domain::write::{Attempt, OutboxState, Receipt};
use runsheet::store::{Actor, Settlement, SyncState};

use crate::world::{Stage, acme, at, channel, other, request, shown, taken_over};

#[tokio::test]
async fn a_week_in_memory() {
    walk(Stage::memory()).await;
}

#[tokio::test]
async fn a_week_on_a_disk() {
    walk(Stage::file()).await;
}

async fn walk(stage: Stage) {
    channels(&stage).await;
    preferences(&stage).await;
    from_draft_to_published(&stage).await;
    a_refusal_needs_a_person(&stage).await;
    finding(&stage).await;
    let health = stage.store.integrity().await.unwrap();
    assert_eq!((health.schema, health.problems.len()), (4, 0), "{health:?}");
    assert!(health.pages > 0 && !health.sqlite.is_empty());
}

async fn channels(stage: &Stage) {
    let store = &stage.store;
    let listing = || vec![channel("x1", "@acme"), channel("x2", "@acme_de")];
    assert!(store.see_channels(&acme(), listing()).await.unwrap());
    assert!(!store.see_channels(&acme(), listing()).await.unwrap(), "the same listing changes nothing");
    assert!(store.see_channels(&other(), vec![channel("x9", "@other")]).await.unwrap());

    store.hide_channels(vec![ChannelId::new("acme/x2")], true).await.unwrap();
    assert!(store.see_channels(&acme(), vec![channel("x2", "@renamed")]).await.unwrap());
    let seen = store.channels().await.unwrap();
    let facts: Vec<_> = seen.iter().map(|c| (c.id.as_str(), c.handle.as_str(), c.hidden, c.gone)).collect();
    let expected =
        [("acme/x1", "@acme", false, true), ("acme/x2", "@renamed", true, false), ("other/x9", "@other", false, false)];
    assert_eq!(facts, expected);
    assert!(store.see_channels(&acme(), listing()).await.unwrap(), "it came back");
    assert!(store.channels().await.unwrap().iter().all(|channel| !channel.gone));
}

async fn preferences(stage: &Stage) {
    let store = &stage.store;
    assert_eq!(store.setting("zone").await.unwrap(), None);
    store.set_setting("zone", "Europe/Berlin").await.unwrap();
    store.set_setting("zone", "Asia/Tokyo").await.unwrap();
    assert_eq!(store.setting("zone").await.unwrap().as_deref(), Some("Asia/Tokyo"));

    assert_eq!(store.sync_state(&acme()).await.unwrap(), SyncState::default());
    let state = SyncState {
        last_ok: Some(at(1)),
        last_full: None,
        identity: Some("Acme GmbH".into()),
        error: Some("offline".into()),
    };
    store.set_sync_state(&acme(), state.clone()).await.unwrap();
    assert_eq!(store.sync_state(&acme()).await.unwrap(), state);
}

async fn from_draft_to_published(stage: &Stage) {
    let store = &stage.store;
    let draft = stage.draft("Hello");
    stage.keep(&draft, vec![]).await;
    assert_eq!(store.drafts().await.unwrap().len(), 1);

    let mut post = stage.post("Hello", 60, &["acme/x1"]);
    post.id = draft.id;
    let write = stage.create(&post, &acme(), 1);
    let change = Change::edit(draft, post.clone(), "scheduled");
    let saved = store.save(at(1), Actor::You, vec![change], vec![write.clone()]).await.unwrap();
    assert_eq!(saved.posts, [post.id]);
    assert!(store.drafts().await.unwrap().is_empty());
    assert!(stage.load(&post).await.pending, "asked for, not confirmed yet");
    assert_eq!(store.outbox().await.unwrap(), std::slice::from_ref(&write));

    assert_eq!(store.next_due(&acme(), at(2)).await.unwrap(), Some(at(2)));
    let claimed = store.claim(&acme(), at(2), "me", TimeDelta::minutes(1)).await.unwrap().unwrap();
    assert_eq!(claimed, write);
    store.freeze(write.intent, request("hello"), at(2)).await.unwrap();

    let theirs = shown("r1", "Hello", 60);
    let receipt =
        Receipt { status: 201, remote: Some(theirs.id.clone()), post: Some(theirs.clone()), raw: "{}".into() };
    let attempt = Attempt { intent: write.intent, at: at(3), words: "create: accepted".into() };
    let settlement = Settlement {
        receipt: Some(receipt.clone()),
        clear_frozen: true,
        attempt: Some(attempt.clone()),
        outcomes: vec![(post.targets[0].channel.clone(), Outcome::Accepted, Some(theirs.id.clone()))],
        theirs: Some(theirs.clone()),
        ..Settlement::new(OutboxState::Done)
    };
    assert_eq!(store.settle(write.intent, settlement).await.unwrap(), [post.id]);

    let stored = stage.load(&post).await;
    assert!(!stored.pending);
    assert_eq!(stored.targets[0].remote, Some(theirs.id.clone()));
    assert_eq!(stored.state(at(4)), State::Scheduled);
    assert_eq!(store.remote(&acme(), &theirs.id).await.unwrap(), Some((theirs, Some(post.id))));
    assert_eq!(store.attempts_of(post.id).await.unwrap(), [attempt]);
    let row = &store.outbox_of(post.id).await.unwrap()[0];
    assert_eq!((row.state, row.attempts, &row.frozen), (OutboxState::Done, 1, &None));
    assert_eq!((row.first_sent_at, row.receipts.as_slice()), (Some(at(2)), &[receipt][..]));
    assert!(store.outbox().await.unwrap().is_empty());

    let entries = store.journal_of(post.id).await.unwrap();
    let words: Vec<_> = entries.iter().map(|entry| entry.words.as_str()).collect();
    assert_eq!(words, ["scheduled “Hello”", "created “Hello”"]);
    assert_eq!(store.journal(1).await.unwrap().len(), 1);

    // Silence after its moment is what the failed queue is for, and only then.
    assert!(store.failed(at(62)).await.unwrap().is_empty());
    assert_eq!(store.failed(at(64)).await.unwrap().len(), 1);
}

async fn a_refusal_needs_a_person(stage: &Stage) {
    let store = &stage.store;
    let mut post = stage.post("No", 120, &["acme/x1", "acme/x2"]);
    post.targets[0].outcome = Outcome::Published { url: Some("https://x.example/1".into()), at: Some(at(120)) };
    post.targets[1].outcome = Outcome::Refused(Refusal::new(Cause::TooLong, "too long", Some(at(120))));
    stage.keep(&post, vec![]).await;
    let failed = store.failed(at(0)).await.unwrap();
    assert_eq!(failed.iter().map(|post| post.id).collect::<Vec<_>>(), [post.id]);

    let mut put_away = post.clone();
    if let Outcome::Refused(refusal) = &mut put_away.targets[1].outcome {
        refusal.dismissed = true;
    }
    let change = Change::edit(post, put_away, "dismissed");
    store.save(at(121), Actor::You, vec![change], vec![]).await.unwrap();
    assert!(store.failed(at(0)).await.unwrap().is_empty());
}

async fn finding(stage: &Stage) {
    let store = &stage.store;
    let week = store.weeks(at(0), at(120)).await.unwrap();
    assert_eq!(week.len(), 1, "the end of a range is not in it");
    let week = store.weeks(at(60), at(121)).await.unwrap();
    assert_eq!(week.iter().map(|post| post.body.as_str()).collect::<Vec<_>>(), ["Hello", "No"]);
    assert_eq!(store.every_post(None, None).await.unwrap().len(), 2);
    assert_eq!(store.every_post(Some(at(61)), None).await.unwrap().len(), 1);

    let id = week[0].id;
    let text = id.to_string();
    assert_eq!(store.posts_by_prefix(&text.to_uppercase()).await.unwrap(), [id]);
    assert_eq!(store.posts_by_prefix(&text[30..]).await.unwrap(), [id], "the end tells apart what was made together");
    assert_eq!(store.posts_by_prefix(&text[..9]).await.unwrap().len(), 2);
    for nothing in ["", "  ", "zz", "%", "ffff", &"0".repeat(33)] {
        assert!(store.posts_by_prefix(nothing).await.unwrap().is_empty(), "{nothing:?}");
    }

    let gone = taken_over(stage, &shown("r7", "Theirs", 30));
    store.apply(&acme(), None, vec![gone], at(5)).await.unwrap();
    assert_eq!(store.forget(&acme(), &RemoteId::new("r7"), at(6)).await.unwrap().len(), 1);
    assert_eq!(store.every_post(None, None).await.unwrap().len(), 2);
}
