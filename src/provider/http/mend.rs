//! JSON with characters that are none: bytes that are no UTF-8, and halves of surrogate pairs. Each becomes `\u{FFFD}`,
//! which shows where it was, and the rest is read as it stands.

/// What stands for a character that cannot be read, as JSON writes it.
const MARK: &str = "\\uFFFD";

/// The same JSON with a mark in each such place; `None` where there is none, so that mending would not help.
pub(super) fn mended(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let whole = paired(&text);
    (whole.as_bytes() != body).then_some(whole)
}

/// `text` with every escape that is half a pair replaced.
fn paired(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let (taken, written) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (12, escape.get(..12).unwrap_or(escape)),
            (Some(0xD800..=0xDFFF), _) => (6, MARK),
            (Some(_), _) => (6, escape.get(..6).unwrap_or(escape)),
            // Another escape: a backslash and one character, of whatever width.
            (None, _) => {
                let width = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
                (width, escape.get(..width).unwrap_or(escape))
            }
        };
        whole.push_str(written);
        rest = escape.get(taken..).unwrap_or_default();
    }
    whole.push_str(rest);
    whole
}

/// The number in the four digits behind `\u` at the beginning of `text`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    fn read(body: &[u8]) -> Value {
        serde_json::from_str(&mended(body).unwrap()).unwrap()
    }

    #[test]
    fn a_half_pair_and_a_wrong_byte_are_marked_and_the_rest_stands() {
        let body = br#"{"a":"x\ud83dy","b":"\ud83d\ude00","c":"\\ud83d","d":"\udc00\ud83d","e":"\n\""}"#;
        let json = read(body);
        assert_eq!(json["a"], "x\u{FFFD}y");
        assert_eq!(json["b"], "😀");
        assert_eq!(json["c"], "\\ud83d", "a backslash of its own");
        assert_eq!((&json["d"], &json["e"]), (&"\u{FFFD}\u{FFFD}".into(), &"\n\"".into()));
        assert_eq!(read(b"{\"a\":\"caf\xe9\",\"b\":1}")["a"], "caf\u{FFFD}");
        assert_eq!(mended(br#"{"fine": "\ud83d\ude00"#), None, "what is broken otherwise stays broken");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_whole_stays_as_it_is(text in ".*") {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(mended(json.as_bytes()), None);
        }

        #[test]
        fn whatever_stands_in_a_text_it_can_be_read_afterwards(units in prop::collection::vec(any::<u16>(), 0..20)) {
            let body: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let body = format!("\"{body}\"");
            let whole = mended(body.as_bytes()).unwrap_or(body);
            let read: String = serde_json::from_str(&whole).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }
    }
}
