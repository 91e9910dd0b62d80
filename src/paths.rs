//! Where files live: the platform's folders, or the ones named on the command line.

use std::path::PathBuf;

use directories::ProjectDirs;

pub mod private;

/// The files of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The configuration.
    pub config: PathBuf,
    /// The folder of everything runsheet keeps.
    pub data: PathBuf,
}

impl Paths {
    /// The paths in force. `None` when the platform has no home folder and nothing was named.
    pub fn find(config: Option<PathBuf>, data: Option<PathBuf>) -> Option<Self> {
        let dirs = ProjectDirs::from("", "", "runsheet");
        let config = config.or_else(|| dirs.as_ref().map(|dirs| dirs.config_dir().join("config.toml")))?;
        let data = data.or_else(|| dirs.as_ref().map(|dirs| dirs.data_dir().to_owned()))?;
        Some(Self { config, data })
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.data.join("runsheet.db")
    }

    /// The lock that one sending instance holds.
    pub fn lock(&self) -> PathBuf {
        self.data.join("runsheet.lock")
    }

    /// The log.
    pub fn log(&self) -> PathBuf {
        self.data.join("runsheet.log")
    }

    /// The keys of the accounts, encrypted.
    pub fn keys(&self) -> PathBuf {
        self.data.join("keys.fernet")
    }

    /// The key that opens them, where none is given in the environment.
    pub fn master(&self) -> PathBuf {
        self.data.join("keys.master")
    }

    /// The lock held while keys change.
    pub fn keys_lock(&self) -> PathBuf {
        self.data.join("keys.lock")
    }

    /// The user's key bindings, beside the configuration.
    pub fn keymap(&self) -> PathBuf {
        self.config.with_file_name("keymap.toml")
    }

    /// The user's snippets and groups of hashtags, beside the configuration.
    pub fn phrases(&self) -> PathBuf {
        self.config.with_file_name("phrases.toml")
    }

    /// The user's network rules, beside the configuration.
    pub fn networks(&self) -> PathBuf {
        self.config.with_file_name("networks.toml")
    }
}
