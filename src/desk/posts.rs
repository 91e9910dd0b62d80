//! Writing, moving, holding, deleting.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{AccountName, ChannelId, IntentId, PostId};
use crate::domain::naming::full_name;
use crate::domain::outcome::{Outcome, State, TAKE_BACK};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::remote::{RemotePost, RemoteState};
use crate::domain::repeat::Rule;
use crate::domain::schedule::Schedule;
use crate::domain::write::{OutboxRow, OutboxState, Prepared, Write};
use crate::provider::Step;
use crate::store::{Actor, Alongside};
use crate::sync::Order;

use super::rebase::rebase;
use super::repeat::asked_key;
use super::typing::shortly;
use super::{Desk, DeskError, Edit, Planning, Result, plan};

impl Desk {
    /// Stores `post` as it shall be, and tells the providers concerned. Facts (outcomes, ids at the provider) are the
    /// store's; targets that were refused are made anew when the post is to go out.
    pub async fn save(&self, post: Post, verb: &str) -> Result<PostId> {
        self.save_onto(None, post, verb).await
    }

    /// The same for a post that was opened as `base` and typed over: what changed elsewhere meanwhile stays, and where
    /// that is what was typed over, nothing is done and the words say so; what was typed is kept aside.
    pub async fn save_onto(&self, base: Option<&Post>, post: Post, verb: &str) -> Result<PostId> {
        self.save_beginning(base, post, verb, None).await
    }

    /// The same, and in the one transaction begins its repetition by `rule`.
    pub(super) async fn save_beginning(
        &self,
        base: Option<&Post>,
        post: Post,
        verb: &str,
        rule: Option<&Rule>,
    ) -> Result<PostId> {
        let id = post.id;
        let current = self.store.post(id).await?;
        let post = match (base, &current) {
            // A draft is stored as it is typed: there is nothing to compare, unless somebody made more of it.
            (Some(base), Some(current)) if is_typed_draft(base) => {
                if !is_typed_draft(current) {
                    self.keep_aside(&current.as_written(), base, post).await?;
                    let words = format!(
                        "it is {} since it was opened here, by another window or the shell; compare, then save again",
                        current.state(self.now()).word()
                    );
                    return Err(DeskError::Refused(words));
                }
                post
            }
            (Some(base), Some(current)) => {
                let (typed, written) = (post.clone(), current.as_written());
                match rebase(base, post, &written) {
                    (post, torn) if torn.is_empty() => post,
                    (_, torn) => {
                        self.keep_aside(&written, base, typed).await?;
                        return Err(DeskError::Refused(format!(
                            "its {} changed elsewhere since it was opened; compare, then save again",
                            torn.join(" and ")
                        )));
                    }
                }
            }
            _ => post,
        };
        self.may_be_saved(current.as_ref(), &post).await?;
        let mut after = plan::wishes_onto(current.as_ref(), post);
        if matches!(after.wish, Wish::Schedule | Wish::Now) {
            renew_refused(&mut after);
        }
        if after.wish == Wish::Now {
            self.at_once(&mut after);
        }
        let mut after = self.fit_out(after).await?;
        after.conflict = None;
        let delay = self.take_back().filter(|_| after.wish == Wish::Now);
        let mut forgets: Vec<String> = current.iter().map(|_| aside_key(id)).collect();
        let mut claims = Vec::new();
        if let Some(rule) = rule {
            claims = self.begun(&after, rule).await?.1;
        }
        if rule.is_some() || after.wish == Wish::Now {
            forgets.push(asked_key(id));
        }
        let alongside = Alongside { forgets, claims, ..Alongside::default() };
        self.commit_with(vec![Edit::new(current, Some(after))], verb, delay, alongside).await?;
        self.left(id).await?;
        Ok(id)
    }

    /// Refuses what [`Desk::save`] refuses of a post, `current` being what is stored of it.
    pub async fn may_be_saved(&self, current: Option<&Post>, post: &Post) -> Result<()> {
        if matches!(post.wish, Wish::Schedule | Wish::Now) {
            self.may_go_out(post, not_out).await?;
        }
        if post.wish == Wish::Schedule { self.may_stand_anew(current, post).await } else { Ok(()) }
    }

    /// Until when publishing at once can be taken back: a person at the screen has a moment, a command means it.
    pub(super) fn take_back(&self) -> Option<DateTime<Utc>> {
        (self.actor == Actor::You).then(|| self.now() + TAKE_BACK)
    }

    /// What goes out at once stands at the present moment, without other times.
    pub(super) fn at_once(&self, post: &mut Post) {
        let zone = post.schedule.map_or(self.zone, |schedule| schedule.zone());
        post.schedule = Some(Schedule::at(self.now(), zone));
        post.queue = None;
        for target in post.targets.iter_mut().filter(|target| target.outcome.can_change()) {
            target.schedule = None;
        }
    }

    /// Whether those targets of `post` that `concerns` names can be sent, as far as we can tell.
    pub(super) async fn may_go_out(&self, post: &Post, concerns: fn(&Target) -> bool) -> Result<()> {
        self.is_timely(post, concerns)?;
        let Some(queued) = post.queue.as_ref().filter(|_| post.wish == Wish::Schedule) else { return Ok(()) };
        // At another account nobody would know of the queue, and the post would stay a draft there.
        let elsewhere = |target: &&Target| concerns(target) && target.account() != queued.account;
        let Some(target) = post.targets.iter().find(elsewhere) else { return Ok(()) };
        let channels = self.store.channels().await?;
        let channel = channels.iter().find(|channel| channel.id == target.channel);
        let name = channel.map_or_else(|| target.channel.to_string(), full_name);
        Err(DeskError::Refused(format!(
            "it waits for a queue of {}, and {name} is not one of its channels: take that channel out, or give the post \
             a time; it was not scheduled",
            queued.account
        )))
    }

    /// Refuses times on days on which nothing goes out, of those that `post` has and `current` had not, or was not to go
    /// out at: one that stood there before the embargo can still be corrected.
    pub(super) async fn may_stand_anew(&self, current: Option<&Post>, post: &Post) -> Result<()> {
        let times = |post: &Post| -> Vec<Schedule> {
            let targets = post.targets.iter().filter(|target| not_out(target));
            targets.filter_map(|target| post.schedule_for(target)).collect()
        };
        let stood = current.filter(|current| current.wish == Wish::Schedule).map(times).unwrap_or_default();
        let new: Vec<Schedule> = times(post).into_iter().filter(|at| !stood.contains(at)).collect();
        if new.is_empty() { Ok(()) } else { self.not_on_embargo(&new).await }
    }

    /// Whether there are channels, and a time for each that `concerns` names.
    pub(super) fn is_timely(&self, post: &Post, concerns: fn(&Target) -> bool) -> Result<()> {
        let refuse = |words: &str| Err(DeskError::Refused(words.into()));
        if post.targets.is_empty() {
            return refuse("choose a channel first; it was not scheduled");
        }
        if post.wish != Wish::Schedule {
            return Ok(());
        }
        for target in post.targets.iter().filter(|target| concerns(target)) {
            match post.schedule_for(target) {
                None if post.queue.is_some() => {}
                None => return refuse("give it a time first; it was not scheduled"),
                Some(schedule) if post.queue.is_none() && schedule.instant() <= self.now() => {
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
    pub async fn autosave(&self, post: Post) -> Result<()> {
        self.autosave_onto(None, post).await
    }

    /// The same for a post that was opened as `base`: what changed elsewhere meanwhile is not taken for a wish.
    pub async fn autosave_onto(&self, base: Option<&Post>, mut post: Post) -> Result<()> {
        let current = self.store.post(post.id).await?;
        if let Some(planned) = current.as_ref().filter(|post| !is_typed_draft(post)) {
            let written = planned.as_written();
            return self.keep_aside(&written, base.unwrap_or(&written), post.as_written()).await;
        }
        post = post.as_written();
        post.wish = Wish::Draft;
        post.updated_at = self.now();
        let kept = plan::wishes_onto(current.as_ref(), post);
        if current.as_ref().is_some_and(|current| self.goes_on(current)) {
            self.store.retype(self.now(), kept.clone()).await?;
        } else {
            self.store.autosave(self.now(), kept.clone()).await?;
        }
        self.note_typing(&kept).await
    }

    async fn keep_aside(&self, planned: &Post, base: &Post, typed: Post) -> Result<()> {
        let key = aside_key(typed.id);
        let typed = Post { updated_at: planned.updated_at, ..plan::wishes_onto(Some(planned), typed) };
        // What the typing began from, so that a change made elsewhere meanwhile is not taken for a wish.
        let kept = self.store.setting(&key).await?.and_then(|text| serde_json::from_str::<Aside>(&text).ok());
        let begun = kept.as_ref().map_or(base, |kept| &kept.base);
        if rebase(begun, typed.clone(), planned).0 == (Post { pending: false, ..planned.clone() }) {
            return Ok(self.store.forget_setting(&key).await?);
        }
        if let Some(Aside { typed: earlier, at, .. }) = &kept
            && !earlier.asks_the_same(&typed)
            && at.is_none_or(|at| !shortly(at, self.now()))
        {
            self.store.keep_version(at.unwrap_or(self.now()), earlier.clone()).await?;
        }
        let base = kept.map_or_else(|| base.clone(), |kept| kept.base);
        let text = serde_json::to_string(&Aside { base, typed, at: Some(self.now()) })
            .map_err(|error| DeskError::Refused(error.to_string()))?;
        Ok(self.store.set_setting(&key, &text).await?)
    }

    /// What was typed of a planned post and kept aside, because it was not reviewed; with the facts of today.
    pub async fn typed(&self, id: PostId) -> Result<Option<Post>> {
        let Some(text) = self.store.setting(&aside_key(id)).await? else { return Ok(None) };
        let current = self.current(id).await?.as_written();
        // What an older version of the program kept and this one cannot read is no reason to refuse the post itself.
        let Ok(kept) = serde_json::from_str::<Aside>(&text) else { return Ok(None) };
        let (typed, _) = rebase(&kept.base, kept.typed, &current);
        let typed = Post { wish: current.wish, ..plan::wishes_onto(Some(&current), typed) };
        Ok((!typed.asks_the_same(&current)).then_some(typed))
    }

    /// Gives posts new times. All of them, or none.
    pub async fn move_posts(&self, moves: Vec<(PostId, Schedule)>) -> Result<()> {
        let now = self.now();
        let mut edits = Vec::new();
        self.not_on_embargo(&moves.iter().map(|(_, schedule)| *schedule).collect::<Vec<_>>()).await?;
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
            after.move_to(schedule);
            if goes_out {
                self.own_times_are_ahead(&after).await?;
                self.is_timely(&after, not_out)?;
                self.may_stand_anew(Some(&current), &after).await?;
                renew_refused(&mut after);
            }
            edits.push(Edit::new(Some(current), Some(after)));
        }
        self.commit(edits, "moved", None).await
    }

    /// Refuses a move that brings a channel's own time into the past: it would publish there at once.
    async fn own_times_are_ahead(&self, after: &Post) -> Result<()> {
        let now = self.now();
        let is_past = |target: &&Target| not_out(target) && target.schedule.is_some_and(|own| own.instant() <= now);
        let Some(target) = after.targets.iter().find(is_past) else { return Ok(()) };
        let channels = self.store.channels().await?;
        let channel = channels.iter().find(|channel| channel.id == target.channel);
        Err(DeskError::Refused(format!(
            "\"{}\" was not moved: {} has a time of its own, which would lie in the past; choose a later time, or give \
             that channel another one first",
            after.headline(),
            channel.map_or_else(|| target.channel.to_string(), full_name)
        )))
    }

    /// Gives one channel of a post a time of its own; the others stay where they are.
    pub async fn move_target(&self, id: PostId, channel: &ChannelId, schedule: Schedule) -> Result<()> {
        let now = self.now();
        let current = self.current(id).await?;
        let mut after = current.clone();
        let Some(target) = after.targets.iter().find(|target| target.channel == *channel) else {
            return Err(DeskError::Refused("that channel is not among those of the post any more".into()));
        };
        if matches!(target.outcome, Outcome::Published { .. } | Outcome::Publishing | Outcome::Unknown { .. }) {
            let words = format!("\"{}\" was not moved: on that channel it is out, or may be", current.headline());
            return Err(DeskError::Refused(words));
        }
        if after.wish == Wish::Schedule && schedule.instant() <= now {
            let words = format!("\"{}\" was not moved: that time has passed", current.headline());
            return Err(DeskError::Refused(words));
        }
        self.not_on_embargo(&[schedule]).await?;
        // A queue places whole posts.
        after.queue = None;
        self.set_apart(&current, &mut after, std::slice::from_ref(channel), schedule);
        self.commit(vec![Edit::new(Some(current), Some(after))], "moved", None).await
    }

    /// Gives channels of `after`, which is `current` to be changed, a time of their own.
    pub(super) fn set_apart(&self, current: &Post, after: &mut Post, channels: &[ChannelId], schedule: Schedule) {
        for target in after.targets.iter_mut().filter(|target| channels.contains(&target.channel)) {
            target.schedule = Some(schedule);
            let (account, remote) = (target.account(), target.remote.clone());
            let stays = |other: &Target| {
                !channels.contains(&other.channel) && other.account() == account && other.remote == remote
            };
            let shares = remote.is_some() && current.targets.iter().any(stays);
            if shares && self.accounts.get(&account).is_some_and(|can| !can.target_time) {
                // One post there has one time: this channel leaves it, and is made anew.
                (target.outcome, target.remote) = (Outcome::NotSent, None);
            }
        }
    }

    /// Deletes posts, here and, where they are not out yet, at the provider.
    pub async fn delete(&self, ids: &[PostId]) -> Result<()> {
        let mut edits = Vec::new();
        for id in ids {
            edits.push(Edit::new(Some(self.current(*id).await?), None));
        }
        self.commit(edits, "deleted", None).await
    }

    /// Deletes posts that a person was asked about while they were in these states. What has begun to go out since stays,
    /// with words about it: the question told something else. Answers how many were deleted.
    pub async fn delete_seen(&self, seen: &[(PostId, State)]) -> Result<(usize, String)> {
        let mut spared = Vec::new();
        let mut ids = Vec::new();
        for (id, was) in seen {
            let current = self.current(*id).await?;
            let is = current.state(self.now());
            let out = |state| matches!(state, State::Publishing | State::Published | State::Partial | State::Unknown);
            if out(is) && is != *was {
                spared.push(format!("\"{}\" is {} by now and stays: d asks again", current.headline(), is.word()));
            } else {
                ids.push(*id);
            }
        }
        if !ids.is_empty() {
            self.delete(&ids).await?;
        }
        Ok((ids.len(), spared.join("; ")))
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
                self.may_go_out(&after, not_out).await?;
                self.may_stand_anew(Some(&current), &after).await?;
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
            self.may_go_out(&after, not_out).await?;
            renew_refused(&mut after);
            self.at_once(&mut after);
            if current.wish == Wish::Draft {
                after = self.fit_out(after).await?;
            }
            edits.push(Edit::new(Some(current), Some(after)));
        }
        self.commit(edits, "published", self.take_back()).await
    }

    /// Settles a conflict: keeps our version, sending it again, or takes the provider's.
    pub async fn settle_conflict(&self, id: PostId, keep_ours: bool) -> Result<()> {
        let current = self.current(id).await?;
        let Some(theirs) = current.conflict.clone() else {
            return Err(DeskError::Refused("this post has no conflict".into()));
        };
        let mut at_provider = Post { body: theirs.body.clone(), ..current.clone() };
        if let Some(at) = theirs.at {
            (at_provider.schedule, at_provider.queue) = (Some(Schedule::at(at, self.zone)), None);
        }
        let never_left = |row: &OutboxRow| {
            let waits = matches!(row.state, OutboxState::Ready | OutboxState::Waiting);
            waits && row.unknown_since.is_none() && row.receipts.is_empty()
        };
        let waiting = self.store.outbox_of(id).await?.into_iter().filter(never_left);
        let drops = waiting.map(|row| (row.intent, "dropped: the conflict was settled".to_owned())).collect();
        let carried = current.targets.iter().filter_map(|target| Some((target.account(), target.remote.as_ref()?)));
        let several = carried.collect::<BTreeSet<_>>().len() > 1;
        let after = Post { conflict: None, ..if keep_ours { current.clone() } else { at_provider.clone() } };
        let edit = Edit {
            planned_from: Some(if keep_ours { at_provider } else { after.clone() }),
            before: Some(current),
            after: Some(after),
            extra: Vec::new(),
            // Ours is sent even where it seems to be there: what differs may be what is not compared. Theirs is what one
            // post at a provider says, and the others that carry this one are to say it too.
            plan: if keep_ours || several { Planning::Everything } else { Planning::Differences },
        };
        let alongside = Alongside { drops, ..Alongside::default() };
        let verb = if keep_ours { "kept ours" } else { "taken from the provider" };
        self.commit_with(vec![edit], verb, None, alongside).await
    }

    /// Drops a write that has not left. The post says afterwards what will happen without it: what was to be made is a
    /// draft again, what is at the provider is as it is there; a deleted post that is still there is shown again by
    /// the next sweep.
    pub async fn drop_write(&self, intent: IntentId) -> Result<()> {
        let rows = self.store.outbox().await?;
        let row = rows.into_iter().find(|row| row.intent == intent);
        let row = row.ok_or_else(|| DeskError::Refused("that write is over already".into()))?;
        let unknown = matches!(row.state, OutboxState::Verifying | OutboxState::Unknown) || row.unknown_since.is_some();
        let refuse = |words: &str| Err(DeskError::Refused(words.into()));
        match row.state {
            OutboxState::InFlight => return refuse("it is being sent just now and cannot be dropped"),
            _ if unknown => return refuse("it may have gone through already: V verifies it first, then decide"),
            _ if !row.receipts.is_empty() => {
                return refuse("it is half done and cannot be dropped; it is completed first");
            }
            _ => {}
        }
        let words = match row.write {
            Write::Remove { .. } => "dropped by a person: the post stays at the provider",
            _ => "dropped by a person",
        };
        let mut edits = Vec::new();
        if let Some(current) = self.store.post(row.post).await? {
            let after = match row.write.remote() {
                None => Some(without(&current, &row)),
                Some(remote) => {
                    let shown = self.store.remote(&row.account, remote).await?;
                    shown.map(|(theirs, _)| as_there(&current, &row.account, &theirs, self.zone))
                }
            };
            let after = after.filter(|after| *after != current);
            edits.extend(after.map(|after| Edit::unplanned(current, after, Vec::new())));
        }
        let alongside = Alongside { drops: vec![(intent, words.to_owned())], ..Alongside::default() };
        self.commit_with(edits, "dropped a write of", None, alongside).await?;
        self.sync_now();
        Ok(())
    }

    /// The requests that saving `post` would freeze first, account by account; freezes, keeps and sends nothing. What an
    /// adapter refuses makes none: [`Desk::foreseen`] says why.
    pub async fn requests(&self, post: &Post) -> Result<Vec<(AccountName, Prepared)>> {
        let channels = self.store.channels().await?;
        let unsent = BTreeSet::new();
        let on = plan::Ground { channels: &channels, accounts: &self.accounts, unsent: &unsent, now: self.now() };
        let mut requests = Vec::new();
        let post = &self.dressed(post).await?.post;
        for (account, write) in plan::writes(None, Some(post), &on) {
            let Some(seat) = self.seats.iter().find(|seat| seat.account == account) else { continue };
            let (write, to_come) = self.named_there(seat, write).await;
            if let Ok(Step::Send(request)) = seat.provider.next(&write, self.ids.intent(self.now()), &[]) {
                requests.push((account, spelt_out(request, &to_come)));
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
pub(super) const ASIDE: &str = "aside:";

/// What was typed on planned posts and not saved, from what is remembered under [`ASIDE`]. What an older version of the
/// program kept and this one cannot read is left out.
pub(super) fn kept_aside(remembered: Vec<(String, String)>) -> Vec<Post> {
    let read = |(_, text): (String, String)| serde_json::from_str::<Aside>(&text).ok();
    remembered.into_iter().filter_map(read).map(|kept| kept.typed).collect()
}

/// What was typed on a post with a schedule, and what the typing began from.
#[derive(Serialize, Deserialize)]
struct Aside {
    base: Post,
    typed: Post,
    /// When it was kept.
    #[serde(default)]
    at: Option<DateTime<Utc>>,
}

/// Whether a post is a draft that nobody but this store has.
fn is_typed_draft(post: &Post) -> bool {
    post.wish == Wish::Draft && !post.is_remote()
}

fn aside_key(post: PostId) -> String {
    format!("{ASIDE}{post}")
}

pub(super) fn not_out(target: &Target) -> bool {
    !target.is_out()
}

/// `post` without the making that `row` asked for: a draft, or without those channels when it goes elsewhere too.
fn without(post: &Post, row: &OutboxRow) -> Post {
    let mut after = post.clone();
    let carried = row.write.submission().map(|submission| submission.targets.as_slice()).unwrap_or_default();
    let dropped = |target: &Target| carried.iter().any(|each| each.channel == target.channel);
    if post.targets.iter().filter(|target| target.outcome.can_change()).all(dropped) {
        after.wish = Wish::Draft;
        return after;
    }
    for target in after.targets.iter_mut().filter(|target| dropped(target)) {
        target.outcome = Outcome::Cancelled;
    }
    after
}

/// `post` with what `theirs` carries of it as it is at the provider, not as it was to be.
fn as_there(post: &Post, account: &AccountName, theirs: &RemotePost, zone: Tz) -> Post {
    let mut after = post.clone();
    let zone = post.schedule.map_or(zone, |schedule| schedule.zone());
    let carried = |target: &Target| target.account() == *account && target.remote.as_ref() == Some(&theirs.id);
    let whole = post.targets.iter().all(carried);
    if whole {
        after.body.clone_from(&theirs.body);
        after.title.clone_from(&theirs.title);
        (after.schedule, after.queue) = (theirs.at.map(|at| Schedule::at(at, zone)), None);
        after.wish = match theirs.state {
            RemoteState::Draft | RemoteState::Cancelled => Wish::Draft,
            _ => Wish::Schedule,
        };
    }
    for target in after.targets.iter_mut().filter(|target| carried(target)) {
        let seen = theirs.targets.iter().find(|seen| ChannelId::of(account, &seen.channel) == target.channel);
        let text = seen.and_then(|seen| seen.text.clone()).unwrap_or_else(|| theirs.body.clone());
        let at = seen.and_then(|seen| seen.at).or(theirs.at).map(|at| Schedule::at(at, zone));
        target.text = Some(text).filter(|text| *text != after.body);
        target.schedule = at.filter(|at| Some(*at) != after.schedule);
        // A retry that is dropped leaves the refusal it was to mend.
        if let (Outcome::Publishing, Some(seen)) = (&target.outcome, seen) {
            target.outcome = seen.outcome.clone();
        }
    }
    after
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

/// A request to be shown: names that are to come said in words, whether they are texts or numbers there.
fn spelt_out(mut request: Prepared, to_come: &[(String, String)]) -> Prepared {
    for (name, words) in to_come {
        let words = serde_json::Value::from(words.as_str()).to_string();
        let said = |body: String| body.replace(&format!("\"{name}\""), &words).replace(name.as_str(), &words);
        request.body = request.body.map(said);
    }
    request
}
