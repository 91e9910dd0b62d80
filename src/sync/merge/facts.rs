//! Facts of the provider: what became of each target, and where it can be seen.

use chrono::{DateTime, Utc};

use super::{Ground, carried, has_left, shared, waits, wish};
use crate::domain::ids::ChannelId;
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Wish};
use crate::domain::remote::RemotePost;

/// Outcomes, links, and a place at the provider for targets that had none.
pub(super) fn take_facts(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) {
    let pending = post.pending;
    for seen in &theirs.targets {
        if has_left(post, seen, base, theirs, on) {
            continue;
        }
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
            let told = |base: &RemotePost| {
                base.targets.iter().any(|was| was.channel == seen.channel && was.outcome != seen.outcome)
            };
            let now = base.is_some_and(told).then_some(on.now);
            ours.outcome = keep_what_was_known(&ours.outcome, dated(&seen.outcome, on), now);
        }
    }
    let wanted = matches!(post.wish, Wish::Schedule | Wish::Now) && !pending && post.conflict.is_none();
    if wanted && wish(&theirs.state) == Wish::Draft && shared(post, theirs, on) {
        let off = post.targets.iter_mut().filter(|target| carried(target, theirs, on) && waits(&target.outcome));
        off.for_each(|target| target.outcome = Outcome::Cancelled);
    }
}

/// Whether something that was refused was sent again without an edit of ours: the refusal before stays in the journal.
/// A refusal that only has other words now, and no later time of its own, is the same one told otherwise.
pub(super) fn tried_again(before: &Post, after: &Post, on: &Ground) -> bool {
    before.targets.iter().any(|was| {
        let Outcome::Refused(old) = &was.outcome else { return false };
        let now = after.targets.iter().find(|target| target.channel == was.channel && target.remote == was.remote);
        match now.map(|target| &target.outcome) {
            Some(Outcome::Refused(new)) => {
                new.words != old.words && new.at > old.at && new.at.is_some_and(|at| at != on.now)
            }
            Some(_) => true,
            None => false,
        }
    })
}

/// The outcome, with a doubt that began neither at a moment that is told nor later than now.
pub(super) fn dated(seen: &Outcome, on: &Ground) -> Outcome {
    match seen {
        Outcome::Unknown { since, words } if *since == DateTime::UNIX_EPOCH || *since > on.now => {
            Outcome::Unknown { since: on.now, words: words.clone() }
        }
        outcome => outcome.clone(),
    }
}

/// A listing may say less than was known: that a refusal was put away, when it was, and where a published post can be
/// seen. A refusal that is news, and has no time, was `now`.
fn keep_what_was_known(ours: &Outcome, mut seen: Outcome, now: Option<DateTime<Utc>>) -> Outcome {
    match (ours, &mut seen) {
        (Outcome::Refused(old), Outcome::Refused(new)) if old.words == new.words => {
            new.dismissed = old.dismissed;
            new.at = new.at.or(old.at);
            // The answer of the first time stays: later ones differ in what has nothing to do with the failure.
            new.answer = old.answer.clone().or(new.answer.take());
        }
        (_, Outcome::Refused(new)) => new.at = new.at.or(now),
        (Outcome::Unknown { since, words }, Outcome::Unknown { since: new, words: said }) if words == said => {
            *new = (*new).min(*since);
        }
        (Outcome::Published { url: Some(_), .. }, Outcome::Published { url: None, .. }) => return ours.clone(),
        _ => {}
    }
    seen
}
