//! Post for Me's accounts.

use serde_json::Value;

use super::{Window, plain, shape, values};
use crate::demo::records::{Health, SimChannel};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

pub(super) fn list(site: &Site, call: &Call) -> Answer {
    let names = ["platform", "username", "external_id", "id", "status", "offset", "limit"];
    let window = match Window::read(call, &names) {
        Ok(window) => window,
        Err(refused) => return refused,
    };
    let fits = |name: &str, value: &str| {
        let wanted = values(call, name);
        wanted.is_empty() || wanted.contains(&value)
    };
    let shown = |channel: &&SimChannel| {
        let status = if channel.health == Health::Disconnected { "disconnected" } else { "connected" };
        fits("platform", shape::platform(&channel.network))
            && fits("username", &channel.username)
            && fits("id", &channel.id)
            && fits("status", status)
            && values(call, "external_id").is_empty()
    };
    let all: Vec<Value> = site.channels.iter().filter(shown).map(shape::account).collect();
    let total = all.len();
    window.answer(call, all.into_iter().skip(window.offset).take(window.limit).collect(), total)
}

pub(super) fn show(site: &Site, id: &str) -> Answer {
    match site.channel(id) {
        Some(channel) => Answer::json(200, shape::account(channel)),
        None => plain(404, "Social account not found"),
    }
}
