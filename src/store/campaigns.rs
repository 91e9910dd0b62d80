//! Campaigns: their recipes by id, their posts by name, and how far each has come.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, params};

use super::error::{Fault, StoreError};
use super::rows::{maybe_instant, source_word};
use super::{Store, posts, prefs};
use crate::domain::campaign::Progress;
use crate::domain::ids::PostId;
use crate::domain::post::{Post, Source};
use crate::domain::recipe::Recipe;

/// What the keys of kept recipes begin with.
const RECIPES: &str = "campaign.";

impl Store {
    /// Every kept recipe, the oldest first. One that cannot be read any more is left out.
    pub async fn recipes(&self) -> Result<Vec<Recipe>, StoreError> {
        let kept = self.read(|db| prefs::beginning_with(db, RECIPES)).await?;
        Ok(kept.into_iter().filter_map(|(_, text)| serde_json::from_str(&text).ok()).collect())
    }

    /// Keeps a recipe, in the place of what it was before.
    pub async fn keep_recipe(&self, recipe: &Recipe) -> Result<(), StoreError> {
        // A record of texts, numbers and ids has always a JSON form.
        let text = serde_json::to_string(recipe).unwrap_or_default();
        self.set_setting(&format!("{RECIPES}{}", recipe.id), &text).await
    }

    /// Forgets a recipe. Its posts stay.
    pub async fn forget_recipe(&self, id: PostId) -> Result<(), StoreError> {
        self.forget_setting(&format!("{RECIPES}{id}")).await
    }

    /// Gives a number to every post of a campaign that has none and came from a provider: after those that are
    /// numbered, by their moments. Answers how many there were.
    pub async fn number_campaigns(&self) -> Result<usize, StoreError> {
        self.write(|db| {
            let mut statement = db.prepare_cached(
                "SELECT id, campaign FROM post
                 WHERE campaign IS NOT NULL AND campaign_number IS NULL AND source = ?1 ORDER BY sort_at IS NULL, sort_at, id",
            )?;
            let mut rows = statement.query([source_word(Source::Provider)])?;
            let mut found: Vec<(Vec<u8>, String)> = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((row.get(0)?, row.get(1)?));
            }
            // Asked once for each campaign: one may hold tens of thousands of posts.
            let mut last: HashMap<&str, i64> = HashMap::new();
            let highest = |name: &str| -> rusqlite::Result<i64> {
                let sql = "SELECT coalesce(max(campaign_number), 0) FROM post WHERE campaign = ?1";
                db.prepare_cached(sql)?.query_row([name], |row| row.get(0))
            };
            let mut number = db.prepare_cached("UPDATE post SET campaign_number = ?2 WHERE id = ?1")?;
            for (id, campaign) in &found {
                let next = match last.get(campaign.as_str()) {
                    Some(last) => last + 1,
                    None => highest(campaign)? + 1,
                };
                last.insert(campaign, next);
                number.execute(params![id, next])?;
            }
            Ok(found.len())
        })
        .await
    }

    /// The posts of a campaign by their moments, and those of `ids` whatever their campaign.
    pub async fn of_campaign(&self, name: &str, ids: Vec<PostId>) -> Result<Vec<Arc<Post>>, StoreError> {
        let name = name.to_owned();
        self.read(move |db| {
            let mut found = posts::of_campaign(db, &name)?;
            for id in ids {
                if !found.iter().any(|post| post.id == id) {
                    found.extend(posts::find(db, id)?);
                }
            }
            Ok(found.into_iter().map(Arc::new).collect())
        })
        .await
    }
}

/// How far each campaign has come, by name.
pub(super) fn progress(db: &Connection) -> Result<Vec<Progress>, Fault> {
    let mut statement = db.prepare_cached(
        "SELECT campaign, count(*), min(sort_at), max(sort_at),
                sum(EXISTS (SELECT 1 FROM target WHERE post = id)
                    AND NOT EXISTS (SELECT 1 FROM target WHERE post = id AND outcome NOT LIKE '{\"published\"%'))
         FROM post WHERE campaign IS NOT NULL GROUP BY campaign",
    )?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Progress {
            name: row.get(0)?,
            posts: row.get(1)?,
            first: maybe_instant(row.get(2)?)?,
            last: maybe_instant(row.get(3)?)?,
            published: row.get(4)?,
        });
    }
    Ok(found)
}
