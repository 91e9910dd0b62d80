//! VoxBurst's recorded answers, read; and the requests that leave, byte for byte.

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::super::http::Limits;
use super::*;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource};
use crate::domain::media::{Media, MediaKind};
use crate::domain::options::Value as OptionValue;
use crate::domain::outcome::{Cause, Outcome};
use crate::domain::problem::{Place, Severity};
use crate::domain::write::SubmissionTarget;

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/conformance/fixtures/voxburst/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

pub(super) fn noon() -> DateTime<Utc> {
    "2026-10-01T12:00:00Z".parse().unwrap()
}

pub(super) fn voxburst() -> VoxBurst {
    let connection = Connection {
        provider: "voxburst".into(),
        base_url: Some("http://127.0.0.1:1/v1".into()),
        key: "vb_live_secret".into(),
        limits: Limits::default(),
    };
    VoxBurst::new(connection, Clock::standing_at(noon())).unwrap()
}

fn read(value: &Value) -> RemotePost {
    map::post(value, None).unwrap()
}

#[test]
fn a_created_post_keeps_channel_text_time_and_media() {
    let post = read(&fixture!("post_created")["body"]);
    assert_eq!(post.state, RemoteState::Scheduled);
    assert_eq!(post.at, Some("2026-10-01T14:00:00Z".parse().unwrap()));
    let [x, instagram] = post.targets.as_slice() else { panic!("two targets") };
    assert_eq!((x.network.key(), x.text.as_deref()), ("x", Some("Autumn roast is back ☕")));
    assert_eq!((instagram.network.key(), instagram.text.as_deref()), ("instagram", None));
    assert_eq!(x.outcome, Outcome::Accepted);
    assert_eq!(post.media[0].source, "media_cm8p0f3da001vq7e2k5s9wyt", "requests take the id");
    assert_eq!(post.tags, ["autumn"]);
    assert_eq!(post.oddities, Vec::<String>::new());
}

#[test]
fn a_row_tells_its_own_outcome() {
    let post = read(&fixture!("post_partial")["body"]);
    assert_eq!(post.state, RemoteState::Settled);
    assert!(matches!(&post.targets[0].outcome, Outcome::Published { url: Some(url), .. } if url.contains("x.com")));
    let Outcome::Refused(refusal) = &post.targets[1].outcome else { panic!("{:?}", post.targets[1]) };
    assert_eq!((refusal.cause, refusal.words.as_str()), (Cause::Reconnect, "Access token expired"));
}

#[test]
fn an_error_may_be_nothing_words_or_a_code() {
    for (error, words, cause) in [
        (json!(null), "the provider gave no reason (request r1)", Cause::Other),
        (json!("Too many requests"), "Too many requests", Cause::RateLimit),
        (json!({"code": "MEDIA_REQUIRED"}), "MEDIA_REQUIRED", Cause::Media),
        (json!({"code": "RATE_LIMIT", "message": "Later, please"}), "Later, please", Cause::RateLimit),
    ] {
        let row = json!({"platform": "TWITTER", "accountId": "acc_1", "status": "FAILED", "error": error});
        let post = json!({"id": "post_1", "content": "x", "status": "FAILED", "platforms": [row]});
        let post = map::post(&post, Some("r1")).unwrap();
        let Outcome::Refused(refusal) = &post.targets[0].outcome else { panic!("{post:?}") };
        assert_eq!((refusal.words.as_str(), refusal.cause), (words, cause));
    }
}

#[test]
fn case_fractions_and_old_shapes_make_no_difference() {
    let page = fixture!("posts_page");
    let posts: Vec<_> = page["body"]["data"].as_array().unwrap().iter().map(read).collect();
    assert_eq!((&posts[0].state, &posts[1].state), (&RemoteState::Settled, &RemoteState::Settled));
    assert_eq!(posts[0].at, Some("2026-09-03T09:00:01.512Z".parse().unwrap()), "published without a schedule");
    let old = json!({"id": "post_1", "status": "archived?", "content": "x", "platforms": ["TWITTER"]});
    let old = read(&old);
    assert_eq!(old.state, RemoteState::Other("archived?".into()));
    assert_eq!((old.targets[0].network.key(), old.targets[0].channel.as_str()), ("x", "?x"));
    assert!(matches!(&old.targets[0].outcome, Outcome::Unknown { words, .. } if words.contains("\"archived?\"")));
    assert_eq!(old.oddities.len(), 1);
}

#[test]
fn the_listing_ends_where_it_says_or_repeats() {
    let at = |token: &str| Some(PageToken(token.to_owned()));
    for (pagination, here, next, spoiled) in [
        (json!({"has_more": true, "next_cursor": "b"}), at("a"), at("b"), 0),
        (json!({"hasMore": true, "nextCursor": "b"}), None, at("b"), 0),
        (json!({"has_more": false, "next_cursor": "b"}), None, None, 0),
        (json!({"has_more": true, "next_cursor": ""}), None, None, 0),
        (json!({"has_more": true, "next_cursor": null}), None, None, 0),
        (json!({"has_more": true, "next_cursor": "a"}), at("a"), None, 1),
        (json!(null), None, None, 0),
    ] {
        let mut page: Page<()> = page(&[], "post", |_| Err(String::new()));
        go_on(&mut page, &json!({"pagination": pagination}), here.as_ref());
        assert_eq!((page.next, page.spoiled.len()), (next, spoiled), "{pagination}");
    }
}

#[test]
fn channels_say_whether_they_can_post() {
    let accounts = fixture!("accounts_list");
    let channel = |value: &Value| map::channel(value).unwrap();
    let [instagram, x] = accounts["body"]["data"].as_array().unwrap().as_slice() else { panic!("two") };
    assert_eq!(channel(instagram).health, Health::Degraded { words: "Reconnect to allow first comments.".into() });
    assert_eq!(
        (channel(x).handle.as_str(), channel(x).name.as_str(), channel(x).health),
        ("@northwind", "", Health::Ok)
    );
    let with = |status: &str| {
        let mut account = x.clone();
        account["status"] = json!(status);
        channel(&account).health
    };
    assert!(matches!(with("EXPIRED"), Health::Reconnect { .. }));
    assert!(matches!(with("disconnected"), Health::Reconnect { .. }));
    assert!(matches!(with("paused_by_moon"), Health::Disabled { .. }));
    assert_eq!(with("ACTIVE"), Health::Ok);
}

fn target(remote: &str, network: &str, text: Option<&str>) -> SubmissionTarget {
    SubmissionTarget {
        channel: ChannelId::of(&AccountName::new("nw"), &RemoteId::new(remote)),
        remote: RemoteId::new(remote),
        network: Network::from_word(network),
        text: text.map(str::to_owned),
        at: None,
        extras: crate::domain::options::Extras::default(),
    }
}

fn submission(timing: Timing) -> Submission {
    Submission {
        post: IdSource::seeded(1).post(noon()),
        body: "Autumn".into(),
        title: None,
        targets: vec![target("acc_a", "x", Some("Short")), target("acc_b", "google_business", None)],
        timing,
        queue: None,
        zone: "UTC".into(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
    }
}

fn file(source: &str, kind: MediaKind) -> Media {
    Media {
        source: source.into(),
        kind,
        name: String::new(),
        alt: String::new(),
        bytes: None,
        pixels: None,
        millis: None,
        content: None,
        looked: None,
    }
}

fn step(write: &Write, so_far: &[Receipt]) -> Option<Prepared> {
    match voxburst().next(write, IdSource::seeded(2).intent(noon()), so_far).unwrap() {
        Step::Send(prepared) => Some(prepared),
        Step::Done => None,
    }
}

fn key_of(prepared: &Prepared) -> &str {
    prepared.headers.iter().find(|(name, _)| name == "idempotency-key").map(|(_, key)| key.as_str()).unwrap()
}

#[test]
fn a_create_says_everything_explicitly() {
    let create = |timing| Write::Create { submission: submission(timing) };
    let at = Timing::At("2026-10-01T14:00:00Z".parse().unwrap());
    let prepared = step(&create(at), &[]).unwrap();
    assert_eq!((prepared.method.as_str(), prepared.path.as_str()), ("POST", "/posts"));
    let reference = IdSource::seeded(1).post(noon());
    assert_eq!(
        prepared.body.as_deref().unwrap(),
        format!(
            "{{\"content\":\"Autumn\",\"accountIds\":[\"acc_a\",\"acc_b\"],\"scheduledFor\":\"2026-10-01T14:00:00Z\",\
             \"contentType\":\"TEXT\",\"media\":[],\"platformOverrides\":{{\"TWITTER\":{{\"content\":\"Short\"}}}},\
             \"tags\":[],\"metadata\":{{\"runsheet\":\"{reference}\"}}}}"
        )
    );
    assert_eq!(step(&create(at), &[]).unwrap(), prepared, "the same arguments freeze the same bytes");
    let draft = step(&create(Timing::Draft), &[]).unwrap().body.unwrap();
    assert!(draft.contains("\"saveAsDraft\":true") && !draft.contains("scheduledFor"), "{draft}");
}

#[test]
fn a_post_for_at_once_is_made_then_published_under_another_key() {
    let write = Write::Create { submission: submission(Timing::Now) };
    let first = step(&write, &[]).unwrap();
    assert!(first.body.as_deref().unwrap().contains("\"saveAsDraft\":true"));
    let made = Receipt { status: 201, remote: Some(RemoteId::new("post_p7")), post: None, raw: String::new() };
    let second = step(&write, std::slice::from_ref(&made)).unwrap();
    assert_eq!((second.method.as_str(), second.path.as_str()), ("POST", "/posts/post_p7/publish"));
    assert_ne!(key_of(&first), key_of(&second));
    assert_eq!(step(&write, &[made.clone(), made.clone()]), None);
    let mut going_out = read(&fixture!("post_created")["body"]);
    going_out.state = RemoteState::Publishing;
    assert_eq!(step(&write, &[Receipt { post: Some(going_out), ..made.clone() }]), None, "it is going out already");
    let nameless = Receipt { remote: None, ..made };
    let error = voxburst().next(&write, IdSource::seeded(2).intent(noon()), &[nameless]).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Malformed, Reach::NotSent));
}

#[test]
fn every_write_has_its_request_and_a_key_the_provider_takes() {
    let remote = RemoteId::new("post_p7");
    let revise = |timing| Write::Revise { remote: remote.clone(), submission: submission(timing) };
    for (write, method, path) in [
        (revise(Timing::Draft), "PATCH", "/posts/post_p7"),
        (Write::Remove { remote: remote.clone() }, "DELETE", "/posts/post_p7"),
        (Write::Retry { remote: remote.clone(), attempt: 2 }, "POST", "/posts/post_p7/retry"),
        (Write::Publish { remote: remote.clone() }, "POST", "/posts/post_p7/publish"),
    ] {
        let prepared = step(&write, &[]).unwrap();
        assert_eq!((prepared.method.as_str(), prepared.path.as_str()), (method, path));
        let key = key_of(&prepared);
        assert!((16..=64).contains(&key.len()), "{key}");
        assert!(key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'), "{key}");
    }
    let draft = step(&revise(Timing::Draft), &[]).unwrap().body.unwrap();
    assert!(draft.contains("\"scheduledFor\":null,\"saveAsDraft\":true"), "{draft}");
    let at = step(&revise(Timing::At(noon())), &[]).unwrap().body.unwrap();
    assert!(at.contains("\"scheduledFor\":\"2026-10-01T12:00:00Z\",\"saveAsDraft\":false"), "{at}");
}

#[test]
fn what_one_post_cannot_carry_is_refused_before_anything_is_sent() {
    let refused = |submission: Submission| {
        let write = Write::Create { submission };
        voxburst().next(&write, IdSource::seeded(2).intent(noon()), &[]).unwrap_err()
    };
    let mut two_texts = submission(Timing::Draft);
    two_texts.targets.push(target("acc_c", "twitter", Some("Another")));
    let mut own_time = submission(Timing::At(noon()));
    own_time.targets[0].at = Some(noon() + TimeDelta::hours(1));
    for (submission, code, words) in
        [(two_texts, "one-text-per-network", "posts of their own"), (own_time, "own-time", "post of its own")]
    {
        let error = refused(submission);
        assert_eq!((error.kind, error.reach, error.again), (Kind::Invalid, Reach::NotSent, Again::Never));
        assert_eq!(error.problems[0].code, code);
        assert!(error.words.contains(words), "{}", error.words);
    }
}

#[test]
fn the_kind_of_content_follows_from_its_media() {
    use MediaKind::{Document, Gif, Image, Video};
    for (kinds, expected) in [
        (vec![], Some("TEXT")),
        (vec![Image], Some("IMAGE")),
        (vec![Gif], Some("IMAGE")),
        (vec![Video], Some("VIDEO")),
        (vec![Image, Image], Some("CAROUSEL")),
        (vec![Document], None),
    ] {
        let mut submission = submission(Timing::Draft);
        submission.media = kinds.iter().map(|kind| file("media_k9", *kind)).collect();
        let body = step(&Write::Create { submission }, &[]).unwrap().body.unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body.get("contentType").and_then(Value::as_str), expected, "{kinds:?}");
    }
}

#[test]
fn answers_that_do_not_show_the_post_still_name_it() {
    let voxburst = voxburst();
    let retry = step(&Write::Retry { remote: RemoteId::new("post_p7"), attempt: 1 }, &[]).unwrap();
    let answer = |body: &Value| {
        let bytes = serde_json::to_vec(body).unwrap();
        voxburst.http.verdict(Purpose::Write, 202, &HeaderMap::new(), &bytes).unwrap()
    };
    let mut body = fixture!("retry_result")["body"].take();
    let read = receipt(&retry, &answer(&body)).unwrap();
    assert_eq!((read.remote.as_ref().map(RemoteId::as_str), read.post), (Some("post_cm9x7h2k9000r5w8m3n1q4zd"), None));
    body["retriedPlatforms"] = json!([]);
    let error = receipt(&retry, &answer(&body)).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Conflict, Reach::Answered));
    assert!(error.words.contains("MAX_RETRIES_EXCEEDED"), "{}", error.words);

    let create = step(&Write::Create { submission: submission(Timing::Draft) }, &[]).unwrap();
    let error = receipt(&create, &answer(&json!({"success": true}))).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Malformed, Reach::Unknown));
    let wrapped = json!({"data": fixture!("post_created")["body"]});
    assert!(receipt(&create, &answer(&wrapped)).unwrap().post.is_some());
}

#[test]
fn errors_are_told_apart() {
    let voxburst = voxburst();
    let said = |status: u16, headers: &[(&'static str, &str)], body: &str| {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        voxburst.http.verdict(Purpose::Write, status, &headers, body.as_bytes()).unwrap_err()
    };
    let code = |code: &str| format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"m\"}}}}");
    for (status, name, kind, reach) in [
        (400, "BAD_REQUEST", Kind::Invalid, Reach::Answered),
        (400, "INVALID_DATE", Kind::Invalid, Reach::Answered),
        (401, "UNAUTHORIZED", Kind::Unauthorised, Reach::Answered),
        (402, "LIMIT_EXCEEDED", Kind::PlanLimit, Reach::Answered),
        (403, "AUTHORIZATION_ERROR", Kind::Forbidden, Reach::Answered),
        (404, "NOT_FOUND", Kind::NotFound, Reach::Answered),
        (409, "CONFLICT", Kind::Conflict, Reach::Answered),
        (409, "IDEMPOTENCY_CONFLICT", Kind::KeyReused, Reach::Answered),
        (409, "IDEMPOTENCY_IN_PROGRESS", Kind::InProgress, Reach::Answered),
        (422, "VALIDATION_ERROR", Kind::Invalid, Reach::Answered),
        (429, "RATE_LIMITED", Kind::RateLimited, Reach::Answered),
        (500, "INTERNAL_ERROR", Kind::Unavailable, Reach::Unknown),
        (503, "SERVICE_UNAVAILABLE", Kind::Unavailable, Reach::Unknown),
        (418, "SOMETHING_NEW", Kind::Invalid, Reach::Answered),
    ] {
        let error = said(status, &[], &code(name));
        assert_eq!((error.kind, error.reach, error.code.as_deref()), (kind, reach, Some(name)));
    }
    let limited = fixture!("error_rate_limited")["body"].to_string();
    assert_eq!(said(429, &[("retry-after", "17")], &limited).again, Again::At(noon() + TimeDelta::seconds(17)));
    let reused = fixture!("error_conflicts")["body"].to_string();
    assert_eq!(said(409, &[], &reused).kind, Kind::KeyReused);
    let long = said(400, &[], &fixture!("error_validation")["body"].to_string());
    assert_eq!(long.words, "The text is too long for Twitter (297 of 280)");
    assert_eq!(
        (long.problems[0].code.as_str(), &long.problems[0].network),
        ("too-long", &Some(Network::from_word("x")))
    );
    assert_eq!(long.cause(), Cause::TooLong);
    assert_eq!(said(400, &[], "{\"error\":\"plain words\"}").words, "plain words");
}

#[test]
fn a_verdict_on_a_text_is_said_once_per_network() {
    let problems = map::problems(&fixture!("validate_invalid")["body"], 12);
    assert_eq!(problems.len(), 2, "{problems:?}");
    let media = problems.iter().find(|problem| problem.code == "media-required").unwrap();
    assert_eq!((media.severity, &media.place), (Severity::Blocker, &Place::Media(None)));
    let link = problems.iter().find(|problem| problem.code == "link-counts-23").unwrap();
    assert_eq!((link.severity, &link.place), (Severity::Warning, &Place::Text(0..12)));
    let mut both = submission(Timing::Draft);
    both.targets.push(target("acc_c", "twitter", Some("Short")));
    let questions = map::validations(&both);
    let asked: Vec<_> = questions.iter().map(|question| (question.content, question.platforms.join(","))).collect();
    assert_eq!(asked, [("Short", "TWITTER".to_owned()), ("Autumn", "GOOGLE_BUSINESS".to_owned())]);
}

#[test]
fn a_file_from_the_web_is_registered_waited_for_and_then_named() {
    let mut submission = submission(Timing::Draft);
    submission.media = vec![
        file("https://a.example/pictures/b.PNG?size=2", MediaKind::Image),
        file("media_k9", MediaKind::Image),
        file("https://a.example/c", MediaKind::Video),
    ];
    let write = Write::Create { submission };
    let answered = |raw: &str| Receipt { status: 201, remote: None, post: None, raw: raw.into() };
    let register = step(&write, &[]).unwrap();
    assert_eq!((register.method.as_str(), register.path.as_str()), ("POST", "/media/register"));
    assert_eq!(
        register.body.as_deref().unwrap(),
        "{\"url\":\"https://a.example/pictures/b.PNG?size=2\",\"contentType\":\"image/png\",\"filename\":\"b.PNG\"}"
    );
    let mut receipts = vec![answered("{\"id\":\"media_1\",\"status\":\"PROCESSING\"}")];
    let wait = step(&write, &receipts).unwrap();
    assert_eq!((wait.method.as_str(), wait.path.as_str(), wait.body), ("GET", "/media/media_1", None));
    receipts.push(answered("{\"id\":\"media_1\",\"status\":\"READY\"}"));
    let second = step(&write, &receipts).unwrap();
    assert!(second.body.as_deref().unwrap().contains("video/mp4"));
    assert_ne!(key_of(&register), key_of(&second));
    receipts.push(answered("{\"data\":{\"id\":\"media_2\",\"status\":\"ready\"}}"));
    let create = step(&write, &receipts).unwrap();
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", "/posts"));
    assert!(create.body.unwrap().contains("\"media\":[\"media_1\",\"media_k9\",\"media_2\"]"));
    receipts.push(Receipt { remote: Some(RemoteId::new("post_1")), ..answered("{}") });
    assert_eq!(step(&write, &receipts), None);
    let lost = voxburst().next(&write, IdSource::seeded(2).intent(noon()), &[answered("{}")]).unwrap_err();
    assert_eq!((lost.kind, lost.reach), (Kind::Malformed, Reach::NotSent));
}

#[test]
fn a_file_that_is_not_ready_asks_for_patience_and_a_broken_one_is_refused() {
    let voxburst = voxburst();
    let answer = |body: Value| {
        let bytes = serde_json::to_vec(&body).unwrap();
        voxburst.http.verdict(Purpose::Read, 200, &HeaderMap::new(), &bytes).unwrap()
    };
    let waiting = media::receipt(true, &answer(json!({"id": "media_1", "status": "PENDING"})), noon()).unwrap_err();
    assert_eq!((waiting.kind, waiting.reach), (Kind::InProgress, Reach::Answered));
    assert_eq!(waiting.again, Again::At(noon() + TimeDelta::seconds(2)));
    let results = json!([{"code": "UNSUPPORTED_CODEC", "message": "Video track could not be decoded"}]);
    let body = json!({"id": "media_1", "status": "FAILED", "validationResults": results});
    let broken = media::receipt(true, &answer(body), noon()).unwrap_err();
    assert_eq!((broken.kind, broken.again, broken.cause()), (Kind::Invalid, Again::Never, Cause::Media));
    assert!(broken.words.contains("could not be decoded"), "{broken}");
    assert!(media::receipt(true, &answer(json!({"id": "media_1", "status": "READY"})), noon()).is_ok());
    assert!(media::receipt(false, &answer(json!({"id": "media_1", "status": "PROCESSING"})), noon()).is_ok());
}

#[test]
fn a_queue_is_asked_for_without_a_time_and_takes_only_new_posts() {
    let mut waiting = submission(Timing::At(noon()));
    waiting.queue = Some("queue".into());
    let body = serde_json::to_string(&map::new_post(&waiting, &[]).unwrap()).unwrap();
    assert!(
        body.contains("\"queue\":true") && !body.contains("scheduledFor") && !body.contains("saveAsDraft"),
        "{body}"
    );
    let error = map::changed_post(&waiting, &[]).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::NotSent), "{error}");
}

#[test]
fn a_story_is_said_for_the_whole_post_or_refused() {
    let kind = |word: &str| [("instagram.kind".to_owned(), OptionValue::Text(word.into()))].into_iter().collect();
    let mut story = submission(Timing::At(noon()));
    story.targets.truncate(1);
    story.targets[0].network = Network::from_word("instagram");
    story.targets[0].extras.options = kind("story");
    assert_eq!(map::new_post(&story, &[]).unwrap().content_type, Some("STORY"));
    story.targets[0].extras.options = kind("reel");
    assert_eq!(map::new_post(&story, &[]).unwrap().content_type, Some("REEL"));
    story.targets[0].extras.options = kind("feed");
    assert_eq!(map::new_post(&story, &[]).unwrap().content_type, Some("TEXT"));
    story.targets[0].extras.options = kind("story");
    story.targets.push(SubmissionTarget { network: Network::from_word("x"), ..story.targets[0].clone() });
    let error = map::new_post(&story, &[]).unwrap_err();
    assert!(error.words.contains("one kind of post"), "{error}");
    let shown = json!({"id": "p", "contentType": "Story", "status": "draft",
                       "platforms": [{"platform": "instagram", "accountId": "a"}, {"platform": "twitter", "accountId": "b"}]});
    let shown = read(&shown);
    assert_eq!(shown.targets[0].extras.options.text("instagram.kind"), Some("story"));
    assert!(shown.targets[1].extras.options.is_empty());
}

#[test]
fn a_check_asks_about_the_first_comment_too() {
    let mut post = submission(Timing::At(noon()));
    post.targets.truncate(1);
    post.targets[0].network = Network::from_word("linkedin");
    post.targets[0].extras.first_comment =
        Some(crate::domain::options::FirstComment { text: "More below".into(), delay: 5 });
    let asked = serde_json::to_value(map::validations(&post)).unwrap();
    assert_eq!(asked[0]["firstComment"], "More below");
}
