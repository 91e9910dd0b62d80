//! Values as columns, and back.

use std::fmt::{self, Write};
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use chrono_tz::Tz;
use rusqlite::Row;
use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};
use uuid::Uuid;

use super::error::Fault;
use crate::domain::channel::Network;
use crate::domain::ids::{IntentId, PostId};
use crate::domain::post::{Post, Source, Wish};
use crate::domain::schedule::Schedule;
use crate::domain::write::OutboxState;

/// An instant as the store keeps it.
pub(super) fn millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// An instant from the store.
pub(super) fn instant(millis: i64) -> Result<DateTime<Utc>, Fault> {
    DateTime::from_timestamp_millis(millis).ok_or_else(|| Fault::unreadable("an instant", millis))
}

/// An instant that may be absent.
pub(super) fn maybe_instant(millis: Option<i64>) -> Result<Option<DateTime<Utc>>, Fault> {
    millis.map(instant).transpose()
}

/// A value as JSON text.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::unreadable("a value", error))
}

/// A value from JSON text.
pub(super) fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|error| Fault::unreadable(what, error))
}

/// A list as JSON text; most are empty.
pub(super) fn json_list<T: Serialize>(list: &[T]) -> Result<String, Fault> {
    if list.is_empty() { Ok("[]".into()) } else { json(list) }
}

/// A list from JSON text.
pub(super) fn parse_list<T: DeserializeOwned>(what: &str, text: &str) -> Result<Vec<T>, Fault> {
    if text == "[]" {
        return Ok(Vec::new());
    }
    let mut list: Vec<T> = parse(what, text)?;
    // Read without knowing how long it becomes, it has room for more.
    list.shrink_to_fit();
    Ok(list)
}

/// A post's id from sixteen bytes.
pub(super) fn post_id(bytes: &[u8]) -> Result<PostId, Fault> {
    uuid(bytes).map(PostId::from_uuid)
}

/// A write's id from sixteen bytes.
pub(super) fn intent_id(bytes: &[u8]) -> Result<IntentId, Fault> {
    uuid(bytes).map(IntentId::from_uuid)
}

fn uuid(bytes: &[u8]) -> Result<Uuid, Fault> {
    Uuid::from_slice(bytes).map_err(|error| Fault::unreadable("an id", error))
}

/// The bytes of a post's id.
pub(super) fn post_key(id: PostId) -> [u8; 16] {
    id.uuid().into_bytes()
}

/// The bytes of a write's id.
pub(super) fn intent_key(id: IntentId) -> [u8; 16] {
    id.uuid().into_bytes()
}

/// A network, exactly by the word that was stored.
pub(super) fn network(word: &str) -> Result<Network, Fault> {
    let word: value::StrDeserializer<'_, value::Error> = word.into_deserializer();
    serde::Deserialize::deserialize(word).map_err(|error| Fault::unreadable("a network", error))
}

/// The three columns of a schedule: wall time, zone, instant.
pub(super) type ScheduleColumns = (Option<String>, Option<&'static str>, Option<i64>);

/// A schedule as its three columns.
pub(super) fn schedule_columns(schedule: Option<Schedule>) -> ScheduleColumns {
    match schedule.map(whole_schedule) {
        None => (None, None, None),
        Some(at) => (Some(format!("{:?}", at.wall())), Some(at.zone().name()), Some(millis(at.instant()))),
    }
}

/// A schedule from three columns that begin at `first`; `zone` is that of the row before, and becomes this one's: rows
/// that follow each other mostly share it. The wall time is what a person meant: it is kept even when the zone's rules
/// have changed since and the instant shows another one now.
pub(super) fn schedule(row: &Row<'_>, first: usize, zone: &mut Tz) -> Result<Option<Schedule>, Fault> {
    let Some(at) = row.get::<_, Option<i64>>(first + 2)? else {
        return Ok(None);
    };
    let at = instant(at)?;
    let wall = row.get_ref(first)?.as_str().map_err(|error| Fault::unreadable("a wall time", error))?;
    let name = row.get_ref(first + 1)?.as_str().map_err(|error| Fault::unreadable("a zone", error))?;
    if name != zone.name() {
        *zone = Tz::from_str(name).map_err(|error| Fault::unreadable("a zone", error))?;
    }
    let shown = Schedule::at(at, *zone);
    if is_written(wall, shown.wall()) {
        return Ok(Some(shown));
    }
    let wall = NaiveDateTime::from_str(wall).map_err(|error| Fault::unreadable("a wall time", error))?;
    let parts = serde_json::json!({ "instant": at, "wall": wall, "zone": zone });
    serde_json::from_value(parts).map(Some).map_err(|error| Fault::unreadable("a schedule", error))
}

/// Whether `text` is `wall` as [`schedule_columns`] writes it: cheaper than reading the text.
fn is_written(text: &str, wall: NaiveDateTime) -> bool {
    struct Rest<'a>(&'a str);
    impl fmt::Write for Rest<'_> {
        fn write_str(&mut self, next: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(next).ok_or(fmt::Error)?;
            Ok(())
        }
    }
    let mut rest = Rest(text);
    write!(rest, "{wall:?}").is_ok() && rest.0.is_empty()
}

fn whole_schedule(schedule: Schedule) -> Schedule {
    let whole = schedule.instant().trunc_subsecs(3);
    if whole == schedule.instant() { schedule } else { Schedule::at(whole, schedule.zone()) }
}

/// The post as it comes back from the store: instants to the millisecond, `pending` left aside. Two posts are the same
/// to the store when these are equal.
pub(super) fn as_stored(post: &Post) -> Post {
    let mut post = post.clone();
    post.pending = false;
    post.created_at = post.created_at.trunc_subsecs(3);
    post.updated_at = post.updated_at.trunc_subsecs(3);
    post.schedule = post.schedule.map(whole_schedule);
    for target in &mut post.targets {
        target.schedule = target.schedule.map(whole_schedule);
    }
    post
}

/// A wish as a word.
pub(super) fn wish_word(wish: Wish) -> &'static str {
    match wish {
        Wish::Draft => "draft",
        Wish::Hold => "hold",
        Wish::Schedule => "schedule",
        Wish::Now => "now",
    }
}

/// A wish from its word.
pub(super) fn wish(word: &str) -> Result<Wish, Fault> {
    [Wish::Draft, Wish::Hold, Wish::Schedule, Wish::Now]
        .into_iter()
        .find(|wish| wish_word(*wish) == word)
        .ok_or_else(|| Fault::unreadable("a wish", word))
}

/// A source as a word.
pub(super) fn source_word(source: Source) -> &'static str {
    match source {
        Source::Runsheet => "runsheet",
        Source::Provider => "provider",
    }
}

/// A source from its word.
pub(super) fn source(word: &str) -> Result<Source, Fault> {
    [Source::Runsheet, Source::Provider]
        .into_iter()
        .find(|source| source_word(*source) == word)
        .ok_or_else(|| Fault::unreadable("a source", word))
}

/// A state of the outbox as a word.
pub(super) fn state_word(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Ready => "ready",
        OutboxState::InFlight => "in_flight",
        OutboxState::Waiting => "waiting",
        OutboxState::Verifying => "verifying",
        OutboxState::Unknown => "unknown",
        OutboxState::Done => "done",
        OutboxState::Failed => "failed",
        OutboxState::Superseded => "superseded",
    }
}

/// A state of the outbox from its word.
pub(super) fn state(word: &str) -> Result<OutboxState, Fault> {
    use OutboxState::{Done, Failed, InFlight, Ready, Superseded, Unknown, Verifying, Waiting};
    [Ready, InFlight, Waiting, Verifying, Unknown, Done, Failed, Superseded]
        .into_iter()
        .find(|state| state_word(*state) == word)
        .ok_or_else(|| Fault::unreadable("a write's state", word))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::ids::{ChannelId, IdSource};
    use crate::domain::post::Target;
    use crate::store::{migrate, posts};

    #[test]
    fn neighbours_keep_their_zones_and_the_wall_times_that_were_meant() {
        let (db, ids, now) =
            (migrate::open_memory().unwrap(), IdSource::seeded(3), instant(1_800_000_000_033).unwrap());
        let zones = [Tz::Europe__Berlin, Tz::Asia__Kathmandu, Tz::UTC, Tz::Etc__UTC, Tz::Asia__Kathmandu, Tz::UTC];
        // What a zone showed before its rules were changed, and another fraction of the second.
        let changed: [fn(NaiveDateTime) -> NaiveDateTime; 3] =
            [|wall| wall, |wall| wall + TimeDelta::hours(1), |wall| wall - TimeDelta::milliseconds(33)];
        let mut stored = Vec::new();
        for (number, (zone, own)) in (0..).zip(zones.into_iter().zip(zones.into_iter().rev())) {
            for meant in changed {
                let at = now + TimeDelta::minutes(number) + TimeDelta::seconds(i64::try_from(stored.len()).unwrap());
                let schedule = |zone| {
                    let wall = meant(Schedule::at(at, zone).wall());
                    serde_json::from_value(serde_json::json!({ "instant": at, "wall": wall, "zone": zone })).unwrap()
                };
                let mut post = Post::draft(ids.post(now), now);
                (post.schedule, post.targets) = (Some(schedule(zone)), vec![Target::new(ChannelId::new("acme/1"))]);
                post.targets[0].schedule = Some(schedule(own));
                posts::put(&db, &post, now).unwrap();
                stored.push(post);
            }
        }
        let read = posts::weeks(&db, now, now + TimeDelta::days(1)).unwrap();
        assert_eq!(read.iter().map(|post| Post::clone(post)).collect::<Vec<_>>(), stored);
        assert!(stored.iter().any(|post| post.schedule.unwrap().is_shifted()));
    }
}
