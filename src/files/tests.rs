use std::fs;
use std::path::PathBuf;

use super::*;
use crate::domain::media::MediaKind;

/// A PNG of that many pixels, without any.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(b"\0\0\0\0IEND\xaeB`\x82");
    bytes
}

/// A real picture of 40 × 30 pixels.
fn drawn(format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbaImage::from_fn(40, 30, |x, y| image::Rgba([x as u8 * 6, y as u8 * 8, (x * y) as u8, 255]));
    // A JPEG has no transparency.
    let picture = image::DynamicImage::from(picture);
    let picture = if format == image::ImageFormat::Jpeg { picture.to_rgb8().into() } else { picture };
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap();
    [size.to_be_bytes().as_slice(), kind, body].concat()
}

/// An MP4 of `millis`, with `filling` bytes of film before its index, as cameras write it.
fn mp4(millis: u32, pixels: (u16, u16), upright: bool, filling: usize) -> Vec<u8> {
    let matrix: [u32; 9] = if upright {
        [0, 0x1_0000, 0, 0xffff_0000, 0, 0, 0, 0, 0x4000_0000]
    } else {
        [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000]
    };
    let matrix: Vec<u8> = matrix.iter().flat_map(|number| number.to_be_bytes()).collect();
    let mut movie = vec![0; 12];
    movie.extend(1000u32.to_be_bytes());
    movie.extend(millis.to_be_bytes());
    movie.extend([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    movie.extend(&matrix);
    movie.extend([0; 24]);
    movie.extend(3u32.to_be_bytes());
    let mut track = vec![0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    track.extend(millis.to_be_bytes());
    track.extend([0; 16]);
    track.extend(&matrix);
    for side in [pixels.0, pixels.1] {
        track.extend(side.to_be_bytes());
        track.extend([0, 0]);
    }
    let moov = [boxed(b"mvhd", &movie), boxed(b"trak", &boxed(b"tkhd", &track))].concat();
    [boxed(b"ftyp", b"isom\0\0\x02\0isomiso2mp41"), boxed(b"mdat", &vec![0; filling]), boxed(b"moov", &moov)].concat()
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn words(path: &Path) -> String {
    let words = measure(path).unwrap_err().to_string();
    assert!(words.contains(&*path.display().to_string()), "{words}");
    words
}

#[test]
fn a_picture_is_told_by_its_content_and_measured_without_decoding() {
    let folder = Folder::new();
    let media = measure(&folder.with("holiday.jpg", &png(60_000, 50_000))).unwrap();
    assert_eq!((media.kind, media.pixels, media.bytes), (MediaKind::Image, Some((60_000, 50_000)), Some(45)));
    let content = media.content.unwrap();
    assert_eq!((content.mime.as_str(), media.name.as_str()), ("image/png", "holiday.jpg"));
    let gif = measure(&folder.with("wave.gif", b"GIF89a\x40\x01\xf0\x00\0\0\0\x3b")).unwrap();
    assert_eq!((gif.kind, gif.pixels), (MediaKind::Gif, Some((320, 240))));
    let pdf = measure(&folder.with("slides.pdf", b"%PDF-1.7\n1 0 obj")).unwrap();
    assert_eq!((pdf.kind, pdf.pixels), (MediaKind::Document, None));
}

#[test]
fn a_picture_that_is_cut_off_anywhere_is_said_to_be_no_whole_one() {
    use image::ImageFormat::{Gif, Jpeg, Png, WebP};
    let folder = Folder::new();
    for (name, format) in [("a.png", Png), ("a.jpg", Jpeg), ("a.gif", Gif), ("a.webp", WebP)] {
        let whole = drawn(format);
        let media = measure(&folder.with(name, &whole)).unwrap();
        assert_eq!(media.pixels, Some((40, 30)), "{name}");
        // What some programs append after its end does no harm.
        let longer = [whole.as_slice(), b"appended"].concat();
        assert!(measure(&folder.with(name, &longer)).is_ok(), "{name}");
        for left in (64..whole.len()).step_by(7).chain([whole.len() - 1]) {
            let words = words(&folder.with(name, &whole[..left]));
            assert!(words.contains("cut off") && words.contains("again"), "{name} at {left}: {words}");
        }
        let words = words(&folder.with(name, &whole[..whole.len() * 3 / 4]));
        assert!(words.contains("is not a whole picture"), "{name}: {words}");
    }
}

#[test]
fn a_film_is_measured_from_its_index_and_turned_as_it_is_shown() {
    let folder = Folder::new();
    let lying = measure(&folder.with("a.mp4", &mp4(12_500, (1920, 1080), false, 5000))).unwrap();
    assert_eq!((lying.kind, lying.pixels, lying.millis), (MediaKind::Video, Some((1920, 1080)), Some(12_500)));
    let upright = measure(&folder.with("b.mp4", &mp4(3000, (1920, 1080), true, 0))).unwrap();
    assert_eq!((upright.pixels, upright.millis), (Some((1080, 1920)), Some(3000)));
    // Cut in the middle: what was measured stays absent, never zero.
    let bytes = mp4(3000, (1920, 1080), false, 100);
    let cut = measure(&folder.with("c.mp4", &bytes[..bytes.len() - 200])).unwrap();
    assert_eq!((cut.kind, cut.pixels), (MediaKind::Video, None));
}

#[test]
fn three_gigabytes_are_measured_and_not_read() {
    let folder = Folder::new();
    let path = folder.with("long.mp4", &boxed(b"ftyp", b"isom\0\0\x02\0isomiso2mp41"));
    let size = 3_000_000_000;
    fs::File::options().write(true).open(&path).unwrap().set_len(size).unwrap();
    let media = measure(&path).unwrap();
    assert_eq!((media.kind, media.bytes, media.millis), (MediaKind::Video, Some(size), None));
    let print = media.content.unwrap().print;
    assert!(print.starts_with("ends:"), "{print}");
    assert_eq!(measure(&path).unwrap().content.unwrap().print, print);
}

#[test]
fn another_byte_is_another_file() {
    let folder = Folder::new();
    let one = measure(&folder.with("a.png", &png(10, 10))).unwrap().content.unwrap();
    let same = measure(&folder.with("b.png", &png(10, 10))).unwrap().content.unwrap();
    let mut bytes = png(10, 10);
    *bytes.last_mut().unwrap() = 1;
    let other = measure(&folder.with("c.png", &bytes)).unwrap().content.unwrap();
    assert_eq!(one.print, same.print);
    assert_ne!(one.print, other.print);
}

#[test]
fn what_cannot_be_attached_is_refused_with_a_way_out() {
    let folder = Folder::new();
    assert!(words(&folder.0.path().join("gone.png")).starts_with("there is no file"));
    assert!(words(&folder.with("a.png", b"hello, I am a text")).contains("is text, not a picture"));
    assert!(words(&folder.with("b.png", &[0, 1, 2, 3, 200, 201])).contains("of no kind that is known"));
    assert!(words(&folder.with("c.png", b"\x89PNG\r\n\x1a\n\0\0")).contains("cut off or damaged"));
    assert!(words(&folder.with("d.png", b"")).contains("is empty"));
    assert!(words(&folder.with("e.png", b"PK\x03\x04\x14\0\0\0\0\0")).contains("ZIP"));
    assert!(words(folder.0.path()).contains("is a folder"));
    let below_a_file = folder.with("f", b"x").join("g.png");
    assert!(words(&below_a_file).starts_with("there is no file"));
}

#[cfg(unix)]
#[test]
fn a_pipe_a_socket_and_a_file_without_rights_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let socket = folder.0.path().join("s");
    let _open = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    assert!(words(&socket).contains("a socket"));
    let pipe = folder.0.path().join("p");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    assert!(words(&pipe).contains("a pipe"));
    let closed = folder.with("closed.png", &png(1, 1));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever is root may read everything.
    if fs::File::open(&closed).is_err() {
        assert!(words(&closed).contains("may not be read"));
    }
}
