//! A file of which only some stretches are known, as they came from elsewhere.

use std::io::{self, Read, Seek, SeekFrom};

use super::measure::{self, Odd, Seen};

/// The known stretches of a file. What is between them is asked for only when somebody has to read it.
#[derive(Debug)]
pub struct Parts {
    /// Each with the place of its first byte.
    known: Vec<(u64, Vec<u8>)>,
    /// The size of all of it in bytes, where that is known.
    whole: Option<u64>,
    at: u64,
    /// The first place that was to be read and is not known.
    missing: Option<u64>,
}

/// Why what is known of a file is nothing to attach, for people: without the name of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartsError {
    /// There are no bytes in it.
    #[error("it is empty")]
    Empty,
    /// Nothing that a network takes.
    #[error("it is {0}, not a picture, a video or a document")]
    Foreign(String),
    /// It begins like a picture and does not go on like one.
    #[error("it begins like a picture ({0}) but is damaged")]
    Damaged(&'static str),
    /// It begins as it should, and the end of it is missing.
    #[error("it is not a whole picture: it begins well ({0}) and is cut off after that")]
    CutOff(&'static str),
}

impl Parts {
    /// A file of `whole` bytes that begins with `head`.
    pub fn new(head: Vec<u8>, whole: Option<u64>) -> Self {
        Self { known: vec![(0, head)], whole, at: 0, missing: None }
    }

    /// Adds what is there from byte `from` on.
    pub fn add(&mut self, from: u64, bytes: Vec<u8>) {
        self.known.push((from, bytes));
    }

    /// Measures it as far as that goes; and from which byte on more of it would have to be known to say more.
    pub fn measure(&mut self) -> (Result<Seen, PartsError>, Option<u64>) {
        (self.at, self.missing) = (0, None);
        let known = self.known.first().map_or(0, |(_, head)| head.len() as u64);
        let bytes = self.whole.unwrap_or(u64::MAX);
        let seen = measure::look(self, bytes, known >= bytes);
        let missing = self.missing.filter(|at| *at < bytes);
        let seen = seen.map_err(|odd| match odd {
            Odd::Empty => PartsError::Empty,
            Odd::Foreign(what) => PartsError::Foreign(what),
            Odd::Damaged(mime) => PartsError::Damaged(mime),
            Odd::CutOff(mime) => PartsError::CutOff(mime),
            Odd::Unread(error) => PartsError::Foreign(format!("not to be read ({error})")),
        });
        (seen, missing)
    }
}

impl Read for Parts {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.whole.is_some_and(|whole| self.at >= whole) {
            return Ok(0);
        }
        let here = self.known.iter().find_map(|(from, bytes)| {
            let skipped = usize::try_from(self.at.checked_sub(*from)?).ok()?;
            bytes.get(skipped..).filter(|rest| !rest.is_empty())
        });
        let Some(mut here) = here else {
            self.missing = self.missing.or(Some(self.at));
            return Ok(0);
        };
        let read = here.read(into)?;
        self.at = self.at.saturating_add(read as u64);
        Ok(read)
    }
}

impl Seek for Parts {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let beyond = || io::Error::new(io::ErrorKind::InvalidInput, "no such place");
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.whole.ok_or_else(beyond)?.checked_add_signed(by),
        };
        self.at = at.ok_or_else(beyond)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::media::MediaKind;

    fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len() + 8).unwrap();
        [&size.to_be_bytes()[..], name, body].concat()
    }

    /// A film of 12 seconds whose movie follows `data` bytes of frames.
    fn film(data: usize) -> Vec<u8> {
        let mut head = vec![0; 100];
        head[12..16].copy_from_slice(&1000_u32.to_be_bytes());
        head[16..20].copy_from_slice(&12_000_u32.to_be_bytes());
        let start = atom(b"ftyp", b"isom\0\0\0\0isom");
        [start, atom(b"mdat", &vec![7; data]), atom(b"moov", &atom(b"mvhd", &head))].concat()
    }

    #[test]
    fn the_movie_at_the_end_of_a_film_is_asked_for_by_its_place() {
        let all = film(50_000);
        let whole = all.len() as u64;
        let mut parts = Parts::new(all[..9_000].to_vec(), Some(whole));
        let (seen, missing) = parts.measure();
        assert_eq!((seen.unwrap().millis, missing), (None, Some(50_028)));
        parts.add(50_028, all[50_028..].to_vec());
        let (seen, missing) = parts.measure();
        let seen = seen.unwrap();
        assert_eq!((seen.kind, seen.millis, missing), (MediaKind::Video, Some(12_000), None));
    }

    #[test]
    fn a_picture_that_is_all_there_is_looked_at_to_its_end() {
        let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x06\x40\0\0\x04\xb0\x08\x02\0\0\0\0\0\0\0"[..], &[0; 9_000]]
            .concat();
        let whole = png.len() as u64;
        let (seen, _) = Parts::new(png.clone(), Some(whole)).measure();
        assert_eq!(seen, Err(PartsError::CutOff("image/png")));
        let (seen, missing) = Parts::new(png, Some(90_000)).measure();
        assert_eq!((seen.unwrap().pixels, missing), (Some((1600, 1200)), None));
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let (seen, _) = Parts::new(b"<!DOCTYPE html><html></html>".to_vec(), Some(28)).measure();
        assert!(seen.unwrap_err().to_string().contains("a web page"));
        assert_eq!(Parts::new(Vec::new(), Some(0)).measure().0, Err(PartsError::Empty));
    }
}
