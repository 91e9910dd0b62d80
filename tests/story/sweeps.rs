//! What a provider shows: news only when it is news, absence only when a sweep could have seen it.

use runsheet::domain::change::Change;
use runsheet::domain::ids::RemoteId;
use runsheet::domain::outcome::{Outcome, State};
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::write::{OutboxState, Write};
use runsheet::store::{Actor, Merged, Settlement};

use crate::world::{Stage, acme, at, other, shown, taken_over};

/// Sees and takes over `page` as a first sweep would.
async fn first_sight(stage: &Stage, ids: &[&str]) -> Vec<Post> {
    let sweep = stage.store.sweep_begin(&acme(), at(0)).await.unwrap();
    let page: Vec<_> = (0..).zip(ids).map(|(n, id)| shown(id, &format!("text {id}"), n * 10)).collect();
    let sightings = stage.store.sweep_see(&acme(), sweep, page).await.unwrap();
    assert!(sightings.iter().all(|sighting| sighting.base.is_none() && sighting.ours.is_none()));
    let merged: Vec<_> = sightings.iter().map(|sighting| taken_over(stage, &sighting.theirs)).collect();
    let posts = merged.iter().map(|each| each.post.clone()).collect();
    let touched = stage.store.apply(&acme(), Some(sweep), merged, at(0)).await.unwrap();
    assert_eq!(touched.len(), ids.len());
    stage.store.sweep_end(&acme(), sweep, at(1)).await.unwrap();
    posts
}

#[tokio::test]
async fn an_unchanged_page_is_no_news() {
    let stage = Stage::file();
    let posts = first_sight(&stage, &["a", "b", "c"]).await;
    let state = stage.store.sync_state(&acme()).await.unwrap();
    assert_eq!((state.last_ok, state.last_full, state.error), (Some(at(1)), Some(at(1)), None));

    let stage = stage.restart();
    let store = &stage.store;
    let sweep = store.sweep_begin(&acme(), at(10)).await.unwrap();
    let page: Vec<_> = [("a", 0), ("b", 10), ("c", 20)].map(|(id, at)| shown(id, &format!("text {id}"), at)).into();
    assert_eq!(store.sweep_see(&acme(), sweep, page.clone()).await.unwrap(), []);
    assert_eq!(store.sweep_unseen(&acme(), sweep, None, None).await.unwrap(), []);

    let mut changed = page;
    changed[1].body = "edited there".into();
    let news = store.sweep_see(&acme(), sweep, changed.clone()).await.unwrap();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].base.as_ref().unwrap().body, "text b");
    assert_eq!(news[0].ours.as_ref(), Some(&posts[1]));
    assert_eq!(store.sweep_see(&acme(), sweep, changed).await.unwrap(), news, "news until it is taken over");

    let post = Post { body: "edited there".into(), ..posts[1].clone() };
    let merged = Merged {
        theirs: news[0].theirs.clone(),
        ours: news[0].ours.clone(),
        post: post.clone(),
        journal: Some("edited at the provider:".into()),
    };
    assert_eq!(store.apply(&acme(), Some(sweep), vec![merged], at(11)).await.unwrap(), [post.id]);
    assert_eq!(stage.load(&post).await, post);
    let entry = &store.journal(1).await.unwrap()[0];
    assert_eq!((entry.actor, entry.words.as_str()), (Actor::Sync, "edited at the provider: “edited there”"));
    assert_eq!(entry.changes[0].before.as_deref(), Some(&posts[1]));
    assert_eq!(store.undoable().await.unwrap(), None, "undo takes back what a person did");
    let elsewhere = store.sweep_begin(&other(), at(0)).await.unwrap();
    assert_eq!(store.sweep_see(&other(), elsewhere, vec![shown("a", "text a", 0)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_edit_made_while_a_page_was_compared_is_not_overwritten() {
    let stage = Stage::memory();
    let store = &stage.store;
    let posts = first_sight(&stage, &["a"]).await;
    let sweep = store.sweep_begin(&acme(), at(10)).await.unwrap();
    let theirs = shown("a", "theirs", 0);
    let news = store.sweep_see(&acme(), sweep, vec![theirs.clone()]).await.unwrap().remove(0);
    let mine = Post { body: "mine".into(), ..posts[0].clone() };
    let edit = Change::edit(posts[0].clone(), mine.clone(), "edited");
    store.save(at(11), Actor::You, vec![edit], vec![]).await.unwrap();

    let post = Post { body: "theirs".into(), ..posts[0].clone() };
    let merged = Merged { theirs: theirs.clone(), ours: news.ours, post, journal: None };
    assert_eq!(store.apply(&acme(), Some(sweep), vec![merged], at(12)).await.unwrap(), []);
    assert_eq!(stage.load(&mine).await, mine);
    let again = store.sweep_see(&acme(), sweep, vec![theirs]).await.unwrap();
    assert_eq!(again[0].ours.as_ref(), Some(&mine), "it comes back, with the edit");
}

#[tokio::test]
async fn a_post_that_a_shifting_listing_shows_twice_is_taken_over_once() {
    let stage = Stage::memory();
    let store = &stage.store;
    let sweep = store.sweep_begin(&acme(), at(0)).await.unwrap();
    let page = vec![shown("a", "twice", 0), shown("a", "twice", 0)];
    let news = store.sweep_see(&acme(), sweep, page).await.unwrap();
    let merged: Vec<_> = news.iter().map(|sighting| taken_over(&stage, &sighting.theirs)).collect();
    let first = merged[0].post.id;
    assert_eq!(store.apply(&acme(), Some(sweep), merged, at(1)).await.unwrap(), [first]);
    assert_eq!(store.every_post(None, None).await.unwrap().len(), 1);
    let (_, mapped) = store.remote(&acme(), &RemoteId::new("a")).await.unwrap().unwrap();
    assert_eq!(mapped, Some(first));
}

#[tokio::test]
async fn only_what_a_sweep_could_have_seen_is_unseen() {
    let stage = Stage::memory();
    let store = &stage.store;
    first_sight(&stage, &["a", "b", "c"]).await;
    let mut timeless = shown("d", "a draft there", 0);
    timeless.at = None;
    store.apply(&acme(), None, vec![taken_over(&stage, &timeless)], at(2)).await.unwrap();

    let sweep = store.sweep_begin(&acme(), at(10)).await.unwrap();
    store.sweep_see(&acme(), sweep, vec![shown("b", "text b", 10)]).await.unwrap();
    // Made here while the sweep was under way: its listing may have passed that place already.
    let post = stage.post("fresh", 15, &["acme/x1"]);
    let row = stage.create(&post, &acme(), 10);
    stage.keep(&post, vec![row.clone()]).await;
    let settlement = Settlement { theirs: Some(shown("e", "fresh", 15)), ..Settlement::new(OutboxState::Done) };
    store.settle(row.intent, settlement).await.unwrap();

    let unseen = async |from: Option<i64>, to: Option<i64>| {
        let unseen = store.sweep_unseen(&acme(), sweep, from.map(at), to.map(at)).await.unwrap();
        unseen.iter().map(|id| id.as_str().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(unseen(None, None).await, ["a", "c", "d"]);
    assert_eq!(unseen(Some(0), Some(20)).await, ["a", "c"]);
    assert_eq!(unseen(Some(1), None).await, ["c"]);
    assert_eq!(store.sweep_unseen(&acme(), sweep, at(0), at(5)).await.unwrap(), [RemoteId::new("a")]);
}

#[tokio::test]
async fn our_post_is_found_by_mapping_by_target_and_by_reference() {
    let stage = Stage::memory();
    let store = &stage.store;
    let mut by_target = stage.post("by target", 5, &["acme/x1"]);
    by_target.targets[0].remote = Some(RemoteId::new("t"));
    let by_reference = stage.post("by reference", 5, &["acme/x1"]);
    let by_mapping = stage.post("by mapping", 5, &["acme/x1"]);
    let row = stage.create(&by_mapping, &acme(), 0);
    stage.keep(&by_target, vec![]).await;
    stage.keep(&by_reference, vec![]).await;
    stage.keep(&by_mapping, vec![row.clone()]).await;
    let outcomes = vec![(by_mapping.targets[0].channel.clone(), Outcome::Accepted, Some(RemoteId::new("m")))];
    store.settle(row.intent, Settlement { outcomes, ..Settlement::new(OutboxState::Done) }).await.unwrap();

    let mut page = vec![shown("t", "", 0), shown("r", "", 0), shown("m", "", 0), shown("stray", "", 0)];
    page[1].reference = Some(by_reference.id);
    page[3].reference = Some(stage.ids.post(at(0)));
    let sweep = store.sweep_begin(&acme(), at(1)).await.unwrap();
    let news = store.sweep_see(&acme(), sweep, page).await.unwrap();
    let ours: Vec<_> = news.iter().map(|sighting| sighting.ours.as_ref().map(|post| post.id)).collect();
    assert_eq!(ours, [Some(by_target.id), Some(by_reference.id), Some(by_mapping.id), None]);
}

#[tokio::test]
async fn of_several_posts_that_name_one_there_it_is_the_nearest_to_its_moment() {
    let stage = Stage::memory();
    let mut posts = [0, 60, 120].map(|minutes| stage.post("said twice", minutes, &["acme/x1"]));
    for post in &mut posts {
        post.targets[0].remote = Some(RemoteId::new("t"));
        stage.keep(post, vec![]).await;
    }
    for (minutes, post) in [(0, 0), (58, 1), (500, 2)] {
        let sweep = stage.store.sweep_begin(&acme(), at(1)).await.unwrap();
        let news = stage.store.sweep_see(&acme(), sweep, vec![shown("t", "", minutes)]).await.unwrap();
        assert_eq!(news[0].ours.as_ref().map(|post| post.id), Some(posts[post].id), "{minutes}");
    }
}

#[tokio::test]
async fn a_removal_on_its_way_is_not_undone_by_a_sweep() {
    let stage = Stage::memory();
    let store = &stage.store;
    let post = first_sight(&stage, &["a"]).await.remove(0);
    let row = stage.row(&post, &acme(), 5, Write::Remove { remote: RemoteId::new("a") });
    let removal = Change::remove(post.clone(), "deleted");
    store.save(at(5), Actor::You, vec![removal], vec![row.clone()]).await.unwrap();

    let sweep = store.sweep_begin(&acme(), at(6)).await.unwrap();
    let changed = shown("a", "edited there meanwhile", 0);
    assert_eq!(store.sweep_see(&acme(), sweep, vec![changed.clone()]).await.unwrap(), []);
    let removed = Settlement { removed: true, ..Settlement::new(OutboxState::Done) };
    store.settle(row.intent, removed).await.unwrap();
    assert_eq!(store.remote(&acme(), &RemoteId::new("a")).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_deleted_here_and_stayed_there_is_seen_again() {
    let stage = Stage::memory();
    let store = &stage.store;
    let post = first_sight(&stage, &["a"]).await.remove(0);
    let row = stage.row(&post, &acme(), 5, Write::Remove { remote: RemoteId::new("a") });
    store.save(at(5), Actor::You, vec![Change::remove(post, "deleted")], vec![row.clone()]).await.unwrap();
    let same = shown("a", "text a", 0);
    let sweep = store.sweep_begin(&acme(), at(6)).await.unwrap();
    assert_eq!(store.sweep_see(&acme(), sweep, vec![same.clone()]).await.unwrap(), [], "its removal is on its way");
    store.settle(row.intent, Settlement::new(OutboxState::Failed)).await.unwrap();
    let seen = store.sweep_see(&acme(), sweep, vec![same.clone()]).await.unwrap();
    assert_eq!((seen.len(), seen[0].ours.is_none()), (1, true));
    let back = taken_over(&stage, &same);
    store.apply(&acme(), Some(sweep), vec![back], at(7)).await.unwrap();
    assert_eq!(store.sweep_see(&acme(), sweep, vec![same]).await.unwrap(), [], "and then it is known");
}

#[tokio::test]
async fn a_settled_removal_leaves_a_post_that_is_nowhere() {
    let stage = Stage::memory();
    let mut post = stage.post("unscheduled", 60, &["acme/x1"]);
    post.wish = Wish::Draft;
    post.targets[0].remote = Some(RemoteId::new("a"));
    post.targets[0].outcome = Outcome::Accepted;
    let row = stage.row(&post, &acme(), 0, Write::Remove { remote: RemoteId::new("a") });
    stage.keep(&post, vec![row.clone()]).await;
    let removed = Settlement { removed: true, ..Settlement::new(OutboxState::Done) };
    stage.store.settle(row.intent, removed).await.unwrap();
    let target = &stage.load(&post).await.targets[0];
    assert_eq!((&target.outcome, &target.remote), (&Outcome::NotSent, &None));
}

#[tokio::test]
async fn what_is_gone_there_goes_or_becomes_a_draft_here() {
    let stage = Stage::memory();
    let store = &stage.store;
    let theirs = first_sight(&stage, &["a"]).await.remove(0);
    assert_eq!(store.forget(&acme(), &RemoteId::new("a"), at(5)).await.unwrap(), [theirs.id]);
    assert_eq!(store.post(theirs.id).await.unwrap(), None);
    assert_eq!(store.journal(1).await.unwrap()[0].changes[0].before.as_deref(), Some(&theirs));
    assert!(store.forget(&acme(), &RemoteId::new("a"), at(5)).await.unwrap().is_empty());

    let accepted = |channel: &str, remote: &str| {
        let mut target = Target::new(runsheet::domain::ids::ChannelId::new(channel));
        target.outcome = Outcome::Accepted;
        target.remote = Some(RemoteId::new(remote));
        target
    };
    let mut ours = stage.post("ours", 60, &[]);
    ours.targets = vec![accepted("acme/x1", "b"), accepted("other/x9", "b")];
    stage.keep(&ours, vec![]).await;
    store.forget(&acme(), &RemoteId::new("b"), at(6)).await.unwrap();
    let half = stage.load(&ours).await;
    assert_eq!((&half.targets[0].outcome, half.wish), (&Outcome::Cancelled, Wish::Schedule));
    assert_eq!(half.targets[1], ours.targets[1], "the other account still has its own");

    store.forget(&other(), &RemoteId::new("b"), at(7)).await.unwrap();
    let draft = stage.load(&ours).await;
    assert_eq!((draft.state(at(8)), draft.schedule), (State::Draft, ours.schedule), "a draft that keeps its time");
    assert_eq!(store.journal(1).await.unwrap()[0].actor, Actor::Sync);

    let mut live = stage.post("live", 60, &[]);
    live.targets = vec![accepted("acme/x1", "c")];
    live.targets[0].outcome = Outcome::Published { url: None, at: Some(at(60)) };
    stage.keep(&live, vec![]).await;
    assert_eq!(store.forget(&acme(), &RemoteId::new("c"), at(70)).await.unwrap(), []);
    assert_eq!(stage.load(&live).await, live, "what was published stays published");
}
