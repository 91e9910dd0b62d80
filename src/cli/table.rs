//! `runsheet import FILE`: every row or line judged first, then only the good ones taken; the rest goes into a file with
//! the reasons. Of JSON lines only the ids are printed, one a line.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::desk::intake::MOST_ASKED;
use crate::desk::judge::{Judged, Verdict};
use crate::domain::ids::PostId;
use crate::domain::intake::{Asking, Taken};
use crate::domain::schedule::Schedule;
use crate::domain::words::count;
use crate::exchange::{MOST_BYTES, Sheet};
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::ImportArgs;
use super::output::{self, Output};
use super::{Ending, Result, Stop};

/// Cells of a text in a list of rows.
const HEADLINE: usize = 44;

/// Lines that are named at most.
const MOST_NAMED: usize = 50;

/// Whether `file` is a table, a list of posts, or a folder of them; else it is JSON lines, whatever it is called.
pub fn is_table(file: &Path) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["csv", "tsv", "json"].contains(&extension.to_lowercase().as_str()) || file.is_dir()
}

/// Judges the rows of a table, and takes the good ones unless only a dry run is wanted.
pub async fn run(session: &mut Session, wanted: &ImportArgs, output: &Output) -> Result<Ending> {
    if let Some(path) = wanted.leftovers.as_ref().filter(|path| path.exists()) {
        let words = format!("{} is there already; name another file for --leftovers", path.display());
        return Err(Stop::Words(words));
    }
    let ends_in_json = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if ends_in_json(&wanted.file) && wanted.leftovers.as_deref().is_some_and(|path| !ends_in_json(path)) {
        return Err(Stop::Usage(
            "what is left of a list is a list: name a file for --leftovers that ends in .json".into(),
        ));
    }
    let desk = &session.desk;
    let rules = session.rules().await;
    let asking = asking(wanted)?;
    let opened = match wanted.file.as_os_str() == "-" {
        true => desk.open_given(standard_input()?, &asking, &rules).await?,
        false => desk.open_intake(&asking, &rules, &|_, _| {}).await?,
    };
    let (sheet, judged) = (&opened.sheet, &opened.judged);
    if let Some(words) = &sheet.stop {
        return Err(Stop::Words(format!("{}: {words}", wanted.file.display())));
    }
    for remark in &sheet.remarks {
        say!("{}", clean::one_line(remark));
    }
    let lines = !is_table(&wanted.file);
    let row = if lines { "line" } else { "row" };
    say!(
        "times without an offset are read in {} where a {row} names no zone",
        asking.zone.as_deref().unwrap_or(desk.zone().name())
    );
    if let [first, ..] = sheet.two_ways.as_slice() {
        say!(
            "{} can be read two ways, the first in row {first}: say --dates dmy or --dates mdy once for all",
            count(sheet.two_ways.len(), "date")
        );
    }
    if wanted.dry_run {
        let left = judged.iter().filter(|row| row.verdict == Verdict::Good).count().saturating_sub(MOST_ASKED);
        if left > 0 {
            let (asked, left) = (count(MOST_ASKED, row), count(left, &format!("more {row}")));
            say!("the providers are asked about the first {asked}; {left} checked here only");
        }
        match lines {
            true => shown_lines(sheet, judged, desk, output)?,
            false => shown(judged, &BTreeMap::new(), desk, output)?,
        }
        let bad = judged.iter().any(|row| row.verdict == Verdict::Refused);
        say!("nothing was stored: {}", totals(judged, row));
        return Ok(if bad { Ending::Refused } else { Ending::Done });
    }
    if lines && wanted.file.as_os_str() == "-" && wanted.leftovers.is_none() {
        // Nothing stands beside standard input: what cannot be left anywhere would be lost.
        all_or_none(sheet, judged)?;
    }
    let taken = desk.take(&opened, &wanted.file, wanted.leftovers.as_deref()).await?;
    if lines {
        return took_lines((sheet, judged), &taken, wanted, desk, output);
    }
    let ids: BTreeMap<usize, PostId> =
        taken.posts.iter().filter(|(_, (_, made))| *made).map(|(row, (id, _))| (*row, *id)).collect();
    let judged = as_taken(judged, &taken);
    shown(&judged, &ids, desk, output)?;
    say!("{} stored of {}; `runsheet sync` sends what has a time", taken.made, totals(&judged, row));
    if let Some((left, path)) = &taken.left {
        let (rows, again) = (count(*left, row), again(wanted, sheet, path));
        say!("{rows} not taken: {path} has {}, each with its reason{again}", if *left == 1 { "it" } else { "them" });
    }
    Ok(if taken.left.is_some() { Ending::Refused } else { Ending::Done })
}

/// How what is left comes in once it is mended: what was said of the file is not in the rest of it.
fn again(wanted: &ImportArgs, sheet: &Sheet, path: &str) -> String {
    if wanted.file.is_dir() {
        // A list of files and of what is wrong with each.
        return String::new();
    }
    let mut words = vec!["runsheet".to_owned(), "import".into(), path.to_owned()];
    let mut say = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
    wanted.map.iter().for_each(|pair| say("--map", pair));
    wanted.to.iter().for_each(|to| say("--to", to));
    // Which number is the day may have been shown by a row that is not left.
    sheet.order.iter().for_each(|order| say("--dates", order.word()));
    wanted.zone.iter().for_each(|zone| say("--zone", zone));
    wanted.files.iter().for_each(|folder| say("--files", &folder.to_string_lossy()));
    if wanted.draft {
        words.push("--draft".into());
    }
    format!("; mend that, and `{}` takes it", shell_words::join(words))
}

/// What is given on standard input, a byte more than is taken at most.
fn standard_input() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Stop::Words(format!("standard input: {error}")))?;
    Ok(bytes)
}

/// The line a row stands in; of a list, which of its objects it is.
fn line_of(sheet: &Sheet, row: &Judged) -> usize {
    sheet.rows.iter().find(|read| read.number == row.number).map_or(row.number, |read| read.line.max(1))
}

/// Says what is worth knowing of lines that are taken, and of those whose key made a post before.
fn name_remarks(sheet: &Sheet, judged: &[Judged]) {
    let is_told = |row: &&Judged| (row.verdict == Verdict::Good && !row.messages.is_empty()) || row.is_otherwise();
    let told: Vec<&Judged> = judged.iter().filter(is_told).collect();
    for row in told.iter().take(MOST_NAMED) {
        say!("line {}: {}", line_of(sheet, row), clean::one_line(&row.messages.join("; ")));
    }
    if told.len() > MOST_NAMED {
        say!("and something of {}", count(told.len() - MOST_NAMED, "more line"));
    }
}

/// Names the lines that are refused.
fn name_refused(sheet: &Sheet, judged: &[Judged]) -> usize {
    let refused: Vec<&Judged> = judged.iter().filter(|row| row.verdict == Verdict::Refused).collect();
    for row in refused.iter().take(MOST_NAMED) {
        say!("line {}: {}", line_of(sheet, row), clean::one_line(&row.messages.join("; ")));
    }
    if refused.len() > MOST_NAMED {
        say!("and {}", count(refused.len() - MOST_NAMED, "more line"));
    }
    refused.len()
}

fn all_or_none(sheet: &Sheet, judged: &[Judged]) -> Result<()> {
    match name_refused(sheet, judged) {
        0 => Ok(()),
        bad => Err(Stop::Words(format!(
            "nothing was imported: mend the {} named above, then import all of it again; or say with --leftovers FILE \
             where such lines go, and the others are taken",
            count(bad, "line")
        ))),
    }
}

/// What became of lines: the ids of those that were taken, in their order.
fn took_lines(
    (sheet, judged): (&Sheet, &[Judged]),
    taken: &Taken,
    wanted: &ImportArgs,
    desk: &Desk,
    output: &Output,
) -> Result<Ending> {
    if output.is_json() {
        let one = |row: &Judged| {
            let kept = taken.posts.get(&row.number);
            let mut said = value(row, kept.map(|(id, _)| id), desk);
            said["line"] = line_of(sheet, row).into();
            said["made"] = kept.is_some_and(|(_, made)| *made).into();
            said
        };
        output.value(&judged.iter().map(one).collect())?;
    } else {
        for (id, _) in judged.iter().filter_map(|row| taken.posts.get(&row.number)) {
            output.line(&id.to_string())?;
        }
    }
    name_remarks(sheet, judged);
    name_refused(sheet, judged);
    let there = match taken.known {
        0 => String::new(),
        1 => ", 1 was there already".into(),
        known => format!(", {known} were there already"),
    };
    say!("{} stored{there}; `runsheet sync` sends what has a time", taken.made);
    if let Some((left, path)) = &taken.left {
        let (lines, again) = (count(*left, "line"), again(wanted, sheet, path));
        say!("{lines} not taken: {path} has {}, each with its reason{again}", if *left == 1 { "it" } else { "them" });
    }
    Ok(if taken.left.is_some() { Ending::Refused } else { Ending::Done })
}

fn shown_lines(sheet: &Sheet, judged: &[Judged], desk: &Desk, output: &Output) -> Result<()> {
    if output.is_json() {
        let one = |row: &Judged| {
            let mut said = value(row, None, desk);
            said["line"] = line_of(sheet, row).into();
            said
        };
        return output.value(&judged.iter().map(one).collect());
    }
    for row in judged {
        let said = [row.verdict.word().to_owned()].into_iter().filter(|_| row.verdict != Verdict::Refused);
        let words: Vec<String> = said.chain(row.messages.iter().cloned()).collect();
        output.line(&format!("line {}: {}", line_of(sheet, row), clean::one_line(&words.join("; "))))?;
    }
    Ok(())
}

/// The rows as they were truly taken: another program may have taken one with the same key meanwhile.
fn as_taken(judged: &[Judged], taken: &Taken) -> Vec<Judged> {
    let as_it_came = |row: &Judged| match taken.posts.get(&row.number) {
        Some((id, false)) => Judged { verdict: Verdict::Known(*id), ..row.clone() },
        _ => row.clone(),
    };
    judged.iter().map(as_it_came).collect()
}

/// What the command says of the file. Providers are asked in a dry run.
fn asking(wanted: &ImportArgs) -> Result<Asking> {
    let mut named = BTreeMap::new();
    for pair in &wanted.map {
        let words = || Stop::Usage(format!("--map {pair}: write it as COLUMN=WORD, as in --map \"Texte=body\""));
        let (column, word) = pair.split_once('=').ok_or_else(words)?;
        named.insert(column.trim().to_owned(), word.trim().to_owned());
    }
    if let Some(zone) = wanted.zone.as_deref().filter(|zone| zone.parse::<Tz>().is_err()) {
        return Err(Stop::Usage(format!("--zone {zone}: no such time zone; write it like Europe/Berlin")));
    }
    Ok(Asking {
        path: wanted.file.to_string_lossy().into_owned(),
        named,
        order: wanted.dates.clone(),
        zone: wanted.zone.clone(),
        mended: BTreeMap::new(),
        to: wanted.to.clone(),
        files: wanted.files.as_ref().map(|folder| folder.to_string_lossy().into_owned()),
        drafts: wanted.draft,
        ask: wanted.dry_run,
        lines: !is_table(&wanted.file),
    })
}

fn shown(judged: &[Judged], ids: &BTreeMap<usize, PostId>, desk: &Desk, output: &Output) -> Result<()> {
    if output.is_json() {
        let values: Vec<Value> = judged.iter().map(|row| value(row, ids.get(&row.number), desk)).collect();
        return output.value(&Value::Array(values));
    }
    for row in judged {
        let post = &row.incoming.post;
        let when = post.schedule.map_or_else(|| "no time".to_owned(), Schedule::told);
        let id = ids.get(&row.number).map(|id| format!("  {id}")).unwrap_or_default();
        let headline = clean::truncate(&clean::one_line(post.headline()), HEADLINE);
        output.line(&format!("{:>5}  {:<8} {when:<22}  {headline}{id}", row.number, row.verdict.word()))?;
        for words in &row.messages {
            output.line(&format!("       {}", clean::one_line(words)))?;
        }
    }
    Ok(())
}

fn value(row: &Judged, id: Option<&PostId>, desk: &Desk) -> Value {
    let known = match row.verdict {
        Verdict::Known(id) => Some(id),
        Verdict::Good | Verdict::Refused | Verdict::Skipped => None,
    };
    json!({
        "row": row.number,
        "verdict": row.verdict.word(),
        "messages": row.messages,
        "id": id.copied().or(known).map(|id| id.to_string()),
        "when": row.incoming.post.schedule.map(|at| output::instant(at.instant(), desk.zone())),
        "key": row.incoming.key,
        "differs": row.differs,
    })
}

fn totals(judged: &[Judged], row: &str) -> String {
    let of = |wanted: fn(&Verdict) -> bool| judged.iter().filter(|row| wanted(&row.verdict)).count();
    let (good, bad) = (of(|verdict| *verdict == Verdict::Good), of(|verdict| *verdict == Verdict::Refused));
    let known = judged.len() - good - bad;
    format!("{}: {good} ok, {known} known already, {bad} refused", count(judged.len(), row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_counted_in_words_that_do_not_fit() {
        assert_eq!(totals(&[], "row"), "0 rows: 0 ok, 0 known already, 0 refused");
    }
}
