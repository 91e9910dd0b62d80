//! What a person says of files that may be posts which are there already: `--adopt` and `--as-new`.

use crate::desk::Desk;
use crate::desk::origin::Answers;

use super::super::args::FolderArgs;
use super::super::{Result, Stop, post_by_id};

/// Reads what was said, and holds that it is about `files`.
pub async fn read(desk: &Desk, wanted: &FolderArgs, files: &[&str]) -> Result<Answers> {
    let mut answers = Answers::default();
    for said in &wanted.as_new {
        answers.anew.insert(named(said, files, wanted)?);
    }
    for said in &wanted.adopt {
        // A name may hold the sign itself.
        let whole = named(said, files, wanted);
        let (file, id) = match (whole, said.rsplit_once('=')) {
            (Ok(file), _) => (file, None),
            (Err(_), Some((file, id))) => (named(file, files, wanted)?, Some(post_by_id(desk, id).await?.id)),
            (Err(stop), None) => return Err(stop),
        };
        if answers.anew.contains(&file) {
            return Err(Stop::Usage(format!(
                "{file} is either a post of its own or one that is there: say one of both"
            )));
        }
        answers.adopt.insert(file, id);
    }
    Ok(answers)
}

/// The file that is meant: by its name below the folder, or as a path that leads there.
fn named(said: &str, files: &[&str], wanted: &FolderArgs) -> Result<String> {
    let below = std::path::Path::new(said).strip_prefix(&wanted.folder).ok();
    let below = below.map(|below| below.to_string_lossy().replace('\\', "/"));
    let meant = |file: &&&str| **file == said || below.as_deref() == Some(**file);
    let found = files.iter().find(meant).map(|file| (*file).to_owned());
    found.ok_or_else(|| Stop::Usage(format!("there is no file {said} in {}", wanted.folder.display())))
}
