//! Late's list of posts: filters, sorting, pages by number and by cursor.

use std::cmp::Ordering;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::{Value, json};

use super::{invalid, is_id, known_query, number, shape};
use crate::clock::Instant;
use crate::demo::network;
use crate::demo::records::{SimPost, Status};
use crate::demo::wire::{Answer, Call};
use crate::demo::world::Site;

const NAMES: &[&str] = &[
    "page",
    "limit",
    "status",
    "platform",
    "profileId",
    "createdBy",
    "accountId",
    "search",
    "tags",
    "includeHidden",
    "sortBy",
    "source",
    "fromDate",
    "toDate",
    "dateFrom",
    "dateTo",
    "offset",
    "cursor",
    "fields",
    "updatedSince",
];

pub(super) fn list(site: &Site, call: &Call) -> Answer {
    page(site, call).unwrap_or_else(|refused| refused)
}

fn page(site: &Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, NAMES, &["profileId", "tags", "fromDate", "toDate", "dateFrom", "dateTo"])?;
    let limit = number(call, "limit", 1, 500)?.unwrap_or(10);
    let page = number(call, "page", 1, 1_000_000)?;
    let cursor = call.query("cursor");
    if cursor.is_some() && page.is_some() {
        return Err(invalid("cursor", "cursor cannot be combined with page"));
    }
    let filter = Filter::read(call)?;
    let sort = Sort::read(call.query("sortBy"))?;
    let mut posts: Vec<(Place, &SimPost)> =
        site.posts.iter().filter(|post| filter.takes(post)).map(|post| (sort.place(post), post)).collect();
    posts.sort_by(|(left, _), (right, _)| sort.compare(left, right));
    let total = posts.len() as u64;

    let rest: Vec<(Place, &SimPost)> = match cursor {
        Some(text) => {
            let after = sort.cursor(text).ok_or_else(|| invalid("cursor", "cursor is not valid"))?;
            posts.into_iter().filter(|(place, _)| sort.compare(place, &after) == Ordering::Greater).collect()
        }
        None => {
            let skip =
                number(call, "offset", 0, u64::MAX)?.unwrap_or_else(|| (page.unwrap_or(1) - 1).saturating_mul(limit));
            posts.into_iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).collect()
        }
    };
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rest.len() > size;
    let shown: Vec<&SimPost> = rest.into_iter().take(size).map(|(_, post)| post).collect();
    let next = shown.last().filter(|_| more && sort.has_cursor()).map(|post| sort.token(post));
    let fields: Option<Vec<&str>> = call.query("fields").map(|list| list.split(',').map(str::trim).collect());
    let rows: Vec<Value> = shown.into_iter().map(|post| trim(shape::post(site, post), fields.as_deref())).collect();
    Ok(Answer::json(
        200,
        json!({"posts": rows, "pagination": {"page": page.unwrap_or(1), "limit": limit, "total": total,
                                             "pages": total.div_ceil(limit), "nextCursor": next}}),
    ))
}

/// Keeps only the fields asked for; the id is always kept.
fn trim(mut post: Value, fields: Option<&[&str]>) -> Value {
    if let (Some(fields), Some(map)) = (fields, post.as_object_mut()) {
        map.retain(|name, _| name == "_id" || fields.contains(&name.as_str()));
    }
    post
}

/// Which posts are asked for.
struct Filter {
    status: Option<Status>,
    platform: Option<String>,
    account: Option<String>,
    search: Option<String>,
    tags: Vec<String>,
    from: Option<Instant>,
    to: Option<Instant>,
    updated: Option<Instant>,
    /// Another profile, another author or posts made outside Late: there are none.
    elsewhere: bool,
}

impl Filter {
    fn read(call: &Call) -> Result<Self, Answer> {
        let status = match call.query("status") {
            None => None,
            Some(word) => {
                let exact = Status::of_post(word).filter(|status| status.word() == word);
                Some(exact.ok_or_else(|| invalid("status", &format!("{word} is not a status")))?)
            }
        };
        let platform = call.query("platform").map(str::to_owned);
        if let Some(slug) = platform.as_deref().filter(|slug| !network::slugs().any(|known| known == *slug)) {
            return Err(invalid("platform", &format!("{slug} is not a platform")));
        }
        let account = call.query("accountId").map(str::to_owned);
        if account.as_deref().is_some_and(|id| !is_id(id)) {
            return Err(invalid("accountId", "accountId is not a valid id"));
        }
        let profile = call.query("profileId").unwrap_or("all");
        let updated = match call.query("updatedSince") {
            None => None,
            Some(text) => {
                let at = DateTime::parse_from_rfc3339(text);
                Some(at.map_err(|_| invalid("updatedSince", "updatedSince needs a date with an offset"))?.to_utc())
            }
        };
        Ok(Self {
            status,
            platform,
            account,
            search: call.query("search").map(str::to_lowercase),
            tags: call
                .query("tags")
                .map(|list| list.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()).collect())
                .unwrap_or_default(),
            from: day(call, &["fromDate", "dateFrom"], NaiveTime::MIN)?,
            to: day(call, &["toDate", "dateTo"], END_OF_DAY)?,
            updated,
            elsewhere: call.query("source") == Some("external")
                || !(profile.is_empty() || profile == "all" || profile == super::PROFILE)
                || call.query("createdBy").is_some_and(|id| id != super::USER),
        })
    }

    fn takes(&self, post: &SimPost) -> bool {
        let at = post.scheduled_for.or(post.published_at);
        let tags = || post.extra.get("tags").and_then(Value::as_array);
        !self.elsewhere
            && self.status.is_none_or(|status| status == post.status)
            && self.platform.as_ref().is_none_or(|slug| post.targets.iter().any(|target| target.network == *slug))
            && self.account.as_ref().is_none_or(|id| post.targets.iter().any(|target| target.account == *id))
            && self.search.as_ref().is_none_or(|part| post.content.to_lowercase().contains(part))
            && self.tags.iter().all(|tag| tags().is_some_and(|list| list.iter().any(|known| known == tag.as_str())))
            // Undated drafts drop out of a window, as a comparison with nothing does.
            && self.from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && self.to.is_none_or(|to| at.is_some_and(|at| at <= to))
            && self.updated.is_none_or(|since| post.updated_at >= since)
    }
}

const END_OF_DAY: NaiveTime = match NaiveTime::from_hms_milli_opt(23, 59, 59, 999) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// A date or an instant from the first of these names that is there; a bare date is a UTC day.
fn day(call: &Call, names: &[&str], time: NaiveTime) -> Result<Option<Instant>, Answer> {
    let Some((name, text)) = names.iter().find_map(|name| call.query(name).map(|text| (*name, text))) else {
        return Ok(None);
    };
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(Some(at.to_utc()));
    }
    match text.parse::<NaiveDate>() {
        Ok(date) => Ok(Some(date.and_time(time).and_utc())),
        Err(_) => Err(invalid(name, &format!("{name} must be YYYY-MM-DD or an ISO date"))),
    }
}

/// Where a post stands in a sorted list: its instant (undated last), a word, and its id.
type Place = (Option<i64>, String, String);

#[derive(Clone, Copy)]
enum Sort {
    Scheduled { descending: bool },
    Created { descending: bool },
    Status,
    Platform,
}

impl Sort {
    fn read(word: Option<&str>) -> Result<Self, Answer> {
        Ok(match word {
            None | Some("scheduled-desc") => Self::Scheduled { descending: true },
            Some("scheduled-asc") => Self::Scheduled { descending: false },
            Some("created-desc") => Self::Created { descending: true },
            Some("created-asc") => Self::Created { descending: false },
            Some("status") => Self::Status,
            Some("platform") => Self::Platform,
            Some(_) => return Err(invalid("sortBy", "sortBy is not a known order")),
        })
    }

    fn has_cursor(self) -> bool {
        matches!(self, Self::Scheduled { .. } | Self::Created { .. })
    }

    fn place(self, post: &SimPost) -> Place {
        let millis = |at: Instant| at.timestamp_millis();
        let (at, word) = match self {
            Self::Scheduled { .. } => (post.scheduled_for.map(millis), ""),
            Self::Created { .. } => (Some(millis(post.created_at)), ""),
            Self::Status => (None, post.status.word()),
            Self::Platform => (None, post.targets.first().map_or("", |target| target.network.as_str())),
        };
        (at, word.to_owned(), post.id.clone())
    }

    fn compare(self, left: &Place, right: &Place) -> Ordering {
        let descending = matches!(self, Self::Scheduled { descending: true } | Self::Created { descending: true });
        let by_time = match (left.0, right.0) {
            (Some(left), Some(right)) if descending => right.cmp(&left),
            (Some(left), Some(right)) => left.cmp(&right),
            // The undated come last in either direction.
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        let by_id = if descending { right.2.cmp(&left.2) } else { left.2.cmp(&right.2) };
        by_time.then_with(|| left.1.cmp(&right.1)).then(by_id)
    }

    /// The opaque cursor that stands behind a post.
    fn token(self, post: &SimPost) -> String {
        let (at, _, id) = self.place(post);
        let at = at.map_or_else(String::new, |millis| millis.to_string());
        format!("{at}~{id}").bytes().map(|byte| format!("{byte:02x}")).collect()
    }

    fn cursor(self, token: &str) -> Option<Place> {
        if !token.is_ascii() || !token.len().is_multiple_of(2) {
            return None;
        }
        let bytes: Option<Vec<u8>> = (0..token.len())
            .step_by(2)
            .map(|at| token.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect();
        let text = String::from_utf8(bytes?).ok()?;
        let (at, id) = text.split_once('~')?;
        let at = if at.is_empty() { None } else { Some(at.parse().ok()?) };
        let at: Option<i64> = at.filter(|millis| DateTime::<Utc>::from_timestamp_millis(*millis).is_some());
        Some((at, String::new(), id.to_owned()))
    }
}
