//! A long text as the parts of a thread, at lines that hold nothing but `---`; and parts as one text again.

use std::ops::Range;

/// The line that separates two parts.
const SEPARATOR: &str = "---";

/// The parts of a thread, without the blank lines around the cuts. A text without cuts is one part; parts that hold
/// nothing are left out.
pub fn parts(text: &str) -> Vec<&str> {
    spans(text).into_iter().filter_map(|span| text.get(span)).collect()
}

/// Where the [`parts`] are: byte ranges of `text`.
pub fn spans(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if line.trim_end() == SEPARATOR {
            found.extend(trimmed(text, start..at));
            start = next;
        }
        at = next;
    }
    if start == 0 {
        return std::iter::once(0..text.len()).collect();
    }
    found.extend(trimmed(text, start..text.len()));
    found
}

/// `span` without line ends around it; none where nothing is left.
fn trimmed(text: &str, span: Range<usize>) -> Option<Range<usize>> {
    let raw = text.get(span.clone())?;
    let front = raw.trim_start_matches(['\n', '\r']);
    let whole = front.trim_end_matches(['\n', '\r']);
    let start = span.start + raw.len() - front.len();
    (!whole.trim().is_empty()).then(|| start..start + whole.len())
}

/// Whether `text` is more than one part.
pub fn is_thread(text: &str) -> bool {
    spans(text).len() > 1
}

/// `text` with the cuts of a thread as [`join`] writes them; any other text as it is.
pub fn evened(text: &str) -> String {
    let parts = parts(text);
    if parts.len() > 1 { join(&parts) } else { text.to_owned() }
}

/// Texts compared without regard to white space at the edges and line ends, which providers tidy.
pub fn folded(text: &str) -> String {
    let text = evened(text);
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The text whose [`parts`] these are, as long as each of them could be one.
pub fn join<T: AsRef<str>>(parts: &[T]) -> String {
    parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("\n\n---\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_three_hyphens_begins_the_next_part() {
        assert_eq!(parts("one\n\n---\n\ntwo\nstill two\n---\n"), ["one", "two\nstill two"]);
        assert_eq!(parts("a --- b\n----\n"), ["a --- b\n----\n"]);
        assert_eq!(parts("---\n---\n"), Vec::<&str>::new());
        assert_eq!(parts(""), [""]);
    }

    #[test]
    fn parts_are_where_they_say_and_come_together_again() {
        let text = "one\n\n---\n\ntwo\nstill two\n---\n\nthree";
        assert_eq!(spans(text), [0..3, 10..23, 29..34]);
        assert_eq!(parts(&join(&parts(text))), parts(text));
        assert!(is_thread(text) && !is_thread("one\n---\n") && !is_thread("one"));
    }
}
