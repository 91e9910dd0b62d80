//! Posts on their way out, as a file or a folder of files. The screen and the shell come through here.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::domain::channel::Channel;
use crate::domain::filter::Filter;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::media::Media;
use crate::domain::naming::{full_name, words_for};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::schedule::Schedule;
use crate::domain::words;
use crate::exchange;
use crate::manuscript::{self, Attached, Manuscript, Variant};

use super::{Desk, DeskError, Result, gauge};

/// Characters of a text in the name of its file.
const LONGEST_NAME: usize = 40;

/// What posts are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table that can be imported again.
    Table,
    /// A list of objects.
    Json,
    /// The same, one a line.
    Lines,
    /// A folder of Markdown files, one a post.
    Folder,
    /// A calendar.
    Calendar,
}

impl Form {
    /// The form that a word means.
    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "csv" => Self::Table,
            "json" => Self::Json,
            "jsonl" | "ndjson" => Self::Lines,
            "md" => Self::Folder,
            "ics" => Self::Calendar,
            _ => return None,
        })
    }

    /// The form that a name asks for by its ending: nothing where it has none, the words to say where it is another.
    /// A folder that is there, and a name that ends in a slash, is one of Markdown files.
    pub fn of(path: &Path) -> std::result::Result<Option<Self>, String> {
        let slash = path.to_string_lossy().ends_with(['/', std::path::MAIN_SEPARATOR]);
        if slash || path.is_dir() {
            return Ok(Some(Self::Folder));
        }
        let Some(ending) = path.extension() else { return Ok(None) };
        let ending = ending.to_string_lossy().to_lowercase();
        // One Markdown file is no folder of them.
        let form = Self::from_word(&ending).filter(|form| *form != Self::Folder);
        let words = || {
            format!(
                "what ends in .{ending} is nothing that is written; end it in .csv, .json, .jsonl or .ics, or in / for a \
                 folder of Markdown files"
            )
        };
        form.map(Some).ok_or_else(words)
    }
}

/// Posts as they are written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Written {
    /// One file.
    File(String),
    /// Several: their names, and what they say.
    Folder(Vec<(String, String)>),
}

/// Why a file was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// Something is there, and nobody said that it may go.
    #[error("{0}")]
    There(String),
    /// It cannot be.
    #[error("{0}")]
    Cannot(String),
}

impl Desk {
    /// The posts that `filter` takes as `form` has them, the earliest first, and how many they are.
    pub async fn outgoing(&self, filter: &Filter, form: Form) -> Result<(usize, Written)> {
        let (now, zone) = (self.now(), self.zone());
        let channels = self.store.channels().await?;
        let mut posts = self.store.every_post(None, None).await?;
        posts.retain(|post| filter.takes(post, &channels, now, zone));
        posts.sort_by_key(|post| (post.instant().is_none(), post.instant()));
        let posts: Vec<&Post> = posts.iter().map(|post| &**post).collect();
        Ok((posts.len(), self.written(&posts, &channels, form)))
    }

    /// One post as text, to be pasted elsewhere: what a file with this post alone would say; as JSON the object itself.
    pub async fn written_down(&self, id: PostId, form: Form) -> Result<String> {
        let channels = self.store.channels().await?;
        let post = self.store.post(id).await?.ok_or_else(|| DeskError::Refused("the post is gone".into()))?;
        Ok(match (form, self.written(&[&post], &channels, form)) {
            (Form::Json, _) => exchange::json_one(&post, &channels, self.now(), self.zone()),
            (_, Written::File(text)) => text,
            (_, Written::Folder(files)) => files.into_iter().map(|(_, text)| text).collect(),
        })
    }

    fn written(&self, posts: &[&Post], channels: &[Channel], form: Form) -> Written {
        let (now, zone) = (self.now(), self.zone());
        match form {
            Form::Table => Written::File(exchange::csv(posts, channels, full_name, now)),
            Form::Calendar => Written::File(exchange::ics(posts, channels, now)),
            Form::Json => Written::File(exchange::json_list(posts, channels, now, zone)),
            Form::Lines => Written::File(exchange::json_lines(posts, channels, now, zone)),
            Form::Folder => Written::Folder(folder(posts, channels)),
        }
    }

    /// The same from what was typed on the screen, down to the file; blocks while it writes. Answers in words.
    pub async fn export_to(
        &self,
        typed: &str,
        filter: &Filter,
        force: bool,
    ) -> std::result::Result<String, NotWritten> {
        let path = gauge::local(typed, Path::new(""));
        let named = Form::of(&path).map_err(NotWritten::Cannot)?;
        let words = "say by the name's ending what it shall be: .csv, .json, .jsonl, .ics, or / for Markdown files";
        let form = named.ok_or_else(|| NotWritten::Cannot(words.into()))?;
        let written = self.outgoing(filter, form).await;
        let (count, written) = written.map_err(|error| NotWritten::Cannot(error.to_string()))?;
        let done = told(count, &path);
        // Disks may keep one waiting.
        let put = tokio::task::spawn_blocking(move || put(&path, &written, force)).await;
        put.unwrap_or_else(|_| Err(NotWritten::Cannot("it could not be written; try again".into()))).map(|()| done)
    }
}

/// `2 posts written to plan.csv`.
pub fn told(count: usize, path: &Path) -> String {
    format!("{} written to {}", words::count(count, "post"), path.display())
}

/// Writes a file, or a folder of them: each whole or not at all. What is there is written over only with `force`.
pub fn put(path: &Path, written: &Written, force: bool) -> std::result::Result<(), NotWritten> {
    let cannot = |path: &Path, error: std::io::Error| {
        NotWritten::Cannot(format!("{} cannot be written: {error}", path.display()))
    };
    match written {
        Written::File(_) if path.exists() && !force => {
            Err(NotWritten::There(format!("{} is there already", path.display())))
        }
        Written::File(text) => put_one(path, text, force).map_err(|error| cannot(path, error)),
        Written::Folder(files) => {
            std::fs::create_dir_all(path).map_err(|error| cannot(path, error))?;
            let there: Vec<&String> =
                files.iter().map(|(name, _)| name).filter(|name| path.join(name).exists()).collect();
            if let (Some(first), false) = (there.first(), force) {
                let words = format!("{} of these files are in {} already, as {first}", there.len(), path.display());
                return Err(NotWritten::There(words));
            }
            for (name, text) in files {
                let path = path.join(name);
                put_one(&path, text, force).map_err(|error| cannot(&path, error))?;
            }
            Ok(())
        }
    }
}

/// All of it, or nothing: what is written over is whole until the new file is.
fn put_one(file: &Path, text: &str, force: bool) -> std::io::Result<()> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(PathBuf::new, Path::to_owned);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { &folder };
    if !folder.is_dir() {
        return Err(std::io::Error::other(format!("there is no folder {}", folder.display())));
    }
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file().sync_all()?;
    if force { new.persist(file) } else { new.persist_noclobber(file) }.map(|_| ()).map_err(|error| error.error)
}

/// A file for every post, named by its day and how its text begins.
fn folder(posts: &[&Post], channels: &[Channel]) -> Vec<(String, String)> {
    let mut taken = BTreeSet::new();
    let mut files = Vec::with_capacity(posts.len());
    for post in posts {
        let post = post.as_written();
        let day = post.schedule.map_or_else(|| "draft".to_owned(), |at| at.wall().format("%Y-%m-%d").to_string());
        let stem = format!("{day}-{}", slug(post.headline()));
        let named = |number: usize| if number == 1 { format!("{stem}.md") } else { format!("{stem}-{number}.md") };
        let Some(name) = (1..).map(named).find(|name| !taken.contains(name)) else { continue };
        taken.insert(name.clone());
        files.push((name, manuscript::write(&manuscript_of(&post, channels))));
    }
    files
}

/// `we-are-live`: what every file system takes.
fn slug(headline: &str) -> String {
    let mut slug = String::new();
    for c in headline.chars().flat_map(char::to_lowercase) {
        match c.is_alphanumeric() {
            true => slug.push(c),
            false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
        if slug.chars().count() >= LONGEST_NAME {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "post".to_owned() } else { slug.to_owned() }
}

/// A post in the words of a file. Its times say their offset, so that they are the same on another machine; a draft with
/// a time, and a post that is held, say that they are kept as that.
fn manuscript_of(post: &Post, channels: &[Channel]) -> Manuscript {
    let words = |id: &ChannelId| {
        let channel = channels.iter().find(|channel| channel.id == *id);
        channel.map_or_else(|| id.as_str().to_owned(), |channel| words_for(channel, channels))
    };
    let has_time = post.schedule.is_some() || post.targets.iter().any(|target| target.schedule.is_some());
    let wish = match post.wish {
        Wish::Draft if has_time => Some(Wish::Draft),
        Wish::Hold => Some(Wish::Hold),
        Wish::Draft | Wish::Schedule | Wish::Now => None,
    };
    let when = |schedule: &Schedule| schedule.instant().with_timezone(&schedule.zone()).to_rfc3339();
    let attached = |media: &[Media]| -> Vec<Attached> {
        let named = |media: &Media| media.local_path().and_then(|path| path.to_str().map(str::to_owned));
        let one = |media: &Media| Attached {
            source: named(media).unwrap_or_else(|| media.source.clone()),
            alt: media.alt.clone(),
        };
        media.iter().map(one).collect()
    };
    let has_own = |target: &&Target| target.text.is_some() || target.schedule.is_some() || !target.extras.is_empty();
    let variant = |target: &Target| Variant {
        of: words(&target.channel),
        text: target.text.clone(),
        when: target.schedule.as_ref().map(when),
        options: target.extras.options.clone(),
        first_comment: target.extras.first_comment.clone(),
        media: target.extras.media.as_deref().map(attached),
    };
    Manuscript {
        when: post.schedule.as_ref().map(when),
        wish,
        variants: post.targets.iter().filter(has_own).map(variant).collect(),
        ..Manuscript::common(post, words, attached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_asked_for_by_the_ending_and_a_name_is_one_everywhere() {
        let of = |name: &str| Form::of(Path::new(name));
        assert_eq!(of("/nowhere/plan.CSV"), Ok(Some(Form::Table)));
        assert_eq!(of("/nowhere/plan.jsonl"), Ok(Some(Form::Lines)));
        assert_eq!(of("/nowhere/posts/"), Ok(Some(Form::Folder)));
        assert_eq!(of("/nowhere/posts"), Ok(None));
        assert!(of("/nowhere/plan.md").is_err() && of("/nowhere/plan.xlsx").is_err());
        assert_eq!(slug("We are LIVE: ../../etc, now! ☕"), "we-are-live-etc-now");
        assert_eq!(slug("☕"), "post");
    }
}
