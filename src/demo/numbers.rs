//! What the networks of the demo count of what is published: the same for the same post, more as it ages.

use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget, Status};

/// Likes, comments, shares, clicks and views of one target at an instant; nothing of what is not out.
pub(super) fn counted(post: &SimPost, target: &SimTarget, now: Instant) -> Option<[u64; 5]> {
    if target.status != Status::Published {
        return None;
    }
    let at = target.published_at.or(post.published_at).unwrap_or(post.created_at);
    let hours = u64::try_from((now - at).num_hours()).unwrap_or(0).min(72);
    let weight = 1 + post.content.bytes().chain(target.account.bytes()).map(u64::from).sum::<u64>() % 7;
    let likes = hours * weight;
    Some([likes, likes / 5, likes / 9, likes / 3, 10 * likes + weight])
}
