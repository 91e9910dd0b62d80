//! One file, measured.

use std::fs::{self, File, Metadata};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::FileError;
use super::whole::is_whole;
use super::{print, video};
use crate::domain::media::{Content, Media, MediaKind};

/// The first bytes, from which a type is told.
const HEAD: u64 = 8192;

pub(super) fn file(path: &Path) -> Result<Media, FileError> {
    let about = fs::metadata(path).map_err(|error| cannot(path, &error))?;
    // Before it is opened: opening a pipe waits for somebody who writes to it.
    regular(path, &about)?;
    let mut file = File::open(path).map_err(|error| cannot(path, &error))?;
    let bytes = file.metadata().map_err(|error| cannot(path, &error))?.len();
    let mut head = Vec::new();
    (&mut file).take(HEAD).read_to_end(&mut head).map_err(|error| cannot(path, &error))?;
    if head.is_empty() {
        return Err(FileError::Empty { path: shown(path) });
    }
    let (kind, mime) = kind(path, &head)?;
    let Some(mut media) = Media::of_file(path, kind) else {
        return Err(FileError::Unreadable { path: shown(path), why: "its path is not absolute".into() });
    };
    media.bytes = Some(bytes);
    measure(&mut media, path, &mut file, mime, bytes)?;
    let print = print::of(&mut file, bytes).map_err(|error| cannot(path, &error))?;
    media.content = Some(Content { mime: mime.to_owned(), print });
    Ok(media)
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
fn kind(path: &Path, head: &[u8]) -> Result<(MediaKind, &'static str), FileError> {
    let foreign = |what: String| FileError::Foreign { path: shown(path), what };
    let Some(found) = infer::get(head) else {
        let text = std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0'));
        return Err(foreign(if text { "text".into() } else { "of no kind that is known".into() }));
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
        _ => Err(foreign(format!("{} ({mime})", found.extension().to_uppercase()))),
    }
}

fn measure(media: &mut Media, path: &Path, file: &mut File, mime: &str, bytes: u64) -> Result<(), FileError> {
    match media.kind {
        MediaKind::Image | MediaKind::Gif => {
            file.seek(SeekFrom::Start(0)).map_err(|error| cannot(path, &error))?;
            let size = imagesize::reader_size(BufReader::new(&mut *file)).ok();
            let side = |pixels: usize| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0);
            media.pixels = size.and_then(|size| Some((side(size.width)?, side(size.height)?)));
            if media.pixels.is_none() {
                return Err(FileError::Damaged { path: shown(path), mime: mime.to_owned() });
            }
            let to_its_end = is_whole(&mut BufReader::new(&mut *file), mime, bytes);
            if !to_its_end.map_err(|error| cannot(path, &error))? {
                return Err(FileError::CutOff { path: shown(path), mime: mime.to_owned() });
            }
        }
        MediaKind::Video if matches!(mime, "video/mp4" | "video/quicktime") => {
            let film = video::look(&mut *file, bytes);
            (media.pixels, media.millis) = (film.pixels, film.millis);
        }
        MediaKind::Video | MediaKind::Document | MediaKind::Other => {}
    }
    Ok(())
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
