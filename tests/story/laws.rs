//! What is saved is what is loaded, whatever it is and whatever happened in between.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use runsheet::domain::change::Change;
use runsheet::domain::ids::{ChannelId, RemoteId};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::options::{Extras, FirstComment, Options, Value};
use runsheet::domain::outcome::{Cause, Outcome, Refusal};
use runsheet::domain::post::{Post, Source, Target, Theirs, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::{Attempt, OutboxState};
use runsheet::store::{Actor, Settlement};

use crate::world::{Stage, acme, at, request};

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-500_000_i64..500_000, 0_i64..60_000).prop_map(|(m, ms)| at(m) + TimeDelta::milliseconds(ms))
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let zone = (0..TZ_VARIANTS.len()).prop_map(|n| TZ_VARIANTS[n]);
    (instant(), zone).prop_map(|(at, zone): (_, Tz)| Schedule::at(at, zone))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::NotSent),
        Just(Outcome::Accepted),
        Just(Outcome::Publishing),
        Just(Outcome::Cancelled),
        instant().prop_map(|until| Outcome::Deferred { until }),
        (option::of(".*"), option::of(instant())).prop_map(|(url, at)| Outcome::Published { url, at }),
        (".*", option::of(instant()), any::<bool>()).prop_map(|(words, at, dismissed)| {
            Outcome::Refused(Refusal { dismissed, ..Refusal::new(Cause::from_words(&words), words, at) })
        }),
        (instant(), ".*").prop_map(|(since, words)| Outcome::Unknown { since, words }),
    ]
}

fn target(channel: usize) -> impl Strategy<Value = Target> {
    (option::of(".*"), option::of(schedule()), outcome(), option::of("[a-z0-9]{1,9}"), extras()).prop_map(
        move |(text, schedule, outcome, remote, extras)| Target {
            channel: ChannelId::new(format!("acme/x{channel}")),
            text,
            schedule,
            extras,
            outcome,
            remote: remote.map(RemoteId::new),
        },
    )
}

fn media() -> impl Strategy<Value = Media> {
    (".*", ".*", option::of(any::<u64>()), option::of(any::<(u32, u32)>())).prop_map(|(source, alt, bytes, pixels)| {
        Media {
            source,
            kind: MediaKind::Gif,
            name: String::new(),
            alt,
            bytes,
            pixels,
            millis: None,
            content: None,
            looked: None,
        }
    })
}

fn options() -> impl Strategy<Value = Options> {
    let value = prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        ".*".prop_map(Value::Text),
        vec(".*", 0..3).prop_map(Value::List)
    ];
    vec(("[a-z]{1,4}\\.[a-z]{1,4}", value), 0..3).prop_map(|pairs| pairs.into_iter().collect())
}

fn first_comment() -> impl Strategy<Value = Option<FirstComment>> {
    option::of((".*", any::<u32>()).prop_map(|(text, delay)| FirstComment { text, delay }))
}

fn extras() -> impl Strategy<Value = Extras> {
    (options(), first_comment(), option::of(vec(media(), 0..2))).prop_map(|(options, first_comment, media)| Extras {
        options,
        first_comment,
        media,
    })
}

/// A post without an id of its own yet.
fn post() -> impl Strategy<Value = Post> {
    let words = (".*", option::of(".*"), option::of(".*"), vec(".*", 0..3));
    let wish = prop_oneof![Just(Wish::Draft), Just(Wish::Hold), Just(Wish::Schedule), Just(Wish::Now)];
    let theirs = (".*", option::of(instant()), instant()).prop_map(|(body, at, seen_at)| Theirs { body, at, seen_at });
    let targets = (target(0), target(1), target(2), 0_usize..=3);
    let facts = (wish, any::<bool>(), option::of(theirs), option::of(schedule()), vec(media(), 0..2));
    let facts = (facts, options(), first_comment());
    (words, facts, targets, instant(), instant()).prop_map(|(words, facts, targets, created_at, updated_at)| {
        let (body, title, campaign, tags) = words;
        let ((wish, here, theirs, schedule, media), options, first_comment) = facts;
        let (a, b, c, count) = targets;
        let stage = runsheet::domain::ids::IdSource::seeded(0);
        Post {
            body,
            title,
            campaign,
            tags,
            wish,
            schedule,
            media,
            options,
            first_comment,
            updated_at,
            source: if here { Source::Runsheet } else { Source::Provider },
            conflict: theirs.map(Box::new),
            targets: vec![a, b, c].into_iter().take(count).collect(),
            ..Post::draft(stage.post(created_at), created_at)
        }
    })
}

#[derive(Clone, Debug)]
enum Step {
    Save(usize, Box<Post>),
    Remove(usize),
    Send(usize),
    Settle(usize, Vec<Outcome>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_usize..4, post()).prop_map(|(slot, post)| Step::Save(slot, Box::new(post))),
        1 => (0_usize..4).prop_map(Step::Remove),
        2 => (0_usize..4).prop_map(Step::Send),
        3 => (0_usize..4, vec(outcome(), 0..3)).prop_map(|(slot, outcomes)| Step::Settle(slot, outcomes)),
    ]
}

/// Carries out the steps on a store and on a plain map, and compares what both say.
async fn compare(stage: Stage, steps: Vec<Step>) {
    let store = &stage.store;
    let slots: Vec<_> = (0..4).map(|_| stage.ids.post(at(0))).collect();
    let mut model: BTreeMap<usize, Post> = BTreeMap::new();
    for (minute, step) in (0..).zip(steps) {
        match step {
            Step::Save(slot, post) => {
                let post = Post { id: slots[slot], ..*post };
                let change = Change {
                    before: model.get(&slot).cloned().map(Box::new),
                    after: Some(Box::new(post.clone())),
                    verb: "saved".into(),
                };
                store.save(at(minute), Actor::You, vec![change], vec![]).await.unwrap();
                model.insert(slot, post);
            }
            Step::Remove(slot) => {
                let change = model.remove(&slot).map(|post| Change::remove(post, "deleted"));
                store.save(at(minute), Actor::You, Vec::from_iter(change), vec![]).await.unwrap();
            }
            Step::Send(slot) => {
                if let Some(post) = model.get(&slot) {
                    let row = stage.create(post, &acme(), minute);
                    store.save(at(minute), Actor::You, vec![], vec![row]).await.unwrap();
                }
            }
            Step::Settle(slot, outcomes) => settle(&stage, minute, slots[slot], model.get_mut(&slot), outcomes).await,
        }
    }
    for (slot, id) in slots.iter().enumerate() {
        let open = store.outbox().await.unwrap().iter().any(|row| row.post == *id);
        let expected = model.get(&slot).map(|post| Post { pending: open, ..post.clone() });
        let stored = store.post(*id).await.unwrap();
        assert_eq!(stored, expected);
        let json = |post: &Post| serde_json::to_string(post).unwrap();
        assert_eq!(stored.as_ref().map(json), expected.as_ref().map(json));
    }
    let now = at(0);
    let failed: Vec<_> = store.failed(now).await.unwrap().iter().map(|post| post.id).collect();
    let open: Vec<_> = store.outbox().await.unwrap().iter().map(|row| row.post).collect();
    let model: Vec<_> = model.values().map(|post| Post { pending: open.contains(&post.id), ..post.clone() }).collect();
    let mut expected: Vec<_> = model.iter().filter(|post| post.needs_a_person(now)).collect();
    expected.sort_by_key(|post| (post.instant(), post.id));
    assert_eq!(failed, expected.iter().map(|post| post.id).collect::<Vec<_>>(), "the index misses nobody");
    let week: Vec<_> = store.weeks(at(-9999), at(9999)).await.unwrap().iter().map(|post| post.id).collect();
    let mut expected: Vec<_> = model
        .iter()
        .filter(|post| post.instant().is_some_and(|instant| (at(-9999)..at(9999)).contains(&instant)))
        .collect();
    expected.sort_by_key(|post| (post.instant(), post.id));
    assert_eq!(week, expected.iter().map(|post| post.id).collect::<Vec<_>>());
}

async fn settle(
    stage: &Stage,
    minute: i64,
    id: runsheet::domain::ids::PostId,
    post: Option<&mut Post>,
    outcomes: Vec<Outcome>,
) {
    let rows = stage.store.outbox_of(id).await.unwrap();
    let Some(row) = rows.iter().find(|row| row.state == OutboxState::Ready) else {
        return;
    };
    stage.store.freeze(row.intent, request("body"), at(minute)).await.unwrap();
    let mut settlement = Settlement::new(OutboxState::Done);
    settlement.attempt = Some(Attempt { intent: row.intent, at: at(minute), words: "done".into() });
    if let Some(post) = post {
        for (target, outcome) in post.targets.iter_mut().zip(outcomes) {
            target.outcome = outcome.clone();
            target.remote = Some(RemoteId::new(format!("r{minute}")));
            settlement.outcomes.push((target.channel.clone(), outcome, target.remote.clone()));
        }
    }
    stage.store.settle(row.intent, settlement).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_is_what_is_loaded(steps in vec(step(), 1..24)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(compare(Stage::memory(), steps));
    }
}
