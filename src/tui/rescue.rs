//! A damaged store: the question before the calendar opens, and the one that comes over it where the damage is noticed
//! later. Nothing is done to the store before somebody has answered.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::dispatch;
use super::effect::Effect;
use super::model::Model;
use super::msg::{Key, KeyCode};
use super::sheets::{Sheet, question};
use super::theme::{Role, Theme};
use super::widgets::panel;
use super::widgets::prose::{Row, hang, paragraph, wrap};
use crate::text::clean::one_line;

const TITLE: &str = "The store is damaged";
/// How wide the text of a question may be, in cells.
const WIDE: u16 = 84;
/// Rows a single paragraph may take: a path and a few words need no more.
const MOST_ROWS: usize = 6;
/// Cells before the words of a way out.
const INDENT: usize = 3;

/// What a new store can be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// What can still be read.
    Salvage,
    /// The newest copy.
    Copy,
    /// Nothing.
    Empty,
}

impl Choice {
    fn key(self) -> char {
        match self {
            Self::Salvage => 's',
            Self::Copy => 'c',
            Self::Empty => 'e',
        }
    }
}

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Make the store anew of this.
    Make(Choice),
    /// Leave everything as it is, and the program.
    Leave,
}

/// The question before the calendar opens.
#[derive(Clone, Debug)]
pub struct Rescue {
    words: Vec<(Role, String)>,
    ways: Vec<(Choice, String)>,
}

impl Rescue {
    /// What is wrong, where the store is kept as it is, and the ways out with what each brings.
    pub fn new(damage: &str, kept: Option<&str>, ways: Vec<(Choice, String)>) -> Self {
        let mut words = vec![(Role::Text, what(damage))];
        words.extend(kept.map(|path| (Role::Muted, one_line(&format!("It is kept, as it is: {path}")))));
        let safe = "Nothing that waited leaves before you have looked at it.";
        words.push((Role::Text, format!("{safe} A new store can be made of:")));
        Self { words, ways: ways.into_iter().map(|(choice, words)| (choice, one_line(&words))).collect() }
    }

    /// What `key` means here, if anything: the safe answer is on every key that usually ends something.
    pub fn answer(&self, key: Key) -> Option<Answer> {
        let ends =
            key == Key::ctrl('c') || matches!(key.code, KeyCode::Char('q' | 'n') | KeyCode::Enter | KeyCode::Esc);
        if ends {
            return Some(Answer::Leave);
        }
        let KeyCode::Char(letter) = key.code else { return None };
        let is_plain = key == Key::plain(key.code);
        let way = self.ways.iter().find(|(choice, _)| is_plain && choice.key() == letter);
        way.map(|(choice, _)| Answer::Make(*choice))
    }

    /// Draws it in the middle of `area`.
    pub fn view(&self, theme: &Theme, area: Rect, buf: &mut Buffer) {
        buf.set_style(area, theme.style(Role::Text));
        let width = WIDE.min(area.width.saturating_sub(4));
        let rows = self.rows(usize::from(width));
        let height = u16::try_from(rows.len() + 2).unwrap_or(u16::MAX);
        let inside = panel::sheet(panel::middle(area, (width + 4, height)), buf, theme, TITLE, "");
        for (y, row) in (inside.top()..inside.bottom()).zip(&rows) {
            row.draw(theme, theme.style(Role::Text), inside.x, y, inside.width, buf);
        }
    }

    fn rows(&self, width: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        for (role, words) in &self.words {
            rows.extend(paragraph(words, *role, &[], width, MOST_ROWS));
            rows.push(Row::new());
        }
        let leave = [('q', "nothing: leave everything as it is (Enter, Esc)")];
        let ways = self.ways.iter().map(|(choice, words)| (choice.key(), words.as_str()));
        for (key, words) in ways.chain(leave) {
            let text = paragraph(words, Role::Text, &[], width.saturating_sub(INDENT), MOST_ROWS);
            rows.extend(hang(Row::of(key, Role::Key), INDENT, text));
        }
        rows
    }
}

/// The damage was noticed while the calendar was open: asks whether to open anew, where the store is dealt with.
pub fn noticed(model: &mut Model, words: &str) -> Vec<Effect> {
    let already = |sheet: &Sheet| matches!(sheet, Sheet::Question(open) if open.title() == TITLE);
    if model.sheets.iter().any(already) {
        return Vec::new();
    }
    // As it would be left: until then nothing is, and what is typed goes on being kept.
    let mut effects = dispatch::leave(&mut model.clone());
    effects.retain(|effect| *effect != Effect::Quit);
    effects.push(Effect::OpenAnew);
    let said = [
        what(words),
        "Nothing is sent or fetched any more. What is on the screen is still there; what is typed from now on may \
         not be kept."
            .into(),
        "Opening anew keeps the store aside as it is, and offers what can be saved of it, or the newest copy.".into(),
    ];
    let mut lines = Vec::new();
    for words in said {
        lines.extend(
            wrap(&words, usize::from(WIDE), MOST_ROWS).into_iter().filter_map(|row| words.get(row)).map(str::to_owned),
        );
        lines.push(String::new());
    }
    lines.pop();
    let question = question::State::ask(TITLE.into(), lines, "open anew", effects);
    model.sheets.push(Sheet::Question(question));
    model.dirty = true;
    Vec::new()
}

/// The first half of the words for damage: what to do about it in the shell is not said here.
fn what(damage: &str) -> String {
    let first = one_line(damage);
    let end = first.find(". It was left").unwrap_or(first.len());
    let first = first.get(..end).unwrap_or_default();
    let mut letters = first.chars();
    let capital = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{capital}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossterm::event::KeyModifiers;

    fn rescue() -> Rescue {
        let damage = "the store /home/ann/.local/share/runsheet/runsheet.db is damaged: database disk image is malformed. It \
                      was left as it is; `runsheet repair` keeps it aside";
        let kept = "/home/ann/.local/share/runsheet/runsheet.db.damaged-2026-11-27T090000Z";
        let ways = vec![
            (Choice::Salvage, "what can still be read: 214 posts, 2 writes that had not come to their end; lost: journal: a part of it cannot be read".into()),
            (Choice::Copy, "the copy of 2026-11-26 09:12 UTC: 210 posts, 0 writes that had not come to their end".into()),
        ];
        Rescue::new(damage, Some(kept), ways)
    }

    fn drawn(width: u16, height: u16) -> String {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let theme = Theme::from_env(None, None, Some("xterm"), false, true);
        rescue().view(&theme, area, &mut buf);
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..height).map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_way_out_is_on_the_screen_with_its_key() {
        for (width, height) in [(80, 24), (120, 40), (200, 60)] {
            let screen = drawn(width, height);
            for words in [
                "The store is damaged",
                "runsheet.db.damaged-2026-11-27T090000Z",
                "s  what can still be read",
                "c  the copy of",
                "q  nothing",
            ] {
                assert!(screen.contains(words), "no “{words}” in\n{screen}");
            }
            assert!(!screen.contains("runsheet repair"), "the shell's words stay in the shell\n{screen}");
        }
        // However small: drawn as far as it goes.
        for size in 0..30 {
            drawn(size, size / 2);
        }
    }

    #[test]
    fn only_the_offered_letters_make_something_and_the_usual_keys_leave() {
        let rescue = rescue();
        let plain = |c| rescue.answer(Key::plain(KeyCode::Char(c)));
        assert_eq!(plain('s'), Some(Answer::Make(Choice::Salvage)));
        assert_eq!(plain('c'), Some(Answer::Make(Choice::Copy)));
        assert_eq!((plain('e'), plain('x')), (None, None), "an empty store is not offered here");
        let held = Key { code: KeyCode::Char('s'), modifiers: KeyModifiers::ALT };
        assert_eq!(rescue.answer(held), None);
        for key in
            [Key::plain(KeyCode::Enter), Key::plain(KeyCode::Esc), Key::ctrl('c'), Key::plain(KeyCode::Char('q'))]
        {
            assert_eq!(rescue.answer(key), Some(Answer::Leave));
        }
    }
}
