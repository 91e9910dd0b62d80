//! What is scheduled from the shell arrives, exactly once, whatever happens on the way.

use std::fs::File;
use std::net::TcpListener;
use std::sync::OnceLock;
use std::time::Duration;

use runsheet::clock::Clock;
use runsheet::demo::{Fault, FaultKind};
use runsheet::domain::ids::IdSource;
use runsheet::session::{self, Options, Purpose, Session};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::home::Home;

const POST: &[&str] = &["post", "-", "--to", "x:@acme", "--when", "tomorrow 9", "--json"];

fn id(post: &Value) -> &str {
    post["id"].as_str().unwrap()
}

/// An address where nobody listens.
fn dead_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/api/v1", listener.local_addr().unwrap())
}

#[test]
fn a_scheduled_post_arrives_exactly_once_and_moves() {
    let home = Home::settled();
    let post = home.pipe("See you tomorrow", POST).ended(0).json();
    assert_eq!(post["status"], "scheduled");
    let there = home.at_late();
    assert_eq!((there.len(), there[0].content.as_str()), (1, "See you tomorrow"));
    let wall = post["when"].as_str().unwrap();
    assert!(wall.contains("T09:00:00+0"), "nine o'clock in the configured zone: {wall}");
    let asked: chrono::DateTime<chrono::FixedOffset> = wall.parse().unwrap();
    assert_eq!(there[0].scheduled_for, Some(asked.to_utc()));
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.creates().len(), home.posts().len()), (1, 1, 1));

    let moved = home.run(&["move", id(&post), "2030-01-02", "11:15", "--json"]).ended(0).json();
    assert_eq!(moved["when"], "2030-01-02T11:15:00+01:00");
    assert_eq!(home.at_late()[0].scheduled_for.unwrap().to_rfc3339(), "2030-01-02T10:15:00+00:00");
    assert_eq!(home.at_late().len(), 1);
    home.run(&["move", id(&post), "someday"]).ended(2).says(&["someday"]);
}

#[test]
fn a_draft_stays_here() {
    let home = Home::settled();
    let post = home.pipe("Not yet", &["post", "-", "--draft", "--to", "x:@acme", "--json"]).ended(0).json();
    assert_eq!(post["status"], "draft");
    home.run(&["sync"]).ended(0);
    assert!(home.at_late().iter().all(|post| post.scheduled_for.is_none()));
    assert_eq!(home.posts().len(), 1);
}

#[test]
fn words_that_nobody_can_read_stop_nothing() {
    let home = Home::settled();
    home.configure(Some(&dead_address()));
    // It has something to say, and says it after the post was kept.
    let post = home.pipe_unheard("To the wall", POST).ended(3).json();
    assert_eq!((post["status"].as_str(), post["pending"].as_bool()), (Some("scheduled"), Some(true)));
    home.configure(None);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.creates().len()), (1, 1));
    home.pipe_unheard("", &["post", "-", "--to", "nobody"]).ended(2);
}

#[test]
fn what_cannot_be_sent_is_kept_and_sent_once_later() {
    let home = Home::settled();
    home.configure(Some(&dead_address()));
    let post = home.pipe("Sent from a train", POST).ended(3);
    let post = post.says(&["kept in the outbox", "runsheet sync"]).json();
    assert_eq!((post["status"].as_str(), post["pending"].as_bool()), (Some("scheduled"), Some(true)));
    home.run(&["sync"]).ended(3).says(&["acme", "cannot be reached"]);
    assert!(home.at_late().is_empty());
    home.configure(None);
    let said = home.run(&["sync", "--json"]).ended(0).json();
    assert_eq!(said["waiting"], 0);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.creates().len()), (1, 1));
    assert_eq!(home.posts()[0]["pending"], false);
}

#[test]
fn a_cut_before_anything_was_taken_is_repeated_with_the_same_key_and_bytes() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::CutBefore).at("late").on("POST", "/posts"));
    home.pipe("Once and only once", POST).ended(4).says(&["not known"]);
    home.run(&["sync"]).ended(0);
    let sent = home.creates();
    assert_eq!((sent.len(), home.at_late().len()), (2, 1));
    assert!(sent[0].idempotency_key.is_some());
    assert_eq!((&sent[0].idempotency_key, &sent[0].body), (&sent[1].idempotency_key, &sent[1].body));
}

#[test]
fn an_unknown_outcome_is_verified_and_found() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::CutAfter).at("late").on("POST", "/posts"));
    let post = home.pipe("Did it arrive?", POST).ended(4).says(&["not known", "failed verify"]).json();
    assert_eq!(post["status"], "unknown");
    let listed = home.run(&["failed", "--json"]).ended(0).rows();
    assert_eq!(listed[0]["targets"][0]["error"]["cause"], "unknown_outcome");
    home.run(&["failed", "retry", id(&post)]).ended(1).says(&["may be live already"]);
    let verified = home.run(&["failed", "verify", id(&post), "--json"]).ended(0).rows();
    assert_eq!(verified[0]["status"], "scheduled");
    let found = &verified[0]["found"][0];
    assert_eq!(
        (&found["was"], &found["status"], &found["next"]),
        (&"unknown".into(), &"scheduled".into(), &Value::Null)
    );
    assert!(found["words"].as_str().unwrap().contains("acme has it"), "{found}");
    assert_eq!((home.at_late().len(), home.creates().len()), (1, 1));
    assert!(home.run(&["failed", "--json"]).ended(0).rows().is_empty());
}

#[test]
fn what_failed_is_retried_and_nothing_else() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::Status(422)).at("late").on("POST", "/posts"));
    let post = home.pipe("Refused at first", POST).ended(1).json();
    assert_eq!(post["status"], "failed");
    assert_eq!(home.run(&["failed", "--json"]).ended(0).rows().len(), 1);
    // A look finds out the same, and says what can be done.
    let said = home.run(&["failed", "verify", id(&post)]).ended(1);
    for words in ["x:@acme: failed: it did not go out: ", &format!("`runsheet failed retry {}`", id(&post))] {
        assert!(said.out.contains(words), "{words}: {said:?}");
    }
    let verified = home.run(&["failed", "verify", id(&post), "--json"]).ended(1).rows();
    assert!(verified[0]["found"][0]["next"].as_str().unwrap().contains("failed retry"), "{verified:?}");
    let retried = home.run(&["failed", "retry", id(&post), "--json"]).ended(0).rows();
    assert_eq!(retried[0]["status"], "scheduled");
    assert_eq!(home.at_late().len(), 1);
    home.run(&["failed", "retry", id(&post)]).ended(1).says(&["nothing here has failed"]);
}

#[test]
fn a_sync_that_ends_in_failures_says_that_they_are_there() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::Status(422)).at("late").on("POST", "/posts"));
    let line = r#"{"body": "Refused", "to": "x:@acme", "when": "2030-01-02T09:00:00Z", "key": "a"}"#;
    home.pipe(line, &["import", "-"]).ended(0);
    let said = home.run(&["sync"]).ended(1).says(&["1 post needs you since: `runsheet failed` lists what failed"]);
    assert!(said.out.contains("in order, 1 write"), "{said:?}");
    home.run(&["sync"]).ended(0);
}

#[test]
fn a_refused_key_is_said_and_shown_nowhere() {
    let wrong = "sk_wrong_5ecret0123456789";
    let mut home = Home::settled();
    home.set_late_key(wrong);
    let said = home.pipe("Locked out", &[POST, &["--log", "info"]].concat()).ended(1);
    let said = said.says(&["acme: the key is refused", "kept in the outbox"]);
    let synced = home.run(&["sync", "--log", "info"]).ended(1).says(&["acme", "key"]);
    let log = std::fs::read(home.data().join("runsheet.log")).unwrap();
    assert!(!log.is_empty());
    let mut written =
        vec![said.out.into_bytes(), said.err.into_bytes(), synced.out.into_bytes(), synced.err.into_bytes(), log];
    // The copies of the store too.
    for folder in [home.data(), home.data().join("backups")] {
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        written.extend(files.filter(|path| path.is_file()).map(|path| std::fs::read(path).unwrap()));
    }
    for bytes in written {
        assert!(!bytes.windows(wrong.len()).any(|window| window == wrong.as_bytes()));
    }
    // One refusal is enough: no storm.
    assert!(home.creates().len() <= 2, "{}", home.creates().len());
    let right = home.demo.accounts[0].key.clone();
    home.set_late_key(&right);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
}

#[test]
fn a_power_cut_while_sending_makes_no_second_post() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::Slow(Duration::from_secs(120))).at("late").on("POST", "/posts"));
    let text = home.folder.path().join("post.md");
    std::fs::write(&text, "Cut off in the middle").unwrap();
    let mut child = home.start(&["post", text.to_str().unwrap(), "--to", "x:@acme", "--when", "tomorrow 9"]);
    while home.creates().is_empty() {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the answer");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    home.world().release();
    home.run(&["sync"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
    let posts = home.posts();
    assert_eq!((posts.len(), posts[0]["status"].as_str()), (1, Some("scheduled")));
}

#[test]
fn a_pause_that_is_asked_for_is_no_refusal() {
    let home = Home::settled();
    home.world().fault(Fault::once(FaultKind::RateLimited { retry_after: Some(3600) }).at("late").on("POST", "/posts"));
    home.pipe("Not so fast", POST).ended(3).says(&["kept in the outbox"]);
    assert!(home.at_late().is_empty());
    // A person who asks is tried for at once.
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
}

#[test]
fn options_and_a_first_comment_travel_and_wrong_ones_are_refused_with_what_would_do() {
    let home = Home::settled();
    let to = ["post", "-", "--to", "li:acme-gmbh", "--when", "tomorrow 9"];
    let with = |more: &[&'static str]| [&to[..], more].concat();
    let more = ["--option", "linkedin.no-link-card=yes", "--first-comment", "More below", "--json"];
    let post = home.pipe("With options", &with(&more)).ended(0).json();
    assert_eq!(post["options"], serde_json::json!({"linkedin.no_link_card": true}));
    assert_eq!(post["first_comment"]["text"], "More below");
    let there = home.at_late();
    let told = serde_json::json!({"disableLinkPreview": true, "firstComment": "More below"});
    assert_eq!(there[0].targets[0].options, Some(told));
    for (option, words) in [
        ("linkedin.colour=red", "linkedin has the options"),
        ("privacy=public", "NETWORK.NAME"),
        ("linkedin.no_link_card=perhaps", "yes or no"),
        ("linkedin.no_link_card", "NETWORK.NAME=VALUE"),
    ] {
        let said = home.pipe("Refused", &with(&["--option", option])).ended(2);
        assert!(said.err.to_lowercase().contains(&words.to_lowercase()), "{said:?}");
    }
    // What is not carried is said, and the rest goes.
    let x = ["post", "-", "--to", "x:@acme", "--when", "tomorrow 10", "--first-comment", "Not there"];
    let said = home.pipe("Without it", &x).ended(0);
    assert!(said.err.contains("there is no first comment on X"), "{said:?}");
    assert_eq!((home.at_late().len(), &home.at_late()[1].targets[0].options), (2, &None));
}

#[test]
fn what_is_late_asks_and_never_leaves_by_itself() {
    let home = Home::settled();
    home.configure(Some(&dead_address()));
    let late = ["post", "-", "--to", "x:@acme", "--when", "30m", "--json"];
    let ids: Vec<String> = ["Late one", "Late two", "Late three"]
        .iter()
        .map(|text| id(&home.pipe(text, &late).ended(3).json()).to_owned())
        .collect();
    home.configure(None);
    // Four minutes late it may still leave; six minutes late somebody is asked.
    let hour = [("RUNSHEET_CLOCK", "3600")];
    for _ in 0..2 {
        let said = home.run_with(&["sync"], &hour);
        assert!(said.err.contains("passed while it waited here") || said.code == 0, "{said:?}");
        assert!(home.creates().is_empty() && home.at_late().is_empty(), "nothing leaves by itself");
    }
    let failed = home.run_with(&["failed", "--json"], &hour).ended(0).rows();
    assert_eq!(failed.len(), 3);
    let words = failed[0]["targets"][0]["error"]["words"].as_str().unwrap();
    for part in ["publishes it now", "gives it a new time", "drops it"] {
        assert!(words.contains(part), "{words}");
    }
    let commands = ["`runsheet failed publish ID`", "`runsheet move ID WHEN`", "`runsheet failed drop ID`"];
    let shown = home.run_with(&["failed"], &hour).ended(0).out;
    assert!(commands.iter().all(|command| shown.contains(command)), "{shown}");
    home.run_with(&["failed", "publish", &ids[0]], &hour).ended(0);
    home.run_with(&["move", &ids[1], "2030-01-02", "11:15"], &hour).ended(0);
    home.run_with(&["failed", "drop", &ids[2]], &hour).ended(0);
    home.run_with(&["sync"], &hour).ended(0);
    let mut there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["Late one", "Late two"]);
    assert!(home.run_with(&["failed", "--json"], &hour).ended(0).rows().is_empty());
    home.run_with(&["failed", "publish", &ids[1]], &hour).ended(1).says(&["nothing of it has failed"]);
}

#[test]
fn a_disk_without_room_is_said_and_work_goes_on_when_there_is_room_again() {
    let home = Home::settled();
    let before = home.pipe("Kept before", &["post", "-", "--draft", "--json"]).ended(0).json();
    // No file may grow beyond this: every write of the store fails as on a full disk.
    let long = "x".repeat(400_000);
    let file = home.folder.path().join("long.md");
    std::fs::write(&file, &long).unwrap();
    let said = home.run_cramped(&["post", file.to_str().unwrap(), "--draft"]).ended(1);
    let store = home.store().display().to_string();
    let said = said.says(&[store.as_str(), "everything before it is safe"]);
    assert!(said.out.is_empty(), "nothing is called saved: {said:?}");
    let posts = home.posts();
    assert_eq!((posts.len(), &posts[0]["id"]), (1, &before["id"]));
    home.run(&["post", file.to_str().unwrap(), "--draft"]).ended(0);
    assert_eq!(home.posts().len(), 2);
    assert_eq!(home.run(&["doctor", "--offline", "--json"]).ended(0).json()["store"]["ok"], true);
}

#[test]
fn several_words_are_the_post_itself_and_a_mistyped_file_is_none() {
    let home = Home::settled();
    let post = home.run(&["post", "The doors open at nine", "--all", "--draft", "--json"]).ended(0).json();
    assert_eq!(post["body"], "The doors open at nine");
    assert!(post["targets"].as_array().is_some_and(|targets| targets.len() > 1), "every channel: {post}");
    for file in ["my friday post.md", "posts/friday tip", "friday"] {
        home.run(&["post", file, "--all", "--when", "tomorrow 9"]).ended(1).says(&["cannot be read"]);
    }
    assert_eq!(home.posts().len(), 1);
}

/// The key of the one account that [`window`] opens.
static KEY: OnceLock<String> = OnceLock::new();

/// A window that is open on the same store, and sends.
fn window(home: &Home, runtime: &Runtime) -> Session {
    KEY.set(home.late_key().to_owned()).unwrap();
    let environment = |name: &str| KEY.get().filter(|_| name == "RUNSHEET_TEST_ACME").cloned();
    let (config, data_dir) = (Some(home.config()), Some(home.data()));
    let options = Options { config, data_dir, environment: Some(environment), ..Options::default() };
    runtime.block_on(async {
        let mut session = session::open(&options, Clock::system(), IdSource::random(), Purpose::Screen).await.unwrap();
        session.start_engine();
        session.watch().await;
        session
    })
}

#[test]
fn what_the_open_window_sends_ends_as_if_the_shell_had_sent_it() {
    let home = Home::settled();
    let runtime = Runtime::new().unwrap();
    let window = window(&home, &runtime);
    assert!(window.sends);
    let post = home.pipe("By the window", POST).ended(0).json();
    assert_eq!((home.at_late().len(), &post["pending"]), (1, &Value::Bool(false)), "{post}");
    home.world().fault(Fault::once(FaultKind::Status(422)).at("late").on("POST", "/posts"));
    let refused = home.pipe("Refused to the window", POST).ended(1).json();
    assert_eq!(refused["status"], "failed");
    let retried = home.run(&["failed", "retry", id(&refused), "--json"]).ended(0).rows();
    assert_eq!((home.at_late().len(), &retried[0]["status"]), (2, &"scheduled".into()));
    home.run(&["delete", id(&post), "--yes"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
}

#[test]
fn what_the_open_window_has_not_sent_is_said_and_no_success() {
    let home = Home::settled();
    // Whoever has the lock sends; this one does not get to it.
    let window = File::options().write(true).open(home.data().join("runsheet.lock")).unwrap();
    window.try_lock().unwrap();
    let post = home.pipe("Not yet", POST).ended(3);
    let post = post.says(&["the runsheet that is open sends it", "not sent yet"]).json();
    assert_eq!((&post["pending"], home.at_late().len()), (&Value::Bool(true), 0));
    drop(window);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 1);
}
