//! What travels to and from VoxBurst: its names, its tolerance, no meaning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::provider::tolerant::{Ref, lenient};

/// A post. Text, platforms and status must have their form, or the post is not readable; the rest is optional.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    #[serde(default)]
    pub id: Ref,
    pub content: Option<String>,
    pub status: Option<String>,
    pub platforms: Option<Vec<Row>>,
    #[serde(default, deserialize_with = "lenient")]
    pub content_type: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub scheduled_for: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub published_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub media: Vec<Value>,
    #[serde(default, deserialize_with = "lenient")]
    pub tags: Vec<String>,
    #[serde(default)]
    pub platform_overrides: Value,
    #[serde(default, deserialize_with = "lenient")]
    pub first_comment: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub first_comment_delay: Option<u32>,
    #[serde(default, deserialize_with = "lenient")]
    pub thread_posts: Vec<Value>,
    #[serde(default)]
    pub metadata: Value,
}

/// One platform of a post: a row, or in old answers only its name.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Row {
    Name(String),
    Full(Box<FullRow>),
}

/// One platform of a post, in full.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FullRow {
    pub platform: String,
    #[serde(default)]
    pub account_id: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub platform_post_url: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub published_at: Option<String>,
    #[serde(default)]
    pub error: Value,
}

/// A connected account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    #[serde(default)]
    pub id: Ref,
    pub platform: String,
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub display_name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub needs_org_scope_reauth: Option<bool>,
    #[serde(default)]
    pub scope_health: Value,
}

/// The body of a create, and of a change that sends every field it may.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewPost<'a> {
    pub content: &'a str,
    pub account_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduled_for: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub save_as_draft: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<&'static str>,
    pub media: Vec<&'a str>,
    pub platform_overrides: BTreeMap<String, Override<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<Option<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_comment_delay: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thread_posts: Option<Option<Vec<ThreadPost<'a>>>>,
    pub tags: &'a [String],
    pub metadata: Reference,
}

/// One part of a thread, counted from 1.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadPost<'a> {
    pub sequence: usize,
    pub content: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_ids: Vec<&'a str>,
}

/// A time, or the wish to have none.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Time {
    At(String),
    Cleared(()),
}

/// The text of one platform.
#[derive(Debug, Serialize)]
pub struct Override<'a> {
    pub content: &'a str,
}

/// Our mark on a post.
#[derive(Debug, Serialize)]
pub struct Reference {
    pub runsheet: String,
}

/// The body of a validation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Validate<'a> {
    pub content: &'a str,
    pub platforms: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media_ids: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<WebFile<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_comment: Option<&'a str>,
}

/// A file that VoxBurst does not have yet, in a validation.
#[derive(Debug, Serialize)]
pub struct WebFile<'a> {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: &'a str,
}

/// Asks VoxBurst to fetch a file from the web.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Register<'a> {
    pub url: &'a str,
    pub content_type: &'static str,
    pub filename: &'a str,
}

/// What asks for an address to upload a file to.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewFile<'a> {
    pub filename: &'a str,
    pub content_type: &'a str,
    pub size_bytes: u64,
}
