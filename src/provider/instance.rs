//! What a server of the Mastodon kind publishes of itself: the limits of whoever writes there.
//!
//! Sources: docs.joinmastodon.org, "instance" (`/api/v2/instance`, and `/api/v1/instance` of older servers);
//! network rules, "Mastodon". It is asked without any key, by [`Web`], as public addresses are.

use std::time::Duration;

use serde_json::Value;
use tokio::time::timeout;

use super::http::Web;
use super::{Again, Kind, ProviderError, Reach, Result};
use crate::domain::published::Most;

/// A server is waited for no longer than this: what is to be sent meanwhile waits as well.
const PATIENCE: Duration = Duration::from_secs(5);

/// The server in `@name@server`; nothing where a handle names none, or what could lead anywhere else.
pub fn server(handle: &str) -> Option<&str> {
    let (name, server) = handle.trim().trim_start_matches('@').split_once('@')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    let fits = !name.is_empty() && !server.is_empty() && server.len() <= 253 && server.chars().all(plain);
    fits.then_some(server)
}

/// What `server` publishes; an error where it cannot be heard, or is of another kind.
pub async fn limits(web: &Web, server: &str) -> Result<Vec<Most>> {
    within(PATIENCE, web, server).await
}

async fn within(patience: Duration, web: &Web, server: &str) -> Result<Vec<Most>> {
    let scheme = if web.is_at_home() { "http" } else { "https" };
    let ask = async |version: &str| {
        let piece = web.piece(&format!("{scheme}://{server}/api/{version}/instance"), 0).await?;
        serde_json::from_slice(&piece.bytes).map_err(|_| unheard("it is no server of that kind"))
    };
    let asking = async {
        match ask("v2").await {
            Ok(said) => Ok(said),
            Err(_) => ask("v1").await,
        }
    };
    let said = timeout(patience, asking).await.unwrap_or_else(|_| Err(unheard("nothing answers there")))?;
    Ok(read(&said))
}

fn unheard(words: &str) -> ProviderError {
    ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words)
}

fn read(said: &Value) -> Vec<Most> {
    let of = |pointer: &str| {
        let number = said.pointer(pointer).and_then(Value::as_u64)?;
        usize::try_from(number).ok().filter(|number| *number > 0)
    };
    let statuses = |key: &str| of(&format!("/configuration/statuses/{key}"));
    // Pleroma and its like tell the first one only.
    let text = statuses("max_characters").or_else(|| of("/max_toot_chars"));
    let link = statuses("characters_reserved_per_url");
    let images = statuses("max_media_attachments");
    let all = [text.map(Most::Text), link.map(Most::Link), images.map(Most::Images)];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::provider::http::Limits;

    /// What is heard of a server that answers everything with `answer`; it says nothing at all without one.
    async fn heard(answer: Option<&'static str>, patience: Duration) -> std::result::Result<Vec<Most>, String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let name = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if let Some(answer) = answer {
                    let _ = stream.read(&mut [0; 4096]).await;
                    let head =
                        format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", answer.len());
                    let _ = stream.write_all(format!("{head}{answer}").as_bytes()).await;
                }
                open.push(stream);
            }
        });
        within(patience, &Web::new(Limits::default(), true), &name).await.map_err(|error| error.words)
    }

    #[tokio::test]
    async fn a_page_is_no_answer_and_what_was_known_stands() {
        assert_eq!(heard(Some("{\"max_toot_chars\": 900}"), Duration::from_secs(60)).await, Ok(vec![Most::Text(900)]));
        assert_eq!(
            heard(Some("<html>a page</html>"), Duration::from_secs(60)).await,
            Err("it is no server of that kind".into())
        );
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_not_waited_for() {
        // The wait for its first byte alone would be half a minute.
        assert_eq!(heard(None, Duration::from_millis(1)).await, Err("nothing answers there".into()));
    }

    #[test]
    fn a_handle_names_a_server_and_nothing_else() {
        let cases = [
            ("@acme@mastodon.example", Some("mastodon.example")),
            ("acme@bücher.example", Some("bücher.example")),
            ("@acme", None),
            ("acme", None),
            ("@acme@", None),
            ("@@mastodon.example", None),
            ("@acme@mastodon.example/x", None),
            ("@acme@mastodon.example?x", None),
            ("@acme@a@b", None),
            ("@acme@mastodon.example\n", Some("mastodon.example")),
            ("@acme@masto don.example", None),
        ];
        for (handle, named) in cases {
            assert_eq!(server(handle), named, "{handle:?}");
        }
    }

    #[test]
    fn what_is_no_number_above_zero_is_not_said() {
        let said = json!({"configuration": {"statuses": {
            "max_characters": 5000, "characters_reserved_per_url": 0, "max_media_attachments": "4"}}});
        assert_eq!(read(&said), [Most::Text(5000)]);
        assert_eq!(read(&json!({"max_toot_chars": 11_000})), [Most::Text(11_000)]);
        for odd in [json!({}), json!([1]), json!(null), json!({"configuration": []})] {
            assert_eq!(read(&odd), []);
        }
    }
}
