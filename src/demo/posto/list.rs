//! FS Poster's list of schedules, latest time first, and its calendar.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::shape;
use super::{failed, refusal};
use crate::demo::records::{SimPost, SimTarget};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

const QUERY: &[&str] = &[
    "rest_route",
    "page",
    "rows_count",
    "schedule_id",
    "schedule_group_id",
    "wp_post_id",
    "planner_id",
    "statuses[]",
    "social_networks[]",
    // Not arrays: known to nobody, and ignored.
    "statuses",
    "social_networks",
];

/// The words that may be filtered by.
const STATUSES: &[&str] = &["not_sent", "success", "error", "draft"];

pub(super) fn list(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, QUERY)?;
    let number = |name: &str| call.query(name).and_then(|text| text.parse::<u64>().ok());
    let statuses = filter(call, "statuses[]", STATUSES);
    let networks: Vec<&str> = site.channels.iter().map(|channel| channel.network.as_str()).collect();
    let networks = filter(call, "social_networks[]", &networks);
    let group = call.query("schedule_group_id").filter(|group| !group.is_empty());
    // Newer versions list what is being sent, unless they are asked for certain states.
    let hides = site.blog.habits.older || !statuses.is_empty();
    let fits = |(post, target): &(&SimPost, &SimTarget)| {
        let status = shape::status(post, target);
        !(hides && status == "sending")
            && (statuses.is_empty() || statuses.contains(&status))
            && (networks.is_empty() || networks.contains(&target.network.as_str()))
            && group.is_none_or(|group| group == post.id)
            && number("schedule_id").is_none_or(|id| id == shape::row_id(target))
            && number("wp_post_id").is_none_or(|id| id == shape::origin(post).id)
    };
    let mut rows: Vec<(&SimPost, &SimTarget)> = all(site).filter(fits).collect();
    rows.sort_by_key(|(post, target)| (Reverse(shape::send_time(post, target)), shape::row_id(target)));
    let total = rows.len();
    // What is out of bounds is silently ten.
    let count = number("rows_count").and_then(|count| usize::try_from(count).ok());
    let count = count.filter(|count| (10..=50).contains(count)).unwrap_or(10);
    let page = number("page").and_then(|page| usize::try_from(page).ok()).unwrap_or(1).max(1);
    let shown = rows.into_iter().skip((page - 1).saturating_mul(count)).take(count);
    let shown: Vec<Value> = shown.map(|(post, target)| shape::row(site, post, target)).collect();
    Ok(Answer::json(200, json!({"schedules": shown, "total": total})))
}

pub(super) fn calendar(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["rest_route", "start", "end", "statuses[]", "social_networks[]"])?;
    let moment = |name: &str| call.query(name).and_then(|text| text.parse::<i64>().ok());
    let start = moment("start").ok_or_else(|| failed("Please set start time"))?;
    let end = moment("end").ok_or_else(|| failed("Please set end time"))?;
    let statuses = filter(call, "statuses[]", STATUSES);
    let networks: Vec<&str> = site.channels.iter().map(|channel| channel.network.as_str()).collect();
    let networks = filter(call, "social_networks[]", &networks);
    let mut entries: Vec<(String, &'static str, Value)> = Vec::new();
    for (post, target) in all(site) {
        let (at, status) = (shape::send_time(post, target).timestamp(), shape::status(post, target));
        let left_out = |wanted: &[&str], word: &str| !wanted.is_empty() && !wanted.contains(&word);
        if at < start || at > end || (site.blog.habits.older && status == "sending") {
            continue;
        }
        if left_out(&statuses, status) || left_out(&networks, &target.network) {
            continue;
        }
        let channel = shape::channel(site, target, false);
        let known = entries.iter_mut().find(|(group, known, _)| *group == post.id && *known == status);
        match known.and_then(|(.., entry)| entry["channels"].as_array_mut()) {
            Some(channels) => channels.push(channel),
            None => {
                let entry = json!({
                    "schedule_group_id": post.id,
                    "wp_post_id": shape::origin(post).id.to_string(),
                    "posting_data": shape::posting(post, target),
                    "channels": [channel],
                    "status": status,
                    "send_time": at,
                    "planner_id": 0,
                });
                entries.push((post.id.clone(), status, entry));
            }
        }
    }
    let shown: Vec<Value> = entries.into_iter().map(|(.., entry)| entry).collect();
    Ok(Answer::json(200, json!({"schedules": shown})))
}

/// Every row of the site.
fn all(site: &Site) -> impl Iterator<Item = (&SimPost, &SimTarget)> {
    site.posts.iter().flat_map(|post| post.targets.iter().map(move |target| (post, target)))
}

/// The values of an array that are known; without one of those there is no filter.
fn filter<'a>(call: &'a Call, name: &str, known: &[&str]) -> Vec<&'a str> {
    let mine = call.query.iter().filter(|(given, _)| given == name);
    mine.map(|(_, value)| value.as_str()).filter(|value| known.contains(value)).collect()
}

fn known_query(call: &Call, names: &[&str]) -> Result<(), Answer> {
    match call.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        Some((name, _)) => Err(refusal(400, "rest_invalid_param", &format!("Invalid parameter(s): {name}"))),
        None => Ok(()),
    }
}
