//! `runsheet import FILE.csv --through ACCOUNT`: a table in the provider's own form, handed over as it is.

use serde_json::json;

use crate::desk::batch::NotTaken;
use crate::domain::batch::{Batch, Row};
use crate::domain::ids::AccountName;
use crate::domain::words::count;
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::ImportArgs;
use super::output::Output;
use super::{Ending, Result, Stop};

/// Has the provider judge the file, and where nothing is wrong with any row, make its rows posts.
pub async fn run(
    session: &mut Session,
    account: &AccountName,
    text: &[u8],
    wanted: &ImportArgs,
    output: &Output,
) -> Result<Ending> {
    let name = wanted.file.display();
    let csv = std::str::from_utf8(text).map_err(|_| Stop::Words(format!("{name} is not UTF-8; save it as UTF-8")))?;
    let csv = csv.trim_start_matches('\u{feff}');
    let desk = &session.desk;
    let handed = desk.handed(account, csv).await?;
    if let Some(handed) = handed.as_ref().filter(|_| !wanted.dry_run && !wanted.again) {
        let at = desk.habits().moment(handed.at, desk.zone(), "%a %-d %b %Y {}");
        let came = if handed.answered { "went" } else { "may have gone" };
        return Err(Stop::Words(format!(
            "this very file {came} through {account} on {at}; nothing was sent now. `runsheet sync` shows what is there; \
             --again hands it over once more"
        )));
    }
    let judged = match desk.judge_batch(account, csv).await {
        Ok(judged) => judged,
        Err(why) => return Ok(not_taken(account, why)),
    };
    let faulty = judged.faulty().count();
    if judged.made() > 0 {
        show(&judged, output)?;
        say!("{account} was only asked to judge the file, and says that it made posts: `runsheet sync` shows them");
        return Ok(Ending::Unknown);
    }
    if wanted.dry_run || faulty > 0 {
        show(&judged, output)?;
        let good = judged.rows.len().saturating_sub(faulty);
        say!("nothing was sent: {good} ok, {faulty} refused");
        return Ok(if faulty > 0 { Ending::Refused } else { Ending::Done });
    }
    let done = match desk.hand_over_batch(account, csv, handed.as_ref()).await {
        Ok(done) => done,
        Err(why) => return Ok(not_taken(account, why)),
    };
    show(&done, output)?;
    let (made, faulty) = (done.made(), done.faulty().count());
    for worker in session.workers().iter_mut().filter(|worker| worker.account() == account) {
        worker.pull().await?;
    }
    session.report();
    let there = if made == 1 { "it is" } else { "they are" };
    say!("{account} made {}, refused {}; {there} in the calendar now", count(made, "post"), count(faulty, "row"));
    Ok(if faulty > 0 { Ending::Refused } else { Ending::Done })
}

fn not_taken(account: &AccountName, why: NotTaken) -> Ending {
    let (ending, words) = match why {
        NotTaken::Refused(words) => (Ending::Refused, format!("{words}; nothing was made")),
        NotTaken::Unreachable(words) => (Ending::Unreachable, format!("{words}; nothing was made, try again later")),
        NotTaken::Unknown(words) => {
            let next = "it is not known whether posts were made: `runsheet sync` shows what is there, before it is tried again";
            (Ending::Unknown, format!("{words}; {next}"))
        }
    };
    say!("{}", clean::one_line(&format!("{account}: {words}")));
    ending
}

fn show(batch: &Batch, output: &Output) -> Result<()> {
    for remark in &batch.remarks {
        say!("{}", clean::one_line(remark));
    }
    if output.is_json() {
        let value = |row: &Row| {
            let id = row.made.as_ref().map(|id| id.as_str());
            json!({"row": row.number, "verdict": verdict(row), "remote_id": id, "messages": row.faults})
        };
        output.value(&batch.rows.iter().map(value).collect())?;
    } else {
        for row in &batch.rows {
            let words = match (&row.made, row.faults.as_slice()) {
                (_, [_, ..]) => row.faults.join("; "),
                (Some(id), []) => format!("made {id}"),
                (None, []) => "ok".into(),
            };
            output.line(&clean::one_line(&format!("row {}: {words}", row.number)))?;
        }
    }
    let said = batch.rows.len() as u64;
    if let Some(total) = batch.total.filter(|total| *total != said) {
        let total = usize::try_from(total).unwrap_or(usize::MAX);
        say!("it counts {} and says nothing of {}", count(total, "row"), total.abs_diff(batch.rows.len()));
    }
    Ok(())
}

fn verdict(row: &Row) -> &'static str {
    match (&row.made, row.faults.is_empty()) {
        (_, false) => "refused",
        (Some(_), true) => "made",
        (None, true) => "ok",
    }
}
