//! Somebody's configuration and data, the simulated providers they lead to, and the program run as a command.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, Request, Seed, SimPost, World};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How long a command may take on a busy machine before the test gives up.
const GUARD: Duration = Duration::from_secs(60);

/// How many of the accounts there are belong to this somebody: the ones at Late and VoxBurst.
const OURS: usize = 2;

/// What a command answered.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    /// It ended with this exit code.
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:?}");
        self
    }

    /// Its words on stderr hold all of these.
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.err.contains(part), "no “{part}” in {self:?}");
        }
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The values of one array.
    pub fn rows(&self) -> Vec<Value> {
        self.json().as_array().cloned().unwrap_or_else(|| panic!("no array: {self:?}"))
    }
}

/// What of this machine's environment would matter: the way to its keyring too.
const OUTSIDE: &[&str] = &[
    "RUNSHEET_LOG",
    "RUNSHEET_CLOCK",
    "RUNSHEET_TRIP",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "ENCRYPTION_KEY",
    "LATE_API_KEY",
    "OKTOPOST_API_KEY",
    "POSTFORME_API_KEY",
    "POSTO_TOKEN",
    "VOXBURST_API_KEY",
];

/// The program with nothing of this machine's environment that matters to it.
pub fn runsheet(args: &[&str]) -> assert_cmd::Command {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_runsheet"));
    command.args(args).timeout(GUARD).env("HOME", "/nonexistent");
    for name in OUTSIDE {
        command.env_remove(name);
    }
    command
}

pub fn run(mut command: assert_cmd::Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A command in the demo week.
pub fn in_demo(args: &[&str]) -> Said {
    run(runsheet(&[&["--demo"], args].concat()))
}

pub struct Home {
    pub folder: TempDir,
    pub demo: Demo,
    keys: Vec<(String, String)>,
    // Last: the servers run on it.
    _runtime: Runtime,
}

impl Home {
    /// Two connected accounts whose channels are known here, and no posts.
    pub fn settled() -> Self {
        let home = Self::new();
        home.run(&["sync"]).ended(0);
        home.world().forget_requests();
        home
    }

    /// Two configured accounts, nothing fetched yet.
    pub fn new() -> Self {
        Self::on(Clock::system())
    }

    fn on(clock: Clock) -> Self {
        let runtime = Runtime::new().unwrap();
        let demo = runtime.block_on(demo::start(Seed::Empty, clock)).unwrap();
        let keys = demo.accounts.iter().map(|account| (variable(&account.name), account.key.clone())).collect();
        let home = Self { folder: tempfile::tempdir().unwrap(), demo, keys, _runtime: runtime };
        home.configure(None);
        home
    }

    /// One connected account at this provider alone, whose address is `elsewhere` from then on.
    pub fn alone(provider: &str, clock: Clock, elsewhere: impl FnOnce(&str) -> String) -> Self {
        let home = Self::on(clock);
        let account = home.demo.account(provider).unwrap();
        let config = |url: &str| {
            format!(
                "timezone = \"Europe/Berlin\"\n\n[[account]]\nname = \"{0}\"\nprovider = \"{provider}\"\nbase_url = \"{url}\"\nkey_env = \"{1}\"\n",
                account.name,
                variable(&account.name)
            )
        };
        home.write_config(&config(&account.base_url));
        home.run(&["sync"]).ended(0);
        home.write_config(&config(&elsewhere(&account.base_url)));
        home
    }

    /// Writes the configuration; `elsewhere` is an address that stands for Late instead of its simulator.
    pub fn configure(&self, elsewhere: Option<&str>) {
        let mut text = String::from("timezone = \"Europe/Berlin\"\n[limits]\nconnect = 5\nsilence = 20\nwhole = 20\n");
        for account in self.demo.accounts.iter().take(OURS) {
            let url = elsewhere.filter(|_| account.provider == "late").unwrap_or(&account.base_url);
            text.push_str(&format!(
                "\n[[account]]\nname = \"{}\"\nprovider = \"{}\"\nbase_url = \"{url}\"\nkey_env = \"{}\"\n",
                account.name,
                account.provider,
                variable(&account.name)
            ));
        }
        self.write_config(&text);
    }

    pub fn write_config(&self, text: &str) {
        std::fs::write(self.config(), text).unwrap();
    }

    /// Another key for Late, from now on.
    pub fn set_late_key(&mut self, key: &str) {
        self.keys[0].1 = key.to_owned();
    }

    pub fn late_key(&self) -> &str {
        &self.keys[0].1
    }

    pub fn world(&self) -> &World {
        &self.demo.world
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn store(&self) -> PathBuf {
        self.data().join("runsheet.db")
    }

    fn places(&self) -> [String; 4] {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        ["--config".into(), path(self.config()), "--data-dir".into(), path(self.data())]
    }

    fn command(&self, args: &[&str]) -> assert_cmd::Command {
        let mut command = runsheet(args);
        command.args(self.places()).envs(self.keys.iter().map(|(name, key)| (name, key)));
        command
    }

    pub fn run(&self, args: &[&str]) -> Said {
        run(self.command(args))
    }

    /// A command with these variables in its environment.
    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let mut command = self.command(args);
        command.envs(env.iter().copied());
        run(command)
    }

    /// A command that may make no file larger than a few blocks.
    pub fn run_cramped(&self, args: &[&str]) -> Said {
        let mut command = assert_cmd::Command::new("sh");
        // The signal that goes with it is left aside, so that writing fails as it does on a full disk.
        command.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_runsheet")]);
        command.args(args).args(self.places()).timeout(GUARD).env("HOME", "/nonexistent");
        OUTSIDE.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.envs(self.keys.iter().map(|(name, key)| (name, key)));
        run(command)
    }

    /// A command with `text` on its standard input.
    pub fn pipe(&self, text: &str, args: &[&str]) -> Said {
        let mut command = self.command(args);
        command.write_stdin(text);
        run(command)
    }

    /// The same with these variables in its environment.
    pub fn pipe_with(&self, text: &str, args: &[&str], env: &[(&str, &str)]) -> Said {
        let mut command = self.command(args);
        command.write_stdin(text).envs(env.iter().copied());
        run(command)
    }

    /// What a command with `text` on its standard input prints and ends with while nobody reads its words: the pipe of
    /// stderr has no reader any more.
    pub fn pipe_unheard(&self, text: &str, args: &[&str]) -> Said {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut child = self.quiet(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(writer).spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let code = output.status.code().expect("it ended by itself");
        Said { code, out: String::from_utf8(output.stdout).unwrap(), err: String::new() }
    }

    /// A command that is left running.
    pub fn start(&self, args: &[&str]) -> Child {
        self.quiet(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn quiet(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.args(args).args(self.places()).envs(self.keys.iter().map(|(name, key)| (name, key)));
        OUTSIDE.iter().for_each(|name| {
            command.env_remove(name);
        });
        command
    }

    /// Every post as `list --json` shows it.
    pub fn posts(&self) -> Vec<Value> {
        self.run(&["list", "--json"]).ended(0).rows()
    }

    /// The posts at Late.
    pub fn at_late(&self) -> Vec<SimPost> {
        self.world().posts("late")
    }

    /// The requests that Late took as writes of posts.
    pub fn creates(&self) -> Vec<Request> {
        // To be asked about a post makes none.
        let asks = |request: &Request| request.path.contains("validate");
        let create = |request: &Request| request.provider == "late" && request.method == "POST" && !asks(request);
        self.world().requests().into_iter().filter(create).collect()
    }
}

pub fn variable(account: &str) -> String {
    format!("RUNSHEET_TEST_{}", account.to_uppercase())
}
