//! `runsheet list` and `runsheet show`.

use crate::desk::Desk;
use crate::domain::filter::Filter;
use crate::domain::outcome::{Outcome, State};
use crate::domain::post::Post;
use crate::session::Session;
use crate::session::aside::say;
use crate::text::clean;

use super::filters;
use super::output::{self, Output};
use super::sync::judged;
use super::{Ending, Result, post_by_id};

/// Cells of a text in a list.
const HEADLINE: usize = 60;

/// Which posts are listed, and how.
#[derive(Debug, Default)]
pub struct Wanted {
    /// A filter, as text.
    pub filter: Option<String>,
    /// Statuses, apart by commas.
    pub status: Option<String>,
    /// A network.
    pub network: Option<String>,
    /// Whether the providers are asked first.
    pub fresh: bool,
}

/// Lists posts by moment; drafts without one come last.
pub async fn run(session: &mut Session, wanted: Wanted, output: &Output) -> Result<Ending> {
    let short = [("--status", "status", wanted.status.as_deref()), ("--network", "net", wanted.network.as_deref())];
    let filter = filters::read(wanted.filter.as_deref(), &short)?;
    let ending = if wanted.fresh { freshen(session, &filter).await? } else { Ending::Done };
    let desk = &session.desk;
    let (now, zone) = (desk.now(), desk.zone());
    let channels = desk.store.channels().await?;
    let mut posts = desk.store.every_post(None, None).await?;
    posts.retain(|post| filter.takes(post, &channels, now, zone));
    posts.sort_by_key(|post| (post.instant().is_none(), post.instant()));
    if posts.is_empty() {
        match filters::asks_for_nobody(desk, &filter).await? {
            Some(words) => say!("no posts: {words}"),
            None if filter.is_empty() => say!("no posts; `runsheet sync` fetches them"),
            None => say!("no posts that this filter takes"),
        }
    }
    if output.is_json() {
        let values = posts.iter().map(|post| output::post(post, &channels, now, zone)).collect();
        output.value(&serde_json::Value::Array(values))?;
        return Ok(ending);
    }
    for post in &posts {
        output.line(&line(post, &output::marks(post, &channels), desk))?;
    }
    Ok(ending)
}

/// Reads at the providers what the filter takes.
async fn freshen(session: &mut Session, filter: &Filter) -> Result<Ending> {
    let stands = session.fresh(filter).await?;
    Ok(stands.iter().map(|(account, state)| judged(account.as_str(), state).0).max().unwrap_or(Ending::Done))
}

/// One line of a list: short id, status, time, networks, headline.
pub fn line(post: &Post, marks: &str, desk: &Desk) -> String {
    let when = post.instant().map_or_else(
        || "no time".to_owned(),
        |at| at.with_timezone(&desk.zone()).format("%Y-%m-%d %H:%M %Z").to_string(),
    );
    let id = post.id.to_string();
    let short = id.get(id.len().saturating_sub(8)..).unwrap_or(&id);
    let state = post.state(desk.now());
    let headline = clean::truncate(&clean::one_line(post.headline()), HEADLINE);
    format!("{short}  {state:<10}  {when:<22}  {marks:<12}  {headline}")
}

/// Shows one post.
pub async fn show(desk: &Desk, id: &str, output: &Output) -> Result<Ending> {
    let post = post_by_id(desk, id).await?;
    let (now, zone) = (desk.now(), desk.zone());
    let channels = desk.store.channels().await?;
    if output.is_json() {
        let mut value = output::post(&post, &channels, now, zone);
        value["not_understood"] = desk.strange(&post).await?.into();
        output.value(&value)?;
        return Ok(Ending::Done);
    }
    let when = post.instant().map_or_else(|| "no time".to_owned(), |at| output::instant(at, zone));
    output.line(&format!("{}  {}  {when}", post.id, post.state(now)))?;
    output.line("")?;
    output.line(&post.body)?;
    output.line("")?;
    for media in &post.media {
        output.line(&clean::one_line(&output::media(media)))?;
    }
    for (key, value) in post.options.iter() {
        output.line(&clean::one_line(&format!("option {key}: {}", value.words())))?;
    }
    if let Some(comment) = &post.first_comment {
        output.line(&clean::one_line(&format!("first comment after {} s: {}", comment.delay, comment.text)))?;
    }
    for target in &post.targets {
        let channel = channels.iter().find(|channel| channel.id == target.channel);
        let name = channel.map_or_else(|| target.channel.to_string(), crate::domain::naming::full_name);
        let said = match &target.outcome {
            Outcome::Published { url, .. } => url.clone().unwrap_or_default(),
            Outcome::Refused(refusal) => format!("{}: {}", refusal.cause.title(), refusal.words),
            Outcome::Unknown { words, .. } => words.clone(),
            _ => String::new(),
        };
        let state: State = post.target_state(target, now);
        output.line(&clean::one_line(&format!("{state:<10}  {name}  {said}")))?;
        if let Some(text) = &target.text {
            output.line(&format!("    {}", text.replace('\n', "\n    ")))?;
        }
    }
    for words in desk.strange(&post).await? {
        output.line(&clean::one_line(&format!("not understood: {words}")))?;
    }
    for attempt in desk.store.attempts_of(post.id).await? {
        output.line(&clean::one_line(&format!("{}  {}", output::instant(attempt.at, zone), attempt.words)))?;
    }
    Ok(Ending::Done)
}
