//! Writing, moving, holding, deleting; and taking any of it back.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::change::Change;
use crate::domain::ids::{AccountName, IntentId, PostId};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Wish};
use crate::domain::problem::Problem;
use crate::domain::schedule::Schedule;
use crate::domain::write::{OutboxState, Prepared};
use crate::provider::{ProviderError, Step};
use crate::store::{Actor, JournalEntry};
use crate::sync::Order;

use super::{Desk, DeskError, Edit, Result, plan};

/// How long "publish now" can be taken back.
pub const TAKE_BACK: TimeDelta = TimeDelta::seconds(10);

impl Desk {
    /// Stores `post` as it shall be, and tells the providers concerned. Facts (outcomes, ids at the provider) are the
    /// store's; targets that were refused are made anew when the post is to go out.
    pub async fn save(&self, post: Post, verb: &str) -> Result<PostId> {
        let id = post.id;
        let current = self.store.post(id).await?;
        let goes_out = matches!(post.wish, Wish::Schedule | Wish::Now);
        if goes_out {
            self.may_go_out(&post)?;
        }
        let mut after = plan::wishes_onto(current.as_ref(), post);
        if goes_out {
            renew_refused(&mut after);
        }
        after.conflict = None;
        let delay = self.take_back().filter(|_| after.wish == Wish::Now);
        let existed = current.is_some();
        self.commit(vec![Edit::new(current, Some(after))], verb, delay).await?;
        if existed {
            self.store.forget_setting(&aside_key(id)).await?;
        }
        Ok(id)
    }

    /// Until when publishing at once can be taken back: a person at the screen has a moment, a command means it.
    fn take_back(&self) -> Option<DateTime<Utc>> {
        (self.actor == Actor::You).then(|| self.now() + TAKE_BACK)
    }

    fn may_go_out(&self, post: &Post) -> Result<()> {
        let refuse = |words: &str| Err(DeskError::Refused(words.into()));
        if post.targets.is_empty() {
            return refuse("choose a channel first; it was not scheduled");
        }
        if post.wish != Wish::Schedule {
            return Ok(());
        }
        for target in post.targets.iter().filter(|target| !matches!(target.outcome, Outcome::Published { .. })) {
            match post.schedule_for(target) {
                None => return refuse("give it a time first; it was not scheduled"),
                Some(schedule) if schedule.instant() <= self.now() => {
                    return refuse(
                        "that time has passed, and every provider would publish at once: choose a later time, or publish now",
                    );
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// Keeps a post that is being typed. A draft is kept as it is; what is typed on a post with a schedule is kept
    /// aside, and changes nothing until it is saved.
    pub async fn autosave(&self, mut post: Post) -> Result<()> {
        let current = self.store.post(post.id).await?;
        if let Some(planned) = current.as_ref().filter(|post| post.wish != Wish::Draft || post.is_remote()) {
            return self.keep_aside(planned, post).await;
        }
        post.wish = Wish::Draft;
        post.updated_at = self.now();
        self.store.autosave(self.now(), plan::wishes_onto(current.as_ref(), post)).await?;
        Ok(())
    }

    async fn keep_aside(&self, planned: &Post, typed: Post) -> Result<()> {
        let key = aside_key(typed.id);
        let typed = Post { updated_at: planned.updated_at, ..plan::wishes_onto(Some(planned), typed) };
        if typed == (Post { pending: false, ..planned.clone() }) {
            return Ok(self.store.forget_setting(&key).await?);
        }
        let text = serde_json::to_string(&typed).map_err(|error| DeskError::Refused(error.to_string()))?;
        Ok(self.store.set_setting(&key, &text).await?)
    }

    /// What was typed on posts with a schedule and not saved yet.
    pub async fn aside(&self) -> Result<Vec<Post>> {
        let kept = self.store.settings(ASIDE).await?;
        Ok(kept.into_iter().filter_map(|(_, text)| serde_json::from_str(&text).ok()).collect())
    }

    /// What was typed of a planned post and kept aside, because it was not reviewed; with the facts of today.
    pub async fn typed(&self, id: PostId) -> Result<Option<Post>> {
        let Some(text) = self.store.setting(&aside_key(id)).await? else { return Ok(None) };
        let current = self.current(id).await?;
        // What an older version of the program kept and this one cannot read is no reason to refuse the post itself.
        let Ok(typed) = serde_json::from_str::<Post>(&text) else { return Ok(None) };
        let typed = Post { wish: current.wish, ..plan::wishes_onto(Some(&current), typed) };
        let says = |post: &Post| (post.body.clone(), post.title.clone(), post.schedule, post.targets.clone());
        Ok((says(&typed) != says(&current)).then_some(typed))
    }

    /// Gives posts new times. All of them, or none.
    pub async fn move_posts(&self, moves: Vec<(PostId, Schedule)>) -> Result<()> {
        let now = self.now();
        let mut edits = Vec::new();
        for (id, schedule) in moves {
            let current = self.current(id).await?;
            if let Some(why) = current.fixed(now) {
                return Err(DeskError::Refused(format!("\"{}\" was not moved: {why}", current.headline())));
            }
            let mut after = current.clone();
            let goes_out = matches!(after.wish, Wish::Schedule);
            if goes_out && schedule.instant() <= now {
                let words = format!("\"{}\" was not moved: that time has passed", current.headline());
                return Err(DeskError::Refused(words));
            }
            // A target's own time keeps its distance from the post's.
            let distance = current.instant().map(|was| schedule.instant() - was);
            for target in &mut after.targets {
                if let (Some(own), Some(distance)) = (target.schedule, distance) {
                    target.schedule = Some(Schedule::at(own.instant() + distance, own.zone()));
                }
            }
            after.schedule = Some(schedule);
            if goes_out {
                renew_refused(&mut after);
            }
            edits.push(Edit::new(Some(current), Some(after)));
        }
        self.commit(edits, "moved", None).await
    }

    /// Deletes posts, here and, where they are not out yet, at the provider.
    pub async fn delete(&self, ids: &[PostId]) -> Result<()> {
        let mut edits = Vec::new();
        for id in ids {
            edits.push(Edit::new(Some(self.current(*id).await?), None));
        }
        self.commit(edits, "deleted", None).await
    }

    /// Takes posts off every schedule, keeping their times; or puts them back on.
    pub async fn hold(&self, ids: &[PostId], hold: bool) -> Result<()> {
        let mut edits = Vec::new();
        for id in ids {
            let current = self.current(*id).await?;
            let mut after = current.clone();
            after.wish = match (current.wish, hold) {
                (Wish::Schedule, true) => Wish::Hold,
                (Wish::Hold, false) => Wish::Schedule,
                (_, true) => return Err(DeskError::Refused("only scheduled posts can be held".into())),
                (_, false) => return Err(DeskError::Refused("only held posts can be released".into())),
            };
            if hold && let Some(why) = current.fixed(self.now()) {
                return Err(DeskError::Refused(format!("\"{}\" is not held: {why}", current.headline())));
            }
            if !hold {
                self.may_go_out(&after)?;
            }
            edits.push(Edit::new(Some(current), Some(after)));
        }
        self.commit(edits, if hold { "held" } else { "released" }, None).await
    }

    /// Publishes posts at once, after [`TAKE_BACK`].
    pub async fn publish_now(&self, ids: &[PostId]) -> Result<()> {
        let mut edits = Vec::new();
        for id in ids {
            let current = self.current(*id).await?;
            if let Some(why) = current.fixed(self.now()) {
                return Err(DeskError::Refused(format!("\"{}\" was not published: {why}", current.headline())));
            }
            let mut after = Post { wish: Wish::Now, ..current.clone() };
            self.may_go_out(&after)?;
            renew_refused(&mut after);
            edits.push(Edit::new(Some(current), Some(after)));
        }
        self.commit(edits, "published", self.take_back()).await
    }

    /// Takes back the last edit of the person. Says what was taken back.
    pub async fn undo(&self) -> Result<String> {
        let entry = self.store.undoable().await?;
        let entry = entry.ok_or_else(|| DeskError::Refused("there is nothing to undo".into()))?;
        self.retrace(&entry, true).await?;
        Ok(format!("undone: {}", entry.words))
    }

    /// Does the last undone edit again.
    pub async fn redo(&self) -> Result<String> {
        let entry = self.store.redoable().await?;
        let entry = entry.ok_or_else(|| DeskError::Refused("there is nothing to redo".into()))?;
        self.retrace(&entry, false).await?;
        Ok(format!("done again: {}", entry.words))
    }

    async fn retrace(&self, entry: &JournalEntry, back: bool) -> Result<()> {
        let mut edits = Vec::new();
        for change in &entry.changes {
            let change: Change = if back { change.inverse() } else { change.clone() };
            let Some(id) = change.post() else { continue };
            let current = self.store.post(id).await?;
            if let Some(why) = current.as_ref().and_then(|post| post.fixed(self.now())) {
                return Err(DeskError::Refused(format!("this cannot be taken back any more: {why}")));
            }
            let after = change.after.map(|wanted| plan::wishes_onto(current.as_ref(), *wanted));
            if let Some(after) = after.as_ref().filter(|after| after.wish == Wish::Schedule) {
                self.may_go_out(after)?;
            }
            edits.push(Edit::new(current, after));
        }
        self.commit(edits, if back { "undone" } else { "done again" }, None).await?;
        self.store.mark_undone(entry.id, back).await?;
        Ok(())
    }

    /// Settles a conflict: keeps our version, sending it again, or takes the provider's.
    pub async fn settle_conflict(&self, id: PostId, keep_ours: bool) -> Result<()> {
        let current = self.current(id).await?;
        let Some(theirs) = current.conflict.clone() else {
            return Err(DeskError::Refused("this post has no conflict".into()));
        };
        let mut at_provider = Post { body: theirs.body.clone(), ..current.clone() };
        if let Some(at) = theirs.at {
            at_provider.schedule = Some(Schedule::at(at, self.zone));
        }
        for row in self.store.outbox_of(id).await? {
            let waits = matches!(row.state, OutboxState::Ready | OutboxState::Waiting) && row.unknown_since.is_none();
            if waits {
                let words = "dropped: the conflict was settled";
                self.store.decide(row.intent, OutboxState::Superseded, None, words, self.now()).await?;
            }
        }
        let current = self.current(id).await?;
        let after = Post { conflict: None, ..if keep_ours { current.clone() } else { at_provider.clone() } };
        let edit = Edit {
            planned_from: Some(if keep_ours { at_provider } else { after.clone() }),
            before: Some(current),
            after: Some(after),
            extra: Vec::new(),
        };
        self.commit(vec![edit], if keep_ours { "kept ours" } else { "taken from the provider" }, None).await
    }

    /// Drops a write that has not left.
    pub async fn drop_write(&self, intent: IntentId) -> Result<()> {
        let rows = self.store.outbox().await?;
        let row = rows.into_iter().find(|row| row.intent == intent);
        let row = row.ok_or_else(|| DeskError::Refused("that write is over already".into()))?;
        if row.state == OutboxState::InFlight {
            return Err(DeskError::Refused("it is being sent just now and cannot be dropped".into()));
        }
        self.store.decide(intent, OutboxState::Superseded, None, "dropped by a person", self.now()).await?;
        Ok(())
    }

    /// What the providers think of a post, account by account; makes nothing.
    pub async fn check(&self, post: &Post) -> std::result::Result<Vec<Problem>, String> {
        let channels = self.store.channels().await.map_err(|error| error.to_string())?;
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, now: self.now() };
        let wanted = Post { wish: Wish::Schedule, ..plan::wishes_onto(None, post.clone()) };
        let mut problems = Vec::new();
        for (account, write) in plan::writes(None, Some(&wanted), &on) {
            let seat = self.seats.iter().find(|seat| seat.account == account);
            let (Some(seat), Some(submission)) = (seat, write.submission()) else { continue };
            let said: std::result::Result<Vec<Problem>, ProviderError> = seat.provider.check(submission).await;
            problems.extend(said.map_err(|error| format!("{account}: {error}"))?);
        }
        Ok(problems)
    }

    /// The requests that saving `post` would freeze first, account by account; freezes, keeps and sends nothing.
    pub async fn requests(&self, post: &Post) -> Result<Vec<(AccountName, Prepared)>> {
        let channels = self.store.channels().await?;
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, now: self.now() };
        let mut requests = Vec::new();
        for (account, write) in plan::writes(None, Some(post), &on) {
            let Some(seat) = self.seats.iter().find(|seat| seat.account == account) else { continue };
            let step = seat.provider.next(&write, self.ids.intent(self.now()), &[]);
            match step.map_err(|error| DeskError::Refused(error.to_string()))? {
                Step::Send(request) => requests.push((account, request)),
                Step::Done => {}
            }
        }
        Ok(requests)
    }

    /// Synchronises every account now.
    pub fn sync_now(&self) {
        self.order(None, &Order::Now);
    }
}

/// The settings that hold what was typed and not saved yet.
const ASIDE: &str = "aside:";

fn aside_key(post: PostId) -> String {
    format!("{ASIDE}{post}")
}

/// What was refused or cancelled is made anew: it starts over, in a post of its own at the provider.
pub(super) fn renew_refused(post: &mut Post) {
    for target in &mut post.targets {
        if matches!(target.outcome, Outcome::Refused(_) | Outcome::Cancelled) {
            target.outcome = Outcome::NotSent;
            target.remote = None;
        }
    }
}
