//! A refused duplicate in the shell: what is live is named, linked, and told in JSON.

use chrono::{TimeDelta, Utc};
use runsheet::demo::WebPost;

use crate::home::Home;

const POST: &[&str] = &["post", "-", "--to", "x:@acme", "--when", "tomorrow 9", "--json"];

/// A post that Late refuses because the same was just published there, on its own site.
fn refused(home: &Home) -> (String, String) {
    let channels = home.world().channels("late");
    let x = channels.iter().find(|channel| channel.network == "twitter").unwrap().id.clone();
    let scheduled_for = Some(Utc::now() - TimeDelta::minutes(2));
    let twin = WebPost { content: "Said on the web".into(), accounts: vec![x], scheduled_for };
    let twin = home.world().add_post("late", twin).unwrap();
    let post = home.pipe("Said on the web", POST).ended(1).json();
    assert_eq!(post["status"], "failed");
    (post["id"].as_str().unwrap().to_owned(), twin)
}

#[test]
fn a_refused_duplicate_is_verified_and_linked() {
    let home = Home::settled();
    let (id, twin) = refused(&home);
    let listed = home.run(&["failed", "--json"]).ended(0).rows();
    assert_eq!(listed[0]["targets"][0]["error"]["cause"], "duplicate");
    home.run(&["failed", "link", &id])
        .ended(1)
        .says(&["no live post", &format!("`runsheet failed verify {id}` looks")]);

    let said = home.run(&["failed", "verify", &id]).ended(1);
    for words in [format!("it names the post {twin}"), format!("`runsheet failed link {id}` links it")] {
        assert!(said.out.contains(&words), "{words}: {said:?}");
    }
    let found = &home.run(&["failed", "verify", &id, "--json"]).ended(1).rows()[0];
    let (gone, found) = (&found["gone"], &found["found"][0]);
    assert_eq!((gone, found["status"].as_str()), (&false.into(), Some("failed")));
    let told = &found["twin"];
    assert_eq!(
        (told["remote"].as_str(), &told["live"], &told["same_text"]),
        (Some(twin.as_str()), &true.into(), &true.into())
    );
    assert!(told["url"].as_str().unwrap().starts_with("https://") && told["when"].is_string(), "{told}");

    let before = home.creates().len();
    let linked = home.run(&["failed", "link", &id, "--json"]).ended(0);
    let said = linked.err.clone();
    let linked = &linked.rows()[0];
    assert!(said.contains("linked to the live post ("), "{said}");
    assert_eq!((linked["status"].as_str(), &linked["targets"][0]["url"]), (Some("published"), &told["url"]));
    home.run(&["sync"]).ended(0);
    assert!(home.run(&["failed", "--json"]).ended(0).rows().is_empty());
    assert_eq!((home.creates().len(), home.at_late().len(), home.posts().len()), (before, 1, 2));
    home.run(&["failed", "link", &id]).ended(1).says(&["refused as a duplicate on none of its channels"]);
}

#[test]
fn of_several_those_that_can_be_are_linked() {
    let home = Home::settled();
    let (id, _) = refused(&home);
    home.run(&["failed", "verify", &id]).ended(1);
    let other = home.pipe("Something else", POST).ended(0).json();
    let other = other["id"].as_str().unwrap();
    let said =
        home.run(&["failed", "link", &id, other, "--json"]).ended(1).says(&["linked to", "on none of its channels"]);
    let states: Vec<_> = said.rows().iter().map(|post| post["status"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["published", "scheduled"]);
}

#[test]
fn several_are_looked_for_in_one_reading_and_what_waits_is_not_linked() {
    let home = Home::settled();
    let x = home.world().channels("late").into_iter().find(|channel| channel.network == "twitter").unwrap().id;
    let ids = ["First of two", "Second of two"].map(|text| {
        let scheduled_for = Some(Utc::now() + TimeDelta::hours(2));
        let planned = WebPost { content: text.into(), accounts: vec![x.clone()], scheduled_for };
        home.world().add_post("late", planned).unwrap();
        home.pipe(text, POST).ended(1).json()["id"].as_str().unwrap().to_owned()
    });
    home.world().forget_requests();
    let said = home.run(&["failed", "verify", &ids[0], &ids[1]]).ended(1);
    assert_eq!(said.out.matches("the same text is still to go out").count(), 2, "{said:?}");
    let requests = home.world().requests();
    let listed = requests.iter().filter(|request| request.method == "GET" && request.path.ends_with("/posts"));
    assert_eq!(listed.count(), 1);
    home.run(&["failed", "link", &ids[0]]).ended(1).says(&["it can be linked once it is live"]);
}

#[test]
fn a_post_that_is_gone_has_its_entry_in_json_too() {
    let home = Home::settled();
    let x = home.world().channels("late")[0].id.clone();
    let scheduled_for = Some(Utc::now() + TimeDelta::days(2));
    let made = WebPost { content: "Made there, and gone there".into(), accounts: vec![x], scheduled_for };
    let there = home.world().add_post("late", made).unwrap();
    home.run(&["sync"]).ended(0);
    let id = home.posts()[0]["id"].as_str().unwrap().to_owned();
    let kept = home.pipe("Still there", POST).ended(0).json();
    assert!(home.world().delete_post("late", &there));
    let rows = home.run(&["failed", "verify", &id, kept["id"].as_str().unwrap(), "--json"]).rows();
    assert_eq!((rows.len(), &rows[0]["id"], &rows[0]["gone"]), (2, &id.as_str().into(), &true.into()));
    assert!(rows[0]["words"].as_str().unwrap().contains("is not there any more"), "{rows:?}");
    assert_eq!(rows[0]["found"].as_array().map(Vec::len), Some(0));
    assert_eq!((&rows[1]["id"], &rows[1]["gone"]), (&kept["id"], &false.into()));
    assert_eq!(rows[1]["found"].as_array().map(Vec::len), Some(1));
}
