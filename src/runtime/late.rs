//! Answers of the terminal that come when nobody waits for them any more.
//!
//! crossterm knows no string sequences (OSC, DCS, APC): it takes their first two bytes for a letter with Alt, and every
//! byte after them for a key. So a key that may begin such an answer is held back until what follows tells; keys that
//! were pressed go on as they came. Other late answers (device attributes, positions) crossterm keeps to itself.

use std::time::Duration;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// How long a key that may begin an answer waits for the rest of it: an answer comes in one piece, or nearly.
const HELD: Duration = Duration::from_millis(50);
/// How long the rest of an answer is waited for, once it is certain that it is one.
const REST: Duration = Duration::from_millis(500);
/// More than any terminal answers, in characters.
const MOST: usize = 4096;

/// What reads the keys, and finds answers among them.
#[derive(Debug, Default)]
pub(super) struct Late {
    /// What may still turn out to be keys.
    held: Vec<Event>,
    /// The letter behind Alt, and what followed it.
    text: String,
    /// How many characters of an answer have been left out; none: it is not certain yet.
    inside: Option<usize>,
    /// The last of them was Esc, which a backslash makes the end.
    ending: bool,
}

impl Late {
    /// Takes an event in; answers what is to be passed on.
    pub(super) fn take(&mut self, event: Event) -> Vec<Event> {
        let letter = letter(&event);
        if self.inside.is_some() {
            return self.skip(event, letter);
        }
        if self.held.is_empty() {
            let Some(first) = opening(&event) else { return vec![event] };
            self.text.push(first);
            self.held.push(event);
            return Vec::new();
        }
        let Some(letter) = letter else { return self.passed_on(Some(event)) };
        self.text.push(letter);
        self.held.push(event);
        match kind(&self.text) {
            Likely::Answer => {
                self.inside = Some(self.held.len());
                self.held.clear();
                Vec::new()
            }
            Likely::Open => Vec::new(),
            Likely::Keys => self.passed_on(None),
        }
    }

    /// How long to wait for what follows; nothing where nothing is waited for.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.inside {
            Some(_) => Some(REST),
            None => (!self.held.is_empty()).then_some(HELD),
        }
    }

    /// Nothing followed: what was held back are keys, and what is left of an answer will not come.
    pub(super) fn give_up(&mut self) -> Vec<Event> {
        self.passed_on(None)
    }

    /// Inside an answer: everything up to its end is part of it, as far as it can be.
    fn skip(&mut self, event: Event, letter: Option<char>) -> Vec<Event> {
        let Event::Key(key) = &event else { return vec![event] };
        let bell = key.code == KeyCode::Char('g') && key.modifiers == KeyModifiers::CONTROL;
        let closed = key.code == KeyCode::Char('\\') && (key.modifiers == KeyModifiers::ALT || self.ending);
        if bell || closed {
            return self.passed_on(None);
        }
        self.ending = key.code == KeyCode::Esc && !self.ending;
        match (&mut self.inside, letter) {
            (Some(count), Some(_)) if *count < MOST => *count += 1,
            _ if self.ending => {}
            _ => return self.passed_on(Some(event)),
        }
        Vec::new()
    }

    fn passed_on(&mut self, event: Option<Event>) -> Vec<Event> {
        let Self { mut held, .. } = std::mem::take(self);
        held.extend(event);
        held
    }
}

/// What a letter with Alt and those behind it are.
enum Likely {
    Answer,
    /// Too short to tell.
    Open,
    Keys,
}

/// The answers to what programs ask: colours (OSC 4, 10, 11 …), kitty's pictures (APC G), name and settings (DCS).
fn kind(text: &str) -> Likely {
    let shapes: &[&str] = match text.chars().next() {
        Some(']') => &["0;", "00;", "000;"],
        Some('_') => &["Gi="],
        Some('P') => &[">|", "!|", "0+r", "0$r"],
        _ => &[],
    };
    let said = text.get(1..).unwrap_or_default();
    let fits = |shape: &&&str| {
        said.chars().zip(shape.chars()).all(|(one, other)| one == other || (other == '0' && one.is_ascii_digit()))
    };
    let fitting: Vec<&&str> = shapes.iter().filter(fits).collect();
    match fitting.iter().any(|shape| said.len() >= shape.len()) {
        true => Likely::Answer,
        false if fitting.is_empty() => Likely::Keys,
        false => Likely::Open,
    }
}

/// The letter of a key that may begin an answer.
fn opening(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Char(letter @ (']' | '_' | 'P')), modifiers, kind, .. })
            if *kind == KeyEventKind::Press && *modifiers - KeyModifiers::SHIFT == KeyModifiers::ALT =>
        {
            Some(*letter)
        }
        _ => None,
    }
}

/// The letter of a key that has nothing held down with it.
fn letter(event: &Event) -> Option<char> {
    match event {
        Event::Key(KeyEvent { code: KeyCode::Char(letter), modifiers, kind, .. })
            if *kind == KeyEventKind::Press && (*modifiers - KeyModifiers::SHIFT).is_empty() =>
        {
            Some(*letter)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Event {
        Event::Key(KeyEvent::new(code, modifiers))
    }

    /// The events that crossterm makes of bytes: Esc with a character behind it is that character with Alt.
    fn events(text: &str) -> Vec<Event> {
        let (mut events, mut letters) = (Vec::new(), text.chars().peekable());
        while let Some(letter) = letters.next() {
            let shift = |letter: char| match letter.is_uppercase() {
                true => KeyModifiers::SHIFT,
                false => KeyModifiers::NONE,
            };
            events.push(match letter {
                '\x1b' => match letters.next() {
                    Some(letter) => key(KeyCode::Char(letter), KeyModifiers::ALT | shift(letter)),
                    None => key(KeyCode::Esc, KeyModifiers::NONE),
                },
                '\x07' => key(KeyCode::Char('g'), KeyModifiers::CONTROL),
                letter => key(KeyCode::Char(letter), shift(letter)),
            });
        }
        events
    }

    fn left(text: &str) -> Vec<Event> {
        let mut late = Late::default();
        let mut left: Vec<Event> = events(text).into_iter().flat_map(|event| late.take(event)).collect();
        left.extend(late.give_up());
        assert_eq!(late.patience(), None);
        left
    }

    #[test]
    fn answers_are_left_out_wherever_they_come() {
        for answer in [
            "\x1b]11;rgb:c1c1/d2d2/ffff\x1b\\",
            "\x1b]10;rgb:0000/0000/0000\x07",
            "\x1b]4;1;rgb:cccc/0000/0000\x1b\\",
            "\x1b_Gi=31;OK\x1b\\",
            "\x1b_Gi=31;ENOTSUPP:not now\x1b\\",
            "\x1bP>|kitty(0.42.1)\x1b\\",
            "\x1bP1+r524742=38\x1b\\",
            "\x1bP0+r\x1b\\",
            "\x1bP1$r0m\x1b\\",
            "\x1bP!|00000000\x1b\\",
        ] {
            assert!(left(answer).is_empty(), "{answer:?}");
            assert_eq!(left(&format!("a{answer}qb{answer}")), events("aqb"), "{answer:?}");
        }
    }

    #[test]
    fn keys_that_only_look_like_one_are_typed() {
        for typed in [
            "\x1b]",
            "\x1b]x",
            "\x1b]1q",
            "\x1b_g",
            "\x1bPq",
            "\x1bP>q",
            "\x1bh\x1bl",
            "\x1b\\",
            "]11;rgb:ff",
            "\x1b]\x1b]",
        ] {
            assert_eq!(left(typed), events(typed), "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_letter_is_never_part_of_an_answer() {
        let mut late = Late::default();
        for event in events("\x1b]11;rgb:ff") {
            assert!(late.take(event).is_empty());
        }
        assert_eq!(late.patience(), Some(REST));
        assert_eq!(late.take(Event::Resize(80, 24)), [Event::Resize(80, 24)]);
        let stop = key(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(late.take(stop.clone()), [stop]);
        assert_eq!((late.patience(), late.take(events("q")[0].clone())), (None, events("q")));
        // The end of an answer that a slow line brought in two pieces.
        for event in events("\x1b]11;rgb:ff").into_iter().chain([key(KeyCode::Esc, KeyModifiers::NONE)]) {
            assert!(late.take(event).is_empty());
        }
        assert!(late.take(events("\\")[0].clone()).is_empty());
        assert_eq!((late.patience(), late.take(events("\\")[0].clone())), (None, events("\\")));
    }

    #[test]
    fn an_answer_without_an_end_does_not_swallow_everything() {
        let mut late = Late::default();
        let endless: String = std::iter::repeat_n('x', 2 * MOST).collect();
        let passed: usize = events(&format!("\x1b]11;{endless}")).into_iter().map(|event| late.take(event).len()).sum();
        assert!(passed >= MOST - 10, "{passed}");
    }
}
