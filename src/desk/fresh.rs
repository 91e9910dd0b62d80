//! Reading the providers' own view of what a filter takes, and no more.

use chrono::TimeDelta;

use crate::domain::filter::Filter;
use crate::provider::Query;

use super::Desk;

/// How far back, and how far ahead, posts are asked for where the filter names no moments.
const BACK: TimeDelta = TimeDelta::days(30);
const AHEAD: TimeDelta = TimeDelta::days(366);

impl Desk {
    /// What providers are asked for so that nothing `filter` takes is left out. Its moments are always closed: a window is
    /// what every provider lists best.
    pub fn query(&self, filter: &Filter) -> Query {
        let now = self.now();
        let wanted = filter.wanted(now, self.zone());
        let from = wanted.from.unwrap_or_else(|| wanted.to.map_or(now, |to| to.min(now)) - BACK);
        let to = wanted.to.unwrap_or_else(|| from.max(now) + AHEAD);
        let (statuses, networks) = (wanted.states, wanted.networks);
        Query { from: Some(from), to: Some(to), statuses, networks, write: None }
    }
}
