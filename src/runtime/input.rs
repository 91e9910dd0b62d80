//! Terminal events → messages: the only place that knows crossterm's events.

use chrono::{DateTime, TimeDelta, Utc};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::tui::msg::{Key, Mouse, MouseKind, Msg};

/// Two presses within this, at one place, are a double click.
const DOUBLE: TimeDelta = TimeDelta::milliseconds(400);

/// What has to be remembered between events.
#[derive(Debug, Default)]
pub struct Input {
    last_press: Option<(u16, u16, DateTime<Utc>)>,
}

impl Input {
    /// The message for an event at `now`, if it is one that matters.
    pub fn read(&mut self, event: Event, now: DateTime<Utc>) -> Option<Msg> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(Msg::Key(plain(key))),
            Event::Paste(text) => Some(Msg::Paste(text)),
            Event::Mouse(mouse) => self.mouse(mouse, now).map(Msg::Mouse),
            // The size is measured by whoever draws.
            Event::Resize(..) | Event::Key(_) | Event::FocusGained | Event::FocusLost => None,
        }
    }

    fn mouse(&mut self, event: MouseEvent, now: DateTime<Utc>) -> Option<Mouse> {
        let (x, y) = (event.column, event.row);
        let kind = match event.kind {
            MouseEventKind::Down(MouseButton::Left) => {
                let again = self.last_press.take().is_some_and(|(a, b, at)| (a, b) == (x, y) && now - at <= DOUBLE);
                if !again {
                    self.last_press = Some((x, y, now));
                }
                if again { MouseKind::Double } else { MouseKind::Press }
            }
            MouseEventKind::Down(MouseButton::Right) => MouseKind::Menu,
            MouseEventKind::Drag(MouseButton::Left) => MouseKind::Drag,
            MouseEventKind::Up(MouseButton::Left) => MouseKind::Release,
            MouseEventKind::ScrollUp => MouseKind::WheelUp,
            MouseEventKind::ScrollDown => MouseKind::WheelDown,
            _ => return None,
        };
        Some(Mouse { kind, x, y })
    }
}

/// One spelling per key: shift belongs to the character it made, and Shift-Tab is BackTab.
fn plain(key: KeyEvent) -> Key {
    let modifiers = key.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
    match key.code {
        KeyCode::Char(c) => Key { code: KeyCode::Char(c), modifiers: modifiers - KeyModifiers::SHIFT },
        KeyCode::BackTab => Key { code: KeyCode::BackTab, modifiers: modifiers - KeyModifiers::SHIFT },
        code => Key { code, modifiers },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_quick_presses_at_one_place_are_a_double_click() {
        let mut input = Input::default();
        let press = |column| {
            let kind = MouseEventKind::Down(MouseButton::Left);
            Event::Mouse(MouseEvent { kind, column, row: 1, modifiers: KeyModifiers::NONE })
        };
        let now = DateTime::UNIX_EPOCH;
        let kinds: Vec<_> = [(3, 0), (3, 200), (3, 300), (4, 350), (4, 900)]
            .into_iter()
            .filter_map(|(x, ms)| match input.read(press(x), now + TimeDelta::milliseconds(ms)) {
                Some(Msg::Mouse(mouse)) => Some(mouse.kind),
                _ => None,
            })
            .collect();
        use MouseKind::{Double, Press};
        assert_eq!(kinds, [Press, Double, Press, Press, Press]);
    }
}
