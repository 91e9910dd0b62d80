//! A table's records as rows: every cell put where its column says, what cannot be read named on its row.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::cells::{NONE, json_list, read_options};
use super::columns::{Field, Mapping, guess, map};
use super::dates::{self, DateOrder, Ordered};
use super::table::{Layout, NotTable, Record, records};
use super::write::{PROBLEM, unprotected};
use super::{MOST_ROWS, Row};
use crate::domain::options::FirstComment;

/// The end of the sentence on a date that can be read two ways.
const TWO_WAYS: &str = "can be read two ways; say --dates dmy or --dates mdy";

/// Whether a fault is that a date can be read two ways.
pub(super) fn is_two_ways(words: &str) -> bool {
    words.ends_with(TWO_WAYS)
}

/// A table that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub head: Vec<String>,
    /// What each of them holds.
    pub fields: Vec<Field>,
    /// The rows, in order.
    pub rows: Vec<Row>,
    /// The first cell of each column that is not empty.
    pub examples: Vec<String>,
    /// Why no row could be read: what the columns hold has to be said first.
    pub stop: Option<String>,
    /// What is to be said of the whole: columns that are not read.
    pub remarks: Vec<String>,
    /// Rows with a date that can be read two ways, while nobody has said which.
    pub two_ways: Vec<usize>,
    /// Which number of a date was taken for the day, where that was asked for or some date can be read two ways.
    pub order: Option<DateOrder>,
    /// How the table is written down.
    pub layout: Layout,
}

/// Which way dates are read that could be read two ways, where other cells show it.
fn told<'a>(order: DateOrder, mut cells: impl Iterator<Item = &'a str>) -> Option<String> {
    let unclear = cells.find(|cell| dates::order(cell, None) == Ordered::TwoWays)?;
    Some(format!("dates like {} are read {}, as others of the file show", unclear.trim(), order.words()))
}

/// Reads a table. `named` says of columns by name what they hold; `order` which number of a date is the day, where the
/// table does not show it.
pub fn read(text: &str, named: &BTreeMap<String, String>, asked: Option<DateOrder>) -> Result<Sheet, NotTable> {
    let layout = Layout::of(text);
    let (head, records) = records(text, MOST_ROWS)?;
    let examples = examples(&head, &records);
    let Mapping { fields, mut remarks } = match map(&head, named) {
        Ok(mapping) => mapping,
        Err(words) => {
            let fields = guess(&head, named);
            return Ok(Sheet { head, fields, examples, stop: Some(words), layout, ..Sheet::default() });
        }
    };
    let (ours, guarded) = (is_ours(&head), is_guarded(&head));
    let order = asked.or_else(|| dates::shown(dated_cells(&fields, &records)));
    let is_unclear = |cell: &str| dates::order(cell, None) == Ordered::TwoWays;
    let needed = order.filter(|_| asked.is_some() || dated_cells(&fields, &records).any(is_unclear));
    let shown = order.filter(|_| asked.is_none());
    if let Some(words) = shown.and_then(|order| told(order, dated_cells(&fields, &records))) {
        remarks.insert(0, words);
    }
    let (mut rows, mut unclear) = (Vec::with_capacity(records.len()), Vec::new());
    for (at, record) in records.into_iter().enumerate() {
        let mut reading = Reading::new(at + 1, record.line, order);
        for (field, cell) in fields.iter().zip(&record.cells) {
            match (ours, guarded) {
                (true, _) if cell == NONE => reading.take_none(field),
                (_, true) => reading.take(field, unprotected(cell)),
                (_, false) => reading.take(field, cell),
            }
        }
        if record.cells.len() > fields.len() {
            let words = format!(
                "it has {} cells, the first line {}; put quotes around a text with a separator",
                record.cells.len(),
                fields.len()
            );
            reading.row.faults.push(words);
        }
        let (mut row, two_ways) = reading.done();
        row.cells = record.cells;
        unclear.extend(two_ways.then_some(row.number));
        rows.push(row);
    }
    Ok(Sheet { head, fields, rows, examples, stop: None, remarks, two_ways: unclear, order: needed, layout })
}

/// Whether a table is one that we wrote of posts.
pub(super) fn is_ours(head: &[String]) -> bool {
    ["key", "to", "when", "body"].iter().all(|ours| head.iter().any(|title| title == ours))
}

/// Whether cells that a spreadsheet would compute are guarded: in our own tables, and in the leftovers of any.
pub(super) fn is_guarded(head: &[String]) -> bool {
    is_ours(head) || head.last().is_some_and(|last| last == PROBLEM)
}

fn examples(head: &[String], records: &[Record]) -> Vec<String> {
    let first =
        |at: usize| records.iter().filter_map(|record| record.cells.get(at)).find(|cell| !cell.trim().is_empty());
    (0..head.len()).map(|at| first(at).cloned().unwrap_or_default()).collect()
}

fn dated_cells<'a>(fields: &'a [Field], records: &'a [Record]) -> impl Iterator<Item = &'a str> {
    let dated = |field: &Field| matches!(field, Field::When | Field::Day | Field::WhenFor(_));
    records.iter().flat_map(move |record| {
        let cells = fields.iter().zip(&record.cells);
        cells.filter(move |(field, _)| dated(field)).map(|(_, cell)| cell.as_str())
    })
}

/// One row while its cells are taken in.
struct Reading {
    row: Row,
    order: Option<DateOrder>,
    two_ways: bool,
    day: Option<String>,
    time: Option<String>,
    below: Vec<String>,
    alts: Vec<String>,
    media: Vec<String>,
    after: Option<u32>,
    /// What single networks and channels have, while its parts come from columns of their own.
    theirs: Vec<Theirs>,
}

/// The parts of [`super::Own`] that stand in several columns.
#[derive(Default)]
struct Theirs {
    whose: String,
    media: Option<Vec<String>>,
    alts: Vec<String>,
    after: Option<u32>,
}

impl Reading {
    fn new(number: usize, line: usize, order: Option<DateOrder>) -> Self {
        Self {
            row: Row { number, line, ..Row::default() },
            order,
            two_ways: false,
            day: None,
            time: None,
            below: Vec::new(),
            alts: Vec::new(),
            media: Vec::new(),
            after: None,
            theirs: Vec::new(),
        }
    }

    fn theirs(&mut self, whose: &str) -> &mut Theirs {
        let at = self.theirs.iter().position(|theirs| theirs.whose == whose).unwrap_or_else(|| {
            self.theirs.push(Theirs { whose: whose.to_owned(), ..Theirs::default() });
            self.theirs.len() - 1
        });
        &mut self.theirs[at]
    }

    /// A cell that says that a channel has nothing of the kind, whatever the post has.
    fn take_none(&mut self, field: &Field) {
        match field {
            Field::TextFor(whose) => self.row.own(whose).text = Some(String::new()),
            Field::MediaFor(whose) => self.theirs(whose).media = Some(Vec::new()),
            Field::CommentFor(whose) => self.row.own(whose).first_comment = Some(FirstComment::default()),
            field => self.take(field, NONE),
        }
    }

    fn take(&mut self, field: &Field, cell: &str) {
        let word = cell.trim();
        if *field == Field::Body {
            self.row.body = cell.to_owned();
        }
        if word.is_empty() {
            return;
        }
        match field {
            Field::Title => self.row.title = Some(word.to_owned()),
            Field::Channels | Field::Networks => self.row.to.extend(list(word)),
            Field::When => {
                let from = self.said(word);
                self.row.when = self.date(word);
                self.of_time(from);
            }
            Field::Day => {
                let from = self.said(word);
                self.day = self.date(word);
                self.of_time(from);
            }
            Field::Time => {
                self.said(word);
                self.time = Some(word.to_owned());
            }
            Field::Zone => self.row.zone = Some(word.to_owned()),
            Field::Now => {
                let from = self.row.faults.len();
                self.row.now = self.yes(word, "publish now");
                self.of_time(from);
            }
            Field::Draft => self.row.draft = self.yes(word, "draft"),
            Field::As => match word.to_lowercase().as_str() {
                "draft" => self.row.draft = true,
                "held" => self.row.held = true,
                "scheduled" => self.row.scheduled = true,
                _ => self.row.faults.push(format!("\"{word}\" is nothing a post can be: say draft, held or scheduled")),
            },
            // Other words tell what became of it, which nothing here follows from.
            Field::Status => match word.to_lowercase().as_str() {
                "draft" => self.row.draft = true,
                "held" => self.row.held = true,
                _ => {}
            },
            Field::Queue => {
                let from = self.row.faults.len();
                if self.yes(word, "queue") {
                    // The usual one: no name is told.
                    self.row.queue = Some(String::new());
                    self.said("queue");
                }
                self.of_time(from);
            }
            Field::Key => self.row.key = Some(word.to_owned()),
            Field::Campaign => self.row.campaign = Some(word.to_owned()),
            Field::Style => self.row.style = Some(word.to_owned()),
            Field::Link => self.row.link = Some(word.to_owned()),
            Field::Tags => match json_list(word) {
                Some(tags) => self.row.tags.extend(tags),
                None => self.row.tags.extend(list(word).map(|tag| tag.trim_start_matches('#').to_owned())),
            },
            Field::Hashtags => self.below.extend(marked(word, '#')),
            Field::Mentions => self.below.extend(marked(word, '@')),
            Field::Media => self.media.extend(lines_or_list(word)),
            Field::Alt => self.alts.extend(alts(cell)),
            Field::Options => match read_options(word) {
                Ok((options, words)) => (self.row.options, self.row.option_words) = (options, words),
                Err(words) => self.row.faults.push(words),
            },
            Field::OptionsFor(whose) => match read_options(word) {
                Ok((options, words)) => {
                    let own = self.row.own(whose);
                    (own.options, own.option_words) = (options, words);
                }
                Err(words) => self.row.faults.push(words),
            },
            Field::Comment => self.row.first_comment = Some(FirstComment { text: cell.to_owned(), delay: 0 }),
            Field::CommentFor(whose) => {
                self.row.own(whose).first_comment = Some(FirstComment { text: cell.to_owned(), delay: 0 });
            }
            Field::CommentAfter => self.after = self.seconds(word),
            Field::CommentAfterFor(whose) => {
                let after = self.seconds(word);
                self.theirs(whose).after = after;
            }
            Field::MediaFor(whose) => {
                let named = lines_or_list(word);
                self.theirs(whose).media.get_or_insert_default().extend(named);
            }
            Field::AltFor(whose) => {
                let said = alts(cell);
                self.theirs(whose).alts.extend(said);
            }
            Field::TextFor(whose) => self.row.own(whose).text = Some(cell.to_owned()),
            Field::WhenFor(whose) => {
                let from = self.row.faults.len();
                let when = self.date(word);
                let of_time = self.row.faults.split_off(from);
                let own = self.row.own(whose);
                (own.when, own.of_time, own.said_when) = (when, of_time, Some(word.to_owned()));
            }
            Field::Body | Field::Profiles | Field::Remark | Field::Unknown => {}
        }
    }

    fn date(&mut self, word: &str) -> Option<String> {
        match dates::order(word, self.order) {
            Ordered::Other => Some(word.to_owned()),
            Ordered::Read(date) => Some(date),
            Ordered::TwoWays => {
                self.two_ways = true;
                self.row.faults.push(format!("\"{word}\" {TWO_WAYS}"));
                None
            }
            Ordered::Never => {
                self.row.faults.push(format!("\"{word}\" is no day of the calendar"));
                None
            }
        }
    }

    /// Keeps what a cell says of the time as it stands there; answers how many faults there are so far.
    fn said(&mut self, word: &str) -> usize {
        let said = &mut self.row.said_when;
        said.push_str(if said.is_empty() { "" } else { " " });
        said.push_str(word);
        self.row.faults.len()
    }

    /// The faults since there were so many are those of the time.
    fn of_time(&mut self, from: usize) {
        self.row.of_time.extend(self.row.faults.drain(from..));
    }

    fn seconds(&mut self, word: &str) -> Option<u32> {
        let seconds = word.parse().ok();
        if seconds.is_none() {
            self.row.faults.push(format!("\"{word}\" is no number of seconds for a first comment"));
        }
        seconds
    }

    fn yes(&mut self, word: &str, what: &str) -> bool {
        match word.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "x" => true,
            "false" | "no" | "n" | "0" => false,
            _ => {
                self.row.faults.push(format!("\"{word}\" for {what} is neither yes nor no"));
                false
            }
        }
    }

    /// When it is, of the columns for the moment, for the day and for its time: what contradicts itself is no moment.
    fn moment(&mut self) -> Option<String> {
        let (when, day, time) = (self.row.when.take(), self.day.take(), self.time.take());
        let fault = match (when, day, time) {
            (Some(when), Some(day), _) => format!("it says when twice, \"{when}\" and the day {day}; leave one out"),
            (Some(day), None, Some(time)) if NaiveDate::parse_from_str(&day, "%Y-%m-%d").is_ok() => {
                return Some(format!("{day} {time}"));
            }
            (Some(when), None, Some(time)) => {
                format!("it says when, \"{when}\", and the time {time} apart; say it all in one, or leave one out")
            }
            (None, Some(day), Some(time)) => return Some(format!("{day} {time}")),
            (None, None, Some(time)) => format!("it has the time {time} and no day"),
            (when, day, None) => return when.or(day),
        };
        self.row.faults.push(fault);
        None
    }

    fn done(mut self) -> (Row, bool) {
        let from = self.row.faults.len();
        self.row.when = self.moment();
        if self.row.now && (self.row.when.is_some() || self.row.draft) {
            let words = "it asks to be published at once, and for a time or a draft as well; leave one out";
            self.row.faults.push(words.into());
        }
        if self.row.queue.is_some() && (self.row.when.is_some() || self.row.now) {
            let words = "it asks for the provider's queue, and for a time as well; leave one out";
            self.row.faults.push(words.into());
        }
        self.of_time(from);
        if !self.below.is_empty() {
            let below = self.below.join(" ");
            let body = self.row.body.trim_end();
            self.row.body = if body.is_empty() { below } else { format!("{body}\n\n{below}") };
        }
        self.row.media = described(self.media, self.alts, &mut self.row.faults);
        if let (Some(comment), Some(after)) = (&mut self.row.first_comment, self.after) {
            comment.delay = after;
        }
        for Theirs { whose, media, alts, after } in self.theirs {
            let any = media.is_some();
            let media = described(media.unwrap_or_default(), alts, &mut self.row.faults);
            let media = any.then_some(media);
            let own = self.row.own(&whose);
            own.media = media;
            if let (Some(comment), Some(after)) = (&mut own.first_comment, after) {
                comment.delay = after;
            }
        }
        (self.row, self.two_ways)
    }
}

/// Files and addresses with their descriptions, which stand in the same order.
fn described(media: Vec<String>, alts: Vec<String>, faults: &mut Vec<String>) -> Vec<(String, String)> {
    if alts.len() > media.len() {
        faults.push(format!("{} descriptions for {} media", alts.len(), media.len()));
    }
    let mut alts = alts.into_iter();
    media.into_iter().map(|source| (source, alts.next().unwrap_or_default())).collect()
}

/// The descriptions in a cell, a line each.
fn alts(cell: &str) -> Vec<String> {
    json_list(cell).unwrap_or_else(|| cell.lines().map(|alt| alt.trim().to_owned()).collect())
}

/// The items of a cell, apart by commas, `|`, `;` or line ends.
fn list(cell: &str) -> impl Iterator<Item = String> {
    cell.split([',', '|', ';', '\n']).map(|item| item.trim().to_owned()).filter(|item| !item.is_empty())
}

/// Files and addresses: a line each, or a list; a comma inside an address stays.
fn lines_or_list(cell: &str) -> Vec<String> {
    if let Some(items) = json_list(cell) {
        return items;
    }
    if cell.contains('\n') {
        return cell.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
    }
    let mut items: Vec<String> = Vec::new();
    for part in cell.split([',', '|', ';']) {
        let begins = part.trim_start().starts_with("http") || part.starts_with(' ') || items.is_empty();
        let address = items.last().is_some_and(|item| item.starts_with("http"));
        match items.last_mut() {
            Some(item) if !begins && address => *item = format!("{item},{part}"),
            _ => items.push(part.trim().to_owned()),
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// The words of a cell, each with `mark` before it.
fn marked(cell: &str, mark: char) -> Vec<String> {
    let words = cell.split([',', '|', ';', ' ', '\n']).map(|word| word.trim().trim_start_matches(mark));
    words.filter(|word| !word.is_empty()).map(|word| format!("{mark}{word}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        read(text, &BTreeMap::new(), None).unwrap()
    }

    #[test]
    fn a_row_says_what_a_post_needs() {
        let sheet = sheet(
            "post_content,platforms,schedule_time,tz,media_urls,title,hashtags,publish_now,custom_content_linkedin\n\
             \"We are live\",\"twitter,linkedin\",2026-12-01 09:30,Europe/Berlin,\"https://a.example/x,y.png,https://a.example/2.png\",Hi,\"launch, v2\",false,\"Dear all\"\n",
        );
        let row = &sheet.rows[0];
        assert_eq!(row.body, "We are live\n\n#launch #v2");
        assert_eq!(row.to, ["twitter", "linkedin"]);
        assert_eq!(row.when.as_deref(), Some("2026-12-01 09:30"));
        assert_eq!(row.zone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(
            row.media.iter().map(|(source, _)| source.as_str()).collect::<Vec<_>>(),
            ["https://a.example/x,y.png", "https://a.example/2.png"]
        );
        assert_eq!(row.own[0].text.as_deref(), Some("Dear all"));
        assert!(row.all_faults().count() == 0 && !row.now, "{row:?}");
    }

    #[test]
    fn a_draft_of_another_program_stays_one_and_what_a_row_is_to_be_comes_before_what_it_was() {
        let wishes = |text: &str| -> Vec<(bool, bool)> {
            let sheet = sheet(text);
            assert!(sheet.rows.iter().all(|row| row.all_faults().count() == 0), "{sheet:?}");
            sheet.rows.iter().map(|row| (row.draft, row.held)).collect()
        };
        let foreign = "text,status,when\na,Draft,fri 9\nb,held,fri 9\nc,scheduled,fri 9\nd,published,fri 9\ne,,fri 9\n";
        let ordinary = (false, false);
        assert_eq!(wishes(foreign), [(true, false), (false, true), ordinary, ordinary, ordinary]);
        assert_eq!(
            wishes("text,as,status,when\na,scheduled,draft,fri 9\nb,draft,published,fri 9\n"),
            [ordinary, (true, false)]
        );
    }

    #[test]
    fn dates_and_times_may_stand_apart_and_two_readings_are_asked_about() {
        let text = "text,date,time\na,03/04/2027,09:00\nb,05/06/2027,10:00\nc,,11:00\nd,32.01.2027,\n";
        let sheet = read(text, &BTreeMap::new(), None).unwrap();
        assert_eq!(sheet.two_ways, [1, 2]);
        assert!(sheet.rows[2].of_time[0].contains("no day"));
        assert!(sheet.rows[3].of_time[0].contains("no day of the calendar"));
        let sheet = read(text, &BTreeMap::new(), Some(DateOrder::DayFirst)).unwrap();
        assert_eq!(sheet.rows[0].when.as_deref(), Some("2027-04-03 09:00"));
        // A day beyond 12 shows the order of the whole table.
        let sheet = self::sheet("text,when\na,03/04/2027 9:00\nb,25/04/2027 9:00\n");
        assert_eq!(sheet.rows[0].when.as_deref(), Some("2027-04-03 9:00"));
        assert!(sheet.remarks[0].contains("03/04/2027 9:00 are read day first"), "{:?}", sheet.remarks);
        let sheet = self::sheet("text,when\na,2027-04-03 9:00\nb,25/04/2027 9:00\n");
        assert!(sheet.remarks.is_empty(), "nothing could be read two ways: {:?}", sheet.remarks);
    }

    #[test]
    fn a_time_in_a_column_of_its_own_is_never_passed_over() {
        for column in ["when", "schedule", "publish_at"] {
            let text = format!(
                "text,{column},time,date\na,2027-04-03,14:30,\nb,2027-04-03 09:00,14:30,\nc,fri,14:30,\n\
                 d,2027-04-03 09:00,,2027-05-01\ne,3.4.2027,14:30,\nf,2027-04-03 09:00,,\ng,,,2027-05-01\n"
            );
            let sheet = sheet(&text);
            let when: Vec<Option<&str>> = sheet.rows.iter().map(|row| row.when.as_deref()).collect();
            let joined = Some("2027-04-03 14:30");
            assert_eq!(when, [joined, None, None, None, joined, Some("2027-04-03 09:00"), Some("2027-05-01")]);
            for (row, words) in [(1, "the time 14:30 apart"), (2, "\"fri\", and the time"), (3, "says when twice")] {
                assert!(sheet.rows[row].all_faults().next().unwrap().contains(words), "{:?}", sheet.rows[row]);
            }
        }
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_of_its_row() {
        let sheet = sheet(
            "text,publish_now,use_queue,media,alt,when\na,maybe,,,,\nb,,yes,,,fri 9\nc,,,,one,\nd,no,,,,,,e\ne,yes,,,,fri 9\nf,,yes,,,\n",
        );
        assert_eq!((sheet.rows[5].queue.as_deref(), sheet.rows[5].all_faults().count()), (Some(""), 0));
        let said = [
            "neither yes nor no",
            "for the provider's queue, and for a time as well",
            "1 descriptions for 0",
            "8 cells",
            "as well; leave one out",
        ];
        for (row, words) in said.into_iter().enumerate() {
            assert!(sheet.rows[row].all_faults().any(|fault| fault.contains(words)), "{:?}", sheet.rows[row].faults);
        }
    }
}
