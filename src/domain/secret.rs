//! What nobody may read.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// A key on its way from a person to where it is kept: wiped when dropped, silent in `Debug`.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret `text`.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// Whether it holds nothing but blanks.
    pub fn is_blank(&self) -> bool {
        self.0.expose_secret().trim().is_empty()
    }

    /// The text, for whoever keeps or uses it.
    pub fn text(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose_secret() == other.0.expose_secret()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_nothing() {
        let secret = Secret::new("sk_1".into());
        assert_eq!(format!("{:?}", Some(&secret)), "Some(Secret(…))");
        assert_eq!(secret, Secret::new("sk_1".into()));
    }
}
