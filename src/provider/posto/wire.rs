//! What travels to and from a site with FS Poster: its names, its tolerance, no meaning.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::provider::tolerant::{Ref, lenient};

/// A row of the list of schedules: one channel of a group. Group, channel and status must have their form, or the row
/// is not readable; the rest is optional.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub id: Ref,
    pub group_id: Ref,
    pub channel: RowChannel,
    pub status: String,
    #[serde(default, deserialize_with = "lenient")]
    pub wp_post: Origin,
    #[serde(default, deserialize_with = "lenient")]
    pub error_msg: Option<String>,
    #[serde(default)]
    pub send_time: Seconds,
    #[serde(default, deserialize_with = "lenient")]
    pub remote_post_link: Option<String>,
    #[serde(default)]
    pub customization_data: Fields,
    #[serde(default, deserialize_with = "lenient")]
    pub posting_data: Sending,
    /// Of a failure, all of it, for the record.
    #[serde(skip)]
    pub part: Option<Box<str>>,
}

/// The channel of a row.
#[derive(Clone, Debug, Deserialize)]
pub struct RowChannel {
    pub id: Ref,
    pub social_network: String,
}

/// The WordPress post behind a group; hidden where the composer made it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Origin {
    #[serde(default)]
    pub id: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub post_type: Option<String>,
}

/// What the network will be given.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sending {
    #[serde(default, deserialize_with = "lenient")]
    pub content: Option<String>,
    #[serde(default, rename = "mediaList", deserialize_with = "lenient")]
    pub media: Vec<Value>,
}

/// Unix seconds, as a number or as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seconds(pub Option<i64>);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(from)?;
        Ok(Self(value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())))
    }
}

/// A map, which PHP writes as `[]` while it is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Value::deserialize(from)? {
            Value::Object(fields) => Self(fields),
            _ => Self::default(),
        })
    }
}

/// An entry of the calendar: what one group has in one status.
#[derive(Clone, Debug, Deserialize)]
pub struct CalendarEntry {
    pub schedule_group_id: Ref,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<String>,
    /// The channels of those rows.
    #[serde(default, deserialize_with = "lenient")]
    pub channels: Vec<Value>,
    /// Above zero where a planner will make the post: nothing is there yet.
    #[serde(default)]
    pub planner_id: Ref,
}

/// A channel. What it holds of sessions and proxies is never read: it can be credentials.
#[derive(Clone, Debug, Deserialize)]
pub struct Channel {
    pub id: Ref,
    pub social_network: String,
    #[serde(default, deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub channel_type: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    pub status: Option<bool>,
}

/// The body of a create, and of an edit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compose {
    /// Of an edit: the group that is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_group_id: Option<String>,
    /// Of an edit: the WordPress post behind it; filled in as it leaves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wp_post_id: Option<u64>,
    /// One entry per channel; of an edit that only publishes, filled in as it leaves.
    pub schedules: Vec<Entry>,
    /// Unix seconds; `null`, always said, means at once.
    pub share_at: Option<i64>,
}

/// One channel of a group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub channel_id: u64,
    pub custom_post_data: Map<String, Value>,
}

/// A frozen retry or delete: which group it is about. The ids of its rows are filled in as it leaves.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct About {
    pub schedule_group_id: String,
}

/// The body of a retry.
#[derive(Debug, Serialize)]
pub struct Again {
    pub ids: Vec<u64>,
}

/// The body of a delete. Always by ids: what "all" and filters take along is wider than it looks (contract, section 8).
#[derive(Debug, Serialize)]
pub struct Delete {
    pub include_all: bool,
    pub include_ids: Vec<u64>,
    pub exclude_ids: [u64; 0],
    pub filters: Map<String, Value>,
}

impl Delete {
    /// Deletes these rows.
    pub fn rows(include_ids: Vec<u64>) -> Self {
        Self { include_all: false, include_ids, exclude_ids: [], filters: Map::new() }
    }
}
