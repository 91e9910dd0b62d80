//! VoxBurst's accounts.

use serde_json::{Value, json};

use super::shape::time;
use super::{id_of, invalid, known_query, page, refusal};
use crate::clock::Instant;
use crate::demo::records::{Health, SimChannel};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

/// The word for a channel's state.
pub(super) fn status(channel: &SimChannel, now: Instant) -> &'static str {
    match channel.health {
        Health::Good | Health::CoolingDown(_) => "active",
        Health::Expiring(end) if now < end => "active",
        Health::Expiring(_) | Health::Expired => "expired",
        Health::Disconnected => "disconnected",
    }
}

fn account(channel: &SimChannel, now: Instant) -> Value {
    let mut body = json!({
        "id": channel.id,
        "platform": channel.network,
        "username": channel.username,
        "displayName": channel.display_name,
        "avatarUrl": null,
        "accountType": "business",
        "status": status(channel, now),
        "connectedAt": time(channel.connected_at),
    });
    if let Health::Expiring(end) = channel.health {
        body["scopeHealth"] = json!({
            "status": "DEGRADED",
            "degradedCapabilities": [{"capability": "publish", "label": "Publishing after the token ends"}],
            "message": format!("The token ends at {}. Reconnect before then.", time(end)),
            "verifiedAt": time(now),
        });
    }
    body
}

pub(super) fn list(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["status", "platform", "includeArchived", "limit", "cursor"])?;
    let group = match call.query("status") {
        None | Some("all") => None,
        Some(word @ ("ACTIVE" | "INACTIVE" | "ERROR" | "DISCONNECTED")) => Some(word),
        Some(_) => return Err(invalid("status", "status must be ACTIVE, INACTIVE, ERROR, DISCONNECTED or all")),
    };
    let archived = call.query("includeArchived") == Some("true");
    let fits = |channel: &&SimChannel| {
        let word = status(channel, call.now);
        let in_group = match group {
            None => word != "disconnected" || archived || call.query("status") == Some("all"),
            Some("ACTIVE") => word == "active",
            Some("DISCONNECTED") => word == "disconnected",
            Some("ERROR") => word == "expired",
            Some(_) => false,
        };
        in_group && call.query("platform").is_none_or(|slug| slug == channel.network)
    };
    let channels: Vec<&SimChannel> = site.channels.iter().filter(fits).collect();
    let (shown, pagination) = page(call, channels, |channel| channel.id.clone())?;
    let data: Vec<Value> = shown.into_iter().map(|channel| account(channel, call.now)).collect();
    Ok(Answer::json(200, json!({"data": data, "pagination": pagination})))
}

fn find<'a>(site: &'a Site, id: &str) -> Result<&'a SimChannel, Answer> {
    let id = id_of("acc", id)?;
    site.channel(id).ok_or_else(|| refusal(404, "NOT_FOUND", "Account not found"))
}

pub(super) fn show(site: &Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    Ok(Answer::json(200, account(find(site, id)?, now)))
}

/// An account that is not well is still a 200.
pub(super) fn test(site: &Site, id: &str, now: Instant) -> Result<Answer, Answer> {
    let word = status(find(site, id)?, now);
    let (success, message) = match word {
        "active" => (true, "The connection works".to_owned()),
        word => (false, format!("The connection is {word}; reconnect the account")),
    };
    Ok(Answer::json(200, json!({"success": success, "message": message})))
}

/// Renews a token; an account that was taken off cannot be helped this way.
pub(super) fn refresh(site: &mut Site, id: &str) -> Result<Answer, Answer> {
    let helped = find(site, id)?.health != Health::Disconnected;
    if helped {
        for channel in site.channels.iter_mut().filter(|channel| channel.id == id) {
            channel.health = Health::Good;
        }
    }
    Ok(Answer::json(200, json!({"success": helped})))
}
