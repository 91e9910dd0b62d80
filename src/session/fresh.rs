//! The providers' own view of what a filter takes, read because a person asked for it.

use std::collections::BTreeSet;

use crate::desk::Desk;
use crate::domain::background::LightState;
use crate::domain::filter::Filter;
use crate::domain::ids::{AccountName, PostId, RemoteId};
use crate::store::StoreError;

use super::Session;

impl Session {
    /// Reads at the providers what `filter` takes, and no more; how each account stands then. A post that it takes here
    /// and that they do not list among those is read by itself: it is another by now, or gone.
    pub async fn fresh(&mut self, filter: &Filter) -> Result<Vec<(AccountName, LightState)>, StoreError> {
        let query = self.desk.query(filter);
        let mut stands = Vec::new();
        for mut worker in self.workers() {
            if let Some(seen) = worker.glance(&query).await? {
                let others = others(&self.desk, filter, worker.account(), &seen).await?;
                worker.read(&others).await?;
            }
            stands.push((worker.account().clone(), worker.state().clone()));
        }
        self.report();
        Ok(stands)
    }
}

/// The posts of an account that `filter` takes as they are known here, and that were not seen there.
async fn others(
    desk: &Desk,
    filter: &Filter,
    account: &AccountName,
    seen: &BTreeSet<RemoteId>,
) -> Result<Vec<PostId>, StoreError> {
    let (query, channels) = (desk.query(filter), desk.store.channels().await?);
    let mut posts = desk.store.every_post(query.from, query.to).await?;
    posts.retain(|post| {
        let mut mine = post.targets.iter().filter(|target| target.account() == *account);
        let unseen = mine.any(|target| target.remote.as_ref().is_some_and(|remote| !seen.contains(remote)));
        unseen && filter.takes(post, &channels, desk.now(), desk.zone())
    });
    Ok(posts.iter().map(|post| post.id).collect())
}
