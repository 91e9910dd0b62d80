//! Making, listing, replacing and deleting posts, and the preview of one.

use serde_json::{Value, json};

use super::{Window, bad, body, error, plain, shape, values};
use crate::demo::records::{SimPost, Status};
use crate::demo::wire::{self, Answer, Call, Effect, Field, Kind};
use crate::demo::world::Site;

const STATUSES: [&str; 4] = ["draft", "scheduled", "processing", "processed"];

pub(super) fn list(site: &Site, call: &Call) -> Answer {
    page(site, call).unwrap_or_else(|refused| refused)
}

fn page(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let names = ["status", "platform", "external_id", "social_account_id", "offset", "limit"];
    let window = Window::read(call, &names)?;
    // Here a list with commas is one value, and a wrong one.
    let repeated = |name: &str| -> Vec<&str> {
        call.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    };
    let (statuses, platforms) = (repeated("status"), repeated("platform"));
    let all = [("status", &statuses, STATUSES.as_slice()), ("platform", &platforms, body::PLATFORMS)];
    for (name, given, known) in all {
        if given.iter().any(|value| !known.contains(value)) {
            let known = known.join(", ");
            return Err(bad(&format!("each value in {name} must be one of the following values: {known}")));
        }
    }
    let (references, accounts) = (values(call, "external_id"), values(call, "social_account_id"));
    let on = |account: &str| {
        let platform = site.channel(account).map(|channel| shape::platform(&channel.network)).unwrap_or_default();
        (accounts.is_empty() || accounts.contains(&account)) && (platforms.is_empty() || platforms.contains(&platform))
    };
    let fits = |post: &&SimPost| {
        let reference = post.metadata.as_ref().and_then(Value::as_str);
        (statuses.is_empty() || statuses.contains(&shape::status(post)))
            && (references.is_empty() || reference.is_some_and(|reference| references.contains(&reference)))
            && post.targets.iter().any(|target| on(&target.account))
    };
    let mut found: Vec<&SimPost> = site.posts.iter().filter(fits).collect();
    found.reverse();
    found.sort_by_key(|post| std::cmp::Reverse(post.created_at));
    let shown = found.iter().skip(window.offset).take(window.limit).map(|post| {
        let only: Vec<&str> = post.accounts().into_iter().filter(|account| on(account)).collect();
        shape::post(site, post, Some(&only))
    });
    Ok(window.answer(call, shown.collect(), found.len()))
}

pub(super) fn show(site: &Site, id: &str) -> Answer {
    match site.post(id) {
        Some(post) => Answer::json(200, shape::post(site, post, None)),
        None => error(404),
    }
}

/// The body of a write. Another content type leaves it empty, and words about what is missing.
fn read(call: &Call) -> Result<serde_json::Map<String, Value>, Answer> {
    if !call.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
        return Ok(serde_json::Map::new());
    }
    call.object().map_err(|words| bad(&words))
}

pub(super) fn create(site: &mut Site, call: &Call) -> Answer {
    new_post(site, call).unwrap_or_else(|refused| refused)
}

fn new_post(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let mut post = SimPost::blank(site.id("post"), call.now);
    body::fill(site, &mut post, &read(call)?, call.now)?;
    let id = post.id.clone();
    site.posts.push(post);
    Ok(written(site, &id, 201, call).because(Effect::Created(id)))
}

pub(super) fn replace(site: &mut Site, id: &str, call: &Call) -> Answer {
    replaced(site, id, call).unwrap_or_else(|refused| refused)
}

fn replaced(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    // Documented as 404; what runs answers this.
    let Some(former) = site.post(id) else { return Err(error(500)) };
    if shape::status(former) == "processed" {
        return Err(plain(400, "Post has already been processed"));
    }
    let mut post = SimPost::blank(id.to_owned(), call.now);
    body::fill(site, &mut post, &read(call)?, call.now)?;
    if let Some(place) = site.posts.iter_mut().find(|known| known.id == id) {
        *place = post;
    }
    Ok(written(site, id, 200, call).because(Effect::Changed(id.to_owned())))
}

/// The answer to a write. What is to go out at once is on its way by then.
fn written(site: &mut Site, id: &str, status: u16, call: &Call) -> Answer {
    site.tick(call.now);
    match site.post(id) {
        Some(post) => Answer::json(status, shape::post(site, post, None)),
        None => error(500),
    }
}

pub(super) fn remove(site: &mut Site, id: &str) -> Answer {
    match site.post(id) {
        None => error(404),
        Some(post) if !matches!(post.status, Status::Draft | Status::Scheduled) => {
            plain(400, "Can only delete scheduled or draft posts")
        }
        Some(_) => {
            site.posts.retain(|post| post.id != id);
            Answer::json(200, json!({"success": true})).because(Effect::Removed(id.to_owned()))
        }
    }
}

const PREVIEW: &[Field] = &[
    ("caption", Kind::Text, false),
    ("preview_social_accounts", Kind::List, false),
    ("media", Kind::List, true),
    ("platform_configurations", Kind::Object, true),
    ("account_configurations", Kind::List, true),
];

/// `POST /social-post-previews`: which text and media each account would get. Judges nothing.
pub(super) fn preview(call: &Call) -> Answer {
    let body = match read(call) {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    if let Err(flaw) = wire::check(&body, PREVIEW, "") {
        return super::flawed(flaw);
    }
    let Some(caption) = wire::text(&body, "caption") else { return bad("caption must be a string") };
    let rows = |name: &str| body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut previews = Vec::new();
    for account in rows("preview_social_accounts") {
        let (Some(id), Some(platform)) = (account["id"].as_str(), account["platform"].as_str()) else {
            return bad("preview_social_accounts must hold id and platform");
        };
        if !body::PLATFORMS.contains(&platform) {
            return bad(&format!("{platform} is not a platform"));
        }
        let own = rows("account_configurations").iter().find(|row| row["social_account_id"] == id);
        let general = body.get("platform_configurations").map_or(&Value::Null, |all| &all[platform]);
        let caption = own.and_then(|row| row["configuration"]["caption"].as_str());
        let caption = caption.or(general["caption"].as_str()).or(wire::text(&body, "caption")).unwrap_or_default();
        previews.push(json!({
            "platform": platform, "social_account_id": id, "social_account_username": account["username"],
            "caption": caption, "media": rows("media"), "configuration": {},
        }));
    }
    if caption.is_empty() {
        return bad("caption should not be empty");
    }
    Answer::json(201, Value::Array(previews))
}
