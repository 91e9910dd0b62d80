//! Somebody's home with an account at Late, the shell beside the screen, and what is on the disk.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use runsheet::clock::Clock;
use runsheet::demo::{self, Demo, Seed};
use serde_json::Value;
use tempfile::TempDir;

use crate::tty::{Tty, runsheet};

const KEY: &str = "PTY_KEY";

pub struct Home {
    pub folder: TempDir,
    pub demo: Demo,
    // Last: the servers run on it.
    _runtime: tokio::runtime::Runtime,
}

impl Home {
    /// Connected, its channels known, and nothing written yet.
    pub fn settled() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let demo = runtime.block_on(demo::start(Seed::Empty, Clock::system())).unwrap();
        let home = Self { folder: tempfile::tempdir().unwrap(), demo, _runtime: runtime };
        home.configure(None);
        assert!(home.run(&["sync"]).status.success());
        home
    }

    /// Writes the configuration; `elsewhere` stands for Late instead of its simulator.
    pub fn configure(&self, elsewhere: Option<&str>) {
        let url = elsewhere.unwrap_or(&self.demo.accounts[0].base_url);
        let text = format!(
            "timezone = \"Europe/Berlin\"\n[[account]]\nname = \"acme\"\nprovider = \"late\"\nbase_url = \"{url}\"\nkey_env = \"{KEY}\"\n"
        );
        std::fs::write(self.folder.path().join("config.toml"), text).unwrap();
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn store(&self) -> PathBuf {
        self.data().join("runsheet.db")
    }

    fn places(&self) -> [String; 4] {
        let path = |path: PathBuf| path.to_str().unwrap().to_owned();
        ["--config".into(), path(self.folder.path().join("config.toml")), "--data-dir".into(), path(self.data())]
    }

    /// A command of the shell.
    pub fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_runsheet"));
        command.args(args).args(self.places()).env_clear().env("HOME", "/nonexistent");
        command.env(KEY, &self.demo.accounts[0].key).output().unwrap()
    }

    /// A post that was written in the shell; whether it left is not asked.
    pub fn write(&self, text: &str) {
        let file = self.folder.path().join("post.md");
        std::fs::write(&file, text).unwrap();
        self.run(&["post", file.to_str().unwrap(), "--to", "x:@acme", "--when", "2030-01-02 09:00"]);
    }

    /// Every post as `list --json` shows it.
    pub fn posts(&self) -> Vec<Value> {
        serde_json::from_slice(&self.run(&["list", "--json"]).stdout).unwrap()
    }

    /// The screen.
    pub fn open(&self, columns: u16, rows: u16, env: &[(&str, &OsStr)]) -> Tty {
        let places = self.places();
        let args: Vec<&str> = places.iter().map(String::as_str).collect();
        let key = (KEY, OsStr::new(&self.demo.accounts[0].key));
        Tty::open_with(columns, rows, runsheet(&args), &[&[key], env].concat())
    }

    /// A command of the shell, on a terminal.
    pub fn open_command(&self, args: &[&str]) -> Tty {
        let places = self.places();
        let args: Vec<&str> = args.iter().copied().chain(places.iter().map(String::as_str)).collect();
        Tty::open_with(120, 40, runsheet(&args), &[(KEY, OsStr::new(&self.demo.accounts[0].key))])
    }

    /// The texts at Late.
    pub fn at_late(&self) -> Vec<String> {
        self.demo.world.posts("late").into_iter().map(|post| post.content).collect()
    }
}
