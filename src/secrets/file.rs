//! The encrypted file of keys: account → key, as one Fernet token, so that not even the names can be read.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;

use chrono::{DateTime, Utc};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::KeyError;
use super::fernet::Key;
use super::master;
use crate::domain::ids::{AccountName, secret_bytes};
use crate::paths::{Paths, private};

type Keys = BTreeMap<String, SecretString>;

/// The file, and what opens it.
pub struct KeyFile {
    paths: Paths,
    /// What `ENCRYPTION_KEY` says, if anything.
    given: Option<SecretString>,
}

impl KeyFile {
    /// The file below `paths`; `given` is the value of `ENCRYPTION_KEY`. Nothing is read yet.
    pub fn new(paths: Paths, given: Option<SecretString>) -> Self {
        Self { paths, given: given.filter(|given| !given.expose_secret().trim().is_empty()) }
    }

    /// The key kept for `account`.
    pub fn get(&self, account: &AccountName) -> Result<Option<SecretString>, KeyError> {
        Ok(self.read()?.remove(account.as_str()))
    }

    /// The names of the accounts whose keys are here.
    pub fn accounts(&self) -> Result<Vec<String>, KeyError> {
        Ok(self.read()?.into_keys().collect())
    }

    /// Keeps `key` for `account`, in the place of an older one.
    pub fn put(&self, account: &AccountName, key: &SecretString, now: DateTime<Utc>) -> Result<(), KeyError> {
        let _lock = self.lock()?;
        let mut keys = self.read()?;
        keys.insert(account.as_str().to_owned(), key.clone());
        self.write(&keys, now)
    }

    /// Forgets the key of `account`; answers whether there was one.
    pub fn remove(&self, account: &AccountName, now: DateTime<Utc>) -> Result<bool, KeyError> {
        if !self.is_there() {
            return Ok(false);
        }
        let _lock = self.lock()?;
        let mut keys = self.read()?;
        let was = keys.remove(account.as_str()).is_some();
        if was {
            self.write(&keys, now)?;
        }
        Ok(was)
    }

    /// Whether there is such a file.
    pub fn is_there(&self) -> bool {
        self.paths.keys().exists()
    }

    /// What opens the file, in words.
    pub fn opened_by(&self) -> String {
        match (&self.given, self.paths.master().exists()) {
            (Some(_), _) => master::VARIABLE.to_owned(),
            (None, true) => self.paths.master().display().to_string(),
            (None, false) => "nothing".to_owned(),
        }
    }

    fn read(&self) -> Result<Keys, KeyError> {
        let path = self.paths.keys();
        let token = match fs::read_to_string(&path) {
            Ok(token) => token,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Keys::new()),
            // Bytes that are no text were no token.
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Err(KeyError::Store(format!("{} cannot be read: {error}", path.display()))),
        };
        let masters = self.masters()?;
        if masters.is_empty() {
            return Err(KeyError::Store(format!(
                "{} cannot be opened: {} is not set and {} is not there; give back the one it was made with, or move \
                 the file away and connect again",
                path.display(),
                master::VARIABLE,
                self.paths.master().display()
            )));
        }
        let plain = masters.iter().find_map(|key| key.open(&token));
        let keys = plain.and_then(|plain| serde_json::from_slice::<BTreeMap<String, String>>(&plain).ok());
        let keys = keys.ok_or_else(|| {
            let what = if self.given.is_some() { master::VARIABLE } else { "its key file" };
            KeyError::Store(format!(
                "{} does not open with {what}: another key made it, or it was changed; it is left as it is. Give back \
                 the key it was made with, or move the file away and connect again",
                path.display()
            ))
        })?;
        Ok(keys.into_iter().map(|(account, key)| (account, SecretString::from(key))).collect())
    }

    fn write(&self, keys: &Keys, now: DateTime<Utc>) -> Result<(), KeyError> {
        let path = self.paths.keys();
        let trouble = |error: io::Error| {
            KeyError::Store(format!("{} cannot be written: {error}; what it held is still there", path.display()))
        };
        if keys.is_empty() {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(trouble(error)),
                _ => Ok(()),
            };
        }
        let shown: BTreeMap<&str, &str> =
            keys.iter().map(|(account, key)| (account.as_str(), key.expose_secret())).collect();
        let plain = serde_json::to_vec(&shown).map_err(|error| trouble(error.into()))?;
        let plain = Zeroizing::new(plain);
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        let token = self.first_master()?.seal(&plain, seconds, secret_bytes().map_err(trouble)?);
        private::replace(&path, format!("{token}\n").as_bytes()).map_err(trouble)
    }

    /// Every key that may open the file, the one that encrypts first. A key file from before `ENCRYPTION_KEY` was
    /// given still opens what it made; the next write uses the given one.
    fn masters(&self) -> Result<Vec<Key>, KeyError> {
        let mut masters = self.given.as_ref().map_or(Ok(Vec::new()), master::read)?;
        masters.extend(master::from_file(&self.paths.master())?);
        Ok(masters)
    }

    /// The key that encrypts. One is made only where nothing is encrypted yet: the file was read before this is asked.
    fn first_master(&self) -> Result<Key, KeyError> {
        match self.masters()?.into_iter().next() {
            Some(key) => Ok(key),
            None => master::generate(&self.paths.master()),
        }
    }

    /// Held while the file changes, so that two windows do not lose each other's keys.
    fn lock(&self) -> Result<File, KeyError> {
        let trouble = |error: io::Error| {
            KeyError::Store(format!("the data folder {} cannot be written: {error}", self.paths.data.display()))
        };
        private::folder(&self.paths.data).map_err(trouble)?;
        let file = private::open(&self.paths.keys_lock()).map_err(trouble)?;
        file.lock().map_err(trouble)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn name(text: &str) -> AccountName {
        AccountName::new(text)
    }

    fn file(place: &TempDir, given: &str) -> KeyFile {
        let paths = Paths { config: place.path().join("config.toml"), data: place.path().join("data") };
        KeyFile::new(paths, Some(given.to_owned().into()))
    }

    fn master(n: u8) -> String {
        Key::of([n; 32]).text().to_string()
    }

    fn put(file: &KeyFile, account: &str, key: &str) -> Result<(), KeyError> {
        file.put(&name(account), &key.to_owned().into(), DateTime::UNIX_EPOCH)
    }

    fn got(file: &KeyFile, account: &str) -> Option<String> {
        file.get(&name(account)).unwrap().map(|key| key.expose_secret().to_owned())
    }

    #[test]
    fn keys_are_kept_found_replaced_and_forgotten() {
        let place = tempfile::tempdir().unwrap();
        let keys = file(&place, "");
        assert_eq!(got(&keys, "work"), None);
        assert!(!keys.is_there(), "looking makes nothing");
        put(&keys, "work", "sk_first").unwrap();
        put(&keys, "home", "sk_other").unwrap();
        put(&keys, "work", "sk_second").unwrap();
        assert_eq!((got(&keys, "work"), got(&keys, "home")), (Some("sk_second".into()), Some("sk_other".into())));
        for entry in fs::read_dir(place.path().join("data")).unwrap() {
            let path = entry.unwrap().path();
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            assert!(!text.contains("sk_") && !text.contains("work"), "{}", path.display());
            assert!(!private::is_shared(&path), "{}", path.display());
        }
        assert!(keys.remove(&name("work"), DateTime::UNIX_EPOCH).unwrap());
        assert!(!keys.remove(&name("work"), DateTime::UNIX_EPOCH).unwrap());
        assert_eq!((got(&keys, "work"), keys.accounts().unwrap()), (None, vec!["home".to_owned()]));
    }

    #[test]
    fn masters_rotate_the_first_encrypts_and_all_decrypt() {
        let place = tempfile::tempdir().unwrap();
        put(&file(&place, &master(1)), "work", "sk_1").unwrap();
        let both = file(&place, &format!("{},{}", master(2), master(1)));
        assert_eq!(got(&both, "work").as_deref(), Some("sk_1"));
        put(&both, "home", "sk_2").unwrap();
        assert_eq!(got(&file(&place, &master(2)), "work").as_deref(), Some("sk_1"), "written anew with the first");
        assert!(file(&place, &master(1)).get(&name("work")).is_err());
    }

    #[test]
    fn a_key_file_opens_what_it_made_after_a_master_was_given() {
        let place = tempfile::tempdir().unwrap();
        put(&file(&place, ""), "work", "sk_1").unwrap();
        let given = file(&place, &master(5));
        put(&given, "home", "sk_2").unwrap();
        fs::remove_file(place.path().join("data/keys.master")).unwrap();
        assert_eq!(got(&given, "work").as_deref(), Some("sk_1"));
    }

    #[test]
    fn without_the_right_master_nothing_is_read_or_overwritten() {
        let place = tempfile::tempdir().unwrap();
        put(&file(&place, &master(1)), "work", "sk_1").unwrap();
        let path = place.path().join("data/keys.fernet");
        let before = fs::read(&path).unwrap();
        for (given, words) in [("", "is not set"), (master(2).as_str(), "does not open"), ("c2hvcnQ=", "5 bytes")] {
            let keys = file(&place, given);
            for error in [keys.get(&name("work")).unwrap_err(), put(&keys, "home", "sk_2").unwrap_err()] {
                let words_said = error.to_string();
                assert!(words_said.contains(words) && !words_said.contains("sk_"), "{given}: {words_said}");
                assert!(!words_said.contains('\n') && (given.is_empty() || !words_said.contains(given)));
            }
            assert_eq!(fs::read(&path).unwrap(), before, "{given}");
            assert!(!place.path().join("data/keys.master").exists(), "no new key over old secrets");
        }
    }

    #[test]
    fn a_changed_file_is_refused_and_kept() {
        let place = tempfile::tempdir().unwrap();
        let keys = file(&place, &master(1));
        put(&keys, "work", "sk_1").unwrap();
        let path = place.path().join("data/keys.fernet");
        let token = fs::read_to_string(&path).unwrap();
        let middle = token.len() / 2;
        let other = if token.as_bytes()[middle] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &token[..middle], &token[middle + 1..]);
        for bytes in [changed.into_bytes(), token.as_bytes()[..middle].to_vec(), Vec::new(), vec![0xff; 40]] {
            fs::write(&path, &bytes).unwrap();
            let refused = [keys.get(&name("work")).unwrap_err(), put(&keys, "work", "sk_2").unwrap_err()];
            assert!(refused.iter().all(|error| error.to_string().contains("does not open")), "{refused:?}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
    }
}
