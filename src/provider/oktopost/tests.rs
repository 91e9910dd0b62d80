//! Oktopost's recorded answers, read; and the requests that leave, byte for byte.

use chrono::DateTime;
use reqwest::header::HeaderMap;
use serde_json::json;

use super::super::http::Limits;
use super::*;
use crate::domain::channel::{Health, Network};
use crate::domain::ids::{AccountName, ChannelId, IdSource};
use crate::domain::media::{Media, MediaKind};
use crate::domain::outcome::{Cause, Outcome};
use crate::domain::problem::Place as Where;
use crate::domain::remote::RemoteState;
use crate::domain::write::{SubmissionTarget, Timing};

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            "../../../tests/conformance/fixtures/oktopost/",
            $name,
            ".json"
        )))
        .unwrap()
    };
}

fn noon() -> DateTime<Utc> {
    "2026-10-01T12:00:00Z".parse().unwrap()
}

fn connection(base_url: Option<&str>, key: &str) -> Connection {
    let base_url = base_url.map(str::to_owned);
    Connection { provider: "oktopost".into(), base_url, key: key.into(), limits: Limits::default() }
}

fn oktopost() -> Oktopost {
    let connection = connection(Some("http://127.0.0.1:1/v2"), "001k7w2m9q4xz01:okto_secret");
    Oktopost::new(connection, Clock::standing_at(noon())).unwrap()
}

fn messages(list: &Value) -> HashMap<String, wire::Message> {
    let mut messages = HashMap::new();
    take_messages(list, &mut messages);
    messages
}

fn read(value: &Value, messages: &HashMap<String, wire::Message>, logs: Option<&Value>) -> RemotePost {
    let bare = map::bare(value).unwrap();
    let logs: Option<Vec<wire::Log>> = logs.map(|logs| serde_json::from_value(logs.clone()).unwrap());
    let message = bare.message_id.0.as_ref().and_then(|id| messages.get(id));
    map::post(&bare, message, logs.as_deref())
}

#[test]
fn a_page_of_posts_takes_its_texts_from_the_messages() {
    let list = fixture!("posts_page");
    let texts = messages(&fixture!("messages_by_ids")["body"]["Items"]);
    let logs = fixture!("postlogs_incomplete");
    let posts: Vec<RemotePost> = list["body"]["Items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| read(row, &texts, Some(&logs["body"]["Postlogs"])))
        .collect();
    let [draft, partial, queued] = posts.as_slice() else { panic!("three posts") };
    assert_eq!((&draft.state, draft.at), (&RemoteState::Draft, Some("2026-10-02T08:30:00Z".parse().unwrap())));
    assert!(draft.body.starts_with("Our autumn roast is back.") && draft.body.contains("\n\nhttps://"));
    assert_eq!((partial.state.clone(), partial.targets.len()), (RemoteState::Settled, 2));
    let Outcome::Published { url: Some(url), at: Some(_) } = &partial.targets[0].outcome else { panic!("{partial:?}") };
    assert!(url.ends_with("/1973400112233445566"));
    let Outcome::Refused(refusal) = &partial.targets[1].outcome else { panic!("{partial:?}") };
    assert_eq!((refusal.words.as_str(), refusal.cause), ("Could not authenticate you.", Cause::Reconnect));
    assert_eq!((&queued.state, &queued.targets[0].outcome), (&RemoteState::Scheduled, &Outcome::Accepted));
    assert_eq!(queued.media[0].source, "026h7j8k9l0m1n2");
    assert!(posts.iter().all(|post| post.oddities.is_empty() && post.reference.is_none()));
    assert_eq!(wire::count(&list["body"]["Total"]), Some(3));
    assert_eq!((wire::count(&json!("203")), wire::count(&json!("many"))), (Some(203), None));
}

#[test]
fn a_log_is_whole_when_it_says_of_each_profile_how_it_ended() {
    let list = fixture!("posts_page");
    let rows = fixture!("postlogs_incomplete")["body"]["Postlogs"].as_array().unwrap().clone();
    let post = map::bare(&list["body"]["Items"][1]).unwrap();
    let whole = |rows: &[Value]| {
        let logs: Vec<wire::Log> = rows.iter().cloned().filter_map(map::log).collect();
        map::is_whole(&post, &logs)
    };
    assert!(whole(&rows));
    assert!(!whole(&[]) && !whole(&rows[1..]));
    let mut running = rows;
    running[0]["Status"] = json!("running");
    assert!(!whole(&running));
}

#[test]
fn the_calendar_shows_the_same_post_but_for_when_it_was_made() {
    let week = fixture!("calendar_week");
    let calendar = &week["body"];
    let texts = messages(&calendar["Messages"]);
    let [row] = wire::entries(&calendar["Posts"]).try_into().unwrap();
    let in_calendar = read(&row, &texts, None);
    let mut stats = fixture!("post_with_stats")["body"]["Post"].take();
    stats["Status"] = json!("pending");
    let mut alone = read(&stats, &messages(&fixture!("messages_by_ids")["body"]["Items"]), None);
    assert!(alone.created_at.take().is_some() && alone.updated_at.take().is_some());
    assert_eq!(in_calendar, alone);
    let empty = fixture!("calendar_empty");
    assert!(wire::entries(&empty["body"]["Posts"]).is_empty() && messages(&empty["body"]["Messages"]).is_empty());
}

#[test]
fn statuses_become_ours_and_an_unknown_one_is_shown() {
    let state = |word: &str, logs: Option<&Value>| {
        let row = json!({"Id": "004a", "Status": word, "Network": "Twitter", "StartDateTime": "2026-10-01 14:00:00",
                         "Credentials": "003-a-1, 003-a-2"});
        let post = read(&row, &HashMap::new(), logs);
        (post.state, post.targets.into_iter().map(|target| target.outcome).collect::<Vec<_>>())
    };
    for (word, expected, outcome) in [
        ("draft", RemoteState::Draft, Outcome::Accepted),
        ("inqueue-draft", RemoteState::Draft, Outcome::Accepted),
        ("pending", RemoteState::Scheduled, Outcome::Accepted),
        ("inqueue", RemoteState::Scheduled, Outcome::Accepted),
        ("RUNNING", RemoteState::Publishing, Outcome::Publishing),
    ] {
        assert_eq!(state(word, None), (expected, vec![outcome; 2]), "{word}");
    }
    let (other, outcomes) = state("levitating", None);
    assert_eq!(other, RemoteState::Other("levitating".into()));
    assert!(
        outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Unknown { words, .. } if words.contains("levitating")))
    );
    let (settled, outcomes) = state("complete", None);
    assert_eq!(settled, RemoteState::Settled);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Published { url: None, at: Some(_) })));
    let (_, outcomes) = state("error", None);
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Refused(why) if why.words.contains("no reason"))));
    let logs =
        json!([{"CredentialId": "003-a-1", "Status": "success", "RemoteUrl": "", "Created": "2026-10-01 14:00:20"}]);
    let (_, outcomes) = state("incomplete", Some(&logs));
    assert!(matches!(outcomes[0], Outcome::Published { url: None, at: Some(_) }));
    assert!(matches!(outcomes[1], Outcome::Unknown { .. }), "what the log leaves out is not guessed at");
}

#[test]
fn profiles_keep_their_network_in_any_spelling_and_their_health() {
    let list = fixture!("credentials");
    let channels = page(&wire::entries(&list["body"]["Items"]), "channel", map::channel);
    assert!(channels.spoiled.is_empty());
    let networks: Vec<&str> = channels.items.iter().map(|channel| channel.network.key()).collect();
    assert_eq!(networks, ["x", "x", "linkedin", "instagram", "youtube"]);
    assert!(matches!(&channels.items[1].health, Health::Reconnect { words } if words.contains("Oktopost")));
    assert_eq!((channels.items[0].handle.as_str(), channels.items[0].name.as_str()), ("northwind", "Northwind"));
}

#[test]
fn errors_speak_whatever_their_shape() {
    let said = |body: &Value| map::said(400, body).words;
    assert!(said(&fixture!("error_api_message")["body"]).starts_with("You must send either"));
    assert_eq!(said(&fixture!("error_missing_param")["body"]), "Missing value for parameter postId");
    let shapes = fixture!("error_shapes");
    let words: Vec<String> = shapes["body"].as_array().unwrap().iter().map(said).collect();
    assert_eq!(
        words,
        ["", "Page size 10 is not valid.", "messageId: Failed to parse id", "Missing value for parameter messageId"]
    );
    assert!(shapes["body"].as_array().unwrap().iter().all(wire::says_no));
    let both = json!({"Result": "0", "Errors": {"message": {"Error": "Too long"}, "startDateTime": {"Error": "Past"}}});
    let said = map::said(200, &both);
    assert_eq!((said.words.as_str(), wire::says_no(&both)), ("message: Too long; startDateTime: Past", true));
    assert_eq!(
        said.problems.iter().map(|problem| problem.place.clone()).collect::<Vec<_>>(),
        [Where::Text(0..0), Where::When]
    );
    assert!(!wire::says_no(&json!({"Result": true})) && !wire::says_no(&json!({})));
    let unknown_path =
        oktopost().http.verdict(Purpose::Read, 404, &HeaderMap::new(), br#"{"Result":false,"Errors":[]}"#);
    assert!(unknown_path.unwrap_err().words.contains("without a reason"));
}

#[test]
fn times_are_in_utc_and_none_and_never_are_no_times() {
    assert_eq!(map::time(Some("2026-10-01 14:00:00")), Ok(Some("2026-10-01T14:00:00Z".parse().unwrap())));
    for none in [None, Some(""), Some("0000-00-00 00:00:00"), Some("3999-12-31 23:59:59")] {
        assert_eq!(map::time(none), Ok(None), "{none:?}");
    }
    assert!(map::time(Some("tomorrow")).is_err());
    let odd = json!({"Id": "004a", "Status": "pending", "StartDateTime": "tomorrow", "Credentials": ["003-a-1"]});
    let post = read(&odd, &HashMap::new(), None);
    assert_eq!((post.at, post.oddities.len()), (None, 2), "{:?}", post.oddities);
    assert!(map::bare(&json!({"Id": "004a", "Credentials": {"a": 1}})).is_err() && map::bare(&json!({})).is_err());
}

#[test]
fn a_key_is_account_and_key_and_regions_have_names() {
    let open = |base_url: Option<&str>, key: &str| Oktopost::new(connection(base_url, key), Clock::standing_at(noon()));
    for key in ["okto_secret", ":okto_secret", "001k7w2m9q4xz01:"] {
        let error = open(None, key).unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Unauthorised, Reach::NotSent), "{key}");
        assert!(error.words.contains("ACCOUNT:KEY") && !error.words.contains("secret"), "{error}");
    }
    let told = |base_url: Option<&str>| {
        let http = open(base_url, "001k7w2m9q4xz01:okto_secret").unwrap().http;
        assert_eq!(http.tidy("your key okto_secret is wrong"), "your key … is wrong");
        http.verdict(Purpose::Read, 404, &HeaderMap::new(), b"{}").unwrap_err().words
    };
    assert!(told(None).starts_with("api.oktopost.com") && told(Some("US")).starts_with("api.oktopost.com"));
    assert!(told(Some("eu")).starts_with("eu-api.oktopost.com"));
}

fn target(number: u32, network: &str) -> SubmissionTarget {
    let remote = RemoteId::new(format!("003-001k7w2m9q4xz01-{number}"));
    let channel = ChannelId::of(&AccountName::new("a"), &remote);
    SubmissionTarget {
        channel,
        remote,
        network: Network::from_word(network),
        text: None,
        at: None,
        extras: crate::domain::options::Extras::default(),
    }
}

fn submission(body: &str, timing: Timing) -> Submission {
    Submission {
        post: IdSource::seeded(1).post(noon()),
        body: body.into(),
        title: None,
        targets: vec![target(1, "x"), target(2, "x")],
        timing,
        queue: None,
        zone: "UTC".into(),
        media: Vec::new(),
        tags: Vec::new(),
        campaign: None,
    }
}

fn picture(source: &str, kind: MediaKind) -> Media {
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

fn brought(steps: &[Brought]) -> Vec<Receipt> {
    steps.iter().map(|step| Receipt { status: 200, remote: None, post: None, raw: step.record() }).collect()
}

fn campaign() -> Brought {
    Brought::Campaign { id: Some("002m4n8p1r5tv02".into()) }
}

fn message() -> Brought {
    Brought::Message { id: "005a1b2c3d4e5f6".into() }
}

/// The next request as `METHOD path body`.
fn request(write: &Write, so_far: &[Brought]) -> String {
    let key = IdSource::seeded(2).intent(noon());
    let (one, two) = (oktopost().next(write, key, &brought(so_far)), oktopost().next(write, key, &brought(so_far)));
    match (one.unwrap(), two.unwrap()) {
        (Step::Send(one), Step::Send(two)) => {
            assert_eq!(one, two, "the same bytes every time");
            assert_eq!(
                one.body.is_some(),
                one.headers.iter().any(|(_, kind)| kind == "application/x-www-form-urlencoded")
            );
            format!("{} {} {}", one.method, one.path, one.body.unwrap_or_default()).trim_end().to_owned()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_create_is_campaign_message_and_post_and_goes_on_where_it_stopped() {
    let at = "2026-10-01T14:00:00Z".parse().unwrap();
    let write = Write::Create { submission: submission("Hello & welcome ☕\n+1", Timing::At(at)) };
    assert_eq!(request(&write, &[]), "GET /campaign");
    assert_eq!(request(&write, &[Brought::Campaign { id: None }]), "POST /campaign name=runsheet");
    let text = "Hello+%26+welcome+%E2%98%95%0A%2B1";
    assert_eq!(
        request(&write, &[campaign()]),
        format!("POST /message network=Twitter&campaignId=002m4n8p1r5tv02&message={text}")
    );
    let profiles = "003-001k7w2m9q4xz01-1%2C003-001k7w2m9q4xz01-2";
    let made = format!("POST /post messageId=005a1b2c3d4e5f6&credentialIds={profiles}&");
    assert_eq!(request(&write, &[campaign(), message()]), format!("{made}startDateTime=1790863200&status=pending"));
    let now = Write::Create { submission: submission("Now", Timing::Now) };
    assert_eq!(request(&now, &[campaign(), message()]), format!("{made}status=pending"));
    let draft = Write::Create { submission: submission("Later", Timing::Draft) };
    assert_eq!(request(&draft, &[campaign(), message()]), format!("{made}startDateTime=2145916799&status=draft"));
    let mut receipts = brought(&[campaign(), message()]);
    receipts.push(Receipt { status: 200, remote: Some(RemoteId::new("004z")), post: None, raw: String::new() });
    assert_eq!(oktopost().next(&write, IdSource::seeded(2).intent(noon()), &receipts), Ok(Step::Done));
}

#[test]
fn a_draft_without_a_time_is_read_without_one() {
    let row = |status: &str| json!({"Id": "004a", "Status": status, "StartDateTime": "2037-12-31 23:59:59", "Credentials": "003-a-1"});
    assert_eq!(read(&row("draft"), &HashMap::new(), None).at, None);
    assert!(read(&row("pending"), &HashMap::new(), None).at.is_some(), "anything else would go out then");
}

#[test]
fn a_network_with_two_spellings_is_asked_for_its_own() {
    let mut film = submission("A film", Timing::Now);
    film.targets = vec![target(7, "youtube")];
    film.title = Some("Roasting".into());
    let write = Write::Create { submission: film };
    assert_eq!(request(&write, &[]), "GET /credential/003-001k7w2m9q4xz01-7");
    let spelt = Brought::Profile { network: "Youtube".into() };
    assert_eq!(request(&write, std::slice::from_ref(&spelt)), "GET /campaign");
    let message = request(&write, &[spelt, campaign()]);
    assert!(message.contains("network=Youtube&") && message.ends_with("&title=Roasting"), "{message}");
}

#[test]
fn files_come_by_address_and_are_waited_for() {
    let with = |media: &[Media]| {
        let mut submission = submission("Look", Timing::Now);
        submission.media = media.to_vec();
        Write::Create { submission }
    };
    let image = with(&[picture("https://files.example/roast.jpg", MediaKind::Image)]);
    assert_eq!(request(&image, &[campaign()]), "POST /media resource=https%3A%2F%2Ffiles.example%2Froast.jpg");
    let there = Brought::Media { id: "026h7j8k9l0m1n2".into() };
    assert!(request(&image, &[campaign(), there]).ends_with("&media=026h7j8k9l0m1n2"));
    let known = with(&[picture("026h7j8k9l0m1n2", MediaKind::Image)]);
    assert!(request(&known, &[campaign()]).ends_with("&media=026h7j8k9l0m1n2"));
    let video = with(&[picture("https://files.example/a/roast.mp4?sig=1", MediaKind::Video)]);
    let upload = request(&video, &[campaign()]);
    assert!(upload.starts_with("POST /upload source=") && upload.ends_with("&name=roast.mp4&mimeType=video%2Fmp4"));
    let fetching = Brought::Upload { id: "0up5t6y7u8i9o0p".into() };
    assert_eq!(request(&video, &[campaign(), fetching]), "GET /upload/0up5t6y7u8i9o0p");
    let two = with(&[picture("026a", MediaKind::Image), picture("026b", MediaKind::Image)]);
    let error = oktopost().next(&two, IdSource::seeded(2).intent(noon()), &[]).unwrap_err();
    assert_eq!(
        (error.kind, error.reach, &error.problems[0].place),
        (Kind::Invalid, Reach::NotSent, &Where::Media(None))
    );
}

#[test]
fn an_upload_is_there_once_it_names_a_file() {
    let answer = |mut body: Value, status: &str, media: Value| {
        body["Upload"]["Status"] = json!(status);
        body["Upload"]["MediaId"] = media;
        body["Upload"]["LastError"] = json!("404 at the source");
        oktopost().http.verdict(Purpose::Read, 200, &HeaderMap::new(), body.to_string().as_bytes()).unwrap()
    };
    let recorded = fixture!("upload_complete")["body"].clone();
    let complete = answer(recorded.clone(), "complete", json!("026h7j8k9l0m1n3"));
    assert_eq!(oktopost().fetched(&complete, true).unwrap(), Brought::Media { id: "026h7j8k9l0m1n3".into() });
    let pending = answer(recorded.clone(), "pending", Value::Null);
    assert_eq!(oktopost().fetched(&pending, false).unwrap(), Brought::Upload { id: "0up5t6y7u8i9o0p".into() });
    let error = oktopost().fetched(&pending, true).unwrap_err();
    assert_eq!((error.kind, error.again), (Kind::InProgress, Again::At(noon() + ASK_AGAIN)));
    let failed = oktopost().fetched(&answer(recorded, "failed", Value::Null), true).unwrap_err();
    assert!(failed.kind == Kind::Invalid && failed.words.contains("404 at the source"), "{failed}");
}

#[test]
fn a_campaign_goes_by_its_name_and_a_post_is_filed_under_another_one_only_where_that_is_said() {
    let at = Timing::At("2026-10-01T14:00:00Z".parse().unwrap());
    let within = |name: &str| Submission { campaign: Some(name.into()), ..submission("Hi", at) };
    let create = |name: &str| Write::Create { submission: within(name) };
    // A question is ours alone: the name goes out as its words to look for.
    let asks = |write: &Write, so_far: &[Brought]| match steps::next(write, &brought(so_far), noon()) {
        Ok(Step::Send(asked)) => (asked.path, asked.body),
        other => panic!("{other:?}"),
    };
    assert_eq!(asks(&create("Launch & more"), &[]), ("/campaign".into(), Some("Launch & more".into())));
    assert_eq!(
        request(&create("Launch & more"), &[Brought::Campaign { id: None }]),
        "POST /campaign name=Launch+%26+more"
    );
    assert_eq!(request(&create(""), &[Brought::Campaign { id: None }]), "POST /campaign name=runsheet");

    let remote = RemoteId::new("004z9y8x7w6v5u4");
    let revise = |name: Option<&str>| Write::Revise {
        remote: remote.clone(),
        submission: Submission { campaign: name.map(str::to_owned), ..submission("Hi", at) },
    };
    let there = Brought::Post(Box::new(known("Hi")));
    let folder = || Brought::Campaign { id: Some("002othercampaign".into()) };
    let changes = "POST /post/004z9y8x7w6v5u4 credentialIds=";
    for same in [None, Some("Autumn roast")] {
        assert!(request(&revise(same), std::slice::from_ref(&there)).starts_with(changes), "{same:?}");
    }
    let moved = revise(Some("Launch"));
    assert_eq!(asks(&moved, std::slice::from_ref(&there)), ("/campaign".into(), Some("Launch".into())));
    assert_eq!(
        request(&moved, &[there.clone(), folder()]),
        "POST /post/004z9y8x7w6v5u4/change-campaign campaignId=002othercampaign"
    );
    let said = request(&moved, &[there.clone(), folder(), Brought::Filed {}]);
    assert!(said.starts_with(changes), "{said}");
    // None here is ours for everything else there.
    assert!(request(&revise(Some("")), &[there]).starts_with("GET /campaign"));
}

fn known(text: &str) -> Known {
    let created = fixture!("message_created");
    let message: wire::Message = serde_json::from_value(created["body"]["Message"].clone()).unwrap();
    assert_eq!(map::media_ids(&message), ["026h7j8k9l0m1n2"]);
    let card = ["https://northwind.example/a", "Autumn", "Six weeks", "https://northwind.example/a.jpg"];
    Known {
        read_at: noon(),
        network: message.network.unwrap(),
        campaign: message.campaign_id.0.unwrap(),
        folder: Some("Autumn roast".into()),
        text: text.into(),
        media: Vec::new(),
        comment: false,
        card: card.map(str::to_owned),
    }
}

#[test]
fn a_change_makes_a_new_message_only_for_new_words_and_never_touches_the_old_one() {
    let remote = RemoteId::new("004z9y8x7w6v5u4");
    let at = "2026-10-02T14:00:00Z".parse().unwrap();
    let revise = |body: &str, timing| Write::Revise { remote: remote.clone(), submission: submission(body, timing) };
    let there = |text: &str| Brought::Post(Box::new(known(text)));
    assert_eq!(request(&revise("Same", Timing::At(at)), &[]), "GET /post/004z9y8x7w6v5u4");
    let profiles = "credentialIds=003-001k7w2m9q4xz01-1%2C003-001k7w2m9q4xz01-2";
    assert_eq!(
        request(&revise("Same", Timing::At(at)), &[there("Same")]),
        format!("POST /post/004z9y8x7w6v5u4 {profiles}&startDateTime=1790949600&status=pending")
    );
    let other = request(&revise("Other", Timing::At(at)), &[there("Same")]);
    assert!(
        other.starts_with("POST /message network=Twitter&campaignId=002m4n8p1r5tv02&message=Other&linkUrl="),
        "{other}"
    );
    let gone = request(&revise("Other", Timing::At(at)), &[there("See https://northwind.example/a")]);
    assert!(!gone.contains("linkUrl"), "the link left the text, and its card goes with it: {gone}");
    assert_eq!(
        request(&revise("Other", Timing::Draft), &[there("Same"), message()]),
        format!("POST /post/004z9y8x7w6v5u4 messageId=005a1b2c3d4e5f6&{profiles}&status=draft")
    );
    let soon = (noon() + TimeDelta::seconds(60)).timestamp();
    assert_eq!(
        request(&Write::Publish { remote: remote.clone() }, &[there("Same")]),
        format!("POST /post/004z9y8x7w6v5u4 startDateTime={soon}&status=pending")
    );
    assert_eq!(request(&Write::Remove { remote: remote.clone() }, &[]), "DELETE /post/004z9y8x7w6v5u4");
    let mut elsewhere = submission("Same", Timing::At(at));
    elsewhere.targets = vec![target(3, "linkedin")];
    let write = Write::Revise { remote: remote.clone(), submission: elsewhere };
    let key = IdSource::seeded(2).intent(noon());
    let error = oktopost().next(&write, key, &brought(&[there("Same")])).unwrap_err();
    assert!(error.kind == Kind::Invalid && error.words.contains("LinkedIn"), "{error}");
}

#[test]
fn what_one_post_cannot_carry_is_said_before_anything_leaves() {
    let refused = |change: fn(&mut Submission)| {
        let mut submission = submission("Body", Timing::At(noon() + TimeDelta::hours(1)));
        change(&mut submission);
        let write = Write::Create { submission };
        let error = oktopost().next(&write, IdSource::seeded(2).intent(noon()), &[]).unwrap_err();
        assert_eq!((error.kind, error.reach, error.again), (Kind::Invalid, Reach::NotSent, Again::Never));
        error.words
    };
    assert!(refused(|submission| submission.targets[1] = target(3, "linkedin")).contains("one network per post"));
    assert!(refused(|submission| submission.targets[1].text = Some("Other".into())).contains("one text per post"));
    assert!(refused(|submission| submission.targets[1].at = Some(noon())).contains("one time per post"));
    let retry = Write::Retry { remote: RemoteId::new("004z"), attempt: 1 };
    let error = oktopost().next(&retry, IdSource::seeded(2).intent(noon()), &[]).unwrap_err();
    assert!(error.kind == Kind::Unsupported && error.words.contains("new post"), "{error}");
}

#[test]
fn whose_key_it_is_names_account_and_user() {
    let me = fixture!("me");
    assert_eq!(text(&me["body"], &["Account", "Name"]), Some("Northwind"));
    let campaigns = fixture!("campaigns");
    let rows = wire::entries(&campaigns["body"]["Items"]);
    assert_eq!(rows.iter().filter(|row| text(row, &["Status"]) == Some("active")).count(), 2);
    let created = fixture!("post_created");
    assert_eq!(read(&created["body"]["Post"], &HashMap::new(), None).targets.len(), 2);
}

#[test]
fn a_window_is_walked_by_the_month_and_what_lies_beyond_by_the_list() {
    let from = noon();
    let open = Query { from: Some(from), to: None, ..Query::default() };
    let (mut place, mut months) = (Place::of(&open, None), 0);
    let list = loop {
        let Place::Calendar(at) = place else { break place };
        months += 1;
        assert_eq!(Place::of(&open, Some(&Place::Calendar(at).token())), Place::Calendar(at));
        place = listing::after_calendar(&open, listing::end_of_span(&open, at)).unwrap();
    };
    let Place::List(beyond) = &list else { panic!("{list:?}") };
    assert_eq!((months, beyond.after), (4, Some(from + listing::SPAN * 4)));
    assert_eq!(Place::of(&open, Some(&list.token())), list);

    let week = Query { from: Some(from), to: Some(from + TimeDelta::days(7)), ..Query::default() };
    let end = listing::end_of_span(&week, from);
    assert_eq!(end, from + TimeDelta::days(7) + TimeDelta::seconds(1));
    assert_eq!(listing::after_calendar(&week, end), None);
    let half = from + TimeDelta::days(3);
    assert_eq!(listing::after_calendar(&week, half), Some(Place::Calendar(half)));
}

#[test]
fn a_list_is_walked_to_its_end_and_again_where_rows_went_away() {
    let Place::List(first) = Place::of(&Query::default(), None) else { panic!() };
    let next = |page: &listing::Page, first: &str, total| match listing::after_page(page, 100, first, Some(total)) {
        Ok(Some(Place::List(page))) => page,
        other => panic!("{other:?}"),
    };
    let second = next(&first, "a", 250);
    let third = next(&second, "b", 250);
    assert_eq!(listing::after_page(&third, 50, "c", Some(250)), Ok(None));
    assert_eq!(listing::after_page(&third, 50, "c", Some(260)), Ok(None), "what came since shows the next time");
    assert!(listing::after_page(&third, 100, "b", Some(250)).is_err(), "the same page twice");
    let mut page = third;
    for _ in 0..3 {
        page = next(&page, "c", 240);
        assert_eq!(page.number, 0);
        page = next(&next(&page, "a", 250), "b", 250);
    }
    assert!(listing::after_page(&page, 40, "c", Some(240)).unwrap_err().contains("going away"));
}
