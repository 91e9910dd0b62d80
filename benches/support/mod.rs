//! A store of 100,000 posts, and the listing of a provider that fills one: what several benchmarks stand on.

#![allow(clippy::expect_used, dead_code)] // A benchmark that cannot go on has nothing to say; each uses its part.

use std::path::Path;
use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use runsheet::domain::channel::{Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use runsheet::domain::outcome::{Cause, Outcome, Refusal};
use runsheet::domain::post::{Post, Source, Target, Wish};
use runsheet::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use runsheet::domain::schedule::Schedule;
use runsheet::store::{Merged, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Posts in the large store.
pub const POSTS: usize = 100_000;
const CHANNELS: usize = 12;
const NETWORKS: [&str; 4] = ["linkedin", "x", "instagram", "facebook"];

/// One background thread.
pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime")
}

/// The account everything belongs to.
pub fn account() -> AccountName {
    AccountName::new("acme")
}

/// The present of the stores whose age does not matter.
pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("an instant")
}

/// The moment of post `n` of `of`, spread over two years around `now`.
fn moment(n: usize, of: usize, now: DateTime<Utc>) -> DateTime<Utc> {
    let minutes = TimeDelta::days(730).num_minutes() * n as i64 / of as i64;
    now - TimeDelta::days(365) + TimeDelta::minutes(minutes)
}

fn shown(n: usize, of: usize, now: DateTime<Utc>) -> RemotePost {
    let at = moment(n, of, now);
    let live = Outcome::Published { url: Some(format!("https://network.example/post/{n}")), at: Some(at) };
    let outcome = match n % 500 {
        _ if at > now => Outcome::Accepted,
        0 => Outcome::Refused(Refusal::new(Cause::TooLong, "the text is too long for this network", Some(at))),
        _ => live,
    };
    let channels = (0..3).map(|k| (n + k) % CHANNELS);
    RemotePost {
        id: RemoteId::new(format!("post_{n:08}")),
        reference: None,
        body: format!("Post {n}: what we learned this week, in a few sentences that are about as long as these are. ")
            .repeat(2),
        title: None,
        at: Some(at),
        state: if at > now { RemoteState::Scheduled } else { RemoteState::Settled },
        targets: channels
            .map(|channel| RemoteTarget {
                channel: RemoteId::new(format!("ch{channel}")),
                network: network(channel),
                text: None,
                at: None,
                outcome: outcome.clone(),
                extras: runsheet::domain::options::Extras::default(),
            })
            .collect(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
        created_at: Some(at - TimeDelta::days(3)),
        updated_at: Some(at),
        oddities: Vec::new(),
    }
}

fn merged(ids: &IdSource, theirs: RemotePost) -> Merged {
    let at = theirs.at.expect("every one has a moment");
    let mut post = Post::draft(ids.post(at), at);
    post.body = theirs.body.clone();
    post.source = Source::Provider;
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(at, Berlin));
    post.targets = theirs
        .targets
        .iter()
        .map(|target| Target {
            outcome: target.outcome.clone(),
            remote: Some(theirs.id.clone()),
            ..Target::new(ChannelId::of(&account(), &target.channel))
        })
        .collect();
    Merged { theirs, ours: None, post, journal: None }
}

/// One sweep over `pages`, as the engine walks it: look at each page, take over what is new.
pub async fn sweep(store: &Store, ids: &IdSource, pages: Vec<Vec<RemotePost>>, now: DateTime<Utc>) -> usize {
    let number = store.sweep_begin(&account(), now).await.expect("a sweep");
    let mut news = 0;
    for page in pages {
        let seen = store.sweep_see(&account(), number, page).await.expect("a page");
        if seen.is_empty() {
            continue;
        }
        news += seen.len();
        let merged = seen.into_iter().map(|sighting| merged(ids, sighting.theirs)).collect();
        store.apply(&account(), Some(number), merged, now).await.expect("taken over");
    }
    store.sweep_end(&account(), number, now).await.expect("an end");
    news
}

/// The listing of `count` posts in pages of `of_size`.
pub fn pages(count: usize, of_size: usize, now: DateTime<Utc>) -> Vec<Vec<RemotePost>> {
    let numbers: Vec<usize> = (0..count).collect();
    numbers.chunks(of_size).map(|page| page.iter().map(|n| shown(*n, count, now)).collect()).collect()
}

/// Makes the large store at `path`, its posts spread over two years around `now`.
pub async fn build(path: &Path, now: DateTime<Utc>) {
    let store = Store::open(path).expect("a store");
    let channels = (0..CHANNELS).map(|n| RemoteChannel {
        id: RemoteId::new(format!("ch{n}")),
        network: network(n),
        handle: format!("@acme_{n}"),
        name: String::new(),
        health: Health::Ok,
    });
    store.see_channels(&account(), channels.collect()).await.expect("channels");
    let ids = IdSource::seeded(1);
    assert_eq!(sweep(&store, &ids, pages(POSTS, 5_000, now), now).await, POSTS);
    for n in 0..200 {
        let mut draft = Post::draft(ids.post(now), now);
        draft.body = format!("an idea, number {n}");
        store.autosave(now, draft).await.expect("a draft");
    }
}

fn network(channel: usize) -> Network {
    Network::from_word(NETWORKS.get(channel % NETWORKS.len()).expect("a network"))
}

/// The folder of the large store, built once; statics are never dropped, so the system's cleaning takes it.
pub fn large() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        runtime().block_on(build(&folder.path().join("store.db"), now()));
        folder
    });
    folder.path()
}
