//! A long text cut into the parts of a thread, at lines that hold nothing but `---`.

/// The line that separates two parts.
const SEPARATOR: &str = "---";

/// The parts of a thread, without the blank lines around the cuts. A text without cuts is one part; parts that hold
/// nothing are left out.
pub fn parts(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        let next = at + line.len();
        if line.trim_end() == SEPARATOR {
            found.push(text.get(start..at).unwrap_or(""));
            start = next;
        }
        at = next;
    }
    if start == 0 {
        return vec![text];
    }
    found.push(text.get(start..).unwrap_or(""));
    found.into_iter().map(|part| part.trim_matches(['\n', '\r'])).filter(|part| !part.trim().is_empty()).collect()
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
}
