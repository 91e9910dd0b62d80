//! Posts as tables that come back as they were: our own columns, and cells that no spreadsheet computes.

use chrono::{DateTime, SecondsFormat, Utc};
use icalendar::{Calendar, Component, Event, EventLike};

use crate::domain::channel::{Channel, Network};
use crate::domain::ids::ChannelId;
use crate::domain::media::Media;
use crate::domain::options::{Extras, FirstComment};
use crate::domain::outcome::State;
use crate::domain::post::{Post, Target, Wish};

use super::cells::{self, NONE};
use super::{Layout, Row, read};

/// The columns of our tables before those of single channels.
const COLUMNS: [&str; 17] = [
    "key",
    "to",
    "when",
    "zone",
    "body",
    "title",
    "media",
    "alt",
    "campaign",
    "tags",
    "style",
    "link",
    "options",
    "first comment",
    "first comment after",
    "as",
    "status",
];
/// The column of leftovers with the reason.
pub(super) const PROBLEM: &str = "problem";
/// The columns of a single channel, before its name.
const OWN: [&str; 7] =
    ["text for", "when for", "media for", "alt for", "options for", "first comment for", "first comment after for"];

/// The table of `posts`. `name` gives a channel the name it is found by. Everything that is wanted of a post has its
/// column; what became of it has not, but for the word for its state.
pub fn csv(posts: &[&Post], channels: &[Channel], name: fn(&Channel) -> String, now: DateTime<Utc>) -> String {
    let called = |id: &ChannelId| {
        let channel = channels.iter().find(|channel| channel.id == *id && !channel.gone);
        let alone = |named: &String| channels.iter().filter(|each| name(each) == *named).count() == 1;
        // A name with a comma would be two in its cell, and one that two channels have would be nobody's.
        let fits = |named: &String| !named.contains([',', ';', '|', '\n']) && named.trim() == named && alone(named);
        channel.map(name).filter(fits).unwrap_or_else(|| id.as_str().to_owned())
    };
    // A style fills texts in again where they are read: what is written down is what somebody wrote.
    let written: Vec<Post> = posts.iter().map(|post| post.as_written()).collect();
    let posts: Vec<&Post> = written.iter().collect();
    let has_own = |target: &&Target| target.text.is_some() || target.schedule.is_some() || !target.extras.is_empty();
    let targets = posts.iter().flat_map(|post| &post.targets);
    let mut own: Vec<String> = targets.filter(has_own).map(|target| called(&target.channel)).collect();
    own.sort();
    own.dedup();
    let mut head: Vec<String> = COLUMNS.map(str::to_owned).to_vec();
    for whose in &own {
        head.extend(OWN.map(|what| format!("{what} {whose}")));
    }
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(posts.len());
    for post in &posts {
        let mut row: Vec<String> = cells(post, &called, now).iter().map(|cell| protected(cell)).collect();
        for whose in &own {
            let target = post.targets.iter().find(|target| called(&target.channel) == *whose);
            row.extend(own_cells(post, target));
        }
        rows.push(row);
    }
    // Columns of single channels in which nobody has anything are left out.
    let empty: Vec<bool> = (0..head.len())
        .map(|at| at >= COLUMNS.len() && rows.iter().all(|row| row.get(at).is_none_or(String::is_empty)))
        .collect();
    let kept =
        |row: Vec<String>| row.into_iter().zip(&empty).filter(|(_, empty)| !**empty).map(|(cell, _)| cell).collect();
    let head: Vec<String> = kept(head);
    table(&head, rows.into_iter().map(kept))
}

fn cells(post: &Post, called: &dyn Fn(&ChannelId) -> String, now: DateTime<Utc>) -> Vec<String> {
    let to: Vec<String> = post.targets.iter().map(|target| called(&target.channel)).collect();
    let (media, alts) = attached(&post.media);
    vec![
        post.id.to_string(),
        to.join(", "),
        when(post, now),
        post.schedule.map(|schedule| schedule.zone().name().to_owned()).unwrap_or_default(),
        post.body.clone(),
        post.title.clone().unwrap_or_default(),
        media,
        alts,
        post.campaign.clone().unwrap_or_default(),
        cells::words(&post.tags),
        post.styling.style.clone().unwrap_or_default(),
        post.styling.link.clone().unwrap_or_default(),
        cells::options(&post.options),
        post.first_comment.as_ref().map(|comment| comment.text.clone()).unwrap_or_default(),
        post.first_comment.as_ref().map(later).unwrap_or_default(),
        match post.wish {
            Wish::Draft => "draft",
            Wish::Hold => "held",
            Wish::Schedule | Wish::Now => "scheduled",
        }
        .to_owned(),
        post.state(now).word().to_owned(),
    ]
}

/// Its moment, or the queue that is still to give it one.
fn when(post: &Post, now: DateTime<Utc>) -> String {
    // What went out, or tried to, waits for nothing any more.
    let waits = matches!(post.state(now), State::Draft | State::Held | State::Scheduled);
    match post.queue.as_ref().filter(|_| waits) {
        Some(queued) => format!("queue {}", queued.name).trim_end().to_owned(),
        None => post.schedule.map(|schedule| moment(schedule.instant())).unwrap_or_default(),
    }
}

/// What one channel has of its own, guarded; a word of its own says that it has nothing where the post has something.
fn own_cells(post: &Post, target: Option<&Target>) -> [String; 7] {
    let Some(target) = target else { return Default::default() };
    let or_none = |cell: String| if cell.trim().is_empty() { NONE.to_owned() } else { protected(&cell) };
    // The zone of the post is that of its channels, unless one has another.
    let home = post.schedule.map(|schedule| schedule.zone());
    let when = target.schedule.map(|own| match home {
        Some(zone) if zone == own.zone() => moment(own.instant()),
        _ => format!("{}[{}]", moment(own.instant()), own.zone().name()),
    });
    let Extras { options, first_comment, media } = &target.extras;
    let (sources, alts) = media.as_deref().map(attached).unwrap_or_default();
    [
        target.text.clone().map(or_none).unwrap_or_default(),
        when.unwrap_or_default(),
        media.as_ref().map(|_| or_none(sources)).unwrap_or_default(),
        protected(&alts),
        protected(&cells::options(options)),
        first_comment.as_ref().map(|comment| or_none(comment.text.clone())).unwrap_or_default(),
        first_comment.as_ref().filter(|comment| !comment.is_blank()).map(later).unwrap_or_default(),
    ]
}

/// Sources and descriptions, each in one cell.
fn attached(media: &[Media]) -> (String, String) {
    let sources: Vec<&str> = media.iter().map(|media| media.source.as_str()).collect();
    let alts: Vec<&str> = media.iter().map(|media| media.alt.as_str()).collect();
    (cells::lines(&sources), cells::alts(&alts))
}

fn later(comment: &FirstComment) -> String {
    if comment.delay == 0 { String::new() } else { comment.delay.to_string() }
}

/// The rows that were not taken, as they were, with the reason in a column of its own. Cells beyond the columns stand
/// behind the reason: none is lost, and the row is refused again until somebody mends it. Cells that a spreadsheet
/// would compute are guarded once, wherever the table came from. It is written as that table is, so that whatever read
/// the one reads the other.
pub fn leftovers(head: &[String], rows: &[(&Row, String)], layout: Layout) -> String {
    let (ours, guarded) = (read::is_ours(head), read::is_guarded(head));
    let guard = |cell: &String| match guarded {
        true if ours && cell == NONE => cell.clone(),
        true => protected(unprotected(cell)),
        false => protected(cell),
    };
    let mut named: Vec<String> = head.iter().map(guard).collect();
    named.push(PROBLEM.into());
    let width = head.len();
    let rows = rows.iter().map(|(row, words)| {
        let surplus = row.cells.get(width..).unwrap_or_default();
        let mut cells: Vec<String> = row.cells.iter().take(width).map(guard).collect();
        cells.resize(width, String::new());
        cells.push(protected(words));
        cells.extend(surplus.iter().map(guard));
        cells
    });
    let mark = if layout.mark { "\u{feff}" } else { "" };
    let told = if layout.told { format!("sep={}\n", char::from(layout.separator)) } else { String::new() };
    format!("{mark}{told}{}", separated(&named, rows, layout.separator))
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
    separated(head, rows, b',')
}

fn separated(head: &[String], rows: impl Iterator<Item = Vec<String>>, separator: u8) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(separator).from_writer(Vec::new());
    // Writing to memory fails for no row, whatever its length.
    let mut whole = writer.write_record(head).is_ok();
    for row in rows {
        whole &= writer.write_record(&row).is_ok();
    }
    debug_assert!(whole, "rows in memory");
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A cell that a spreadsheet shows instead of computing: one that begins like a formula gets a `'` in front.
pub(super) fn protected(cell: &str) -> String {
    if is_guarded(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell.to_owned() }
}

/// What [`protected`] was given.
pub(super) fn unprotected(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_guarded(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

/// What begins like a formula, and the word that stands for nothing where somebody means the word.
fn is_guarded(cell: &str) -> bool {
    begins_formula(cell) || cell == NONE
}

fn begins_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_row_with_too_many_cells_is_left_whole_and_refused_again() {
        let read = |text: &str| super::super::read(text, &Default::default(), None).unwrap();
        let mut text = "text,when\nHello, world, and all,\n".to_owned();
        for columns in 3..6 {
            let sheet = read(&text);
            let row = &sheet.rows[0];
            assert!(row.faults.iter().any(|words| words.contains("put quotes around")), "{row:?}");
            text = leftovers(&sheet.head, &[(row, row.faults.join("; "))], sheet.layout);
            assert_eq!(text.lines().next().unwrap().split(',').count(), columns, "{text}");
            for cell in ["Hello", " world", " and all"] {
                assert!(read(&text).rows[0].cells.iter().any(|each| each == cell), "{text}");
            }
        }
    }

    #[test]
    fn leftovers_compute_nothing_and_are_read_as_what_they_were() {
        let read = |text: &str| super::super::read(text, &Default::default(), None).unwrap();
        let formula = "=HYPERLINK(\"https://example.com\")";
        let quoted = formula.replace('"', "\"\"");
        for head in ["text,when,note", "key,to,when,body"] {
            let mut text = format!("{head}\n\"{quoted}\",\"{quoted}\",\"{quoted}\",\"{quoted}\"\n");
            let wanted = read(&text).rows[0].clone();
            for _ in 0..3 {
                let sheet = read(&text);
                let row = &sheet.rows[0];
                assert_eq!((&row.body, &row.when, &row.key), (&wanted.body, &wanted.when, &wanted.key), "{text}");
                text = leftovers(&sheet.head, &[(row, format!("=it is \"{formula}\""))], sheet.layout);
                let (_, records) = super::super::table::records(&text, 10).unwrap();
                assert!(records.iter().flat_map(|record| &record.cells).all(|cell| !begins_formula(cell)), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn guarding_a_cell_is_taken_back(cell in "['=+@\t-]{0,4}.{0,20}") {
            let guarded = protected(&cell);
            prop_assert!(!begins_formula(&guarded));
            prop_assert_eq!(unprotected(&guarded), cell);
        }
    }
}
