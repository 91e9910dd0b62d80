//! The system's keyring: the desktop's Secret Service, the keychain, the credential manager. Every question has a time
//! limit, because a keyring may be locked, or start only when it is asked; without one, nothing is asked at all.

use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keyring_core::{CredentialStore, Entry, Error};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::ids::AccountName;

/// How long a key is looked up: this stands before the first screen.
const TO_READ: Duration = Duration::from_secs(2);
/// How long a key is written: somebody may have to unlock the keyring first.
const TO_WRITE: Duration = Duration::from_secs(30);

type Opener = Arc<dyn Fn() -> Result<Arc<CredentialStore>, Error> + Send + Sync>;

/// The keyring, as one installation uses it.
pub struct Keyring {
    opener: Option<Opener>,
    /// Under which name its entries stand: one per data folder.
    service: String,
    /// Why it is not asked again.
    given_up: Mutex<Option<String>>,
}

impl Keyring {
    /// The keyring of this system, where there is one. `lookup` finds environment variables.
    pub fn of_system(service: String, lookup: impl Fn(&str) -> Option<String>) -> Self {
        Self::new(is_there(lookup).then(|| Arc::new(open) as Opener), service)
    }

    /// No keyring.
    pub fn none() -> Self {
        Self::new(None, String::new())
    }

    fn new(opener: Option<Opener>, service: String) -> Self {
        Self { opener, service, given_up: Mutex::new(None) }
    }

    /// Whether there is one to ask. It may still not answer.
    pub fn is_there(&self) -> bool {
        self.opener.is_some()
    }

    /// Why it did not answer, once it did not.
    pub fn trouble(&self) -> Option<String> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key kept for `account`: `None` when there is none, no keyring, or one that does not answer.
    pub fn get(&self, account: &AccountName) -> Option<SecretString> {
        self.ask(account, TO_READ, |entry| entry.get_password().map(SecretString::from))
    }

    /// Keeps `key` for `account`; answers whether it is kept.
    pub fn put(&self, account: &AccountName, key: &SecretString) -> bool {
        let key = key.clone();
        self.ask(account, TO_WRITE, move |entry| entry.set_password(key.expose_secret())).is_some()
    }

    /// Forgets the key of `account`; answers whether there was one.
    pub fn remove(&self, account: &AccountName) -> bool {
        self.ask(account, TO_WRITE, |entry| entry.delete_credential()).is_some()
    }

    /// Does `job` with the entry of `account`, on a thread of its own that is left behind when it takes too long.
    fn ask<T: Send + 'static>(
        &self,
        account: &AccountName,
        patience: Duration,
        job: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Option<T> {
        let opener = self.opener.clone()?;
        if self.trouble().is_some() {
            return None;
        }
        let (service, user) = (self.service.clone(), account.as_str().to_owned());
        let (answer, answered) = mpsc::sync_channel(1);
        let asking = std::thread::Builder::new().name("keyring".into()).spawn(move || {
            let done = opener().and_then(|store| job(&store.build(&service, &user, None)?));
            // Nobody waits any more when it took too long.
            let _ = answer.send(done);
        });
        let words = match asking.map(|_| answered.recv_timeout(patience)) {
            Ok(Ok(Ok(done))) => return Some(done),
            Ok(Ok(Err(Error::NoEntry))) => return None,
            Ok(Ok(Err(error))) => words(&error),
            Ok(Err(_)) => format!("no answer within {} s: is it locked?", patience.as_secs()),
            Err(error) => error.to_string(),
        };
        *self.given_up.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
        None
    }
}

/// What happened, without what a keyring says of the bytes it holds.
fn words(error: &Error) -> String {
    match error {
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "what it holds is no text".into(),
        Error::Ambiguous(_) => "it holds several keys for one account".into(),
        other => other.to_string(),
    }
}

/// Whether a Secret Service could be there: without a session bus there is none.
#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn is_there(lookup: impl Fn(&str) -> Option<String>) -> bool {
    let filled = |name: &str| lookup(name).filter(|value| !value.is_empty());
    let socket = || filled("XDG_RUNTIME_DIR").is_some_and(|folder| std::path::Path::new(&folder).join("bus").exists());
    filled("DBUS_SESSION_BUS_ADDRESS").is_some() || socket()
}

#[cfg(any(target_os = "linux", target_os = "freebsd"))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn is_there(_lookup: impl Fn(&str) -> Option<String>) -> bool {
    true
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn is_there(_lookup: impl Fn(&str) -> Option<String>) -> bool {
    true
}

#[cfg(windows)]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "macos", windows)))]
fn is_there(_lookup: impl Fn(&str) -> Option<String>) -> bool {
    false
}

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "macos", windows)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Err(Error::NoDefaultStore)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A keyring in memory.
    pub fn in_memory() -> Keyring {
        let store: Arc<CredentialStore> = keyring_core::mock::Store::new().unwrap();
        Keyring::new(Some(Arc::new(move || Ok(store.clone()))), "runsheet".into())
    }

    /// One that fails as this one does.
    pub fn failing(error: fn() -> Error) -> Keyring {
        Keyring::new(Some(Arc::new(move || Err(error()))), "runsheet".into())
    }

    #[test]
    fn a_key_is_kept_found_and_forgotten() {
        let (keyring, work) = (in_memory(), AccountName::new("work"));
        assert!(keyring.get(&work).is_none());
        assert!(keyring.put(&work, &"sk_1".to_owned().into()));
        assert_eq!(keyring.get(&work).unwrap().expose_secret(), "sk_1");
        assert!(keyring.get(&AccountName::new("home")).is_none());
        assert!(keyring.remove(&work) && !keyring.remove(&work));
        assert!(keyring.get(&work).is_none() && keyring.trouble().is_none());
    }

    #[test]
    fn one_that_does_not_work_is_asked_once() {
        static ASKED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let keyring = failing(|| {
            ASKED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Error::NoStorageAccess("the collection is locked".into())
        });
        let work = AccountName::new("work");
        assert!(keyring.get(&work).is_none() && keyring.get(&work).is_none());
        assert!(!keyring.put(&work, &"sk_1".to_owned().into()));
        assert_eq!(ASKED.load(std::sync::atomic::Ordering::Relaxed), 1);
        assert_eq!(keyring.trouble().as_deref(), Some("the collection is locked"));
    }

    #[test]
    fn without_a_session_bus_there_is_nothing_to_ask() {
        if cfg!(any(target_os = "linux", target_os = "freebsd")) {
            let there = |pairs: &[(&str, &str)]| {
                let find =
                    |name: &str| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
                Keyring::of_system("runsheet".into(), find).is_there()
            };
            assert!(!there(&[]) && !there(&[("DBUS_SESSION_BUS_ADDRESS", "")]));
            assert!(!there(&[("XDG_RUNTIME_DIR", "/nonexistent")]));
            assert!(there(&[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus")]));
        }
    }
}
