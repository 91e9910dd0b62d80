//! Moving a cursor over a list, and keeping it in view.

use super::action::Action;

/// Where `action` takes a cursor at `at` of a list that ends with `last`; a page, and half of one, are `page` rows. Where
/// it was, if it is no motion.
pub fn moved(at: usize, last: usize, page: usize, action: Action) -> usize {
    let to = match action {
        Action::Down => at.saturating_add(1),
        Action::Up => at.saturating_sub(1),
        Action::PageDown | Action::HalfDown => at.saturating_add(page),
        Action::PageUp | Action::HalfUp => at.saturating_sub(page),
        Action::Top => 0,
        Action::Bottom => last,
        _ => at,
    };
    to.min(last)
}

/// The first row to show, so that `cursor` is among the `height` shown of `len` rows and as little as possible moves.
pub fn follow(offset: usize, cursor: usize, height: usize, len: usize) -> usize {
    let furthest = len.saturating_sub(height);
    let offset = if cursor < offset { cursor } else { offset.max((cursor + 1).saturating_sub(height)) };
    offset.min(furthest)
}

/// The first row to show of `len`, and the last one that may be first. The rows from `cursor` to `end` belong together:
/// they stand in the upper third of `height`, higher only when all of them need the room. `wheel` is where the wheel
/// went instead.
pub fn window(cursor: usize, end: usize, height: usize, len: usize, wheel: Option<usize>) -> (usize, usize) {
    let last = len.saturating_sub(height);
    let follow = cursor.saturating_sub(height / 3).max((end + 1).saturating_sub(height)).min(cursor);
    (wheel.unwrap_or(follow).min(last), last)
}

#[cfg(test)]
mod tests {
    use super::{Action, follow, moved, window};

    #[test]
    fn a_cursor_stays_in_its_list_wherever_it_is_taken() {
        let from = |at, action| moved(at, 20, 10, action);
        assert_eq!((from(0, Action::Down), from(20, Action::Down), from(0, Action::Up)), (1, 20, 0));
        assert_eq!((from(3, Action::PageDown), from(15, Action::HalfDown), from(3, Action::PageUp)), (13, 20, 0));
        assert_eq!((from(7, Action::Top), from(7, Action::Bottom), from(7, Action::Open)), (0, 20, 7));
        assert_eq!(moved(9, 3, 10, Action::Open), 3, "a list that became shorter");
    }

    #[test]
    fn what_belongs_to_the_cursor_is_seen_whole_where_it_fits() {
        assert_eq!(window(0, 0, 9, 30, None), (0, 21));
        assert_eq!(window(12, 12, 9, 30, None), (9, 21), "the upper third");
        assert_eq!(window(12, 19, 9, 30, None), (11, 21), "all its rows");
        assert_eq!(window(12, 40, 9, 60, None), (12, 51), "its first row at least");
        assert_eq!(window(29, 29, 9, 30, None), (21, 21));
        assert_eq!(window(0, 0, 9, 30, Some(40)), (21, 21), "the wheel stops at the end");
    }

    #[test]
    fn the_cursor_stays_in_view_and_the_window_in_the_list() {
        for (offset, cursor, height, len, expected) in
            [(0, 3, 5, 10, 0), (0, 7, 5, 10, 3), (6, 2, 5, 10, 2), (9, 9, 5, 10, 5), (4, 0, 5, 3, 0), (0, 5, 0, 9, 6)]
        {
            assert_eq!(follow(offset, cursor, height, len), expected, "{offset} {cursor} {height} {len}");
        }
    }
}
