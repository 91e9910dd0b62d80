//! Measuring what a person attaches: files of this machine, and what lies at an address.
//!
//! An address is looked at only because a person named it here: never for a post that came from a provider, nor for a
//! row of a table. As little of it is fetched as measuring needs, and what is in the way stops nobody: a network may
//! still take what cannot be seen from here.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use tokio::time::timeout;
use url::Url;

use crate::clock::Clock;
use crate::domain::media::{Content, Looked, Media, MediaKind};
use crate::files::{self, Parts, Seen, Wanted};
use crate::provider::http::Web;

/// More than any network takes at once; a folder dropped by mistake is not walked through.
const MOST_AT_ONCE: usize = 50;
/// How many addresses are looked at beside each other.
const SIDE_BY_SIDE: usize = 4;
/// A look at an address ends within this, however much of it is known by then.
const LONGEST_LOOK: Duration = Duration::from_secs(30);
/// How often more of a file is asked for: the movie of a film may lie at its end.
const MORE: usize = 3;

type Answer = std::result::Result<Media, String>;

/// Measures what is to be attached.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    /// The web and when it is looked at; without, what lies at an address stays unmeasured.
    web: Option<(Web, Clock)>,
}

impl Gauge {
    /// One that looks at addresses too.
    pub fn with(web: Web, clock: Clock) -> Self {
        Self { web: Some((web, clock)) }
    }

    /// Measures what `typed` names, in its order. Each answer is the attachment or, in words, why there is none.
    pub async fn typed(&self, typed: &str) -> Vec<Answer> {
        let typed = typed.to_owned();
        // Disks may keep one waiting.
        let looked = tokio::task::spawn_blocking(move || named(&typed)).await;
        let wanted = match looked {
            Ok(Ok(wanted)) => wanted,
            Ok(Err(words)) => return vec![Err(words)],
            Err(_) => return vec![Err("it could not be read; try again".into())],
        };
        stream::iter(wanted).map(|wanted| self.one(wanted)).buffered(SIDE_BY_SIDE).collect().await
    }

    /// Measures one attachment by its name in a file: a web address, or a path that counts from `folder`.
    pub async fn named(&self, source: &str, folder: &Path) -> Answer {
        self.one(match Url::parse(source) {
            Ok(url) if source.contains("://") && url.scheme() != "file" => Wanted::Address(url),
            _ => Wanted::File(local(source, folder)),
        })
        .await
    }

    async fn one(&self, wanted: Wanted) -> Answer {
        match wanted {
            Wanted::File(path) => {
                let measured = tokio::task::spawn_blocking(move || files::measure(&path)).await;
                let measured = measured.map_err(|_| "it could not be read; try again".to_owned())?;
                measured.map_err(|error| error.to_string())
            }
            Wanted::Address(url) => {
                let media = at_address(&url, self.web.as_ref().is_some_and(|(web, _)| web.is_at_home()))?;
                Ok(self.looked_at(&url, media).await)
            }
        }
    }

    /// The attachment with what a look at it shows. The demo asks nobody else's address, and says nothing of it.
    async fn looked_at(&self, url: &Url, media: Media) -> Media {
        let Some((web, clock)) = self.web.as_ref().filter(|(web, _)| !web.is_at_home() || web.may_ask(url)) else {
            return media;
        };
        let looking = look(web, &media.source);
        let found = timeout(LONGEST_LOOK, looking)
            .await
            .unwrap_or_else(|_| Err(format!("it did not come within {} seconds", LONGEST_LOOK.as_secs())));
        let at = clock.now();
        match found {
            Ok((seen, bytes)) => Media {
                kind: seen.kind,
                bytes,
                pixels: seen.pixels,
                millis: seen.millis,
                content: Some(Content { mime: seen.mime.to_owned(), print: String::new() }),
                looked: Some(Looked { at, trouble: None }),
                ..media
            },
            Err(trouble) => Media { looked: Some(Looked { at, trouble: Some(trouble) }), ..media },
        }
    }
}

/// What lies at an address, and how many bytes it has; or what is in the way.
async fn look(web: &Web, address: &str) -> std::result::Result<(Seen, Option<u64>), String> {
    let first = web.piece(address, 0).await.map_err(|error| error.words)?;
    let (whole, is_ranged) = (first.whole, first.is_ranged && first.whole.is_some());
    let mut parts = Parts::new(first.bytes, whole);
    for _ in 0..MORE {
        let (seen, missing) = parts.measure();
        let Some(from) = missing.filter(|_| is_ranged) else { return told(seen, missing, whole) };
        match web.piece(address, from).await {
            Ok(more) => parts.add(from, more.bytes),
            Err(_) => break,
        }
    }
    let (seen, missing) = parts.measure();
    told(seen, missing, whole)
}

fn told(
    seen: std::result::Result<Seen, files::PartsError>,
    missing: Option<u64>,
    whole: Option<u64>,
) -> std::result::Result<(Seen, Option<u64>), String> {
    match seen {
        Ok(seen) => Ok((seen, whole)),
        // What was not looked at is not to blame.
        Err(files::PartsError::Damaged(mime)) if missing.is_some() => {
            Err(format!("its pixels ({mime}) are not told in its beginning, and more of it cannot be had"))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// What somebody typed, or why it is nothing to attach.
fn named(typed: &str) -> std::result::Result<Vec<Wanted>, String> {
    let home = std::env::home_dir();
    let here = std::env::current_dir().unwrap_or_default();
    let wanted = files::read(typed, home.as_deref(), &here, &|path: &Path| path.exists());
    match wanted.len() {
        0 => Err("nothing was named: type a path or an https address, or drop a file here".into()),
        1..=MOST_AT_ONCE => Ok(wanted),
        many => Err(format!("{many} files at once are more than any network takes; attach fewer")),
    }
}

/// Where a file of this machine is: `~/` is the home, `file:` an address as other programs drop it; other paths count
/// from `folder`.
pub(super) fn local(source: &str, folder: &Path) -> PathBuf {
    match (Url::parse(source), source.strip_prefix("~/"), std::env::home_dir()) {
        (Ok(url), _, _) if url.scheme() == "file" => url.to_file_path().unwrap_or_default(),
        (_, Some(rest), Some(home)) => home.join(rest),
        _ => folder.join(source),
    }
}

/// Something on the web by its name alone: its kind is told by the ending. The demo's own machine needs no https.
fn at_address(url: &Url, at_home: bool) -> Answer {
    let is_own = at_home && matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme() != "https" && !(is_own && url.scheme() == "http") {
        return Err(format!("{url} is not https, and providers fetch nothing else: use its https address"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address carries a password, which every provider would see: use one without".into());
    }
    let name = url.path().rsplit('/').next().unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let kind = match ending.as_str() {
        "gif" => MediaKind::Gif,
        "png" | "jpg" | "jpeg" | "webp" | "bmp" | "tif" | "tiff" | "heic" | "heif" | "avif" => MediaKind::Image,
        "mp4" | "m4v" | "mov" | "webm" | "avi" | "mkv" => MediaKind::Video,
        "pdf" | "doc" | "docx" | "ppt" | "pptx" => MediaKind::Document,
        _ => MediaKind::Other,
    };
    Ok(Media::at_address(url.as_str().to_owned(), kind))
}

#[cfg(test)]
#[path = "gauge_tests.rs"]
mod tests;
