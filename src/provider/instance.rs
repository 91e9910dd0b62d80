//! What a server of the Mastodon kind publishes of itself: the limits of whoever writes there.
//!
//! Sources: docs.joinmastodon.org, "instance" (`/api/v2/instance`, and `/api/v1/instance` of older servers);
//! network rules, "Mastodon". It is asked without any key, by [`Web`], as public addresses are.

use serde_json::Value;

use super::Result;
use super::http::Web;
use crate::domain::published::Most;

/// The server in `@name@server`; nothing where a handle names none, or what could lead anywhere else.
pub fn server(handle: &str) -> Option<&str> {
    let (name, server) = handle.trim().trim_start_matches('@').split_once('@')?;
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | ':');
    let fits = !name.is_empty() && !server.is_empty() && server.len() <= 253 && server.chars().all(plain);
    fits.then_some(server)
}

/// What `server` publishes; an error where it cannot be heard, or is of another kind.
pub async fn limits(web: &Web, server: &str) -> Result<Vec<Most>> {
    let scheme = if web.is_at_home() { "http" } else { "https" };
    let ask = async |version: &str| web.piece(&format!("{scheme}://{server}/api/{version}/instance"), 0).await;
    let piece = match ask("v2").await {
        Ok(piece) => piece,
        Err(_) => ask("v1").await?,
    };
    let said = serde_json::from_slice(&piece.bytes).unwrap_or_default();
    Ok(read(&said))
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

    use super::*;

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
