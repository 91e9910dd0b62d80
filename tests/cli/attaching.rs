//! Media from the shell: measured, described, brought along; refused in words where that makes no sense.

use std::path::{Path, PathBuf};
use std::time::Duration;

use runsheet::clock::Clock;
use runsheet::demo::{Fault, FaultKind, Request};
use rustix::process::{Pid, Signal, kill_process};

use crate::home::{Home, in_demo};

const TO: &[&str] = &["post", "-", "--to", "x:@acme", "--when", "tomorrow 9"];

fn picture(home: &Home, name: &str) -> PathBuf {
    picture_in(home.folder.path(), name)
}

/// A picture of 1600 × 1200 pixels, as far as anybody looks who does not decode it, and two kilobytes long.
pub fn picture_in(folder: &Path, name: &str) -> PathBuf {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x06\x40\0\0\x04\xb0".to_vec();
    // Depth, form and checksum of the header; a part that nobody reads; the end.
    bytes.extend([8; 9]);
    bytes.extend(b"\0\0\x07\xc7fiLl");
    bytes.resize(2036, 1);
    bytes.extend(b"\0\0\0\0IEND\xaeB`\x82");
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    TO.iter().copied().chain(more.iter().copied()).collect()
}

/// Requests that meant to make a post.
fn creates(home: &Home) -> Vec<Request> {
    home.creates().into_iter().filter(|request| request.path.ends_with("/posts")).collect()
}

#[test]
fn pictures_travel_in_their_order_with_their_descriptions() {
    let home = Home::settled();
    let (one, two) = (picture(&home, "one.png"), picture(&home, "it is two.png"));
    let media = ["--media", one.to_str().unwrap(), "--media", two.to_str().unwrap()];
    let args = with(&[&media[..], &["--alt", "", "--alt", "A cup", "--json"]].concat());
    let post = home.pipe("Two pictures", &args).ended(0).json();
    assert_eq!((post["status"].as_str(), post["pending"].as_bool()), (Some("scheduled"), Some(false)));
    let first = &post["media"][0];
    assert_eq!(
        (first["width"].as_u64(), first["height"].as_u64(), first["bytes"].as_u64()),
        (Some(1600), Some(1200), Some(2048))
    );
    let there = home.at_late();
    let sent: Vec<_> =
        there[0].media.iter().map(|item| (item["filename"].as_str(), item["altText"].as_str())).collect();
    assert_eq!(sent, [(Some("one.png"), None), (Some("it is two.png"), Some("A cup"))], "{:?}", there[0].media);
    let shown = home.run(&["show", post["id"].as_str().unwrap()]).ended(0);
    assert!(shown.out.contains("image it is two.png 1600×1200 2 kB alt: A cup"), "{shown:?}");
}

#[test]
fn a_dry_run_names_what_would_be_brought_and_brings_nothing() {
    let home = Home::settled();
    let path = picture(&home, "one.png");
    let said = home.pipe("A picture", &with(&["--media", path.to_str().unwrap(), "--dry-run"])).ended(0);
    assert!(said.out.contains("first, each account is brought one.png (2 kB)"), "{said:?}");
    assert!(said.out.contains("(one.png, once it is uploaded)") && !said.out.contains("file://"), "{said:?}");
    let shown = home.pipe("A picture", &with(&["--media", path.to_str().unwrap(), "--dry-run", "--json"])).ended(0);
    assert_eq!(shown.json()["sends"][0]["counts"], serde_json::json!({"upload": 1, "create": 1}));
    assert!(home.at_late().is_empty() && home.posts().is_empty());
    let presigns = home.world().requests().into_iter().filter(|request| request.path.contains("presign")).count();
    assert_eq!(presigns, 0);
}

#[test]
fn a_dry_run_shows_the_request_of_every_provider_that_takes_files() {
    for provider in ["late", "postforme", "posto", "voxburst"] {
        let home = Home::alone(provider, Clock::system(), str::to_owned);
        let path = picture(&home, "one.png");
        let channels = home.run(&["channels", "--json"]).ended(0).rows();
        let plain = |row: &&serde_json::Value| ["x", "linkedin"].contains(&row["network"].as_str().unwrap());
        let channel = channels.iter().find(plain).unwrap()["id"].as_str().unwrap();
        let (path, when) = (path.to_str().unwrap(), "2030-01-02 09:00");
        let said =
            home.pipe("A picture", &["post", "-", "--to", channel, "--when", when, "--media", path, "--dry-run"]);
        let said = said.ended(0);
        assert!(said.out.contains("(one.png, once it is uploaded)"), "{provider}: {said:?}");
        assert!(!said.out.contains("to-come") && !said.out.contains("900000000000000"), "{provider}: {said:?}");
        assert!(home.world().posts(provider).is_empty() && home.posts().is_empty(), "{provider}");
    }
}

#[test]
fn what_cannot_be_attached_is_refused_and_nothing_is_kept() {
    let home = Home::settled();
    let text = home.folder.path().join("picture.png");
    std::fs::write(&text, "no picture at all").unwrap();
    let film = home.folder.path().join("film.mp4");
    std::fs::write(&film, b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2").unwrap();
    std::fs::File::options().write(true).open(&film).unwrap().set_len(9_000_000_000).unwrap();
    let folder = home.folder.path().to_str().unwrap();
    for (media, words) in [
        ("/no/such/file.png", "there is no file /no/such/file.png"),
        (folder, "is a folder"),
        (text.to_str().unwrap(), "is text, not a picture"),
        ("http://media.example/a.png", "is not https"),
        ("", "nothing was named"),
        // Nine gigabytes, of which not one is read.
        (film.to_str().unwrap(), "the video is 9 GB; X takes 8 GB (bring it down to 8 GB)"),
    ] {
        home.pipe("Words", &with(&["--media", media])).ended(1).says(&[words]);
    }
    let path = picture(&home, "one.png");
    let twice = with(&["--media", path.to_str().unwrap(), "--alt", "a", "--alt", "b"]);
    home.pipe("Words", &twice).ended(2).says(&["2 --alt for 1 --media"]);
    home.pipe("Words", &with(&["--alt", "a"])).ended(2);
    assert!(home.at_late().is_empty() && home.posts().is_empty() && creates(&home).is_empty());
}

#[test]
fn a_power_cut_while_uploading_costs_an_upload_and_makes_one_post() {
    let home = Home::settled();
    let path = picture(&home, "one.png");
    home.world().fault(Fault::once(FaultKind::Slow(Duration::from_secs(120))).at("late").on("PUT", "/storage/"));
    let text = home.folder.path().join("post.md");
    std::fs::write(&text, "Cut off while uploading").unwrap();
    let place = [text.to_str().unwrap(), path.to_str().unwrap()];
    let args = ["post", place[0], "--to", "x:@acme", "--when", "tomorrow 9", "--media", place[1]];
    let mut child = home.start(&args);
    while !home.world().requests().iter().any(|request| request.path.starts_with("/storage/")) {
        assert!(child.try_wait().unwrap().is_none(), "it waits for the answer");
        std::thread::yield_now();
    }
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    home.world().release();
    assert!(creates(&home).is_empty());
    home.run(&["sync"]).ended(0);
    home.run(&["sync"]).ended(0);
    let there = home.at_late();
    assert_eq!((there.len(), there[0].media.len(), creates(&home).len()), (1, 1, 1));
}

#[test]
fn a_provider_that_prepares_its_files_is_waited_for() {
    let home = Home::settled();
    let path = picture(&home, "one.png");
    let text = home.folder.path().join("post.md");
    std::fs::write(&text, "Worth the wait").unwrap();
    let place = [text.to_str().unwrap(), path.to_str().unwrap()];
    let args = ["post", place[0], "--to", "ma:@northwind@coffee.example", "--when", "tomorrow 9", "--media", place[1]];
    let post = in_demo(&[&args[..], &["--json"]].concat()).ended(0).json();
    assert_eq!((post["status"].as_str(), post["pending"].as_bool()), (Some("scheduled"), Some(false)), "{post}");
}
