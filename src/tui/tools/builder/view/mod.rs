//! Draws the builder. Reads, and nothing else.

mod posts;
mod recipe;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::ghosts::{Ghost, totals};
use super::regions::{Regions, regions};
use super::state::{Part, State};
use crate::domain::problem::Severity;
use crate::domain::words::count;
use crate::text::clean::{one_line, truncate};
use crate::tui::board::Board;
use crate::tui::model::Shared;
use crate::tui::panes::calendar;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{cells, moment, panel};

pub use recipe::first_channel;

/// How much of the name the heading carries, in cells.
const NAME: usize = 28;

/// What drawing needs everywhere.
struct Canvas<'a> {
    state: &'a State,
    shared: &'a Shared,
    board: &'a Board,
    theme: &'a Theme,
    places: Regions,
}

/// Draws everything.
pub fn draw(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return;
    }
    let canvas = Canvas { state, shared, board, theme, places: regions(state, area) };
    canvas.header(buf);
    canvas.tabs(buf);
    canvas.recipe(buf);
    if canvas.places.calendar.height > 0 {
        let focused = state.part == Part::Calendar;
        calendar::view(&state.calendar, shared, &state.board, theme, focused, canvas.places.calendar, buf);
    }
    canvas.posts(buf);
}

/// The part at a column of the row of tabs.
pub fn part_at(tabs: Rect, x: u16) -> Option<Part> {
    let mut end = tabs.x + 1;
    Part::ALL.into_iter().find(|part| {
        end += u16::try_from(part.title().len() + 4).unwrap_or(u16::MAX);
        x < end
    })
}

/// What is worth knowing of a post and does not stop it.
pub fn warnings(ghost: &Ghost) -> usize {
    let of_channels = ghost.counts.iter().flat_map(|count| &count.problems).map(|problem| problem.severity);
    let all = ghost.notes.iter().map(|note| note.severity).chain(of_channels);
    all.filter(|severity| *severity == Severity::Warning).count()
}

impl Canvas<'_> {
    fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    fn header(&self, buf: &mut Buffer) {
        let state = self.state;
        let totals = totals(state, self.board, self.shared.now, false);
        let name = match state.recipe.name.trim() {
            "" => String::new(),
            name => format!(" · {}", truncate(&one_line(name), NAME)),
        };
        let some = |number: usize, word: &str| (number > 0).then(|| format!("{number} {word}"));
        let parts = [
            Some(count(totals.posts, "post")),
            some(totals.good, "ready"),
            some(totals.sent.saturating_sub(totals.held), "scheduled"),
            some(totals.held, "held"),
            some(totals.published, "published"),
        ];
        let good = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let bad = [some(totals.refused, "refused"), some(totals.clashes, "near another")];
        let bad = bad.into_iter().flatten().map(|words| format!(" · {words}")).collect::<String>();
        let muted = self.style(Role::Muted);
        let after = panel::line(
            self.places.header,
            0,
            buf,
            &[
                (" Campaign", self.style(Role::Title)),
                (&name, self.style(Role::Text)),
                (" · ", muted),
                (&good, muted),
                (&bad, self.style(Role::Warn)),
            ],
        );
        let (kept, role) = self.kept();
        let span = match (totals.first, totals.last) {
            (Some(first), Some(last)) => format!(
                "{} – {} ",
                first.with_timezone(&self.shared.zone).format("%a %-d %b"),
                moment::plain(last, self.shared.now, self.shared)
            ),
            _ => String::new(),
        };
        let left = usize::from(self.places.header.right().saturating_sub(after));
        let both = if kept.is_empty() || span.is_empty() { String::new() } else { format!("{kept} · {span}") };
        let kept = if kept.is_empty() { kept } else { format!("{kept} ") };
        let forms = [(both, role), (span, Role::Muted), (kept, role)];
        let fits = |(words, _): &&(String, Role)| !words.is_empty() && cells::width(words) + 2 < left;
        if let Some((words, role)) = forms.iter().find(fits) {
            panel::right(self.places.header, 0, buf, words, self.style(*role), after);
        }
    }

    fn kept(&self) -> (String, Role) {
        let state = self.state;
        match &state.kept {
            _ if state.recipe.is_blank() => (String::new(), Role::Muted),
            Some(Err(words)) => (format!("not kept: {}", one_line(words)), Role::Bad),
            Some(Ok(at)) if state.sent_revision == state.revision => {
                let time = at.with_timezone(&self.shared.zone).time();
                (format!("kept {}", self.shared.habits.time(time)), Role::Muted)
            }
            _ if state.revision == state.sent_revision => ("as kept".into(), Role::Muted),
            _ => ("…".into(), Role::Muted),
        }
    }

    fn tabs(&self, buf: &mut Buffer) {
        let area = self.places.tabs;
        if area.height == 0 {
            return;
        }
        let mut x = area.x + 1;
        for part in Part::ALL {
            let role = if part == self.state.part { Role::Cursor } else { Role::Muted };
            let at = Rect { x, width: area.right().saturating_sub(x), ..area };
            x = panel::line(at, 0, buf, &[(&format!(" {} ", part.title()), self.style(role))]) + 2;
        }
        let faults = self.state.faults.first().map(|fault| one_line(&self.shared.keys.of(&fault.words)));
        let words = faults.filter(|_| self.state.part != Part::Recipe).unwrap_or_default();
        let left = usize::from(area.right().saturating_sub(x + 2));
        panel::right(area, 0, buf, &truncate(&words, left), self.style(Role::Warn), x);
    }
}
