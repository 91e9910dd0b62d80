//! What is attached to a post, and what was measured of it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::problem::{Place, Problem};

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
    /// Where it is: an `https` address, a `file` address of this machine, or the provider's own id for it. Which of
    /// them is told by [`Media::whereabouts`].
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
    /// What was in it when it was attached; of files of this machine, and of what was looked at on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// What came of looking at what lies at an address. Absent where nobody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<Looked>,
}

/// What a file contained when it was attached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Content {
    /// Its type, told from its first bytes: `image/png`.
    pub mime: String,
    /// Its fingerprint: two files with the same one are the same file. Empty for what lies at an address, of which only
    /// the beginning is known.
    pub print: String,
}

/// A look at what lies at an address, because a person attached it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Looked {
    /// When.
    pub at: DateTime<Utc>,
    /// What was in the way, for people: `it answers 404: nothing is there`. Absent where it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// Where an attachment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whereabouts {
    /// On this machine.
    Here(PathBuf),
    /// On the web.
    Web,
    /// At a provider, which knows it by an id.
    Provider,
}

/// How attachments reach a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uploads {
    /// By addresses that the provider can fetch; files of this machine cannot be sent.
    Addresses,
    /// As files; what is at an address is fetched here first.
    Files,
    /// Either way.
    Both,
}

impl Media {
    /// A file of this machine that nobody has measured yet. `path` is absolute; nothing for one that is not.
    pub fn of_file(path: &Path, kind: MediaKind) -> Option<Self> {
        let source = Url::from_file_path(path).ok()?.into();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Some(Self { source, kind, name, ..Self::at_address(String::new(), kind) })
    }

    /// Something on the web, of which only the address is known.
    pub fn at_address(source: String, kind: MediaKind) -> Self {
        let file = source.split(['?', '#']).next().unwrap_or_default();
        let name = file.split_once("://").and_then(|(_, rest)| rest.rsplit_once('/')).map_or("", |(_, name)| name);
        let name = name.to_owned();
        Self { name, ..Self::bare(source, kind) }
    }

    /// Something of which nothing is known but where it is and what kind of thing.
    pub fn bare(source: String, kind: MediaKind) -> Self {
        let (name, alt) = (String::new(), String::new());
        Self { source, kind, name, alt, bytes: None, pixels: None, millis: None, content: None, looked: None }
    }

    /// Where it is.
    pub fn whereabouts(&self) -> Whereabouts {
        match self.source.split_once("://") {
            Some(("file", _)) => match self.local_path() {
                Some(path) => Whereabouts::Here(path),
                // A file address of another machine: nobody can fetch it.
                None => Whereabouts::Provider,
            },
            Some(_) => Whereabouts::Web,
            None => Whereabouts::Provider,
        }
    }

    /// The path of a file of this machine; nothing for anything else.
    pub fn local_path(&self) -> Option<PathBuf> {
        self.source.strip_prefix("file://")?;
        Url::parse(&self.source).ok()?.to_file_path().ok()
    }

    /// Whether it is a file of this machine, which has to be brought to a provider before a post can carry it.
    pub fn is_local(&self) -> bool {
        self.source.starts_with("file://")
    }

    /// Why nothing is known of its size, where that is so: what lies at an address is looked at when a person attaches
    /// it, never because something else names it.
    pub fn unmeasured(&self) -> Option<String> {
        let measured = self.bytes.is_some() || self.pixels.is_some() || self.millis.is_some();
        let why = self.trouble().unwrap_or("lies at an address");
        (!measured && self.whereabouts() == Whereabouts::Web).then(|| format!("not measured: {why}"))
    }

    /// What was in the way when somebody looked at it.
    pub fn trouble(&self) -> Option<&str> {
        self.looked.as_ref()?.trouble.as_deref()
    }

    /// What to call it: its name, else where it is.
    pub fn called(&self) -> &str {
        if self.name.is_empty() { &self.source } else { &self.name }
    }
}

impl Uploads {
    /// Whether an attachment has to be brought to the provider as a file before a post can carry it: what is on this
    /// machine, and what is on the web where only files are taken.
    pub fn brings(self, media: &Media) -> bool {
        media.is_local() || self.fetches(media)
    }

    /// Whether an attachment is fetched from the web first.
    pub fn fetches(self, media: &Media) -> bool {
        self == Self::Files && media.whereabouts() == Whereabouts::Web
    }

    /// What stands in the way of attachment `index` at a provider called `provider`: one that takes no files of this
    /// machine, or only those.
    pub fn problem(self, provider: &str, index: usize, media: &Media) -> Option<Problem> {
        let name = media.called();
        let (words, remedy) = match (self, media.whereabouts()) {
            (Self::Addresses, Whereabouts::Here(_)) => (
                format!("{provider} takes media by web address only, and {name} is a file of this machine"),
                "put it on the web and attach its https address, or leave this channel out",
            ),
            (Self::Files, Whereabouts::Web) if !media.source.starts_with("http") => (
                format!("{provider} takes media as files only, and {name} is nothing that can be fetched"),
                "save it on this machine and attach the file, or leave this channel out",
            ),
            _ => return None,
        };
        Some(Problem::blocker("media-unreachable", Place::Media(Some(index)), words, remedy))
    }
}

/// A size as people say it, in decimal units as networks state their limits: `412 kB`, `1.2 MB`.
pub fn size_words(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_000 => return format!("{bytes} byte{}", if bytes == 1 { "" } else { "s" }),
        1_000..1_000_000 => (1_000, "kB"),
        1_000_000..1_000_000_000 => (1_000_000, "MB"),
        _ => (1_000_000_000, "GB"),
    };
    let tenths = bytes / (unit / 10);
    match (tenths / 10, tenths % 10) {
        (units, 0) => format!("{units} {name}"),
        (units, _) if units >= 100 => format!("{units} {name}"),
        (units, rest) => format!("{units}.{rest} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_an_address_and_an_id_are_told_apart() {
        let path = Path::new("/home/jo/two words & ümlaut.png");
        let file = Media::of_file(path, MediaKind::Image).unwrap();
        assert_eq!((file.name.as_str(), file.local_path().as_deref()), ("two words & ümlaut.png", Some(path)));
        assert_eq!(file.whereabouts(), Whereabouts::Here(path.to_owned()));
        let address = Media::at_address("https://media.example/a/roast.png?x=/y".into(), MediaKind::Image);
        assert_eq!((address.whereabouts(), address.name.as_str()), (Whereabouts::Web, "roast.png"));
        let id = Media { source: "media_k9".into(), ..address };
        assert_eq!((id.whereabouts(), id.local_path()), (Whereabouts::Provider, None));
        assert_eq!(Media::of_file(Path::new("relative.png"), MediaKind::Image), None);
    }

    #[test]
    fn what_was_stored_before_files_could_be_attached_is_still_read() {
        let old = r#"{"source":"https://a.example/b.png","kind":"image","name":"b.png","alt":"","bytes":1,
                      "pixels":[2,3],"millis":null}"#;
        let media: Media = serde_json::from_str(old).unwrap();
        assert_eq!((media.content.clone(), media.pixels), (None, Some((2, 3))));
        assert!(!serde_json::to_string(&media).unwrap().contains("content"));
    }

    #[test]
    fn providers_that_cannot_take_it_say_so_with_a_way_out() {
        let file = Media::of_file(Path::new("/tmp/roast.png"), MediaKind::Image).unwrap();
        let web = Media::at_address("https://a.example/b.png".into(), MediaKind::Image);
        let problem = Uploads::Addresses.problem("PostForMe", 1, &file).unwrap();
        assert!(problem.words.contains("PostForMe") && problem.words.contains("roast.png"), "{}", problem.words);
        assert_eq!(problem.place, Place::Media(Some(1)));
        let odd = Media::at_address("ftp://a.example/b.png".into(), MediaKind::Image);
        assert!(Uploads::Files.problem("Posto", 0, &odd).is_some());
        assert!(Uploads::Files.fetches(&web) && !Uploads::Both.fetches(&web) && !Uploads::Files.fetches(&file));
        assert!(Uploads::Files.brings(&file) && Uploads::Both.brings(&file) && !Uploads::Both.brings(&web));
        for (uploads, media) in
            [(Uploads::Both, &file), (Uploads::Both, &web), (Uploads::Addresses, &web), (Uploads::Files, &web)]
        {
            assert_eq!(uploads.problem("P", 0, media), None);
        }
    }

    #[test]
    fn sizes_are_said_in_readable_units() {
        for (bytes, words) in [
            (1, "1 byte"),
            (999, "999 bytes"),
            (1_000, "1 kB"),
            (412_900, "412 kB"),
            (5_250_000, "5.2 MB"),
            (8_000_000_000, "8 GB"),
        ] {
            assert_eq!(size_words(bytes), words);
        }
    }
}
