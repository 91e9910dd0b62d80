//! Writing a post as a file that reads back as the same post.

use std::fmt::Write;

use super::fields::{WISHES, flag};
use super::{Attached, Manuscript, Variant};
use crate::domain::options::{FirstComment, Options, Value};

/// The file. A post that is nothing but a text is written as that text, unless it would be read as front matter.
pub fn write(manuscript: &Manuscript) -> String {
    let mut file = String::with_capacity(manuscript.body.len() + 64);
    let front = front(manuscript);
    // A text that begins like front matter, or with the mark of an encoding, needs one above it.
    let begins_oddly = manuscript.body.starts_with(['-', '+', '\u{feff}']);
    if !front.is_empty() || begins_oddly {
        file.push_str("---\n");
        file.push_str(&front);
        file.push_str("---\n\n");
    }
    file.push_str(&manuscript.body);
    // Of the line end behind the text exactly one is taken off again; one of `\r` would count as half of it.
    file.push_str(if manuscript.body.ends_with('\r') { "\r\n" } else { "\n" });
    file
}

fn front(manuscript: &Manuscript) -> String {
    let mut front = String::new();
    list(&mut front, "to", &manuscript.to);
    if let Some(text) = &manuscript.when {
        entry(&mut front, 0, "when", Some(text));
    }
    if let Some((word, _)) = WISHES.iter().find(|(_, wish)| Some(*wish) == manuscript.wish) {
        entry(&mut front, 0, "as", Some(word));
    }
    for (key, value) in [("title", &manuscript.title), ("campaign", &manuscript.campaign)] {
        if let Some(text) = value {
            entry(&mut front, 0, key, Some(text));
        }
    }
    list(&mut front, "tags", &manuscript.tags);
    for (key, value) in [("style", &manuscript.style), ("link", &manuscript.link)] {
        if let Some(text) = value {
            entry(&mut front, 0, key, Some(text));
        }
    }
    if !manuscript.media.is_empty() {
        media(&mut front, 0, &manuscript.media);
    }
    options(&mut front, 0, &manuscript.options);
    comment(&mut front, 0, manuscript.first_comment.as_ref());
    if !manuscript.variants.is_empty() {
        front.push_str("variants:\n");
    }
    for each in &manuscript.variants {
        variant(&mut front, each);
    }
    front
}

/// A text alone is written as one; whatever else differs, below it line by line.
fn variant(front: &mut String, variant: &Variant) {
    let Variant { of, text, when, options: own, first_comment, media: own_media } = variant;
    if when.is_none() && own.is_empty() && first_comment.is_none() && own_media.is_none() {
        return entry(front, 2, of, text.as_deref());
    }
    entry(front, 2, of, None);
    if let Some(when) = when {
        entry(front, 4, "when", Some(when));
    }
    options(front, 4, own);
    comment(front, 4, first_comment.as_ref());
    match own_media.as_deref() {
        None => {}
        Some([]) => front.push_str("    media: []\n"),
        Some(own) => media(front, 4, own),
    }
    if let Some(text) = text {
        entry(front, 4, "text", Some(text));
    }
}

fn media(front: &mut String, indent: usize, media: &[Attached]) {
    let _ = writeln!(front, "{:indent$}media:", "");
    for media in media {
        let key = if media.source.contains("://") { "url" } else { "file" };
        let _ = writeln!(front, "{:indent$}  - {key}: {}", "", on_one_line(&media.source));
        if !media.alt.is_empty() {
            entry(front, indent + 4, "alt", Some(&media.alt));
        }
    }
}

fn options(front: &mut String, indent: usize, options: &Options) {
    if options.is_empty() {
        return;
    }
    let _ = writeln!(front, "{:indent$}options:", "");
    let below = indent + 2;
    for (key, value) in options.iter() {
        match value {
            Value::Flag(flag) => {
                let _ = writeln!(front, "{:below$}{}: {}", "", on_one_line(key), if *flag { "yes" } else { "no" });
            }
            // In quotes a word that could mean yes or no means itself.
            Value::Text(text) if flag(text).is_some() => {
                let _ = writeln!(front, "{:below$}{}: \"{text}\"", "", on_one_line(key));
            }
            Value::Text(text) => entry(front, below, key, Some(text)),
            Value::List(items) => {
                let _ = writeln!(front, "{:below$}{}:", "", on_one_line(key));
                for item in items {
                    let _ = writeln!(front, "{:below$}  - {}", "", on_one_line(item));
                }
            }
        }
    }
}

fn comment(front: &mut String, indent: usize, comment: Option<&FirstComment>) {
    let Some(FirstComment { text, delay }) = comment else { return };
    if *delay == 0 {
        return entry(front, indent, "first_comment", Some(text));
    }
    entry(front, indent, "first_comment", None);
    let _ = writeln!(front, "{:indent$}  delay: {delay}", "");
    entry(front, indent + 2, "text", Some(text));
}

/// One item per line: a comma may belong to a name.
fn list(front: &mut String, key: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    let _ = writeln!(front, "{key}:");
    for item in items {
        let _ = writeln!(front, "  - {}", on_one_line(item));
    }
}

/// `key: value`; several lines stand below it, as they are.
fn entry(front: &mut String, indent: usize, key: &str, value: Option<&str>) {
    let _ = write!(front, "{:indent$}{}:", "", on_one_line(key));
    match value {
        None => front.push('\n'),
        Some(text) if may_be_a_block(text) => block(front, indent, text),
        Some(text) => {
            let _ = writeln!(front, " {}", on_one_line(text));
        }
    }
}

/// Whether a text can stand as lines of its own: several of them, and no character that an editor might mend.
fn may_be_a_block(text: &str) -> bool {
    let odd = |c: char| c != '\n' && c != '\t' && (c.is_control() || c == '\u{feff}');
    text.contains('\n') && text.chars().any(|c| c != '\n' && c != ' ') && !text.contains(odd)
}

fn block(front: &mut String, indent: usize, text: &str) {
    let depth = indent + 2;
    // Without the digit, the spaces with which a text begins would count as its indent.
    let told = if text.starts_with([' ', '\n']) { "2" } else { "" };
    let (text, keep) = match text.strip_suffix('\n') {
        Some(text) => (text, "+"),
        None => (text, ""),
    };
    let _ = writeln!(front, " |{told}{keep}");
    for line in text.split('\n') {
        if !line.is_empty() {
            let _ = write!(front, "{:depth$}{line}", "");
        }
        front.push('\n');
    }
}

/// A text on one line: as it is where nothing of it could be taken for something else, else in quotes.
fn on_one_line(text: &str) -> String {
    let ends_well = !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace);
    let begins_well = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '@' | '/' | '.' | '~' | '*' | '('));
    let odd = |c: char| c.is_control() || c == '\u{feff}';
    let taken = text.contains(": ") || text.ends_with(':') || text.contains(" #") || text.contains(odd);
    if ends_well && begins_well && !taken {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if odd(c) => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
