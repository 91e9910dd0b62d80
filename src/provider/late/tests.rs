//! Late's recorded answers, read; and the requests that leave, byte for byte.

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::super::http::Limits;
use super::*;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource, PostId};
use crate::domain::media::{Media, MediaKind};
use crate::domain::outcome::{Cause, Outcome};
use crate::domain::remote::RemoteState;
use crate::domain::write::{SubmissionTarget, Timing};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/conformance/fixtures/late/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn noon() -> DateTime<Utc> {
    "2026-10-27T18:00:00Z".parse().unwrap()
}

pub(super) fn late() -> Late {
    let connection = Connection {
        provider: "late".into(),
        base_url: Some("http://127.0.0.1:1".into()),
        key: "sk_secret_0123".into(),
        limits: Limits::default(),
    };
    Late::new(connection, Clock::standing_at(noon())).unwrap()
}

fn read(body: &Value) -> RemotePost {
    map::post(body.get("post").unwrap_or(body), None).unwrap()
}

fn causes(post: &RemotePost) -> Vec<Cause> {
    post.targets
        .iter()
        .filter_map(|target| match &target.outcome {
            Outcome::Refused(refusal) => Some(refusal.cause),
            _ => None,
        })
        .collect()
}

#[test]
fn a_created_post_keeps_channel_text_time_and_media() {
    let post = read(&fixture!("post_created_scheduled")["body"]);
    assert_eq!(post.id, RemoteId::new("65f1c0a9e2b5af0012ab34cd"));
    assert_eq!(post.state, RemoteState::Scheduled);
    assert_eq!(post.at, Some("2026-11-01T10:00:00Z".parse().unwrap()));
    assert_eq!(post.title, None);
    assert_eq!(post.reference, None);
    let [x, linkedin] = post.targets.as_slice() else { panic!("two targets") };
    assert_eq!((x.channel.as_str(), x.network.key()), ("64e1f0a9e2b5af0012ab0001", "x"));
    assert_eq!(x.text.as_deref(), Some("Launched 🚀 https://acme.example/launch"));
    assert_eq!((x.at, linkedin.at), (None, Some("2026-11-01T12:30:00Z".parse().unwrap())));
    assert_eq!(x.outcome, Outcome::Accepted);
    assert_eq!((post.media[0].kind, post.media[0].bytes), (MediaKind::Image, Some(184_320)));
    assert_eq!(post.oddities, Vec::<String>::new());
}

#[test]
fn outcomes_follow_each_target_and_causes_their_category() {
    let failed = read(&fixture!("post_failed")["body"]);
    assert_eq!(failed.state, RemoteState::Settled);
    assert_eq!(causes(&failed), [Cause::Reconnect, Cause::Outage, Cause::Other]);

    let partial = read(&fixture!("post_partial")["body"]);
    assert!(matches!(&partial.targets[0].outcome, Outcome::Published { url: Some(_), at: Some(_) }));
    assert_eq!(causes(&partial), [Cause::TooLong]);
    assert_eq!(partial.targets[2].outcome, Outcome::Accepted, "held back, not failed");
    assert_eq!(partial.targets[2].at, Some("2026-10-27T20:00:00Z".parse().unwrap()));

    let published = read(&fixture!("post_published")["body"]);
    assert!(matches!(&published.targets[2].outcome, Outcome::Published { url: None, at: Some(_) }));
}

#[test]
fn a_failure_without_words_says_so_and_names_the_request() {
    let post = json!({"_id": "a", "status": "failed", "platforms": [
        {"platform": "twitter", "accountId": "b", "status": "failed", "errorMessage": ""},
        {"platform": "bluesky", "accountId": "c", "status": "failed", "error": "old field: duplicate content"},
        {"platform": "linkedin", "accountId": "d", "status": "failed", "platformError": {"message": "image is broken"}},
    ]});
    let post = map::post(&post, Some("req-9")).unwrap();
    let words: Vec<_> = post
        .targets
        .iter()
        .map(|target| match &target.outcome {
            Outcome::Refused(refusal) => refusal.words.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        words,
        ["the provider gave no reason (request req-9)", "old field: duplicate content", "image is broken"]
    );
    assert_eq!(causes(&post), [Cause::Other, Cause::Duplicate, Cause::Media]);
}

#[test]
fn a_reason_given_beside_the_post_is_found() {
    let post = json!({"_id": "a", "status": "failed", "platforms": [
        {"platform": "twitter", "accountId": "b", "status": "failed"},
        {"platform": "bluesky", "accountId": "c", "status": "failed", "errorMessage": "own words"}]});
    let answer = json!({"platformResults": [{"platform": "twitter", "status": "failed", "error": "too many posts"},
                                            {"platform": "bluesky", "status": "failed", "error": "other words"}]});
    let post = map::answered_post(&post, &answer, None).unwrap();
    let words = |at: usize| match &post.targets[at].outcome {
        Outcome::Refused(refusal) => refusal.words.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((words(0), words(1)), ("too many posts".into(), "own words".into()));
}

#[test]
fn strange_posts_are_kept_with_their_oddities() {
    let second = fixture!("posts_list_page2");
    let posts: Vec<_> = second["body"]["posts"].as_array().unwrap().iter().map(read).collect();
    let by_id = |end: &str| posts.iter().find(|post| post.id.as_str().ends_with(end)).unwrap();
    assert_eq!(by_id("34d2").state, RemoteState::Cancelled);
    assert_eq!(by_id("34d2").targets[0].channel, RemoteId::new("?linkedin"), "its account was deleted");
    assert_eq!(by_id("34d2").targets[0].outcome, Outcome::Cancelled);
    assert_eq!(by_id("34d4").state, RemoteState::Other("archived_by_policy".into()));
    let doubt = |post: &RemotePost| match &post.targets[0].outcome {
        Outcome::Unknown { words, .. } => words.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(doubt(by_id("34d4")), "the provider says \"somethingnew\", a word runsheet does not know");
    assert_eq!(by_id("34d4").strange(), ["the provider says \"archived_by_policy\", a word runsheet does not know"]);
    assert_eq!((by_id("34d1").state.clone(), by_id("34d1").at), (RemoteState::Draft, None));
    assert_eq!(by_id("34d1").title.as_deref(), Some("Idea"));
}

#[test]
fn a_page_survives_a_bad_post_and_tells_where_to_go_on() {
    let mut first = fixture!("posts_list_page1")["body"].take();
    first["posts"][1] = json!({"_id": "65f1c0a9e2b5af0012ab34cd", "content": 7});
    first["posts"][2] = json!(null);
    let items = first["posts"].as_array().unwrap().clone();
    let mut page = page(&items, "post", |item| map::post(item, None));
    go_on(&mut page, &first, None, items.len(), true);
    assert_eq!((page.items.len(), page.spoiled.len(), page.total), (3, 2, Some(8)));
    assert!(page.spoiled[0].contains("65f1c0a9e2b5af0012ab34cd"), "{:?}", page.spoiled);
    assert!(page.next.unwrap().0.starts_with("cursor:"));
}

#[test]
fn the_way_on_follows_what_the_host_offers() {
    let at = |token: &str| Some(PageToken(token.to_owned()));
    let cases = [
        (json!({"page": 1, "pages": 2, "nextCursor": "abc"}), None, 100, at("cursor:abc")),
        (json!({"page": 1, "pages": 3}), None, 100, at("page:2")),
        (json!({"pages": 3}), at("page:2"), 100, at("page:3")),
        (json!({"page": 3, "pages": 3}), at("page:3"), 100, None),
        (json!({"page": 1, "pages": 9, "nextCursor": null}), at("cursor:abc"), 100, None),
        (json!({"page": 1, "pages": 3}), None, 0, None),
        (json!({}), at("page:2"), 100, at("page:3")),
        (json!({}), at("page:2"), 99, None),
        (json!({"nextCursor": "abc"}), at("cursor:abc"), 100, None),
        (json!("?"), None, 3, None),
    ];
    for (pagination, here, read, expected) in cases {
        let mut page: Page<()> = page(&[], "post", |_| Err(String::new()));
        go_on(&mut page, &json!({"pagination": pagination}), here.as_ref(), read, true);
        assert_eq!(page.next, expected, "{pagination}");
    }
}

#[test]
fn channels_say_whether_they_can_post() {
    let accounts = fixture!("accounts_list");
    let rows: Vec<wire::HealthRow> =
        serde_json::from_value(fixture!("accounts_health")["body"]["accounts"].take()).unwrap();
    let channels: Vec<_> = accounts["body"]["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| map::channel(account, &rows, noon()).unwrap())
        .collect();
    assert_eq!(channels.len(), 7);
    assert_eq!((channels[0].network.key(), channels[0].handle.as_str()), ("x", "@acme"));
    assert_eq!(channels[0].health, Health::Ok);
    assert_eq!(channels[2].name, "");
    assert_eq!(channels[2].health, Health::Expiring { at: "2026-10-28T09:00:00Z".parse().unwrap() });
    assert_eq!(channels[3].health, Health::Cooling { until: "2026-10-27T19:10:00Z".parse().unwrap() });
    assert_eq!(channels[4].health, Health::Reconnect { words: "Token expired".into() });
    assert!(matches!(channels[5].health, Health::Disabled { .. }));
    assert!(matches!(channels[6].health, Health::Disabled { .. }));
}

fn submission(timing: Timing) -> Submission {
    let post: PostId = IdSource::seeded(1).post(noon());
    let target = |remote: &str, network: &str| SubmissionTarget {
        channel: ChannelId::of(&AccountName::new("acme"), &RemoteId::new(remote)),
        remote: RemoteId::new(remote),
        network: Network::from_word(network),
        text: None,
        at: None,
        extras: crate::domain::options::Extras::default(),
    };
    let mut linkedin = target("64e2", "linkedin");
    linkedin.text = Some("Longer".into());
    linkedin.at = Some("2026-11-01T12:30:00Z".parse().unwrap());
    Submission {
        post,
        body: "Hello \"world\"\n☕".into(),
        title: None,
        targets: vec![target("64e1", "x"), linkedin],
        timing,
        queue: None,
        zone: "Europe/Berlin".into(),
        media: vec![Media {
            source: "https://media.example/a.jpg".into(),
            kind: MediaKind::Image,
            name: String::new(),
            alt: "A rocket".into(),
            bytes: None,
            pixels: None,
            millis: None,
            content: None,
            looked: None,
        }],
        tags: vec!["launch".into()],
        campaign: None,
    }
}

fn first(write: &Write) -> Prepared {
    let key = IdSource::seeded(2).intent(noon());
    match late().next(write, key, &[]).unwrap() {
        Step::Send(prepared) => prepared,
        Step::Done => panic!("nothing to send"),
    }
}

#[test]
fn a_create_says_everything_explicitly() {
    let at = Timing::At("2026-11-01T10:00:00Z".parse().unwrap());
    let create = Write::Create { submission: submission(at) };
    let prepared = first(&create);
    assert_eq!((prepared.method.as_str(), prepared.path.as_str()), ("POST", "/posts"));
    let key = IdSource::seeded(2).intent(noon()).to_string();
    let header = |name: &str| prepared.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!((header("idempotency-key"), header("x-request-id")), (Some(key.clone()), Some(key)));
    let reference = IdSource::seeded(1).post(noon());
    assert_eq!(
        prepared.body.as_deref().unwrap(),
        format!(
            "{{\"content\":\"Hello \\\"world\\\"\\n☕\",\"platforms\":[{{\"platform\":\"twitter\",\"accountId\":\"64e1\"}},\
             {{\"platform\":\"linkedin\",\"accountId\":\"64e2\",\"customContent\":\"Longer\",\
             \"scheduledFor\":\"2026-11-01T12:30:00Z\"}}],\"mediaItems\":[{{\"type\":\"image\",\
             \"url\":\"https://media.example/a.jpg\",\"altText\":\"A rocket\"}}],\"scheduledFor\":\"2026-11-01T10:00:00Z\",\
             \"timezone\":\"Europe/Berlin\",\"isDraft\":false,\"tags\":[\"launch\"],\
             \"metadata\":{{\"runsheet\":\"{reference}\"}}}}"
        )
    );
    assert_eq!(first(&create), prepared, "the same arguments freeze the same bytes");
    let body = |timing| first(&Write::Create { submission: submission(timing) }).body.unwrap();
    let (draft, now) = (body(Timing::Draft), body(Timing::Now));
    assert!(draft.contains("\"isDraft\":true") && !draft.contains("publishNow"), "{draft}");
    assert!(now.contains("\"publishNow\":true,\"isDraft\":false") && !now.contains("\"timezone\""), "{now}");
}

#[test]
fn a_place_in_a_queue_is_asked_for_without_a_time() {
    let at = Timing::At("2026-11-01T10:00:00Z".parse().unwrap());
    let mut waiting = submission(at);
    waiting.queue = Some("64f0/64e1".into());
    let body = first(&Write::Create { submission: waiting.clone() }).body.unwrap();
    assert!(body.contains("\"queuedFromProfile\":\"64f0\",\"queueId\":\"64e1\"") && body.contains("\"isDraft\":false"));
    waiting.targets.iter_mut().for_each(|target| target.at = None);
    let remote = RemoteId::new("a");
    for write in [
        Write::Create { submission: waiting.clone() },
        Write::Revise { remote: remote.clone(), submission: waiting.clone() },
    ] {
        let body = first(&write).body.unwrap();
        assert!(!body.contains("scheduledFor") && !body.contains("timezone"), "it would go past the queue: {body}");
        assert!(body.contains("\"queueId\":\"64e1\""), "{body}");
    }
    waiting.queue = Some("64f0/".into());
    let body = first(&Write::Create { submission: waiting }).body.unwrap();
    assert!(body.contains("\"queuedFromProfile\":\"64f0\"") && !body.contains("queueId"), "the default one: {body}");
    let body = first(&Write::Revise { remote, submission: submission(at) }).body.unwrap();
    assert!(body.contains("\"queueId\":null") && !body.contains("queuedFromProfile"), "it leaves a queue: {body}");
}

#[test]
fn every_write_has_its_request() {
    let remote = RemoteId::new("65f1/../x");
    let at = Timing::At("2026-11-01T10:00:00Z".parse().unwrap());
    let revise = Write::Revise { remote: remote.clone(), submission: submission(at) };
    for (write, method, path, keyed) in [
        (revise, "PUT", "/posts/65f1%2F..%2Fx", false),
        (Write::Remove { remote: remote.clone() }, "DELETE", "/posts/65f1%2F..%2Fx", false),
        (Write::Retry { remote: remote.clone(), attempt: 1 }, "POST", "/posts/65f1%2F..%2Fx/retry", false),
        (Write::Publish { remote }, "PUT", "/posts/65f1%2F..%2Fx", false),
    ] {
        let prepared = first(&write);
        assert_eq!((prepared.method.as_str(), prepared.path.as_str()), (method, path));
        assert_eq!(prepared.headers.iter().any(|(name, _)| name == "idempotency-key"), keyed);
        let receipt = Receipt { status: 200, remote: None, post: None, raw: String::new() };
        let key = IdSource::seeded(2).intent(noon());
        assert_eq!(late().next(&write, key, &[receipt]).unwrap(), Step::Done);
    }
    let publish = first(&Write::Publish { remote: RemoteId::new("a") });
    assert_eq!(publish.body.as_deref(), Some("{\"isDraft\":false,\"publishNow\":true}"));
}

#[test]
fn every_kind_of_success_gives_a_receipt() {
    let late = late();
    let prepared = first(&Write::Create { submission: submission(Timing::Now) });
    let mut cases: Vec<(u16, Value)> = Vec::new();
    let created = fixture!("post_created_scheduled");
    cases.push((201, created["body"].clone()));
    for file in [fixture!("post_create_replayed"), fixture!("post_publish_207")] {
        for case in file["cases"].as_array().unwrap() {
            cases.push((case["status"].as_u64().unwrap() as u16, case["body"].clone()));
        }
    }
    assert_eq!(cases.len(), 8);
    for (status, body) in cases {
        let bytes = serde_json::to_vec(&body).unwrap();
        let answer = late.http.verdict(Purpose::Write, status, &HeaderMap::new(), &bytes).unwrap();
        let receipt = receipt(&prepared, &answer).unwrap();
        assert_eq!(receipt.status, status);
        assert!(receipt.remote.is_some(), "{body}");
        assert_eq!(receipt.post.is_none(), status == 202, "{body}");
    }
    let answer = late.http.verdict(Purpose::Write, 201, &HeaderMap::new(), b"{\"message\":\"ok\"}").unwrap();
    let error = receipt(&prepared, &answer).unwrap_err();
    assert_eq!((error.kind, error.reach, error.status), (Kind::Malformed, Reach::Unknown, Some(201)));
}

#[test]
fn an_address_to_upload_to_is_read_in_every_recorded_form() {
    let recorded = fixture!("presign");
    let cases = recorded["cases"].as_array().unwrap();
    let read = |body: &[u8]| {
        let answer = late().http.verdict(Purpose::Read, 200, &HeaderMap::new(), body).unwrap();
        places(&answer).map(|(to, source)| (to.to_owned(), source.to_owned()))
    };
    for (name, host) in
        [("current", "media.zernio.com"), ("old", "media.getlate.dev"), ("file_url", "media.zernio.com")]
    {
        let case = cases.iter().find(|case| case["name"] == name).unwrap();
        let (to, source) = read(case["body"].to_string().as_bytes()).unwrap();
        assert!(to.starts_with("https://storage.example.com/late/temp/") && to.contains("X-Amz-Signature"), "{to}");
        assert_eq!(source, format!("https://{host}/temp/1792500000_ab12cd_launch.jpg"));
    }
    assert_eq!(read(b"{}").unwrap_err().kind, Kind::Malformed);
}

#[test]
fn errors_of_every_generation_are_told_apart() {
    use Kind::*;
    let late = late();
    let expected = [
        ("missing_field", Invalid, Again::Never),
        ("platform_rule", Invalid, Again::Never),
        ("wrong_state", Conflict, Again::Never),
        ("no_key", Unauthorised, Again::Never),
        ("bad_key", Unauthorised, Again::Never),
        ("payment", PlanLimit, Again::Never),
        ("no_analytics", PlanLimit, Again::Never),
        ("disconnected", Forbidden, Again::Never),
        ("not_yours", Forbidden, Again::Never),
        ("unknown_post", NotFound, Again::Never),
        ("duplicate_content", Duplicate, Again::Never),
        ("duplicate_content_top_level", Duplicate, Again::Never),
        ("key_in_flight", InProgress, Again::At(noon() + TimeDelta::seconds(2))),
        ("queue_slot", Conflict, Again::Never),
        ("rate_limit", RateLimited, Again::At(noon() + TimeDelta::seconds(17))),
        ("velocity", RateLimited, Again::Backoff),
        ("cooldown", RateLimited, Again::At(noon() + TimeDelta::hours(1))),
        ("unavailable", Unavailable, Again::At(noon() + TimeDelta::seconds(5))),
        ("proxy_html", Unavailable, Again::Backoff),
        ("upload_too_large_for_multipart", Invalid, Again::Never),
        ("validation", Invalid, Again::Never),
        ("unauthorized", Unauthorised, Again::Never),
        ("plan_limit", PlanLimit, Again::Never),
        ("not_found", NotFound, Again::Never),
        ("duplicate", Duplicate, Again::Never),
        ("rate_limit", RateLimited, Again::At(noon() + TimeDelta::seconds(12))),
        ("with_code", Unauthorised, Again::Never),
    ];
    let mut cases = fixture!("errors_current")["cases"].as_array().unwrap().clone();
    cases.extend(fixture!("errors_old")["cases"].as_array().unwrap().clone());
    assert_eq!(cases.len(), expected.len());
    for (case, (name, kind, again)) in cases.iter().zip(expected) {
        assert_eq!(case["name"], name);
        let headers: HeaderMap = case["headers"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.as_str().unwrap().parse().unwrap()))
            .collect();
        let body = case["body_text"].as_str().map_or_else(|| case["body"].to_string(), str::to_owned);
        let status = case["status"].as_u64().unwrap() as u16;
        let error = late.http.verdict(Purpose::Write, status, &headers, body.as_bytes()).unwrap_err();
        assert_eq!((error.kind, error.status), (kind, Some(status)), "{name}: {error}");
        if name != "cooldown" || again != error.again {
            assert_eq!(error.again, again, "{name}: {error}");
        }
        let reach = if status >= 500 { Reach::Unknown } else { Reach::Answered };
        assert_eq!(error.reach, reach, "{name}");
        let existing = (kind == Duplicate).then(|| RemoteId::new("65f1c0a9e2b5af0012ab34cd"));
        assert_eq!(error.existing, existing, "{name}");
        assert!(!error.words.is_empty());
    }
    let error = late.http.verdict(
        Purpose::Write,
        503,
        &HeaderMap::new(),
        br#"{"error":"Reddit is off","code":"PLATFORM_DISABLED"}"#,
    );
    let error = error.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Unsupported, Reach::Answered, Again::Never));
}

#[test]
fn a_rule_that_was_broken_is_named_with_its_network() {
    let body = json!({"valid": false, "errors": [{"platform": "instagram", "error": "instagram posts require media"}],
                      "warnings": [{"platform": "twitter", "warning": "close to the limit"}]});
    let problems = map::problems(&body);
    assert_eq!(problems.len(), 2);
    assert_eq!(problems[0].network, Some(Network::from_word("instagram")));
    assert_eq!(problems[0].severity, crate::domain::problem::Severity::Blocker);
    assert_eq!(problems[1].severity, crate::domain::problem::Severity::Warning);
    assert!(map::problems(&json!({"valid": true, "message": "fine"})).is_empty());
}

/// A terminal has no address for hooks; what they tell of a post, in names of their own, is read as any post is.
#[test]
fn what_a_hook_tells_of_a_post_is_read_too() {
    let told: Value = serde_json::from_str(fixture!("webhook_post_partial")["body_text"].as_str().unwrap()).unwrap();
    let post = read(&told);
    assert_eq!((post.id.as_str(), post.state.clone()), ("65f1c0a9e2b5af0012ab34cf", RemoteState::Settled));
    assert!(matches!(post.targets[0].outcome, Outcome::Published { .. }));
    assert_eq!(causes(&post), [Cause::TooLong]);
}
