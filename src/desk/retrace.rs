//! Taking edits back, and doing them again: as far as it is not too late for them, and with words about the rest.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use crate::domain::change::Change;
use crate::domain::ids::{ChannelId, IntentId, PostId};
use crate::domain::outcome::{Outcome, State};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::schedule::Schedule;
use crate::domain::words::count;
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::store::JournalEntry;

use super::rebase::rebase;
use super::unrepeat::Along;
use super::{Desk, DeskError, Edit, Result, failed, plan, still_changes, twins};

impl Desk {
    /// Takes back the last edit of the person. Says what was taken back, and what of it stays because it is too late.
    ///
    /// An edit of which nothing can be taken back any more is passed over, and the words say so: it does not stand in
    /// the way of those before it. Where that may change (an account that is off), the words say so once, and the edit
    /// stays: it is tried again each time before those before it are.
    pub async fn undo(&self) -> Result<String> {
        self.retrace(true).await
    }

    /// Does the last undone edit again, as [`Desk::undo`] takes it back; a day's embargo is another reason that may go.
    pub async fn redo(&self) -> Result<String> {
        self.retrace(false).await
    }

    async fn retrace(&self, back: bool) -> Result<String> {
        let mut entry = if back { self.store.undoable().await? } else { self.store.redoable().await? };
        let mut waiting: Option<String> = None;
        while let Some(known) = entry.take_if(|entry| self.was_put_off(entry.id)) {
            let Way { edits, stays, .. } = self.retracing(&known, back).await?;
            let Some(why) = stays.into_iter().next().filter(|why| edits.is_empty() && why.may_change) else {
                entry = Some(known);
                break;
            };
            waiting.get_or_insert_with(|| not_retraced(&known, back, &why.words));
            entry = match back {
                true => self.store.undoable_before(known.id).await?,
                false => self.store.redoable_after(known.id).await?,
            };
        }
        let marked = match back {
            true => self.unmark_day(entry.as_ref()).await?,
            false => self.mark_day_again(entry.as_ref()).await?,
        };
        if let Some(words) = marked {
            return Ok(words);
        }
        let nothing = if back { "there is nothing to undo" } else { "there is nothing to redo" };
        let entry = entry.ok_or_else(|| DeskError::Refused(waiting.unwrap_or_else(|| nothing.into())))?;
        self.retrace_or_pass(&entry, back).await
    }

    fn was_put_off(&self, entry: i64) -> bool {
        self.put_off.lock().is_ok_and(|put_off| put_off.contains(&entry))
    }

    async fn retrace_or_pass(&self, entry: &JournalEntry, back: bool) -> Result<String> {
        let done = if back { "undone" } else { "done again" };
        let on = match back {
            true => "u goes on to the edit before it",
            false => "U goes on to the edit after it",
        };
        let way = self.retracing(entry, back).await?;
        let Some(why) = way.stays.first() else {
            let more = self.commit_retraced(entry, back, way.edits, way.drops).await?;
            return Ok(format!("{done}: {}{more}", entry.words));
        };
        if way.edits.is_empty() {
            let words = not_retraced(entry, back, &why.words);
            if !why.may_change {
                self.store.pass_over(entry.id).await?;
                return Err(DeskError::Refused(format!("{words}; {on}")));
            }
            if let Ok(mut put_off) = self.put_off.lock() {
                put_off.insert(entry.id);
            }
            return Err(DeskError::Refused(format!("{words}; it stays to be tried again, and {on}")));
        }
        let stays = way.stays.len();
        let (posts, stay) = (count(stays, "post"), if stays == 1 { "stays" } else { "stay" });
        let said = format!("{done}: {}; {posts} of it {stay} as it is: {}", entry.words, why.words);
        let more = self.commit_retraced(entry, back, way.edits, way.drops).await?;
        Ok(said + &more)
    }

    /// Answers what is to be said of repetitions that end, or begin again, with it.
    async fn commit_retraced(
        &self,
        entry: &JournalEntry,
        back: bool,
        mut edits: Vec<Edit>,
        drops: Vec<IntentId>,
    ) -> Result<String> {
        let Along { edits: with, mut alongside, words, begins } =
            if back { self.ending_with(&edits).await? } else { self.beginning_with(&edits).await? };
        let named = edits.iter().filter_map(renamed).collect();
        edits.extend(with);
        alongside.drops = drops.into_iter().map(|intent| (intent, "taken back before it was sent".into())).collect();
        alongside.retraces = Some((entry.id, back));
        self.commit_with(edits, if back { "undone" } else { "done again" }, None, alongside).await?;
        self.follow_names(&named).await?;
        if begins {
            self.keep_repeating().await?;
        }
        Ok(words.map(|words| format!("; {words}")).unwrap_or_default())
    }

    /// How `entry` is taken back, or done again.
    async fn retracing(&self, entry: &JournalEntry, back: bool) -> Result<Way> {
        let mut way = Way::default();
        let Way { edits, stays, drops } = &mut way;
        for made in &entry.changes {
            let change: Change = if back { made.inverse() } else { made.clone() };
            let Some(id) = change.post() else { continue };
            let current = self.store.post(id).await?;
            if let (Some(current), true) = (&current, only_puts_away(&change)) {
                match put_away_as_before(current, &change) {
                    Ok(edit) => edits.push(edit),
                    Err(why) => stays.push(Stays::gone(why.to_string())),
                }
                continue;
            }
            if let (Some(current), true) = (&current, twins::is_link(made)) {
                match twins::relinked(current, &change) {
                    Some(edit) => edits.push(edit),
                    None => stays.push(Stays::gone("something else became of it since")),
                }
                continue;
            }
            let asked = self.store.outbox_of(id).await?;
            let rows: Vec<OutboxRow> = asked.iter().filter(|row| row.state.is_open()).cloned().collect();
            if let (Some(current), true, true) = (&current, failed::is_retry(made), back)
                && let Some((edit, dropped)) = self.retry_taken_back(entry, made, current.clone(), &rows).await?
            {
                edits.push(edit);
                drops.extend(dropped);
                continue;
            }
            if let Some(why) = current.as_ref().and_then(|post| self.too_late_to_retrace(post, &rows)) {
                stays.push(Stays::gone(why));
                continue;
            }
            match self.retracing_one(change, current, &asked, back).await? {
                Ok(edit) => edits.push(edit),
                Err(why) => stays.push(why),
            }
        }
        Ok(way)
    }

    /// The edit of one post that carries out `change`, or why nothing can be done with it any more.
    async fn retracing_one(
        &self,
        change: Change,
        current: Option<Post>,
        asked: &[OutboxRow],
        back: bool,
    ) -> Result<std::result::Result<Edit, Stays>> {
        let retried = failed::is_retry(&change);
        let edit = match (change.after.map(|wanted| *wanted), current) {
            (None, None) => return Ok(Err(Stays::gone("the post is not there any more"))),
            (None, Some(current)) => match change.before {
                Some(made) if made.wish != current.wish || !made.asks_the_same(&as_meant(&made, &current)) => {
                    return Ok(Err(Stays::gone("it changed since it was made, d deletes it")));
                }
                _ => Edit::new(Some(current), None),
            },
            // What sends is asked for by a person, in words, and never comes back by itself.
            (Some(_), _) if retried && !back => {
                return Ok(Err(Stays::gone("nothing is sent again by itself, r sends it again")));
            }
            (Some(wanted), _) if wanted.wish == Wish::Now && !back => {
                return Ok(Err(Stays::gone("publishing at once is not done again by itself, P publishes")));
            }
            (Some(wanted), None) => {
                if self.stands_elsewhere(&wanted).await? {
                    return Ok(Err(Stays::gone("a post that says the same stands there by now")));
                }
                restoring(without_now(wanted), asked)
            }
            (Some(wanted), Some(current)) => match onto(change.before.as_deref(), wanted, &current) {
                Ok(wanted) => {
                    let after = plan::wishes_onto(Some(&current), wanted);
                    Edit::new(Some(current), Some(after))
                }
                Err(torn) => {
                    let words = format!("its {} changed since, and nothing of that is overwritten", torn.join(" and "));
                    return Ok(Err(Stays::gone(words)));
                }
            },
        };
        if let (Some(before), Some(after)) = (&edit.before, &edit.after)
            && says_no_more(before, after)
        {
            let words = match retried {
                true => "it was sent again, and the post itself is as it was",
                false => "nothing of it is left",
            };
            return Ok(Err(Stays::gone(words)));
        }
        let mut done = still_changes(&edit);
        let planned = edit.after.as_ref().filter(|after| after.wish == Wish::Schedule);
        if let (Ok(()), Some(after)) = (&done, planned) {
            done = self.may_go_out(after, |target| target.outcome.can_change()).await;
        }
        let done = match (done, planned) {
            (Ok(()), planned) => {
                let reached = self.within_reach(&edit);
                // What is taken back stood there before, whatever was marked on its day since.
                match planned.filter(|_| reached.is_ok() && !back) {
                    Some(after) => self.may_stand_anew(edit.before.as_ref(), after).await,
                    None => reached,
                }
                .map_err(|error| (error, true))
            }
            (Err(error), _) => Err((error, false)),
        };
        match done {
            Ok(()) => Ok(Ok(edit)),
            Err((DeskError::Refused(words), may_change)) => Ok(Err(Stays { words, may_change })),
            Err((error, _)) => Err(error),
        }
    }

    /// Whether another post says the same at the same moment on one of its channels: the date of a repetition that was
    /// taken in again, or the post itself, that a provider still showed after it was deleted here.
    async fn stands_elsewhere(&self, post: &Post) -> Result<bool> {
        let Some(at) = post.instant() else { return Ok(false) };
        let near = self.store.weeks(at, at + TimeDelta::seconds(1)).await?;
        let says = |post: &Post, target: &Target| (target.channel.clone(), post.text_for(target).to_owned());
        let said: Vec<_> = post.targets.iter().map(|target| says(post, target)).collect();
        let alike = |other: &Post| other.targets.iter().any(|target| said.contains(&says(other, target)));
        Ok(near.iter().any(|other| other.id != post.id && alike(other)))
    }

    /// Why an edit of `post` cannot be retraced. What is to be published in a moment still can: the store refuses it
    /// once it has left.
    fn too_late_to_retrace(&self, post: &Post, open: &[OutboxRow]) -> Option<&'static str> {
        let now = self.now();
        let waits = |row: &OutboxRow| row.state == OutboxState::Ready && row.first_sent_at.is_none();
        let in_a_moment = post.state(now) == State::Publishing && !open.is_empty() && open.iter().all(waits);
        post.fixed(now).filter(|_| !in_a_moment)
    }
}

/// The campaign that an edit brings a post into, out of another one.
fn renamed(edit: &Edit) -> Option<(PostId, String)> {
    let (before, after) = (edit.before.as_ref()?, edit.after.as_ref()?);
    let name = after.campaign.clone().filter(|_| before.campaign.is_some() && before.campaign != after.campaign)?;
    Some((after.id, name))
}

/// How an edit is taken back, or done again.
#[derive(Default)]
struct Way {
    edits: Vec<Edit>,
    /// Of each post with which nothing can be done any more, why.
    stays: Vec<Stays>,
    /// What had been asked for, and is not sent.
    drops: Vec<IntentId>,
}

/// Why a post stays as it is where an edit of it is to be taken back, or done again.
struct Stays {
    words: String,
    /// Whether that may be otherwise later.
    may_change: bool,
}

impl Stays {
    /// It is too late, for good.
    fn gone(words: impl Into<String>) -> Self {
        Self { words: words.into(), may_change: false }
    }
}

fn not_retraced(entry: &JournalEntry, back: bool, why: &str) -> String {
    format!("\"{}\" {}: {why}", entry.words, if back { "was not undone" } else { "was not done again" })
}

/// `wanted`, the other side of an edit that ended at `base`, brought onto the post as it is now: what changed since
/// stays. Where that is what the edit was about, the names of it.
fn onto(base: Option<&Post>, wanted: Post, current: &Post) -> std::result::Result<Post, Vec<&'static str>> {
    let Some(base) = base else { return Ok(without_now(wanted)) };
    let (mut post, mut torn) = rebase(base, wanted.clone(), &as_meant(base, current));
    if wanted.wish == base.wish {
        post.wish = current.wish;
    } else if current.wish == base.wish {
        post = without_now(post);
    } else if current.wish != wanted.wish {
        torn.push("status");
    }
    if current.conflict != base.conflict {
        post.conflict.clone_from(&current.conflict);
    }
    if torn.is_empty() { Ok(post) } else { Err(torn) }
}

/// `current` without what a provider made of `base`'s times by itself: the place that a queue gave, the whole minute.
fn as_meant(base: &Post, current: &Post) -> Post {
    let mut meant = current.clone();
    let near = |one: Option<Schedule>, other: Option<Schedule>| {
        one.zip(other).is_some_and(|(one, other)| (one.instant() - other.instant()).abs() < TimeDelta::minutes(1))
    };
    if base.queue.is_some() {
        (meant.schedule, meant.queue) = (base.schedule, base.queue.clone());
    } else if near(base.schedule, current.schedule) {
        meant.schedule = base.schedule;
    }
    for target in &mut meant.targets {
        let was = base.targets.iter().find(|each| each.channel == target.channel).and_then(|each| each.schedule);
        if near(was, target.schedule) {
            target.schedule = was;
        }
    }
    meant
}

/// What was to go out at once is a draft when it is taken back.
fn without_now(post: Post) -> Post {
    let wish = if post.wish == Wish::Now { Wish::Draft } else { post.wish };
    Post { wish, ..post }
}

/// Whether two states of one post wish the same: an edit from one to the other changes nothing.
fn says_no_more(before: &Post, after: &Post) -> bool {
    let levelled = |post: &Post| Post { updated_at: before.updated_at, pending: false, ..post.clone() };
    levelled(before) == levelled(after)
}

/// Whether a change is about nothing but failures that were put away, or taken out again.
fn only_puts_away(change: &Change) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return false };
    let stripped = |post: &Post| {
        let mut post = Post { updated_at: after.updated_at, pending: false, ..post.clone() };
        for target in &mut post.targets {
            if let Outcome::Refused(refusal) = &mut target.outcome {
                refusal.dismissed = false;
            }
        }
        post
    };
    before.targets != after.targets && stripped(before) == stripped(after)
}

/// Puts away, or takes out again, what `change` says. Nothing else of the post changes and no provider hears of it, so
/// it is never too late for that while the failure is the one on record.
fn put_away_as_before(current: &Post, change: &Change) -> Result<Edit> {
    let dismissed = |post: Option<&Post>, channel: &ChannelId| {
        let target = post?.targets.iter().find(|target| target.channel == *channel)?;
        if let Outcome::Refused(refusal) = &target.outcome { Some(refusal.dismissed) } else { None }
    };
    let mut after = current.clone();
    for target in &mut after.targets {
        let was = dismissed(change.before.as_deref(), &target.channel);
        let wanted = dismissed(change.after.as_deref(), &target.channel);
        if let (Outcome::Refused(refusal), Some(wanted)) = (&mut target.outcome, wanted.filter(|_| was != wanted)) {
            refusal.dismissed = wanted;
        }
    }
    if after == *current {
        let words = "this cannot be taken back any more: what was put away is not on record as failed now";
        return Err(DeskError::Refused(words.into()));
    }
    Ok(Edit::unplanned(current.clone(), after, Vec::new()))
}

/// Brings a deleted post back. Where its removal has not left, or was refused, the provider has it still: it is taken
/// for that instead of being made anew.
fn restoring(wanted: Post, asked: &[OutboxRow]) -> Edit {
    let mut going = BTreeSet::new();
    for row in asked {
        let Write::Remove { remote } = &row.write else { continue };
        let there = (row.account.clone(), remote.clone());
        if row.state.is_open() || row.state == OutboxState::Failed {
            going.insert(there)
        } else {
            going.remove(&there)
        };
    }
    let after = plan::restored(wanted, &going);
    let still_there = !going.is_empty();
    Edit { planned_from: still_there.then(|| after.clone()), ..Edit::new(None, Some(after)) }
}
