//! Where files live: the platform's folders, or the ones named on the command line.

use std::path::PathBuf;

use directories::ProjectDirs;

pub mod private;

/// The configuration's name.
const CONFIG: &str = "config.toml";

/// The files of one installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The configuration.
    pub config: PathBuf,
    /// The folder of everything runsheet keeps.
    pub data: PathBuf,
}

impl Paths {
    /// The paths in force. A named data folder is a whole installation: its configuration is in it too, unless one is
    /// named or there is one in the usual place only. `None` when the platform has no home folder and nothing was named.
    pub fn find(config: Option<PathBuf>, data: Option<PathBuf>) -> Option<Self> {
        let dirs = ProjectDirs::from("", "", "runsheet");
        let usual = dirs.as_ref().map(|dirs| dirs.config_dir().join(CONFIG));
        let config = config.or_else(|| match data.as_ref().map(|data| data.join(CONFIG)) {
            Some(within) if within.exists() => Some(within),
            Some(within) => usual.filter(|usual| usual.exists()).or(Some(within)),
            None => usual,
        })?;
        let data = data.or_else(|| dirs.as_ref().map(|dirs| dirs.data_dir().to_owned()))?;
        Some(Self { config, data })
    }

    /// The store.
    pub fn store(&self) -> PathBuf {
        self.data.join("runsheet.db")
    }

    /// The copies of the store that are made day by day.
    pub fn backups(&self) -> PathBuf {
        self.data.join("backups")
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

    /// The folder of the user's own styles, beside the configuration.
    pub fn styles(&self) -> PathBuf {
        self.config.with_file_name("styles")
    }

    /// The folder of settings profiles, beside the configuration.
    pub fn profiles(&self) -> PathBuf {
        self.config.with_file_name("profiles")
    }

    /// The defaults of networks and channels, beside the configuration.
    pub fn defaults(&self) -> PathBuf {
        self.config.with_file_name("defaults.toml")
    }

    /// Who is called what on which network, beside the configuration.
    pub fn mentions(&self) -> PathBuf {
        self.config.with_file_name("mentions.toml")
    }

    /// The user's network rules, beside the configuration.
    pub fn networks(&self) -> PathBuf {
        self.config.with_file_name("networks.toml")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_folder_is_a_whole_installation() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join(CONFIG);
        std::fs::write(&own, "").unwrap();
        let paths = Paths::find(None, Some(folder.path().into())).unwrap();
        assert_eq!((paths.keymap(), paths.config), (folder.path().join("keymap.toml"), own));
        let named = folder.path().join("named.toml");
        let paths = Paths::find(Some(named.clone()), Some(folder.path().into())).unwrap();
        assert_eq!(&paths.config, &named);
        for path in [paths.store(), paths.lock(), paths.log(), paths.keys(), paths.master(), paths.backups()] {
            assert!(path.starts_with(folder.path()), "{}", path.display());
        }
    }
}
