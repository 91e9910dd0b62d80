//! `runsheet plan` and `apply`: a folder of Markdown files as the source of posts.

mod answers;
mod keeping;
mod steps;

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::desk::origin::OF_FILES;
use crate::desk::record;
use crate::desk::transfer::Incoming;
use crate::domain::ids::PostId;
use crate::domain::post::Post;
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::FolderArgs;
use super::output::Output;
use super::{Ending, Result, Stop, send};
pub use steps::see;
use steps::{Row, Step};

/// Files of one folder at most.
const MOST_FILES: usize = 10_000;
/// How deep folders are looked into.
const DEEPEST: usize = 8;

/// Shows what applying a folder would do.
pub async fn plan(session: &mut Session, wanted: &FolderArgs, output: &Output) -> Result<Ending> {
    let before = keeping::read(&wanted.folder)?;
    let rows = steps::rows(session, wanted, before.as_ref()).await?;
    shown(&rows, output)?;
    say!("nothing was changed: {}", totals(&rows));
    if let Some(words) = keeping::behind(&session.desk, &rows, before.as_ref()).await? {
        say!("{}", clean::one_line(&words));
    }
    Ok(if has_faults(&rows) { Ending::Refused } else { Ending::Done })
}

/// Does it.
pub async fn apply(session: &mut Session, wanted: &FolderArgs, output: &Output) -> Result<Ending> {
    let before = keeping::read(&wanted.folder)?;
    let mut rows = steps::rows(session, wanted, before.as_ref()).await?;
    if has_faults(&rows) {
        shown(&rows, output)?;
        return Err(Stop::Words("nothing was applied: mend the files named above, then apply the folder again".into()));
    }
    let desk = &session.desk;
    let prefix = prefix(&wanted.folder)?;
    let incoming: Vec<Incoming> = rows
        .iter()
        .filter_map(|row| match &row.step {
            Step::Create(post) => {
                let key = Some(format!("{prefix}{}", row.file));
                Some(Incoming { post: Post::clone(post), key, known: None })
            }
            _ => None,
        })
        .collect();
    for row in &rows {
        if let Some(parts) = &row.joins {
            desk.join(parts).await?;
        }
        if let Some(id) = row.adopts {
            desk.adopt(&format!("{prefix}{}", row.file), id).await?;
        }
    }
    let mut arrived = desk.import(&incoming).await?.into_iter();
    let mut ids = Vec::new();
    // What is told afterwards is what was truly done.
    for row in &mut rows {
        match &row.step {
            Step::Create(_) => {
                let Some(arrived) = arrived.next() else { continue };
                ids.push(arrived.id);
                // Or another program has applied the same file meanwhile.
                row.step = if arrived.made { Step::Made(arrived.id) } else { Step::Same(arrived.id) };
            }
            Step::Change(post, _) => match desk.save(Post::clone(post), "changed").await {
                Ok(id) => ids.push(id),
                Err(error) => row.step = Step::Refused(vec![error.to_string()]),
            },
            _ => {}
        }
    }
    let refused = has_faults(&rows);
    shown(&rows, output)?;
    say!("applied: {}", totals(&rows));
    let ending = send(session, &ids).await?;
    keeping::keep(&session.desk, wanted, &rows, before.as_ref()).await?;
    Ok(if refused { ending.max(Ending::Refused) } else { ending })
}

/// What is wrong with the records of folders among `paths`, by the record's name.
pub(super) fn faults_of_records(paths: &[PathBuf]) -> Vec<(String, Vec<String>)> {
    let faults = |folder: &PathBuf| Some((record::place(folder).display().to_string(), record::read(folder).err()?));
    paths.iter().filter(|path| path.is_dir()).filter_map(faults).collect()
}

/// What the keys of a folder's files begin with: its name, so that it may stand elsewhere on another machine.
fn prefix(folder: &Path) -> Result<String> {
    let whole = folder.canonicalize().map_err(|error| Stop::Words(format!("{}: {error}", folder.display())))?;
    if !whole.is_dir() {
        return Err(Stop::Words(format!("{} is no folder", folder.display())));
    }
    Ok(format!("{OF_FILES}{}/", whole.file_name().unwrap_or_default().to_string_lossy()))
}

/// The Markdown files among `paths` and below its folders, by name.
pub(super) fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        collect(path, DEEPEST, true, &mut found)?;
    }
    found.sort();
    found.dedup();
    Ok(found)
}

fn collect(path: &Path, deeper: usize, named: bool, found: &mut Vec<PathBuf>) -> Result<()> {
    let cannot = |error: std::io::Error| Stop::Words(format!("{}: {error}", path.display()));
    // What was named may be a link; below it none is followed, for it may lead round in a ring or elsewhere.
    let about = if named { std::fs::metadata(path) } else { std::fs::symlink_metadata(path) }.map_err(cannot)?;
    if about.is_dir() && deeper > 0 {
        for entry in std::fs::read_dir(path).map_err(cannot)? {
            collect(&entry.map_err(cannot)?.path(), deeper - 1, false, found)?;
        }
    } else if named
        || (about.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md")))
    {
        if found.len() == MOST_FILES {
            return Err(Stop::Words(format!("there are more than {MOST_FILES} files; name a smaller folder")));
        }
        found.push(path.to_owned());
    }
    Ok(())
}

fn shown(rows: &[Row], output: &Output) -> Result<()> {
    if output.is_json() {
        let value = |row: &Row| {
            let (verdict, id, mut words) = told(&row.step);
            words.extend(row.notes.clone());
            let adopts = row.adopts.is_some();
            json!({
                "file": row.file, "verdict": verdict, "id": id.map(|id| id.to_string()), "adopts": adopts,
                "messages": words,
            })
        };
        return output.value(&rows.iter().map(value).collect());
    }
    for row in rows.iter().filter(|row| !matches!(row.step, Step::Same(_)) || !row.notes.is_empty()) {
        let (verdict, _, mut words) = told(&row.step);
        if let (Step::Change(..) | Step::Fixed(..), Some(_)) = (&row.step, row.adopts) {
            words.push("it is there already, made elsewhere; this file becomes its source".into());
        }
        words.extend(row.notes.clone());
        output.line(&clean::one_line(&format!("{verdict:<8} {}", row.file)))?;
        for words in words {
            output.line(&format!("         {}", clean::one_line(&words)))?;
        }
    }
    Ok(())
}

fn told(step: &Step) -> (&'static str, Option<PostId>, Vec<String>) {
    match step {
        Step::Create(_) => ("create", None, Vec::new()),
        Step::Made(id) => ("create", Some(*id), Vec::new()),
        Step::Change(post, what) => ("change", Some(post.id), what.iter().map(|what| (*what).to_owned()).collect()),
        Step::Perhaps(id, words) => ("perhaps", Some(*id), vec![words.clone()]),
        Step::Adopt(id) => {
            ("adopt", Some(*id), vec!["it is there already, made elsewhere; this file becomes its source".into()])
        }
        Step::Same(id) => ("same", Some(*id), Vec::new()),
        Step::Fixed(id, why) => ("fixed", Some(*id), vec![why.clone()]),
        Step::Deleted(id) => ("deleted", Some(*id), vec!["it was deleted here, and is not made again".into()]),
        Step::Gone(id) => {
            ("gone", Some(*id), vec![format!("its file is gone; `runsheet delete {id}` deletes the post")])
        }
        Step::Refused(words) => ("refused", None, words.clone()),
    }
}

fn totals(rows: &[Row]) -> String {
    let count = |word: &str| rows.iter().filter(|row| told(&row.step).0 == word).count();
    let words = ["create", "adopt", "change", "same", "fixed", "deleted", "gone", "perhaps", "refused"];
    let counted = words.iter().map(|word| (count(word), word)).filter(|(count, _)| *count > 0);
    let counted: Vec<String> = counted.map(|(count, word)| format!("{count} {word}")).collect();
    if counted.is_empty() { "no files".into() } else { counted.join(", ") }
}

fn has_faults(rows: &[Row]) -> bool {
    rows.iter().any(|row| matches!(row.step, Step::Refused(_) | Step::Perhaps(..)))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_followed_where_it_was_named_and_not_below() {
        let home = tempfile::tempdir().unwrap();
        let posts = home.path().join("posts");
        std::fs::create_dir(&posts).unwrap();
        std::fs::write(posts.join("one.md"), "Hi").unwrap();
        std::os::unix::fs::symlink(&posts, posts.join("ring")).unwrap();
        let link = home.path().join("link");
        std::os::unix::fs::symlink(&posts, &link).unwrap();
        assert_eq!(files(std::slice::from_ref(&link)).unwrap(), [link.join("one.md")]);
    }
}
