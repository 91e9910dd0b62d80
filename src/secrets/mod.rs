//! Finding and keeping keys: the environment variable an account names, the system's keyring, an encrypted file.
//!
//! Keys are wiped from memory when dropped and silent in `Debug`; no error ever holds one.

pub mod fernet;
mod file;
mod keyring;
mod master;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::ids::AccountName;
use crate::paths::Paths;

use file::KeyFile;
use keyring::Keyring;

pub use master::VARIABLE as ENCRYPTION_KEY;

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The variable is not set, or empty.
    #[error("{variable} is not set; export {variable}=… and start again")]
    Missing {
        /// Its name.
        variable: String,
    },
    /// What it holds cannot be a key.
    #[error("{variable} holds {what}, which no key does; set it again without it")]
    Malformed {
        /// Its name.
        variable: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// What was typed or piped cannot be a key.
    #[error("that is no key: it {what}; paste it again")]
    Typed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// No place has one.
    #[error("{0}")]
    Nowhere(String),
    /// The encrypted file, or what opens it, is not as it should be. One line.
    #[error("{0}")]
    Store(String),
}

/// Where a key was found, or is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// In this environment variable.
    Environment(String),
    /// In the system's keyring.
    Keyring,
    /// In the encrypted file.
    File,
}

impl Source {
    /// The word for it: `environment`, `keyring`, `file`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Environment(_) => "environment",
            Self::Keyring => "keyring",
            Self::File => "file",
        }
    }

    /// The variable, where it is one.
    pub fn variable(&self) -> Option<&str> {
        match self {
            Self::Environment(variable) => Some(variable),
            Self::Keyring | Self::File => None,
        }
    }
}

/// A key and where it was.
#[derive(Clone, Debug)]
pub struct Found {
    /// The key.
    pub key: SecretString,
    /// Where it was.
    pub source: Source,
}

/// An account, as far as its key is concerned.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Its name.
    pub account: &'a AccountName,
    /// The variable it names.
    pub key_env: Option<&'a str>,
    /// The variable people usually keep such a key in: the last resort.
    pub usual: Option<&'a str>,
    /// The word for its provider, for advice.
    pub provider: &'a str,
}

type Lookup = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// All the places keys are in.
pub struct Vault {
    lookup: Lookup,
    keyring: Keyring,
    file: KeyFile,
}

impl Vault {
    /// The places of this installation. `with_keyring`: whether the system's keyring is used where there is one.
    /// `lookup` finds environment variables.
    pub fn of_system(paths: &Paths, with_keyring: bool, lookup: fn(&str) -> Option<String>) -> Self {
        let keyring = match with_keyring {
            // Two data folders are two installations: neither touches the other's keys.
            true => Keyring::of_system(format!("runsheet {}", paths.data.display()), lookup),
            false => Keyring::none(),
        };
        Self::new(paths.clone(), keyring, Box::new(lookup))
    }

    fn new(paths: Paths, keyring: Keyring, lookup: Lookup) -> Self {
        let given = lookup(ENCRYPTION_KEY).map(SecretString::from);
        Self { keyring, file: KeyFile::new(paths, given), lookup }
    }

    /// Whether `variable` is set.
    pub fn is_set(&self, variable: &str) -> bool {
        (self.lookup)(variable).is_some_and(|value| !value.trim().is_empty())
    }

    /// What `variable` holds that is no secret, such as an address.
    pub fn plain(&self, variable: &str) -> Option<String> {
        (self.lookup)(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// The key that `variable` holds.
    pub fn in_environment(&self, variable: &str) -> Result<SecretString, KeyError> {
        from_env(variable, &self.lookup)
    }

    /// The key of an account: from the variable it names, else the keyring, else the file, else the usual variable.
    pub fn find(&self, wanted: &Wanted<'_>) -> Result<Found, KeyError> {
        match wanted.key_env.map(|variable| (variable, from_env(variable, &self.lookup))) {
            Some((variable, Ok(key))) => return Ok(found(key, Source::Environment(variable.to_owned()))),
            Some((_, Err(error @ KeyError::Malformed { .. }))) => return Err(error),
            Some((_, Err(_))) | None => {}
        }
        if let Some(key) = self.keyring.get(wanted.account) {
            return Ok(found(key, Source::Keyring));
        }
        let in_file = self.file.get(wanted.account);
        if let Ok(Some(key)) = in_file {
            return Ok(found(key, Source::File));
        }
        if let Some(variable) = wanted.usual.filter(|variable| self.is_set(variable)) {
            return from_env(variable, &self.lookup).map(|key| found(key, Source::Environment(variable.to_owned())));
        }
        in_file?;
        Err(KeyError::Nowhere(self.nowhere(wanted)))
    }

    fn nowhere(&self, wanted: &Wanted<'_>) -> String {
        let locked = self.keyring.trouble();
        let locked = locked.map(|words| format!(", and the keyring does not answer ({words})")).unwrap_or_default();
        let Wanted { account, provider, .. } = wanted;
        match wanted.key_env {
            Some(variable) => format!(
                "{variable} is not set, and no key is kept for \"{account}\"{locked}; export {variable}=… and start \
                 again, or `runsheet connect {provider} --name {account}`"
            ),
            None => format!(
                "no key is kept for \"{account}\"{locked}; `runsheet connect {provider} --name {account}` asks for it"
            ),
        }
    }

    /// Keeps a key: in the keyring where there is one that takes it, else in the file. Nowhere twice.
    pub fn keep(&self, account: &AccountName, key: &SecretString, now: DateTime<Utc>) -> Result<Source, KeyError> {
        // Looking first shows soon whether it answers at all; keeping may wait for somebody who unlocks it.
        let _ = self.keyring.get(account);
        if self.keyring.put(account, key) {
            // An older one in the file would never be read again; that it cannot be opened is no reason to fail.
            let _ = self.file.remove(account, now);
            return Ok(Source::Keyring);
        }
        self.file.put(account, key, now)?;
        Ok(Source::File)
    }

    /// Forgets the key of `account` wherever it is kept; answers where it was.
    pub fn forget(&self, account: &AccountName, now: DateTime<Utc>) -> Result<Vec<Source>, KeyError> {
        let keyring = self.keyring.remove(account).then_some(Source::Keyring);
        let file = self.file.remove(account, now)?.then_some(Source::File);
        Ok(keyring.into_iter().chain(file).collect())
    }

    /// How the keyring is, in words: `none`, `there`, or why it does not answer.
    pub fn keyring_words(&self) -> String {
        match (self.keyring.is_there(), self.keyring.trouble()) {
            (false, _) => "none".into(),
            (true, None) => "there".into(),
            (true, Some(words)) => format!("does not answer: {words}"),
        }
    }

    /// The accounts whose keys are in the file; none when it does not open.
    pub fn in_file(&self) -> Vec<String> {
        self.file.accounts().unwrap_or_default()
    }

    /// How the file is: `None` when there is none, else what opens it, or why nothing does.
    pub fn file_words(&self) -> Option<Result<String, KeyError>> {
        self.file.is_there().then(|| self.file.accounts().map(|_| self.file.opened_by()))
    }
}

fn found(key: SecretString, source: Source) -> Found {
    Found { key, source }
}

/// The key that the environment variable `variable` holds, as `lookup` finds it.
fn from_env(variable: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<SecretString, KeyError> {
    let value = lookup(variable).filter(|value| !value.trim().is_empty());
    let value = SecretString::from(value.ok_or_else(|| KeyError::Missing { variable: variable.into() })?);
    shaped(&value).map_err(|what| KeyError::Malformed { variable: variable.into(), what })
}

/// What somebody typed or piped, as a key.
pub fn typed(text: &SecretString) -> Result<SecretString, KeyError> {
    if text.expose_secret().trim().is_empty() {
        return Err(KeyError::Typed { what: "is empty" });
    }
    shaped(text).map_err(|what| {
        let what = match what {
            "a space or a line break" => "holds a space or a line break",
            "a control character" => "holds a control character",
            _ => "holds a character that is not ASCII",
        };
        KeyError::Typed { what }
    })
}

/// The text without the blanks around it, if it can be a key; else what no key holds. A password behind a user name may
/// have spaces in it: some are shown in groups.
fn shaped(text: &SecretString) -> Result<SecretString, &'static str> {
    let is_stray = |inner: &str, c: char| c.is_whitespace() && (c != ' ' || !inner.contains(':'));
    match text.expose_secret().trim() {
        inner if inner.chars().any(|c| is_stray(inner, c)) => Err("a space or a line break"),
        inner if inner.chars().any(char::is_control) => Err("a control character"),
        inner if !inner.is_ascii() => Err("a character that is not ASCII"),
        inner => Ok(SecretString::from(inner.to_owned())),
    }
}

#[cfg(test)]
mod tests;
