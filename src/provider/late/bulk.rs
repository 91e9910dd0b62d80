//! Late's CSV upload and both forms of its answer (contract, section 6.7).

use serde_json::Value;

use super::Late;
use crate::domain::batch::{Batch, Row};
use crate::domain::channel::Network;
use crate::domain::ids::RemoteId;
use crate::provider::http::{Call, Purpose};
use crate::provider::tolerant::text;
use crate::provider::{Again, Kind, ProviderError, Reach, Result, words};

/// Bytes of a file: the layer in front of the service refuses a little more than this without words.
const MOST_BYTES: usize = 4_000_000;

impl Late {
    /// Has the service judge `csv`, or make its rows posts.
    pub(super) async fn upload_rows(&self, csv: &str, trial: bool) -> Result<Batch> {
        if csv.len() > MOST_BYTES {
            let words = format!("the file is longer than {MOST_BYTES} bytes, more than the service takes: split it");
            return Err(ProviderError::new(Kind::Invalid, Reach::NotSent, Again::Never, words));
        }
        let (kind, body) = form(csv);
        let query = [("dryRun", trial.to_string())];
        let answer = self
            .http
            .call(Call {
                method: "POST",
                path: "/posts/bulk-upload",
                query: &query,
                headers: &[("content-type".to_owned(), kind)],
                body: Some(&body),
                // Rows may be published inside the request.
                purpose: if trial { Purpose::Read } else { Purpose::SlowWrite },
            })
            .await?;
        read(&answer.json).ok_or_else(|| answer.unreadable("the answer says nothing of the rows"))
    }
}

/// A form with the one part `file`: its content type and its bytes.
pub(super) fn form(csv: &str) -> (String, String) {
    let mut boundary = "runsheet-rows".to_owned();
    while csv.contains(&boundary) {
        boundary.push('-');
    }
    let body = format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"posts.csv\"\r\ncontent-type: \
         text/csv\r\n\r\n{csv}\r\n--{boundary}--\r\n"
    );
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// What an answer says of the rows: of current hosts, else of older ones.
pub(super) fn read(body: &Value) -> Option<Batch> {
    match body.get("results").and_then(Value::as_array) {
        Some(results) => Some(current(body, results)),
        None => older(body),
    }
}

fn current(body: &Value, results: &[Value]) -> Batch {
    let row = |(at, result): (usize, &Value)| {
        let mut faults: Vec<String> = list(result, "errors").iter().filter_map(said).collect();
        if faults.is_empty() && result.get("ok") == Some(&Value::Bool(false)) {
            faults.push("the provider gave no reason".into());
        }
        let number = result.get("rowIndex").and_then(Value::as_u64).unwrap_or(at as u64 + 1);
        Row { number, made: text(result, &["createdPostId"]).map(RemoteId::new), faults }
    };
    Batch {
        total: body.get("total").and_then(Value::as_u64),
        rows: results.iter().enumerate().map(row).collect(),
        remarks: list(body, "warnings").iter().filter_map(said).collect(),
    }
}

/// Older hosts name only what is wrong, and the posts that were made in the order of the other rows.
fn older(body: &Value) -> Option<Batch> {
    let total = body.get("totalRows").and_then(Value::as_u64)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut remarks = Vec::new();
    for error in list(body, "errors") {
        let Some(words) = said(error) else { continue };
        match error.get("row").and_then(Value::as_u64) {
            Some(number) => rows.push(Row { number, made: None, faults: vec![words] }),
            None => remarks.push(words),
        }
    }
    let faulty: Vec<u64> = rows.iter().map(|row| row.number).collect();
    let made = list(body, "posts").iter().map(|post| text(post, &["_id"]).or_else(|| text(post, &["id"])));
    let mut made = made.map(|id| id.map(RemoteId::new));
    // A count that no file has is no list of rows.
    let others = (1..=total.min(5000)).filter(|number| !faulty.contains(number));
    rows.extend(others.map(|number| Row { number, made: made.next().flatten(), faults: Vec::new() }));
    rows.sort_by_key(|row| row.number);
    Some(Batch { total: Some(total), rows, remarks })
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// What is wrong, in words: a word for machines with its arguments, or a sentence.
fn said(fault: &Value) -> Option<String> {
    let given = fault.as_str().or_else(|| text(fault, &["error"])).or_else(|| text(fault, &["message"]))?;
    let given = words::name(given);
    let (name, rest) = given.split_once(':').unwrap_or((given.as_str(), ""));
    Some(match name {
        "unknown_profile" => format!("there is no profile {rest}"),
        "no_account_for_platform" => format!("its profile has no channel on {}", Network::from_word(rest).name()),
        "schedule_time_missing" => "it says no time: fill in schedule_time, publish_now, use_queue or is_draft".into(),
        "unknown_columns" => format!("these columns are not read: {rest}"),
        "rate_limited" => {
            let mut parts = rest.split(':');
            let (platform, user) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            format!("{user} on {} has to rest before it takes more", Network::from_word(platform).name())
        }
        _ => given,
    })
}
