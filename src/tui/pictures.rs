//! Pictures of attachments: which are wanted, how large, and what came of each. The model knows that a picture is there
//! and never its pixels: those belong to whoever owns the terminal.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ratatui::layout::Rect;

use super::effect::Effect;
use super::grid::Spot;
use crate::domain::media::{Media, MediaKind};

/// Width and height of one cell where nobody has told yet, in pixels: about what fonts have.
pub const USUAL_CELL: (u16, u16) = (10, 20);
/// Pictures that are ready and not shown are kept up to this number, so that going back to them is instant.
const MOST_KEPT: usize = 24;

/// Whether pictures can be shown, and how large a cell is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Not at all: words stand in their place.
    #[default]
    Off,
    /// The terminal is asked when the first picture is wanted.
    Unasked,
    /// It was asked and has not answered.
    Asked,
    /// They can: a cell is as many pixels wide and high.
    Shown((u16, u16)),
}

/// A picture at a size. Two with the same value are the same picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wish {
    /// The file.
    pub path: PathBuf,
    /// The fingerprint of what was in it when it was attached.
    pub print: String,
    /// Columns and rows it may take.
    pub cells: (u16, u16),
    /// Width and height of a cell, in pixels.
    pub cell: (u16, u16),
}

/// A picture with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which attachment it shows.
    pub of: usize,
    /// What is wanted.
    pub wish: Wish,
    /// Where it is.
    pub area: Rect,
}

/// What is known of the pictures that were wanted.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// Whether there are any at all.
    pub way: Way,
    /// None while it is being made ready; else whether it is, or why not.
    known: BTreeMap<Wish, Option<Result<(), String>>>,
}

impl Pictures {
    /// How large a cell is taken to be; none where no picture is ever shown.
    pub fn cell(&self) -> Option<(u16, u16)> {
        match self.way {
            Way::Off => None,
            Way::Unasked | Way::Asked => Some(USUAL_CELL),
            Way::Shown(cell) => Some(cell),
        }
    }

    /// What came of a picture; none while nobody knows.
    pub fn state(&self, wish: &Wish) -> Option<&Result<(), String>> {
        self.known.get(wish)?.as_ref()
    }

    /// These are to be seen now: asks for those that nobody has asked for, and lets go of old ones.
    pub fn want(&mut self, wanted: &[Wish]) -> Vec<Effect> {
        let mut effects = Vec::new();
        match self.way {
            Way::Unasked if !wanted.is_empty() => {
                self.way = Way::Asked;
                return vec![Effect::AskForPictures];
            }
            Way::Shown(_) => {}
            _ => return effects,
        }
        for wish in wanted {
            if !self.known.contains_key(wish) {
                self.known.insert(wish.clone(), None);
                effects.push(Effect::Picture(wish.clone()));
            }
        }
        // What nobody waits for any more need not be made: a window that is drawn larger passes through many sizes.
        let unmade = self.known.iter().filter(|(wish, made)| made.is_none() && !wanted.contains(wish));
        let unmade: Vec<Wish> = unmade.map(|(wish, _)| wish.clone()).collect();
        if !unmade.is_empty() {
            self.known.retain(|wish, _| !unmade.contains(wish));
            effects.push(Effect::DropPictures(unmade));
        }
        let idle: Vec<Wish> = self.known.keys().filter(|known| !wanted.contains(known)).cloned().collect();
        if idle.len() > MOST_KEPT || (wanted.is_empty() && !idle.is_empty()) {
            self.known.retain(|known, _| wanted.contains(known));
            effects.push(Effect::DropPictures(idle));
        }
        effects
    }

    /// A picture is ready, or will not be.
    pub fn answered(&mut self, wish: &Wish, result: Result<(), String>) {
        if let Some(known) = self.known.get_mut(wish) {
            *known = Some(result);
        }
    }

    /// The terminal has answered, or its cells have another size; `None`: it shows no pictures.
    pub fn told(&mut self, cell: Option<(u16, u16)>) {
        self.way = cell.filter(|(width, height)| *width > 0 && *height > 0).map_or(Way::Off, Way::Shown);
        self.known.clear();
    }

    /// What was ready is not any more: the terminal was in other hands.
    pub fn forget(&mut self) {
        self.known.clear();
    }
}

/// Columns and rows that a picture of so many pixels takes within `most` of them, in its own proportions and never
/// enlarged; at least one of each.
pub fn fit(pixels: (u32, u32), cell: (u16, u16), most: (u16, u16)) -> (u16, u16) {
    let (width, height) = (u64::from(pixels.0.max(1)), u64::from(pixels.1.max(1)));
    let room = (u64::from(most.0) * u64::from(cell.0), u64::from(most.1) * u64::from(cell.1));
    // As a fraction, so that nothing is rounded before the end.
    let (over, under) = match (width <= room.0 && height <= room.1, room.0 * height <= room.1 * width) {
        (true, _) => (1, 1),
        (false, true) => (room.0, width),
        (false, false) => (room.1, height),
    };
    let cells = |side: u64, of: u16, most: u16| {
        let whole = (side * over / under.max(1)).div_ceil(u64::from(of.max(1)));
        u16::try_from(whole).unwrap_or(u16::MAX).clamp(1, most.max(1))
    };
    (cells(width, cell.0, most.0), cells(height, cell.1, most.1))
}

/// Whether a picture of it could be shown: a still or moving picture that was attached from this machine by a person.
/// What is on the web is not fetched for it, and what a provider names by a path is not opened.
pub fn can_show(media: &Media) -> bool {
    matches!(media.kind, MediaKind::Image | MediaKind::Gif) && media.content.is_some() && media.is_local()
}

/// The pictures that can be shown, each in the middle of its place, one alone at its beginning; above the number of those that follow, on the last.
pub fn tiles(media: &[Media], spots: &[Spot], cell: (u16, u16)) -> Vec<Tile> {
    let tile = |spot: &Spot| {
        let item = media.get(spot.of).filter(|item| can_show(item))?;
        let (path, print) = (item.local_path()?, item.content.as_ref()?.print.clone());
        let height = spot.area.height - u16::from(spot.more > 0 && spot.area.height > 1);
        let room = Rect { height, ..spot.area };
        let cells = fit(item.pixels.unwrap_or((1, 1)), cell, (room.width, room.height));
        let (beside, below) = ((room.width - cells.0) / 2, (room.height - cells.1) / 2);
        let (x, y) = if spots.len() == 1 { (room.x, room.y) } else { (room.x + beside, room.y + below) };
        let wish = Wish { path, print, cells, cell };
        Some(Tile { of: spot.of, wish, area: Rect::new(x, y, cells.0, cells.1) })
    };
    spots.iter().filter_map(tile).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::media::Content;
    use crate::text::rules::Gallery;
    use crate::tui::grid::spots;

    #[test]
    fn a_picture_keeps_its_proportions_and_is_never_enlarged() {
        for (pixels, most, cells) in [
            // As wide as there is room: 400 pixels, so 300 high.
            ((4000, 3000), (40, 20), (40, 15)),
            // As high as there is room.
            ((3000, 4000), (40, 9), (14, 9)),
            ((100, 100), (40, 9), (10, 5)),
            ((1, 1), (40, 9), (1, 1)),
            ((8000, 1), (40, 9), (40, 1)),
            ((1, 8000), (40, 9), (1, 9)),
            ((u32::MAX, u32::MAX), (40, 9), (18, 9)),
            ((0, 0), (40, 9), (1, 1)),
        ] {
            assert_eq!(fit(pixels, (10, 20), most), cells, "{pixels:?} in {most:?}");
        }
    }

    fn picture(name: &str) -> Media {
        let content = Some(Content { mime: "image/png".into(), print: name.into() });
        let file = Media::of_file(&Path::new("/tmp").join(name), MediaKind::Image).unwrap();
        Media { content, pixels: Some((1600, 1200)), ..file }
    }

    #[test]
    fn only_what_a_person_attached_here_is_opened_and_stays_within_its_place() {
        let web = Media::at_address("https://media.example/a.png".into(), MediaKind::Image);
        // A provider may name any path it likes: without a fingerprint of ours it is left alone.
        let named = Media { content: None, ..picture("named") };
        let film = Media { kind: MediaKind::Video, ..picture("film") };
        let all = [web, picture("a"), named, film, picture("b"), picture("c")];
        let spots = spots(all.len(), Gallery::Album, Some(USUAL_CELL), (50, 9));
        let tiles = tiles(&all, &spots, USUAL_CELL);
        assert_eq!(tiles.iter().map(|tile| tile.of).collect::<Vec<_>>(), [1, 4, 5]);
        for tile in &tiles {
            let spot = &spots[tile.of];
            assert_eq!(tile.area.intersection(spot.area), tile.area, "{tile:?} in {spot:?}");
        }
    }

    #[test]
    fn above_the_number_of_those_that_follow_the_last_is_a_row_lower() {
        let all: Vec<Media> = ["a", "b", "c", "d", "e", "f"].map(picture).into();
        let spots = spots(all.len(), Gallery::Quarters, Some(USUAL_CELL), (50, 11));
        let tiles = tiles(&all, &spots, USUAL_CELL);
        assert_eq!((tiles.len(), spots[3].more), (4, 2));
        assert!(tiles[3].area.bottom() < spots[3].area.bottom(), "{tiles:?}");
        assert_eq!(tiles[0].area.height, spots[0].area.height);
    }

    #[test]
    fn the_terminal_is_asked_once_and_a_picture_is_made_once() {
        let one = spots(1, Gallery::Strip, Some(USUAL_CELL), (40, 8));
        let wish = tiles(&[picture("a")], &one, USUAL_CELL).remove(0).wish;
        let mut pictures = Pictures::default();
        assert!(pictures.want(std::slice::from_ref(&wish)).is_empty(), "switched off");
        pictures.way = Way::Unasked;
        assert!(pictures.want(&[]).is_empty(), "nothing to be shown, nothing to be asked");
        assert_eq!(pictures.want(std::slice::from_ref(&wish)), [Effect::AskForPictures]);
        assert!(pictures.want(std::slice::from_ref(&wish)).is_empty());
        pictures.told(Some((8, 16)));
        assert_eq!(pictures.want(std::slice::from_ref(&wish)), [Effect::Picture(wish.clone())]);
        assert!(pictures.want(std::slice::from_ref(&wish)).is_empty());
        assert_eq!(pictures.state(&wish), None);
        // Another size is wanted before it is ready.
        let mut other = wish.clone();
        other.cells = (4, 2);
        let again = pictures.want(std::slice::from_ref(&other));
        assert_eq!(again, [Effect::Picture(other.clone()), Effect::DropPictures(vec![wish.clone()])]);
        let back = pictures.want(std::slice::from_ref(&wish));
        assert_eq!(back, [Effect::Picture(wish.clone()), Effect::DropPictures(vec![other])]);
        pictures.answered(&wish, Err("damaged".into()));
        assert_eq!(pictures.state(&wish), Some(&Err("damaged".into())));
        // The composer was left: nothing is kept.
        assert_eq!(pictures.want(&[]), [Effect::DropPictures(vec![wish.clone()])]);
        pictures.told(None);
        assert_eq!((pictures.way, pictures.want(&[wish])), (Way::Off, Vec::new()));
    }
}
