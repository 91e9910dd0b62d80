//! `runsheet failed`, and what can be done with what it lists.

use serde_json::Value;

use crate::desk::Desk;
use crate::domain::ids::PostId;
use crate::domain::outcome::{Outcome, State};
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
    session.desk.verify(&posts).await?;
    for worker in &mut session.workers() {
        worker.read(&posts).await?;
    }
    finish(session, &posts, output).await
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
