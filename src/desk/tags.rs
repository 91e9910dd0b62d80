//! Tags of stored posts, put on and taken off as one edit.

use crate::domain::ids::PostId;
use crate::domain::tags;
use crate::domain::words::count;
use crate::text::clean::one_line;

use super::{Desk, Edit, Result};

impl Desk {
    /// Puts these tags on posts, or takes them off, whatever has become of the posts; a provider that keeps tags hears
    /// of it where it can still change the post. In words.
    pub async fn tag(&self, posts: &[PostId], those: &[String], on: bool) -> Result<String> {
        let mut edits = Vec::new();
        for id in posts {
            let Some(post) = self.store.post(*id).await? else { continue };
            let mut after = post.clone();
            tags::turn(&mut after.tags, those, on);
            if after.tags != post.tags {
                edits.push(Edit::new(Some(post), Some(after)));
            }
        }
        let (many, tags) = (edits.len(), one_line(&tags::written(those)));
        if many > 0 {
            self.commit(edits, if on { "tagged" } else { "untagged" }, None).await?;
        }
        let has = if many == 1 { "has" } else { "have" };
        let not = if on { "" } else { "not " };
        Ok(format!("{} {has} {not}{tags} now; u takes it back", count(many, "post")))
    }
}
