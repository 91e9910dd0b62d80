//! Files of this machine that become attachments: what was typed, what it is, how large, how long.
//!
//! Nothing is decoded and no file is read whole into memory: a type is told from the first bytes, a size from the
//! system, pixels and length from headers.

mod measure;
mod parts;
mod print;
mod typed;
mod video;
mod walk;
mod whole;

use std::path::Path;

use crate::domain::media::Media;

pub use measure::Seen;
pub use parts::{Parts, PartsError};
pub use typed::{Wanted, read};
pub use walk::walk;

/// Why a file cannot be attached: what it is, and what to do instead. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// Nothing is there.
    #[error("there is no file {path}: check its name, or drop the file onto the terminal")]
    Missing {
        /// As typed, made absolute.
        path: String,
    },
    /// A folder.
    #[error("{path} is a folder: attach the files in it one by one")]
    Folder {
        /// Where.
        path: String,
    },
    /// A pipe, a socket or a device: reading it could wait for ever.
    #[error("{path} is {what} and no file that can be attached: save its content as a file first")]
    Special {
        /// Where.
        path: String,
        /// `a pipe`, `a socket`, `a device`.
        what: &'static str,
    },
    /// There, but not for us.
    #[error("{path} may not be read: give yourself the right to (chmod u+r), then attach it again")]
    Forbidden {
        /// Where.
        path: String,
    },
    /// There are no bytes in it.
    #[error("{path} is empty: its content was not saved, or not copied to the end")]
    Empty {
        /// Where.
        path: String,
    },
    /// Nothing that a network takes.
    #[error("{path} is {what}, not a picture, a video or a document: export it as PNG, JPEG, MP4 or PDF")]
    Foreign {
        /// Where.
        path: String,
        /// What its first bytes say.
        what: String,
    },
    /// It begins like a picture and does not go on like one.
    #[error("{path} begins like a picture ({mime}) but is cut off or damaged: export or copy it again")]
    Damaged {
        /// Where.
        path: String,
        /// What its first bytes say.
        mime: String,
    },
    /// It begins as it should, and the end of it is missing.
    #[error(
        "{path} is not a whole picture: it begins well ({mime}) and is cut off after that; copy or export it again"
    )]
    CutOff {
        /// Where.
        path: String,
        /// What its first bytes say.
        mime: String,
    },
    /// The system could not.
    #[error("{path} could not be read: {why}")]
    Unreadable {
        /// Where.
        path: String,
        /// The system's words.
        why: String,
    },
}

/// Measures the file at `path`, which is absolute, as an attachment. Reads headers, and for its fingerprint the file or
/// parts of it; blocks meanwhile.
pub fn measure(path: &Path) -> Result<Media, FileError> {
    measure::file(path)
}

#[cfg(test)]
mod tests;
