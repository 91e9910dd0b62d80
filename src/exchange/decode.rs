//! Bytes to text: spreadsheets write UTF-8 with a mark, UTF-16, or the code page of their country.

/// Why a file is not a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotText(String);

/// The text of a file: UTF-8 or UTF-16, each with or without its mark. Anything else is refused with the place,
/// because guessing a code page would change letters without a word.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        // Some programs leave the mark out; no table begins with a letter and nothing beside it.
        [1..=255, 0, 1..=255, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, 1..=255, 0, 1..=255, ..] => utf16(bytes, u16::from_be_bytes),
        _ => utf8(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)),
    }
}

/// Whether it begins with the mark of its encoding. What is written beside it in UTF-8 has one then: without it the
/// spreadsheet that wrote this one would read another code page.
pub fn is_marked(bytes: &[u8]) -> bool {
    [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"].iter().any(|mark| bytes.starts_with(mark))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, NotText> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NotText("it ends in the middle of a UTF-16 character; export it once more".into()));
    }
    let mut text = String::with_capacity(bytes.len() / 2);
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => {
                let line = text.matches('\n').count() + 1;
                return Err(NotText(format!("line {line} has half of a UTF-16 character; export it as CSV UTF-8")));
            }
        }
    }
    Ok(text)
}

fn utf8(bytes: &[u8]) -> Result<String, NotText> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let line = bytes.get(..error.valid_up_to()).unwrap_or_default().iter().filter(|byte| **byte == b'\n').count();
        NotText(format!("line {} is not UTF-8; export it as CSV UTF-8", line + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_write_is_read() {
        let text = "text,when\nGrüße 🎈,fri 14\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        let with = |mark: [u8; 2], bytes: &[u8]| [mark.as_slice(), bytes].concat();
        let (little_marked, big_marked) = (with([0xFF, 0xFE], &little), with([0xFE, 0xFF], &big));
        for bytes in [text.as_bytes().to_vec(), marked, little_marked, big_marked, little, big] {
            assert_eq!(decode(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn other_bytes_are_refused_with_their_line() {
        let said = |bytes: &[u8]| decode(bytes).unwrap_err().to_string();
        assert!(said(b"text\nGr\xFC\xDFe").contains("line 2 is not UTF-8"));
        assert!(said(&[0xFF, 0xFE, 0x41]).contains("middle of a UTF-16"));
        assert!(said(&[0xFF, 0xFE, 0x0A, 0x00, 0x00, 0xD8, 0x41, 0x00]).contains("line 2 has half"));
    }
}
