//! VoxBurst's list of posts: newest first, behind a cursor.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{id_of, invalid, known_query, page, refusal, shape};
use crate::clock::Instant;
use crate::demo::records::{SimPost, Status};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

pub(super) fn list(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["status", "platform", "accountId", "from", "to", "limit", "cursor"])?;
    let status = match call.query("status") {
        None => None,
        Some(word) if word.eq_ignore_ascii_case("all") => None,
        // Words of the contract that no post of this world ever has.
        Some("approved" | "unpublished" | "archived") => return empty(call),
        Some(word) => Some(Status::of_post(word).ok_or_else(|| invalid("status", &format!("{word} is not a status")))?),
    };
    if let Some(account) = call.query("accountId") {
        id_of("acc", account)?;
    }
    let (from, to) = (instant(call, "from")?, instant(call, "to")?);
    let fits = |post: &&SimPost| {
        let planned = post.scheduled_for.or(post.published_at).filter(|_| !site.windows_by_creation);
        let at = planned.unwrap_or(post.created_at);
        status.is_none_or(|status| status == post.status)
            && call
                .query("platform")
                .is_none_or(|slug| post.targets.iter().any(|target| target.network.eq_ignore_ascii_case(slug)))
            && call.query("accountId").is_none_or(|id| post.targets.iter().any(|target| target.account == id))
            && from.is_none_or(|from| at >= from)
            && to.is_none_or(|to| at <= to)
    };
    let mut posts: Vec<&SimPost> = site.posts.iter().filter(fits).collect();
    posts.sort_by(|left, right| (right.created_at, &right.id).cmp(&(left.created_at, &left.id)));
    let (shown, pagination) = page(call, posts, |post| post.id.clone())?;
    let data: Vec<Value> = shown.into_iter().map(|post| shape::post(site, post, call.now)).collect();
    Ok(Answer::json(200, json!({"data": data, "pagination": pagination})))
}

fn empty(call: &Call) -> Result<Answer, Answer> {
    let (_, pagination) = page(call, Vec::<()>::new(), |()| String::new())?;
    Ok(Answer::json(200, json!({"data": [], "pagination": pagination})))
}

fn instant(call: &Call, name: &str) -> Result<Option<Instant>, Answer> {
    match call.query(name) {
        None => Ok(None),
        Some(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Ok(Some(at.to_utc())),
            Err(_) => Err(refusal(400, "INVALID_DATE", &format!("{name} must be an ISO date with an offset"))),
        },
    }
}
