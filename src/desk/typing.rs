//! What is being typed just now: told apart from what another window types, and found again after the program was
//! stopped in the middle.

use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Desk, Result};
use crate::domain::ids::PostId;
use crate::domain::post::{Post, Wish};

/// Saves of one window that are closer together than this are one: nobody paused in between.
const ONE_GO: TimeDelta = TimeDelta::milliseconds(700);
/// Where the draft that is being typed is noted.
const TYPING: &str = "typing";

impl Desk {
    /// Whether `current` was kept from here, and so shortly ago that the typing just goes on.
    pub(super) fn goes_on(&self, current: &Post) -> bool {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&current.id).copied();
        let ours = kept.filter(|kept| kept.timestamp_millis() == current.updated_at.timestamp_millis());
        ours.is_some_and(|kept| shortly(kept, self.now()))
    }

    /// Notes that `draft` was kept while it is being typed.
    pub(super) async fn note_typing(&self, draft: &Post) -> Result<()> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(draft.id, draft.updated_at);
        let id = draft.id.to_string();
        if self.store.setting(TYPING).await?.as_deref() != Some(&id) {
            self.store.set_setting(TYPING, &id).await?;
        }
        Ok(())
    }

    /// Whether the draft that `typed` goes on from was written by somebody else since it was opened here, or kept here
    /// last, and says something else.
    pub async fn was_overwritten(&self, typed: &Post) -> bool {
        let Ok(Some(current)) = self.store.post(typed.id).await else { return false };
        let known = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(&typed.id).copied();
        let known = known.map_or(typed.updated_at, |kept| kept.max(typed.updated_at));
        current.wish == Wish::Draft
            && current.updated_at.timestamp_millis() != known.timestamp_millis()
            && !current.as_written().asks_the_same(&typed.as_written())
    }

    /// The composer was left: nothing of that post is being typed any more.
    pub async fn left(&self, id: PostId) -> Result<()> {
        if self.store.setting(TYPING).await?.as_deref() == Some(&id.to_string()) {
            self.store.forget_setting(TYPING).await?;
        }
        Ok(())
    }

    /// The draft that was being typed when the program was stopped, once: it is as it was half a second before.
    pub async fn stopped_while_typing(&self) -> Result<Option<Post>> {
        let Some(id) = self.store.setting(TYPING).await? else { return Ok(None) };
        self.store.forget_setting(TYPING).await?;
        match id.parse() {
            Ok(id) => Ok(self.store.post(id).await?.filter(|post| post.wish == Wish::Draft)),
            Err(_) => Ok(None),
        }
    }
}

/// Whether nobody paused between two saves.
pub(super) fn shortly(earlier: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - earlier < ONE_GO
}
