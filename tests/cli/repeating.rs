//! Posts that come again, from the shell.

use crate::home::Home;

#[test]
fn a_repetition_is_begun_shown_skipped_and_stopped() {
    let home = Home::settled();
    let rule = "every tue and thu at 09:00 until 2030-02-01";
    let begin = ["post", "-", "--to", "x:@acme", "--when", "2030-01-02 08:00", "--repeat", rule];
    let said = home.pipe("Open house this week", &begin).ended(0).says(&["it repeats", "runsheet repeat list"]);
    // The second of January is a Wednesday: the first date is the Thursday.
    assert!(said.err.contains("takes an equal text once a day"), "{said:?}");
    assert_eq!(home.at_late().len(), 1);
    let all = home.run(&["repeat", "list", "--json"]).ended(0).rows();
    let id = all[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(all[0]["rule"], rule);
    let dates: Vec<&str> =
        all[0]["dates"].as_array().unwrap().iter().map(|one| one["date"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2030-01-03", "2030-01-08", "2030-01-10", "2030-01-15", "2030-01-17"]);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (1, 1), "made once");

    let said = home.run(&["repeat", "skip", &id, "2030-01-08"]).ended(0).says(&["2030-01-08 is left out"]);
    assert!(said.out.contains("left out"), "{said:?}");
    home.run(&["repeat", "skip", &id, "2030-01-09"]).ended(1).says(&["is no date ahead", "2030-01-10"]);
    home.run(&["repeat", "skip", &id, "soon"]).ended(2).says(&["write it as 2027-01-31"]);
    let shown = home.run(&["repeat", "show", &id]).ended(0);
    assert!(shown.out.contains("Thu 2030-01-03 09:00 CET  made") && shown.out.contains("later"), "{shown:?}");
    // One of a later date is made by itself, to say something else; equal texts wait one by one there.
    let made = home.run(&["repeat", "make", &id, "2030-01-15", "--json"]).ended(0).says(&["is held until"]).json();
    assert_eq!((made["status"].as_str(), home.at_late().len()), (Some("held"), 1), "{made}");
    home.run(&["repeat", "make", &id, "2030-01-08"]).ended(1).says(&["2030-01-08 is left out"]);
    let shown = home.run(&["repeat", "show", &id]).ended(0);
    assert!(shown.out.contains("Tue 2030-01-15 09:00 CET  made"), "{shown:?}");
    home.run(&["repeat", "stop", &id]).ended(0).says(&["2 that waited deleted"]);
    assert!(home.at_late().is_empty() && home.posts().is_empty());
    home.run(&["sync"]).ended(0);
    assert!(home.posts().is_empty(), "nothing more is made");
}

#[test]
fn what_is_no_rule_is_a_usage_error_and_posts_nothing() {
    let home = Home::settled();
    let begin = |rule: &str, when: &str| {
        home.pipe("Open house", &["post", "-", "--to", "x:@acme", "--repeat", rule, "--when", when])
    };
    begin("every blue moon", "2030-01-02 08:00").ended(2).says(&["\"blue\" is no day", "try every tue"]);
    begin("daily until 2030-01-01", "2030-01-02 08:00").ended(2).says(&["no date of it lies ahead"]);
    begin("daily", "now").ended(2).says(&["leave --when out"]);
    home.run(&["repeat", "show", "nothing"]).ended(1).says(&["there is no repetition nothing"]);
    home.run(&["repeat", "list"]).ended(0).says(&["nothing repeats"]);
    assert!(home.posts().is_empty() && home.creates().is_empty());
}
