//! The key of a WordPress site: a user name and a password, or the ready-made token of both. Pure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::provider::{Again, Kind, ProviderError, Reach, Result};

/// How many letters and digits an application password of WordPress has (contract, section 1).
const APPLICATION_PASSWORD: usize = 24;

/// A key, read.
#[derive(Debug)]
pub struct Key {
    /// What travels behind `Authorization: Basic`.
    pub token: SecretString,
    /// The user name.
    pub user: String,
    /// The password, to be masked should it come back in an answer.
    pub password: SecretString,
}

/// Reads `user:password` or the base64 of it. Says what is wrong with a key, never what it is.
pub fn read(given: &SecretString) -> Result<Key> {
    let given = given.expose_secret().trim();
    let pair = match given.contains(':') {
        true => Some(given.to_owned()),
        // Some tools break a long token into lines or leave its padding out: neither is a token.
        false => STANDARD.decode(given).ok().and_then(|bytes| String::from_utf8(bytes).ok()),
    };
    let pair = pair.ok_or_else(|| unfit("the key is neither user:password nor the base64 of it"))?;
    let Some((user, password)) =
        pair.split_once(':').filter(|(user, password)| !user.is_empty() && !password.is_empty())
    else {
        return Err(unfit("the key lacks a user name or a password: give it as user:password"));
    };
    if pair.chars().any(char::is_control) {
        return Err(unfit("the key contains a line break or a control character: paste it again without"));
    }
    let password = condensed(password);
    Ok(Key {
        token: STANDARD.encode(format!("{user}:{password}")).into(),
        user: user.to_owned(),
        password: password.into(),
    })
}

/// An application password without the spaces it is shown with, which the server ignores; other passwords keep theirs.
fn condensed(password: &str) -> String {
    let bare: String = password.split(' ').collect();
    let is_application_password =
        bare.len() == APPLICATION_PASSWORD && bare.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_application_password { bare } else { password.to_owned() }
}

fn unfit(words: &str) -> ProviderError {
    ProviderError::new(Kind::Unauthorised, Reach::NotSent, Again::Never, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(pair: &str) -> String {
        STANDARD.encode(pair)
    }

    #[test]
    fn a_pair_and_its_token_are_the_same_key() {
        let shown = "ada:abcd EFGH 1234 ijkl MNOP 5678";
        let bare = token("ada:abcdEFGH1234ijklMNOP5678");
        for given in [shown, " ada:abcdEFGH1234ijklMNOP5678\n", &token(shown), &bare] {
            let key = read(&given.into()).unwrap();
            assert_eq!((key.token.expose_secret(), key.user.as_str()), (bare.as_str(), "ada"), "{given}");
        }
        let key = read(&"ada:a pass: with spaces".into()).unwrap();
        assert_eq!(
            key.token.expose_secret(),
            token("ada:a pass: with spaces"),
            "only application passwords lose theirs"
        );
        assert!(!format!("{key:?}").contains("pass: with"));
    }

    #[test]
    fn what_is_no_key_is_refused_unseen() {
        for given in ["", "secret", "ada:", ":secret", &token("secret"), "ada:se\ncret", "c2VjcmV0Og"] {
            let error = read(&given.into()).unwrap_err();
            assert_eq!((error.kind, error.reach, error.again), (Kind::Unauthorised, Reach::NotSent, Again::Never));
            assert!(!error.words.contains("cret"), "{given}: {}", error.words);
        }
    }
}
