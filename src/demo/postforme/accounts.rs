//! Post for Me's accounts.

use serde_json::{Value, json};

use super::{Window, bad, flawed, plain, shape, values};
use crate::demo::records::{Health, SimChannel};
use crate::demo::wire::{Answer, Call, Field, Kind, check, text, texts};
use crate::demo::world::Site;
use crate::demo::{authorise, network};

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

/// Where a person connects an account: the address of the network's page.
pub(super) fn connect(site: &mut Site, call: &Call) -> Answer {
    connecting(site, call).unwrap_or_else(|refused| refused)
}

fn connecting(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    const FIELDS: &[Field] = &[
        ("platform", Kind::Text, false),
        ("external_id", Kind::Text, false),
        ("permissions", Kind::Texts, false),
        ("redirect_url_override", Kind::Text, false),
        ("platform_data", Kind::Object, false),
    ];
    let body = call.object().map_err(|words| bad(&words))?;
    check(&body, FIELDS, "").map_err(flawed)?;
    let platform = text(&body, "platform").ok_or_else(|| bad("platform must be a string"))?;
    if texts(&body, "permissions").iter().any(|word| word != "posts" && word != "feeds") {
        return Err(bad("each value in permissions must be one of the following values: posts, feeds"));
    }
    if body.contains_key("redirect_url_override") {
        return Err(bad("redirect_url_override is not available for quick-start projects"));
    }
    let slug = if platform == "x" { "twitter" } else { platform };
    // Bluesky has no page of its own: it takes a handle and an app password.
    if slug == "bluesky" || !network::slugs().any(|known| known == slug) {
        return Err(plain(404, &format!("Social provider app credentials not found for {platform}")));
    }
    let disconnected = |channel: &&SimChannel| channel.network == slug && channel.health != Health::Good;
    let again = site.channels.iter().find(disconnected).map(|channel| channel.id.clone());
    let (address, _) = authorise::begin(site, call, slug, again.as_deref());
    Ok(Answer::json(201, json!({"url": address, "platform": platform})))
}

pub(super) fn show(site: &Site, id: &str) -> Answer {
    match site.channel(id) {
        Some(channel) => Answer::json(200, shape::account(channel)),
        None => plain(404, "Social account not found"),
    }
}
