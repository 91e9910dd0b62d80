//! The text through a command of this machine, and what it would become, before it does.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Flow;
use crate::text::clean::one_line;
use crate::text::diff;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Key;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::input::Input;
use crate::tui::widgets::panel;
use crate::tui::widgets::prose::{Row, hang, paragraph};

/// The widest the sheet gets.
const WIDEST: u16 = 100;
/// Lines of difference the sheet has room for.
const ROWS: u16 = 14;
/// Rows that one line of the difference takes at most.
const MOST_ROWS: usize = 12;

/// The sheet's state.
#[derive(Clone, Debug)]
pub struct State {
    command: Input,
    /// What goes in.
    text: String,
    /// Where it stands in the text that is open.
    range: Range<usize>,
    stage: Stage,
    /// Increases with every run, so that the answer to an earlier one is not taken for this one's.
    run: u64,
    offset: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// A command is typed; with words when the last one came to nothing.
    Asking(Option<String>),
    Running,
    /// What came out, and how it differs.
    Done {
        text: String,
        diff: Vec<(char, String)>,
    },
}

/// Opens the sheet on a stretch of the text that is open.
pub fn open(text: String, range: Range<usize>) -> State {
    State { command: Input::default(), text, range, stage: Stage::Asking(None), run: 0, offset: 0 }
}

/// Takes what the command answered. The line end that commands put behind their last line is nobody's.
pub fn answered(state: &mut State, run: u64, answer: Result<String, String>) {
    if run != state.run || state.stage != Stage::Running {
        return;
    }
    state.stage = match answer {
        Err(words) => Stage::Asking(Some(words)),
        Ok(text) => {
            let text = text.replace("\r\n", "\n");
            let text = match text.strip_suffix('\n') {
                Some(shorter) if !state.text.ends_with('\n') => shorter.to_owned(),
                _ => text,
            };
            match text == state.text {
                true => Stage::Asking(Some("the command leaves the text as it is".into())),
                false => Stage::Done { diff: diff::lines(&state.text, &text), text },
            }
        }
    };
}

impl State {
    fn accept(&mut self) -> (Vec<Effect>, Flow) {
        match &self.stage {
            Stage::Running => (Vec::new(), Flow::Stay),
            Stage::Done { text, .. } => {
                (Vec::new(), Flow::ComposerText { range: self.range.clone(), text: text.clone() })
            }
            Stage::Asking(_) if self.command.text().trim().is_empty() => {
                self.stage = Stage::Asking(Some("type a command, such as fmt -w 60".into()));
                (Vec::new(), Flow::Stay)
            }
            Stage::Asking(_) => {
                self.run += 1;
                self.offset = 0;
                self.stage = Stage::Running;
                let command = self.command.text().trim().to_owned();
                (vec![Effect::Pipe { run: self.run, command, text: self.text.clone() }], Flow::Stay)
            }
        }
    }

    fn back(&mut self) -> (Vec<Effect>, Flow) {
        match self.stage {
            Stage::Asking(_) => (Vec::new(), Flow::Close),
            Stage::Running => {
                self.stage = Stage::Asking(Some("stopped; the text is as it was".into()));
                (vec![Effect::StopPipe], Flow::Stay)
            }
            Stage::Done { .. } => {
                self.stage = Stage::Asking(None);
                (Vec::new(), Flow::Stay)
            }
        }
    }

    fn foot(&self) -> Vec<panel::Foot<'static>> {
        match self.stage {
            Stage::Asking(_) => vec![("Enter", "run it", Action::Accept), ("Esc", "back", Action::Back)],
            Stage::Running => vec![("Esc", "stop it", Action::Back)],
            Stage::Done { .. } => {
                vec![("Enter", "take it", Action::Accept), ("Esc", "keep the text as it was", Action::Back)]
            }
        }
    }
}

/// Carries out one action.
pub fn update(state: &mut State, action: Action) -> (Vec<Effect>, Flow) {
    match action {
        Action::Accept | Action::Open | Action::Yes => return state.accept(),
        Action::Back | Action::Close | Action::Cancel | Action::No => return state.back(),
        Action::Down => state.offset = state.offset.saturating_add(1),
        Action::Up => state.offset = state.offset.saturating_sub(1),
        _ => {}
    }
    (Vec::new(), Flow::Stay)
}

/// Takes a key that no action is bound to.
pub fn input(state: &mut State, key: Key) -> (Vec<Effect>, Flow) {
    if matches!(state.stage, Stage::Asking(_)) && state.command.key(key) {
        state.stage = Stage::Asking(None);
    }
    (Vec::new(), Flow::Stay)
}

/// Takes the first line of a pasted text.
pub fn paste(state: &mut State, text: &str) {
    if matches!(state.stage, Stage::Asking(_)) {
        state.command.paste(text);
    }
}

/// Where the sheet stands on the screen `area`.
pub fn place(area: Rect) -> Rect {
    panel::middle(area, (WIDEST.min(area.width.saturating_sub(4)), (ROWS + 6).min(area.height)))
}

/// What a click there runs.
pub fn click(state: &State, shared: &Shared, area: Rect, x: u16, y: u16) -> Option<Action> {
    panel::foot_at(panel::inside(place(area)), &shared.keys, &state.foot(), x, y)
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let inside = panel::sheet(place(area), buf, theme, "Through a command", "no shell: | and > mean nothing here");
    let muted = theme.style(Role::Muted);
    let prompt = Rect { height: 1.min(inside.height), ..inside };
    panel::line(prompt, 0, buf, &[("| ", theme.style(Role::Key))]);
    let field = Rect { x: prompt.x + 2.min(prompt.width), width: prompt.width.saturating_sub(2), ..prompt };
    if field.width > 0 && field.height > 0 {
        state.command.view(field, buf, theme.style(Role::Field));
    }
    match &state.stage {
        Stage::Asking(Some(words)) => {
            panel::line(inside, 2, buf, &[(&one_line(words), theme.style(Role::Bad))]);
        }
        Stage::Asking(None) => {
            let size = format!("{} bytes go to its standard input", state.text.len());
            panel::line(inside, 2, buf, &[(&size, muted)]);
        }
        Stage::Running => {
            panel::line(inside, 2, buf, &[("it is running…", muted)]);
        }
        Stage::Done { diff, .. } => {
            let rows = inside.height.saturating_sub(4);
            // Whole lines: what a command changed may be at the end of a long one.
            let lines: Vec<Row> = diff.iter().flat_map(|(side, line)| changed(*side, line, inside.width)).collect();
            let offset = state.offset.min(lines.len().saturating_sub(usize::from(rows)));
            for (y, line) in (inside.y + 2..inside.y + 2 + rows).zip(lines.iter().skip(offset)) {
                line.draw(theme, Style::new(), inside.x, y, inside.width, buf);
            }
        }
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot());
}

/// One line of the difference, on as many rows as it needs.
fn changed(side: char, line: &str, width: u16) -> Vec<Row> {
    let role = if side == '+' { Role::Good } else { Role::Bad };
    let wide = usize::from(width).saturating_sub(2).max(1);
    hang(Row::of(side.to_string(), role), 2, paragraph(&one_line(line), role, &[], wide, MOST_ROWS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::tools::stage;

    fn typed(text: &str, command: &str) -> State {
        let mut state = open(text.into(), 0..text.len());
        stage::letters(command).into_iter().for_each(|key| drop(input(&mut state, key)));
        state
    }

    fn run(state: &mut State) -> u64 {
        let (effects, _) = update(state, Action::Accept);
        let [Effect::Pipe { run, .. }] = effects.as_slice() else { panic!("{effects:?}") };
        *run
    }

    fn shown(state: &State) -> String {
        stage::drawn(80, 24, |area, buf| view(state, &stage::shared(), &Theme::default(), area, buf))
    }

    #[test]
    fn what_comes_out_is_compared_before_it_is_taken() {
        let mut state = typed("one\ntwo", "tr o 0");
        let first = run(&mut state);
        assert!(shown(&state).contains("running"));
        answered(&mut state, first, Ok("0ne\ntwo\n".into()));
        let screen = shown(&state);
        assert!(screen.contains("- one") && screen.contains("+ 0ne") && !screen.contains("two"), "{screen}");
        let (_, flow) = update(&mut state, Action::Accept);
        assert!(matches!(flow, Flow::ComposerText { range, text } if range == (0..7) && text == "0ne\ntwo"));
    }

    #[test]
    fn a_change_at_the_end_of_a_long_line_is_read() {
        let long = format!("{}end", "so many words ".repeat(9));
        let mut state = typed(&long, "sed s/end/END/");
        let first = run(&mut state);
        answered(&mut state, first, Ok(long.replace("end", "END")));
        let screen = shown(&state);
        assert!(screen.contains("words end") && screen.contains("words END"), "{screen}");
    }

    #[test]
    fn what_goes_wrong_is_said_and_what_was_stopped_is_not_taken_any_more() {
        let mut state = typed("one", "false");
        let first = run(&mut state);
        let (effects, flow) = update(&mut state, Action::Back);
        assert!(matches!((effects.as_slice(), flow), ([Effect::StopPipe], Flow::Stay)));
        answered(&mut state, first, Ok("late".into()));
        assert!(shown(&state).contains("stopped") && !shown(&state).contains("late"));
        let second = run(&mut state);
        answered(&mut state, first, Ok("late".into()));
        answered(&mut state, second, Err("false ended with exit status: 1".into()));
        assert!(shown(&state).contains("false ended with exit status: 1"));
        let third = run(&mut state);
        answered(&mut state, third, Ok("one\n".into()));
        assert!(shown(&state).contains("leaves the text as it is"));
        assert!(matches!(update(&mut state, Action::Back).1, Flow::Close));
    }
}
