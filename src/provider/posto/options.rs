//! What FS Poster calls the options of networks: keys of a channel's content (contract, section 5.1). Pure.

use serde_json::{Map, Value, json};

use super::text::{guarded, typed};
use crate::domain::carries::{Alt, Carries};
use crate::domain::channel::Network;
use crate::domain::options::{Extras, FirstComment, Value as Set};
use crate::domain::write::{Submission, SubmissionTarget};
use crate::provider::options::Form::{Flag, Not, Words};
use crate::provider::options::{Field, field, read, write};
use crate::provider::tolerant::text;

pub(super) const CARRIES: Carries = Carries {
    options: &[
        "tiktok.privacy",
        "tiktok.comments",
        "tiktok.duet",
        "tiktok.stitch",
        "tiktok.auto_music",
        "pinterest.title",
        "pinterest.link",
        "reddit.title",
        "reddit.link",
        "telegram.silent",
    ],
    never: &[],
    // The key is read for every channel; these are the networks that take comments at all.
    first_comment: &["x", "facebook", "instagram", "linkedin", "youtube"],
    one_comment: false,
    comment_delay: 0,
    threads: &[],
    thread_parts: 0,
    thread_alone: false,
    one_kind: false,
    target_media: true,
    alt: Alt::First,
};

const TABLE: &[Field] = &[
    // The contract names the key and not its words: those are TikTok's own.
    field(
        "tiktok.privacy",
        &["privacy_level"],
        Words(&[
            ("public", "PUBLIC_TO_EVERYONE"),
            ("friends", "MUTUAL_FOLLOW_FRIENDS"),
            ("followers", "FOLLOWER_OF_CREATOR"),
            ("private", "SELF_ONLY"),
        ]),
    ),
    field("tiktok.comments", &["disable_comment"], Not),
    field("tiktok.duet", &["disable_duet"], Not),
    field("tiktok.stitch", &["disable_stitch"], Not),
    field("tiktok.auto_music", &["auto_add_music_to_photo"], Flag),
    field("telegram.silent", &["silent_notifications"], Flag),
];

/// The networks that take a title beside the text.
const TITLED: &[&str] = &["pinterest", "reddit", "tumblr", "medium", "blogger", "wordpress"];
/// What nobody said yes to stays off.
const TIKTOK_SAYS: &[&str] = &["disable_comment", "disable_duet", "disable_stitch"];

/// What goes to one channel beside its text and its media. An edit keeps what it does not name; a first comment that was
/// taken away is named, without words.
pub(super) fn fields(submission: &Submission, target: &SubmissionTarget) -> Map<String, Value> {
    let (network, options) = (target.network.key(), &target.extras.options);
    let mut fields = write(TABLE, options);
    if network == "tiktok" && !fields.is_empty() {
        for name in TIKTOK_SAYS {
            fields.entry((*name).to_owned()).or_insert(Value::Bool(true));
        }
    }
    if let Some(title) = submission.title_for(target).filter(|_| TITLED.contains(&network)) {
        fields.insert("post_title".into(), json!(guarded(title)));
    }
    // Without a link of its own the site would attach that of its hidden post.
    let link = options.text(&format!("{network}.link"));
    fields.insert("attach_link".into(), json!(link.is_some()));
    fields.extend(link.map(|link| ("custom_link".to_owned(), json!(link))));
    if let Some(comment) = &target.extras.first_comment {
        fields.insert("first_comment".into(), json!(guarded(&comment.text)));
    }
    fields
}

/// What a row of the composer's shows beside its text and its media.
pub(super) fn shown(network: &Network, content: &Map<String, Value>) -> Extras {
    let content = Value::Object(content.clone());
    let mut options = read(TABLE, network, &content);
    for (name, field) in [("title", "post_title"), ("link", "custom_link")] {
        let key = format!("{}.{name}", network.key());
        if let Some(value) = text(&content, &[field]).filter(|_| CARRIES.option(&key)) {
            options.set(&key, Set::Text(typed(value)));
        }
    }
    let comment = text(&content, &["first_comment"]).filter(|text| !text.trim().is_empty());
    let first_comment = comment.map(|text| FirstComment { text: typed(text), delay: 0 });
    Extras { options, first_comment, media: None }
}
