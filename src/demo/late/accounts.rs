//! Late's accounts and their health.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::shape::time;
use super::{PROFILE, invalid, known_query, number};
use crate::clock::Instant;
use crate::demo::records::{Health, SimChannel};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;
use crate::demo::{authorise, network};

/// A token that ends within this time is a warning.
const SOON: TimeDelta = TimeDelta::days(7);
/// The longest video of a TikTok account, in seconds.
const LONGEST_VIDEO: u32 = 600;

pub(super) fn profile(site: &Site) -> Value {
    json!({"_id": PROFILE, "userId": super::USER, "name": "Acme", "description": "", "color": "#ffeda0",
           "timezone": null, "isDefault": true, "accountCount": site.channels.len(),
           "createdAt": "2026-01-04T09:00:00.000Z"})
}

fn account(channel: &SimChannel) -> Value {
    let works = !matches!(channel.health, Health::Expired | Health::Disconnected);
    let user = channel.username.trim_start_matches('@');
    let paused = match channel.health {
        Health::CoolingDown(until) => Some(time(until)),
        _ => None,
    };
    json!({
        "_id": channel.id,
        "platform": channel.network,
        "profileId": {"_id": PROFILE, "name": "Acme", "color": "#ffeda0", "isDefault": true},
        "username": channel.username,
        "displayName": channel.display_name,
        "profilePicture": null,
        "profileUrl": format!("https://{}.example/{user}", channel.network),
        "isActive": works,
        "needsReconnection": channel.health == Health::Expired,
        "enabled": true,
        "rateLimitedUntil": paused,
        "parentAccountId": null,
        "metadata": {},
    })
}

pub(super) fn list(site: &Site, call: &Call) -> Answer {
    page(site, call).unwrap_or_else(|refused| refused)
}

fn page(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let names = [
        "profileId",
        "platform",
        "status",
        "search",
        "category",
        "includeOverLimit",
        "excludeHidden",
        "includeStatusCounts",
        "page",
        "limit",
        "cursor",
        "sort",
        "perProfile",
    ];
    known_query(call, &names, &["profileId"])?;
    let wanted = match call.query("status") {
        None => None,
        Some("connected") => Some(true),
        Some("disconnected") => Some(false),
        Some(_) => return Err(invalid("status", "status must be connected or disconnected")),
    };
    let fits = |channel: &&SimChannel| {
        let works = !matches!(channel.health, Health::Expired | Health::Disconnected);
        call.query("profileId").is_none_or(|id| id.is_empty() || id == "all" || id == PROFILE)
            && call.query("platform").is_none_or(|platform| platform == channel.network)
            && wanted.is_none_or(|connected| connected == works)
            && call.query("search").is_none_or(|part| channel.username.to_lowercase().contains(&part.to_lowercase()))
    };
    let all: Vec<Value> = site.channels.iter().filter(fits).map(account).collect();
    let limit = number(call, "limit", 1, 500)?;
    let page = number(call, "page", 1, 1_000_000)?;
    let cursor = call.query("cursor");
    if cursor.is_some() && (page.is_some() || call.query("sort").is_some() || call.query("perProfile").is_some()) {
        return Err(invalid("cursor", "cursor cannot be combined with page, sort or perProfile"));
    }
    let mut body = json!({"hasAnalyticsAccess": false});
    let (from, shown) = match (page, limit) {
        (None, None) if cursor.is_none() => (0, all.len()),
        (Some(page), limit) => {
            let limit = limit.unwrap_or(50);
            let pages = (all.len() as u64).div_ceil(limit);
            body["pagination"] = json!({"page": page, "limit": limit, "total": all.len(), "pages": pages});
            (as_count((page - 1).saturating_mul(limit)), as_count(limit))
        }
        (None, limit) => {
            let from = match cursor {
                None => 0,
                Some(text) => {
                    let place = text.strip_prefix("acc-").and_then(|place| place.parse().ok());
                    place.ok_or_else(|| invalid("cursor", "cursor is not valid"))?
                }
            };
            let limit = as_count(limit.unwrap_or(50));
            let next = (from + limit < all.len()).then(|| format!("acc-{}", from + limit));
            body["pagination"] = json!({"limit": limit, "nextCursor": next});
            (from, limit)
        }
    };
    body["accounts"] = all.into_iter().skip(from).take(shown).collect();
    Ok(Answer::json(200, body))
}

fn as_count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A channel's health in one word, and what is the matter.
fn state(channel: &SimChannel, now: Instant) -> (&'static str, Vec<&'static str>) {
    match channel.health {
        Health::Good => ("healthy", vec![]),
        Health::Expiring(end) if end <= now => ("error", vec!["Token expired"]),
        Health::Expiring(end) if end - now < SOON => ("warning", vec!["Token expires soon"]),
        Health::Expiring(_) => ("healthy", vec![]),
        Health::CoolingDown(_) => ("warning", vec!["Rate limited by the platform"]),
        Health::Expired => ("error", vec!["Token expired"]),
        Health::Disconnected => ("error", vec!["Account disconnected"]),
    }
}

pub(super) fn health(site: &Site, call: &Call) -> Answer {
    if let Err(refused) = known_query(call, &["profileId", "platform", "status"], &["profileId"]) {
        return refused;
    }
    let rows: Vec<Value> = site
        .channels
        .iter()
        .filter(|channel| call.query("platform").is_none_or(|platform| platform == channel.network))
        .filter(|channel| call.query("status").is_none_or(|word| word == state(channel, call.now).0))
        .map(|channel| {
            let (word, issues) = state(channel, call.now);
            let works = word != "error";
            json!({
                "accountId": channel.id, "platform": channel.network, "username": channel.username,
                "displayName": channel.display_name, "profileId": PROFILE, "status": word, "canPost": works,
                "canFetchAnalytics": false, "tokenValid": works, "tokenExpiresAt": expiry(channel),
                "needsReconnect": !works, "issues": issues, "ownerUserId": super::USER,
                "disconnectReason": if works { Value::Null } else { json!(issues.first()) },
            })
        })
        .collect();
    let count = |word: &str| rows.iter().filter(|row| row["status"] == word).count();
    Answer::json(
        200,
        json!({"summary": {"total": rows.len(), "healthy": count("healthy"), "warning": count("warning"),
                           "error": count("error"), "needsReconnect": count("error")},
               "accounts": rows}),
    )
}

pub(super) fn health_of(site: &Site, id: &str, now: Instant) -> Answer {
    let Some(channel) = site.channel(id) else { return Answer::json(404, json!({"error": "Account not found"})) };
    let (word, issues) = state(channel, now);
    let works = word != "error";
    Answer::json(
        200,
        json!({"accountId": channel.id, "platform": channel.network, "username": channel.username,
               "displayName": channel.display_name, "status": word,
               "tokenStatus": {"valid": works, "expiresAt": expiry(channel), "needsRefresh": word == "warning"},
               "permissions": {"posting": [], "analytics": [], "canPost": works, "canFetchAnalytics": false,
                               "missingRequired": []},
               "issues": issues,
               "recommendations": if works { vec![] } else { vec!["Reconnect the account"] }}),
    )
}

/// Who can be let see the posts of a TikTok account, and the words for it: nobody's followers alone.
pub(super) const PRIVACY: &[(&str, &str)] =
    &[("PUBLIC_TO_EVERYONE", "Everyone"), ("MUTUAL_FOLLOW_FRIENDS", "Friends"), ("SELF_ONLY", "Only me")];

/// What TikTok tells of one of its accounts.
pub(super) fn creator(site: &Site, id: &str, call: &Call) -> Answer {
    if let Err(refused) = known_query(call, &["mediaType"], &[]) {
        return refused;
    }
    let Some(channel) = site.channel(id) else { return Answer::json(404, json!({"error": "Account not found"})) };
    if channel.network != "tiktok" {
        return invalid("accountId", "The account is not a TikTok account");
    }
    let levels: Vec<Value> = PRIVACY.iter().map(|(value, label)| json!({"value": value, "label": label})).collect();
    let setting = |enabled: bool| json!({"enabled": enabled, "default": false});
    Answer::json(
        200,
        json!({"creator": {"nickname": channel.display_name, "canPostMore": true},
               "privacyLevels": levels,
               "postingLimits": {"maxVideoDurationSec": LONGEST_VIDEO,
                                 "interactionSettings": {"allow_comment": setting(true), "allow_duet": setting(true),
                                                         "allow_stitch": setting(true)}}}),
    )
}

/// Where a person connects a channel: the address of the network's page.
pub(super) fn connect(site: &mut Site, call: &Call, platform: &str) -> Answer {
    connecting(site, call, platform).unwrap_or_else(|refused| refused)
}

fn connecting(site: &mut Site, call: &Call, platform: &str) -> Result<Answer, Answer> {
    known_query(call, &["profileId", "redirect_url", "reconnectAccountId", "scopes", "headless", "loginMethod"], &[])?;
    let profile = call.query("profileId").ok_or_else(|| invalid("profileId", "profileId is required"))?;
    if profile != PROFILE {
        return Err(Answer::json(404, json!({"error": "Profile not found"})));
    }
    if platform == "snapchat" {
        let words = "Snapchat is in closed beta";
        return Err(super::refusal(403, "permission_error", "PLATFORM_BETA_RESTRICTED", words));
    }
    // Bluesky takes an app password and Telegram a code, both elsewhere.
    let linked = network::slugs().any(|slug| slug == platform) && !matches!(platform, "bluesky" | "telegram");
    if !linked {
        return Err(invalid("platform", &format!("{platform} is not connected through a link")));
    }
    let renews = call.query("reconnectAccountId");
    if renews.is_some_and(|id| site.channel(id).is_none_or(|channel| channel.network != platform)) {
        return Err(Answer::json(404, json!({"error": "Account not found"})));
    }
    let (address, state) = authorise::begin(site, call, platform, renews);
    Ok(Answer::json(200, json!({"authUrl": address, "state": state})))
}

fn expiry(channel: &SimChannel) -> Option<String> {
    match channel.health {
        Health::Expiring(end) => Some(time(end)),
        _ => None,
    }
}
