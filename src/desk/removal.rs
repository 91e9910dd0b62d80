//! Deleting many posts: what a person means is found here, shown with its count, and only then deleted, post by post.
//!
//! A provider is never asked to delete by a rule of its own: filters that it does not know, and words that it drops,
//! would delete more than was meant.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::{Desk, DeskError, Result};
use crate::domain::filter::Filter;
use crate::domain::ids::{AccountName, PostId};
use crate::domain::outcome::State;
use crate::domain::post::Post;
use crate::domain::write::{OutboxRow, OutboxState};

/// Which posts somebody wants deleted. What is given narrows together; `except` is taken out at the end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Criteria {
    /// These posts; all of them where none is named.
    pub ids: Vec<PostId>,
    /// But not these.
    pub except: Vec<PostId>,
    /// What the filter takes.
    pub filter: Filter,
    /// Posts that were due, or last changed, at least so long ago.
    pub older_than: Option<TimeDelta>,
    /// Posts that speak through this account.
    pub account: Option<AccountName>,
    /// Every post there is, when nothing else is said.
    pub all: bool,
}

/// What would be deleted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Doomed {
    /// These posts, by moment.
    pub posts: Vec<Arc<Post>>,
    /// What the criteria take and cannot be deleted just now, with why.
    pub spared: Vec<(Arc<Post>, &'static str)>,
}

impl Desk {
    /// Finds what `criteria` mean. Deletes nothing. Without a criterion, and not `all`, it is refused.
    pub async fn doomed(&self, criteria: &Criteria) -> Result<Doomed> {
        let Criteria { ids, except, filter, older_than, account, all } = criteria;
        if ids.is_empty() && filter.is_empty() && older_than.is_none() && !all {
            return Err(DeskError::Refused(
                "say what to delete: ids, a filter, a status, an age; or all of it with --all".into(),
            ));
        }
        let (now, zone) = (self.now(), self.zone());
        if let Some(account) = account
            && !self.accounts.contains_key(account)
        {
            let names: Vec<&str> = self.accounts.keys().map(AccountName::as_str).collect();
            let words = format!("there is no account \"{account}\" that works; there is {}", names.join(", "));
            return Err(DeskError::Refused(words));
        }
        let since = older_than.map(|age| now.checked_sub_signed(age).unwrap_or_default());
        let channels = self.store.channels().await?;
        let means = |post: &Arc<Post>| {
            (ids.is_empty() || ids.contains(&post.id))
                && !except.contains(&post.id)
                && since.is_none_or(|since| post.instant().unwrap_or(post.updated_at) <= since)
                && account.as_ref().is_none_or(|name| post.targets.iter().any(|target| target.account() == *name))
                && filter.takes(post, &channels, now, zone)
        };
        let under_way: BTreeSet<PostId> =
            self.store.outbox().await?.iter().filter(|row| is_under_way(row)).map(|row| row.post).collect();
        let mut doomed = Doomed::default();
        for post in self.store.every_post(None, None).await?.into_iter().filter(means) {
            match spared(&post, under_way.contains(&post.id), now) {
                None => doomed.posts.push(post),
                Some(why) => doomed.spared.push((post, why)),
            }
        }
        Ok(doomed)
    }
}

/// Why a post cannot be deleted just now.
fn spared(post: &Post, under_way: bool, now: chrono::DateTime<chrono::Utc>) -> Option<&'static str> {
    match post.state(now) {
        State::Publishing => Some("it is being published just now"),
        State::Unknown => Some("it may be live already; V verifies first"),
        _ if under_way => Some("its last write is on its way"),
        _ => None,
    }
}

/// Whether a write may have gone through, or is half done.
fn is_under_way(row: &OutboxRow) -> bool {
    matches!(row.state, OutboxState::InFlight | OutboxState::Verifying | OutboxState::Unknown)
        || (row.state.is_open() && (row.unknown_since.is_some() || !row.receipts.is_empty()))
}

/// An age as people write it: `30d`, `12h`, `90m`, `2w`. Nothing else is an age.
pub fn age(text: &str) -> Option<TimeDelta> {
    let text = text.trim().to_lowercase();
    let unit = text.chars().last()?;
    let number: i64 = text.strip_suffix(unit)?.trim().parse().ok().filter(|number| *number >= 0)?;
    match unit {
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        'w' => TimeDelta::try_weeks(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        assert_eq!(age("30d"), Some(TimeDelta::days(30)));
        assert_eq!(
            (age("90M"), age(" 12h "), age("2w")),
            (Some(TimeDelta::minutes(90)), Some(TimeDelta::hours(12)), Some(TimeDelta::weeks(2)))
        );
        for wrong in ["", "d", "30", "-3d", "3 days", "1.5d", "é", "99999999999999999999d", "9223372036854775807w"] {
            assert_eq!(age(wrong), None, "{wrong}");
        }
    }
}
