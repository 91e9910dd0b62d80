//! What a provider is bound to refuse, and what nobody looked at: said by the commands before anything is kept.

use runsheet::clock::Clock;
use serde_json::Value;

use crate::home::Home;

const WHEN: &str = "2030-01-02 09:00";
const TWO: [&str; 4] = ["--media", "https://a.example/one.png", "--media", "https://a.example/two.png"];

fn channel(home: &Home, network: &str) -> String {
    let channels = home.run(&["channels", "--json"]).ended(0).rows();
    let found = channels.iter().find(|row| row["network"] == network).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

fn nothing_happened(home: &Home, provider: &str) {
    assert!(home.posts().is_empty() && home.world().posts(provider).is_empty());
    assert!(home.world().requests().iter().all(|request| request.method == "GET"), "{:?}", home.world().requests());
}

#[test]
fn more_than_one_attachment_where_a_post_has_one_is_said_and_nothing_is_kept() {
    let home = Home::alone("oktopost", Clock::system(), str::to_owned);
    let to = channel(&home, "linkedin");
    home.world().forget_requests();
    let args = [&["post", "-", "--to", &to, "--when", WHEN][..], &TWO].concat();
    let words = ["one attachment per post, and this one has 2", "keep one of them for this channel"];
    home.pipe("Two pictures", &args).ended(1).says(&words).says(&["nothing was scheduled"]);
    home.pipe("Two pictures", &[&args[..], &["--dry-run"]].concat()).ended(1).says(&words);
    nothing_happened(&home, "oktopost");
    // As a draft it is kept, and still said.
    home.pipe("Two pictures", &["post", "-", "--to", &to, "--draft", TWO[0], TWO[1], TWO[2], TWO[3]])
        .ended(0)
        .says(&words);
    let one = ["post", "-", "--to", &to, "--when", WHEN, TWO[0], TWO[1]];
    home.pipe("One picture", &one).ended(0).says(&["one.png is not measured: lies at an address"]);
}

#[test]
fn what_a_site_would_take_for_a_tag_is_said_of_every_row_and_file() {
    let home = Home::alone("posto", Clock::system(), str::to_owned);
    let to = channel(&home, "x");
    home.world().forget_requests();
    let words = ["for the beginning of a tag", "put a space behind the <"];
    home.pipe("I <3 you", &["post", "-", "--to", &to, "--when", WHEN]).ended(1).says(&words);
    let line = serde_json::json!({"body": "I <3 rows", "to": [to], "when": WHEN}).to_string();
    let said = home.pipe(&line, &["import", "-", "--dry-run"]);
    assert!(said.code != 0, "{said:?}");
    assert!(format!("{}{}", said.out, said.err).contains(words[0]), "{said:?}");
    let file = home.folder.path().join("table.csv");
    std::fs::write(&file, format!("text,channels,when\nI <3 tables,{to},{WHEN}\n")).unwrap();
    let said = home.run(&["import", file.to_str().unwrap(), "--dry-run"]);
    assert!(format!("{}{}", said.out, said.err).contains(words[0]), "{said:?}");
    nothing_happened(&home, "posto");
}

#[test]
fn a_check_says_what_nobody_measured() {
    let home = Home::settled();
    let text = "---\nmedia:\n  - https://a.example/one.png\n---\nLook at this\n";
    let file = home.folder.path().join("post.md");
    std::fs::write(&file, text).unwrap();
    let said = home.run(&["check", file.to_str().unwrap(), "--network", "bluesky"]).ended(0);
    assert!(said.out.contains("hint: one.png is not measured: lies at an address"), "{said:?}");
    let said = home.run(&["preview", file.to_str().unwrap(), "--network", "bluesky"]).ended(0);
    assert!(said.out.contains("[image one.png (not measured: lies at an address)"), "{said:?}");
}

#[test]
fn a_doctor_tells_what_was_spent_of_the_calls_and_how_old_that_is() {
    let home = Home::alone("oktopost", Clock::system(), str::to_owned);
    let calls = |args: &[&str]| home.run(args).ended(0).json()["accounts"][0]["calls"].clone();
    let before = calls(&["doctor", "--offline", "--json"]);
    let spent = before["today"].as_u64().unwrap();
    assert!(spent > 0 && before["last"].is_string(), "{before}");
    assert_eq!((&before["minute_limit"], &before["day_limit"]), (&Value::from(60), &Value::from(20_000)));
    let asked = calls(&["doctor", "--json"]);
    assert_eq!(asked["today"].as_u64(), Some(spent + 1), "this look is a call too: {asked}");
    let said = home.run(&["doctor"]).ended(0);
    let line = said.out.lines().find(|line| line.starts_with("calls")).unwrap();
    for part in ["of 60 in the last minute", "of 20000 since midnight UTC", "the last one", "s ago"] {
        assert!(line.contains(part), "{line}");
    }
    let late = Home::settled();
    assert!(!late.run(&["doctor"]).ended(0).out.contains("since midnight"), "where nobody counts, nothing is told");
}
