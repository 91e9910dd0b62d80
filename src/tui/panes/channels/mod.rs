//! Pane 1: where posts go. Channels under their accounts, how each is doing, and what is ahead of it.

use std::collections::{BTreeMap, BTreeSet};

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::domain::channel::Channel;
use crate::domain::ids::{AccountName, ChannelId};
use crate::tui::action::Action;
use crate::tui::board::Board;
use crate::tui::effect::Effect;
use crate::tui::model::Shared;
use crate::tui::msg::{Mouse, MouseKind};
use crate::tui::theme::Theme;

mod view;

#[cfg(test)]
mod tests;

/// Lines per notch of the wheel.
const NOTCH: usize = 2;
/// A region this low is drawn as running text without a border.
const STRIP: u16 = 2;

/// The pane's own state.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Where the cursor is; the first row before it moved.
    at: Option<Row>,
    /// Which row that was, for when it disappears.
    index: usize,
    /// Accounts that a person folded, or opened.
    chosen: BTreeMap<AccountName, bool>,
    /// Accounts whose channels are folded away because there is no room for all.
    crowded: BTreeSet<AccountName>,
    /// Rows scrolled away.
    top: usize,
    /// Whether the wheel scrolled away from the cursor.
    adrift: bool,
}

impl State {
    fn is_folded(&self, account: &AccountName) -> bool {
        self.chosen.get(account).copied().unwrap_or_else(|| self.crowded.contains(account))
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Row {
    /// The heading of an account.
    Account(AccountName),
    /// A channel.
    Channel(ChannelId),
}

/// Carries out one action of this pane, `count` times where that makes sense.
pub fn update(state: &mut State, shared: &mut Shared, board: &Board, action: Action, count: u32) -> Vec<Effect> {
    let rows = rows(state, board);
    let at = cursor(state, &rows);
    let count = count.max(1) as usize;
    let page = usize::from(shared.size.1 / 2).max(2);
    let to = match action {
        Action::Down => at.saturating_add(count),
        Action::Up => at.saturating_sub(count),
        Action::PageDown => at.saturating_add(count.saturating_mul(page)),
        Action::PageUp => at.saturating_sub(count.saturating_mul(page)),
        Action::HalfDown => at.saturating_add(count.saturating_mul(page / 2)),
        Action::HalfUp => at.saturating_sub(count.saturating_mul(page / 2)),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        Action::HideChannel => return hide(rows.get(at), board),
        Action::Browse => {
            let account = cursor_account(state, board);
            let page = account.and_then(|account| board.dashboards.get(&account).cloned());
            return page.map(Effect::Open).into_iter().collect();
        }
        Action::OnlyChannel => {
            only(rows.get(at), shared, board);
            return Vec::new();
        }
        Action::Open => {
            fold(state, rows.get(at), board);
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    put_cursor(state, &rows, to);
    Vec::new()
}

/// Follows the mouse inside `area`, the pane's region including its border.
pub fn mouse(state: &mut State, shared: &mut Shared, board: &Board, mouse: Mouse, area: Rect) -> Vec<Effect> {
    let rows = rows(state, board);
    match mouse.kind {
        MouseKind::WheelUp | MouseKind::WheelDown => {
            let top = view::top(state, &rows, area);
            state.adrift = true;
            state.top = if mouse.kind == MouseKind::WheelDown { top + NOTCH } else { top.saturating_sub(NOTCH) };
            state.top = view::top(state, &rows, area);
        }
        MouseKind::Press | MouseKind::Double | MouseKind::Menu => {
            let at = Position { x: mouse.x, y: mouse.y };
            let Some(hit) = view::row_at(state, shared, board, &rows, at, area) else { return Vec::new() };
            state.top = view::top(state, &rows, area);
            put_cursor(state, &rows, hit);
            match (mouse.kind, rows.get(hit)) {
                (MouseKind::Press, row @ Some(Row::Account(_))) if !is_strip(area) => fold(state, row, board),
                (MouseKind::Double, row @ Some(Row::Channel(_))) => only(row, shared, board),
                _ => {}
            }
        }
        MouseKind::Drag | MouseKind::Release => {}
    }
    Vec::new()
}

/// Folds the last accounts where `area`, the pane's region, has no room for the channels of all. What a person folded
/// or opened stays so, and so does the account with the cursor.
pub fn settle(state: &mut State, board: &Board, area: Rect) {
    let here = cursor_account(state, board);
    state.crowded.clear();
    if is_strip(area) {
        return;
    }
    let accounts = accounts(board);
    let room = usize::from(view::room(area));
    for account in accounts.into_iter().rev() {
        if rows(state, board).len() <= room {
            return;
        }
        if here.as_ref() != Some(account) {
            state.crowded.insert(account.clone());
        }
    }
}

/// Whether the pane is so low there that it shows its channels in one line, and at its end what needs a person.
pub fn is_strip(area: Rect) -> bool {
    area.height <= STRIP
}

/// Draws the pane with its border; a region of one or two lines as running text.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, focused: bool, area: Rect, buf: &mut Buffer) {
    view::draw(state, shared, board, theme, focused, area, buf);
}

/// The channel under the cursor; none on an account's heading.
pub fn cursor_channel(state: &State, board: &Board) -> Option<ChannelId> {
    let mut rows = rows(state, board);
    let at = cursor(state, &rows);
    match (at < rows.len()).then(|| rows.swap_remove(at)) {
        Some(Row::Channel(id)) => Some(id),
        Some(Row::Account(_)) | None => None,
    }
}

/// The account under the cursor: of the heading, or of the channel.
pub fn cursor_account(state: &State, board: &Board) -> Option<AccountName> {
    let rows = rows(state, board);
    match rows.get(cursor(state, &rows))? {
        Row::Account(name) => Some(name.clone()),
        Row::Channel(id) => board.channel(id).map(|channel| channel.account.clone()),
    }
}

/// Accounts in the order of the configuration.
fn accounts(board: &Board) -> Vec<&AccountName> {
    let mut accounts: Vec<&AccountName> = board.lights.iter().map(|light| &light.account).collect();
    for channel in listed(board) {
        if !accounts.contains(&&channel.account) {
            accounts.push(&channel.account);
        }
    }
    accounts
}

/// Every account, each with its channels unless it is folded; those the provider dropped are left out.
fn rows(state: &State, board: &Board) -> Vec<Row> {
    let mut rows = Vec::new();
    for account in accounts(board) {
        rows.push(Row::Account(account.clone()));
        if !state.is_folded(account) {
            let own = listed(board).filter(|channel| channel.account == *account);
            rows.extend(own.map(|channel| Row::Channel(channel.id.clone())));
        }
    }
    rows
}

fn listed(board: &Board) -> impl Iterator<Item = &Channel> {
    board.channels.iter().filter(|channel| !channel.gone)
}

/// Where the cursor is among `rows`: on its row, else where that was. Starts on the first channel.
fn cursor(state: &State, rows: &[Row]) -> usize {
    let found = match &state.at {
        Some(at) => rows.iter().position(|row| row == at),
        None => rows.iter().position(|row| matches!(row, Row::Channel(_))),
    };
    found.unwrap_or(state.index).min(rows.len().saturating_sub(1))
}

fn put_cursor(state: &mut State, rows: &[Row], to: usize) {
    state.adrift = false;
    state.index = to.min(rows.len().saturating_sub(1));
    state.at = rows.get(state.index).cloned();
}

/// The channels a row stands for.
fn channels_of<'a>(row: &Row, board: &'a Board) -> Vec<&'a Channel> {
    match row {
        Row::Channel(id) => board.channel(id).into_iter().collect(),
        Row::Account(name) => listed(board).filter(|channel| channel.account == *name).collect(),
    }
}

/// Hides the row's channels, or shows them when all are hidden.
fn hide(row: Option<&Row>, board: &Board) -> Vec<Effect> {
    let channels = row.map(|row| channels_of(row, board)).unwrap_or_default();
    if channels.is_empty() {
        return Vec::new();
    }
    let hide = channels.iter().any(|channel| !channel.hidden);
    let ids = channels.iter().filter(|channel| channel.hidden != hide).map(|channel| channel.id.clone());
    vec![Effect::HideChannels(ids.collect(), hide)]
}

/// Shows the row's channels alone; all again when they already are.
fn only(row: Option<&Row>, shared: &mut Shared, board: &Board) {
    let channels = row.map(|row| channels_of(row, board)).unwrap_or_default();
    let chosen: BTreeSet<ChannelId> = channels.into_iter().map(|channel| channel.id.clone()).collect();
    shared.only = if shared.only == chosen { BTreeSet::new() } else { chosen };
}

/// Folds or unfolds the account of a row; the cursor goes to its heading.
fn fold(state: &mut State, row: Option<&Row>, board: &Board) {
    let account = match row {
        Some(Row::Account(name)) => Some(name.clone()),
        Some(Row::Channel(id)) => board.channel(id).map(|channel| channel.account.clone()),
        None => None,
    };
    let Some(account) = account else { return };
    let folded = state.is_folded(&account);
    state.chosen.insert(account.clone(), !folded);
    state.adrift = false;
    state.at = Some(Row::Account(account));
}
