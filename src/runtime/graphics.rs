//! What the terminal can show of pictures, asked of the terminal itself.
//!
//! Four questions go out at once: kitty's own query, the terminal's name (XTVERSION), the size of a cell, and last the
//! device attributes, which every terminal answers; what has not been answered before them never will be.

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

/// Everything that came back, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    kitty: bool,
    sixel: bool,
    name: String,
    cell: Option<(u16, u16)>,
    /// Whether the last question was answered.
    pub(super) complete: bool,
    /// What a person typed meanwhile, as far as it is text; and Esc, where it came last.
    pub(super) typed: String,
    /// What was pasted meanwhile, which is no typing.
    pub(super) pasted: Vec<String>,
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
            if next != '\x1b' && (!next.is_control() || next == '\r') {
                answer.typed.push(if next == '\r' { '\n' } else { next });
            }
            if !taken {
                // Cut off in the middle: the rest is still on its way, unless there is none.
                if rest == "\x1b" && answer.complete {
                    answer.typed.push('\x1b');
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
            // Esc by itself, and the sequence after it.
            Some('\x1b') => {
                self.typed.push('\x1b');
                (true, text)
            }
            Some('[') if text.starts_with("[200~") => {
                let pasted = text.get("[200~".len()..).unwrap_or_default();
                let (body, after) = pasted.split_once("\x1b[201~").unwrap_or_else(|| {
                    self.open = true;
                    (pasted, "")
                });
                self.pasted.push(body.to_owned());
                (!self.open, after)
            }
            Some('[') => {
                let body = text.get(1..).unwrap_or_default();
                let Some(end) = body.find(|c: char| ('@'..='~').contains(&c)) else { return (false, "") };
                let (parameters, rest) = body.split_at(end);
                self.parameters(parameters, rest.chars().next().unwrap_or_default());
                (true, rest.get(1..).unwrap_or_default())
            }
            Some(other) => (true, text.get(other.len_utf8()..).unwrap_or_default()),
            None => (false, ""),
        }
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

impl Graphics {
    /// Half blocks, in the proportions of a cell.
    pub(super) fn blocks(cell: Option<(u16, u16)>) -> Self {
        Self { protocol: Protocol::Blocks, cell: cell.unwrap_or(crate::tui::pictures::USUAL_CELL) }
    }
}

/// Asks the terminal, in raw mode while nobody else reads it; waits for its answer, one second at most.
#[cfg(unix)]
pub(super) fn ask() -> Answer {
    use std::io::Write;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    /// A terminal at the other end of the world has answered within this.
    const PATIENCE: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };
    /// More than any terminal answers.
    const MOST: usize = 4096;

    let mut out = std::io::stdout();
    if out.write_all(QUESTION).and_then(|()| out.flush()).is_err() {
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
pub(super) fn ask() -> Answer {
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
        assert_eq!((answer.typed.as_str(), answer.kitty, answer.cell), ("aéb\n", true, Some((18, 36))));
        // An impatient person goes on as soon as there is something to see.
        assert_eq!(Answer::read(b"\x1b[?62;52;cx\r\x1b").typed, "x\n\x1b");
        // Esc before the answer is no part of it, and a paste is no typing, whole or cut off.
        let early = Answer::read(b"\x1b\x1b_Gi=31;OK\x1b\\\x1b[6;36;18t\x1b[?62;52;c");
        assert_eq!((early.typed.as_str(), early.kitty, early.complete), ("\x1b", true, true));
        let pasted = Answer::read(b"\x1b[200~q\rx\x1b[201~\x1b[?62;52;cz");
        assert_eq!((pasted.typed.as_str(), pasted.pasted, pasted.open), ("z", vec!["q\rx".to_owned()], false));
        assert!(Answer::read(b"\x1b[?62;52;c\x1b[200~q\rx").open);
    }

    proptest::proptest! {
        #[test]
        fn whatever_comes_back_is_survived(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200)) {
            let answer = Answer::read(&bytes);
            proptest::prop_assert!(answer.typed.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\x1b')));
        }
    }
}
