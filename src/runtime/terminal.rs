//! The terminal: taken, given back whatever happens, lent to an editor, left for a while.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{Command, cursor, execute};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::layout::{Position, Rect};
use ratatui::{Frame, Terminal};

use super::child;
#[cfg(unix)]
use super::graphics;
use super::graphics::Typed;
use super::quiet::Quiet;

/// The most that is put on the clipboard through the terminal; more is cut off by many of them.
const MOST_COPIED: usize = 100_000;

/// Terminals that can send Esc so that it cannot be taken for the start of another key; the others ignore the request.
const UNMISTAKABLE: KeyboardEnhancementFlags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;

/// Presses, releases, drags and the wheel, in the wide encoding. Movement without a button is not asked for: it would
/// wake the program for nothing.
struct MouseOn;
struct MouseOff;

impl Command for MouseOn {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1000h\x1b[?1002h\x1b[?1006h")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        crossterm::event::EnableMouseCapture.execute_winapi()
    }
}

impl Command for MouseOff {
    fn write_ansi(&self, f: &mut impl fmt::Write) -> fmt::Result {
        f.write_str("\x1b[?1006l\x1b[?1002l\x1b[?1000l")
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        crossterm::event::DisableMouseCapture.execute_winapi()
    }
}

/// What was learnt of the terminal before the screen opened.
#[derive(Debug, Default)]
pub struct Early {
    /// Whether its ground is light, as it says itself; a terminal that says nothing counts as dark.
    pub light: bool,
    /// What a person typed meanwhile.
    pub(super) typed: Vec<Typed>,
}

/// Asks the terminal for its ground. Reads the terminal, so nobody else may read it meanwhile; takes as long as the way
/// there and back, one second at most, and keeps what is typed meanwhile.
#[cfg(unix)]
pub fn look() -> Early {
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
    let stdin = rustix::stdio::stdin();
    let Ok(line) = tcgetattr(stdin) else { return Early::default() };
    let mut raw = line.clone();
    raw.make_raw();
    if tcsetattr(stdin, OptionalActions::Now, &raw).is_err() {
        return Early::default();
    }
    let answer = graphics::ask(graphics::GROUND);
    // As it was: what follows may have words to print. A line that cannot be set is gone, and is noticed soon enough.
    let _ = tcsetattr(stdin, OptionalActions::Now, &line);
    Early { light: answer.light, typed: answer.typed }
}

/// Asks the terminal for its ground, as this system lets one ask.
#[cfg(not(unix))]
pub fn look() -> Early {
    use terminal_colorsaurus::{QueryOptions, ThemeMode, theme_mode};
    Early { light: matches!(theme_mode(QueryOptions::default()), Ok(ThemeMode::Light)), typed: Vec::new() }
}

/// The terminal while it is ours.
pub struct Screen {
    terminal: Terminal<Quiet<BufWriter<Stdout>>>,
    mouse: bool,
    /// Given back already: dropping this must not take the modes from whoever came after.
    left: bool,
}

impl Screen {
    /// Takes the terminal; where it is to be `still`, its cursor does not blink.
    pub fn enter(mouse: bool, still: bool) -> io::Result<Self> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::other("this is not a terminal; `runsheet list` and its kin work without one"));
        }
        enable_raw_mode()?;
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
        execute!(
            out,
            EnterAlternateScreen,
            EnableBracketedPaste,
            cursor::Hide,
            PushKeyboardEnhancementFlags(UNMISTAKABLE)
        )?;
        if mouse {
            execute!(out, MouseOn)?;
        }
        if still {
            STILL.store(true, Ordering::Relaxed);
            execute!(out, cursor::SetCursorStyle::SteadyBlock)?;
        }
        let terminal = Terminal::new(Quiet::new(CrosstermBackend::new(out)))?;
        Ok(Self { terminal, mouse, left: false })
    }

    /// Gives it back as it was. Doing so twice is harmless.
    pub fn leave(&mut self) {
        self.left = true;
        // Now, and not when it is dropped: what ratatui would write then comes after every mode was put back.
        let _ = self.terminal.show_cursor();
        let _ = Backend::flush(self.terminal.backend_mut());
        restore();
    }

    /// Columns and rows as they are now; frames keep to them until this is called again.
    pub fn measure(&mut self) -> io::Result<(u16, u16)> {
        let size = self.terminal.backend_mut().measure()?;
        Ok((size.width, size.height))
    }

    /// Draws one frame, shown at once by terminals that can.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame)) -> io::Result<()> {
        self.terminal.draw(render).map(|_| ())
    }

    /// Forgets what is on the screen, so that the next frame draws everything. Not by the terminal's own `clear`: that
    /// asks where the cursor is, and a terminal that does not answer, or not in time, would end the program.
    pub fn clear(&mut self) -> io::Result<()> {
        let size = self.terminal.backend_mut().measure()?;
        self.terminal.resize(Rect::from((Position::ORIGIN, size)))
    }

    /// Asks for the mouse, or leaves it to the terminal.
    pub fn mouse(&mut self, on: bool) -> io::Result<()> {
        self.mouse = on;
        if on {
            execute!(self.terminal.backend_mut(), MouseOn)
        } else {
            execute!(self.terminal.backend_mut(), MouseOff)
        }
    }

    /// Whether the mouse is ours.
    pub fn has_mouse(&self) -> bool {
        self.mouse
    }

    /// Rings the terminal's bell.
    pub fn ring(&mut self) -> io::Result<()> {
        self.terminal.backend_mut().write_all(b"\x07")?;
        Write::flush(self.terminal.backend_mut())
    }

    /// Puts text on the clipboard by asking the terminal (OSC 52): works over SSH too.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let end = (0..=MOST_COPIED.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let encoded = STANDARD.encode(text.get(..end).unwrap_or_default());
        write!(self.terminal.backend_mut(), "\x1b]52;c;{encoded}\x07")?;
        Write::flush(self.terminal.backend_mut())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if !self.left {
            self.leave();
        }
    }
}

/// Puts every mode back. Errors are of no use here: the terminal may be gone.
fn restore() {
    let mut out = io::stdout();
    if STILL.swap(false, Ordering::Relaxed) {
        let _ = execute!(out, cursor::SetCursorStyle::DefaultUserShape);
    }
    let _ = execute!(
        out,
        EndSynchronizedUpdate,
        MouseOff,
        PopKeyboardEnhancementFlags,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let _ = disable_raw_mode();
}

/// Whether the cursor was told not to blink: it is to be the person's own again.
static STILL: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether a panic on this thread ends only what it does just now.
    static SURVIVES: Cell<bool> = const { Cell::new(false) };
}

/// Does something whose failing is no reason to end the program, however it fails: reading a picture that somebody
/// made to break readers. What panics in it is the panic of its thread, which whoever waits for it sees.
pub(super) fn surviving<T>(deed: impl FnOnce() -> T) -> T {
    struct Over;
    impl Drop for Over {
        fn drop(&mut self) {
            SURVIVES.set(false);
        }
    }
    SURVIVES.set(true);
    let _over = Over;
    deed()
}

/// Gives the terminal back before a panic prints its words, on whichever thread, and ends the program after them.
pub fn restore_on_panic() {
    let ordinary = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if SURVIVES.get() {
            return;
        }
        restore();
        ordinary(info);
        // The terminal may be gone: a second panic here would abort.
        let _ = writeln!(
            io::stderr(),
            "runsheet stopped because of a fault of its own. What was saved is safe; drafts come back at the next start."
        );
        std::process::exit(101);
    }));
}

/// Stops this process as Ctrl-Z does, until it is continued.
#[cfg(unix)]
pub fn stop_here() {
    // To this very thread: a signal for the process may reach another one first, and this one would take the terminal
    // back before it stops. A shell without job control continues us at once, and that is as good.
    let _ = signal_hook::low_level::raise(signal_hook::consts::SIGTSTP);
}

/// There is no stopping here; the screen is simply drawn anew.
#[cfg(not(unix))]
pub fn stop_here() {}

/// Lets `$VISUAL` or `$EDITOR` edit `text`; answers the text afterwards, or why there is none. The text is never lost:
/// whatever goes wrong, the caller still has it, and what the editor wrote stays in its file when it cannot be read.
pub fn edit(text: &str) -> Result<String, String> {
    let command = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| std::env::var(name).ok());
    let command = command.map(|words| words.trim().to_owned()).find(|words| !words.is_empty());
    let command = command.ok_or("neither VISUAL nor EDITOR is set; export EDITOR=… and try again")?;
    let file = tempfile::Builder::new().prefix("runsheet-").suffix(".md").tempfile();
    let mut file = file.map_err(|error| format!("no temporary file for the editor: {error}"))?;
    file.write_all(text.as_bytes())
        .and_then(|()| file.flush())
        .map_err(|error| format!("no temporary file: {error}"))?;
    let words = shell_words::split(&command).map_err(|_| format!("the quotes of EDITOR do not close: {command}"))?;
    let (program, arguments) = words.split_first().ok_or("EDITOR names no program; export EDITOR=… and try again")?;
    match child::command(program).args(arguments).arg(file.path()).status() {
        Ok(status) if status.success() => match std::fs::read_to_string(file.path()) {
            Ok(text) => Ok(text),
            Err(error) => Err(match file.keep() {
                Ok((_, path)) => format!("what the editor wrote is no UTF-8 text: it stays in {}", path.display()),
                Err(_) => format!("what the editor wrote cannot be read: {error}"),
            }),
        },
        Ok(status) => Err(format!("{program} ended with {status}; the text is as it was")),
        Err(error) => Err(format!("{program} cannot be started: {error}")),
    }
}
