//! Words from the other side, made fit for a screen and a log: no control characters, no secrets, no essays.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::Formatter;

/// The longest that a provider's own words get, in characters.
const LONGEST_WORDS: usize = 500;

/// The longest that the record of an answer gets, in characters.
const LONGEST_RECORD: usize = 4_000;

/// A provider's words on one line: control and direction-changing characters gone, addresses without their queries,
/// `secret` masked, cut to a readable length.
pub fn tidy(text: &str, secret: &str) -> String {
    let text = mask(&without_queries(text), secret);
    let plain: String =
        text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| is_plain(*c)).collect();
    cut(&plain.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "), LONGEST_WORDS)
}

/// The longest that the record of one part of an answer gets, in characters, and a text inside it.
const LONGEST_PART: usize = 1_000;
const LONGEST_TEXT: usize = 240;

/// Parts of names whose fields stay out of the record of a part, beside those of [`SECRETS`]: posts can carry what
/// networks and providers said to each other.
const RISKY: &[&str] = &["token", "secret", "password", "authorization", "cookie", "apikey", "signature"];

/// One part of an answer as it came, for the record of the failure that it tells of. Long texts are cut, so that what
/// follows them is still there; what may open something is emptied.
pub fn part(value: &Value) -> Option<Box<str>> {
    let mut value = value.clone();
    hide_secrets(&mut value);
    shorten(&mut value);
    let mut spaced = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut spaced, Spaced)).ok()?;
    let text = record(&String::from_utf8_lossy(&spaced), "");
    (!value.is_null()).then(|| cut(&text, LONGEST_PART).into_boxed_str())
}

/// JSON on one line, with a blank where a line may be broken.
struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, to: &mut W, first: bool) -> io::Result<()> {
        if first { Ok(()) } else { to.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, to: &mut W) -> io::Result<()> {
        to.write_all(b": ")
    }
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => *text = cut(&without_bearers(text), LONGEST_TEXT),
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => {
            for (name, value) in fields {
                let folded = name.replace(['_', '-'], "").to_ascii_lowercase();
                match RISKY.iter().any(|risky| folded.contains(risky)) && !value.is_null() {
                    true => *value = "…".into(),
                    false => shorten(value),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Drops what follows `Bearer` and `Basic` where a header was quoted.
fn without_bearers(text: &str) -> String {
    let mut hides = false;
    let words = text.split(' ').map(|word| {
        let opens = std::mem::replace(&mut hides, word.ends_with("Bearer") || word.ends_with("Basic"));
        // What opens something is one long word; "Basic plan" is not.
        if opens && word.len() >= 12 { "…" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An answer for the record, in JSON without needless escapes: the same care, but with its line breaks.
pub fn record(text: &str, secret: &str) -> String {
    let text = mask(&without_queries(text), secret);
    let plain: String = text.chars().filter(|c| *c == '\n' || is_plain(*c)).collect();
    cut(&plain, LONGEST_RECORD)
}

/// Fields whose value opens something, as providers spell them: the networks' own tokens, which some hand out with
/// every account they show.
const SECRETS: &[&str] =
    &["accesstoken", "refreshtoken", "apppassword", "appsecret", "clientsecret", "idtoken", "password", "secret"];

/// Empties every text in `answer` whose field names a secret, however deep. Nothing that reads the answer afterwards can
/// keep, show or log what nobody has.
pub fn hide_secrets(answer: &mut Value) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                let folded = name.replace(['_', '-'], "").to_ascii_lowercase();
                match value {
                    Value::Null => {}
                    Value::String(text) if text.is_empty() => {}
                    value if SECRETS.contains(&folded.as_str()) => *value = "…".into(),
                    value => hide_secrets(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide_secrets),
        _ => {}
    }
}

/// A name or handle: one line without control characters.
pub fn name(text: &str) -> String {
    tidy(text, "")
}

fn is_plain(c: char) -> bool {
    // Embeddings, overrides and isolates can turn the words around them; joiners stay, emoji need them.
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns
}

fn mask(text: &str, secret: &str) -> String {
    if secret.is_empty() { text.to_owned() } else { text.replace(secret, "…") }
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Drops what follows a `?` in every address: signed addresses carry their secret there.
fn without_queries(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once("://") {
        kept.push_str(before);
        kept.push_str("://");
        let end = after.find(|c: char| c.is_whitespace() || "\"'<>)\\".contains(c)).unwrap_or(after.len());
        let (address, beyond) = after.split_at_checked(end).unwrap_or((after, ""));
        kept.push_str(address.split(['?', '#']).next().unwrap_or_default());
        rest = beyond;
    }
    kept.push_str(rest);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_what_a_terminal_or_a_log_should_not_see() {
        let cases = [
            ("Too  long\r\n\tby 3", "Too long by 3"),
            ("\u{1b}[31mred\u{7}\u{202e}", "[31mred"),
            ("see https://a.example/x?sig=abc&b=1 now", "see https://a.example/x now"),
            ("(http://a.example/?k=v) \"https://b.example?x\"", "(http://a.example/) \"https://b.example\""),
            ("key vb_live_abc is wrong", "key … is wrong"),
            ("why? because", "why? because"),
            ("family 👨‍👩‍👧 stays", "family 👨‍👩‍👧 stays"),
        ];
        for (given, expected) in cases {
            assert_eq!(tidy(given, "vb_live_abc"), expected, "{given:?}");
        }
        assert_eq!(tidy(&"é".repeat(900), "").chars().count(), 501);
    }

    #[test]
    fn secrets_are_emptied_wherever_they_stand() {
        let mut answer = serde_json::json!({"data": [{"id": "a", "access_token": "t1", "refreshToken": "",
            "token_expires_at": "soon", "metadata": {"App-Password": {"deep": "t2"}, "secret": null}}]});
        hide_secrets(&mut answer);
        let shown = answer.to_string();
        assert!(!shown.contains("t1") && !shown.contains("t2") && shown.contains("soon"), "{shown}");
        let plain = serde_json::json!({"refresh_token": "", "secrets": ["kept"], "n": 1});
        let mut looked_through = plain.clone();
        hide_secrets(&mut looked_through);
        assert_eq!(looked_through, plain);
    }

    #[test]
    fn a_part_is_short_keeps_what_was_said_and_no_secret() {
        let part = |value| part(&value).map(String::from);
        let long = serde_json::json!({"content": "x".repeat(5_000), "status": "failed", "zz_error": "Content is a duplicate",
            "upload_token": "t1", "refresh_token": "t2", "x": {"Authorization": "t3"},
            "url": "https://s.example/a?sig=t4", "said": "sent Authorization: Bearer t5t5t5t5t5t5t5 on the Basic plan"});
        let shown = part(long).unwrap();
        assert!(shown.contains("Content is a duplicate") && shown.contains("on the Basic plan"), "{shown}");
        assert!((1..=5).all(|number| !shown.contains(&format!("t{number}"))), "{shown}");
        let many: Vec<_> = (0..500).map(|number| format!("reason {number}")).collect();
        assert_eq!(part(serde_json::json!(many)).unwrap().chars().count(), LONGEST_PART + 1);
        let said = part(serde_json::json!({"a": [1, "two"], "b": {"c": null}})).unwrap();
        assert_eq!(said, r#"{"a": [1, "two"], "b": {"c": null}}"#);
        assert_eq!(part(Value::Null), None);
    }

    #[test]
    fn a_record_keeps_its_shape_and_no_secret() {
        let raw = "{\n \"url\":\"https://s.example/a?sig=1\",\"key\":\"sk_1\"}";
        assert_eq!(record(raw, "sk_1"), "{\n \"url\":\"https://s.example/a\",\"key\":\"…\"}");
    }
}
