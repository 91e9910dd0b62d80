//! A storm of kills: the real binary in a child process, against simulators that live here and count. Whatever instant or
//! step it is killed at, every post is at the provider once, and what the store says of it is true.
//!
//! Short by default. `RUNSHEET_STORM=200 cargo test --test storm -- --nocapture` kills `import`, `post` and `sync` 200
//! times per provider, the screen a quarter as often, and stops at every step and every system call there is.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // Helpers fail a test as tests do: loudly.

#[cfg(target_os = "linux")]
#[path = "storm/calls.rs"]
mod calls;
#[path = "storm/clocks.rs"]
mod clocks;
#[cfg(target_os = "linux")]
#[path = "support/disk.rs"]
mod disk;
#[path = "storm/screen.rs"]
mod screen;
#[allow(dead_code)] // Other suites ask more of a terminal.
#[path = "support/tty.rs"]
mod tty;
#[path = "storm/windows.rs"]
mod windows;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, DemoAccount, Fault, FaultKind, Seed};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Between two runs the world's clock is turned by this: longer than any outcome stays open.
const TURN: TimeDelta = TimeDelta::seconds(400);
/// How the world's clock goes while everything comes to its end.
const TICK: Duration = Duration::from_millis(100);
/// How many runs may follow the last kill until everything has come to its end.
const MOST_ROUNDS: usize = 12;

/// How often the program is killed, per provider; nothing where the storm is the short one.
fn asked() -> Option<u64> {
    std::env::var("RUNSHEET_STORM").ok()?.parse().ok()
}

/// The world at one provider, and somebody's program that is killed over and over.
struct Storm {
    account: DemoAccount,
    channel: String,
    demo: Demo,
    clock: Clock,
    began: chrono::DateTime<chrono::Utc>,
    /// By how much the program's clock is ahead of the world's.
    ahead: TimeDelta,
    folder: TempDir,
    /// Every text that was imported, by its key.
    texts: BTreeMap<String, String>,
    kills: u64,
    chance: u64,
    // Last: the servers run on it.
    _runtime: Runtime,
}

impl Storm {
    fn new(provider: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let began = Clock::system().now();
        let clock = Clock::standing_at(began);
        let demo = runtime.block_on(demo::start(Seed::Empty, clock.clone())).unwrap();
        let account = demo.account(provider).unwrap().clone();
        let folder = tempfile::tempdir().unwrap();
        let config = format!(
            "timezone = \"Europe/Berlin\"\n[[account]]\nname = \"it\"\nprovider = \"{provider}\"\nbase_url = \"{}\"\nkey_env = \"STORM_KEY\"\n",
            account.base_url
        );
        std::fs::write(folder.path().join("config.toml"), config).unwrap();
        let mut storm = Self {
            account,
            channel: String::new(),
            demo,
            clock,
            began,
            ahead: TimeDelta::zero(),
            folder,
            texts: BTreeMap::new(),
            kills: 0,
            chance: 0x9e37_79b9_7f4a_7c15,
            _runtime: runtime,
        };
        assert!(storm.run(&["sync"], &[]).status.success());
        let channels: Value = storm.json(&["channels"]);
        // One that takes words alone.
        let plain = ["bluesky", "mastodon", "x", "twitter", "linkedin", "telegram", "threads", "facebook"];
        let network = |channel: &Value| plain.iter().position(|name| channel["network"] == *name);
        let best = channels.as_array().unwrap().iter().filter(|channel| network(channel).is_some());
        let best = best.min_by_key(|channel| network(channel)).unwrap_or_else(|| panic!("{channels}"));
        storm.channel = best["id"].as_str().unwrap().to_owned();
        storm
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        let data = self.folder.path();
        // The child's clock goes with the world's.
        let ahead = self.clock.now() - self.began + self.ahead;
        command.args(args).arg("--data-dir").arg(data).args(["--log", "off"]);
        command.env_clear().env("HOME", data).env("STORM_KEY", &self.account.key);
        command.env("RUNSHEET_CLOCK", ahead.num_seconds().to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&mut self, args: &[&str], env: &[(&str, &str)]) -> Output {
        self.clock.turn(TURN);
        self.command(args).envs(env.iter().copied()).output().unwrap()
    }

    fn json(&self, args: &[&str]) -> Value {
        let output = self.command(&[args, &["--json"]].concat()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    }

    /// The next number nobody can foresee, the same at every run.
    fn dice(&mut self, below: u64) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 7;
        self.chance ^= self.chance << 17;
        self.chance % below.max(1)
    }

    /// A new post: its text and its time.
    fn fresh(&mut self) -> (String, String) {
        let number = self.texts.len();
        let body = format!("Storm warning number {number} for the coast");
        let when = self.began + TimeDelta::days(20) + TimeDelta::minutes(number as i64 * 7);
        self.texts.insert(format!("storm-{number}"), body.clone());
        (body, when.format("%Y-%m-%dT%H:%M:%SZ").to_string())
    }

    /// A file with new posts.
    fn batch(&mut self, posts: usize) -> PathBuf {
        let file = self.folder.path().join("batch.jsonl");
        let mut text = String::new();
        for _ in 0..posts {
            let key = format!("storm-{}", self.texts.len());
            let (body, when) = self.fresh();
            let line = serde_json::json!({"body": body, "to": self.channel, "when": when, "key": key});
            text.push_str(&format!("{line}\n"));
        }
        std::fs::File::create(&file).unwrap().write_all(text.as_bytes()).unwrap();
        file
    }

    /// A new post as a command that writes it; its text and the command.
    fn posting(&mut self) -> (String, [String; 6]) {
        let (body, when) = self.fresh();
        let file = self.folder.path().join("post.md");
        std::fs::write(&file, &body).unwrap();
        let file = file.to_str().unwrap().to_owned();
        (body, ["post".into(), file, "--to".into(), self.channel.clone(), "--when".into(), when])
    }

    /// Whether a post with this text is in the store.
    fn has(&self, body: &str) -> bool {
        self.json(&["list"]).as_array().unwrap().iter().any(|post| post["body"] == body)
    }

    /// Writes a post, and is killed at it where an instant is named. Whoever is not sure looks whether it is there, and
    /// writes it again only if it is not.
    fn post(&mut self, kill_after: Option<Duration>) {
        let (body, args) = self.posting();
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        if let Some(instant) = kill_after {
            self.kill(&args, instant);
        }
        if kill_after.is_none() || !self.has(&body) {
            let said = self.run(&args, &[]);
            assert!(self.has(&body), "{said:?}");
        }
    }

    /// Runs a command, and kills it after `instant` unless it has ended by then; whether it was killed.
    fn kill(&mut self, args: &[&str], instant: Duration) -> bool {
        self.clock.turn(TURN);
        let mut child = self.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(instant);
        let early = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        self.demo.world.release();
        self.kills += u64::from(early);
        early
    }

    /// Runs until everything has come to its end, then counts. A provider that counts the calls of a second would never
    /// let a list be read to its end in a world that stands still: this one goes on meanwhile.
    fn settle(&mut self) {
        let (clock, done) = (self.clock.clone(), Arc::new(AtomicBool::new(false)));
        let is_done = done.clone();
        let going = std::thread::spawn(move || {
            while !is_done.load(Ordering::Relaxed) {
                std::thread::sleep(TICK);
                clock.turn(TimeDelta::from_std(TICK).unwrap());
            }
        });
        self.run_to_the_end();
        done.store(true, Ordering::Relaxed);
        going.join().unwrap();
        self.count();
    }

    fn run_to_the_end(&mut self) {
        // A provider may ask for a pause after each post that waits.
        for _ in 0..MOST_ROUNDS + self.texts.len() {
            let ended = self.run(&["sync"], &[]);
            if ended.status.code() == Some(0) {
                return;
            }
            let failed = self.json(&["failed"]);
            for post in failed.as_array().unwrap().iter().filter(|post| post["status"] == "unknown") {
                self.run(&["failed", "verify", post["id"].as_str().unwrap()], &[]);
            }
        }
        let said = self.run(&["sync"], &[]);
        panic!("{}: it never settles: {said:?} {}", self.account.provider, self.json(&["failed"]));
    }

    fn count(&self) {
        let name = self.account.provider;
        let there = self.demo.world.posts(name);
        let (mut duplicates, mut lost) = (Vec::new(), Vec::new());
        for text in self.texts.values() {
            match there.iter().filter(|post| post.content.contains(text.as_str())).count() {
                0 => lost.push(text),
                1 => {}
                _ => duplicates.push(text),
            }
        }
        assert!(duplicates.is_empty() && lost.is_empty(), "{name}: twice {duplicates:?}, never {lost:?}");
        assert_eq!(there.len(), self.texts.len(), "{name}: and nothing else");
        let listed = self.json(&["list"]);
        let listed = listed.as_array().unwrap();
        assert_eq!(listed.len(), self.texts.len(), "{name}");
        for post in listed {
            assert_eq!(post["status"], "scheduled", "{name}: {post}");
            assert_eq!(post["pending"], false, "{name}: {post}");
            let remote = post["remote_id"].as_str().unwrap_or_else(|| panic!("{name}: falsely sent: {post}"));
            let same = |there: &&demo::SimPost| post["body"].as_str().is_some_and(|body| there.content.contains(body));
            let found = there.iter().find(same).unwrap();
            let said = chrono::DateTime::parse_from_rfc3339(post["instant"].as_str().unwrap()).unwrap();
            let told = found.scheduled_for.map(|at| at.timestamp());
            assert_eq!(told, Some(said.timestamp()), "{name}: at the time that is said: {post} {found:?}");
            assert!(
                remote.contains(&found.id) || found.id.contains(remote) || name == "posto",
                "{name}: {post} {found:?}"
            );
        }
        let doctor = self.json(&["doctor", "--offline"]);
        assert_eq!(doctor["store"]["ok"], true, "{name}: {doctor}");
    }
}

fn kill_storm(provider: &str) {
    let kills = asked().unwrap_or(4);
    let mut storm = Storm::new(provider);
    let file = storm.batch(2);
    let began = Instant::now();
    assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
    let import = began.elapsed();
    let began = Instant::now();
    storm.run(&["sync"], &[]);
    let sync = began.elapsed();
    let began = Instant::now();
    storm.post(None);
    let post = began.elapsed();
    let late = |span: Duration| u64::try_from(span.as_micros()).unwrap() * 5 / 4;
    while storm.kills < kills {
        let file = storm.batch(2);
        let file = file.to_str().unwrap();
        let instant = Duration::from_micros(storm.dice(late(import)));
        storm.kill(&["import", file], instant);
        // Whoever is not sure imports again.
        assert!(storm.run(&["import", file], &[]).status.success());
        // A provider that acts after we are gone, now and then.
        if storm.dice(4) == 0 {
            storm.demo.world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(5))).at(storm.account.provider));
        }
        let instant = Duration::from_micros(storm.dice(late(post)));
        storm.post(Some(instant));
        for _ in 0..3 {
            let instant = Duration::from_micros(storm.dice(late(sync)));
            if !storm.kill(&["sync"], instant) {
                break;
            }
        }
        storm.demo.world.clear_faults();
    }
    storm.settle();
    println!(
        "{provider}: {} kills, {} posts: 0 duplicates, 0 lost, 0 falsely sent, 0 corrupt",
        storm.kills,
        storm.texts.len()
    );
}

/// Stops at every step in turn: before and after each commit, before each request and when its answer begins.
fn step_storm(provider: &str) {
    let mut storm = Storm::new(provider);
    let mut stops = 0;
    for step in ["commit", "committed", "send", "answered"] {
        let stride = if asked().is_some() { 1 } else { 5 };
        // Not always the same steps in the short one.
        let mut nth = 1 + storm.dice(stride);
        loop {
            let file = storm.batch(1);
            assert!(storm.run(&["import", file.to_str().unwrap()], &[]).status.success());
            let tripped = storm.run(&["sync"], &[("RUNSHEET_TRIP", &format!("{step}:{nth}"))]);
            // Ended by itself: there is no such step any more.
            if tripped.status.code().is_some() {
                break;
            }
            (stops, nth) = (stops + 1, nth + stride);
            // The next run begins with nothing left over, or there would be more steps each time.
            for _ in 0..2 {
                storm.run(&["sync"], &[]);
            }
            assert!(nth < 400, "{provider}: {step} has no end");
        }
    }
    storm.settle();
    assert!(stops >= 4, "{stops}");
    println!("{provider}: stopped at {stops} steps, {} posts: each once", storm.texts.len());
}

macro_rules! storms {
    ($($provider:ident),*) => {
        mod kills {
            $(#[test] fn $provider() { super::kill_storm(stringify!($provider)); })*
        }
        mod steps {
            $(#[test] fn $provider() { super::step_storm(stringify!($provider)); })*
        }
    };
}

storms!(late, voxburst, postforme, posto, oktopost);

#[test]
fn a_store_that_is_brought_up_to_date_is_old_or_new_at_every_step() {
    let first = include_str!("../assets/migrations/0001_first.sql");
    for nth in 1..20 {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("runsheet.db");
        let old = rusqlite::Connection::open(&store).unwrap();
        old.execute_batch(first).unwrap();
        old.execute_batch(
            "PRAGMA application_id = 0x72756e73; PRAGMA user_version = 1; INSERT INTO setting VALUES ('a', 'kept');",
        )
        .unwrap();
        drop(old);
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.args(["doctor", "--offline", "--json", "--data-dir"]).arg(folder.path());
        command.env_clear().env("HOME", folder.path());
        let stopped = command.env("RUNSHEET_TRIP", format!("migrate:{nth}")).output().unwrap();
        let db = rusqlite::Connection::open(&store).unwrap();
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        let tables: i64 =
            db.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'upload'", [], |row| row.get(0)).unwrap();
        assert_eq!(tables > 0, version > 1, "step {nth}: the schema is the one it says");
        drop(db);
        let whole = command.env_remove("RUNSHEET_TRIP").output().unwrap();
        let doctor: Value = serde_json::from_slice(&whole.stdout).unwrap();
        assert_eq!(doctor["store"]["ok"], true, "{doctor}");
        let db = rusqlite::Connection::open(&store).unwrap();
        let kept: String = db.query_row("SELECT value FROM setting WHERE key = 'a'", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, "kept");
        if stopped.status.code().is_some() {
            assert!(nth > 3, "there are steps to stop at");
            return;
        }
    }
    panic!("there is no end to the steps");
}
