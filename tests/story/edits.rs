//! Saving: all or nothing, never over someone else's edit; undo's questions; drafts while they are typed.

use chrono::TimeDelta;
use runsheet::domain::change::Change;
use runsheet::domain::ids::{ChannelId, RemoteId};
use runsheet::domain::outcome::Outcome;
use runsheet::domain::post::{Post, Wish};
use runsheet::domain::write::{OutboxState, Write};
use runsheet::store::{Actor, Alongside, Settlement, StoreError};

use crate::world::{Stage, acme, at, other, submission};

fn edited(post: &Post, body: &str) -> (Post, Change) {
    let after = Post { body: body.into(), ..post.clone() };
    (after.clone(), Change::edit(post.clone(), after, "edited"))
}

#[tokio::test]
async fn an_edit_of_something_older_is_refused_and_leaves_no_trace() {
    let stage = Stage::file();
    let (one, two) = (stage.post("one", 10, &["acme/x1"]), stage.post("two", 20, &["acme/x1"]));
    stage.keep(&one, vec![]).await;
    stage.keep(&two, vec![]).await;
    let window = stage.again();
    window.save(at(1), Actor::You, vec![edited(&two, "theirs").1], vec![]).await.unwrap();

    let both = vec![edited(&one, "mine").1, edited(&two, "mine").1];
    let write = stage.create(&one, &acme(), 2);
    let error = stage.store.save(at(2), Actor::You, both, vec![write]).await.unwrap_err();
    assert_eq!(error, StoreError::Changed { post: two.id });
    assert!(error.to_string().contains("Nothing was saved"), "{error}");
    assert_eq!(stage.load(&one).await, one, "the first change was taken back with the second");
    assert_eq!(stage.load(&two).await.body, "theirs");
    assert!(stage.store.outbox().await.unwrap().is_empty());
    assert_eq!(stage.store.journal(10).await.unwrap().len(), 3);
}

#[tokio::test]
async fn making_what_is_there_and_editing_what_is_gone_are_refused() {
    let stage = Stage::memory();
    let post = stage.post("one", 10, &["acme/x1"]);
    stage.keep(&post, vec![]).await;
    let again = Change::create(post.clone(), "created");
    let refused = stage.store.save(at(1), Actor::You, vec![again], vec![]).await;
    assert_eq!(refused, Err(StoreError::Changed { post: post.id }));
    let removal = Change::remove(post.clone(), "deleted");
    stage.store.save(at(1), Actor::You, vec![removal.clone()], vec![]).await.unwrap();
    assert_eq!(stage.store.post(post.id).await.unwrap(), None);
    let refused = stage.store.save(at(2), Actor::You, vec![removal], vec![]).await;
    assert_eq!(refused, Err(StoreError::Changed { post: post.id }));
}

#[tokio::test]
async fn fractions_of_milliseconds_and_pending_are_no_conflict() {
    let stage = Stage::memory();
    let mut post = stage.post("one", 10, &["acme/x1"]);
    post.updated_at += TimeDelta::nanoseconds(1_234_567);
    stage.keep(&post, vec![stage.create(&post, &acme(), 0)]).await;
    let (after, change) = edited(&post, "two");
    stage.store.save(at(1), Actor::You, vec![change], vec![]).await.unwrap();
    let stored = stage.load(&post).await;
    assert_eq!(stored.body.as_str(), "two");
    let (_, change) = edited(&Post { pending: true, ..after }, "three");
    stage.store.save(at(2), Actor::You, vec![change], vec![]).await.unwrap();
}

#[tokio::test]
async fn a_newer_write_supersedes_what_never_left() {
    let stage = Stage::memory();
    let post = stage.post("one", 10, &["acme/x1", "other/x9"]);
    let (first, elsewhere) = (stage.create(&post, &acme(), 0), stage.create(&post, &other(), 0));
    stage.keep(&post, vec![first.clone(), elsewhere.clone()]).await;

    // Two creates of one save stand beside each other; the older ones go, whatever their account.
    let (a, b) = (stage.create(&post, &acme(), 1), stage.create(&post, &acme(), 1));
    let saved = stage.store.save(at(1), Actor::You, vec![], vec![a.clone(), b.clone()]).await.unwrap();
    assert_eq!((saved.superseded, saved.entry), (vec![first.intent, elsewhere.intent], None));
    let open: Vec<_> = stage.store.outbox().await.unwrap().iter().map(|row| row.intent).collect();
    assert_eq!(open, [a.intent, b.intent]);
    assert_eq!(stage.store.outbox_of(post.id).await.unwrap()[0].state, OutboxState::Superseded);

    // What has left once may have arrived: nothing is asked for beside it.
    stage.store.claim(&acme(), at(2), "me", TimeDelta::minutes(1)).await.unwrap().unwrap();
    stage.store.freeze(a.intent, crate::world::request("a"), at(2)).await.unwrap();
    let write = Write::Create { submission: submission(&post, &acme()) };
    let newer = stage.row(&post, &acme(), 3, write);
    let refused = stage.store.save(at(3), Actor::You, vec![], vec![newer]).await;
    assert_eq!(refused, Err(StoreError::UnderWay { post: post.id }));
    let unknown = Settlement { unknown_since: Some(at(3)), ..Settlement::new(OutboxState::Waiting) };
    stage.store.settle(a.intent, unknown).await.unwrap();
    let newest = stage.create(&post, &acme(), 4);
    let refused = stage.store.save(at(4), Actor::You, vec![], vec![newest]).await;
    assert_eq!(refused, Err(StoreError::UnderWay { post: post.id }), "what may have arrived stays alone");

    // Tried, and known to have made nothing: as good as never sent.
    stage.store.settle(a.intent, Settlement::new(OutboxState::Waiting)).await.unwrap();
    let last = stage.create(&post, &acme(), 5);
    let saved = stage.store.save(at(5), Actor::You, vec![], vec![last]).await.unwrap();
    assert_eq!(saved.superseded, [a.intent, b.intent]);
}

#[tokio::test]
async fn what_was_replaced_while_something_was_asked_for_it_is_not_taken_up_again() {
    let stage = Stage::memory();
    let post = stage.post("one", 10, &["acme/x1"]);
    let old = stage.create(&post, &acme(), 0);
    stage.keep(&post, vec![old.clone()]).await;
    // Claimed, and nothing has left yet: its file is asked for, or what the provider has now.
    stage.store.claim(&acme(), at(1), "me", TimeDelta::minutes(1)).await.unwrap().unwrap();
    let (after, change) = edited(&post, "two");
    let new = stage.create(&after, &acme(), 1);
    stage.store.save(at(1), Actor::You, vec![change], vec![new.clone()]).await.unwrap();
    for state in [OutboxState::Waiting, OutboxState::Failed, OutboxState::Verifying] {
        let outcome = Outcome::Unknown { since: at(1), words: "?".into() };
        let outcomes = vec![(ChannelId::new("acme/x1"), outcome, None)];
        let settled = stage.store.settle(old.intent, Settlement { outcomes, ..Settlement::new(state) }).await;
        assert_eq!(settled, Err(StoreError::Withdrawn { intent: old.intent }));
    }
    let open: Vec<_> = stage.store.outbox().await.unwrap().iter().map(|row| row.intent).collect();
    assert_eq!(open, [new.intent]);
    assert_eq!(stage.load(&post).await.targets[0].outcome, Outcome::NotSent);
}

#[tokio::test]
async fn what_is_taken_back_before_it_left_never_leaves() {
    let stage = Stage::memory();
    for (verb, after) in [("deleted", None), ("held", Some(Wish::Hold)), ("unscheduled", Some(Wish::Draft))] {
        let post = stage.post(verb, 10, &["acme/x1"]);
        let write = stage.create(&post, &acme(), 0);
        stage.keep(&post, vec![write.clone()]).await;
        let after = after.map(|wish| Box::new(Post { wish, ..post.clone() }));
        let change = Change { before: Some(Box::new(post)), after, verb: verb.into() };
        let saved = stage.store.save(at(1), Actor::You, vec![change], vec![]).await.unwrap();
        assert_eq!(saved.superseded, [write.intent], "{verb}");
    }
    // A create with the old text is not sent after an edit, whether the edit brings another one or not.
    let draft = stage.draft("old");
    let old = stage.create(&draft, &acme(), 0);
    stage.keep(&draft, vec![old.clone()]).await;
    let saved = stage.store.save(at(1), Actor::You, vec![edited(&draft, "new").1], vec![]).await.unwrap();
    assert_eq!(saved.superseded, [old.intent]);
}

#[tokio::test]
async fn what_names_a_post_at_the_provider_is_superseded_only_by_what_names_the_same() {
    let stage = Stage::memory();
    let post = stage.post("one", 10, &["acme/x1", "acme/x2"]);
    let remove = |remote: &str| Write::Remove { remote: RemoteId::new(remote) };
    let revise = |remote: &str| Write::Revise { remote: RemoteId::new(remote), submission: submission(&post, &acme()) };
    let (a, b) = (stage.row(&post, &acme(), 0, revise("a")), stage.row(&post, &acme(), 0, remove("b")));
    stage.keep(&post, vec![a.clone(), b.clone()]).await;
    let saved = stage.store.save(at(1), Actor::You, vec![], vec![stage.create(&post, &acme(), 1)]).await.unwrap();
    assert_eq!(saved.superseded, []);
    let other_one = stage.row(&post, &other(), 2, remove("a"));
    let saved = stage.store.save(at(2), Actor::You, vec![], vec![other_one]).await.unwrap();
    assert_eq!(saved.superseded, [], "another account's post of that name is another post");
    let again = stage.row(&post, &acme(), 3, revise("a"));
    let saved = stage.store.save(at(3), Actor::You, vec![], vec![again.clone()]).await.unwrap();
    assert_eq!(saved.superseded, [a.intent]);
    // Deleting takes back what would change the post, never what takes it away.
    let saved = stage.store.save(at(4), Actor::You, vec![Change::remove(post, "deleted")], vec![]).await.unwrap();
    assert!(saved.superseded.contains(&again.intent) && !saved.superseded.contains(&b.intent));
}

#[tokio::test]
async fn a_post_under_way_takes_no_edit_but_facts_and_filing() {
    for state in [OutboxState::InFlight, OutboxState::Verifying, OutboxState::Unknown, OutboxState::Waiting] {
        let stage = Stage::memory();
        let post = stage.post("one", 10, &["acme/x1"]);
        let mut row = stage.create(&post, &acme(), 0);
        row.unknown_since = (state != OutboxState::InFlight).then(|| at(0));
        row.state = state;
        stage.keep(&post, vec![row.clone()]).await;
        let hold = Change::edit(post.clone(), Post { wish: Wish::Hold, ..post.clone() }, "held");
        for change in [edited(&post, "two").1, hold, Change::remove(post.clone(), "deleted")] {
            let refused = stage.store.save(at(1), Actor::You, vec![change], vec![]).await;
            assert_eq!(refused, Err(StoreError::UnderWay { post: post.id }), "{state:?}");
        }
        assert_eq!(stage.load(&post).await, Post { pending: true, ..post.clone() });
        let filed = Post { campaign: Some("spring".into()), ..post.clone() };
        stage.store.save(at(2), Actor::You, vec![Change::edit(post.clone(), filed, "filed")], vec![]).await.unwrap();
        assert_eq!(stage.store.outbox().await.unwrap()[0].state, state);
    }
}

#[tokio::test]
async fn undo_and_redo_walk_the_person_s_edits() {
    let stage = Stage::memory();
    let store = &stage.store;
    let body = async || stage.store.every_post(None, None).await.unwrap()[0].body.clone();
    let undoable = async || stage.store.undoable().await.unwrap().map(|entry| entry.id);
    let redoable = async || stage.store.redoable().await.unwrap().map(|entry| entry.id);
    assert_eq!((undoable().await, redoable().await), (None, None));

    let zero = stage.draft("0");
    store.save(at(0), Actor::Sync, vec![Change::create(zero.clone(), "found")], vec![]).await.unwrap();
    let (one, to_one) = edited(&zero, "1");
    let (two, to_two) = edited(&one, "2");
    let first = store.save(at(1), Actor::You, vec![to_one.clone()], vec![]).await.unwrap().entry.unwrap();
    let second = store.save(at(2), Actor::You, vec![to_two.clone()], vec![]).await.unwrap().entry.unwrap();
    let retrace = async |change: Change, id, undone| {
        let alongside = Alongside { retraces: Some((id, undone)), ..Alongside::default() };
        stage.store.save_with(at(3), Actor::You, vec![change], vec![], alongside).await.unwrap();
    };

    retrace(to_two.inverse(), second, true).await;
    assert_eq!((undoable().await, redoable().await), (Some(first), Some(second)));
    retrace(to_one.inverse(), first, true).await;
    assert_eq!((body().await.as_str(), undoable().await, redoable().await), ("0", None, Some(first)));
    retrace(to_one, first, false).await;
    assert_eq!((body().await.as_str(), undoable().await, redoable().await), ("1", Some(first), Some(second)));
    retrace(to_two, second, false).await;
    assert_eq!((body().await.as_str(), undoable().await, redoable().await), ("2", Some(second), None));

    // A new edit ends what could be done again; what others do does not.
    retrace(edited(&one, "2").1.inverse(), second, true).await;
    store.save(at(4), Actor::Sync, vec![edited(&one, "s").1], vec![]).await.unwrap();
    assert_eq!(redoable().await, Some(second));
    let (_, fresh) = edited(&Post { body: "s".into(), ..two }, "new");
    let fresh = store.save(at(5), Actor::You, vec![fresh], vec![]).await.unwrap().entry;
    assert_eq!((undoable().await, redoable().await), (fresh, None));
    let undone = store.journal(20).await.unwrap().into_iter().filter(|entry| entry.undone);
    assert_eq!(undone.map(|entry| entry.id).collect::<Vec<_>>(), [second]);
}

#[tokio::test]
async fn a_draft_being_typed_keeps_what_it_was() {
    let stage = Stage::file();
    let mut draft = stage.draft("");
    for (minute, body) in [(1, "H"), (2, "He"), (2, "He"), (3, "")] {
        draft.body = body.into();
        stage.store.autosave(at(minute), draft.clone()).await.unwrap();
    }
    assert_eq!(stage.load(&draft).await, draft);
    let versions = stage.store.versions(draft.id).await.unwrap();
    let texts: Vec<_> = versions.iter().map(|(at, post)| (*at, post.body.as_str())).collect();
    assert_eq!(texts, [(at(2), "He"), (at(1), "H")], "latest first, each once, with the moment it was saved");
    assert!(stage.store.journal(10).await.unwrap().is_empty());

    for minute in 4..70 {
        draft.body = minute.to_string();
        stage.store.autosave(at(minute), draft.clone()).await.unwrap();
    }
    let versions = stage.store.versions(draft.id).await.unwrap();
    assert_eq!((versions.len(), versions[0].1.body.as_str()), (50, "68"));
    let stage = stage.restart();
    assert_eq!(stage.load(&draft).await.body, "69");
}

#[tokio::test]
async fn drafts_come_latest_change_first() {
    let stage = Stage::memory();
    for (minute, body) in [(1, "old"), (3, "new"), (2, "between")] {
        let mut draft = stage.draft(body);
        draft.updated_at = at(minute);
        stage.keep(&draft, vec![]).await;
    }
    let drafts = stage.store.drafts().await.unwrap();
    assert_eq!(drafts.iter().map(|post| post.body.as_str()).collect::<Vec<_>>(), ["new", "between", "old"]);
}

#[tokio::test]
async fn what_happens_alongside_an_edit_happens_with_it_or_not_at_all() {
    let stage = Stage::memory();
    let post = stage.post("tea", 60, &["acme/x1"]);
    let write = stage.create(&post, &acme(), 1);
    stage.keep(&post, vec![write.clone()]).await;
    stage.store.set_setting("aside", "typed").await.unwrap();
    let dropping = |forgets: &str| Alongside {
        drops: vec![(write.intent, "dropped".into())],
        retraces: None,
        forgets: vec![forgets.into()],
        ..Alongside::default()
    };
    let open = async || stage.store.outbox().await.unwrap().len();
    let typed = async || stage.store.setting("aside").await.unwrap();

    // The edit was made from something that is not there any more: nothing else happens either.
    let (_, stale) = edited(&Post { body: "other".into(), ..post.clone() }, "new");
    let refused = stage.store.save_with(at(2), Actor::You, vec![stale], vec![], dropping("aside")).await;
    assert_eq!(refused, Err(StoreError::Changed { post: post.id }));
    assert_eq!((open().await, typed().await), (1, Some("typed".into())));

    let (_, edit) = edited(&post, "new");
    stage.store.save_with(at(3), Actor::You, vec![edit], vec![], dropping("aside")).await.unwrap();
    assert_eq!((open().await, typed().await), (0, None));
    let told = stage.store.attempts_of(post.id).await.unwrap();
    assert_eq!(told.last().map(|told| told.words.as_str()), Some("dropped"));

    // A write that is over is not dropped twice, and takes its edit with it.
    let (_, edit) = edited(&Post { body: "new".into(), ..post.clone() }, "newer");
    let again = stage.store.save_with(at(4), Actor::You, vec![edit], vec![], dropping("aside")).await;
    assert_eq!(again, Err(StoreError::Settled { intent: write.intent }));
}

#[tokio::test]
async fn a_setting_is_replaced_where_it_says_what_it_must_and_then_with_the_edit() {
    let stage = Stage::memory();
    let post = stage.post("tea", 60, &["acme/x1"]);
    stage.keep(&post, vec![]).await;
    stage.store.set_setting("rule", "old").await.unwrap();
    let replacing = |key: &str, before: &str| Alongside {
        replaces: vec![(key.into(), before.into(), "new".into())],
        ..Alongside::default()
    };
    let body = async || stage.store.post(post.id).await.unwrap().map(|post| post.body);
    for (key, before) in [("rule", "older"), ("none", "old")] {
        let (_, edit) = edited(&post, "other");
        let said = stage.store.save_with(at(2), Actor::You, vec![edit], vec![], replacing(key, before)).await;
        assert_eq!(said, Err(StoreError::Replaced { key: key.into() }));
        assert_eq!(body().await.as_deref(), Some("tea"));
    }
    let (_, edit) = edited(&post, "cake");
    stage.store.save_with(at(3), Actor::You, vec![edit], vec![], replacing("rule", "old")).await.unwrap();
    assert_eq!(body().await.as_deref(), Some("cake"));
    assert_eq!(stage.store.setting("rule").await.unwrap().as_deref(), Some("new"));
}
