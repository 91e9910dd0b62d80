//! Posts as JSON: one object a line, or a list of objects as our own export writes it.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::read::Sheet;
use super::table::NotTable;
use super::{MOST_ROWS, Own, Row};
use crate::domain::options::{FirstComment, Options};

/// One object. What our export says of a post's fate is not read back.
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
    tags: Vec<String>,
    media: Vec<Medium>,
    options: Options,
    first_comment: Option<Comment>,
    status: Option<String>,
    wish: Option<String>,
    targets: Vec<Target>,
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
}

/// The rows of a file of JSON.
pub fn read(text: &str) -> Result<Sheet, NotTable> {
    let mut rows = Vec::new();
    if text.trim_start().starts_with('[') {
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
    Ok(Sheet {
        head: Vec::new(),
        fields: Vec::new(),
        rows,
        examples: Vec::new(),
        stop: None,
        remarks: Vec::new(),
        two_ways: Vec::new(),
    })
}

/// The objects that were not taken, one a line, each with its reason.
pub fn leftovers(rows: &[(&Row, String)]) -> String {
    let line = |(row, words): &(&Row, String)| {
        let kept = row.cells.first().and_then(|cell| serde_json::from_str(cell).ok());
        let mut object: Map<String, Value> = kept.unwrap_or_default();
        object.insert("problem".into(), words.clone().into());
        Value::Object(object).to_string() + "\n"
    };
    rows.iter().map(line).collect()
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
    let own = |target: &Target| Own {
        whose: target.channel.clone(),
        text: target.text.clone(),
        when: target.when.as_ref().map(|at| match &target.zone {
            Some(zone) => format!("{at}[{zone}]"),
            None => at.clone(),
        }),
        media: target.media.as_deref().map(described),
        options: target.options.clone(),
        option_words: Vec::new(),
        first_comment: target.first_comment.as_ref().map(comment),
    };
    let to = match object.to {
        To::Nobody => object.targets.iter().map(|target| target.channel.clone()).collect(),
        To::One(word) => vec![word],
        To::Several(words) => words,
    };
    let is_now = |when: &When| matches!(when, When::Words(words) if words.trim().eq_ignore_ascii_case("now"));
    let now = object.when.as_ref().is_some_and(is_now);
    // Our own export says the post's own moment apart from the one it is shown at.
    let when = match object.when {
        _ if object.id.is_some() => object.instant.filter(|_| object.zone.is_some()),
        Some(When::Words(words)) if !now => Some(words),
        Some(When::Seconds(seconds)) => Some(format!("@{seconds}")),
        _ => None,
    };
    let wish = object.wish.or(object.status).unwrap_or_default();
    Row {
        body: object.body,
        title: object.title,
        to,
        when,
        zone: object.zone,
        now,
        draft: wish == "draft",
        held: wish == "held",
        key: object.key.or(object.id),
        campaign: object.campaign,
        tags: object.tags,
        media: described(&object.media),
        options: object.options,
        first_comment: object.first_comment.as_ref().map(comment),
        own: object.targets.iter().map(own).filter(|own| !own.is_empty()).collect(),
        ..Row::default()
    }
}

fn described(media: &[Medium]) -> Vec<(String, String)> {
    let one = |medium: &Medium| match medium {
        Medium::Source(source) => (source.clone(), String::new()),
        Medium::Described { source, alt } => (source.clone(), alt.clone()),
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
        let left = leftovers(&[(&sheet.rows[0], "no channel".into())]);
        assert!(left.contains("\"problem\":\"no channel\"") && left.contains("\"key\":\"a\""), "{left}");
        let list = "[{\"id\": \"i\", \"body\": \"B\", \"instant\": \"2030-01-01T00:00:00Z\", \"zone\": \"Europe/Berlin\", \"status\": \"held\",
            \"targets\": [{\"channel\": \"a/1\", \"text\": \"own\", \"media\": []}, {\"channel\": \"a/2\"}]}]";
        let row = &read(list).unwrap().rows[0];
        assert_eq!((row.to.as_slice(), row.held, row.own.len()), (&["a/1".to_owned(), "a/2".into()][..], true, 1));
        assert_eq!(row.own[0].media.as_deref(), Some(&[][..]));
        assert!(read("").is_err() && read("[1").is_err());
    }
}
