//! A reversible edit: what a post was, and what it shall be.

use serde::{Deserialize, Serialize};

use super::ids::PostId;
use super::post::Post;

/// One edit of one post. Its inverse is the same edit the other way round, which is all that undo needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The post before; absent when the change makes it.
    pub before: Option<Box<Post>>,
    /// The post after; absent when the change removes it.
    pub after: Option<Box<Post>>,
    /// What was done, as a past participle: `moved`, `scheduled`, `deleted`.
    pub verb: String,
}

impl Change {
    /// Makes `post`.
    pub fn create(post: Post, verb: &str) -> Self {
        Self { before: None, after: Some(Box::new(post)), verb: verb.into() }
    }

    /// Turns `before` into `after`.
    pub fn edit(before: Post, after: Post, verb: &str) -> Self {
        Self { before: Some(Box::new(before)), after: Some(Box::new(after)), verb: verb.into() }
    }

    /// Removes `post`.
    pub fn remove(post: Post, verb: &str) -> Self {
        Self { before: Some(Box::new(post)), after: None, verb: verb.into() }
    }

    /// The same edit, the other way round.
    pub fn inverse(&self) -> Self {
        Self { before: self.after.clone(), after: self.before.clone(), verb: self.verb.clone() }
    }

    /// The post it is about; `None` only for a change from nothing to nothing.
    pub fn post(&self) -> Option<PostId> {
        self.after.as_ref().or(self.before.as_ref()).map(|post| post.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::IdSource;
    use chrono::DateTime;

    #[test]
    fn undo_of_undo_is_the_change_itself() {
        let now = DateTime::UNIX_EPOCH;
        let post = Post::draft(IdSource::seeded(3).post(now), now);
        for change in [
            Change::create(post.clone(), "created"),
            Change::edit(post.clone(), Post { body: "b".into(), ..post.clone() }, "edited"),
            Change::remove(post, "deleted"),
        ] {
            assert_eq!(change.inverse().inverse(), change);
        }
    }
}
