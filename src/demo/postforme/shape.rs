//! How Post for Me shows accounts and posts: with the networks' tokens in them, as the service does.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::clock::Instant;
use crate::demo::network;
use crate::demo::records::{Health, SimChannel, SimPost, Status};
use crate::demo::world::Site;

/// An instant as the database prints it: an offset instead of a `Z`.
pub(super) fn time(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// The platform's word on the wire.
pub(super) fn platform(slug: &str) -> &str {
    if slug == "twitter" { "x" } else { slug }
}

/// What a field that opens an account holds: never to be seen outside an answer.
fn token(kind: &str, channel: &SimChannel) -> String {
    let works = channel.health != Health::Disconnected;
    if works { format!("fake-{kind}-token-{}", channel.id) } else { String::new() }
}

/// What is shown of an account wherever it appears.
fn common(channel: &SimChannel) -> Value {
    let ends = match channel.health {
        Health::Expiring(end) => Some(time(end)),
        Health::Expired => Some(time(channel.connected_at)),
        _ => None,
    };
    json!({
        "id": channel.id,
        "platform": platform(&channel.network),
        "username": channel.username,
        "user_id": format!("90000{}", channel.username.len()),
        "access_token": token("access", channel),
        "refresh_token": token("refresh", channel),
        "access_token_expires_at": channel.connected_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "refresh_token_expires_at": ends,
        "external_id": null,
    })
}

/// An account in the list of accounts.
pub(super) fn account(channel: &SimChannel) -> Value {
    let mut shown = common(channel);
    shown["profile_photo_url"] = Value::Null;
    shown["status"] = json!(if channel.health == Health::Disconnected { "disconnected" } else { "connected" });
    shown["metadata"] = match channel.network.as_str() {
        "twitter" => json!({"has_platform_premium": channel.premium, "connection_type": "oauth2"}),
        "bluesky" => json!({"app_password": token("app", channel)}),
        _ => json!({}),
    };
    shown
}

/// The word for a post's state; whether it was a success, its results say.
pub(super) fn status(post: &SimPost) -> &'static str {
    match post.status {
        Status::Draft | Status::PendingApproval | Status::Cancelled => "draft",
        Status::Scheduled | Status::Pending => "scheduled",
        Status::Publishing => "processing",
        Status::Published | Status::Partial | Status::Failed => "processed",
    }
}

/// A post as reads and writes answer it; `only` are the accounts a filter left in it.
pub(super) fn post(site: &Site, post: &SimPost, only: Option<&[&str]>) -> Value {
    let wanted = |account: &str| only.is_none_or(|only| only.contains(&account));
    let accounts = post.targets.iter().filter(|target| wanted(&target.account));
    let accounts: Vec<Value> = accounts.filter_map(|target| site.channel(&target.account)).map(common).collect();
    let extra = |name: &str, none: Value| post.extra.get(name).cloned().unwrap_or(none);
    json!({
        "id": post.id,
        "external_id": post.metadata,
        "caption": post.content,
        "status": status(post),
        "media": post.media.iter().map(medium).collect::<Vec<_>>(),
        "platform_configurations": extra("platform_configurations", json!({})),
        "account_configurations": configurations(post),
        "social_accounts": accounts,
        // Never null: what has no time shows when it was made.
        "scheduled_at": time(post.scheduled_for.unwrap_or(post.created_at)),
        "created_at": time(post.created_at),
        "updated_at": time(post.created_at),
    })
}

/// All five keys of a medium, null where nothing was said.
fn medium(item: &Value) -> Value {
    let mut shown = json!({"url": null, "thumbnail_url": null, "thumbnail_timestamp_ms": null, "tags": null,
                           "skip_processing": null});
    if let (Some(shown), Some(item)) = (shown.as_object_mut(), item.as_object()) {
        shown.extend(item.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    shown
}

/// What was said of single accounts. Where only a text is known (the demo's own posts), it is shown as one.
fn configurations(post: &SimPost) -> Vec<Value> {
    if let Some(Value::Array(rows)) = post.extra.get("account_configurations") {
        return rows.clone();
    }
    let own = post.targets.iter().filter_map(|target| Some((target, target.content.as_ref()?)));
    own.map(
        |(target, text)| json!({"social_account_id": target.account, "configuration": {"caption": text, "media": []}}),
    )
    .collect()
}

/// What became of a post on each of its accounts.
pub(super) fn results(post: &SimPost) -> Vec<Value> {
    if status(post) != "processed" {
        return Vec::new();
    }
    let rows = post.targets.iter().map(|target| {
        let failed = target.error.as_ref().map(|error| match error.code.as_str() {
            "190" => format!("Failed to refresh {} token for account {}", platform(&target.network), target.account),
            "MEDIA_REQUIRED" => "No media files found".to_owned(),
            _ => format!("Failed to post to {}: {}", network::name(&target.network), error.message),
        });
        let trimmed = network::cut(&target.network, post.text_for(target)).len() < post.text_for(target).len();
        let out = target.error.is_none();
        json!({
            "id": target.row,
            "post_id": post.id,
            "social_account_id": target.account,
            "success": out,
            "error": failed,
            "details": {"trimmed": out && trimmed, "requests": [], "responses": []},
            "platform_data": out.then(|| json!({"id": target.platform_id, "url": target.url})),
            "media": [],
        })
    });
    rows.collect()
}
