//! What travels to and from Post for Me: its names, its tolerance, no meaning.
//!
//! Accounts come with live tokens of the networks: no type here has a field for them, and the client empties them
//! before an answer is read (contract, section 1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::provider::tolerant::{Ref, lenient};

/// A post. Caption, accounts and status must have their form, or the post is not readable; the rest is optional.
#[derive(Debug, Deserialize)]
pub struct Post {
    #[serde(default)]
    pub id: Ref,
    pub caption: Option<String>,
    pub status: Option<String>,
    pub social_accounts: Option<Vec<PostAccount>>,
    #[serde(default, deserialize_with = "lenient")]
    pub external_id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub scheduled_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub created_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub updated_at: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub media: Vec<Value>,
    #[serde(default)]
    pub platform_configurations: Value,
    #[serde(default, deserialize_with = "lenient")]
    pub account_configurations: Vec<Value>,
}

/// An account inside a post: less of it than in the list of accounts.
#[derive(Debug, Deserialize)]
pub struct PostAccount {
    #[serde(default)]
    pub id: Ref,
    pub platform: String,
}

/// A connected account.
#[derive(Debug, Deserialize)]
pub struct Account {
    #[serde(default)]
    pub id: Ref,
    pub platform: String,
    #[serde(default, deserialize_with = "lenient")]
    pub username: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub refresh_token_expires_at: Option<String>,
    #[serde(default)]
    pub metadata: Value,
}

/// What became of a post on one account. `details` are dumps of other requests and are not read but for one flag.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    #[serde(default)]
    pub post_id: Ref,
    #[serde(default)]
    pub social_account_id: Ref,
    pub success: bool,
    #[serde(default)]
    pub error: Value,
    #[serde(default)]
    pub platform_data: Value,
    #[serde(default)]
    pub details: Value,
    /// Of a failure, all of it but for those dumps, for the record.
    #[serde(skip)]
    pub part: Option<Box<str>>,
}

/// The body of a new post, and of one that replaces it whole: what is left out would be lost, and a time left out
/// would publish, so everything is said.
#[derive(Debug, Serialize)]
pub struct NewPost<'a> {
    pub caption: &'a str,
    pub social_accounts: Vec<&'a str>,
    pub scheduled_at: Option<String>,
    #[serde(rename = "isDraft")]
    pub is_draft: bool,
    pub external_id: String,
    pub media: Vec<Value>,
    pub platform_configurations: BTreeMap<String, Value>,
    pub account_configurations: Vec<AccountConfiguration>,
}

/// What one account of a post says or does differently.
#[derive(Debug, Serialize)]
pub struct AccountConfiguration {
    pub social_account_id: String,
    pub configuration: serde_json::Map<String, Value>,
}

/// The body that asks for a preview.
#[derive(Debug, Serialize)]
pub struct Preview<'a> {
    pub caption: &'a str,
    pub preview_social_accounts: Vec<PreviewAccount<'a>>,
    pub media: Vec<Value>,
    pub platform_configurations: BTreeMap<String, Value>,
    pub account_configurations: Vec<AccountConfiguration>,
}

/// An account in a preview.
#[derive(Debug, Serialize)]
pub struct PreviewAccount<'a> {
    pub id: &'a str,
    pub platform: &'a str,
}

/// The body that asks for a link at which a person connects an account (contract, section 3).
#[derive(Debug, Serialize)]
pub struct AuthUrl<'a> {
    pub platform: &'a str,
    pub permissions: &'a [&'a str],
}
