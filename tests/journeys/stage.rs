//! Where journeys play: the real update, view, desk, store and engine, against simulated providers, on a clock that
//! is turned by hand and a terminal made of memory.
//!
//! The program has a runtime of its own, which only turns while a journey waits for something: between two lines of a
//! journey it stands still. Dropping that runtime is what a `kill -9` does: nothing is said, nothing is finished.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::Berlin;
use chrono_tz::Tz;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, DemoAccount, Request, Seed, SimPost, World};
use runsheet::desk::gauge::Gauge;
use runsheet::desk::{Desk, Seat};
use runsheet::domain::habits::Habits;
use runsheet::domain::ids::{AccountName, IdSource, PostId};
use runsheet::domain::plan::{Plan, SlotRule};
use runsheet::domain::post::Post;
use runsheet::paths::Paths;
use runsheet::provider::http::{Limits, Web};
use runsheet::provider::{self, Connection};
use runsheet::runtime::{App, Outer};
use runsheet::session::styles::Files;
use runsheet::session::{self, Kept, Options, Purpose};
use runsheet::store::{Actor, Store};
use runsheet::sync::{Common, Engine, News, Order};
use runsheet::text::phrases::Phrases;
use runsheet::text::rules::Rules;
use runsheet::tui::keymap::Keymap;
use runsheet::tui::keys;
use runsheet::tui::model::Model;
use runsheet::tui::msg::{Key, KeyCode, Mouse, MouseKind, Msg};
use runsheet::tui::named::Named;
use runsheet::tui::notice;
use runsheet::tui::theme::Theme;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::cable::Cable;
use crate::picture;

/// The sizes every journey with snapshots plays at.
pub const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];
/// The size of the others.
pub const MIDDLE: (u16, u16) = (120, 40);
/// How long a journey waits for something to appear, in real time, before it fails. Sockets keep real time.
const PATIENCE: Duration = Duration::from_secs(20);
/// The account at the provider called Late, and its name in the journal.
pub const LATE: &str = "late";
/// The account at the provider called VoxBurst, and its name in the journal.
pub const VOXBURST: &str = "voxburst";
/// The account at the site with FS Poster.
pub const POSTO: &str = "posto";
/// The account at Oktopost, and its name in the journal.
pub const OKTOPOST: &str = "oktopost";

/// Wednesday, half past nine in Berlin.
pub fn morning() -> DateTime<Utc> {
    "2026-09-16T07:30:00Z".parse().unwrap()
}

/// The world outside: simulators that outlive the program, and the folder the store is in.
pub struct Outside {
    pub world: World,
    pub clock: Clock,
    zone: Tz,
    habits: Habits,
    /// The slots and zones that are configured.
    plan: Plan,
    demo: Demo,
    cables: Vec<Cable>,
    folder: TempDir,
    /// Last, so that everything above is let go while its runtime still exists.
    _servers: Runtime,
}

/// The program on its stage.
pub struct Stage {
    pub outside: Outside,
    program: Program,
    /// A second window on the same store, or the first while the second one has the keys.
    other: Option<Program>,
    size: (u16, u16),
    providers: Vec<&'static str>,
    /// Distinguishes the ids of one run of the program from those of the next.
    run: u32,
}

struct Program {
    app: App,
    news: mpsc::UnboundedReceiver<News>,
    desk: Arc<Desk>,
    rested: BTreeMap<AccountName, usize>,
    terminal: Terminal<TestBackend>,
    /// The last frame. A terminal of memory keeps under a wide glyph what stood there before; a real one does not.
    shown: Buffer,
    _kept: Option<Kept>,
    /// Last, so that everything above is let go while its runtime still exists.
    runtime: Runtime,
}

impl Outside {
    fn new() -> Self {
        Self::at(morning(), Berlin, Habits::default())
    }

    fn at(now: DateTime<Utc>, zone: Tz, habits: Habits) -> Self {
        let servers = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = Clock::standing_at(now);
        // A provider that keeps to limits by itself pauses, and nobody here has a minute to spare.
        servers.spawn({
            let clock = clock.clone();
            async move { clock.follow_pauses().await }
        });
        let demo = servers.block_on(demo::start(Seed::Empty, clock.clone())).unwrap();
        let cables = demo.accounts.iter().map(|account| Cable::to(address(account), servers.handle())).collect();
        let folder = tempfile::tempdir().unwrap();
        let world = demo.world.clone();
        Self { world, clock, zone, habits, plan: Plan::default(), demo, cables, folder, _servers: servers }
    }
}

impl Outside {
    /// The address of a provider and the key that opens it.
    pub fn account(&self, provider: &str) -> (String, String) {
        let account = self.demo.account(provider).unwrap();
        (account.base_url.clone(), account.key.clone())
    }

    /// Where the configuration and the data of a person are who starts the program.
    fn options(&self) -> Options {
        Options {
            config: Some(self.folder.path().join("config.toml")),
            data_dir: Some(self.folder.path().join("data")),
            environment: Some(|_| None),
            ..Options::default()
        }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The configuration as it stands.
    pub fn config(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("config.toml")).unwrap()
    }
}

impl Stage {
    /// A program with an account at each of `providers`, connected to a world without posts; everything was fetched.
    pub fn open(size: (u16, u16), providers: &[&'static str]) -> Self {
        Self::over(Outside::new(), size, providers, 1)
    }

    /// The same with files beside the configuration, by their names.
    pub fn with_files(size: (u16, u16), providers: &[&'static str], files: &[(&str, &str)]) -> Self {
        let outside = Outside::new();
        for (name, text) in files {
            outside.write(name, text);
        }
        Self::over(outside, size, providers, 1)
    }

    /// Writes a file beside the configuration.
    pub fn write(&self, name: &str, text: &str) {
        self.outside.write(name, text);
    }

    /// A file beside the configuration.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.outside.folder.path().join(name)).unwrap_or_default()
    }

    /// The same with one account, at Late.
    pub fn late(size: (u16, u16)) -> Self {
        Self::open(size, &[LATE])
    }

    /// The same with the account at Late, for somebody who lives elsewhere, at another time or with other habits.
    pub fn elsewhere(size: (u16, u16), now: DateTime<Utc>, zone: Tz, habits: Habits) -> Self {
        Self::over(Outside::at(now, zone, habits), size, &[LATE], 1)
    }

    /// The same with the account at Late and posting slots that are configured.
    pub fn with_slots(size: (u16, u16), slots: Vec<SlotRule>) -> Self {
        let mut outside = Outside::new();
        outside.plan.slots = slots;
        Self::over(outside, size, &[LATE], 1)
    }

    fn over(outside: Outside, size: (u16, u16), providers: &[&'static str], run: u32) -> Self {
        let program = Program::connected(&outside, size, providers, run);
        let mut stage = Self { outside, program, other: None, size, providers: providers.to_vec(), run };
        stage.program.begin();
        stage
    }

    /// The program as it starts when nothing is configured: the demo week, in a world of its own.
    pub fn first_run(size: (u16, u16)) -> Self {
        let outside = Outside::new();
        // A configuration without an account. The zone, so that every machine shows the same hours; and the file of
        // keys, so that no machine's keyring hears of this.
        let config = outside.folder.path().join("config.toml");
        std::fs::write(config, "timezone = \"Europe/Berlin\"\nkeys = \"file\"\n").unwrap();
        let program = Program::of_session(&outside.options(), &outside.clock, size, 1);
        let mut stage = Self { outside, program, other: None, size, providers: Vec::new(), run: 1 };
        stage.program.begin();
        stage
    }

    /// Ends the program and starts it as a person does, with what the configuration says by now.
    pub fn restart(self) -> Self {
        let Self { outside, program, size, providers, run, .. } = self;
        drop(program);
        let program = Program::of_session(&outside.options(), &outside.clock, size, run + 1);
        let mut stage = Self { outside, program, other: None, size, providers, run: run + 1 };
        stage.program.begin();
        stage
    }

    /// Kills the program in the middle of whatever it does, and starts it again on the same store.
    pub fn kill_and_restart(self) -> Self {
        let Self { outside, program, size, providers, run, .. } = self;
        let Program { runtime, app, desk, .. } = program;
        drop((app, desk));
        drop(runtime);
        let mut program = Program::connected(&outside, size, &providers, run + 1);
        // As the program's first lines do.
        if let Some(draft) = program.runtime.block_on(program.desk.stopped_while_typing()).unwrap() {
            program.app.model.shared.notices.push(notice::recovered(&draft));
        }
        program.begin();
        Self { outside, program, other: None, size, providers, run: run + 1 }
    }

    /// Gives the keys to the other window on the same store: one that sends nothing, opened when it is first asked for.
    pub fn other_window(&mut self) -> &mut Self {
        let other = self.other.take().unwrap_or_else(|| {
            let mut beside = Program::beside(&self.outside, self.size, &self.providers, self.run + 1);
            beside.begin();
            beside
        });
        self.other = Some(std::mem::replace(&mut self.program, other));
        self.program.tell(Msg::Minute);
        self
    }

    /// The same providers, seen by a program that has never run before: nothing of what is there was done by it.
    pub fn on_another_machine(self) -> Self {
        let Self { outside, program, size, providers, run, .. } = self;
        drop(program);
        for name in ["store.db", "store.db-wal", "store.db-shm"] {
            let _ = std::fs::remove_file(outside.folder.path().join(name));
        }
        Self::over(outside, size, &providers, run + 1)
    }

    /// The program on a screen of another size, from its next start on.
    pub fn on_a_screen_of(mut self, size: (u16, u16)) -> Self {
        self.size = size;
        self
    }

    /// Presses keys as `keymap.toml` writes them, apart by spaces.
    pub fn keys(&mut self, written: &str) -> &mut Self {
        for key in written.split_whitespace() {
            self.program.press(keys::parse(key).unwrap());
        }
        self
    }

    /// Presses a key that starts something long, and waits for none of it.
    pub fn starts(&mut self, written: &str) -> &mut Self {
        let inside = self.program.runtime.enter();
        self.program.app.handle(Msg::Key(keys::parse(written).unwrap()));
        drop(inside);
        self
    }

    /// Types text, letter by letter.
    pub fn typed(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let code = if letter == '\n' { KeyCode::Enter } else { KeyCode::Char(letter) };
            self.program.press(Key::plain(code));
        }
        self
    }

    /// Pastes a text, as one block.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.program.tell(Msg::Paste(text.into()));
        self
    }

    /// Lets an editor change what it was handed: the whole post, as a file.
    pub fn edited(&mut self, change: impl FnOnce(&str) -> String) -> &mut Self {
        let handed = self.program.app.take_outer().into_iter().find_map(|outer| match outer {
            Outer::Edit(file) => Some(file),
            _ => None,
        });
        let file = handed.unwrap_or_else(|| panic!("no file was handed to an editor:\n{}", self.screen()));
        self.program.tell(Msg::EditorReturned(Ok(change(&file))));
        self
    }

    /// What was put on the clipboard last.
    pub fn copied(&mut self) -> String {
        let copied = self.program.app.take_outer().into_iter().rev().find_map(|outer| match outer {
            Outer::Copy(text) => Some(text),
            _ => None,
        });
        copied.unwrap_or_else(|| panic!("nothing was copied:\n{}", self.screen()))
    }

    /// How often the bell rang since it was asked last.
    pub fn rings(&mut self) -> usize {
        self.program.app.take_outer().into_iter().filter(|outer| *outer == Outer::Bell).count()
    }

    /// Does something with the mouse where `text` begins on the screen.
    pub fn mouse(&mut self, kind: MouseKind, text: &str) -> &mut Self {
        let (x, y) = self.place_of(text).unwrap_or_else(|| panic!("no \"{text}\" on\n{}", self.screen()));
        self.program.tell(Msg::Mouse(Mouse { kind, x, y }));
        self
    }

    /// Lets minutes pass, all at once, here and at the providers; answers when everything has come to rest.
    pub fn turn(&mut self, minutes: i64) -> &mut Self {
        self.pass(TimeDelta::minutes(minutes))
    }

    /// Lets time pass as [`Stage::turn`] does, to the second.
    pub fn pass(&mut self, span: TimeDelta) -> &mut Self {
        self.outside.clock.turn(span);
        self.outside.world.tick();
        self.program.tell(Msg::Minute);
        self.program.rest();
        self
    }

    /// Lets an hour pass in small steps, so that whatever falls due in it is done when it does.
    pub fn an_hour(&mut self) -> &mut Self {
        for _ in 0..240 {
            self.pass(TimeDelta::seconds(15));
        }
        self
    }

    /// Lets the typing pause long enough for the draft to be kept.
    pub fn pause(&mut self) -> &mut Self {
        self.pass(TimeDelta::seconds(1))
    }

    /// The same while a provider keeps the program waiting.
    pub fn pause_without_rest(&mut self) -> &mut Self {
        self.outside.clock.turn(TimeDelta::seconds(1));
        self.program.calm();
        self
    }

    /// Lets seconds pass while a provider may keep the program waiting.
    pub fn seconds(&mut self, seconds: i64) -> &mut Self {
        self.outside.clock.turn(TimeDelta::seconds(seconds));
        self.outside.world.tick();
        self.program.calm();
        self
    }

    /// Waits until the background has done all it can do at this minute.
    pub fn rest(&mut self) -> &mut Self {
        self.program.rest();
        self
    }

    /// Waits until `text` is on the screen.
    pub fn until(&mut self, text: &str) -> &mut Self {
        self.program.wait(&format!("\"{text}\" to appear"), |screen| screen.contains(text));
        self
    }

    /// Waits until `text` is nowhere on the screen.
    pub fn gone(&mut self, text: &str) -> &mut Self {
        self.program.wait(&format!("\"{text}\" to go"), |screen| !screen.contains(text));
        self
    }

    /// Waits until the outside world is as `fits` says.
    pub fn until_outside(&mut self, what: &str, fits: impl Fn(&World) -> bool) -> &mut Self {
        let world = self.outside.world.clone();
        self.program.wait_for(what, |_| fits(&world));
        self
    }

    /// Compares the screen, once everything rests, with the one on file; one file per size.
    pub fn snapshot(&mut self, name: &str) -> &mut Self {
        self.program.rest();
        self.snapshot_in_the_middle(name)
    }

    /// The same while a provider keeps the program waiting: it is drawn when nothing else happens any more.
    pub fn snapshot_in_the_middle(&mut self, name: &str) -> &mut Self {
        self.program.calm();
        let shown = picture::of(&self.program.shown);
        let (columns, rows) = self.size;
        let name = format!("{name}_{columns}x{rows}");
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, shown);
        });
        self
    }

    /// The screen's text, row by row.
    pub fn screen(&self) -> String {
        self.program.screen()
    }

    fn place_of(&self, text: &str) -> Option<(u16, u16)> {
        let screen = self.screen();
        let (y, row) = screen.lines().enumerate().find(|(_, row)| row.contains(text))?;
        let before = row.split(text).next()?.chars().count();
        Some((u16::try_from(before).ok()?, u16::try_from(y).ok()?))
    }

    /// Shows pictures in half blocks, as on a terminal of many colours.
    pub fn show_pictures(&mut self) -> &mut Self {
        let inside = self.program.runtime.enter();
        self.program.app.show_blocks();
        drop(inside);
        self
    }

    /// The earlier versions of the post in the store that begins with `text`, latest first.
    pub fn versions(&self, text: &str) -> Vec<Post> {
        let id = self.only(text).id;
        let versions = self.program.runtime.block_on(self.program.desk.store.versions(id)).unwrap();
        versions.into_iter().map(|(_, post)| post).collect()
    }

    /// Waits until some cell has this colour as its ground, or none has any more.
    pub fn until_ground(&mut self, colour: Color, there: bool) -> &mut Self {
        self.program.wait_for(&format!("{colour}: {there}"), |program| {
            let cells = &program.shown.content;
            cells.iter().any(|cell| cell.bg == colour) == there
        });
        self
    }

    /// Plans as the configuration would: slots, zones, holidays.
    pub fn plan(&mut self, change: impl FnOnce(&mut Plan)) -> &mut Self {
        change(&mut self.program.app.model.board.plan);
        self.program.tell(Msg::Minute);
        self
    }

    /// Snippets and hashtags of one's own, as a `phrases.toml` that is read at the start has them.
    pub fn phrases(&mut self, mine: &str) -> &mut Self {
        self.program.app.model.board.phrases = Arc::new(Phrases::load(mine, "phrases.toml").unwrap());
        self
    }

    /// Keys of one's own, as a `keymap.toml` that is read at the start has them.
    pub fn remap(&mut self, mine: &str) -> &mut Self {
        let model = &mut self.program.app.model;
        model.keymap = Keymap::shipped().overlaid(mine, "keymap.toml").unwrap();
        model.shared.keys = Named::new(&model.keymap);
        self.program.tell(Msg::Minute);
        self
    }

    /// The program as it is with `--read-only`.
    pub fn look_only(&mut self) -> &mut Self {
        self.program.app.model.board.read_only = true;
        self.rest()
    }

    /// The post under the cursor.
    pub fn cursor(&self) -> Option<PostId> {
        self.program.app.model.shared.cursor
    }

    /// The marked posts.
    pub fn marked(&self) -> Vec<PostId> {
        self.program.app.model.shared.marks.iter().copied().collect()
    }

    /// The entry of the journal that `u` would take back.
    pub fn undoable(&self) -> Option<i64> {
        let entry = self.program.runtime.block_on(self.program.desk.store.undoable()).unwrap();
        entry.map(|entry| entry.id)
    }

    /// The posts in the store that begin with `text`.
    pub fn stored(&self, text: &str) -> Vec<Post> {
        let desk = self.program.desk.clone();
        let far = TimeDelta::days(400);
        let now = self.outside.clock.now();
        let range = now - far..now + far;
        let board = self.program.runtime.block_on(desk.snapshot(range)).unwrap();
        let all = board.posts.iter().chain(&board.drafts);
        all.filter(|post| post.body.starts_with(text)).map(|post| Post::clone(post)).collect()
    }

    /// The only post in the store that begins with `text`.
    pub fn only(&self, text: &str) -> Post {
        let mut found = self.stored(text);
        assert_eq!(found.len(), 1, "{text}: {found:#?}");
        found.remove(0)
    }

    /// The intents that were carried out for a post, as their keys are written.
    pub fn intents_of(&self, post: &Post) -> BTreeSet<String> {
        let attempts = self.program.runtime.block_on(self.program.desk.store.attempts_of(post.id)).unwrap();
        attempts.into_iter().map(|attempt| attempt.intent.to_string()).collect()
    }

    /// Interrupts every way to the providers: connections are refused from now on.
    pub fn unplug(&mut self) -> &mut Self {
        self.outside.cables.iter_mut().for_each(Cable::unplug);
        // The client sees that its connections are gone; then the next fetch finds nobody.
        self.program.calm();
        self.turn(6).until("offline")
    }

    /// A picture of that many pixels and bytes, in a folder of its own; answers where. The same again where there is one
    /// of that name.
    pub fn picture(&self, name: &str, pixels: (u32, u32), bytes: usize) -> PathBuf {
        let folder = self.outside.folder.path().join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        picture.extend(pixels.0.to_be_bytes());
        picture.extend(pixels.1.to_be_bytes());
        // Depth, form and checksum of the header; a part that nobody reads; the end.
        picture.extend([8; 9]);
        picture.extend(u32::try_from(bytes - 57).unwrap().to_be_bytes());
        picture.extend(b"fiLl");
        picture.resize(bytes - 12, 8);
        picture.extend(b"\0\0\0\0IEND\xaeB`\x82");
        let path = folder.join(name);
        std::fs::write(&path, picture).unwrap();
        path
    }

    /// Attaches a file in the composer's form as if it had been dropped there, and describes it.
    pub fn attach(&mut self, path: &Path, alt: &str) -> &mut Self {
        self.keys("m").until("Media").paste(&path.display().to_string()).until("ALT  ").typed(alt).keys("Enter Esc")
    }

    /// Restores the ways to the providers. The program notices when it tries next.
    pub fn plug(&mut self) -> &mut Self {
        self.outside.cables.iter_mut().for_each(Cable::plug);
        self
    }

    /// The posts at a provider.
    pub fn posts(&self, provider: &str) -> Vec<SimPost> {
        self.outside.world.posts(provider)
    }

    /// Every request that meant to change something, in the order of arrival.
    pub fn writes(&self) -> Vec<Request> {
        let asks = ["validate", "check", "/calendar"];
        let reads = |request: &Request| request.method == "GET" || asks.iter().any(|word| request.path.contains(word));
        self.outside.world.requests().into_iter().filter(|request| !reads(request)).collect()
    }

    /// How many requests brought a post into being.
    pub fn created(&self) -> usize {
        self.outside.world.requests().iter().filter(|request| request.created().is_some()).count()
    }

    /// Composes a post and stops before the review. `channels`: handles; `when`: as typed.
    pub fn compose(&mut self, text: &str, channels: &[&str], when: &str) -> &mut Self {
        self.keys("c").typed(text).keys("Esc t");
        for channel in channels {
            self.choose(channel);
        }
        self.keys("s").erase().typed(when).keys("Enter")
    }

    /// Composes a post, schedules it, and waits until the provider has confirmed it.
    pub fn schedule(&mut self, text: &str, channels: &[&str], when: &str) -> &mut Self {
        self.compose(text, channels, when).keys("Ctrl-s").until("nothing is sent yet").keys("s").rest()
    }

    /// Empties the field with the focus.
    pub fn erase(&mut self) -> &mut Self {
        self.keys("Ctrl-u")
    }

    /// Goes to the channel with `handle` in the list, from its top, and takes it in.
    pub fn choose(&mut self, handle: &str) -> &mut Self {
        let offered = self.offered();
        let at = offered.iter().position(|each| each == handle);
        let at = at.unwrap_or_else(|| panic!("{handle} is not among {offered:?}"));
        self.keys("t").keys(&"k ".repeat(offered.len())).keys("t").keys(&"j ".repeat(at)).keys("Space")
    }

    /// The handles the composer offers, in its order.
    fn offered(&self) -> Vec<String> {
        self.program.app.model.board.channels.iter().map(|channel| channel.handle.clone()).collect()
    }
}

impl Program {
    fn runtime() -> Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
    }

    fn connected(outside: &Outside, size: (u16, u16), providers: &[&'static str], run: u32) -> Self {
        Self::on_the_store(outside, size, providers, (run, true))
    }

    /// A program beside the one that sends, on the same store: nothing works in its background.
    fn beside(outside: &Outside, size: (u16, u16), providers: &[&'static str], run: u32) -> Self {
        let mut beside = Self::on_the_store(outside, size, providers, (run, false));
        beside.rested.clear();
        beside
    }

    fn on_the_store(
        outside: &Outside,
        size: (u16, u16),
        providers: &[&'static str],
        (run, sends): (u32, bool),
    ) -> Self {
        let runtime = Self::runtime();
        let inside = runtime.enter();
        let clock = outside.clock.clone();
        let ids = IdSource::seeded(run);
        let store = Store::open(&outside.folder.path().join("store.db")).unwrap();
        let accounts = outside.demo.accounts.iter().zip(&outside.cables);
        let seats: Vec<Seat> = accounts
            .filter(|(account, _)| providers.contains(&account.provider))
            .map(|(account, cable)| {
                let through = account.base_url.replace(&address(account).to_string(), &cable.near.to_string());
                let connection = Connection {
                    provider: account.provider.into(),
                    base_url: Some(through),
                    key: account.key.clone().into(),
                    limits: Limits::default(),
                };
                let provider = provider::build(connection, &clock).unwrap();
                Seat { account: AccountName::new(account.name.as_str()), provider }
            })
            .collect();
        let (news_in, news) = mpsc::unbounded_channel();
        let common = Common {
            store: store.clone(),
            clock: clock.clone(),
            ids: ids.clone(),
            zone: outside.zone,
            habits: outside.habits,
            owner: "runsheet".into(),
            sends: true,
            news: news_in,
            failover: Default::default(),
            bounds: Default::default(),
            web: Some(Web::new(Limits::default(), true)),
            bell: Default::default(),
            damaged: Default::default(),
        };
        let engine = sends.then(|| {
            runtime.block_on(store.recover(clock.now(), &common.owner)).unwrap();
            Engine::start(seats.iter().map(|s| (s.account.clone(), s.provider.clone())).collect(), &common)
        });
        let mut desk = Desk::new(store, clock.clone(), ids.clone(), outside.zone, seats, Actor::You);
        desk.keeps_slots(outside.plan.clone(), outside.habits);
        desk.measures_with(Gauge::with(Web::new(Limits::default(), true), clock.clone()));
        engine.into_iter().for_each(|engine| desk.employ(engine));
        let paths = Paths { config: outside.folder.path().join("config.toml"), data: outside.folder.path().into() };
        let files = Files::of(&paths);
        let (book, _) = files.read();
        desk.dresses_with(Arc::new(files), book);
        drop(inside);
        let mut model = model(&clock, size, ids, None);
        (model.shared.zone, model.shared.habits) = (outside.zone, outside.habits);
        model.board.plan = outside.plan.clone();
        Self::new(runtime, desk, news, model, None)
    }

    /// The program with a session of its own: of the accounts that are configured, else of the demo.
    fn of_session(options: &Options, clock: &Clock, size: (u16, u16), run: u32) -> Self {
        let runtime = Self::runtime();
        let ids = IdSource::seeded(run);
        let mut session =
            runtime.block_on(session::open(options, clock.clone(), ids.clone(), Purpose::Screen)).unwrap();
        runtime.block_on(session.seed_demo()).unwrap();
        let inside = runtime.enter();
        session.start_engine();
        drop(inside);
        let model = model(clock, size, ids, session.banner.take());
        let (desk, news, kept) = session.into_parts();
        Self::new(runtime, desk, news, model, Some(kept))
    }

    fn new(
        runtime: Runtime,
        desk: Desk,
        news: mpsc::UnboundedReceiver<News>,
        model: Model,
        kept: Option<Kept>,
    ) -> Self {
        let (columns, rows) = model.shared.size;
        let rested = desk.seats().iter().map(|seat| (seat.account.clone(), 0)).collect();
        let desk = Arc::new(desk);
        let app = App::new(model, desk.clone(), Vec::new());
        let terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
        let shown = Buffer::empty(Rect::new(0, 0, columns, rows));
        Self { app, news, desk, rested, terminal, shown, _kept: kept, runtime }
    }

    fn begin(&mut self) {
        let inside = self.runtime.enter();
        self.app.start();
        drop(inside);
        // As the program does: what the screen shows first is read before the background moves anything.
        let loaded = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.app.first_load()).await });
        loaded.expect("the first load is never answered");
        self.rest();
    }

    fn press(&mut self, key: Key) {
        self.tell(Msg::Key(key));
    }

    /// Hands over a message, and waits until what it asked for is done. The background goes on by itself.
    fn tell(&mut self, msg: Msg) {
        let inside = self.runtime.enter();
        self.app.handle(msg);
        drop(inside);
        self.runtime.block_on(async {
            // Timers that were asked for count from here.
            tokio::task::yield_now().await;
            let settled = tokio::time::timeout(PATIENCE, self.app.settle()).await;
            settled.expect("what was asked for is never answered");
        });
        self.draw();
    }

    /// As the loop does: only when something says that the screen has changed.
    fn draw(&mut self) {
        if self.app.model.take_dirty() {
            let app = &self.app;
            self.shown = self.terminal.draw(|frame| app.draw(frame)).unwrap().buffer.clone();
        }
    }

    fn screen(&self) -> String {
        picture::text(&self.shown)
    }

    fn wait(&mut self, what: &str, fits: impl Fn(&str) -> bool) {
        self.wait_for(what, |program| fits(&program.screen()));
    }

    /// Takes in what happens, as the loop does, until `fits`.
    fn wait_for(&mut self, what: &str, fits: impl Fn(&Self) -> bool) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        self.draw();
        while !fits(self) {
            assert!(tokio::time::Instant::now() < deadline, "waited in vain for {what}:\n{}", self.screen());
            self.step(Duration::from_millis(50));
        }
    }

    /// Waits for the next thing to happen, a moment at most, and takes in everything that has happened. Answers
    /// whether anything has.
    fn step(&mut self, moment: Duration) -> bool {
        let Self { app, news, rested, runtime, .. } = self;
        let happened = runtime.block_on(async {
            let happened = tokio::select! {
                biased;
                answer = app.next_answer() => {
                    app.take_answer(answer);
                    true
                }
                Some(piece) = news.recv() => {
                    hear(app, rested, piece);
                    true
                }
                () = tokio::time::sleep(moment) => false,
            };
            while let Some(answer) = app.ready_answer() {
                app.take_answer(answer);
            }
            while let Ok(piece) = news.try_recv() {
                hear(app, rested, piece);
            }
            app.spread_news();
            happened
        });
        self.draw();
        happened
    }

    /// Waits until every account's task has gone through a whole round that began after this call, and until all it
    /// had to tell is on the screen. Two orders, because the first rest that is heard may end an older round.
    fn rest(&mut self) {
        self.step(Duration::ZERO);
        self.rested.values_mut().for_each(|rests| *rests = 0);
        for _ in 0..2 {
            self.desk.order(None, &Order::Push);
        }
        self.wait_for("the background to rest", |program| program.rested.values().all(|rests| *rests >= 2));
        self.calm();
    }

    /// Takes in what happens until nothing does and nothing that was asked for is under way.
    fn calm(&mut self) {
        while self.step(Duration::from_millis(20)) || self.app.model.busy > 0 {}
    }
}

/// Where a simulator listens.
fn address(account: &DemoAccount) -> SocketAddr {
    let host = account.base_url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
    host.and_then(|host| host.parse().ok()).unwrap()
}

fn hear(app: &mut App, rested: &mut BTreeMap<AccountName, usize>, news: News) {
    if let News::Rested(account) = &news
        && let Some(rests) = rested.get_mut(account)
    {
        *rests += 1;
    }
    app.take_news(news);
}

fn model(clock: &Clock, size: (u16, u16), ids: IdSource, banner: Option<String>) -> Model {
    let rules = Arc::new(Rules::shipped().clone());
    let mut model = Model::new(clock.now(), Berlin, size, rules, Keymap::shipped(), Theme::default(), ids);
    model.board.banner = banner;
    model
}
