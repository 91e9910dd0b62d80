//! A table in the provider's own form, handed over as it is: judged first, made once, and honest about a lost answer.

use runsheet::demo::{Fault, FaultKind};

use crate::home::Home;

const GOOD: &str = "post_content,platforms,profiles,schedule_time,tz\n\
    One,twitter,Acme,2031-11-02 09:00,UTC\nTwo,\"twitter,linkedin\",Acme,2031-11-03 09:00,Europe/Berlin\n";
const MIXED: &str = "post_content,platforms,profiles,schedule_time,tz,foo\n\
    One,twitter,Acme,2031-11-02 09:00,UTC,\nTwo,twitter,Nobody,2031-11-03 09:00,UTC,\nThree,twitter,Acme,,,\n";

fn file(home: &Home, name: &str, text: &str) -> String {
    let path = home.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Deletes what is at Late, there.
fn delete(home: &Home) {
    for post in home.at_late() {
        assert!(home.world().delete_post("late", &post.id));
    }
}

#[test]
fn a_table_is_judged_then_made_and_stands_in_the_calendar() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", GOOD);
    let trial = home.run(&["import", &table, "--through", "acme", "--dry-run"]).ended(0);
    assert_eq!(trial.out, "row 1: ok\nrow 2: ok\n");
    assert!(home.at_late().is_empty());
    let rows = home.run(&["import", &table, "--through", "acme", "--json"]).ended(0).rows();
    let there = home.at_late();
    assert_eq!((rows.len(), there.len()), (2, 2));
    assert_eq!((&rows[1]["verdict"], &rows[1]["remote_id"]), (&"made".into(), &there[1].id.as_str().into()));
    let bodies: Vec<_> = home.posts().iter().map(|post| post["body"].clone()).collect();
    assert!(bodies.contains(&"One".into()) && bodies.contains(&"Two".into()), "{bodies:?}");

    let again = home.run(&["import", &table, "--through", "acme"]).ended(1);
    again.says(&["this very file went through acme on", "nothing was sent now", "--again"]);
    assert_eq!(home.at_late().len(), 2);
}

#[test]
fn one_bad_row_keeps_the_whole_table_here() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", MIXED);
    let said = home.run(&["import", &table, "--through", "acme"]).ended(1);
    assert!(said.out.contains("row 1: ok\nrow 2: there is no profile Nobody\nrow 3: it says no time"), "{said:?}");
    said.says(&["nothing was sent: 1 ok, 2 refused", "these columns are not read: foo"]);
    assert!(home.at_late().is_empty());

    home.world().set_older("late", true);
    let said = home.run(&["import", &table, "--through", "acme"]).ended(1);
    assert!(said.out.contains("row 1: Account not found"), "an older host answers in its own form: {said:?}");
    assert!(home.at_late().is_empty());
}

#[test]
fn a_lost_answer_is_said_and_the_file_does_not_leave_again_by_itself() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", GOOD);
    home.world().fault(Fault::once(FaultKind::CutAfter).at("late").on("POST", "/bulk-upload").skip(1));
    let said = home.run(&["import", &table, "--through", "acme"]).ended(4);
    said.says(&["it is not known whether posts were made", "runsheet sync"]);
    assert_eq!(home.at_late().len(), 2, "they were");
    home.run(&["import", &table, "--through", "acme"]).ended(1).says(&["may have gone through acme"]);
    assert_eq!(home.at_late().len(), 2);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.posts().len(), 2);
}

#[test]
fn what_cannot_be_handed_over_says_why() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", GOOD);
    let import = |file: &str, account: &str| home.run(&["import", file, "--through", account]);
    import(&table, "northwind").ended(1).says(&["VoxBurst takes no tables", "nothing was made"]);
    import(&table, "nobody").ended(1).says(&["no account \"nobody\"", "runsheet doctor"]);
    import(&file(&home, "rows.jsonl", "{}"), "acme").ended(2).says(&["ends in .csv"]);
    import(&file(&home, "odd.csv", "text,when\nOne,tomorrow\n"), "acme").ended(1).says(&["Missing required columns"]);
    import("/nowhere/rows.csv", "acme").ended(1).says(&["cannot be read"]);
    home.run(&["import", &table, "--through", "acme", "--to", "x:@acme"]).ended(2);
    home.world().fault(Fault::once(FaultKind::CutBefore).at("late").on("POST", "/bulk-upload"));
    import(&table, "acme").ended(3).says(&["nothing was made, try again later"]);
    assert!(home.at_late().is_empty());
}

#[test]
fn a_refusal_of_the_second_time_does_not_forget_the_first() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", GOOD);
    let import = |more: &[&str]| home.run(&[&["import", &table, "--through", "acme"], more].concat());
    import(&[]).ended(0);
    // They were a mistake there, and shall be made anew.
    delete(&home);
    home.world().fault(Fault::once(FaultKind::Unauthorised).at("late").on("POST", "/bulk-upload").skip(1));
    import(&["--again"]).ended(1).says(&["nothing was made"]);
    import(&[]).ended(1).says(&["this very file went through acme on", "nothing was sent now"]);
    assert!(home.at_late().is_empty());
    import(&["--again"]).ended(0);
    assert_eq!(home.at_late().len(), 2, "it was asked for");
}

#[test]
fn of_two_at_once_one_hands_it_over() {
    let home = Home::settled();
    let table = file(&home, "rows.csv", GOOD);
    let all = ["import", &table, "--through", "acme", "--again"];
    for args in [&all[..4], &all[..]] {
        home.world().forget_requests();
        // The first one still waits to hear what is wrong with the file.
        let slow = Fault::once(FaultKind::Slow(std::time::Duration::from_secs(20))).at("late");
        home.world().fault(slow.on("POST", "/bulk-upload"));
        let mut first = home.start(args);
        while home.world().requests().iter().all(|request| request.method != "POST") {
            assert!(first.try_wait().unwrap().is_none(), "it asks");
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        home.run(args).ended(0);
        assert_eq!(home.at_late().len(), 2);
        // Nothing there knows its words any more.
        delete(&home);
        home.world().release();
        assert_eq!(first.wait().unwrap().code(), Some(1), "{args:?}");
        assert!(home.at_late().is_empty(), "{args:?}");
    }
}
