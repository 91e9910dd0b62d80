//! Drawing the week or a day of it: header, rows, chips, ghosts, legend. Reads the state and touches visible cells only.

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::changes::Change;
use super::grid::{HOUR, at_minute, resolve};
use super::layout::{self, Column, Layout, Week};
use super::paint::{has_border, is_ascii, put, put_cut};
use super::plan::{Item, Row, Slot, Strip};
use super::{Colouring, State, View};
use crate::domain::outcome::State as PostState;
use crate::domain::words::count;
use crate::text::clean::{cells, one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::{Pane, Shared};
use crate::tui::theme::{Palette, Role, Theme};
use crate::tui::widgets::frame::{frame, note_fits};
use crate::tui::widgets::prose::Row as Words;

/// How much of a campaign's name the legend has, in cells.
const CAMPAIGN: usize = 20;

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
        frame(Pane::Calendar.title(), &scene.corner(&layout, area.width), scene.theme, scene.focused, area, buf);
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

    /// What the grid holds, in the border of a pane of `width` cells: what says least goes first, and whole.
    fn corner(&self, layout: &Layout, width: u16) -> Words {
        let (grid, view) = (&self.state.grid, self.state.view);
        let today = grid.day_of(self.state.spot().date).map_or(0..0, |day| grid.day(day));
        if !super::has_shown(self.state, self.shared, &self.board.range) {
            return Words::of("reading posts…", Role::Muted);
        }
        let posts = match (view, if view == View::Day { today.len() } else { grid.entries().len() }) {
            (View::Agenda, 0) => "nothing here".into(),
            (_, 0) => format!("nothing this {}", view.word()),
            (_, many) => count(many, "post"),
        };
        if let Some(clash) = grid.at(self.state.spot()).and_then(|entry| entry.clash.as_deref()) {
            return Words::of(clash, Role::Warn);
        }
        if grid.at(self.state.spot()).is_some_and(|entry| entry.aside) {
            return Words::of(self.shared.keys.of("changes to it were not sent; e opens them"), Role::Warn);
        }
        let row = match &self.shared.filter {
            Some(filter) => Words::of(format!("{posts} by /{}", one_line(filter.text())), Role::Warn)
                .text(", ", Role::Muted)
                .text(self.shared.keys.key("Esc", "calendar"), Role::Key)
                .text(" shows all", Role::Muted),
            None => Words::of(posts, Role::Muted),
        };
        let row = match self.shared.only.len() {
            0 => row,
            some => {
                let words = format!(", only {}, ", count(some, "channel"));
                // Esc lets go of the filter first, and of marks.
                let first = self.shared.filter.is_none() && self.shared.marks.is_empty();
                let row = row.text(words, Role::Warn).text(if first { "" } else { "then " }, Role::Key);
                let row = row.text(self.shared.keys.key("Esc", "calendar"), Role::Key);
                row.text(" shows all", Role::Muted)
            }
        };
        let hidden = match grid.day_of(self.state.spot().date).filter(|_| view == View::Day) {
            Some(day) => grid.hidden().get(day).copied().unwrap_or(0),
            None => grid.hidden().iter().sum(),
        };
        let mut more: Vec<String> = Vec::new();
        match hidden {
            0 if self.state.folded.contains(&true) => more.push(", past days folded".into()),
            0 => {}
            some => more.push(format!(", {some} past hidden")),
        }
        match self.shared.lens.colouring {
            Colouring::State => {}
            _ if self.theme.palette == Palette::None => {}
            other => more.push(format!(", coloured by {}", other.word())),
        }
        if let (Layout::Week(week), None) = (layout, &self.shared.filter) {
            if grid.step() != HOUR {
                more.push(format!(", {} min rows", grid.step()));
            }
            if week.shown().count() < grid.rows() as usize {
                more.push(", empty hours folded".into());
            }
        }
        more.into_iter().fold(row, |row, words| {
            let fits = note_fits(Pane::Calendar.title(), row.cells() + cells(&words), width);
            if fits { row.text(words, Role::Muted) } else { row }
        })
    }

    fn week(&self, week: &Week, buf: &mut Buffer) {
        self.header(week, buf);
        super::bars::draw(self, week, buf);
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
            let end = self.day_name(text, *column, week.header.y, buf);
            let room = Rect::new(end, week.header.y, (column.x + column.width).saturating_sub(end), 1);
            self.day_heat(column.day, room, buf);
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

    /// Whether something is noted on a day, or it is a holiday.
    pub fn is_marked(&self, date: NaiveDate) -> bool {
        self.board.plan.notes.contains_key(&date) || self.board.plan.holidays.contains_key(&date)
    }

    /// The name of a day over its column: today is marked, the cursor's is underlined. Answers the column after it.
    pub fn day_name(&self, mut text: String, column: Column, y: u16, buf: &mut Buffer) -> u16 {
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
        put(buf, at, (column.x, y), column.width, &text, style)
    }

    fn row(&self, week: &Week, strip: Strip, buf: &mut Buffer) {
        let Row::Shown(row) = strip.row else {
            self.fold(week, strip, buf);
            return;
        };
        if let Some(y) = line_of(week, strip.y) {
            self.row_label(week, row, y, buf);
            self.row_heat(week, row, y, buf);
        }
        for column in &week.columns {
            let slots = layout::slots(self.state, column.day, row, column.width, strip.height);
            self.cell_ground(week, strip, (*column, row), slots.is_empty(), buf);
            if let Some(change) = self.state.grid.change(column.day, row) {
                self.changed(week, strip, *column, &slots, change, buf);
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
            let begins = |row: u32| row * self.state.grid.step() / HOUR * HOUR;
            let hour = |row: u32| self.shared.habits.hour(at_minute(self.state.spot().date, begins(row)).time());
            let text = format!("{dots}{}{dash}{}", hour(first), hour(last));
            // Nothing stands beside a fold.
            let room = layout::times(self.state) + u16::from(self.state.twelve);
            put(buf, week.body, (week.body.x, y), room, &text, self.style(Role::Border));
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
        put(buf, week.body, (week.body.x, y), layout::times(self.state), &text, style);
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

    /// A row that does not exist is hatched, where nothing stands; one that comes twice says with which offsets.
    fn changed(&self, week: &Week, strip: Strip, column: Column, slots: &[Slot], change: &Change, buf: &mut Buffer) {
        let taken = slots.iter().map(|slot| slot.y + slot.lines).max().unwrap_or(0);
        let lines = (taken..strip.height).filter_map(|line| line_of(week, strip.y + line));
        let hatch = if is_ascii(&self.theme.glyphs) { "/" } else { "╱" };
        for (at, y) in lines.enumerate() {
            let mut words = if at == 0 { change.words(&self.shared.habits, column.width) } else { String::new() };
            if change.is_gap() {
                words.push_str(&hatch.repeat(usize::from(column.width).saturating_sub(cells(&words))));
            }
            put(buf, week.body, (column.x, y), column.width, &words, self.style(Role::Muted));
        }
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
        // Where not every mark has room, those that are on the screen are explained first.
        let shown = |state: PostState| self.state.grid.entries().iter().any(|entry| entry.state == state);
        let (first, then): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(_, state, _)| shown(*state));
        let mut x = self.campaigns(area, buf);
        for (glyph, state, word) in order.into_iter().chain(first).chain(then) {
            let width = 2 + cells(word) as u16;
            if area.height == 0 || x + width > area.right() {
                continue;
            }
            put(buf, area, (x, area.y), 1, &glyph.to_string(), self.state_style(state));
            put(buf, area, (x + 2, area.y), width, word, self.style(Role::Muted));
            x += width + 2;
        }
    }

    /// The campaigns in their colours, in a half of the legend at most; answers where the states begin.
    fn campaigns(&self, area: Rect, buf: &mut Buffer) -> u16 {
        let mut x = area.x + 1;
        if area.height == 0 || self.shared.lens.colouring != Colouring::Campaign {
            return x;
        }
        let swatch = self.theme.glyphs.meter[0].to_string();
        for (name, hue) in self.state.grid.campaigns() {
            let name = truncate(name, CAMPAIGN);
            let width = 2 + cells(&name) as u16;
            if x + width > area.x + area.width / 2 {
                continue;
            }
            put(buf, area, (x, area.y), 1, &swatch, self.style(Role::Hue(*hue)));
            put(buf, area, (x + 2, area.y), width, &name, self.style(Role::Hue(*hue)));
            x += width + 2;
        }
        x
    }
}

pub fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The line of the screen that line `y` of the grid is on, when it is seen.
fn line_of(week: &Week, y: u16) -> Option<u16> {
    let line = y.checked_sub(week.top)?;
    (line < week.body.height).then(|| week.body.y + line)
}
