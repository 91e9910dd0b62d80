//! The plumbing under every simulator: listening on loopback, bad luck, rate headers, and the journal.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request as HttpRequest, State as Held};
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::serve::{IncomingStream, Listener};
use chrono::TimeDelta;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::futures::Notified;
use tokio::sync::watch;

use super::authorise;
use super::faults::FaultKind;
use super::wire::{Answer, Body, Call};
use super::world::{Request, Site, State, World};

/// The largest body a simulator keeps: more than any request of the program that is no file, in bytes.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// The size of [`FaultKind::Huge`], in bytes.
const HUGE: usize = 10 * 1024 * 1024;

/// How many requests the journal remembers; a demo that runs for days forgets the oldest.
const LONGEST_JOURNAL: usize = 50_000;

/// How one provider speaks.
pub(super) struct Dialect {
    pub provider: &'static str,
    /// The path below which its API lives.
    pub base: &'static str,
    /// Requests a minute, as its headers say; 0 where they say nothing.
    pub rate: usize,
    /// Answers a call below the base.
    pub answer: fn(&mut Site, &Call) -> Answer,
    /// Takes the bytes of an upload: `PUT /storage/…`, outside the base.
    pub store: fn(&mut Site, &Call) -> Answer,
    /// The error body for a status nobody planned.
    pub error: fn(u16) -> Answer,
}

/// Listens on a free port of loopback and serves until `stop`'s sender is gone. Returns the address.
pub(super) async fn serve(
    dialect: &'static Dialect,
    world: World,
    mut stop: watch::Receiver<()>,
) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let server = Server { dialect, world, origin: format!("http://{address}") };
    let service = Router::new().fallback(handle).with_state(server);
    let service = service.into_make_service_with_connect_info::<Scissors>();
    tokio::spawn(async move {
        let until_dropped = async move { while stop.changed().await.is_ok() {} };
        if let Err(error) = axum::serve(Gate(listener), service).with_graceful_shutdown(until_dropped).await {
            tracing::warn!(provider = dialect.provider, %error, "the simulator stopped");
        }
    });
    Ok(address)
}

#[derive(Clone)]
struct Server {
    dialect: &'static Dialect,
    world: World,
    origin: String,
}

async fn handle(
    Held(server): Held<Server>,
    ConnectInfo(scissors): ConnectInfo<Scissors>,
    request: HttpRequest,
) -> Response<HttpBody> {
    let (head, body) = request.into_parts();
    let Some((body, length)) = received(&head, body).await else {
        scissors.cut();
        return Response::new(HttpBody::empty());
    };
    let query = head.uri.query().unwrap_or_default().to_owned();
    let path = head.uri.path().to_owned();
    let below = path.strip_prefix(server.dialect.base).unwrap_or_default();
    let call = Call {
        method: head.method,
        segments: below.split('/').filter(|piece| !piece.is_empty()).map(str::to_owned).collect(),
        query: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        headers: head.headers,
        body,
        length,
        now: server.world.shared.clock.now(),
        origin: server.origin.clone(),
        path,
    };
    // Asked for before the request shows in the journal, so that a release after that is never missed.
    let released = server.world.shared.released.notified();
    let (answer, fault) = server.exchange(&call, query);
    match fault {
        Some(FaultKind::CutBefore | FaultKind::CutAfter) => scissors.cut(),
        Some(FaultKind::Slow(span)) => server.hold(&call, span, released).await,
        _ => {}
    }
    respond(answer)
}

impl Server {
    /// Carries a call out, as far as its luck allows, and writes it down.
    fn exchange(&self, call: &Call, query: String) -> (Answer, Option<FaultKind>) {
        let provider = self.dialect.provider;
        let mut guard = self.world.lock();
        let state = &mut *guard;
        state.tick(call.now);
        let fault =
            state.faults.strike(provider, call.method.as_str(), &call.path, &String::from_utf8_lossy(&call.body));
        let mut answer = match &fault {
            None => self.ordinary(state, call),
            Some(FaultKind::CutAfter) => self.ordinary(state, call),
            Some(FaultKind::MalformedAfter) => {
                let effect = self.ordinary(state, call).effect;
                broken().because(effect)
            }
            Some(FaultKind::Slow(_)) => {
                let answer = self.ordinary(state, call);
                if let (Some(key), Some(site)) = (call.header("idempotency-key"), state.site(provider)) {
                    site.running.insert(key.to_owned());
                }
                answer
            }
            Some(FaultKind::Reworded(from, to)) => {
                let mut answer = self.ordinary(state, call);
                if let Body::Json(body) = &mut answer.body {
                    reword(body, from, to);
                }
                answer
            }
            Some(FaultKind::RepeatPage) => {
                let last = state.last_pages.get(&(provider, call.path.clone())).cloned();
                last.unwrap_or_else(|| self.ordinary(state, call))
            }
            Some(kind) => self.unlucky(kind),
        };
        self.add_headers(state, call, &mut answer);
        state.journal.push(Request {
            at: call.now,
            provider,
            method: call.method.to_string(),
            path: call.path.clone(),
            query,
            idempotency_key: call.header("idempotency-key").map(str::to_owned),
            request_id: call.header("x-request-id").map(str::to_owned),
            body: body_text(call),
            status: answer.status,
            effect: answer.effect.clone(),
            fault: fault.clone(),
        });
        if state.journal.len() > LONGEST_JOURNAL {
            state.journal.drain(..LONGEST_JOURNAL / 2);
        }
        drop(guard);
        self.world.shared.changed.notify_one();
        (answer, fault)
    }

    /// The answer without bad luck.
    fn ordinary(&self, state: &mut State, call: &Call) -> Answer {
        let Some(site) = state.site(self.dialect.provider) else { return (self.dialect.error)(503) };
        let below = call.path.strip_prefix(self.dialect.base).is_some_and(|rest| rest.starts_with('/'));
        let answer = if below {
            (self.dialect.answer)(site, call)
        } else if call.path.starts_with("/storage/") && call.method == "PUT" {
            (self.dialect.store)(site, call)
        } else if call.path.starts_with(authorise::PAGES) && call.method == "GET" {
            authorise::visited(site, call)
        } else {
            Answer::text(404, "text/html", "<!doctype html><title>404</title><h1>This page could not be found.</h1>")
        };
        let last = call.segments.last().map(String::as_str).unwrap_or_default();
        let is_list = last == "post" || ["posts", "accounts", "schedules"].iter().any(|list| last.ends_with(list));
        if call.method == "GET" && answer.status == 200 && is_list {
            state.last_pages.insert((self.dialect.provider, call.path.clone()), answer.clone());
        }
        answer
    }

    /// An answer that has nothing to do with what was asked.
    fn unlucky(&self, kind: &FaultKind) -> Answer {
        match kind {
            FaultKind::Status(status) => (self.dialect.error)(*status),
            FaultKind::RateLimited { retry_after } => {
                let answer = (self.dialect.error)(429);
                match retry_after {
                    Some(seconds) => answer.with("retry-after", seconds),
                    None => answer,
                }
            }
            FaultKind::Html => Answer::text(
                502,
                "text/html",
                "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
            ),
            FaultKind::Page(status) => {
                Answer::text(*status, "text/html", "<html><title>Proxy</title><body>Bad request</body></html>")
            }
            FaultKind::Redirect => {
                Answer::text(302, "text/html", "Moved").with("location", "https://elsewhere.example/api/v1/posts")
            }
            FaultKind::Huge => Answer::json(200, json!({ "padding": "x".repeat(HUGE) })),
            FaultKind::Unauthorised => (self.dialect.error)(401),
            _ => broken(),
        }
    }

    fn add_headers(&self, state: &State, call: &Call, answer: &mut Answer) {
        let minute = call.now - TimeDelta::minutes(1);
        let mine = |request: &&Request| request.provider == self.dialect.provider;
        let recent = state.journal.iter().rev().take_while(|request| request.at > minute).filter(mine).count();
        // The limit is shown, not enforced: a test on a standing clock would never leave the window.
        let left = if answer.status == 429 { 0 } else { self.dialect.rate.saturating_sub(recent + 1).max(1) };
        if self.dialect.rate > 0 {
            answer.headers.push(("x-ratelimit-limit", self.dialect.rate.to_string()));
            answer.headers.push(("x-ratelimit-remaining", left.to_string()));
            answer.headers.push(("x-ratelimit-reset", (call.now + TimeDelta::minutes(1)).timestamp().to_string()));
        }
        let echoed = call.header("x-request-id").filter(|id| id.len() <= 64 && !id.is_empty()).map(str::to_owned);
        let id = echoed.unwrap_or_else(|| format!("req-{}-{}", self.dialect.provider, state.journal.len() + 1));
        answer.headers.push(("x-request-id", id));
    }

    /// Waits with the answer; its idempotency key counts as running until then, also when the client hangs up.
    async fn hold(&self, call: &Call, span: Duration, released: Notified<'_>) {
        let _running = Running { server: self.clone(), key: call.header("idempotency-key").map(str::to_owned) };
        tokio::select! {
            () = tokio::time::sleep(span) => {}
            () = released => {}
        }
    }
}

/// An idempotency key in use; it is given back when this goes.
struct Running {
    server: Server,
    key: Option<String>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut state = self.server.world.lock();
        if let (Some(key), Some(site)) = (&self.key, state.site(self.server.dialect.provider)) {
            site.running.remove(key);
        }
    }
}

/// Whether the body is a file as it is.
fn is_upload(path: &str, headers: &HeaderMap) -> bool {
    path.starts_with("/storage/") || headers.contains_key(CONTENT_DISPOSITION)
}

/// A body and its length; a film is let go as it comes, and only its length is known then. Nothing where it broke off,
/// or is longer than any request.
async fn received(head: &Parts, body: HttpBody) -> Option<(Bytes, u64)> {
    if !is_upload(head.uri.path(), &head.headers) {
        let body = axum::body::to_bytes(body, LARGEST_BODY).await.ok()?;
        let length = body.len() as u64;
        return Some((body, length));
    }
    let mut pieces = body.into_data_stream();
    let mut length = 0;
    while let Some(piece) = pieces.next().await {
        length += piece.ok()?.len() as u64;
    }
    Some((Bytes::new(), length))
}

/// A body as the journal keeps it: JSON as it came, of an upload only its size.
fn body_text(call: &Call) -> String {
    if is_upload(&call.path, &call.headers) {
        return format!("{} bytes", call.length);
    }
    String::from_utf8_lossy(&call.body).into_owned()
}

/// Puts `to` in the place of every text `from`.
fn reword(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) if text == from => *text = to.to_owned(),
        Value::Array(items) => items.iter_mut().for_each(|item| reword(item, from, to)),
        Value::Object(fields) => fields.values_mut().for_each(|item| reword(item, from, to)),
        _ => {}
    }
}

/// A success nobody can read.
fn broken() -> Answer {
    Answer::text(200, "application/json", "{\"post\":{\"_id\":\"65f1c0\",\"id\":\"post_")
}

fn respond(answer: Answer) -> Response<HttpBody> {
    let (media_type, bytes) = match answer.body {
        Body::Json(value) => ("application/json", value.to_string()),
        Body::Text(media_type, text) => (media_type, text),
    };
    let mut response = Response::new(HttpBody::from(Bytes::from(bytes)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(media_type));
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

/// Whether a connection has been cut, shared by the connection and the handlers of its requests.
#[derive(Clone, Debug, Default)]
struct Scissors(Arc<AtomicBool>);

impl Scissors {
    /// Nothing more is written on this connection; the server closes it.
    fn cut(&self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl Connected<IncomingStream<'_, Gate>> for Scissors {
    fn connect_info(stream: IncomingStream<'_, Gate>) -> Self {
        stream.io().scissors.clone()
    }
}

/// Accepts connections that can be cut.
struct Gate(TcpListener);

impl Listener for Gate {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        (Line { stream, scissors: Scissors::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection: an ordinary one until it is cut.
struct Line {
    stream: TcpStream,
    scissors: Scissors,
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.scissors.0.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
