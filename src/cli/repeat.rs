//! `runsheet repeat`: posts that come again, their next dates, one of them left out, all of it stopped.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::desk::repeat::{FARTHEST, Kept};
use crate::domain::ids::PostId;
use crate::domain::post::Wish;
use crate::domain::repeat::{Clocks, Coming, Repeating};
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::RepeatCommand;
use super::output::{self, Output};
use super::{Ending, Result, Stop, send, send_and_show};

/// Cells of a text in a list.
const HEADLINE: usize = 40;

/// Carries out one of the commands.
pub async fn run(session: &mut Session, wanted: RepeatCommand, output: &Output) -> Result<Ending> {
    match wanted {
        RepeatCommand::List => list(&session.desk, output).await,
        RepeatCommand::Show { id } => {
            let one = named(&session.desk, &id).await?;
            show(&session.desk, &one, output)
        }
        RepeatCommand::Skip { id, date, back } => skip(session, &id, &date, back, output).await,
        RepeatCommand::Make { id, date } => make(session, &id, &date, output).await,
        RepeatCommand::Stop { id, keep } => stop(session, &id, keep).await,
    }
}

async fn list(desk: &Desk, output: &Output) -> Result<Ending> {
    let all = desk.repeating().await?;
    if output.is_json() {
        output.value(&all.iter().map(|one| value(one, desk)).collect())?;
        return Ok(Ending::Done);
    }
    for one in &all {
        let next = match (&one.series.stopped, one.coming.iter().find(|coming| !coming.skipped)) {
            (Some(_), _) => "stopped".to_owned(),
            (None, Some(next)) => shown(next),
            (None, None) => "over".to_owned(),
        };
        let headline = clean::truncate(&clean::one_line(one.series.template.headline()), HEADLINE);
        output.line(&format!("{}  {next:<20}  {}  {headline}", one.series.id(), one.series.rule))?;
    }
    if all.is_empty() {
        say!("nothing repeats; `runsheet post --repeat 'every tue 9:00'` begins it");
    }
    Ok(Ending::Done)
}

fn show(desk: &Desk, one: &Repeating, output: &Output) -> Result<Ending> {
    if output.is_json() {
        output.value(&value(one, desk))?;
        return Ok(Ending::Done);
    }
    let headline = clean::truncate(&clean::one_line(one.series.template.headline()), HEADLINE);
    output.line(&format!("{}  {headline}", one.series.rule))?;
    for coming in &one.coming {
        let post = coming.post.map(|post| format!("  {post}")).unwrap_or_default();
        output.line(&format!("  {}  {}{post}", shown(coming), state(coming)))?;
    }
    for words in &one.warnings {
        say!("{}", clean::one_line(words));
    }
    Ok(Ending::Done)
}

async fn skip(session: &mut Session, id: &str, date: &str, back: bool, output: &Output) -> Result<Ending> {
    let one = named(&session.desk, id).await?;
    let date = read(date)?;
    let Some(coming) = one.series.ahead(session.desk.now(), FARTHEST).into_iter().find(|each| each.date == date) else {
        let next: Vec<String> = one.coming.iter().map(|coming| coming.one.date.to_string()).collect();
        let words = format!("{date} is no date ahead of \"{}\"; the next are {}", one.series.rule, next.join(", "));
        return Err(Stop::Words(words));
    };
    let post = one.coming.iter().find(|each| each.one.date == date).and_then(|each| each.post);
    session.desk.skip_date(one.series.id(), coming.date, !back).await?;
    say!("{date} is {}", if back { "taken in again" } else { "left out" });
    let ending = send(session, &post.into_iter().collect::<Vec<_>>()).await?;
    let one = named(&session.desk, &one.series.id().to_string()).await?;
    show(&session.desk, &one, output)?;
    Ok(ending)
}

/// Makes the post of one date now, so that it can be changed.
async fn make(session: &mut Session, id: &str, date: &str, output: &Output) -> Result<Ending> {
    let one = named(&session.desk, id).await?;
    let post = session.desk.make_date(one.series.id(), read(date)?).await?;
    if post.wish == Wish::Hold {
        say!(
            "its provider refuses a text that waits there already: the post is held until it is released, once changed"
        );
    }
    send_and_show(session, post.id, &[post.id], output).await
}

fn read(date: &str) -> Result<NaiveDate> {
    date.parse().map_err(|_| Stop::Usage(format!("\"{date}\" is no date; write it as 2027-01-31")))
}

async fn stop(session: &mut Session, id: &str, keep: bool) -> Result<Ending> {
    let one = named(&session.desk, id).await?;
    let posts: Vec<PostId> = one.coming.iter().filter_map(|coming| coming.post).collect();
    let deleted = session.desk.stop_repeating(one.series.id(), keep).await?;
    say!("stopped: nothing more is made; {deleted} that waited deleted");
    send(session, &posts).await
}

/// Says what came of beginning a repetition.
pub(super) fn told(kept: &Kept) {
    for words in kept.warnings.iter().chain(kept.refused.iter().map(|(_, words)| words)) {
        say!("{}", clean::one_line(words));
    }
    say!("it repeats; {} more made ahead; `runsheet repeat list` shows it", kept.made.len());
}

/// The one repetition whose id, or whose post's, begins or ends with what was typed.
async fn named(desk: &Desk, typed: &str) -> Result<Repeating> {
    let made = desk.repeated_posts().await?;
    let fits = |id: &PostId| {
        let id = id.to_string();
        !typed.is_empty() && (id.starts_with(typed) || id.ends_with(typed))
    };
    let of_post = |id: PostId| made.iter().any(|(post, (series, _))| *series == id && fits(post));
    let all = desk.repeating().await?.into_iter();
    let mut found: Vec<Repeating> = all.filter(|one| fits(&one.series.id()) || of_post(one.series.id())).collect();
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => {
            Err(Stop::Words(format!("there is no repetition {typed}; `runsheet repeat list` shows their ids")))
        }
        (Some(_), false) => {
            Err(Stop::Words(format!("{typed} could be several; `runsheet repeat list` shows their ids")))
        }
    }
}

fn shown(coming: &Coming) -> String {
    output::day_and_moment(coming.one.at)
}

fn state(coming: &Coming) -> String {
    let clocks = match coming.one.clocks {
        Clocks::Even => "",
        Clocks::Skipped => " (the clocks skip its time: the first moment after)",
        Clocks::Twice => " (the clocks show its time twice: the first)",
    };
    let what = match coming {
        Coming { skipped: true, .. } => "left out".to_owned(),
        Coming { moved: Some(at), .. } => format!("moved to {}", output::day_and_moment(*at)),
        Coming { post: Some(_), .. } => "made".to_owned(),
        Coming { .. } => "later".to_owned(),
    };
    format!("{what}{clocks}")
}

fn value(one: &Repeating, desk: &Desk) -> Value {
    let date = |coming: &Coming| {
        json!({
            "date": coming.one.date.to_string(),
            "when": output::instant(coming.one.at.instant(), desk.zone()),
            "skipped": coming.skipped,
            "post": coming.post.map(|post| post.to_string()),
        })
    };
    json!({
        "id": one.series.id().to_string(),
        "rule": one.series.rule,
        "body": one.series.template.body,
        "zone": one.series.template.schedule.map(|at| at.zone().name()),
        "stopped": one.series.stopped.map(|at| output::instant(at, desk.zone())),
        "dates": one.coming.iter().map(date).collect::<Vec<_>>(),
        "warnings": one.warnings,
    })
}
