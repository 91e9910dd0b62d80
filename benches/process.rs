//! The whole program as a person meets it: the real binary on a pseudo-terminal of 200x60 over a store of 100,000
//! posts, beside a bare program (`support/bare.rs`) that reads its week from the same SQLite file.
//!
//! `cargo bench --bench process`. Rounds alternate between the two, so that noise hits both; the figures are medians,
//! the ratio is ours to the bare one's. The account leads nowhere, so that no provider is measured. It prints and
//! never asserts. `RUNSHEET_BENCH_PROGRAM=/path/to/runsheet` measures another build.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

#[path = "support/bare.rs"]
mod bare;
mod support;

use std::error::Error;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, Days, Utc};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use runsheet::clock::Clock;

/// The first word that makes this program the bare one.
const BARE: &str = "--bare";
/// What the program calls its store.
const STORE: &str = "runsheet.db";
const ROWS: u16 = 60;
const COLUMNS: u16 = 200;
/// How often each program is started.
const STARTS: usize = 11;
/// How many keys each is given.
const KEYS: usize = 200;
/// After this long without output a frame is over.
const QUIET: Duration = Duration::from_millis(15);
/// How long nothing is touched.
const IDLE: Duration = Duration::from_secs(10);
/// What the start may do after its first screen before it counts as idle.
const CALM: Duration = Duration::from_secs(4);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let [first, store, monday] = words.as_slice()
        && first == BARE
    {
        return bare::run(store, monday);
    }
    if !cfg!(target_os = "linux") {
        println!("process: memory and wake-ups are read from /proc, which this system does not have");
        return Ok(());
    }
    let now = Clock::system().now();
    let folder = tempfile::tempdir()?;
    support::runtime().block_on(support::build(&folder.path().join(STORE), now));
    let pair = [ours(folder.path())?, bare_one(folder.path(), now)?];
    let mut figures = vec![("spawn to first full screen (ms)", starts(&pair)?)];
    figures.extend(sittings(&pair)?);
    println!("{:<44}{:>12}{:>12}{:>9}", "whole process, 100,000 posts, 200x60", "runsheet", "bare", "ratio");
    for (name, [ours, bare]) in figures {
        let ratio = if bare > 0.0 { format!("{:.2}", ours / bare) } else { "–".into() };
        println!("{name:<44}{ours:>12.2}{bare:>12.2}{ratio:>9}");
    }
    Ok(())
}

/// How to start a program, and the words that are on its screen once it is whole.
struct Program {
    path: PathBuf,
    args: Vec<String>,
    shown: &'static str,
}

fn ours(folder: &Path) -> Outcome<Program> {
    let config = folder.join("config.toml");
    let text = "timezone = \"UTC\"\n[[account]]\nname = \"acme\"\nprovider = \"late\"\n\
                base_url = \"http://127.0.0.1:9/api/v1\"\nkey_env = \"RUNSHEET_BENCH_KEY\"\n";
    std::fs::write(&config, text)?;
    let folder = folder.display().to_string();
    let args = ["--config".into(), config.display().to_string(), "--data-dir".into(), folder];
    let built = std::env::var_os("RUNSHEET_BENCH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_runsheet").into());
    // A headline of the week in the grid: what the program is opened for.
    Ok(Program { path: built.into(), args: args.into(), shown: "what we lea" })
}

fn bare_one(folder: &Path, now: DateTime<Utc>) -> Outcome<Program> {
    let today = now.date_naive();
    let monday = today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into())).ok_or("no Monday")?;
    let monday = monday.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
    let args = vec![BARE.into(), folder.join(STORE).display().to_string(), monday.to_string()];
    Ok(Program { path: std::env::current_exe()?, args, shown: "what we lea" })
}

/// A running program and what it prints, with the instants it came.
struct Running {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    started: Instant,
    _pty: Box<dyn MasterPty + Send>,
}

impl Running {
    fn start(program: &Program) -> Outcome<Self> {
        let pty =
            native_pty_system().openpty(PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(&program.path);
        command.args(&program.args);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("RUNSHEET_BENCH_KEY", "sk_0123456789abcdef");
        let mut reader = pty.master.try_clone_reader()?;
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(read @ 1..) = reader.read(&mut bytes) {
                let chunk = bytes.get(..read).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), chunk)).is_err() {
                    break;
                }
            }
        });
        let keys = pty.master.take_writer()?;
        let started = Instant::now();
        let child = pty.slave.spawn_command(command)?;
        Ok(Self { child, keys, output, started, _pty: pty.master })
    }

    /// When the screen showed `words`.
    fn shows(&self, words: &str) -> Outcome<Duration> {
        let mut screen = vt100::Parser::new(ROWS, COLUMNS, 0);
        loop {
            let (at, bytes) = self.output.recv_timeout(Duration::from_secs(20))?;
            screen.process(&bytes);
            if screen.screen().contents().contains(words) {
                return Ok(at - self.started);
            }
        }
    }

    /// Swallows output until nothing came for `quiet`; the instant of the last of it.
    fn settle(&self, quiet: Duration) -> Outcome<Option<Instant>> {
        let mut last = None;
        loop {
            match self.output.recv_timeout(quiet) {
                Ok((at, _)) => last = Some(at),
                Err(RecvTimeoutError::Timeout) => return Ok(last),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// From a key to the last byte of the frame it caused; nothing when it caused none.
    fn press(&mut self, key: u8) -> Outcome<Option<Duration>> {
        let pressed = Instant::now();
        self.keys.write_all(&[key])?;
        self.keys.flush()?;
        if let Ok((first, _)) = self.output.recv_timeout(Duration::from_secs(1)) {
            let last = self.settle(QUIET)?.unwrap_or(first);
            return Ok(Some(last - pressed));
        }
        Ok(None)
    }

    fn proc_file(&self, name: &str) -> Outcome<String> {
        let id = self.child.process_id().ok_or("the program has ended")?;
        Ok(std::fs::read_to_string(format!("/proc/{id}/{name}"))?)
    }

    fn resident_megabytes(&self) -> Outcome<f64> {
        Ok(number(&self.proc_file("status")?, "VmRSS:") / 1024.0)
    }

    /// Voluntary switches of every thread, and bytes handed to write calls.
    fn doings(&self) -> Outcome<(f64, f64)> {
        let id = self.child.process_id().ok_or("the program has ended")?;
        let mut switches = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{id}/task"))? {
            let status = std::fs::read_to_string(thread?.path().join("status"))?;
            switches += number(&status, "voluntary_ctxt_switches:");
        }
        Ok((switches, number(&self.proc_file("io")?, "wchar:")))
    }

    fn end(mut self) -> Outcome<()> {
        self.keys.write_all(b"q")?;
        self.keys.flush()?;
        let asked = Instant::now();
        while asked.elapsed() < Duration::from_secs(3) {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(self.child.kill()?)
    }
}

/// The number after `name` in a file of lines.
fn number(text: &str, name: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0.0)
}

fn starts(pair: &[Program; 2]) -> Outcome<[f64; 2]> {
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..STARTS {
        for (program, times) in pair.iter().zip(&mut times) {
            let running = Running::start(program)?;
            times.push(running.shows(program.shown)?);
            running.settle(Duration::from_millis(300))?;
            running.end()?;
        }
    }
    Ok(times.map(|times| share(times, 0.5)))
}

/// The milliseconds that a share of the times stays under.
fn share(mut times: Vec<Duration>, share: f64) -> f64 {
    times.sort();
    let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0)
}

type Figures = Vec<(&'static str, [f64; 2])>;

/// Keys in turns, then both left alone at the same time.
fn sittings(pair: &[Program; 2]) -> Outcome<Figures> {
    let [ours, bare] = pair;
    let mut running = [Running::start(ours)?, Running::start(bare)?];
    for (running, program) in running.iter().zip(pair) {
        running.shows(program.shown)?;
        running.settle(CALM)?;
    }
    let fresh = [running[0].resident_megabytes()?, running[1].resident_megabytes()?];
    let mut times = [Vec::new(), Vec::new()];
    // Down and up again, within the shown week.
    for key in b"jjkk".iter().cycle().take(KEYS) {
        for (running, times) in running.iter_mut().zip(&mut times) {
            times.extend(running.press(*key)?);
        }
    }
    let mut figures = vec![
        ("key to paint, p50 (ms)", times.clone().map(|times| share(times, 0.5))),
        ("key to paint, p99 (ms)", times.map(|times| share(times, 0.99))),
    ];
    let used = [running[0].resident_megabytes()?, running[1].resident_megabytes()?];
    for running in &running {
        running.settle(CALM)?;
    }
    let before = [running[0].doings()?, running[1].doings()?];
    std::thread::sleep(IDLE);
    let after = [running[0].doings()?, running[1].doings()?];
    figures.extend([
        ("resident after the start (MB)", fresh),
        ("resident after 200 keys (MB)", used),
        ("idle 10 s: voluntary switches", [after[0].0 - before[0].0, after[1].0 - before[1].0]),
        ("idle 10 s: bytes written", [after[0].1 - before[0].1, after[1].1 - before[1].1]),
    ]);
    running.into_iter().try_for_each(Running::end)?;
    Ok(figures)
}
