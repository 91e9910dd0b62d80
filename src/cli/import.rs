//! `runsheet import`: many posts from a file of JSON lines, all or none.

use std::collections::HashSet;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::embargo::Embargoes;
use crate::desk::slots::Slots;
use crate::desk::transfer::Incoming;
use crate::domain::channel::Channel;
use crate::domain::ids::AccountName;
use crate::domain::naming::{self, full_name};
use crate::domain::plan::asks_slot;
use crate::domain::post::{Post, Target, Wish};
use crate::domain::problem::Severity;
use crate::session::{self, Session};
use crate::text::clean;
use crate::text::rules::Rules;

use super::args::ImportArgs;
use super::output::Output;
use super::{Ending, Result, Stop, moment, post, table, through};

/// Bytes of a file that are read at most.
const MOST_BYTES: u64 = 256_000_000;
/// How many bad lines are named.
const MOST_NAMED: usize = 50;
/// Characters of a key.
const LONGEST_KEY: usize = 200;

/// One line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    body: String,
    #[serde(default)]
    to: To,
    when: Option<When>,
    key: Option<String>,
    /// Why it was left, in a file of leftovers.
    #[serde(rename = "problem")]
    _problem: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged, expecting = "to is a channel such as \"x:@acme\", or a list of channels")]
enum To {
    #[default]
    Nobody,
    One(String),
    Several(Vec<String>),
}

impl To {
    fn words(&self) -> &[String] {
        match self {
            Self::Nobody => &[],
            Self::One(words) => std::slice::from_ref(words),
            Self::Several(words) => words,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "when is a time such as \"2030-12-01T09:00:00Z\" or unix seconds")]
enum When {
    Words(String),
    Seconds(i64),
}

/// Stores the posts of a file and prints their ids.
pub async fn run(session: &mut Session, wanted: &ImportArgs, output: &Output) -> Result<Ending> {
    if let Some(account) = &wanted.through {
        if !table::is_table(&wanted.file) {
            return Err(Stop::Usage("--through hands over a table, a file that ends in .csv".into()));
        }
        let text = read(&wanted.file)?;
        return through::run(session, &AccountName::new(account.as_str()), &text, wanted, output).await;
    }
    if wanted.again {
        return Err(Stop::Usage("--again goes with --through".into()));
    }
    if table::is_table(&wanted.file) {
        return match learn_channels(session).await? {
            Some(ending) => Ok(ending),
            None => table::run(session, wanted, output).await,
        };
    }
    for_lines(wanted)?;
    let text = read(&wanted.file)?;
    if let Some(ending) = learn_channels(session).await? {
        return Ok(ending);
    }
    let desk = &session.desk;
    let channels = desk.store.channels().await?;
    let (rules, _) = session::rules(&session.paths);
    let (mut incoming, mut bad) = (Vec::new(), Vec::new());
    let (mut slots, embargoes) = (desk.slots().await?, desk.standing_embargoes().await?);
    let known: HashSet<String> = desk.imported_beginning("").await?.into_iter().map(|(key, _)| key).collect();
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        match understood(desk, (&channels, &slots, &embargoes), &rules, line) {
            Ok(each) => {
                // What is there already stands where it stands.
                if each.key.as_ref().is_none_or(|key| !known.contains(key)) {
                    slots.take(&each.post);
                }
                incoming.push((at + 1, each));
            }
            Err(words) => bad.push((at + 1, words)),
        }
    }
    if wanted.dry_run {
        return dry_run(&incoming, &bad, output);
    }
    if !bad.is_empty() {
        return Err(refused(&bad));
    }
    let (lines, incoming): (Vec<usize>, Vec<Incoming>) = incoming.into_iter().unzip();
    let arrived = desk.import(&incoming).await?;
    if output.is_json() {
        let value = |(line, arrived): (&usize, &crate::desk::transfer::Arrived)| json!({"line": line, "id": arrived.id.to_string(), "made": arrived.made});
        output.value(&lines.iter().zip(&arrived).map(value).collect())?;
    } else {
        for arrived in &arrived {
            output.line(&arrived.id.to_string())?;
        }
    }
    let made = arrived.iter().filter(|arrived| arrived.made).count();
    let known = arrived.len() - made;
    let there = if known == 0 { String::new() } else { format!(", {known} were there already") };
    eprintln!("{made} stored{there}; `runsheet sync` sends what has a time");
    Ok(Ending::Done)
}

/// What only tables know is refused for JSON lines: each line says all of it itself.
fn for_lines(wanted: &ImportArgs) -> Result<()> {
    let given = [
        ("--to", !wanted.to.is_empty()),
        ("--map", !wanted.map.is_empty()),
        ("--dates", wanted.dates.is_some()),
        ("--files", wanted.files.is_some()),
        ("--draft", wanted.draft),
        ("--leftovers", wanted.leftovers.is_some()),
    ];
    match given.into_iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Stop::Usage(format!("{name} goes with a table, a file that ends in .csv or .tsv"))),
        None => Ok(()),
    }
}

fn dry_run(good: &[(usize, Incoming)], bad: &[(usize, String)], output: &Output) -> Result<Ending> {
    let mut lines: Vec<(usize, Option<&str>)> = good.iter().map(|(line, _)| (*line, None)).collect();
    lines.extend(bad.iter().map(|(line, words)| (*line, Some(words.as_str()))));
    lines.sort_unstable_by_key(|(line, _)| *line);
    if output.is_json() {
        let value = |(line, words): &(usize, Option<&str>)| {
            let verdict = if words.is_some() { "refused" } else { "ok" };
            json!({"line": line, "verdict": verdict, "messages": words.iter().collect::<Vec<_>>()})
        };
        output.value(&lines.iter().map(value).collect())?;
    } else {
        for (line, words) in &lines {
            output.line(&format!("line {line}: {}", clean::one_line(words.unwrap_or("ok"))))?;
        }
    }
    eprintln!("nothing was stored: {} ok, {} refused", good.len(), bad.len());
    Ok(if bad.is_empty() { Ending::Done } else { Ending::Refused })
}

/// Where nothing was ever fetched the channels are, so that a file can name them; how it ended where that failed.
async fn learn_channels(session: &mut Session) -> Result<Option<Ending>> {
    if !session.desk.store.channels().await?.is_empty() {
        return Ok(None);
    }
    let mut unreachable = false;
    for worker in &mut session.workers() {
        worker.learn_channels().await?;
        unreachable |= worker.is_unreachable();
    }
    session.report();
    if unreachable && session.desk.store.channels().await?.is_empty() {
        eprintln!("nothing was imported: the channels are not known here yet, and no provider can be reached");
        return Ok(Some(Ending::Unreachable));
    }
    Ok(None)
}

fn refused(bad: &[(usize, String)]) -> Stop {
    for (line, words) in bad.iter().take(MOST_NAMED) {
        eprintln!("line {line}: {}", clean::one_line(words));
    }
    if bad.len() > MOST_NAMED {
        eprintln!("and {} lines more", bad.len() - MOST_NAMED);
    }
    let (count, plural) = (bad.len(), if bad.len() == 1 { "" } else { "s" });
    Stop::Words(format!("nothing was imported: mend the {count} line{plural} named above, then import the file again"))
}

/// The post that a line means, or what is wrong with the line and what would be right.
fn understood(
    desk: &Desk,
    (channels, slots, embargoes): (&[Channel], &Slots, &Embargoes),
    rules: &Rules,
    line: &[u8],
) -> std::result::Result<Incoming, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8; save the file as UTF-8")?;
    let line: Line = serde_json::from_str(line.trim_start_matches('\u{feff}')).map_err(|error| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        format!("{words}; expected {{\"body\": \"…\", \"to\": \"…\", \"when\": \"…\", \"key\": \"…\"}}")
    })?;
    if line.body.trim().is_empty() {
        return Err("body is empty; write what is to be posted".into());
    }
    let now = desk.now();
    let mut post = Post::draft(desk.ids().post(now), now);
    post.body = line.body.clone();
    let mut named: Vec<&Channel> = Vec::new();
    for words in line.to.words() {
        let channel = naming::find(channels, words)?;
        if !named.iter().any(|each| each.id == channel.id) {
            named.push(channel);
        }
    }
    post.targets = named.iter().map(|channel| Target::new(channel.id.clone())).collect();
    let when = match &line.when {
        None => None,
        Some(When::Words(words)) => Some(words.clone()),
        Some(When::Seconds(seconds)) => Some(format!("@{seconds}")),
    };
    // A post without a time never leaves by itself: it takes a time, or the word "now".
    let read = |words: String| match asks_slot(&words) {
        true => slots.next(&post.targets).map(Some).map_err(|error| error.to_string()),
        false => moment(&words, desk).map_err(|stop| stop.to_string()),
    };
    post.wish = match when.map(read).transpose()? {
        None => Wish::Draft,
        Some(None) => Wish::Now,
        Some(Some(schedule)) => {
            post.schedule = Some(schedule);
            Wish::Schedule
        }
    };
    desk.fit_to_import(&post).map_err(|error| error.to_string())?;
    if let Some(words) = embargoes.against(&post) {
        return Err(words);
    }
    if post.wish != Wish::Draft {
        let problems = post::problems(desk, &post, &named, rules);
        if let Some((channel, problem)) = problems.iter().find(|(_, problem)| problem.severity == Severity::Blocker) {
            return Err(format!("{}: {} ({})", full_name(channel), problem.words, problem.remedy));
        }
    }
    Ok(Incoming { post, key: key(line.key)? })
}

fn key(key: Option<String>) -> std::result::Result<Option<String>, String> {
    let fits = |key: &String| (1..=LONGEST_KEY).contains(&key.chars().count());
    match key {
        Some(key) if !fits(&key) => {
            Err(format!("a key has 1 to {LONGEST_KEY} characters; leave it out where there is none"))
        }
        key => Ok(key),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let cannot = |error: std::io::Error| Stop::Words(format!("{} cannot be read: {error}", file.display()));
    let mut text = Vec::new();
    let taken = if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut text)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut text))
    };
    let size = taken.map_err(cannot)? as u64;
    if size > MOST_BYTES {
        return Err(Stop::Words(format!("{} is longer than {MOST_BYTES} bytes; import it in parts", file.display())));
    }
    Ok(text)
}
