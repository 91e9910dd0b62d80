//! What a site keeps about its networks and channels.

use serde_json::{Map, Value, json};

use super::{done, failed, no_route, object};
use crate::clock::Instant;
use crate::demo::records::SimChannel;
use crate::demo::wire::{self, Answer, Call, Field, Flaw, Kind};
use crate::demo::world::Site;

pub(super) fn channels(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let shown: Vec<Value> = site.channels.iter().map(|known| channel(known, call.now)).collect();
    Ok(Answer::json(200, json!({"channels": shown})))
}

fn channel(channel: &SimChannel, now: Instant) -> Value {
    let id: u64 = channel.id.parse().unwrap_or(0);
    json!({
        "id": id,
        "name": channel.display_name.as_deref().unwrap_or(&channel.username),
        "social_network": channel.network,
        "picture": null,
        "channel_type": "account",
        "channel_link": format!("https://{}.example/{}", channel.network, channel.username.trim_start_matches('@')),
        "auto_share_on": true,
        "has_auto_share_conditions": false,
        "status": channel.health.works(now),
        "method": "app",
        "labels": [{"value": 1, "label": "Brand", "color": "#4F46E5"}],
        "custom_post_data": start(),
        "has_full_permission": true,
        "created_by": "1",
        "proxy": "",
        "session_data": {"cookie": "secret-of-the-session"},
    })
}

fn start() -> Value {
    json!({"attach_link": true, "upload_media": false, "upload_media_type": "featured_image",
           "post_content": "{post_title}"})
}

pub(super) fn labels() -> Result<Answer, Answer> {
    Ok(Answer::json(200, json!({"labels": [{"value": 1, "label": "Brand", "color": "#4F46E5", "created_by": "1"}]})))
}

/// What a network's settings are at first. Here X refuses long texts instead of having them cut.
fn defaults(slug: &str) -> Option<Map<String, Value>> {
    let fields = match slug {
        "twitter" | "threads" | "linkedin" | "mastodon" | "instagram" => {
            json!({"cut_post_text": false, "post_text": "{post_title}", "share_to_first_comment": false,
                   "first_comment_text": "", "attach_link": true, "upload_media": false,
                   "media_type_to_upload": "featured_image"})
        }
        "fb" => json!({"post_text": "{post_title}", "post_attach_link": true, "post_upload_media": false,
                       "share_to_first_comment": false, "first_comment_text": "",
                       "import_comments_published_in": "last_week", "story_customization_title_bg_opacity": 30}),
        "telegram" => json!({"post_content": "{post_title}", "attach_link": true, "upload_media": false}),
        _ => return None,
    };
    fields.as_object().cloned()
}

fn now(site: &Site, slug: &str) -> Result<Map<String, Value>, Answer> {
    site.blog.networks.get(slug).cloned().or_else(|| defaults(slug)).ok_or_else(no_route)
}

pub(super) fn of_network(site: &Site, slug: &str) -> Result<Answer, Answer> {
    let mut fields = now(site, slug)?;
    if slug == "fb" {
        let choices =
            json!([{"label": "Last week", "value": "last_week"}, {"label": "Last month", "value": "last_month"}]);
        fields.insert("import_comments_published_in_options".into(), choices);
    }
    Ok(Answer::json(200, Value::Object(fields)))
}

/// Every key that is left out is reset, and so is one of a wrong type.
pub(super) fn save_network(site: &mut Site, slug: &str, call: &Call) -> Result<Answer, Answer> {
    let known = defaults(slug).ok_or_else(no_route)?;
    let body = object(call)?;
    if let Some(name) = body.keys().find(|name| !known.contains_key(*name)) {
        return Err(Flaw::new(name, "is no setting").into_wordpress());
    }
    let kept = |name: &String, value: &Value| {
        let same = |given: &&Value| std::mem::discriminant(*given) == std::mem::discriminant(value);
        let reset = match value {
            Value::Bool(_) => json!(name == "attach_link"),
            Value::Number(_) => json!(0),
            _ => json!(""),
        };
        (name.clone(), body.get(name).filter(same).cloned().unwrap_or(reset))
    };
    let fields: Map<String, Value> = known.iter().map(|(name, value)| kept(name, value)).collect();
    if wire::flag(&fields, "share_to_first_comment") && wire::text(&fields, "first_comment_text") == Some("") {
        return Err(failed("The first comment can't be empty"));
    }
    site.blog.networks.insert(slug.to_owned(), fields);
    Ok(done())
}

pub(super) fn of_channel(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let id = call.query("id").unwrap_or_default();
    if site.channel(id).is_none() {
        return Err(failed("Channel not found"));
    }
    let kept = site.blog.channels.get(id).cloned().unwrap_or_else(Map::new);
    let custom =
        json!({"auto_share": true, "post_filter_type": "all", "post_filter_terms": [], "custom_post_data": start()});
    let permissions = kept.get("permissions").cloned().unwrap_or_else(|| json!({"editor": ["can_share"]}));
    let role = |name: &str| {
        let granted = permissions.get(name).cloned().unwrap_or_else(|| json!([]));
        json!({"value": name, "label": name, "permissions": granted})
    };
    let labels = kept.get("labels").cloned().unwrap_or_else(|| json!([1]));
    let label = |id: &Value| json!({"value": id, "label": "Brand", "color": "#4F46E5"});
    let labels: Vec<Value> = labels.as_array().into_iter().flatten().map(label).collect();
    Ok(Answer::json(
        200,
        json!({"custom_settings": kept.get("custom_settings").cloned().unwrap_or(custom),
               "proxy": kept.get("proxy").cloned().unwrap_or_else(|| json!("http://user:pw@proxy.example")),
               "roles": [role("administrator"), role("editor"), role("author")],
               "labels": labels}),
    ))
}

const CHANNEL: &[Field] = &[
    ("id", Kind::Number, false),
    ("custom_settings", Kind::Object, false),
    ("proxy", Kind::Text, false),
    ("permissions", Kind::Object, false),
    ("labels", Kind::List, false),
];

/// What is left out is wiped.
pub(super) fn save_channel(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = object(call)?;
    wire::check(&body, CHANNEL, "").map_err(Flaw::into_wordpress)?;
    let id = body.get("id").and_then(Value::as_u64).map(|id| id.to_string()).unwrap_or_default();
    if site.channel(&id).is_none() {
        return Err(failed("Channel not found"));
    }
    let blank = json!({"custom_settings": {}, "proxy": "", "permissions": {}, "labels": []});
    let mut kept = blank.as_object().cloned().unwrap_or_default();
    kept.extend(body.into_iter().filter(|(name, _)| name != "id"));
    site.blog.channels.insert(id, kept);
    Ok(done())
}
