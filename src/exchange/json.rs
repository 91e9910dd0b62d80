//! Posts as JSON: one object a line, or a list of objects as our own export writes it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::columns::field;
use super::read::Sheet;
use super::table::NotTable;
use super::{MOST_ROWS, Own, Row};
use crate::domain::nearest::{SLIP, nearest};
use crate::domain::options::{FirstComment, Options};

/// What our export says of a post's fate, and the reason beside what was left: not read back.
const REMARKS: &[&str] = &[
    "remote_id",
    "remote_ids",
    "source",
    "pending",
    "conflict",
    "created_at",
    "updated_at",
    "problem",
    "not_understood",
];
/// The same of a channel.
const OF_TARGETS: &[&str] = &["name", "network", "status", "remote_id", "url", "published_at", "error"];
/// The same of a medium.
const OF_MEDIA: &[&str] = &["kind", "name", "bytes", "width", "height", "milliseconds"];
/// Characters of a key, as `runsheet import` takes it of single lines.
const LONGEST_KEY: usize = 200;

/// What an object says of a post.
const KEYS: &[&str] = &[
    "body",
    "title",
    "to",
    "when",
    "zone",
    "key",
    "campaign",
    "campaign_number",
    "tags",
    "style",
    "link",
    "media",
    "options",
    "first_comment",
    "queue",
    "status",
    "targets",
];

/// Keys that stand there beside those that are read.
type Rest = BTreeMap<String, Value>;

/// One object.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    body: String,
    title: Option<String>,
    to: To,
    when: Option<When>,
    instant: Option<String>,
    zone: Option<String>,
    key: Option<String>,
    id: Option<String>,
    campaign: Option<String>,
    campaign_number: Option<u32>,
    tags: Vec<String>,
    style: Option<String>,
    link: Option<String>,
    media: Vec<Medium>,
    options: Options,
    first_comment: Option<Comment>,
    queue: Option<String>,
    status: Option<String>,
    wish: Option<String>,
    targets: Vec<Target>,
    #[serde(flatten)]
    rest: Rest,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged, expecting = "to is a channel such as \"x:@acme\", or a list of channels")]
enum To {
    #[default]
    Nobody,
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "when is a time such as \"2030-12-01T09:00:00Z\" or unix seconds")]
enum When {
    Words(String),
    Seconds(i64),
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a medium is a file or address, or {\"source\": …, \"alt\": …}")]
enum Medium {
    Source(String),
    Described {
        source: String,
        #[serde(default)]
        alt: String,
        #[serde(flatten)]
        rest: Rest,
    },
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a first comment is a text, or {\"text\": …, \"delay\": seconds}")]
enum Comment {
    Text(String),
    Whole(FirstComment),
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Target {
    channel: String,
    text: Option<String>,
    when: Option<String>,
    zone: Option<String>,
    media: Option<Vec<Medium>>,
    options: Options,
    first_comment: Option<Comment>,
    #[serde(flatten)]
    rest: Rest,
}

/// Whether a text is a list of objects rather than an object a line.
pub fn is_list(text: &str) -> bool {
    text.trim_start().starts_with('[')
}

/// The rows of a file of JSON.
pub fn read(text: &str) -> Result<Sheet, NotTable> {
    let mut rows = Vec::new();
    if is_list(text) {
        let all: Vec<Value> = serde_json::from_str(text).map_err(|error| NotTable(error.to_string()))?;
        rows.extend(all.into_iter().map(|value| (0, value)));
    } else {
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let value = serde_json::from_str(line).unwrap_or_else(|_| Value::String(line.to_owned()));
            rows.push((at + 1, value));
            if rows.len() > MOST_ROWS {
                break;
            }
        }
    }
    if rows.len() > MOST_ROWS {
        return Err(NotTable(format!("it has more than {MOST_ROWS} posts; split it")));
    }
    if rows.is_empty() {
        return Err(NotTable("it is empty: each line is one post, as {\"body\": \"…\", \"to\": \"…\"}".into()));
    }
    let rows = rows.into_iter().enumerate().map(|(at, (line, value))| row(at + 1, line, value)).collect();
    Ok(Sheet { rows, ..Sheet::default() })
}

/// The objects that were not taken, each with its reason: one a line, or a list of them.
pub fn leftovers(rows: &[(&Row, String)], list: bool) -> String {
    let line = |(row, words): &(&Row, String)| {
        let kept = row.cells.first().and_then(|cell| serde_json::from_str(cell).ok());
        let mut object = match kept {
            Some(Value::Object(object)) => object,
            // No object has ever been there: what was stays beside the reason, and is refused until it is mended.
            other => Map::from_iter(other.map(|unread| ("unread".to_owned(), unread))),
        };
        object.insert("problem".into(), words.clone().into());
        Value::Object(object).to_string()
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    if list { format!("[\n{}\n]\n", lines.join(",\n")) } else { lines.join("\n") + "\n" }
}

fn row(number: usize, line: usize, value: Value) -> Row {
    let cells = vec![value.to_string()];
    let mut row = match serde_json::from_value::<Object>(value) {
        Ok(object) => taken(object),
        Err(error) => {
            let words =
                format!("{error}; expected {{\"body\": \"…\", \"to\": \"…\", \"when\": \"…\", \"key\": \"…\"}}");
            Row { faults: vec![words], ..Row::default() }
        }
    };
    (row.number, row.line, row.cells) = (number, line, cells);
    row
}

fn taken(object: Object) -> Row {
    let faults = faults(&object);
    let own = |target: &Target| Own {
        whose: target.channel.clone(),
        text: target.text.clone(),
        when: target.when.as_ref().map(|at| match &target.zone {
            Some(zone) => format!("{at}[{zone}]"),
            None => at.clone(),
        }),
        said_when: target.when.clone(),
        media: target.media.as_deref().map(described),
        options: target.options.clone(),
        option_words: Vec::new(),
        first_comment: target.first_comment.as_ref().map(comment),
        ..Own::default()
    };
    let to = match object.to {
        To::Nobody => object.targets.iter().map(|target| target.channel.clone()).collect(),
        To::One(word) => vec![word],
        To::Several(words) => words,
    };
    let is_now = |when: &When| matches!(when, When::Words(words) if words.trim().eq_ignore_ascii_case("now"));
    let now = object.when.as_ref().is_some_and(is_now);
    // Our own export says the moment exactly, beside the one that it shows. Without a zone it is that of a channel.
    let of_channel = object.zone.is_none() && object.targets.iter().any(|target| target.when.is_some());
    let when = match (object.instant, object.when) {
        _ if now => None,
        (Some(instant), _) => Some(instant).filter(|_| !of_channel),
        (None, Some(When::Words(words))) => Some(words),
        (None, Some(When::Seconds(seconds))) => Some(format!("@{seconds}")),
        (None, None) => None,
    };
    // What went out, or tried to, waits for nothing any more.
    let waits = object.status.as_deref().is_none_or(|status| ["draft", "held", "scheduled"].contains(&status));
    let queue = object.queue.filter(|_| waits);
    let wish = object.wish.or(object.status).unwrap_or_default();
    Row {
        queue,
        said_when: when.clone().unwrap_or_default(),
        body: object.body,
        title: object.title,
        to,
        when,
        zone: object.zone,
        now,
        draft: wish == "draft",
        held: wish == "held",
        scheduled: wish == "scheduled",
        key: object.key.or(object.id),
        campaign: object.campaign,
        place: object.campaign_number,
        tags: object.tags,
        style: object.style,
        link: object.link,
        media: described(&object.media),
        options: object.options,
        first_comment: object.first_comment.as_ref().map(comment),
        own: object.targets.iter().map(own).filter(|own| !own.is_empty()).collect(),
        faults,
        ..Row::default()
    }
}

/// What cannot be meant: keys that say nothing here, and one that tells no row from another.
fn faults(object: &Object) -> Vec<String> {
    let mut faults = unknown(&object.rest, REMARKS);
    for target in &object.targets {
        faults.extend(unknown(&target.rest, OF_TARGETS));
    }
    let media = object.targets.iter().filter_map(|target| target.media.as_deref());
    for medium in media.flatten().chain(&object.media) {
        if let Medium::Described { rest, .. } = medium {
            faults.extend(unknown(rest, OF_MEDIA));
        }
    }
    let fits = |key: &String| !key.trim().is_empty() && key.chars().count() <= LONGEST_KEY;
    if !object.key.iter().chain(&object.id).all(fits) {
        faults.push(format!("a key has 1 to {LONGEST_KEY} characters; leave it out where there is none"));
    }
    faults
}

fn unknown(rest: &Rest, remarks: &[&str]) -> Vec<String> {
    let unknown = rest.keys().filter(|key| !remarks.contains(&key.as_str()));
    let words = |key: &String| match meant(key) {
        Some(near) => format!("\"{key}\" is nothing that is read; is it \"{near}\"? Rename it, or leave it out"),
        None => format!("\"{key}\" is nothing that is read; rename it or leave it out"),
    };
    unknown.map(words).collect()
}

/// The key that is read and means what `word` says: as people call it, or the nearest.
fn meant(word: &str) -> Option<&'static str> {
    let called = match field(word).word().as_deref() {
        Some("network") => Some("to"),
        Some("first comment") => Some("first_comment"),
        Some("date" | "time") => Some("when"),
        Some(word) => KEYS.iter().find(|key| **key == word).copied(),
        None => None,
    };
    called.or_else(|| nearest(word, KEYS.iter().copied(), SLIP)).filter(|key| *key != word)
}

fn described(media: &[Medium]) -> Vec<(String, String)> {
    let one = |medium: &Medium| match medium {
        Medium::Source(source) => (source.clone(), String::new()),
        Medium::Described { source, alt, .. } => (source.clone(), alt.clone()),
    };
    media.iter().map(one).collect()
}

fn comment(said: &Comment) -> FirstComment {
    match said {
        Comment::Text(text) => FirstComment { text: text.clone(), delay: 0 },
        Comment::Whole(comment) => comment.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_lists_become_rows_and_what_is_left_says_why() {
        let lines = "{\"body\": \"One\", \"to\": \"x:@acme\", \"when\": 1893578400, \"key\": \"a\"}\n\n{\"text\": 5}\nnothing\n";
        let sheet = read(lines).unwrap();
        assert_eq!((sheet.rows[0].when.as_deref(), sheet.rows[0].line), (Some("@1893578400"), 1));
        assert!(sheet.rows[2].faults[0].contains("expected"), "{:?}", sheet.rows[2]);
        assert_eq!(sheet.rows[1].line, 3);
        let left = leftovers(&[(&sheet.rows[0], "no channel".into())], false);
        assert!(left.contains("\"problem\":\"no channel\"") && left.contains("\"key\":\"a\""), "{left}");
        let list = "[{\"id\": \"i\", \"body\": \"B\", \"instant\": \"2030-01-01T00:00:00Z\", \"zone\": \"Europe/Berlin\", \"status\": \"held\",
            \"targets\": [{\"channel\": \"a/1\", \"text\": \"own\", \"media\": []}, {\"channel\": \"a/2\"}]}]";
        let row = &read(list).unwrap().rows[0];
        assert_eq!((row.to.as_slice(), row.held, row.own.len()), (&["a/1".to_owned(), "a/2".into()][..], true, 1));
        assert_eq!(row.own[0].media.as_deref(), Some(&[][..]));
        assert!(read("").is_err() && read("[1").is_err());
    }

    #[test]
    fn what_an_object_says_is_read_or_refused_and_nothing_is_passed_over() {
        let row = |text: &str| read(text).unwrap().rows.remove(0);
        // A key that is called id takes nothing away from the time.
        let said = row(
            "{\"id\": \"mine\", \"body\": \"B\", \"when\": \"2030-01-02 09:00\", \"style\": \"news\", \"link\": \"https://a.example\"}",
        );
        assert_eq!((said.when.as_deref(), said.key.as_deref()), (Some("2030-01-02 09:00"), Some("mine")));
        assert_eq!((said.style.as_deref(), said.link.as_deref()), (Some("news"), Some("https://a.example")));
        assert!(said.faults.is_empty(), "{said:?}");
        let exact =
            row("{\"body\": \"B\", \"when\": \"shown\", \"instant\": \"2030-01-02T08:00:00Z\", \"pending\": false}");
        assert_eq!((exact.when.as_deref(), exact.faults.len()), (Some("2030-01-02T08:00:00Z"), 0));
        let of_channel =
            row("{\"body\": \"B\", \"when\": \"x\", \"instant\": \"2030-01-02T08:00:00Z\", \"zone\": null,
            \"targets\": [{\"channel\": \"a/1\", \"when\": \"2030-01-02T08:00:00Z\"}]}"
                .replace('\n', " ")
                .as_str());
        assert_eq!(of_channel.when, None, "{of_channel:?}");
        for (text, words) in [
            ("{\"body\": \"B\", \"whenn\": \"fri\"}", "\"whenn\" is nothing that is read; is it \"when\"?"),
            ("{\"text\": \"B\"}", "\"text\" is nothing that is read; is it \"body\"?"),
            ("{\"body\": \"B\", \"platforms\": \"x\"}", "is it \"to\"?"),
            ("{\"body\": \"B\", \"budget\": 5}", "\"budget\" is nothing that is read; rename it"),
            ("{\"body\": \"B\", \"targets\": [{\"channel\": \"a\", \"txt\": \"own\"}]}", "\"txt\" is nothing"),
            (
                "{\"body\": \"B\", \"media\": [{\"source\": \"https://a.example/x\", \"alr\": \"x\"}]}",
                "\"alr\" is nothing",
            ),
            ("{\"body\": \"B\", \"key\": \"\"}", "a key has 1 to 200"),
            ("{\"body\": \"B\", \"id\": \" \"}", "a key has 1 to 200"),
        ] {
            assert!(row(text).faults.iter().any(|said| said.contains(words)), "{text}: {:?}", row(text).faults);
        }
    }

    #[test]
    fn what_is_left_comes_back_as_it_was_and_its_reason_is_no_key() {
        let text = "[{\"body\": \"One\", \"to\": \"x\", \"title\": \"T\"}, 5, {\"body\": \"Two\", \"style\": \"s\"}]";
        let sheet = read(text).unwrap();
        for list in [true, false] {
            let rows: Vec<_> = sheet.rows.iter().map(|row| (row, "why".to_owned())).collect();
            let again = read(&leftovers(&rows, list)).unwrap();
            let plain = |row: &Row| Row { line: 0, cells: Vec::new(), faults: Vec::new(), ..row.clone() };
            assert_eq!(
                again.rows.iter().map(plain).collect::<Vec<_>>(),
                sheet.rows.iter().map(plain).collect::<Vec<_>>()
            );
            assert_eq!(again.rows.iter().map(|row| row.faults.is_empty()).collect::<Vec<_>>(), [true, false, true]);
            assert!(again.rows[1].cells[0].contains("\"unread\":5"), "{:?}", again.rows[1]);
        }
    }
}
