//! Posts as tables that come back as they were: our own columns, and cells that no spreadsheet computes.

use chrono::{DateTime, SecondsFormat, Utc};
use icalendar::{Calendar, Component, Event, EventLike};

use crate::domain::channel::{Channel, Network};
use crate::domain::post::{Post, Wish};

use super::Row;

/// The columns of our tables before those of single channels.
const COLUMNS: [&str; 12] =
    ["key", "to", "when", "zone", "body", "title", "media", "alt", "campaign", "tags", "as", "status"];

/// The table of `posts`. `name` gives a channel the name it is found by.
pub fn csv(posts: &[&Post], channels: &[Channel], name: fn(&Channel) -> String, now: DateTime<Utc>) -> String {
    let called = |id: &crate::domain::ids::ChannelId| {
        let channel = channels.iter().find(|channel| channel.id == *id);
        // A name with a comma would be two in its cell.
        channel.map(name).filter(|name| !name.contains([',', ';', '|', '\n'])).unwrap_or_else(|| id.as_str().to_owned())
    };
    let mut own: Vec<String> = posts
        .iter()
        .flat_map(|post| &post.targets)
        .filter(|target| target.text.is_some() || target.schedule.is_some())
        .map(|target| called(&target.channel))
        .collect();
    own.sort();
    own.dedup();
    let mut head: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    for whose in &own {
        head.extend([format!("text for {whose}"), format!("when for {whose}")]);
    }
    let rows = posts.iter().map(|post| {
        let mut cells = cells(post, &called, now);
        for whose in &own {
            let target = post.targets.iter().find(|target| called(&target.channel) == *whose);
            cells.push(target.and_then(|target| target.text.clone()).unwrap_or_default());
            let when = target.and_then(|target| target.schedule).map(|schedule| moment(schedule.instant()));
            cells.push(when.unwrap_or_default());
        }
        cells.iter().map(|cell| protected(cell)).collect()
    });
    table(&head, rows)
}

/// Whether `post` has something that [`csv()`] has no column for.
pub fn leaves_out(post: &Post) -> bool {
    post.options != Default::default()
        || post.first_comment.is_some()
        || post.targets.iter().any(|target| !target.extras.is_empty())
}

fn cells(post: &Post, called: &dyn Fn(&crate::domain::ids::ChannelId) -> String, now: DateTime<Utc>) -> Vec<String> {
    let to: Vec<String> = post.targets.iter().map(|target| called(&target.channel)).collect();
    let media: Vec<&str> = post.media.iter().map(|media| media.source.as_str()).collect();
    let alts: Vec<String> =
        post.media.iter().map(|media| media.alt.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let alts = if alts.iter().all(String::is_empty) { String::new() } else { alts.join("\n") };
    vec![
        post.id.to_string(),
        to.join(", "),
        post.schedule.map(|schedule| moment(schedule.instant())).unwrap_or_default(),
        post.schedule.map(|schedule| schedule.zone().name().to_owned()).unwrap_or_default(),
        post.body.clone(),
        post.title.clone().unwrap_or_default(),
        media.join("\n"),
        alts,
        post.campaign.clone().unwrap_or_default(),
        post.tags.join(", "),
        match post.wish {
            Wish::Draft => "draft",
            Wish::Hold => "held",
            Wish::Schedule | Wish::Now => "scheduled",
        }
        .to_owned(),
        post.state(now).word().to_owned(),
    ]
}

/// The rows that were not taken, as they were, with the reason in a column of its own.
pub fn leftovers(head: &[String], rows: &[(&Row, String)]) -> String {
    let mut named: Vec<String> = head.to_vec();
    named.push("problem".into());
    let width = head.len();
    table(
        &named,
        rows.iter().map(|(row, words)| {
            let mut cells: Vec<String> = row.cells.clone();
            cells.resize(width, String::new());
            cells.push(words.clone());
            cells
        }),
    )
}

/// The calendar of `posts`, for programs that show one: an event at each post's moment.
pub fn ics(posts: &[&Post], channels: &[Channel], now: DateTime<Utc>) -> String {
    let mut calendar = Calendar::new();
    calendar.name("runsheet");
    for post in posts {
        let Some(at) = post.instant() else { continue };
        let network = |target: &crate::domain::post::Target| {
            let channel = channels.iter().find(|channel| channel.id == target.channel);
            channel.map(|channel| Network::name(&channel.network).to_owned())
        };
        let mut networks: Vec<String> = post.targets.iter().filter_map(network).collect();
        networks.dedup();
        let event = Event::new()
            .uid(&format!("{}@runsheet", post.id))
            .timestamp(now)
            .starts(at)
            .ends(at)
            .summary(post.headline())
            .description(&format!("{}\n\n{} · {}", post.body, post.state(now), networks.join(", ")))
            .done();
        calendar.push(event);
    }
    calendar.to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn table(head: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    // Writing to memory fails for no row of equal length, and these are.
    let mut whole = writer.write_record(head).is_ok();
    for row in rows {
        whole &= writer.write_record(&row).is_ok();
    }
    debug_assert!(whole, "rows of one length");
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A cell that a spreadsheet shows instead of computing: one that begins like a formula gets a `'` in front.
fn protected(cell: &str) -> String {
    if begins_formula(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell.to_owned() }
}

/// What [`protected`] was given.
pub(super) fn unprotected(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn begins_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn guarding_a_cell_is_taken_back(cell in "['=+@\t-]{0,4}.{0,20}") {
            let guarded = protected(&cell);
            prop_assert!(!begins_formula(&guarded));
            prop_assert_eq!(unprotected(&guarded), cell);
        }
    }
}
