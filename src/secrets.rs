//! Finding a key. Keys come from the environment; they are wiped from memory when dropped and silent in `Debug`.

use secrecy::{ExposeSecret, SecretString};

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
}

/// The key that the environment variable `variable` holds, as `lookup` finds it.
pub fn from_env(variable: &str, lookup: impl Fn(&str) -> Option<String>) -> Result<SecretString, KeyError> {
    let value = lookup(variable).filter(|value| !value.trim().is_empty());
    let key = SecretString::from(value.ok_or_else(|| KeyError::Missing { variable: variable.into() })?);
    let trimmed = key.expose_secret().trim();
    let malformed = |what| Err(KeyError::Malformed { variable: variable.into(), what });
    match trimmed {
        inner if inner.chars().any(char::is_whitespace) => malformed("a space or a line break"),
        inner if inner.chars().any(char::is_control) => malformed("a control character"),
        inner if !inner.is_ascii() => malformed("a character that is not ASCII"),
        inner => Ok(SecretString::from(inner.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_trimmed_and_never_shown() {
        let key = from_env("K", |_| Some(" sk_123\n".into())).unwrap();
        assert_eq!(key.expose_secret(), "sk_123");
        assert!(!format!("{key:?}").contains("sk_123"));
    }

    #[test]
    fn what_is_no_key_is_refused_without_showing_it() {
        for value in ["a b", "a\nb", "a\u{7}b", "schlüssel"] {
            let error = from_env("K", |_| Some(value.into())).unwrap_err();
            assert!(error.to_string().contains('K') && !error.to_string().contains(value), "{error}");
        }
        assert!(matches!(from_env("K", |_| None), Err(KeyError::Missing { .. })));
    }
}
