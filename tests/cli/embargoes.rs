//! Days on which nothing goes out: the shell says so, and sends only what it is told to send all the same.

use chrono::{NaiveDate, Utc};
use runsheet::domain::plan::DayNote;
use runsheet::store::{Exchange, Store};

use crate::home::Home;

/// Marks a day, as the calendar does.
fn embargo(home: &Home, date: NaiveDate) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let note = DayNote { words: "press embargo".into(), embargo: true };
    let store = Store::open(&home.store()).unwrap();
    let record = Exchange { key: format!("marked:{date}"), was: None, now: None };
    runtime.block_on(store.mark_day(date, Some(&note), record)).unwrap();
}

#[test]
fn nothing_goes_out_on_a_day_of_embargo_unless_somebody_says_so() {
    let home = Home::settled();
    home.run(&["list"]).ended(0);
    let today = Utc::now().with_timezone(&chrono_tz::Europe::Berlin).date_naive();
    let far: NaiveDate = "2030-01-02".parse().unwrap();
    embargo(&home, far);
    let post = ["post", "-", "--to", "x:@acme", "--when"];
    let says = ["nothing goes out on Wed 2 Jan: press embargo"];
    home.pipe("No", &[&post[..], &["2030-01-02 09:00"]].concat()).ended(1).says(&says);
    let there = home.pipe("Yes", &[&post[..], &["2030-01-03 09:00", "--json"]].concat()).ended(0).json();
    home.run(&["move", there["id"].as_str().unwrap(), "2030-01-02 10:00"]).ended(1).says(&says);

    let table = home.folder.path().join("plan.csv");
    std::fs::write(&table, "text,to,when\nOne,x:@acme,2030-01-02 09:00\nTwo,x:@acme,2030-01-04 09:00\n").unwrap();
    let taken = home.run(&["import", table.to_str().unwrap()]).ended(1).says(&["1 stored of 2 rows"]);
    assert!(taken.out.contains(says[0]), "{taken:?}");
    let line = "{\"body\": \"Three\", \"to\": \"x:@acme\", \"when\": \"2030-01-02 09:00\"}\n";
    home.pipe(line, &["import", "-"]).ended(1).says(&["line 1: ", says[0], "nothing was imported"]);
    assert_eq!(home.posts().len(), 2, "{:?}", home.posts());

    let rows = home.folder.path().join("rows.csv");
    let head = "post_content,platforms,profiles,schedule_time,tz\n";
    let late = format!("{head}Four,twitter,Acme,2030-01-01 23:30,UTC\nFive,twitter,Acme,2030-01-03 09:00,UTC\n");
    std::fs::write(&rows, late).unwrap();
    let through = ["import", rows.to_str().unwrap(), "--through", "acme"];
    let before = home.at_late().len();
    let said = home.run(&through).ended(1).says(&["nothing was sent: 1 ok, 1 refused"]);
    assert!(said.out.contains(&format!("row 1: {}", says[0])) && said.out.contains("row 2: ok"), "{said:?}");
    assert_eq!(home.at_late().len(), before, "in Berlin that is the second of January");

    // Around midnight the day after is meant too.
    [today, today.succ_opt().unwrap()].into_iter().for_each(|date| embargo(&home, date));
    let before = home.creates().len();
    home.pipe("Now", &[&post[..], &["now"]].concat()).ended(1).says(&["press embargo", "--despite-embargo"]);
    assert_eq!(home.creates().len(), before, "nothing was sent");
    home.pipe("Now", &[&post[..], &["now", "--despite-embargo"]].concat()).ended(0);
    assert!(home.at_late().iter().any(|post| post.content == "Now"), "who says so has said so");
}
