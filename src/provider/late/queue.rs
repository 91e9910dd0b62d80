//! Late's queues: weekly places by profile, of which it gives the next free one (contract, section 8).

use std::collections::BTreeMap;

use chrono::{NaiveTime, Weekday};
use serde_json::Value;

use super::{Late, list, wire};
use crate::domain::ids::RemoteId;
use crate::domain::queue::{Next, Queue};
use crate::provider::http::{Answer, Call};
use crate::provider::tolerant::{instant, text};
use crate::provider::{Again, Kind, ProviderError, Reach, Result, words};

/// Queues whose next place is asked for; every one is a call.
const MOST: usize = 8;

impl Late {
    /// The queues of the profile that `channels` belong to, the default one first.
    pub(super) async fn queues_of(&self, channels: &[RemoteId]) -> Result<Vec<Queue>> {
        let answer = self.http.call(Call::get("/accounts", &[])).await?;
        let profile = shared_profile(list(&answer, "accounts")?, channels).map_err(refused)?;
        let asked = [("profileId", profile.clone()), ("all", "true".to_owned())];
        let answer = match self.http.call(Call::get("/queue/slots", &asked)).await {
            Ok(answer) => answer,
            Err(error) if error.kind == Kind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut queues = read(&answer.json, &profile);
        for queue in queues.iter_mut().take(MOST) {
            let (profile, id) = parts(&queue.place);
            let mut asked = vec![("profileId", profile.to_owned())];
            asked.extend((!id.is_empty()).then(|| ("queueId", id.to_owned())));
            match self.http.call(Call::get("/queue/next-slot", &asked)).await {
                Ok(answer) => queue.next = Next::At(next(&answer)?),
                // No place is free (contract, section 8).
                Err(error) if error.kind == Kind::NotFound => queue.next = Next::Full,
                Err(error) => return Err(error),
            }
        }
        Ok(queues)
    }
}

fn next(answer: &Answer) -> Result<chrono::DateTime<chrono::Utc>> {
    let at = text(&answer.json, &["nextSlot"]).and_then(instant);
    at.ok_or_else(|| answer.unreadable("the answer names no next place of the queue"))
}

fn refused(words: String) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

/// The one profile that `channels` belong to; words where there are several, because each has queues of its own.
pub(super) fn shared_profile(accounts: &[Value], channels: &[RemoteId]) -> std::result::Result<String, String> {
    let mut profiles: BTreeMap<String, String> = BTreeMap::new();
    for channel in channels {
        let row = accounts.iter().find(|row| text(row, &["_id"]) == Some(channel.as_str()));
        let row = row.ok_or("the channel is not there any more; R fetches the channels anew")?;
        let id = text(row, &["profileId", "_id"]).or_else(|| text(row, &["profileId"]));
        let id = id.ok_or("the provider does not say which profile the channel belongs to")?;
        let name = text(row, &["profileId", "name"]).map_or_else(|| id.to_owned(), words::name);
        profiles.insert(id.to_owned(), name);
    }
    let mut found = profiles.into_iter();
    match (found.next(), found.next()) {
        (Some((id, _)), None) => Ok(id),
        (Some((_, one)), Some((_, other))) => Err(format!(
            "these channels belong to different profiles, {one} and {other}, each with queues of its own: choose \
             channels of one, or give a time"
        )),
        (None, _) => Err("choose a channel first: its profile has the queues".into()),
    }
}

/// The queues of an answer, in both its forms: all of them, or the default one alone.
pub(super) fn read(body: &Value, profile: &str) -> Vec<Queue> {
    let all = body.get("queues").and_then(Value::as_array).cloned();
    let alone = || body.get("schedule").filter(|schedule| schedule.is_object()).cloned().into_iter().collect();
    let rows: Vec<Value> = all.unwrap_or_else(alone);
    let single = rows.len() == 1;
    let read = |row: &Value| serde_json::from_value::<wire::Queue>(row.clone()).ok();
    let mut queues: Vec<Queue> = rows
        .iter()
        .filter_map(read)
        .filter(|row| row.active != Some(false))
        .map(|row| Queue {
            place: format!("{profile}/{}", row.key.0.unwrap_or_default()),
            name: words::name(row.name.as_deref().unwrap_or("queue")),
            usual: row.is_default == Some(true) || single,
            slots: row.slots.iter().filter_map(slot).collect(),
            zone: words::name(row.timezone.as_deref().unwrap_or("UTC")),
            next: Next::Untold,
        })
        .collect();
    queues.sort_by_key(|queue| !queue.usual);
    queues
}

/// A weekly place: days count from Sunday (contract, section 8).
fn slot(slot: &Value) -> Option<(Weekday, NaiveTime)> {
    let day = match slot.get("dayOfWeek")?.as_u64()? {
        0 => Weekday::Sun,
        day @ 1..=6 => Weekday::try_from(u8::try_from(day - 1).ok()?).ok()?,
        _ => return None,
    };
    let time = NaiveTime::parse_from_str(text(slot, &["time"])?, "%H:%M").ok()?;
    Some((day, time))
}

/// Profile and queue of a place; no queue stands for the default one.
pub(super) fn parts(place: &str) -> (&str, &str) {
    place.split_once('/').unwrap_or((place, ""))
}
