//! How long a person waits for the dry run of a long table.
//!
//! `cargo bench --bench exchange`.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

use chrono::DateTime;
use divan::{Bencher, black_box};
use runsheet::clock::Clock;
use runsheet::desk::{Desk, Seat};
use runsheet::domain::channel::{Health, Network};
use runsheet::domain::ids::{AccountName, IdSource, RemoteId};
use runsheet::domain::intake::Asking;
use runsheet::domain::remote::RemoteChannel;
use runsheet::provider::{Connection, build, http};
use runsheet::store::{Actor, Store};
use runsheet::text::rules::Rules;

const ROWS: usize = 10_000;

fn main() {
    divan::main();
}

async fn desk() -> Desk {
    let clock = Clock::standing_at(DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20_000));
    let (store, account) = (Store::memory().expect("a store"), AccountName::new("acme"));
    let channel = |network: &str| RemoteChannel {
        id: RemoteId::new(network),
        network: Network::from_word(network),
        handle: format!("@{network}"),
        name: String::new(),
        health: Health::Ok,
    };
    store.see_channels(&account, ["x", "linkedin", "bluesky"].map(channel).into()).await.expect("channels");
    let connection = Connection {
        provider: "voxburst".into(),
        base_url: None,
        key: "k0123456789".into(),
        limits: http::Limits::default(),
    };
    let seats = vec![Seat { account, provider: build(connection, &clock).expect("a provider") }];
    Desk::new(store, clock, IdSource::seeded(5), chrono_tz::Europe::Berlin, seats, Actor::You)
}

/// 10,000 rows for three networks, read and judged. Shall stay under a second.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn dry_run_of_10_000_rows(bencher: Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let desk = runtime.block_on(desk());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("plan.csv");
    let mut text = String::from("key,to,when,body,tags\n");
    for row in 0..ROWS {
        let day = 1 + row % 28;
        let body = format!("Row {row}: we ship #launch to https://acme.example/{row} and thank @everybody for it 🎈");
        text.push_str(&format!("k{row},\"x, linkedin, bluesky\",2030-06-{day:02} 09:00,{body},\"a, b\"\n"));
    }
    std::fs::write(&path, text).expect("the table");
    let asking = Asking { path: path.display().to_string(), ..Asking::default() };
    bencher.bench_local(|| {
        let look = runtime.block_on(desk.look(&asking, Rules::shipped(), &|_, _| {})).expect("a look");
        assert_eq!(look.totals(), (ROWS, 0, 0));
        black_box(look)
    });
}
