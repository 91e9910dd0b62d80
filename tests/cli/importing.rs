//! Many posts from a file of lines: the good ones are taken, the others left over, and none comes twice.

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
    let again = home.pipe(THREE, &["import", "-", "--json"]).ended(0).says(&["0 stored, 3 were there already"]);
    let again = again.rows();
    // The last one has no key: it is known by what it says.
    assert_eq!(again.iter().map(|row| row["id"].as_str().unwrap()).collect::<Vec<_>>(), ids(&first.out));
    assert_eq!(again.iter().map(|row| &row["made"]).collect::<Vec<_>>(), [false, false, false]);
    assert_eq!(again.iter().map(|row| &row["line"]).collect::<Vec<_>>(), [1, 3, 4]);
    let twice = r#"{"body": "A", "key": "same"}
{"body": "A", "key": "same"}"#;
    let said = home.pipe(twice, &["import", "-"]).ended(0);
    assert_eq!(ids(&said.out)[0], ids(&said.out)[1]);
    // Another text under the same key would be lost.
    let other = r#"{"body": "B", "key": "other"}
{"body": "C", "key": "other"}"#;
    for dry in [&["import", "-", "--dry-run"][..], &["import", "-"]] {
        let said = home.pipe(other, dry).ended(1);
        assert!((said.out.clone() + &said.err).contains("its key \"other\" is that of line 1 too"), "{said:?}");
    }
    home.run(&["sync"]).ended(0);
    home.pipe(THREE, &["import", "-"]).ended(0);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.at_late().len(), 2);
}

#[test]
fn a_bad_line_is_named_with_what_would_be_right_and_left_in_a_file_of_its_own() {
    let home = Home::settled();
    let good = r#"{"body": "Fine", "to": "x:@acme", "when": "2030-01-02T09:00:00Z", "key": "fine"}"#;
    for (line, parts) in [
        (r#"{"body": "#.as_bytes(), &["line 2:", "expected {\"body\""][..]),
        (br#"{"text": "x"}"#, &["line 2:", "\"text\" is nothing that is read; is it \"body\"?"]),
        (br#"{"to": "x:@acme"}"#, &["line 2:", "it is empty"]),
        (br#"{"body": " "}"#, &["line 2:", "it is empty"]),
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
    ] {
        let file = home.folder.path().join("posts.jsonl");
        std::fs::write(&file, [good.as_bytes(), b"\n", line, b"\n"].concat()).unwrap();
        let left = home.folder.path().join("posts.leftovers.jsonl");
        let said = home.run(&["import", file.to_str().unwrap()]).ended(1).says(parts).says(&["posts.leftovers.jsonl"]);
        assert_eq!((ids(&said.out).len(), home.posts().len()), (1, 1), "the good one: {said:?}");
        let kept = std::fs::read_to_string(&left).unwrap();
        assert!(kept.lines().count() == 1 && kept.contains("\"problem\":"), "{kept}");
        std::fs::remove_file(&left).unwrap();
        // Where nothing can be left beside it, it is all or none, unless a place is named.
        let text = std::fs::read_to_string(&file).unwrap();
        let other = text.replace("\"fine\"", "\"other\"");
        let said = home.pipe(&other, &["import", "-"]).ended(1).says(parts);
        let said = said.says(&["nothing was imported", "mend the 1 line named above"]);
        assert!(said.out.is_empty() && home.posts().len() == 1, "{said:?}");
    }
    let left = home.folder.path().join("left.jsonl");
    let two = format!("{}\n{{\"body\": \"x\", \"to\": \"x:@acmee\"}}\n", good.replace("\"fine\"", "\"second\""));
    let said = home.pipe(&two, &["import", "-", "--leftovers", left.to_str().unwrap()]).ended(1);
    assert_eq!((ids(&said.out).len(), home.posts().len()), (1, 2), "{said:?}");
    // What was left comes in once it is mended; its reason is no part of it.
    let mended = std::fs::read_to_string(&left).unwrap().replace("x:@acmee", "x:@acme");
    home.pipe(&mended, &["import", "-"]).ended(0).says(&["1 stored"]);
    let file = home.folder.path().join("posts.jsonl");
    std::fs::write(&file, [good.as_bytes(), b"\n{\"body\": \"caf\xe9\"}\n"].concat()).unwrap();
    home.run(&["import", file.to_str().unwrap()]).ended(1).says(&["line 2 is not UTF-8"]);
    assert_eq!(home.posts().len(), 3);
    let long =
        format!("{{\"body\": \"{}\", \"to\": \"x:@acme\", \"when\": \"2030-01-02T09:00:00Z\"}}", "a".repeat(300));
    home.pipe(&long, &["import", "-"]).ended(1).says(&["line 1:", "20 over", "280"]);
    home.run(&["import", "/nowhere/posts.jsonl"]).ended(1).says(&["/nowhere/posts.jsonl: No such file"]);
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

#[test]
fn a_line_may_say_everything_that_an_exported_post_says() {
    let home = Home::settled();
    let rich = r##"{"body": "All of it", "title": "T", "to": ["x:@acme"], "when": "2030-01-02 09:00", "zone": "Europe/Lisbon", "campaign": "Launch", "campaign_number": 3, "tags": ["a"], "style": "announcement", "link": "https://acme.example", "key": "rich"}
{"body": "Held", "to": "x:@acme", "when": "2030-01-03T09:00:00Z", "status": "held"}
"##;
    home.pipe(rich, &["import", "-"]).ended(0).says(&["2 stored"]);
    let posts = home.posts();
    let post = posts.iter().find(|post| post["body"].as_str().unwrap().contains("All of it")).unwrap();
    assert_eq!((&post["campaign"], &post["campaign_number"]), (&"Launch".into(), &3.into()));
    assert_eq!((&post["instant"], &post["zone"]), (&"2030-01-02T09:00:00Z".into(), &"Europe/Lisbon".into()));
    assert_eq!((&post["title"], &post["style"], &post["tags"][0]), (&"T".into(), &"announcement".into(), &"a".into()));
    assert!(posts.iter().any(|post| post["status"] == "held"));
    let dry = home.pipe(rich, &["import", "-", "--dry-run", "--json"]).ended(0).rows();
    assert_eq!(
        (&dry[0]["line"], &dry[0]["verdict"], &dry[1]["verdict"]),
        (&1.into(), &"known".into(), &"known".into())
    );
    // Every post as one line, and back elsewhere.
    let out = home.folder.path().join("all.jsonl").display().to_string();
    home.run(&["export", &out]).ended(0).says(&["2 posts written"]);
    let other = Home::settled();
    other.run(&["import", &out]).ended(0).says(&["2 stored"]);
    assert_eq!(other.posts().len(), 2);
    home.run(&["import", &out]).ended(0).says(&["0 stored, 2 were there already"]);
}
