//! Connecting an account: what can be connected, what a person wants, and what came of it.

use super::ids::AccountName;
use super::secret::Secret;
use super::words::count;

/// A provider an account can be connected at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// The word for it in the configuration.
    pub provider: String,
    /// Its name on screen.
    pub name: String,
    /// What is needed, in words.
    pub needs: String,
    /// Where a person gets that.
    pub dashboard: String,
    /// The environment variable people usually keep its key in.
    pub variable: String,
    /// Whether that variable is set.
    pub set: bool,
}

/// An account as somebody wants it connected.
#[derive(Clone, Debug, PartialEq)]
pub struct Wish {
    /// The word for the provider.
    pub provider: String,
    /// The account's name, as typed.
    pub account: String,
    /// The provider's address, where it is not the provider's own.
    pub base_url: Option<String>,
    /// Where the key comes from.
    pub key: KeyWish,
}

/// Where the key of a [`Wish`] comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyWish {
    /// It was typed, or piped.
    Typed(Secret),
    /// It is in this environment variable, and stays there.
    Variable(String),
}

/// An account that was tried, and is connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connected {
    /// Its name.
    pub account: AccountName,
    /// The provider's name on screen.
    pub provider: String,
    /// Whose key it is, as the provider names it.
    pub identity: String,
    /// How many channels it has.
    pub channels: usize,
    /// Where the key is.
    pub kept: Kept,
    /// Whether the account was there before.
    pub renewed: bool,
}

/// Where the key of a connected account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// In the system's keyring.
    Keyring,
    /// Encrypted, in this file.
    File(String),
    /// In this environment variable.
    Variable(String),
}

impl Connected {
    /// The answer in one line: `ok: 7 channels at Late (Zernio) as Acme`.
    pub fn line(&self) -> String {
        format!("ok: {} at {} as {}", count(self.channels, "channel"), self.provider, self.identity)
    }

    /// Where the key is, in one line.
    pub fn key_line(&self) -> String {
        match &self.kept {
            Kept::Keyring => "the key is kept in the system's keyring".into(),
            Kept::File(path) => format!("the key is kept encrypted in {path}"),
            Kept::Variable(variable) => format!("the key stays in {variable}; it has to be set at every start"),
        }
    }
}

/// Why an account is not connected. Nothing was kept; the words say what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{words}")]
pub struct NotConnected {
    /// What happened.
    pub words: String,
    /// Whether the provider could not be reached: the same may work later.
    pub unreachable: bool,
}

impl NotConnected {
    /// Refused, with these words.
    pub fn refused(words: impl Into<String>) -> Self {
        Self { words: words.into(), unreachable: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_channel_is_no_channels() {
        let mut connected = Connected {
            account: AccountName::new("work"),
            provider: "Late".into(),
            identity: "Acme".into(),
            channels: 1,
            kept: Kept::Keyring,
            renewed: false,
        };
        assert_eq!(connected.line(), "ok: 1 channel at Late as Acme");
        connected.channels = 7;
        assert_eq!(connected.line(), "ok: 7 channels at Late as Acme");
    }

    #[test]
    fn a_wish_shows_no_key() {
        let key = KeyWish::Typed(Secret::new("sk_1".into()));
        let wish = Wish { provider: "late".into(), account: "work".into(), base_url: None, key };
        assert!(!format!("{wish:?}").contains("sk_1"));
    }
}
