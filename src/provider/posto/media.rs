//! Files on their way into the library of a WordPress site.

use serde_json::Value;

use super::site::{Ask, Site};
use crate::provider::http::Answer;
use crate::provider::tolerant::Ref;
use crate::provider::{Again, Kind, LocalFile, Progress, ProviderError, Reach, Result, Uploaded};

const MEDIA: &str = "/wp/v2/media";

/// Types that the server tells by the ending of the name, and the endings that fit (contract, section 6).
const ENDINGS: &[(&str, &[&str])] = &[
    ("image/jpeg", &["jpg", "jpeg", "jpe"]),
    ("image/png", &["png"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("video/mp4", &["mp4", "m4v"]),
    ("video/mpeg", &["mpeg", "mpg"]),
    ("video/quicktime", &["mov", "qt"]),
    ("video/x-msvideo", &["avi"]),
    ("video/x-ms-wmv", &["wmv"]),
    ("video/webm", &["webm"]),
    ("video/3gpp", &["3gp"]),
];

/// Uploads a file. A lost answer leaves an orphan in the library, which publishes nothing.
pub async fn upload(site: &Site, file: &LocalFile, progress: Progress<'_>) -> Result<Uploaded> {
    let headers = [
        ("content-type".to_owned(), file.mime.clone()),
        ("content-disposition".to_owned(), format!("attachment; filename=\"{}\"", file_name(&file.name, &file.mime))),
    ];
    let answer = site.send_file(MEDIA, &headers, file, progress).await?;
    named(&answer)
}

/// An upload is usable at once; asking shows whether it is still there.
pub async fn uploaded(site: &Site, source: &str) -> Result<Uploaded> {
    if source.is_empty() || !source.bytes().all(|byte| byte.is_ascii_digit()) {
        let words = "that is no file of the site's library: attach it again";
        return Err(ProviderError::new(Kind::NotFound, Reach::NotSent, Again::Never, words));
    }
    named(&site.call(Ask::get(&format!("{MEDIA}/{source}"), &[])).await?)
}

fn named(answer: &Answer) -> Result<Uploaded> {
    let id: Ref = answer.json.get("id").map_or_else(Ref::default, read);
    let source = id.0.ok_or_else(|| answer.unreadable("the answer names no media"))?;
    Ok(Uploaded { source, ready: true })
}

fn read(id: &Value) -> Ref {
    serde_json::from_value(id.clone()).unwrap_or_default()
}

/// A name the header can carry and the server takes: ASCII, without folders, with an ending that fits the type.
fn file_name(name: &str, mime: &str) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '-' };
    let base: String = base.chars().map(plain).collect();
    let base = base.trim_matches(['-', '.']);
    let base = if base.is_empty() { "file" } else { base };
    let endings = ENDINGS.iter().find(|(known, _)| *known == mime).map(|(_, endings)| *endings).unwrap_or_default();
    let ending = base.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    match endings.first() {
        Some(first) if !endings.contains(&ending.as_str()) => format!("{base}.{first}"),
        _ => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_a_name_that_travels() {
        for (name, mime, sent) in [
            ("roast.png", "image/png", "roast.png"),
            ("Röst bild.PNG", "image/png", "R-st-bild.PNG"),
            ("/home/ada/pics/a.jpeg", "image/jpeg", "a.jpeg"),
            ("photo", "image/jpeg", "photo.jpg"),
            ("looks-like.png", "image/webp", "looks-like.png.webp"),
            ("\"; evil=\"x", "image/gif", "evil--x.gif"),
            ("日本", "video/mp4", "file.mp4"),
            ("paper.pdf", "application/pdf", "paper.pdf"),
        ] {
            assert_eq!(file_name(name, mime), sent);
        }
    }
}
