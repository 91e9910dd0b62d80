//! The merge: facts of theirs, wishes of both sides, parts, copies and conflicts.

use chrono::TimeDelta;

use super::*;
use crate::domain::channel::Network;
use crate::domain::ids::RemoteId;
use crate::domain::outcome::{Cause, Refusal};
use crate::domain::post::Theirs;

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
    let shown =
        |name: Option<&str>| RemotePost { campaign: name.map(str::to_owned), ..remote("text", 5, Outcome::Accepted) };
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
