//! How long a person waits for a store of 100,000 posts, and what a sweep costs that finds nothing new.
//!
//! `cargo bench --bench store`. The large store is built once, in a temporary folder.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

use std::path::Path;
use std::sync::OnceLock;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use runsheet::domain::channel::{Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, IdSource, RemoteId};
use runsheet::domain::outcome::{Cause, Outcome, Refusal};
use runsheet::domain::post::{Post, Source, Target, Wish};
use runsheet::domain::remote::{RemoteChannel, RemotePost, RemoteState, RemoteTarget};
use runsheet::domain::schedule::Schedule;
use runsheet::store::{Merged, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const POSTS: usize = 100_000;
const LISTED: usize = 22_509;
const PAGE: usize = 100;
const CHANNELS: usize = 12;

fn main() {
    divan::main();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().expect("a runtime")
}

fn account() -> AccountName {
    AccountName::new("acme")
}

/// The middle of the two years that the posts are spread over.
fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("an instant")
}

/// The moment of post `n` of `of`, spread over two years around now.
fn moment(n: usize, of: usize) -> DateTime<Utc> {
    let minutes = TimeDelta::days(730).num_minutes() * n as i64 / of as i64;
    now() - TimeDelta::days(365) + TimeDelta::minutes(minutes)
}

fn shown(n: usize, of: usize) -> RemotePost {
    let at = moment(n, of);
    let live = Outcome::Published { url: Some(format!("https://network.example/post/{n}")), at: Some(at) };
    let outcome = match n % 500 {
        _ if at > now() => Outcome::Accepted,
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
        state: if at > now() { RemoteState::Scheduled } else { RemoteState::Settled },
        targets: channels
            .map(|channel| RemoteTarget {
                channel: RemoteId::new(format!("ch{channel}")),
                network: Network::from_word("linkedin"),
                text: None,
                at: None,
                outcome: outcome.clone(),
            })
            .collect(),
        media: Vec::new(),
        tags: Vec::new(),
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
async fn sweep(store: &Store, ids: &IdSource, pages: Vec<Vec<RemotePost>>) -> usize {
    let number = store.sweep_begin(&account(), now()).await.expect("a sweep");
    let mut news = 0;
    for page in pages {
        let seen = store.sweep_see(&account(), number, page).await.expect("a page");
        if seen.is_empty() {
            continue;
        }
        news += seen.len();
        let merged = seen.into_iter().map(|sighting| merged(ids, sighting.theirs)).collect();
        store.apply(&account(), Some(number), merged, now()).await.expect("taken over");
    }
    store.sweep_end(&account(), number, now()).await.expect("an end");
    news
}

fn pages(count: usize, of_size: usize) -> Vec<Vec<RemotePost>> {
    let numbers: Vec<usize> = (0..count).collect();
    numbers.chunks(of_size).map(|page| page.iter().map(|n| shown(*n, count)).collect()).collect()
}

async fn build(path: &Path) {
    let store = Store::open(path).expect("a store");
    let channels = (0..CHANNELS).map(|n| RemoteChannel {
        id: RemoteId::new(format!("ch{n}")),
        network: Network::from_word("linkedin"),
        handle: format!("@acme_{n}"),
        name: String::new(),
        health: Health::Ok,
    });
    store.see_channels(&account(), channels.collect()).await.expect("channels");
    let ids = IdSource::seeded(1);
    assert_eq!(sweep(&store, &ids, pages(POSTS, 5_000)).await, POSTS);
    for n in 0..200 {
        let mut draft = Post::draft(ids.post(now()), now());
        draft.body = format!("an idea, number {n}");
        store.autosave(now(), draft).await.expect("a draft");
    }
}

/// The folder of the large store; the last one out leaves it to the system's cleaning, as statics are never dropped.
fn large() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        runtime().block_on(build(&folder.path().join("store.db")));
        folder
    });
    folder.path()
}

async fn board(store: &Store) -> usize {
    let monday = now();
    let weeks = store.weeks(monday, monday + TimeDelta::days(7)).await.expect("a week");
    let failed = store.failed(now()).await.expect("the failed");
    let drafts = store.drafts().await.expect("the drafts");
    let channels = store.channels().await.expect("the channels");
    weeks.len() + failed.len() + drafts.len() + channels.len()
}

/// From a closed file of 100,000 posts to everything the first screen shows. Shall stay under 25 ms.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn open_to_first_board(bencher: Bencher<'_, '_>) {
    let (runtime, path) = (runtime(), large().join("store.db"));
    bencher.bench_local(|| {
        let store = Store::open(&path).expect("the large store");
        let items = runtime.block_on(board(&store));
        assert!(items > 1_000);
        // Closing is not part of what a person waits for.
        store
    });
}

/// Reading the same board again with the store open.
#[divan::bench(sample_count = 40, sample_size = 1)]
fn board_of_100_000(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let store = Store::open(&large().join("store.db")).expect("the large store");
    bencher.bench_local(|| black_box(runtime.block_on(board(&store))));
}

/// A first sweep: 22,509 posts in pages of a hundred, into an empty store.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn sweep_into_an_empty_store(bencher: Bencher<'_, '_>) {
    let runtime = runtime();
    let fresh = || {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store.db")).expect("a store");
        (store, folder, pages(LISTED, PAGE))
    };
    bencher.counter(ItemsCount::new(LISTED)).with_inputs(fresh).bench_local_values(|(store, folder, pages)| {
        assert_eq!(runtime.block_on(sweep(&store, &IdSource::seeded(2), pages)), LISTED);
        (store, folder)
    });
}

/// The same sweep again, when nothing changed. Shall be at least five times faster.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn sweep_of_an_unchanged_store(bencher: Bencher<'_, '_>) {
    let (runtime, folder) = (runtime(), tempfile::tempdir().expect("a folder"));
    let store = Store::open(&folder.path().join("store.db")).expect("a store");
    runtime.block_on(sweep(&store, &IdSource::seeded(2), pages(LISTED, PAGE)));
    bencher.counter(ItemsCount::new(LISTED)).with_inputs(|| pages(LISTED, PAGE)).bench_local_values(|pages| {
        assert_eq!(runtime.block_on(sweep(&store, &IdSource::seeded(3), pages)), 0);
    });
}
