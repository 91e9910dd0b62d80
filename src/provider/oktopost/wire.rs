//! What Oktopost sends, as far as it is read. Unknown fields are ignored; maps may come as `[]` when they are empty,
//! numbers as digit strings, and lists of ids as one text with commas (contract, section 2).

use serde::Deserialize;
use serde_json::Value;

use crate::provider::tolerant::{Ref, lenient};

/// A post: one message at one time on profiles of one network. It has no text of its own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Post {
    pub id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub created: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub modified: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    pub message_id: Ref,
    pub campaign_id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub network: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub start_date_time: Option<String>,
    /// Everywhere but in the calendar: a text with commas, or an array.
    pub credentials: Value,
    /// In the calendar: an array.
    pub credential_ids: Value,
    pub first_comment: Value,
}

/// A message: content for one network, without a time.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Message {
    pub id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub network: Option<String>,
    pub campaign_id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub message: Option<String>,
    #[serde(rename = "Type", deserialize_with = "lenient")]
    pub kind: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub link_url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub link_title: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub description: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub image_url: Option<String>,
    /// Everywhere but in the calendar: objects.
    pub media: Value,
    /// In the calendar: ids.
    pub media_ids: Value,
}

/// What became of a post on one profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Log {
    pub credential_id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub created: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub remote_url: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub error: Option<String>,
    /// Of a failure, all of it, for the record.
    #[serde(skip)]
    pub part: Option<Box<str>>,
}

/// A social profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Profile {
    pub id: Ref,
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub display_name: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub status: Option<String>,
    pub network: String,
    #[serde(deserialize_with = "lenient")]
    pub network_username: Option<String>,
}

/// A form body: `a=1&b=2`, everything percent-encoded.
pub fn form(fields: &[(&str, String)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields.iter().map(|(name, value)| (*name, value.as_str())));
    form.finish()
}

/// The entries of a map by id, or of a list; `[]` is an empty map.
pub fn entries(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(map) => map.values().cloned().collect(),
        Value::Array(list) => list.clone(),
        _ => Vec::new(),
    }
}

/// Ids in a text with commas or in an array; `None` where it is neither.
pub fn ids(value: &Value) -> Option<Vec<String>> {
    let ids: Vec<String> = match value {
        Value::Null => Vec::new(),
        Value::String(text) => text.split(',').map(|id| id.trim().to_owned()).collect(),
        Value::Array(list) => {
            list.iter().map(|id| id.as_str().map(|id| id.trim().to_owned())).collect::<Option<_>>()?
        }
        _ => return None,
    };
    Some(ids.into_iter().filter(|id| !id.is_empty()).collect())
}

/// A counter: a number or a digit string.
pub fn count(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Whether `Result` says no: a boolean, or what PHP makes of one.
pub fn says_no(body: &Value) -> bool {
    match body.get("Result") {
        Some(Value::Bool(result)) => !result,
        Some(Value::String(word)) => matches!(word.trim().to_lowercase().as_str(), "false" | "0" | ""),
        Some(Value::Number(number)) => number.as_i64() == Some(0),
        _ => false,
    }
}
