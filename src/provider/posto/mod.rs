//! Posto: a WordPress site of one's own with the FS Poster plugin.
//!
//! One post of ours is one *group* at the site, and its remote id is the group's id. The rows of a group, one per
//! channel, have ids that change with every edit, so that nobody outside this room sees them: `send` says how writes
//! find them. The site keeps no drafts, no reference of ours, and no idempotency key.

mod compose;
mod door;
mod key;
mod list;
mod map;
mod media;
mod numbers;
mod options;
mod recent;
mod send;
mod settings;
mod site;
mod text;
mod wire;

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use self::list::Walk;
use self::options::CARRIES;
use self::recent::Recent;
use self::site::{Ask, Site};
use super::capability::{
    Capabilities, Check, Connects, Keeps, Overrides, Paging, Queues, Repeat, Retry, Revise, Uploads,
};
use super::tolerant::page;
use super::{
    Connection, Identity, LocalFile, Page, PageToken, Progress, Provider, Query, Result, Step, Uploaded, words,
};
use crate::clock::Clock;
use crate::domain::ids::{IntentId, RemoteId};
use crate::domain::numbers::Counted;
use crate::domain::outline::Errand;
use crate::domain::problem::Problem;
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::settings::{Setting, Whose};
use crate::domain::write::{Prepared, Receipt, Submission, Write};

pub use settings::{ChannelSettings, Settings};

const CHANNELS: &str = "/fs-poster/v1/channels";

pub(super) const CAPABILITIES: Capabilities = Capabilities {
    provider: "posto",
    name: "Posto",
    paging: Paging::Page,
    // The rows of a post are deleted and made anew; the post keeps its id.
    revise: Revise::Replace,
    retry: Retry::Post,
    repeat: Repeat::Never,
    check: Check::Settings,
    overrides: Overrides::PerTarget,
    uploads: Uploads::Files,
    keeps: Keeps::Shared(TimeDelta::days(3)),
    connects: Connects::Dashboard,
    target_time: false,
    hides_sending: Some(recent::HIDDEN_FOR),
    // Rows leave with the site's own rhythm, half a minute at best (contract, section 7).
    due_every: TimeDelta::seconds(30),
    drafts: false,
    removes_failed: true,
    settings: true,
    numbers: true,
    reference: false,
    tags: false,
    campaigns: false,
    refuses_equal: false,
    queues: Queues::No,
    bulk: false,
    carries: CARRIES,
    key_env: "POSTO_TOKEN",
    key_words: "user:application password of a WordPress site with FS Poster, and the address of the site",
    dashboard: "https://www.fs-poster.com",
};

/// The adapter.
#[derive(Debug)]
pub struct Posto {
    site: Site,
    recent: Recent,
    walk: Mutex<Option<Walk>>,
}

impl Posto {
    /// The adapter for `connection`. Its key is `user:password` or the token of both; its address is that of the site.
    pub fn new(connection: Connection, clock: Clock) -> Result<Self> {
        Ok(Self { site: Site::new(connection, clock)?, recent: Recent::default(), walk: Mutex::default() })
    }
}

#[async_trait]
impl Provider for Posto {
    fn capabilities(&self) -> &Capabilities {
        &CAPABILITIES
    }

    fn clock_ahead(&self) -> Option<TimeDelta> {
        self.site.clock_ahead()
    }

    /// The channels prove the key and the plugin at once; whose key it is, the key itself says.
    async fn identity(&self) -> Result<Identity> {
        self.channels(None).await?;
        Ok(Identity { name: words::name(self.site.user()) })
    }

    async fn channels(&self, _at: Option<PageToken>) -> Result<Page<RemoteChannel>> {
        let answer = self.site.call(Ask::get(CHANNELS, &[])).await?;
        let found = answer.json.get("channels").and_then(serde_json::Value::as_array);
        let items = found.ok_or_else(|| answer.unreadable("the answer holds no list of channels"))?;
        Ok(page(items, "channel", map::channel))
    }

    async fn posts(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        self.listed(query, at).await
    }

    async fn post(&self, id: &RemoteId) -> Result<RemotePost> {
        self.shown(id).await
    }

    fn remind(&self, post: RemotePost, due: DateTime<Utc>) {
        self.recent.remind(post, due, self.site.now());
    }

    async fn numbers(&self, id: &RemoteId) -> Result<Vec<Counted>> {
        self.counted(id).await
    }

    async fn check(&self, draft: &Submission) -> Result<Vec<Problem>> {
        self.checked(draft).await
    }

    fn next(&self, write: &Write, _key: IntentId, so_far: &[Receipt]) -> Result<Step> {
        send::step(write, !so_far.is_empty())
    }

    fn beside(&self, write: &Write) -> Vec<Errand> {
        send::beside(write)
    }

    async fn upload(&self, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded> {
        media::upload(&self.site, file, progress).await
    }

    fn stand_in(&self, number: u64) -> String {
        // The library counts its files: no site has so many.
        (9_000_000_000_000_000 + number).to_string()
    }

    async fn uploaded(&self, source: &str) -> Result<Uploaded> {
        media::uploaded(&self.site, source).await
    }

    async fn fetch(&self, address: &str, file: tokio::fs::File) -> Result<u64> {
        self.site.fetch(address, file).await
    }

    async fn settings(&self, whose: &Whose) -> Result<Vec<Setting>> {
        self.rows_of(whose).await
    }

    async fn save_settings(&self, whose: &Whose, changes: &BTreeMap<String, Value>) -> Result<Vec<Setting>> {
        self.change_rows(whose, changes).await
    }

    async fn send(&self, request: &Prepared) -> Result<Receipt> {
        self.carried_out(request).await
    }
}

#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod tests;
