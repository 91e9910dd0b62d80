//! How Late shows a post.

use chrono::SecondsFormat;
use serde_json::{Value, json};

use crate::clock::Instant;
use crate::demo::records::{SimPost, SimTarget};
use crate::demo::world::Site;

/// An instant in Late's way: UTC with milliseconds.
pub(super) fn time(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A post as reads and writes answer it.
pub(super) fn post(site: &Site, post: &SimPost) -> Value {
    let mut body = json!({
        "_id": post.id,
        "userId": super::USER,
        "title": "",
        "content": post.content,
        "mediaItems": post.media,
        "platforms": post.targets.iter().map(|row| target(site, row)).collect::<Vec<_>>(),
        "timezone": "UTC",
        "status": post.status.word(),
        "tags": [],
        "hashtags": [],
        "mentions": [],
        "createdAt": time(post.created_at),
        "updatedAt": time(post.updated_at),
    });
    if let Some(map) = body.as_object_mut() {
        for (name, value) in &post.extra {
            map.insert(name.clone(), value.clone());
        }
        if let Some(metadata) = &post.metadata {
            map.insert("metadata".to_owned(), metadata.clone());
        }
        if let Some(at) = post.scheduled_for {
            map.insert("scheduledFor".to_owned(), json!(time(at)));
        }
        if let Some(at) = post.published_at {
            map.insert("publishedAt".to_owned(), json!(time(at)));
        }
    }
    body
}

fn target(site: &Site, target: &SimTarget) -> Value {
    let account = match site.channel(&target.account) {
        Some(channel) => json!({"_id": channel.id, "platform": channel.network, "username": channel.username,
                                "displayName": channel.display_name,
                                "isActive": !site.refuses(&channel.id)}),
        // What is left of an account that was deleted.
        None => json!(target.account),
    };
    let mut body = json!({"platform": target.network, "accountId": account, "status": target.status.word()});
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body[name] = value;
        }
    };
    put("customContent", target.content.as_ref().map(|text| json!(text)));
    put("customMedia", target.media.as_ref().map(|media| json!(media)));
    put("platformSpecificData", target.options.clone());
    put("scheduledFor", target.scheduled_for.map(|at| json!(time(at))));
    put("publishedAt", target.published_at.map(|at| json!(time(at))));
    put("platformPostId", target.platform_id.as_ref().map(|id| json!(id)));
    put("platformPostUrl", target.url.as_ref().map(|url| json!(url)));
    put("publishAttempts", (target.attempts > 0).then(|| json!(target.attempts)));
    if let Some(error) = &target.error {
        put("errorMessage", Some(json!(error.message)));
        put("errorCategory", Some(json!(error.category)));
        put("errorSource", Some(json!(error.source)));
        put("platformError", Some(json!({"code": error.code, "message": error.message})));
    }
    body
}
