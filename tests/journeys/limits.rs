//! Limits that a provider publishes: a channel that may write more, counted so wherever it is counted.

use std::io::{Read, Write};
use std::net::TcpListener;

use chrono::TimeDelta;

use crate::stage::{LATE, MIDDLE, Stage};

const POSTFORME: &str = "postforme";

/// How often it was asked at paths that contain `path`.
fn asked(stage: &Stage, path: &str) -> usize {
    stage.outside.world.requests().iter().filter(|request| request.path.contains(path)).count()
}

#[test]
fn a_channel_that_may_write_more_is_counted_against_its_own_limit() {
    let mut stage = Stage::open(MIDDLE, &[POSTFORME]);
    let world = stage.outside.world.clone();
    world.add_channel(POSTFORME, "twitter", "fjord.plus").unwrap();
    let paying = world.channels(POSTFORME).into_iter().find(|channel| channel.username == "fjord.plus").unwrap();
    assert!(world.set_premium(POSTFORME, &paying.id, true));
    // What is published is asked for once a day.
    stage.pass(TimeDelta::hours(25)).keys("R").rest();
    let text = "Plenty to say. ".repeat(40);
    stage.keys("c").paste(text.trim_end()).keys("Esc").choose("fjord.plus").until("599/2200");
    assert!(!stage.screen().contains("over: X takes"), "{}", stage.screen());
    stage.keys("Esc").keys("c").paste(&"Plenty to say. ".repeat(150)).keys("Esc").choose("fjord.plus");
    stage.until("50 over: X takes 2,200 characters").until("as Post for Me said on 17").until("…more");
}

#[test]
fn what_is_published_is_asked_for_once_a_day() {
    let mut stage = Stage::late(MIDDLE);
    assert_eq!(asked(&stage, "post-length"), 1);
    stage.keys("R").rest().turn(30).keys("R").rest();
    assert_eq!(asked(&stage, "post-length"), 1);
    stage.pass(TimeDelta::hours(25)).keys("R").rest();
    assert_eq!(asked(&stage, "post-length"), 2);
    // What could not be heard is not asked for in every round.
    stage.outside.world.forget_requests();
    let fault = runsheet::demo::Fault::once(runsheet::demo::FaultKind::Status(500)).on("POST", "post-length").at(LATE);
    stage.outside.world.fault(fault);
    stage.pass(TimeDelta::hours(25)).keys("R").rest().turn(10).keys("R").rest();
    assert!((1..=4).contains(&asked(&stage, "post-length")), "one question, with its repeats");
}

/// A Mastodon server of an older kind, which knows only the first version of its own description; its name.
fn server(text: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let name = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = [0; 1 << 14];
            let Ok(read) = stream.read(&mut request) else { continue };
            let request = String::from_utf8_lossy(request.get(..read).unwrap_or_default()).to_lowercase();
            let statuses = format!("{{\"max_characters\":{text},\"characters_reserved_per_url\":30}}");
            let (line, body) = match request.starts_with("get /api/v1/instance ") && !request.contains("authorization")
            {
                true => ("200 OK", format!("{{\"configuration\":{{\"statuses\":{statuses}}}}}")),
                false => ("404 Not Found", String::new()),
            };
            let head = format!("HTTP/1.1 {line}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
        }
    });
    name
}

#[test]
fn a_mastodon_server_says_what_it_takes() {
    let mut stage = Stage::open(MIDDLE, &["voxburst"]);
    let server = server(5_000);
    let handle = format!("acme@{server}");
    stage.outside.world.add_channel("voxburst", "mastodon", &handle).unwrap();
    stage.pass(TimeDelta::hours(25)).keys("R").rest();
    let text = "Plenty to say. ".repeat(40);
    stage.keys("c").paste(&format!("{text}https://example.com/a")).keys("Esc").choose(&handle).until("630/5000");
    stage.keys("Esc").keys("c").paste(&"Plenty to say. ".repeat(340)).keys("Esc").choose(&handle);
    stage.until("over: Mastodon takes 5,000 characters").until(&format!("as {server} said on"));
}
