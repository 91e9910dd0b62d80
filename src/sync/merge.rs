//! One post, seen from both sides: what the provider showed last, what we have, what it shows now. Pure.
//!
//! Facts (outcomes, links) are the provider's. Wishes (text, time, channels) belong to whoever changed them; changed
//! on both sides they become a conflict that keeps both until a person chooses.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::ids::{AccountName, ChannelId, IdSource};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target, Theirs, Wish};
use crate::domain::remote::{RemotePost, RemoteState, RemoteTarget};
use crate::domain::schedule::Schedule;

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

/// The post as it is after the merge, and what to note in the journal, when anything is worth a note.
pub fn merge(
    base: Option<&RemotePost>,
    ours: Option<Post>,
    theirs: &RemotePost,
    on: &Ground,
) -> (Post, Option<String>) {
    let Some(mut post) = ours else {
        return (adopt(theirs, on), None);
    };
    let before = post.clone();
    take_facts(&mut post, theirs, on);
    let note = take_wishes(&mut post, base, theirs, on);
    if post != before {
        post.updated_at = on.now;
    }
    (post, note)
}

/// A post we have not seen before.
fn adopt(theirs: &RemotePost, on: &Ground) -> Post {
    let id = theirs.reference.unwrap_or_else(|| on.ids.post(on.now));
    let mut post = Post::draft(id, theirs.created_at.unwrap_or(on.now));
    post.body.clone_from(&theirs.body);
    post.title.clone_from(&theirs.title);
    post.media.clone_from(&theirs.media);
    post.tags.clone_from(&theirs.tags);
    post.schedule = theirs.at.map(|at| Schedule::at(at, on.zone));
    post.wish = wish(&theirs.state);
    post.source = if theirs.reference.is_some() { Source::Runsheet } else { Source::Provider };
    post.updated_at = theirs.updated_at.unwrap_or(on.now);
    post.targets = theirs.targets.iter().map(|target| target_of(target, theirs, on)).collect();
    post.targets.dedup_by(|a, b| a.channel == b.channel);
    post
}

fn target_of(seen: &RemoteTarget, theirs: &RemotePost, on: &Ground) -> Target {
    Target {
        channel: ChannelId::of(on.account, &seen.channel),
        text: seen.text.clone().filter(|text| *text != theirs.body),
        schedule: seen.at.filter(|at| theirs.at != Some(*at)).map(|at| Schedule::at(at, on.zone)),
        outcome: seen.outcome.clone(),
        remote: Some(theirs.id.clone()),
    }
}

fn wish(state: &RemoteState) -> Wish {
    match state {
        RemoteState::Draft | RemoteState::Cancelled => Wish::Draft,
        RemoteState::Scheduled | RemoteState::Publishing | RemoteState::Settled | RemoteState::Other(_) => {
            Wish::Schedule
        }
    }
}

/// Outcomes, links, and a place at the provider for targets that had none.
fn take_facts(post: &mut Post, theirs: &RemotePost, on: &Ground) {
    let pending = post.pending;
    for seen in &theirs.targets {
        let channel = ChannelId::of(on.account, &seen.channel);
        let ours = post.targets.iter_mut().find(|target| target.channel == channel);
        let Some(ours) = ours else { continue };
        match &ours.remote {
            Some(remote) if *remote != theirs.id => continue,
            Some(_) => {}
            None => ours.remote = Some(theirs.id.clone()),
        }
        // While a write of ours is on its way, a listing may still show what it is about to change.
        let stale = pending && matches!(seen.outcome, Outcome::Refused(_)) && ours.outcome == Outcome::Publishing;
        if !stale {
            ours.outcome = keep_dismissal(&ours.outcome, seen.outcome.clone());
        }
    }
}

fn keep_dismissal(ours: &Outcome, mut seen: Outcome) -> Outcome {
    if let (Outcome::Refused(old), Outcome::Refused(new)) = (ours, &mut seen)
        && old.words == new.words
    {
        new.dismissed = old.dismissed;
    }
    seen
}

fn take_wishes(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) -> Option<String> {
    let changed_there = base.is_none_or(|base| {
        base.body != theirs.body
            || base.at != theirs.at
            || wish(&base.state) != wish(&theirs.state)
            || targets_differ(base, theirs)
    });
    if !changed_there {
        return None;
    }
    let differs = post.body != theirs.body || moment_differs(post, theirs);
    // Ours waits to be sent, or was set aside until someone chooses.
    if post.pending || post.conflict.is_some() {
        if !differs {
            post.conflict = None;
        } else if base.is_some() {
            post.conflict = Some(Box::new(Theirs { body: theirs.body.clone(), at: theirs.at, seen_at: on.now }));
            return Some("changed here and at the provider: both versions are kept".into());
        }
        return None;
    }
    post.conflict = None;
    let was = post.clone();
    post.body.clone_from(&theirs.body);
    post.title.clone_from(&theirs.title);
    if moment_differs(post, theirs) {
        let zone = post.schedule.map_or(on.zone, |schedule| schedule.zone());
        post.schedule = theirs.at.map(|at| Schedule::at(at, zone));
    }
    if post.wish != Wish::Hold {
        post.wish = wish(&theirs.state);
    }
    take_targets(post, theirs, on);
    (base.is_some() && was != *post).then(|| "changed at the provider".to_owned())
}

/// Whether two versions differ in what their targets say, or when.
fn targets_differ(one: &RemotePost, other: &RemotePost) -> bool {
    let wish = |target: &RemoteTarget| (target.channel.clone(), target.text.clone(), target.at);
    !one.targets.iter().map(wish).eq(other.targets.iter().map(wish))
}

/// Providers keep whole seconds at best; a difference below that is none.
fn moment_differs(post: &Post, theirs: &RemotePost) -> bool {
    let ours = post.schedule.map(|schedule| schedule.instant().timestamp());
    theirs.at.is_some() && ours != theirs.at.map(|at| at.timestamp())
}

/// Channels that came or went at the provider, and their own texts and times.
fn take_targets(post: &mut Post, theirs: &RemotePost, on: &Ground) {
    post.targets.retain(|target| {
        target.remote.as_ref() != Some(&theirs.id)
            || theirs.targets.iter().any(|seen| ChannelId::of(on.account, &seen.channel) == target.channel)
    });
    for seen in &theirs.targets {
        let theirs_now = target_of(seen, theirs, on);
        match post.targets.iter_mut().find(|target| target.channel == theirs_now.channel) {
            Some(ours) if ours.remote.as_ref() == Some(&theirs.id) => {
                ours.text = theirs_now.text;
                ours.schedule = theirs_now.schedule;
            }
            Some(_) => {}
            None => post.targets.push(theirs_now),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::domain::ids::RemoteId;
    use crate::domain::outcome::{Cause, Refusal};
    use chrono::TimeDelta;

    fn remote(body: &str, hour: i64, outcome: Outcome) -> RemotePost {
        RemotePost {
            id: RemoteId::new("r1"),
            reference: None,
            body: body.into(),
            title: None,
            at: Some(DateTime::UNIX_EPOCH + TimeDelta::hours(hour)),
            state: RemoteState::Scheduled,
            targets: vec![RemoteTarget {
                channel: RemoteId::new("c1"),
                network: Network::from_word("x"),
                text: None,
                at: None,
                outcome,
            }],
            media: Vec::new(),
            tags: Vec::new(),
            created_at: None,
            updated_at: None,
            oddities: Vec::new(),
        }
    }

    fn on<'a>(account: &'a AccountName, ids: &'a IdSource) -> Ground<'a> {
        Ground { account, zone: Tz::UTC, now: DateTime::UNIX_EPOCH + TimeDelta::days(1), ids }
    }

    #[test]
    fn equal_sides_merge_to_themselves() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let theirs = remote("text", 5, Outcome::Accepted);
        let (post, _) = merge(None, None, &theirs, &on);
        assert_eq!(merge(Some(&theirs), Some(post.clone()), &theirs, &on), (post, None));
    }

    #[test]
    fn facts_are_theirs_and_wishes_belong_to_whoever_changed_them() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let base = remote("text", 5, Outcome::Accepted);
        let (ours, _) = merge(None, None, &base, &on);
        let live = Outcome::Published { url: Some("https://x.example/1".into()), at: None };
        let theirs = remote("better text", 6, live.clone());
        let (taken, note) = merge(Some(&base), Some(ours.clone()), &theirs, &on);
        assert_eq!((taken.body.as_str(), &taken.targets[0].outcome), ("better text", &live));
        assert_eq!(taken.instant(), theirs.at);
        assert!(note.is_some());

        let mine = Post { body: "my text".into(), pending: true, ..ours };
        let (kept, note) = merge(Some(&base), Some(mine), &theirs, &on);
        assert_eq!(kept.body, "my text");
        assert_eq!(kept.targets[0].outcome, live);
        assert_eq!(kept.conflict.as_ref().map(|theirs| theirs.body.as_str()), Some("better text"));
        assert!(note.unwrap().contains("both versions"));
    }

    #[test]
    fn a_dismissed_failure_stays_dismissed() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let failure = Outcome::Refused(Refusal::new(Cause::Other, "no", None));
        let theirs = remote("text", 5, failure);
        let (mut ours, _) = merge(None, None, &theirs, &on);
        let Outcome::Refused(refusal) = &mut ours.targets[0].outcome else { panic!() };
        refusal.dismissed = true;
        assert_eq!(merge(Some(&theirs), Some(ours.clone()), &theirs, &on).0, ours);
    }
}
