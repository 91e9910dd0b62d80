//! Writes that go well: what was asked is what is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{Effect, SimError, Status, Trouble, WebPost};
use runsheet::desk::{Desk, Seat};
use runsheet::domain::ids::{AccountName, RemoteId};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::outcome::Outcome;
use runsheet::domain::post::{Post, Target, Wish};
use runsheet::domain::remote::RemoteState;
use runsheet::domain::schedule::Schedule;
use runsheet::domain::write::{Submission, Timing, Write};
use runsheet::provider::capability::{Overrides, Retry, Uploads};
use runsheet::provider::{Again, Kind, LocalFile, Reach, Step};

use runsheet::store::{Actor, Store};
use runsheet::sync::{Common, Worker};

use crate::stage::{Stage, in_hours, noon};

pub async fn what_was_created_reads_back_equal(stage: &Stage) {
    let mut submission = stage.submission("Two lines\nand a ☕, \"quoted\"", in_hours(30));
    submission.targets.push(stage.other());
    if !stage.one_network() {
        submission.targets[1].text = Some("Own words, longer".into());
    }
    if stage.provider.capabilities().tags {
        submission.tags = vec!["launch".into()];
    }
    if stage.provider.capabilities().target_time {
        submission.targets[1].at = Some(noon() + TimeDelta::hours(31));
    }
    let write = Write::Create { submission: submission.clone() };
    let receipts = stage.carry_out(&write, stage.intent()).await.unwrap();
    // One request, or folder, message and post.
    let steps = if stage.one_network() { 4 } else { 1 };
    let last = receipts.last().unwrap();
    let status = if matches!(stage.name, "oktopost" | "posto") { 200 } else { 201 };
    assert_eq!((receipts.len(), last.status), (steps, status));
    assert!(receipts.iter().rev().skip(1).all(|receipt| receipt.remote.is_none()), "only the last step names a post");
    let shown = stage.shown(last).await;
    let read = stage.provider.post(last.remote.as_ref().unwrap()).await.unwrap();
    assert_eq!(shown, read, "the answer shows what a read shows");
    // Tags at a site belong to its own posts.
    let tags = if stage.name == "posto" { Vec::new() } else { submission.tags.clone() };
    assert_eq!((&read.body, &read.tags), (&submission.body, &tags));
    assert_eq!(Timing::At(read.at.unwrap()), submission.timing);
    assert_eq!(read.state, RemoteState::Scheduled);
    assert_eq!(read.reference, stage.provider.capabilities().reference.then_some(submission.post));
    assert_eq!(read.oddities, Vec::<String>::new());
    for (target, asked) in read.targets.iter().zip(&submission.targets) {
        assert_eq!((&target.channel, &target.network), (&asked.remote, &asked.network));
        assert_eq!((&target.text, target.at), (&asked.text, asked.at));
        assert_eq!(target.outcome, Outcome::Accepted);
    }
    assert_eq!(stage.posts().len(), 1);
    assert!(receipts.iter().all(|receipt| !receipt.raw.is_empty() && !receipt.raw.contains(stage.key())));
}

pub async fn the_instant_survives_every_zone(stage: &Stage) {
    // Around both changes of a clock, on the date line, and where the offset is not a whole hour.
    for (zone, at) in [
        ("Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("Europe/Berlin", "2026-10-25T01:30:00Z"),
        ("Europe/Berlin", "2027-03-28T01:00:00Z"),
        ("Pacific/Apia", "2026-12-30T10:00:00Z"),
        ("Asia/Kathmandu", "2026-12-31T18:15:00Z"),
        ("UTC", "2026-10-21T00:00:00Z"),
    ] {
        let at: DateTime<Utc> = at.parse().unwrap();
        let mut submission = stage.submission(&format!("{zone} {at}"), Timing::At(at));
        submission.zone = zone.into();
        let id = stage.create(submission).await;
        assert_eq!(stage.provider.post(&id).await.unwrap().at, Some(at), "{zone}");
        let there = stage.posts().into_iter().find(|post| post.id == id.as_str()).unwrap();
        assert_eq!(there.scheduled_for, Some(at), "{zone}");
        stage.rest();
    }
}

pub async fn a_draft_stays_one_until_it_gets_a_time(stage: &Stage) {
    let draft = stage.submission("An idea", Timing::Draft);
    if !stage.provider.capabilities().drafts {
        let error = stage.provider.next(&Write::Create { submission: draft }, stage.intent(), &[]).unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Unsupported, Reach::NotSent), "kept here: {error}");
        return;
    }
    let remote = stage.create(draft.clone()).await;
    let state = async || stage.provider.post(&remote).await.unwrap();
    assert_eq!((state().await.state, state().await.at), (RemoteState::Draft, None));
    let mut dated = draft.clone();
    dated.timing = in_hours(5);
    let revise = |submission| Write::Revise { remote: remote.clone(), submission };
    stage.carry_out(&revise(dated), stage.intent()).await.unwrap();
    assert_eq!(state().await.state, RemoteState::Scheduled);
    assert_eq!(state().await.at, Some(noon() + TimeDelta::hours(5)));
    stage.carry_out(&revise(draft), stage.intent()).await.unwrap();
    assert_eq!(state().await.state, RemoteState::Draft);
    stage.pass(TimeDelta::hours(6));
    assert_eq!(state().await.state, RemoteState::Draft, "it did not go out");
}

pub async fn at_once_goes_out_once(stage: &Stage) {
    let write = Write::Create { submission: stage.submission("Right now", Timing::Now) };
    let receipts = stage.carry_out(&write, stage.intent()).await.unwrap();
    let shown = stage.shown(receipts.last().unwrap()).await;
    if stage.at_once() < TimeDelta::minutes(1) {
        assert!(matches!(shown.state, RemoteState::Publishing | RemoteState::Settled), "{shown:?}");
    } else {
        assert_eq!(shown.state, RemoteState::Scheduled, "{shown:?}");
        assert!(shown.at.unwrap() <= stage.clock.now() + stage.at_once(), "{shown:?}");
    }
    stage.pass(stage.at_once());
    let read = stage.provider.post(&shown.id).await.unwrap();
    let Outcome::Published { url: Some(_), at } = &read.targets[0].outcome else { panic!("{read:?}") };
    assert_eq!(at.is_some(), stage.tells_when());
    assert_eq!((stage.posts().len(), stage.posts()[0].targets[0].attempts), (1, 1));
}

pub async fn a_revision_replaces_text_channels_and_time(stage: &Stage) {
    let mut submission = stage.submission("Before", in_hours(2));
    submission.targets.push(stage.other());
    submission.targets[1].text = Some("Own words".into()).filter(|_| !stage.one_network());
    let remote = stage.create(submission.clone()).await;
    submission.body = "After".into();
    submission.timing = in_hours(4);
    submission.targets.swap_remove(0);
    submission.targets[0].text = None;
    let revise = Write::Revise { remote: remote.clone(), submission: submission.clone() };
    let receipts = stage.carry_out(&revise, stage.intent()).await.unwrap();
    let read = stage.provider.post(&remote).await.unwrap();
    assert_eq!(stage.shown(receipts.last().unwrap()).await, read);
    assert_eq!((read.body.as_str(), read.at), ("After", Some(noon() + TimeDelta::hours(4))));
    assert_eq!(read.targets.len(), 1);
    assert_eq!((&read.targets[0].channel, &read.targets[0].text), (&submission.targets[0].remote, &None));
    assert_eq!(read.reference, stage.provider.capabilities().reference.then_some(submission.post));
    // The same revision again changes nothing.
    let again = stage.carry_out(&revise, stage.intent()).await.unwrap();
    assert_eq!(stage.shown(again.last().unwrap()).await.body, "After");
    assert_eq!(stage.posts().len(), 1);
    assert_eq!(stage.provider.capabilities().overrides == Overrides::PerNetwork, stage.name == "voxburst");
}

/// Where texts are kept apart from posts, two posts may share one: changing it for one leaves the other alone.
pub async fn words_that_another_post_shares_stay_as_they_are(stage: &Stage) {
    if !stage.one_network() {
        return;
    }
    let submission = stage.submission("Shared words", in_hours(20));
    let one = stage.create(submission.clone()).await;
    let message = stage.posts()[0].extra["MessageId"].clone();
    let accounts = vec![submission.targets[0].remote.to_string()];
    let scheduled_for = Some(noon() + TimeDelta::hours(30));
    let theirs = WebPost { content: submission.body.clone(), accounts, scheduled_for };
    let other = RemoteId::new(stage.demo.world.add_post(stage.name, theirs).unwrap());
    stage.demo.world.edit_post(stage.name, other.as_str(), |post| {
        post.extra.insert("MessageId".into(), message);
    });
    let changed = Submission { body: "Other words".into(), ..submission };
    let revise = Write::Revise { remote: one.clone(), submission: changed };
    stage.carry_out(&revise, stage.intent()).await.unwrap();
    assert_eq!(stage.provider.post(&one).await.unwrap().body, "Other words");
    assert_eq!(stage.provider.post(&other).await.unwrap().body, "Shared words");
    assert_eq!(stage.posts().len(), 2);
    // A move needs no new words.
    let messages = || {
        stage.requests().iter().filter(|request| request.path.ends_with("/message") && request.method == "POST").count()
    };
    let before = messages();
    let Write::Revise { submission: mut moved, .. } = revise else { unreachable!() };
    moved.timing = in_hours(21);
    stage.carry_out(&Write::Revise { remote: one.clone(), submission: moved }, stage.intent()).await.unwrap();
    assert_eq!(messages(), before);
    assert_eq!(stage.provider.post(&one).await.unwrap().at, Some(noon() + TimeDelta::hours(21)));
}

/// From the desk to the provider: what one post cannot carry there becomes several, which stay one here.
pub async fn a_composed_post_becomes_as_many_as_it_takes(stage: &Stage) {
    let account = AccountName::new("account");
    let (store, zone) = (Store::memory().unwrap(), chrono_tz::UTC);
    let (news, _told) = tokio::sync::mpsc::unbounded_channel();
    let common = Common {
        store: store.clone(),
        clock: stage.clock.clone(),
        ids: stage.ids.clone(),
        zone,
        habits: Default::default(),
        owner: "runsheet".to_owned(),
        sends: true,
        news,
        failover: Arc::default(),
        bounds: Default::default(),
        web: None,
        bell: Arc::default(),
        damaged: Arc::default(),
    };
    let mut worker = Worker::new(account.clone(), stage.provider.clone(), common);
    worker.pull().await.unwrap();
    let seat = Seat { account: account.clone(), provider: stage.provider.clone() };
    let desk = Desk::new(store.clone(), stage.clock.clone(), stage.ids.clone(), zone, vec![seat], Actor::You);

    let far = stage.elsewhere();
    let mut post = Post::draft(stage.ids.post(noon()), noon());
    post.body = "One thing, said in two places".into();
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(noon() + TimeDelta::hours(5), zone));
    post.targets = [stage.target("x"), far].map(|target| Target::new(target.channel)).into();
    let id = post.id;
    desk.save(post, "scheduled").await.unwrap();
    worker.push().await.unwrap();
    let made = if stage.one_network() { 2 } else { 1 };
    assert_eq!((stage.posts().len(), stage.created()), (made, made));
    let kept = store.post(id).await.unwrap().unwrap();
    assert!(kept.targets.iter().all(|target| target.outcome == Outcome::Accepted && target.remote.is_some()));

    let mut moved = kept;
    moved.schedule = Some(Schedule::at(noon() + TimeDelta::hours(6), zone));
    desk.save(moved, "moved").await.unwrap();
    worker.push().await.unwrap();
    assert!(stage.posts().iter().all(|post| post.scheduled_for == Some(noon() + TimeDelta::hours(6))));
    assert_eq!(stage.posts().len(), made);

    stage.rest();
    stage.pass(TimeDelta::hours(7));
    worker.pull().await.unwrap();
    let out = store.post(id).await.unwrap().unwrap();
    let links = out.targets.iter().filter(|target| matches!(&target.outcome, Outcome::Published { url: Some(_), .. }));
    assert_eq!(links.count(), 2, "{out:?}");
    assert_eq!(store.weeks(noon(), noon() + TimeDelta::days(2)).await.unwrap().len(), 1, "one post here");
}

pub async fn removing_twice_is_removing_once(stage: &Stage) {
    let remote = stage.create(stage.submission("Gone soon", in_hours(2))).await;
    let remove = Write::Remove { remote: remote.clone() };
    let first = stage.carry_out(&remove, stage.intent()).await.unwrap();
    assert!((200..300).contains(&first[0].status) && first[0].remote.is_none());
    assert!(stage.posts().is_empty());
    let second = stage.carry_out(&remove, stage.intent()).await.unwrap();
    assert_eq!((second.len(), second[0].status), (1, 404));
    assert_eq!(stage.provider.post(&remote).await.unwrap_err().kind, Kind::NotFound);
}

pub async fn what_is_live_is_not_removed(stage: &Stage) {
    let remote = stage.create(stage.submission("Live soon", in_hours(1))).await;
    stage.pass(TimeDelta::hours(2));
    let error = stage.carry_out(&Write::Remove { remote }, stage.intent()).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Conflict, Reach::Answered, Again::Never), "{error}");
    assert_eq!(stage.posts().len(), 1);
}

pub async fn a_retry_sends_only_what_failed(stage: &Stage) {
    let mut submission = stage.submission("Half of it", in_hours(1));
    submission.targets.push(stage.other());
    let failing = submission.targets[1].remote.clone();
    let remote = stage.create(submission.clone()).await;
    let error = SimError {
        category: "user_content".into(),
        source: "user".into(),
        code: "PUBLISH_ERROR".into(),
        message: "Duplicate content, says the network".into(),
    };
    let trouble = Trouble { error, lasting: false };
    assert!(stage.demo.world.set_trouble(stage.name, remote.as_str(), failing.as_str(), trouble));
    stage.pass(TimeDelta::hours(2));
    let partial = stage.provider.post(&remote).await.unwrap();
    let Outcome::Refused(refusal) = &partial.targets[1].outcome else { panic!("{partial:?}") };
    assert!(refusal.words.contains("says the network"));
    assert!(matches!(partial.targets[0].outcome, Outcome::Published { .. }));

    let retry = Write::Retry { remote: remote.clone(), attempt: 1 };
    if stage.provider.capabilities().retry == Retry::Anew {
        let error = stage.provider.next(&retry, stage.intent(), &[]).unwrap_err();
        assert_eq!(
            (error.kind, error.reach, error.again),
            (Kind::Unsupported, Reach::NotSent, Again::Never),
            "{error}"
        );
        submission.targets.remove(0);
        submission.timing = Timing::Now;
        let anew = stage.create(submission).await;
        assert_ne!(anew, remote);
        stage.pass(stage.at_once().max(TimeDelta::minutes(1)));
        let read = stage.provider.post(&anew).await.unwrap();
        assert_eq!(read.targets.len(), 1);
        assert!(matches!(read.targets[0].outcome, Outcome::Published { .. }), "{read:?}");
        assert_eq!(stage.provider.post(&remote).await.unwrap(), partial, "the first post stays a record");
        let attempts: Vec<u32> = stage.posts()[0].targets.iter().map(|target| target.attempts).collect();
        assert_eq!((stage.posts().len(), attempts), (2, vec![1, 1]));
        return;
    }
    let receipts = stage.carry_out(&retry, stage.intent()).await.unwrap();
    assert_eq!(receipts[0].remote.as_ref(), Some(&remote));
    stage.pass(TimeDelta::minutes(1));
    let read = stage.provider.post(&remote).await.unwrap();
    assert!(read.targets.iter().all(|target| matches!(target.outcome, Outcome::Published { .. })), "{read:?}");
    let attempts: Vec<u32> = stage.posts()[0].targets.iter().map(|target| target.attempts).collect();
    assert_eq!(attempts, [1, 2]);

    let error = stage.carry_out(&retry, stage.intent()).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Conflict, Reach::Answered), "nothing is left to retry: {error}");
}

pub async fn a_scheduled_post_can_be_published_at_once(stage: &Stage) {
    let remote = stage.create(stage.submission("Sooner than planned", in_hours(50))).await;
    stage.carry_out(&Write::Publish { remote: remote.clone() }, stage.intent()).await.unwrap();
    stage.pass(stage.at_once());
    let read = stage.provider.post(&remote).await.unwrap();
    assert!(matches!(read.targets[0].outcome, Outcome::Published { .. }), "{read:?}");
    assert_eq!(stage.posts()[0].status, Status::Published);
    let changed = stage.requests().iter().filter(|request| matches!(request.effect, Effect::Changed(_))).count();
    assert_eq!(changed, 1);
}

pub async fn a_picture_from_the_web_travels_with_its_post(stage: &Stage) {
    let mut submission = stage.submission("With a picture", in_hours(20));
    submission.targets = vec![stage.target("instagram")];
    submission.media.push(Media {
        source: "https://pictures.example/roast.jpg".into(),
        kind: MediaKind::Image,
        name: "roast.jpg".into(),
        alt: String::new(),
        bytes: None,
        pixels: None,
        millis: None,
        content: None,
        looked: None,
    });
    let write = Write::Create { submission };
    let (key, mut receipts) = (stage.intent(), Vec::new());
    if stage.provider.capabilities().uploads == Uploads::Files {
        let error = stage.provider.next(&write, key, &receipts).unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::NotSent), "fetched and uploaded first: {error}");
        return;
    }
    while let Step::Send(request) = stage.provider.next(&write, key, &receipts).unwrap() {
        match stage.provider.send(&request).await {
            Ok(receipt) => receipts.push(receipt),
            Err(error) => {
                let Again::At(until) = error.again else { panic!("{error}") };
                assert_eq!(error.kind, Kind::InProgress, "{error}");
                stage.clock.turn_to(until);
            }
        }
    }
    let read = stage.provider.post(receipts.last().unwrap().remote.as_ref().unwrap()).await.unwrap();
    assert_eq!((read.media.len(), read.media[0].kind), (1, MediaKind::Image));
    assert_eq!((stage.posts().len(), read.state), (1, RemoteState::Scheduled));
}

/// Where files are taken: it arrives whole, is waited for until it is ready, and one that changed is not sent.
pub async fn a_file_of_this_machine_is_uploaded_whole_or_not_at_all(stage: &Stage) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("roast.png");
    let bytes = [b"\x89PNG\r\n\x1a\n".as_slice(), &vec![7; 200_000]].concat();
    std::fs::write(&path, &bytes).unwrap();
    let size = u64::try_from(bytes.len()).unwrap();
    let file = LocalFile { path: path.clone(), name: "roast.png".into(), mime: "image/png".into(), bytes: size };
    let told = AtomicU64::new(0);
    let progress = |sent: u64| told.store(sent, Ordering::SeqCst);
    if stage.provider.capabilities().uploads == Uploads::Addresses {
        let error = stage.provider.upload(&file, &progress).await.unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Unsupported, Reach::NotSent), "{error}");
        return;
    }
    let mut uploaded = stage.provider.upload(&file, &progress).await.unwrap();
    for _ in 0..50 {
        if uploaded.ready {
            break;
        }
        stage.clock.turn_to(stage.clock.now() + TimeDelta::seconds(2));
        uploaded = stage.provider.uploaded(&uploaded.source).await.unwrap();
    }
    assert!(uploaded.ready && !uploaded.source.is_empty());
    assert_eq!(told.load(Ordering::SeqCst), size);
    std::fs::write(&path, b"shorter").unwrap();
    let error = stage.provider.upload(&file, &progress).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::NotSent), "{error}");
    assert!(error.to_string().contains("roast.png"), "{error}");
}
