//! A kill before each write, sync and send in turn, as the system sees them: of the store, its log, the lock, the
//! connection.

use super::{Storm, asked};
use crate::disk;

/// How many stops the short storm makes at each command.
const FEW: u64 = 4;

/// The commands that write or send. Each is followed by what a person would do who does not know how it ended.
const COMMANDS: [&str; 3] = ["import", "post", "sync"];

fn call_storm(provider: &str) {
    let mut storm = Storm::new(provider);
    let library = disk::library().to_str().unwrap().to_owned();
    let count = storm.folder.path().join("calls");
    let mut stops = 0;
    for command in COMMANDS {
        let counting = [("LD_PRELOAD", library.as_str()), ("DISK_COUNT", count.to_str().unwrap())];
        assert!(!attempt(&mut storm, command, &counting), "{command} ends by itself");
        let calls: u64 = std::fs::read_to_string(&count).unwrap().parse().unwrap();
        assert!(calls > 10, "{command} makes {calls} calls");
        let stride = if asked().is_some() { 1 } else { calls.div_ceil(FEW) };
        let mut nth = 1 + storm.dice(stride);
        loop {
            let last = nth.to_string();
            let killing = [("LD_PRELOAD", library.as_str()), ("DISK_KILL", last.as_str())];
            // Ended by itself: there is no such call any more.
            if !attempt(&mut storm, command, &killing) {
                break;
            }
            (stops, nth) = (stops + 1, nth + stride);
            // The next one begins with nothing left over, or there would be more calls each time.
            for _ in 0..2 {
                storm.run(&["sync"], &[]);
            }
            assert!(nth < 20_000, "{provider}: {command} has no end");
        }
    }
    storm.settle();
    assert!(stops >= 3 * (FEW - 1), "{stops}");
    println!("{provider}: killed before {stops} writes, syncs and sends, {} posts: each once", storm.texts.len());
}

/// Lets one post come in by `command`, with this in its environment, and sees to it that it is there afterwards; whether
/// it was killed at it.
fn attempt(storm: &mut Storm, command: &str, env: &[(&str, &str)]) -> bool {
    if command == "post" {
        let (body, args) = storm.posting();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let killed = storm.run(&args, env).status.code().is_none();
        if !storm.has(&body) {
            storm.run(&args, &[]);
            assert!(storm.has(&body));
        }
        return killed;
    }
    let file = storm.batch(1);
    let import = ["import", file.to_str().unwrap()];
    let killed = command == "import" && storm.run(&import, env).status.code().is_none();
    assert!(storm.run(&import, &[]).status.success());
    killed || command == "sync" && storm.run(&["sync"], env).status.code().is_none()
}

macro_rules! storms {
    ($($provider:ident),*) => {
        $(#[test] fn $provider() { call_storm(stringify!($provider)); })*
    };
}

storms!(late, voxburst, postforme, posto, oktopost);
