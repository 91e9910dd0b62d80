//! Where effects become deeds: the loop that gathers what happened, lets the model change, carries out what it asks
//! for, and draws.

mod app;
mod child;
mod gallery;
mod graphics;
mod input;
mod keys;
mod late;
mod perform;
mod quiet;
mod rescue;
mod terminal;
mod twins;

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use crossterm::event::Event;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::sync::News;
use crate::tui::msg::Msg;
use crate::tui::theme::Palette;

pub use app::{App, Outer};
pub use child::keep_back;
use graphics::{Graphics, Protocol};
use input::Input;
use keys::Keys;
use quiet::Doubts;
pub use rescue::ask;
use terminal::Screen;
pub use terminal::{Early, look};

/// How long a quit waits for what was asked before to reach the disk.
const LAST_WISHES: Duration = Duration::from_secs(3);
/// How long the first frame waits for the week, so that it need not be painted twice.
const PATIENCE: Duration = Duration::from_millis(60);
/// Panics after the first frame when it is set to `after-first-draw`, elsewhere when it is `on-another-thread`: proves that
/// the terminal is given back, in any build.
const PANIC_SWITCH: &str = "RUNSHEET_PANIC";

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finale {
    /// The person left.
    Left,
    /// The program shall open anew: something was configured.
    Anew,
}

/// Runs the program on this terminal until it is left. `mouse`: whether to ask for the mouse; `early`: what was typed
/// before.
pub async fn run(
    app: App,
    news: mpsc::UnboundedReceiver<News>,
    clock: Clock,
    mouse: bool,
    early: Early,
) -> std::io::Result<Finale> {
    terminal::restore_on_panic();
    let screen = Screen::enter(mouse, app.model.still)?;
    let mut theatre =
        Theatre { app, screen, news, clock, input: Input::default(), keys: Keys::listen()?, doubts: Doubts::default() };
    let outcome = theatre.play(early).await;
    theatre.screen.leave();
    outcome.map(|()| if theatre.app.opens_anew() { Finale::Anew } else { Finale::Left })
}

struct Theatre {
    app: App,
    screen: Screen,
    news: mpsc::UnboundedReceiver<News>,
    clock: Clock,
    input: Input,
    keys: Keys,
    doubts: Doubts,
}

impl Theatre {
    async fn play(&mut self, early: Early) -> std::io::Result<()> {
        let mut signals = Signals::listen()?;
        let (columns, rows) = self.screen.measure()?;
        self.app.handle(Msg::Resize(columns, rows));
        self.app.start();
        // Mostly the week is there before an empty frame could be painted.
        let _ = tokio::time::timeout(PATIENCE, self.app.first_load()).await;
        early.typed.into_iter().for_each(|typed| self.app.handle(typed.into()));
        let (mut drawn, mut syncing) = (false, false);
        let outcome = loop {
            if let Err(gone) = self.show(&mut drawn) {
                // What was typed is kept all the same.
                self.app.handle(Msg::Terminate);
                break Err(gone);
            }
            if self.app.has_quit() {
                break Ok(());
            }
            if self.app.has_loaded() && !syncing {
                syncing = true;
                self.app.begin_sync();
            }
            self.gather(&mut signals).await;
        };
        // What was typed last is on its way to the disk.
        let _ = tokio::time::timeout(LAST_WISHES, self.app.settle()).await;
        outcome
    }

    /// Does what only the owner of the terminal can do, and draws what has changed. Fails where the terminal is gone.
    fn show(&mut self, drawn: &mut bool) -> std::io::Result<()> {
        self.carry_out_outer()?;
        if self.app.has_quit() || !self.app.model.take_dirty() {
            return Ok(());
        }
        let (app, doubts) = (&self.app, &mut self.doubts);
        self.screen.draw(|frame| {
            app.draw(frame);
            doubts.brace(frame.buffer_mut());
        })?;
        if !std::mem::replace(drawn, true) {
            match std::env::var(PANIC_SWITCH).as_deref() {
                Ok("after-first-draw") => provoke_panic(),
                Ok("on-another-thread") => drop(std::thread::spawn(provoke_panic)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Waits until something happens, then takes in everything that has happened.
    async fn gather(&mut self, signals: &mut Signals) {
        let minute = next_minute(self.clock.now());
        tokio::select! {
            biased;
            answer = self.app.next_answer() => self.app.take_answer(answer),
            // Without any account that works nobody tells news: the channel is closed, and no reason to wake.
            Some(news) = self.news.recv() => self.app.take_news(news),
            signal = signals.next() => match signal {
                Signalled::End => self.app.handle(Msg::Terminate),
                Signalled::Resized => self.take_size(),
            },
            event = self.keys.next() => self.take_event(event),
            () = self.clock.sleep_until(minute) => self.app.handle(Msg::Minute),
        }
        while let Some(answer) = self.app.ready_answer() {
            self.app.take_answer(answer);
        }
        while let Ok(news) = self.news.try_recv() {
            self.app.take_news(news);
        }
        self.app.spread_news();
        while !self.app.has_outer() {
            match self.keys.at_hand() {
                Some(event) => self.take_event(Some(event)),
                None => break,
            }
        }
    }

    fn take_size(&mut self) {
        // A terminal that does not tell its size keeps the one it had.
        if let Ok((columns, rows)) = self.screen.measure() {
            self.app.handle(Msg::Resize(columns, rows));
        }
        // Letters of another size: what was made for the old ones would not fill, or leave, its place.
        let shown = self.app.graphics().filter(|shown| shown.protocol != Protocol::Blocks);
        let cell = shown.and_then(|_| graphics::cell_by_system());
        if let (Some(shown), Some(cell)) = (shown, cell)
            && shown.cell != cell
        {
            self.app.show_as(Some(Graphics { cell, ..shown }));
        }
    }

    fn take_event(&mut self, event: Option<std::io::Result<Event>>) {
        match event {
            Some(Ok(Event::Resize(..))) => self.take_size(),
            Some(Ok(event)) => {
                if let Some(msg) = self.input.read(event, self.clock.now()) {
                    self.app.handle(msg);
                }
            }
            // The terminal is gone: nobody can see or type anything any more.
            Some(Err(_)) | None => {
                self.app.handle(Msg::Terminate);
                self.app.quit();
            }
        }
    }

    fn carry_out_outer(&mut self) -> std::io::Result<()> {
        for outer in self.app.take_outer() {
            match outer {
                Outer::Redraw => self.screen.clear()?,
                Outer::Bell => self.screen.ring()?,
                Outer::Mouse(on) => self.screen.mouse(on)?,
                Outer::Copy(text) => self.screen.copy(&text)?,
                Outer::AskForPictures => self.ask_for_pictures()?,
                Outer::Suspend => self.hand_over(terminal::stop_here)?,
                Outer::Edit(text) => {
                    let mut edited = Err(String::new());
                    self.hand_over(|| edited = terminal::edit(&text))?;
                    self.app.handle(Msg::EditorReturned(edited));
                }
            }
        }
        Ok(())
    }

    /// Asks the terminal what it shows of pictures. What is typed meanwhile is typed; the screen is drawn anew,
    /// as some terminals print what they do not understand.
    fn ask_for_pictures(&mut self) -> std::io::Result<()> {
        let answer = tokio::task::block_in_place(|| {
            self.keys.pause();
            graphics::ask(graphics::QUESTION)
        });
        self.keys.resume();
        let theme = &self.app.model.theme;
        let blocks = matches!(theme.palette, Palette::Dark | Palette::Light) && !theme.glyphs.is_ascii();
        self.app.show_as(answer.graphics(graphics::cell_by_system(), blocks));
        answer.typed.into_iter().for_each(|typed| self.app.handle(typed.into()));
        self.screen.clear()
    }

    /// Gives the terminal away, and takes it back after `meanwhile`.
    fn hand_over(&mut self, meanwhile: impl FnOnce()) -> std::io::Result<()> {
        let mouse = self.screen.has_mouse();
        tokio::task::block_in_place(|| {
            self.keys.pause();
            self.screen.leave();
            meanwhile();
        });
        self.screen = Screen::enter(mouse, self.app.model.still)?;
        self.keys.resume();
        self.app.come_back();
        self.take_size();
        self.screen.clear()
    }
}

#[expect(clippy::panic, reason = "asked for by name, to prove that the terminal is given back")]
fn provoke_panic() {
    panic!("asked for by {PANIC_SWITCH}");
}

/// The start of the next minute.
fn next_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    let past = TimeDelta::seconds(i64::from(now.second())) + TimeDelta::nanoseconds(i64::from(now.nanosecond()));
    now - past + TimeDelta::minutes(1)
}

/// What the system wants of us.
enum Signalled {
    /// The program has to end.
    End,
    /// The terminal has another size.
    Resized,
}

#[cfg(unix)]
struct Signals {
    term: tokio::signal::unix::Signal,
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    quit: tokio::signal::unix::Signal,
    window: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            window: signal(SignalKind::window_change())?,
        })
    }

    async fn next(&mut self) -> Signalled {
        tokio::select! {
            _ = self.term.recv() => Signalled::End,
            _ = self.hangup.recv() => Signalled::End,
            _ = self.interrupt.recv() => Signalled::End,
            _ = self.quit.recv() => Signalled::End,
            _ = self.window.recv() => Signalled::Resized,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Signalled {
        // Without a handler the system ends the program itself; a new size arrives with the keys.
        let _ = tokio::signal::ctrl_c().await;
        Signalled::End
    }
}
