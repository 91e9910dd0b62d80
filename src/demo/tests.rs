//! The simulators, asked over real sockets by a client that knows nothing of the program.

mod late;
mod oktopost;
mod postforme;
mod posto;
mod shared;
mod voxburst;
mod week;

use chrono::{TimeDelta, TimeZone as _, Utc};
use serde_json::Value;

use super::{Demo, Seed, start};
use crate::clock::{Clock, Instant};

/// A Tuesday.
fn noon() -> Instant {
    Utc.with_ymd_and_hms(2026, 7, 28, 12, 0, 0).unwrap()
}

fn wire(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// An answer, read to its end.
struct Reply {
    status: u16,
    headers: reqwest::header::HeaderMap,
    body: Value,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// A running world and a client for one of its accounts.
struct Stage {
    demo: Demo,
    clock: Clock,
    client: reqwest::Client,
    provider: &'static str,
}

impl Stage {
    async fn new(provider: &'static str, seed: Seed) -> Self {
        let clock = Clock::standing_at(noon());
        let demo = start(seed, clock.clone()).await.unwrap();
        // The client wants some TLS to hold on to, though nothing here speaks it; a second installation changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { demo, clock, client, provider }
    }

    async fn empty(provider: &'static str) -> Self {
        Self::new(provider, Seed::Empty).await
    }

    fn account(&self) -> &super::DemoAccount {
        self.demo.account(self.provider).unwrap()
    }

    /// The id of the channel on a network.
    fn channel(&self, network: &str) -> String {
        let channels = self.demo.world.channels(self.provider);
        channels.into_iter().find(|channel| channel.network == network).unwrap().id
    }

    fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let url = format!("{}{path}", self.account().base_url);
        self.client.request(method.parse().unwrap(), url).bearer_auth(&self.account().key)
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> reqwest::Result<Reply> {
        let answer = request.send().await?;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await?;
        Ok(Reply { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path)).await.unwrap()
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Reply {
        self.send(self.request(method, path).json(&body)).await.unwrap()
    }

    async fn keyed(&self, key: &str, path: &str, body: &Value) -> reqwest::Result<Reply> {
        self.send(self.request("POST", path).header("idempotency-key", key).json(body)).await
    }

    fn turn(&self, seconds: i64) {
        self.clock.turn(TimeDelta::seconds(seconds));
    }
}
