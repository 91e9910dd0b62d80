//! Walking what the provider shows into the store: channels, posts, and what is due just now.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::background::LightState;
use crate::domain::ids::{PostId, RemoteId};
use crate::domain::outcome::{Outcome, State};
use crate::domain::post::{Post, Theirs, Wish};
use crate::domain::remote::{RemoteChannel, RemotePost};
use crate::domain::write::{OutboxRow, OutboxState, Write};
use crate::provider::{Again, Kind, PageToken, ProviderError, Query, Reach};
use crate::store::{Merged, Sighting, StoreError};

use super::News;
use super::merge::{self, Ground};
use super::verify;
use super::worker::Worker;

/// How far back a sweep looks.
pub(super) const LOOK_BACK: TimeDelta = TimeDelta::days(30);
/// How long before and after its moment a post is followed closely.
const DUE_WINDOW: TimeDelta = TimeDelta::minutes(30);
/// How long after its moment a post is first looked at.
const DUE_DELAY: TimeDelta = TimeDelta::seconds(2);
/// How many due posts are read in one round.
const DUE_AT_ONCE: usize = 20;
/// How long between two walks over everything there is, whatever its time: windows leave out drafts without one.
const FULL_EVERY: TimeDelta = TimeDelta::hours(6);
/// How many posts that a listing left out are asked for by id in one sweep.
const QUESTIONED: usize = 200;
/// From this many on, a listing that suddenly shows nothing, or nobody that is known, is not believed.
const SUSPICIOUS: usize = 5;
/// How many of them are asked for by id before the whole is taken for another workspace.
const ASKED_FOR: usize = 10;
/// How far ahead a sweep looks for what should be there.
const LOOK_AHEAD: TimeDelta = TimeDelta::days(3650);

/// The number that no sweep has: nothing was seen by it.
const NO_SWEEP: u64 = u64::MAX;

/// A pull that did not come to its end: the provider's error, or the store's.
enum Broken {
    Provider(ProviderError),
    Store(StoreError),
}

impl From<ProviderError> for Broken {
    fn from(error: ProviderError) -> Self {
        Self::Provider(error)
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A sighting, compared. What turned out to be a post of its own was not made from ours.
fn merged(sighting: Sighting, on: &Ground) -> Merged {
    let Sighting { theirs, base, ours } = sighting;
    let (post, journal) = merge::merge(base.as_ref(), ours.clone(), &theirs, on);
    let ours = ours.filter(|ours| ours.id == post.id);
    Merged { theirs, ours, post, journal }
}

impl Worker {
    /// Reads channels and posts from end to end. A provider that does not answer is news, not an error.
    pub async fn pull(&mut self) -> Result<(), StoreError> {
        if !self.may_call() {
            return Ok(());
        }
        self.recall_spending().await?;
        self.remind().await?;
        let pulled = self.pull_now().await;
        self.keep_spending().await?;
        pulled
    }

    /// Reads the channels, and nothing else.
    pub async fn learn_channels(&mut self) -> Result<(), StoreError> {
        if !self.may_call() {
            return Ok(());
        }
        self.recall_spending().await?;
        let learnt = self.pull_channels().await;
        self.keep_spending().await?;
        match learnt {
            Ok(()) => Ok(()),
            Err(Broken::Provider(error)) => {
                let until = self.until(&error);
                self.note(&error, until);
                Ok(())
            }
            Err(Broken::Store(error)) => Err(error),
        }
    }

    /// Reads what a person asked for, and nothing else: what is not listed is not taken for gone. Answers which posts
    /// there are listed; nothing where the provider is not to be asked, or gave no answer.
    pub async fn glance(&mut self, query: &Query) -> Result<Option<BTreeSet<RemoteId>>, StoreError> {
        if !self.may_call() {
            return Ok(None);
        }
        self.recall_spending().await?;
        self.remind().await?;
        let glanced = self.glance_all(query).await;
        self.keep_spending().await?;
        match glanced {
            Ok(seen) => Ok(Some(seen)),
            Err(Broken::Provider(error)) => {
                let until = self.until(&error);
                self.note(&error, until);
                Ok(None)
            }
            Err(Broken::Store(error)) => Err(error),
        }
    }

    async fn glance_all(&mut self, query: &Query) -> Result<BTreeSet<RemoteId>, Broken> {
        self.pull_channels().await?;
        let (mut at, mut tokens, mut seen): (Option<PageToken>, Vec<PageToken>, BTreeSet<RemoteId>) =
            Default::default();
        for _ in 0..self.common.bounds.pages {
            let page = self.provider.posts(query, at.take()).await?;
            self.spoiled(&page.spoiled);
            if seen.is_empty() && !page.items.is_empty() && !self.knows_one_of(&page.items).await? {
                self.recognise(NO_SWEEP, self.now()).await?;
            }
            for theirs in page.items {
                seen.insert(theirs.id.clone());
                self.merge_one(theirs).await?;
            }
            match page.next.filter(|next| !tokens.contains(next)) {
                None => break,
                Some(next) => {
                    tokens.push(next.clone());
                    at = Some(next);
                }
            }
        }
        self.in_order();
        Ok(seen)
    }

    async fn pull_now(&mut self) -> Result<(), StoreError> {
        self.unread = false;
        let mut state = self.common.store.sync_state(&self.account).await?;
        self.remember_fresh(state.last_ok);
        let full = state.last_full.is_none_or(|at| at + FULL_EVERY <= self.now());
        match self.pull_all(full).await {
            Ok(()) => {
                state.last_ok = Some(self.now());
                state.last_full = if full { state.last_ok } else { state.last_full };
                state.error = None;
                self.common.store.set_sync_state(&self.account, state).await?;
                if self.is_unreachable() {
                    self.common.store.hurry(&self.account).await?;
                    self.line(None, "reachable again", false);
                }
                self.in_order();
                self.learn_limits().await
            }
            Err(Broken::Provider(error)) => {
                let until = self.until(&error);
                self.note(&error, until);
                state.error = Some(error.to_string());
                self.common.store.set_sync_state(&self.account, state).await
            }
            Err(Broken::Store(error)) => Err(error),
        }
    }

    async fn pull_all(&mut self, full: bool) -> Result<(), Broken> {
        self.light(LightState::Fetching { seen: 0, total: None });
        self.pull_channels().await?;
        self.sweep(full).await?;
        Ok(self.settle_seen().await?)
    }

    /// Creates that a person was to decide about, and that the provider was seen to have meanwhile: there is nothing
    /// left to decide.
    async fn settle_seen(&mut self) -> Result<(), StoreError> {
        let mut undecided = self.common.store.outbox().await?;
        undecided.retain(|row| {
            let creates = matches!(row.write, Write::Create { .. });
            row.account == self.account && row.state == OutboxState::Unknown && creates
        });
        for row in &undecided {
            let Some(post) = self.common.store.post(row.post).await? else { continue };
            let carried = row.write.submission().map(|submission| submission.targets.as_slice()).unwrap_or_default();
            let seen = post.targets.iter().filter(|target| carried.iter().any(|each| each.channel == target.channel));
            let there: Option<Vec<&RemoteId>> = seen
                .map(|target| target.remote.as_ref().filter(|_| !matches!(target.outcome, Outcome::Unknown { .. })))
                .collect();
            let Some(remote) = there.and_then(|there| there.first().copied().cloned()) else { continue };
            let Some((theirs, _)) = self.common.store.remote(&self.account, &remote).await? else { continue };
            self.complete(row, None, Some(theirs), "seen at the provider").await?;
        }
        Ok(())
    }

    async fn pull_channels(&mut self) -> Result<(), Broken> {
        let (mut all, mut at, mut seen): (Vec<RemoteChannel>, Option<PageToken>, Vec<PageToken>) = Default::default();
        for _ in 0..self.common.bounds.pages {
            let page = self.provider.channels(at.take()).await?;
            self.spoiled(&page.spoiled);
            all.extend(page.items);
            match page.next {
                Some(next) if !seen.contains(&next) => {
                    seen.push(next.clone());
                    at = Some(next);
                }
                _ => break,
            }
        }
        if self.common.store.see_channels(&self.account, all).await? {
            self.changed();
        }
        Ok(())
    }

    /// One walk over the posts. Only a walk that reached its end may call what it did not see gone, and each is asked
    /// for by id first.
    async fn sweep(&mut self, full: bool) -> Result<(), Broken> {
        let now = self.now();
        let query = if full { Query::default() } else { Query { from: Some(now - LOOK_BACK), ..Query::default() } };
        let sweep = self.common.store.sweep_begin(&self.account, now).await?;
        // Where many are known, what is shown is held back until one of them is among it: another key may be the key of
        // another workspace, and what that one has is not mixed with ours.
        let mut held: Option<Vec<RemotePost>> = Some(Vec::new());
        let (mut at, mut tokens, mut seen, mut whole): (Option<PageToken>, Vec<PageToken>, u64, bool) =
            (None, Vec::new(), 0, true);
        let mut ended = false;
        for _ in 0..self.common.bounds.pages {
            let page = self.provider.posts(&query, at.take()).await?;
            whole &= page.spoiled.is_empty();
            self.spoiled(&page.spoiled);
            seen += page.items.len() as u64;
            self.light(LightState::Fetching { seen, total: page.total });
            let mut items = page.items;
            if let Some(strangers) = &mut held {
                let familiar = self.knows_one_of(&items).await?;
                strangers.append(&mut items);
                if familiar || self.expected(sweep, now).await?.len() < SUSPICIOUS {
                    items = held.take().unwrap_or_default();
                }
            }
            self.take_page(sweep, items).await?;
            match page.next {
                None => {
                    ended = true;
                    break;
                }
                Some(next) if tokens.contains(&next) => {
                    self.line(
                        None,
                        "the provider repeats a page; the walk stops here and nothing is taken for gone",
                        true,
                    );
                    break;
                }
                Some(next) => {
                    tokens.push(next.clone());
                    at = Some(next);
                }
            }
        }
        self.estranged = false;
        if let Some(strangers) = held {
            self.recognise(sweep, now).await?;
            self.take_page(sweep, strangers).await?;
        }
        if ended && whole {
            self.question_unseen(sweep, seen, now).await?;
        }
        self.common.store.sweep_end(&self.account, sweep, self.now()).await?;
        if self.provider.capabilities().campaigns && self.common.store.number_campaigns().await? > 0 {
            self.changed();
        }
        Ok(())
    }

    async fn take_page(&mut self, sweep: u64, items: Vec<RemotePost>) -> Result<(), Broken> {
        let sightings = self.common.store.sweep_see(&self.account, sweep, items).await?;
        self.apply(Some(sweep), sightings).await?;
        Ok(())
    }

    async fn apply(&mut self, sweep: Option<u64>, sightings: Vec<Sighting>) -> Result<(), StoreError> {
        if sightings.is_empty() {
            return Ok(());
        }
        let (leaving, arriving) = (self.leaving().await?, self.arriving().await?);
        let ours_perhaps = |sighting: &Sighting| {
            let new = sighting.ours.is_none() && sighting.base.is_none();
            new && arriving.iter().any(|row| self.may_have_made(row, &sighting.theirs))
        };
        let on = Ground { account: &self.account, zone: self.common.zone, now: self.now(), ids: &self.common.ids };
        // One post here may be several there: each is merged onto what the ones before it made of ours.
        let mut by_now: HashMap<PostId, Post> = HashMap::new();
        let merged: Vec<Merged> = sightings
            .into_iter()
            .filter(|sighting| !leaving.contains(&sighting.theirs.id) && !ours_perhaps(sighting))
            .map(|mut sighting| {
                sighting.ours = sighting.ours.map(|ours| by_now.get(&ours.id).cloned().unwrap_or(ours));
                let merged = merged(sighting, &on);
                if merged.ours.is_some() {
                    by_now.insert(merged.post.id, merged.post.clone());
                }
                merged
            })
            .collect();
        for note in merged
            .iter()
            .filter_map(|merged| Some((merged.post.id, merged.journal.clone()?, merged.post.conflict.is_some())))
        {
            self.line(Some(note.0), note.1, note.2);
        }
        let mut new = self.newcomers(&merged);
        let taken = self.common.store.apply(&self.account, sweep, merged, self.now()).await?;
        new.retain(|post| taken.contains(&post.id));
        self.point_out_twins(&new).await?;
        self.changed();
        Ok(())
    }

    /// Posts at the provider that are about to be deleted: a listing that still shows them is old news.
    async fn leaving(&self) -> Result<Vec<RemoteId>, StoreError> {
        let rows = self.common.store.outbox().await?;
        let removed = |row: OutboxRow| match row.write {
            Write::Remove { remote } if row.account == self.account => Some(remote),
            _ => None,
        };
        Ok(rows.into_iter().filter_map(removed).collect())
    }

    /// Creates whose outcome is not known, where posts carry no reference of ours: what they made looks like anybody's
    /// post until it was looked up.
    async fn arriving(&self) -> Result<Vec<OutboxRow>, StoreError> {
        if self.provider.capabilities().reference {
            return Ok(Vec::new());
        }
        let rows = self.common.store.outbox().await?;
        let in_doubt = |row: &OutboxRow| {
            let created = matches!(row.write, Write::Create { .. }) && row.account == self.account;
            created && row.first_sent_at.is_some()
        };
        Ok(rows.into_iter().filter(in_doubt).collect())
    }

    /// Whether a create of ours may have made this post; when it was made proves nothing where a clock may be wrong.
    fn may_have_made(&self, row: &OutboxRow, theirs: &RemotePost) -> bool {
        let (Some(submission), Some(sent_at)) = (row.write.submission(), row.first_sent_at) else { return false };
        verify::twin(submission, theirs) || verify::put_off(submission, theirs, self.by_world_time(sent_at))
    }

    /// Posts that should be there, and that the sweep has not seen so far.
    async fn expected(&self, sweep: u64, began: DateTime<Utc>) -> Result<Vec<RemoteId>, StoreError> {
        self.common.store.sweep_unseen(&self.account, sweep, began - LOOK_BACK, began + LOOK_AHEAD).await
    }

    async fn knows_one_of(&self, posts: &[RemotePost]) -> Result<bool, StoreError> {
        for post in posts {
            if self.common.store.remote(&self.account, &post.id).await?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A listing shows nobody who is known here: where many should be there, fails in words, unless one of them is found
    /// by its id.
    async fn recognise(&mut self, sweep: u64, began: DateTime<Utc>) -> Result<(), Broken> {
        let expected = self.expected(sweep, began).await?;
        if expected.len() < SUSPICIOUS {
            return Ok(());
        }
        for remote in expected.iter().take(ASKED_FOR) {
            match self.provider.post(remote).await {
                Ok(_) => return Ok(()),
                Err(error) if error.kind == Kind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.estranged = true;
        let whose = self.provider.identity().await.map(|whose| format!(" (it opens {})", whose.name));
        let words = format!(
            "none of the {} posts that should be there is; they are kept, and nothing is taken over: if this is the key of \
             another workspace{}, connect {} with its own; if they were deleted there, delete them here too",
            expected.len(),
            whose.unwrap_or_default(),
            self.account
        );
        Err(ProviderError::new(Kind::Conflict, Reach::Answered, Again::Never, words).into())
    }

    async fn question_unseen(&mut self, sweep: u64, seen: u64, began: DateTime<Utc>) -> Result<(), Broken> {
        let unseen = self.expected(sweep, began).await?;
        if seen == 0 && unseen.len() >= SUSPICIOUS {
            let words =
                format!("the provider suddenly lists no posts at all; the {} known here are kept", unseen.len());
            self.line(None, words, true);
            return Ok(());
        }
        for remote in unseen.into_iter().take(QUESTIONED) {
            match self.provider.post(&remote).await {
                Ok(post) => self.take_page(sweep, vec![post]).await?,
                Err(error) if error.kind == Kind::NotFound => {
                    self.forget(&remote).await?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn forget(&mut self, remote: &RemoteId) -> Result<(), StoreError> {
        for post in self.common.store.forget(&self.account, remote, self.now()).await? {
            self.line(Some(post), "deleted at the provider", false);
        }
        self.gone.insert(remote.clone());
        self.changed();
        Ok(())
    }

    fn spoiled(&self, spoiled: &[String]) {
        for words in spoiled {
            self.line(None, format!("one entry of the listing cannot be read, the rest is good: {words}"), true);
        }
    }

    /// Reads posts again that are due or going out, and says when to look next.
    pub async fn follow_due(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.recall_spending().await?;
        self.remind().await?;
        let next = self.follow().await;
        self.keep_spending().await?;
        next
    }

    async fn follow(&mut self) -> Result<Option<DateTime<Utc>>, StoreError> {
        // That another workspace does not have them says nothing.
        if self.estranged {
            return Ok(None);
        }
        let now = self.now();
        let posts = self.common.store.weeks(now - DUE_WINDOW, now + DUE_WINDOW).await?;
        let followed = posts.iter().flat_map(|post| {
            let mine = post.targets.iter().filter(|target| target.account() == self.account);
            mine.filter(|target| matches!(target.outcome, Outcome::Accepted | Outcome::Publishing)).filter_map(
                |target| {
                    let remote = target.remote.clone().filter(|remote| !self.gone.contains(remote))?;
                    let moment = post.schedule_for(target).map(|schedule| schedule.instant()).or(post.instant());
                    // What is to be out at once is due, whatever time it was given before.
                    let moment = moment.filter(|_| post.wish != Wish::Now);
                    Some((moment.map_or(now, |at| at + DUE_DELAY), remote))
                },
            )
        });
        let mut followed: Vec<(DateTime<Utc>, RemoteId)> = followed.collect();
        followed.sort();
        followed.dedup_by(|a, b| a.1 == b.1);
        let (due, ahead): (Vec<_>, Vec<_>) = followed.into_iter().partition(|(at, _)| *at <= now);
        for (_, remote) in due.iter().take(DUE_AT_ONCE) {
            if !self.may_call() {
                break;
            }
            self.read_remote(remote).await?;
        }
        let next_ahead = ahead.iter().map(|(at, _)| *at).min();
        let again = (!due.is_empty())
            .then(|| self.now() + self.provider.capabilities().due_every)
            .map(|at| at.max(self.pause_until.unwrap_or(at)));
        Ok([next_ahead, again].into_iter().flatten().min())
    }

    /// Reads these posts at the provider again, because someone wants to know.
    pub async fn read(&mut self, posts: &[PostId]) -> Result<(), StoreError> {
        self.recall_spending().await?;
        self.remind().await?;
        let read = self.read_all(posts).await;
        self.keep_spending().await?;
        read
    }

    async fn read_all(&mut self, posts: &[PostId]) -> Result<(), StoreError> {
        let mut asked = None;
        'posts: for id in posts {
            let Some(post) = self.common.store.post(*id).await? else { continue };
            let mine = post.targets.iter().filter(|target| target.account() == self.account);
            let mut remotes: Vec<RemoteId> = mine.filter_map(|target| target.remote.clone()).collect();
            remotes.sort();
            remotes.dedup();
            for remote in remotes {
                if !self.may_call() {
                    self.line(Some(*id), "not verified: the provider is not asked just now", false);
                    break 'posts;
                }
                let words = match self.read_remote(&remote).await? {
                    true => match self.common.store.post(*id).await? {
                        // What says the same already is told instead.
                        Some(post) if self.is_duplicate(&post) => continue,
                        Some(post) => verified(post.state(self.now())),
                        None => "verified: it is gone",
                    },
                    false => "not verified: the provider gave no answer; V asks again",
                };
                self.line(Some(*id), words, false);
            }
            self.seek_twins(*id, &mut asked).await?;
        }
        self.tell(News::Changed);
        Ok(())
    }

    /// Whether the provider answered.
    async fn read_remote(&mut self, remote: &RemoteId) -> Result<bool, StoreError> {
        match self.provider.post(remote).await {
            Ok(theirs) => {
                self.merge_one(theirs).await?;
                self.in_order();
                Ok(true)
            }
            Err(error) if error.kind == Kind::NotFound => {
                if !self.goes_out_unseen(remote).await? {
                    self.forget(remote).await?;
                }
                Ok(true)
            }
            Err(error) => {
                let until = self.until(&error);
                self.note(&error, until);
                Ok(false)
            }
        }
    }

    pub(super) async fn merge_one(&mut self, theirs: RemotePost) -> Result<(), StoreError> {
        self.gone.remove(&theirs.id);
        let known = self.common.store.remote(&self.account, &theirs.id).await?;
        let (base, owner) = known.map_or((None, None), |(base, owner)| (Some(base), owner));
        let ours = match owner.or(theirs.reference) {
            Some(id) => self.common.store.post(id).await?,
            None => None,
        };
        let known = base.as_ref() == Some(&theirs);
        // Removed here, and nothing is new there.
        if known && ours.is_none() {
            return Ok(());
        }
        let on = Ground { account: &self.account, zone: self.common.zone, now: self.now(), ids: &self.common.ids };
        let merged = merged(Sighting { theirs, base, ours }, &on);
        // What they show may be known, and our outcomes have moved away from it since: a retry that was refused.
        if known && merged.ours.as_ref() == Some(&merged.post) {
            return Ok(());
        }
        self.tell_outcomes(&merged.post);
        self.common.store.apply(&self.account, None, vec![merged], self.now()).await?;
        self.changed();
        Ok(())
    }

    /// An edit was refused while the provider keeps the older version: both stay until a person chooses.
    pub(super) async fn keep_both(&mut self, row: &OutboxRow, there: &RemotePost) -> Result<(), StoreError> {
        let Some(ours) = self.common.store.post(row.post).await? else { return Ok(()) };
        let mut post = ours.clone();
        post.conflict = Some(Box::new(Theirs { body: there.body.clone(), at: there.at, seen_at: self.now() }));
        let journal = Some("an edit was refused at the provider".into());
        let merged = Merged { theirs: there.clone(), ours: Some(ours), post, journal };
        self.common.store.apply(&self.account, None, vec![merged], self.now()).await?;
        Ok(())
    }

    /// Says what became of a post that was followed.
    fn tell_outcomes(&self, post: &Post) {
        let refused = post.targets.iter().find_map(|target| match &target.outcome {
            Outcome::Refused(refusal) if !refusal.dismissed => Some(refusal.words.clone()),
            _ => None,
        });
        let published = post.targets.iter().any(|target| target.is_out());
        match refused {
            Some(words) => self.line(Some(post.id), format!("not published everywhere: {words}"), true),
            None if published => self.line(Some(post.id), "published", false),
            None => {}
        }
    }
}

/// What a post turned out to be after it was read again, in words.
fn verified(state: State) -> &'static str {
    match state {
        State::Published => "verified: it is published",
        State::Publishing => "verified: the provider is publishing it",
        State::Scheduled => "verified: the provider has it, and it waits for its time",
        State::Draft | State::Held => "verified: the provider has it, and does not publish it",
        State::Missed => "verified: the provider has it and tells of no result; s gives it a new time, P publishes it",
        State::Failed | State::Partial => "verified: it failed; the reasons stand with its channels",
        State::Unknown => "verified: the provider does not tell either; r asks before sending",
    }
}
