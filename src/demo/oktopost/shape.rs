//! How Oktopost shows profiles, messages and posts: capitals, UTC without a mark, numbers that are texts now and then.

use serde_json::{Map, Value, json};

use super::{ACCOUNT, Campaign, Message, USER, messages};
use crate::clock::Instant;
use crate::demo::records::{SimChannel, SimPost, SimTarget, Status};
use crate::demo::world::Site;

/// An instant in Oktopost's way.
pub(super) fn time(at: Instant) -> String {
    at.format("%Y-%m-%d %H:%M:%S").to_string()
}

fn maybe_time(at: Option<Instant>) -> String {
    at.map_or_else(|| "0000-00-00 00:00:00".to_owned(), time)
}

/// A map, or the empty list that PHP makes of an empty one.
pub(super) fn map(entries: Map<String, Value>) -> Value {
    if entries.is_empty() { json!([]) } else { Value::Object(entries) }
}

/// The network's word on the wire.
pub(super) fn network(slug: &str) -> &str {
    match slug {
        "twitter" => "Twitter",
        "linkedin" => "LinkedIn",
        "facebook" => "Facebook",
        "instagram" => "Instagram",
        "tiktok" => "TikTok",
        "youtube" => "Youtube",
        other => other,
    }
}

/// The slug behind a network's word; its case matters.
pub(super) fn slug(word: &str) -> Option<&'static str> {
    const SLUGS: [&str; 6] = ["twitter", "linkedin", "facebook", "instagram", "tiktok", "youtube"];
    SLUGS.into_iter().find(|slug| network(slug) == word)
}

pub(super) fn profile(site: &Site, channel: &SimChannel) -> Value {
    let name = channel.display_name.as_ref().unwrap_or(&channel.username);
    json!({
        "Id": channel.id,
        "Created": time(channel.connected_at),
        "Name": format!("{name} ({})", network(&channel.network)),
        "DisplayName": name,
        "Status": if site.refuses(&channel.id) { "invalid" } else { "valid" },
        "Network": network(&channel.network),
        "ImageLink": "",
        "NetworkUsername": channel.username.trim_start_matches('@'),
        "NativePostsEnabled": 0,
    })
}

pub(super) fn campaign(site: &Site, campaign: &Campaign) -> Value {
    let inside = site.posts.iter().filter(|post| messages::campaign_of(site, post) == campaign.id);
    json!({
        "Id": campaign.id,
        "Name": campaign.name,
        "TotalPosts": inside.count(),
        "Clicks": "0",
        "Converts": 0,
        "Created": time(campaign.created),
        "Status": campaign.status,
        "Comments": 0,
    })
}

/// What kind of message it is.
pub(super) fn kind(media: &[Value], card: &[String; 4]) -> &'static str {
    let video = |media: &Value| media.get("Type").and_then(Value::as_str) == Some("Video");
    match media.first() {
        Some(first) if video(first) => "video",
        Some(_) => "image",
        None if !card[0].is_empty() => "link-attachment",
        None => "text",
    }
}

pub(super) fn message(message: &Message) -> Value {
    let [link, title, description, picture] = &message.card;
    json!({
        "Id": message.id,
        "Created": time(message.created),
        "Modified": time(message.modified),
        "Status": "default",
        "Type": kind(&message.media, &message.card),
        "AccountId": ACCOUNT,
        "CreatedBy": USER,
        "CampaignId": message.campaign,
        "Network": network(&message.network),
        "Subject": "",
        "Message": message.text,
        "ImageUrl": picture,
        "Description": description,
        "LinkTitle": title,
        "LinkUrl": link,
        "Url": "",
        "Clicks": "0",
        "Picture": if message.media.is_empty() { "0" } else { "1" },
        "IsBoardMessage": 0,
        "IsAppMessage": 1,
        "Media": message.media,
    })
}

/// The word for how far a post has come.
pub(super) fn status(post: &SimPost) -> &'static str {
    match post.status {
        Status::Draft | Status::PendingApproval | Status::Cancelled => "draft",
        Status::Scheduled | Status::Pending => "pending",
        Status::Publishing => "running",
        Status::Published => "complete",
        Status::Partial => "incomplete",
        Status::Failed => "error",
    }
}

/// The slug of the network that a post is for.
pub(super) fn slug_of(post: &SimPost) -> &str {
    post.targets.first().map_or("twitter", |target| target.network.as_str())
}

pub(super) fn post(site: &Site, post: &SimPost) -> Value {
    let mut shown = bare_post(site, post);
    if let (Some(comment), Some(fields)) = (post.extra.get("FirstComment"), shown.as_object_mut()) {
        fields.insert("FirstComment".to_owned(), comment.clone());
    }
    shown
}

fn bare_post(site: &Site, post: &SimPost) -> Value {
    json!({
        "Id": post.id,
        "Created": time(post.created_at),
        "Modified": time(post.updated_at),
        "Status": status(post),
        "AccountId": ACCOUNT,
        "CreatedBy": USER,
        "ModifiedBy": USER,
        "Source": "API",
        "ContentSource": "User",
        "Queued": 0,
        "CampaignId": messages::campaign_of(site, post),
        "MessageId": messages::id_of(post),
        "MessageChildId": "",
        "MessageStatus": "default",
        "Network": network(slug_of(post)),
        "StartDateTime": maybe_time(post.scheduled_for),
        "Groups": "",
        "TotalCount": post.targets.len(),
        "UpdateStatus": 1,
        "Clicks": "0",
        "Converts": 0,
        "Credentials": post.accounts().join(","),
    })
}

/// The same in the calendar, which shows less.
pub(super) fn calendar_post(site: &Site, post: &SimPost) -> Value {
    json!({
        "Id": post.id,
        "CampaignId": messages::campaign_of(site, post),
        "MessageId": messages::id_of(post),
        "Network": network(slug_of(post)),
        "Source": "API",
        "StartDateTime": maybe_time(post.scheduled_for),
        "Status": status(post),
        "ApproveStatus": "",
        "TotalCount": post.targets.len(),
        "Clicks": "0",
        "CredentialIds": post.accounts(),
    })
}

/// What became of a post on one profile; nothing while it waits.
pub(super) fn log(site: &Site, post: &SimPost, target: &SimTarget) -> Option<Value> {
    let failed = match target.status {
        Status::Published => false,
        Status::Failed => true,
        _ => return None,
    };
    let error = target.error.as_ref().map(|error| error.message.as_str()).filter(|_| failed);
    let at = target.published_at.unwrap_or(post.updated_at);
    Some(json!({
        "Id": target.row,
        "PostId": post.id,
        "CampaignId": messages::campaign_of(site, post),
        "MessageId": messages::id_of(post),
        "CredentialId": target.account,
        "LinkId": "",
        "LinkIds": [],
        "Created": time(at),
        "Modified": time(at),
        "Status": if failed { "failed" } else { "success" },
        "Network": network(&target.network),
        "RemoteId": target.platform_id.as_deref().unwrap_or_default(),
        "RemoteUrl": target.url.as_deref().unwrap_or_default(),
        "Error": error.unwrap_or_default(),
    }))
}
