//! `runsheet failed`, and what can be done with what it lists.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::domain::channel::Channel;
use crate::domain::ids::PostId;
use crate::domain::naming::full_name;
use crate::domain::outcome::{Cause, Outcome, State};
use crate::domain::post::{Post, Target};
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
}

async fn show_found(desk: &Desk, posts: &[PostId], before: &BTreeMap<PostId, Post>, output: &Output) -> Result<()> {
    let (channels, now) = (desk.store.channels().await?, desk.now());
    let mut values = Vec::new();
    for id in posts {
        let Some(post) = desk.store.post(*id).await? else {
            // JSON has nothing of it: it is not there any more.
            say!("{id} is not there any more: it was deleted, here or at its provider");
            continue;
        };
        let found: Vec<Found> =
            post.targets.iter().map(|target| found(&post, target, before, &channels, desk)).collect();
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
                })
            };
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

fn found(post: &Post, target: &Target, before: &BTreeMap<PostId, Post>, channels: &[Channel], desk: &Desk) -> Found {
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
    let next = match &target.outcome {
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
        words: in_the_shell(&words),
        next,
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
