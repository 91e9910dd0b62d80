//! What is special about a WordPress site with FS Poster: how it spells addresses, reads texts, and lists rows.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use runsheet::demo::{Fault, FaultKind, Habits, Trouble, WebPost};
use runsheet::domain::channel::Network;
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::outcome::{Outcome, State};
use runsheet::domain::write::{Submission, Timing, Write};
use runsheet::provider::http::Limits;
use runsheet::provider::posto::Posto;
use runsheet::provider::{Connection, Kind, LocalFile, Provider, ProviderExt, Query, Reach};
use serde_json::{Value, json};

use crate::stage::{Stage, in_hours, limits, noon};

async fn stage() -> Stage {
    Stage::open("posto").await
}

/// The adapter itself, for what only it can do.
fn adapter(stage: &Stage, limits: Limits) -> Posto {
    let account = stage.demo.account("posto").unwrap();
    let key = account.key.clone().into();
    let connection = Connection { provider: "posto".into(), base_url: Some(account.base_url.clone()), key, limits };
    Posto::new(connection, stage.clock.clone()).unwrap()
}

async fn every_call_works(stage: &Stage) {
    assert_eq!(stage.provider.identity().await.unwrap().name, "mara");
    let remote = stage.create(stage.submission("By another way", in_hours(5))).await;
    assert_eq!(stage.provider.all_posts(&Query::default()).await.unwrap().items.len(), 1);
    let submission = stage.submission("Edited", in_hours(6));
    let revise = Write::Revise { remote: remote.clone(), submission };
    stage.carry_out(&revise, stage.intent()).await.unwrap();
    assert_eq!(stage.provider.post(&remote).await.unwrap().body, "Edited");
    uploaded(stage, &*stage.provider).await;
    stage.carry_out(&Write::Remove { remote }, stage.intent()).await.unwrap();
    assert!(stage.posts().is_empty());
}

async fn uploaded(stage: &Stage, provider: &dyn Provider) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Röst.png");
    std::fs::write(&path, b"\x89PNG\r\n\x1a\n and so on").unwrap();
    let bytes = std::fs::metadata(&path).unwrap().len();
    let file = LocalFile { path, name: "Röst.png".into(), mime: "image/png".into(), bytes };
    let uploaded = provider.upload(&file, &|_| {}).await.unwrap();
    assert!(uploaded.ready && provider.uploaded(&uploaded.source).await.unwrap().ready);
    assert!(stage.requests().iter().all(|request| !request.body.contains("PNG")), "not in the journal");
    uploaded.source
}

#[tokio::test]
async fn a_site_without_pretty_permalinks_is_found_once_and_remembered() {
    let stage = stage().await;
    stage.demo.world.set_habits("posto", Habits { plain_permalinks: true, ..Habits::default() });
    every_call_works(&stage).await;
    let pretty = stage.requests().iter().filter(|request| request.path.contains("wp-json")).count();
    assert_eq!(pretty, 1, "tried once");
    // A write that comes first finds the way by a question.
    let fresh = adapter(&stage, limits());
    let write = Write::Create { submission: stage.submission("First of all", in_hours(5)) };
    fresh.send(&stage.freeze(&write, stage.intent())).await.unwrap();
    assert_eq!((stage.posts().len(), stage.created()), (1, 2));
}

#[tokio::test]
async fn warnings_before_an_answer_are_read_past() {
    let stage = stage().await;
    stage.demo.world.set_habits("posto", Habits { warns: true, ..Habits::default() });
    every_call_works(&stage).await;
}

#[tokio::test]
async fn a_token_is_as_good_as_the_pair_and_a_wrong_name_is_told_in_plain_words() {
    let stage = stage().await;
    let token = STANDARD.encode(stage.key());
    assert!(!token.contains([' ', ':']));
    assert_eq!(stage.with(Some(&token), limits()).identity().await.unwrap().name, "mara");
    let error = stage.with(Some("nobody:abcd efgh"), limits()).identity().await.unwrap_err();
    assert_eq!((error.kind, error.words.contains('<')), (Kind::Unauthorised, false), "{error}");
}

#[tokio::test]
async fn braces_reach_the_network_as_they_were_typed() {
    let stage = stage().await;
    let text = "Put {post_title} or {a|b} here & there, {site_name limit=\"3\"}";
    let remote = stage.create(stage.submission(text, in_hours(2))).await;
    assert_eq!(stage.provider.post(&remote).await.unwrap().body, text);
    let there = stage.posts()[0].content.clone();
    assert_eq!(there.replace('\u{2060}', ""), text);
    assert!(there.contains("{\u{2060}post_title}") && there.contains("{\u{2060}site_name"), "{there}");
}

#[tokio::test]
async fn a_group_across_the_end_of_a_page_is_one_post() {
    let stage = stage().await;
    let accounts: Vec<String> = ["x", "mastodon", "facebook"].map(|n| stage.target(n).remote.to_string()).into();
    let mut expected = 0;
    for number in 0..60 {
        let scheduled_for = Some(noon() + TimeDelta::days(9) - TimeDelta::minutes(number));
        let new = WebPost { content: format!("Group {number}"), accounts: accounts.clone(), scheduled_for };
        stage.demo.world.add_post("posto", new).unwrap();
        expected += 1;
    }
    let whole = |posts: &[runsheet::domain::remote::RemotePost]| {
        assert_eq!(posts.len(), expected);
        assert!(posts.iter().all(|post| post.targets.len() == 3), "every group is whole");
    };
    let listed = stage.provider.all_posts(&Query::default()).await.unwrap();
    whole(&listed.items);
    assert_eq!((stage.requests().len(), listed.spoiled.len()), (4, 0), "180 rows, fifty a page");
    // A walk that goes on in another program reads the group it cannot know anew.
    let mut at = None;
    let mut seen = Vec::new();
    loop {
        let page = adapter(&stage, limits()).posts(&Query::default(), at).await.unwrap();
        seen.extend(page.items);
        at = page.next;
        if at.is_none() {
            break;
        }
    }
    whole(&seen);
}

#[tokio::test]
async fn a_walk_from_a_day_on_ends_where_the_day_begins() {
    let stage = stage().await;
    let account = stage.target("x").remote.to_string();
    for number in 0..160 {
        let days = if number < 20 { number } else { -40 - number };
        let scheduled_for = Some(noon() + TimeDelta::days(days));
        let new = WebPost { content: format!("Day {days}"), accounts: vec![account.clone()], scheduled_for };
        stage.demo.world.add_post("posto", new).unwrap();
    }
    let recent = Query { from: Some(noon() - TimeDelta::days(30)), ..Query::default() };
    let listed = stage.provider.all_posts(&recent).await.unwrap();
    assert!(listed.items.iter().filter(|post| post.at >= recent.from).count() == 20 && listed.spoiled.is_empty());
    assert_eq!(stage.requests().len(), 1, "what is older is not asked for");
}

#[tokio::test]
async fn an_edit_keeps_what_the_site_added_and_names_group_and_post() {
    let stage = stage().await;
    let remote = stage.create(stage.submission("Before", in_hours(4))).await;
    let first = stage.posts().remove(0);
    stage.demo.world.edit_post("posto", &first.id, |post| {
        post.targets[0].options.as_mut().unwrap()["first_comment"] = json!("Set on the site");
    });
    let revise = Write::Revise { remote: remote.clone(), submission: stage.submission("After", in_hours(5)) };
    stage.carry_out(&revise, stage.intent()).await.unwrap();
    let edited = stage.posts().remove(0);
    assert_eq!((edited.id.as_str(), edited.content.as_str()), (remote.as_str(), "After"));
    assert_eq!(edited.targets[0].options.as_ref().unwrap()["first_comment"], "Set on the site");
    assert_ne!(edited.targets[0].row, first.targets[0].row, "the rows are others");
    let body: Value =
        serde_json::from_str(&stage.requests().iter().rev().find(|r| r.method == "POST").unwrap().body).unwrap();
    assert!(body["wp_post_id"].is_u64() && body["schedule_group_id"] == remote.as_str(), "{body}");
    // Whose answer was lost, it may be said again: the group is there once.
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at("posto").on("POST", "/composer"));
    let request = stage.freeze(&revise, stage.intent());
    assert_eq!(stage.provider.send(&request).await.unwrap_err().reach, Reach::Unknown);
    stage.provider.send(&request).await.unwrap();
    assert_eq!((stage.posts().len(), stage.created()), (1, 1));
    // Once it is out, nothing is changed.
    stage.pass(TimeDelta::hours(6));
    let error = stage.carry_out(&revise, stage.intent()).await.unwrap_err();
    assert_eq!(error.reach, Reach::NotSent, "its time has passed: {error}");
    let at_once = Write::Publish { remote };
    let error = stage.carry_out(&at_once, stage.intent()).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Conflict, Reach::Answered), "{error}");
    assert_eq!(stage.posts()[0].targets[0].attempts, 1);
}

#[tokio::test]
async fn a_delete_names_the_rows_that_are_there_and_looks_whether_they_went() {
    let stage = stage().await;
    let mut submission = stage.submission("Gone soon", in_hours(4));
    submission.targets.push(stage.other());
    let remote = stage.create(submission).await;
    let bystander = stage.create(stage.submission("Stays", in_hours(4))).await;
    let request = stage.freeze(&Write::Remove { remote: remote.clone() }, stage.intent());
    stage.demo.world.fault(Fault::once(FaultKind::CutAfter).at("posto").on("DELETE", "/schedules"));
    assert_eq!(stage.provider.send(&request).await.unwrap_err().reach, Reach::Unknown);
    assert_eq!(stage.provider.send(&request).await.unwrap().status, 404, "it was gone already");
    assert_eq!(stage.posts().iter().map(|post| post.id.as_str()).collect::<Vec<_>>(), [bystander.as_str()]);
    let deletes: Vec<_> = stage.requests().into_iter().filter(|request| request.method == "DELETE").collect();
    let body: Value = serde_json::from_str(&deletes[0].body).unwrap();
    assert_eq!(
        (deletes.len(), &body["include_all"], body["include_ids"].as_array().unwrap().len()),
        (1, &json!(false), 2)
    );
    // The look afterwards fails: then it is not known what became of it.
    let lost = Fault::once(FaultKind::Status(500)).at("posto").on("GET", "/schedules").skip(1);
    stage.demo.world.fault(lost);
    let remove = Write::Remove { remote: bystander };
    let error = stage.carry_out(&remove, stage.intent()).await.unwrap_err();
    assert_eq!(error.reach, Reach::Unknown, "{error}");
    stage.carry_out(&remove, stage.intent()).await.unwrap();
    assert!(stage.posts().is_empty());
}

#[tokio::test]
async fn an_uploaded_picture_goes_out_with_its_post() {
    let stage = stage().await;
    let source = uploaded(&stage, &*stage.provider).await;
    let picture = Media { name: "Röst.png".into(), ..Media::bare(source.clone(), MediaKind::Image) };
    let submission = Submission {
        targets: vec![stage.target("instagram")],
        media: vec![picture],
        ..stage.submission("With a picture", in_hours(1))
    };
    assert_eq!(stage.provider.check(&submission).await.unwrap(), []);
    let remote = stage.create(submission).await;
    let read = stage.provider.post(&remote).await.unwrap();
    assert_eq!(
        (read.media.len(), read.media[0].source.as_str(), read.media[0].name.as_str()),
        (1, source.as_str(), "R-st.png")
    );
    stage.pass(TimeDelta::hours(2));
    let read = stage.provider.post(&remote).await.unwrap();
    assert!(matches!(read.targets[0].outcome, Outcome::Published { .. }), "{read:?}");
}

#[tokio::test]
async fn rows_that_an_older_site_hides_are_going_out_and_cannot_be_taken_back() {
    let stage = stage().await;
    stage.demo.world.set_habits("posto", Habits { older: true, ..Habits::default() });
    let remote = stage.create(stage.submission("Out of sight", in_hours(1))).await;
    assert_eq!(stage.provider.all_posts(&Query::default()).await.unwrap().items.len(), 1);
    stage.pass(TimeDelta::hours(1));
    let read = stage.provider.post(&remote).await.unwrap();
    assert_eq!(read.targets[0].outcome, Outcome::Publishing, "{read:?}");
    let error = stage.carry_out(&Write::Remove { remote: remote.clone() }, stage.intent()).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::Conflict, Reach::Answered), "{error}");
    stage.pass(TimeDelta::seconds(5));
    assert!(matches!(stage.provider.post(&remote).await.unwrap().targets[0].outcome, Outcome::Published { .. }));
}

#[tokio::test]
async fn settings_are_saved_whole_and_wrong_ones_not_at_all() {
    let stage = stage().await;
    let adapter = adapter(&stage, limits());
    let (x, id) = (Network::from_word("x"), stage.target("x").remote);
    let before = adapter.network_settings(&x).await.unwrap();
    let change = |name: &str, value: Value| [(name.to_owned(), value)].into();
    adapter.save_network_settings(&x, &change("cut_post_text", json!(true))).await.unwrap();
    let after = adapter.network_settings(&x).await.unwrap();
    assert_eq!((&after.values["cut_post_text"], &after.values["post_text"]), (&json!(true), &json!("{post_title}")));
    assert_eq!(after.values.len(), before.values.len());
    // What the site cuts is a warning, and no longer refused.
    let long = stage.submission(&"b".repeat(300), Timing::Draft);
    let problems = stage.provider.check(&long).await.unwrap();
    assert!(problems.len() == 1 && problems[0].words.contains("cuts"), "{problems:?}");
    let kept = adapter.channel_settings(&id).await.unwrap();
    adapter.save_channel_settings(&id, &change("auto_share", json!(false))).await.unwrap();
    let now = adapter.channel_settings(&id).await.unwrap();
    assert_eq!(
        (&now.labels, &now.permissions, &now.custom["auto_share"]),
        (&kept.labels, &kept.permissions, &json!(false))
    );
    let saved = stage.requests().into_iter().rfind(|request| request.method == "POST").unwrap();
    assert!(saved.body.contains("proxy.example"), "left out, it would be wiped");
    assert!(!format!("{now:?}").contains("proxy"), "and shown to nobody");

    let writes = |stage: &Stage| stage.requests().iter().filter(|request| request.method == "POST").count();
    let so_far = writes(&stage);
    for (name, value) in
        [("cut_post_text", json!("yes")), ("no_such_thing", json!(1)), ("share_to_first_comment", json!(true))]
    {
        let error = adapter.save_network_settings(&x, &change(name, value)).await.unwrap_err();
        assert_eq!((error.kind, error.reach), (Kind::Invalid, Reach::NotSent), "{error}");
    }
    let facebook = Network::from_word("facebook");
    let choice = change("import_comments_published_in", json!("last_year"));
    assert_eq!(adapter.save_network_settings(&facebook, &choice).await.unwrap_err().kind, Kind::Invalid);
    assert_eq!(writes(&stage), so_far, "nothing was saved");
}

#[tokio::test]
async fn filters_are_sent_to_the_calendar_and_applied_again_where_the_site_drops_them() {
    let stage = stage().await;
    let on = |network: &str, body: &str| Submission {
        targets: vec![stage.target(network)],
        ..stage.submission(body, in_hours(5))
    };
    let toot = stage.create(on("mastodon", "Toot")).await;
    let tweet = stage.create(on("x", "Tweet")).await;
    let failing = stage.create(stage.submission("Fails", in_hours(1))).await;
    let trouble = Trouble::named("flagged", "twitter").unwrap();
    stage.demo.world.set_trouble("posto", failing.as_str(), stage.target("x").remote.as_str(), trouble);
    stage.pass(TimeDelta::hours(2));
    let asked = async |statuses: &[State], networks: &[&str]| {
        stage.demo.world.forget_requests();
        let networks = networks.iter().map(|word| Network::from_word(word)).collect();
        let (from, to) = (Some(noon()), Some(noon() + TimeDelta::days(10)));
        let query = Query { from, to, statuses: statuses.to_vec(), networks, write: None };
        let listed = stage.provider.all_posts(&query).await.unwrap();
        let requests = stage.requests();
        let calendar = requests.iter().find(|request| request.path.ends_with("/calendar")).unwrap().query.clone();
        let ids: Vec<String> = listed.items.iter().map(|post| post.id.to_string()).collect();
        (ids, requests.len(), calendar.replace("%5B%5D", "[]"))
    };
    let (ids, calls, query) = asked(&[State::Scheduled], &["mastodon"]).await;
    assert_eq!((ids, calls), (vec![toot.to_string()], 2), "the calendar, and the one group that it named");
    assert!(query.contains("statuses[]=not_sent") && query.contains("social_networks[]=mastodon"), "{query}");
    let (ids, _, query) = asked(&[State::Failed, State::Partial], &[]).await;
    assert_eq!(ids, [failing.to_string()]);
    assert!(query.contains("statuses[]=error") && !query.contains("social_networks"), "{query}");
    // A network that the site has not: it drops the word, names everything, and all of that is left out here.
    let (ids, calls, query) = asked(&[], &["bluesky"]).await;
    assert_eq!((ids.len(), calls), (0, 1), "no group is read in vain");
    assert!(query.contains("social_networks[]=bluesky"), "{query}");
    // What is being sent cannot be asked for: everything is, and nothing left out.
    let (ids, ..) = asked(&[State::Publishing], &[]).await;
    assert_eq!(ids.len(), 3);
    assert!(ids.contains(&tweet.to_string()));
}
