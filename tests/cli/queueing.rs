//! A post that waits for the provider's queue, by the shell.

use chrono::{DateTime, Utc};
use runsheet::clock::Clock;

use crate::home::Home;

fn instant(text: &serde_json::Value) -> DateTime<Utc> {
    text.as_str().unwrap().parse().unwrap()
}

#[test]
fn a_post_waits_for_the_queue_and_its_place_becomes_its_time() {
    let home = Home::settled();
    let post = |body: &str, when: &str| {
        home.pipe(body, &["post", "-", "--to", "x:@acme", "--when", when, "--json"]).ended(0).json()
    };
    let (first, second) = (post("First in line", "queue"), post("Second in line", "Queue morn"));
    for shown in [&first, &second] {
        assert_eq!(
            (&shown["status"], shown["queue"].is_null()),
            (&"scheduled".into(), true),
            "it has its place: {shown}"
        );
    }
    let there = home.at_late();
    assert_eq!(there.len(), 2);
    assert_eq!(there[0].scheduled_for, Some(instant(&first["instant"])));
    assert_eq!(there[1].scheduled_for, Some(instant(&second["instant"])));
    assert!(there[0].scheduled_for < there[1].scheduled_for);
    for request in home.creates() {
        assert!(
            request.body.contains("queuedFromProfile") && !request.body.contains("scheduledFor"),
            "{}",
            request.body
        );
    }
    let dry = ["post", "-", "--to", "x:@acme", "--when", "queue weekend", "--dry-run", "--json"];
    let dry = home.pipe("Perhaps", &dry).ended(0).json();
    assert_eq!(dry["post"]["queue"], "Weekend");
    assert_eq!(home.at_late().len(), 2, "a look only");
}

#[test]
fn a_post_moves_into_a_queue_and_out_of_it() {
    let home = Home::settled();
    let made = home.pipe("On the move", &["post", "-", "--to", "x:@acme", "--when", "2d", "--json"]).ended(0).json();
    let id = made["id"].as_str().unwrap();
    let moved = home.run(&["move", id, "queue", "weekend", "--json"]).ended(0).json();
    let there = home.at_late().remove(0);
    assert_eq!(there.scheduled_for, Some(instant(&moved["instant"])));
    assert_ne!(moved["instant"], made["instant"]);
    assert!(there.extra.contains_key("queueId"), "{:?}", there.extra);
    home.run(&["move", id, "3d"]).ended(0);
    let there = home.at_late();
    assert_eq!((there.len(), there[0].extra.contains_key("queueId")), (1, false));
}

#[test]
fn a_queue_that_is_not_there_is_said_with_those_that_are() {
    let home = Home::settled();
    let refused = |to: &[&str], when: &str, says: &[&str]| {
        let mut args = vec!["post", "-", "--when", when];
        to.iter().for_each(|to| args.extend(["--to", to]));
        home.pipe("Nowhere", &args).ended(1).says(says);
    };
    refused(&["x:@acme"], "queue noon", &["no queue is called \"noon\"", "Morning with Mon 09:00", "Weekend"]);
    refused(&["x:@acme", "x:@northwind"], "queue", &["acme", "northwind", "a post for each"]);
    home.world().set_key_valid("late", false);
    refused(&["x:@acme"], "queue", &["the queues of acme could not be read", "nothing was changed"]);
    assert!(home.at_late().is_empty() && home.posts().is_empty(), "nothing sent, nothing kept");
}

#[test]
fn a_row_of_late_s_table_that_asks_for_the_queue_waits_for_it_where_there_is_one() {
    let home = Home::settled();
    let table = home.folder.path().join("late.csv");
    let table = |text: &str| {
        std::fs::write(&table, text).unwrap();
        table.to_str().unwrap().to_owned()
    };
    let path = table(
        "post_content,platforms,schedule_time,use_queue\nIn line,x:@acme,,yes\nIn the evening,x:@acme,queue weekend,\n\
         Both,x:@acme,2030-01-02 09:00,yes\nNo more,x:@acme,2030-01-03 09:00,no\n",
    );
    let rows = home.run(&["import", &path, "--dry-run", "--json"]).rows();
    let verdicts: Vec<&str> = rows.iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["ok", "ok", "refused", "ok"], "{rows:?}");
    assert!(rows[2]["messages"].to_string().contains("and for a time as well; leave one out"), "{rows:?}");
    home.run(&["import", &path]).ended(1).says(&["3 "]);
    home.run(&["sync"]).ended(0);
    let there = home.at_late();
    let queued =
        |words: &str| there.iter().find(|post| post.content == words).unwrap().extra.contains_key("queuedFromProfile");
    assert!(queued("In line") && queued("In the evening") && !queued("No more"), "{there:?}");
    // Where the service keeps none, that is said with what to do.
    let alone = Home::alone("posto", Clock::system(), str::to_owned);
    let channels = alone.run(&["channels", "--json"]).rows();
    let to = channels.iter().find(|row| row["network"] == "x").unwrap()["id"].as_str().unwrap().to_owned();
    let path = table(&format!("post_content,platforms,use_queue\nIn line,{to},yes\n"));
    let rows = alone.run(&["import", &path, "--dry-run", "--json"]).rows();
    assert!(rows[0]["messages"].to_string().contains("keeps no queues: give a time"), "{rows:?}");
}

#[test]
fn a_line_that_names_a_queue_waits_for_it_as_what_was_exported_did() {
    let home = Home::settled();
    // The place it once had has passed: the queue gives it another one.
    let line = r#"{"body": "In line", "to": "x:@acme", "queue": "weekend", "instant": "2020-01-02T09:00:00Z", "key": "q"}
{"body": "Nowhere", "to": "x:@acme", "queue": "noon", "key": "n"}
{"body": "It went out", "to": "x:@acme", "queue": "weekend", "status": "published", "key": "p"}
"#;
    let left = home.folder.path().join("left.jsonl");
    let left = left.to_str().unwrap();
    home.pipe(line, &["import", "-", "--leftovers", left]).ended(1).says(&["no queue is called \"noon\""]);
    home.run(&["sync"]).ended(0);
    let there = home.at_late();
    assert_eq!(there.iter().map(|post| post.content.as_str()).collect::<Vec<_>>(), ["In line"]);
    assert!(there[0].extra.contains_key("queueId"), "{:?}", there[0].extra);
}

#[test]
fn what_waits_for_a_queue_waits_for_it_again_as_a_table() {
    let home = Home::settled();
    let line = r#"{"body": "In line", "to": "x:@acme", "queue": "weekend"}"#;
    home.pipe(line, &["import", "-"]).ended(0);
    let table = home.run(&["export", "--format", "csv"]).ended(0).out;
    assert!(table.contains(",queue Weekend,"), "{table}");
    let elsewhere = Home::settled();
    let path = elsewhere.folder.path().join("plan.csv");
    std::fs::write(&path, table).unwrap();
    elsewhere.run(&["import", path.to_str().unwrap()]).ended(0).says(&["1 stored"]);
    let post = elsewhere.posts().remove(0);
    assert_eq!((post["status"].as_str(), post["queue"].as_str()), (Some("scheduled"), Some("Weekend")));
    elsewhere.run(&["sync"]).ended(0);
    assert!(elsewhere.at_late()[0].extra.contains_key("queueId"), "{:?}", elsewhere.at_late());
}
