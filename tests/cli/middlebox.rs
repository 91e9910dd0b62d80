//! Something between us and the provider that sends every request twice, as a proxy may that lost an answer.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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

#[test]
fn a_middlebox_that_repeats_makes_no_second_post_where_the_provider_knows_keys() {
    for (account, channel) in [(0, "x:@acme"), (1, "mastodon:@acme")] {
        let home = Home::settled();
        let config = std::fs::read_to_string(home.config()).unwrap();
        let there = home.demo.accounts[account].base_url.clone();
        let provider = home.demo.accounts[account].provider;
        let address = there.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        let (here, writes) = repeat(address.clone());
        home.write_config(&config.replace(&there, &there.replace(&address, &here)));
        let channels = home.run(&["channels", "--json"]).ended(0).rows();
        let of_account = |row: &&serde_json::Value| row["account"] == home.demo.accounts[account].name.as_str();
        let known =
            channels.iter().filter(of_account).find(|row| channel.starts_with(row["network"].as_str().unwrap()));
        let id = known.unwrap_or(channels.iter().find(of_account).as_ref().unwrap())["id"].as_str().unwrap().to_owned();
        let said = home.pipe("Said once", &["post", "-", "--to", &id, "--when", "2030-01-02 09:00"]);
        for _ in 0..2 {
            home.run_with(&["sync"], &[("RUNSHEET_CLOCK", "1000")]);
        }
        assert!(writes.load(Ordering::SeqCst) > 0, "{provider}: {said:?}");
        assert_eq!(home.world().posts(provider).len(), 1, "{provider}: {said:?}");
        let posts = home.posts();
        assert_eq!((posts.len(), posts[0]["status"].as_str()), (1, Some("scheduled")), "{provider}: {said:?}");
    }
}
