//! A file that `$EDITOR` left and that could not be read: what is wrong, at its line, and what can become of it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Flow;
use crate::manuscript::Fault;
use crate::text::clean::one_line;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::panel;
use crate::tui::widgets::prose::{Row, hang, paragraph};

/// The widest the sheet gets.
const WIDEST: u16 = 90;
/// Lines of the file shown around a fault.
const AROUND: usize = 1;
/// Cells of a line that are looked at; a fault further right is named, not shown.
const LINE_CELLS: usize = 400;
const FOOT: &[panel::Foot<'static>] = &[
    ("e", "edit it again", Action::Edit),
    ("t", "take all of it as the text", Action::FileAsText),
    ("x", "give it up", Action::FileDrop),
    ("Esc", "later", Action::Back),
];

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    said: Vec<Said>,
    offset: usize,
}

/// One fault with the lines around it.
#[derive(Clone, Debug)]
struct Said {
    fault: Fault,
    /// Number and words of the lines around.
    lines: Vec<(usize, String)>,
}

impl State {
    /// The faults of `file`.
    pub fn new(file: &str, faults: &[Fault]) -> Self {
        let said = faults.iter().map(|fault| {
            let first = fault.spot.line.saturating_sub(1 + AROUND);
            let count = fault.spot.line + AROUND - first;
            let lines = file.lines().enumerate().skip(first).take(count);
            let shown = |line: &str| one_line(&line.chars().take(LINE_CELLS).collect::<String>());
            Said { fault: fault.clone(), lines: lines.map(|(at, line)| (at + 1, shown(line))).collect() }
        });
        Self { said: said.collect(), offset: 0 }
    }

    fn rows(&self, width: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for said in &self.said {
            let Fault { spot, words, remedy } = &said.fault;
            for (number, line) in &said.lines {
                let at_fault = *number == spot.line;
                let role = if at_fault { Role::Bad } else { Role::Muted };
                rows.push(Row::of(format!("{number:>4}  "), role).text(line, if at_fault { Role::Text } else { role }));
                if at_fault && spot.column + 6 < width {
                    rows.push(Row::of(format!("{:>1$}", "^", spot.column + 6), Role::Bad));
                }
            }
            let head = Row::of("      ", Role::Bad);
            let words = one_line(&format!("{words}; {remedy}"));
            rows.extend(hang(head, 6, paragraph(&words, Role::Bad, &[], width.saturating_sub(6).max(1), 6)));
            rows.push(Row::new());
        }
        rows
    }
}

/// Carries out one action.
pub fn update(state: &mut State, shared: &mut Shared, _board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let inside = panel::inside(place(state, screen(shared)));
    let last = state.rows(usize::from(inside.width)).len().saturating_sub(1);
    state.offset = match action {
        Action::Edit | Action::EditExternally | Action::Open | Action::Accept => {
            return (Vec::new(), Flow::Run(Action::EditExternally));
        }
        Action::FileAsText | Action::FileDrop => return (Vec::new(), Flow::Run(action)),
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Down => state.offset + 1,
        Action::Up => state.offset.saturating_sub(1),
        Action::PageDown | Action::HalfDown => state.offset + 8,
        Action::PageUp | Action::HalfUp => state.offset.saturating_sub(8),
        Action::Top => 0,
        Action::Bottom => last,
        _ => state.offset,
    }
    .min(last);
    (Vec::new(), Flow::Stay)
}

fn screen(shared: &Shared) -> Rect {
    Rect { x: 0, y: 0, width: shared.size.0, height: shared.size.1 }
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, area: Rect) -> Rect {
    let width = WIDEST.min(area.width.saturating_sub(4));
    let rows = state.rows(usize::from(width.saturating_sub(4))).len() + 4;
    panel::middle(area, (width, u16::try_from(rows).unwrap_or(u16::MAX).min(area.height.saturating_sub(2))))
}

/// What a click there runs.
pub fn click(state: &State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    panel::foot_at(panel::inside(place(state, area)), &shared.keys, FOOT, x, y)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = "The file could not be taken over";
    let inside = panel::sheet(place(state, area), buf, theme, title, "the post is as it was");
    let rows = state.rows(usize::from(inside.width));
    let bottom = inside.bottom().saturating_sub(2);
    for (y, row) in (inside.y..bottom).zip(rows.iter().skip(state.offset)) {
        row.draw(theme, theme.style(Role::Text), inside.x, y, inside.width, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, FOOT);
}
