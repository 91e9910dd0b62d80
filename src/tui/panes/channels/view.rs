//! Drawing the channels: as a list with lights, health and what is ahead; as running text where there is no room.

use chrono::TimeDelta;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{Row, State, cursor, listed, rows};
use crate::domain::channel::{Channel, Health};
use crate::domain::ids::AccountName;
use crate::domain::outcome::State as PostState;
use crate::domain::post::Wish;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::board::{Board, Light, LightState, span_words};
use crate::tui::model::{Pane, Shared};
use crate::tui::panes::calendar::Colouring;
use crate::tui::panes::calendar::paint::{has_border, inside, put, put_cut};
use crate::tui::panes::failed;
use crate::tui::theme::{Glyphs, Hue, Role, Theme};
use crate::tui::widgets::frame::frame;
use crate::tui::widgets::prose::Row as Words;

/// Lines of the summary: a blank one, drafts, the week, writes that wait.
const FOOT: u16 = 4;
/// Cells that the sparklines leave to every name; a longer one takes the room of its own sparkline.
const NAME: u16 = 9;
/// The days that the sparklines keep where names are long, as far as there is room.
const DAYS: u16 = 6;
/// From this width on, health is said in whole words.
const WORDS_FROM: u16 = 40;

struct Scene<'a> {
    state: &'a State,
    shared: &'a Shared,
    board: &'a Board,
    theme: &'a Theme,
    focused: bool,
}

/// Draws the pane.
pub fn draw(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let scene = Scene { state, shared, board, theme, focused };
    let rows = rows(state, board);
    if super::is_strip(area) {
        scene.strip(&rows, area, buf);
    } else {
        scene.list(&rows, area, buf);
    }
}

/// Rows that fit into the pane's region above the summary.
pub fn room(area: Rect) -> u16 {
    inside(area).height.saturating_sub(FOOT)
}

/// Rows scrolled away, so that the cursor is seen unless the wheel went elsewhere.
pub fn top(state: &State, rows: &[Row], area: Rect) -> usize {
    let height = usize::from(inside(area).height);
    let at = cursor(state, rows);
    let top = if state.adrift { state.top } else { state.top.max((at + 1).saturating_sub(height)).min(at) };
    top.min(rows.len().saturating_sub(height))
}

/// The row at a place of the screen.
pub fn row_at(state: &State, shared: &Shared, board: &Board, rows: &[Row], at: Position, area: Rect) -> Option<usize> {
    if super::is_strip(area) {
        let theme = Theme::default();
        let scene = Scene { state, shared, board, theme: &theme, focused: false };
        let (pieces, _) = scene.pieces(rows, area);
        return pieces.iter().find(|piece| piece.area.contains(at)).map(|piece| piece.row);
    }
    let inner = inside(area);
    let row = usize::from(at.y.checked_sub(inner.y)?) + top(state, rows, area);
    (inner.contains(at) && row < rows.len()).then_some(row)
}

/// One channel of the running text.
struct Piece<'a> {
    row: usize,
    channel: &'a Channel,
    text: String,
    area: Rect,
}

impl<'a> Scene<'a> {
    fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    fn list(&self, rows: &[Row], area: Rect, buf: &mut Buffer) {
        let shown = listed(self.board).count();
        let corner = if self.shared.only.is_empty() {
            shown.to_string()
        } else {
            format!("{} of {shown}", self.shared.only.len())
        };
        if has_border(area) {
            frame(Pane::Channels.title(), &Words::of(corner, Role::Muted), self.theme, self.focused, area, buf);
        }
        let inner = inside(area);
        if rows.is_empty() {
            self.welcome(inner, buf);
            return;
        }
        let at = cursor(self.state, rows);
        let top = top(self.state, rows, area);
        let days = self.days(inner.width.saturating_sub(1));
        for ((number, row), y) in rows.iter().enumerate().skip(top).zip(inner.top()..inner.bottom()) {
            let line = Rect::new(inner.x, y, inner.width, 1);
            match row {
                Row::Account(name) => self.heading(name, line, buf),
                Row::Channel(id) => {
                    if let Some(channel) = self.board.channel(id) {
                        self.channel(channel, days, line, buf);
                    }
                }
            }
            if number == at {
                buf.set_style(line, self.style(if self.focused { Role::Cursor } else { Role::Field }));
            }
        }
        let used = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        if inner.height >= used.saturating_add(FOOT) {
            self.foot(Rect { y: inner.y + used + 1, height: inner.height - used - 1, ..inner }, buf);
        }
    }

    fn welcome(&self, inner: Rect, buf: &mut Buffer) {
        let lines =
            [("No channels yet.", Role::Text), (":connect shows how", Role::Key), ("to add an account", Role::Muted)];
        for ((text, role), y) in lines.into_iter().zip(inner.top()..inner.bottom()) {
            put_cut(buf, inner, (inner.x + 1, y), inner.width.saturating_sub(1), text, self.style(role));
        }
    }

    /// `▾ zernio Late         ↻ 12 s`, and folded `▸ zernio (6) ✗1    ↻ 12 s`
    fn heading(&self, name: &AccountName, line: Rect, buf: &mut Buffer) {
        let folded = self.state.is_folded(name);
        let arrow = if folded { self.theme.glyphs.folded } else { self.theme.glyphs.unfolded };
        put(buf, line, (line.x, line.y), 1, &arrow.to_string(), self.style(Role::Muted));
        let light = self.board.lights.iter().find(|light| light.account == *name);
        let (words, style) = light.map_or((String::new(), Style::new()), |light| self.light(light));
        let end = put_right(buf, line, &words, style);
        let mut text = one_line(name.as_str());
        if folded {
            text = format!("{text} ({})", listed(self.board).filter(|channel| channel.account == *name).count());
        }
        let room = end.saturating_sub(line.x + 3);
        let mut x = put_cut(buf, line, (line.x + 2, line.y), room, &text, self.style(Role::Title));
        if folded
            && let Some(words) = self.amiss(name).filter(|words| cells(words) < usize::from(end.saturating_sub(x)))
        {
            x = put(buf, line, (x + 1, line.y), room, &words, self.style(Role::Bad));
        }
        let provider = light.map(|light| one_line(&light.provider)).filter(|word| !word.eq_ignore_ascii_case(&text));
        if let Some(provider) = provider.filter(|word| cells(word) + 2 <= usize::from(end.saturating_sub(x))) {
            put(buf, line, (x + 1, line.y), room, &provider, self.style(Role::Muted));
        }
    }

    /// How many channels of an account wait for a person, where there are any.
    fn amiss(&self, account: &AccountName) -> Option<String> {
        let waits = |channel: &&Channel| {
            let broken = matches!(channel.health, Health::Reconnect { .. } | Health::Disabled { .. });
            channel.account == *account && broken && !channel.hidden
        };
        let count = listed(self.board).filter(waits).count();
        (count > 0).then(|| format!("{}{count}", self.theme.glyphs.cross))
    }

    fn light(&self, light: &Light) -> (String, Style) {
        let glyphs = &self.theme.glyphs;
        let age = || light.fresh_at.map_or(String::new(), |at| format!(" {}", short(self.shared.now - at)));
        let (mut words, role) = match &light.state {
            LightState::Starting => (format!("{} starting", glyphs.synced), Role::Muted),
            LightState::Ok => (format!("{}{}", glyphs.synced, age()), Role::Good),
            LightState::Fetching { seen, total: Some(total) } => {
                (format!("{} {seen}/{total}", glyphs.synced), Role::Link)
            }
            LightState::Fetching { seen, total: None } => (format!("{} {seen}", glyphs.synced), Role::Link),
            LightState::Sending => (format!("{} sending", glyphs.waiting), Role::Link),
            LightState::Limited => {
                let wait = light.next_at.map_or(String::new(), |at| format!(" {}", short(at - self.shared.now)));
                (format!("{} pause{wait}", glyphs.warn), Role::Warn)
            }
            LightState::Offline { .. } => (format!("{} offline{}", glyphs.cross, age()), Role::Warn),
            LightState::Unauthorised { .. } => (format!("{} key refused", glyphs.cross), Role::Bad),
            LightState::Trouble { .. } => (format!("{} trouble", glyphs.warn), Role::Bad),
            LightState::Off { .. } => (format!("{} off", glyphs.cross), Role::Muted),
        };
        if light.pending > 0 && light.state != LightState::Sending {
            words = format!("{}{} {words}", light.pending, glyphs.waiting);
        }
        (words, self.style(role))
    }

    /// `  x  @acme      12 ▁▂▅▃▁`
    fn channel(&self, channel: &Channel, days: u16, line: Rect, buf: &mut Buffer) {
        let quiet = self.is_quiet(channel);
        let text = self.style(if quiet { Role::Muted } else { Role::Text });
        let alone = self.shared.only.contains(&channel.id);
        let mark = if alone { self.theme.glyphs.marked } else { ' ' };
        put(buf, line, (line.x, line.y), 1, &mark.to_string(), self.style(Role::Marked));
        let style = self.mark_style(channel, text);
        put(buf, line, (line.x + 2, line.y), 2, &one_line(channel.network.mark()), style);
        let mut edge = Rect { width: line.width.saturating_sub(1), ..line };
        if let Some((words, role)) = self.told(channel, edge.width) {
            let style = if quiet { self.style(Role::Muted) } else { self.style(role) };
            edge.width = put_right(buf, edge, &words, style).saturating_sub(line.x + 1);
        } else {
            edge.width = self.spark(channel, days, edge, quiet, buf).saturating_sub(line.x + 1);
        }
        let ahead: u32 = self.ahead(channel).iter().map(|day| u32::from(*day)).sum();
        if let Some((words, role)) = self.risk(channel, line.width >= WORDS_FROM) {
            let end = put_right(buf, edge, &words, self.style(if quiet { Role::Muted } else { role }));
            edge.width = end.saturating_sub(line.x + 1);
        } else if ahead > 0 && edge.width >= NAME + 3 {
            let end = put_right(buf, edge, &ahead.to_string(), self.style(Role::Muted));
            edge.width = end.saturating_sub(line.x + 1);
        }
        let room = edge.width.saturating_sub(5);
        put_cut(buf, line, (line.x + 5, line.y), room, &one_line(channel.label()), text);
    }

    /// The mark of a network has its hue where the posts have it too.
    fn mark_style(&self, channel: &Channel, plain: Style) -> Style {
        if self.shared.lens.colouring == Colouring::Network && !self.is_quiet(channel) {
            plain.patch(self.style(Role::Hue(Hue::of_network(&channel.network))))
        } else {
            plain
        }
    }

    fn is_quiet(&self, channel: &Channel) -> bool {
        match self.shared.only.is_empty() {
            true => channel.hidden,
            false => !self.shared.only.contains(&channel.id),
        }
    }

    fn ahead(&self, channel: &Channel) -> &'a [u16] {
        self.board.ahead.get(&channel.id).map_or(&[], |days| days.as_slice())
    }

    /// What is amiss with a channel; the mark alone where the words would take the name.
    fn told(&self, channel: &Channel, width: u16) -> Option<(String, Role)> {
        let (words, role) = self.health(channel, width + 1 >= WORDS_FROM)?;
        let risk = self.risk(channel, false).map_or(0, |(words, _)| cells(&words) + 1);
        let name = cells(&one_line(channel.label())).min(NAME.into());
        let room = usize::from(width.saturating_sub(5)).saturating_sub(cells(&words) + 1 + risk);
        match words.split_once(' ') {
            Some((mark, _)) if room < name && cells(mark) == 1 => Some((mark.to_owned(), role)),
            _ => Some((words, role)),
        }
    }

    /// How many of the coming days every sparkline shows, so that a day stands in the same column in all of them: as
    /// many as the longest name leaves, and not fewer than [`DAYS`] where names of [`NAME`] cells leave these.
    fn days(&self, width: u16) -> u16 {
        let names = listed(self.board).map(|channel| cells(&one_line(channel.label()))).max().unwrap_or(0);
        let left = |name: u16| width.saturating_sub(9).saturating_sub(name);
        left(u16::try_from(names).unwrap_or(u16::MAX).max(NAME)).max(DAYS.min(left(NAME)))
    }

    /// Draws the coming days, unless the name needs their room; answers where they begin.
    fn spark(&self, channel: &Channel, room: u16, edge: Rect, quiet: bool, buf: &mut Buffer) -> u16 {
        let days = self.ahead(channel);
        let shown = days.get(..usize::from(room).min(days.len())).unwrap_or_default();
        let name = cells(&one_line(channel.label()));
        if shown.iter().all(|day| *day == 0) || name > usize::from(edge.width.saturating_sub(5 + room + 4)) {
            return edge.right() + 1;
        }
        let text = spark(shown, &self.theme.glyphs);
        put_right(buf, edge, &text, self.style(if quiet { Role::Muted } else { Role::Link }))
    }

    /// What there is to say about a channel that is not simply in order.
    fn health(&self, channel: &Channel, words: bool) -> Option<(String, Role)> {
        let glyphs = &self.theme.glyphs;
        if channel.hidden {
            return Some(("hidden".into(), Role::Muted));
        }
        Some(match &channel.health {
            Health::Ok => return None,
            Health::Expiring { at } if words => {
                (format!("{} expires in {}", glyphs.warn, short(*at - self.shared.now)), Role::Warn)
            }
            Health::Cooling { until } if words => {
                let held = glyphs.state(PostState::Held);
                (format!("{held} cooling {}", short(*until - self.shared.now)), Role::Warn)
            }
            Health::Expiring { at } => (format!("{}{}", glyphs.warn, tight(*at - self.shared.now)), Role::Warn),
            Health::Degraded { .. } => (format!("{} amiss", glyphs.warn), Role::Warn),
            Health::Cooling { until } => {
                (format!("{} {}", glyphs.state(PostState::Held), short(*until - self.shared.now)), Role::Warn)
            }
            Health::Reconnect { .. } => (format!("{} reconnect", glyphs.cross), Role::Bad),
            Health::Disabled { .. } => (format!("{} disabled", glyphs.cross), Role::Bad),
        })
    }

    /// The posts that an authorisation which is gone, or ends, would keep from going out.
    fn risk(&self, channel: &Channel, words: bool) -> Option<(String, Role)> {
        let count = *self.board.risk.get(&channel.id).filter(|count| **count > 0 && !channel.hidden)?;
        let role = if channel.health.can_post() { Role::Warn } else { Role::Bad };
        Some((if words { format!("{count} at risk") } else { count.to_string() }, role))
    }

    fn foot(&self, area: Rect, buf: &mut Buffer) {
        let (now, week) = (self.shared.now, self.shared.now + TimeDelta::days(7));
        // They stand by their moments: only those of the week are looked at.
        let [from, to] = [now, week].map(|at| self.board.posts.partition_point(|post| post.instant() < Some(at)));
        let soon = self.board.posts.get(from..to).unwrap_or_default().iter();
        let soon = soon.filter(|post| post.wish == Wish::Schedule);
        let lines = [
            ("Drafts", self.board.drafts_counted()),
            ("Next 7 days", soon.count().to_string()),
            ("Waiting writes", self.board.outbox.len().to_string()),
        ];
        for ((word, number), y) in lines.iter().zip(area.top()..area.bottom()) {
            let line = Rect::new(area.x, y, area.width.saturating_sub(1), 1);
            put(buf, line, (line.x + 2, y), line.width, word, self.style(Role::Muted));
            put_right(buf, line, number, self.style(Role::Text));
        }
        let mut below = Rect { y: area.y + lines.len() as u16 + 1, ..area }.intersection(area);
        if self.focused && self.results(below, buf) {
            below = Rect { y: below.y.saturating_add(3), ..below }.intersection(area);
        }
        self.views(below, buf);
    }

    /// The views that were kept, with the keys that show them.
    fn views(&self, area: Rect, buf: &mut Buffer) {
        for ((digit, view), y) in self.board.views.iter().zip(area.top()..area.bottom()) {
            let line = Rect::new(area.x, y, area.width.saturating_sub(1), 1);
            let shipped = format!("g {digit}");
            let keys = self.shared.keys.key(&shipped, "calendar");
            let end = put(buf, line, (line.x + 2, y), line.width, &keys, self.style(Role::Key));
            put_cut(buf, line, (end + 1, y), line.width, &one_line(&view.label()), self.style(Role::Muted));
        }
    }

    /// What became of the posts of the channel under the cursor, day by day: looked at only with the focus here.
    /// Whether there is something to tell.
    fn results(&self, area: Rect, buf: &mut Buffer) -> bool {
        let channel = super::cursor_channel(self.state, self.board);
        let results = channel.and_then(|id| self.board.results.iter().find(|each| each.channel == id));
        let Some(results) = results else { return false };
        let out: u32 = results.out.iter().map(|day| u32::from(*day)).sum();
        let words = format!("Last {} days", results.out.len());
        let counts = match results.refused {
            0 => format!("{}{out}", self.theme.glyphs.state(PostState::Published)),
            refused => {
                let (good, bad) = (PostState::Published, PostState::Failed);
                format!("{}{out} {}{refused}", self.theme.glyphs.state(good), self.theme.glyphs.state(bad))
            }
        };
        let spark = spark(&results.out, &self.theme.glyphs);
        let texts = [(words.as_str(), counts.as_str()), (spark.as_str(), "")];
        for ((left, right), y) in texts.into_iter().zip(area.top()..area.bottom()) {
            let line = Rect::new(area.x, y, area.width.saturating_sub(1), 1);
            let role = if right.is_empty() { Role::Link } else { Role::Muted };
            put(buf, line, (line.x + 2, y), line.width, left, self.style(role));
            put_right(buf, line, right, self.style(Role::Text));
        }
        true
    }

    /// `x @acme  bs acme.bsky  li ACME ⚠5d  +3      ✗2`
    fn strip(&self, rows: &[Row], area: Rect, buf: &mut Buffer) {
        if rows.is_empty() {
            put_cut(buf, area, (area.x, area.y), area.width, "No channels yet: :connect", self.style(Role::Muted));
            return;
        }
        let (pieces, hidden) = self.pieces(rows, area);
        let at = cursor(self.state, rows);
        for piece in &pieces {
            let quiet = self.is_quiet(piece.channel);
            let mark = one_line(piece.channel.network.mark());
            let (x, y) = (piece.area.x, piece.area.y);
            let bold = self.style(if quiet { Role::Muted } else { Role::Title });
            let end = put(buf, piece.area, (x, y), 2, &mark, self.mark_style(piece.channel, bold));
            let text = self.style(if quiet { Role::Muted } else { Role::Text });
            let end = put(buf, piece.area, (end + 1, y), piece.area.width, &piece.text, text);
            if let Some((words, role)) = self.strip_health(piece.channel) {
                put(buf, piece.area, (end + 1, y), piece.area.width, &words, self.style(role));
            }
            if piece.row == at && self.focused {
                buf.set_style(piece.area, self.style(Role::Cursor));
            }
        }
        let last = pieces.last().map_or(area.x, |piece| piece.area.right() + 2);
        if hidden > 0 {
            let y = pieces.last().map_or(area.y, |piece| piece.area.y);
            put(buf, area, (last, y), 4, &format!("+{hidden}"), self.style(Role::Muted));
        }
        let failures = self.failures();
        put_right(buf, Rect { height: 1, ..area }, &failures, self.style(Role::Bad));
    }

    fn strip_health(&self, channel: &Channel) -> Option<(String, Role)> {
        match &channel.health {
            _ if channel.hidden => None,
            Health::Reconnect { .. } | Health::Disabled { .. } => {
                Some((self.theme.glyphs.cross.to_string(), Role::Bad))
            }
            Health::Degraded { .. } => Some((self.theme.glyphs.warn.to_string(), Role::Warn)),
            _ => self.health(channel, false),
        }
    }

    fn failures(&self) -> String {
        failed::counts(self.shared, self.board, &self.theme.glyphs)
    }

    /// The channels as pieces of running text, and how many have no room.
    fn pieces(&self, rows: &[Row], area: Rect) -> (Vec<Piece<'a>>, usize) {
        let mut pieces: Vec<Piece<'a>> = Vec::new();
        let failures = cells(&self.failures()) as u16;
        let (mut x, mut y) = (area.x, area.y);
        let channels = rows.iter().enumerate().filter_map(|(at, row)| match row {
            Row::Channel(id) => Some((at, self.board.channel(id)?)),
            Row::Account(_) => None,
        });
        let all = channels.clone().count();
        for (row, channel) in channels {
            let text = truncate(&one_line(channel.label()), 16);
            let health = self.strip_health(channel).map_or(0, |(words, _)| cells(&words) + 1);
            let width = (cells(&one_line(channel.network.mark())).min(2) + 1 + cells(&text) + health) as u16;
            // Room for "+12" after the last piece, and for the failures at the end of the first line.
            let reserve = 6 + if y == area.y { failures + 2 } else { 0 };
            if x + width + reserve > area.right() && y + 1 < area.bottom() && x > area.x {
                (x, y) = (area.x, y + 1);
            }
            let reserve = 6 + if y == area.y { failures + 2 } else { 0 };
            if x + width + reserve > area.right() {
                break;
            }
            pieces.push(Piece { row, channel, text, area: Rect::new(x, y, width, 1) });
            x += width + 2;
        }
        let hidden = all - pieces.len();
        (pieces, hidden)
    }
}

/// One mark per day, by how it stands to the fullest one; nothing on a day without any.
fn spark(days: &[u16], glyphs: &Glyphs) -> String {
    let most = days.iter().copied().max().unwrap_or(0);
    days.iter().map(|day| glyphs.level(usize::from(*day), usize::from(most))).collect()
}

/// Draws `text` at the right end of a line; answers where it begins.
fn put_right(buf: &mut Buffer, line: Rect, text: &str, style: Style) -> u16 {
    let width = u16::try_from(cells(text)).unwrap_or(u16::MAX).min(line.width);
    let x = line.right() - width;
    put(buf, line, (x, line.y), width, text, style);
    x
}

/// A span by its largest unit: `5 d`, `12 s`.
fn short(span: TimeDelta) -> String {
    span_words(span).split(' ').take(2).collect::<Vec<_>>().join(" ")
}

/// The same without the space: `5d`.
fn tight(span: TimeDelta) -> String {
    short(span.max(TimeDelta::zero())).replace(' ', "")
}
