//! Late's queues: weekly places in a zone, of which a post gets the next free one.

use chrono::{Datelike, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::{PROFILE, invalid, known_query, missing, number};
use crate::clock::Instant;
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

/// The zone of every queue here.
const ZONE: Tz = chrono_tz::Europe::Berlin;

/// How far a queue looks ahead for a free place.
const HORIZON: TimeDelta = TimeDelta::days(120);

/// A queue: its id, name, and weekly places, days counted from Sunday.
struct Queue(&'static str, &'static str, &'static [(u8, &'static str)]);

/// The first is the default one.
const QUEUES: [Queue; 2] = [
    Queue("64f0a1b2c3d4e5f6a7b8c9e1", "Morning", &[(1, "09:00"), (3, "09:00"), (5, "09:00")]),
    Queue("64f0a1b2c3d4e5f6a7b8c9e2", "Weekend", &[(6, "11:00"), (0, "18:30")]),
];

fn find(id: Option<&str>) -> Result<&'static Queue, Answer> {
    let wanted = id.unwrap_or(QUEUES[0].0);
    let found = QUEUES.iter().find(|queue| queue.0 == wanted);
    found.ok_or_else(|| Answer::json(404, json!({"error": "Queue not found"})))
}

fn schedule(queue: &Queue) -> Value {
    let slots: Vec<Value> = queue.2.iter().map(|(day, time)| json!({"dayOfWeek": day, "time": time})).collect();
    json!({"_id": queue.0, "profileId": PROFILE, "name": queue.1, "timezone": ZONE.name(), "slots": slots,
           "active": true, "isDefault": queue.0 == QUEUES[0].0,
           "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z"})
}

/// The places of a queue after `now`, in their order.
fn places(queue: &Queue, now: Instant) -> Vec<Instant> {
    let first = now.with_timezone(&ZONE).date_naive();
    let mut places: Vec<Instant> = (0..HORIZON.num_days())
        .filter_map(|days| first.checked_add_signed(TimeDelta::days(days)))
        .flat_map(|date| {
            let day = date.weekday().num_days_from_sunday();
            let slots = queue.2.iter().filter(move |(wanted, _)| u32::from(*wanted) == day);
            slots.filter_map(move |(_, time)| {
                let time = NaiveTime::parse_from_str(time, "%H:%M").ok()?;
                ZONE.from_local_datetime(&date.and_time(time)).earliest().map(|at| at.to_utc())
            })
        })
        .filter(|at| *at > now)
        .collect();
    places.sort();
    places
}

/// The next place that no other post of the account stands at.
pub(super) fn next(site: &Site, post: Option<&str>, id: Option<&str>, now: Instant) -> Result<Instant, Answer> {
    let queue = find(id)?;
    let taken = |at: &Instant| {
        site.posts.iter().any(|other| other.scheduled_for == Some(*at) && Some(other.id.as_str()) != post)
    };
    let free = places(queue, now).into_iter().find(|at| !taken(at));
    free.ok_or_else(|| Answer::json(404, json!({"error": "No free slot in this queue"})))
}

fn profile(call: &Call) -> Result<(), Answer> {
    match call.query("profileId") {
        None => Err(missing("profileId", "profileId is required")),
        Some(PROFILE) => Ok(()),
        Some(_) => Err(Answer::json(404, json!({"error": "Profile not found"}))),
    }
}

fn local(at: Instant) -> String {
    at.with_timezone(&ZONE).to_rfc3339()
}

/// `GET /queue/slots`: one queue, or all of them.
pub(super) fn slots(call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["profileId", "queueId", "all"], &[])?;
    profile(call)?;
    match call.query("all") {
        Some("true") => {
            let all: Vec<Value> = QUEUES.iter().map(schedule).collect();
            Ok(Answer::json(200, json!({"count": all.len(), "queues": all})))
        }
        None | Some("false") => {
            let queue = find(call.query("queueId"))?;
            let ahead: Vec<String> = places(queue, call.now).into_iter().take(5).map(local).collect();
            Ok(Answer::json(200, json!({"exists": true, "schedule": schedule(queue), "nextSlots": ahead})))
        }
        Some(_) => Err(invalid("all", "all must be true or false")),
    }
}

/// `GET /queue/next-slot`: the next free place; a look only.
pub(super) fn next_slot(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["profileId", "queueId"], &[])?;
    profile(call)?;
    let queue = find(call.query("queueId"))?;
    let next = next(site, None, Some(queue.0), call.now)?;
    Ok(Answer::json(
        200,
        json!({"profileId": PROFILE, "nextSlot": local(next), "timezone": ZONE.name(), "queueId": queue.0,
               "queueName": queue.1}),
    ))
}

/// `GET /queue/preview`: the places ahead.
pub(super) fn preview(call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["profileId", "queueId", "count"], &[])?;
    profile(call)?;
    let queue = find(call.query("queueId"))?;
    let count = number(call, "count", 1, 100)?.unwrap_or(20);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let ahead: Vec<String> = places(queue, call.now).into_iter().take(count).map(local).collect();
    Ok(Answer::json(200, json!({"profileId": PROFILE, "count": ahead.len(), "slots": ahead})))
}
