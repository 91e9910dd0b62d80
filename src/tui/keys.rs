//! Keys as people write them: `j`, `Ctrl-d`, `g t`, `Shift-Tab`, `Esc`, `F12`, `Space`.

use super::msg::{Key, KeyCode, KeyModifiers};

const NAMED: &[(&str, KeyCode)] = &[
    ("Esc", KeyCode::Esc),
    ("Enter", KeyCode::Enter),
    ("Tab", KeyCode::Tab),
    ("Shift-Tab", KeyCode::BackTab),
    ("Space", KeyCode::Char(' ')),
    ("Backspace", KeyCode::Backspace),
    ("Del", KeyCode::Delete),
    ("Ins", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
];

/// Control keys that a terminal sends as another key, or that multiplexers take for themselves.
const MISTAKABLE: &[(char, &str)] = &[
    ('i', "terminals send it as Tab"),
    ('m', "terminals send it as Enter"),
    ('j', "terminals send it as Enter"),
    ('h', "terminals send it as Backspace"),
    ('[', "terminals send it as Esc"),
    ('b', "tmux takes it"),
];

/// One key, as written.
pub fn parse(text: &str) -> Result<Key, String> {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = text;
    loop {
        if let Some(code) = named(rest) {
            return Ok(Key { code, modifiers });
        }
        let prefixes = [("Ctrl-", KeyModifiers::CONTROL), ("Alt-", KeyModifiers::ALT), ("Shift-", KeyModifiers::SHIFT)];
        let stripped = prefixes.into_iter().find_map(|(prefix, modifier)| {
            let after = rest.strip_prefix(prefix).filter(|after| !after.is_empty())?;
            Some((after, modifier))
        });
        match stripped {
            Some((after, modifier)) => {
                modifiers |= modifier;
                rest = after;
            }
            None => break,
        }
    }
    let mut letters = rest.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return Err(format!("\"{text}\" is not a key; keys look like j, Ctrl-d, Shift-Tab, Esc, F12, Space"));
    };
    let key = normal(Key { code: KeyCode::Char(letter), modifiers });
    if key.modifiers.contains(KeyModifiers::CONTROL)
        && let Some((_, why)) = MISTAKABLE.iter().find(|(mistakable, _)| KeyCode::Char(*mistakable) == key.code)
    {
        return Err(format!("{text} cannot be told apart: {why}"));
    }
    Ok(key)
}

/// A sequence of keys, apart by spaces.
pub fn parse_sequence(text: &str) -> Result<Vec<Key>, String> {
    let keys: Vec<Key> = text.split_whitespace().map(parse).collect::<Result<_, _>>()?;
    if keys.is_empty() { Err("a key is missing before the equals sign".into()) } else { Ok(keys) }
}

fn named(text: &str) -> Option<KeyCode> {
    let function = || {
        let number: u8 = text.strip_prefix('F')?.parse().ok()?;
        (1..=24).contains(&number).then_some(KeyCode::F(number))
    };
    NAMED.iter().find(|(name, _)| *name == text).map(|(_, code)| *code).or_else(function)
}

/// The key, as written.
pub fn write(key: Key) -> String {
    let mut text = String::new();
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        text.push_str("Ctrl-");
    }
    if key.modifiers.contains(KeyModifiers::ALT) {
        text.push_str("Alt-");
    }
    if key.modifiers.contains(KeyModifiers::SHIFT) && key.code != KeyCode::BackTab {
        text.push_str("Shift-");
    }
    let name = NAMED.iter().find(|(_, code)| *code == key.code).map(|(name, _)| *name);
    match (key.code, name) {
        (_, Some(name)) => text.push_str(name),
        (KeyCode::Char(letter), None) => text.push(letter),
        (KeyCode::F(number), None) => text.push_str(&format!("F{number}")),
        _ => text.push('?'),
    }
    text
}

/// A sequence, as written.
pub fn write_sequence(keys: &[Key]) -> String {
    keys.iter().map(|key| write(*key)).collect::<Vec<_>>().join(" ")
}

/// A sequence as hints show it: `^s` for `Ctrl-s`, `gt` for `g t`.
pub fn short(keys: &[Key]) -> String {
    let single = |key: &Key| write(*key).replace("Ctrl-", "^");
    keys.iter().map(single).collect()
}

/// The one form in which a key is compared: Shift lives in the character, Shift-Tab is its own key, and the several
/// ways in which terminals send `Ctrl-_` are one.
pub fn normal(key: Key) -> Key {
    let Key { mut code, mut modifiers } = key;
    match code {
        KeyCode::Char(letter) => {
            if modifiers.contains(KeyModifiers::CONTROL) {
                let letter = if matches!(letter, '7' | '/') { '_' } else { letter.to_ascii_lowercase() };
                code = KeyCode::Char(letter);
            } else if modifiers.contains(KeyModifiers::SHIFT) {
                code = KeyCode::Char(letter.to_ascii_uppercase());
            }
            modifiers -= KeyModifiers::SHIFT;
        }
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => {
            code = KeyCode::BackTab;
            modifiers -= KeyModifiers::SHIFT;
        }
        KeyCode::BackTab => modifiers -= KeyModifiers::SHIFT,
        _ => {}
    }
    Key { code, modifiers }
}

/// The digit a key types, if it does; with Alt it does so anywhere.
pub fn digit(key: Key) -> Option<u32> {
    match key.code {
        KeyCode::Char(letter) if (key.modifiers - KeyModifiers::ALT).is_empty() => letter.to_digit(10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["j", "D", "Ctrl-d", "Alt-h", "Shift-Tab", "Esc", "F12", "Space", "-", "Ctrl-_", "?", "{", "PgDn"] {
            let key = parse(text).unwrap();
            assert_eq!(write(key), text);
            assert_eq!(normal(key), key, "{text}");
        }
        assert_eq!(short(&parse_sequence("g t").unwrap()), "gt");
        assert_eq!(short(&parse_sequence("Ctrl-s").unwrap()), "^s");
    }

    #[test]
    fn keys_that_terminals_confuse_are_refused() {
        for text in ["Ctrl-i", "Ctrl-m", "Ctrl-j", "Ctrl-h", "Ctrl-b", "Ctrl-I"] {
            assert!(parse(text).unwrap_err().contains("cannot be told apart"), "{text}");
        }
        for text in ["", "jj", "Hyper-x", "F99"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn terminals_differ_and_keys_do_not() {
        let shift = |code| Key { code, modifiers: KeyModifiers::SHIFT };
        assert_eq!(normal(shift(KeyCode::BackTab)), parse("Shift-Tab").unwrap());
        assert_eq!(normal(shift(KeyCode::Tab)), parse("Shift-Tab").unwrap());
        assert_eq!(normal(shift(KeyCode::Char('d'))), parse("D").unwrap());
        assert_eq!(normal(Key::ctrl('7')), parse("Ctrl-_").unwrap());
    }
}
