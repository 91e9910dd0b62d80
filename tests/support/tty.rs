//! A pseudo-terminal with the real program in it: keys in, a screen out, and the state it leaves behind.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use portable_pty::{ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use vt100::{MouseProtocolMode, Screen};

/// How long anything may take on a busy machine before the test gives up.
const GUARD: Duration = Duration::from_secs(60);

/// What the terminal has received.
struct Seen {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    ended: bool,
    /// The terminal goes with the next bytes.
    gone: bool,
}

pub struct Tty {
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    exit: Receiver<ExitStatus>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    pid: Pid,
    modes_before: String,
    /// Stands for the home of whoever runs it, so that no real configuration is read.
    _home: TempDir,
}

/// The program with these arguments, in an environment that does not depend on the machine.
pub fn runsheet(args: &[&str]) -> CommandBuilder {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_runsheet"));
    command.args(args);
    command
}

impl Tty {
    pub fn open(columns: u16, rows: u16, command: CommandBuilder) -> Self {
        Self::open_with(columns, rows, command, &[])
    }

    /// Runs `command` in a terminal of this size; `env` is added to its environment.
    pub fn open_with(columns: u16, rows: u16, mut command: CommandBuilder, env: &[(&str, &OsStr)]) -> Self {
        let home = TempDir::new().unwrap();
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env("HOME", home.path());
        // Told beforehand, so that nobody waits for an answer that this terminal does not give.
        command.env("COLORFGBG", "15;0");
        for name in [
            "NO_COLOR",
            "COLORTERM",
            "RUNSHEET_LOG",
            "RUNSHEET_PANIC",
            "RUNSHEET_CLOCK",
            "RUNSHEET_TRIP",
            "RUST_BACKTRACE",
            "XDG_RUNTIME_DIR",
            "DBUS_SESSION_BUS_ADDRESS",
            "ENCRYPTION_KEY",
            "LATE_API_KEY",
            "OKTOPOST_API_KEY",
            "POSTFORME_API_KEY",
            "POSTO_TOKEN",
            "VOXBURST_API_KEY",
        ] {
            command.env_remove(name);
        }
        for (name, folder) in [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data")] {
            command.env(name, home.path().join(folder));
        }
        for (name, value) in env {
            if value.is_empty() { command.env_remove(name) } else { command.env(name, value) }
        }
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let modes_before = modes(&*pair.master);
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let killer = child.clone_killer();
        let pid = Pid::from_raw(i32::try_from(child.process_id().unwrap()).unwrap()).unwrap();
        let (ended, exit) = mpsc::channel();
        std::thread::spawn(move || ended.send(child.wait().unwrap()));
        let parser = vt100::Parser::new(rows, columns, 0);
        let seen =
            Arc::new((Mutex::new(Seen { parser, bytes: Vec::new(), ended: false, gone: false }), Condvar::new()));
        let reader = pair.master.try_clone_reader().unwrap();
        std::thread::spawn({
            let seen = Arc::clone(&seen);
            move || take_in(reader, &seen)
        });
        let writer = Some(pair.master.take_writer().unwrap());
        Self { master: Some(pair.master), writer, seen, exit, killer, pid, modes_before, _home: home }
    }

    /// Waits until the screen is as `wanted`.
    pub fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        let (seen, news) = &*self.seen;
        let guard = seen.lock().unwrap();
        let waits = |seen: &mut Seen| !seen.ended && !wanted(seen.parser.screen());
        let (seen, _) = news.wait_timeout_while(guard, GUARD, waits).unwrap();
        let screen = seen.parser.screen();
        let end = if seen.ended { "it ended" } else { "it went on" };
        assert!(wanted(screen), "waiting for {what}; {end}, and the screen showed\n{}", screen.contents());
    }

    /// Waits until the program has written `bytes`, shown or not.
    pub fn until_raw(&self, what: &str, bytes: &str) {
        let (seen, news) = &*self.seen;
        let wanted = |seen: &Seen| String::from_utf8_lossy(&seen.bytes).contains(bytes);
        let waits = |seen: &mut Seen| !seen.ended && !wanted(seen);
        let (seen, _) = news.wait_timeout_while(seen.lock().unwrap(), GUARD, waits).unwrap();
        assert!(wanted(&seen), "waiting for {what}: {:?}", String::from_utf8_lossy(&seen.bytes));
    }

    /// Waits until the screen shows `text`.
    pub fn shows(&self, text: &str) {
        self.until(&format!("“{text}”"), |screen| screen.contents().contains(text));
    }

    /// Waits until the screen does not show `text`.
    pub fn hides(&self, text: &str) {
        self.until(&format!("“{text}” to go"), |screen| !screen.contents().contains(text));
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    /// Types what means something, and waits for `text`.
    pub fn press(&mut self, keys: &str, text: &str) {
        self.keys(keys);
        self.shows(text);
    }

    /// Something else writes into the middle of the screen.
    pub fn scribble(&self, words: &str) {
        self.seen.0.lock().unwrap().parser.process(format!("\x1b[5;20H{words}").as_bytes());
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().unwrap().parser.screen_mut().set_size(rows, columns);
        self.master().resize(size(columns, rows)).unwrap();
    }

    fn master(&self) -> &dyn MasterPty {
        &**self.master.as_ref().expect("the terminal is there")
    }

    /// The whole terminal goes, as when its window or the line to it does: waits for the program's end, and says how
    /// long that took and how much processor time the program spent meanwhile (where the system tells).
    #[cfg(target_os = "linux")]
    pub fn vanish(&mut self) -> (Duration, Option<Duration>) {
        let (began, before) = (std::time::Instant::now(), processor_time(self.pid).unwrap_or_default());
        // The reader holds the terminal too, and lets go of it with the next bytes: what comes of a letter.
        self.seen.0.lock().unwrap().gone = true;
        self.keys(".");
        (self.writer, self.master) = (None, None);
        let mut spent = None;
        loop {
            spent = processor_time(self.pid).or(spent);
            match self.exit.recv_timeout(Duration::from_millis(20)) {
                Ok(status) => {
                    assert!(status.signal().is_none(), "{status:?}");
                    return (began.elapsed(), spent.map(|spent| spent.saturating_sub(before)));
                }
                Err(_) => assert!(began.elapsed() < GUARD, "the program should have ended"),
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid, signal).unwrap();
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.signal(Signal::KILL);
        self.ended();
    }

    /// Waits for the end; the exit code.
    pub fn ended(&mut self) -> u32 {
        let status = self.exit.recv_timeout(GUARD).expect("the program should have ended");
        let (seen, news) = &*self.seen;
        // What it wrote last is still on its way to us.
        let _ended = news.wait_timeout_while(seen.lock().unwrap(), GUARD, |seen| !seen.ended).unwrap();
        status.exit_code()
    }

    pub fn contents(&self) -> String {
        self.seen.0.lock().unwrap().parser.screen().contents()
    }

    /// Everything the program wrote so far.
    pub fn raw(&self) -> String {
        String::from_utf8_lossy(&self.seen.0.lock().unwrap().bytes).into_owned()
    }

    /// The program has the terminal to itself.
    pub fn is_taken(&self) {
        self.until("the program to take the terminal", |screen| screen.alternate_screen() && screen.bracketed_paste());
        assert_ne!(modes(self.master()), self.modes_before, "raw mode");
    }

    /// The terminal is as it was before the program came.
    pub fn is_given_back(&self) {
        self.until("the terminal to be given back", |screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == MouseProtocolMode::None
        });
        let raw = self.raw();
        // Every mode that was set is reset after it was set last.
        for mode in ["1049", "2004", "1000", "1002", "1006", "2026"] {
            let (on, off) = (raw.rfind(&format!("\x1b[?{mode}h")), raw.rfind(&format!("\x1b[?{mode}l")));
            assert!(off >= on, "mode {mode} is left on");
        }
        assert_eq!(modes(self.master()), self.modes_before, "the line is as it was");
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.killer.kill();
    }
}

/// What a living process has spent so far, in the kernel's hundredths of a second.
#[cfg(target_os = "linux")]
fn processor_time(pid: Pid) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// The line's settings: echo, line by line, signals, and so on.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("a terminal has settings"))
}

fn take_in(mut reader: Box<dyn Read + Send>, seen: &(Mutex<Seen>, Condvar)) {
    let mut buffer = [0; 1 << 14];
    loop {
        // The other side hanging up is an error or an end, depending on the system.
        let count = reader.read(&mut buffer).unwrap_or(0);
        let mut state = seen.0.lock().unwrap();
        state.parser.process(&buffer[..count]);
        state.bytes.extend_from_slice(&buffer[..count]);
        state.ended = count == 0 || state.gone;
        seen.1.notify_all();
        if state.ended {
            return;
        }
    }
}
