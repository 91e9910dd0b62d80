//! Cells that hold more than one thing: a plain list where that reads back as it was, else as JSON writes it.

use crate::domain::options::Options;

/// What a cell of our own tables says where a channel has nothing, and not what the post has.
pub(super) const NONE: &str = "(none)";

/// What sets the items of a list apart in a cell.
const APART: [char; 4] = [',', '|', ';', '\n'];

/// Words in a cell.
pub(super) fn words(items: &[String]) -> String {
    let plain = |item: &String| is_whole(item) && !item.contains(APART) && !item.starts_with(['#', '[']);
    written(items, ", ", items.iter().all(plain))
}

/// Files and addresses in a cell, a line each.
pub(super) fn lines(items: &[&str]) -> String {
    let alone = items.len() == 1;
    let plain = |item: &&str| is_whole(item) && !item.starts_with('[') && !(alone && item.contains(APART));
    written(items, "\n", items.iter().all(plain) && !items.iter().any(|item| item.contains(['\n', '\r'])))
}

/// Descriptions in a cell, a line each, in the order of what they describe.
pub(super) fn alts(items: &[&str]) -> String {
    if items.iter().all(|item| item.is_empty()) {
        return String::new();
    }
    let plain = |item: &&str| item.trim() == *item && !item.starts_with('[') && !item.contains(['\n', '\r']);
    written(items, "\n", items.iter().all(plain))
}

/// Options in a cell.
pub(super) fn options(options: &Options) -> String {
    if options.is_empty() { String::new() } else { serde_json::to_string(options).unwrap_or_default() }
}

fn is_whole(item: &str) -> bool {
    !item.is_empty() && item.trim() == item
}

fn written<T: AsRef<str> + serde::Serialize>(items: &[T], between: &str, plain: bool) -> String {
    if plain {
        return items.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(between);
    }
    serde_json::to_string(items).unwrap_or_default()
}

/// The items of a cell that is written as JSON.
pub(super) fn json_list(cell: &str) -> Option<Vec<String>> {
    if cell.trim_start().starts_with('[') { serde_json::from_str(cell).ok() } else { None }
}

/// What a cell with options says: as JSON, or a line each with `name=value`, whose values are not judged here.
pub(super) fn read_options(cell: &str) -> Result<(Options, Vec<(String, String)>), String> {
    if cell.trim_start().starts_with('{') {
        let options = serde_json::from_str(cell);
        let form = "write options as {\"tiktok.privacy\": \"public\"}, or tiktok.privacy=public a line each";
        return options.map(|options| (options, Vec::new())).map_err(|_| format!("its options are no JSON; {form}"));
    }
    let mut pairs = Vec::new();
    for line in cell.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| format!("\"{line}\" is no option; write it as tiktok.privacy=public, a line each"))?;
        pairs.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok((Options::default(), pairs))
}
