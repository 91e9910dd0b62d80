//! Pixels and length of an MP4 or MOV, from the boxes at its top; the film itself is never read.

use std::io::{BufReader, Read, Seek, SeekFrom};

use mp4_atom::{Atom, FourCC, Header, Mvhd, ReadFrom, Tkhd};

/// More boxes than any film has side by side.
const MOST_BOXES: usize = 4096;
/// The movie, and a track of it.
const MOOV: FourCC = FourCC::new(b"moov");
const TRAK: FourCC = FourCC::new(b"trak");
/// More bytes than the two boxes that are read can have.
const MOST_BYTES: usize = 1024;

/// What was found; nothing of it is certain to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Film {
    pub pixels: Option<(u32, u32)>,
    pub millis: Option<u64>,
}

/// Looks through a file of `bytes` bytes. What cannot be made sense of is left out.
pub(super) fn look<R: Read + Seek>(file: R, bytes: u64) -> Film {
    let mut walk = Walk { file: BufReader::new(file), left: MOST_BOXES, film: Film::default() };
    // A cut or strange file has told what it could.
    let _ = walk.between(0, bytes, 0);
    walk.film
}

struct Walk<R> {
    file: BufReader<R>,
    /// How many boxes may still be looked at.
    left: usize,
    film: Film,
}

impl<R: Read + Seek> Walk<R> {
    /// Goes through the boxes from `at` to `end`, and into those that hold what is looked for: a head in the movie, and
    /// one in each track of it.
    fn between(&mut self, at: u64, end: u64, depth: u8) -> mp4_atom::Result<()> {
        let mut at = at;
        while at < end && self.left > 0 {
            self.left -= 1;
            self.file.seek(SeekFrom::Start(at))?;
            let header = Header::read_from(&mut self.file)?;
            let start = self.file.stream_position()?;
            let size = header.size.and_then(|size| u64::try_from(size).ok());
            let next = size.map_or(end, |size| start.saturating_add(size)).min(end);
            let bytes = next.saturating_sub(start);
            match (header.kind, depth) {
                (MOOV, 0) | (TRAK, 1) => self.between(start, next, depth + 1)?,
                (Mvhd::KIND, 1) => self.film.millis = body(&mut self.file, bytes).as_ref().and_then(length),
                (Tkhd::KIND, 2) if self.film.pixels.is_none() => {
                    self.film.pixels = body(&mut self.file, bytes).as_ref().and_then(shown);
                }
                _ => {}
            }
            at = next;
        }
        Ok(())
    }
}

fn body<A: Atom, R: Read>(file: &mut R, bytes: u64) -> Option<A> {
    let bytes = usize::try_from(bytes).ok().filter(|bytes| *bytes <= MOST_BYTES)?;
    let mut body = vec![0; bytes];
    file.read_exact(&mut body).ok()?;
    A::decode_body(&mut body.as_slice()).ok()
}

fn length(head: &Mvhd) -> Option<u64> {
    // Nothing, and all ones, both mean that nobody knows.
    let known = head.duration > 0 && head.duration < u64::from(u32::MAX) && head.timescale > 0;
    known.then(|| head.duration.saturating_mul(1000) / u64::from(head.timescale))
}

/// As it is shown: a film taken upright is stored lying, with a note to turn it.
fn shown(head: &Tkhd) -> Option<(u32, u32)> {
    let (width, height) = (u32::from(head.width.integer()), u32::from(head.height.integer()));
    let turned = head.matrix.a == 0 && head.matrix.d == 0 && head.matrix.b != 0;
    let pixels = if turned { (height, width) } else { (width, height) };
    (width > 0 && height > 0 && !head.size_is_aspect_ratio).then_some(pixels)
}
