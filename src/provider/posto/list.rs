//! Reading schedules: the rows of a list become posts, one per group.
//!
//! A closed window is asked of the calendar, month by month, and each group it names of the list, which alone knows
//! rows, texts, errors and links. Everything else is a walk over the whole list, latest time first, fifty rows a page.
//! A group may lie across the end of a page: its rows are held back for the page after, and the token names it, so
//! that a walk that forgot them reads the group anew. Filters are applied here again, because a site may ignore them.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::site::Ask;
use super::{Posto, map, wire};
use crate::domain::ids::RemoteId;
use crate::domain::outcome::State;
use crate::domain::remote::RemotePost;
use crate::provider::http::Answer;
use crate::provider::{Again, Kind, Page, PageToken, ProviderError, Query, Reach, Result, words};

/// The list of schedules.
pub const SCHEDULES: &str = "/fs-poster/v1/schedules";
const CALENDAR: &str = "/fs-poster/v1/schedules/calendar";

/// Rows per page: the most that every version allows; asked for more, a site silently gives ten.
const PER_PAGE: u64 = 50;
/// No group has more pages of rows than this.
const MOST_PAGES: u64 = 40;
/// How much of the calendar is asked for at once; it knows no pages.
const MONTH: TimeDelta = TimeDelta::days(31);
/// How far beyond a window is looked: sites spread the rows of a group, and send late.
const MARGIN: TimeDelta = TimeDelta::days(1);

/// What a walk over the list remembers between two pages. Only a shortcut: without it the group is read anew.
#[derive(Debug, Default)]
pub struct Walk {
    token: String,
    held: Vec<wire::Row>,
    last: Vec<Option<String>>,
    given: BTreeSet<String>,
}

/// Rows as a page lists them.
struct Listed {
    rows: Vec<wire::Row>,
    /// Groups with a row that could not be read: what is known of them is not all.
    broken: BTreeSet<String>,
    spoiled: Vec<String>,
    total: Option<u64>,
    count: usize,
}

/// Rows of one group.
type Group = (String, Vec<wire::Row>);

/// What the calendar is asked to leave out, in the site's words; and what is left out here, because a site takes a word
/// that it does not know for no filter at all (contract, section 7).
#[derive(Debug, Default)]
struct Filters {
    statuses: Vec<&'static str>,
    networks: Vec<String>,
}

impl Filters {
    fn of(query: &Query) -> Self {
        let asked: Option<Vec<_>> = query.statuses.iter().map(|state| words_for(*state)).collect();
        let mut statuses = asked.unwrap_or_default().concat();
        statuses.sort_unstable();
        statuses.dedup();
        let networks = query.networks.iter().map(|network| map::slug(network).to_owned()).collect();
        Self { statuses, networks }
    }

    /// Whether an entry is one of those asked for; what does not say of itself what it is, is.
    fn take(&self, entry: &wire::CalendarEntry) -> bool {
        let status = entry.status.as_deref();
        let slug = |channel: &Value| channel.get("social_network").and_then(Value::as_str).map(str::to_owned);
        let networks: Vec<String> = entry.channels.iter().filter_map(slug).collect();
        (self.statuses.is_empty() || status.is_none_or(|status| self.statuses.contains(&status)))
            && (self.networks.is_empty()
                || networks.is_empty()
                || networks.iter().any(|network| self.networks.contains(network)))
    }
}

/// The words of rows that a post in this state has, each post at least one of them; none where they cannot be asked for.
fn words_for(state: State) -> Option<Vec<&'static str>> {
    match state {
        State::Draft => Some(vec!["draft"]),
        State::Scheduled | State::Missed => Some(vec!["not_sent", "draft"]),
        State::Published => Some(vec!["success"]),
        State::Partial | State::Failed => Some(vec!["error"]),
        State::Held | State::Publishing | State::Unknown => None,
    }
}

impl Posto {
    /// The posts of `query`.
    pub(super) async fn listed(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        match (query.from, query.to) {
            (Some(from), Some(to)) => self.window(query, from - MARGIN, to + MARGIN, at).await,
            _ => self.walked(query, at).await,
        }
    }

    /// One month of a window.
    async fn window(
        &self,
        wanted: &Query,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        at: Option<PageToken>,
    ) -> Result<Page<RemotePost>> {
        let told = at.and_then(|PageToken(token)| token.strip_prefix("from:")?.parse().ok());
        let start = told.unwrap_or(from.timestamp());
        let end = to.timestamp().min(start + MONTH.num_seconds());
        let filters = Filters::of(wanted);
        let mut query = vec![("start", start.to_string()), ("end", end.to_string())];
        query.extend(filters.statuses.iter().map(|status| ("statuses[]", (*status).to_owned())));
        query.extend(filters.networks.iter().map(|network| ("social_networks[]", network.clone())));
        let answer = self.site.call(Ask::get(CALENDAR, &query)).await?;
        let mut page = Page { items: Vec::new(), next: None, total: None, spoiled: Vec::new() };
        let mut groups = BTreeSet::new();
        for item in rows_of(&answer)? {
            match serde_json::from_value::<wire::CalendarEntry>(item.clone()) {
                // A planner's projection is not there yet, and nobody can change it here.
                Ok(entry) if entry.planner_id.0.as_deref().is_some_and(|planner| planner != "0") => {}
                Ok(entry) if !filters.take(&entry) => {}
                Ok(wire::CalendarEntry { schedule_group_id, .. }) => groups.extend(schedule_group_id.0),
                Err(error) => page.spoiled.push(words::name(&format!("a calendar entry could not be read: {error}"))),
            }
        }
        for group in groups {
            self.give(&mut page, &group, None).await?;
        }
        page.next = (end < to.timestamp()).then(|| PageToken(format!("from:{end}")));
        Ok(page)
    }

    /// One page of the walk over the list.
    async fn walked(&self, query: &Query, at: Option<PageToken>) -> Result<Page<RemotePost>> {
        let (number, held) = read_token(at.as_ref());
        let mut walk = self.walk_at(at.as_ref());
        let asked = [("page", number.to_string()), ("rows_count", PER_PAGE.to_string())];
        let listed = read(&self.site.call(Ask::get(SCHEDULES, &asked)).await?)?;
        let ids: Vec<Option<String>> = listed.rows.iter().map(|row| row.id.0.clone()).collect();
        let repeated = !ids.is_empty() && walk.as_ref().is_some_and(|walk| walk.last == ids);
        let ended = listed.total.map_or(listed.count == 0, |total| number * PER_PAGE >= total);
        let passed = query.from.is_some_and(|from| {
            let earliest = listed.rows.iter().filter_map(|row| row.send_time.0).min();
            earliest.is_some_and(|at| at < (from - MARGIN).timestamp())
        });

        let mut page = Page { items: Vec::new(), next: None, total: None, spoiled: listed.spoiled };
        let known = walk.as_mut().map(|walk| std::mem::take(&mut walk.held));
        let mut groups: Vec<Group> =
            held.iter().map(|group| (group.clone(), known.clone().unwrap_or_default())).collect();
        if repeated {
            page.spoiled.push("the listing leads back to the same page; what follows it could not be read".into());
        } else {
            gather(&mut groups, listed.rows);
        }
        if listed.count == 0 && !ended {
            page.spoiled.push("the listing is shorter than it says; what is missing could not be read".into());
        }
        let goes_on = !ended && !passed && !repeated && listed.count > 0;
        // What the end of the page may have cut in two is given with the next one, or not at all where none follows.
        let back = if goes_on || passed && !ended { groups.pop() } else { None };
        let mut given = walk.map(|walk| walk.given).unwrap_or_default();
        for (group, rows) in groups {
            let ours = held.as_ref() == Some(&group);
            let cut = ours && known.is_none();
            let again = !given.insert(group.clone());
            // What it is on the page that could not be read is not known.
            if listed.broken.contains(&group) || (ours && repeated) {
                continue;
            }
            let rows = (!cut && !again).then_some(rows);
            self.give(&mut page, &group, rows).await?;
        }
        page.next = goes_on.then(|| token(number + 1, back.as_ref()));
        // Rows of a group that began on a page nobody remembers are not all of it: it will be read anew.
        let whole = known.is_some() || back.as_ref().is_none_or(|(group, _)| held.as_ref() != Some(group));
        if let Some(next) = page.next.as_ref().filter(|_| whole) {
            let held = back.map(|(_, rows)| rows).unwrap_or_default();
            let walk = Walk { token: next.0.clone(), held, last: ids, given };
            *self.walk.lock().unwrap_or_else(PoisonError::into_inner) = Some(walk);
        }
        Ok(page)
    }

    /// What the walk remembers, if it is the one that `at` goes on with.
    fn walk_at(&self, at: Option<&PageToken>) -> Option<Walk> {
        let walk = self.walk.lock().unwrap_or_else(PoisonError::into_inner).take();
        match at {
            None => Some(Walk::default()),
            Some(PageToken(token)) => walk.filter(|walk| walk.token == *token),
        }
    }

    /// Adds the post of a group to `page`: from `rows` where they are all of it, else as the site shows it now.
    async fn give(&self, page: &mut Page<RemotePost>, group: &str, rows: Option<Vec<wire::Row>>) -> Result<()> {
        let id = RemoteId::new(group);
        let whole = |rows: &Vec<wire::Row>| !rows.is_empty() && !self.recent.knows_more(&id, rows.len());
        let rows = match rows.filter(whole) {
            Some(rows) => rows,
            None => match self.rows(group).await {
                Ok(rows) => rows,
                // One group that cannot be read hides nothing else.
                Err(error) if error.kind == Kind::Malformed && error.status.is_some() => {
                    page.spoiled.push(error.words);
                    return Ok(());
                }
                Err(error) => return Err(error),
            },
        };
        page.items.extend(self.seen(&id, &rows));
        Ok(())
    }

    /// The post behind rows, with what the site hides just now.
    fn seen(&self, id: &RemoteId, rows: &[wire::Row]) -> Option<RemotePost> {
        self.recent.completed(id, map::post(rows), map::due(rows), self.site.now())
    }

    /// The post of a group.
    pub(super) async fn shown(&self, id: &RemoteId) -> Result<RemotePost> {
        let rows = self.rows(id.as_str()).await?;
        self.seen(id, &rows).ok_or_else(|| {
            ProviderError::new(Kind::NotFound, Reach::Answered, Again::Never, "the site has no such post")
        })
    }

    /// The rows of one group, all of them or an error.
    pub(super) async fn rows(&self, group: &str) -> Result<Vec<wire::Row>> {
        let mut rows: Vec<wire::Row> = Vec::new();
        for number in 1..=MOST_PAGES {
            let query = [
                ("page", number.to_string()),
                ("rows_count", PER_PAGE.to_string()),
                ("schedule_group_id", group.to_owned()),
            ];
            let answer = self.site.call(Ask::get(SCHEDULES, &query)).await?;
            let listed = read(&answer)?;
            if listed.broken.contains(group) {
                let why = listed.spoiled.first().map(String::as_str).unwrap_or_default();
                return Err(answer.unreadable(&format!("the post could not be read: {why}")));
            }
            let mine = listed.rows.into_iter().filter(|row| row.group_id.0.as_deref() == Some(group));
            for row in mine {
                // Rows shift between pages while others are made.
                if rows.iter().all(|known| known.id != row.id) {
                    rows.push(row);
                }
            }
            let more = listed.total.is_some_and(|total| number * PER_PAGE < total);
            if !more || listed.count == 0 {
                break;
            }
        }
        Ok(rows)
    }
}

/// Adds `rows` to the groups they belong to, in the order of the list.
fn gather(groups: &mut Vec<Group>, rows: Vec<wire::Row>) {
    for row in rows {
        let Some(id) = row.group_id.0.clone() else { continue };
        match groups.iter_mut().find(|(group, _)| *group == id) {
            Some((_, known)) if known.iter().any(|other| other.id == row.id) => {}
            Some((_, known)) => known.push(row),
            None => groups.push((id, vec![row])),
        }
    }
}

fn read(answer: &Answer) -> Result<Listed> {
    let items = rows_of(answer)?;
    let total = answer.json.get("total");
    let total = total.and_then(|total| total.as_u64().or_else(|| total.as_str()?.parse().ok()));
    let mut listed =
        Listed { rows: Vec::new(), broken: BTreeSet::new(), spoiled: Vec::new(), total, count: items.len() };
    for item in items {
        match map::row(item) {
            Ok(row) => listed.rows.push(row),
            Err(why) => {
                let id = item.get("id").and_then(Value::as_u64);
                let name = id.map_or_else(|| "a schedule without an id".to_owned(), |id| format!("schedule {id}"));
                listed.spoiled.push(words::name(&format!("{name} could not be read: {why}")));
                listed.broken.extend(map::group_of(item));
            }
        }
    }
    Ok(listed)
}

fn rows_of(answer: &Answer) -> Result<&[Value]> {
    let found = answer.json.get("schedules").and_then(Value::as_array);
    found.map(Vec::as_slice).ok_or_else(|| answer.unreadable("the answer holds no list of schedules"))
}

/// Which page, and which group the page before held back.
fn read_token(at: Option<&PageToken>) -> (u64, Option<String>) {
    let Some(PageToken(token)) = at else { return (1, None) };
    let (number, held) = token.split_once(' ').unwrap_or((token, ""));
    (number.parse().unwrap_or(1), Some(held.to_owned()).filter(|held| !held.is_empty()))
}

fn token(number: u64, held: Option<&Group>) -> PageToken {
    PageToken(format!("{number} {}", held.map(|(group, _)| group.as_str()).unwrap_or_default()))
}
