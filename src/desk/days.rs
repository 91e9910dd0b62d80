//! What is marked on days, and taking that back: in one line of time with the edits of posts.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::plan::DayNote;
use crate::store::JournalEntry;

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

impl Desk {
    /// Marks a day, or takes the mark away, so that it can be taken back.
    pub async fn mark_day(&self, date: NaiveDate, after: Option<DayNote>) -> Result<()> {
        let before = self.store.day_notes().await?.into_iter().find(|(day, _)| *day == date).map(|(_, note)| note);
        if before == after {
            return Ok(());
        }
        self.store.mark_day(date, after.as_ref()).await?;
        let mut changes = self.changes_of_days().await?;
        changes.retain(|change| change.undone.is_none());
        changes.push(Marked { since: self.latest_entry().await?, date, before, after, undone: None });
        let surplus = changes.len().saturating_sub(MOST);
        changes.drain(..surplus);
        self.keep_changes_of_days(&changes).await
    }

    /// Takes back the latest change of a mark, when that is later than `entry`, which would be undone otherwise; what
    /// was done, in words.
    pub(super) async fn unmark_day(&self, entry: Option<&JournalEntry>) -> Result<Option<String>> {
        let mut changes = self.changes_of_days().await?;
        let latest = changes.iter_mut().rev().find(|change| change.undone.is_none());
        let Some(change) = latest.filter(|change| entry.is_none_or(|entry| change.since >= entry.id)) else {
            return Ok(None);
        };
        self.store.mark_day(change.date, change.before.as_ref()).await?;
        change.undone = Some(self.latest_entry().await?);
        let words = format!("undone: {}", words(change.date, change.after.as_ref()));
        self.keep_changes_of_days(&changes).await?;
        Ok(Some(words))
    }

    /// Does the change of a mark again that was taken back last, when that is earlier than `entry`, which would be done
    /// again otherwise; what was done, in words.
    pub(super) async fn mark_day_again(&self, entry: Option<&JournalEntry>) -> Result<Option<String>> {
        let mut changes = self.changes_of_days().await?;
        // Whoever edits anew leaves behind what was taken back before.
        let edited = self.store.undoable().await?.map(|standing| standing.id);
        let first =
            changes.iter_mut().find(|change| change.undone.is_some_and(|at| edited.is_none_or(|edit| edit <= at)));
        let Some(change) = first.filter(|change| entry.is_none_or(|entry| change.since < entry.id)) else {
            return Ok(None);
        };
        self.store.mark_day(change.date, change.after.as_ref()).await?;
        change.undone = None;
        let words = format!("done again: {}", words(change.date, change.after.as_ref()));
        self.keep_changes_of_days(&changes).await?;
        Ok(Some(words))
    }

    async fn latest_entry(&self) -> Result<i64> {
        Ok(self.store.journal(1).await?.first().map_or(0, |entry| entry.id))
    }

    /// The remembered changes, oldest first. What cannot be read any more is forgotten.
    async fn changes_of_days(&self) -> Result<Vec<Marked>> {
        let kept = self.store.setting(KEPT).await?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default())
    }

    async fn keep_changes_of_days(&self, changes: &[Marked]) -> Result<()> {
        // Records of texts and flags have always a JSON form.
        Ok(self.store.set_setting(KEPT, &serde_json::to_string(changes).unwrap_or_default()).await?)
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
