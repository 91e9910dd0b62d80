//! What a person does at a site through the desk: media from the web, many posts deleted at once, its settings.

use std::sync::Arc;

use chrono::TimeDelta;
use runsheet::desk::removal::Criteria;
use runsheet::desk::{Desk, Seat};
use runsheet::domain::filter::Filter;
use runsheet::domain::ids::{AccountName, PostId};
use runsheet::domain::media::{Media, MediaKind};
use runsheet::domain::outcome::{Cause, Outcome, State};
use runsheet::domain::post::{Post, Source, Target, Wish};
use runsheet::domain::schedule::Schedule;
use runsheet::domain::settings::Whose;
use runsheet::store::{Actor, Store};
use runsheet::sync::{Common, Worker};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::stage::{Stage, noon};

struct House {
    stage: Stage,
    desk: Desk,
    worker: Worker,
    account: AccountName,
    folder: TempDir,
}

async fn house() -> House {
    let stage = Stage::open("posto").await;
    let account = AccountName::new("account");
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db")).unwrap();
    let (news, _told) = tokio::sync::mpsc::unbounded_channel();
    let common = Common {
        store: store.clone(),
        clock: stage.clock.clone(),
        ids: stage.ids.clone(),
        zone: chrono_tz::UTC,
        habits: Default::default(),
        owner: "runsheet".to_owned(),
        sends: true,
        news,
        failover: Arc::default(),
        bell: Arc::default(),
        damaged: Arc::default(),
        bounds: Default::default(),
        web: None,
    };
    let mut worker = Worker::new(account.clone(), stage.provider.clone(), common);
    worker.pull().await.unwrap();
    let seat = Seat { account: account.clone(), provider: stage.provider.clone() };
    let desk = Desk::new(store, stage.clock.clone(), stage.ids.clone(), chrono_tz::UTC, vec![seat], Actor::You);
    House { stage, desk, worker, account, folder }
}

impl House {
    fn post(&self, body: &str, hours: i64) -> Post {
        let mut post = Post::draft(self.stage.ids.post(noon()), noon());
        post.body = body.into();
        post.wish = Wish::Schedule;
        post.schedule = Some(Schedule::at(noon() + TimeDelta::hours(hours), chrono_tz::UTC));
        post.targets = vec![Target::new(self.stage.target("x").channel)];
        post
    }

    async fn scheduled(&mut self, post: Post) -> Post {
        let id = self.desk.save(post, "scheduled").await.unwrap();
        self.worker.push_all().await.unwrap();
        self.kept(id).await
    }

    async fn kept(&self, id: PostId) -> Post {
        self.desk.store.post(id).await.unwrap().unwrap()
    }

    /// Files that were fetched and are still here.
    fn left(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("fetched")).map_or(0, Iterator::count)
    }
}

fn refusal(post: &Post) -> (Cause, String) {
    match &post.targets[0].outcome {
        Outcome::Refused(refusal) => (refusal.cause, refusal.words.clone()),
        other => panic!("{other:?}"),
    }
}

/// A web server that answers everything with `body`; its address, and how often it was asked.
async fn web(body: Vec<u8>) -> (String, Arc<std::sync::Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/roast.png", listener.local_addr().unwrap());
    let asked = Arc::new(std::sync::Mutex::new(Vec::new()));
    let kept = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut line, _)) = listener.accept().await {
            let mut head = vec![0; 8192];
            let read = line.read(&mut head).await.unwrap_or(0);
            kept.lock().unwrap().push(String::from_utf8_lossy(&head[..read]).into_owned());
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n", body.len());
            let _ = line.write_all(&[head.as_bytes(), &body].concat()).await;
        }
    });
    (address, asked)
}

pub fn picture() -> Vec<u8> {
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    picture.extend(640_u32.to_be_bytes());
    picture.extend(480_u32.to_be_bytes());
    // Depth, form and checksum of the header; a part that nobody reads; the end.
    picture.extend([8; 9]);
    picture.extend((20_000_u32 - 57).to_be_bytes());
    picture.extend(b"fiLl");
    picture.resize(20_000 - 12, 8);
    picture.extend(b"\0\0\0\0IEND\xaeB`\x82");
    picture
}

#[tokio::test]
async fn what_was_attached_by_its_address_is_fetched_once_and_brought_as_a_file() {
    let mut house = house().await;
    let (address, asked) = web(picture()).await;
    let mut post = house.post("With a picture from the web", 5);
    post.media = vec![Media::at_address(address.clone(), MediaKind::Image)];
    assert!(house.desk.media_problems(&post).is_empty());
    let post = house.scheduled(post).await;
    assert_eq!(post.targets[0].outcome, Outcome::Accepted, "{post:#?}");
    let requests = house.stage.requests();
    let uploaded = requests.iter().find(|request| request.path.ends_with("/wp/v2/media")).unwrap();
    assert_eq!((uploaded.body.as_str(), uploaded.status), ("20000 bytes", 201));
    let composed = requests.iter().find(|request| request.path.ends_with("/composer")).unwrap();
    assert!(composed.body.contains("\"upload_media\":true") && !composed.body.contains("roast.png"), "{composed:?}");
    {
        let asked = asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "once");
        assert!(!asked[0].to_lowercase().contains("authorization"), "{asked:?}");
    }
    assert_eq!(house.left(), 0, "nothing of it stays here");
    // Moved, it is the same picture.
    house.desk.move_posts(vec![(post.id, Schedule::at(noon() + TimeDelta::hours(6), chrono_tz::UTC))]).await.unwrap();
    house.worker.push_all().await.unwrap();
    assert_eq!((asked.lock().unwrap().len(), house.stage.posts().len()), (1, 1));
}

#[tokio::test]
async fn what_is_no_picture_or_was_not_attached_here_keeps_its_post_from_leaving() {
    let mut house = house().await;
    let (page, _) = web(b"<html><h1>Not found</h1></html>".to_vec()).await;
    for (source, words) in [
        (page.as_str(), "no picture, film or document"),
        ("https://media.example/roast.png", "outside this machine"),
        ("http://127.0.0.1:1/roast.png", "nobody can be reached"),
    ] {
        let mut post = house.post("With something else", 5);
        post.media = vec![Media::at_address(source.into(), MediaKind::Image)];
        let post = house.scheduled(post).await;
        let (cause, said) = refusal(&post);
        assert_eq!(cause, Cause::Media);
        assert!(said.contains(words) && said.contains("nothing of"), "{said}");
    }
    // An address that came with somebody else's post is asked for by nobody.
    let (address, asked) = web(picture()).await;
    let mut foreign = house.post("From elsewhere", 5);
    foreign.source = Source::Provider;
    foreign.media = vec![Media::at_address(address, MediaKind::Image)];
    let foreign = house.scheduled(foreign).await;
    assert!(refusal(&foreign).1.contains("nobody here attached it"), "{foreign:#?}");
    assert_eq!((asked.lock().unwrap().len(), house.left(), house.stage.posts().len()), (0, 0, 0));
}

#[tokio::test]
async fn many_posts_are_found_shown_and_deleted_one_by_one() {
    let mut house = house().await;
    let mut ids = Vec::new();
    for (at, body) in ["One", "Two", "Three #refuseme", "Four #refuseme"].into_iter().enumerate() {
        let post = house.post(body, at as i64 + 1);
        ids.push(house.scheduled(post).await.id);
    }
    // Two go out, two fail at the network.
    house.stage.pass(TimeDelta::hours(6));
    house.worker.pull().await.unwrap();
    let coming = house.post("Five", 30);
    let coming = house.scheduled(coming).await.id;
    let failed = |text: &str| Criteria { filter: Filter::parse(text).unwrap(), ..Criteria::default() };
    let none = house.desk.doomed(&Criteria::default()).await.unwrap_err().to_string();
    assert!(none.contains("--all"), "{none}");
    let found = house.desk.doomed(&failed("status:failed")).await.unwrap();
    let found: Vec<PostId> = found.posts.iter().map(|post| post.id).collect();
    assert_eq!(found, ids[2..], "in the order of their moments");
    let except = Criteria { except: vec![ids[2]], ..failed("status:failed") };
    assert_eq!(house.desk.doomed(&except).await.unwrap().posts.len(), 1);
    let old = Criteria { older_than: Some(TimeDelta::hours(3)), ..failed("status:failed") };
    assert_eq!(house.desk.doomed(&old).await.unwrap().posts.iter().map(|post| post.id).collect::<Vec<_>>(), [ids[2]]);
    let elsewhere = Criteria { account: Some(AccountName::new("nowhere")), all: true, ..Criteria::default() };
    assert!(house.desk.doomed(&elsewhere).await.unwrap_err().to_string().contains("account"));
    let all = Criteria { all: true, ..Criteria::default() };
    assert_eq!(house.desk.doomed(&all).await.unwrap().posts.len(), 5);
    let named = Criteria { ids: vec![ids[3], coming], ..Criteria::default() };
    assert_eq!(house.desk.doomed(&named).await.unwrap().posts.len(), 2);

    house.desk.delete(&[ids[2], ids[3], coming]).await.unwrap();
    house.worker.push_all().await.unwrap();
    assert_eq!(house.stage.posts().len(), 2, "what failed goes away at the site as well");
    let deletes: Vec<_> = house.stage.requests().into_iter().filter(|request| request.method == "DELETE").collect();
    assert!(deletes.len() == 3 && deletes.iter().all(|request| request.body.contains("\"include_all\":false")));
    house.worker.pull().await.unwrap();
    assert_eq!(house.desk.doomed(&all).await.unwrap().posts.len(), 2, "and none of it comes back by itself");

    // One step, one key: what had not gone out is back, at the site too.
    house.desk.undo().await.unwrap();
    house.worker.push_all().await.unwrap();
    let back = house.kept(coming).await;
    assert_eq!((back.state(house.stage.clock.now()), house.stage.posts().len()), (State::Scheduled, 3), "{back:#?}");
}

#[tokio::test]
async fn settings_are_read_kept_changed_and_refused_in_words() {
    let house = house().await;
    let asked = |house: &House| {
        let all = house.stage.requests();
        all.iter().filter(|request| request.path.contains("settings")).count()
    };
    let x = house.desk.whose(&house.account, "x").await.unwrap();
    let read = house.desk.settings(&house.account, &x, false).await.unwrap();
    let value = |rows: &[runsheet::domain::settings::Setting], name: &str| {
        rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name} in {rows:?}")).clone()
    };
    let cut = value(&read.rows, "cut_post_text");
    assert_eq!((cut.value, cut.default), (json!(false), Some(json!(false))));
    assert_eq!(value(&read.rows, "attach_link").default, Some(json!(true)));
    let before = asked(&house);
    house.desk.settings(&house.account, &x, false).await.unwrap();
    assert_eq!(asked(&house), before, "read lately");
    house.desk.settings(&house.account, &x, true).await.unwrap();
    assert_eq!(asked(&house), before + 1, "asked anew");

    let set = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let now = house.desk.change_settings(&house.account, &x, &set("cut_post_text", "yes")).await.unwrap();
    assert_eq!(value(&now.rows, "cut_post_text").value, json!(true));
    assert_eq!(value(&now.rows, "post_text").value, json!("{post_title}"), "the rest stays");
    let kept = house.desk.settings(&house.account, &x, false).await.unwrap();
    assert_eq!(value(&kept.rows, "cut_post_text").value, json!(true), "what is kept is what was saved");
    for (name, typed, words) in [
        ("cut_post_text", "perhaps", "yes or no"),
        ("cut_pots_text", "yes", "did you mean cut_post_text"),
        ("share_to_first_comment", "yes", "first_comment_text"),
    ] {
        let error = house.desk.change_settings(&house.account, &x, &set(name, typed)).await.unwrap_err();
        assert!(error.words.contains(words) && !error.unreachable, "{error}");
    }

    let channel = house.desk.whose(&house.account, "2").await;
    let channel = match channel {
        Ok(channel) => channel,
        Err(_) => Whose::Channel(house.stage.target("x").remote),
    };
    let inside = "custom_post_data.post_content";
    let there = house.desk.settings(&house.account, &channel, false).await.unwrap();
    assert!(there.rows.iter().any(|row| row.name == inside), "{:?}", there.rows);
    let now = house.desk.change_settings(&house.account, &channel, &set(inside, "Hello {post_title}")).await.unwrap();
    assert_eq!(value(&now.rows, inside).value, json!("Hello {post_title}"));
    assert!(!format!("{now:?}").contains("proxy"));
    let saved = house.stage.requests().into_iter().rfind(|request| request.method == "POST").unwrap();
    assert!(saved.body.contains("proxy.example"), "left out, it would be wiped");
}

#[tokio::test]
async fn what_the_site_would_drop_is_refused_before_it_is_kept() {
    let mut house = house().await;
    let error = house.desk.save(house.post("I <3 you", 5), "scheduled").await.unwrap_err().to_string();
    for part in ["tag", "put a space behind the <", "nothing was kept"] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(house.desk.store.weeks(noon(), noon() + TimeDelta::days(2)).await.unwrap().len(), 0);
    assert!(house.desk.store.outbox().await.unwrap().is_empty());
    // A draft may say what it likes; it is judged when it is to go out.
    let draft = Post { wish: Wish::Draft, ..house.post("I <3 drafts", 5) };
    let id = house.desk.save(draft, "saved").await.unwrap();
    assert!(house.desk.publish_now(&[id]).await.unwrap_err().to_string().contains("tag"));
    let kept = house.kept(id).await;
    assert_eq!((kept.wish, kept.pending), (Wish::Draft, false));
    let post = house.scheduled(house.post("I < 3 you", 5)).await;
    assert_eq!(post.targets[0].outcome, Outcome::Accepted);
}
