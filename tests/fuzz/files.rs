//! Files with posts: Markdown with front matter, and tables. Read as they were meant, or refused with the place.

use std::collections::BTreeMap;

use proptest::prelude::*;
use runsheet::exchange::{self, DateOrder, Row};
use runsheet::manuscript;

use super::{cases, is_harmless, spoiled};

const MARKDOWN: &str = "---\nto: [x:@acme, linkedin:ACME]\nwhen: tomorrow 9\ntitle: \"A: cup\"\ntags:\n  - autumn\nmedia:\n  - file: \
                        roast.png\n    alt: A cup\noptions:\n  tiktok.privacy: public\nfirst_comment: More below.\nvariants:\n  x: \
                        |\n    Short.\n---\n\nThe text – with ünïcode.\n\n---\n\nThe second part.\n";
const TOML: &str = "+++\nto = [\"x:@acme\"]\nwhen = 2026-12-01T09:30:00\n[options]\n\"tiktok.privacy\" = \"public\"\n[[media]]\nfile = \
                    \"roast.png\"\n+++\nThe text.\n";
const TABLE: &str = "key,to,when,body,media,text for x\nk1,\"x:@acme, linkedin:ACME\",2026-12-01 09:30,\"One, \"\"two\"\"\nthree\",roast.png,\nk2,\
                     x,fri 14,'=Two,,Short\n;;\n";

/// A file with some of its bytes changed, so that it need not be a text.
fn bytes(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let byte = (any::<prop::sample::Index>(), any::<u8>());
    (spoiled(text), prop::collection::vec(byte, 0..2)).prop_map(|(text, changes)| {
        let mut bytes = text.into_bytes();
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        bytes
    })
}

/// A cell as somebody may write it.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-zA-Z0-9 ]{0,8}", 2 => "[\",;\t\r\n'=+|]{0,4}", 1 => ".{0,6}"]
}

/// The cells as a table, all of them in quotes.
fn table(rows: &[Vec<String>]) -> String {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// How many lines a text has, whichever way they end.
fn lines(text: &str) -> usize {
    text.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn a_post_s_file_is_read_or_its_faults_have_a_place(bytes in prop_oneof![bytes(MARKDOWN), bytes(TOML)]) {
        let text = match manuscript::decode(bytes) {
            Ok(text) => text,
            Err(fault) => {
                prop_assert!(fault.spot.line > 0 && !fault.remedy.is_empty(), "{fault}");
                return Ok(());
            }
        };
        match manuscript::read(&text) {
            // What was understood is understood again, written in our own way.
            Ok(read) => {
                let ours = manuscript::write(&read.manuscript);
                let again = manuscript::read(&ours).map_err(|faults| TestCaseError::fail(format!("{faults:?}\n{ours}")))?;
                prop_assert_eq!(again.manuscript, read.manuscript, "{}", ours);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!((1..=lines(&text)).contains(&fault.spot.line), "{fault}\n{text}");
                    prop_assert!(!fault.words.is_empty() && !fault.remedy.is_empty(), "{fault}");
                    prop_assert!(is_harmless(&runsheet::text::clean::one_line(&fault.to_string())));
                }
            }
        }
    }

    #[test]
    fn a_table_is_read_or_its_rows_say_why_not(bytes in bytes(TABLE), order in prop::option::of(Just(DateOrder::DayFirst))) {
        let Ok(text) = exchange::decode(&bytes) else { return Ok(()) };
        let Ok(sheet) = exchange::read(&text, &BTreeMap::new(), order) else { return Ok(()) };
        let mut before = 0;
        for row in &sheet.rows {
            prop_assert!(before < row.line && row.line <= lines(&text), "line {} after {before}\n{text}", row.line);
            before = row.line;
            prop_assert!(row.faults.iter().all(|fault| !fault.is_empty()));
            prop_assert!(row.cells.len() <= sheet.head.len() || !row.faults.is_empty(), "a cell too many is said");
        }
    }

    #[test]
    fn what_stands_in_a_cell_is_what_was_written(rows in prop::collection::vec((cell(), cell(), cell()), 1..5)) {
        let mut cells = vec![vec!["to".to_owned(), "body".into(), "note".into()]];
        cells.extend(rows.into_iter().map(|(to, body, note)| vec![to, body, note]));
        let sheet = exchange::read(&table(&cells), &BTreeMap::new(), None).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read: Vec<Vec<String>> = sheet.rows.iter().map(|row| row.cells.clone()).collect();
        cells.remove(0);
        cells.retain(|row| row.iter().any(|cell| !cell.trim().is_empty()));
        prop_assert_eq!(&read, &cells);
        // What is left over can be mended and read once more.
        let left: Vec<(&Row, String)> = sheet.rows.iter().map(|row| (row, "why".to_owned())).collect();
        let again = exchange::read(&exchange::leftovers(&sheet.head, &left, sheet.layout), &BTreeMap::new(), None);
        prop_assert_eq!(again.map(|sheet| sheet.rows.len()), Ok(cells.len()));
    }
}
