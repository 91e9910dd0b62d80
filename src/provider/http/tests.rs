//! The client against a server of a few lines: what leaves, what is believed, what never shows.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const KEY: &str = "sk_do_not_tell_0123456789";

fn said(_status: u16, body: &Value) -> Said {
    let words = body.get("error").and_then(Value::as_str).unwrap_or_default().to_owned();
    Said { words, ..Said::default() }
}

pub(super) fn limits() -> Limits {
    Limits {
        connect: Duration::from_secs(5),
        silence: Duration::from_secs(5),
        whole: Duration::from_secs(5),
        upload: Duration::from_secs(5),
        page_bytes: 64 * 1024,
        ..Limits::default()
    }
}

pub(super) fn http(base_url: &str, limits: Limits) -> Http {
    let connection = Connection { provider: "late".into(), base_url: Some(base_url.into()), key: KEY.into(), limits };
    Http::new(connection, "https://unused.example", "/v1", said, Clock::standing_at(DateTime::UNIX_EPOCH)).unwrap()
}

/// Answers every request with `answer`, and keeps what came in.
pub(super) async fn server(answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut buffer = vec![0; 16 * 1024];
            let read = socket.read(&mut buffer).await.unwrap_or(0);
            kept.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
            let _ = socket.write_all(answer.as_bytes()).await;
            let _ = socket.shutdown().await;
        }
    });
    (address, seen)
}

fn write(purpose: Purpose) -> Call<'static> {
    Call { method: "POST", path: "/posts", query: &[], headers: &[], body: Some("{}"), purpose }
}

#[tokio::test]
async fn a_request_carries_the_key_and_our_name_and_nothing_else_shows_it() {
    let (address, seen) =
        server("HTTP/1.1 400 Bad\r\ncontent-length: 50\r\n\r\n{\"error\":\"key sk_do_not_tell_0123456789 is wrong\"}")
            .await;
    let http = http(&address, limits());
    let error = http.call(write(Purpose::Write)).await.unwrap_err();
    let request = seen.lock().unwrap()[0].to_lowercase();
    assert!(request.contains(&format!("authorization: bearer {KEY}")), "{request}");
    assert!(request.contains(concat!("user-agent: runsheet/", env!("CARGO_PKG_VERSION"))), "{request}");
    assert!(request.contains("content-type: application/json"), "{request}");
    for shown in [format!("{error}"), format!("{error:?}"), format!("{http:?}")] {
        assert!(!shown.contains(KEY), "{shown}");
    }
    assert_eq!(error.words, "key … is wrong");
    let connection = Connection { provider: "late".into(), base_url: None, key: KEY.into(), limits: limits() };
    assert!(!format!("{connection:?}").contains(KEY));
}

#[tokio::test]
async fn a_redirect_is_named_and_not_followed() {
    let (address, seen) = server(
        "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/login?token=t0p\r\ncontent-length: 0\r\n\r\n",
    )
    .await;
    let error = http(&address, limits()).call(Call::get("/posts", &[])).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Malformed, Reach::Answered, Again::Never));
    assert!(error.words.contains("elsewhere.example") && error.words.contains("base_url"), "{error}");
    assert!(!error.words.contains("t0p"), "{error}");
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_there_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let query = [("cursor", "c4r50r".to_owned())];
    let call = Call { query: &query, ..write(Purpose::Write) };
    let error = http(&address, limits()).call(call).await.unwrap_err();
    assert_eq!((error.kind, error.reach, error.again), (Kind::Unavailable, Reach::NotSent, Again::Backoff));
    assert!(error.words.contains("cannot be reached") && !error.words.contains("c4r50r"), "{error}");
}

#[tokio::test]
async fn a_cut_or_a_silence_leaves_a_write_unknown_and_a_read_open() {
    let (address, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":").await;
    let (nothing, _) = server("").await;
    let quick = Limits { silence: Duration::from_millis(50), ..limits() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = format!("http://{}", listener.local_addr().unwrap());
    for (address, limits) in [(&address, limits()), (&nothing, limits()), (&silent, quick)] {
        let error = http(address, limits).call(write(Purpose::Write)).await.unwrap_err();
        assert_eq!(
            (error.kind, error.reach, error.again),
            (Kind::Unavailable, Reach::Unknown, Again::Backoff),
            "{error}"
        );
        let error = http(address, limits).call(Call::get("/posts", &[])).await.unwrap_err();
        assert_eq!(
            (error.kind, error.reach, error.again),
            (Kind::Unavailable, Reach::Harmless, Again::Backoff),
            "{error}"
        );
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let endless: &'static str = Box::leak(format!("HTTP/1.1 200 OK\r\n\r\n[{}", "1,".repeat(100_000)).into_boxed_str());
    let (address, _) = server(endless).await;
    let http = http(&address, limits());
    let error = http.call(Call::get("/posts", &[])).await.unwrap_err();
    assert_eq!(error.kind, Kind::Malformed, "{error}");
    assert!(error.words.contains("larger"), "{error}");
    assert_eq!(http.call(write(Purpose::Write)).await.unwrap_err().reach, Reach::Unknown);
}

#[test]
fn what_an_answer_means_is_decided_by_status_form_and_purpose() {
    use Kind::{Invalid, Malformed, NotFound, Unavailable};
    let http = http("http://127.0.0.1:1", limits());
    let page = "<!doctype html><title>Sign in</title>";
    let json = "{\"error\":\"no\"}";
    let cases = [
        (200, page, Malformed, Reach::Unknown, Reach::Answered),
        (201, "{\"half\":", Malformed, Reach::Unknown, Reach::Answered),
        (200, "plain", Malformed, Reach::Unknown, Reach::Answered),
        (404, page, Malformed, Reach::Answered, Reach::Answered),
        (404, json, NotFound, Reach::Answered, Reach::Answered),
        (404, "", NotFound, Reach::Answered, Reach::Answered),
        (413, "Request Entity Too Large", Invalid, Reach::Answered, Reach::Answered),
        (408, "", Unavailable, Reach::Unknown, Reach::Answered),
        (500, json, Unavailable, Reach::Unknown, Reach::Answered),
        (502, page, Unavailable, Reach::Unknown, Reach::Answered),
        (504, "", Unavailable, Reach::Unknown, Reach::Answered),
    ];
    for (status, body, kind, written, read) in cases {
        for (purpose, reach) in [(Purpose::Write, written), (Purpose::SlowWrite, written), (Purpose::Read, read)] {
            let error = http.verdict(purpose, status, &HeaderMap::new(), body.as_bytes()).unwrap_err();
            assert_eq!((error.kind, error.reach), (kind, reach), "{status} {body} {purpose:?}");
            assert!(!error.words.is_empty());
        }
    }
    let error = http.verdict(Purpose::Read, 200, &HeaderMap::new(), page.as_bytes()).unwrap_err();
    assert!(error.words.contains("check base_url"), "{error}");
    let empty = http.verdict(Purpose::Write, 204, &HeaderMap::new(), b"").unwrap();
    assert_eq!(empty.json, Value::Null);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(http.verdict(Purpose::Read, 200, &HeaderMap::new(), deep.as_bytes()).unwrap_err().kind, Malformed);
}

#[test]
fn a_record_shows_no_query_and_no_key_however_they_are_escaped() {
    let http = http("http://127.0.0.1:1", limits());
    let body = format!(
        r#"{{"error": "no", "link": "https:\/\/s.example\/a?sig=t0p", "other": "https:\u002f\u002fs.example?sig=t0p", "key": "{}"}}"#,
        KEY.replacen('_', "\\u005f", 1)
    );
    let refused = http.verdict(Purpose::Read, 404, &HeaderMap::new(), body.as_bytes()).unwrap_err();
    let taken = http.verdict(Purpose::Read, 200, &HeaderMap::new(), body.as_bytes()).unwrap();
    for record in [refused.answer.unwrap().into_string(), taken.record] {
        assert!(
            record.contains("https://s.example/a") && !record.contains("t0p") && !record.contains("do_not"),
            "{record}"
        );
    }
}

#[tokio::test]
async fn an_empty_budget_stops_the_next_request_before_it_leaves() {
    let (address, seen) =
        server("HTTP/1.1 200 OK\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 30\r\ncontent-length: 2\r\n\r\n{}")
            .await;
    let http = http(&address, limits());
    http.call(Call::get("/posts", &[])).await.unwrap();
    let error = http.call(write(Purpose::Write)).await.unwrap_err();
    assert_eq!((error.kind, error.reach), (Kind::RateLimited, Reach::NotSent));
    assert_eq!(error.again, Again::At(DateTime::from_timestamp(30, 0).unwrap()));
    assert_eq!(seen.lock().unwrap().len(), 1);
    http.clock.turn(chrono::TimeDelta::seconds(31));
    http.call(Call::get("/posts", &[])).await.unwrap();
}

#[tokio::test]
async fn a_client_that_keeps_count_waits_for_its_turn_on_the_clock() {
    const SHARES: &[Share] = &[Share { most: 2, kept_for_writes: 1, span: chrono::TimeDelta::seconds(1) }];
    let (address, seen) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await;
    let http = Arc::new(http(&address, limits()).within(SHARES));
    http.call(Call::get("/posts", &[])).await.unwrap();
    http.call(write(Purpose::Write)).await.unwrap();
    let third = tokio::spawn({
        let http = Arc::clone(&http);
        async move { http.call(Call::get("/posts", &[])).await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!third.is_finished());
    assert_eq!(seen.lock().unwrap().len(), 2);
    http.clock.turn(chrono::TimeDelta::seconds(1));
    third.await.unwrap().unwrap();
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_success_that_holds_an_error_says_what_it_says_without_the_key() {
    let body = "{\"success\":false,\"message\":\"sk_do_not_tell_0123456789 is no good\"}";
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let (address, _) = server(Box::leak(answer.into_boxed_str())).await;
    let answer = http(&address, limits()).call(Call::get("/posts", &[])).await.unwrap();
    let error = answer.unreadable("the answer holds no list");
    assert!(error.words.starts_with("the answer holds no list; it says: "), "{error:?}");
    assert!(error.words.ends_with(" is no good") && !error.words.contains("do_not_tell"), "{error:?}");
}

#[tokio::test]
async fn secrets_of_others_are_only_forgotten_where_that_is_asked_for() {
    let (address, _) = server("HTTP/1.1 200 OK\r\ncontent-length: 23\r\n\r\n{\"access_token\":\"t0p5\"}").await;
    let plain = http(&address, limits()).call(Call::get("/token", &[])).await.unwrap();
    assert_eq!(plain.json["access_token"], "t0p5", "some providers answer a login with a token for us");
    let hidden = http(&address, limits()).hiding_secrets().call(Call::get("/token", &[])).await.unwrap();
    assert!(!format!("{hidden:?}").contains("t0p5"));
}
