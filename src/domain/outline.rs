//! What a save would ask of a provider, in numbers: how many requests of which kind.

use std::collections::BTreeMap;

use super::ids::AccountName;

/// A kind of request. The order is that of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Errand {
    /// A post is made.
    Create,
    /// A post that is there is changed.
    Update,
    /// A post that is there goes out at once.
    Publish,
    /// A post that is there is taken away.
    Removal,
    /// What failed of a post is sent again.
    Retry,
    /// The text of a post, where that is a thing of its own.
    Message,
    /// A file is brought, or the provider is told to fetch one.
    Upload,
    /// Something is read that the others need, or that their answers do not show.
    LookUp,
}

impl Errand {
    fn word(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Publish => "publish",
            Self::Removal => "removal",
            Self::Retry => "retry",
            Self::Message => "message",
            Self::Upload => "upload",
            Self::LookUp => "look-up",
        }
    }

    /// The key under which `--json` counts it.
    pub fn key(self) -> &'static str {
        match self {
            Self::LookUp => "look_up",
            other => other.word(),
        }
    }

    fn counted(self, count: usize) -> String {
        match (self, count) {
            (Self::LookUp, _) => "look-ups".into(),
            (_, 1) => format!("1 {}", self.word()),
            (Self::Publish, _) => format!("{count} publishes"),
            (Self::Retry, _) => format!("{count} retries"),
            _ => format!("{count} {}s", self.word()),
        }
    }
}

/// What one account would be asked. Look-ups are named and not counted: how many it takes hangs on the answers. Questions
/// whether a file is prepared by now are left out: that is the provider's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// The account.
    pub account: AccountName,
    /// Its provider's name on screen.
    pub provider: String,
    /// How many of each kind, none of them zero; of look-ups at least so many.
    pub errands: BTreeMap<Errand, usize>,
}

impl Outline {
    /// `work (Late): 1 create, 2 uploads`.
    pub fn words(&self) -> String {
        let errands: Vec<String> = self.errands.iter().map(|(errand, count)| errand.counted(*count)).collect();
        // Without what it was called before: "Late (Zernio)".
        let provider = self.provider.split(" (").next().unwrap_or_default();
        let same = self.account.as_str().eq_ignore_ascii_case(provider);
        let whose = if same { self.account.to_string() } else { format!("{} ({provider})", self.account) };
        format!("{whose}: {}", errands.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_words_and_a_provider_is_named_once() {
        let of = |account: &str, errands: &[(Errand, usize)]| Outline {
            account: AccountName::new(account),
            provider: "Late (Zernio)".into(),
            errands: errands.iter().copied().collect(),
        };
        let work = of("work", &[(Errand::LookUp, 2), (Errand::Create, 1), (Errand::Retry, 2)]);
        assert_eq!(work.words(), "work (Late): 1 create, 2 retries, look-ups");
        assert_eq!(of("late", &[(Errand::Publish, 3)]).words(), "late: 3 publishes");
    }
}
