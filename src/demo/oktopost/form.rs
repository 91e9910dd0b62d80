//! Strict reading of forms and queries.

use std::collections::BTreeMap;

use super::{api, field, missing};
use crate::demo::wire::{Answer, Call};

/// What a field of a form may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Holds {
    Text,
    /// Unix seconds.
    Seconds,
    /// An id of 15 characters that begins like this.
    Id(&'static str),
    /// Such ids, with commas between them.
    Ids(&'static str),
    /// Ids of profiles, with commas between them.
    Profiles,
    OneOf(&'static [&'static str]),
}

/// The fields of a form by name.
pub(super) type Form = BTreeMap<String, String>;

/// The form of a call; refuses another media type, unknown and double fields, and values of another sort.
pub(super) fn read(call: &Call, fields: &[(&str, Holds)]) -> Result<Form, Answer> {
    if !call.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
        return Err(api(400, "Requests have to be form encoded"));
    }
    let mut form = Form::new();
    for (name, value) in url::form_urlencoded::parse(&call.body).into_owned() {
        let Some((_, holds)) = fields.iter().find(|(known, _)| *known == name) else {
            return Err(field(&name, "Unknown parameter"));
        };
        holds.check(&name, &value)?;
        if form.insert(name.clone(), value).is_some() {
            return Err(field(&name, "Given twice"));
        }
    }
    Ok(form)
}

/// A field that has to be there.
pub(super) fn required<'a>(form: &'a Form, name: &str) -> Result<&'a str, Answer> {
    form.get(name).map(String::as_str).filter(|value| !value.is_empty()).ok_or_else(|| missing("post", name))
}

/// Refuses query names nobody knows.
pub(super) fn known(call: &Call, names: &[&str]) -> Result<(), Answer> {
    match call.query.iter().find(|(name, _)| !names.contains(&name.as_str())) {
        Some((name, _)) => Err(field(name, "Unknown parameter")),
        None => Ok(()),
    }
}

/// Page number and page size of a query.
pub(super) fn page(call: &Call) -> Result<(usize, usize), Answer> {
    let count = call.query("_count").unwrap_or("25");
    let count = match count {
        "25" | "50" | "100" => count.parse().unwrap_or(25),
        other => return Err(api(400, &format!("Page size {other} is not valid."))),
    };
    let page = call.query("_page").unwrap_or("0").parse().map_err(|_| field("_page", "Not a number"))?;
    Ok((page, count))
}

/// The ids in a text with commas.
pub(super) fn ids(text: &str) -> Vec<&str> {
    text.split(',').map(str::trim).filter(|id| !id.is_empty()).collect()
}

/// Whether a text can be an id of this sort.
pub(super) fn sound<'a>(prefix: &str, name: &str, id: &'a str) -> Result<&'a str, Answer> {
    if id.len() != 15 {
        return Err(field(name, format!("{name} {id} must be between 15 and 15 characters long")));
    }
    if !id.starts_with(prefix) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(field(name, format!("Failed to parse id {id}")));
    }
    Ok(id)
}

impl Holds {
    fn check(self, name: &str, value: &str) -> Result<(), Answer> {
        match self {
            Self::Text => Ok(()),
            // A thousand times more seconds are milliseconds.
            Self::Seconds => match value.parse::<i64>() {
                Ok(1_000_000_000..100_000_000_000) => Ok(()),
                _ => Err(field(name, "Must be a time in Unix seconds")),
            },
            Self::Id(prefix) => sound(prefix, name, value).map(|_| ()),
            Self::Ids(prefix) => ids(value).into_iter().try_for_each(|id| sound(prefix, name, id).map(|_| ())),
            Self::Profiles => match ids(value).into_iter().find(|id| !id.starts_with("003-001")) {
                Some(id) => Err(field(name, format!("Failed to parse id {id}"))),
                None => Ok(()),
            },
            Self::OneOf(words) if words.contains(&value) => Ok(()),
            Self::OneOf(words) => Err(field(name, format!("Must be one of {}", words.join(", ")))),
        }
    }
}
