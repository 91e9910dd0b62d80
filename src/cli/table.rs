//! `runsheet import FILE.csv`: every row judged first, then only the good ones taken; the rest goes into a file with
//! the reasons.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::desk::judge::{Defaults, Judged, Verdict};
use crate::domain::ids::PostId;
use crate::exchange::{self, DateOrder, MOST_BYTES, Sheet};
use crate::session::{self, Session};
use crate::text::clean;

use super::args::ImportArgs;
use super::output::{self, Output};
use super::{Ending, Result, Stop};

/// Cells of a text in a list of rows.
const HEADLINE: usize = 44;

/// Rows that providers are asked about in one dry run.
const MOST_ASKED: usize = 100;

/// Whether `file` is a table rather than JSON lines.
pub fn is_table(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["csv", "tsv"].contains(&extension.to_lowercase().as_str())
}

/// Judges the rows of a table, and takes the good ones unless only a dry run is wanted.
pub async fn run(session: &mut Session, wanted: &ImportArgs, output: &Output) -> Result<Ending> {
    if let Some(path) = wanted.leftovers.as_ref().filter(|path| path.exists()) {
        let words = format!("{} is there already; name another file for --leftovers", path.display());
        return Err(Stop::Words(words));
    }
    let sheet = sheet(wanted)?;
    for remark in &sheet.remarks {
        eprintln!("{}", clean::one_line(remark));
    }
    let desk = &session.desk;
    eprintln!("times without an offset are read in {} where a row names no zone", desk.zone());
    if let [first, ..] = sheet.two_ways.as_slice() {
        eprintln!(
            "{} dates can be read two ways, the first in row {first}: say --dates dmy or --dates mdy once for all",
            sheet.two_ways.len()
        );
    }
    let defaults = Defaults { to: wanted.to.clone(), files: wanted.files.clone(), drafts: wanted.draft };
    let (rules, _) = session::rules(&session.paths);
    let mut judged = desk.judge(&sheet.rows, &defaults, &rules).await?;
    if wanted.dry_run {
        ask_providers(desk, &mut judged).await;
        shown(&judged, &BTreeMap::new(), desk, output)?;
        let bad = judged.iter().any(|row| row.verdict == Verdict::Refused);
        eprintln!("nothing was stored: {}", totals(&judged));
        return Ok(if bad { Ending::Refused } else { Ending::Done });
    }
    let good: Vec<&Judged> = judged.iter().filter(|row| row.verdict != Verdict::Refused).collect();
    let incoming: Vec<_> = good.iter().map(|row| row.incoming.clone()).collect();
    let arrived = desk.import(&incoming).await?;
    let ids: BTreeMap<usize, PostId> =
        good.iter().zip(&arrived).map(|(row, arrived)| (row.number, arrived.id)).collect();
    shown(&judged, &ids, desk, output)?;
    let left = leftovers(wanted, &sheet, &judged)?;
    let made = arrived.iter().filter(|arrived| arrived.made).count();
    eprintln!("{made} stored of {}; `runsheet sync` sends what has a time", totals(&judged));
    if let Some(left) = &left {
        eprintln!("the rows that were not taken are in {}, each with its reason", left.display());
    }
    Ok(if left.is_some() { Ending::Refused } else { Ending::Done })
}

/// The table in the file, every cell in its place.
fn sheet(wanted: &ImportArgs) -> Result<Sheet> {
    let cannot = |words: &dyn std::fmt::Display| Stop::Words(format!("{}: {words}", wanted.file.display()));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&wanted.file).map_err(|error| cannot(&error))?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(cannot(&format!("it is larger than {} MB; split it", MOST_BYTES >> 20)));
    }
    let text = exchange::decode(&bytes).map_err(|error| cannot(&error))?;
    let named = wanted.map.iter().map(|pair| pair.split_once('=').ok_or(pair));
    let named = named
        .collect::<std::result::Result<Vec<_>, _>>()
        .map_err(|pair| Stop::Words(format!("--map {pair}: write it as COLUMN=WORD, as in --map \"Texte=body\"")))?;
    let named = named.into_iter().map(|(column, word)| (column.trim().to_owned(), word.trim().to_owned())).collect();
    let order = wanted.dates.as_deref().and_then(DateOrder::from_word);
    exchange::read(&text, &named, order).map_err(|error| cannot(&error))
}

/// Adds what the providers say that can validate, of the first rows: each is a request, and providers count them. One
/// that cannot be asked is no objection.
async fn ask_providers(desk: &Desk, judged: &mut [Judged]) {
    let asked = |row: &&mut Judged| row.verdict == Verdict::Good && !row.incoming.post.targets.is_empty();
    let left = judged.iter_mut().filter(asked).count().saturating_sub(MOST_ASKED);
    if left > 0 {
        eprintln!("the providers are asked about the first {MOST_ASKED} rows; {left} more are checked here only");
    }
    for row in judged.iter_mut().filter(asked).take(MOST_ASKED) {
        match desk.check(&row.incoming.post).await {
            Ok(problems) => {
                for problem in problems {
                    row.messages.push(format!("the provider: {} ({})", problem.words, problem.remedy));
                    if problem.severity == crate::domain::problem::Severity::Blocker {
                        row.verdict = Verdict::Refused;
                    }
                }
            }
            Err(words) => {
                row.messages.push(format!("not checked at the provider: {words}"));
            }
        }
    }
}

fn shown(judged: &[Judged], ids: &BTreeMap<usize, PostId>, desk: &Desk, output: &Output) -> Result<()> {
    if output.is_json() {
        let values: Vec<Value> = judged.iter().map(|row| value(row, ids.get(&row.number), desk)).collect();
        return output.value(&Value::Array(values));
    }
    for row in judged {
        let post = &row.incoming.post;
        let when =
            post.schedule.map_or_else(|| "no time".to_owned(), |at| at.wall().format("%Y-%m-%d %H:%M").to_string());
        let id = ids.get(&row.number).map(|id| format!("  {id}")).unwrap_or_default();
        let headline = clean::truncate(&clean::one_line(post.headline()), HEADLINE);
        output.line(&format!("{:>5}  {:<8} {when:<16}  {headline}{id}", row.number, row.verdict.word()))?;
        for words in &row.messages {
            output.line(&format!("       {}", clean::one_line(words)))?;
        }
    }
    Ok(())
}

fn value(row: &Judged, id: Option<&PostId>, desk: &Desk) -> Value {
    let known = match row.verdict {
        Verdict::Known(id) => Some(id),
        Verdict::Good | Verdict::Refused => None,
    };
    json!({
        "row": row.number,
        "verdict": row.verdict.word(),
        "messages": row.messages,
        "id": id.copied().or(known).map(|id| id.to_string()),
        "when": row.incoming.post.schedule.map(|at| output::instant(at.instant(), desk.zone())),
        "key": row.incoming.key,
    })
}

fn totals(judged: &[Judged]) -> String {
    let count = |wanted: fn(&Verdict) -> bool| judged.iter().filter(|row| wanted(&row.verdict)).count();
    let (good, bad) = (count(|verdict| *verdict == Verdict::Good), count(|verdict| *verdict == Verdict::Refused));
    let known = judged.len() - good - bad;
    format!("{} rows: {good} ok, {known} known already, {bad} refused", judged.len())
}

/// Writes the rows that were not taken beside the table, or where it was said; nothing when all were.
fn leftovers(wanted: &ImportArgs, sheet: &Sheet, judged: &[Judged]) -> Result<Option<PathBuf>> {
    let refused = judged.iter().zip(&sheet.rows).filter(|(row, _)| row.verdict == Verdict::Refused);
    let rows: Vec<_> = refused.map(|(judged, row)| (row, judged.messages.join("; "))).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let path = match &wanted.leftovers {
        Some(path) => path.clone(),
        None => free_name(&wanted.file),
    };
    let file = std::fs::File::create_new(&path);
    let text = exchange::leftovers(&sheet.head, &rows);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| {
        let words = format!("the rows that were not taken cannot be written to {}: {error}", path.display());
        Stop::Words(format!("{words}; they are listed above. Import the table again with another --leftovers, once its good rows have keys"))
    })?;
    Ok(Some(path))
}

/// `posts.leftovers.csv` beside `posts.csv`, or with a number where that is there already: nothing is written over.
fn free_name(file: &Path) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let named = |number: u32| {
        let number = if number == 1 { String::new() } else { format!("-{number}") };
        file.with_file_name(format!("{stem}.leftovers{number}.csv"))
    };
    (1..1000).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(1000))
}
