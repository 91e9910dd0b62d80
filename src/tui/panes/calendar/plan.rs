//! Which rows are shown, how high each is, and what stands on the lines of a cell. Pure arithmetic, no drawing.

/// Hours on a clock.
const HOURS: usize = 24;
/// The order in which empty hours come back when there is room: the working day, then its edges. Nights stay folded.
const UNFOLD: [u32; 17] = [10, 11, 9, 12, 13, 14, 15, 16, 17, 8, 18, 19, 7, 20, 21, 6, 22];

/// One row of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Row {
    /// A row, by its number in the day.
    Shown(u32),
    /// Empty rows, first and last, shown as one line.
    Fold(u32, u32),
}

/// A row and the lines it takes, counted from the top of the whole grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The row.
    pub row: Row,
    /// Its first line.
    pub y: u16,
    /// Its lines.
    pub height: u16,
}

/// What the rows are wanted for.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// Whether empty rows fold.
    pub fold: bool,
    /// Rows that never fold: with posts, the cursor, the present. As many as a day has.
    pub kept: Vec<bool>,
    /// Lines each row would like, so that every post has a headline.
    pub want: Vec<u16>,
    /// Lines each row can make use of, so that headlines wrap instead of being cut.
    pub most: Vec<u16>,
    /// The row of the cursor.
    pub cursor: u32,
}

impl Demand {
    fn want(&self, row: Row) -> u16 {
        match row {
            Row::Shown(hour) => self.want.get(hour as usize).copied().unwrap_or(1).max(1),
            Row::Fold(..) => 1,
        }
    }

    fn most(&self, row: Row) -> u16 {
        match row {
            Row::Shown(hour) => self.most.get(hour as usize).copied().unwrap_or(1),
            Row::Fold(..) => 1,
        }
    }

    fn base(&self, row: Row) -> u16 {
        self.want(row).min(2)
    }

    fn is_cursor(&self, row: Row) -> bool {
        row == Row::Shown(self.cursor)
    }
}

/// The rows for `height` lines: what is there first, then headlines, then whole cells, then empty hours, then air.
/// Longer than `height` only when the hours with posts do not fit; then it scrolls.
pub fn plan(demand: &Demand, height: u16) -> Vec<Strip> {
    let mut kept = demand.kept.clone();
    if !demand.fold {
        kept.fill(true);
    }
    if let Some(cursor) = kept.get_mut(demand.cursor as usize) {
        *cursor = true;
    }
    let mut rows = rows_of(&kept);
    let wanted = |rows: &[Row]| rows.iter().map(|row| demand.want(*row)).sum::<u16>();
    for hour in UNFOLD {
        let mut more = kept.clone();
        let per_hour = more.len() / HOURS;
        more.iter_mut().skip(hour as usize * per_hour).take(per_hour).for_each(|flag| *flag = true);
        let unfolded = rows_of(&more);
        if wanted(&unfolded) > height {
            break;
        }
        (kept, rows) = (more, unfolded);
    }
    if rows.iter().map(|row| demand.base(*row)).sum::<u16>() > height {
        rows.retain(|row| matches!(row, Row::Shown(_)));
    }
    let heights = heights(demand, &rows, height);
    let mut y = 0;
    let place = |(row, height): (Row, u16)| {
        let strip = Strip { row, y, height };
        y = y.saturating_add(height);
        strip
    };
    rows.into_iter().zip(heights).map(place).collect()
}

fn rows_of(kept: &[bool]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(kept.len());
    for (hour, kept) in (0..).zip(kept) {
        match rows.last_mut() {
            _ if *kept => rows.push(Row::Shown(hour)),
            Some(Row::Fold(_, last)) => *last = hour,
            _ => rows.push(Row::Fold(hour, hour)),
        }
    }
    // A fold of one hour would take the line that the hour itself needs.
    let single = |row| {
        if let Row::Fold(a, b) = row
            && a == b
        {
            Row::Shown(a)
        } else {
            row
        }
    };
    rows.into_iter().map(single).collect()
}

fn heights(demand: &Demand, rows: &[Row], height: u16) -> Vec<u16> {
    let mut heights: Vec<u16> = vec![1; rows.len()];
    let Some(mut spare) = height.checked_sub(rows.len() as u16) else {
        let most = (height / 2).max(2);
        let scrolled = |row: &Row| if demand.is_cursor(*row) { demand.want(*row).min(most) } else { demand.base(*row) };
        return rows.iter().map(scrolled).collect();
    };
    let mut grow = |heights: &mut Vec<u16>, at: usize, to: u16| {
        if let Some(now) = heights.get_mut(at) {
            let more = to.saturating_sub(*now).min(spare);
            *now += more;
            spare -= more;
        }
        spare > 0
    };
    let cursor = rows.iter().position(|row| demand.is_cursor(*row));
    if let Some((at, row)) = cursor.and_then(|at| Some((at, *rows.get(at)?))) {
        grow(&mut heights, at, demand.base(row));
    }
    for (at, row) in rows.iter().enumerate() {
        grow(&mut heights, at, demand.base(*row));
    }
    if let Some((at, row)) = cursor.and_then(|at| Some((at, *rows.get(at)?))) {
        grow(&mut heights, at, demand.want(row));
    }
    let tallest = rows.iter().map(|row| demand.want(*row)).max().unwrap_or(1);
    for line in 3..=tallest {
        for (at, row) in rows.iter().enumerate() {
            grow(&mut heights, at, demand.want(*row).min(line));
        }
    }
    for (at, row) in rows.iter().enumerate() {
        grow(&mut heights, at, demand.most(*row));
    }
    // What is left becomes air, evenly.
    while grow_all(rows, &mut heights, &mut grow) {}
    heights
}

/// One more line for every hour; whether any is left.
fn grow_all(rows: &[Row], heights: &mut Vec<u16>, grow: &mut impl FnMut(&mut Vec<u16>, usize, u16) -> bool) -> bool {
    let mut left = false;
    for (at, row) in rows.iter().enumerate() {
        if let (Row::Shown(_), Some(now)) = (row, heights.get(at).copied()) {
            left = grow(heights, at, now.saturating_add(1));
        }
    }
    left
}

/// One thing in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// The now line.
    Now,
    /// An entry of the grid, by its number.
    Post(usize),
    /// A post being moved, by its number among those held.
    Ghost(usize),
    /// A free posting slot, by its number in the grid.
    Open(usize),
    /// This many posts have no line.
    More(usize),
}

/// One thing, and the lines it would like and could use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    /// What.
    pub item: Item,
    /// Lines it would like.
    pub want: u16,
    /// Lines it can make use of.
    pub most: u16,
}

/// One thing and the lines of the cell it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// What.
    pub item: Item,
    /// Its first line in the cell.
    pub y: u16,
    /// Its lines; 0 for a [`Item::More`] that shares the line before it.
    pub lines: u16,
}

/// Puts `items` onto `height` lines so that the one numbered `focus` has one.
pub fn fit(items: &[Thing], focus: usize, height: u16) -> Vec<Slot> {
    let room = usize::from(height);
    if room == 0 || items.is_empty() {
        return Vec::new();
    }
    if items.len() <= room {
        return stack(items, focus, height);
    }
    let shown = (room - 1).max(1);
    let first = (focus + 1).saturating_sub(shown).min(items.len() - shown);
    let window = items.iter().skip(first).take(shown);
    let mut slots: Vec<Slot> = window.zip(0..).map(|(thing, y)| Slot { item: thing.item, y, lines: 1 }).collect();
    let more = Item::More(items.len() - shown);
    slots.push(match room {
        1 => Slot { item: more, y: 0, lines: 0 },
        _ => Slot { item: more, y: height - 1, lines: 1 },
    });
    slots
}

fn stack(items: &[Thing], focus: usize, height: u16) -> Vec<Slot> {
    let mut spare = height - items.len() as u16;
    let mut lines: Vec<u16> = vec![1; items.len()];
    let mut grow = |at: usize, to: &dyn Fn(&Thing) -> u16| {
        if let (Some(now), Some(thing)) = (lines.get_mut(at), items.get(at)) {
            let more = to(thing).saturating_sub(*now).min(spare);
            *now += more;
            spare -= more;
        }
    };
    let order = || std::iter::once(focus).chain(0..items.len());
    order().for_each(|at| grow(at, &|thing| thing.want));
    order().for_each(|at| grow(at, &|thing| thing.most));
    let mut y = 0;
    let place = |(thing, lines): (&Thing, u16)| {
        let slot = Slot { item: thing.item, y, lines };
        y += lines;
        slot
    };
    items.iter().zip(lines).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn demand(hours: &[(u32, u16)], cursor: u32) -> Demand {
        let mut demand =
            Demand { fold: true, kept: vec![false; HOURS], want: vec![1; HOURS], most: vec![1; HOURS], cursor };
        for (hour, want) in hours {
            demand.kept[*hour as usize] = true;
            demand.want[*hour as usize] = *want;
        }
        demand
    }

    fn rows(strips: &[Strip]) -> Vec<Row> {
        strips.iter().map(|strip| strip.row).collect()
    }

    #[test]
    fn empty_hours_fold_when_there_is_no_room() {
        use Row::{Fold, Shown};
        let strips = plan(&demand(&[(9, 2), (11, 2), (17, 2)], 9), 10);
        assert_eq!(rows(&strips), [Fold(0, 8), Shown(9), Shown(10), Shown(11), Fold(12, 16), Shown(17), Fold(18, 23)]);
        assert_eq!(strips.iter().map(|strip| strip.height).sum::<u16>(), 10);
    }

    #[test]
    fn a_tight_grid_gives_up_fold_lines_before_posts() {
        let strips = plan(&demand(&[(9, 2), (11, 2), (17, 2)], 9), 6);
        assert!(rows(&strips).iter().all(|row| matches!(row, Row::Shown(_))));
        assert!(rows(&strips).contains(&Row::Shown(17)));
    }

    #[test]
    fn room_unfolds_the_day_and_leaves_the_night_folded() {
        use Row::Fold;
        let strips = plan(&demand(&[(9, 2)], 9), 48);
        assert_eq!(rows(&strips).first(), Some(&Fold(0, 5)));
        assert_eq!(rows(&strips).iter().filter(|row| matches!(row, Fold(..))).count(), 1);
        assert_eq!(strips.iter().map(|strip| strip.height).sum::<u16>(), 48);
    }

    #[test]
    fn a_short_cell_keeps_the_focus_and_counts_the_rest() {
        let items: Vec<_> = (0..5).map(|at| Thing { item: Item::Post(at), want: 2, most: 3 }).collect();
        for focus in 0..5 {
            for height in 1..=12 {
                let slots = fit(&items, focus, height);
                assert!(slots.iter().any(|slot| slot.item == Item::Post(focus)), "{focus} in {height}");
                let shown = slots.iter().filter(|slot| matches!(slot.item, Item::Post(_))).count();
                let hidden = slots.iter().map(|s| if let Item::More(more) = s.item { more } else { 0 }).sum::<usize>();
                assert_eq!(shown + hidden, 5);
            }
        }
    }

    proptest! {
        #[test]
        fn every_kept_hour_has_a_row_and_a_plan_that_fits_is_full(
            hours in prop::collection::vec((0u32..24, 1u16..12), 0..24), cursor in 0u32..24, height in 0u16..90, fold: bool,
        ) {
            let demand = Demand { fold, ..demand(&hours, cursor) };
            let strips = plan(&demand, height);
            for (hour, _) in &hours {
                prop_assert!(strips.iter().any(|strip| strip.row == Row::Shown(*hour)));
            }
            prop_assert!(strips.iter().any(|strip| strip.row == Row::Shown(cursor)));
            prop_assert!(strips.iter().all(|strip| strip.height > 0));
            let total: u16 = strips.iter().map(|strip| strip.height).sum();
            prop_assert!(total >= height, "blank lines: {} of {}", total, height);
        }
    }
}
