//! Pictures made ready for this terminal, and hung where the model says: the only file that holds pixels.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, imageops};
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::widgets::Widget;
use ratatui_image::Image;
use ratatui_image::protocol::Protocol as Ready;
use ratatui_image::protocol::halfblocks::Halfblocks;
use ratatui_image::protocol::iterm2::Iterm2;
use ratatui_image::protocol::kitty::Kitty;
use ratatui_image::protocol::sixel::Sixel;
use tokio::sync::Semaphore;

use super::graphics::{Graphics, Protocol};
use super::terminal;
use crate::tui::pictures::{Tile, Wish, fit};

/// The longest side that is decoded, in pixels.
const MOST_SIDE: u32 = 8192;
/// The largest file that is opened, and the most memory that decoding may take, in bytes.
const MOST_BYTES: u64 = 64_000_000;

/// The pictures that are ready.
#[derive(Clone)]
pub(super) struct Gallery {
    graphics: Option<Graphics>,
    /// Shared with whoever makes them ready in the background.
    ready: Arc<Mutex<BTreeMap<Wish, Ready>>>,
    /// What is being made ready and still wanted.
    wanted: Arc<Mutex<BTreeSet<Wish>>>,
    /// One is decoded at a time: each may take as much memory as is allowed.
    turn: Arc<Semaphore>,
}

impl Default for Gallery {
    fn default() -> Self {
        Self { graphics: None, ready: Arc::default(), wanted: Arc::default(), turn: Arc::new(Semaphore::new(1)) }
    }
}

impl Gallery {
    /// From now on for a terminal that can show this much.
    pub(super) fn show_as(&mut self, graphics: Option<Graphics>) {
        self.graphics = graphics;
        self.clear();
    }

    /// What this terminal can show.
    pub(super) fn graphics(&self) -> Option<Graphics> {
        self.graphics
    }

    /// Nothing that is ready is of use any more.
    pub(super) fn clear(&self) {
        self.ready().clear();
        self.wanted().clear();
    }

    /// Lets go of these.
    pub(super) fn drop_pictures(&self, wishes: &[Wish]) {
        self.ready().retain(|wish, _| !wishes.contains(wish));
        self.wanted().retain(|wish| !wishes.contains(wish));
    }

    /// From now on it is wanted.
    pub(super) fn want(&self, wish: &Wish) {
        self.wanted().insert(wish.clone());
    }

    /// Makes a wanted picture ready when its turn comes; nothing where it is not wanted any more by then.
    pub(super) async fn make(self, wish: Wish) -> Option<Result<(), String>> {
        // It is never closed.
        let _turn = self.turn.clone().acquire_owned().await.ok()?;
        if !self.wanted().contains(&wish) {
            return None;
        }
        let made = tokio::task::spawn_blocking(move || terminal::surviving(|| self.prepare(&wish)));
        Some(made.await.unwrap_or_else(|_| Err("it cannot be decoded".into())))
    }

    /// Reads and decodes its file, so it blocks; why there is none, in words.
    fn prepare(&self, wish: &Wish) -> Result<(), String> {
        let graphics = self.graphics.ok_or("this terminal shows no pictures")?;
        let made = decode(&wish.path).and_then(|picture| encode(&picture, wish, graphics));
        let still_wanted = self.wanted().remove(wish);
        let ready = made?;
        if still_wanted {
            self.ready().insert(wish.clone(), ready);
        }
        Ok(())
    }

    fn ready(&self) -> MutexGuard<'_, BTreeMap<Wish, Ready>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, BTreeSet<Wish>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws those that are ready over their places.
    pub(super) fn hang(&self, tiles: &[Tile], buf: &mut Buffer) {
        let ready = self.ready();
        for Tile { wish, area, .. } in tiles {
            // One that has to be cut off could reach over the edge of the screen.
            let whole = area.intersection(buf.area) == *area;
            if let Some(picture) = ready.get(wish).filter(|_| whole) {
                Image::new(picture).render(*area, buf);
            }
        }
    }
}

/// The first picture in a file, the right way up. Bounded before anything of it is decoded.
fn decode(path: &Path) -> Result<DynamicImage, String> {
    let about = std::fs::metadata(path).map_err(|error| unread(&error))?;
    if !about.is_file() {
        return Err("it is no file any more".into());
    }
    if about.len() > MOST_BYTES {
        return Err("the file is too large to be shown here; it goes out all the same".into());
    }
    let reader = ImageReader::open(path).and_then(ImageReader::with_guessed_format).map_err(|error| unread(&error))?;
    let mut decoder = reader.into_decoder().map_err(|error| undecoded(&error))?;
    let (width, height) = decoder.dimensions();
    if width > MOST_SIDE || height > MOST_SIDE || decoder.total_bytes() > MOST_BYTES {
        return Err(format!("{width}×{height} pixels are too many to be shown here; it goes out all the same"));
    }
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(MOST_SIDE), Some(MOST_SIDE));
    limits.max_alloc = Some(MOST_BYTES);
    decoder.set_limits(limits).map_err(|error| undecoded(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| undecoded(&error))?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn unread(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the file is not there any more".into(),
        io::ErrorKind::PermissionDenied => "the file may not be read".into(),
        _ => format!("the file cannot be read: {error}"),
    }
}

fn undecoded(error: &ImageError) -> String {
    match error {
        ImageError::Unsupported(_) => "this kind of picture is not shown here; it goes out all the same".into(),
        ImageError::Limits(_) => "it is too large to be shown here; it goes out all the same".into(),
        _ => "it is cut off or damaged; export or copy it again".into(),
    }
}

/// The picture as the terminal takes it, as large as its place allows.
fn encode(picture: &DynamicImage, wish: &Wish, graphics: Graphics) -> Result<Ready, String> {
    let (columns, rows) = fit((picture.width(), picture.height()), wish.cell, wish.cells);
    let size = Size::new(columns, rows);
    let room = (u32::from(columns) * u32::from(wish.cell.0), u32::from(rows) * u32::from(wish.cell.1));
    let failed = |error: ratatui_image::errors::Errors| format!("it cannot be drawn on this terminal: {error}");
    if graphics.protocol == Protocol::Blocks {
        let small = picture.thumbnail_exact(room.0, room.1);
        return Halfblocks::new(small, size).map(Ready::Halfblocks).map_err(failed);
    }
    let filled = filling(picture, room);
    match graphics.protocol {
        Protocol::Kitty => Kitty::new(filled, size, number(wish), false, true).map(Ready::Kitty),
        Protocol::Sixel => Sixel::new(filled, size, false).map(Ready::Sixel),
        Protocol::Iterm2 | Protocol::Blocks => Iterm2::new(filled, size, false).map(Ready::ITerm2),
    }
    .map_err(failed)
}

/// The picture at the top left of a transparent ground of whole cells, never enlarged.
fn filling(picture: &DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    let fits = picture.width() <= width && picture.height() <= height;
    let small = if fits { picture.clone() } else { picture.thumbnail(width, height) };
    let mut ground = DynamicImage::new_rgba8(width, height);
    imageops::overlay(&mut ground, &small, 0, 0);
    ground
}

/// The number under which kitty keeps it: the same picture has the same one.
fn number(wish: &Wish) -> u32 {
    let mut hasher = DefaultHasher::new();
    wish.hash(&mut hasher);
    let number = hasher.finish();
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default().max(1)
}

#[cfg(test)]
#[path = "gallery_tests.rs"]
mod tests;
