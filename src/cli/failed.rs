//! `runsheet failed`, and what can be done with what it lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::domain::channel::Channel;
use crate::domain::ids::PostId;
use crate::domain::naming::full_name;
use crate::domain::outcome::{Cause, Outcome, State};
use crate::domain::post::{Post, Target};
use crate::domain::twin::{Finding, Twin};
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::output::{self, Output};
use super::remedies::in_the_shell;
use super::{Ending, Result, Stop, post_by_id, send};

/// Lists what needs a person, most urgent cause first.
pub async fn list(desk: &Desk, output: &Output) -> Result<Ending> {
    let (now, zone) = (desk.now(), desk.zone());
    let channels = desk.store.channels().await?;
    let mut posts = desk.store.failed(now).await?;
    posts.sort_by_key(|post| (post.cause(now), post.instant()));
    if output.is_json() {
        let values = posts.iter().map(|post| output::post(post, &channels, now, zone)).collect();
        output.value(&Value::Array(values))?;
        return Ok(Ending::Done);
    }
    let mut heading = None;
    for post in &posts {
        let cause = post.cause(now);
        if let Some(cause) = cause.filter(|_| heading != cause) {
            output.line(&format!("{}: {}", cause.title(), in_the_shell(cause.remedy())))?;
            heading = Some(cause);
        }
        output.line(&format!("  {}", super::list::line(post, &output::marks(post, &channels), desk)))?;
        for target in &post.targets {
            let words = match &target.outcome {
                Outcome::Refused(refusal) => &refusal.words,
                Outcome::Unknown { words, .. } => words,
                _ => continue,
            };
            output.line(&format!("      {}", clean::one_line(&in_the_shell(words))))?;
        }
    }
    if posts.is_empty() {
        say!("nothing failed");
    }
    Ok(Ending::Done)
}

/// Sends what failed of these posts again.
pub async fn retry(session: &mut Session, ids: &[String], output: &Output) -> Result<Ending> {
    let posts = named(&session.desk, ids).await?;
    let retried = session.desk.retry(&posts).await?;
    if let Some(words) = retried.words() {
        say!("{words}");
    }
    if let Some(words) = retried.left_out() {
        say!("{words}");
    }
    finish(session, &posts, output).await
}

/// Publishes what needs a person at once: somebody said so in words.
pub async fn publish(session: &mut Session, ids: &[String], despite_embargo: bool, output: &Output) -> Result<Ending> {
    let posts = named(&session.desk, ids).await?;
    let now = session.desk.now();
    for id in &posts {
        let post = session.desk.store.post(*id).await?;
        if let Some(post) =
            post.filter(|post| !matches!(post.state(now), State::Missed | State::Failed | State::Partial))
        {
            let words = format!(
                "\"{}\" is {}: nothing of it has failed, and nothing was done",
                post.headline(),
                post.state(now)
            );
            return Err(Stop::Words(words));
        }
    }
    super::no_embargo_today(&session.desk, despite_embargo).await?;
    session.desk.publish_now(&posts).await?;
    finish(session, &posts, output).await
}

/// Puts failures away.
pub async fn drop(session: &mut Session, ids: &[String], output: &Output) -> Result<Ending> {
    let posts = named(&session.desk, ids).await?;
    session.desk.dismiss(&posts).await?;
    show(&session.desk, &posts, output).await?;
    Ok(Ending::Done)
}

/// Links refused duplicates to the live posts that say the same, each post by itself; nothing is sent.
pub async fn link(session: &mut Session, ids: &[String], output: &Output) -> Result<Ending> {
    let posts = named(&session.desk, ids).await?;
    let (desk, mut refused) = (&session.desk, 0);
    for id in &posts {
        match link_one(desk, *id).await {
            Ok(words) => say!("{}", clean::one_line(&words)),
            Err(stop @ (Stop::Words(_) | Stop::Desk(_))) if posts.len() > 1 => {
                refused += 1;
                say!("{id}: {}", clean::one_line(&stop.to_string()));
            }
            Err(stop) => return Err(stop),
        }
    }
    show(desk, &posts, output).await?;
    Ok(if refused > 0 { Ending::Refused } else { Ending::Done })
}

async fn link_one(desk: &Desk, id: PostId) -> Result<String> {
    let Some(post) = desk.store.post(id).await? else { return Err(Stop::Words(gone(id))) };
    let findings = desk.twins(&post).await?;
    let live: Vec<Twin> = findings.iter().filter_map(Finding::live).cloned().collect();
    if !live.is_empty() {
        return Ok(desk.link(id, &live).await?);
    }
    let words = match findings.first() {
        None => format!("\"{}\" was refused as a duplicate on none of its channels", post.headline()),
        Some(finding) if finding.likeliest().is_some() => {
            format!("{}; it can be linked once it is live", finding.said(|at| output::instant(at, desk.zone())))
        }
        Some(_) => format!(
            "no live post that says the same as \"{}\" is known here: `runsheet failed verify {id}` looks at the provider",
            post.headline()
        ),
    };
    Err(Stop::Words(words))
}

/// What is said of a post that is not there any more.
fn gone(id: PostId) -> String {
    format!("{id} is not there any more: it was deleted, here or at its provider")
}

/// Asks the providers what is true of these posts.
pub async fn verify(session: &mut Session, ids: &[String], output: &Output) -> Result<Ending> {
    let posts = named(&session.desk, ids).await?;
    let mut before = BTreeMap::new();
    for id in &posts {
        before.extend(session.desk.store.post(*id).await?.map(|post| (*id, post)));
    }
    session.desk.verify(&posts).await?;
    for worker in &mut session.workers() {
        worker.read(&posts).await?;
    }
    let ending = send(session, &posts).await?;
    show_found(&session.desk, &posts, &before, output).await?;
    Ok(ending)
}

/// What was found out about one channel of a post.
struct Found {
    channel: String,
    name: String,
    was: State,
    is: State,
    words: String,
    next: Option<String>,
    /// What says the same as a refused duplicate.
    twin: Option<Twin>,
}

async fn show_found(desk: &Desk, posts: &[PostId], before: &BTreeMap<PostId, Post>, output: &Output) -> Result<()> {
    let (channels, now) = (desk.store.channels().await?, desk.now());
    let mut values = Vec::new();
    for id in posts {
        let Some(post) = desk.store.post(*id).await? else {
            match output.is_json() {
                true => values.push(json!({"id": id.to_string(), "gone": true, "words": gone(*id), "found": []})),
                false => say!("{}", gone(*id)),
            }
            continue;
        };
        let twins = desk.twins(&post).await?;
        let found: Vec<Found> =
            post.targets.iter().map(|target| found(&post, target, before, &channels, &twins, desk)).collect();
        if output.is_json() {
            let mut value = output::post(&post, &channels, now, desk.zone());
            let one = |found: &Found| {
                json!({
                    "channel": found.channel,
                    "name": found.name,
                    "was": found.was.word(),
                    "status": found.is.word(),
                    "words": found.words,
                    "next": found.next,
                    "twin": found.twin.as_ref().map(|twin| one_twin(twin, desk)),
                })
            };
            value["gone"] = false.into();
            value["found"] = found.iter().map(one).collect();
            values.push(value);
            continue;
        }
        output.line(&super::list::line(&post, &output::marks(&post, &channels), desk))?;
        for Found { name, was, is, words, next, .. } in &found {
            let was = if was == is { String::new() } else { format!(" (was {})", was.word()) };
            output.line(&format!("      {}", clean::one_line(&format!("{name}: {}{was}: {words}", is.word()))))?;
            if let Some(next) = next {
                output.line(&format!("        {}", clean::one_line(next)))?;
            }
        }
        if found.is_empty() {
            output.line("      it goes to no channel: there is nothing to verify")?;
        }
    }
    if output.is_json() {
        output.value(&Value::Array(values))?;
    }
    Ok(())
}

fn one_twin(twin: &Twin, desk: &Desk) -> Value {
    json!({
        "id": twin.post.to_string(),
        "remote": twin.remote.as_str(),
        "when": twin.at.map(|at| output::instant(at, desk.zone())),
        "url": twin.url,
        "live": twin.live,
        "same_text": twin.equal,
    })
}

fn found(
    post: &Post,
    target: &Target,
    before: &BTreeMap<PostId, Post>,
    channels: &[Channel],
    twins: &[Finding],
    desk: &Desk,
) -> Found {
    let (now, is) = (desk.now(), post.target_state(target, desk.now()));
    let earlier = before.get(&post.id).and_then(|was| {
        let theirs = was.targets.iter().find(|each| each.channel == target.channel)?;
        Some(was.target_state(theirs, now))
    });
    let account = target.account();
    let moment = |at| output::instant(at, desk.zone());
    let words = match &target.outcome {
        Outcome::Published { url: Some(url), .. } => format!("it is live at {url}"),
        Outcome::Published { url: None, .. } => "it is live".to_owned(),
        Outcome::Accepted if is == State::Missed => format!("{account} has it still, and did not publish it in time"),
        Outcome::Accepted => format!("{account} has it, and will publish it"),
        Outcome::Publishing => format!("{account} is publishing it just now"),
        Outcome::Refused(refusal) => format!("it did not go out: {}", refusal.words),
        Outcome::Unknown { words, .. } => format!("still not known, {words}"),
        Outcome::Deferred { until } => format!("{account} asked to wait until {}", moment(*until)),
        Outcome::Cancelled => format!("somebody took it off the schedule at {account}"),
        Outcome::NotSent if is == State::Missed => format!("it is not at {account}, and its time has passed"),
        Outcome::NotSent => format!("it is not at {account}: nothing of it was published"),
    };
    let twins = twins.iter().find(|finding| finding.channel == target.channel);
    let next = match &target.outcome {
        _ if let Some(finding) = twins => Some(finding.next()),
        Outcome::Refused(refusal) => Some(refusal.cause.remedy()),
        Outcome::Unknown { .. } => Some(Cause::UnknownOutcome.remedy()),
        // The provider was asked just now.
        _ if is == State::Missed => Some("P publishes it now, s gives it a new time"),
        _ => None,
    };
    let next = next.map(|next| in_the_shell(next).replace(" ID", &format!(" {}", post.id)));
    let channel = channels.iter().find(|channel| channel.id == target.channel);
    Found {
        channel: target.channel.as_str().to_owned(),
        name: channel.map_or_else(|| target.channel.to_string(), full_name),
        was: earlier.unwrap_or(is),
        is,
        words: match twins {
            Some(finding) => format!("{}; {}", in_the_shell(&words), finding.said(moment)),
            None => in_the_shell(&words),
        },
        next,
        twin: twins.and_then(Finding::likeliest).cloned(),
    }
}

async fn named(desk: &Desk, ids: &[String]) -> Result<Vec<PostId>> {
    let mut posts = Vec::new();
    for id in ids {
        posts.push(post_by_id(desk, id).await?.id);
    }
    Ok(posts)
}

async fn finish(session: &mut Session, posts: &[PostId], output: &Output) -> Result<Ending> {
    let ending = send(session, posts).await?;
    show(&session.desk, posts, output).await?;
    Ok(ending)
}

async fn show(desk: &Desk, posts: &[PostId], output: &Output) -> Result<()> {
    let channels = desk.store.channels().await?;
    let mut values = Vec::new();
    for id in posts {
        let Some(post) = desk.store.post(*id).await? else { continue };
        if output.is_json() {
            values.push(output::post(&post, &channels, desk.now(), desk.zone()));
        } else {
            output.line(&super::list::line(&post, &output::marks(&post, &channels), desk))?;
        }
    }
    if output.is_json() {
        output.value(&Value::Array(values))?;
    }
    Ok(())
}
