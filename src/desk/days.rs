//! What is marked on days, and taking that back: in one line of time with the edits of posts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::plan::DayNote;
use crate::store::{Exchange, JournalEntry};

use super::{Desk, Result};

/// Where the changes of marks are remembered.
const KEPT: &str = "days.changes";
/// How many of them.
const MOST: usize = 50;

/// One change of what is marked on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marked {
    /// The latest entry of the journal before it: what says which of two came later.
    since: i64,
    date: NaiveDate,
    before: Option<DayNote>,
    after: Option<DayNote>,
    /// The latest entry of the journal when it was taken back, if it is.
    undone: Option<i64>,
}

/// The remembered changes, oldest first, and the text they were read from.
struct History {
    changes: Vec<Marked>,
    text: Option<String>,
}

impl History {
    /// What is to be remembered from now on, in the place of what was read.
    fn kept(self) -> Exchange {
        // Records of texts and flags have always a JSON form.
        let now = serde_json::to_string(&self.changes).unwrap_or_default();
        Exchange { key: KEPT.into(), was: self.text, now: Some(now) }
    }
}

impl Desk {
    /// Marks a day, or takes the mark away, so that it can be taken back.
    pub async fn mark_day(&self, date: NaiveDate, after: Option<DayNote>) -> Result<()> {
        let mut history = self.changes_of_days().await?;
        let before = self.store.day_notes().await?.into_iter().find(|(day, _)| *day == date).map(|(_, note)| note);
        if before == after {
            return Ok(());
        }
        let changes = &mut history.changes;
        changes.retain(|change| change.undone.is_none());
        let since = self.latest_entry().await?;
        changes.push(Marked { since, date, before, after: after.clone(), undone: None });
        let surplus = changes.len().saturating_sub(MOST);
        changes.drain(..surplus);
        Ok(self.store.mark_day(date, after.as_ref(), history.kept()).await?)
    }

    /// Takes back the latest change of a mark, when that is later than `entry`, which would be undone otherwise; what
    /// was done, in words.
    pub(super) async fn unmark_day(&self, entry: Option<&JournalEntry>) -> Result<Option<String>> {
        let mut history = self.changes_of_days().await?;
        let latest = history.changes.iter_mut().rev().find(|change| change.undone.is_none());
        let Some(change) = latest.filter(|change| entry.is_none_or(|entry| change.since >= entry.id)) else {
            return Ok(None);
        };
        change.undone = Some(self.latest_entry().await?);
        let change = change.clone();
        self.store.mark_day(change.date, change.before.as_ref(), history.kept()).await?;
        Ok(Some(format!("undone: {}", words(change.date, change.after.as_ref()))))
    }

    /// Does the change of a mark again that was taken back last, when that is earlier than `entry`, which would be done
    /// again otherwise; what was done, in words.
    pub(super) async fn mark_day_again(&self, entry: Option<&JournalEntry>) -> Result<Option<String>> {
        let mut history = self.changes_of_days().await?;
        // Whoever edits anew leaves behind what was taken back before.
        let edited = self.store.undoable().await?.map(|standing| standing.id);
        let taken_back = |change: &&mut Marked| change.undone.is_some_and(|at| edited.is_none_or(|edit| edit <= at));
        let first = history.changes.iter_mut().find(taken_back);
        let Some(change) = first.filter(|change| entry.is_none_or(|entry| change.since < entry.id)) else {
            return Ok(None);
        };
        change.undone = None;
        let change = change.clone();
        self.store.mark_day(change.date, change.after.as_ref(), history.kept()).await?;
        Ok(Some(format!("done again: {}", words(change.date, change.after.as_ref()))))
    }

    async fn latest_entry(&self) -> Result<i64> {
        Ok(self.store.journal(1).await?.first().map_or(0, |entry| entry.id))
    }

    /// What cannot be read any more is forgotten.
    async fn changes_of_days(&self) -> Result<History> {
        let text = self.store.setting(KEPT).await?;
        let changes = text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        Ok(History { changes, text })
    }
}

fn words(date: NaiveDate, after: Option<&DayNote>) -> String {
    let date = date.format("%a %-d %b");
    match after {
        Some(note) if note.embargo => format!("the embargo on {date}"),
        Some(_) => format!("the note on {date}"),
        None => format!("taking away what was marked on {date}"),
    }
}
