//! The recorded answers of Post for Me, read; the requests that leave; and the tokens that nobody ever sees.

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;
use serde_json::json;

use super::super::http::Limits;
use super::*;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource};
use crate::domain::media::{Media, MediaKind};
use crate::domain::outcome::{Cause, Outcome};
use crate::domain::problem::Severity;
use crate::domain::remote::RemoteState;
use crate::domain::write::{SubmissionTarget, Timing};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(fixture_text!($name)).unwrap()
    };
}

macro_rules! fixture_text {
    ($name:literal) => {
        include_str!(concat!("../../../tests/conformance/fixtures/postforme/", $name, ".json"))
    };
}

fn morning() -> DateTime<Utc> {
    "2027-03-02T09:00:00Z".parse().unwrap()
}

fn postforme() -> PostForMe {
    let connection = Connection {
        provider: "postforme".into(),
        base_url: Some("http://127.0.0.1:1/v1".into()),
        key: "pfm_live_secret".into(),
        limits: Limits::default(),
    };
    PostForMe::new(connection, Clock::standing_at(morning())).unwrap()
}

fn read(value: &Value) -> RemotePost {
    let results: Vec<wire::Outcome> =
        serde_json::from_value(fixture!("social_post_results_list")["data"].take()).unwrap();
    map::post(value, &results).unwrap()
}

fn submission(timing: Timing) -> Submission {
    let target = |id: &str, network: &str| SubmissionTarget {
        channel: ChannelId::of(&AccountName::new("fjord"), &RemoteId::new(id)),
        remote: RemoteId::new(id),
        network: Network::from_word(network),
        text: None,
        at: None,
        extras: crate::domain::options::Extras::default(),
    };
    Submission {
        post: IdSource::seeded(3).post(morning()),
        body: "Hello".into(),
        title: None,
        targets: vec![target("spc_1", "twitter"), target("spc_2", "youtube")],
        timing,
        queue: None,
        zone: "Europe/Oslo".into(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
    }
}

fn at_noon() -> Timing {
    Timing::At("2027-03-08T12:00:00Z".parse().unwrap())
}

fn prepared(step: Step) -> Prepared {
    let Step::Send(prepared) = step else { panic!("{step:?}") };
    prepared
}

fn body(prepared: &Prepared) -> Value {
    serde_json::from_str(prepared.body.as_deref().unwrap()).unwrap()
}

#[test]
fn a_scheduled_post_keeps_texts_time_media_and_whose_it_is() {
    let post = read(&fixture!("social_post_scheduled"));
    assert_eq!((&post.state, post.at), (&RemoteState::Scheduled, Some("2027-03-08T08:30:00Z".parse().unwrap())));
    let [x, instagram] = post.targets.as_slice() else { panic!("two targets") };
    assert_eq!((x.network.key(), x.text.as_deref()), ("x", Some("Sale Monday! 20% off")), "account before platform");
    assert_eq!((instagram.network.key(), &instagram.text), ("instagram", &None));
    assert_eq!((&x.outcome, post.media.len(), post.media[0].kind), (&Outcome::Accepted, 1, MediaKind::Other));
    assert_eq!((post.reference, &post.oddities), (None, &Vec::new()), "an id of somebody else is no reference of ours");
}

#[test]
fn a_draft_has_no_time_and_what_goes_out_has_one() {
    let draft = read(&fixture!("social_post_draft"));
    assert_eq!((draft.state, draft.at), (RemoteState::Draft, None));
    let mut dated = fixture!("social_post_draft");
    dated["scheduled_at"] = json!("2027-04-01T09:00:00+00:00");
    assert!(read(&dated).at.is_some());
    let going = read(&fixture!("social_post_processing"));
    assert!(going.at.is_some() && going.state == RemoteState::Publishing);
    assert!(going.targets.iter().all(|target| target.outcome == Outcome::Publishing), "results are of no use yet");
}

#[test]
fn processed_is_not_success_the_results_say_what_it_is() {
    let page = fixture!("social_posts_list_page");
    let posts: Vec<_> = page["data"].as_array().unwrap().iter().map(read).collect();
    assert!(posts.iter().all(|post| post.state == RemoteState::Settled));
    assert!(matches!(&posts[0].targets[0].outcome, Outcome::Published { url: Some(_), at: None }));
    assert_eq!(posts[0].oddities, ["the text was cut to what X takes"]);
    let causes: Vec<_> = posts[1]
        .targets
        .iter()
        .map(|target| match &target.outcome {
            Outcome::Refused(refusal) => Some(refusal.cause),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [None, Some(Cause::Reconnect), Some(Cause::Media)]);

    let alone = map::post(&page["data"][1], &[]).unwrap();
    assert!(matches!(&alone.targets[0].outcome, Outcome::Unknown { .. }), "no result is not a failed one");
    let lost = json!({"post_id": alone.id.as_str(), "social_account_id": alone.targets[0].channel.as_str(),
        "success": false, "error": "Unexcpted Error: Post Status Unavailable, Please check the social account."});
    let lost = map::post(&page["data"][1], &[serde_json::from_value(lost).unwrap()]).unwrap();
    assert!(matches!(&lost.targets[0].outcome, Outcome::Unknown { words, .. } if words.contains("Unavailable")));
}

#[test]
fn states_and_causes_that_are_new_here_are_kept() {
    let mut post = fixture!("social_post_scheduled");
    for (word, expected) in [
        ("posted", RemoteState::Settled),
        ("PROCESSING ", RemoteState::Publishing),
        ("on hold", RemoteState::Other("on hold".into())),
    ] {
        post["status"] = json!(word);
        assert_eq!(read(&post).state, expected, "{word}");
    }
    post["status"] = json!("on hold");
    assert!(matches!(&read(&post).targets[0].outcome, Outcome::Unknown { words, .. } if words.contains("\"on hold\"")));
    let trimmed = fixture!("social_posts_list_filtered");
    assert_eq!(read(&trimmed["data"][0]).targets.len(), 1);
    for missing in ["id", "caption", "status", "social_accounts"] {
        let mut post = fixture!("social_post_draft");
        post.as_object_mut().unwrap().remove(missing);
        assert!(map::post(&post, &[]).unwrap_err().contains(missing));
    }
}

#[test]
fn accounts_show_how_they_are_and_never_their_tokens() {
    let listed = fixture!("social_accounts_list");
    let channels: Vec<_> =
        listed["data"].as_array().unwrap().iter().map(|item| map::channel(item, morning()).unwrap()).collect();
    assert_eq!(channels.len(), 5);
    assert!(matches!(&channels[0].health, Health::Reconnect { words } if words.contains("disconnected")));
    assert!(channels[1..].iter().all(|channel| channel.health == Health::Ok), "access tokens are renewed there");
    assert!(!format!("{channels:?}").contains("token-"));
    let mut ending = listed["data"][1].clone();
    for (ends, expected) in [("2027-03-05T09:00:00+00:00", "Expiring"), ("2027-03-01T09:00:00.1Z", "Reconnect")] {
        ending["refresh_token_expires_at"] = json!(ends);
        assert!(format!("{:?}", map::channel(&ending, morning()).unwrap().health).starts_with(expected));
    }
}

#[test]
fn the_networks_tokens_are_gone_before_anybody_reads_an_answer() {
    let http = &postforme().http;
    for text in [
        fixture_text!("social_accounts_list"),
        fixture_text!("social_post_scheduled"),
        fixture_text!("social_post_processing"),
        fixture_text!("social_posts_list_page"),
        fixture_text!("social_posts_list_filtered"),
        fixture_text!("social_post_draft"),
    ] {
        assert!(text.contains("fake-access-token"));
        let answer = http.verdict(Purpose::Write, 201, &HeaderMap::new(), text.as_bytes()).unwrap();
        for shown in [format!("{answer:?}"), answer.record.clone(), answer.json.to_string()] {
            assert!(!shown.contains("fake-access-token") && !shown.contains("fake-refresh-token"), "{shown}");
        }
        let error = answer.unreadable("it holds what it should not");
        assert!(!format!("{error} {error:?}").contains("fake-"));
        for status in [400, 500] {
            let error = http.verdict(Purpose::Write, status, &HeaderMap::new(), text.as_bytes()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("fake-"));
        }
        // Even one that is cut off in the middle of a token.
        let half = text.split_once("fake-access-token").map(|(half, _)| format!("{half}fake-access-token")).unwrap();
        let error = http.verdict(Purpose::Write, 201, &HeaderMap::new(), half.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("fake-"));
    }
    let kept = compose::keepsake(&fixture!("social_post_scheduled")).unwrap();
    assert!(!kept.contains("fake-") && kept.contains("acme.partner"));
    let webhook = http.verdict(Purpose::Read, 201, &HeaderMap::new(), fixture_text!("webhook_created").as_bytes());
    assert!(!webhook.unwrap().record.contains("whsec_"));
    let upload =
        http.verdict(Purpose::Read, 201, &HeaderMap::new(), fixture_text!("media_create_upload_url").as_bytes());
    let upload = upload.unwrap();
    assert!(!upload.record.contains("token=") && text(&upload.json, &["upload_url"]).unwrap().contains("token="));
}

#[test]
fn refusals_are_read_whatever_their_form() {
    let http = &postforme().http;
    let refused =
        |status: u16, text: &str| http.verdict(Purpose::Write, status, &HeaderMap::new(), text.as_bytes()).unwrap_err();
    let invalid = refused(400, fixture_text!("error_400_invalid_post"));
    assert_eq!((invalid.kind, invalid.reach, invalid.problems.len()), (Kind::Invalid, Reach::Answered, 4));
    assert!(invalid.words.starts_with("caption is required; invalid social accounts"), "{invalid}");
    let query = refused(400, fixture_text!("error_400_query"));
    assert!(query.words.contains("each value in status") && query.words.contains("limit must not"), "{query}");
    assert_eq!(refused(401, fixture_text!("error_401")).kind, Kind::Unauthorised);
    assert_eq!(refused(404, fixture_text!("error_404_post")).kind, Kind::NotFound);
    let route = refused(404, r#"{"message":"Cannot GET /v2/x","error":"Not Found","statusCode":404}"#);
    assert!(route.kind == Kind::Malformed && route.words.contains("base_url"), "{route}");
    let late = refused(400, r#"{"statusCode":400,"message":"Can only delete scheduled or draft posts"}"#);
    assert_eq!(late.kind, Kind::Conflict);
    let broken = refused(500, r#"{"statusCode":500,"message":"Internal server error"}"#);
    assert_eq!((broken.kind, broken.reach), (Kind::Unavailable, Reach::Unknown));
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", "23".parse().unwrap());
    let limited = http.verdict(Purpose::Write, 429, &headers, fixture_text!("error_429").as_bytes()).unwrap_err();
    assert_eq!((limited.kind, limited.reach), (Kind::RateLimited, Reach::Answered), "nothing was stored");
    assert_eq!(limited.again, Again::At(morning() + TimeDelta::seconds(23)));
    let asked = prepared(postforme().next(&Write::Create { submission: submission(at_noon()) }, key(), &[]).unwrap());
    assert!(named(refused(400, fixture_text!("error_400_invalid_post")), &asked).words.contains("spc_1, spc_2"));
}

fn key() -> IntentId {
    IdSource::seeded(4).intent(morning())
}

#[test]
fn a_create_says_everything_and_carries_a_reference_of_its_own() {
    let create = |timing| {
        let write = Write::Create { submission: submission(timing) };
        body(&prepared(postforme().next(&write, key(), &[]).unwrap()))
    };
    let asked = create(at_noon());
    let external = format!("{}.{}", submission(at_noon()).post, key());
    assert_eq!(
        asked,
        json!({"caption": "Hello", "social_accounts": ["spc_1", "spc_2"], "scheduled_at": "2027-03-08T12:00:00Z",
               "isDraft": false, "external_id": external, "media": [], "platform_configurations": {},
               "account_configurations": []})
    );
    assert!(!external.contains(','), "a comma could not be looked up");
    for (timing, draft) in [(Timing::Now, false), (Timing::Draft, true)] {
        let asked = create(timing);
        assert_eq!((&asked["scheduled_at"], &asked["isDraft"]), (&Value::Null, &json!(draft)));
        assert!(asked.as_object().unwrap().contains_key("scheduled_at"));
    }
    let mut shown = fixture!("social_post_scheduled");
    shown["external_id"] = json!(external);
    assert_eq!(read(&shown).reference, Some(submission(at_noon()).post));
}

#[test]
fn texts_titles_and_media_find_their_place() {
    let mut asked = submission(at_noon());
    asked.title = Some("A film".into());
    asked.targets[0].text = Some("Short".into());
    asked.media = vec![Media {
        name: "film.mp4".into(),
        alt: "A boat".into(),
        ..Media::bare("https://data.postforme.dev/storage/v1/object/public/post-media/p/1".into(), MediaKind::Video)
    }];
    let body = serde_json::to_value(compose::new_post(&asked, key()).unwrap()).unwrap();
    assert_eq!(body["platform_configurations"], json!({"youtube": {"title": "A film"}}), "X has no title");
    assert_eq!(
        body["account_configurations"],
        json!([{"social_account_id": "spc_1", "configuration": {"caption": "Short"}}])
    );
    assert_eq!(body["media"], json!([{"url": asked.media[0].source}]));
    asked.media[0].source = "/home/ada/film.mp4".into();
    assert!(compose::new_post(&asked, key()).unwrap_err().words.contains("uploaded first"));
    asked.media.clear();
    asked.body = "  ".into();
    let error = compose::new_post(&asked, key()).unwrap_err();
    assert_eq!((error.reach, error.problems.len()), (Reach::NotSent, 1), "YouTube would get the words meant for X");
    asked.targets[1].text = Some("Long".into());
    assert_eq!(compose::new_post(&asked, key()).unwrap().caption, "Short");
    asked.targets[1].at = Some(morning());
    assert!(compose::new_post(&asked, key()).unwrap_err().words.contains("one time per post"));
    asked.targets.clear();
    assert!(compose::new_post(&asked, key()).is_err());
}

#[test]
fn a_change_keeps_what_was_set_there_and_replaces_what_is_ours() {
    let provider = postforme();
    let there = fixture!("social_post_scheduled");
    let kept = Receipt { status: 200, remote: None, post: None, raw: compose::keepsake(&there).unwrap() };
    let mut asked = submission(at_noon());
    asked.targets[0].remote = RemoteId::new("spc_8sTqkZ2vWm4RrYb1HnLpC");
    asked.media = read(&there).media;
    let remote = RemoteId::new("sp_1");
    let revise = Write::Revise { remote: remote.clone(), submission: asked };
    let first = prepared(provider.next(&revise, key(), &[]).unwrap());
    assert_eq!((first.method.as_str(), first.path.as_str(), &first.body), ("GET", "/social-posts/sp_1", &None));
    let put = prepared(provider.next(&revise, key(), std::slice::from_ref(&kept)).unwrap());
    assert_eq!((put.method.as_str(), put.path.as_str()), ("PUT", "/social-posts/sp_1"));
    let sent = body(&put);
    assert_eq!(sent["external_id"], "cal-0193", "somebody's own id is not ours to change");
    assert_eq!(
        sent["platform_configurations"],
        json!({"x": {"reply_settings": "following"},
               "instagram": {"placement": "timeline", "collaborators": ["acme.partner"], "share_to_feed": true}})
    );
    assert_eq!(sent["account_configurations"], json!([]), "its own text was taken away here");
    assert_eq!((&sent["media"][0]["thumbnail_timestamp_ms"], &sent["isDraft"]), (&json!(1500), &json!(false)));
    assert!(sent["media"][0].get("thumbnail_url").is_none(), "nulls are left out");
    let done = Receipt { remote: Some(remote.clone()), ..kept.clone() };
    assert_eq!(provider.next(&revise, key(), &[kept.clone(), done]).unwrap(), Step::Done);

    let publish = Write::Publish { remote };
    let sent = body(&prepared(provider.next(&publish, key(), std::slice::from_ref(&kept)).unwrap()));
    assert_eq!((&sent["scheduled_at"], &sent["isDraft"]), (&Value::Null, &json!(false)));
    assert_eq!(sent["account_configurations"][0]["configuration"]["caption"], "Sale Monday! 20% off");
    assert_eq!(sent["social_accounts"][0], "spc_8sTqkZ2vWm4RrYb1HnLpC", "ids, where reads show objects");
    let spoiled = Receipt { raw: "{".into(), ..kept };
    assert_eq!(provider.next(&publish, key(), &[spoiled]).unwrap_err().reach, Reach::NotSent);
}

#[test]
fn a_retry_is_no_call_there() {
    let retry = Write::Retry { remote: RemoteId::new("sp_1"), attempt: 1 };
    let error = postforme().next(&retry, key(), &[]).unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Unsupported, Reach::NotSent));
    assert!(error.words.contains("new post"));
}

#[test]
fn a_preview_is_measured_by_what_would_be_cut_or_dropped() {
    let preview = |platform: &str, caption: &str, media: usize| {
        json!({"platform": platform, "social_account_id": format!("spc_{platform}"), "caption": caption,
               "media": vec![json!({"url": "https://a.example/1"}); media]})
    };
    let minded = |previews: &[Value], premium: &[String]| -> Vec<(String, Severity)> {
        let problems = check::problems(previews, premium);
        problems.into_iter().map(|problem| (problem.words, problem.severity)).collect()
    };
    let long = "🚲".repeat(141);
    assert_eq!(check::asks_for_premium(&[preview("x", &long, 0), preview("bluesky", &long, 0)]), ["spc_x"]);
    let said = minded(&[preview("x", &long, 0)], &[]);
    assert_eq!(said, [("X would get only the first 280 of 282 characters".into(), Severity::Blocker)]);
    assert_eq!(minded(&[preview("x", &long, 0)], &["spc_x".into()]), []);
    let said =
        minded(&[preview("instagram", "a", 0), preview("pinterest", "a", 3), preview("linkedin", &long, 0)], &[]);
    assert_eq!(said.len(), 2, "{said:?}");
    assert_eq!(said[1].1, Severity::Warning);
}

#[test]
fn the_address_comes_with_or_without_its_version() {
    for given in [
        "https://api.postforme.dev",
        "https://api.postforme.dev/",
        "https://api.postforme.dev/v1",
        "https://api.postforme.dev/v1/",
    ] {
        let connection = Connection {
            provider: "postforme".into(),
            base_url: Some(given.into()),
            key: "pfm_live_secret".into(),
            limits: Limits::default(),
        };
        let provider = PostForMe::new(connection, Clock::standing_at(morning())).unwrap();
        let shown = format!("{provider:?}");
        assert!(shown.contains("https://api.postforme.dev/v1\"") && !shown.contains("pfm_live_secret"), "{shown}");
    }
}
