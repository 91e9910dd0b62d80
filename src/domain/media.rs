//! What is attached to a post, and what was measured of it.

use serde::{Deserialize, Serialize};

/// What sort of file it is, as networks tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A still picture.
    Image,
    /// A moving picture without sound.
    Gif,
    /// A video.
    Video,
    /// A document, such as a PDF.
    Document,
    /// Something else, or not known.
    Other,
}

impl MediaKind {
    /// The word on screen.
    pub fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gif => "gif",
            Self::Video => "video",
            Self::Document => "document",
            Self::Other => "file",
        }
    }
}

/// One attachment. Measures that nobody has taken yet are absent, never zero.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Media {
    /// Where it is: an `https` address, or the provider's own id for it.
    pub source: String,
    /// What it is.
    pub kind: MediaKind,
    /// The file's name, for people; may be empty.
    pub name: String,
    /// The text for people who cannot see it; may be empty.
    pub alt: String,
    /// Size in bytes.
    pub bytes: Option<u64>,
    /// Width and height in pixels.
    pub pixels: Option<(u32, u32)>,
    /// Length in milliseconds.
    pub millis: Option<u64>,
}
