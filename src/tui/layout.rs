//! Regions of the screen for a size and a focus; shared by update (where a click lands) and view (what is drawn there).

use ratatui::layout::Rect;

use super::model::Pane;

/// Below this many columns or rows the screen is a single line.
const LEAST: (u16, u16) = (40, 10);

/// Rows that nothing told takes: those of the lines above and below, and of a pane.
const ALWAYS: u16 = 8;

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Next to none: one line that says how things stand.
    Line,
    /// One pane.
    Small,
    /// One pane between folded ones.
    Narrow,
    /// Four panes.
    Medium,
    /// All five.
    Wide,
}

/// Where things are. A region without area is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    /// How much room there is.
    pub room: Room,
    /// The first line.
    pub header: Rect,
    /// The banner's line.
    pub banner: Rect,
    /// Every pane that is drawn; a region of a row or three holds a pane folded into so many lines without a border.
    pub panes: Vec<(Pane, Rect)>,
    /// What a tool covers: everything above the status line.
    pub tool: Rect,
    /// The rows above the status line that hold what it has no room for; mostly none.
    pub told: Rect,
    /// Mode, what is pending, notices.
    pub status: Rect,
    /// Keys that work now.
    pub hints: Rect,
}

impl Regions {
    /// The region of a pane, when it is drawn.
    pub fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes.iter().find(|(each, _)| *each == pane).map(|(_, area)| *area)
    }

    /// The pane at a cell.
    pub fn at(&self, x: u16, y: u16) -> Option<(Pane, Rect)> {
        self.panes.iter().copied().find(|(_, area)| contains(*area, x, y))
    }
}

/// Whether a cell lies in a region.
pub fn contains(area: Rect, x: u16, y: u16) -> bool {
    area.contains((x, y).into())
}

/// The regions of a screen of `size` (columns, rows), with as many rows as there is room for kept for the `banner`, and so
/// many for what is `told` above the status line.
pub fn regions(size: (u16, u16), focus: Pane, zoom: bool, banner: u16, told: u16) -> Regions {
    let (width, height) = size;
    let mut rest = Rect::new(0, 0, width, height);
    let room = room(size);
    let mut regions = Regions {
        room,
        header: Rect::ZERO,
        banner: Rect::ZERO,
        panes: Vec::new(),
        tool: Rect::ZERO,
        told: Rect::ZERO,
        status: Rect::ZERO,
        hints: Rect::ZERO,
    };
    if room == Room::Line {
        regions.header = top(&mut rest, 1);
        return regions;
    }
    regions.hints = bottom(&mut rest, 1);
    regions.status = bottom(&mut rest, 1);
    regions.told = bottom(&mut rest, told.min(height.saturating_sub(ALWAYS)));
    regions.tool = rest;
    regions.header = top(&mut rest, 1);
    let most = if room == Room::Small { 1 } else { 2 };
    regions.banner = top(&mut rest, banner.min(most));
    regions.panes = match room {
        _ if zoom => vec![(focus, rest)],
        Room::Line => Vec::new(),
        Room::Small => vec![(focus, rest)],
        Room::Narrow => narrow(rest, focus),
        Room::Medium => medium(rest, focus),
        Room::Wide => wide(rest),
    };
    regions
}

fn room((width, height): (u16, u16)) -> Room {
    match (width, height) {
        _ if width < LEAST.0 || height < LEAST.1 => Room::Line,
        (180.., 50..) => Room::Wide,
        (100.., 24..) => Room::Medium,
        (60.., 18..) => Room::Narrow,
        _ => Room::Small,
    }
}

/// The focused pane, and the others that matter folded around it.
fn narrow(mut rest: Rect, focus: Pane) -> Vec<(Pane, Rect)> {
    let mut panes = Vec::new();
    if focus != Pane::Channels {
        panes.push((Pane::Channels, top(&mut rest, 1)));
    }
    if focus != Pane::Failed {
        panes.push((Pane::Failed, bottom(&mut rest, 1)));
    }
    if focus != Pane::Post {
        panes.push((Pane::Post, bottom(&mut rest, 3)));
    }
    panes.push((focus, rest));
    panes
}

fn medium(mut rest: Rect, focus: Pane) -> Vec<(Pane, Rect)> {
    let high = (rest.height * 2 / 5).clamp(8, 18);
    let mut below = bottom(&mut rest, high);
    let channels = left(&mut rest, 24);
    let width = below.width;
    let post = left(&mut below, width * 7 / 12);
    let corner = if focus == Pane::Activity { Pane::Activity } else { Pane::Failed };
    vec![(Pane::Channels, channels), (Pane::Calendar, rest), (Pane::Post, post), (corner, below)]
}

fn wide(mut rest: Rect) -> Vec<(Pane, Rect)> {
    let high = (rest.height * 7 / 20).clamp(12, 24);
    let mut below = bottom(&mut rest, high);
    let channels = left(&mut rest, 34);
    let post = right(&mut rest, 52);
    let width = below.width;
    let failed = left(&mut below, width * 11 / 20);
    vec![
        (Pane::Channels, channels),
        (Pane::Calendar, rest),
        (Pane::Post, post),
        (Pane::Failed, failed),
        (Pane::Activity, below),
    ]
}

fn top(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    let cut = Rect { height: rows, ..*rest };
    *rest = Rect { y: rest.y + rows, height: rest.height - rows, ..*rest };
    cut
}

fn bottom(rest: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(rest.height);
    rest.height -= rows;
    Rect { y: rest.y + rest.height, height: rows, ..*rest }
}

fn left(rest: &mut Rect, columns: u16) -> Rect {
    let columns = columns.min(rest.width);
    let cut = Rect { width: columns, ..*rest };
    *rest = Rect { x: rest.x + columns, width: rest.width - columns, ..*rest };
    cut
}

fn right(rest: &mut Rect, columns: u16) -> Rect {
    let columns = columns.min(rest.width);
    rest.width -= columns;
    Rect { x: rest.x + rest.width, width: columns, ..*rest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_size_shows_what_it_has_room_for() {
        for (size, room, panes) in [
            ((200, 60), Room::Wide, vec![Pane::Channels, Pane::Calendar, Pane::Post, Pane::Failed, Pane::Activity]),
            ((120, 40), Room::Medium, vec![Pane::Channels, Pane::Calendar, Pane::Post, Pane::Failed]),
            ((80, 24), Room::Narrow, vec![Pane::Channels, Pane::Failed, Pane::Post, Pane::Calendar]),
            ((40, 10), Room::Small, vec![Pane::Calendar]),
            ((39, 60), Room::Line, vec![]),
            ((200, 9), Room::Line, vec![]),
        ] {
            let regions = regions(size, Pane::Calendar, false, 1, 0);
            let shown: Vec<Pane> = regions.panes.iter().map(|(pane, _)| *pane).collect();
            assert_eq!((regions.room, shown), (room, panes), "{size:?}");
        }
    }

    proptest! {
        #[test]
        fn regions_stay_on_the_screen_and_apart(
            width in 0u16..300, height in 0u16..120, focus in 0usize..5, zoom: bool, banner in 0u16..4, told in 0u16..5,
        ) {
            let focus = Pane::ALL[focus];
            let regions = regions((width, height), focus, zoom, banner, told);
            let screen = Rect::new(0, 0, width, height);
            let lines = [regions.header, regions.banner, regions.told, regions.status, regions.hints];
            let all: Vec<Rect> = regions.panes.iter().map(|(_, area)| *area).chain(lines).collect();
            for (at, area) in all.iter().enumerate() {
                prop_assert!(area.is_empty() || screen.union(*area) == screen, "{area:?}");
                prop_assert!(all.iter().skip(at + 1).all(|other| !area.intersects(*other)), "{area:?}");
            }
            prop_assert!(regions.room == Room::Line || regions.pane(focus).is_some_and(|area| area.height >= 3));
        }
    }
}
