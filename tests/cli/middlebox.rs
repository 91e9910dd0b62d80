//! Something between us and the provider that sends every request twice, as a proxy may that lost an answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use runsheet::clock::Clock;

use crate::home::Home;

/// A request as it came, to its last byte; nothing where the connection ended.
fn request(from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let (mut whole, mut length) = (Vec::new(), 0);
    loop {
        let mut line = Vec::new();
        if from.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&line).to_lowercase();
        if let Some(value) = text.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        whole.extend_from_slice(&line);
        if line == b"\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    whole.extend(body);
    Some(whole)
}

/// The answer to `request` on a connection of its own.
fn ask(address: &str, request: &[u8]) -> Vec<u8> {
    let mut to = TcpStream::connect(address).unwrap();
    let text = String::from_utf8_lossy(request);
    let (head, _) = text.split_once("\r\n").unwrap();
    let rest = &request[head.len()..];
    to.write_all(head.as_bytes()).unwrap();
    to.write_all(b"\r\nConnection: close").unwrap();
    to.write_all(rest).unwrap();
    let mut answer = Vec::new();
    let _ = to.read_to_end(&mut answer);
    answer
}

/// Passes on every write twice and answers with what came of the second; how many there were.
fn repeat(address: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (here, writes) = (listener.local_addr().unwrap().to_string(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&writes);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (address, counted) = (address.clone(), Arc::clone(&counted));
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut stream = stream;
                let Some(request) = request(&mut reader) else { return };
                if !request.starts_with(b"GET") {
                    counted.fetch_add(1, Ordering::SeqCst);
                    ask(&address, &request);
                }
                let _ = stream.write_all(&ask(&address, &request));
            });
        }
    });
    (here, writes)
}

/// Somebody who writes a post and syncs, while every write to the provider is repeated; what the commands said.
fn written_through_it(provider: &str) -> (Home, String) {
    let mut counted = Arc::default();
    let clock = Clock::standing_at(Clock::system().now());
    let home = Home::alone(provider, clock.clone(), |there| {
        let address = there.strip_prefix("http://").unwrap().split('/').next().unwrap();
        let (here, writes) = repeat(address.to_owned());
        counted = writes;
        there.replace(address, &here)
    });
    let channels = home.run(&["channels", "--json"]).ended(0).rows();
    let plain = |row: &&serde_json::Value| ["x", "mastodon", "linkedin"].contains(&row["network"].as_str().unwrap());
    let id = channels.iter().find(plain).unwrap()["id"].as_str().unwrap();
    let mut said = format!("{:?}", home.pipe("Said once", &["post", "-", "--to", id, "--when", "2030-01-02 09:00"]));
    for ahead in ["1000", "2000", "3000"] {
        clock.turn(TimeDelta::seconds(1000));
        said.push_str(&format!("{:?}", home.run_with(&["sync"], &[("RUNSHEET_CLOCK", ahead)])));
    }
    assert!(counted.load(Ordering::SeqCst) > 0, "{provider}: {said}");
    (home, said)
}

#[test]
fn a_middlebox_that_repeats_makes_no_second_post_where_the_provider_knows_keys() {
    for provider in ["late", "voxburst"] {
        let (home, said) = written_through_it(provider);
        assert_eq!(home.world().posts(provider).len(), 1, "{provider}: {said}");
        let posts = home.posts();
        assert_eq!((posts.len(), posts[0]["status"].as_str()), (1, Some("scheduled")), "{provider}: {said}");
        assert!(!said.contains("twice at"), "{provider}: {said}");
    }
}

#[test]
fn what_it_repeats_where_the_provider_knows_no_keys_is_said_once_as_soon_as_it_is_seen() {
    for provider in ["postforme", "posto", "oktopost"] {
        let (home, said) = written_through_it(provider);
        assert_eq!(home.world().posts(provider).len(), 2, "{provider}: {said}");
        let words = "twice at Wed 2 Jan 2030 09:00 CET: the one sent from here";
        assert_eq!(said.matches(words).count(), 1, "{provider}: {said}");
        assert_eq!(home.posts().len(), 2, "{provider}: both are in the calendar, and one can be deleted");
    }
}
