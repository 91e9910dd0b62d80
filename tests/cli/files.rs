//! Posts as files: checked, shown and scheduled from Markdown with front matter, whatever stands in it.

use std::time::{Duration, Instant};

use runsheet::domain::channel::Network;
use runsheet::text::{measure::measure, rules::Rules};
use serde_json::Value;

use crate::home::{Home, Said, run, runsheet};

const POST: &str = "\
---
to: [x:@acme]
when: 2031-05-06 09:30
campaign: spring
tags: [launch]
variants:
  x: |
    The short one.
    In two lines.
---

The long text that nobody on X sees.
";

fn check(text: impl Into<Vec<u8>>, args: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let data = folder.path().join("data");
    let places = ["--config", config.to_str().unwrap(), "--data-dir", data.to_str().unwrap()];
    let mut command = runsheet(&[&["check", "-"][..], args, &places].concat());
    command.write_stdin(text);
    let said = run(command);
    assert!(!data.exists(), "a check opens no store and keeps nothing");
    said
}

#[test]
fn one_network_answers_with_one_object_and_the_count_of_every_other_door() {
    for text in
        ["We are live: https://acme.example/a/very/long/address 👩‍🚀", "e\u{301}", "日本語", "a\r\nb", "#one #two @who"]
    {
        for network in ["x", "bluesky", "mastodon", "linkedin", "tiktok", "threads"] {
            let key = Network::from_word(network);
            let expected = measure(&text.replace("\r\n", "\n"), Rules::shipped().network(&key).unwrap());
            let object = check(text, &["--network", network, "--json"]).ended(0).json();
            let object = object.as_object().unwrap();
            let number = |key: &str| object.get(key).and_then(Value::as_u64).map(|n| usize::try_from(n).unwrap());
            assert_eq!(number("count"), Some(expected.count), "{network} {text:?}");
            assert_eq!(number("limit"), Some(expected.limit));
            assert_eq!(number("bytes"), expected.bytes.map(|(bytes, _)| bytes), "{network}");
            assert_eq!((object["network"].as_str(), object["valid"].as_bool()), (Some(network), Some(expected.valid)));
            assert!(object["unit"].is_string() && object["problems"].is_array());
            assert_eq!(object.len(), if expected.bytes.is_some() { 9 } else { 8 }, "{object:?}");
        }
    }
}

#[test]
fn what_does_not_fit_ends_with_one_and_names_its_place() {
    let long = format!("First line\n{}", "x".repeat(300));
    let said = check(long.clone(), &["--network", "x"]).ended(1);
    assert!(said.out.contains("x: 311 of 280 characters: not ok"), "{said:?}");
    assert!(said.out.contains("standard input:2:270: blocker: 31 over: X takes 280 characters"), "{said:?}");
    let object = check(long, &["--network", "x", "--json"]).ended(1).json();
    assert_eq!((object["valid"].as_bool(), object["problems"][0]["code"].as_str()), (Some(false), Some("too-long")));
    check("", &["--network", "x"]).ended(1);
    check("short enough", &["--network", "x"]).ended(0);
    assert_eq!(check("short", &["--json"]).rows().len(), Rules::shipped().networks().count());
    check("short", &["--network", "myspace"]).ended(2).says(&["myspace", "mastodon"]);
}

#[test]
fn a_file_names_its_networks_and_their_own_texts() {
    let said = check(POST, &["--json"]).ended(0);
    let rows = said.rows();
    assert_eq!((rows.len(), rows[0]["count"].as_u64()), (1, Some(28)));
    let over = POST.replace("The short one.", &"y".repeat(400));
    check(over.clone(), &[])
        .ended(1)
        .out
        .contains("standard input:7:3: blocker")
        .then_some(())
        .expect("the variant's line");
    // Asked for another network, the same file is checked with its own text.
    check(over, &["--network", "bluesky"]).ended(0);
    check(POST.replace("2031-05-06 09:30", "someday"), &[]).ended(1).says(&["standard input:3:7", "someday"]);
    let media = POST.replace("tags: [launch]", "media: nowhere.png");
    check(media, &[]).ended(1).says(&["standard input:5:8", "nowhere.png"]);
    let alone = POST.replace("x: |\n    The short one.\n    In two lines.", "x:\n    when: now");
    check(alone, &[]).ended(1).says(&["standard input:7:", "at once by itself"]);
    let handle = POST.replace("x:@acme", "\"@acme\"");
    check(handle, &[]).ended(1).says(&["standard input:2:6", "does not say its network"]);
}

#[test]
fn a_network_is_as_good_as_the_worst_of_its_channels() {
    let file = format!("---\nto: [x:@a, x:@b]\nvariants:\n  \"x:@b\": {}\n---\n\nShort.\n", "word ".repeat(70).trim());
    let said = check(file.clone(), &["--network", "x"]).ended(1);
    assert!(said.out.starts_with("x:@b: 349 of 280"), "{said:?}");
    assert_eq!(check(file, &["--network", "x", "--json"]).ended(1).json()["valid"], false);
}

#[test]
fn front_matter_that_does_not_close_is_never_taken_for_a_text() {
    for text in ["---\nto: x:@a\n--\n\nHello", "+++\nto = \"x:@a\"\nHello"] {
        let said = check(text, &[]).ended(1).says(&["standard input:1:1", "the front matter is not closed"]);
        assert!(said.out.is_empty(), "{said:?}");
    }
}

#[test]
fn faults_of_a_file_are_said_with_their_lines_and_nothing_is_printed() {
    for (text, words) in [
        ("---\ntitel: x\n---\n", &["standard input:2:1", "`titel`", "did you mean `title`?"][..]),
        ("---\nto: \"x\n---\n", &["standard input:2:5", "quote is not closed"]),
        ("---\nto:\n\t- x\n---\n", &["standard input:3:1", "tab"]),
        ("+++\nto = [\n+++\n", &["standard input:2"]),
    ] {
        let said = check(text, &[]).ended(1).says(words);
        assert!(said.out.is_empty(), "{said:?}");
    }
    check(b"one\n\xED\xA0\x80".to_vec(), &[]).ended(1).says(&["standard input:2:1", "surrogate"]);
    check(b"\xFF\xFEo\0".to_vec(), &[]).ended(1).says(&["UTF-16", "UTF-8"]);
}

#[test]
fn whatever_the_text_is_the_answer_comes_and_disturbs_no_terminal() {
    let zalgo = format!("Z{}", "\u{310}\u{320}\u{330}".repeat(60_000));
    for text in [
        "word ".repeat(1_000_000 - 1),
        "x".repeat(1_000_000),
        zalgo,
        "\u{0}\u{1b}]52;c;aGk=\u{7}\u{202e}gnol\u{2066}".repeat(2_000),
        "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🫩".repeat(5_000),
        "https://a.example/".repeat(20_000),
        "@a #b $C ".repeat(40_000),
    ] {
        let began = Instant::now();
        let said = check(text.clone(), &["--network", "mastodon"]);
        // However many marks one letter carries, it counts as one.
        assert!(said.code <= 1 && said.out.starts_with("mastodon: ") && said.err.is_empty(), "{said:?}");
        assert!(began.elapsed() < Duration::from_secs(50), "{:?}", began.elapsed());
        assert!(!said.out.chars().any(|c| c.is_control() && c != '\n'), "{:?}", said.out.get(..200));
    }
    check("x".repeat(5_000_001), &[]).ended(1).says(&["longer than 5000000 bytes"]);
}

#[test]
fn a_preview_shows_text_fold_and_card() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("post.md");
    let long = format!("{}\n\nhttps://acme.dev/x", "A line of some words. ".repeat(60));
    std::fs::write(&file, &long).unwrap();
    let path = file.to_str().unwrap();
    let said = run(runsheet(&["preview", path, "--network", "linkedin", "--width", "40"])).ended(0);
    assert!(said.out.contains("…more") && said.out.contains("[link card: acme.dev]"), "{said:?}");
    assert!(said.out.lines().all(|line| line.chars().count() <= 40), "{said:?}");
    let shown = run(runsheet(&["preview", path, "--network", "instagram", "--json"])).ended(0).json();
    assert!(shown["no_card"].is_string() && shown["lines"].as_array().unwrap().len() > 5, "{shown}");
    run(runsheet(&["preview", path])).ended(2);
}

#[test]
fn a_file_says_where_when_and_what() {
    let home = Home::settled();
    let post = home.pipe(POST, &["post", "-", "--json"]).ended(0).json();
    assert_eq!(post["body"], "The long text that nobody on X sees.");
    assert_eq!((post["campaign"].as_str(), post["tags"][0].as_str()), (Some("spring"), Some("launch")));
    assert_eq!(post["when"], "2031-05-06T09:30:00+02:00");
    assert_eq!(post["targets"][0]["text"], "The short one.\nIn two lines.");
    let there = home.at_late().remove(0);
    assert_eq!(there.text_for(&there.targets[0]), "The short one.\nIn two lines.", "it is the variant that X receives");
    // What is said on the command line wins.
    let again = home.pipe(POST, &["post", "-", "--when", "2032-01-01 10:00", "--draft", "--json"]).ended(0).json();
    assert_eq!((again["when"].as_str(), again["status"].as_str()), (Some("2032-01-01T10:00:00+01:00"), Some("draft")));
}

#[test]
fn a_file_that_fits_no_channel_is_refused_with_its_line_and_keeps_nothing() {
    let home = Home::settled();
    for (text, words) in [
        (POST.replace("[x:@acme]", "[x:@acmee]"), &["standard input:2:6", "did you mean"][..]),
        (POST.replace("  x: |", "  mastodon: |"), &["standard input:7:3", "no channel of this post"]),
        (POST.replace("2031-05-06 09:30", "someday"), &["standard input:3:7", "someday"]),
        (POST.replace("tags:", "tag:"), &["standard input:5:1", "did you mean `tags`?"]),
        (
            POST.replace("x: |\n    The short one.\n    In two lines.", "x:\n    when: now"),
            &["standard input:7:", "at once"],
        ),
    ] {
        home.pipe(&text, &["post", "-"]).ended(1).says(words);
    }
    home.pipe(&POST.replace("to: [x:@acme]\n", ""), &["post", "-"]).ended(2).says(&["--to"]);
    assert!(home.posts().is_empty() && home.at_late().is_empty());
}

#[test]
fn each_part_of_a_thread_is_counted_by_itself_and_variants_bring_their_options() {
    let long = "a".repeat(300);
    let thread = format!("---\nto: [x:@acme]\n---\n\nShort\n\n---\n\n{long}\n");
    let said = check(thread.as_str(), &[]).ended(1);
    assert!(said.out.contains("part 1 of 2: 5 of 280") && said.out.contains("part 2 of 2: 300 of 280"), "{said:?}");
    let object = check(thread.as_str(), &["--network", "x", "--json"]).ended(1).json();
    let parts = object["parts"].as_array().unwrap();
    assert_eq!(parts.iter().map(|part| &part["valid"]).collect::<Vec<_>>(), [true, false]);

    // YouTube wants a title: said as an option of the variant, it is said, and held to its length.
    let youtube = |more: &str| {
        format!("---\nto: [youtube:@acme]\nvariants:\n  youtube:\n    text: Look\n{more}---\n\nThe text\n")
    };
    let titled = |title: &str| youtube(&format!("    options:\n      youtube.title: {title}\n"));
    assert!(check(youtube("").as_str(), &[]).out.contains("YouTube needs a title"));
    assert!(!check(titled("Hello").as_str(), &[]).out.contains("title"));
    assert!(check(titled(&"a".repeat(120)).as_str(), &[]).out.contains("20 over 100"));
}
