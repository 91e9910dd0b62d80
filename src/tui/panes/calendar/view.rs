//! Drawing the week: header, rows, chips, ghosts, legend. Reads the state and touches visible cells only.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::State;
use super::grid::{Entry, resolve};
use super::layout::{self, Layout, Week};
use super::paint::{has_border, is_ascii, put, put_cut};
use super::plan::{Item, Row, Slot, Strip};
use crate::domain::outcome::State as PostState;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{cells, one_line};
use crate::tui::model::{Pane, Shared};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::frame::frame;
use crate::tui::widgets::prose::{self, Row as Words};

/// From this width on, a chip spells its time out and a one-line chip carries the headline.
const WIDE: u16 = 14;

/// Everything drawing reads.
pub struct Scene<'a> {
    /// The pane's state.
    pub state: &'a State,
    /// Marks, zone.
    pub shared: &'a Shared,
    /// Styles and marks.
    pub theme: &'a Theme,
    /// Whether keys go here.
    pub focused: bool,
}

/// Draws the pane with its border.
pub fn draw(state: &State, shared: &Shared, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    let scene = Scene { state, shared, theme, focused };
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let layout = layout::of(state, area);
    if has_border(area) {
        frame(Pane::Calendar.title(), &scene.corner(&layout), theme, focused, area, buf);
    }
    match layout {
        Layout::Week(week) => scene.week(&week, buf),
        Layout::Agenda(agenda) => super::agenda::draw(&scene, &agenda, buf),
    }
}

impl Scene<'_> {
    /// A style by meaning.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    fn corner(&self, layout: &Layout) -> Words {
        let posts = match self.state.grid.entries().len() {
            0 => "nothing this week".into(),
            1 => "1 post".to_string(),
            many => format!("{many} posts"),
        };
        let row = match &self.shared.filter {
            Some(filter) => Words::of(format!("{posts} by /{}", one_line(filter.text())), Role::Warn)
                .text(", ", Role::Muted)
                .text("Esc", Role::Key)
                .text(" shows all", Role::Muted),
            None => Words::of(posts, Role::Muted),
        };
        let row = match self.shared.only.len() {
            0 => row,
            1 => row.text(", only 1 channel", Role::Warn),
            some => row.text(format!(", only {some} channels"), Role::Warn),
        };
        match layout {
            Layout::Week(week) if week.hours().count() < super::grid::HOURS && self.shared.filter.is_none() => {
                row.text(", empty hours folded", Role::Muted)
            }
            _ => row,
        }
    }

    fn week(&self, week: &Week, buf: &mut Buffer) {
        self.header(week, buf);
        for strip in &week.rows {
            let shown = strip.y + strip.height > week.top && strip.y < week.top + week.body.height;
            if shown {
                self.row(week, *strip, buf);
            }
        }
        self.scroll_hints(week, buf);
        self.legend(week.legend, buf);
    }

    fn header(&self, week: &Week, buf: &mut Buffer) {
        let grid = &self.state.grid;
        let noon = grid.date(self.state.spot().day()).and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
        let zone = resolve(noon, self.shared.zone).instant().with_timezone(&self.shared.zone).format("%Z").to_string();
        put(buf, week.header, (week.header.x, week.header.y), 6, &zone, self.style(Role::Muted));
        for (day, (x, width)) in week.columns.into_iter().enumerate() {
            let date = grid.date(day);
            let mut text = date.format("%a %-d").to_string();
            let long = date.format("%a %-d %b").to_string();
            if (date.day() == 1 || width >= 18) && cells(&long) <= usize::from(width) {
                text = long;
            }
            let role = if grid.is_today(day) {
                text = format!("{text} {}", self.theme.glyphs.today);
                Role::Today
            } else if is_weekend(date) || grid.is_past(day) {
                Role::Muted
            } else {
                Role::Text
            };
            let mut style = self.style(role);
            if day == self.state.spot().day() {
                style = style.add_modifier(Modifier::UNDERLINED).remove_modifier(Modifier::DIM);
            }
            put(buf, week.header, (x, week.header.y), width, &text, style);
        }
    }

    fn row(&self, week: &Week, strip: Strip, buf: &mut Buffer) {
        let Row::Hour(hour) = strip.row else {
            self.fold(week, strip, buf);
            return;
        };
        if let Some(y) = line_of(week, strip.y) {
            self.hour_label(week, hour, y, buf);
        }
        for (day, (x, width)) in week.columns.into_iter().enumerate() {
            let slots = layout::slots(self.state, day, hour, width, strip.height);
            self.cell_ground(week, strip, day, hour, slots.is_empty(), buf);
            if slots.is_empty()
                && let (Some(y), Some(words)) = (line_of(week, strip.y), self.clock_change(day, hour))
            {
                put(buf, week.body, (x, y), width, &words, self.style(Role::Muted));
            }
            for (at, slot) in slots.iter().enumerate() {
                let shares = slots.get(at + 1).is_some_and(|next| next.lines == 0);
                let more = if shares { slots.get(at + 1).map(|next| next.item) } else { None };
                self.slot(week, strip, (x, width), *slot, more, buf);
            }
        }
    }

    fn fold(&self, week: &Week, strip: Strip, buf: &mut Buffer) {
        if let (Some(y), Row::Fold(first, last)) = (line_of(week, strip.y), strip.row) {
            let glyphs = &self.theme.glyphs;
            let (dots, dash) = if is_ascii(glyphs) { (glyphs.more, '-') } else { ('⋯', '–') };
            let text = format!("{dots}{first:02}{dash}{last:02}");
            put(buf, week.body, (week.body.x, y), 6, &text, self.style(Role::Border));
        }
    }

    fn hour_label(&self, week: &Week, hour: u32, y: u16, buf: &mut Buffer) {
        let now = self.state.grid.now().filter(|now| now.hour() == hour);
        let (text, style) = match now {
            Some(now) => (format!("{}{}", self.theme.glyphs.now, now.format("%H:%M")), self.style(Role::Now)),
            None if self.state.spot().hour == hour => (format!(" {hour:02}:00"), self.style(Role::Text)),
            None => (format!(" {hour:02}:00"), self.style(Role::Muted)),
        };
        put(buf, week.body, (week.body.x, y), 6, &text, style);
    }

    /// The cursor's ground on an empty cell.
    fn cell_ground(&self, week: &Week, strip: Strip, day: usize, hour: u32, empty: bool, buf: &mut Buffer) {
        let spot = self.state.spot();
        let here = spot.day() == day && spot.hour == hour && self.state.moving.is_none();
        if !here || self.state.grid.at(spot).is_some() {
            return;
        }
        let (Some((x, width)), Some(y)) = (week.columns.get(day), line_of(week, strip.y)) else { return };
        let height = if empty { 1 } else { strip.height.min(week.body.bottom() - y) };
        buf.set_style(Rect::new(*x, y, *width, height), self.cursor_style());
    }

    /// The ground of what the cursor is on; weaker when keys go elsewhere.
    pub fn cursor_style(&self) -> Style {
        self.style(if self.focused { Role::Cursor } else { Role::Field })
    }

    fn clock_change(&self, day: usize, hour: u32) -> Option<String> {
        let wall = self.state.grid.date(day).and_hms_opt(hour, 0, 0)?;
        match Schedule::resolve(wall, self.shared.zone) {
            Resolved::At(_) => None,
            Resolved::Gap { .. } => Some(format!("no {hour:02}:00")),
            Resolved::Twice { .. } => Some("twice".into()),
        }
    }

    fn slot(
        &self,
        week: &Week,
        strip: Strip,
        (x, width): (u16, u16),
        slot: Slot,
        more: Option<Item>,
        buf: &mut Buffer,
    ) {
        let lines =
            (slot.y..slot.y + slot.lines).filter_map(|line| Some((line - slot.y, line_of(week, strip.y + line)?)));
        let hidden = if let Some(Item::More(hidden)) = more { hidden } else { 0 };
        for (line, y) in lines {
            let at = Rect::new(x, y, width, 1);
            match slot.item {
                Item::Now => self.now_line(at, buf),
                Item::More(more) => {
                    put(buf, at, (x, y), width, &format!("+{more} more"), self.style(Role::Muted));
                }
                Item::Post(number) => {
                    if let Some(entry) = self.state.grid.entries().get(number) {
                        self.chip(entry, number, line, slot.lines, hidden, at, buf);
                    }
                }
                Item::Ghost(number) => self.ghost(number, line, slot.lines, at, buf),
            }
        }
    }

    fn now_line(&self, at: Rect, buf: &mut Buffer) {
        let line = self.theme.glyphs.line;
        let side = usize::from(at.width.saturating_sub(5)) / 2;
        let rule = |cells: usize| std::iter::repeat_n(line, cells).collect::<String>();
        let text = format!("{} now {}", rule(side), rule(usize::from(at.width).saturating_sub(side + 5)));
        put(buf, at, (at.x, at.y), at.width, &text, self.style(Role::Now));
    }

    #[expect(clippy::too_many_arguments, reason = "one line of one chip: what, which line of how many, and where")]
    fn chip(&self, entry: &Entry, number: usize, line: u16, lines: u16, hidden: usize, at: Rect, buf: &mut Buffer) {
        let look = self.look(entry, number);
        if line == 0 {
            let end = self.chip_line(entry, &look, hidden, at, buf);
            if lines == 1 && at.width >= WIDE {
                let room = at.right().saturating_sub(end + 1);
                put_cut(buf, at, (end + 1, at.y), room, &entry.headline, look.text);
            }
        } else {
            headline(buf, at, &entry.headline, (line - 1, lines - 1), look.text);
        }
        // Where the cursor brings its own ink, it goes over that of the chip.
        if let Some(ground) = look.ground {
            buf.set_style(at.intersection(buf.area), ground);
        }
    }

    /// `● x bs 09:15`; answers the column after it.
    fn chip_line(&self, entry: &Entry, look: &Look, hidden: usize, at: Rect, buf: &mut Buffer) -> u16 {
        let minute = entry.wall.minute();
        let time = match (hidden, minute) {
            (1.., _) => format!("+{hidden}"),
            (_, 0) => String::new(),
            _ if at.width >= WIDE => entry.wall.format("%H:%M").to_string(),
            _ => entry.wall.format(":%M").to_string(),
        };
        let mut x = put(buf, at, (at.x, at.y), 1, &look.glyph.to_string(), look.state);
        let gap = if look.marked { self.theme.glyphs.marked } else { ' ' };
        x = put(buf, at, (x, at.y), 1, &gap.to_string(), self.style(Role::Marked));
        let all = usize::from(at.right().saturating_sub(x));
        let reserved = if time.is_empty() { 0 } else { cells(&time) + 1 };
        let beside = fitting(&entry.marks, all.saturating_sub(reserved));
        // Where only one of them fits, the networks say more than the minute: the row has the hour.
        let (marks, time, room) = match beside.is_empty() && hidden == 0 {
            true => (fitting(&entry.marks, all), String::new(), all),
            false => (beside, time, all.saturating_sub(reserved)),
        };
        x = put(buf, at, (x, at.y), room as u16, &marks, look.marks);
        if entry.post.conflict.is_some() {
            x = put(buf, at, (x, at.y), 1, &self.theme.glyphs.warn.to_string(), self.style(Role::Warn));
        }
        if time.is_empty() { x } else { put(buf, at, (x + 1, at.y), at.width, &time, look.time) }
    }

    /// How a post looks: mark, colours, ground.
    pub fn look(&self, entry: &Entry, number: usize) -> Look {
        let date = entry.wall.date();
        let over = self.state.grid.now().is_some_and(|now| date < now.date()) || self.is_past(date);
        let quiet = over || is_weekend(date);
        let lifted = self.state.moving.as_ref().is_some_and(|moving| moving.holds(entry.post.id));
        let spot = self.state.spot();
        let here = self.state.moving.is_none()
            && self.state.grid.range(spot.day(), spot.hour).start + spot.index == number
            && self.state.grid.at(spot).is_some();
        let muted = self.style(Role::Muted);
        let state = if lifted { muted } else { self.style(Role::State(entry.state)) };
        let text = if quiet || lifted { muted } else { self.style(Role::Text) };
        Look {
            glyph: if entry.hollow { self.theme.glyphs.hollow } else { self.theme.glyphs.state(entry.state) },
            marked: self.shared.marks.contains(&entry.post.id),
            state: state.add_modifier(Modifier::BOLD),
            marks: if lifted { muted } else { text },
            time: muted,
            text: if lifted { text.add_modifier(Modifier::CROSSED_OUT) } else { text },
            ground: here.then(|| self.cursor_style()),
        }
    }

    fn is_past(&self, date: NaiveDate) -> bool {
        date < self.shared.now.with_timezone(&self.shared.zone).date_naive()
    }

    fn ghost(&self, number: usize, line: u16, lines: u16, at: Rect, buf: &mut Buffer) {
        let Some(moving) = &self.state.moving else { return };
        let (Some(held), Some(wall)) = (moving.held().get(number), moving.walls().nth(number)) else { return };
        let style = self.style(Role::Ghost);
        let time = wall.format("%H:%M").to_string();
        if lines < 3 || at.width < 7 {
            let text = if line == 0 { format!("{} {time}", self.theme.glyphs.now) } else { held.headline.clone() };
            buf.set_style(at.intersection(buf.area), self.cursor_style());
            put_cut(buf, at, (at.x, at.y), at.width, &text, style);
            return;
        }
        let corners = if is_ascii(&self.theme.glyphs) {
            ["+", "=", "+", "|", "+", "+"]
        } else {
            ["╔", "═", "╗", "║", "╚", "╝"]
        };
        let [top_left, rule, top_right, side, low_left, low_right] = corners;
        let inner = at.width - 2;
        match line {
            0 => {
                let text = format!("{top_left}{}{top_right}", rule.repeat(usize::from(inner)));
                put(buf, at, (at.x, at.y), at.width, &text, style);
            }
            line if line + 1 == lines => {
                let rest = usize::from(inner).saturating_sub(time.len());
                let text =
                    format!("{low_left}{}{time}{}{low_right}", rule.repeat(rest / 2), rule.repeat(rest - rest / 2));
                put(buf, at, (at.x, at.y), at.width, &text, style);
            }
            _ => {
                put(buf, at, (at.x, at.y), 1, side, style);
                let inside = Rect::new(at.x + 1, at.y, inner, 1);
                headline(buf, inside, &held.headline, (line - 1, lines - 2), style);
                put(buf, at, (at.right() - 1, at.y), 1, side, style);
            }
        }
    }

    /// What is above and below, when not all lines fit.
    fn scroll_hints(&self, week: &Week, buf: &mut Buffer) {
        let total = week.rows.last().map_or(0, |last| last.y + last.height);
        let x = week.body.right().saturating_sub(1);
        let (up, down) = if is_ascii(&self.theme.glyphs) { ("^", "v") } else { ("↑", "↓") };
        if week.top > 0 {
            put(buf, week.body, (x, week.body.y), 1, up, self.style(Role::Muted));
        }
        if total > week.top + week.body.height && week.body.height > 0 {
            put(buf, week.body, (x, week.body.bottom() - 1), 1, down, self.style(Role::Muted));
        }
    }

    fn legend(&self, area: Rect, buf: &mut Buffer) {
        let order = [
            (self.theme.glyphs.state(PostState::Scheduled), PostState::Scheduled, "scheduled"),
            (self.theme.glyphs.hollow, PostState::Scheduled, "not confirmed yet"),
        ];
        let rest = [
            PostState::Published,
            PostState::Draft,
            PostState::Failed,
            PostState::Unknown,
            PostState::Partial,
            PostState::Missed,
            PostState::Held,
            PostState::Publishing,
        ];
        let rest = rest.map(|state| (self.theme.glyphs.state(state), state, state.word()));
        let mut x = area.x + 1;
        for (glyph, state, word) in order.into_iter().chain(rest) {
            let width = 2 + cells(word) as u16;
            if area.height == 0 || x + width > area.right() {
                continue;
            }
            put(buf, area, (x, area.y), 1, &glyph.to_string(), self.style(Role::State(state)));
            put(buf, area, (x + 2, area.y), width, word, self.style(Role::Muted));
            x += width + 2;
        }
    }
}

/// How a post is drawn.
pub struct Look {
    /// The mark of its state.
    pub glyph: char,
    /// Whether it is marked.
    pub marked: bool,
    /// The style of the state's mark.
    pub state: Style,
    /// The style of the networks.
    pub marks: Style,
    /// The style of the time.
    pub time: Style,
    /// The style of the headline.
    pub text: Style,
    /// The cursor's ground, when it is here.
    pub ground: Option<Style>,
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The line of the screen that line `y` of the grid is on, when it is seen.
fn line_of(week: &Week, y: u16) -> Option<u16> {
    let line = y.checked_sub(week.top)?;
    (line < week.body.height).then(|| week.body.y + line)
}

/// Draws line `line` of `lines` of a headline that wraps. A narrow column is cut without an ellipsis: it would cost
/// more than it says.
fn headline(buf: &mut Buffer, at: Rect, text: &str, (line, lines): (u16, u16), style: Style) {
    let rows = prose::wrap(text, usize::from(at.width), usize::from(line) + 1);
    let Some(row) = rows.get(usize::from(line)) else { return };
    let last = line + 1 == lines;
    let rest = text.get(row.start..if last { text.len() } else { row.end }).unwrap_or("");
    if last && at.width >= WIDE {
        put_cut(buf, at, (at.x, at.y), at.width, rest, style);
    } else {
        put(buf, at, (at.x, at.y), at.width, rest, style);
    }
}

/// As many marks as fit, then how many do not: `x bs+2`.
pub fn fitting(marks: &[String], room: usize) -> String {
    let whole = marks.join(" ");
    if cells(&whole) <= room {
        return whole;
    }
    for shown in (0..marks.len()).rev() {
        let text =
            format!("{}+{}", marks.iter().take(shown).cloned().collect::<Vec<_>>().join(" "), marks.len() - shown);
        if cells(&text) <= room {
            return text;
        }
    }
    String::new()
}
