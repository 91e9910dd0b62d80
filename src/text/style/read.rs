//! Styles, defaults and the table of mentions from their files: what is wrong is named with its line and left out, the
//! rest stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::ValueKey;
use super::mentions::{Mentions, Person};
use super::{Defaults, Style};
use crate::domain::channel::Network;
use crate::domain::naming;
use crate::domain::nearest::{ALIKE, nearest};
use crate::domain::options::{Options, Value};

/// Reads the file of a style; `file` is its name in words about it. What is wrong comes as `FILE:LINE: words`.
pub fn style(text: &str, file: &str) -> (Style, Vec<String>) {
    let mut reader = Reader { text, file, mistakes: Vec::new() };
    let mut style = Style::default();
    for (key, value) in reader.root().iter().flat_map(DeTable::iter) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("about", DeValue::String(words)) => style.about = words.trim().to_owned(),
            (word, DeValue::Table(table)) => {
                if let Some(network) = reader.network(word, key.span()) {
                    let values = reader.values(table, &network);
                    style.networks.insert(network, values);
                }
            }
            (word, _) => reader.mistake(
                key.span(),
                &format!("\"{word}\" means nothing here; a style holds about = \"…\" and a table per network, [x]"),
            ),
        }
    }
    (style, reader.mistakes)
}

/// Reads defaults, or a profile of them.
pub fn defaults(text: &str, file: &str) -> (Defaults, Vec<String>) {
    let mut reader = Reader { text, file, mistakes: Vec::new() };
    let mut defaults = Defaults::default();
    for (key, value) in reader.root().iter().flat_map(DeTable::iter) {
        let part = key.get_ref().as_ref();
        let (DeValue::Table(tables), "networks" | "channels") = (value.get_ref(), part) else {
            let near = nearest(part, ["networks", "channels"], ALIKE).unwrap_or("networks");
            let words = format!(
                "\"{part}\" means nothing here; did you mean {near}? Expected [networks.x] and [channels.\"x:@acme\"]"
            );
            reader.mistake(key.span(), &words);
            continue;
        };
        for (key, value) in tables.iter() {
            let word = key.get_ref().as_ref();
            let DeValue::Table(table) = value.get_ref() else {
                reader.mistake(key.span(), &format!("[{part}.{word}] has to be a table of values"));
                continue;
            };
            if part == "networks" {
                if let Some(network) = reader.network(word, key.span()) {
                    let values = reader.values(table, &network);
                    defaults.networks.insert(network, values);
                }
                continue;
            }
            match naming::network_in(word) {
                Some(network) => {
                    let values = reader.values(table, &network);
                    defaults.channels.insert(word.to_owned(), values);
                }
                None => reader.mistake(
                    key.span(),
                    &format!("\"{word}\" does not say its network: write [channels.\"x:{word}\"], say"),
                ),
            }
        }
    }
    (defaults, reader.mistakes)
}

/// Reads the table of mentions.
pub fn mentions(text: &str, file: &str) -> (Mentions, Vec<String>) {
    let mut reader = Reader { text, file, mistakes: Vec::new() };
    let mut mentions = Mentions::default();
    for (key, value) in reader.root().iter().flat_map(DeTable::iter) {
        let word = key.get_ref().as_ref().to_owned();
        let DeValue::Table(table) = value.get_ref() else {
            reader.mistake(key.span(), &format!("{word} has to be a table: [{word}], then name = \"…\", x = \"…\""));
            continue;
        };
        let mut person = Person { name: word.clone(), ..Person::default() };
        for (key, value) in table.iter() {
            let (field, DeValue::String(text)) = (key.get_ref().as_ref(), value.get_ref()) else {
                reader.mistake(value.span(), "expected a text in quotes");
                continue;
            };
            if field == "name" {
                person.name = text.trim().to_owned();
            } else if let Some(network) = reader.network(field, key.span()) {
                person.handles.insert(network, text.trim().trim_start_matches('@').to_owned());
            }
        }
        mentions.0.insert(word.to_lowercase(), person);
    }
    (mentions, reader.mistakes)
}

struct Reader<'a> {
    text: &'a str,
    file: &'a str,
    mistakes: Vec<String>,
}

impl<'a> Reader<'a> {
    fn root(&mut self) -> Option<DeTable<'a>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table.into_inner()),
            Err(error) => {
                self.mistake(error.span().unwrap_or_default(), error.message());
                None
            }
        }
    }

    fn network(&mut self, word: &str, span: Range<usize>) -> Option<Network> {
        let network = Network::from_word(word);
        if network.is_known() {
            return Some(network);
        }
        let near = nearest(word, Network::all_keys(), ALIKE);
        let near = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        self.mistake(span, &format!("\"{word}\" is no network{near}"));
        None
    }

    fn values(&mut self, table: &DeTable<'_>, network: &Network) -> Options {
        let mut values = Options::default();
        for (key, value) in table.iter() {
            let word = key.get_ref().as_ref();
            let read = ValueKey::named(word, network).map_err(|words| (key.span(), words)).and_then(|rule| {
                let typed =
                    said(value).ok_or_else(|| (value.span(), format!("{word}: a text, true, false or a list")))?;
                let read = rule.read(&typed).map_err(|words| (value.span(), words));
                // A template that names something unknown stands: where it is used, that is a problem to be seen.
                match (read, rule) {
                    (Err((span, words)), ValueKey::Habit(habit)) if !rule.is_flag() => {
                        self.mistake(span, &words);
                        Ok((habit.key, Value::Text(typed.trim_matches(['\n', '\r']).to_owned())))
                    }
                    (read, rule) => read.map(|value| (rule.key(), value)),
                }
            });
            match read {
                Ok((key, value)) => values.set(key, value),
                Err((span, words)) => self.mistake(span, &words),
            }
        }
        values
    }

    fn mistake(&mut self, span: Range<usize>, words: &str) {
        let line = self.text.get(..span.start).unwrap_or("").matches('\n').count() + 1;
        self.mistakes.push(format!("{}:{line}: {words}", self.file));
    }
}

/// A value in the words a person would type.
fn said(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Boolean(on) => Some(if *on { "yes" } else { "no" }.to_owned()),
        DeValue::Array(items) => {
            let items = items.iter().map(|item| match item.get_ref() {
                DeValue::String(text) => Some(text.to_string()),
                _ => None,
            });
            items.collect::<Option<Vec<_>>>().map(|items| items.join(", "))
        }
        _ => None,
    }
}
