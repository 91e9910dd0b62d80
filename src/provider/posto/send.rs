//! Writes, as they leave. One post of ours is one group at the site; its id stays when it is edited, while the rows in
//! it, one per channel, are made anew with new ids.
//!
//! A create is one request. An edit, a retry and a delete name rows or the hidden WordPress post behind the group,
//! which only the list tells. Those are read here, right before the write, and never kept as a step of their own: a
//! look-up from before a pause would name rows that are gone, and a delete of rows that are gone answers as if all
//! were well. So repeating such a write asks anew first, and acts on what is there or not at all. None of them can
//! make a second post: an edit names the group that is there, a retry only rows in error, a delete only rows.
//!
//! What is frozen is therefore the body with the group's id and without what the list tells.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::list::SCHEDULES;
use super::site::Ask;
use super::{Posto, compose, map, wire};
use crate::domain::ids::RemoteId;
use crate::domain::outline::Errand;
use crate::domain::write::{Prepared, Receipt, Write};
use crate::provider::http::Answer;
use crate::provider::tolerant::text;
use crate::provider::{Again, Kind, ProviderError, Reach, Result, Step};

const COMPOSER: &str = "/fs-poster/v1/composer";
const RETRY: &str = "/fs-poster/v1/schedules/retry";

/// How often a delete looks again whether rows came back under new ids.
const ROUNDS: usize = 2;

/// The one request of `write`, frozen. Pure.
pub fn step(write: &Write, done: bool) -> Result<Step> {
    if done {
        return Ok(Step::Done);
    }
    let about = |remote: &RemoteId| wire::About { schedule_group_id: remote.to_string() };
    let (method, path, body) = match write {
        Write::Create { submission } => ("POST", COMPOSER, frozen(&compose::group(submission, None)?)?),
        Write::Revise { remote, submission } => {
            ("POST", COMPOSER, frozen(&compose::group(submission, Some(remote.as_str()))?)?)
        }
        Write::Publish { remote } => {
            let group = Some(remote.to_string());
            let at_once =
                wire::Compose { schedule_group_id: group, wp_post_id: None, schedules: Vec::new(), share_at: None };
            ("POST", COMPOSER, frozen(&at_once)?)
        }
        Write::Retry { remote, .. } => ("POST", RETRY, frozen(&about(remote))?),
        Write::Remove { remote } => ("DELETE", SCHEDULES, frozen(&about(remote))?),
    };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Ok(Step::Send(Prepared { method: method.into(), path: path.into(), headers, body: Some(body) }))
}

/// What is read for `write`: which rows it is about, and what came of it, which no answer shows.
pub fn beside(write: &Write) -> Vec<Errand> {
    match write {
        Write::Create { .. } => vec![Errand::LookUp],
        _ => vec![Errand::LookUp, Errand::LookUp],
    }
}

impl Posto {
    /// Carries out a frozen request once.
    pub(super) async fn carried_out(&self, request: &Prepared) -> Result<Receipt> {
        let body = request.body.as_deref().unwrap_or_default();
        match (request.method.as_str(), request.path.as_str()) {
            ("POST", COMPOSER) => {
                let compose: wire::Compose = thawed(body)?;
                self.in_time(&compose)?;
                match compose.schedule_group_id.clone() {
                    None => self.create(&compose).await,
                    Some(group) => self.edit(compose, &RemoteId::new(group)).await,
                }
            }
            ("POST", RETRY) => self.retry(&group(body)?).await,
            ("DELETE", SCHEDULES) => self.remove(&group(body)?).await,
            _ => Err(unfit()),
        }
    }

    /// A time that has passed means "at once" to the site, which nobody asked for: it never leaves.
    fn in_time(&self, compose: &wire::Compose) -> Result<()> {
        if compose.share_at.is_some_and(|at| at <= self.site.now().timestamp()) {
            let words = "its time has passed, and Posto would publish it at once; nothing was sent: \
                         give it a new time, or publish it now";
            return Err(ProviderError::unsupported(words));
        }
        Ok(())
    }

    async fn create(&self, compose: &wire::Compose) -> Result<Receipt> {
        let answer = self.write("POST", COMPOSER, compose).await.map_err(|error| naming(error, compose))?;
        match text(&answer.json, &["schedule_group_id"]) {
            Some(group) => Ok(receipt(&answer, Some(RemoteId::new(group)))),
            None => Err(answer.unreadable("the answer names no post")),
        }
    }

    async fn edit(&self, mut compose: wire::Compose, group: &RemoteId) -> Result<Receipt> {
        let rows = self.rows(group.as_str()).await?;
        let Some(first) = rows.first() else { return Err(gone()) };
        let waits = |row: &wire::Row| matches!(row.status.as_str(), "not_sent" | "draft");
        if !rows.iter().all(waits) || self.recent.hides(group, rows.len(), self.site.now()) {
            return Err(conflict("it is going out or out already, and Posto changes only what waits"));
        }
        let origin = first.wp_post.id.0.as_deref().and_then(|id| id.parse().ok());
        compose.wp_post_id = Some(origin.ok_or_else(|| unknown_rows("the WordPress post behind it"))?);
        let publishes = compose.schedules.is_empty();
        compose.schedules = match publishes {
            true => rows.iter().map(as_it_is).collect::<Option<_>>().ok_or_else(|| unknown_rows("its channels"))?,
            false => compose.schedules.into_iter().map(|entry| over(entry, &rows)).collect(),
        };
        let answer = self.write("POST", COMPOSER, &compose).await.map_err(|error| naming(error, &compose))?;
        self.recent.forget(group);
        match text(&answer.json, &["schedule_group_id"]) {
            Some(same) if same == group.as_str() => Ok(receipt(&answer, Some(group.clone()))),
            // Rather looked up than believed: it may now be there twice.
            _ => Err(answer.unreadable("the answer to the edit names another post")),
        }
    }

    async fn retry(&self, group: &RemoteId) -> Result<Receipt> {
        let rows = self.rows(group.as_str()).await?;
        if rows.is_empty() {
            return Err(gone());
        }
        let ids = ids(rows.iter().filter(|row| row.status == "error"))?;
        if ids.is_empty() {
            return Err(conflict("no channel of it has failed: there is nothing to retry"));
        }
        let answer = self.write("POST", RETRY, &wire::Again { ids }).await?;
        Ok(receipt(&answer, Some(group.clone())))
    }

    /// Deletes the rows of a group by their ids, and looks whether they are gone: the site answers a delete well
    /// whatever it deleted. What went out, or is just going out, stays.
    async fn remove(&self, group: &RemoteId) -> Result<Receipt> {
        let mut deleted: Option<Answer> = None;
        for _ in 0..=ROUNDS {
            // Once something was deleted, not knowing the rest is not knowing what happened.
            let rows = self.rows(group.as_str()).await.map_err(|mut error| {
                error.reach = if deleted.is_some() { Reach::Unknown } else { error.reach };
                error
            })?;
            let out = rows.iter().any(|row| matches!(row.status.as_str(), "success" | "sending"));
            if out || self.recent.hides(group, rows.len(), self.site.now()) {
                return Err(conflict("it is out or going out on one of its channels: Posto cannot take it back"));
            }
            match (rows.is_empty(), deleted) {
                (true, Some(answer)) => {
                    self.recent.forget(group);
                    return Ok(receipt(&answer, None));
                }
                (true, None) => {
                    return Ok(Receipt { status: 404, remote: None, post: None, raw: "it was gone already".into() });
                }
                (false, _) => {}
            }
            let ids = ids(rows.iter())?;
            self.recent.forget(group);
            deleted = Some(self.write("DELETE", SCHEDULES, &wire::Delete::rows(ids)).await?);
        }
        let words = "the site says that it deleted the post, and still lists it";
        Err(ProviderError::new(Kind::Unavailable, Reach::Unknown, Again::Backoff, words))
    }

    async fn write(&self, method: &str, route: &str, body: &impl Serialize) -> Result<Answer> {
        let body = frozen(body)?;
        self.site.call(Ask::write(method, route, &body)).await
    }
}

/// The entry that leaves a row as it is.
fn as_it_is(row: &wire::Row) -> Option<wire::Entry> {
    let channel_id = row.channel.id.0.as_deref()?.parse().ok()?;
    Some(wire::Entry { channel_id, custom_post_data: row.customization_data.0.clone() })
}

/// The entry, over what its channel already has at the site.
fn over(entry: wire::Entry, rows: &[wire::Row]) -> wire::Entry {
    let wire::Entry { channel_id, custom_post_data } = entry;
    let channel = channel_id.to_string();
    let row = rows.iter().find(|row| row.channel.id.0.as_deref() == Some(&channel));
    let (empty, leads_home) = (Map::<String, Value>::new(), row.is_some_and(|row| !map::is_hidden(row)));
    let there = row.map_or(&empty, |row| &row.customization_data.0);
    wire::Entry { channel_id, custom_post_data: compose::beside(there, custom_post_data, leads_home) }
}

fn ids<'a>(rows: impl Iterator<Item = &'a wire::Row>) -> Result<Vec<u64>> {
    let ids: Option<Vec<u64>> = rows.map(|row| row.id.0.as_deref()?.parse().ok()).collect();
    ids.ok_or_else(|| unknown_rows("its rows"))
}

fn receipt(answer: &Answer, remote: Option<RemoteId>) -> Receipt {
    Receipt { status: answer.status, remote, post: None, raw: answer.record.clone() }
}

/// A refusal about channels, with the channels it is about: the site does not say which.
fn naming(mut error: ProviderError, compose: &wire::Compose) -> ProviderError {
    if error.kind == Kind::Forbidden && error.reach == Reach::Answered && error.status == Some(200) {
        let channels: Vec<String> = compose.schedules.iter().map(|entry| entry.channel_id.to_string()).collect();
        error.words = format!("{} Asked for: channel {}", error.words, channels.join(", "));
    }
    error
}

fn group(body: &str) -> Result<RemoteId> {
    thawed(body).map(|about: wire::About| RemoteId::new(about.schedule_group_id))
}

fn frozen(body: &impl Serialize) -> Result<String> {
    serde_json::to_string(body).map_err(|_| unfit())
}

fn thawed<T: DeserializeOwned>(body: &str) -> Result<T> {
    serde_json::from_str(body).map_err(|_| unfit())
}

fn unfit() -> ProviderError {
    ProviderError::unsupported("the request is none that Posto knows; nothing was sent")
}

fn gone() -> ProviderError {
    ProviderError::new(Kind::NotFound, Reach::Answered, Again::Never, "the site has no such post")
}

fn conflict(words: &str) -> ProviderError {
    ProviderError::new(Kind::Conflict, Reach::Answered, Again::Never, words)
}

fn unknown_rows(what: &str) -> ProviderError {
    let words = format!("the site does not say which {what} is: nothing was sent");
    ProviderError::new(Kind::Malformed, Reach::NotSent, Again::Never, words)
}
