//! A whole life at each provider, through the door a person takes: connected in the program and kept, synced, and a post
//! composed with a picture, scheduled, moved and published; then one that fails there and is retried.

use chrono::{DateTime, TimeDelta, Utc};
use runsheet::demo::{SimPost, Status, Trouble, WebPost};
use runsheet::domain::outcome::{Outcome, State};

use crate::stage::{MIDDLE, Stage};

const ALT: &str = "A cup of coffee on a wooden table";
const PICTURE: &str = "https://pictures.example/roast.png";

/// One provider, as far as a life there differs from others.
struct Place {
    provider: &'static str,
    /// How far down it is in the list of those one can connect.
    down: usize,
    /// The channel of the posts.
    handle: &'static str,
    /// Whether files of this machine can be brought there; else a picture is one on the web.
    files: bool,
    /// Whether what failed goes out again as a new post.
    anew: bool,
}

const LATE: Place = Place { provider: "late", down: 0, handle: "acme.bsky.social", files: true, anew: false };
const OKTOPOST: Place = Place { provider: "oktopost", down: 1, handle: "lumen-lamps", files: false, anew: true };
const POSTFORME: Place =
    Place { provider: "postforme", down: 2, handle: "fjord-cycles.bsky.social", files: true, anew: true };
const POSTO: Place = Place { provider: "posto", down: 3, handle: "Kontor on Mastodon", files: true, anew: false };
const VOXBURST: Place =
    Place { provider: "voxburst", down: 4, handle: "@northwind@coffee.example", files: true, anew: false };

fn friday(hour: u32) -> DateTime<Utc> {
    format!("2026-09-18T{hour:02}:00:00+02:00").parse().unwrap()
}

fn state(stage: &Stage, text: &str) -> State {
    stage.only(text).state(stage.outside.clock.now())
}

fn minutes_until(at: DateTime<Utc>, stage: &Stage) -> i64 {
    (at - stage.outside.clock.now()).num_minutes()
}

/// The program with an account that was connected in it, from the demo that opens first.
fn connected(place: &Place) -> Stage {
    let mut stage = Stage::first_run(MIDDLE);
    let (url, key) = stage.outside.account(place.provider);
    stage.keys(":").typed("connect").keys("Enter").until("Address").keys(&"Down ".repeat(place.down));
    stage.paste(&key).keys("Tab Ctrl-u").typed(&url).keys("Enter").until("ok: ");
    assert!(!stage.screen().contains(&key), "{}", stage.screen());
    let config = stage.outside.config();
    assert!(config.contains(&format!("provider = \"{}\"\nbase_url = \"{url}\"", place.provider)), "{config}");
    assert!(!config.contains(&key), "{config}");
    // Nobody is as quick as a test: some providers count the calls of a second and of a minute.
    stage.outside.clock.turn(TimeDelta::minutes(1));
    let mut stage = stage.restart();
    stage.gone("nothing leaves this machine").until("1 account ok");
    stage
}

/// The one post at the provider whose text begins like this.
fn there(stage: &Stage, place: &Place, text: &str) -> SimPost {
    let mut found = stage.posts(place.provider);
    found.retain(|post| post.content.starts_with(text));
    assert_eq!(found.len(), 1, "{text}: {found:#?}");
    found.remove(0)
}

/// How many files its first channel gets.
fn pictures(post: &SimPost) -> usize {
    post.targets[0].media.as_ref().unwrap_or(&post.media).len()
}

fn synced(stage: &mut Stage, place: &Place) {
    let channel = stage.outside.world.channels(place.provider)[0].id.clone();
    let new = WebPost { content: "Made on the web".into(), accounts: vec![channel], scheduled_for: Some(friday(11)) };
    stage.outside.world.add_post(place.provider, new).unwrap();
    stage.turn(1).keys("R").rest().until("Made on");
    assert_eq!(
        (stage.only("Made on the web").instant(), state(stage, "Made on")),
        (Some(friday(11)), State::Scheduled)
    );
    assert!(stage.writes().is_empty(), "looking changes nothing: {:#?}", stage.writes());
}

fn scheduled_with_a_picture(stage: &mut Stage, place: &Place) {
    stage.compose("The new roast", &[place.handle], "fri 14");
    if place.files {
        let picture = stage.picture("roast.png", (1600, 1200), 40_000);
        stage.attach(&picture, ALT);
    } else {
        stage.keys("m").until("Media").paste(PICTURE).until("ALT  ").typed(ALT).keys("Enter Esc");
    }
    stage.keys("Ctrl-s").until("nothing is sent yet").keys("s").rest();
    // Some prepare a file for a while before a post may carry it.
    stage.pass(TimeDelta::seconds(3)).pass(TimeDelta::seconds(3)).pass(TimeDelta::seconds(5));
    let post = stage.only("The new roast");
    assert_eq!(post.state(stage.outside.clock.now()), State::Scheduled, "{post:#?}");
    let there = there(stage, place, "The new roast");
    assert_eq!((pictures(&there), there.scheduled_for), (1, Some(friday(14))), "{there:#?}");
    assert_eq!(stage.created(), 1, "{:#?}", stage.writes());
}

fn moved(stage: &mut Stage, place: &Place) {
    stage.keys("g p m J Enter").rest().turn(6);
    let post = stage.only("The new roast");
    assert_eq!((post.instant(), post.pending, post.conflict.is_none()), (Some(friday(15)), false, true), "{post:#?}");
    let moved = there(stage, place, "The new roast");
    assert_eq!((moved.scheduled_for, pictures(&moved)), (Some(friday(15)), 1), "{moved:#?}");
}

fn published(stage: &mut Stage, place: &Place) {
    stage.turn(minutes_until(friday(15), stage) + 2).turn(6).turn(6);
    let post = stage.only("The new roast");
    assert_eq!(post.state(stage.outside.clock.now()), State::Published, "{post:#?}");
    let Outcome::Published { url: Some(url), .. } = &post.targets[0].outcome else { panic!("{post:#?}") };
    assert!(url.starts_with("https://"), "{url}");
    assert_eq!(there(stage, place, "The new roast").targets[0].attempts, 1);
}

fn failed_and_retried(stage: &mut Stage, place: &Place) {
    stage.schedule("Saturday cupping", &[place.handle], "today 18");
    let due = there(stage, place, "Saturday cupping");
    let target = &due.targets[0];
    let trouble = Trouble::named("outage", &target.network).unwrap();
    assert!(stage.outside.world.set_trouble(place.provider, &due.id, &target.account, trouble));
    stage.turn(minutes_until(friday(18), stage) + 2).turn(6).turn(6);
    let Outcome::Refused(refusal) = &stage.only("Saturday").targets[0].outcome else {
        panic!("{:#?}", stage.only("Saturday"))
    };
    assert!(!refusal.words.is_empty() && !refusal.words.contains('<'), "{}", refusal.words);
    assert_eq!(state(stage, "Saturday"), State::Failed);

    let before = stage.posts(place.provider).len();
    stage.keys("4").until("Saturday cupping").keys("r").until("Retry 1 post?");
    if place.anew {
        stage.until("It becomes a new post");
    }
    stage.keys("y").rest().turn(2).turn(6).turn(6);
    assert_eq!(state(stage, "Saturday"), State::Published, "{:#?}", stage.only("Saturday"));
    let after = stage.posts(place.provider);
    assert_eq!(after.len(), before + usize::from(place.anew), "{after:#?}");
    let live = |post: &&SimPost| {
        post.content.starts_with("Saturday") && post.targets.iter().any(|target| target.status == Status::Published)
    };
    assert_eq!(after.iter().filter(live).count(), 1, "it is out once: {after:#?}");
}

fn a_life_at(place: &Place) {
    let mut stage = connected(place);
    synced(&mut stage, place);
    scheduled_with_a_picture(&mut stage, place);
    moved(&mut stage, place);
    published(&mut stage, place);
    failed_and_retried(&mut stage, place);
}

#[test]
fn at_late() {
    a_life_at(&LATE);
}

#[test]
fn at_voxburst() {
    a_life_at(&VOXBURST);
}

#[test]
fn at_posto() {
    a_life_at(&POSTO);
}

#[test]
fn at_postforme() {
    a_life_at(&POSTFORME);
}

#[test]
fn at_oktopost() {
    a_life_at(&OKTOPOST);
}
