//! What the terminal can show of pictures, and how dark it is, asked of the terminal itself.
//!
//! Four questions go out at once: kitty's own query, the terminal's name (XTVERSION), the size of a cell, and last the
//! device attributes, which every terminal answers; what has not been answered before them never will be.

use crate::tui::msg::{Key, KeyCode, KeyModifiers, Msg};

/// How pictures reach the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// Kitty's protocol, with Unicode placeholders.
    Kitty,
    /// Sixels.
    Sixel,
    /// iTerm2's inline images.
    Iterm2,
    /// Half a cell per pixel: colours of ordinary characters.
    Blocks,
}

/// A protocol, and the pixels of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Graphics {
    pub(super) protocol: Protocol,
    /// Width and height.
    pub(super) cell: (u16, u16),
}

/// Does nothing but be answered: a picture of one pixel that is not kept; the name; the cell; what sort of terminal.
pub(super) const QUESTION: &[u8] = b"\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\\x1b[>q\x1b[16t\x1b[c";

/// Is answered by the colour of the ground, by terminals that tell it; and what sort of terminal.
#[cfg(unix)]
pub(super) const GROUND: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";

/// What a person did while the terminal was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Typed {
    Key(Key),
    Paste(String),
}

impl From<Typed> for Msg {
    fn from(typed: Typed) -> Self {
        match typed {
            Typed::Key(key) => Self::Key(key),
            Typed::Paste(text) => Self::Paste(text),
        }
    }
}

/// Everything that came back, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    kitty: bool,
    sixel: bool,
    name: String,
    cell: Option<(u16, u16)>,
    /// Whether the last question was answered.
    pub(super) complete: bool,
    /// Whether the ground is light.
    pub(super) light: bool,
    /// What a person typed or pasted meanwhile.
    pub(super) typed: Vec<Typed>,
    /// Whether a paste has begun whose end has not come yet.
    open: bool,
}

impl Answer {
    /// Reads what came back so far.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut answer = Self::default();
        let text = String::from_utf8_lossy(bytes);
        let mut rest = text.as_ref();
        while let Some(next) = rest.chars().next() {
            let (taken, after) = match rest.strip_prefix('\x1b') {
                Some(sequence) => answer.sequence(sequence),
                None => (true, rest.get(next.len_utf8()..).unwrap_or_default()),
            };
            if next != '\x1b' {
                answer.typed.push(Typed::Key(struck(next)));
            }
            if !taken {
                // Cut off in the middle: the rest is still on its way, unless there is none.
                if rest == "\x1b" && answer.complete {
                    answer.press(KeyCode::Esc, KeyModifiers::NONE);
                }
                break;
            }
            rest = after;
        }
        answer
    }

    /// One sequence behind its escape character: whether it was whole, and what follows it.
    fn sequence<'t>(&mut self, text: &'t str) -> (bool, &'t str) {
        match text.chars().next() {
            Some('_' | 'P') => {
                let Some((body, after)) = text.split_once("\x1b\\") else { return (false, "") };
                self.kitty |= body.starts_with("_Gi=31") && body.ends_with(";OK");
                if let Some(name) = body.strip_prefix("P>|") {
                    self.name = name.to_owned();
                }
                (true, after)
            }
            Some(']') => {
                // Terminals end it in one of two ways.
                let end = text
                    .char_indices()
                    .find(|(at, c)| *c == '\x07' || text.get(*at..).is_some_and(|rest| rest.starts_with("\x1b\\")));
                let Some((at, c)) = end else { return (false, "") };
                self.ground(text.get(1..at).unwrap_or_default());
                (true, text.get(at + if c == '\x07' { 1 } else { 2 }..).unwrap_or_default())
            }
            // Esc by itself, and the sequence after it.
            Some('\x1b') => {
                self.press(KeyCode::Esc, KeyModifiers::NONE);
                (true, text)
            }
            Some('[') if text.starts_with("[200~") => {
                let pasted = text.get("[200~".len()..).unwrap_or_default();
                let (body, after) = pasted.split_once("\x1b[201~").unwrap_or_else(|| {
                    self.open = true;
                    (pasted, "")
                });
                self.typed.push(Typed::Paste(body.to_owned()));
                (!self.open, after)
            }
            Some('[') => {
                let body = text.get(1..).unwrap_or_default();
                let Some(end) = body.find(|c: char| ('@'..='~').contains(&c)) else { return (false, "") };
                let (parameters, rest) = body.split_at(end);
                self.parameters(parameters, rest.chars().next().unwrap_or_default());
                (true, rest.get(1..).unwrap_or_default())
            }
            Some('O') => {
                let Some(last) = text.chars().nth(1) else { return (false, "") };
                self.functional("", last);
                (true, text.get(1 + last.len_utf8()..).unwrap_or_default())
            }
            Some(other) => {
                let key = struck(other);
                self.press(key.code, key.modifiers | KeyModifiers::ALT);
                (true, text.get(other.len_utf8()..).unwrap_or_default())
            }
            None => (false, ""),
        }
    }

    fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        self.typed.push(Typed::Key(Key { code, modifiers }));
    }

    /// `11;rgb:ffff/ffff/ffff`: the colour of the ground, each part in one to four hexadecimal digits.
    fn ground(&mut self, said: &str) {
        let Some(colour) = said.strip_prefix("11;rgb:").or_else(|| said.strip_prefix("11;rgba:")) else { return };
        let part = |text: &str| {
            let most = 16_u32.checked_pow(u32::try_from(text.len()).ok()?)?.checked_sub(1)?;
            Some(f64::from(u32::from_str_radix(text, 16).ok()?) / f64::from(most))
        };
        if let [Some(red), Some(green), Some(blue), ..] = colour.split('/').map(part).collect::<Vec<_>>()[..] {
            // How bright the eye takes it for (ITU-R BT.709).
            self.light = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5;
        }
    }

    /// A key that is no character: `1;5A` and its kin, and what terminals that tell Esc apart say of characters.
    fn functional(&mut self, parameters: &str, last: char) {
        let mut numbers = parameters.split([';', ':']).map(|part| part.parse::<u32>().ok());
        let (first, held) = (numbers.next().flatten(), numbers.next().flatten().unwrap_or(1));
        let mut modifiers = KeyModifiers::NONE;
        let keys = [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)];
        for (bit, key) in keys {
            modifiers.set(key, held.saturating_sub(1) & bit != 0);
        }
        let code = match (last, first) {
            ('A', _) => KeyCode::Up,
            ('B', _) => KeyCode::Down,
            ('C', _) => KeyCode::Right,
            ('D', _) => KeyCode::Left,
            ('H', _) | ('~', Some(1 | 7)) => KeyCode::Home,
            ('F', _) | ('~', Some(4 | 8)) => KeyCode::End,
            ('~', Some(2)) => KeyCode::Insert,
            ('~', Some(3)) => KeyCode::Delete,
            ('~', Some(5)) => KeyCode::PageUp,
            ('~', Some(6)) => KeyCode::PageDown,
            ('~', Some(number @ 11..=15)) => KeyCode::F((number - 10) as u8),
            ('~', Some(number @ 17..=21)) => KeyCode::F((number - 11) as u8),
            ('~', Some(number @ 23..=24)) => KeyCode::F((number - 12) as u8),
            ('P', None | Some(1)) => KeyCode::F(1),
            ('Q', None | Some(1)) => KeyCode::F(2),
            ('S', None | Some(1)) => KeyCode::F(4),
            ('R', None) => KeyCode::F(3),
            ('Z', _) => return self.press(KeyCode::BackTab, KeyModifiers::NONE),
            ('u', Some(number)) => match char::from_u32(number) {
                Some('\x1b') => KeyCode::Esc,
                Some(letter) => struck(letter).code,
                None => return,
            },
            _ => return,
        };
        self.press(code, modifiers);
    }

    fn parameters(&mut self, parameters: &str, last: char) {
        let numbers = |text: &str| text.split(';').map(|part| part.parse::<u16>().ok()).collect::<Vec<_>>();
        match (last, parameters.strip_prefix('?')) {
            ('c', Some(attributes)) => {
                self.complete = true;
                self.sixel = numbers(attributes).contains(&Some(4));
            }
            ('t', None) => {
                if let [Some(6), Some(height), Some(width)] = numbers(parameters)[..] {
                    self.cell = Some((width, height)).filter(|(width, height)| *width > 0 && *height > 0);
                }
            }
            (_, None) => self.functional(parameters, last),
            _ => {}
        }
    }

    /// The best that this terminal can; `cell` is what the system says of its cells where it says it. None: words.
    pub(super) fn graphics(&self, cell: Option<(u16, u16)>, blocks: bool) -> Option<Graphics> {
        let named = |name: &str| self.name.starts_with(name);
        // Both say yes to kitty's question and do not draw its placeholders; Konsole's sixels are not whole either.
        let protocol = match () {
            () if named("iTerm2") || named("WezTerm") => Some(Protocol::Iterm2),
            () if named("Konsole") => None,
            () if self.kitty => Some(Protocol::Kitty),
            () if self.sixel => Some(Protocol::Sixel),
            () => None,
        };
        let pixels = self.cell.or(cell);
        match (protocol, pixels) {
            (Some(protocol), Some(cell)) => Some(Graphics { protocol, cell }),
            _ => blocks.then(|| Graphics::blocks(pixels)),
        }
    }
}

/// The key behind one character of a terminal's input.
fn struck(letter: char) -> Key {
    match letter {
        '\r' | '\n' => Key::plain(KeyCode::Enter),
        '\t' => Key::plain(KeyCode::Tab),
        '\x7f' => Key::plain(KeyCode::Backspace),
        '\0' => Key::ctrl(' '),
        '\x01'..='\x1a' => Key::ctrl(char::from(letter as u8 - 1 + b'a')),
        '\x1c'..='\x1f' => Key::ctrl(char::from(letter as u8 - 0x1c + b'4')),
        letter => Key::plain(KeyCode::Char(letter)),
    }
}

impl Graphics {
    /// Half blocks, in the proportions of a cell.
    pub(super) fn blocks(cell: Option<(u16, u16)>) -> Self {
        Self { protocol: Protocol::Blocks, cell: cell.unwrap_or(crate::tui::pictures::USUAL_CELL) }
    }
}

/// Asks the terminal, in raw mode while nobody else reads it; waits for its answer, one second at most.
#[cfg(unix)]
pub(super) fn ask(question: &[u8]) -> Answer {
    use std::io::Write;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// A terminal at the other end of the world has answered within this.
    const PATIENCE: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };
    /// More than any terminal answers.
    const MOST: usize = 4096;

    let mut out = std::io::stdout();
    if out.write_all(question).and_then(|()| out.flush()).is_err() {
        return Answer::default();
    }
    let stdin = rustix::stdio::stdin();
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 1 << 16]);
    loop {
        let answer = Answer::read(&bytes);
        // A paste is read to its end: what is left of it would come as keys.
        if !answer.open && (answer.complete || bytes.len() > MOST) {
            return answer;
        }
        let mut asked = [PollFd::new(&stdin, PollFlags::IN)];
        let ready = poll(&mut asked, Some(&PATIENCE));
        let [revents] = asked.map(|fd| fd.revents());
        if !matches!(ready, Ok(1..)) || !revents.contains(PollFlags::IN) {
            return answer;
        }
        match rustix::io::read(stdin, &mut piece) {
            Ok(count @ 1..) => bytes.extend_from_slice(piece.get(..count).unwrap_or_default()),
            _ => return answer,
        }
    }
}

/// Nothing is asked here: half blocks can be drawn anywhere.
#[cfg(not(unix))]
pub(super) fn ask(_question: &[u8]) -> Answer {
    Answer::default()
}

/// Width and height of a cell in pixels, as the system knows them.
pub(super) fn cell_by_system() -> Option<(u16, u16)> {
    let size = crossterm::terminal::window_size().ok()?;
    let cell = (size.width.checked_div(size.columns)?, size.height.checked_div(size.rows)?);
    Some(cell).filter(|(width, height)| *width > 0 && *height > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(bytes: &str) -> Option<(Protocol, (u16, u16))> {
        Answer::read(bytes.as_bytes()).graphics(None, true).map(|found| (found.protocol, found.cell))
    }

    #[test]
    fn terminals_are_known_by_their_answers() {
        let kitty = "\x1b_Gi=31;OK\x1b\\\x1bP>|kitty(0.42.1)\x1b\\\x1b[6;36;18t\x1b[?62;52;c";
        assert_eq!(best(kitty), Some((Protocol::Kitty, (18, 36))));
        let foot = "\x1bP>|foot(1.21.0)\x1b\\\x1b[6;20;9t\x1b[?62;4;22;28;29c";
        assert_eq!(best(foot), Some((Protocol::Sixel, (9, 20))));
        let iterm = "\x1bP>|iTerm2 3.5.11\x1b\\\x1b[6;34;16t\x1b[?62;4c";
        assert_eq!(best(iterm), Some((Protocol::Iterm2, (16, 34))));
        let wezterm = "\x1b_Gi=31;OK\x1b\\\x1bP>|WezTerm 20240203\x1b\\\x1b[6;34;16t\x1b[?65;4;6;18;22c";
        assert_eq!(best(wezterm), Some((Protocol::Iterm2, (16, 34))));
        let konsole = "\x1b_Gi=31;OK\x1b\\\x1bP>|Konsole 24.12\x1b\\\x1b[6;20;10t\x1b[?62;1;4c";
        assert_eq!(best(konsole), Some((Protocol::Blocks, (10, 20))));
        // xterm without sixels, and a terminal that says no to kitty's question.
        for plain in ["\x1bP>|XTerm(390)\x1b\\\x1b[?64;1;2;6;22c", "\x1b_Gi=31;ENOTSUPP:no\x1b\\\x1b[?1;2c", "", "\x1b"]
        {
            assert_eq!(best(plain), Some((Protocol::Blocks, (10, 20))), "{plain:?}");
            assert_eq!(Answer::read(plain.as_bytes()).graphics(None, false), None, "{plain:?}");
        }
        // Pixels are of no use without the size of a cell, which the system may know.
        assert_eq!(best("\x1b[?62;4c"), Some((Protocol::Blocks, (10, 20))));
        let sixel = Answer::read(b"\x1b[?62;4c").graphics(Some((9, 18)), true);
        assert_eq!(sixel, Some(Graphics { protocol: Protocol::Sixel, cell: (9, 18) }));
        assert_eq!(best("\x1b[6;0;0t\x1b[?62;4c"), Some((Protocol::Blocks, (10, 20))));
    }

    #[test]
    fn an_answer_in_pieces_is_waited_for_and_typing_in_between_is_kept() {
        let whole = "a\x1b_Gi=31;OK\x1b\\é\x1b[A\x1b[6;36;18tb\r\x1b[?62;52;c";
        let complete: Vec<usize> =
            (0..=whole.len()).filter(|end| Answer::read(&whole.as_bytes()[..*end]).complete).collect();
        assert_eq!(complete, [whole.len()], "only with the last byte");
        let answer = Answer::read(whole.as_bytes());
        let up = Key::plain(KeyCode::Up);
        let expected = [struck('a'), struck('é'), up, struck('b'), struck('\r')].map(Typed::Key);
        assert_eq!((answer.typed.as_slice(), answer.kitty, answer.cell), (&expected[..], true, Some((18, 36))));
        // An impatient person goes on as soon as there is something to see.
        let esc = Key::plain(KeyCode::Esc);
        assert_eq!(keys("\x1b[?62;52;cx\r\x1b"), [struck('x'), struck('\r'), esc]);
        // Esc before the answer is no part of it, and a paste is no typing, whole or cut off.
        let early = Answer::read(b"\x1b\x1b_Gi=31;OK\x1b\\\x1b[6;36;18t\x1b[?62;52;c");
        assert_eq!((early.typed, early.kitty, early.complete), (vec![Typed::Key(esc)], true, true));
        let pasted = Answer::read(b"\x1b[200~q\rx\x1b[201~\x1b[?62;52;cz");
        assert_eq!(pasted.typed, [Typed::Paste("q\rx".into()), Typed::Key(struck('z'))]);
        assert!(!pasted.open);
        assert!(Answer::read(b"\x1b[?62;52;c\x1b[200~q\rx").open);
    }

    fn keys(bytes: &str) -> Vec<Key> {
        let typed = Answer::read(bytes.as_bytes()).typed;
        typed.into_iter().filter_map(|typed| if let Typed::Key(key) = typed { Some(key) } else { None }).collect()
    }

    #[test]
    fn every_key_that_is_pressed_meanwhile_is_that_key() {
        use KeyCode::{BackTab, Backspace, Delete, Down, Enter, Esc, F, Home, Left, PageDown, Tab};
        let with = |code, modifiers| Key { code, modifiers };
        for (bytes, key) in [
            ("\x1b[B", Key::plain(Down)),
            ("\x1bOB", Key::plain(Down)),
            ("\x1b[1;2D", with(Left, KeyModifiers::SHIFT)),
            ("\x1b[1;5D", with(Left, KeyModifiers::CONTROL)),
            ("\x1b[6~", Key::plain(PageDown)),
            ("\x1b[3~", Key::plain(Delete)),
            ("\x1b[H", Key::plain(Home)),
            ("\x1b[Z", Key::plain(BackTab)),
            ("\x1bOP", Key::plain(F(1))),
            ("\x1b[15~", Key::plain(F(5))),
            ("\x1b[24~", Key::plain(F(12))),
            ("\x1bh", with(KeyCode::Char('h'), KeyModifiers::ALT)),
            ("\x10", Key::ctrl('p')),
            ("\x03", Key::ctrl('c')),
            ("\t", Key::plain(Tab)),
            ("\x7f", Key::plain(Backspace)),
            ("\n", Key::plain(Enter)),
            // As a terminal says them that tells Esc from the beginning of other keys.
            ("\x1b[27u", Key::plain(Esc)),
            ("\x1b[112;5u", Key::ctrl('p')),
        ] {
            assert_eq!(keys(bytes), [key], "{bytes:?}");
        }
        assert_eq!(keys("\x1b[I\x1b[<0;3;4M\x1b[12;40R\x1b[?2026;2$y\x1b[0n"), [], "nothing that was pressed");
    }

    #[test]
    fn a_light_ground_is_told_from_a_dark_one() {
        for (said, light) in [
            ("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", true),
            ("\x1b]11;rgb:f/f/e\x07", true),
            ("\x1b]11;rgba:ff/ff/ff/ff\x1b\\", true),
            ("\x1b]11;rgb:0000/2b2b/3636\x1b\\", false),
            ("\x1b]10;rgb:ffff/ffff/ffff\x1b\\", false),
            ("\x1b]11;rgb:ffffffffff/0/0\x1b\\", false),
            ("\x1b]11;rgb://\x1b\\", false),
            ("", false),
        ] {
            let answer = Answer::read(format!("{said}\x1b[?62c").as_bytes());
            assert_eq!((answer.light, answer.complete, answer.typed), (light, true, Vec::new()), "{said:?}");
        }
        assert!(!Answer::read(b"\x1b]11;rgb:ffff/ff").complete);
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_back_is_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let is_whole = |typed: &Typed| !matches!(typed, Typed::Key(Key { code: KeyCode::Char(c), .. }) if *c < ' ');
            proptest::prop_assert!(Answer::read(&bytes).typed.iter().all(is_whole));
        }
    }
}
