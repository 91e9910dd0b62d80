//! Many posts from a file: all or none, and none twice.

use serde_json::Value;

use crate::home::Home;

fn ids(out: &str) -> Vec<&str> {
    out.lines().collect()
}

const THREE: &str = r#"{"body": "One", "to": "x:@acme", "when": "2030-01-02T09:00:00Z", "key": "a"}

{"body": "Two", "to": ["x:@acme", "x:@acme"], "when": 1893578400, "key": "b"}
{"body": "Three, one day"}
"#;

#[test]
fn each_line_is_one_post_and_prints_its_id_and_sync_sends_them() {
    let home = Home::settled();
    let said = home.pipe(THREE, &["import", "-"]).ended(0).says(&["3 stored", "runsheet sync"]);
    let known = ids(&said.out);
    assert_eq!(known.len(), 3);
    assert!(home.creates().is_empty(), "importing sends nothing");
    home.run(&["sync"]).ended(0);
    let mut there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["One", "Two"], "what has no time stays here");

    let listed = home.run(&["list", "--json", "--status", "scheduled,draft"]).ended(0).rows();
    let row = |id: &str| listed.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id}: {listed:?}"));
    let one = row(known[0]);
    assert_eq!(
        (&one["body"], &one["status"], &one["instant"]),
        (&Value::from("One"), &Value::from("scheduled"), &Value::from("2030-01-02T09:00:00Z"))
    );
    assert_eq!(one["remote_id"], home.at_late().iter().find(|post| post.content == "One").unwrap().id.as_str());
    assert_eq!(row(known[1])["instant"], "2030-01-02T10:00:00Z");
    let draft = row(known[2]);
    assert_eq!(
        (&draft["status"], &draft["remote_id"], &draft["instant"]),
        (&"draft".into(), &Value::Null, &Value::Null)
    );
    assert!(home.run(&["list", "--json", "--status", "failed"]).ended(0).rows().is_empty());
}

#[test]
fn a_key_makes_one_post_and_always_prints_its_id() {
    let home = Home::settled();
    let first = home.pipe(THREE, &["import", "-"]).ended(0);
    let again = home.pipe(THREE, &["import", "-", "--json"]).ended(0).says(&["1 stored, 2 were there already"]);
    let again = again.rows();
    assert_eq!((&again[0]["id"], &again[1]["id"]), (&ids(&first.out)[0].into(), &ids(&first.out)[1].into()));
    assert_eq!(again.iter().map(|row| &row["made"]).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(again.iter().map(|row| &row["line"]).collect::<Vec<_>>(), [1, 3, 4]);
    let twice = r#"{"body": "A", "key": "same"}
{"body": "B", "key": "same"}"#;
    let said = home.pipe(twice, &["import", "-"]).ended(0);
    assert_eq!(ids(&said.out)[0], ids(&said.out)[1]);
    home.run(&["sync"]).ended(0);
    home.pipe(THREE, &["import", "-"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 2);
}

#[test]
fn a_bad_line_is_named_with_what_would_be_right_and_nothing_is_half_imported() {
    let home = Home::settled();
    let good = r#"{"body": "Fine", "to": "x:@acme", "when": "2030-01-02T09:00:00Z", "key": "fine"}"#;
    for (line, parts) in [
        (r#"{"body": "#.as_bytes(), &["line 2:", "expected {\"body\""][..]),
        (br#"{"text": "x"}"#, &["line 2:", "unknown field `text`", "body"]),
        (br#"{"to": "x:@acme"}"#, &["line 2:", "missing field `body`"]),
        (br#"{"body": " "}"#, &["line 2:", "body is empty"]),
        (br#"{"body": "x", "to": 5}"#, &["line 2:", "a list of channels"]),
        (br#"{"body": "x", "when": ["x"]}"#, &["line 2:", "unix seconds"]),
        (br#"{"body": "x", "to": "x:@acmee"}"#, &["line 2:", "did you mean"]),
        (
            br#"{"body": "x", "to": "x:@acme", "when": "someday"}"#,
            &["line 2:", "\"someday\" is not a time", "tomorrow 9"],
        ),
        (br#"{"body": "x", "to": "x:@acme", "when": "2020-01-02T09:00:00Z"}"#, &["line 2:", "that time has passed"]),
        // The clocks of Berlin skip this hour, and show that one twice.
        (br#"{"body": "x", "to": "x:@acme", "when": "2030-03-31 02:30"}"#, &["line 2:", "skip", "01:59", "03:00"]),
        (br#"{"body": "x", "to": "x:@acme", "when": "2030-10-27 02:30"}"#, &["line 2:", "twice", "+02:00", "+01:00"]),
        (br#"{"body": "x", "when": "2030-01-02T09:00:00Z"}"#, &["line 2:", "choose a channel"]),
        (br#"{"body": "x", "key": ""}"#, &["line 2:", "a key has"]),
        (b"{\"body\": \"caf\xe9\"}", &["line 2:", "UTF-8"]),
    ] {
        let file = home.folder.path().join("posts.jsonl");
        std::fs::write(&file, [good.as_bytes(), b"\n", line, b"\n"].concat()).unwrap();
        let said = home.run(&["import", file.to_str().unwrap()]).ended(1).says(parts);
        let said = said.says(&["nothing was imported", "mend the 1 line named above"]);
        assert!(said.out.is_empty());
        assert!(home.posts().is_empty(), "{}", String::from_utf8_lossy(line));
    }
    let long =
        format!("{{\"body\": \"{}\", \"to\": \"x:@acme\", \"when\": \"2030-01-02T09:00:00Z\"}}", "a".repeat(300));
    home.pipe(&long, &["import", "-"]).ended(1).says(&["line 1:", "20 over", "280"]);
    home.run(&["import", "/nowhere/posts.jsonl"]).ended(1).says(&["/nowhere/posts.jsonl cannot be read"]);
    assert!(home.creates().is_empty());
}

#[test]
fn a_file_may_name_channels_that_were_never_fetched() {
    let home = Home::new();
    home.pipe(THREE, &["import", "-"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 2);

    let apart = Home::new();
    apart.write_config("[[account]]\nname = \"a\"\nprovider = \"late\"\nbase_url = \"http://127.0.0.1:9/api/v1\"\nkey_env = \"RUNSHEET_TEST_ACME\"\n");
    apart.pipe(THREE, &["import", "-"]).ended(3).says(&["nothing was imported", "not known here yet"]);
}

#[test]
fn a_wrong_clock_is_said_and_the_time_on_the_wire_is_the_one_that_was_meant() {
    let home = Home::settled();
    let ahead = [("RUNSHEET_CLOCK", "900")];
    home.pipe(THREE, &["import", "-"]).ended(0);
    home.run_with(&["sync"], &ahead).ended(0).says(&["this machine's clock is 15 min ahead of the provider's"]);
    let one = home.at_late().into_iter().find(|post| post.content == "One").unwrap();
    assert_eq!(one.scheduled_for.unwrap().to_rfc3339(), "2030-01-02T09:00:00+00:00");
    let doctor = home.run_with(&["doctor", "--json"], &ahead).ended(0).json();
    let seconds = doctor["accounts"][0]["clock_ahead_seconds"].as_i64().unwrap();
    assert!((895..=905).contains(&seconds), "{seconds}");
    let said = home.run(&["sync"]).ended(0);
    assert!(!said.err.contains("clock"), "{said:?}");
}

#[test]
fn changed_zone_data_moves_nothing_and_is_told() {
    let home = Home::settled();
    home.pipe(THREE, &["import", "-"]).ended(0);
    home.run(&["sync"]).ended(0);
    // As if it had been planned when the zone had other rules.
    let db = rusqlite::Connection::open(home.store()).unwrap();
    db.execute("UPDATE post SET wall = '2030-01-02T09:30:00' WHERE body = 'One'", []).unwrap();
    db.execute("UPDATE setting SET value = '2001a' WHERE key = 'zone_data'", []).unwrap();
    drop(db);
    home.run(&["sync"]).ended(0).says(&["the time zones have changed: 1 post shows another time now"]);
    let said = home.run(&["sync"]).ended(0);
    assert!(!said.err.contains("time zones"), "once: {said:?}");
    let doctor = home.run(&["doctor", "--json"]).ended(0).json();
    let listed = &doctor["would_move"][0];
    assert_eq!((&listed["body"], &listed["meant"]), (&"One".into(), &"2030-01-02T09:30:00".into()));
    assert_eq!(listed["instant"], "2030-01-02T09:00:00+00:00");
    assert!(doctor["zone_data"].as_str().unwrap() > "2020");
    let one = home.at_late().into_iter().find(|post| post.content == "One").unwrap();
    assert_eq!(one.scheduled_for.unwrap().to_rfc3339(), "2030-01-02T09:00:00+00:00", "instants do not move");
}
