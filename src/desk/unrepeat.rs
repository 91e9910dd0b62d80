//! What becomes of a repetition when the edit that began it is taken back, or done again: it goes with its first post,
//! so that nothing goes out of what a person has just called off.

use super::repeat::{asked_key, date_key, refused, series_key};
use super::{Desk, Edit, Result};
use crate::domain::post::{Post, Wish};
use crate::domain::repeat::Rule;
use crate::domain::words::count;
use crate::store::Alongside;

/// What goes with an edit that is retraced.
#[derive(Default)]
pub(super) struct Along {
    /// The posts of the repetition that are deleted with it.
    pub(super) edits: Vec<Edit>,
    /// What is kept of the repetition.
    pub(super) alongside: Alongside,
    /// What is to be said of it.
    pub(super) words: Option<String>,
    /// Whether a repetition begins again, whose next posts are to be made.
    pub(super) begins: bool,
}

impl Desk {
    /// The repetitions that end because `edits` take their first posts from the schedule. Their posts that still wait
    /// are deleted; the rule stays beside a first post that is a draft again, which the composer shows.
    pub(super) async fn ending_with(&self, edits: &[Edit]) -> Result<Along> {
        let mut along = Along::default();
        let (mut repeated, mut ended, mut gone) = (None, 0, 0);
        for edit in edits.iter().filter(|edit| calls_off(edit)) {
            let Some(id) = edit.post() else { continue };
            let repeated = match &mut repeated {
                Some(known) => known,
                unread => unread.insert(self.repeated_posts().await?),
            };
            let Some((series, _)) = repeated.get(&id) else { continue };
            let Some(standing) = self.standing(*series).await? else { continue };
            let dates = self.dates_of(*series).await?;
            if dates.values().next() != Some(&id) {
                continue;
            }
            let mut waiting = Vec::new();
            for other in dates.values().filter(|other| **other != id) {
                waiting.extend(self.store.post(*other).await?.filter(|post| post.fixed(self.now()).is_none()));
            }
            (ended, gone) = (ended + 1, gone + waiting.len());
            let key = series_key(*series);
            along.alongside.replaces.push((key.clone(), standing.text.clone(), standing.text));
            along.alongside.forgets.extend(dates.keys().map(|date| date_key(*series, *date)));
            along.alongside.forgets.push(key);
            if edit.after.is_some() {
                along.alongside.claims.push((asked_key(id), standing.series.rule));
            }
            along.edits.extend(waiting.into_iter().map(|post| Edit::new(Some(post), None)));
        }
        let over = if ended == 1 { "its repetition is over".into() } else { format!("{ended} repetitions are over") };
        let gone = if gone == 0 { String::new() } else { format!(", and {} of it went with it", count(gone, "post")) };
        along.words = (ended > 0).then(|| over + &gone);
        Ok(along)
    }

    /// The repetitions that begin again because `edits` put drafts on the schedule that shall come again.
    pub(super) async fn beginning_with(&self, edits: &[Edit]) -> Result<Along> {
        let mut along = Along::default();
        for after in edits.iter().filter(|edit| edit.before.as_ref().is_none_or(is_draft)).filter_map(scheduled) {
            let Some(rule) = self.store.setting(&asked_key(after.id)).await? else { continue };
            let rule = Rule::read(&rule).map_err(refused)?;
            along.alongside.claims.extend(self.begun(after, &rule).await?.1);
            along.alongside.forgets.push(asked_key(after.id));
            along.words = Some(format!("it is repeated {}", rule.words(&self.habits)));
            along.begins = true;
        }
        Ok(along)
    }
}

fn is_draft(post: &Post) -> bool {
    post.wish == Wish::Draft
}

fn scheduled(edit: &Edit) -> Option<&Post> {
    edit.after.as_ref().filter(|post| post.wish == Wish::Schedule)
}

/// Whether an edit makes a draft of what was on the schedule, or deletes it.
fn calls_off(edit: &Edit) -> bool {
    edit.before.as_ref().is_some_and(|post| post.wish == Wish::Schedule) && edit.after.as_ref().is_none_or(is_draft)
}
