//! Looking for what says already what was refused as a duplicate: among what the store knows, then at the provider.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::PostId;
use crate::domain::post::{Post, Target};
use crate::domain::twin::{self, Finding};
use crate::provider::Query;
use crate::store::{Store, StoreError};

use super::pull::LOOK_BACK;
use super::worker::Worker;

/// How far ahead of now the provider is asked: what was just made there may be planned for today.
const AHEAD: TimeDelta = TimeDelta::days(1);

impl Worker {
    /// Whether a part of `post` at this account was refused as a duplicate.
    pub(super) fn is_duplicate(&self, post: &Post) -> bool {
        twin::duplicates(post).any(|target| target.account() == self.account)
    }

    /// Tells of each part of a post that was refused here as a duplicate which post says that already. Where the store
    /// knows of none that is live, the provider is asked for its posts of the last weeks, which are taken in as by any
    /// other reading: once for all posts that somebody asks about together, of which `asked` keeps whether it answered.
    pub(super) async fn seek_twins(&mut self, id: PostId, asked: &mut Option<bool>) -> Result<(), StoreError> {
        let Some(post) = self.common.store.post(id).await?.filter(|post| self.is_duplicate(post)) else {
            return Ok(());
        };
        let mut found = self.twins(&post).await?;
        if found.iter().any(|finding| finding.live().is_none()) {
            let now = self.now();
            let query = Query { from: Some(now - LOOK_BACK), to: Some(now + AHEAD), ..Query::default() };
            let answered = match *asked {
                Some(answered) => answered,
                None => *asked.insert(self.glance(&query).await?.is_some()),
            };
            if !answered {
                self.line(Some(id), "not verified: the provider gave no answer; V asks again", false);
                return Ok(());
            }
            found = self.twins(&post).await?;
        }
        for finding in &found {
            let words = finding.words(|at| self.common.moment(at));
            self.line(Some(id), format!("verified: {words}"), false);
        }
        Ok(())
    }

    async fn twins(&self, post: &Post) -> Result<Vec<Finding>, StoreError> {
        let mine = twin::duplicates(post).filter(|target| target.account() == self.account);
        twins_of(&self.common.store, post, mine, self.now()).await
    }
}

/// What the store knows to say the same as each of `duplicates`, parts of `post`.
pub async fn twins_of<'a>(
    store: &Store,
    post: &Post,
    duplicates: impl Iterator<Item = &'a Target>,
    now: DateTime<Utc>,
) -> Result<Vec<Finding>, StoreError> {
    let mut found = Vec::new();
    for target in duplicates {
        let others = store.sent_to(&target.channel).await?;
        found.push(twin::find(post, target, &others, now));
    }
    Ok(found)
}
