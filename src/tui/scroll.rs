//! Keeping a cursor in view.

/// The first row to show, so that `cursor` is among the `height` shown of `len` rows and as little as possible moves.
pub fn follow(offset: usize, cursor: usize, height: usize, len: usize) -> usize {
    let furthest = len.saturating_sub(height);
    let offset = if cursor < offset { cursor } else { offset.max((cursor + 1).saturating_sub(height)) };
    offset.min(furthest)
}

#[cfg(test)]
mod tests {
    use super::follow;

    #[test]
    fn the_cursor_stays_in_view_and_the_window_in_the_list() {
        for (offset, cursor, height, len, expected) in
            [(0, 3, 5, 10, 0), (0, 7, 5, 10, 3), (6, 2, 5, 10, 2), (9, 9, 5, 10, 5), (4, 0, 5, 3, 0), (0, 5, 0, 9, 6)]
        {
            assert_eq!(follow(offset, cursor, height, len), expected, "{offset} {cursor} {height} {len}");
        }
    }
}
