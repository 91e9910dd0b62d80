//! Waiting for keys: one thread that looks at the terminal, and can be asked to leave it alone.
//!
//! It waits on the terminal itself and lets crossterm read only what is there. crossterm's own stream waits on an edge,
//! and forgets keys that arrive together with a change of size or with being called away.

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use crossterm::event::{self, Event};
use tokio::sync::mpsc as channel;

use super::late::Late;

pub(super) use platform::Keys;

/// How long a pause waits for a reader that is in the middle of something.
const MANNERS: Duration = Duration::from_millis(300);
/// How long a reader that was roused waits for what it should find.
const SECOND_LOOK: Duration = Duration::from_millis(50);

/// How long a look at what is there takes, and how many find nothing before nothing is there.
const GLIMPSE: Duration = Duration::from_millis(1);
const LOOKS: usize = 3;

/// What the thread tells.
type Told = io::Result<Event>;

/// Passes on every event that is there, late answers of the terminal aside. `unread` says whether the terminal holds
/// more than was found, `rouse` makes crossterm look again.
fn drain(
    tell: &channel::UnboundedSender<Told>,
    unread: impl Fn() -> bool,
    rouse: impl Fn(),
) -> Result<(), channel::error::SendError<Told>> {
    let (mut late, mut patience, mut looks, mut roused) = (Late::default(), GLIMPSE, 0, false);
    loop {
        match event::poll(patience) {
            Ok(true) => {
                match event::read() {
                    Ok(event) => late.take(event).into_iter().try_for_each(|event| tell.send(Ok(event)))?,
                    Err(error) => tell.send(Err(error))?,
                }
                (patience, looks, roused) = (late.patience().unwrap_or(GLIMPSE), 0, false);
            }
            // An answer that crossterm keeps to itself ends its look, though there may be keys behind it.
            Ok(false) if looks < LOOKS && !roused && late.patience().is_none() => looks += 1,
            Ok(false) if !roused && late.patience().is_none() && unread() => {
                rouse();
                (patience, roused) = (SECOND_LOOK, true);
            }
            Ok(false) => return late.give_up().into_iter().try_for_each(|event| tell.send(Ok(event))),
            Err(error) => return tell.send(Err(error)),
        }
    }
}

#[cfg(unix)]
mod platform {
    use std::io::{PipeReader, PipeWriter, Read, Write};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

    use super::*;

    /// The events of the terminal, in order.
    pub(in crate::runtime) struct Keys {
        events: channel::UnboundedReceiver<Told>,
        call: PipeWriter,
        paused: mpsc::Receiver<()>,
        go: mpsc::Sender<()>,
    }

    impl Keys {
        /// Begins to look at the terminal.
        pub(in crate::runtime) fn listen() -> io::Result<Self> {
            let (called, call) = io::pipe()?;
            let (tell, events) = channel::unbounded_channel();
            let (pause, paused) = mpsc::channel();
            let (go, gone_on) = mpsc::channel();
            let watch = move || watch(&tell, called, &pause, &gone_on);
            std::thread::Builder::new().name("keys".into()).spawn(watch)?;
            Ok(Self { events, call, paused, go })
        }

        /// The next event; `None` when the terminal is gone.
        pub(in crate::runtime) async fn next(&mut self) -> Option<Told> {
            self.events.recv().await
        }

        /// An event that is there already.
        pub(in crate::runtime) fn at_hand(&mut self) -> Option<Told> {
            self.events.try_recv().ok()
        }

        /// Leaves the terminal to somebody else, and returns when it is left.
        pub(in crate::runtime) fn pause(&mut self) {
            // A reader that has ended needs no pause.
            if self.call.write_all(b"p").is_ok() {
                let _ = self.paused.recv_timeout(MANNERS);
            }
        }

        /// Looks again.
        pub(in crate::runtime) fn resume(&mut self) {
            let _ = self.go.send(());
        }
    }

    /// Looks until the terminal is gone or nobody listens.
    fn watch(
        tell: &channel::UnboundedSender<Told>,
        mut called: PipeReader,
        pause: &mpsc::Sender<()>,
        go: &mpsc::Receiver<()>,
    ) {
        let over = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        loop {
            let stdin = rustix::stdio::stdin();
            let mut asked = [PollFd::new(&stdin, PollFlags::IN), PollFd::from_borrowed_fd(fd(&called), PollFlags::IN)];
            match poll(&mut asked, None) {
                Err(rustix::io::Errno::INTR) => continue,
                Err(_) => return,
                Ok(_) => {}
            }
            let [keys, call] = asked.map(|fd| fd.revents());
            if keys.intersects(over) || call.intersects(over) {
                // Reading a terminal that is gone never ends.
                return;
            }
            if call.contains(PollFlags::IN) {
                let mut word = [0];
                if called.read_exact(&mut word).is_err() || pause.send(()).is_err() || go.recv().is_err() {
                    return;
                }
            } else if keys.contains(PollFlags::IN) && drain(tell, has_unread, rouse).is_err() {
                return;
            }
        }
    }

    fn fd(pipe: &PipeReader) -> std::os::fd::BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(pipe)
    }

    fn has_unread() -> bool {
        let stdin = rustix::stdio::stdin();
        let mut asked = [PollFd::new(&stdin, PollFlags::IN)];
        poll(&mut asked, Some(&Timespec::default())).is_ok() && asked.iter().any(|fd| fd.revents() == PollFlags::IN)
    }

    /// Setting the line as it is wakes whoever waits for it.
    fn rouse() {
        let stdin = rustix::stdio::stdin();
        if let Ok(line) = tcgetattr(stdin) {
            let _ = tcsetattr(stdin, OptionalActions::Now, &line);
        }
    }
}

#[cfg(not(unix))]
mod platform {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// How often a reader looks whether it should pause.
    const GLANCE: Duration = Duration::from_millis(100);

    /// The events of the terminal, in order.
    pub(in crate::runtime) struct Keys {
        events: channel::UnboundedReceiver<Told>,
        call: Arc<AtomicBool>,
        paused: mpsc::Receiver<()>,
        go: mpsc::Sender<()>,
    }

    impl Keys {
        /// Begins to look at the terminal.
        pub(in crate::runtime) fn listen() -> io::Result<Self> {
            let call = Arc::new(AtomicBool::new(false));
            let (tell, events) = channel::unbounded_channel();
            let (pause, paused) = mpsc::channel();
            let (go, gone_on) = mpsc::channel();
            let called = Arc::clone(&call);
            let watch = move || {
                loop {
                    if called.swap(false, Ordering::SeqCst) && (pause.send(()).is_err() || gone_on.recv().is_err()) {
                        return;
                    }
                    if event::poll(GLANCE).unwrap_or(true) && drain(&tell, || false, || ()).is_err() {
                        return;
                    }
                }
            };
            std::thread::Builder::new().name("keys".into()).spawn(watch)?;
            Ok(Self { events, call, paused, go })
        }

        /// The next event; `None` when the terminal is gone.
        pub(in crate::runtime) async fn next(&mut self) -> Option<Told> {
            self.events.recv().await
        }

        /// An event that is there already.
        pub(in crate::runtime) fn at_hand(&mut self) -> Option<Told> {
            self.events.try_recv().ok()
        }

        /// Leaves the terminal to somebody else, and returns when it is left.
        pub(in crate::runtime) fn pause(&mut self) {
            self.call.store(true, Ordering::SeqCst);
            let _ = self.paused.recv_timeout(MANNERS);
        }

        /// Looks again.
        pub(in crate::runtime) fn resume(&mut self) {
            let _ = self.go.send(());
        }
    }
}
