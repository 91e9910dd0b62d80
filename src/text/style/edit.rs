//! Changes to the files of styles and defaults that leave everything else in them as it is.

use toml_edit::{DocumentMut, Item, Table, value};

use super::Style;
use crate::domain::options::{Options, Value};

/// Which table of the defaults is meant: of a network by its key, or of a channel by its words.
type Place<'a> = (&'static str, &'a str);

/// The file of defaults `text` with `name` set in the table of `place`.
pub(super) fn set(text: &str, (part, of): Place, name: &str, said: &Value) -> Result<String, String> {
    let mut file = parsed(text)?;
    let part = table(file.as_table_mut(), part, true).ok_or("its tables are not as they should be")?;
    let own = table(part, of, false).ok_or("its tables are not as they should be")?;
    own.insert(name, item(said));
    Ok(file.to_string())
}

/// The file with `name` taken out of the table of `place`, or the whole table where no name is said; and whether there
/// was anything.
pub(super) fn cleared(text: &str, (part, of): Place, name: Option<&str>) -> Result<(String, bool), String> {
    let mut file = parsed(text)?;
    let own = file.get_mut(part).and_then(Item::as_table_like_mut);
    let was = own.is_some_and(|own| match name {
        None => own.remove(of).is_some(),
        Some(name) => {
            own.get_mut(of).and_then(Item::as_table_like_mut).is_some_and(|values| values.remove(name).is_some())
        }
    });
    Ok((file.to_string(), was))
}

/// The tables of one part of the file, in its order.
pub(super) fn names(text: &str, part: &str) -> Result<Vec<String>, String> {
    let file = parsed(text)?;
    let part = file.get(part).and_then(Item::as_table_like);
    Ok(part.map(|part| part.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default())
}

/// A style as a file.
pub fn style_file(style: &Style) -> String {
    let mut file = DocumentMut::new();
    if !style.about.is_empty() {
        file.insert("about", value(style.about.as_str()));
    }
    for (network, values) in &style.networks {
        file.insert(network.key(), Item::Table(of_values(values)));
    }
    file.to_string()
}

fn of_values(values: &Options) -> Table {
    let mut table = Table::new();
    for (key, said) in values.iter() {
        table.insert(key.split_once('.').map_or(key, |(_, name)| name), item(said));
    }
    table
}

fn parsed(text: &str) -> Result<DocumentMut, String> {
    text.parse().map_err(|error: toml_edit::TomlError| {
        let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
        format!("line {line}: {}; mend it first", error.message())
    })
}

fn table<'a>(above: &'a mut Table, name: &str, hidden: bool) -> Option<&'a mut Table> {
    let made = above.entry(name).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(hidden);
        Item::Table(table)
    });
    made.as_table_mut()
}

fn item(said: &Value) -> Item {
    match said {
        Value::Flag(on) => value(*on),
        Value::Text(text) => value(text.as_str()),
        Value::List(items) => value(items.iter().map(String::as_str).collect::<toml_edit::Array>()),
    }
}
