//! Retrying and deleting at a WordPress site, whose own "all" and filters take more than they say: the posts are found
//! here, shown with their count, and named to the site one by one.

use chrono::{TimeDelta, Utc};
use runsheet::clock::Clock;
use runsheet::demo::{Status, Trouble};
use serde_json::Value;

use crate::home::Home;

fn home() -> Home {
    Home::alone("posto", Clock::system(), str::to_owned)
}

/// A post for X in the year 2030; its id here.
fn scheduled(home: &Home, words: &str) -> String {
    let channels = home.run(&["channels", "--json"]).ended(0).rows();
    let x = channels.iter().find(|channel| channel["network"] == "x").unwrap()["full_name"].as_str().unwrap();
    let said = home.pipe(words, &["post", "-", "--to", x, "--when", "2030-01-02 09:00", "--json"]).ended(0);
    said.json()["id"].as_str().unwrap().to_owned()
}

/// Lets the posts that say this have failed at the site so many days ago, and reads that.
fn failed(home: &Home, words: &[&str], days: i64) {
    for post in home.world().posts("posto").iter().filter(|post| words.contains(&post.content.as_str())) {
        home.world().edit_post("posto", &post.id, |post| {
            (post.status, post.scheduled_for) = (Status::Failed, Some(Utc::now() - TimeDelta::days(days)));
            for target in &mut post.targets {
                target.status = Status::Failed;
                target.error = Trouble::named("outage", &target.network).map(|trouble| trouble.error);
            }
        });
    }
    home.run(&["sync"]);
}

fn at_the_site(home: &Home) -> Vec<String> {
    let mut words: Vec<String> = home.world().posts("posto").into_iter().map(|post| post.content).collect();
    words.sort();
    words
}

fn bodies(home: &Home, method: &str, end: &str) -> Vec<Value> {
    let requests = home.world().requests().into_iter();
    let mine = requests.filter(|request| request.method == method && request.path.ends_with(end));
    mine.map(|request| serde_json::from_str(&request.body).unwrap()).collect()
}

/// Counts first and deletes nothing; then deletes.
fn deletes(home: &Home, criteria: &[&str], count: &str) {
    let before = (at_the_site(home), home.posts().len());
    let asked = home.run(&[&["delete"], criteria].concat());
    asked.ended(1).says(&[count, "would be deleted; nothing was"]);
    assert_eq!((at_the_site(home), home.posts().len()), before, "{criteria:?} only looks");
    home.run(&[&["delete", "--yes"], criteria].concat()).ended(0).says(&[count, "deleted"]);
}

#[test]
fn a_mistyped_account_or_network_of_settings_is_answered_with_the_nearest() {
    let home = home();
    let name = home.demo.account("posto").unwrap().name.clone();
    let said = format!("did you mean {name}? these have: {name}");
    home.run(&["settings", &format!("{name}e")]).ended(1).says(&[&said]);
    home.run(&["settings", &format!("{name}e"), "x"]).ended(1).says(&[&said]);
    let channels = home.run(&["channels", "--json"]).ended(0).rows();
    let networks = channels.iter().map(|channel| channel["network"].as_str().unwrap().to_owned());
    let network = networks.max_by_key(String::len).unwrap();
    let near = format!("did you mean the network {network}?");
    home.run(&["settings", &name, &format!("{network}k")]).ended(1).says(&[&near]);
}

#[test]
fn posts_are_deleted_by_ids_status_age_and_all_and_always_by_the_ids_of_their_rows() {
    let home = home();
    let ids: Vec<String> = ["A", "B", "C", "D", "E", "F", "G"].iter().map(|words| scheduled(&home, words)).collect();
    deletes(&home, &[&ids[0]], "1 post");
    assert_eq!(at_the_site(&home), ["B", "C", "D", "E", "F", "G"]);
    failed(&home, &["B", "C"], 40);
    failed(&home, &["D"], 2);
    deletes(&home, &["--older-than", "30d", "--except", &ids[2]], "1 post");
    assert_eq!(at_the_site(&home), ["C", "D", "E", "F", "G"]);
    deletes(&home, &["--status", "failed"], "2 posts");
    assert_eq!(at_the_site(&home), ["E", "F", "G"]);
    deletes(&home, &["--filter", "net:x F"], "1 post");
    assert_eq!(at_the_site(&home), ["E", "G"]);
    deletes(&home, &["--all", "--except", &ids[6]], "1 post");
    deletes(&home, &["--all"], "1 post");
    assert!(at_the_site(&home).is_empty() && home.posts().is_empty());
    let bodies = bodies(&home, "DELETE", "/schedules");
    assert_eq!(bodies.len(), 7);
    for body in bodies {
        assert_eq!((&body["include_all"], body["include_ids"].as_array().unwrap().len()), (&false.into(), 1), "{body}");
        assert_eq!((&body["exclude_ids"], &body["filters"]), (&serde_json::json!([]), &serde_json::json!({})));
    }
}

#[test]
fn one_or_many_are_retried_by_their_rows_and_nothing_is_made_anew() {
    let home = home();
    let ids: Vec<String> = ["A", "B", "C"].iter().map(|words| scheduled(&home, words)).collect();
    failed(&home, &["A", "B", "C"], 1);
    assert_eq!(home.run(&["failed", "--json"]).ended(0).rows().len(), 3);
    home.run(&["failed", "retry", &ids[0]]).ended(0);
    assert_eq!(bodies(&home, "POST", "/schedules/retry").len(), 1);
    // Several leave apart, so that no feed is flooded: the second one waits its turn.
    let said = home.run(&["failed", "retry", &ids[1], &ids[2]]);
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "60")]).ended(0);
    let retries = bodies(&home, "POST", "/schedules/retry");
    assert_eq!(retries.len(), 3);
    assert!(retries.iter().all(|body| body["ids"].as_array().unwrap().len() == 1), "{retries:?}");
    assert_eq!(at_the_site(&home), ["A", "B", "C"], "the same posts, tried again");
    assert!(home.run(&["failed", "--json"]).ended(0).rows().is_empty());
}
