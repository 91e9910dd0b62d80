//! Oktopost's campaigns, messages and files.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::form::{self, Form, Holds};
use super::{Campaign, Message, Upload, api, field, missing, ok, shape};
use crate::demo::records::SimPost;
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

/// The campaign of what was made on the site, where nobody made one, and its name.
const WEB_CAMPAIGN: &str = "002lumen0always";
const WEB_NAME: &str = "Always on";

/// The field of a post that lies in another campaign than its message.
const OWN_CAMPAIGN: &str = "CampaignId";

/// How long fetching a file takes.
const FETCH: TimeDelta = TimeDelta::seconds(6);

const LINK_CARD: [&str; 4] = ["linkUrl", "linkTitle", "description", "imageUrl"];

/// The message of a post: the one it names, or for a post made on the site one of its own, with the same number.
pub(super) fn id_of(post: &SimPost) -> String {
    let named = post.extra.get("MessageId").and_then(Value::as_str).map(str::to_owned);
    named.unwrap_or_else(|| format!("005{}", post.id.get(3..).unwrap_or_default()))
}

pub(super) fn campaign_of(site: &Site, post: &SimPost) -> String {
    if let Some(own) = post.extra.get(OWN_CAMPAIGN).and_then(Value::as_str) {
        return own.to_owned();
    }
    let id = id_of(post);
    let message = site.shelf.messages.iter().find(|message| message.id == id);
    message.map_or_else(|| WEB_CAMPAIGN.to_owned(), |message| message.campaign.clone())
}

/// A message as it is now. What is edited on the site is edited in the post, and is the message's too.
pub(super) fn find(site: &Site, id: &str) -> Option<Message> {
    let post = site.posts.iter().find(|post| id_of(post) == id);
    match (site.shelf.messages.iter().find(|message| message.id == id).cloned(), post) {
        (Some(kept), Some(post)) => Some(Message { text: post.content.clone(), ..kept }),
        (Some(kept), None) => Some(kept),
        (None, Some(post)) => Some(Message {
            id: id.to_owned(),
            campaign: WEB_CAMPAIGN.to_owned(),
            network: shape::slug_of(post).to_owned(),
            text: post.content.clone(),
            media: post.media.clone(),
            card: Default::default(),
            created: post.created_at,
            modified: post.updated_at,
        }),
        (None, None) => None,
    }
}

fn found(site: &Site, id: &str) -> Result<Message, Answer> {
    form::sound("005", "messageId", id)?;
    find(site, id).ok_or_else(|| api(404, "Message was not found"))
}

pub(super) fn campaigns(site: &Site, call: &Call) -> Result<Answer, Answer> {
    form::known(call, &["q", "status", "withTags", "_page", "_count", "_order"])?;
    let (page, count) = form::page(call)?;
    let sought = call.query("q").unwrap_or_default().to_lowercase();
    let fits = |campaign: &&Campaign| {
        campaign.name.to_lowercase().contains(&sought)
            && call.query("status").is_none_or(|status| status == campaign.status)
    };
    let known = known_campaigns(site, call);
    let all: Vec<Value> = known.iter().filter(fits).map(|campaign| shape::campaign(site, campaign)).collect();
    let (total, shown) = (all.len(), all.into_iter().skip(page * count).take(count).collect::<Vec<_>>());
    Ok(ok(json!({"Items": shown, "Total": total})))
}

/// Every campaign: the one of the site, and those that somebody made.
fn known_campaigns(site: &Site, call: &Call) -> Vec<Campaign> {
    let (name, status) = (WEB_NAME.to_owned(), "active".to_owned());
    let web = Campaign { id: WEB_CAMPAIGN.to_owned(), name, status, created: call.now - TimeDelta::days(400) };
    std::iter::once(web).chain(site.shelf.campaigns.iter().cloned()).collect()
}

pub(super) fn campaign(site: &Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    form::sound("002", "campaignId", id)?;
    let known = known_campaigns(site, call);
    let found = known.iter().find(|campaign| campaign.id == id).ok_or_else(|| api(404, "Campaign was not found"))?;
    Ok(ok(json!({"Campaign": shape::campaign(site, found)})))
}

/// The name of a campaign.
pub(super) fn campaign_name(site: &Site, id: &str) -> String {
    let made = site.shelf.campaigns.iter().find(|campaign| campaign.id == id);
    made.map_or_else(|| WEB_NAME.to_owned(), |campaign| campaign.name.clone())
}

/// Puts a post into another campaign; its message stays where it is.
pub(super) fn change_campaign(site: &mut Site, place: usize, call: &Call) -> Result<(), Answer> {
    let form = form::read(call, &[("campaignId", Holds::Id("002"))])?;
    let wanted = form::required(&form, "campaignId")?;
    let known = known_campaigns(site, call);
    let open = known.iter().any(|campaign| campaign.id == wanted && campaign.status == "active");
    if !open {
        return Err(field("campaignId", "The campaign does not take posts"));
    }
    if let Some(post) = site.posts.get_mut(place) {
        post.extra.insert(OWN_CAMPAIGN.to_owned(), json!(wanted));
        post.updated_at = call.now;
    }
    Ok(())
}

pub(super) fn new_campaign(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let form = form::read(call, &[("name", Holds::Text), ("url", Holds::Text), ("tagIds", Holds::Text)])?;
    let name = form::required(&form, "name")?.to_owned();
    let campaign = Campaign { id: site.id("campaign"), name, status: "active".to_owned(), created: call.now };
    let shown = shape::campaign(site, &campaign);
    site.shelf.campaigns.push(campaign);
    Ok(ok(json!({"Campaign": shown})))
}

pub(super) fn list(site: &Site, call: &Call) -> Result<Answer, Answer> {
    form::known(call, &["campaignId", "ids", "network", "withTags", "_page", "_count"])?;
    let (page, count) = form::page(call)?;
    let all: Vec<Message> = match (call.query("ids"), call.query("campaignId")) {
        (Some(ids), _) => {
            let ids = form::ids(ids);
            if ids.len() > 100 {
                return Err(field("ids", "At most 100 ids"));
            }
            let sound: Result<Vec<&str>, Answer> = ids.into_iter().map(|id| form::sound("005", "ids", id)).collect();
            sound?.into_iter().filter_map(|id| find(site, id)).collect()
        }
        (None, Some(campaign)) => {
            let kept = site.shelf.messages.iter().filter(|message| message.campaign == campaign);
            kept.filter_map(|message| find(site, &message.id)).collect()
        }
        (None, None) => {
            let words = "You must send either of the mandatory parameters: campaignId\\ids";
            return Err(Answer::json(400, json!({"Result": false, "Errors": {"api": {"message": words}}})));
        }
    };
    let shown: Vec<Value> = all.iter().skip(page * count).take(count).map(shape::message).collect();
    Ok(ok(json!({"Items": shown, "Total": all.len()})))
}

pub(super) fn show(site: &Site, id: &str) -> Result<Answer, Answer> {
    Ok(ok(json!({"Message": shape::message(&found(site, id)?)})))
}

const FIELDS: &[(&str, Holds)] = &[
    ("network", Holds::Text),
    ("campaignId", Holds::Id("002")),
    ("message", Holds::Text),
    ("media", Holds::Ids("026")),
    ("linkUrl", Holds::Text),
    ("linkTitle", Holds::Text),
    ("description", Holds::Text),
    ("imageUrl", Holds::Text),
    ("title", Holds::Text),
    ("tagIds", Holds::Text),
];

pub(super) fn create(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let form = form::read(call, FIELDS)?;
    let word = form::required(&form, "network")?;
    let network = shape::slug(word).ok_or_else(|| field("network", format!("{word} is not a network")))?;
    let campaign = form::required(&form, "campaignId")?;
    let open = site.shelf.campaigns.iter().any(|known| known.id == campaign && known.status == "active");
    if !open && campaign != WEB_CAMPAIGN {
        return Err(field("campaignId", "The campaign does not take messages"));
    }
    let mut message = Message {
        id: site.id("message"),
        campaign: campaign.to_owned(),
        network: network.to_owned(),
        text: form::required(&form, "message")?.to_owned(),
        media: Vec::new(),
        card: Default::default(),
        created: call.now,
        modified: call.now,
    };
    fill(site, &mut message, &form)?;
    let shown = shape::message(&message);
    site.shelf.messages.push(message);
    Ok(ok(json!({"Message": shown})))
}

fn fill(site: &Site, message: &mut Message, form: &Form) -> Result<(), Answer> {
    if form.contains_key("title") && message.network != "youtube" {
        return Err(field("title", "Only YouTube takes a title"));
    }
    let card = LINK_CARD.map(|name| form.get(name).cloned());
    match card {
        [Some(link), Some(title), Some(description), Some(picture)] => {
            message.card = [link, title, description, picture];
        }
        [None, None, None, None] => {}
        _ => return Err(field("linkUrl", "The link fields belong together")),
    }
    if let Some(ids) = form.get("media") {
        let known = |id: &str| site.shelf.media.iter().find(|media| media["Id"] == id).cloned();
        let mut media = Vec::new();
        for id in form::ids(ids) {
            media.push(known(id).ok_or_else(|| field("media", format!("Media {id} was not found")))?);
        }
        message.media = media;
    }
    Ok(())
}

/// Changes a message, and with it every post that uses it.
pub(super) fn update(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let fixed = ["network", "campaignId"];
    let fields: Vec<_> = FIELDS.iter().filter(|(name, _)| !fixed.contains(name)).copied().collect();
    let form = form::read(call, &fields)?;
    let mut message = found(site, id)?;
    if let Some(text) = form.get("message") {
        message.text.clone_from(text);
    }
    fill(site, &mut message, &form)?;
    message.modified = call.now;
    for post in site.posts.iter_mut().filter(|post| id_of(post) == id) {
        post.content.clone_from(&message.text);
        post.media.clone_from(&message.media);
        post.extra.insert("MessageId".to_owned(), json!(id));
    }
    let shown = shape::message(&message);
    site.shelf.messages.retain(|known| known.id != id);
    site.shelf.messages.push(message);
    Ok(ok(json!({"Message": shown})))
}

pub(super) fn remove(site: &mut Site, id: &str) -> Result<Answer, Answer> {
    found(site, id)?;
    site.shelf.messages.retain(|message| message.id != id);
    Ok(ok(json!({})))
}

pub(super) fn new_media(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let form = form::read(call, &[("resource", Holds::Text)])?;
    let resource = form::required(&form, "resource")?;
    if !resource.starts_with("https://") {
        return Err(field("resource", "The image cannot be fetched"));
    }
    let media = add_media(site, "Image", resource, call);
    Ok(ok(json!({"Media": media})))
}

fn add_media(site: &mut Site, kind: &str, resource: &str, call: &Call) -> Value {
    let name = resource.rsplit('/').next().unwrap_or_default();
    let media = json!({
        "Id": site.id("media"),
        "Created": shape::time(call.now),
        "Status": "active",
        "Type": kind,
        "Size": "240000",
        "Resource": resource,
        "Name": name,
    });
    site.shelf.media.push(media.clone());
    media
}

const MIMES: &[&str] = &["video/mp4", "image/gif", "image/png", "image/jpg", "image/jpeg", "application/pdf"];

pub(super) fn new_upload(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let fields = [("source", Holds::Text), ("name", Holds::Text), ("mimeType", Holds::OneOf(MIMES))];
    let form = form::read(call, &fields)?;
    let source = form::required(&form, "source")?.to_owned();
    if !source.starts_with("https://") {
        return Err(field("source", "The file cannot be fetched"));
    }
    let upload = Upload {
        id: site.id("upload"),
        name: form::required(&form, "name")?.to_owned(),
        mime: form::required(&form, "mimeType")?.to_owned(),
        source,
        begun: call.now,
        media: None,
    };
    let shown = show_upload(&upload);
    site.shelf.uploads.push(upload);
    Ok(ok(json!({"Upload": shown})))
}

pub(super) fn upload(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let gone = || api(404, "Upload was not found");
    let place = site.shelf.uploads.iter().position(|upload| upload.id == id).ok_or_else(gone)?;
    let mut upload = site.shelf.uploads.get(place).cloned().ok_or_else(gone)?;
    if upload.media.is_none() && call.now - upload.begun >= FETCH {
        let kind = if upload.mime.starts_with("video") { "Video" } else { "Image" };
        let media = add_media(site, kind, &upload.source, call);
        upload.media = media["Id"].as_str().map(str::to_owned);
        if let Some(known) = site.shelf.uploads.get_mut(place) {
            known.media.clone_from(&upload.media);
        }
    }
    Ok(ok(json!({"Upload": show_upload(&upload)})))
}

fn show_upload(upload: &Upload) -> Value {
    json!({
        "Id": upload.id,
        "Created": shape::time(upload.begun),
        "Status": if upload.media.is_some() { "complete" } else { "pending" },
        "Name": upload.name,
        "MimeType": upload.mime,
        "TotalSize": "17839845",
        "Source": upload.source,
        "LastError": null,
        "Attempts": 1,
        "MediaId": upload.media,
    })
}

/// The message that a post is to use.
pub(super) fn wanted(site: &Site, form: &Form) -> Result<Message, Answer> {
    let id = form.get("messageId").ok_or_else(|| missing("post", "messageId"))?;
    find(site, id).ok_or_else(|| field("messageId", "Message was not found"))
}
