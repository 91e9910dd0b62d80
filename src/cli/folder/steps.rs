//! What applying a folder comes to, file by file. What would be made anew is held against what its provider has just
//! now: another machine may have made it there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::desk::Desk;
use crate::desk::judge::idle_options;
use crate::desk::origin::{Answers, Origin, Parts, Wanted, fresh};
use crate::domain::background::LightState;
use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId, PostId, RemoteId};
use crate::domain::naming::full_name;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::{Problem, Severity};
use crate::manuscript::{Applied, Record};
use crate::session::Session;
use crate::text::rules::Rules;

use super::super::args::FolderArgs;
use super::super::post::{of_file, problems as post_problems};
use super::super::source::Source;
use super::super::{Result, Stop};
use super::keeping::orphan;
use super::{answers, files, prefix};

/// What one file comes to.
pub enum Step {
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
    /// It may be a post that is there; a person has to say so.
    Perhaps(PostId, String),
    /// The file has faults.
    Refused(Vec<String>),
}

/// One file, and what it comes to.
pub struct Row {
    /// Its name below the folder.
    pub file: String,
    /// What it comes to.
    pub step: Step,
    /// The post whose source it becomes first.
    pub adopts: Option<PostId>,
    /// Posts that become one before that.
    pub joins: Option<Parts>,
    /// What is said beside it: that its post is there once more, or was changed since.
    pub notes: Vec<String>,
    /// Tells what the file says from what it said.
    pub print: Option<String>,
}

/// A file that could be read, and what it says.
struct Said {
    source: Source,
    post: Post,
    channels: Vec<Channel>,
}

/// What every file comes to.
pub async fn rows(session: &mut Session, wanted: &FolderArgs, record: Option<&Record>) -> Result<Vec<Row>> {
    let rules = session.rules().await;
    // Before the first time not even the channels are known.
    let read: BTreeSet<AccountName> = never_read(session).await?;
    let mut unread = see(session, |account| read.contains(account)).await?;
    let named = named(&wanted.folder)?;
    let names: Vec<&str> = named.iter().map(|(file, _)| file.as_str()).collect();
    let answers = answers::read(&session.desk, wanted, &names).await?;
    let mut said = Vec::with_capacity(named.len());
    for (_, path) in &named {
        said.push(say(&session.desk, path).await);
    }
    let look = Look { wanted, names: &names, said: &said, answers: &answers, rules: &rules, record };
    let makes = look.makes(session, &unread).await?;
    let makes: BTreeSet<AccountName> = makes.difference(&read).cloned().collect();
    unread.extend(see(session, |account| makes.contains(account)).await?);
    look.rows(&session.desk, &unread).await
}

/// The files of a folder: their names below it, and where they are.
fn named(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    prefix(folder)?;
    let below = |path: &Path| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
    Ok(files(&[folder.to_owned()])?.into_iter().map(|path| (below(&path), path)).collect())
}

async fn say(desk: &Desk, path: &Path) -> std::result::Result<Said, Vec<String>> {
    let lines = |stop: Stop| stop.to_string().lines().map(str::to_owned).collect::<Vec<_>>();
    let source = Source::open(path).map_err(lines)?;
    source.holds_dates(desk.now(), desk.zone()).map_err(lines)?;
    let (post, channels) = of_file(desk, &source).await.map_err(lines)?;
    Ok(Said { source, post, channels })
}

async fn never_read(session: &Session) -> Result<BTreeSet<AccountName>> {
    let mut never = BTreeSet::new();
    for worker in session.workers() {
        if session.desk.store.sync_state(worker.account()).await?.last_ok.is_none() {
            never.insert(worker.account().clone());
        }
    }
    Ok(never)
}

/// Reads what the accounts that are `asked` have; which could not be read, and why.
pub async fn see(session: &mut Session, asked: impl Fn(&AccountName) -> bool) -> Result<BTreeMap<AccountName, String>> {
    let mut unread = BTreeMap::new();
    for worker in session.workers().iter_mut().filter(|worker| asked(worker.account())) {
        worker.pull().await?;
        let words = match worker.state() {
            LightState::Unauthorised { words }
            | LightState::Trouble { words }
            | LightState::Off { words }
            | LightState::Offline { words } => words.clone(),
            LightState::Limited => "the provider asks for a pause".to_owned(),
            LightState::Starting | LightState::Ok | LightState::Fetching { .. } | LightState::Sending => continue,
        };
        unread.insert(worker.account().clone(), words);
    }
    session.report();
    Ok(unread)
}

/// A folder as it was read.
struct Look<'a> {
    wanted: &'a FolderArgs,
    names: &'a [&'a str],
    said: &'a [std::result::Result<Said, Vec<String>>],
    answers: &'a Answers,
    rules: &'a Rules,
    record: Option<&'a Record>,
}

impl Look<'_> {
    fn readable(&self) -> impl Iterator<Item = (&str, &Said)> {
        self.names.iter().zip(self.said).filter_map(|(file, said)| Some((*file, said.as_ref().ok()?)))
    }

    /// What the record says of a file.
    fn applied(&self, file: &str, said: &Said) -> Option<&Applied> {
        self.record?.of(file, &said.source.print, self.names)
    }

    fn looked_for(&self) -> Vec<Wanted<'_>> {
        let wanted = |(file, said)| {
            let there = self.applied(file, said).map(|applied| &applied.there);
            Wanted { file, post: &said.post, there }
        };
        self.readable().map(wanted).collect()
    }

    async fn origins(&self, desk: &Desk) -> Result<BTreeMap<&str, Origin>> {
        let wanted = self.looked_for();
        let found = desk.origins(&prefix(&self.wanted.folder)?, &wanted, self.answers).await?;
        Ok(wanted.iter().map(|wanted| wanted.file).zip(found).collect())
    }

    /// The files whose posts are there once more, with the other one.
    async fn doubles(&self, desk: &Desk, origins: &BTreeMap<&str, Origin>) -> Result<BTreeMap<&str, PostId>> {
        let wanted = self.looked_for();
        let found: Vec<Origin> =
            wanted.iter().map(|wanted| origins.get(wanted.file).cloned().unwrap_or(Origin::New)).collect();
        let doubles = desk.doubles(&prefix(&self.wanted.folder)?, &wanted, &found).await?;
        Ok(wanted.iter().zip(doubles).filter_map(|(wanted, double)| Some((wanted.file, double?))).collect())
    }

    /// The accounts at which something would be made anew.
    async fn makes(&self, session: &Session, unread: &BTreeMap<AccountName, String>) -> Result<BTreeSet<AccountName>> {
        let mut makes = BTreeSet::new();
        let origins = self.origins(&session.desk).await?;
        for (file, said) in self.readable() {
            let origin = origins.get(file).unwrap_or(&Origin::New);
            let fresh = self.fresh(&session.desk, origin, &said.post).await?;
            makes.extend(fresh.into_iter().map(|channel| Target::new(channel).account()));
            makes.extend(self.elsewhere(&session.desk, (file, said), origin).await?);
        }
        makes.retain(|account| !unread.contains_key(account));
        Ok(makes)
    }

    /// The accounts at which the record says that a file's post is another one than here: another machine has made it
    /// anew since they were read.
    async fn elsewhere(&self, desk: &Desk, (file, said): (&str, &Said), origin: &Origin) -> Result<Vec<AccountName>> {
        let (Origin::Known(id), Some(applied)) = (origin, self.applied(file, said)) else { return Ok(Vec::new()) };
        let Some(post) = desk.store.post(*id).await? else { return Ok(Vec::new()) };
        let has = |channel: &ChannelId, remote: &RemoteId| {
            post.targets.iter().any(|it| it.channel == *channel && it.remote.as_ref() == Some(remote))
        };
        let others = applied.there.iter().filter(|(channel, remote)| !has(channel, remote));
        Ok(others.map(|(channel, _)| Target::new(channel.clone()).account()).collect())
    }

    /// The channels on which a file makes something anew.
    async fn fresh(&self, desk: &Desk, origin: &Origin, wanted: &Post) -> Result<BTreeSet<ChannelId>> {
        let current = match origin {
            Origin::Known(id) | Origin::Changed(id) => match desk.store.post(*id).await? {
                Some(post) => Some(post),
                None => return Ok(BTreeSet::new()),
            },
            Origin::Parts(parts) => desk.joined(parts).await?,
            Origin::Same(_) => return Ok(BTreeSet::new()),
            Origin::Part(_) | Origin::Perhaps(_) | Origin::New => None,
        };
        Ok(fresh(current.as_ref(), wanted))
    }

    async fn rows(&self, desk: &Desk, unread: &BTreeMap<AccountName, String>) -> Result<Vec<Row>> {
        let origins = self.origins(desk).await?;
        let doubles = self.doubles(desk, &origins).await?;
        let mut rows = Vec::with_capacity(self.names.len());
        let mut adopted = BTreeSet::new();
        for (file, said) in self.names.iter().zip(self.said) {
            let (mut joins, mut notes) = (None, Vec::new());
            let (step, adopts) = match said {
                Err(faults) => (Step::Refused(faults.clone()), None),
                Ok(said) => {
                    let origin = origins.get(file).unwrap_or(&Origin::New);
                    let step = match self.not_told(desk, (file, origin, said), unread).await? {
                        Some(words) => Step::Refused(vec![words]),
                        None => step(desk, (file, said), origin, self.rules).await?,
                    };
                    let adopts = match origin {
                        Origin::Same(id) | Origin::Changed(id) => Some(*id),
                        Origin::Parts(parts) => {
                            notes.extend(joining(parts));
                            joins = Some(parts.clone());
                            Some(parts.into)
                        }
                        _ => None,
                    };
                    let applied = self.applied(file, said);
                    notes.extend(applied.and_then(|applied| since(applied, said, &step)));
                    notes.extend(idle_options(&said.post, &said.channels));
                    (step, adopts)
                }
            };
            adopted.extend(adopts);
            adopted.extend(joins.iter().flat_map(|parts: &Parts| parts.of.clone()));
            if let Some(double) = doubles.get(file) {
                notes.push(desk.twice(*double).await?);
            }
            let print = said.as_ref().ok().map(|said| said.source.print.clone());
            rows.push(Row { file: (*file).to_owned(), step, adopts, joins, notes, print });
        }
        self.gone(desk, &mut rows, adopted).await?;
        Ok(rows)
    }

    /// The posts whose files are gone: as this machine knows it, or the record says.
    async fn gone(&self, desk: &Desk, rows: &mut Vec<Row>, mut adopted: BTreeSet<PostId>) -> Result<()> {
        let gone =
            |file, id| Row { file, step: Step::Gone(id), adopts: None, joins: None, notes: Vec::new(), print: None };
        adopted.extend(rows.iter().filter_map(|row| match &row.step {
            Step::Same(id) | Step::Fixed(id, _) => Some(*id),
            Step::Change(post, _) => Some(post.id),
            _ => None,
        }));
        for (file, id) in desk.imported_beginning(&prefix(&self.wanted.folder)?).await? {
            let is_gone = !self.names.contains(&file.as_str()) && !adopted.contains(&id);
            if is_gone && desk.store.post(id).await?.is_some() {
                adopted.insert(id);
                rows.push(gone(file, id));
            }
        }
        for (file, applied) in self.record.iter().flat_map(|record| &record.files) {
            if self.names.contains(&file.as_str()) || rows.iter().any(|row| row.file == *file) {
                continue;
            }
            let orphan = orphan(desk, applied).await?.filter(|id| !adopted.contains(id));
            if let Some(id) = orphan {
                rows.push(gone(file.clone(), id));
            }
        }
        Ok(())
    }

    /// Why it cannot be told whether a file's post was made elsewhere already, if so.
    async fn not_told(
        &self,
        desk: &Desk,
        (file, origin, said): (&str, &Origin, &Said),
        unread: &BTreeMap<AccountName, String>,
    ) -> Result<Option<String>> {
        if unread.is_empty() || self.answers.anew.contains(file) {
            return Ok(None);
        }
        let fresh = self.fresh(desk, origin, &said.post).await?;
        let account = fresh.into_iter().map(|channel| Target::new(channel).account());
        let why = account.into_iter().find_map(|account| Some((unread.get(&account)?, account)));
        Ok(why.map(|(why, account)| {
            let words = format!(
                "what {account} has cannot be read just now, so another machine may have made this post there already: \
                 {why}; try again when it answers, or say --as-new {file} where no other machine applies this folder"
            );
            said.source.placed(Default::default(), &words)
        }))
    }
}

async fn step(desk: &Desk, (file, said): (&str, &Said), origin: &Origin, rules: &Rules) -> Result<Step> {
    let Said { source, post: wanted, .. } = said;
    let mut wanted = wanted.clone();
    let here = |words: &str| source.placed(Default::default(), words);
    let mut faults = faults(desk, said, rules);
    let id = match origin {
        Origin::Known(id) | Origin::Changed(id) | Origin::Parts(Parts { into: id, .. }) => *id,
        Origin::Same(id) => return Ok(Step::Adopt(*id)),
        Origin::Part(id) => {
            return Ok(Step::Refused(vec![here(&format!(
                "on one of its channels this text goes out at this time already, as {id}; nothing is made twice: take that \
                 channel out of the file, or delete that post"
            ))]));
        }
        Origin::Perhaps(id) => {
            let words = desk.perhaps(*id).await?;
            let words = format!(
                "{words}; --adopt {file} makes that post what the file says, --as-new {file} makes another beside it"
            );
            return Ok(Step::Perhaps(*id, words));
        }
        Origin::New => {
            faults.extend(desk.fit_to_import(&wanted).err().map(|error| here(&error.to_string())));
            let embargo = desk.standing_embargoes().await?.against(&wanted);
            faults.extend(embargo.map(|words| here(&words)));
            return Ok(if faults.is_empty() { Step::Create(Box::new(wanted)) } else { Step::Refused(faults) });
        }
    };
    let current = match origin {
        Origin::Parts(parts) => desk.joined(parts).await?,
        _ => desk.store.post(id).await?,
    };
    let Some(current) = current.map(|post| post.as_written()) else { return Ok(Step::Deleted(id)) };
    // Somebody holds it: a file does not release it.
    if current.wish == Wish::Hold && wanted.wish == Wish::Schedule {
        wanted.wish = Wish::Hold;
    }
    let differs = differences(&current, &wanted);
    if differs.is_empty() {
        return Ok(if matches!(origin, Origin::Changed(_) | Origin::Parts(_)) {
            Step::Adopt(id)
        } else {
            Step::Same(id)
        });
    }
    if let Some(why) = current.fixed(desk.now()) {
        return Ok(Step::Fixed(id, format!("its {} differ, and {why}", differs.join(", "))));
    }
    if !faults.is_empty() {
        return Ok(Step::Refused(faults));
    }
    Ok(Step::Change(Box::new(Post { id, created_at: current.created_at, ..wanted }), differs))
}

/// What is said of parts that become one.
fn joining(parts: &Parts) -> Option<String> {
    let count = parts.of.len();
    (count > 1).then(|| format!("it is there as {count} posts, one per account or network, which become one here"))
}

/// What is said of a file that is as it was applied, where its post is not: somebody has changed it, or taken it away.
fn since(applied: &Applied, said: &Said, step: &Step) -> Option<String> {
    if applied.print != said.source.print {
        return None;
    }
    match step {
        Step::Change(..) => Some("the file is as it was applied: these were changed since, and are put back".into()),
        Step::Create(_) => {
            let (channel, remote) = applied.there.first_key_value()?;
            let account = Target::new(channel.clone()).account();
            Some(format!("it was applied as {remote} at {account}, which is not there any more"))
        }
        _ => None,
    }
}

/// What the networks have against a post that is to go out.
fn faults(desk: &Desk, Said { source, post, channels }: &Said, rules: &Rules) -> Vec<String> {
    let named: Vec<&Channel> = channels.iter().collect();
    let found = post_problems(desk, post, &named, rules).into_iter();
    let stops = found.filter(|(_, problem)| problem.severity == Severity::Blocker && post.wish != Wish::Draft);
    let words = |(channel, problem): (&Channel, Problem)| {
        let words = format!("{}: {} ({})", full_name(channel), problem.words, problem.remedy);
        source.placed(Default::default(), &words)
    };
    stops.map(words).collect()
}

/// In what a post differs from what its file says, in words.
fn differences(current: &Post, wanted: &Post) -> Vec<&'static str> {
    let instant = |post: &Post| post.schedule.map(|schedule| schedule.instant());
    let media = |post: &Post| -> Vec<(String, String)> {
        post.media.iter().map(|media| (media.source.clone(), media.alt.clone())).collect()
    };
    // That a text was changed at the provider, and is not dressed again, is nothing a file says.
    let style = |post: &Post| (post.styling.style.clone(), post.styling.link.clone());
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
        ("style", style(current) != style(wanted)),
        ("first comment", current.first_comment != wanted.first_comment),
    ]
    .into_iter()
    .filter_map(|(name, differs)| differs.then_some(name))
    .collect()
}
