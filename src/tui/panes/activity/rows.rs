//! How lights, waiting writes and activity are written down, row by row.

use crate::domain::write::OutboxState;
use crate::text::clean::{cells, clean, one_line, truncate};
use crate::tui::board::{ActivityLine, Board, Light, LightState, Uploading, Waiting, distance_words, span_words};
use crate::tui::model::Shared;
use crate::tui::theme::Role;
use crate::tui::widgets::moment::clock;
use crate::tui::widgets::prose::{Bit, Row, hang, paragraph};

/// Names of accounts are cut here.
const NAME_CELLS: usize = 14;
/// Rows of words under the cursor.
const WORDS_ROWS: usize = 4;
/// From this many cells on there is room for the provider's name.
const PROVIDER_FROM: usize = 64;
/// Names of providers are cut here.
const PROVIDER_CELLS: usize = 16;
/// A post is named by at least so many cells of its text, and by at most so many.
const POST_CELLS: (usize, usize) = (24, 60);
/// More of a text than any row shows.
const LONGEST_ROW: usize = 400;

/// One row, the cursor index it belongs to, and whether it is that index's own row rather than words under it.
pub struct Line {
    pub row: Row,
    pub spot: Option<usize>,
    pub first: bool,
}

/// All rows; the one at `here` shows its words in full.
pub fn all(shared: &Shared, board: &Board, here: Option<usize>, width: usize) -> Vec<Line> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let name_cells = names(board);
    let add = |lines: &mut Vec<Line>, at: usize, row: Row, words: &str, first: bool| {
        let hidden = row.cells() > width && here == Some(at);
        lines.push(Line { row, spot: Some(at), first });
        if hidden {
            let words = clean(words);
            let more = paragraph(words.trim(), Role::Muted, &[], width.saturating_sub(4).max(1), WORDS_ROWS);
            lines.extend(hang(Row::new(), 4, more).into_iter().map(|row| Line { row, spot: Some(at), first: false }));
        }
    };
    let widest = board.lights.iter().map(|light| cells(&one_line(&light.provider))).max().unwrap_or(0);
    let provider_cells = match width {
        ..PROVIDER_FROM => 0,
        _ => widest.clamp(10, PROVIDER_CELLS),
    };
    for (at, light) in board.lights.iter().enumerate() {
        let words = trouble(light).unwrap_or_default();
        let mut rows = light_rows(shared, light, name_cells, provider_cells, width);
        let last = rows.pop().unwrap_or_default();
        let alone = rows.is_empty();
        lines.extend(rows.into_iter().enumerate().map(|(nth, row)| Line { row, spot: Some(at), first: nth == 0 }));
        add(&mut lines, at, last, words, alone);
    }
    if board.lights.is_empty() {
        lines.push(heading(Row::of("No account is configured: :connect shows how.", Role::Muted)));
    }
    if !board.outbox.is_empty() {
        lines.push(heading(Row::new()));
        lines.push(heading(Row::of(format!("Waiting writes ({})", board.outbox.len()), Role::Title)));
    }
    for (at, waiting) in board.outbox.iter().enumerate() {
        let words = shared.keys.of(waiting.last_error.as_deref().unwrap_or_default());
        let at = at + board.lights.len();
        let mut rows = write_rows(shared, board, waiting, name_cells, width);
        let last = rows.pop().unwrap_or_default();
        let alone = rows.is_empty();
        lines.extend(rows.into_iter().map(|row| Line { row, spot: Some(at), first: true }));
        add(&mut lines, at, last, &words, alone);
    }
    if !board.activity.is_empty() {
        lines.push(heading(Row::new()));
        lines.push(heading(Row::of("What happened", Role::Title)));
    }
    let before = board.lights.len() + board.outbox.len();
    let clock_cells = board.activity.iter().map(|line| cells(&clock(line.at, shared.now, shared))).max();
    for (at, line) in board.activity.iter().enumerate() {
        let row = activity_row(shared, line, clock_cells.unwrap_or(8), name_cells);
        add(&mut lines, before + at, row, &shared.keys.of(&line.words), true);
    }
    lines
}

fn heading(row: Row) -> Line {
    Line { row, spot: None, first: false }
}

fn names(board: &Board) -> usize {
    let lights = board.lights.iter().map(|light| &light.account);
    let others = board.outbox.iter().map(|waiting| &waiting.account);
    let lines = board.activity.iter().filter_map(|line| line.account.as_ref());
    let widest = lights.chain(others).chain(lines).map(|name| cells(&one_line(name.as_str()))).max();
    widest.unwrap_or(0).clamp(4, NAME_CELLS)
}

/// `✓ acme  Late  ok · 12 s old · next in 48 s · 2 ⇡`; what finds no room in `width` goes on below, under the state.
fn light_rows(shared: &Shared, light: &Light, name_cells: usize, provider_cells: usize, width: usize) -> Vec<Row> {
    let (bit, role) = lamp(&light.state);
    let mut row = Row::new()
        .bit(bit, role)
        .text(" ", Role::Text)
        .text(truncate(&one_line(light.account.as_str()), name_cells), Role::Title)
        .to_column(2 + name_cells + 2);
    if provider_cells > 0 {
        let column = row.cells() + provider_cells + 2;
        row = row.text(truncate(&one_line(&light.provider), provider_cells), Role::Muted).to_column(column);
    }
    let column = row.cells();
    let mut rows = Vec::new();
    row = row.text(state_words(shared, light), role);
    if light.pending > 0 {
        row = row.text(format!(" · {} ", light.pending), Role::Warn).bit(Bit::Waiting, Role::Warn);
    }
    for words in [age(shared, light), next(shared, light), spent(shared, light)].into_iter().flatten() {
        if row.cells() + 3 + cells(&words) > width {
            rows.push(row);
            row = Row::new().to_column(column).text(words, Role::Muted);
        } else {
            row = row.text(format!(" · {words}"), Role::Muted);
        }
    }
    rows.push(match trouble(light) {
        Some(words) => row.text(format!(" · {}", one_line(words)), Role::Muted),
        None => row,
    });
    rows
}

fn lamp(state: &LightState) -> (Bit, Role) {
    match state {
        LightState::Ok => (Bit::Check, Role::Good),
        LightState::Starting | LightState::Fetching { .. } | LightState::Sending => (Bit::Synced, Role::Key),
        LightState::Limited | LightState::Offline { .. } => (Bit::Warn, Role::Warn),
        LightState::Unauthorised { .. } | LightState::Trouble { .. } | LightState::Off { .. } => {
            (Bit::Cross, Role::Bad)
        }
    }
}

fn state_words(shared: &Shared, light: &Light) -> String {
    let now = shared.now;
    match &light.state {
        LightState::Starting => "starting".into(),
        LightState::Ok => "ok".into(),
        LightState::Fetching { seen, total: Some(total) } => {
            format!("fetching {} of {}", grouped(*seen), grouped(*total))
        }
        LightState::Fetching { seen, total: None } => format!("fetching, {} so far", grouped(*seen)),
        LightState::Sending => "sending".into(),
        LightState::Limited => match light.next_at {
            Some(until) => format!("limited until {}, {}", clock(until, now, shared), distance_words(until, now)),
            None => "limited".into(),
        },
        LightState::Offline { .. } => match light.fresh_at {
            Some(since) => format!("offline since {}", clock(since, now, shared)),
            None => "offline".into(),
        },
        LightState::Unauthorised { .. } => "key refused".into(),
        LightState::Trouble { .. } => "answers make no sense".into(),
        LightState::Off { .. } => "off".into(),
    }
}

fn trouble(light: &Light) -> Option<&str> {
    match &light.state {
        LightState::Offline { words }
        | LightState::Unauthorised { words }
        | LightState::Trouble { words }
        | LightState::Off { words } => Some(words),
        _ => None,
    }
}

/// How old what is shown is. Fresh data while all is well is said shortly.
fn age(shared: &Shared, light: &Light) -> Option<String> {
    match (&light.state, light.fresh_at) {
        (LightState::Off { .. }, _) => None,
        (_, Some(at)) => Some(format!("data {} old", span_words((shared.now - at).max(chrono::TimeDelta::zero())))),
        (LightState::Starting | LightState::Fetching { .. }, None) => None,
        (_, None) => Some("no data yet".into()),
    }
}

/// What was spent of the provider's budget of calls, or until when it refuses every one.
fn spent(shared: &Shared, light: &Light) -> Option<String> {
    let spent = light.spent?;
    if let Some(until) = spent.blocked_until.filter(|until| *until > shared.now) {
        return Some(format!("blocked until {}", clock(until, shared.now, shared)));
    }
    // The minute that was counted has passed where nothing was asked since.
    let passed = spent.last.is_none_or(|at| shared.now - at > chrono::TimeDelta::minutes(1));
    let minute = if passed { 0 } else { spent.minute };
    let (today, per_day) = (grouped(spent.today.into()), grouped(spent.per_day.into()));
    Some(format!("calls {minute}/{} a minute, {today}/{per_day} today", spent.per_minute))
}

fn next(shared: &Shared, light: &Light) -> Option<String> {
    let at = light.next_at.filter(|at| *at > shared.now && light.state != LightState::Limited)?;
    let words = distance_words(at, shared.now);
    Some(if light.state == LightState::Ok { format!("next {words}") } else { format!("tries again {words}") })
}

/// `1,204`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `⇡ acme  create "Ship it"  waits until 11:45:20 · sent twice · what went wrong`; how often it was sent is never cut
/// off: what finds no room in `width` goes on below.
fn write_rows(shared: &Shared, board: &Board, waiting: &Waiting, name_cells: usize, width: usize) -> Vec<Row> {
    let (bit, role) = match waiting.state {
        OutboxState::Unknown => (Bit::State(crate::domain::outcome::State::Unknown), Role::Bad),
        OutboxState::Failed => (Bit::Cross, Role::Bad),
        OutboxState::InFlight | OutboxState::Verifying => (Bit::Synced, Role::Key),
        OutboxState::Done | OutboxState::Superseded => (Bit::Check, Role::Muted),
        OutboxState::Ready | OutboxState::Waiting => (Bit::Waiting, Role::Warn),
    };
    let row = Row::new()
        .bit(bit, role)
        .text(" ", Role::Text)
        .text(truncate(&one_line(waiting.account.as_str()), name_cells), Role::Title)
        .to_column(2 + name_cells + 2)
        .text(format!("{:<7} ", waiting.verb), Role::Text)
        .text(post_name(board, waiting, width / 3), Role::Text);
    let state = travelling(board, waiting).unwrap_or_else(|| write_words(shared, waiting));
    let sent = match waiting.attempts {
        0 => None,
        1 => Some("sent once".to_owned()),
        2 => Some("sent twice".to_owned()),
        more => Some(format!("sent {more} times")),
    };
    let error = waiting.last_error.as_deref().map(|words| one_line(&shared.keys.of(words)));
    let error = error.filter(|words| !words.is_empty());
    let (mut rows, mut row, mut gap) = (Vec::new(), row, "  ");
    let pieces = sent.into_iter().chain(error).map(|words| (words, Role::Muted));
    for (words, role) in [(state, role)].into_iter().chain(pieces) {
        // What has no room on a row of its own either is cut where it is: under the cursor it stands in full.
        let below = 2 + name_cells + 2 + cells(&words) <= width;
        if below && row.cells() + cells(gap) + cells(&words) > width {
            rows.push(std::mem::replace(&mut row, Row::new().to_column(2 + name_cells + 2)));
            gap = "";
        }
        row = row.text(gap, if gap == " · " { Role::Muted } else { Role::Text }).text(words, role);
        gap = " · ";
    }
    rows.push(row);
    rows
}

/// Which of a write's files is on its way just now, and how far.
fn travelling(board: &Board, waiting: &Waiting) -> Option<String> {
    let ours = |each: &&Uploading| each.post == waiting.post && each.account == waiting.account;
    board.uploads.iter().find(ours).map(|each| one_line(&each.words()))
}

fn write_words(shared: &Shared, waiting: &Waiting) -> String {
    match waiting.state {
        OutboxState::Ready => match waiting.not_before.filter(|at| *at > shared.now) {
            Some(at) => format!("goes {}", distance_words(at, shared.now)),
            None => "ready".into(),
        },
        OutboxState::InFlight => "being sent".into(),
        OutboxState::Waiting => match waiting.not_before {
            Some(at) if at <= shared.now => "is due now".into(),
            Some(at) => {
                let (clock, distance) = (clock(at, shared.now, shared), distance_words(at, shared.now));
                // A moment that is a few seconds away is no moment that has come.
                if distance == "now" {
                    format!("waits until {clock}")
                } else {
                    format!("waits until {clock}, {distance}")
                }
            }
            None => "waits".into(),
        },
        OutboxState::Verifying => "being verified".into(),
        OutboxState::Unknown => shared.keys.of("unknown: V verifies").into_owned(),
        OutboxState::Done => "done".into(),
        OutboxState::Failed => "refused".into(),
        OutboxState::Superseded => "replaced by a newer edit".into(),
    }
}

/// The headline of a write's post, else the end of its id, which is where ids differ.
fn post_name(board: &Board, waiting: &Waiting, width: usize) -> String {
    match board.post(waiting.post) {
        Some(post) => {
            let start: String = post.headline().chars().take(LONGEST_ROW).collect();
            format!("\"{}\"", truncate(&one_line(&start), width.clamp(POST_CELLS.0, POST_CELLS.1)))
        }
        None => {
            let id = waiting.post.to_string();
            let tail = id.get(id.len().saturating_sub(6)..).unwrap_or_default();
            format!("post …{tail}")
        }
    }
}

fn activity_row(shared: &Shared, line: &ActivityLine, clock_cells: usize, name_cells: usize) -> Row {
    let account = line.account.as_ref().map(|name| one_line(name.as_str())).unwrap_or_default();
    let at = clock(line.at, shared.now, shared);
    let words: String = line.words.chars().take(LONGEST_ROW).collect();
    let row = Row::of(format!("{at:>clock_cells$}"), Role::Muted)
        .to_column(clock_cells + 2)
        .text(truncate(&account, name_cells), Role::Muted)
        .to_column(clock_cells + 2 + name_cells + 2);
    let row = if line.urgent { row.bit(Bit::Warn, Role::Bad).text(" ", Role::Bad) } else { row };
    row.text(one_line(&shared.keys.of(&words)), if line.urgent { Role::Bad } else { Role::Text })
}

/// For the border: `2 waiting ⇡`.
pub fn note(board: &Board) -> Row {
    let ill = board.lights.iter().filter(|light| matches!(lamp(&light.state).1, Role::Warn | Role::Bad)).count();
    let mut row = Row::new();
    if ill > 0 {
        row = row.text(format!("{ill} of {} in trouble", board.lights.len()), Role::Warn);
    } else if !board.lights.is_empty() {
        row = row.text("all in order", Role::Good);
    }
    if board.outbox.is_empty() {
        return row;
    }
    let gap = if row.cells() > 0 { " · " } else { "" };
    row.text(format!("{gap}{} waiting ", board.outbox.len()), Role::Warn).bit(Bit::Waiting, Role::Warn)
}

/// The worst light with what waits, then the latest line.
pub fn compact(shared: &Shared, board: &Board) -> Vec<Row> {
    let urgency = |light: &&Light| match lamp(&light.state).1 {
        Role::Bad => 3,
        Role::Warn => 2,
        Role::Key => 1,
        _ => 0,
    };
    let mut rows = Vec::new();
    if let Some(light) = board.lights.iter().max_by_key(urgency) {
        let name_cells = cells(&one_line(light.account.as_str())).min(NAME_CELLS);
        let row = light_rows(shared, light, name_cells, 0, usize::MAX).pop().unwrap_or_default();
        rows.push(match board.outbox.len() {
            0 => row,
            waiting => Row::of(format!("{waiting} "), Role::Warn)
                .bit(Bit::Waiting, Role::Warn)
                .text("  ", Role::Text)
                .then(row),
        });
    }
    if let Some(line) = board.activity.first() {
        let account = line.account.as_ref().map_or(0, |name| cells(&one_line(name.as_str())).min(NAME_CELLS));
        rows.push(activity_row(shared, line, 8, account));
    }
    if rows.is_empty() {
        rows.push(Row::of("Nothing has happened yet.", Role::Muted));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1204, 1_000_000].map(grouped), ["0", "999", "1,204", "1,000,000"]);
    }
}
