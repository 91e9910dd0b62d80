//! Every command without a fault in sight, most of them in the demo week.

use serde_json::{Value, json};

use crate::home::{Home, in_demo, run, runsheet};

#[test]
fn help_and_version_are_there_for_everything() {
    for args in [
        &["--help"][..],
        &["--version"],
        &["sync", "--help"],
        &["channels", "--help"],
        &["list", "--help"],
        &["show", "--help"],
        &["post", "--help"],
        &["move", "--help"],
        &["failed", "--help"],
        &["failed", "retry", "--help"],
        &["failed", "verify", "--help"],
        &["config", "--help"],
        &["connect", "--help"],
        &["disconnect", "--help"],
        &["doctor", "--help"],
        &["check", "--help"],
        &["preview", "--help"],
    ] {
        let said = run(runsheet(args)).ended(0);
        assert!(!said.out.is_empty() && said.err.is_empty(), "{args:?}: {said:?}");
        assert!(!said.out.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn usage_mistakes_end_with_two() {
    for args in [
        &["lst"][..],
        &["list", "--jsn"],
        &["show"],
        &["move", "01a2"],
        &["post", "-", "--when", "now"],
        &["post", "-", "--to", "x:@acme"],
        &["failed", "retry"],
        &["connect"],
        &["connect", "nobody"],
        &["disconnect"],
    ] {
        let said = run(runsheet(args)).ended(2);
        assert!(said.out.is_empty() && !said.err.is_empty(), "{args:?}: {said:?}");
    }
    run(runsheet(&["lst"])).says(&["list"]);
}

/// `2026-12-01T09:30:00+01:00`: an instant with its offset.
fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| chrono::DateTime::parse_from_rfc3339(text).is_ok() && !text.ends_with('Z'))
}

#[test]
fn the_list_is_json_with_times_that_have_an_offset() {
    let rows = in_demo(&["list", "--json"]).ended(0).rows();
    assert!(rows.len() > 50, "{}", rows.len());
    let mut last = String::new();
    for row in &rows {
        assert!(is_time(&row["created_at"]) && is_time(&row["updated_at"]), "{row}");
        assert!(row["when"].is_null() || is_time(&row["when"]), "{row}");
        assert!(row["zone"].is_null() == row["when"].is_null());
        for target in row["targets"].as_array().unwrap() {
            assert!(target["published_at"].is_null() || is_time(&target["published_at"]), "{target}");
            assert!(target["network"].is_string() && target["status"].is_string());
        }
        if let Some(instant) = row["instant"].as_str() {
            assert!(*instant >= *last, "by moment");
            last = instant.to_owned();
        }
    }
    for status in ["draft", "scheduled", "held", "published", "partial", "failed", "unknown", "missed"] {
        assert!(rows.iter().any(|row| row["status"] == status), "no {status}");
    }
}

#[test]
fn lines_for_people_stand_in_columns() {
    let said = in_demo(&["list"]).ended(0);
    assert!(said.out.lines().count() > 50 && !said.out.contains('\u{1b}'));
    for line in said.out.lines() {
        let columns: Vec<char> = line.chars().collect();
        assert!(columns[8] == ' ' && columns[9] == ' ' && columns[10] != ' ' && columns[20] == ' ', "{line}");
        assert!(columns[22].is_ascii_digit() || line.contains("no time"), "{line}");
    }
}

#[test]
fn filters_choose_and_wrong_ones_are_refused_with_words() {
    for (filter, status) in [("status:failed", "failed"), ("status:draft", "draft")] {
        let rows = in_demo(&["list", "--json", "--filter", filter]).ended(0).rows();
        assert!(!rows.is_empty() && rows.iter().all(|row| row["status"] == status), "{filter}");
    }
    let by_flag = in_demo(&["list", "--json", "--status", "failed,partial"]).ended(0).rows();
    assert!(by_flag.iter().all(|row| row["status"] == "failed" || row["status"] == "partial"));
    assert!(by_flag.iter().any(|row| row["status"] == "partial"));
    // As the examples of --help write it.
    let rows = in_demo(&["list", "--json", "--filter", "status:failed net:li since:-30d"]).ended(0).rows();
    let on_linkedin = |row: &Value| row["targets"].as_array().unwrap().iter().any(|t| t["network"] == "linkedin");
    assert!(rows.iter().all(on_linkedin));
    in_demo(&["list", "--filter", "status:lost"]).ended(2).says(&["status", "failed"]);
    let said = in_demo(&["list", "--status", "lost"]).ended(2).says(&["--status: \"lost\" is not a status"]);
    assert!(!said.err.contains("column"), "of the text that was put together: {}", said.err);
    for (filter, words) in [
        ("ch:nobody", "no channel is called \"nobody\""),
        ("account:nobody", "no account is called \"nobody\"; there are acme, "),
        ("status:failed ch:acme nothing-says-this", "no posts that this filter takes"),
    ] {
        let said = in_demo(&["list", "--json", "--filter", filter]).ended(0).says(&[words]);
        assert_eq!(said.json(), serde_json::json!([]), "{filter}");
    }
}

#[test]
fn a_post_is_shown_by_the_beginning_or_the_end_of_its_id() {
    let home = Home::settled();
    let saved = home.pipe("To look at\n", &["post", "-", "--draft", "--json"]).ended(0).json();
    let id = saved["id"].as_str().unwrap();
    for typed in [id, &id[..13], &id[id.len() - 8..]] {
        assert_eq!(home.run(&["show", typed, "--json"]).ended(0).json()["body"], "To look at");
    }
    let said = home.run(&["show", id]).ended(0);
    assert!(said.out.contains("To look at") && said.out.contains("draft"));
    home.run(&["show", "nothing-like-it"]).ended(1).says(&["there is no post", "runsheet list"]);
}

#[test]
fn channels_are_listed_under_the_names_that_find_them() {
    let home = Home::settled();
    let rows = home.run(&["channels", "--json"]).ended(0).rows();
    assert_eq!(rows.len(), 8);
    for row in rows {
        let (full, id) = (row["full_name"].as_str().unwrap(), row["id"].as_str().unwrap());
        for name in [full, id] {
            let args = ["post", "-", "--to", name, "--draft", "--json"];
            let saved = home.pipe("Hello", &args).ended(0).json();
            assert_eq!(saved["targets"][0]["channel"], id);
        }
    }
    assert!(home.run(&["channels"]).ended(0).out.contains("acme/x:@acme"));
}

#[test]
fn an_ambiguous_or_unknown_channel_is_refused_with_candidates() {
    let said = in_demo(&["post", "-", "--to", "@acme", "--when", "30m"]).ended(1);
    said.says(&["acme/x:@acme", "acme/th:@acme"]);
    in_demo(&["post", "-", "--to", "x:@acmee", "--when", "30m"]).ended(1).says(&["did you mean", "@acme"]);
}

#[test]
fn failures_are_listed_with_cause_and_words() {
    let rows = in_demo(&["failed", "--json"]).ended(0).rows();
    assert!(rows.len() >= 5);
    let causes: std::collections::BTreeSet<String> = rows
        .iter()
        .flat_map(|row| row["targets"].as_array().cloned().unwrap_or_default())
        .filter_map(|target| target["error"]["cause"].as_str().map(str::to_owned))
        .collect();
    assert!(causes.len() >= 5, "{causes:?}");
    let said = in_demo(&["failed"]).ended(0);
    assert!(said.out.contains("Outcome unknown") && !said.out.contains('\u{1b}'));
}

#[test]
fn a_dry_run_shows_the_frozen_request_and_sends_nothing() {
    let home = Home::settled();
    let args = ["post", "-", "--to", "x:@acme", "--when", "2030-01-02 09:30", "--dry-run"];
    let shown = home.pipe("Only a rehearsal", &[&args[..], &["--json"]].concat()).ended(0).json();
    assert_eq!(shown["blocked"], false);
    let request = &shown["requests"][0];
    assert_eq!((request["account"].as_str(), request["method"].as_str()), (Some("acme"), Some("POST")));
    assert_eq!(request["body"]["content"], "Only a rehearsal");
    // How many requests of which kind go to which provider.
    assert_eq!(shown["sends"], json!([{"account": "acme", "provider": "Late (Zernio)", "counts": {"create": 1}}]));
    assert!(request.to_string().contains("2030-01-02T08:30:00"), "{request}");
    let said = home.pipe("Only a rehearsal", &args).ended(0).says(&["nothing was sent"]);
    assert!(said.out.contains("Only a rehearsal") && !said.out.contains(home.late_key()));
    // What would be refused is refused in a rehearsal too.
    let late = ["post", "-", "--to", "x:@acme", "--when", "2020-01-01 09:30", "--dry-run", "--json"];
    let said = home.pipe("Only a rehearsal", &late).ended(1).says(&["has passed"]);
    assert_eq!(said.json()["blocked"], true);
    assert!(home.world().requests().is_empty() && home.posts().is_empty());
}

#[test]
fn a_text_that_is_too_long_is_refused_and_can_be_kept() {
    let home = Home::settled();
    let long = "too long ".repeat(60);
    let said = home.pipe(&long, &["post", "-", "--to", "x:@acme", "--when", "tomorrow 9"]).ended(1);
    said.says(&["280", "nothing was scheduled"]);
    assert!(home.world().requests().is_empty() && home.posts().is_empty());
    home.pipe(&long, &["post", "-", "--to", "x:@acme", "--draft"]).ended(0);
    assert_eq!(home.posts()[0]["status"], "draft");
}

#[test]
fn without_an_account_the_shell_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (config, data) = (folder.path().join("none.toml"), folder.path().join("data"));
    let places = ["--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    let said = run(runsheet(&[&["list"], &places[..]].concat())).ended(1);
    said.says(&["no account is configured", "runsheet config", "--demo"]);
    assert!(!data.exists(), "nothing is made before there is something to keep");
    assert!(run(runsheet(&[&["config"], &places[..]].concat())).ended(0).out.contains("[[account]]"));
}

#[test]
fn the_demo_says_that_it_keeps_nothing_where_data_was_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let said = in_demo(&["--data-dir", &path, "channels", "--json"]).ended(0);
    assert!(said.err.contains(&format!("this is the demo: nothing is kept in {path}")), "{}", said.err);
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "and it is so");
}
