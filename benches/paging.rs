//! 30,000 posts at each provider, read through its paging into a store: posts per second and peak memory, next to the
//! bare cost of downloading and parsing the same pages.
//!
//! `cargo bench --bench paging`. Per provider three processes of their own: its simulator, a worker that pulls from it
//! into a SQLite file, and a bare client that repeats the requests of the pull one by one and parses each answer into a
//! `serde_json::Value`. So a peak is that of one of them and nobody else's. Clocks run fast on both sides: what the
//! limits of a provider would cost in waiting is not in the figures. A pull of a tenth of the posts stands beside, to
//! show what grows with their number. It prints and never asserts, except that every post must have arrived.
//! `RUNSHEET_BENCH_POSTS=3000` reads fewer; a word after `--` is the one provider to measure.

#![allow(clippy::expect_used)] // A benchmark that cannot go on has nothing to say.

use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use runsheet::clock::Clock;
use runsheet::demo::{self, Seed, WebPost};
use runsheet::domain::ids::{AccountName, IdSource};
use runsheet::provider::http::Limits;
use runsheet::provider::{self, Connection};
use runsheet::store::Store;
use runsheet::sync::{Common, Worker};
use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// The words that make this program one of the three.
const SERVE: &str = "--serve";
const PULL: &str = "--pull";
const BARE: &str = "--bare";
const POSTS: usize = 30_000;
/// How far the posts lie ahead: the fast clock must not reach them.
const AHEAD: TimeDelta = TimeDelta::days(2_000);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words.as_slice() {
        [SERVE, provider, posts] => serve(provider, posts.parse()?),
        [PULL, provider, url, key] => pull(provider, url, key),
        [BARE, provider, url, key, asked] => bare(provider, url, key, asked),
        _ if !cfg!(target_os = "linux") => {
            println!("paging: peaks of memory are read from /proc, which this system does not have");
            Ok(())
        }
        chosen => compare(chosen),
    }
}

fn compare(chosen: &[&str]) -> Outcome<()> {
    let posts = std::env::var("RUNSHEET_BENCH_POSTS").ok().and_then(|posts| posts.parse().ok()).unwrap_or(POSTS);
    let tenth = (posts / 10).max(1);
    println!("{posts} posts, peak memory in MB (of a pull of {tenth} in brackets), posts per second");
    println!(
        "{:<12}{:>9}{:>16}{:>12}{:>10}{:>12}{:>9}",
        "provider", "requests", "pulled", "posts/s", "bare", "posts/s", "ratio"
    );
    for name in provider::NAMES.iter().filter(|name| chosen.is_empty() || chosen.contains(name)) {
        let few = Server::start(name, tenth)?.pulled()?;
        let mut server = Server::start(name, posts)?;
        let pulled = server.pulled()?;
        assert_eq!((few.posts, pulled.posts), (tenth, posts), "{name}: every post arrives");
        let asked = server.asked()?;
        let requests = asked.lines().count();
        let bare = server.repeated(&asked)?;
        let speed = |run: &Run| posts as f64 / run.seconds;
        println!(
            "{name:<12}{requests:>9}{:>8.1} ({:>5.1}){:>12.0}{:>10.1}{:>12.0}{:>9.2}",
            pulled.peak,
            few.peak,
            speed(&pulled),
            bare.peak,
            speed(&bare),
            pulled.seconds / bare.seconds,
        );
    }
    Ok(())
}

/// What one client did.
struct Run {
    seconds: f64,
    /// In megabytes.
    peak: f64,
    posts: usize,
}

/// The process of a simulator.
struct Server {
    child: Child,
    told: BufReader<std::process::ChildStdout>,
    ask: ChildStdin,
    provider: String,
    url: String,
    key: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(provider: &str, posts: usize) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args([SERVE, provider, &posts.to_string()]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let ask = child.stdin.take().ok_or("no way in")?;
        let told = BufReader::new(child.stdout.take().ok_or("no way out")?);
        let mut server =
            Self { child, told, ask, provider: provider.to_owned(), url: String::new(), key: String::new() };
        server.url = server.line()?;
        server.key = server.line()?;
        Ok(server)
    }

    fn line(&mut self) -> Outcome<String> {
        let mut line = String::new();
        self.told.read_line(&mut line)?;
        Ok(line.trim_end_matches('\n').to_owned())
    }

    fn pulled(&mut self) -> Outcome<Run> {
        self.client(&[PULL, &self.provider, &self.url, &self.key])
    }

    fn repeated(&mut self, asked: &str) -> Outcome<Run> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("asked");
        std::fs::write(&file, asked)?;
        self.client(&[BARE, &self.provider, &self.url, &self.key, &file.display().to_string()])
    }

    fn client(&self, args: &[&str]) -> Outcome<Run> {
        let output = Command::new(std::env::current_exe()?).args(args).stderr(Stdio::inherit()).output()?;
        let told = String::from_utf8(output.stdout)?;
        let mut figures = told.split_whitespace();
        let mut next = || figures.next().ok_or_else(|| format!("{args:?} said nothing"));
        Ok(Run { seconds: next()?.parse()?, peak: next()?.parse()?, posts: next()?.parse()? })
    }

    /// Every request so far: method, path with query, body.
    fn asked(&mut self) -> Outcome<String> {
        writeln!(self.ask, "asked")?;
        let mut all = String::new();
        loop {
            let line = self.line()?;
            if line.is_empty() {
                return Ok(all);
            }
            all.push_str(&line);
            all.push('\n');
        }
    }
}

fn runtime() -> Outcome<Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
}

fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_780_000_000, 0).expect("an instant")
}

/// A clock that shows `a_millisecond` more for every millisecond there is.
fn fast(runtime: &Runtime, a_millisecond: TimeDelta) -> Clock {
    let clock = Clock::standing_at(beginning());
    let turned = clock.clone();
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            turned.turn(a_millisecond);
        }
    });
    clock
}

/// Tells its address and key, and on every line that comes what it was asked since the last.
fn serve(provider: &str, posts: usize) -> Outcome<()> {
    let runtime = runtime()?;
    // Faster than the client's: no budget is ever used up on this side alone.
    let clock = fast(&runtime, TimeDelta::minutes(1));
    let demo = runtime.block_on(demo::start(Seed::Empty, clock))?;
    let channels = demo.world.channels(provider);
    let at = beginning() + AHEAD;
    for (number, channel) in (0..posts).zip(channels.iter().cycle()) {
        let minutes = TimeDelta::minutes(i64::try_from(number)?);
        let post = WebPost {
            content: format!(
                "Field report {number}: what changed since the last one, what did not, and what we think."
            ),
            accounts: vec![channel.id.clone()],
            scheduled_for: Some(at + minutes),
        };
        demo.world.add_post(provider, post).ok_or("no such channel")?;
    }
    let account = demo.account(provider).ok_or("no such provider")?;
    println!("{}\n{}", account.base_url, account.key);
    for line in std::io::stdin().lines() {
        line?;
        for request in demo.world.requests() {
            let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
            println!("{}\t{}{query}\t{}", request.method, request.path, request.body.replace('\n', " "));
        }
        println!();
        demo.world.forget_requests();
    }
    Ok(())
}

fn pull(provider: &str, url: &str, key: &str) -> Outcome<()> {
    let runtime = runtime()?;
    let clock = fast(&runtime, TimeDelta::seconds(20));
    let folder = tempfile::tempdir()?;
    let store = Store::open(&folder.path().join("store.db"))?;
    let connection = Connection {
        provider: provider.to_owned(),
        base_url: Some(url.to_owned()),
        key: key.to_owned().into(),
        limits: Limits::default(),
    };
    let (news, mut told) = mpsc::unbounded_channel();
    // Somebody listens, as in the program: news that nobody takes would pile up.
    runtime.spawn(async move { while told.recv().await.is_some() {} });
    let common = Common {
        store: store.clone(),
        clock: clock.clone(),
        ids: IdSource::seeded(1),
        zone: chrono_tz::UTC,
        habits: Default::default(),
        owner: "bench".into(),
        sends: true,
        news,
        failover: Arc::default(),
        bounds: Default::default(),
        web: None,
        bell: Arc::default(),
        damaged: Arc::default(),
    };
    let mut worker = Worker::new(AccountName::new("bench"), provider::build(connection, &clock)?, common);
    let begun = Instant::now();
    runtime.block_on(worker.pull())?;
    let (seconds, peak) = (begun.elapsed().as_secs_f64(), peak()?);
    let far = beginning() + AHEAD;
    let posts = runtime.block_on(store.weeks(far - TimeDelta::days(1), far + TimeDelta::days(100)))?;
    println!("{seconds} {peak} {}", posts.len());
    Ok(())
}

fn bare(provider: &str, url: &str, key: &str, asked: &str) -> Outcome<()> {
    let runtime = runtime()?;
    // Somebody else may have installed one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().tls_certs_only([]).build()?;
    let scheme = match provider {
        "oktopost" | "posto" => format!("Basic {}", BASE64_STANDARD.encode(key)),
        _ => format!("Bearer {key}"),
    };
    let origin = url::Url::parse(url)?.origin().ascii_serialization();
    let asked = std::fs::read_to_string(asked)?;
    let begun = Instant::now();
    let mut answered = 0;
    for line in asked.lines() {
        let mut parts = line.splitn(3, '\t');
        let (method, path, body) =
            (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let mut request = client.request(method.parse()?, format!("{origin}{path}")).header("authorization", &scheme);
        if !body.is_empty() {
            request = request.header("content-type", "application/json").body(body.to_owned());
        }
        let page = runtime.block_on(async { request.send().await?.error_for_status()?.bytes().await })?;
        let page: Value = serde_json::from_slice(&page)?;
        answered += usize::from(!page.is_null());
    }
    println!("{} {} {answered}", begun.elapsed().as_secs_f64(), peak()?);
    Ok(())
}

/// The most memory this process ever had, in megabytes.
fn peak() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes / 1_024.0)
}
