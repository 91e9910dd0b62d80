//! What `platformSpecificData` may hold, network by network (contract, section 7). The service ignores what it does
//! not know; this simulator refuses it, so that a misspelling is found.

use serde_json::{Map, Value};

use super::accounts::PRIVACY;
use super::{invalid, missing};
use crate::demo::network;
use crate::demo::records::SimTarget;
use crate::demo::wire::{self, Answer, Field, Kind};

const THREAD: Field = ("threadItems", Kind::List, false);
const COMMENT: Field = ("firstComment", Kind::Text, false);
const CONTENT_TYPE: Field = ("contentType", Kind::Text, false);
const TITLE: Field = ("title", Kind::Text, false);

fn fields(platform: &str) -> &'static [Field] {
    match platform {
        "twitter" => &[
            THREAD,
            ("replyToTweetId", Kind::Text, false),
            ("quoteTweetId", Kind::Text, false),
            ("replySettings", Kind::Text, false),
            ("poll", Kind::Object, false),
            ("longVideo", Kind::Flag, false),
            ("paidPartnership", Kind::Flag, false),
            ("madeWithAi", Kind::Flag, false),
        ],
        "instagram" => &[
            CONTENT_TYPE,
            COMMENT,
            ("collaborators", Kind::Texts, false),
            ("shareToFeed", Kind::Flag, false),
            ("userTags", Kind::List, false),
            ("thumbOffset", Kind::Number, false),
            ("locationId", Kind::Text, false),
        ],
        "facebook" => &[CONTENT_TYPE, COMMENT, ("pageId", Kind::Text, false), TITLE],
        "linkedin" => &[
            COMMENT,
            ("documentTitle", Kind::Text, false),
            ("organizationUrn", Kind::Text, false),
            ("disableLinkPreview", Kind::Flag, false),
            ("reshareUrl", Kind::Text, false),
        ],
        "tiktok" => &[
            ("privacyLevel", Kind::Text, false),
            ("allowComment", Kind::Flag, false),
            ("allowDuet", Kind::Flag, false),
            ("allowStitch", Kind::Flag, false),
            ("contentPreviewConfirmed", Kind::Flag, false),
            ("expressConsentGiven", Kind::Flag, false),
            ("draft", Kind::Flag, false),
            ("commercialContentType", Kind::Text, false),
            ("videoMadeWithAi", Kind::Flag, false),
            ("autoAddMusic", Kind::Flag, false),
            ("description", Kind::Text, false),
        ],
        "youtube" => &[
            TITLE,
            COMMENT,
            ("visibility", Kind::Text, false),
            ("madeForKids", Kind::Flag, false),
            ("categoryId", Kind::Text, false),
            ("playlistId", Kind::Text, false),
            ("notifySubscribers", Kind::Flag, false),
            ("containsSyntheticMedia", Kind::Flag, false),
        ],
        "pinterest" => &[
            TITLE,
            ("boardId", Kind::Text, false),
            ("boardSectionId", Kind::Text, false),
            ("link", Kind::Text, false),
            ("coverImageUrl", Kind::Text, false),
        ],
        "threads" => &[THREAD, COMMENT, ("topic_tag", Kind::Text, false)],
        "bluesky" => &[THREAD, ("langs", Kind::Texts, false)],
        "googlebusiness" => &[
            ("topicType", Kind::Text, false),
            ("callToAction", Kind::Object, false),
            ("languageCode", Kind::Text, false),
            ("locationId", Kind::Text, false),
        ],
        "telegram" => &[
            ("parseMode", Kind::Text, false),
            ("disableWebPagePreview", Kind::Flag, false),
            ("disableNotification", Kind::Flag, false),
            ("protectContent", Kind::Flag, false),
        ],
        "reddit" => &[
            ("subreddit", Kind::Text, false),
            TITLE,
            ("url", Kind::Text, false),
            ("forceSelf", Kind::Flag, false),
            ("flairId", Kind::Text, false),
            ("nsfw", Kind::Flag, false),
            ("spoiler", Kind::Flag, false),
        ],
        _ => &[],
    }
}

/// The words a field takes, where it takes only certain ones.
fn words(platform: &str, field: &str) -> Option<&'static [&'static str]> {
    Some(match (platform, field) {
        ("twitter", "replySettings") => &["following", "mentionedUsers", "subscribers", "verified"],
        ("instagram", "contentType") => &["story"],
        ("facebook", "contentType") => &["story", "reel"],
        ("tiktok", "privacyLevel") => {
            &["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
        }
        ("tiktok", "commercialContentType") => &["none", "brand_organic", "brand_content"],
        ("youtube", "visibility") => &["public", "unlisted", "private"],
        ("googlebusiness", "topicType") => &["STANDARD", "EVENT", "OFFER"],
        _ => return None,
    })
}

/// The most of a field: characters of a text, entries of a list.
fn most(platform: &str, field: &str) -> Option<usize> {
    Some(match (platform, field) {
        ("youtube" | "pinterest", "title") => 100,
        ("reddit", "title") => 300,
        ("threads", "firstComment") => 500,
        ("threads", "topic_tag") => 50,
        ("instagram" | "bluesky", "collaborators" | "langs") => 3,
        _ => return None,
    })
}

/// Refuses data that the network's row of the contract does not have.
pub(super) fn check(platform: &str, data: &Map<String, Value>, at: &str) -> Result<(), Answer> {
    let at = format!("{at}.platformSpecificData");
    wire::check(data, fields(platform), &at)?;
    for (name, value) in data {
        let here = format!("{at}.{name}");
        if let (Some(word), Some(known)) = (value.as_str(), words(platform, name))
            && !known.contains(&word)
        {
            return Err(invalid(&here, &format!("{here} must be one of {}", known.join(", "))));
        }
        let long = value.as_str().map(|text| text.chars().count()).or_else(|| value.as_array().map(Vec::len));
        if let (Some(long), Some(most)) = (long, most(platform, name))
            && long > most
        {
            return Err(invalid(&here, &format!("{here} can have {most} at most")));
        }
    }
    if let Some(Value::Array(parts)) = data.get("threadItems") {
        thread(platform, parts, &at)?;
    }
    match data.get("callToAction").and_then(Value::as_object) {
        Some(button) => self::button(button, &at),
        None => Ok(()),
    }
}

fn thread(platform: &str, parts: &[Value], at: &str) -> Result<(), Answer> {
    for (place, part) in parts.iter().enumerate() {
        let here = format!("{at}.threadItems[{place}]");
        let Some(map) = part.as_object() else { return Err(invalid(&here, &format!("{here} must be an object"))) };
        wire::check(map, &[("content", Kind::Text, false), ("mediaItems", Kind::List, false)], &here)?;
        let text = wire::text(map, "content").unwrap_or_default();
        if text.is_empty() {
            return Err(missing(&format!("{here}.content"), "A part of a thread needs content"));
        }
        if network::length(platform, text) > network::limit(platform) {
            let words = format!("{here}.content is too long for {}", network::name(platform));
            return Err(invalid(&format!("{here}.content"), &words));
        }
    }
    Ok(())
}

fn button(button: &Map<String, Value>, at: &str) -> Result<(), Answer> {
    const KINDS: &[&str] = &["LEARN_MORE", "BOOK", "ORDER", "SHOP", "SIGN_UP", "CALL"];
    let here = format!("{at}.callToAction");
    wire::check(button, &[("type", Kind::Text, false), ("url", Kind::Text, false)], &here)?;
    let kind = wire::text(button, "type").ok_or_else(|| missing(&format!("{here}.type"), "type is required"))?;
    if !KINDS.contains(&kind) {
        return Err(invalid(&format!("{here}.type"), &format!("{kind} is no call to action")));
    }
    if kind != "CALL" && wire::text(button, "url").is_none() {
        return Err(missing(&format!("{here}.url"), "url is required"));
    }
    Ok(())
}

/// What TikTok wants of a post that goes out: a privacy level that someone chose, and two confirmations.
pub(super) fn consent(target: &SimTarget, place: usize) -> Result<(), Answer> {
    if target.network != "tiktok" {
        return Ok(());
    }
    let none = Map::new();
    let data = target.options.as_ref().and_then(Value::as_object).unwrap_or(&none);
    let at = format!("platforms[{place}].platformSpecificData");
    let draft = wire::flag(data, "draft");
    for name in ["contentPreviewConfirmed", "expressConsentGiven"] {
        if !wire::flag(data, name) {
            return Err(invalid(&format!("{at}.{name}"), &format!("{name} must be true")));
        }
    }
    for name in ["privacyLevel", "allowComment"] {
        if !draft && !data.contains_key(name) {
            return Err(missing(&format!("{at}.{name}"), &format!("{name} is required for TikTok")));
        }
    }
    // A level that creator-info does not name is none of this account's.
    if let Some(level) = wire::text(data, "privacyLevel")
        && !PRIVACY.iter().any(|(known, _)| *known == level)
    {
        return Err(invalid(&format!("{at}.privacyLevel"), &format!("{level} is not available for this account")));
    }
    let private = wire::text(data, "privacyLevel") == Some("SELF_ONLY");
    if private && wire::text(data, "commercialContentType") == Some("brand_content") {
        return Err(invalid(&format!("{at}.privacyLevel"), "Branded content cannot be private"));
    }
    Ok(())
}
