//! One file, measured: on this machine, or as far as the beginning of one elsewhere is known.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::FileError;
use super::whole::is_whole;
use super::{print, video};
use crate::domain::media::{Content, Media, MediaKind};

/// The first bytes, from which a type is told.
const HEAD: u64 = 8192;

/// What a file shows of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What it is.
    pub kind: MediaKind,
    /// Its type by its first bytes: `image/png`.
    pub mime: &'static str,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
    /// Length in milliseconds.
    pub millis: Option<u64>,
}

/// Why a file is nothing to attach, whoever asks.
#[derive(Debug)]
pub(super) enum Odd {
    Empty,
    /// What its first bytes say.
    Foreign(String),
    /// Of this type, and its head makes no sense.
    Damaged(&'static str),
    /// Of this type, and its end is missing.
    CutOff(&'static str),
    Unread(io::Error),
}

impl From<io::Error> for Odd {
    fn from(error: io::Error) -> Self {
        Self::Unread(error)
    }
}

pub(super) fn file(path: &Path) -> Result<Media, FileError> {
    let about = fs::metadata(path).map_err(|error| cannot(path, &error))?;
    // Before it is opened: opening a pipe waits for somebody who writes to it.
    regular(path, &about)?;
    let mut file = File::open(path).map_err(|error| cannot(path, &error))?;
    let bytes = file.metadata().map_err(|error| cannot(path, &error))?.len();
    let seen = look(&mut file, bytes, true).map_err(|odd| refused(path, odd))?;
    let Some(media) = Media::of_file(path, seen.kind) else {
        return Err(FileError::Unreadable { path: shown(path), why: "its path is not absolute".into() });
    };
    let print = print::of(&mut file, bytes).map_err(|error| cannot(path, &error))?;
    let content = Some(Content { mime: seen.mime.to_owned(), print });
    Ok(Media { bytes: Some(bytes), pixels: seen.pixels, millis: seen.millis, content, ..media })
}

/// Looks at a file of `bytes` bytes; `to_its_end`, also whether a picture is all there.
pub(super) fn look<F: Read + Seek>(file: &mut F, bytes: u64, to_its_end: bool) -> Result<Seen, Odd> {
    file.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    file.take(HEAD.min(bytes)).read_to_end(&mut head)?;
    if head.is_empty() {
        return Err(Odd::Empty);
    }
    let (kind, mime) = kind(&head)?;
    let mut seen = Seen { kind, mime, pixels: None, millis: None };
    match kind {
        MediaKind::Image | MediaKind::Gif => {
            file.seek(SeekFrom::Start(0))?;
            let size = imagesize::reader_size(BufReader::new(&mut *file)).ok();
            let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
            seen.pixels = size.and_then(|size| Some((side(size.width)?, side(size.height)?)));
            if seen.pixels.is_none() {
                return Err(Odd::Damaged(mime));
            }
            if to_its_end && !is_whole(&mut BufReader::new(&mut *file), mime, bytes)? {
                return Err(Odd::CutOff(mime));
            }
        }
        MediaKind::Video if matches!(mime, "video/mp4" | "video/quicktime") => {
            let film = video::look(&mut *file, bytes);
            (seen.pixels, seen.millis) = (film.pixels, film.millis);
        }
        MediaKind::Video | MediaKind::Document | MediaKind::Other => {}
    }
    Ok(seen)
}

fn refused(path: &Path, odd: Odd) -> FileError {
    let at = shown(path);
    match odd {
        Odd::Empty => FileError::Empty { path: at },
        Odd::Foreign(what) => FileError::Foreign { path: at, what },
        Odd::Damaged(mime) => FileError::Damaged { path: at, mime: mime.to_owned() },
        Odd::CutOff(mime) => FileError::CutOff { path: at, mime: mime.to_owned() },
        Odd::Unread(error) => cannot(path, &error),
    }
}

fn regular(path: &Path, about: &Metadata) -> Result<(), FileError> {
    if about.is_file() {
        return Ok(());
    }
    if about.is_dir() {
        return Err(FileError::Folder { path: shown(path) });
    }
    Err(FileError::Special { path: shown(path), what: special(about) })
}

#[cfg(unix)]
fn special(about: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match about.file_type() {
        kind if kind.is_fifo() => "a pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    }
}

#[cfg(not(unix))]
fn special(_: &Metadata) -> &'static str {
    "a device"
}

/// What it is by its first bytes, whatever its name says.
fn kind(head: &[u8]) -> Result<(MediaKind, &'static str), Odd> {
    let Some(found) = infer::get(head) else {
        let text = std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0'));
        return Err(Odd::Foreign(if text { "text".into() } else { "of no kind that is known".into() }));
    };
    let mime = found.mime_type();
    match mime {
        "image/gif" => Ok((MediaKind::Gif, mime)),
        "image/jpeg" | "image/png" | "image/webp" | "image/bmp" | "image/tiff" | "image/heif" | "image/heic"
        | "image/avif" | "image/jxl" => Ok((MediaKind::Image, mime)),
        // Named here after what everybody else calls them.
        "video/x-m4v" => Ok((MediaKind::Video, "video/mp4")),
        _ if mime.starts_with("video/") => Ok((MediaKind::Video, mime)),
        "application/pdf" => Ok((MediaKind::Document, mime)),
        "application/msword"
        | "application/vnd.ms-powerpoint"
        | "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        | "application/vnd.openxmlformats-officedocument.presentationml.presentation" => {
            Ok((MediaKind::Document, mime))
        }
        "text/html" => Err(Odd::Foreign("a web page".into())),
        _ => Err(Odd::Foreign(format!("{} ({mime})", found.extension().to_uppercase()))),
    }
}

fn cannot(path: &Path, error: &io::Error) -> FileError {
    let path = shown(path);
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileError::Missing { path },
        io::ErrorKind::PermissionDenied => FileError::Forbidden { path },
        _ => FileError::Unreadable { path, why: error.to_string() },
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
