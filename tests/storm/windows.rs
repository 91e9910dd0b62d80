//! Two instances on one store, and one that is stopped in the middle of a request and goes on much later.

use std::process::{Child, Stdio};
use std::time::Duration;

use runsheet::demo::{Fault, FaultKind};
use rustix::process::{Pid, Signal, kill_process};

use super::{Storm, TURN, asked};

/// How often instances run into each other.
fn rounds() -> u64 {
    asked().map_or(2, |kills| kills / 10).max(1)
}

fn start(storm: &Storm, args: &[&str]) -> Child {
    storm.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

fn paused_and_continued(provider: &'static str) {
    let mut storm = Storm::new(provider);
    for _ in 0..rounds() {
        let file = storm.batch(2);
        assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
        storm.demo.world.forget_requests();
        let slow = Fault::once(FaultKind::Slow(Duration::from_secs(20))).at(provider).on("POST", "");
        storm.demo.world.fault(slow);
        let mut first = start(&storm, &["sync"]);
        while storm.demo.world.requests().iter().all(|request| request.method != "POST") {
            assert!(first.try_wait().unwrap().is_none(), "{provider}: it writes");
            std::thread::sleep(Duration::from_millis(2));
        }
        kill_process(Pid::from_child(&first), Signal::STOP).unwrap();
        // Much later another one comes, and finds the first one still there.
        storm.clock.turn(TURN);
        let beside = storm.run(&["sync"], &[]);
        let words = String::from_utf8_lossy(&beside.stderr).into_owned();
        assert!(words.contains("another runsheet is open on this store"), "{provider}: {words}");
        storm.demo.world.release();
        storm.demo.world.clear_faults();
        kill_process(Pid::from_child(&first), Signal::CONT).unwrap();
        first.wait().unwrap();
    }
    storm.settle();
}

fn side_by_side(provider: &str) {
    let mut storm = Storm::new(provider);
    for _ in 0..rounds() {
        let file = storm.batch(2);
        assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
        let (body, args) = storm.posting();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let all = [start(&storm, &["sync"]), start(&storm, &args), start(&storm, &["sync"])];
        for mut child in all {
            child.wait().unwrap();
        }
        assert!(storm.has(&body), "{provider}: what one of them wrote is there");
    }
    storm.settle();
}

macro_rules! storms {
    ($($provider:ident),*) => {
        mod pauses {
            $(#[test] fn $provider() { super::paused_and_continued(stringify!($provider)); })*
        }
        mod both {
            $(#[test] fn $provider() { super::side_by_side(stringify!($provider)); })*
        }
    };
}

storms!(late, voxburst, postforme, posto, oktopost);
