//! What the simulators share of HTTP: a call as it arrived, an answer to give, and strict reading of JSON bodies.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method};
use serde_json::{Map, Value};

use crate::clock::Instant;

/// One request, read to its end.
#[derive(Debug)]
pub(super) struct Call {
    pub method: Method,
    /// The whole path, as it was asked for.
    pub path: String,
    /// The path below the provider's base address, in pieces.
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// How long it was, in bytes: of an upload nothing else is kept.
    pub length: u64,
    /// When it arrived, on the world's clock.
    pub now: Instant,
    /// Where this server listens, for the upload addresses it hands out: `http://127.0.0.1:PORT`.
    pub origin: String,
}

impl Call {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as a JSON object, or the words that refuse it. An empty body is an empty object.
    pub fn object(&self) -> Result<Map<String, Value>, String> {
        if self.body.is_empty() {
            return Ok(Map::new());
        }
        if !self.header("content-type").is_some_and(|kind| kind.starts_with("application/json")) {
            return Err("Content-Type must be application/json".to_owned());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(_) => Err("The body must be a JSON object".to_owned()),
            Err(error) => Err(format!("Invalid JSON: {error}")),
        }
    }

    /// The key behind `Authorization: Bearer`.
    pub fn bearer(&self) -> Option<&str> {
        self.header("authorization").and_then(|value| value.strip_prefix("Bearer "))
    }
}

/// What a call did to the world.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: it was read, or refused.
    #[default]
    None,
    /// The post with this id exists because of it.
    Created(String),
    /// The posts with these ids exist because of it: rows of a table.
    Rows(Vec<String>),
    /// The post with this id was changed, published or tried again.
    Changed(String),
    /// The post with this id is gone.
    Removed(String),
    /// An earlier answer about the post with this id was given again; nothing happened.
    Replayed(String),
}

/// What a simulator says.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Body,
    pub effect: Effect,
}

/// The content of an answer.
#[derive(Clone, Debug)]
pub(super) enum Body {
    Json(Value),
    /// Another media type, and the text.
    Text(&'static str, String),
}

impl Answer {
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Body::Json(body), effect: Effect::None }
    }

    pub fn text(status: u16, media_type: &'static str, text: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: Body::Text(media_type, text.into()), effect: Effect::None }
    }

    pub fn with(mut self, header: &'static str, value: impl ToString) -> Self {
        self.headers.push((header, value.to_string()));
        self
    }

    pub fn because(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }
}

/// What a field of a body may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Flag,
    Number,
    Object,
    List,
    Texts,
}

/// A field a body may have: its name, what it holds, and whether `null` is taken to clear it.
pub(super) type Field = (&'static str, Kind, bool);

/// Why a body was refused: the field, and words about it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub field: String,
    pub words: String,
}

impl Flaw {
    pub fn new(field: impl Into<String>, words: impl Into<String>) -> Self {
        Self { field: field.into(), words: words.into() }
    }
}

/// Refuses unknown fields and wrong types; `place` is the dotted path of the object, empty at the root.
pub(super) fn check(map: &Map<String, Value>, fields: &[Field], place: &str) -> Result<(), Flaw> {
    for (name, value) in map {
        let at = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
        let Some((_, kind, clearable)) = fields.iter().find(|(known, ..)| known == name) else {
            return Err(Flaw::new(&at, format!("Unknown field: {at}")));
        };
        if value.is_null() && *clearable {
            continue;
        }
        let (fits, wanted) = match kind {
            Kind::Text => (value.is_string(), "a string"),
            Kind::Flag => (value.is_boolean(), "a boolean"),
            Kind::Number => (value.is_u64(), "a whole number"),
            Kind::Object => (value.is_object(), "an object"),
            Kind::List => (value.is_array(), "an array"),
            Kind::Texts => {
                (value.as_array().is_some_and(|items| items.iter().all(Value::is_string)), "an array of strings")
            }
        };
        if !fits {
            return Err(Flaw::new(&at, format!("{at} must be {wanted}")));
        }
    }
    Ok(())
}

/// The strings of a list field; absent is empty.
pub(super) fn texts(map: &Map<String, Value>, name: &str) -> Vec<String> {
    map.get(name)
        .and_then(Value::as_array)
        .map(|items| items.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default()
}

/// A string field.
pub(super) fn text<'a>(map: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    map.get(name).and_then(Value::as_str)
}

/// A boolean field; absent is false.
pub(super) fn flag(map: &Map<String, Value>, name: &str) -> bool {
    map.get(name).and_then(Value::as_bool).unwrap_or(false)
}
