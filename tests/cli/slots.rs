//! The next free slot instead of a time, by the shell and in files.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use crate::home::Home;

/// Somebody with a slot at noon in Berlin every day, for the channel at X.
fn with_slots() -> Home {
    let home = Home::settled();
    let config = std::fs::read_to_string(home.config()).unwrap();
    home.write_config(&(config + "\n[[slots]]\nchannel = \"@acme\"\ntimes = [\"12:00\"]\n"));
    home
}

fn instant(post: &Value) -> DateTime<Utc> {
    post["instant"].as_str().unwrap().parse().unwrap()
}

fn wall(at: DateTime<Utc>) -> chrono::NaiveDateTime {
    at.with_timezone(&chrono_tz::Europe::Berlin).naive_local()
}

#[test]
fn a_post_takes_the_next_slot_and_the_next_post_the_one_after_it() {
    let home = with_slots();
    let post = |body: &str, to: &str, when: &str| home.pipe(body, &["post", "-", "--to", to, "--when", when, "--json"]);
    let first = instant(&post("First", "x:@acme", "slot").ended(0).json());
    let second = post("Second", "x:@acme", "Next slot").ended(0).json();
    let second_at = instant(&second);
    assert!(wall(first).to_string().ends_with("12:00:00") && first > Utc::now(), "{first}");
    assert_eq!(wall(second_at) - wall(first), TimeDelta::days(1));
    let late: Vec<_> = home.at_late().iter().filter_map(|post| post.scheduled_for).collect();
    assert!(late.contains(&first) && late.contains(&second_at), "{late:?}");
    // Away from it and back: the slot was free again.
    let id = second["id"].as_str().unwrap();
    home.run(&["move", id, "9d"]).ended(0);
    assert_eq!(instant(&home.run(&["move", id, "slot", "--json"]).ended(0).json()), second_at);
    post("Other", "linkedin:acme-gmbh", "slot").ended(1).says(&["its channels have no [[slots]]"]);
    home.configure(None);
    post("None", "x:@acme", "slot").ended(1).says(&["there are no posting slots", "[[slots]]"]);
}

#[test]
fn rows_take_one_slot_after_the_other_and_keep_theirs() {
    let home = with_slots();
    let taken = || -> Vec<DateTime<Utc>> {
        let mut all: Vec<_> = home.posts().iter().map(instant).collect();
        all.sort();
        all
    };
    let table = home.folder.path().join("plan.csv");
    std::fs::write(&table, "text,to,when,key\nOne,x:@acme,slot,a\nTwo,x:@nobody,slot,b\nThree,x:@acme,Next slot,c\n")
        .unwrap();
    home.run(&["import", table.to_str().unwrap()]).ended(1).says(&["2 stored of 3 rows"]);
    let two = taken();
    assert_eq!(two.windows(2).map(|pair| wall(pair[1]) - wall(pair[0])).collect::<Vec<_>>(), [TimeDelta::days(1)]);
    let lines = home.folder.path().join("plan.jsonl");
    let line = |body: &str| {
        format!("{{\"body\": \"{body}\", \"to\": \"x:@acme\", \"when\": \"slot\", \"key\": \"{body}\"}}\n")
    };
    std::fs::write(&lines, line("Four")).unwrap();
    home.run(&["import", lines.to_str().unwrap()]).ended(0);
    std::fs::write(&lines, line("Four") + &line("Five")).unwrap();
    home.run(&["import", lines.to_str().unwrap()]).ended(0).says(&["1 stored, 1 was there already"]);
    let four = taken();
    assert_eq!((four.len(), &four[..2]), (4, &two[..]));
    assert!(four.windows(2).all(|pair| wall(pair[1]) - wall(pair[0]) == TimeDelta::days(1)), "{four:?}");
}

#[test]
fn a_campaign_goes_out_in_the_slots_and_a_second_run_takes_none_twice() {
    let home = with_slots();
    let path = home.folder.path().join("launch.txt");
    std::fs::write(&path, "One\nTwo\n").unwrap();
    let run = |more: &[&str]| {
        let base =
            ["campaign", path.to_str().unwrap(), "--start", "2030-01-07 00:00", "--every", "slot", "--to", "x:@acme"];
        home.run(&[&base[..], more].concat())
    };
    run(&["--at", "09:00"]).ended(2).says(&["leave --at"]);
    run(&["--dry-run"]).ended(0).says(&["2 ok", "nothing was scheduled"]);
    let asked = |home: &Home| home.world().requests().iter().any(|request| request.path.contains("validate"));
    assert!(asked(&home), "the provider that validates was asked");
    run(&[]).ended(0).says(&["2 ok"]);
    let days = || {
        let mut days: Vec<String> = home.posts().iter().map(|post| wall(instant(post)).to_string()).collect();
        days.sort();
        days
    };
    assert_eq!(days(), ["2030-01-07 12:00:00", "2030-01-08 12:00:00"]);
    std::fs::write(&path, "One\nTwo\nThree\n").unwrap();
    run(&[]).ended(0).says(&["1 ok, 2 there already"]);
    assert_eq!(days()[2], "2030-01-09 12:00:00");
}
