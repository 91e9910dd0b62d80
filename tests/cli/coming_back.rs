//! Files that come a second time: what their keys made, what they say otherwise by now, and what was left of them.

use serde_json::Value;

use crate::home::{Home, Said};

fn file(home: &Home, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = home.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn messages(row: &Value) -> String {
    let all = row["messages"].as_array().unwrap().iter().map(|words| words.as_str().unwrap().to_owned());
    all.collect::<Vec<_>>().join("; ")
}

#[test]
fn what_was_deleted_before_it_went_out_can_be_brought_back_by_its_file() {
    let home = Home::settled();
    let plan = "key,body,to,when\na,Kept,x:@acme,2030-01-02 09:00\nb,Deleted,x:@acme,2030-01-03 09:00\nc,One day,,\n";
    let plan = file(&home, "plan.csv", plan);
    let ids: Vec<String> = home
        .run(&["import", &plan, "--json"])
        .ended(0)
        .rows()
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    home.run(&["sync"]).ended(0);
    home.run(&["delete", &ids[1], &ids[2], "--yes"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (1, 1));

    let rows = home.run(&["import", &plan, "--dry-run", "--json"]).ended(0).rows();
    let verdicts: Vec<&Value> = rows.iter().map(|row| &row["verdict"]).collect();
    assert_eq!(verdicts, ["known", "ok", "ok"], "{rows:?}");
    assert!(messages(&rows[1]).contains(&format!("post {}, which its key made, was deleted", ids[1])), "{rows:?}");
    home.run(&["import", &plan]).ended(0).says(&["2 stored of 3 rows", "1 known already"]);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (2, 3));
    // Once, also where it is taken by lines.
    home.run(&["import", &plan]).ended(0).says(&["0 stored of 3 rows"]);
    let line = "{\"key\": \"b\", \"body\": \"Deleted\", \"to\": \"x:@acme\", \"when\": \"2030-01-03 09:00\"}";
    home.pipe(line, &["import", "-"]).ended(0).says(&["0 stored, 1 was there already"]);
    assert_eq!(home.posts().len(), 3);
}

#[test]
fn what_went_out_is_not_published_again_by_its_key() {
    let home = Home::settled();
    let now = "{\"key\": \"live\", \"body\": \"At once\", \"to\": \"x:@acme\", \"when\": \"now\"}";
    let made = home.pipe(now, &["import", "-"]).ended(0);
    let id = made.out.trim();
    let is_out = || {
        home.run(&["sync"]).ended(0);
        home.run(&["show", id, "--json"]).ended(0).json()["status"] == "published"
    };
    assert!((0..100).any(|_| is_out()), "it went out");
    home.run(&["delete", id, "--yes"]).ended(0);
    let before = home.creates().len();
    let rows = home.pipe(now, &["import", "-", "--dry-run", "--json"]).ended(0).rows();
    assert_eq!(rows[0]["verdict"], "known", "{rows:?}");
    assert!(messages(&rows[0]).contains("went out, or may have"), "{rows:?}");
    home.pipe(now, &["import", "-"]).ended(0).says(&["line 1: its key made post", "0 stored"]);
    home.run(&["sync"]).ended(0);
    assert_eq!(home.creates().len(), before);
}

#[test]
fn a_known_row_says_what_it_has_otherwise_and_carries_no_refusals() {
    let home = Home::settled();
    let plan = file(&home, "plan.csv", "key,body,to,when\na,As it was,x:@acme,2030-01-02 09:00\n");
    home.run(&["import", &plan]).ended(0);
    let same = home.run(&["import", &plan, "--dry-run", "--json"]).ended(0).rows();
    assert_eq!((&same[0]["differs"], messages(&same[0])), (&serde_json::json!([]), String::new()), "{same:?}");
    let long = "a".repeat(300);
    for (row, differs, words) in [
        ("a,Other,x:@acme,2030-01-02 09:00", &["text"][..], "the text differs from post"),
        (
            "a,As it was,x:@acme,2030-01-02 10:00",
            &["time"],
            "the time (2030-01-02 10:00 CET here, 2030-01-02 09:00 CET there) differs",
        ),
        ("a,As it was,\"x:@acme,li:acme-gmbh\",2030-01-02 09:00", &["channels"], "the channels ("),
        (&format!("a,{long},,2020-01-02 10:00"), &["text", "time"], "the text and the time ("),
        ("a,As it was,x:@nobody,2030-01-02 09:00", &[], "known, but not all it says by now can be read"),
    ] {
        let path = file(&home, "other.csv", format!("key,body,to,when\n{row}\n"));
        let rows = home.run(&["import", &path, "--dry-run", "--json"]).ended(0).rows();
        assert_eq!((&rows[0]["verdict"], &rows[0]["differs"]), (&"known".into(), &differs.into()), "{rows:?}");
        let said = messages(&rows[0]);
        assert!(said.contains(words) && said.contains("is left as it is"), "{said}");
        for refusal in ["over", "has passed", "choose a channel"] {
            assert!(!said.contains(refusal), "{refusal}: {said}");
        }
        let taken = home.run(&["import", &path]).ended(0).says(&["0 stored of 1 row: 0 ok, 1 known already"]);
        assert!(taken.out.contains(words), "{taken:?}");
    }
    assert_eq!(home.posts()[0]["body"], "As it was");
    let line = "{\"key\": \"a\", \"body\": \"Other\", \"to\": \"x:@acme\", \"when\": \"2030-01-02 09:00\"}";
    let said = home.pipe(line, &["import", "-"]).ended(0);
    assert!(said.err.contains("line 1: known, but the text differs"), "{said:?}");
}

/// The command that a sentence names between backquotes after `mend that, and`.
fn command(said: &Said) -> Vec<String> {
    let named = said.err.split("mend that, and `runsheet ").nth(1).and_then(|rest| rest.split('`').next());
    shell_words::split(named.unwrap_or_else(|| panic!("{said:?}"))).unwrap()
}

#[test]
fn what_is_left_of_a_table_is_written_like_it_and_the_command_for_it_is_said() {
    let home = Home::settled();
    // The second row alone shows which number is the day, and is taken.
    let plan = "\u{feff}sep=;\r\nTexte;Quand;Où\r\n\"Faux; vraiment\";03/04/2030 09:00;x:@acmee\r\nBon;25/04/2030 09:00;x:@acme\r\n";
    let plan = file(&home, "le plan.csv", plan);
    let said = home.run(&["import", &plan, "--map", "Texte=body", "--map", "Quand=when", "--map", "Où=to"]).ended(1);
    let left = home.folder.path().join("le plan.leftovers.csv");
    let text = std::fs::read_to_string(&left).unwrap();
    assert!(text.starts_with("\u{feff}sep=;\nTexte;Quand;Où;problem\n\"Faux; vraiment\";"), "{text}");
    let again = command(&said);
    assert!(again.contains(&left.display().to_string()) && again.contains(&"dmy".to_owned()), "{again:?}");
    std::fs::write(&left, text.replace("@acmee", "@acme")).unwrap();
    home.run(&again.iter().map(String::as_str).collect::<Vec<_>>()).ended(0).says(&["1 stored of 1 row:"]);
    let posts = home.posts();
    let post = posts.iter().find(|post| post["body"] == "Faux; vraiment").unwrap();
    assert_eq!(post["when"], "2030-04-03T09:00:00+02:00");
}

#[test]
fn an_option_for_a_network_that_a_post_does_not_go_to_is_a_warning() {
    let home = Home::settled();
    let words = "the option tiktok.privacy changes nothing: the post goes to no channel on TikTok";
    let plan =
        "body,to,when,options\nHello,x:@acme,2030-01-02 09:00,tiktok.privacy=public\nOne day,,,tiktok.privacy=public\n";
    let plan = file(&home, "plan.csv", plan);
    let rows = home.run(&["import", &plan, "--dry-run", "--json"]).ended(0).rows();
    assert!(rows[0]["verdict"] == "ok" && messages(&rows[0]).contains(words), "{rows:?}");
    assert!(!messages(&rows[1]).contains("changes nothing"), "it may still get a channel: {rows:?}");
    let option = ["post", "-", "--to", "x:@acme", "--when", "2030-01-02 10:00", "--option", "tiktok.privacy=public"];
    home.pipe("Hello there", &option).ended(0).says(&[words]);
    let front = "---\nto: x:@acme\nwhen: 2030-01-02 11:00\noptions:\n  tiktok.privacy: public\nvariants:\n  x:@acme:\n    options:\n      tiktok.comments: yes\n---\n\nHello here\n";
    let front = file(&home, "post.md", front);
    let folder = home.folder.path().join("folder");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&front, folder.join("post.md")).unwrap();
    let planned = home.run(&["plan", folder.to_str().unwrap()]).ended(0);
    assert!(planned.out.contains(words), "{planned:?}");
    home.run(&["post", &front]).ended(0).says(&[words, "the option tiktok.comments changes nothing for acme/x:@acme"]);
}

#[test]
fn times_of_a_dry_run_stand_beside_their_zone() {
    let home = Home::settled();
    let plan = "body,to,when,zone\nHello,x:@acme,2030-07-02 09:00,\nHello,x:@acme,2030-01-02 09:00,Asia/Tokyo\n";
    let plan = file(&home, "plan.csv", plan);
    let said = home.run(&["import", &plan, "--dry-run"]).ended(0);
    assert!(said.out.contains("2030-07-02 09:00 CEST ") && said.out.contains("2030-01-02 09:00 JST "), "{said:?}");
    let texts = file(&home, "launch.txt", "One\nTwo\n");
    let campaign = ["campaign", &texts, "--start", "2030-07-02 09:00", "--to", "x:@acme", "--dry-run"];
    let said = home.run(&campaign).ended(0);
    assert!(said.out.contains("Tue 2030-07-02 09:00 CEST "), "{said:?}");
}

#[test]
fn a_file_that_holds_no_posts_is_named_for_what_it_is() {
    let home = Home::settled();
    for (name, bytes, words) in [
        ("plan.ics", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n".as_slice(), "it is a calendar"),
        ("plan.xlsx", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00", "a spreadsheet: save it from there as CSV"),
        ("plan.csv", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00", "it is an archive"),
        ("plan.pdf", b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", "it is a PDF"),
        ("plan.txt", b"text;when\nOne;fri 9\n", "it looks like a table"),
        ("post.md", b"---\nto: x:@acme\n---\n\nHi\n", "it is one Markdown file"),
    ] {
        let path = file(&home, name, bytes);
        let said = home.run(&["import", &path]).ended(1).says(&[words, "what is taken is a table"]);
        assert!(!said.err.contains("expected value") && !said.err.contains("JSON lines"), "{said:?}");
    }
    assert!(home.posts().is_empty());
}

#[test]
fn what_a_folder_says_of_drafts_with_a_time_comes_back_and_is_there_once() {
    let home = Home::settled();
    let rows = "{\"body\": \"A draft with its time\", \"to\": \"x:@acme\", \"when\": \"2030-01-02 09:00\", \"status\": \"draft\"}
{\"body\": \"Held back\", \"to\": \"x:@acme\", \"when\": \"2030-01-03 09:00\", \"status\": \"held\"}
{\"body\": \"Only an idea\"}
{\"body\": \"On its way\", \"to\": \"x:@acme\", \"when\": \"2030-01-04 09:00\"}
";
    home.pipe(rows, &["import", "-"]).ended(0);
    let folder = home.folder.path().join("posts");
    let out = format!("{}/", folder.display());
    home.run(&["export", &out]).ended(0).says(&["4 posts written"]);
    let draft = std::fs::read_to_string(folder.join("2030-01-02-a-draft-with-its-time.md")).unwrap();
    assert!(draft.contains("\nwhen: ") && draft.contains("\nas: draft\n"), "{draft}");
    let told = |home: &Home| -> Vec<(String, String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut told: Vec<_> = home
            .posts()
            .iter()
            .map(|post| (text(&post["body"]), text(&post["status"]), text(&post["instant"])))
            .collect();
        told.sort();
        told
    };
    let before = told(&home);
    home.run(&["import", &out]).ended(0).says(&["0 stored of 4 rows"]);
    assert_eq!(told(&home), before);
    // Elsewhere they are made as they are, and nothing that was kept back goes out.
    let other = Home::settled();
    other.run(&["import", &out]).ended(0).says(&["4 stored of 4 rows"]);
    assert_eq!(told(&other), before);
    other.run(&["sync"]).ended(0);
    assert_eq!(other.at_late().len(), 1);
    let third = Home::settled();
    third.run(&["apply", &out]).ended(0);
    assert_eq!((told(&third), third.at_late().len()), (before, 1));
}

#[test]
fn a_file_says_that_its_post_is_kept_as_a_draft() {
    let home = Home::settled();
    let post = |front: &str| file(&home, "post.md", format!("---\nto: x:@acme\n{front}\n---\n\nHello\n"));
    let saved = home.run(&["post", &post("when: 2030-01-02 09:00\nas: draft"), "--json"]).ended(0).json();
    assert_eq!((&saved["status"], &saved["instant"]), (&"draft".into(), &"2030-01-02T08:00:00Z".into()));
    let held = home.run(&["post", &post("when: 2030-01-02 09:00\nas: held"), "--json"]).ended(0).json();
    assert_eq!(held["status"], "held");
    home.run(&["post", &post("when: now\nas: held")]).ended(1).says(&["does not go out at once"]);
    home.run(&["post", &post("as: daft")]).ended(1).says(&["say draft or held"]);
    assert!(home.at_late().is_empty());
}
