//! The failed queue in order: groups by cause, the most urgent first, and the rows a cursor can stand on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::ids::PostId;
use crate::domain::outcome::Cause;
use crate::domain::post::Post;
use crate::tui::board::Board;
use crate::tui::model::Shared;

/// The posts that fail for one cause.
pub struct Group<'a> {
    pub cause: Cause,
    pub posts: Vec<&'a Arc<Post>>,
}

/// A row that the cursor can stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Heading(Cause),
    Post(PostId),
}

/// What the pane shows. Within a group: what is still to come, the soonest first; then what is past, the latest first.
pub fn queue<'a>(shared: &Shared, board: &'a Board) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<Cause, Vec<&Arc<Post>>> = BTreeMap::new();
    for post in board.failed.iter().filter(|post| shared.shows(board, post)) {
        if let Some(cause) = post.cause(shared.now) {
            groups.entry(cause).or_default().push(post);
        }
    }
    let order = |post: &Arc<Post>| {
        let distance = post.instant().unwrap_or(post.updated_at) - shared.now;
        (distance < chrono::TimeDelta::zero(), distance.abs(), post.id)
    };
    groups
        .into_iter()
        .map(|(cause, mut posts)| {
            posts.sort_by_cached_key(|post| order(post));
            Group { cause, posts }
        })
        .collect()
}

/// The rows for the cursor, from top to bottom.
pub fn spots(groups: &[Group<'_>], folded: &BTreeSet<Cause>) -> Vec<Spot> {
    let mut spots = Vec::new();
    for group in groups {
        spots.push(Spot::Heading(group.cause));
        if !folded.contains(&group.cause) {
            spots.extend(group.posts.iter().map(|post| Spot::Post(post.id)));
        }
    }
    spots
}
