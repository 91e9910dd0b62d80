//! Connecting a channel, or renewing one: account and network, the provider's link, and waiting until it is there.

#[cfg(test)]
mod tests;
mod view;

use super::Flow;
use crate::domain::authorise::{Door, Joining, LOOK_EVERY, Opened, is_due};
use crate::domain::channel::{Channel, Network};
use crate::domain::connect::NotConnected;
use crate::domain::ids::AccountName;
use crate::text::clean::one_line;
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::Timer;
use crate::tui::widgets::panel;

pub use view::{click, place, view};

/// Where the focus is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Account,
    Network,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Account and network are chosen; with why the last try failed.
    Choosing(Option<String>),
    /// The provider is making the link.
    Asking,
    /// The link is shown, and the channel waited for; with what the last look ran into.
    Waiting(Box<Opened>, Option<String>),
    /// It is there.
    Done(Box<Channel>),
}

/// The sheet's state. The link in it is silent in `Debug`.
#[derive(Clone, Debug)]
pub struct State {
    at: Field,
    /// Which account; behind the last one: another account.
    door: usize,
    network: usize,
    /// The channel that is authorised anew.
    renews: Option<Channel>,
    stage: Stage,
}

/// Opens the sheet on `account`, with nothing asked for yet.
pub fn open(account: Option<&AccountName>, board: &Board) -> State {
    let at = account.and_then(|name| board.doors.iter().position(|door| door.account == *name));
    let field = if at.is_some() { Field::Network } else { Field::Account };
    let mut state = State { at: field, door: 0, network: 0, renews: None, stage: Stage::Choosing(None) };
    state.choose(at.unwrap_or(0), board);
    state
}

/// Opens the sheet for a channel that has to be authorised anew, and has the link made at once where there is one.
pub fn renew(channel: &Channel, board: &Board) -> (State, Vec<Effect>) {
    let mut state = open(Some(&channel.account), board);
    state.renews = Some(channel.clone());
    let networks = state.networks(board);
    match networks.iter().position(|network| *network == channel.network) {
        Some(at) => {
            state.network = at;
            let effects = state.ask(board);
            (state, effects)
        }
        None => (state, Vec::new()),
    }
}

/// Takes the provider's link, or why there is none.
pub fn authorised(state: &mut State, answer: Result<Opened, NotConnected>) -> Vec<Effect> {
    match answer {
        Ok(opened) => {
            let timer = Timer::Look(opened.until);
            state.stage = Stage::Waiting(Box::new(opened), None);
            vec![Effect::After(LOOK_EVERY, timer)]
        }
        Err(error) => {
            state.stage = Stage::Choosing(Some(error.words));
            Vec::new()
        }
    }
}

/// Whether it waits for the provider's link.
pub fn is_asking(state: &State) -> bool {
    state.stage == Stage::Asking
}

/// Looks for the channel, when this is the wait that `until` names.
pub fn look(state: &State, until: chrono::DateTime<chrono::Utc>) -> Vec<Effect> {
    match &state.stage {
        Stage::Waiting(opened, _) if opened.until == until => vec![Effect::Arrive(opened.clone())],
        _ => Vec::new(),
    }
}

/// Takes what a look found. Whether the channel is there.
pub fn looked(state: &mut State, shared: &Shared, found: Result<Option<Channel>, NotConnected>) -> Vec<Effect> {
    let Stage::Waiting(opened, note) = &mut state.stage else { return Vec::new() };
    match found {
        Ok(Some(channel)) => {
            state.stage = Stage::Done(Box::new(channel));
            return Vec::new();
        }
        Ok(None) => *note = None,
        Err(error) => *note = Some(error.words),
    }
    let until = opened.until;
    if shared.now >= until {
        let words = "nobody agreed in time; Enter makes a new link";
        state.stage = Stage::Choosing(Some(words.into()));
        return Vec::new();
    }
    vec![Effect::After(LOOK_EVERY, Timer::Look(until))]
}

/// Until when the sheet waits, if it does.
pub fn waits_until(state: &State) -> Option<chrono::DateTime<chrono::Utc>> {
    match &state.stage {
        Stage::Waiting(opened, _) => Some(opened.until),
        _ => None,
    }
}

/// `ok: x:@acme is here`
pub fn done_line(channel: &Channel) -> String {
    format!("ok: {}:{} is here", channel.network.mark(), one_line(channel.label()))
}

impl State {
    /// What Enter does now, for the hints.
    pub fn accepts(&self, board: &Board) -> &'static str {
        match (&self.stage, self.at, self.door(board)) {
            (Stage::Waiting(..), ..) => "open the link",
            (Stage::Asking, ..) => "wait",
            (Stage::Done(_), ..) => "close",
            (Stage::Choosing(_), _, None) => "connect an account",
            (Stage::Choosing(_), _, Some(door)) if door.networks.is_empty() => "open its pages",
            (Stage::Choosing(_), Field::Account, _) => "choose a network",
            (Stage::Choosing(_), Field::Network, _) => "make the link",
        }
    }

    fn door<'a>(&self, board: &'a Board) -> Option<&'a Door> {
        board.doors.get(self.door)
    }

    fn networks<'a>(&self, board: &'a Board) -> &'a [Network] {
        self.door(board).map_or(&[], |door| door.networks.as_slice())
    }

    fn choose(&mut self, at: usize, board: &Board) {
        if self.door != at {
            (self.renews, self.network) = (None, 0);
        }
        self.door = at.min(board.doors.len());
        if self.networks(board).is_empty() {
            self.at = Field::Account;
        }
    }

    fn vertical(&mut self, by: isize, board: &Board) {
        match self.at {
            Field::Account if by > 0 && self.door >= board.doors.len() => {}
            Field::Account => self.choose(self.door.saturating_add_signed(by), board),
            Field::Network if by < 0 && self.network == 0 => self.at = Field::Account,
            Field::Network => {
                let last = self.networks(board).len().saturating_sub(1);
                (self.renews, self.network) = (None, self.network.saturating_add_signed(by).min(last));
            }
        }
    }

    fn turn(&mut self, board: &Board) {
        self.at = match self.at {
            Field::Account if !self.networks(board).is_empty() => Field::Network,
            _ => Field::Account,
        };
    }

    fn accept(&mut self, board: &Board) -> (Vec<Effect>, Flow) {
        match (&self.stage, self.at, self.door(board)) {
            (Stage::Done(_), ..) => (Vec::new(), Flow::Close),
            (Stage::Asking, ..) => (Vec::new(), Flow::Stay),
            (Stage::Waiting(..), ..) => (self.browse(board), Flow::Stay),
            (Stage::Choosing(_), _, None) => (Vec::new(), Flow::Run(Action::Connect)),
            (Stage::Choosing(_), _, Some(door)) if door.networks.is_empty() => (self.browse(board), Flow::Stay),
            (Stage::Choosing(_), Field::Account, _) => {
                self.at = Field::Network;
                (Vec::new(), Flow::Stay)
            }
            (Stage::Choosing(_), Field::Network, _) => (self.ask(board), Flow::Stay),
        }
    }

    fn ask(&mut self, board: &Board) -> Vec<Effect> {
        let (Some(door), Some(network)) = (self.door(board), self.networks(board).get(self.network)) else {
            return Vec::new();
        };
        let renews = self.renews.as_ref().filter(|channel| channel.network == *network);
        let wanted = Joining {
            account: door.account.clone(),
            network: network.clone(),
            renews: renews.map(|channel| channel.remote.clone()),
        };
        self.stage = Stage::Asking;
        vec![Effect::Authorise(Box::new(wanted))]
    }

    /// What `o` opens: the link, else the provider's own pages.
    fn browse(&self, board: &Board) -> Vec<Effect> {
        match (&self.stage, self.door(board)) {
            (Stage::Waiting(opened, _), _) => vec![Effect::OpenLink(opened.link.clone())],
            (Stage::Choosing(_), Some(door)) => vec![Effect::Open(door.dashboard.clone())],
            _ => Vec::new(),
        }
    }

    fn foot(&self, board: &Board) -> Vec<panel::Foot<'static>> {
        let enter = ("Enter", self.accepts(board), Action::Accept);
        match &self.stage {
            Stage::Choosing(_) => {
                let other = ("o", "its own pages", Action::Browse);
                vec![enter, ("Tab", "next field", Action::NextField), other, ("Esc", "back", Action::Back)]
            }
            Stage::Asking => vec![("Esc", "back", Action::Back)],
            Stage::Waiting(..) => vec![
                ("o", "open it", Action::Browse),
                ("y", "copy it", Action::CopyLink),
                ("Esc", "stop waiting", Action::Back),
            ],
            Stage::Done(_) => vec![("Enter", "close", Action::Accept)],
        }
    }
}

/// Carries out one action.
pub fn update(state: &mut State, _shared: &mut Shared, board: &Board, action: Action) -> (Vec<Effect>, Flow) {
    let choosing = matches!(state.stage, Stage::Choosing(_));
    let effects = match action {
        Action::Back | Action::Close | Action::Cancel | Action::No => return (Vec::new(), Flow::Close),
        Action::Accept | Action::Open | Action::Yes => return state.accept(board),
        Action::Browse => state.browse(board),
        Action::CopyLink => match &state.stage {
            Stage::Waiting(opened, _) => vec![Effect::CopyLink(opened.link.clone())],
            _ => Vec::new(),
        },
        Action::NextField | Action::PreviousField if choosing => {
            state.turn(board);
            Vec::new()
        }
        Action::Up | Action::PageUp | Action::Top if choosing => {
            state.vertical(-1, board);
            Vec::new()
        }
        Action::Down | Action::PageDown | Action::Bottom if choosing => {
            state.vertical(1, board);
            Vec::new()
        }
        _ => Vec::new(),
    };
    (effects, Flow::Stay)
}

/// The channel a person means with one key: the one given, if somebody has to authorise it.
pub fn due(channel: Option<&Channel>) -> Option<&Channel> {
    channel.filter(|channel| !channel.gone && is_due(channel))
}
