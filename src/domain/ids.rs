//! Names that never change: of posts, intents, channels, and of things at a provider.
//!
//! Ids of our own are time-ordered UUIDs from an [`IdSource`], which a test seeds so that two runs agree. Chance
//! (for jitter) comes from the same place, so that nothing else in the program is unpredictable.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to name one of these.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps the text of an id.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }
    };
}

uuid_id! {
    /// One post on our side.
    PostId
}
uuid_id! {
    /// One write someone asked for; also its idempotency key.
    IntentId
}
text_id! {
    /// An account, by the name its table in the configuration gives it.
    AccountName
}
text_id! {
    /// One channel: `account/remote id`, so that it is the same in a store made anew.
    ChannelId
}
text_id! {
    /// Something as the provider names it: a post, or a channel.
    RemoteId
}

impl PostId {
    /// The id that the key of a file gives its post, on every machine the same.
    pub fn of_file(key: &str) -> Self {
        let hash = Sha256::digest(key.as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.iter()).for_each(|(byte, part)| *byte = *part);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

impl ChannelId {
    /// The id of the channel that `account` knows as `remote`.
    pub fn of(account: &AccountName, remote: &RemoteId) -> Self {
        Self::new(format!("{account}/{remote}"))
    }
}

/// Where new ids and chance come from. Clones share one sequence.
#[derive(Clone, Debug)]
pub struct IdSource(Option<Arc<AtomicU64>>);

impl IdSource {
    /// Ids nobody can guess.
    pub fn random() -> Self {
        Self(None)
    }

    /// The same ids in the same order at every run; for tests and the demo's seed.
    pub fn seeded(seed: u32) -> Self {
        Self(Some(Arc::new(AtomicU64::new(u64::from(seed) << 32))))
    }

    fn next(&self, now: DateTime<Utc>) -> Uuid {
        let Some(counter) = &self.0 else {
            return Uuid::now_v7();
        };
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
        let [a, b, c, d, e, f, g, h] = counter.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(millis, &[0, 0, a, b, c, d, e, f, g, h]).into_uuid()
    }

    /// A new post's id.
    pub fn post(&self, now: DateTime<Utc>) -> PostId {
        PostId(self.next(now))
    }

    /// A new intent's id.
    pub fn intent(&self, now: DateTime<Utc>) -> IntentId {
        IntentId(self.next(now))
    }

    /// A number in `0.0..1.0`, for spreading retries.
    pub fn chance(&self) -> f64 {
        let bits = match &self.0 {
            None => Uuid::now_v7().as_u128() as u64,
            Some(counter) => counter.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15),
        };
        (bits & 0xffff_ffff) as f64 / 4_294_967_296.0
    }
}

/// Bytes of the system that nobody can guess, for what keeps keys.
pub fn secret_bytes<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_never_within_itself() {
        let (one, two) = (IdSource::seeded(7), IdSource::seeded(7));
        let now = DateTime::UNIX_EPOCH;
        let first: Vec<_> = (0..100).map(|_| one.post(now)).collect();
        let second: Vec<_> = (0..100).map(|_| two.post(now)).collect();
        assert_eq!(first, second);
        assert!(first.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_file_gives_its_post_the_same_id_on_every_machine() {
        let id = PostId::of_file("file:posts/one.md");
        assert_eq!(id.to_string(), "8774f0f9-a26d-8d80-94bd-a6274f9742cb");
        assert_ne!(id, PostId::of_file("file:posts/two.md"));
    }

    #[test]
    fn chance_stays_below_one() {
        let source = IdSource::seeded(1);
        assert!((0..1000).map(|_| source.chance()).all(|c| (0.0..1.0).contains(&c)));
    }
}
