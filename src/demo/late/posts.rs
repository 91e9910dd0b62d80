//! Late's posts: made, read, changed, tried again, deleted.

use chrono::TimeDelta;
use serde_json::{Map, Value, json};

use super::body::{BODY, fill};
use super::{invalid, is_id, missing, options, refusal, shape};
use crate::clock::Instant;
use crate::demo::network;
use crate::demo::records::{SimPost, Status};
use crate::demo::wire::{self, Answer, Call, Effect};
use crate::demo::world::{Replay, Site};

/// How long keys and texts are remembered.
const MEMORY: TimeDelta = TimeDelta::hours(24);

/// The longest `Idempotency-Key`, in characters.
const LONGEST_KEY: usize = 255;

pub(super) fn create(site: &mut Site, call: &Call) -> Answer {
    new_post(site, call).unwrap_or_else(|refused| refused)
}

fn new_post(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let key = call.header("idempotency-key").map(str::to_owned);
    if let Some(key) = &key
        && let Some(answer) = replay(site, key, call.now)?
    {
        return Ok(answer);
    }
    let body = call.object().map_err(|words| invalid("body", &words))?;
    wire::check(&body, BODY, "")?;
    if wire::flag(&body, "dryRun") {
        return Err(invalid("dryRun", "dryRun needs a tiktok target; use /tools/validate/post"));
    }
    let mut post = SimPost::blank(site.id("post"), call.now);
    fill(site, &mut post, &body, call.now)?;
    let way = Way::of_new(&post, &body, call.now)?;
    sound(&post, way)?;
    if let Some(answer) = same_request(site, &post, call) {
        return Ok(answer);
    }
    if way != Way::Draft {
        unsaid(site, &post, call.now)?;
    }
    let id = post.id.clone();
    site.posts.push(post);
    let message = go(site, &id, way, call.now);
    let answer = outcome(site, &id, 201, message).because(Effect::Created(id.clone()));
    let request = (call.method.to_string(), call.path.clone(), call.body.to_vec());
    for name in [key, call.header("x-request-id").map(|id| format!("request:{id}"))].into_iter().flatten() {
        let replay = Replay { at: call.now, post: id.clone(), request: request.clone(), answer: answer.clone() };
        site.replays.insert(name, replay);
    }
    Ok(answer)
}

/// Makes the post that a row of a table means; a trial only judges it.
pub(super) fn place(
    site: &mut Site,
    body: &Map<String, Value>,
    now: Instant,
    trial: bool,
) -> Result<Option<String>, Answer> {
    let mut post = SimPost::blank(site.id("post"), now);
    fill(site, &mut post, body, now)?;
    let way = Way::of_new(&post, body, now)?;
    sound(&post, way)?;
    if way != Way::Draft {
        unsaid(site, &post, now)?;
    }
    if trial {
        return Ok(None);
    }
    let id = post.id.clone();
    site.posts.push(post);
    go(site, &id, way, now);
    Ok(Some(id))
}

/// The original post of a key that was used before; the body does not matter.
fn replay(site: &Site, key: &str, now: Instant) -> Result<Option<Answer>, Answer> {
    if key.is_empty() || key.chars().count() > LONGEST_KEY {
        return Err(invalid("Idempotency-Key", "Idempotency-Key must have 1 to 255 characters"));
    }
    if site.running.contains(key) {
        let words = "A request with this Idempotency-Key is still running";
        return Err(refusal(409, "invalid_request_error", "idempotency_conflict", words).with("retry-after", 2));
    }
    let known = site.replays.get(key).filter(|replay| now - replay.at < MEMORY);
    Ok(known.and_then(|replay| site.post(&replay.post)).map(|post| already(site, post)))
}

fn already(site: &Site, post: &SimPost) -> Answer {
    let body = json!({"message": "Post already exists (idempotent retry)", "post": shape::post(site, post)});
    Answer::json(200, body).because(Effect::Replayed(post.id.clone()))
}

/// The second layer: the same request id and the same content.
fn same_request(site: &Site, post: &SimPost, call: &Call) -> Option<Answer> {
    let name = format!("request:{}", call.header("x-request-id")?);
    let known = site.replays.get(&name).filter(|replay| call.now - replay.at < MEMORY)?;
    let first = site.post(&known.post)?;
    (fingerprints(first) == fingerprints(post)).then(|| already(site, first))
}

/// What makes two posts the same on an account.
fn fingerprints(post: &SimPost) -> Vec<(String, String, Vec<String>)> {
    post.targets
        .iter()
        .map(|target| {
            let media = target.media.as_ref().unwrap_or(&post.media);
            let urls = media.iter().filter_map(|item| item["url"].as_str()).map(str::to_owned).collect();
            (target.account.clone(), post.text_for(target).to_owned(), urls)
        })
        .collect()
}

/// The third layer: the same text on the same account, planned or published within a day.
fn unsaid(site: &Site, post: &SimPost, now: Instant) -> Result<(), Answer> {
    let mine = fingerprints(post);
    for other in &site.posts {
        let alive = match other.status {
            Status::Scheduled | Status::Publishing => true,
            Status::Published | Status::Partial => other.published_at.is_some_and(|at| now - at < MEMORY),
            _ => false,
        };
        let theirs = if alive { fingerprints(other) } else { continue };
        if let Some((account, ..)) = mine.iter().find(|print| theirs.contains(print)) {
            let platform = site.channel(account).map(|channel| channel.network.clone());
            let words = "This exact content is already scheduled, publishing, or was posted to this account within \
                         the last 24 hours.";
            let details = json!({"accountId": account, "platform": platform, "existingPostId": other.id});
            return Err(Answer::json(409, json!({"error": words, "details": details})));
        }
    }
    Ok(())
}

/// What becomes of a post after a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Draft,
    Approval,
    /// Everything goes out now.
    Now,
    /// At its time, which may have passed.
    Planned,
    /// Stays what it is.
    Same,
}

impl Way {
    fn of_new(post: &SimPost, body: &Map<String, Value>, now: Instant) -> Result<Self, Answer> {
        let draft = wire::flag(body, "isDraft");
        if wire::flag(body, "requiresApproval") {
            let alone = !draft && !wire::flag(body, "publishNow") && !body.contains_key("queuedFromProfile");
            return match post.scheduled_for {
                Some(_) if alone => Ok(Self::Approval),
                Some(_) => Err(invalid("requiresApproval", "requiresApproval excludes isDraft, publishNow and queue")),
                None => Err(missing("scheduledFor", "requiresApproval needs scheduledFor")),
            };
        }
        let timed = post.scheduled_for.is_some() || post.targets.iter().any(|target| target.scheduled_for.is_some());
        Ok(match (draft, wire::flag(body, "publishNow"), timed) {
            (true, ..) => Self::Draft,
            (_, true, _) => Self::Now,
            (_, _, true) if post.scheduled_for.is_some_and(|at| at <= now) => Self::Now,
            (_, _, true) => Self::Planned,
            // The trap of this service: nothing said is a draft.
            (_, _, false) => Self::Draft,
        })
    }

    fn of_change(post: &SimPost, body: &Map<String, Value>, now: Instant) -> Result<Self, Answer> {
        let draft = match body.get("isDraft").and_then(Value::as_bool) {
            None => matches!(post.status, Status::Draft),
            Some(draft) => draft,
        };
        let new_time = body.contains_key("scheduledFor") || body.contains_key("queuedFromProfile");
        Ok(match (draft, wire::flag(body, "publishNow"), post.scheduled_for) {
            (true, ..) => Self::Draft,
            (_, true, _) => Self::Now,
            _ if post.status == Status::PendingApproval => Self::Approval,
            (_, _, None) if post.status == Status::Draft => {
                return Err(missing("scheduledFor", "scheduledFor is required to schedule a draft"));
            }
            (_, _, Some(at)) if new_time || post.status == Status::Draft => {
                if at <= now {
                    Self::Now
                } else {
                    Self::Planned
                }
            }
            _ => Self::Same,
        })
    }
}

/// Refuses what can never become a post.
fn sound(post: &SimPost, way: Way) -> Result<(), Answer> {
    if way == Way::Draft {
        return Ok(());
    }
    if post.targets.is_empty() {
        return Err(missing("platforms", "At least one platform is required"));
    }
    let own_words = post.targets.iter().all(|target| target.content.is_some());
    if post.content.is_empty() && post.media.is_empty() && !own_words {
        return Err(missing("content", "Content is required when there is no media"));
    }
    for (place, target) in post.targets.iter().enumerate() {
        options::consent(target, place)?;
        if network::needs_media(&target.network) && post.media_for(target) == 0 {
            let words = format!("{} posts require media", target.network);
            return Err(Answer::json(
                400,
                json!({"error": words, "type": "invalid_request_error", "code": "invalid_field_value",
                       "param": format!("platforms[{place}]"),
                       "details": {"errors": [{"platform": target.network, "error": words}]}}),
            ));
        }
    }
    Ok(())
}

/// Carries a way out, and says so.
fn go(site: &mut Site, id: &str, way: Way, now: Instant) -> &'static str {
    if let Some(post) = site.posts.iter_mut().find(|post| post.id == id) {
        if matches!(way, Way::Now) && post.scheduled_for.is_none_or(|at| at > now) {
            post.scheduled_for = Some(now);
        }
        if matches!(way, Way::Now | Way::Planned) {
            for target in post.targets.iter_mut().filter(|target| target.status != Status::Published) {
                target.status = Status::Pending;
                target.error = None;
            }
        }
        match way {
            Way::Draft => post.status = Status::Draft,
            Way::Approval => post.status = Status::PendingApproval,
            Way::Planned => post.roll_up(),
            Way::Now | Way::Same => {}
        }
    }
    match way {
        Way::Now => {
            site.publish_at_once(id, now, |target| target.status != Status::Published);
            "Post published successfully"
        }
        Way::Draft => "Draft saved successfully",
        Way::Approval => "Post submitted for approval",
        Way::Planned => "Post scheduled successfully",
        Way::Same => "Post updated successfully",
    }
}

/// The answer after a write: 207 when something was published in the request and not all of it worked.
fn outcome(site: &Site, id: &str, status: u16, message: &str) -> Answer {
    let Some(post) = site.post(id) else { return not_found() };
    let shown = shape::post(site, post);
    let (words, error) = match post.status {
        Status::Partial => ("Post published to some platforms", None),
        Status::Failed => ("Post created but publishing failed", Some("All platforms failed")),
        _ => return Answer::json(status, json!({"message": message, "post": shown})),
    };
    let results: Vec<Value> = post
        .targets
        .iter()
        .map(|target| {
            json!({"platform": target.network, "status": target.status.word(),
                             "error": target.error.as_ref().map(|error| &error.message)})
        })
        .collect();
    let mut body = json!({"message": words, "post": shown, "platformResults": results});
    if let Some(error) = error {
        body["error"] = json!(error);
    }
    Answer::json(207, body)
}

fn not_found() -> Answer {
    Answer::json(404, json!({"error": "Post not found"}))
}

/// A post by its id, or the refusal: 400 for an id that cannot be one, 404 for one nobody has.
fn find<'a>(site: &'a Site, id: &str) -> Result<&'a SimPost, Answer> {
    if !is_id(id) {
        return Err(invalid("postId", "Invalid post id"));
    }
    site.post(id).ok_or_else(not_found)
}

pub(super) fn show(site: &Site, id: &str) -> Answer {
    match find(site, id) {
        Ok(post) => Answer::json(200, json!({"post": shape::post(site, post)})),
        Err(refused) => refused,
    }
}

/// `GET /analytics?postId=`: what is out is counted; what is not is on its way (contract, section 9).
pub(super) fn analytics(site: &Site, call: &Call) -> Answer {
    let known = super::known_query(call, &["postId"], &[]);
    let post = known.and_then(|()| find(site, call.query("postId").unwrap_or_default()));
    let post = match post {
        Ok(post) => post,
        Err(refused) => return refused,
    };
    let rows = post.targets.iter().map(|target| {
        let counts = crate::demo::numbers::counted(post, target, call.now);
        let analytics = counts.map(|[likes, comments, shares, clicks, views]| {
            json!({"impressions": views, "reach": views, "likes": likes, "comments": comments, "shares": shares,
                   "saves": 0, "clicks": clicks, "views": views, "engagementRate": 1.5,
                   "lastUpdated": shape::time(call.now)})
        });
        json!({"platform": target.network, "status": target.status.word(), "accountId": target.account,
               "analytics": analytics, "syncStatus": if counts.is_some() { "synced" } else { "pending" }})
    });
    let rows: Vec<Value> = rows.collect();
    let synced = post.targets.iter().any(|target| target.status == Status::Published);
    Answer::json(
        if synced { 200 } else { 202 },
        json!({"postId": post.id, "latePostId": post.id,
        "status": post.status.word(), "platformAnalytics": rows,
        "syncStatus": if synced { "synced" } else { "pending" }}),
    )
}

pub(super) fn update(site: &mut Site, id: &str, call: &Call) -> Answer {
    change(site, id, call).unwrap_or_else(|refused| refused)
}

fn change(site: &mut Site, id: &str, call: &Call) -> Result<Answer, Answer> {
    let former = find(site, id)?.clone();
    if matches!(former.status, Status::Published | Status::Publishing) {
        let words = format!("Cannot update {} posts", former.status.word());
        return Err(refusal(400, "invalid_request_error", "invalid_resource_state", &words));
    }
    let body = call.object().map_err(|words| invalid("body", &words))?;
    wire::check(&body, BODY, "")?;
    for name in ["tiktokSettings", "facebookSettings"] {
        if body.contains_key(name) && !body.contains_key("platforms") {
            return Err(invalid(name, &format!("{name} needs platforms")));
        }
    }
    let mut post = former.clone();
    fill(site, &mut post, &body, call.now)?;
    if body.get("scheduledFor").is_some_and(Value::is_null) {
        post.scheduled_for = None;
    }
    let way = Way::of_change(&post, &body, call.now)?;
    sound(&post, way)?;
    if post.content != former.content || post.media != former.media || body.contains_key("platforms") {
        for target in &mut post.targets {
            target.trouble = target.trouble.take().filter(|trouble| !trouble.lasting);
        }
    }
    post.updated_at = call.now;
    if let Some(place) = site.posts.iter_mut().find(|known| known.id == id) {
        *place = post;
    }
    let message = go(site, id, way, call.now);
    let answer = match way {
        Way::Now => outcome(site, id, 200, message),
        _ => Answer::json(200, json!({"message": message, "post": shape::post(site, find(site, id)?)})),
    };
    Ok(answer.because(Effect::Changed(id.to_owned())))
}

pub(super) fn remove(site: &mut Site, id: &str) -> Answer {
    match find(site, id) {
        Err(refused) => refused,
        Ok(post) if post.status == Status::Published => {
            refusal(400, "invalid_request_error", "invalid_resource_state", "Cannot delete published posts")
        }
        Ok(_) => {
            site.posts.retain(|post| post.id != id);
            Answer::json(200, json!({"message": "Post deleted successfully"})).because(Effect::Removed(id.to_owned()))
        }
    }
}

pub(super) fn retry(site: &mut Site, id: &str, call: &Call) -> Answer {
    let post = match find(site, id) {
        Ok(post) => post,
        Err(refused) => return refused,
    };
    match post.status {
        Status::Failed | Status::Partial => {}
        Status::Publishing => {
            let words = "The post is being published";
            return refusal(409, "invalid_request_error", "invalid_resource_state", words);
        }
        other => {
            let words = format!("Cannot retry {} posts", other.word());
            return refusal(400, "invalid_request_error", "invalid_resource_state", &words);
        }
    }
    let dead = post.targets.iter().find(|target| target.status == Status::Failed && site.refuses(&target.account));
    if let Some(target) = dead {
        let words = format!("Account {} is disconnected and cannot be posted to. Please reconnect it.", target.account);
        return Answer::json(403, json!({"error": words, "code": "ACCOUNT_DISCONNECTED"}));
    }
    site.publish_at_once(id, call.now, |target| target.status == Status::Failed);
    let mut answer = outcome(site, id, 200, "Post published successfully");
    if let wire::Body::Json(body) = &mut answer.body {
        // A retry tells its results in the post alone.
        body.as_object_mut().and_then(|map| map.remove("platformResults"));
    }
    answer.because(Effect::Changed(id.to_owned()))
}
