//! Files on their way in: a look that keeps nothing, then the good rows, and what is left in a file of its own. The
//! screen and the shell come through here.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId};
use crate::domain::intake::{Asking, Column, Line, Look, Said, Taken, Verdict, Words};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Severity;
use crate::exchange::{self, DateOrder, Layout, MOST_BYTES, Own, Row, Sheet};
use crate::manuscript;
use crate::text::clean::{one_line, truncate};
use crate::text::rules::Rules;

use super::judge::{Defaults, Judged, owners_of, zone_named};
use super::origin::OF_FILES;
use super::propose::Advice;
use super::{Desk, DeskError, Result, gauge, record};

/// Rows that providers are asked about in one look: each is a request, and providers count them.
pub const MOST_ASKED: usize = 100;
/// Cells of a text in a list of rows.
const HEADLINE: usize = 60;
/// Files of a folder of posts at most.
const MOST_FILES: usize = 2_000;
/// How deep folders are looked into.
const DEEPEST: usize = 8;
/// Bytes of one Markdown file at most; no network takes a fraction of it.
const MOST_OF_POST: u64 = 5_000_000;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Table,
    /// Objects a line, or a list of them.
    Json {
        list: bool,
    },
    Folder,
}

/// A file that was read and judged.
pub struct Opened {
    /// The rows as they were read.
    pub sheet: Sheet,
    /// What each of them comes to; empty where none could be read.
    pub judged: Vec<Judged>,
    /// Tells this content from any other.
    pub print: u64,
    kind: Kind,
}

impl Desk {
    /// Reads and judges a file; keeps and sends nothing. `tell` hears how many rows are done, and of how many.
    pub async fn open_intake(
        &self,
        asking: &Asking,
        rules: &Rules,
        tell: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Opened> {
        let wanted = asking.clone();
        // Disks may keep one waiting, and a long file is read for a while.
        let read = tokio::task::spawn_blocking(move || read(&wanted)).await;
        self.judge_read(read.map_err(gone)?, asking, rules, tell).await
    }

    /// The same of `bytes` that did not come from a file: of standard input.
    pub async fn open_given(&self, bytes: Vec<u8>, asking: &Asking, rules: &Rules) -> Result<Opened> {
        let wanted = asking.clone();
        let read = tokio::task::spawn_blocking(move || understood(&wanted, "standard input", bytes)).await;
        self.judge_read(read.map_err(gone)?, asking, rules, &|_, _| {}).await
    }

    async fn judge_read(
        &self,
        read: WhatIsRead,
        asking: &Asking,
        rules: &Rules,
        tell: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Opened> {
        let (kind, mut sheet, print) = read.map_err(DeskError::Refused)?;
        sheet.mend(&asking.mended);
        let zone = asking.zone.as_deref().map(zone_named).transpose().map_err(DeskError::Refused)?;
        let mut files = asking.files.as_deref().map(placed);
        if kind == Kind::Folder {
            files = Some(placed(&asking.path));
        }
        let (to, drafts, keys_repeat) = (asking.to.clone(), asking.drafts, asking.lines);
        let defaults = Defaults { to, files, zone, drafts, keys_repeat };
        let total = sheet.rows.len();
        let mut judged = self.judge_telling(&sheet.rows, &defaults, rules, &|done| tell(done, total)).await?;
        if kind == Kind::Folder {
            let folder = placed(&asking.path);
            let record = record::read(&folder).map_err(|faults| DeskError::Refused(faults.join("; ")))?;
            self.find_files_there(&folder_prefix(&folder)?, &record.unwrap_or_default(), &mut judged).await?;
        }
        for (one, _) in judged.iter_mut().zip(&sheet.rows).filter(|(_, row)| row.skipped) {
            one.skip();
        }
        if asking.ask {
            self.ask_providers(&mut judged).await;
        }
        Ok(Opened { sheet, judged, print, kind })
    }

    /// The same, as the screen shows it.
    pub async fn look(
        &self,
        asking: &Asking,
        rules: &Rules,
        tell: &(dyn Fn(usize, usize) + Send + Sync),
    ) -> Result<Look> {
        let opened = self.open_intake(asking, rules, tell).await?;
        let leftovers = opened.free_name(&placed(&asking.path));
        let Opened { sheet, judged, print, .. } = opened;
        let mut proposals = self.proposals(&sheet.rows, &judged, asking).await?;
        let channels = self.store.channels().await?;
        let known = |judged: &Judged| {
            let known = |target: &Target| channels.iter().find(|each| each.id == target.channel);
            let known = judged.incoming.post.targets.iter().filter_map(known);
            known.map(|channel| (channel.id.clone(), channel.network.clone())).collect()
        };
        let columns =
            sheet.head.iter().zip(&sheet.fields).zip(&sheet.examples).map(|((title, field), example)| Column {
                title: one_line(title.trim()),
                holds: field.word(),
                example: truncate(&one_line(example), HEADLINE),
            });
        let rows = judged.iter().zip(&sheet.rows).map(|(judged, row)| {
            let advice = proposals.remove(&row.number);
            let why_none = advice.as_ref().and_then(|advice| advice.as_ref().err());
            Line {
                number: judged.number,
                line: row.line,
                verdict: judged.verdict,
                headline: truncate(&one_line(judged.incoming.post.headline()), HEADLINE),
                at: judged.incoming.post.schedule,
                to: known(judged),
                said: said(row, asking),
                owners: owners(row, &judged.incoming.post, &channels),
                messages: judged.messages.iter().chain(why_none).map(|words| one_line(words)).collect(),
                differs: judged.is_otherwise(),
                proposal: advice.and_then(Advice::ok),
            }
        });
        let name = Path::new(&asking.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Look {
            name: one_line(&name),
            print,
            zone: asking.zone.clone().unwrap_or_else(|| self.zone().name().to_owned()),
            columns: columns.collect(),
            remarks: sheet.remarks.iter().map(|words| one_line(words)).collect(),
            two_ways: sheet.two_ways.len(),
            rows: rows.collect(),
            leftovers: one_line(&leftovers.file_name().unwrap_or_default().to_string_lossy()),
            stop: sheet.stop,
        })
    }

    /// Takes the good rows of a file that was looked into, and writes the others to a file of their own. `print` is that
    /// look's; `without` are rows that stay out, with the reason; `tell` hears which account is read first. Where the file
    /// is another one by now, nothing is done.
    pub async fn take_in(
        &self,
        asking: &Asking,
        print: u64,
        without: &BTreeMap<usize, String>,
        rules: &Rules,
        tell: &(dyn Fn(&AccountName) + Send + Sync),
    ) -> Result<Taken> {
        // The providers were asked in the look; what they minded is in `without`.
        let asking = Asking { ask: false, ..asking.clone() };
        let mut opened = self.open_intake(&asking, rules, &|_, _| {}).await?;
        if opened.kind == Kind::Folder && opened.print == print && self.seen_lately(&opened.judged, tell).await? {
            // What was found there is known now.
            opened = self.open_intake(&asking, rules, &|_, _| {}).await?;
        }
        if opened.print != print {
            let words = "the file has changed since it was looked into; nothing was taken: look again, then take it";
            return Err(DeskError::Refused(words.into()));
        }
        for row in &mut opened.judged {
            if let (Some(why), Verdict::Good) = (without.get(&row.number), row.verdict) {
                row.verdict = Verdict::Refused;
                row.messages.push(why.clone());
            }
        }
        self.take(&opened, &placed(&asking.path), None).await
    }

    /// Stores the good rows and writes the others to `leftovers`, or beside `file`. Sends nothing by itself.
    ///
    /// What is left is written first: were the good rows stored and the others lost, nobody would know which to mend.
    pub async fn take(&self, opened: &Opened, file: &Path, leftovers: Option<&Path>) -> Result<Taken> {
        let good: Vec<_> = opened.judged.iter().filter(|row| !row.verdict.is_left()).collect();
        let incoming: Vec<_> = good.iter().map(|row| row.incoming.clone()).collect();
        let left = opened.leftovers(file, leftovers).map_err(DeskError::Refused)?;
        for row in good.iter().filter(|_| opened.kind == Kind::Folder) {
            if let (Verdict::Known(id), Some(key)) = (row.verdict, &row.incoming.key)
                && self.imported(key).await? != Some(id)
            {
                self.adopt(key, id).await?;
            }
        }
        let arrived = match self.import(&incoming).await {
            Ok(arrived) => arrived,
            Err(error) => {
                // All rows are in the file they came from: what was written is of no use.
                let _ = left.map(|(_, path)| std::fs::remove_file(path));
                return Err(error);
            }
        };
        let made = arrived.iter().filter(|arrived| arrived.made);
        let first = made.clone().map(|arrived| arrived.id).next();
        let made = made.count();
        let posts = good.iter().zip(&arrived).map(|(row, arrived)| (row.number, (arrived.id, arrived.made))).collect();
        let left = left.map(|(count, path)| (count, path.display().to_string()));
        Ok(Taken { made, known: arrived.len() - made, left, first, posts })
    }

    /// Adds what the providers say that can validate, of the first rows. One that cannot be asked is no objection.
    async fn ask_providers(&self, judged: &mut [Judged]) {
        let asked = |row: &&mut Judged| row.verdict == Verdict::Good && !row.incoming.post.targets.is_empty();
        for row in judged.iter_mut().filter(asked).take(MOST_ASKED) {
            match self.check(&row.incoming.post).await {
                Ok(problems) => {
                    for problem in problems {
                        let message = format!("the provider: {} ({})", problem.words, problem.remedy);
                        // Of several channels, it is said once.
                        if !row.messages.contains(&message) {
                            row.messages.push(message);
                        }
                        if problem.severity == Severity::Blocker {
                            row.verdict = Verdict::Refused;
                        }
                    }
                }
                Err(words) => row.messages.push(format!("not checked at the provider: {words}")),
            }
        }
    }
}

impl Opened {
    /// Writes the rows that were not taken, also those that were skipped: what of a file is not here is there. How many
    /// they are and where; nothing when all were taken.
    fn leftovers(&self, file: &Path, wanted: Option<&Path>) -> std::result::Result<Option<(usize, PathBuf)>, String> {
        let left = self.judged.iter().zip(&self.sheet.rows).filter(|(row, _)| row.verdict.is_left());
        let rows: Vec<_> = left.map(|(judged, row)| (row, judged.reason())).collect();
        if rows.is_empty() {
            return Ok(None);
        }
        let text = match self.kind {
            Kind::Table => exchange::leftovers(&self.sheet.head, &rows, self.sheet.layout),
            Kind::Json { list } => exchange::json_leftovers(&rows, list),
            // The files themselves stay where they are: what is wrong with each is a list.
            Kind::Folder => exchange::leftovers(&["file".to_owned()], &rows, Layout::default()),
        };
        let path = wanted.map_or_else(|| self.free_name(file), Path::to_owned);
        let cannot = |error: std::io::Error| {
            format!(
                "nothing was taken: the rows that are left cannot be written to {}: {error}; make room for that file, \
                 or name another place with --leftovers",
                path.display()
            )
        };
        let mut file = std::fs::File::create_new(&path).map_err(cannot)?;
        if let Err(error) = file.write_all(text.as_bytes()).and_then(|()| file.sync_all()) {
            // Half of it helps nobody.
            let _ = std::fs::remove_file(&path);
            return Err(cannot(error));
        }
        Ok(Some((rows.len(), path)))
    }

    /// `posts.leftovers.csv` beside `posts.csv`, or with a number where that is there already: nothing is written over.
    fn free_name(&self, file: &Path) -> PathBuf {
        let is_tsv = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
        let ending = match self.kind {
            Kind::Table if is_tsv => "tsv",
            Kind::Table | Kind::Folder => "csv",
            Kind::Json { list: true } => "json",
            Kind::Json { list: false } => "jsonl",
        };
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let named = |number: u32| {
            let number = if number == 1 { String::new() } else { format!("-{number}") };
            file.with_file_name(format!("{stem}.leftovers{number}.{ending}"))
        };
        (1..1000).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1000))
    }
}

/// Where a file is that somebody typed or dropped.
fn placed(typed: &str) -> PathBuf {
    gauge::local(typed, Path::new(""))
}

/// What a file is, its rows, and its print; or why it cannot be read.
type WhatIsRead = std::result::Result<(Kind, Sheet, u64), String>;

fn gone<E>(_: E) -> DeskError {
    DeskError::Refused("the file could not be read; try again".into())
}

/// A row's own words, for whoever mends it.
fn said(row: &Row, asking: &Asking) -> Said {
    let when = if row.said_when.is_empty() { row.when.as_deref().unwrap_or_default() } else { &row.said_when };
    let to = if row.to.is_empty() { &asking.to } else { &row.to };
    let own = row.own.iter().filter(|own| own.text.is_some() || own.said_when.is_some());
    let words = |own: &Own| Words { body: own.text.clone(), when: own.said_when.clone() };
    let own = own.map(|own| (own.whose.clone(), words(own))).collect();
    Said { body: row.body.clone(), when: when.to_owned(), to: to.clone(), zone: row.zone.clone(), own }
}

/// The channels of `post` that have something of their own in its row.
fn owners(row: &Row, post: &Post, channels: &[Channel]) -> BTreeMap<String, Vec<ChannelId>> {
    let whose = |own: &Own| {
        let all = owners_of(&own.whose, channels);
        let theirs = post.targets.iter().map(|target| &target.channel).filter(|id| all.contains(id));
        (own.whose.clone(), theirs.cloned().collect())
    };
    row.own.iter().map(whose).collect()
}

/// The rows of a file; blocks meanwhile.
fn read(asking: &Asking) -> WhatIsRead {
    let path = &placed(&asking.path);
    let name = path.display().to_string();
    let cannot = |error: std::io::Error| format!("{name}: {error}");
    let about = std::fs::metadata(path).map_err(cannot)?;
    if about.is_dir() {
        let (sheet, print) = folder(path)?;
        return Ok((Kind::Folder, sheet, print));
    }
    if about.len() > MOST_BYTES {
        return Err(too_large(&name));
    }
    // It may grow, or be no ordinary file.
    let (mut bytes, file) = (Vec::new(), std::fs::File::open(path).map_err(cannot)?);
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    understood(asking, &name, bytes)
}

fn too_large(name: &str) -> String {
    format!("{name}: it is larger than {} MB; split it", MOST_BYTES >> 20)
}

/// The rows in what was read from `name`, by what its own name ends in.
fn understood(asking: &Asking, name: &str, bytes: Vec<u8>) -> WhatIsRead {
    let cannot = |words: &dyn std::fmt::Display| format!("{name}: {words}");
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large(name));
    }
    let print = hashed(&bytes);
    let ending = placed(&asking.path);
    let ending = ending.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let is_json = asking.lines || matches!(ending.as_str(), "json" | "jsonl" | "ndjson");
    if let Some(what) = exchange::else_than_posts(&bytes, &ending, is_json) {
        return Err(cannot(&what));
    }
    let mark = exchange::is_marked(&bytes);
    let text = exchange::decode(&bytes).map_err(|error| cannot(&error))?;
    drop(bytes);
    if is_json {
        // What is left of a list is a list.
        let list = ending == "json" || exchange::is_list(&text);
        return Ok((Kind::Json { list }, exchange::read_json(&text).map_err(|error| cannot(&error))?, print));
    }
    let order = asking.order.as_deref().and_then(DateOrder::from_word);
    let mut sheet = exchange::read(&text, &asking.named, order).map_err(|error| cannot(&error))?;
    sheet.layout.mark = mark;
    Ok((Kind::Table, sheet, print))
}

/// The Markdown files of a folder, as rows. Their keys are those of `runsheet apply`: what one made, the other knows.
fn folder(folder: &Path) -> std::result::Result<(Sheet, u64), String> {
    let prefix = folder_prefix(folder).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    collect(folder, DEEPEST, &mut files)?;
    files.sort();
    if files.is_empty() {
        return Err(format!("{} has no file that ends in .md", folder.display()));
    }
    let (mut rows, mut hasher, mut room) = (Vec::new(), DefaultHasher::new(), MOST_BYTES);
    for (at, path) in files.iter().enumerate() {
        let below = path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let bytes = of_post(path)?;
        room = room.checked_sub(bytes.len() as u64).ok_or_else(|| {
            format!("{}: its posts are larger than {} MB; name a smaller folder", folder.display(), MOST_BYTES >> 20)
        })?;
        bytes.hash(&mut hasher);
        let mut row = of_markdown(bytes, below.rsplit_once('/').map(|(folder, _)| folder));
        let of_times = row.own.iter_mut().map(|own| &mut own.of_time);
        for words in of_times.chain([&mut row.faults, &mut row.of_time]).flatten() {
            *words = format!("{below}: {words}");
        }
        (row.number, row.key, row.cells) = (at + 1, Some(format!("{prefix}{below}")), vec![below]);
        rows.push(row);
    }
    let head = vec!["file".to_owned()];
    Ok((Sheet { head, rows, ..Sheet::default() }, hasher.finish()))
}

/// What the keys of a folder's files begin with: its name, so that it may stand elsewhere on another machine.
fn folder_prefix(folder: &Path) -> Result<String> {
    let cannot = |error: std::io::Error| DeskError::Refused(format!("{}: {error}", folder.display()));
    let whole = folder.canonicalize().map_err(cannot)?;
    Ok(format!("{OF_FILES}{}/", whole.file_name().unwrap_or_default().to_string_lossy()))
}

fn of_post(path: &Path) -> std::result::Result<Vec<u8>, String> {
    let cannot = |words: &dyn std::fmt::Display| format!("{}: {words}", path.display());
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| cannot(&error))?;
    file.take(MOST_OF_POST + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MOST_OF_POST {
        return Err(cannot(&format!("it is longer than {MOST_OF_POST} bytes; that is no post")));
    }
    Ok(bytes)
}

fn collect(path: &Path, deeper: usize, found: &mut Vec<PathBuf>) -> std::result::Result<(), String> {
    let cannot = |error: std::io::Error| format!("{}: {error}", path.display());
    for entry in std::fs::read_dir(path).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let about = std::fs::symlink_metadata(&path).map_err(cannot)?;
        let is_post = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        if about.is_dir() && deeper > 0 {
            collect(&path, deeper - 1, found)?;
        } else if about.is_file() && is_post {
            if found.len() == MOST_FILES {
                return Err(format!("there are more than {MOST_FILES} files; name a smaller folder"));
            }
            found.push(path);
        }
    }
    Ok(())
}

/// A file of a post as a row; its paths count from the folder it is in.
fn of_markdown(bytes: Vec<u8>, below: Option<&str>) -> Row {
    let placed = |fault: &manuscript::Fault| {
        format!("line {}, column {}: {}; {}", fault.spot.line, fault.spot.column, fault.words, fault.remedy)
    };
    let read = manuscript::decode(bytes).map_err(|fault| vec![fault]).and_then(|text| manuscript::read(&text));
    let manuscript = match read {
        Ok(read) => read.manuscript,
        Err(faults) => return Row { faults: faults.iter().map(placed).collect(), ..Row::default() },
    };
    let named = |media: &[manuscript::Attached]| -> Vec<(String, String)> {
        let source = |attached: &manuscript::Attached| match below {
            Some(folder) if !attached.source.contains("://") => format!("{folder}/{}", attached.source),
            _ => attached.source.clone(),
        };
        media.iter().map(|attached| (source(attached), attached.alt.trim().to_owned())).collect()
    };
    let own = |variant: &manuscript::Variant| Own {
        whose: variant.of.clone(),
        text: variant.text.clone(),
        when: variant.when.clone(),
        said_when: variant.when.clone(),
        media: variant.media.as_deref().map(named),
        options: variant.options.clone(),
        option_words: Vec::new(),
        first_comment: variant.first_comment.clone(),
        ..Own::default()
    };
    let now = manuscript.when.as_deref().is_some_and(|when| when.trim().eq_ignore_ascii_case("now"));
    Row {
        body: manuscript.body.trim_end_matches(['\n', '\r']).to_owned(),
        title: manuscript.title.clone(),
        to: manuscript.to.clone(),
        when: manuscript.when.clone().filter(|_| !now),
        said_when: manuscript.when.clone().unwrap_or_default(),
        now,
        draft: manuscript.wish == Some(Wish::Draft),
        held: manuscript.wish == Some(Wish::Hold),
        campaign: manuscript.campaign.clone(),
        tags: manuscript.tags.clone(),
        media: named(&manuscript.media),
        options: manuscript.options.clone(),
        first_comment: manuscript.first_comment.clone(),
        style: manuscript.style.clone(),
        link: manuscript.link.clone(),
        own: manuscript.variants.iter().map(own).collect(),
        ..Row::default()
    }
}

fn hashed(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}
