//! The recipe: its fields, the channels, the texts.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Canvas;
use crate::domain::campaign::OnClash;
use crate::domain::schedule::Schedule;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::theme::Role;
use crate::tui::tools::builder::regions::{FIELDS, LABEL};
use crate::tui::tools::builder::state::{Field, Part, State};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::prose::paragraph;
use crate::tui::widgets::{cells, panel};

/// The first channel that is shown in so many rows.
pub fn first_channel(state: &State, height: u16) -> usize {
    (state.channel_at + 1).saturating_sub(usize::from(height))
}

fn label(field: Field) -> &'static str {
    match field {
        Field::Name => "name",
        Field::Start => "start",
        Field::Every => "every",
        Field::Times => "at",
        Field::Weekends => "weekends",
        Field::Clash => "on a clash",
        Field::Style => "style",
        Field::Media => "media",
        Field::Options => "options",
        Field::Channels => "channels",
        Field::Texts => "texts",
    }
}

impl Canvas<'_> {
    pub(super) fn recipe(&self, buf: &mut Buffer) {
        let area = self.places.recipe_box;
        if area.height == 0 {
            return;
        }
        let focused = self.state.part == Part::Recipe;
        let of = match self.state.faults.len() {
            0 => "in order".to_owned(),
            some => format!("{some} to settle"),
        };
        // Once for the start and the times of day.
        let title = format!("Recipe · times in {}", self.shared.zone.name());
        panel::boxed(area, buf, self.theme, &title, &of, focused);
        for (row, field) in (0..FIELDS.min(self.places.fields.height)).zip(Field::ALL) {
            let line = Rect { y: self.places.fields.y + row, height: 1, ..self.places.fields };
            self.field(field, line, buf);
        }
        self.channels(buf);
        self.texts(buf);
        self.fault(buf);
    }

    /// What is wrong with the field under the cursor: beside it there is seldom room for all of it.
    fn fault(&self, buf: &mut Buffer) {
        let area = self.places.fault;
        let Some(fault) = self.state.fault(self.state.field).filter(|_| area.height > 0) else { return };
        let words = format!("{} {}", self.theme.glyphs.cross, one_line(&fault.words));
        let rows = paragraph(&words, Role::Bad, &[], usize::from(area.width), usize::from(area.height));
        for (y, row) in (area.y..area.bottom()).zip(&rows) {
            row.draw(self.theme, Style::new(), area.x, y, area.width, buf);
        }
    }

    fn field(&self, field: Field, area: Rect, buf: &mut Buffer) {
        let state = self.state;
        let here = state.part == Part::Recipe && state.field == field;
        self.label(field, area, buf);
        let value = Rect { x: area.x + LABEL, width: area.width.saturating_sub(LABEL), ..area };
        let input = match field {
            Field::Name => Some(&state.name),
            Field::Start => Some(&state.start),
            Field::Every => Some(&state.every),
            Field::Times => Some(&state.times),
            _ => None,
        };
        let mut after = value.x;
        match input {
            Some(input) if here && state.typing => after = self.input(field, input, value, buf),
            Some(input) => {
                let text = one_line(input.text());
                after = panel::line(value, 0, buf, &[(&text, self.style(Role::Text))]);
            }
            None => {
                let words = self.words(field);
                panel::line(value, 0, buf, &[(&words, self.style(Role::Text))]);
            }
        }
        if let Some(fault) = state.fault(field) {
            let words = format!("  {} {}", self.theme.glyphs.cross, one_line(&fault.words));
            self.rest(value, after, &words, Role::Bad, buf);
        } else {
            self.rest(value, after, &self.echo(field), Role::Muted, buf);
        }
    }

    /// The field, as wide as what stands beside it leaves.
    fn input(&self, field: Field, input: &Input, value: Rect, buf: &mut Buffer) -> u16 {
        let least = u16::try_from(cells::width(input.text()) + 1).unwrap_or(u16::MAX).max(14);
        let beside = match self.state.fault(field) {
            Some(fault) => cells::width(&fault.words) + 4,
            None => cells::width(&self.echo(field)),
        };
        let beside = u16::try_from(beside).unwrap_or(u16::MAX);
        let wide = value.width.saturating_sub(beside).max(least).min(value.width);
        input.view(Rect { width: wide, ..value }, buf, self.style(Role::Field));
        value.x + wide
    }

    fn rest(&self, value: Rect, after: u16, words: &str, role: Role, buf: &mut Buffer) {
        let rest = Rect { x: after, width: value.right().saturating_sub(after), ..value };
        panel::line(rest, 0, buf, &[(words, self.style(role))]);
    }

    fn label(&self, field: Field, area: Rect, buf: &mut Buffer) {
        let here = self.state.part == Part::Recipe && self.state.field == field;
        let role = if here { Role::Key } else { Role::Muted };
        let mark = if here { "> " } else { "  " };
        panel::line(area, 0, buf, &[(mark, self.style(role)), (label(field), self.style(role))]);
    }

    /// What a field that is chosen, not typed, is set to.
    fn words(&self, field: Field) -> String {
        let recipe = &self.state.recipe;
        match field {
            Field::Weekends => if recipe.skip_weekends { "left out" } else { "like any day" }.to_owned(),
            Field::Clash => match recipe.on_clash {
                OnClash::Keep => "keep the time, and say so".to_owned(),
                OnClash::Shift => "put off by half an hour until there is room".to_owned(),
                OnClash::Refuse => "refuse".to_owned(),
            },
            Field::Style => recipe.style.as_deref().map_or_else(|| "none".to_owned(), one_line),
            Field::Media => match recipe.media.as_slice() {
                [] => "none".to_owned(),
                [one] => format!("{} on every post", one_line(one.called())),
                many => format!("{} on every post", count(many.len(), "file")),
            },
            Field::Options => {
                let set = recipe.options.iter().count();
                let comment = if recipe.first_comment.is_some() { ", a first comment" } else { "" };
                if set == 0 && comment.is_empty() { "none".to_owned() } else { format!("{set} set{comment}") }
            }
            _ => String::new(),
        }
    }

    /// What typed words mean.
    fn echo(&self, field: Field) -> String {
        let state = self.state;
        let here = state.part == Part::Recipe && state.field == field;
        match field {
            // Which zone that is stands in the box's title.
            Field::Start => state.recipe.starts_at.map(|at| self.brief(at)).unwrap_or_default(),
            Field::Every if matches!(state.every.text().trim(), "slots" | "slot") => "  free posting slots".to_owned(),
            Field::Every if here => "  24h, weekdays, mon,wed, slots".to_owned(),
            Field::Times if here => "  09:00, 17:00".to_owned(),
            Field::Times if state.times.text().is_empty() => "the start's own".to_owned(),
            _ => String::new(),
        }
    }

    fn brief(&self, at: Schedule) -> String {
        let here = at.instant().with_timezone(&self.shared.zone);
        format!("  = {} {}", here.format("%a %-d %b"), self.shared.habits.time(here.time()))
    }

    fn channels(&self, buf: &mut Buffer) {
        let (area, state) = (self.places.channels, self.state);
        if area.height == 0 {
            return;
        }
        self.label(Field::Channels, area, buf);
        let offered = state.offered(self.board);
        if offered.is_empty() {
            let value = Rect { x: area.x + LABEL, width: area.width.saturating_sub(LABEL), ..area };
            panel::line(value, 0, buf, &[("none yet; :connect adds an account", self.style(Role::Muted))]);
        }
        let first = first_channel(state, area.height);
        for (row, (at, channel)) in (0..area.height).zip(offered.iter().enumerate().skip(first)) {
            let line = Rect { x: area.x + LABEL, y: area.y + row, width: area.width.saturating_sub(LABEL), height: 1 };
            let chosen = state.recipe.to.contains(&channel.id);
            let words = self.style(if chosen { Role::Text } else { Role::Muted });
            let trouble = crate::text::check::channel_problem(Some(channel)).map(|problem| problem.words);
            let trouble = trouble.map(|words| format!("  {} {}", self.theme.glyphs.warn, one_line(&words)));
            let check = if chosen { "[x] " } else { "[ ] " };
            panel::line(
                line,
                0,
                buf,
                &[
                    (check, self.style(if chosen { Role::Good } else { Role::Muted })),
                    (&format!("{:<3}", channel.network.mark()), words),
                    (&one_line(channel.label()), words),
                    (&trouble.unwrap_or_default(), self.style(Role::Warn)),
                ],
            );
            if state.part == Part::Recipe && !state.typing && state.field == Field::Channels && state.channel_at == at {
                buf.set_style(line, self.style(Role::Cursor));
            }
        }
        let more = offered.len().saturating_sub(first + usize::from(area.height));
        if more > 0 {
            let words = format!(" {more} more ");
            panel::right(area, area.height - 1, buf, &words, self.style(Role::Key), area.x + area.width / 2);
        }
        if let Some(fault) = state.fault(Field::Channels).filter(|_| !offered.is_empty()) {
            let words = format!(" {} {}", self.theme.glyphs.cross, fault.words);
            let after = area.x + LABEL + 20;
            panel::right(area, 0, buf, &words, self.style(Role::Bad), after);
        }
    }

    fn texts(&self, buf: &mut Buffer) {
        let (area, state) = (self.places.texts, self.state);
        if area.height == 0 || area.y == 0 {
            return;
        }
        let heading = Rect { y: area.y - 1, height: 1, ..area };
        self.label(Field::Texts, heading, buf);
        let value = Rect { x: heading.x + LABEL, width: heading.width.saturating_sub(LABEL), ..heading };
        let (words, role) = match state.fault(Field::Texts) {
            Some(fault) => (format!("{} {}", self.theme.glyphs.cross, fault.words), Role::Bad),
            None => {
                let open = state.recipe.rest();
                let sent = state.recipe.rows.len() - open;
                let there = if sent > 0 { format!(", {sent} scheduled before") } else { String::new() };
                (format!("{} to be sent{there}", count(open, "text")), Role::Muted)
            }
        };
        let words = truncate(&words, usize::from(value.width));
        panel::line(value, 0, buf, &[(&words, self.style(role))]);
        let typing = state.part == Part::Recipe && state.typing && state.field == Field::Texts;
        state.texts.view(area, buf, self.theme, typing, &[]);
    }
}
