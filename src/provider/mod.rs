//! The other side of the wire: one trait, one adapter per provider, and how they differ as values.
//!
//! Nothing above this room names a provider; what differs is asked of [`Capabilities`].

mod address;
pub mod capability;
pub mod error;
pub mod http;
pub mod instance;
pub mod late;
#[cfg(test)]
mod odd;
pub mod oktopost;
mod options;
pub mod pace;
pub mod postforme;
pub mod posto;
#[cfg(test)]
mod table;
mod tolerant;
pub mod upload;
pub mod voxburst;
mod walk;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde_json::Value;
use uuid::Uuid;

use crate::clock::Clock;
use crate::domain::batch::Batch;
use crate::domain::channel::{Channel, Network};
use crate::domain::ids::{IntentId, PostId, RemoteId};
use crate::domain::naming::ProviderWords;
use crate::domain::numbers::Counted;
use crate::domain::outcome::State;
use crate::domain::outline::Errand;
use crate::domain::problem::Problem;
use crate::domain::published::Published;
use crate::domain::queue::Queue;
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::secret::Secret;
use crate::domain::settings::{Setting, Whose};
use crate::domain::write::{Prepared, Receipt, Submission, Write};

pub use capability::Capabilities;
pub use error::{Again, Kind, ProviderError, Reach};
pub use upload::{LocalFile, Progress, Uploaded};
pub use walk::ProviderExt;

/// What a provider call answers.
pub type Result<T> = std::result::Result<T, ProviderError>;

/// Where to go on in a listing: a cursor, an offset or a page number; only the adapter that made it reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken(pub String);

/// One page of a listing.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// What could be read.
    pub items: Vec<T>,
    /// Where to go on; `None` at the end.
    pub next: Option<PageToken>,
    /// How many there are in all, where the provider says.
    pub total: Option<u64>,
    /// Entries that could not be read, in words; the rest of the page is good.
    pub spoiled: Vec<String>,
}

/// Which posts to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Scheduled at or after this instant. Adapters may list more, never less.
    pub from: Option<DateTime<Utc>>,
    /// Scheduled at or before this instant. Adapters may list more, never less.
    pub to: Option<DateTime<Utc>>,
    /// Only posts in one of these states, all where there is none. Adapters may list more, never less.
    pub statuses: Vec<State>,
    /// Only posts for one of these networks, all where there is none. Adapters may list more, never less.
    pub networks: Vec<Network>,
    /// Made by this write about this post: looked for where a provider can list by a reference of ours
    /// ([`capability::Repeat::Reference`]). Others leave it out, and list more.
    pub write: Option<(PostId, IntentId)>,
}

/// Whose key this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The user or workspace, as the provider names it.
    pub name: String,
}

/// The next request of a write, or its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this.
    Send(Prepared),
    /// The write is complete.
    Done,
}

/// A service that schedules posts.
#[async_trait]
pub trait Provider: Send + Sync {
    /// How it differs from others.
    fn capabilities(&self) -> &Capabilities;
    /// Whose key this is; the cheapest call that proves the key.
    async fn identity(&self) -> Result<Identity>;
    /// The channels, page by page.
    async fn channels(&self, at: Option<PageToken>) -> Result<Page<RemoteChannel>>;
    /// The posts, page by page.
    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>>;
    /// One post.
    async fn post(&self, id: &RemoteId) -> Result<RemotePost>;
    /// What the provider publishes of what networks and `channels` take; nothing where it publishes none. Asked for
    /// once a day at most.
    async fn limits(&self, _channels: &[Channel]) -> Result<Option<Vec<Published>>> {
        Ok(None)
    }
    /// What the provider itself thinks of a submission; makes nothing.
    async fn check(&self, draft: &Submission) -> Result<Vec<Problem>>;
    /// The next request of `write` after the answers `so_far`. Pure: the same arguments freeze the same bytes,
    /// but for moments that have to be ahead of the clock.
    fn next(&self, write: &Write, key: IntentId, so_far: &[Receipt]) -> Result<Step>;
    /// Whether time has overtaken `request`, which was prepared and is not known to have left: it names a moment that
    /// is hardly ahead any more, and is to be prepared anew. Pure but for the clock.
    fn overtaken(&self, _request: &Prepared) -> bool {
        false
    }
    /// What the provider is bound to refuse of `write`, by what the adapter knows alone: nothing is asked and nothing is
    /// sent. Whatever [`Provider::next`] refuses of a first request is said here.
    fn minds(&self, write: &Write) -> Vec<Problem> {
        // The key is part of a request, and no reason to refuse it.
        let key = IntentId::from_uuid(Uuid::nil());
        self.next(write, key, &[]).err().map(ProviderError::into_problems).unwrap_or_default()
    }
    /// The requests that carrying out `write` takes beside the one it is named after, as far as they are known before
    /// anything was asked. Pure.
    fn beside(&self, _write: &Write) -> Vec<Errand> {
        Vec::new()
    }
    /// Brings a file of this machine to the provider. Nothing becomes public by it, so a lost answer costs only a
    /// second upload.
    async fn upload(&self, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded>;
    /// The web address at which a person lets the provider speak on `network`: for a new channel, or to renew the
    /// authorisation of `renews`. It may hold a secret. Nothing is connected by it yet: the channel appears among
    /// [`Provider::channels`] once the person has agreed. Where there are no such links, an error that says where.
    async fn authorise(&self, network: &Network, renews: Option<&RemoteId>) -> Result<Secret> {
        let (_, can) = (renews, self.capabilities());
        let words = format!("{} makes no link for {network}: connect the channel at {}", can.name, can.dashboard);
        Err(ProviderError::unsupported(words))
    }
    /// A name of the shape that attachments have at the provider; `number` tells several apart. It stands for one that is
    /// still to come, in a request that is only shown.
    fn stand_in(&self, number: u64) -> String {
        format!("https://to-come.invalid/{number}")
    }
    /// Tells what the store last saw of a post that may be going out by now, the last of it `due`: where lists leave out
    /// what is being sent ([`Capabilities::hides_sending`]), a post that is not listed is not gone.
    fn remind(&self, _post: RemotePost, _due: DateTime<Utc>) {}
    /// How far the provider is with what [`Provider::upload`] brought.
    async fn uploaded(&self, source: &str) -> Result<Uploaded>;
    /// Fetches what a person attached by its web address into `file`, where files are taken and addresses are not; how
    /// many bytes it was. Asks the web, without a key.
    async fn fetch(&self, _address: &str, _file: tokio::fs::File) -> Result<u64> {
        let words = format!("{} takes web addresses as they are", self.capabilities().name);
        Err(ProviderError::unsupported(words))
    }
    /// What may be spent of calls and what was, where they are counted on this side.
    fn spending(&self) -> Option<(pace::Allowance, pace::Tally)> {
        None
    }
    /// How far this machine's clock is ahead of the provider's (behind, where it is negative), to the second, as its
    /// last answer said.
    fn clock_ahead(&self) -> Option<TimeDelta> {
        None
    }
    /// Takes note of what was spent before this program began.
    fn recall(&self, _kept: pace::Tally) {}
    /// What the provider's site has set for a network or a channel, value by value.
    async fn settings(&self, _whose: &Whose) -> Result<Vec<Setting>> {
        Err(ProviderError::unsupported(format!("{} has no settings of its own", self.capabilities().name)))
    }
    /// Changes some of that; the rest stays as it is there. Answers what is set then.
    async fn save_settings(&self, _whose: &Whose, _changes: &BTreeMap<String, Value>) -> Result<Vec<Setting>> {
        Err(ProviderError::unsupported(format!("{} has no settings of its own", self.capabilities().name)))
    }
    /// The queues that a post on `channels` could wait for, the usual one first, with its next free place. A look only:
    /// the place is given when the post arrives.
    async fn queues(&self, _channels: &[RemoteId]) -> Result<Vec<Queue>> {
        Err(ProviderError::unsupported(format!("{} keeps no queues: give a time", self.capabilities().name)))
    }
    /// Hands over a table of posts in the provider's own form: only judged where it is a `trial`, else made into posts.
    /// Nothing makes a repeat safe.
    async fn bulk(&self, _csv: &str, _trial: bool) -> Result<Batch> {
        let words =
            format!("{} takes no tables; without --through, runsheet makes the posts", self.capabilities().name);
        Err(ProviderError::unsupported(words))
    }
    /// What the networks counted of a published post, per channel where they are told apart; empty where nothing is
    /// counted yet. Asked for when somebody looks, and never in a round.
    async fn numbers(&self, _id: &RemoteId) -> Result<Vec<Counted>> {
        Err(ProviderError::unsupported(format!("{} tells no numbers of its posts", self.capabilities().name)))
    }
    /// Sends a frozen request once.
    async fn send(&self, request: &Prepared) -> Result<Receipt>;
}

/// What is needed to reach a provider.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The provider's key: one of [`NAMES`].
    pub provider: String,
    /// Its address, when it is not the provider's own.
    pub base_url: Option<String>,
    /// The key.
    pub key: SecretString,
    /// Connect within, answer starts within, whole answer within.
    pub limits: http::Limits,
}

/// The providers there are adapters for, by the word used in the configuration.
pub const NAMES: &[&str] = &["late", "oktopost", "postforme", "posto", "voxburst"];

/// The same with what else a provider is called: Late has been Zernio since March 2026 (contract `late.md`).
pub const WORDS: ProviderWords<'static> = ProviderWords { words: NAMES, also: &[("zernio", "late")] };

/// The providers whose keys in the environment may be the last resort of failover, in the order in which they are tried.
pub const LAST_RESORT: &[&str] = &["postforme", "late"];

/// The adapter for `connection`. Fails on an unknown provider, an address that is not an address, or plain http to a
/// host that is not this machine.
pub fn build(connection: Connection, clock: &Clock) -> Result<Arc<dyn Provider>> {
    match connection.provider.as_str() {
        "late" => Ok(Arc::new(late::Late::new(connection, clock.clone())?)),
        "oktopost" => Ok(Arc::new(oktopost::Oktopost::new(connection, clock.clone())?)),
        "posto" => Ok(Arc::new(posto::Posto::new(connection, clock.clone())?)),
        "voxburst" => Ok(Arc::new(voxburst::VoxBurst::new(connection, clock.clone())?)),
        "postforme" => Ok(Arc::new(postforme::PostForMe::new(connection, clock.clone())?)),
        other => Err(ProviderError::unsupported(format!("there is no provider \"{other}\""))),
    }
}

/// What `provider` is bound to refuse of `write`, were the files that it names brought there already.
pub fn objections(provider: &dyn Provider, write: &Write) -> Vec<Problem> {
    let uploads = provider.capabilities().uploads;
    let mut write = write.clone();
    if let Write::Create { submission } | Write::Revise { submission, .. } = &mut write {
        let brought = submission.all_media_mut().filter(|media| uploads.brings(media));
        for (number, media) in (0..).zip(brought) {
            media.source = provider.stand_in(number);
        }
    }
    provider.minds(&write)
}

/// How a provider differs from others, before there is an account at it.
pub fn capabilities(provider: &str) -> Option<&'static Capabilities> {
    match provider {
        "late" => Some(&late::CAPABILITIES),
        "oktopost" => Some(&oktopost::CAPABILITIES),
        "postforme" => Some(&postforme::CAPABILITIES),
        "posto" => Some(&posto::CAPABILITIES),
        "voxburst" => Some(&voxburst::CAPABILITIES),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::write::Write;

    fn open(provider: &str, base_url: Option<&str>) -> Result<Arc<dyn Provider>> {
        let connection = Connection {
            provider: provider.into(),
            base_url: base_url.map(str::to_owned),
            key: "a0123456789:k0123456789".into(),
            limits: http::Limits::default(),
        };
        build(connection, &Clock::system())
    }

    #[test]
    fn every_name_has_an_adapter_and_no_other_word_has() {
        for name in NAMES {
            // A site of one's own has no address that everybody knows.
            let base_url = (*name == "posto").then_some("https://blog.example");
            assert_eq!(open(name, base_url).unwrap().capabilities().provider, *name);
            let before = capabilities(name).unwrap();
            assert!(before.provider == *name && !before.key_env.is_empty() && !before.key_words.is_empty());
        }
        let late = ("late", Some("http://late.example"));
        for (name, base_url) in [("buffer", None), late, ("voxburst", Some("?")), ("posto", None)] {
            let error = open(name, base_url).err().unwrap();
            assert_eq!((error.reach, error.again), (Reach::NotSent, Again::Never), "{error}");
        }
    }

    #[test]
    fn what_may_be_sent_again_unseen_depends_on_keys() {
        let remote = RemoteId::new("p1");
        let safely = |name: &str| {
            let provider = open(name, None).unwrap();
            let safe = |write: Write| provider.capabilities().repeats_safely(&write);
            [
                safe(Write::Remove { remote: remote.clone() }),
                safe(Write::Retry { remote: remote.clone(), attempt: 1 }),
                safe(Write::Publish { remote: remote.clone() }),
            ]
        };
        assert_eq!((safely("late"), safely("voxburst")), ([true, false, false], [true, true, true]));
        assert_eq!(safely("postforme"), [true, false, false]);
    }
}
