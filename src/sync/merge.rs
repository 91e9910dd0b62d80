//! One post, seen from both sides: what the provider showed last, what we have, what it shows now. Pure.
//!
//! Facts (outcomes, links) are the provider's. Wishes (text, time, channels) belong to whoever changed them; changed
//! on both sides they become a conflict that keeps both until a person chooses. One post here may be several at
//! providers; each of those speaks only for the targets it carries.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId};
use crate::domain::options::{FirstComment, Options, Value};
use crate::domain::outcome::Outcome;
use crate::domain::post::{Post, Source, Target, Theirs, Wish};
use crate::domain::remote::{RemotePost, RemoteState, RemoteTarget};
use crate::domain::schedule::Schedule;
use crate::domain::thread::evened;

/// How much later than planned a post may go out for the plan to stand.
const SENT_LATE: TimeDelta = TimeDelta::hours(6);

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

/// Whether something that was refused was sent again without an edit of ours: the refusal before stays in the journal.
/// A refusal that only has other words now, and no later time of its own, is the same one told otherwise.
fn tried_again(before: &Post, after: &Post, on: &Ground) -> bool {
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

/// Outcomes, links, and a place at the provider for targets that had none.
fn take_facts(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) {
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

/// The outcome, with a doubt that began neither at a moment that is told nor later than now.
fn dated(seen: &Outcome, on: &Ground) -> Outcome {
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

/// What has gone out keeps the moment it was meant for: some providers overwrite that with the moment it went, a
/// little later, which its outcomes tell anyway.
fn as_planned(base: Option<&RemotePost>, theirs: &RemotePost) -> Option<RemotePost> {
    let base = base.filter(|base| matches!(base.state, RemoteState::Scheduled | RemoteState::Publishing))?;
    let out = matches!(theirs.state, RemoteState::Settled | RemoteState::Publishing);
    let late = theirs.at? - base.at?;
    let sent_late = out && late > TimeDelta::zero() && late <= SENT_LATE;
    sent_late.then(|| RemotePost { at: base.at, ..theirs.clone() })
}

fn take_wishes(post: &mut Post, base: Option<&RemotePost>, theirs: &RemotePost, on: &Ground) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::channel::Network;
    use crate::domain::ids::RemoteId;
    use crate::domain::outcome::{Cause, Refusal};

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
                extras: crate::domain::options::Extras::default(),
            }],
            media: Vec::new(),
            tags: Vec::new(),
            campaign: None,
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
    fn a_title_that_is_never_shown_there_stays_and_one_that_is_taken_out_goes() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let before = remote("text", 5, Outcome::Accepted);
        let (mut ours, _) = merge(None, None, &before, &on);
        ours.title = Some("Mine".into());
        let moved = remote("text", 6, Outcome::Accepted);
        let (post, note) = merge(Some(&before), Some(ours.clone()), &moved, &on);
        assert_eq!((post.title.as_deref(), note.is_some()), (Some("Mine"), true));
        let shown = RemotePost { title: Some("Mine".into()), ..before };
        let (post, _) = merge(Some(&shown), Some(ours), &moved, &on);
        assert_eq!(post.title, None);
    }

    #[test]
    fn a_campaign_there_is_one_here_and_each_side_keeps_what_the_other_only_repeats() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let shown = |name: Option<&str>| RemotePost {
            campaign: name.map(str::to_owned),
            ..remote("text", 5, Outcome::Accepted)
        };
        let of = |base: &RemotePost, ours: &Post, theirs: Option<&str>| {
            merge(Some(base), Some(ours.clone()), &shown(theirs), &on).0.campaign
        };
        let (ours, _) = merge(None, None, &shown(Some("Autumn")), &on);
        assert_eq!(ours.campaign.as_deref(), Some("Autumn"));
        let base = shown(Some("Autumn"));
        assert_eq!(of(&base, &ours, Some("Winter")).as_deref(), Some("Winter"), "moved there");
        assert_eq!(of(&base, &ours, Some("")), None, "and out of it");
        assert_eq!(of(&base, &ours, None).as_deref(), Some("Autumn"), "what is not shown says nothing");
        let mine = Post { campaign: Some("Mine".into()), pending: true, ..ours };
        assert_eq!(of(&base, &mine, Some("Winter")).as_deref(), Some("Mine"), "ours is on its way");
        let before = Post { campaign: None, pending: false, ..mine };
        assert_eq!(of(&shown(None), &before, Some("Autumn")).as_deref(), Some("Autumn"), "read for the first time");
        assert_eq!(of(&base, &before, Some("Autumn")), None, "taken out of it here, and out already");
    }

    #[test]
    fn a_moment_that_only_tells_when_it_went_out_moves_nothing() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let planned = remote("text", 5, Outcome::Accepted);
        let (ours, _) = merge(None, None, &planned, &on);
        let went = |hour, state| {
            let out = Outcome::Published { url: None, at: None };
            let theirs = RemotePost { state, ..remote("text", hour, out) };
            merge(Some(&planned), Some(ours.clone()), &theirs, &on).0.instant()
        };
        assert_eq!(went(6, RemoteState::Settled), planned.at);
        assert_ne!(went(4, RemoteState::Settled), planned.at, "sooner than planned is another plan");
        assert_ne!(went(6, RemoteState::Scheduled), planned.at, "and so is one that still waits");
    }

    #[test]
    fn a_listing_that_leaves_the_link_out_does_not_take_it_away() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let known = remote("text", 5, Outcome::Published { url: Some("https://x.example/1".into()), at: None });
        let (ours, _) = merge(None, None, &known, &on);
        let shorter = remote("text", 5, Outcome::Published { url: None, at: None });
        let (kept, note) = merge(Some(&known), Some(ours.clone()), &shorter, &on);
        assert_eq!((&kept.targets, note), (&ours.targets, None));
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

    /// A post at two accounts, both halves as their providers last showed them: `a` carries `r1`, `b` carries `r1` too.
    fn halves(on: &Ground) -> (Post, RemotePost) {
        let base = remote("text", 5, Outcome::Accepted);
        let (mut post, _) = merge(None, None, &base, on);
        let mut other = post.targets[0].clone();
        other.channel = ChannelId::new("b/c1");
        post.targets.push(other);
        (post, base)
    }

    #[test]
    fn one_half_changed_there_leaves_the_other_as_it_is() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let (ours, base) = halves(&on);
        let (taken, note) = merge(Some(&base), Some(ours.clone()), &remote("other", 6, Outcome::Accepted), &on);
        assert_eq!((&taken.body, taken.schedule, taken.wish), (&ours.body, ours.schedule, ours.wish));
        assert_eq!(taken.text_for(&taken.targets[0]), "other");
        assert_eq!(taken.schedule_for(&taken.targets[0]).map(|at| at.instant()), remote("", 6, Outcome::Accepted).at);
        assert_eq!(taken.targets[1], ours.targets[1]);
        assert!(note.is_some());

        // Split by time: the second of them is seen for the first time.
        let (taken, _) = merge(None, Some(ours.clone()), &remote("text", 7, Outcome::Accepted), &on);
        assert_eq!((taken.schedule, &taken.targets[1]), (ours.schedule, &ours.targets[1]));
        assert!(taken.targets[0].schedule.is_some());
    }

    #[test]
    fn one_half_cancelled_there_leaves_the_other_scheduled() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let (ours, base) = halves(&on);
        let off = RemotePost { state: RemoteState::Cancelled, ..base.clone() };
        let (taken, _) = merge(Some(&base), Some(ours.clone()), &off, &on);
        assert_eq!((taken.wish, &taken.targets[0].outcome), (Wish::Schedule, &Outcome::Cancelled));
        assert_eq!(taken.targets[1], ours.targets[1]);
        assert_eq!(merge(Some(&off), Some(taken.clone()), &off, &on), (taken, None));
    }

    #[test]
    fn a_copy_that_kept_our_reference_is_a_post_of_its_own() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let (ours, _) = merge(None, None, &remote("text", 5, Outcome::Accepted), &on);
        let mut copy = remote("copied text", 9, Outcome::Accepted);
        (copy.id, copy.reference) = (RemoteId::new("r2"), Some(ours.id));
        let (adopted, _) = merge(None, Some(ours.clone()), &copy, &on);
        assert_ne!(adopted.id, ours.id);
        assert_eq!((adopted.body.as_str(), adopted.source), ("copied text", Source::Provider));
        assert_eq!(adopted.targets[0].remote, Some(copy.id));
    }

    #[test]
    fn a_conflict_keeps_ours_and_follows_theirs_until_someone_chooses() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let base = remote("text", 5, Outcome::Accepted);
        let (mut ours, _) = merge(None, None, &base, &on);
        ours.body = "my text".into();
        ours.conflict = Some(Box::new(Theirs { body: "text".into(), at: base.at, seen_at: on.now }));
        let (kept, _) = merge(Some(&base), Some(ours), &remote("newer text", 5, Outcome::Accepted), &on);
        assert_eq!(kept.body, "my text");
        assert_eq!(kept.conflict.map(|theirs| theirs.body), Some("newer text".into()));
    }

    #[test]
    fn what_was_sent_again_as_a_new_post_never_falls_back_into_the_old_one() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let failed = |words: &str| Outcome::Refused(Refusal::new(Cause::Other, words, None));
        let old = remote("text", 5, failed("no"));
        let (ours, _) = merge(None, None, &old, &on);
        let told_again = remote("text", 5, failed("no, in other words"));

        let mut waiting = Post { pending: true, ..ours.clone() };
        (waiting.targets[0].outcome, waiting.targets[0].remote) = (Outcome::NotSent, None);
        assert_eq!(merge(Some(&old), Some(waiting.clone()), &told_again, &on), (waiting, None));

        let mut moved = ours;
        (moved.targets[0].outcome, moved.targets[0].remote) = (Outcome::Publishing, Some(RemoteId::new("r2")));
        assert_eq!(merge(Some(&old), Some(moved.clone()), &told_again, &on), (moved, None));
    }

    #[test]
    fn what_is_sent_again_there_leaves_its_refusal_in_the_journal() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let refused = |words: &str, at: Option<DateTime<Utc>>| {
            let mut refusal = Refusal::new(Cause::Other, words, None);
            refusal.at = at;
            remote("text", 5, Outcome::Refused(refusal))
        };
        let at = |hour| Some(DateTime::UNIX_EPOCH + TimeDelta::hours(hour));
        let base = refused("no", at(5));
        let (ours, _) = merge(None, None, &base, &on);
        let note = |theirs: &RemotePost| merge(Some(&base), Some(ours.clone()), theirs, &on).1;
        let again = Some("sent again at the provider".to_owned());
        assert_eq!(note(&remote("text", 5, Outcome::Publishing)), again);
        assert_eq!(note(&remote("text", 5, Outcome::Published { url: None, at: None })), again);
        assert_eq!(note(&refused("no, and why", at(6))), again);
        assert_eq!(note(&refused("no, in other words", None)), None, "told otherwise");
        assert_eq!(note(&base), None);
    }

    #[test]
    fn outcomes_are_aligned_again_though_nothing_changed_there() {
        let (account, ids) = (AccountName::new("a"), IdSource::seeded(1));
        let on = on(&account, &ids);
        let theirs = remote("text", 5, Outcome::Refused(Refusal::new(Cause::Other, "no", None)));
        let (ours, _) = merge(None, None, &theirs, &on);
        let mut retried = ours.clone();
        retried.targets[0].outcome = Outcome::Publishing;
        assert_eq!(merge(Some(&theirs), Some(retried), &theirs, &on).0.targets, ours.targets);
    }
}
