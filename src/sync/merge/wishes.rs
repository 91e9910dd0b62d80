//! Wishes of either side: text, time, channels. Who changed them decides; changed on both sides, both are kept.

use chrono::TimeDelta;

use super::{
    Beside, Ground, carried, same_second, same_text, shared, take_extras, take_own, target_of, text_there, waits, wish,
};
use crate::domain::ids::ChannelId;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Theirs, Wish};
use crate::domain::remote::{RemotePost, RemoteState, RemoteTarget};
use crate::domain::schedule::Schedule;

/// How much later than planned a post may go out for the plan to stand.
const SENT_LATE: TimeDelta = TimeDelta::hours(6);

pub(super) fn take_wishes(
    post: &mut Post,
    base: Option<&RemotePost>,
    theirs: &RemotePost,
    on: &Ground,
) -> Option<String> {
    let planned = as_planned(base, theirs);
    let theirs = planned.as_ref().unwrap_or(theirs);
    let changed_there = base.is_none_or(|base| {
        base.body != theirs.body
            || base.at != theirs.at
            || wish(&base.state) != wish(&theirs.state)
            || targets_differ(base, theirs)
    });
    if !changed_there {
        return None;
    }
    let shared = shared(post, theirs, on);
    let differs = if shared {
        parts_differ(post, theirs, on)
    } else {
        !same_text(&post.body, &theirs.body) || moment_differs(post, theirs)
    };
    // Ours waits to be sent, or was set aside until someone chooses. What is seen for the first time changed nothing.
    if differs && (post.pending || post.conflict.is_some()) {
        base?;
        post.conflict = Some(Box::new(version(post, theirs, shared, on)));
        return Some("changed here and at the provider: both versions are kept".into());
    }
    // The other half of a shared post may still be what the conflict is about.
    if !shared {
        post.conflict = None;
    }
    if post.pending || post.conflict.is_some() {
        return None;
    }
    let was = post.clone();
    match shared {
        true => want_part(post, theirs, on),
        false => take_whole(post, base, theirs, on),
    }
    take_targets(post, theirs, on);
    (base.is_some() && was != *post).then(|| "changed at the provider".to_owned())
}

/// What has gone out keeps the moment it was meant for: some providers overwrite that with the moment it went, a
/// little later, which its outcomes tell anyway.
fn as_planned(base: Option<&RemotePost>, theirs: &RemotePost) -> Option<RemotePost> {
    let base = base.filter(|base| matches!(base.state, RemoteState::Scheduled | RemoteState::Publishing))?;
    let out = matches!(theirs.state, RemoteState::Settled | RemoteState::Publishing);
    let late = theirs.at? - base.at?;
    let sent_late = out && late > TimeDelta::zero() && late <= SENT_LATE;
    sent_late.then(|| RemotePost { at: base.at, ..theirs.clone() })
}

/// Their side of a conflict; of a shared post, what the part that theirs carries says.
fn version(post: &Post, theirs: &RemotePost, shared: bool, on: &Ground) -> Theirs {
    let part = theirs.targets.iter().find(|seen| {
        let channel = ChannelId::of(on.account, &seen.channel);
        shared && post.targets.iter().any(|target| target.channel == channel && carried(target, theirs, on))
    });
    let body = part.map_or(theirs.body.as_str(), |seen| text_there(seen, theirs)).to_owned();
    Theirs { body, at: part.and_then(|seen| seen.at).or(theirs.at), seen_at: on.now }
}

/// Theirs is the whole post: its text, time and state are.
fn take_whole(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) {
    if !same_text(&post.body, &theirs.body) {
        post.body.clone_from(&theirs.body);
    }
    // Not every provider shows titles: what was never shown was not taken out there.
    if theirs.title.is_some() || base.is_some_and(|base| base.title.is_some()) {
        post.title.clone_from(&theirs.title);
    }
    if moment_differs(post, theirs) {
        let zone = post.schedule.map_or(on.zone, |schedule| schedule.zone());
        post.schedule = theirs.at.map(|at| Schedule::at(at, zone));
    }
    if post.wish != Wish::Hold {
        post.wish = wish(&theirs.state);
    }
}

/// Theirs is a part of a draft and was put on the schedule there: that part goes out, the others still do not.
fn want_part(post: &mut Post, theirs: &RemotePost, on: &Ground) {
    if post.wish == Wish::Draft && wish(&theirs.state) == Wish::Schedule {
        post.wish = Wish::Schedule;
        let others = post.targets.iter_mut().filter(|target| !carried(target, theirs, on) && waits(&target.outcome));
        others.for_each(|target| target.outcome = Outcome::Cancelled);
    }
}

/// Whether the targets that theirs carries say something else there, or at another time.
fn parts_differ(post: &Post, theirs: &RemotePost, on: &Ground) -> bool {
    theirs.targets.iter().any(|seen| {
        let channel = ChannelId::of(on.account, &seen.channel);
        let ours = post.targets.iter().find(|target| target.channel == channel && carried(target, theirs, on));
        ours.is_some_and(|ours| {
            let at = post.schedule_for(ours).map(|schedule| schedule.instant().timestamp());
            let there = seen.at.or(theirs.at).map(|at| at.timestamp());
            !same_text(post.text_for(ours), text_there(seen, theirs)) || (there.is_some() && there != at)
        })
    })
}

/// Whether two versions differ in what their targets say, or when.
fn targets_differ(one: &RemotePost, other: &RemotePost) -> bool {
    let wish = |target: &RemoteTarget| (target.channel.clone(), target.text.clone(), target.at, target.extras.clone());
    !one.targets.iter().map(wish).eq(other.targets.iter().map(wish))
}

fn moment_differs(post: &Post, theirs: &RemotePost) -> bool {
    let same = |at| post.schedule.is_some_and(|schedule| same_second(schedule.instant(), at));
    theirs.at.is_some_and(|at| !same(at))
}

/// Channels that came or went at the provider, and their own texts and times.
fn take_targets(post: &mut Post, theirs: &RemotePost, on: &Ground) {
    post.targets.retain(|target| {
        !carried(target, theirs, on)
            || theirs.targets.iter().any(|seen| ChannelId::of(on.account, &seen.channel) == target.channel)
    });
    let (whole, beside) = ((post.body.clone(), post.schedule), Beside::of(post));
    for seen in &theirs.targets {
        let channel = ChannelId::of(on.account, &seen.channel);
        match post.targets.iter_mut().find(|target| target.channel == channel) {
            Some(ours) if carried(ours, theirs, on) => {
                take_own(ours, seen, (&whole.0, whole.1), theirs, on);
                take_extras(ours, seen, &beside);
            }
            Some(_) => {}
            None => post.targets.push(target_of(seen, post, theirs, on)),
        }
    }
}
