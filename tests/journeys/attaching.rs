//! Media: attached, minded, described, brought to the provider, and carried by the post; in good weather and in bad.

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::outcome::{Cause, Outcome, State};
use runsheet::domain::post::Post;
use serde_json::Value;

use crate::stage::{LATE, MIDDLE, SIZES, Stage, VOXBURST};

const X: &str = "@acme";
const BLUESKY: &str = "acme.bsky.social";
const MASTODON: &str = "@northwind@coffee.example";
const ALT: &str = "A cup of coffee on a wooden table";

/// Requests that brought bytes to a storage and were taken there.
fn uploads(stage: &Stage) -> usize {
    let all = stage.outside.world.requests();
    all.iter().filter(|request| request.path.starts_with("/storage/") && request.status == 200).count()
}

fn state(stage: &Stage, text: &str) -> State {
    stage.only(text).state(stage.outside.clock.now())
}

fn refusal(post: &Post) -> (Cause, String) {
    match &post.targets[0].outcome {
        Outcome::Refused(refusal) => (refusal.cause, refusal.words.clone()),
        other => panic!("{other:?}"),
    }
}

fn a_picture_is_attached_and_scheduled(size: (u16, u16)) {
    let mut stage = Stage::late(size);
    let large = stage.picture("roast.png", (4000, 3000), 3_100_000);
    let small = stage.picture("roast small.png", (1600, 1200), 412_900);
    stage.compose("The new roast is here", &[BLUESKY, X], "fri 14").keys("m").until("nothing attached");
    stage.paste("/no/such/picture.png").until("there is no file").snapshot("media_missing");
    // Typed over, and measured: Bluesky minds, with the remedy.
    stage
        .erase()
        .typed(&large.display().to_string())
        .keys("Enter")
        .until("ALT  ")
        .keys("Esc")
        .snapshot("media_too_big");
    stage.keys("d").until("u brings it back").keys("a").paste(&format!("'{}'", small.display())).until("ALT  ");
    stage.typed(ALT).keys("Enter").snapshot("media_described");
    stage
        .keys("Esc Ctrl-s")
        .until("nothing is sent yet")
        .snapshot("media_review")
        .keys("s")
        .rest()
        .snapshot("media_scheduled");

    let there = stage.posts(LATE);
    assert_eq!((there.len(), there[0].media.len(), uploads(&stage)), (1, 1, 1), "{:#?}", stage.writes());
    let media = &there[0].media[0];
    let address = media["url"].as_str().unwrap();
    assert!(address.starts_with("https://media.late.example/temp/") && address.ends_with("roast-small.png"), "{media}");
    assert_eq!((media["type"].as_str(), media["altText"].as_str()), (Some("image"), Some(ALT)));
    let sent = stage.writes().into_iter().find(|request| request.path.starts_with("/storage/")).unwrap();
    assert_eq!(sent.body, "412900 bytes");
    // Here it is still the file that was attached.
    let post = stage.only("The new roast");
    assert!(post.media[0].is_local() && !post.pending, "{post:#?}");
    assert_eq!(post.state(stage.outside.clock.now()), State::Scheduled);
}

#[test]
fn a_picture_is_attached_and_scheduled_80x24() {
    a_picture_is_attached_and_scheduled(SIZES[0]);
}

#[test]
fn a_picture_is_attached_and_scheduled_120x40() {
    a_picture_is_attached_and_scheduled(SIZES[1]);
}

#[test]
fn a_picture_is_attached_and_scheduled_200x60() {
    a_picture_is_attached_and_scheduled(SIZES[2]);
}

/// A post with a picture, up to the review; and where the picture is.
fn reviewed(provider: &'static str, handle: &str) -> (Stage, PathBuf) {
    with_a_picture(Stage::open(MIDDLE, &[provider]), handle)
}

/// The same where nobody can be reached.
fn reviewed_offline(provider: &'static str, handle: &str) -> (Stage, PathBuf) {
    let mut stage = Stage::open(MIDDLE, &[provider]);
    stage.unplug();
    with_a_picture(stage, handle)
}

fn with_a_picture(mut stage: Stage, handle: &str) -> (Stage, PathBuf) {
    let picture = stage.picture("roast.png", (1600, 1200), 400_000);
    stage.compose("The new roast", &[handle], "fri 14").attach(&picture, ALT);
    stage.keys("Ctrl-s").until("nothing is sent yet");
    (stage, picture)
}

#[test]
fn an_upload_is_seen_and_its_post_waits_for_it_while_others_leave() {
    let (mut stage, _) = reviewed(LATE, X);
    stage.outside.world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(600))).on("PUT", "/storage/"));
    stage.keys("s 5").until("uploading roast.png 100 % of 400 kB");
    assert!(stage.only("The new roast").pending && stage.posts(LATE).is_empty());
    stage.keys("2 g p 3").until("uploading roast.png 100 % of 400 kB; the post waits for it");
    stage.compose("Without a picture", &[X], "fri 15").keys("Ctrl-s").until("nothing is sent yet").keys("s");
    stage.until_outside("the other post to arrive", |world| world.posts(LATE).len() == 1);
    assert_eq!(stage.posts(LATE)[0].content, "Without a picture");
    stage.outside.world.release();
    stage.rest().keys("5").until("roast.png is uploaded");
    assert_eq!((stage.posts(LATE).len(), uploads(&stage)), (2, 1));
    assert_eq!(state(&stage, "The new roast"), State::Scheduled);
}

fn killed_while_uploading(provider: &'static str, handle: &str) {
    let (mut stage, _) = reviewed(provider, handle);
    stage.outside.world.fault(Fault::once(FaultKind::Slow(Duration::from_secs(600))).on("PUT", "/storage/"));
    stage.keys("s").until_outside("the bytes to arrive", |world| {
        world.requests().iter().any(|request| request.path.starts_with("/storage/"))
    });
    let mut stage = stage.kill_and_restart();
    for _ in 0..4 {
        stage.turn(1);
    }
    assert_eq!(state(&stage, "The new roast"), State::Scheduled);
    let there = stage.posts(provider);
    assert_eq!((stage.created(), there.len(), there[0].media.len()), (1, 1, 1), "{:#?}", stage.writes());
}

#[test]
fn killed_while_uploading_to_late() {
    killed_while_uploading(LATE, X);
}

#[test]
fn killed_while_uploading_to_voxburst() {
    killed_while_uploading(VOXBURST, MASTODON);
}

#[test]
fn killed_while_the_provider_prepares_a_file_it_is_not_brought_again() {
    let (mut stage, picture) = reviewed(VOXBURST, MASTODON);
    stage.keys("s").rest().keys("2 g p 3").until("roast.png is being prepared at the provider; the post waits");
    assert_eq!((stage.posts(VOXBURST).len(), uploads(&stage)), (0, 1));
    let mut stage = stage.kill_and_restart();
    // It is there already, whatever became of it here.
    std::fs::remove_file(picture).unwrap();
    for _ in 0..4 {
        stage.turn(1);
    }
    let there = stage.posts(VOXBURST);
    assert_eq!((there.len(), there[0].media.len(), uploads(&stage)), (1, 1, 1), "{:#?}", stage.writes());
    assert_eq!(state(&stage, "The new roast"), State::Scheduled);
}

fn killed_while_creating(provider: &'static str, handle: &str) {
    let (mut stage, _) = reviewed(provider, handle);
    let hold = Fault::once(FaultKind::Slow(Duration::from_secs(600))).at(provider).on("POST", "/posts");
    stage.outside.world.fault(hold);
    stage.keys("s");
    // The create is held: nothing comes to rest any more. Where files are prepared, the clock has to go on meanwhile.
    for _ in 0..100 {
        if !stage.posts(provider).is_empty() {
            break;
        }
        stage.seconds(2);
    }
    stage.until_outside("the create to arrive", |world| !world.posts(provider).is_empty());
    let mut stage = stage.kill_and_restart();
    for _ in 0..6 {
        stage.turn(2);
    }
    assert_eq!(state(&stage, "The new roast"), State::Scheduled);
    let there = stage.posts(provider);
    assert_eq!((stage.created(), there.len(), there[0].media.len()), (1, 1, 1), "{:#?}", stage.writes());
    assert_eq!(uploads(&stage), 1);
    let creates = stage.writes().into_iter().filter(|request| request.path.ends_with("/posts"));
    let keys: Vec<_> = creates.map(|request| (request.idempotency_key, request.body)).collect();
    assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "the same key and the same bytes: {keys:#?}");
}

#[test]
fn killed_while_creating_with_a_picture_at_late() {
    killed_while_creating(LATE, X);
}

#[test]
fn killed_while_creating_with_a_picture_at_voxburst() {
    killed_while_creating(VOXBURST, MASTODON);
}

#[test]
fn a_file_that_vanished_keeps_its_post_here_until_it_is_back() {
    let (mut stage, picture) = reviewed_offline(LATE, X);
    let bytes = std::fs::read(&picture).unwrap();
    stage.keys("s").turn(1);
    assert!(stage.only("The new roast").pending);
    std::fs::remove_file(&picture).unwrap();
    stage.plug().turn(10).turn(10);
    let post = stage.only("The new roast");
    let (cause, words) = refusal(&post);
    assert_eq!((cause, post.body.as_str(), post.media.len()), (Cause::Media, "The new roast", 1));
    assert!(words.contains("nothing of \"The new roast\" was sent: roast.png"), "{words}");
    assert!(words.contains("is not there any more") && words.contains("m attaches"), "{words}");
    assert_eq!((stage.created(), uploads(&stage)), (0, 0), "{:#?}", stage.writes());
    stage.keys("4").until("Media missing or refused");

    std::fs::write(&picture, bytes).unwrap();
    stage.keys("r").until("Retry 1 post?").keys("y").rest().turn(1);
    assert_eq!(state(&stage, "The new roast"), State::Scheduled, "{:#?}", stage.only("The new roast"));
    assert_eq!((stage.created(), uploads(&stage)), (1, 1));
}

#[test]
fn a_file_that_changed_is_not_sent_in_the_place_of_what_was_attached() {
    let (mut stage, picture) = reviewed_offline(VOXBURST, MASTODON);
    stage.keys("s").turn(1);
    let mut bytes = std::fs::read(&picture).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&picture, bytes).unwrap();
    stage.plug().turn(10).turn(10);
    let (cause, words) = refusal(&stage.only("The new roast"));
    assert_eq!(cause, Cause::Media);
    assert!(words.contains("roast.png has changed since it was attached"), "{words}");
    assert_eq!((stage.created(), uploads(&stage)), (0, 0));
}

#[test]
fn a_file_that_was_replaced_is_measured_anew_by_one_key_and_sent_as_it_is_now() {
    let mut stage = Stage::late(MIDDLE);
    let picture = stage.picture("roast.png", (4000, 3000), 3_100_000);
    stage.compose("The new roast", &[BLUESKY], "fri 14").attach(&picture, ALT);
    stage.picture("roast.png", (1600, 1200), 412_900);
    stage.keys("m r").until("measured anew: image 1600×1200 412 kB, it was image 4000×3000 3.1 MB");
    stage.keys("Esc Ctrl-s").until("nothing is sent yet").keys("s").rest();
    let sent = stage.writes().into_iter().find(|request| request.path.starts_with("/storage/")).unwrap();
    assert_eq!(sent.body, "412900 bytes");
    assert_eq!(stage.posts(LATE)[0].media[0]["altText"].as_str(), Some(ALT), "what was written of it stays");
}

#[test]
fn a_storage_that_stumbles_is_asked_again_and_one_post_comes_of_it() {
    let (mut stage, _) = reviewed(LATE, X);
    for kind in [FaultKind::CutBefore, FaultKind::CutAfter, FaultKind::Status(503)] {
        stage.outside.world.fault(Fault::once(kind).on("PUT", "/storage/"));
    }
    stage.outside.world.fault(Fault::once(FaultKind::Malformed).on("POST", "/media/presign"));
    stage.keys("s").rest();
    for _ in 0..8 {
        stage.turn(5);
    }
    assert_eq!(state(&stage, "The new roast"), State::Scheduled, "{:#?}", stage.only("The new roast"));
    assert_eq!((stage.created(), stage.posts(LATE)[0].media.len()), (1, 1), "{:#?}", stage.writes());
}

#[test]
fn a_file_the_provider_cannot_use_is_refused_in_its_words() {
    let mut stage = Stage::open(MIDDLE, &[VOXBURST]);
    let picture = stage.picture("broken.png", (1600, 1200), 4000);
    stage.compose("The new roast", &[MASTODON], "fri 14").attach(&picture, ALT);
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").rest();
    stage.pass(TimeDelta::seconds(2)).pass(TimeDelta::seconds(2));
    let (cause, words) = refusal(&stage.only("The new roast"));
    assert_eq!(cause, Cause::Media);
    assert!(words.contains("UNSUPPORTED_CODEC") || words.contains("could not be decoded"), "{words}");
    assert_eq!(stage.created(), 0);
}

#[test]
fn one_file_is_brought_once_for_several_posts_and_again_after_it_was_deleted_there() {
    let (mut stage, picture) = reviewed(LATE, X);
    stage.keys("s").rest();
    let again = |stage: &mut Stage, text: &str| {
        stage.compose(text, &[X], "fri 16").attach(&picture, ALT).keys("Ctrl-s").until("nothing is sent yet");
        stage.keys("s").rest();
    };
    again(&mut stage, "The same picture");
    assert_eq!((stage.posts(LATE).len(), uploads(&stage)), (2, 1), "{:#?}", stage.writes());
    let urls: Vec<Value> = stage.posts(LATE).iter().map(|post| post.media[0]["url"].clone()).collect();
    assert_eq!(urls[0], urls[1]);
    // Late deletes a post's files with it.
    stage.keys("d y").rest().turn(1);
    assert_eq!(stage.posts(LATE).len(), 1, "{}", stage.screen());
    again(&mut stage, "Once more");
    assert_eq!(uploads(&stage), 2);
}

#[test]
fn a_file_dropped_into_the_text_or_onto_a_description_is_attached() {
    let mut stage = Stage::late(MIDDLE);
    let (one, two) =
        (stage.picture("first cup.png", (800, 600), 90_000), stage.picture("second.png", (800, 600), 80_000));
    let quoted = |path: &std::path::Path| format!("'{}' ", path.display());
    stage.keys("c").typed("Two cups").paste(&quoted(&one)).until("1 file").until("ALT");
    // What is being said of the first one is kept when the second one lands there.
    stage
        .typed("A cup")
        .paste(&quoted(&two))
        .until("2 files")
        .typed("Another")
        .keys("Enter")
        .until("ALT ok")
        .keys("Esc");
    let post = stage.pause().only("Two cups");
    let said: Vec<(&str, &str)> = post.media.iter().map(|it| (it.name.as_str(), it.alt.as_str())).collect();
    assert_eq!(
        (post.body.as_str(), &said[..]),
        ("Two cups", &[("first cup.png", "A cup"), ("second.png", "Another")][..])
    );
    // What may be meant as words stays words.
    stage.paste(" /etc/hosts is a file.png ").until("Two cups /etc/hosts is a file.png");
}

#[test]
fn a_file_that_never_arrives_is_tried_ever_less_often_and_holds_nobody_up() {
    let (mut stage, _) = reviewed(LATE, X);
    stage.outside.world.fault(Fault::once(FaultKind::CutBefore).on("PUT", "/storage/").times(10_000));
    stage.keys("s");
    stage.compose("Without a picture", &[X], "fri 15").keys("Ctrl-s").until("nothing is sent yet").keys("s");
    // Once it is asked whether the account can be reached at all.
    stage.pass(TimeDelta::seconds(5));
    stage.until_outside("the other post to arrive", |world| world.posts(LATE).len() == 1);
    stage.an_hour();
    let puts = stage.writes().iter().filter(|request| request.path.starts_with("/storage/")).count();
    assert!((5..=20).contains(&puts), "{puts} times");
    stage.keys("5").until("its file is not at the");
    assert!(stage.screen().contains("1 account ok"), "the account is in order: {}", stage.screen());
    stage.outside.world.clear_faults();
    for _ in 0..16 {
        stage.turn(1);
    }
    assert_eq!((stage.posts(LATE).len(), state(&stage, "The new roast")), (2, State::Scheduled));
}
