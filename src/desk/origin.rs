//! Which post a file of a folder is. The file's key tells on the machine that applied it; on another one the id that the
//! key gave the post, where its provider keeps that, or the provider's own id in the folder's record; else what the post
//! says. Where none of these tells for certain, a person does: nothing is made twice on a guess.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::{AccountName, ChannelId, PostId, RemoteId};
use crate::domain::likeness::{ALIKE, Sketch};
use crate::domain::post::{Post, Target, Wish};
use crate::domain::thread::folded;
use crate::manuscript::Record;
use crate::store::{Actor, Alongside};
use crate::sync::verify::SAME_MOMENT;
use crate::sync::{Done, Order};
use crate::text::clean::{one_line, truncate};

use super::judge::{Judged, Verdict};
use super::{Desk, DeskError, Edit, Planning, Result};

/// What the keys of files begin with: the folder's name and the file's below it follow.
pub const OF_FILES: &str = "file:";

/// What is noted of posts that became one.
pub(super) const JOINED: &str = "joined";

/// So far apart, one text on one channel may be meant twice: what was out that long ago is said again.
const SAID_AGAIN: TimeDelta = TimeDelta::days(31);

/// What was read of an account is good for so long: twice as long as the program lets pass between two looks.
const LATELY: TimeDelta = TimeDelta::minutes(10);

/// Cells of a text in a sentence.
const HEADLINE: usize = 40;

/// Which post a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The one that its key made here, whether that is still there or not.
    Known(PostId),
    /// One that is as the file says, made elsewhere, or of a file that had another name.
    Same(PostId),
    /// One that this file made elsewhere, or that a person says it is; one of both has changed since.
    Changed(PostId),
    /// Several that are its parts, as each account or network has one; they become one here.
    Parts(Parts),
    /// There is one that says the same on some of its channels only.
    Part(PostId),
    /// It may be this one; a person has to say so.
    Perhaps(PostId),
    /// None.
    New,
}

/// Posts that one file is, each on channels of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Which of them is kept, or a post here that has lost its own at the provider and takes these over.
    pub into: PostId,
    /// The parts.
    pub of: Vec<PostId>,
}

/// What a person says of files, by their names below the folder.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// These are the posts that are there: the one named, or the one they may be.
    pub adopt: BTreeMap<String, Option<PostId>>,
    /// These are posts of their own.
    pub anew: BTreeSet<String>,
}

/// A file, and the post that it says.
pub struct Wanted<'a> {
    /// Its name below the folder.
    pub file: &'a str,
    /// What it says; its texts not yet filled in.
    pub post: &'a Post,
    /// Where the folder's record says that it is.
    pub there: Option<&'a BTreeMap<ChannelId, RemoteId>>,
}

/// The posts of a folder's files, as they are known here.
pub struct Origins {
    known: HashMap<String, PostId>,
    /// Posts that come from no file, or from one of this folder that is gone.
    free: Vec<Free>,
    at: HashMap<Option<i64>, Vec<usize>>,
    on: HashMap<ChannelId, Vec<usize>>,
    by_remote: HashMap<RemoteId, Vec<usize>>,
    /// The accounts that there are here.
    accounts: BTreeSet<AccountName>,
    taken: BTreeSet<PostId>,
}

struct Free {
    post: Arc<Post>,
    sketch: OnceCell<Option<Sketch>>,
}

impl Desk {
    /// Which post each of a folder's files is; `prefix` is what their keys begin with, in the order of `files`.
    pub async fn origins(&self, prefix: &str, files: &[Wanted<'_>], answers: &Answers) -> Result<Vec<Origin>> {
        let mut origins = Origins::read(self, prefix, files).await?;
        let mut dressed = Vec::with_capacity(files.len());
        for wanted in files {
            dressed.push(self.dressed(wanted.post).await?.post);
        }
        let mut found: Vec<Option<Origin>> = Vec::with_capacity(files.len());
        // What is certain comes first, so that nothing else takes its post.
        for (wanted, dressed) in files.iter().zip(&dressed) {
            found.push(origins.certain(wanted, dressed, answers));
        }
        for ((wanted, dressed), found) in files.iter().zip(&dressed).zip(&mut found) {
            if found.is_none() && !answers.anew.contains(wanted.file) {
                *found = origins.marked(&format!("{prefix}{}", wanted.file), dressed);
            }
        }
        let mut answered = Vec::with_capacity(files.len());
        for ((wanted, dressed), mut found) in files.iter().zip(&dressed).zip(found) {
            if let Some(Origin::Known(id)) = found
                && self.store.post(id).await?.is_some_and(|post| !post.is_remote())
            {
                // What it was is gone at its provider; another machine may have made it anew there.
                found = origins.recorded(wanted, Some(id)).or(found);
            }
            let current = match &found {
                Some(Origin::Known(id) | Origin::Changed(id)) => self.store.post(*id).await?,
                Some(Origin::Parts(parts)) => self.joined(parts).await?,
                _ => None,
            };
            answered.push(origins.settled(wanted, dressed, (found, current.as_ref()), answers));
        }
        Ok(answered)
    }

    /// The post that says the same as a file's own, on the same channels at the same moment, and comes from no file: two
    /// machines that applied a folder at the same moment made it twice where the provider keeps no id of ours.
    pub async fn doubles(&self, prefix: &str, files: &[Wanted<'_>], origins: &[Origin]) -> Result<Vec<Option<PostId>>> {
        let mut all = Origins::read(self, prefix, files).await?;
        let own = |origin: &Origin| match origin {
            Origin::Known(id) | Origin::Same(id) | Origin::Changed(id) | Origin::Parts(Parts { into: id, .. }) => {
                Some(*id)
            }
            Origin::Part(_) | Origin::Perhaps(_) | Origin::New => None,
        };
        all.taken.extend(origins.iter().filter_map(own));
        let parts = |origin: &Origin| if let Origin::Parts(parts) = origin { parts.of.clone() } else { Vec::new() };
        all.taken.extend(origins.iter().flat_map(parts));
        let mut doubles = Vec::with_capacity(files.len());
        for (wanted, origin) in files.iter().zip(origins) {
            let goes_out = own(origin).is_some() && wanted.post.wish != Wish::Draft && !wanted.post.targets.is_empty();
            let dressed = if goes_out { Some(self.dressed(wanted.post).await?.post) } else { None };
            let double = dressed.and_then(|dressed| {
                let mut alike = all.alike(wanted.post, &dressed);
                alike.find(|post| channels(post) == channels(&dressed)).map(|post| post.id)
            });
            // A post is the double of one file.
            all.taken.extend(double);
            doubles.push(double);
        }
        Ok(doubles)
    }

    /// What is said of a post that is there beside a file's own.
    pub async fn twice(&self, id: PostId) -> Result<String> {
        let at = self.store.post(id).await?.and_then(|post| post.instant());
        let at = at.map(|at| self.habits.moment(at, self.zone(), " at %a %-d %b %Y {}")).unwrap_or_default();
        Ok(format!("the same post is there twice{at}: remove one; `runsheet delete {id}` deletes the one of no file"))
    }

    /// What is said of a post that a file may be.
    pub async fn perhaps(&self, id: PostId) -> Result<String> {
        let Some(post) = self.store.post(id).await? else { return Ok(format!("it may be there already, as {id}")) };
        let at = post.instant().map(|at| self.habits.moment(at, self.zone(), "%a %-d %b %Y {}"));
        let text = truncate(&one_line(post.headline()), HEADLINE);
        let at = at.unwrap_or_else(|| "no time".into());
        Ok(format!("it may be there already, as {id}: \"{text}\" at {at}"))
    }

    /// The same for rows that are files: what is there already is not made again, and what may be is refused.
    pub(super) async fn find_files_there(&self, prefix: &str, record: &Record, judged: &mut [Judged]) -> Result<()> {
        let name = |row: &Judged| {
            row.incoming.key.as_deref().and_then(|key| key.strip_prefix(prefix)).unwrap_or_default().to_owned()
        };
        let names: Vec<String> = judged.iter().map(name).collect();
        let wanted = |file, post| Wanted { file, post, there: record.files.get(file).map(|applied| &applied.there) };
        let files: Vec<Wanted> =
            names.iter().zip(judged.iter()).map(|(file, row)| wanted(file, &row.incoming.post)).collect();
        let origins = self.origins(prefix, &files, &Answers::default()).await?;
        for (row, origin) in judged.iter_mut().zip(origins) {
            let (verdict, words) = match origin {
                Origin::Known(_) | Origin::New => continue,
                Origin::Same(id) => (Verdict::Known(id), "it is there already, made elsewhere".to_owned()),
                Origin::Changed(id) => {
                    let words = "it is there already and differs; `runsheet apply` brings it to what the file says";
                    (Verdict::Known(id), words.to_owned())
                }
                Origin::Parts(Parts { of, .. }) => {
                    let words = format!("it is there already, as {} posts; `runsheet apply` makes them one", of.len());
                    (Verdict::Refused, words)
                }
                Origin::Part(id) | Origin::Perhaps(id) => {
                    let words = self.perhaps(id).await?;
                    (
                        Verdict::Refused,
                        format!("{words}; `runsheet apply` makes it that one (--adopt) or another (--as-new)"),
                    )
                }
            };
            row.verdict = verdict;
            row.messages.push(words);
        }
        Ok(())
    }

    /// Has the accounts read at which files would make posts, where they were not read lately: another machine may have
    /// made them there since. `tell` hears whose turn it is. Answers whether any had to be read; where one cannot be,
    /// that is a refusal.
    pub(super) async fn seen_lately(
        &self,
        judged: &[Judged],
        tell: &(dyn Fn(&AccountName) + Send + Sync),
    ) -> Result<bool> {
        let mut any = false;
        let goes_out = |row: &&Judged| row.verdict == Verdict::Good && row.incoming.post.wish != Wish::Draft;
        let targets = judged.iter().filter(goes_out).flat_map(|row| &row.incoming.post.targets);
        let accounts: BTreeSet<_> = targets.map(Target::account).collect();
        for account in accounts {
            let is_late = |read: Option<DateTime<Utc>>| read.is_none_or(|read| self.now() - read > LATELY);
            if !is_late(self.store.sync_state(&account).await?.last_ok) {
                continue;
            }
            tell(&account);
            any = true;
            self.fetch(&account).await;
            let state = self.store.sync_state(&account).await?;
            if !is_late(state.last_ok) {
                continue;
            }
            let when = state.last_ok.map(|read| self.habits.moment(read, self.zone(), "last read at %a %-d %b {}"));
            let why = state.error.map(|words| format!(" ({words})")).unwrap_or_default();
            return Err(DeskError::Refused(format!(
                "what {account} has cannot be read just now{why} and was {}, so another machine may have made these \
                 posts there already; nothing was taken: try again when it answers",
                when.unwrap_or_else(|| "never read".into())
            )));
        }
        Ok(any)
    }

    /// Has an account read from end to end; returns when that is done, or nobody is there to do it.
    async fn fetch(&self, account: &AccountName) {
        let (done, mut read) = tokio::sync::mpsc::unbounded_channel();
        self.order(Some(account), &Order::Fetch(Done(done)));
        read.recv().await;
    }

    /// What its parts are together: text and time of the first, and what the others say otherwise on their channels.
    pub async fn joined(&self, Parts { into, of }: &Parts) -> Result<Option<Post>> {
        let mut parts = Vec::with_capacity(of.len());
        for id in of {
            parts.extend(self.store.post(*id).await?);
        }
        let Some(kept) = self.store.post(*into).await? else { return Ok(None) };
        Ok(together(&kept, &parts))
    }

    /// Makes one post of parts; no provider hears of it, for nothing changes there.
    pub async fn join(&self, parts: &Parts) -> Result<()> {
        let after = self.joined(parts).await?;
        let after = after.ok_or_else(|| DeskError::Refused("its parts are not there any more".into()))?;
        let mut edits = Vec::with_capacity(parts.of.len() + 1);
        let carries = after.targets.iter().filter_map(|it| Some((it.account(), it.remote.clone()?, after.id)));
        let alongside = Alongside { carries: carries.collect(), ..Alongside::default() };
        for id in parts.of.iter().filter(|id| **id != parts.into) {
            let before = self.current(*id).await?;
            edits.push(Edit { plan: Planning::Nothing, ..Edit::new(Some(before), None) });
        }
        edits.push(Edit::unplanned(self.current(parts.into).await?, after, Vec::new()));
        // Nobody's deed that could be taken back: which posts they are was found out.
        self.commit_as(Actor::Sync, edits, JOINED, None, alongside).await
    }

    /// The posts here that the record's ids mean.
    pub async fn recorded(&self, there: &BTreeMap<ChannelId, RemoteId>) -> Result<Vec<PostId>> {
        let mut found = Vec::new();
        for (channel, remote) in there {
            let known = self.store.remote(&Target::new(channel.clone()).account(), remote).await?;
            found.extend(known.and_then(|(_, post)| post).filter(|post| !found.contains(post)));
        }
        Ok(found)
    }

    /// From now on `key` means a post that is there already, and no other file's key does.
    pub async fn adopt(&self, key: &str, id: PostId) -> Result<()> {
        for (other, of) in self.imported_beginning(OF_FILES).await? {
            let other = format!("{OF_FILES}{other}");
            if of == id && other != key {
                self.forget_imported(&other).await?;
            }
        }
        self.keep_imported(key, id).await
    }
}

impl Origins {
    async fn read(desk: &Desk, prefix: &str, files: &[Wanted<'_>]) -> Result<Self> {
        let names: BTreeSet<&str> = files.iter().map(|wanted| wanted.file).collect();
        let (mut known, mut claimed) = (HashMap::new(), BTreeSet::new());
        for (key, id) in desk.imported_beginning(OF_FILES).await? {
            let below = format!("{OF_FILES}{key}");
            match below.strip_prefix(prefix) {
                Some(file) if !names.contains(file) => {}
                _ => _ = claimed.insert(id),
            }
            known.extend(below.strip_prefix(prefix).map(|file| (file.to_owned(), id)));
        }
        let posts = desk.store.every_post(None, None).await?;
        let free = posts.into_iter().filter(|post| !claimed.contains(&post.id));
        let free: Vec<Free> = free.map(|post| Free { post, sketch: OnceCell::new() }).collect();
        let (mut at, mut on): (HashMap<_, Vec<usize>>, HashMap<_, Vec<usize>>) = Default::default();
        let mut by_remote: HashMap<_, Vec<usize>> = HashMap::new();
        for (place, Free { post, .. }) in free.iter().enumerate() {
            at.entry(seconds(post)).or_default().push(place);
            for target in &post.targets {
                on.entry(target.channel.clone()).or_default().push(place);
                if let Some(remote) = &target.remote {
                    by_remote.entry(remote.clone()).or_default().push(place);
                }
            }
        }
        let accounts = desk.accounts.keys().cloned().collect();
        Ok(Self { known, free, at, on, by_remote, accounts, taken: BTreeSet::new() })
    }

    /// What its key, the person, or every word of it tells.
    fn certain(&mut self, wanted: &Wanted, dressed: &Post, answers: &Answers) -> Option<Origin> {
        if let Some(Some(id)) = answers.adopt.get(wanted.file) {
            self.taken.insert(*id);
            return Some(Origin::Changed(*id));
        }
        if let Some(id) = self.known.get(wanted.file) {
            return Some(Origin::Known(*id));
        }
        if answers.anew.contains(wanted.file) {
            return None;
        }
        if let Some(found) = self.recorded(wanted, None) {
            return Some(found);
        }
        let alike: Vec<&Arc<Post>> = self.alike(wanted.post, dressed).collect();
        if let Some(whole) = alike.iter().find(|post| channels(post) == channels(dressed)).map(|post| post.id) {
            self.taken.insert(whole);
            return Some(Origin::Same(whole));
        }
        let parts = parts_of(&alike, &channels(dressed))?;
        Some(self.take_parts(parts, None))
    }

    /// The post, or the posts, that the folder's record names; `instead` of one here that has lost its own.
    fn recorded(&mut self, wanted: &Wanted, instead: Option<PostId>) -> Option<Origin> {
        let mut parts: Vec<PostId> = Vec::new();
        for (channel, remote) in wanted.there? {
            let is_it = |post: &&Arc<Post>| {
                let named = |target: &Target| {
                    target.remote.as_ref() == Some(remote) && self.is_channel(&target.channel, channel)
                };
                !self.taken.contains(&post.id) && post.targets.iter().any(named)
            };
            let mut places = self.by_remote.get(remote).into_iter().flatten();
            let found = places.find_map(|place| self.free.get(*place).map(|free| &free.post).filter(is_it));
            parts.extend(found.map(|post| post.id).filter(|id| !parts.contains(id)));
        }
        (!parts.is_empty()).then(|| self.take_parts(parts, instead))
    }

    /// Whether a channel is the one that another machine wrote down: accounts may have other names there.
    fn is_channel(&self, here: &ChannelId, there: &ChannelId) -> bool {
        let apart = |channel: &ChannelId| {
            channel.as_str().split_once('/').map(|(account, id)| (account.to_owned(), id.to_owned()))
        };
        here == there
            || apart(here).zip(apart(there)).is_some_and(|((_, here), (account, there))| {
                here == there && !self.accounts.contains(&AccountName::new(account))
            })
    }

    fn take_parts(&mut self, of: Vec<PostId>, instead: Option<PostId>) -> Origin {
        self.taken.extend(of.iter().copied());
        match (of.as_slice(), instead) {
            ([one], None) => Origin::Changed(*one),
            ([first, ..], _) => Origin::Parts(Parts { into: instead.unwrap_or(*first), of }),
            ([], _) => Origin::New,
        }
    }

    /// The post that has the id which this key gives. Another folder of this name may have given it too: what shares
    /// neither moment nor words with the file is for a person to tell.
    fn marked(&mut self, key: &str, dressed: &Post) -> Option<Origin> {
        let mark = PostId::of_file(key);
        let free = self.left().find(|free| free.post.id == mark)?;
        let (post, draft) = (&free.post, |post: &Post| post.wish == Wish::Draft);
        let shared: BTreeSet<ChannelId> = channels(post).intersection(&channels(dressed)).cloned().collect();
        let near = draft(post) || draft(dressed) || same_moment(post, dressed) || free.says_alike(dressed, &shared);
        self.taken.insert(mark);
        Some(if near { Origin::Changed(mark) } else { Origin::Perhaps(mark) })
    }

    /// What is left to tell once all that is certain is known: whether something like it is there on a channel on which
    /// it is not yet.
    fn settled(
        &self,
        wanted: &Wanted,
        dressed: &Post,
        (found, current): (Option<Origin>, Option<&Post>),
        answers: &Answers,
    ) -> Origin {
        let adopts = answers.adopt.contains_key(wanted.file);
        match found {
            Some(Origin::Perhaps(id)) if adopts => return Origin::Changed(id),
            // It was deleted here.
            Some(Origin::Known(id)) if current.is_none() => return Origin::Known(id),
            Some(Origin::Known(_)) | None => {}
            // Some of its channels may be there as another post.
            Some(Origin::Changed(_) | Origin::Parts(_)) if current.is_some() && !adopts => {}
            Some(found) => return found,
        }
        let fallback = found.clone().unwrap_or(Origin::New);
        if answers.anew.contains(wanted.file) || dressed.wish == Wish::Draft {
            return fallback;
        }
        let fresh = fresh(current, dressed);
        let other = |post: &&Arc<Post>| Some(post.id) != current.map(|post| post.id);
        let part = self.alike(wanted.post, dressed).filter(other).find(|post| !channels(post).is_disjoint(&fresh));
        if let (Some(part), false) = (part, adopts) {
            return if fallback == Origin::New { Origin::Part(part.id) } else { Origin::Perhaps(part.id) };
        }
        match self.like(dressed, &fresh).filter(|post| other(post)) {
            Some(like) if adopts => Origin::Changed(like.id),
            Some(like) => Origin::Perhaps(like.id),
            None => fallback,
        }
    }

    /// The posts at its moment that say the same on a channel they share.
    fn alike(&self, wanted: &Post, dressed: &Post) -> impl Iterator<Item = &Arc<Post>> {
        let (body, goes_to, is_draft) = (wanted.body.trim().to_owned(), channels(dressed), dressed.wish == Wish::Draft);
        let dressed = dressed.clone();
        let near = self.at.get(&seconds(&dressed)).into_iter().flatten().filter_map(|place| self.free.get(*place));
        near.map(|free| &free.post).filter(move |post| {
            let shared: Vec<ChannelId> = channels(post).intersection(&goes_to).cloned().collect();
            let as_sent = || shared.iter().all(|channel| text_on(post, channel) == text_on(&dressed, channel));
            !self.taken.contains(&post.id)
                && (goes_to.is_empty() || !shared.is_empty())
                && is_draft == (post.wish == Wish::Draft)
                && (post.as_written().body.trim() == body || (!shared.is_empty() && as_sent()))
        })
    }

    /// The post that goes out on one of `fresh` at its moment, or says nearly the same there.
    fn like(&self, dressed: &Post, fresh: &BTreeSet<ChannelId>) -> Option<&Arc<Post>> {
        let places: BTreeSet<usize> =
            fresh.iter().filter_map(|channel| self.on.get(channel)).flatten().copied().collect();
        let near = places.into_iter().filter_map(|place| self.free.get(place)).filter(|free| {
            let post = &free.post;
            let apart = post.instant().zip(dressed.instant()).map(|(one, other)| (one - other).abs());
            post.wish != Wish::Draft
                && !self.taken.contains(&post.id)
                && (same_moment(post, dressed) || (apart <= Some(SAID_AGAIN) && free.says_alike(dressed, fresh)))
        });
        let distance = |post: &Post| post.instant().zip(dressed.instant()).map(|(one, other)| (one - other).abs());
        near.map(|free| &free.post).min_by_key(|post| distance(post))
    }

    fn left(&self) -> impl Iterator<Item = &Free> {
        self.free.iter().filter(|free| !self.taken.contains(&free.post.id))
    }
}

impl Free {
    fn says_alike(&self, dressed: &Post, on: &BTreeSet<ChannelId>) -> bool {
        if on
            .iter()
            .any(|channel| text_on(&self.post, channel).is_some_and(|text| text_on(dressed, channel) == Some(text)))
        {
            return true;
        }
        let ours = self.sketch.get_or_init(|| Sketch::of(&self.post.body));
        ours.as_ref().zip(Sketch::of(&dressed.body)).is_some_and(|(one, other)| one.likeness(&other) >= ALIKE)
    }
}

/// The channels on which a post that is to go out has to be made yet, and for which something like it may be there.
pub fn fresh(current: Option<&Post>, wanted: &Post) -> BTreeSet<ChannelId> {
    if wanted.wish == Wish::Draft {
        return BTreeSet::new();
    }
    let carried = |channel: &ChannelId| {
        let mut there = current.iter().flat_map(|post| &post.targets);
        there.any(|target| target.channel == *channel && target.remote.is_some())
    };
    channels(wanted).into_iter().filter(|channel| !carried(channel)).collect()
}

fn channels(post: &Post) -> BTreeSet<ChannelId> {
    post.targets.iter().map(|target| target.channel.clone()).collect()
}

/// Of posts that say what a file says, those that are on all of its channels together, each on some.
fn parts_of(alike: &[&Arc<Post>], goes_to: &BTreeSet<ChannelId>) -> Option<Vec<PostId>> {
    let (mut parts, mut covered) = (Vec::new(), BTreeSet::new());
    for post in alike {
        let on = channels(post);
        if on.is_subset(goes_to) && on.is_disjoint(&covered) {
            parts.push(post.id);
            covered.extend(on);
        }
    }
    (parts.len() > 1 && covered == *goes_to).then_some(parts)
}

/// One post of several: text and time of the first, and on the channels of the others what they say otherwise.
fn together(kept: &Post, parts: &[Post]) -> Option<Post> {
    let (first, others) = parts.split_first()?;
    let mut whole = Post { id: kept.id, created_at: kept.created_at, number: kept.number, ..first.clone() };
    whole.campaign = first.campaign.clone().or_else(|| kept.campaign.clone());
    for part in others {
        for target in &part.targets {
            let mut target = target.clone();
            target.text = Some(part.text_for(&target).to_owned()).filter(|text| *text != whole.body);
            target.schedule = part.schedule_for(&target).filter(|at| Some(*at) != whole.schedule);
            target.extras.media = Some(part.media_for(&target).to_vec()).filter(|media| *media != whole.media);
            let comment = part.first_comment_for(&target).cloned();
            target.extras.first_comment = comment.filter(|it| Some(it) != whole.first_comment.as_ref());
            let own: Vec<_> =
                part.options.iter().filter(|(key, value)| whole.options.get(key) != Some(*value)).collect();
            for (key, value) in own {
                if target.extras.options.get(key).is_none() {
                    target.extras.options.set(key, value.clone());
                }
            }
            whole.targets.retain(|there| there.channel != target.channel);
            whole.targets.push(target);
        }
        whole.pending |= part.pending;
        whole.title = whole.title.or_else(|| part.title.clone());
    }
    Some(whole)
}

fn seconds(post: &Post) -> Option<i64> {
    post.instant().map(|at| at.timestamp())
}

fn same_moment(one: &Post, other: &Post) -> bool {
    let apart = |(one, other): (DateTime<Utc>, DateTime<Utc>)| (one - other).abs() <= SAME_MOMENT;
    one.instant().zip(other.instant()).is_some_and(apart)
}

/// What it says on a channel, as it is compared.
fn text_on(post: &Post, channel: &ChannelId) -> Option<String> {
    let target = post.targets.iter().find(|target| target.channel == *channel)?;
    Some(folded(post.text_for(target)))
}
