//! The file of a post, for the commands that read one: Markdown with front matter, or just a text.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::desk::gauge::Gauge;
use crate::domain::media::Media;
use crate::domain::plan::asks_slot;
use crate::domain::when::{self, Reading};
use crate::manuscript::{self, Attached, Fault, Manuscript, Read, Spot};
use crate::text::is_tld;

use super::{Result, Stop};

/// Bytes of a post that are read at most; no network takes a fraction of it.
const MOST_BYTES: u64 = 5_000_000;

/// Days until a weekday's name means another date.
const WEEK: u64 = 7;

/// A file that was read.
#[derive(Debug)]
pub struct Source {
    /// What errors call it.
    name: String,
    /// From where its paths count.
    folder: PathBuf,
    /// What its attachments are measured with.
    gauge: Gauge,
    /// What it says, and where.
    pub read: Read,
    /// Tells this content from any other.
    pub print: String,
}

impl Source {
    /// Reads a file; `-` is standard input.
    pub fn open(file: &Path) -> Result<Self> {
        let is_stdin = file.as_os_str() == "-";
        let name = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
        let folder = if is_stdin { None } else { file.parent() }.unwrap_or(Path::new("")).to_owned();
        Self::read(bytes(file, &name)?, name, &folder)
    }

    /// Takes the words of a command line as the post itself, where they can be nothing else: several words that name no
    /// file and do not look like the name of one. Everything else is a file.
    pub fn given(given: &Path) -> Result<Self> {
        match given.to_str().filter(|text| is_text(text)) {
            Some(text) => Self::read(text.as_bytes().to_vec(), "the text".to_owned(), Path::new("")),
            None => Self::open(given),
        }
    }

    /// One text of a file of several; its paths count from where that file is.
    pub fn part(text: String, number: usize, file: &Path) -> Result<Self> {
        let folder = if file.as_os_str() == "-" { None } else { file.parent() };
        let name = format!("{}, text {number}", file.display());
        Self::read(text.into_bytes(), name, folder.unwrap_or(Path::new("")))
    }

    fn read(bytes: Vec<u8>, name: String, folder: &Path) -> Result<Self> {
        let here = std::env::current_dir().unwrap_or_default();
        let faulty = |faults: &[Fault]| {
            let lines: Vec<String> = faults.iter().map(|fault| at(&name, fault.spot, &saying(fault))).collect();
            Stop::Words(lines.join("\n"))
        };
        let text = manuscript::decode(bytes).map_err(|fault| faulty(&[fault]))?;
        let mut read = manuscript::read(&text).map_err(|faults| faulty(&faults))?;
        let print = manuscript::fingerprint(&text);
        // A file may end in empty lines; no network shows them.
        let body = &mut read.manuscript.body;
        body.truncate(body.trim_end_matches(['\n', '\r']).len());
        Ok(Self { name, folder: here.join(folder), gauge: Gauge::default(), read, print })
    }

    /// Measures its attachments with `gauge`; without, what lies at an address stays unmeasured.
    pub fn measured_with(self, gauge: Gauge) -> Self {
        Self { gauge, ..self }
    }

    /// What it says.
    pub fn manuscript(&self) -> &Manuscript {
        &self.read.manuscript
    }

    /// A refusal that names its place in the file.
    pub fn refuse(&self, spot: Spot, words: &str) -> Stop {
        Stop::Words(at(&self.name, spot, words))
    }

    /// Refuses "now" as the time of one channel.
    pub fn no_channel_at_once(&self, spot: Spot) -> Stop {
        self.refuse(spot, &format!("{}; give it a time, or leave its `when` out", manuscript::ALONE_AT_ONCE))
    }

    /// Words with their place in the file in front, as compilers write it.
    pub fn placed(&self, spot: Spot, words: &str) -> String {
        at(&self.name, spot, words)
    }

    /// Refuses times that are others each day, and "now": a file that is planned from says a date. `lint` and `plan`
    /// hold files to the same.
    pub fn holds_dates(&self, now: DateTime<Utc>, zone: Tz) -> Result<()> {
        let (manuscript, spots) = (self.manuscript(), &self.read.spots);
        let own = manuscript.variants.iter().zip(&spots.variants);
        let own = own.filter_map(|(variant, spot)| Some((variant.when.as_deref()?, *spot)));
        for (words, spot) in manuscript.when.as_deref().map(|words| (words, spots.when)).into_iter().chain(own) {
            let read = |days: u64| when::read(words, now + Days::new(days) + TimeDelta::minutes(1), zone);
            let now = read(0);
            let words = if asks_slot(words) {
                "the next free slot is another each time; write a date, as in 2026-12-01 09:30".to_owned()
            } else if now == Ok(Reading::Now) {
                "a plan never publishes at once; write a date, as in 2026-12-01 09:30".to_owned()
            } else if now != read(1) {
                format!("\"{words}\" is another time each day; write a date, as in 2026-12-01 09:30")
            } else if now != read(WEEK) {
                format!("\"{words}\" is another time each week; write a date, as in 2026-12-01 09:30")
            } else {
                continue;
            };
            return Err(self.refuse(spot, &words));
        }
        Ok(())
    }

    /// Its attachments, measured.
    pub async fn media(&self) -> Result<Vec<Media>> {
        self.measured(&self.manuscript().media, &self.read.spots.media, Spot::default()).await
    }

    /// Attachments that it names, measured. `spots` is where each of them stands; where that is not known, they stand at
    /// `around`.
    pub async fn measured(&self, named: &[Attached], spots: &[Spot], around: Spot) -> Result<Vec<Media>> {
        let mut media = Vec::new();
        for (at, attached) in named.iter().enumerate() {
            let measured = self.gauge.named(&attached.source, &self.folder).await;
            let spot = spots.get(at).copied().unwrap_or(around);
            let measured = measured.map_err(|words| self.refuse(spot, &words))?;
            media.push(Media { alt: attached.alt.trim().to_owned(), ..measured });
        }
        Ok(media)
    }
}

/// A file that is just text, whatever it looks like.
pub fn text(file: &Path) -> Result<String> {
    let name = if file.as_os_str() == "-" { "standard input".to_owned() } else { file.display().to_string() };
    let read = manuscript::decode(bytes(file, &name)?);
    let text = read.map_err(|fault| Stop::Words(at(&name, fault.spot, &saying(&fault))))?;
    // Some editors mark UTF-8; the mark is no part of the first text.
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}

fn saying(fault: &Fault) -> String {
    format!("{}; {}", fault.words, fault.remedy)
}

fn at(name: &str, spot: Spot, words: &str) -> String {
    format!("{name}:{}:{}: {words}", spot.line, spot.column)
}

/// Whether these words can be nothing but a post: whoever mistypes a file's name must not publish it.
fn is_text(given: &str) -> bool {
    // Endings of documents that are longer than others, or that some web addresses have too.
    const DOCUMENTS: [&str; 5] = ["md", "markdown", "jsonl", "mov", "zip"];
    let ending = Path::new(given).extension().map(|ending| ending.to_string_lossy().to_lowercase());
    let is_short =
        |ending: &str| (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_document =
        ending.is_some_and(|ending| DOCUMENTS.contains(&ending.as_str()) || (is_short(&ending) && !is_tld(&ending)));
    let is_path = given.replace("://", "").contains(['/', '\\']);
    given.contains(char::is_whitespace) && !is_document && !is_path && !Path::new(given).exists()
}

fn bytes(file: &Path, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let taken = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes))
    };
    taken.map_err(|error| Stop::Words(format!("{name} cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Stop::Words(format!("{name} is longer than {MOST_BYTES} bytes; that is no post")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_like_a_file_is_no_text_and_what_ends_like_an_address_is() {
        for text in ["We are live", "See you at example.com", "Read it. Thanks", "It is done.", "More on acme.co.uk"] {
            assert!(is_text(text), "{text}");
        }
        for name in [
            "my post.pdf",
            "my post.rtf",
            "a long post.pages",
            "My Post.MD",
            "the film.mov",
            "notes to .env",
            "one.com",
        ] {
            assert!(!is_text(name), "{name}");
        }
    }

    #[test]
    fn a_weekday_is_no_date() {
        let now = "2026-07-27T08:00:00Z".parse().unwrap();
        let held = |when: &str| {
            let text = format!("---\nwhen: {when}\n---\n\nHi\n");
            let source = Source::read(text.into_bytes(), "f.md".into(), Path::new("")).unwrap();
            source.holds_dates(now, chrono_tz::Europe::Berlin).map_err(|stop| stop.to_string())
        };
        assert!(held("2026-12-01 09:30").is_ok());
        for (when, words) in
            [("fri 14:30", "each week"), ("tomorrow 9", "each day"), ("now", "never publishes"), ("slot", "each time")]
        {
            assert!(held(when).is_err_and(|said| said.contains(words)), "{when}");
        }
    }
}
