//! `runsheet plan` and `apply`: a folder of Markdown files as the source of posts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::desk::Desk;
use crate::desk::transfer::Incoming;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Severity;
use crate::session::Session;
use crate::text::clean;
use crate::text::rules::Rules;

use super::args::FolderArgs;
use super::output::Output;
use super::source::Source;
use super::{Ending, Result, Stop, post, send};

/// Files of one folder at most.
const MOST_FILES: usize = 10_000;
/// How deep folders are looked into.
const DEEPEST: usize = 8;

/// What one file comes to.
enum Step {
    /// A post that is not there yet.
    Create(Box<Post>),
    /// A post that was made of it just now.
    Made(PostId),
    /// A post that is there and differs, and in what.
    Change(Box<Post>, Vec<&'static str>),
    /// A post that is there as the file says, made elsewhere: the file becomes its source.
    Adopt(PostId),
    /// Nothing to do.
    Same(PostId),
    /// It differs and cannot be changed any more.
    Fixed(PostId, String),
    /// It was deleted here, and is not made again.
    Deleted(PostId),
    /// Its file is gone; the post is left.
    Gone(PostId),
    /// The file has faults.
    Refused(Vec<String>),
}

struct Row {
    file: String,
    step: Step,
}

/// Shows what applying a folder would do.
pub async fn plan(session: &Session, wanted: &FolderArgs, output: &Output) -> Result<Ending> {
    let rows = rows(session, &wanted.folder).await?;
    shown(&rows, output)?;
    eprintln!("nothing was changed: {}", totals(&rows));
    Ok(if has_faults(&rows) { Ending::Refused } else { Ending::Done })
}

/// Does it.
pub async fn apply(session: &mut Session, wanted: &FolderArgs, output: &Output) -> Result<Ending> {
    let mut rows = rows(session, &wanted.folder).await?;
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
                Some(Incoming { post: Post::clone(post), key })
            }
            _ => None,
        })
        .collect();
    for row in &rows {
        if let Step::Adopt(id) = row.step {
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
    eprintln!("applied: {}", totals(&rows));
    let ending = send(session, &ids).await?;
    Ok(if refused { ending.max(Ending::Refused) } else { ending })
}

async fn rows(session: &Session, folder: &Path) -> Result<Vec<Row>> {
    let desk = &session.desk;
    let rules = session.rules().await;
    let known = desk.imported_beginning(&prefix(folder)?).await?;
    let there_already = Others::of(desk).await?;
    let mut rows = Vec::new();
    let mut there = BTreeSet::new();
    for path in files(&[folder.to_owned()])? {
        let below = path.strip_prefix(folder).unwrap_or(&path);
        let file = below.to_string_lossy().replace('\\', "/");
        let id = known.iter().find(|(key, _)| *key == file).map(|(_, id)| *id);
        let step = match step(desk, &path, (id, &there_already), &rules).await {
            Ok(step) => step,
            Err(stop) => Step::Refused(stop.to_string().lines().map(str::to_owned).collect()),
        };
        there.insert(file.clone());
        rows.push(Row { file, step });
    }
    for (file, id) in known {
        if !there.contains(&file) && desk.store.post(id).await?.is_some() {
            rows.push(Row { file, step: Step::Gone(id) });
        }
    }
    Ok(rows)
}

/// The posts that are here and come from no file: a folder that was applied on another machine made them there, and
/// syncing brought them.
struct Others(Vec<Arc<Post>>);

impl Others {
    async fn of(desk: &Desk) -> Result<Self> {
        let made: BTreeSet<PostId> = desk.imported_beginning("file:").await?.into_iter().map(|(_, id)| id).collect();
        let mut posts = desk.store.every_post(None, None).await?;
        posts.retain(|post| !made.contains(&post.id));
        Ok(Self(posts))
    }

    /// The post that is what a file says: its text, on its channels, at its time. What is only in part is nobody's.
    fn as_wanted(&self, wanted: &Post) -> Option<std::result::Result<PostId, String>> {
        let channels =
            |post: &Post| -> BTreeSet<ChannelId> { post.targets.iter().map(|target| target.channel.clone()).collect() };
        let seconds = |post: &Post| post.instant().map(|at| at.timestamp());
        let wanted_channels = channels(wanted);
        let alike = |post: &&Arc<Post>| {
            let draft = post.wish == Wish::Draft;
            let shared = wanted_channels.is_empty() || !channels(post).is_disjoint(&wanted_channels);
            let same_text = post.as_written().body.trim() == wanted.body.trim();
            same_text && shared && seconds(post) == seconds(wanted) && draft == (wanted.wish == Wish::Draft)
        };
        let found: Vec<&Arc<Post>> = self.0.iter().filter(alike).collect();
        if let Some(whole) = found.iter().find(|post| channels(post) == wanted_channels) {
            return Some(Ok(whole.id));
        }
        let first = found.first().filter(|post| post.wish != Wish::Draft)?;
        Some(Err(format!(
            "on one of its channels this text goes out at this time already, as {}; nothing is made twice: take that channel \
             out of the file, or delete that post",
            first.id
        )))
    }
}

async fn step(desk: &Desk, path: &Path, (id, others): (Option<PostId>, &Others), rules: &Rules) -> Result<Step> {
    let source = Source::open(path)?;
    source.holds_dates(desk.now(), desk.zone())?;
    let (mut wanted, channels) = post::of_file(desk, &source).await?;
    let named: Vec<_> = channels.iter().collect();
    let faults: Vec<String> = post::problems(desk, &wanted, &named, rules)
        .into_iter()
        .filter(|(_, problem)| problem.severity == Severity::Blocker && wanted.wish != Wish::Draft)
        .map(|(channel, problem)| {
            let words = format!("{}: {} ({})", full_name(channel), problem.words, problem.remedy);
            source.placed(Default::default(), &words)
        })
        .collect();
    let Some(id) = id else {
        match others.as_wanted(&wanted) {
            Some(Ok(id)) => return Ok(Step::Adopt(id)),
            Some(Err(words)) => return Ok(Step::Refused(vec![source.placed(Default::default(), &words)])),
            None => {}
        }
        let mut faults = faults;
        faults.extend(desk.fit_to_import(&wanted).err().map(|error| format!("{}: {error}", path.display())));
        let embargo = desk.standing_embargoes().await?.against(&wanted);
        faults.extend(embargo.map(|words| format!("{}: {words}", path.display())));
        return Ok(if faults.is_empty() { Step::Create(Box::new(wanted)) } else { Step::Refused(faults) });
    };
    let Some(current) = desk.store.post(id).await?.map(|post| post.as_written()) else { return Ok(Step::Deleted(id)) };
    // Somebody holds it: a file does not release it.
    if current.wish == Wish::Hold && wanted.wish == Wish::Schedule {
        wanted.wish = Wish::Hold;
    }
    let differs = differences(&current, &wanted);
    if differs.is_empty() {
        return Ok(Step::Same(id));
    }
    if let Some(why) = current.fixed(desk.now()) {
        return Ok(Step::Fixed(id, format!("its {} differ, and {why}", differs.join(", "))));
    }
    if !faults.is_empty() {
        return Ok(Step::Refused(faults));
    }
    Ok(Step::Change(Box::new(Post { id, created_at: current.created_at, ..wanted }), differs))
}

/// In what a post differs from what its file says, in words.
fn differences(current: &Post, wanted: &Post) -> Vec<&'static str> {
    let instant = |post: &Post| post.schedule.map(|schedule| schedule.instant());
    let media = |post: &Post| -> Vec<(String, String)> {
        post.media.iter().map(|media| (media.source.clone(), media.alt.clone())).collect()
    };
    let channels = |post: &Post| -> BTreeSet<String> {
        let own = |target: &Target| {
            let at = target.schedule.map(|schedule| schedule.instant());
            format!("{} {:?} {at:?} {:?}", target.channel, target.text, target.extras)
        };
        post.targets.iter().map(own).collect()
    };
    [
        ("text", current.body != wanted.body),
        ("title", current.title != wanted.title),
        ("time", instant(current) != instant(wanted)),
        ("state", current.wish != wanted.wish),
        ("channels", channels(current) != channels(wanted)),
        ("media", media(current) != media(wanted)),
        ("campaign", current.campaign != wanted.campaign),
        ("tags", current.tags != wanted.tags),
        ("options", current.options != wanted.options),
        ("style", current.styling != wanted.styling),
        ("first comment", current.first_comment != wanted.first_comment),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}

/// What the keys of a folder's files begin with: its name, so that it may stand elsewhere on another machine.
fn prefix(folder: &Path) -> Result<String> {
    let whole = folder.canonicalize().map_err(|error| Stop::Words(format!("{}: {error}", folder.display())))?;
    if !whole.is_dir() {
        return Err(Stop::Words(format!("{} is no folder", folder.display())));
    }
    Ok(format!("file:{}/", whole.file_name().unwrap_or_default().to_string_lossy()))
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
            let (verdict, id, words) = told(&row.step);
            json!({"file": row.file, "verdict": verdict, "id": id.map(|id| id.to_string()), "messages": words})
        };
        return output.value(&rows.iter().map(value).collect());
    }
    for row in rows.iter().filter(|row| !matches!(row.step, Step::Same(_))) {
        let (verdict, _, words) = told(&row.step);
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
    let words = ["create", "adopt", "change", "same", "fixed", "deleted", "gone", "refused"];
    let counted = words.iter().map(|word| (count(word), word)).filter(|(count, _)| *count > 0);
    let counted: Vec<String> = counted.map(|(count, word)| format!("{count} {word}")).collect();
    if counted.is_empty() { "no files".into() } else { counted.join(", ") }
}

fn has_faults(rows: &[Row]) -> bool {
    rows.iter().any(|row| matches!(row.step, Step::Refused(_)))
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
