//! What travels to and from Late: its names, its tolerance, no meaning.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::provider::tolerant::{Ref, lenient};

/// A post. Text, platforms and status must have their form, or the post is not readable; the rest is optional.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    #[serde(rename = "_id", default)]
    pub key: Ref,
    #[serde(default)]
    pub id: Ref,
    pub content: Option<String>,
    pub status: Option<String>,
    pub platforms: Option<Vec<Target>>,
    #[serde(default, deserialize_with = "lenient")]
    pub title: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub scheduled_for: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub published_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub media_items: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    pub tags: Vec<String>,
    #[serde(default)]
    pub metadata: Value,
}

/// One platform entry of a post.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    pub platform: String,
    #[serde(default)]
    pub account_id: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub custom_content: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub scheduled_for: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub published_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub platform_post_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub error_message: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub error_category: Option<String>,
    #[serde(default)]
    pub error: Value,
    #[serde(default)]
    pub platform_error: Value,
    #[serde(default)]
    pub platform_specific_data: Value,
    #[serde(default, deserialize_with = "lenient")]
    pub custom_media: Vec<Value>,
}

/// A connected account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[serde(rename = "_id", default)]
    pub key: Ref,
    #[serde(default)]
    pub id: Ref,
    pub platform: String,
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub display_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub is_active: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    pub needs_reconnection: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    pub enabled: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    pub rate_limited_until: Option<String>,
}

/// One row of the health report.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HealthRow {
    #[serde(default)]
    pub account_id: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub can_post: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    pub token_expires_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub issues: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub disconnect_reason: Option<String>,
}

/// A queue of a profile.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Queue {
    #[serde(rename = "_id", default)]
    pub key: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub timezone: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub slots: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    pub active: Option<bool>,
    #[serde(default, deserialize_with = "lenient")]
    pub is_default: Option<bool>,
}

/// How a listing goes on; every host fills another part of it.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    #[serde(default, deserialize_with = "lenient")]
    pub page: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    pub total: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    pub pages: Option<u64>,
    #[serde(default, deserialize_with = "lenient")]
    pub next_cursor: Option<String>,
}

/// The body of a create, and of an update that sends the post whole.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPost<'a> {
    pub content: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<&'a str>,
    pub platforms: Vec<NewTarget<'a>>,
    pub media_items: Vec<NewMedia<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_now: Option<bool>,
    pub is_draft: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queued_from_profile: Option<&'a str>,
    /// `null` takes a post out of its queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_id: Option<Option<&'a str>>,
    pub tags: Vec<&'a str>,
    pub metadata: Reference,
}

/// Our mark on a post.
#[derive(Debug, Serialize)]
pub struct Reference {
    pub runsheet: String,
}

/// One platform entry of a new post.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTarget<'a> {
    pub platform: &'a str,
    pub account_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_content: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_media: Option<Vec<NewMedia<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform_specific_data: Option<Value>,
}

/// One attachment of a new post.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewMedia<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    pub url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub alt_text: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub filename: &'a str,
}

/// Publishing a post that is there.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PublishNow {
    pub is_draft: bool,
    pub publish_now: bool,
}

/// The body of the validation tool.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Validate<'a> {
    pub content: &'a str,
    pub platforms: Vec<NewTarget<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_items: Vec<NewMedia<'a>>,
}

/// What asks for an address to upload a file to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Presign<'a> {
    pub filename: &'a str,
    pub content_type: &'a str,
    pub size: u64,
}
