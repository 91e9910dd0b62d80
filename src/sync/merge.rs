//! One post, seen from both sides: what the provider showed last, what we have, what it shows now. Pure.
//!
//! Facts (outcomes, links) are the provider's. Wishes (text, time, channels) belong to whoever changed them; changed
//! on both sides they become a conflict that keeps both until a person chooses. One post here may be several at
//! providers; each of those speaks only for the targets it carries.

mod facts;
#[cfg(test)]
mod tests;
mod wishes;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use self::facts::{dated, take_facts, tried_again};
use self::wishes::take_wishes;
use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId};
use crate::domain::options::{FirstComment, Options, Value};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target, Wish};
use crate::domain::remote::{RemotePost, RemoteState, RemoteTarget};
use crate::domain::schedule::Schedule;
use crate::domain::thread::evened;

/// Where a merge happens.
pub struct Ground<'a> {
    /// Whose listing it is.
    pub account: &'a AccountName,
    /// New posts are shown in this zone.
    pub zone: Tz,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// Ids for posts that are new here.
    pub ids: &'a IdSource,
}

/// The post as it is after the merge, and what to note in the journal, when anything is worth a note. It has another
/// id than `ours` where theirs turns out to be a post of its own: a copy made there keeps our reference.
pub fn merge(
    base: Option<&RemotePost>,
    ours: Option<Post>,
    theirs: &RemotePost,
    on: &Ground,
) -> (Post, Option<String>) {
    let Some(mut post) = ours else {
        let id = theirs.reference.unwrap_or_else(|| on.ids.post(on.now));
        let source = if theirs.reference.is_some() { Source::Runsheet } else { Source::Provider };
        return (adopt(id, source, theirs, on), None);
    };
    let before = post.clone();
    take_facts(&mut post, base, theirs, on);
    if !post.targets.iter().any(|target| carried(target, theirs, on))
        && theirs.targets.iter().any(|seen| has_left(&post, seen, base, theirs, on))
    {
        // All of it that is ours was sent again as a post of its own; this one stays on record and speaks for nothing.
        return (before, None);
    }
    if post.is_remote() && !post.targets.iter().any(|target| carried(target, theirs, on)) {
        return (adopt(on.ids.post(on.now), Source::Provider, theirs, on), None);
    }
    let placed = theirs.at.filter(|_| !post.pending && wish(&theirs.state) == Wish::Schedule);
    if let (Some(at), Some(_)) = (placed, &post.queue) {
        post.take_place(at, on.zone);
    }
    let note = take_wishes(&mut post, base, theirs, on);
    let note = note.or_else(|| tried_again(&before, &post, on).then(|| "sent again at the provider".to_owned()));
    take_campaign(&mut post, base, theirs);
    if post != before {
        post.updated_at = on.now;
    }
    (post, note)
}

/// The options that all channels of their networks share.
fn agreed(targets: &[RemoteTarget]) -> Options {
    let everywhere = |seen: &RemoteTarget, key: &str, value: &Value| {
        let mut alike = targets.iter().filter(|other| other.network == seen.network);
        alike.all(|other| other.extras.options.get(key) == Some(value))
    };
    let shared = targets.iter().flat_map(|seen| {
        let options = seen.extras.options.iter().filter(move |(key, value)| everywhere(seen, key, value));
        options.map(|(key, value)| (key.to_owned(), value.clone()))
    });
    shared.collect()
}

/// What a provider shows beside text and time, as exceptions from the post. What it does not show, it may still have.
fn take_extras(target: &mut Target, seen: &RemoteTarget, post: &Beside) {
    let own = &mut target.extras;
    for (key, value) in seen.extras.options.iter() {
        match post.options.get(key) == Some(value) {
            true => own.options.unset(key),
            false => own.options.set(key, value.clone()),
        }
    }
    if let Some(comment) = &seen.extras.first_comment {
        own.first_comment = Some(comment.clone()).filter(|comment| post.first_comment.as_ref() != Some(comment));
    }
    if let Some(media) = &seen.extras.media {
        own.media = Some(media.clone());
    }
}

/// What a whole post says beside text and time.
struct Beside {
    options: Options,
    first_comment: Option<FirstComment>,
}

impl Beside {
    fn of(post: &Post) -> Self {
        Self { options: post.options.clone(), first_comment: post.first_comment.clone() }
    }
}

/// A post lies in a campaign on both sides. Where it was put into another one there, it is in that one here too; while
/// an edit of ours is on its way, ours stands.
fn take_campaign(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost) {
    let Some(name) = theirs.campaign.as_deref().filter(|_| !post.pending) else { return };
    let was = base.and_then(|base| base.campaign.as_deref());
    let first_seen = was.is_none() && post.campaign.is_none();
    if (first_seen || was.is_some_and(|was| was != name)) && post.campaign.as_deref().unwrap_or_default() != name {
        post.campaign = Some(name.to_owned()).filter(|name| !name.is_empty());
        post.number = None;
    }
}

/// A post we have not seen before.
fn adopt(id: PostId, source: Source, theirs: &RemotePost, on: &Ground) -> Post {
    let mut post = Post::draft(id, theirs.created_at.unwrap_or(on.now));
    post.body.clone_from(&theirs.body);
    post.title.clone_from(&theirs.title);
    post.media.clone_from(&theirs.media);
    post.tags.clone_from(&theirs.tags);
    post.campaign = theirs.campaign.clone().filter(|name| !name.is_empty());
    post.schedule = theirs.at.map(|at| Schedule::at(at, on.zone));
    post.wish = wish(&theirs.state);
    post.source = source;
    post.updated_at = theirs.updated_at.unwrap_or(on.now);
    post.options = agreed(&theirs.targets);
    if let [only] = theirs.targets.as_slice() {
        post.first_comment.clone_from(&only.extras.first_comment);
    }
    post.targets = theirs.targets.iter().map(|target| target_of(target, &post, theirs, on)).collect();
    post.targets.dedup_by(|a, b| a.channel == b.channel);
    post
}

fn target_of(seen: &RemoteTarget, post: &Post, theirs: &RemotePost, on: &Ground) -> Target {
    let mut target = Target::new(ChannelId::of(on.account, &seen.channel));
    target.outcome = dated(&seen.outcome, on);
    target.remote = Some(theirs.id.clone());
    take_own(&mut target, seen, (&post.body, post.schedule), theirs, on);
    take_extras(&mut target, seen, &Beside::of(post));
    target
}

/// What a target says and when, as an exception to what the whole post says.
fn take_own(
    target: &mut Target,
    seen: &RemoteTarget,
    (body, schedule): (&str, Option<Schedule>),
    theirs: &RemotePost,
    on: &Ground,
) {
    let there = text_there(seen, theirs);
    // Their cuts of a thread may be drawn otherwise; what is ours stays as it was typed.
    let as_ours = target.text.as_deref().is_some_and(|own| same_text(own, there) && !same_text(there, body));
    if !as_ours {
        target.text = Some(there).filter(|text| !same_text(text, body)).map(str::to_owned);
    }
    if let Some(at) = seen.at.or(theirs.at) {
        let zone = target.schedule.or(schedule).map_or(on.zone, |schedule| schedule.zone());
        let same = schedule.is_some_and(|schedule| same_second(schedule.instant(), at));
        target.schedule = (!same).then(|| Schedule::at(at, zone));
    }
}

/// Whether two texts say the same, however the cuts of a thread are drawn.
fn same_text(one: &str, other: &str) -> bool {
    one == other || evened(one) == evened(other)
}

fn text_there<'a>(seen: &'a RemoteTarget, theirs: &'a RemotePost) -> &'a str {
    seen.text.as_deref().unwrap_or(&theirs.body)
}

/// Providers keep whole seconds at best; a difference below that is none.
fn same_second(one: DateTime<Utc>, other: DateTime<Utc>) -> bool {
    one.timestamp() == other.timestamp()
}

/// Whether a target is part of this post at the provider.
fn carried(target: &Target, theirs: &RemotePost, on: &Ground) -> bool {
    target.remote.as_ref() == Some(&theirs.id) && target.account() == *on.account
}

/// Whether others than theirs carry a part of the post too, or are to: then theirs does not speak for the whole.
fn shared(post: &Post, theirs: &RemotePost, on: &Ground) -> bool {
    let elsewhere = |target: &Target| target.remote.is_some() || target.account() != *on.account;
    post.targets.iter().any(|target| !carried(target, theirs, on) && elsewhere(target))
}

/// Whether our target failed in theirs and was taken out of it since, to be sent again as a new post: what theirs
/// shows of it is no longer about it. What is seen for the first time was never left.
fn has_left(post: &Post, seen: &RemoteTarget, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) -> bool {
    let failed = |target: &RemoteTarget| {
        target.channel == seen.channel && matches!(target.outcome, Outcome::Refused(_) | Outcome::Unknown { .. })
    };
    let channel = ChannelId::of(on.account, &seen.channel);
    base.is_some_and(|base| base.targets.iter().any(failed))
        && post.targets.iter().any(|target| target.channel == channel && target.remote.as_ref() != Some(&theirs.id))
}

fn waits(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::NotSent | Outcome::Deferred { .. } | Outcome::Accepted)
}

fn wish(state: &RemoteState) -> Wish {
    match state {
        RemoteState::Draft | RemoteState::Cancelled => Wish::Draft,
        RemoteState::Scheduled | RemoteState::Publishing | RemoteState::Settled | RemoteState::Other(_) => {
            Wish::Schedule
        }
    }
}
