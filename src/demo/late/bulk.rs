//! Late's CSV upload, as hosts take it now and as they did before.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{PROFILE, invalid, known_query, posts};
use crate::demo::network;
use crate::demo::wire::{Answer, Body, Call, Effect};
use crate::demo::world::Site;

/// Rows of a file at most.
const MOST: usize = 5000;

const COLUMNS: &[&str] = &[
    "post_content",
    "content",
    "platforms",
    "profiles",
    "schedule_time",
    "scheduledfor",
    "tz",
    "timezone",
    "media_urls",
    "mediaurls",
    "title",
    "tags",
    "hashtags",
    "mentions",
    "publish_now",
    "use_queue",
    "is_draft",
];

type Row = BTreeMap<String, String>;

/// `POST /posts/bulk-upload`: rows are judged, and without `dryRun` made posts.
pub(super) fn upload(site: &mut Site, call: &Call) -> Result<Answer, Answer> {
    known_query(call, &["dryRun"], &[])?;
    let trial = match call.query("dryRun") {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(invalid("dryRun", "dryRun must be true or false")),
    };
    let (names, rows) = table(call)?;
    if rows.len() > MOST {
        return Err(invalid("file", "A file can have 5000 rows at most"));
    }
    if site.older { Ok(before(site, call, &rows, trial)) } else { now(site, call, &names, &rows, trial) }
}

/// The one part of the form: its column names in lower case, and its rows.
fn table(call: &Call) -> Result<(Vec<String>, Vec<Row>), Answer> {
    let kind = call.header("content-type").unwrap_or_default();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").filter(|boundary| !boundary.is_empty());
    let boundary = boundary.ok_or_else(|| invalid("file", "The body must be multipart/form-data"))?;
    let text = std::str::from_utf8(&call.body).map_err(|_| invalid("file", "The file is not UTF-8"))?;
    let part = text.strip_prefix(&format!("--{boundary}\r\n")).and_then(|rest| rest.split_once("\r\n\r\n"));
    let ended = part.and_then(|(head, rest)| Some((head, rest.strip_suffix(&format!("\r\n--{boundary}--\r\n"))?)));
    let (head, csv) = ended.ok_or_else(|| invalid("file", "The form has no part that ends"))?;
    let head = head.to_ascii_lowercase();
    if !head.contains("name=\"file\"") || !head.contains("text/csv") || csv.contains(&format!("--{boundary}")) {
        return Err(invalid("file", "The form must have one part, file, of type text/csv"));
    }
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let bad = |_| invalid("file", "The file is not a CSV");
    let names: Vec<String> = reader.headers().map_err(bad)?.iter().map(|name| name.trim().to_lowercase()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        rows.push(names.iter().cloned().zip(record.iter().map(|cell| cell.trim().to_owned())).collect());
    }
    Ok((names, rows))
}

fn cell<'a>(row: &'a Row, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| row.get(*name)).map(String::as_str).filter(|text| !text.is_empty())
}

fn is_yes(row: &Row, name: &str) -> bool {
    cell(row, &[name]).is_some_and(|text| matches!(text.to_lowercase().as_str(), "true" | "yes" | "1"))
}

fn now(site: &mut Site, call: &Call, names: &[String], rows: &[Row], trial: bool) -> Result<Answer, Answer> {
    if let Some(lacking) = ["platforms", "profiles"].iter().find(|name| !names.iter().any(|known| known == *name)) {
        return Err(invalid("file", &format!("Missing required columns: {lacking}")));
    }
    let own =
        |name: &str, start: &str| name.strip_prefix(start).is_some_and(|slug| network::slugs().any(|it| it == slug));
    let known = |name: &str| {
        COLUMNS.contains(&name) || ["schedule_time_", "custom_content_", "custom_media_"].iter().any(|it| own(name, it))
    };
    let strange: Vec<&str> = names.iter().map(String::as_str).filter(|name| !known(name)).collect();
    let mut warnings = Vec::new();
    if !strange.is_empty() {
        warnings.push(format!("unknown_columns:{}", strange.join(",")));
    }
    let (mut results, mut made) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        let outcome = body(site, row).and_then(|body| {
            let id = posts::place(site, &body, call.now, trial);
            id.map_err(|refused| vec![words_of(&refused)])
        });
        results.push(match outcome {
            Ok(Some(id)) => {
                made.push(id.clone());
                json!({"rowIndex": at + 1, "ok": true, "createdPostId": id})
            }
            Ok(None) => json!({"rowIndex": at + 1, "ok": true}),
            Err(errors) => json!({"rowIndex": at + 1, "ok": false, "errors": errors}),
        });
    }
    let valid = results.iter().filter(|row| row["ok"] == true).count();
    let status = if valid == 0 || valid == results.len() { 200 } else { 207 };
    let answer = json!({"total": rows.len(), "valid": valid, "invalid": rows.len() - valid, "results": results,
                        "warnings": warnings});
    Ok(Answer::json(status, answer).because(effect(made)))
}

fn effect(made: Vec<String>) -> Effect {
    if made.is_empty() { Effect::None } else { Effect::Rows(made) }
}

fn words_of(refused: &Answer) -> String {
    match &refused.body {
        Body::Json(body) => body["error"].as_str().unwrap_or("refused").to_owned(),
        Body::Text(_, text) => text.clone(),
    }
}

/// The body of a post that a row means, or what is wrong with the row, in words for machines.
fn body(site: &Site, row: &Row) -> Result<Map<String, Value>, Vec<String>> {
    let mut errors = Vec::new();
    for profile in cell(row, &["profiles"]).unwrap_or_default().split(',').map(str::trim) {
        if profile != PROFILE && !profile.eq_ignore_ascii_case("Acme") {
            errors.push(format!("unknown_profile:{profile}"));
        }
    }
    let mut platforms = Vec::new();
    for platform in cell(row, &["platforms"]).unwrap_or_default().split(',').map(str::trim) {
        match site.channels.iter().find(|channel| channel.network == platform) {
            Some(channel) => platforms.push(json!({"platform": platform, "accountId": channel.id})),
            None => errors.push(format!("no_account_for_platform:{platform}")),
        }
    }
    let mut body =
        json!({"content": cell(row, &["post_content", "content"]).unwrap_or_default(), "platforms": platforms});
    let media: Vec<Value> = list(row, &["media_urls", "mediaurls"]).map(|url| json!({"url": url})).collect();
    body["mediaItems"] = json!(media);
    body["tags"] = list(row, &["tags"]).collect();
    if let Some(title) = cell(row, &["title"]) {
        body["title"] = json!(title);
    }
    body["timezone"] = json!(cell(row, &["tz", "timezone"]).unwrap_or("UTC"));
    match cell(row, &["schedule_time", "scheduledfor"]) {
        Some(time) => body["scheduledFor"] = json!(time.replacen(' ', "T", 1)),
        None if is_yes(row, "publish_now") => body["publishNow"] = json!(true),
        None if is_yes(row, "use_queue") => body["queuedFromProfile"] = json!(PROFILE),
        None if is_yes(row, "is_draft") => body["isDraft"] = json!(true),
        None => errors.push("schedule_time_missing".to_owned()),
    }
    match body {
        Value::Object(body) if errors.is_empty() => Ok(body),
        _ => Err(errors),
    }
}

fn list<'a>(row: &'a Row, names: &[&str]) -> impl Iterator<Item = &'a str> {
    cell(row, names).into_iter().flat_map(|text| text.split(',')).map(str::trim).filter(|part| !part.is_empty())
}

/// The columns and the answer of hosts before G3: accounts are named, and only what is wrong is told row by row.
fn before(site: &mut Site, call: &Call, rows: &[Row], trial: bool) -> Answer {
    let (mut errors, mut made) = (Vec::new(), Vec::new());
    for (at, row) in rows.iter().enumerate() {
        match of_before(site, row).map(|body| posts::place(site, &body, call.now, trial)) {
            Ok(Ok(Some(id))) => made.push(id),
            Ok(Ok(None)) => {}
            Ok(Err(refused)) => errors.push(json!({"row": at + 1, "error": words_of(&refused)})),
            Err(words) => errors.push(json!({"row": at + 1, "error": words})),
        }
    }
    let posts: Vec<Value> =
        made.iter().filter_map(|id| site.post(id)).map(|post| super::shape::post(site, post)).collect();
    let body = json!({"success": errors.is_empty(), "totalRows": rows.len(), "created": made.len(),
                      "failed": errors.len(), "errors": errors, "posts": posts});
    Answer::json(200, body).because(effect(made))
}

fn of_before(site: &Site, row: &Row) -> Result<Map<String, Value>, &'static str> {
    let platform = cell(row, &["platform"]).unwrap_or_default();
    let account = cell(row, &["account_id"]).unwrap_or_default();
    site.channel(account).ok_or("Account not found")?;
    let time = cell(row, &["scheduled_for"]).ok_or("Invalid date format")?;
    chrono::DateTime::parse_from_rfc3339(time).map_err(|_| "Invalid date format")?;
    let media: Vec<Value> = cell(row, &["media_url"]).into_iter().map(|url| json!({"url": url})).collect();
    let tags = cell(row, &["tags"]).into_iter().flat_map(|text| text.split('|'));
    let mut body = Map::new();
    body.insert("content".into(), json!(cell(row, &["content"]).unwrap_or_default()));
    body.insert("platforms".into(), json!([{"platform": platform, "accountId": account}]));
    body.insert("mediaItems".into(), json!(media));
    body.insert("scheduledFor".into(), json!(time));
    body.insert("tags".into(), tags.collect());
    Ok(body)
}
