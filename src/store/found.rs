//! Every post by its words, the views that were kept, and what is marked on days.

use chrono::{DateTime, NaiveDate, Utc};

use super::error::{Fault, StoreError};
use super::posts::id_at;
use super::rows::{maybe_instant, parse_list};
use super::{Exchange, Store, prefs};
use crate::domain::found::{Indexed, SEARCHED, SavedView};
use crate::domain::plan::DayNote;

/// What the keys of kept views begin with.
const VIEWS: &str = "view.";
/// What the keys of marked days begin with.
const DAYS: &str = "day.";

impl Store {
    /// Every post as far as it can be found by its words, the latest change first.
    pub async fn index(&self) -> Result<Vec<Indexed>, StoreError> {
        self.read(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, substr(CASE WHEN title IS NULL OR title = '' THEN body ELSE title || ' ' || body END, 1, ?1),
                        sort_at, wish, campaign, tags
                 FROM post ORDER BY updated_at DESC, id DESC",
            )?;
            let mut rows = statement.query([SEARCHED as i64])?;
            let mut index = Vec::new();
            while let Some(row) = rows.next()? {
                let text = |at: usize| -> Result<&str, Fault> {
                    row.get_ref(at)?.as_str().map_err(|error| Fault::unreadable("a post", error))
                };
                let at: Option<DateTime<Utc>> = maybe_instant(row.get(2)?)?;
                let tags = match text(5)? {
                    "[]" => Vec::new(),
                    list => parse_list("the tags of a post", list)?,
                };
                let (id, head) = (id_at(row, 0)?, text(1)?.split_whitespace().collect::<Vec<_>>().join(" "));
                index.push(Indexed { id, head, at, draft: text(3)? == "draft", campaign: row.get(4)?, tags });
            }
            Ok(index)
        })
        .await
    }

    /// What is marked on days. What cannot be read any more is left out.
    pub async fn day_notes(&self) -> Result<Vec<(NaiveDate, DayNote)>, StoreError> {
        let kept = self.read(|db| prefs::beginning_with(db, DAYS)).await?;
        Ok(kept
            .into_iter()
            .filter_map(|(at, text)| Some((at.parse().ok()?, serde_json::from_str(&text).ok()?)))
            .collect())
    }

    /// Marks a day, or takes the mark away, and keeps `record` of it; both or neither.
    pub async fn mark_day(&self, date: NaiveDate, note: Option<&DayNote>, record: Exchange) -> Result<(), StoreError> {
        // A record of a text and a flag has always a JSON form.
        let note = note.map(|note| serde_json::to_string(note).unwrap_or_default());
        self.write(move |db| {
            prefs::put(db, &format!("{DAYS}{date}"), note.as_deref())?;
            record.carry_out(db)
        })
        .await
    }

    /// The kept views by their digits. One that cannot be read any more is left out.
    pub async fn saved_views(&self) -> Result<Vec<(u8, SavedView)>, StoreError> {
        let kept = self.read(|db| prefs::beginning_with(db, VIEWS)).await?;
        Ok(kept
            .into_iter()
            .filter_map(|(at, text)| Some((at.parse().ok()?, serde_json::from_str(&text).ok()?)))
            .collect())
    }

    /// Keeps a view under a digit, in the place of the one before.
    pub async fn keep_view(&self, at: u8, view: &SavedView) -> Result<(), StoreError> {
        // A record of texts and numbers has always a JSON form.
        let text = serde_json::to_string(view).unwrap_or_default();
        self.set_setting(&format!("{VIEWS}{at}"), &text).await
    }
}
