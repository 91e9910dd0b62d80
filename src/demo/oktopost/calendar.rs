//! Oktopost's calendar: everything of a range of days in one answer, as maps by id.

use chrono::{Days, NaiveDate};
use serde_json::{Map, Value, json};

use super::form::{self, Form, Holds};
use super::{api, field, messages, ok, shape};
use crate::demo::records::SimPost;
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

/// The most days one answer covers here; the contract does not say how many there may be.
const MOST_DAYS: i64 = 62;

pub(super) fn calendar(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let form = form::read(call, &[("fromDate", Holds::Text), ("toDate", Holds::Text), ("filters", Holds::Text)])?;
    let (from, to) = (date(&form, "fromDate")?, date(&form, "toDate")?);
    if (to - from).num_days() > MOST_DAYS {
        return Err(api(400, "The range of days is too long"));
    }
    let past_the_end = to.checked_add_days(Days::new(1)).unwrap_or(to);
    let inside = |post: &&SimPost| {
        let day = post.scheduled_for.map(|at| at.date_naive());
        day.is_some_and(|day| from <= day && day < past_the_end)
    };
    let (mut posts, mut texts, mut profiles, mut campaigns) = (Map::new(), Map::new(), Map::new(), Map::new());
    for post in site.posts.iter().filter(inside) {
        posts.insert(post.id.clone(), shape::calendar_post(site, post));
        if let Some(message) = messages::find(site, &messages::id_of(post)) {
            texts.insert(message.id.clone(), in_calendar(shape::message(&message)));
        }
        for channel in post.targets.iter().filter_map(|target| site.channel(&target.account)) {
            profiles.insert(channel.id.clone(), shape::profile(site, channel));
        }
        let campaign = messages::campaign_of(site, post);
        let name = messages::campaign_name(site, &campaign);
        let shown = json!({"Color": "#3492bf", "Id": campaign, "Name": name, "Status": "active"});
        campaigns.insert(campaign, shown);
    }
    Ok(ok(json!({
        "Campaigns": shape::map(campaigns),
        "Credentials": shape::map(profiles),
        "Media": [],
        "Messages": shape::map(texts),
        "Posts": shape::map(posts),
        "CustomEvents": [],
    })))
}

fn date(form: &Form, name: &str) -> Result<NaiveDate, Answer> {
    let text = form::required(form, name)?;
    text.parse().map_err(|_| field(name, "Must be a date like 2026-01-31"))
}

/// A message there names its files by their ids only.
fn in_calendar(mut message: Value) -> Value {
    if let Some(map) = message.as_object_mut() {
        let media = map.remove("Media").unwrap_or_default();
        let ids: Vec<Value> = media.as_array().into_iter().flatten().map(|media| media["Id"].clone()).collect();
        map.insert("MediaIds".to_owned(), Value::Array(ids));
    }
    message
}
