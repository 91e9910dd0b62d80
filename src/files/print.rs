//! The fingerprint of a file: what tells whether it is still the one that was attached, and whether a provider has it.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::time::UNIX_EPOCH;

use sha2::{Digest, Sha256};

/// Up to this many bytes a file is read whole; beyond, reading it would keep a person waiting.
const WHOLE: u64 = 64 * 1024 * 1024;
/// How much of each end is read of a larger one.
const SAMPLE: u64 = 1024 * 1024;
/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// The fingerprint of an open file of `bytes` bytes. A file of more than 64 MiB is told by its size, the moment of its
/// last change and a megabyte of each end.
pub(super) fn of(file: &mut File, bytes: u64) -> io::Result<String> {
    let mut hash = Sha256::new();
    file.seek(SeekFrom::Start(0))?;
    if bytes <= WHOLE {
        feed(&mut hash, file, bytes)?;
        return Ok(format!("sha256:{}", hex(&hash.finalize())));
    }
    let changed = file.metadata()?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    hash.update(bytes.to_be_bytes());
    hash.update(changed.as_nanos().to_be_bytes());
    feed(&mut hash, file, SAMPLE)?;
    file.seek(SeekFrom::Start(bytes - SAMPLE))?;
    feed(&mut hash, file, SAMPLE)?;
    Ok(format!("ends:{}", hex(&hash.finalize())))
}

fn feed(hash: &mut Sha256, file: &mut File, bytes: u64) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    let mut left = file.take(bytes);
    loop {
        match left.read(&mut piece)? {
            0 => return Ok(()),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
