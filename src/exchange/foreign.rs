//! Files that hold no posts as they are taken here: what they are instead, and what is taken.

/// What is taken, at the end of the sentence.
const TAKEN: &str =
    "what is taken is a table (.csv, .tsv), posts as JSON (.json, or one a line), or a folder of .md files";

/// What a file is that is neither a table nor JSON, where its first bytes or the ending of its name tell that; `json`
/// says that posts as JSON are expected of it.
pub fn else_than_posts(bytes: &[u8], ending: &str, json: bool) -> Option<String> {
    let what = match infer::get(bytes) {
        // A text may begin with two letters that are the mark of something else.
        Some(kind) if !is_text(bytes) || kind.extension() == "pdf" => of_kind(&kind, ending)?,
        _ => of_text(bytes, ending, json)?,
    };
    Some(format!("{what}; {TAKEN}"))
}

/// Whether it reads as one, as far as its beginning tells.
fn is_text(bytes: &[u8]) -> bool {
    let begin = bytes.get(..4096).unwrap_or(bytes);
    let is_whole = match std::str::from_utf8(begin) {
        Ok(_) => true,
        // The last character of the beginning may be cut.
        Err(error) => error.error_len().is_none(),
    };
    is_whole && !begin.iter().any(|byte| byte.is_ascii_control() && !matches!(byte, b'\n' | b'\r' | b'\t'))
}

fn of_kind(kind: &infer::Type, ending: &str) -> Option<String> {
    use infer::MatcherType::{Archive, Audio, Book, Doc, Font, Image, Text, Video};
    let is_spreadsheet = matches!(kind.extension(), "xls" | "xlsx" | "ods") || matches!(ending, "xls" | "xlsx" | "ods");
    let what = match (kind.matcher_type(), kind.extension()) {
        _ if is_spreadsheet => return Some("it is a spreadsheet: save it from there as CSV UTF-8".into()),
        (_, "pdf") => "a PDF",
        (_, "sqlite") => "a database",
        (Doc | Book, _) => "a document of an office program",
        (Image, _) => "a picture",
        (Video, _) => "a film",
        (Audio, _) => "a recording",
        (Font, _) => "a font",
        (Archive, _) => "an archive: unpack it first",
        (Text, _) => return None,
        _ => "a program, or data of one",
    };
    Some(format!("it is {what}"))
}

fn of_text(bytes: &[u8], ending: &str, json: bool) -> Option<String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    if bytes.get(..15).is_some_and(|begin| begin.eq_ignore_ascii_case(b"BEGIN:VCALENDAR")) {
        return Some("it is a calendar (iCalendar), which is written here and not read".into());
    }
    if matches!(bytes.first(), Some(b'<')) {
        return Some("it is a web page or XML".into());
    }
    if json && ending == "md" {
        return Some("it is one Markdown file: name its folder, or `runsheet post` sends it alone".into());
    }
    // Of lines in UTF-16 nothing is told here.
    let first = bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let is_plain = |byte: &u8| *byte != 0 && *byte < 0xFE;
    let other = json && !bytes.starts_with(b"{") && !bytes.starts_with(b"[") && !first.is_empty();
    // One bad line among good ones is named and left, as any other.
    if !other
        || !first.iter().all(is_plain)
        || bytes.split(|byte| *byte == b'\n').any(|line| line.trim_ascii_start().starts_with(b"{"))
    {
        return None;
    }
    let apart = first.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'));
    let what = match (ending, apart) {
        ("json" | "jsonl" | "ndjson", _) | (_, false) => "it is a text, and no line of it begins like JSON",
        (_, true) => "it looks like a table: give it a name that ends in .csv",
    };
    Some(what.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_posts_is_named() {
        let told = |bytes: &[u8], ending: &str| else_than_posts(bytes, ending, true).unwrap_or_default();
        for (bytes, ending, words) in [
            (b"%PDF-1.7\n".as_slice(), "pdf", "it is a PDF; what is taken"),
            (b"PK\x03\x04\x14\x00\x06\x00", "xlsx", "it is a spreadsheet: save it from there as CSV UTF-8"),
            (b"PK\x03\x04\x14\x00\x06\x00", "zip", "an archive"),
            (b"\x89PNG\r\n\x1a\n", "png", "a picture"),
            (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "ics", "it is a calendar"),
            (b"<html><body>", "html", "a web page"),
            (b"---\nto: x\n---\nHi\n", "md", "one Markdown file"),
            (b"text;when\nOne;fri 9\n", "txt", "looks like a table"),
            (b"Dear all\n", "txt", "no line of it begins like JSON"),
        ] {
            assert!(told(bytes, ending).contains(words), "{ending}: {}", told(bytes, ending));
        }
        for (bytes, ending) in [
            (b"{\"body\": \"x\"}\n".as_slice(), "jsonl"),
            (b"\xEF\xBB\xBF[{}]", "json"),
            (b"nonsense\n{\"body\": \"x\"}\n", "jsonl"),
            (b"", "jsonl"),
            (b"\n\n", "jsonl"),
        ] {
            assert_eq!(told(bytes, ending), "", "{ending}");
        }
        assert_eq!(else_than_posts(b"text;when\nOne;fri 9\n", "csv", false), None);
        assert_eq!(else_than_posts(b"BMI;text\n1;One\n", "csv", false), None, "no picture");
        assert!(else_than_posts(b"PK\x03\x04\x14\x00\x06\x00", "csv", false).is_some());
    }
}
