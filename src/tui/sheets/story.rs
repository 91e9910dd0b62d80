//! A post's attempts and edits, with the provider's own words.

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::Flow;
use crate::domain::ids::{ChannelId, PostId};
use crate::domain::outcome::{Outcome, Refusal};
use crate::domain::words::count;
use crate::text::clean::{cells, clean, one_line, truncate};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Key, Story};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::frame::{frame, inner_width};
use crate::tui::widgets::moment::exact;
use crate::tui::widgets::prose::{Bit, Row, hang, paragraph};

/// The widest the sheet gets: longer lines are hard to read.
const WIDEST: u16 = 110;
/// Rows of one attempt's or edit's words.
const WORDS_ROWS: usize = 12;
/// `Wed 29 Jul 09:00:12 CEST` and two blanks.
const MOMENT_CELLS: usize = 26;
/// Under this many cells words stand below their moment.
const BESIDE_FROM: usize = 60;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    post: PostId,
    story: Option<Story>,
    offset: usize,
}

impl State {
    /// Whose story it is.
    pub fn post(&self) -> PostId {
        self.post
    }
}

/// Opens the sheet for a post, and asks for its story.
pub fn open(post: PostId) -> (State, Vec<Effect>) {
    (State { post, story: None, offset: 0 }, vec![Effect::LoadStory(post)])
}

/// Takes the story that was asked for.
pub fn loaded(state: &mut State, story: Story) {
    state.story = Some(story);
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let (width, height) = shared.size;
    let sheet = place(Rect { x: 0, y: 0, width, height });
    let rows = rows(state, shared, board, inner_width(sheet.width)).len();
    let page = usize::from(sheet.height.saturating_sub(2)).max(1);
    let last = rows.saturating_sub(page);
    let offset = state.offset.min(last);
    state.offset = match action {
        Action::Back | Action::Close | Action::RawAnswer | Action::No => return (Vec::new(), Flow::Close),
        Action::Down | Action::ScrollPostDown => offset + 1,
        Action::Up | Action::ScrollPostUp => offset.saturating_sub(1),
        Action::PageDown => offset + page,
        Action::PageUp => offset.saturating_sub(page),
        Action::HalfDown => offset + page / 2,
        Action::HalfUp => offset.saturating_sub(page / 2),
        Action::Top => 0,
        Action::Bottom => last,
        _ => offset,
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to: there is nothing to type here.
pub fn input(_state: &mut State, _shared: &mut Shared, _board: &Board, _key: Key) -> (Vec<Effect>, Flow) {
    (Vec::new(), Flow::Stay)
}

/// Where the sheet lies on the screen.
pub fn place(screen: Rect) -> Rect {
    let width = screen.width.saturating_sub(if screen.width > 60 { 6 } else { 0 }).min(WIDEST);
    let height = screen.height.saturating_sub(if screen.height > 16 { 4 } else { 0 });
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let sheet = place(area.intersection(buf.area));
    let rows = rows(state, shared, board, inner_width(sheet.width));
    Clear.render(sheet, buf);
    let page = usize::from(sheet.height.saturating_sub(2)).max(1);
    let offset = state.offset.min(rows.len().saturating_sub(page));
    let below = rows.len().saturating_sub(offset + page);
    let note = match below {
        0 => Row::of(shared.keys.key("Esc", "sheet"), Role::Key).text(" closes", Role::Muted),
        _ => Row::of(format!("{} · ", count(below, "more row")), Role::Muted)
            .text(shared.keys.key("j k", "sheet"), Role::Key)
            .text(" scroll · ", Role::Muted)
            .text(shared.keys.key("Esc", "sheet"), Role::Key)
            .text(" closes", Role::Muted),
    };
    let inner = frame("Attempts and edits", &note, theme, true, sheet, buf);
    for (y, row) in (inner.y..inner.bottom()).zip(rows.iter().skip(offset)) {
        row.draw(theme, theme.style(Role::Text), inner.x, y, inner.width, buf);
    }
}

fn rows(state: &State, shared: &Shared, board: &Board, width: usize) -> Vec<Row> {
    let mut rows = now_rows(state, shared, board, width);
    let Some(story) = &state.story else {
        rows.push(Row::new().bit(Bit::Synced, Role::Key).text(" reading the journal", Role::Muted));
        return rows;
    };
    rows.extend(earlier_rows(story, state.post, shared, board, width));
    if !story.strange.is_empty() {
        rows.push(Row::of("Not understood", Role::Title));
        rows.extend(story.strange.iter().flat_map(|words| words_rows(words, Role::Text, 2, width)));
        rows.push(Row::new());
    }
    rows.push(Row::of("Attempts", Role::Title));
    if story.attempts.is_empty() {
        // What is at the provider all the same was made there, or by another machine.
        let there = board.post(state.post).is_some_and(|post| post.is_remote());
        let words = if there {
            "Nothing was sent from here; the provider has it."
        } else {
            "Nothing was sent to a provider yet."
        };
        rows.push(Row::of(format!("  {words}"), Role::Muted));
    }
    for attempt in &story.attempts {
        rows.extend(entry(shared, attempt.at, &attempt.words, width));
    }
    rows.push(Row::new());
    rows.push(Row::of("Edits", Role::Title));
    if story.edits.is_empty() {
        rows.push(Row::of("  No edit is on record.", Role::Muted));
    }
    for (at, words) in &story.edits {
        rows.extend(entry(shared, *at, words, width));
    }
    rows
}

/// How things stand: the headline, and every provider's own words in full.
fn now_rows(state: &State, shared: &Shared, board: &Board, width: usize) -> Vec<Row> {
    let Some(post) = board.post(state.post) else {
        return vec![Row::of(format!("post {}", state.post), Role::Muted), Row::new()];
    };
    let start: String = post.headline().chars().take(400).collect();
    let title = truncate(&one_line(&start), width.saturating_sub(14).max(8));
    let mut rows = vec![Row::new().state(post.state(shared.now), post.pending).text(format!("  {title}"), Role::Title)];
    rows.push(Row::of(format!("id {}", post.id), Role::Muted));
    rows.push(Row::new());
    let mut said = Vec::new();
    for target in &post.targets {
        let (cause, words, at, answer) = match &target.outcome {
            Outcome::Refused(refusal) => (refusal.likely(), &refusal.words, refusal.at, refusal.answer.as_deref()),
            Outcome::Unknown { since, words } => ("Outcome unknown".to_owned(), words, Some(*since), None),
            _ => continue,
        };
        let channel = board.channel(&target.channel);
        let mark = channel.map_or("??", |channel| channel.network.mark());
        let label = channel.map_or(target.channel.as_str(), |channel| channel.label());
        let mut head = Row::of(format!("  {} {}", one_line(mark), one_line(label)), Role::Title)
            .text(format!("  {cause}"), Role::Bad);
        if let Some(moment) = at.map(|at| exact(at, shared.now, shared)) {
            if head.cells() + 2 + cells(&moment) > width {
                said.push(std::mem::replace(&mut head, Row::of("  ", Role::Muted)));
            }
            head = head.text(format!("  {moment}"), Role::Muted);
        }
        said.push(head);
        said.extend(words_rows(&shared.keys.of(words), Role::Text, 4, width));
        if let Some(answer) = answer {
            said.extend(words_rows(&format!("answer: {answer}"), Role::Muted, 4, width));
        }
    }
    if !said.is_empty() {
        rows.push(Row::of("What was said", Role::Title));
        rows.append(&mut said);
        rows.push(Row::new());
    }
    rows
}

/// What was refused before and is not any more: the provider tried again, or a person had it sent again.
fn earlier_rows(story: &Story, post: PostId, shared: &Shared, board: &Board, width: usize) -> Vec<Row> {
    let stands = |(channel, refusal): &&(ChannelId, Refusal)| {
        let target = board.post(post).and_then(|post| post.targets.iter().find(|target| target.channel == *channel));
        matches!(target.map(|target| &target.outcome), Some(Outcome::Refused(now)) if now.words == refusal.words)
    };
    let mut rows = Vec::new();
    for (channel, refusal) in story.refusals.iter().filter(|each| !stands(each)) {
        let found = board.channel(channel);
        let mark = found.map_or("??", |channel| channel.network.mark());
        let label = found.map_or(channel.as_str(), |channel| channel.label());
        let words = format!("{} {}: {}: {}", one_line(mark), one_line(label), refusal.likely(), refusal.words);
        match refusal.at {
            Some(at) => rows.extend(entry(shared, at, &words, width)),
            None => rows.extend(words_rows(&words, Role::Text, 2, width)),
        }
        if let Some(answer) = &refusal.answer {
            rows.extend(words_rows(&format!("answer: {answer}"), Role::Muted, 4, width));
        }
    }
    if !rows.is_empty() {
        rows.insert(0, Row::of("Refused before", Role::Title));
        rows.push(Row::new());
    }
    rows
}

fn entry(shared: &Shared, at: DateTime<Utc>, words: &str, width: usize) -> Vec<Row> {
    let moment = Row::of(format!("  {}", exact(at, shared.now, shared)), Role::Muted);
    if width < BESIDE_FROM {
        let mut rows = vec![moment];
        rows.extend(words_rows(&shared.keys.of(words), Role::Text, 4, width));
        return rows;
    }
    let indent = (MOMENT_CELLS + 2).max(moment.cells() + 2);
    let words = shared.keys.of(words);
    let words = clean(&words);
    hang(moment, indent, paragraph(words.trim(), Role::Text, &[], width.saturating_sub(indent).max(1), WORDS_ROWS))
}

fn words_rows(words: &str, role: Role, indent: usize, width: usize) -> Vec<Row> {
    let words = clean(words);
    hang(Row::new(), indent, paragraph(words.trim(), role, &[], width.saturating_sub(indent).max(1), WORDS_ROWS))
}
