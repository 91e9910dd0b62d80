//! How the sheet for connecting a channel looks, and where its rows are.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use secrecy::ExposeSecret;

use super::{Field, Stage, State, done_line};
use crate::text::clean::one_line;
use crate::tui::action::Action;
use crate::tui::board::{Board, distance_words};
use crate::tui::model::Shared;
use crate::tui::scroll;
use crate::tui::theme::{Role, Theme};
use crate::tui::widgets::{panel, prose};

/// The widest the sheet gets.
const WIDEST: u16 = 84;
/// The fewest rows it has, so that it does not jump while it waits.
const LEAST: usize = 8;
/// How many rows words get, and how many the link.
const WORDS: usize = 5;
const LINK: usize = 24;

/// One row of the sheet.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    Door(usize),
    Network(usize),
    Words(String, Role),
    Blank,
}

/// Where the sheet stands on the screen `area`.
pub fn place(state: &State, shared: &Shared, board: &Board, area: Rect) -> Rect {
    let width = WIDEST.min(area.width.saturating_sub(4));
    let rows = rows(state, shared, board, width.saturating_sub(4)).len().max(LEAST) + 4;
    let height = u16::try_from(rows).unwrap_or(u16::MAX).min(area.height.saturating_sub(2));
    panel::middle(area, (width, height))
}

/// A click chooses an account or a network.
pub fn click(state: &mut State, shared: &Shared, board: &Board, area: Rect, x: u16, y: u16) -> Option<Action> {
    let inside = panel::inside(place(state, shared, board, area));
    if let Some(action) = panel::foot_at(inside, &shared.keys, &state.foot(board), x, y) {
        return Some(action);
    }
    let rows = rows(state, shared, board, inside.width);
    let at = first(state, &rows, inside) + usize::from(y.checked_sub(inside.y)?);
    match rows.get(at)? {
        Row::Door(door) => {
            state.at = Field::Account;
            state.choose(*door, board);
        }
        Row::Network(network) => {
            let again = state.at == Field::Network && state.network == *network;
            (state.at, state.network) = (Field::Network, *network);
            return again.then_some(Action::Accept);
        }
        Row::Words(..) | Row::Blank => {}
    }
    None
}

/// Draws the sheet inside `area`, the whole screen.
pub fn view(state: &State, shared: &Shared, board: &Board, theme: &Theme, area: Rect, buf: &mut Buffer) {
    let title = if state.renews.is_some() { "Renew a channel" } else { "Connect a channel" };
    let inside = panel::sheet(place(state, shared, board, area), buf, theme, title, "");
    let rows = rows(state, shared, board, inside.width);
    let first = first(state, &rows, inside);
    for (y, row) in (0..inside.height.saturating_sub(2)).zip(rows.iter().skip(first)) {
        draw(state, board, theme, Rect { y: inside.y + y, height: 1, ..inside }, row, buf);
    }
    panel::foot(inside, buf, theme, &shared.keys, &state.foot(board));
}

fn rows(state: &State, shared: &Shared, board: &Board, width: u16) -> Vec<Row> {
    match &state.stage {
        Stage::Choosing(why) => choosing(state, shared, board, why.as_deref(), width),
        Stage::Asking => {
            let mut rows = vec![Row::Words(heading(state, board), Role::Title), Row::Blank];
            rows.push(Row::Words("asking the provider for its link…".into(), Role::Muted));
            rows
        }
        Stage::Waiting(opened, note) => {
            let mut rows = vec![Row::Words(heading(state, board), Role::Title), Row::Blank];
            rows.extend(wrapped("Open this address in a browser and agree there:", Role::Text, width, WORDS));
            // Whole, so that it can be copied by hand as well.
            rows.extend(wrapped(opened.link.text().expose_secret(), Role::Link, width, LINK));
            rows.push(Row::Blank);
            let left = distance_words(opened.until, shared.now);
            let waits = format!("waiting for the channel; the wait ends {left}");
            rows.extend(wrapped(&waits, Role::Muted, width, WORDS));
            rows.extend(note.iter().flat_map(|words| wrapped(words, Role::Warn, width, WORDS)));
            rows
        }
        Stage::Done(channel) => {
            let mut rows = wrapped(&done_line(channel), Role::Good, width, WORDS);
            let next = "Posts can go to it from now on. What failed for want of it is in the failed queue: r sends it.";
            let next = &shared.keys.of(next);
            rows.push(Row::Blank);
            rows.extend(wrapped(next, Role::Text, width, WORDS));
            rows
        }
    }
}

fn choosing(state: &State, shared: &Shared, board: &Board, why: Option<&str>, width: u16) -> Vec<Row> {
    let mut rows: Vec<Row> = (0..=board.doors.len()).map(Row::Door).collect();
    rows.push(Row::Blank);
    let networks = state.networks(board);
    rows.extend((0..networks.len()).map(Row::Network));
    if !networks.is_empty() {
        rows.push(Row::Blank);
    }
    let renewed = state.renews.as_ref().filter(|channel| !networks.contains(&channel.network));
    let words = match (why, state.door(board)) {
        (Some(why), _) => return [rows, wrapped(&shared.keys.of(why), Role::Bad, width, WORDS)].concat(),
        (None, None) => "Enter connects another account: its key, and with it its channels.".to_owned(),
        (None, Some(door)) if let Some(channel) = renewed => {
            format!("{} is authorised anew at {}: o opens it", channel.label(), door.dashboard)
        }
        (None, Some(door)) if networks.is_empty() => {
            format!("{} makes no links: channels are connected at {}; o opens it.", door.name, door.dashboard)
        }
        (None, Some(door)) => format!("Other networks are connected at {}; o opens it.", door.dashboard),
    };
    let role = if renewed.is_some() { Role::Text } else { Role::Muted };
    rows.extend(wrapped(&shared.keys.of(&words), role, width, WORDS));
    rows
}

/// `X @acme at work · Late (Zernio)`
fn heading(state: &State, board: &Board) -> String {
    let network = state.networks(board).get(state.network).map(|network| network.name()).unwrap_or_default();
    let channel = state.renews.as_ref().map(|channel| format!(" {}", channel.label())).unwrap_or_default();
    let door = state.door(board).map(|door| format!("{} · {}", door.account, door.name)).unwrap_or_default();
    one_line(&format!("{network}{channel} at {door}"))
}

fn wrapped(words: &str, role: Role, width: u16, most: usize) -> Vec<Row> {
    let words = one_line(words);
    let lines = prose::wrap(&words, usize::from(width), most);
    lines.into_iter().filter_map(|line| words.get(line)).map(|line| Row::Words(line.to_owned(), role)).collect()
}

/// The first row that is shown, so that the one with the focus can be seen.
fn first(state: &State, rows: &[Row], inside: Rect) -> usize {
    let focused = match state.at {
        Field::Account => Row::Door(state.door),
        Field::Network => Row::Network(state.network),
    };
    let at = rows.iter().position(|row| *row == focused).unwrap_or(0);
    scroll::follow(0, at, usize::from(inside.height.saturating_sub(2)), rows.len())
}

fn draw(state: &State, board: &Board, theme: &Theme, area: Rect, row: &Row, buf: &mut Buffer) {
    let style = |role| theme.style(role);
    let (chosen, focused, name, note) = match row {
        Row::Blank => return,
        Row::Words(words, role) => {
            panel::line(area, 0, buf, &[(words, style(*role))]);
            return;
        }
        Row::Door(at) => {
            let (name, note) = match board.doors.get(*at) {
                Some(door) => (one_line(door.account.as_str()), door.name.clone()),
                None => ("another account".to_owned(), "with a key of its own".to_owned()),
            };
            (state.door == *at, state.at == Field::Account, name, note)
        }
        Row::Network(at) => {
            let name = state.networks(board).get(*at).map(|network| one_line(network.name())).unwrap_or_default();
            let renews = state.renews.as_ref().filter(|_| state.network == *at);
            let note = renews.map(|channel| format!("renews {}", one_line(channel.label()))).unwrap_or_default();
            (state.network == *at, state.at == Field::Network, name, note)
        }
    };
    if chosen && focused {
        buf.set_style(area, style(Role::Cursor));
    }
    let role = if chosen { Role::Text } else { Role::Muted };
    let mark = if chosen { "> " } else { "  " };
    let name = panel::padded(&name, 20);
    panel::line(area, 0, buf, &[(mark, style(role)), (&name, style(role)), (&note, style(Role::Muted))]);
}
