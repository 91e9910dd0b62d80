//! Pictures of every kind, and what only says it is one.

use std::path::PathBuf;

use image::codecs::gif::GifEncoder;
use image::{Frame, ImageFormat, Rgba, RgbaImage};
use ratatui::layout::Rect;
use ratatui::style::Color;

use super::*;

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn picture(&self, name: &str, picture: &DynamicImage) -> PathBuf {
        let path = self.0.path().join(name);
        picture.save(&path).unwrap();
        path
    }
}

const RED: Rgba<u8> = Rgba([200, 0, 0, 255]);
const BLUE: Rgba<u8> = Rgba([0, 0, 200, 255]);

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let colour = |x: u32, _| if x < width / 2 { RED } else { BLUE };
    RgbaImage::from_fn(width, height, colour).into()
}

fn wish(path: PathBuf) -> Wish {
    Wish { path, print: "print".into(), cells: (20, 5), cell: (10, 20) }
}

fn gallery(protocol: Protocol) -> Gallery {
    let mut gallery = Gallery::default();
    gallery.show_as(Some(Graphics { protocol, cell: (10, 20) }));
    gallery
}

fn make(gallery: &Gallery, wish: &Wish) {
    gallery.want(wish);
    gallery.prepare(wish).unwrap();
}

fn hung(gallery: &Gallery, wish: &Wish, area: Rect) -> Buffer {
    let mut buf = Buffer::empty(Rect::new(0, 0, 40, 10));
    gallery.hang(&[Tile { of: 0, wish: wish.clone(), area }], &mut buf);
    buf
}

#[test]
fn a_picture_hangs_in_its_place_in_its_own_colours_and_nowhere_else() {
    let folder = Folder::new();
    let wish = wish(folder.picture("halves.png", &halves(2000, 1000)));
    let gallery = gallery(Protocol::Blocks);
    make(&gallery, &wish);
    let buf = hung(&gallery, &wish, Rect::new(3, 2, 20, 5));
    let ground = |x, y| buf[(x, y)].bg;
    assert_eq!((ground(3, 2), ground(22, 6)), (Color::Rgb(200, 0, 0), Color::Rgb(0, 0, 200)));
    for (x, y) in [(2, 2), (23, 2), (3, 1), (3, 7)] {
        assert_eq!((ground(x, y), buf[(x, y)].symbol()), (Color::Reset, " "), "{x} {y}");
    }
    // A place that is not wholly on the screen stays empty.
    assert_eq!(hung(&gallery, &wish, Rect::new(30, 2, 20, 5)), Buffer::empty(Rect::new(0, 0, 40, 10)));
    gallery.drop_pictures(std::slice::from_ref(&wish));
    assert_eq!(hung(&gallery, &wish, Rect::new(3, 2, 20, 5)), Buffer::empty(Rect::new(0, 0, 40, 10)));
}

#[test]
fn each_terminal_is_spoken_to_in_its_own_way() {
    let folder = Folder::new();
    let wish = wish(folder.picture("halves.jpg", &halves(400, 200).to_rgb8().into()));
    for (protocol, mark) in
        [(Protocol::Kitty, "\x1b_G"), (Protocol::Sixel, "\x1bP"), (Protocol::Iterm2, "\x1b]1337;File=")]
    {
        let gallery = gallery(protocol);
        make(&gallery, &wish);
        let buf = hung(&gallery, &wish, Rect::new(3, 2, 20, 5));
        assert!(buf[(3, 2)].symbol().contains(mark), "{protocol:?}: {:?}", buf[(3, 2)].symbol());
        assert_eq!(buf[(2, 2)].symbol(), " ");
    }
}

#[test]
fn kitty_is_sent_the_pixels_once() {
    let folder = Folder::new();
    let wish = wish(folder.picture("halves.webp", &halves(40, 20)));
    let gallery = gallery(Protocol::Kitty);
    make(&gallery, &wish);
    let area = Rect::new(0, 0, 20, 5);
    assert!(hung(&gallery, &wish, area)[(0, 0)].symbol().contains("\x1b_G"));
    assert!(!hung(&gallery, &wish, area)[(0, 0)].symbol().contains("\x1b_G"));
}

#[test]
fn of_what_moves_the_first_frame_is_shown() {
    let folder = Folder::new();
    let mut bytes = Vec::new();
    let frame = |colour| Frame::new(RgbaImage::from_pixel(20, 20, colour));
    GifEncoder::new(&mut bytes).encode_frames([frame(RED), frame(BLUE)]).unwrap();
    let wish = wish(folder.file("moves.gif", &bytes));
    let gallery = gallery(Protocol::Blocks);
    make(&gallery, &wish);
    assert_eq!(hung(&gallery, &wish, Rect::new(0, 0, 20, 5))[(0, 0)].bg, Color::Rgb(200, 0, 0));
}

/// A PNG that says it is so large, with as many bytes of nothing as its header wants, packed.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let small = RgbaImage::from_pixel(1, 1, RED);
    let mut bytes = Vec::new();
    small.write_to(&mut std::io::Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// The sum of a PNG's chunk, bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    let step = |sum: u32| if sum & 1 == 1 { 0xEDB8_8320 ^ (sum >> 1) } else { sum >> 1 };
    !bytes.iter().fold(u32::MAX, |sum, byte| (0..8).fold(sum ^ u32::from(*byte), |sum, _| step(sum)))
}

#[test]
fn what_is_too_large_or_no_picture_is_refused_in_words_before_it_is_decoded() {
    let folder = Folder::new();
    let gallery = gallery(Protocol::Blocks);
    let refused = |path: PathBuf| gallery.prepare(&wish(path)).unwrap_err();
    // The header alone says so: two billion pixels, and then a bomb within the sides and beyond the memory.
    for (name, width, height) in [("absurd.png", u32::MAX / 2, 2), ("long.png", 1, 9000), ("bomb.png", 8000, 8000)] {
        let words = refused(folder.file(name, &bomb(width, height)));
        assert!(words.contains("too") && words.contains("shown here"), "{name}: {words}");
    }
    // Within every bound, and not what it says it is.
    assert!(refused(folder.file("lies.png", &bomb(900, 900))).contains("damaged"));
    let mut cut = std::fs::read(folder.picture("whole.png", &halves(400, 400))).unwrap();
    cut.truncate(cut.len() / 2);
    assert!(refused(folder.file("cut.png", &cut)).contains("damaged"));
    assert!(refused(folder.file("words.png", b"not a picture at all")).contains("damaged"));
    assert!(refused(folder.file("other.bmp", b"BM and so on")).contains("not shown here"));
    assert!(refused(folder.0.path().join("gone.png")).contains("not there any more"));
    assert!(refused(folder.0.path().to_owned()).contains("no file"));
    let huge = folder.0.path().join("huge.png");
    std::fs::File::create(&huge).unwrap().set_len(MOST_BYTES + 1).unwrap();
    assert!(refused(huge).contains("too large"));
}

#[cfg(unix)]
#[test]
fn a_picture_without_rights_or_in_a_pipe_is_said_and_nobody_waits() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let gallery = gallery(Protocol::Blocks);
    let path = folder.picture("private.png", &halves(40, 20));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything reads this too.
    if std::fs::File::open(&path).is_err() {
        assert!(gallery.prepare(&wish(path)).unwrap_err().contains("may not be read"));
    }
    let pipe = folder.0.path().join("pipe.png");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::from_raw_mode(0o600), 0)
        .unwrap();
    assert!(gallery.prepare(&wish(pipe)).unwrap_err().contains("no file"));
}

#[tokio::test]
async fn what_nobody_wants_any_more_is_neither_made_nor_kept() {
    let folder = Folder::new();
    let wish = wish(folder.picture("halves.png", &halves(40, 20)));
    let gallery = gallery(Protocol::Blocks);
    let (area, nothing) = (Rect::new(0, 0, 20, 5), Buffer::empty(Rect::new(0, 0, 40, 10)));
    gallery.want(&wish);
    gallery.drop_pictures(std::slice::from_ref(&wish));
    assert_eq!(gallery.clone().make(wish.clone()).await, None);
    // Dropped while it was being made.
    gallery.prepare(&wish).unwrap();
    assert_eq!(hung(&gallery, &wish, area), nothing);
    gallery.want(&wish);
    assert_eq!(gallery.clone().make(wish.clone()).await, Some(Ok(())));
    assert_ne!(hung(&gallery, &wish, area), nothing);
}
