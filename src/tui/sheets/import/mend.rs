//! What is typed while a file is on its way in: the zone and the channels of rows that say none, and a row's own text,
//! time and channels where it has to be mended, also those that single networks and channels have of their own. The
//! rows are judged again with it; the file stays as it is.

use std::collections::VecDeque;

use chrono_tz::{TZ_VARIANTS, Tz};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::State;
use super::view::{ABOVE, in_place};
use crate::domain::channel::Network;
use crate::domain::ids::ChannelId;
use crate::domain::intake::{Asking, Line, Mend, Said, Words};
use crate::text::clean::one_line;
use crate::text::measure::measure;
use crate::text::rules::Rules;
use crate::tui::action::Action;
use crate::tui::msg::{Key, KeyCode};
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::editor::Editor;
use crate::tui::widgets::input::Input;
use crate::tui::widgets::prose::paragraph;
use crate::tui::widgets::{cells, panel};

/// Rows of what is wrong with a row, above its text.
const WRONG: usize = 2;

/// What is being typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// The channels of rows that name none.
    To,
    /// The zone of rows that name none.
    Zone,
    /// The text of a row.
    Body,
    /// Its time.
    When,
    /// Its channels.
    Channels,
}

/// Fields with what is typed, one of them shown, and whose row they are of.
#[derive(Clone, Debug)]
pub(super) struct Typing {
    what: What,
    /// The row, where it is one's own.
    row: Option<Line>,
    part: Part,
    /// What single networks and channels have of their own, to be typed in turn.
    others: VecDeque<Part>,
    /// Why it cannot be taken.
    fault: Option<String>,
}

/// What one field is for.
#[derive(Clone, Debug)]
struct Part {
    /// The network or channel, in the words of the file; nothing where it is the row's.
    whose: Option<String>,
    /// Where it is meant to go.
    to: Vec<(ChannelId, Network)>,
    /// What was there before.
    was: String,
    field: Field,
}

#[derive(Clone, Debug)]
enum Field {
    Line(Input),
    Text(Box<Editor>),
}

impl Part {
    fn new(field: Field, to: Vec<(ChannelId, Network)>) -> Self {
        let mut part = Self { whose: None, to, was: String::new(), field };
        part.was = part.text();
        part
    }

    fn line(text: &str) -> Self {
        Self::new(Field::Line(Input::new(text)), Vec::new())
    }

    fn body(text: &str, to: Vec<(ChannelId, Network)>) -> Self {
        Self::new(Field::Text(Box::new(Editor::new(text))), to)
    }

    /// What is typed.
    fn text(&self) -> String {
        match &self.field {
            Field::Line(input) => input.text().trim().to_owned(),
            Field::Text(editor) => editor.text().trim_end().to_owned(),
        }
    }
}

/// What `row` says itself and what its networks and channels have of their own, as fields for `what`: the row's first.
fn parts(what: What, row: &Line) -> VecDeque<Part> {
    let mut left = row.to.clone();
    let mut parts = VecDeque::new();
    for (whose, own) in &row.said.own {
        let words = if what == What::Body { &own.body } else { &own.when };
        let Some(words) = words else { continue };
        let is_theirs = |(id, _): &(ChannelId, Network)| row.owners.get(whose).is_some_and(|own| own.contains(id));
        let theirs = row.to.iter().filter(|to| is_theirs(to)).cloned().collect();
        left.retain(|to| !is_theirs(to));
        let part = if what == What::Body { Part::body(words, theirs) } else { Part::line(words) };
        parts.push_back(Part { whose: Some(whose.clone()), ..part });
    }
    parts.push_front(match what {
        What::Body => Part::body(&row.said.body, left),
        _ => Part::line(&row.said.when),
    });
    parts
}

impl Typing {
    /// Opens the field for `what`; nothing where there is no row for it.
    pub(super) fn open(what: What, asking: &Asking, zone: &str, row: Option<&Line>) -> Option<Self> {
        let (row, mut parts) = match (what, row) {
            (What::To, _) => (None, [Part::line(&asking.to.join(", "))].into()),
            (What::Zone, _) => (None, [Part::line(zone)].into()),
            (What::Channels, Some(row)) => (Some(row), [Part::line(&row.said.to.join(", "))].into()),
            (What::Body | What::When, Some(row)) => (Some(row), parts(what, row)),
            (_, None) => return None,
        };
        let part = parts.pop_front()?;
        Some(Self { what, row: row.cloned(), part, others: parts, fault: None })
    }

    /// The next field, or the one before it.
    fn turn(&mut self, forward: bool) {
        let next = if forward { self.others.pop_front() } else { self.others.pop_back() };
        let Some(next) = next else { return };
        let left = std::mem::replace(&mut self.part, next);
        if forward { self.others.push_back(left) } else { self.others.push_front(left) }
    }

    /// Whether there are several fields to turn between.
    pub(super) fn turns(&self) -> bool {
        !self.others.is_empty()
    }

    /// Whether it takes the place of the list.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.part.field, Field::Text(_))
    }

    /// Takes a key that no action is bound to.
    pub(super) fn key(&mut self, key: Key, area: Rect) {
        self.fault = None;
        match &mut self.part.field {
            Field::Line(input) => drop(input.key(key)),
            Field::Text(editor) => {
                let place = text_place(area);
                editor.settle(place.width, place.height);
                editor.key(key);
            }
        }
    }

    /// Takes an action that turns to another field, or moves in a text of several lines.
    pub(super) fn walk(&mut self, action: Action, area: Rect) {
        let code = match action {
            Action::NextField => return self.turn(true),
            Action::PreviousField => return self.turn(false),
            Action::Up => KeyCode::Up,
            Action::Down => KeyCode::Down,
            Action::PageUp => KeyCode::PageUp,
            Action::PageDown => KeyCode::PageDown,
            _ => return,
        };
        self.key(Key::plain(code), area);
    }

    /// Takes a pasted text.
    pub(super) fn paste(&mut self, text: &str) {
        match &mut self.part.field {
            Field::Line(input) => drop(input.paste(text)),
            Field::Text(editor) => drop(editor.paste(text)),
        }
    }

    /// Says it of the file; false where it cannot be meant, and why stands beside the field then.
    pub(super) fn accept(&mut self, asking: &mut Asking) -> bool {
        let text = self.part.text();
        let list = || text.split(',').map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
        let row = self.row.as_ref().map_or(0, |row| row.number);
        match self.what {
            What::To => asking.to = list(),
            What::Zone if text.is_empty() => asking.zone = None,
            What::Zone => match zone_meant(&text) {
                Some(zone) => asking.zone = Some(zone.name().to_owned()),
                None => {
                    self.fault = Some("no such zone; write it like Europe/Berlin".into());
                    return false;
                }
            },
            What::Channels => asking.mended.entry(row).or_default().to = Some(list()),
            What::Body | What::When => {
                for part in self.others.iter().chain([&self.part]).filter(|part| part.text() != part.was) {
                    self.mend(asking.mended.entry(row).or_default(), part);
                }
            }
        }
        true
    }

    /// Says in `mend` what was typed into `part`.
    fn mend(&self, mend: &mut Mend, part: &Part) {
        let text = Some(part.text());
        match (&part.whose, self.what) {
            (None, What::Body) => mend.body = text,
            (None, _) => mend.when = text,
            (Some(whose), what) => {
                let own: &mut Words = mend.own.entry(whose.clone()).or_default();
                if what == What::Body { own.body = text } else { own.when = text }
            }
        }
    }

    /// Whose row it is, and what that says without it.
    pub(super) fn said(&self) -> Option<(usize, Said)> {
        self.row.as_ref().map(|row| (row.number, row.said.clone()))
    }

    /// The word for Enter.
    pub(super) fn accepts(&self) -> &'static str {
        match self.what {
            What::To => "for rows that name none",
            What::Zone => "read times in it",
            What::Body | What::When | What::Channels => "mend the row",
        }
    }

    /// The word for Tab.
    pub(super) fn turns_to(&self) -> &'static str {
        match (self.what, self.others.front()) {
            (What::Body, Some(Part { whose: None, .. })) => "the row's text",
            (What::Body, _) => "the next own text",
            (_, Some(Part { whose: None, .. })) => "the row's time",
            _ => "the next own time",
        }
    }

    /// What stands at the foot meanwhile.
    pub(super) fn foot(&self) -> Vec<panel::Foot<'static>> {
        let turn = self.turns().then_some(("Tab", self.turns_to(), Action::NextField));
        let ends = [("Enter", self.accepts(), Action::Accept), ("Esc", "back", Action::Back)];
        ends.into_iter().chain(turn).collect()
    }

    /// The zone that a row names itself, where it is one.
    fn zone(&self) -> Option<&str> {
        let zone = self.row.as_ref()?.said.zone.as_deref()?;
        zone.parse::<Tz>().ok().map(|_| zone)
    }

    fn label(&self) -> String {
        let row = self.row.as_ref().map_or(0, |row| row.number);
        let zone = self.zone().map(|zone| format!(" ({zone})")).unwrap_or_default();
        match (self.what, &self.part.whose) {
            (What::To, _) => "rows that name no channel go to ".into(),
            (What::Zone, _) => "times are read in ".into(),
            (What::Body, None) => format!("row {row}: its text"),
            (What::Body, Some(whose)) => {
                format!("row {row}: the text for {} alone, blank for the row's", one_line(whose))
            }
            (What::When, None) => format!("row {row} goes out{zone} "),
            (What::When, Some(whose)) => format!("row {row} goes out on {}{zone} ", one_line(whose)),
            (What::Channels, _) => format!("row {row} goes to "),
        }
    }

    /// Draws the field: a line above the foot, or a text in the place of the list.
    pub(super) fn view(&self, rules: &Rules, theme: &Theme, inside: Rect, buf: &mut Buffer) {
        let style = |role| theme.style(role);
        match &self.part.field {
            Field::Line(input) => {
                let line = Rect { y: inside.y + inside.height.saturating_sub(2), height: 1, ..inside };
                let wide = usize::from(line.width);
                cells::put(buf, line.x, line.y, &" ".repeat(wide), wide, style(Role::Text));
                let fault = self.fault.as_ref().map(|words| format!("  {words}")).unwrap_or_default();
                let room = u16::try_from(cells::width(&fault)).unwrap_or(0).min(line.width / 2);
                let after = panel::line(line, 0, buf, &[(&self.label(), style(Role::Muted))]);
                let width = line.right().saturating_sub(after).saturating_sub(room);
                input.view(Rect { x: after, width, ..line }, buf, style(Role::Field));
                let beside = Rect { x: after + width, width: room, ..line };
                panel::line(beside, 0, buf, &[(&fault, style(Role::Bad))]);
            }
            Field::Text(editor) => {
                let place = text_place(inside);
                let head = Rect { y: place.y.saturating_sub(4), height: 1, ..inside };
                let after = panel::line(head, 0, buf, &[(&self.label(), style(Role::Title))]);
                let (words, over) = self.counts(editor.text(), rules);
                let role = if over { Role::Bad } else { Role::Muted };
                panel::right(head, 0, buf, &words, style(role), after);
                // Why it is typed at all, and what it does not change.
                let wrong: Vec<String> =
                    self.row.iter().flat_map(|row| &row.messages).map(|words| in_place(words)).collect();
                let wrong = one_line(&wrong.join(" · "));
                for (at, line) in (1..).zip(paragraph(&wrong, Role::Warn, &[], usize::from(head.width), WRONG)) {
                    line.draw(theme, style(Role::Warn), head.x, head.y + at, head.width, buf);
                }
                let mut editor = editor.clone();
                editor.settle(place.width, place.height);
                editor.view(place, buf, theme, true, &[]);
                let hint = Rect { y: place.bottom(), height: 1, ..inside };
                panel::line(
                    hint,
                    0,
                    buf,
                    &[("Alt-Enter", style(Role::Key)), (" begins a new line", style(Role::Muted))],
                );
            }
        }
    }

    /// `x 291/280 · li 291/3000`, and whether one of them is over. What hangs on media and styles is judged with the row.
    fn counts(&self, text: &str, rules: &Rules) -> (String, bool) {
        let (mut said, mut over) = (Vec::new(), false);
        for (channel, network) in &self.part.to {
            let Some(rules) = rules.of(channel, network) else { continue };
            let measured = measure(text, rules);
            let words = format!("{} {}/{}", network.mark(), measured.count, measured.limit);
            over |= measured.count > measured.limit;
            if !said.contains(&words) {
                said.push(words);
            }
        }
        (said.join(" · "), over)
    }
}

/// What is said of texts and times that channels have of their own: that they are there, to be reached beside the row's.
pub(super) fn own_texts(said: &Said) -> Option<String> {
    let what = |own: &Words| match (&own.body, &own.when) {
        (Some(_), Some(_)) => "a text and a time",
        (Some(_), None) => "a text",
        _ => "a time",
    };
    let one = |(whose, own): (&String, &Words)| format!("{} has {} of its own", one_line(whose), what(own));
    let all: Vec<String> = said.own.iter().map(one).collect();
    (!all.is_empty()).then(|| format!("{}, to be mended beside the row's", all.join(", ")))
}

/// Where a text of several lines stands: between what is said of the whole and the foot.
fn text_place(inside: Rect) -> Rect {
    let above = (ABOVE + 4).min(inside.height);
    Rect { y: inside.y + above, height: inside.height.saturating_sub(above + 2), ..inside }
}

/// The zone that somebody means: its name in any case, or the last word of it.
fn zone_meant(typed: &str) -> Option<Tz> {
    let typed = typed.replace(' ', "_");
    let whole = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(&typed));
    let last = |zone: &&Tz| zone.name().rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(&typed));
    whole.or_else(|| TZ_VARIANTS.iter().find(last)).copied()
}

/// Opens the field for `what` of the row under the cursor.
pub(super) fn open(state: &mut State, what: What) {
    let row = state.rows().get(state.row_at).copied().filter(|_| !state.columns);
    state.typed = Typing::open(what, &state.asking, &state.look.zone, row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_by_any_case_and_by_its_city() {
        let named = |typed: &str| zone_meant(typed).map(|zone| zone.name());
        assert_eq!(named("europe/berlin"), Some("Europe/Berlin"));
        assert_eq!(named("new york"), Some("America/New_York"));
        assert_eq!((named("Mars"), named("")), (None, None));
    }
}
