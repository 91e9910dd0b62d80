//! Plans as tables: judged row by row, taken where they are good, and written so that they come back.

use serde_json::Value;

use crate::home::Home;

fn file(home: &Home, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = home.folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

const PLAN: &str = "\
key;body;to;when;title
a;We are live;x:@acme;2030-01-02 09:00;
b;\"Two lines,\nand a comma\";x:@acme;2030-01-02 11:00;
c;One day;;;
";

/// Five kinds of bad rows after a good one.
fn bad_rows() -> String {
    let long = "a".repeat(300);
    format!(
        "text,to,date,time\n\
         Fine,x:@acme,2030-01-02,09:00\n\
         {long},x:@acme,2030-01-03,09:00\n\
         No such channel,x:@acmee,2030-01-04,09:00\n\
         Skipped hour,x:@acme,2030-03-31,02:30\n\
         Long gone,x:@acme,2020-01-01,09:00\n\
         ,x:@acme,2030-01-05,09:00\n"
    )
}

#[test]
fn a_table_is_judged_then_taken_and_taken_only_once() {
    let home = Home::settled();
    let plan = file(&home, "plan.csv", PLAN);
    let rows = home.run(&["import", &plan, "--dry-run", "--json"]).ended(0).says(&["nothing was stored"]).rows();
    assert_eq!(rows.iter().map(|row| &row["row"]).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(rows.iter().all(|row| row["verdict"] == "ok"), "{rows:?}");
    assert!(home.posts().is_empty() && home.at_late().is_empty());

    home.run(&["import", &plan]).ended(0).says(&["3 stored", "runsheet sync"]);
    home.run(&["sync"]).ended(0);
    let mut there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["Two lines,\nand a comma", "We are live"]);

    let again = home.run(&["import", &plan, "--json"]).ended(0).says(&["0 stored"]).rows();
    assert!(again.iter().all(|row| row["verdict"] == "known" && row["id"].is_string()), "{again:?}");
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts().len()), (2, 3));
}

#[test]
fn a_file_without_keys_makes_its_posts_once_and_names_those_that_are_there() {
    let home = Home::settled();
    let plan = file(&home, "plan.csv", "body,to,when\nWe are live,x:@acme,2030-01-02 09:00\nOne day,,\n");
    home.run(&["import", &plan]).ended(0).says(&["2 stored"]);
    home.run(&["sync"]).ended(0);
    let posts = home.posts();
    let again = home.run(&["import", &plan, "--json"]).ended(0).says(&["0 stored", "2 known already"]).rows();
    for (row, words) in again.iter().zip(["\"We are live\"", "\"One day\""]) {
        assert!(row["verdict"] == "known" && posts.iter().any(|post| post["id"] == row["id"]), "{again:?}");
        let said = row["messages"].to_string().replace("\\\"", "\"");
        assert!(said.contains(words) && said.contains("a key of its own"), "{said}");
    }
    let lines = "{\"body\": \"We are live\", \"to\": \"x:@acme\", \"when\": \"2030-01-02T08:00:00Z\"}\n";
    home.pipe(lines, &["import", "-"]).ended(0).says(&["0 stored, 1 was there already"]);
    home.run(&["sync"]).ended(0);
    assert_eq!((home.at_late().len(), home.posts()), (1, posts));
}

#[test]
fn bad_rows_are_named_and_left_over_and_mended_ones_come_in_later() {
    let home = Home::settled();
    let plan = file(&home, "bad.csv", bad_rows());
    let rows = home.run(&["import", &plan, "--dry-run", "--json"]).ended(1).rows();
    let said = |row: usize| rows[row - 1]["messages"].to_string();
    assert_eq!(rows[0]["verdict"], "ok");
    assert!(rows[1..].iter().all(|row| row["verdict"] == "refused"), "{rows:?}");
    for (row, words) in [(2, "20 over"), (3, "did you mean"), (4, "skip"), (5, "has passed"), (6, "empty")] {
        assert!(said(row).contains(words), "{row}: {}", said(row));
    }
    home.run(&["import", &plan]).ended(1).says(&["1 stored", "bad.leftovers.csv"]);
    assert_eq!(home.posts().len(), 1);
    let left = std::fs::read_to_string(home.folder.path().join("bad.leftovers.csv")).unwrap();
    assert_eq!(left.lines().count(), 6, "{left}");
    assert!(left.lines().next().unwrap().ends_with(",problem") && left.contains("did you mean"), "{left}");
    // The leftovers are a table again: mended, they are all that is taken.
    let mended = left.replace("@acmee", "@acme").lines().take(3).collect::<Vec<_>>().join("\n");
    let mended = file(&home, "mended.csv", mended);
    home.run(&["import", &mended]).ended(1).says(&["1 stored"]);
    assert_eq!(home.posts().len(), 2);
}

#[test]
fn what_is_left_has_its_place_before_anything_is_stored_and_comes_in_once_mended() {
    let home = Home::settled();
    let plan = file(&home, "bad.csv", bad_rows());
    let nowhere = home.folder.path().join("no/such/folder.csv").display().to_string();
    let said = home.run(&["import", &plan, "--leftovers", &nowhere]).ended(1).says(&["nothing was taken"]);
    assert!(!said.err.contains("import the file again") && home.posts().is_empty(), "{said:?}");

    let list = "[{\"body\": \"One\", \"title\": \"T\"}, {\"body\": \"Two\", \"whenn\": \"fri\"}]";
    let list = file(&home, "plan.json", list);
    let table = home.folder.path().join("left.csv").display().to_string();
    home.run(&["import", &list, "--leftovers", &table]).ended(2).says(&["ends in .json"]);
    let left = home.folder.path().join("left.json").display().to_string();
    home.run(&["import", &list, "--leftovers", &left]).ended(1).says(&["1 stored of 2 rows"]);
    let kept = std::fs::read_to_string(&left).unwrap();
    assert!(kept.contains("\\\"whenn\\\" is nothing that is read"), "{kept}");
    std::fs::write(&left, kept.replacen("\"whenn\":\"fri\",", "", 1).replacen(",\"whenn\":\"fri\"", "", 1)).unwrap();
    home.run(&["import", &left]).ended(0).says(&["1 stored of 1 row:"]);
    let line = "{\"body\": \"Three\", \"problem\": \"there was no channel\"}\n";
    home.pipe(line, &["import", "-"]).ended(0).says(&["1 stored"]);
    assert_eq!(home.posts().len(), 3);
}

#[test]
fn what_spreadsheets_write_is_read_or_refused_in_words() {
    let home = Home::settled();
    let text = "body\twhen\nGrüße\t2030-01-02 09:00\n";
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let path = file(&home, "wide.csv", wide);
    home.run(&["import", &path, "--to", "x:@acme", "--dry-run"]).ended(0);
    let unmarked: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let path = file(&home, "unmarked.csv", unmarked);
    let rows = home.run(&["import", &path, "--to", "x:@acme", "--dry-run", "--json"]).ended(0).rows();
    assert_eq!((rows.len(), &rows[0]["verdict"]), (1, &"ok".into()), "{rows:?}");
    let two_ways = file(&home, "two.csv", "body,when,to\na,03/04/2030 09:00,x:@acme\n");
    home.run(&["import", &two_ways]).ended(1).says(&["two ways", "--dates dmy or --dates mdy"]);
    let rows = home.run(&["import", &two_ways, "--dates", "mdy", "--dry-run", "--json"]).ended(0).rows();
    assert!(rows[0]["when"].as_str().unwrap().starts_with("2030-03-04T09:00"), "{rows:?}");
    for (text, parts) in [
        ("body,when\n\"open,x\n".to_owned(), &["the quote that opens in line 2 never ends"][..]),
        ("foo,bar\n1,2\n".into(), &["no column holds the text", "--map"]),
        (String::new(), &["empty"]),
        ("body,Budget\nx,5\n".into(), &["the column \"Budget\" is not read"]),
        ("body,to,key\na,x:@acme,k\nb,x:@acme,k\n".into(), &["bad-4.leftovers.csv"]),
        ("body,to,media\na,x:@acme,/etc/passwd\n".into(), &["leftovers"]),
    ] {
        let at = ["never", "no column", "empty", "Budget", "bad-4", "leftovers"]
            .iter()
            .position(|word| parts[0].contains(word));
        let path = file(&home, &format!("bad-{}.csv", at.unwrap_or(9)), text);
        let said = home.run(&["import", &path]).says(parts);
        assert_eq!(said.code, i32::from(parts[0] != "the column \"Budget\" is not read"), "{said:?}");
    }
    home.run(&["import", "-", "--map", "a=body"]).ended(2).says(&["--map goes with a table"]);
}

#[test]
fn an_exported_table_comes_back_as_it_was_and_no_spreadsheet_computes_it() {
    let home = Home::settled();
    let plan = file(
        &home,
        "plan.csv",
        "key,body,to,when,title,tags,campaign,as\n\
         a,'=1+2 is a text,x:@acme,2030-01-02 09:00,,\"one, two\",spring,scheduled\n\
         b,'@acme says 'hi',x:@acme,2030-01-03 09:00,A title,,,held\n\
         c,\"-5 degrees\nand cold\",,,,,,draft\n",
    );
    home.run(&["import", &plan]).ended(0);
    let exported = home.run(&["export"]).ended(0).out;
    for line in exported.lines() {
        assert!(!line.contains(",=") && !line.contains(",@") && !line.contains(",\"-5"), "{line}");
    }
    let other = Home::settled();
    let path = file(&other, "export.csv", &exported);
    other.run(&["import", &path]).ended(0).says(&["3 stored"]);
    let told = |home: &Home| {
        let mut rows: Vec<Value> = home.posts();
        rows.sort_by_key(|row| row["body"].to_string());
        let kept = ["body", "title", "instant", "zone", "tags", "campaign", "status", "media"];
        let row = |row: &Value| kept.map(|key| row[key].clone());
        rows.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(told(&home), told(&other));
    assert_eq!(told(&home)[2][0], "@acme says 'hi'");
    // Again, and at home: nothing new.
    other.run(&["import", &path]).ended(0).says(&["0 stored"]);
    let calendar = home.run(&["export", "--format", "ics", "--filter", "campaign:spring"]).ended(0).out;
    assert!(calendar.contains("BEGIN:VEVENT") && calendar.contains("20300102T080000Z"), "{calendar}");
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1);
    let there = file(&home, "there.json", "x");
    home.run(&["export", &there]).ended(1).says(&["there already", "--force"]);
    home.run(&["export", &there, "--force"]).ended(0);
    let nowhere = home.folder.path().join("nowhere").join("posts.csv").display().to_string();
    home.run(&["export", &nowhere]).ended(1).says(&["posts.csv cannot be written: there is no folder"]);
}

#[test]
fn everything_wanted_comes_back_as_a_table_and_as_a_list() {
    let home = Home::settled();
    let long = "Dear all. ".repeat(30);
    let rows = format!(
        "key,body,to,when,options,first comment,first comment after,text for x,when for x:@acme,as\n\
         a,{long},x:@acme,2030-01-02 09:00,,More below,30,We are live,2030-01-02 10:00,held\n\
         b,An idea,,,\"tiktok.privacy=public\ntiktok.comments=no\",,,,,draft\n"
    );
    home.run(&["import", &file(&home, "plan.csv", rows)]).ended(0).says(&["2 stored"]);
    let told = |home: &Home| {
        let mut rows: Vec<Value> = home.posts();
        rows.sort_by_key(|row| row["body"].to_string());
        let kept = ["body", "instant", "zone", "status", "options", "first_comment"];
        let own = ["channel", "text", "when", "zone", "options", "first_comment"];
        let row = |row: &Value| {
            let targets: Vec<Value> = row["targets"].as_array().unwrap().clone();
            (
                kept.map(|key| row[key].clone()),
                targets.iter().map(|one| own.map(|key| one[key].clone())).collect::<Vec<_>>(),
            )
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(told(&home)[1].1[0][1], "We are live");
    assert_eq!(told(&home)[0].0[4]["tiktok.privacy"], "public");
    for name in ["all.csv", "all.json"] {
        let out = home.folder.path().join(name).display().to_string();
        home.run(&["export", &out]).ended(0);
        let other = Home::settled();
        other.run(&["import", &out]).ended(0).says(&["2 stored"]);
        assert_eq!(told(&home), told(&other), "{name}");
        // At home they are known, and nothing is made twice.
        home.run(&["import", &out]).ended(0).says(&["0 stored"]);
    }
    assert_eq!(home.posts().len(), 2);
    let nonsense = file(&home, "plan.csv", "body\nHi\n");
    home.run(&["import", &nonsense, "--map", "body"]).ended(2).says(&["COLUMN=WORD"]);
}

#[test]
fn a_campaign_keeps_its_rhythm_and_a_second_run_sends_only_the_rest() {
    let home = Home::settled();
    let long = "a".repeat(300);
    let texts = file(&home, "launch.txt", format!("Day one\n{long}\nDay three\n"));
    let campaign = ["campaign", &texts, "--start", "2030-03-29 09:00", "--every", "1d", "--to", "x:@acme"];
    let dry = home.run(&[&campaign[..], &["--dry-run", "--json"]].concat()).ended(1).rows();
    // The clocks of Berlin go forward on Sunday 31 March: the time of day stays.
    let whens: Vec<&str> = dry.iter().map(|row| row["when"].as_str().unwrap()).collect();
    assert_eq!(whens, ["2030-03-29T09:00:00+01:00", "2030-03-30T09:00:00+01:00", "2030-03-31T09:00:00+02:00"]);
    assert_eq!(dry[1]["verdict"], "refused");
    assert!(home.posts().is_empty());

    home.run(&campaign).ended(1).says(&["3 posts on 1 channel: 2 ok, 0 there already, 1 refused"]);
    assert_eq!(home.at_late().len(), 2);
    assert!(home.posts().iter().all(|post| post["campaign"] == "launch"));
    assert_eq!(home.posts().iter().filter(|post| post["status"] == "draft").count(), 1);

    std::fs::write(&texts, "Day one\nDay two\nDay three\n").unwrap();
    home.run(&campaign).ended(0).says(&["1 ok, 2 there already, 0 refused"]);
    let mut there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["Day one", "Day three", "Day two"]);
    home.run(&campaign).ended(0).says(&["0 ok, 3 there already", "nothing was left to schedule"]);
    assert_eq!(home.creates().len(), 3);
}

#[test]
fn a_style_dresses_a_campaign() {
    let home = Home::settled();
    let texts = file(&home, "launch.txt", "Day one\nDay two\n");
    let campaign = ["campaign", &texts, "--start", "2030-03-29 09:00", "--to", "x:@acme", "--style"];
    home.run(&[&campaign[..], &["anouncement"]].concat()).ended(1).says(&["did you mean announcement?"]);
    home.run(&[&campaign[..], &["announcement"]].concat()).ended(0);
    home.run(&[&campaign[..], &["announcement"]].concat()).ended(0).says(&["0 ok, 2 there already"]);
    let mut there: Vec<String> = home.at_late().into_iter().map(|post| post.content).collect();
    there.sort();
    assert_eq!(there, ["🚨 Day one 🚨", "🚨 Day two 🚨"]);
}

#[test]
fn a_campaign_sees_clashes_and_refuses_what_makes_no_sense() {
    let home = Home::settled();
    home.pipe("There first", &["post", "-", "--to", "x:@acme", "--when", "2030-01-02 09:05"]).ended(0);
    let texts = file(&home, "launch.txt", "One\nTwo\n");
    let run = |more: &[&str]| {
        let start = ["campaign", &texts, "--start", "2030-01-02 09:00", "--to", "x:@acme", "--dry-run", "--json"];
        home.run(&[&start[..], more].concat())
    };
    assert!(run(&[]).ended(0).rows()[0]["messages"].to_string().contains("There first"));
    let shifted = run(&["--on-clash", "shift"]).ended(0).rows();
    assert_eq!(shifted[0]["when"], "2030-01-02T09:30:00+01:00");
    assert_eq!(run(&["--on-clash", "refuse"]).ended(1).rows()[0]["verdict"], "refused");
    run(&["--every", "0h"]).ended(2).says(&["an interval of 0"]);
    run(&["--every", "-1h"]).ended(2).says(&["\"-1h\" is no interval"]);
    run(&["--every", "24h", "--at", "09:00"]).ended(2).says(&["--at goes with days"]);
    run(&["--every", "2000d"]).ended(2).says(&["longer than a year"]);
    let unsaid = ["campaign", &texts, "--start", "2030-01-02 09:00", "--dry-run"];
    home.run(&unsaid).ended(2).says(&["--to", "x:@acme"]);
    std::fs::write(&texts, "\u{feff}One\nOne\n").unwrap();
    let equal = run(&[]).ended(0).rows();
    assert_eq!(equal[0]["body"], "One");
    assert!(equal[1]["messages"].to_string().contains("same text as post 1"));
    std::fs::write(&texts, "\n").unwrap();
    run(&[]).ended(1).says(&["needs a text"]);
    std::fs::write(&texts, "Late\n").unwrap();
    let past = ["campaign", &texts, "--start", "2020-01-02 09:00", "--to", "x:@acme", "--dry-run"];
    let said = home.run(&past).ended(1);
    assert!(said.out.contains("has passed"), "{said:?}");
}

#[test]
fn a_campaign_has_options_media_per_post_slots_and_asks_the_providers() {
    let home = Home::settled();
    let texts = "---\nmedia:\n  - https://acme.example/roast.png\noptions:\n  tiktok.privacy: friends\n---\nThe roast\n===\nThe mill\n";
    let path = file(&home, "launch.txt", texts);
    let run = |more: &[&str]| {
        let base = ["campaign", &path, "--start", "2030-01-07 09:00", "--to", "x:@acme"];
        home.run(&[&base[..], more].concat())
    };
    run(&["--option", "tiktok.privacy=public", "--draft"]).ended(0);
    let posts = home.posts();
    let said = |body: &str| posts.iter().find(|post| post["body"] == body).unwrap().clone();
    assert_eq!(said("The roast")["options"]["tiktok.privacy"], "friends", "its own word wins");
    assert_eq!(said("The mill")["options"]["tiktok.privacy"], "public");
    assert_eq!(said("The roast")["media"].as_array().unwrap().len(), 1);
    assert_eq!(said("The mill")["media"].as_array().unwrap().len(), 0);
    let bad = file(&home, "bad.txt", "---\nwhen: fri 9\n---\nHi\n===\nYou\n");
    home.run(&["campaign", &bad, "--start", "2030-01-07 09:00", "--to", "x:@acme"])
        .ended(1)
        .says(&["text 1:", "the same for the whole campaign"]);
}
