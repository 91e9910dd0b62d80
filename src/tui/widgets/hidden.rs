//! A field for what nobody may read over a shoulder: it shows stars, and is wiped from memory.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use secrecy::zeroize::Zeroizing;

use super::cells;
use crate::domain::secret::Secret;
use crate::tui::msg::{Key, KeyCode, KeyModifiers};

/// The most it takes, in bytes: its room is made at once, so that growing leaves no copy behind.
const MOST: usize = 4096;

/// What was typed so far.
#[derive(Clone)]
pub struct Hidden(Zeroizing<String>);

impl Default for Hidden {
    fn default() -> Self {
        Self(Zeroizing::new(String::with_capacity(MOST)))
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden(…)")
    }
}

impl Hidden {
    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What was typed.
    pub fn secret(&self) -> Secret {
        Secret::new(self.0.as_str().to_owned())
    }

    /// Takes a key; answers whether anything changed.
    pub fn key(&mut self, key: Key) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char('u' | 'w' | 'k') if ctrl && !alt => self.clear(),
            KeyCode::Char(c) if ctrl == alt => self.paste(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if ctrl || alt => self.clear(),
            KeyCode::Backspace => self.0.pop().is_some(),
            _ => false,
        }
    }

    /// Adds text as it is, without line breaks at its end; one inside it stays, and is refused later in words.
    pub fn paste(&mut self, text: &str) -> bool {
        let text = text.trim_end_matches(['\r', '\n']);
        let fits = self.0.len() + text.len() <= MOST;
        if fits {
            self.0.push_str(text);
        }
        fits && !text.is_empty()
    }

    /// Forgets what was typed; answers whether there was anything.
    pub fn clear(&mut self) -> bool {
        let was = !self.0.is_empty();
        *self = Self::default();
        was
    }

    /// Draws one star for each character, as far as there is room, and the cursor when the field has the focus.
    pub fn view(&self, area: Rect, buf: &mut Buffer, style: Style, focused: bool) {
        let area = area.intersection(buf.area);
        if area.is_empty() {
            return;
        }
        buf.set_style(Rect { height: 1, ..area }, style);
        let room = area.width.saturating_sub(1);
        let stars = u16::try_from(self.0.chars().count()).unwrap_or(u16::MAX).min(room);
        cells::put(buf, area.x, area.y, &"*".repeat(usize::from(stars)), usize::from(room), style);
        if let Some(cell) = buf.cell_mut((area.x + stars, area.y)).filter(|_| focused) {
            cell.set_style(style.add_modifier(Modifier::REVERSED));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_takes_keys_and_pastes_and_shows_stars() {
        let mut field = Hidden::default();
        for c in "sk_1".chars() {
            assert!(field.key(Key::plain(KeyCode::Char(c))));
        }
        assert!(field.key(Key::plain(KeyCode::Backspace)) && field.paste("23\r\n") && !field.paste("\n"));
        assert_eq!(field.secret(), Secret::new("sk_23".into()));
        assert!(!field.paste(&"x".repeat(MOST)), "more than any key has");
        let mut buf = Buffer::empty(Rect::new(0, 0, 12, 1));
        field.view(buf.area, &mut buf, Style::new(), true);
        let shown: String = (0..12).map(|x| buf[(x, 0)].symbol()).collect();
        assert_eq!(shown.trim_end(), "*****");
        assert!(!format!("{field:?}").contains("sk"));
        assert!(field.key(Key::ctrl('u')) && field.is_empty() && !field.clear());
    }
}
