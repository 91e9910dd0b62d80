//! Text to records: which character separates, where a quote never ends.

use csv::ReaderBuilder;

/// One record and the line it begins at, counted from 1.
pub struct Record {
    /// The line.
    pub line: usize,
    /// Its cells.
    pub cells: Vec<String>,
}

/// Why a text is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotTable(pub String);

/// How a table is written down, beside its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What separates the cells.
    pub separator: u8,
    /// Whether the first line says so, as spreadsheets write and read it: `sep=;`.
    pub told: bool,
    /// Whether it begins with the mark of its encoding.
    pub mark: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self { separator: b',', told: false, mark: false }
    }
}

impl Layout {
    /// How `text` is written; of its mark nothing is left in it.
    pub fn of(text: &str) -> Self {
        let told = told(text);
        Self { separator: told.map_or_else(|| separator(text), |(told, _)| told), told: told.is_some(), mark: false }
    }
}

/// What the first line says of the separator, and how long that line is with its end.
fn told(text: &str) -> Option<(u8, usize)> {
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (line, rest) = (text.get(..end)?, text.get(end..)?);
    let line = line.trim().trim_matches('"').to_ascii_lowercase();
    let separator = match line.strip_prefix("sep=")?.as_bytes() {
        [] => b'\t',
        [one] if !one.is_ascii_alphanumeric() && *one != b'"' => *one,
        _ => return None,
    };
    let ends = if rest.starts_with("\r\n") { 2 } else { rest.len().min(1) };
    Some((separator, end + ends))
}

/// The head and the records of `text`; lines without anything in them are left out.
pub fn records(text: &str, most: usize) -> Result<(Vec<String>, Vec<Record>), NotTable> {
    let Layout { separator, .. } = Layout::of(text);
    let above = told(text).map_or(0, |(_, length)| length);
    let (before, text) = text.split_at_checked(above).unwrap_or(("", text));
    let above = usize::from(!before.is_empty());
    if let Some(line) = unclosed(text, separator) {
        let line = line + above;
        return Err(NotTable(format!("the quote that opens in line {line} never ends; close it with \"")));
    }
    let mut reader =
        ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut head = None;
    let mut records = Vec::new();
    let mut place = Place { text: text.as_bytes(), at: 0, line: 1 + above };
    for record in reader.records() {
        let record = record.map_err(|error| NotTable(error.to_string()))?;
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |position| place.begins_in(position));
        match head {
            None => head = Some(cells),
            Some(_) if records.len() == most => {
                return Err(NotTable(format!("it has more than {most} rows; split it")));
            }
            Some(_) => records.push(Record { line, cells }),
        }
    }
    let head = head.ok_or_else(|| NotTable("it is empty: the first line names the columns".into()))?;
    Ok((head, records))
}

/// How far the lines of a text were counted.
struct Place<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl Place<'_> {
    /// The line in which a record begins: the reader tells where it began to look for it, before any empty lines.
    fn begins_in(&mut self, looked: &csv::Position) -> usize {
        let from = usize::try_from(looked.byte()).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at) {
            if self.at >= from && !matches!(byte, b'\n' | b'\r') {
                break;
            }
            self.line += usize::from(ends_line(self.text, self.at));
            self.at += 1;
        }
        self.line
    }
}

/// Whether a line ends with this byte: `\n`, or a `\r` that stands alone, as some spreadsheets write it.
fn ends_line(text: &[u8], at: usize) -> bool {
    match text.get(at) {
        Some(b'\n') => true,
        Some(b'\r') => text.get(at + 1) != Some(&b'\n'),
        _ => false,
    }
}

/// What separates the cells of the first line: the one of `,` `;` and tab that stands there most, outside quotes.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                for (separator, count) in &mut counts {
                    *count += u32::from(*separator == byte);
                }
            }
            _ => {}
        }
    }
    // Of equals the first: a line without any is one column.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

/// The line of a quote that is open where the text ends. A quote opens only at the beginning of a cell.
fn unclosed(text: &str, separator: u8) -> Option<usize> {
    let mut line = 1;
    let mut open: Option<usize> = None;
    let mut begins = true;
    for (at, byte) in text.bytes().enumerate() {
        // Two quotes inside a quoted cell close and open it again at once, which comes to the same.
        let closes = byte == b'"' && open.is_some();
        match byte {
            b'"' if closes => open = None,
            b'"' if begins => open = Some(line),
            _ => {}
        }
        // After a closing quote another one opens again: it is the second of a pair.
        begins = byte == separator || byte == b'\n' || byte == b'\r' || closes;
        line += usize::from(ends_line(text.as_bytes(), at));
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        records(text, 100).unwrap().1.into_iter().map(|record| record.cells).collect()
    }

    #[test]
    fn the_separator_is_found_in_the_head() {
        assert_eq!(cells("text,when\na,b\n"), [["a", "b"]]);
        assert_eq!(cells("text;when\r\n\"a;b, c\";d\r\n"), [["a;b, c", "d"]]);
        assert_eq!(cells("text\twhen\na\tb"), [["a", "b"]]);
        assert_eq!(cells("\"text, long\";when\na;b"), [["a", "b"]]);
        assert_eq!(cells("text\none, two\n"), [["one", " two"]]);
    }

    #[test]
    fn a_first_line_may_say_what_separates() {
        for (told, wanted) in [("sep=;", b';'), ("SEP=|", b'|'), ("\"sep=,\"", b','), ("sep=\t", b'\t')] {
            let at = char::from(wanted);
            for end in ["\n", "\r\n", "\r"] {
                let text = format!("{told}{end}text{at}when{end}\"a, b; c\"{at}d{end}");
                assert_eq!(cells(&text), [["a, b; c", "d"]], "{text:?}");
                assert_eq!(Layout::of(&text), Layout { separator: wanted, told: true, mark: false });
                assert_eq!(records(&text, 9).unwrap().1[0].line, 3, "{text:?}");
            }
        }
        let said = records("sep=;\ntext;when\n\"open;x\n", 9).err().unwrap().to_string();
        assert!(said.contains("line 3 never ends"), "{said}");
        // A column may be called so.
        assert_eq!(records("sep=ab,text\n1,2\n", 9).unwrap().0, ["sep=ab", "text"]);
        assert!(records("sep=;", 9).err().unwrap().to_string().contains("it is empty"));
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let (_, found) = records("text,when\n\n\"one\ntwo\",x\nthree,y\n", 100).unwrap();
        assert_eq!(found.iter().map(|record| record.line).collect::<Vec<_>>(), [3, 5]);
        let (_, found) = records("text,when\r\r\"one\rtwo\",x\rthree,y\r", 100).unwrap();
        assert_eq!(found.iter().map(|record| record.line).collect::<Vec<_>>(), [3, 5]);
    }

    #[test]
    fn a_quote_that_never_ends_is_named() {
        let said = |text: &str| records(text, 100).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said("text,when\n\"one,two\nthree,four\n").contains("line 2 never ends"));
        assert_eq!(cells("text,when\n=A(\"\"),b\nan 8\"\" pipe\",c\n"), [["=A(\"\")", "b"], ["an 8\"\" pipe\"", "c"]]);
        assert!(said("text,when\na,\"say \"\"hi\"\"\"\nb,\"c\n").contains("line 3 never ends"));
        assert_eq!(said("text,when\n5\" pipe,now\n\"say \"\"hi\"\" twice\",x\n"), "");
        assert!(said("").contains("empty"));
        assert!(records("text\na\nb\nc\n", 2).err().unwrap().to_string().contains("more than 2 rows"));
    }
}
