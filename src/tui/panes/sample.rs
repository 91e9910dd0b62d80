//! A small board for tests: posts in every state, ordinary and nasty ones, seen on Tue 28 Jul 2026, 11:42 in Berlin.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Europe::Berlin;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::domain::channel::{Channel, Health};
use crate::domain::ids::{AccountName, IdSource, PostId, RemoteId};
use crate::domain::media::{Media, MediaKind};
use crate::domain::outcome::{Cause, Outcome, Refusal};
use crate::domain::post::{Post, Source, Target, Theirs, Wish};
use crate::domain::schedule::Schedule;
use crate::domain::write::OutboxState;
use crate::text::clean::cells;
use crate::text::rules::Rules;
use crate::tui::board::{ActivityLine, Board, Light, LightState, Waiting};
use crate::tui::model::Shared;

/// Tue 28 Jul 2026, 11:42:10 in Berlin.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 7, 28, 9, 42, 10).unwrap()
}

/// So many minutes from now.
pub fn after(minutes: i64) -> DateTime<Utc> {
    now() + TimeDelta::minutes(minutes)
}

/// The id of the post with that number, from 0.
pub fn id(number: u32) -> PostId {
    let ids = IdSource::seeded(7);
    (0..number).fold(ids.post(now()), |_, _| ids.post(now()))
}

/// What the panes share, on a screen of that size.
pub fn shared(size: (u16, u16)) -> Shared {
    Shared {
        now: now(),
        zone: Berlin,
        size,
        cursor: None,
        marks: BTreeSet::new(),
        filter: None,
        only: BTreeSet::new(),
        rules: Arc::new(Rules::shipped().clone()),
        ids: IdSource::seeded(9),
        habits: crate::domain::habits::Habits::default(),
        lens: Default::default(),
        rules_asked: std::collections::BTreeMap::new(),
        notices: Vec::new(),
        pictures: Default::default(),
        keys: Default::default(),
        unfinished: None,
    }
}

fn channel(account: &str, remote: &str, network: &str, handle: &str, health: Health) -> Channel {
    Channel { health, ..Channel::sample(account, remote, network, handle) }
}

/// The channels of the sample, in order: x, bs, li, tt, ma, and one with a nasty name.
pub fn channels() -> Vec<Channel> {
    vec![
        channel("acme", "1", "x", "@acme", Health::Ok),
        channel("acme", "2", "bluesky", "acme.bsky.social", Health::Ok),
        channel("acme", "3", "linkedin", "ACME GmbH", Health::Expiring { at: after(5 * 24 * 60) }),
        channel("team", "4", "tiktok", "acme.clips", Health::Ok),
        channel("team", "5", "mastodon", "@acme@social.example", Health::Reconnect { words: "token revoked".into() }),
        channel("team", "6", "whatsapp", NASTY, Health::Ok),
    ]
}

/// Control characters, a terminal command, bidi overrides, stacked accents, an emoji family, a tab and an endless word.
pub const NASTY: &str =
    "\u{1b}[31mred\u{7}\u{202e}olleh\u{2066} Z\u{351}\u{36b}\u{343}\u{30d}a\u{310}l\u{334} 👩‍👩‍👧‍👦\t\r\u{200b}日本語";

/// A target on one of the [`channels`].
pub fn target(number: usize, outcome: Outcome) -> Target {
    let mut target = Target::new(channels()[number].id.clone());
    target.remote = (!matches!(outcome, Outcome::NotSent)).then(|| RemoteId::new("66a1f2c49f"));
    target.outcome = outcome;
    target
}

/// A post due so many minutes from now.
pub fn post(number: u32, body: &str, minutes: i64, targets: Vec<Target>) -> Post {
    let mut post = Post::draft(id(number), after(-24 * 60));
    post.body = body.into();
    post.targets = targets;
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(after(minutes), Berlin));
    post.updated_at = after(-210);
    post
}

fn refused(cause: Cause, words: &str) -> Outcome {
    Outcome::Refused(Refusal::new(cause, words, Some(after(-1000))))
}

fn live(url: Option<&str>) -> Outcome {
    Outcome::Published { url: url.map(Into::into), at: Some(after(-1500)) }
}

fn hero() -> Media {
    Media {
        source: "https://acme.dev/hero.png".into(),
        kind: MediaKind::Image,
        name: "hero.png".into(),
        alt: "The new calendar, a week at a glance".into(),
        bytes: Some(412_000),
        pixels: Some((1600, 900)),
        millis: None,
        content: None,
        looked: None,
    }
}

const SHIP_IT: &str = "Ship it: v2.0 is out. Offline mode, twice the speed, and the new calendar you asked for.\n\n\
                       https://acme.dev/v2 #launch";

/// Posts by number: 0 scheduled on three channels, one text of its own; 1 published; 2 partial; 3 failed for a lost
/// connection; 4 unknown; 5 missed; 6 an empty draft; 7 held; 8 publishing; 9 nasty; 10 in conflict; 11 a failed post
/// that is still to come; 12 a very long text.
pub fn posts() -> Vec<Post> {
    let own = "Ship it: v2.0 of ACME is out. ".repeat(12);
    let mut ship = post(0, SHIP_IT, 1278, vec![target(0, Outcome::Accepted), target(1, Outcome::Accepted)]);
    ship.targets.push(Target { text: Some(own), ..target(2, Outcome::NotSent) });
    ship.targets[1].schedule = Some(Schedule::at(after(1400), Berlin));
    ship.media = vec![hero(), Media { alt: String::new(), name: "teaser.mp4".into(), millis: Some(74_000), ..hero() }];
    ship.tags = vec!["launch".into(), "product".into()];
    ship.campaign = Some("launch-v2".into());
    ship.pending = true;
    let mut teaser = post(1, "Launch teaser", -1500, vec![target(0, live(Some("https://x.com/acme/status/18162")))]);
    teaser.targets.push(target(1, live(None)));
    teaser.source = Source::Provider;
    let duplicate = "DUPLICATE_POST: Content is a duplicate of urn:li:share:7141138 of Mon 10:30. Change the text.";
    let q3 = vec![target(0, live(None)), target(2, refused(Cause::Duplicate, duplicate))];
    let token = "OAuth token for this profile expired on 2026-07-25. Please reconnect the account to continue.";
    let unknown = Outcome::Unknown { since: after(-2560), words: "no answer in 30 s while uploading".into() };
    let mut held = post(7, "Careers: we are hiring", 4000, vec![target(2, Outcome::NotSent)]);
    held.wish = Wish::Hold;
    let mut draft = Post::draft(id(6), after(-30));
    draft.updated_at = draft.created_at;
    let mut nasty = post(9, &format!("{NASTY}{}\n{NASTY}", "a".repeat(10_000)), -9000, Vec::new());
    nasty.targets = vec![target(5, refused(Cause::Other, &format!("{NASTY} {}", "no ".repeat(4000))))];
    nasty.title = Some(NASTY.into());
    nasty.tags = vec![NASTY.into(), "b".repeat(500)];
    nasty.campaign = Some(NASTY.into());
    let mut conflict = post(10, "Docs are live", 300, vec![target(1, Outcome::Accepted)]);
    let theirs = Theirs { body: "The docs are live now".into(), at: Some(after(420)), seen_at: after(-2) };
    conflict.conflict = Some(Box::new(theirs));
    let too_long = "LinkedIn posts may have at most 3000 characters; this one has 3,112";
    vec![
        ship,
        teaser,
        post(2, "Q3 note: why we rewrote the importer", -600, q3),
        post(3, "Meet us at Web Summit in Lisbon", -1422, vec![target(4, refused(Cause::Reconnect, token))]),
        post(4, "Teaser clip", -2560, vec![target(3, unknown)]),
        post(5, "Office hours today", -90, vec![target(0, Outcome::Accepted), target(1, Outcome::Accepted)]),
        draft,
        held,
        post(8, "Thread: how we ship 1/4", 0, vec![target(0, Outcome::Publishing)]),
        nasty,
        conflict,
        post(11, "Benchmarks in full", 120, vec![target(4, refused(Cause::Reconnect, token))]),
        post(
            12,
            &"How Foo ships: a customer story in many words. ".repeat(40),
            200,
            vec![target(2, refused(Cause::TooLong, too_long))],
        ),
    ]
}

fn light(account: &str, provider: &str, state: LightState, fresh: Option<i64>, next: Option<i64>) -> Light {
    let pending = if account == "team" { 2 } else { 0 };
    Light {
        account: AccountName::new(account),
        provider: provider.into(),
        state,
        fresh_at: fresh.map(|seconds| now() - TimeDelta::seconds(seconds)),
        next_at: next.map(|seconds| now() + TimeDelta::seconds(seconds)),
        pending,
        spent: None,
    }
}

/// The whole board.
pub fn board() -> Board {
    let posts: Vec<Arc<Post>> = posts().into_iter().map(Arc::new).collect();
    let waiting = |number, verb, state, not_before, attempts, last_error: Option<&str>| Waiting {
        intent: IdSource::seeded(40 + number).intent(now()),
        account: AccountName::new(if number == 0 { "acme" } else { "team" }),
        post: id(number),
        verb,
        state,
        not_before,
        attempts,
        last_error: last_error.map(Into::into),
    };
    let line = |seconds, account: &str, post: Option<u32>, words: &str, urgent| ActivityLine {
        at: now() - TimeDelta::seconds(seconds),
        account: Some(AccountName::new(account)),
        post: post.map(id),
        words: words.into(),
        urgent,
    };
    Board {
        channels: channels(),
        failed: posts.iter().filter(|post| post.needs_a_person(now())).cloned().collect(),
        posts,
        lights: vec![
            light("acme", "Late", LightState::Ok, Some(12), Some(48)),
            light("team", "Voxburst", LightState::Limited, Some(300), Some(190)),
            light("press", "Posto", LightState::Fetching { seen: 230, total: Some(1204) }, None, None),
            light("old", "Oktopost", LightState::Offline { words: "no route to the host".into() }, Some(720), Some(41)),
            light(
                "ops",
                "PostForMe",
                LightState::Unauthorised { words: "401: key revoked".into() },
                Some(90_000),
                None,
            ),
        ],
        outbox: vec![
            waiting(0, "create", OutboxState::InFlight, None, 1, None),
            waiting(
                7,
                "update",
                OutboxState::Waiting,
                Some(after(3)),
                2,
                Some("429: slow down, please, and come back"),
            ),
            waiting(4, "create", OutboxState::Unknown, None, 1, Some("no answer in 30 s")),
            waiting(99, "delete", OutboxState::Ready, None, 0, None),
        ],
        activity: vec![
            line(9, "acme", None, "24 posts, 1 changed on the web since your edit", false),
            line(12, "team", Some(4), "Teaser clip: we do not know whether it is live; V verifies", true),
            line(170, "team", None, "429: retry in 3 min, 2 writes wait", false),
            line(90_000, "acme", Some(1), "Launch teaser is live on x and bs", false),
            line(90_100, NASTY, None, &format!("{NASTY} {}", "endless ".repeat(600)), false),
        ],
        ..Board::default()
    }
}

/// What `draw` puts on a screen of that size, a string per row, trailing blanks dropped.
pub fn screen(width: u16, height: u16, draw: impl FnOnce(Rect, &mut Buffer)) -> Vec<String> {
    let area = Rect { x: 0, y: 0, width, height };
    let mut buf = Buffer::empty(area);
    draw(area, &mut buf);
    let line = |y: u16| {
        let (mut line, mut x) = (String::new(), 0);
        while x < width {
            let symbol = buf[(x, y)].symbol();
            line += symbol;
            x += u16::try_from(cells(symbol)).unwrap().max(1);
        }
        line.trim_end().to_owned()
    };
    (0..height).map(line).collect()
}

/// Whether `line` could steer a terminal.
pub fn is_harmless(line: &str) -> bool {
    !line
        .chars()
        .any(|c| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c))
}
