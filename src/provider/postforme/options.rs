//! What Post for Me calls the options of networks: fields of a configuration (contract, section 6). Pure.

use serde_json::{Map, Value};

use crate::domain::carries::{Alt, Carries};
use crate::domain::channel::Network;
use crate::domain::options::{Options, Value as Set};
use crate::provider::options::Form::{Flag, List, Only, Text, Words};
use crate::provider::options::{Field, field, read, write};

pub(super) const CARRIES: Carries = Carries {
    options: &[
        "x.replies",
        "instagram.kind",
        "instagram.collaborators",
        "instagram.share_to_feed",
        "facebook.kind",
        "pinterest.title",
        "pinterest.board",
        "pinterest.link",
        "tiktok.privacy",
        "tiktok.comments",
        "tiktok.duet",
        "tiktok.stitch",
        "tiktok.commercial",
        "tiktok.ai_generated",
        "tiktok.auto_music",
        "youtube.title",
        "youtube.privacy",
        "youtube.made_for_kids",
        "youtube.tags",
        "youtube.category",
        "youtube.synthetic",
    ],
    never: &[("tiktok.privacy", "friends"), ("tiktok.privacy", "followers")],
    first_comment: &[],
    one_comment: false,
    comment_delay: 0,
    threads: &[],
    thread_parts: 0,
    thread_alone: false,
    one_kind: false,
    target_media: false,
    alt: Alt::None,
};

const PLACEMENTS: &[(&str, &str)] = &[("feed", "timeline"), ("reel", "reels"), ("story", "stories")];

const TABLE: &[Field] = &[
    field(
        "x.replies",
        &["reply_settings"],
        Words(&[
            ("following", "following"),
            ("mentioned", "mentionedUsers"),
            ("subscribers", "subscribers"),
            ("verified", "verified"),
        ]),
    ),
    field("instagram.kind", &["placement"], Words(PLACEMENTS)),
    field("instagram.collaborators", &["collaborators"], List),
    field("instagram.share_to_feed", &["share_to_feed"], Flag),
    field("facebook.kind", &["placement"], Words(PLACEMENTS)),
    field("pinterest.title", &["title"], Text),
    field("pinterest.board", &["board_ids"], Only),
    field("pinterest.link", &["link"], Text),
    field("tiktok.privacy", &["privacy_status"], Words(&[("public", "public"), ("private", "private")])),
    field("tiktok.comments", &["allow_comment"], Flag),
    field("tiktok.duet", &["allow_duet"], Flag),
    field("tiktok.stitch", &["allow_stitch"], Flag),
    field("tiktok.ai_generated", &["is_ai_generated"], Flag),
    field("tiktok.auto_music", &["auto_add_music"], Flag),
    field("youtube.title", &["title"], Text),
    field(
        "youtube.privacy",
        &["privacy_status"],
        Words(&[("public", "public"), ("unlisted", "unlisted"), ("private", "private")]),
    ),
    field("youtube.made_for_kids", &["made_for_kids"], Flag),
    field("youtube.tags", &["tags"], List),
    field("youtube.category", &["category_id"], Text),
    field("youtube.synthetic", &["contains_synthetic_media"], Flag),
];

/// On by themselves there; off here, where nobody said yes.
const TIKTOK_SAYS: &[&str] = &["allow_comment", "allow_duet", "allow_stitch"];
/// The two sides of what TikTok calls commercial content: of the author's own brand, and of another.
const BRANDS: [&str; 2] = ["disclose_your_brand", "disclose_branded_content"];

/// The fields of a configuration that `options` of `network` set.
pub(super) fn configured(network: &Network, options: &Options) -> Map<String, Value> {
    let mut fields = write(TABLE, options);
    if network.key() != "tiktok" || options.is_empty() {
        return fields;
    }
    for name in TIKTOK_SAYS {
        fields.entry((*name).to_owned()).or_insert(Value::Bool(false));
    }
    if let Some(said) = options.text("tiktok.commercial") {
        for (name, word) in BRANDS.into_iter().zip(["own_brand", "branded"]) {
            fields.insert(name.to_owned(), Value::Bool(said == word));
        }
    }
    fields
}

/// The options of `network` that a configuration shows.
pub(super) fn shown(network: &Network, settings: &Value) -> Options {
    let mut options = read(TABLE, network, settings);
    if network.key() == "tiktok" {
        let says = |name: &str| settings.get(name).and_then(Value::as_bool);
        let said = match BRANDS.map(says) {
            [_, Some(true)] => Some("branded"),
            [Some(true), _] => Some("own_brand"),
            [Some(false), Some(false)] => Some("none"),
            _ => None,
        };
        said.into_iter().for_each(|word| options.set("tiktok.commercial", Set::Text(word.to_owned())));
    }
    options
}

/// Whether `name` is a field that our options of `network` fill.
pub(super) fn is_ours(network: &Network, name: &str) -> bool {
    let prefix = format!("{}.", network.key());
    let listed = TABLE.iter().any(|field| field.option.starts_with(&prefix) && field.at == [name]);
    listed || (network.key() == "tiktok" && BRANDS.contains(&name))
}
