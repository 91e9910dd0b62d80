//! How VoxBurst shows a post.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use super::accounts;
use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget};
use crate::demo::world::Site;

/// An instant in VoxBurst's way: UTC, whole seconds.
pub(super) fn time(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A post as reads and writes answer it.
pub(super) fn post(site: &Site, post: &SimPost, now: Instant) -> Value {
    let mut body = json!({
        "id": post.id,
        "workspaceId": super::WORKSPACE,
        "content": post.content,
        "contentType": if post.media.is_empty() { "TEXT" } else { "IMAGE" },
        "status": post.status.word(),
        "scheduledFor": post.scheduled_for.map(time),
        "publishedAt": post.published_at.map(time),
        "createdAt": time(post.created_at),
        "updatedAt": time(post.updated_at),
        "platforms": post.targets.iter().map(|row| target(site, row, now)).collect::<Vec<_>>(),
        "media": post.media,
        "platformOverrides": overrides(post),
        "platformMetadata": null,
        "firstComment": null,
        "firstCommentDelay": 0,
        "tags": [],
        "threadPosts": null,
        "metadata": post.metadata,
    });
    if let Some(map) = body.as_object_mut() {
        for (name, value) in &post.extra {
            map.insert(name.clone(), value.clone());
        }
    }
    body
}

/// Overrides by platform in capitals; all targets of a platform share one.
fn overrides(post: &SimPost) -> Value {
    let own: serde_json::Map<String, Value> = post
        .targets
        .iter()
        .filter_map(|target| {
            target.content.as_ref().map(|text| (target.network.to_uppercase(), json!({"content": text})))
        })
        .collect();
    if own.is_empty() { Value::Null } else { Value::Object(own) }
}

fn target(site: &Site, target: &SimTarget, now: Instant) -> Value {
    let channel = site.channel(&target.account);
    json!({
        "postPlatformId": target.row,
        "platform": target.network,
        "accountId": target.account,
        "accountName": channel.map(|channel| channel.display_name.as_ref().unwrap_or(&channel.username)),
        "accountAvatarUrl": null,
        "accountStatus": channel.map(|channel| accounts::status(channel, now)),
        "status": target.status.word(),
        "platformPostId": target.platform_id,
        "platformPostUrl": target.url,
        "publishedAt": target.published_at.map(time),
        "error": target.error.as_ref().map(|error| json!({"code": "PUBLISH_ERROR", "message": error.message})),
    })
}
