//! Where a walk over the posts is. A window is walked by the calendar, month by month, and what lies further ahead than
//! anyone plans in detail by the list; everything there is, by the list alone (contract, sections 6 and 10). Pure.

use chrono::{DateTime, TimeDelta, Utc};

use crate::provider::{PageToken, Query};

/// The longest span one calendar call asks for. The longest allowed is not stated.
pub const SPAN: TimeDelta = TimeDelta::days(31);

/// How much of a window without an end is walked by the calendar.
const BY_CALENDAR: TimeDelta = TimeDelta::days(4 * 31);

/// The most rows a page of the list may have.
pub const PER_PAGE: u64 = 100;

/// How often a list is walked again because rows went away under the walk.
const ROUNDS: u64 = 3;

/// A place in a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The calendar from this instant on.
    Calendar(DateTime<Utc>),
    /// A page of the list.
    List(Page),
}

/// A page of the list, and what was seen on the one before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Only posts that start at this instant or later.
    pub after: Option<DateTime<Utc>>,
    /// How often the list was begun again.
    round: u64,
    /// Counts from 0.
    pub number: u64,
    /// How many rows there were in all, at most.
    total: Option<u64>,
    /// The first row of the page before.
    first: String,
}

impl Place {
    /// Where `query` is at `token`, or begins.
    pub fn of(query: &Query, token: Option<&PageToken>) -> Self {
        let begin = || query.from.map_or_else(|| Self::List(Page::default()), Self::Calendar);
        token.map_or_else(|| Some(begin()), |PageToken(text)| Self::read(text)).unwrap_or_else(begin)
    }

    /// The place as the opaque text of a token.
    pub fn token(&self) -> PageToken {
        PageToken(match self {
            Self::Calendar(from) => format!("calendar/{}", from.timestamp()),
            Self::List(Page { after, round, number, total, first }) => {
                let seconds = |at: &DateTime<Utc>| at.timestamp().to_string();
                let count = |count: &u64| count.to_string();
                let after = after.as_ref().map(seconds).unwrap_or_default();
                format!("list/{after}/{round}/{number}/{}/{first}", total.as_ref().map(count).unwrap_or_default())
            }
        })
    }

    fn read(token: &str) -> Option<Self> {
        let mut parts = token.split('/');
        let instant = |text: &str| DateTime::from_timestamp(text.parse().ok()?, 0);
        match parts.next()? {
            "calendar" => instant(parts.next()?).map(Self::Calendar),
            "list" => Some(Self::List(Page {
                after: instant(parts.next()?),
                round: parts.next()?.parse().ok()?,
                number: parts.next()?.parse().ok()?,
                total: parts.next()?.parse().ok(),
                first: parts.next()?.to_owned(),
            })),
            _ => None,
        }
    }
}

/// The end of the calendar call that begins at `from`.
pub fn end_of_span(query: &Query, from: DateTime<Utc>) -> DateTime<Utc> {
    // The end of a window belongs to it.
    let end = query.to.map(|to| to + TimeDelta::seconds(1));
    end.map_or(from + SPAN, |end| end.min(from + SPAN))
}

/// Where the walk goes on after the calendar was read up to `until`.
pub fn after_calendar(query: &Query, until: DateTime<Utc>) -> Option<Place> {
    match (query.from, query.to) {
        (_, Some(to)) => (until <= to).then_some(Place::Calendar(until)),
        (Some(from), None) if until >= from + BY_CALENDAR => {
            Some(Place::List(Page { after: Some(until), ..Page::default() }))
        }
        _ => Some(Place::Calendar(until)),
    }
}

/// Where the walk goes on after `page` showed `rows` rows, beginning with `first`, of `total`; the words say what is
/// wrong with the list.
pub fn after_page(page: &Page, rows: usize, first: &str, total: Option<u64>) -> Result<Option<Place>, &'static str> {
    if page.number > 0 && rows > 0 && page.first == first {
        return Err("the listing shows the same page again; what follows it could not be read");
    }
    let ended = rows == 0 || total.is_some_and(|total| (page.number + 1) * PER_PAGE >= total);
    let largest = page.total.max(total);
    let lost = total.is_some() && total < largest;
    let next = |round, number, total, first: &str| {
        Some(Place::List(Page { after: page.after, round, number, total, first: first.to_owned() }))
    };
    match (ended, lost) {
        (false, _) => Ok(next(page.round, page.number + 1, largest, first)),
        (true, false) => Ok(None),
        // Rows that went away moved others up, past the walk: it begins again (rows that came only repeat some).
        (true, true) if page.round < ROUNDS => Ok(next(page.round + 1, 0, None, "")),
        (true, true) => Err("posts keep going away while the list is read; some may be missing from it"),
    }
}
