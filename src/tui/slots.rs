//! Free posting slots that a post could take, as far as weeks are loaded.

use super::board::Board;
use super::model::Shared;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::schedule::Schedule;

/// The slots ahead that are free for one of `channels` (of any channel where none is named), in order. What `but` stands
/// in counts as free; days on which nothing goes out have none.
pub fn free(channels: &[ChannelId], but: Option<PostId>, shared: &Shared, board: &Board) -> Vec<Schedule> {
    if board.plan.slots.is_empty() {
        return Vec::new();
    }
    let others: Vec<_> = board.posts.iter().filter(|post| Some(post.id) != but).cloned().collect();
    let span = shared.now..board.range.end.max(shared.now);
    let open = board.plan.openings(&board.channels, &others, span, shared.zone, shared.habits.near);
    let is_its = |id: &ChannelId| channels.is_empty() || channels.contains(id);
    let open = open.into_iter().filter(|open| open.at > shared.now && open.channels.iter().any(is_its));
    open.map(|open| Schedule::at(open.at, shared.zone)).collect()
}

/// The first slot that is free for one of `channels`; for what stands in one already, the one after it.
pub fn next(
    channels: &[ChannelId],
    post: PostId,
    stands: Option<Schedule>,
    shared: &Shared,
    board: &Board,
) -> Option<Schedule> {
    let free = free(channels, Some(post), shared, board);
    let at = |schedule: &Schedule| schedule.instant();
    let here = free.iter().position(|slot| stands.as_ref().map(at) == Some(at(slot)));
    free.get(here.map_or(0, |here| here + 1)).copied()
}
