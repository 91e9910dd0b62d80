//! Front matter as people write it, into a tree: the part of YAML that a post needs.
//!
//! Not YAML itself, on purpose: there `@acme` is an error, `#sale` in a title vanishes as a comment, `no` is a truth
//! value, and an alias can unfold into gigabytes. Here every value is text, and whatever would be read otherwise than
//! it looks is a fault that says how to write it. One pass, so that no file makes it slow.

use super::error::Found;

/// How deep tables and lists may stand in each other; a post needs three.
const DEEPEST: usize = 6;

/// A value and where it begins, in bytes of the front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub at: usize,
    pub what: What,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Nothing,
    /// In quotes, or several lines.
    Text(String),
    /// On one line without quotes: it may also mean yes or no.
    Word(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub key: String,
    /// Where the key stands.
    pub at: usize,
    pub node: Node,
}

impl Node {
    /// The text it is, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.what {
            What::Text(text) | What::Word(text) => Some(text),
            What::Nothing | What::List(_) | What::Table(_) => None,
        }
    }
}

type Result<T> = std::result::Result<T, Found>;

/// A line that says something.
#[derive(Clone, Copy)]
struct Line<'t> {
    /// Where its content begins.
    at: usize,
    indent: usize,
    /// Without indent and line end.
    text: &'t str,
}

/// Reads front matter; its root is a table.
pub(super) fn tree(front: &str) -> Result<Node> {
    let mut reader = Reader { lines: raw_lines(front), next: 0 };
    let Some(first) = reader.peek()? else { return Ok(Node { at: 0, what: What::Table(Vec::new()) }) };
    if first.indent > 0 {
        return Err(Found::new(first.at, "this line is indented, and nothing stands above it", "begin at the margin"));
    }
    let root = reader.table(0, DEEPEST)?;
    match reader.peek()? {
        None => Ok(root),
        Some(line) => Err(Found::new(line.at, "this line is indented differently from its neighbours", ALIGN)),
    }
}

const ALIGN: &str = "give lines that belong together the same indent";
const QUOTE: &str = "put the value in double quotes";

/// All lines with their places, without line ends.
fn raw_lines(front: &str) -> Vec<(usize, &str)> {
    let mut next = 0;
    front
        .split_inclusive('\n')
        .map(|line| {
            let here = next;
            next += line.len();
            let line = line.strip_suffix('\n').unwrap_or(line);
            (here, line.strip_suffix('\r').unwrap_or(line))
        })
        .collect()
}

struct Reader<'t> {
    lines: Vec<(usize, &'t str)>,
    next: usize,
}

impl<'t> Reader<'t> {
    /// The next line that says something; blank ones and comments are passed over.
    fn peek(&mut self) -> Result<Option<Line<'t>>> {
        while let Some((at, raw)) = self.lines.get(self.next).copied() {
            let text = raw.trim_start_matches(' ');
            let indent = raw.len() - text.len();
            if blank(text) || text.starts_with('#') {
                self.next += 1;
                continue;
            }
            if text.starts_with('\t') {
                return Err(Found::new(at + indent, "a tab indents this line", "indent with spaces"));
            }
            return Ok(Some(Line { at: at + indent, indent, text: text.trim_end_matches([' ', '\t']) }));
        }
        Ok(None)
    }

    /// The lines of a table that stand at `indent`.
    fn table(&mut self, indent: usize, depth: usize) -> Result<Node> {
        let at = self.peek()?.map_or(0, |line| line.at);
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(line) = self.peek()?.filter(|line| line.indent == indent) {
            if line.text == "-" || line.text.starts_with("- ") {
                return Err(Found::new(line.at, "a list stands where `key: value` belongs", "give it a key: `to:`"));
            }
            let entry = self.entry(line, indent, depth)?;
            if !seen.insert(entry.key.clone()) {
                return Err(Found::new(line.at, format!("`{}` is given twice", entry.key), "keep one of them"));
            }
            entries.push(entry);
        }
        Ok(Node { at, what: What::Table(entries) })
    }

    /// `key: value`, with whatever belongs to it on the lines below.
    fn entry(&mut self, line: Line<'t>, indent: usize, depth: usize) -> Result<Entry> {
        let Some((key, rest_at)) = key(line.text, line.at)? else {
            let words =
                "this line is not `key: value`; the file begins with a line of ---, so front matter is expected";
            let remedy = "write `key: value`, or begin the file with an empty line when all of it is text";
            return Err(Found::new(line.at, words, remedy));
        };
        self.next += 1;
        let rest = line.text.get(rest_at..).unwrap_or("");
        let value = rest.trim_start_matches([' ', '\t']);
        let at = line.at + rest_at + (rest.len() - value.len());
        let node = self.value(value, at, indent, depth)?;
        Ok(Entry { key, at: line.at, node })
    }

    /// What stands behind a colon or a dash at `indent`.
    fn value(&mut self, value: &str, at: usize, indent: usize, depth: usize) -> Result<Node> {
        if value.is_empty() || value.starts_with("# ") {
            return self.below(at, indent, depth);
        }
        let node = |what| Node { at, what };
        let read = match value.as_bytes().first() {
            Some(b'|') => return Ok(node(What::Text(self.block(value, at, indent)?))),
            Some(b'>') if value.len() <= 2 => {
                return Err(Found::new(
                    at,
                    "folded text (>) is not read here",
                    "use | and write the lines as they are",
                ));
            }
            Some(b'[') => What::List(flow(value, at)?),
            Some(b'{') => return Err(Found::new(at, "tables in braces are not read here", "write one line per key")),
            Some(b'"' | b'\'') => What::Text(scalar(value, at)?),
            _ => What::Word(scalar(value, at)?),
        };
        if let Some(line) = self.peek()?.filter(|line| line.indent > indent) {
            let words = "this line goes on from a value that was complete";
            return Err(Found::new(line.at, words, "for several lines of text write | behind the key"));
        }
        Ok(node(read))
    }

    /// A table or a list on the lines below a key.
    fn below(&mut self, at: usize, indent: usize, depth: usize) -> Result<Node> {
        let Some(line) = self.peek()? else { return Ok(Node { at, what: What::Nothing }) };
        let is_list = line.text == "-" || line.text.starts_with("- ");
        if line.indent < indent || (line.indent == indent && !is_list) {
            return Ok(Node { at, what: What::Nothing });
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(Found::new(line.at, "this stands too deep", "a post needs no more than a few levels"));
        };
        if is_list { self.list(line.indent, depth) } else { self.table(line.indent, depth) }
    }

    fn list(&mut self, indent: usize, depth: usize) -> Result<Node> {
        let at = self.peek()?.map_or(0, |line| line.at);
        let mut items = Vec::new();
        while let Some(line) = self.peek()?.filter(|line| line.indent == indent) {
            let Some(rest) = line.text.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(' ')) else {
                break;
            };
            let value = rest.trim_start_matches(' ');
            let inner = line.text.len() - value.len();
            let is_table = !value.starts_with(['[', '|', '#']) && key(value, line.at + inner)?.is_some();
            if is_table {
                let depth = depth.checked_sub(1);
                let depth = depth.ok_or_else(|| Found::new(line.at, "this stands too deep", ALIGN))?;
                // The item's first key stands behind the dash: the rest of its table lines up with it.
                if let Some(raw) = self.lines.get_mut(self.next) {
                    *raw = (line.at + inner, value);
                }
                items.push(self.item_table(indent + inner, depth)?);
            } else {
                self.next += 1;
                items.push(self.value(value, line.at + inner, indent, depth)?);
            }
        }
        Ok(Node { at, what: What::List(items) })
    }

    /// A table whose first line was cut free from its dash.
    fn item_table(&mut self, indent: usize, depth: usize) -> Result<Node> {
        let Some(line) = self.peek()? else { return Ok(Node { at: 0, what: What::Nothing }) };
        let first = self.entry(Line { indent, ..line }, indent, depth)?;
        let at = first.at;
        let mut entries = vec![first];
        if self.peek()?.is_some_and(|line| line.indent == indent) {
            let Node { what: What::Table(rest), .. } = self.table(indent, depth)? else {
                return Ok(Node { at, what: What::Table(entries) });
            };
            if let Some(twin) = rest.iter().find(|entry| entries.iter().any(|first| first.key == entry.key)) {
                return Err(Found::new(twin.at, format!("`{}` is given twice", twin.key), "keep one of them"));
            }
            entries.extend(rest);
        }
        Ok(Node { at, what: What::Table(entries) })
    }

    /// The lines below `|`, as they are. Line ends after the last one are dropped, unless it is `|+`; a digit says how
    /// far they are indented, where their own first line begins with spaces.
    fn block(&mut self, header: &str, at: usize, indent: usize) -> Result<String> {
        let (mut keep, mut told) = (false, None);
        for c in header.chars().skip(1) {
            match c {
                '+' => keep = true,
                '-' => {}
                '1'..='9' => told = c.to_digit(10).and_then(|digit| usize::try_from(digit).ok()),
                _ => return Err(Found::new(at, "text stands behind |", "begin it on the next line, indented")),
            }
        }
        let mut depth = told.map(|told| indent + told);
        let mut text = String::new();
        let mut blanks = 0;
        while let Some((_, raw)) = self.lines.get(self.next).copied() {
            let own = raw.len() - raw.trim_start_matches(' ').len();
            if own == raw.len() && depth.is_none_or(|depth| own <= depth) {
                (self.next, blanks) = (self.next + 1, blanks + 1);
                continue;
            }
            let depth = *depth.get_or_insert(own);
            if own < depth || own <= indent {
                break;
            }
            text.extend(std::iter::repeat_n('\n', blanks));
            text.push_str(raw.get(depth..).unwrap_or(""));
            text.push('\n');
            (self.next, blanks) = (self.next + 1, 0);
        }
        if keep {
            text.extend(std::iter::repeat_n('\n', blanks));
        } else {
            text.truncate(text.trim_end_matches('\n').len());
        }
        Ok(text)
    }
}

fn blank(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
}

/// The key with which a line begins, and where its value does; none when there is no key.
fn key(text: &str, at: usize) -> Result<Option<(String, usize)>> {
    if text.starts_with(['"', '\'']) {
        let (key, end) = quoted(text, at)?;
        let rest = text.get(end..).unwrap_or("");
        let colon = rest.starts_with(": ") || rest.trim_end() == ":";
        return Ok(colon.then_some((key, end + 1)));
    }
    let end = text.find(": ").or_else(|| text.strip_suffix(':').map(str::len));
    Ok(end.map(|end| (text.get(..end).unwrap_or("").trim_end().to_owned(), end + 1)).filter(|(key, _)| !key.is_empty()))
}

/// One value on one line.
fn scalar(value: &str, at: usize) -> Result<String> {
    if value.starts_with(['"', '\'']) {
        let (text, end) = quoted(value, at)?;
        let rest = value.get(end..).unwrap_or("").trim_start();
        if !rest.is_empty() && !rest.starts_with('#') {
            let words = "something stands behind the closing quote";
            return Err(Found::new(
                at + value.len() - rest.len(),
                words,
                "put a \\ before a quote that belongs to the text",
            ));
        }
        return Ok(text);
    }
    if let Some(hash) = value.find(" #") {
        let words = "a # after a space could be a remark or a part of the text";
        return Err(Found::new(at + hash + 1, words, format!("{QUOTE}, or put the remark on a line of its own")));
    }
    Ok(value.to_owned())
}

/// A text in quotes, and where it ends.
fn quoted(value: &str, at: usize) -> Result<(String, usize)> {
    let open = if value.starts_with('"') { '"' } else { '\'' };
    let mut text = String::new();
    let mut chars = value.char_indices().skip(1).peekable();
    while let Some((place, c)) = chars.next() {
        match c {
            '\'' if open == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                text.push('\'');
            }
            c if c == open => return Ok((text, place + 1)),
            '\\' if open == '"' => {
                let rest = value.get(place + 1..).unwrap_or("");
                let (c, used) = escape(rest).ok_or_else(|| {
                    Found::new(at + place, "this escape means nothing", "write \\\\ for a backslash, \\\" for a quote")
                })?;
                text.push(c);
                for _ in 0..used {
                    chars.next();
                }
            }
            c => text.push(c),
        }
    }
    Err(Found::new(at, "the quote is not closed on its line", "close it, or write | and the text on the lines below"))
}

/// What an escape stands for, and how many characters it has behind the backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let simple = match rest.chars().next()? {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        c @ ('"' | '\\' | '/' | ' ') => c,
        c => {
            let digits = match c {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => return None,
            };
            let number = u32::from_str_radix(rest.get(1..=digits)?, 16).ok()?;
            return Some((char::from_u32(number)?, digits + 1));
        }
    };
    Some((simple, 1))
}

/// `[a, "b, c"]` on one line.
fn flow(value: &str, at: usize) -> Result<Vec<Node>> {
    let mut items = Vec::new();
    let mut place = 1;
    loop {
        let rest = value.get(place..).unwrap_or("");
        place += rest.len() - rest.trim_start().len();
        let rest = value.get(place..).unwrap_or("");
        if let Some(behind) = rest.strip_prefix(']') {
            let behind = behind.trim();
            let fault = || Found::new(at + place + 1, "something stands behind the list", "end the line with ]");
            return if behind.is_empty() || behind.starts_with('#') { Ok(items) } else { Err(fault()) };
        }
        if rest.is_empty() {
            return Err(Found::new(at, "the list is not closed on its line", "close it with ], or write a - per line"));
        }
        let (text, used) = if rest.starts_with(['"', '\'']) {
            quoted(rest, at + place)?
        } else {
            let end = rest.find([',', ']']).unwrap_or(rest.len());
            (rest.get(..end).unwrap_or("").trim().to_owned(), end)
        };
        items.push(Node { at: at + place, what: What::Text(text) });
        place += used;
        let rest = value.get(place..).unwrap_or("");
        place += rest.len() - rest.trim_start().len();
        match value.get(place..).and_then(|rest| rest.chars().next()) {
            Some(',') => place += 1,
            Some(']') | None => {}
            Some(_) => return Err(Found::new(at + place, "a comma is missing here", "put one between two items")),
        }
    }
}
