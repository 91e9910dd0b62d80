//! `--read-only`: whatever only looks works, whatever changes or sends is refused before anything is opened.

use crate::home::Home;

#[test]
fn looking_works_and_changing_is_refused() {
    let home = Home::settled();
    let id = home.pipe("Stays as it is", &["post", "-", "--to", "acme/x:@acme", "--when", "2 days", "--json"]);
    let id = id.ended(0).json()["id"].as_str().unwrap().to_owned();
    let before = home.posts();
    home.world().forget_requests();
    for args in [
        vec!["sync"],
        vec!["move", &id, "+1h"],
        vec!["delete", &id, "--yes"],
        vec!["post", "Another one", "--to", "acme/x:@acme", "--draft"],
        vec!["failed", "retry", &id],
        vec!["defaults", "set", "x", "cut_post_text=yes"],
        vec!["connect", "late"],
        vec!["disconnect", "work"],
        vec!["repeat", "stop", &id],
        vec!["repair", "--from", "nothing"],
        vec!["apply", "."],
    ] {
        let args: Vec<&str> = args.into_iter().chain(["--read-only"]).collect();
        home.run(&args).ended(1).says(&["--read-only nothing is changed"]);
    }
    assert_eq!((home.posts(), home.world().requests().len()), (before, 0), "nothing was changed, nobody was asked");
    for args in [
        vec!["list"],
        vec!["show", &id],
        vec!["channels"],
        vec!["failed"],
        vec!["post", "Another one", "--to", "acme/x:@acme", "--when", "30m", "--dry-run"],
        vec!["repeat", "list"],
        vec!["style", "list"],
        vec!["defaults"],
        vec!["config"],
        vec!["doctor", "--offline"],
    ] {
        let args: Vec<&str> = ["--read-only"].into_iter().chain(args).collect();
        home.run(&args).ended(0);
    }
    home.run(&["delete", &id, "--read-only"]).ended(1).says(&["--yes"]);
}
