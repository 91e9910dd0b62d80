//! A backend that writes nothing when there is nothing to write: a frame that changes no cell costs no byte, and what
//! a frame does change arrives as one piece. What terminals draw in other widths than was reckoned leaves no trace.

use std::io::{self, Write};

use crossterm::queue;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Size};
use unicode_width::UnicodeWidthChar;

/// The terminal behind `W`, which is written to only when something on it changes.
pub(super) struct Quiet<W: Write> {
    inner: CrosstermBackend<W>,
    /// Whether the terminal was told that a frame has begun.
    open: bool,
    /// Whether anything waits to be flushed.
    waiting: bool,
    /// Whether the cursor is hidden; `None` when nobody knows.
    hidden: Option<bool>,
    /// What was measured last: asking the system costs more than many a frame.
    size: Option<Size>,
}

/// Whether terminals disagree about how wide it is: what is made of several characters of which one alone has a width.
fn is_doubtful(symbol: &str) -> bool {
    // Nothing of the kind is shorter, and nearly every cell is.
    symbol.len() > 4 && symbol.chars().nth(1).is_some()
}

/// Whether it surely takes one cell and leaves no doubt: what letters, lines and blocks of a screen are made of.
fn is_plain(symbol: &str) -> bool {
    matches!(symbol.as_bytes(), [_] | [0xe2, 0x94..=0x96, _])
}

/// The most cells that a character takes by itself: half a flag is a picture of its own where flags are not known.
fn widest(part: char) -> usize {
    if matches!(part, '\u{1f1e6}'..='\u{1f1ff}') { 2 } else { part.width().unwrap_or(0) }
}

/// Where graphemes of doubtful width stand on the screen: the first cell of each, counted by rows, and the most it takes.
#[derive(Default)]
pub(super) struct Doubts(Vec<(usize, usize)>);

impl Doubts {
    /// Has the cells behind each of them, and those where one stood before, drawn anew: a terminal that knows only its
    /// parts draws them side by side, over its neighbours.
    pub(super) fn brace(&mut self, buf: &mut Buffer) {
        for (from, cells) in self.0.drain(..) {
            buf.content.iter_mut().skip(from).take(cells).for_each(draw_anew);
        }
        let width = usize::from(buf.area.width).max(1);
        for (number, row) in buf.content.chunks_mut(width).enumerate() {
            let mut at = 0;
            let other = |rest: &[Cell]| rest.iter().position(|cell| !is_plain(cell.symbol()));
            while let Some(plain) = row.get(at..).and_then(other) {
                at += plain;
                let Some(cell) = row.get(at) else { break };
                let own = usize::from(cell.cell_width()).max(1);
                let doubtful = is_doubtful(cell.symbol());
                let parts = if doubtful { cell.symbol().chars().map(widest).sum() } else { own };
                // What it hides stays hidden.
                row.iter_mut().skip(at + 1).take(own - 1).for_each(leave_alone);
                if doubtful {
                    let cells = parts.max(own).min(width - at);
                    self.0.push((number * width + at, cells));
                    row.iter_mut().skip(at + own).take(cells.saturating_sub(own)).for_each(draw_anew);
                }
                at += own;
            }
        }
    }
}

fn draw_anew(cell: &mut Cell) {
    // What a picture covers is the picture's.
    if cell.diff_option == CellDiffOption::None {
        cell.set_diff_option(CellDiffOption::AlwaysUpdate);
    }
}

fn leave_alone(cell: &mut Cell) {
    if cell.diff_option == CellDiffOption::AlwaysUpdate {
        cell.set_diff_option(CellDiffOption::None);
    }
}

impl<W: Write> Quiet<W> {
    pub(super) fn new(inner: CrosstermBackend<W>) -> Self {
        Self { inner, open: false, waiting: false, hidden: None, size: None }
    }

    /// Asks the system for the size, which counts from now on. To be called whenever it may have changed.
    pub(super) fn measure(&mut self) -> io::Result<Size> {
        let size = self.inner.size()?;
        self.size = Some(size);
        Ok(size)
    }

    /// Begins a frame: terminals that can show it at once when it has ended.
    fn begin(&mut self) -> io::Result<()> {
        self.waiting = true;
        if !std::mem::replace(&mut self.open, true) {
            queue!(self.inner, BeginSynchronizedUpdate)?;
        }
        Ok(())
    }

    fn set_hidden(&mut self, hidden: bool) -> io::Result<()> {
        if self.hidden == Some(hidden) {
            return Ok(());
        }
        // Not the beginning of a frame: the cursor is shown again when the terminal has been given back.
        self.waiting = true;
        self.hidden = Some(hidden);
        if hidden { self.inner.hide_cursor() } else { self.inner.show_cursor() }
    }
}

impl<W: Write> Backend for Quiet<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.begin()?;
        loop {
            let mut doubtful = None;
            let plain = std::iter::from_fn(|| {
                let each = content.next()?;
                doubtful = is_doubtful(each.2.symbol()).then_some(each);
                doubtful.is_none().then_some(each)
            });
            self.inner.draw(plain)?;
            let Some((x, y, cell)) = doubtful else { return Ok(()) };
            // A terminal that draws it in one cell would leave in the other what stood there before.
            let mut blank = cell.clone();
            blank.set_symbol(" ");
            self.inner.draw((0..cell.cell_width()).map(|at| (x + at, y, &blank)))?;
            self.inner.draw(std::iter::once((x, y, cell)))?;
        }
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.set_hidden(true)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.set_hidden(false)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.waiting = true;
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.begin()?;
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.begin()?;
        self.inner.clear_region(clear_type)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        self.begin()?;
        self.inner.append_lines(n)
    }

    fn size(&self) -> io::Result<Size> {
        self.size.map_or_else(|| self.inner.size(), Ok)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.open) {
            queue!(self.inner, EndSynchronizedUpdate)?;
        }
        if std::mem::take(&mut self.waiting) {
            Write::flush(&mut self.inner)?;
        }
        Ok(())
    }
}

/// What is neither cells nor cursor goes straight through.
impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting = true;
        Write::write(&mut self.inner, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.waiting = false;
        Write::flush(&mut self.inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use ratatui::layout::Rect;
    use ratatui::{Terminal, TerminalOptions, Viewport};

    use super::*;

    #[derive(Clone, Default)]
    struct Wire(Rc<RefCell<Vec<u8>>>);

    impl Write for Wire {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_terminals_draw_in_other_widths_leaves_nothing_beside_it() {
        let wire = Wire::default();
        let backend = Quiet::new(CrosstermBackend::new(wire.clone()));
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 1));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let mut doubts = Doubts::default();
        let mut draw = |terminal: &mut Terminal<_>, words: &str| {
            let paint = |frame: &mut ratatui::Frame| {
                frame.render_widget(words, frame.area());
                doubts.brace(frame.buffer_mut());
            };
            terminal.draw(paint).unwrap();
            String::from_utf8(wire.0.take()).unwrap()
        };
        draw(&mut terminal, "abcdefghijkl");
        // In one cell or in two, the blanks before it leave nothing of "ab".
        let heart = draw(&mut terminal, "\u{2764}\u{fe0f}cdefghijkl");
        let (before, _) = heart.split_once('\u{2764}').unwrap();
        assert!(before.contains("  ") && !before.contains('c'), "{heart:?}");
        // Eight cells in a terminal that knows no families: what follows is written after it, and in each frame.
        let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
        for words in [format!("{family}cdefghijkl"), format!("{family}cdefghijkm")] {
            let shown = draw(&mut terminal, &words);
            let last = shown.rsplit(family).next().unwrap();
            assert!(last.contains("cdefgh"), "{shown:?}");
        }
        // Where it was, nothing of its parts stays.
        for words in ["🇩🇪  w", "🇩🇪  x"] {
            draw(&mut terminal, words);
        }
        let gone = draw(&mut terminal, "    x");
        assert!(gone.contains("    ") && !gone.contains('x'), "{gone:?}");
        draw(&mut terminal, "    y");
        let after = draw(&mut terminal, "    z");
        assert!(after.contains('z') && !after.contains(' '), "it is not drawn over for ever: {after:?}");
    }

    #[test]
    fn what_counts_as_plain_takes_one_cell() {
        let plain = ('\0'..=char::MAX).filter(|letter| !letter.is_control() && is_plain(&letter.to_string()));
        let (mut count, mut cell) = (0, Cell::default());
        for letter in plain {
            cell.set_char(letter);
            assert_eq!((cell.cell_width(), is_doubtful(cell.symbol())), (1, false), "{letter:?}");
            count += 1;
        }
        assert!(count > 95 + 0xb0, "letters, lines and blocks: {count}");
        // What is wide, and what hangs on to its neighbour.
        assert!(["漢", "⌚", "e\u{301}", "\u{200d}"].iter().all(|symbol| !is_plain(symbol)));
    }

    #[test]
    fn a_frame_that_changes_nothing_writes_nothing() {
        let wire = Wire::default();
        let backend = Quiet::new(CrosstermBackend::new(wire.clone()));
        let viewport = Viewport::Fixed(Rect::new(0, 0, 20, 2));
        let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        let draw = |terminal: &mut Terminal<_>, words: &str| {
            terminal.draw(|frame| frame.render_widget(words, frame.area())).unwrap();
            String::from_utf8(wire.0.take()).unwrap()
        };
        let is_a_frame = |bytes: &str| bytes.starts_with("\x1b[?2026h") && bytes.ends_with("\x1b[?2026l");
        // The very first one hides the cursor too.
        assert!(draw(&mut terminal, "week").starts_with("\x1b[?2026h"));
        assert_eq!(draw(&mut terminal, "week"), "");
        let other = draw(&mut terminal, "weak");
        assert!(is_a_frame(&other) && other.contains('a'), "{other:?}");
        drop(terminal);
        let last = String::from_utf8(wire.0.take()).unwrap();
        assert!(!last.contains("\x1b[?2026h"), "a frame without an end: {last:?}");
    }
}
