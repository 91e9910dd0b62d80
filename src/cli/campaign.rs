//! `runsheet campaign`: many texts in a rhythm.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveTime;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::campaign::{self, Ghost, OnClash, Standing, Wanted};
use crate::domain::campaign::{Every, Pace, Rhythm, asks_slots};
use crate::domain::channel::Channel;
use crate::domain::ids::PostId;
use crate::domain::naming::words_for;
use crate::domain::post::Post;
use crate::domain::schedule::Schedule;
use crate::domain::words::count;
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::args::{CampaignArgs, PostArgs};
use super::output::{self, Output};
use super::source::{self, Source};
use super::{Ending, Result, Stop, moment, post, send};

/// Cells of a text in a list of posts.
const HEADLINE: usize = 50;

/// Shows what a campaign would be, and schedules it unless only a dry run is wanted.
pub async fn run(session: &mut Session, wanted: &CampaignArgs, output: &Output) -> Result<Ending> {
    let wished = wished(&session.desk, wanted).await?;
    let rules = session.rules().await;
    let desk = &session.desk;
    let mut ghosts = desk.ghosts(&wished, &rules).await?;
    if wanted.dry_run {
        let left = desk.ask_about(&mut ghosts).await;
        if left > 0 {
            say!("the providers are asked about the first posts; {left} more are checked here only");
        }
    }
    let refused = ghosts.iter().any(|ghost| ghost.standing == Standing::Refused);
    let ending = if refused { Ending::Refused } else { Ending::Done };
    if wanted.dry_run {
        shown(&ghosts, &BTreeMap::new(), desk, output)?;
        say!("nothing was scheduled: {}", totals(&ghosts, wished.to.len()));
        return Ok(ending);
    }
    let mut ids: BTreeMap<usize, PostId> = BTreeMap::new();
    let mut failed = false;
    for (number, answer) in desk.launch(&ghosts, wanted.draft).await {
        match answer {
            Ok(id) => {
                ids.insert(number, id);
            }
            Err(error) => {
                failed = true;
                say!("post {number}: {}", clean::one_line(&error.to_string()));
            }
        }
    }
    shown(&ghosts, &ids, desk, output)?;
    say!("{}: {}", totals(&ghosts, wished.to.len()), kept(&ghosts, wanted.draft));
    let good = ghosts.iter().filter(|ghost| ghost.standing == Standing::Good && !wanted.draft);
    let sent: Vec<PostId> = good.filter_map(|ghost| ids.get(&ghost.number).copied()).collect();
    let sent = send(session, &sent).await?;
    Ok(sent.max(ending).max(if failed { Ending::Refused } else { Ending::Done }))
}

/// What became of all of it.
fn kept(ghosts: &[Ghost], draft: bool) -> &'static str {
    let some = |wanted: Standing| ghosts.iter().any(|ghost| ghost.standing == wanted);
    match (some(Standing::Good), some(Standing::Refused)) {
        (true, _) | (_, true) if draft => "kept as drafts",
        (true, true) => "scheduled; what was refused is kept as a draft of it",
        (true, false) => "scheduled",
        (false, true) => "nothing was scheduled; what was refused is kept as a draft of it",
        (false, false) => "nothing was left to schedule",
    }
}

/// The one channel that can post, where none is named; of several none is guessed.
fn only_channel(mut active: Vec<Channel>) -> Result<Channel> {
    match (active.pop(), active.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(Stop::Usage("no channel can post now; `runsheet channels` says why".into())),
        (Some(last), false) => {
            active.push(last);
            let names: Vec<String> = active.iter().map(|channel| words_for(channel, &active)).collect();
            let words = format!("say --to CHANNEL, or --all; there are {}", clean::one_line(&names.join(", ")));
            Err(Stop::Usage(words))
        }
    }
}

async fn wished(desk: &Desk, wanted: &CampaignArgs) -> Result<Wanted> {
    let mut to: Vec<Channel> = Vec::new();
    for words in &wanted.to {
        to.extend(desk.channels(words).await?);
    }
    if wanted.all {
        to.extend(desk.active_channels().await?);
    } else if wanted.to.is_empty() {
        to.push(only_channel(desk.active_channels().await?)?);
    }
    let mut known = std::collections::BTreeSet::new();
    to.retain(|channel| known.insert(channel.id.clone()));
    let start = moment(&wanted.start, desk)?.ok_or_else(|| Stop::Usage("a campaign starts later than now".into()))?;
    let pace = pace(wanted, start)?;
    if let Some(style) = &wanted.style {
        desk.book().style(style).map_err(Stop::Words)?;
    }
    let name = match &wanted.name {
        Some(name) => name.clone(),
        None => wanted.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    if name.trim().is_empty() || name == "-" {
        return Err(Stop::Usage("give the campaign a name: --name launch".into()));
    }
    Ok(Wanted {
        name,
        pace,
        parts: parts(desk, wanted, &wanted.file, &to).await?,
        to,
        on_clash: match wanted.on_clash.as_str() {
            "shift" => OnClash::Shift,
            "refuse" => OnClash::Refuse,
            _ => OnClash::Keep,
        },
    })
}

/// The posts of the file. A text may begin with front matter, as the file of a post does: its media, options, title and
/// what single channels have of their own are that post's alone; what the command says holds where it says nothing.
async fn parts(desk: &Desk, wanted: &CampaignArgs, file: &Path, to: &[Channel]) -> Result<Vec<Post>> {
    let media = post::attached(desk, &wanted.carried).await?;
    let every = PostArgs { style: wanted.style.clone(), carried: wanted.carried.clone(), ..PostArgs::default() };
    let mut parts = Vec::new();
    for (at, text) in campaign::texts(&source::text(file)?).into_iter().enumerate() {
        let source = Source::part(text, at + 1, file)?;
        let mut post = post::within(desk, &every, &source, to).await?;
        if post.media.is_empty() {
            post.media.clone_from(&media);
        }
        parts.push(post);
    }
    Ok(parts)
}

/// When the posts go out.
fn pace(wanted: &CampaignArgs, start: Schedule) -> Result<Pace> {
    let times = wanted.at.iter().map(|time| clock(time)).collect::<Result<Vec<_>>>()?;
    if asks_slots(&wanted.every) {
        return match times.is_empty() && !wanted.skip_weekends {
            true => Ok(Pace::Slots(start)),
            false => {
                Err(Stop::Usage("the slots say days and times themselves: leave --at and --skip-weekends out".into()))
            }
        };
    }
    let every = Every::read(&wanted.every).map_err(|error| Stop::Usage(error.to_string()))?;
    if !times.is_empty() && matches!(every, Every::Elapsed(_)) {
        return Err(Stop::Usage("--at goes with days: --every 1d, weekdays or mon,wed".into()));
    }
    Ok(Pace::Rhythm(Rhythm { start, every, times, skip_weekends: wanted.skip_weekends }))
}

fn clock(time: &str) -> Result<NaiveTime> {
    NaiveTime::parse_from_str(time, "%H:%M")
        .map_err(|_| Stop::Usage(format!("\"{time}\" is no time of day; write it like 09:30")))
}

fn shown(ghosts: &[Ghost], ids: &BTreeMap<usize, PostId>, desk: &Desk, output: &Output) -> Result<()> {
    if output.is_json() {
        let value = |ghost: &Ghost| {
            let known = match ghost.standing {
                Standing::There(id) => Some(id),
                Standing::Good | Standing::Refused => None,
            };
            json!({
                "number": ghost.number,
                "verdict": ghost.standing.word(),
                "messages": ghost.messages,
                "when": ghost.post.schedule.map(|at| output::instant(at.instant(), desk.zone())),
                "id": ids.get(&ghost.number).copied().or(known).map(|id| id.to_string()),
                "body": ghost.post.body,
            })
        };
        return output.value(&ghosts.iter().map(value).collect());
    }
    for ghost in ghosts {
        let when = ghost.post.schedule.map(output::day_and_moment).unwrap_or_default();
        let headline = clean::truncate(&clean::one_line(ghost.post.headline()), HEADLINE);
        output.line(&format!("{:>4}  {:<8} {when}  {headline}", ghost.number, ghost.standing.word()))?;
        for words in &ghost.messages {
            output.line(&format!("      {}", clean::one_line(words)))?;
        }
    }
    Ok(())
}

fn totals(ghosts: &[Ghost], channels: usize) -> String {
    let many = |wanted: fn(Standing) -> bool| ghosts.iter().filter(|ghost| wanted(ghost.standing)).count();
    let (good, refused) = (many(|it| it == Standing::Good), many(|it| it == Standing::Refused));
    let there = ghosts.len() - good - refused;
    let (posts, on) = (count(ghosts.len(), "post"), count(channels, "channel"));
    format!("{posts} on {on}: {good} ok, {there} there already, {refused} refused")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(handle: &str) -> Channel {
        Channel::sample("acme", handle, "x", handle)
    }

    #[test]
    fn the_only_channel_is_meant_and_of_several_none_is_guessed() {
        assert_eq!(only_channel(vec![channel("@one")]).unwrap().handle, "@one");
        assert!(only_channel(Vec::new()).unwrap_err().to_string().contains("no channel can post"));
        let words = only_channel(vec![channel("@one"), channel("@two")]).unwrap_err().to_string();
        assert!(words.contains("--to") && words.contains("x:@one, x:@two"), "{words}");
    }
}
