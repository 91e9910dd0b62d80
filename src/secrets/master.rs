//! The master keys: what `ENCRYPTION_KEY` says, and the file that is made where it says nothing.

use std::io;
use std::path::Path;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::KeyError;
use super::fernet::Key;
use crate::domain::ids::secret_bytes;
use crate::paths::private;

/// The variable that holds master keys, the newest first.
pub const VARIABLE: &str = "ENCRYPTION_KEY";

/// The keys in `text`, apart by commas or blanks: the first one encrypts, every one decrypts.
pub fn read(text: &SecretString) -> Result<Vec<Key>, KeyError> {
    let words = text.expose_secret().split([',', ' ', '\t', '\n', '\r']).filter(|word| !word.is_empty());
    let key = |(at, word): (usize, &str)| {
        let what = match Key::read(word) {
            Ok(key) => return Ok(key),
            Err(Some(bytes)) => format!("has {bytes} bytes instead of 32"),
            Err(None) => "is not URL-safe base64".to_owned(),
        };
        Err(KeyError::Store(format!(
            "key {} in {VARIABLE} {what}; a Fernet key is 32 bytes in URL-safe base64 (44 characters): set it again, \
             and nothing is lost",
            at + 1
        )))
    };
    words.enumerate().map(key).collect()
}

/// The key in the file at `path`; `None` when there is no such file.
pub fn from_file(path: &Path) -> Result<Option<Key>, KeyError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(KeyError::Store(format!("{} cannot be read: {error}", path.display()))),
    };
    let key = Key::read(&text).map_err(|_| {
        KeyError::Store(format!(
            "{} holds no key any more; put the file back from a backup, or move it and the keys beside it away and \
             connect again",
            path.display()
        ))
    });
    key.map(Some)
}

/// A new key in a new file at `path`; the one that is there when somebody else was first.
pub fn generate(path: &Path) -> Result<Key, KeyError> {
    let trouble = |error: io::Error| KeyError::Store(format!("{} cannot be written: {error}", path.display()));
    let key = Key::of(secret_bytes().map_err(trouble)?);
    let line = Zeroizing::new(format!("{}\n", *key.text()));
    match private::create(path, line.as_bytes()) {
        Ok(()) => Ok(key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            from_file(path)?.ok_or_else(|| trouble(io::ErrorKind::NotFound.into()))
        }
        Err(error) => Err(trouble(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(n: u8) -> String {
        Key::of([n; 32]).text().to_string()
    }

    #[test]
    fn keys_stand_apart_by_commas_or_blanks() {
        let given = format!("{}, {}\n{}", text(1), text(2), text(3));
        assert_eq!(read(&given.into()).unwrap().len(), 3);
        assert!(read(&" ,\n".to_owned().into()).unwrap().is_empty());
    }

    #[test]
    fn a_bad_key_is_named_by_its_place_and_not_shown() {
        for (bad, words) in [("c2hvcnQ=", "5 bytes"), ("hunter2!!", "base64")] {
            let error = read(&format!("{},{bad}", text(1)).into()).unwrap_err().to_string();
            assert!(error.contains("key 2 in ENCRYPTION_KEY") && error.contains(words), "{error}");
            assert!(!error.contains(bad) && !error.contains(&text(1)) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn a_generated_key_is_kept_and_found_again() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("keys.master");
        assert!(from_file(&path).unwrap().is_none());
        let made = generate(&path).unwrap();
        assert_eq!(*from_file(&path).unwrap().unwrap().text(), *made.text());
        assert_eq!(*generate(&path).unwrap().text(), *made.text(), "never a second one over the first");
        assert!(!private::is_shared(&path));
    }
}
