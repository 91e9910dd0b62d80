//! Whatever comes from outside: said in words, and nothing stored is lost.

use std::io::{Read, Write};
use std::net::TcpListener;

use chrono::{TimeDelta, Utc};
use runsheet::demo::{Fault, FaultKind, WebPost};
use runsheet::store::Store;

use crate::home::{Home, in_demo};

/// A home with one post at Late, known here.
fn lived_in() -> Home {
    let home = Home::new();
    add(&home, "Known and kept");
    home.run(&["sync"]).ended(0);
    assert_eq!(home.posts().len(), 1);
    home
}

fn add(home: &Home, content: &str) {
    let account = home.world().channels("late")[0].id.clone();
    let scheduled_for = Some(Utc::now() + TimeDelta::days(2));
    home.world().add_post("late", WebPost { content: content.into(), accounts: vec![account], scheduled_for }).unwrap();
}

#[test]
fn broken_answers_are_named_with_their_account_and_cost_nothing() {
    let home = lived_in();
    for (kind, code, words) in [
        (FaultKind::Malformed, 1, "not the JSON"),
        (FaultKind::Huge, 1, "no list of posts"),
        (FaultKind::Html, 3, "down"),
        (FaultKind::Redirect, 1, "base_url"),
        (FaultKind::Status(500), 3, "tries again"),
        (FaultKind::Unauthorised, 1, "key"),
        (FaultKind::RateLimited { retry_after: Some(60) }, 3, "pause"),
        (FaultKind::CutBefore, 3, "tries again"),
    ] {
        home.world().fault(Fault::once(kind.clone()).at("late").on("GET", "/posts"));
        let said = home.run(&["sync"]);
        assert_eq!(said.code, code, "{kind:?}: {said:?}");
        assert!(said.err.contains("acme: ") && said.err.contains(words), "{kind:?}: {said:?}");
        assert!(said.out.contains("northwind: in order"), "the rest goes on: {said:?}");
        assert_eq!(home.posts()[0]["body"], "Known and kept", "{kind:?}");
        home.run(&["sync"]).ended(0);
        assert_eq!(home.posts().len(), 1, "{kind:?}");
    }
}

/// Answers every request with this body and nothing else; the base address.
pub fn server(content_type: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/api/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 1 << 14];
            let Ok(_) = stream.read(&mut request) else { continue };
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // Whoever hangs up early has read enough.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    address
}

#[test]
fn answers_that_are_no_answers_are_survived() {
    let good = |id: &str, extra: &str| {
        format!(
            "{{\"_id\":\"{id}\",\"content\":\"New {id}\",\"status\":\"scheduled\",\
             \"scheduledFor\":\"2030-01-01T10:00:00Z\",\"platforms\":[]{extra}}}"
        )
    };
    let listing = |posts: &str| format!("{{\"accounts\":[],\"posts\":[{posts}]}}");
    for (content_type, body, words) in [
        ("application/json", "{\"posts\":".to_owned(), "not the JSON"),
        ("application/json", String::new(), "acme: "),
        ("application/json", "[]".to_owned(), "acme: "),
        ("application/json", "{\"accounts\":7,\"posts\":\"many\"}".to_owned(), "acme: "),
        ("text/html", "<html>Hello</html>".to_owned(), "base_url"),
        ("text/html", listing(""), "base_url"),
        ("image/png", "\u{89}PNG".to_owned(), "not the JSON"),
        ("application/json", listing("{\"content\":\"without an id\"}"), "cannot be read"),
        ("application/json", listing(&good("a1", "").replace("00Z", "00")), ""),
        ("application/json", listing(&good("a2", "").replace("\"scheduled\"", "\"quantum\"")), ""),
    ] {
        let home = lived_in();
        home.configure(Some(&server(content_type, body.clone())));
        let said = home.run(&["sync"]);
        assert!([0, 1, 3].contains(&said.code), "{body}: {said:?}");
        assert!(said.err.contains(words), "{body}: {said:?}");
        assert!(!said.err.contains("panicked"), "{said:?}");
        home.configure(None);
        home.run(&["sync"]).ended(0);
        assert!(home.posts().iter().any(|post| post["body"] == "Known and kept"), "{body}");
    }
}

#[test]
fn text_that_could_harm_a_terminal_is_never_printed_raw() {
    let home = Home::new();
    let zalgo = format!("z{}", "\u{301}".repeat(4000));
    add(&home, &format!("\u{1b}[2J\u{1b}]0;owned\u{7} \u{9b}31m \u{202e}drawkcab\u{2066} {zalgo}\u{7f}"));
    home.run(&["sync"]).ended(0);
    let id = home.posts()[0]["id"].as_str().unwrap().to_owned();
    let short = &id[id.len() - 8..];
    for args in
        [&["list"][..], &["list", "--json"], &["show", short], &["show", short, "--json"], &["move", short, "+1d"]]
    {
        let said = home.run(args).ended(0);
        let raw =
            |c: &char| (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        for text in [&said.out, &said.err] {
            assert_eq!(text.chars().find(raw), None, "{args:?}");
        }
        if !args.contains(&"--json") {
            assert!(said.out.matches('\u{301}').count() <= 8, "{args:?}");
        }
    }
    // The data itself is whole.
    let body = home.run(&["show", short, "--json"]).json()["body"].as_str().unwrap().to_owned();
    assert!(body.starts_with("\u{1b}[2J") && body.contains('\u{202e}') && body.matches('\u{301}').count() == 4000);
}

#[test]
fn a_store_that_is_none_is_refused_and_left_alone() {
    let newer = |home: &Home| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runsheet.db");
        drop(Store::open(&path).unwrap());
        let db = rusqlite::Connection::open(&path).unwrap();
        db.pragma_update(None, "user_version", 9999).unwrap();
        drop(db);
        std::fs::copy(path, home.store()).unwrap();
    };
    let foreign =
        |home: &Home| std::fs::write(home.store(), "Dear diary, today I was a text file.".repeat(200)).unwrap();
    let damaged = |home: &Home| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("runsheet.db");
        drop(Store::open(&path).unwrap());
        let mut bytes = std::fs::read(path).unwrap();
        bytes[4096..].fill(0x5a);
        std::fs::write(home.store(), bytes).unwrap();
    };
    is_refused_and_left_alone(newer, "newer runsheet");
    is_refused_and_left_alone(foreign, "not a runsheet store");
    is_refused_and_left_alone(damaged, "damaged");
}

fn is_refused_and_left_alone(make: impl Fn(&Home), words: &str) {
    let home = Home::new();
    std::fs::create_dir(home.data()).unwrap();
    make(&home);
    let before = std::fs::read(home.store()).unwrap();
    for args in [&["list"][..], &["sync"]] {
        let said = home.run(args).ended(1);
        assert!(said.err.contains(words) && said.err.contains("runsheet.db"), "{words}: {said:?}");
    }
    assert!(std::fs::read(home.store()).unwrap() == before, "{words}: it was left as it was");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new();
    std::fs::create_dir(home.data()).unwrap();
    std::fs::set_permissions(home.data(), std::fs::Permissions::from_mode(0o500)).unwrap();
    let guarded = std::fs::write(home.data().join("probe"), "").is_err();
    // Whoever runs this as root may write everywhere.
    if guarded {
        home.run(&["list"]).ended(1).says(&["cannot be written", "data"]);
    }
    std::fs::set_permissions(home.data(), std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn mistakes_in_the_configuration_are_named_and_the_rest_works() {
    let home = lived_in();
    let good = std::fs::read_to_string(home.config()).unwrap();
    let bad = format!(
        "them = \"dark\"\n{good}\n[[account]]\nname = \"other\"\nprovider = \"voxbrust\"\nkey = \"sk_in_file\"\n"
    );
    home.write_config(&bad);
    let line = bad.lines().position(|line| line.contains("voxbrust")).unwrap() + 1;
    let said = home.run(&["list", "--json"]).ended(0);
    assert_eq!(said.rows()[0]["body"], "Known and kept");
    let place = format!("config.toml:{line}:");
    let said = said.says(&["config.toml:1:", "theme", &place, "voxburst", "key_env"]);
    assert!(!said.err.contains("sk_in_file"));
    home.run(&["config"]).ended(1).says(&["config.toml:1:"]);
}

#[test]
fn a_key_that_is_missing_switches_off_its_account_only() {
    let mut home = lived_in();
    home.set_late_key("");
    let said = home.run(&["sync"]).ended(1).says(&["acme: ", "is not set"]);
    assert!(said.out.contains("northwind: in order"));
    assert_eq!(home.posts()[0]["body"], "Known and kept");
}

#[test]
fn a_name_that_two_accounts_share_is_asked_about_and_goes_nowhere() {
    let home = Home::new();
    let account = &home.demo.accounts[0];
    // Two keys of one customer: every channel is there twice.
    let table = |name: &str| {
        let variable = "RUNSHEET_TEST_ACME";
        let url = &account.base_url;
        format!("[[account]]\nname = \"{name}\"\nprovider = \"late\"\nbase_url = \"{url}\"\nkey_env = \"{variable}\"\n")
    };
    home.write_config(&format!("timezone = \"UTC\"\n{}{}", table("work"), table("home")));
    home.run(&["sync"]).ended(0);
    home.world().forget_requests();
    let said = home.pipe("Which of the two?", &["post", "-", "--to", "@acme", "--when", "2h"]).ended(1);
    said.says(&["\"@acme\" is 2 channels", "work/x:@acme", "home/x:@acme"]);
    assert!(home.creates().is_empty() && home.posts().is_empty(), "nothing was kept of it, and nothing sent");
    home.pipe("This one", &["post", "-", "--to", "home/x:@acme", "--when", "2h"]).ended(0);
    assert_eq!((home.creates().len(), home.at_late().len()), (1, 1));
}

#[test]
fn a_channel_that_does_not_post_is_no_place_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let text = write("post.md", "Nobody will see it\n");
    let said = in_demo(&["post", &text, "--to", "th:@acme", "--when", "2h"]).ended(1);
    assert!(said.out.is_empty(), "{said:?}");
    said.says(&["th:@acme", "does not post", "nothing was scheduled"]);
    in_demo(&["post", &text, "--to", "th:@acme", "--draft"]).ended(0).says(&["does not post"]);
    let table = write("one.csv", "body,to,when\nNobody,th:@acme,2030-01-02 09:00\n");
    let said = in_demo(&["import", &table, "--dry-run"]).ended(1);
    assert!(said.out.contains("does not post"), "{said:?}");
}

#[test]
fn what_the_provider_keeps_is_not_asked_to_go_and_deleting_says_what_is_true() {
    let said = in_demo(&["delete", "--status", "draft", "--yes", "--json"]).ended(0).says(&["10 posts deleted"]);
    assert!(!said.err.contains("refused"), "{said:?}");
    let told = said.json();
    assert_eq!((told["deleted"].as_bool(), told["left_at_provider"].as_array().map(Vec::len)), (Some(true), Some(0)));
    for called in ["late", "zernio"] {
        in_demo(&["connect", called]).ended(1).says(&["leave --demo out"]);
    }
}
