//! Whether a picture goes on to its end: read by its parts, a piece at a time, and nothing is decoded.

use std::io::{self, BufRead, Read, Seek, SeekFrom};

/// Whether the picture in `file`, of `bytes` bytes and of the type `mime`, is there to its end. Types whose end nobody
/// can tell are taken for whole. The place in the file is moved.
pub(super) fn is_whole<F: BufRead + Seek>(file: &mut F, mime: &str, bytes: u64) -> io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let reached = match mime {
        "image/png" => png(file, bytes),
        "image/jpeg" => jpeg(file),
        "image/gif" => gif(file),
        "image/webp" => webp(file, bytes),
        _ => return Ok(true),
    };
    match reached {
        // Read past its end: what should follow is not there.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        reached => reached,
    }
}

fn take<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn one(file: &mut impl Read) -> io::Result<u8> {
    take::<1>(file).map(|[byte]| byte)
}

/// Goes on by `count` bytes; where there are none, the next reading tells.
fn skip(file: &mut impl Seek, count: u64) -> io::Result<()> {
    file.seek(SeekFrom::Current(i64::try_from(count).map_err(io::Error::other)?)).map(|_| ())
}

/// Chunks of length, name, content and checksum, up to the one called `IEND`.
fn png(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    skip(file, 8)?;
    loop {
        let length = u64::from(u32::from_be_bytes(take(file)?));
        let name = take::<4>(file)?;
        skip(file, length + 4)?;
        if name == *b"IEND" {
            return Ok(file.stream_position()? <= bytes);
        }
    }
}

/// Segments with their lengths up to the first scan, then scans up to the end mark. Within a scan 0xFF is followed by
/// zero, so that the mark is never part of it.
fn jpeg(file: &mut (impl BufRead + Seek)) -> io::Result<bool> {
    const END: u8 = 0xd9;
    const SCAN: u8 = 0xda;
    skip(file, 2)?;
    loop {
        if one(file)? != 0xff {
            return Ok(false);
        }
        let mut mark = one(file)?;
        while mark == 0xff {
            mark = one(file)?;
        }
        match mark {
            END => return Ok(true),
            // These stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let length = u64::from(u16::from_be_bytes(take(file)?));
        skip(file, length.saturating_sub(2))?;
        if mark == SCAN {
            return ends(file, END);
        }
    }
}

/// Whether 0xFF and then `mark` follow somewhere.
fn ends(file: &mut impl BufRead, mark: u8) -> io::Result<bool> {
    let mut marked = false;
    loop {
        let piece = file.fill_buf()?;
        if piece.is_empty() {
            return Ok(false);
        }
        for byte in piece {
            if marked && *byte == mark {
                return Ok(true);
            }
            marked = *byte == 0xff;
        }
        let read = piece.len();
        file.consume(read);
    }
}

/// Pictures and extensions in blocks of at most 255 bytes, up to the trailer.
fn gif(file: &mut (impl Read + Seek)) -> io::Result<bool> {
    skip(file, 6)?;
    let [_, _, _, _, packed, _, _] = take::<7>(file)?;
    colours(file, packed)?;
    loop {
        match one(file)? {
            0x3b => return Ok(true),
            0x21 => skip(file, 1)?,
            0x2c => {
                let [_, _, _, _, _, _, _, _, packed] = take::<9>(file)?;
                colours(file, packed)?;
                skip(file, 1)?;
            }
            _ => return Ok(false),
        }
        loop {
            match one(file)? {
                0 => break,
                length => skip(file, u64::from(length))?,
            }
        }
    }
}

/// A table of colours, where `packed` says that there is one, and how large.
fn colours(file: &mut impl Seek, packed: u8) -> io::Result<()> {
    if packed & 0x80 == 0 { Ok(()) } else { skip(file, 3 << ((packed & 7) + 1)) }
}

/// The container says how long it is.
fn webp(file: &mut (impl Read + Seek), bytes: u64) -> io::Result<bool> {
    skip(file, 4)?;
    Ok(8 + u64::from(u32::from_le_bytes(take(file)?)) <= bytes)
}
