//! How long a person waits for a store of 100,000 posts, and what a sweep costs that finds nothing new.
//!
//! `cargo bench --bench store`. The large store is built once, in a temporary folder.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

mod support;

use chrono::TimeDelta;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use runsheet::domain::ids::IdSource;
use runsheet::store::{Asked, Store};

use support::{large, now, pages, runtime, sweep};

const LISTED: usize = 22_509;
const PAGE: usize = 100;

fn main() {
    divan::main();
}

async fn board(store: &Store) -> usize {
    let posts = now()..now() + TimeDelta::days(7);
    let ahead = now()..now() + TimeDelta::days(14);
    let shown = store.board(Asked { posts, ahead, remembered: "aside:", now: now() }).await.expect("the board");
    shown.posts.len() + shown.failed.len() + shown.drafts.len() + shown.channels.len() + shown.coming.len()
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
        (store, folder, pages(LISTED, PAGE, now()))
    };
    bencher.counter(ItemsCount::new(LISTED)).with_inputs(fresh).bench_local_values(|(store, folder, pages)| {
        assert_eq!(runtime.block_on(sweep(&store, &IdSource::seeded(2), pages, now())), LISTED);
        (store, folder)
    });
}

/// The same sweep again, when nothing changed. Shall be at least five times faster.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn sweep_of_an_unchanged_store(bencher: Bencher<'_, '_>) {
    let (runtime, folder) = (runtime(), tempfile::tempdir().expect("a folder"));
    let store = Store::open(&folder.path().join("store.db")).expect("a store");
    runtime.block_on(sweep(&store, &IdSource::seeded(2), pages(LISTED, PAGE, now()), now()));
    bencher.counter(ItemsCount::new(LISTED)).with_inputs(|| pages(LISTED, PAGE, now())).bench_local_values(|pages| {
        assert_eq!(runtime.block_on(sweep(&store, &IdSource::seeded(3), pages, now())), 0);
    });
}
