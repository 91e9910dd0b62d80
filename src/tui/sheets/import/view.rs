//! How a file on its way in is drawn.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::mend::own_texts;
use super::shown::{Kind, Shown};
use super::{Stage, State, place, window};
use crate::domain::intake::{Column, Line, Look, Proposal, Verdict, Why};
use crate::domain::words::count;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::model::Shared;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::moment::{brief, plain};
use crate::tui::widgets::panel;
use crate::tui::widgets::prose::{Row, paragraph};

/// Rows above the list: what is said of the whole.
pub(super) const ABOVE: u16 = 4;
/// Rows below it, at least and at most: what is said of the row under the cursor, and what is taken.
const BELOW: (u16, u16) = (6, 10);

/// Columns from which on there is room for a few words behind the text of a row.
const WIDE: u16 = 100;

/// Where the list stands.
pub(super) fn list(state: &State, inside: Rect) -> Rect {
    let below = if state.columns { 2 } else { (inside.height / 4).clamp(BELOW.0, BELOW.1) };
    let height = inside.height.saturating_sub(ABOVE + below);
    Rect { y: inside.y + ABOVE.min(inside.height), height, ..inside }
}

/// The first row shown.
pub(super) fn offset(state: &State, list: Rect) -> usize {
    let (at, len) =
        if state.columns { (state.column_at, state.look.columns.len()) } else { (state.row_at, state.rows().len()) };
    window(at, list.height, len)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let (good, ..) = state.look.totals();
    let seen = !state.look.rows.is_empty() || !state.look.columns.is_empty();
    let tally = match state.stage {
        Stage::Shown | Stage::Taking => totals(&state.look),
        // What was seen before stays where it is.
        Stage::Looking(done, total) if seen => format!("judging… {done} of {} rows", total.max(state.look.rows.len())),
        _ => String::new(),
    };
    let name = one_line(state.asking.path.rsplit('/').next().unwrap_or_default());
    let only = if state.only == Shown::Problems { " · problems only" } else { "" };
    let title = format!("Import · {}{only}", truncate(&name, 40));
    let inside = panel::sheet(place(state, area), buf, theme, &title, &tally);
    let words = match &state.stage {
        Stage::Dropped => Some((
            format!(
                "{} was dropped here. Looking into it shows every row and keeps nothing.",
                one_line(&state.asking.path)
            ),
            Role::Text,
        )),
        Stage::Looking(..) if seen => None,
        Stage::Looking(_, 0) => Some(("reading…".to_owned(), Role::Muted)),
        Stage::Looking(done, total) => Some((format!("judging… {done} of {total} rows"), Role::Muted)),
        Stage::Taking => Some(match &state.reads {
            None => (format!("taking {}…", count(good, "row")), Role::Muted),
            Some(account) => {
                let words = "may have made these posts there; then the good rows are taken…";
                (format!("reading what {account} has, for another machine {words}"), Role::Muted)
            }
        }),
        Stage::Taken(taken) => {
            let role = if taken.left.is_some() { Role::Warn } else { Role::Good };
            Some((format!("{}.", taken.words()), role))
        }
        Stage::Failed(words) => Some((words.clone(), Role::Bad)),
        Stage::Shown => None,
    };
    if let Some((words, role)) = words {
        prose(inside, 0, &words, role, theme, buf);
    }
    if state.stage == Stage::Shown || matches!(state.stage, Stage::Looking(..) if seen) {
        head(state, shared, theme, inside, buf);
        match &state.typed {
            Some(typed) if typed.is_text() => {}
            _ if state.columns => columns(state, theme, inside, buf),
            _ => rows(state, shared, theme, inside, buf),
        }
    }
    match &state.typed {
        Some(typed) => typed.view(&shared.rules, theme, inside, buf),
        None if state.stage == Stage::Shown => {
            proposed(state, shared, theme, inside, buf);
            outcome(state, shared, theme, inside, buf);
        }
        None => {}
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

fn totals(look: &Look) -> String {
    let (good, known, refused) = look.totals();
    let skipped = if look.skipped() > 0 { format!(" · {} skipped", look.skipped()) } else { String::new() };
    format!("{good} ok · {known} known · {refused} refused{skipped}")
}

fn prose(area: Rect, row: u16, words: &str, role: Role, theme: &Theme, buf: &mut Buffer) {
    let most = usize::from(area.height.saturating_sub(row + 1));
    for (at, line) in (0..).zip(paragraph(&one_line(words), role, &[], usize::from(area.width), most)) {
        line.draw(theme, theme.style(role), area.x, area.y + row + at, area.width, buf);
    }
}

/// Zone, filter, what is set, and what is to be said of the whole.
fn head(state: &State, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let look = &state.look;
    let mut set = vec![format!("times are read in {}", look.zone)];
    if !state.asking.to.is_empty() {
        set.push(format!("else to {}", one_line(&state.asking.to.join(", "))));
    }
    if state.asking.files.is_some() {
        set.push("files beside it are read".into());
    }
    if state.asking.drafts {
        set.push("all as drafts".into());
    }
    if state.asked {
        set.push("providers asked".into());
    }
    let mended = state.asking.mended.values().filter(|mend| mend.says_else()).count();
    if mended > 0 {
        set.push(format!("{} mended", count(mended, "row")));
    }
    if let Shown::Of(only) = state.only {
        set.push(format!("only {}", only.word()));
    }
    panel::line(inside, 0, buf, &[(&set.join(" · "), style(Role::Muted))]);
    let order = match state.asking.order.as_deref() {
        Some("dmy") => Some("03/04 is read as 3 April; D reads it as March 4".to_owned()),
        Some(_) => Some("03/04 is read as March 4; D reads it as 3 April".to_owned()),
        None if look.two_ways > 0 => Some(format!(
            "{} like 03/04 can be read two ways: D says which number is the day",
            count(look.two_ways, "date")
        )),
        None => None,
    };
    let remark = match (&look.stop, order) {
        (Some(words), _) => Some((in_place(words), Role::Bad)),
        (None, Some(words)) => Some((words, if state.asking.order.is_none() { Role::Warn } else { Role::Text })),
        (None, None) => look.remarks.first().map(|words| (in_place(words), Role::Warn)),
    };
    if let Some((words, role)) = remark {
        panel::line(inside, 1, buf, &[(&one_line(&shared.keys.of(&words)), style(role))]);
    }
    let read: Vec<String> = look.columns.iter().filter(|column| column.holds.is_some()).map(named).collect();
    let unread: Vec<&str> =
        look.columns.iter().filter(|column| column.holds.is_none()).map(|column| column.title.as_str()).collect();
    if !look.columns.is_empty() {
        let read = format!("columns {}", read.join(", "));
        let unread = if unread.is_empty() { String::new() } else { format!(" · not read: {}", unread.join(", ")) };
        panel::line(inside, 2, buf, &[(&read, style(Role::Muted)), (&unread, style(Role::Warn))]);
    }
}

/// `Texte=body`, or just `body`.
fn named(column: &Column) -> String {
    let holds = column.holds.as_deref().unwrap_or_default();
    if column.title == holds { holds.to_owned() } else { format!("{}={holds}", column.title) }
}

/// What the shell is told to type is a key here.
pub(super) fn in_place(words: &str) -> String {
    if let Some((before, _)) = words.split_once("; the first line has") {
        return format!("{before}: choose it below, and l says body");
    }
    let words = match words.split_once("Then say --map") {
        Some((before, _)) => format!("{before}Tab says so"),
        None => words.to_owned(),
    };
    let words = words.replace("say --dates dmy or --dates mdy", "D says which is the day");
    let words = words.replace("keeps no queues: give a time", "keeps no queues: s gives it a time");
    let words = words.replace("say publish_now yes, or give a time", "s gives it a time");
    words.replace("--files DIR allows those below DIR", "F allows those beside this file")
}

fn columns(state: &State, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let list = list(state, inside);
    let widest = state.look.columns.iter().map(|column| cells(&column.title)).max().unwrap_or(0).clamp(6, 28);
    for (row, (at, column)) in (0..list.height).zip(state.look.columns.iter().enumerate().skip(offset(state, list))) {
        if at == state.column_at {
            buf.set_style(Rect { y: list.y + row, height: 1, ..list }, style(Role::Cursor));
        }
        let (holds, role) = match &column.holds {
            Some(holds) => (holds.as_str(), Role::Text),
            None => ("not read", Role::Warn),
        };
        let parts = [
            (panel::padded(&column.title, widest + 2), Role::Title),
            (panel::padded(holds, 22), role),
            (column.example.clone(), Role::Muted),
        ];
        let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), style(*role))).collect();
        panel::line(list, row, buf, &parts);
    }
}

fn rows(state: &State, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let list = list(state, inside);
    let rows = state.rows();
    if rows.is_empty() {
        let words = if state.look.rows.is_empty() { "there is no row" } else { state.only.nothing() };
        panel::line(list, 0, buf, &[(words, style(Role::Muted))]);
        return;
    }
    for (row, (at, line)) in (0..list.height).zip(rows.iter().enumerate().skip(offset(state, list))) {
        if at == state.row_at {
            buf.set_style(Rect { y: list.y + row, height: 1, ..list }, style(Role::Cursor));
        }
        let when = match (line.at, &line.proposal) {
            (Some(at), _) => plain(at.instant(), shared.now, shared),
            // There is no room for it behind the text.
            (None, Some(proposal)) if list.width < WIDE => asked(proposal, shared, true),
            _ => "no time".to_owned(),
        };
        let (mark, role) = mark(line, theme);
        let first = line.messages.first().filter(|_| line.has_problem()).map(|words| in_place(words));
        let tail = line.proposal.as_ref().map(|proposal| asked(proposal, shared, false)).or(first);
        let tail = tail.map(|words| format!("  {words}")).unwrap_or_default();
        let parts = [
            (format!("{:>5}{}", line.number, if state.is_mended(line) { "*" } else { " " }), Role::Muted),
            (panel::padded(&format!("{mark} {}", Kind::of(line.verdict).word()), 12), role),
            (panel::padded(&when, 27), Role::Text),
            (panel::padded(&marks(line), 8), Role::Muted),
            (truncate(&line.headline, if tail.is_empty() { 60 } else { 24 }), Role::Text),
            (tail, Role::Muted),
        ];
        let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), style(*role))).collect();
        panel::line(list, row, buf, &parts);
    }
    let Some(line) = rows.get(state.row_at) else { return };
    let top = list.bottom().saturating_sub(inside.y);
    let mut place = format!("row {}", line.number);
    if line.line > 0 {
        place.push_str(&format!(", line {}", line.line));
    }
    if state.is_mended(line) {
        place.push_str(", mended here");
    }
    if line.verdict == Verdict::Skipped {
        place.push_str(", skipped");
    }
    let taken = 2 + u16::from(line.proposal.is_some());
    let below = Rect { height: inside.height.saturating_sub(taken), ..inside };
    let words = match line.messages.split_first() {
        _ if state.fault.is_some() => {
            let kept = (!state.asking.mended.is_empty()).then_some("what was mended here is kept".to_owned());
            state.fault.iter().map(|words| in_place(words)).chain(kept).collect()
        }
        None => vec![format!("{place}: nothing stands in its way")],
        Some((first, rest)) => {
            let first = format!("{place}: {}", in_place(first));
            [first].into_iter().chain(rest.iter().map(|words| format!("· {}", in_place(words)))).collect()
        }
    };
    let words: Vec<String> = words.into_iter().chain(own_texts(&line.said).map(|own| format!("· {own}"))).collect();
    let role = match line.messages.is_empty() {
        _ if state.fault.is_some() => Role::Bad,
        true => Role::Muted,
        false => mark(line, theme).1,
    };
    listed(below, top, &words, role, theme, buf);
}

/// A proposal beside its row: `no 02:30 that day → 03:30?`, `no time → Thu 30 14:00?`; in the place of the time, which
/// says the day, `28 Mar, no 02:30 → 03:30?`.
fn asked(proposal: &Proposal, shared: &Shared, in_time: bool) -> String {
    let whose = proposal.whose.as_ref().map(|whose| format!("{}: ", one_line(whose))).unwrap_or_default();
    let clock = |wall: NaiveDateTime| shared.habits.moment(wall.and_utc(), Tz::UTC, "{}");
    let words = match proposal.why {
        Why::Gap(wall) if in_time => {
            format!("{}, no {} → {}?", wall.format("%-d %b"), clock(wall), clock(proposal.at.wall()))
        }
        Why::Gap(wall) => format!("no {} that day → {}?", clock(wall), clock(proposal.at.wall())),
        Why::Slot => format!("no time → {}?", brief(proposal.at.instant(), shared.now, shared)),
    };
    whose + &words
}

/// What is proposed for the row under the cursor, in words: what Enter takes.
fn proposed(state: &State, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    let Some((line, proposal)) = state.row().zip(state.proposal()) else { return };
    let style = |role| theme.style(role);
    let whose = proposal.whose.as_ref().map(|whose| format!(", on {}", one_line(whose))).unwrap_or_default();
    let free = if proposal.why == Why::Slot { " (free slot)" } else { "" };
    let at = plain(proposal.at.instant(), shared.now, shared);
    let parts = [
        (format!("Row {}{whose}: ", line.number), Role::Text),
        (shared.keys.here("Enter").into_owned(), Role::Key),
        (format!(" takes {at}{free}; "), Role::Text),
        (shared.keys.here("s").into_owned(), Role::Key),
        (" another time".to_owned(), Role::Text),
    ];
    let parts: Vec<_> = parts.iter().map(|(text, role)| (text.as_str(), style(*role))).collect();
    panel::line(inside, inside.height.saturating_sub(3), buf, &parts);
}

/// What the key for it takes and leaves, above the foot.
fn outcome(state: &State, shared: &Shared, theme: &Theme, inside: Rect, buf: &mut Buffer) {
    if state.look.rows.is_empty() {
        return;
    }
    let row = inside.height.saturating_sub(2);
    let style = |role| theme.style(role);
    if state.good() == 0 {
        panel::line(inside, row, buf, &[("nothing to take yet", style(Role::Muted))]);
        return;
    }
    let key = shared.keys.here("Ctrl-s");
    let after = panel::line(
        inside,
        row,
        buf,
        &[(&key, style(Role::Key)), (" ", style(Role::Text)), (&state.look.outcome(), style(Role::Text))],
    );
    let safe = " · once more, it makes nothing twice";
    if usize::from(inside.right().saturating_sub(after)) >= cells(safe) {
        panel::line(
            Rect { x: after, width: inside.right() - after, ..inside },
            row,
            buf,
            &[(safe, style(Role::Muted))],
        );
    }
}

/// Each of `words` on rows of its own; how many are left where there is no room for all.
fn listed(area: Rect, top: u16, words: &[String], role: Role, theme: &Theme, buf: &mut Buffer) {
    let room = usize::from(area.height.saturating_sub(top));
    let mut drawn = Vec::new();
    for (at, said) in words.iter().enumerate() {
        let rows = paragraph(&one_line(said), role, &[], usize::from(area.width), room);
        let more = words.len() - at - 1;
        // A row stays free for the number of those that are left.
        let fits = drawn.len() + rows.len() + usize::from(more > 0) <= room;
        if !fits && at > 0 {
            drawn.push(Row::of(format!("and {} more", more + 1), role));
            break;
        }
        drawn.extend(rows);
    }
    for (at, line) in (0..).zip(drawn.iter().take(room)) {
        line.draw(theme, theme.style(role), area.x, area.y + top + at, area.width, buf);
    }
}

fn marks(line: &Line) -> String {
    line.to.iter().map(|(_, network)| network.mark()).collect::<Vec<_>>().join(" ")
}

fn mark(line: &Line, theme: &Theme) -> (char, Role) {
    match line.verdict {
        Verdict::Good if line.messages.is_empty() => (theme.glyphs.check, Role::Good),
        Verdict::Good => (theme.glyphs.check, Role::Warn),
        Verdict::Known(_) if line.differs => ('=', Role::Warn),
        Verdict::Known(_) => ('=', Role::Muted),
        Verdict::Refused => (theme.glyphs.cross, Role::Bad),
        Verdict::Skipped => ('–', Role::Muted),
    }
}
