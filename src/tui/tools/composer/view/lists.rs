//! The channels with the form's fields, and the checks.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Canvas;
use crate::domain::media::{Media, size_words};
use crate::domain::problem::Severity;
use crate::domain::tags;
use crate::domain::words::count;
use crate::text::clean::one_line;
use crate::tui::theme::Role;
use crate::tui::tools::composer::facts::Offer;
use crate::tui::tools::composer::problems::Found;
use crate::tui::tools::composer::regions::{MENDS, is_long, marks, mending, networks};
use crate::tui::tools::composer::state::{Check, Field, State};
use crate::tui::widgets::prose::{paragraph, wrap};
use crate::tui::widgets::{cells, panel};

impl Canvas<'_> {
    pub(super) fn channels(&self, buf: &mut Buffer) {
        let state = self.state;
        let chosen = state.facts.counters.len();
        let of = match chosen {
            0 if state.typing => format!(
                "none chosen · {}, then {}",
                self.shared.keys.key("Tab", "composer.text"),
                self.shared.keys.key("Space", "composer.form")
            ),
            0 => self.shared.keys.of("none chosen · Space chooses").into_owned(),
            _ => format!("{chosen} of {}", state.facts.channels.len()),
        };
        let focused = !state.typing
            && matches!(
                state.field,
                Field::Channels | Field::When | Field::Title | Field::Media | Field::Options | Field::Tags
            );
        panel::boxed(self.places.channels_box, buf, self.theme, "Channels", &of, focused);
        let area = self.places.channels;
        for (row, index) in (0..area.height).zip(channel_rows(state, area.height)) {
            match index.and_then(|at| Some((at, state.facts.channels.get(at)?))) {
                Some((at, offer)) => self.channel(at, offer, Rect { y: area.y + row, height: 1, ..area }, buf),
                None => {
                    let below =
                        channel_rows(state, area.height).into_iter().skip(usize::from(row) + 1).flatten().next();
                    let account =
                        below.and_then(|at| state.facts.channels.get(at)).map(|offer| offer.account.to_string());
                    panel::line(area, row, buf, &[(&account.unwrap_or_default(), self.style(Role::Muted))]);
                }
            }
        }
        let after_last = usize::from(area.height);
        if area.height > 0 && channel_rows(state, area.height).len() > after_last {
            panel::right(area, area.height - 1, buf, " and more ", self.style(Role::Key), area.x + area.width / 2);
        }
        self.fields(buf);
    }

    fn channel(&self, at: usize, offer: &Offer, area: Rect, buf: &mut Buffer) {
        let here = !self.state.typing && self.state.field == Field::Channels && self.state.channel_at == at;
        let style = |role| self.style(role);
        let check = if offer.chosen { "[x] " } else { "[ ] " };
        let words = if offer.chosen { Role::Text } else { Role::Muted };
        let trouble = offer.trouble.as_ref().map(|why| format!("  {} {}", self.theme.glyphs.warn, one_line(why)));
        let parts = [
            (check, style(if offer.chosen { Role::Good } else { Role::Muted })),
            (&*format!("{:<3}", offer.network.mark()), style(words)),
            (&one_line(&offer.label), style(words)),
            (&trouble.unwrap_or_default(), style(Role::Warn)),
        ];
        panel::line(area, 0, buf, &parts);
        if here {
            buf.set_style(area, self.style(Role::Cursor));
        }
    }

    fn fields(&self, buf: &mut Buffer) {
        let area = self.places.fields;
        let state = self.state;
        let here = |field| !state.typing && state.field == field;
        let mut row = 1;
        let mut field = |name: &str, value: &str, role: Role, here: bool, buf: &mut Buffer| {
            let name_style = self.style(if here { Role::Key } else { Role::Muted });
            let mark = if here { "> " } else { "  " };
            panel::line(area, row, buf, &[(mark, name_style), (name, name_style), (value, self.style(role))]);
            row += 1;
        };
        let (long, _, role) = self.when_words();
        field("when    ", &long, role, here(Field::When), buf);
        if state.facts.wants_title && area.height > 0 {
            let editing = state.typing && state.field == Field::Title;
            let value = if editing { "" } else { state.title.text() };
            field("title   ", value, Role::Text, here(Field::Title) || editing, buf);
            if editing {
                let at = Rect { x: area.x + 10, y: area.y + 2, width: area.width.saturating_sub(10), height: 1 };
                state.title.view(at, buf, self.style(Role::Field));
            }
        }
        let own = state.target().is_some_and(|target| target.extras.media.is_some());
        let only = if own { "only here: " } else { "" };
        field("media   ", &format!("{only}{}", media_words(state.media())), Role::Muted, here(Field::Media), buf);
        if let Some(words) = &state.facts.options {
            field("options ", words, Role::Muted, here(Field::Options), buf);
        }
        if let Some(words) = &state.facts.style {
            field("style   ", &one_line(words), Role::Muted, false, buf);
        }
        if state.has_tags() {
            let editing = state.typing && state.field == Field::Tags;
            let value = if editing { String::new() } else { one_line(&tags::written(&state.post.tags)) };
            field("tags    ", &value, Role::Muted, here(Field::Tags) || editing, buf);
            if editing && row <= area.height {
                let (x, y) = (area.x + 10, area.y + row - 1);
                let at = Rect { x, y, width: area.width.saturating_sub(10), height: 1 };
                state.tags.view(at.intersection(area), buf, self.style(Role::Field));
            }
        }
    }

    pub(super) fn checks(&self, buf: &mut Buffer) {
        let facts = &self.state.facts;
        let focused = !self.state.typing && self.state.field == Field::Problems;
        panel::boxed(self.places.checks_box, buf, self.theme, "Checks", &tally(self.state), focused);
        let area = self.detail(buf);
        let tall = heights(self.state, area);
        let first = if tall.is_some() { 0 } else { first_problem(self.state, area.height) };
        let mut row = 0;
        for (at, found) in facts.problems.iter().enumerate().skip(first) {
            if row >= area.height {
                break;
            }
            let here = focused && at == self.state.problem_at;
            let height = tall.as_ref().and_then(|tall| tall.get(at).copied()).unwrap_or(1);
            self.problem(found, here, Rect { y: area.y + row, height, ..area }.intersection(area), buf);
            row = row.saturating_add(height);
        }
        if row == 0 {
            let words = format!("{} nothing stands in the way", self.theme.glyphs.check);
            panel::line(area, row, buf, &[(&words, self.style(Role::Good))]);
            row += 1;
        }
        let (words, role) = self.check_words();
        panel::line(area, row.saturating_add(1), buf, &[(&words, self.style(role))]);
    }

    /// What is too long for its row stands in full below the list, where there is room; answers what is left.
    fn detail(&self, buf: &mut Buffer) -> Rect {
        let area = self.places.checks;
        let facts = &self.state.facts;
        let Some(found) = facts.problems.get(self.state.problem_at) else { return area };
        let words = format!("{} · {}", found.problem.words, self.shared.keys.of(&found.problem.remedy));
        let words = one_line(&words);
        if heights(self.state, area).is_some() {
            return area;
        }
        let rows = paragraph(&words, Role::Muted, &[], usize::from(area.width), usize::from(area.height));
        let height = u16::try_from(rows.len()).unwrap_or(u16::MAX);
        let listed = u16::try_from(facts.problems.len()).unwrap_or(u16::MAX).saturating_add(4);
        if cells::width(&words) + 8 <= usize::from(area.width) || area.height < listed.min(6).saturating_add(height) {
            return area;
        }
        let list = Rect { height: area.height - height - 1, ..area };
        let below = Rect { y: area.bottom() - height, height, ..area };
        for (y, row) in (below.y..below.bottom()).zip(&rows) {
            row.draw(self.theme, Style::new(), below.x, y, below.width, buf);
        }
        list
    }

    fn problem(&self, found: &Found, here: bool, area: Rect, buf: &mut Buffer) {
        let style = |role| self.style(role);
        let (glyph, role) = match found.problem.severity {
            Severity::Blocker => (self.theme.glyphs.cross, Role::Bad),
            Severity::Warning => (self.theme.glyphs.warn, Role::Warn),
            Severity::Hint => ('·', Role::Muted),
        };
        let whose = networks(found);
        let words = one_line(&found.problem.words);
        let remedy = format!("  {}", one_line(&self.shared.keys.of(&found.problem.remedy)));
        let marks = [(&*format!("{glyph} "), style(role)), (&whose, style(Role::Text))];
        let after = panel::line(area, 0, buf, &marks);
        let behind = u16::try_from(mending(found)).unwrap_or(u16::MAX);
        let rest = Rect { x: after, width: area.right().saturating_sub(after).saturating_sub(behind), ..area };
        if found.mends {
            let key = self.shared.keys.key(MENDS, "composer.text");
            panel::right(area, 0, buf, &key, style(Role::Key), after);
        }
        if area.height > 1 {
            // The remedy below the words, where no key stands behind it.
            let whole = rest.width.saturating_add(behind);
            let rows = paragraph(&words, role, &[], usize::from(rest.width), 4).into_iter();
            let rows = rows.chain(paragraph(remedy.trim_start(), Role::Muted, &[], usize::from(whole), 4));
            for (y, row) in (area.y..area.bottom()).zip(rows) {
                row.draw(self.theme, Style::new(), rest.x, y, whole, buf);
            }
        } else {
            panel::line(rest, 0, buf, &[(&words, style(role)), (&remedy, style(Role::Muted))]);
        }
        if here {
            buf.set_style(area, self.style(Role::Cursor));
        }
    }

    fn check_words(&self) -> (String, Role) {
        let named = |words| self.shared.keys.of(words).into_owned();
        match &self.state.check {
            Check::Never if self.state.typing => (named("in the form, V asks the providers"), Role::Muted),
            Check::Never => (named("V asks the providers too"), Role::Muted),
            Check::Asked(_) => ("asking the providers…".into(), Role::Muted),
            Check::Said(revision, _) if *revision != self.state.revision => {
                let words = match self.state.typing {
                    true => "the text changed since the providers were asked",
                    false => "the text changed since the providers were asked; V asks again",
                };
                (named(words), Role::Muted)
            }
            Check::Said(_, problems) if problems.is_empty() && !self.state.is_checked(self.board) => {
                ("nobody here checks posts before they are sent".into(), Role::Muted)
            }
            Check::Said(_, problems) if problems.is_empty() => ("the providers agree".into(), Role::Good),
            Check::Said(..) => ("with what the providers said".into(), Role::Muted),
            Check::Failed(words) => (format!("the providers were not asked: {}", one_line(words)), Role::Warn),
        }
    }
}

/// The channel on a row of the list.
pub fn channel_at(state: &State, area: Rect, y: u16) -> Option<usize> {
    channel_rows(state, area.height).get(usize::from(y.checked_sub(area.y)?)).copied().flatten()
}

/// The field on a row below the channels; the style's is none of them.
pub fn field_at(state: &State, area: Rect, y: u16) -> Option<Field> {
    let facts = &state.facts;
    let rows = [
        (true, Some(Field::When)),
        (facts.wants_title, Some(Field::Title)),
        (true, Some(Field::Media)),
        (facts.options.is_some(), Some(Field::Options)),
        (facts.style.is_some(), None),
        (state.has_tags(), Some(Field::Tags)),
    ];
    let row = usize::from(y.checked_sub(area.y)?.checked_sub(1)?);
    rows.into_iter().filter(|(shown, _)| *shown).nth(row).and_then(|(_, field)| field)
}

/// `roast.png, image 412 kB, no ALT`, or how many there are.
pub(super) fn media_words(media: &[Media]) -> String {
    let without = media.iter().filter(|item| item.alt.trim().is_empty()).count();
    match media {
        [] => "none".to_owned(),
        [one] => {
            let size = one.bytes.map(|bytes| format!(" {}", size_words(bytes))).unwrap_or_default();
            let alt = if without == 0 { "ALT ok" } else { "no ALT" };
            format!("{}, {}{size}, {alt}", one_line(one.called()), one.kind.word())
        }
        many if without == 0 => format!("{} files, ALT ok", many.len()),
        many => format!("{} files, {without} without ALT", many.len()),
    }
}

/// The problem on a row of the list.
pub fn problem_at(state: &State, area: Rect, y: u16) -> Option<usize> {
    let row = y.checked_sub(area.y)?;
    if let Some(tall) = heights(state, area) {
        let mut end = 0_u16;
        return tall.iter().position(|height| {
            end = end.saturating_add(*height);
            row < end
        });
    }
    let at = usize::from(row) + first_problem(state, area.height);
    (at < state.facts.problems.len()).then_some(at)
}

/// The rows of each problem, where there is room to read all of them whole; else each has one row.
fn heights(state: &State, area: Rect) -> Option<Vec<u16>> {
    let one = |found: &Found| {
        let width = usize::from(area.width).saturating_sub(marks(found));
        let rows =
            |words: &str, width: usize| u16::try_from(wrap(&one_line(words), width, 4).len()).unwrap_or(u16::MAX);
        let words = rows(&found.problem.words, width.saturating_sub(mending(found)));
        if is_long(found, area.width) { words.saturating_add(rows(&found.problem.remedy, width)) } else { 1 }
    };
    // Beyond the rows there are, nothing has to be wrapped to know it.
    if state.facts.problems.len() > usize::from(area.height) {
        return None;
    }
    let heights: Vec<u16> = state.facts.problems.iter().map(one).collect();
    let taken = heights.iter().fold(0_u16, |all, height| all.saturating_add(*height));
    // Where there is a box, what the providers say stands below.
    let below = if area.height > 4 { 2 } else { 0 };
    (taken.saturating_add(below) <= area.height).then_some(heights)
}

/// What stands on each row of the channel list: a channel, or the heading of its account.
fn channel_rows(state: &State, height: u16) -> Vec<Option<usize>> {
    let mut rows = Vec::new();
    let mut account = None;
    for (at, offer) in state.facts.channels.iter().enumerate() {
        if account != Some(&offer.account) {
            rows.push(None);
            account = Some(&offer.account);
        }
        rows.push(Some(at));
    }
    let cursor = rows.iter().position(|row| *row == Some(state.channel_at)).unwrap_or(0);
    let first = (cursor + 1).saturating_sub(usize::from(height));
    rows.split_off(first.min(rows.len()))
}

fn first_problem(state: &State, height: u16) -> usize {
    (state.problem_at + 1).saturating_sub(usize::from(height))
}

pub(super) fn tally(state: &State) -> String {
    let of = |(severity, one)| Some(state.facts.count(severity)).filter(|many| *many > 0).map(|many| count(many, one));
    let parts = [(Severity::Blocker, "blocker"), (Severity::Warning, "warning"), (Severity::Hint, "hint")];
    let parts: Vec<String> = parts.into_iter().filter_map(of).collect();
    if parts.is_empty() { "in order".into() } else { parts.join(" · ") }
}
