//! FS Poster's rows, tried again and deleted.

use serde_json::{Map, Value, json};

use super::{done, failed, object, shape};
use crate::demo::records::{SimPost, SimTarget, Status};
use crate::demo::wire::{self, Answer, Call, Effect, Field, Flaw, Kind};
use crate::demo::world::Site;

pub(super) fn retry(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = object(call)?;
    wire::check(&body, &[("ids", Kind::List, false)], "").map_err(Flaw::into_wordpress)?;
    let ids = numbers(&body, "ids")?;
    if ids.is_empty() {
        return Err(failed("Please select logs to retry"));
    }
    let failed_row = |post: &SimPost, id: u64| {
        post.targets.iter().any(|target| shape::row_id(target) == id && target.status == Status::Failed)
    };
    if !ids.iter().all(|id| site.posts.iter().any(|post| failed_row(post, *id))) {
        return Err(failed("You don't have access to all the selected logs"));
    }
    let mut touched = String::new();
    for post in &mut site.posts {
        for target in post.targets.iter_mut().filter(|target| ids.contains(&shape::row_id(target))) {
            target.status = Status::Pending;
            target.scheduled_for = Some(call.now);
            target.error = None;
            touched.clone_from(&post.id);
        }
        if post.id == touched {
            post.updated_at = call.now;
            post.roll_up();
        }
    }
    Ok(done().because(Effect::Changed(touched)))
}

/// Numbers of one row that was sent; one value comes as text, as plugins are written (contract, section 8).
pub(super) fn insights(site: &Site, call: &Call) -> Result<Answer, Answer> {
    let id = call.query("id").and_then(|text| text.parse::<u64>().ok());
    let rows = site.posts.iter().flat_map(|post| post.targets.iter().map(move |target| (post, target)));
    let row = rows.into_iter().find(|(_, target)| Some(shape::row_id(target)) == id);
    let Some((post, target)) = row else { return Err(failed("You don't have access to the selected log")) };
    let counts = crate::demo::numbers::counted(post, target, call.now);
    let Some([likes, comments, shares, ..]) = counts else { return Err(failed("The post has not been sent")) };
    Ok(Answer::json(
        200,
        json!({"insights": [{"label": "Likes", "value": likes},
        {"label": "Comments", "value": comments.to_string()}, {"label": "Shares", "value": shares}]}),
    ))
}

const DELETE: &[Field] = &[
    ("include_all", Kind::Flag, false),
    ("include_ids", Kind::List, false),
    ("exclude_ids", Kind::List, false),
    ("filters", Kind::Object, false),
];

/// Always answers well. `include_all` takes everything but what is excluded or fits no known filter; rows that are
/// being sent stay.
pub(super) fn delete(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    let body = object(call)?;
    wire::check(&body, DELETE, "").map_err(Flaw::into_wordpress)?;
    let (included, excluded) = (numbers(&body, "include_ids")?, numbers(&body, "exclude_ids")?);
    let all = wire::flag(&body, "include_all");
    let filters = body.get("filters").and_then(Value::as_object).cloned().unwrap_or_default();
    let (statuses, networks) = (wire::texts(&filters, "statuses"), wire::texts(&filters, "social_networks"));
    let taken = |post: &SimPost, target: &SimTarget| {
        let (id, status) = (shape::row_id(target), shape::status(post, target));
        let fits = (statuses.is_empty() || statuses.iter().any(|wanted| wanted == status))
            && (networks.is_empty() || networks.contains(&target.network));
        status != "sending" && if all { fits && !excluded.contains(&id) } else { included.contains(&id) }
    };
    let mut effect = Effect::None;
    for post in &mut site.posts {
        let left: Vec<SimTarget> = post.targets.iter().filter(|target| !taken(post, target)).cloned().collect();
        if left.len() == post.targets.len() {
            continue;
        }
        effect = if left.is_empty() { Effect::Removed(post.id.clone()) } else { Effect::Changed(post.id.clone()) };
        post.targets = left;
    }
    site.posts.retain(|post| !post.targets.is_empty());
    Ok(done().because(effect))
}

fn numbers(body: &Map<String, Value>, name: &str) -> Result<Vec<u64>, Answer> {
    let items = body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let number = |item: &Value| item.as_u64().ok_or_else(|| Flaw::new(name, "must hold numbers").into_wordpress());
    items.iter().map(number).collect()
}
