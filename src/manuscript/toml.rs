//! TOML front matter into the same tree.

use toml_edit::{Document, Item, TableLike, Value};

use super::error::Found;
use super::node::{Entry, Node, What};

/// Reads TOML; its root is a table.
pub(super) fn tree(front: &str) -> Result<Node, Found> {
    let document = Document::parse(front).map_err(|error| {
        let words = error.message().lines().next().unwrap_or("this is no TOML").to_owned();
        Found::new(error.span().map_or(0, |span| span.start), words, "mend this line; a text stands in quotes")
    })?;
    Ok(Node { at: 0, what: table(document.as_table()) })
}

fn table(table: &dyn TableLike) -> What {
    let entries = table.iter().map(|(name, item)| {
        let key = table.get_key_value(name).and_then(|(key, _)| key.span());
        let at = key.or_else(|| item.span()).map_or(0, |span| span.start);
        Entry { key: name.to_owned(), at, node: node(item, at) }
    });
    What::Table(entries.collect())
}

fn node(item: &Item, above: usize) -> Node {
    let at = item.span().map_or(above, |span| span.start);
    let what = match item {
        Item::None => What::Nothing,
        Item::Value(value) => return of_value(value, at),
        Item::Table(inner) => table(inner),
        Item::ArrayOfTables(tables) => What::List(
            tables
                .iter()
                .map(|each| Node { at: each.span().map_or(at, |span| span.start), what: table(each) })
                .collect(),
        ),
    };
    Node { at, what }
}

fn of_value(value: &Value, above: usize) -> Node {
    let at = value.span().map_or(above, |span| span.start);
    let what = match value {
        Value::String(text) => What::Text(text.value().clone()),
        Value::Integer(number) => What::Text(number.value().to_string()),
        Value::Float(number) => What::Text(number.value().to_string()),
        Value::Boolean(truth) => What::Word(truth.value().to_string()),
        Value::Datetime(moment) => What::Text(moment.value().to_string()),
        Value::Array(items) => What::List(items.iter().map(|item| of_value(item, at)).collect()),
        Value::InlineTable(inner) => table(inner),
    };
    Node { at, what }
}
