//! What Late calls the options of networks: `platformSpecificData` (contract, section 7). Pure.

use serde_json::{Value, json};

use crate::domain::carries::{Alt, Carries};
use crate::domain::channel::Network;
use crate::domain::media::Media;
use crate::domain::options::{Extras, FirstComment, Options};
use crate::domain::thread::{join, parts};
use crate::domain::write::{Submission, SubmissionTarget};
use crate::provider::options::Form::{Flag, List, Text, Words};
use crate::provider::options::{Field, field, read, write};
use crate::provider::tolerant::text;

pub(super) const CARRIES: Carries = Carries {
    options: &[
        "x.replies",
        "x.paid_partnership",
        "x.ai_generated",
        "instagram.kind",
        "instagram.collaborators",
        "instagram.share_to_feed",
        "facebook.kind",
        "linkedin.document_title",
        "linkedin.no_link_card",
        "tiktok.privacy",
        "tiktok.consent",
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
        "youtube.playlist",
        "youtube.notify",
        "youtube.synthetic",
        "pinterest.title",
        "pinterest.board",
        "pinterest.link",
        "threads.topic",
        "bluesky.languages",
        "google_business.call_to_action",
        "google_business.link",
        "telegram.silent",
        "telegram.no_link_card",
        "telegram.protected",
        "reddit.subreddit",
        "reddit.title",
        "reddit.link",
        "reddit.flair",
        "reddit.nsfw",
        "reddit.spoiler",
    ],
    never: &[],
    first_comment: &["instagram", "facebook", "linkedin", "youtube", "threads"],
    one_comment: false,
    comment_delay: 0,
    threads: &["x", "threads", "bluesky"],
    thread_parts: 0,
    thread_alone: false,
    one_kind: false,
    target_media: true,
    alt: Alt::Each,
};

const TABLE: &[Field] = &[
    field(
        "x.replies",
        &["replySettings"],
        Words(&[
            ("following", "following"),
            ("mentioned", "mentionedUsers"),
            ("subscribers", "subscribers"),
            ("verified", "verified"),
        ]),
    ),
    field("x.paid_partnership", &["paidPartnership"], Flag),
    field("x.ai_generated", &["madeWithAi"], Flag),
    // A post is what it is without a word; a single video is a reel there by itself.
    field("instagram.kind", &["contentType"], Words(&[("story", "story")])),
    field("instagram.collaborators", &["collaborators"], List),
    field("instagram.share_to_feed", &["shareToFeed"], Flag),
    field("facebook.kind", &["contentType"], Words(&[("story", "story"), ("reel", "reel")])),
    field("linkedin.document_title", &["documentTitle"], Text),
    field("linkedin.no_link_card", &["disableLinkPreview"], Flag),
    field(
        "tiktok.privacy",
        &["privacyLevel"],
        Words(&[
            ("public", "PUBLIC_TO_EVERYONE"),
            ("friends", "MUTUAL_FOLLOW_FRIENDS"),
            ("followers", "FOLLOWER_OF_CREATOR"),
            ("private", "SELF_ONLY"),
        ]),
    ),
    field("tiktok.consent", &["contentPreviewConfirmed"], Flag),
    field("tiktok.consent", &["expressConsentGiven"], Flag),
    field("tiktok.comments", &["allowComment"], Flag),
    field("tiktok.duet", &["allowDuet"], Flag),
    field("tiktok.stitch", &["allowStitch"], Flag),
    field(
        "tiktok.commercial",
        &["commercialContentType"],
        Words(&[("none", "none"), ("own_brand", "brand_organic"), ("branded", "brand_content")]),
    ),
    field("tiktok.ai_generated", &["videoMadeWithAi"], Flag),
    field("tiktok.auto_music", &["autoAddMusic"], Flag),
    field("youtube.title", &["title"], Text),
    field(
        "youtube.privacy",
        &["visibility"],
        Words(&[("public", "public"), ("unlisted", "unlisted"), ("private", "private")]),
    ),
    field("youtube.made_for_kids", &["madeForKids"], Flag),
    field("youtube.category", &["categoryId"], Text),
    field("youtube.playlist", &["playlistId"], Text),
    field("youtube.notify", &["notifySubscribers"], Flag),
    field("youtube.synthetic", &["containsSyntheticMedia"], Flag),
    field("pinterest.title", &["title"], Text),
    field("pinterest.board", &["boardId"], Text),
    field("pinterest.link", &["link"], Text),
    field("threads.topic", &["topic_tag"], Text),
    field("bluesky.languages", &["langs"], List),
    field(
        "google_business.call_to_action",
        &["callToAction", "type"],
        Words(&[
            ("learn_more", "LEARN_MORE"),
            ("book", "BOOK"),
            ("order", "ORDER"),
            ("shop", "SHOP"),
            ("sign_up", "SIGN_UP"),
            ("call", "CALL"),
        ]),
    ),
    field("google_business.link", &["callToAction", "url"], Text),
    field("telegram.silent", &["disableNotification"], Flag),
    field("telegram.no_link_card", &["disableWebPagePreview"], Flag),
    field("telegram.protected", &["protectContent"], Flag),
    field("reddit.subreddit", &["subreddit"], Text),
    field("reddit.title", &["title"], Text),
    field("reddit.link", &["url"], Text),
    field("reddit.flair", &["flairId"], Text),
    field("reddit.nsfw", &["nsfw"], Flag),
    field("reddit.spoiler", &["spoiler"], Flag),
];

/// The networks whose title is an option there; a title at the root is only kept for reference.
const TITLED: &[&str] = &["youtube", "pinterest", "reddit"];

/// What TikTok wants said of every post; off where nobody said yes.
const TIKTOK_SAYS: &[&str] = &["allowComment", "allowDuet", "allowStitch"];

/// Our word for their word of an option that is a choice.
pub(super) fn ours(option: &str, theirs: &str) -> Option<String> {
    let Words(words) = TABLE.iter().find(|field| field.option == option)?.form else { return None };
    words.iter().find(|(_, word)| word.eq_ignore_ascii_case(theirs)).map(|(ours, _)| (*ours).to_owned())
}

/// Everything that goes to one channel beside text, time and media; `media` writes attachments.
pub(super) fn specific(
    submission: &Submission,
    target: &SubmissionTarget,
    media: impl Fn(&Media) -> Value,
) -> Option<Value> {
    let network = target.network.key();
    let mut fields = write(TABLE, &target.extras.options);
    if network == "tiktok" && !fields.is_empty() {
        for name in TIKTOK_SAYS {
            fields.entry((*name).to_owned()).or_insert(Value::Bool(false));
        }
    }
    // A button without a kind has nothing to lead from.
    if fields.get("callToAction").is_some_and(|button| button.get("type").is_none()) {
        fields.remove("callToAction");
    }
    if let Some(title) = submission.title_for(target).filter(|_| TITLED.contains(&network)) {
        fields.insert("title".into(), title.into());
    }
    if let Some(comment) = target.extras.first_comment.as_ref().filter(|comment| !comment.is_blank()) {
        fields.insert("firstComment".into(), comment.text.as_str().into());
    }
    let parts = parts(submission.text_for(target));
    if parts.len() > 1 {
        let attached = target.extras.media.as_deref().unwrap_or(&submission.media);
        let item = |(at, part): (usize, &&str)| {
            let attached: Vec<Value> = if at == 0 { attached.iter().map(&media).collect() } else { Vec::new() };
            json!({"content": part, "mediaItems": attached})
        };
        fields.insert("threadItems".into(), parts.iter().enumerate().map(item).collect());
    }
    (!fields.is_empty()).then_some(Value::Object(fields))
}

/// The tags of a post there: ours, and YouTube's, which have no other place.
pub(super) fn tags(submission: &Submission) -> Vec<&str> {
    let own = submission.targets.iter().flat_map(|target| target.extras.options.list("youtube.tags"));
    let mut tags: Vec<&str> = submission.tags.iter().map(String::as_str).collect();
    for tag in own {
        if !tags.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    tags
}

/// What one channel of a post shows beside text, time and media; its title is none of its own where the post has it.
pub(super) fn shown(network: &Network, data: &Value, title: Option<&str>) -> Extras {
    let mut options: Options = read(TABLE, network, data);
    let own_title = format!("{}.title", network.key());
    if title.is_some() && options.text(&own_title) == title {
        options.unset(&own_title);
    }
    let comment = text(data, &["firstComment"]).filter(|text| !text.trim().is_empty());
    let first_comment = comment.map(|text| FirstComment { text: text.to_owned(), delay: 0 });
    Extras { options, first_comment, media: None }
}

/// The text of a thread, its parts cut as ours are.
pub(super) fn thread(data: &Value) -> Option<String> {
    let items = data.get("threadItems").and_then(Value::as_array).filter(|items| !items.is_empty())?;
    let parts: Vec<&str> = items.iter().filter_map(|item| text(item, &["content"])).collect();
    Some(join(&parts))
}
