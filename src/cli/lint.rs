//! `runsheet lint`: every Markdown file of folders, looked at without a store, with each fault in its place.

use serde_json::json;

use crate::clock::Clock;
use crate::domain::problem::Severity;
use crate::domain::words::count;
use crate::session::aside::say;
use crate::text::clean;

use super::args::{Args, LintArgs};
use super::check::{Finding, Near, book, findings, rules, severity, spot};
use super::folder;
use super::output::Output;
use super::source::Source;
use super::{Ending, Result, Stop};

/// Checks every Markdown file of folders and every file named: each fault with file, line and remedy.
pub async fn run(wanted: LintArgs, args: &Args, clock: Clock, output: &Output) -> Result<Ending> {
    let (near, book) = (Near::of(rules(args)?, args).await?, book(args)?);
    let (mut rows, mut files, mut bad) = (Vec::new(), 0, false);
    for (name, faults) in folder::faults_of_records(&wanted.paths) {
        bad = true;
        let value = |words: &String| json!({"file": name, "severity": "blocker", "network": null, "words": words});
        rows.extend(faults.into_iter().map(|words| (words.clone(), value(&words))));
    }
    for path in folder::files(&wanted.paths)? {
        files += 1;
        let name = path.display().to_string();
        let looked = async {
            let source = Source::open(&path)?;
            source.holds_dates(clock.now(), chrono_tz::UTC)?;
            let found = findings(&source, (None, None), (&near, &book), args, clock.clone()).await?;
            Ok::<_, Stop>((source, found))
        };
        match looked.await {
            Err(stop) => {
                bad = true;
                // A file's own faults already say where they stand, one per line.
                for words in stop.to_string().lines() {
                    let words = if words.starts_with(&name) { words.to_owned() } else { format!("{name}: {words}") };
                    let value = json!({"file": name, "severity": "blocker", "network": null, "words": words});
                    rows.push((words, value));
                }
            }
            Ok((source, found)) => {
                for Finding { rendition, dress, problems, .. } in &found {
                    for problem in problems.iter().filter(|problem| problem.severity != Severity::Hint) {
                        bad |= problem.severity == Severity::Blocker;
                        let spot = spot(&source, rendition, dress, problem);
                        let severity = severity(problem.severity);
                        let words = format!("{severity}: {}: {} ({})", rendition.label, problem.words, problem.remedy);
                        let words = source.placed(spot, &words);
                        let network = rendition.network.key();
                        rows.push((words.clone(), json!({"file": name, "line": spot.line, "column": spot.column, "severity": severity, "network": network, "words": problem.words, "remedy": problem.remedy})));
                    }
                }
            }
        }
    }
    if output.is_json() {
        output.value(&rows.into_iter().map(|(_, value)| value).collect())?;
    } else {
        for (words, _) in &rows {
            output.line(&clean::one_line(words))?;
        }
    }
    say!("{}: {}", count(files, "file"), if bad { "not ok" } else { "ok" });
    Ok(if bad { Ending::Refused } else { Ending::Done })
}
