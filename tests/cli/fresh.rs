//! `list --fresh`: the providers are asked for what a filter takes, and for no more.

use runsheet::clock::Clock;
use runsheet::demo::WebPost;
use serde_json::Value;

use crate::home::Home;

/// Makes a post on the provider's own site, three days from now.
fn made(home: &Home, network: &str, words: &str) -> String {
    let world = home.world();
    let channel = world.channels("posto").into_iter().find(|channel| channel.network == network).unwrap();
    let at = chrono::Utc::now() + chrono::TimeDelta::days(3);
    let post = WebPost { content: words.into(), accounts: vec![channel.id], scheduled_for: Some(at) };
    world.add_post("posto", post).unwrap()
}

fn bodies(rows: &[Value]) -> Vec<&str> {
    rows.iter().filter_map(|row| row["body"].as_str()).collect()
}

#[test]
fn what_a_filter_takes_is_asked_for_and_nothing_else() {
    let home = Home::alone("posto", Clock::system(), str::to_owned);
    made(&home, "twitter", "Tweet");
    let toot = made(&home, "mastodon", "Toot");
    assert!(home.posts().is_empty(), "the list alone asks nobody");
    home.world().forget_requests();
    let rows = home.run(&["list", "--fresh", "--network", "mastodon", "--status", "scheduled", "--json"]);
    assert_eq!(bodies(&rows.ended(0).rows()), ["Toot"]);
    let asked = home.world().requests();
    let calendar = asked.iter().filter(|request| request.path.ends_with("/calendar"));
    assert!(calendar.clone().count() > 0 && calendar.clone().all(|request| request.query.contains("mastodon")));
    assert_eq!(bodies(&home.posts()), ["Toot"], "the other one was not read");
    // Gone there: it is asked for by itself, and gone here too.
    home.world().delete_post("posto", &toot);
    let rows = home.run(&["list", "--fresh", "--network", "mastodon", "--json"]).ended(0).rows();
    assert!(rows.is_empty(), "{rows:?}");
    home.run(&["list", "--fresh", "--network", "mastodon"]).ended(0).says(&["no posts that this filter takes"]);
    home.run(&["sync"]).ended(0);
    assert_eq!(bodies(&home.posts()), ["Tweet"]);
}

#[test]
fn without_an_answer_the_list_shows_what_is_known_and_says_so() {
    let home = Home::alone("posto", Clock::system(), |_| "http://127.0.0.1:9".into());
    let said = home.run(&["list", "--fresh"]).ended(3);
    said.says(&["kontor", "nothing is lost", "no posts"]);
}
