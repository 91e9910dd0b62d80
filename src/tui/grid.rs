//! Attachments as a network shows them together: where each stands, and how many are left for later. Pure.

use ratatui::layout::Rect;

use crate::text::rules::Gallery;

/// Columns between two of them; a row where they stand in several.
const GAP: u16 = 1;
/// The least that shows anything.
const LEAST: (u16, u16) = (3, 2);
/// Width to height of several rows together, about as feeds have them.
const SHAPE: (u32, u32) = (16, 9);

/// The place of one attachment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Which attachment, from 0.
    pub of: usize,
    /// Where, counted from the top left of all.
    pub area: Rect,
    /// How many more follow that do not show: said on the last.
    pub more: usize,
}

/// The places of `count` attachments within so many columns and rows; none where there is no room for any. Cells are so
/// many pixels wide and high; without, words stand there, which may be as wide as there is room.
pub fn spots(count: usize, gallery: Gallery, cell: Option<(u16, u16)>, room: (u16, u16)) -> Vec<Spot> {
    let (rows, room) = (rows(count, gallery), Rect::new(0, 0, room.0, room.1));
    let together = rows.len() > 1 || leads(count, gallery);
    let whole = cell.filter(|_| together).map_or(room, |cell| shaped(cell, room));
    let areas = if leads(count, gallery) { lead(whole) } else { in_rows(&rows, whole) };
    let fits = |area: &Rect| area.width >= LEAST.0 && area.height >= LEAST.1;
    let (areas, shown) = match areas.iter().all(fits) {
        true => (areas, rows.iter().sum()),
        // Too small for the network's own: one after the other, if that is possible.
        false => (in_rows(&[count.min(STRIP)], room), count.min(STRIP)),
    };
    if !areas.iter().all(fits) {
        return Vec::new();
    }
    let more = |at: usize| if at + 1 == shown { count.saturating_sub(shown) } else { 0 };
    areas.into_iter().enumerate().map(|(of, area)| Spot { of, area, more: more(of) }).collect()
}

/// How many are seen side by side of those that readers go through one by one.
const STRIP: usize = 4;

/// How many stand in each row.
fn rows(count: usize, gallery: Gallery) -> Vec<usize> {
    match (gallery, count) {
        (_, 0) => Vec::new(),
        (Gallery::Strip, _) => vec![count.min(STRIP)],
        (_, 1 | 2) | (Gallery::Quarters | Gallery::Album, 3) => vec![count],
        (Gallery::Quarters, _) | (Gallery::Album, 4) => vec![2, 2],
        (Gallery::Banner, 3 | 4) => vec![1, count - 1],
        (Gallery::Banner, _) | (Gallery::Album, 5) => vec![2, 3],
        (Gallery::Album, _) => vec![3, 3],
    }
}

/// Whether the first stands as high as the two others beside it.
fn leads(count: usize, gallery: Gallery) -> bool {
    gallery == Gallery::Quarters && count == 3
}

fn lead(whole: Rect) -> Vec<Rect> {
    let right = across(whole, 2, 1);
    vec![across(whole, 2, 0), down(right, 2, 0), down(right, 2, 1)]
}

fn in_rows(rows: &[usize], whole: Rect) -> Vec<Rect> {
    let row = |(at, count): (usize, &usize)| {
        let (row, count) = (down(whole, rows.len(), at), *count);
        (0..count).map(move |at| across(row, count, at))
    };
    rows.iter().enumerate().flat_map(row).collect()
}

/// As much of the room as has the shape of several rows together.
fn shaped(cell: (u16, u16), room: Rect) -> Rect {
    let pixels = u32::from(room.height) * u32::from(cell.1) * SHAPE.0 / SHAPE.1;
    let columns = pixels.checked_div(u32::from(cell.0)).unwrap_or(u32::MAX);
    Rect { width: u16::try_from(columns).unwrap_or(u16::MAX).min(room.width), ..room }
}

/// The part of `whole` at `at` of `count` beside each other, and of as many below each other.
fn across(whole: Rect, count: usize, at: usize) -> Rect {
    let (x, width) = part(whole.width, count, at);
    Rect { x: whole.x + x, width, ..whole }
}

fn down(whole: Rect, count: usize, at: usize) -> Rect {
    let (y, height) = part(whole.height, count, at);
    Rect { y: whole.y + y, height, ..whole }
}

/// Where one of `count` equal parts of a length begins, and how long it is.
fn part(length: u16, count: usize, at: usize) -> (u16, u16) {
    let number = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let each = length.saturating_add(GAP) / number(count.max(1));
    (each.saturating_mul(number(at)), each.saturating_sub(GAP))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELL: Option<(u16, u16)> = Some((10, 20));

    /// Each attachment by its number, where it stands.
    fn drawn(count: usize, gallery: Gallery, room: (u16, u16)) -> Vec<String> {
        let mut rows = vec![vec!['.'; usize::from(room.0)]; usize::from(room.1)];
        for spot in spots(count, gallery, CELL, room) {
            for y in spot.area.y..spot.area.bottom() {
                for x in spot.area.x..spot.area.right() {
                    let cell = &mut rows[usize::from(y)][usize::from(x)];
                    assert_eq!(*cell, '.', "two at one place: {spot:?}");
                    *cell = char::from_digit(u32::try_from(spot.of + 1).unwrap(), 10).unwrap();
                }
            }
        }
        rows.into_iter().map(|row| row.into_iter().collect()).collect()
    }

    #[test]
    fn each_network_has_its_own_arrangement() {
        let room = (11, 5);
        assert_eq!(drawn(2, Gallery::Quarters, room), ["11111.22222"; 5]);
        let beside = ["11111.22222", "11111.22222", "11111......", "11111.33333", "11111.33333"];
        assert_eq!(drawn(3, Gallery::Quarters, room), beside);
        let quarters = ["11111.22222", "11111.22222", "...........", "33333.44444", "33333.44444"];
        assert_eq!(drawn(4, Gallery::Quarters, room), quarters);
        assert_eq!(drawn(7, Gallery::Quarters, room), quarters);
        let banner = ["11111111111", "11111111111", "...........", "22222.33333", "22222.33333"];
        assert_eq!(drawn(3, Gallery::Banner, room), banner);
        let four = ["11111111111", "11111111111", "...........", "222.333.444", "222.333.444"];
        assert_eq!(drawn(4, Gallery::Banner, room), four);
        let album = ["111.222.333", "111.222.333", "...........", "444.555.666", "444.555.666"];
        assert_eq!(drawn(9, Gallery::Album, room), album);
        assert_eq!(drawn(2, Gallery::Strip, room), ["11111.22222"; 5]);
    }

    #[test]
    fn what_does_not_show_is_said_on_the_last() {
        let more = |count, gallery| spots(count, gallery, CELL, (60, 12)).last().map(|spot| (spot.of + 1, spot.more));
        assert_eq!(more(4, Gallery::Quarters), Some((4, 0)));
        assert_eq!(more(9, Gallery::Quarters), Some((4, 5)));
        assert_eq!(more(9, Gallery::Banner), Some((5, 4)));
        assert_eq!(more(9, Gallery::Album), Some((6, 3)));
        assert_eq!(more(9, Gallery::Strip), Some((4, 5)));
        assert_eq!(more(0, Gallery::Banner), None);
    }

    #[test]
    fn nothing_leaves_its_room_and_what_is_too_small_stands_in_a_row_or_not_at_all() {
        for gallery in [Gallery::Strip, Gallery::Quarters, Gallery::Banner, Gallery::Album] {
            for count in 0..12 {
                for room in [(0, 0), (3, 2), (15, 3), (15, 5), (60, 12), (300, 200), (1, 90), (u16::MAX, u16::MAX)] {
                    for spot in spots(count, gallery, CELL, room) {
                        assert!(spot.area.right() <= room.0 && spot.area.bottom() <= room.1, "{gallery:?} {spot:?}");
                        assert!(spot.area.width >= LEAST.0 && spot.area.height >= LEAST.1, "{gallery:?} {spot:?}");
                    }
                }
            }
        }
        assert_eq!(drawn(4, Gallery::Quarters, (15, 3))[0], "111.222.333.444");
        assert_eq!(spots(4, Gallery::Quarters, CELL, (14, 3)), []);
        // A wide room is not filled with pictures as wide: several rows keep the shape of a feed.
        let wide = spots(4, Gallery::Quarters, CELL, (150, 11));
        assert!(wide.iter().all(|spot| spot.area.right() <= 40), "{wide:?}");
        assert_eq!(spots(4, Gallery::Quarters, None, (151, 5))[3].area.right(), 151);
    }
}
