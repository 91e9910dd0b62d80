//! Pane 4: what needs a person, grouped by what it takes.

mod queue;
mod rows;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::ids::PostId;
use crate::domain::outcome::{Cause, State as PostState};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::{Pane, Shared};
use crate::tui::msg::{Mouse, MouseKind};
use crate::tui::scroll;
use crate::tui::theme::{Glyphs, Role, Theme};
use crate::tui::twins;
use crate::tui::widgets::frame::{frame, inner_width};
use crate::tui::widgets::prose::{Bit, Row};

use queue::{Group, Spot, queue, spots};

/// A pane of at most so many rows shows one line, without a border.
const COMPACT_ROWS: u16 = 2;
/// How far the wheel goes.
const WHEEL: usize = 3;

/// The pane's own state. The cursor is the shared one as long as it stands on a failed post; headings are remembered
/// here, together with the cursor post at that time, so that a cursor moved elsewhere takes the pane along.
#[derive(Clone, Debug, Default)]
pub struct State {
    heading: Option<(Cause, Option<PostId>)>,
    folded: BTreeSet<Cause>,
    /// Rows scrolled by the wheel; nothing while the pane follows its cursor.
    wheel: Option<usize>,
    /// The place of the cursor post among those that are listed.
    place: usize,
}

/// Puts the cursor into the queue, on its most urgent post, unless it is there already. For when the pane gets the
/// focus.
pub fn enter(state: &mut State, shared: &mut Shared, board: &Board) {
    let groups = queue(shared, board);
    if current(state, shared, &groups).is_none()
        && let Some(first) = groups.first().and_then(|group| group.posts.first())
    {
        shared.cursor = Some(first.id);
    }
    state.wheel = None;
}

/// After a load, while the pane has the focus: where the cursor post has left the queue, the next one is under the cursor.
pub fn follow_up(state: &mut State, shared: &mut Shared, board: &Board) {
    let groups = queue(shared, board);
    let posts: Vec<PostId> = groups.iter().flat_map(|group| &group.posts).map(|post| post.id).collect();
    if let Some(place) = posts.iter().position(|id| Some(*id) == shared.cursor) {
        state.place = place;
        return;
    }
    if let Some(Spot::Heading(cause)) = current(state, shared, &groups) {
        return go(state, shared, &groups, Spot::Heading(cause));
    }
    if let Some(next) = posts.get(state.place).or(posts.last()) {
        go(state, shared, &groups, Spot::Post(*next));
    }
}

/// The posts that are shown, from the top down.
pub fn in_order(shared: &Shared, board: &Board) -> Vec<PostId> {
    queue(shared, board).iter().flat_map(|group| &group.posts).map(|post| post.id).collect()
}

/// How many posts need a person, for where the pane itself is not: `✗2 ‼1`.
pub fn counts(shared: &Shared, board: &Board, glyphs: &Glyphs) -> String {
    let unknown = board.failed.iter().filter(|post| post.state(shared.now) == PostState::Unknown).count();
    let counts = [(PostState::Failed, board.failed.len() - unknown), (PostState::Unknown, unknown)];
    let words = counts.iter().filter(|(_, number)| *number > 0);
    words.map(|(state, number)| format!("{}{number}", glyphs.state(*state))).collect::<Vec<_>>().join(" ")
}

/// What a verb works on in this pane: the marks, else the whole group under the cursor, else the cursor post.
pub fn chosen(state: &State, shared: &Shared, board: &Board) -> Vec<PostId> {
    let groups = queue(shared, board);
    match current(state, shared, &groups) {
        Some(Spot::Heading(cause)) if shared.marks.is_empty() => members(&groups, cause),
        _ => shared.chosen(),
    }
}

/// Whether the cursor is on the heading of a group.
pub fn on_heading(state: &State, shared: &Shared, board: &Board) -> bool {
    matches!(current(state, shared, &queue(shared, board)), Some(Spot::Heading(_)))
}

/// What the cause under the cursor suggests.
pub fn remedy(state: &State, shared: &Shared, board: &Board) -> Option<Action> {
    let groups = queue(shared, board);
    let (cause, posts) = match current(state, shared, &groups)? {
        Spot::Heading(cause) => (cause, members(&groups, cause)),
        Spot::Post(id) => (groups.iter().find(|group| group.posts.iter().any(|post| post.id == id))?.cause, vec![id]),
    };
    let known = |id: &PostId| board.post(*id).is_some_and(|post| twins::linkable(post, board).is_ok());
    Some(match cause {
        Cause::Duplicate if posts.iter().any(known) => Action::LinkTwin,
        Cause::UnknownOutcome | Cause::Missed | Cause::Duplicate => Action::Verify,
        Cause::Reconnect => Action::RenewChannel,
        Cause::PlanLimit | Cause::Forbidden => Action::Browse,
        Cause::TooLong | Cause::Media | Cause::Content | Cause::Other => Action::Edit,
        Cause::RateLimit | Cause::Outage => Action::Retry,
        Cause::Conflict => Action::Sync,
    })
}

/// The row the cursor is on, if it is in the queue.
fn current(state: &State, shared: &Shared, groups: &[Group<'_>]) -> Option<Spot> {
    if let Some((cause, cursor)) = state.heading
        && cursor == shared.cursor
        && groups.iter().any(|group| group.cause == cause)
    {
        return Some(Spot::Heading(cause));
    }
    let id = shared.cursor?;
    let group = groups.iter().find(|group| group.posts.iter().any(|post| post.id == id))?;
    Some(if state.folded.contains(&group.cause) { Spot::Heading(group.cause) } else { Spot::Post(id) })
}

fn members(groups: &[Group<'_>], cause: Cause) -> Vec<PostId> {
    let group = groups.iter().find(|group| group.cause == cause);
    group.map(|group| group.posts.iter().map(|post| post.id).collect()).unwrap_or_default()
}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    let groups = queue(shared, board);
    let count = isize::try_from(count.max(1)).unwrap_or(isize::MAX);
    let page = isize::try_from(usize::from(shared.size.1 / 4).max(4)).unwrap_or(4);
    match action {
        Action::Down => step(state, shared, &groups, count),
        Action::Up => step(state, shared, &groups, -count),
        Action::PageDown => step(state, shared, &groups, page),
        Action::PageUp => step(state, shared, &groups, -page),
        Action::HalfDown => step(state, shared, &groups, page / 2),
        Action::HalfUp => step(state, shared, &groups, -(page / 2)),
        Action::Top => {
            if let Some(first) = spots(&groups, &state.folded).first() {
                go(state, shared, &groups, *first);
            }
        }
        Action::Bottom => step(state, shared, &groups, isize::MAX),
        Action::Mark => mark(state, shared, &groups),
        Action::MarkAll => shared.marks.extend(groups.iter().flat_map(|group| &group.posts).map(|post| post.id)),
        Action::Open => fold(state, shared, &groups, None),
        Action::Left => fold(state, shared, &groups, Some(true)),
        Action::Right => fold(state, shared, &groups, Some(false)),
        Action::Dismiss => {
            let ids = chosen(state, shared, board);
            return if ids.is_empty() { Vec::new() } else { vec![Effect::Dismiss(ids)] };
        }
        _ => {}
    }
    Vec::new()
}

fn step(state: &mut State, shared: &mut Shared, groups: &[Group<'_>], by: isize) {
    let spots = spots(groups, &state.folded);
    let here = current(state, shared, groups).and_then(|spot| spots.iter().position(|each| *each == spot));
    let last = spots.len().saturating_sub(1);
    let to = match here {
        Some(at) => at.saturating_add_signed(by).min(last),
        // Coming from outside: the first post, or the last row.
        None if by < 0 => last,
        None => 1.min(last),
    };
    if let Some(spot) = spots.get(to) {
        go(state, shared, groups, *spot);
    }
}

/// Moves the cursor. On a heading it stands for the group, and the group's first post is the cursor post.
fn go(state: &mut State, shared: &mut Shared, groups: &[Group<'_>], spot: Spot) {
    state.wheel = None;
    match spot {
        Spot::Post(id) => (shared.cursor, state.heading) = (Some(id), None),
        Spot::Heading(cause) => {
            shared.cursor = members(groups, cause).first().copied().or(shared.cursor);
            state.heading = Some((cause, shared.cursor));
        }
    }
    let mut posts = groups.iter().flat_map(|group| &group.posts);
    state.place = posts.position(|post| Some(post.id) == shared.cursor).unwrap_or(state.place);
}

fn mark(state: &State, shared: &mut Shared, groups: &[Group<'_>]) {
    let ids = match current(state, shared, groups) {
        Some(Spot::Post(id)) => vec![id],
        Some(Spot::Heading(cause)) => members(groups, cause),
        None => Vec::new(),
    };
    if ids.iter().all(|id| shared.marks.contains(id)) {
        shared.marks.retain(|id| !ids.contains(id));
    } else {
        shared.marks.extend(ids);
    }
}

/// Folds (`Some(true)`), unfolds, or turns over the group under the cursor. From a post, folding only leads to its
/// heading, and turning over does nothing: Enter on a post opens the post.
fn fold(state: &mut State, shared: &mut Shared, groups: &[Group<'_>], wanted: Option<bool>) {
    match current(state, shared, groups) {
        Some(Spot::Heading(cause)) => {
            if wanted.unwrap_or(!state.folded.contains(&cause)) {
                state.folded.insert(cause);
            } else {
                state.folded.remove(&cause);
            }
            go(state, shared, groups, Spot::Heading(cause));
        }
        Some(Spot::Post(id)) if wanted == Some(true) => {
            let group = groups.iter().find(|group| group.posts.iter().any(|post| post.id == id));
            if let Some(group) = group {
                go(state, shared, groups, Spot::Heading(group.cause));
            }
        }
        _ => {}
    }
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    let groups = queue(shared, board);
    if area.height <= COMPACT_ROWS {
        match mouse.kind {
            MouseKind::WheelDown => step(state, shared, &groups, 1),
            MouseKind::WheelUp => step(state, shared, &groups, -1),
            MouseKind::Press | MouseKind::Menu => enter(state, shared, board),
            _ => {}
        }
        return Vec::new();
    }
    let page = page(state, shared, board, &groups, area);
    let (offset, last_offset) = (page.offset, page.last_offset);
    let row = usize::from(mouse.y.saturating_sub(area.y + 1)) + offset;
    let inside = mouse.y > area.y && mouse.y + 1 < area.bottom();
    let hit = page.lines.get(row).filter(|_| inside).map(|line| line.spot);
    match mouse.kind {
        MouseKind::WheelDown => state.wheel = Some((offset + WHEEL).min(last_offset)),
        MouseKind::WheelUp => state.wheel = Some(offset.saturating_sub(WHEEL)),
        MouseKind::Press | MouseKind::Menu => {
            if let Some(spot) = hit {
                go(state, shared, &groups, spot);
                if mouse.kind == MouseKind::Press && matches!(spot, Spot::Heading(_)) {
                    fold(state, shared, &groups, None);
                }
            }
        }
        _ => {}
    }
    Vec::new()
}

/// The rows of the pane, and which of them is the first on screen.
struct Page<'a> {
    list: rows::List<'a>,
    lines: Vec<rows::Line<'a>>,
    offset: usize,
    last_offset: usize,
}

fn page<'a>(state: &'a State, shared: &'a Shared, board: &'a Board, groups: &'a [Group<'a>], area: Rect) -> Page<'a> {
    let here = current(state, shared, groups);
    let list = rows::List { shared, board, folded: &state.folded, here, width: inner_width(area.width) };
    let lines = list.lines(groups);
    let height = usize::from(area.height.saturating_sub(2)).max(1);
    let cursor = lines.iter().position(|line| Some(line.spot) == here).unwrap_or(0);
    let end = lines.iter().rposition(|line| Some(line.spot) == here).unwrap_or(cursor);
    let (offset, last_offset) = scroll::window(cursor, end, height, lines.len(), state.wheel);
    Page { list, lines, offset, last_offset }
}

/// Draws the pane with its border; in two rows or fewer, one line without one.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let groups = queue(shared, board);
    let here = current(state, shared, &groups);
    if area.height <= COMPACT_ROWS {
        return view_compact(shared, board, &groups, here, theme, focused, area, buf);
    }
    let inner =
        frame(Pane::Failed.title(), &rows::note(shared, &groups, inner_width(area.width)), theme, focused, area, buf);
    let ground = theme.style(Role::Text);
    if groups.is_empty() {
        for (y, row) in (inner.y..inner.bottom()).zip(rows::empty(shared, board, inner.width.into())) {
            row.draw(theme, ground, inner.x, y, inner.width, buf);
        }
        return;
    }
    let page = page(state, shared, board, &groups, area);
    let columns = rows::Columns::fitting(&page.list, &groups);
    for (y, line) in (inner.y..inner.bottom()).zip(page.lines.iter().skip(page.offset)) {
        let under_cursor = focused && line.first && Some(line.spot) == here;
        page.list.row(line, &columns).draw(theme, ground, inner.x, y, inner.width, buf);
        if under_cursor {
            buf.set_style(Rect { y, height: 1, ..inner }, theme.style(Role::Cursor));
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the arguments of view, and what it has worked out already")]
fn view_compact(
    shared: &Shared,
    board: &Board,
    groups: &[Group<'_>],
    here: Option<Spot>,
    theme: &Theme,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    let mut y = area.y;
    if area.height == COMPACT_ROWS {
        let role = if focused { Role::BorderFocus } else { Role::Border };
        Row::new().bit(Bit::Rule(area.width.into()), role).draw(theme, theme.style(role), area.x, y, area.width, buf);
        y += 1;
    }
    if y < area.bottom() {
        let row = rows::one_row(shared, board, groups, here, area.width.into());
        row.draw(theme, theme.style(Role::Text), area.x, y, area.width, buf);
    }
}
