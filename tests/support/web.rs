//! Somebody's web server, which holds one file and gives the stretch of it that is asked for.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

pub struct Web {
    /// Where it is: `http://127.0.0.1:1234`.
    pub home: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Web {
    /// Serves `file` at every path that ends in `name`; at all others nothing is there.
    pub fn with(name: &'static str, file: Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let home = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
                    head.extend(byte);
                }
                let head = String::from_utf8_lossy(&head).to_lowercase();
                let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                let span = head.split("range: bytes=").nth(1).and_then(|rest| rest.lines().next()?.split_once('-'));
                let from = span.and_then(|(from, _)| from.parse().ok()).unwrap_or(0);
                let to = span.and_then(|(_, to)| to.parse().ok()).unwrap_or(usize::MAX).min(file.len() - 1);
                let (lines, body) = match path.ends_with(name) {
                    true => (
                        format!("206 Partial Content\r\ncontent-range: bytes {from}-{to}/{}", file.len()),
                        &file[from..=to],
                    ),
                    false => ("404 Not Found".to_owned(), &file[..0]),
                };
                heard.lock().unwrap().push(head);
                let length = body.len();
                let lines = format!("HTTP/1.1 {lines}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                let _ = stream.write_all(lines.as_bytes()).and_then(|()| stream.write_all(body));
            }
        });
        Self { home, asked }
    }

    /// What it was asked, head by head.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}
