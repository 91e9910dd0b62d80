//! Whatever happens on the line to a provider, a key is seen and who wants to leave something gets away, while the
//! provider still says nothing: an answer that is held back is held for ten minutes, longer than anything here waits.
//!
//! How long it took is printed beside its aim and not asserted, because the machine may be busy:
//! `cargo test --test pty quick -- --nocapture --test-threads 1`.

use std::time::{Duration, Instant};

use runsheet::demo::{Fault, FaultKind};

use crate::Unconnected;
use crate::home::Home;

/// The aim from a key to what it shows.
const KEY: Duration = Duration::from_millis(50);
/// The aim from the wish to leave something to its end.
const CANCEL: Duration = Duration::from_millis(200);
const SILENCE: FaultKind = FaultKind::Slow(Duration::from_secs(600));
const CTRL_C: &str = "\x03";

const FAULTS: [FaultKind; 12] = [
    FaultKind::Slow(Duration::from_millis(50)),
    FaultKind::Slow(Duration::from_millis(200)),
    SILENCE,
    FaultKind::CutBefore,
    FaultKind::CutAfter,
    FaultKind::Status(500),
    FaultKind::RateLimited { retry_after: None },
    FaultKind::Malformed,
    FaultKind::Html,
    FaultKind::Redirect,
    FaultKind::Huge,
    FaultKind::RepeatPage,
];

/// Tries a few times and prints what it took.
fn measure(what: &str, aim: Duration, mut attempt: impl FnMut() -> Duration) {
    let mut took: Vec<Duration> = (0..5).map(|_| attempt()).collect();
    took.sort_unstable();
    if let [quickest, _, median, _, slowest] = took.as_slice() {
        println!(
            "{what:<48} aim {aim:>6.0?}   quickest {quickest:>7.1?}   median {median:>7.1?}   slowest {slowest:>7.1?}"
        );
    }
}

#[test]
fn a_key_is_seen_at_once_under_every_fault() {
    let home = Home::settled();
    let mut tty = home.open(120, 40, &[]);
    tty.shows("1 account ok");
    for fault in FAULTS {
        home.demo.world.clear_faults();
        home.demo.world.release();
        home.demo.world.fault(Fault::once(fault.clone()).at("late").times(usize::MAX));
        home.demo.world.forget_requests();
        tty.keys("R");
        tty.until("the fault to strike", |_| !home.demo.world.requests().is_empty());
        measure(&format!("key to paint, {fault:?}"), KEY, || {
            // Where the last answer has come, another one is on its way.
            tty.keys("R");
            let began = Instant::now();
            tty.press("?", "Keys that work here");
            let took = began.elapsed();
            tty.keys("\x1b");
            tty.hides("Keys that work here");
            took
        });
    }
    home.demo.world.fault(Fault::once(SILENCE).at("late").times(usize::MAX));
    tty.keys("Rq");
    assert_eq!(tty.ended(), 0);
    tty.is_given_back();
}

#[test]
fn a_question_to_a_silent_provider_is_left_at_once() {
    let world = Unconnected::new();
    world.demo.world.fault(Fault::once(SILENCE).at("late").times(usize::MAX));
    let mut tty = world.open(&[], &[]);
    tty.shows("5 accounts ok");
    measure("leaving a question on the screen", CANCEL, || {
        tty.press(":", "Tab completes");
        tty.press("connect\r", "Connect an account");
        tty.press(&format!("\x1b[200~{}\x1b[201~", world.key()), "****");
        tty.keys("\t");
        tty.press(world.url(), world.url());
        tty.press("\r", "asking the provider");
        let began = Instant::now();
        tty.keys(CTRL_C);
        tty.hides("Connect an account");
        began.elapsed()
    });
}

#[test]
fn a_sync_in_the_shell_ends_at_once() {
    let home = Home::settled();
    home.demo.world.fault(Fault::once(SILENCE).at("late").times(usize::MAX));
    measure("leaving a sync in the shell", CANCEL, || {
        home.demo.world.forget_requests();
        let mut tty = home.open_command(&["sync"]);
        tty.until("the question to leave", |_| !home.demo.world.requests().is_empty());
        let began = Instant::now();
        tty.keys(CTRL_C);
        tty.ended();
        began.elapsed()
    });
}
