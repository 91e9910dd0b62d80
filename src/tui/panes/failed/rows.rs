//! How the failed queue is written down, row by row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::domain::outcome::{Cause, Outcome, State};
use crate::domain::post::{Post, Target};
use crate::domain::twin::Finding;
use crate::domain::words::count;
use crate::text::clean::{cells, clean, one_line, truncate};
use crate::tui::board::{Board, distance_words};
use crate::tui::model::Shared;
use crate::tui::theme::Role;
use crate::tui::twins;
use crate::tui::widgets::moment::{Reader, brief, plain};
use crate::tui::widgets::prose::{Bit, Row, hang, paragraph};

use super::queue::{Group, Spot};

/// Rows of the provider's words under the cursor, per channel and in all.
const WORDS_ROWS: usize = 3;
const ALL_WORDS_ROWS: usize = 6;
/// Cells of the state column: mark, blank, longest word, blank.
const STATE_CELLS: usize = 10;
/// Cells of the time column.
const WHEN_CELLS: usize = 13;
/// From this many cells on there is room for handles.
const HANDLES_FROM: usize = 64;
/// Handles are cut here.
const HANDLE_CELLS: usize = 16;
const INDENT: usize = 4;

/// What the list is written from.
pub struct List<'a> {
    pub shared: &'a Shared,
    pub board: &'a Board,
    pub folded: &'a BTreeSet<Cause>,
    pub here: Option<Spot>,
    /// Cells per row.
    pub width: usize,
}

/// One row, the spot it belongs to, and whether it is that spot's own row rather than words under it. Written when it
/// is drawn: of a long queue only few rows are.
pub struct Line<'a> {
    pub spot: Spot,
    pub first: bool,
    what: What<'a>,
}

/// What a row is about.
enum What<'a> {
    Heading(&'a Group<'a>),
    Post(&'a Post),
    Words(Row),
}

impl List<'_> {
    /// All rows of the groups.
    pub fn lines<'a>(&self, groups: &'a [Group<'a>]) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        for group in groups {
            let spot = Spot::Heading(group.cause);
            lines.push(Line { spot, first: true, what: What::Heading(group) });
            if self.folded.contains(&group.cause) {
                continue;
            }
            for post in &group.posts {
                let spot = Spot::Post(post.id);
                lines.push(Line { spot, first: true, what: What::Post(post) });
                if self.here == Some(spot) {
                    let said = self.says_remedy(group);
                    let words = self.words(post, group.cause, said).into_iter();
                    lines.extend(words.map(|row| Line { spot, first: false, what: What::Words(row) }));
                }
            }
        }
        lines
    }

    /// A line written down.
    pub fn row(&self, line: &Line<'_>, columns: &Columns) -> Row {
        match &line.what {
            What::Heading(group) => self.heading(group),
            What::Post(post) => self.post(post, columns),
            What::Words(row) => row.clone(),
        }
    }

    fn heading(&self, group: &Group<'_>) -> Row {
        let fold = if self.folded.contains(&group.cause) { Bit::Folded } else { Bit::Unfolded };
        let title = format!(" {} ({})", group.cause.title(), group.posts.len());
        let row = Row::new().bit(fold, Role::Title).text(title, Role::Title);
        // Half an advice is none: where it does not fit, it stands under the post at the cursor.
        if self.says_remedy(group) { row.text(format!("  {}", self.remedy(group.cause)), Role::Muted) } else { row }
    }

    fn says_remedy(&self, group: &Group<'_>) -> bool {
        let bare = group.cause.title().len() + group.posts.len().to_string().len() + "▸  ()".chars().count();
        bare + 2 + cells(&self.remedy(group.cause)) <= self.width
    }

    /// What to do, with the keys in force.
    fn remedy(&self, cause: Cause) -> Cow<'static, str> {
        self.shared.keys.of(cause.remedy())
    }

    fn post(&self, post: &Post, columns: &Columns) -> Row {
        let (now, reader) = (self.shared.now, Reader::from(self.shared));
        let marked = self.shared.marks.contains(&post.id);
        let targets = troubled(post, self.shared);
        let mut row = if marked { Row::new().bit(Bit::Marked, Role::Marked) } else { Row::of(" ", Role::Text) };
        row = row.to_column(2).state(post.state(now), false).to_column(2 + STATE_CELLS);
        let mut column = 2 + STATE_CELLS + columns.marks;
        row = row.text(truncate(&marks(self.board, &targets), columns.marks - 1), Role::Title).to_column(column);
        if columns.handle > 0 {
            column += columns.handle;
            row = row.text(truncate(&handle(self.board, &targets), columns.handle - 1), Role::Text).to_column(column);
        }
        let when = post.instant().map_or_else(|| "no time".into(), |at| brief(at, now, reader));
        row.text(when, Role::Muted)
            .to_column(column + WHEN_CELLS + usize::from(self.shared.habits.twelve))
            .text(one_line(&truncate_raw(post.headline())), Role::Text)
    }

    /// What happened, in the words of those who know, and what to do unless the heading `said` it in full.
    fn words(&self, post: &Post, cause: Cause, said: bool) -> Vec<Row> {
        let width = self.width.saturating_sub(INDENT).max(1);
        let targets = troubled(post, self.shared);
        let mut reasons: Vec<(String, String)> = Vec::new();
        for target in &targets {
            let (mark, reason) = (mark(self.board, target), self.reason(post, target));
            match reasons.iter_mut().find(|(_, each)| *each == reason) {
                Some((marks, _)) => *marks += &format!(" {mark}"),
                None => reasons.push((mark.into_owned(), reason)),
            }
        }
        // One reason for all needs no names: the row above has them.
        let indent = match reasons.as_slice() {
            [_] => 0,
            many => many.iter().map(|(marks, _)| cells(marks)).max().unwrap_or(0).min(width / 3) + 1,
        };
        let mut rows = Vec::new();
        for (marks, reason) in &reasons {
            let label = if indent == 0 { String::new() } else { truncate(marks, indent - 1) };
            let reason = self.shared.keys.of(reason);
            let reason = clean(&reason);
            let wrapped = paragraph(reason.trim(), Role::Bad, &[], width.saturating_sub(indent).max(1), WORDS_ROWS);
            rows.extend(hang(Row::of(label, Role::Title), indent, wrapped));
        }
        rows.truncate(ALL_WORDS_ROWS);
        let guessed = |target: &&Target| match &target.outcome {
            Outcome::Refused(refusal) => refusal.guessed && refusal.cause == cause,
            _ => false,
        };
        if targets.iter().any(guessed) {
            let words =
                format!("By its words it looks like \"{}\"; no code came with them", cause.title().to_lowercase());
            rows.extend(paragraph(&words, Role::Muted, &[], width, 2));
        }
        let found = self.found(post, width);
        if !found.is_empty() {
            rows.extend(found);
        } else if !said {
            rows.extend(paragraph(&self.remedy(cause), Role::Muted, &[], width, 2));
        }
        hang(Row::new(), INDENT, rows)
    }

    /// What was found to say the same as its refused duplicates: by channel where there are several.
    fn found(&self, post: &Post, width: usize) -> Vec<Row> {
        let (now, reader) = (self.shared.now, Reader::from(self.shared));
        let several = twins::findings(post, self.board).count() > 1;
        let one = |finding: &Finding| {
            let (said, next) = (finding.said(|at| plain(at, now, reader)), self.shared.keys.of(finding.next()));
            let mark = self.board.channel(&finding.channel).map_or("??", |channel| channel.network.mark());
            let label = if several { format!("{mark}: ") } else { String::new() };
            let role = if finding.live().is_some() { Role::Good } else { Role::Muted };
            let rows = paragraph(&one_line(&format!("{label}{said}")), role, &[], width, WORDS_ROWS);
            rows.into_iter().chain(paragraph(&next, Role::Muted, &[], width, 2))
        };
        twins::findings(post, self.board).flat_map(one).collect()
    }

    fn reason(&self, post: &Post, target: &Target) -> String {
        let (now, reader) = (self.shared.now, Reader::from(self.shared));
        match &target.outcome {
            Outcome::Refused(refusal) => refusal.words.clone(),
            Outcome::Unknown { since, words } => {
                format!("Not known since {}: {words}", plain(*since, now, reader))
            }
            _ => match post.schedule_for(target) {
                Some(due) => format!(
                    "It was due {}, {}, and there is no result",
                    plain(due.instant(), now, reader),
                    distance_words(due.instant(), now)
                ),
                None => "It was due, and there is no result".into(),
            },
        }
    }
}

/// How wide the columns are that depend on what stands in them.
pub struct Columns {
    marks: usize,
    handle: usize,
}

impl Columns {
    /// The columns for all rows of `groups`, seen or not.
    pub fn fitting(list: &List<'_>, groups: &[Group<'_>]) -> Self {
        let most = if list.width < HANDLES_FROM { 5 } else { 11 };
        let (mut marks, mut handle) = (2, 4);
        for post in groups.iter().flat_map(|group| &group.posts) {
            let full = handle == HANDLE_CELLS || list.width < HANDLES_FROM;
            if marks == most && full {
                break;
            }
            let targets = troubled(post, list.shared);
            marks = marks.max(marks_cells(list.board, &targets)).min(most);
            if !full {
                handle = handle.max(cells(&self::handle(list.board, &targets))).min(HANDLE_CELLS);
            }
        }
        Self { marks: marks + 1, handle: if list.width < HANDLES_FROM { 0 } else { handle + 2 } }
    }
}

/// The targets that need a person.
fn troubled<'a>(post: &'a Post, shared: &Shared) -> Vec<&'a Target> {
    let needs = |target: &&Target| match post.target_state(target, shared.now) {
        State::Unknown | State::Missed => true,
        State::Failed => matches!(&target.outcome, Outcome::Refused(refusal) if !refusal.dismissed),
        _ => false,
    };
    post.targets.iter().filter(needs).collect()
}

fn mark<'a>(board: &'a Board, target: &Target) -> Cow<'a, str> {
    let mark = board.channel(&target.channel).map_or("??", |channel| channel.network.mark());
    // That of every known network is of this kind.
    let fits = mark.len() <= 2 && mark.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Cow::Borrowed(mark) } else { Cow::Owned(truncate(&one_line(mark), 2)) }
}

fn marks(board: &Board, targets: &[&Target]) -> String {
    targets.iter().map(|target| mark(board, target)).collect::<Vec<_>>().join(" ")
}

/// The cells that [`marks`] takes.
fn marks_cells(board: &Board, targets: &[&Target]) -> usize {
    targets.iter().map(|target| cells(&mark(board, target)) + 1).sum::<usize>().saturating_sub(1)
}

fn handle(board: &Board, targets: &[&Target]) -> String {
    match targets {
        [only] => one_line(board.channel(&only.channel).map_or(only.channel.as_str(), |channel| channel.label())),
        many => format!("{} channels", many.len()),
    }
}

/// A headline may be one endless line; no pane shows more of it than this.
fn truncate_raw(text: &str) -> String {
    text.chars().take(400).collect()
}

/// `3 posts · 3 causes`, and the keys where there is room.
pub fn note(shared: &Shared, groups: &[Group<'_>], width: usize) -> Row {
    let posts: usize = groups.iter().map(|group| group.posts.len()).sum();
    if posts == 0 {
        return Row::new();
    }
    let filtered = if shared.filter.is_some() { " · filtered" } else { "" };
    let row = Row::of(format!("{} · {}{filtered}", count(posts, "post"), count(groups.len(), "cause")), Role::Muted);
    if width < 100 { row } else { row.text(" · ", Role::Muted).then(keys(shared, true)) }
}

fn keys(shared: &Shared, all: bool) -> Row {
    let short = [("e", "fix"), ("V", "verify"), ("r", "retry")];
    let more = [("a", "suggested"), ("x", "dismiss"), ("i", "story")];
    let mut row = Row::new();
    for (key, words) in short.into_iter().chain(more.into_iter().filter(|_| all)) {
        let gap = if row.cells() > 0 { "  " } else { "" };
        row = row
            .text(gap, Role::Muted)
            .text(shared.keys.key(key, "failed"), Role::Key)
            .text(format!(" {words}"), Role::Muted);
    }
    row
}

/// Nothing to do, said calmly.
pub fn empty(shared: &Shared, board: &Board, width: usize) -> Vec<Row> {
    let calm = Row::new().bit(Bit::Check, Role::Good).text(" Nothing failed.", Role::Text);
    let failed_at = |target: &Target| if let Outcome::Refused(refusal) = &target.outcome { refusal.at } else { None };
    let last = board.posts.iter().flat_map(|post| &post.targets).filter_map(failed_at).max();
    let last =
        last.filter(|at| *at <= shared.now).map(|at| format!(" Last failure {}.", distance_words(at, shared.now)));
    let calm = calm.text(last.unwrap_or_default(), Role::Muted);
    let hidden = board.failed.iter().filter(|post| post.cause(shared.now).is_some()).count();
    let are = if hidden == 1 { "is" } else { "are" };
    let (first, more, role) = match hidden {
        0 => (calm, "What needs a person appears here, with the reason and what to do.".to_owned(), Role::Muted),
        _ => (
            Row::of("Nothing failed among what is shown.", Role::Text),
            format!("{} {are} behind the filter or in hidden channels.", count(hidden, "post")),
            Role::Warn,
        ),
    };
    std::iter::once(first).chain(paragraph(&more, role, &[], width, WORDS_ROWS)).collect()
}

/// `✗ failed li Mon 27 17:00 duplicate content   e fix  V verify  r retry   1 of 3`
pub fn one_row(shared: &Shared, board: &Board, groups: &[Group<'_>], here: Option<Spot>, width: usize) -> Row {
    let posts: Vec<_> = groups.iter().flat_map(|group| group.posts.iter().map(|post| (group.cause, post))).collect();
    let at = match here {
        Some(Spot::Post(id)) => posts.iter().position(|(_, post)| post.id == id),
        Some(Spot::Heading(cause)) => posts.iter().position(|(each, _)| *each == cause),
        None => None,
    };
    let Some((cause, post)) = posts.get(at.unwrap_or(0)) else {
        return empty(shared, board, usize::MAX).into_iter().next().unwrap_or_default();
    };
    let number = match at {
        Some(at) => format!("{} of {}", at + 1, posts.len()),
        None => format!("{}  {}", count(posts.len(), "post"), shared.keys.key("4", "calendar")),
    };
    let tail = match at {
        Some(_) => keys(shared, false).text("   ", Role::Text),
        None => Row::new(),
    };
    let tail = if at.is_some() { tail.text(number, Role::Muted) } else { tail.text(number, Role::Key) };
    let targets = troubled(post, shared);
    let when = post.instant().map(|at| brief(at, shared.now, shared)).unwrap_or_default();
    let row = Row::new()
        .state(post.state(shared.now), false)
        .text(format!(" {} ", marks(board, &targets)), Role::Title)
        .text(format!("{when} "), Role::Muted)
        .text(cause.title().to_lowercase(), Role::Bad);
    let head = one_line(&truncate_raw(post.headline()));
    let room = width.saturating_sub(row.cells() + tail.cells() + 4);
    let row = if room > 12 { row.text(format!(" {}", truncate(&head, room)), Role::Text) } else { row };
    let column = width.saturating_sub(tail.cells());
    if row.cells() < column { row.to_column(column).then(tail) } else { row }
}
