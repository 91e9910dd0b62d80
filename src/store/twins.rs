//! Where twins of refused duplicates are looked for.

use std::sync::Arc;

use super::{Store, StoreError, posts};
use crate::domain::ids::ChannelId;
use crate::domain::post::Post;

impl Store {
    /// The posts whose part on `channel` a provider has, or had, the latest made first.
    pub async fn sent_to(&self, channel: &ChannelId) -> Result<Vec<Arc<Post>>, StoreError> {
        let channel = channel.clone();
        let sent = "WHERE id IN (SELECT post FROM target WHERE channel = ?1 AND remote IS NOT NULL) ORDER BY id DESC";
        self.read(move |db| posts::query(db, sent, [channel.as_str()])).await
    }
}
