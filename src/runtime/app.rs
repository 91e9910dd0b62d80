//! The program without its terminal: model, desk, and what is on its way between them. Journeys play on this.

use std::sync::Arc;

use ratatui::Frame;
use secrecy::ExposeSecret;
use tokio::sync::{Notify, mpsc};

use crate::desk::Desk;
use crate::domain::background::{ActivityLine, Light, LightState, Uploading};
use crate::domain::ids::AccountName;
use crate::sync::{News, Order};
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::msg::{Msg, SyncNews};
use crate::tui::update;
use crate::tui::view::view;

use super::gallery::Gallery;
use super::graphics::Graphics;
use super::perform;

/// What only whoever owns the terminal can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outer {
    /// Draw everything anew.
    Redraw,
    /// Ring the bell.
    Bell,
    /// Switch the mouse on or off.
    Mouse(bool),
    /// Put text on the clipboard.
    Copy(String),
    /// Stop the process until it is continued.
    Suspend,
    /// Hand the terminal to an editor with this text.
    Edit(String),
    /// Ask the terminal whether it shows pictures.
    AskForPictures,
}

/// An answer to an effect; `last` when the effect is over with it.
pub struct Answer {
    pub(super) msg: Msg,
    pub(super) last: bool,
    /// Which load of the board it answers.
    pub(super) load: Option<u64>,
}

/// The running program.
pub struct App {
    /// The state of the screen.
    pub model: Model,
    desk: Arc<Desk>,
    answers: mpsc::UnboundedReceiver<Answer>,
    answer: mpsc::UnboundedSender<Answer>,
    outer: Vec<Outer>,
    /// The pictures that are ready.
    gallery: Gallery,
    /// Ends the command that is running on a text.
    stop: Arc<Notify>,
    lights: Vec<Light>,
    lines: Vec<ActivityLine>,
    uploads: Vec<Uploading>,
    news: bool,
    /// News is on its way to the model: what comes meanwhile waits, so that none is overtaken by older.
    spreading: bool,
    changed: bool,
    /// How many loads of the board were asked for, and which of them is shown.
    loads: u64,
    shown: u64,
    quit: bool,
    anew: bool,
}

impl App {
    /// A program over `desk`; `off` are accounts that could not start, with the reasons.
    pub fn new(model: Model, desk: Arc<Desk>, off: Vec<(AccountName, String, String)>) -> Self {
        let (answer, answers) = mpsc::unbounded_channel();
        let starting = desk.seats().iter().map(|seat| Light {
            account: seat.account.clone(),
            provider: seat.provider.capabilities().name.to_owned(),
            state: LightState::Starting,
            fresh_at: None,
            next_at: None,
            pending: 0,
            spent: None,
        });
        let off = off.into_iter().map(|(account, provider, words)| Light {
            account,
            provider,
            state: LightState::Off { words },
            fresh_at: None,
            next_at: None,
            pending: 0,
            spent: None,
        });
        let lights = starting.chain(off).collect();
        let mut app = Self {
            model,
            desk,
            answers,
            answer,
            outer: Vec::new(),
            gallery: Gallery::default(),
            stop: Arc::default(),
            lights,
            lines: Vec::new(),
            uploads: Vec::new(),
            news: true,
            spreading: false,
            changed: false,
            loads: 0,
            shown: 0,
            quit: false,
            anew: false,
        };
        let dashboards = app
            .desk
            .seats()
            .iter()
            .map(|seat| (seat.account.clone(), seat.provider.capabilities().dashboard.to_owned()));
        app.model.board.dashboards = dashboards.collect();
        let takes = app.desk.seats().iter().map(|seat| {
            let can = seat.provider.capabilities();
            (seat.account.clone(), (can.name.to_owned(), can.uploads))
        });
        app.model.board.takes = takes.collect();
        app.model.board.foresight = app.desk.foresight();
        app.model.board.checks = app.desk.checking_accounts();
        let ways = app.desk.seats().iter().map(|seat| (seat.account.clone(), seat.provider.capabilities().way()));
        app.model.board.ways = ways.collect();
        let anew = app.desk.seats().iter().map(|seat| seat.account.clone());
        app.model.board.retry_anew = anew.filter(|account| app.desk.retries_anew(account)).collect();
        let standbys = app.desk.seats().iter().map(|seat| &seat.account);
        let standbys = standbys.filter_map(|name| Some((name.clone(), app.desk.standby(name)?.to_owned())));
        app.model.board.standbys = standbys.collect();
        app.model.board.book = app.desk.book();
        app.model.board.counting = app.desk.counting_accounts().into_iter().collect();
        app.model.board.settled = app.desk.settled_accounts();
        app.model.board.doors = app.desk.doors();
        app.model.board.offers = app.desk.offers();
        app.model.board.lights.clone_from(&app.lights);
        app
    }

    /// Loads what the screen shows first.
    pub fn start(&mut self) {
        let effects = update::start(&mut self.model, self.desk.now());
        self.carry_out(effects);
        self.carry_out(vec![Effect::LoadViews, Effect::LoadNotes, Effect::LoadRecipes, Effect::KeepRepeating]);
        self.spread_news();
    }

    /// Lets the background begin: what the screen shows first is shown.
    pub fn begin_sync(&self) {
        self.desk.order(None, &Order::Push);
    }

    /// Whether the first load has come back, with posts or with words why not.
    pub fn has_loaded(&self) -> bool {
        self.model.loaded || self.model.busy == 0
    }

    /// Handles answers until the first load has come back.
    pub async fn first_load(&mut self) {
        while !self.has_loaded() {
            let answer = self.next_answer().await;
            self.take_answer(answer);
        }
    }

    /// Lets `msg` change the model, and sets off what it asks for.
    pub fn handle(&mut self, msg: Msg) {
        let effects = update::update(&mut self.model, self.desk.now(), msg);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            // The model asks for no such thing then; what the program does by itself comes here without it.
            if self.model.board.read_only && effect.touches().is_a_change() {
                continue;
            }
            match effect {
                Effect::Quit => self.quit = true,
                Effect::OpenAnew => (self.quit, self.anew) = (true, true),
                Effect::Redraw => self.outer.push(Outer::Redraw),
                Effect::Bell => self.outer.push(Outer::Bell),
                Effect::Mouse(on) => self.outer.push(Outer::Mouse(on)),
                Effect::Copy(text) => self.outer.push(Outer::Copy(text)),
                Effect::CopyLink(link) => self.outer.push(Outer::Copy(link.text().expose_secret().to_owned())),
                Effect::Suspend => self.outer.push(Outer::Suspend),
                Effect::EditText(text) => self.outer.push(Outer::Edit(text)),
                Effect::SyncNow => self.desk.sync_now(),
                Effect::StopPipe => self.stop.notify_waiters(),
                Effect::AskForPictures => self.outer.push(Outer::AskForPictures),
                Effect::DropPictures(pictures) => self.gallery.drop_pictures(&pictures),
                Effect::Picture(picture) => {
                    self.model.busy += 1;
                    self.gallery.want(&picture);
                    tokio::spawn(perform::picture(self.gallery.clone(), picture, self.answer.clone()));
                }
                Effect::Pipe { run, command, text } => {
                    self.model.busy += 1;
                    // Made here, so that a stop that follows at once is not missed.
                    let stopped = self.stop.clone().notified_owned();
                    tokio::spawn(perform::pipe(run, command, text, stopped, self.answer.clone()));
                }
                Effect::Load(range) => {
                    self.model.busy += 1;
                    self.loads += 1;
                    tokio::spawn(perform::load(self.desk.clone(), range, self.loads, self.answer.clone()));
                }
                Effect::After(span, timer) => perform::after(&self.desk, span, timer, self.answer.clone()),
                effect => {
                    // Counted before it starts, uncounted when its last message was handled: idle is exact.
                    self.model.busy += 1;
                    tokio::spawn(perform::perform(self.desk.clone(), effect, self.answer.clone()));
                }
            }
        }
    }

    /// Draws the screen, with the pictures that are ready in their places.
    pub fn draw(&self, frame: &mut Frame) {
        view(&self.model, frame);
        let pictures = self.model.pictures();
        if !pictures.is_empty() {
            self.gallery.hang(&pictures, frame.buffer_mut());
        }
    }

    /// Shows pictures in half blocks, which any terminal of many colours can.
    pub fn show_blocks(&mut self) {
        self.show_as(Some(Graphics::blocks(None)));
    }

    /// Shows pictures as this terminal can; not at all where it cannot.
    pub(super) fn show_as(&mut self, graphics: Option<Graphics>) {
        self.gallery.show_as(graphics);
        self.handle(Msg::Graphics(graphics.map(|graphics| graphics.cell)));
    }

    /// How pictures are shown.
    pub(super) fn graphics(&self) -> Option<Graphics> {
        self.gallery.graphics()
    }

    /// The terminal was in other hands, and kept nothing of what it was sent.
    pub(super) fn come_back(&mut self) {
        self.gallery.clear();
        self.handle(Msg::PicturesGone);
    }

    /// The next answer, when it comes.
    pub async fn next_answer(&mut self) -> Answer {
        match self.answers.recv().await {
            Some(answer) => answer,
            // We hold a sender ourselves, so the channel cannot end.
            None => std::future::pending().await,
        }
    }

    /// An answer that is there already.
    pub fn ready_answer(&mut self) -> Option<Answer> {
        self.answers.try_recv().ok()
    }

    /// Handles an answer. A load that comes after one that was asked for later is passed over: it is older.
    pub fn take_answer(&mut self, answer: Answer) {
        if answer.last {
            self.model.busy = self.model.busy.saturating_sub(1);
        }
        match (&answer.msg, answer.load) {
            (Msg::Loaded(_), Some(load)) if load < self.shown => return,
            (Msg::Loaded(_), Some(load)) => self.shown = load,
            (Msg::Sync(_), _) => self.spreading = false,
            _ => {}
        }
        self.handle(answer.msg);
    }

    /// Notes a piece of news; [`App::spread_news`] passes all of them on at once.
    pub fn take_news(&mut self, news: News) {
        self.news = true;
        match news {
            News::Light(light) => match self.lights.iter_mut().find(|each| each.account == light.account) {
                Some(each) => *each = light,
                None => self.lights.push(light),
            },
            News::Line(line) => self.lines.push(line),
            News::Uploading(account, post, uploading) => {
                self.uploads.retain(|each| each.account != account || each.post != post);
                self.uploads.extend(uploading);
            }
            News::Changed => self.changed = true,
            News::Damaged(words) => self.handle(Msg::StoreDamaged(words)),
            News::Rested(_) => {}
        }
    }

    /// Passes on the news since the last time, once what was passed on before has arrived.
    pub fn spread_news(&mut self) {
        if std::mem::take(&mut self.changed) {
            self.handle(Msg::StoreChanged);
        }
        if self.news && !self.spreading {
            (self.news, self.spreading) = (false, true);
            let news = SyncNews {
                lights: self.lights.clone(),
                outbox: Vec::new(),
                uploads: self.uploads.clone(),
                lines: std::mem::take(&mut self.lines),
            };
            self.model.busy += 1;
            tokio::spawn(perform::spread(self.desk.clone(), news, self.answer.clone()));
        }
    }

    /// Handles answers until nothing that was asked for is under way.
    pub async fn settle(&mut self) {
        while self.model.busy > 0 {
            let answer = self.next_answer().await;
            self.take_answer(answer);
        }
    }

    /// What is left for whoever owns the terminal.
    pub fn take_outer(&mut self) -> Vec<Outer> {
        std::mem::take(&mut self.outer)
    }

    /// Whether something is left for whoever owns the terminal.
    pub fn has_outer(&self) -> bool {
        !self.outer.is_empty() || self.quit
    }

    /// Whether the program was left.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// Whether it shall be opened anew.
    pub fn opens_anew(&self) -> bool {
        self.anew
    }

    /// Leaves the program.
    pub fn quit(&mut self) {
        self.quit = true;
    }
}

#[cfg(test)]
#[path = "app_tests.rs"]
mod tests;
