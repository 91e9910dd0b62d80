//! The recorded answers of a site, read through the real door; and the requests that leave, byte for byte.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex as Lock};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource};
use crate::domain::media::{Media, MediaKind};
use crate::domain::outcome::{Cause, Outcome};
use crate::domain::problem::Place;
use crate::domain::remote::RemoteState;
use crate::domain::write::{SubmissionTarget, Timing};
use crate::provider::http::Limits;
use crate::provider::{Again, Kind, ProviderExt, Reach};

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/conformance/fixtures/posto/", $name, ".json"))
    };
}

const PASSWORD: &str = "abcd EFGH 1234 ijkl MNOP 5678";

fn noon() -> DateTime<Utc> {
    "2027-03-01T12:00:00Z".parse().unwrap()
}

fn posto(base_url: &str) -> Posto {
    let connection = Connection {
        provider: "posto".into(),
        base_url: Some(base_url.into()),
        key: format!("ada:{PASSWORD}").into(),
        limits: Limits::default(),
    };
    Posto::new(connection, Clock::standing_at(noon())).unwrap()
}

/// A site below a path that answers as it was recorded, and what it was asked.
async fn recorded() -> (Posto, Arc<Lock<Vec<String>>>) {
    serving(|line| {
        let target = line.split(' ').nth(1).unwrap_or_default();
        match target.strip_prefix("/blog/wp-json").unwrap_or_default() {
            "/" => (200, fixture!("wp_index")),
            "/fs-poster/v1/channels" => (200, fixture!("channels_list")),
            "/fs-poster/v1/channels/settings?id=2" => (200, fixture!("channel_settings")),
            "/fs-poster/v1/social-networks/twitter/settings" => (200, fixture!("network_settings_twitter")),
            "/fs-poster/v1/social-networks/fb/settings" => (200, fixture!("network_settings_fb")),
            "/fs-poster/v1/composer" => (200, fixture!("composer_created")),
            path if path.contains("/calendar?") => (200, fixture!("schedules_calendar")),
            path if path.contains("schedule_group_id=none") => (200, fixture!("schedules_list_empty")),
            path if path.starts_with("/fs-poster/v1/schedules?") => (200, fixture!("schedules_list")),
            _ => (404, fixture!("error_404_no_route")),
        }
    })
    .await
}

async fn serving(route: impl Fn(&str) -> (u16, &'static str) + Send + 'static) -> (Posto, Arc<Lock<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/blog/wp-json/", listener.local_addr().unwrap());
    let seen = Arc::new(Lock::new(Vec::new()));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = vec![0; 64 * 1024];
            let read = socket.read(&mut buffer).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
            let (status, body) = route(request.lines().next().unwrap_or_default());
            kept.lock().unwrap().push(request);
            let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: application/json\r\nconnection: close");
            let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    (posto(&address), seen)
}

#[tokio::test]
async fn channels_say_their_network_and_whether_they_can_post() {
    let (posto, seen) = recorded().await;
    let channels = posto.all_channels().await.unwrap();
    let shown: Vec<_> = channels.items.iter().map(|c| (c.id.as_str(), c.network.key(), c.handle.as_str())).collect();
    assert_eq!(shown[..2], [("1", "facebook", "News Feed"), ("2", "x", "Acme on X")]);
    assert_eq!((shown.len(), channels.spoiled.len()), (5, 0));
    assert!(matches!(channels.items[4].health, Health::Reconnect { .. }) && channels.items[1].health == Health::Ok);
    assert_eq!(posto.identity().await.unwrap().name, "ada");
    let request = seen.lock().unwrap()[0].to_lowercase();
    let token = key::read(&format!("ada:{PASSWORD}").into()).unwrap().token.expose_secret().to_lowercase();
    assert!(request.contains(&format!("authorization: basic {token}\r\n")), "{request}");
    assert!(request.starts_with("get /blog/wp-json/fs-poster/v1/channels http"), "{request}");
}

#[tokio::test]
async fn a_row_whose_numbers_are_refused_hides_no_other() {
    const ROWS: &str = r#"{"total": 3, "schedules": [
        {"id": 1, "group_id": "g", "status": "success", "channel": {"id": 7, "social_network": "twitter"}, "send_time": 1804496400},
        {"id": 2, "group_id": "g", "status": "success", "channel": {"id": 8, "social_network": "twitter"}, "send_time": 1804496400},
        {"id": 3, "group_id": "g", "status": "success", "channel": {"id": 9, "social_network": "twitter"}, "send_time": 1804496400}]}"#;
    const REFUSED: &str = r#"{"error_msg": "The network did not answer"}"#;
    let counted = async |one: &'static str, rest: (u16, &'static str)| {
        let (posto, seen) = serving(move |line| match line {
            line if line.contains("/schedules/insights?id=2") => (200, one),
            line if line.contains("/schedules/insights?") => rest,
            line if line.contains("/schedules?") => (200, ROWS),
            _ => (404, fixture!("error_404_no_route")),
        })
        .await;
        let counted = posto.numbers(&RemoteId::new("g")).await;
        let asked = seen.lock().unwrap().iter().filter(|request| request.contains("/insights?")).count();
        (counted.map(|all| all.iter().filter_map(|each| each.channel.clone()).collect::<Vec<_>>()), asked)
    };
    let told = (200, r#"{"insights": [{"label": "Likes", "value": 12}]}"#);
    let (others, asked) = counted(REFUSED, told).await;
    assert_eq!((others.unwrap(), asked), (vec![RemoteId::new("7"), RemoteId::new("9")], 3));
    let (none, asked) = counted(REFUSED, (200, REFUSED)).await;
    assert!(none.unwrap_err().words.contains("did not answer"));
    assert_eq!(asked, 3);
    // A key that is refused is not tried on every row.
    let (none, asked) =
        counted(REFUSED, (401, r#"{"code": "rest_forbidden", "message": "no", "data": {"status": 401}}"#)).await;
    assert_eq!((none.unwrap_err().kind, asked), (Kind::Unauthorised, 1));
}

#[test]
fn a_page_and_its_stories_are_told_apart_and_words_of_their_own_are_kept() {
    let channel = |slug: &str, kind: &str, name: &str| {
        map::channel(&json!({"id": "9", "social_network": slug, "channel_type": kind, "name": name})).unwrap()
    };
    assert_eq!(channel("fb", "ownpage_story", "Tea &amp; Co").handle, "Tea & Co (story)");
    assert_eq!(channel("google_b", "", "").network.key(), "google_business");
    assert_eq!(channel("plurk", "", "").network.key(), "plurk");
    assert_eq!(channel("vk", "", "").health, Health::Ok);
    for network in ["facebook", "x", "google_business", "plurk", "telegram"] {
        let network = Network::from_word(network);
        assert_eq!(map::network(map::slug(&network)), network);
    }
    assert!(map::channel(&json!({"social_network": "fb"})).is_err());
}

fn is_as_recorded(posts: &[RemotePost]) {
    let find = |id: &str| posts.iter().find(|post| post.id.as_str().starts_with(id)).unwrap();
    let (sale, live, idea) = (find("1e2feb89"), find("cd613e30"), find("78e51061"));
    assert_eq!((&sale.state, sale.targets.len()), (&RemoteState::Scheduled, 2));
    assert_eq!(sale.at, DateTime::from_timestamp(1_804_496_400, 0));
    assert_eq!((sale.media[0].source.as_str(), sale.media[0].kind), ("900", MediaKind::Image));
    assert_eq!(sale.media[0].name, "spring-sale.png");
    assert_eq!((&live.state, live.body.as_str()), (&RemoteState::Settled, "We are live! Tea & biscuits <3"));
    let Outcome::Published { url: Some(url), at: Some(_) } = &live.targets[0].outcome else { panic!("{live:?}") };
    assert!(url.ends_with("1800000000000799819"));
    let Outcome::Refused(refusal) = &live.targets[1].outcome else { panic!("{live:?}") };
    assert_eq!((refusal.words.as_str(), refusal.cause), ("The token was revoked. Learn more!", Cause::Reconnect));
    assert_eq!((&idea.state, idea.body.as_str()), (&RemoteState::Draft, "Unfinished idea"), "its template, filled in");
    assert!(posts.iter().all(|post| post.oddities.is_empty()), "{posts:#?}");
}

#[tokio::test]
async fn rows_become_posts_whichever_way_they_are_listed() {
    let (posto, seen) = recorded().await;
    let walked = posto.all_posts(&Query::default()).await.unwrap();
    assert_eq!((walked.items.len(), walked.spoiled.len(), walked.next.is_none()), (3, 0, true));
    is_as_recorded(&walked.items);
    assert_eq!(seen.lock().unwrap().len(), 1);
    let mut window = Query::default();
    (window.from, window.to) = (Some(noon()), Some(noon() + TimeDelta::days(9)));
    let listed = posto.all_posts(&window).await.unwrap();
    assert_eq!(listed.items.len(), 3);
    is_as_recorded(&listed.items);
    assert_eq!(seen.lock().unwrap().len(), 1 + 1 + 3, "the calendar, and each group of it");
    let none = posto.post(&RemoteId::new("none")).await.unwrap_err();
    assert_eq!((none.kind, none.reach), (Kind::NotFound, Reach::Answered));
}

fn row(id: u64, status: &str, text: &str) -> wire::Row {
    let value = json!({
        "id": id, "group_id": "g", "status": status, "send_time": (1_800_000_000 + id).to_string(),
        "wp_post": {"id": "7", "post_type": "fsp_post"},
        "channel": {"id": id * 10, "social_network": "mastodon"},
        "customization_data": {"post_content": text}, "posting_data": [],
    });
    map::row(&value).unwrap()
}

#[test]
fn a_group_is_what_its_rows_are() {
    let state = |statuses: &[&str]| {
        let rows: Vec<_> = (1..).zip(statuses).map(|(id, status)| row(id, status, "x")).collect();
        map::post(&rows).unwrap().state
    };
    for (statuses, expected) in [
        (&["not_sent", "not_sent"][..], RemoteState::Scheduled),
        (&["draft"], RemoteState::Draft),
        (&["draft", "not_sent"], RemoteState::Scheduled),
        (&["sending", "not_sent"], RemoteState::Publishing),
        (&["success", "not_sent"], RemoteState::Publishing),
        (&["success", "error"], RemoteState::Settled),
        (&["success", "paused?"], RemoteState::Other("paused?".into())),
    ] {
        assert_eq!(state(statuses), expected, "{statuses:?}");
    }
    assert_eq!(map::post(&[]), None);
    // Listed in any order; the first of them says when.
    let post = map::post(&[row(12, "not_sent", "b"), row(3, "not_sent", "a"), row(7, "not_sent", "b")]).unwrap();
    let channels: Vec<_> = post.targets.iter().map(|target| target.channel.as_str()).collect();
    assert_eq!((channels, post.at), (vec!["30", "70", "120"], DateTime::from_timestamp(1_800_000_003, 0)));
    assert_eq!((post.body.as_str(), post.targets[0].text.as_deref()), ("b", Some("a")), "what most of them say");
    let odd = map::post(&[row(1, "later", "x")]).unwrap();
    assert!(matches!(&odd.targets[0].outcome, Outcome::Unknown { words, .. } if words.contains("\"later\"")));
}

#[test]
fn php_spells_maps_and_numbers_in_several_ways() {
    let value = json!({"id": "101", "group_id": "g", "status": "success", "channel": {"id": "2", "social_network": "twitter"},
        "send_time": "1803891602", "error_msg": "", "customization_data": [], "wp_post": [], "posting_data": {"content": "said"}});
    let post = map::post(&[map::row(&value).unwrap()]).unwrap();
    assert_eq!((post.body.as_str(), post.at), ("said", DateTime::from_timestamp(1_803_891_602, 0)));
    assert_eq!(post.targets[0].outcome, Outcome::Published { url: None, at: post.at });
    for broken in [json!("junk"), json!({"id": 1}), json!({"id": 1, "group_id": "g", "status": "x", "channel": "2"})] {
        assert!(map::row(&broken).is_err(), "{broken}");
    }
}

#[test]
fn errors_are_known_by_their_words_and_codes() {
    let body = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let said = |status, text| map::said(status, &body(text));
    assert_eq!(said(401, fixture!("error_401_password")).code.as_deref(), Some("incorrect_password"));
    assert_eq!(said(400, fixture!("error_400_invalid_json")).words, "Invalid JSON body passed.");
    let away = said(404, fixture!("error_404_no_route"));
    assert!(away.kind == Some(Kind::Unavailable) && away.words.contains("plugin"), "posts are not gone with it");
    let html = r#"{"code":"invalid_username","message":"<strong>Error:<\/strong> Unknown &#8220;x&#8221;.","data":{"status":401}}"#;
    assert_eq!(said(401, html).words, "Error: Unknown “x”.");
    let file = said(500, r#"{"code":"rest_upload_sideload_error","message":"Sorry","data":{"status":500}}"#);
    assert!(file.settled && file.kind == Some(Kind::Invalid));
}

#[tokio::test]
async fn an_error_inside_a_success_is_an_error_of_its_kind() {
    let (posto, _) = serving(|_| (200, fixture!("composer_error"))).await;
    let write = Write::Create { submission: submission(Timing::At(noon() + TimeDelta::days(1))) };
    let error = posto.send(&frozen(&posto, &write)).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Forbidden, Reach::Answered, Again::Never), "{error}");
    assert!(error.words.starts_with("You don't have access") && error.words.ends_with("channel 2, 7"), "{error}");
    for (said, kind) in [
        (r#"{"error_msg":"Something went wrong!"}"#, Kind::Conflict),
        (r#"{"error_msg":"<b>Post not found<\/b>"}"#, Kind::NotFound),
        (r#"{"error":"Schedules can't be empty"}"#, Kind::Invalid),
    ] {
        let (posto, _) = serving(move |_| (200, said)).await;
        let error = posto.channels(None).await.unwrap_err();
        assert_eq!((error.kind, error.status), (kind, Some(200)), "{error}");
        assert!(!error.words.contains('<'));
    }
    let leak = r#"{"code":"x","message":"no abcdEFGH1234ijklMNOP5678 here","data":{"status":403}}"#;
    let (posto, _) = serving(move |_| (403, leak)).await;
    assert_eq!(posto.channels(None).await.unwrap_err().words, "no … here");
}

fn target(remote: &str, network: &str, text: Option<&str>) -> SubmissionTarget {
    SubmissionTarget {
        channel: ChannelId::of(&AccountName::new("blog"), &RemoteId::new(remote)),
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
        body: "Spring {sale}".into(),
        title: None,
        targets: vec![target("2", "x", None), target("7", "telegram", Some("Own"))],
        timing,
        queue: None,
        zone: "UTC".into(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
    }
}

fn frozen(posto: &Posto, write: &Write) -> Prepared {
    match posto.next(write, IdSource::seeded(1).intent(noon()), &[]).unwrap() {
        Step::Send(prepared) => prepared,
        Step::Done => panic!("{write:?} needs a request"),
    }
}

fn media(source: &str) -> Media {
    Media { name: "a.png".into(), ..Media::bare(source.into(), MediaKind::Image) }
}

#[test]
fn every_write_freezes_to_these_bytes() {
    let posto = posto("https://host.example/blog");
    let at = Timing::At("2026-11-29T23:06:40.900Z".parse().unwrap());
    let mut with_picture = submission(at);
    with_picture.media.push(Media { alt: "A cup".into(), ..media("900") });
    with_picture.title = Some("A title".into());
    with_picture.targets = vec![target("5", "pinterest", None), target("2", "x", None)];
    let remote = RemoteId::new("g-1");
    let (x, own) = (
        "{\"channel_id\":2,\"custom_post_data\":{\"attach_link\":false,\"post_content\":\"Spring {\u{2060}sale}\",\"upload_media\":false}}",
        "{\"channel_id\":7,\"custom_post_data\":{\"attach_link\":false,\"post_content\":\"Own\",\"upload_media\":false}}",
    );
    let picture = "\"alt_text\":\"A cup\",\"attach_link\":false,\"media_list_to_upload\":[900],\"post_content\":\"Spring {\u{2060}sale}\"";
    let custom = "\"upload_media\":true,\"upload_media_type\":\"custom\"";
    for (write, method, path, body) in [
        (
            Write::Create { submission: submission(at) },
            "POST",
            "/fs-poster/v1/composer",
            format!("{{\"schedules\":[{x},{own}],\"share_at\":1795993600}}"),
        ),
        (
            Write::Create { submission: submission(Timing::Now) },
            "POST",
            "/fs-poster/v1/composer",
            format!("{{\"schedules\":[{x},{own}],\"share_at\":null}}"),
        ),
        (
            Write::Revise { remote: remote.clone(), submission: with_picture },
            "POST",
            "/fs-poster/v1/composer",
            format!(
                "{{\"schedule_group_id\":\"g-1\",\"schedules\":[\
                 {{\"channel_id\":5,\"custom_post_data\":{{{picture},\"post_title\":\"A title\",{custom}}}}},\
                 {{\"channel_id\":2,\"custom_post_data\":{{{picture},{custom}}}}}],\"share_at\":1795993600}}"
            ),
        ),
        (
            Write::Publish { remote: remote.clone() },
            "POST",
            "/fs-poster/v1/composer",
            "{\"schedule_group_id\":\"g-1\",\"schedules\":[],\"share_at\":null}".into(),
        ),
        (
            Write::Retry { remote: remote.clone(), attempt: 2 },
            "POST",
            "/fs-poster/v1/schedules/retry",
            "{\"schedule_group_id\":\"g-1\"}".into(),
        ),
        (Write::Remove { remote }, "DELETE", "/fs-poster/v1/schedules", "{\"schedule_group_id\":\"g-1\"}".into()),
    ] {
        let prepared = frozen(&posto, &write);
        assert_eq!((prepared.method.as_str(), prepared.path.as_str()), (method, path));
        assert_eq!(prepared.body.as_deref(), Some(body.as_str()));
        let shown = prepared.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>();
        assert_eq!(shown, ["content-type: application/json"]);
    }
}

#[test]
fn what_no_group_can_carry_is_said_before_anything_leaves() {
    let posto = posto("https://host.example");
    let with = |change: fn(&mut Submission)| {
        let mut submission = submission(Timing::At(noon()));
        change(&mut submission);
        posto.next(&Write::Create { submission }, IdSource::seeded(1).intent(noon()), &[]).unwrap_err()
    };
    for (error, code, place) in [
        (with(|s| s.targets[0].at = Some(noon() + TimeDelta::hours(1))), "own-time", Place::When),
        (with(|s| s.targets[0].remote = RemoteId::new("acc_1")), "unknown-channel", Place::Channels),
        (with(|s| s.media.push(media("https://pictures.example/a.jpg"))), "not-uploaded", Place::Media(None)),
        (with(|s| s.targets[1].text = Some("I <3 you".into())), "read-as-tag", Place::Text(2..8)),
    ] {
        assert_eq!((error.kind, error.reach, error.again), (Kind::Invalid, Reach::NotSent, Again::Never));
        assert_eq!((error.problems[0].code.as_str(), &error.problems[0].place), (code, &place));
    }
    assert_eq!(with(|s| s.timing = Timing::Draft).kind, Kind::Unsupported);
}

#[test]
fn an_edit_keeps_what_was_set_at_the_site() {
    let there = json!({"post_content": "old", "attach_link": true, "first_comment": "hi", "upload_media": true,
                       "media_list_to_upload": [1], "upload_media_type": "custom"});
    let there = there.as_object().unwrap();
    let ours = json!({"post_content": "new", "attach_link": false, "upload_media": false});
    let ours = ours.as_object().unwrap();
    let kept = |there: &serde_json::Map<String, Value>, home| Value::Object(compose::beside(there, ours.clone(), home));
    let plain = json!({"post_content": "new", "attach_link": false, "first_comment": "hi", "upload_media": false});
    assert_eq!(kept(there, false), plain, "the link of a hidden post leads nowhere");
    assert_eq!(kept(there, true)["attach_link"], json!(true));
    let mut chosen = there.clone();
    chosen.insert("custom_link".into(), json!("https://shop.example"));
    assert_eq!(kept(&chosen, false)["attach_link"], json!(true));
}

#[tokio::test]
async fn a_time_that_has_passed_never_leaves() {
    let (posto, seen) = recorded().await;
    for (at, leaves) in [(noon(), false), (noon() - TimeDelta::days(1), false), (noon() + TimeDelta::seconds(1), true)]
    {
        let write = Write::Create { submission: submission(Timing::At(at)) };
        let answer = posto.send(&frozen(&posto, &write)).await;
        assert_eq!(answer.is_ok(), leaves, "{at}");
        if let Err(error) = answer {
            assert_eq!((error.kind, error.reach), (Kind::Unsupported, Reach::NotSent), "refused, and not waited with");
        }
    }
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_is_named_by_its_number_and_an_action_answers_with_nothing() {
    let (posto, seen) = serving(|line| match line {
        line if line.contains("/wp/v2/media/900 ") => (200, fixture!("media_upload")),
        line if line.starts_with("POST") => (200, fixture!("empty_success")),
        _ => (200, fixture!("network_settings_twitter")),
    })
    .await;
    assert_eq!(posto.uploaded("900").await.unwrap(), Uploaded { source: "900".into(), ready: true });
    assert_eq!(posto.uploaded("../users").await.unwrap_err().reach, Reach::NotSent);
    let change = BTreeMap::from([("cut_post_text".to_owned(), json!(false))]);
    let saved = posto.save_network_settings(&Network::from_word("x"), &change).await.unwrap();
    assert_eq!((saved.values.len(), &saved.values["cut_post_text"]), (7, &json!(false)));
    let sent = seen.lock().unwrap().pop().unwrap();
    assert!(sent.contains("\"post_text\":\"{post_title}\"") && sent.contains("\"cut_post_text\":false"), "{sent}");
}

#[tokio::test]
async fn settings_are_read_with_their_choices() {
    let (posto, _) = recorded().await;
    let x = posto.network_settings(&Network::from_word("x")).await.unwrap();
    assert_eq!((x.values.len(), &x.values["cut_post_text"], x.choices.len()), (7, &json!(true), 0));
    let facebook = posto.network_settings(&Network::from_word("facebook")).await.unwrap();
    assert!(!facebook.values.contains_key("import_comments_published_in_options"));
    assert_eq!(facebook.choices["import_comments_published_in"], [json!("last_week"), json!("last_month")]);
    let channel = posto.channel_settings(&RemoteId::new("2")).await.unwrap();
    assert_eq!(
        (channel.labels, channel.permissions),
        (vec![1], BTreeMap::from([("editor".into(), json!(["can_share"]))]))
    );
    let none = posto.network_settings(&Network::from_word("webhook/../x")).await.unwrap_err();
    assert_eq!((none.kind, none.again), (Kind::NotFound, Again::Never), "{none}");
}
