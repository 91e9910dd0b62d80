//! Drawing the week or a day of it: header, rows, chips, ghosts, legend. Reads the state and touches visible cells only.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::grid::{Entry, HOUR, at_minute, resolve};
use super::layout::{self, Column, Layout, Week};
use super::paint::{has_border, is_ascii, put, put_cut};
use super::plan::{Item, Row, Slot, Strip};
use super::{State, View};
use crate::domain::outcome::State as PostState;
use crate::domain::schedule::{Resolved, Schedule};
use crate::text::clean::{cells, one_line};
use crate::tui::board::Board;
use crate::tui::model::{Pane, Shared};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::frame::frame;
use crate::tui::widgets::prose::{self, Row as Words};

/// From this width on, a chip spells its time out and a one-line chip carries the headline.
const WIDE: u16 = 14;
/// From this width on, a chip of a month has its time.
const MONTH_TIMES: u16 = 20;

/// Everything drawing reads.
pub struct Scene<'a> {
    /// The pane's state.
    pub state: &'a State,
    /// Marks, zone.
    pub shared: &'a Shared,
    /// What is planned and marked.
    pub board: &'a Board,
    /// Styles and marks.
    pub theme: &'a Theme,
    /// Whether keys go here.
    pub focused: bool,
}

/// Draws the pane with its border.
pub fn draw(scene: &Scene<'_>, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let layout = layout::of(scene.state, area);
    if has_border(area) {
        frame(Pane::Calendar.title(), &scene.corner(&layout), scene.theme, scene.focused, area, buf);
    }
    match layout {
        Layout::Week(week) => scene.week(&week, buf),
        Layout::Month(month) => super::month::draw(scene, &month, buf),
        Layout::Agenda(agenda) => super::agenda::draw(scene, &agenda, buf),
    }
}

impl Scene<'_> {
    /// A style by meaning.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    fn corner(&self, layout: &Layout) -> Words {
        let (grid, view) = (&self.state.grid, self.state.view);
        let today = grid.day_of(self.state.spot().date).map_or(0..0, |day| grid.day(day));
        let posts = match (view, if view == View::Day { today.len() } else { grid.entries().len() }) {
            (View::Agenda, 0) => "nothing here".into(),
            (_, 0) => format!("nothing this {}", view.word()),
            (_, 1) => "1 post".to_string(),
            (_, many) => format!("{many} posts"),
        };
        if let Some(clash) = grid.at(self.state.spot()).and_then(|entry| entry.clash.as_deref()) {
            return Words::of(clash, Role::Warn);
        }
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
            Layout::Week(week) if self.shared.filter.is_none() => {
                let row = match grid.step() {
                    HOUR => row,
                    step => row.text(format!(", {step} min rows"), Role::Muted),
                };
                let folds = week.shown().count() < grid.rows() as usize;
                if folds { row.text(", empty hours folded", Role::Muted) } else { row }
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
        let noon = self.state.spot().date.and_time(NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default());
        let zone = resolve(noon, self.shared.zone).instant().with_timezone(&self.shared.zone).format("%Z").to_string();
        put(buf, week.header, (week.header.x, week.header.y), 6, &zone, self.style(Role::Muted));
        for column in &week.columns {
            let date = self.state.grid.date(column.day);
            let mut text = date.format("%a %-d").to_string();
            let long = date.format("%a %-d %b").to_string();
            if (date.day() == 1 || column.width >= 18) && cells(&long) <= usize::from(column.width) {
                text = long;
            }
            self.day_name(text, *column, week.header.y, buf);
            if week.notes.height > 0 {
                self.day_note(date, Rect::new(column.x, week.notes.y, column.width, 1), buf);
            }
        }
    }

    /// What is marked on a day: an embargo first, then the person's note, then holidays.
    pub fn day_note(&self, date: NaiveDate, at: Rect, buf: &mut Buffer) {
        let plan = &self.board.plan;
        let glyphs = &self.theme.glyphs;
        let (words, role) = match (plan.notes.get(&date), plan.holidays.get(&date)) {
            (Some(note), _) if note.embargo => (format!("{} {}", glyphs.cross, note.words), Role::Bad),
            (Some(note), _) => (format!("{} {}", glyphs.state(PostState::Draft), note.words), Role::Text),
            (None, Some(names)) => (names.join(", "), Role::Muted),
            (None, None) => return,
        };
        put_cut(buf, at, (at.x, at.y), at.width, &one_line(&words), self.style(role));
    }

    /// The name of a day over its column: today is marked, the cursor's is underlined.
    pub fn day_name(&self, mut text: String, column: Column, y: u16, buf: &mut Buffer) {
        let grid = &self.state.grid;
        let (date, at) = (grid.date(column.day), Rect::new(column.x, y, column.width, 1));
        let role = if grid.is_today(column.day) {
            text = format!("{text} {}", self.theme.glyphs.today);
            Role::Today
        } else if is_weekend(date) || grid.is_past(column.day) {
            Role::Muted
        } else {
            Role::Text
        };
        let mut style = self.style(role);
        if date == self.state.spot().date {
            style = style.add_modifier(Modifier::UNDERLINED).remove_modifier(Modifier::DIM);
        }
        put(buf, at, (column.x, y), column.width, &text, style);
    }

    fn row(&self, week: &Week, strip: Strip, buf: &mut Buffer) {
        let Row::Shown(row) = strip.row else {
            self.fold(week, strip, buf);
            return;
        };
        if let Some(y) = line_of(week, strip.y) {
            self.row_label(week, row, y, buf);
        }
        for column in &week.columns {
            let slots = layout::slots(self.state, column.day, row, column.width, strip.height);
            self.cell_ground(week, strip, (*column, row), slots.is_empty(), buf);
            if let Some(change) = self.clock_change(column.day, row) {
                self.changed(week, strip, *column, &slots, &change, buf);
            }
            let line = |line: u16| line_of(week, strip.y + line);
            self.slots(&slots, (column.x, column.width), &line, buf);
        }
    }

    /// The things of a cell; `line` says where on the screen a line of the cell is, if it is seen.
    pub fn slots(&self, slots: &[Slot], span: (u16, u16), line: &dyn Fn(u16) -> Option<u16>, buf: &mut Buffer) {
        for (at, slot) in slots.iter().enumerate() {
            let shares = slots.get(at + 1).is_some_and(|next| next.lines == 0);
            let more = if shares { slots.get(at + 1).map(|next| next.item) } else { None };
            self.slot(line, span, *slot, more, buf);
        }
    }

    fn fold(&self, week: &Week, strip: Strip, buf: &mut Buffer) {
        if let (Some(y), Row::Fold(first, last)) = (line_of(week, strip.y), strip.row) {
            let glyphs = &self.theme.glyphs;
            let (dots, dash) = if is_ascii(glyphs) { (glyphs.more, '-') } else { ('⋯', '–') };
            let hour = |row: u32| row * self.state.grid.step() / HOUR;
            let text = format!("{dots}{:02}{dash}{:02}", hour(first), hour(last));
            put(buf, week.body, (week.body.x, y), 6, &text, self.style(Role::Border));
        }
    }

    fn row_label(&self, week: &Week, row: u32, y: u16, buf: &mut Buffer) {
        let grid = &self.state.grid;
        let begin = at_minute(self.state.spot().date, row * grid.step()).time();
        let now = grid.now().filter(|now| super::grid::minute_of(now.time()) / grid.step() == row);
        let habits = &self.shared.habits;
        let (text, style) = match now {
            Some(now) => (format!("{}{}", self.theme.glyphs.now, habits.time(now.time())), self.style(Role::Now)),
            None if grid.row(self.state.spot()) == row => (format!(" {}", habits.time(begin)), self.style(Role::Text)),
            None => (format!(" {}", habits.time(begin)), self.style(Role::Muted)),
        };
        put(buf, week.body, (week.body.x, y), 6, &text, style);
    }

    /// The cursor's ground on an empty cell.
    fn cell_ground(&self, week: &Week, strip: Strip, (column, row): (Column, u32), empty: bool, buf: &mut Buffer) {
        let (spot, grid) = (self.state.spot(), &self.state.grid);
        let here = grid.day_of(spot.date) == Some(column.day) && grid.row(spot) == row;
        if !here || self.state.moving.is_some() || grid.at(spot).is_some() {
            return;
        }
        let Some(y) = line_of(week, strip.y) else { return };
        let height = if empty { 1 } else { strip.height.min(week.body.bottom() - y) };
        buf.set_style(Rect::new(column.x, y, column.width, height), self.cursor_style());
    }

    /// The ground of what the cursor is on; weaker when keys go elsewhere.
    pub fn cursor_style(&self) -> Style {
        self.style(if self.focused { Role::Cursor } else { Role::Field })
    }

    /// What the clocks do in a row of a day.
    fn clock_change(&self, day: usize, row: u32) -> Option<Resolved> {
        let wall = at_minute(self.state.grid.date(day), row * self.state.grid.step());
        Some(Schedule::resolve(wall, self.shared.zone)).filter(|resolved| !matches!(resolved, Resolved::At(_)))
    }

    /// A row that does not exist is hatched, where nothing stands; one that comes twice says with which offsets.
    fn changed(&self, week: &Week, strip: Strip, column: Column, slots: &[Slot], change: &Resolved, buf: &mut Buffer) {
        let taken = slots.iter().map(|slot| slot.y + slot.lines).max().unwrap_or(0);
        let lines = (taken..strip.height).filter_map(|line| line_of(week, strip.y + line));
        let hatch = if is_ascii(&self.theme.glyphs) { "/" } else { "╱" };
        for (at, y) in lines.enumerate() {
            let words = match (change, at) {
                (Resolved::Gap { after, .. }, 0) => {
                    let missing = at_minute(after.wall().date(), self.row_minute(strip));
                    format!("no {} ", self.shared.habits.time(missing.time()))
                }
                (Resolved::Twice { first, second }, 0) => {
                    let offset =
                        |at: &Schedule| at.instant().with_timezone(&self.shared.zone).format("%:z").to_string();
                    format!("twice {} {}", offset(first), offset(second))
                }
                _ => String::new(),
            };
            let filled = match change {
                Resolved::Gap { .. } => {
                    let rest = usize::from(column.width).saturating_sub(cells(&words));
                    format!("{words}{}", hatch.repeat(rest))
                }
                _ => words,
            };
            put(buf, week.body, (column.x, y), column.width, &filled, self.style(Role::Muted));
        }
    }

    fn row_minute(&self, strip: Strip) -> u32 {
        if let Row::Shown(row) = strip.row { row * self.state.grid.step() } else { 0 }
    }

    fn slot(
        &self,
        line: &dyn Fn(u16) -> Option<u16>,
        (x, width): (u16, u16),
        slot: Slot,
        more: Option<Item>,
        buf: &mut Buffer,
    ) {
        let lines = (slot.y..slot.y + slot.lines).filter_map(|at| Some((at - slot.y, line(at)?)));
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
                Item::Open(number) => self.open(number, at, buf),
            }
        }
    }

    /// A free posting slot: `+ slot x bs`.
    fn open(&self, number: usize, at: Rect, buf: &mut Buffer) {
        let Some(open) = self.state.grid.open().get(number) else { return };
        let minute = open.wall.minute() % self.state.grid.step().clamp(1, HOUR);
        let time = if minute == 0 { String::new() } else { format!(" {}", open.wall.format(":%M")) };
        let room = usize::from(at.width).saturating_sub(7 + cells(&time));
        let text = format!("+ slot {}{time}", fitting(&open.marks, room));
        put(buf, at, (at.x, at.y), at.width, &text, self.style(Role::Muted));
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
        if self.state.view == View::Month {
            self.month_chip(entry, &look, hidden, at, buf);
        } else if line == 0 {
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

    /// `● 09:15 Ship it`: in a month a post is known by how it begins, and where it is wide by its time too.
    fn month_chip(&self, entry: &Entry, look: &Look, hidden: usize, at: Rect, buf: &mut Buffer) {
        let more = if hidden > 0 { format!("+{hidden}") } else { String::new() };
        let end = at.right().saturating_sub(cells(&more) as u16);
        let mut x = put(buf, at, (at.x, at.y), 1, &look.glyph.to_string(), look.state);
        let gap = if look.marked { self.theme.glyphs.marked } else { ' ' };
        x = put(buf, at, (x, at.y), 1, &gap.to_string(), self.style(Role::Marked));
        if at.width >= MONTH_TIMES {
            x = put(buf, at, (x, at.y), 6, &self.shared.habits.time(entry.wall.time()), look.time) + 1;
        }
        headline(buf, Rect { x, width: end.saturating_sub(x), ..at }, &entry.headline, (0, 1), look.text);
        put(buf, at, (end, at.y), at.width, &more, self.style(Role::Muted));
    }

    /// `● x bs 09:15`; answers the column after it.
    fn chip_line(&self, entry: &Entry, look: &Look, hidden: usize, at: Rect, buf: &mut Buffer) -> u16 {
        let minute = entry.wall.minute();
        let time = match (hidden, minute) {
            (1.., _) => format!("+{hidden}"),
            (_, 0) if self.state.grid.step() == HOUR && !self.comes_twice(entry) => String::new(),
            // Of two times that look alike, each says which it is.
            _ if at.width >= WIDE && self.comes_twice(entry) => {
                entry.instant.with_timezone(&self.shared.zone).format("%H:%M%:z").to_string()
            }
            _ if at.width >= WIDE => self.shared.habits.time(entry.wall.time()),
            (_, 0) => String::new(),
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
        if entry.post.conflict.is_some() || entry.clash.is_some() {
            x = put(buf, at, (x, at.y), 1, &self.theme.glyphs.warn.to_string(), self.style(Role::Warn));
        }
        if time.is_empty() { x } else { put(buf, at, (x + 1, at.y), at.width, &time, look.time) }
    }

    fn comes_twice(&self, entry: &Entry) -> bool {
        matches!(Schedule::resolve(entry.wall, self.shared.zone), Resolved::Twice { .. })
    }

    /// How a post looks: mark, colours, ground.
    pub fn look(&self, entry: &Entry, number: usize) -> Look {
        let date = entry.wall.date();
        let over = self.state.grid.now().is_some_and(|now| date < now.date()) || self.is_past(date);
        let quiet = over || is_weekend(date);
        let lifted = self.state.moving.as_ref().is_some_and(|moving| moving.holds(entry.post.id));
        let spot = self.state.spot();
        let here = self.state.moving.is_none() && self.state.grid.number(spot) == Some(number);
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
        let time = self.shared.habits.time(wall.time());
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

    pub fn legend(&self, area: Rect, buf: &mut Buffer) {
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

pub fn is_weekend(date: NaiveDate) -> bool {
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
