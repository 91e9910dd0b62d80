//! What lies at an address, looked at through a server of this machine.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::domain::media::Whereabouts;
use crate::provider::http::Limits;

/// How a server of files behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Gives the stretch that was asked for.
    Ranged,
    /// Gives everything, whatever was asked for.
    Whole,
    /// Gives everything without saying how long it is.
    Endless,
    /// Says this and nothing else.
    Answers(&'static str),
}

/// Serves `file`; its address, and what was asked with how many bytes given.
async fn serve(manner: Manner, file: Vec<u8>) -> (String, Arc<Mutex<Vec<(String, usize)>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let asked = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).await.unwrap_or(0) == 0 {
                    break;
                }
                head.extend(byte);
            }
            let head = String::from_utf8(head).unwrap().to_lowercase();
            let (lines, body) = answer(manner, &head, &file);
            asked.lock().unwrap().push((head, body.len()));
            let lines = format!("HTTP/1.1 {lines}\r\nconnection: close\r\n\r\n");
            // Whoever has read enough hangs up.
            let _ = stream.write_all(lines.as_bytes()).await;
            let _ = stream.write_all(&body).await;
        }
    });
    (home, seen)
}

fn answer(manner: Manner, head: &str, file: &[u8]) -> (String, Vec<u8>) {
    let whole = file.len();
    match manner {
        Manner::Answers(lines) => (lines.into(), Vec::new()),
        Manner::Endless => ("200 OK".into(), file.to_vec()),
        Manner::Whole => (format!("200 OK\r\ncontent-length: {whole}"), file.to_vec()),
        Manner::Ranged => {
            let span = head.split_once("range: bytes=").unwrap().1.lines().next().unwrap();
            let (from, to) = span.split_once('-').unwrap();
            let from: usize = from.parse().unwrap();
            let to = to.parse::<usize>().unwrap().min(whole - 1);
            let body = file[from..=to].to_vec();
            let lines = format!(
                "206 Partial Content\r\ncontent-length: {}\r\ncontent-range: bytes {from}-{to}/{whole}",
                body.len()
            );
            (lines, body)
        }
    }
}

fn noon() -> DateTime<Utc> {
    "2026-03-02T12:00:00Z".parse().unwrap()
}

fn gauge() -> Gauge {
    Gauge::with(Web::new(Limits::default(), true), Clock::standing_at(noon()))
}

async fn measured(manner: Manner, file: Vec<u8>, name: &str) -> (Media, Vec<(String, usize)>) {
    let (home, seen) = serve(manner, file).await;
    let mut found = gauge().typed(&format!("{home}/{name}")).await;
    assert_eq!(found.len(), 1);
    let seen = seen.lock().unwrap().clone();
    (found.pop().unwrap().unwrap(), seen)
}

fn png(width: u32, height: u32, bytes: usize) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    file.extend(width.to_be_bytes());
    file.extend(height.to_be_bytes());
    file.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    let data = bytes - file.len() - 12 - 12;
    file.extend(u32::try_from(data).unwrap().to_be_bytes());
    file.extend(b"IDAT");
    file.extend(vec![7; data + 4]);
    file.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    file
}

fn atom(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], name, body].concat()
}

/// A film of 74 seconds, 1920 × 1080, whose movie comes after `data` bytes of frames.
fn film(data: usize) -> Vec<u8> {
    let mut head = vec![0; 100];
    head[12..16].copy_from_slice(&1000_u32.to_be_bytes());
    head[16..20].copy_from_slice(&74_000_u32.to_be_bytes());
    let mut track = vec![0; 84];
    track[40..44].copy_from_slice(&0x0001_0000_u32.to_be_bytes());
    track[56..60].copy_from_slice(&0x0001_0000_u32.to_be_bytes());
    track[72..76].copy_from_slice(&0x4000_0000_u32.to_be_bytes());
    track[76..80].copy_from_slice(&(1920_u32 << 16).to_be_bytes());
    track[80..84].copy_from_slice(&(1080_u32 << 16).to_be_bytes());
    let movie = [atom(b"mvhd", &head), atom(b"trak", &atom(b"tkhd", &track))].concat();
    [atom(b"ftyp", b"isom\0\0\0\0isom"), atom(b"mdat", &vec![7; data]), atom(b"moov", &movie)].concat()
}

#[tokio::test]
async fn a_picture_is_measured_by_its_beginning_without_a_key() {
    for manner in [Manner::Ranged, Manner::Whole] {
        let (media, seen) = measured(manner, png(1600, 1200, 3_100_000), "roast?size=large").await;
        assert_eq!((media.kind, media.pixels, media.bytes), (MediaKind::Image, Some((1600, 1200)), Some(3_100_000)));
        assert_eq!(media.content.as_ref().map(|it| (it.mime.as_str(), it.print.as_str())), Some(("image/png", "")));
        assert_eq!(media.looked, Some(Looked { at: noon(), trouble: None }));
        assert_eq!((media.unmeasured(), media.whereabouts()), (None, Whereabouts::Web));
        assert_eq!(seen.len(), 1, "{manner:?}");
        for word in ["authorization", "cookie"] {
            assert!(!seen[0].0.contains(word), "{}", seen[0].0);
        }
    }
    let (small, _) = measured(Manner::Endless, png(10, 10, 40_000), "a.png").await;
    assert_eq!((small.pixels, small.bytes), (Some((10, 10)), Some(40_000)), "counted where nobody says its length");
}

#[tokio::test]
async fn of_a_film_its_two_ends_are_enough() {
    let (media, seen) = measured(Manner::Ranged, film(9_000_000), "teaser.mp4").await;
    assert_eq!((media.kind, media.pixels, media.millis), (MediaKind::Video, Some((1920, 1080)), Some(74_000)));
    assert!(media.bytes.is_some_and(|bytes| bytes > 9_000_000));
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(seen.iter().map(|(_, given)| given).sum::<usize>() < 1_100_000, "{seen:?}");
    // Where nobody gives the end of it, its size is still known.
    let (media, seen) = measured(Manner::Whole, film(9_000_000), "teaser.mp4").await;
    assert_eq!((media.kind, media.millis, media.unmeasured(), seen.len()), (MediaKind::Video, None, None, 1));
    assert!(media.bytes.is_some_and(|bytes| bytes > 9_000_000));
}

#[tokio::test]
async fn what_is_in_the_way_is_said_and_stops_nobody() {
    let page = b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec();
    let cut = png(1600, 1200, 40_000)[..20_000].to_vec();
    for (manner, file, words) in [
        (Manner::Answers("404 Not Found\r\ncontent-length: 0"), Vec::new(), "it answers 404: nothing is there"),
        (Manner::Answers("403 Forbidden\r\ncontent-length: 0"), Vec::new(), "it is not shown to everybody"),
        (Manner::Answers("200 OK\r\ncontent-length: 0"), Vec::new(), "it is empty"),
        (Manner::Answers("416 Range Not Satisfiable\r\ncontent-length: 0"), Vec::new(), "it is empty"),
        (Manner::Answers("302 Found\r\nlocation: https://media.example/"), Vec::new(), "outside this machine"),
        (Manner::Answers("302 Found\r\nlocation: /again"), Vec::new(), "on and on"),
        (Manner::Answers("200 OK\r\ncontent-length: 50"), Vec::new(), "the line broke"),
        (Manner::Ranged, page, "it is a web page, not a picture"),
        (Manner::Ranged, cut, "it is not a whole picture"),
    ] {
        let (media, _) = measured(manner, file, "roast.png").await;
        let trouble = media.trouble().unwrap();
        assert!(trouble.contains(words), "{words}: {trouble}");
        assert_eq!(media.unmeasured().as_deref(), Some(format!("not measured: {trouble}").as_str()));
        assert_eq!((media.kind, media.bytes), (MediaKind::Image, None), "its name still says what it is meant to be");
    }
}

#[tokio::test]
async fn an_address_nobody_may_ask_is_not_asked() {
    let (home, seen) = serve(Manner::Ranged, png(10, 10, 4_000)).await;
    let abroad = Gauge::with(Web::new(Limits::default(), false), Clock::standing_at(noon()));
    let refused = abroad.typed(&format!("{home}/a.png")).await.pop().unwrap().unwrap_err();
    assert!(refused.contains("not https"), "{refused}");
    let inside = home.replace("http:", "https:");
    for address in [format!("{inside}/a.png"), "https://169.254.169.254/a.png".into(), "https://[::1]/a.png".into()] {
        let media = abroad.typed(&address).await.pop().unwrap().unwrap();
        assert!(media.trouble().unwrap().contains("its own network"), "{media:?}");
    }
    // The demo asks nobody outside, and a gauge without the web asks nobody.
    for (gauge, address) in
        [(gauge(), "https://media.example/a.png"), (Gauge::default(), "https://media.example/a.png")]
    {
        let media = gauge.typed(address).await.pop().unwrap().unwrap();
        assert_eq!(media.unmeasured().as_deref(), Some("not measured: lies at an address"));
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn an_address_is_taken_by_its_name_and_only_where_everybody_can_fetch_it() {
    let at = |text: &str| at_address(&Url::parse(text).unwrap(), false);
    let media = at("https://media.example/2026/roast.PNG?v=3").unwrap();
    assert_eq!((media.kind, media.name.as_str(), media.bytes), (MediaKind::Image, "roast.PNG", None));
    assert_eq!(at("https://media.example/watch").unwrap().kind, MediaKind::Other);
    assert!(at("http://media.example/a.png").unwrap_err().contains("https"));
    let words = at("https://jo:secret@media.example/a.png").unwrap_err();
    assert!(words.contains("password") && !words.contains("secret"), "{words}");
}
