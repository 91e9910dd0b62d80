//! Walking listings by offset, newest first, while posts come and go: pages overlap, and what the page before showed
//! is found again by the last id it ended with. What is due is read before what is over. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::provider::tolerant::{instant, text};
use crate::provider::{PageToken, Query};

/// Entries per page: the most that is allowed (contract, section 2).
pub const PER_PAGE: usize = 100;

/// How many entries of the page before are asked for again; as many may go meanwhile without hiding another.
const OVERLAP: usize = 5;

/// How long before its time a post is planned at the earliest, as far as a walk over a window is concerned. The
/// listing knows no window and is ordered by creation: without an end, every look at this month would read years.
/// A post planned longer ahead is found by the walks without a window.
const PLANNED_AHEAD: TimeDelta = TimeDelta::days(180);

/// Which part of the posts a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is to come or going out.
    Coming,
    /// What is over.
    Over,
    /// Everything; for listings that are short anyway.
    Whole,
}

impl Part {
    fn word(self) -> &'static str {
        match self {
            Self::Coming => "coming",
            Self::Over => "over",
            Self::Whole => "whole",
        }
    }
}

/// Where a walk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub part: Part,
    offset: usize,
    /// The last id of the page before.
    last: Option<String>,
}

impl Place {
    /// The beginning of `part`.
    pub fn start(part: Part) -> Self {
        Self { part, offset: 0, last: None }
    }

    /// The place a token of [`Place::token`] stands for.
    pub fn read(token: &PageToken) -> Option<Self> {
        let mut words = token.0.splitn(3, ':');
        let part = match words.next()? {
            "coming" => Part::Coming,
            "over" => Part::Over,
            "whole" => Part::Whole,
            _ => return None,
        };
        let offset = words.next()?.parse().ok()?;
        let last = words.next().filter(|last| !last.is_empty()).map(str::to_owned);
        Some(Self { part, offset, last })
    }

    fn token(&self) -> PageToken {
        PageToken(format!("{}:{}:{}", self.part.word(), self.offset, self.last.as_deref().unwrap_or_default()))
    }

    /// What to ask for here.
    pub fn asked(&self) -> Vec<(&'static str, String)> {
        let statuses: &[&str] = match self.part {
            // Several values by repeating the name: a list with commas is refused (contract, section 7).
            Part::Coming => &["scheduled", "draft", "processing"],
            Part::Over => &["processed"],
            Part::Whole => &[],
        };
        let statuses = statuses.iter().map(|status| ("status", (*status).to_owned()));
        statuses.chain([("offset", self.offset.to_string()), ("limit", PER_PAGE.to_string())]).collect()
    }
}

/// A page without what was shown before.
#[derive(Debug, PartialEq)]
pub struct Fresh<'a> {
    /// The new entries.
    pub items: &'a [Value],
    /// Where to go on.
    pub next: Option<PageToken>,
    /// Why the walk may have missed something, in words.
    pub doubt: Option<&'static str>,
}

/// What of `items`, the page at `place`, is new, and where the walk goes on. `query` may end it early.
pub fn fresh<'a>(items: &'a [Value], place: &Place, query: &Query) -> Fresh<'a> {
    let seen = place.last.as_deref().map(|last| items.iter().position(|item| text(item, &["id"]) == Some(last)));
    let (new, lost) = match seen {
        None => (items, false),
        Some(Some(at)) => (items.get(at + 1..).unwrap_or_default(), false),
        Some(None) => (items, true),
    };
    let full = items.len() >= PER_PAGE;
    if full && new.is_empty() {
        let doubt = Some("the listing leads back to the same page; what follows it could not be read");
        return Fresh { items: new, next: None, doubt };
    }
    let doubt = lost.then_some("posts went away while the listing was read; some may be missing until the next time");
    let next = if full && !is_past(new, place, query) {
        let last = items.iter().rev().find_map(|item| text(item, &["id"])).map(str::to_owned);
        Some(Place { offset: place.offset + PER_PAGE - OVERLAP, last, ..*place })
    } else {
        (place.part == Part::Coming).then(|| Place::start(Part::Over))
    };
    Fresh { items: new, next: next.map(|next| next.token()), doubt }
}

/// Whether all that follows was made too long ago to be in the window.
fn is_past(new: &[Value], place: &Place, query: &Query) -> bool {
    let Some(from) = query.from.filter(|_| place.part == Part::Over) else { return false };
    let made = |item: &Value| text(item, &["created_at"]).and_then(instant);
    new.iter().all(|item| made(item).is_some_and(|made| made < from - PLANNED_AHEAD))
}

/// Whether a post that is or was to go out at `at` is in the window; one without a time is in every window.
pub fn within(query: &Query, at: Option<DateTime<Utc>>) -> bool {
    at.is_none_or(|at| query.from.is_none_or(|from| at >= from) && query.to.is_none_or(|to| at <= to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn items(ids: std::ops::Range<usize>) -> Vec<Value> {
        ids.map(|id| json!({"id": format!("sp_{id}"), "created_at": "2026-01-01T00:00:00+00:00"})).collect()
    }

    fn ids(fresh: &Fresh<'_>) -> Vec<String> {
        fresh.items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    fn follow(token: &Option<PageToken>) -> Place {
        Place::read(token.as_ref().unwrap()).unwrap()
    }

    #[test]
    fn what_comes_is_read_before_what_is_over_and_each_once() {
        let query = Query::default();
        let page = items(0..100);
        let first = fresh(&page, &Place::start(Part::Coming), &query);
        let place = follow(&first.next);
        assert_eq!(place, Place { part: Part::Coming, offset: 95, last: Some("sp_99".into()) });
        assert_eq!(place.asked().iter().filter(|(name, _)| *name == "status").count(), 3);
        // Two came meanwhile: the page begins two earlier.
        let page = items(93..130);
        let second = fresh(&page, &place, &query);
        assert_eq!(ids(&second), ids(&Fresh { items: &items(100..130), next: None, doubt: None }));
        assert_eq!(follow(&second.next), Place::start(Part::Over));
        assert_eq!(fresh(&[], &Place::start(Part::Over), &query).next, None);
    }

    #[test]
    fn a_walk_that_turns_in_a_circle_or_lost_its_place_says_so() {
        let page = items(0..100);
        let place = follow(&fresh(&page, &Place::start(Part::Whole), &Query::default()).next);
        let again = fresh(&page, &place, &Query::default());
        assert_eq!((again.items.len(), again.next, again.doubt.is_some()), (0, None, true));
        let page = items(110..130);
        let shrunk = fresh(&page, &place, &Query::default());
        assert_eq!((shrunk.items.len(), shrunk.next, shrunk.doubt.is_some()), (20, None, true));
    }

    #[test]
    fn a_window_ends_the_walk_where_only_old_posts_follow() {
        let page = items(0..100);
        let day = |text: &str| Query { from: Some(instant(text).unwrap()), ..Query::default() };
        let next = |part, query: &Query| fresh(&page, &Place::start(part), query).next;
        assert!(next(Part::Over, &day("2026-05-01T00:00:00Z")).is_some(), "planned up to half a year ahead");
        assert!(next(Part::Over, &day("2026-08-01T00:00:00Z")).is_none());
        assert!(next(Part::Coming, &day("2026-08-01T00:00:00Z")).is_some(), "what is to come is read to its end");
    }
}
