//! One run of the program: configuration, keys, store, providers and the background, put together.
//!
//! It never draws, and knows neither the shell nor the loop: `tests/house.rs` lists what it may use.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;
use tempfile::TempDir;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::{self, AccountConfig, Config, Keeping};
use crate::demo::{self, Demo};
use crate::desk::{Desk, Seat};
use crate::domain::ids::{AccountName, IdSource, PostId};
use crate::domain::naming::ProviderWords;
use crate::domain::plan::Plan;
use crate::domain::words::count;
use crate::domain::write::{OutboxRow, OutboxState};
use crate::paths::Paths;
use crate::provider::{self, Connection, http::Limits};
use crate::secrets::{Vault, Wanted};
use crate::session::aside::say;
use crate::store::{Actor, StoreError};
use crate::sync::{Bounds, Common, Engine, Line, News, Order, Worker};

pub mod aside;
pub mod calendar;
pub mod checkup;
pub mod connect;
mod fresh;
mod gauge;
mod heir;
mod keeper;
mod lock;
mod log;
pub mod repair;
mod resort;
mod rules;
mod seeding;
pub mod styles;
mod watch;

pub use gauge::gauge;
pub use log::log_to;
pub use rules::{rules, rules_near};

use connect::Switchboard;
use heir::Heir;
use keeper::Keeper;
use resort::Resort;
use watch::Watch;

/// The name in leases of the one instance that sends; the next life of it knows what this one left in the middle.
const SENDER: &str = "runsheet";

/// How long a command waits for what the instance that sends makes of its writes.
const PATIENCE: TimeDelta = TimeDelta::seconds(5);
/// How often it looks meanwhile.
const LOOK_EVERY: TimeDelta = TimeDelta::milliseconds(100);

/// What the command line says about where things are.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--demo`.
    pub demo: bool,
    /// `--read-only`: this instance neither sends nor takes over, and keeps no copies.
    pub read_only: bool,
    /// Finds environment variables; the process's own when absent.
    pub environment: Option<Lookup>,
}

/// Finds an environment variable.
pub type Lookup = fn(&str) -> Option<String>;

impl Options {
    /// Where files live.
    pub fn paths(&self) -> Result<Paths, SessionError> {
        Paths::find(self.config.clone(), self.data_dir.clone()).ok_or(SessionError::NoHome)
    }

    fn lookup(&self) -> Lookup {
        self.environment.unwrap_or(|name| std::env::var(name).ok())
    }
}

/// What a session is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The calendar on the screen: sends when it is the first, and takes over when the first closes.
    Screen,
    /// A command of the shell that sends.
    Sends,
    /// A command of the shell that only looks: it never stands in the way of one that sends.
    Reads,
}

/// Why a session cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// There is no place for files.
    #[error("this system names no home folder; say where things live with --config and --data-dir")]
    NoHome,
    /// The store cannot be opened.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The store is damaged, something else, or too new; it was kept aside.
    #[error("{error}. A copy of it as it is was put aside: {}; `runsheet repair` shows what can be saved", kept.display())]
    Broken {
        /// What is wrong with it.
        error: StoreError,
        /// The copy.
        kept: PathBuf,
    },
    /// The data folder cannot be used.
    #[error(
        "the data folder {} cannot be {what}: {why}. Nothing was changed; make it writable for you, or choose another \
         place with --data-dir",
        path.display()
    )]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What was tried: made, written, locked.
        what: &'static str,
        /// The system's words.
        why: std::io::Error,
    },
    /// It makes no sense as things are.
    #[error("{0}")]
    Refused(String),
    /// The file system or the network of this machine refuses.
    #[error("{what}: {why}")]
    Machine {
        /// What was tried.
        what: String,
        /// The system's words.
        why: std::io::Error,
    },
    /// The shell needs an account.
    #[error(
        "no account is configured in {0}; `runsheet connect` adds one, `runsheet config` shows how by hand, and --demo works without"
    )]
    NoAccount(String),
}

impl SessionError {
    /// Whether the store is damaged, so that a person may choose what a new one is made of.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Broken { error, .. } => matches!(error, StoreError::Damaged { .. } | StoreError::NotAStore { .. }),
            Self::Store(error) => matches!(error, StoreError::Damaged { .. }),
            _ => false,
        }
    }
}

/// An account that cannot start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// Its name.
    pub account: AccountName,
    /// The word for its provider.
    pub provider: String,
    /// Why, and what to do.
    pub words: String,
}

/// A running session.
pub struct Session {
    /// What can be done.
    pub desk: Desk,
    /// News of the background.
    pub news: mpsc::UnboundedReceiver<News>,
    /// What stands above everything on the screen.
    pub banner: Option<String>,
    /// Accounts that could not start.
    pub off: Vec<Off>,
    /// The configuration in force.
    pub config: Config,
    /// Where files live.
    pub paths: Paths,
    /// Whether this instance sends; a second one does not.
    pub sends: bool,
    /// Whether nothing is to be changed or sent.
    read_only: bool,
    common: Common,
    demo: Option<Demo>,
    _lock: Option<File>,
    _heir: Option<Heir>,
    _keeper: Option<Keeper>,
    _watch: Option<Watch>,
    _folder: Option<TempDir>,
}

/// What has to live as long as the session: the demo's servers, the lock, the temporary folder.
pub struct Kept {
    _demo: Option<Demo>,
    _lock: Option<File>,
    _heir: Option<Heir>,
    _keeper: Option<Keeper>,
    _watch: Option<Watch>,
    _folder: Option<TempDir>,
}

/// The words for `provider` in the configuration.
pub const PROVIDERS: ProviderWords<'static> = provider::WORDS;

/// Opens everything but the background. Sessions of the shell want an account and journal as such.
pub async fn open(options: &Options, clock: Clock, ids: IdSource, purpose: Purpose) -> Result<Session, SessionError> {
    let shell = purpose != Purpose::Screen;
    let paths = options.paths()?;
    let (config, mistakes) = match options.demo && options.config.is_none() {
        true => (Config::default(), Vec::new()),
        false => config::load(&paths.config, provider::WORDS),
    };
    for mistake in mistakes.iter().filter(|_| shell) {
        say!("{mistake}");
    }
    let zone = config.timezone.unwrap_or_else(system_zone);
    let keys = vault(&paths, &config, options.lookup());
    let demo = options.demo || config.accounts.is_empty();
    if demo && shell && !options.demo {
        let place = paths.config.display();
        let place = if paths.config.exists() { place.to_string() } else { format!("{place}, which does not exist") };
        return Err(SessionError::NoAccount(place));
    }
    let misnamed = options.config.as_ref().filter(|path| !path.exists());
    let (demo, folder, paths) = match demo {
        true => {
            let (demo, folder) = start_demo(zone, &clock).await?;
            let data = folder.path().to_owned();
            (Some(demo), Some(folder), Paths { data, ..paths })
        }
        false => (None, None, paths),
    };
    // What the demo keeps is gone with its folder.
    let files = styles::Files::of(&if demo.is_some() {
        Paths { config: paths.data.join("config.toml"), ..paths.clone() }
    } else {
        paths.clone()
    });
    let (book, unread) = files.read();
    for words in unread.iter().filter(|_| shell) {
        say!("{words}");
    }
    let mut banner: Vec<String> = mistakes.iter().map(ToString::to_string).chain(unread).collect();
    if demo.is_some() {
        let named = misnamed.map(|path| format!("{} does not exist", path.display()));
        if let Some(path) = options.data_dir.as_ref().filter(|_| shell) {
            say!("this is the demo: nothing is kept in {}", path.display());
        }
        let demo = [Some("demo: nothing leaves this machine".into()), named, Some(":connect adds an account".into())];
        banner.splice(0..0, demo.into_iter().flatten());
    }
    lock::make_folder(&paths)?;
    // The demo's store is its own: nobody else can be in the way.
    let only_reads = purpose == Purpose::Reads || options.read_only;
    let lock = if only_reads && demo.is_none() { None } else { lock::take(&paths)? };
    let sends = lock.is_some();
    if !sends && !shell && !options.read_only {
        banner.push("opened beside another runsheet, which sends; this one takes over when that one closes".into());
    }
    let store = repair::open_store(&paths, clock.now())?;
    let resorts = resort::resorts(&config, &keys);
    let (seats, off) = seats(&config, &resorts, demo.as_ref(), &keys, &clock);
    let (news_in, news) = mpsc::unbounded_channel();
    let owner = if sends { SENDER.to_owned() } else { format!("visitor-{}", ids.intent(clock.now())) };
    let habits = calendar::habits(&config, calendar::locale(options.lookup()).as_deref());
    let common = Common {
        store: store.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        zone,
        habits,
        owner,
        sends,
        news: news_in,
        failover: Arc::new(lines(&config, &resorts, &seats)),
        bounds: bounds(&config),
        web: config.limits.servers.unwrap_or(true).then(|| gauge::web(&config, demo.is_some())),
        bell: Arc::default(),
        damaged: Arc::default(),
    };
    for mistake in mistakes.iter().filter(|_| !shell) {
        common.tell(None, mistake.to_string());
    }
    for off in off.iter().filter(|_| !shell) {
        common.tell(Some(off.account.clone()), off.words.clone());
    }
    if sends {
        store.recover(clock.now(), &common.owner).await?;
    }
    if sends && shell && demo.is_none() {
        let kept = keeper::keep(&common, &paths.backups()).await;
        kept.map_err(|error| repair::aside(&paths.store(), error, clock.now()))?;
    }
    if !options.read_only {
        tell_of_zones(&common).await?;
    }
    let actor = if shell { Actor::Cli } else { Actor::You };
    let switchboard = Switchboard::of(options, clock.clone())?;
    let standbys = standbys(&config, &resorts);
    let gauge = gauge::of(&config, demo.is_some(), &clock);
    let mut desk = Desk::new(store, clock, ids, zone, seats, actor);
    desk.connects_with(Arc::new(switchboard));
    desk.dresses_with(Arc::new(files), book);
    desk.measures_with(gauge);
    desk.stands_in(standbys);
    let slots = Plan { slots: config.slots.clone(), zones: config.zones.clone(), ..Plan::default() };
    desk.keeps_slots(slots, habits);
    let banner = (!banner.is_empty()).then(|| banner.join(" · "));
    Ok(Session {
        desk,
        news,
        banner,
        off,
        config,
        paths,
        sends,
        read_only: options.read_only,
        common,
        demo,
        _lock: lock,
        _heir: None,
        _keeper: None,
        _watch: None,
        _folder: folder,
    })
}

impl Session {
    /// Starts the background; the desk gives it orders from now on. Where another instance sends, this one waits for it
    /// to close.
    pub fn start_engine(&mut self) {
        self.prepare_engine();
        self.desk.order(None, &Order::Push);
    }

    /// As [`Session::start_engine`], but the background begins with the desk's first order, so that nothing it does
    /// comes before the first screen.
    pub fn prepare_engine(&mut self) {
        let providers = self.desk.seats().iter().map(|seat| (seat.account.clone(), seat.provider.clone())).collect();
        let engine = Engine::waiting(providers, &self.common);
        if !self.sends && !self.read_only {
            self._heir = Some(Heir::wait(self.paths.clone(), self.common.clone(), engine.mailboxes()));
        }
        if self.sends && !self.is_demo() {
            self._keeper = Some(Keeper::begin(self.common.clone(), self.paths.backups(), engine.mailboxes()));
        }
        self.desk.employ(engine);
    }

    /// Waits a moment for the instance that sends to be done with what it was left of these posts, as far as that is due.
    pub async fn left_to_the_other(&self, posts: &[PostId]) -> Result<(), StoreError> {
        let clock = &self.common.clock;
        let until = clock.now() + PATIENCE;
        let comes = |row: &OutboxRow| {
            let is_due = row.not_before.is_none_or(|moment| moment <= until);
            posts.contains(&row.post) && is_due && row.state != OutboxState::Unknown
        };
        while clock.now() < until && self.common.store.outbox().await?.iter().any(comes) {
            clock.sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// Sees from now on what other instances write to the store. The demo's is nobody else's.
    pub async fn watch(&mut self) {
        if !self.is_demo() {
            self._watch = Some(Watch::begin(self.common.clone()).await);
        }
    }

    /// One worker per account, for the shell to run by hand.
    pub fn workers(&self) -> Vec<Worker> {
        let worker = |seat: &Seat| Worker::new(seat.account.clone(), seat.provider.clone(), self.common.clone());
        self.desk.seats().iter().map(worker).collect()
    }

    /// Says on stderr what the background had to tell a person; for the shell.
    pub fn report(&mut self) {
        while let Ok(news) = self.news.try_recv() {
            if let News::Line(line) = news
                && line.urgent
            {
                let account = line.account.map(|account| format!("{account}: ")).unwrap_or_default();
                say!("{account}{}", crate::text::clean::one_line(&line.words));
            }
        }
    }

    /// The desk, the news, and what has to live as long as they do.
    pub fn into_parts(self) -> (Desk, mpsc::UnboundedReceiver<News>, Kept) {
        let kept = Kept {
            _demo: self.demo,
            _lock: self._lock,
            _heir: self._heir,
            _keeper: self._keeper,
            _watch: self._watch,
            _folder: self._folder,
        };
        (self.desk, self.news, kept)
    }

    /// The environment variables that may hold keys: nobody this program starts needs them.
    pub fn key_variables(&self) -> Vec<String> {
        let usual =
            provider::NAMES.iter().filter_map(|name| provider::capabilities(name)).map(|can| can.key_env.to_owned());
        let named = self.config.accounts.iter().filter_map(|account| account.key_env.clone());
        usual.chain(named).chain([crate::secrets::ENCRYPTION_KEY.to_owned()]).collect()
    }

    /// Whether this is the demo.
    pub fn is_demo(&self) -> bool {
        self.demo.is_some()
    }

    /// Fills the demo's store from its providers and adds what only this program can make: a held post, and one whose
    /// outcome is unknown.
    pub async fn seed_demo(&mut self) -> Result<(), SessionError> {
        let Some(demo) = self.demo.take() else { return Ok(()) };
        // Undo shall begin with what the person did.
        let actor = self.desk.act_as(Actor::Sync);
        let seeded = seeding::seed(self, &demo).await;
        self.desk.act_as(actor);
        // How the stage was set is no news to whoever opens the program.
        while self.news.try_recv().is_ok() {}
        self.demo = Some(demo);
        seeded
    }
}

async fn start_demo(zone: Tz, clock: &Clock) -> Result<(Demo, TempDir), SessionError> {
    let folder = TempDir::with_prefix("runsheet-demo-")
        .map_err(|why| SessionError::Machine { what: "the demo has no temporary folder".into(), why })?;
    let demo = demo::start(demo::Seed::Week { zone }, clock.clone())
        .await
        .map_err(|why| SessionError::Machine { what: "the demo's servers cannot start".into(), why })?;
    Ok((demo, folder))
}

fn seats(
    config: &Config,
    resorts: &[Resort],
    demo: Option<&Demo>,
    keys: &Vault,
    clock: &Clock,
) -> (Vec<Seat>, Vec<Off>) {
    let limits = limits(config);
    let (mut seats, mut off) = (Vec::new(), Vec::new());
    let connections: Vec<(AccountName, Result<Connection, String>, String)> = match demo {
        Some(demo) => demo
            .accounts
            .iter()
            .map(|account| {
                let connection = Connection {
                    provider: account.provider.into(),
                    base_url: Some(account.base_url.clone()),
                    key: account.key.clone().into(),
                    limits,
                };
                (AccountName::new(account.name.as_str()), Ok(connection), account.provider.to_owned())
            })
            .collect(),
        None => config
            .accounts
            .iter()
            .chain(resort::unknown(resorts))
            .map(|account| (account.name.clone(), connection(account, keys, limits), account.provider.clone()))
            .collect(),
    };
    for (account, connection, provider) in connections {
        let built = connection.and_then(|connection| provider::build(connection, clock).map_err(|e| e.to_string()));
        match built {
            Ok(provider) => seats.push(Seat { account, provider }),
            Err(words) => off.push(Off { account, provider, words }),
        }
    }
    (seats, off)
}

/// The lines of accounts that stand in for each other, as far as those accounts could start.
fn lines(config: &Config, resorts: &[Resort], seats: &[Seat]) -> Vec<Line> {
    let seat = |name: &AccountName| seats.iter().find(|seat| seat.account == *name);
    let line = |wanted: &config::Failover| Line {
        accounts: in_line(wanted, resorts)
            .into_iter()
            .filter_map(|name| seat(name).map(|seat| (seat.account.clone(), seat.provider.clone())))
            .collect(),
        patience: TimeDelta::seconds(i64::try_from(wanted.wait).unwrap_or(i64::MAX / 1_000)),
    };
    config.failover.iter().map(line).collect()
}

/// The accounts of a line in the order in which they are tried, the last resorts among them.
fn in_line<'a>(wanted: &'a config::Failover, resorts: &'a [Resort]) -> Vec<&'a AccountName> {
    let mut names: Vec<&AccountName> = wanted.accounts.iter().collect();
    for resort in resorts.iter().filter(|_| wanted.environment) {
        if !names.contains(&&resort.account.name) {
            names.push(&resort.account.name);
        }
    }
    names
}

/// Who stands in for each account that has somebody, in words; the first line that names it counts.
fn standbys(config: &Config, resorts: &[Resort]) -> BTreeMap<AccountName, String> {
    let mut standbys = BTreeMap::new();
    for wanted in &config.failover {
        let names = in_line(wanted, resorts);
        for (at, name) in names.iter().enumerate() {
            let after = names.get(at + 1..).unwrap_or_default();
            if standbys.contains_key(*name) || resorts.iter().any(|it| !it.known && it.account.name == **name) {
                continue;
            }
            if let Some(words) = resort::standby(after, wanted, resorts) {
                standbys.insert((*name).clone(), words);
            }
        }
    }
    standbys
}

fn connection(account: &AccountConfig, keys: &Vault, limits: Limits) -> Result<Connection, String> {
    let key = keys.find(&wanted(account)).map_err(|error| error.to_string())?.key;
    Ok(Connection { provider: account.provider.clone(), base_url: account.base_url.clone(), key, limits })
}

fn wanted(account: &AccountConfig) -> Wanted<'_> {
    Wanted {
        account: &account.name,
        key_env: account.key_env.as_deref(),
        usual: provider::capabilities(&account.provider).map(|capabilities| capabilities.key_env),
        provider: &account.provider,
    }
}

fn vault(paths: &Paths, config: &Config, lookup: Lookup) -> Vault {
    Vault::of_system(paths, config.keys == Keeping::Auto, lookup)
}

fn limits(config: &Config) -> Limits {
    let own = Limits::default();
    let seconds = |value: Option<u64>, own| value.map_or(own, Duration::from_secs);
    Limits {
        connect: seconds(config.limits.connect, own.connect),
        silence: seconds(config.limits.silence, own.silence),
        whole: seconds(config.limits.whole, own.whole),
        upload: seconds(config.limits.upload, own.upload),
        page_bytes: config.limits.page_megabytes.map_or(own.page_bytes, |megabytes| {
            usize::try_from(megabytes.saturating_mul(1_000_000)).unwrap_or(own.page_bytes)
        }),
        wait: span(config.limits.longest_wait).unwrap_or(own.wait),
    }
}

/// Where the store keeps which zone data its times were made with.
const ZONE_DATA: &str = "zone_data";

/// Says once, when the zone data in the program has changed, which posts were meant for another time by it. Their
/// instants stay as they are.
async fn tell_of_zones(common: &Common) -> Result<(), StoreError> {
    let known = common.store.setting(ZONE_DATA).await?;
    if known.as_deref() == Some(chrono_tz::IANA_TZDB_VERSION) {
        return Ok(());
    }
    if known.is_some() {
        let shifted = checkup::shifted(&common.store, common.clock.now()).await?;
        if !shifted.is_empty() {
            let (posts, show) = (count(shifted.len(), "post"), if shifted.len() == 1 { "shows" } else { "show" });
            let words = format!(
                "the time zones have changed: {posts} {show} another time now; `runsheet doctor` lists what does"
            );
            common.tell(None, words);
        }
    }
    common.store.set_setting(ZONE_DATA, chrono_tz::IANA_TZDB_VERSION).await
}

/// How patient the background is.
fn bounds(config: &Config) -> Bounds {
    let whole = TimeDelta::from_std(limits(config).whole).unwrap_or(TimeDelta::minutes(2));
    let pages = config.limits.pages.and_then(|pages| usize::try_from(pages).ok());
    let mut bounds = Bounds::new(whole, span(config.limits.settling), pages.unwrap_or(Bounds::default().pages));
    bounds.backoff = span(config.limits.longest_backoff).unwrap_or(bounds.backoff);
    bounds
}

fn span(seconds: Option<u64>) -> Option<TimeDelta> {
    TimeDelta::try_seconds(i64::try_from(seconds?).ok()?)
}

/// The zone of this machine: what `TZ` says, else what the system is set to.
fn system_zone() -> Tz {
    let told = std::env::var("TZ").ok().and_then(|name| name.trim_start_matches(':').parse().ok());
    told.or_else(|| iana_time_zone::get_timezone().ok()?.parse().ok()).unwrap_or(Tz::UTC)
}
