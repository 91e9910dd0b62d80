//! What goes beside a text: options, first comments, threads, media of single channels. The simulators refuse what the
//! contracts do not have, so that what was taken was said in their words.

use runsheet::domain::channel::{Channel, Health, Network};
use runsheet::domain::ids::{AccountName, ChannelId, RemoteId};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::options::{Extras, FirstComment, Options, Value};
use runsheet::domain::thread::{join, parts};
use runsheet::domain::write::{Submission, SubmissionTarget, Timing, Write};
use runsheet::provider::Kind;
use runsheet::provider::capability::Uploads;
use runsheet::text::options::{Catalog, Form, OptionRule};

use crate::stage::{Stage, in_hours};

/// A target for a channel on `network`, which is connected first where there is none.
fn target(stage: &Stage, network: &str) -> SubmissionTarget {
    let known = stage.demo.world.channels(stage.name);
    if known.iter().all(|channel| Network::from_word(&channel.network).key() != network) {
        let slug = match (stage.name, network) {
            (_, "x") => "twitter",
            ("late", "google_business") => "googlebusiness",
            (_, other) => other,
        };
        stage.demo.world.add_channel(stage.name, slug, "@acme").unwrap();
    }
    let known = stage.demo.world.channels(stage.name);
    // FS Poster has a word of its own for Facebook.
    let here = |word: &str| Network::from_word(if word == "fb" { "facebook" } else { word }).key() == network;
    let channel = known.iter().rfind(|channel| here(&channel.network)).unwrap();
    let remote = RemoteId::new(channel.id.as_str());
    SubmissionTarget {
        channel: ChannelId::of(&AccountName::new("account"), &remote),
        remote,
        network: Network::from_word(network),
        text: None,
        at: None,
        extras: Extras::default(),
    }
}

/// Where the provider keeps drafts, nothing has to fit a network yet.
fn timing(stage: &Stage) -> Timing {
    if stage.provider.capabilities().drafts { Timing::Draft } else { in_hours(5) }
}

/// Every value an option can have that the provider has a word for; one each where people write it.
fn values(stage: &Stage, rule: &OptionRule) -> Vec<Value> {
    let carries = &stage.provider.capabilities().carries;
    match rule.form() {
        Form::Choice(choices) => {
            let said = choices.iter().filter(|(word, _)| carries.says(&rule.key, word));
            said.map(|(word, _)| Value::Text(word.clone())).collect()
        }
        Form::Flag => vec![Value::Flag(true), Value::Flag(false)],
        Form::Consent => vec![Value::Flag(true)],
        Form::List(_) => vec![Value::List(vec!["en".into(), "de".into()])],
        Form::Text(_) => {
            let samples = ["coffee", "https://acme.example/roast"];
            vec![samples.iter().find_map(|sample| rule.read(sample).ok()).unwrap()]
        }
    }
}

/// What is as good as not said there, or has a place that is read as another.
fn comes_back(stage: &Stage, key: &str, value: &Value) -> bool {
    match (stage.name, key) {
        // The tags of the whole post; and what an Instagram post is without a word.
        ("late", "youtube.tags") => false,
        ("late", "instagram.kind") => *value == Value::Text("story".into()),
        ("late", "facebook.kind") => *value != Value::Text("feed".into()),
        ("voxburst", _) => *value != Value::Text("feed".into()),
        // The title of a message is not shown.
        ("oktopost", "youtube.title") => false,
        _ => true,
    }
}

/// Options that others need beside them to be said at all.
fn company(key: &str) -> Options {
    let mut options = Options::default();
    if key == "google_business.link" {
        options.set("google_business.call_to_action", Value::Text("shop".into()));
    }
    if key == "google_business.call_to_action" {
        options.set("google_business.link", Value::Text("https://acme.example".into()));
    }
    options
}

pub async fn every_option_arrives_and_comes_back(stage: &Stage) {
    let carries = stage.provider.capabilities().carries;
    let mut said = 0;
    for rule in Catalog::shipped().all().filter(|rule| carries.option(&rule.key)) {
        let network = rule.key.split_once('.').unwrap().0;
        for (number, value) in values(stage, rule).into_iter().enumerate() {
            let mut target = target(stage, network);
            target.extras.options = company(&rule.key);
            target.extras.options.set(&rule.key, value.clone());
            let mut submission = stage.submission(&format!("{} {number}", rule.key), timing(stage));
            submission.targets = vec![target];
            let remote = stage.create(submission).await;
            let read = stage.provider.post(&remote).await.unwrap();
            let shown = read.targets[0].extras.options.get(&rule.key);
            if comes_back(stage, &rule.key, &value) {
                assert_eq!(shown, Some(&value), "{}", rule.key);
            }
            said += 1;
            stage.rest();
        }
    }
    assert!(said >= carries.options.len(), "{said} of {}", carries.options.len());
}

pub async fn what_tiktok_wants_said_is_said(stage: &Stage) {
    let carries = stage.provider.capabilities().carries;
    if !carries.option("tiktok.privacy") {
        return;
    }
    let target = target(stage, "tiktok");
    let with = |options: &[(&str, Value)]| {
        let mut target = target.clone();
        target.extras.options = options.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let mut submission = stage.submission("A film", timing(stage));
        submission.targets = vec![target];
        submission
    };
    let privacy = ("tiktok.privacy", Value::Text("private".into()));
    let remote = stage.create(with(std::slice::from_ref(&privacy))).await;
    let read = stage.provider.post(&remote).await.unwrap();
    // What nobody said yes to is off, and is said to be.
    for key in ["tiktok.comments", "tiktok.duet", "tiktok.stitch"] {
        assert_eq!(read.targets[0].extras.options.flag(key), Some(false), "{key}");
    }
    if !carries.option("tiktok.consent") {
        return;
    }
    let film = || Media::at_address("https://media.example/film.mp4".into(), MediaKind::Video);
    let planned = |options: &[(&str, Value)]| Submission { timing: in_hours(9), media: vec![film()], ..with(options) };
    let consent = ("tiktok.consent", Value::Flag(true));
    let refused =
        stage.carry_out(&Write::Create { submission: planned(std::slice::from_ref(&privacy)) }, stage.intent()).await;
    let error = refused.unwrap_err();
    assert!(error.kind == Kind::Invalid && error.words.contains("must be true"), "{error}");
    let branded = ("tiktok.commercial", Value::Text("branded".into()));
    let clash = planned(&[privacy.clone(), consent.clone(), branded]);
    let error = stage.carry_out(&Write::Create { submission: clash }, stage.intent()).await.unwrap_err();
    assert!(error.words.contains("private"), "{error}");
    stage.create(planned(&[privacy, consent])).await;
}

/// What Late says an account can do is what it takes.
pub async fn a_level_that_the_account_does_not_have_is_refused(stage: &Stage) {
    if stage.name != "late" {
        return;
    }
    let mut target = target(stage, "tiktok");
    let said = |level: &str| {
        let options = [("tiktok.privacy", Value::Text(level.into())), ("tiktok.consent", Value::Flag(true))];
        options.map(|(key, value)| (key.to_owned(), value)).into_iter().collect::<Options>()
    };
    target.extras.options = said("followers");
    let mut submission = stage.submission("The film is out", in_hours(20));
    submission.media = vec![Media::at_address("https://media.example/film.mp4".into(), MediaKind::Video)];
    submission.targets = vec![target];
    let error = stage.carry_out(&Write::Create { submission: submission.clone() }, stage.intent()).await.unwrap_err();
    assert!(error.kind == Kind::Invalid && error.words.contains("not available"), "{error}");
    submission.targets[0].extras.options = said("friends");
    stage.create(submission).await;
}

pub async fn a_first_comment_arrives_comes_back_and_goes_away(stage: &Stage) {
    let carries = stage.provider.capabilities().carries;
    for network in carries.first_comment {
        let comment = FirstComment { text: format!("More on {network}"), delay: carries.comment_delay.min(30) };
        let mut submission = stage.submission(&format!("Look below, {network}"), timing(stage));
        submission.targets = vec![target(stage, network)];
        submission.targets[0].extras.first_comment = Some(comment.clone());
        let remote = stage.create(submission.clone()).await;
        let read = stage.provider.post(&remote).await.unwrap();
        assert_eq!(read.targets[0].extras.first_comment, Some(comment), "{network}");
        // Without words it is taken away; where it is not named, a provider may keep it.
        submission.targets[0].extras.first_comment = Some(FirstComment::default());
        let revise = Write::Revise { remote: remote.clone(), submission };
        stage.carry_out(&revise, stage.intent()).await.unwrap();
        let read = stage.provider.post(&remote).await.unwrap();
        assert_eq!(read.targets[0].extras.first_comment, None, "{network}");
        stage.rest();
    }
}

pub async fn a_thread_arrives_in_its_parts_and_comes_back_whole(stage: &Stage) {
    let carries = stage.provider.capabilities().carries;
    for network in carries.threads {
        let text = join(&[format!("First on {network}"), "Second,\nwith two lines".into(), "Third".into()]);
        let mut submission = stage.submission(&text, in_hours(7));
        submission.targets = vec![target(stage, network)];
        let remote = stage.create(submission.clone()).await;
        let there = stage.posts().into_iter().find(|post| post.id == remote.as_str()).unwrap();
        assert_eq!(there.content, parts(&text)[0], "what stands for the thread is its beginning");
        let read = stage.provider.post(&remote).await.unwrap();
        assert_eq!((read.body.as_str(), read.targets[0].text.as_deref()), (text.as_str(), None), "{network}");
        // One part less, then none.
        for shorter in [join(&["First again", "Last"]), format!("Only one on {network}")] {
            submission.body.clone_from(&shorter);
            let revise = Write::Revise { remote: remote.clone(), submission: submission.clone() };
            stage.carry_out(&revise, stage.intent()).await.unwrap();
            let read = stage.provider.post(&remote).await.unwrap();
            assert_eq!((read.body.as_str(), read.targets[0].text.as_deref()), (shorter.as_str(), None), "{network}");
        }
        stage.rest();
    }
    if carries.threads.contains(&"bluesky") {
        // Beside a channel that says it in one.
        let text = join(&["One", "Two"]);
        let mut submission = stage.submission(&text, in_hours(8));
        submission.targets.push(target(stage, "linkedin"));
        submission.targets[1].text = Some("One, two".into());
        let remote = stage.create(submission).await;
        let read = stage.provider.post(&remote).await.unwrap();
        assert_eq!((read.body.as_str(), read.targets[0].text.as_deref()), (text.as_str(), None));
        assert_eq!(read.targets[1].text.as_deref(), Some("One, two"));
    }
}

pub async fn attachments_of_one_channel_alone_stay_with_it(stage: &Stage) {
    let can = stage.provider.capabilities();
    if !can.carries.target_media || can.uploads == Uploads::Files {
        return;
    }
    let picture = |name: &str| Media::at_address(format!("https://media.example/{name}.jpg"), MediaKind::Image);
    let mut submission = stage.submission("Two pictures", in_hours(6));
    submission.media = vec![picture("both")];
    submission.targets.push(target(stage, "linkedin"));
    submission.targets[1].extras.media = Some(vec![picture("own")]);
    let remote = stage.create(submission).await;
    let read = stage.provider.post(&remote).await.unwrap();
    let sources = |media: &[Media]| media.iter().map(|media| media.source.clone()).collect::<Vec<_>>();
    assert_eq!(sources(&read.media), ["https://media.example/both.jpg"]);
    assert_eq!(read.targets[0].extras.media, None);
    assert_eq!(read.targets[1].extras.media.as_deref().map(sources).unwrap(), ["https://media.example/own.jpg"]);
}

pub async fn what_is_not_carried_together_becomes_posts_of_their_own(stage: &Stage) {
    use runsheet::desk::plan::{Ground, writes};
    use runsheet::domain::post::{Post, Target, Wish};
    use runsheet::domain::schedule::Schedule;
    let account = AccountName::new("account");
    let channels: Vec<Channel> = ["x", "linkedin"]
        .map(|network| {
            let target = target(stage, network);
            Channel {
                id: target.channel,
                account: account.clone(),
                remote: target.remote,
                network: target.network,
                handle: "@acme".into(),
                name: String::new(),
                health: Health::Ok,
                hidden: false,
                gone: false,
            }
        })
        .into();
    let now = stage.clock.now();
    let mut post = Post::draft(stage.ids.post(now), now);
    post.body = "One".into();
    post.wish = Wish::Schedule;
    post.schedule = Some(Schedule::at(now + chrono::TimeDelta::hours(5), chrono_tz::UTC));
    post.targets = channels.iter().map(|channel| Target::new(channel.id.clone())).collect();
    post.targets[1].text = Some("Two".into());
    post.body = join(&["One", "More"]);
    post.first_comment = Some(FirstComment { text: "Below".into(), delay: 500 });
    let can = stage.provider.capabilities().clone();
    let accounts = [(account.clone(), can.clone())].into();
    let unsent = std::collections::BTreeSet::new();
    let on = Ground { channels: &channels, accounts: &accounts, unsent: &unsent, now };
    let planned = writes(None, Some(&post), &on);
    let together = planned.len() == 1;
    let apart = can.carries.thread_alone || stage.one_network();
    assert_eq!(together, !apart, "{planned:#?}");
    for (_, write) in &planned {
        for target in &write.submission().unwrap().targets {
            let comment = target.extras.first_comment.as_ref();
            assert_eq!(comment.is_some(), can.carries.comments_on(&target.network), "{target:?}");
            assert!(comment.is_none_or(|comment| comment.delay <= can.carries.comment_delay));
        }
        if can.carries.threads_on(&Network::from_word("x")) {
            stage.carry_out(write, stage.intent()).await.unwrap();
        }
    }
}
