//! Changing one account in the text of the configuration; comments and everything else stay as they are.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, RawString, Table};

use super::{AccountConfig, no_address, parse};
use crate::domain::naming::ProviderWords;

/// Stands above the first account in a file that was not there before.
const HEADING: &str = "# runsheet's configuration; `runsheet config` prints a commented template.\n";

/// `text` with `account`: in the place of the table of that name, else at the end. Fails with words when the text is no
/// TOML, or writes accounts in a way that cannot be added to.
pub fn with_account(text: &str, account: &AccountConfig) -> Result<String, String> {
    if let Some(words) = account.base_url.as_deref().and_then(no_address) {
        return Err(format!("base_url {words}"));
    }
    let mut document = read(text)?;
    let tables = tables(&mut document)?;
    let edited = match position(tables, account).and_then(|at| tables.get_mut(at)) {
        Some(table) => {
            fill(table, account);
            document.to_string()
        }
        None => appended(text, account),
    };
    let (config, _) = parse(&edited, Path::new(""), ProviderWords { words: &[&account.provider], also: &[] });
    if config.accounts.contains(account) {
        return Ok(edited);
    }
    Err("the account cannot be written into it; add it by hand, as `runsheet config` shows".into())
}

/// `text` without the account `name`; `None` when it has no such account. A comment above its table stays.
pub fn without_account(text: &str, name: &str) -> Result<Option<String>, String> {
    let mut document = read(text)?;
    let tables = tables(&mut document)?;
    let Some(at) = tables.iter().position(|table| is_named(table, name)) else { return Ok(None) };
    let comment = tables.get(at).and_then(|table| table.decor().prefix()).and_then(RawString::as_str);
    let comment = comment.unwrap_or_default().to_owned();
    tables.remove(at);
    if comment.contains('#') {
        let joined =
            |after: Option<&RawString>| format!("{comment}{}", after.and_then(RawString::as_str).unwrap_or(""));
        match tables.get_mut(at) {
            Some(next) => {
                let prefix = joined(next.decor().prefix());
                next.decor_mut().set_prefix(prefix);
            }
            None => {
                let trailing = joined(Some(document.trailing()));
                document.set_trailing(trailing);
            }
        }
    }
    Ok(Some(document.to_string()))
}

fn read(text: &str) -> Result<DocumentMut, String> {
    text.parse::<DocumentMut>().map_err(|error| {
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        format!("line {}: {}", line.unwrap_or(1), error.message())
    })
}

fn tables(document: &mut DocumentMut) -> Result<&mut ArrayOfTables, String> {
    let accounts = document.entry("account").or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    accounts
        .as_array_of_tables_mut()
        .ok_or_else(|| "account is not written as [[account]], one table per account; write it so first".into())
}

fn position(tables: &ArrayOfTables, account: &AccountConfig) -> Option<usize> {
    tables.iter().position(|table| is_named(table, account.name.as_str()))
}

fn is_named(table: &Table, name: &str) -> bool {
    table.get("name").and_then(Item::as_str).is_some_and(|each| each.trim() == name)
}

fn fields(account: &AccountConfig) -> [(&'static str, Option<&str>); 4] {
    [
        ("name", Some(account.name.as_str())),
        ("provider", Some(account.provider.as_str())),
        ("base_url", account.base_url.as_deref()),
        ("key_env", account.key_env.as_deref()),
    ]
}

fn fill(table: &mut Table, account: &AccountConfig) {
    for (field, value) in fields(account) {
        let Some(value) = value else {
            table.remove(field);
            continue;
        };
        // What is right already keeps its spelling, and the comment behind it.
        if table.get(field).and_then(Item::as_str).is_none_or(|old| old.trim() != value) {
            let decor = table.get(field).and_then(Item::as_value).map(|old| old.decor().clone());
            let mut new = toml_edit::Value::from(value);
            if let Some(decor) = decor {
                *new.decor_mut() = decor;
            }
            table.insert(field, Item::Value(new));
        }
    }
}

fn appended(text: &str, account: &AccountConfig) -> String {
    let mut whole = if text.is_empty() { HEADING.to_owned() } else { text.to_owned() };
    if !whole.ends_with('\n') {
        whole.push('\n');
    }
    whole.push_str("\n[[account]]\n");
    for (field, value) in fields(account) {
        if let Some(value) = value {
            whole.push_str(&format!("{field} = {}\n", toml_edit::Value::from(value)));
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::TEMPLATE;
    use crate::domain::ids::AccountName;

    fn account(name: &str, base_url: Option<&str>, key_env: Option<&str>) -> AccountConfig {
        AccountConfig {
            name: AccountName::new(name),
            provider: "late".into(),
            base_url: base_url.map(str::to_owned),
            key_env: key_env.map(str::to_owned),
        }
    }

    const TWO: &str = "# mine\ntimezone = \"Europe/Berlin\" # home\n\n# the first\n[[account]]\nname = \"work\" # office\n\
                       provider = \"late\"\nkey_env = \"A\"\n\n# the second\n[[account]]\nname = \"home\"\n\
                       provider = \"late\"\n\n[limits]\nwhole = 9\n# the end\n";

    #[test]
    fn a_new_account_stands_at_the_end_and_nothing_else_changes() {
        for text in ["", "timezone = \"UTC\"", TWO, TEMPLATE] {
            let edited = with_account(text, &account("new", Some("http://127.0.0.1:1/a\"b"), None)).unwrap();
            assert!(edited.starts_with(text), "{edited}");
            assert!(edited.contains("[[account]]\nname = \"new\"\nprovider = \"late\"\nbase_url = "), "{edited}");
        }
    }

    #[test]
    fn an_account_that_is_there_is_changed_in_its_place() {
        let edited = with_account(TWO, &account("work", Some("https://late.example"), None)).unwrap();
        let expected = TWO.replace("key_env = \"A\"\n", "base_url = \"https://late.example\"\n");
        assert_eq!(edited, expected);
        assert_eq!(with_account(TWO, &account("work", None, Some("A"))).unwrap(), TWO);
    }

    #[test]
    fn an_account_goes_and_comments_stay() {
        let edited = without_account(TWO, "work").unwrap().unwrap();
        assert!(!edited.contains("office") && !edited.contains("key_env"), "{edited}");
        for comment in ["# mine", "# home", "# the first", "# the second", "# the end", "whole = 9"] {
            assert!(edited.contains(comment), "{comment}: {edited}");
        }
        let edited = without_account(&edited, "home").unwrap().unwrap();
        assert!(edited.contains("# the second") && !edited.contains("[[account]]"), "{edited}");
        assert_eq!(without_account(TWO, "nobody"), Ok(None));
    }

    #[test]
    fn what_cannot_be_changed_is_said_with_its_line() {
        let new = account("new", None, None);
        assert!(with_account("a = 1\nb = ", &new).unwrap_err().starts_with("line 2: "));
        assert!(with_account("account = []\n", &new).unwrap_err().contains("[[account]]"));
        assert!(with_account("account = 3\n", &new).unwrap_err().contains("[[account]]"));
    }
}
